/**
 * Objects made while a module loads are the same object in every process.
 *
 * A child imports the same modules as its parent. What is made there is known
 * by its key: where in the code it was made, through which callers, and how many
 * times before. The parent sends its objects by key; while the child imports,
 * a constructor whose key came with them takes the parent's memory.
 *
 * ```
 *   parent   new Value("i")   claimSite, register     key -> object
 *            start a child    moduleObjects -------+
 *   child    boot             adoptSites <---------+  key -> handle
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
import { isGone, withoutTickets } from "./block.ts";
import {
  type Destination,
  HANDLE,
  type Handle,
  type Shareable,
} from "../../wire/serialization/handle.ts";

/** What a constructor learns about the place where it was called. */
export interface Claim {
  /** Names the place and the turn. */
  readonly key: string;
  /** What is made there, as in `value:i`. */
  readonly type: string;
  /** The parent's memory, to be used instead of new memory. */
  readonly handle?: Handle;
  /** Why the parent's memory cannot be had: the object must refuse its use. */
  readonly unavailable?: string;
}

/**
 * How many constructions are looked at, as each costs 10 to 50 us; those after
 * them are unknown to children. Objects made in a loop do not count on it.
 */
export const SITE_OBJECTS_MAX = 4096;

/** How many of them may come from one site. */
export const OBJECTS_PER_SITE_MAX = 256;

/** How many callers make a site. */
const CALLERS_MAX = 3;

// Invariant: `recorded` is how often a site was looked up. It stops at
// SITE_OBJECTS_MAX, so none of these grows without end.
const made = new Map<string, number>();
const objects = new Map<string, { type: string; object: WeakRef<Shareable> }>();
const full = new Set<string>();
let recorded = 0;

// Invariant: `adopted` is looked at only while `importing` > 0.
const adopted = new Map<string, ModuleObject>();
let importing = 0;
// What this process was told of its parent's objects, as far as it is in `adopted`.
let told: readonly ModuleObject[] | null = null;

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

/** Whether the parent has dropped the object, so that only this process uses it. */
function isStale(entry: ModuleObject): boolean {
  return "handle" in entry && "block" in entry.handle &&
    isGone(entry.handle.block);
}

/**
 * Counts an object of `type` made by the caller, and says what its constructor
 * is to do; null for one that no other process can know. `below` is that
 * constructor: each frame of our own that need not be looked at saves 4 us.
 */
export function claimSite(
  type: string,
  below: Below = claimSite,
): Claim | null {
  if (recorded >= SITE_OBJECTS_MAX) return null;
  recorded++;
  // Callers beyond the first keep apart what two modules make by one helper.
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

/** One of the objects that a site makes without end. */
function beyond(site: string, type: string): Claim | null {
  full.add(site);
  const entry = isImporting() ? adopted.get(`${site}#*`) : undefined;
  if (entry === undefined || !("unavailable" in entry)) return null;
  return { key: entry.key, type, unavailable: entry.unavailable };
}

/** Makes an object known by its claim; held weakly. */
export function register(claim: Claim, object: Shareable): void {
  if (claim.key.endsWith("#*")) return;
  objects.set(claim.key, { type: claim.type, object: new WeakRef(object) });
}

function entryOf(
  key: string,
  type: string,
  object: Shareable,
  destination: Destination,
): ModuleObject {
  try {
    // No child may ever ask for it, and it need not wait for that.
    const handle = withoutTickets(() => object[HANDLE](destination));
    return { key, type, handle };
  } catch (error) {
    if (!(error instanceof SharedMemoryError)) throw error;
    return { key, type, unavailable: error.message };
  }
}

/** All living objects of this process that a child may want to find again. */
export function moduleObjects(destination: Destination): ModuleObject[] {
  const entries: ModuleObject[] = [];
  for (const [key, { type, object }] of objects) {
    const living = object.deref();
    if (living === undefined) objects.delete(key);
    else entries.push(entryOf(key, type, living, destination));
  }
  for (const site of full) {
    const unavailable =
      `Cannot share this object with the parent process as its site makes more than ${OBJECTS_PER_SITE_MAX}: pass it among the arguments`;
    entries.push({ key: `${site}#*`, type: "*", unavailable });
  }
  return entries;
}

/** The keys of what was made in this process so far, as far as they are looked up. */
export function claimedSites(): string[] {
  return [...objects.keys(), ...[...full].map((site) => `${site}#*`)];
}

/** Takes over the parent's objects; a child's boot does, before any import. */
export function adoptSites(entries: readonly ModuleObject[]): void {
  for (const entry of entries) adopted.set(entry.key, entry);
}

/** Whether the modules of the parent are being imported. */
function isImporting(): boolean {
  const context = childContext();
  if (context !== null && context.sites !== told) {
    // A process that was booted ahead is told twice.
    if (told !== null) adopted.clear();
    told = context.sites;
    adoptSites(told);
  }
  return importing > 0 || context?.importing === true;
}

/** From now on constructors look for the parent's objects; may nest. */
export function beginImport(): void {
  importing++;
}

/** Ends what {@linkcode beginImport} began. */
export function endImport(): void {
  importing--;
}
