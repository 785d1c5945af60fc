/**
 * The settings with which a program was started, as flags of a new `deno`: its import
 * map, its lock file, its unstable features, but no permissions. A thread shares
 * them, and a new `deno` needs them, too: without them it might load another version
 * of a dependency, unnoticed.
 *
 * Files that Deno finds by itself, `deno.json`, `package.json` and a lock file, are
 * found for the child, too, whose main module is in the folder of the program's
 * own. Flags of the command are read from the command line of this process, because
 * Deno does not report them (2.9.6).
 *
 * @module
 */

import { dataUrl } from "../base/data_url.ts";
import {
  AT_FDCWD,
  O_CLOEXEC,
  Scratch,
  syscall,
  whyNotMapped,
} from "../memory/system/libc.ts";
import { hasAll, may } from "./permissions.ts";

/** Flags with a value, as the next word or after "=". */
const WITH_VALUE: readonly string[] = [
  "--cert",
  "--conditions",
  "--config",
  "--import-map",
  "--location",
  "--min-dep-age",
  "--minimum-dependency-age",
  "--node-modules-linker",
  "--seed",
];

/** Flags that may have a value; only that of `--lock` may be the next word. */
const WITHOUT_VALUE: readonly string[] = [
  "--cached-only",
  "--frozen",
  "--frozen-lockfile",
  "--lock",
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  "--node-modules-dir",
  "--unsafely-ignore-certificate-errors",
  "--use-env-proxy",
  "--v8-flags",
  "--vendor",
];

/** Flags whose value is a path or a URL. */
const WITH_PATH: readonly string[] = [
  "--cert",
  "--config",
  "--import-map",
  "--lock",
];

/** Whether the next word is the value of this one. */
export function hasValueNext(word: string | undefined): boolean {
  return word === "--lock" || word === "-c" ||
    WITH_VALUE.some((name) => name === word);
}

/** The command with which a program was started. */
export interface Command {
  /** All words; the first one is the executable. */
  readonly words: readonly string[];
  /** The last words, which are the arguments of the program. */
  readonly args: readonly string[];
  /** The main module. */
  readonly main: string | null;
}

/**
 * The flags of a command that a child of the program needs, too, without those of
 * permissions.
 */
export function settingsOf({ words, args, main }: Command): string[] {
  const own = ownWords(words, args);
  const folder = startFolder(words, args, main);
  const settings: string[] = [];
  for (let at = 0; at < own.length; at++) {
    const [name, value] = flagOf(own, at);
    const isSetting = WITH_VALUE.includes(name) ||
      WITHOUT_VALUE.includes(name) || /^--unstable(-|$)/.test(name);
    if (!isSetting) continue;
    settings.push(
      value === null ? name : `${name}=${absolute(name, value, folder)}`,
    );
  }
  return settings;
}

/** The words between the executable and the arguments. */
function ownWords(
  words: readonly string[],
  args: readonly string[],
): readonly string[] {
  const rest = words.slice(1);
  const border = rest.length - args.length;
  const isKnown = border >= 0 &&
    args.every((arg, i) => arg === rest[border + i]);
  return isKnown ? rest.slice(0, border) : rest;
}

/** The flag at an index with its value, if it has one. */
function flagOf(
  words: readonly string[],
  at: number,
): [name: string, value: string | null] {
  const word = words[at]!;
  const short = /^-[A-Za-z]*c(?:=?(.+))?$/.exec(word);
  const equals = word.indexOf("=");
  if (short === null && equals >= 0) {
    return [word.slice(0, equals), word.slice(equals + 1)];
  }
  const name = short === null ? word : "--config";
  if (short?.[1] !== undefined) return [name, short[1]];
  const next = words[at + 1];
  const isNext = WITH_VALUE.includes(name) ||
    // The word before the arguments is the main module.
    name === "--lock" && at + 2 < words.length && !next?.startsWith("-");
  return [name, isNext && next !== undefined ? next : null];
}

/**
 * The folder to which paths of the command are relative: the main module's URL
 * without the word that names it. Null if it cannot be found; a child then resolves
 * the paths from the current folder, which is the same unless the program changed
 * it.
 */
function startFolder(
  words: readonly string[],
  args: readonly string[],
  main: string | null,
): string | null {
  const word = words[words.length - args.length - 1]?.replace(/^(\.\/)+/, "");
  if (word === undefined || main === null || !main.startsWith("file:")) {
    return null;
  }
  const path = pathOf(main);
  return !word.startsWith("/") && path.endsWith(`/${word}`)
    ? path.slice(0, -word.length)
    : null;
}

function absolute(name: string, value: string, folder: string | null): string {
  const isPath = WITH_PATH.includes(name) &&
    !/^[a-z][a-z0-9+.-]+:/i.test(value);
  return isPath && folder !== null && !value.startsWith("/")
    ? `${folder}${value}`
    : value;
}

/** The path of a file URL. */
function pathOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

// Invariant: undefined until it was read.
let words: readonly string[] | null | undefined;

/** The words of this OS process's command; null if they are unknown. */
export function commandWords(): readonly string[] | null {
  if (words === undefined) {
    const text = Deno.build.os === "linux" ? readCommand() : null;
    words = text === null ? null : text.split("\0").slice(0, -1);
  }
  return words;
}

/**
 * A program may read the file with all permissions, or with a permission that gives
 * as much: to call system functions, or to run a program that reads it. A program
 * that may only run `deno` lets that read it.
 */
function readCommand(): string | null {
  try {
    if (hasAll()) return Deno.readTextFileSync("/proc/self/cmdline");
    if (whyNotMapped() === null) return readBySystem("/proc/self/cmdline");
    const path = `/proc/${Deno.pid}/cmdline`;
    return may("run", "cat")
      ? readByTool("cat", [path])
      : readByTool(Deno.execPath(), [...READ_BY_DENO, path]);
  } catch {
    return null; // No such file or program here.
  }
}

const READ_BY_DENO = [
  "run",
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-prompt",
  "--allow-all",
  dataUrl("console.log(Deno.readTextFileSync(Deno.args[0]))"),
];

function readByTool(command: string, args: string[]): string | null {
  const { success, stdout } = new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return success ? new TextDecoder().decode(stdout) : null;
}

const CHUNK_BYTES = 64 * 1024;

function readBySystem(path: string): string | null {
  const chunk = new Scratch(CHUNK_BYTES);
  const fd = syscall("openat", AT_FDCWD, chunk.text(path), O_CLOEXEC);
  if (fd < 0) return null;
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const count = syscall("read", fd, chunk.address, CHUNK_BYTES);
    if (count <= 0) break;
    text += decoder.decode(chunk.bytes.subarray(0, count), { stream: true });
  }
  syscall("close", fd);
  return text;
}

/**
 * Whether an unstable feature of Deno is known to be on, by the command or the
 * configuration of the program.
 */
export function hasUnstable(
  feature: string,
  mainModule: string | null,
): boolean {
  return isInCommand(feature) || isInConfig(feature, mainModule);
}

function isInCommand(feature: string): boolean {
  return readIfAllowed("/proc/self/cmdline")?.split("\0")
    .includes(`--unstable-${feature}`) ?? false;
}

function isInConfig(feature: string, mainModule: string | null): boolean {
  const path = configOf(mainModule);
  const text = path === null ? null : readIfAllowed(path);
  return text !== null &&
    new RegExp(`"unstable"\\s*:\\s*\\[[^\\]]*"${feature}"`).test(text);
}

function readIfAllowed(path: string): string | null {
  if (!may("read", path)) return null;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null; // Missing, or one of the files that only --allow-all opens.
  }
}

/**
 * The configurations that were found, by main module; Deno searches only once, too.
 */
const configs = new Map<string, string | null>();

/**
 * The configuration that Deno uses for a main module: the nearest `deno.json` or
 * `deno.jsonc` above it, as far as this process may read.
 */
function configOf(mainModule: string | null): string | null {
  if (!mainModule?.startsWith("file:")) return null;
  const known = configs.get(mainModule);
  if (known !== undefined) return known;
  const paths = configPaths(mainModule);
  const found = paths.find(isFile) ?? null;
  // A file that was hidden by a missing permission may be found later.
  if (paths.every((path) => may("read", path))) configs.set(mainModule, found);
  return found;
}

function configPaths(mainModule: string): string[] {
  const paths: string[] = [];
  let folder = new URL("./", mainModule);
  for (;;) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      paths.push(decodeURIComponent(new URL(name, folder).pathname));
    }
    const above = new URL("../", folder);
    if (above.href === folder.href) return paths;
    folder = above;
  }
}

function isFile(path: string): boolean {
  if (!may("read", path)) return false;
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The settings of this program, as flags; none if they are unknown. */
export function programSettings(main: string | null): string[] {
  const words = commandWords();
  return words === null ? [] : settingsOf({ words, args: Deno.args, main });
}

/**
 * A hint for a child that did not find a module that this program finds: if the
 * command of this program cannot be read, its flags are unknown.
 */
export function hintForSettings({ message }: Error): string {
  const isUnmapped = /^(Import|Relative import path) ".*" not /.test(message);
  return isUnmapped && commandWords() === null
    ? " (the flags of this program cannot be read here and so are not passed on: " +
      'give them by getContext("spawn", { flags: ["--import-map=..."] }))'
    : "";
}
