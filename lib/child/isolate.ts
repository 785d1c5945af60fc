/**
 * What the entries of threads and workers share.
 *
 * @module
 */

import type { IsolateBoot, ToChild, ToRoot } from "../wire/messages.ts";
import { Life, type Line, type Loaders } from "./kernel.ts";

/** What differs between the two kinds of isolate. */
export interface IsolateKind {
  /** How long a blocking wait may last before it looks at the stop flag. */
  readonly sliceMs: number;
  /** Ends the isolate. */
  exit(code: number): void;
}

/**
 * Wires a new isolate to its parent and its root, and greets. It returns before
 * anything has been received: the target runs in a message handler, where a
 * thread can be killed without a word on stderr (2.9.6).
 */
export function wire(
  { data, control, ident, owners, version }: IsolateBoot,
  loaders: Loaders,
  { sliceMs, exit }: IsolateKind,
): void {
  const tellRoot = (message: ToRoot) => control.postMessage(message);
  const line: Line = {
    cradle: {
      kind: "isolate",
      ident,
      owners,
      control,
      sliceMs,
      close: () => exit(0),
    },
    send: (message) => data.postMessage(message),
    exit(code) {
      tellRoot({ kind: "exit", code });
      exit(code);
    },
  };
  const life = new Life(line, loaders);
  data.onmessage = ({ data }: MessageEvent<ToChild>) => life.hear(data);
  data.addEventListener("close", () => life.orphaned());
  tellRoot({ kind: "hello" });
  line.send({ kind: "ready", version });
}
