import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { SharedArray } from "../../lib/shared/array.ts";
import { RawValue } from "../../lib/shared/raw_value.ts";
import { rehydrateValue, Value } from "../../lib/shared/value.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";
import "../memory/memory_testing.ts";

const MIXED = { a: "b", b: "d", c: "?", d: "i", e: "q", f: "c" } as const;

Deno.test("Value of a structure reads and writes its fields", () => {
  const p = new Value({ x: "d", y: "d", hits: "i" }, { x: 1 });
  deepEqual(p.value, { x: 1, y: 0, hits: 0 });
  p.value.hits += 2;
  p.value.y = 0.5;
  deepEqual({ ...p.value }, { x: 1, y: 0.5, hits: 2 });
  // Fields that are left out stay.
  p.value = { y: 7 };
  deepEqual(p.value, { x: 1, y: 7, hits: 2 });
  equal(JSON.stringify(p.value), '{"x":1,"y":7,"hits":2}');
  equal(inspect(p), "<Value { x: 1, y: 7, hits: 2 }>");
  equal(p.value, p.value);
});

Deno.test("Value of a structure aligns fields and keeps them apart", () => {
  const p = new RawValue(MIXED);
  const all = { a: -1, b: 0.1, c: true, d: -2, e: -3n, f: "x" };
  p.value = all;
  deepEqual(p.value, all);
  for (const name of ["a", "d"] as const) p.value[name] = 0;
  deepEqual(p.value, { ...all, a: 0, d: 0 });
  p[HANDLE]("process");
  p.value.b = 0.2;
  deepEqual(p.value, { ...all, a: 0, b: 0.2, d: 0 });
  equal(rehydrateValue(p[HANDLE]("isolate")), p as unknown);
});

Deno.test("Value.field() updates one field in one step", () => {
  const p = new Value(MIXED, { d: 6, e: 5n, b: 0.5 });
  const d = p.field("d");
  deepEqual(
    [d.add(3), d.sub(1), d.and(12), d.or(3), d.xor(1), d.exchange(4)],
    [6, 9, 8, 8, 11, 10],
  );
  equal(d.compareExchange(4, 2 ** 31), 4);
  equal(d.value, -(2 ** 31));
  equal(p.field("e").add(1n), 5n);
  equal(p.field("b").add(0.25), 0.5);
  p.field("c").value = true;
  deepEqual(p.value, { a: 0, b: 0.75, c: true, d: -(2 ** 31), e: 6n, f: "\0" });
  throws(() => p.field("f").add("a" as never), TypeError);
});

Deno.test("Value of a structure refuses wrong fields and wrong types, and changes nothing", () => {
  const p = new Value({ x: "d", hits: "i" }, { x: 1 });
  throws(() => p.value = { x: 2, z: 1 } as never, {
    name: "RangeError",
    message: /field "z" .* "x", "hits"/,
  });
  throws(() => p.value = { x: 2, hits: 0.5 }, TypeError);
  throws(() => p.value = 5 as never, TypeError);
  throws(() => (p.value as { z?: number }).z = 1, TypeError);
  throws(() => p.value.hits = 1.5, TypeError);
  throws(() => p.field("z" as "x"), RangeError);
  deepEqual(p.value, { x: 1, hits: 0 });
  const loose = p as unknown as Value<"i">;
  for (
    const use of [
      () => loose.add(1),
      () => loose.sub(1),
      () => loose.and(1),
      () => loose.or(1),
      () => loose.xor(1),
      () => loose.exchange(1),
      () => loose.compareExchange(1, 1),
    ]
  ) throws(use, { name: "TypeError", message: /use field\(\)/ });
  throws(() => (new Value("i") as unknown as typeof p).field("x"), TypeError);
  throws(() => new Value({}), TypeError);
  throws(() => new Value({ x: "z" as "d" }), TypeError);
  throws(() => new Value(null as never), TypeError);
});

Deno.test("Value does not follow a structure that is changed afterwards", () => {
  const type: { x: "d"; y?: "d" } = { x: "d" };
  const p = new Value(type as { x: "d" });
  type.y = "d";
  deepEqual(p.value, { x: 0 });
  deepEqual(p.typecode, { x: "d" });
});

Deno.test("SharedArray of structures keeps them apart", () => {
  const type = { flag: "?", x: "d", n: "h" } as const;
  const points = new SharedArray(type, [{ x: 1 }, { n: 2 }, { flag: true }]);
  const zero = { flag: false, x: 0, n: 0 };
  deepEqual([...points], [{ ...zero, x: 1 }, { ...zero, n: 2 }, {
    ...zero,
    flag: true,
  }]);
  points.set(1, { x: 5 });
  points.get(2).n = -1;
  points.field(0, "n").add(3);
  deepEqual(points.slice(), [{ ...zero, x: 1, n: 3 }, { ...zero, x: 5, n: 2 }, {
    ...zero,
    flag: true,
    n: -1,
  }]);
  points.sort((a, b) => b.x - a.x);
  deepEqual(points.slice().map(({ x }) => x), [5, 1, 0]);
  deepEqual(points.get(0), { ...zero, x: 5, n: 2 });
  throws(() => points.sort(), TypeError);
  throws(() => points.field(3, "n"), RangeError);
  ok(points.at(-1)!.flag);
});

Deno.test("Value of a structure infers its types", () => {
  const p = new Value({ x: "d", id: "q", ok: "?", c: "c" });
  const { x, id, ok, c }: { x: number; id: bigint; ok: boolean; c: string } =
    p.value;
  deepEqual([x, id, ok, c], [0, 0n, false, "\0"]);
  const typed: Value<{ x: "d" }> = new Value({ x: "d" });
  equal(typed.value.x, 0);
  throws(() => {
    // @ts-expect-error: a 64-bit integer takes a bigint
    p.value.id = 1;
  });
  throws(() => {
    // @ts-expect-error: there is no such field
    p.field("y");
  });
  throws(() => {
    // @ts-expect-error: a structure is not added to
    p.add(1);
  });
});
