/**
 * The option `maxMessageBytes` of `Listener` and `Client`: the longest message that
 * a connection receives.
 *
 * @module
 */

import { SOCKET_FRAME_MAX_BYTES } from "./socket_framing.ts";

/** The limit where the caller sets none. */
const MAX_MESSAGE_BYTES_DEFAULT = 64 * 2 ** 20;

/** Checks a limit for the messages of a connection. */
export function checkMaxMessageBytes(
  most: number = MAX_MESSAGE_BYTES_DEFAULT,
): number {
  if (Number.isInteger(most) && most >= 0 && most <= SOCKET_FRAME_MAX_BYTES) {
    return most;
  }
  throw new RangeError(
    `Cannot use "maxMessageBytes" as it must be a whole number from 0 to ${SOCKET_FRAME_MAX_BYTES}: current value is ${most}`,
  );
}
