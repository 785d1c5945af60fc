/**
 * Death at a chosen step, without the cost of a process.
 *
 * What a killed isolate leaves behind is the shared memory as it was at that
 * moment. So an operation runs to its end in this isolate, the memory is copied
 * before its nth atomic step, and put back afterwards. Between two atomic steps
 * others see nothing that they may look at.
 *
 * @module
 */

import {
  claimOwner,
  ownerTable,
  releaseOwner,
} from "../../lib/memory/liveness/owners.ts";
import { Block } from "../../lib/memory/allocation/block.ts";

const STEPS = [
  "load",
  "store",
  "compareExchange",
  "add",
  "or",
  "exchange",
  "notify",
] as const;

/** An isolate that dies. */
export class Mortal {
  /** The memory, as this isolate sees it. */
  readonly block: Block;
  readonly #id = claimOwner(ownerTable());

  /** Makes an isolate that shares a block with this one. */
  constructor(block: Block) {
    this.block = Block.attach(block.handle("isolate"));
    Object.defineProperty(this.block, "owner", { value: this.#id });
  }

  /**
   * Does what `act` does up to its nth atomic step, and dies there; gives how many
   * steps it has, for one that lives longer.
   */
  dieAt(step: number, act: () => void): number {
    const { buffer } = this.block;
    let left: Uint8Array | null = null;
    let steps = 0;
    const restore = watch(() => {
      if (steps++ === step) left = new Uint8Array(buffer).slice();
      // The dead wake nobody.
      return left === null;
    });
    try {
      act();
    } finally {
      restore();
    }
    if (left !== null) new Uint8Array(buffer).set(left);
    releaseOwner(ownerTable(), this.#id);
    return steps;
  }
}

/** Calls back before every atomic step; gives what ends that. */
function watch(isAlive: () => boolean): () => void {
  const atomics = Atomics as unknown as Record<
    string,
    (...args: number[]) => number
  >;
  const before = STEPS.map((name) => [name, atomics[name]!] as const);
  for (const [name, original] of before) {
    atomics[name] = (...args) =>
      isAlive() || name !== "notify" ? original(...args) : 0;
  }
  return () => {
    for (const [name, original] of before) atomics[name] = original;
  };
}
