// What this package takes for granted about the keys of maps.

import { ok } from "node:assert/strict";
import { hashOf } from "../../lib/wire/serialization/key_collisions.ts";

type Key = number | bigint | string;

const COUNT = 4_000;
const KINDS: Readonly<Record<string, (i: number) => Key>> = {
  "whole numbers": (i) => i,
  "numbers with fractions": (i) => i + 0.5,
  "large numbers": (i) => BigInt(i),
  "negative large numbers": (i) => -3n * BigInt(i),
  "indices of arrays as text": (i) => String(i * 9),
};

function colliding(make: (i: number) => Key): Key[] {
  const keys: Key[] = [];
  for (let i = 1; keys.length < COUNT; i++) {
    const key = make(i);
    if ((hashOf(key) & 0xfff) === 77) keys.push(key);
  }
  return keys;
}

/** How long it takes to fill a set, at the best. */
function fillingMs(keys: readonly Key[]): number {
  let best = Infinity;
  for (let n = 0; n < 3; n++) {
    const start = performance.now();
    const set = new Set(keys);
    best = Math.min(best, performance.now() - start);
    ok(set.size === keys.length);
  }
  return best;
}

for (const [name, make] of Object.entries(KINDS)) {
  Deno.test(`V8 finds ${name} among the keys of a set by a hash without a secret`, () => {
    const spread = Array.from({ length: COUNT }, (_, i) => make(i * 7 + 1));
    const [bad, good] = [fillingMs(colliding(make)), fillingMs(spread)];
    ok(bad > 5 * good, `${bad} ms and ${good} ms`);
  });
}
