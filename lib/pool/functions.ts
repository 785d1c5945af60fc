/**
 * The functions that a pool has been given, each described to a worker once.
 *
 * @module
 */

import { callers, type Site } from "../base/caller.ts";
import { isPlain } from "../wire/birth.ts";
import type { Destination } from "../wire/handle.ts";
import { CAPTURED, type CapturedValues } from "../wire/captured.ts";
import { pack, type Packed } from "../wire/pack.ts";
import { addressOrder, functionOrder, modulesOf } from "../functions/target.ts";
import type { TargetAddress } from "../wire/address.ts";
import { namespaceOf } from "../wire/namespace.ts";
import { isClosed } from "../functions/closed.ts";
import { tellSize } from "../functions/look.ts";
import { type Sought, soughtBy, type Subject } from "../functions/which.ts";
import { type Definition, loadOf } from "./messages.ts";

/** Whatever can be run by a worker. */
export type Target = ((...args: never[]) => unknown) | TargetAddress;

/** Free variables of a function that travels as text. */
export type Scope = Readonly<Record<string, unknown>>;

/** Where a function is and what it needs, as its caller says. */
export interface Whereabouts {
  readonly module?: string | URL | undefined;
  readonly scope?: Scope | undefined;
}

/** A function of a pool. */
export class Remote {
  /** What its workers find it by. */
  readonly definition: Definition;
  /** For texts to people. */
  readonly name: string;
  /** Whether it is of one call only and is then forgotten. */
  isPassing: boolean;
  /** How long one item takes; null while nothing is known. */
  meanMs: number | null = null;
  // The function, for a worker that asks which export it is. Invariant: null once
  // the first worker has run it without a question, as no other will have one.
  #itself: object | null;
  #wasAsked = false;

  constructor(definition: Definition, itself: object, isPassing: boolean) {
    this.definition = definition;
    this.#itself = mayBeAsked(definition.order) ? itself : null;
    this.name = definition.order.name || "anonymous";
    this.isPassing = isPassing;
  }

  /** Its number. */
  get id(): number {
    return this.definition.id;
  }

  /** The function, for a worker that asks which export it is. */
  ask(): Sought | undefined {
    this.#wasAsked = true;
    return soughtBy(this.definition.order, this.#itself ?? undefined);
  }

  /** The modules that a worker imports for it. */
  get modules(): string[] {
    return modulesOf(this.definition.order);
  }

  /** Learns from `items` that took `ms` together. */
  measured(ms: number, items: number): void {
    if (items === 0) return;
    if (!this.#wasAsked) this.#itself = null;
    const mean = ms / items;
    this.meanMs = this.meanMs === null ? mean : (this.meanMs + mean) / 2;
  }
}

/** How many functions with a scope of their own are kept for another call. */
const SCOPED_MAX = 64;

/** How many functions that look the same are kept for another call. */
const ALIKE_MAX = 64;

/** Functions that look the same. */
interface Alike {
  /** The first of them. */
  readonly remote: Remote;
  /** Whether they do the same, as their text says all; null while nobody asked. */
  areSame: boolean | null;
}

/** All functions of a pool. */
export class Functions {
  readonly #destination: Destination;
  // The same function is looked up by itself and by its module.
  readonly #bySelf = new WeakMap<object, Map<string, Remote>>();
  readonly #byLook = new Map<string, Alike>();
  /** Those that look as another one and may differ, the last that came at the end. */
  readonly #doubles = new Set<Remote>();
  /** The same for those with a scope, the one that was called last at the end. */
  readonly #scoped = new Map<string, Remote>();
  /** Those that a worker may ask about. */
  readonly #byId = new Map<number, WeakRef<Remote>>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    this.#byId.delete(id);
  });
  readonly #forget: (remote: Remote) => void;
  #made = 0;

  /** `forget` is told of a function that may never be called again. */
  constructor(destination: Destination, forget: (remote: Remote) => void) {
    this.#destination = destination;
    this.#forget = forget;
  }

  /** The function's number and description. `below`: see `callers()`. */
  find(target: Target, whereabouts: Whereabouts, below: never): Remote {
    const { module, scope } = whereabouts;
    const home = module === undefined ? "" : String(module);
    if (scope === undefined) {
      const known = this.#bySelf.get(target)?.get(home);
      if (known !== undefined) return known;
    }
    const found = this.#order(target, { module, scope }, below);
    const { order } = found;
    if (scope !== undefined) {
      return this.#findScoped(target, order, found.scope);
    }
    const remote = order.kind === "captured"
      ? this.#findCaptured(target, order, found.scope)
      : this.#findAlike(target, order);
    this.#remember(target, home, remote);
    return remote;
  }

  /** The function that a worker asks about. */
  subject(id: Subject): Sought | undefined {
    return this.#byId.get(id)?.deref()?.ask();
  }

  #findAlike(target: Target, order: Definition["order"]): Remote {
    const key = JSON.stringify(order);
    const alike = this.#byLook.get(key);
    if (alike === undefined) {
      const remote = this.#make(target, order, {}, false);
      this.#byLook.set(key, { remote, areSame: null });
      return remote;
    }
    alike.areSame ??= areSame(order);
    return alike.areSame ? alike.remote : this.#double(target, order, alike);
  }

  /** One that looks as another one, and may be another. */
  #double(
    target: Target,
    order: Definition["order"],
    { remote: { meanMs } }: Alike,
  ): Remote {
    const unsure = order.kind === "function"
      ? { ...order, match: { by: "parent" } as const }
      : order;
    const remote = this.#make(target, unsure, {}, false);
    remote.meanMs = meanMs;
    // The next ones are told apart here, once the exports are known. The module of
    // the caller is there, and one that was named may not be.
    if (order.kind === "function" && !order.certain && order.module !== null) {
      void namespaceOf(order.module);
    }
    this.#keepDouble(remote);
    return remote;
  }

  #keepDouble(remote: Remote): void {
    this.#doubles.add(remote);
    if (this.#doubles.size <= ALIKE_MAX) return;
    const [oldest] = this.#doubles as unknown as [Remote];
    this.#doubles.delete(oldest);
    this.#drop(oldest);
  }

  /**
   * One that goes with what it uses. A program may make such a function for each
   * call, so the last ones are kept only.
   */
  #findCaptured(
    target: Target,
    order: Definition["order"],
    scope: Scope,
  ): Remote {
    if (isPlainScope(scope)) return this.#keepScoped(target, order, scope);
    const remote = this.#make(target, order, scope, false);
    this.#keepDouble(remote);
    return remote;
  }

  #findScoped(
    target: Target,
    order: Definition["order"],
    scope: Scope,
  ): Remote {
    if (!isPlainScope(scope)) {
      return this.#make(target, order, scope, true);
    }
    return this.#keepScoped(target, order, scope);
  }

  #keepScoped(
    target: Target,
    order: Definition["order"],
    scope: Scope,
  ): Remote {
    const key = JSON.stringify([order, scope]);
    const remote = this.#scoped.get(key) ??
      this.#make(target, order, scope, false);
    this.#scoped.delete(key);
    this.#scoped.set(key, remote);
    if (this.#scoped.size > SCOPED_MAX) this.#dropOldest();
    return remote;
  }

  /** A program may give another scope in each call, for ever. */
  #dropOldest(): void {
    const [[key, remote]] = this.#scoped as unknown as [[string, Remote]];
    this.#scoped.delete(key);
    this.#drop(remote);
  }

  #drop(remote: Remote): void {
    // It may be at work: then it is described and forgotten once more.
    remote.isPassing = true;
    this.#forget(remote);
  }

  #remember(target: Target, home: string, remote: Remote): void {
    const homes = this.#bySelf.get(target) ?? new Map<string, Remote>();
    this.#bySelf.set(target, homes.set(home, remote));
  }

  #order(
    target: Target,
    { module, scope }: Whereabouts,
    below: never,
  ): { readonly order: Definition["order"]; readonly scope: Scope } {
    if (typeof target === "object" && target !== null) {
      const order = addressOrder(target) as Definition["order"];
      return { order, scope: scope ?? {} };
    }
    if (typeof target !== "function") {
      throw new TypeError(
        `Cannot run a task as "target" must be a function or { module, name }: ` +
          `current value is ${target === null ? "null" : typeof target}`,
      );
    }
    const caller: Site | null = module === undefined
      ? callers(below, 1)[0] ?? null
      : null;
    const destination = this.#destination;
    const order = functionOrder({ target, module, caller, scope, destination });
    tellSize(order.found);
    return order;
  }

  #make(
    target: Target,
    order: Definition["order"],
    scope: Scope,
    isPassing: boolean,
  ): Remote {
    const values = loadOf(
      Object.values(scope),
      this.#destination,
      (list) => this.#packed(list, order.kind === "captured"),
    );
    const names = Object.keys(scope);
    const id = this.#made++;
    const definition = { id, order, names, values };
    const remote = new Remote(definition, target, isPassing);
    if (mayBeAsked(order)) {
      this.#byId.set(id, new WeakRef(remote));
      this.#gone.register(remote, id);
    }
    return remote;
  }

  /** What was captured is as it was at the call, also where it is sent later. */
  #packed(list: readonly unknown[], isCaptured: boolean): Packed {
    const packed = pack(list, this.#destination, "scope");
    return isCaptured && !(packed instanceof Uint8Array)
      ? structuredClone(packed)
      : packed;
  }
}

/** Whether what a function is given is plain, and says all by its text. */
function isPlainScope(scope: Scope): boolean {
  const captured = scope[CAPTURED];
  if (typeof captured !== "object" || captured === null) {
    return Object.values(scope).every(isPlain);
  }
  const { values, ...others } = captured as CapturedValues;
  return values.every(isPlain) &&
    Object.values(others).every((list) => list.length === 0);
}

/** Whether functions that look the same do the same: there is no more to them. */
function areSame(order: Definition["order"]): boolean {
  return order.kind !== "function" || order.match.by === "text" ||
    isClosed(order.source);
}

function mayBeAsked(order: Definition["order"]): boolean {
  return order.kind === "function" && order.match.by !== "text";
}
