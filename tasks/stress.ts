// deno-lint-ignore-file no-console
/**
 * The suites again and again, on a machine that others keep busy. Ends with code 1
 * at the first run that is not green, and prints what it said.
 *
 * @module
 */

import { countOf, readOperands } from "./lib/flags.ts";

const USAGE = `Usage: deno task stress [--times N] [--load N] [FILE...]

  --times N  how often (10)
  --load N   how many programs compute meanwhile (the number of processors)
  FILE       test files or folders; without any, tests/`;

/** Starts programs that do nothing but compute. */
function startLoad(count: number): Deno.ChildProcess[] {
  return Array.from({ length: count }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["eval", "for (;;);"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn());
}

/** Runs the suites once; the text if they were not green. */
async function run(files: readonly string[]): Promise<string | null> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--shuffle", "--trace-leaks", ...files],
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
  const count = (flag: string, otherwise: number) =>
    countOf(USAGE, flags, { flag, otherwise });
  const times = count("times", 10);
  const load = startLoad(count("load", navigator.hardwareConcurrency));
  const files = operands.length > 0 ? operands : ["tests"];
  let failure: string | null = null;
  for (let n = 1; n <= times && failure === null; n++) {
    const begun = performance.now();
    failure = await run(files);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(
      `run ${n} of ${times}: ${
        failure === null ? "green" : "RED"
      } (${seconds} s)`,
    );
  }
  for (const program of load) program.kill("SIGKILL");
  if (failure !== null) console.log(failure);
  Deno.exit(failure === null ? 0 : 1);
}
