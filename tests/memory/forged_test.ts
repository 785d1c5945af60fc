/**
 * Handles that a child has made up: from where no memory is shared none is taken,
 * and from elsewhere only what is what it says.
 *
 * @module
 */

import { deepEqual, equal, match, rejects } from "node:assert/strict";
import {
  getContext,
  type ProcessOptions,
  SharedMemory,
} from "../../lib/entries/package.ts";
import { Block } from "../../lib/memory/allocation/block.ts";
import type {
  BlockHandle,
  Handle,
} from "../../lib/wire/serialization/handle.ts";
import * as f from "./fixtures/forgers.ts";
import "./memory_testing.ts";
import { openFiles } from "../fixtures/open_files.ts";

const timeout = 30_000;
const MIB = 1024 * 1024;
const shm = new SharedMemory({ create: true, size: 64 });
// A file that an attacker could cut off while this process looks at it.
const file = Deno.openSync(Deno.makeTempFileSync(), {
  write: true,
  read: true,
});
file.truncateSync(16 * MIB);

/** A block in any file that this process, which is the attacked, has open. */
function inFile(fd: number): BlockHandle {
  return {
    place: "mapped",
    segment: `${Deno.pid}.${fd}.${16 * MIB}.0123456789abcdef`,
    offset: 16512,
    bytes: 64,
    there: 64,
    base: 16512,
    serial: 1,
    isTicket: false,
  };
}

function fdOf(path: RegExp): number {
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      const link = Deno.readLinkSync(`/proc/self/fd/${name}`);
      if (path.test(link)) return Number(name);
    } catch {
      // It was the folder itself.
    }
  }
  throw new Error(`${path} is not open`);
}

const block = inFile(fdOf(/^\/tmp\//));
const real = Block.allocate(64, "mapped").handle("process");
const far: Handle[] = [
  { kind: "sharedmemory", name: shm.name },
  { kind: "shareablelist", name: shm.name },
  ...[block, real].flatMap((block): Handle[] => [
    { kind: "value", typecode: "i", block, lock: null },
    { kind: "array", typecode: "i", block, lock: { kind: "rlock", block } },
    { kind: "lock", block },
    { kind: "rlock", block },
    { kind: "semaphore", block, isBounded: false },
    { kind: "condition", block, lock: { kind: "lock", block } },
    { kind: "event", block },
    { kind: "barrier", block, action: null },
    { kind: "rwlock", block },
    { kind: "queue", form: "queue", block },
    { kind: "connection", block, rings: [block, null], end: 0, ticket: null },
  ]),
];

const REFUSED = /as that process shares no memory with this one/;
const permissions = { ffi: false } as const;

function target(name: keyof typeof f): { module: string; name: string } {
  return { module: f.FORGERS, name };
}

async function run(
  method: string,
  options: Pick<ProcessOptions<unknown[], unknown>, "permissions">,
  name: keyof typeof f,
  ...args: unknown[]
): Promise<unknown> {
  const { Process } = getContext(method);
  const p = new Process({
    ...options,
    target: target(name),
    args: args as never,
  });
  p.start();
  return await p.result();
}

Deno.test(
  "spawn without --allow-ffi: no handle is taken from a child, in whatever it sends",
  {
    timeout,
  },
  async () => {
    const queue = new (getContext("spawn").Queue)<unknown>();
    await using pool = new (getContext("spawn").Pool)(1, { permissions });
    // What is loaded once, and what a process keeps, is there then.
    equal(await pool.apply(target("begin") as never, []), "begun");
    const before = openFiles();
    for (const handle of far) {
      await rejects(pool.apply(target("returnForged") as never, [handle]), {
        name: "SharedMemoryError",
        message: REFUSED,
      });
      const thrown: unknown = await pool
        .apply(target("throwForged") as never, [handle])
        .then(() => null, (error) => error);
      match(
        (thrown as { part: string }).part,
        /^\[Not rebuilt: Cannot take the shared object/,
      );
    }
    equal(openFiles(), before);
    const [handle] = far as [Handle];
    await rejects(
      run("spawn", { permissions }, "returnForged", handle),
      REFUSED,
    );
    const answer = await run(
      "spawn",
      { permissions },
      "putForged",
      queue,
      handle,
    );
    match(String(answer), REFUSED);
    deepEqual([await queue.get(), await queue.get()], ["before", "after"]);
  },
);

for (const method of ["thread", "worker", "spawn"]) {
  Deno.test(
    `${method}: a handle that names what is no shared memory is refused, and nothing stays open`,
    {
      timeout,
    },
    async () => {
      await using pool = new (getContext(method).Pool)(1);
      equal(await pool.apply(target("begin") as never, []), "begun");
      const before = openFiles();
      for (const handle of far.filter((one) => "block" in one)) {
        if ("block" in handle && handle.block === real) continue;
        await rejects(pool.apply(target("returnForged") as never, [handle]), {
          name: "SharedMemoryError",
          message: /has ended, or is not visible/,
        });
      }
      const local = { place: "local", buffer: {}, offset: 64, bytes: 8 };
      await rejects(
        pool.apply(target("returnForged") as never, [{
          kind: "value",
          typecode: "i",
          block: local,
          lock: null,
        }]),
        { name: "SharedMemoryError", message: /its handle holds none/ },
      );
      equal(openFiles(), before);
    },
  );
}
