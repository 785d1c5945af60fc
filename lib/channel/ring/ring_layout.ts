/**
 * Where in a ring a record goes. All numbers are units of 8 bytes.
 *
 * ```
 *   in one piece   [ free | head ..records.. tail | free ]
 *   wrapped        [ records.. tail | free | head ..records.. wrap ] free
 * ```
 *
 * - **A record is in one piece.** Where it does not fit behind the others it goes to
 *   the front, and a mark at `wrap` says so; room for that mark is always kept.
 * - **A ring grows** by going on behind what it has, up to its limit. One that is
 *   wrapped first moves its front behind the mark, from where it then goes on. A
 *   mark whose records moved is no place to wrap any more: that is one only if it
 *   is the last one written, and the tail is before it.
 * - **A record larger than the ring** goes, alone, beyond its limit.
 *
 * @module
 */

/** No room, until something is got. */
export const NOWHERE = -1;

/** Where a record goes as the ring is; `NOWHERE` if it does not fit. */
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

/** How far a ring in one piece must reach, for one more record; or `NOWHERE`. */
export function reachFor(
  units: number,
  tail: number,
  isEmpty: boolean,
  limit: number,
): number {
  const reach = tail + units + 1;
  return reach <= limit || isEmpty ? reach : NOWHERE;
}

/** How large a ring gets that must reach that far: a few times only. */
export function grownTo(
  reach: number,
  capacity: number,
  limit: number,
): number {
  return Math.min(limit, Math.max(2 * capacity, reach));
}
