/**
 * What the contracts under `forkserver` begin with: the first process of each test is a
 * spare, and none is left of it.
 *
 * @module
 */

import * as sources from "../lib/entries/package.ts";
import * as built from "../mod.ts";

const method = "forkserver";

// Tests of what is inside run from the sources, which have a stock of their own. What is
// booted in place of a spare that was used has tests of its own.
built.setSpares(1, { method, refill: false });
sources.setSpares(0, { method });

Deno.test.beforeEach(async () => void await built.fillSpares({ method }));
Deno.test.afterEach(() => built.retireSpares({ method }));
