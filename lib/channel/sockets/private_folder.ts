/**
 * A temporary folder that only this user may enter, removed at the end of the
 * program.
 *
 * @module
 */

// Invariant: the folders of this isolate that exist. The listener for the end of
// the program is registered exactly while there are any.
const folders = new Set<string>();

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function removeAll(): void {
  for (const path of folders) remove(path);
}

/** A new folder with a name that cannot be guessed. */
export class PrivateFolder {
  /** The path of the folder. */
  readonly path: string;

  /** Makes it; `makeTempDir` lets only this user in (2.9.6: mode 0700). */
  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "multiprocessing-" });
    if (folders.size === 0) addEventListener("unload", removeAll);
    folders.add(this.path);
  }

  /** Removes it with its content; a second call does nothing. */
  remove(): void {
    if (!folders.delete(this.path)) return;
    if (folders.size === 0) removeEventListener("unload", removeAll);
    remove(this.path);
  }
}
