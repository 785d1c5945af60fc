import type { ModuleObject } from "../../lib/wire/protocol/messages.ts";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  adoptSites,
  claimSite,
  moduleObjects,
  OBJECTS_PER_SITE_MAX,
} from "../../lib/memory/allocation/construction_sites.ts";
import { beginImport, endImport } from "../child_context_testing.ts";
import { createValue, Value } from "../../lib/shared/value.ts";
import {
  HANDLE,
  type Handle,
  type LockHandle,
  type Shareable,
} from "../../lib/wire/serialization/handle.ts";
import "./memory_testing.ts";
import * as shared from "./fixtures/shared_module.ts";

function inChild(entries: ModuleObject[]): Promise<Deno.CommandOutput> {
  const child = new URL("./fixtures/sites_child.ts", import.meta.url).href;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "-q", child, JSON.stringify(entries)],
  }).output();
}

// Goal: what a module makes is the same object in parent and child, whatever
// lies around the making. Method: parent and child import one module; the child
// changes everything, the parent looks.
Deno.test(
  "moduleObjects() gives a child that imports the same modules the same objects",
  {
    timeout: 120_000,
  },
  async () => {
    using _held = shared.lock.acquireSync();
    const entries = moduleObjects("process").filter((entry) =>
      entry.key.includes("/fixtures/")
    );
    const { stdout, stderr } = await inChild(entries);
    equal(new TextDecoder().decode(stderr), "");
    const seen = JSON.parse(new TextDecoder().decode(stdout));

    equal(shared.counter.value, 1);
    equal(shared.afterAwait.value, 1.5);
    equal(shared.raw.value, 2n);
    deepEqual(shared.many.map((value) => value.value), [11, 12, 13]);
    equal(shared.helped.value, 5);
    equal(shared.changed.value, 3);
    equal(shared.bare.value, 9);
    equal(shared.common.value, 10);
    equal(shared.endless[2]!.value, 2);

    equal(seen.isSameObject, true);
    equal(seen.isLocked, true);
    equal(seen.isCommonLock, true);
    equal(seen.bareLock, "LockError");
    equal(seen.beyond, "SharedMemoryError");
    equal(seen.warnings.length, 1);
    match(seen.warnings[0], /is a value:d here and a value:i in the parent/);
    // All but the one whose type differs, and the one for what has no entry.
    equal(seen.grandchildren, entries.length - 2);
  },
);

Deno.test("claimSite() counts per place and stops at the limit", () => {
  const keys = Array.from(
    { length: OBJECTS_PER_SITE_MAX + 1 },
    () => claimSite("test")?.key,
  );
  match(keys[0]!, /#0$/);
  match(keys[1]!, /#1$/);
  equal(keys.at(-1), undefined);
});

Deno.test("moduleObjects() says why an object cannot be had, and does not throw", () => {
  // The collector may or may not have been here: what other tests dropped is
  // there before and after, or gone.
  const before = new Set(moduleObjects("process").map(({ key }) => key));
  const value = new Value("i", 4);
  value[HANDLE]("isolate");
  const [own, ...others] = moduleObjects("process").filter(({ key }) =>
    !before.has(key)
  );
  deepEqual(others, []);
  match((own as { unavailable: string }).unavailable, /threads already/);
  equal(value.value, 4);
});

Deno.test("moduleObjects() gives no tickets, as nobody may ever come for them", () => {
  const value = createValue("mapped", "i");
  const handles = moduleObjects("process").flatMap((entry) =>
    "handle" in entry && "block" in entry.handle ? [entry.handle.block] : []
  );
  ok(handles.length > 0);
  for (const block of handles) {
    equal("isTicket" in block && block.isTicket, false);
  }
  equal(value.value, 0);
});

Deno.test("a constructor makes its own of what the parent has dropped since", () => {
  beginImport();
  try {
    const made = [0, 1].map((turn) => {
      const value = new Value("i", 5);
      if (turn === 0) dropNext(value);
      return value;
    });
    equal(made[1]!.value, 5);
    made[1]!.add(1);
    equal(made[0]!.value, 5);
  } finally {
    endImport();
  }
});

function dropNext(object: Shareable): void {
  const { key, type, handle } = entryOf(object);
  const { block, ...rest } = handle as LockHandle;
  const serial = (block as { serial: number }).serial + 1;
  const gone = { ...rest, block: { ...block, serial } };
  adoptSites([{ key: key.replace(/#0$/, "#1"), type, handle: gone }]);
}

function bytesBehind(handle: Handle): string {
  const { segment, offset } = (handle as LockHandle).block as {
    segment: string;
    offset: number;
  };
  return `${handle.kind} ${segment} ${offset}`;
}

function entryOf(object: Shareable): ModuleObject & { handle: Handle } {
  const mine = bytesBehind(object[HANDLE]("process"));
  return moduleObjects("process").find((entry) =>
    "handle" in entry && bytesBehind(entry.handle) === mine
  ) as ModuleObject & { handle: Handle };
}
