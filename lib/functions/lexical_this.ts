/**
 * Words by which a function reaches what no scope shows: the `this` around an arrow
 * function, the object that a method with `super` belongs to.
 *
 * @module
 */

import type { TextForm } from "../wire/protocol/captured.ts";
import { bodyOfClass } from "./class_text.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Something that a text means and that cannot be given to it elsewhere. */
export type LexicalWord = "this" | "super" | "new.target" | "arguments";

/** The first such word of a text; null where there is none. */
export function lexicalWord(
  text: string,
  form: TextForm,
): LexicalWord | null {
  if (form === "class" || !/\b(this|super|target|arguments)\b/.test(text)) {
    return null;
  }
  const tokens = tokensOf(text, "module");
  if (tokens === null) return suspected(text, form);
  if (form === "method") {
    return isUsed(tokens, "super", []) ? "super" : null;
  }
  if (!isArrow(tokens)) return null;
  const own = bodiesOf(tokens);
  for (const word of ["this", "super", "new.target", "arguments"] as const) {
    if (isUsed(tokens, word, own)) return word;
  }
  return null;
}

/** Where in the text of a class stands what it extends; null where nothing does. */
export function heritageIn(
  text: string,
): readonly [from: number, to: number] | null {
  const tokens = tokensOf(text, "module");
  if (tokens === null) return null;
  const body = bodyOfClass(tokens, 0);
  const at = tokens[1]?.text === "extends" ? 1 : 2;
  if (body === null || tokens[at]?.text !== "extends") return null;
  return [tokens[at + 1]!.at, tokens[body]!.at];
}

/** For a text that cannot be read: what it may use, rather than what it does. */
function suspected(text: string, form: TextForm): LexicalWord | null {
  if (/\bsuper\b/.test(text)) return "super";
  const isArrowText = form === "function" &&
    !/^(async\s+)?function\b/.test(text);
  return isArrowText && /\bthis\b/.test(text) ? "this" : null;
}

function isArrow(tokens: readonly Token[]): boolean {
  const first = tokens[0]?.text === "async" && tokens[1]?.text !== "=>" ? 1 : 0;
  const { pair = -1 } = tokens[first] ?? {};
  return tokens[(pair > first ? pair : first) + 1]?.text === "=>";
}

/** A stretch of tokens. */
type TokenRange = readonly [from: number, to: number];

/** Heads and bodies of functions and classes, where these words mean their own. */
function bodiesOf(tokens: readonly Token[]): TokenRange[] {
  const bodies: TokenRange[] = [];
  for (const [i, { text, pair, kind }] of tokens.entries()) {
    if (text === "class" && kind === "word" && !isProperty(tokens, i)) {
      const open = bodyOfClass(tokens, i);
      if (open !== null) bodies.push([open, tokens[open]!.pair]);
    }
    if (text !== "(" || tokens[pair + 1]?.text !== "{") continue;
    if (isHead(tokens, i)) bodies.push([i, tokens[pair + 1]!.pair]);
  }
  return bodies;
}

/** Words before a parenthesis and a brace that begin a statement. */
const STATEMENTS = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "with",
  "await",
]);

/** Whether a parenthesis before a brace holds the parameters of a function. */
function isHead(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  if (before === undefined) return false;
  return before.kind !== "mark"
    ? !STATEMENTS.has(before.text) || isProperty(tokens, i - 1)
    : before.text === "]" || before.text === "*";
}

function isProperty(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return before === "." || before === "?.";
}

function isUsed(
  tokens: readonly Token[],
  word: LexicalWord,
  bodies: readonly TokenRange[],
): boolean {
  return tokens.some(({ text, kind }, i) =>
    kind === "word" && isWord(tokens, i, text, word) &&
    !bodies.some(([from, to]) => from <= i && i <= to)
  );
}

function isWord(
  tokens: readonly Token[],
  i: number,
  text: string,
  word: LexicalWord,
): boolean {
  if (word === "new.target") {
    return text === "target" && tokens[i - 1]?.text === "." &&
      tokens[i - 2]?.text === "new";
  }
  // A key of an object is none.
  return text === word && !isProperty(tokens, i) && tokens[i + 1]?.text !== ":";
}
