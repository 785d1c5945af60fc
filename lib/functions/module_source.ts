/**
 * Reads the sources of modules, where that is permitted.
 *
 * @module
 */

/** The source of the module at a `file:` URL; null where it may not be read. */
export function readSource(module: string): string | null {
  const path = new URL(module);
  try {
    // The start of a process must not prompt for a permission.
    const { state } = Deno.permissions.querySync({ name: "read", path });
    return state === "granted" ? Deno.readTextFileSync(path) : null;
  } catch {
    return null; // As good as not allowed.
  }
}
