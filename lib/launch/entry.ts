/**
 * The module that a child starts with.
 *
 * It is a `data:` module, since `node:worker_threads` takes no http URL, and since
 * code on a registry may not import other hosts. It imports this package's child
 * half and names the user's module in a literal `import()`: Deno loads literal
 * imports of a main module without asking for read permission (2.9.6), while
 * `import.meta.main` stays false there and a failing import can be caught.
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
  const loaders = modules.map((url) => loader(url, url));
  if (!mayRead) loaders.push(loader("full", full));
  const call = kind === "spawned" ? "await boot" : "boot";
  const text = `import{boot}from${JSON.stringify(boot)};${call}({${loaders}})`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

function loader(name: string, url: string): string {
  return `${JSON.stringify(name)}:()=>import(${JSON.stringify(url)})`;
}
