/**
 * The entry of a `worker`, and how it tells its exit code.
 *
 * @module
 */

import type {
  IsolateBoot,
  SpareIdentity,
  SpareWait,
  ToRoot,
} from "../wire/protocol/messages.ts";
import { keptOf } from "../base/signals.ts";
import { connectToParent, prepareSpare, setName } from "./isolate_entry.ts";
import type { Loaders } from "../wire/protocol/child_context.ts";

/** How soon a worker that blocks in a wait of this package sees its stop flag. */
const STOP_SEEN_MS = 50;

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage:
    | ((event: MessageEvent<IsolateBoot | SpareWait | SpareIdentity>) => void)
    | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Boots a worker; its entry module calls this and ends. */
export function bootWorker(loaders: Loaders): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    if ("kind" in data) {
      void prepareSpare(data, loaders).then((heapBytes) =>
        scope.postMessage(heapBytes)
      );
      return;
    }
    scope.onmessage = null;
    if (!("boot" in data)) return begin(scope, data, loaders);
    setName(data);
    begin(scope, data.boot, loaders);
  };
}

function begin(scope: WorkerScope, boot: IsolateBoot, loaders: Loaders): void {
  const { data, control, sharer } = boot;
  // Not left to the end of the worker: the parent terminates it when its ports
  // close, and if that is while it ends, 2 KiB stay in the program for ever (2.9.6).
  const closePorts = () => {
    for (const port of [data, sharer.port, control]) port.close();
  };
  reportExits(control, closePorts);
  const end = () => {
    closePorts();
    // This ends the worker there and then, even in the middle of a wait.
    scope.close();
  };
  const start = connectToParent(boot, loaders, {
    sliceMs: STOP_SEEN_MS,
    exit: end,
    stop: end,
    watchImports() {},
  });
  start();
}

/**
 * Reports exit codes: a Web Worker has none of its own, as Deno forgets the number
 * (2.9.6).
 */
function reportExits(control: MessagePort, closePorts: () => void): void {
  const leave = Deno.exit;
  Deno.exit = (code = Deno.exitCode): never => {
    // Deno takes a value that is no number for 0 (2.9.6).
    const kept = typeof code === "number" ? keptOf(code) : 0;
    const message: ToRoot = { kind: "exit", code: kept };
    control.postMessage(message);
    // Behind the listeners of the user, which may still send something.
    addEventListener("unload", closePorts);
    return leave(code);
  };
}
