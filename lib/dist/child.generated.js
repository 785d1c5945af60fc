// Made from lib/ by `deno task build`: do not edit it.

var sharedState = (function sharedState(name, make) {
if (!known.states.has(name)) known.states.set(name, make());
return known.states.get(name);
});
var childContext = (function childContext() {
return known.context;
});
var shareChildContext = (function shareChildContext() {
shared[KEY] = known;
});
var setChildContext = (function setChildContext(context) {
known.context = known.context === null ? context : Object.assign(known.context, context);
return known.context;
});
var assert = (function assert(condition, what) {
if (!condition) throw new Error(`Broken invariant: ${what}`);
});
var unreachable = (function unreachable(value) {
throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
});
var builtUrl = (function builtUrl(name) {
return IS_SOURCE ? new URL(`../entries/${name}.ts`, import.meta.url).href : new URL(`./${name}.generated.js`, import.meta.url).href;
});
var packageUrl = (function packageUrl() {
return IS_SOURCE ? builtUrl("package") : new URL("../../mod.ts", import.meta.url).href;
});
var isOfPackage = (function isOfPackage(url) {
const folder = new URL(IS_SOURCE ? ".." : ".", import.meta.url).href;
return url.startsWith(folder) || url === packageUrl();
});
var thrownText = (function thrownText(thrown) {
try {
return String(thrown);
} catch {
return "a part that throws when read";
}
});
var inspectThrown = (function inspectThrown(thrown) {
return textFrom(() => Deno.inspect(thrown)) ?? textFrom(() => thrown.stack) ?? "a value that throws when it is read";
});
var textFrom = (function textFrom(read) {
try {
const text = read();
return typeof text === "string" ? text : null;
} catch {
return null;
}
});
var writeAll = (function writeAll(to, bytes) {
for (let at = 0; at < bytes.length; ) at += to.writeSync(bytes.subarray(at));
});
var writeIfRead = (function writeIfRead(to, bytes) {
try {
writeAll(to, bytes);
} catch {
}
});
var printError = (function printError(line) {
writeIfRead(Deno.stderr, new TextEncoder().encode(`${line}
`));
});
var callOut = (function callOut(what, call, ...args) {
const tell = (thrown) => printError(`${what}: ${inspectThrown(thrown)}`);
try {
contain(call(...args), tell);
} catch (error) {
tell(error);
}
});
var contain = (function contain(value, failed) {
if (typeof value !== "object" || value === null) return;
const { then } = value;
if (typeof then === "function") Promise.resolve(value).catch(failed);
});
var seal = (function seal(message) {
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
});
var asciiOf = (function asciiOf(value) {
const encoder = new TextEncoder();
const text = JSON.stringify(value);
const bytes = encoder.encode(text);
return bytes.length === text.length ? bytes : encoder.encode(text.replace(/[^\0-\x7f]/g, escaped));
});
var escaped = (function escaped(unit) {
return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
});
var unseal = (function unseal(bytes) {
return unsealed(bytes, Infinity);
});
var unsealFromChild = (function unsealFromChild(bytes) {
return unsealed(bytes, CHILD_TEXT_MAX_BYTES);
});
var unsealed = (function unsealed(bytes, textMaxBytes) {
const end = LENGTH_BYTES + textLength(bytes);
if (end > bytes.length) throw broken();
checkSize(end - LENGTH_BYTES, textMaxBytes);
const message = JSON.parse(fromAscii(bytes.subarray(LENGTH_BYTES, end)));
return end === bytes.length ? message : {
...message,
body: bytes.slice(end)
};
});
var fromAscii = (function fromAscii(bytes) {
return bytes.length <= ARGUMENTS_MAX ? String.fromCharCode.apply(null, bytes) : new TextDecoder().decode(bytes);
});
var textLength = (function textLength(bytes) {
if (bytes.length < LENGTH_BYTES) throw broken();
return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
});
var broken = (function broken() {
return new RangeError("Cannot read a message as it is shorter than it says");
});
var frame = (function frame(message) {
checkSize(message.length, FRAME_MAX_BYTES);
const framed = new Uint8Array(LENGTH_BYTES + message.length);
new DataView(framed.buffer).setUint32(0, message.length, true);
framed.set(message, LENGTH_BYTES);
return framed;
});
var newMarker = (function newMarker() {
return crypto.getRandomValues(new Uint8Array(MARKER_BYTES));
});
var newGreeting = (function newGreeting() {
const ready = seal({
kind: "ready",
version: PROTOCOL_VERSION
});
return cut(newMarker(), ready)[0];
});
var markerOf = (function markerOf(piece2) {
return piece2.slice(0, MARKER_BYTES);
});
var cut = (function cut(marker, message) {
checkSize(message.length, FRAME_MAX_BYTES);
const pieces = [];
let start = 0;
do {
const payload = message.subarray(start, start + PAYLOAD_MAX_BYTES);
start += payload.length;
pieces.push(piece(marker, payload, start === message.length));
} while (start < message.length);
return pieces;
});
var piece = (function piece(marker, payload, last) {
const bytes = new Uint8Array(MARKER_BYTES + FRAME_HEADER_BYTES + payload.length);
bytes.set(marker);
bytes[MARKER_BYTES] = payload.length & 255;
bytes[MARKER_BYTES + 1] = payload.length >> 8;
bytes[MARKER_BYTES + 2] = last ? 1 : 0;
bytes.set(payload, MARKER_BYTES + FRAME_HEADER_BYTES);
return bytes;
});
var checkSize = (function checkSize(bytes, maxBytes) {
if (bytes <= maxBytes) return;
throw new RangeError(`Cannot pass on a message of ${bytes} bytes as the limit is ${maxBytes}: put its data into SharedMemory, or send them in parts through a queue`);
});
var joined = (function joined(parts) {
const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
let at = 0;
for (const part of parts) {
whole.set(part, at);
at += part.length;
}
return whole;
});
var functionText = (function functionText(thing) {
return Function.prototype.toString.call(thing);
});
var isNativeText = (function isNativeText(text) {
return /\{\s*\[native code\]\s*\}\s*$/.test(text);
});
var byName = (function byName(exports, spec) {
const { match } = spec;
if (match.by !== "identity" && match.by !== "name") return void 0;
const found = exports[match.key];
if (!isLike(found, spec)) return void 0;
if (match.by === "identity") return found;
const others = Object.values(exports).filter((value) => value !== found);
return others.some((value) => isLike(value, spec) || isAround(value, spec)) ? void 0 : found;
});
var namesOfAlike = (function namesOfAlike(exports, spec) {
return Object.keys(exports).filter((key) => isLike(exports[key], spec));
});
var isLike = (function isLike(value, spec) {
return typeof value === "function" && functionText(value) === spec.source && value.name === spec.name;
});
var isAround = (function isAround(value, { source }) {
if (typeof value !== "function") return false;
const text = functionText(value);
return text.length > source.length && text.includes(source);
});
var dataUrl = (function dataUrl(text) {
return `data:text/javascript,${encodeURIComponent(text)}`;
});
var loadModule = (async function loadModule(module, loaders = childContext()?.loaders ?? {}) {
const loader = loaders[module] ?? (() => importFrom(module));
return await hooks.load(loader);
});
var importFrom = (async function importFrom(module, options) {
if (!import.meta.url.startsWith("http")) return await import(module, options);
const text = `export const load=(o)=>import(${JSON.stringify(module)},o)`;
const way = await import(dataUrl(text));
return await way.load(options);
});
var isPlain = (function isPlain(value) {
switch (typeof value) {
case "string":
case "boolean":
return true;
case "number":
return Number.isFinite(value) && !Object.is(value, -0);
default:
return value === null;
}
});
var toPort = (function toPort(message) {
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
});
var fromPort = (function fromPort(data) {
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
});
var isPoolPayload = (function isPoolPayload(value) {
return typeof value === "number" || Array.isArray(value) && typeof value[0] === "number";
});
var poolMessage = (function poolMessage(value) {
return {
kind: "message",
mailbox: "pool",
body: {
form: "clone",
value,
placeholders: null
}
};
});
var receive = (function receive(mailbox, take) {
const { open, waiting } = mailboxes;
assert(!open.has(mailbox), `the mailbox "${mailbox}" is opened once`);
open.set(mailbox, take);
const early = waiting.get(mailbox) ?? [];
waiting.delete(mailbox);
for (const message of early) take(...message);
});
var deliver = (function deliver(mailbox, body, from) {
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
});
var countUnread = (function countUnread(body, from) {
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
});
var parentPeer = (function parentPeer() {
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
});
var findFunction = (async function findFunction(spec, scope, finding) {
const exports = await exportsFor(spec, finding.loaders);
const found = exportBeyondDoubt(exports, spec);
if (found !== void 0) return found;
const { slowResolve } = await finding.slowly();
return await slowResolve.findSlowly(spec, exports, scope, finding);
});
var exportBeyondDoubt = (function exportBeyondDoubt(exports, spec) {
if (spec.kind === "captured") return void 0;
if (spec.kind === "function") return byName(exports, spec);
const value = exports[spec.name];
return typeof value === "function" ? value : void 0;
});
var exportsFor = (async function exportsFor(spec, loaders) {
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
});
var isMissing = (function isMissing(error, module) {
return error instanceof TypeError && error.message.startsWith(`Module not found "${module}"`);
});
var endNow = (function endNow(parentLink) {
try {
parentLink.stop();
} catch {
}
});
var turn = (async function turn() {
const word = new Int32Array(new SharedArrayBuffer(4));
const woken = Atomics.waitAsync(word, 0, 0).value;
Atomics.notify(word, 0);
await woken;
});
var slowPath = (async function slowPath(loaders) {
const url = builtUrl("package");
const loader = loaders[url] ?? (() => import(url));
const { default: ours } = await hooks.load(loader);
return ours.slowPath;
});
var isAsyncFunction = (function isAsyncFunction(target) {
return Object.prototype.toString.call(target) === "[object AsyncFunction]";
});
var plainBody = (function plainBody(body) {
if (body === null) return {
args: [],
scope: {},
fields: {}
};
if (body instanceof Uint8Array || body.placeholders !== null) return null;
return body.value;
});
var thrownIn = (function thrownIn({ error, message }) {
return error === null && message !== "Uncaught null" ? message : error;
});
var unlessPrevented = (function unlessPrevented(event, nodeEvent, fatal) {
event.preventDefault();
let prevented = false;
event.preventDefault = () => {
prevented = true;
};
queueMicrotask(() => {
const [, error] = nodeEvent;
try {
if (!prevented && !emitsToNode(nodeEvent)) fatal(error);
} catch (thrown) {
fatal(thrown);
}
});
});
var emitsToNode = (function emitsToNode(event) {
const { process: process2 } = globalThis;
if (!process2?.listenerCount(event[0])) return false;
process2.emit(...event);
return true;
});
var watchParent = (function watchParent(parent, isWatching) {
const helper = new Worker(dataUrl(HELPER), {
type: "module"
});
helper.onmessage = isWatching;
helper.postMessage(parent);
});
var readStdin = (function readStdin(source, reader, listener) {
const stdinReader = new StdinReader(source, reader, listener);
hooks.takeSync = (ms) => stdinReader.takeSync(ms);
void stdinReader.takeOn();
});
var emptyStdin = (function emptyStdin() {
Object.defineProperties(Deno.stdin, {
read: {
value: () => Promise.resolve(null)
},
readSync: {
value: () => null
},
readable: {
get: () => new Blob([]).stream()
}
});
const { Command } = Deno;
Deno.Command = class extends Command {
constructor(command, options = {}) {
const { stdin = "null" } = options;
super(command, {
...options,
stdin: stdin === "inherit" ? "null" : stdin
});
}
};
});
var takeParentStream = (function takeParentStream() {
if (Deno.build.os !== "linux") return stdinSource();
for (const library of LIBRARIES) {
try {
return descriptorSource(library, Deno.dlopen(library, FUNCTIONS).symbols);
} catch {
}
}
return stdinSource();
});
var descriptorSource = (function descriptorSource(library, { prctl, fcntl, open, dup2, read, readSync }) {
const fd = fcntl(STDIN, F_DUPFD_CLOEXEC, FD_MIN, NOTHING);
const name = Uint8Array.from("/dev/null\0", (char) => char.charCodeAt(0));
const empty = open(name, O_RDONLY_CLOEXEC, NOTHING);
if (fd < 0 || empty < 0 || dup2(empty, STDIN, NOTHING) < 0) {
throw new Error("Cannot open another file");
}
return {
kind: "descriptor",
library,
fd,
async read(chunk) {
for (let tries = 0; tries < TRIES_MAX; tries++) {
const count = Number(await read(fd, chunk, BigInt(chunk.length)));
if (count >= 0) return count === 0 ? null : count;
}
return null;
},
readSync(chunk) {
for (let tries = 0; tries < TRIES_MAX; tries++) {
const count = Number(readSync(fd, chunk, BigInt(chunk.length), NOTHING));
if (count >= 0) return count === 0 ? null : count;
}
return null;
},
endWithParent() {
prctl(PR_SET_PDEATHSIG, SIGKILL, NOTHING);
},
outliveParent() {
prctl(PR_SET_PDEATHSIG, 0n, NOTHING);
}
};
});
var stdinSource = (function stdinSource() {
emptyStdin();
return {
kind: "stdin"
};
});
var waitForStart = (async function waitForStart(wait, link) {
const early = [];
setChildContext({
host: link.parentLink.host,
identity: wait.identity,
parent: wait.destination,
loaders: link.loaders,
post: (message) => void early.push(message),
sites: wait.sites,
log: wait.log,
target: void 0,
args: [],
importing: true
});
let isParentWatched = false;
hooks.watchParent = () => isParentWatched = true;
const catchUp = () => {
for (const message of early.splice(0)) childContext()?.post(message);
if (isParentWatched) hooks.watchParent?.();
};
const heard = link.isWatched ? null : heardByHelper(link);
await prepare(wait, link);
const started = heard === null ? readStart(link) : {
start: await heard,
others: []
};
hooks.watchParent = null;
return {
...started,
catchUp
};
});
var prepare = (async function prepare({ preload }, { loaders, parentLink }) {
const { claimedSites, loadModule: loadModule2 } = await slowPath(loaders);
const { setTimeout: setTimeout2 } = globalThis;
const failures = [];
for (const module of preload) {
try {
await loadModule2(module, loaders);
} catch (error) {
failures.push(`${module}: ${textOf(error)}`);
}
}
await Promise.all(hooks.loading);
if (preload.length > 1) await new Promise((end) => setTimeout2(end, 0));
const sites = claimedSites();
const isTooMuch = sites.length > SITES_MAX || sites.join("").length > SITES_MAX_CHARS;
if (isTooMuch) {
failures.push(`the preloaded modules make ${sites.length} shared objects: at most ${SITES_MAX} can be told to the parent`);
}
parentLink.send({
kind: "waiting",
memoryBytes: Deno.memoryUsage().rss,
sites: isTooMuch ? [
"*"
] : sites,
failures
});
});
var textOf = (function textOf(error) {
try {
if (error instanceof Error) return String(error.message);
} catch {
}
return inspectThrown(error);
});
var readStart = (function readStart({ source, reader, others }) {
if (source.kind !== "descriptor") Deno.exit(FAILED);
const chunk = new Uint8Array(64 * 1024);
const frames = [
...others
];
while (frames.length === 0) {
const count = source.readSync(chunk);
if (count === null) Deno.exit(FAILED);
frames.push(...reader.push(chunk.subarray(0, count)));
}
const [start, ...rest] = frames.map((bytes) => unseal(bytes));
return {
start,
others: rest
};
});
var heardByHelper = (function heardByHelper({ source, reader, runtime, others }) {
const { promise, resolve } = Promise.withResolvers();
const receive2 = (message) => {
if (message.kind === "start") resolve(message);
else runtime.receive(message);
};
for (const bytes of others) receive2(unseal(bytes));
runtime.listen(() => {
readStdin(source, reader, {
receive: receive2,
orphaned: () => runtime.orphaned()
});
});
return promise;
});
var bootSpawned = (async function bootSpawned(loaders, isDirect) {
const reader = new FrameReader();
const chunk = new Uint8Array(CHUNK_BYTES2);
const [greeting, first, ...others] = readFirst(reader, chunk);
const message = unseal(first);
if (message.kind === "start") writeIfRead(Deno.stderr, greeting);
const source = takeParentStream();
const isStdinTaken = source.kind === "stdin";
const parentLink = new StderrLink(greeting, isStdinTaken, () => {
void listen(source, reader, runtime, chunk);
});
const runtime = new ChildRuntime(parentLink, loaders);
if (message.version !== PROTOCOL_VERSION) {
parentLink.send({
kind: "ready",
version: PROTOCOL_VERSION
});
Deno.exit(FAILED);
}
if (!isDirect) {
addEventListener("unload", () => {
parentLink.send({
kind: "exiting",
code: Deno.exitCode
});
});
}
const { pid } = message.identity.parent;
const link = {
loaders,
runtime,
parentLink,
source,
reader,
others,
isWatched: isWatched(source, pid, isDirect)
};
if (message.kind === "start") {
begin(link, pid, message);
for (const bytes of others) runtime.receive(unseal(bytes));
} else {
const spare = await waitForStart(message, link);
writeIfRead(Deno.stderr, greeting);
begin(link, pid, spare.start);
spare.catchUp();
for (const other of spare.others) runtime.receive(other);
}
return await new Promise(() => {
});
});
var begin = (function begin({ runtime, source, reader, isWatched: isWatched2 }, parent, start) {
if (!isWatched2 || start.isRelayed) {
runtime.listen(() => readStdin(source, reader, runtime));
} else if (source.kind === "descriptor") {
hooks.watchParent = () => {
hooks.watchParent = null;
runtime.listen();
watchParent(parent, source.outliveParent);
};
}
runtime.receive(start);
});
var readFirst = (function readFirst(reader, chunk) {
const frames = [];
while (frames.length < 2) {
const count = Deno.stdin.readSync(chunk);
if (count === null) Deno.exit(FAILED);
frames.push(...reader.push(chunk.subarray(0, count)));
}
return frames;
});
var isWatched = (function isWatched(source, parent, isDirect) {
if (source.kind === "descriptor") source.endWithParent();
const isItsChild = Deno.ppid === parent;
if (isDirect && !isItsChild) Deno.exit(FAILED);
return source.kind === "descriptor" && isItsChild;
});
var listen = (async function listen(source, reader, runtime, chunk) {
if (source.kind === "stdin") return readStdin(source, reader, runtime);
for (let isAside = false; !isAside; ) {
const count = await source.read(chunk);
if (count === null) return runtime.orphaned();
for (const bytes of reader.push(chunk.subarray(0, count))) {
const message = unseal(bytes);
if (!isAside && message.kind === "message" && message.isRelayed) {
isAside = true;
readStdin(source, reader, runtime);
}
runtime.receive(message);
}
}
});
var nodeTypes = (function nodeTypes() {
return types ??= process.getBuiltinModule("node:util/types");
});
var isProxy = (function isProxy(value) {
return nodeTypes().isProxy(value);
});
var isArgumentsObject = (function isArgumentsObject(value) {
return nodeTypes().isArgumentsObject(value);
});
var isFarIndex = (function isFarIndex(key, count) {
const digit = key.charCodeAt(0);
if (!(digit >= 48 && digit <= 57) || key.length > 10) return false;
return Number(key) > 4 * count + 16;
});
var keepTable = (function keepTable(object) {
put(object, FAR, null);
delete object[FAR];
});
var put = (function put(container, key, value) {
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
});
var isObject = (function isObject(value) {
return typeof value === "object" && value !== null;
});
var withoutProxies = (function withoutProxies(message) {
return new Replacement().of(message);
});
var keysOf = (function keysOf(container) {
return Array.isArray(container) && !container.includes(void 0) ? container.keys() : Object.keys(container);
});
var isContainer = (function isContainer(value) {
if (typeof value !== "object" || value === null) return false;
if (Array.isArray(value)) return true;
const prototype = Object.getPrototypeOf(value);
return prototype === Object.prototype || prototype === null;
});
var copyOf = (function copyOf(container) {
return Array.isArray(container) ? Array.from(container) : {
...container
};
});
var cloneOf = (function cloneOf(message, transfer = []) {
return structuredClone(withoutProxies(message), {
transfer
});
});
var postTo = (function postTo(port, message, transfer) {
if (transfer === void 0 || transfer.length === 0) post(port, message);
else {
port.postMessage(withoutProxies(message), transfer);
}
});
var post = (function post(port, message) {
try {
port.postMessage(message);
} catch (error) {
const plain = withoutProxies(message);
if (plain === message) throw error;
port.postMessage(plain);
}
});
var watchImports = (function watchImports(thread, hasBegun) {
if (hasBegun) note(thread);
watchBuiltins(thread);
const modules = process.getBuiltinModule("node:module");
let neverLoads = false;
let stalled = 0;
const stall = () => {
modules.registerHooks({
load: () => thread.end()
});
neverLoads = true;
};
const resolve = (specifier, context, next) => {
note(thread);
if (!thread.isStopped()) return resolved(modules, specifier, context, next);
if (context.conditions.includes("require")) return thread.end();
if (neverLoads) {
return {
url: `data:application/json,0#${stalled++}`,
shortCircuit: true
};
}
Promise.resolve().then(stall);
return context.importAttributes?.type === void 0 ? {
url: NEVER_DONE,
shortCircuit: true
} : resolved(modules, specifier, context, next);
};
modules.registerHooks({
resolve
});
});
var watchBuiltins = (function watchBuiltins(thread) {
const get = process.getBuiltinModule;
process.getBuiltinModule = (name) => loadWithin(thread, () => get.call(process, name));
});
var loadWithin = (function loadWithin({ flags, isStopped, end }, load) {
if (isStopped()) return end();
const before = Atomics.exchange(flags, IMPORTED, LOADS_NOW);
try {
return load();
} finally {
Atomics.store(flags, IMPORTED, before);
}
});
var note = (function note({ flags }) {
Atomics.store(flags, IMPORTED, Date.now() | 0);
});
var resolved = (function resolved(modules, specifier, context, next) {
const found = next(specifier, context);
if (context.conditions.includes("require")) return found;
return isInvented(modules, specifier, context, found) ? {
shortCircuit: true
} : found;
});
var isInvented = (function isInvented(modules, specifier, { parentURL }, { url }) {
if (specifier.startsWith("node:")) return !modules.isBuiltin(specifier);
if (/^(\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return false;
return url === URL.parse(specifier, parentURL)?.href;
});
var watchFirstUses = (function watchFirstUses(thread) {
watchAll(globalThis, GLOBALS, thread);
watchAll(Deno, OF_DENO, thread);
watchAll(Object.getPrototypeOf(navigator), OF_NAVIGATOR, thread);
});
var watchAll = (function watchAll(owner, names, thread) {
for (const name of names.split(" ")) watchFirstUse(owner, name, thread);
});
var watchFirstUse = (function watchFirstUse(owner, name, thread) {
const property = Object.getOwnPropertyDescriptor(owner, name);
const get = property?.get;
if (get === void 0 || !property.configurable) return;
const watched = {
...property,
get() {
if (Object.getOwnPropertyDescriptor(owner, name)?.get === watched.get) {
Reflect.defineProperty(owner, name, property);
}
return loadWithin(thread, () => get.call(this));
}
};
Object.defineProperty(owner, name, watched);
});
var prepareSpare = (async function prepareSpare({ preload }, loaders) {
shareChildContext();
await slowPath(loaders);
await Promise.all(preload.map((module) => loaders[module]()));
return Deno.memoryUsage().heapTotal;
});
var setName = (function setName({ name }) {
Object.defineProperty(globalThis, "name", {
value: name
});
});
var connectToParent = (function connectToParent(boot, loaders, { sliceMs, exit, stop, watchImports: watchImports2 }) {
const { data, control, sharer, ident, owners } = boot;
const { flags, version, first, isRoot, isConfined, isStdinTaken, output } = boot;
if (isStdinTaken) emptyStdin();
const tellRoot = (message) => control.postMessage(message);
const parentLink = {
host: {
kind: "isolate",
ident,
owners,
flags,
control,
isRoot,
isConfined,
isStdinTaken,
sharer,
output,
emit: (name, bytes) => data.postMessage({
kind: "output",
name,
bytes
}),
sliceMs,
close: stop
},
isStopped: () => (Atomics.load(flags, 0) & IS_TO_STOP) !== 0,
listen() {
data.onmessage = ({ data: data2 }) => receive2(fromPort(data2));
data.addEventListener("close", () => runtime.orphaned());
},
send: (message, transfer) => postTo(data, toPort(message), transfer),
exit(code) {
tellRoot({
kind: "exit",
code
});
exit(code);
},
stop,
watchImports: watchImports2
};
hooks.isStopped = parentLink.isStopped;
hooks.load = loadWith(flags, parentLink);
const runtime = new ChildRuntime(parentLink, loaders);
let isGreeted = false;
const greet = () => {
isGreeted = true;
Atomics.or(flags, 0, HAS_STARTED);
Atomics.notify(flags, 0);
};
const receive2 = (message) => {
if (!isGreeted) greet();
runtime.receive(message);
};
void runtime.begun.then(() => parentLink.send({
kind: "ready",
version
}));
return () => first === null ? runtime.listen() : receive2(first);
});
var loadWith = (function loadWith(flags, parentLink) {
let loading = 0;
const isOver = () => {
if (!parentLink.isStopped()) return false;
endNow(parentLink);
return true;
};
return async (load) => {
if (loading++ === 0) Atomics.or(flags, 0, IS_IMPORTING);
try {
if (isOver()) return await new Promise(() => {
});
return await load();
} finally {
if (--loading === 0) Atomics.and(flags, 0, ~IS_IMPORTING);
if (isOver()) await new Promise(() => {
});
}
};
});
var bootThread = (function bootThread(loaders) {
holdLock();
const { workerData: handed } = nodeThreads();
if (!("kind" in handed)) {
const start = begin2(handed, loaders);
queueMicrotask(start);
return;
}
const port = handed.port;
port.onmessage = ({ data }) => {
setName(data);
begin2(data.boot, loaders)();
port.close();
};
void prepareSpare(handed, loaders).then((heapBytes) => port.postMessage(heapBytes));
});
var nodeThreads = (function nodeThreads() {
return process.getBuiltinModule("node:worker_threads");
});
var holdLock = (function holdLock() {
const { locks } = navigator;
const name = `multiprocessing ${performance.timeOrigin} ${Math.random()}`;
locks.request(name, () => new Promise(() => {
}));
});
var begin2 = (function begin2(handed, loaders) {
const { exit } = Deno;
Object.defineProperty(globalThis, "self", {
value: globalThis,
configurable: true,
writable: true
});
process.argv.splice(1, 1);
for (let i = 0; i < EXISTENCE_CHECKS; i++) {
Atomics.waitAsync(handed.flags, EXISTS, 0);
}
const thread = threadEnd(handed);
const start = connectToParent(handed, loaders, {
sliceMs: Infinity,
exit,
stop: thread.end,
watchImports(hasBegun) {
watchImports(thread, hasBegun);
watchFirstUses(thread);
}
});
watch(thread, () => {
const message = {
kind: "exit",
code: 1,
reason: OUT_OF_HEAP
};
handed.control.postMessage(message);
exit(1);
});
return start;
});
var threadEnd = (function threadEnd({ flags }) {
const leave = close;
return {
flags,
isStopped: () => (Atomics.load(flags, 0) & IS_TO_STOP) !== 0,
end() {
Atomics.or(flags, 0, HAS_ENDED);
Atomics.notify(flags, 0);
leave();
const word = new Int32Array(new SharedArrayBuffer(4));
for (let i = 0; i < HARD_END_MS; i++) Atomics.wait(word, 0, 0, 1);
throw new Error("Cannot go on as this thread was ended");
}
};
});
var watch = (async function watch(thread, exhausted) {
const { maxOldGenerationSizeMb = 0, maxYoungGenerationSizeMb = 0 } = nodeThreads().resourceLimits;
const limit = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * MIB;
for (; ; ) {
await Atomics.waitAsync(thread.flags, ASK, 0, HEAP_CHECK_MS).value;
if (thread.isStopped()) return thread.end();
const { getHeapStatistics } = process.getBuiltinModule("node:v8");
if (getHeapStatistics().heap_size_limit > limit) exhausted();
}
});
var exitcodeOf = (function exitcodeOf(signal) {
return -(NUMBERS[signal] ?? 1);
});
var nameOfExitcode = (function nameOfExitcode(exitcode) {
const signal = Object.keys(NUMBERS).find((name) => NUMBERS[name] === -exitcode);
return signal === void 0 ? String(exitcode) : `-${signal}`;
});
var keptOf = (function keptOf(code) {
return code & 255;
});
var bootWorker = (function bootWorker(loaders) {
const scope = globalThis;
scope.onmessage = ({ data }) => {
if ("kind" in data) {
void prepareSpare(data, loaders).then((heapBytes) => scope.postMessage(heapBytes));
return;
}
scope.onmessage = null;
if (!("boot" in data)) return begin3(scope, data, loaders);
setName(data);
begin3(scope, data.boot, loaders);
};
});
var begin3 = (function begin3(scope, boot, loaders) {
const { data, control, sharer } = boot;
const closePorts = () => {
for (const port of [
data,
sharer.port,
control
]) port.close();
};
reportExits(control, closePorts);
const end = () => {
closePorts();
scope.close();
};
const start = connectToParent(boot, loaders, {
sliceMs: STOP_SEEN_MS,
exit: end,
stop: end,
watchImports() {
}
});
start();
});
var reportExits = (function reportExits(control, closePorts) {
const leave = Deno.exit;
Deno.exit = (code = Deno.exitCode) => {
const kept2 = typeof code === "number" ? keptOf(code) : 0;
const message = {
kind: "exit",
code: kept2
};
control.postMessage(message);
addEventListener("unload", closePorts);
return leave(code);
};
});
var isFrequent = (function isFrequent(message) {
return Array.isArray(message);
});
var receiveFrom = (function receiveFrom(peer, handler) {
handlers.set(peer, handler);
if (isOpen) return;
isOpen = true;
receive("pool", (body, from) => handlers.get(from)?.(body));
});
var unreadableIn = (function unreadableIn(list) {
return list.find((value) => value instanceof Unreadable);
});
var isRaw = (function isRaw(value, destination) {
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
});
var areRaw = (function areRaw(list, destination) {
for (let i = 0; i < list.length; i++) {
if (!isRaw(list[i], destination)) return false;
}
return true;
});
var isSure = (function isSure(value) {
if (!ArrayBuffer.isView(value)) return isRaw(value, "isolate");
const { buffer } = value;
return buffer instanceof ArrayBuffer && !buffer.detached &&
value.byteLength === buffer.byteLength;
});
var itemsToSend = (function itemsToSend(list, destination, pack) {
const isPlainList = destination === "isolate" ? list.every(isSure) : areRaw(list, destination);
if (isPlainList) return list;
const packed = pack(list);
const hasNoPlaceholders = !(packed instanceof Uint8Array) && packed.placeholders === null;
return hasNoPlaceholders ? packed.value : {
packed
};
});
var isPacked = (function isPacked(items) {
return !Array.isArray(items);
});
var createSlots = (function createSlots() {
return new SharedArrayBuffer(SLOTS_BYTES);
});
var isSmallCall = (function isSmallCall(functionId, argument) {
return functionId < FUNCTIONS2 && kindOf(argument) !== NONE;
});
var kindOf = (function kindOf(value) {
if (typeof value === "number") return NUMBER;
if (value === void 0) return UNDEFINED;
if (value === null) return NULL;
if (typeof value === "boolean") return value ? TRUE : FALSE;
return NONE;
});
var keepState = (function keepState(value) {
state = {
value
};
});
var kept = (function kept() {
return state;
});
var givenAway = (function givenAway(value) {
return typeof value === "object" && value !== null ? given.get(value) ?? [] : [];
});
var transferWith = (function transferWith(value, transfer) {
given.set(value, transfer);
});
var workerState = (function workerState() {
const state2 = kept();
if (state2 !== null) return state2.value;
throw new ProcessStateError("Cannot give the state of a worker as this process is none, or its initializer still runs: call workerState() in a task of a pool");
});
var transferring = (function transferring(value, transfer) {
transferWith(value, transfer);
return value;
});
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
var hooks = known.hooks;
// lib/base/assert.ts
var IS_SOURCE = import.meta.url.endsWith(".ts");
// lib/base/thrown_text.ts
var FRAME_MAX_BYTES = 2 ** 30;
var CHILD_TEXT_MAX_BYTES = 2 ** 20;
var PIECE_MAX_BYTES = 4096;
var MARKER_BYTES = 16;
var LENGTH_BYTES = 4;
var FRAME_HEADER_BYTES = 3;
var PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - FRAME_HEADER_BYTES;
var ARGUMENTS_MAX = 4096;
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
var FrameReader = class {
push = (function(chunk) {
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
});
#maxBytes;
#parts = new Parts();
#length;
constructor(maxBytes = FRAME_MAX_BYTES) {
this.#maxBytes = maxBytes;
}
get idle() {
return this.#length === void 0 && this.#parts.bytes === 0;
}
};
// lib/functions/function_text.ts
var EARLY_MAX = 1e3;
var EARLY_MAX_BYTES = 64 * 2 ** 20;
var mailboxes = sharedState("mailboxes", () => ({
open: new Map(),
waiting: new Map(),
unread: new WeakMap(),
parent: null
}));
// lib/functions/resolve.ts
var TARGET = -1;
// lib/child/bootstrap.ts
var FAILED = 1;
var ASKED_TO_STOP = -15;
var ChildRuntime = class {
listen = (function(how = () => this.#parentLink.listen()) {
if (this.#isListening) return;
this.#isListening = true;
how();
});
receive = (function(message) {
switch (message.kind) {
case "start":
void this.#startTarget(message);
return;
case "stop":
if (hooks.stop === null) this.#end(ASKED_TO_STOP);
else hooks.stop();
return;
case "message":
deliver(message.mailbox, message.body, parentPeer());
return;
}
});
orphaned = (function() {
hooks.orphaned?.();
setTimeout(() => this.#end(FAILED), 0);
});
#startTarget = (async function(start) {
this.#name = start.identity.name;
const context = setChildContext({
host: this.#parentLink.host,
identity: start.identity,
parent: start.destination,
loaders: this.#loaders,
post: (message, transfer) => {
this.listen();
this.#parentLink.send(message, transfer);
},
sites: start.sites,
log: start.log,
target: void 0,
args: [],
importing: false
});
this.#catchUnhandled();
try {
await this.#takeOutput(context);
const call = await this.#find(start, context);
this.#begun.resolve();
await this.#report(await this.#run(call, context));
await turn();
await this.#finish();
} catch (error) {
this.#begun.resolve();
this.#fail(error);
await this.#finish();
}
});
#takeOutput = (async function({ host }) {
if (host.kind !== "isolate" || host.output === null) return;
const { isolateOutput } = await this.#slowPath();
isolateOutput.takeOutput(host, host.output);
});
#find = (async function(start, context) {
context.importing = true;
const call = await this.#plainCall(start, context) ?? await (await this.#slowPath()).findCall(start, context, this.#loaders);
context.importing = false;
if (this.#parentLink.isStopped()) return await this.#stopped();
return call;
});
#run = (function(call, { target }) {
const isAsync = target === void 0 || isAsyncFunction(target);
if (isAsync) this.#parentLink.watchImports(false);
const result = call();
if (!isAsync && result instanceof Promise) {
this.#parentLink.watchImports(true);
}
return result;
});
#stopped = (function() {
endNow(this.#parentLink);
return new Promise(() => {
});
});
#plainCall = (async function({ target: spec, body }, context) {
if (spec.kind === "nothing" || spec.kind === "class") return null;
const given2 = plainBody(body);
if (given2 === null) return null;
context.args = given2.args;
const target = context.target = await findFunction(spec, given2.scope, {
loaders: this.#loaders,
subject: TARGET,
slowly: () => this.#slowPath()
});
return () => target(...given2.args);
});
#report = (async function(value) {
if (value === void 0) {
this.#parentLink.send({
kind: "result",
body: null
});
} else if (isPlain(value)) {
const body = {
form: "clone",
value,
placeholders: null
};
this.#parentLink.send({
kind: "result",
body
});
} else {
const { report, unsendable } = await this.#slowPath();
try {
this.#parentLink.send(report(value));
} catch (error) {
this.#parentLink.send(unsendable(error));
}
}
});
#fail = (function(error) {
if (!this.#over) this.#failing ??= this.#tell(error);
});
#tell = (async function(error) {
if (this.#parentLink.isStopped()) return await this.#stopped();
const { describeFailure } = await this.#slowPath();
printError(`Process ${this.#name}:
${inspectThrown(error)}`);
this.#parentLink.send({
kind: "failure",
body: describeFailure(error)
});
});
#slowPath = (async function() {
return await slowPath(this.#loaders);
});
#finish = (async function() {
await hooks.endChildren?.();
await hooks.drainOutput?.();
await this.#failing;
this.#end(this.#failing === null ? Deno.exitCode : FAILED);
});
#end = (function(code) {
if (this.#over) return;
this.#over = true;
this.#parentLink.exit(code);
});
#catchUnhandled = (function() {
const fatal = async (error) => {
this.#fail(error);
await this.#failing;
this.#end(FAILED);
};
const caught = (event, nodeEvent, isThrown) => {
const take = hooks.claimUnhandled?.(nodeEvent[1], isThrown) ?? null;
unlessPrevented(event, nodeEvent, (error) => {
const isOurs = take !== null && !this.#parentLink.isStopped();
if (!isOurs || !take()) fatal(error);
});
};
globalThis.addEventListener("error", (event) => {
const error = thrownIn(event);
const node = "uncaughtException";
caught(event, [
node,
error,
node
], true);
});
globalThis.addEventListener("unhandledrejection", (event) => {
const { reason, promise } = event;
caught(event, [
"unhandledRejection",
reason,
promise
], false);
});
});
#parentLink;
#loaders;
#name = "";
#isListening = false;
#over = false;
#failing = null;
#begun = Promise.withResolvers();
constructor(parentLink, loaders) {
this.#parentLink = parentLink;
this.#loaders = loaders;
shareChildContext();
void this.begun.then(() => this.listen());
}
get begun() {
return this.#begun.promise;
}
};
// lib/child/parent_watch.ts
var PARENT_CHECK_MS = 20;
var ORPHAN_ENDS_MS = 250;
var HELPER = `onmessage = ({ data: parent }) => {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  postMessage(null);
  while (Deno.ppid === parent) Atomics.wait(nobodyWakes, 0, 0, ${PARENT_CHECK_MS});
  Atomics.wait(nobodyWakes, 0, 0, ${ORPHAN_ENDS_MS});
  Deno.kill(Deno.pid, "SIGKILL");
};`;
// lib/child/stdin_reader.ts
var FILLED = 0;
var LENGTH = 1;
var HEAD_BYTES = 8;
var CHUNK_BYTES = 64 * 1024;
var HELPER2 = `onmessage = ({ data: { buffer, source } }) => {
  const { kill, pid, stdin } = Deno;
  const words = new Int32Array(buffer, 0, 2);
  const there = new Uint8Array(buffer, ${HEAD_BYTES}, ${CHUNK_BYTES});
  const chunk = new Uint8Array(${CHUNK_BYTES});
  const libc = source === null ? null : Deno.dlopen(source.library, {
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  }).symbols;
  const take = () => {
    if (libc === null) return stdin.readSync(chunk) ?? 0;
    return Number(libc.read(source.fd, chunk, ${CHUNK_BYTES}n));
  };
  for (;;) {
    let count = 0;
    try {
      count = take();
    } catch {}
    if (count > 0) there.set(chunk.subarray(0, count));
    words[${LENGTH}] = count > 0 ? count : -1;
    Atomics.store(words, ${FILLED}, 1);
    Atomics.notify(words, ${FILLED});
    if (count <= 0) break;
    while (Atomics.load(words, ${FILLED}) === 1) Atomics.wait(words, ${FILLED}, 1);
  }
  Atomics.wait(words, ${FILLED}, 1, ${ORPHAN_ENDS_MS});
  kill(pid, "SIGKILL");
};`;
var StdinReader = class {
#shared = new SharedArrayBuffer(HEAD_BYTES + CHUNK_BYTES);
#words = new Int32Array(this.#shared, 0, 2);
#reader;
#listener;
#early = [];
#isOver = false;
constructor(source, reader, listener) {
this.#reader = reader;
this.#listener = listener;
const helper = new Worker(dataUrl(HELPER2), {
type: "module"
});
helper.postMessage({
buffer: this.#shared,
source: source.kind === "stdin" ? null : {
library: source.library,
fd: source.fd
}
});
}
async takeOn() {
while (!this.#isOver) {
const messages = this.#take();
this.#hearEarly();
for (const message of messages) this.#listener.receive(message);
if (messages.length === 0 && !this.#isOver) {
await Atomics.waitAsync(this.#words, FILLED, 0).value;
}
}
this.#listener.orphaned();
}
takeSync(ms) {
Atomics.wait(this.#words, FILLED, 0, ms);
const messages = this.#take();
if (this.#isOver) Deno.exit(FAILED);
for (const message of messages) {
if (message.kind === "message" && message.mailbox === "relay") {
this.#listener.receive(message);
} else if (this.#early.push(message) === 1) {
setTimeout(() => this.#hearEarly(), 0);
}
}
}
#hearEarly() {
for (const message of this.#early.splice(0)) {
this.#listener.receive(message);
}
}
#take() {
const words = this.#words;
if (Atomics.load(words, FILLED) === 0) return [];
const count = words[LENGTH];
if (count < 0) {
this.#isOver = true;
return [];
}
const bytes = new Uint8Array(this.#shared, HEAD_BYTES, count);
const messages = this.#reader.push(bytes).map(unseal);
Atomics.store(words, FILLED, 0);
Atomics.notify(words, FILLED);
return messages;
}
};
// lib/child/empty_stdin.ts
var STDIN = 0;
var PR_SET_PDEATHSIG = 1;
var SIGKILL = 9n;
var F_DUPFD_CLOEXEC = 1030;
var O_RDONLY_CLOEXEC = 524288;
var FD_MIN = 10;
var TRIES_MAX = 8;
var NOTHING = new Uint8Array(4);
var RARE = {
struct: [
"i32"
]
};
var FUNCTIONS = {
prctl: {
parameters: [
"i32",
"usize",
RARE
],
result: "i32"
},
fcntl: {
parameters: [
"i32",
"i32",
"i32",
RARE
],
result: "i32"
},
open: {
parameters: [
"buffer",
"i32",
RARE
],
result: "i32"
},
dup2: {
parameters: [
"i32",
"i32",
RARE
],
result: "i32"
},
read: {
parameters: [
"i32",
"buffer",
"usize"
],
result: "isize",
nonblocking: true
},
readSync: {
name: "read",
parameters: [
"i32",
"buffer",
"usize",
RARE
],
result: "isize"
}
};
var LIBRARIES = [
"libc.so.6",
`libc.musl-${Deno.build.arch}.so.1`
];
// lib/child/spare.ts
var SITES_MAX = 1024;
var SITES_MAX_CHARS = 512 * 1024;
// lib/child/spawned.ts
var CHUNK_BYTES2 = 64 * 1024;
var StderrLink = class {
isStopped = (function() {
return false;
});
send = (function(message) {
for (const piece2 of cut(this.#marker, seal(message))) {
writeIfRead(Deno.stderr, piece2);
}
});
stop = (function() {
this.exit(ASKED_TO_STOP);
});
watchImports = (function() {
});
exit = (function(code) {
if (code >= 0) this.#exit(code);
else Deno.kill(Deno.pid, "SIGTERM");
});
host;
listen;
#marker;
#exit = Deno.exit;
constructor(greeting, isStdinTaken, listen2) {
this.host = {
kind: "process",
isStdinTaken
};
this.#marker = markerOf(greeting);
this.listen = listen2;
}
};
// lib/wire/protocol/end_reasons.ts
var OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";
// lib/base/object_kinds.ts
var types;
// lib/wire/serialization/object_fields.ts
var FAR = "4294967294";
// lib/wire/serialization/proxies.ts
var Replacement = class {
#known = new Map();
of(value) {
if (!isContainer(value)) return value;
const known2 = this.#known.get(value);
if (known2 !== void 0) return known2;
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
// lib/wire/serialization/structured_clone.ts
var IS_TO_STOP = 1;
var HAS_STARTED = 2;
var IS_IMPORTING = 4;
var HAS_ENDED = 16;
var ASK = 1;
var IMPORTED = 2;
var LOADS_NOW = 2;
var EXISTS = 3;
var EXISTENCE_CHECKS = 10;
// lib/child/import_watch.ts
var NEVER_DONE = dataUrl("await new Promise(() => {})");
// lib/child/first_use_watch.ts
var GLOBALS = "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate Buffer Headers FormData Request Response WebSocket EventSource URLPattern CompressionStream DecompressionStream FileReader caches Cache CacheStorage DOMMatrix DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly ImageData ImageBitmap createImageBitmap OffscreenCanvas ImageBitmapRenderingContext GPU GPUBufferUsage GPUShaderStage GPUTextureUsage";
var OF_DENO = "Command ChildProcess Process kill spawn spawnAndWait spawnAndWaitSync serve serveHttp upgradeWebSocket telemetry";
var OF_NAVIGATOR = "gpu";
// lib/child/isolate_entry.ts
var HARD_END_MS = 100;
var HEAP_CHECK_MS = 250;
var MIB = 1024 * 1024;
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
// lib/child/worker.ts
var STOP_SEEN_MS = 50;
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
var handlers = new WeakMap();
var isOpen = false;
var Unreadable = class {
error;
constructor(error) {
this.error = error;
}
};
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
var FUNCTIONS2 = 1 << 23;
var TOTALS = SLOTS * DOUBLES;
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
// lib/pool/worker/worker_state.ts
var state = null;
var given = new WeakMap();
// lib/pool/worker/task.ts
var common_default = () => [
bootSpawned,
bootThread,
bootWorker,
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
FRAME_MAX_BYTES,
MARKER_BYTES,
FRAME_HEADER_BYTES,
seal,
unsealFromChild,
frame,
newGreeting,
markerOf,
checkSize,
Parts,
joined,
dataUrl,
functionText,
isNativeText,
byName,
namesOfAlike,
loadModule,
importFrom,
TARGET,
findFunction,
isPlain,
toPort,
isPoolPayload,
poolMessage,
receive,
deliver,
parentPeer,
bootSpawned,
OUT_OF_HEAP,
IS_TO_STOP,
HAS_STARTED,
IS_IMPORTING,
HAS_ENDED,
ASK,
IMPORTED,
LOADS_NOW,
EXISTS,
isProxy,
isArgumentsObject,
isFarIndex,
keepTable,
put,
isObject,
cloneOf,
postTo,
bootThread,
exitcodeOf,
nameOfExitcode,
keptOf,
bootWorker,
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
common_default
};
