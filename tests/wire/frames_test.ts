import { deepStrictEqual, equal, ok, throws } from "node:assert/strict";
import {
  cut,
  frame,
  FrameReader,
  MARKER_BYTES,
  newMarker,
  Parts,
  PIECE_MAX_BYTES,
  seal,
  unseal,
} from "../../lib/wire/protocol/frames.ts";
import type { ToParent } from "../../lib/wire/protocol/messages.ts";
import { StderrDemux } from "../../lib/wire/protocol/stderr_demux.ts";

function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function shown(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Every way to cut `bytes` in three, and into pieces of each size. */
function* chunkings(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let a = 0; a <= bytes.length; a++) {
    for (let b = a; b <= bytes.length; b++) {
      yield [bytes.slice(0, a), bytes.slice(a, b), bytes.slice(b)];
    }
  }
  for (let step = 1; step <= bytes.length; step++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      chunks.push(bytes.slice(at, at + step));
    }
    yield chunks;
  }
}

Deno.test("seal() writes ASCII whatever the text, and unseal() gives it back", () => {
  for (
    const text of [
      "plain",
      "é ☃ \u{1f600}",
      "\ud800 \u2028 \0",
      "ß".repeat(5_000),
    ]
  ) {
    for (const body of [null, Uint8Array.of(0xff, 0x80)]) {
      const message: ToParent = body === null
        ? {
          kind: "result",
          body: { form: "clone", value: text, placeholders: null },
        }
        : { kind: "failure", body };
      const bytes = seal(message);
      const end = 4 + new DataView(bytes.buffer).getUint32(0, true);
      equal(bytes.subarray(4, end).findIndex((byte) => byte > 0x7f), -1);
      deepStrictEqual(unseal(bytes), message);
    }
  }
});

Deno.test("FrameReader.push() gives the same messages however they were cut", () => {
  const messages = ["", "one", "", "two and more", "x"].map(text);
  const stream = joined(...messages.map(frame));
  for (const chunks of chunkings(stream)) {
    const reader = new FrameReader();
    const got = chunks.flatMap((chunk) => {
      const frames = reader.push(chunk);
      chunk.fill(0xee); // The reader must not keep the caller's buffer.
      return frames;
    });
    deepStrictEqual(got, messages);
    ok(reader.idle);
  }
});

Deno.test("FrameReader.idle tells a message under way", () => {
  const reader = new FrameReader();
  ok(reader.idle);
  for (const byte of frame(text("a")).subarray(0, 4)) {
    reader.push(new Uint8Array([byte]));
    equal(reader.idle, false);
  }
  reader.push(text("a"));
  ok(reader.idle);
});

Deno.test("FrameReader.push() refuses a message over the limit by its length", () => {
  deepStrictEqual(new FrameReader(3).push(frame(text("abc"))), [text("abc")]);
  const four = frame(text("abcd")).subarray(0, 4);
  throws(() => new FrameReader(3).push(four), RangeError);
  throws(() => new FrameReader().push(new Uint8Array(4).fill(255)), RangeError);
});

const marker = new Uint8Array(MARKER_BYTES).map((_, i) => 200 + i % 5);

Deno.test("newMarker() gives another one each time", () => {
  equal(newMarker().length, MARKER_BYTES);
  ok(shown(newMarker()) !== shown(newMarker()));
});

Deno.test("cut() makes pieces that are written whole", () => {
  for (const length of [0, 1, 4076, 4077, 4078, 20_000]) {
    const message = new Uint8Array(length).map((_, i) => i);
    const pieces = cut(marker, message);
    ok(pieces.every((piece) => piece.length <= PIECE_MAX_BYTES));
    equal(pieces.length, Math.max(1, Math.ceil(length / 4077)));
    const reader = new StderrDemux(marker);
    const got = pieces.map((piece) => reader.push(joined(piece, text("~"))));
    deepStrictEqual(got.flatMap(({ frames }) => frames), [message]);
    equal(
      shown(joined(...got.map((mixed) => mixed.text))),
      "~".repeat(pieces.length),
    );
  }
});

Deno.test("MixedReader.push() tells text from messages however they were cut", () => {
  const half = marker.subarray(0, 9);
  const stream = joined(
    text("before "),
    half,
    ...cut(marker, text("one")),
    ...cut(marker, text("")),
    half,
    half,
    text(" between "),
    ...cut(marker, joined(marker, text("inside"))),
    text(" after"),
    half,
  );
  const expectedText = joined(
    text("before "),
    half,
    half,
    half,
    text(" between "),
    text(" after"),
    half,
  );
  const messages = [text("one"), text(""), joined(marker, text("inside"))];
  for (const chunks of chunkings(stream)) {
    const reader = new StderrDemux(marker);
    const texts: Uint8Array[] = [];
    const frames: Uint8Array[] = [];
    for (const chunk of chunks) {
      const mixed = reader.push(chunk);
      chunk.fill(0xee);
      texts.push(mixed.text);
      frames.push(...mixed.frames);
    }
    texts.push(reader.end());
    deepStrictEqual(frames, messages);
    deepStrictEqual(joined(...texts), expectedText);
    ok(reader.idle);
  }
});

Deno.test("MixedReader.push() holds back only what may begin a marker", () => {
  for (let length = 0; length < MARKER_BYTES; length++) {
    const reader = new StderrDemux(marker);
    const prefix = marker.subarray(0, length);
    equal(shown(reader.push(joined(text("abc"), prefix)).text), "abc");
    deepStrictEqual(reader.push(text("!")).text, joined(prefix, text("!")));
    equal(reader.end().length, 0);
  }
});

Deno.test("MixedReader.idle tells a message under way", () => {
  const reader = new StderrDemux(marker);
  const [first, second] = cut(marker, new Uint8Array(5000));
  reader.push(joined(text("abc"), marker.subarray(0, 5)));
  ok(reader.idle);
  reader.end();
  reader.push(joined(first!, text("text")));
  equal(reader.idle, false);
  reader.push(second!);
  ok(reader.idle);
  reader.push(marker);
  equal(reader.idle, false);
});

Deno.test("MixedReader.push() refuses a message over the limit", () => {
  const [piece] = cut(marker, text("abcd"));
  deepStrictEqual(new StderrDemux(marker, 4).push(piece!).frames.length, 1);
  throws(() => new StderrDemux(marker, 3).push(piece!), RangeError);
});

Deno.test("MixedReader.push() takes linear steps on text made of marker beginnings", () => {
  // A marker of one byte over and over is the worst; the text lacks its end.
  const same = new Uint8Array(MARKER_BYTES).fill(7);
  same[MARKER_BYTES - 1] = 8;
  const reader = new StderrDemux(same);
  const adversarial = new Uint8Array(8 << 20).fill(7);
  const { text: got } = reader.push(adversarial);
  equal(got.length + reader.end().length, adversarial.length);
  let length = 0;
  const one = new Uint8Array([7]);
  for (let i = 0; i < 100_000; i++) length += reader.push(one).text.length;
  equal(length + reader.end().length, 100_000);
});

// Goal: a child may cut its message as small as it likes, and never end it. Method: a
// million parts as objects take 100 MB and more.
Deno.test("Parts takes little more memory than has come, however small the parts are", () => {
  const parts = new Parts();
  const one = new Uint8Array(1);
  const used = () => {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  for (let i = 0; i < 1_000_000; i++) {
    one[0] = i;
    parts.add(one);
  }
  ok(used() - before < 40e6);
  const whole = parts.take();
  equal(whole.length, 1_000_000);
  equal(whole.every((byte, i) => byte === (i & 0xff)), true);
});

Deno.test("Parts gives what came, whatever the sizes were", () => {
  const sizes = [0, 1, 70_000, 3, 65_536, 65_535, 1, 0, 200_000, 5];
  const parts = new Parts();
  const all: number[] = [];
  for (const [at, size] of sizes.entries()) {
    const part = new Uint8Array(size).fill(at + 1);
    parts.add(part);
    part.fill(0);
    for (let i = 0; i < size; i++) all.push(at + 1);
    equal(parts.bytes, all.length);
  }
  deepStrictEqual(parts.take(), Uint8Array.from(all));
  deepStrictEqual([parts.bytes, parts.take().length], [0, 0]);
});
