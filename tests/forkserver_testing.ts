/**
 * What the contracts under `forkserver` begin with: the first process of each test is a
 * spare, and none is left of it.
 *
 * @module
 */

import { fillSpares, retireSpares, setSpares } from "../mod.ts";

const method = "forkserver";

setSpares(1, { method });

Deno.test.beforeEach(async () => void await fillSpares({ method }));
Deno.test.afterEach(() => retireSpares({ method }));
