// Goal: whatever bytes come, they are read or refused: with a typed error, in little
// time, and in memory that follows from their number.
// Method: good messages that are mutated, and messages grown from the grammar. It
// runs for some seconds; FUZZ_SECONDS says for how many, and FUZZ_SEED from where.

import { deepStrictEqual, ok } from "node:assert/strict";
import { SharedMemoryError } from "../../lib/base/errors.ts";
import { encode } from "../../lib/wire/serialization/codec.ts";
import { mostOf } from "../../lib/wire/serialization/codec_cost.ts";
import { LAYOUT, TAG } from "../../lib/wire/serialization/codec_format.ts";
import { pack, unpack } from "../../lib/wire/serialization/pack.ts";
import { randomOf } from "../channel/channel_testing.ts";
import { memory } from "./wire_testing.ts";

const SECONDS = Number(Deno.env.get("FUZZ_SECONDS") ?? 4);
const SEED = Number(
  Deno.env.get("FUZZ_SEED") ?? 1 + Math.floor(Math.random() * 2 ** 31),
);

/** The longest that one message may take, on a machine with much else to do. */
const LONGEST_MS = 5_000;
const MEMORY_SPARE_BYTES = 300 * 2 ** 20;

type Below = (end: number) => number;

function good(): Uint8Array<ArrayBuffer>[] {
  const { buffer } = new Uint8Array(100);
  const error = Object.assign(new RangeError("no"), { code: 7, list: [1] });
  error.cause = new AggregateError([error, new TypeError("in")], "all");
  const sparse: unknown[] = [];
  sparse[100_000] = 1;
  const cycle: unknown[] = [];
  cycle.push(cycle, new Map([[cycle, new Set([cycle])]]));
  return [
    encode({ id: 1, name: "name", tags: ["a", "b"], at: new Date(5) }),
    encode([
      undefined,
      null,
      true,
      1.5,
      -7,
      2n ** 70n,
      3n,
      "é",
      "日本",
      "\ud800",
    ]),
    encode([/a(?<b>c)/giu, /[\p{L}--\p{Lu}]/v, Object(1), Object("x")]),
    encode([new Uint16Array(buffer, 2, 3), new DataView(buffer, 50), buffer]),
    encode(
      Array.from({ length: 40 }, (_, i) => ({ [`k${i}`]: i, [i * 99]: i })),
    ),
    encode([sparse, cycle, [, 1, , 2]]),
    encode(
      new Map<unknown, unknown>([[1, new Map()], ["two", new Set([1, 2])]]),
    ),
    pack(error, "elsewhere", "value"),
    pack([new Map([["e", error]]), new Set([error])], "elsewhere", "value"),
    encode(new Uint8Array(20_000)),
  ];
}

/** Another message: some bytes changed, doubled, moved or cut. */
function mutated(
  from: readonly Uint8Array<ArrayBuffer>[],
  below: Below,
): Uint8Array<ArrayBuffer> {
  let bytes = from[below(from.length)]!.slice();
  for (let n = 1 + below(4); n > 0; n--) {
    const [at, to] = [below(bytes.length), below(bytes.length)].sort((a, b) =>
      a - b
    ) as [number, number];
    const part = bytes.slice(at, Math.min(to, at + 1 + below(64)));
    switch (below(6)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = below(24);
        break;
      case 2:
        bytes = joined(bytes.slice(0, at), bytes.slice(at + below(4)));
        break;
      case 3:
        bytes = joined(
          bytes.slice(0, to),
          ...Array(1 + below(200)).fill(part),
          bytes.slice(to),
        );
        break;
      case 4:
        bytes = joined(bytes.slice(0, at), sizeOf(below), bytes.slice(at + 1));
        break;
      default: {
        const other = from[below(from.length)]!;
        bytes = joined(bytes.slice(0, at), other.slice(below(other.length)));
      }
    }
    if (bytes.length === 0) bytes = Uint8Array.of(LAYOUT.plain);
  }
  bytes[0] = below(3) === 0 ? LAYOUT.placeholders : LAYOUT.plain;
  return bytes;
}

/** A message of tags and sizes that fit each other more often than not. */
function grown(below: Below): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [below(4) === 0 ? LAYOUT.placeholders : LAYOUT.plain];
  const most = 8 ** (1 + below(5));
  const tags = Object.values(TAG);
  while (bytes.length < most) {
    const tag = below(3) === 0 ? 0x40 + below(0xc0) : tags[below(tags.length)]!;
    bytes.push(tag);
    if (tag >= 0x40 && tag < 0x80) {
      for (let n = tag - 0x40; n > 0; n--) bytes.push(48 + below(60));
    } else if (tag >= TAG.object && tag < 0x40) {
      if (below(4) > 0) bytes.push(below(6));
      else bytes.push(...sizeOf(below));
    }
  }
  return Uint8Array.from(bytes);
}

function sizeOf(below: Below): Uint8Array<ArrayBuffer> {
  let size = 2 ** below(40) + below(3) - 1;
  const bytes: number[] = [];
  for (; size >= 0x80; size = Math.floor(size / 0x80)) {
    bytes.push(0x80 | size % 0x80);
  }
  return Uint8Array.of(...bytes, size);
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads as a socket does; whether that was refused, by an error as it should be. */
function isRefused(bytes: Uint8Array<ArrayBuffer>): boolean {
  const refuse = () => {
    throw new SharedMemoryError("no handles");
  };
  try {
    unpack(bytes, refuse, mostOf(bytes.length));
    return false;
  } catch (error) {
    const isTyped = error instanceof SharedMemoryError ||
      error instanceof RangeError &&
        error.message.startsWith("Cannot read a message: ");
    if (!isTyped) throw error;
    return true;
  }
}

Deno.test(
  `unpack() reads or refuses any bytes in bounded time and memory, seed ${SEED}`,
  {
    timeout: (SECONDS + 60) * 1000,
  },
  () => {
    const random = randomOf(SEED);
    const below: Below = (end) => Math.floor(random() * end);
    const from = good();
    const copies = from.map((message) => message.slice());
    const before = memory();
    const end = performance.now() + SECONDS * 1000;
    let [read, refused] = [0, 0];
    for (let round = 0; performance.now() < end; round++) {
      const bytes = round % 4 === 0 ? grown(below) : mutated(from, below);
      const start = performance.now();
      try {
        if (isRefused(bytes)) refused++;
        else read++;
      } catch (error) {
        const name = `round ${round} of seed ${SEED}: ${
          bytes.toHex().slice(0, 2000)
        }`;
        throw new Error(name, { cause: error });
      }
      const took = performance.now() - start;
      ok(took < LONGEST_MS, `round ${round} of seed ${SEED} took ${took} ms`);
      // What can be read, and is no repetition, is a good start for more.
      if (read % 50 === 49 && bytes.length < 5_000 && from.length < 200) {
        from.push(bytes);
      }
      if (round % 64 > 0) continue;
      const more = memory() - before;
      ok(
        more < MEMORY_SPARE_BYTES,
        `round ${round} of seed ${SEED}: ${more} bytes`,
      );
    }
    ok(read > 20 && refused > 20, `${read} read, ${refused} refused`);
    // Reading changes nothing, and what was good is good still.
    for (const [i, message] of copies.entries()) {
      deepStrictEqual(message, from[i]);
      ok(!isRefused(message));
    }
  },
);
