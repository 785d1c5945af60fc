/**
 * The permissions of a child: never more than those of its parent.
 *
 * A full grant can be queried and is passed on. The items of a scoped grant cannot
 * be read from Deno (2.9.6), so they are passed on only if the caller lists them,
 * and each listed item is checked against the parent's own permissions.
 *
 * @module
 */

import { isRunning } from "../base/call_sites.ts";
import { StartMethodError, UnsupportedError } from "../base/errors.ts";
import { nameOf } from "../base/shown_value.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { namespaceOf } from "../wire/protocol/module_namespace.ts";

const KINDS = [
  "read",
  "write",
  "net",
  "env",
  "run",
  "sys",
  "ffi",
  "import",
] as const;

/** The kinds of permission. */
export type PermissionKind = typeof KINDS[number];
type Grant = "inherit" | boolean | readonly (string | URL)[];

/**
 * Checks an option `permissions`: a value that is not understood is refused,
 * because it would grant everything else.
 */
export function checkedPermissions(asked: unknown): Deno.PermissionOptions {
  if (asked === "inherit" || asked === "none") return asked;
  if (typeof asked !== "object" || asked === null || Array.isArray(asked)) {
    throw badPermissions('must be "inherit", "none" or an object', asked);
  }
  const named = Object.keys(asked).find((key) => !isKind(key));
  if (named !== undefined) {
    throw badPermissions(`may name ${KINDS.join(", ")}`, named);
  }
  const fields = asked as Readonly<Record<string, unknown>>;
  const checked: Record<string, Grant> = {};
  for (const kind of KINDS) {
    const grant = fields[kind];
    if (grant !== undefined) checked[kind] = checkedGrant(kind, grant);
  }
  return checked as Deno.PermissionOptions;
}

function checkedGrant(kind: PermissionKind, grant: unknown): Grant {
  if (grant === "inherit" || typeof grant === "boolean") return grant;
  const items: unknown[] | null = Array.isArray(grant) ? [...grant] : null;
  const isList = items?.every((item) =>
    typeof item === "string" || item instanceof URL
  );
  if (isList) return items as (string | URL)[];
  throw badPermissions(
    `must have "inherit", a boolean or a list of texts and URLs for "${kind}"`,
    grant,
  );
}

function badPermissions(wanted: string, got: unknown): TypeError {
  return new TypeError(
    `Cannot make a process as "permissions" ${wanted}: current value is ${
      nameOf(got)
    }`,
  );
}

/**
 * The flags that give a new `deno` the permissions in `asked`, and never more than
 * this process has. The new process imports `modules`, this package among them.
 */
export function permissionFlags(
  asked: Deno.PermissionOptions | null,
  modules: readonly string[],
): string[] {
  const flags = KINDS.flatMap((kind) => {
    const grant = grantOf(asked, kind);
    const flag = flagOf(kind, grant);
    if (flag !== null) return [flag];
    return kind === "import" ? importFlags(grant, modules) : [];
  });
  return ["--no-prompt", ...flags];
}

function flagOf(kind: PermissionKind, grant: Grant): string | null {
  if (Array.isArray(grant) && grant.length > 0) return scopedFlag(kind, grant);
  if (grant === "inherit" || grant === true) {
    if (hasFull(kind)) return `--allow-${kind}`;
    if (grant === true) throw exceeds(kind, "everything");
  }
  return null;
}

/** Hosts from which Deno allows imports by default (2.9.6). */
const TRUSTED_HOSTS = [
  "deno.land",
  "jsr.io",
  "esm.sh",
  "raw.esm.sh",
  "cdn.jsdelivr.net",
  "raw.githubusercontent.com",
  "gist.githubusercontent.com",
] as const;

/**
 * No imports at all: a denial alone leaves the trusted hosts open, and a list takes
 * their place (2.9.6). No server exists at this address.
 */
const NO_IMPORTS = ["--allow-import=0.0.0.0:1", "--deny-import"];

/**
 * Without a flag for imports Deno would allow the hosts that it trusts by default,
 * which this process may not be allowed. Modules in the cache, though, have been
 * loaded before, and the child's own code may be among them.
 */
function importFlags(grant: Grant, modules: readonly string[]): string[] {
  const isLocal = modules.every((url) => !/^https?:/.test(url));
  return isLocal && (grant === false || mayNotImport())
    ? NO_IMPORTS
    : ["--cached-only"];
}

/**
 * Whether this isolate may not import. In an isolate without permissions of its
 * own, hosts may have been listed, which cannot be read.
 */
function mayNotImport(): boolean {
  return isConfined() &&
    !TRUSTED_HOSTS.some((host) => has("import", `${host}:443`));
}

/**
 * Whether an isolate has other permissions than its root. Deno gives it a set of
 * its own as soon as any option is given, even "inherit" for each kind; only an
 * isolate without the option shares the root's set, even if that changes (2.9.6).
 */
export function hasOwnPermissions(
  asked: Deno.PermissionOptions | null,
): asked is Exclude<Deno.PermissionOptions, "inherit"> {
  return asked !== null && asked !== "inherit";
}

function grantOf(
  asked: Deno.PermissionOptions | null,
  kind: PermissionKind,
): Grant {
  if (!hasOwnPermissions(asked)) return "inherit";
  if (asked === "none") return false;
  const options: Readonly<Partial<Record<PermissionKind, Grant>>> = asked;
  return options[kind] ?? "inherit";
}

/** Whether a new `deno` may call system functions, if this process may. */
export function passesFfi(asked: Deno.PermissionOptions | null): boolean {
  const grant = grantOf(asked, "ffi");
  return grant === "inherit" || grant === true;
}

/** Whether a new `deno` may read every file, if this process may. */
export function passesRead(asked: Deno.PermissionOptions | null): boolean {
  const grant = grantOf(asked, "read");
  return (grant === "inherit" || grant === true) && hasFull("read");
}

function scopedFlag(
  kind: PermissionKind,
  items: readonly (string | URL)[],
): string {
  const texts = items.map((item) => textOf(kind, item));
  for (const text of texts) {
    if (!covers(kind, text)) throw exceeds(kind, JSON.stringify(text));
  }
  return `--allow-${kind}=${texts.join(",")}`;
}

function textOf(kind: PermissionKind, item: string | URL): string {
  const text = item instanceof URL && item.protocol === "file:"
    ? decodeURIComponent(item.pathname)
    : String(item);
  if (text === "" || text.includes(",")) {
    throw new StartMethodError(
      `Cannot pass on permission "${kind}" for ${JSON.stringify(text)}: ` +
        `an item must not be empty or hold a comma`,
    );
  }
  return text;
}

/** Whether this process has a permission for an item: a command, a path, a host. */
export function may(kind: PermissionKind, item: string | URL): boolean {
  // Asking for the item alone checks the file system, which takes 0.1 ms (2.9.6).
  return hasFull(kind) || has(kind, item);
}

/** Whether this process has all permissions. */
export function hasAll(): boolean {
  return KINDS.every(hasFull);
}

const LIB = new URL("../", import.meta.url).href;

/**
 * Refuses modules that this process may neither load nor has loaded already: a new
 * `deno` loads the modules of its command whatever its permissions are (2.9.6), so
 * it could reveal their content. Returns null if all are admitted at once;
 * otherwise a promise, which rejects with the reason.
 */
export function admission(
  modules: readonly string[],
  mainModule: string | null,
): Promise<void> | null {
  const doubtful = modules.filter((url) =>
    missingFor(url) !== null && !url.startsWith(LIB) && url !== mainModule &&
    !isRunning(url)
  );
  return doubtful.length === 0 ? null : admit(doubtful);
}

/**
 * Deno imports a module without a permission check if it is loaded already, such as
 * one that the program imports by name, and no other (2.9.6).
 */
async function admit(modules: readonly string[]): Promise<void> {
  for (const url of modules) {
    if (await namespaceOf(url) !== null) continue;
    throw new StartMethodError(
      `Cannot start a process with ${url} as this process has not loaded it ` +
        `and may not: grant it --allow-${
          missingFor(url)
        } for that, or import ` +
        `the module by name`,
    );
  }
}

/** The kind of permission that this process lacks to load a module. */
function missingFor(url: string): PermissionKind | null {
  const { protocol, host, port } = new URL(url);
  switch (protocol) {
    case "file:":
      return may("read", new URL(url)) ? null : "read";
    case "http:":
    case "https:": {
      const portOf = protocol === "http:" ? "80" : "443";
      const item = port === "" ? `${host}:${portOf}` : host;
      return may("import", item) ? null : "import";
    }
    default:
      return null;
  }
}

/** Whether this process has a kind in full, with no item denied. */
function hasFull(kind: PermissionKind): boolean {
  const status = Deno.permissions.querySync({ name: kind } as Descriptor);
  return status.state === "granted" && !status.partial;
}

/**
 * Whether this process has all that an item of a list covers. For a pattern, an
 * address range and a host without a port Deno answers for the item itself only
 * (2.9.6), and a part of it may be denied.
 */
function covers(kind: PermissionKind, item: string): boolean {
  if (hasFull(kind)) return true;
  if (item.includes("*")) return false;
  const isHost = kind === "net" || kind === "import";
  return (!isHost || /:\d+$/.test(item)) && has(kind, item);
}

/** Whether this process has a permission for an item. */
function has(kind: PermissionKind, item: string | URL): boolean {
  try {
    const status = Deno.permissions.querySync(descriptor(kind, item));
    return status.state === "granted" && !status.partial;
  } catch {
    return false; // Not an item of that kind, such as an invalid host or an unknown name.
  }
}

type Descriptor = Deno.PermissionDescriptor;

function descriptor(kind: PermissionKind, item: string | URL): Descriptor {
  const text = String(item);
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return { name: kind, path: item };
    case "net":
    case "import":
      return { name: kind, host: text } as Descriptor;
    case "env":
      return { name: kind, variable: text };
    case "run":
      return { name: kind, command: text };
    case "sys":
      return { name: kind, kind: text } as Descriptor;
  }
}

function exceeds(kind: PermissionKind, what: string): StartMethodError {
  return new StartMethodError(
    `Cannot give a process permission "${kind}" for ${what} as this process must ` +
      `hold all of it: name items without patterns, hosts with their port, or ` +
      `start this program with --allow-${kind}`,
  );
}

/**
 * The permissions for a Web Worker. Deno takes a kind that is left out as none at
 * all (2.9.6); here it is inherited, as under every other start method.
 */
export function workerPermissions(
  asked: Deno.PermissionOptions,
): Deno.PermissionOptions {
  if (typeof asked === "string") return asked;
  const inherited = KINDS.map((kind) => [kind, "inherit"] as const);
  return { ...Object.fromEntries(inherited), ...asked };
}

/** Whether this isolate, or an ancestor, was given permissions of its own. */
export function isConfined(): boolean {
  const host = childContext()?.host;
  return host?.kind === "isolate" && host.isConfined;
}

/** The unstable feature of Deno that gives a Web Worker permissions of its own. */
const WORKER_OPTIONS = "worker-options";

/**
 * Refuses permissions of a Web Worker unless the feature for them is known to be on:
 * without it Deno ends the whole program with code 70, and nothing can catch that.
 */
export function checkWorkerPermissions(
  asked: Deno.PermissionOptions | null,
  isOn: (feature: string) => boolean,
): void {
  if (!hasOwnPermissions(asked)) return;
  // If this isolate has its own permissions, the feature is on.
  if (isConfined() || isOn(WORKER_OPTIONS)) return;
  throw new UnsupportedError(
    `Cannot give a worker its own permissions as --unstable-${WORKER_OPTIONS} was not ` +
      `found in the command (readable with --allow-all) or in deno.json ` +
      `(readable with --allow-read): set it, or use start method "spawn"`,
  );
}

/**
 * A hint for a child that failed with `error` where this process would not have: a
 * scoped grant that was not passed on.
 */
export function hintForGrant(error: Error): string {
  const [, kind, item] =
    /^Requires (\w+) access to "(.+?)"/.exec(error.message) ??
      [];
  if (!isKind(kind) || item === undefined || !has(kind, item)) return "";
  return ` (a scoped grant of the parent is not passed on by itself: give the ` +
    `process permissions: { ${kind}: [${JSON.stringify(item)}] })`;
}

function isKind(kind: string | undefined): kind is PermissionKind {
  return KINDS.some((known) => known === kind);
}
