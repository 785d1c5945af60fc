/**
 * Strangers who are proving themselves, so many at a time and no more.
 *
 * - **Per address:** one that sends more than its share crowds out its own oldest
 *   ones, and nobody else's. In IPv6 the addresses of one network are one.
 * - **In all:** beyond that, the address with the most gives up its oldest.
 * - **Only the silent:** one who has said all that is asked is judged and not
 *   crowded out.
 *
 * @module
 */

/** How many of one address may be silent at once. */
export const HANDSHAKES_PER_NETWORK_MAX = 64;
/** How many of all addresses together. */
export const HANDSHAKES_MAX = 256;

/** Those who have come and have not said anything yet. */
export class PendingHandshakes<G extends object> {
  // Invariant: the oldest first, and nobody in two of them; none of them is empty.
  readonly #byAddress = new Map<string, Set<G>>();
  #count = 0;

  /** Takes one more; gives the one who has to leave for it, if one has to. */
  add(one: G, hostname: string | null): G | null {
    const network = hostname === null ? "" : networkOf(hostname);
    const leaving = this.#crowdedOutBy(network);
    if (leaving !== null) this.delete(leaving);
    const same = this.#byAddress.get(network);
    if (same === undefined) this.#byAddress.set(network, new Set([one]));
    else same.add(one);
    this.#count++;
    return leaving;
  }

  /** Lets one go who has answered, or left. */
  delete(one: G): void {
    for (const [network, all] of this.#byAddress) {
      if (!all.delete(one)) continue;
      this.#count--;
      if (all.size === 0) this.#byAddress.delete(network);
      return;
    }
  }

  #crowdedOutBy(network: string): G | null {
    const same = this.#byAddress.get(network);
    if (same !== undefined && same.size >= HANDSHAKES_PER_NETWORK_MAX) {
      return firstOf(same);
    }
    if (this.#count < HANDSHAKES_MAX) return null;
    let largest: Set<G> | null = null;
    for (const all of this.#byAddress.values()) {
      if (all.size > (largest?.size ?? 0)) largest = all;
    }
    return firstOf(largest!);
  }
}

function firstOf<G>(all: ReadonlySet<G>): G {
  const [first] = all;
  return first!;
}

/** What one sender has for itself: an address, or a network of IPv6. */
export function networkOf(hostname: string): string {
  if (!hostname.includes(":")) return hostname;
  // An address of IPv4 in the clothes of IPv6.
  if (hostname.includes(".")) {
    return hostname.slice(hostname.lastIndexOf(":") + 1);
  }
  const [left, right] = hostname.split("::").map((half) =>
    half === "" ? [] : half.split(":")
  ) as [string[], string[]?];
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array(zeros).fill("0"), ...right ?? []];
  return groups.slice(0, 4).join(":");
}
