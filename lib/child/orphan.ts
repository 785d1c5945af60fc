/**
 * No orphans: a process whose parent was killed ends too, even while it computes.
 *
 * @module
 */

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;

/**
 * An argument that prctl does not read. Deno compiles code for every symbol that
 * it could call fast, which takes 1 to 9 ms, but not for one with a struct (2.9.6).
 */
const NOTHING = new Uint8Array(4);

/**
 * Asks Linux to kill this process when its parent ends. Elsewhere, or without
 * --allow-ffi, the end of stdin has to do, and a process sees that at its next
 * await.
 */
export function dieWithParent(): void {
  if (Deno.build.os !== "linux") return;
  const parent = Deno.ppid;
  try {
    const libc = Deno.dlopen("libc.so.6", {
      prctl: {
        parameters: ["i32", "usize", { struct: ["i32"] }],
        result: "i32",
      },
    });
    libc.symbols.prctl(PR_SET_PDEATHSIG, SIGKILL, NOTHING);
    libc.close();
  } catch {
    return; // Not allowed, which nobody is asked for, or another C library: the end of stdin has to do.
  }
  // The parent may have ended before it could be watched.
  if (Deno.ppid !== parent) Deno.exit(1);
}
