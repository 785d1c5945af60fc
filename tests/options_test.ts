// Whatever stands where options belong and is none is refused, and the error shows
// how it was meant: in every constructor, method and function that has options.

import { deepEqual, equal, ok } from "node:assert/strict";
import * as mp from "../mod.ts";

/** A call with something in the place of its options. */
type Call = (wrong: never) => unknown;

interface Subject {
  readonly calls: Readonly<Record<string, Call>>;
  end(): unknown;
}

/** What is no object of options, and how the error shows it. */
const WRONG: readonly (readonly [unknown, string])[] = [
  [100, "100"],
  [0, "0"],
  [true, "true"],
  ["100", '"100"'],
  [null, "null"],
  [() => {}, "a function"],
  [[100], "an Array"],
  [AbortSignal.abort(), "an AbortSignal"],
  [new Date(0), "a Date"],
];

const f = (x: number) => x;

/** The waits of locks. */
function locks(): Subject["calls"] {
  const held = new mp.Lock();
  held.acquireSync();
  const condition = new mp.Condition();
  condition.acquireSync();
  const [lock, rlock, rw] = [new mp.Lock(), new mp.RLock(), new mp.RwLock()];
  const semaphore = new mp.Semaphore(1);
  const event = new mp.SharedEvent();
  const barrier = new mp.Barrier(2);
  const [value, array] = [new mp.Value("i"), new mp.SharedArray("i", 2)];
  return {
    "Lock.acquire": (o) => lock.acquire(o),
    "Lock.acquireSync": (o) => lock.acquireSync(o),
    "RLock.acquire": (o) => rlock.acquire(o),
    "RLock.acquireSync": (o) => rlock.acquireSync(o),
    "RwLock.acquireRead": (o) => rw.acquireRead(o),
    "RwLock.acquireReadSync": (o) => rw.acquireReadSync(o),
    "RwLock.acquireWrite": (o) => rw.acquireWrite(o),
    "RwLock.acquireWriteSync": (o) => rw.acquireWriteSync(o),
    "Semaphore.acquire": (o) => semaphore.acquire(o),
    "Semaphore.acquireSync": (o) => semaphore.acquireSync(o),
    "SharedEvent.wait": (o) => event.wait(o),
    "SharedEvent.waitSync": (o) => event.waitSync(o),
    "Barrier.constructor": (o) => new mp.Barrier(2, o),
    "Barrier.wait": (o) => barrier.wait(o),
    "Barrier.waitSync": (o) => barrier.waitSync(o),
    "Condition.acquire": (o) => new mp.Condition().acquire(o),
    "Condition.acquireSync": (o) => new mp.Condition().acquireSync(o),
    "Condition.wait": (o) => condition.wait(o),
    "Condition.waitSync": (o) => condition.waitSync(o),
    "Condition.waitFor": (o) => condition.waitFor(() => false, o),
    "Condition.waitForSync": (o) => condition.waitForSync(() => false, o),
    "Value.acquire": (o) => value.acquire(o),
    "Value.acquireSync": (o) => value.acquireSync(o),
    "SharedArray.acquire": (o) => array.acquire(o),
    "SharedArray.acquireSync": (o) => array.acquireSync(o),
    "Value.constructor": (o) => new mp.Value("i", 0, o),
    "SharedArray.constructor": (o) => new mp.SharedArray("i", 2, o),
    "ShareableList.constructor": (o) => new mp.ShareableList([1], o),
    "SharedMemory.constructor": (o) => new mp.SharedMemory(o),
  };
}

/** Queues, pipes and sockets. */
function channels(): Subject {
  const queue = new mp.Queue<number>(1);
  const joinable = new mp.JoinableQueue<number>();
  joinable.putNowait(1);
  const full = new mp.Queue<number>(1);
  full.putNowait(1);
  const [near, far] = mp.Pipe();
  const listener = new mp.Listener();
  const { address } = listener;
  const bytes = new Uint8Array(4);
  const calls: Subject["calls"] = {
    "SimpleQueue.constructor": (o) => new mp.SimpleQueue(o),
    "Queue.constructor": (o) => new mp.Queue(0, o),
    "JoinableQueue.constructor": (o) => new mp.JoinableQueue(0, o),
    "SimpleQueue.get": (o) => queue.get(o),
    "SimpleQueue.getSync": (o) => queue.getSync(o),
    "SimpleQueue.put": (o) => full.put(2, o),
    "SimpleQueue.putSync": (o) => full.putSync(2, o),
    "Queue.shutdown": (o) => new mp.Queue().shutdown(o),
    "JoinableQueue.join": (o) => joinable.join(o),
    "JoinableQueue.joinSync": (o) => joinable.joinSync(o),
    "Pipe": (o) => mp.Pipe(o),
    "wait": (o) => mp.wait([far], o),
    "Client": (o) => mp.Client(address, o),
    "Listener.constructor": (o) => new mp.Listener(undefined, o),
    "Listener.accept": (o) => listener.accept(o),
    "Connection.send": (o) => near.send(1, o),
    "Connection.sendSync": (o) => near.sendSync(1, o),
    "Connection.recv": (o) => far.recv(o),
    "Connection.recvSync": (o) => far.recvSync(o),
    "Connection.sendBytes": (o) => near.sendBytes(bytes, o),
    "Connection.sendBytesSync": (o) => near.sendBytesSync(bytes, o),
    "Connection.recvBytes": (o) => far.recvBytes(o),
    "Connection.recvBytesSync": (o) => far.recvBytesSync(o),
    "Connection.recvBytesInto": (o) => far.recvBytesInto(bytes, o),
    "Connection.recvBytesIntoSync": (o) => far.recvBytesIntoSync(bytes, o),
    "Connection.poll": (o) => far.poll(o),
    "Connection.pollSync": (o) => far.pollSync(o),
  };
  const end = async () => {
    near.close();
    far.close();
    await listener.close();
  };
  return { calls, end };
}

/** Pools, executors and what they give. */
function pools(): Subject {
  const pool = new mp.ThreadPool(1);
  const executor = new mp.ProcessPoolExecutor(1);
  const results = pool.imap(f, [1]);
  const never = new AbortController();
  const { signal } = never;
  const result = pool.applyAsync(() => new Promise(() => {}), [], { signal });
  const future = executor.submit(f, 1);
  const ended = new mp.ThreadPool(1);
  ended.close();
  const shut = new mp.ProcessPoolExecutor(1);
  const calls: Subject["calls"] = {
    "Pool.constructor": (o) => new mp.Pool(1, o),
    "ThreadPool.constructor": (o) => new mp.ThreadPool(1, o),
    "BasePool.constructor": (o) => new mp.BasePool(1, o),
    "BaseExecutor.constructor": (o) => new mp.BaseExecutor(1, o),
    "ProcessPoolExecutor.constructor": (o) => new mp.ProcessPoolExecutor(1, o),
    "BasePool.apply": (o) => pool.apply(f, [1], o),
    "BasePool.applyAsync": (o) => pool.applyAsync(f, [1], o),
    "BasePool.map": (o) => pool.map(f, [1], o),
    "BasePool.mapAsync": (o) => pool.mapAsync(f, [1], o),
    "BasePool.starmap": (o) => pool.starmap(f, [[1]], o),
    "BasePool.starmapAsync": (o) => pool.starmapAsync(f, [[1]], o),
    "BasePool.imap": (o) => pool.imap(f, [1], o),
    "BasePool.imapUnordered": (o) => pool.imapUnordered(f, [1], o),
    "BasePool.warmUp": (o) => pool.warmUp(o),
    "BasePool.join": (o) => ended.join(o),
    "AsyncResult.get": (o) => result.get(o),
    "AsyncResult.wait": (o) => result.wait(o),
    "ResultIterator.next": (o) => results.next(o),
    "Future.result": (o) => future.result(o),
    "Future.exception": (o) => future.exception(o),
    "BaseExecutor.map": (o) => executor.map(f, [1], o),
    "BaseExecutor.shutdown": (o) => shut.shutdown(o),
  };
  const end = async () => {
    never.abort();
    await Promise.allSettled([result, future]);
    pool.terminate();
    for (const one of [pool, ended]) await one.join();
    for (const one of [executor, shut]) await one.shutdown();
  };
  return { calls, end };
}

/** Processes, contexts and the log. */
function processes(): Subject {
  const p = new mp.Process({ target: () => new Promise(() => {}) });
  p.start();
  const context = mp.getContext("thread");
  const calls: Subject["calls"] = {
    "Process.constructor": (o) => new mp.Process(o),
    "BaseProcess.constructor": (o) => new mp.BaseProcess(o),
    "BaseProcess.join": (o) => p.join(o),
    "BaseProcess.result": (o) => p.result(o),
    "BaseProcess.shutdown": (o) => p.shutdown(o),
    "Context.constructor": (o) => new mp.Context("spawn", o),
    "Context.getContext": (o) => context.getContext("spawn", o),
    "getContext": (o) => mp.getContext("spawn", o),
    "through": (o) => mp.through(["env"], o),
    "getStartMethod": (o) => mp.getStartMethod(o),
    "setStartMethod": (o) => mp.setStartMethod("thread", o),
    "explain": (o) => mp.explain(() => 1, o),
    "setSpares": (o) => mp.setSpares(1, o),
    "fillSpares": (o) => mp.fillSpares(o),
    "retireSpares": (o) => mp.retireSpares(o),
    "spares": (o) => mp.spares(o),
    "Logger.addHandler": (o) => mp.getLogger().addHandler(() => {}, o),
  };
  const end = async () => {
    p.terminate();
    await p.join();
  };
  return { calls, end };
}

/** Those that a child alone has, or that take an error's options. */
const ELSEWHERE = [
  "ParentProcess.join",
  "ExitError.constructor",
  "WorkerLostError.constructor",
];

/** What an executor's `map()` takes for one more iterable. */
const isIterable = (value: unknown) =>
  typeof value === "string" || Array.isArray(value);

async function refuse({ calls, end }: Subject): Promise<void> {
  try {
    for (const [name, call] of Object.entries(calls)) {
      for (const [wrong, shown] of WRONG) {
        if (name === "BaseExecutor.map" && isIterable(wrong)) continue;
        const text = `${name}(${shown})`;
        const error = await Promise.resolve().then(() => call(wrong as never))
          .then(() => null, (error: unknown) => error);
        ok(error instanceof TypeError, `${text}: ${error}`);
        const { message } = error;
        ok(
          /"options" must be an object, as in \{ .* \}/.test(message),
          message,
        );
        ok(
          message.endsWith(`current value is ${shown}`),
          `${text}: ${message}`,
        );
      }
    }
  } finally {
    await end();
  }
}

const timeout = 180_000;
const nothing = () => {};

Deno.test(
  "Locks and shared data refuse what is no options",
  { timeout },
  () => refuse({ calls: locks(), end: nothing }),
);

Deno.test("Queues, pipes and sockets refuse what is no options", {
  timeout,
}, () => refuse(channels()));

Deno.test(
  "Pools and executors refuse what is no options",
  { timeout },
  () => refuse(pools()),
);

Deno.test("Processes and contexts refuse what is no options", {
  timeout,
}, () => refuse(processes()));

Deno.test("A signal that is none is refused by every wait", {
  timeout,
}, async () => {
  const queue = new mp.Queue<number>();
  for (const signal of [5, new AbortController(), null]) {
    const calls: ((options: mp.WaitOptions) => unknown)[] = [
      (options) => queue.get(options),
      (options) => queue.getSync(options),
    ];
    for (const call of calls) {
      const error = await Promise.resolve()
        .then(() => call({ timeout: 5, signal: signal as never }))
        .then(() => null, (error: unknown) => error);
      ok(error instanceof TypeError, String(error));
      ok(/"signal" must be an AbortSignal/.test(error.message), error.message);
    }
  }
});

Deno.test("Every call with options is among those that were tried", {
  timeout,
}, async () => {
  const tried = new Set(ELSEWHERE);
  for (const { calls, end } of [channels(), pools(), processes()]) {
    for (const name of Object.keys(calls)) tried.add(name);
    await end();
  }
  for (const name of Object.keys(locks())) tried.add(name);
  const names = await callsWithOptions();
  ok(names.length > 80, `only ${names.length}`);
  deepEqual(names.filter((name) => !tried.has(name)), []);
});

/** A part of what `deno doc --json` gives. */
interface Declared {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly declarationKind: string;
    readonly def?: {
      readonly params?: readonly unknown[];
      readonly constructors?: readonly {
        readonly params: readonly unknown[];
      }[];
      readonly methods?: readonly {
        readonly name: string;
        readonly functionDef: { readonly params: readonly unknown[] };
      }[];
    };
  }[];
}

/** The names of all public calls that have options. */
async function callsWithOptions(): Promise<string[]> {
  const mod = new URL("../mod.ts", import.meta.url).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", mod],
    stderr: "null",
  }).output();
  equal(success, true);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: readonly Declared[] }>;
  };
  const names = new Set<string>();
  for (const { name, declarations } of Object.values(nodes)[0]!.symbols) {
    for (const { kind, def = {} } of declarations) {
      if (kind === "function" && hasOptions(def.params)) names.add(name);
      if (kind !== "class") continue;
      for (const { params } of def.constructors ?? []) {
        if (hasOptions(params)) names.add(`${name}.constructor`);
      }
      for (const { name: method, functionDef } of def.methods ?? []) {
        const isOurs = method.startsWith("[");
        if (!isOurs && hasOptions(functionDef.params)) {
          names.add(`${name}.${method}`);
        }
      }
    }
  }
  return [...names];
}

/** Whether the type of a parameter is named `…Options`, or `ApplyRest`. */
function hasOptions(params: readonly unknown[] | undefined): boolean {
  return /"typeName":"(\w*Options|ApplyRest)"/.test(
    JSON.stringify(params ?? []),
  );
}
