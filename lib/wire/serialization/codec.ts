/**
 * Plain values to bytes and back: everything that structured clone carries but
 * errors and shared objects, which `pack.ts` puts around it.
 *
 * - **Identity:** cycles, repeated objects and views on one buffer keep it.
 * - **Views** come without what nobody shows of their buffers.
 * - **Class instances** arrive as plain objects of their own enumerable fields.
 * - **Arrays** keep holes; fields on an array other than its items are dropped.
 * - **Hostile bytes** throw a `RangeError` and cost no more than their length. What
 *   is made of a stranger's is counted, as `codec_cost.ts` has it.
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
