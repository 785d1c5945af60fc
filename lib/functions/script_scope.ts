/**
 * Looks at functions of the REPL and of notebooks, where no inspector can be had.
 *
 * What a function may name is in its text. Where it stands, a snapshot of the heap says,
 * and so what each word means:
 *
 * ```
 *   a variable of a function around it        -->  refused: a snapshot has no values
 *   a variable of its module                  -->  imported, or refused
 *   a variable that lines or cells declare    -->  its value, by indirect `eval`
 *   nothing of these                          -->  a global
 * ```
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import type { Standing } from "./heap_scopes.ts";
import type { FoundScope, Inspector, Location, Looked } from "./inspector.ts";
import { isImportable } from "./script_modules.ts";
import {
  findStandings,
  type Missing,
  standingOf,
} from "./session_standings.ts";
import { type SessionVariable, sessionVariable } from "./session_variables.ts";
import { readSource } from "./module_source.ts";
import { usedWords } from "./used_words.ts";

/** Reads what lines and cells have declared. */
export class ScriptScope implements Inspector {
  readonly #target: object;
  readonly #given: Readonly<Record<string, unknown>>;
  /** One for all functions, which share the scope. */
  readonly #variables: Record<string, unknown> = {};
  readonly #urls = new Map<string, string>();
  #hasSought = false;
  #missing: Missing = null;

  /** Looks at `target`, which is given what names in it stand for. */
  constructor(
    target: object,
    given: Readonly<Record<string, unknown>> | null,
  ) {
    this.#target = target;
    this.#given = given ?? {};
  }

  look(thing: object): Looked {
    const words = usedWords(thing);
    this.#seek(thing, words);
    const standing = standingOf(thing);
    if (standing === null) {
      return { scopes: this.#unsought(words), location: null };
    }
    return {
      scopes: [...scopesAround(standing, words), this.#shared(words)],
      location: isOfSession(standing) ? null : this.#place(standing),
    };
  }

  keptBy(holder: object): Iterable<string> {
    return usedWords(holder);
  }

  privatesOf(): null {
    return null;
  }

  urlOf(scriptId: string): string {
    return this.#urls.get(scriptId) ?? "";
  }

  sourceOf(scriptId: string): string {
    const url = this.urlOf(scriptId);
    return /^file:.*\.[cm]?[jt]s$/.test(url) ? readSource(url) ?? "" : "";
  }

  /** Finds out where a function stands, if that matters. */
  #seek(thing: object, words: ReadonlySet<string>): void {
    if (standingOf(thing) !== null || this.#missing !== null) return;
    if (!this.#hasSought && !this.#matters(thing, words)) return;
    this.#hasSought = true;
    this.#missing = findStandings([
      this.#target,
      thing,
      ...Object.values(this.#given),
    ]);
    if (this.#missing === null && standingOf(thing) === null) {
      this.#missing = "the snapshot of the heap does not show it";
    }
  }

  /** Whether a function may mean different things by where it stands. */
  #matters(thing: object, words: ReadonlySet<string>): boolean {
    if (/\bimport\b/.test(functionText(thing))) return true;
    const isGiven = (word: string) =>
      thing === this.#target && Object.hasOwn(this.#given, word);
    return [...words].some((word) => !isGiven(word));
  }

  /** The scopes of a function of which it is not known, or does not matter, where it stands. */
  #unsought(words: ReadonlySet<string>): FoundScope[] {
    const shared = this.#shared(words);
    if (this.#missing === null) return [shared];
    const names = [...words].filter((name) =>
      Object.hasOwn(shared.variables, name)
    );
    return [...hidden(names, unclear(this.#missing)), shared];
  }

  /** What lines and cells have declared, and what is asked of a function of them. */
  #shared(words: ReadonlySet<string>): FoundScope {
    for (const name of words) {
      if (Object.hasOwn(this.#variables, name)) continue;
      const found = sessionVariable(name);
      if (found !== null) define(this.#variables, name, found);
    }
    return { kind: "script", variables: this.#variables };
  }

  /** The place of a function of a module. */
  #place({ scriptId, url, position }: Standing): Location {
    this.#urls.set(scriptId, url);
    // Of a snapshot there is no line; places of one script are only compared.
    return { scriptId, lineNumber: position, columnNumber: 0 };
  }
}

/** Scopes around a function whose variables a snapshot does not show. */
function scopesAround(
  { inner, module, isOpen, url }: Standing,
  words: ReadonlySet<string>,
): FoundScope[] {
  const isInner = (word: string) =>
    isOpen || inner.some(({ names }) => names.includes(word));
  const scopes = hidden([...words].filter(isInner), OF_FUNCTION);
  return module === null
    ? scopes
    : [...scopes, { kind: "module", ...named(module, ofModule(url)) }];
}

function hidden(names: readonly string[], refusal: string): FoundScope[] {
  return names.length === 0
    ? []
    : [{ kind: "inner", ...named(names, refusal) }];
}

function named(
  names: Iterable<string>,
  refusal: string,
): Pick<FoundScope, "variables" | "refusal"> {
  const entries = Array.from(names, (name) => [name, undefined]);
  return { variables: Object.fromEntries(entries), refusal };
}

const CURES = "give it as an argument, or to the function itself in the " +
  "option `scope`";

const OF_FUNCTION =
  `a variable of a function or block around it, of which the REPL and notebooks show ` +
  `no values; ${CURES}, or declare both in a line or cell outside of any function`;

function ofModule(url: string): string {
  return `a variable of ${url} that the module does not export; export it there, or ` +
    `the function that uses it, or give it in the option \`scope\``;
}

function unclear(why: string): string {
  return `a name of which it cannot be told whether it is that of a line or cell, as ` +
    `${why}; ${CURES}`;
}

function define(
  variables: Record<string, unknown>,
  name: string,
  found: SessionVariable,
): void {
  if ("value" in found) {
    variables[name] = found.value;
    return;
  }
  Object.defineProperty(variables, name, {
    enumerable: true,
    get() {
      throw found.error;
    },
  });
}

/** Whether a function is of a line or cell, or of a text without an address. */
function isOfSession({ module, url }: Standing): boolean {
  return module === null && !isImportable(url) && !/^(ext|node):/.test(url);
}
