/**
 * The handshakes in progress, of which only a limited number is kept.
 *
 * - **Per address:** an address with more than its share loses its own oldest ones,
 *   and no other address does. In IPv6 the addresses of one network count as one.
 * - **In all:** beyond that, the address with the most loses its oldest one.
 * - **Only silent peers:** a peer that has sent everything gets its verdict.
 *
 * @module
 */

/** How many silent peers one address may have. */
export const HANDSHAKES_PER_NETWORK_MAX = 64;
/** How many silent peers all addresses together may have. */
export const HANDSHAKES_MAX = 256;

/** The peers whose answer has not come. */
export class PendingHandshakes<G extends object> {
  // Invariant: oldest first, and no peer in two of the sets; none of the sets is
  // empty.
  readonly #byAddress = new Map<string, Set<G>>();
  #count = 0;

  /** Adds a peer; returns the peer that has to leave for it, or null. */
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

  /** Removes a peer that has answered or left. */
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

/** The unit of the limit per address: an address, or a network of IPv6. */
export function networkOf(hostname: string): string {
  if (!hostname.includes(":")) return hostname;
  // An address of IPv4 in the notation of IPv6.
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
