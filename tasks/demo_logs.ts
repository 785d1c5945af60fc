// deno-lint-ignore-file no-console
/**
 * Many processes log, and one collects.
 *
 * @module
 */

import {
  getLogger,
  getStartMethod,
  type LogRecord,
  Process,
  Queue,
  setStartMethod,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { now } from "./lib/measure.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:logs [--method METHOD]
         [--times N] [--help]

Four services handle N requests each (1,000) and tell of every one: all to a
process that collects, by a queue, and what is bad to the log of this program.`;

const SERVICES = ["web", "search", "mail", "billing"] as const;
const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
const TIMES = 1_000;
const WIDTHS = [12, 10, 8, 8, 8, 8, 10];
/** How many lines of the log are shown. */
const LINES_MAX = 4;
/** How many records may wait for the collector. */
const WAITING_MAX = 256;

type Level = (typeof LEVELS)[number];

/** What a service tells of one request. */
export interface Told {
  readonly service: string;
  readonly level: Level;
  readonly tookMs: number;
}

/** What the collector knows of one service. */
export interface Account {
  readonly counts: Record<Level, number>;
  slowestMs: number;
}

type Accounts = Map<string, Account>;

/** Numbers from 0 to 1 that look random and are the same each time. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

function levelOf(luck: number): Level {
  if (luck < 0.6) return "DEBUG";
  if (luck < 0.95) return "INFO";
  return luck < 0.99 ? "WARNING" : "ERROR";
}

/** Target: handles requests. */
export async function serve(
  service: string,
  times: number,
  told: Queue<Told>,
): Promise<void> {
  const logger = getLogger();
  const luck = randoms(service.length);
  for (let request = 1; request <= times; request++) {
    const level = levelOf(luck.next().value);
    const tookMs = 1 + luck.next().value ** 8 * 900;
    logger.log(level, `request ${request} took ${ms(tookMs)}`);
    await told.put({ service, level, tookMs });
  }
}

/** Target: counts what comes until nothing will. */
export async function collect(told: Queue<Told>): Promise<Accounts> {
  const accounts: Accounts = new Map();
  for await (const { service, level, tookMs } of told) {
    const account = accounts.get(service) ?? newAccount();
    accounts.set(service, account);
    account.counts[level]++;
    account.slowestMs = Math.max(account.slowestMs, tookMs);
  }
  return accounts;
}

function newAccount(): Account {
  const counts = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0 };
  return { counts, slowestMs: 0 };
}

async function handleAll(times: number): Promise<Accounts> {
  const told = new Queue<Told>(WAITING_MAX);
  const collector = new Process({
    target: collect,
    args: [told],
    name: "collector",
  });
  collector.start();
  const services = SERVICES.map((name) =>
    new Process({ target: serve, args: [name, times, told], name })
  );
  for (const service of services) service.start();
  for (const service of services) await service.result();
  told.shutdown();
  return await collector.result();
}

function total({ counts }: Account): number {
  return LEVELS.reduce((sum, level) => sum + counts[level], 0);
}

function showAccounts(accounts: Accounts): void {
  say(row(["service", "requests", ...LEVELS, "slowest"], WIDTHS));
  for (const name of SERVICES) {
    const account = accounts.get(name) ?? newAccount();
    const counts = LEVELS.map((level) => whole(account.counts[level]));
    const cells = [name, whole(total(account)), ...counts];
    say(row([...cells, ms(account.slowestMs)], WIDTHS));
  }
}

function showLog(records: readonly LogRecord[], accounts: Accounts): void {
  for (const { line } of records.slice(-LINES_MAX)) say(line);
  let bad = 0;
  for (const { counts } of accounts.values()) bad += counts.WARNING;
  for (const { counts } of accounts.values()) bad += counts.ERROR;
  say(
    `${whole(records.length)} records reached the handler of this program; ` +
      `${whole(bad)} were bad`,
  );
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    times: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const times = countOf(USAGE, flags, { flag: "times", otherwise: TIMES });
  if (method !== undefined) setStartMethod(method);

  const records: LogRecord[] = [];
  const logger = getLogger();
  logger.setLevel("WARNING");
  logger.addHandler((record) => void records.push(record));

  const startMs = now();
  const accounts = await handleAll(times);
  const tookMs = now() - startMs;

  title("What the collector has counted: for await (const told of queue)");
  showAccounts(accounts);
  title('The end of the log: getLogger().setLevel("WARNING"), addHandler(...)');
  showLog(records, accounts);
  console.log(
    `\n${SERVICES.length + 1} processes by "${getStartMethod()}", ` +
      `${whole(SERVICES.length * times)} requests in ${ms(tookMs)}`,
  );
}
