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

/**
 * Calls a function of the user that nobody waits for. What it throws, now or by the
 * promise that it gives, is told in one line, `what` first, and goes no further.
 */
export function callOut<A extends readonly unknown[]>(
  what: string,
  call: (...args: A) => unknown,
  ...args: A
): void {
  const tell = (thrown: unknown) => printError(`${what}: ${shown(thrown)}`);
  try {
    contain(call(...args), tell);
  } catch (error) {
    tell(error);
  }
}

/** Catches what a function of the user has promised, if it has. */
export function contain(
  value: unknown,
  failed: (error: unknown) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  const { then } = value as { then?: unknown };
  if (typeof then === "function") Promise.resolve(value).catch(failed);
}

/** How something thrown is shown; it may be an object that cannot be read. */
export function shown(thrown: unknown): string {
  try {
    return Deno.inspect(thrown);
  } catch {
    return "a value that throws when it is read";
  }
}
