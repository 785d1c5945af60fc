/**
 * Output for people on standard error, and calls whose errors go there.
 *
 * @module
 */

import { inspectThrown } from "./thrown_text.ts";
import { writeIfRead } from "./write_all.ts";

/** Prints a line in one write, so that the lines of several processes do not mix. */
export function printError(line: string): void {
  writeIfRead(Deno.stderr, new TextEncoder().encode(`${line}\n`));
}

/**
 * Calls a function of the user without waiting for it. An error that it throws,
 * or rejects its promise with, is printed in one line that begins with `what`,
 * and goes no further.
 */
export function callOut<A extends readonly unknown[]>(
  what: string,
  call: (...args: A) => unknown,
  ...args: A
): void {
  const tell = (thrown: unknown) =>
    printError(`${what}: ${inspectThrown(thrown)}`);
  try {
    contain(call(...args), tell);
  } catch (error) {
    tell(error);
  }
}

/**
 * Handles the rejection of a value that a function of the user returned, if it
 * is a promise.
 */
export function contain(
  value: unknown,
  failed: (error: unknown) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  const { then } = value as { then?: unknown };
  if (typeof then === "function") Promise.resolve(value).catch(failed);
}
