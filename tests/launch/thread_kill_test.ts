import { equal } from "node:assert/strict";
import { mayBeImporting } from "../../lib/launch/thread_kill.ts";
import { newStopFlags, setGone } from "../../lib/memory/liveness/stop_flags.ts";
import {
  IMPORTED,
  IS_IMPORTING,
} from "../../lib/wire/protocol/stop_flag_words.ts";

Deno.test("mayBeImporting() is true while the flag is up", () => {
  const flags = newStopFlags();
  Atomics.or(flags, 0, IS_IMPORTING);
  equal(mayBeImporting(flags), true);
  Atomics.and(flags, 0, ~IS_IMPORTING);
  equal(mayBeImporting(flags), false);
});

Deno.test("mayBeImporting() is true for an import that began lately, in an isolate that lives", () => {
  const flags = newStopFlags();
  Atomics.store(flags, IMPORTED, Date.now() | 0);
  equal(mayBeImporting(flags), true);
  Atomics.store(flags, IMPORTED, (Date.now() | 0) - 60_000 | 0);
  equal(mayBeImporting(flags), false);
  Atomics.store(flags, IMPORTED, (Date.now() | 0) + 60_000 | 0);
  equal(mayBeImporting(flags), false);
  Atomics.store(flags, IMPORTED, Date.now() | 0);
  setGone(flags);
  equal(mayBeImporting(flags), false);
});
