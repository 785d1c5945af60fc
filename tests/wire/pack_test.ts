import { deepStrictEqual, equal, fail, ok, throws } from "node:assert/strict";
import { EncodingError, SharedMemoryError } from "../../lib/base/errors.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";
import { DEPTH_MAX } from "../../lib/wire/serialization/value_kinds.ts";
import { pack, unpack } from "../../lib/wire/serialization/pack.ts";
import {
  DESTINATIONS,
  Fake,
  rehydrate,
  Revived,
  sent,
} from "./wire_testing.ts";

class Point {
  x = 1;
  #hidden = 2;
  get sum() {
    return this.x + this.#hidden;
  }
}

const [buffer, holes] = [new ArrayBuffer(24), [1, , 3]];
const resizable = new ArrayBuffer(4, { maxByteLength: 8 });

const SAME: Record<string, unknown> = {
  "undefined": undefined,
  "null": null,
  "booleans": [true, false],
  "small numbers": [0, 1, 127, 128, -1, 255, 65536],
  "limits of int32": [2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 32],
  "other numbers": [-0, 0.1, NaN, Infinity, -Infinity, 2 ** 53],
  "bigints": [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 200n)],
  "strings": ["", "a", "é", "€", "😀", "a\0b", "x".repeat(63), "x".repeat(64)],
  "long strings": ["é".repeat(1000), "€".repeat(5000), "x".repeat(100_000)],
  "lone surrogates": ["\ud800", "a\udc00b".repeat(100), "\ud800".repeat(3000)],
  "byte order mark": ["\ufeff", "\ufeff".repeat(100)],
  "dates": [new Date(0), new Date(NaN), new Date(1e12)],
  "regular expressions": [/a(b)/giu, /\//],
  "maps": new Map<unknown, unknown>([[1, "a"], [{ k: 1 }, new Map()]]),
  "sets": new Set<unknown>([1, "a", { k: 1 }]),
  "holes": [holes, new Array(3), [undefined, , undefined]],
  "objects": { a: { b: [{}, []] }, "": 0, "a b": 1, 7: "seven" },
  "buffers": [buffer, new ArrayBuffer(0), new Uint8Array([1, 2]).buffer],
  "views": [
    new Int8Array([-1]),
    new Uint8Array([1]),
    new Uint8ClampedArray([255]),
    new Int16Array([-2]),
    new Uint16Array([2]),
    new Int32Array([-3]),
    new Uint32Array([3]),
    new Float16Array([1.5]),
    new Float32Array([2.5]),
    new Float64Array([3.5]),
    new BigInt64Array([-4n]),
    new BigUint64Array([4n]),
    new DataView(buffer, 8, 8),
    new Uint8Array(buffer, 3, 5),
  ],
  "large bytes": [
    "before",
    new Uint8Array(100_000).fill(3),
    "between",
    new Uint8Array(20_000).fill(4),
    "after",
  ],
  "boxed primitives": [Object(1), Object("s"), Object(true), Object(1n)],
  "long arrays": Array.from({ length: 1000 }, (_, i) => ({ i })),
};

for (const destination of DESTINATIONS) {
  for (const [name, value] of Object.entries(SAME)) {
    Deno.test(`pack() and unpack() keep ${name} (${destination})`, () => {
      deepStrictEqual(sent(value, destination), value);
    });
  }

  Deno.test(`pack() and unpack() keep identity and cycles (${destination})`, () => {
    const shared = { n: 1 };
    const map = new Map<unknown, unknown>();
    const value = { a: shared, b: [shared], map, date: new Date(1), again: {} };
    map.set(value, map);
    value.again = value.date;
    const back = sent(value, destination);
    equal(back.a, back.b[0]);
    equal(back.map.get(back), back.map);
    equal(back.again, back.date);
  });

  Deno.test(`pack() keeps views on one buffer on one buffer (${destination})`, () => {
    const one = new ArrayBuffer(16);
    const views = [
      new Uint8Array(one, 4),
      new DataView(one),
      new Float64Array(one, 8, 1),
      one,
    ];
    const [bytes, data, floats, whole] = sent(views, destination);
    data.setUint8(4, 9);
    deepStrictEqual([bytes[0], bytes.byteOffset], [9, 4]);
    equal(floats.buffer, bytes.buffer);
    equal(whole, bytes.buffer);
  });

  Deno.test(`pack() sends own enumerable fields of instances (${destination})`, () => {
    deepStrictEqual(sent(new Point(), destination), { x: 1 });
    deepStrictEqual(sent(Object.create(null), destination), {});
  });

  Deno.test(`pack() keeps "__proto__" an ordinary field (${destination})`, () => {
    // Deno has no such setter unless it is run with --unstable-unsafe-proto.
    Object.defineProperty(Object.prototype, "__proto__", {
      set: () => fail("The prototype was set"),
      configurable: true,
    });
    using _ = {
      [Symbol.dispose]: () =>
        Reflect.deleteProperty(Object.prototype, "__proto__"),
    };
    const value = JSON.parse('{"__proto__":{"evil":1},"a":2}');
    for (const sample of [value, { ...value, ["__proto__"]: new Fake("f") }]) {
      const back = sent(sample, destination);
      ok(Object.hasOwn(back, "__proto__"));
      equal(Object.getPrototypeOf(back), Object.prototype);
      equal(back.a ?? 2, 2);
    }
  });

  Deno.test(`pack() sends sparse arrays without filling them (${destination})`, () => {
    const sparse: unknown[] = [];
    sparse[4e9] = { far: true };
    sparse[5] = 1;
    const back = sent(sparse, destination);
    equal(back.length, 4e9 + 1);
    deepStrictEqual(Object.keys(back), ["5", "4000000000"]);
    deepStrictEqual(back[4e9], { far: true });
  });

  Deno.test(`pack() replaces shared objects at any depth (${destination})`, () => {
    const fake = new Fake("f");
    const plain = { untouched: true };
    const value = {
      here: fake,
      list: [plain, fake, , { deep: fake }],
      map: new Map<unknown, unknown>([[fake, 1], ["k", fake], [plain, plain]]),
      set: new Set<unknown>([fake, plain]),
      self: null as unknown,
    };
    value.self = value;
    const back = sent(value, destination);
    const segment = `${destination}/f`;
    deepStrictEqual(back.here, new Revived(segment));
    equal(back.list[1], back.here);
    equal(2 in back.list, false);
    equal(back.list[3].deep, back.here);
    deepStrictEqual([...back.map.keys()], [back.here, "k", plain]);
    equal(back.map.get("k"), back.here);
    equal([...back.set][0], back.here);
    equal(back.self, back);
    equal([...back.set][1], back.list[0]);
    equal(back.map.get(back.list[0]), back.list[0]);
    equal(fake.handles, 1);
    deepStrictEqual(Object.keys(back), Object.keys(value));
    equal(value.here, fake);
    equal(value.list[1], fake);
  });

  Deno.test(`pack() takes a shared object or error as the value itself (${destination})`, () => {
    ok(sent(new Fake("f"), destination) instanceof Revived);
    ok(sent(new TypeError("t"), destination) instanceof TypeError);
  });

  Deno.test(`pack() keeps holes beside shared objects (${destination})`, () => {
    const list: unknown[] = [, new Fake("f")];
    list.length = 4;
    const back = sent(list, destination);
    equal(back.length, 4);
    deepStrictEqual(Object.keys(back), ["1"]);
  });

  Deno.test(`pack() copies a container reached through a cycle (${destination})`, () => {
    const inner: Record<string, unknown> = {};
    const outer = { inner, fake: new Fake("f") };
    inner.up = outer;
    const back = sent(outer, destination);
    equal(back.inner.up, back);
    ok(back.inner.up.fake instanceof Revived);
  });

  Deno.test(`pack() keeps errors inside values whole (${destination})`, () => {
    const cause = new RangeError("why");
    const error = Object.assign(new TypeError("what", { cause }), { code: 7 });
    const value = { list: [error, error], map: new Map([[error, cause]]) };
    const back = sent(value, destination);
    const [first, second] = back.list;
    equal(first, second);
    ok(first instanceof TypeError);
    deepStrictEqual([first.message, first.name], ["what", "TypeError"]);
    equal((first as TypeError & { code: number }).code, 7);
    equal(first.stack, error.stack);
    ok(first.cause instanceof RangeError);
    equal(back.map.get(first), first.cause);
  });

  Deno.test(`pack() runs no getter to learn of what class an object is (${destination})`, () => {
    let runs = 0;
    const get = () => runs++;
    class Shy {
      x = 1;
    }
    Object.defineProperty(Shy, "name", { get });
    Object.defineProperty(Shy.prototype, Symbol.toStringTag, { get });
    class Hidden {
      x = 2;
    }
    Object.defineProperty(Hidden.prototype, "constructor", { get });
    const back = sent([new Shy(), new Hidden()], destination);
    equal(runs, 0);
    deepStrictEqual(back, [{ x: 1 }, { x: 2 }]);
  });

  Deno.test(`pack() sends what a proxy of plain data shows (${destination})`, () => {
    const proxy = new Proxy({ a: [1] }, {});
    deepStrictEqual(sent({ proxy }, destination), { proxy: { a: [1] } });
  });

  Deno.test(`pack() takes ${DEPTH_MAX} levels and refuses more (${destination})`, () => {
    const nest = (levels: number) => {
      let value: unknown = 1;
      for (let i = 0; i < levels; i++) value = [value];
      return value;
    };
    ok(Array.isArray(sent(nest(DEPTH_MAX), destination)));
    for (const levels of [DEPTH_MAX + 100, 100_000]) {
      throws(() => sent(nest(levels), destination), {
        name: "EncodingError",
        message: /nested too deeply/,
      });
    }
  });

  Deno.test(`pack() lets errors of shared objects pass as they are (${destination})`, () => {
    const error = new SharedMemoryError("held");
    const value = {
      [HANDLE]: () => {
        throw error;
      },
    };
    throws(() => sent([value], destination), (thrown) => thrown === error);
  });

  Deno.test(`pack() can be used inside a getter of the value (${destination})`, () => {
    const value = {
      a: "first",
      get b() {
        return sent({ inner: ["x", {}] }, destination);
      },
      c: { last: true },
    };
    const expected = { a: "first", b: { inner: ["x", {}] }, c: { last: true } };
    deepStrictEqual(sent(value, destination), expected);
  });
}

Deno.test("pack() sends plain values to an isolate uncopied", () => {
  const value = { a: [1, { b: new Map([[1, {}]]) }] };
  equal(pack(value, "isolate", "v").value, value);
});

// Small containers get no mark and are looked at again; were larger ones without, the
// doubling would take longer than the universe is old.
Deno.test("pack() looks at what is shared at every level in linear time", () => {
  for (const levels of [30, 200]) {
    let value: unknown = { leaf: 1 };
    for (let i = 0; i < levels; i++) value = { left: value, right: value };
    const back = sent(value, "isolate") as { left: unknown; right: unknown };
    equal(back.left, back.right);
  }
});

Deno.test("pack() looks a few times at a table that is there often", () => {
  let reads = 0;
  const row = {
    get id() {
      return reads++;
    },
  };
  const table = [row, ...Array.from({ length: 10_000 }, () => ({ tags: [1] }))];
  pack(new Array(5_000).fill(table), "isolate", "v");
  ok(reads < 100, `${reads} reads`);
});

/** What a large table may hold in its last row, and what comes of it. */
const LAST_PARTS: Record<string, [part: () => unknown, arrives: unknown]> = {
  "a shared object": [() => new Fake("f"), new Revived("isolate/f")],
  "a proxy of an object": [() => new Proxy({ a: 1 }, {}), { a: 1 }],
  "a proxy of an array": [() => new Proxy([1, 2], {}), [1, 2]],
  "an error": [() => new RangeError("far"), new RangeError("far")],
  "an instance": [() => new Point(), { x: 1 }],
  "an object that can be iterated over": [
    () => ({ a: 1, [Symbol.iterator]: 2 }),
    { a: 1 },
  ],
  "a map with a shared object": [
    () => new Map([[1, new Fake("f")]]),
    new Map([[1, new Revived("isolate/f")]]),
  ],
  "a view of a part": [() => new Uint8Array(64).fill(7, 3).subarray(2, 5), [
    0,
    7,
    7,
  ]],
  "no prototype": [() => Object.assign(Object.create(null), { a: 1 }), {
    a: 1,
  }],
};

for (const [name, [part, arrives]] of Object.entries(LAST_PARTS)) {
  Deno.test(`pack() finds ${name} in the last row of a table`, () => {
    const rows = Array.from(
      { length: 2_000 },
      (_, id) => ({ id, tags: ["a"] }),
    );
    const back = sent([...rows, { id: -1, part: part() }], "isolate");
    const last = back.at(-1).part;
    equal(back[7].tags[0], "a");
    if (!ArrayBuffer.isView(last)) return deepStrictEqual(last, arrives);
    deepStrictEqual([...last as Uint8Array], arrives);
    equal(last.buffer.byteLength, 3);
  });
}

Deno.test("pack() refuses a function in the last row of a table", () => {
  const rows: unknown[] = Array.from({ length: 2_000 }, (_, id) => ({ id }));
  throws(() => pack([...rows, { save: () => {} }], "isolate", "rows"), {
    name: "EncodingError",
    path: "rows[2000].save",
  });
});

Deno.test("pack() takes a small cycle beside a shared object, at any depth", () => {
  for (const levels of [0, 1, 15, 16, 17, 40]) {
    const own = { self: null as unknown, fake: new Fake("f") };
    own.self = own;
    let value: unknown = own;
    for (let i = 0; i < levels; i++) value = { inner: value };
    let back = sent(value, "isolate") as Record<string, unknown>;
    for (let i = 0; i < levels; i++) back = back["inner"] as typeof back;
    equal(back["self"], back);
    ok(back["fake"] instanceof Revived);
  }
});

Deno.test("pack() copies only what leads to a shared object", () => {
  const clean = { big: [1, {}] };
  const { placeholders } = pack({ clean, fake: new Fake("f") }, "isolate", "v");
  equal((placeholders!.root[0] as { clean: unknown }).clean, clean);
});

Deno.test("pack() makes a resizable buffer a plain one for a process", () => {
  const back = sent(resizable, "process") as ArrayBuffer;
  deepStrictEqual([back.byteLength, back.resizable], [4, false]);
});

Deno.test("pack() shares memory with an isolate", () => {
  const memory = new SharedArrayBuffer(4);
  equal(pack([memory], "isolate", "v").value instanceof Array, true);
  deepStrictEqual(sent(new Uint8Array(memory), "isolate").length, 4);
});

Deno.test("pack() lets transferred objects pass to an isolate", () => {
  const { port1, port2 } = new MessageChannel();
  throws(() => pack({ port1 }, "isolate", "v"), /v\.port1 .* a MessagePort/);
  const packed = pack({ port1 }, "isolate", "v", [port1]);
  equal((packed.value as { port1: unknown }).port1, port1);
  port1.close();
  port2.close();
});

const fn = () => {};
function argumentsOf(..._: unknown[]): IArguments {
  return arguments;
}
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const thrower = {
  get broken() {
    throw new Error("no");
  },
};

// Value, its path from "args", and what the text says of it.
const BAD: [unknown, string, RegExp][] = [
  [fn, "args", /a function; give its module and name/],
  [Symbol("s"), "args", /a symbol/],
  [[0, { callback: fn }], "args[1].callback", /a function/],
  [[new Map([["k", fn]])], 'args[0].get("k")', /a function/],
  [new Map([[{}, [fn]]]), "args.get(an object)[0]", /a function/],
  [new Map([[fn, 1]]), "args{key a function}", /a function/],
  [new Set([1, { fn }]), "args{member 1}.fn", /a function/],
  [{ "a b": fn }, 'args["a b"]', /a function/],
  [{ 7: fn }, "args[7]", /a function/],
  [[...new Array(100).fill(0), fn], "args[100]", /a function/],
  [{ a: { b: 1 }, c: { d: fn } }, "args.c.d", /a function/],
  [[Promise.resolve()], "args[0]", /a Promise; await it first/],
  [new WeakMap(), "args", /a WeakMap/],
  [new WeakRef({}), "args", /a WeakRef/],
  [(function* () {})(), "args", /an Iterator; collect/],
  [(async function* () {})(), "args", /an AsyncGenerator; collect/],
  [[][Symbol.iterator](), "args", /an Iterator/],
  [{ url: new URL("http://a/") }, "args.url", /a URL; send its href/],
  [new Headers(), "args", /a Headers/],
  [new Response(), "args", /a Response/],
  [new AbortController().signal, "args", /an AbortSignal/],
  [new ReadableStream(), "args", /a ReadableStream/],
  [new FormData(), "args", /a FormData/],
  [new EventTarget(), "args", /an EventTarget/],
  [new TextDecoder(), "args", /a TextDecoder/],
  [new Deno.Command("x"), "args", /a Command/],
  [new Intl.NumberFormat(), "args", /a NumberFormat/],
  [Object(Symbol()), "args", /a Symbol/],
  [[argumentsOf(1)], "args[0]", /the arguments of a function; take them as a/],
  [{ detached }, "args.detached", /a detached ArrayBuffer/],
  [[thrower], "args[0].broken", /a part that throws when read/],
];

const BAD_FOR_PROCESS: [unknown, string, RegExp][] = [
  [[new SharedArrayBuffer(1)], "args[0]", /cannot leave its OS process; use V/],
  [new Int8Array(new SharedArrayBuffer(1)), "args", /a view on a SharedArr/],
  [{ blob: new Blob([]) }, "args.blob", /a Blob/],
];

for (const destination of DESTINATIONS) {
  const rows = destination === "process" ? [...BAD, ...BAD_FOR_PROCESS] : BAD;
  for (const [value, path, reason] of rows) {
    Deno.test(`pack() refuses ${path}, ${reason.source} (${destination})`, () => {
      throws(() => {
        if (destination === "process") pack(value, "process", "args");
        else pack(value, "isolate", "args");
      }, (error) => {
        ok(error instanceof EncodingError);
        equal(error.path, path);
        ok(
          error.message.startsWith(`Cannot send ${path} to another process as`),
        );
        ok(reason.test(error.message), error.message);
        return true;
      });
    });
  }
}

Deno.test("pack() names the cause when a getter throws", () => {
  throws(() => pack(thrower, "process", "v"), (error: EncodingError) => {
    equal((error.cause as Error).message, "no");
    return true;
  });
});

Deno.test("unpack() refuses broken sites", () => {
  const good = pack([new Fake("f")], "process", "v");
  ok(unpack(good, rehydrate));
  const plain = pack({ root: [1], handles: [[1, "a", {}]] }, "process", "v");
  plain[0] = good[0]!;
  throws(() => unpack(plain, rehydrate), RangeError);
});
