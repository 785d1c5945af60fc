// Functions of the user run in the context of the call that gave them, and not in
// that of whoever used the pool first.

import { deepEqual } from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  Client,
  Listener,
  ProcessPoolExecutor,
  ThreadPool,
} from "../../mod.ts";
import { square } from "../fixtures/tasks.ts";
import { FROM } from "./pool_testing.ts";

const storage = new AsyncLocalStorage<string>();

/** Where functions were called, each context once. */
class Seen {
  readonly #contexts = new Map<string, Set<string | undefined>>();

  here(what: string): void {
    const contexts = this.#contexts.get(what) ?? new Set();
    this.#contexts.set(what, contexts.add(storage.getStore()));
  }

  get all(): Record<string, readonly (string | undefined)[]> {
    const entries = [...this.#contexts].map(([what, contexts]) =>
      [what, [...contexts]] as const
    );
    return Object.fromEntries(entries);
  }
}

const timeout = 180_000;

Deno.test("Callbacks and sources of a pool run in the context of their call", {
  timeout,
}, async () => {
  const seen = new Seen();
  function* items(what: string): Generator<number> {
    try {
      for (let i = 0; i < 20; i++) {
        seen.here(what);
        yield i;
      }
    } finally {
      seen.here(`${what} closed`);
    }
  }
  async function* itemsLater(what: string): AsyncGenerator<number> {
    for (let i = 0; i < 20; i++) {
      seen.here(what);
      await Promise.resolve();
      seen.here(what);
      yield i;
    }
  }
  await using pool = new ThreadPool(1);
  await storage.run("first", () => pool.apply(square, [1], FROM));
  await storage.run("map", () =>
    pool.map(square, [1, 2, 3], {
      ...FROM,
      chunksize: 1,
      onProgress: () => seen.here("onProgress"),
      transfer: () => (seen.here("transfer"), []),
    }));
  const options = { ...FROM, buffersize: 3 };
  const streams = {
    generator: storage.run("imap", () =>
      pool.imap(square, items("generator"), {
        ...options,
        transfer: () => (seen.here("transfer of imap"), []),
      })),
    later: storage.run(
      "imapUnordered",
      () => pool.imapUnordered(square, itemsLater("later"), options),
    ),
  };
  for (const [what, results] of Object.entries(streams)) {
    await storage.run("reader", async () => {
      for await (const result of results) {
        seen.here(`loop over ${what}`);
        if (result === 100) break;
      }
    });
  }
  deepEqual(seen.all, {
    "transfer": ["map"],
    "onProgress": ["map"],
    "generator": ["imap"],
    "transfer of imap": ["imap"],
    "loop over generator": ["reader"],
    "generator closed": ["imap"],
    "later": ["imapUnordered"],
    "loop over later": ["reader"],
  });
});

Deno.test("Sources of an executor run in the context of their map()", {
  timeout,
}, async () => {
  const seen = new Seen();
  function* items(): Generator<number> {
    for (let i = 0; i < 20; i++) {
      seen.here("zipped");
      yield i;
    }
  }
  const SQUARE = { module: FROM.module, name: square.name };
  await using executor = new ProcessPoolExecutor(1);
  await storage.run("first", () => executor.submit(SQUARE, 1));
  const results = storage.run(
    "map",
    () => executor.map<number>(SQUARE, items(), items()),
  );
  await Array.fromAsync(results);
  deepEqual(seen.all, { zipped: ["map"] });
});

Deno.test("onRefused runs in the context that made its Listener", {
  timeout,
}, async () => {
  const seen = new Seen();
  await using listener = storage.run("maker", () =>
    new Listener(undefined, {
      authkey: new Uint8Array(8),
      onRefused: () => seen.here("refused"),
    }));
  await storage.run("client", async () => {
    const authkey = new Uint8Array(8).fill(7);
    await Client(listener.address, { authkey }).catch(() => {});
  });
  deepEqual(seen.all, { refused: ["maker"] });
});
