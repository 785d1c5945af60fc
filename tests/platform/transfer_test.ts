// What this package takes for granted about lists of things that move.

import { equal, throws } from "node:assert/strict";

function wasm(): ArrayBuffer {
  return new WebAssembly.Memory({ initial: 1 }).buffer as ArrayBuffer;
}

Deno.test("structuredClone() empties no buffer where one cannot be emptied", () => {
  const buffer = new ArrayBuffer(8);
  const transfer = [buffer, wasm()];
  throws(() => structuredClone(null, { transfer }), /not transferable/);
  throws(() => wasm().transfer(0), /not detachable/);
  equal(buffer.detached, false);
});

Deno.test("MessagePort.postMessage() moves nothing where one thing cannot move", () => {
  const { port1, port2 } = new MessageChannel();
  const [closed, other] = [new MessageChannel(), new MessageChannel()];
  closed.port1.close();
  closed.port2.close();
  const buffer = new ArrayBuffer(8);
  const refused: [Transferable, RegExp][] = [
    [closed.port1, /MessagePort in transfer list is already detached/],
    [wasm(), /not transferable/],
  ];
  for (const [last, message] of refused) {
    const transfer = [buffer, other.port1, last];
    throws(() => port1.postMessage(transfer, transfer), message);
    equal(buffer.detached, false);
  }
  // It has not moved, or this would be refused.
  const transfer = [other.port1];
  const [moved] = structuredClone(transfer, { transfer });
  for (const port of [port1, port2, other.port2, moved!]) port.close();
});

Deno.test("MessagePort.postMessage() refuses a proxy, after what is to move has gone", () => {
  const { port1, port2 } = new MessageChannel();
  const buffer = new ArrayBuffer(8);
  const message = [new Proxy({}, {}), buffer];
  throws(() => port1.postMessage(message, [buffer]), {
    name: "DataCloneError",
    message: /could not be cloned/,
  });
  equal(buffer.detached, true);
  port1.close();
  port2.close();
});
