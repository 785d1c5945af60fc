// What the parent made and could not give to this process refuses every use, at
// once, and says what to do. The table names every public method and property of
// every class: a new one that is not in it fails the test.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { inspect } from "node:util";
import {
  type Context,
  getContext,
  ShareableList,
  SharedMemory,
  SharedMemoryError,
} from "../../lib/entries/package.ts";
import {
  adoptSites,
  moduleObjects,
} from "../../lib/memory/allocation/construction_sites.ts";
import { beginImport, endImport } from "../child_context_testing.ts";
import {
  type BlockHandle,
  HANDLE,
  type Shareable,
} from "../../lib/wire/serialization/handle.ts";
import type { ModuleObject } from "../../lib/wire/protocol/messages.ts";
import "./memory_testing.ts";

const CURE = "Cannot, as a test: pass it among the arguments";

// deno-lint-ignore no-explicit-any -- of each class its own
type Uses = Readonly<Record<string, (object: any) => unknown>>;

interface Kind {
  readonly make: (ctx: Context) => Shareable;
  readonly uses: Uses;
}

const UPDATES: Uses = {
  add: (a) => a.add(1),
  sub: (a) => a.sub(1),
  and: (a) => a.and(1),
  or: (a) => a.or(1),
  xor: (a) => a.xor(1),
  exchange: (a) => a.exchange(1),
  compareExchange: (a) => a.compareExchange(0, 1),
  field: (a) => a.field("x"),
};

const LOCK: Uses = {
  tryAcquireSync: (a) => a.tryAcquireSync(),
  lockSync: (a) => a.lockSync(),
  acquireSync: (a) => a.acquireSync(),
  acquire: (a) => a.acquire(),
  release: (a) => a.release(),
  locked: (a) => a.locked(),
};

const { lockSync: _, ...PERMITS } = LOCK;

const BESIDE: Uses = {
  getLock: (a) => a.getLock(),
  getObj: (a) => a.getObj(),
  acquire: (a) => a.acquire(),
  acquireSync: (a) => a.acquireSync(),
  release: (a) => a.release(),
};

const VALUE: Uses = {
  ...UPDATES,
  value: (a) => a.value,
  "value =": (a) => a.value = 1,
};

const ROW: Uses = {
  add: (a) => a.add(0, 1),
  sub: (a) => a.sub(0, 1),
  and: (a) => a.and(0, 1),
  or: (a) => a.or(0, 1),
  xor: (a) => a.xor(0, 1),
  exchange: (a) => a.exchange(0, 1),
  compareExchange: (a) => a.compareExchange(0, 0, 1),
  field: (a) => a.field(0, "x"),
  get: (a) => a.get(0),
  set: (a) => a.set(0, 1),
  at: (a) => a.at(-1),
  slice: (a) => a.slice(),
  setSlice: (a) => a.setSlice(0, 2, [1, 2]),
  fill: (a) => a.fill(1),
  sort: (a) => a.sort(),
  indexOf: (a) => a.indexOf(1),
  includes: (a) => a.includes(1),
  typed: (a) => a.typed(),
  value: (a) => a.value,
  "value =": (a) => a.value = "a",
  raw: (a) => a.raw,
  "raw =": (a) => a.raw = "a",
  "Symbol(Symbol.iterator)": (a) => [...a],
};

const SIMPLE_QUEUE: Uses = {
  put: (a) => a.put(1),
  putSync: (a) => a.putSync(1),
  get: (a) => a.get(),
  getSync: (a) => a.getSync(),
  empty: (a) => a.empty(),
  close: (a) => a.close(),
};

const QUEUE: Uses = {
  ...SIMPLE_QUEUE,
  maxsize: (a) => a.maxsize,
  putNowait: (a) => a.putNowait(1),
  getNowait: (a) => a.getNowait(),
  qsize: (a) => a.qsize(),
  full: (a) => a.full(),
  shutdown: (a) => a.shutdown(),
};

const KINDS: Readonly<Record<string, Kind>> = {
  Lock: { make: (ctx) => new ctx.Lock(), uses: LOCK },
  RLock: { make: (ctx) => new ctx.RLock(), uses: LOCK },
  Semaphore: {
    make: (ctx) => new ctx.Semaphore(2),
    uses: { ...PERMITS, getValue: (a) => a.getValue() },
  },
  BoundedSemaphore: {
    make: (ctx) => new ctx.BoundedSemaphore(2),
    uses: { ...PERMITS, getValue: (a) => a.getValue() },
  },
  Condition: {
    make: (ctx) => new ctx.Condition(),
    uses: {
      acquire: (a) => a.acquire(),
      acquireSync: (a) => a.acquireSync(),
      release: (a) => a.release(),
      locked: (a) => a.locked(),
      lock: (a) => a.lock,
      wait: (a) => a.wait(),
      waitSync: (a) => a.waitSync(),
      waitFor: (a) => a.waitFor(() => true),
      waitForSync: (a) => a.waitForSync(() => true),
      notify: (a) => a.notify(),
      notifyAll: (a) => a.notifyAll(),
    },
  },
  SharedEvent: {
    make: (ctx) => new ctx.SharedEvent(),
    uses: {
      isSet: (a) => a.isSet(),
      set: (a) => a.set(),
      clear: (a) => a.clear(),
      wait: (a) => a.wait(),
      waitSync: (a) => a.waitSync(),
    },
  },
  Barrier: {
    make: (ctx) => new ctx.Barrier(2),
    uses: {
      parties: (a) => a.parties,
      nWaiting: (a) => a.nWaiting,
      broken: (a) => a.broken,
      wait: (a) => a.wait(),
      waitSync: (a) => a.waitSync(),
      abort: (a) => a.abort(),
      reset: (a) => a.reset(),
    },
  },
  RwLock: {
    make: (ctx) => new ctx.RwLock(),
    uses: {
      acquireRead: (a) => a.acquireRead(),
      acquireReadSync: (a) => a.acquireReadSync(),
      acquireWrite: (a) => a.acquireWrite(),
      acquireWriteSync: (a) => a.acquireWriteSync(),
      locked: (a) => a.locked(),
      readers: (a) => a.readers,
    },
  },
  Value: {
    make: (ctx) => new ctx.Value("i", 5),
    uses: { ...VALUE, ...BESIDE },
  },
  RawValue: { make: (ctx) => new ctx.RawValue("i", 5), uses: VALUE },
  SharedArray: {
    make: (ctx) => new ctx.SharedArray("i", [1, 2]),
    uses: { ...ROW, ...BESIDE },
  },
  RawArray: { make: (ctx) => new ctx.RawArray("i", [1, 2]), uses: ROW },
  SimpleQueue: { make: (ctx) => new ctx.SimpleQueue(), uses: SIMPLE_QUEUE },
  Queue: { make: (ctx) => new ctx.Queue(2), uses: QUEUE },
  JoinableQueue: {
    make: (ctx) => new ctx.JoinableQueue(2),
    uses: {
      ...QUEUE,
      taskDone: (a) => a.taskDone(),
      join: (a) => a.join(),
      joinSync: (a) => a.joinSync(),
    },
  },
};

/** Public methods and properties, with one name more where one can be set. */
function namesOf(object: object): string[] {
  const names = new Set<string>();
  let proto = Object.getPrototypeOf(object);
  for (; proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    for (const key of Reflect.ownKeys(proto)) {
      const { set } = Object.getOwnPropertyDescriptor(proto, key)!;
      const isOurs = typeof key === "symbol" && key !== Symbol.iterator;
      if (key === "constructor" || isOurs) continue;
      names.add(String(key));
      if (set !== undefined) names.add(`${String(key)} =`);
    }
  }
  return [...names].sort();
}

function placeOf(block: BlockHandle): string {
  return "segment" in block ? `${block.segment} ${block.offset}` : "";
}

/** The key of what the same place makes next. */
function following(key: string): string {
  return key.replace(/\d+$/, (turn) => `${Number(turn) + 1}`);
}

/** Says of what is made next at the place of `object` that it cannot be had. */
function refuseNext(object: Shareable): void {
  const { block } = object[HANDLE]("process") as { block: BlockHandle };
  const { key, type } = moduleObjects("process").find((entry: ModuleObject) =>
    "handle" in entry && "block" in entry.handle &&
    placeOf(entry.handle.block) === placeOf(block)
  )!;
  adoptSites([{ key: following(key), type, unavailable: CURE }]);
}

/** Makes an object twice at one place, the second as if the parent refused it. */
function makeUnavailable(make: () => Shareable): Shareable {
  const made: Shareable[] = [];
  for (const turn of [0, 1]) {
    if (turn === 1) refuseNext(made[0]!);
    made.push(make());
  }
  return made[1]!;
}

function whileImporting<T>(run: () => T): T {
  beginImport();
  try {
    return run();
  } finally {
    endImport();
  }
}

/** What a use came to: "refused" is what it is to be. */
async function outcome(use: () => unknown): Promise<string> {
  try {
    const result = await use();
    return `gave ${Deno.inspect(result)}`;
  } catch (error) {
    if (!(error instanceof SharedMemoryError)) return `threw ${error}`;
    equal(error.message, CURE);
    return "refused";
  }
}

for (const [kind, { make, uses }] of Object.entries(KINDS)) {
  for (const method of ["thread", "spawn"]) {
    Deno.test(
      `${kind} that the parent could not give refuses every use: ${method}`,
      {
        timeout: 120_000,
      },
      async () => {
        const ctx = getContext(method);
        const object = whileImporting(() => makeUnavailable(() => make(ctx)));
        equal(object.constructor.name, kind);
        deepEqual(namesOf(object), Object.keys(uses).sort());
        const all = {
          ...uses,
          handle: (one: Shareable) => one[HANDLE]("isolate"),
        };
        const outcomes: Record<string, string> = {};
        for (const [name, use] of Object.entries(all)) {
          outcomes[name] = await outcome(() => use(object));
        }
        const wrong = Object.entries(outcomes).filter(([, one]) =>
          one !== "refused"
        );
        deepEqual(wrong, []);
        match(inspect(object), new RegExp(`^<${kind} .*unavailable>$`));
      },
    );
  }
}

Deno.test("SharedMemory and ShareableList that the parent could not give are not even made", () => {
  const makes: [string, () => SharedMemory | ShareableList][] = [
    ["sharedmemory", () => new SharedMemory({ create: true, size: 8 })],
    ["shareablelist", () => new ShareableList([1])],
  ];
  whileImporting(() => {
    for (const [kind, make] of makes) {
      const made: Disposable[] = [];
      let refused: unknown = null;
      for (const turn of [0, 1]) {
        if (turn === 1) {
          const entry = moduleObjects("process").find((entry) =>
            "handle" in entry && entry.handle.kind === kind
          )!;
          const key = following(entry.key);
          adoptSites([{ key, type: entry.type, unavailable: CURE }]);
        }
        try {
          made.push(make());
        } catch (error) {
          refused = error;
        }
      }
      equal(made.length, 1, kind);
      made[0]![Symbol.dispose]();
      ok(refused instanceof SharedMemoryError);
      equal(refused.message, CURE);
    }
  });
});
