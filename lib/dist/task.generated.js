// Made from lib/ by `deno task build`: do not edit it.
// @ts-self-types="../pool/worker/task.ts"

import {
common_default,
transferring,
workerState
} from "./child.generated.js";
export {
common_default as default,
transferring,
workerState
};
