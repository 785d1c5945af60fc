/**
 * Processes that are reached through a command: the same values, the same ends.
 *
 * `MULTIPROCESSING_THROUGH="srun -n1 --unbuffered"` tries a command of this machine.
 *
 * @module
 */

import { deepEqual, equal, match, throws } from "node:assert/strict";
import {
  type Context,
  getContext,
  type Queue,
  registerStartMethod,
  startMethods,
  through,
  type ThroughOptions,
} from "../../mod.ts";
import { eventually, isRunning, programUrl } from "../program_testing.ts";
import { hasSshd, Sshd } from "./sshd_testing.ts";

const SETTINGS = { timeout: 120_000 };
const HARD = `it's (a) $HOME "b" \\ \`x\` *;|&<>#~! {}[]\n\ttwo`;

const echo = (text: string) => [text, Deno.env.get("FAR") ?? null];
const exit = (code: number) => Deno.exit(code);
const kill = (signal: Deno.Signal) => Deno.kill(Deno.pid, signal);
const leave = async (code: number) => {
  const process = (await import("node:process")).default;
  process.exit(code);
};

const spin = async (begun: Queue<number>) => {
  await begun.put(1);
  for (;;);
};

let methods = 0;

/** A context of a new start method through a command. */
function far(command: readonly string[], options?: ThroughOptions): Context {
  const name = `through ${methods++}`;
  registerStartMethod(name, through(command, options));
  return getContext(name);
}

async function exitcode<A extends readonly unknown[]>(
  { Process }: Context,
  target: (...args: A) => unknown,
  ...args: A
): Promise<number | null> {
  const p = new Process({ target, args } as never);
  p.start();
  await p.join();
  return p.exitcode;
}

/** What holds of every command that leads to a process. */
async function behaves(ctx: Context): Promise<void> {
  const p = new ctx.Process({
    target: echo,
    args: [HARD],
    env: { FAR: HARD.replace("\n", "") },
  });
  p.start();
  deepEqual(await p.result(), [HARD, HARD.replace("\n", "")]);
  equal(p.exitcode, 0);
  for (const code of [3, 137]) {
    equal(await exitcode(ctx, exit, code), code);
  }
  equal(await exitcode(ctx, leave, 130), 130);
  const signals = [["SIGKILL", -9], ["SIGTERM", -15]] as const;
  for (const [signal, code] of signals) {
    equal(await exitcode(ctx, kill, signal), code, signal);
  }
  await using pool = new ctx.Pool(1);
  deepEqual(await pool.map((n: number) => n * 2, [1, 2, 3]), [2, 4, 6]);
}

/** Ends a busy process from this side, and with a program that has one. */
async function ends(command: readonly string[]): Promise<void> {
  for (const end of ["terminate", "kill"] as const) {
    const { Process, Queue } = far(command);
    const begun = new Queue<number>();
    const p = new Process({ target: spin, args: [begun] });
    p.start();
    await begun.get();
    p[end]();
    await p.join();
    equal(p.exitcode, end === "kill" ? -9 : -15);
  }
  await endsWithProgram(command);
}

/** Kills a program that has a busy process, which is to end. */
async function endsWithProgram(command: readonly string[]): Promise<void> {
  const program = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", programUrl("far").href, ...command],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = program.stdout.pipeThrough(new TextDecoderStream())
    .getReader();
  const { value = "" } = await reader.read();
  match(value, /^\d+ FarProcess-1/);
  const pid = Number.parseInt(value);
  program.kill("SIGKILL");
  await program.status;
  await eventually(() => !isRunning(pid), `end of ${pid}`, 5_000);
  await reader.cancel();
}

Deno.test(
  "through() a command that stays behind its process tells of every end",
  SETTINGS,
  async () => {
    const command = ["sh", "-c", `"$@"; exit $?`, "stays"];
    await behaves(far(command));
    await ends(command);
  },
);

Deno.test(
  "through() a command that hands its last argument to a shell quotes that",
  SETTINGS,
  async () => {
    await behaves(far(["sh", "-c"], { shell: true }));
    const { Process } = far(["bash", "-c", `eval "$*"`, "x"]);
    const p = new Process({ target: echo, args: ["x"] });
    p.start();
    const error = await p.result().catch((error) => error);
    match(error.message, /syntax error.*shell: true/s);
  },
);

Deno.test("through() refuses what is no option, and knows ssh", () => {
  throws(() => through(["ssh"], { shell: 1 as never }), TypeError);
  for (
    const [command, interrupts] of [["ssh", false], ["nice", true]] as const
  ) {
    far([`/usr/bin/${command}`, "x"]);
    equal(startMethods().at(-1)?.traits.interrupts, interrupts);
  }
});

Deno.test(
  "through() ssh quotes what a shell reads, and tells of every end",
  { ...SETTINGS, ignore: !hasSshd() },
  async () => {
    await using sshd = await Sshd.start();
    await behaves(far(sshd.command));
    await ends(sshd.command);
  },
);

Deno.test(
  "through() ssh says why there is no process",
  { ...SETTINGS, ignore: !hasSshd() },
  async () => {
    await using sshd = await Sshd.start();
    const method = far(sshd.command).name;
    const options = { executable: "/no/such/deno" };
    const { Process } = getContext(method, options);
    const p = new Process({ target: echo, args: ["x"] });
    p.start();
    const error = await p.result().catch((error) => error);
    match(error.message, /no\/such\/deno.*not found/s);
    equal(p.exitcode, 127);
    const at = sshd.command.indexOf("-p");
    const other = far(sshd.command.with(at + 1, "1"));
    const q = new other.Process({ target: echo, args: ["x"] });
    q.start();
    match(
      (await q.result().catch((error) => error)).message,
      /Connection refused/,
    );
    equal(q.exitcode, 255);
  },
);

const own = Deno.env.get("MULTIPROCESSING_THROUGH");

if (own !== undefined) {
  Deno.test(
    "through() a command of this machine tells of every end",
    SETTINGS,
    async () => {
      const command = own.split(" ");
      await behaves(far(command));
      await ends(command);
    },
  );
}
