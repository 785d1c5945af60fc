// Made from lib/ by `deno task build`: do not edit it.

var __defProp = Object.defineProperty;
var __export = (target, all) => {
for (var name in all)
__defProp(target, name, { get: all[name], enumerable: true });
};
// lib/base/errors.ts
var errors_exports = {};
__export(errors_exports, {
AbandonedError: () => AbandonedError,
AmbiguousTargetError: () => AmbiguousTargetError,
AuthenticationError: () => AuthenticationError,
BootstrapError: () => BootstrapError,
BrokenBarrierError: () => BrokenBarrierError,
BrokenPipeError: () => BrokenPipeError,
BufferTooShortError: () => BufferTooShortError,
CancelledError: () => CancelledError,
ConnectionError: () => ConnectionError,
EncodingError: () => EncodingError,
EndOfFileError: () => EndOfFileError,
ExitError: () => ExitError,
LockError: () => LockError,
ProcessError: () => ProcessError,
ProcessStateError: () => ProcessStateError,
QueueEmpty: () => QueueEmpty,
QueueFull: () => QueueFull,
QueueShutDown: () => QueueShutDown,
RemoteError: () => RemoteError,
SharedMemoryError: () => SharedMemoryError,
StartMethodError: () => StartMethodError,
UnsupportedError: () => UnsupportedError,
WorkerLostError: () => WorkerLostError
});
var ProcessError = class extends Error {
name = "ProcessError";
};
var ProcessStateError = class extends ProcessError {
name = "ProcessStateError";
};
var BootstrapError = class extends ProcessError {
name = "BootstrapError";
};
var AmbiguousTargetError = class extends ProcessError {
name = "AmbiguousTargetError";
};
var StartMethodError = class extends ProcessError {
name = "StartMethodError";
};
var UnsupportedError = class extends ProcessError {
name = "UnsupportedError";
};
var EncodingError = class extends TypeError {
name = "EncodingError";
path;
reason;
constructor(path, reason) {
super(`Cannot send ${path} to another process as it is ${reason}`);
this.path = path;
this.reason = reason;
}
};
var ExitError = class extends ProcessError {
name = "ExitError";
exitcode;
constructor(message, exitcode, options) {
super(message, options);
this.exitcode = exitcode;
}
};
var CancelledError = class extends ProcessError {
name = "CancelledError";
};
var WorkerLostError = class extends ProcessError {
name = "WorkerLostError";
worker;
exitcode;
signal;
task;
constructor({ worker, exitcode, signal, task, reason }, options) {
const how = signal === null ? `exit code ${exitcode}` : `signal ${signal}`;
const why = reason === void 0 ? how : `${how}, as ${reason}`;
super(task === null ? `Cannot use worker "${worker}" as it ended before it ran a task: ${why}` : `Cannot finish task ${task} as worker "${worker}" ended while it ran it: ${why}`, options);
this.worker = worker;
this.exitcode = exitcode;
this.signal = signal;
this.task = task;
}
};
var RemoteError = class extends ProcessError {
name = "RemoteError";
};
var SharedMemoryError = class extends ProcessError {
name = "SharedMemoryError";
};
var AbandonedError = class extends ProcessError {
name = "AbandonedError";
};
var LockError = class extends ProcessError {
name = "LockError";
};
var BrokenBarrierError = class extends ProcessError {
name = "BrokenBarrierError";
};
var QueueEmpty = class extends ProcessError {
name = "QueueEmpty";
};
var QueueFull = class extends ProcessError {
name = "QueueFull";
};
var QueueShutDown = class extends ProcessError {
name = "QueueShutDown";
};
var ConnectionError = class extends ProcessError {
name = "ConnectionError";
};
var BrokenPipeError = class extends ConnectionError {
name = "BrokenPipeError";
};
var EndOfFileError = class extends ProcessError {
name = "EndOfFileError";
};
var BufferTooShortError = class extends ProcessError {
name = "BufferTooShortError";
bytes;
constructor(message, bytes) {
super(message);
this.bytes = bytes;
}
};
var AuthenticationError = class extends ProcessError {
name = "AuthenticationError";
};
// lib/wire/protocol/messages.ts
var PROTOCOL_VERSION = 1;
var NO_READER = 2 ** 30;
// lib/wire/protocol/child_context.ts
var MAIN_PROCESS = "MainProcess";
var KEY = Symbol.for(`@multiprocessing/core ${PROTOCOL_VERSION}`);
var shared = globalThis;
var known = shared[KEY] ?? {
context: null,
hooks: {
endChildren: null,
drainOutput: null,
stop: null,
orphaned: null,
watchParent: null,
takeSync: null,
isStopped: () => false,
claimUnhandled: null,
load: (load) => load(),
loading: new Set()
},
states: new Map()
};
function sharedState(name, make) {
if (!known.states.has(name)) known.states.set(name, make());
return known.states.get(name);
}
var hooks = known.hooks;
function childContext() {
return known.context;
}
function shareChildContext() {
shared[KEY] = known;
}
function setChildContext(context) {
known.context = known.context === null ? context : Object.assign(known.context, context);
return known.context;
}
// lib/base/assert.ts
function assert(condition, what) {
if (!condition) throw new Error(`Broken invariant: ${what}`);
}
function unreachable(value) {
throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
// lib/base/built.ts
var IS_SOURCE = import.meta.url.endsWith(".ts");
function builtUrl(name) {
return IS_SOURCE ? new URL(`../entries/${name}.ts`, import.meta.url).href : new URL(`./${name}.generated.js`, import.meta.url).href;
}
function packageUrl() {
return IS_SOURCE ? builtUrl("package") : new URL("../../mod.ts", import.meta.url).href;
}
function isOfPackage(url) {
const folder = new URL(IS_SOURCE ? ".." : ".", import.meta.url).href;
return url.startsWith(folder) || url === packageUrl();
}
// lib/base/thrown_text.ts
function thrownText(thrown) {
try {
return String(thrown);
} catch {
return "a part that throws when read";
}
}
function inspectThrown(thrown) {
return textFrom(() => Deno.inspect(thrown)) ?? textFrom(() => thrown.stack) ?? "a value that throws when it is read";
}
function textFrom(read) {
try {
const text = read();
return typeof text === "string" ? text : null;
} catch {
return null;
}
}
// lib/base/write_all.ts
function writeAll(to, bytes) {
for (let at = 0; at < bytes.length; ) at += to.writeSync(bytes.subarray(at));
}
function writeIfRead(to, bytes) {
try {
writeAll(to, bytes);
} catch {
}
}
// lib/base/stderr.ts
function printError(line) {
writeIfRead(Deno.stderr, new TextEncoder().encode(`${line}
`));
}
function callOut(what, call, ...args) {
const tell = (thrown) => printError(`${what}: ${inspectThrown(thrown)}`);
try {
contain(call(...args), tell);
} catch (error) {
tell(error);
}
}
function contain(value, failed) {
if (typeof value !== "object" || value === null) return;
const { then } = value;
if (typeof then === "function") Promise.resolve(value).catch(failed);
}
// lib/functions/export_match.ts
function byName(exports, spec) {
const { match } = spec;
if (match.by !== "identity" && match.by !== "name") return void 0;
const found = exports[match.key];
if (!isLike(found, spec)) return void 0;
if (match.by === "identity") return found;
const others = Object.values(exports).filter((value) => value !== found);
return others.some((value) => isLike(value, spec) || isAround(value, spec)) ? void 0 : found;
}
function namesOfAlike(exports, spec) {
return Object.keys(exports).filter((key) => isLike(exports[key], spec));
}
function isLike(value, spec) {
return typeof value === "function" && textOf(value) === spec.source && value.name === spec.name;
}
function isAround(value, { source }) {
if (typeof value !== "function") return false;
const text = textOf(value);
return text.length > source.length && text.includes(source);
}
function textOf(value) {
return Function.prototype.toString.call(value);
}
// lib/base/data_url.ts
function dataUrl(text) {
return `data:text/javascript,${encodeURIComponent(text)}`;
}
// lib/wire/protocol/load_module.ts
async function loadModule(module, loaders = childContext()?.loaders ?? {}) {
const loader = loaders[module] ?? (() => importFrom(module));
return await hooks.load(loader);
}
async function importFrom(module, options) {
if (!import.meta.url.startsWith("http")) return await import(module, options);
const text = `export const load=(o)=>import(${JSON.stringify(module)},o)`;
const way = await import(dataUrl(text));
return await way.load(options);
}
// lib/wire/protocol/port_messages.ts
function isPlain(value) {
switch (typeof value) {
case "string":
case "boolean":
return true;
case "number":
return Number.isFinite(value) && !Object.is(value, -0);
default:
return value === null;
}
}
function toPort(message) {
if (message.kind !== "message" || message.body instanceof Uint8Array) {
return message;
}
const { mailbox, body: { value, placeholders } } = message;
if (mailbox === "pool" && placeholders === null && isPoolPayload(value)) {
return value;
}
return [
mailbox,
value,
placeholders
];
}
function fromPort(data) {
if (isPoolPayload(data)) return poolMessage(data);
if (!Array.isArray(data)) return data;
const [mailbox, value, placeholders] = data;
return {
kind: "message",
mailbox,
body: {
form: "clone",
value,
placeholders
}
};
}
function isPoolPayload(value) {
return typeof value === "number" || Array.isArray(value) && typeof value[0] === "number";
}
function poolMessage(value) {
return {
kind: "message",
mailbox: "pool",
body: {
form: "clone",
value,
placeholders: null
}
};
}
// lib/wire/mailbox/mailbox.ts
var EARLY_MAX = 1e3;
var EARLY_MAX_BYTES = 64 * 2 ** 20;
var mailboxes = sharedState("mailboxes", () => ({
open: new Map(),
waiting: new Map(),
unread: new WeakMap(),
parent: null
}));
function receive(mailbox, take) {
const { open, waiting } = mailboxes;
assert(!open.has(mailbox), `the mailbox "${mailbox}" is opened once`);
open.set(mailbox, take);
const early = waiting.get(mailbox) ?? [];
waiting.delete(mailbox);
for (const message of early) take(...message);
}
function deliver(mailbox, body, from) {
const { open, waiting } = mailboxes;
const take = open.get(mailbox);
if (take !== void 0) return take(body, from);
countUnread(body, from);
const early = waiting.get(mailbox);
if (early === void 0) waiting.set(mailbox, [
[
body,
from
]
]);
else early.push([
body,
from
]);
}
function countUnread(body, from) {
const { unread, parent } = mailboxes;
const sum = unread.get(from) ?? {
count: 0,
bytes: 0
};
unread.set(from, sum);
sum.count++;
sum.bytes += body instanceof Uint8Array ? body.length : 0;
if (sum.count <= EARLY_MAX && sum.bytes <= EARLY_MAX_BYTES) return;
if (from === parent) return;
throw new RangeError(`Cannot keep more messages that this process does not read: ${sum.count} messages of ${sum.bytes} bytes wait, and the limits are ${EARLY_MAX} and ${EARLY_MAX_BYTES}`);
}
function parentPeer() {
const context = childContext();
if (context === null) return null;
return mailboxes.parent ??= {
destination: context.parent,
isGone: false,
post: (mailbox, body, transfer) => context.post({
kind: "message",
mailbox,
body
}, transfer),
broken(error) {
throw error;
},
onBroken() {
},
onGone() {
}
};
}
// lib/pool/protocol/pool_messages.ts
var CALL = 0;
var CALL_ONE = 1;
var EACH = 2;
var SPREAD = 3;
var TIMED = 4;
var RUN_HEAD = 3;
var TASK_STRIDE = 3;
var REPORT_HEAD = 4;
var RESULT_STRIDE = 4;
var VALUES = 0;
var THREW = 1;
var UNSENDABLE = 2;
function isFrequent(message) {
return Array.isArray(message);
}
var handlers = new WeakMap();
var isOpen = false;
function receiveFrom(peer, handler) {
handlers.set(peer, handler);
if (isOpen) return;
isOpen = true;
receive("pool", (body, from) => handlers.get(from)?.(body));
}
var Unreadable = class {
error;
constructor(error) {
this.error = error;
}
};
function unreadableIn(list) {
return list.find((value) => value instanceof Unreadable);
}
function isRaw(value, destination) {
if (destination !== "isolate") return isPlain(value);
switch (typeof value) {
case "object":
return value === null;
case "function":
case "symbol":
return false;
default:
return true;
}
}
function areRaw(list, destination) {
for (let i = 0; i < list.length; i++) {
if (!isRaw(list[i], destination)) return false;
}
return true;
}
function isSure(value) {
if (!ArrayBuffer.isView(value)) return isRaw(value, "isolate");
const { buffer } = value;
return buffer instanceof ArrayBuffer && !buffer.detached &&
value.byteLength === buffer.byteLength;
}
function itemsToSend(list, destination, pack) {
const isPlainList = destination === "isolate" ? list.every(isSure) : areRaw(list, destination);
if (isPlainList) return list;
const packed = pack(list);
const hasNoPlaceholders = !(packed instanceof Uint8Array) && packed.placeholders === null;
return hasNoPlaceholders ? packed.value : {
packed
};
}
function isPacked(items) {
return !Array.isArray(items);
}
// lib/pool/protocol/slots.ts
var SLOTS = 1024;
var SLOT_MASK = SLOTS - 1;
var SPAN_MAX = 32767;
var BYTES_PER_SLOT = 16;
var TOTALS_BYTES = 32;
var SLOTS_BYTES = SLOTS * BYTES_PER_SLOT + TOTALS_BYTES;
var SPAN = 0;
var KIND = 1;
var WORDS = 4;
var VALUE = 1;
var DOUBLES = 2;
var NONE = 0;
var NUMBER = 1;
var UNDEFINED = 2;
var NULL = 3;
var TRUE = 4;
var FALSE = 5;
var ARGUMENT_SHIFT = 4;
var FUNCTION_SHIFT = 8;
var FUNCTIONS = 1 << 23;
var TOTALS = SLOTS * DOUBLES;
function createSlots() {
return new SharedArrayBuffer(SLOTS_BYTES);
}
function isSmallCall(functionId, argument) {
return functionId < FUNCTIONS && kindOf(argument) !== NONE;
}
var Slots = class {
#words;
#doubles;
#keeper;
constructor(shared2, byteOffset = 0, keeper = null) {
this.#keeper = keeper;
this.#words = new Int32Array(shared2, byteOffset, SLOTS * WORDS);
this.#doubles = new Float64Array(shared2, byteOffset, SLOTS_BYTES / Float64Array.BYTES_PER_ELEMENT);
}
offer(seq, count) {
const at = (seq & SLOT_MASK) * WORDS;
this.#words[at + KIND] = NONE;
Atomics.store(this.#words, at + SPAN, count << 16);
}
offerCall(seq, functionId, argument) {
const at = (seq & SLOT_MASK) * WORDS;
const kind = kindOf(argument);
this.#words[at + KIND] = functionId << FUNCTION_SHIFT | kind << ARGUMENT_SHIFT;
if (kind === NUMBER) this.#setNumber(seq, argument);
Atomics.store(this.#words, at + SPAN, 1 << 16);
}
functionOf(seq) {
return this.#kindAt(seq) >>> FUNCTION_SHIFT;
}
argumentOf(seq) {
const kind = this.#kindAt(seq) >>> ARGUMENT_SHIFT;
return this.#valueAt(seq, kind & 15);
}
claim(seq) {
const at = (seq & SLOT_MASK) * WORDS + SPAN;
let span = Atomics.load(this.#words, at);
for (; ; ) {
const next = span & 65535;
if (next >= span >>> 16) return -1;
const seen = Atomics.compareExchange(this.#words, at, span, span + 1);
if (seen === span) return next;
span = seen;
}
}
spanOf(seq) {
const at = (seq & SLOT_MASK) * WORDS + SPAN;
const span = Atomics.load(this.#words, at);
return {
next: span & 65535,
end: span >>> 16
};
}
takeBack(seq, most) {
const at = (seq & SLOT_MASK) * WORDS + SPAN;
let span = Atomics.load(this.#words, at);
for (; ; ) {
const [next, end] = [
span & 65535,
span >>> 16
];
if (next >= end) return {
next: end,
end
};
const kept2 = Math.max(next, end - most);
const left = kept2 << 16 | next;
const seen = Atomics.compareExchange(this.#words, at, span, left);
if (seen === span) return {
next: kept2,
end
};
span = seen;
}
}
put(seq, value) {
const kind = kindOf(value);
if (kind === NONE) return false;
if (kind === NUMBER) this.#setNumber(seq, value);
Atomics.store(this.#words, (seq & SLOT_MASK) * WORDS + KIND, kind);
return true;
}
result(seq) {
const kind = this.#kindAt(seq);
if (kind === NONE || kind > FALSE) return null;
return {
value: this.#valueAt(seq, kind)
};
}
addUp({ items, busyMs, heapBytes }) {
this.#doubles[TOTALS] = items;
this.#doubles[TOTALS + 1] = busyMs;
this.#doubles[TOTALS + 2] = heapBytes;
}
get totals() {
return {
items: this.#doubles[TOTALS],
busyMs: this.#doubles[TOTALS + 1],
heapBytes: this.#doubles[TOTALS + 2]
};
}
#kindAt(seq) {
return Atomics.load(this.#words, (seq & SLOT_MASK) * WORDS + KIND);
}
#valueAt(seq, kind) {
switch (kind) {
case NUMBER:
return this.#doubles[(seq & SLOT_MASK) * DOUBLES + VALUE];
case NULL:
return null;
case TRUE:
return true;
case FALSE:
return false;
default:
return void 0;
}
}
#setNumber(seq, value) {
this.#doubles[(seq & SLOT_MASK) * DOUBLES + VALUE] = value;
}
};
function kindOf(value) {
if (typeof value === "number") return NUMBER;
if (value === void 0) return UNDEFINED;
if (value === null) return NULL;
if (typeof value === "boolean") return value ? TRUE : FALSE;
return NONE;
}
// lib/pool/worker/worker_state.ts
var state = null;
function keepState(value) {
state = {
value
};
}
function kept() {
return state;
}
var given = new WeakMap();
function givenAway(value) {
return typeof value === "object" && value !== null ? given.get(value) ?? [] : [];
}
function transferWith(value, transfer) {
given.set(value, transfer);
}
// lib/pool/worker/task.ts
function workerState() {
const state2 = kept();
if (state2 !== null) return state2.value;
throw new ProcessStateError("Cannot give the state of a worker as this process is none, or its initializer still runs: call workerState() in a task of a pool");
}
function transferring(value, transfer) {
transferWith(value, transfer);
return value;
}
// lib/wire/protocol/frames.ts
var FRAME_MAX_BYTES = 2 ** 30;
var CHILD_TEXT_MAX_BYTES = 2 ** 20;
var PIECE_MAX_BYTES = 4096;
var MARKER_BYTES = 16;
var LENGTH_BYTES = 4;
var FRAME_HEADER_BYTES = 3;
var PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - FRAME_HEADER_BYTES;
function seal(message) {
const body = "body" in message && message.body instanceof Uint8Array ? message.body : null;
const text = asciiOf(body === null ? message : {
...message,
body: null
});
const bytes = new Uint8Array(LENGTH_BYTES + text.length + (body?.length ?? 0));
new DataView(bytes.buffer).setUint32(0, text.length, true);
bytes.set(text, LENGTH_BYTES);
if (body !== null) bytes.set(body, LENGTH_BYTES + text.length);
return bytes;
}
function asciiOf(value) {
const encoder = new TextEncoder();
const text = JSON.stringify(value);
const bytes = encoder.encode(text);
return bytes.length === text.length ? bytes : encoder.encode(text.replace(/[^\0-\x7f]/g, escaped));
}
function escaped(unit) {
return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
function unseal(bytes) {
return unsealed(bytes, Infinity);
}
function unsealFromChild(bytes) {
return unsealed(bytes, CHILD_TEXT_MAX_BYTES);
}
function unsealed(bytes, textMaxBytes) {
const end = LENGTH_BYTES + textLength(bytes);
if (end > bytes.length) throw broken();
checkSize(end - LENGTH_BYTES, textMaxBytes);
const message = JSON.parse(fromAscii(bytes.subarray(LENGTH_BYTES, end)));
return end === bytes.length ? message : {
...message,
body: bytes.slice(end)
};
}
var ARGUMENTS_MAX = 4096;
function fromAscii(bytes) {
return bytes.length <= ARGUMENTS_MAX ? String.fromCharCode.apply(null, bytes) : new TextDecoder().decode(bytes);
}
function textLength(bytes) {
if (bytes.length < LENGTH_BYTES) throw broken();
return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
function broken() {
return new RangeError("Cannot read a message as it is shorter than it says");
}
function frame(message) {
checkSize(message.length, FRAME_MAX_BYTES);
const framed = new Uint8Array(LENGTH_BYTES + message.length);
new DataView(framed.buffer).setUint32(0, message.length, true);
framed.set(message, LENGTH_BYTES);
return framed;
}
function newMarker() {
return crypto.getRandomValues(new Uint8Array(MARKER_BYTES));
}
function newGreeting() {
const ready = seal({
kind: "ready",
version: PROTOCOL_VERSION
});
return cut(newMarker(), ready)[0];
}
function markerOf(piece2) {
return piece2.slice(0, MARKER_BYTES);
}
function cut(marker, message) {
checkSize(message.length, FRAME_MAX_BYTES);
const pieces = [];
let start = 0;
do {
const payload = message.subarray(start, start + PAYLOAD_MAX_BYTES);
start += payload.length;
pieces.push(piece(marker, payload, start === message.length));
} while (start < message.length);
return pieces;
}
function piece(marker, payload, last) {
const bytes = new Uint8Array(MARKER_BYTES + FRAME_HEADER_BYTES + payload.length);
bytes.set(marker);
bytes[MARKER_BYTES] = payload.length & 255;
bytes[MARKER_BYTES + 1] = payload.length >> 8;
bytes[MARKER_BYTES + 2] = last ? 1 : 0;
bytes.set(payload, MARKER_BYTES + FRAME_HEADER_BYTES);
return bytes;
}
function checkSize(bytes, maxBytes) {
if (bytes <= maxBytes) return;
throw new RangeError(`Cannot pass on a message of ${bytes} bytes as the limit is ${maxBytes}: put its data into SharedMemory, or send them in parts through a queue`);
}
var GATHERED_BYTES = 64 * 1024;
var Parts = class {
#pieces = [];
#used = 0;
bytes = 0;
add(part) {
const last = this.#pieces.at(-1);
const fits = last === void 0 ? 0 : last.length - this.#used;
if (fits > 0) last.set(part.subarray(0, fits), this.#used);
this.bytes += part.length;
if (part.length <= fits) {
this.#used += part.length;
return;
}
this.#begin(part.subarray(fits));
}
#begin(part) {
const isFirst = this.#pieces.length === 0;
const bytes = isFirst ? part.length : Math.max(part.length, GATHERED_BYTES);
const piece2 = new Uint8Array(bytes);
piece2.set(part);
this.#pieces.push(piece2);
this.#used = part.length;
}
take() {
const pieces = this.#pieces;
const last = pieces.pop() ?? new Uint8Array(0);
const end = last.subarray(0, this.#used);
const whole = pieces.length === 0 && end.length === last.length ? last : joined([
...pieces,
end
]);
this.#pieces = [];
this.#used = 0;
this.bytes = 0;
return whole;
}
};
function joined(parts) {
const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
let at = 0;
for (const part of parts) {
whole.set(part, at);
at += part.length;
}
return whole;
}
var FrameReader = class {
#maxBytes;
#parts = new Parts();
#length;
constructor(maxBytes = FRAME_MAX_BYTES) {
this.#maxBytes = maxBytes;
}
get idle() {
return this.#length === void 0 && this.#parts.bytes === 0;
}
push(chunk) {
const messages = [];
let at = 0;
while (true) {
const wanted = (this.#length ?? LENGTH_BYTES) - this.#parts.bytes;
const part = chunk.subarray(at, at + wanted);
this.#parts.add(part);
at += part.length;
if (part.length < wanted) return messages;
const whole = this.#parts.take();
if (this.#length === void 0) {
this.#length = new DataView(whole.buffer).getUint32(0, true);
checkSize(this.#length, this.#maxBytes);
} else {
messages.push(whole);
this.#length = void 0;
}
}
}
};
// lib/functions/resolve.ts
var TARGET = -1;
async function findFunction(spec, scope, finding) {
const exports = await exportsFor(spec, finding.loaders);
const found = exportBeyondDoubt(exports, spec);
if (found !== void 0) return found;
const { slowResolve } = await finding.slowly();
return await slowResolve.findSlowly(spec, exports, scope, finding);
}
function exportBeyondDoubt(exports, spec) {
if (spec.kind === "captured") return void 0;
if (spec.kind === "function") return byName(exports, spec);
const value = exports[spec.name];
return typeof value === "function" ? value : void 0;
}
async function exportsFor(spec, loaders) {
if (spec.kind === "captured") return {};
if (spec.kind === "address") return await loadModule(spec.module, loaders);
const { module, certain, match } = spec;
if (module === null || match.by === "text") return {};
try {
return await loadModule(module, loaders);
} catch (error) {
if (!certain && isMissing(error, module)) return {};
throw error;
}
}
function isMissing(error, module) {
return error instanceof TypeError && error.message.startsWith(`Module not found "${module}"`);
}
// lib/wire/protocol/stop_flag_words.ts
var IS_TO_STOP = 1;
var HAS_STARTED = 2;
var IS_IMPORTING = 4;
var HAS_ENDED = 16;
var ASK = 1;
var IMPORTED = 2;
var LOADS_NOW = 2;
var EXISTS = 3;
var EXISTENCE_CHECKS = 10;
// lib/entries/common.ts
var common_default = () => [
builtUrl,
ProcessError,
printError,
findFunction,
CALL,
SLOTS,
kept,
workerState,
childContext,
frame,
loadModule,
IS_TO_STOP,
receive,
thrownText,
writeIfRead
];
export {
__export,
ProcessError,
ProcessStateError,
BootstrapError,
AmbiguousTargetError,
StartMethodError,
UnsupportedError,
EncodingError,
ExitError,
CancelledError,
WorkerLostError,
RemoteError,
SharedMemoryError,
AbandonedError,
LockError,
BrokenBarrierError,
QueueEmpty,
QueueFull,
QueueShutDown,
ConnectionError,
BrokenPipeError,
EndOfFileError,
BufferTooShortError,
AuthenticationError,
errors_exports,
PROTOCOL_VERSION,
NO_READER,
MAIN_PROCESS,
hooks,
childContext,
shareChildContext,
setChildContext,
assert,
unreachable,
builtUrl,
packageUrl,
isOfPackage,
thrownText,
inspectThrown,
writeAll,
writeIfRead,
printError,
callOut,
contain,
byName,
namesOfAlike,
dataUrl,
loadModule,
importFrom,
TARGET,
findFunction,
isPlain,
toPort,
fromPort,
isPoolPayload,
poolMessage,
receive,
deliver,
parentPeer,
CALL,
CALL_ONE,
EACH,
SPREAD,
TIMED,
RUN_HEAD,
TASK_STRIDE,
REPORT_HEAD,
RESULT_STRIDE,
VALUES,
THREW,
UNSENDABLE,
isFrequent,
receiveFrom,
Unreadable,
unreadableIn,
isRaw,
areRaw,
isSure,
itemsToSend,
isPacked,
SLOTS,
SLOT_MASK,
SPAN_MAX,
SLOTS_BYTES,
createSlots,
isSmallCall,
Slots,
keepState,
givenAway,
workerState,
transferring,
FRAME_MAX_BYTES,
MARKER_BYTES,
FRAME_HEADER_BYTES,
seal,
unseal,
unsealFromChild,
frame,
newGreeting,
markerOf,
cut,
checkSize,
Parts,
joined,
FrameReader,
IS_TO_STOP,
HAS_STARTED,
IS_IMPORTING,
HAS_ENDED,
ASK,
IMPORTED,
LOADS_NOW,
EXISTS,
EXISTENCE_CHECKS,
common_default
};
