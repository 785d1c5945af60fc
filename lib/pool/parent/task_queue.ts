/**
 * The tasks that wait for a worker, in first-in, first-out order.
 *
 * @module
 */

import type { PoolFunction } from "./pool_functions.ts";
import { Task, type TaskSource } from "./job.ts";

/**
 * Taken entries are removed only in groups of this size, because that moves the
 * others.
 */
const REMOVED_AT_ONCE = 1024;

/** A queue of tasks, and of sources that make tasks as they are needed. */
export class TaskQueue {
  // Entries before #at have been taken; so taking one does not move the others.
  #entries: (Task | TaskSource)[] = [];
  #at = 0;
  /** Tasks that come before all others, because they were given out before. */
  readonly #first: Task[] = [];
  readonly #sources = new Set<TaskSource>();

  /** About how many tasks wait. */
  get waiting(): number {
    let waiting = this.#entries.length - this.#at - this.#sources.size +
      this.#first.length;
    for (const source of this.#sources) waiting += source.waiting;
    return waiting;
  }

  /** The function of the next task, if it is known. */
  get head(): PoolFunction | null {
    const next = this.#first.at(-1) ?? this.#entries[this.#at];
    return next === undefined
      ? null
      : next instanceof Task
      ? next.job.fn
      : next.fn;
  }

  push(entry: Task | TaskSource): void {
    if (!(entry instanceof Task)) {
      if (this.#sources.has(entry)) return;
      this.#sources.add(entry);
    }
    this.#entries.push(entry);
  }

  /** Puts a task before all others. */
  returned(task: Task): void {
    if (!task.job.isOver) this.#first.push(task);
  }

  /** The tasks that wait, without those that sources have yet to make. */
  *tasks(): Generator<Task> {
    yield* this.#first;
    for (const entry of this.#entries.slice(this.#at)) {
      if (entry instanceof Task) yield entry;
    }
  }

  /** Takes the next tasks, at most `most`. */
  take(most: number): Task[] {
    const tasks: Task[] = [];
    while (tasks.length < most) {
      const task = this.#next();
      if (task === null) break;
      if (!task.job.isOver) tasks.push(task);
    }
    return tasks;
  }

  #next(): Task | null {
    const first = this.#first.pop();
    if (first !== undefined) return first;
    for (;;) {
      const entry = this.#entries[this.#at];
      if (entry === undefined) return null;
      if (entry instanceof Task) {
        this.#pass();
        return entry;
      }
      const task = entry.take();
      if (task !== null) return task;
      // A source runs the user's iterator, which may have ended the job.
      if (this.#entries[this.#at] !== entry) continue;
      this.#sources.delete(entry);
      this.#pass();
    }
  }

  /** Passes the first entry, and does not keep it for long. */
  #pass(): void {
    this.#at++;
    if (this.#at === this.#entries.length) {
      this.#entries = [];
      this.#at = 0;
    } else if (
      this.#at >= REMOVED_AT_ONCE && 2 * this.#at >= this.#entries.length
    ) {
      this.#entries.splice(0, this.#at);
      this.#at = 0;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#at = 0;
    this.#first.length = 0;
    this.#sources.clear();
  }
}
