/**
 * Rebuilds objects from handles of every kind.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { reviveConnection } from "../channel/pipe/pipe.ts";
import { reviveQueue } from "../channel/queue/queue.ts";
import { reviveArray } from "../shared/array.ts";
import { reviveShareableList } from "../shared/shareable_list.ts";
import { reviveSharedMemory } from "../shared/shared_memory.ts";
import { reviveValue } from "../shared/value.ts";
import { reviveBarrier } from "../sync/barrier.ts";
import { reviveSemaphore } from "../sync/bounded_semaphore.ts";
import { reviveCondition } from "../sync/condition.ts";
import { reviveEvent } from "../sync/event.ts";
import { reviveLock } from "../sync/lock.ts";
import { reviveRLock } from "../sync/rlock.ts";
import { reviveRwLock } from "../sync/rwlock.ts";
import { copyActions } from "./action_copies.ts";
import { type Handle, setReviver } from "../wire/serialization/handle.ts";

/**
 * The object of a handle that came from the parent. It may make this process run
 * code that the handle names: a parent has all permissions of its child.
 */
export function rehydrateSent(handle: Handle): unknown {
  return handle.kind === "barrier" ? reviveBarrier(handle) : rehydrate(handle);
}

/**
 * The object of a handle from any other process, which may have fewer permissions.
 */
export function rehydrate(handle: Handle): unknown {
  switch (handle.kind) {
    case "array":
      return reviveArray(handle);
    case "sharedmemory":
      return reviveSharedMemory(handle);
    case "shareablelist":
      return reviveShareableList(handle);
    case "value":
      return reviveValue(handle);
    case "rlock":
      return reviveRLock(handle);
    case "lock":
      return reviveLock(handle);
    case "semaphore":
      return reviveSemaphore(handle);
    case "condition":
      return reviveCondition(handle);
    case "event":
      return reviveEvent(handle);
    case "barrier":
      return reviveBarrier({ ...handle, action: null });
    case "rwlock":
      return reviveRwLock(handle);
    case "queue":
    case "relay":
      return reviveQueue(handle);
    case "connection":
      return reviveConnection(handle);
    default:
      return unreachable(handle);
  }
}

// Objects in queues and pipes are revived on lower floors, which do not know all
// kinds. This only assigns a variable, so the import has no visible effect.
setReviver(rehydrate);
copyActions(rehydrateSent);
