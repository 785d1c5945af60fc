/**
 * Where functions are at home that were made from their texts in this process.
 *
 * @module
 */

/** What takes the place of `import` in a text. */
export interface StandIn {
  readonly form: "call" | "meta";
  readonly module: string | null;
}

const origins = new WeakMap<object, string | null>();
const standIns = new WeakMap<object, StandIn>();

/** Notes the module that a function comes from. */
export function setOrigin(made: object, module: string | null): void {
  origins.set(made, module);
}

/** The module that a function comes from; undefined if it was not made from its text. */
export function originOf(made: object): string | null | undefined {
  return origins.get(made);
}

/** Notes what stands for `import` in some text, and gives it. */
export function markStandIn<T extends object>(made: T, standIn: StandIn): T {
  standIns.set(made, standIn);
  return made;
}

/** What such a thing stands for; null for anything else. */
export function standInOf(thing: object): StandIn | null {
  return standIns.get(thing) ?? null;
}
