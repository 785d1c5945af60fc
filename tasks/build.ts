// deno-lint-ignore-file no-console
/**
 * Builds what runs: a few files of plain JavaScript in `lib/dist/`, in place of all the
 * modules of `lib/`. Deno looks up, reads and links each module by itself, which takes
 * 0.15 ms of a start, and 0.2 where that is TypeScript (2.9.6).
 *
 * Each file in `lib/entries/` becomes one of the same name. What several of them share
 * stands in files of its own, named after those that share it, so that no module is
 * there twice.
 *
 * `deno task build --check` builds anew, writes nothing, and fails where a file differs.
 * `tests/build_test.ts` says without the bundler when it is to be run again.
 *
 * @module
 */

import {
  deferredName,
  LEFT_ALONE,
  NEEDED,
  needsOf,
  type Unit,
  withoutDefer,
  withUnits,
} from "./lib/build/deferred.ts";
import { compiledAhead } from "./lib/build/compiled_ahead.ts";
import { compacted, partsOf } from "./lib/build/module_text.ts";

const ROOT = new URL("../", import.meta.url);
const ENTRIES = new URL("lib/entries/", ROOT);
const DIST = new URL("lib/dist/", ROOT);
const ENDING = ".generated.js";
const DIGEST = "lib/dist/digest.json";

/** A part of the entries, and no entry itself. */
const COMMON = "common.ts";

/** Where the types are of entries that users import as they are. */
const TYPES: Readonly<Record<string, string>> = {
  task: "../pool/worker/task.ts",
};

const HEAD = "// Made from lib/ by `deno task build`: do not edit it.\n";

/** A built file. */
export interface BuiltText {
  /** Its name in `lib/dist/`. */
  readonly name: string;
  readonly text: string;
  /** The modules that are in it, below the root. */
  readonly sources: readonly string[];
}

/** What was built from what; `digest.json` holds it. */
interface Digest {
  /** The version of Deno, which decides on that of the bundler. */
  readonly deno: string;
  /** Of the sources, the builder, the version and what was built. */
  readonly sha256: string;
}

/** Builds everything. */
export async function build(): Promise<BuiltText[]> {
  const copy = await copySources();
  try {
    const files = [...await buildFiles(copy)];
    refuseCopies(files);
    return files.toSorted((a, b) => a.name < b.name ? -1 : 1);
  } finally {
    await Deno.remove(copy.root, { recursive: true });
  }
}

/** A copy of the sources that the bundler understands. */
interface Copy {
  readonly root: URL;
  /** The modules that are named by `import defer`. */
  readonly deferred: readonly string[];
}

async function copySources(): Promise<Copy> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const root = new URL(`file://${folder}/`);
  const deferred = new Set<string>();
  for (const source of filesIn(new URL("lib/", ROOT))) {
    if (!source.endsWith(".ts")) continue;
    const url = new URL(source);
    const { text, modules } = withoutDefer(
      await Deno.readTextFile(url),
      url,
      ROOT,
    );
    modules.forEach((module) => deferred.add(module));
    const path = new URL(source.slice(ROOT.href.length), root);
    await Deno.mkdir(new URL(".", path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  return { root, deferred: [...deferred].toSorted() };
}

/**
 * Bundles what is loaded at once, then what is deferred, and then again what is loaded
 * at once, with what the other needs of it.
 */
async function buildFiles(copy: Copy): Promise<BuiltText[]> {
  const first = await bundleEntries(copy);
  const eager = new Set(first.flatMap(({ sources }) => sources));
  for (const module of copy.deferred.filter((one) => eager.has(one))) {
    throw new Error(`Cannot defer ${module}: something imports it at once`);
  }
  const units = await bundleDeferred(copy, [...eager]);
  await exportNeeds(copy, needsOf(units, (from) => from.startsWith("/")));
  const { exports } = partsOf(first.find(isHost)!.text);
  const files = (await bundleEntries(copy)).map((file) =>
    isHost(file)
      ? {
        ...file,
        text: withUnits(file.text, units, exports),
        sources: [...file.sources, ...units.flatMap(({ sources }) => sources)],
      }
      : file
  );
  const stray = files.find(({ text }) => text.includes(`"deferred:`));
  if (stray !== undefined) {
    throw new Error(`Cannot defer a module in ${stray.name}: only in ${HOST}`);
  }
  return files.map(finished);
}

/**
 * The files whose functions run in each child, or in each worker of a pool; and the
 * classes of which one object is there, whose methods do.
 */
const COMPILED_AHEAD: Readonly<Record<string, readonly string[]>> = {
  child: ["ChildRuntime", "StderrLink", "FrameReader"],
  pool_worker: ["TaskRunner", "Reporter", "TaskContexts"],
};

/** What stands in `lib/dist/`, of what the bundler has made. */
function finished({ name, text, sources }: BuiltText): BuiltText {
  const classes = COMPILED_AHEAD[name.slice(0, -ENDING.length)];
  const body = classes === undefined ? text : compiledAhead(text, classes);
  return { name, text: headOf(name) + compacted(body), sources };
}

async function bundleEntries({ root }: Copy): Promise<BuiltText[]> {
  const entries = entryNames();
  const files = await bundle(
    root,
    entries.map((name) => new URL(`lib/entries/${name}.ts`, root)),
    [LEFT_ALONE],
  );
  const shell = files.find(({ name }) => name === `${BASE}.js`)!;
  refuseMore(shell);
  const others = files.filter((file) => file !== shell);
  const built = entries.filter((entry) => entry !== BASE);
  const lasting = lastingNames(others, built, { ending: ENDING, all: BASE });
  return others.map(({ name, text, sources }) => ({
    name: lasting.get(name)!,
    text: renamed(text, lasting),
    sources,
  }));
}

/**
 * The entry whose file has all that the entries share: it has nothing else, as every
 * entry shares what a child starts with.
 */
const BASE = "child";

/** The file of that entry, as the bundler makes it, only names what another one has. */
function refuseMore({ text }: BuiltText): void {
  const { imports, exports, body } = partsOf(text);
  const shared = new Map(
    imports.flatMap(({ names }) => names ?? [])
      .map(({ name, local }) => [local, name]),
  );
  const isPlain = [...exports].every(([outside, here]) =>
    outside === "default" || shared.get(here) === outside
  );
  if (imports.length === 1 && isPlain && body.trim() === "") return;
  throw new Error(
    `Cannot build ${BASE}.ts as it has something that other entries do not share: name it in ${COMMON}`,
  );
}

/** Bundles the deferred modules, each with what nothing else needs. */
async function bundleDeferred(
  { root, deferred }: Copy,
  eager: readonly string[],
): Promise<(Unit & BuiltText)[]> {
  const folder = new URL("deferred/", root);
  await Deno.mkdir(folder);
  const entries = await Promise.all(deferred.map(async (module) => {
    const entry = new URL(`${deferredName(module)}.ts`, folder);
    await Deno.writeTextFile(entry, `export * from "../${module}";\n`);
    return entry;
  }));
  const files = await bundle(root, entries, [
    LEFT_ALONE,
    ...eager.map((source) => new URL(source, root).pathname),
  ]);
  const names = deferred.map(deferredName);
  const lasting = lastingNames(files, names, {
    ending: "",
    all: "shared_by_all",
  });
  const built = new Map(
    [...lasting].map(([from, to]) => [from, `${to}.js`] as const),
  );
  return files.map(({ name, text, sources }) => ({
    name: lasting.get(name)!,
    text: renamed(text, built),
    sources: sources.filter((source) => source.startsWith("lib/")),
    isModule: names.includes(lasting.get(name)!),
  }));
}

/** The file that has all deferred modules in it. */
function isHost({ name }: { readonly name: string }): boolean {
  return name === HOST + ENDING;
}

const HOST = "package";

/** Makes that file export what deferred modules need of others, for once. */
async function exportNeeds(
  { root }: Copy,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const url = new URL(`lib/entries/${HOST}.ts`, root);
  const lines = [...needs].map(([module, names]) =>
    `export { ${
      [...names].map((name) => `${name} as ${NEEDED}${name}`).join(", ")
    } } from ${JSON.stringify(module)};\n`
  );
  await Deno.writeTextFile(url, lines.join(""), { append: true });
}

/** Calls the bundler. */
async function bundle(
  root: URL,
  entries: readonly URL[],
  external: string[],
): Promise<BuiltText[]> {
  const output = new URL("lib/dist/", root);
  const { outputFiles = [], errors } = await Deno.bundle({
    entrypoints: entries.map(({ pathname }) => pathname),
    outputDir: output.pathname,
    external,
    codeSplitting: true,
    // Told apart from the text, and not kept: it says which modules are in a file.
    sourcemap: "external",
    write: false,
  });
  if (errors.length > 0) {
    throw new Error(errors.map(({ text }) => text).join("\n"));
  }
  const all = new Map(
    outputFiles.map((file) => [file.path.split("/").at(-1)!, file.text()]),
  );
  return [...all].filter(([name]) => name.endsWith(".js")).map((
    [name, text],
  ) => ({ name, text, sources: sourcesIn(all.get(`${name}.map`)!, output) }));
}

function headOf(name: string): string {
  const types = TYPES[name.slice(0, -ENDING.length)];
  return types === undefined
    ? `${HEAD}\n`
    : `${HEAD}// @ts-self-types="${types}"\n\n`;
}

/** A module that is in two files would have its state, and its classes, twice. */
function refuseCopies(files: readonly BuiltText[]): void {
  const all = files.flatMap(({ sources }) => sources);
  const copied = all.filter((source, i) => all.indexOf(source) !== i);
  if (copied.length > 0) {
    throw new Error(`Cannot build ${copied.join(", ")} into two files`);
  }
}

function entryNames(): string[] {
  return [...Deno.readDirSync(ENTRIES)]
    .filter(({ name }) => name !== COMMON)
    .map(({ name }) => name.replace(/\.ts$/, ""))
    .toSorted();
}

function sourcesIn(map: string, output: URL): string[] {
  const { sources } = JSON.parse(map) as { sources: string[] };
  const root = new URL("../../", output).href;
  return sources.map((path) => new URL(path, output).href.slice(root.length));
}

/**
 * Names that last, by those of the bundler. It names a shared file after a print of
 * its text, as in `chunk-BK6DHDHJ.js`: a name that stands for nothing else in any text.
 *
 * @param all The name of what all entries share.
 */
function lastingNames(
  outputs: readonly BuiltText[],
  entries: readonly string[],
  { ending, all }: { readonly ending: string; readonly all: string },
): Map<string, string> {
  const imports = new Map(outputs.map(({ name, text }) => [
    name,
    outputs.map((other) => other.name)
      .filter((other) => text.includes(`"./${other}"`)),
  ]));
  return new Map(outputs.map(({ name }) => {
    const users = entries.filter((entry) => reaches(`${entry}.js`, name));
    const isEntry = entries.includes(name.replace(/\.js$/, ""));
    const lasting = isEntry
      ? name.replace(/\.js$/, "")
      : users.length === entries.length
      ? all
      : `shared_by_${users.join("_and_")}`;
    return [name, lasting + ending];
  }));

  function reaches(from: string, to: string): boolean {
    return from === to || imports.get(from)!.some((next) => reaches(next, to));
  }
}

function renamed(text: string, names: ReadonlyMap<string, string>): string {
  for (const [from, to] of names) {
    text = text.replaceAll(`"./${from}"`, `"./${to}"`);
  }
  return text;
}

/** Whether what is in `lib/dist/` was made of what is in `lib/`, below `root`. */
export async function isFresh(root: URL = ROOT): Promise<boolean> {
  const { deno, sha256 } = JSON.parse(
    await Deno.readTextFile(new URL(DIGEST, root)),
  ) as Digest;
  return sha256 === await digestOf(deno, root);
}

/** What the sources, the builder and the built files come to. */
async function digestOf(deno: string, root: URL): Promise<string> {
  const urls = [
    ...filesIn(new URL("lib/", root)),
    new URL("tasks/build.ts", root).href,
    ...filesIn(new URL("tasks/lib/build/", root)),
  ].filter((url) => url !== new URL(DIGEST, root).href).toSorted();
  const files = await Promise.all(urls.map(async (url) => [
    url.slice(root.href.length),
    await Deno.readTextFile(new URL(url)),
  ]));
  const bytes = new TextEncoder().encode(JSON.stringify([deno, files]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function filesIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(new URL(`${name}/`, folder))
      : [new URL(name, folder).href]
  );
}

/** What was built once, and is not any more. */
function leftBeside(files: readonly BuiltText[]): string[] {
  const names = new Set(files.map(({ name }) => new URL(name, DIST).href));
  return filesIn(DIST).filter((url) =>
    !names.has(url) && !url.endsWith(DIGEST)
  );
}

async function write(files: readonly BuiltText[]): Promise<void> {
  await Deno.mkdir(DIST, { recursive: true });
  for (const url of leftBeside(files)) await Deno.remove(new URL(url));
  for (const { name, text, sources } of files) {
    await Deno.writeTextFile(new URL(name, DIST), text);
    console.log(`${name}: ${text.length} bytes, ${sources.length} modules`);
  }
  const deno = Deno.version.deno;
  const digest: Digest = { deno, sha256: await digestOf(deno, ROOT) };
  await Deno.writeTextFile(
    new URL(DIGEST, ROOT),
    `${JSON.stringify(digest, null, 2)}\n`,
  );
}

/** What differs from what is built now, one line each. */
async function differences(files: readonly BuiltText[]): Promise<string[]> {
  const changed = await Promise.all(files.map(async ({ name, text }) => {
    const old = await Deno.readTextFile(new URL(name, DIST)).catch(() => null);
    return old === text ? [] : [`${name} differs`];
  }));
  return [
    ...changed.flat(),
    ...leftBeside(files).map((url) => `${url} is not made any more`),
    ...await isFresh() ? [] : [`${DIGEST} differs`],
  ];
}

if (import.meta.main) {
  const files = await build();
  if (Deno.args.includes("--check")) {
    const found = await differences(files);
    for (const line of found) console.error(line);
    if (found.length > 0) console.error("run `deno task build`");
    Deno.exit(found.length > 0 ? 1 : 0);
  }
  await write(files);
}
