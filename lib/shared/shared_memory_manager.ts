/**
 * The class `SharedMemoryManager`: frees several blocks of shared memory at
 * once.
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import type { ShareableItem } from "./list_items.ts";
import { ShareableList } from "./shareable_list.ts";
import { SharedMemory } from "./shared_memory.ts";

/**
 * Creates shared memory, and frees all of it at the end of its scope, like
 * Python's `multiprocessing.managers.SharedMemoryManager`. It needs no process
 * of its own, and no `start()`.
 *
 * | What     | any start method                       |
 * | -------- | -------------------------------------- |
 * | a block  | as a SharedMemory by itself            |
 * | the end  | two system calls a block               |
 *
 * @example Freed at the end of the block
 * ```ts
 * import { SharedMemory, SharedMemoryManager } from "@multiprocessing/core";
 * import { equal, throws } from "node:assert/strict";
 *
 * let name: string;
 * {
 *   using manager = new SharedMemoryManager();
 *   const shm = manager.SharedMemory(100);
 *   const list = manager.ShareableList([1, 2, 3]);
 *   equal(shm.size + list.length, 103);
 *   name = shm.name;
 * }
 * throws(() => new SharedMemory({ name }), Deno.errors.NotFound);
 * ```
 */
export class SharedMemoryManager implements Disposable {
  // Invariant: null from shutdown() on.
  #blocks: SharedMemory[] | null = [];

  #open(): SharedMemory[] {
    if (this.#blocks !== null) return this.#blocks;
    throw new SharedMemoryError(
      "Cannot create shared memory by this manager as it is shut down: make another",
    );
  }

  /**
   * Creates shared memory.
   *
   * @param size The size in bytes.
   * @returns The shared memory, under a random name.
   * @throws {SharedMemoryError} If the manager is shut down.
   */
  SharedMemory(size: number): SharedMemory {
    const blocks = this.#open();
    const shm = new SharedMemory({ create: true, size });
    blocks.push(shm);
    return shm;
  }

  /**
   * Creates a list in shared memory.
   *
   * @param items The items.
   * @returns The list, under a random name.
   * @throws {SharedMemoryError} If the manager is shut down.
   */
  ShareableList(items: Iterable<ShareableItem>): ShareableList {
    const blocks = this.#open();
    const list = new ShareableList(items);
    blocks.push(list.shm);
    return list;
  }

  /** Closes and unlinks all that it created; a second call does nothing. */
  shutdown(): void {
    const blocks = this.#blocks ?? [];
    this.#blocks = null;
    for (const shm of blocks) shm[Symbol.dispose]();
  }

  /** Closes and unlinks all that it created. */
  [Symbol.dispose](): void {
    this.shutdown();
  }
}
