/**
 * Who called this package: the first stack frame outside it.
 *
 * @module
 */

/** A place in somebody's source. */
export interface Site {
  /** URL of the module. */
  readonly module: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** The part of V8's call sites that is read here. */
interface Frame {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

const LIB = new URL("../", import.meta.url).href;
const FRONT = new URL("../../mod.ts", import.meta.url).href;

/**
 * Frames looked at. Deno maps each one back to TypeScript, at about 1 us a frame
 * (2.9.6), so the number is what a subclass of a subclass needs and no more.
 */
const FRAMES_MAX = 12;

/** The first frame outside this package, or null where there is none. */
export function callerSite(): Site | null {
  for (const frame of frames()) {
    const module = frame.getScriptNameOrSourceURL();
    if (typeof module === "string" && isOutside(module)) {
      return {
        module,
        line: frame.getLineNumber() ?? 0,
        column: frame.getColumnNumber() ?? 0,
      };
    }
  }
  return null;
}

function isOutside(module: string): boolean {
  return !module.startsWith(LIB) && module !== FRONT &&
    !module.startsWith("ext:") && !module.startsWith("node:");
}

function frames(): Frame[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = FRAMES_MAX;
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.captureStackTrace(holder, frames);
    return holder.stack as Frame[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
