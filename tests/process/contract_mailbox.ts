/**
 * Mailboxes between a process and its parent.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { getContext } from "../../lib/entries/package.ts";
import { receiveFrom } from "../../lib/pool/protocol/pool_messages.ts";
import { PEER } from "../../lib/process/process.ts";
import { rehydrateAny } from "../../lib/wire/serialization/handle.ts";
import { unpack } from "../../lib/wire/serialization/pack.ts";
import {
  countedBy,
  counter,
  doubledBy,
  doubler,
  MAIL,
  post,
  throughChild,
} from "../fixtures/mailbox.ts";
import type { Subject } from "./process_testing.ts";

const ASKING = {
  module: new URL("../fixtures/asking.ts", import.meta.url),
  name: "told",
};

/** Declares the tests of mail. */
export function mailContract({ method, test }: Subject): void {
  // The mailbox is inside: this is of the sources, as what the children run.
  const ctx = getContext(method);

  test("A message that is posted right after start() is answered in order", async () => {
    const p = new ctx.Process({ target: doubler, module: MAIL });
    deepEqual(await doubledBy(p, [1, 2, 3]), [2, 4, 6]);
    equal(p[PEER]!.isGone, true);
  });

  test("A message is answered while the child still loads its modules", async () => {
    const p = new ctx.Process({ target: ASKING });
    p.start();
    const peer = p[PEER]!;
    receiveFrom(peer, (body) => {
      post(peer, unpack(body, rehydrateAny) as number * 2);
    });
    equal(await p.result(), 42);
  });

  test("A message reaches a grandchild and comes back", async () => {
    const p = new ctx.Process({
      target: throughChild,
      module: MAIL,
      args: [method, [1, 2, 3]],
    });
    p.start();
    deepEqual(await p.result(), [2, 4, 6]);
  });

  test("A message to a child that has ended is dropped, and its end is told once", async () => {
    const log: string[] = [];
    const p = new ctx.Process({ target: doubler, module: MAIL });
    p.start();
    p[PEER]!.onGone(() => log.push("gone"));
    post(p[PEER]!, 0);
    await p.join();
    post(p[PEER]!, 1);
    p[PEER]!.onGone(() => log.push("gone already"));
    deepEqual(log, ["gone", "gone already"]);
  });

  test("What a killed child has posted comes whole and in order", async () => {
    for (let round = 0; round < 8; round++) {
      const p = new ctx.Process({ target: counter, module: MAIL });
      const numbers = await countedBy(p, 10 + round);
      deepEqual(numbers, [...numbers.keys()]);
    }
  });
}
