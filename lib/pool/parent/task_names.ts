/**
 * The names of tasks in messages to people, and the last ones of a worker, including
 * those that are done.
 *
 * @module
 */

import type { Task } from "./job.ts";
import type { Blame } from "../protocol/pool_messages.ts";
import { SLOT_MASK, SLOTS } from "../protocol/slots.ts";

/** The name of a task with one item, or of one item: `square #3`. */
export function taskName(functionName: string, index: number): string {
  return `${functionName} #${index}`;
}

/** The names of a worker's last tasks. */
export class TaskNames {
  // Invariant: holds the names of the last SLOTS tasks before #next.
  readonly #functions: string[] = [];
  readonly #firsts: number[] = [];
  #next = 0;

  /** Adds tasks that the worker has been given. */
  add(tasks: readonly Task[]): void {
    for (let i = 0; i < tasks.length; i++) {
      const { job, first } = tasks[i]!;
      this.#functions[this.#next & SLOT_MASK] = job.fn.name;
      this.#firsts[this.#next++ & SLOT_MASK] = first;
    }
  }

  /** The name of the task that caused an error; null if the task is too old. */
  of({ kind, place: [seq, item] }: Blame): string | null {
    const isKnown = seq >= 0 && seq < this.#next && seq >= this.#next - SLOTS;
    if (!isKnown) return null;
    const at = seq & SLOT_MASK;
    const name = taskName(this.#functions[at]!, this.#firsts[at]! + item);
    return kind === "of" ? `task ${name}` : `task ${name}, or one before it,`;
  }
}
