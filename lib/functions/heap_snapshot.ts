/**
 * A snapshot of V8's heap: the things in this process, V8's own among them, and what
 * refers to what. `node:v8` takes it where no inspector can be had.
 *
 * It is JSON with lists of numbers, which are read from its bytes: as objects they would
 * take many times the room.
 *
 * ```
 *   {"snapshot": {"meta": {...}, "node_count": 2, "edge_count": 1, ...},
 *    "nodes": [type,name,id,size,edge count,detached, ...],   // so many edges each
 *    "edges": [type,name or index,node, ...],                 // in the order of nodes
 *    ..., "strings": ["<dummy>", ...]}
 * ```
 *
 * @module
 */

import { joined } from "../wire/protocol/frames.ts";

/** The part of `node:v8` that is used here. */
interface HeapOfV8 {
  getHeapSnapshot(): { read(): Uint8Array | null };
  getHeapSpaceStatistics(): readonly {
    readonly space_name: string;
    readonly space_used_size: number;
  }[];
}

declare const process: { getBuiltinModule(name: "node:v8"): HeapOfV8 };

/** The number of a thing in a snapshot. */
export type HeapNode = number;

/** How one thing refers to another one. */
export interface HeapEdge {
  /** `property`, `element`, `internal`, `hidden` or another word of V8. */
  readonly type: string;
  /** The name of a property or of a field of V8; the index of an element. */
  readonly name: string | number;
  readonly to: HeapNode;
}

interface Header {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
    readonly node_count: number;
    readonly edge_count: number;
  };
}

/**
 * Bytes in small objects above which no snapshot is taken: some 3 million, for which V8
 * blocks for half a minute (2.9.6).
 */
const OBJECTS_MAX_BYTES = 128 * 1024 * 1024;

/** The places of small objects. */
const SMALL = new Set(["new_space", "old_space"]);

/** Whether the heap is too large for a snapshot of it. */
export function isHeapTooLarge(): boolean {
  const spaces = process.getBuiltinModule("node:v8").getHeapSpaceStatistics();
  const bytes = spaces.filter(({ space_name }) => SMALL.has(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return bytes > OBJECTS_MAX_BYTES;
}

/** The heap at one moment. */
export class HeapSnapshot {
  readonly strings: readonly string[];
  /** How many things there are. */
  readonly size: number;
  readonly #nodes: Uint32Array;
  readonly #edges: Uint32Array;
  /** The number of the first edge of each thing, and of the end. */
  readonly #starts: Uint32Array;
  readonly #nodeFields: readonly string[];
  readonly #edgeFields: readonly string[];
  readonly #nodeTypes: readonly string[];
  readonly #edgeTypes: readonly string[];

  private constructor(bytes: Uint8Array) {
    const { snapshot, ends } = headerIn(bytes);
    const { meta, node_count, edge_count } = snapshot;
    this.#nodeFields = meta.node_fields;
    this.#edgeFields = meta.edge_fields;
    this.#nodeTypes = meta.node_types[0];
    this.#edgeTypes = meta.edge_types[0];
    this.size = node_count;
    const nodes = numbersIn(bytes, ends, node_count * meta.node_fields.length);
    this.#nodes = nodes.numbers;
    const edgesAt = indexOf(bytes, `"edges":[`, nodes.end);
    const edges = numbersIn(
      bytes,
      edgesAt,
      edge_count * meta.edge_fields.length,
    );
    this.#edges = edges.numbers;
    this.strings = stringsIn(bytes, edges.end);
    this.#starts = this.#startsOfEdges();
  }

  /** Takes a snapshot: V8 blocks for 0.3 s, and 10 s per million objects (2.9.6). */
  static take(): HeapSnapshot {
    const stream = process.getBuiltinModule("node:v8").getHeapSnapshot();
    const chunks: Uint8Array[] = [];
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
      chunks.push(chunk);
    }
    return new HeapSnapshot(chunks.length === 1 ? chunks[0]! : joined(chunks));
  }

  /** What V8 calls a thing; of a string, its text. */
  nameOf(node: HeapNode): string {
    return this.strings[this.#field(node, "name")]!;
  }

  /** `closure`, `string`, `object` or another word of V8. */
  typeOf(node: HeapNode): string {
    return this.#nodeTypes[this.#field(node, "type")]!;
  }

  /** V8's own number of a thing. */
  idOf(node: HeapNode): number {
    return this.#field(node, "id");
  }

  /** What a thing refers to. */
  edgesOf(node: HeapNode): HeapEdge[] {
    const edges: HeapEdge[] = [];
    for (let i = this.#starts[node]!; i < this.#starts[node + 1]!; i++) {
      edges.push(this.#edge(i));
    }
    return edges;
  }

  /** What a field of V8 of this name leads to. */
  internal(node: HeapNode, name: string): HeapNode | null {
    const edge = this.edgesOf(node).find((each) =>
      each.type === "internal" && each.name === name
    );
    return edge?.to ?? null;
  }

  /** Things that V8 calls so. */
  *called(name: string): Generator<HeapNode> {
    const width = this.#nodeFields.length;
    const at = this.#nodeFields.indexOf("name");
    const index = this.strings.indexOf(name);
    for (let node = 0; node < this.size; node++) {
      if (this.#nodes[node * width + at] === index) yield node;
    }
  }

  /** What the only property of this name leads to; null if there is none. */
  property(name: string): HeapNode | null {
    const width = this.#edgeFields.length;
    const at = this.#edgeFields.indexOf("name_or_index");
    const index = this.strings.indexOf(name);
    if (index < 0) return null;
    for (let i = 0; i < this.#edges.length / width; i++) {
      if (this.#edges[i * width + at] !== index) continue;
      const { type, to } = this.#edge(i);
      if (type === "property") return to;
    }
    return null;
  }

  #field(node: HeapNode, name: string): number {
    const width = this.#nodeFields.length;
    return this.#nodes[node * width + this.#nodeFields.indexOf(name)]!;
  }

  #edge(i: number): HeapEdge {
    const value = (name: string) =>
      this.#edges[
        i * this.#edgeFields.length + this.#edgeFields.indexOf(name)
      ]!;
    const type = this.#edgeTypes[value("type")]!;
    const name = value("name_or_index");
    return {
      type,
      name: type === "element" || type === "hidden"
        ? name
        : this.strings[name]!,
      // A thing is named by the place of its first number.
      to: value("to_node") / this.#nodeFields.length,
    };
  }

  #startsOfEdges(): Uint32Array {
    const starts = new Uint32Array(this.size + 1);
    const width = this.#nodeFields.length;
    const at = this.#nodeFields.indexOf("edge_count");
    for (let node = 0; node < this.size; node++) {
      starts[node + 1] = starts[node]! + this.#nodes[node * width + at]!;
    }
    return starts;
  }
}

/** What the snapshot says of itself, and where that ends. */
function headerIn(bytes: Uint8Array): Header & { readonly ends: number } {
  const ends = indexOf(bytes, `"nodes":[`, 0);
  const text = new TextDecoder().decode(bytes.subarray(0, ends));
  const header = JSON.parse(`${text.replace(/,\s*$/, "")}}`) as Header;
  return { ...header, ends };
}

/** Where a text begins, which is known to be there. */
function indexOf(bytes: Uint8Array, text: string, from: number): number {
  const wanted = new TextEncoder().encode(text);
  for (let at = from;; at++) {
    at = bytes.indexOf(wanted[0]!, at);
    if (at < 0) throw new Error(`A heap snapshot has no ${text}`);
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
}

/** Reads that many numbers, and says where they end. */
function numbersIn(
  bytes: Uint8Array,
  from: number,
  count: number,
): { readonly numbers: Uint32Array; readonly end: number } {
  const numbers = new Uint32Array(count);
  let [at, filled, value, isInside] = [from, 0, 0, false];
  for (; filled < count && at < bytes.length; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      isInside = true;
    } else if (isInside) {
      numbers[filled++] = value;
      [value, isInside] = [0, false];
    }
  }
  return { numbers, end: at };
}

const ZERO = 0x30;

/** Reads the strings, which are the last in a snapshot. */
function stringsIn(bytes: Uint8Array, from: number): string[] {
  const start = indexOf(bytes, `"strings":[`, from) + `"strings":`.length;
  const end = bytes.lastIndexOf("]".charCodeAt(0)) + 1;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(start, end)));
}
