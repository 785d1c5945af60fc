/**
 * Placeholders: a value as plain data, and a list of the places in it where a
 * handle or an error belongs. The cost of filling them depends on their number
 * only, not on the size of the value.
 *
 * This works because both ways of sending keep identity: the container in the
 * list and the container in the value arrive as one object.
 *
 * @module
 */

import { type ErrorRecord, finishError, makeError } from "./error_record.ts";
import { prototypeNamed } from "./known_classes.ts";
import { put } from "./object_fields.ts";
import type { Handle, Rehydrate } from "./handle.ts";

/** A part that belongs in `container` at `key`. */
export type Placeholder<T> = readonly [container: object, key: string, part: T];

/**
 * A map or set that is sent empty, and its content: keys and values in turn.
 */
export type Fill = readonly [
  target: Map<unknown, unknown> | Set<unknown>,
  content: readonly unknown[],
];

/** An instance, and the name of its class. */
export type Instance = readonly [instance: object, className: string];

/** A value and its placeholders; plain data throughout. */
export interface WithPlaceholders {
  /**
   * An array of one element, the value, so that the value itself can be a
   * placeholder.
   */
  readonly root: readonly unknown[];
  /** The places of this package's own objects. */
  readonly handles: readonly Placeholder<Handle>[];
  /** The places of errors. */
  readonly errors: readonly Placeholder<ErrorRecord>[];
  /** Maps and sets to fill, as a key cannot be replaced in place. */
  readonly fills: readonly Fill[];
  /** Instances of classes that the other side may have, if there are some. */
  readonly instances?: readonly Instance[];
}

/** Fills all placeholders, and returns the value. */
export function fillPlaceholders(
  placeholders: WithPlaceholders,
  rehydrate: Rehydrate,
): unknown {
  const errors = placeErrors(placeholders.errors);
  placeHandles(placeholders.handles, rehydrate);
  for (const [target, content] of placeholders.fills) fill(target, content);
  for (const [record, error] of errors) finishError(error, record);
  for (const [instance, className] of placeholders.instances ?? []) {
    const prototype = prototypeNamed(className);
    if (prototype !== undefined) Object.setPrototypeOf(instance, prototype);
  }
  return placeholders.root[0];
}

function placeErrors(
  entries: readonly Placeholder<ErrorRecord>[],
): Map<ErrorRecord, Error> {
  const made = new Map<ErrorRecord, Error>();
  for (const [container, key, record] of entries) {
    let error = made.get(record);
    if (error === undefined) made.set(record, error = makeError(record));
    put(container, key, error);
  }
  return made;
}

function placeHandles(
  entries: readonly Placeholder<Handle>[],
  rehydrate: Rehydrate,
): void {
  const made = new Map<Handle, unknown>();
  for (const [container, key, handle] of entries) {
    if (!made.has(handle)) made.set(handle, rehydrate(handle));
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
