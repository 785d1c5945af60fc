/**
 * What the entries of threads and workers share.
 *
 * @module
 */

import type { Loaders } from "../launch/entry.ts";
import { flushLaunches } from "../launch/deferred.ts";
import { askRoot } from "../launch/root.ts";
import { setBlockingHooks } from "../memory/futex.ts";
import { setSelf } from "../memory/owners.ts";
import {
  type IsolateBoot,
  PROTOCOL_VERSION,
  type ToChild,
  type ToIsolate,
  type ToRoot,
} from "../wire/messages.ts";
import { Life } from "./run.ts";

/** What differs between the two kinds of isolate. */
export interface IsolateKind {
  /** How long a blocking wait may last before it looks at the stop flag. */
  readonly sliceMs: number;
  /** Looks at the stop flag, between two stretches of a blocking wait. */
  poll(): void;
  /** Ends the isolate. */
  exit(code: number): void;
}

/**
 * Wires a new isolate to its parent and its root, and greets. It returns before
 * anything has been received: the target runs in a message handler, where a
 * thread can be killed without a word on stderr (2.9.6).
 */
export function wire(
  { data, control, ident, owners }: IsolateBoot,
  loaders: Loaders,
  kind: IsolateKind,
): void {
  setSelf({ id: ident, table: owners });
  setBlockingHooks({ ...kind, before: flushLaunches });
  const root = askRoot(control);
  const life = new Life({
    destination: "isolate",
    send: (message) => data.postMessage(message),
    exit: (code) => {
      const message: ToRoot = { kind: "exit", code };
      control.postMessage(message);
      kind.exit(code);
    },
  }, loaders);
  control.onmessage = ({ data }: MessageEvent<ToIsolate>) => root(data);
  data.onmessage = ({ data }: MessageEvent<ToChild>) => life.hear(data);
  data.addEventListener("close", () => life.orphaned());
  const hello: ToRoot = { kind: "hello" };
  control.postMessage(hello);
  data.postMessage({ kind: "ready", version: PROTOCOL_VERSION });
}
