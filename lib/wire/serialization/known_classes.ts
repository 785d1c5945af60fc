/**
 * Classes that this process and others have both, under one name: those of functions
 * that travel with what they use. Their instances keep their methods when they are
 * sent. Of any other class nobody knows what it is there, and its instances arrive as
 * their data.
 *
 * A name is drawn at random where a class is first sent, and goes along with it. So a
 * process knows the names that it was given, and no others.
 *
 * @module
 */

// Invariant: each name stands in both, until the prototype is gone.
const names = new WeakMap<object, string>();
const prototypes = new Map<string, WeakRef<object>>();
const gone = new FinalizationRegistry<string>((name) => {
  prototypes.delete(name);
});

/** The name of a class from now on. */
export function nameClass(prototype: object): string {
  const name = names.get(prototype) ?? crypto.randomUUID();
  knowClass(name, prototype);
  return name;
}

/** The class of this name is this one here. */
export function knowClass(name: string, prototype: object): void {
  if (prototypes.get(name)?.deref() !== undefined) return;
  names.set(prototype, name);
  prototypes.set(name, new WeakRef(prototype));
  gone.register(prototype, name);
}

/** The name of the class that an object is an instance of; undefined for any other. */
export function classNameOf(instance: object): string | undefined {
  if (prototypes.size === 0) return undefined;
  const prototype = Object.getPrototypeOf(instance);
  return prototype === null ? undefined : names.get(prototype);
}

/** The class of that name; undefined where it is not known. */
export function prototypeNamed(name: string): object | undefined {
  return prototypes.get(name)?.deref();
}
