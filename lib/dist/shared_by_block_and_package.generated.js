// Made from lib/ by `deno task build`: do not edit it.

import {
ProcessError,
SharedMemoryError,
assert,
childContext
} from "./child.generated.js";
// lib/wire/serialization/handle.ts
var HANDLE = Symbol("multiprocessing.handle");
var REFUSED = Symbol("multiprocessing.refused");
var rehydrator = null;
function setRehydrator(rehydrate) {
rehydrator = rehydrate;
}
function rehydrateAny(handle) {
return rehydrator(handle);
}
function rehydrateFrom(sender) {
return sender === "elsewhere" ? rehydrateFromElsewhere : rehydrateAny;
}
function rehydrateFromElsewhere(handle) {
if (handle.kind === "relay") return rehydrateAny(handle);
throw new SharedMemoryError(`Cannot take the shared object that a process sent (${handle.kind}) as that process shares no memory with this one: only values can come from there`);
}
var UNTRACKED = {
holdsBlocks: true,
leave: (ticket) => ticket.sent(null),
countRelay: () => {
}
};
function unheld(delivery = UNTRACKED) {
return {
holdsBlocks: false,
leave: (ticket) => delivery.leave(ticket),
countRelay: () => delivery.countRelay()
};
}
var TrackedDelivery = class {
holdsBlocks = true;
tickets = [];
relays = 0;
leave(ticket) {
this.tickets.push(ticket);
}
countRelay() {
this.relays++;
}
make(make) {
try {
return make();
} catch (error) {
for (const ticket of this.tickets) ticket.lost();
throw error;
}
}
};
function isShareable(value) {
return HANDLE in value;
}
// lib/memory/liveness/isolate_liveness.ts
var LIVENESS_WORDS = 3;
var WAITED_ON = 0;
var USED = 1;
var LAST = 2;
var WAITERS = 28;
var PAUSES_MS = Array.from({
length: WAITERS
}, (_, used) => 50 * 1.5 ** used);
function clearLiveness(words2, at) {
Atomics.store(words2, at + USED, WAITERS);
Atomics.store(words2, at + LAST, 0);
}
function isLivenessKnown(words2, at) {
return Atomics.load(words2, at + USED) < WAITERS;
}
function renewLiveness(words2, at) {
const used = Atomics.load(words2, at + USED);
for (let n = 0; n < used; n++) {
const { async, value } = Atomics.waitAsync(words2, at + WAITED_ON, 0);
if (async) value.then(() => renewLiveness(words2, at));
}
Atomics.sub(words2, at + USED, used);
}
function isIsolateAlive(words2, at, nowMs = Date.now()) {
const used = Atomics.load(words2, at + USED);
if (used >= WAITERS) return true;
const since = nowMs - Atomics.load(words2, at + LAST) | 0;
if (since >= 0 && since < PAUSES_MS[used]) return true;
if (Atomics.compareExchange(words2, at + USED, used, used + 1) !== used) {
return true;
}
Atomics.store(words2, at + LAST, nowMs);
return Atomics.notify(words2, at + WAITED_ON, 1) > 0;
}
// lib/memory/liveness/owners.ts
var OWNERS_MAX = 1024;
var OWNER_MASK = 2147483647;
var GENERATION_MAX = 2 ** 21 - 1;
var NEXT = 0;
var ID = 1;
var GENERATION = 2;
var MAKER = 3;
var LIVENESS = 4;
var WORDS_PER_SLOT = 3 + LIVENESS_WORDS;
function createOwnerTable() {
return new SharedArrayBuffer(4 * (1 + OWNERS_MAX * WORDS_PER_SLOT));
}
function slotOf(id) {
return id % OWNERS_MAX;
}
function nextId(slot, generation) {
const next2 = generation >= GENERATION_MAX ? 1 : generation + 1;
return next2 * OWNERS_MAX + slot;
}
function generationOf(id) {
return Math.floor(id / OWNERS_MAX);
}
function claimOwner(table, maker = 0) {
const words2 = new Int32Array(table);
const id = claimSlot(words2, maker, isFree) ?? claimSlot(words2, maker, freeIfDead);
if (id !== null) return id;
throw new ProcessError(`Cannot start another process inside this one as at most ${OWNERS_MAX} may be alive at once`);
}
function claimSlot(words2, maker, mayTake) {
for (let tried = 0; tried < OWNERS_MAX; tried++) {
const slot = Atomics.add(words2, NEXT, 1) & OWNERS_MAX - 1;
const at = slot * WORDS_PER_SLOT;
if (!mayTake(words2, at)) continue;
const id = nextId(slot, Atomics.load(words2, at + GENERATION));
Atomics.store(words2, at + GENERATION, generationOf(id));
Atomics.store(words2, at + MAKER, maker);
clearLiveness(words2, at + LIVENESS);
Atomics.store(words2, at + ID, id);
return id;
}
return null;
}
function isFree(words2, at) {
return Atomics.load(words2, at + ID) === 0;
}
function freeIfDead(words2, at) {
const id = Atomics.load(words2, at + ID);
if (id === 0) return true;
if (id > 0 && isOwnerOfSlotAlive(words2, at)) return false;
return Atomics.compareExchange(words2, at + ID, id, 0) === id;
}
function isOwnerOfSlotAlive(words2, at) {
if (isLivenessKnown(words2, at + LIVENESS)) {
return isIsolateAlive(words2, at + LIVENESS);
}
const maker = Atomics.load(words2, at + MAKER);
const makerAt = slotOf(maker) * WORDS_PER_SLOT;
return maker === 0 || Atomics.load(words2, makerAt + ID) === maker && isIsolateAlive(words2, makerAt + LIVENESS);
}
function isClaimed(table, id) {
const at = slotOf(id) * WORDS_PER_SLOT;
return id > 0 && id <= OWNER_MASK && Atomics.load(new Int32Array(table), at + ID) === id;
}
function releaseOwner(table, id) {
const words2 = new Int32Array(table);
const at = slotOf(id) * WORDS_PER_SLOT;
for (const seen of [
id,
-id
]) {
Atomics.compareExchange(words2, at + ID, seen, 0);
}
}
var self = null;
var words = null;
function setSelf(own2) {
assert(self === null || self.id === own2.id, "the identity of an isolate is set before its first lock");
self = own2;
words = new Int32Array(own2.table);
}
function given() {
const host = childContext()?.host;
return host?.kind === "isolate" ? {
id: host.ident,
table: host.owners
} : null;
}
function first() {
const table = createOwnerTable();
return {
id: claimOwner(table),
table
};
}
function known() {
if (self !== null) return self;
const own2 = given() ?? first();
setSelf(own2);
renewOwnLiveness();
return own2;
}
function renewOwnLiveness() {
if (childContext()?.host.kind !== "isolate") return;
const { id } = known();
renewLiveness(words, slotOf(id) * WORDS_PER_SLOT + LIVENESS);
}
function selfOwner() {
return known().id;
}
function ownerTable() {
return known().table;
}
function isOwnerAlive(id) {
if (id === known().id) return true;
const at = slotOf(id) * WORDS_PER_SLOT;
if (Atomics.load(words, at + ID) !== id) return false;
if (isIsolateAlive(words, at + LIVENESS)) return true;
Atomics.compareExchange(words, at + ID, id, -id);
return false;
}
// lib/memory/system/errno.ts
var ENOENT = 2;
var ESRCH = 3;
var EINTR = 4;
var EEXIST = 17;
var REASONS = {
1: "the system does not permit it (EPERM)",
[ENOENT]: "there is no such file (ENOENT)",
[ESRCH]: "there is no such process (ESRCH)",
6: "it is not a file (ENXIO)",
12: "the system has no memory, or no addresses, left (ENOMEM)",
13: "this user has no permission (EACCES)",
19: "the system cannot map it (ENODEV)",
20: "it is not a directory (ENOTDIR)",
21: "it is a directory (EISDIR)",
22: "the system does not take those numbers (EINVAL)",
23: "too many files are open on this machine (ENFILE): close some, or raise fs.file-max",
24: "this process has too many open files (EMFILE): close some, or raise the limit, as by ulimit -n",
27: "it is larger than a file may be (EFBIG)",
28: "there is no space left in shared memory (ENOSPC): make it smaller, remove files from /dev/shm, or enlarge that, as by docker run --shm-size",
30: "it is on a read-only file system (EROFS)",
38: "the system has no such call (ENOSYS)",
40: "it is a symbolic link (ELOOP)",
95: "the file system cannot do that (EOPNOTSUPP)"
};
function reasonOf(result) {
return REASONS[-result] ?? `the system refused with error ${-result}`;
}
// lib/memory/system/libc.ts
var AT_FDCWD = -100;
var O_CLOEXEC = 524288;
var NUMBERS = {
x86_64: {
close: 3,
faccessat: 269,
fallocate: 285,
fcntl: 72,
flock: 73,
ftruncate: 77,
futex: 202,
getdents64: 217,
geteuid: 107,
getpid: 39,
getpriority: 140,
gettid: 186,
linkat: 265,
lseek: 8,
memfd_create: 319,
mmap: 9,
openat: 257,
pread64: 17,
read: 0,
statx: 332,
tgkill: 234,
unlinkat: 263,
utimensat: 280,
write: 1
},
aarch64: {
close: 57,
faccessat: 48,
fallocate: 47,
fcntl: 25,
flock: 32,
ftruncate: 46,
futex: 98,
getdents64: 61,
geteuid: 175,
getpid: 172,
getpriority: 141,
gettid: 178,
linkat: 37,
lseek: 62,
memfd_create: 279,
mmap: 222,
openat: 56,
pread64: 67,
read: 63,
statx: 291,
tgkill: 131,
unlinkat: 35,
utimensat: 88,
write: 64
}
};
var LIBRARIES = [
"libc.so.6",
`libc.musl-${Deno.build.arch}.so.1`,
"libc.so"
];
var PARAMETERS = [
"i64",
"i64",
"i64",
"i64",
"i64",
"i64",
"i64"
];
var SYSCALL = {
parameters: PARAMETERS,
result: "i64"
};
var ASIDE = {
...SYSCALL,
nonblocking: true
};
var now = null;
var aside = null;
var slow = null;
function whyNotMapped() {
if (Deno.build.os !== "linux") {
return `it works on Linux only so far: this is ${Deno.build.os}`;
}
if (!(Deno.build.arch in NUMBERS)) {
return `it works on x86_64 and aarch64 only: this is ${Deno.build.arch}`;
}
if (Deno.permissions.querySync({
name: "ffi"
}).state !== "granted") {
return "that needs the permission to call system functions: run with --allow-ffi";
}
return null;
}
function canMapAt(destination) {
return destination === "process" && whyNotMapped() === null;
}
function requireMapped() {
const reason = whyNotMapped();
if (reason === null) return;
throw new SharedMemoryError(`Cannot map shared memory as ${reason}`);
}
function open(symbols) {
requireMapped();
let cause;
for (const name of LIBRARIES) {
try {
return Deno.dlopen(name, symbols);
} catch (error) {
cause = error;
}
}
throw new SharedMemoryError(`Cannot map shared memory as no C library could be loaded: tried ${LIBRARIES.join(", ")} (${cause instanceof Error ? cause.message : cause})`, {
cause
});
}
function loaded() {
return now ??= open({
syscall: SYSCALL
}).symbols.syscall;
}
function byAddress() {
const address = addressOf("syscall");
if (address === null) return loaded();
const pointer = new Deno.UnsafeFnPointer(address, SYSCALL);
return (...args) => pointer.call(...args);
}
var DLSYM = {
parameters: [
"pointer",
"buffer"
],
result: "pointer"
};
function addressOf(name) {
let library;
try {
library = open({
dlsym: DLSYM
});
} catch {
return null;
}
const text = new TextEncoder().encode(`${name}\0`);
const address = library.symbols.dlsym(null, text);
library.close();
return address;
}
function functionFor(call) {
if (now !== null) return now;
return call === "futex" ? loaded() : slow ??= byAddress();
}
function numberOf(call) {
return BigInt(NUMBERS[Deno.build.arch][call]);
}
function syscall(call, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0) {
return Number(functionFor(call)(numberOf(call), BigInt(a), BigInt(b), BigInt(c), BigInt(d), BigInt(e), BigInt(f)));
}
var ERRNO = {
parameters: [],
result: "pointer"
};
var errno = null;
function errnoWord() {
const library = open({
__errno_location: ERRNO
});
const pointer = library.symbols.__errno_location();
library.close();
return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(pointer, 4));
}
function tryCall(call, ...args) {
return tryOnce(call, args) ?? tryOnce(call, args);
}
function tryOnce(call, [a, b, c, d, e]) {
const result = syscall(call, a, b, c, d, e);
if (result !== -1) return result;
if (errno !== null) return -errno[0];
errno = errnoWord();
return null;
}
var ENVIRON = {
environ: {
type: "pointer"
}
};
var POINTER_BYTES = 8;
function environment() {
const library = open(ENVIRON);
const texts = [];
let at = pointerAt(library.symbols.environ);
while (at !== null) {
const text = pointerAt(at);
if (text === null) break;
texts.push(Deno.UnsafePointerView.getCString(text));
at = Deno.UnsafePointer.offset(at, POINTER_BYTES);
}
library.close();
return texts;
}
function pointerAt(at) {
return at === null ? null : new Deno.UnsafePointerView(at).getPointer();
}
async function syscallAside(call, a = 0, b = 0, c = 0, d = 0) {
if (aside === null) {
aside = open({
syscall: ASIDE
}).symbols.syscall;
loaded();
}
const result = await aside(numberOf(call), BigInt(a), BigInt(b), BigInt(c), BigInt(d), 0n, 0n);
return Number(result);
}
var Scratch = class {
bytes;
address;
constructor(size) {
requireMapped();
this.bytes = new Uint8Array(new ArrayBuffer(size));
this.address = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.bytes)));
}
text(text) {
const { written } = new TextEncoder().encodeInto(`${text}\0`, this.bytes);
if (this.bytes[written - 1] !== 0) {
throw new SharedMemoryError(`Cannot use a path of that length: ${text}`);
}
return this.address;
}
};
// lib/memory/system/proc.ts
var TEXT_BYTES = 4096;
var scratch = null;
function readProc(path) {
scratch ??= new Scratch(TEXT_BYTES);
const at = scratch.text(path);
const fd = tryCall("openat", AT_FDCWD, at, O_CLOEXEC);
if (fd < 0) return fd;
const length = tryCall("read", fd, scratch.address, TEXT_BYTES);
syscall("close", fd);
if (length < 0) return length;
return new TextDecoder().decode(scratch.bytes.slice(0, length));
}
// lib/memory/liveness/process_liveness.ts
var STATE = 0;
var START_TIME = 19;
var own = null;
function readStat(pid, tid) {
return readProc(`/proc/${pid}/task/${tid}/stat`);
}
function fieldsOf(stat) {
return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
function startOf(fields) {
return Number(BigInt(fields[START_TIME] ?? 0) & 0x7fffffffn);
}
function ownThread() {
if (own !== null) return own;
const pid = syscall("getpid");
const tid = syscall("gettid");
const stat = readStat(pid, tid);
own = {
pid,
tid,
start: typeof stat === "number" ? 0 : startOf(fieldsOf(stat))
};
return own;
}
function isThreadAlive({ pid, tid, start }) {
const stat = readStat(pid, tid);
if (typeof stat === "number") {
const isUnknown = start === 0 || !(stat === -ENOENT || stat === -ESRCH);
return isUnknown && syscall("tgkill", pid, tid, 0) === 0;
}
const fields = fieldsOf(stat);
if ("ZXx".includes(fields[STATE] ?? "X")) return false;
return start === 0 || startOf(fields) === start;
}
// lib/memory/system/reserve.ts
var LARGE_BYTES = 64 * 1024 * 1024;
var KIB = 1024;
function whyNotReserved(fd, from, bytes) {
if (bytes >= LARGE_BYTES) {
const free = freeBytes();
if (bytes > free) return `this machine has ${free} bytes of memory left`;
}
for (; ; ) {
const result = tryCall("fallocate", fd, 0, from, bytes);
if (result === 0) return null;
if (result !== -EINTR) return reasonOf(result);
}
}
function freeBytes() {
const text = readProc("/proc/meminfo");
if (typeof text === "number") return Infinity;
const kib = (name) => Number(new RegExp(`^${name}: *(\\d+) kB$`, "m").exec(text)?.[1] ?? NaN);
const free = kib("MemAvailable") + kib("SwapFree");
return Number.isNaN(free) ? Infinity : free * KIB;
}
// lib/memory/allocation/slab.ts
var SLAB_BYTES = 8 * 1024;
var WHOLE_BYTES = 1024;
var BLOCK_ALIGN = 64;
var LOCAL_START = 64;
var slab = null;
var next = SLAB_BYTES;
var made = 0;
function carveLocal(bytes) {
if (bytes >= WHOLE_BYTES) return carveAlone(bytes);
if (slab === null || next + bytes > SLAB_BYTES) {
slab = makeSlab(SLAB_BYTES);
next = LOCAL_START;
}
const start = next;
next += Math.max(Math.ceil(bytes / BLOCK_ALIGN), 1) * BLOCK_ALIGN;
return {
buffer: slab,
start,
isAlone: false
};
}
function carveAlone(bytes) {
const buffer = makeSlab(LOCAL_START + bytes);
return {
buffer,
start: LOCAL_START,
isAlone: true
};
}
function reserveLocal(bytes, most) {
const buffer = makeSlab(LOCAL_START + bytes, LOCAL_START + most);
return {
buffer,
start: LOCAL_START,
isAlone: true
};
}
function makeSlab(bytes, maxByteLength = bytes) {
const buffer = maxByteLength === bytes ? new SharedArrayBuffer(bytes) : new SharedArrayBuffer(bytes, {
maxByteLength
});
const header = new Int32Array(buffer, 0, 2);
header[0] = selfOwner();
header[1] = ++made;
return buffer;
}
function nameOfLocal(buffer) {
const [maker, count] = new Int32Array(buffer, 0, 2);
return `${maker}.${count}`;
}
// lib/memory/allocation/block_refs.ts
var BLOCK_HEADER_BYTES = 64;
var SERIAL = 0;
var TICKETS = 1;
var REFS = 2;
var WORDS = BLOCK_HEADER_BYTES / 4;
var BlockRefs = class {
#words;
constructor(buffer, start) {
this.#words = new Int32Array(buffer, start, WORDS);
}
begin(serial) {
this.#words.fill(0);
Atomics.store(this.#words, SERIAL, serial);
}
get serial() {
return Atomics.load(this.#words, SERIAL);
}
addTicket() {
Atomics.add(this.#words, TICKETS, 1);
}
takeTicket() {
for (; ; ) {
const tickets = Atomics.load(this.#words, TICKETS);
if (tickets <= 0 || this.#swap(TICKETS, tickets, tickets - 1)) return;
}
}
#swap(word, from, to) {
return Atomics.compareExchange(this.#words, word, from, to) === from;
}
hold(id, serial, isAlive) {
const at = this.#mark(id, 0) ?? this.#markOver(id, isAlive);
if (this.serial === serial) return true;
if (at !== null) this.#swap(at, id, 0);
return false;
}
#mark(id, over) {
for (let at = REFS; at < WORDS; at++) {
if (this.#swap(at, over, id)) return at;
}
return null;
}
#markOver(id, isAlive) {
for (let at = REFS; at < WORDS; at++) {
const seen = Atomics.load(this.#words, at);
if (!isAlive(seen) && this.#swap(at, seen, id)) return at;
}
this.addTicket();
return null;
}
release(id) {
for (let at = REFS; at < WORDS; at++) {
if (this.#swap(at, id, 0)) return;
}
}
end(isAlive) {
if (this.#isUsed(isAlive)) return false;
const { serial } = this;
Atomics.store(this.#words, SERIAL, 0);
if (!this.#isUsed(isAlive)) return true;
Atomics.store(this.#words, SERIAL, serial);
return false;
}
#isUsed(isAlive) {
if (Atomics.load(this.#words, TICKETS) > 0) return true;
for (let at = REFS; at < WORDS; at++) {
const id = Atomics.load(this.#words, at);
if (id !== 0 && isAlive(id)) return true;
}
return false;
}
};
// lib/memory/system/mapping.ts
var PAGE_BYTES = 4096;
var PROT_READ_WRITE = 3;
var MAP_SHARED = 1;
var MAP_PRIVATE = 2;
var MAP_FIXED = 16;
var MAP_ANONYMOUS = 32;
var MAP_NORESERVE = 16384;
var vacant = new Map();
function pagesOf(bytes) {
return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
function bufferAt(address, bytes) {
const pointer = Deno.UnsafePointer.create(BigInt(address));
assert(pointer !== null, "mapped memory has an address");
return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
}
function map(fd, bytes, visible = bytes) {
const again = vacant.get(pagesOf(bytes))?.pop() ?? 0;
const flags = again === 0 ? MAP_SHARED : MAP_SHARED | MAP_FIXED;
const address = tryCall("mmap", again, bytes, PROT_READ_WRITE, flags, fd);
if (address < 0) {
if (again !== 0) vacant.get(pagesOf(bytes)).push(again);
throw new SharedMemoryError(`Cannot map ${bytes} bytes of shared memory as ${reasonOf(address)}`);
}
try {
return {
buffer: bufferAt(address, visible),
address
};
} catch (cause) {
vacate(address, bytes);
throw new SharedMemoryError(`Cannot map ${bytes} bytes of shared memory as Deno has no room for them`, {
cause
});
}
}
function unmap({ buffer, address }, bytes) {
if (buffer.detached) return;
buffer.transfer(0);
vacate(address, bytes);
}
function vacate(address, bytes) {
const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
syscall("mmap", address, bytes, PROT_READ_WRITE, flags, -1);
const size = pagesOf(bytes);
const list = vacant.get(size);
if (list === void 0) vacant.set(size, [
address
]);
else list.push(address);
}
// lib/memory/allocation/segment.ts
var MAGIC = 1297100849;
var MAGIC_WORD = 0;
var RANDOM_WORD = 2;
var RESERVED_WORD = 4;
var OWNERS_WORD = 16;
var WORDS_PER_OWNER = 4;
var SEGMENT_HEADER_BYTES = 4 * (OWNERS_WORD + OWNERS_MAX * WORDS_PER_OWNER);
var ID2 = 0;
var PROCESS = 1;
var THREAD = 2;
var START = 3;
var CLAIMING = -1;
var SMALL_BYTES = 16 * 1024 * 1024;
var O_RDWR_CLOEXEC_NONBLOCK = 2 | O_CLOEXEC | 2048;
var SEEK_END = 2;
var MFD_CLOEXEC = 1;
var MFD_ALLOW_SEALING = 2;
var F_ADD_SEALS = 1033;
var F_GET_SEALS = 1034;
var F_SEAL_SEAL = 1;
var F_SEAL_SHRINK = 2;
var F_SEAL_GROW = 4;
var SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
var PUNCH_HOLE_KEEP_SIZE = 3;
var PATH_BYTES = 128;
var ID_BYTES = 8;
var RESERVE_STEP_BYTES = 256 * 1024;
var GROWTH = 1.25;
var NAME = /^(\d{1,10})\.(\d{1,10})\.(\d{1,15})\.([0-9a-f]{16})$/;
var mapped = new Map();
var Segment = class {
buffer;
bytes;
address;
id;
#fd;
#words;
#owner = 0;
#uses = new Map();
constructor(fd, bytes, id, visible) {
const { buffer, address } = map(fd, bytes, visible);
this.buffer = buffer;
this.bytes = bytes;
this.address = address;
this.id = id;
this.#fd = fd;
this.#words = new Int32Array(buffer, 0, SEGMENT_HEADER_BYTES / 4);
}
makeVisible(bytes) {
const { byteLength } = this.buffer;
if (bytes <= byteLength) return;
this.buffer = bufferAt(this.address, this.#grow(bytes, byteLength));
}
#grow(bytes, byteLength) {
const more = Math.min(this.bytes, Math.floor(byteLength * GROWTH));
if (more > bytes && this.#tryReserve(more)) return more;
this.reserve(bytes);
return bytes;
}
#tryReserve(bytes) {
try {
this.reserve(bytes);
return true;
} catch {
return false;
}
}
get name() {
const { pid } = ownThread();
return `${pid}.${this.#fd}.${this.bytes}.${this.id}`;
}
format(reserved) {
this.#words[MAGIC_WORD] = MAGIC;
this.#words[RESERVED_WORD] = Math.ceil(reserved / PAGE_BYTES);
const random = Uint8Array.fromHex(this.id);
new Uint8Array(this.buffer, 4 * RANDOM_WORD, ID_BYTES).set(random);
}
reserve(bytes) {
const pages = Atomics.load(this.#words, RESERVED_WORD);
const from = pages * PAGE_BYTES;
if (bytes <= from) return;
const upTo = reservedFor(bytes, this.bytes);
requireRoom(this.#fd, from, upTo - from);
this.#noteReserved(Math.ceil(upTo / PAGE_BYTES));
}
#noteReserved(pages) {
for (; ; ) {
const now2 = Atomics.load(this.#words, RESERVED_WORD);
if (now2 >= pages) return;
const at = RESERVED_WORD;
const found = Atomics.compareExchange(this.#words, at, now2, pages);
if (found === now2) return;
}
}
refill(base, bytes) {
requireRoom(this.#fd, base, bytes);
}
refs(base) {
this.makeVisible(base);
return new BlockRefs(this.buffer, base - BLOCK_HEADER_BYTES);
}
isUsed(base) {
return this.#uses.has(base);
}
get isUnused() {
return this.#uses.size === 0;
}
use(base) {
this.#uses.set(base, (this.#uses.get(base) ?? 0) + 1);
}
leave(base) {
const left = this.#uses.get(base) - 1;
if (left > 0) this.#uses.set(base, left);
else this.#uses.delete(base);
return left === 0;
}
punch(base, bytes) {
syscall("fallocate", this.#fd, PUNCH_HOLE_KEEP_SIZE, base, bytes);
}
close() {
if (this.#owner !== 0) this.#disown(slotOf(this.#owner));
mapped.delete(this.id);
unmap(this, this.bytes);
syscall("close", this.#fd);
}
get owner() {
if (this.#owner === 0) this.#owner = this.#claim();
return this.#owner;
}
#claim() {
const { tid } = ownThread();
for (let tried = 0; tried < OWNERS_MAX; tried++) {
const slot = (tid + tried) % OWNERS_MAX;
if (this.#take(slot, 0)) return this.#fill(slot, 0);
}
for (let tried = 0; tried < OWNERS_MAX; tried++) {
const slot = (tid + tried) % OWNERS_MAX;
const id = Atomics.load(this.#words, wordOf(slot) + ID2);
if (id <= 0 || this.isOwnerAlive(id)) continue;
if (this.#take(slot, id)) return this.#fill(slot, generationOf(id));
}
throw new SharedMemoryError(`Cannot use this shared memory as ${OWNERS_MAX} processes and threads already do`);
}
#take(slot, seen) {
const at = wordOf(slot) + ID2;
return Atomics.compareExchange(this.#words, at, seen, CLAIMING) === seen;
}
#fill(slot, generation) {
const { pid, tid, start } = ownThread();
const at = wordOf(slot);
Atomics.store(this.#words, at + PROCESS, pid);
Atomics.store(this.#words, at + THREAD, tid);
Atomics.store(this.#words, at + START, start);
const id = nextId(slot, generation);
Atomics.store(this.#words, at + ID2, id);
return id;
}
#disown(slot) {
const at = wordOf(slot);
for (const word of [
PROCESS,
THREAD,
START
]) {
Atomics.store(this.#words, at + word, 0);
}
}
isOwnerAlive(id) {
const thread = this.threadOf(id);
return thread !== null && isThreadAlive(thread);
}
threadOf(id) {
const at = wordOf(slotOf(id));
const thread = {
pid: Atomics.load(this.#words, at + PROCESS),
tid: Atomics.load(this.#words, at + THREAD),
start: Atomics.load(this.#words, at + START)
};
return Atomics.load(this.#words, at + ID2) === id ? thread : null;
}
};
function wordOf(slot) {
return OWNERS_WORD + slot * WORDS_PER_OWNER;
}
function requireRoom(fd, from, bytes) {
const reason = whyNotReserved(fd, from, bytes);
if (reason === null) return;
throw new SharedMemoryError(`Cannot take ${bytes} bytes of shared memory as ${reason}`);
}
function reservedFor(bytes, size) {
const step = RESERVE_STEP_BYTES;
return Math.min(Math.ceil(bytes / step) * step, size);
}
function makeSegment(size, visible = size, used = visible) {
const title = new Scratch(PATH_BYTES).text("multiprocessing");
const fd = tryCall("memfd_create", title, MFD_CLOEXEC | MFD_ALLOW_SEALING);
if (fd < 0) throw cannotMake(size, fd);
try {
return newSegment(fd, size, visible, used);
} catch (error) {
syscall("close", fd);
throw error;
}
}
function newSegment(fd, size, visible, used) {
const cut = tryCall("ftruncate", fd, size);
if (cut !== 0) throw cannotMake(size, cut);
const sealed = tryCall("fcntl", fd, F_ADD_SEALS, SEALS);
if (sealed !== 0) throw cannotMake(size, sealed);
const reserved = reservedFor(used, size);
requireRoom(fd, 0, reserved);
const id = crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
const segment = new Segment(fd, size, id, visible);
segment.format(reserved);
mapped.set(id, segment);
return segment;
}
function cannotMake(size, result) {
return new SharedMemoryError(`Cannot make ${size} bytes of shared memory as ${reasonOf(result)}`);
}
function attachSegment(name) {
const parts = NAME.exec(name);
if (parts === null) {
throw new SharedMemoryError(`Cannot attach shared memory as its name is malformed: ${name}`);
}
const [, pid, fd, bytes, id] = parts;
const known2 = mapped.get(id);
if (known2 !== void 0) return known2;
const segment = openSegment(`/proc/${pid}/fd/${fd}`, Number(bytes), id);
mapped.set(id, segment);
return segment;
}
function seenAtFirst(bytes) {
return bytes <= SMALL_BYTES ? bytes : SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;
}
function openSegment(path, bytes, id) {
const text = new Scratch(PATH_BYTES).text(path);
const fd = tryCall("openat", AT_FDCWD, text, O_RDWR_CLOEXEC_NONBLOCK);
if (fd < 0 && fd !== -ENOENT) {
throw new SharedMemoryError(`Cannot attach shared memory as ${reasonOf(fd)}: ${path}`);
}
try {
if (fd >= 0 && isGenuine(fd, bytes, id)) {
return new Segment(fd, bytes, id, seenAtFirst(bytes));
}
} catch (error) {
syscall("close", fd);
throw error;
}
if (fd >= 0) syscall("close", fd);
throw new SharedMemoryError(`Cannot attach shared memory as the process that gave it has ended, or is not visible from here: ${path}`);
}
function isGenuine(fd, bytes, id) {
const seals = syscall("fcntl", fd, F_GET_SEALS);
if (seals < 0 || (seals & F_SEAL_SHRINK) === 0) return false;
if (bytes < SEGMENT_HEADER_BYTES) return false;
if (syscall("lseek", fd, 0, SEEK_END) !== bytes) return false;
const length = 4 * RANDOM_WORD + ID_BYTES;
const { bytes: head, address } = new Scratch(length);
if (syscall("pread64", fd, address, length, 0) !== length) return false;
const [magic] = new Int32Array(head.buffer, 4 * MAGIC_WORD, 1);
return magic === MAGIC && head.subarray(4 * RANDOM_WORD).toHex() === id;
}
// lib/memory/allocation/arena.ts
var SEGMENT_BYTES = 16 * 1024 * 1024;
var WHOLE_BYTES2 = SEGMENT_BYTES / 2;
var EXACT_BYTES = 1024;
var PUNCH_BYTES = 64 * 1024;
var IDLE_MAX = 8;
var WAITING_BYTES = 1024 * 1024;
var stocks = new Map();
var current = null;
var idle = new Set();
var serials = 0;
var waitingBytes = 0;
var sweepAtBytes = WAITING_BYTES;
function sizeOf(bytes) {
const step = bytes <= EXACT_BYTES ? BLOCK_ALIGN : 2 ** (Math.floor(Math.log2(bytes)) - 2);
return Math.max(Math.ceil(bytes / step) * step, BLOCK_ALIGN);
}
function carve(bytes, visible = bytes) {
const size = sizeOf(bytes);
const { segment, base } = size >= WHOLE_BYTES2 ? whole(size, visible) : piece(size);
serials = serials % 2147483647 + 1;
segment.refs(base).begin(serials);
segment.use(base);
return {
segment,
base,
bytes
};
}
function whole(size, visible) {
const before = SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;
const stock = addStock(before + size, before + visible);
const place = placeIn(stock, size, visible);
assert(place !== null, "a segment has room for what it was made for");
return place;
}
function addStock(bytes, visible, used = visible) {
const segment = makeSegment(bytes, visible, used);
const free = new Map();
const stock = {
segment,
next: SEGMENT_HEADER_BYTES,
free,
waiting: new Map()
};
stocks.set(segment, stock);
return stock;
}
function piece(size) {
if (waitingBytes > sweepAtBytes) sweep();
const here = current === null ? null : placeIn(current, size, size);
if (here !== null) return here;
sweep();
for (const stock of stocks.values()) {
const place = placeIn(stock, size, size);
if (place === null) continue;
current = stock;
return place;
}
current = addStock(SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_HEADER_BYTES);
return placeIn(current, size, size);
}
function placeIn(stock, size, used) {
const { segment } = stock;
const again = stock.free.get(size)?.at(-1);
if (again !== void 0) {
if (size < PUNCH_BYTES) new Uint8Array(segment.buffer, again, size).fill(0);
else segment.refill(again, size);
stock.free.get(size).pop();
return {
segment,
base: again
};
}
const base = stock.next + BLOCK_HEADER_BYTES;
if (base + size > segment.bytes) return null;
segment.reserve(base + used);
stock.next = base + size;
return {
segment,
base
};
}
function attach(name, base, serial, isTicket) {
const segment = attachSegment(name);
try {
checkBase(segment, base);
if (!hold(segment, base, serial)) throw freed();
} catch (error) {
closeForeign(segment);
throw error;
}
if (isTicket) segment.refs(base).takeTicket();
return segment;
}
function checkBase(segment, base) {
const isInside = Number.isSafeInteger(base) && base % BLOCK_ALIGN === 0 && base >= SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES && base <= segment.bytes;
if (isInside) return;
throw new SharedMemoryError(`Cannot attach shared memory as no block begins at ${base}`);
}
function freed() {
return new SharedMemoryError("Cannot attach shared memory as no process used it any more and it was freed: keep the object until the other process has it");
}
function isFreed(name, base, serial) {
const segment = attachSegment(name);
try {
checkBase(segment, base);
return segment.refs(base).serial !== serial;
} finally {
closeForeign(segment);
}
}
function closeForeign(segment) {
if (!stocks.has(segment)) closeUnused(segment);
}
function hold(segment, base, serial) {
const refs = segment.refs(base);
const isMine = stocks.has(segment);
if (isMine || segment.isUsed(base)) {
if (refs.serial !== serial) return false;
} else if (!refs.hold(segment.owner, serial, isAliveIn(segment))) {
return false;
}
idle.delete(segment);
segment.use(base);
return true;
}
function isAliveIn(segment) {
const known2 = new Map();
return (id) => {
let alive = known2.get(id);
if (alive === void 0) known2.set(id, alive = segment.isOwnerAlive(id));
return alive;
};
}
function letGo({ segment, base, bytes }) {
if (!segment.leave(base)) return;
const stock = stocks.get(segment);
if (stock === void 0) {
segment.refs(base).release(segment.owner);
closeUnused(segment);
return;
}
const size = sizeOf(bytes);
if (stock.waiting.has(base)) return;
if (takeBack(stock, base, size, isAliveIn(segment))) return;
stock.waiting.set(base, size);
waitingBytes += size;
}
function closeUnused(segment) {
if (!segment.isUnused) return;
idle.add(segment);
for (const one of idle) {
const isWhole = one.bytes !== SEGMENT_BYTES;
if (!isWhole && idle.size <= IDLE_MAX) continue;
idle.delete(one);
one.close();
}
}
function takeBack(stock, base, size, isAlive) {
const { segment, free } = stock;
if (segment.isUsed(base)) return false;
if (!segment.refs(base).end(isAlive)) return false;
if (size >= WHOLE_BYTES2) {
stocks.delete(segment);
segment.close();
return true;
}
if (size >= PUNCH_BYTES) segment.punch(base, size);
const list = free.get(size);
if (list === void 0) free.set(size, [
base
]);
else list.push(base);
return true;
}
function sweep() {
for (const stock of stocks.values()) {
const isAlive = isAliveIn(stock.segment);
for (const [base, size] of stock.waiting) {
if (!takeBack(stock, base, size, isAlive)) continue;
stock.waiting.delete(base);
waitingBytes -= size;
}
}
sweepAtBytes = Math.max(WAITING_BYTES, 2 * waitingBytes);
}
// lib/memory/allocation/block.ts
var forgotten = new FinalizationRegistry(letGo);
var keepers = new WeakMap();
var HELD_BY_THREADS = `threads already hold it: make it by getContext("spawn"), as in new (getContext("spawn").Value)("i"), or share it with the process first`;
var HAS_VIEW = `typed() has given out a view of it, which could not follow: make it by getContext("spawn"), or call typed() later`;
function localRegion(bytes) {
return localOver(carveLocal(bytes), bytes, null);
}
function reservedRegion(bytes, most) {
return localOver(reserveLocal(bytes, most), most, null);
}
function localOver({ buffer, start, isAlone }, bytes, stays) {
return {
buffer,
start,
isAlone,
bytes,
carved: null,
stays,
movers: []
};
}
function mappedRegion(bytes, there) {
return regionOver(carve(bytes, there));
}
function regionOver(carved) {
const { segment: { buffer }, base: start, bytes } = carved;
const isAlone = false;
const region = {
buffer,
start,
isAlone,
bytes,
carved,
stays: null,
movers: []
};
forgotten.register(region, carved, region);
return region;
}
function moveToMapped(region) {
const there = Math.min(region.bytes, region.buffer.byteLength - region.start);
const from = new Uint8Array(region.buffer, region.start, there);
const carved = carve(region.bytes, there);
region.buffer = carved.segment.buffer;
region.start = carved.base;
region.carved = carved;
forgotten.register(region, carved, region);
new Uint8Array(region.buffer, region.start, there).set(from);
for (const moved of region.movers) moved();
}
function settle(region, reason) {
if (region.stays === null && !region.isAlone) moveToOwnBuffer(region);
region.stays = reason;
}
function moveToOwnBuffer(region) {
const { buffer, start, bytes } = region;
const words2 = Math.ceil(bytes / 4);
const from = new Int32Array(buffer, start, words2);
Object.assign(region, carveAlone(4 * words2));
new Int32Array(region.buffer, region.start, words2).set(from);
for (const moved of region.movers) moved();
for (let at = 0; at < words2; at++) Atomics.notify(from, at);
}
function attachRegion(handle) {
const region = handle.place === "mapped" ? attachMapped(handle) : attachLocal(handle.buffer);
try {
checkRange(region, handle);
if (handle.place === "mapped") {
makeVisible(region, handle.offset + handle.there);
}
return region;
} catch (error) {
if (region.carved !== null) {
forgotten.unregister(region);
letGo(region.carved);
}
throw error;
}
}
function checkRange(region, handle) {
const { offset, bytes } = handle;
const there = handle.place === "mapped" ? handle.there : 0;
const most = mostOf(region);
const isInside = [
offset,
bytes,
there
].every(Number.isSafeInteger) && offset >= region.start && offset % 8 === 0 && bytes >= 0 && offset + bytes <= most && there >= 0 && there <= bytes;
if (isInside) return;
throw new SharedMemoryError(`Cannot attach shared memory as it has no bytes ${offset} to ${offset + bytes}: it has ${most}`);
}
function mostOf({ carved, buffer }) {
return carved?.segment.bytes ?? buffer.maxByteLength;
}
function makeVisible(region, bytes) {
const { segment } = region.carved;
segment.makeVisible(Math.min(bytes, segment.bytes));
region.buffer = segment.buffer;
}
function attachMapped(handle) {
const { segment, base, serial, isTicket, bytes } = handle;
return regionOver({
segment: attach(segment, base, serial, isTicket),
base,
bytes
});
}
function attachLocal(buffer) {
if (!(buffer instanceof SharedArrayBuffer)) {
throw new SharedMemoryError("Cannot attach shared memory as its handle holds none: only threads of one OS process pass it that way");
}
const piece2 = {
buffer,
start: LOCAL_START,
isAlone: true
};
const bytes = buffer.maxByteLength - LOCAL_START;
return localOver(piece2, bytes, HELD_BY_THREADS);
}
function isGone(handle) {
if (handle.place === "local") return false;
return isFreed(handle.segment, handle.base, handle.serial);
}
var Block = class _Block {
bytes;
buffer;
byteOffset;
#region;
#offset;
#int32 = null;
constructor(region, offset, bytes) {
this.#region = region;
this.#offset = offset;
this.bytes = bytes;
this.#bind();
if (region.carved === null && region.stays === null) {
region.movers.push(() => this.#bind());
}
}
#bind() {
const { buffer, start } = this.#region;
this.buffer = buffer;
this.byteOffset = start + this.#offset;
this.#int32 = null;
}
get int32() {
return this.#int32 ??= new Int32Array(this.buffer, this.byteOffset, this.there >>> 2);
}
get there() {
return Math.min(this.bytes, this.buffer.byteLength - this.byteOffset);
}
static allocate(bytes, place = "local") {
const region = place === "local" ? localRegion(bytes) : mappedRegion(bytes, bytes);
return new _Block(region, 0, bytes);
}
static reserve(bytes, most, place = "local") {
const region = place === "local" ? reservedRegion(bytes, most) : mappedRegion(most, bytes);
return new _Block(region, 0, most);
}
grow(bytes) {
this.#int32 = null;
if (this.there >= bytes) return;
if (this.#region.carved !== null) {
makeVisible(this.#region, this.byteOffset + bytes);
return this.#bind();
}
const buffer = this.buffer;
try {
buffer.grow(this.byteOffset + bytes);
} catch (cause) {
throw new SharedMemoryError(`Cannot use ${bytes} bytes of shared memory as no memory is left for them`, {
cause
});
}
}
static attach(handle) {
const region = attachRegion(handle);
return new _Block(region, handle.offset - region.start, handle.bytes);
}
part(offset, bytes) {
return new _Block(this.#region, this.#offset + offset, bytes);
}
get place() {
return this.#region.carved === null ? "local" : "mapped";
}
get key() {
const { carved, buffer } = this.#region;
const name = carved?.segment.id ?? nameOfLocal(buffer);
return `${name}+${this.byteOffset}`;
}
get owner() {
return this.#region.carved?.segment.owner ?? selfOwner();
}
isOwnerAlive(id) {
const { carved } = this.#region;
return carved === null ? isOwnerAlive(id) : carved.segment.isOwnerAlive(id);
}
addresseeOf(id) {
const { carved } = this.#region;
if (carved === null) return {
place: "local",
name: [
id,
0,
0
]
};
const thread = carved.segment.threadOf(id);
if (thread === null) return null;
return {
place: "mapped",
name: [
thread.pid,
thread.tid,
thread.start
]
};
}
isAlive([first2, tid, start]) {
return this.place === "local" ? isOwnerAlive(first2) : isThreadAlive({
pid: first2,
tid,
start
});
}
address(index) {
return this.#region.carved.segment.address + this.byteOffset + 4 * index;
}
onMove(moved) {
const region = this.#region;
if (region.carved === null && region.stays === null) {
region.movers.push(moved);
}
}
lend() {
const region = this.#region;
if (region.carved === null) {
settle(region, region.stays ?? HAS_VIEW);
return {
buffer: this.buffer,
byteOffset: this.byteOffset
};
}
const { byteOffset } = this;
const { address } = region.carved.segment;
const own2 = bufferAt(address + byteOffset, this.bytes);
keepers.set(own2, region);
return {
buffer: own2,
byteOffset: 0
};
}
handle(destination, delivery = UNTRACKED) {
if (destination === "elsewhere") {
throw new SharedMemoryError("Cannot share this object with that process as it is beyond shared memory, as on another machine or without --allow-ffi: pass its value, and get the result back");
}
if (destination === "process") this.#leaveLocal();
const region = this.#region;
if (region.carved === null) settle(region, HELD_BY_THREADS);
const { bytes, there, byteOffset: offset } = this;
if (region.carved === null) {
const buffer = region.buffer;
return {
place: "local",
buffer,
offset,
bytes
};
}
const { segment, base } = region.carved;
const refs = segment.refs(base);
const isTicket = delivery.holdsBlocks;
if (isTicket) refs.addTicket();
return {
place: "mapped",
segment: segment.name,
offset,
bytes,
there,
base,
serial: refs.serial,
isTicket
};
}
#leaveLocal() {
const region = this.#region;
if (region.carved !== null) return;
const reason = whyNotMapped() ?? region.stays;
if (reason !== null) {
throw new SharedMemoryError(`Cannot share this object with another process as ${reason}`);
}
moveToMapped(region);
}
};
export {
HANDLE,
REFUSED,
setRehydrator,
rehydrateAny,
rehydrateFrom,
UNTRACKED,
unheld,
TrackedDelivery,
isShareable,
OWNERS_MAX,
OWNER_MASK,
claimOwner,
isClaimed,
releaseOwner,
renewOwnLiveness,
selfOwner,
ownerTable,
ENOENT,
EEXIST,
reasonOf,
AT_FDCWD,
O_CLOEXEC,
whyNotMapped,
canMapAt,
syscall,
tryCall,
environment,
syscallAside,
Scratch,
readProc,
isThreadAlive,
map,
unmap,
vacate,
whyNotReserved,
isGone,
Block
};
