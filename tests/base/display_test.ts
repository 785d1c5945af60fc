import { deepEqual, match } from "node:assert/strict";
import { Pool, Process, Queue } from "../../mod.ts";
import { DISPLAY, type Display, tableOf } from "../../lib/base/display.ts";

Deno.test("tableOf() gives a text with columns, and a table without markup of its values", () => {
  deepEqual(tableOf("A & B", { a: "<b>", long: 12, none: null }), {
    "text/plain": "A & B\na     <b>\nlong  12\nnone  -",
    "text/html": "<table><caption>A &#38; B</caption>" +
      "<tr><th>a</th><td>&#60;b&#62;</td></tr>" +
      "<tr><th>long</th><td>12</td></tr><tr><th>none</th><td>-</td></tr></table>",
  });
});

function shown(object: object): string {
  return (object as { [DISPLAY](): Display })[DISPLAY]()["text/plain"];
}

Deno.test("A process, a pool and a queue show a table in a notebook", {
  timeout: 120_000,
}, async () => {
  const p = new Process({ target: () => {}, name: "one" });
  match(
    shown(p),
    /^Process one\nstate +initial\nexitcode +-\npid +-\nparent +\d+\ndaemon +false$/,
  );
  p.start();
  await p.join();
  match(shown(p), /state +stopped\nexitcode +0\n/);
  {
    await using pool = new Pool(2);
    match(
      shown(pool),
      /^Pool\nstate +running\nstart method +thread\nworkers +0 of 2\n/,
    );
  }
  const queue = new Queue<number>(3);
  await queue.put(1);
  match(shown(queue), /^Queue\nstate +open\nitems +1\nmaxsize +3$/);
});
