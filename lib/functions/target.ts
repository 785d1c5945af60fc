/**
 * Which function a process runs, as its parent says it. A function cannot be
 * sent; its address can, and its text.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import type { Site } from "../base/caller.ts";
import {
  absolute,
  checkedAddress,
  type TargetAddress,
} from "../wire/address.ts";
import type { Match, TargetOrder } from "../wire/messages.ts";
import { isClosed } from "./closed.ts";
import { namingIn } from "./naming.ts";
import { exportedName } from "./which.ts";

/** A class that has its own `run()`. */
export interface RunClass {
  readonly name: string;
}

/** How the child is told to find a function. */
export function functionOrder(
  target: (...args: never[]) => unknown,
  module: string | URL | undefined,
  caller: Site | null,
  hasScope: boolean,
): TargetOrder {
  const source = Function.prototype.toString.call(target);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw new TypeError(
      `Cannot use function "${target.name}" as target as its source cannot be ` +
        `sent: it is native or bound, wrap it in a function of your own`,
    );
  }
  if (/^class\b/.test(source)) {
    throw new TypeError(
      `Cannot use class "${target.name}" as target: give a function, or a ` +
        `subclass of Process with a method run()`,
    );
  }
  const home = module === undefined ? importable(caller) : absolute(module);
  return {
    kind: "function",
    module: home,
    certain: module !== undefined,
    name: nameOf(target),
    source,
    // Free variables are given only to a function that leaves its module behind.
    match: hasScope
      ? { by: "text" }
      : matchOf(home, target, module !== undefined),
  };
}

/** How a function or class is found among the exports of its module. */
function matchOf(
  module: string | null,
  target: object,
  isCertain: boolean,
): Match {
  if (module === null) return { by: "text" };
  const key = exportedName(module, target);
  if (key !== undefined) {
    if (key !== null) return { by: "identity", key };
    // Where the module was named, the child says what it exports instead.
    return { by: isCertain ? "parent" : "text" };
  }
  const name = nameOf(target);
  if (name === "") return { by: "parent" };
  const naming = namingIn(module, name);
  switch (naming.kind) {
    case "exported":
      return { by: "name", key: naming.key };
    case "unclear":
      return { by: "parent" };
    case "unread":
      // Another one that looks the same may do something else.
      return isClosed(Function.prototype.toString.call(target))
        ? { by: "name", key: name }
        : { by: "parent" };
    default:
      return unreachable(naming);
  }
}

/** The name of a function; a class may have made something else of it. */
function nameOf(target: object): string {
  const { name } = target as { name: unknown };
  return typeof name === "string" ? name : "";
}

/** How the child is told to find an export. */
export function addressOrder(target: TargetAddress): TargetOrder {
  return { kind: "address", ...checkedAddress(target, "target") };
}

/** How the child is told to find a subclass of Process. */
export function classOrder(
  constructor: RunClass,
  module: string | URL | undefined,
  caller: Site | null,
): TargetOrder {
  const home = module === undefined ? importable(caller) : absolute(module);
  return {
    kind: "class",
    module: home,
    name: nameOf(constructor),
    source: Function.prototype.toString.call(constructor),
    match: matchOf(home, constructor, true),
  };
}

/** The modules that a child with this order imports. */
export function modulesOf(order: TargetOrder): string[] {
  if (order.kind === "nothing" || order.module === null) return [];
  if (order.kind === "function" && order.match.by === "text") return [];
  return [order.module];
}

/**
 * The caller's module, where a child can import it. What `deno eval`, the REPL, a
 * notebook and a documentation test run has an address that leads nowhere
 * (`$deno$repl.mts`, `mod.ts#3-9.ts`; 2.9.6), so their functions travel as text.
 */
function importable(caller: Site | null): string | null {
  if (caller === null || !URL.canParse(caller.module)) return null;
  const { protocol, pathname, hash, href } = new URL(caller.module);
  const leadsNowhere = /\/\$deno\$[^/]*$/.test(pathname) ||
    /^#\d+-\d+\.\w+$/.test(hash) || protocol === "blob:";
  return leadsNowhere ? null : href;
}
