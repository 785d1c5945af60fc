import { equal, ok } from "node:assert/strict";
import {
  HANDSHAKES_MAX,
  HANDSHAKES_PER_NETWORK_MAX,
  networkOf,
  PendingHandshakes,
} from "../../lib/channel/sockets/pending_handshakes.ts";

interface Stranger {
  readonly from: string;
}

function comes(
  crowd: PendingHandshakes<Stranger>,
  from: string,
): [Stranger, Stranger | null] {
  const one = { from };
  return [one, crowd.add(one, from)];
}

Deno.test("Crowd lets a flood of one address crowd out that address only", () => {
  const crowd = new PendingHandshakes<Stranger>();
  const others = Array.from(
    { length: 50 },
    (_, i) => comes(crowd, `10.0.1.${i}`),
  );
  const flood: Stranger[] = [];
  for (let i = 0; i < 10_000; i++) {
    const [one, leaving] = comes(crowd, "10.0.0.1");
    flood.push(one);
    // The oldest of them.
    equal(leaving, flood[i - HANDSHAKES_PER_NETWORK_MAX] ?? null);
  }
  for (const [, leaving] of others) equal(leaving, null);
});

Deno.test("Crowd takes the place from the address with the most when it is full", () => {
  const crowd = new PendingHandshakes<Stranger>();
  for (let i = 0; i < HANDSHAKES_PER_NETWORK_MAX; i++) comes(crowd, "10.0.0.1");
  const left = HANDSHAKES_MAX - HANDSHAKES_PER_NETWORK_MAX;
  for (let i = 0; i < left; i++) equal(comes(crowd, `10.1.${i}.1`)[1], null);
  for (let i = 0; i < HANDSHAKES_PER_NETWORK_MAX - 1; i++) {
    equal(comes(crowd, `10.2.${i}.1`)[1]!.from, "10.0.0.1");
  }
  // Now all have one.
  ok(comes(crowd, "10.3.0.1")[1] !== null);
});

Deno.test("Crowd leaves those alone who have answered", () => {
  const crowd = new PendingHandshakes<Stranger>();
  const [first] = comes(crowd, "10.0.0.1");
  const [second] = comes(crowd, "10.0.0.1");
  crowd.delete(first);
  crowd.delete(first);
  for (let i = 0; i < HANDSHAKES_PER_NETWORK_MAX - 1; i++) {
    equal(comes(crowd, "10.0.0.1")[1], null);
  }
  equal(comes(crowd, "10.0.0.1")[1], second);
});

Deno.test("networkOf() takes what one sender has for one", () => {
  equal(networkOf("10.0.0.1"), "10.0.0.1");
  equal(networkOf("::ffff:10.0.0.1"), "10.0.0.1");
  equal(networkOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
  equal(networkOf("2001:db8:1:2::9"), "2001:db8:1:2");
  equal(networkOf("2001:db8::9"), "2001:db8:0:0");
  equal(networkOf("::1"), "0:0:0:0");
});
