/**
 * The functions that a pool has been given, each described to a worker once.
 *
 * @module
 */

import { type CallSite, callSites } from "../../base/call_sites.ts";
import { isPlain } from "../../wire/protocol/child_context.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import { CAPTURED, type CapturedValues } from "../../wire/protocol/captured.ts";
import { pack, type Packed } from "../../wire/serialization/pack.ts";
import {
  addressSpec,
  functionSpec,
  modulesOf,
} from "../../functions/target.ts";
import type { TargetAddress } from "../../wire/serialization/target_address.ts";
import { namespaceOf } from "../../wire/protocol/module_namespace.ts";
import { isClosed } from "../../functions/closed_text.ts";
import { tellSize } from "../../functions/look.ts";
import {
  type Sought,
  soughtBy,
  type Subject,
} from "../../functions/export_identity.ts";
import {
  type FunctionDefinition,
  itemsToSend,
} from "../protocol/pool_messages.ts";

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
export class PoolFunction {
  /** What its workers find it by. */
  readonly definition: FunctionDefinition;
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

  /** Its number. */
  get id(): number {
    return this.definition.id;
  }

  /** The function, for a worker that asks which export it is. */
  ask(): Sought | undefined {
    this.#wasAsked = true;
    return soughtBy(this.definition.spec, this.#itself ?? undefined);
  }

  /** The modules that a worker imports for it. */
  get modules(): string[] {
    return modulesOf(this.definition.spec);
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
  readonly fn: PoolFunction;
  /** Whether they do the same, as their text says all; null while nobody asked. */
  areSame: boolean | null;
}

/** All functions of a pool. */
export class PoolFunctions {
  readonly #destination: Destination;
  // The same function is looked up by itself and by its module.
  readonly #bySelf = new WeakMap<object, Map<string, PoolFunction>>();
  readonly #byLook = new Map<string, Alike>();
  /** Those that look as another one and may differ, the last that came at the end. */
  readonly #doubles = new Set<PoolFunction>();
  /** The same for those with a scope, the one that was called last at the end. */
  readonly #scoped = new Map<string, PoolFunction>();
  /** Those that a worker may ask about. */
  readonly #byId = new Map<number, WeakRef<PoolFunction>>();
  readonly #gone = new FinalizationRegistry<number>((id) => {
    this.#byId.delete(id);
  });
  readonly #forget: (fn: PoolFunction) => void;
  #made = 0;

  /** `forget` is told of a function that may never be called again. */
  constructor(destination: Destination, forget: (fn: PoolFunction) => void) {
    this.#destination = destination;
    this.#forget = forget;
  }

  /** The function's number and description. `below`: see `callers()`. */
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

  /** The function that a worker asks about. */
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

  /** One that looks as another one, and may be another. */
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
    // The next ones are told apart here, once the exports are known. The module of
    // the caller is there, and one that was named may not be.
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
   * One that goes with what it uses. A program may make such a function for each
   * call, so the last ones are kept only.
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

  /** A program may give another scope in each call, for ever. */
  #dropOldest(): void {
    const [[key, fn]] = this.#scoped as unknown as [[string, PoolFunction]];
    this.#scoped.delete(key);
    this.#drop(fn);
  }

  #drop(fn: PoolFunction): void {
    // It may be at work: then it is described and forgotten once more.
    fn.isPassing = true;
    this.#forget(fn);
  }

  #remember(target: Target, home: string, fn: PoolFunction): void {
    const homes = this.#bySelf.get(target) ?? new Map<string, PoolFunction>();
    this.#bySelf.set(target, homes.set(home, fn));
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
function areSame(spec: FunctionDefinition["spec"]): boolean {
  return spec.kind !== "function" || spec.match.by === "text" ||
    isClosed(spec.source);
}

function mayBeAsked(spec: FunctionDefinition["spec"]): boolean {
  return spec.kind === "function" && spec.match.by !== "text";
}
