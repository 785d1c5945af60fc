/**
 * Programs that are not what they were written as: one file for all modules, or one
 * executable.
 *
 * @module
 */

import type { Availability } from "./launcher.ts";

/** Where a file of this package stands, seen from its root. */
const PLACE = /\/lib\/\w+\/\w+\.[jt]s$/;

/** The same answer for every start method where this package's files are missing. */
export function bundledAvailability(
  url: string = import.meta.url,
): Availability {
  if (PLACE.test(url)) return { supported: true };
  return {
    supported: false,
    reason:
      `this program is bundled with the package, and processes start with ` +
      `files of the package that are not beside ${url}: leave it out of the bundle, ` +
      `as in \`deno bundle --external=@multiprocessing/core main.ts\``,
    missing: "platform",
  };
}

/** Whether an executable can be run as `deno` that starts this program. */
export function compiledAvailability(): Availability {
  const { standalone } = Deno.build;
  if (!standalone) return { supported: true };
  return {
    supported: false,
    reason:
      "a compiled program has no deno to run: its own executable would start " +
      'the program again, and its modules are inside it; use "thread" or "worker"',
    missing: "platform",
  };
}
