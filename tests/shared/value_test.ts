import {
  deepEqual,
  equal,
  notEqual,
  ok,
  rejects,
  throws,
} from "node:assert/strict";
import { inspect } from "node:util";
import { LockError, SharedMemoryError } from "../../lib/base/errors.ts";
import { createRawValue, RawValue } from "../../lib/shared/raw_value.ts";
import { createValue, rehydrateValue, Value } from "../../lib/shared/value.ts";
import type { Typecode } from "../../lib/shared/typecodes.ts";
import { Lock } from "../../lib/sync/lock.ts";
import { RLock } from "../../lib/sync/rlock.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";
import { arrived, go, makeControl, start } from "../memory/memory_testing.ts";

type Any = Value<Typecode>;
const make = (code: string, initial?: unknown) =>
  new Value(code as Typecode, initial as never) as Any;

// code, what is zero, [put, read back]...
const KEEPS: [string, unknown, ...[unknown, unknown][]][] = [
  ["c", "\0", ["a", "a"], ["\xff", "\xff"]],
  ["u", "\0", ["ß", "ß"], ["😀", "😀"]],
  ["b", 0, [127, 127], [128, -128], [-129, 127]],
  ["B", 0, [255, 255], [256, 0], [-1, 255]],
  ["h", 0, [32768, -32768], [-2, -2]],
  ["H", 0, [65536, 0], [-1, 65535]],
  ["i", 0, [2 ** 31, -(2 ** 31)], [-1, -1], [2 ** 40 + 3, 3]],
  ["I", 0, [-1, 2 ** 32 - 1], [2 ** 32, 0]],
  ["l", 0n, [2n ** 63n, -(2n ** 63n)], [-1n, -1n]],
  ["L", 0n, [-1n, 2n ** 64n - 1n]],
  ["q", 0n, [2n ** 63n, -(2n ** 63n)], [5n, 5n]],
  ["Q", 0n, [2n ** 64n, 0n], [-1n, 2n ** 64n - 1n]],
  ["f", 0, [0.1, 0.10000000149011612], [NaN, NaN], [-0, -0]],
  ["d", 0, [0.1, 0.1], [NaN, NaN], [-Infinity, -Infinity], [-0, -0]],
  ["?", false, [true, true], [false, false]],
  ["int8", 0, [128, -128]],
  ["uint8", 0, [256, 0]],
  ["int16", 0, [32768, -32768]],
  ["uint16", 0, [65536, 0]],
  ["int32", 0, [2 ** 31, -(2 ** 31)]],
  ["uint32", 0, [-1, 2 ** 32 - 1]],
  ["float32", 0, [0.1, 0.10000000149011612]],
  ["float64", 0, [0.1, 0.1]],
  ["bigint64", 0n, [2n ** 63n, -(2n ** 63n)]],
  ["biguint64", 0n, [-1n, 2n ** 64n - 1n]],
  ["bool", false, [true, true]],
];

for (const [code, zero, ...pairs] of KEEPS) {
  Deno.test(`Value of type ${code} keeps what it takes, and wraps`, () => {
    const value = make(code);
    equal(value.typecode, code);
    equal(value.value, zero);
    for (const [put, read] of pairs) {
      value.value = put as never;
      equal(value.value, read);
      equal(make(code, put).value, read);
      equal(value.exchange(zero as never), read);
      equal(value.compareExchange(zero as never, put as never), zero);
      equal(value.compareExchange(read as never, zero as never), read);
      equal(value.value, zero);
      if (read !== zero && !Object.is(read, -0)) {
        equal(value.compareExchange(put as never, put as never), zero);
        equal(value.value, zero);
      }
    }
  });
}

const REFUSES: [string, string, ...unknown[]][] = [
  ["i", "a whole number", 1.5, NaN, Infinity, "1", 1n, true, null, {}],
  ["B", "a whole number", 0.1, "a"],
  ["q", "a bigint", 1, "1", true, null],
  ["f", "a number", 1n, "1", null],
  ["d", "a number", 1n, "1", true],
  ["?", "true or false", 1, 0, "true", null],
  ["c", "a string of one Latin-1 character", "", "ab", "Ā", 65],
  ["u", "a string of one Unicode character", "", "ab", "😀😀", 65],
];

for (const [code, allowed, ...bad] of REFUSES) {
  Deno.test(`Value of type ${code} takes ${allowed} and nothing else`, () => {
    const value = make(code);
    const zero = value.value;
    for (const one of bad) {
      const refused = (error: TypeError) =>
        error instanceof TypeError && error.message.includes(allowed);
      throws(() => value.value = one as never, refused);
      throws(() => make(code, one), refused);
      throws(() => value.exchange(one as never), refused);
      throws(() => value.compareExchange(zero, one as never), refused);
      throws(() => value.compareExchange(one as never, zero), refused);
    }
    equal(value.value, zero);
  });
}

Deno.test("Value refuses an unknown type and names all", () => {
  for (const code of ["z", "", "toString", 5, undefined]) {
    throws(() => make(code as string), {
      name: "TypeError",
      message: /"c", "u", "b".*"bool"$/,
    });
  }
});

Deno.test("Value updates give what was, for every type that has them", () => {
  for (const code of ["b", "B", "h", "H", "i", "I"]) {
    const value = make(code, 6);
    equal(value.add(3 as never), 6);
    equal(value.sub(1 as never), 9);
    equal(value.and(12 as never), 8);
    equal(value.or(3 as never), 8);
    equal(value.xor(1 as never), 11);
    equal(value.value, 10);
    throws(() => value.add(0.5 as never), TypeError);
  }
  for (const code of ["l", "L", "q", "Q"]) {
    const value = make(code, 6n);
    equal(value.add(3n as never), 6n);
    equal(value.sub(1n as never), 9n);
    equal(value.and(12n as never), 8n);
    equal(value.or(3n as never), 8n);
    equal(value.xor(1n as never), 11n);
    equal(value.value, 10n);
    throws(() => value.add(1 as never), TypeError);
  }
  for (const code of ["f", "d"]) {
    const value = make(code, 1.5);
    equal(value.add(0.25 as never), 1.5);
    equal(value.sub(1 as never), 1.75);
    equal(value.value, 0.75);
  }
  const flag = new Value("?", true);
  equal(flag.and(false), true);
  equal(flag.or(true), false);
  equal(flag.xor(true), true);
  equal(flag.value, false);
});

Deno.test("Value integers wrap when added to", () => {
  const i = new Value("i", 2 ** 31 - 1);
  i.add(1);
  equal(i.value, -(2 ** 31));
  const q = new Value("q", 2n ** 63n - 1n);
  q.add(1n);
  equal(q.value, -(2n ** 63n));
});

Deno.test("Value refuses updates that its type does not have", () => {
  const cases: [
    string,
    unknown,
    ...("add" | "sub" | "and" | "or" | "xor")[],
  ][] = [
    ["f", 1, "and", "or", "xor"],
    ["d", 1, "and", "or", "xor"],
    ["?", true, "add", "sub"],
    ["c", "a", "add", "sub", "and", "or", "xor"],
    ["u", "a", "add", "sub", "and", "or", "xor"],
  ];
  for (const [code, operand, ...updates] of cases) {
    for (const update of updates) {
      throws(() => make(code)[update](operand as never), {
        name: "TypeError",
        message: new RegExp(`^Cannot ${update} on a value of type`),
      });
    }
  }
});

Deno.test("Value compares floats as numbers", () => {
  const value = new Value("d", -0);
  equal(Object.is(value.compareExchange(0, NaN), -0), true);
  equal(value.compareExchange(NaN, 1), NaN);
  equal(value.value, 1);
});

Deno.test("Value infers its types", () => {
  const q: bigint = new Value("q").value;
  const i: number = new Value("i").value;
  const flag: boolean = new Value("?").value;
  const char: string = new Value("c").value;
  deepEqual([q, i, flag, char], [0n, 0, false, "\0"]);
  const loose: Value = new Value("i");
  ok(loose);
  throws(() => {
    // @ts-expect-error: a char has nothing to add to
    new Value("c").add("a");
  });
  throws(() => {
    // @ts-expect-error: a float has no bits
    new Value("d").and(1);
  });
  throws(() => {
    // @ts-expect-error: a 64-bit integer takes a bigint
    new Value("q").value = 1;
  });
  throws(() => {
    // @ts-expect-error: there is no such type
    new Value("z");
  });
});

Deno.test("Value has the lock it is given, its own, or none", () => {
  for (const lock of [new RLock(), new Lock()]) {
    equal(new Value("i", 0, { lock }).getLock(), lock);
  }
  const own = new Value("i");
  equal(own.getLock(), own.getLock());
  notEqual(own.getLock(), new Value("i").getLock());
  ok(new Value("i", 0, { lock: true }).getLock() instanceof RLock);
  throws(() => new Value("i", 0, { lock: false }).getLock(), LockError);
  for (const bad of [5, {}, "lock"]) {
    throws(() => new Value("i", 0, { lock: bad as never }), {
      name: "TypeError",
      message: /must be true, false, an RLock or a Lock/,
    });
  }
});

// In Python a Lock that is held makes every use of the value wait for ever.
Deno.test("Value.getLock() does not shut out value", () => {
  for (const lock of [true, new Lock()]) {
    const value = new Value("i", 1, { lock });
    using _held = value.getLock().acquireSync();
    value.value += 1;
    value.add(1);
    equal(value.value, 3);
  }
});

Deno.test("Value.acquire() and release() are those of its lock", async () => {
  const value = new Value("i", 0, { lock: new Lock() });
  {
    using _held = await value.acquire();
    equal(value.getLock().locked(), true);
    equal(await value.acquire({ timeout: 0 }), null);
    equal(value.acquireSync({ timeout: 0 }), null);
  }
  value.acquireSync();
  value.release();
  throws(() => value.release(), LockError);
  const bare = new Value("i", 0, { lock: false });
  await rejects(bare.acquire(), LockError);
  throws(() => bare.acquireSync(), LockError);
  throws(() => bare.release(), LockError);
});

Deno.test("Value.getObj() is the same memory without the lock", () => {
  const value = new Value("i", 1);
  const raw = value.getObj();
  equal(value.getObj(), raw);
  ok(!(raw instanceof Value));
  raw.add(2);
  equal(value.value, 3);
  value[HANDLE]("process");
  raw.add(2);
  equal(value.value, 5);
});

Deno.test("Value shows its type and value", () => {
  equal(inspect(new Value("i", 5)), "<Value i 5>");
  equal(Deno.inspect(new Value("q", 5n)), "<Value q 5n>");
  equal(Deno.inspect(new RawValue("c", "a")), '<RawValue c "a">');
});

for (const place of ["local", "mapped"] as const) {
  Deno.test(`reviveValue() gives one object per value: ${place}`, () => {
    const value = createValue(place, "i", 5);
    const handle = value[HANDLE]("isolate");
    equal(rehydrateValue(handle), value);
    equal(rehydrateValue(structuredClone(handle)), value);
    const raw = createRawValue(place, "d", 0.5);
    equal(rehydrateValue(raw[HANDLE]("isolate")), raw);
    const bare = createValue(place, "d", 0.5, { lock: false });
    equal(rehydrateValue(bare[HANDLE]("isolate")), bare);
    const obj = value.getObj();
    equal(rehydrateValue(obj[HANDLE]("isolate")), obj);
  });

  for (const code of ["i", "q", "f", "d", "B"] as const) {
    Deno.test(`Value.add() loses no update of two: ${place}, ${code}`, {
      timeout: 180_000,
    }, async () => {
      const control = makeControl(place);
      const value = createValue<Typecode>(place, code);
      const job = { job: "add", times: 200_000, value } as const;
      await using one = start(control, job);
      await using two = start(control, job);
      await arrived(control, 2);
      go(control);
      deepEqual(await Promise.all([one.ended, two.ended]), [0, 0]);
      equal(Number(value.value), code === "B" ? 400_000 % 256 : 400_000);
    });
  }

  Deno.test(`Value of every type moves with what it holds: ${place}`, () => {
    for (const [code, , ...pairs] of KEEPS) {
      const [put, read] = pairs[0]!;
      const value = createValue(place, code as Typecode, put as never) as Any;
      value[HANDLE]("process");
      equal(value.value, read);
      const handle = value[HANDLE]("process");
      equal(handle.block.place, "mapped");
      equal(handle.lock?.block.place, "mapped");
    }
  });
}

Deno.test("Value that threads hold is refused to a process, and stays usable", () => {
  const value = new Value("i", 1);
  value[HANDLE]("isolate");
  throws(() => value[HANDLE]("process"), SharedMemoryError);
  value.add(1);
  equal(value.value, 2);
});
