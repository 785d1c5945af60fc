import { equal } from "node:assert/strict";
import {
  isStopRequested,
  newStopFlags,
  requestStop,
  setGone,
  untilStarted,
} from "../../lib/memory/liveness/stop_flags.ts";
import { HAS_STARTED } from "../../lib/wire/protocol/stop_flag_words.ts";

Deno.test("requestStop() reaches the isolate whose flags these are and nobody else", () => {
  const [one, other] = [newStopFlags(), newStopFlags()];
  equal(requestStop(one), false);
  equal(isStopRequested(), false);
  equal(other[0], 0);
});

Deno.test("requestStop() tells whether the isolate has received its first message", () => {
  const flags = newStopFlags();
  Atomics.or(flags, 0, HAS_STARTED);
  equal(requestStop(flags), true);
});

Deno.test("untilStarted() tells an isolate that has started from one that is gone", async () => {
  const [one, other] = [newStopFlags(), newStopFlags()];
  const both = Promise.all([untilStarted(one), untilStarted(other)]);
  Atomics.or(one, 0, HAS_STARTED);
  Atomics.notify(one, 0);
  setGone(other);
  const [isUp, isOtherUp] = await both;
  equal(isUp, true);
  equal(isOtherUp, false);
});
