/**
 * The codec: plain values to bytes and back. It encodes everything that
 * structured clone carries but errors and shared objects, which `pack.ts` adds.
 *
 * - **Identity** survives: of cycles, repeated objects and views on one buffer.
 * - **Views** are sent without the parts of their buffers that no view shows.
 * - **Class instances** arrive as plain objects of their own enumerable fields.
 * - **Arrays** keep holes; fields on an array other than its items are dropped.
 * - **Hostile bytes** throw a `RangeError`, and their cost is bounded by their
 *   length: for untrusted messages the decoder counts what it makes
 *   (`codec_cost.ts`).
 *
 * The format is in `codec_format.ts`.
 *
 * @module
 */

export { decode, hasPlaceholders } from "./codec_decode.ts";
export {
  copied,
  encode,
  encodeTo,
  type Sink,
  type Writing,
} from "./codec_encode.ts";
