/**
 * The types of this package, checked as part of a user's program.
 *
 * @module
 */

import { equal } from "node:assert/strict";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

// Types of Node as of 2019, which a dependency may bring: timers are objects and need
// a time, `node:` names and newer modules are not known. A check of a program that
// imports the package from disk checks the package against them (2.9.6).
const OLD_NODE = `
declare namespace NodeJS { class Timeout { ref(): this; unref(): this } }
declare function setTimeout(
  callback: (...args: any[]) => void, ms: number, ...args: any[]
): NodeJS.Timeout;
declare function clearTimeout(timer?: NodeJS.Timeout): void;
declare function setInterval(
  callback: (...args: any[]) => void, ms: number, ...args: any[]
): NodeJS.Timeout;
declare function clearInterval(timer?: NodeJS.Timeout): void;
declare function setImmediate(
  callback: (...args: any[]) => void, ...args: any[]
): object;
declare module "worker_threads" {
  interface WorkerOptions { workerData?: any }
  class Worker { constructor(filename: string, options?: WorkerOptions) }
  const workerData: any;
}
declare module "v8" {}
declare module "util" {}
`;

Deno.test(
  "a program whose dependency brings old types of Node passes its type check",
  {
    timeout: 300_000,
  },
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const write = async (path: string, text: string) => {
        const file = new URL(path, `file://${folder}/`);
        await Deno.mkdir(new URL(".", file), { recursive: true });
        await Deno.writeTextFile(file, text);
      };
      const types = (name: string) =>
        JSON.stringify({ name, version: "12.20.0", types: "index.d.ts" });
      await write(
        "node_modules/@types/node/package.json",
        types("@types/node"),
      );
      await write("node_modules/@types/node/index.d.ts", OLD_NODE);
      await write("node_modules/old/package.json", types("old"));
      await write(
        "node_modules/old/index.d.ts",
        `/// <reference types="node" />
      export const timer: NodeJS.Timeout;`,
      );
      const needs = { old: "12.20.0", "@types/node": "12.20.0" };
      await write("package.json", JSON.stringify({ dependencies: needs }));
      await write("deno.json", `{ "nodeModulesDir": "manual" }`);
      const entries = Object.values(config.exports).map((path, i) =>
        `import * as m${i} from ${JSON.stringify(new URL(path, ROOT).href)};`
      );
      await write(
        "main.ts",
        `import { timer } from "old";
      ${entries.join("\n")}
      const old: NodeJS.Timeout = timer;
      // @ts-expect-error: the old types are in force.
      setTimeout(() => {});
      export { old, ${entries.map((_, i) => `m${i}`)} };`,
      );
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--no-lock", "main.ts"],
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      equal(code, 0, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
