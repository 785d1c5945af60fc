/**
 * The types of shared data, by Python's one-letter codes and by longer names.
 *
 * @module
 */

/** Whole numbers of up to 32 bits: `b B h H i I` and their names. */
export type IntegerCode =
  | "b"
  | "B"
  | "h"
  | "H"
  | "i"
  | "I"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32";

/** Whole numbers of 64 bits: `l L q Q` and their names. */
export type BigIntCode = "l" | "L" | "q" | "Q" | "bigint64" | "biguint64";

/** Numbers with a fraction: `f d` and their names. */
export type FloatCode = "f" | "d" | "float32" | "float64";

/** Truth values: `?` and its name. */
export type BoolCode = "?" | "bool";

/** One byte as a Latin-1 character, `c`, or one Unicode character, `u`. */
export type CharCode = "c" | "u";

/**
 * The code of a type.
 *
 * | code       | name                   | bytes | in TypeScript             |
 * | ---------- | ---------------------- | ----- | ------------------------- |
 * | `c`        |                        | 1     | string, one Latin-1 char  |
 * | `u`        |                        | 4     | string, one Unicode char  |
 * | `b` `B`    | `int8` `uint8`         | 1     | number                    |
 * | `h` `H`    | `int16` `uint16`       | 2     | number                    |
 * | `i` `I`    | `int32` `uint32`       | 4     | number                    |
 * | `l` `L`    |                        | 8     | bigint                    |
 * | `q` `Q`    | `bigint64` `biguint64` | 8     | bigint                    |
 * | `f` `d`    | `float32` `float64`    | 4, 8  | number                    |
 * | `?`        | `bool`                 | 1     | boolean                   |
 *
 * @example As a type
 * ```ts
 * import { type Typecode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: Typecode = "d";
 * equal(new Value(code).typecode, "d");
 * ```
 */
export type Typecode =
  | IntegerCode
  | BigIntCode
  | FloatCode
  | BoolCode
  | CharCode;

/**
 * What a value of a type is in TypeScript.
 *
 * @example A 64-bit integer is a bigint
 * ```ts
 * import { type TypeOf, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const n: TypeOf<"q"> = new Value("q", 5n).value;
 * equal(n, 5n);
 * ```
 *
 * @typeParam C The code of the type.
 */
export type TypeOf<C extends Typecode> = C extends BigIntCode ? bigint
  : C extends BoolCode ? boolean
  : C extends CharCode ? string
  : number;

/** How the bytes of a type are read and written. */
export type Kind =
  | {
    readonly kind: "int";
    readonly bytes: 1 | 2 | 4;
    readonly signed: boolean;
  }
  | { readonly kind: "bigint"; readonly bytes: 8; readonly signed: boolean }
  | { readonly kind: "float"; readonly bytes: 4 | 8 }
  | { readonly kind: "bool"; readonly bytes: 1 }
  | { readonly kind: "char"; readonly bytes: 1 | 4 };

function int(bytes: 1 | 2 | 4, signed: boolean): Kind {
  return { kind: "int", bytes, signed };
}

function bigint(signed: boolean): Kind {
  return { kind: "bigint", bytes: 8, signed };
}

const KINDS: Readonly<Record<Typecode, Kind>> = {
  c: { kind: "char", bytes: 1 },
  u: { kind: "char", bytes: 4 },
  b: int(1, true),
  B: int(1, false),
  h: int(2, true),
  H: int(2, false),
  i: int(4, true),
  I: int(4, false),
  l: bigint(true),
  L: bigint(false),
  q: bigint(true),
  Q: bigint(false),
  f: { kind: "float", bytes: 4 },
  d: { kind: "float", bytes: 8 },
  "?": { kind: "bool", bytes: 1 },
  int8: int(1, true),
  uint8: int(1, false),
  int16: int(2, true),
  uint16: int(2, false),
  int32: int(4, true),
  uint32: int(4, false),
  float32: { kind: "float", bytes: 4 },
  float64: { kind: "float", bytes: 8 },
  bigint64: bigint(true),
  biguint64: bigint(false),
  bool: { kind: "bool", bytes: 1 },
};

/** What a code stands for; a TypeError lists all codes when it is none. */
export function kindOf(typecode: Typecode): Kind {
  if (typeof typecode === "string" && Object.hasOwn(KINDS, typecode)) {
    return KINDS[typecode];
  }
  const all = Object.keys(KINDS).map((code) => `"${code}"`).join(", ");
  throw new TypeError(
    `Cannot share data of type ${
      showValue(typecode)
    } as the type must be one of ${all}`,
  );
}

const SHOWN_CHARS_MAX = 40;

/** A value as an error text shows it: its type, and the value where short. */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(
        value.length > SHOWN_CHARS_MAX
          ? `${value.slice(0, SHOWN_CHARS_MAX)}…`
          : value,
      );
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : "an object";
    case "symbol":
    case "function":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}
