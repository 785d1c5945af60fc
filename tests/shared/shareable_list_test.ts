import { deepEqual, equal, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { SharedMemoryError } from "../../lib/base/errors.ts";
import type { ShareableItem } from "../../lib/shared/list_items.ts";
import { ShareableList } from "../../lib/shared/shareable_list.ts";
import { SharedMemory } from "../../lib/shared/shared_memory.ts";

const bytes = (...all: number[]) => new Uint8Array(all);

const ITEMS: ShareableItem[] = [
  0,
  -1.5,
  NaN,
  -Infinity,
  2n ** 63n - 1n,
  -(2n ** 63n),
  true,
  false,
  null,
  "",
  "abc",
  "a\0",
  "\0\0",
  "ß€😀".repeat(5),
  "\ufeffbom",
  bytes(),
  bytes(97, 0),
  bytes(0, 0, 0),
  bytes(...new Array(17).fill(255)),
];

Deno.test("ShareableList holds each kind of item exactly, here and by name", () => {
  using list = new ShareableList(ITEMS);
  equal(list.length, ITEMS.length);
  deepEqual([...list], ITEMS);
  using other = new ShareableList(null, { name: list.shm.name });
  deepEqual([...other], ITEMS);
  equal(inspect(list), `<ShareableList "${list.shm.name}" length=19>`);
});

Deno.test("ShareableList puts any item into any place that has room", () => {
  using list = new ShareableList(new Array(ITEMS.length).fill("x".repeat(65)));
  for (const [i, item] of ITEMS.entries()) list.set(i, item);
  deepEqual([...list], ITEMS);
  for (const i of ITEMS.keys()) list.set(i, 7);
  deepEqual([...list], new Array(ITEMS.length).fill(7));
});

Deno.test("ShareableList has room for as many bytes as an item had, in eights", () => {
  using list = new ShareableList(["abc", "😀😀😀", null, "end"]);
  list.set(0, "12345678");
  list.set(1, "1234567890123456");
  list.set(2, 2n ** 40n);
  for (const [at, item] of [[0, "123456789"], [0, "äöüÄß"], [2, "123456789"]]) {
    throws(() => list.set(at as number, item as string), {
      name: "RangeError",
      message: /has room for 8/,
    });
  }
  deepEqual([...list], ["12345678", "1234567890123456", 2n ** 40n, "end"]);
});

Deno.test("ShareableList refuses what it cannot hold and says what it can", () => {
  using list = new ShareableList([1]);
  for (const item of [undefined, {}, [], () => {}, Symbol(), "\ud83d"]) {
    throws(() => list.set(0, item as never), TypeError);
    throws(() => new ShareableList([item as never]), TypeError);
  }
  for (const item of [2n ** 63n, -(2n ** 63n) - 1n]) {
    throws(() => list.set(0, item), RangeError);
  }
  equal(list.get(0), 1);
});

Deno.test("ShareableList counts, finds, and knows its bounds", () => {
  using list = new ShareableList(["a", 1, bytes(1), "a", null, true]);
  deepEqual([list.count("a"), list.count("b"), list.count(bytes(1))], [
    2,
    0,
    1,
  ]);
  deepEqual([list.count(1), list.count(true), list.count(1n)], [1, 1, 0]);
  deepEqual([list.index("a"), list.index(null)], [0, 4]);
  throws(() => list.index("b"), RangeError);
  equal(list.at(-1), true);
  equal(list.at(6), undefined);
  for (const at of [-1, 6, 0.5, NaN]) {
    throws(() => list.get(at), RangeError);
    throws(() => list.set(at, 1), RangeError);
  }
  using empty = new ShareableList([]);
  deepEqual([...empty], []);
});

Deno.test("ShareableList does not take for a list what is none", () => {
  using shm = new SharedMemory({ create: true, size: 64 });
  using tiny = new SharedMemory({ create: true, size: 1 });
  for (const { name } of [shm, tiny]) {
    throws(() => new ShareableList(null, { name }), SharedMemoryError);
  }
  throws(() => new ShareableList(), TypeError);
  throws(
    () => new ShareableList(null, { name: "mp-test-nothing" }),
    Deno.errors.NotFound,
  );
});

Deno.test("ShareableList is closed with its memory", () => {
  const list = new ShareableList(["a"]);
  list[Symbol.dispose]();
  throws(() => list.get(0), SharedMemoryError);
  throws(
    () => new ShareableList(null, { name: list.shm.name }),
    Deno.errors.NotFound,
  );
});

Deno.test(
  "ShareableList of Python and of this package refuse each other, and at once",
  {
    timeout: 120_000,
    ignore: !await hasPython(),
  },
  async () => {
    using empty = new ShareableList([]);
    using list = new ShareableList(["abc", 1, null, 2n, true]);
    const theirs = `mp-test-${Deno.pid}-py`;
    const code = `
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import ShareableList, SharedMemory
own = ShareableList([1, "a", None], name="${theirs}")
for name in sys.argv[1:]:
    try:
        ShareableList(name=name)
        print("attached")
    except ValueError as error:
        print("refused")
    resource_tracker.unregister("/" + name, "shared_memory")
sys.stdout.flush()
sys.stdin.read(1)
own.shm.close()
own.shm.unlink()
`;
    await using python = new Deno.Command("python3", {
      args: ["-c", code, empty.shm.name, list.shm.name],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = python.stdout.pipeThrough(new TextDecoderStream());
    let said = "";
    for await (const text of lines) {
      said += text;
      if (said.split("\n").length < 3) continue;
      throws(() => new ShareableList(null, { name: theirs }), {
        name: "SharedMemoryError",
        message: /is no ShareableList of this package/,
      });
      await python.stdin.close();
    }
    equal(said, "refused\nrefused\n");
    deepEqual([...list], ["abc", 1, null, 2n, true]);
  },
);

async function hasPython(): Promise<boolean> {
  const python = new Deno.Command("python3", {
    args: ["--version"],
    stdout: "null",
  });
  return await python.output().then(({ success }) => success, () => false);
}
