/**
 * Mapped memory, for a worker of a pool that shares some with its pool.
 *
 * @module
 */

export { Block } from "../memory/allocation/block.ts";

export { default } from "./common.ts";
