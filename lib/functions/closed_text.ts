/**
 * Whether a function's text says all that there is to say of it.
 *
 * @module
 */

import { type Token, tokensOf, wordsIn } from "./tokens.ts";

/** Words that are no names. */
const KEYWORDS = new Set(
  ("async await break case catch const continue debugger default delete do else " +
    "false finally for function if in instanceof let new null return switch throw " +
    "true try typeof undefined var void while yield").split(" "),
);

/** Words by which a function reaches what is not in its text. */
const REACHING = new Set(
  "arguments class eval import super this with".split(" "),
);

/** Globals of the language, which are the same in every process. */
const GLOBALS = new Set(
  ("AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array " +
    "Boolean DataView Date Error EvalError Float16Array Float32Array Float64Array " +
    "Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number " +
    "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set " +
    "SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array " +
    "Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console " +
    "decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt")
    .split(" "),
);

/** Whether a word is a global of the language, unless the program has declared it. */
export function isOfLanguage(word: string): boolean {
  return GLOBALS.has(word) || word === "globalThis";
}

/** Names that are declared for a stretch of tokens. */
interface Declaration {
  readonly from: number;
  readonly to: number;
  readonly names: ReadonlySet<string>;
}

/**
 * Whether a function uses nothing but what its text declares and the globals of the
 * language: two such functions with one text do the same. False where that is not
 * certain.
 */
export function isClosed(source: string): boolean {
  return usesOnly(source, GLOBALS);
}

/**
 * Whether a function uses nothing but what its text declares and these names. False
 * where that is not certain.
 */
export function usesOnly(
  source: string,
  names: ReadonlySet<string>,
): boolean {
  const tokens = tokensOf(source);
  if (tokens === null || tokens.some(({ text }) => REACHING.has(text))) {
    return false;
  }
  return [...freeIn(tokens)].every((word) => names.has(word));
}

/**
 * The words of a text that may be names which it does not declare; all of its words
 * where that is not certain.
 */
export function freeWords(source: string): Set<string> {
  const tokens = tokensOf(source);
  const isUnclear = tokens === null ||
    tokens.some(({ text }) => text === "eval" || text === "with");
  if (!isUnclear) return freeIn(tokens);
  return new Set(wordsIn(source)).difference(KEYWORDS);
}

function freeIn(tokens: readonly Token[]): Set<string> {
  const scopes = new Declarations(tokens).all;
  const keys = keysOf(tokens);
  const words = tokens.flatMap(({ kind, text }, i) => {
    const isOwn = kind !== "word" || KEYWORDS.has(text) || keys.has(i) ||
      scopes.some(({ from, to, names }) =>
        from <= i && i <= to && names.has(text)
      );
    return isOwn ? [] : [text];
  });
  return new Set(words);
}

/** The indices of words that name a property, a method or a label. */
function keysOf(tokens: readonly Token[]): Set<number> {
  const keys = new Set<number>();
  // For each open bracket, how many colons belong to a `?` or a `case`.
  const pending = [0];
  for (const [i, { kind, text }] of tokens.entries()) {
    if (text in { "(": 0, "[": 0, "{": 0, "${": 0 }) pending.push(0);
    else if (text === ")" || text === "]" || text === "}") pending.pop();
    else if (text === "?" || text === "case") pending[pending.length - 1]!++;
    else if (text === ":" && pending.at(-1)! > 0) {
      pending[pending.length - 1]!--;
    } else if (kind === "word" && isKey(tokens, i, pending.at(-1)!)) {
      keys.add(i);
    }
  }
  return keys;
}

function isKey(tokens: readonly Token[], i: number, pending: number): boolean {
  const before = tokens[i - 1]?.text;
  const after = tokens[i + 1]?.text;
  if (before === "." || before === "?.") return tokens[i - 2]?.text !== "new";
  if (isOf(tokens, i) || isJumpsLabel(tokens, i)) return true;
  const beginsPart = before === undefined ||
    ["{", ",", ";", "}"].includes(before);
  if (after === ":") return beginsPart && pending === 0;
  return after === "(" && isMethod(tokens, i);
}

/** Whether the word at `i` is the `of` of a loop: a name never stands there. */
function isOf(tokens: readonly Token[], i: number): boolean {
  const { text, isFirstInLine } = tokens[i]!;
  const before = tokens[i - 1];
  if (text !== "of" || isFirstInLine || before === undefined) return false;
  return before.kind === "word"
    ? !KEYWORDS.has(before.text)
    : before.text === "]" || before.text === "}";
}

function isJumpsLabel(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return (before === "break" || before === "continue") &&
    !tokens[i]!.isFirstInLine;
}

/** What stands before the name of a method. */
const BEFORE_METHOD = new Set(
  ["{", "}", ",", ";", "*", "get", "set", "static", "async"],
);

/** Whether the word at `i` names a method: `name(...) {`, in an object, a class or alone. */
function isMethod(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  const isPlaced = before === undefined || BEFORE_METHOD.has(before);
  const closing = tokens[i + 1]!.pair;
  const body = tokens[closing + 1];
  return isPlaced && !KEYWORDS.has(tokens[i]!.text) && body?.text === "{" &&
    !body.isFirstInLine;
}

/** Finds what is declared where; rather too narrowly than too widely. */
class Declarations {
  readonly all: Declaration[] = [];
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    for (const [i, { kind, text }] of tokens.entries()) {
      if (text === "=>") this.#arrow(i);
      else if (kind !== "word") continue;
      else if (text === "function") this.#function(i);
      else if (text === "catch") this.#head(i + 1);
      else if (text === "let" || text === "const" || text === "var") {
        this.#variables(i);
      } else if (this.#text(i + 1) === "(" && isMethod(tokens, i)) {
        this.#head(i + 1);
      }
    }
  }

  #text(i: number): string | undefined {
    return this.#tokens[i]?.text;
  }

  #declare(from: number, to: number, names: Iterable<string>): void {
    this.all.push({ from, to, names: new Set(names) });
  }

  #function(i: number): void {
    let at = i + 1;
    if (this.#text(at) === "*") at++;
    const hasName = this.#tokens[at]?.kind === "word";
    const body = this.#head(hasName ? at + 1 : at);
    if (!hasName || body === null) return;
    const first = this.#text(i - 1) === "async" ? i - 1 : i;
    const before = this.#text(first - 1);
    const isDeclaration = first > 0 && [";", "{", "}"].includes(before ?? "");
    const [from, to] = isDeclaration ? this.#block(i) : [i, body];
    this.#declare(from, to, [this.#text(at)!]);
  }

  /** Declares what stands in `(...)`, for it and the body behind; gives its end. */
  #head(open: number): number | null {
    if (this.#text(open) !== "(") return null;
    const close = this.#tokens[open]!.pair;
    if (this.#text(close + 1) !== "{") return null;
    const end = this.#tokens[close + 1]!.pair;
    this.#declare(open, end, this.#patterns(open + 1, close));
    return end;
  }

  #arrow(i: number): void {
    const last = this.#tokens[i - 1]!;
    const from = last.text === ")" ? last.pair : i - 1;
    const names = last.text === ")"
      ? this.#patterns(from + 1, i - 1)
      : [last.text];
    const to = this.#text(i + 1) === "{"
      ? this.#tokens[i + 1]!.pair
      : this.#endOfExpression(i + 1);
    this.#declare(from, to, names);
  }

  #variables(i: number): void {
    const names: string[] = [];
    for (let at = i + 1;;) {
      const end = this.#endOfPattern(at);
      names.push(...this.#pattern(at, end));
      const comma = this.#text(end) === "="
        ? this.#endOfExpression(end + 1) + 1
        : end;
      if (this.#text(comma) !== ",") break;
      at = comma + 1;
    }
    const [from, to] = this.#block(i);
    this.#declare(from, to, names);
  }

  /** The names that patterns between two tokens bind. */
  #patterns(from: number, to: number): string[] {
    const names: string[] = [];
    for (let at = from; at < to;) {
      const end = this.#endOfPattern(at);
      names.push(...this.#pattern(at, end));
      at = this.#endOf(end, to, ",") + 1;
    }
    return names;
  }

  #pattern(at: number, end: number): string[] {
    const { kind, text, pair } = this.#tokens[at] ??
      { kind: "mark", text: "", pair: -1 };
    if (text === "...") return this.#pattern(at + 1, end);
    if (text === "[") return this.#patterns(at + 1, pair);
    if (text === "{") return this.#fields(at + 1, pair);
    return kind === "word" ? [text] : [];
  }

  #fields(from: number, to: number): string[] {
    const names: string[] = [];
    for (let at = from; at < to;) {
      const end = this.#endOf(at, to, ",");
      const keyEnd = this.#text(at) === "[" ? this.#tokens[at]!.pair : at;
      const first = this.#text(keyEnd + 1) === ":" ? keyEnd + 2 : at;
      names.push(...this.#pattern(first, end));
      at = end + 1;
    }
    return names;
  }

  #endOfPattern(at: number): number {
    if (this.#text(at) === "...") return this.#endOfPattern(at + 1);
    const pair = this.#tokens[at]?.pair ?? -1;
    return (pair > at ? pair : at) + 1;
  }

  /** The first such mark from `at` on that is in no bracket, or `to`. */
  #endOf(at: number, to: number, mark: string): number {
    for (let i = at; i < to; i++) {
      const { text, pair } = this.#tokens[i]!;
      if (text === mark) return i;
      if (pair > i) i = pair;
    }
    return to;
  }

  /** The last token of an expression; a new line ends it, which is too soon at worst. */
  #endOfExpression(at: number): number {
    for (let i = at; i < this.#tokens.length; i++) {
      const { text, pair, isFirstInLine } = this.#tokens[i]!;
      if (i > at && isFirstInLine) return i - 1;
      if ([",", ";", ")", "]", "}"].includes(text)) return i - 1;
      if (pair > i) i = pair;
    }
    return this.#tokens.length - 1;
  }

  /** The stretch in which a declaration at `i` holds. */
  #block(i: number): [from: number, to: number] {
    let open = i - 1;
    while (open >= 0 && !(this.#tokens[open]!.pair > i)) open--;
    if (open < 0) return [0, this.#tokens.length - 1];
    const close = this.#tokens[open]!.pair;
    if (this.#text(open) !== "(") return [open, close];
    const isBlock = this.#text(close + 1) === "{";
    return [
      open,
      isBlock
        ? this.#tokens[close + 1]!.pair
        : this.#endOfExpression(close + 1),
    ];
  }
}
