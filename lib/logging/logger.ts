/**
 * The logger: one in each process, whose records also reach the handlers of all
 * processes above.
 *
 * ```
 *   Process-1:2 ---record---> Process-1 ---record---> MainProcess
 *        |                       |                        |
 *     handlers                handlers                 handlers
 * ```
 *
 * - **Once on stderr:** the first process that prints a record marks it as
 *   printed. A process that logs to stderr prints its records itself, even
 *   while its parent blocks.
 * - **Children inherit** the level and the printing from the moment of their
 *   start.
 *
 * @module
 */

import { expectOptions } from "../base/options.ts";
import { nameOf } from "../base/shown_value.ts";
import { callOut, printError } from "../base/stderr.ts";
import { inspectThrown } from "../base/thrown_text.ts";
import { childContext, MAIN_PROCESS } from "../wire/protocol/child_context.ts";
import { mostOfChild } from "../wire/serialization/codec_cost.ts";
import { REFUSED, type Rehydrate } from "../wire/serialization/handle.ts";
import type { LogSetting } from "../wire/protocol/messages.ts";
import { pack, unpack } from "../wire/serialization/pack.ts";
import { parentPeer, receive } from "../wire/mailbox/mailbox.ts";

/**
 * The levels of log records, with Python's numbers.
 *
 * @example In ascending order
 * ```ts
 * import { LogLevel } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(LogLevel.DEBUG < LogLevel.INFO && LogLevel.INFO < LogLevel.WARNING);
 * ```
 */
export const LogLevel: {
  /** Not set: the same as `WARNING`. */
  readonly NOTSET: 0;
  /** More detail than debugging needs. */
  readonly SUBDEBUG: 5;
  /** Debugging detail. */
  readonly DEBUG: 10;
  /** Normal events. */
  readonly INFO: 20;
  /** Less serious than a warning. */
  readonly SUBWARNING: 25;
  /** An unexpected event that needs attention. */
  readonly WARNING: 30;
  /** A failure. */
  readonly ERROR: 40;
  /** A failure after which the program cannot continue. */
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
 * A log level, by its name or as any number.
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
 * A log record.
 *
 * @example A record as a handler receives it
 * ```ts
 * import { getLogger, type LogRecord } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const seen: LogRecord[] = [];
 * getLogger().addHandler((record) => seen.push(record));
 * getLogger().error("no", [1, 2]);
 * equal(seen[0]?.line, "[ERROR/MainProcess] no [ 1, 2 ]");
 * ```
 */
export interface LogRecord {
  /** The level as a number. */
  readonly level: number;
  /** The name of the level, such as `INFO`. */
  readonly levelName: string;
  /** The text. */
  readonly message: string;
  /** The name of the process that logged it. */
  readonly processName: string;
  /** The id of the OS process that logged it. */
  readonly pid: number;
  /** The time, in milliseconds since 1970. */
  readonly time: number;
  /** The printed line: `[INFO/Process-1] text`. */
  readonly line: string;
}

/**
 * A function that handles log records.
 *
 * @example Collecting lines
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
 * Options of a log handler.
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
   * The lowest level of the records that the handler receives.
   *
   * @default {"NOTSET"}
   */
  readonly level?: LogLevelLike;
}

/** The method that reads the setting for children; internal. */
const SETTING: unique symbol = Symbol("multiprocessing.log");

/** A record on its way to the parent. */
interface Sent {
  readonly record: LogRecord;
  /** Whether it was printed to stderr already. */
  readonly isPrinted: boolean;
}

/**
 * The logger of a process, as {@linkcode getLogger} returns it.
 *
 * @example A record above and one below the level
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
  // Invariant: in the order of adding, each once, with its lowest level.
  readonly #handlers = new Map<LogHandler, number>();

  /**
   * Made by `getLogger()`.
   * @ignore
   */
  constructor({ level, toStderr }: LogSetting) {
    this.#level = level;
    if (toStderr) this.addHandler(printHandler);
  }

  /**
   * Each process has a logger of its own.
   * @ignore
   */
  get [REFUSED](): string {
    return "a Logger; call getLogger() in the process that uses it";
  }

  /** The level that was set; 0 if none was. */
  get level(): number {
    return this.#level;
  }

  /** The lowest level that is logged. */
  get effectiveLevel(): number {
    return this.#level || LogLevel.WARNING;
  }

  /** The handlers, in the order of adding. */
  get handlers(): readonly LogHandler[] {
    return [...this.#handlers.keys()];
  }

  /**
   * Sets the lowest level that is logged, in this process and in the children
   * that it starts from now on.
   *
   * @param level The level; `"NOTSET"` is the same as `"WARNING"`.
   * @throws {TypeError} If the level is unknown.
   */
  setLevel(level: LogLevelLike): void {
    this.#level = numberOf(level);
  }

  /** Whether a record of that level is logged. */
  isEnabledFor(level: LogLevelLike): boolean {
    return numberOf(level) >= this.effectiveLevel;
  }

  /**
   * Adds a handler for the records of this process and of all its descendants.
   * Adding it again changes its options.
   *
   * @param handler The handler; an error that it throws is printed.
   * @param options The lowest level that it receives.
   * @throws {TypeError} If the level is unknown.
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

  /** Removes a handler. */
  removeHandler(handler: LogHandler): void {
    this.#handlers.delete(handler);
  }

  /**
   * Logs a message at a level.
   *
   * @param level The level.
   * @param message The parts of the message; values other than text are shown
   * as `console.log()` shows them.
   * @throws {TypeError} If the level is unknown.
   */
  log(level: LogLevelLike, ...message: unknown[]): void {
    const number = numberOf(level);
    if (number < this.effectiveLevel) return;
    this.#pass({ record: makeRecord(number, message), isPrinted: false });
  }

  /** Logs at the level `SUBDEBUG`. */
  subdebug(...message: unknown[]): void {
    this.log(LogLevel.SUBDEBUG, ...message);
  }

  /** Logs debugging detail. */
  debug(...message: unknown[]): void {
    this.log(LogLevel.DEBUG, ...message);
  }

  /** Logs a normal event. */
  info(...message: unknown[]): void {
    this.log(LogLevel.INFO, ...message);
  }

  /** Logs an event that is less serious than a warning. */
  subwarning(...message: unknown[]): void {
    this.log(LogLevel.SUBWARNING, ...message);
  }

  /** Logs a warning. */
  warning(...message: unknown[]): void {
    this.log(LogLevel.WARNING, ...message);
  }

  /** Logs a failure. */
  error(...message: unknown[]): void {
    this.log(LogLevel.ERROR, ...message);
  }

  /** Logs a failure after which the program cannot continue. */
  critical(...message: unknown[]): void {
    this.log(LogLevel.CRITICAL, ...message);
  }

  /**
   * Receives the records of children from now on, and returns the setting that
   * they inherit.
   * @ignore
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

  /**
   * A record that no handler would receive is printed, from the level `WARNING`
   * on.
   */
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
  const processName = childContext()?.identity.name ?? MAIN_PROCESS;
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
  return typeof part === "string" ? part : inspectThrown(part);
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
  // An error of a handler must not reach the code that logs.
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

/** A record holds texts and numbers, and no handles. */
const noHandle: Rehydrate = () => null;

/** Checks a record that a child sent; throws a `RangeError` if it is broken. */
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

// Invariant: made on first use, as only then the context of this process is
// known.
let logger: Logger | null = null;

/**
 * The logger of this process, like Python's `get_logger()`. Its records go to
 * its own handlers and to those of all processes above, up to the main program.
 * Without any handler, warnings and failures go to stderr.
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
 * @returns The logger, always the same object.
 */
export function getLogger(): Logger {
  return logger ??= new Logger(
    childContext()?.log ?? { level: LogLevel.NOTSET, toStderr: false },
  );
}

/**
 * Prints all records to stderr from now on, as `[INFO/Process-1] text`; like
 * Python's `log_to_stderr()`. Children that start from now on do the same. A
 * second call does not print records twice.
 *
 * @example The records of the package itself
 * ```ts
 * import { logToStderr, Process } from "@multiprocessing/core";
 *
 * logToStderr("INFO"); // [INFO/MainProcess] process "Process-1" ended with ...
 * const p = new Process({ target: () => {} });
 * p.start();
 * await p.join();
 * ```
 *
 * @param level The level to set; unchanged if left out.
 * @returns The logger of this process.
 * @throws {TypeError} If the level is unknown.
 */
export function logToStderr(level?: LogLevelLike): Logger {
  const logger = getLogger();
  if (level !== undefined) logger.setLevel(level);
  logger.addHandler(printHandler);
  return logger;
}

/**
 * The setting that a new child inherits; the logger receives the child's
 * records from then on.
 */
export function settingForChild(): LogSetting {
  return getLogger()[SETTING]();
}
