/**
 * The functions that a pool has been given, each described to a worker once.
 *
 * @module
 */

import { callers, type Site } from "../base/caller.ts";
import { isPlain } from "../wire/birth.ts";
import type { Destination } from "../wire/handle.ts";
import { pack } from "../wire/pack.ts";
import {
  addressOrder,
  functionOrder,
  modulesOf,
  type TargetAddress,
} from "../process/target.ts";
import { loadOf } from "./load.ts";
import type { Definition } from "./messages.ts";

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
  readonly isPassing: boolean;
  /** How long one item takes; null while nothing is known. */
  meanMs: number | null = null;

  constructor(definition: Definition, isPassing: boolean) {
    this.definition = definition;
    this.name = definition.order.name || "anonymous";
    this.isPassing = isPassing;
  }

  /** Its number. */
  get id(): number {
    return this.definition.id;
  }

  /** The modules that a worker imports for it. */
  get modules(): string[] {
    return modulesOf(this.definition.order);
  }

  /** Learns from `items` that took `ms` together. */
  measured(ms: number, items: number): void {
    if (items === 0) return;
    const mean = ms / items;
    this.meanMs = this.meanMs === null ? mean : (this.meanMs + mean) / 2;
  }
}

/** All functions of a pool. */
export class Functions {
  readonly #destination: Destination;
  // The same function is looked up by itself and by its module, an equal one by its
  // text.
  readonly #bySelf = new WeakMap<object, Map<string, Remote>>();
  readonly #byText = new Map<string, Remote>();
  #made = 0;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  /** The function's number and description. `below`: see `callers()`. */
  find(target: Target, whereabouts: Whereabouts, below: never): Remote {
    const { module, scope } = whereabouts;
    const home = module === undefined ? "" : String(module);
    if (scope === undefined) {
      const known = this.#bySelf.get(target)?.get(home);
      if (known !== undefined) return known;
    }
    const order = this.#order(target, { module, scope }, below);
    const isPassing = scope !== undefined &&
      !Object.values(scope).every(isPlain);
    const key = isPassing ? "" : JSON.stringify([order, scope]);
    const remote = this.#byText.get(key) ??
      this.#make(order, scope ?? {}, isPassing);
    if (!isPassing) this.#byText.set(key, remote);
    if (scope === undefined) this.#remember(target, home, remote);
    return remote;
  }

  #remember(target: Target, home: string, remote: Remote): void {
    const homes = this.#bySelf.get(target) ?? new Map<string, Remote>();
    this.#bySelf.set(target, homes.set(home, remote));
  }

  #order(
    target: Target,
    { module, scope }: Whereabouts,
    below: never,
  ): Definition["order"] {
    if (typeof target === "object" && target !== null) {
      return addressOrder(target) as Definition["order"];
    }
    if (typeof target !== "function") {
      throw new TypeError(
        `Cannot run a task as "target" must be a function or { module, name }: ` +
          `current value is ${target === null ? "null" : typeof target}`,
      );
    }
    const caller: Site | null = callers(below, 1)[0] ?? null;
    const hasScope = scope !== undefined;
    return functionOrder(
      target,
      module,
      caller,
      hasScope,
    ) as Definition["order"];
  }

  #make(order: Definition["order"], scope: Scope, isPassing: boolean): Remote {
    const values = loadOf(
      Object.values(scope),
      this.#destination,
      (list) => pack(list, this.#destination, "scope"),
    );
    const names = Object.keys(scope);
    const id = this.#made++;
    return new Remote({ id, order, names, values }, isPassing);
  }
}
