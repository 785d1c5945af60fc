/**
 * Has what a thread or worker writes go to its parent and not to the stdout and stderr
 * of the OS process, which all its isolates share.
 *
 * ```
 *   console.*, Deno.stdout, process.stdout --+
 *                                            +--> emit() --> the parent
 *   tools that `Deno.Command` starts --------+
 * ```
 *
 * Of the ways to write these are taken. What writes to the file descriptor itself is
 * not seen from here: `node:child_process` with `stdio: "inherit"`, `node:fs` and files
 * such as `/dev/stdout`, functions of `node:console` that are imported by name, FFI, and
 * what Deno itself has to say (2.9.6).
 *
 * @module
 */

import { UnsupportedError } from "../base/errors.ts";
import { hooks, type Host } from "../wire/protocol/child_context.ts";
import { type IsolateOutput, NO_READER } from "../wire/protocol/messages.ts";

type OutputName = "stdout" | "stderr";
type IsolateHost = Extract<Host, { kind: "isolate" }>;

/** Maximum of bytes in one message. */
const PIECE_BYTES = 64 * 1024;

/** A stream of this isolate, as it writes to it from now on. */
interface OutputWriter {
  /** Writes all of it, and blocks while too much is unread. */
  writeSync(bytes: Uint8Array): number;
  /** The same, and waits meanwhile. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Takes over the streams that are not inherited. */
export function takeOutput(host: IsolateHost, output: IsolateOutput): void {
  const writers = {
    stdout: writerFor("stdout", 0, host, output),
    stderr: writerFor("stderr", 1, host, output),
  };
  takeConsole(writers);
  for (const name of ["stdout", "stderr"] as const) {
    const writer = writers[name];
    if (writer === null) continue;
    takeDenoStream(name, writer);
    takeNodeStream(name, writer);
  }
  takeCommands(writers);
}

type Writers = Readonly<Record<OutputName, OutputWriter | null>>;

/** Writes to the parent or nowhere; null for a stream that is inherited. */
function writerFor(
  name: OutputName,
  at: number,
  host: IsolateHost,
  output: IsolateOutput,
): OutputWriter | null {
  switch (output[name]) {
    case "inherit":
      return null;
    case "null":
      return {
        writeSync: (bytes) => bytes.length,
        write: (bytes) => Promise.resolve(bytes.length),
      };
    case "piped":
      return new PipedWriter(name, at, host, output);
  }
}

class PipedWriter implements OutputWriter {
  readonly #name: OutputName;
  readonly #at: number;
  readonly #host: IsolateHost;
  readonly #output: IsolateOutput;

  constructor(
    name: OutputName,
    at: number,
    host: IsolateHost,
    output: IsolateOutput,
  ) {
    this.#name = name;
    this.#at = at;
    this.#host = host;
    this.#output = output;
  }

  writeSync(bytes: Uint8Array): number {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const { unread } = this.#output;
      for (let seen = this.#full(); seen > 0; seen = this.#full()) {
        const { sliceMs } = this.#host;
        Atomics.wait(unread, this.#at, seen, sliceMs);
        if (hooks.isStopped()) this.#host.close();
      }
      this.#emit(bytes.slice(from, from + PIECE_BYTES));
    }
    return bytes.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const { unread } = this.#output;
      for (let seen = this.#full(); seen > 0; seen = this.#full()) {
        await Atomics.waitAsync(unread, this.#at, seen).value;
      }
      this.#emit(bytes.slice(from, from + PIECE_BYTES));
    }
    return bytes.length;
  }

  /** How many bytes are unread where that is too much, or else 0. */
  #full(): number {
    const unread = Atomics.load(this.#output.unread, this.#at);
    if (unread >= NO_READER / 2) {
      throw new Deno.errors.BrokenPipe(
        `Cannot write to ${this.#name} as nobody reads it any more`,
      );
    }
    return unread >= this.#output.limitBytes ? unread : 0;
  }

  #emit(piece: Uint8Array): void {
    Atomics.add(this.#output.unread, this.#at, piece.length);
    this.#host.emit(this.#name, piece as Uint8Array<ArrayBuffer>);
  }
}

/** The part of Deno's inner parts that is used here. */
interface Internals {
  readonly Console?: new (
    print: (text: string, level: number) => void,
  ) => Console;
}

/** From this level on `console` writes to stderr. */
const STDERR_LEVEL = 2;

/** Puts the functions of a new console into the one there is, under the same names. */
function takeConsole(writers: Writers): void {
  const { Console } =
    (Deno as unknown as Record<symbol, Internals>)[internal()] ?? {};
  if (Console === undefined) {
    throw new UnsupportedError(
      "Cannot take over the console of this process as this version of Deno has no " +
        'way to: leave out the options "stdout" and "stderr", or use start method "spawn"',
    );
  }
  const { core } = (Deno as unknown as Record<symbol, Printer>)[internal()]!;
  const encoder = new TextEncoder();
  const taken = new Console((text, level) => {
    const isError = level >= STDERR_LEVEL;
    const writer = isError ? writers.stderr : writers.stdout;
    if (writer === null) return core.print(text, isError);
    try {
      writer.writeSync(encoder.encode(text));
    } catch {
      // Like any console, it is silent without a reader.
    }
  });
  const { context: _, ...functions } = Object.getOwnPropertyDescriptors(taken);
  for (const [name, descriptor] of Object.entries(functions)) {
    Object.defineProperty(console, name, { ...descriptor, configurable: true });
  }
}

/** Prints as a console does that is left alone. */
interface Printer {
  readonly core: { print(text: string, isError: boolean): void };
}

function internal(): symbol {
  return (Deno as unknown as { readonly internal: symbol }).internal;
}

function takeDenoStream(name: OutputName, writer: OutputWriter): void {
  let writable: WritableStream<Uint8Array> | undefined;
  Object.defineProperties(Deno[name], {
    write: { value: (bytes: Uint8Array) => writer.write(bytes) },
    writeSync: { value: (bytes: Uint8Array) => writer.writeSync(bytes) },
    writable: {
      get: () =>
        writable ??= new WritableStream({
          write: async (bytes) => void await writer.write(bytes),
        }),
    },
    isTerminal: { value: () => false },
  });
}

/** The part of Node that is used here. */
interface NodeProcess {
  getBuiltinModule(name: "node:stream"): {
    readonly Writable: new (options: {
      write(chunk: Uint8Array, encoding: string, done: Done): void;
    }) => object;
  };
}

type Done = (error?: unknown) => void;

/** Made when it is looked at, as that loads the streams of Node. */
function takeNodeStream(name: OutputName, writer: OutputWriter): void {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (process === undefined) return;
  let stream: object | undefined;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const { Writable } = process.getBuiltinModule("node:stream");
      return stream ??= Object.assign(
        new Writable({
          write(chunk, _, done) {
            try {
              writer.writeSync(chunk);
              done();
            } catch (error) {
              done(error);
            }
          },
        }),
        { fd: name === "stdout" ? 1 : 2 },
      );
    },
  });
}

/** Tools that would inherit a stream write to the parent as well. */
function takeCommands(writers: Writers): void {
  const { Command } = Deno;
  const flowing = new Set<Promise<unknown>>();
  hooks.drainOutput = async () => void await Promise.all(flowing);
  const names = (["stdout", "stderr"] as const).filter((name) =>
    writers[name] !== null
  );
  Deno.Command = class extends Command {
    readonly #command: string | URL;
    readonly #options: Deno.CommandOptions;

    constructor(command: string | URL, options: Deno.CommandOptions = {}) {
      super(command, options);
      this.#command = command;
      this.#options = options;
    }

    override spawn(): Deno.ChildProcess {
      const inherited = names.filter((name) =>
        (this.#options[name] ?? "inherit") === "inherit"
      );
      const child = this.#piping(inherited).spawn();
      for (const name of inherited) {
        const flow = pour(child[name], writers[name]!);
        flowing.add(flow);
        void flow.then(() => flowing.delete(flow));
      }
      showAsInherited(child, inherited);
      return child;
    }

    override async output(): Promise<Deno.CommandOutput> {
      const inherited = this.#inherited();
      const output = await this.#piping(inherited).output();
      for (const name of inherited) await writers[name]!.write(output[name]);
      return output;
    }

    override outputSync(): Deno.CommandOutput {
      const inherited = this.#inherited();
      const output = this.#piping(inherited).outputSync();
      for (const name of inherited) writers[name]!.writeSync(output[name]);
      return output;
    }

    /** The streams that are inherited as their user says so. */
    #inherited(): OutputName[] {
      return names.filter((name) => this.#options[name] === "inherit");
    }

    #piping(streams: readonly OutputName[]): Deno.Command {
      const piped = streams.map((name) => [name, "piped"] as const);
      return new Command(this.#command, {
        ...this.#options,
        ...Object.fromEntries(piped),
      });
    }
  };
}

/**
 * Makes streams of a tool that are passed on from here look as those that it
 * inherits do: without them, `output()` collects the other ones.
 */
function showAsInherited(
  child: Deno.ChildProcess,
  inherited: readonly OutputName[],
): void {
  if (inherited.length === 0) return;
  for (const name of inherited) {
    Object.defineProperty(child, name, { get: () => notPiped(name) });
  }
  const collect = async (name: OutputName) => {
    const stream = pipedStream(child, name);
    return stream === null ? null : await new Response(stream).bytes();
  };
  child.output = async () => {
    const [status, stdout, stderr] = await Promise.all([
      child.status,
      collect("stdout"),
      collect("stderr"),
    ]);
    return {
      ...status,
      get stdout() {
        return stdout ?? notPiped("stdout");
      },
      get stderr() {
        return stderr ?? notPiped("stderr");
      },
    };
  };
}

/** Deno throws where a stream that is read is not piped. */
function pipedStream(
  child: Deno.ChildProcess,
  name: OutputName,
): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  try {
    return child[name];
  } catch {
    return null;
  }
}

function notPiped(name: OutputName): never {
  throw new TypeError(`Cannot get '${name}': '${name}' is not piped`);
}

async function pour(
  from: ReadableStream<Uint8Array>,
  to: OutputWriter,
): Promise<void> {
  try {
    for await (const bytes of from) await to.write(bytes);
  } catch {
    // It has no reader any more, which the pipe of the tool shows.
  }
}
