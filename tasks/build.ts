// deno-lint-ignore-file no-console
/**
 * Builds what children start with: for each entry one file of plain JavaScript,
 * beside its source, in place of all the modules that it brings. Deno looks up, reads
 * and links each module of a child by itself, which takes 0.15 ms of its start, and
 * 0.2 where that is TypeScript (2.9.6).
 *
 * `tests/build_test.ts` says when it is to be run again.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);

/** What is built, and the modules of which a child must have one copy only. */
const ENTRIES: readonly { source: string; shared: readonly string[] }[] = [
  { source: "lib/child/thread.ts", shared: [] },
  { source: "lib/child/worker.ts", shared: [] },
  { source: "lib/child/spawned.ts", shared: [] },
  {
    source: "lib/pool/worker/task_runner.ts",
    shared: [
      "wire/protocol/child_context.ts",
      "wire/mailbox/mailbox.ts",
      "pool/protocol/pool_messages.ts",
      "pool/worker/worker_state.ts",
    ],
  },
];

/** A built file, and whether it is what its sources and its own text say. */
export interface Built {
  readonly path: string;
  readonly isFresh: boolean;
}

/** Looks at every built file. */
export async function lookAtBuilt(): Promise<Built[]> {
  return await Promise.all(ENTRIES.map(async ({ source }) => {
    const path = builtOf(source);
    const text = await read(path);
    const code = text.slice(text.indexOf(HEAD_ENDS) + HEAD_ENDS.length);
    return { path, isFresh: text === await withHead(source, code) };
  }));
}

function builtOf(source: string): string {
  return source.replace(/\.ts$/, ".js");
}

const HEAD_ENDS = "\n\n";

/** The text of a built file, with a print of all that it depends on. */
async function withHead(source: string, code: string): Promise<string> {
  const texts = await Promise.all(modulesOf(code).map(read));
  const bytes = new TextEncoder().encode([...texts, code].join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const name = nameOf(source);
  return `// Built from ${name} by \`deno task build\`: ${digest.toHex()}` +
    HEAD_ENDS + code;
}

/** The modules in a built text; the bundler names each above its code. */
function modulesOf(code: string): string[] {
  const names = [...code.matchAll(/^\/\/ (lib\/\S+\.ts)$/gm)];
  return [...new Set(names.map(([, path]) => path!))].toSorted();
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

async function bundle(
  source: string,
  shared: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      ...shared.map((name) => `--external=*/${nameOf(name)}`),
      source,
    ],
    cwd: ROOT,
  }).output();
  if (success) {
    return withPaths(new TextDecoder().decode(stdout), source, shared);
  }
  throw new Error(new TextDecoder().decode(stderr));
}

/** The bundler leaves the names of shared modules as their importers wrote them. */
function withPaths(
  code: string,
  source: string,
  shared: readonly string[],
): string {
  const up = "../".repeat(source.split("/").length - 2);
  return [...shared, "base/errors.ts"].reduce(
    (text, path) =>
      text.replaceAll(
        new RegExp(`"\.[^"]*/${nameOf(path)}"`, "g"),
        `"${up}${path}"`,
      ),
    code,
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Puts functions into parentheses. V8 takes such a one to be called at once, compiles
 * it along with its module, and Deno's code cache keeps it; any other one is compiled
 * in its first call, which takes 15 us of each start (2.9.6).
 */
function compiledAhead(code: string): string {
  return code.replace(
    /^((?:async )?function (\w+)\([^]*?^\})$/gm,
    "var $2 = ($1);",
  );
}

if (import.meta.main) {
  for (const { source, shared } of ENTRIES) {
    const code = compiledAhead(await bundle(source, shared));
    const url = new URL(builtOf(source), ROOT);
    await Deno.writeTextFile(url, await withHead(source, code));
    console.log(`${builtOf(source)}: ${modulesOf(code).join(", ")}`);
  }
}
