/**
 * The text of a module that the bundler has made: what it imports, what it exports,
 * and what stands between; and the same text in fewer bytes.
 *
 * @module
 */

import { type Token, tokensOf } from "../../../lib/functions/tokens.ts";

/** A name of another module, and what it is called here. */
export interface ImportedName {
  /** The name in the other module. */
  readonly name: string;
  readonly local: string;
}

/** One import statement. */
export interface Import {
  readonly from: string;
  /** Null for a form without a list of names. */
  readonly names: readonly ImportedName[] | null;
  readonly text: string;
}

/** A module, cut into its parts. */
export interface ModuleParts {
  readonly imports: readonly Import[];
  /** What it exports: the names here, by those that others use. */
  readonly exports: ReadonlyMap<string, string>;
  /** All the rest. */
  readonly body: string;
}

/** The tokens of a module; throws where they cannot be told without doubt. */
export function moduleTokens(text: string): Token[] {
  const tokens = tokensOf(text, "module");
  if (tokens === null) throw new Error("Cannot read the tokens of a module");
  return tokens;
}

/** Cuts a module into its parts. */
export function partsOf(text: string): ModuleParts {
  const tokens = moduleTokens(text);
  const imports: Import[] = [];
  const exports = new Map<string, string>();
  let body = "";
  let done = 0;
  for (let i = 0; i < tokens.length; i++) {
    const { text: word, at, pair } = tokens[i]!;
    const isImport = word === "import" && isStatement(tokens, i);
    if (isImport || word === "export") {
      const last = endOfStatement(tokens, i);
      const end = tokens[last]!.at + tokens[last]!.text.length;
      if (isImport) imports.push(importIn(tokens, i, text.slice(at, end)));
      else exportsIn(tokens, i).forEach(([to, from]) => exports.set(to, from));
      body += text.slice(done, at);
      done = end;
      i = last;
    } else if (pair > i) i = pair;
  }
  return { imports, exports, body: body + text.slice(done) };
}

/** Whether `import` begins a statement: else it is a call, or `import.meta`. */
function isStatement(tokens: readonly Token[], at: number): boolean {
  return !["(", "."].includes(tokens[at + 1]!.text);
}

function endOfStatement(tokens: readonly Token[], from: number): number {
  const end = tokens.findIndex(({ text }, i) => i > from && text === ";");
  if (end < 0) throw new Error("Cannot find the end of an import or export");
  return end;
}

function importIn(
  tokens: readonly Token[],
  at: number,
  text: string,
): Import {
  const end = endOfStatement(tokens, at);
  const from = JSON.parse(tokens[end - 1]!.text) as string;
  const names = tokens[at + 1]!.text === "{" ? namesIn(tokens, at + 1) : null;
  return {
    from,
    names: names?.map(([name, local]) => ({ name, local })) ?? null,
    text,
  };
}

/** What an export exports: pairs of the name outside and the name here. */
function exportsIn(
  tokens: readonly Token[],
  at: number,
): [outside: string, here: string][] {
  if (tokens[at + 1]!.text !== "{") {
    throw new Error(`Cannot read an export of "${tokens[at + 1]!.text}"`);
  }
  return namesIn(tokens, at + 1).map(([here, outside]) => [outside, here]);
}

/** The names between braces, each with the one behind its `as`. */
function namesIn(
  tokens: readonly Token[],
  open: number,
): [first: string, second: string][] {
  const words = tokens.slice(open + 1, tokens[open]!.pair)
    .map(({ text }) => text);
  return words.join(" ").split(" , ").filter((name) => name !== "")
    .map((name) => {
      const [first = "", , second = first] = name.split(" ");
      return [first, second];
    });
}

/** A comment that names the module of what follows. */
const MODULE_COMMENT = /^ *\/\/ \S*?(lib\/\S+\.ts)$/m;

/**
 * The same program with the same lines, without comments and indentation: they are a
 * quarter of the text, which each child reads. Comments that name modules stay.
 */
export function compacted(text: string): string {
  let out = "";
  let end = 0;
  for (const token of moduleTokens(text)) {
    out += gap(text.slice(end, token.at), out === "") + token.text;
    end = token.at + token.text.length;
  }
  return `${out}\n`;
}

/** What is left between two tokens; a template begins before its first token. */
function gap(between: string, isFirst: boolean): string {
  const opening = between.endsWith("`") ? "`" : "";
  if (!between.includes("\n")) {
    return (between.length > opening.length ? " " : "") + opening;
  }
  const module = MODULE_COMMENT.exec(between)?.[1];
  const lines = module === undefined ? "\n" : `\n// ${module}\n`;
  return (isFirst ? lines.trimStart() : lines) + opening;
}
