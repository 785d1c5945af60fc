/**
 * Whether a program is written while it runs, line by line in the REPL or cell by cell
 * in a notebook, and how a notebook is told something.
 *
 * @module
 */

/** Whether code comes line by line, or cell by cell. */
export function isInteractive(): boolean {
  return /^repl\./.test(sessionName()) || isNotebook();
}

/** What Deno calls the module that lines and cells belong to; empty in a program. */
function sessionName(): string {
  try {
    return /\/\$deno\$(\w*repl\.\w+)$/.exec(Deno.mainModule)?.[1] ?? "";
  } catch {
    return ""; // A worker may not ask for it, and is none.
  }
}

// Invariant: undefined until it was asked.
let isKernel: boolean | undefined;

/** Whether this is the kernel of a notebook, and no child of one. */
export function isNotebook(): boolean {
  return isKernel ??= sessionName() !== "" && hasJupyter();
}

/** Elsewhere, to read `Deno.jupyter` throws (2.9.6). */
function hasJupyter(): boolean {
  try {
    return (Deno as { jupyter?: unknown }).jupyter !== undefined;
  } catch {
    return false;
  }
}

/** The part of a kernel's interface that is used here. */
interface Kernel {
  readonly jupyter: {
    /** Gives a promise in some versions of Deno, and nothing in 2.9.6. */
    broadcast(type: string, content: object): void | Promise<void>;
  };
}

/** Tells the readers of a notebook something, if it can. */
export function broadcast(
  type: "stream" | "display_data" | "update_display_data",
  content: object,
): void {
  const { jupyter } = Deno as unknown as Kernel;
  Promise.try(() => jupyter.broadcast(type, content)).catch(() => {});
}
