/**
 * What goes over many elements at once: right as element by element, and as quick as
 * typed arrays do it.
 *
 * @module
 */

import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { getContext, RawArray, SharedArray, type Typecode } from "../../mod.ts";

interface Sample {
  readonly code: Typecode;
  /** Elements, in their own order, with what wraps at the end. */
  readonly row: readonly unknown[];
  /** What may stand in for them, as it is copied in one piece. */
  readonly typed: readonly (new (row: never) => Iterable<unknown>)[];
  readonly bad: unknown;
}

const INTS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
] as const;
const BIGS = [BigInt64Array, BigUint64Array] as const;
const FLOATS = [Float32Array, Float64Array] as const;

const WHOLE = [1, 2, 100, 300, -1, 2 ** 31, 2 ** 40 + 7, -0];
const BIG = [1n, 2n, -1n, 2n ** 63n, 2n ** 70n + 5n];
const FLOAT = [-Infinity, -1.5, -0, 0, 0.1, 2 ** 60, Infinity, NaN];

const SAMPLES: readonly Sample[] = [
  ...(["b", "B", "h", "H", "i", "I"] as const).map((code) => ({
    code,
    row: WHOLE,
    typed: [...INTS, ...FLOATS],
    bad: 0.5,
  })),
  ...(["l", "L", "q", "Q"] as const).map((code) => ({
    code,
    row: BIG,
    typed: BIGS,
    bad: 1,
  })),
  ...(["f", "d"] as const).map((code) => ({
    code,
    row: FLOAT,
    typed: [...INTS, ...FLOATS],
    bad: 1n,
  })),
  { code: "?", row: [false, true, true], typed: [], bad: 1 },
  { code: "c", row: ["a", "b", "\xff", "\0"], typed: [], bad: "€" },
  { code: "u", row: ["a", "€", "\uffee", "😀"], typed: [], bad: "ab" },
];

type Loose = RawArray<Typecode>;
const CONTEXTS = [getContext("thread"), getContext("spawn")];

/** The same, element by element. */
function oneByOne(code: Typecode, elements: Iterable<unknown>): unknown[] {
  const list = [...elements];
  const array = new RawArray(code, list.length) as Loose;
  for (const [i, element] of list.entries()) array.set(i, element as never);
  return list.map((_, i) => array.get(i));
}

for (const { code, row, typed, bad } of SAMPLES) {
  for (const ctx of CONTEXTS) {
    const make = (given: unknown): Loose =>
      new (ctx.RawArray as unknown as new (c: Typecode, g: unknown) => Loose)(
        code,
        given,
      );
    const name = `"${code}", ${ctx.getStartMethod()}`;

    Deno.test(`RawArray takes and gives many elements as it does one by one: ${name}`, () => {
      const wanted = oneByOne(code, row);
      const array = make(row);
      deepEqual(array.slice(), wanted);
      deepEqual([...array], wanted);
      deepEqual(make(array).slice(), wanted);
      deepEqual(
        make({ length: 1, [Symbol.iterator]: () => row.values() })
          .slice(),
        wanted,
      );
      for (const element of row) {
        deepEqual(make(3).fill(element as never, 1).slice(1, 2), [
          ...oneByOne(code, [element]),
        ]);
      }
      const other = make(row.length + 2);
      const zero = other.get(0);
      other.setSlice(1, -1, new Map(row.entries()).values() as never);
      deepEqual(other.slice(), [zero, ...wanted, zero]);
      other.setSlice(1, -1, array as never);
      deepEqual(other.slice(1, -1), wanted);
      equal(array.slice(2, 1).length + array.slice(-1, 0).length, 0);
    });

    Deno.test(`RawArray takes typed arrays as they are iterated: ${name}`, () => {
      for (const Type of typed) {
        // Fractions are no integers, whatever they come in.
        const whole = (row as unknown[]).filter((one) =>
          code === "f" || code === "d" || typeof one === "bigint" ||
          Number.isInteger(one)
        );
        const given = new Type(whole as never);
        const wanted = oneByOne(code, given);
        deepEqual(make(given).slice(), wanted, Type.name);
        const array = make(wanted.length);
        array.setSlice(0, undefined, given as never);
        deepEqual(array.slice(), wanted);
      }
    });

    Deno.test(`RawArray refuses all of what has one bad element, and changes nothing: ${name}`, () => {
      const array = make(row);
      const before = array.slice();
      const list = [...row.slice(0, -1), bad];
      throws(() => array.setSlice(0, undefined, list as never), TypeError);
      throws(() => array.fill(bad as never), TypeError);
      throws(() => make(list), TypeError);
      const other = typeof bad === "bigint" ? [1n] : [0.5];
      const typed = typeof bad === "bigint"
        ? BigInt64Array.from(other as bigint[])
        : Float64Array.from(other as number[]);
      throws(() => array.setSlice(0, 1, typed as never), TypeError);
      deepEqual(array.slice(), before);
    });

    Deno.test(`RawArray sorts and finds by its own order and by another: ${name}`, () => {
      const array = make(row);
      const sorted = array.sort().slice();
      const small = (a: unknown, b: unknown) => (a as number) < (b as number);
      for (let i = 1; i < sorted.length; i++) {
        // By the code of characters, and NaN last.
        if (code !== "u") ok(!small(sorted[i], sorted[i - 1]));
      }
      if (code === "u") deepEqual(sorted, row);
      if (code === "d") ok(Number.isNaN(sorted.at(-1)));
      const rank = (one: unknown) => sorted.findIndex((x) => Object.is(x, one));
      array.sort((a, b) => rank(b) - rank(a));
      deepEqual(array.slice(), sorted.toReversed());
      for (const element of array) {
        equal(array.includes(element as never), true);
        const at = array.slice().indexOf(element as never);
        equal(array.indexOf(element as never), at);
        equal(
          array.indexOf(element as never, at + 1),
          array.slice().indexOf(element as never, at + 1),
        );
      }
      equal(array.includes(bad as never), false);
      equal(array.indexOf(bad as never), -1);
    });
  }
}

Deno.test("RawArray takes of a typed array what its class iterates, and nothing of one that is gone", () => {
  class Doubled extends Float64Array {
    override *[Symbol.iterator](): ArrayIterator<number> {
      for (let i = 0; i < this.length; i++) yield 2 * this[i]!;
      return undefined;
    }
  }
  const doubled = new Doubled([1, 2]);
  deepEqual(new RawArray("d", doubled).slice(), [2, 4]);
  class Reversed extends RawArray<"i"> {
    override *[Symbol.iterator](): IterableIterator<number> {
      for (let i = this.length; i > 0; i--) yield this.get(i - 1);
    }
  }
  deepEqual(new RawArray("i", new Reversed("i", [1, 2])).slice(), [2, 1]);
  const gone = new Float64Array(2);
  structuredClone(gone, { transfer: [gone.buffer] });
  throws(() => new RawArray("d", gone), TypeError);
  const array = new RawArray("d", [1, 2]);
  throws(() => array.setSlice(0, 2, gone), TypeError);
  deepEqual(array.slice(), [1, 2]);
});

Deno.test("SharedArray may be filled from a view of itself", () => {
  for (const { SharedArray } of CONTEXTS) {
    const array = new SharedArray("d", [1, 2, 3, 4]);
    array.setSlice(1, 4, array.typed().subarray(0, 3));
    deepEqual(array.slice(), [1, 1, 2, 3]);
  }
});

Deno.test("SharedArray of bytes is made of bytes and of text of any length", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  const array = new SharedArray("c", bytes);
  deepEqual(array.raw, bytes);
  const text = array.slice().join("");
  equal(text.charCodeAt(255), 255);
  deepEqual(new SharedArray("c", text).raw, bytes);
  equal(new SharedArray("c", text.slice(1, 70_000)).value, text.slice(1, 256));
});

function madeOf(given: Float64Array): unknown {
  const view = new Float64Array(new SharedArrayBuffer(given.byteLength));
  view.set(given);
  return view;
}

/** The shortest of some tries, in turns: whatever slows one slows the other. */
function ratio(ours: () => unknown, bare: () => unknown): number {
  const best = [Infinity, Infinity];
  for (let turn = 0; turn < 20; turn++) {
    for (const [i, run] of [ours, bare].entries()) {
      const start = performance.now();
      run();
      best[i] = Math.min(best[i]!, performance.now() - start);
    }
  }
  return best[0]! / best[1]!;
}

// Goal: no loop over single elements where typed arrays copy. Method: both do the
// same in turns. It is meant to be within 2; such loops take 10 to 400.
Deno.test("SharedArray is about as quick as a typed array with many elements at once", () => {
  const LENGTH = 50_000;
  const FACTOR = 8;
  for (const { SharedArray } of CONTEXTS) {
    const given = Float64Array.from({ length: LENGTH }, () => Math.random());
    const array = new SharedArray("d", LENGTH);
    const view = new Float64Array(new SharedArrayBuffer(8 * LENGTH));
    const rows: Record<string, readonly [() => unknown, () => unknown]> = {
      "making one": [
        () => new SharedArray("d", given),
        () => madeOf(given),
      ],
      "setSlice()": [
        () => array.setSlice(0, LENGTH, given),
        () => view.set(given),
      ],
      "fill()": [() => array.fill(1), () => view.fill(1)],
      "slice()": [() => array.slice(), () => Array.from(view)],
      "indexOf()": [() => array.indexOf(-1), () => view.indexOf(-1)],
      "sort()": [
        () => (array.setSlice(0, LENGTH, given), array.sort()),
        () => (view.set(given), view.sort()),
      ],
    };
    for (const [name, [ours, bare]] of Object.entries(rows)) {
      let times = Infinity;
      // On a busy machine one side may have had the worse turns.
      for (let i = 0; i < 20 && times >= FACTOR; i++) times = ratio(ours, bare);
      ok(times < FACTOR, `${name} takes ${times.toFixed(1)} times as long`);
    }
  }
});

Deno.test("RawArray takes long lists whole, or refuses them for the element that is wrong", () => {
  const list = Array.from({ length: 20_001 }, (_, i) => i - 5);
  deepEqual([...new RawArray("i", list)], list);
  deepEqual([...new RawArray("d", list)], list);
  deepEqual([...new RawArray("q", list.map(BigInt))], list.map(BigInt));
  deepEqual(
    [...new RawArray("?", list.map((n) => n > 0))],
    list.map((n) => n > 0),
  );
  for (const at of [0, 8_191, 8_192, 20_000]) {
    throws(
      () => new RawArray("i", list.with(at, 0.5)),
      /Cannot put 0\.5 .*whole number/,
    );
  }
});
