/**
 * A captured function as it is sent: the texts of functions and classes, the
 * scopes of these texts, and the values of the variables in them.
 *
 * The parts refer to each other by number, so that cycles are possible and a
 * value that two functions share is sent once:
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

/**
 * The key of the values in the scope of a captured function; no variable has
 * such a name.
 */
export const CAPTURED = "(captured)";

/**
 * A part of captured code: something that is called, constructed or imported.
 */
export type CapturedPart =
  | {
    /** The text of a function, a method or a class, evaluated in its scope. */
    readonly kind: "text";
    readonly text: string;
    readonly form: TextForm;
    /** The name that instances of the class are sent under; null for others. */
    readonly className: string | null;
    /** The value of its property `name`. */
    readonly name: string;
    /**
     * The innermost scope with a variable that the text uses; null if none has
     * one.
     */
    readonly scope: number | null;
    /** The superclass of a class, and its name in the text. */
    readonly parent: readonly [name: string, part: number] | null;
    /** The number of the values of a class's own private fields, by their names. */
    readonly privates: number | null;
    /** Whether it is of sloppy code. */
    readonly isSloppy: boolean;
    /** The module that `import()` and `import.meta` in it are relative to. */
    readonly module: string | null;
  }
  | {
    /** An export of a module. */
    readonly kind: "export";
    /** A URL, or a name that is resolved in the module `from`. */
    readonly module: string;
    readonly from: string | null;
    /** Null for the namespace itself. */
    readonly key: string | null;
    /** The text of the expected function; null where that is not known. */
    readonly text: string | null;
    /** As above. */
    readonly className: string | null;
  }
  | {
    /**
     * A function of the platform, which each process has, by its path from
     * `globalThis`.
     */
    readonly kind: "global";
    readonly path: readonly string[];
  }
  | {
    /** A symbol that every process knows. */
    readonly kind: "symbol";
    readonly name: string;
    /**
     * Whether it is a property of `Symbol`; otherwise it is in the global
     * registry.
     */
    readonly isWellKnown: boolean;
  }
  | {
    /**
     * The replacement of `import` in a text that was sent from another process.
     */
    readonly kind: "import";
    readonly form: "call" | "meta";
    readonly module: string | null;
  };

/** How a text is evaluated: as it is, or as a method of an object. */
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

/**
 * Captured code: plain data, without the values, which are packed separately.
 */
export interface CapturedCode {
  /** The first one is the function that is called. */
  readonly parts: readonly CapturedPart[];
  readonly scopes: readonly CapturedScope[];
  /** The indexes of the classes, in the order of their evaluation. */
  readonly classes: readonly number[];
}

/** How far an object is closed to changes; a closed one takes no new fields. */
export type Integrity = "closed" | "sealed" | "frozen";

/** The values of captured code, and where parts belong in them. */
export interface CapturedValues {
  /** The values of variables. */
  readonly values: readonly unknown[];
  /** Containers with a part at a key. */
  readonly places: readonly (readonly [
    container: object,
    key: string,
    part: number,
  ])[];
  /**
   * Maps and sets that are sent empty, as a part is among their keys or values.
   */
  readonly fills: readonly (readonly [
    target: Map<unknown, unknown> | Set<unknown>,
    content: readonly unknown[],
  ])[];
  /** Instances, and the class of each. */
  readonly instances: readonly (readonly [instance: object, part: number])[];
  /** Objects without a prototype. */
  readonly bare: readonly object[];
  /**
   * Fields that structured clone leaves out: hidden ones, those of a Map or a Date, and
   * those under a symbol, which is a part.
   */
  readonly extras: readonly (readonly [
    holder: object,
    key: string | number,
    isEnumerable: boolean,
    value: unknown,
  ])[];
  /** Objects that take no new fields. */
  readonly integrity: readonly (readonly [object, Integrity])[];
  /** Own fields of functions and classes, and of their prototypes. */
  readonly fields: readonly (readonly [
    part: number,
    of: "itself" | "prototype",
    isEnumerable: boolean,
    fields: Readonly<Record<string, unknown>>,
  ])[];
}
