// Made from lib/ by `deno task build`: do not edit it.

import {
  checkTransfer,
  decode,
  describeError,
  encode,
  findSlowly,
  pack,
  rehydrateSent,
  unpack
} from "./shared_by_package_and_pool_slow_path.generated.js";
import "./shared_by_block_and_package_and_pool_slow_path.generated.js";
import {
  EncodingError,
  Unreadable,
  common_default,
  isPacked,
  thrownText
} from "./shared_by_all.generated.js";

// lib/pool/worker/worker_slow_path.ts
function open(bytes) {
  return decode(bytes);
}
function close(message) {
  return encode(message);
}
function listOf(items) {
  if (!isPacked(items)) return items;
  const gone = /* @__PURE__ */ new Set();
  const list = unpack(items.packed, (handle) => {
    try {
      return rehydrateSent(handle);
    } catch (error) {
      const standIn = new Unreadable(error);
      gone.add(standIn);
      return standIn;
    }
  });
  return gone.size === 0 ? list : list.map((item) => goneIn(item, gone) ?? item);
}
function goneIn(value, gone) {
  const seen = /* @__PURE__ */ new Set([
    value
  ]);
  for (const part of seen) {
    if (gone.has(part)) return part;
    if (typeof part !== "object" || part === null) continue;
    if (ArrayBuffer.isView(part)) continue;
    for (const inner of Object.values(part)) seen.add(inner);
    if (part instanceof Set) {
      for (const member of part) seen.add(member);
    }
    if (part instanceof Map) {
      for (const pair of part) seen.add(pair);
    }
  }
  return void 0;
}
function packList(list, destination, transfer) {
  return pack(list, destination, "results", transfer);
}
function refusal(error) {
  if (!(error instanceof EncodingError)) return [
    "result",
    thrownText(error)
  ];
  return [
    error.path.replace(/^results\[0\]/, "result"),
    error.reason
  ];
}
function describeTaskError(error, destination) {
  const data = describeError(error, destination);
  return destination === "isolate" ? data : pack(data, "process", "error");
}
export {
  checkTransfer,
  close,
  common_default as default,
  describeTaskError,
  findSlowly,
  listOf,
  open,
  packList,
  refusal
};
