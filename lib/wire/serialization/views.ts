/**
 * The parts of buffers that views show. A view of a few bytes may be over a
 * large buffer with private data in the rest: so only the parts that the views
 * of a message show are sent, as one copy per buffer, and every view is over
 * that copy.
 *
 * ```
 *   buffer   [ ..1111111......222.......... ]     views:  1  [ 33333 ]
 *                 33333                                   2  [ 222 ]
 *   copy     [ 1111111222 ]                               3, which overlaps 1
 * ```
 *
 * - **Sharing survives:** two views of one buffer become two views of one copy,
 *   and overlapping views overlap there.
 * - **Hidden parts are left out**, also between two views, whose parts are then
 *   adjacent. Zeros are inserted to align elements to multiples of their size.
 *
 * @module
 */

type ViewClass = new (
  buffer: ArrayBuffer,
  offset: number,
  length: number,
) => ArrayBufferView<ArrayBuffer>;

/** The classes of views by their number in a message: append only. */
export const VIEWS: readonly ViewClass[] = [
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const nameOfView = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/**
 * The number of the platform's class of a view, even for an instance of a
 * subclass.
 */
export function classOf(view: ArrayBufferView): number {
  const name: string = nameOfView.call(view) ?? "DataView";
  return VIEWS.findIndex((type) => type.name === name);
}

/** The number of elements of a view. */
export function lengthOf(view: ArrayBufferView): number {
  return (view as Uint8Array).length ?? view.byteLength;
}

/** The size of an element in bytes. */
function unitOf(view: ArrayBufferView): number {
  const type = VIEWS[classOf(view)] as { BYTES_PER_ELEMENT?: number };
  return type.BYTES_PER_ELEMENT ?? 1;
}

/** Whether a view shows all of its buffer. */
export function coversBuffer(view: ArrayBufferView): boolean {
  return view.byteLength === view.buffer.byteLength;
}

/** A part of a buffer, and its offset in the copy. */
interface BufferPiece {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** A shown part of a buffer, and the size of the largest elements in it. */
interface Shown {
  readonly from: number;
  readonly to: number;
  readonly unit: number;
}

/** The parts of one buffer that some views show. */
export class Pieces {
  /** The size of the copy in bytes. */
  readonly bytes: number;
  readonly #buffer: ArrayBuffer;
  // Invariant: in the order of the buffer, without overlaps, none of them empty.
  readonly #pieces: readonly BufferPiece[];

  /** Finds the parts that `views` show, which must be views of one buffer. */
  constructor(views: readonly ArrayBufferView<ArrayBuffer>[]) {
    this.#buffer = views[0]!.buffer;
    const pieces: BufferPiece[] = [];
    let end = 0;
    for (const { from, to, unit } of shownBy(views)) {
      // Aligned for all elements in it, as in the buffer.
      const at = end + (from - end % unit + unit) % unit;
      pieces.push({ from, to, at });
      end = at + to - from;
    }
    this.#pieces = pieces;
    this.bytes = end;
  }

  /** Where a view begins in the copy. */
  offsetOf({ byteOffset, byteLength }: ArrayBufferView): number {
    if (byteLength === 0) return 0;
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = low + high + 1 >>> 1;
      if (this.#pieces[middle]!.from <= byteOffset) low = middle;
      else high = middle - 1;
    }
    const { from, at } = this.#pieces[low]!;
    return at + byteOffset - from;
  }

  /** The bytes of the copy, part by part. */
  *parts(): Generator<Uint8Array<ArrayBuffer>> {
    let end = 0;
    for (const { from, to, at } of this.#pieces) {
      if (at > end) yield ZEROS.subarray(0, at - end);
      yield new Uint8Array(this.#buffer, from, to - from);
      end = at + to - from;
    }
  }

  /** The copy. */
  copy(): ArrayBuffer {
    const copy = new Uint8Array(this.bytes);
    let at = 0;
    for (const part of this.parts()) {
      copy.set(part, at);
      at += part.length;
    }
    return copy.buffer;
  }
}

const ZEROS = new Uint8Array(8);

/**
 * The shown parts of a buffer, in order; adjacent or overlapping ones are
 * joined.
 */
function shownBy(views: readonly ArrayBufferView[]): Shown[] {
  const shown: Shown[] = [];
  const sorted = views
    .filter(({ byteLength }) => byteLength > 0)
    .sort((one, other) => one.byteOffset - other.byteOffset);
  for (const view of sorted) {
    const from = view.byteOffset;
    const to = from + view.byteLength;
    const unit = unitOf(view);
    const last = shown.at(-1);
    if (last === undefined || from > last.to) shown.push({ from, to, unit });
    else {
      shown[shown.length - 1] = {
        from: last.from,
        to: Math.max(last.to, to),
        unit: Math.max(last.unit, unit),
      };
    }
  }
  return shown;
}

/** Replaces views by views over copies that have only the shown parts. */
export class Cuts {
  // Invariant: the added views that are not replaced yet, by their buffer.
  readonly #added = new Map<ArrayBuffer, ArrayBufferView<ArrayBuffer>[]>();
  readonly #made = new Map<ArrayBufferView, ArrayBufferView>();

  /** Adds a view. */
  add(view: ArrayBufferView<ArrayBuffer>): void {
    const views = this.#added.get(view.buffer);
    if (views === undefined) this.#added.set(view.buffer, [view]);
    else views.push(view);
  }

  /** The replacement of an added view. */
  of(view: ArrayBufferView<ArrayBuffer>): ArrayBufferView {
    if (!this.#made.has(view)) this.#make(view.buffer);
    return this.#made.get(view)!;
  }

  #make(buffer: ArrayBuffer): void {
    const views = this.#added.get(buffer)!;
    this.#added.delete(buffer);
    const pieces = new Pieces(views);
    const copy = pieces.copy();
    for (const view of views) {
      const type = VIEWS[classOf(view)]!;
      const made = new type(copy, pieces.offsetOf(view), lengthOf(view));
      this.#made.set(view, made);
    }
  }
}
