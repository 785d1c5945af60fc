/**
 * Looks at functions of the REPL and of notebooks, where no inspector can be had.
 *
 * Lines and cells are scripts: what they declare stands in one scope that all scripts
 * share, and indirect `eval` sees it. So the words of a function's text are asked for
 * there, one by one. A variable of a function around it cannot be seen: it is not defined
 * in the child, whose ReferenceError says what to do.
 *
 * @module
 */

import { packageUrl } from "../base/built.ts";
import { isInteractive } from "../base/interactive.ts";
import { freeWords } from "./closed_text.ts";
import type { FoundScope, Inspector, Looked } from "./inspector.ts";

/** Reads what lines and cells have declared. */
export class ScriptScope implements Inspector {
  /** One for all functions, which share the scope. */
  readonly #variables: Record<string, unknown> = {};

  look(target: object): Looked {
    for (const name of wordsOf(target)) this.#find(name);
    const scope: FoundScope = { kind: "script", variables: this.#variables };
    return { scopes: [scope], location: null };
  }

  keptBy(holder: object): Iterable<string> {
    return wordsOf(holder);
  }

  privatesOf(): null {
    return null;
  }

  urlOf(): string {
    return "";
  }

  sourceOf(): string {
    return "";
  }

  #find(name: string): void {
    if (Object.hasOwn(this.#variables, name)) return;
    try {
      const value = valueOf(name);
      if (!isOfScript(name, value)) return;
      this.#variables[name] = value;
    } catch (error) {
      if (!(error instanceof ReferenceError) || !isDeclared(name)) return;
      // Its cell or line has not come so far.
      Object.defineProperty(this.#variables, name, {
        enumerable: true,
        get() {
          throw error;
        },
      });
    }
  }
}

/** Words that a text may use freely; rather too many than too few. */
function wordsOf(thing: object): Set<string> {
  const words = freeWords(Function.prototype.toString.call(thing));
  // What stands for itself in each function is judged by its own rules.
  words.delete("arguments");
  return words;
}

/** What an expression gives in the scope of all scripts. */
function valueOf(expression: string): unknown {
  return (0, eval)(expression);
}

/**
 * Whether a name that has no value is declared: in lines and cells V8 says that it is not
 * defined, but to ask for its type throws only where it is declared (2.9.6).
 */
function isDeclared(name: string): boolean {
  try {
    valueOf(`typeof ${name}`);
    return false;
  } catch {
    return true;
  }
}

/** Whether a line or cell has declared a name, and not the platform. */
function isOfScript(name: string, value: unknown): boolean {
  const global = Object.getOwnPropertyDescriptor(globalThis, name);
  if (global === undefined) {
    // Unless it is inherited, as `constructor` is.
    return !(name in globalThis) ||
      value !== (globalThis as Record<string, unknown>)[name];
  }
  // Of a getter, which may load something: the platform's own, or a word that a cell
  // has given another meaning.
  if (!("value" in global)) {
    return value !== (globalThis as Record<string, unknown>)[name];
  }
  // What scripts declare by `var` and `function` cannot be deleted (2.9.6).
  return value !== global.value ||
    global.enumerable === true && global.configurable === false;
}

/** What this package exports, under what name. */
const exported = new Map<unknown, string>();

/**
 * The way to something that cells have imported from this package; null for anything
 * else.
 */
export function packageExportOf(
  thing: object,
): { readonly module: string; readonly key: string } | null {
  const key = exported.get(thing);
  return key === undefined ? null : { module: packageUrl(), key };
}

// It is being loaded anyway, by the line or cell that loads this file.
if (isInteractive()) {
  void import(packageUrl()).then((all: Readonly<Record<string, unknown>>) => {
    for (const [key, value] of Object.entries(all)) exported.set(value, key);
  }, () => {});
}
