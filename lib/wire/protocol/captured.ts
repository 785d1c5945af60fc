/**
 * A function and what it uses, as they travel: texts of functions and classes, the
 * scopes in which these texts stand, and the values of the variables there.
 *
 * The parts refer to each other by number, so that a cycle is no matter and what two
 * functions share is there once:
 *
 * ```
 *   parts:   0 text "(x) => helper(x)"  in scope 0
 *            1 text "function helper"   in scope 0
 *            2 export "table" of file:///data.ts
 *   scopes:  0 { helper: part 1, table: part 2, factor: value 0 }
 *   values:  [3]                        packed beside it
 * ```
 *
 * @module
 */

/** Where the values stand in the scope of a captured function: no name is like it. */
export const CAPTURED = "(captured)";

/** What can be called, constructed or imported. */
export type CapturedPart =
  | {
    /** The text of a function, a method or a class, evaluated in its scope. */
    readonly kind: "text";
    readonly text: string;
    readonly form: TextForm;
    /** What its property `name` says. */
    readonly name: string;
    /** The innermost scope that has a variable of its; null where none has. */
    readonly scope: number | null;
    /** What a class extends, and what that is called in its text. */
    readonly parent: readonly [name: string, part: number] | null;
    /** What `import()` and `import.meta` in it are relative to. */
    readonly module: string | null;
  }
  | {
    /** An export. */
    readonly kind: "export";
    /** A URL, or a name that is resolved in the module `from`. */
    readonly module: string;
    readonly from: string | null;
    /** Null for the namespace itself. */
    readonly key: string | null;
    /** The text of the function that must be there; null where that is not known. */
    readonly text: string | null;
  }
  | {
    /** A function of the platform, which each process has: the way from `globalThis`. */
    readonly kind: "global";
    readonly path: readonly string[];
  }
  | {
    /** A symbol that every process knows. */
    readonly kind: "symbol";
    readonly name: string;
    /** Whether it is a property of `Symbol`, and else one of the registry. */
    readonly isWellKnown: boolean;
  }
  | {
    /** What took the place of `import` in a text that has come from elsewhere. */
    readonly kind: "import";
    readonly form: "call" | "meta";
    readonly module: string | null;
  };

/** How a text is evaluated: as it stands, or as a method of an object. */
export type TextForm = "function" | "class" | "method";

/** Variables that functions share. */
export interface CapturedScope {
  /** The scope around it. */
  readonly parent: number | null;
  /** The variables. */
  readonly variables: readonly CapturedVariable[];
}

/** A variable: a part or a value, by its number. */
export type CapturedVariable = readonly [
  name: string,
  holds: "part" | "value",
  index: number,
];

/** Plain data; the values are packed apart from it. */
export interface CapturedCode {
  /** What is called is the first of them. */
  readonly parts: readonly CapturedPart[];
  readonly scopes: readonly CapturedScope[];
  /** The numbers of the classes, in the order in which they are to be evaluated. */
  readonly classes: readonly number[];
}

/** The values, and where parts belong in them. */
export interface CapturedValues {
  /** What variables hold. */
  readonly values: readonly unknown[];
  /** Containers in which a part belongs at a key. */
  readonly places: readonly (readonly [
    container: object,
    key: string,
    part: number,
  ])[];
  /** Maps and sets that travel empty, as a part is among their keys or values. */
  readonly fills: readonly (readonly [
    target: Map<unknown, unknown> | Set<unknown>,
    content: readonly unknown[],
  ])[];
  /** Instances, and the class of each. */
  readonly instances: readonly (readonly [instance: object, part: number])[];
  /** Objects without a prototype. */
  readonly bare: readonly object[];
  /** Own fields of functions and classes, and of their prototypes. */
  readonly fields: readonly (readonly [
    part: number,
    of: "itself" | "prototype",
    isEnumerable: boolean,
    fields: Readonly<Record<string, unknown>>,
  ])[];
}
