import { deepEqual, equal, ok } from "node:assert/strict";

const program = new URL("./fixtures/idle.ts", import.meta.url).href;

/** Of a processor, the whole time; who looks without rest takes one whole. */
const BUSY_MAX = 0.4;

const OUTCOMES = {
  timeout: {
    Lock: "null",
    Semaphore: "null",
    SharedEvent: "false",
    Condition: "false",
    Barrier: "BrokenBarrierError",
    RwLock: "null",
  },
  abort: {
    Lock: "TimeoutError",
    Semaphore: "TimeoutError",
    SharedEvent: "TimeoutError",
    Condition: "TimeoutError",
    Barrier: "TimeoutError",
    RwLock: "TimeoutError",
  },
};

for (const [ending, outcomes] of Object.entries(OUTCOMES)) {
  for (const method of ["thread", "spawn"]) {
    Deno.test(
      `promises keep the program alive and the processor free, to the ${ending}: ${method}`,
      {
        timeout: 120_000,
      },
      async () => {
        const { code, stdout, stderr } = await new Deno.Command(
          Deno.execPath(),
          {
            args: ["run", "-A", "--no-check", "-q", program, method, ending],
          },
        ).output();
        equal(new TextDecoder().decode(stderr), "");
        equal(code, 0);
        const seen = JSON.parse(new TextDecoder().decode(stdout));
        deepEqual(
          Object.entries(seen.outcomes).sort(),
          Object.entries(outcomes).sort(),
        );
        ok(seen.busy < BUSY_MAX, `${seen.busy} of a processor`);
      },
    );
  }
}
