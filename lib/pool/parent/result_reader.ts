/**
 * Reads the results that a worker reports, and settles the jobs with them.
 *
 * @module
 */

import { EncodingError } from "../../base/errors.ts";
import { explainInstances } from "../../process/lost_instances.ts";
import { outcomeOf } from "../../process/outcome.ts";
import { mostOfChild } from "../../wire/serialization/codec_cost.ts";
import {
  type Destination,
  rehydrateFrom,
} from "../../wire/serialization/handle.ts";
import { unpack } from "../../wire/serialization/pack.ts";
import type { InFlight } from "./in_flight.ts";
import type { Task } from "./job.ts";
import {
  type FromWorker,
  isPacked,
  REPORT_HEAD,
  type ReportMessage,
  RESULT_STRIDE,
  type SentItems,
  THREW,
  UNSENDABLE,
  VALUES,
} from "../protocol/pool_messages.ts";

type ErrorBody = Extract<FromWorker, { kind: "broken" }>["error"];

/** Reads the results of one worker. */
export class ResultReader {
  readonly #inFlight: InFlight;
  readonly #name: string;
  readonly #from: Destination;

  /** `name` is the worker's name, and `from` says where it runs. */
  constructor(inFlight: InFlight, name: string, from: Destination) {
    this.#inFlight = inFlight;
    this.#name = name;
    this.#from = from;
  }

  /**
   * Passes the results of a report to their jobs; false at a result of no item that
   * the worker has.
   */
  take(report: ReportMessage): boolean {
    for (let i = REPORT_HEAD; i < report.length; i += RESULT_STRIDE) {
      const isTaken = this.#settle(
        report[i] as number,
        report[i + 1] as number,
        report[i + 2] as number,
        report[i + 3],
      );
      if (!isTaken) return false;
    }
    return true;
  }

  /** The error that a worker describes. */
  errorOf(body: ErrorBody): unknown {
    const where = `in process "${this.#name}"`;
    const report = { kind: "failure", body } as const;
    const outcome = outcomeOf(report, where, this.#from);
    return outcome.kind === "error" ? outcome.error : undefined;
  }

  #settle(seq: number, from: number, kind: number, sent: unknown): boolean {
    const task = this.#inFlight.at(seq);
    // Results come in order; those of a task that failed as a whole come too late.
    if (task === null || from !== task.settled) {
      return this.#inFlight.hasHad(seq) && from < (task?.settled ?? Infinity);
    }
    if (from >= task.count) return false;
    if (kind === VALUES) return this.#fulfil(task, from, sent as SentItems);
    if (kind !== THREW && kind !== UNSENDABLE) return false;
    const error = this.#failureOf(kind, sent);
    const index = task.first + from;
    if (kind === THREW) explainInstances(error, [task.job.given(index)]);
    task.settled = from + 1;
    task.job.reject(index, error);
    return true;
  }

  #failureOf(kind: number, sent: unknown): unknown {
    if (kind === THREW) return this.errorOf(sent as ErrorBody);
    const [path, reason] = sent as readonly [string, string];
    return new EncodingError(path, reason);
  }

  #fulfil(task: Task, from: number, sent: SentItems): boolean {
    if (typeof sent !== "object" || sent === null) return false;
    let values: readonly unknown[];
    try {
      values = isPacked(sent)
        ? unpack(
          sent.packed,
          rehydrateFrom(this.#from),
          mostOfChild(sent.packed),
        ) as readonly unknown[]
        : sent;
    } catch (error) {
      // A result that cannot be rebuilt here, such as an object that is gone.
      task.settled = task.count;
      for (let i = from; i < task.count; i++) {
        task.job.reject(task.first + i, error);
      }
      return true;
    }
    if (!Array.isArray(values) || from + values.length > task.count) {
      return false;
    }
    task.settled = from + values.length;
    task.job.fulfil(task.first + from, values);
    return true;
  }
}
