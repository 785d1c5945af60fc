/**
 * The tokens of a function's text, as far as is needed to see which names it uses.
 *
 * @module
 */

/** A token. */
export interface Token {
  /** Names and keywords are words; strings, numbers and regular expressions literals. */
  readonly kind: "word" | "mark" | "literal";
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
  /** Whether a new line comes before it. */
  readonly isFirstInLine: boolean;
  /** For a bracket, the index of the other one; else -1. */
  pair: number;
}

const SPACE = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const WORD = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER =
  /0[xXoObB][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
const STRING =
  /'(?:[^'\\\n]|\\(?:\r\n|[\s\S]))*'|"(?:[^"\\\n]|\\(?:\r\n|[\s\S]))*"/y;
const REGEX =
  /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\\\]\n]|\\[^\n])*\])+\/[\p{ID_Continue}$]*/uy;
const MARK =
  />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.@]/y;
/** Text of a template up to an expression, or to its end. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

const WORDS = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** All that may be a name in a text, wherever it stands. */
export function wordsIn(text: string): readonly string[] {
  return text.match(WORDS) ?? [];
}

/** Keywords after which a slash begins a regular expression. */
const BEFORE_OPERAND = new Set(
  "return typeof case do else in instanceof new void delete throw yield await of"
    .split(" "),
);

/** What closes, by what opens. */
const CLOSER: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "${": "}",
};

/**
 * The tokens; null where the text cannot be read without doubt. Of a whole `module`
 * what a slash after a brace means is taken from what the brace has closed.
 */
export function tokensOf(
  source: string,
  extent: "function" | "module" = "function",
): Token[] | null {
  const reader = new Tokenizer(source, extent === "module");
  while (reader.next()) {
    // It goes on.
  }
  return reader.isSure ? reader.tokens : null;
}

class Tokenizer {
  readonly tokens: Token[] = [];
  readonly #source: string;
  #at = 0;
  #isFirstInLine = false;
  #hasFailed = false;
  /** The indices of the brackets that are open. */
  readonly #open: number[] = [];
  /** Whether a brace that closed a block ends a statement. */
  readonly #endsStatements: boolean;

  constructor(source: string, endsStatements: boolean) {
    this.#source = source;
    this.#endsStatements = endsStatements;
  }

  /** Whether all was understood. */
  get isSure(): boolean {
    return !this.#hasFailed && this.#open.length === 0;
  }

  /** Reads one more token; false at the end. */
  next(): boolean {
    const space = this.#match(SPACE) ?? "";
    this.#isFirstInLine = /[\n\r\u2028\u2029]/.test(space);
    if (this.#hasFailed || this.#at >= this.#source.length) return false;
    const start = this.#source[this.#at];
    if (start === "`") this.#template("`");
    else if (start === "/") this.#slash();
    else if (this.#isNumber()) this.#add("literal", this.#match(NUMBER));
    else if (start === '"' || start === "'") {
      this.#add("literal", this.#match(STRING));
    } else if (!this.#tryWord()) this.#mark(this.#match(MARK));
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? null;
    if (text !== null) this.#at += text.length;
    return text;
  }

  #add(kind: Token["kind"], text: string | null): void {
    if (text === null) {
      this.#hasFailed = true;
      return;
    }
    const at = this.#at - text.length;
    const isFirstInLine = this.#isFirstInLine;
    this.tokens.push({ kind, text, at, isFirstInLine, pair: -1 });
  }

  #isNumber(): boolean {
    return /^\.?\d/.test(this.#source.slice(this.#at, this.#at + 2));
  }

  #tryWord(): boolean {
    const word = this.#match(WORD);
    if (word !== null) this.#add("word", word);
    return word !== null;
  }

  #mark(text: string | null): void {
    this.#add("mark", text);
    if (text === null) return;
    if (text in CLOSER) this.#open.push(this.tokens.length - 1);
    else if (text === ")" || text === "]" || text === "}") this.#close(text);
  }

  #close(text: string): void {
    const index = this.#open.pop();
    const opener = this.tokens[index ?? -1];
    if (opener === undefined || CLOSER[opener.text] !== text) {
      this.#hasFailed = true;
      return;
    }
    opener.pair = this.tokens.length - 1;
    this.tokens.at(-1)!.pair = index!;
    if (opener.text === "${") this.#template("");
  }

  /** Reads the text of a template, from its beginning or after an expression. */
  #template(opening: string): void {
    this.#at += opening.length;
    const text = this.#match(TEMPLATE);
    if (text === null || !text.endsWith("${")) {
      return this.#add("literal", text);
    }
    this.#at -= 2;
    this.#add("literal", text.slice(0, -2));
    this.#at += 2;
    this.#mark("${");
  }

  #slash(): void {
    const isRegex = this.#beginsRegex();
    if (isRegex === null) this.#hasFailed = true;
    else if (isRegex) this.#add("literal", this.#match(REGEX));
    else this.#mark(this.#match(MARK));
  }

  /** Whether a slash here begins a regular expression; null where that is open. */
  #beginsRegex(): boolean | null {
    const before = this.tokens.at(-1);
    if (before === undefined) return true;
    if (before.kind === "literal") return false;
    if (before.kind === "word") return BEFORE_OPERAND.has(before.text);
    switch (before.text) {
      case "]":
      case "++":
      case "--":
        return false;
      case "}":
        // After a block it does, after an object it does not.
        return this.#endsStatements ? this.#isBlock(before.pair) : null;
      case ")": {
        const head = this.tokens[before.pair - 1]?.text ?? "";
        return ["if", "while", "for", "with"].includes(head);
      }
      default:
        return true;
    }
  }

  /** Whether a brace opens a block or a body; null where it may be an object. */
  #isBlock(open: number): boolean | null {
    const before = this.tokens[open - 1];
    if (before === undefined || before.text === ":") {
      return before === undefined ? true : null;
    }
    if (before.kind === "word") return !BEFORE_OPERAND.has(before.text);
    return [")", "{", "}", ";", "=>"].includes(before.text);
  }
}
