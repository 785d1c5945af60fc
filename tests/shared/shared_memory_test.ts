import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { SharedMemoryError } from "../../lib/base/errors.ts";
import { SharedMemory } from "../../lib/shared/shared_memory.ts";
import { SharedMemoryManager } from "../../lib/shared/shared_memory_manager.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";

const timeout = 20_000;

function pathOf(name: string): string {
  return `/dev/shm/${name}`;
}

function isThere(name: string): boolean {
  try {
    Deno.statSync(pathOf(name));
    return true;
  } catch {
    return false;
  }
}

let names = 0;
function newName(): string {
  return `mp-test-${Deno.pid}-${names++}`;
}

/** Starts a program that nobody here is related to, and reads its first line. */
async function stranger(
  action: "create" | "persist" | "attach",
  name: string,
  end: "end" | "exit" = "end",
): Promise<
  { line: string; child: Deno.ChildProcess; leave(): Promise<number> }
> {
  const fixture = new URL("./fixtures/named.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "-q", fixture, action, name, end],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return {
    line: new TextDecoder().decode(value).trim(),
    child,
    async leave() {
      await child.stdin.close();
      const { code } = await child.status;
      await reader.cancel();
      return code;
    },
  };
}

Deno.test("SharedMemory is zeros of exactly the size asked for, for its user only", () => {
  using shm = new SharedMemory({ create: true, size: 10 });
  match(shm.name, /^psm_[0-9a-f]{8}$/);
  deepEqual([...shm.buf], new Array(10).fill(0));
  using other = new SharedMemory({ name: shm.name });
  equal(other.size, 10);
  equal(other.buf.length, 10);
  other.buf[9] = 255;
  equal(shm.buf[9], 255);
  equal(Deno.statSync(pathOf(shm.name)).mode! & 0o777, 0o600);
  equal(inspect(shm), `<SharedMemory "${shm.name}" size=10>`);
});

Deno.test("SharedMemory refuses sizes that are none", () => {
  for (const size of [0, -1, 1.5, NaN, 2 ** 60, undefined, "10"]) {
    throws(() => new SharedMemory({ create: true, size: size as number }), {
      name: "RangeError",
      message: /"size" must be a whole number of bytes from 1/,
    });
  }
});

Deno.test("SharedMemory refuses names that are none, or missing, or not there, or taken", () => {
  const bad = ["a/b", "/a", "", ".", "..", "a\0b", "x".repeat(256)];
  for (const name of bad) {
    throws(() => new SharedMemory({ name }), RangeError);
    throws(() => new SharedMemory({ create: true, size: 1, name }), RangeError);
  }
  throws(() => new SharedMemory({ name: 5 as never }), TypeError);
  throws(() => new SharedMemory({}), TypeError);
  const name = newName();
  throws(() => new SharedMemory({ name }), Deno.errors.NotFound);
  using first = new SharedMemory({ create: true, size: 1, name });
  throws(
    () => new SharedMemory({ create: true, size: 1, name: first.name }),
    Deno.errors.AlreadyExists,
  );
});

Deno.test("SharedMemory.close() ends this view only, and takes every array of it along", () => {
  using shm = new SharedMemory({ create: true, size: 10 });
  using other = new SharedMemory({ name: shm.name });
  const { buf } = other;
  const part = buf.subarray(5);
  other.close();
  other.close();
  throws(() => other.buf, SharedMemoryError);
  deepEqual([buf.length, part.length, buf[0]], [0, 0, undefined]);
  equal(other.size, 10);
  equal(other.name, shm.name);
  equal(shm.buf.length, 10);
  using again = new SharedMemory({ name: shm.name });
  shm.buf[1] = 2;
  equal(again.buf[1], 2);
});

Deno.test("SharedMemory.unlink() takes the name away and nothing else", () => {
  using shm = new SharedMemory({ create: true, size: 10 });
  using other = new SharedMemory({ name: shm.name });
  shm.close();
  shm.unlink();
  throws(() => shm.unlink(), Deno.errors.NotFound);
  throws(() => other.unlink(), Deno.errors.NotFound);
  throws(() => new SharedMemory({ name: shm.name }), Deno.errors.NotFound);
  other.buf[0] = 1;
  equal(other.buf[0], 1);
  const handle = other[HANDLE]("process");
  deepEqual(handle, { kind: "sharedmemory", name: shm.name });
  throws(() => other[HANDLE]("elsewhere"), /another machine/);
});

Deno.test("SharedMemory under using: its creator takes the name away, others do not", () => {
  const name = newName();
  {
    using _shm = new SharedMemory({ create: true, size: 10, name });
    {
      using _other = new SharedMemory({ name });
    }
    equal(isThere(name), true);
  }
  equal(isThere(name), false);
  {
    using _shm = new SharedMemory({
      create: true,
      size: 10,
      name,
      persist: true,
    });
  }
  new SharedMemory({ name }).unlink();
  equal(isThere(name), false);
});

Deno.test("SharedMemory does not take away a name that is another's by now", () => {
  const name = newName();
  const first = new SharedMemory({ create: true, size: 1, name });
  Deno.removeSync(pathOf(name));
  using second = new SharedMemory({ create: true, size: 2, name });
  first[Symbol.dispose]();
  equal(new SharedMemory({ name: second.name }).size, 2);
});

Deno.test(
  "SharedMemory is attached by any process of the machine, which removes nothing",
  {
    timeout,
  },
  async () => {
    using shm = new SharedMemory({ create: true, size: 10 });
    shm.buf[0] = 5;
    const { line, leave } = await stranger("attach", shm.name);
    equal(line, "10 5");
    equal(shm.buf[0], 7);
    equal(await leave(), 0);
    equal(isThere(shm.name), true);
  },
);

for (const end of ["end", "exit"] as const) {
  Deno.test(
    `SharedMemory vanishes when its creator ends, and stays where it is attached: ${end}`,
    {
      timeout,
    },
    async () => {
      const name = newName();
      const { leave } = await stranger("create", name, end);
      using shm = new SharedMemory({ name });
      equal(await leave(), end === "exit" ? 3 : 0);
      equal(isThere(name), false);
      equal(shm.buf[0], 7);
    },
  );
}

Deno.test(
  "SharedMemory of a killed creator is swept at the next use, and nothing else is",
  {
    timeout,
  },
  async () => {
    const [attached, swept, lives, stays] = Array.from(
      { length: 4 },
      newName,
    ) as [string, string, string, string];
    const dead = await Promise.all([
      stranger("create", attached),
      stranger("create", swept),
      stranger("persist", stays),
    ]);
    const living = await stranger("create", lives);
    for (const { child, leave } of dead) {
      child.kill("SIGKILL");
      await leave();
    }
    equal(isThere(attached), true);
    throws(() => new SharedMemory({ name: attached }), Deno.errors.NotFound);
    equal(isThere(attached), false);
    equal(isThere(swept), true);
    using _next = new SharedMemory({ create: true, size: 1 });
    equal(isThere(swept), false);
    equal(isThere(lives), true);
    equal(new SharedMemory({ name: stays }).size, 10);
    new SharedMemory({ name: stays }).unlink();
    await living.leave();
  },
);

Deno.test("SharedMemory can be created under the name of a killed creator", {
  timeout,
}, async () => {
  const name = newName();
  const { child, leave } = await stranger("create", name);
  child.kill("SIGKILL");
  await leave();
  using shm = new SharedMemory({ create: true, size: 3, name });
  equal(shm.buf[0], 0);
});

// Goal: memory that is closed is used in every way, and nothing crashes. Method:
// another process does it; a crash would be its exit code.
Deno.test("SharedMemory does not crash whoever uses it after close()", {
  timeout,
}, async () => {
  const fixture = new URL("./fixtures/closed.ts", import.meta.url).href;
  const { code, signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "-q", fixture],
    stdin: "null",
  }).output();
  deepEqual({ code, signal }, { code: 0, signal: null });
});

Deno.test("SharedMemory is not refused where a thing of no interest lies about", () => {
  const name = newName();
  Deno.mkdirSync(pathOf(name));
  Deno.writeFileSync(pathOf(`${name}-file`), new Uint8Array(3));
  try {
    using _shm = new SharedMemory({ create: true, size: 1 });
    equal(isThere(name), true);
    using file = new SharedMemory({ name: `${name}-file` });
    equal(file.size, 3);
    throws(() => new SharedMemory({ name }), SharedMemoryError);
  } finally {
    Deno.removeSync(pathOf(name));
    Deno.removeSync(pathOf(`${name}-file`));
  }
});

/** Runs something with a file of that mode and owner in shared memory. */
function withFile(
  { mode, owner }: { mode: number; owner?: number },
  run: (name: string) => void,
): void {
  const name = newName();
  Deno.writeFileSync(pathOf(name), new Uint8Array(8));
  try {
    Deno.chmodSync(pathOf(name), mode);
    if (owner !== undefined) Deno.chownSync(pathOf(name), owner, owner);
    run(name);
    equal(isThere(name), true);
  } finally {
    Deno.removeSync(pathOf(name));
  }
}

const isRoot = Deno.uid() === 0;

Deno.test("SharedMemory is not attached where other users may write to it", () => {
  for (const mode of [0o666, 0o620, 0o602, 0o1666]) {
    withFile({ mode }, (name) => {
      throws(() => new SharedMemory({ name }), {
        name: "SharedMemoryError",
        message: /other users may write to it .*its mode is [0-7]+/,
      });
    });
  }
  withFile({ mode: 0o644 }, (name) => {
    using shm = new SharedMemory({ name });
    equal(shm.size, 8);
  });
});

Deno.test("SharedMemory of another user is not attached, whatever its mode", {
  ignore: !isRoot,
}, () => {
  for (const mode of [0o600, 0o666, 0o1600]) {
    withFile({ mode, owner: 12345 }, (name) => {
      throws(() => new SharedMemory({ name }), {
        name: "SharedMemoryError",
        message: /belongs to another user \(12345, and this is 0\)/,
      });
      throws(
        () => new SharedMemory({ create: true, size: 1, name }),
        Deno.errors.AlreadyExists,
      );
    });
  }
});

Deno.test("SharedMemory leaves alone what other programs made, however much it looks like its own", () => {
  for (const mode of [0o1600, 0o1666, 0o1700]) {
    withFile({ mode }, (name) => {
      using _sweeps = new SharedMemory({ create: true, size: 1 });
      equal(isThere(name), true);
      if (mode === 0o1666) return;
      using shm = new SharedMemory({ name });
      equal(shm.size, 8);
    });
  }
});

Deno.test(
  "SharedMemory sweeps the memory of a killed creator of its own user only",
  {
    timeout,
    ignore: !isRoot,
  },
  async () => {
    const name = newName();
    const { child, leave } = await stranger("create", name);
    child.kill("SIGKILL");
    await leave();
    const sweep = () => {
      using _next = new SharedMemory({ create: true, size: 1 });
      return isThere(name);
    };
    await Deno.chown(pathOf(name), 12345, 12345);
    equal(sweep(), true);
    await Deno.chown(pathOf(name), 0, 0);
    await Deno.chmod(pathOf(name), 0o1660);
    equal(sweep(), true);
    await Deno.chmod(pathOf(name), 0o1600);
    equal(sweep(), false);
  },
);

Deno.test("SharedMemory is neither a link, a pipe nor a device", () => {
  using shm = new SharedMemory({ create: true, size: 1 });
  const [link, pipe] = [newName(), newName()];
  Deno.symlinkSync(pathOf(shm.name), pathOf(link));
  new Deno.Command("mkfifo", { args: [pathOf(pipe)] }).outputSync();
  try {
    throws(() => new SharedMemory({ name: link }), /symbolic link \(ELOOP\)/);
    throws(() => new SharedMemory({ name: pipe }), /is not a file/);
  } finally {
    Deno.removeSync(pathOf(link));
    Deno.removeSync(pathOf(pipe));
  }
});

Deno.test("SharedMemory says which permission it needs", {
  timeout,
}, async () => {
  const url = new URL("../../lib/shared/shared_memory.ts", import.meta.url);
  const code = `
    import { SharedMemory } from ${JSON.stringify(url.href)};
    try { new SharedMemory({ create: true, size: 1 }); }
    catch (error) { console.log(error.name, error.message.includes("--allow-ffi")); }
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--ext=ts", "--no-prompt", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout } = await child.output();
  equal(new TextDecoder().decode(stdout), "SharedMemoryError true\n");
});

Deno.test("SharedMemoryManager takes all away when it is left", () => {
  const names: string[] = [];
  {
    using manager = new SharedMemoryManager();
    const shm = manager.SharedMemory(10);
    const list = manager.ShareableList(["a", 2]);
    const gone = manager.SharedMemory(10);
    gone.unlink();
    names.push(shm.name, list.shm.name, gone.name);
    deepEqual(names.map(isThere), [true, true, false]);
    manager.shutdown();
    throws(() => shm.buf, SharedMemoryError);
    throws(() => manager.SharedMemory(10), SharedMemoryError);
    throws(() => manager.ShareableList([]), SharedMemoryError);
  }
  deepEqual(names.map(isThere), [false, false, false]);
});

Deno.test("SharedMemory of Python is attached here, and the other way round", {
  timeout,
  ignore: Deno.permissions.querySync({ name: "run" }).state !== "granted" ||
    !await hasPython(),
}, async () => {
  using shm = new SharedMemory({ create: true, size: 10 });
  shm.buf[0] = 1;
  const code = `
from multiprocessing import shared_memory, resource_tracker
a = shared_memory.SharedMemory(name="${shm.name}")
resource_tracker.unregister(a._name, "shared_memory")
print(a.size, a.buf[0])
a.buf[1] = 2
a.close()
`;
  const { stdout } = await new Deno.Command("python3", { args: ["-c", code] })
    .output();
  equal(new TextDecoder().decode(stdout), "10 1\n");
  ok(shm.buf[1] === 2);
});

async function hasPython(): Promise<boolean> {
  const python = new Deno.Command("python3", { args: ["--version"] });
  return await python.output().then(({ success }) => success, () => false);
}
