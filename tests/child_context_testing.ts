/**
 * Makes this process look like a child that imports the modules of its parent, to
 * constructors of shared objects: for tests that give the parent's objects by
 * `adoptSites()`.
 *
 * @module
 */

import {
  type ChildContext,
  shareChildContext,
} from "../lib/wire/protocol/child_context.ts";
import { PROTOCOL_VERSION } from "../lib/wire/protocol/messages.ts";

const CONTEXT: ChildContext = {
  host: { kind: "process", isStdinTaken: false },
  identity: {
    name: "Process-1",
    daemon: false,
    path: [1],
    parent: { name: "MainProcess", pid: Deno.ppid, ident: 0 },
    method: "spawn",
    chosen: null,
    mainModule: null,
  },
  parent: "process",
  loaders: {},
  post: () => {},
  sites: [],
  log: { level: 0, toStderr: false },
  target: undefined,
  args: [],
  importing: true,
};

shareChildContext();
const shared: { context: ChildContext | null } = Reflect.get(
  globalThis,
  Symbol.for(`@multiprocessing/core ${PROTOCOL_VERSION}`),
);

/** Lets constructors look for the parent's objects from now on. */
export function beginImport(): void {
  shared.context = CONTEXT;
}

/** Ends that. */
export function endImport(): void {
  shared.context = null;
}
