/**
 * Which scopes functions share.
 *
 * V8's inspector shows copies of scopes, which tell nothing of that where their variables
 * are equal. A snapshot of the heap shows the scopes themselves. It takes long, and is
 * taken only where it matters: where one function may assign to a variable that another
 * one uses.
 *
 * @module
 */

import { type HeapScope, lookOnHeap } from "./heap_scopes.ts";
import { isHeapTooLarge } from "./heap_snapshot.ts";
import type { FoundScope } from "./inspector.ts";

/** Scopes by their numbers in the last snapshot. */
const known = new WeakMap<object, readonly HeapScope[]>();

// Invariant: has all functions in `known` that are still in use.
let seen: readonly WeakRef<object>[] = [];

/** Finds out which scopes functions share; false if nothing new can be found. */
export function findScopes(functions: Iterable<object>): boolean {
  const unknown = [...functions].filter((each) => !known.has(each));
  if (unknown.length === 0 || isHeapTooLarge()) return false;
  // Another snapshot may number a scope anew, so all are looked at again (2.9.6).
  const before = seen.flatMap((each) => each.deref() ?? []);
  const all = [...before, ...unknown];
  try {
    const { found } = lookOnHeap(all);
    for (const each of all) {
      known.set(each, found.get(each)?.standing?.inner ?? []);
    }
    seen = all.map((each) => new WeakRef(each));
    return true;
  } catch {
    return false; // Deno may not give one.
  }
}

/** The numbers of the inner ones of these scopes of a function; null where unknown. */
export function scopeIdsOf(
  thing: object,
  scopes: readonly FoundScope[],
): readonly (number | null)[] {
  const inner = known.get(thing);
  if (inner === undefined) return [];
  const found = scopes.filter(({ kind }) => kind === "inner");
  const areThese = inner.length === found.length &&
    found.every(({ variables }, i) =>
      Object.keys(variables).every((name) => inner[i]!.names.includes(name))
    );
  let i = 0;
  return scopes.map(({ kind }) =>
    areThese && kind === "inner" ? inner[i++]!.id : null
  );
}
