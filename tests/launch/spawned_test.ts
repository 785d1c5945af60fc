import { deepEqual, equal } from "node:assert/strict";
import { spawnedEntryUrl } from "../../lib/launch/entry.ts";
import {
  frame,
  joined,
  markerOf,
  newGreeting,
  seal,
  unseal,
} from "../../lib/wire/protocol/frames.ts";
import {
  PROTOCOL_VERSION,
  type ToChild,
} from "../../lib/wire/protocol/messages.ts";
import { StderrDemux } from "../../lib/wire/protocol/stderr_demux.ts";

const SETTINGS = { timeout: 120_000 };

const ORDER = {
  kind: "start",
  version: PROTOCOL_VERSION,
  identity: {
    name: "by hand",
    daemon: false,
    path: [1],
    parent: { name: "a test", pid: Deno.pid, ident: Deno.pid },
    method: "spawn",
    chosen: null,
    mainModule: null,
  },
  destination: "elsewhere",
  target: { kind: "nothing" },
  sites: [],
  log: { level: 0, toStderr: null },
  isRelayed: false,
  body: null,
} as unknown as Extract<ToChild, { kind: "start" }>;

/** What a child says that is given this order, and how it ends. */
async function saidTo(order: ToChild) {
  const greeting = newGreeting();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", spawnedEntryUrl([], true, true)],
    stdin: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(joined([frame(greeting), frame(seal(order))]));
  const { code, stderr } = await child.output();
  await stdin.close().catch(() => {});
  const reader = new StderrDemux(markerOf(greeting));
  const { text, frames } = reader.push(stderr);
  const said = frames.map(unseal);
  return { code, said, text: new TextDecoder().decode(text) };
}

Deno.test(
  "boot() says ready in its parent's words, and does what it is told",
  SETTINGS,
  async () => {
    const { code, said, text } = await saidTo(ORDER);
    deepEqual(said, [
      { kind: "ready", version: PROTOCOL_VERSION },
      { kind: "result", body: null },
    ]);
    deepEqual([code, text], [0, ""]);
  },
);

Deno.test(
  "boot() names its own version to a parent of another, and ends",
  SETTINGS,
  async () => {
    const version = PROTOCOL_VERSION + 1;
    const { code, said, text } = await saidTo({ ...ORDER, version });
    deepEqual(said.at(-1), { kind: "ready", version: PROTOCOL_VERSION });
    equal(said.some(({ kind }) => kind === "result"), false);
    deepEqual([code, text], [1, ""]);
  },
);
