/**
 * The layout of `lib/`: look down, never up, never across. A folder is a floor, its
 * subfolders are landings of it.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";

const ROOT = new URL("../", import.meta.url).href;

/** What modules of tasks may import in place of the package. */
const TASK_ENTRY = "lib/pool/worker/task.ts";

/** The landings of a folder, from below: subfolders side by side do not see each other. */
type Landings = readonly (readonly string[])[];

/** The floors of `lib/`, from below: folders side by side do not see each other. */
const FLOORS: readonly Readonly<Record<string, Landings>>[] = [
  { base: [] },
  { wire: [["serialization"], ["protocol"], ["mailbox"]] },
  { logging: [] },
  {
    memory: [
      ["system"],
      ["liveness"],
      ["allocation"],
      ["waiting"],
      ["sharing"],
    ],
  },
  { sync: [] },
  {
    channel: [["connection", "ring"], ["pipe", "relay", "sockets"], ["queue"]],
    shared: [],
  },
  { functions: [] },
  { launch: [] },
  { process: [] },
  { pool: [["protocol"], ["parent", "worker"]] },
  { context: [] },
  { child: [] },
  { entries: [] },
];

/** One module and what it imports, by paths below the root. */
export type Edge = readonly [from: string, to: string];

/** What is wrong with the edges of a module graph, one line each. */
export function breaches(edges: readonly Edge[]): string[] {
  return edges.flatMap(([from, to]) => {
    const reason = breach(from, to);
    return reason === null ? [] : [`${from} -> ${to}: ${reason}`];
  });
}

function breach(from: string, to: string): string | null {
  if (!from.startsWith("lib/")) return null; // mod.ts and the tests see it all.
  if (/^node:/.test(to)) return null;
  if (to === "mod.ts") return "imports the front";
  if (!to.startsWith("lib/")) return "neither relative nor node:";
  const [own, other] = [roomOf(from), roomOf(to)];
  if (own === null) return `unknown folder "${folderOf(from)}"`;
  if (other === null) return `unknown folder "${folderOf(to)}"`;
  if (own.name === other.name) return null;
  const difference = own.folder === other.folder
    ? own.landing - other.landing
    : own.floor - other.floor;
  if (difference < 0) return "looks up";
  return difference === 0 ? "looks across" : null;
}

/** A folder that holds files, and how high it lies. */
interface Room {
  readonly name: string;
  readonly folder: string;
  readonly floor: number;
  readonly landing: number;
}

/** The room of a file; null where no file may be. */
function roomOf(path: string): Room | null {
  const name = folderOf(path);
  const [folder = "", subfolder] = name.split("/");
  const floor = FLOORS.findIndex((folders) => Object.hasOwn(folders, folder));
  if (floor < 0) return null;
  const landings = FLOORS[floor]![folder]!;
  const landing = landings.findIndex((names) =>
    names.includes(subfolder ?? "")
  );
  const isKnown = landings.length === 0
    ? subfolder === undefined
    : landing >= 0;
  return isKnown ? { name, folder, floor, landing } : null;
}

/** Where a file of `lib/` stands: `wire/protocol`. */
function folderOf(path: string): string {
  return path.split("/").slice(1, -1).join("/");
}

/** Every room that the floors name. */
function roomNames(): string[] {
  return FLOORS.flatMap((folders) =>
    Object.entries(folders).flatMap(([folder, landings]) =>
      landings.length === 0
        ? [folder]
        : landings.flat().map((subfolder) => `${folder}/${subfolder}`)
    )
  );
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** The modules below an entry, and their edges. */
async function graphOf(
  entry: string,
): Promise<{ modules: string[]; edges: Edge[] }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL(entry, ROOT).href],
  }).output();
  equal(code, 0);
  const graph = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  const short = (url: string) => url.replace(ROOT, "");
  const edges = graph.modules.flatMap(({ specifier, dependencies = [] }) =>
    dependencies.map((dependency): Edge => [
      short(specifier),
      // What is written counts: a bare name is not relative, wherever it leads.
      /^(\.|node:)/.test(dependency.specifier)
        ? short(
          dependency.code?.specifier ?? dependency.type?.specifier ??
            dependency.specifier,
        )
        : dependency.specifier,
    ])
  );
  return {
    modules: graph.modules.map(({ specifier }) => short(specifier)),
    edges,
  };
}

function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) =>
    entry.isDirectory
      ? filesOf(`${folder}${entry.name}/`)
      : entry.name.endsWith(".ts")
      ? [`${folder}${entry.name}`]
      : []
  );
}

Deno.test(
  "lib/ looks down, never up and never across",
  { timeout: 180_000 },
  async () => {
    const files = filesOf("lib/");
    // Every file is looked at, also one that nobody imports statically.
    const seen = new Set<string>();
    const edges: Edge[] = [];
    for (
      const entry of [
        ...files.filter((f) => f.startsWith("lib/entries/")),
      ]
    ) {
      if (seen.has(entry)) continue;
      const graph = await graphOf(entry);
      for (const module of graph.modules) seen.add(module);
      edges.push(...graph.edges);
    }
    deepEqual(breaches(edges), []);
    deepEqual(
      files.filter((file) => !seen.has(file)),
      [],
      "files that nobody uses",
    );
    deepEqual(
      files.filter((file) => roomOf(file) === null),
      [],
      "files on no floor",
    );
    deepEqual(
      [...new Set(files.map(folderOf))].toSorted(),
      roomNames().toSorted(),
      "floors without a file",
    );
    ok(edges.length > 100);
  },
);

Deno.test("the entry for tasks brings next to nothing", async () => {
  const { modules } = await graphOf(TASK_ENTRY);
  deepEqual(modules.toSorted(), [
    "lib/base/errors.ts",
    TASK_ENTRY,
    "lib/pool/worker/worker_state.ts",
  ]);
});

// The red control: made-up breaches are seen, and what is allowed is not.
Deno.test("breaches() sees what is wrong", () => {
  const wrong: Edge[] = [
    ["lib/base/errors.ts", "lib/wire/serialization/pack.ts"],
    ["lib/memory/waiting/futex.ts", "lib/sync/rlock.ts"],
    ["lib/shared/value.ts", "lib/channel/queue/queue.ts"],
    ["lib/process/process.ts", "lib/context/default.ts"],
    ["lib/wire/serialization/pack.ts", "lib/wire/protocol/frames.ts"],
    ["lib/pool/worker/reporter.ts", "lib/pool/parent/job.ts"],
    ["lib/memory/allocation/block.ts", "lib/sync/rlock.ts"],
    ["lib/wire/pack.ts", "lib/base/errors.ts"],
    ["lib/wire/things/pack.ts", "lib/base/errors.ts"],
    ["lib/sync/things/lock.ts", "lib/base/errors.ts"],
    ["lib/context/context.ts", "lib/child/bootstrap.ts"],
    ["lib/misc/things.ts", "lib/base/errors.ts"],
    ["lib/context/context.ts", "lib/misc/things.ts"],
    ["lib/base/errors.ts", "jsr:@std/assert"],
    ["lib/base/errors.ts", "https://example.com/mod.ts"],
    ["lib/base/errors.ts", "@multiprocessing/core"],
    ["lib/base/errors.ts", "mod.ts"],
    ["lib/base/errors.ts", "tests/floors_test.ts"],
  ];
  equal(breaches(wrong).length, wrong.length);
  deepEqual(breaches(wrong.slice(0, 1)), [
    "lib/base/errors.ts -> lib/wire/serialization/pack.ts: looks up",
  ]);
  deepEqual(breaches(wrong.slice(2, 3)), [
    "lib/shared/value.ts -> lib/channel/queue/queue.ts: looks across",
  ]);
  deepEqual(
    breaches([
      ["lib/child/bootstrap.ts", "lib/context/default.ts"],
      ["lib/process/process.ts", "lib/process/life_cycle.ts"],
      ["lib/wire/protocol/frames.ts", "lib/wire/serialization/pack.ts"],
      ["lib/pool/parent/job.ts", "lib/pool/protocol/slots.ts"],
      ["lib/sync/lock.ts", "lib/wire/mailbox/mailbox.ts"],
      ["lib/launch/thread_handle.ts", "node:worker_threads"],
      ["mod.ts", "lib/context/context.ts"],
    ]),
    [],
  );
});

/** The names that a module declares and exports, each once: an overload is no other. */
function exportsOf(text: string): string[] {
  const names = new Set<string>();
  const add = (
    declaration: Deno.lint.ExportNamedDeclaration["declaration"],
  ) => {
    if (declaration === null) return;
    if (declaration.type === "VariableDeclaration") {
      for (const { id } of declaration.declarations) {
        if (id.type === "Identifier") names.add(id.name);
      }
    } else if (declaration.id?.type === "Identifier") {
      names.add(declaration.id.name);
    }
  };
  Deno.lint.runPlugin(
    {
      name: "exports",
      rules: {
        exports: {
          create: () => ({
            ExportNamedDeclaration: ({ declaration }) => add(declaration),
          }),
        },
      },
    },
    "module.ts",
    text,
  );
  return [...names];
}

/** What stands more than once in a list of names, each with its places. */
function repeated(names: readonly (readonly [name: string, at: string])[]) {
  const places = Map.groupBy(names, ([name]) => name);
  return [...places].filter(([, all]) => all.length > 1)
    .map(([name, all]) => `${name}: ${all.map(([, at]) => at).join(", ")}`);
}

Deno.test("No two exported declarations of lib/ share a name", async () => {
  const names = await Promise.all(
    filesOf("lib/").map(async (file) =>
      exportsOf(await Deno.readTextFile(new URL(file, ROOT)))
        .map((name) => [name, file] as const)
    ),
  );
  deepEqual(repeated(names.flat()), []);
  ok(names.flat().length > 500);
});

Deno.test("No two files of lib/ share a name", () => {
  deepEqual(
    repeated(
      filesOf("lib/").filter((file) => !file.startsWith("lib/entries/"))
        .map((file) => [file.split("/").at(-1)!, file]),
    ),
    [],
  );
});

Deno.test("repeated() and exportsOf() see what is wrong", () => {
  const text = "export class A {}\nexport async function b() {}\n" +
    "export type C = 1;\nexport const D = 1, D2 = 2;\nconst e = 1;\n" +
    "export function f(): void;\nexport function f(): void {}\n" +
    "export interface G {}\nexport abstract class H {}\n" +
    'const text = `export class No {}`;\nexport { e as E } from "./e.ts";\n';
  deepEqual(exportsOf(text), ["A", "b", "C", "D", "D2", "f", "G", "H"]);
  deepEqual(repeated([["a", "x"], ["b", "x"], ["a", "y"]]), ["a: x, y"]);
});
