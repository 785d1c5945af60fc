import { deepEqual, equal, throws } from "node:assert/strict";
import { launchRequest } from "../fixtures/hostile.ts";
import {
  ASKED,
  BODIES,
  FRAMED_BODIES,
  FRAMES,
  TO_PARENT,
  TO_ROOT,
} from "../fixtures/hostile_messages.ts";
import {
  fromIsolate,
  fromProcess,
  toRoot,
} from "../../lib/wire/protocol/decoders.ts";
import { toPort } from "../../lib/wire/protocol/port_messages.ts";
import { seal, unsealFromChild } from "../../lib/wire/protocol/frames.ts";
import type { ToParent } from "../../lib/wire/protocol/messages.ts";
import { unpack } from "../../lib/wire/serialization/pack.ts";
import { rebuildError } from "../../lib/wire/serialization/remote_error.ts";

const asClone = (value: unknown, placeholders: unknown = null) =>
  ({ form: "clone", value, placeholders }) as never;

Deno.test("fromIsolate() gives every message as it was sent", () => {
  const bodies = [
    asClone(1),
    asClone({ a: [1] }),
    asClone(null, { root: [1], handles: [], errors: [], fills: [] }),
  ];
  const messages: ToParent[] = [
    { kind: "ready", version: 1 },
    { kind: "result", body: null },
    ...bodies.map((body) => ({ kind: "result", body }) as const),
    ...bodies.map((body) =>
      ({ kind: "message", mailbox: "log", body }) as const
    ),
    ...bodies.map((body) =>
      ({ kind: "message", mailbox: "pool", body }) as const
    ),
    { kind: "message", mailbox: "pool", body: asClone([1, 2, "a"]) },
    { kind: "unsendable", path: "result.a", reason: "a function" },
    { kind: "failure", body: { root: [], handles: [], errors: [], fills: [] } },
  ];
  for (const message of messages) {
    deepEqual(fromIsolate(structuredClone(toPort(message))), message);
  }
});

Deno.test("fromProcess() gives every message as it was sent", () => {
  const body = new Uint8Array([1, 2, 3]);
  const messages: ToParent[] = [
    { kind: "ready", version: 1 },
    { kind: "result", body: null },
    { kind: "result", body: asClone(1) },
    { kind: "result", body },
    { kind: "message", mailbox: "relay", body },
    { kind: "message", mailbox: "pool", body: asClone(null) },
    { kind: "unsendable", path: "\u20ac", reason: "a function" },
    { kind: "failure", body },
  ];
  for (const message of messages) {
    deepEqual(fromProcess(unsealFromChild(seal(message))), message);
  }
});

Deno.test("fromIsolate() refuses whatever is no message", () => {
  for (const data of TO_PARENT) throws(() => fromIsolate(data), RangeError);
});

Deno.test("a body that is none is refused where it is unpacked", () => {
  for (const data of BODIES) {
    throws(
      () => {
        const message = fromIsolate(data);
        if (message.kind === "failure") {
          rebuildError(message.body as never, "here");
        } else if (message.kind === "message") {
          // The log looks at what it finds in there.
          equal(Object(unpack(message.body, () => null)).record?.level, 1);
        }
      },
    );
  }
});

Deno.test("fromProcess() refuses whatever is no message", () => {
  for (const bytes of FRAMES) {
    throws(() => fromProcess(unsealFromChild(bytes)), /Cannot|JSON/);
  }
  // These are messages, of which the bytes are none.
  for (const bytes of FRAMED_BODIES) fromProcess(unsealFromChild(bytes));
});

Deno.test("toRoot() refuses whatever is no message", () => {
  for (const data of TO_ROOT) throws(() => toRoot(data), RangeError);
  for (const [parts, recipe] of ASKED) {
    const request = { ...requestOf(recipe), ...parts };
    throws(() => toRoot(request), RangeError, JSON.stringify([parts, recipe]));
    request.port.close();
  }
});

Deno.test("toRoot() gives a request as it was sent, and nothing beside", () => {
  const request = requestOf({});
  const more = { ...request, recipe: { ...request.recipe, more: 1 }, more: 1 };
  deepEqual(toRoot(more), request);
  request.port.close();
});

function requestOf(recipe: object) {
  return launchRequest({ ident: 1024, ...recipe });
}

Deno.test("fromProcess() takes what a spare says that waits, and refuses it half", () => {
  const whole = {
    kind: "waiting",
    memoryBytes: 5,
    sites: ["a:1:2#0"],
    failures: [],
  } as const;
  const frame = (message: object) => unsealFromChild(seal(message as never));
  deepEqual(fromProcess(frame({ ...whole, more: 1 })), whole);
  const wrong = [{ memoryBytes: "5" }, { sites: "a" }, { failures: [1] }];
  for (const part of wrong) {
    throws(() => fromProcess(frame({ ...whole, ...part })), RangeError);
  }
});
