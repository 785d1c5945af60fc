/**
 * What the text of a class or a method says of members: which of them are private, and
 * which have computed names.
 *
 * @module
 */

import { type Token, tokensOf } from "./tokens.ts";

/** What the text of a class says of its members. */
export interface ClassMembers {
  /** Whether its instances have private fields or methods. */
  readonly hasPrivate: boolean;
  /** Whether the class itself has private fields. */
  readonly hasPrivateStatics: boolean;
  /** The computed names, each as its tokens, and whether a method has it. */
  readonly computed: readonly ComputedName[];
}

/** A computed name, as in `[Symbol.iterator]() {}`. */
export interface ComputedName {
  readonly tokens: readonly Token[];
  readonly isOfMethod: boolean;
}

const known = new Map<string, ClassMembers | null>();

/** Maximum of remembered texts. */
const TEXTS_MAX = 1_024;

/** The members of a class; null where its text cannot be read without doubt. */
export function membersOf(text: string): ClassMembers | null {
  const found = known.get(text);
  if (found !== undefined) return found;
  const tokens = tokensOf(text, "module");
  const members = tokens === null ? null : read(tokens);
  if (known.size >= TEXTS_MAX) known.clear();
  known.set(text, members);
  return members;
}

/** Words before the name of a member. */
const MODIFIERS = new Set(["static", "async", "get", "set", "accessor", "*"]);

function read(tokens: readonly Token[]): ClassMembers | null {
  const open = bodyOfClass(tokens, 0);
  if (open === null) return null;
  const computed: ComputedName[] = [];
  let [hasPrivate, hasPrivateStatics] = [false, false];
  for (let i = open + 1; i < tokens[open]!.pair; i++) {
    const { text, pair } = tokens[i]!;
    if (text === "[" && beginsMember(tokens, i)) {
      const inside = tokens.slice(i + 1, pair);
      const isOfMethod = tokens[pair + 1]?.text === "(";
      computed.push({ tokens: inside, isOfMethod });
    } else if (text.startsWith("#") && isDeclared(tokens, i)) {
      if (!isStatic(tokens, i)) hasPrivate = true;
      else if (tokens[i + 1]?.text !== "(") hasPrivateStatics = true;
    }
    if (pair > i) i = pair;
  }
  return { hasPrivate, hasPrivateStatics, computed };
}

function beginsMember(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]!.text;
  return ["{", "}", ";"].includes(before) || MODIFIERS.has(before);
}

/** Whether a private name is declared there, and not used. */
function isDeclared(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]!.text;
  return before !== "." && before !== "?." && tokens[i + 1]?.text !== "in";
}

function isStatic(tokens: readonly Token[], i: number): boolean {
  let at = i - 1;
  while (MODIFIERS.has(tokens[at]!.text) && tokens[at]!.text !== "static") at--;
  return tokens[at]!.text === "static";
}

/** The brace that opens the body of a class; null where none is found. */
export function bodyOfClass(
  tokens: readonly Token[],
  i: number,
): number | null {
  for (let at = i + 1; at < tokens.length; at++) {
    const { text, kind, pair } = tokens[at]!;
    if (text === "{") return at;
    if (text === ")" || text === "]" || text === "}") return null;
    // What it extends may be an expression with a body of its own.
    const isMember = /^\??\.$/.test(tokens[at - 1]!.text);
    const hasBody = kind === "word" && !isMember &&
      (text === "class" || text === "function");
    const own = hasBody ? bodyOfClass(tokens, at) : null;
    if (own !== null) at = tokens[own]!.pair;
    else if (pair > at) at = pair;
  }
  return null;
}

/** Words that are free in a computed name: those that are no properties. */
export function wordsOfName({ tokens }: ComputedName): string[] {
  return tokens.flatMap(({ kind, text }, i) => {
    const before = tokens[i - 1]?.text;
    return kind === "word" && before !== "." && before !== "?." ? [text] : [];
  });
}

const COMPUTED = /^(?:(?:async|get|set)\b\s*)?(?:\*\s*)?(?=\[)/;

/**
 * The text of a method with its name as it is, where that is computed: what it was
 * computed from may be another one by now, or not to be read.
 */
export function withFixedName(text: string, name: string): string {
  const start = COMPUTED.exec(text)?.[0];
  if (start === undefined) return text;
  const tokens = tokensOf(text.slice(start.length), "module");
  const close = tokens?.[tokens[0]!.pair];
  if (close === undefined) return text;
  const key = JSON.stringify(name.replace(/^[gs]et /, ""));
  return `${start}[${key}${text.slice(start.length + close.at)}`;
}
