/**
 * Processes on another machine: `through(["ssh", ...])` and a real sshd on loopback.
 *
 * The suite needs OpenSSH's client and server, which `.ci/run` installs.
 *
 * @module
 */

import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import {
  ExitError,
  getContext,
  Queue,
  registerStartMethod,
  through,
  UnsupportedError,
} from "../../mod.ts";
import * as t from "../fixtures/remote_targets.ts";

const SSHD = "/usr/sbin/sshd";
const isInstalled = await isFile(SSHD) && await isFile("/usr/bin/ssh");
const SETTINGS = { timeout: 120_000, ignore: !isInstalled };

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

/** A server on a free port of loopback, with keys of its own. */
class Sshd implements AsyncDisposable {
  static #count = 0;
  readonly method = `ssh-${++Sshd.#count}`;
  readonly #folder: string;
  readonly #server: Deno.ChildProcess;
  #drained: Promise<void> | undefined;
  #said = "";

  private constructor(folder: string, server: Deno.ChildProcess) {
    this.#folder = folder;
    this.#server = server;
  }

  /** Starts it, and registers a start method that goes through it. */
  static async start(): Promise<Sshd> {
    const folder = await Deno.makeTempDir({ prefix: "multiprocessing-test-" });
    const port = freePort();
    for (const key of ["host", "user"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/${key}`];
      await new Deno.Command("ssh-keygen", { args }).output();
    }
    await Deno.mkdir("/run/sshd", { recursive: true });
    await Deno.writeTextFile(
      `${folder}/config`,
      [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${folder}/host`,
        `AuthorizedKeysFile ${folder}/user.pub`,
        "PidFile none",
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
      ].join("\n"),
    );
    const server = new Deno.Command(SSHD, {
      args: ["-D", "-e", "-f", `${folder}/config`],
      stderr: "piped",
    }).spawn();
    const sshd = new Sshd(folder, server);
    await sshd.#listens();
    const options = [
      `IdentityFile=${folder}/user`,
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "LogLevel=ERROR",
      `Port=${port}`,
    ].flatMap((option) => ["-o", option]);
    registerStartMethod(
      sshd.method,
      through(["ssh", ...options, "127.0.0.1"]),
    );
    return sshd;
  }

  /** Waits for the line that says so, and reads on. */
  async #listens(): Promise<void> {
    const listens = Promise.withResolvers<void>();
    this.#drained = this.#server.stderr.pipeThrough(new TextDecoderStream())
      .pipeTo(
        new WritableStream({
          write: (text) => {
            this.#said += text;
            if (this.#said.includes("Server listening")) listens.resolve();
          },
          close: () => listens.reject(new Error(`sshd ended: ${this.#said}`)),
        }),
      );
    await listens.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.kill("SIGTERM");
    await this.#server.status;
    await this.#drained;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

const module = t.REMOTE_TARGETS;

Deno.test(
  "a process through ssh runs, is given its arguments whole and its environment",
  SETTINGS,
  async () => {
    await using sshd = await Sshd.start();
    const { Process } = getContext(sshd.method);
    const odd = `it's "$HOME" \`x\` \\ ; & | * ( ) ! ~ # \n end`;
    const p = new Process({
      target: t.sayBack,
      args: [odd],
      module,
      env: { MULTIPROCESSING_ODD: odd },
    });
    // An arrow travels as text, and its name is part of nothing that a shell reads.
    const q = new Process({
      target: (a: string) => a + "'\"$HOME",
      args: [odd],
    });
    p.start();
    q.start();
    deepEqual(await p.result(), { argument: odd, variable: odd });
    equal(await q.result(), odd + "'\"$HOME");
  },
);

Deno.test(
  "exit codes and kills through ssh come back as those of the process",
  SETTINGS,
  async () => {
    await using sshd = await Sshd.start();
    const { Process } = getContext(sshd.method);
    for (const code of [0, 3, 137, 255]) {
      const p = new Process({ target: t.exitWith, args: [code], module });
      p.start();
      await rejects(p.result(), ExitError);
      equal(p.exitcode, code);
    }
    for (const [signal, code] of [["SIGKILL", -9], ["SIGTERM", -15]] as const) {
      const p = new Process({ target: t.endBySignal, args: [signal], module });
      p.start();
      await p.join();
      equal(p.exitcode, code);
    }
  },
);

Deno.test(
  "a busy process through ssh can be stopped, and cannot be interrupted",
  SETTINGS,
  async () => {
    await using sshd = await Sshd.start();
    const { Process } = getContext(sshd.method);
    for (const [stop, code] of [["terminate", -15], ["kill", -9]] as const) {
      const queue = new Queue<number>();
      const p = new Process({
        target: t.computeForEver,
        args: [queue],
        module,
      });
      p.start();
      const pid = await queue.get();
      throws(() => p.interrupt(), UnsupportedError);
      p[stop]();
      await p.join();
      equal(p.exitcode, code);
      await ends(pid);
    }
  },
);

Deno.test("a pool works through ssh", SETTINGS, async () => {
  await using sshd = await Sshd.start();
  await using pool = new (getContext(sshd.method).Pool)(2);
  deepEqual(await pool.map((n: number) => n * n, [1, 2, 3]), [1, 4, 9]);
});

/** Settles when a process of this machine has ended; the test's timeout is the limit. */
async function ends(pid: number): Promise<void> {
  while (await isThere(pid)) await new Promise((done) => setTimeout(done, 20));
}

async function isThere(pid: number): Promise<boolean> {
  return await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}
