import { equal } from "node:assert/strict";
import { indexedPage } from "../tasks/file_index.ts";

/** Without what `deno fmt` decides on. */
function unwrapped(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

Deno.test("docs/architecture.md lists every file: else run `deno task files`", async () => {
  const page = new URL("../docs/architecture.md", import.meta.url);
  const written = await Deno.readTextFile(page);
  equal(unwrapped(written), unwrapped(await indexedPage()));
});
