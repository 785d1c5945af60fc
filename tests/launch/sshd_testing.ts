/**
 * A real sshd on loopback, for as long as a test needs it.
 *
 * @module
 */

const SSHD = "/usr/sbin/sshd";

/** Whether OpenSSH's server and client are installed. */
export function hasSshd(): boolean {
  return isFile(SSHD) && isFile("/usr/bin/ssh");
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A server that lets one new key in. */
export class Sshd implements AsyncDisposable {
  readonly #folder: string;
  readonly #server: Deno.ChildProcess;
  readonly #log: Log;
  /** The command that reaches it. */
  readonly command: readonly string[];

  private constructor(
    folder: string,
    server: Deno.ChildProcess,
    log: Log,
    port: number,
  ) {
    this.#folder = folder;
    this.#server = server;
    this.#log = log;
    const options = [
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "LogLevel=ERROR",
      "BatchMode=yes",
    ];
    this.command = [
      "ssh",
      "-F",
      "none",
      "-p",
      String(port),
      "-i",
      `${folder}/user`,
      ...options.flatMap((option) => ["-o", option]),
      "127.0.0.1",
    ];
  }

  /** Starts it. */
  static async start(): Promise<Sshd> {
    const folder = await Deno.makeTempDir({ prefix: "multiprocessing-test-" });
    for (const name of ["host", "user"]) await newKey(`${folder}/${name}`);
    // It wants this folder where it runs as root.
    await Deno.mkdir("/run/sshd", { recursive: true }).catch(() => {});
    const port = freePort();
    await Deno.writeTextFile(`${folder}/config`, configOf(folder, port));
    const server = new Deno.Command(SSHD, {
      args: ["-D", "-e", "-f", `${folder}/config`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = new Log(server.stderr);
    await log.says("Server listening");
    return new Sshd(folder, server, log, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.kill("SIGTERM");
    await this.#server.status;
    await this.#log.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function configOf(folder: string, port: number): string {
  return `
    ListenAddress 127.0.0.1:${port}
    HostKey ${folder}/host
    AuthorizedKeysFile ${folder}/user.pub
    StrictModes no
    UsePAM no
    PidFile none
    PermitRootLogin yes
    PasswordAuthentication no`;
}

async function newKey(path: string): Promise<void> {
  const args = ["-q", "-t", "ed25519", "-N", "", "-f", path];
  await new Deno.Command("ssh-keygen", { args }).output();
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** What a server writes; what comes after the text that is waited for is dropped. */
class Log {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #drained: Promise<void> | null = null;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  async says(wanted: string): Promise<void> {
    let text = "";
    while (!text.includes(wanted)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`The server did not say "${wanted}": ${text}`);
      text += new TextDecoder().decode(value);
    }
    this.#drained = this.#drain();
  }

  async #drain(): Promise<void> {
    while (!(await this.#reader.read()).done);
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
    await this.#drained;
  }
}
