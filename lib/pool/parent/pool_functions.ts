/**
 * The functions of a pool, each of which is described to a worker once.
 *
 * @module
 */

import { type CallSite, callSites } from "../../base/call_sites.ts";
import { isPlain } from "../../wire/protocol/port_messages.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import { CAPTURED, type CapturedValues } from "../../wire/protocol/captured.ts";
import { pack, type Packed } from "../../wire/serialization/pack.ts";
import { cloneOf } from "../../wire/serialization/structured_clone.ts";
import {
  addressSpec,
  functionSpec,
  modulesOf,
} from "../../functions/target.ts";
import type { TargetAddress } from "../../wire/serialization/target_address.ts";
import { namespaceOf } from "../../wire/protocol/module_namespace.ts";
import { isClosed } from "../../functions/closed_text.ts";
import { tellSize } from "../../functions/size_warning.ts";
import { type Sought, soughtBy } from "../../functions/export_identity.ts";
import type { Subject } from "../../functions/resolve.ts";
import {
  type FunctionDefinition,
  itemsToSend,
} from "../protocol/pool_messages.ts";

/** A function, or the address of one, that a worker can run. */
export type Target = ((...args: never[]) => unknown) | TargetAddress;

/**
 * Free variables of a function that travels as text.
 *
 * @example Given for a call
 * ```ts
 * import { Pool, type Scope } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const scope: Scope = { factor: 3 };
 * await using pool = new Pool(1);
 * const times = new Function("x", "return x * factor") as (x: number) => number;
 * equal(await pool.apply(times, [2], { scope }), 6);
 * ```
 */
export type Scope = Readonly<Record<string, unknown>>;

/** The module and the scope of a function, as given by the caller. */
export interface Whereabouts {
  readonly module?: string | URL | undefined;
  readonly scope?: Scope | undefined;
}

/** A function of a pool. */
export class PoolFunction {
  /** The definition by which workers find the function. */
  readonly definition: FunctionDefinition;
  /** Its name in messages to people. */
  readonly name: string;
  /** Whether workers forget it after one call. */
  isPassing: boolean;
  /** The mean duration of an item in milliseconds; null while it is unknown. */
  meanMs: number | null = null;
  // The function, for a worker that asks which export it is. Invariant: null once
  // the first worker has run it without asking, as then no other worker will ask.
  #itself: object | null;
  #wasAsked = false;

  constructor(
    definition: FunctionDefinition,
    itself: object,
    isPassing: boolean,
  ) {
    this.definition = definition;
    this.#itself = mayBeAsked(definition.spec) ? itself : null;
    this.name = definition.spec.name || "anonymous";
    this.isPassing = isPassing;
  }

  /** The number of its definition. */
  get id(): number {
    return this.definition.id;
  }

  /** Describes the function to a worker that asks which export it is. */
  ask(): Sought | undefined {
    this.#wasAsked = true;
    return soughtBy(this.definition.spec, this.#itself ?? undefined);
  }

  /** The modules that a worker imports for it. */
  get modules(): string[] {
    return modulesOf(this.definition.spec);
  }

  /** Updates the mean with `items` that took `ms` together. */
  measured(ms: number, items: number): void {
    if (items === 0) return;
    if (!this.#wasAsked) this.#itself = null;
    const mean = ms / items;
    this.meanMs = this.meanMs === null ? mean : (this.meanMs + mean) / 2;
  }
}

/** How many functions with a scope of their own are kept for another call. */
const SCOPED_MAX = 64;

/** How many functions with the same text and place are kept for another call. */
const ALIKE_MAX = 64;

/** Functions whose definitions look the same. */
interface Alike {
  /** The first of these functions. */
  readonly fn: PoolFunction;
  /**
   * Whether they behave the same, because their text says all; null while unknown.
   */
  areSame: boolean | null;
}

/** All functions of a pool. */
export class PoolFunctions {
  readonly #destination: Destination;
  // A function is looked up by itself and by its module.
  readonly #bySelf = new WeakMap<object, Map<string, PoolFunction>>();
  readonly #byLook = new Map<string, Alike>();
  /** Functions that look like an earlier one and may differ, oldest first. */
  readonly #doubles = new Set<PoolFunction>();
  /** Functions with a scope, least recently called first. */
  readonly #scoped = new Map<string, PoolFunction>();
  /** The functions that a worker may ask about, by their numbers. */
  readonly #byId = new Map<number, WeakRef<PoolFunction>>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    this.#byId.delete(id);
  });
  readonly #forget: (fn: PoolFunction) => void;
  #made = 0;

  /** `forget` is called with a function that may never be called again. */
  constructor(destination: Destination, forget: (fn: PoolFunction) => void) {
    this.#destination = destination;
    this.#forget = forget;
  }

  /** The function with its definition. `below`: see `callers()`. */
  find(target: Target, whereabouts: Whereabouts, below: never): PoolFunction {
    const { module, scope } = whereabouts;
    const home = module === undefined ? "" : String(module);
    if (scope === undefined) {
      const known = this.#bySelf.get(target)?.get(home);
      if (known !== undefined) return known;
    }
    const found = this.#spec(target, { module, scope }, below);
    const { spec } = found;
    if (scope !== undefined) {
      return this.#findScoped(target, spec, found.scope);
    }
    const fn = spec.kind === "captured"
      ? this.#findCaptured(target, spec, found.scope)
      : this.#findAlike(target, spec);
    this.#remember(target, home, fn);
    return fn;
  }

  /** Describes the function of a number to a worker that asks. */
  subject(id: Subject): Sought | undefined {
    return this.#byId.get(id)?.deref()?.ask();
  }

  #findAlike(target: Target, spec: FunctionDefinition["spec"]): PoolFunction {
    const key = JSON.stringify(spec);
    const alike = this.#byLook.get(key);
    if (alike === undefined) {
      const fn = this.#make(target, spec, {}, false);
      this.#byLook.set(key, { fn, areSame: null });
      return fn;
    }
    alike.areSame ??= areSame(spec);
    return alike.areSame ? alike.fn : this.#double(target, spec, alike);
  }

  /** A function that looks like an earlier one and may differ from it. */
  #double(
    target: Target,
    spec: FunctionDefinition["spec"],
    { fn: { meanMs } }: Alike,
  ): PoolFunction {
    const unsure = spec.kind === "function"
      ? { ...spec, match: { by: "parent" } as const }
      : spec;
    const fn = this.#make(target, unsure, {}, false);
    fn.meanMs = meanMs;
    // Later ones are told apart here, once the exports are known. The caller's own
    // module has certainly been loaded; a module that was named may not even exist.
    if (spec.kind === "function" && !spec.certain && spec.module !== null) {
      void namespaceOf(spec.module);
    }
    this.#keepDouble(fn);
    return fn;
  }

  #keepDouble(fn: PoolFunction): void {
    this.#doubles.add(fn);
    if (this.#doubles.size <= ALIKE_MAX) return;
    const [oldest] = this.#doubles as unknown as [PoolFunction];
    this.#doubles.delete(oldest);
    this.#drop(oldest);
  }

  /**
   * A function that travels with its captured variables. A program may make such a
   * function for each call, so only the last ones are kept.
   */
  #findCaptured(
    target: Target,
    spec: FunctionDefinition["spec"],
    scope: Scope,
  ): PoolFunction {
    if (isPlainScope(scope)) return this.#keepScoped(target, spec, scope);
    const fn = this.#make(target, spec, scope, false);
    this.#keepDouble(fn);
    return fn;
  }

  #findScoped(
    target: Target,
    spec: FunctionDefinition["spec"],
    scope: Scope,
  ): PoolFunction {
    if (!isPlainScope(scope)) {
      return this.#make(target, spec, scope, true);
    }
    return this.#keepScoped(target, spec, scope);
  }

  #keepScoped(
    target: Target,
    spec: FunctionDefinition["spec"],
    scope: Scope,
  ): PoolFunction {
    const key = JSON.stringify([spec, scope]);
    const fn = this.#scoped.get(key) ??
      this.#make(target, spec, scope, false);
    this.#scoped.delete(key);
    this.#scoped.set(key, fn);
    if (this.#scoped.size > SCOPED_MAX) this.#dropOldest();
    return fn;
  }

  /** Drops the oldest: a program may give another scope with each call, for ever. */
  #dropOldest(): void {
    const [[key, fn]] = this.#scoped as unknown as [[string, PoolFunction]];
    this.#scoped.delete(key);
    this.#drop(fn);
  }

  #drop(fn: PoolFunction): void {
    // A worker may be running it: then it is defined and forgotten once more.
    fn.isPassing = true;
    this.#forget(fn);
  }

  #remember(target: Target, home: string, fn: PoolFunction): void {
    const origins = this.#bySelf.get(target) ?? new Map<string, PoolFunction>();
    this.#bySelf.set(target, origins.set(home, fn));
  }

  #spec(
    target: Target,
    { module, scope }: Whereabouts,
    below: never,
  ): { readonly spec: FunctionDefinition["spec"]; readonly scope: Scope } {
    if (typeof target === "object" && target !== null) {
      const spec = addressSpec(target) as FunctionDefinition["spec"];
      return { spec, scope: scope ?? {} };
    }
    if (typeof target !== "function") {
      throw new TypeError(
        `Cannot run a task as "target" must be a function or { module, name }: ` +
          `current value is ${target === null ? "null" : typeof target}`,
      );
    }
    const caller: CallSite | null = module === undefined
      ? callSites(below, 1)[0] ?? null
      : null;
    const destination = this.#destination;
    const spec = functionSpec({ target, module, caller, scope, destination });
    tellSize(spec.found);
    return spec;
  }

  #make(
    target: Target,
    spec: FunctionDefinition["spec"],
    scope: Scope,
    isPassing: boolean,
  ): PoolFunction {
    const values = itemsToSend(
      Object.values(scope),
      this.#destination,
      (list) => this.#packed(list, spec.kind === "captured"),
    );
    const names = Object.keys(scope);
    const id = this.#made++;
    const definition = { id, spec, names, values };
    const fn = new PoolFunction(definition, target, isPassing);
    if (mayBeAsked(spec)) {
      this.#byId.set(id, new WeakRef(fn));
      this.#gone.register(fn, id);
    }
    return fn;
  }

  /**
   * Packs captured variables as they are at the call, even if they are sent later.
   */
  #packed(list: readonly unknown[], isCaptured: boolean): Packed {
    const packed = pack(list, this.#destination, "scope");
    return isCaptured && !(packed instanceof Uint8Array)
      ? cloneOf(packed)
      : packed;
  }
}

/** Whether a scope has only plain values, so that its text says all. */
function isPlainScope(scope: Scope): boolean {
  const captured = scope[CAPTURED];
  if (typeof captured !== "object" || captured === null) {
    return Object.values(scope).every(isPlain);
  }
  const { values, ...others } = captured as CapturedValues;
  return values.every(isPlain) &&
    Object.values(others).every((list) => list.length === 0);
}

/**
 * Whether functions that look the same behave the same, because nothing else
 * matters.
 */
function areSame(spec: FunctionDefinition["spec"]): boolean {
  return spec.kind !== "function" || spec.match.by === "text" ||
    isClosed(spec.source);
}

function mayBeAsked(spec: FunctionDefinition["spec"]): boolean {
  return spec.kind === "function" && spec.match.by !== "text";
}
