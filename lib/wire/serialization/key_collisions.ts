/**
 * The cost of hash collisions among the keys of a map. V8 hashes numbers, and
 * texts that are array indices, without a secret seed (2.9.6): an untrusted
 * peer may send keys of equal hashes, and then each key is compared with all
 * those before it. The hashes of other texts have a secret seed, and those of
 * objects are random.
 *
 * @module
 */

/** Smaller maps are filled fast, whatever their keys are. */
export const CHECKED_FROM_COUNT = 64;

const BUCKETS_MAX = 1 << 16;
/** How many keys may be in a bucket beyond four times the average. */
const SPARE = 16;
/** The cost of a comparison, which takes some nanoseconds. */
const COST_OF_COMPARING = 12;
/** The cost of comparing texts, which reads both. */
const COST_OF_COMPARING_TEXTS = 40;

let buckets: Uint32Array | null = null;

/**
 * The cost of the collisions among the keys in `content`, in the unit of
 * `codec_cost.ts`. Every `stride`-th element is a key.
 */
export function costOfKeys(
  content: readonly unknown[],
  stride: number,
): number {
  const used = bucketsFor(content.length / stride);
  const counts = buckets ??= new Uint32Array(BUCKETS_MAX);
  counts.fill(0, 0, used);
  let cost = 0;
  for (let i = 0; i < content.length; i += stride) {
    const key = content[i];
    const hash = hashOf(key);
    if (hash < 0) continue;
    const before = counts[hash & used - 1]!++;
    const excess = before - SPARE - 4 * i / stride / used;
    if (excess > 0) {
      cost += excess *
        (typeof key === "string" ? COST_OF_COMPARING_TEXTS : COST_OF_COMPARING);
    }
  }
  return cost;
}

/** At least as many buckets as a map of `count` keys has. */
function bucketsFor(count: number): number {
  let buckets = CHECKED_FROM_COUNT;
  while (buckets < count && buckets < BUCKETS_MAX) buckets *= 2;
  return buckets;
}

/**
 * V8's hash of a number or an index, as far as it selects a bucket; else -1.
 */
export function hashOf(key: unknown): number {
  if (typeof key === "number") {
    if ((key | 0) === key) return hashOfInt(key);
    bits.setFloat64(0, key);
    return hashOfLong(bits.getUint32(0), bits.getUint32(4));
  }
  if (typeof key === "string") return hashOfIndex(key);
  if (typeof key !== "bigint") return -1;
  // V8 hashes its lowest digit only, without the sign.
  bits.setBigUint64(0, BigInt.asUintN(64, key < 0n ? -key : key));
  return hashOfLong(bits.getUint32(0), bits.getUint32(4));
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * The index itself; the higher bits of V8's hash have the length of the text.
 */
function hashOfIndex(text: string): number {
  if (text.length === 0 || text.length > INDEX_MAX_LENGTH) return -1;
  let index = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9 || index === 0 && i > 0) return -1;
    index = 10 * index + digit;
  }
  return index < 2 ** 32 - 1 ? index & 0xffffff : -1;
}

const ZERO = 48;
const INDEX_MAX_LENGTH = 10;

function hashOfInt(key: number): number {
  let hash = ~key + (key << 15) | 0;
  hash ^= hash >>> 12;
  hash = hash + (hash << 2) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ hash >>> 16) & 0x3fffffff;
}

/** The hash of 64 bits, given as two halves. */
function hashOfLong(high: number, low: number): number {
  // ~hash + (hash << 18)
  let [h, l] = add(~high, ~low, high << 18 | low >>> 14, low << 18);
  // hash ^ hash >>> 31
  [h, l] = [h ^ h >>> 31, l ^ (h << 1 | l >>> 31)];
  // hash * 21
  const [h4, l4] = add(h, l, h << 2 | l >>> 30, l << 2);
  [h, l] = add(h4, l4, h << 4 | l >>> 28, l << 4);
  // hash ^ hash >>> 11
  [h, l] = [h ^ h >>> 11, l ^ (h << 21 | l >>> 11)];
  // hash + (hash << 6)
  [h, l] = add(h, l, h << 6 | l >>> 26, l << 6);
  // hash ^ hash >>> 22
  return (l ^ (h << 10 | l >>> 22)) & 0x3fffffff;
}

function add(h: number, l: number, h2: number, l2: number): [number, number] {
  const sum = (l >>> 0) + (l2 >>> 0);
  return [h + h2 + (sum > 0xffffffff ? 1 : 0) | 0, sum | 0];
}
