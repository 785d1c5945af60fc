/**
 * The job of one call of a function.
 *
 * @module
 */

import type { SentPart } from "../../process/lost_instances.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import { pack } from "../../wire/serialization/pack.ts";
import type { TaskOutcome } from "./async_result.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type { Job } from "./job.ts";
import {
  CALL,
  CALL_ONE,
  type CallForm,
  isRaw,
  itemsToSend,
  type SentItems,
} from "../protocol/pool_messages.ts";
import type { Limits } from "./pool_options.ts";
import { BaseJob, type JobOwner } from "./base_job.ts";

/** One call of a function; a job of one task of one item. */
export class CallJob<R> extends BaseJob<R> implements Job {
  readonly form: CallForm;
  readonly #args: readonly unknown[];
  readonly #transfer: readonly Transferable[];
  /**
   * The arguments, packed ahead of the first sending, so that `apply()` reports
   * what cannot be sent.
   */
  #packed: SentItems | null = null;

  constructor(
    fn: PoolFunction,
    args: readonly unknown[],
    transfer: readonly Transferable[],
    limits: Limits,
    destination: Destination,
    outcome: TaskOutcome<R>,
    owner: JobOwner,
  ) {
    super(fn, limits, outcome, owner);
    this.#args = args;
    this.#transfer = transfer;
    this.form = args.length === 1 && isRaw(args[0], destination)
      ? CALL_ONE
      : CALL;
    if (this.form === CALL) this.#packed = this.#pack(destination);
  }

  protected get self(): Job {
    return this;
  }

  get isSentOnce(): boolean {
    return this.#transfer.length > 0;
  }

  batchOf(
    _first: number,
    _count: number,
    destination: Destination,
  ): ReturnType<Job["batchOf"]> {
    // Without a list around it: the form says so.
    if (this.form === CALL_ONE) {
      return { items: this.#args[0] as SentItems, transfer: [] };
    }
    const items = this.#packed ?? this.#pack(destination);
    this.#packed = null;
    return { items, transfer: this.#transfer };
  }

  given(): SentPart {
    return ["args", this.#args];
  }

  fulfil(_first: number, [value]: readonly unknown[]): void {
    this.succeed(value as R);
  }

  reject(_index: number, error: unknown): void {
    this.fail(error);
  }

  #pack(destination: Destination): SentItems {
    return itemsToSend(
      this.#args,
      destination,
      (list) => pack(list, destination, "args", this.#transfer),
    );
  }
}
