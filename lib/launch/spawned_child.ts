/**
 * A spawned process, as its parent sees it: frames go to it on its stdin and come
 * back on its stderr, between the child's own text.
 *
 * @module
 */

import { exitcodeOf, type StopSignal } from "../base/signals.ts";
import { settles } from "../base/timeouts.ts";
import { writeAll, writeIfRead } from "../base/write_all.ts";
import { OUT_OF_HEAP } from "../wire/protocol/end_reasons.ts";
import { fromProcess } from "../wire/protocol/decoders.ts";
import {
  frame,
  joined,
  markerOf,
  newGreeting,
  seal,
  unsealFromChild,
} from "../wire/protocol/frames.ts";
import type {
  Ending,
  StartMessage,
  ToChild,
  WaitingMessage,
  WaitMessage,
} from "../wire/protocol/messages.ts";
import { StderrDemux } from "../wire/protocol/stderr_demux.ts";
import type { OutputRoute } from "./child_output.ts";
import type { SpawnCommand } from "./command.ts";
import type { Child, ChildEvents } from "./launcher.ts";
import { hasAll } from "./permissions.ts";
import { WholeLines } from "./whole_lines.ts";
import { PIPE_BYTES, PipeEnd } from "./pipe_end.ts";

/** How long text may still come after the process has ended. */
const OUTPUT_DRAINS_MS = 200;

/** The same for a process that has not told its result, and was not killed. */
const OUTCOME_DRAINS_MS = 10_000;

/** How much of the child's last text is kept to explain its end. */
const LAST_WORDS_BYTES = 2048;

/** How long a command may take to end its process, before it is killed. */
const COMMAND_ENDS_MS = 1_000;

/** A shell, like some other commands, reports signal n as this and n. */
const SIGNALED = 128;
const SIGNALS_MAX = 64;

/** Limit for unread answers about queues, and the cost of one besides its bytes. */
const UNREAD_ANSWERS_MAX_BYTES = 2 ** 30;
const ANSWER_COST_BYTES = 8 * 1024;

/** How the parent reaches a child. */
export interface Ways {
  /** The command that started it. */
  readonly command: SpawnCommand;
  /** Settles when its modules are admitted; null if that is known at once. */
  readonly admitted: Promise<void> | null;
  /** Where its stdout goes; the command says whether it comes here. */
  readonly stdout: OutputRoute;
  /** Where its text on stderr goes. */
  readonly stderr: OutputRoute;
}

/** Events of a spawned process. */
export interface SpawnedEvents extends ChildEvents {
  /** The process is a spare, and waits for its start message. */
  waiting?(message: WaitingMessage): void;
}

/** A spawned process, from its start to its end. */
export class SpawnedChild implements Child {
  readonly pid: number;
  readonly ident: number;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  #events: SpawnedEvents;
  readonly #greeting = newGreeting();
  #ways: Ways;
  /** The cost of the answers that it has not read. */
  #unreadBytes = 0;
  /** The pipe of a process that waits, until it has its start message. */
  #pipe: PipeEnd | null = null;
  /** How many of the bytes in the pipe it may not have read. */
  #pipedBytes = 0;
  readonly #text = new WholeLines((text) => writeIfRead(Deno.stderr, text));
  #lastWords = "";
  #ready = false;
  /** Whether it has told its result, or why there is none. */
  #hasOutcome = false;
  #killer: ReturnType<typeof setTimeout> | undefined;
  /** The exit code that the child announced before its end. */
  #exiting: number | null = null;
  /** Whether its messages are still read; not after it has broken their rules. */
  #isRead = true;
  /** Settles when all of its stdout was taken; null while nothing is. */
  #stdoutTaken: Promise<void> | null = null;
  /** The first signal that was sent to it. */
  #stoppedBy: StopSignal | null = null;

  /** Takes a process that has just started, and sends its first message. */
  constructor(
    process: Deno.ChildProcess,
    ways: Ways,
    first: StartMessage | WaitMessage,
    events: SpawnedEvents,
  ) {
    this.#process = process;
    this.#ways = ways;
    this.#events = events;
    // A wait keeps the program alive; the process and its pipes do not.
    this.#process.unref();
    this.pid = this.#process.pid;
    this.ident = this.pid;
    this.#stdin = this.#process.stdin.getWriter();
    const bytes = joined([frame(this.#greeting), frame(seal(first))]);
    if (first.kind === "wait") {
      this.#pipe = PipeEnd.open(`/proc/${this.pid}/fd/0`);
      this.#beginLater(bytes);
    } else {
      this.#takeStdout();
      this.#begin(bytes);
    }
    endWithUs(this);
    this.#watch();
  }

  /** Sends the start message to a process that waits, and sets its events. */
  handOver(ways: Ways, start: StartMessage, events: SpawnedEvents): void {
    this.#ways = ways;
    this.#events = events;
    // Its earlier text does not explain its end.
    this.flush();
    this.#lastWords = "";
    this.#takeStdout();
    this.#beginLater(frame(seal(start)));
    this.#closePipe();
  }

  send(message: ToChild): void {
    const bytes = frame(seal(message));
    if (message.kind === "message" && message.mailbox === "relay") {
      this.#answer(bytes);
    } else void this.#write(bytes);
  }

  /** Writes an answer about a queue, unless too many are unread. */
  #answer(bytes: Uint8Array): void {
    const cost = bytes.length + ANSWER_COST_BYTES;
    if (this.#unreadBytes + cost > UNREAD_ANSWERS_MAX_BYTES) {
      this.#isRead = false;
      this.#events.broken(
        new RangeError(
          "Cannot answer about a queue as nobody reads the answers",
        ),
      );
      return;
    }
    this.#unreadBytes += cost;
    void this.#write(bytes).then(() => this.#unreadBytes -= cost);
  }

  stop(signal: StopSignal): void {
    if (signal !== "SIGINT") this.#stoppedBy = signal;
    if (this.#ways.command.isDirect || signal !== "SIGKILL") {
      return this.#signal(signal);
    }
    // A command that is killed at once cannot end the process that it has started
    // elsewhere: `srun` then leaves its task running.
    this.#signal("SIGTERM");
    this.#killer = setTimeout(() => this.#signal("SIGKILL"), COMMAND_ENDS_MS);
    Deno.unrefTimer(this.#killer);
  }

  #signal(signal: StopSignal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      // Otherwise it has just ended by itself.
      const isRefused = error instanceof Deno.errors.PermissionDenied;
      if (isRefused && signal !== "SIGINT") this.#leave();
    }
  }

  /**
   * Ends a process of another user, as this one was before `process.setuid()`: that
   * takes no signal, but ends with its stream.
   */
  #leave(): void {
    this.#closePipe();
    this.#stdin.close().catch(() => {});
  }

  /**
   * Writes the first frames. Deno's streams write after the caller's turn; a caller
   * that blocks its thread, to wait for this very child, has no such turn. The pipe
   * can be written to at once by its name, if that is permitted.
   */
  #begin(bytes: Uint8Array): void {
    this.#ways.admitted?.catch((error: Error) => this.#refuse(error));
    const isAtOnce = this.#ways.admitted === null &&
      writeAtOnce(`/proc/${this.pid}/fd/0`, bytes);
    if (!isAtOnce) void this.#write(bytes);
  }

  /** The same for a process that waits, or will: see `PipeEnd`. */
  #beginLater(bytes: Uint8Array): void {
    this.#ways.admitted?.catch((error: Error) => this.#refuse(error));
    const pipe = this.#pipe;
    const isAtOnce = this.#ways.admitted === null && pipe !== null &&
      pipe.widen(this.#pipedBytes + bytes.length) && pipe.write(bytes);
    this.#pipedBytes += bytes.length;
    if (isAtOnce) return;
    this.#closePipe();
    void this.#write(bytes);
  }

  #closePipe(): void {
    this.#pipe?.close();
    this.#pipe = null;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#ways.admitted !== null) await this.#ways.admitted;
      await this.#stdin.write(bytes);
    } catch {
      // The status of a child shows its end, and not its pipe.
    }
  }

  /** Ends the process before it gets its start message. */
  #refuse({ message }: Error): void {
    this.#lastWords = message;
    this.stop("SIGKILL");
  }

  /** Takes what comes on its stdout, where that is not inherited. */
  #takeStdout(): void {
    const { stdout } = this.#ways;
    if (typeof stdout === "string") return;
    this.#stdoutTaken = stdout.feed(this.#process.stdout);
  }

  async #watch(): Promise<void> {
    const drained = this.#read();
    const status = await this.#process.status;
    for (const route of [this.#ways.stdout, this.#ways.stderr]) {
      if (typeof route !== "string") route.release();
    }
    // A spare that was never used has written nothing.
    const isUnused = this.#ways.command.stdout === "piped" &&
      this.#stdoutTaken === null;
    if (isUnused) await this.#process.stdout.cancel();
    const all = Promise.all([drained, this.#stdoutTaken]);
    // Processes that the child started may still hold its streams open.
    await settles(all, this.#drainsMs(status), undefined);
    this.flush();
    clearTimeout(this.#killer);
    ours.delete(this);
    this.#closePipe();
    await this.#stdin.close().catch(() => {});
    this.#events.ended(this.#endingOf(status));
  }

  /**
   * How long its text may still come. What it has to say of its outcome is worth a longer
   * wait: a parent that computes, or has many children, comes to read it late.
   */
  #drainsMs({ signal }: Deno.CommandStatus): number {
    const isComplete = this.#hasOutcome || signal !== null;
    return isComplete ? OUTPUT_DRAINS_MS : OUTCOME_DRAINS_MS;
  }

  #endingOf(status: Deno.CommandStatus): Ending {
    const code = this.#codeOf(status);
    const reason = this.#reason(code);
    return { code, ...(reason === "" ? {} : { reason }) };
  }

  /** The exit code of the process, if the command reports it in its own way. */
  #codeOf({ code, signal }: Deno.CommandStatus): number {
    const ended = signal === null ? code : exitcodeOf(signal);
    if (this.#ways.command.isDirect || ended === 0) return ended;
    if (this.#exiting !== null) return this.#exiting;
    // A command that is stopped has an exit code of its own, such as 255 of ssh.
    if (this.#stoppedBy !== null) return exitcodeOf(this.#stoppedBy);
    const isSignal = ended > SIGNALED && ended <= SIGNALED + SIGNALS_MAX;
    return isSignal ? SIGNALED - ended : ended;
  }

  /** The last text of the child, if that explains its end. */
  #reason(code: number): string {
    if (!this.#ready) return this.#lastWords.trim() + this.#hint();
    // V8 aborts a process without memory, with a message on stderr.
    return code < 0 && /out of memory/.test(this.#lastWords) ? OUT_OF_HEAP : "";
  }

  /** A hint if a shell may have split a command. */
  #hint(): string {
    const { words, isDirect } = this.#ways.command;
    const isShells = /syntax error|[Uu]nexpected|[Bb]adly placed/;
    return !isDirect && isShells.test(this.#lastWords)
      ? ` (a shell took the command apart: give through([${
        JSON.stringify(words[0])
      }, ...], { shell: true }))`
      : "";
  }

  /** Reads the frames of the child, until a malformed one comes. */
  async #read(): Promise<void> {
    const reader = new StderrDemux(markerOf(this.#greeting));
    try {
      for await (const chunk of this.#process.stderr) {
        if (!this.#isRead) break;
        this.#take(reader.push(chunk));
        const { stderr } = this.#ways;
        if (typeof stderr !== "string") await stderr.room();
      }
      this.#pass(reader.end());
    } catch (error) {
      this.#events.broken(error);
    }
    this.flush();
  }

  /** Passes on the text of the child, even if its last line has no end. */
  flush(): void {
    this.#text.flush();
  }

  #take({ text, frames }: { text: Uint8Array; frames: Uint8Array[] }): void {
    this.#pass(text);
    for (const bytes of frames) {
      const message = fromProcess(unsealFromChild(bytes));
      if (message.kind === "exiting") this.#exiting = message.code;
      else if (message.kind === "waiting") {
        this.#pipedBytes = 0;
        this.#events.waiting?.(message);
      } else {
        if (message.kind === "ready") this.#ready = true;
        else if (message.kind !== "message") this.#hasOutcome = true;
        this.#events.message(message);
      }
    }
  }

  #pass(text: Uint8Array): void {
    if (text.length === 0) return;
    this.#lastWords = (this.#lastWords + new TextDecoder().decode(text))
      .slice(-LAST_WORDS_BYTES);
    const { stderr } = this.#ways;
    if (stderr === "inherit") this.#text.write(text);
    else if (stderr !== "null") stderr.write(text.slice());
  }
}

/** Writes into an empty pipe by its name; false if that fails. */
function writeAtOnce(path: string, bytes: Uint8Array): boolean {
  // Such paths need --allow-all. Not asked for by its name, which is another one for
  // each child: Deno keeps each answer for ever (2.9.6).
  if (Deno.build.os !== "linux" || !hasAll()) return false;
  if (bytes.length > PIPE_BYTES && !widen(path, bytes.length)) return false;
  try {
    using pipe = Deno.openSync(path, { write: true });
    writeAll(pipe, bytes);
    return true;
  } catch {
    return false; // It has ended.
  }
}

function widen(path: string, bytes: number): boolean {
  const pipe = PipeEnd.open(path);
  const isWide = pipe?.widen(bytes) ?? false;
  pipe?.close();
  return isWide;
}

/** The children that still run; they end with this process. */
const ours = new Set<SpawnedChild>();
let watching = false;

/**
 * Ends a process that Deno leaves running at the end of the program (2.9.6:
 * unreferenced before a normal end, or after `Deno.exit()`). A process that is
 * missed, because this program was killed, ends by itself at the end of its stdin.
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
