/**
 * The common part of Value and SharedArray: data with a lock, like Python's
 * `SynchronizedBase`.
 *
 * @module
 */

import { checkAvailable } from "../memory/allocation/construction_sites.ts";
import { expectOptions } from "../base/options.ts";
import { LockError } from "../base/errors.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import { type AnyLock, isLock } from "../sync/any_lock.ts";
import {
  type DataBacking,
  type DataPlace,
  type DataRequest,
  findBacking,
  givenBacking,
} from "./data_backing.ts";
import { showValue } from "../base/shown_value.ts";

/** The options of data with a lock. */
interface WithLock {
  readonly lock?: boolean | AnyLock | undefined;
}

const MADE = { value: "make a value", array: "make an array" } as const;

/**
 * The argument for the constructor of the data without a lock: `first`,
 * together with the memory of the data with a lock.
 */
export function synchronized<A>(
  request: DataRequest,
  options: WithLock,
  first: A,
): A {
  const placement = placementOf<DataPlace, WithLock>(options);
  const where = placement?.where ?? null;
  const given = placement === null ? options : placement.argument;
  expectOptions(given, MADE[request.kind], "{ lock: false }");
  const lock = checkLock(given.lock ?? true);
  const backing = givenBacking(where) ?? findBacking(request, lock, where);
  return placed<DataPlace, A>({ backing }, first);
}

/** The lock of shared data; throws if it has none. */
export function lockBeside(
  { lock, claim }: DataBacking,
  kind: DataRequest["kind"],
): AnyLock {
  checkAvailable(claim);
  const own = lock.get();
  if (own !== null) return own;
  throw new LockError(
    `Cannot get the lock of this ${kind} as it was made without one: leave out "lock: false"`,
  );
}

function checkLock(lock: unknown): boolean | AnyLock {
  if (typeof lock === "boolean" || isLock(lock)) return lock;
  throw new TypeError(
    `Cannot make shared data with that lock as "lock" must be true, false, an RLock or a Lock: current value is ${
      showValue(lock)
    }`,
  );
}
