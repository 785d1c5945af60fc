/**
 * Values with holes in them: what travels as plain data, and a list of the
 * places where a handle or an error belongs. Filling them costs as much as
 * there are places, however large the value is.
 *
 * It rests on the fact that both ways of sending keep identity: the container
 * in the list and the container in the value arrive as one object.
 *
 * @module
 */

import { type ErrorRecord, finishError, makeError } from "./error_record.ts";
import { put } from "./fields.ts";
import type { Handle, Revive } from "./handle.ts";

/** What belongs into `container` at `key`. */
export type Site<T> = readonly [container: object, key: string, part: T];

/** A map or set that travels empty, and its content: keys and values in turn. */
export type Fill = readonly [
  target: Map<unknown, unknown> | Set<unknown>,
  content: readonly unknown[],
];

/** A value and its sites. Plain data through and through. */
export interface Sited {
  /** An array of one: the value, so that the value itself can be a site. */
  readonly root: readonly unknown[];
  /** Where this package's own objects belong. */
  readonly handles: readonly Site<Handle>[];
  /** Where errors belong. */
  readonly errors: readonly Site<ErrorRecord>[];
  /** Maps and sets to fill, as a key cannot be replaced in place. */
  readonly fills: readonly Fill[];
}

/** Fills all sites and gives the value. */
export function fillSites(sited: Sited, revive: Revive): unknown {
  const errors = placeErrors(sited.errors);
  placeHandles(sited.handles, revive);
  for (const [target, content] of sited.fills) fill(target, content);
  for (const [record, error] of errors) finishError(error, record);
  return sited.root[0];
}

function placeErrors(
  sites: readonly Site<ErrorRecord>[],
): Map<ErrorRecord, Error> {
  const made = new Map<ErrorRecord, Error>();
  for (const [container, key, record] of sites) {
    let error = made.get(record);
    if (error === undefined) made.set(record, error = makeError(record));
    put(container, key, error);
  }
  return made;
}

function placeHandles(sites: readonly Site<Handle>[], revive: Revive): void {
  const made = new Map<Handle, unknown>();
  for (const [container, key, handle] of sites) {
    if (!made.has(handle)) made.set(handle, revive(handle));
    put(container, key, made.get(handle));
  }
}

function fill(target: Fill[0], content: Fill[1]): void {
  if (target instanceof Set) {
    for (const member of content) target.add(member);
    return;
  }
  for (let i = 0; i < content.length; i += 2) {
    target.set(content[i], content[i + 1]);
  }
}
