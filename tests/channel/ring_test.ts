import { deepEqual, equal } from "node:assert/strict";
import { FOREVER, limitOf } from "../../lib/sync/steps.ts";
import {
  formatRing,
  Ring,
  ringBlock,
  type RingOptions,
} from "../../lib/channel/ring/ring.ts";
import { EMPTY, GONE } from "../../lib/channel/ring/ring_outcomes.ts";
import { waitAsync } from "../../lib/memory/waiting/futex.ts";
import { Block, type BlockPlace } from "../../lib/memory/allocation/block.ts";

const KIND = 5;

// Loads what is loaded once and kept, which would look like a leak of one test.
await waitAsync(Block.allocate(4, "mapped"), 0, 0, 1);

/** Two views of one new ring, as two isolates have. */
function pair(place: BlockPlace, options: RingOptions): [put: Ring, get: Ring] {
  const block = ringBlock(place);
  formatRing(block, options);
  return [new Ring(block), new Ring(block)];
}

function read(bytes: Uint8Array, start: number, stop: number): string {
  return bytes.slice(start, stop).toString();
}

/** Random numbers that a failure can be run again with. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ state >>> 15, state | 1);
    state ^= state + Math.imul(state ^ state >>> 7, state | 61);
    return ((state ^ state >>> 14) >>> 0) / 2 ** 32;
  };
}

/** A record of some length, mostly short. */
function record(random: () => number, number: number): Uint8Array<ArrayBuffer> {
  const most = random() < 0.01 ? 200_000 : 3_000;
  const bytes = new Uint8Array(Math.floor(random() ** 6 * most));
  for (let i = 0; i < bytes.length; i += 7) bytes[i] = number * 31 + i;
  return bytes;
}

/** Ends in the middle of a put, if there is room for that. */
function dieInPut(ring: Ring, length: number): void {
  const die = () => {
    throw new Error("dead");
  };
  try {
    equal(ring.tryPut(die, length, KIND), "full");
  } catch (error) {
    equal((error as Error).message, "dead");
  }
}

for (const place of ["local", "mapped"] as const) {
  for (const maxBytes of [4096, 65_536, undefined]) {
    // Goal: whatever wraps, grows, moves or does not fit, records come out as they
    // went in, also after puts that were not finished. Method: random puts and gets by
    // several views, which see each other's growth late, beside an array that does the
    // same. A put that throws leaves what one leaves whose process is killed.
    const seed = 1 + Math.floor(Math.random() * 2 ** 31);
    Deno.test(`Ring gives every record once, whole and in order: ${place}, ${maxBytes} bytes, seed ${seed}`, () => {
      const random = randomFrom(seed);
      const rings = [...pair(place, { maxBytes })];
      rings.push(new Ring(rings[0]!.block), new Ring(rings[0]!.block));
      const any = () => rings[Math.floor(random() * rings.length)]!;
      const expected: string[] = [];
      for (let i = 0; i < 10_000; i++) {
        const isFilling = Math.floor(i / 1_000) % 2 === 0;
        if (random() < (isFilling ? 0.6 : 0.4)) {
          const bytes = record(random, i);
          if (random() < 0.1) dieInPut(any(), bytes.length);
          const outcome = any().tryPut(bytes, bytes.length, KIND);
          if (outcome === "done") expected.push(bytes.toString());
          else equal(outcome, "full");
        } else {
          equal(any().tryGet(read), expected.shift() ?? EMPTY);
        }
        equal(any().count, expected.length);
      }
    });
  }

  // Growth stays when the put that needed it is not finished; another view, which is
  // still as short as before, then moves the front of the ring.
  for (const length of [9_000, 3_000]) {
    Deno.test(`Ring is whole after a put that grew it and did not end: ${place}, ${length} bytes`, () => {
      const [one, other] = pair(place, {});
      const expected: string[] = [];
      const put = (ring: Ring, number: number) => {
        const bytes = new Uint8Array(length).fill(number);
        equal(ring.tryPut(bytes, length, KIND), "done");
        expected.push(bytes.toString());
      };
      const fits = Math.floor(65_536 / (length + 8)) - 1;
      for (let i = 0; i < fits; i++) put(one, i);
      for (let i = 0; i < fits - 2; i++) {
        equal(other.tryGet(read), expected.shift());
      }
      // Wraps, and fills the front.
      for (let i = 0; i < fits - 3; i++) put(one, 100 + i);
      dieInPut(one, 3 * length);
      for (let i = 0; i < 3; i++) put(other, 200 + i);
      for (const record of expected) equal(other.tryGet(read), record);
      equal(one.tryGet(read), EMPTY);
    });
  }

  Deno.test(`Ring.put() waits for room, and get() for a record: ${place}`, async () => {
    const [put, get] = pair(place, { maxCount: 1 });
    const got = get.get(read, FOREVER);
    for (const byte of [1, 2]) {
      const item = { bytes: Uint8Array.of(byte), length: 1, kind: KIND };
      equal(await put.put(item, FOREVER), "done");
    }
    equal(await got, "1");
    const item = { bytes: Uint8Array.of(3), length: 1, kind: KIND };
    equal(await put.put(item, limitOf(0)), "full");
    const waiting = put.put(item, FOREVER);
    equal(get.tryGet(read), "2");
    equal(await waiting, "done");
    equal(get.getSync(read, FOREVER), "3");
    equal(get.getSync(read, limitOf(0)), EMPTY);
    equal(await get.get(read, limitOf(1)), EMPTY);
  });

  Deno.test(`Ring.shut() lets records out and nothing in, and wakes all: ${place}`, async () => {
    const [put, get] = pair(place, { maxCount: 1 });
    const item = { bytes: Uint8Array.of(1), length: 1, kind: KIND };
    put.putSync(item, FOREVER);
    const putting = put.put(item, FOREVER);
    put.shut(false);
    equal(await putting, "shut");
    equal(put.putSync(item, FOREVER), "shut");
    equal(get.getSync(read, FOREVER), "1");
    equal(get.getSync(read, FOREVER), GONE);

    const [, other] = pair(place, {});
    const getting = [other.get(read, FOREVER), other.get(read, FOREVER)];
    const ready = other.ready(FOREVER);
    other.shut(true);
    deepEqual(await Promise.all(getting), [GONE, GONE]);
    equal(await ready, true);
  });

  Deno.test(`Ring.allDone() waits for as many taskDone() as puts: ${place}`, async () => {
    const [put, get] = pair(place, {});
    equal(put.taskDone(), false);
    equal(put.allDoneSync(FOREVER), true);
    for (const byte of [1, 2]) put.tryPut(Uint8Array.of(byte), 1, KIND);
    const all = put.allDone(FOREVER);
    equal(get.taskDone(), true);
    equal(put.allDoneSync(limitOf(0)), false);
    equal(get.taskDone(), true);
    equal(await all, true);
    equal(get.taskDone(), false);
    put.tryPut(Uint8Array.of(3), 1, KIND);
    put.shut(true);
    equal(put.allDoneSync(FOREVER), true);
  });
}

Deno.test("Ring moves to mapped memory with what is in it", () => {
  const [put, get] = pair("local", {});
  put.tryPut(Uint8Array.of(1, 2), 2, KIND);
  put.block.handle("process");
  equal(put.block.place, "mapped");
  put.tryPut(Uint8Array.of(3), 1, KIND);
  const other = new Ring(Block.attach(put.block.handle("process")));
  equal(get.tryGet(read), "1,2");
  equal(other.tryGet(read), "3");
});

Deno.test("Ring puts what it is given, and nothing of what lies around it", () => {
  const [put] = pair("local", {});
  const around = new Uint8Array(64).fill(0xee);
  for (let start = 0; start < 9; start++) {
    for (let length = 0; length < 9; length++) {
      const bytes = around.subarray(start, start + length).fill(1);
      equal(put.tryPut(bytes, length, KIND), "done");
      bytes.fill(0xee);
    }
  }
  const { buffer, byteOffset, length } = put.block.int32;
  equal(new Uint8Array(buffer, byteOffset, 4 * length).includes(0xee), false);
});
