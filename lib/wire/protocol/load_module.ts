/**
 * Imports of modules by their URLs, in a program and in its children.
 *
 * @module
 */

import { dataUrl } from "../../base/data_url.ts";
// By this path also where the module is built into a file of another folder.
import {
  childContext,
  type Exports,
  hooks,
  type Loaders,
} from "./child_context.ts";

/** Imports a module of the user. */
export async function loadModule(
  module: string,
  loaders: Loaders = childContext()?.loaders ?? {},
): Promise<Exports> {
  // A spare process, booted before its start message came, has no loader for
  // the module.
  const loader = loaders[module] ?? (() => importFrom(module));
  return await hooks.load(loader) as Exports;
}

/**
 * Imports by way of a `data:` module, as code of a registry may not import from
 * other hosts, and a `data:` module may.
 */
export async function importFrom(
  module: string,
  options?: ImportCallOptions,
): Promise<unknown> {
  if (!import.meta.url.startsWith("http")) return await import(module, options);
  const text = `export const load=(o)=>import(${JSON.stringify(module)},o)`;
  const way = await import(dataUrl(text));
  return await way.load(options);
}
