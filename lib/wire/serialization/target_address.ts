/**
 * The address of a function, valid in every process: the module and the name of
 * an export.
 *
 * @module
 */

/**
 * The address of a function: an export of a module.
 *
 * @example A function of another module
 * ```ts
 * import type { TargetAddress } from "@multiprocessing/core";
 *
 * const work: TargetAddress = {
 *   module: new URL("./work.ts", import.meta.url),
 *   name: "work",
 * };
 * console.log(work.name);
 * ```
 */
export interface TargetAddress {
  /** The module's URL. */
  readonly module: string | URL;
  /** The name of the export. */
  readonly name: string;
}

/** An address as it is sent, with the URL as a text. */
export interface ExportAddress {
  readonly module: string;
  readonly name: string;
}

/** Whether a value has the form of an address. */
export function isAddress(value: unknown): value is TargetAddress {
  return typeof value === "object" && value !== null && "module" in value &&
    "name" in value;
}

/** Checks an address; the errors call it `what`. */
export function checkedAddress(
  { module, name }: TargetAddress,
  what: string,
): ExportAddress {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot use ${what} as "name" must be the name of an export: current value is ${
        JSON.stringify(name)
      }`,
    );
  }
  return { module: absolute(module), name };
}

/**
 * The URL of a module as a text; throws a `TypeError` if it is not absolute.
 */
export function absolute(module: string | URL): string {
  if (module instanceof URL) return module.href;
  if (typeof module === "string" && URL.canParse(module)) {
    return new URL(module).href;
  }
  throw new TypeError(
    `Cannot import ${
      JSON.stringify(module)
    } in a child as "module" must be an ` +
      `absolute URL: write new URL("./work.ts", import.meta.url)`,
  );
}
