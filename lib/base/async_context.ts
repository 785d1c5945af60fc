/**
 * The context in which a call was made, as `AsyncLocalStorage` of Node keeps it, for
 * functions of the user that are called later: from the message of a worker they
 * would see that of whoever used the pool first.
 *
 * @module
 */

/** Calls a function in the context of an earlier call. */
export type Within = <A extends readonly unknown[], R>(
  call: (...args: A) => R,
  ...args: A
) => R;

/** What is used of `node:async_hooks`; see `node_threads.ts` for why it is here. */
interface AsyncHooks {
  readonly AsyncLocalStorage: { snapshot(): Within };
}

declare const process: {
  getBuiltinModule(name: "node:async_hooks"): AsyncHooks;
};

/**
 * The context of the caller. The module is loaded when first needed, as importing it
 * takes a Web Worker 20 ms (2.9.6).
 */
export function contextNow(): Within {
  const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
  return AsyncLocalStorage.snapshot();
}

/** The function, bound to the context of the caller; undefined where there is none. */
export function boundToContext<A extends readonly unknown[], R>(
  call: ((...args: A) => R) | undefined,
): ((...args: A) => R) | undefined {
  if (typeof call !== "function") return call;
  const within = contextNow();
  return (...args) => within(call, ...args);
}
