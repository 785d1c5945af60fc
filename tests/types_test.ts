/**
 * Types: what the compiler accepts, refuses and infers. `deno check` is the test;
 * running it does next to nothing.
 *
 * @module
 */

import { equal } from "node:assert/strict";
import {
  type Availability,
  type BaseProcess,
  type Connection,
  currentProcess,
  getContext,
  getStartMethod,
  type Guard,
  Lock,
  Pipe,
  Process,
  type ProcessOptions,
  Queue,
  RLock,
  type SimpleQueue,
  startMethods,
  Value,
} from "../mod.ts";
import { type Equal, only, same } from "./types_testing.ts";

const add = (a: number, b: number): number => a + b;
const greet = (name: string, mark = "!"): string => name + mark;
const later = async (n: number): Promise<{ n: bigint }> =>
  await Promise.resolve({ n: BigInt(n) });
const sum = (...ns: number[]): number => ns.length;
const count = (counter: Value<"i">): void => void counter.add(1);

Deno.test("Process infers its arguments from the target", () => {
  only(() => {
    new Process({ target: add, args: [1, 2] });
    new Process({ target: greet, args: ["a"] });
    new Process({ target: greet, args: ["a", "?"] });
    new Process({ target: sum });
    new Process({ target: sum, args: [] });
    new Process({ target: sum, args: [1, 2, 3] });
    new Process({ target: () => {} });
    new Process({ target: () => {}, args: [] });
    new Process({ target: count, args: [new Value("i")] });
    new Process({ target: (a: number, b: string) => [a, b], args: [1, "b"] });
    new Process();
    new Process({});
    new Process({ name: "n", daemon: true, maxHeapMiB: 5, env: { A: "b" } });
  });
});

Deno.test("Process refuses arguments that do not fit", () => {
  only(() => {
    // @ts-expect-error -- arguments are missing
    new Process({ target: add });
    // @ts-expect-error -- one argument is missing
    new Process({ target: add, args: [1] });
    // @ts-expect-error -- one argument too many
    new Process({ target: add, args: [1, 2, 3] });
    // @ts-expect-error -- a string is no number
    new Process({ target: add, args: [1, "2"] });
    // @ts-expect-error -- the optional argument is a string
    new Process({ target: greet, args: ["a", 5] });
    // @ts-expect-error -- takes no arguments
    new Process({ target: () => {}, args: [1] });
    // @ts-expect-error -- a rest of numbers
    new Process({ target: sum, args: [1, "2"] });
    // @ts-expect-error -- no list
    new Process({ target: add, args: 1 });
    // @ts-expect-error -- arguments without a target
    new Process({ args: [1] });
    // @ts-expect-error -- a value of another type
    new Process({ target: count, args: [new Value("q")] });
    // @ts-expect-error -- no function
    new Process({ target: 5 });
    // @ts-expect-error -- no such option
    new Process({ target: add, args: [1, 2], deamon: true });
    // @ts-expect-error -- a name is a string
    new Process({ name: 5 });
    // @ts-expect-error -- an address has a name
    new Process({ target: { module: "file:///a.ts" } });
  });
});

Deno.test("Process.result() is what the target returns, awaited", () => {
  only(() => {
    const p = new Process({ target: add, args: [1, 2] });
    same<Equal<typeof p, Process<[a: number, b: number], number>>>();
    same<Equal<ReturnType<typeof p.result>, Promise<number>>>();
    const q = new Process({ target: later, args: [1] });
    same<Equal<ReturnType<typeof q.result>, Promise<{ n: bigint }>>>();
    const r = new Process({ target: () => {} });
    same<Equal<ReturnType<typeof r.result>, Promise<void>>>();
    const s = new Process<[number], string>({
      target: { module: "file:///a.ts", name: "a" },
      args: [1],
    });
    same<Equal<ReturnType<typeof s.result>, Promise<string>>>();
    const t = new Process();
    same<Equal<ReturnType<typeof t.result>, Promise<unknown>>>();
    same<Equal<ReturnType<typeof p.join>, Promise<boolean>>>();
    same<Equal<typeof p.exitcode, number | null>>();
    same<Equal<typeof p.sentinel, Promise<void>>>();
  });
});

Deno.test("Context types its classes as the package does", () => {
  only(() => {
    const ctx = getContext("spawn");
    const p = new ctx.Process({ target: later, args: [1] });
    same<Equal<ReturnType<typeof p.result>, Promise<{ n: bigint }>>>();
    // @ts-expect-error -- arguments are missing
    new ctx.Process({ target: add });
    const value = new ctx.Value("q");
    same<Equal<typeof value.value, bigint>>();
    // @ts-expect-error -- a number is no bigint
    new ctx.Value("q", 1);
    same<Equal<ReturnType<typeof ctx.setStartMethod>, never>>();
    class Sub extends ctx.Process<[], string> {
      field = 1;
      override run(): string {
        return this.name;
      }
    }
    const sub = new Sub();
    same<Equal<ReturnType<typeof sub.result>, Promise<string>>>();
  });
});

Deno.test("Value and SharedArray take either lock, and nothing else", () => {
  only(() => {
    const ctx = getContext("spawn");
    for (const lock of [true, false, new RLock(), new ctx.Lock()]) {
      new Value("i", 0, { lock });
      new ctx.SharedArray("i", 1, { lock });
    }
    const value = new Value("i", 0, { lock: new Lock() });
    same<Equal<ReturnType<typeof value.getLock>, RLock | Lock>>();
    same<Equal<ReturnType<typeof value.acquireSync>, Guard | null>>();
    // @ts-expect-error -- a semaphore is no lock
    new Value("i", 0, { lock: new ctx.Semaphore() });
  });
});

Deno.test("Value types its number by its typecode", () => {
  only(() => {
    same<Equal<Value<"i">["value"], number>>();
    same<Equal<Value<"q">["value"], bigint>>();
    same<Equal<Value<"bigint64">["value"], bigint>>();
    same<Equal<Value<"d">["value"], number>>();
    same<Equal<Value<"bool">["value"], boolean>>();
    const wide = new Value("q", 1n);
    same<Equal<ReturnType<typeof wide.add>, bigint>>();
    // @ts-expect-error -- no such typecode
    new Value("z");
    // @ts-expect-error -- a number is no bigint
    wide.value = 1;
    // @ts-expect-error -- a string is no number
    new Value("i", "1");
    // @ts-expect-error -- a bool has no sum
    new Value("bool").add(true);
    // @ts-expect-error -- a float has no bits
    new Value("d").or(1);
  });
});

Deno.test("Queue types what is put and got, in every context", () => {
  only(async () => {
    const queue = new Queue<{ n: number }>(5, { maxBytes: 100 });
    same<Equal<ReturnType<typeof queue.get>, Promise<{ n: number }>>>();
    same<Equal<ReturnType<typeof queue.getNowait>, { n: number }>>();
    // @ts-expect-error -- not of the type
    queue.putNowait(1);
    for await (const { n } of queue) same<Equal<typeof n, number>>();
    const { Queue: Mapped, JoinableQueue } = getContext("spawn");
    const mapped: Queue<string> = new Mapped<string>();
    same<Equal<ReturnType<typeof mapped.getSync>, string>>();
    const joinable = new JoinableQueue<bigint>();
    same<Equal<ReturnType<typeof joinable.join>, Promise<boolean>>>();
    const simple: SimpleQueue<bigint> = joinable;
    // @ts-expect-error -- a simple queue has no size
    simple.qsize();
    const target = (numbers: Queue<number>) => numbers.get();
    const p = new Process({ target, args: [new Queue<number>()] });
    same<Equal<ReturnType<typeof p.result>, Promise<number>>>();
    // @ts-expect-error -- a queue of other items
    new Process({ target, args: [new Queue<string>()] });
    // @ts-expect-error -- milliseconds stand in an object
    queue.get(5);
    // @ts-expect-error -- a number of items
    new Queue("5");
  });
});

Deno.test("Process may be subclassed, and its run() fits its type", () => {
  class Counter extends Process<[], number> {
    step = 1;
    override run(): number {
      return this.step;
    }
  }
  equal(new Counter().run(), 1);
  only(() => {
    const counter = new Counter({ name: "c", module: import.meta.url });
    same<Equal<ReturnType<typeof counter.result>, Promise<number>>>();
    const all: BaseProcess[] = [counter, new Process(), currentProcess()];
    return all;
  });
});

Deno.test("Options and reports have narrow types", () => {
  only(() => {
    same<Equal<ReturnType<typeof getStartMethod>, string>>();
    const open = getStartMethod({ allowNone: true });
    same<Equal<typeof open, string | null>>();
    const [row] = startMethods();
    same<Equal<NonNullable<typeof row>["reason"], string>>();
    const availability = { supported: true } as Availability;
    if (!availability.supported) {
      same<Equal<typeof availability.reason, string>>();
    }
    const options: ProcessOptions<[number], void> = {
      target: (_n) => {},
      args: [1],
    };
    new Process(options);
    const p = new Process();
    // @ts-expect-error -- an exit code is not set from outside
    p.exitcode = 5;
    // @ts-expect-error -- a timeout is a number
    p.join({ timeout: "1" });
    // @ts-expect-error -- milliseconds stand in an object
    p.join(5);
  });
});

Deno.test("Pipe knows what each end sends and receives", () => {
  only(() => {
    const [asker, answerer] = Pipe<string, number>();
    same<Equal<typeof asker, Connection<string, number>>>();
    same<Equal<typeof answerer, Connection<number, string>>>();
    const [receiver, sender] = Pipe<Date>({ duplex: false });
    same<Equal<Awaited<ReturnType<typeof receiver.recv>>, Date>>();
    sender.sendSync(new Date());
    // @ts-expect-error -- it only receives
    receiver.sendSync(new Date());
    new Process({
      target: (_: Connection<number, string>) => {},
      args: [answerer],
    });
  });
});
