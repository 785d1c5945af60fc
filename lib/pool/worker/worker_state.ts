/**
 * The state that a worker keeps between its tasks, and the buffers that move with a
 * result. Tasks use both through `task.ts`.
 *
 * @module
 */

type KeptState = { readonly value: unknown } | null;

// Invariant: null in every process that is no worker, and until the initializer has
// returned.
let state: KeptState = null;

/** Keeps what the initializer returned. */
export function keepState(value: unknown): void {
  state = { value };
}

/** The value of the initializer; null in a process that has kept none. */
export function kept(): KeptState {
  return state;
}

const given = new WeakMap<object, readonly Transferable[]>();

/** The buffers that move with a result instead of being copied. */
export function givenAway(value: unknown): readonly Transferable[] {
  return typeof value === "object" && value !== null
    ? given.get(value) ?? []
    : [];
}

/** Marks buffers to move with a result. */
export function transferWith(
  value: object,
  transfer: readonly Transferable[],
): void {
  given.set(value, transfer);
}
