/**
 * Watches the imports of a running thread, so that no kill hits one.
 *
 * If V8 is asked to end a thread while it makes a JSON or `node:` module, it gives
 * up; Deno takes that for impossible and aborts the whole program (2.9.6,
 * `Result::unwrap()` in `modules/map.rs`). So a thread notes in shared memory when
 * it last began to import, and a killer then asks it first:
 *
 * ```
 *   killer                            thread
 *     | stop flag, ask ------------->  | the next turn of its event loop ends it
 *     |                                | the next import() never loads, so that a
 *     |                                | loop of imports comes to its event loop
 *     | (it has computed so long that  |
 *     |  the import must be done)      |
 *     | kill ----------------------->  | it computes, and imports nothing any more
 * ```
 *
 * @module
 */

import { dataUrl } from "../base/data_url.ts";
import { IMPORTED, LOADS_NOW } from "../wire/protocol/stop_flag_words.ts";

declare const process: {
  getBuiltinModule(name: "node:module"): HookRegistry;
};

/** The argument of a resolve hook. */
interface ResolveContext {
  /** Contains "require" if `require()` asks. */
  readonly conditions: readonly string[];
  readonly parentURL?: string;
  readonly importAttributes?: Readonly<Record<string, string>>;
}

/**
 * The result of a resolve hook; without a URL, Deno resolves as if there were no
 * hook.
 */
interface HookResult {
  readonly url?: string;
  readonly shortCircuit: boolean;
}

type Resolve = (
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => HookResult,
) => HookResult;

/** The hooks of `node:module`, which are missing in Deno's types (2.9.6). */
interface HookRegistry {
  isBuiltin(specifier: string): boolean;
  registerHooks(hooks: { resolve?: Resolve; load?: () => never }): void;
}

/** The end of a thread, as far as its imports need it. */
export interface ThreadEnd {
  /** The thread's stop flags. */
  readonly flags: Int32Array<SharedArrayBuffer>;
  /** Whether the thread was asked to stop. */
  isStopped(): boolean;
  /** Ends the thread at once. */
  end(): never;
}

/**
 * Stands for a module that is imported after the thread was asked to end: the importer
 * waits, and the event loop turns. Making a module of JavaScript bears a kill.
 */
const NEVER_DONE = dataUrl("await new Promise(() => {})");

/** Notes every import of this thread from now on. */
export function watchImports(thread: ThreadEnd, hasBegun: boolean): void {
  // The target may be importing already.
  if (hasBegun) note(thread);
  watchBuiltins(thread);
  const modules = process.getBuiltinModule("node:module");
  let neverLoads = false;
  let stalled = 0;
  // A hook must not be registered within a hook: Deno aborts the program (2.9.6).
  const stall = () => {
    modules.registerHooks({ load: () => thread.end() });
    neverLoads = true;
  };
  const resolve: Resolve = (specifier, context, next) => {
    note(thread);
    if (!thread.isStopped()) return resolved(modules, specifier, context, next);
    if (context.conditions.includes("require")) return thread.end();
    if (neverLoads) {
      // A known module would not be loaded again.
      return {
        url: `data:application/json,0#${stalled++}`,
        shortCircuit: true,
      };
    }
    Promise.resolve().then(stall);
    return context.importAttributes?.type === undefined
      ? { url: NEVER_DONE, shortCircuit: true }
      : resolved(modules, specifier, context, next);
  };
  modules.registerHooks({ resolve });
}

/** Notes imports by `process.getBuiltinModule()`, which call no hook. */
function watchBuiltins(thread: ThreadEnd): void {
  const get = process.getBuiltinModule;
  process.getBuiltinModule = (name) =>
    loadWithin(thread, () => get.call(process, name));
}

/** Runs a call that loads; the thread ends instead if it was asked to. */
export function loadWithin<T>(
  { flags, isStopped, end }: ThreadEnd,
  load: () => T,
): T {
  if (isStopped()) return end();
  const before = Atomics.exchange(flags, IMPORTED, LOADS_NOW);
  try {
    return load();
  } finally {
    Atomics.store(flags, IMPORTED, before);
  }
}

function note({ flags }: ThreadEnd): void {
  Atomics.store(flags, IMPORTED, Date.now() | 0);
}

/** Resolves as if there were no hook, also if resolution fails. */
function resolved(
  modules: HookRegistry,
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => HookResult,
): HookResult {
  const found = next(specifier, context);
  if (context.conditions.includes("require")) return found;
  return isInvented(modules, specifier, context, found)
    ? { shortCircuit: true }
    : found;
}

/**
 * Whether Deno's own resolution has failed: it then passes hooks a URL that they
 * might know, and would report that URL in its error (2.9.6).
 */
function isInvented(
  modules: HookRegistry,
  specifier: string,
  { parentURL }: ResolveContext,
  { url }: HookResult,
): boolean {
  if (specifier.startsWith("node:")) return !modules.isBuiltin(specifier);
  if (/^(\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return false;
  return url === URL.parse(specifier, parentURL)?.href;
}
