import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { LockError, SharedMemoryError } from "../../lib/base/errors.ts";
import {
  createArray,
  rehydrateArray,
  SharedArray,
} from "../../lib/shared/array.ts";
import { createRawArray, RawArray } from "../../lib/shared/raw_array.ts";
import type { Typecode } from "../../lib/shared/typecodes.ts";
import { Lock } from "../../lib/sync/lock.ts";
import { RLock } from "../../lib/sync/rlock.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";
import "../memory/memory_testing.ts";

// code, elements as they come back
const ROWS: [Typecode, unknown[]][] = [
  ["c", ["a", "\0", "\xff"]],
  ["u", ["ß", "😀", "\0"]],
  ["b", [1, -128, 127]],
  ["B", [1, 255, 0]],
  ["h", [1, -32768, 2]],
  ["H", [1, 65535, 2]],
  ["i", [1, -(2 ** 31), 2]],
  ["I", [1, 2 ** 32 - 1, 2]],
  ["l", [1n, -(2n ** 63n), 2n]],
  ["Q", [1n, 2n ** 64n - 1n, 2n]],
  ["f", [0.5, -1, NaN]],
  ["d", [0.1, -Infinity, NaN]],
  ["?", [true, false, true]],
];

const loose = (code: Typecode, given: unknown) =>
  new SharedArray(code, given as never) as SharedArray<Typecode>;

for (const [code, row] of ROWS) {
  Deno.test(`SharedArray of type ${code} holds its elements, each by itself`, () => {
    const array = loose(code, row);
    equal(array.length, 3);
    equal(array.typecode, code);
    deepEqual([...array], row);
    deepEqual([...loose(code, array)], row);
    const zeros = loose(code, 3);
    deepEqual([...zeros], [...zeros].fill(zeros.get(1)));
    for (const [i, element] of row.entries()) {
      zeros.set(i, element as never);
      deepEqual(zeros.slice(0, i + 1), row.slice(0, i + 1));
    }
    equal(array.exchange(1, row[0] as never), row[1]);
    equal(array.compareExchange(1, row[0] as never, row[2] as never), row[0]);
    deepEqual(array.get(1), row[2]);
    ok(array.includes(row[2] as never));
    deepEqual([...array.fill(row[0] as never)], [row[0], row[0], row[0]]);
    array[HANDLE]("process");
    array.set(2, row[1] as never);
    deepEqual([...array], [row[0], row[0], row[1]]);
  });
}

Deno.test("SharedArray is made of a length or of elements with a length", () => {
  deepEqual([...new SharedArray("i", 0)], []);
  deepEqual([...new SharedArray("i", new Float64Array([1, 2]))], [1, 2]);
  deepEqual([
    ...new SharedArray("i", {
      length: 1,
      *[Symbol.iterator]() {
        yield 4;
      },
    }),
  ], [4]);
  for (const bad of [-1, 1.5, NaN, Infinity]) {
    throws(() => new SharedArray("i", bad), {
      name: "RangeError",
      message: /must be a whole number >= 0: current value is/,
    });
  }
  const generator = (function* () {
    yield 1;
  })();
  for (const bad of [generator, undefined, null, {}, new Set([1]), true]) {
    throws(() => loose("i", bad), {
      name: "TypeError",
      message: /takes a length, or elements with a length/,
    });
  }
  for (const bad of [[1, "2"], [1.5], [null], "abc"]) {
    throws(() => loose("i", bad), TypeError);
  }
  throws(() => loose("z" as "i", 1), TypeError);
});

Deno.test("SharedArray knows its bounds", () => {
  const array = new SharedArray("i", [1, 2, 3]);
  const uses: ((index: number) => unknown)[] = [
    (i) => array.get(i),
    (i) => array.set(i, 1),
    (i) => array.add(i, 1),
    (i) => array.sub(i, 1),
    (i) => array.and(i, 1),
    (i) => array.or(i, 1),
    (i) => array.xor(i, 1),
    (i) => array.exchange(i, 1),
    (i) => array.compareExchange(i, 1, 1),
  ];
  for (const use of uses) {
    for (const bad of [-1, 3, 0.5, NaN, "1" as never, undefined as never]) {
      throws(() => use(bad), { name: "RangeError", message: /from 0 to 2/ });
    }
  }
  deepEqual([...array], [1, 2, 3]);
  deepEqual([array.at(-1), array.at(-3), array.at(0)], [3, 1, 1]);
  deepEqual([array.at(3), array.at(-4)], [undefined, undefined]);
});

Deno.test("SharedArray updates elements in one step, and wraps", () => {
  const array = new SharedArray("b", [127, 6, 0]);
  equal(array.add(0, 1), 127);
  equal(array.get(0), -128);
  deepEqual(
    [array.sub(1, 1), array.and(1, 12), array.or(1, 3), array.xor(1, 1)],
    [6, 5, 4, 7],
  );
  equal(array.get(1), 6);
  equal(array.get(2), 0);
  const sums = new SharedArray("d", 2);
  equal(sums.add(1, 0.5), 0);
  deepEqual([...sums], [0, 0.5]);
  throws(() => loose("c", 1).add(0, 1 as never), TypeError);
});

Deno.test("SharedArray slices as lists do, and keeps its length", () => {
  const array = new SharedArray("i", [0, 1, 2, 3, 4]);
  for (
    const [start, end] of [[], [1], [1, 3], [-2], [0, -1], [3, 1], [9], [-9, 2]]
  ) {
    deepEqual(array.slice(start, end), [0, 1, 2, 3, 4].slice(start, end));
  }
  deepEqual(array.slice(0, 5, 2), [0, 2, 4]);
  for (const step of [0, -1, 0.5]) {
    throws(() => array.slice(0, 5, step), RangeError);
  }
  array.setSlice(1, 3, [8, 9]);
  array.setSlice(-1, undefined, new Set([7]));
  array.setSlice(2, 2, []);
  deepEqual([...array], [0, 8, 9, 3, 7]);
  for (const list of [[1], [1, 2, 3]]) {
    throws(() => array.setSlice(1, 3, list), {
      name: "RangeError",
      message: /in the place of 2/,
    });
  }
  const { setSlice } = array as unknown as {
    setSlice(...args: unknown[]): void;
  };
  for (const args of [[0, [1]], [0, 1], [0, 1, 5], [0, 1, null], [0, 1, {}]]) {
    throws(() => setSlice.apply(array, args), {
      name: "TypeError",
      message: /"elements" must be a list or another iterable: current value/,
    });
  }
  // All are checked before the first is put.
  throws(() => array.setSlice(0, 2, [5, "x" as never]), TypeError);
  deepEqual([...array], [0, 8, 9, 3, 7]);
  deepEqual([...array.fill(1, -2)], [0, 8, 9, 1, 1]);
  throws(() => array.fill(0.5), TypeError);
  equal(array.indexOf(1), 3);
  equal(array.indexOf(1, 4), 4);
  equal(array.indexOf(5), -1);
});

Deno.test("SharedArray.sort() goes by size, or as it is told", () => {
  deepEqual([...new SharedArray("i", [10, 9, -1]).sort()], [-1, 9, 10]);
  deepEqual([...new SharedArray("q", [10n, 9n]).sort()], [9n, 10n]);
  deepEqual([...new SharedArray("d", [NaN, 1, -1]).sort()], [-1, 1, NaN]);
  deepEqual([...new SharedArray("c", "bca").sort()], ["a", "b", "c"]);
  deepEqual([...new SharedArray("?", [true, false]).sort()], [false, true]);
  const down = new SharedArray("i", [1, 3, 2]).sort((a, b) => b - a);
  deepEqual([...down], [3, 2, 1]);
});

Deno.test('SharedArray of "c" is text and bytes', () => {
  const text = new SharedArray("c", 8);
  text.value = "hi";
  equal(text.value, "hi");
  deepEqual([...text.raw], [104, 105, 0, 0, 0, 0, 0, 0]);
  text.value = "12345678";
  equal(text.value, "12345678");
  text.value = "ab";
  equal(text.value, "ab");
  // As in Python, what lies behind the NUL stays.
  equal(String.fromCharCode(...text.raw.slice(3)), "45678");
  throws(() => text.value = "123456789", {
    name: "RangeError",
    message: /9 bytes .* room for 8/,
  });
  throws(() => text.value = "€", { name: "TypeError", message: /TextEncoder/ });
  throws(() => text.value = 5 as never, TypeError);
  text.raw = new Uint8Array([0, 255]);
  deepEqual([...text.raw.slice(0, 3)], [0, 255, 0]);
  equal(text.value, "");
  text.value = "\xe4";
  equal(text.value, "ä");
  const copy = text.raw;
  copy[0] = 1;
  equal(text.raw[0], 0xe4);
  equal(new SharedArray("c", "hello").value, "hello");
  equal(new SharedArray("c", new Uint8Array([104])).value, "h");
  throws(() => new SharedArray("i", 1).value, TypeError);
  throws(() => new SharedArray("i", 1).raw, TypeError);
});

Deno.test("SharedArray.typed() is a view over the same memory", () => {
  for (const place of ["local", "mapped"] as const) {
    for (const [code, row] of ROWS) {
      const array = createArray(place, code, row as never);
      if ("cu?".includes(code)) {
        throws(() => array.typed(), TypeError);
        continue;
      }
      const view = array.typed() as unknown as { [i: number]: unknown };
      deepEqual([view[0], view[1], view[2], view[3]], [...row, undefined]);
      view[1] = row[0];
      equal(array.get(1), row[0]);
    }
  }
  throws(() => new SharedArray({ x: "d" }, 1).typed(), TypeError);
});

Deno.test("SharedArray does not move away from a view of it", () => {
  const array = new SharedArray("i", 1);
  array.typed();
  throws(() => array[HANDLE]("process"), {
    name: "SharedMemoryError",
    message: /typed\(\).*getContext\("spawn"\)/,
  });
  equal(array[HANDLE]("isolate").block.place, "local");
  const moved = new SharedArray("i", [3]);
  moved[HANDLE]("process");
  equal(moved.typed()[0], 3);
});

Deno.test("SharedArray has the lock it is given, its own, or none", async () => {
  for (const lock of [new RLock(), new Lock()]) {
    const array = new SharedArray("i", 1, { lock });
    equal(array.getLock(), lock);
    array.acquireSync();
    equal(lock.locked(), true);
    array.release();
    using _held = await array.acquire();
    equal(lock.locked(), true);
  }
  const own = new SharedArray("i", 1);
  equal(own.getLock(), own.getLock());
  notEqual(own.getLock(), new SharedArray("i", 1).getLock());
  throws(() => new SharedArray("i", 1, { lock: false }).getLock(), LockError);
  throws(() => new SharedArray("i", 1, { lock: 5 as never }), TypeError);
  using _held = own.getLock().acquireSync();
  own.add(0, 1);
  const raw = own.getObj();
  equal(own.getObj(), raw);
  ok(!(raw instanceof SharedArray));
  raw.add(0, 1);
  equal(own.get(0), 2);
});

for (const place of ["local", "mapped"] as const) {
  Deno.test(`reviveArray() gives one object per array: ${place}`, () => {
    const array = createArray(place, "i", [1, 2]);
    const handle = array[HANDLE]("isolate");
    equal(rehydrateArray(handle), array);
    equal(rehydrateArray(structuredClone(handle)), array);
    const raw = createRawArray(place, { x: "d" }, 2);
    equal(rehydrateArray(raw[HANDLE]("isolate")), raw);
    const obj = array.getObj();
    equal(rehydrateArray(obj[HANDLE]("isolate")), obj);
  });
}

Deno.test("SharedArray that threads hold is refused to a process, and stays usable", () => {
  const array = new SharedArray("i", 1);
  array[HANDLE]("isolate");
  throws(() => array[HANDLE]("process"), SharedMemoryError);
  equal(array.add(0, 1), 0);
});

Deno.test("SharedArray shows its type and elements", () => {
  equal(inspect(new SharedArray("i", [1, 2])), "<SharedArray i [ 1, 2 ]>");
  equal(
    Deno.inspect(new RawArray({ x: "d" }, 1)),
    '<RawArray {"x":"d"} [ { x: 0 } ]>',
  );
  ok(Deno.inspect(new SharedArray("B", 1000)).endsWith(" … 1000 in all>"));
});

Deno.test("SharedArray infers its types", () => {
  const q: bigint = new SharedArray("q", 1).get(0);
  const list: number[] = new SharedArray("d", 1).slice();
  const view: Int16Array = new SharedArray("h", 1).typed();
  const text: string = new SharedArray("c", 1).value;
  const x: number = new SharedArray({ x: "d" }, 1).get(0).x;
  deepEqual([q, list, view.length, text, x], [0n, [0], 1, "", 0]);
  throws(() => {
    // @ts-expect-error: a 64-bit integer is a bigint
    new SharedArray("q", [1]);
  });
  throws(() => {
    // @ts-expect-error: a float has no bits
    new SharedArray("d", 1).and(0, 1);
  });
  throws(() => {
    // @ts-expect-error: only "c" has text
    new SharedArray("i", 1).value = "a";
  });
});
