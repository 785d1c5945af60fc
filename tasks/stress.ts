// deno-lint-ignore-file no-console
/**
 * The suites again and again, on a machine that others keep busy. Ends with code 1
 * at the first run that is not green, and prints what it said.
 *
 * @module
 */

import { getContext } from "@multiprocessing/core";
import { countOf, readOperands } from "./lib/flags.ts";

const USAGE = `Usage: deno task stress [--times N] [--load N] [FILE...]

  --times N  how often (10)
  --load N   how many processes compute meanwhile (the number of processors)
  FILE       test files or folders; without any, all suites, some side by side`;

/** Does nothing but compute. */
export function compute(): never {
  for (;;);
}

/** Starts processes that compute, and end with this program however it ends. */
function startLoad(count: number): void {
  const { Process } = getContext("spawn");
  for (let i = 0; i < count; i++) {
    new Process<[], unknown>({ target: compute, daemon: true }).start();
  }
}

const SUITES = new URL("suites.ts", import.meta.url).href;

/** Runs the suites once, or some files; the text if they were not green. */
async function run(files: readonly string[]): Promise<string | null> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: files.length === 0
      ? ["run", "-A", SUITES]
      : ["test", "-A", "--no-check", "--shuffle", "--trace-leaks", ...files],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return null;
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

if (import.meta.main) {
  const { flags, operands } = readOperands(USAGE, {
    times: { type: "string" },
    load: { type: "string" },
  });
  const times = countOf(USAGE, flags, { flag: "times", otherwise: 10 });
  const otherwise = navigator.hardwareConcurrency;
  startLoad(countOf(USAGE, flags, { flag: "load", otherwise, min: 0 }));
  let failure: string | null = null;
  for (let n = 1; n <= times && failure === null; n++) {
    const begun = performance.now();
    failure = await run(operands);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(
      `run ${n} of ${times}: ${
        failure === null ? "green" : "RED"
      } (${seconds} s)`,
    );
  }
  if (failure !== null) console.log(failure);
  Deno.exit(failure === null ? 0 : 1);
}
