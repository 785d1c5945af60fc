/**
 * The log of the program: one logger in each process, whose records also reach the
 * handlers of all processes above.
 *
 * ```
 *   Process-1:2 ---record---> Process-1 ---record---> MainProcess
 *        |                       |                        |
 *     handlers                handlers                 handlers
 * ```
 *
 * - **Once on stderr:** whichever process prints a record first says so in it. A
 *   process that logs to stderr prints by itself, also while its parent blocks.
 * - **Children inherit** the level and the printing as they are when they start.
 *
 * @module
 */

import { expectOptions, nameOf } from "../base/options.ts";
import { callOut, printError, shown } from "../base/stderr.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { mostOfChild } from "../wire/serialization/codec_cost.ts";
import type { Revive } from "../wire/serialization/handle.ts";
import type { LogSetting } from "../wire/protocol/messages.ts";
import { pack, unpack } from "../wire/serialization/pack.ts";
import { parentPeer, receive } from "../wire/mailbox/mailbox.ts";

/**
 * How much records matter, by the numbers that they have in Python.
 *
 * @example From the least to the most
 * ```ts
 * import { LogLevel } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(LogLevel.DEBUG < LogLevel.INFO && LogLevel.INFO < LogLevel.WARNING);
 * ```
 */
export const LogLevel: {
  /** Nothing chosen: as if it were `WARNING`. */
  readonly NOTSET: 0;
  /** More than anybody wants to know. */
  readonly SUBDEBUG: 5;
  /** For who looks for a mistake. */
  readonly DEBUG: 10;
  /** What goes on. */
  readonly INFO: 20;
  /** Nearly a warning. */
  readonly SUBWARNING: 25;
  /** What should be seen to. */
  readonly WARNING: 30;
  /** What went wrong. */
  readonly ERROR: 40;
  /** What cannot go on. */
  readonly CRITICAL: 50;
} = {
  NOTSET: 0,
  SUBDEBUG: 5,
  DEBUG: 10,
  INFO: 20,
  SUBWARNING: 25,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
};

/**
 * A level, by its name or as any number.
 *
 * @example Both ways
 * ```ts
 * import { getLogger, type LogLevelLike } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const level: LogLevelLike = "INFO";
 * getLogger().setLevel(level);
 * equal(getLogger().level, 20);
 * ```
 */
export type LogLevelLike = number | keyof typeof LogLevel;

/**
 * One thing that was logged.
 *
 * @example What a handler sees
 * ```ts
 * import { getLogger, type LogRecord } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const seen: LogRecord[] = [];
 * getLogger().addHandler((record) => seen.push(record));
 * getLogger().error("no", [1, 2]);
 * equal(seen[0].line, "[ERROR/MainProcess] no [ 1, 2 ]");
 * ```
 */
export interface LogRecord {
  /** How much it matters. */
  readonly level: number;
  /** The name of the level, as in `INFO`. */
  readonly levelName: string;
  /** The text. */
  readonly message: string;
  /** The name of the process that logged it. */
  readonly processName: string;
  /** The OS process that it was logged in. */
  readonly pid: number;
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** As it is printed: `[INFO/Process-1] text`. */
  readonly line: string;
}

/**
 * Does something with every record.
 *
 * @example Into a list
 * ```ts
 * import { getLogger, type LogHandler } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * const collect: LogHandler = ({ line }) => void lines.push(line);
 * getLogger().addHandler(collect);
 * getLogger().warning("low on paper");
 * deepEqual(lines, ["[WARNING/MainProcess] low on paper"]);
 * ```
 */
export type LogHandler = (record: LogRecord) => void;

/**
 * What a handler wants to see.
 *
 * @example Errors only
 * ```ts
 * import { getLogger, type LogHandlerOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * let count = 0;
 * const options: LogHandlerOptions = { level: "ERROR" };
 * getLogger().addHandler(() => void count++, options);
 * getLogger().warning("not that bad");
 * equal(count, 0);
 * ```
 */
export interface LogHandlerOptions {
  /**
   * Records below this level are none of its business.
   *
   * @default {"NOTSET"}
   */
  readonly level?: LogLevelLike;
}

/** For those who start children; not for users. */
const SETTING: unique symbol = Symbol("multiprocessing.log");

/** A record on its way up. */
interface Sent {
  readonly record: LogRecord;
  /** Whether it is on stderr already. */
  readonly isPrinted: boolean;
}

/**
 * The logger of a process, as {@linkcode getLogger} gives it.
 *
 * @example A record and who sees it
 * ```ts
 * import { getLogger, type Logger } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const logger: Logger = getLogger();
 * const seen: string[] = [];
 * logger.addHandler(({ message }) => seen.push(message));
 * logger.setLevel("INFO");
 * logger.debug("not seen");
 * logger.info("seen");
 * deepEqual(seen, ["seen"]);
 * ```
 */
export class Logger {
  #level: number;
  // Invariant: in the order of adding, each once; with the level from which on.
  readonly #handlers = new Map<LogHandler, number>();

  /**
   * Made by `getLogger()`.
   * @internal
   */
  constructor({ level, toStderr }: LogSetting) {
    this.#level = level;
    if (toStderr) this.addHandler(printHandler);
  }

  /** The level that was set; 0 if none was. */
  get level(): number {
    return this.#level;
  }

  /** The level from which on something is logged. */
  get effectiveLevel(): number {
    return this.#level || LogLevel.WARNING;
  }

  /** Who handles the records, in the order of adding. */
  get handlers(): readonly LogHandler[] {
    return [...this.#handlers.keys()];
  }

  /**
   * Sets from which level on something is logged, in this process and in those
   * that it starts from now on.
   *
   * @param level The level; `"NOTSET"` is the same as `"WARNING"`.
   * @throws {TypeError} If there is no such level.
   */
  setLevel(level: LogLevelLike): void {
    this.#level = numberOf(level);
  }

  /** Whether a record of that level is logged. */
  isEnabledFor(level: LogLevelLike): boolean {
    return numberOf(level) >= this.effectiveLevel;
  }

  /**
   * Hands all records to a handler: those of this process and of all that are
   * started below it. Adding one again changes its options.
   *
   * @param handler What takes them; an error that it throws is printed.
   * @param options What it wants to see.
   * @throws {TypeError} If there is no such level.
   */
  addHandler(handler: LogHandler, options: LogHandlerOptions = {}): void {
    if (typeof handler !== "function") {
      throw new TypeError(
        `Cannot add a log handler as "handler" must be a function: current value is ${
          nameOf(handler)
        }`,
      );
    }
    expectOptions(options, "add a log handler", '{ level: "ERROR" }');
    this.#handlers.set(handler, numberOf(options.level ?? LogLevel.NOTSET));
  }

  /** Hands no more records to a handler. */
  removeHandler(handler: LogHandler): void {
    this.#handlers.delete(handler);
  }

  /**
   * Logs something.
   *
   * @param level How much it matters.
   * @param message What happened; what is not text is shown as `console.log()`
   * would.
   * @throws {TypeError} If there is no such level.
   */
  log(level: LogLevelLike, ...message: unknown[]): void {
    const number = numberOf(level);
    if (number < this.effectiveLevel) return;
    this.#pass({ record: makeRecord(number, message), isPrinted: false });
  }

  /** Logs more than anybody wants to know. */
  subdebug(...message: unknown[]): void {
    this.log(LogLevel.SUBDEBUG, ...message);
  }

  /** Logs something for who looks for a mistake. */
  debug(...message: unknown[]): void {
    this.log(LogLevel.DEBUG, ...message);
  }

  /** Logs what goes on. */
  info(...message: unknown[]): void {
    this.log(LogLevel.INFO, ...message);
  }

  /** Logs something that is nearly a warning. */
  subwarning(...message: unknown[]): void {
    this.log(LogLevel.SUBWARNING, ...message);
  }

  /** Logs what should be seen to. */
  warning(...message: unknown[]): void {
    this.log(LogLevel.WARNING, ...message);
  }

  /** Logs what went wrong. */
  error(...message: unknown[]): void {
    this.log(LogLevel.ERROR, ...message);
  }

  /** Logs what cannot go on. */
  critical(...message: unknown[]): void {
    this.log(LogLevel.CRITICAL, ...message);
  }

  /**
   * Takes the records of children from now on, and says what they inherit.
   * @internal
   */
  [SETTING](): LogSetting {
    takeFromChildren((sent) => this.#pass(sent));
    const toStderr = this.#handlers.has(printHandler);
    return { level: this.#level, toStderr };
  }

  #pass({ record, isPrinted }: Sent): void {
    const parent = parentPeer();
    const isPrinting = this.#handlers.has(printHandler) ||
      this.#isLastResort(record, parent !== null);
    if (isPrinting && !isPrinted) printError(record.line);
    for (const [handler, level] of [...this.#handlers]) {
      if (handler !== printHandler && record.level >= level) {
        handle(handler, record);
      }
    }
    if (parent === null) return;
    const sent: Sent = { record, isPrinted: isPrinted || isPrinting };
    parent.post("log", pack(sent, parent.destination, "record"));
  }

  /** What nobody would see is printed, if it matters. */
  #isLastResort({ level }: LogRecord, hasParent: boolean): boolean {
    return !hasParent && this.#handlers.size === 0 && level >= LogLevel.WARNING;
  }
}

/** The handler that `logToStderr()` adds. */
const printHandler: LogHandler = ({ line }) => printError(line);

const NAMES = new Map(
  Object.entries(LogLevel).map(([name, level]) => [level as number, name]),
);

function makeRecord(level: number, message: readonly unknown[]): LogRecord {
  const levelName = NAMES.get(level) ?? `Level ${level}`;
  const processName = childContext()?.identity.name ?? "MainProcess";
  const text = message.map(textOf).join(" ");
  return {
    level,
    levelName,
    message: text,
    processName,
    pid: Deno.pid,
    time: Date.now(),
    line: `[${levelName}/${processName}] ${text}`,
  };
}

function textOf(part: unknown): string {
  return typeof part === "string" ? part : shown(part);
}

function numberOf(level: LogLevelLike): number {
  const number = typeof level === "string" && Object.hasOwn(LogLevel, level)
    ? LogLevel[level]
    : level;
  if (typeof number === "number" && number >= 0) return number;
  throw new TypeError(
    `Cannot use that log level as "level" must be a number or one of ${
      Object.keys(LogLevel).join(", ")
    }: current value is ${Deno.inspect(level)}`,
  );
}

function handle(handler: LogHandler, record: LogRecord): void {
  // Whoever logs must not suffer for who listens.
  callOut(`A log handler failed on "${record.line}"`, handler, record);
}

let isTaking = false;

function takeFromChildren(take: (sent: Sent) => void): void {
  if (isTaking) return;
  isTaking = true;
  receive(
    "log",
    (body) => take(sentOf(unpack(body, noHandle, mostOfChild(body)))),
  );
}

/** A record holds texts and numbers, and nothing to revive. */
const noHandle: Revive = () => null;

/** A record that a child sent; throws a `RangeError` for what is none. */
function sentOf(value: unknown): Sent {
  const { record, isPrinted } = Object(value) as Sent;
  const { level, levelName, message, processName, pid, time, line } = Object(
    record,
  ) as LogRecord;
  const isSound = typeof isPrinted === "boolean" &&
    [level, pid, time].every((part) => typeof part === "number") &&
    [levelName, message, processName, line].every((part) =>
      typeof part === "string"
    );
  if (!isSound) throw new RangeError("Cannot read a message: it is no record");
  const whole = { level, levelName, message, processName, pid, time, line };
  return { record: whole, isPrinted };
}

// Invariant: made when first needed, as only then it is known how this process
// came to life.
let logger: Logger | null = null;

/**
 * The logger of this process, like Python's `get_logger()`. Its records go to its
 * own handlers and to those of all processes above, up to the main program; where
 * nobody has added any, warnings and worse go to stderr.
 *
 * @example A child's record reaches the parent's handler
 * ```ts
 * import { getLogger, Process } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const work = async () => {
 *   const { getLogger } = await import("@multiprocessing/core");
 *   getLogger().warning("nothing to do");
 * };
 *
 * const lines: string[] = [];
 * getLogger().addHandler(({ line }) => lines.push(line));
 * const p = new Process({ target: work, name: "Idle" });
 * p.start();
 * await p.join();
 * deepEqual(lines, ["[WARNING/Idle] nothing to do"]);
 * ```
 *
 * @returns The logger, always the same.
 */
export function getLogger(): Logger {
  return logger ??= new Logger(
    childContext()?.log ?? { level: LogLevel.NOTSET, toStderr: false },
  );
}

/**
 * Prints all records to stderr from now on, as `[INFO/Process-1] text`; like
 * Python's `log_to_stderr()`. Children that are started from now on do the same.
 * Doing so twice prints nothing twice.
 *
 * @example What the package itself has to say
 * ```ts
 * import { logToStderr, Process } from "@multiprocessing/core";
 *
 * logToStderr("INFO"); // [INFO/MainProcess] process "Process-1" ended with ...
 * const p = new Process({ target: () => {} });
 * p.start();
 * await p.join();
 * ```
 *
 * @param level The level to set; it stays as it is if left out.
 * @returns The logger of this process.
 * @throws {TypeError} If there is no such level.
 */
export function logToStderr(level?: LogLevelLike): Logger {
  const logger = getLogger();
  if (level !== undefined) logger.setLevel(level);
  logger.addHandler(printHandler);
  return logger;
}

/** What a child that is about to start inherits; takes its records from then on. */
export function settingForChild(): LogSetting {
  return getLogger()[SETTING]();
}
