/**
 * Classes that this process and others share under one name: the classes of
 * captured functions. Their instances keep their methods when they are sent.
 * Any other class is unknown to the receiver, and its instances arrive as plain
 * objects.
 *
 * A class gets a random name when it is first sent, and the name is sent with
 * it. So a process knows only the names that it was given.
 *
 * @module
 */

// Invariant: each name is in both, until the prototype is collected.
const names = new WeakMap<object, string>();
const prototypes = new Map<string, WeakRef<object>>();
const gone = new FinalizationRegistry<string>((name) => {
  prototypes.delete(name);
});

/** Returns the name of a class; gives it one if need be. */
export function nameClass(prototype: object): string {
  const name = names.get(prototype) ?? crypto.randomUUID();
  knowClass(name, prototype);
  return name;
}

/** Registers a class under its name. */
export function knowClass(name: string, prototype: object): void {
  if (prototypes.get(name)?.deref() !== undefined) return;
  names.set(prototype, name);
  prototypes.set(name, new WeakRef(prototype));
  gone.register(prototype, name);
}

/** Whether there is any class with a name. */
export function hasNamedClasses(): boolean {
  return prototypes.size > 0;
}

/** The name of the class of an object; undefined if it has none. */
export function classNameOf(instance: object): string | undefined {
  if (!hasNamedClasses()) return undefined;
  const prototype = Object.getPrototypeOf(instance);
  return prototype === null ? undefined : names.get(prototype);
}

/** The prototype of the class of that name; undefined if it is unknown. */
export function prototypeNamed(name: string): object | undefined {
  return prototypes.get(name)?.deref();
}
