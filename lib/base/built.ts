/**
 * Where the files stand that this package is built into.
 *
 * @module
 */

/** A file that `tasks/build.ts` makes of the entry of the same name. */
export type BuiltFile =
  /** What a child starts with. */
  | "child"
  /** All that is public; its default export is for children. */
  | "package"
  /** What a worker of a pool runs. */
  | "pool_worker"
  /** What it needs for values that are not plain, and for errors. */
  | "pool_slow_path"
  /** Mapped memory, without what is built on it. */
  | "block";

const IS_SOURCE = import.meta.url.endsWith(".ts");

/**
 * The URL of a built file, beside the one that this module is built into. A program
 * that runs the sources, as tests do that look inside, starts children with sources.
 */
export function builtUrl(name: BuiltFile): string {
  return IS_SOURCE
    ? new URL(`../entries/${name}.ts`, import.meta.url).href
    : new URL(`./${name}.generated.js`, import.meta.url).href;
}

/** The URL by which programs import this package. */
export function packageUrl(): string {
  return IS_SOURCE
    ? builtUrl("package")
    : new URL("../../mod.ts", import.meta.url).href;
}
