/**
 * The types of shared data, by Python's one-letter codes and by longer names.
 *
 * @module
 */

import { showValue } from "../base/shown_value.ts";

/**
 * Integers of up to 32 bits: `b B h H i I` and their names.
 *
 * @example A number
 * ```ts
 * import { type IntegerCode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: IntegerCode = "B";
 * equal(new Value(code, 255).value, 255);
 * ```
 */
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

/**
 * Integers of 64 bits: `l L q Q` and their names.
 *
 * @example A bigint
 * ```ts
 * import { type BigIntCode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: BigIntCode = "q";
 * equal(new Value(code, 2n ** 40n).value, 2n ** 40n);
 * ```
 */
export type BigIntCode = "l" | "L" | "q" | "Q" | "bigint64" | "biguint64";

/**
 * Floating-point numbers: `f d` and their names.
 *
 * @example A fraction
 * ```ts
 * import { type FloatCode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: FloatCode = "d";
 * equal(new Value(code, 0.5).value, 0.5);
 * ```
 */
export type FloatCode = "f" | "d" | "float32" | "float64";

/**
 * Booleans: `?` and its name.
 *
 * @example A boolean
 * ```ts
 * import { type BoolCode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: BoolCode = "?";
 * equal(new Value(code, true).value, true);
 * ```
 */
export type BoolCode = "?" | "bool";

/**
 * One byte as a Latin-1 character, `c`, or one Unicode character, `u`.
 *
 * @example A character
 * ```ts
 * import { type CharCode, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const code: CharCode = "u";
 * equal(new Value(code, "é").value, "é");
 * ```
 */
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
 * The fields of a structure, each with its typecode, in the order of their
 * memory, each aligned as in C.
 *
 * @example Three fields
 * ```ts
 * import { type Structure, Value } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const particle = { x: "d", y: "d", hits: "i" } as const satisfies Structure;
 * const p = new Value(particle, { x: 1 });
 * deepEqual(p.value, { x: 1, y: 0, hits: 0 });
 * ```
 */
export type Structure = { readonly [field: string]: Typecode };

/**
 * The type of shared data: the code of a simple type, or the fields of a
 * structure.
 *
 * @example A simple type and a structure
 * ```ts
 * import { type DataType, RawValue } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const types: DataType[] = ["i", { x: "d" }];
 * equal(types.map((type) => new RawValue(type)).length, 2);
 * ```
 */
export type DataType = Typecode | Structure;

/**
 * A structure in shared memory: its properties read and write the fields there,
 * each atomically.
 *
 * @example Fields in shared memory
 * ```ts
 * import { type Fields, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const p = new Value({ x: "d", hits: "i" });
 * const fields: Fields<{ x: "d"; hits: "i" }> = p.value;
 * fields.x = 1.5;
 * equal(p.value.x, 1.5);
 * ```
 *
 * @typeParam S The fields and their codes.
 */
export type Fields<S extends Structure> = {
  -readonly [F in keyof S]: TypeOf<S[F]>;
};

/**
 * The TypeScript type of shared data.
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
 * @typeParam C The type.
 */
export type TypeOf<C extends DataType> = C extends Structure ? Fields<C>
  : C extends BigIntCode ? bigint
  : C extends BoolCode ? boolean
  : C extends CharCode ? string
  : number;

/**
 * The TypeScript type of a new value for shared data. Fields of a structure
 * that are left out keep their values.
 *
 * @example Some of the fields
 * ```ts
 * import { type InitialValue, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const p = new Value({ x: "d", y: "d" }, { x: 1, y: 2 });
 * const given: InitialValue<{ x: "d"; y: "d" }> = { y: 3 };
 * p.value = given;
 * equal(p.value.x + p.value.y, 4);
 * ```
 *
 * @typeParam C The type.
 */
export type InitialValue<C extends DataType> = C extends Structure
  ? { readonly [F in keyof C]?: TypeOf<C[F]> }
  : TypeOf<C>;

/**
 * The TypeScript type of data that is exchanged atomically; `never` for a
 * structure.
 *
 * @example An atomic exchange
 * ```ts
 * import { type Single, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const next: Single<"i"> = 2;
 * equal(new Value("i", 1).exchange(next), 1);
 * ```
 *
 * @typeParam C The type.
 */
export type Single<C extends DataType> = C extends Typecode ? TypeOf<C> : never;

/**
 * The TypeScript type of what can be added to data of a type; `never` if it is
 * not a number.
 *
 * @example Only numbers can be added
 * ```ts
 * import { type Amount, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const one: Amount<"q"> = 1n;
 * equal(new Value("q", 2n).add(one), 2n);
 * ```
 *
 * @typeParam C The type.
 */
export type Amount<C extends DataType> = C extends
  IntegerCode | BigIntCode | FloatCode ? TypeOf<C> : never;

/**
 * The TypeScript type of the operand of bitwise updates; `never` if the type
 * has none.
 *
 * @example Booleans have one bit
 * ```ts
 * import { type Bits, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const flag: Bits<"?"> = true;
 * const value = new Value("?");
 * value.or(flag);
 * equal(value.value, true);
 * ```
 *
 * @typeParam C The type.
 */
export type Bits<C extends DataType> = C extends
  IntegerCode | BigIntCode | BoolCode ? TypeOf<C> : never;

/** How the bytes of a type are read and written. */
export type TypeKind =
  | {
    readonly kind: "int";
    readonly bytes: 1 | 2 | 4;
    readonly signed: boolean;
  }
  | { readonly kind: "bigint"; readonly bytes: 8; readonly signed: boolean }
  | { readonly kind: "float"; readonly bytes: 4 | 8 }
  | { readonly kind: "bool"; readonly bytes: 1 }
  | { readonly kind: "char"; readonly bytes: 1 | 4 };

function int(bytes: 1 | 2 | 4, signed: boolean): TypeKind {
  return { kind: "int", bytes, signed };
}

function bigint(signed: boolean): TypeKind {
  return { kind: "bigint", bytes: 8, signed };
}

const KINDS: Readonly<Record<Typecode, TypeKind>> = {
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

/** The name of a type; for a structure, its fields as JSON. */
export function nameOfType(type: DataType): string {
  return typeof type === "string" ? type : JSON.stringify(type);
}

/**
 * The kind of a type; throws a TypeError that lists all codes if the code is
 * unknown.
 */
export function typeKindOf(typecode: Typecode): TypeKind {
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
