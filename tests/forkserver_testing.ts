/**
 * What the contracts under `forkserver` begin with: the first process of each test is a
 * spare, and none is left of it.
 *
 * @module
 */

import { fillSpares, retireSpares, setSpares } from "../mod.ts";

const method = "forkserver";

// What is booted in place of one that was used has tests of its own.
setSpares(1, { method, refill: false });

Deno.test.beforeEach(async () => void await fillSpares({ method }));
Deno.test.afterEach(() => retireSpares({ method }));
