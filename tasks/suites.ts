// deno-lint-ignore-file no-console
/**
 * All test suites, some files beside each other: most of the time of a test is
 * spent waiting for processes to start. Each set of files has a program of its own
 * and says at its end what came of it; the last line has the sums.
 *
 * @module
 */

import { countOf, readFlags } from "./lib/flags.ts";

const USAGE = `Usage: deno task test:suites [--jobs N]

  --jobs N  how many sets of files are tested at once (the number of processors)`;

const TESTS = new URL("../tests/", import.meta.url);

/** Folders of files that take long, each of which is a set of its own. */
const LONG: readonly string[] = ["process", "pool"];

/** The same for files that are short: they come last, and fill what time is left. */
const LAST: readonly string[] = ["channel"];

/** What came of a set of files. */
interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** The files to be tested, as paths below `tests/`; an empty one is the top. */
function sets(): string[][] {
  const folders = [...Deno.readDirSync(TESTS)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const files = (folder: string) =>
    [...Deno.readDirSync(new URL(folder, TESTS))]
      .filter(({ isFile, name }) => isFile && name.endsWith("_test.ts"))
      .map(({ name }) => `${folder}${name}`).sort();
  const each = (folders: readonly string[]) =>
    folders.flatMap((folder) => files(`${folder}/`).map((file) => [file]));
  const whole = folders.filter((name) => ![...LONG, ...LAST].includes(name));
  return [
    ...each(LONG),
    files("./"),
    ...whole.sort().map((folder) => files(`${folder}/`)),
    ...each(LAST),
  ].filter(({ length }) => length > 0);
}

/** Runs a set of files. */
async function test(files: readonly string[]): Promise<Outcome> {
  const paths = files.map((file) => new URL(file, TESTS).pathname);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--shuffle", "--trace-leaks", ...paths],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout) + decoder.decode(stderr);
  const sum = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed.*$/m.exec(
    text,
  );
  const [passed, failed] = [Number(sum?.[1] ?? 0), Number(sum?.[2] ?? 0)];
  return {
    passed,
    // One that was ended has no sum.
    failed: success ? failed : Math.max(1, failed),
    // There is one sum of all, and readers look for it.
    text: sum === null ? text : text.replace(sum[0], `| ${sum[0]}`),
  };
}

/** Tests all sets, so many at once, and prints each as it ends. */
async function testAll(jobs: number): Promise<Outcome[]> {
  const left = sets();
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let files = left.shift(); files; files = left.shift()) {
      const outcome = await test(files);
      outcomes.push(outcome);
      console.log(outcome.text);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return outcomes;
}

if (import.meta.main) {
  const flags = readFlags(USAGE, { jobs: { type: "string" } });
  const otherwise = navigator.hardwareConcurrency;
  const begun = performance.now();
  const outcomes = await testAll(
    countOf(USAGE, flags, { flag: "jobs", otherwise }),
  );
  const sum = (of: "passed" | "failed") =>
    outcomes.reduce((sum, outcome) => sum + outcome[of], 0);
  const failed = sum("failed");
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(
    `${failed === 0 ? "ok" : "FAILED"} | ${sum("passed")} passed | ` +
      `${failed} failed (${seconds}s)`,
  );
  Deno.exit(failed === 0 ? 0 : 1);
}
