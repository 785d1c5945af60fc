/**
 * A pool whose workers die, and that goes on.
 *
 * @module
 */

import {
  activeChildren,
  type BasePool,
  EncodingError,
  getStartMethod,
  Pool,
  setStartMethod,
  startMethods,
  type TaskOptions,
  Value,
  WorkerLostError,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { until } from "./lib/measure.ts";
import { row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:crash [--method METHOD]
         [--workers N] [--times N] [--help]

Lets tasks of a pool fail in every way there is, then makes N calls (2,000)
while every now and then one of the workers (2) is killed.`;

const TIMES = 2000;
const WORKERS = 2;
const KILLS = 8;
const TIMEOUT_MS = 200;
const TASK_MS = 0.2;
const WIDTHS = [30, 0];

/** Target: is done at once. */
export function succeed(): string {
  return "a result";
}

/** Target: throws. */
export function fail(): never {
  throw new RangeError("a mistake of its own");
}

/** Target: gives what cannot be sent. */
export function giveFunction(): unknown {
  return { callback: () => {} };
}

/** Target: ends its process. */
export function leave(): never {
  return Deno.exit(3);
}

/** Target: says that it is there, and never ends. */
export function stay(isThere: Value<"i">, computes: boolean): Promise<never> {
  isThere.value = 1;
  while (computes);
  return new Promise(() => {});
}

/** Target: doubles a number, and takes a moment for it. */
export function double(x: number): number {
  const end = performance.now() + TASK_MS;
  while (performance.now() < end);
  return 2 * x;
}

/** Kills a worker, as the system might: the one that is named, or any that works. */
function killOne(pool: BasePool, named?: string): boolean {
  const busy = pool.stats().workers.filter(({ state, items }) =>
    state === "busy" && items > 0
  );
  const victim = named ?? busy[Math.floor(Math.random() * busy.length)]?.name;
  const child = activeChildren().find(({ name }) => name === victim);
  child?.kill();
  return child !== undefined;
}

async function tell(what: string, work: Promise<unknown>): Promise<void> {
  const outcome = await work.then(String, reasonOf);
  say(row([what, ` ${outcome}`], WIDTHS));
}

function reasonOf(error: Error): string {
  if (error instanceof WorkerLostError) {
    return `${error.name}: ${error.signal ?? `exit code ${error.exitcode}`}`;
  }
  if (error instanceof EncodingError) {
    return `${error.name}: ${error.path} is a function`;
  }
  return `${error.name}: ${error.message.replace(/^Cannot .* as /, "")}`;
}

/** One task after the other, each with an end of its own. */
async function failInEveryWay(workers: number): Promise<void> {
  await using pool = new Pool(workers);
  const method = getStartMethod();
  const { traits } = startMethods().find(({ name }) => name === method)!;
  const computes = traits.stopsWhileBusy;
  await tell("returns", pool.apply(succeed));
  await tell("throws", pool.apply(fail));
  await tell("gives what cannot be sent", pool.apply(giveFunction));
  await tell("calls Deno.exit(3)", pool.apply(leave));
  const isThere = new Value("i", 0);
  const stays = pool.apply(stay, [isThere, computes]);
  const told = tell("is killed from outside", stays);
  await until(() => isThere.value === 1);
  const { workers: all } = pool.stats();
  killOne(pool, all.find(({ state }) => state === "busy")?.name);
  await told;
  const limit = { timeout: TIMEOUT_MS };
  const loop = pool.apply(stay, [isThere, computes], limit);
  await tell(computes ? "computes for ever" : "waits for ever", loop);
  await tell("returns, after all that", pool.apply(succeed));
}

/** Many calls while workers are killed. */
async function callMany(
  workers: number,
  times: number,
  options: TaskOptions,
): Promise<void> {
  await using pool = new Pool(workers);
  let [right, lost, settled, kills] = [0, 0, 0, 0];
  const calls = Array.from({ length: times }, async (_, x) => {
    const call = pool.apply(double, [x], options);
    await call.then(
      (result) => result === 2 * x && right++,
      () => lost++,
    );
    if (++settled * (KILLS + 1) < times * (kills + 1)) return;
    if (settled < times && killOne(pool)) kills++;
  });
  await Promise.all(calls);
  const { started } = pool.stats();
  say(`  ${kills} killed, ${started} workers started in all`);
  say(`  ${whole(right)} right results, ${lost} lost with their workers`);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    workers: { type: "string" },
    times: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const workers = countOf(USAGE, flags, {
    flag: "workers",
    otherwise: WORKERS,
  });
  const times = countOf(USAGE, flags, { flag: "times", otherwise: TIMES });
  if (method !== undefined) setStartMethod(method);
  title(`A pool that survives its workers (${getStartMethod()})`);
  await failInEveryWay(workers);
  say("");
  say(`${whole(times)} calls while workers are killed:`);
  await callMany(workers, times, {});
  say("the same with { retries: 9 }:");
  await callMany(workers, times, { retries: 9 });
  const left = activeChildren().length;
  say(`${left === 0 ? "nothing" : left} is left running`);
}
