/**
 * The URLs of the built files of this package.
 *
 * @module
 */

/** A file that `tasks/build.ts` builds from the entry of the same name. */
export type BuiltFile =
  /** The entry of a child. */
  | "child"
  /** The public API; its default export is for children. */
  | "package"
  /** The entry of a pool's worker. */
  | "pool_worker"
  /** Mapped memory, without the primitives over it. */
  | "block";

const IS_SOURCE = import.meta.url.endsWith(".ts");

/**
 * The URL of a built file, in the folder of the file that this module is built
 * into. A program that runs the sources, as tests of internals do, starts
 * children from the sources.
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

/** Whether a module is one of this package's own. */
export function isOfPackage(url: string): boolean {
  const folder = new URL(IS_SOURCE ? ".." : ".", import.meta.url).href;
  return url.startsWith(folder) || url === packageUrl();
}
