/**
 * The tasks that one worker has and that are not done, by their numbers.
 *
 * @module
 */

import type { Job, Task } from "./job.ts";
import {
  RUN_HEAD,
  type RunMessage,
  TASK_STRIDE,
} from "../protocol/pool_messages.ts";
import {
  SLOT_MASK,
  type Slots,
  type SmallValue,
  type Span,
  type Totals,
} from "../protocol/slots.ts";

/** An item that a worker runs. */
export interface Running {
  readonly task: Task;
  readonly item: number;
}

/** The tasks of a worker that has ended. */
export interface Remains {
  /** Tasks that it had not begun, or whose results were lost with it. */
  readonly tasks: readonly Task[];
  /** The item that it was running, as far as it is known. */
  readonly lost: Running | null;
}

/** The tasks of a worker that are not done. */
export class InFlight {
  readonly #slots: Slots | null;
  /** Tasks from this number on are offered in slots. */
  #sharedFrom: number;
  // Invariant: tasks have the numbers from #acked to before #next, #next - #acked
  // is at most SLOTS, and a task that was taken back as a whole is null.
  readonly #tasks: (Task | null)[] = [];
  #next = 0;
  #acked = 0;

  /**
   * `slots` is null if the worker shares no memory with the pool; `isShared` is
   * false until the worker has mapped them.
   */
  constructor(slots: Slots | null, isShared: boolean) {
    this.#slots = slots;
    this.#sharedFrom = isShared ? 0 : Infinity;
  }

  /** Offers tasks from now on in slots, as the worker has mapped them. */
  share(): void {
    this.#sharedFrom = Math.min(this.#sharedFrom, this.#next);
  }

  /** Whether new tasks are offered in slots. */
  get isShared(): boolean {
    return this.#sharedFrom < Infinity;
  }

  /** The slots, once all tasks that are not done are in them. */
  get #live(): Slots | null {
    return this.#acked >= this.#sharedFrom ? this.#slots : null;
  }

  /** Whether items that have not begun can be taken back. */
  get gives(): boolean {
    return this.#live !== null;
  }

  /** How many tasks the worker has been given in all. */
  get given(): number {
    return this.#next;
  }

  /** How many of them are not done. */
  get count(): number {
    return this.#next - this.#acked;
  }

  /** The task of a number; null if it is done or was taken back. */
  at(seq: number): Task | null {
    return seq >= this.#acked && seq < this.#next
      ? this.#tasks[seq & SLOT_MASK]!
      : null;
  }

  /** Whether the worker was ever given a task of this number. */
  hasHad(seq: number): boolean {
    return Number.isInteger(seq) && seq >= 0 && seq < this.#next;
  }

  /** Whether a task of this number comes after one that runs. */
  isAfter(seq: number, { task }: Running): boolean {
    for (let at = this.#acked; at < seq; at++) {
      if (this.#tasks[at & SLOT_MASK] === task) return true;
    }
    return false;
  }

  /** The first task that is not done. */
  get first(): Task | null {
    for (let seq = this.#acked; seq < this.#next; seq++) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (task) return task;
    }
    return null;
  }

  /** The tasks that are not done, with their numbers. */
  *all(): Generator<[seq: number, task: Task]> {
    for (let seq = this.#acked; seq < this.#next; seq++) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (task) yield [seq, task];
    }
  }

  /** Adds tasks; returns the number of the first. */
  enter(tasks: readonly Task[]): number {
    const first = this.#next;
    for (const task of tasks) {
      if (this.isShared) this.#slots?.offer(this.#next, task.count);
      this.#tasks[this.#next++ & SLOT_MASK] = task;
    }
    return first;
  }

  /** Adds calls that fit into slots, which the worker shares. */
  enterCalls(tasks: readonly Task[], message: Readonly<RunMessage>): void {
    for (let i = 0; i < tasks.length; i++) {
      const at = RUN_HEAD + i * TASK_STRIDE;
      this.#slots!.offerCall(
        this.#next,
        message[at] as number,
        message[at + 2] as SmallValue,
      );
      this.#tasks[this.#next++ & SLOT_MASK] = tasks[i]!;
    }
  }

  /** The totals that the worker stored behind the slots. */
  get totals(): Totals {
    return this.#slots!.totals;
  }

  /** Removes the last tasks, because the message with them was refused. */
  withdraw(count: number): void {
    this.#next -= count;
  }

  /** How many items have not begun and can move to another worker. */
  movable(): number {
    const slots = this.#live;
    if (slots === null) return 0;
    let items = 0;
    for (let seq = this.#acked; seq < this.#next; seq++) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (!task?.isMovable) continue;
      const span = slots.spanOf(seq);
      if (isFree(span, task)) items += span.end - span.next;
    }
    return items;
  }

  /** The last task with an item that can move, or null. */
  get lastMovable(): Task | null {
    const seq = this.#lastMovable();
    return seq < 0 ? null : this.#tasks[seq & SLOT_MASK]!;
  }

  #lastMovable(): number {
    const slots = this.#live;
    if (slots === null) return -1;
    for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
      if (!this.#tasks[seq & SLOT_MASK]?.isMovable) continue;
      if (isFree(slots.spanOf(seq), this.#tasks[seq & SLOT_MASK]!)) return seq;
    }
    return -1;
  }

  /** Takes back the last item that can move, for another worker. */
  takeLast(): Task | null {
    for (;;) {
      const seq = this.#lastMovable();
      if (seq < 0) return null;
      const task = this.#tasks[seq & SLOT_MASK]!;
      const part = this.#takePart(this.#slots!, seq, task, 1);
      // The worker may have claimed it meanwhile.
      if (part !== null) return task.moved(part.first - task.first);
    }
  }

  /** Takes back all items that have not begun and can be sent again. */
  takeBack(): Task[] {
    const slots = this.#live;
    if (slots === null) return [];
    const taken: Task[] = [];
    for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (!task || task.job.isSentOnce) continue;
      const part = this.#takePart(slots, seq, task, Infinity);
      if (part !== null) taken.push(part);
    }
    return taken;
  }

  #takePart(
    slots: Slots,
    seq: number,
    task: Task,
    most: number,
  ): Task | null {
    const { next, end } = slots.takeBack(seq, most);
    // A worker may write anything into its slots.
    if (next >= end || end > task.count) return null;
    task.count = next;
    if (next === 0) this.#tasks[seq & SLOT_MASK] = null;
    return task.part(next, end);
  }

  /** Whether the worker has items of a job. */
  has(job: Job): boolean {
    for (const [, task] of this.all()) if (task.job === job) return true;
    return false;
  }

  /** Drops the items of a job that have not begun; returns how many. */
  forget(job: Job): number {
    const slots = this.#live;
    if (slots === null) return 0;
    let items = 0;
    for (const [seq, task] of this.all()) {
      if (task.job !== job) continue;
      items += this.#takePart(slots, seq, task, Infinity)?.count ?? 0;
    }
    return items;
  }

  /**
   * Marks all tasks before `upTo` as done, and settles those with small results.
   * Returns false for a number of no task, and for a task without all its results;
   * such a task stays here, so it is never lost.
   */
  done(upTo: number): boolean {
    const isKnown = Number.isInteger(upTo) && upTo >= this.#acked &&
      upTo <= this.#next;
    if (!isKnown) return false;
    for (; this.#acked < upTo; this.#acked++) {
      const task = this.#tasks[this.#acked & SLOT_MASK];
      if (!task) continue;
      if (!task.isDone && !this.#settleSmall(this.#acked, task)) return false;
      this.#tasks[this.#acked & SLOT_MASK] = null;
    }
    return true;
  }

  /** Settles a task with its small result, if its slot holds one. */
  #settleSmall(seq: number, task: Task): boolean {
    if (task.count !== 1) return false;
    const small = this.#slots?.result(seq) ?? null;
    if (small === null) return false;
    if (!task.isDone) {
      task.settled = 1;
      task.job.fulfil(task.first, [small.value]);
    }
    return true;
  }

  /**
   * The item that the worker runs. Without slots it is the first item without a
   * result, which is certain for a task of one item.
   */
  running(): Running | null {
    const slots = this.#live;
    if (slots === null) {
      const task = this.first;
      return task === null || task.isDone ? null : { task, item: task.settled };
    }
    for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (!task) continue;
      const { next } = slots.spanOf(seq);
      if (next === 0) continue;
      const item = Math.min(next, task.count) - 1;
      const isDone = item < task.settled || slots.result(seq) !== null;
      return isDone ? null : { task, item };
    }
    return null;
  }

  /** Takes all tasks of a worker that never came up. */
  takeAll(): Task[] {
    const tasks = [...this.all()].map(([, task]) => task);
    this.#acked = this.#next;
    return tasks;
  }

  /**
   * The tasks of a worker that has ended; called once. `begun` is the item that it
   * reported as running, or null. With `mustBlame` an item is lost if any is left,
   * so that a worker that ends again and again cannot go on for ever.
   */
  remains(begun: Running | null, mustBlame = false): Remains {
    const running = begun ?? this.running() ??
      (mustBlame ? this.#firstOpen() : null);
    const isCertain = this.gives || begun !== null || mustBlame ||
      running?.task.count === 1;
    const lost = isCertain ? running : null;
    const tasks: Task[] = [];
    for (const [seq, task] of this.all()) {
      if (this.#settleSmall(seq, task)) continue;
      if (running?.task !== task) leave(tasks, task, task.settled, task.count);
      else if (lost === null) leaveEach(tasks, task);
      else {
        leave(tasks, task, task.settled, lost.item);
        leave(tasks, task, lost.item + 1, task.count);
      }
    }
    this.#acked = this.#next;
    return { tasks, lost };
  }

  #firstOpen(): Running | null {
    for (const [, task] of this.all()) {
      if (!task.isDone) return { task, item: task.settled };
    }
    return null;
  }
}

/** Whether items of a task can be taken back. */
function isFree({ next, end }: Span, task: Task): boolean {
  return next < end && end <= task.count;
}

function leave(tasks: Task[], task: Task, from: number, end: number): void {
  if (from < end) tasks.push(task.part(from, end));
}

/**
 * Splits a task into single items: one of them ended the worker, and this shows
 * which.
 */
function leaveEach(tasks: Task[], task: Task): void {
  for (let i = task.settled; i < task.count; i++) leave(tasks, task, i, i + 1);
}
