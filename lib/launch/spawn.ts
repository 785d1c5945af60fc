/**
 * The start method `spawn`: a fresh `deno` process.
 *
 * Frames go to the child on its stdin and come back on its stderr, between
 * whatever else is written there, so that stdout stays the child's own.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { exitcodeOf, type StopSignal } from "../base/signals.ts";
import { settles } from "../base/waiting.ts";
import { relaysGiven } from "../channel/relay_homes.ts";
import { canMapAt, Scratch, syscall, whyNotMapped } from "../memory/libc.ts";
import {
  frame,
  FRAME_MAX_BYTES,
  joined,
  markerOf,
  newGreeting,
  seal,
  unsealFromChild,
} from "../wire/frames.ts";
import { MixedReader } from "../wire/mixed.ts";
import { fromProcess } from "../wire/decoders.ts";
import type { Ending, ToChild } from "../wire/messages.ts";
import { spawnedEntryUrl } from "./entry.ts";
import { OUT_OF_HEAP } from "../wire/birth.ts";
import type { Packed } from "../wire/pack.ts";
import type { Destination } from "../wire/handle.ts";
import { executableOf, isOwnDeno } from "./interpreter.ts";
import { WholeLines } from "./lines.ts";
import { goesThroughShell, shellCall } from "./shell.ts";
import {
  type Availability,
  type Child,
  type ChildEvents,
  destinationOf,
  type Launcher,
  type LaunchRequest,
  type StartMethodTraits,
} from "./launcher.ts";
import { checkModules, may, permissionFlags } from "./permissions.ts";
import { compiledAvailability } from "./packed.ts";
import { programSettings } from "./settings.ts";

const SPAWN_TRAITS: StartMethodTraits = {
  process: "a fresh deno process",
  memory: "mapped",
  stopsWhileBusy: true,
  interrupts: Deno.build.os !== "windows",
  limitsHeap: true,
  ownPermissions: true,
  ownEnv: true,
  ownFlags: true,
};

/** What stands before the call of `deno`. */
interface Way {
  readonly prefix: readonly string[];
  readonly shell: boolean;
}

/** Fresh `deno` processes, through `Deno.Command`. */
export const spawn: Launcher = commandLauncher(
  { prefix: [], shell: false },
  SPAWN_TRAITS,
);

/**
 * How `through()` hands the call to its command.
 *
 * @example A command that hands its arguments to a shell
 * ```ts
 * import { registerStartMethod, through } from "@multiprocessing/core";
 *
 * registerStartMethod("far", through(["tsh", "ssh", "host"], { shell: true }));
 * ```
 */
export interface ThroughOptions {
  /**
   * Whether the command hands its last arguments to a shell, which reads them anew:
   * they are quoted then, and `env` is set by the other side's `env`, where the list
   * of processes shows it.
   *
   * @default {true} for a command with `ssh` in it, `false` for others
   */
  shell?: boolean;
}

/**
 * A start method that reaches its processes through a command, such as
 * `["srun", "-n1", "--unbuffered"]`, `["ssh", "host"]` or `["nice"]`: the command
 * is given the `deno` call as its last arguments and must join its three standard
 * streams to it. Such processes share no memory with this one.
 *
 * Exit codes and signals are those of the process, as far as the command reports
 * them: 128 and a signal's number is taken for the signal, unless the process ended
 * itself with that code. `terminate()` and `kill()` send the command a SIGTERM, which
 * is to end its process too; `ssh` does so by the end of its stdin. A command that
 * `kill()` has not ended within a second is killed.
 *
 * @example A start method with low priority
 * ```ts
 * import { getContext, registerStartMethod, through } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * registerStartMethod("nice", through(["nice", "-n", "10"]));
 * const p = new (getContext("nice").Process)({ target: () => 42 });
 * p.start();
 * equal(await p.result(), 42);
 * ```
 *
 * @param command The command and its first arguments.
 * @param options Whether the command hands its arguments to a shell.
 * @returns The launcher, for `registerStartMethod()`.
 * @throws {TypeError} If the command is empty, or an option is of the wrong type.
 */
export function through(
  command: readonly string[],
  options: ThroughOptions = {},
): Launcher {
  if (command.length === 0 || command[0] === "") {
    throw new TypeError(
      "Cannot make a start method through a command as it is empty: give its " +
        'name and first arguments, as in ["ssh", "host"]',
    );
  }
  const { shell = goesThroughShell(command) } = options;
  if (typeof shell !== "boolean") {
    throw new TypeError(
      `Cannot make a start method through a command as "shell" must be a boolean: current value is ${
        String(shell)
      }`,
    );
  }
  return commandLauncher({ prefix: [...command], shell }, {
    ...SPAWN_TRAITS,
    process: `a deno process through ${command[0]}`,
    memory: "none",
    // What the command is told does not reach a shell's child.
    interrupts: SPAWN_TRAITS.interrupts && !shell,
  });
}

function commandLauncher(
  { prefix, shell }: Way,
  traits: StartMethodTraits,
): Launcher {
  return {
    traits,
    availability() {
      const compiled = compiledAvailability();
      return compiled.supported
        ? runAvailability(prefix[0] ?? executableOf(null))
        : compiled;
    },
    prepare(request, first, events) {
      const destination = destinationOf(
        traits,
        request.permissions ?? undefined,
      );
      if (first.kind === "start") refuseTooLong(first.body);
      checkModules(request.modules, request.mainModule);
      const isDirect = prefix.length === 0;
      const call = denoCall(request, isDirect);
      const launched = shell
        ? launch([...prefix, ...shellCall(call, request.env)], null)
        : launch([...prefix, ...call], request.env);
      const where = { destination, isDirect };
      return () => {
        const process = launched();
        try {
          return new SpawnedChild(process, where, first, events);
        } catch (error) {
          process.kill("SIGKILL");
          throw error;
        }
      };
    },
  };
}

/** Refuses arguments that fit into no message, before anything is started. */
function refuseTooLong(body: Packed | null): void {
  if (!(body instanceof Uint8Array) || body.length < FRAME_MAX_BYTES) return;
  throw new EncodingError(
    "the arguments",
    `${body.length} bytes long, more than the ${FRAME_MAX_BYTES} of a message; ` +
      "put them into SharedMemory, or send them in parts through a queue",
  );
}

/**
 * Starts the command, which takes its time to boot and then waits for its order;
 * the returned function gives the process, or throws what went wrong.
 */
function launch(
  [command, ...args]: readonly string[],
  env: LaunchRequest["env"],
): () => Deno.ChildProcess {
  try {
    const process = new Deno.Command(command!, {
      args,
      stdin: "piped",
      stdout: "inherit",
      stderr: "piped",
      ...(env === null ? {} : { env: { ...env } }),
    }).spawn();
    return () => process;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function runAvailability(command: string): Availability {
  if (may("run", command)) return { supported: true };
  return {
    supported: false,
    reason: `it needs --allow-run for ${command}`,
    missing: "permission",
  };
}

function denoCall(request: LaunchRequest, isDirect: boolean): string[] {
  const { maxHeapMiB, mainModule, interpreter } = request;
  const executable = executableOf(interpreter);
  const flags = permissionFlags(request.permissions, [
    import.meta.url,
    ...request.modules,
  ]);
  const entry = spawnedEntryUrl(
    request.modules,
    flags.includes("--allow-read"),
    isDirect && isOwnDeno(executable),
  );
  return [
    executable,
    "run",
    // What it downloads is no news to the user of this program.
    "--quiet",
    ...flags,
    ...programSettings(mainModule),
    ...interpreter?.flags ?? [],
    ...(maxHeapMiB === null
      ? []
      : [`--v8-flags=--max-old-space-size=${maxHeapMiB}`]),
    ...mainFlags(entry, mainModule),
    ...Deno.args,
  ];
}

/**
 * What is run. Deno looks for the configuration of a program from the folder of its
 * main module, so the child is given one in the same folder, with the same path in
 * `process.argv`. It never runs: the entry is loaded before it and does not end
 * (2.9.6). A program from elsewhere has its configuration where it stands.
 */
function mainFlags(entry: string, mainModule: string | null): string[] {
  return mainModule?.startsWith("file:")
    ? ["--preload", entry, `${mainModule}?multiprocessing`]
    : [entry];
}

/** How long a command may take to end what it has started, before it is killed. */
const COMMAND_ENDS_MS = 1_000;

/** A shell, and what behaves like one, reports signal n as this and n. */
const SIGNALED = 128;
const SIGNALS_MAX = 64;

/** How long text on stderr may still come after the process has ended. */
const STDERR_DRAINS_MS = 200;

/** What of a child's own words is kept to explain its end. */
const LAST_WORDS_BYTES = 2048;

class SpawnedChild implements Child {
  readonly pid: number;
  readonly ident: number;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #events: ChildEvents;
  readonly #greeting = newGreeting();
  readonly #destination: Destination;
  readonly #isDirect: boolean;
  #asked: StopSignal | null = null;
  #killer: ReturnType<typeof setTimeout> | undefined;
  /** The code with which the child said that it ends, where it is asked to. */
  #exiting: number | null = null;
  #relays = relaysGiven();
  readonly #text = new WholeLines(passOn);
  #lastWords = "";
  #ready = false;

  constructor(
    process: Deno.ChildProcess,
    where: { destination: Destination; isDirect: boolean },
    first: ToChild,
    events: ChildEvents,
  ) {
    this.#process = process;
    this.#destination = where.destination;
    this.#isDirect = where.isDirect;
    this.#events = events;
    // The program is kept alive by whoever waits, not by the process or its pipes.
    this.#process.unref();
    this.pid = this.#process.pid;
    this.ident = this.pid;
    this.#stdin = this.#process.stdin.getWriter();
    this.#begin(joined([frame(this.#greeting), frame(seal(first))]));
    endWithUs(this);
    this.#watch();
  }

  send(message: ToChild): void {
    const marked = message.kind === "mail" && this.#mayRelay()
      ? { ...message, isRelayed: true }
      : message;
    this.#write(frame(seal(marked)));
  }

  /** Whether a relay was given, to whomever, since it was asked last. */
  #mayRelay(): boolean {
    const before = this.#relays;
    this.#relays = relaysGiven();
    return this.#relays > before && !canMapAt(this.#destination);
  }

  stop(signal: StopSignal): void {
    this.#asked = signal;
    if (this.#isDirect || signal !== "SIGKILL") return this.#signal(signal);
    // A command that is killed at once cannot end what it has started elsewhere:
    // `srun` leaves its task running then.
    this.#signal("SIGTERM");
    this.#killer = setTimeout(() => this.#signal("SIGKILL"), COMMAND_ENDS_MS);
    Deno.unrefTimer(this.#killer);
  }

  #signal(signal: StopSignal): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has just ended by itself.
    }
  }

  /**
   * Hands over the first frames. Deno's streams write after the caller's turn; a
   * caller that blocks its thread, to wait for this very child, has none. The pipe
   * can be written to at once by its name, where that is allowed.
   */
  #begin(bytes: Uint8Array): void {
    if (!writeAtOnce(`/proc/${this.pid}/fd/0`, bytes)) this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    // A child that is gone is told by its status and not by its pipe.
    this.#stdin.write(bytes).catch(() => {});
  }

  async #watch(): Promise<void> {
    const drained = this.#read();
    const status = await this.#process.status;
    // Whoever the child has started may still hold its stderr open.
    await settles(drained, STDERR_DRAINS_MS, undefined);
    this.flush();
    clearTimeout(this.#killer);
    ours.delete(this);
    await this.#stdin.close().catch(() => {});
    this.#events.ended(this.#endingOf(status));
  }

  #endingOf(status: Deno.CommandStatus): Ending {
    const reason = this.#reason(status.signal);
    return {
      code: this.#codeOf(status),
      ...(reason === "" ? {} : { reason }),
    };
  }

  #codeOf({ code, signal }: Deno.CommandStatus): number {
    const ended = signal === null ? code : exitcodeOf(signal);
    if (this.#isDirect || ended === 0) return ended;
    if (this.#exiting !== null) return this.#exiting;
    // A command that is stopped ends in its own way, as ssh does with 255.
    if (this.#asked !== null) return exitcodeOf(this.#asked);
    const isSignal = ended > SIGNALED && ended <= SIGNALED + SIGNALS_MAX;
    return isSignal ? SIGNALED - ended : ended;
  }

  /** What the child said last, where that explains its end. */
  #reason(signal: string | null): string {
    if (!this.#ready) return this.#lastWords.trim();
    // V8 aborts a process without memory, after a word on stderr.
    return signal !== null && /out of memory/.test(this.#lastWords)
      ? OUT_OF_HEAP
      : "";
  }

  /** Takes what the child writes, until it writes what is no message. */
  async #read(): Promise<void> {
    const reader = new MixedReader(markerOf(this.#greeting));
    try {
      for await (const chunk of this.#process.stderr) {
        this.#take(reader.push(chunk));
      }
      this.#pass(reader.end());
    } catch (error) {
      this.#events.broken(error);
    }
    this.flush();
  }

  /** Passes on what the child has written, also if its line is not at its end. */
  flush(): void {
    this.#text.flush();
  }

  #take({ text, frames }: { text: Uint8Array; frames: Uint8Array[] }): void {
    this.#pass(text);
    for (const bytes of frames) {
      const message = fromProcess(unsealFromChild(bytes));
      if (message.kind === "ready") this.#ready = true;
      if (message.kind === "exiting") {
        this.#exiting = message.code;
        continue;
      }
      this.#events.message(message);
    }
  }

  #pass(text: Uint8Array): void {
    if (text.length === 0) return;
    this.#lastWords = (this.#lastWords + new TextDecoder().decode(text))
      .slice(-LAST_WORDS_BYTES);
    this.#text.write(text);
  }
}

/** What an empty pipe takes without blocking, on Linux. */
const PIPE_BYTES = 64 * 1024;

/** Writes into a pipe by its name; false where that cannot be done. */
function writeAtOnce(path: string, bytes: Uint8Array): boolean {
  if (Deno.build.os !== "linux") return false;
  const { state } = Deno.permissions.querySync({ name: "write", path });
  if (state !== "granted") return false;
  if (bytes.length > PIPE_BYTES && !widen(path, bytes.length)) return false;
  try {
    using pipe = Deno.openSync(path, { write: true });
    writeAll(pipe, bytes);
    return true;
  } catch {
    return false; // Such paths take --allow-all, and not the right to write alone.
  }
}

const AT_FDCWD = -100;
const O_WRONLY_CLOEXEC = 0o2000001;
const F_SETPIPE_SZ = 1031;
const PATH_BYTES = 64;

/** Makes an empty pipe take that many bytes without blocking, if the system lets it. */
function widen(path: string, bytes: number): boolean {
  if (whyNotMapped() !== null) return false;
  const text = new Scratch(PATH_BYTES).text(path);
  const fd = syscall("openat", AT_FDCWD, text, O_WRONLY_CLOEXEC);
  if (fd < 0) return false;
  const now = syscall("fcntl", fd, F_SETPIPE_SZ, bytes);
  syscall("close", fd);
  return now >= bytes;
}

/** Passes a child's own words on. */
function passOn(text: Uint8Array): void {
  try {
    writeAll(Deno.stderr, text);
  } catch {
    // Nobody reads this program's stderr any more.
  }
}

function writeAll(
  to: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** The children that still run; they end with this process. */
const ours = new Set<SpawnedChild>();
let watching = false;

/**
 * A process that Deno leaves alone at the end of the program (2.9.6: unreferenced
 * before a normal end, or after `Deno.exit()`) is ended here. One that is missed,
 * since this program was killed, ends by itself at the end of its stdin.
 */
function endWithUs(child: SpawnedChild): void {
  ours.add(child);
  if (watching) return;
  watching = true;
  addEventListener("unload", () => {
    for (const child of ours) {
      child.flush();
      child.stop("SIGTERM");
    }
  });
}
