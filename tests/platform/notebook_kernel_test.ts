/**
 * What is taken for granted of the kernel that Deno has for notebooks.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { ProgramFolder } from "../program_testing.ts";

const SETTINGS = { timeout: 180_000, ignore: Deno.build.os === "windows" };

/** Waits until somebody listens at a port. */
async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A port that is free now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

// Goal: what becomes of a kernel when a cell is interrupted. A notebook sends SIGINT to
// a kernel whose description does not ask for a message.
Deno.test(
  "Deno's kernel is interrupted by SIGINT, which ends it",
  SETTINGS,
  async () => {
    const [shell, iopub, stdin, control, heartbeat] = Array.from(
      { length: 5 },
      freePort,
    );
    using folder = new ProgramFolder({
      "connection.json": JSON.stringify({
        transport: "tcp",
        ip: "127.0.0.1",
        shell_port: shell,
        iopub_port: iopub,
        stdin_port: stdin,
        control_port: control,
        hb_port: heartbeat,
        key: "00000000-0000-0000-0000-000000000000",
        signature_scheme: "hmac-sha256",
      }),
    });
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--install"],
      env: { HOME: folder.path, XDG_DATA_HOME: `${folder.path}/data` },
      stdout: "null",
      stderr: "null",
    }).output();
    equal(success, true);
    const installed = described(folder.path);
    deepEqual(installed.length, 1);
    equal(installed[0]!.interrupt_mode, undefined);
    await using kernel = new Deno.Command(Deno.execPath(), {
      args: [
        "jupyter",
        "--kernel",
        "--conn",
        `${folder.path}/connection.json`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await listening(shell!);
    await listening(heartbeat!);
    kernel.kill("SIGINT");
    equal((await kernel.status).signal, "SIGINT");
  },
);

/** The descriptions of kernels in a folder. */
function described(folder: string): { readonly interrupt_mode?: string }[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(
    ({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return described(path);
      return name === "kernel.json"
        ? [JSON.parse(Deno.readTextFileSync(path))]
        : [];
    },
  );
}
