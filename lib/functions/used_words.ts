/**
 * Words of a function that may be names of variables around it.
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import { freeWords } from "./closed_text.ts";
import { isVariableName } from "./free_names.ts";
import { heritageIn } from "./lexical_this.ts";

/** Words that a function or class may use freely; rather too many than too few. */
export function usedWords(thing: object): Set<string> {
  const words = freeWords(withoutHeritage(functionText(thing)));
  return new Set([...words].filter(isVariableName));
}

/**
 * The text of a class without its name, which is its own, and without what it extends:
 * that was evaluated once.
 */
function withoutHeritage(text: string): string {
  if (!/^class\b/.test(text)) return text;
  const heritage = heritageIn(text);
  const alone = heritage === null
    ? text
    : `${text.slice(0, heritage[0])}null ${text.slice(heritage[1])}`;
  const name = /^class\s+(?!extends\b)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u
    .exec(alone)?.[1];
  return name === undefined ? alone : `(${name})=>{(${alone})}`;
}
