/**
 * A row of the benchmark: the bare platform and the library, side by side.
 *
 * @module
 */

import { median, pause } from "../measure.ts";

/** How much the library may take. */
export type Limit =
  /** At most so many times as much as the bare platform. */
  | { readonly kind: "ratio"; readonly most: number }
  /** At most so much, in the unit of the row. */
  | { readonly kind: "most"; readonly most: number }
  /** At most so much more than the bare platform, in the unit of the row. */
  | { readonly kind: "more"; readonly most: number }
  /** At least so much, in the unit of the row. */
  | { readonly kind: "least"; readonly least: number }
  /** No limit is set. */
  | { readonly kind: "none" };

/** What is compared: each is measured once in a call. */
export interface Sides {
  readonly bare: () => number | Promise<number>;
  readonly ours: () => number | Promise<number>;
}

/** Sides that use in all passes what is there for so long. */
export interface Within {
  readonly within: (
    passes: (sides: Sides) => Promise<Result>,
  ) => Promise<Result>;
}

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly limit: Limit;
  /** How many times each side is measured. */
  readonly passes: number;
  /** What another platform takes for the like. */
  readonly peer?: string;
}

/** What is compared, and how it is measured. */
export type Bench = Row & (Sides | Within);

/** What came of it. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly bare: number;
  readonly ours: number;
  readonly ratio: number;
  readonly limit: Limit;
  readonly ok: boolean;
  readonly peer?: string;
}

/** Within this a thread or process that has ended has left the machine, too. */
const REST_MS = 20;

/** Measures a row. */
export async function measure(bench: Bench): Promise<Result> {
  return await ("within" in bench
    ? bench.within((sides) => measureSides(bench, sides))
    : measureSides(bench, bench));
}

/**
 * Measures both sides in turn, so that what slows the machine slows both, and each
 * as often first as second.
 */
async function measureSides(
  { name, unit, limit, passes, peer }: Row,
  { bare: bareOnce, ours: oursOnce }: Sides,
): Promise<Result> {
  const bares: number[] = [];
  const ourses: number[] = [];
  await bareOnce();
  await oursOnce();
  const sides = [
    async () => bares.push(await bareOnce()),
    async () => ourses.push(await oursOnce()),
  ];
  for (let pass = 0; pass < passes; pass++) {
    for (const side of sides) {
      await pause(REST_MS);
      await side();
    }
    sides.reverse();
  }
  const bare = median(bares);
  const ours = median(ourses);
  const ok = holds(limit, bare, ours);
  const ratio = ours / bare;
  return {
    ...{ name, unit, bare, ours, ratio, limit, ok },
    ...(peer === undefined ? {} : { peer }),
  };
}

function holds(limit: Limit, bare: number, ours: number): boolean {
  switch (limit.kind) {
    case "ratio":
      return ours <= bare * limit.most;
    case "most":
      return ours <= limit.most;
    case "more":
      return ours - bare <= limit.most;
    case "least":
      return ours >= limit.least;
    case "none":
      return true;
  }
}

/** A limit in words. */
export function wordsOf(limit: Limit, unit: string): string {
  switch (limit.kind) {
    case "ratio":
      return `<= ${limit.most}x`;
    case "most":
      return `<= ${limit.most} ${unit}`;
    case "more":
      return `<= +${limit.most} ${unit}`;
    case "least":
      return `>= ${limit.least} ${unit}`;
    case "none":
      return "";
  }
}
