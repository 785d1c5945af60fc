/**
 * Reading, writing and adding, against bare atomics.
 *
 * @module
 */

import { Value } from "../../../mod.ts";
import { nsEach } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 9;
const UNDER_30_NS: Limit = { kind: "most", most: 30 };

const int = new Int32Array(new SharedArrayBuffer(4));
const bits = new BigInt64Array(new SharedArrayBuffer(8));
const double = new Float64Array(bits.buffer);

const oursInt = new Value("i", 0);
const oursDouble = new Value("d", 0);

/** Adds to a double by exchanging its bits, as there is no atomic for that. */
const scratch = new Float64Array(1);
const scratchBits = new BigInt64Array(scratch.buffer);
function addToDouble(amount: number): void {
  for (;;) {
    const seen = Atomics.load(bits, 0);
    scratchBits[0] = seen;
    scratch[0]! += amount;
    if (Atomics.compareExchange(bits, 0, seen, scratchBits[0]) === seen) return;
  }
}

function bench(
  name: string,
  bare: (count: number) => number,
  ours: (count: number) => number,
): Bench {
  return {
    name,
    unit: "ns",
    limit: UNDER_30_NS,
    passes: PASSES,
    bare: () => nsEach(bare),
    ours: () => nsEach(ours),
  };
}

/** The rows of this file. Each side is a loop of its own, and is all it does. */
export const valueBenches: readonly Bench[] = [
  bench('Value "i" get', (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Atomics.load(int, 0);
    return sum;
  }, (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += oursInt.value;
    return sum;
  }),
  bench('Value "i" set', (count) => {
    for (let i = 0; i < count; i++) Atomics.store(int, 0, i);
    return int[0]!;
  }, (count) => {
    for (let i = 0; i < count; i++) oursInt.value = i;
    return oursInt.value;
  }),
  bench('Value "i" add', (count) => {
    for (let i = 0; i < count; i++) Atomics.add(int, 0, 1);
    return int[0]!;
  }, (count) => {
    for (let i = 0; i < count; i++) oursInt.add(1);
    return oursInt.value;
  }),
  bench('Value "d" get', (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += double[0]!;
    return sum;
  }, (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += oursDouble.value;
    return sum;
  }),
  bench('Value "d" set', (count) => {
    for (let i = 0; i < count; i++) double[0] = i;
    return double[0]!;
  }, (count) => {
    for (let i = 0; i < count; i++) oursDouble.value = i;
    return oursDouble.value;
  }),
  bench('Value "d" add', (count) => {
    for (let i = 0; i < count; i++) addToDouble(1);
    return double[0]!;
  }, (count) => {
    for (let i = 0; i < count; i++) oursDouble.add(1);
    return oursDouble.value;
  }),
];
