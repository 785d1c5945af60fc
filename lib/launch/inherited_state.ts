/**
 * What a process inherits besides its command: the folder, the environment, and what
 * it may do as its user. A spare has that of the moment when it was booted.
 *
 * @module
 */

import { environment, syscall, whyNotMapped } from "../memory/system/libc.ts";
import { readProc } from "../memory/system/proc.ts";
import { may } from "./permissions.ts";

declare const process: Readonly<
  Record<
    "getuid" | "geteuid" | "getgid" | "getegid",
    (() => number) | undefined
  >
>;

/** No path and no variable has it. */
const BETWEEN = "\0";

/** All of it as a text; null if a part is unknown, and so might have changed. */
export function inheritedState(): string | null {
  const env = environmentText();
  const rights = env === null ? null : rightsText();
  return rights === null ? null : [folder(), rights, env].join(BETWEEN);
}

/** Permissions to change what a user may do. */
const CHANGES = [
  "setuid",
  "seteuid",
  "setgid",
  "setegid",
  "setPriority",
  "umask",
];

/** The user, the groups and the mask of new files, as Linux tells them. */
const RIGHTS = /^(?:Umask|Uid|Gid|Groups):.*$/gm;

const PRIO_PROCESS = 0;

/**
 * The user and the groups, the mask of new files and the priority. What can be told
 * only by a call that sets it is not asked for: while `Deno.umask()` reads the mask
 * there is none, also for files that other threads make (2.9.6). So a spare keeps its
 * mask elsewhere than on Linux.
 */
function rightsText(): string | null {
  if (whyNotMapped() === null) {
    const status = readProc("/proc/self/status");
    if (typeof status === "number") return null;
    const priority = syscall("getpriority", PRIO_PROCESS);
    return `${status.match(RIGHTS)},${priority}`;
  }
  if (!CHANGES.some((kind) => may("sys", kind))) return "unchanged";
  if (Deno.build.os === "linux") return null;
  try {
    const { getuid, geteuid, getgid, getegid } = process;
    return `${[getuid, geteuid, getgid, getegid].map((get) => get?.())}`;
  } catch {
    return null; // No permission to ask.
  }
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
    const variables = Deno.env.toObject();
    // Their order differs each time (2.9.6).
    const names = Object.keys(variables).sort();
    return names.map((name) => `${name}=${variables[name]}`).join(BETWEEN);
  }
  return whyNotMapped() === null ? environment().join(BETWEEN) : null;
}
