// deno-lint-ignore-file no-console
/**
 * Money that appears and vanishes, and money that does not.
 *
 * @module
 */

import {
  Barrier,
  getStartMethod,
  Lock,
  Process,
  setStartMethod,
  SharedArray,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:bank [--method METHOD]
         [--times N] [--help]

Four processes move money between ten accounts, N times each (100000): without a
lock, with one lock for the bank, and with a lock for each account.`;

const NOTE = `
A transfer reads two accounts and writes both. What another process wrote in
between is lost, and so money appears or vanishes. Where each account has a
lock, all take the lower one first, and so no two ever wait for each other.`;

const CLERKS = 4;
const ACCOUNTS = 10;
const OPENING = 100_000;
const TIMES = 100_000;
const WIDTHS = [28, 12, 12, 10, 10];

type Accounts = SharedArray<"i">;

/** What a clerk gets: the bank, a lock for each account, and the others. */
type Args = [
  accounts: Accounts,
  locks: Lock[],
  begin: Barrier,
  times: number,
];

function transfer(accounts: Accounts, from: number, to: number): void {
  const amount = Math.min(1 + (from * 7 + to) % 50, accounts.get(from));
  accounts.set(from, accounts.get(from) - amount);
  accounts.set(to, accounts.get(to) + amount);
}

/** Calls `move` with two different accounts, again and again; gives the time. */
function work(
  begin: Barrier,
  times: number,
  move: (from: number, to: number) => void,
): number {
  begin.waitSync();
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const from = Math.floor(Math.random() * ACCOUNTS);
    const step = 1 + Math.floor(Math.random() * (ACCOUNTS - 1));
    move(from, (from + step) % ACCOUNTS);
  }
  return performance.now() - start;
}

/** Transfers and hopes. */
export function plainly(...[accounts, , begin, times]: Args): number {
  return work(begin, times, (from, to) => transfer(accounts, from, to));
}

/** One transfer at a time in the whole bank. */
export function oneLock(...[accounts, , begin, times]: Args): number {
  const lock = accounts.getLock();
  return work(begin, times, (from, to) => {
    using _held = lock.acquireSync();
    transfer(accounts, from, to);
  });
}

/** Transfers at once, if they are between other accounts. */
export function lockEach(...[accounts, locks, begin, times]: Args): number {
  return work(begin, times, (from, to) => {
    using _lower = locks[Math.min(from, to)]!.acquireSync();
    using _upper = locks[Math.max(from, to)]!.acquireSync();
    transfer(accounts, from, to);
  });
}

/** Opens a bank, lets the clerks work, and prints what is there in the end. */
async function run(
  what: string,
  target: typeof plainly,
  times: number,
): Promise<void> {
  const accounts = new SharedArray("i", Array(ACCOUNTS).fill(OPENING));
  const locks = Array.from({ length: ACCOUNTS }, () => new Lock());
  const args: Args = [accounts, locks, new Barrier(CLERKS), times];
  const clerks = Array.from({ length: CLERKS }, () => {
    const p = new Process({ target, args });
    p.start();
    return p;
  });
  const took = Math.max(...await Promise.all(clerks.map((p) => p.result())));
  const total = accounts.slice().reduce((sum, money) => sum + money, 0);
  const wrong = total - ACCOUNTS * OPENING;
  const each = `${Math.round(took * 1e6 / (CLERKS * times))} ns`;
  say(row([what, whole(total), whole(wrong), ms(took), each], WIDTHS));
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    times: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const times = countOf(USAGE, flags, { flag: "times", otherwise: TIMES });
  if (method !== undefined) setStartMethod(method);
  const sum = whole(ACCOUNTS * OPENING);
  title(
    `${sum} in ${ACCOUNTS} accounts, ${CLERKS} processes, ` +
      `${whole(times)} transfers each (${getStartMethod()})`,
  );
  say(row(["", "total", "wrong by", "time", "one each"], WIDTHS));
  await run("without a lock", plainly, times);
  await run("one lock for the bank", oneLock, times);
  await run("a lock for each account", lockEach, times);
  console.log(NOTE);
}
