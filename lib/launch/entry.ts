/**
 * The entry module with which a child starts.
 *
 * It is a `data:` module, because `node:worker_threads` takes no http URL, and
 * because code on a registry may not import other hosts. It imports this package's
 * child half and can `import()` the user's module, where `import.meta.main` is
 * false and the error of an import can be caught.
 *
 * A child that may not read files by itself gets literal imports: Deno loads what a
 * main module names literally without asking for read permission (2.9.6). Isolates
 * that may read get imports that Deno cannot see in advance: under `deno test` it
 * type-checks all modules that the root of a worker names, 4 to 9 s for each root,
 * again after each edit (2.9.6). The built halves name no types for the same
 * reason.
 *
 * @module
 */

import { builtUrl } from "../base/built.ts";
import { dataUrl } from "../base/data_url.ts";

/** The kinds of isolate, each with an entry in `lib/child/`. */
export type EntryKind = "thread" | "worker";

/**
 * The URL of the entry that boots a `kind` and can load `modules`; also the rest of
 * this package, if the child has no permission to read it (`mayRead`).
 */
export function entryUrl(
  kind: EntryKind,
  modules: readonly string[],
  mayRead: boolean,
): string {
  const load = mayRead ? "load" : "import";
  const helper = mayRead ? "const load=(url)=>import(url);" : "";
  const all = loaders(modules, mayRead, load);
  return entry(kind, `${helper}${bootOf(kind)}(${all})`);
}

/** The same for an isolate that is booted before its target is known. */
export function openIsolateUrl(kind: EntryKind): string {
  return entry(
    kind,
    `const load=(url)=>import(url);${bootOf(kind)}(${anyLoader("load")})`,
  );
}

/** Loads any module that is named. */
function anyLoader(load: Load): string {
  return `new Proxy({},{get:(_,name)=>()=>${load}(name)})`;
}

/**
 * The same for a spawned process, which needs to know whether it `isDirect`:
 * whether its parent process is the one that sends its start message.
 */
export function spawnedEntryUrl(
  modules: readonly string[],
  mayRead: boolean,
  isDirect: boolean,
): string {
  const all = loaders(modules, mayRead, "import");
  return entry("spawned", `await bootSpawned(${all},${isDirect})`);
}

/**
 * The same for a process that is booted before its target is known: it may read, so
 * it imports whatever module its start message names.
 */
export function openEntryUrl(isDirect: boolean): string {
  return entry(
    "spawned",
    `await bootSpawned(${anyLoader("import")},${isDirect})`,
  );
}

function entry(kind: EntryKind | "spawned", call: string): string {
  const from = JSON.stringify(builtUrl("child"));
  return dataUrl(`import{${bootOf(kind)}}from${from};${call}`);
}

/** How a module is imported: named literally, or not. */
type Load = "import" | "load";

function loaders(
  modules: readonly string[],
  mayRead: boolean,
  load: Load,
): string {
  const urls = mayRead ? modules : [...modules, builtUrl("package")];
  return `{${urls.map((url) => loader(url, load))}}`;
}

function loader(url: string, load: Load): string {
  const text = JSON.stringify(url);
  // Deno loads a module that is named literally with all its imports, without
  // asking for the permissions of the child (2.9.6): a `data:` or `blob:` module
  // could choose its imports itself.
  const named = load === "import" && /^(data|blob):/i.test(url)
    ? `[${text}][0]`
    : text;
  return `${text}:()=>${load}(${named})`;
}

/** The function of an entry that boots a child: `bootThread` for a thread. */
function bootOf(kind: EntryKind | "spawned"): string {
  return `boot${kind[0]!.toUpperCase()}${kind.slice(1)}`;
}
