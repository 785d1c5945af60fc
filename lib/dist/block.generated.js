// Made from lib/ by `deno task build`: do not edit it.

import {
Block
} from "./shared_by_block_and_package.generated.js";
import {
common_default
} from "./child.generated.js";
export {
Block,
common_default as default
};
