/**
 * Notebooks, run by a real kernel without a browser.
 *
 * @module
 */

import { ProgramFolder } from "./program_testing.ts";

/** A notebook, as far as it is looked at here. */
export interface Notebook {
  readonly cells: readonly {
    readonly cell_type: "code" | "markdown";
    readonly source: string | readonly string[];
    readonly outputs?: readonly Output[];
  }[];
}

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly evalue?: string;
}

/** What a code cell has shown. */
export interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  /** What its last expression is, by type; the errors that ended it. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly errors: readonly string[];
}

/** Whether notebooks can be run here. */
export const canRun: boolean = hasJupyter();

function hasJupyter(): boolean {
  try {
    return new Deno.Command("jupyter-nbconvert", { args: ["--version"] })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Runs lines in the REPL, and gives what it has printed. */
export async function runLines(
  lines: readonly string[],
  cwd?: string,
): Promise<string> {
  await using repl = new Deno.Command(Deno.execPath(), {
    args: ["repl", "-A", "--quiet"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    env: { NO_COLOR: "1" },
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const writer = repl.stdin.getWriter();
  const text = [...lines, "close();"].join("\n") + "\n";
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return await new Response(repl.stdout).text();
}

/**
 * Runs a notebook, in the folder `cwd` if one is given, and gives what each of its code
 * cells has shown.
 */
export async function runNotebook(
  notebook: Notebook,
  cwd?: string,
): Promise<Shown[]> {
  const kernel = {
    argv: [
      Deno.execPath(),
      "jupyter",
      "--kernel",
      "--conn",
      "{connection_file}",
    ],
    display_name: "Deno",
    language: "typescript",
  };
  using folder = new ProgramFolder({
    "kernels/deno/kernel.json": JSON.stringify(kernel),
    "in.ipynb": JSON.stringify(notebook),
  });
  // A kernel runs in the folder of its notebook.
  const path = `${cwd ?? folder.path}/in.ipynb`;
  if (cwd !== undefined) {
    await Deno.writeTextFile(path, JSON.stringify(notebook));
  }
  const { success, stdout, stderr } = await new Deno.Command(
    "jupyter-nbconvert",
    {
      args: [
        "--to=notebook",
        "--execute",
        "--allow-errors",
        "--stdout",
        "--log-level=ERROR",
        `--ExecutePreprocessor.timeout=120`,
        path,
      ],
      env: { JUPYTER_PATH: folder.path, NO_COLOR: "1" },
    },
  ).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return shownBy(JSON.parse(new TextDecoder().decode(stdout)));
}

/** What the code cells of a notebook have shown. */
export function shownBy({ cells }: Notebook): Shown[] {
  return cells.filter(({ cell_type }) => cell_type === "code").map((cell) => {
    const { outputs = [] } = cell;
    const textOf = (name: string) =>
      outputs.filter((output) => output.name === name)
        .map(({ text = "" }) => typeof text === "string" ? text : text.join(""))
        .join("");
    return {
      stdout: textOf("stdout"),
      stderr: textOf("stderr"),
      results: outputs.flatMap(({ data }) => data === undefined ? [] : [data]),
      errors: outputs.flatMap(({ output_type, evalue = "" }) =>
        output_type === "error" ? [evalue] : []
      ),
    };
  });
}

/** A notebook of code cells. */
export function notebookOf(cells: readonly string[]): Notebook {
  return {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${i}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: {
        display_name: "Deno",
        language: "typescript",
        name: "deno",
      },
      language_info: { name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  } as Notebook;
}
