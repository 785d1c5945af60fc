/**
 * The command that a spawned process is: a call of `deno`, alone or behind another
 * command.
 *
 * @module
 */

import { openEntryUrl, spawnedEntryUrl } from "./entry.ts";
import { executableOf, isOwnDeno } from "./interpreter.ts";
import type { LaunchRequest } from "./launcher.ts";
import { permissionFlags } from "./permissions.ts";
import { programSettings } from "./settings.ts";
import { shellCall } from "./shell.ts";

/** What stands before a call of `deno`. */
export interface Prefix {
  /** The words; none where the process is our own child. */
  readonly words: readonly string[];
  /** Whether a shell takes what follows apart, as that of `ssh` does. */
  readonly isForShell: boolean;
}

/** The words of a command that runs the child, and what it is to have of `env`. */
export interface SpawnCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether the process is this one's child, with nothing between the two. */
  readonly isDirect: boolean;
}

/**
 * The command that starts the child of a request. One that `isOpen` does the same for
 * every request with the same settings, whatever its modules are.
 */
export function commandOf(
  { words, isForShell }: Prefix,
  request: LaunchRequest,
  flags: readonly string[] = grantsOf(request),
  isOpen = false,
): SpawnCommand {
  const executable = executableOf(request.interpreter);
  const isDirect = words.length === 0 && isOwnDeno(executable);
  const call = denoCall(executable, request, flags, { isDirect, isOpen });
  const env = request.env ?? {};
  return isForShell
    ? { words: [...words, shellCall(call, env)], env: {}, isDirect }
    : { words: [...words, ...call], env, isDirect };
}

/** The flags of what a request may do; throws where that is more than this process. */
export function grantsOf({ permissions, modules }: LaunchRequest): string[] {
  return permissionFlags(permissions, [import.meta.url, ...modules]);
}

function denoCall(
  executable: string,
  request: LaunchRequest,
  flags: readonly string[],
  { isDirect, isOpen }: {
    readonly isDirect: boolean;
    readonly isOpen: boolean;
  },
): string[] {
  const { maxHeapMiB, mainModule, interpreter } = request;
  const mayRead = flags.includes("--allow-read");
  // One that may not read is to be told its modules by name.
  const entry = isOpen && mayRead
    ? openEntryUrl(isDirect)
    : spawnedEntryUrl(request.modules, mayRead, isDirect);
  return [
    executable,
    "run",
    // What it downloads is no news to the user of this program.
    "--quiet",
    ...flags,
    ...programSettings(mainModule),
    ...interpreter?.flags ?? [],
    ...(maxHeapMiB === null
      ? []
      : [`--v8-flags=--max-old-space-size=${maxHeapMiB}`]),
    ...mainFlags(entry, mainModule),
    ...Deno.args,
  ];
}

/**
 * What is run. Deno looks for the configuration of a program from the folder of its
 * main module, so the child is given one in the same folder, with the same path in
 * `process.argv`. It never runs: the entry is loaded before it and does not end
 * (2.9.6). A program from elsewhere has its configuration where it stands.
 */
function mainFlags(entry: string, mainModule: string | null): string[] {
  return mainModule?.startsWith("file:")
    ? ["--preload", entry, `${mainModule}?multiprocessing`]
    : [entry];
}
