/**
 * The command line of a spawned process: a call of `deno`, alone or behind another
 * command.
 *
 * @module
 */

import type { OutputOption } from "./child_output.ts";
import { openEntryUrl, spawnedEntryUrl } from "./entry.ts";
import { executableOf, isOwnDeno } from "./interpreter.ts";
import type { LaunchRequest } from "./launcher.ts";
import { permissionFlags } from "./permissions.ts";
import { programSettings } from "./settings.ts";
import { shellCall } from "./shell.ts";

/** The words before a call of `deno`. */
export interface Prefix {
  /** The words; none if the process is started directly. */
  readonly words: readonly string[];
  /** Whether a shell splits the words that follow, as that of `ssh` does. */
  readonly isForShell: boolean;
}

/** A command that starts the child, and its environment variables. */
export interface SpawnCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What becomes of its stdout. */
  readonly stdout: OutputOption;
  /** Whether the process is a direct child of this one. */
  readonly isDirect: boolean;
}

/**
 * The command that starts the child of a request. With `isOpen` it is the same for
 * all requests with the same settings, whatever their modules are.
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
  const stdout = typeof request.stdout === "string" ? request.stdout : "piped";
  return isForShell
    ? { words: [...words, shellCall(call, env)], env: {}, stdout, isDirect }
    : { words: [...words, ...call], env, stdout, isDirect };
}

/** The permission flags of a request; throws if they exceed those of this process. */
export function grantsOf({ permissions, modules }: LaunchRequest): string[] {
  return permissionFlags(permissions, [import.meta.url, ...modules]);
}

/** Whether flags grant a process to read any file. */
export function mayReadAll(flags: readonly string[]): boolean {
  return flags.includes("--allow-read");
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
  const mayRead = mayReadAll(flags);
  // A process that may not read files must know its modules by name.
  const entry = isOpen && mayRead
    ? openEntryUrl(isDirect)
    : spawnedEntryUrl(request.modules, mayRead, isDirect);
  return [
    executable,
    "run",
    // Downloads of the child are no news for the user of this program.
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
 * The main module of the child. Deno looks for the configuration of a program from
 * the folder of its main module, so the child gets a main module in the same
 * folder, with the same path in `process.argv`. It never runs: the entry is loaded
 * before it and does not end (2.9.6). A program from elsewhere has its
 * configuration where it was loaded from.
 */
function mainFlags(entry: string, mainModule: string | null): string[] {
  return mainModule?.startsWith("file:")
    ? ["--preload", entry, `${mainModule}?multiprocessing`]
    : [entry];
}
