// What this package takes for granted about sockets.

import { equal, throws } from "node:assert/strict";

Deno.test("Deno.listen() takes the names of Linux that are no paths", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const path = `\0mp ${crypto.randomUUID()}`;
  using listener = Deno.listen({ transport: "unix", path });
  equal((listener.addr as Deno.UnixAddr).path, path);
  using client = await Deno.connect({ transport: "unix", path });
  using served = await listener.accept();
  await client.write(Uint8Array.of(7));
  const bytes = new Uint8Array(1);
  equal(await served.read(bytes), 1);
  equal(bytes[0], 7);
});

Deno.test("Deno.listen() refuses a path with a zero in it", () => {
  const path = "/tmp/a\0b";
  throws(() => Deno.listen({ transport: "unix", path }), TypeError);
});
