import { deepStrictEqual, equal, ok, throws } from "node:assert/strict";
import {
  decode,
  encode,
  encodeTo,
  type Sink,
} from "../../lib/wire/serialization/codec.ts";
import { TAG } from "../../lib/wire/serialization/codec_format.ts";
import { size } from "./wire_testing.ts";

const HEADER = 0x10;

/** A value in which every tag occurs. */
function sample(): unknown {
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  const sparse: unknown[] = [];
  sparse[100_000] = 1;
  const value = {
    primitives: [undefined, null, false, true, 5, -5, 0.5, 7n, 2n ** 70n],
    strings: ["short", "€uro", "\ud800", "long".repeat(30)],
    holes: [1, , 3],
    sparse,
    map: new Map<unknown, unknown>([["k", 1]]),
    set: new Set([1]),
    date: new Date(5),
    regexp: /a/g,
    views: [new Uint16Array(buffer, 2, 2), new DataView(buffer)],
    boxed: Object("b"),
    self: null as unknown,
  };
  value.self = value;
  return value;
}

/** The same bytes in one place, so that the format cannot change unnoticed. */
const FORMAT: [unknown, string][] = [
  [{ i: 1, s: "hello" }, "10 0a02 4169 81 4173 4568656c6c6f"],
  [[undefined, null, false, true], "10 0b04 00 01 02 03"],
  [[127, 128, -1], "10 0b03 ff 0480000000 04ffffffff"],
  [1.5, "10 05000000000000f83f"],
  [-2n, "10 06feffffffffffffff"],
  [2n ** 64n, "10 0700 513130303030303030303030303030303030"],
  ["€", "10 0803e282ac"],
  ["\ud800", "10 090100d8"],
  [[, 1], "10 0b02 0c 81"],
  [new Map([[1, 2]]), "10 0e01 81 82"],
  [new Set([1]), "10 0f01 81"],
  [new Date(1), "10 10 81"],
  [/a/g, "10 11 4161 4167"],
  [new Uint8Array([7, 8]).subarray(1), "10 13 02 1201 08 8080808000 01"],
  [new Uint8Array([7, 8]), "10 13 02 12020708 00 02"],
  [Object(true), "10 14 03"],
];

for (const [value, hex] of FORMAT) {
  Deno.test(`encode() writes ${Deno.inspect(value)} as version 1 does`, () => {
    equal(encode(value).toHex(), hex.replaceAll(" ", ""));
    deepStrictEqual(decode(encode(value)), value);
  });
}

Deno.test("encode() gives a copy of exactly the bytes", () => {
  const first = encode("one");
  encode("two");
  equal(decode(first), "one");
  equal(first.buffer.byteLength, first.length);
});

Deno.test("encodeTo() lends the bytes and decode() reads a part of a buffer", () => {
  const ring = new Uint8Array(200_000);
  let end = 5;
  const into: Sink<number> = (content, length) => {
    if (typeof content === "function") content(ring, end);
    else ring.set(content.subarray(0, length), end);
    return end += length;
  };
  const values = [{ i: 1, s: "hello", f: 0.5 }, new Uint8Array(50_000).fill(1)];
  for (const value of values) {
    const start = end;
    equal(encodeTo(value, into), end);
    deepStrictEqual(decode(ring, start, end), value);
    throws(() => decode(ring, start, end - 1), RangeError);
    throws(() => decode(ring, start, end + 1), RangeError);
  }
});

Deno.test("encode() refuses what pack() must look at", () => {
  for (const value of [() => {}, Symbol(), new Error(), new URL("http://a/")]) {
    throws(() => encode([value]), TypeError);
  }
  deepStrictEqual(decode(encode([1])), [1]);
});

Deno.test("encode() does not trust the methods of a boxed primitive", () => {
  class Odd extends Number {
    override valueOf(): number {
      return {} as number;
    }
  }
  const shared = {};
  const back = decode(encode([new Odd(4), shared, shared])) as unknown[];
  deepStrictEqual(back, [Object(4), {}, {}]);
  equal(back[1], back[2]);
});

Deno.test("decode() reads from the middle of a larger buffer and keeps none of it", () => {
  const bytes = encode([0.5, new Uint8Array([1, 2]), "x".repeat(100)]);
  const large = new Uint8Array(bytes.length + 7);
  large.set(bytes, 3);
  const back = decode(large.subarray(3, 3 + bytes.length)) as unknown[];
  large.fill(0);
  deepStrictEqual(back, [0.5, new Uint8Array([1, 2]), "x".repeat(100)]);
  equal((back[1] as Uint8Array).buffer.byteLength, 2);
});

Deno.test("decode() tells apart field names that share a place in its cache", () => {
  const keys: string[] = [];
  for (let i = 0; i < 3000; i++) keys.push(`k${i.toString(36)}`, `${i}k`);
  const value = Object.fromEntries(keys.map((key, i) => [key, i]));
  for (let i = 0; i < 2; i++) deepStrictEqual(decode(encode(value)), value);
});

Deno.test("decode() refuses a message cut at any byte", () => {
  const bytes = encode(sample());
  deepStrictEqual(decode(bytes), sample());
  for (let length = 0; length < bytes.length; length++) {
    throws(() => decode(bytes.slice(0, length)), {
      name: "RangeError",
      message: /^Cannot read a message: /,
    });
  }
});

const HOSTILE: [string, number[]][] = [
  ["nothing", []],
  ["another version", [0x20, 0x81]],
  ["bytes after the end", [HEADER, 0x81, 0x81]],
  ["an unknown tag", [HEADER, 0x3f]],
  ["an array of 2^49 items", [HEADER, TAG.array, ...size(2 ** 48)]],
  ["an object of 2^32 fields", [HEADER, TAG.object, ...size(2 ** 32)]],
  ["a map of 2^32 entries", [HEADER, TAG.map, ...size(2 ** 32)]],
  ["a set of 2^32 members", [HEADER, TAG.set, ...size(2 ** 32)]],
  ["a buffer of 2^40 bytes", [HEADER, TAG.buffer, ...size(2 ** 40)]],
  ["a text of 2^40 bytes", [HEADER, TAG.utf8, ...size(2 ** 40)]],
  ["units of 2^40 bytes", [HEADER, TAG.utf16, ...size(2 ** 40)]],
  ["a sparse array over 2^32", [HEADER, TAG.sparse, ...size(2 ** 32), 0]],
  ["an item after its array", [HEADER, TAG.sparse, 1, 1, 1, 0x81]],
  ["an endless size", [HEADER, TAG.array, ...new Array(20).fill(0xff)]],
  ["a reference to what comes later", [HEADER, TAG.ref, 0]],
  ["text that is no UTF-8", [HEADER, TAG.utf8, 1, 0xff]],
  ["a bigint of no digits", [HEADER, TAG.bigint, 0, 0x41, 0x67]],
  ["a field name that is no string", [HEADER, TAG.object, 1, 0x81, 0x81]],
  ["a broken pattern", [HEADER, TAG.regexp, 0x41, 0x28, 0x40]],
  ["a view on a number", [HEADER, TAG.view, 2, 0x81, 0, 0]],
  ["a view of an unknown class", [HEADER, TAG.view, 99, TAG.buffer, 0, 0, 0]],
  ["a view past its buffer", [HEADER, TAG.view, 2, TAG.buffer, 1, 7, 1, 1]],
];

for (const [name, bytes] of HOSTILE) {
  Deno.test(`decode() refuses ${name}`, () => {
    throws(() => decode(new Uint8Array(bytes)), {
      name: "RangeError",
      message: /^Cannot read a message: /,
    });
  });
}

Deno.test("decode() holds every length against the bytes that are left", () => {
  for (const tag of [TAG.array, TAG.set, TAG.map, TAG.object, TAG.buffer]) {
    const bytes = new Uint8Array([HEADER, tag, 100, 0x41, 0x41, 0x41, 0x41]);
    throws(() => decode(bytes), /cut short at byte 3$/);
  }
});

Deno.test("decode() refuses a million levels", () => {
  const bytes = new Uint8Array(1_000_000).fill(1);
  for (let i = 1; i < bytes.length; i += 2) bytes[i] = TAG.array;
  bytes[0] = HEADER;
  throws(() => decode(bytes), /nests too deeply/);
});

Deno.test("decode() takes no memory for the claims of nested arrays", () => {
  // Each level claims nearly all the bytes that are left.
  const levels = 1900;
  const bytes = new Uint8Array(1 << 20);
  bytes[0] = HEADER;
  for (let i = 0; i < levels; i++) {
    bytes.set([TAG.array, ...size(1_000_000)], 1 + 4 * i);
  }
  bytes[1 + 4 * levels] = 0x3f;
  const before = Deno.memoryUsage().heapTotal;
  throws(() => decode(bytes), RangeError);
  ok(Deno.memoryUsage().heapTotal - before < 100 << 20);
});

Deno.test("decode() takes no memory for the length of sparse arrays", () => {
  const count = 100;
  const one = [TAG.sparse, ...size(30_000_000), 0];
  const bytes = [HEADER, TAG.array, count];
  for (let i = 0; i < count; i++) bytes.push(...one);
  const before = Deno.memoryUsage().heapTotal;
  const back = decode(new Uint8Array(bytes)) as unknown[][];
  equal(back[99]!.length, 30_000_000);
  ok(Deno.memoryUsage().heapTotal - before < 100 << 20);
});

/** Numbers that look random and are the same in every run. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

Deno.test("decode() reads or refuses whatever bytes come", () => {
  const random = randomNumbers(42);
  const next = (below: number) => random.next().value % below;
  const good = encode(sample());
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = round % 2 === 0 ? good.slice() : new Uint8Array(1 + next(60));
    const changes = round % 2 === 0 ? 1 + next(4) : bytes.length;
    for (let i = 0; i < changes; i++) {
      bytes[next(bytes.length)] = next(3) === 0 ? next(256) : next(24);
    }
    bytes[0] = HEADER;
    try {
      decode(bytes);
    } catch (error) {
      ok(error instanceof RangeError, String(error));
      refused++;
    }
  }
  ok(refused > 5_000 && refused < 20_000, `${refused} refused`);
  deepStrictEqual(decode(good), sample());
});
