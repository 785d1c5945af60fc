/**
 * Where functions stand, as a snapshot of the heap shows it: in which script, and what
 * the variables around them are called. Values of variables are not in it.
 *
 * ```
 *   closure --shared--> SharedFunctionInfo --script--> Script --name--> "file:///a.ts"
 *      |
 *      +-----context--> Context --scope_info--> ScopeInfo: FUNCTION_SCOPE, "k", "n"
 *                          | previous
 *                          v
 *                       Context --scope_info--> ScopeInfo: MODULE_SCOPE, "table"
 *                          | previous  \--extension--> SourceTextModule: its exports
 *                          v
 *                       NativeContext: the globals
 * ```
 *
 * @module
 */

import { type HeapEdge, type HeapNode, HeapSnapshot } from "./heap_snapshot.ts";
import type { ExportPlace } from "./session_exports.ts";

/** A scope around a function, which it may share with others. */
export interface HeapScope {
  /** The same for all functions that share it, within one snapshot. */
  readonly id: number;
  readonly names: readonly string[];
}

/** Where a function stands. */
export interface Standing {
  /** V8's number for its script, and its address; empty where it has none. */
  readonly scriptId: string;
  readonly url: string;
  /** Where it begins in the script, in characters. */
  readonly position: number;
  /** The functions, blocks and classes around it, the innermost first. */
  readonly inner: readonly HeapScope[];
  /** Names of its module's variables; null where it stands in no module. */
  readonly module: ReadonlySet<string> | null;
  /** Whether there may be variables around it that have no name in the snapshot. */
  readonly isOpen: boolean;
}

/** What a snapshot says of a thing. */
export interface Found {
  /** Null for what is no function. */
  readonly standing: Standing | null;
  /** The exports that it is. */
  readonly exports: readonly ExportPlace[];
}

/** What a snapshot shows. */
export interface Shown {
  readonly found: ReadonlyMap<object, Found>;
  /** How many things are on the heap. */
  readonly size: number;
}

/** Under this name the things are held while the snapshot is taken. */
const HELD = "@multiprocessing/core looked at";

/** Takes a snapshot, and gives what it shows of these things. */
export function lookOnHeap(things: readonly object[]): Shown {
  const holder = globalThis as { [key: symbol]: unknown };
  const key = Symbol(HELD);
  // The first is a function of this realm.
  holder[key] = { [HELD]: [lookOnHeap, ...things] };
  try {
    const heap = HeapSnapshot.take();
    const list = heap.property(HELD);
    const found = list === null
      ? new Map<number, Found>()
      : new HeapReader(heap, list).found();
    const shown = things.flatMap((thing, i) => {
      const about = found.get(i + 1);
      return about === undefined ? [] : [[thing, about] as const];
    });
    return { found: new Map(shown), size: heap.size };
  } finally {
    delete holder[key];
  }
}

/** Scopes of scripts, lines and cells, whose variables are global. */
const GLOBAL = new Set(["REPL_MODE_SCOPE", "SCRIPT_SCOPE"]);

/** How many variables a ScopeInfo names itself; names of more are in a table (2.9.6). */
const TABLE = "(context local names)";

class HeapReader {
  readonly #heap: HeapSnapshot;
  readonly #list: HeapNode;
  readonly #places = new Map<HeapNode, ExportPlace[]>();
  /** The globals of this realm. */
  #realm: HeapNode | null = null;

  constructor(heap: HeapSnapshot, list: HeapNode) {
    this.#heap = heap;
    this.#list = list;
  }

  found(): Map<number, Found> {
    this.#listExports();
    const held = this.#heap.edgesOf(this.#list)
      .filter(({ type }) => type === "element");
    this.#realm = this.#realmOf(held.find(({ name }) => name === 0)?.to);
    return new Map(held.map(({ name, to }) => [
      Number(name),
      { standing: this.#standingOf(to), exports: this.#exportsOf(to) },
    ]));
  }

  #exportsOf(node: HeapNode): ExportPlace[] {
    const places = [...this.#places.get(node) ?? []];
    // A namespace refers to its module.
    if (this.#heap.nameOf(node) !== "Module") return places;
    for (const { type, to } of this.#heap.edgesOf(node)) {
      if (type !== "hidden" || this.#heap.nameOf(to) !== MODULE) continue;
      places.push({ module: this.#urlOfModule(to), key: null });
    }
    return places;
  }

  #listExports(): void {
    for (const module of this.#heap.called(MODULE)) {
      const url = this.#urlOfModule(module);
      if (url === "" || url.startsWith("ext:")) continue;
      for (const [key, thing] of this.#exportsIn(module)) {
        const places = this.#places.get(thing) ?? [];
        places.push({ module: url, key });
        this.#places.set(thing, places);
      }
    }
  }

  /** The table of a module: names, and behind each the cell with the value. */
  *#exportsIn(module: HeapNode): Generator<[key: string, thing: HeapNode]> {
    for (const { type, to } of this.#heap.edgesOf(module)) {
      if (type !== "hidden" || this.#heap.typeOf(to) !== "array") continue;
      const slots = new Map(
        this.#heap.edgesOf(to).map((each) => [
          Number(each.name),
          each.to,
        ]),
      );
      for (const [at, cell] of slots) {
        const key = slots.get(at - 1);
        const isPair = key !== undefined &&
          this.#heap.nameOf(cell) === "system / Cell" &&
          this.#heap.typeOf(key) === "string";
        const thing = isPair ? this.#heap.internal(cell, "value") : null;
        if (thing !== null) yield [this.#heap.nameOf(key!), thing];
      }
    }
  }

  /** The address of a module, by the function that V8 has made of its text. */
  #urlOfModule(module: HeapNode): string {
    for (const { type, to } of this.#heap.edgesOf(module)) {
      if (type !== "hidden") continue;
      const made = this.#heap.internal(to, "function") ?? to;
      const shared = this.#heap.internal(made, "shared") ?? made;
      const script = this.#heap.internal(shared, "script");
      if (script !== null) return this.#text(script, "name") ?? "";
    }
    return "";
  }

  #standingOf(node: HeapNode): Standing | null {
    const shared = this.#heap.internal(node, "shared");
    const context = this.#heap.internal(node, "context");
    if (shared === null || context === null) return null;
    const script = this.#heap.internal(shared, "script");
    return {
      scriptId: script === null ? "" : `${this.#number(script, "id")}`,
      url: script === null ? "" : this.#text(script, "name") ?? "",
      position: this.#number(shared, "start_position"),
      ...this.#scopesFrom(context),
    };
  }

  #scopesFrom(
    innermost: HeapNode,
  ): Pick<Standing, "inner" | "module" | "isOpen"> {
    const inner: HeapScope[] = [];
    let module: Set<string> | null = null;
    let isOpen = false;
    let last = innermost;
    for (const context of this.#contextsFrom(innermost)) {
      last = context;
      const info = this.#heap.internal(context, "scope_info");
      if (info === null) isOpen = true;
      else if (!this.#isRealm(context)) {
        const kind = this.#text(info, "scope_type_name") ?? "";
        if (kind === "MODULE_SCOPE") module = new Set(this.#names(info));
        else if (!GLOBAL.has(kind)) {
          inner.push({
            id: this.#heap.idOf(context),
            names: this.#locals(info),
          });
          isOpen ||= this.#isExtended(context, kind);
        }
      }
    }
    isOpen ||= !this.#isRealm(last) ||
      this.#realm !== null && last !== this.#realm;
    return { inner, module, isOpen };
  }

  *#contextsFrom(innermost: HeapNode): Generator<HeapNode> {
    let next: HeapNode | null = innermost;
    while (next !== null) {
      yield next;
      next = this.#isRealm(next) ? null : this.#heap.internal(next, "previous");
    }
  }

  #isRealm(context: HeapNode): boolean {
    return this.#heap.nameOf(context).startsWith("system / NativeContext");
  }

  #realmOf(closure: HeapNode | undefined): HeapNode | null {
    if (closure === undefined) return null;
    const context = this.#heap.internal(closure, "context");
    if (context === null) return null;
    return [...this.#contextsFrom(context)].at(-1)!;
  }

  /** Whether a scope takes variables that its text does not declare. */
  #isExtended(context: HeapNode, kind: string): boolean {
    return kind === "WITH_SCOPE" ||
      this.#heap.internal(context, "extension") !== null;
  }

  /** The names in a ScopeInfo: of variables, and behind them others. */
  #names(info: HeapNode): string[] {
    return this.#listed(info).flatMap(({ to }) => this.#namesAt(to));
  }

  /** The names of the variables alone, where their number is known. */
  #locals(info: HeapNode): string[] {
    const count = this.#number(info, "context_local_count");
    const listed = this.#listed(info);
    const isTable = listed.some(({ to }) => this.#heap.nameOf(to) === TABLE);
    return listed.slice(0, isTable || count === 0 ? undefined : count)
      .flatMap(({ to }) => this.#namesAt(to));
  }

  #listed(info: HeapNode): HeapEdge[] {
    return this.#heap.edgesOf(info).filter(({ type }) => type === "hidden")
      .toSorted((a, b) => Number(a.name) - Number(b.name));
  }

  #namesAt(node: HeapNode): string[] {
    if (this.#heap.typeOf(node) === "string") return [this.#heap.nameOf(node)];
    if (this.#heap.nameOf(node) !== TABLE) return [];
    return this.#heap.edgesOf(node).filter(({ to }) =>
      this.#heap.typeOf(to) === "string"
    ).map(({ to }) => this.#heap.nameOf(to));
  }

  #text(node: HeapNode, field: string): string | null {
    const text = this.#heap.internal(node, field);
    return text === null ? null : this.#heap.nameOf(text);
  }

  /** A number that V8 shows as a string; 0 where it shows none. */
  #number(node: HeapNode, field: string): number {
    const number = this.#heap.internal(node, field);
    const value = number === null ? null : this.#heap.internal(number, "value");
    return value === null ? 0 : Number(this.#heap.nameOf(value)) || 0;
  }
}

const MODULE = "system / SourceTextModule";
