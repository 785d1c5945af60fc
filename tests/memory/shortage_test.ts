/**
 * What lacks is an error that says what, and never the end of the program: room in
 * shared memory, files to open, addresses.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { getContext } from "../../lib/entries/package.ts";
import { Block } from "../../lib/memory/allocation/block.ts";
import { ownThread } from "../../lib/memory/liveness/process_liveness.ts";
import { attachSegment } from "../../lib/memory/allocation/segment.ts";
import { SharedMemory } from "../../lib/shared/shared_memory.ts";
import type { BlockHandle } from "../../lib/wire/serialization/handle.ts";
import "./memory_testing.ts";
import { openFiles } from "../fixtures/open_files.ts";

const timeout = 30_000;
const MIB = 1024 * 1024;

type Mapped = Extract<BlockHandle, { place: "mapped" }>;

const FIXTURE = new URL("./fixtures/shortage.ts", import.meta.url).pathname;

/** How to get a `/dev/shm` of one's own: as root, or as root of a namespace. */
const OWN_SHM = [["unshare", "-m"], ["unshare", "-rm"]].find((command) =>
  succeeds([...command, "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"])
);

function succeeds([command, ...args]: string[]): boolean {
  try {
    return new Deno.Command(command!, { args, stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Runs the fixture after a line of the shell, and gives what it found out. */
async function found<T>(
  before: string,
  args: string[],
  through: readonly string[] = [],
): Promise<T> {
  const line = `${before} && exec "$@"`;
  const [command, ...rest] = [...through, "sh", "-c", line, "sh"];
  const run = [Deno.execPath(), "run", "-A", "--no-check", "-q", FIXTURE];
  const { code, signal, stdout } = await new Deno.Command(command!, {
    args: [...rest, ...run, ...args],
    stdin: "null",
    stderr: "inherit",
  }).output();
  deepEqual({ code, signal }, { code: 0, signal: null });
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What a memory file of this process takes: the descriptor is in the name. */
function roomOf(segment: string): number {
  const fd = segment.split(".")[1]!;
  return Deno.statSync(`/proc/self/fd/${fd}`).blocks! * 512;
}

Deno.test(
  "SharedMemory and ShareableList say that /dev/shm is full, and leave nothing there",
  {
    timeout,
    ignore: OWN_SHM === undefined,
  },
  async () => {
    interface Found {
      outcomes: string[];
      names: string[];
      own: string;
    }
    const { outcomes, names, own } = await found<Found>(
      "mount -t tmpfs -o size=1M tmpfs /dev/shm",
      ["room"],
      OWN_SHM,
    );
    equal(outcomes.pop(), "made");
    equal(outcomes.length, 6);
    for (const outcome of outcomes) {
      match(outcome, /^SharedMemoryError: .*no space left .*ENOSPC/);
    }
    deepEqual(names, [own]);
  },
);

// Goal: every page that can be touched has its room. Method: the file system says
// how much a file has; a sparse one has less than its length.
Deno.test("Block of mapped memory has room for all its bytes before they are touched", () => {
  for (const bytes of [64, 100_000, 5 * MIB, 9 * MIB, 20 * MIB + 8]) {
    const block = Block.allocate(bytes, "mapped");
    const { segment, offset } = block.handle("process") as Mapped;
    ok(roomOf(segment) >= offset + bytes, `${bytes} bytes`);
    // Small ones do not take the room of those that may come.
    if (bytes === 64) ok(roomOf(segment) < 8 * MIB);
  }
});

Deno.test("Block that is reserved takes room as it grows, and stays as it is where there is none", () => {
  const block = Block.reserve(64, 2 ** 42, "mapped");
  const { segment, offset } = block.handle("process") as Mapped;
  ok(roomOf(segment) < MIB);
  block.int32[0] = 7;
  block.grow(3 * MIB);
  ok(block.there >= 3 * MIB);
  ok(roomOf(segment) >= offset + block.there);
  const { there } = block;
  throws(() => block.grow(2 ** 42), {
    name: "SharedMemoryError",
    message: /this machine has \d+ bytes of memory left/,
  });
  equal(block.there, there);
  equal(block.int32[0], 7);
  // Others see no more than what has room.
  const other = Block.attach(block.handle("process"));
  other.grow(5 * MIB);
  ok(roomOf(segment) >= offset + other.there);
});

Deno.test("Block takes room again for what it gave back", {
  timeout,
}, async () => {
  const url =
    new URL("../../lib/memory/allocation/block.ts", import.meta.url).href;
  const code = `
    import { Block } from ${JSON.stringify(url)};
    const room = (segment) => Deno.statSync(
      "/proc/self/fd/" + segment.split(".")[1]).blocks * 512;
    const make = () => Block.allocate(${4 * MIB}, "mapped");
    const first = (() => { const b = make(); return [b.byteOffset, b.key]; })();
    const stays = Block.allocate(8, "mapped");
    const { segment } = stays.handle("process");
    const before = room(segment);
    while (room(segment) === before) { gc(); await new Promise((r) => setTimeout(r)); }
    const between = room(segment);
    const again = make();
    console.log(before - between > 3e6, again.byteOffset === first[0], room(segment) === before);
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", "--no-check", "--v8-flags=--expose-gc", code],
    stderr: "inherit",
  }).output();
  equal(new TextDecoder().decode(stdout), "true true true\n");
});

Deno.test("shared memory that the machine does not have is refused", () => {
  const ctx = getContext("spawn");
  const refused = {
    name: "SharedMemoryError",
    message: /memory left|no space left/,
  };
  throws(() => new ctx.SharedArray("d", 2 ** 40), refused);
  throws(() => new ctx.RawArray("d", 2 ** 40), refused);
  throws(() => new SharedMemory({ create: true, size: 2 ** 45 }), refused);
});

Deno.test(
  "at the limit of open files shared memory says so, and the living are not taken for dead",
  {
    timeout,
  },
  async () => {
    const living = ownThread();
    const dead = { ...living, tid: 2 ** 22 + 1 };
    using shm = new SharedMemory({ create: true, size: 10 });
    interface Found {
      outcomes: string[];
      small: string;
      alive: boolean[];
    }
    const given = JSON.stringify({ living, dead, name: shm.name });
    const { outcomes, small, alive } = await found<Found>(
      "ulimit -n 128",
      ["files", given],
    );
    equal(outcomes.length, 6);
    for (const outcome of outcomes) {
      match(outcome, /^SharedMemoryError: .*too many open files \(EMFILE\)/);
    }
    equal(small, "made");
    deepEqual(alive, [true, false]);
  },
);

Deno.test("SharedMemory that cannot be mapped leaves no open file", () => {
  const name = `mp-test-${Deno.pid}-sparse`;
  Deno.writeFileSync(`/dev/shm/${name}`, new Uint8Array(0), { mode: 0o600 });
  try {
    // More than a process has addresses for.
    Deno.truncateSync(`/dev/shm/${name}`, 2 ** 47);
    const before = openFiles();
    for (let i = 0; i < 50; i++) {
      throws(() => new SharedMemory({ name }), {
        name: "SharedMemoryError",
        message: /ENOMEM/,
      });
    }
    equal(openFiles(), before);
  } finally {
    Deno.removeSync(`/dev/shm/${name}`);
  }
});

Deno.test("made-up handles leave no open file and no mapping, and touch nothing that can shrink", () => {
  const file = Deno.makeTempFileSync();
  using open = Deno.openSync(file, { read: true, write: true });
  open.truncateSync(16 * MIB);
  const fds = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name);
  const good = Block.allocate(64, "mapped").handle("process") as Mapped;
  const [pid, fd, bytes, id] = good.segment.split(".") as [
    string,
    string,
    string,
    string,
  ];
  const attach = (handle: Mapped) =>
    throws(() => Block.attach(handle), { name: "SharedMemoryError" });
  const mappings = () => Deno.readTextFileSync("/proc/self/maps").split("\n");
  const other = id.replace(/^./, (digit) => digit === "0" ? "1" : "0");
  const segments = [
    ...fds.map((any) => `${pid}.${any}.${16 * MIB}.${other}`),
    `${pid}.${fd}.${bytes}.${other}`,
    `${pid}.${fd}.${Number(bytes) * 2}.${other}`,
    `${pid}.${fd}.64.${other}`,
    `${2 ** 31}.${fd}.${bytes}.${id.split("").reverse().join("")}`,
  ];
  const before = [openFiles(), mappings().length];
  for (let i = 0; i < 4000; i++) {
    attach({ ...good, segment: segments[i % segments.length]! });
  }
  const after = [openFiles(), mappings().length];
  equal(after[0], before[0]);
  ok(after[1]! < before[1]! + 50, `${before} became ${after}`);
  Deno.removeSync(file);
});

Deno.test("a handle of a block that is not there leaves no open file", {
  timeout,
}, async () => {
  // A segment of another process, as one's own is always there.
  const url =
    new URL("../../lib/memory/allocation/block.ts", import.meta.url).href;
  const code = `
    import { Block } from ${JSON.stringify(url)};
    const block = Block.allocate(${9 * MIB}, "mapped");
    console.log(JSON.stringify(block.handle("process")));
    await Deno.stdin.read(new Uint8Array(1));
    console.log(block.bytes);
  `;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", "--no-check", code],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const handle = JSON.parse(new TextDecoder().decode(value)) as Mapped;
  const before = openFiles();
  const wrong: Partial<Mapped>[] = [
    { serial: 99 },
    { base: 64 },
    { base: handle.base + 1 },
    { base: 2 ** 40 },
    { offset: 2 ** 40 },
    { offset: -8 },
    { bytes: 2 ** 40 },
    { there: 2 ** 40 },
    { there: -1 },
    { there: NaN },
  ];
  for (const part of wrong) {
    throws(() => Block.attach({ ...handle, ...part, isTicket: false }), {
      name: "SharedMemoryError",
    });
    equal(openFiles(), before, JSON.stringify(part));
  }
  equal(Block.attach(handle).bytes, 9 * MIB);
  throws(() => attachSegment("1.2.3"), /malformed/);
  await reader.cancel();
  await child.stdin.close();
});
