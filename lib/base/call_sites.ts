/**
 * Call sites: the stack frames of the callers outside this package.
 *
 * @module
 */

/** A position in source code. */
export interface CallSite {
  /** URL of the module. */
  readonly module: string;
  /** Line, from 1. */
  readonly line: number | null;
  /** Column, from 1. */
  readonly column: number | null;
}

/** The part of V8's call sites that this file reads. */
interface Frame {
  getScriptNameOrSourceURL(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getFunctionName(): string | null;
  isAsync?(): boolean;
  isEval?(): boolean;
}

interface Traces {
  prepareStackTrace?: unknown;
  stackTraceLimit?: unknown;
  captureStackTrace(target: object, below: unknown): void;
}

/** A function: its frame, and the frames of its callees, are skipped. */
export type Below =
  | (new (...args: never[]) => unknown)
  | ((
    ...args: never[]
  ) => unknown);

/** Maximum of the package's own frames above the first caller. */
const OWN_FRAMES_MAX = 5;

const ROOT = new URL("../../", import.meta.url).href;
const OWN = [`${ROOT}lib/`, `${ROOT}mod.ts`];
const FOREIGN = /^(ext|node|internal|evalmachine|<)/;

// Invariant: URLs of modules whose code has called this package.
const running = new Set<string>();

/** How many frames are searched for a module that is not known yet. */
const STACK_MAX = 100;

/**
 * Whether a module is known to run in this process: its code has called this
 * package, or calls it now.
 */
export function isRunning(module: string): boolean {
  if (!running.has(module)) callSites(isRunning, STACK_MAX);
  return running.has(module);
}

/**
 * Returns at most `most` callers of `below` outside this package, innermost
 * first. Deno maps every frame back to TypeScript, which costs 1 to 4 us each
 * (2.9.6).
 */
export function callSites(below: Below, most: number): CallSite[] {
  const found: CallSite[] = [];
  for (const frame of framesTo(below, most + OWN_FRAMES_MAX)) {
    // The frames behind an await depend on which module imports this one, and
    // when.
    if (frame.isAsync?.() || found.length === most) break;
    const module = urlOf(frame);
    if (module === null) continue;
    // Evaluated code can give itself any name.
    if (!frame.isEval?.()) running.add(module);
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    found.push({ module, line, column });
  }
  return found;
}

/** Whether a module calls `below` while it is evaluated, and not in a function. */
export function isCalledByModule(below: Below): boolean {
  const [caller, outer] = framesTo(below, 2);
  return caller !== undefined && outer === undefined && !caller.isAsync?.() &&
    !caller.getFunctionName();
}

function framesTo(below: Below, most: number): Frame[] {
  const traces = Error as unknown as Traces;
  const { prepareStackTrace, stackTraceLimit } = traces;
  const target: { stack?: unknown } = {};
  try {
    traces.stackTraceLimit = most;
    traces.prepareStackTrace = (_: unknown, frames: Frame[]) => frames;
    traces.captureStackTrace(target, below);
    return Array.isArray(target.stack) ? target.stack : [];
  } finally {
    traces.prepareStackTrace = prepareStackTrace;
    traces.stackTraceLimit = stackTraceLimit;
  }
}

function urlOf(frame: Frame): string | null {
  const url = frame.getScriptNameOrSourceURL();
  if (!url || FOREIGN.test(url)) return null;
  return OWN.some((own) => url.startsWith(own)) ? null : url;
}
