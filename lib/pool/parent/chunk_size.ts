/**
 * How many items a task of `map()` and of `imap()` has, and how many items of an
 * `imap()` are under way, unless the caller says so.
 *
 * While the duration of an item is unknown, a list is cut as Python does and a
 * stream gives single items. Later, both aim at chunks of one duration.
 *
 * @module
 */

import { SPAN_MAX } from "../protocol/slots.ts";

/** How long a chunk of items whose duration is known takes, if there are enough. */
const CHUNK_MS = 1;

/** How many chunks of a list each worker gets. */
const CHUNKS_PER_WORKER = 4;

/** The most items of a stream in a chunk, unless the caller sets the size. */
const STREAM_CHUNK_MAX = 1024;

/** How many chunks of a stream may be under way, for each worker. */
const STREAM_CHUNKS_PER_WORKER = 8;

/** What stays the same for all chunks of a job. */
export interface ChunkRule {
  /** What the caller asks for. */
  readonly chunksize: number | undefined;
  /** How long an item may take: each with a limit is a task of its own. */
  readonly timeoutMs: number;
  /** The number of workers. */
  readonly size: number;
}

/**
 * For a list of `total` items, of which `left` are not in a task yet. `meanMs` is
 * the mean duration of an item; null while it is unknown.
 */
export function chunkOfList(
  { chunksize, timeoutMs, size }: ChunkRule,
  meanMs: number | null,
  total: number,
  left: number,
): number {
  if (chunksize !== undefined) return Math.min(SPAN_MAX, chunksize);
  if (timeoutMs < Infinity) return 1;
  const asPython = Math.ceil(total / (CHUNKS_PER_WORKER * size));
  const best = meanMs === null ? asPython : Math.min(
    asPython,
    Math.max(
      Math.ceil(left / (CHUNKS_PER_WORKER * size)),
      itemsIn(CHUNK_MS, meanMs),
    ),
  );
  return Math.min(SPAN_MAX, best);
}

/** For a stream of which at most `buffersize` items may be under way. */
export function chunkOfStream(
  { chunksize, timeoutMs, size }: ChunkRule,
  meanMs: number | null,
  buffersize = Infinity,
): number {
  if (chunksize !== undefined) return Math.min(SPAN_MAX, chunksize);
  if (meanMs === null || timeoutMs < Infinity) return 1;
  const most = Math.max(1, Math.floor(buffersize / (2 * size)));
  return Math.min(STREAM_CHUNK_MAX, most, itemsIn(CHUNK_MS, meanMs));
}

/** How many items of a stream may be under way, unless the caller says so. */
export function bufferOfStream(size: number, chunksize: number): number {
  return STREAM_CHUNKS_PER_WORKER * size * chunksize;
}

function itemsIn(ms: number, meanMs: number): number {
  return Math.ceil(ms / Math.max(meanMs, 1e-6));
}
