/**
 * The layout of a ring: where in its memory the next record goes. All numbers are
 * units of 8 bytes.
 *
 * ```
 *   in one piece   [ free | head ..records.. tail | free ]
 *   wrapped        [ records.. tail | free | head ..records.. wrap ] free
 * ```
 *
 * - **A record is in one piece.** If it does not fit behind the others it goes to
 *   the front, and the ring has a mark at `wrap`; room for that mark is always
 *   kept.
 * - **A ring grows** beyond its last record, up to its limit. A wrapped ring first
 *   moves its front behind the mark, and goes on from there. A mark whose records
 *   moved does not wrap any more: a mark wraps only if it is the last one written,
 *   and the tail is before it.
 * - **A record larger than the ring** goes beyond its limit, alone.
 *
 * @module
 */

/** No room, until a record is got. */
export const NOWHERE = -1;

/** Where a record goes in the ring as it is; `NOWHERE` if it does not fit. */
export function placeOf(
  units: number,
  tail: number,
  head: number,
  capacity: number,
): number {
  if (tail < head) return tail + units < head ? tail : NOWHERE;
  if (tail + units < capacity) return tail;
  return units < head ? 0 : NOWHERE;
}

/** The extent that a ring in one piece needs for one more record; or `NOWHERE`. */
export function reachFor(
  units: number,
  tail: number,
  isEmpty: boolean,
  limit: number,
): number {
  const reach = tail + units + 1;
  return reach <= limit || isEmpty ? reach : NOWHERE;
}

/** The capacity of a ring that needs this extent; it grows in a few steps only. */
export function grownTo(
  reach: number,
  capacity: number,
  limit: number,
): number {
  return Math.min(limit, Math.max(2 * capacity, reach));
}
