/**
 * What is taken for granted of Deno, as it is in the version that is run. Where
 * one of these turns red, a workaround of the package can go, or is needed anew.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { MessageChannel, Worker as NodeWorker } from "node:worker_threads";
import {
  eventually,
  isRunning,
  ProgramFolder,
  runProgram,
} from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };

function dataUrl(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

/** A program that starts a busy worker, terminates it and looks at its count. */
function busyProgram(make: string, lock: boolean): string {
  const held = lock
    ? `navigator.locks.request("x", () => new Promise(() => {}));`
    : "";
  return `
    import { Worker as NodeWorker } from "node:worker_threads";
    const code = \`${held}
      const spin = (cell) => { for (;;) Atomics.add(cell, 0, 1); };
      if (globalThis.WorkerGlobalScope) onmessage = ({ data }) => spin(data);
      else import("node:worker_threads").then(({ parentPort }) =>
        parentPort.on("message", spin));\`;
    const url = new URL("data:text/javascript," + encodeURIComponent(code));
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const worker = ${make};
    worker.postMessage(cell);
    const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
    while (Atomics.load(cell, 0) === 0) await turn();
    worker.terminate();
    // Terminating is not done at once. Whether it goes on for ever is seen by a
    // count that has come to rest, or still grows after a long time.
    let seen = -1;
    const end = performance.now() + 1200;
    while (seen !== Atomics.load(cell, 0) && performance.now() < end) {
      seen = Atomics.load(cell, 0);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    console.log(seen === Atomics.load(cell, 0) ? "stopped" : "still busy");
    Deno.exit(0);`;
}

async function busy(make: string, lock: boolean): Promise<string> {
  using folder = new ProgramFolder({ "main.js": busyProgram(make, lock) });
  const run = await runProgram(`${folder.path}/main.js`);
  return run.stdout.trim();
}

Deno.test(
  "Worker of node:worker_threads is stopped while busy only if it holds a Web Lock",
  SETTINGS,
  async () => {
    equal(await busy("new NodeWorker(url)", true), "stopped");
    equal(await busy("new NodeWorker(url)", false), "still busy");
  },
);

Deno.test(
  "Worker of the web is not stopped while busy, with a Web Lock or not",
  SETTINGS,
  async () => {
    const make = `new Worker(url, { type: "module" })`;
    equal(await busy(make, true), "still busy");
    equal(await busy(make, false), "still busy");
  },
);

Deno.test("Worker.prototype has one method under a symbol without description", () => {
  const symbols = Object.getOwnPropertySymbols(Worker.prototype)
    .filter((symbol) => symbol.description === undefined);
  equal(symbols.length, 1);
});

// It is what lets a program end although a Web Worker lives.
Deno.test(
  "Worker under that symbol lets the program end",
  SETTINGS,
  async () => {
    const main = (unref: boolean) => `
    const worker = new Worker("data:text/javascript,setInterval(()=>{},1e6)", {
      type: "module",
    });
    const [key] = Object.getOwnPropertySymbols(Worker.prototype)
      .filter((symbol) => symbol.description === undefined);
    if (${unref}) worker[key](false);
    else setTimeout(() => { console.log("held"); Deno.exit(); }, 300);`;
    for (const unref of [true, false]) {
      using folder = new ProgramFolder({ "main.js": main(unref) });
      const run = await runProgram(`${folder.path}/main.js`);
      deepEqual([run.code, run.stdout], [0, unref ? "" : "held\n"]);
    }
  },
);

Deno.test(
  "MessagePort of node tells by its close event that a Web Worker is gone",
  SETTINGS,
  async () => {
    const { port1, port2 } = new MessageChannel();
    const closed = new Promise((resolve) => port1.on("close", resolve));
    port1.on("message", () => {}); // Only a port that is read sees its end.
    const worker = new Worker(
      dataUrl(`onmessage = ({ data }) => { data.postMessage(1); close(); };`),
      { type: "module" },
    );
    // deno-lint-ignore no-explicit-any -- the web's ports, under Node's types
    const far = port2 as any;
    worker.postMessage(far, [far]);
    await closed;
    worker.terminate();
  },
);

Deno.test(
  "import() in a data: main module reads its file without a permission",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "user.js": `export const main = import.meta.main; import "./more.js";`,
      "more.js": "",
    });
    const url = JSON.stringify(`file://${folder.path}/user.js`);
    const literal = await runProgram(
      dataUrl(`console.log((await import(${url})).main)`).href,
      { flags: [] },
    );
    deepEqual(literal, {
      code: 0,
      signal: null,
      stdout: "false\n",
      stderr: "",
    });
    // Only a literal is seen before the program runs.
    const computed = await runProgram(
      dataUrl(`const url = [${url}].join(""); await import(url)`).href,
      { flags: [] },
    );
    equal(computed.code, 1);
    ok(computed.stderr.includes("read access"));
  },
);

/** Starts a program that starts another, kills it, and gives the other's pid. */
async function orphanOf(child: string): Promise<number> {
  using folder = new ProgramFolder({
    "child.js": `console.log(Deno.pid); ${child}`,
    "main.js": `
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", new URL("./child.js", import.meta.url).href],
        stdin: "piped",
        stdout: "inherit",
        stderr: "inherit",
      }).spawn();
      await child.status;`,
  });
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${folder.path}/main.js`],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = parent.stdout.getReader();
  const { value } = await reader.read();
  const pid = Number(new TextDecoder().decode(value).trim());
  ok(isRunning(pid));
  parent.kill("SIGKILL");
  await parent.status;
  await reader.cancel();
  return pid;
}

const PDEATHSIG = `
  const { symbols } = Deno.dlopen("libc.so.6", {
    prctl: {
      parameters: ["i32", "usize", "usize", "usize", "usize"],
      result: "i32",
    },
  });
  symbols.prctl(1, 9n, 0n, 0n, 0n);`;

Deno.test(
  "Deno.Command leaves a child behind when its parent is killed",
  SETTINGS,
  async () => {
    const pid = await orphanOf("setInterval(() => {}, 1e6);");
    try {
      ok(isRunning(pid));
      // It has a new parent, and is none of the dead one's any more.
      await eventually(
        () =>
          !Deno.readTextFileSync(`/proc/${pid}/status`).includes(`PPid:\t0\n`),
        "a new parent",
      );
      ok(isRunning(pid));
    } finally {
      Deno.kill(pid, "SIGKILL");
    }
    await eventually(() => !isRunning(pid), "end");
  },
);

Deno.test(
  "Deno.Command's child ends with its killed parent by the end of stdin",
  SETTINGS,
  async () => {
    const pid = await orphanOf(
      "while (await Deno.stdin.read(new Uint8Array(9)) !== null);",
    );
    await eventually(() => !isRunning(pid), "end");
  },
);

if (Deno.build.os === "linux") {
  // The signal belongs to the thread that set it. Deno's main thread stays, so
  // it cannot come early; it would if a pool thread had started the child.
  Deno.test(
    "PR_SET_PDEATHSIG ends a busy child with its parent, and not before",
    SETTINGS,
    async () => {
      using folder = new ProgramFolder({
        "child.js": `${PDEATHSIG} console.log(Deno.pid); for (;;);`,
        "main.js": `
        const child = new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", new URL("./child.js", import.meta.url).href],
          stdin: "piped",
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const reader = child.stdout.getReader();
        const { value } = await reader.read();
        // Pool threads come and go.
        await Promise.all(Array.from({ length: 20 }, (_, i) =>
          Deno.readTextFile(new URL("./child.js", import.meta.url))));
        await new Promise((resolve) => setTimeout(resolve, 400));
        console.log(new TextDecoder().decode(value).trim());
        await child.status;
        console.log("ended early");`,
      });
      const parent = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", `${folder.path}/main.js`],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const reader = parent.stdout.getReader();
      const { value } = await reader.read();
      const text = new TextDecoder().decode(value);
      const pid = Number(text.trim());
      ok(isRunning(pid), text);
      parent.kill("SIGKILL");
      await eventually(() => !isRunning(pid), "end of the child", 2_000);
      await parent.status;
      await reader.cancel();
    },
  );
}

Deno.test("SIGTERM ends a busy deno with that signal", SETTINGS, async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", dataUrl(`console.log(1); for (;;);`).href],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  equal((await child.status).signal, "SIGTERM");
  await reader.cancel();
});

// It is why the main thread makes the workers of workers.
Deno.test(
  "Worker made by a worker waits 400 ms or more",
  SETTINGS,
  async () => {
    const inner = dataUrl("postMessage(0)").href;
    const outer = dataUrl(`
    const start = performance.now();
    const worker = new Worker(${JSON.stringify(inner)}, { type: "module" });
    worker.onmessage = () => postMessage(performance.now() - start);`);
    const worker = new Worker(outer, { type: "module" });
    const took = await new Promise<number>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    worker.terminate();
    ok(took >= 400, `took ${took} ms`);
  },
);

// It is why threads watch their own heap, and why targets begin in a timer.
Deno.test(
  "Worker of node:worker_threads loses a turn that runs out of heap in a microtask",
  SETTINGS,
  async () => {
    const code = `
    import { parentPort } from "node:worker_threads";
    import v8 from "node:v8";
    const limit = () => v8.getHeapStatistics().heap_size_limit;
    const before = limit();
    setTimeout(async () => {
      await null;
      setTimeout(() => parentPort.postMessage(limit() > before));
      const kept = [];
      for (;;) kept.push({ x: [1, 2, 3] });
    });`;
    const worker = new NodeWorker(dataUrl(code), {
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
    const events: string[] = [];
    worker.on("error", () => events.push("error"));
    const grown = await new Promise((resolve) => worker.on("message", resolve));
    deepEqual([grown, events], [true, []]);
    await worker.terminate();
  },
);

// Threads look at their heap that way: it costs them nothing at their start.
Deno.test(
  "Atomics.waitAsync() ends in time in a thread that lost a turn, which knows its limit",
  SETTINGS,
  async () => {
    const code = `
    import { parentPort, resourceLimits } from "node:worker_threads";
    import v8 from "node:v8";
    const limit = () => v8.getHeapStatistics().heap_size_limit;
    const { maxOldGenerationSizeMb, maxYoungGenerationSizeMb } = resourceLimits;
    const known = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * 2 ** 20;
    const before = limit();
    const word = new Int32Array(new SharedArrayBuffer(4));
    parentPort.on("message", () => {}); // The wait alone does not keep it alive.
    Atomics.waitAsync(word, 0, 0, 250).value.then(() =>
      parentPort.postMessage([before === known, limit() > known])
    );
    setTimeout(async () => {
      await null;
      const kept = [];
      for (;;) kept.push({ x: [1, 2, 3] });
    });`;
    const worker = new NodeWorker(dataUrl(code), {
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
    const told = await new Promise((resolve) => worker.on("message", resolve));
    deepEqual(told, [true, true]);
    await worker.terminate();
  },
);

/** What comes out of a port that holds 1, 2 and 3 and is closed by `later`. */
async function closedBy(
  later: (close: () => void) => void,
): Promise<readonly number[]> {
  const { port1, port2 } = new MessageChannel();
  const numbers: number[] = [];
  port1.on("message", (number) => numbers.push(number));
  await new Promise((resolve) => setTimeout(resolve, 1));
  const closed = Promise.withResolvers<void>();
  setTimeout(() => {
    for (const number of [1, 2, 3]) port2.postMessage(number);
    later(() => {
      port1.close();
      setTimeout(closed.resolve);
    });
    const end = performance.now() + 2;
    while (performance.now() < end);
  });
  await closed.promise;
  port2.close();
  return numbers;
}

// A port that is closed hands out what is in it, ahead of a message that Deno has
// taken from it and not delivered. Were this no more so, a timer would do as well.
Deno.test(
  "A port that is closed in a timer may give its messages in another order",
  SETTINGS,
  async () => {
    const orders = new Set<string>();
    for (let i = 0; i < 2_000 && orders.size < 2; i++) {
      orders.add((await closedBy((close) => setTimeout(close))).join());
    }
    deepEqual([...orders].sort(), ["1,2,3", "2,3,1"]);
  },
);

Deno.test(
  "A port that is closed at the end of a turn gives its messages in order",
  SETTINGS,
  async () => {
    for (let i = 0; i < 100; i++) {
      deepEqual(await closedBy(setImmediate), [1, 2, 3]);
    }
  },
);

/** A program that kills threads which import, and says so at its end. */
function importKiller(body: string): ProgramFolder {
  return new ProgramFolder({
    "data.json": JSON.stringify(
      Array.from({ length: 100 }, (_, id) => ({ id })),
    ),
    "thread.js": `
      import { workerData } from "node:worker_threads";
      navigator.locks.request("kept " + Math.random(), () => new Promise(() => {}));
      const url = new URL("./data.json", import.meta.url).href;
      const word = new Int32Array(workerData);
      setTimeout(async () => {
        ${body}
        Atomics.store(word, 0, 1);
        for (let i = 0;; i++) {
          await import(url + "?" + i, { with: { type: "json" } });
        }
      });`,
    "main.js": `
      import { Worker } from "node:worker_threads";
      for (let i = 0; i < ${body === "" ? 100 : 10}; i++) {
        const word = new Int32Array(new SharedArrayBuffer(8));
        const worker = new Worker(new URL("./thread.js", import.meta.url), {
          workerData: word.buffer,
        });
        const gone = new Promise((resolve) => worker.on("exit", resolve));
        while (Atomics.load(word, 0) === 0) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        Atomics.store(word, 1, 1);
        if (!${JSON.stringify(body !== "")}) worker.terminate();
        await gone;
      }
      console.log("lives");`,
  });
}

// It is why a thread is asked before it is killed, and why its imports are watched.
Deno.test(
  "Worker of node:worker_threads that is killed while it imports aborts the program",
  SETTINGS,
  async () => {
    using folder = importKiller("");
    const run = await runProgram(`${folder.path}/main.js`);
    equal(run.stdout, "");
    ok(run.stderr.includes("Deno has panicked"), run.stderr);
  },
);

// It is why the first uses of globals in a thread are watched as well.
Deno.test(
  "Worker of node:worker_threads that is killed while Deno loads scripts of its own aborts the program",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "thread.js": `
        import { workerData } from "node:worker_threads";
        navigator.locks.request("kept " + Math.random(), () => new Promise(() => {}));
        const word = new Int32Array(workerData);
        setTimeout(() => {
          Atomics.store(word, 0, 1);
          process.getBuiltinModule("node:http2");
          for (;;);
        });`,
      "main.js": `
        import { Worker } from "node:worker_threads";
        for (let i = 0; i < 100; i++) {
          const word = new Int32Array(new SharedArrayBuffer(4));
          const worker = new Worker(new URL("./thread.js", import.meta.url), {
            workerData: word.buffer,
            stderr: true,
          });
          worker.on("error", () => {});
          while (Atomics.load(word, 0) === 0) {
            await new Promise((resolve) => setTimeout(resolve));
          }
          const until = performance.now() + Math.random() * 20;
          while (performance.now() < until);
          await worker.terminate();
        }
        console.log("lives");`,
    });
    const run = await runProgram(`${folder.path}/main.js`);
    equal(run.stdout, "");
    match(run.stderr, /panicked at .*ext_script\.rs/);
  },
);

// It is why the README tells of the limit of open files.
for (
  const [kind, make] of Object.entries({
    Worker: `new Worker("data:text/javascript,", { type: "module" })`,
    "Worker of node:worker_threads": `new Threads.Worker("", { eval: true })`,
  })
) {
  Deno.test(
    `${kind} that starts at the limit of open files aborts the program`,
    SETTINGS,
    async () => {
      using folder = new ProgramFolder({
        "main.js": `
          import * as Threads from "node:worker_threads";
          const files = [];
          try {
            for (;;) files.push(Deno.openSync("/dev/null"));
          } catch (error) {
            console.log(error.code);
          }
          ${make};
          setTimeout(() => console.log("lives"), 5_000);`,
      });
      const command = `ulimit -n 100; exec "$0" run -A "$1"`;
      const { stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", command, Deno.execPath(), `${folder.path}/main.js`],
        env: { NO_COLOR: "1" },
      }).output();
      equal(new TextDecoder().decode(stdout), "EMFILE\n");
      match(
        new TextDecoder().decode(stderr),
        /panicked[^]*Too many open files/,
      );
    },
  );
}

Deno.test(
  "registerHooks() brings a thread that imports JSON in a loop to its event loop",
  SETTINGS,
  async () => {
    using folder = importKiller(`
      const { registerHooks } = process.getBuiltinModule("node:module");
      let isStalled = false;
      registerHooks({ resolve(specifier, context, next) {
        if (Atomics.load(word, 1) === 1 && !isStalled) {
          isStalled = true;
          Promise.resolve().then(() => registerHooks({ load() {
            close();
            for (;;) Atomics.wait(word, 1, 1);
          } }));
        }
        return next(specifier, context);
      } });`);
    const run = await runProgram(`${folder.path}/main.js`);
    deepEqual(run, { code: 0, signal: null, stdout: "lives\n", stderr: "" });
  },
);

Deno.test(
  "Deno: a rejection is told of within the turn that waking a word takes",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.js": `
        const seen = [];
        addEventListener("unhandledrejection", (event) => {
          event.preventDefault();
          seen.push(event.reason);
        });
        const later = async () => {
          for (let i = 0; i < 9; i++) await null;
          throw "later";
        };
        setTimeout(() => {}, 100); // or the loop would end here
        // Before this, while the program begins, it takes one more.
        await import("data:text/javascript,");
        Promise.reject("at once");
        later();
        for (let i = 0; i < 20; i++) await null;
        const before = seen.length;
        const word = new Int32Array(new SharedArrayBuffer(4));
        const woken = Atomics.waitAsync(word, 0, 0).value;
        Atomics.notify(word, 0);
        await woken;
        console.log(before, seen.join());`,
    });
    const run = await runProgram(`${folder.path}/main.js`);
    deepEqual(run.stdout, "0 at once,later\n");
  },
);

// It is why a thread's terminate() and maxHeapMiB have a limit that the README names.
Deno.test(
  "Worker of node:worker_threads cannot be stopped in a loop of V8's own functions",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "thread.js": `
        import { workerData } from "node:worker_threads";
        navigator.locks.request("kept", () => new Promise(() => {}));
        const count = new Int32Array(workerData);
        setTimeout(() => {
          const kept = [];
          for (let n = 0;; n++) {
            count[0] = n;
            kept.push({ x: new Array(100).fill(n) });
            if (n % 1000 === 0) kept.length = 0;
          }
        });`,
      "main.js": `
        import { Worker } from "node:worker_threads";
        const count = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker(new URL("./thread.js", import.meta.url), {
          workerData: count.buffer,
        });
        const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        while (Atomics.load(count, 0) < 300_000) await later(10);
        worker.terminate();
        await later(500);
        const before = Atomics.load(count, 0);
        await later(1000);
        console.log(Atomics.load(count, 0) > before);
        Deno.exit();`,
    });
    const run = await runProgram(`${folder.path}/main.js`);
    equal(run.stdout, "true\n");
  },
);

// Goal: what an isolate writes past everything that this package takes over.
// Method: a thread takes the public ways and writes by the others, which come out all
// the same; it tells in its exit code whether Deno has what is taken over with.
Deno.test(
  "A thread writes to the stdout of its process past Deno.Command and console",
  SETTINGS,
  async () => {
    const thread = `
      import { log } from "node:console";
      import { spawn } from "node:child_process";
      Deno.Command = class { constructor() { Deno.exit(9); } };
      console.log = () => Deno.exit(8);
      Deno.stdout.writeSync = () => Deno.exit(7);
      log("by name");
      const { Console, core } = Deno[Deno.internal];
      new Console((text) => core.print(text.toUpperCase())).log("taken");
      const tool = spawn("echo", ["by node"], { stdio: "inherit" });
      await new Promise((resolve) => tool.on("close", resolve));`;
    using folder = new ProgramFolder({
      "main.js": `
        import { Worker } from "node:worker_threads";
        const url = new URL(${JSON.stringify(dataUrl(thread).href)});
        new Worker(url).on("exit", (code) => console.log("exit", code));`,
    });
    const run = await runProgram(`${folder.path}/main.js`);
    deepEqual(run.stdout, "by name\nTAKEN\nby node\nexit 0\n");
  },
);

// Goal: why nothing asks Deno for the mask of new files. Method: a thread looks at the
// mask until it is none, while its program asks for it.
Deno.test(
  "Deno.umask() takes the mask away from all threads while it reads it",
  { ...SETTINGS, ignore: Deno.build.os !== "linux" },
  async () => {
    const thread = `
      const isThere = (mask) => Number.parseInt(mask, 8) !== 0;
      for (let mask = "22"; isThere(mask);) {
        const status = Deno.readTextFileSync("/proc/self/status");
        mask = status.match(/Umask:\\s*(\\d+)/)[1];
      }`;
    using folder = new ProgramFolder({
      "main.js": `
        import { Worker } from "node:worker_threads";
        Deno.umask(0o22);
        const url = new URL(${JSON.stringify(dataUrl(thread).href)});
        new Worker(url).on("exit", () => Deno.exit(7));
        const ask = () => {
          for (let i = 0; i < 1000; i++) Deno.umask();
          setTimeout(ask, 0);
        };
        ask();`,
    });
    equal((await runProgram(`${folder.path}/main.js`)).code, 7);
  },
);
