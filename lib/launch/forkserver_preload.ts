/**
 * Which modules the waiting processes of start method `forkserver` import in advance.
 *
 * @module
 */

import { nameOf } from "../base/shown_value.ts";
import { callSites } from "../base/call_sites.ts";
import defer * as forkservers from "./forkserver.ts";

let preloaded: readonly string[] = [];

/**
 * Sets the modules that the waiting processes of start method `forkserver` import
 * in advance, like Python's `set_forkserver_preload()`. Processes that wait already
 * are replaced. This package is always among the modules.
 *
 * - **Objects that a module makes** while it is imported belong to the process that
 *   imports it: its variables are new in each child, as under `spawn`. Shared
 *   objects that it makes are those of the parent; if the parent made them after
 *   the spare was booted, it boots a new process.
 * - **A process that may not read all files** has none imported in advance.
 * - **What is not known yet:** a module that is imported in advance cannot read the
 *   name of its process or its target while it loads.
 * - **A module that fails** is reported in the log, and fails again when it is
 *   needed. One that ends its process, as by `Deno.exit()` or by a rejection that it
 *   leaves unhandled, ends the spare; after three in a row none is booted any more,
 *   which the log says, and processes start without.
 * - **What a module changes**, be it a global, the environment or the folder, is so
 *   in every process, also where nothing else imports the module; and its timers run
 *   on there.
 *
 * @example A module with much to load
 * ```ts
 * import { setForkserverPreload } from "@multiprocessing/core";
 *
 * setForkserverPreload([new URL("./model.ts", "file:///srv/app/")]);
 * setForkserverPreload([]);
 * ```
 *
 * @param modules URLs of modules, or paths that start with `./`, `../` or `/`,
 * relative to the calling module.
 * @throws {TypeError} If it is not an array of them.
 */
export function setForkserverPreload(modules: readonly (string | URL)[]): void {
  if (!Array.isArray(modules)) throw badModule(modules);
  const base = callSites(setForkserverPreload, 1)[0]?.module;
  preloaded = modules.map((module) => urlOf(module, base));
  void forkservers.forkserverStock.retire();
}

function urlOf(module: unknown, base: string | undefined): string {
  const isText = typeof module === "string" && /^[./]|^[\w+.-]+:/.test(module);
  const url = module instanceof URL
    ? module
    : isText
    ? URL.parse(module, base)
    : null;
  if (url === null) throw badModule(module);
  return url.href;
}

function badModule(value: unknown): TypeError {
  return new TypeError(
    `Cannot preload modules as they must be an array of URLs, or of paths ` +
      `that start with "./", "../" or "/": current value is ${nameOf(value)}`,
  );
}

/** The URLs of the modules. */
export function preloadedModules(): readonly string[] {
  return preloaded;
}
