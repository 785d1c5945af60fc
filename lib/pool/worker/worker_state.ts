/**
 * What a worker keeps between its tasks, and what goes with their results; tasks
 * see that through `task.ts`.
 *
 * @module
 */

type State = { readonly value: unknown } | null;

// Invariant: null in every process that is no worker, or whose initializer has not
// returned.
let state: State = null;

/** Keeps what the initializer returned. */
export function keepState(value: unknown): void {
  state = { value };
}

/** What is kept; null in a process that has kept nothing. */
export function kept(): State {
  return state;
}

const given = new WeakMap<object, readonly Transferable[]>();

/** What goes with a result instead of being copied. */
export function givenAway(value: unknown): readonly Transferable[] {
  return typeof value === "object" && value !== null
    ? given.get(value) ?? []
    : [];
}

/** Has things go with a result. */
export function transferWith(
  value: object,
  transfer: readonly Transferable[],
): void {
  given.set(value, transfer);
}
