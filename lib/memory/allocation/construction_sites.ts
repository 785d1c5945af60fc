/**
 * Construction sites: objects made while a module loads are the same objects in
 * every process.
 *
 * A child imports the same modules as its parent. An object made there has a
 * key: the place in the code where it was made, the callers, and how many times
 * before. The parent sends its objects by key; while the child imports, a
 * constructor whose key the parent sent takes the parent's memory.
 *
 * ```
 *   parent   new Value("i")   claimSite, register     key -> object
 *            start a child    moduleObjects -------+
 *   child    bootstrap        adoptSites <---------+  key -> handle
 *            import           claimSite gives the handle; register
 * ```
 *
 * @module
 */

import { childContext } from "../../wire/protocol/child_context.ts";
import { getLogger } from "../../logging/logger.ts";
import type { ModuleObject } from "../../wire/protocol/messages.ts";
import { type Below, type CallSite, callSites } from "../../base/call_sites.ts";
import { SharedMemoryError } from "../../base/errors.ts";
import { isGone } from "./block.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type Handle,
  type Shareable,
  unheld,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";

/** What a constructor learns about its call site. */
export interface Claim {
  /** Names the site and the number of the object made there. */
  readonly key: string;
  /** The type of the object, as in `value:i`. */
  readonly type: string;
  /** The parent's memory, which the constructor uses instead of new memory. */
  readonly handle?: Handle;
  /** Why the parent's memory is unavailable: the object must refuse its use. */
  readonly unavailable?: string;
}

/** Throws if the parent could not share the memory. */
export function checkAvailable(claim: Claim | null): void {
  if (claim?.unavailable === undefined) return;
  throw new SharedMemoryError(claim.unavailable);
}

/**
 * Maximum of constructions whose site is looked up, as each costs 10 to 50 us;
 * children do not know later objects. Objects made in a loop, beyond the limit
 * per site, do not count.
 */
const SITE_OBJECTS_MAX = 4096;

/** Maximum of objects per site. */
export const OBJECTS_PER_SITE_MAX = 256;

/** How many callers belong to a site. */
const CALLERS_MAX = 3;

// Invariant: `recorded` counts lookups of a site. It stops at SITE_OBJECTS_MAX,
// so none of these maps grows without end.
const made = new Map<string, number>();
const objects = new Map<string, { type: string; object: WeakRef<Shareable> }>();
const full = new Set<string>();
let recorded = 0;

// Invariant: `adopted` is read only while `isImporting()`.
const adopted = new Map<string, ModuleObject>();
// The parent's objects as this process received them, as far as `adopted` has
// them.
let received: readonly ModuleObject[] | null = null;

function siteText({ module, line, column }: CallSite): string {
  return `${module}:${line}:${column}`;
}

function lookUp(key: string, type: string): ModuleObject | undefined {
  if (!isImporting()) return undefined;
  const entry = adopted.get(key);
  if (entry === undefined) return undefined;
  if (entry.type === type) return isStale(entry) ? undefined : entry;
  getLogger().warning(
    `The object made at ${key} is a ${type} here and a ${entry.type} in the parent process, so the two do not share memory`,
  );
  return undefined;
}

/**
 * Whether the parent has dropped the object, so that only this process would
 * use it.
 */
function isStale(entry: ModuleObject): boolean {
  return "handle" in entry && "block" in entry.handle &&
    isGone(entry.handle.block);
}

/**
 * Counts an object of `type` made by the caller, and tells its constructor what
 * to do; null for an object that no other process can know. `below` is that
 * constructor: each frame of the package that is left out saves 4 us.
 */
export function claimSite(
  type: string,
  below: Below = claimSite,
): Claim | null {
  if (recorded >= SITE_OBJECTS_MAX) return null;
  recorded++;
  // The further callers tell apart what two modules make by one helper.
  const site = callSites(below, CALLERS_MAX).map(siteText).join(" < ");
  if (site === "") return null;
  const before = made.get(site) ?? 0;
  if (before >= OBJECTS_PER_SITE_MAX) return beyond(site, type);
  made.set(site, before + 1);
  const claim = { key: `${site}#${before}`, type };
  const entry = lookUp(claim.key, type);
  if (entry === undefined) return claim;
  return "handle" in entry
    ? { ...claim, handle: entry.handle }
    : { ...claim, unavailable: entry.unavailable };
}

/** The claim for an object beyond the limit of its site. */
function beyond(site: string, type: string): Claim | null {
  full.add(site);
  const entry = isImporting() ? adopted.get(`${site}#*`) : undefined;
  if (entry === undefined || !("unavailable" in entry)) return null;
  return { key: entry.key, type, unavailable: entry.unavailable };
}

/** Registers an object by its claim; the registry holds it weakly. */
export function register(claim: Claim, object: Shareable): void {
  if (claim.key.endsWith("#*")) return;
  objects.set(claim.key, { type: claim.type, object: new WeakRef(object) });
}

function entryOf(
  key: string,
  type: string,
  object: Shareable,
  destination: Destination,
  delivery: Delivery,
): ModuleObject {
  try {
    // The object need not stay alive for a child that may never ask for it.
    const handle = object[HANDLE](destination, unheld(delivery));
    return { key, type, handle };
  } catch (error) {
    if (!(error instanceof SharedMemoryError)) throw error;
    return { key, type, unavailable: error.message };
  }
}

/**
 * All living objects of this process that a child may find again while it
 * imports.
 */
export function moduleObjects(
  destination: Destination,
  delivery: Delivery = UNTRACKED,
): ModuleObject[] {
  const entries: ModuleObject[] = [];
  for (const [key, { type, object }] of objects) {
    const living = object.deref();
    if (living === undefined) objects.delete(key);
    else entries.push(entryOf(key, type, living, destination, delivery));
  }
  for (const site of full) {
    const unavailable =
      `Cannot share this object with the parent process as its site makes more than ${OBJECTS_PER_SITE_MAX}: pass it among the arguments`;
    entries.push({ key: `${site}#*`, type: "*", unavailable });
  }
  return entries;
}

/**
 * The keys of all objects made in this process so far, as far as their sites
 * were looked up.
 */
export function claimedSites(): string[] {
  return [...objects.keys(), ...[...full].map((site) => `${site}#*`)];
}

/**
 * Adopts the parent's objects; the child's bootstrap calls this before any
 * import.
 */
export function adoptSites(entries: readonly ModuleObject[]): void {
  for (const entry of entries) adopted.set(entry.key, entry);
}

/** Whether this process is importing the parent's modules. */
function isImporting(): boolean {
  const context = childContext();
  if (context !== null && context.sites !== received) {
    // A spare process receives the list twice.
    if (received !== null) adopted.clear();
    received = context.sites;
    adoptSites(received);
  }
  return context?.importing === true;
}
