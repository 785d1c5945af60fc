/**
 * The layout of `lib/`: look down, never up, never across.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url).href;

/** What modules of tasks may import in place of the package. */
const TASK_ENTRY = "lib/pool/worker/task.ts";

/** The floor of each folder of `lib/`; equal numbers do not see each other. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  wire: 1,
  memory: 2,
  sync: 3,
  channel: 4,
  shared: 4,
  functions: 5,
  launch: 6,
  process: 7,
  pool: 8,
  manager: 9,
  context: 10,
  child: 11,
};

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
  const [own, other] = [folderOf(from), folderOf(to)];
  if (own === other) return null;
  const [high, low] = [FLOORS[own], FLOORS[other]];
  if (high === undefined) return `unknown folder "${own}"`;
  if (low === undefined) return `unknown folder "${other}"`;
  if (low > high) return "looks up";
  return low === high ? "looks across" : null;
}

function folderOf(path: string): string {
  return path.split("/")[1]!;
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
  { timeout: 60_000 },
  async () => {
    const files = filesOf("lib/");
    // Every file is looked at, also one that nobody imports statically.
    const seen = new Set<string>();
    const edges: Edge[] = [];
    for (
      const entry of [
        ...Object.values(config.exports).map((path) => path.slice(2)),
        ...files.filter((f) => f.startsWith("lib/child/")),
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
      files.filter((file) => FLOORS[folderOf(file)] === undefined),
      [],
      "files on no floor",
    );
    ok(edges.length > 100);
  },
);

Deno.test("the entry for tasks brings next to nothing", async () => {
  const { modules } = await graphOf(TASK_ENTRY);
  deepEqual(modules.toSorted(), [
    "lib/base/errors.ts",
    "lib/pool/worker/worker_state.ts",
    TASK_ENTRY,
  ]);
});

// The red control: made-up breaches are seen, and what is allowed is not.
Deno.test("breaches() sees what is wrong", () => {
  const wrong: Edge[] = [
    ["lib/base/errors.ts", "lib/wire/serialization/pack.ts"],
    ["lib/memory/allocation/block.ts", "lib/sync/rlock.ts"],
    ["lib/shared/value.ts", "lib/channel/queue/queue.ts"],
    ["lib/process/process.ts", "lib/context/default.ts"],
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
      ["lib/launch/thread_handle.ts", "node:worker_threads"],
      ["mod.ts", "lib/context/context.ts"],
    ]),
    [],
  );
});
