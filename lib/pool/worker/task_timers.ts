/**
 * Finds the task whose timer threw. Deno forgets the context of a timer before it
 * reports an error of its callback, and keeps the context everywhere else (2.9.6).
 * The functions of `node:timers` are the same ones, but cannot be replaced: the
 * task of an error that is thrown there stays unknown.
 *
 * @module
 */

import type { TaskContexts } from "./task_contexts.ts";

const NAMES = ["setTimeout", "setInterval", "setImmediate"] as const;

type Callback = (...args: never[]) => unknown;
type SetTimer = (callback: unknown, ...rest: unknown[]) => unknown;

/**
 * Has the contexts note what callbacks of timers throw. Each function is replaced
 * when it is first read, because Deno makes it then.
 */
export function watchTimers(contexts: TaskContexts): void {
  for (const name of NAMES) {
    const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ??
      {};
    if (get === undefined) replace(name, watched(value, contexts));
    else {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        enumerable: true,
        get() {
          const own = watched(get.call(globalThis), contexts);
          replace(name, own);
          return own;
        },
        set: (other) => replace(name, other),
      });
    }
  }
}

function replace(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value,
  });
}

function watched(set: SetTimer, contexts: TaskContexts): SetTimer {
  function own(callback: unknown, ...rest: unknown[]): unknown {
    const blame = contexts.current();
    if (typeof callback !== "function" || blame === null) {
      return set(callback, ...rest);
    }
    return set(function (this: unknown, ...args: never[]): unknown {
      try {
        return (callback as Callback).apply(this, args);
      } catch (error) {
        contexts.threw(blame, error);
        throw error;
      }
    }, ...rest);
  }
  const { prototype: _, ...descriptors } = Object.getOwnPropertyDescriptors(
    set,
  );
  return Object.defineProperties(own, descriptors);
}
