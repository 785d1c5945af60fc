/**
 * `import()` and `import.meta` of a function that travels as text. Evaluated here,
 * they would mean this package's module; they are to mean the module that the
 * function comes from.
 *
 * @module
 */

import { ProcessError } from "../base/errors.ts";
import { markStandIn } from "./text_origins.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** A function's text, and what it is given in place of `import`. */
export interface Rehomed {
  readonly source: string;
  readonly scope: Readonly<Record<string, unknown>>;
}

/** Imports a module by its URL or a name of the import map. */
export type Import = (
  specifier: string,
  options?: ImportCallOptions,
) => Promise<unknown>;

/**
 * The text of a function that comes from `module`, if that is known, with its imports
 * leading there.
 */
export function withModule(
  source: string,
  module: string | null,
  load: Import,
): Rehomed {
  if (!/\bimport\b/.test(source)) return { source, scope: {} };
  const tokens = tokensOf(source);
  if (tokens === null) {
    throw new ProcessError(
      "Cannot run a function from its text as it says `import` and cannot be " +
        "read without doubt: export it, or move the import out of it",
    );
  }
  const [call, meta] = [unused("importAs", source), unused("metaAs", source)];
  let text = "";
  let at = 0;
  const scope: Record<string, unknown> = {};
  for (const [i, token] of tokens.entries()) {
    const kind = kindOf(tokens, i);
    if (kind === null) continue;
    const last = kind === "meta" ? tokens[i + 2]! : token;
    text += source.slice(at, token.at) + (kind === "meta" ? meta : call);
    at = last.at + last.text.length;
    if (kind === "meta") scope[meta] = metaStandIn(module);
    else scope[call] = importStandIn(module, load);
  }
  return { source: text + source.slice(at), scope };
}

/** What an `import` begins at this token, if it does. */
function kindOf(tokens: readonly Token[], i: number): "call" | "meta" | null {
  const before = tokens[i - 1]?.text;
  if (tokens[i]!.text !== "import" || before === "." || before === "?.") {
    return null;
  }
  const [next, word] = [tokens[i + 1]?.text, tokens[i + 2]?.text];
  if (next === "." && word === "meta") return "meta";
  // `{ import(x) { ... } }` is a method.
  const behind = tokens[(tokens[i + 1]?.pair ?? -1) + 1]?.text;
  return next === "(" && behind !== "{" ? "call" : null;
}

/** A name that does not stand in a text. */
export function unused(name: string, source: string): string {
  return source.includes(name) ? unused(`${name}_`, source) : name;
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

/** What takes the place of `import()` in a function that comes from `module`. */
export function importStandIn(module: string | null, load: Import): Import {
  const standIn: Import = async (specifier, options) => {
    const wanted = String(specifier);
    return await load(
      isRelative(wanted) ? resolved(wanted, module) : wanted,
      options,
    );
  };
  return markStandIn(standIn, { form: "call", module });
}

function resolved(specifier: string, module: string | null): string {
  if (module !== null && URL.canParse(specifier, module)) {
    return new URL(specifier, module).href;
  }
  throw new ProcessError(
    `Cannot import "${specifier}" in a function that travels as text as ` +
      `${
        module === null
          ? "the module that it comes from has no address"
          : `nothing is relative to ${module}`
      }: give an absolute URL`,
  );
}

/** What `import.meta` says in a module that is not the main one. */
export function metaStandIn(module: string | null): object {
  if (module === null) {
    throw new ProcessError(
      "Cannot run a function from its text as it says `import.meta`, and the " +
        "module that it comes from has no address: give it what it needs as an argument",
    );
  }
  const path = module.startsWith("file:")
    ? decodeURIComponent(new URL(module).pathname)
    : undefined;
  const meta = {
    url: module,
    main: false,
    filename: path,
    dirname: path && (path.slice(0, path.lastIndexOf("/")) || "/"),
    resolve: (specifier: string) =>
      isRelative(specifier)
        ? resolved(specifier, module)
        : import.meta.resolve(specifier),
  };
  return markStandIn(meta, { form: "meta", module });
}
