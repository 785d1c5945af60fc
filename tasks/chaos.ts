// deno-lint-ignore-file no-console
/**
 * Chaos: locks, queues, pipes, shared data, processes, imports and pools while a
 * killer goes about, each with a model of what must hold. Ends with code 1 when
 * something did not, and prints the seed that repeats it.
 *
 * @module
 */

import { startMethods } from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import type { Outcome } from "./lib/chaos/main.ts";

const USAGE = `Usage: deno task chaos [--seconds N | --minutes N] [--method M]
                       [--seed N] [--round N]

  --seconds N  how long, in all (60)
  --minutes N  the same in minutes
  --method M   one start method; without it, all of them in turn
  --seed N     what repeats a run, as far as the timing of kills does (by the clock)
  --round N    one round of a seed alone`;

const PROGRAM = new URL("./lib/chaos/main.ts", import.meta.url);

/**
 * What one program may take beyond its time until it counts as hung: a wait or two
 * that end as faults, on a busy machine.
 */
const HANGS_S = 300;

interface Plan {
  readonly method: string;
  readonly seed: number;
  readonly seconds: number;
  readonly round: string | undefined;
}

/** Runs one program to its end, which may be an abort. */
async function run({ method, seed, seconds, round }: Plan): Promise<Outcome> {
  const args = [method, seed, seconds, ...(round === undefined ? [] : [round])];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM.href, ...args.map(String)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(
    () => child.kill("SIGKILL"),
    (seconds + HANGS_S) * 1000,
  );
  const { code, signal, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const said = new TextDecoder().decode(stderr).trim();
  const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  if (code === 0 && last.startsWith("{")) {
    const outcome = JSON.parse(last) as Outcome;
    return said === "" ? outcome : {
      ...outcome,
      faults: [...outcome.faults, `it wrote to stderr: ${said.slice(0, 2000)}`],
    };
  }
  const how = signal ?? `code ${code}`;
  const faults = [`the program ended with ${how}: ${said.slice(-2000)}`];
  return { rounds: 0, faults, counts: {} };
}

function print(plan: Plan, { rounds, faults, counts }: Outcome): void {
  const list = Object.entries(counts).map(([what, n]) => `${n} ${what}`);
  console.log(`${plan.method}: ${rounds} rounds, ${faults.length} faults`);
  console.log(`  ${list.join(", ")}`);
  for (const fault of faults) console.log(`  FAULT ${fault}`);
  if (faults.length === 0) return;
  console.log(
    `  again: deno task chaos --method ${plan.method} --seed ${plan.seed} ` +
      `--seconds ${plan.seconds}`,
  );
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    seconds: { type: "string" },
    minutes: { type: "string" },
    method: { type: "string" },
    seed: { type: "string" },
    round: { type: "string" },
  });
  const count = (flag: string, otherwise: number) =>
    countOf(USAGE, flags, { flag, otherwise });
  const seconds = flags.minutes === undefined
    ? count("seconds", 60)
    : count("minutes", 1) * 60;
  const seed = count("seed", 1 + Date.now() % 1_000_000);
  const one = methodOf(USAGE, flags);
  const methods = one === undefined
    ? startMethods().filter(({ supported }) => supported).map(({ name }) =>
      name
    )
    : [one];
  const round = flags.round as string | undefined;
  console.log(`seed ${seed}, ${seconds} s`);
  let faults = 0;
  for (const method of methods) {
    const plan = { method, seed, seconds: seconds / methods.length, round };
    const outcome = await run(plan);
    print(plan, outcome);
    faults += outcome.faults.length;
  }
  Deno.exit(faults === 0 ? 0 : 1);
}
