/**
 * Two million floats at once, against a typed array.
 *
 * @module
 */

import { SharedArray } from "../../../mod.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 7;
const LENGTH = 2_000_000;
const TWICE: Limit = { kind: "ratio", most: 2 };

// Made when the first row needs it.
let shared: { given: Float64Array; ours: SharedArray<"d">; bare: Float64Array };

function sides(): typeof shared {
  return shared ??= {
    given: Float64Array.from({ length: LENGTH }, () => Math.random()),
    ours: new SharedArray("d", LENGTH),
    bare: new Float64Array(new SharedArrayBuffer(8 * LENGTH)),
  };
}

function bench(
  name: string,
  bare: (all: typeof shared) => unknown,
  ours: (all: typeof shared) => unknown,
): Bench {
  const timed = (run: (all: typeof shared) => unknown) => () => {
    const all = sides();
    const start = performance.now();
    run(all);
    return performance.now() - start;
  };
  const common = { unit: "ms", limit: TWICE, passes: PASSES };
  return { name, ...common, bare: timed(bare), ours: timed(ours) };
}

/** The rows of this file. */
export const arrayBenches: readonly Bench[] = [
  bench(
    "SharedArray of 2 million",
    ({ given }) => {
      const view = new Float64Array(new SharedArrayBuffer(8 * LENGTH));
      view.set(given);
    },
    ({ given }) => new SharedArray("d", given),
  ),
  bench(
    "SharedArray setSlice()",
    ({ bare, given }) => bare.set(given),
    ({ ours, given }) => ours.setSlice(0, LENGTH, given),
  ),
  bench(
    "SharedArray slice()",
    ({ bare }) => Array.from(bare),
    ({ ours }) => ours.slice(),
  ),
  bench(
    "SharedArray fill()",
    ({ bare }) => bare.fill(1),
    ({ ours }) => ours.fill(1),
  ),
  bench(
    "SharedArray sort()",
    ({ bare, given }) => {
      bare.set(given);
      bare.sort();
    },
    ({ ours, given }) => {
      ours.setSlice(0, LENGTH, given);
      ours.sort();
    },
  ),
];
