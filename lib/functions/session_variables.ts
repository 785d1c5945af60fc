/**
 * The variables that lines of the REPL and cells of a notebook declare.
 *
 * Lines and cells are scripts: what they declare stands in one scope that all scripts
 * share, and indirect `eval` sees it. A line that declares a name anew gives functions of
 * earlier lines the new variable (2.9.6).
 *
 * @module
 */

/** The value of a variable; an error where its line or cell has not come so far. */
export type SessionVariable =
  | { readonly value: unknown }
  | { readonly error: ReferenceError };

/** The variable that lines or cells have declared under a name; null for none. */
export function sessionVariable(name: string): SessionVariable | null {
  try {
    const value = valueOf(name);
    return isOfScript(name, value) ? { value } : null;
  } catch (error) {
    const isEarly = error instanceof ReferenceError && isDeclared(name);
    return isEarly ? { error } : null;
  }
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
