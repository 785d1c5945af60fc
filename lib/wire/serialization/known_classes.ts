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

// Invariant: each prototype that has a name has it for ever. A name stands for several
// where several captured functions have brought the class; `prototypes` has the one that
// was brought or used last.
const names = new WeakMap<object, string>();
const prototypes = new Map<string, WeakRef<object>>();
const gone = new FinalizationRegistry<string>((name) => {
  if (prototypes.get(name)?.deref() === undefined) prototypes.delete(name);
});

/** The classes that functions have brought, by the functions. */
const brought = new WeakMap<object, readonly NamedPrototype[]>();

/** The prototype of a class, and the name of the class. */
export type NamedPrototype = readonly [name: string, prototype: object];

/** Returns the name of a class; gives it one if need be. */
export function nameClass(prototype: object): string {
  const name = names.get(prototype) ?? crypto.randomUUID();
  knowClass(name, prototype);
  return name;
}

/** Registers a class under its name. */
export function knowClass(name: string, prototype: object): void {
  const known = prototypes.get(name)?.deref();
  if (known === prototype) return;
  names.set(prototype, name);
  prototypes.set(name, new WeakRef(prototype));
  gone.register(prototype, name);
  if (known === undefined) return;
  joinInstances(known);
  joinInstances(prototype);
}

/** Notes the classes that a function has brought. */
export function noteBrought(
  target: object,
  classes: readonly NamedPrototype[],
): void {
  if (classes.length > 0) brought.set(target, classes);
}

/** The classes that a function has brought. */
export function broughtBy(target: object): readonly NamedPrototype[] {
  return brought.get(target) ?? [];
}

/** Has the instances that come next be of the classes that a function has brought. */
export function useClassesOf(target: object): void {
  for (const [name, prototype] of broughtBy(target)) {
    prototypes.set(name, new WeakRef(prototype));
  }
}

const isInstance = Function.prototype[Symbol.hasInstance];

/**
 * `instanceof` for a class of which this process has several: an instance of one is an
 * instance of all.
 */
export function isOfNamedClass(
  this: { readonly prototype: object },
  value: unknown,
): boolean {
  if (isInstance.call(this as never, value)) return true;
  const name = names.get(this.prototype);
  if (name === undefined || typeof value !== "object") return false;
  for (let each = value; each !== null; each = Object.getPrototypeOf(each)) {
    if (names.get(each) === name) return true;
  }
  return false;
}

function joinInstances({ constructor }: object): void {
  if (constructor[Symbol.hasInstance] !== isInstance) return;
  Object.defineProperty(constructor, Symbol.hasInstance, {
    value: isOfNamedClass,
    configurable: true,
  });
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
