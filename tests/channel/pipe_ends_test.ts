/**
 * Who holds the ends of a pipe, step by step. Where somebody dies,
 * `pipe_contract.ts` has children that do.
 *
 * @module
 */

import { equal, notEqual, throws } from "node:assert/strict";
import { ConnectionError } from "../../lib/entries/package.ts";
import { randomOf } from "./channel_testing.ts";
import { Mortal } from "./mortal_testing.ts";
import {
  Ends,
  ENDS_BYTES,
  HOLDERS_MAX,
} from "../../lib/channel/pipe/pipe_ends.ts";
import { Block, type BlockPlace } from "../../lib/memory/allocation/block.ts";
import {
  claimOwner,
  ownerTable,
  releaseOwner,
} from "../../lib/memory/liveness/owners.ts";

function make(place: BlockPlace = "local"): Ends {
  return new Ends(Block.allocate(ENDS_BYTES, place));
}

for (const place of ["local", "mapped"] as const) {
  const test = (what: string, fn: (ends: Ends) => void): void => {
    Deno.test(`Ends ${what}: ${place}`, () => fn(make(place)));
  };

  test("are over, for good, when nobody is left", (ends) => {
    const [a, b] = [ends.join(0)!, ends.join(0)!];
    notEqual(a, b);
    equal(ends.isOver(0), false);
    ends.leave(a);
    equal(ends.isOver(0), false);
    ends.leave(b);
    equal(ends.isOver(0), true);
    equal(ends.join(0), null);
    // The other end has nothing to do with it.
    notEqual(ends.join(1), null);
    equal(ends.isOver(1), false);
  });

  test("are held by a ticket, which is taken once", (ends) => {
    const place = ends.join(1)!;
    const ticket = ends.hand(1);
    ends.leave(place);
    equal(ends.isOver(1), false);
    const taken = ends.take(1, ticket);
    notEqual(taken, null);
    equal(ends.take(1, ticket), null);
    // It has arrived: what its sender says of it counts no more.
    ends.lose(ticket);
    ends.aim(ticket, { place, name: [0, 0, 0] } as never);
    equal(ends.isOver(1), false);
    ends.leave(taken!);
    equal(ends.isOver(1), true);
    equal(ends.take(1, ticket), null);
  });

  test("are over when the last ticket is lost", (ends) => {
    const place = ends.join(0)!;
    const ticket = ends.hand(0);
    ends.leave(place);
    ends.aim(ticket, null);
    equal(ends.isOver(0), false);
    ends.lose(ticket);
    equal(ends.take(0, ticket), null);
    equal(ends.isOver(0), true);
  });

  test("tell a ticket from another one in the same place", (ends) => {
    ends.join(0);
    const first = ends.hand(0);
    ends.lose(first);
    const second = ends.hand(0);
    equal(second.place, first.place);
    ends.lose(first);
    equal(ends.take(0, first), null);
    equal(ends.take(0, second), second.place);
  });

  test(`let ${HOLDERS_MAX} hold one end, and no more`, (ends) => {
    for (let n = 0; n < HOLDERS_MAX - 1; n++) ends.hand(0);
    const last = ends.join(0)!;
    throws(() => ends.join(0), ConnectionError);
    throws(() => ends.hand(0), ConnectionError);
    ends.leave(last);
    equal(ends.join(0), last);
  });
}

Deno.test("Ends count a ticket no more when its addressee is dead", () => {
  const ends = make();
  const place = ends.join(0)!;
  const table = ownerTable();
  const other = claimOwner(table);
  const [first, second] = [ends.hand(0), ends.hand(0)];
  ends.leave(place);
  const to = { place: "local", name: [other, 0, 0] } as const;
  ends.aim(first, to);
  ends.aim(second, to);
  equal(ends.isOver(0), false);
  releaseOwner(table, other);
  // As long as nobody has looked, one that comes is still in time.
  const taken = ends.take(0, first)!;
  equal(taken, first.place);
  equal(ends.isOver(0), false);
  ends.leave(taken);
  equal(ends.isOver(0), true);
  equal(ends.take(0, second), null);
});

Deno.test("Ends know this process after a move", () => {
  const ends = make();
  const place = ends.join(0)!;
  const ticket = ends.hand(1);
  ends.block.handle("process");
  equal(ends.block.place, "mapped");
  equal(ends.isOver(0), false);
  equal(ends.isOver(1), false);
  ends.leave(place);
  equal(ends.isOver(0), true);
  equal(ends.take(1, ticket), ticket.place);
});

const FIRST_SEED = 1 + Math.floor(Math.random() * 2 ** 30);
const DEATHS = 12;

// Goal: who dies while it changes who holds what has done that or has not, and is in
// nobody's way. Method: a death at a seeded atomic step (mortal_testing.ts); each may cost the
// next one a look around.
Deno.test(`Ends outlive a death at any step, seeds from ${FIRST_SEED}`, {
  timeout: 120_000,
}, () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + DEATHS; seed++) die(seed);
});

function die(seed: number): void {
  const random = randomOf(seed);
  const ends = make();
  const place = ends.join(0)!;
  const ticket = ends.hand(0);
  const mortal = new Mortal(ends.block);
  const its = new Ends(mortal.block);
  const acts = [
    () => its.join(0),
    () => its.hand(0),
    () => its.take(0, ticket),
    () => its.lose(ticket),
    () => its.leave(its.join(0)!),
  ];
  const act = acts[Math.floor(random() * acts.length)]!;
  mortal.dieAt(Math.floor(random() * 30), act);
  const other = ends.join(0)!;
  notEqual(other, place);
  ends.leave(place);
  equal(ends.isOver(0), false, `seed ${seed}`);
  ends.leave(other);
  // Only the ticket may be left, if the dead one has not had it.
  ends.lose(ticket);
  equal(ends.isOver(0), true, `seed ${seed}`);
}
