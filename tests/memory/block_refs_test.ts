import { equal } from "node:assert/strict";
import {
  BLOCK_HEADER_BYTES,
  BlockRefs,
  type IsHolderAlive,
} from "../../lib/memory/allocation/block_refs.ts";

const HOLDERS_MAX = 14;
const everybody: IsHolderAlive = () => true;
const nobody: IsHolderAlive = () => false;

function fresh(serial = 5): BlockRefs {
  const holders = new BlockRefs(new ArrayBuffer(BLOCK_HEADER_BYTES), 0);
  holders.begin(serial);
  return holders;
}

Deno.test("BlockRefs.end() ends a block that nobody ever had", () => {
  const holders = fresh();
  equal(holders.end(everybody), true);
  equal(holders.serial, 0);
});

Deno.test("BlockRefs.end() leaves a block alone while a handle is on its way or somebody holds it", () => {
  const holders = fresh();
  holders.addTicket();
  equal(holders.end(everybody), false);
  equal(holders.hold(7, 5, everybody), true);
  holders.takeTicket();
  equal(holders.end(everybody), false);
  equal(holders.serial, 5);
  holders.release(7);
  equal(holders.end(everybody), true);
});

Deno.test("BlockRefs.end() does not count the dead", () => {
  const holders = fresh();
  holders.hold(7, 5, everybody);
  holders.hold(8, 5, everybody);
  equal(holders.end((id) => id === 8), false);
  equal(holders.end(nobody), true);
});

Deno.test("BlockRefs.takeTicket() takes back no ticket that was not given", () => {
  const holders = fresh();
  holders.takeTicket();
  holders.takeTicket();
  holders.addTicket();
  equal(holders.end(everybody), false);
  holders.takeTicket();
  equal(holders.end(everybody), true);
});

Deno.test("BlockRefs.hold() finds out a handle that outlived its block", () => {
  const holders = fresh();
  equal(holders.end(everybody), true);
  equal(holders.hold(7, 5, everybody), false);
  holders.begin(6);
  equal(holders.hold(7, 5, everybody), false);
  // It left no mark behind.
  equal(holders.end(everybody), true);
});

Deno.test("BlockRefs.hold() takes the place of the dead", () => {
  const holders = fresh();
  for (let id = 1; id <= HOLDERS_MAX; id++) holders.hold(id, 5, everybody);
  equal(holders.hold(100, 5, (id) => id !== 3), true);
  for (let id = 1; id <= HOLDERS_MAX; id++) holders.release(id);
  equal(holders.end(everybody), false);
  holders.release(100);
  equal(holders.end(everybody), true);
});

Deno.test("BlockRefs keeps a block for good that had too many at once", () => {
  const holders = fresh();
  for (let id = 1; id <= HOLDERS_MAX + 1; id++) holders.hold(id, 5, everybody);
  for (let id = 1; id <= HOLDERS_MAX + 1; id++) holders.release(id);
  equal(holders.end(everybody), false);
});
