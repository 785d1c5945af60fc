/**
 * Rebuilds objects from handles of every kind.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { rehydrateConnection } from "../channel/pipe/pipe.ts";
import { rehydrateQueue } from "../channel/queue/queue.ts";
import { rehydrateArray } from "../shared/array.ts";
import { rehydrateShareableList } from "../shared/shareable_list.ts";
import { rehydrateSharedMemory } from "../shared/shared_memory.ts";
import { rehydrateValue } from "../shared/value.ts";
import { rehydrateBarrier } from "../sync/barrier.ts";
import { rehydrateSemaphore } from "../sync/bounded_semaphore.ts";
import { rehydrateCondition } from "../sync/condition.ts";
import { rehydrateEvent } from "../sync/event.ts";
import { rehydrateLock } from "../sync/lock.ts";
import { rehydrateRLock } from "../sync/rlock.ts";
import { rehydrateRwLock } from "../sync/rwlock.ts";
import { copyActions } from "./action_copies.ts";
import { type Handle, setRehydrator } from "../wire/serialization/handle.ts";

/**
 * The object of a handle that came from the parent. It may make this process run
 * code that the handle names: a parent has all permissions of its child.
 */
export function rehydrateSent(handle: Handle): unknown {
  return handle.kind === "barrier"
    ? rehydrateBarrier(handle)
    : rehydrate(handle);
}

/**
 * The object of a handle from any other process, which may have fewer permissions.
 */
export function rehydrate(handle: Handle): unknown {
  switch (handle.kind) {
    case "array":
      return rehydrateArray(handle);
    case "sharedmemory":
      return rehydrateSharedMemory(handle);
    case "shareablelist":
      return rehydrateShareableList(handle);
    case "value":
      return rehydrateValue(handle);
    case "rlock":
      return rehydrateRLock(handle);
    case "lock":
      return rehydrateLock(handle);
    case "semaphore":
      return rehydrateSemaphore(handle);
    case "condition":
      return rehydrateCondition(handle);
    case "event":
      return rehydrateEvent(handle);
    case "barrier":
      return rehydrateBarrier({ ...handle, action: null });
    case "rwlock":
      return rehydrateRwLock(handle);
    case "queue":
    case "relay":
      return rehydrateQueue(handle);
    case "connection":
      return rehydrateConnection(handle);
    default:
      return unreachable(handle);
  }
}

// Objects in queues and pipes are rehydrated on lower floors, which do not know all
// kinds. This only assigns a variable, so the import has no visible effect.
setRehydrator(rehydrate);
copyActions(rehydrateSent);
