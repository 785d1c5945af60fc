/**
 * The walk over a value that is to be sent. It refuses parts that cannot be
 * sent, with the exact path, and replaces parts that are sent in another form:
 * shared objects, errors, and views that another isolate gets without the rest
 * of their buffers.
 *
 * It has two steps. `check` visits everything once and marks each container:
 *
 * ```text
 *   (unseen) --enter--> open --leave--> clean    no part needs replacement
 *                        |     \------> dirty    some part does
 *                        +-- seen again while open: a cycle, counts as dirty
 * ```
 *
 * `copy` then copies only dirty containers; a clean one holds only clean ones,
 * so the caller's own object is sent.
 *
 * @module
 */

import { isProxy } from "../../base/object_kinds.ts";
import { assert, unreachable } from "../../base/assert.ts";
import { EncodingError } from "../../base/errors.ts";
import {
  attempt,
  emptyRecord,
  type ErrorRecord,
  fieldNames,
  hiddenNames,
  hide,
} from "./error_record.ts";
import { classNameOf } from "./known_classes.ts";
import { put } from "./object_fields.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type Handle,
  UNTRACKED,
} from "./handle.ts";
import type { Shareable } from "./handle.ts";
import {
  DEPTH_MAX,
  reasonAgainst,
  TOO_DEEP,
  type ValueKind,
  valueKindOf,
} from "./value_kinds.ts";
import type { Fill, Placeholder, WithPlaceholders } from "./placeholders.ts";
import { coversBuffer, Cuts } from "./views.ts";
import { type PathStep, pathText } from "./walk_path.ts";

/** Maximal length of a chain of errors, such as causes. */
export const ERROR_LEVELS_MAX = 100;

/** Below this weight, visiting a container again is cheaper than a mark. */
const MARK_FROM_WEIGHT = 16;

/**
 * This many open containers are compared one by one; the inner ones have marks.
 */
const UNMARKED_OPEN_MAX = 16;

type Mark = "open" | "clean" | "dirty" | "error" | "handle" | "cut";

/** One walk: an object that it meets twice arrives as one object. */
export class Walk {
  readonly #destination: Destination;
  readonly #delivery: Delivery;
  readonly #transfer: ReadonlySet<object>;
  readonly #marks = new Map<object, Mark>();
  /** The open containers, outermost first; those after the first few have marks. */
  readonly #open: object[] = [];
  /**
   * The number of visits to containers and their parts, repeated ones included.
   */
  #weight = 0;
  /** The path to the current part; valid below {@linkcode #depth}. */
  readonly #trail: PathStep[] = [];
  #depth = 0;
  /** The error that a `[HANDLE]` method threw, which is thrown unchanged. */
  #fromHandle: unknown = this;
  readonly #parts = new Map<object, Handle | ErrorRecord>();
  readonly #copies = new Map<object, object>();
  /**
   * Errors whose record is not filled yet, and their distance from the value.
   */
  readonly #pending: [error: Error, record: ErrorRecord, level: number][] = [];
  #level = 0;
  /** The buffers that are sent whole, as far as is known; mostly only one. */
  #firstWhole: ArrayBufferLike | null = null;
  readonly #whole = new Set<ArrayBufferLike>();
  readonly #cuts = new Cuts();
  readonly #views: Placeholder<ArrayBufferView<ArrayBuffer>>[] = [];
  readonly #handles: Placeholder<Handle>[] = [];
  readonly #errors: Placeholder<ErrorRecord>[] = [];
  readonly #fills: Fill[] = [];
  /** Instances, and the names of their classes. */
  readonly #instances = new Map<object, string>();

  /** Starts a walk. Objects in `transfer` are sent as they are. */
  constructor(
    destination: Destination,
    transfer: readonly object[] = [],
    delivery: Delivery = UNTRACKED,
  ) {
    this.#destination = destination;
    this.#delivery = delivery;
    this.#transfer = new Set(transfer);
  }

  /**
   * Whether a part of `value` needs replacement; throws if a part cannot be
   * sent.
   */
  check(value: unknown, path: string): boolean {
    assert(this.#open.length === 0, "a check begins with nothing open");
    this.#depth = 0;
    const before = this.#instances.size;
    try {
      return this.#check(value) || this.#instances.size > before;
    } catch (error) {
      for (const instance of [...this.#instances.keys()].slice(before)) {
        this.#instances.delete(instance);
      }
      for (const container of this.#open.splice(0)) {
        this.#marks.delete(container);
      }
      throw this.#explain(error, path);
    }
  }

  #explain(error: unknown, path: string): unknown {
    if (error === this.#fromHandle) return error;
    const where = pathText(path, this.#trail, this.#depth);
    if (error instanceof Refusal) {
      return new EncodingError(where, error.message);
    }
    if (attempt(() => isStackOverflow(error), false)) {
      return new EncodingError(where, TOO_DEEP);
    }
    const wrapped = new EncodingError(where, "a part that throws when read");
    hide(wrapped, "cause", error);
    return wrapped;
  }

  #check(value: unknown): boolean {
    switch (typeof value) {
      case "function":
        throw new Refusal(A_FUNCTION);
      case "symbol":
        throw new Refusal("a symbol");
      case "object":
        return value !== null && this.#checkObject(value);
      default:
        return false;
    }
  }

  #checkObject(value: object): boolean {
    const mark = this.#marks.get(value);
    if (mark !== undefined) return mark !== "clean";
    if (this.#isOpen(value)) return true;
    if (this.#transfer.has(value)) return false;
    if (this.#depth >= DEPTH_MAX) throw new Refusal(TOO_DEEP);
    const kind = valueKindOf(value);
    switch (kind) {
      case "plain":
      case "array":
        this.#noteClass(value, false);
        return this.#checkSlots(value);
      case "map":
        this.#noteClass(value, true);
        return this.#checkMap(value as Map<unknown, unknown>);
      case "set":
        this.#noteClass(value, true);
        return this.#checkSet(value as Set<unknown>);
      case "shareable":
        return this.#takeHandle(value as Shareable);
      case "error":
        this.#marks.set(value, "error");
        return true;
      case "date":
        this.#noteClass(value, true);
        return false;
      case "regexp":
      case "boxed":
      case "buffer":
      case "shared":
      case "view":
      case "arguments":
      case "platform":
      case "refused": {
        const reason = reasonAgainst(value, kind, this.#destination);
        if (reason !== undefined) throw new Refusal(reason);
        // The codec leaves out hidden parts of buffers in any case.
        return this.#destination === "isolate" && this.#isToCut(value, kind);
      }
      default:
        return unreachable(kind);
    }
  }

  /**
   * Notes the class of an instance that is to keep it. What a Map or a Date has beside
   * its content is not sent, so an instance with fields would not be whole.
   */
  #noteClass(value: object, isContentOnly: boolean): void {
    const className = classNameOf(value);
    if (className === undefined) return;
    if (isContentOnly && Object.keys(value).length > 0) {
      throw new Refusal(
        "an instance with fields of its own beside the content of a Map, Set or Date; " +
          "send its parts, and make it in the function",
      );
    }
    this.#instances.set(value, className);
  }

  /** Whether the clone of a view would include bytes that no view shows. */
  #isToCut(value: object, kind: ValueKind): boolean {
    if (kind === "buffer") this.#noteWhole(value as ArrayBuffer);
    if (kind !== "view") return false;
    const view = value as ArrayBufferView<ArrayBuffer>;
    const { buffer } = view;
    if (!(buffer instanceof ArrayBuffer) || this.#transfer.has(buffer)) {
      return false;
    }
    if (coversBuffer(view)) {
      this.#noteWhole(buffer);
      return false;
    }
    this.#marks.set(view, "cut");
    this.#cuts.add(view);
    return true;
  }

  #noteWhole(buffer: ArrayBuffer): void {
    if (this.#firstWhole === null) this.#firstWhole = buffer;
    else if (this.#firstWhole !== buffer) this.#whole.add(buffer);
  }

  #viewSent(view: ArrayBufferView<ArrayBuffer>): ArrayBufferView {
    const { buffer } = view;
    const isWhole = buffer === this.#firstWhole || this.#whole.has(buffer);
    return isWhole ? view : this.#cuts.of(view);
  }

  #takeHandle(value: Shareable): true {
    try {
      this.#parts.set(value, value[HANDLE](this.#destination, this.#delivery));
    } catch (error) {
      this.#fromHandle = error;
      throw error;
    }
    this.#marks.set(value, "handle");
    return true;
  }

  #checkSlots(value: object): boolean {
    if (isLongList(value)) return this.#checkItems(value);
    const keys = Object.keys(value);
    const before = this.#weigh(keys.length);
    // Structured clone refuses a proxy; a copy of it can be sent.
    let dirty = isProxy(value);
    let entered = dirty || keys.length >= MARK_FROM_WEIGHT;
    if (entered) this.#enter(value);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      this.#trail[this.#depth++] = key;
      const part = (value as Record<string, unknown>)[key];
      if (!entered && typeof part === "object" && part !== null) {
        this.#enter(value);
        entered = true;
      }
      if (this.#check(part)) dirty = true;
      this.#depth--;
    }
    if (entered) this.#leave(value, dirty, before);
    return dirty;
  }

  #checkItems(value: readonly unknown[]): boolean {
    let dirty = isProxy(value);
    const before = this.#weigh(value.length);
    this.#enter(value);
    for (let i = 0; i < value.length; i++) {
      this.#trail[this.#depth++] = i;
      if (this.#check(value[i])) dirty = true;
      this.#depth--;
    }
    this.#leave(value, dirty, before);
    return dirty;
  }

  #checkMap(value: Map<unknown, unknown>): boolean {
    let dirty = false;
    const before = this.#weigh(0);
    this.#enter(value);
    Map.prototype.forEach.call(value, (item, key) => {
      this.#weight++;
      this.#trail[this.#depth++] = { keyOfMap: key };
      if (this.#check(key)) dirty = true;
      this.#trail[this.#depth - 1] = { inMapAt: key };
      if (this.#check(item)) dirty = true;
      this.#depth--;
    });
    this.#leave(value, dirty, before);
    return dirty;
  }

  #checkSet(value: Set<unknown>): boolean {
    let dirty = false;
    let index = 0;
    const before = this.#weigh(0);
    this.#enter(value);
    Set.prototype.forEach.call(value, (member) => {
      this.#weight++;
      this.#trail[this.#depth++] = { memberOfSet: index++ };
      if (this.#check(member)) dirty = true;
      this.#depth--;
    });
    this.#leave(value, dirty, before);
    return dirty;
  }

  /** Adds the weight of a container, and returns the weight before it. */
  #weigh(slots: number): number {
    const before = this.#weight;
    this.#weight += slots + 1;
    return before;
  }

  #enter(container: object): void {
    if (this.#open.length >= UNMARKED_OPEN_MAX) {
      this.#marks.set(container, "open");
    }
    this.#open.push(container);
  }

  #isOpen(container: object): boolean {
    const { length } = this.#open;
    for (let i = 0; i < length && i < UNMARKED_OPEN_MAX; i++) {
      if (this.#open[i] === container) return true;
    }
    return false;
  }

  /**
   * A light container gets no mark: a container with many of them gets one,
   * which bounds the walk.
   */
  #leave(container: object, dirty: boolean, before: number): void {
    this.#open.pop();
    const isMarked = this.#open.length >= UNMARKED_OPEN_MAX;
    if (dirty || isMarked || this.#weight - before >= MARK_FROM_WEIGHT) {
      this.#marks.set(container, dirty ? "dirty" : "clean");
    }
  }

  /** Returns the checked `value` with its placeholders. */
  take(value: unknown): WithPlaceholders {
    const root: unknown[] = [];
    this.#slot(root, "0", value);
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      this.#fillRecord(...next);
    }
    for (const [container, key, view] of this.#views) {
      put(container, key, this.#viewSent(view));
    }
    return {
      root,
      handles: this.#handles,
      errors: this.#errors,
      fills: this.#fills,
      ...this.#instancesSent(),
    };
  }

  #instancesSent(): Pick<WithPlaceholders, "instances"> {
    if (this.#instances.size === 0) return {};
    const instances = Array.from(
      this.#instances,
      ([instance, className]) =>
        [this.#copies.get(instance) ?? instance, className] as const,
    );
    return { instances };
  }

  /**
   * Like {@linkcode take}, with a text in place of a part that cannot be sent.
   */
  takeAnyway(value: unknown, path: string): WithPlaceholders {
    return this.take(this.#sendable(() => value, path));
  }

  #sendable(read: () => unknown, path: string): unknown {
    let value: unknown;
    try {
      value = read();
    } catch {
      return `[Not sent: ${path} throws when read]`;
    }
    try {
      this.check(value, path);
      return value;
    } catch (error) {
      return `[Not sent: ${attempt(() => (error as Error).message, path)}]`;
    }
  }

  #slot(container: object, key: string, value: unknown): void {
    if (typeof value !== "object" || value === null) {
      return put(container, key, value);
    }
    switch (this.#marks.get(value)) {
      case "handle":
        put(container, key, null);
        this.#handles.push([container, key, this.#parts.get(value) as Handle]);
        return;
      case "error":
        return this.#slotError(container, key, value as Error);
      case "dirty":
        return put(container, key, this.#copy(value));
      case "cut":
        // Which part of its buffer is sent is known only at the end.
        put(container, key, null);
        this.#views.push([
          container,
          key,
          value as ArrayBufferView<ArrayBuffer>,
        ]);
        return;
      default:
        return put(container, key, value);
    }
  }

  #slotError(container: object, key: string, error: Error): void {
    const level = this.#level + 1;
    if (level > ERROR_LEVELS_MAX) {
      return put(container, key, `[Not sent: over ${ERROR_LEVELS_MAX} errors]`);
    }
    put(container, key, null);
    let record = this.#parts.get(error) as ErrorRecord | undefined;
    if (record === undefined) {
      this.#parts.set(error, record = emptyRecord(error));
      this.#pending.push([error, record, level]);
    }
    this.#errors.push([container, key, record]);
  }

  #fillRecord(error: Error, record: ErrorRecord, level: number): void {
    this.#level = level;
    const from = error as unknown as Record<string, unknown>;
    for (const key of fieldNames(error)) {
      this.#slot(record.fields, key, this.#sendable(() => from[key], key));
    }
    for (const key of hiddenNames(error)) {
      const part = attempt(() => from[key], undefined);
      if (key === "errors" && Array.isArray(part)) {
        const items = part.map((item, i) =>
          this.#sendable(() => item, `errors[${i}]`)
        );
        const list: unknown[] = [];
        items.forEach((item, i) => this.#slot(list, String(i), item));
        record.hidden[key] = list;
      } else {
        this.#slot(record.hidden, key, this.#sendable(() => from[key], key));
      }
    }
  }

  #copy(value: object): object {
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Map || value instanceof Set) {
      return this.#copyContent(value);
    }
    const copy: object = Array.isArray(value) ? [] : {};
    if (Array.isArray(value)) (copy as unknown[]).length = value.length;
    this.#copies.set(value, copy);
    for (const key of Object.keys(value)) {
      this.#slot(copy, key, (value as Record<string, unknown>)[key]);
    }
    return copy;
  }

  #copyContent(value: Map<unknown, unknown> | Set<unknown>): object {
    const content: unknown[] = [];
    const target = value instanceof Map ? new Map() : new Set();
    this.#copies.set(value, target);
    this.#fills.push([target, content]);
    const add = (part: unknown) =>
      this.#slot(content, String(content.length), part);
    if (value instanceof Set) Set.prototype.forEach.call(value, add);
    else {
      Map.prototype.forEach.call(value, (item, key) => (add(key), add(item)));
    }
    return target;
  }
}

const A_FUNCTION = "a function; give its module and name, or a shared object";

/** A part that cannot be sent; the error is caught where its path is known. */
class Refusal extends Error {}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

/**
 * Whether `value` is an array so long that listing its keys does not pay: it
 * has no holes, and extra fields on such an array are ignored.
 */
function isLongList(value: object): value is unknown[] {
  return Array.isArray(value) && value.length > 64 &&
    !value.includes(undefined);
}
