/**
 * What the names of a module stand for: what it imports and exports, as its source
 * says it, in TypeScript or JavaScript.
 *
 * @module
 */

import { type Token, tokensOf } from "./tokens.ts";

/** Where an imported name comes from. */
export interface ImportedName {
  /** The specifier, as it is written. */
  readonly specifier: string;
  /** Null for the namespace. */
  readonly key: string | null;
  /** Whether it is imported `with` attributes, as JSON is. */
  readonly hasAttributes: boolean;
}

/** The names of a module. */
export interface ModuleNames {
  /** By the name that the module itself uses. */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** The name of the export, by the name that the module itself uses. */
  readonly exports: ReadonlyMap<string, string>;
}

/** The names of a module; null where its source cannot be read without doubt. */
export function namesIn(source: string): ModuleNames | null {
  const tokens = tokensOf(source, "module");
  if (tokens === null) return null;
  const reader = new NamesReader(tokens);
  return reader.read() ? reader : null;
}

/** Words after `export` that declare a type only. */
const TYPES = new Set(["type", "interface", "declare"]);

/** Words after which the name of a declaration follows. */
const DECLARING = new Set([
  "abstract",
  "async",
  "class",
  "enum",
  "function",
  "module",
  "namespace",
]);

class NamesReader implements ModuleNames {
  readonly imports = new Map<string, ImportedName>();
  readonly exports = new Map<string, string>();
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Reads all statements at the top level; false if one cannot be read. */
  read(): boolean {
    for (let i = 0; i < this.#tokens.length; i++) {
      const { text, kind, pair } = this.#tokens[i]!;
      const before = this.#text(i - 1);
      if (kind === "word" && before !== "." && before !== "?.") {
        if (text === "import" && !this.#import(i + 1)) return false;
        if (text === "export") this.#export(i + 1);
      }
      if (pair > i) i = pair;
    }
    return true;
  }

  #text(i: number): string {
    return this.#tokens[i]?.text ?? "";
  }

  #isWord(i: number): boolean {
    return this.#tokens[i]?.kind === "word";
  }

  #import(first: number): boolean {
    const next = this.#text(first);
    // A call, `import.meta`, or an import for its effect.
    if (next === "(" || next === "." || /^['"]/.test(next)) return true;
    if (this.#text(first + 1) === "=") return true;
    if (next === "type" && this.#isOfTypes(first + 1)) return true;
    const names: [name: string, key: string | null][] = [];
    let at = first;
    while (this.#text(at) !== "from" || names.length === 0) {
      if (this.#text(at) === "*") {
        names.push([this.#text(at + 2), null]);
        at += 3;
      } else if (this.#text(at) === "{") {
        for (const [key, name] of this.#list(at)) names.push([name, key]);
        at = this.#tokens[at]!.pair + 1;
        if (names.length === 0) return true;
      } else if (this.#isWord(at)) {
        names.push([this.#text(at), "default"]);
        at++;
      } else if (this.#text(at) === ",") at++;
      else return false;
    }
    const specifier = stringIn(this.#text(at + 1));
    if (specifier === null) return false;
    const hasAttributes = /^(with|assert)$/.test(this.#text(at + 2)) &&
      this.#text(at + 3) === "{";
    for (const [name, key] of names) {
      this.imports.set(name, { specifier, key, hasAttributes });
    }
    return true;
  }

  /** Whether `import type` begins an import of types, and not of a thing so called. */
  #isOfTypes(i: number): boolean {
    const text = this.#text(i);
    return text === "{" || text === "*" ||
      this.#isWord(i) && (text !== "from" || this.#text(i + 1) === "from");
  }

  /** The pairs of a list in braces: `{ a, b as c, type T }`, without types. */
  *#list(open: number): Generator<[first: string, second: string]> {
    const close = this.#tokens[open]!.pair;
    for (let at = open + 1; at < close;) {
      let end = at;
      while (end < close && this.#text(end) !== ",") end++;
      const words = this.#tokens.slice(at, end).map(({ text }) =>
        stringIn(text) ?? text
      );
      at = end + 1;
      if (words[0] === "type" && words.length > 1 && words[1] !== "as") {
        continue;
      }
      const [first, as, second] = words;
      if (first === undefined) continue;
      yield [first, as === "as" && second !== undefined ? second : first];
    }
  }

  #export(first: number): void {
    const text = this.#text(first);
    if (text === "{") return this.#exportList(first);
    if (text === "default") return this.#exportDefault(first + 1);
    if (TYPES.has(text) && this.#isWord(first + 1)) return;
    const isVariable = /^(const|let|var)$/.test(text) &&
      this.#text(first + 1) !== "enum";
    if (isVariable) return this.#exportVariables(first + 1);
    const at = this.#declared(text === "const" ? first + 1 : first);
    if (at !== null) this.#add(this.#text(at));
  }

  #add(name: string, key = name): void {
    if (!this.exports.has(name)) this.exports.set(name, key);
  }

  #exportList(open: number): void {
    if (this.#text(this.#tokens[open]!.pair + 1) === "from") return;
    for (const [name, key] of this.#list(open)) this.#add(name, key);
  }

  #exportDefault(first: number): void {
    const at = this.#declared(first);
    if (at !== null) {
      // Without a name there is none by which the module itself could use it.
      if (this.#isWord(at) && this.#text(at) !== "extends") {
        this.#add(this.#text(at), "default");
      }
      return;
    }
    const after = this.#tokens[first + 1];
    const isName = this.#isWord(first) &&
      (after === undefined || after.text === ";" || after.isFirstInLine);
    if (isName) this.#add(this.#text(first), "default");
  }

  /** Where the name of a declaration is that begins at `first`; null if none does. */
  #declared(first: number): number | null {
    let at = first;
    while (DECLARING.has(this.#text(at))) at++;
    if (at === first) return null;
    // `async` alone may be a name, and so may `namespace`.
    if (this.#text(at) === "*") at++;
    return at;
  }

  #exportVariables(first: number): void {
    this.#addPattern(first);
    const { length } = this.#tokens;
    for (let i = first; i < length && this.#text(i) !== ";"; i++) {
      const { pair, isFirstInLine, text } = this.#tokens[i]!;
      const begins =
        /^(export|import|const|let|var|function|class|if|for|await)$/;
      if (i > first && isFirstInLine && begins.test(text)) return;
      const isNext = text === "," && this.#isWord(i + 1) &&
        /^[=:;]$/.test(this.#text(i + 2));
      if (isNext) this.#add(this.#text(i + 1));
      if (pair > i) i = pair;
    }
  }

  /** Adds the names that a pattern binds. */
  #addPattern(at: number): void {
    const { text, kind, pair } = this.#tokens[at] ?? { kind: "mark" as const };
    if (text === "...") return this.#addPattern(at + 1);
    if (kind === "word") return this.#add(text!);
    if (text !== "{" && text !== "[") return;
    for (let i = at + 1; i < pair!;) {
      let end = i;
      while (end < pair! && this.#text(end) !== ",") {
        end = Math.max(end, this.#tokens[end]!.pair) + 1;
      }
      const isRenamed = text === "{" && this.#text(i + 1) === ":";
      this.#addPattern(isRenamed ? i + 2 : i);
      i = end + 1;
    }
  }
}

/** The content of a literal string; null for anything else, and for one with escapes. */
function stringIn(text: string): string | null {
  return /^(['"])[^\\]*\1$/.test(text) ? text.slice(1, -1) : null;
}
