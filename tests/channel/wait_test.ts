import { deepEqual, equal, rejects } from "node:assert/strict";
import { Client, getContext, Listener, wait } from "../../mod.ts";
import { meet, test, TIMEOUT_MS } from "./channel_testing.ts";

test("wait() gives all that are ready, in the order given", async () => {
  await using one = await meet();
  await using two = await meet();
  await using three = await meet();
  const all = [one.served, two.served, three.served];
  deepEqual(await wait(all, { timeout: 0 }), []);
  await three.client.send(1);
  one.client.close();
  await one.served.poll({ timeout: Infinity });
  await three.served.poll({ timeout: Infinity });
  deepEqual(await wait(all), [one.served, three.served]);
  // Looking takes nothing away.
  equal(await three.served.recv(), 1);
});

test("wait() sleeps until the first is ready, whatever it is", async () => {
  await using pair = await meet();
  const { promise, resolve } = Promise.withResolvers<void>();
  const never = new Promise<void>(() => {});
  for (
    const [wanted, act] of [
      [pair.served, () => pair.client.send(1)],
      [promise, () => Promise.resolve(resolve())],
    ] as const
  ) {
    const all = [never, promise, pair.served];
    const waiting = wait(all);
    await act();
    deepEqual(await waiting, [wanted]);
    if (wanted === pair.served) await pair.served.recv();
  }
});

test("wait() counts a rejected promise as ready, and throws nothing", async () => {
  const failed = Promise.reject(new Error("seen by others"));
  deepEqual(await wait([failed]), [failed]);
  await rejects(failed);
});

test("wait() sees peers at a listener and the ends of processes", async () => {
  await using listener = new Listener();
  const p = new (getContext("thread").Process)({ target: () => {} });
  p.start();
  deepEqual(await wait([listener, p]), [p]);
  deepEqual(await wait([p.sentinel]), [p.sentinel]);
  const waiting = wait([listener], { timeout: TIMEOUT_MS });
  using _client = await Client(listener.address);
  deepEqual(await waiting, [listener]);
  (await listener.accept()).close();
});

test("wait() gives up when the time is over or the signal says so", async () => {
  await using pair = await meet();
  deepEqual(await wait([]), []);
  deepEqual(await wait([pair.client], { timeout: -1 }), []);
  deepEqual(await wait([pair.client], { timeout: 5 }), []);
  const reason = new Error("enough");
  const controller = new AbortController();
  const waiting = wait([pair.client, new Promise(() => {})], {
    signal: controller.signal,
  });
  controller.abort(reason);
  await rejects(waiting, reason);
  await rejects(wait([], { signal: controller.signal }), reason);
});

test("wait() refuses what cannot be waited for, by its place", async () => {
  await using pair = await meet();
  await rejects(wait([pair.client, 5 as never]), /object 1/);
  pair.client.close();
  await rejects(wait([pair.client]), { name: "ConnectionError" });
});
