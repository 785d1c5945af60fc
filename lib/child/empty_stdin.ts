/**
 * Makes stdin look empty where the messages of the parent come on it.
 *
 * @module
 */

/**
 * Puts stdin at its end for `Deno.stdin`, `process.stdin` and programs that
 * `Deno.Command` starts, in this isolate.
 */
export function emptyStdin(): void {
  Object.defineProperties(Deno.stdin, {
    read: { value: () => Promise.resolve(null) },
    readSync: { value: () => null },
    readable: { get: () => new Blob([]).stream() },
  });
  const { Command } = Deno;
  Deno.Command = class extends Command {
    constructor(command: string | URL, options: Deno.CommandOptions = {}) {
      const { stdin = "null" } = options;
      // By default it would be inherited, or empty anyway.
      super(command, {
        ...options,
        stdin: stdin === "inherit" ? "null" : stdin,
      });
    }
  };
}
