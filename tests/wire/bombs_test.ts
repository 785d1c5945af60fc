// Goal: what a stranger sends costs the reader little more than it cost to send, in
// time and in memory, and honest data of any shape passes.
// Method: messages made by hand, each of the worst of one sort. A test that takes
// its time is ended by its limit; what it takes of memory is looked at.

import { deepStrictEqual, equal, ok, throws } from "node:assert/strict";
import { encode } from "../../lib/wire/serialization/codec.ts";
import {
  costOfPattern,
  mostOf,
} from "../../lib/wire/serialization/codec_cost.ts";
import {
  LAYOUT,
  TAG,
  TAG_INT,
  TAG_STRING,
} from "../../lib/wire/serialization/codec_format.ts";
import {
  costOfKeys,
  hashOf,
} from "../../lib/wire/serialization/key_collisions.ts";
import { unpack } from "../../lib/wire/serialization/pack.ts";
import { memory, size } from "./wire_testing.ts";

const TIMEOUT_MS = 120_000;
const ONE = TAG_INT | 1;

type Bytes = readonly number[];

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return bytes.length < 64
    ? [TAG_STRING | bytes.length, ...bytes]
    : [TAG.utf8, ...size(bytes.length), ...bytes];
}

/** A message of a list of about so many bytes, of parts that may differ. */
function listOf(
  bytes: number,
  part: (i: number) => Bytes,
): Uint8Array<ArrayBuffer> {
  const count = Math.floor(bytes / part(0).length);
  const head = [LAYOUT.plain, TAG.array, ...size(count)];
  const message = new Uint8Array(bytes + 100 + 8 * count);
  message.set(head);
  let at = head.length;
  for (let i = 0; i < count; i++) {
    const next = part(i);
    message.set(next, at);
    at += next.length;
  }
  return message.slice(0, at);
}

/** As a socket reads what comes. */
function read(message: Uint8Array<ArrayBuffer>): unknown {
  return unpack(message, () => {
    throw new RangeError("no handles");
  }, mostOf(message.length));
}

function test(name: string, fn: () => void): void {
  Deno.test(name, { timeout: TIMEOUT_MS }, fn);
}

const MEGABYTE = 2 ** 20;
const early = (i: number) =>
  [i % 26, i / 26 % 26, i / 676 % 26, i / 17576 % 26].map((n) =>
    97 + Math.floor(n)
  );
const word = (i: number) => [TAG_STRING | 4, ...early(i)];

/** The smallest parts of each sort. */
const PARTS: Readonly<Record<string, (i: number) => Bytes>> = {
  "empty maps": () => [TAG.map, 0],
  "maps of one": () => [TAG.map, 1, ONE, ONE],
  "empty sets": () => [TAG.set, 0],
  "empty lists": () => [TAG.array, 0],
  "lists of one": () => [TAG.array, 1, ONE],
  "empty objects": () => [TAG.object, 0],
  "objects with a field of each its own": (
    i,
  ) => [TAG.object, 1, ...word(i), ONE],
  "objects with a far index": () => [TAG.object, 1, ...text("999"), ONE],
  "dates": () => [TAG.date, ONE],
  "boxed numbers": () => [TAG.boxed, ONE],
  "empty buffers": () => [TAG.buffer, 0],
  "views of nothing": () => [TAG.view, 2, TAG.buffer, 0, 0, 0],
  "patterns": () => [TAG.regexp, TAG_STRING, TAG_STRING],
  "short texts": () => [TAG.utf8, 2, 0xc3, 0xa9],
  "large numbers": () => [TAG.bigint, 0, ...text("1")],
  "sparse arrays": () => [TAG.sparse, ...size(70_000), 0],
  "references": () => [TAG.ref, 0],
};

for (const [name, part] of Object.entries(PARTS)) {
  test(`a message full of ${name} costs no more than its bytes allow`, () => {
    const message = listOf(MEGABYTE, part);
    const before = memory();
    let refused: Error | null = null;
    let value: unknown = null;
    try {
      value = read(message);
    } catch (error) {
      refused = error as Error;
    }
    // What was made and refused may be there still, as garbage.
    const grown = memory() - before;
    ok(grown < 2 * mostOf(message.length), `${grown} bytes`);
    ok(value !== null || /holds more than its length/.test(refused!.message));
  });
}

for (
  const name of ["empty maps", "empty buffers", "objects with a far index"]
) {
  test(`a message of 2 MB of ${name} is refused`, () => {
    throws(() => read(listOf(2 * MEGABYTE, PARTS[name]!)), {
      name: "RangeError",
      message: /send fewer and larger parts/,
    });
  });
}

// Patterns

const PATTERNS: readonly [name: string, part: string, flags: string][] = [
  ["properties of Unicode", "\\p{L}", "u"],
  ["properties in either case", "\\P{Lu}", "iv"],
  ["sequences of Unicode", "\\p{RGI_Emoji}", "v"],
  ["classes in either case", "\\w", "iu"],
];

function patternOf(source: string, flags: string): Uint8Array<ArrayBuffer> {
  const head = [LAYOUT.plain, TAG.regexp];
  return Uint8Array.from([...head, ...text(source), ...text(flags)]);
}

for (const [name, part, flags] of PATTERNS) {
  test(`a pattern of a megabyte of ${name} is refused`, () => {
    const source = part.repeat(MEGABYTE / part.length);
    throws(() => read(patternOf(source, flags)), RangeError);
  });
}

/** Characters that V8 sorts in, each before all those before it. */
function falling(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => String.fromCharCode(0xd000 - 2 * i),
  ).join("");
}

const CLASSES = [
  ["class", "[", "]"],
  ["class that is negated", "[^", "]"],
  ["class behind others", "[a][\\]]\\[[", "]"],
] as const;

test("a pattern of many names is refused", () => {
  const names = Array.from({ length: 50_000 }, (_, i) => `(?<a${i}>)`);
  throws(() => read(patternOf(names.join(""), "")), RangeError);
});

test("a pattern of many references to groups of one name is refused", () => {
  const source = "(?<a>x)|".repeat(10_000) + "\\k<a>".repeat(10_000);
  throws(() => read(patternOf(source, "u")), RangeError);
});

for (const flags of ["u", "v", "vi"]) {
  for (const [name, begin, end] of CLASSES) {
    test(`a pattern with a long ${name} is refused with the flags "${flags}"`, () => {
      const source = begin + falling(20_000) + end;
      throws(
        () => read(patternOf(source, flags)),
        /holds more than its length/,
      );
    });
  }
}

test("a pattern that folds in a part of it costs what one with the flag does", () => {
  const source = `(?i:[${falling(100)}]{2})`;
  equal(costOfPattern(source, "v"), costOfPattern(source, "vi") - 1);
});

test("patterns of every day pass", () => {
  const patterns = [
    /^\p{L}+$/u,
    /(?<year>\d{4})-(?<month>\d\d)/,
    /[\p{L}--\p{Lu}]/v,
  ];
  const many = Array.from({ length: 300 }, (_, i) => patterns[i % 3]!);
  deepStrictEqual(read(encode(many.map((p) => new RegExp(p)))), many);
});

// Keys of one hash

type Key = number | bigint | string;

const HASHED: Readonly<Record<string, (i: number) => Key>> = {
  "whole numbers": (i) => i,
  "numbers with fractions": (i) => i + 0.5,
  "large numbers": (i) => -BigInt(i) * 3n,
  "indices as text": (i) => String(i),
};

for (const [name, make] of Object.entries(HASHED)) {
  test(`keys of one hash cost more the more they are: ${name}`, () => {
    const bad: Key[] = [];
    for (let i = 1; bad.length < 3_000; i++) {
      const key = make(i);
      if ((hashOf(key) & 0x3ff) === 7) bad.push(key);
    }
    ok(costOfKeys(bad, 1) > 10 * bad.length);
    const good = Array.from({ length: 20_000 }, (_, i) => make(i));
    equal(costOfKeys(good, 1), 0);
  });
}

const KEYS: Readonly<Record<string, (i: number) => Key>> = {
  "large numbers": (i) => BigInt(i) << 64n | 9n,
  "indices as text": (i) => String(2 ** 24 + i * 2 ** 17),
};

for (const [name, make] of Object.entries(KEYS)) {
  test(`maps and sets of ${name} of one hash are refused`, () =>
    refuseKeys(make));
}

test("texts of digits that spread pass, whatever they are", () => {
  const makers = [
    (i: number) => String(i * 1000),
    (i: number) => `${i}`.padStart(9, "0"),
    (i: number) => String(2 ** 40 + i * 2 ** 17),
  ];
  for (const make of makers) {
    const keys = new Set(Array.from({ length: 50_000 }, (_, i) => make(i)));
    deepStrictEqual(read(encode(keys)), keys);
  }
});

test("many maps of some keys of one hash are refused", () => {
  const keys = Array.from(
    { length: 1000 },
    (_, i) => String(2 ** 24 + i * 2 ** 17),
  );
  const many = Array.from({ length: 100 }, () => new Set(keys));
  throws(() => read(encode(many)), /holds more than its length/);
});

function refuseKeys(make: (i: number) => Key): void {
  const keys = Array.from({ length: 20_000 }, (_, i) => make(i));
  const items = encode(keys).slice(2 + size(keys.length).length);
  for (const [tag, stride] of [[TAG.set, 1], [TAG.map, 2]] as const) {
    const head = [LAYOUT.plain, tag, ...size(keys.length / stride)];
    const message = Uint8Array.from([...head, ...items]);
    throws(() => read(message), /holds more than its length/);
  }
  for (const target of [new Set(), new Map()]) {
    throws(
      () => read(placeholders({ fills: [[target, keys]] })),
      /placeholders are broken/,
    );
  }
}

// Sites

interface Row {
  readonly base: unknown;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  fields: unknown;
  hidden: unknown;
}

function record(fields: unknown = {}, hidden: unknown = {}): Row {
  return { base: "Error", name: "E", message: "m", stack: "s", fields, hidden };
}

/** A message with such sites. */
function placeholders(
  parts: {
    root?: unknown;
    handles?: unknown;
    errors?: unknown;
    fills?: unknown;
    instances?: unknown;
  },
): Uint8Array<ArrayBuffer> {
  const { root = [null], handles = [], errors = [], fills = [], ...others } =
    parts;
  return encode({ root, handles, errors, fills, ...others }, "placeholders");
}

function fieldsOf(count: number): Record<string, number> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`f${i}`, 1]),
  );
}

function sparse(): unknown[] {
  const list: unknown[] = [];
  list.length = 2 ** 32 - 1;
  return list;
}

const holder = () => [null];
const place = holder();

const BROKEN: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "errors that share their fields": () => {
    const fields = fieldsOf(20_000);
    const list = Array(20_000).fill(null);
    return placeholders({
      root: [list],
      errors: list.map((_, i) => [list, String(i), record(fields)]),
    });
  },
  "errors that share their hidden parts": () => {
    const hidden = { cause: 1 };
    return placeholders({
      root: [place],
      errors: [[place, "0", record({}, hidden)], [
        place,
        "0",
        record({}, hidden),
      ]],
    });
  },
  "an error whose fields are a long view": () =>
    placeholders({
      root: [place],
      errors: [[place, "0", record(new Uint8Array(1 << 20))]],
    }),
  "an error whose fields are a map": () =>
    placeholders({ root: [place], errors: [[place, "0", record(new Map())]] }),
  "maps that share their content": () => {
    const content = Array(20_000).fill(1);
    return placeholders({
      fills: Array.from({ length: 20_000 }, () => [new Map(), content]),
    });
  },
  "a map that is filled again and again": () => {
    const map = new Map();
    return placeholders({
      fills: Array.from({ length: 5_000 }, () => [map, [1, 2]]),
    });
  },
  "a set that is not empty": () =>
    placeholders({ fills: [[new Set([1]), [2]]] }),
  "a map of an odd content": () => placeholders({ fills: [[new Map(), [2]]] }),
  "a content of four billion holes": () =>
    placeholders({ fills: [[new Set(), sparse()]] }),
  "four billion rows of errors": () => placeholders({ errors: sparse() }),
  "four billion rows of handles": () => placeholders({ handles: sparse() }),
  "instances that are numbers": () =>
    placeholders({ instances: [[1, "name"]] }),
  "instances of a class without a name": () =>
    placeholders({ instances: [[{}, 1]] }),
  "an instance of two classes": () => {
    const instance = {};
    return placeholders({ instances: [[instance, "a"], [instance, "b"]] });
  },
  "four billion rows of instances": () => placeholders({ instances: sparse() }),
  "four billion rows of fills": () => placeholders({ fills: sparse() }),
  "a root that is no list of one": () => placeholders({ root: [1, 2] }),
  "a root of holes": () => placeholders({ root: sparse() }),
  "a place that is not there": () =>
    placeholders({ root: [{}], errors: [[{}, "new", record()]] }),
  "a place far behind a list": () =>
    placeholders({ errors: [[place, "4000000000", record()]] }),
  "a place that is the length of a list": () =>
    placeholders({ errors: [[place, "length", record()]] }),
  "a place in numbers": () =>
    placeholders({ errors: [[new BigInt64Array(1), "0", record()]] }),
  "a place in a text": () =>
    placeholders({ errors: [[Object("text"), "0", record()]] }),
};

for (const [name, make] of Object.entries(BROKEN)) {
  test(`sites with ${name} are refused`, () => {
    const message = make();
    throws(() => read(message), {
      name: "RangeError",
      message: "Cannot read a message: its placeholders are broken",
    });
  });
}

test("sites that lead into the sites change nothing that was checked", () => {
  const errors: unknown[][] = [];
  const first = record({}, {});
  errors.push([errors, "1", first], [first, "fields", record()], [
    place,
    "0",
    first,
  ]);
  const root = [place];
  const [value] = read(placeholders({ root, errors })) as [Error];
  ok(value instanceof Error);
});

test("errors with far indices among their fields take no row of them", () => {
  const list = Array(20_000).fill(null);
  const message = placeholders({
    root: [list],
    errors: list.map((_, i) => [list, String(i), record({ "999": 1 })]),
  });
  const before = memory();
  const back = read(message) as Record<string, unknown>[];
  ok(memory() - before < 100 * MEGABYTE);
  equal(back[7]!["999"], 1);
});

// Values that are none

const ODD: Readonly<Record<string, Bytes>> = {
  "a date of a list": [TAG.date, TAG.array, 1, ONE],
  "a date of a text": [TAG.date, ...text("2020")],
  "a box around an object": [TAG.boxed, TAG.object, 0],
  "a box around nothing": [TAG.boxed, TAG.null],
  "a sparse array of 900": [TAG.sparse, ...size(900), 0],
  "a text cut in a character": [TAG.utf8, 1, 0xe2],
  "a text of a surrogate": [TAG.utf8, 3, 0xed, 0xa0, 0x80],
  "a text with a character too long": [TAG.utf8, 2, 0xc0, 0x80],
  "a text beyond Unicode": [TAG.utf8, 4, 0xf4, 0x90, 0x80, 0x80],
};

for (const [name, bytes] of Object.entries(ODD)) {
  test(`${name} is refused`, () => {
    throws(() => read(Uint8Array.of(LAYOUT.plain, ...bytes)), {
      name: "RangeError",
      message: /^Cannot read a message: /,
    });
  });
}

test("short texts are read as the platform's decoder reads them", () => {
  const texts = [
    "é",
    "ÿĀ",
    "€uro",
    "日本語",
    "😀",
    "\ufeff\u07ff\u0800\uffff\u{10ffff}",
  ];
  for (const value of texts) {
    const bytes = new TextEncoder().encode(value);
    equal(
      read(Uint8Array.of(LAYOUT.plain, TAG.utf8, bytes.length, ...bytes)),
      value,
    );
  }
});

test("honest data of every shape passes", () => {
  const count = 20_000;
  const shapes: Record<string, (i: number) => unknown> = {
    rows: (i) => ({ id: i, name: `name ${i}`, tags: ["a", "b"] }),
    pairs: (i) => [i, i + 1],
    maps: (i) => new Map([[i, i]]),
    dates: (i) => new Date(i * 1e9),
    vectors: (i) => new Uint8Array(16).fill(i),
    byName: (i) => ({ [`key-${i}`]: i }),
    byNumber: (i) => ({ [i]: i }),
    words: (i) => `слово ${i}`,
    empty: () => ({}),
  };
  for (const [name, make] of Object.entries(shapes)) {
    const list = Array.from({ length: count }, (_, i) => make(i));
    const back = read(encode(list)) as unknown[];
    equal(back.length, count);
    deepStrictEqual(back[19_999], list[19_999], name);
  }
  const large = new Map(
    Array.from({ length: 100_000 }, (_, i) => [i, String(i)]),
  );
  equal((read(encode(large)) as Map<number, string>).size, 100_000);
});
