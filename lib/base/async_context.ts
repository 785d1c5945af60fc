/**
 * Async context, as Node's `AsyncLocalStorage` keeps it: functions of the user
 * that are called later run in the context of the call that passed them. Called
 * from a message of a worker, they would otherwise see the context of the first
 * use of the pool.
 *
 * @module
 */

/** Calls a function in the context of an earlier call. */
export type Within = <A extends readonly unknown[], R>(
  call: (...args: A) => R,
  ...args: A
) => R;

/**
 * The part of `node:async_hooks` that this file uses; see `node_threads.ts` for
 * why it is declared here.
 */
interface AsyncHooks {
  readonly AsyncLocalStorage: { snapshot(): Within };
}

declare const process: {
  getBuiltinModule(name: "node:async_hooks"): AsyncHooks;
};

/**
 * Captures the context of the caller. The module is loaded on first use, as
 * importing it takes a Web Worker 20 ms (2.9.6).
 */
export function contextNow(): Within {
  const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
  return AsyncLocalStorage.snapshot();
}

/** Binds a function to the context of the caller; undefined stays undefined. */
export function boundToContext<A extends readonly unknown[], R>(
  call: ((...args: A) => R) | undefined,
): ((...args: A) => R) | undefined {
  if (typeof call !== "function") return call;
  const within = contextNow();
  return (...args) => within(call, ...args);
}
