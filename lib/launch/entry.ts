/**
 * The module that a child starts with.
 *
 * It is a `data:` module, since `node:worker_threads` takes no http URL, and since
 * code on a registry may not import other hosts. It imports this package's child
 * half and can `import()` the user's module, where `import.meta.main` is false and a
 * failing import can be caught.
 *
 * A child that may not read files by itself is given literal imports: Deno loads what
 * a main module names literally without asking for read permission (2.9.6). Isolates
 * that may read are given imports that Deno cannot see ahead: under `deno test` it
 * type-checks all that the root of a worker names, 4 to 9 s for each root, again after
 * each edit (2.9.6). The built halves name no types for the same reason.
 *
 * @module
 */

/** The entries of `lib/child/`, by what they bring to life. */
export type EntryKind = "thread" | "worker" | "spawned";

/**
 * The URL of the entry that boots `kind` and can load `modules`; and the rest of
 * this package, if the child `mayRead` nothing by itself.
 */
export function entryUrl(
  kind: EntryKind,
  modules: readonly string[],
  mayRead: boolean,
): string {
  const boot = new URL(`../child/${kind}.js`, import.meta.url).href;
  const full = new URL("../child/full.ts", import.meta.url).href;
  const isLiteral = kind === "spawned" || !mayRead;
  const load = isLiteral ? "import" : "load";
  const loaders = modules.map((url) => loader(url, url, load));
  if (!mayRead) loaders.push(loader("full", full, load));
  const helper = isLiteral ? "" : "const load=(url)=>import(url);";
  const call = kind === "spawned" ? "await boot" : "boot";
  const text = `import{boot}from${JSON.stringify(boot)};` +
    `${helper}${call}({${loaders}})`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

function loader(name: string, url: string, load: "import" | "load"): string {
  return `${JSON.stringify(name)}:()=>${load}(${JSON.stringify(url)})`;
}
