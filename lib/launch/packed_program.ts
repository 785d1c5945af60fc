/**
 * Bundled and compiled programs: all modules in one file, or in one executable.
 *
 * @module
 */

import type { Availability } from "./launcher.ts";

/** The path of a file of this package, from its root. */
const PLACE = /\/lib\/\w+\/[\w.-]+\.[jt]s$/;

/** The answer of every start method if the files of this package are missing. */
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

/** Whether an executable can run as `deno` and start this program. */
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
