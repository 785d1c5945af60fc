/**
 * Ranges of bytes in buffers, as callers give them.
 *
 * @module
 */

/** Offset and size of a range. */
export interface ByteRange {
  readonly offset?: number | undefined;
  readonly size?: number | undefined;
}

function bytesOf(
  buffer: ArrayBufferView | ArrayBufferLike,
  verb: string,
): Uint8Array {
  if (buffer instanceof Uint8Array) return buffer;
  if (ArrayBuffer.isView(buffer)) {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  if (
    buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer
  ) return new Uint8Array(buffer);
  throw new TypeError(
    `Cannot ${verb} as the buffer must be a typed array, a DataView or an ArrayBuffer: it is ${
      buffer === null ? "null" : `of type ${typeof buffer}`
    }`,
  );
}

function check(
  verb: string,
  name: string,
  value: number,
  most: number,
): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(
    `Cannot ${verb} as "${name}" must be a whole number from 0 to ${most}, which the buffer has: current value is ${value}`,
  );
}

/** The bytes to send. */
export function bytesInRange(
  buffer: ArrayBufferView | ArrayBufferLike,
  part: ByteRange | undefined,
): Uint8Array {
  const bytes = bytesOf(buffer, "send bytes");
  if (part === undefined) return bytes;
  const offset = check("send bytes", "offset", part.offset ?? 0, bytes.length);
  const rest = bytes.length - offset;
  const size = check("send bytes", "size", part.size ?? rest, rest);
  return bytes.subarray(offset, offset + size);
}

/** The part of a buffer that received bytes may fill. */
export function roomIn(
  buffer: ArrayBufferView | ArrayBufferLike,
  part: ByteRange | undefined,
): Uint8Array {
  const bytes = bytesOf(buffer, "receive bytes");
  const offset = part?.offset ?? 0;
  check("receive bytes", "offset", offset, bytes.length);
  return bytes.subarray(offset);
}
