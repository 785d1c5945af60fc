/**
 * What the parts of the contract share.
 *
 * @module
 */

import {
  type BaseProcess,
  type Context,
  getContext,
  startMethods,
  type StartMethodTraits,
  type Value,
} from "../../mod.ts";
import { eventually } from "../program_testing.ts";

/** The start method that is being tested. */
export interface Subject {
  readonly method: string;
  readonly ctx: Context;
  readonly traits: StartMethodTraits;
  /** Declares a test that starts children. */
  test(name: string, body: (t: Deno.TestContext) => Promise<void>): void;
}

/**
 * Loads what is loaded once and kept: the C library, for memory and for waiting.
 * It would look like a leak of the first test.
 */
export async function warmUp(): Promise<void> {
  await import("../fixtures/loaded_once.ts");
}

/** A hang is a failure. */
const TIMEOUT_MS = 120_000;

/** The subject for a start method. */
export function subjectOf(method: string): Subject {
  const { traits } = startMethods().find(({ name }) => name === method)!;
  const ctx = getContext(method);
  return {
    method,
    ctx,
    traits,
    test(name, fn) {
      Deno.test(`${method}: ${name}`, { timeout: TIMEOUT_MS }, fn);
    },
  };
}

/** Waits until a child has stored a number other than 0. */
export async function set(cell: Value<"i">, what = "set"): Promise<void> {
  await eventually(() => cell.value !== 0, what);
}

/** Starts a process and waits for its end. */
export async function ran<P extends BaseProcess<never[], unknown>>(
  process: P,
): Promise<P> {
  process.start();
  await process.join();
  return process;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("It was expected to reject");
}

/** What a call throws. */
export function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("It was expected to throw");
}
