// deno-lint-ignore-file no-console -- a program prints
/**
 * A program that prints for how many milliseconds its first start held it up.
 *
 * Usage: first_start.ts "METHOD" | "bare METHOD"
 *
 * @module
 */

import { Worker as Thread } from "node:worker_threads";
import { getContext } from "../../../mod.ts";
import { begun } from "./tiny.ts";

const CODE = "data:text/javascript,1";

const bareStarts: Readonly<Record<string, () => unknown>> = {
  thread: () => new Thread(new URL(CODE)),
  worker: () => new Worker(CODE, { type: "module" }).terminate(),
  spawn: bareProcess,
  forkserver: bareProcess,
};

function bareProcess(): void {
  new Deno.Command(Deno.execPath(), {
    args: ["run", CODE],
    stdin: "null",
  }).spawn();
}

if (import.meta.main) {
  const [, bare, method = ""] = /^(bare )?(.+)$/.exec(Deno.args[0] ?? "") ?? [];
  const module = new URL("./tiny.ts", import.meta.url);
  const start = bare === undefined ? oursStart(method, module) : null;
  const before = performance.now();
  if (start === null) bareStarts[method]!();
  else start();
  console.log(performance.now() - before);
}

/** Everything but the start. */
function oursStart(method: string, module: URL): () => void {
  const { Process } = getContext(method);
  const p = new Process({ target: begun, module });
  return () => p.start();
}
