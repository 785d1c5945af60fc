/**
 * One call of a function.
 *
 * @module
 */

import type { Given } from "../process/instances.ts";
import type { Destination } from "../wire/handle.ts";
import { pack } from "../wire/pack.ts";
import type { Outcome } from "./async_result.ts";
import type { Remote } from "./functions.ts";
import type { Job } from "./job.ts";
import {
  CALL,
  CALL_ONE,
  type Form,
  isRaw,
  type Load,
  loadOf,
} from "./messages.ts";
import type { Limits } from "./options.ts";
import { type Owner, Pending } from "./pending.ts";

/** One call of a function; a job of one task of one item. */
export class CallJob<R> extends Pending<R> implements Job {
  readonly form: Form;
  readonly #args: readonly unknown[];
  readonly #transfer: readonly Transferable[];
  /** The arguments, packed for the first time; what can go wrong has not. */
  #packed: Load | null = null;

  constructor(
    remote: Remote,
    args: readonly unknown[],
    transfer: readonly Transferable[],
    limits: Limits,
    destination: Destination,
    outcome: Outcome<R>,
    owner: Owner,
  ) {
    super(remote, limits, outcome, owner);
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

  loadOf(
    _first: number,
    _count: number,
    destination: Destination,
  ): ReturnType<Job["loadOf"]> {
    // As it is: the form says that it is no list.
    if (this.form === CALL_ONE) {
      return { load: this.#args[0] as Load, transfer: [] };
    }
    const load = this.#packed ?? this.#pack(destination);
    this.#packed = null;
    return { load, transfer: this.#transfer };
  }

  given(): Given {
    return ["args", this.#args];
  }

  fulfil(_first: number, [value]: readonly unknown[]): void {
    this.succeed(value as R);
  }

  reject(_index: number, error: unknown): void {
    this.fail(error);
  }

  #pack(destination: Destination): Load {
    return loadOf(
      this.#args,
      destination,
      (list) => pack(list, destination, "args", this.#transfer),
    );
  }
}
