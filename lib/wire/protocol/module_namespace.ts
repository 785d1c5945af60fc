/**
 * What a module of this process exports, also while it is still evaluating: the
 * program itself usually is, at the `await` that waits for the child.
 *
 * `import()` of such a module would wait for its end, and so for itself. But a module
 * runs after those that it imports, and one that is imported in a circle runs before
 * its importer:
 *
 * ```
 *   carrier --imports--> the module (evaluating, so the carrier waits for it)
 *      |  ^
 *      |  +--imports-- giver (waits for nobody, and has the carrier's functions,
 *      +--imports---->        which are there before the carrier runs)
 * ```
 *
 * The two are `data:` modules. As neither can have the other's URL in its own, they
 * have names, which a hook resolves until the giver has run, 2 to 8 ms. A hook that
 * also loads would leave an operation behind (2.9.6).
 *
 * @module
 */

import { hooks } from "./child_context.ts";

type Namespace = Readonly<Record<string, unknown>>;

/**
 * The part of `node:module` that is used here. Node's own types are what a dependency
 * of the program brings, in any version (2.9.6).
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
const had = new Map<string, Namespace>();

/** The namespace of a module; null where it cannot be had. */
export function namespaceOf(module: string): Promise<Namespace | null> {
  const found = known.get(module) ?? hooks.load(() => fetched(module));
  known.set(module, found);
  return found;
}

/** The same, where it is there already. */
export function namespaceAtHand(module: string): Namespace | null {
  return had.get(module) ?? null;
}

async function fetched(module: string): Promise<Namespace | null> {
  try {
    const namespace = await circle(module, known.size);
    had.set(module, namespace);
    return namespace;
  } catch {
    return null; // It cannot be loaded, or Deno has no such hooks.
  }
}

/** Takes the namespace out of a circle of two modules. */
async function circle(module: string, number: number): Promise<Namespace> {
  const { promise, resolve, reject } = Promise.withResolvers<Namespace>();
  const giver = `multiprocessing:giver/${number}`;
  const carrier = `multiprocessing:carrier/${number}`;
  const [moduleText, giverText, carrierText] = [module, giver, carrier]
    .map((name) => JSON.stringify(name));
  const urls: Readonly<Record<string, string>> = {
    [carrier]: dataUrl(
      `import * as found from ${moduleText};import ${giverText};` +
        `export function give(){return found}`,
    ),
    [giver]: dataUrl(
      `import{give}from${carrierText};` +
        `globalThis[Symbol.for(${giverText})](give())`,
    ),
  };
  const taker = globalThis as { [key: symbol]: unknown };
  taker[Symbol.for(giver)] = resolve;
  const { deregister } = resolveBy(urls);
  // Where the module is evaluating it settles with that, long after the giver has run.
  import(carrier).catch(reject);
  try {
    return await promise;
  } finally {
    deregister();
    delete taker[Symbol.for(giver)];
  }
}

function dataUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

/** Has names of modules lead to these URLs. */
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
