// deno-lint-ignore-file no-console
/**
 * The flags of a task: what is wrong with them is said with the usage, and ends
 * the program with code 2.
 *
 * @module
 */

import { parseArgs, type ParseArgsConfig } from "node:util";
import { startMethods } from "@multiprocessing/core";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What a flag's value may look like after parsing. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

const WRONG_USAGE = 2;

/** The command line, by flag; `--help` and mistakes end the program. */
export function readFlags(
  usage: string,
  options: Options,
  args: string[] = Deno.args,
): Flags {
  return read(usage, options, args, false).flags;
}

/** The command line of a task that takes operands, such as files, beside flags. */
export function readOperands(
  usage: string,
  options: Options,
): { readonly flags: Flags; readonly operands: readonly string[] } {
  return read(usage, options, Deno.args, true);
}

function read(
  usage: string,
  options: Options,
  args: string[],
  allowPositionals: boolean,
): { flags: Flags; operands: string[] } {
  try {
    const help = { type: "boolean" } as const;
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, help },
      allowPositionals,
    });
    if (!values.help) return { flags: values as Flags, operands: positionals };
  } catch (error) {
    refuse(usage, (error as Error).message);
  }
  console.log(usage);
  Deno.exit(0);
}

/** The first word of the command line, one of those allowed, and the flags. */
export function readCommand<C extends string>(
  usage: string,
  commands: readonly C[],
  options: Options,
): { readonly command: C | undefined; readonly flags: Flags } {
  const [first] = Deno.args;
  if (first === undefined || first.startsWith("-")) {
    return { command: undefined, flags: readFlags(usage, options) };
  }
  const command = commands.find((word) => word === first);
  if (command === undefined) {
    refuse(usage, `"${first}" is none of ${commands.join(", ")}`);
  }
  return { command, flags: readFlags(usage, options, Deno.args.slice(1)) };
}

/** Says what is wrong and how it is right, and ends the program. */
export function refuse(usage: string, mistake: string): never {
  console.error(`${mistake}\n\n${usage}`);
  Deno.exit(WRONG_USAGE);
}

/** The start method that `--method` names; undefined where it is left out. */
export function methodOf(usage: string, flags: Flags): string | undefined {
  const { method } = flags;
  if (typeof method !== "string") return undefined;
  const report = startMethods().find(({ name }) => name === method);
  if (report === undefined) refuse(usage, `There is no method "${method}"`);
  if (!report.supported) {
    refuse(usage, `Method "${method}" cannot be used: ${report.reason}`);
  }
  return method;
}

/** The whole number that a flag gives, of at least `min` (1), or `otherwise`. */
export function countOf(
  usage: string,
  flags: Flags,
  { flag, otherwise, min = 1 }: {
    flag: string;
    otherwise: number;
    min?: number;
  },
): number {
  const text = flags[flag];
  if (text === undefined) return otherwise;
  const count = Number(text);
  const isCount = text !== "" && Number.isSafeInteger(count) && count >= min;
  if (isCount) return count;
  const range = min === 0
    ? "0 or a whole number above"
    : "a whole number above 0";
  refuse(usage, `--${flag} takes ${range}, and not "${text}"`);
}
