/**
 * What a worker's results mean to the jobs that wait for them.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { explainInstances } from "../process/instances.ts";
import { outcomeOf } from "../process/outcome.ts";
import { type Destination, reviveFrom } from "../wire/handle.ts";
import { unpack } from "../wire/pack.ts";
import type { Docket } from "./docket.ts";
import type { Task } from "./job.ts";
import {
  type FromWorker,
  isPacked,
  type Load,
  REPORT_HEAD,
  type ReportRow,
  RESULT_STRIDE,
  THREW,
  VALUES,
} from "./messages.ts";

type ErrorBody = Extract<FromWorker, { kind: "broken" }>["error"];

/** Reads what one worker answers. */
export class Answers {
  readonly #docket: Docket;
  readonly #name: string;
  readonly #from: Destination;

  /** `name` is the worker's, and `from` says where it is. */
  constructor(docket: Docket, name: string, from: Destination) {
    this.#docket = docket;
    this.#name = name;
    this.#from = from;
  }

  /** Takes the results of a report to their jobs. */
  take(report: ReportRow): void {
    for (let i = REPORT_HEAD; i < report.length; i += RESULT_STRIDE) {
      this.#settle(
        report[i] as number,
        report[i + 1] as number,
        report[i + 2] as number,
        report[i + 3],
      );
    }
  }

  /** The error that a worker describes. */
  errorOf(body: ErrorBody): unknown {
    const where = `in process "${this.#name}"`;
    const report = { kind: "failure", body } as const;
    const outcome = outcomeOf(report, where, this.#from);
    return outcome.kind === "error" ? outcome.error : undefined;
  }

  #settle(seq: number, from: number, kind: number, content: unknown): void {
    const task = this.#docket.at(seq);
    if (task === null) return;
    if (kind === VALUES) return this.#fulfil(task, from, content as Load);
    task.settled = from + 1;
    const index = task.first + from;
    const error = this.#failureOf(kind, content);
    if (kind === THREW) explainInstances(error, [task.job.given(index)]);
    task.job.reject(index, error);
  }

  #failureOf(kind: number, content: unknown): unknown {
    if (kind === THREW) return this.errorOf(content as ErrorBody);
    const [path, reason] = content as readonly [string, string];
    return new EncodingError(path, reason);
  }

  #fulfil(task: Task, from: number, load: Load): void {
    try {
      const values = isPacked(load)
        ? unpack(load.packed, reviveFrom(this.#from)) as readonly unknown[]
        : load;
      task.settled = from + values.length;
      task.job.fulfil(task.first + from, values);
    } catch (error) {
      // What cannot be rebuilt here, such as an object that is gone meanwhile.
      task.settled = task.count;
      for (let i = from; i < task.count; i++) {
        task.job.reject(task.first + i, error);
      }
    }
  }
}
