/**
 * Which names a function uses, and under which name a source exports it.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { isClosed } from "../../lib/functions/closed_text.ts";
import { namingIn } from "../../lib/functions/export_names.ts";
import { byName } from "../../lib/functions/export_match.ts";
import type { Match } from "../../lib/wire/protocol/messages.ts";
import { ProgramFolder } from "../program_testing.ts";

// All as texts, since they must keep their form.
const CLOSED = [
  "(x) => x * 2",
  "x => x",
  "() => {}",
  "async ({ a, b: [c, d = 5], ...rest }) => { await null; return a + c + d + rest.x; }",
  "function old(n) { return n < 2 ? n : old(n - 1) + old(n - 2); }",
  "function* count(n) { for (let i = 0; i < n; i++) yield i; }",
  "(xs) => xs.map((x, i) => x * i).filter(y => y > 2).length",
  "(x) => ({ a: x, b: x ? x : 1, get(y) { return y; } })",
  "(x) => { try { return JSON.parse(x); } catch (e) { return String(e); } }",
  "(x) => { switch (x) { case 1: return 2; case x: return 3; default: return 4; } }",
  "(s) => s.split(/[a\"'/]+/g).length / (1 + 2) / 3",
  "(x) => { for (const [k, v] of Object.entries(x)) if (k === v) return k; return null; }",
  "(n) => { const a = [], b = new Set(); outer: for (let i = 0; i < n; i++) { for (;;) continue outer; } return a; }",
  "(x) => `${x} and ${`${x + 1}`} $ {y}`",
  "(x) => { const f = y => y * x; return f(x); }",
  "(x) => { function f(y) { return y; } return f(x); }",
  "run(x) { return x; }",
  "async later(x) { return await x; }",
  "(x) => x?.a ?? x.b // y\n /* z */",
  "(a = 1, b = a) => a + b",
];

const OPEN = [
  "(x) => x * k",
  "(x) => f(x)",
  "(x) => { { const y = 1; } return y; }",
  "(x) => { for (const y of x) x = y; return y; }",
  "(x) => x.map((y) => y) + y",
  "(x) => ({ k })",
  "(x) => ({ [k]: 1 })",
  "(x) => x ? k : 1",
  "(x) => { switch (x) { case k: return 1; } }",
  "(x) => `${k}`",
  "(x = k) => x",
  "({ a = k }) => a",
  "({ [k]: a }) => a",
  "(x) => x[k]",
  "(x) => { const f = (z) => z; return z(f); }",
  "(x) => {\n  const f = y => y * x\n  return f(y)\n}",
  "function (x) { return this.x; }",
  "(x) => import(x)",
  "() => arguments[0]",
  "() => new.target",
  "() => eval('k')",
  "class A { run() {} }",
  "(x) => { const g = function y() {}; return y; }",
  "(x) => { try { x(); } catch (y) { x(y); } return y; }",
  "(x) => {\n  f(x)\n  { x }\n}",
  "(x) => { if (x) /'/.test(k); return '/'; }",
  "(x) => { {} /k/g; }",
  "(x) => of",
  "(x) => x.a + k.b",
  "(x) => { let a = 1, b = k; }",
  "(x) => { var k1 = k; }",
  "(x) => { for (let i = 0; i < k; i++); }",
  "(x) => { for (let i = 0; ; ) x(i); i; }",
  "(x) => { x: for (;;) break k; k; }",
  "get x() { return k; }",
  "(x) => #x in x",
  "(x) => 'unfinished",
  "((x) => x",
];

Deno.test("isClosed() tells what uses only what its text declares", () => {
  deepEqual(CLOSED.filter((text) => !isClosed(text)), []);
  deepEqual(OPEN.filter(isClosed), []);
});

Deno.test("isClosed() reads its own source as Deno wrote it", () => {
  equal(isClosed(isClosed.toString()), false);
  equal(isClosed(CLOSED.map.toString()), false, "native code says nothing");
});

const SOURCE = `
export function declared(a: string): string;
export function declared(a: number): number;
export function declared(a: unknown) { return a; }
export async function later() {}
export class Type {}
export default class Main {}
export const arrow = (x: number): number => x;
export const typed: (x: number) => number = (x) => x;
const inner = (x: number) => x, other = 1;
function hidden() { return twice(1); }
export { hidden as shown, inner };
export const called = make(2);
export const awaited = await make(2);
export const twice = (x: number) => x;
{
  const twice = (x: number) => x + 1;
  void twice;
}
export const field = (x: number) => x;
const object = { field: (x: number) => x };
export const method = (x: number) => x;
const more = { method(x: number) { return x; } };
// commented = 1
/* commented: 2 */
export const commented = (x: number) => x;
function nowhere() {}
export const count = async (x: number) => x;
interface Stats { count: number; half?: string }
const stats = { count: 5, half };
export function half(x: number): number { let count = 0; count = half(x); return count; }
export const generic = <T>(x: T) => x;
export const plain = x => x;
export const applied: () => void = await make(3);
export const $dollar = function () {};
if (half(1)) { stats.half = half(2); }
export const assigned = (x: number) => x;
function local() { let assigned; assigned = (x: number) => x + 1; return assigned; }
export const fielded = (x: number) => x;
class Holder { fielded = (x: number) => x; static half = 5; }
`;

Deno.test("namingIn() trusts a name that stands for one function only", () => {
  using folder = new ProgramFolder({
    "names.ts": SOURCE,
    "default.ts": "export default () => 1;",
    "switch.ts": "export default () => 1; ({ default: () => 2 });",
  });
  const look = (name: string, file = "names") => {
    const naming = namingIn(`file://${folder.path}/${file}.ts`, name);
    return naming.kind === "exported" ? naming.key : naming.kind;
  };
  deepEqual(
    Object.fromEntries(
      ("declared later Type Main arrow typed inner hidden called awaited twice " +
        "field method commented nowhere missing count half generic plain applied " +
        "$dollar assigned fielded").split(" ").map((name) => [
          name,
          look(name),
        ]),
    ),
    {
      declared: "declared",
      later: "later",
      Type: "Type",
      Main: "default",
      arrow: "arrow",
      typed: "typed",
      inner: "inner",
      hidden: "shown",
      called: "unclear",
      awaited: "unclear",
      twice: "unclear",
      field: "unclear",
      method: "unclear",
      commented: "commented",
      nowhere: "unclear",
      missing: "unclear",
      count: "count",
      half: "half",
      generic: "generic",
      plain: "plain",
      applied: "unclear",
      $dollar: "$dollar",
      assigned: "unclear",
      fielded: "unclear",
    },
  );
  equal(look("default", "default"), "default");
  equal(look("default", "switch"), "unclear");
  equal(look("any", "no such file"), "unread");
  equal(namingIn("https://example.com/a.ts", "a").kind, "unread");
});

Deno.test("byName() takes an export only where no other can be meant", () => {
  const text = "(x) => x * k";
  const make = () => {
    const scaled = new Function("k", `return ${text}`)(2);
    return Object.defineProperty(scaled, "name", { value: "scaled" });
  };
  const [one, other, maker] = [
    make(),
    make(),
    new Function("k", `return ${text}`),
  ];
  const order = (match: Match) => ({
    kind: "function" as const,
    module: "file:///a.ts",
    certain: false,
    name: "scaled",
    source: text,
    match,
  });
  const byKey = order({ by: "name", key: "scaled" });
  equal(byName({ scaled: one }, byKey), one);
  equal(byName({ scaled: one, again: one }, byKey), one);
  equal(byName({ scaled: one, other }, byKey), undefined, "two look alike");
  equal(byName({ scaled: one, maker }, byKey), undefined, "it has a maker");
  equal(byName({ other: one }, byKey), undefined, "another name");
  equal(byName({ scaled: maker }, byKey), undefined, "another text");
  const proven = order({ by: "identity", key: "scaled" });
  equal(byName({ scaled: one, other, maker }, proven), one);
  for (const by of ["parent", "text"] as const) {
    equal(byName({ scaled: one }, order({ by })), undefined);
  }
});
