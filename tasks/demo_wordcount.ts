/**
 * Counting the words of files: map and reduce.
 *
 * @module
 */

import { getStartMethod, Pool, setStartMethod } from "@multiprocessing/core";
import { countOf, methodOf, readOperands, refuse } from "./lib/flags.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:wordcount [--method METHOD]
         [--workers N] [--help] [FILE...]

Counts the words of text files, or of this project's README and sources. Each
worker reads pieces of the files and counts (map); the main program adds up what
comes (reduce).`;

const PIECE_BYTES = 256 * 1024;
const MOST = 12;
const BAR = 30;
const WIDTHS = [20, 10];

/** Some bytes of a file. */
interface Piece {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

type Counts = Map<string, number>;

/**
 * Target, map: how often each word is in a piece. A word belongs to the piece that
 * it begins in, so that no word is cut.
 */
export async function countWords(piece: Piece): Promise<Counts> {
  const counts: Counts = new Map();
  const text = new TextDecoder().decode(await wholeWords(piece));
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The bytes from the first space after `from` to the first after `to`. */
async function wholeWords({ path, from, to }: Piece): Promise<Uint8Array> {
  using file = await Deno.open(path);
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = await read(file, to - from);
  const start = from === 0 ? 0 : spaceIn(bytes);
  let rest = new Uint8Array();
  while (spaceIn(rest) === rest.length) {
    const more = await read(file, 1024);
    if (more.length === 0) break;
    rest = joined(rest, more);
  }
  return joined(bytes.subarray(start), rest.subarray(0, spaceIn(rest)));
}

async function read(file: Deno.FsFile, most: number) {
  const bytes = new Uint8Array(most);
  let length = 0;
  while (length < most) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/** Where the first space is, or the end. */
function spaceIn(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte <= 0x20);
  return at < 0 ? bytes.length : at;
}

function joined(a: Uint8Array, b: Uint8Array) {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Reduce: adds the counts of a piece to those of all. */
function add(all: Counts, counts: Counts): void {
  for (const [word, count] of counts) {
    all.set(word, (all.get(word) ?? 0) + count);
  }
}

function piecesOf(path: string): Piece[] {
  const pieces: Piece[] = [];
  const { size, isFile } = Deno.statSync(path);
  if (!isFile) throw new Error("it is no file");
  for (let from = 0; from < size; from += PIECE_BYTES) {
    pieces.push({ path, from, to: Math.min(from + PIECE_BYTES, size) });
  }
  return pieces;
}

/** The project's own texts. */
function* ownFiles(folder: URL, ending = ".ts"): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) yield* ownFiles(url, ending);
    else if (name.endsWith(ending)) yield decodeURIComponent(url.pathname);
  }
}

function defaultFiles(): string[] {
  const root = new URL("../", import.meta.url);
  const readme = decodeURIComponent(new URL("README.md", root).pathname);
  return [readme, ...ownFiles(new URL("lib/", root))];
}

async function count(workers: number, pieces: readonly Piece[]) {
  const all: Counts = new Map();
  await using pool = new Pool(workers);
  const start = performance.now();
  for await (const counts of pool.imapUnordered(countWords, pieces)) {
    add(all, counts);
  }
  const tookMs = performance.now() - start;
  return { all, tookMs, shares: pool.stats().workers };
}

async function show(workers: number, pieces: readonly Piece[]): Promise<void> {
  const { all, tookMs, shares } = await count(workers, pieces);
  const words = [...all.values()].reduce((sum, n) => sum + n, 0);
  const most = [...all].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  for (const [word, times] of most) {
    const length = Math.ceil(BAR * times / most[0]![1]);
    say(`${row([word, whole(times)], WIDTHS)}  ${"#".repeat(length)}`);
  }
  say("");
  say(`${whole(words)} words, ${whole(all.size)} different, in ${ms(tookMs)}`);
  for (const { name, items, busyMs } of shares.slice(0, 4)) {
    say(row([name, `${items} pieces`, ms(busyMs)], [24, 12, 10]));
  }
}

function inPieces(files: readonly string[]): Piece[] {
  return files.flatMap((path) => {
    try {
      return piecesOf(path);
    } catch (error) {
      return refuse(
        USAGE,
        `Cannot read "${path}": ${(error as Error).message}`,
      );
    }
  });
}

if (import.meta.main) {
  const { flags, operands } = readOperands(USAGE, {
    method: { type: "string" },
    workers: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const otherwise = navigator.hardwareConcurrency;
  const workers = countOf(USAGE, flags, { flag: "workers", otherwise });
  if (method !== undefined) setStartMethod(method);
  const files = operands.length > 0 ? operands : defaultFiles();
  const pieces = inPieces(files);
  const bytes = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const what = files.length === 1 ? "one file" : `${files.length} files`;
  title(`Words of ${what}, ${whole(bytes)} bytes (${getStartMethod()})`);
  await show(workers, pieces);
}
