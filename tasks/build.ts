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

/** Builds everything, by one call of the bundler. */
export async function build(): Promise<BuiltText[]> {
  const entries = entryNames();
  const { outputFiles = [], errors } = await Deno.bundle({
    entrypoints: entries.map((name) => new URL(`${name}.ts`, ENTRIES).pathname),
    outputDir: DIST.pathname,
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
  const outputs = [...all].filter(([name]) => name.endsWith(".js"));
  const lasting = lastingNames(new Map(outputs), entries);
  const files = outputs.map(([name, text]) => ({
    name: lasting.get(name)!,
    text: headOf(name) + renamed(text, lasting),
    sources: sourcesIn(all.get(`${name}.map`)!),
  })).toSorted((a, b) => a.name < b.name ? -1 : 1);
  refuseCopies(files);
  return files;
}

function headOf(name: string): string {
  const types = TYPES[name.replace(/\.js$/, "")];
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

function sourcesIn(map: string): string[] {
  const { sources } = JSON.parse(map) as { sources: string[] };
  return sources.map((path) =>
    new URL(path, DIST).href.slice(ROOT.href.length)
  );
}

/**
 * Names that last, by those of the bundler. It names a shared file after a print of
 * its text, as in `chunk-BK6DHDHJ.js`: a name that stands for nothing else in any text.
 */
function lastingNames(
  outputs: ReadonlyMap<string, string>,
  entries: readonly string[],
): Map<string, string> {
  const imports = new Map([...outputs].map(([name, text]) => [
    name,
    [...outputs.keys()].filter((other) => text.includes(`"./${other}"`)),
  ]));
  return new Map([...outputs.keys()].map((name) => {
    const users = entries.filter((entry) => reaches(`${entry}.js`, name));
    const isEntry = entries.includes(name.replace(/\.js$/, ""));
    const lasting = isEntry
      ? name.replace(/\.js$/, "")
      : users.length === entries.length
      ? "shared_by_all"
      : `shared_by_${users.join("_and_")}`;
    return [name, lasting + ENDING];
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
