// Made from lib/ by `deno task build`: do not edit it.

var isUnpacked = (function isUnpacked(sent) {
return Array.isArray(sent) && !areRaw(sent, "isolate");
});
var isWhole = (function isWhole(entry) {
return entry instanceof ArrayBuffer && !entry.detached;
});
var onesOf = (function onesOf(result) {
const [seq, from, kind, sent] = result;
const values = kind === VALUES ? valuesOf(sent) : null;
if (values === null) return [
result
];
const isBare = Array.isArray(sent);
return values.map((value, i) => [
seq,
from + i,
VALUES,
isBare ? [
value
] : {
packed: {
form: "clone",
value: [
value
],
placeholders: null
}
}
]);
});
var valuesOf = (function valuesOf(sent) {
if (!isPacked(sent)) return sent;
const { packed } = sent;
const isAsItWas = !(packed instanceof Uint8Array) && packed.placeholders === null;
return isAsItWas ? packed.value : null;
});
var refused = (function refused([seq, from, kind, sent], error) {
const count = kind === VALUES ? countOf(sent) : 1;
const reason = [
"result",
`refused: ${thrownText(error)}`
];
return Array.from({
length: count
}).flatMap((_, i) => [
seq,
from + i,
UNSENDABLE,
reason
]);
});
var countOf = (function countOf(sent) {
const values = valuesOf(sent);
if (values !== null) return values.length;
const { packed } = sent;
const placeholders = packed instanceof Uint8Array ? null : packed.placeholders;
return placeholders?.root[0]?.length ?? 1;
});
var areCloned = (function areCloned(values) {
const budget = {
parts: PARTS_MAX
};
try {
return values.every((value) => isCloned(value, 0, budget));
} catch {
return false;
}
});
var isCloned = (function isCloned(value, depth, budget) {
if (typeof value !== "object" || value === null) {
return typeof value !== "function" && typeof value !== "symbol";
}
if (--budget.parts < 0 || depth > CLONED_DEPTH_MAX) return false;
if (ArrayBuffer.isView(value)) return isSure(value);
const prototype = Object.getPrototypeOf(value);
if (prototype === Array.prototype) {
return value.every((item) => isCloned(item, depth + 1, budget));
}
return prototype === Object.prototype && Object.values(value).every((item) => isCloned(item, depth + 1, budget));
});
var managerHere = (function managerHere() {
const { telemetry } = Deno;
const manager = telemetry?.contextManager;
const isWhole2 = typeof manager?.active === "function" && typeof manager.with === "function" && typeof manager.active().setValue === "function";
return isWhole2 ? manager : null;
});
var watchTimers = (function watchTimers(contexts) {
for (const name of NAMES) {
const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
if (get === void 0) replace(name, watched(value, contexts));
else {
Object.defineProperty(globalThis, name, {
configurable: true,
enumerable: true,
get() {
const own = watched(get.call(globalThis), contexts);
replace(name, own);
return own;
},
set: (other) => replace(name, other)
});
}
}
});
var replace = (function replace(name, value) {
Object.defineProperty(globalThis, name, {
configurable: true,
enumerable: true,
writable: true,
value
});
});
var watched = (function watched(set, contexts) {
function own(callback, ...rest) {
const blame = contexts.current();
if (typeof callback !== "function" || blame === null) {
return set(callback, ...rest);
}
return set(function(...args) {
try {
return callback.apply(this, args);
} catch (error) {
contexts.threw(blame, error);
throw error;
}
}, ...rest);
}
const { prototype: _, ...descriptors } = Object.getOwnPropertyDescriptors(set);
return Object.defineProperties(own, descriptors);
});
var serve = (async function serve() {
const [parent, context] = [
parentPeer(),
childContext()
];
if (parent === null || context === null) {
throw new ProcessStateError("Cannot serve a pool as this process has no parent: make a Pool");
}
ignoreInterrupts(context);
await new TaskRunner(parent, context).ended;
});
var ignoreInterrupts = (function ignoreInterrupts({ host }) {
if (host.kind === "process") Deno.addSignalListener("SIGINT", () => {
});
});
var isThenable = (function isThenable(value) {
return typeof value === "object" && value !== null && typeof value.then === "function";
});
import {
CALL,
CALL_ONE,
EACH,
IS_TO_STOP,
ProcessStateError,
RESULT_STRIDE,
RUN_HEAD,
Slots,
TASK_STRIDE,
THREW,
TIMED,
UNSENDABLE,
Unreadable,
VALUES,
areRaw,
builtUrl,
childContext,
common_default,
findFunction,
givenAway,
hooks,
isFrequent,
isPacked,
isSure,
keepState,
loadModule,
parentPeer,
receiveFrom,
thrownText,
unreadableIn
} from "./child.generated.js";
// lib/pool/worker/reporter.ts
var HEAP_LOOK_MS = 250;
var Reporter = class {
full = (async function() {
if (this.#full !== null) return this.#full;
const url = builtUrl("package");
const { default: ours } = await loadModule(url, this.#context.loaders);
return this.#full = ours.workerSlowPath;
});
done = (function(seq) {
this.#upTo = seq;
});
values = (function(seq, from, values) {
if (!areRaw(values, this.destination) && !this.#goesUnpacked(values)) {
return this.#packed(seq, from, values);
}
this.#results.push(seq, from, VALUES, values);
return void 0;
});
#goesUnpacked = (function(values) {
if (this.destination !== "isolate" || !areCloned(values)) return false;
const transfer = values.length === 1 ? givenAway(values[0]) : values.flatMap(givenAway);
if (!transfer.every(isWhole) || this.#isMoving(transfer)) return false;
const areSure = values.every(isSure);
if (!areSure && transfer.length + this.#transfer.length > 0) return false;
this.#isUnsure ||= !areSure;
this.#move(transfer);
return true;
});
#isMoving = (function(transfer) {
if (transfer.length === 0) return false;
const all = [
...this.#transfer,
...transfer
];
return new Set(all).size < all.length;
});
#move = (function(transfer) {
if (transfer.length > 0 && this.#isUnsure) this.flush();
this.#transfer.push(...transfer);
});
#packed = (async function(seq, from, values) {
this.#packWith(await this.full(), seq, from, values);
});
#packWith = (function(full, seq, from, values) {
const transfer = values.flatMap(givenAway);
if (this.#isMoving(transfer)) {
if (values.length > 1) return this.#packEach(full, seq, from, values);
this.flush();
}
try {
full.checkTransfer(transfer);
const packed = full.packList(values, this.destination, transfer);
this.#move(transfer);
this.#mustPack = true;
this.#results.push(seq, from, VALUES, {
packed
});
} catch (error) {
if (this.#isDying) throw error;
this.#mustPack = true;
if (values.length === 1) {
this.#results.push(seq, from, UNSENDABLE, full.refusal(error));
return;
}
this.#packEach(full, seq, from, values);
}
});
#packEach = (function(full, seq, from, values) {
for (const [i, value] of values.entries()) {
this.#packWith(full, seq, from + i, [
value
]);
}
});
threw = (async function(seq, item, thrown) {
if (this.#isDying) return await new Promise(() => {
});
const full = await this.full();
const error = full.describeTaskError(thrown, this.destination);
this.#mustPack = true;
this.#results.push(seq, item, THREW, error);
});
unhandled = (async function(blame, reason, isThrown) {
const full = await this.full();
const error = full.describeTaskError(reason, this.destination);
this.post({
kind: "unhandled",
blame,
isThrown,
error
}, true);
});
broken = (async function(thrown) {
if (this.#isDying) return await new Promise(() => {
});
const full = await this.full();
const error = full.describeTaskError(thrown, this.destination);
this.post({
kind: "broken",
error
}, true);
});
flush = (function() {
if (this.#packing !== null) return;
if (this.#upTo === this.#sentUpTo && this.#results.length === 0) return;
const before = this.#sentUpTo;
this.#sentUpTo = this.#upTo;
this.#addUp();
if (this.#results.length > 0 || this.slots === null) {
return this.#sendAll(before);
}
this.slots.addUp(this.totals);
this.post(this.#upTo);
});
#sendAll = (function(before) {
const [results, mustPack, transfer, isUnsure] = [
this.#results,
this.#mustPack,
this.#transfer,
this.#isUnsure
];
this.#results = [];
this.#mustPack = false;
this.#transfer = [];
this.#isUnsure = false;
try {
this.post(this.#messageOf(this.#upTo, results), mustPack, transfer);
} catch {
if (isUnsure) this.#packing = this.#packAgain(results);
else this.#sendEach(results, before, mustPack);
}
});
#messageOf = (function(upTo, results) {
const { items, busyMs, heapBytes } = this.totals;
return [
upTo,
items,
busyMs,
heapBytes,
...results
];
});
#sendEach = (function(results, before, mustPack) {
for (let i = 0; i < results.length; i += RESULT_STRIDE) {
for (const result of onesOf(results.slice(i, i + RESULT_STRIDE))) {
try {
this.post(this.#messageOf(before, result), mustPack);
} catch (error) {
this.post(this.#messageOf(before, refused(result, error)));
}
}
}
this.post(this.#messageOf(this.#upTo, []));
});
#packAgain = (async function(results) {
const full = await this.full();
const all = [
...results,
...this.#results
];
this.#results = [];
for (let i = 0; i < all.length; i += RESULT_STRIDE) {
const result = all.slice(i, i + RESULT_STRIDE);
const [seq, from, , values] = result;
if (!isUnpacked(values)) this.#results.push(...result);
else this.#packWith(full, seq, from, values);
}
this.#isUnsure = false;
this.#packing = null;
this.flush();
});
#addUp = (function() {
const now = performance.now();
this.totals.busyMs += now - this.since;
this.since = now;
if (now - this.#heapSeen < HEAP_LOOK_MS) return;
this.#heapSeen = now;
this.totals.heapBytes = Deno.memoryUsage().heapUsed;
});
post = (function(message, mustPack = false, transfer = []) {
const body = mustPack && this.destination !== "isolate" ? this.#full.close(message) : {
form: "clone",
value: message,
placeholders: null
};
this.#parent.post("pool", body, transfer);
});
#parent;
#context;
#full = null;
#results = [];
#mustPack = false;
#transfer = [];
#isUnsure = false;
#packing = null;
#upTo = 0;
#sentUpTo = 0;
totals = {
items: 0,
busyMs: 0,
heapBytes: 0
};
since = 0;
#heapSeen = -Infinity;
slots = null;
constructor(parent, context) {
this.#parent = parent;
this.#context = context;
}
get destination() {
return this.#parent.destination;
}
get #isDying() {
const { host } = this.#context;
return host.kind === "isolate" && (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
}
get flushed() {
return this.#packing ?? void 0;
}
};
var PARTS_MAX = 1e3;
var CLONED_DEPTH_MAX = 32;
// lib/pool/worker/task_contexts.ts
var CONTEXT_FIRST_CALLS = 8;
var CONTEXT_CALL_MS = 0.05;
var KEY = Symbol("multiprocessing.task");
var TaskContexts = class {
enter = (function(seq, item) {
const manager = this.#manager ??= managerHere();
if (manager === null) {
this.pass(seq, item);
return null;
}
const place = [
seq,
item
];
return manager.active().setValue(KEY, place);
});
pass = (function(seq, item) {
this.#seq = seq;
this.#item = item;
});
call = (function(context, call, args) {
return this.#manager.with(context, call, void 0, ...args);
});
threw = (function(blame, error) {
this.#thrown = {
blame,
error
};
});
blameFor = (function(error) {
const thrown = this.#thrown;
this.#thrown = null;
return thrown !== null && Object.is(thrown.error, error) ? thrown.blame : this.current();
});
current = (function() {
const place = this.#manager?.active().getValue(KEY);
if (place !== void 0) return {
kind: "of",
place
};
if (this.#seq < 0) return null;
return {
kind: "upTo",
place: [
this.#seq,
this.#item
]
};
});
#manager = void 0;
#seq = -1;
#item = 0;
#thrown = null;
};
// lib/pool/worker/task_timers.ts
var NAMES = [
"setTimeout",
"setInterval",
"setImmediate"
];
// lib/pool/worker/task_runner.ts
var REPORT_MS = 1;
var PARTIAL_MS = 5;
var STRIDE_MAX = 64;
var TaskRunner = class {
#receive = (function(body) {
this.#inbox.push(body);
if (!this.#isDraining) this.#drain();
});
#drain = (async function() {
this.#isDraining = true;
for (let body = this.#inbox.shift(); body; body = this.#inbox.shift()) {
const message = body instanceof Uint8Array ? (await this.#report.full()).open(body) : body.value;
const later = this.#handle(message);
if (later !== void 0) await later;
const hasTime = isFrequent(message) && this.#inbox.length === 0;
if (hasTime && this.#unmapped !== null) await this.#map(this.#unmapped);
}
this.#isDraining = false;
});
#handle = (function(message) {
if (typeof message === "number") return this.#runCalls(message);
if (isFrequent(message)) return this.#run(message);
switch (message.kind) {
case "setup":
return this.#setUp(message);
case "forget":
this.#functions.delete(message.id);
return void 0;
case "end":
this.#ended.resolve(this.#allFlushed());
return void 0;
default:
return message;
}
});
#allFlushed = (async function() {
await this.#report.flushed;
await this.#unhandled;
});
#setUp = (async function({ slots, initializer, initargs }) {
if (slots instanceof SharedArrayBuffer) this.#share(new Slots(slots));
else this.#unmapped = slots;
try {
keepState(await this.#initialize(initializer, initargs));
this.#report.post({
kind: "up"
});
} catch (error) {
await this.#report.broken(error);
this.#ended.resolve();
}
});
#map = (async function(handle) {
this.#unmapped = null;
try {
const { Block } = await loadModule(builtUrl("block"), this.#context.loaders);
const block = Block.attach(handle);
this.#share(new Slots(block.buffer, block.byteOffset, block));
this.#report.post({
kind: "shared"
});
} catch {
}
});
#share = (function(slots) {
this.#allSlots = this.#report.slots = slots;
});
#initialize = (async function(initializer, initargs) {
if (initializer === null) return void 0;
const call = await this.#find(initializer);
return await call(...await this.#wholeOf(initargs, call));
});
#find = (async function({ id, spec, names, values }) {
const list = await this.#wholeOf(values, null);
const scope = Object.fromEntries(names.map((name, i) => [
name,
list[i]
]));
const { loaders } = this.#context;
this.#context.importing = true;
try {
return await findFunction(spec, scope, {
loaders,
subject: id,
slowly: () => this.#report.full()
});
} finally {
this.#context.importing = false;
}
});
#run = (async function(message) {
const [first, isOffered, definitions] = message;
this.#slots = isOffered ? this.#allSlots : null;
for (const definition of definitions ?? []) {
const found = await this.#find(definition).then((call) => ({
call,
calls: 0
}), (error) => ({
call: null,
error
}));
this.#functions.set(definition.id, found);
}
this.#now = this.#report.since = performance.now();
this.#next = first;
for (let i = RUN_HEAD; i < message.length; i += TASK_STRIDE) {
const form = message[i + 1];
const later = this.#runOne(message[i], form, message[i + 2]);
if (later !== void 0) await later;
this.#hasRun(form);
}
this.#report.flush();
});
#runCalls = (function(count) {
this.#slots = this.#allSlots;
this.#now = this.#report.since = performance.now();
return this.#runTo(this.#next + count, this.#allSlots);
});
#runTo = (function(end, slots) {
while (this.#next < end) {
const id = slots.functionOf(this.#next);
const argument = slots.argumentOf(this.#next);
const later = this.#runOne(id, CALL_ONE, argument);
if (later !== void 0) return this.#runOnAfter(later, end, slots);
this.#hasRun(CALL_ONE);
}
this.#report.flush();
return void 0;
});
#runOnAfter = (async function(later, end, slots) {
await later;
this.#hasRun(CALL_ONE);
await this.#runTo(end, slots);
});
#runOne = (function(id, form, items) {
const found = this.#functions.get(id);
const isCall = form === CALL_ONE || form === CALL && Array.isArray(items);
return isCall && found.call !== null ? this.#callOne(this.#next, found, form, items) : this.#runTask(this.#next, found, form, items);
});
#hasRun = (function(form) {
this.#report.done(++this.#next);
if (this.#mustFlush(form)) this.#report.flush();
});
#mustFlush = (function(form) {
const now = performance.now();
this.#areLong = now - this.#now >= CONTEXT_CALL_MS;
this.#now = now;
return this.#slots === null || (form & TIMED) !== 0 || now - this.#report.since >= REPORT_MS;
});
#callOne = (function(seq, found, form, items) {
if (this.#slots !== null && this.#slots.claim(seq) < 0) return void 0;
this.#report.totals.items++;
let value;
let isLater;
try {
value = this.#callAs(seq, 0, found, form === CALL, items);
isLater = isThenable(value);
} catch (error) {
return this.#report.threw(seq, 0, error);
}
return isLater ? this.#later(seq, value) : this.#keep(seq, value);
});
#callAs = (function(seq, index, found, isSpread, item) {
const { call } = found;
if (!this.#areLong && found.calls++ >= CONTEXT_FIRST_CALLS && !this.#hadUnhandled) {
this.#contexts.pass(seq, index);
return isSpread ? call(...item) : call(item);
}
const args = isSpread ? item : [
item
];
const context = this.#contexts.enter(seq, index);
return context === null ? call(...args) : this.#contexts.call(context, call, args);
});
#later = (async function(seq, value) {
let settled;
try {
settled = await this.#settled(value);
} catch (error) {
return await this.#report.threw(seq, 0, error);
}
await this.#keep(seq, settled);
});
#settled = (async function(value) {
this.#isAwaited = true;
try {
return await value;
} finally {
this.#isAwaited = false;
if (this.#isDoomed) await new Promise(() => {
});
}
});
#keep = (function(seq, value) {
if (this.#slots?.put(seq, value)) return void 0;
return this.#report.values(seq, 0, [
value
]);
});
#runTask = (async function(seq, found, form, sent) {
const plainForm = form & ~TIMED;
const list = plainForm === CALL_ONE ? [
sent
] : await this.#listOf(sent, found.call);
const items = plainForm === CALL ? [
unreadableIn(list) ?? list
] : list;
const isSpread = plainForm !== EACH && plainForm !== CALL_ONE;
const results = this.#results = new TaskResults(seq);
for (; ; ) {
const index = this.#claim(seq, results, items.length);
if (index < 0) break;
this.#report.totals.items++;
if ((form & TIMED) !== 0) {
this.#report.post({
kind: "begun",
seq,
item: index
});
}
try {
this.#areLong = results.areLong;
const value = this.#call(seq, index, found, isSpread, items[index]);
results.add(isThenable(value) ? await this.#settled(value) : value);
} catch (error) {
await this.#flush(results);
await this.#report.threw(seq, index, error);
results.skip();
}
if (results.isDue() && results.next < items.length) {
await this.#flush(results);
this.#report.flush();
}
}
this.#results = null;
if (items.length === 1 && results.values.length === 1) {
await this.#keep(seq, results.values[0]);
} else await this.#flush(results);
});
#claim = (function(seq, results, count) {
if (this.#slots !== null) return this.#slots.claim(seq);
return results.next < count ? results.next : -1;
});
#call = (function(seq, index, found, isSpread, item) {
if (found.call === null) throw found.error;
if (item instanceof Unreadable) throw item.error;
return this.#callAs(seq, index, found, isSpread, item);
});
#flush = (function(results) {
const { seq, from, values } = results;
if (values.length === 0) return void 0;
results.clear();
return this.#report.values(seq, from, values);
});
#flushBeforeTheEnd = (function() {
const leave = Deno.exit;
Deno.exit = (code) => {
this.#flushAll();
return leave(code);
};
watchTimers(this.#contexts);
hooks.claimUnhandled = (error, isThrown) => {
const blame = this.#contexts.blameFor(error);
return () => this.#takesUnhandled(blame, error, isThrown);
};
});
#takesUnhandled = (function(blame, error, isThrown) {
this.#hadUnhandled = true;
if (this.#isOfRunning(blame)) {
this.#isDoomed = true;
this.#flushAll();
return false;
}
const reported = this.#report.unhandled(blame, error, isThrown);
this.#unhandled = this.#unhandled.then(() => reported);
return true;
});
#isOfRunning = (function(blame) {
if (blame?.kind !== "of" || !this.#isAwaited) return false;
const [seq, item] = blame.place;
return seq === this.#next && item >= (this.#results?.next ?? 0);
});
#flushAll = (function() {
const results = this.#results;
if (results !== null) this.#flush(results);
this.#report.flush();
if (results === null) return;
this.#report.post({
kind: "begun",
seq: results.seq,
item: results.next
});
});
#wholeOf = (async function(items, target) {
const list = await this.#listOf(items, target);
const missing = unreadableIn(list);
if (missing !== void 0) throw missing.error;
return list;
});
#listOf = (async function(items, target) {
if (!isPacked(items)) return items;
const list = (await this.#report.full()).listOf(items, target);
await Promise.all(hooks.loading);
return list;
});
#report;
#context;
#ended = Promise.withResolvers();
#functions = new Map();
#inbox = [];
#isDraining = false;
#slots = null;
#allSlots = null;
#next = 0;
#unmapped = null;
#contexts = new TaskContexts();
#unhandled = Promise.resolve();
#now = 0;
#areLong = false;
#hadUnhandled = false;
#isAwaited = false;
#isDoomed = false;
#results = null;
constructor(parent, context) {
this.#report = new Reporter(parent, context);
this.#context = context;
receiveFrom(parent, (body) => this.#receive(body));
this.#flushBeforeTheEnd();
}
get ended() {
return this.#ended.promise;
}
};
var TaskResults = class {
seq;
from = 0;
values = [];
#flushedAt = performance.now();
#stride = 1;
#unread = 0;
constructor(seq) {
this.seq = seq;
}
get next() {
return this.from + this.values.length;
}
add(value) {
this.values.push(value);
}
skip() {
this.from++;
}
clear() {
this.from = this.next;
this.values = [];
this.#flushedAt = performance.now();
}
get areLong() {
return this.#stride === 1;
}
isDue() {
if (++this.#unread < this.#stride) return false;
this.#unread = 0;
const waited = performance.now() - this.#flushedAt;
const isSoon = waited < PARTIAL_MS / 8;
this.#stride = isSoon ? Math.min(STRIDE_MAX, 2 * this.#stride) : 1;
return waited >= PARTIAL_MS;
}
};
export {
common_default as default,
serve
};
