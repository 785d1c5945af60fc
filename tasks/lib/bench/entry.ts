/**
 * What a bare child starts with: a `data:` module that imports the target's.
 *
 * @module
 */

/** A module that does not import the package. */
export const TINY: URL = new URL("./tiny.ts", import.meta.url);

/** A module that does. */
export const WITH_PACKAGE: URL = new URL("./with_package.ts", import.meta.url);

/**
 * The flags for a bare process. Deno reads the configuration for every file of this
 * project, but for a `data:` module it has to be named.
 */
export const CONFIG: readonly string[] = [
  "--config",
  `${import.meta.dirname}/../../../deno.json`,
];

/** Which of the two it is, for the name of a row. */
export function wordOf(module: URL): string {
  return module === TINY ? "tiny module" : "imports us";
}

/** The URL of an entry that runs `code`, in which the module is named `child`. */
export function entry(module: URL, code: string): URL {
  const text = `import * as child from ${JSON.stringify(module.href)};${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}
