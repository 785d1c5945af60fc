/**
 * What runs is built from sources, and must be what they say.
 *
 * @module
 */

import { equal } from "node:assert/strict";
import { isFresh } from "../tasks/build.ts";

Deno.test("`deno task build` was run since the sources or the builder changed", async () => {
  equal(await isFresh(), true, "run `deno task build`");
});
