/**
 * Kinds of objects that look like any other object.
 *
 * Node's module is loaded when something first asks, not when this package is: that
 * takes 0.3 ms of the start of a process (2.9.6).
 *
 * @module
 */

/** The part of Node's module that this package uses: see `NodeThreads`. */
interface NodeTypes {
  isArgumentsObject(value: unknown): boolean;
  isProxy(value: unknown): boolean;
}

declare const process: {
  getBuiltinModule(name: "node:util/types"): NodeTypes;
};

let types: NodeTypes | undefined;

function nodeTypes(): NodeTypes {
  return types ??= process.getBuiltinModule("node:util/types");
}

/** Whether a value is a `Proxy`. */
export function isProxy(value: unknown): boolean {
  return nodeTypes().isProxy(value);
}

/** Whether a value is the `arguments` of a function. */
export function isArgumentsObject(value: unknown): boolean {
  return nodeTypes().isArgumentsObject(value);
}
