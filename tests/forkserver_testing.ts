/**
 * What the contracts under `forkserver` begin with: no spare is left of a test.
 *
 * @module
 */

import { retireSpares } from "../lib/launch/spares.ts";

Deno.test.afterEach(retireSpares);
