import { deepEqual } from "node:assert/strict";
import {
  type LifeEvent,
  type LifeState,
  next,
} from "../../lib/process/life_cycle.ts";

const STATES: LifeState[] = [
  { kind: "new" },
  { kind: "starting" },
  { kind: "running" },
  { kind: "exited", code: 0 },
  { kind: "closed" },
];
const EVENTS: LifeEvent[] = [
  { kind: "start" },
  { kind: "ready" },
  { kind: "exit", code: 3 },
  { kind: "close" },
];

// Every pair, so that a way out of the drawing in state.ts shows at once.
Deno.test("next() allows the drawn ways and no other", () => {
  const table = STATES.map((state) => [
    state.kind,
    ...EVENTS.map((event) => next(state, event)?.kind ?? "-"),
  ]);
  deepEqual(table, [
    // state     start       ready      exit      close
    ["new", "starting", "-", "-", "closed"],
    ["starting", "-", "running", "exited", "-"],
    ["running", "-", "-", "exited", "-"],
    ["exited", "-", "-", "-", "closed"],
    ["closed", "-", "-", "-", "closed"],
  ]);
});

Deno.test("next() keeps the exit code", () => {
  deepEqual(next({ kind: "running" }, { kind: "exit", code: 3 }), {
    kind: "exited",
    code: 3,
  });
});
