/**
 * Functions that V8 compiles with their module, and not at their first call.
 *
 * Deno keeps what V8 has compiled of a module, as it is before the module runs: the
 * functions in it have no code yet, but for those in parentheses, which V8 takes for
 * called at once (2.9.6, V8 15.0). A child that starts calls a hundred functions for the
 * first time: in parentheses, that takes a worker 1.1 ms less, and a process 1.7.
 *
 * @module
 */

import { moduleTokens } from "./module_text.ts";
import type { Token } from "../../../lib/functions/tokens.ts";

/** A part of a text, and what takes its place. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/**
 * The same module, whose functions V8 compiles with it, and of some classes the methods.
 * No module that it imports may import it: that could call a function before it is there.
 *
 * @param classes Those whose methods become fields, of which each object has its own:
 * they extend no class, are extended by none, and have few objects.
 */
export function compiledAhead(
  text: string,
  classes: readonly string[],
): string {
  const tokens = moduleTokens(text);
  const changes: Change[] = [];
  let functions = "";
  for (let i = 0; i < tokens.length; i++) {
    const declared = functionAt(tokens, i);
    if (declared !== null) {
      const { name, from, to } = declared;
      functions += `var ${name} = (${text.slice(from, to)});\n`;
      changes.push({ from, to, by: "" });
      i = declared.last;
    } else if (classes.includes(classAt(tokens, i) ?? "")) {
      changes.push(...fieldsOf(text, tokens, i + CLASS_HEAD));
    }
    if (tokens[i]!.pair > i) i = tokens[i]!.pair;
  }
  return functions + changed(text, changes);
}

/** A function declaration among tokens. */
interface Declared {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The index of its last token. */
  readonly last: number;
}

function functionAt(tokens: readonly Token[], at: number): Declared | null {
  const isAsync = tokens[at]!.text === "async" &&
    tokens[at + 1]!.text === "function";
  let next = isAsync ? at + 1 : at;
  if (tokens[next]!.text !== "function") return null;
  if (tokens[next + 1]!.text === "*") next++;
  const last = endOfFunction(tokens, next + 2);
  return {
    name: tokens[next + 1]!.text,
    from: tokens[at]!.at,
    to: endOf(tokens[last]!),
    last,
  };
}

/** The index of the last token of a function whose parameters begin at `open`. */
function endOfFunction(tokens: readonly Token[], open: number): number {
  return tokens[tokens[open]!.pair + 1]!.pair;
}

function endOf({ at, text }: Token): number {
  return at + text.length;
}

/** How many tokens come before the body of a class, as the bundler writes one. */
const CLASS_HEAD = 4;

/** The name of a class that extends none: that of `var Name = class {`. */
function classAt(tokens: readonly Token[], at: number): string | null {
  const words = tokens.slice(at, at + CLASS_HEAD + 1).map(({ text }) => text);
  const [keyword, name, ...rest] = words;
  return keyword === "var" && rest.join(" ") === "= class {" ? name! : null;
}

/** Makes fields of the methods of a class whose body begins at `open`. */
function fieldsOf(
  text: string,
  tokens: readonly Token[],
  open: number,
): Change[] {
  const cuts: Change[] = [];
  let fields = "";
  for (let i = open + 1; i < tokens[open]!.pair; i++) {
    const last = endOfMember(tokens, i);
    const named = tokens[i]!.text === "async" ? i + 1 : i;
    const { text: name } = tokens[named]!;
    if (tokens[named + 1]!.text === "(" && name !== "constructor") {
      const from = tokens[i]!.at;
      const to = endOf(tokens[last]!);
      const rest = text.slice(tokens[named + 1]!.at, to);
      const kind = named === i ? "function" : "async function";
      fields += `${name} = (${kind}${rest});\n`;
      cuts.push({ from, to, by: "" });
    }
    i = last;
  }
  if (fields === "") return [];
  // Before all other fields, which may call them.
  const first = endOf(tokens[open]!);
  return [{ from: first, to: first, by: `\n${fields}` }, ...cuts];
}

/** The index of the last token of a member of a class. */
function endOfMember(tokens: readonly Token[], from: number): number {
  let isField = false;
  for (let i = from;; i++) {
    const { text, pair } = tokens[i]!;
    if (text === ";") return i;
    if (text === "{" && !isField) return pair;
    isField ||= text === "=";
    if (pair > i) i = pair;
  }
}

function changed(text: string, changes: readonly Change[]): string {
  let out = "";
  let end = 0;
  for (const { from, to, by } of changes) {
    out += text.slice(end, from) + by;
    end = to;
  }
  return out + text.slice(end);
}
