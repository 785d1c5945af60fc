// deno-lint-ignore-file no-console
/**
 * The last section of `docs/architecture.md`: every file of `lib/` and
 * `tasks/`, with the first sentence of its own comment. `deno task files` writes it anew; a test says when it is
 * due.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);
const PAGE = new URL("docs/architecture.md", ROOT);
const HEADING = "## Every file";
const INTRODUCTION =
  "What the comment at the top of each file says first. Written by `deno task files`.";

/** The page with a section that fits the files. */
export async function indexedPage(): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const at = page.indexOf(`\n${HEADING}\n`);
  const before = at < 0 ? page : page.slice(0, at);
  const parts = [
    HEADING,
    INTRODUCTION,
    ...await sections("lib/"),
    ...await sections("tasks/"),
  ];
  return `${before.trimEnd()}\n\n${parts.join("\n\n")}\n`;
}

/** One list for each folder that has files. */
async function sections(folder: string): Promise<string[]> {
  const entries = (await Array.fromAsync(Deno.readDir(new URL(folder, ROOT))))
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
  const files = entries.map(({ name }) => name)
    .filter((name) => name.endsWith(".ts"));
  const lines = await Promise.all(files.map(async (name) => {
    const text = await Deno.readTextFile(new URL(folder + name, ROOT));
    return `- \`${name}\`: ${firstSentence(text)}`;
  }));
  const below = await Promise.all(
    entries.filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => sections(`${folder}${name}/`)),
  );
  const own = lines.length === 0
    ? []
    : [`\`${folder}\`\n\n${lines.join("\n")}`];
  return [...own, ...below.flat()];
}

/** The first sentence of the first comment of a module. */
function firstSentence(text: string): string {
  const lines = text.slice(text.indexOf("/**")).split("\n").slice(1);
  const end = lines.findIndex((line) => /^ \*\/?$/.test(line));
  const paragraph = lines.slice(0, end)
    .map((line) => line.replace(/^ \* ?/, "")).join(" ");
  return /^.*?\.(?= [A-Z`]|$)/.exec(paragraph)?.[0] ??
    `${paragraph.replace(/:$/, "")}.`;
}

if (import.meta.main) {
  await Deno.writeTextFile(PAGE, await indexedPage());
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", PAGE.pathname],
  }).output();
  console.log("docs/architecture.md lists every file");
}
