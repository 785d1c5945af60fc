import { deepEqual, equal, notEqual, throws } from "node:assert/strict";
import { ProcessError } from "../../lib/base/errors.ts";
import {
  claimOwner,
  createOwnerTable,
  isOwnerAlive,
  OWNERS_MAX,
  ownerTable,
  releaseOwner,
  selfOwner,
} from "../../lib/memory/liveness/owners.ts";

Deno.test("selfOwner() is alive and stays the same", () => {
  const id = selfOwner();
  equal(selfOwner(), id);
  equal(isOwnerAlive(id), true);
  equal(id > 0 && id <= 0x7fff_ffff, true);
});

Deno.test("isOwnerAlive() is false after releaseOwner()", () => {
  const id = claimOwner(ownerTable());
  equal(isOwnerAlive(id), true);
  releaseOwner(ownerTable(), id);
  equal(isOwnerAlive(id), false);
});

Deno.test("claimOwner() takes the slot of a dead owner that nobody freed, once none is free", () => {
  const table = createOwnerTable();
  const ids = Array.from({ length: OWNERS_MAX }, () => claimOwner(table));
  const [dead, seen] = [ids[7]!, ids[9]!];
  const words = new Int32Array(table);
  // No sleep of theirs was used, and there is none: V8 forgot them.
  for (const id of [dead, seen]) words[(id % OWNERS_MAX) * 6 + 5] = 0;
  // That one was seen to be dead.
  words[(seen % OWNERS_MAX) * 6 + 1] = -seen;
  const heirs = [claimOwner(table), claimOwner(table)];
  deepEqual(heirs.map((id) => id % OWNERS_MAX), [7, 9]);
  equal(heirs.some((id) => ids.includes(id)), false);
  throws(() => claimOwner(table), /at most 1024/);
  // The root that hears of the dead only now frees nobody else's.
  for (const id of [dead, seen]) releaseOwner(table, id);
  throws(() => claimOwner(table), /at most 1024/);
});

Deno.test("claimOwner() takes the slot of an owner that never booted, once its maker is dead", () => {
  const table = createOwnerTable();
  const maker = claimOwner(table);
  const child = claimOwner(table, maker);
  for (let n = 2; n < OWNERS_MAX; n++) claimOwner(table);
  throws(() => claimOwner(table), /at most 1024/);
  const words = new Int32Array(table);
  // No sleep of the maker was used, and there is none: V8 forgot them.
  words[(maker % OWNERS_MAX) * 6 + 5] = 0;
  const heirs = [claimOwner(table), claimOwner(table)];
  deepEqual(
    heirs.map((id) => id % OWNERS_MAX).sort(),
    [maker % OWNERS_MAX, child % OWNERS_MAX].sort(),
  );
  throws(() => claimOwner(table), /at most 1024/);
});

Deno.test("releaseOwner() of a dead owner leaves the next in its slot alone", () => {
  const table = createOwnerTable();
  const dead = claimOwner(table);
  releaseOwner(table, dead);
  const ids = Array.from({ length: OWNERS_MAX }, () => claimOwner(table));
  const heir = ids.find((id) => id % OWNERS_MAX === dead % OWNERS_MAX)!;
  notEqual(heir, dead);
  releaseOwner(table, dead);
  // Still taken, so there is no room.
  throws(() => claimOwner(table), ProcessError);
});

Deno.test("claimOwner() throws when every slot is taken, and not after a release", () => {
  const table = createOwnerTable();
  const ids = Array.from({ length: OWNERS_MAX }, () => claimOwner(table));
  equal(new Set(ids).size, OWNERS_MAX);
  throws(() => claimOwner(table), /at most 1024/);
  releaseOwner(table, ids[5]!);
  equal(claimOwner(table) % OWNERS_MAX, ids[5]! % OWNERS_MAX);
});
