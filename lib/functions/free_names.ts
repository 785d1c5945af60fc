/**
 * Which variables around it a function uses.
 *
 * V8 knows it exactly: of the variables around a function it keeps those only that
 * the function uses. So the text is compiled, and not run, as a function within one
 * that has the names in question as parameters; what V8 has kept of them is the
 * answer. Names of properties, words in strings and regular expressions, and what
 * the text declares itself are so told apart as the language does it.
 *
 * ```
 *   new Function("table", "x", `return () => (${text})`)
 *                  |       |
 *                used    not used     -> [[Scopes]] has "table" alone
 * ```
 *
 * @module
 */

import type { TextForm } from "../wire/protocol/captured.ts";
import { importFrom } from "../wire/protocol/load_module.ts";
import type { Inspector } from "./inspector.ts";
import { withModule } from "./text_imports.ts";
import { wordsIn } from "./tokens.ts";

/** What a text uses. */
export interface Uses {
  /** How the text is evaluated. */
  readonly form: TextForm;
  /** Those of the names in question that it uses. */
  readonly names: readonly string[];
  /** Whether it uses the `arguments` of the function around it. */
  readonly usesArguments: boolean;
}

/** Words that may not be parameters of strict code; V8 has no such variables there. */
const RESERVED = new Set(
  ("arguments await break case catch class const continue debugger default delete " +
    "do else enum eval export extends false finally for function if implements " +
    "import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof var void while with yield")
    .split(" "),
);

/**
 * The names among `names` that a text uses freely; null if it cannot stand by itself,
 * as one with a private name of the class around it.
 */
export function usesOf(
  text: string,
  names: Iterable<string>,
  inspector: Inspector,
): Uses | null {
  const asked = candidates(text, names);
  const form = /^class\b/.test(text) ? "class" : "function";
  // What it says of `import.meta` compiles in a module only.
  const { source } = withModule(text, "file:///", importFrom);
  return compiled(source, form, asked, inspector) ??
    compiled(source, "method", asked, inspector);
}

/** The names that stand in a text at all, wherever; all of them where `eval` does. */
function candidates(text: string, names: Iterable<string>): string[] {
  const words = new Set(wordsIn(text));
  const isOpen = words.has("eval") || text.includes("\\u");
  return [...names].filter((name) =>
    (isOpen || words.has(name)) && isVariableName(name)
  );
}

/** Whether a variable of strict code may have a name. */
export function isVariableName(name: string): boolean {
  return wordsIn(name)[0] === name && !RESERVED.has(name);
}

function compiled(
  text: string,
  form: TextForm,
  names: readonly string[],
  inspector: Inspector,
): Uses | null {
  const expression = form === "method" ? `({${text}\n})` : `(${text}\n)`;
  let holder: object;
  try {
    const make = new Function(
      ...names,
      `"use strict";return()=>${expression}`,
    );
    holder = make();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const kept = new Set<string>(inspector.keptBy(holder));
  return {
    form,
    names: names.filter((name) => kept.has(name)),
    // All is kept for an `eval`, which may use it or not.
    usesArguments: kept.has("arguments") && !/\beval\b/.test(text),
  };
}
