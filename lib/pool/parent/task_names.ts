/**
 * The names of the last tasks of a worker, also of those that are done.
 *
 * @module
 */

import type { Task } from "./job.ts";
import type { Blame } from "../protocol/pool_messages.ts";
import { SLOTS } from "../protocol/slots.ts";

const MASK = SLOTS - 1;

/** What the last tasks of a worker are called. */
export class TaskNames {
  // Invariant: of the tasks before #next, those of the last SLOTS numbers.
  readonly #functions: string[] = [];
  readonly #firsts: number[] = [];
  #next = 0;

  /** Tasks that the worker has been given. */
  add(tasks: readonly Task[]): void {
    for (let i = 0; i < tasks.length; i++) {
      const { job, first } = tasks[i]!;
      this.#functions[this.#next & MASK] = job.fn.name;
      this.#firsts[this.#next++ & MASK] = first;
    }
  }

  /** Whose something is, for texts to people; null where that is too long ago. */
  of({ kind, place: [seq, item] }: Blame): string | null {
    const isKnown = seq >= 0 && seq < this.#next && seq >= this.#next - SLOTS;
    if (!isKnown) return null;
    const at = seq & MASK;
    const name = `${this.#functions[at]} #${this.#firsts[at]! + item}`;
    return kind === "of" ? `task ${name}` : `task ${name}, or one before it,`;
  }
}
