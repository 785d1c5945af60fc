/**
 * Measures in a program of its own.
 *
 * @module
 */

/** The number that `deno run` with these arguments prints. */
export async function numberFrom(args: readonly string[]): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...args],
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout));
}
