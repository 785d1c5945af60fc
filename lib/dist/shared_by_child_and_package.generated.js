// Made from lib/ by `deno task build`: do not edit it.

// lib/wire/protocol/end_reasons.ts
var OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";
// lib/base/object_kinds.ts
var types;
function nodeTypes() {
return types ??= process.getBuiltinModule("node:util/types");
}
function isProxy(value) {
return nodeTypes().isProxy(value);
}
function isArgumentsObject(value) {
return nodeTypes().isArgumentsObject(value);
}
// lib/wire/serialization/object_fields.ts
function isFarIndex(key, count) {
const digit = key.charCodeAt(0);
if (!(digit >= 48 && digit <= 57) || key.length > 10) return false;
return Number(key) > 4 * count + 16;
}
function keepTable(object) {
put(object, FAR, null);
delete object[FAR];
}
var FAR = "4294967294";
function put(container, key, value) {
if (key !== "__proto__") {
container[key] = value;
return;
}
Object.defineProperty(container, key, {
value,
writable: true,
enumerable: true,
configurable: true
});
}
function isObject(value) {
return typeof value === "object" && value !== null;
}
// lib/wire/serialization/proxies.ts
function withoutProxies(message) {
return new Replacement().of(message);
}
var Replacement = class {
#known = new Map();
of(value) {
if (!isContainer(value)) return value;
const known = this.#known.get(value);
if (known !== void 0) return known;
this.#known.set(value, value);
const replacement = this.#make(value);
if (replacement !== value) this.#known.set(value, replacement);
return replacement;
}
#make(value) {
let copy = isProxy(value) ? copyOf(value) : null;
for (const key of keysOf(value)) {
const part = value[key];
if (typeof part !== "object") continue;
const replacement = this.of(part);
if (replacement === part) continue;
copy ??= copyOf(value);
put(copy, `${key}`, replacement);
}
return copy ?? value;
}
};
function keysOf(container) {
return Array.isArray(container) && !container.includes(void 0) ? container.keys() : Object.keys(container);
}
function isContainer(value) {
if (typeof value !== "object" || value === null) return false;
if (Array.isArray(value)) return true;
const prototype = Object.getPrototypeOf(value);
return prototype === Object.prototype || prototype === null;
}
function copyOf(container) {
return Array.isArray(container) ? Array.from(container) : {
...container
};
}
// lib/wire/serialization/structured_clone.ts
function cloneOf(message, transfer = []) {
return structuredClone(withoutProxies(message), {
transfer
});
}
function postTo(port, message, transfer) {
if (transfer === void 0 || transfer.length === 0) post(port, message);
else {
port.postMessage(withoutProxies(message), transfer);
}
}
function post(port, message) {
try {
port.postMessage(message);
} catch (error) {
const plain = withoutProxies(message);
if (plain === message) throw error;
port.postMessage(plain);
}
}
// lib/base/signals.ts
var NUMBERS = {
SIGHUP: 1,
SIGINT: 2,
SIGQUIT: 3,
SIGILL: 4,
SIGTRAP: 5,
SIGABRT: 6,
SIGFPE: 8,
SIGKILL: 9,
SIGSEGV: 11,
SIGPIPE: 13,
SIGALRM: 14,
SIGTERM: 15
};
function exitcodeOf(signal) {
return -(NUMBERS[signal] ?? 1);
}
function nameOfExitcode(exitcode) {
const signal = Object.keys(NUMBERS).find((name) => NUMBERS[name] === -exitcode);
return signal === void 0 ? String(exitcode) : `-${signal}`;
}
function keptOf(code) {
return code & 255;
}
export {
OUT_OF_HEAP,
isProxy,
isArgumentsObject,
isFarIndex,
keepTable,
put,
isObject,
cloneOf,
postTo,
exitcodeOf,
nameOfExitcode,
keptOf
};
