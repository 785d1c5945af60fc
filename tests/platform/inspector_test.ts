/**
 * What is taken for granted of V8's inspector.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { explain } from "../../mod.ts";
import { runProgram } from "../program_testing.ts";

/** Takes the ticks of a session, and gives what it answers before `post()` returns. */
const ASK = `
  import inspector from "node:inspector";
  const ticks = [];
  const { nextTick } = process;
  process.nextTick = (tick) => ticks.push(tick);
  const session = new inspector.Session();
  session.connect();
  const ask = (method, params) => {
    let answer;
    session.post(method, params, (error, result) => answer = error ?? result);
    for (const tick of ticks.splice(0)) tick();
    return answer;
  };
  const look = (target) => {
    globalThis.target = target;
    const { result } = ask("Runtime.evaluate", { expression: "target" });
    const { internalProperties } =
      ask("Runtime.getProperties", { objectId: result.objectId });
    const { value } = internalProperties.find(({ name }) => name === "[[Scopes]]");
    globalThis.take = (scopes) => globalThis.scopes = scopes;
    ask("Runtime.callFunctionOn", {
      objectId: value.objectId,
      functionDeclaration: "function () { take(this) }",
    });
    return Array.from(globalThis.scopes);
  };
  const end = () => {
    session.disconnect();
    process.nextTick = nextTick;
  };`;

async function printed(
  program: string,
  ...flags: string[]
): Promise<unknown[]> {
  const url = `data:text/javascript,${encodeURIComponent(ASK + program)}`;
  const run = await runProgram(url, {
    flags: flags.length > 0 ? flags : ["-A"],
  });
  equal(run.stderr, "");
  return run.stdout.trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("the inspector runs a command at once, and its answer waits for process.nextTick()", async () => {
  deepEqual(
    await printed(`
      const order = [];
      globalThis.note = (what) => order.push(what);
      session.post("Runtime.evaluate", { expression: "note('run')" }, () => note("answer"));
      note("posted");
      for (const tick of ticks.splice(0)) tick();
      note("ticked");
      end();
      console.log(JSON.stringify(order));`),
    [["run", "posted", "answer", "ticked"]],
  );
});

Deno.test("the inspector shows the very values of the scopes of a function", async () => {
  deepEqual(
    await printed(`
      const shared = {};
      const make = () => { let n = 1; const unused = 2; return () => [n, shared]; };
      const [inner, module, global] = look(make());
      console.log(JSON.stringify([inner, module, global].map((s) => s.description)));
      console.log(JSON.stringify(Object.keys(inner.object)));
      console.log(module.object.shared === shared);
      const late = () => soon;
      try { look(late)[0].object.soon; } catch (e) { console.log(JSON.stringify(e.name)); }
      const soon = 1;
      // No sign of \`this\`, so a function that uses it is refused.
      const arrow = new (class { of() { return () => this; } })().of();
      console.log(JSON.stringify(look(arrow).map((s) => s.description)));
      end();`),
    [
      ["Closure (make)", "Module", "Global"],
      ["n"],
      true,
      "ReferenceError",
      ["Module", "Global"],
    ],
  );
});

Deno.test("the inspector shows of two functions of one scope two scopes", async () => {
  deepEqual(
    await printed(`
      const make = () => { let n = 1; return [() => n, () => ++n]; };
      const [one, other] = make();
      const [a] = look(one);
      const [b] = look(other);
      // They are copies: nothing tells that it is one scope but what is in it.
      other();
      console.log(JSON.stringify([a.object === b.object, a.object.n, look(one)[0].object.n]));
      end();`),
    [[false, 1, 2]],
  );
});

Deno.test("V8 keeps of the variables around a function what it uses, and no more", async () => {
  deepEqual(
    await printed(`
      const text = "(x) => used + x.property + 'string' + /regex/.source";
      const make = new Function("used", "property", "string", "regex", "return () => (" + text + ")");
      console.log(JSON.stringify(Object.keys(look(make())[0].object)));
      end();`),
    [["used"]],
  );
});

Deno.test("a session can be had with --allow-sys, and the query for that asks nobody", async () => {
  const program = `
    end();
    const { state } = Deno.permissions.querySync({ name: "sys", kind: "inspector" });
    console.log(JSON.stringify(state));`;
  deepEqual(await printed(program, "--allow-sys"), ["granted"]);
  const url = `data:text/javascript,${
    encodeURIComponent(`
      console.log(Deno.permissions.querySync({ name: "sys", kind: "inspector" }).state);
      try { Deno.jupyter } catch { console.log("no notebook"); }
      ${ASK}`)
  }`;
  const run = await runProgram(url, { flags: [] });
  equal(run.stdout, "prompt\nno notebook\n");
  match(run.stderr, /NotCapable/);
});

/** Milliseconds until a thread runs. */
async function startOf(): Promise<number> {
  const start = performance.now();
  const url =
    "data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.postMessage(1)";
  const thread = new Worker(new URL(url));
  await new Promise((resolve) => thread.once("message", resolve));
  const ms = performance.now() - start;
  await thread.terminate();
  return ms;
}

/** The quickest of some starts, each after `before`: a busy machine slows some. */
async function quickest(before: () => void): Promise<number> {
  let ms = Infinity;
  for (let i = 0; i < 4; i++) {
    before();
    ms = Math.min(ms, await startOf());
  }
  return ms;
}

// Goal: no child waits for a debugger that is not there. A thread waits 500 ms where
// a session is open, and the library closes its own before anything starts.
Deno.test(
  "a thread waits for a debugger while a session is open, and not after a look",
  {
    timeout: 180_000,
  },
  async () => {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    const open = await quickest(() => {});
    session.disconnect();
    const looked = { at: 1 };
    const after = await quickest(() =>
      equal(explain(() => looked).kind, "captured")
    );
    ok(open >= 490, `${open}`);
    ok(after < open - 250, `${after} after a look, ${open} while one is open`);
  },
);

/** What the REPL prints for these lines. */
async function repl(lines: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["repl", "-A", "--quiet"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(lines));
  await stdin.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("a session within a line of the REPL aborts it", {
  timeout: 120_000,
}, async () => {
  const text = await repl(
    `import inspector from "node:inspector";\n` +
      `const session = new inspector.Session();\nsession.connect();\n` +
      `session.post("Runtime.evaluate", { expression: "1" });\nconsole.log("alive")\n`,
  );
  match(text, /already borrowed|panicked/);
});
