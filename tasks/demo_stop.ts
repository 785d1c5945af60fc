/**
 * Stopping a child that computes.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import {
  type BaseProcess,
  getAllStartMethods,
  getContext,
  startMethods,
  type Value,
} from "@multiprocessing/core";
import { methodOf, readFlags } from "./lib/flags.ts";
import { now, pause, until } from "./lib/measure.ts";
import { ms, say, title, whole, wrap } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:stop [--method METHOD] [--help]

Stops a child in the middle of a loop without an await, under every start method
or one of them, and looks whether anything computes on after that.`;

/** How long to look for a child that computes on. */
const LOOK_MS = 300;

const GRACE_MS = 200;

/** The target: no await, no call; only another process can say enough. */
export function spin(turns: Value<"Q">, enough: Value<"bool">): void {
  while (!enough.value) turns.add(1n);
}

interface Spinner {
  readonly p: BaseProcess;
  readonly turns: Value<"Q">;
  readonly enough: Value<"bool">;
}

/** A child that is in its loop. */
async function startSpinner(method: string): Promise<Spinner> {
  const context = getContext(method);
  const turns = new context.Value("Q");
  const enough = new context.Value("bool");
  const p = new context.Process({ target: spin, args: [turns, enough] });
  p.start();
  await until(() => turns.value > 0n);
  return { p, turns, enough };
}

/** What goes on in this program, and in the loop, for a while. */
async function look({ turns }: Spinner): Promise<string> {
  const turned = turns.value;
  const before = cpuUsage();
  await pause(LOOK_MS);
  const { user, system } = cpuUsage(before);
  const more = turns.value - turned;
  return `${ms((user + system) / 1000)} of CPU time, ` +
    `and the loop turned ${whole(more)} times`;
}

async function terminate(spinner: Spinner): Promise<void> {
  const { p } = spinner;
  const start = now();
  p.terminate();
  await p.join();
  say(`terminate() ended it in ${ms(now() - start)}, exit code ${p.exitcode}`);
  say(`in the next ${LOOK_MS} ms: ${await look(spinner)}`);
}

async function tryToStop(spinner: Spinner): Promise<void> {
  const { p, enough } = spinner;
  const start = now();
  const error: unknown = await p.shutdown({ grace: GRACE_MS }).catch((e) => e);
  say(`shutdown({ grace: ${GRACE_MS} }) gave up after ${ms(now() - start)}:`);
  for (const line of wrap(String(error))) say(line);
  say(`in the next ${LOOK_MS} ms: ${await look(spinner)}`);
  enough.value = true;
  await p.join();
  say(`let out of its loop it ends, exit code ${p.exitcode}`);
}

async function stop(method: string): Promise<void> {
  const report = startMethods().find(({ name }) => name === method)!;
  title(`${method}: ${report.traits.process}, busy in a loop`);
  const spinner = await startSpinner(method);
  if (report.traits.stopsWhileBusy) await terminate(spinner);
  else await tryToStop(spinner);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, { method: { type: "string" } });
  const method = methodOf(USAGE, flags);
  const methods = method === undefined ? getAllStartMethods() : [method];
  for (const name of methods) await stop(name);
}
