/**
 * The namespace of a module of this process, even while it is still evaluating.
 * The main module of a program usually is, at the `await` that waits for the
 * child.
 *
 * `import()` of such a module would wait for the end of its evaluation, and so
 * for itself. But a module runs after those that it imports, and in a cycle of
 * imports one of them runs before the other:
 *
 * ```
 *   importer --imports--> the module (evaluating, so the importer waits for it)
 *      |  ^
 *      |  +--imports-- reader (waits for no module, and calls a function of the
 *      +--imports---->         importer, which exists before the importer runs)
 * ```
 *
 * The two are `data:` modules. As neither can contain the other's URL, they
 * import each other by name, and a hook resolves the names until the reader has
 * run, 2 to 8 ms. A hook that also loads would leave an operation pending
 * (2.9.6).
 *
 * @module
 */

import { dataUrl } from "../../base/data_url.ts";
import { hooks } from "./child_context.ts";

type Namespace = Readonly<Record<string, unknown>>;

/**
 * The part of `node:module` that this file uses. The types of Node come from
 * any dependency of the program, in any version (2.9.6).
 */
interface Hooking {
  registerHooks(hooks: {
    resolve(
      specifier: string,
      context: unknown,
      next: (specifier: string, context: unknown) => unknown,
    ): unknown;
  }): { deregister(): void };
}

declare const process: {
  getBuiltinModule(name: "node:module"): Hooking;
};

const known = new Map<string, Promise<Namespace | null>>();
const loaded = new Map<string, Namespace>();

/** Returns the namespace of a module; null if it cannot be loaded. */
export function namespaceOf(module: string): Promise<Namespace | null> {
  const found = known.get(module) ?? hooks.load(() => fetched(module));
  known.set(module, found);
  return found;
}

/** The same, if it was found already. */
export function namespaceAtHand(module: string): Namespace | null {
  return loaded.get(module) ?? null;
}

async function fetched(module: string): Promise<Namespace | null> {
  try {
    const namespace = await readByCycle(module, known.size);
    loaded.set(module, namespace);
    return namespace;
  } catch {
    return null; // It cannot be loaded, or Deno has no such hooks.
  }
}

/** Reads the namespace by a cycle of two modules. */
async function readByCycle(module: string, number: number): Promise<Namespace> {
  const { promise, resolve, reject } = Promise.withResolvers<Namespace>();
  const reader = `multiprocessing:reader/${number}`;
  const importer = `multiprocessing:importer/${number}`;
  const [moduleText, readerText, importerText] = [module, reader, importer]
    .map((name) => JSON.stringify(name));
  const urls: Readonly<Record<string, string>> = {
    [importer]: dataUrl(
      `import * as found from ${moduleText};import ${readerText};` +
        `export function give(){return found}`,
    ),
    [reader]: dataUrl(
      `import{give}from${importerText};` +
        `globalThis[Symbol.for(${readerText})](give())`,
    ),
  };
  const taker = globalThis as { [key: symbol]: unknown };
  taker[Symbol.for(reader)] = resolve;
  const { deregister } = resolveBy(urls);
  // While the module evaluates, this import is pending until long after the
  // reader has run.
  import(importer).catch(reject);
  try {
    return await promise;
  } finally {
    deregister();
    delete taker[Symbol.for(reader)];
  }
}

/** Resolves the names of modules to these URLs. */
function resolveBy(
  urls: Readonly<Record<string, string>>,
): { deregister(): void } {
  const { registerHooks } = process.getBuiltinModule("node:module");
  const registered = registerHooks({
    resolve: (specifier, context, next) =>
      specifier in urls
        ? { url: urls[specifier], format: "module", shortCircuit: true }
        : next(specifier, context),
  });
  return { deregister: () => registered.deregister() };
}
