/**
 * Words to people, on standard error.
 *
 * @module
 */

/** Prints a line in one write, so that the lines of several processes do not mix. */
export function printError(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let at = 0; at < bytes.length;) {
      at += Deno.stderr.writeSync(bytes.subarray(at));
    }
  } catch {
    // Nobody reads stderr any more.
  }
}

/** Says that a function of the user threw where nobody can catch that. */
export function printThrown(what: string, thrown: unknown): void {
  printError(`${what}: ${shown(thrown)}`);
}

/** How something thrown is shown; it may be an object that cannot be read. */
export function shown(thrown: unknown): string {
  try {
    return Deno.inspect(thrown);
  } catch {
    return "a value that throws when it is read";
  }
}
