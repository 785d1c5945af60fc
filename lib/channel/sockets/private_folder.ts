/**
 * A folder that only this user may enter, for as long as it is needed.
 *
 * @module
 */

// Invariant: the folders of this isolate that are still there. The listener for
// the program's end is there exactly while there are some.
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

/** A new folder with a name that nobody can guess. */
export class PrivateFolder {
  /** Where it is. */
  readonly path: string;

  /** Makes it; `makeTempDir` gives it to this user alone (2.9.6: mode 0700). */
  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "multiprocessing-" });
    if (folders.size === 0) addEventListener("unload", removeAll);
    folders.add(this.path);
  }

  /** Removes it with all that is in it; a second time does nothing. */
  remove(): void {
    if (!folders.delete(this.path)) return;
    if (folders.size === 0) removeEventListener("unload", removeAll);
    remove(this.path);
  }
}
