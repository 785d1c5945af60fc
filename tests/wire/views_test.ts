// Goal: of a buffer only that leaves which the views of a message show, and views
// that share a buffer share it where they arrive.

import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encode } from "../../lib/wire/serialization/codec.ts";
import type { Destination } from "../../lib/wire/serialization/handle.ts";
import { pack } from "../../lib/wire/serialization/pack.ts";
import { VIEWS } from "../../lib/wire/serialization/views.ts";
import { randomOf } from "../channel/channel_testing.ts";
import { DESTINATIONS, sent } from "./wire_testing.ts";

type View = ArrayBufferView<ArrayBuffer>;

/** What nobody may get to see. */
const SECRET = 0xee;

/** A buffer full of secrets. */
function secrets(bytes: number): ArrayBuffer {
  return new Uint8Array(bytes).fill(SECRET).buffer;
}

function bytesOf({ buffer, byteOffset, byteLength }: View): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function show(view: View): View {
  bytesOf(view).fill(7);
  return view;
}

function aRound(random: () => number, destination: Destination): void {
  const below = (end: number) => Math.floor(random() * end);
  const buffers = [8, 100, 1000, 40_000].map(secrets);
  const views: View[] = [];
  for (let n = 1 + below(12); n > 0; n--) {
    const buffer = buffers[below(4)]!;
    const type = VIEWS[below(VIEWS.length)]!;
    const { BYTES_PER_ELEMENT: unit = 1 } = type as unknown as Int8Array;
    const most = Math.floor(buffer.byteLength / unit);
    const offset = below(most + 1);
    const length = below(1 + Math.min(most - offset, 8 ** (1 + below(5))));
    views.push(show(new type(buffer, offset * unit, length)));
    if (below(5) === 0) views.push(views[below(views.length)]!);
  }
  const whole = below(4) === 0 ? buffers[below(4)] : null;
  const value = { m: new Map([[views[0], views]]), deep: [{ whole }], views };
  const back = sent(value, destination) as typeof value;
  equal(back.views, [...back.m.values()][0]);
  compare(views, back.views, whole, below);
  const isWholeThere = views.some((view) => view.buffer === whole);
  if (isWholeThere) {
    ok(back.views.some((view) => view.buffer === back.deep[0]!.whole));
  }
}

function compare(
  views: readonly View[],
  back: readonly View[],
  whole: ArrayBuffer | null | undefined,
  below: (end: number) => number,
): void {
  for (const [i, view] of views.entries()) {
    const other = back[i]!;
    equal(other.constructor, view.constructor);
    equal(back.indexOf(other), views.indexOf(view));
    for (const [j, { buffer }] of views.entries()) {
      equal(back[j]!.buffer === other.buffer, buffer === view.buffer);
    }
    const isWhole = view.buffer === whole ||
      views.some((some) =>
        some.buffer === view.buffer &&
        some.byteLength === some.buffer.byteLength
      );
    if (isWhole) equal(other.buffer.byteLength, view.buffer.byteLength);
    else ok(!new Uint8Array(other.buffer).includes(SECRET));
    if (view.byteLength === 0) continue;
    const at = below(view.byteLength);
    bytesOf(view)[at] = bytesOf(other)[at] = below(200);
    for (const [j, some] of views.entries()) {
      deepStrictEqual(bytesOf(back[j]!), bytesOf(some));
    }
  }
}

for (const destination of DESTINATIONS) {
  const test = (what: string, fn: () => void): void => {
    Deno.test(`pack() ${what} (${destination})`, fn);
  };

  test("brings of a buffer what a view shows, and the rest of it not", () => {
    for (const bytes of [16, 8192, 200_000]) {
      const buffer = secrets(bytes);
      for (
        const view of [
          new Uint8Array(buffer, 3, 5),
          new Uint8Array(buffer, 0, 8),
          new DataView(buffer, 1, 3),
          new Float64Array(buffer, 8, 1),
          new Uint16Array(buffer, bytes - 2),
        ]
      ) {
        const back = sent(show(view), destination) as View;
        equal(back.constructor, view.constructor);
        equal(back.buffer.byteLength, view.byteLength);
        deepStrictEqual(bytesOf(back), bytesOf(view));
        bytesOf(view).fill(SECRET);
      }
    }
    equal(sent(Buffer.from("hello"), destination).buffer.byteLength, 5);
  });

  test("brings a large part of a larger buffer", () => {
    const buffer = secrets(300_000);
    const view = show(new Uint8Array(buffer, 1000, 200_000)) as Uint8Array;
    const after = new Uint8Array(100_000).fill(1);
    const back = sent({ view, after, last: "last" }, destination);
    deepStrictEqual(back, { view, after, last: "last" });
    equal(back.view.buffer.byteLength, 200_000);
  });

  test("brings nothing of a buffer for a view of nothing", () => {
    const buffer = secrets(64);
    const empty = new Float64Array(buffer, 8, 0);
    const back = sent([empty, new Uint8Array(buffer, 5, 0)], destination);
    equal(back[0].buffer.byteLength, 0);
    equal(back[0].buffer, back[1].buffer);
    deepStrictEqual(back, [new Float64Array(0), new Uint8Array(0)]);
  });

  test("lets views that overlap overlap, whatever their elements", () => {
    const buffer = secrets(1000);
    const bytes = show(new Uint8Array(buffer, 21, 20));
    const doubles = show(new Float64Array(buffer, 24, 3));
    const back = sent(new Map([[bytes, doubles]]), destination);
    const [[b, d]] = [...back] as [[Uint8Array, Float64Array]];
    equal(b.buffer, d.buffer);
    ok(!new Uint8Array(b.buffer).includes(SECRET));
    d[0] = 0;
    deepStrictEqual([...b], [
      7,
      7,
      7,
      ...Array(8).fill(0),
      ...Array(9).fill(7),
    ]);
  });

  test("keeps one buffer for views far apart, without what lies between", () => {
    const buffer = secrets(1_000_000);
    const first = show(new Uint8Array(buffer, 10, 5));
    const last = show(new Uint32Array(buffer, 999_000, 2));
    const back = sent({ last, list: [first, first] }, destination);
    equal(back.last.buffer, back.list[0].buffer);
    equal(back.list[0], back.list[1]);
    equal(back.last.buffer.byteLength, 5 + 3 + 8);
    ok(!new Uint8Array(back.last.buffer).includes(SECRET));
  });

  test("brings all of a buffer that is there itself, or all shown", () => {
    const buffer = secrets(100);
    const part = new Uint8Array(buffer, 10, 5);
    for (const whole of [buffer, new DataView(buffer)]) {
      for (const both of [[part, whole], [whole, part], [part, whole, part]]) {
        const back = sent(both, destination);
        const views = back.filter(ArrayBuffer.isView) as View[];
        for (const { buffer } of views) equal(buffer, views[0]!.buffer);
        if (whole === buffer) ok(back.includes(views[0]!.buffer));
        equal(views[0]!.buffer.byteLength, 100);
        deepStrictEqual(back, both);
      }
    }
  });

  test("brings what a view shows that follows its buffer's size", () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 64 });
    const tail = new Uint8Array(buffer, 4);
    buffer.resize(16);
    bytesOf(tail as View).fill(7);
    const back = sent([tail], destination);
    equal(back[0].buffer.byteLength, 12);
    deepStrictEqual(back, [tail]);
  });

  test("leaves the caller's own objects alone", () => {
    const view = show(new Uint8Array(secrets(50), 3, 4));
    const value = Object.freeze({ list: Object.freeze([view]) });
    const back = sent(value, destination);
    deepStrictEqual(back, value);
    equal(view.buffer.byteLength, 50);
    equal(value.list[0], view);
  });

  test("brings views in errors, maps and sets without the rest", () => {
    const buffer = secrets(500);
    const [one, two] = [
      show(new Uint8Array(buffer, 3, 4)),
      show(new Uint8Array(buffer, 99, 4)),
    ];
    const error = Object.assign(new Error("with"), { one, cause: [two] });
    const value = [new Map([["one", one]]), new Set([two]), error];
    const [map, set, failure] = sent(value, destination);
    const all = [map.get("one"), ...set, failure.one, failure.cause[0]];
    for (const view of all as View[]) {
      deepStrictEqual([...bytesOf(view)], [7, 7, 7, 7]);
      ok(!new Uint8Array(view.buffer).includes(SECRET));
    }
    equal(all[0].buffer, all[1].buffer);
  });

  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  // Method: beside the views that were sent stand the views that arrived; what is
  // written through one of either must be seen through all others alike.
  test(`keeps what is shared and brings no secret, seed ${seed}`, () => {
    const random = randomOf(seed);
    for (let round = 0; round < 300; round++) aRound(random, destination);
  });
}

Deno.test("encode() copies nothing of what no view shows", () => {
  const matrix = new Float64Array(1000 * 1000);
  const rows = [0, 500, 999].map((i) =>
    matrix.subarray(i * 1000, (i + 1) * 1000)
  );
  for (const row of rows) row.fill(1);
  const { length } = encode(rows);
  ok(length < 3 * 8000 + 100, `${length} bytes`);
});

Deno.test("pack() sends a view as it is that shows all, moves, or shares", () => {
  const covering = new Uint8Array(100);
  const moved = new Uint8Array(new ArrayBuffer(100), 10, 10);
  const shared = new Uint8Array(new SharedArrayBuffer(100), 10, 10);
  for (const view of [covering, moved, shared]) {
    const value = [view];
    const packed = pack(value, "isolate", "value", [moved.buffer]);
    equal(packed.value, value);
    equal(packed.placeholders, null);
  }
});
