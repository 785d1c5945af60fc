/**
 * The tasks that wait for a worker, first come first served.
 *
 * @module
 */

import type { PoolFunction } from "./pool_functions.ts";
import { Task, type TaskSource } from "./job.ts";

/** At least so many that were taken are kept, so that the others move seldom. */
const PASSED = 1024;

/** A queue of tasks, and of sources that give tasks when they are wanted. */
export class TaskQueue {
  // Taken from #at on, so that a long queue is not moved for each task.
  #entries: (Task | TaskSource)[] = [];
  #at = 0;
  /** Tasks that come before all others, as they were given out before. */
  readonly #first: Task[] = [];
  readonly #sources = new Set<TaskSource>();

  /** About how many tasks wait. */
  get waiting(): number {
    let waiting = this.#entries.length - this.#at - this.#sources.size +
      this.#first.length;
    for (const source of this.#sources) waiting += source.waiting;
    return waiting;
  }

  /** The function of the next task, where that is known. */
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

  /** The tasks that wait, without those that sources will give. */
  *tasks(): Generator<Task> {
    yield* this.#first;
    for (const entry of this.#entries.slice(this.#at)) {
      if (entry instanceof Task) yield entry;
    }
  }

  /** The next tasks, `most` at the most. */
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
      // The input of a source is the user's, who may have ended the job in it.
      if (this.#entries[this.#at] !== entry) continue;
      this.#sources.delete(entry);
      this.#pass();
    }
  }

  /** The first one has been taken, and nothing of it is kept for long. */
  #pass(): void {
    this.#at++;
    if (this.#at === this.#entries.length) {
      this.#entries = [];
      this.#at = 0;
    } else if (this.#at >= PASSED && 2 * this.#at >= this.#entries.length) {
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
