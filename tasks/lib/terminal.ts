/**
 * Programs that read lines and print lines, each as if in a terminal of its own.
 *
 * @module
 */

import { say } from "./screen.ts";

/** The lines of an input, without their ends. */
export async function* linesOf(
  input: { readonly readable: ReadableStream<Uint8Array<ArrayBuffer>> },
): AsyncGenerator<string, void> {
  let rest = "";
  for await (
    const text of input.readable.pipeThrough(new TextDecoderStream())
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

const NAME_COLUMNS = 5;

/** A program of its own; what it prints is shown here as somebody asks for it. */
export class Terminal {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string, void>;
  readonly #typing: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  /** Runs a module. */
  constructor(name: string, module: string, args: readonly string[]) {
    this.#name = name;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", module, ...args],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf({ readable: this.#child.stdout });
    this.#typing = this.#child.stdin.getWriter();
  }

  /** Shows its lines up to one that holds `text`. */
  async shows(text: string): Promise<void> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`${this.#name} did not print "${text}"`);
      this.#show(`  ${value}`);
      if (value.includes(text)) return;
    }
  }

  /** Types a line. */
  async types(line: string): Promise<void> {
    this.#show(`> ${line}`);
    await this.#typing.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, and waits for its end. */
  async closes(): Promise<void> {
    this.#show("> (Ctrl-D)");
    await this.#typing.close();
    await this.ended();
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    for await (const line of this.#lines) this.#show(`  ${line}`);
    await this.#child.status;
    await this.#typing.close().catch(() => {});
  }

  #show(line: string): void {
    say(`${this.#name.padEnd(NAME_COLUMNS)}|${line}`);
  }
}
