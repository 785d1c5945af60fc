/**
 * The reason for the end of a child that ran out of heap, under any start method.
 *
 * @module
 */

/** The reason of the end of a process that ran out of heap. */
export const OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";
