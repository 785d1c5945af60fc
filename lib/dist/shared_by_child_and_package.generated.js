// Made from lib/ by `deno task build`: do not edit it.

// lib/wire/protocol/end_reasons.ts
var OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";
export {
OUT_OF_HEAP
};
