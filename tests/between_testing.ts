/**
 * What the contracts have in common that run between two start methods.
 *
 * @module
 */

import {
  type BaseProcess,
  type Context,
  getContext,
  type ProcessOptions,
} from "../mod.ts";
import "./fixtures/loaded_once.ts";

const TIMEOUT_MS = 120_000;

/** What such a contract works with. */
export interface Between {
  /** Makes what both share: where OS processes take part, in memory that they map. */
  readonly ctx: Context;
  /** Declares a test. */
  test(what: string, fn: () => Promise<void>): void;
  /** Starts the nth child, by the one method or the other in turn. */
  start<A extends readonly unknown[], R>(
    nth: number,
    target: (...args: A) => R,
    ...args: A
  ): BaseProcess<A, R>;
}

/** For tests of `subject`, if that is named, with targets in `module`. */
export function between(
  one: string,
  other: string,
  module: string,
  subject?: string,
): Between {
  const methods = one === other ? one : `${one} and ${other}`;
  const name = subject === undefined ? methods : `${subject}, ${methods}`;
  return {
    ctx: getContext(other),
    test(what, fn) {
      Deno.test(`${name}: ${what}`, { timeout: TIMEOUT_MS }, fn);
    },
    start<A extends readonly unknown[], R>(
      nth: number,
      target: (...args: A) => R,
      ...args: A
    ): BaseProcess<A, R> {
      const { Process } = getContext([one, other][nth % 2]!);
      const options = { target, args, module };
      const p = new Process(options as unknown as ProcessOptions<A, R>);
      p.start();
      return p as BaseProcess<A, R>;
    },
  };
}
