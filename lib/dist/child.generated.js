// Made from lib/ by `deno task build`: do not edit it.

import {
OUT_OF_HEAP,
keptOf,
postTo
} from "./shared_by_child_and_package.generated.js";
import {
ASK,
EXISTENCE_CHECKS,
EXISTS,
FrameReader,
HAS_ENDED,
HAS_STARTED,
IMPORTED,
IS_IMPORTING,
IS_TO_STOP,
LOADS_NOW,
PROTOCOL_VERSION,
TARGET,
builtUrl,
childContext,
common_default,
cut,
dataUrl,
deliver,
findFunction,
fromPort,
hooks,
inspectThrown,
isPlain,
markerOf,
parentPeer,
printError,
seal,
setChildContext,
shareChildContext,
toPort,
unseal,
writeIfRead
} from "./shared_by_all.generated.js";
// lib/child/bootstrap.ts
var FAILED = 1;
var ASKED_TO_STOP = -15;
var ChildRuntime = class {
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
listen(how = () => this.#parentLink.listen()) {
if (this.#isListening) return;
this.#isListening = true;
how();
}
receive(message) {
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
}
orphaned() {
hooks.orphaned?.();
setTimeout(() => this.#end(FAILED), 0);
}
get begun() {
return this.#begun.promise;
}
async #startTarget(start) {
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
}
async #takeOutput({ host }) {
if (host.kind !== "isolate" || host.output === null) return;
const { isolateOutput } = await this.#slowPath();
isolateOutput.takeOutput(host, host.output);
}
async #find(start, context) {
context.importing = true;
const call = await this.#plainCall(start, context) ?? await (await this.#slowPath()).findCall(start, context, this.#loaders);
context.importing = false;
if (this.#parentLink.isStopped()) return await this.#stopped();
return call;
}
#run(call, { target }) {
const isAsync = target === void 0 || isAsyncFunction(target);
if (isAsync) this.#parentLink.watchImports(false);
const result = call();
if (!isAsync && result instanceof Promise) {
this.#parentLink.watchImports(true);
}
return result;
}
#stopped() {
endNow(this.#parentLink);
return new Promise(() => {
});
}
async #plainCall({ target: spec, body }, context) {
if (spec.kind === "nothing" || spec.kind === "class") return null;
const given = plainBody(body);
if (given === null) return null;
context.args = given.args;
const target = context.target = await findFunction(spec, given.scope, {
loaders: this.#loaders,
subject: TARGET,
slowly: () => this.#slowPath()
});
return () => target(...given.args);
}
async #report(value) {
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
}
#fail(error) {
if (!this.#over) this.#failing ??= this.#tell(error);
}
async #tell(error) {
if (this.#parentLink.isStopped()) return await this.#stopped();
const { describeFailure } = await this.#slowPath();
printError(`Process ${this.#name}:
${inspectThrown(error)}`);
this.#parentLink.send({
kind: "failure",
body: describeFailure(error)
});
}
async #slowPath() {
return await slowPath(this.#loaders);
}
async #finish() {
await hooks.endChildren?.();
await hooks.drainOutput?.();
await this.#failing;
this.#end(this.#failing === null ? Deno.exitCode : FAILED);
}
#end(code) {
if (this.#over) return;
this.#over = true;
this.#parentLink.exit(code);
}
#catchUnhandled() {
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
}
};
function endNow(parentLink) {
try {
parentLink.stop();
} catch {
}
}
async function turn() {
const word = new Int32Array(new SharedArrayBuffer(4));
const woken = Atomics.waitAsync(word, 0, 0).value;
Atomics.notify(word, 0);
await woken;
}
async function slowPath(loaders) {
const url = builtUrl("package");
const loader = loaders[url] ?? (() => import(url));
const { default: ours } = await hooks.load(loader);
return ours.slowPath;
}
function isAsyncFunction(target) {
return Object.prototype.toString.call(target) === "[object AsyncFunction]";
}
function plainBody(body) {
if (body === null) return {
args: [],
scope: {},
fields: {}
};
if (body instanceof Uint8Array || body.placeholders !== null) return null;
return body.value;
}
function thrownIn({ error, message }) {
return error === null && message !== "Uncaught null" ? message : error;
}
function unlessPrevented(event, nodeEvent, fatal) {
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
}
function emitsToNode(event) {
const { process: process2 } = globalThis;
if (!process2?.listenerCount(event[0])) return false;
process2.emit(...event);
return true;
}
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
function watchParent(parent, isWatching) {
const helper = new Worker(dataUrl(HELPER), {
type: "module"
});
helper.onmessage = isWatching;
helper.postMessage(parent);
}
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
function readStdin(source, reader, listener) {
const stdinReader = new StdinReader(source, reader, listener);
hooks.takeSync = (ms) => stdinReader.takeSync(ms);
void stdinReader.takeOn();
}
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
function emptyStdin() {
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
}
// lib/child/parent_stream.ts
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
function takeParentStream() {
if (Deno.build.os !== "linux") return stdinSource();
for (const library of LIBRARIES) {
try {
return descriptorSource(library, Deno.dlopen(library, FUNCTIONS).symbols);
} catch {
}
}
return stdinSource();
}
function descriptorSource(library, { prctl, fcntl, open, dup2, read, readSync }) {
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
async read(chunk2) {
for (let tries = 0; tries < TRIES_MAX; tries++) {
const count = Number(await read(fd, chunk2, BigInt(chunk2.length)));
if (count >= 0) return count === 0 ? null : count;
}
return null;
},
readSync(chunk2) {
for (let tries = 0; tries < TRIES_MAX; tries++) {
const count = Number(readSync(fd, chunk2, BigInt(chunk2.length), NOTHING));
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
}
function stdinSource() {
emptyStdin();
return {
kind: "stdin"
};
}
// lib/child/spare.ts
var SITES_MAX = 1024;
var SITES_MAX_CHARS = 512 * 1024;
async function waitForStart(wait, link) {
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
}
async function prepare({ preload }, { loaders, parentLink }) {
const { claimedSites, loadModule } = await slowPath(loaders);
const failures = [];
for (const module of preload) {
try {
await loadModule(module, loaders);
} catch (error) {
failures.push(`${module}: ${textOf(error)}`);
}
}
await Promise.all(hooks.loading);
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
}
function textOf(error) {
try {
if (error instanceof Error) return String(error.message);
} catch {
}
return inspectThrown(error);
}
function readStart({ source, reader, others }) {
if (source.kind !== "descriptor") Deno.exit(FAILED);
const chunk2 = new Uint8Array(64 * 1024);
const frames = [
...others
];
while (frames.length === 0) {
const count = source.readSync(chunk2);
if (count === null) Deno.exit(FAILED);
frames.push(...reader.push(chunk2.subarray(0, count)));
}
const [start, ...rest] = frames.map((bytes) => unseal(bytes));
return {
start,
others: rest
};
}
function heardByHelper({ source, reader, runtime, others }) {
const { promise, resolve } = Promise.withResolvers();
const receive = (message) => {
if (message.kind === "start") resolve(message);
else runtime.receive(message);
};
for (const bytes of others) receive(unseal(bytes));
runtime.listen(() => {
readStdin(source, reader, {
receive,
orphaned: () => runtime.orphaned()
});
});
return promise;
}
// lib/child/spawned.ts
var chunk = new Uint8Array(64 * 1024);
async function bootSpawned(loaders, isDirect) {
const reader = new FrameReader();
const [greeting, first, ...others] = readFirst(reader);
const message = unseal(first);
if (message.kind === "start") writeIfRead(Deno.stderr, greeting);
const source = takeParentStream();
const isStdinTaken = source.kind === "stdin";
const parentLink = new StderrLink(greeting, isStdinTaken, () => {
void listen(source, reader, runtime);
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
}
function begin({ runtime, source, reader, isWatched: isWatched2 }, parent, start) {
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
}
function readFirst(reader) {
const frames = [];
while (frames.length < 2) {
const count = Deno.stdin.readSync(chunk);
if (count === null) Deno.exit(FAILED);
frames.push(...reader.push(chunk.subarray(0, count)));
}
return frames;
}
function isWatched(source, parent, isDirect) {
if (source.kind === "descriptor") source.endWithParent();
const isItsChild = Deno.ppid === parent;
if (isDirect && !isItsChild) Deno.exit(FAILED);
return source.kind === "descriptor" && isItsChild;
}
async function listen(source, reader, runtime) {
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
}
var StderrLink = class {
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
isStopped() {
return false;
}
send(message) {
for (const piece of cut(this.#marker, seal(message))) {
writeIfRead(Deno.stderr, piece);
}
}
stop() {
this.exit(ASKED_TO_STOP);
}
watchImports() {
}
exit(code) {
if (code >= 0) this.#exit(code);
else Deno.kill(Deno.pid, "SIGTERM");
}
};
// lib/child/import_watch.ts
var NEVER_DONE = dataUrl("await new Promise(() => {})");
function watchImports(thread, hasBegun) {
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
}
function watchBuiltins(thread) {
const get = process.getBuiltinModule;
process.getBuiltinModule = (name) => loadWithin(thread, () => get.call(process, name));
}
function loadWithin({ flags, isStopped, end }, load) {
if (isStopped()) return end();
const before = Atomics.exchange(flags, IMPORTED, LOADS_NOW);
try {
return load();
} finally {
Atomics.store(flags, IMPORTED, before);
}
}
function note({ flags }) {
Atomics.store(flags, IMPORTED, Date.now() | 0);
}
function resolved(modules, specifier, context, next) {
const found = next(specifier, context);
if (context.conditions.includes("require")) return found;
return isInvented(modules, specifier, context, found) ? {
shortCircuit: true
} : found;
}
function isInvented(modules, specifier, { parentURL }, { url }) {
if (specifier.startsWith("node:")) return !modules.isBuiltin(specifier);
if (/^(\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return false;
return url === URL.parse(specifier, parentURL)?.href;
}
// lib/child/first_use_watch.ts
var GLOBALS = "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate Buffer Headers FormData Request Response WebSocket EventSource URLPattern CompressionStream DecompressionStream FileReader caches Cache CacheStorage DOMMatrix DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly ImageData ImageBitmap createImageBitmap OffscreenCanvas ImageBitmapRenderingContext GPU GPUBufferUsage GPUShaderStage GPUTextureUsage";
var OF_DENO = "Command ChildProcess Process kill spawn spawnAndWait spawnAndWaitSync serve serveHttp upgradeWebSocket telemetry";
var OF_NAVIGATOR = "gpu";
function watchFirstUses(thread) {
watchAll(globalThis, GLOBALS, thread);
watchAll(Deno, OF_DENO, thread);
watchAll(Object.getPrototypeOf(navigator), OF_NAVIGATOR, thread);
}
function watchAll(owner, names, thread) {
for (const name of names.split(" ")) watchFirstUse(owner, name, thread);
}
function watchFirstUse(owner, name, thread) {
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
}
// lib/child/isolate_entry.ts
async function prepareSpare({ preload }, loaders) {
shareChildContext();
await slowPath(loaders);
await Promise.all(preload.map((module) => loaders[module]()));
return Deno.memoryUsage().heapTotal;
}
function setName({ name }) {
Object.defineProperty(globalThis, "name", {
value: name
});
}
function connectToParent(boot, loaders, { sliceMs, exit, stop, watchImports: watchImports2 }) {
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
data.onmessage = ({ data: data2 }) => receive(fromPort(data2));
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
const receive = (message) => {
if (!isGreeted) greet();
runtime.receive(message);
};
void runtime.begun.then(() => parentLink.send({
kind: "ready",
version
}));
if (first === null) runtime.listen();
else receive(first);
}
function loadWith(flags, parentLink) {
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
}
// lib/child/thread.ts
function bootThread(loaders) {
const { workerData: handed } = nodeThreads();
if (!("kind" in handed)) return begin2(handed, loaders);
const port = handed.port;
port.onmessage = ({ data }) => {
port.close();
setName(data);
begin2(data.boot, loaders);
};
void prepareSpare(handed, loaders).then((heapBytes) => port.postMessage(heapBytes));
}
function nodeThreads() {
return process.getBuiltinModule("node:worker_threads");
}
function begin2(handed, loaders) {
const { exit } = Deno;
const { locks } = navigator;
const name = `multiprocessing ${handed.ident} ${performance.timeOrigin}`;
locks.request(name, () => new Promise(() => {
}));
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
connectToParent(handed, loaders, {
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
}
var HARD_END_MS = 100;
function threadEnd({ flags }) {
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
}
var HEAP_CHECK_MS = 250;
var MIB = 1024 * 1024;
async function watch(thread, exhausted) {
const { maxOldGenerationSizeMb = 0, maxYoungGenerationSizeMb = 0 } = nodeThreads().resourceLimits;
const limit = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * MIB;
for (; ; ) {
await Atomics.waitAsync(thread.flags, ASK, 0, HEAP_CHECK_MS).value;
if (thread.isStopped()) return thread.end();
const { getHeapStatistics } = process.getBuiltinModule("node:v8");
if (getHeapStatistics().heap_size_limit > limit) exhausted();
}
}
// lib/child/worker.ts
var STOP_SEEN_MS = 50;
function bootWorker(loaders) {
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
}
function begin3(scope, boot, loaders) {
reportExits(boot.control);
connectToParent(boot, loaders, {
sliceMs: STOP_SEEN_MS,
exit: () => scope.close(),
stop: () => scope.close(),
watchImports() {
}
});
}
function reportExits(control) {
const leave = Deno.exit;
Deno.exit = (code = Deno.exitCode) => {
const kept = typeof code === "number" ? keptOf(code) : 0;
const message = {
kind: "exit",
code: kept
};
control.postMessage(message);
return leave(code);
};
}
export {
bootSpawned,
bootThread,
bootWorker,
common_default as default
};
