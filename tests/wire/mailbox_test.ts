import { deepEqual, throws } from "node:assert/strict";
import { deliver, type Peer, receive } from "../../lib/wire/mailbox/mailbox.ts";

/** A peer that only has a name. */
function peer(): Peer {
  return {
    destination: "isolate",
    isGone: false,
    post() {},
    broken() {},
    onBroken() {},
    onGone() {},
  };
}

const LETTER = { form: "clone", value: 1, placeholders: null } as const;

Deno.test("deliver() keeps mail that nobody reads yet, up to a limit for each peer", () => {
  const [hostile, honest] = [peer(), peer()];
  for (let i = 0; i < 1000; i++) deliver("which", LETTER, hostile);
  throws(() => deliver("which", LETTER, hostile), /Cannot keep more messages/);
  deliver("which", LETTER, honest);
  const heard = new Map<Peer, number>();
  receive("which", (_, from) => heard.set(from, (heard.get(from) ?? 0) + 1));
  deepEqual([heard.get(hostile), heard.get(honest)], [1000, 1]);
  // What is taken at once counts for nothing.
  deliver("which", LETTER, hostile);
});

Deno.test("deliver() keeps so many bytes that nobody reads yet, and no more", () => {
  const from = peer();
  const bytes = new Uint8Array(20 * 2 ** 20);
  for (let i = 0; i < 3; i++) deliver("relay", bytes, from);
  throws(() => deliver("relay", bytes, from), /Cannot keep more messages/);
});

Deno.test("receive() lets nobody take the mail of a reader that is there", () => {
  const heard: Peer[] = [];
  const from = peer();
  receive("log", (_, from) => heard.push(from));
  throws(() => receive("log", () => {}), /the mailbox "log" is opened once/);
  deliver("log", LETTER, from);
  deepEqual(heard, [from]);
});
