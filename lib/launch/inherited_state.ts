/**
 * The folder and the environment, which a process inherits besides its command. A
 * spare has those of the moment when it was booted.
 *
 * @module
 */

import { environment, whyNotMapped } from "../memory/system/libc.ts";

/** Both as a text; null if they are unknown, and so might have changed. */
export function inheritedState(): string | null {
  const env = environmentText();
  return env === null ? null : JSON.stringify([folder(), env]);
}

/**
 * The current folder. A program that may not read it may not leave it either, and
 * cannot come back to it: Deno asks for the same permission (2.9.6).
 */
function folder(): string | null {
  try {
    return Deno.cwd();
  } catch {
    return null;
  }
}

function environmentText(): string | null {
  const { state, partial } = Deno.permissions.querySync({ name: "env" });
  if (state === "granted" && !partial) {
    // Their order differs each time (2.9.6).
    return JSON.stringify(Object.entries(Deno.env.toObject()).sort());
  }
  return whyNotMapped() === null ? environment().join("\0") : null;
}
