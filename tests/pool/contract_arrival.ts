/**
 * What a function and its arguments bring to a pool as they do to a process.
 *
 * @module
 */

import { equal, rejects } from "node:assert/strict";
import { Account, add, TARGETS, totalOf } from "../fixtures/targets.ts";
import { group, type Subject } from "./pool_testing.ts";

const module = TARGETS;

/** Declares the tests of what arrives. */
export function arrivalContract(subject: Subject): void {
  const { ctx } = subject;
  group(subject, "what arrives", (test) => {
    test("Pool has imports of a function that travels as text lead to its module", async () => {
      const local = async () => {
        const { default: { name } } = await import("../../deno.json", {
          with: { type: "json" },
        });
        const { add } = await import("../fixtures/targets.ts");
        return [name, add(1, 2), `${typeof import.meta}`].join();
      };
      await using pool = new ctx.Pool(1);
      equal(await pool.apply(local, []), "@multiprocessing/core,3,object");
    });

    test("Pool says that an instance arrived without what its class gives it", async () => {
      const item = { account: new Account() };
      await using pool = new ctx.Pool(1);
      const lost = (path: string) => ({
        name: "TypeError",
        message: new RegExp(`\\(${path}\\.account was given as an instance of`),
      });
      await rejects(
        pool.apply(totalOf, [item], { module }),
        lost("args\\[0\\]"),
      );
      await rejects(
        pool.starmap(totalOf, [[item]], { module }),
        lost("items\\[0\\]\\[0\\]"),
      );
      const results = pool.imap(totalOf, [item], { module });
      await rejects(results.next(), lost("items\\[0\\]"));
      const initialized = new ctx.Pool(1, {
        initializer: { module, name: "totalOf" },
        initargs: [item] as never,
      });
      await rejects(
        initialized.apply(add, [1, 2], { module }),
        lost("initargs\\[0\\]"),
      );
      initialized.terminate();
      await initialized.join();
    });
  });
}
