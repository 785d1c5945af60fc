/**
 * Structures in shared memory: several typed fields, aligned as C does it.
 *
 * ```
 *   { hits: "i", x: "d", ok: "?" }
 *   bytes   0 .. 4   8 .. 16   16      next one at 24
 *           hits     x         ok
 * ```
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import type { Block } from "../memory/allocation/block.ts";
import type { Cells, IntArray, Sized } from "./cells.ts";
import { BOOL, CHAR, CodedCells, UNICODE } from "./coded_cells.ts";
import { Float32Bits, Float64Bits, FloatCells } from "./float_cells.ts";
import { type BigArray, BigIntCells, IntCells } from "./int_cells.ts";
import type { Compare } from "./bulk_access.ts";
import { showValue } from "../base/shown_value.ts";
import {
  type DataType,
  type Structure,
  type Typecode,
  typeKindOf,
} from "./typecodes.ts";

/** The place of a field in its structure. */
interface Slot {
  readonly code: Typecode;
  readonly offset: number;
  readonly bytes: number;
}

/** The memory layout of a structure. */
interface Layout {
  readonly slots: ReadonlyMap<string, Slot>;
  /** The distance in bytes from one structure to the next. */
  readonly stride: number;
}

// By the object, as a program writes a structure once and uses it for many
// values.
const layouts = new WeakMap<Structure, Layout>();

function alignUp(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

function layoutOf(structure: Structure): Layout {
  const known = layouts.get(structure);
  if (known !== undefined) return known;
  const slots = new Map<string, Slot>();
  let end = 0;
  let align = 1;
  for (const [name, code] of Object.entries(structure)) {
    const { bytes } = typeKindOf(code);
    const offset = alignUp(end, bytes);
    slots.set(name, { code, offset, bytes });
    end = offset + bytes;
    align = Math.max(align, bytes);
  }
  const layout = { slots, stride: alignUp(end, align) };
  layouts.set(structure, layout);
  return layout;
}

/**
 * Checks a type; a structure is copied and frozen, so that it cannot change.
 */
export function checkedType<C extends DataType>(type: C): C {
  if (typeof type !== "object" || type === null) {
    typeKindOf(type as Typecode);
    return type;
  }
  if (layouts.has(type) && Object.isFrozen(type)) return type;
  if (Object.keys(type).length === 0) {
    throw new TypeError(
      'Cannot share a structure as it has no fields: give some, as in { x: "d" }',
    );
  }
  const own = Object.isFrozen(type) ? type : Object.freeze({ ...type });
  layoutOf(own);
  return own;
}

/** The size of data of a type in bytes. */
export function bytesOf(type: DataType): number {
  return typeof type === "string"
    ? typeKindOf(type).bytes
    : layoutOf(type).stride;
}

/** One field of an array of structures. */
export interface Column {
  readonly cells: Cells;
  /**
   * The distance from one structure to the next, in units of the field's size.
   */
  readonly step: number;
  /** The offset of the field in the first structure, in the same unit. */
  readonly first: number;
}

/** Cells of structures: each is read as an object over its fields. */
export class StructureCells implements Cells {
  readonly ints = null;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #length: number;

  /** A view of a whole block. */
  constructor(block: Block, structure: Structure) {
    const { slots, stride } = layoutOf(structure);
    const columns = new Map<string, Column>();
    for (const [name, { code, offset, bytes }] of slots) {
      const cells = simpleCells(block, code);
      columns.set(name, { cells, step: stride / bytes, first: offset / bytes });
    }
    this.#columns = columns;
    this.#length = Math.floor(block.bytes / stride);
  }

  rebind(block: Block): void {
    for (const { cells } of this.#columns.values()) cells.rebind(block);
  }

  /**
   * The column of a field; throws a RangeError that lists the fields if the
   * structure has no such field.
   */
  column(name: string): Column {
    const column = this.#columns.get(name);
    if (column !== undefined) return column;
    throw this.#unknown(name);
  }

  #unknown(name: string): RangeError {
    const all = [...this.#columns.keys()].map((name) => `"${name}"`).join(", ");
    return new RangeError(
      `Cannot use the field ${
        showValue(name)
      } as the structure has the fields ${all}`,
    );
  }

  check(value: unknown): void {
    if (typeof value !== "object" || value === null) {
      throw new TypeError(
        `Cannot put ${
          showValue(value)
        } into a structure as it takes an object with its fields`,
      );
    }
    for (const [name, field] of Object.entries(value)) {
      this.column(name).cells.check(field);
    }
  }

  load(at: number): object {
    const view = {};
    for (const [name, { cells, step, first }] of this.#columns) {
      const index = at * step + first;
      Object.defineProperty(view, name, {
        get: () => cells.load(index),
        set: (value) => cells.store(index, value),
        enumerable: true,
      });
    }
    // A misspelt field would otherwise be set without an effect.
    return Object.preventExtensions(view);
  }

  store(at: number, value: unknown): void {
    this.check(value);
    for (const [name, field] of Object.entries(value as object)) {
      const { cells, step, first } = this.column(name);
      cells.store(at * step + first, field);
    }
  }

  read(start: number, stop: number): object[] {
    const list: object[] = [];
    for (let at = start; at < stop; at++) list.push(this.load(at));
    return list;
  }

  all(): object[] {
    return this.read(0, this.#length);
  }

  begin(elements: ArrayLike<unknown>): void {
    this.write(0, elements);
  }

  write(start: number, elements: ArrayLike<unknown>): void {
    const list = Array.from(elements);
    for (const element of list) this.check(element);
    for (const [i, element] of list.entries()) this.store(start + i, element);
  }

  fill(value: unknown, start: number, stop: number): void {
    this.check(value);
    for (let at = start; at < stop; at++) this.store(at, value);
  }

  sort(compare?: Compare): void {
    if (compare === undefined) {
      throw new TypeError(
        "Cannot sort structures as they have no order of their own: give a function that compares two",
      );
    }
    const copies = this.all().map((one) => ({ ...one }));
    this.write(0, copies.sort(compare as (a: object, b: object) => number));
  }

  /** No element equals a value, as each read makes a new object. */
  indexOf(): number {
    return -1;
  }

  includes(): boolean {
    return false;
  }

  #refuse(action: string): never {
    throw new TypeError(
      `Cannot ${action} a structure in one step: use field() for one of its fields, or the lock`,
    );
  }

  exchange(): never {
    return this.#refuse("exchange");
  }

  compareExchange(): never {
    return this.#refuse("compare and exchange");
  }

  add(): never {
    return this.#refuse("add to");
  }

  sub(): never {
    return this.#refuse("subtract from");
  }

  and(): never {
    return this.#refuse("and");
  }

  or(): never {
    return this.#refuse("or");
  }

  xor(): never {
    return this.#refuse("exclusive-or");
  }
}

const SIGNED = { 1: Int8Array, 2: Int16Array, 4: Int32Array } as const;
const UNSIGNED = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** Cells over a whole block, for one simple type. */
function simpleCells(block: Block, code: Typecode): Cells {
  const kind = typeKindOf(code);
  switch (kind.kind) {
    case "int": {
      const type = (kind.signed ? SIGNED : UNSIGNED)[kind.bytes];
      return new IntCells(block, code, type as Sized<IntArray>);
    }
    case "bigint": {
      const type = kind.signed ? BigInt64Array : BigUint64Array;
      return new BigIntCells(block, code, type as Sized<BigArray>);
    }
    case "float":
      return new FloatCells(
        block,
        code,
        kind.bytes === 4 ? Float32Bits : Float64Bits,
      );
    case "bool":
      return new CodedCells(block, code, BOOL);
    case "char":
      return new CodedCells(block, code, kind.bytes === 1 ? CHAR : UNICODE);
    default:
      return unreachable(kind);
  }
}

/** Cells over a whole block, for one type. */
export function cellsOver(block: Block, type: DataType): Cells {
  return typeof type === "string"
    ? simpleCells(block, type)
    : new StructureCells(block, type);
}

/**
 * The column of a field; throws a TypeError if the cells hold no structures.
 */
export function columnOf(cells: Cells, name: string): Column {
  if (cells instanceof StructureCells) return cells.column(name);
  // Throws the reason if the data is unavailable.
  cells.load(0);
  throw new TypeError(
    `Cannot use the field ${
      showValue(name)
    } as the data is of a simple type and no structure`,
  );
}
