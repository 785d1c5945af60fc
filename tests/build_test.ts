/**
 * What children start with is built from sources, and must be what they say.
 *
 * @module
 */

import { deepEqual } from "node:assert/strict";
import { lookAtBuilt } from "../tasks/build.ts";

Deno.test("`deno task build` was run since the sources of children changed", async () => {
  const built = await lookAtBuilt();
  const stale = built.filter(({ isFresh }) => !isFresh);
  deepEqual(stale.map(({ path }) => path), [], "run `deno task build`");
});
