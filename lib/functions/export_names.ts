/**
 * Under which name a module exports a function, as its source says it. It is read
 * before a child starts, when the module itself cannot be asked: it may still be
 * evaluating.
 *
 * @module
 */

import { readSource } from "./module_source.ts";

/** A module whose functions are started. */
interface KnownModule {
  /** Its source, without comments; null where it may not be read. */
  readonly source: string | null;
  /** What was found, by the names that were looked for. */
  readonly namings: Map<string, Naming>;
}

const modules = new Map<string, KnownModule>();

/** Maximum of remembered modules, and of names of each. */
const MODULES_MAX = 64;

/** What the source says of a function. */
export type Naming =
  /** The only function of that name is exported under this one. */
  | { readonly kind: "exported"; readonly key: string }
  /** There may be several of that name, or it is not exported by that alone. */
  | { readonly kind: "unclear" }
  /** The source cannot be read. */
  | { readonly kind: "unread" };

/** Looks how `module` exports the function called `name`. */
export function namingIn(module: string, name: string): Naming {
  const known = modules.get(module) ??
    { source: codeOf(module), namings: new Map<string, Naming>() };
  keep(modules, module, known);
  const naming = known.namings.get(name) ?? look(known.source, name);
  keep(known.namings, name, naming);
  return naming;
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.has(key)) return;
  if (map.size >= MODULES_MAX) map.clear();
  map.set(key, value);
}

function look(source: string | null, name: string): Naming {
  if (source === null) return { kind: "unread" };
  if (name === "default") return namingOfDefault(source);
  const key = bindingsOf(source, name) === 1 ? keyOf(source, name) : null;
  return key === null ? { kind: "unclear" } : { kind: "exported", key };
}

/** A default export without a name of its own is called so, and little else is. */
function namingOfDefault(source: string): Naming {
  const isExported = /^export\s+default\b/m.test(source);
  return isExported && !/[{,]\s*default\s*[:(]/.test(source)
    ? { kind: "exported", key: "default" }
    : { kind: "unclear" };
}

function codeOf(module: string): string | null {
  const source = module.startsWith("file:") ? readSource(module) : null;
  return source === null ? null : withoutComments(source);
}

function withoutComments(source: string): string {
  return source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** How many functions of a source get that name; what is in doubt counts. */
function bindingsOf(source: string, name: string): number {
  const word = new RegExp(`(?<![.\\w$#])${literal(name)}(?![\\w$])`, "g");
  let [atTop, others] = [0, 0];
  for (const { index } of source.matchAll(word)) {
    const before = source.slice(Math.max(0, index - 64), index);
    const after = source.slice(index + name.length, index + name.length + 512);
    // Of one name there is one at the top level; more are signatures of it.
    if (
      /(^|\n)(export\s+)?(default\s+)?(async\s+)?function\s*\*?\s*$/.test(
        before,
      )
    ) {
      atTop = 1;
    } else if (names(before, after)) others++;
  }
  return atTop + others;
}

/** What a function, or a class, begins with where it gets the name of its place. */
const FUNCTION = String.raw`(?:async\b|function\b|class\b|[(<]|[\w$]+\s*=>)`;
const ASSIGNED = new RegExp(
  String.raw`^\s*[?!]?\s*(?::[^=;]*?(?:=>[^=;]*?)*)?=\s*${FUNCTION}`,
);
const PROPERTY = new RegExp(String.raw`^\s*:\s*${FUNCTION}`);
const METHOD = /^\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*(:[^{};]*)?\{/;

/** Whether a function that stands between these two texts gets the name there. */
function names(before: string, after: string): boolean {
  return /\b(function\s*\*?|class)\s*$/.test(before) ||
    [ASSIGNED, PROPERTY, METHOD].some((form) => form.test(after));
}

function keyOf(source: string, word: string): string | null {
  const name = `${literal(word)}(?![\\w$])`;
  const has = (pattern: string) => new RegExp(pattern, "m").exec(source);
  const kinds = `(?:async\\s+)?(?:function\\s*\\*?|(?:abstract\\s+)?class)\\s+`;
  if (has(`^export\\s+${kinds}${name}`) !== null) return word;
  if (has(`^export\\s+default\\s+${kinds}${name}`) !== null) return "default";
  const variable = `^(export\\s+)?(?:const|let|var)\\s+${name}`;
  // What a call returns may have any name, also this one.
  const call = `(?:[^=;]|=>)*=(?!>)\\s*` +
    `(?!async\\b|function\\b|class\\b)[\\w$][\\w$. ]*[(<\`]`;
  if (has(variable + call) !== null) return null;
  if (has(variable)?.[1] !== undefined) return word;
  const listed = has(
    `^export\\s*\\{[^}]*?(?<![\\w$])${name}(?:\\s+as\\s+([\\w$]+))?\\s*[,}]`,
  );
  return listed === null ? null : listed[1] ?? word;
}

function literal(name: string): string {
  return name.replace(/[$\\^.*+?()[\]{}|]/g, "\\$&");
}
