// Made from lib/ by `deno task build`: do not edit it.

import {
AT_FDCWD,
Block,
EEXIST,
ENOENT,
HANDLE,
OWNERS_MAX,
OWNER_MASK,
O_CLOEXEC,
REFUSED,
Scratch,
TrackedDelivery,
UNTRACKED,
canMapAt,
claimOwner,
environment,
isClaimed,
isGone,
isShareable,
isThreadAlive,
map,
ownerTable,
readProc,
reasonOf,
rehydrateAny,
rehydrateFrom,
releaseOwner,
renewOwnLiveness,
selfOwner,
setRehydrator,
syscall,
syscallAside,
tryCall,
unheld,
unmap,
vacate,
whyNotMapped,
whyNotReserved
} from "./shared_by_block_and_package.generated.js";
import {
ASK,
AbandonedError,
AmbiguousTargetError,
AuthenticationError,
BootstrapError,
BrokenBarrierError,
BrokenPipeError,
BufferTooShortError,
CALL,
CALL_ONE,
CancelledError,
ConnectionError,
EACH,
EXISTS,
EncodingError,
EndOfFileError,
ExitError,
FRAME_HEADER_BYTES,
FRAME_MAX_BYTES,
HAS_ENDED,
HAS_STARTED,
IMPORTED,
IS_IMPORTING,
IS_TO_STOP,
LOADS_NOW,
LockError,
MAIN_PROCESS,
MARKER_BYTES,
NO_READER,
OUT_OF_HEAP,
PROTOCOL_VERSION,
Parts,
ProcessError,
ProcessStateError,
QueueEmpty,
QueueFull,
QueueShutDown,
REPORT_HEAD,
RESULT_STRIDE,
RUN_HEAD,
RemoteError,
SLOTS,
SLOTS_BYTES,
SLOT_MASK,
SPAN_MAX,
SPREAD,
SharedMemoryError,
Slots,
StartMethodError,
TARGET,
TASK_STRIDE,
THREW,
TIMED,
UNSENDABLE,
Unreadable,
UnsupportedError,
VALUES,
WorkerLostError,
__export,
assert,
builtUrl,
byName,
callOut,
checkSize,
childContext,
cloneOf,
common_default,
contain,
createSlots,
dataUrl,
deliver,
errors_exports,
exitcodeOf,
findFunction,
frame,
functionText,
hooks,
importFrom,
inspectThrown,
isArgumentsObject,
isFarIndex,
isFrequent,
isNativeText,
isObject,
isOfPackage,
isPacked,
isPlain,
isPoolPayload,
isProxy,
isRaw,
isSmallCall,
itemsToSend,
joined,
keepTable,
keptOf,
loadModule,
markerOf,
nameOfExitcode,
namesOfAlike,
newGreeting,
packageUrl,
parentPeer,
poolMessage,
postTo,
printError,
put,
receive,
receiveFrom,
seal,
thrownText,
toPort,
transferring,
unreachable,
unsealFromChild,
workerState,
writeAll,
writeIfRead
} from "./child.generated.js";
// lib/child/slow_path.ts
var slow_path_exports = {};
__export(slow_path_exports, {
claimedSites: () => claimedSites,
describeFailure: () => describeFailure,
findCall: () => findCall,
isolateOutput: () => isolateOutput,
loadModule: () => loadModule,
report: () => report,
slowResolve: () => slowResolve,
unsendable: () => unsendable
});
// lib/base/call_sites.ts
var OWN_FRAMES_MAX = 5;
var ROOT = new URL("../../", import.meta.url).href;
var OWN = [
`${ROOT}lib/`,
`${ROOT}mod.ts`
];
var FOREIGN = /^(ext|node|internal|evalmachine|<)/;
var running = new Set();
var STACK_MAX = 100;
function isRunning(module) {
if (!running.has(module)) callSites(isRunning, STACK_MAX);
return running.has(module);
}
function callSites(below, most) {
const found = [];
for (const frame2 of framesTo(below, most + OWN_FRAMES_MAX)) {
if (frame2.isAsync?.() || found.length === most) break;
const module = urlOf(frame2);
if (module === null) continue;
if (!frame2.isEval?.()) running.add(module);
const [line, column] = [
frame2.getLineNumber(),
frame2.getColumnNumber()
];
found.push({
module,
line,
column
});
}
return found;
}
function isCalledByModule(below) {
const [caller, outer] = framesTo(below, 2);
return caller !== void 0 && outer === void 0 && !caller.isAsync?.() && !caller.getFunctionName();
}
function framesTo(below, most) {
const traces = Error;
const { prepareStackTrace, stackTraceLimit } = traces;
const target = {};
try {
traces.stackTraceLimit = most;
traces.prepareStackTrace = (_, frames) => frames;
traces.captureStackTrace(target, below);
return Array.isArray(target.stack) ? target.stack : [];
} finally {
traces.prepareStackTrace = prepareStackTrace;
traces.stackTraceLimit = stackTraceLimit;
}
}
function urlOf(frame2) {
const url = frame2.getScriptNameOrSourceURL();
if (!url || FOREIGN.test(url)) return null;
return OWN.some((own) => url.startsWith(own)) ? null : url;
}
// lib/base/shown_value.ts
var SHOWN_CHARS_MAX = 40;
function showValue(value) {
switch (typeof value) {
case "string":
return JSON.stringify(shortened(value));
case "bigint":
return `${shortened(String(value))}n`;
case "object":
return value === null ? "null" : "an object";
case "symbol":
case "function":
return `a ${typeof value}`;
default:
return String(value);
}
}
function nameOf(value) {
return typeof value === "object" ? kindShown(value) : showValue(value);
}
function kindShown(value) {
if (value === null || value === void 0) return String(value);
if (typeof value !== "object") return `a ${typeof value}`;
const tag = Object.prototype.toString.call(value).slice(8, -1);
return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
}
function shortened(text2) {
return text2.length > SHOWN_CHARS_MAX ? `${text2.slice(0, SHOWN_CHARS_MAX)}\u2026` : text2;
}
// lib/base/options.ts
function expectOptions(options, what, example) {
if (options === void 0 || isRecord(options)) return;
throw new TypeError(`Cannot ${what} as "options" must be an object, as in ${example}: current value is ${nameOf(options)}`);
}
function isRecord(value) {
if (typeof value !== "object" || value === null) return false;
const prototype = Object.getPrototypeOf(value);
if (prototype === Object.prototype || prototype === null) return true;
if ("signal" in value || "timeout" in value) return true;
return Object.prototype.toString.call(value) === "[object Object]";
}
function checkSignal(signal, what) {
if (signal === void 0 || signal instanceof AbortSignal) return;
throw new TypeError(`Cannot ${what} as "signal" must be an AbortSignal, as that of an AbortController: current value is ${nameOf(signal)}`);
}
// lib/launch/isolate_handle.ts
function portsOf({ data, control, sharer }) {
return [
data,
control,
sharer.port
];
}
function isolateIdent(owner) {
return Deno.pid * 2 ** 31 + owner;
}
// lib/process/own_identity.ts
function ownMainModule() {
const context = childContext();
if (context !== null) return context.identity.mainModule;
try {
return Deno.mainModule ?? null;
} catch {
return null;
}
}
var chosen = null;
function noteChosenMethod(name) {
chosen = name;
}
function chosenMethod() {
const context = childContext();
return context === null ? chosen : context.identity.chosen;
}
function asParent() {
const name = childContext()?.identity.name ?? MAIN_PROCESS;
return {
name,
pid: Deno.pid,
ident: selfIdent()
};
}
function selfIdent() {
const host = childContext()?.host;
return host?.kind === "isolate" ? isolateIdent(host.ident) : Deno.pid;
}
function inheritsDaemon() {
return childContext()?.identity.daemon ?? false;
}
function isImporting() {
return childContext()?.importing ?? false;
}
function refuseWhileImporting(what, whose, call) {
if (!isImporting()) return;
throw new BootstrapError(`Cannot ${what} while ${whose} module is still being imported by a child: put the ${call} under \`if (import.meta.main) { ... }\``);
}
// lib/launch/registry.ts
var PLACE = /\/lib\/\w+\/[\w.-]+\.[jt]s$/;
function bundledAvailability(url = import.meta.url) {
if (PLACE.test(url)) return {
supported: true
};
return {
supported: false,
reason: `this program is bundled with the package, and processes start with files of the package that are not beside ${url}: leave it out of the bundle, as in \`deno bundle --external=@multiprocessing/core main.ts\``,
missing: "platform"
};
}
function compiledAvailability() {
const { standalone } = Deno.build;
if (!standalone) return {
supported: true
};
return {
supported: false,
reason: 'a compiled program has no deno to run: its own executable would start the program again, and its modules are inside it; use "thread" or "worker"',
missing: "platform"
};
}
// lib/launch/entry.ts
function entryUrl(kind, modules, mayRead) {
const load2 = mayRead ? "load" : "import";
const helper = mayRead ? "const load=(url)=>import(url);" : "";
const all = loaders(modules, mayRead, load2);
return entry(kind, `${helper}${bootOf(kind)}(${all})`);
}
function openIsolateUrl(kind) {
return entry(kind, `const load=(url)=>import(url);${bootOf(kind)}(${anyLoader("load")})`);
}
function anyLoader(load2) {
return `new Proxy({},{get:(_,name)=>()=>${load2}(name)})`;
}
function spawnedEntryUrl(modules, mayRead, isDirect) {
const all = loaders(modules, mayRead, "import");
return entry("spawned", `await bootSpawned(${all},${isDirect})`);
}
function openEntryUrl(isDirect) {
return entry("spawned", `await bootSpawned(${anyLoader("import")},${isDirect})`);
}
function entry(kind, call) {
const from = JSON.stringify(builtUrl("child"));
return dataUrl(`import{${bootOf(kind)}}from${from};${call}`);
}
function loaders(modules, mayRead, load2) {
const urls = mayRead ? modules : [
...modules,
builtUrl("package")
];
return `{${urls.map((url) => loader(url, load2))}}`;
}
function loader(url, load2) {
const text2 = JSON.stringify(url);
const named2 = load2 === "import" && /^(data|blob):/i.test(url) ? `[${text2}][0]` : text2;
return `${text2}:()=>${load2}(${named2})`;
}
function bootOf(kind) {
return `boot${kind[0].toUpperCase()}${kind.slice(1)}`;
}
// lib/wire/protocol/module_namespace.ts
var known = new Map();
var loaded = new Map();
function namespaceOf(module) {
const found = known.get(module) ?? hooks.load(() => fetched(module));
known.set(module, found);
return found;
}
function namespaceAtHand(module) {
return loaded.get(module) ?? null;
}
async function fetched(module) {
try {
const namespace = await readByCycle(module, known.size);
loaded.set(module, namespace);
return namespace;
} catch {
return null;
}
}
async function readByCycle(module, number) {
const { promise, resolve, reject } = Promise.withResolvers();
const reader = `multiprocessing:reader/${number}`;
const importer = `multiprocessing:importer/${number}`;
const [moduleText, readerText, importerText] = [
module,
reader,
importer
].map((name) => JSON.stringify(name));
const urls = {
[importer]: dataUrl(`import * as found from ${moduleText};import ${readerText};export function give(){return found}`),
[reader]: dataUrl(`import{give}from${importerText};globalThis[Symbol.for(${readerText})](give())`)
};
const taker = globalThis;
taker[Symbol.for(reader)] = resolve;
const { deregister } = resolveBy(urls);
import(importer).catch(reject);
try {
return await promise;
} finally {
deregister();
delete taker[Symbol.for(reader)];
}
}
function resolveBy(urls) {
const { registerHooks } = process.getBuiltinModule("node:module");
const registered = registerHooks({
resolve: (specifier, context, next2) => specifier in urls ? {
url: urls[specifier],
format: "module",
shortCircuit: true
} : next2(specifier, context)
});
return {
deregister: () => registered.deregister()
};
}
// lib/launch/permissions.ts
var KINDS = [
"read",
"write",
"net",
"env",
"run",
"sys",
"ffi",
"import"
];
function checkedPermissions(asked) {
if (asked === "inherit" || asked === "none") return asked;
if (typeof asked !== "object" || asked === null || Array.isArray(asked)) {
throw badPermissions('must be "inherit", "none" or an object', asked);
}
const named2 = Object.keys(asked).find((key) => !isKind(key));
if (named2 !== void 0) {
throw badPermissions(`may name ${KINDS.join(", ")}`, named2);
}
const fields = asked;
const checked = {};
for (const kind of KINDS) {
const grant = fields[kind];
if (grant !== void 0) checked[kind] = checkedGrant(kind, grant);
}
return checked;
}
function checkedGrant(kind, grant) {
if (grant === "inherit" || typeof grant === "boolean") return grant;
const items = Array.isArray(grant) ? [
...grant
] : null;
const isList2 = items?.every((item) => typeof item === "string" || item instanceof URL);
if (isList2) return items;
throw badPermissions(`must have "inherit", a boolean or a list of texts and URLs for "${kind}"`, grant);
}
function badPermissions(wanted, got) {
return new TypeError(`Cannot make a process as "permissions" ${wanted}: current value is ${nameOf(got)}`);
}
function permissionFlags(asked, modules) {
const flags = KINDS.flatMap((kind) => {
const grant = grantOf(asked, kind);
const flag = flagOf(kind, grant);
if (flag !== null) return [
flag
];
return kind === "import" ? importFlags(grant, modules) : [];
});
return [
"--no-prompt",
...flags
];
}
function flagOf(kind, grant) {
if (Array.isArray(grant) && grant.length > 0) return scopedFlag(kind, grant);
if (grant === "inherit" || grant === true) {
if (hasFull(kind)) return `--allow-${kind}`;
if (grant === true) throw exceeds(kind, "everything");
}
return null;
}
var TRUSTED_HOSTS = [
"deno.land",
"jsr.io",
"esm.sh",
"raw.esm.sh",
"cdn.jsdelivr.net",
"raw.githubusercontent.com",
"gist.githubusercontent.com"
];
var NO_IMPORTS = [
"--allow-import=0.0.0.0:1",
"--deny-import"
];
function importFlags(grant, modules) {
const isLocal = modules.every((url) => !/^https?:/.test(url));
return isLocal && (grant === false || mayNotImport()) ? NO_IMPORTS : [
"--cached-only"
];
}
function mayNotImport() {
return isConfined() && !TRUSTED_HOSTS.some((host) => has("import", `${host}:443`));
}
function hasOwnPermissions(asked) {
return asked !== null && asked !== "inherit";
}
function grantOf(asked, kind) {
if (!hasOwnPermissions(asked)) return "inherit";
if (asked === "none") return false;
const options = asked;
return options[kind] ?? "inherit";
}
function passesFfi(asked) {
const grant = grantOf(asked, "ffi");
return grant === "inherit" || grant === true;
}
function passesRead(asked) {
const grant = grantOf(asked, "read");
return (grant === "inherit" || grant === true) && hasFull("read");
}
function scopedFlag(kind, items) {
const texts = items.map((item) => textOf(kind, item));
for (const text2 of texts) {
if (!covers(kind, text2)) throw exceeds(kind, JSON.stringify(text2));
}
return `--allow-${kind}=${texts.join(",")}`;
}
function textOf(kind, item) {
const text2 = item instanceof URL && item.protocol === "file:" ? decodeURIComponent(item.pathname) : String(item);
if (text2 === "" || text2.includes(",")) {
throw new StartMethodError(`Cannot pass on permission "${kind}" for ${JSON.stringify(text2)}: an item must not be empty or hold a comma`);
}
return text2;
}
function may(kind, item) {
return hasFull(kind) || has(kind, item);
}
function hasAll() {
return KINDS.every(hasFull);
}
var LIB = new URL("../", import.meta.url).href;
function admission(modules, mainModule) {
const doubtful = modules.filter((url) => missingFor(url) !== null && !url.startsWith(LIB) && url !== mainModule && !isRunning(url));
return doubtful.length === 0 ? null : admit(doubtful);
}
async function admit(modules) {
for (const url of modules) {
if (await namespaceOf(url) !== null) continue;
throw new StartMethodError(`Cannot start a process with ${url} as this process has not loaded it and may not: grant it --allow-${missingFor(url)} for that, or import the module by name`);
}
}
function missingFor(url) {
const { protocol, host, port } = new URL(url);
switch (protocol) {
case "file:":
return may("read", new URL(url)) ? null : "read";
case "http:":
case "https:": {
const portOf = protocol === "http:" ? "80" : "443";
const item = port === "" ? `${host}:${portOf}` : host;
return may("import", item) ? null : "import";
}
default:
return null;
}
}
function hasFull(kind) {
const status = Deno.permissions.querySync({
name: kind
});
return status.state === "granted" && !status.partial;
}
function covers(kind, item) {
if (hasFull(kind)) return true;
if (item.includes("*")) return false;
const isHost = kind === "net" || kind === "import";
return (!isHost || /:\d+$/.test(item)) && has(kind, item);
}
function has(kind, item) {
try {
const status = Deno.permissions.querySync(descriptor(kind, item));
return status.state === "granted" && !status.partial;
} catch {
return false;
}
}
function descriptor(kind, item) {
const text2 = String(item);
switch (kind) {
case "read":
case "write":
case "ffi":
return {
name: kind,
path: item
};
case "net":
case "import":
return {
name: kind,
host: text2
};
case "env":
return {
name: kind,
variable: text2
};
case "run":
return {
name: kind,
command: text2
};
case "sys":
return {
name: kind,
kind: text2
};
}
}
function exceeds(kind, what) {
return new StartMethodError(`Cannot give a process permission "${kind}" for ${what} as this process must hold all of it: name items without patterns, hosts with their port, or start this program with --allow-${kind}`);
}
function workerPermissions(asked) {
if (typeof asked === "string") return asked;
const inherited = KINDS.map((kind) => [
kind,
"inherit"
]);
return {
...Object.fromEntries(inherited),
...asked
};
}
function isConfined() {
const host = childContext()?.host;
return host?.kind === "isolate" && host.isConfined;
}
var WORKER_OPTIONS = "worker-options";
function checkWorkerPermissions(asked, isOn) {
if (!hasOwnPermissions(asked)) return;
if (isConfined() || isOn(WORKER_OPTIONS)) return;
throw new UnsupportedError(`Cannot give a worker its own permissions as --unstable-${WORKER_OPTIONS} was not found in the command (readable with --allow-all) or in deno.json (readable with --allow-read): set it, or use start method "spawn"`);
}
function hintForGrant(error) {
const [, kind, item] = /^Requires (\w+) access to "(.+?)"/.exec(error.message) ?? [];
if (!isKind(kind) || item === void 0 || !has(kind, item)) return "";
return ` (a scoped grant of the parent is not passed on by itself: give the process permissions: { ${kind}: [${JSON.stringify(item)}] })`;
}
function isKind(kind) {
return KINDS.some((known4) => known4 === kind);
}
// lib/launch/settings.ts
var WITH_VALUE = [
"--cert",
"--conditions",
"--config",
"--import-map",
"--location",
"--min-dep-age",
"--minimum-dependency-age",
"--node-modules-linker",
"--seed"
];
var WITHOUT_VALUE = [
"--cached-only",
"--frozen",
"--frozen-lockfile",
"--lock",
"--no-config",
"--no-lock",
"--no-npm",
"--no-remote",
"--node-modules-dir",
"--unsafely-ignore-certificate-errors",
"--use-env-proxy",
"--v8-flags",
"--vendor"
];
var WITH_PATH = [
"--cert",
"--config",
"--import-map",
"--lock"
];
function hasValueNext(word) {
return word === "--lock" || word === "-c" || WITH_VALUE.some((name) => name === word);
}
function settingsOf({ words: words2, args, main }) {
const own = ownWords(words2, args);
const folder = startFolder(words2, args, main);
const settings = [];
for (let at = 0; at < own.length; at++) {
const [name, value] = flagOf2(own, at);
const isSetting = WITH_VALUE.includes(name) || WITHOUT_VALUE.includes(name) || /^--unstable(-|$)/.test(name);
if (!isSetting) continue;
settings.push(value === null ? name : `${name}=${absolute(name, value, folder)}`);
}
return settings;
}
function ownWords(words2, args) {
const rest = words2.slice(1);
const border = rest.length - args.length;
const isKnown = border >= 0 && args.every((arg, i) => arg === rest[border + i]);
return isKnown ? rest.slice(0, border) : rest;
}
function flagOf2(words2, at) {
const word = words2[at];
const short = /^-[A-Za-z]*c(?:=?(.+))?$/.exec(word);
const equals = word.indexOf("=");
if (short === null && equals >= 0) {
return [
word.slice(0, equals),
word.slice(equals + 1)
];
}
const name = short === null ? word : "--config";
if (short?.[1] !== void 0) return [
name,
short[1]
];
const next2 = words2[at + 1];
const isNext = WITH_VALUE.includes(name) ||
name === "--lock" && at + 2 < words2.length && !next2?.startsWith("-");
return [
name,
isNext && next2 !== void 0 ? next2 : null
];
}
function startFolder(words2, args, main) {
const word = words2[words2.length - args.length - 1]?.replace(/^(\.\/)+/, "");
if (word === void 0 || main === null || !main.startsWith("file:")) {
return null;
}
const path = pathOf(main);
return !word.startsWith("/") && path.endsWith(`/${word}`) ? path.slice(0, -word.length) : null;
}
function absolute(name, value, folder) {
const isPath = WITH_PATH.includes(name) && !/^[a-z][a-z0-9+.-]+:/i.test(value);
return isPath && folder !== null && !value.startsWith("/") ? `${folder}${value}` : value;
}
function pathOf(url) {
return decodeURIComponent(new URL(url).pathname);
}
var words;
function commandWords() {
if (words === void 0) {
const text2 = Deno.build.os === "linux" ? readCommand() : null;
words = text2 === null ? null : text2.split("\0").slice(0, -1);
}
return words;
}
function readCommand() {
try {
if (hasAll()) return Deno.readTextFileSync("/proc/self/cmdline");
if (whyNotMapped() === null) return readBySystem("/proc/self/cmdline");
const path = `/proc/${Deno.pid}/cmdline`;
return may("run", "cat") ? readByTool("cat", [
path
]) : readByTool(Deno.execPath(), [
...READ_BY_DENO,
path
]);
} catch {
return null;
}
}
var READ_BY_DENO = [
"run",
"--quiet",
"--no-config",
"--no-lock",
"--no-prompt",
"--allow-all",
dataUrl("console.log(Deno.readTextFileSync(Deno.args[0]))")
];
function readByTool(command, args) {
const { success, stdout } = new Deno.Command(command, {
args,
stdin: "null",
stdout: "piped",
stderr: "null"
}).outputSync();
return success ? new TextDecoder().decode(stdout) : null;
}
var CHUNK_BYTES = 64 * 1024;
function readBySystem(path) {
const chunk = new Scratch(CHUNK_BYTES);
const fd = syscall("openat", AT_FDCWD, chunk.text(path), O_CLOEXEC);
if (fd < 0) return null;
const decoder = new TextDecoder();
let text2 = "";
for (; ; ) {
const count2 = syscall("read", fd, chunk.address, CHUNK_BYTES);
if (count2 <= 0) break;
text2 += decoder.decode(chunk.bytes.subarray(0, count2), {
stream: true
});
}
syscall("close", fd);
return text2;
}
function hasUnstable(feature, mainModule) {
return isInCommand(feature) || isInConfig(feature, mainModule);
}
function isInCommand(feature) {
return readIfAllowed("/proc/self/cmdline")?.split("\0").includes(`--unstable-${feature}`) ?? false;
}
function isInConfig(feature, mainModule) {
const path = configOf(mainModule);
const text2 = path === null ? null : readIfAllowed(path);
return text2 !== null && new RegExp(`"unstable"\\s*:\\s*\\[[^\\]]*"${feature}"`).test(text2);
}
function readIfAllowed(path) {
if (!may("read", path)) return null;
try {
return Deno.readTextFileSync(path);
} catch {
return null;
}
}
var configs = new Map();
function configOf(mainModule) {
if (!mainModule?.startsWith("file:")) return null;
const known4 = configs.get(mainModule);
if (known4 !== void 0) return known4;
const paths = configPaths(mainModule);
const found = paths.find(isFile) ?? null;
if (paths.every((path) => may("read", path))) configs.set(mainModule, found);
return found;
}
function configPaths(mainModule) {
const paths = [];
let folder = new URL("./", mainModule);
for (; ; ) {
for (const name of [
"deno.json",
"deno.jsonc"
]) {
paths.push(decodeURIComponent(new URL(name, folder).pathname));
}
const above = new URL("../", folder);
if (above.href === folder.href) return paths;
folder = above;
}
}
function isFile(path) {
if (!may("read", path)) return false;
try {
return Deno.statSync(path).isFile;
} catch {
return false;
}
}
function programSettings(main) {
const words2 = commandWords();
return words2 === null ? [] : settingsOf({
words: words2,
args: Deno.args,
main
});
}
function hintForSettings({ message }) {
const isUnmapped = /^(Import|Relative import path) ".*" not /.test(message);
return isUnmapped && commandWords() === null ? ' (the flags of this program cannot be read here and so are not passed on: give them by getContext("spawn", { flags: ["--import-map=..."] }))' : "";
}
// lib/launch/interpreter.ts
var INTERPRETER = Symbol("multiprocessing.interpreter");
function interpreterFrom({ executable, flags = [] }) {
checkFlags(flags);
return {
executable: executable === void 0 ? null : pathOf2(executable),
flags: [
...flags
]
};
}
function interpreterOf(context) {
const { [INTERPRETER]: own } = context;
return own?.call(context) ?? null;
}
function pathOf2(executable) {
if (executable instanceof URL && executable.protocol === "file:") {
return decodeURIComponent(executable.pathname);
}
if (typeof executable === "string" && executable !== "") return executable;
throw new TypeError(`Cannot use an executable as it must be a path or the URL of a file: current value is ${String(executable)}`);
}
function checkFlags(flags) {
if (!Array.isArray(flags) || !flags.every((flag) => typeof flag === "string")) {
throw new TypeError(`Cannot use flags as they must be an array of strings: current value is ${String(flags)}`);
}
for (const [at, flag] of flags.entries()) {
if (isPermission(flag)) {
throw new TypeError(`Cannot use the flag ${JSON.stringify(flag)} as permissions are given to each process: use its option "permissions"`);
}
if (flag.startsWith("-")) continue;
if (at > 0 && hasValueNext(flags[at - 1])) continue;
throw new TypeError(`Cannot use ${JSON.stringify(flag)} as a flag, which begins with "-": join a flag and its value by "=", as in "--seed=1"`);
}
}
function isPermission(flag) {
return /^-[A-Za-z]*[ARWINESP]/.test(flag) || /^--(allow-(?!scripts)|permission-set)/.test(flag);
}
var programExecutable = null;
var denoPath = null;
function setExecutable(executable) {
programExecutable = pathOf2(executable);
}
function executableOf(interpreter) {
return interpreter?.executable ?? programExecutable ?? (denoPath ??= Deno.execPath());
}
function isOwnDeno(executable) {
return executable === denoPath;
}
// lib/launch/shell.ts
var PLAIN_WORD = /^[\w@%+:,./-][\w@%+=:,./-]*$/;
function quoted(word) {
return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
function goesThroughShell(command) {
return command.some((word) => /(^|\/)(ssh|autossh)(\.exe)?$/.test(word));
}
function shellCall(call, env) {
const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
const words2 = settings.length === 0 ? call : [
"env",
...settings,
...call
];
return `sh -c ${quoted(`${words2.map(quoted).join(" ")}; exit $?`)}`;
}
// lib/launch/command.ts
function commandOf({ words: words2, isForShell }, request, flags = grantsOf(request), isOpen = false) {
const executable = executableOf(request.interpreter);
const isDirect = words2.length === 0 && isOwnDeno(executable);
const call = denoCall(executable, request, flags, {
isDirect,
isOpen
});
const env = request.env ?? {};
const stdout = typeof request.stdout === "string" ? request.stdout : "piped";
return isForShell ? {
words: [
...words2,
shellCall(call, env)
],
env: {},
stdout,
isDirect
} : {
words: [
...words2,
...call
],
env,
stdout,
isDirect
};
}
function grantsOf({ permissions, modules }) {
return permissionFlags(permissions, [
import.meta.url,
...modules
]);
}
function mayReadAll(flags) {
return flags.includes("--allow-read");
}
function denoCall(executable, request, flags, { isDirect, isOpen }) {
const { maxHeapMiB, mainModule, interpreter } = request;
const mayRead = mayReadAll(flags);
const entry2 = isOpen && mayRead ? openEntryUrl(isDirect) : spawnedEntryUrl(request.modules, mayRead, isDirect);
return [
executable,
"run",
"--quiet",
...flags,
...programSettings(mainModule),
...interpreter?.flags ?? [],
...maxHeapMiB === null ? [] : [
`--v8-flags=--max-old-space-size=${maxHeapMiB}`
],
...mainFlags(entry2, mainModule),
...Deno.args
];
}
function mainFlags(entry2, mainModule) {
return mainModule?.startsWith("file:") ? [
"--preload",
entry2,
`${mainModule}?multiprocessing`
] : [
entry2
];
}
// lib/launch/spawn_launcher.ts
var SPAWN_TRAITS = {
process: "a fresh deno process",
memory: "mapped",
stopsWhileBusy: true,
interrupts: Deno.build.os !== "windows",
limitsHeap: true,
ownPermissions: true,
ownEnv: true,
ownFlags: true
};
var NO_PREFIX = {
words: [],
isForShell: false
};
var spawn = commandLauncher(NO_PREFIX, SPAWN_TRAITS);
function through(command, options = {}) {
const [name] = command;
if (name === void 0 || name === "") {
throw new TypeError('Cannot make a start method through a command as it is empty: give its name and first arguments, as in ["ssh", "host"]');
}
expectOptions(options, "make a start method", "{ shell: true }");
const { shell = goesThroughShell(command) } = options;
if (typeof shell !== "boolean") {
throw new TypeError(`Cannot make a start method through a command as the option "shell" must be a boolean: current value is ${String(shell)}`);
}
return commandLauncher({
words: [
...command
],
isForShell: shell
}, {
...SPAWN_TRAITS,
process: `a deno process through ${name}`,
memory: "none",
interrupts: SPAWN_TRAITS.interrupts && !shell
});
}
function commandLauncher(prefix, traits) {
return {
traits,
availability() {
const compiled = compiledAvailability();
return compiled.supported ? runAvailability(prefix.words[0] ?? executableOf(null)) : compiled;
},
prepare(request, first2, events2) {
const { admitted, grants } = checkLaunch(request, first2);
const { stdout, stderr } = request;
return () => {
const command = commandOf(prefix, request, grants);
const ways = {
command,
admitted,
stdout,
stderr
};
return spawned(ways, first2, events2);
};
}
};
}
function checkLaunch(request, { body }) {
refuseTooLong(body);
const admitted = admission(request.modules, request.mainModule);
admitted?.catch(() => {
});
return {
admitted,
grants: grantsOf(request)
};
}
function refuseTooLong(body) {
if (!(body instanceof Uint8Array) || body.length < FRAME_MAX_BYTES) return;
throw new EncodingError("the arguments", `${body.length} bytes long, more than the ${FRAME_MAX_BYTES} of a message; put them into SharedMemory, or send them in parts through a queue`);
}
function spawned(ways, first2, events2) {
const process2 = launch(ways.command);
try {
return new spawnedChild.SpawnedChild(process2, ways, first2, events2);
} catch (error) {
process2.kill("SIGKILL");
throw error;
}
}
function launch({ words: words2, env, stdout }) {
const [command = "", ...args] = words2;
return new Deno.Command(command, {
args,
stdin: "piped",
stdout,
stderr: "piped",
env
}).spawn();
}
function runAvailability(command) {
if (may("run", command)) return {
supported: true
};
return {
supported: false,
reason: `it needs --allow-run for ${command}`,
missing: "permission"
};
}
// lib/launch/registry.ts
function absent(process2, reason) {
const availability = {
supported: false,
reason,
missing: "platform"
};
return {
traits: {
process: process2,
memory: "none",
stopsWhileBusy: false,
interrupts: false,
limitsHeap: false,
ownPermissions: false,
ownEnv: false,
ownFlags: false
},
availability: () => availability,
prepare() {
throw new StartMethodError(`Cannot start a process: ${reason}`);
}
};
}
var launchers = new Map([
[
"thread",
() => isolates.thread
],
[
"worker",
() => isolates.worker
],
[
"spawn",
() => spawn
],
[
"forkserver",
() => forkservers.forkserver
],
[
"fork",
() => fork
]
]);
var fork = absent("a copy of the running process", 'a V8 isolate with its threads cannot be copied: use "thread", or "spawn" for a process of its own');
function launcherOf(name) {
const launcher = knownLauncher(name);
const availability = availabilityOf(launcher);
if (availability.supported) return launcher;
throw new StartMethodError(`Cannot use start method "${name}" as it is not supported here: ${availability.reason}`);
}
function platformLauncher(name) {
const availability = availabilityOf(knownLauncher(name));
return !availability.supported && availability.missing === "permission" ? knownLauncher(name) : launcherOf(name);
}
function availabilityOf(launcher) {
const bundled = bundledAvailability();
if (!bundled.supported) return bundled;
try {
return launcher.availability();
} catch (error) {
return {
supported: false,
reason: `its launcher threw when it was asked: ${inspectThrown(error)}`,
missing: "platform"
};
}
}
function knownLauncher(name) {
const launcher = launchers.get(name);
if (launcher !== void 0) return launcher();
throw new StartMethodError(`Cannot find start method ${JSON.stringify(name)}: the names are ${[
...launchers.keys()
].map((known4) => `"${known4}"`).join(", ")}`);
}
function defaultMethod() {
for (const [name, launcher] of launchers) {
if (availabilityOf(launcher()).supported) return name;
}
return "thread";
}
function startMethods() {
return [
...launchers
].map(([name, get]) => {
const launcher = get();
const availability = availabilityOf(launcher);
return {
name,
supported: availability.supported,
reason: availability.supported ? "" : availability.reason,
traits: launcher.traits
};
});
}
function registerStartMethod(name, launcher) {
if (typeof name !== "string" || name === "" || launchers.has(name)) {
throw new StartMethodError(`Cannot register start method ${JSON.stringify(name)} as a name must be new and not empty: the names are ${[
...launchers.keys()
].join(", ")}`);
}
launchers.set(name, () => launcher);
}
// lib/base/display.ts
var DISPLAY = Symbol.for("Jupyter.display");
function tableOf(title, rows) {
const lines = Object.entries(rows).map(([name, value]) => [
name,
String(value ?? "-")
]);
const width = Math.max(...lines.map(([name]) => name.length));
const text2 = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
const html = lines.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
return {
"text/plain": [
title,
...text2
].join("\n"),
"text/html": `<table><caption>${escaped(title)}</caption>${html.join("")}</table>`
};
}
function escaped(text2) {
return text2.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
// lib/base/keep_alive.ts
var HOPS = 5;
var SharedTimer = class {
#action;
#everyMs;
#users = 0;
#timer;
#isStopping = false;
constructor(action, everyMs) {
this.#action = action;
this.#everyMs = everyMs;
}
join() {
if (++this.#users > 1 || this.#timer !== void 0) return;
const timer = setInterval(this.#action, this.#everyMs);
clearInterval(this.#timer);
this.#timer = timer;
if (this.#users === 0) void this.#stopSoon();
}
leave() {
if (--this.#users === 0) void this.#stopSoon();
}
async #stopSoon() {
if (this.#isStopping) return;
this.#isStopping = true;
for (let hop = 0; hop < HOPS && this.#users === 0; hop++) await null;
if (this.#users > 0) {
this.#isStopping = false;
return;
}
setImmediate(() => {
this.#isStopping = false;
if (this.#users > 0) return;
clearInterval(this.#timer);
this.#timer = void 0;
});
}
};
var idle = new SharedTimer(() => {
}, 2 ** 30);
function keepAlive() {
idle.join();
let held = true;
return () => {
if (!held) return;
held = false;
idle.leave();
};
}
// lib/base/awaitable.ts
var READY = Symbol("multiprocessing.ready");
function isAwaitable(value) {
return typeof value === "object" && value !== null && READY in value;
}
// lib/base/timeouts.ts
function timeoutOf(options, what, name = "timeout") {
if (options === void 0) return Infinity;
expectOptions(options, what, "{ timeout: 100 }");
checkSignal(options.signal, what);
const timeout = options.timeout ?? Infinity;
if (typeof timeout !== "number" || Number.isNaN(timeout)) {
throw new TypeError(`Cannot ${what} as "${name}" must be a number of milliseconds: current value is ${typeof timeout === "number" ? timeout : typeof timeout}`);
}
return Math.max(0, timeout);
}
function timedOut(what, why = "the time is over") {
return new DOMException(`Cannot ${what} as ${why}`, "TimeoutError");
}
var TIMER_MAX_MS = 2 ** 31 - 1;
async function settles(done, timeoutMs, signal) {
if (signal?.aborted) {
done.catch(() => {
});
throw signal.reason;
}
const release = keepAlive();
const { promise, resolve, reject } = Promise.withResolvers();
const timer = timeoutMs <= TIMER_MAX_MS ? setTimeout(() => resolve(false), timeoutMs) : void 0;
const abort = () => reject(signal?.reason);
signal?.addEventListener("abort", abort);
done.then(() => resolve(true), () => resolve(true));
try {
return await promise;
} finally {
clearTimeout(timer);
signal?.removeEventListener("abort", abort);
release();
}
}
// lib/memory/liveness/stop_flags.ts
var IS_GONE = 8;
function newStopFlags() {
return new Int32Array(new SharedArrayBuffer(16));
}
function requestStop(flags) {
return (Atomics.or(flags, 0, IS_TO_STOP) & HAS_STARTED) !== 0;
}
function hasStarted(flags) {
return (Atomics.load(flags, 0) & HAS_STARTED) !== 0;
}
async function untilStarted(flags) {
for (; ; ) {
const seen = Atomics.load(flags, 0);
if ((seen & IS_GONE) !== 0) return false;
if ((seen & HAS_STARTED) !== 0) return true;
await Atomics.waitAsync(flags, 0, seen).value;
}
}
function setGone(flags) {
Atomics.or(flags, 0, IS_GONE);
Atomics.notify(flags, 0);
}
function hasEnded(flags) {
return (Atomics.load(flags, 0) & (HAS_ENDED | IS_GONE)) !== 0;
}
function sinceImport(flags) {
const begun = Atomics.load(flags, IMPORTED);
if (begun === 0 || begun === BLOCKED) return Infinity;
const elapsed = (Date.now() | 0) - begun | 0;
return elapsed >= 0 ? elapsed : Infinity;
}
function isLoading(flags) {
return (Atomics.load(flags, 0) & IS_IMPORTING) !== 0 || Atomics.load(flags, IMPORTED) === LOADS_NOW;
}
var BLOCKED = 1;
function setBlocked() {
const host = childContext()?.host;
return host?.kind === "isolate" ? Atomics.exchange(host.flags, IMPORTED, BLOCKED) : 0;
}
function setRunning(imported) {
const host = childContext()?.host;
if (host?.kind === "isolate") Atomics.store(host.flags, IMPORTED, imported);
}
function isBlocked(flags) {
return Atomics.load(flags, IMPORTED) === BLOCKED;
}
function askToEnd(flags) {
Atomics.store(flags, ASK, 1);
Atomics.notify(flags, ASK);
}
async function untilDisposed(flags) {
for (let ms = 1; Atomics.notify(flags, EXISTS, 1) > 0; ms *= 2) {
await new Promise((resolve) => setTimeout(resolve, ms));
}
}
function waitForFlags(flags, ms) {
Atomics.wait(flags, 0, Atomics.load(flags, 0), ms);
}
function isStopRequested() {
const host = childContext()?.host;
return host?.kind === "isolate" && (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
}
// lib/memory/waiting/futex.ts
var SYSTEM_SLICE_MS = 100;
var FUTEX_WAIT = 0;
var FUTEX_WAKE = 1;
var TIMESPEC_BYTES = 16;
var WAKE_MAX = 2147483647;
var currentHooks;
var before = new Set();
var syncTimespec = null;
var timespecsInUse = new Set();
var spareTimespecs = [];
function beforeBlocking(action) {
before.add(action);
}
function prepareToBlock() {
for (const action of before) action();
}
function blockingHooks() {
if (currentHooks !== void 0) return currentHooks;
const host = childContext()?.host;
return currentHooks = host?.kind === "isolate" ? {
sliceMs: host.sliceMs,
poll() {
if (isStopRequested()) host.close();
}
} : {
sliceMs: Infinity,
poll() {
}
};
}
function setBlockingHooks(set) {
currentHooks = set;
}
function writeTimespec(spec, ms) {
const words2 = new BigInt64Array(spec.bytes.buffer);
const seconds = Math.floor(ms / 1e3);
words2[0] = BigInt(seconds);
words2[1] = BigInt(Math.floor((ms - seconds * 1e3) * 1e6));
return spec.address;
}
function outcomeOf(result, block, index, expected) {
if (result === 0) return "ok";
return Atomics.load(block.int32, index) === expected ? "timed-out" : "not-equal";
}
function blockOnce(block, index, expected, ms) {
const imported = setBlocked();
const outcome = sleepOn(block, index, expected, ms);
setRunning(imported);
return outcome;
}
function sleepOn(block, index, expected, ms) {
if (block.place === "local") {
return Atomics.wait(block.int32, index, expected, ms);
}
syncTimespec ??= new Scratch(TIMESPEC_BYTES);
const spec = writeTimespec(syncTimespec, ms);
const at = block.address(index);
const result = syscall("futex", at, FUTEX_WAIT, expected, spec);
return outcomeOf(result, block, index, expected);
}
function waitSync(block, index, expected, timeoutMs = Infinity) {
if (before.size > 0) prepareToBlock();
const hooks2 = blockingHooks();
hooks2.poll();
const limitMs = block.place === "local" ? Infinity : SYSTEM_SLICE_MS;
const sliceMs = Math.min(hooks2.sliceMs, limitMs);
if (timeoutMs <= sliceMs) {
return blockOnce(block, index, expected, timeoutMs);
}
const deadline = performance.now() + timeoutMs;
for (; ; ) {
const leftMs = Math.max(0, deadline - performance.now());
const ms = Math.min(leftMs, sliceMs);
const outcome = blockOnce(block, index, expected, ms);
if (outcome !== "timed-out" || leftMs <= sliceMs) return outcome;
hooks2.poll();
}
}
async function waitAside(block, index, expected, ms) {
const spec = spareTimespecs.pop() ?? new Scratch(TIMESPEC_BYTES);
const at = block.address(index);
const address = writeTimespec(spec, ms);
timespecsInUse.add(spec);
try {
const result = await syscallAside("futex", at, FUTEX_WAIT, expected, address);
return outcomeOf(result, block, index, expected);
} finally {
timespecsInUse.delete(spec);
spareTimespecs.push(spec);
}
}
async function waitMapped(block, index, expected, timeoutMs, signal) {
const deadline = performance.now() + timeoutMs;
for (; ; ) {
const leftMs = Math.max(0, deadline - performance.now());
const ms = Math.min(leftMs, SYSTEM_SLICE_MS);
const outcome = await waitAside(block, index, expected, ms);
if (outcome !== "timed-out" || leftMs <= SYSTEM_SLICE_MS) return outcome;
if (signal?.aborted) return outcome;
}
}
async function waitLocal(block, index, expected, timeoutMs) {
const words2 = block.int32;
return await Atomics.waitAsync(words2, index, expected, timeoutMs).value;
}
async function waitAsync(block, index, expected, timeoutMs = Infinity, signal) {
signal?.throwIfAborted();
const release = keepAlive();
const abort = () => wake(block, index, WAKE_MAX);
signal?.addEventListener("abort", abort);
try {
const outcome = block.place === "local" ? await waitLocal(block, index, expected, timeoutMs) : await waitMapped(block, index, expected, timeoutMs, signal);
if (signal?.aborted) {
if (outcome === "ok") wake(block, index, 1);
throw signal.reason;
}
return outcome;
} finally {
signal?.removeEventListener("abort", abort);
release();
}
}
async function listenIdly(block, index, expected) {
await waitLocal(block, index, expected, Infinity);
}
function wake(block, index, count2 = WAKE_MAX) {
if (block.place === "local") {
Atomics.notify(block.int32, index, count2);
return;
}
const most = Math.min(count2, WAKE_MAX);
syscall("futex", block.address(index), FUTEX_WAKE, most);
}
// lib/launch/deferred_launches.ts
var waiting = new Set();
function deferLaunch(launch2) {
beforeBlocking(flushLaunches);
if (waiting.size === 0) queueMicrotask(flushLaunches);
waiting.add(launch2);
}
function flushLaunches() {
for (const launch2 of waiting) {
waiting.delete(launch2);
launch2();
}
}
// lib/launch/whole_lines.ts
var NEWLINE = 10;
var SHORT_MS = 100;
var LINE_WAIT_MS = 1e3;
var LONG_BYTES = 4096;
var UNREAD_MS = 10;
var HELD_MAX_BYTES = 16 * 2 ** 20;
var WholeLines = class {
#pass;
#held = new Parts();
#timer;
constructor(pass) {
this.#pass = pass;
}
write(text2) {
const end = text2.lastIndexOf(NEWLINE) + 1;
if (end > 0) this.#passOn(text2.subarray(0, end));
this.#hold(text2.subarray(end));
}
flush() {
if (this.#held.bytes > 0) this.#passOn(new Uint8Array(0));
}
#passOn(text2) {
clearTimeout(this.#timer);
const isAlone = this.#held.bytes === 0;
this.#pass(isAlone ? text2 : joined([
this.#held.take(),
text2
]));
}
#hold(text2) {
if (text2.length === 0) return;
this.#held.add(text2);
if (this.#held.bytes > HELD_MAX_BYTES) return this.flush();
const ms = this.#held.bytes > LONG_BYTES ? LINE_WAIT_MS : SHORT_MS;
this.#after(ms, () => this.#after(UNREAD_MS, () => this.flush()));
}
#after(ms, call) {
clearTimeout(this.#timer);
this.#timer = setTimeout(call, ms);
Deno.unrefTimer(this.#timer);
}
};
// lib/launch/child_output.ts
var UNREAD_LIMIT_BYTES = 256 * 1024;
var BaseOutput = class {
#reader = null;
#feeding = 0;
#isEnding = false;
connect(reader) {
this.#reader = reader;
if (this.isClosed) reader.closed();
}
taken(bytes) {
this.#reader?.taken(bytes);
}
closed() {
this.#reader?.closed();
}
async feed(stream) {
this.#feeding++;
try {
for await (const bytes of stream) {
this.write(bytes);
await this.room();
if (this.isClosed) break;
}
} catch {
}
this.#feeding--;
if (this.#isEnding) this.end();
}
end() {
this.#isEnding = true;
if (this.#feeding === 0) this.finish();
}
};
var PipedOutput = class extends BaseOutput {
readable;
#queue = [];
#unread = 0;
#isFinished = false;
#isReleased = false;
#isCancelled = false;
#came = null;
#gone = null;
constructor() {
super();
this.readable = new ReadableStream({
pull: (controller) => this.#pull(controller),
cancel: () => this.#cancel()
}, {
highWaterMark: 0
});
}
get isClosed() {
return this.#isCancelled;
}
get unreadBytes() {
return this.#unread;
}
write(bytes) {
if (this.#isCancelled || this.#isFinished || bytes.length === 0) return;
this.#queue.push(bytes);
this.#unread += bytes.length;
this.#came?.();
}
room() {
const isRoom = this.#unread < UNREAD_LIMIT_BYTES || this.#isReleased;
if (isRoom || this.#isCancelled) return null;
return new Promise((resolve) => this.#gone = resolve);
}
release() {
this.#isReleased = true;
this.#gone?.();
}
finish() {
this.#isFinished = true;
this.#came?.();
}
async #pull(controller) {
if (this.#queue.length === 0 && !this.#isFinished) await this.#next();
if (this.#isCancelled) return;
const bytes = this.#queue.shift();
if (bytes === void 0) return controller.close();
controller.enqueue(bytes);
this.#unread -= bytes.length;
this.taken(bytes.length);
if (this.#unread < UNREAD_LIMIT_BYTES) this.#gone?.();
}
async #next() {
const release = keepAlive();
await new Promise((resolve) => this.#came = resolve);
this.#came = null;
release();
}
#cancel() {
this.#isCancelled = true;
this.#queue.length = 0;
this.#unread = 0;
this.#came?.();
this.#gone?.();
this.closed();
}
};
var RelayedOutput = class extends BaseOutput {
#lines;
constructor(print) {
super();
this.#lines = new WholeLines(print);
}
get isClosed() {
return false;
}
get unreadBytes() {
return 0;
}
write(bytes) {
this.#lines.write(bytes);
this.taken(bytes.length);
}
room() {
return null;
}
release() {
}
finish() {
this.#lines.flush();
}
};
// lib/base/interactive.ts
function isInteractive() {
return /^repl\./.test(sessionName()) || isNotebook();
}
function sessionName() {
try {
return /\/\$deno\$(\w*repl\.\w+)$/.exec(Deno.mainModule)?.[1] ?? "";
} catch {
return "";
}
}
var isKernel;
function isNotebook() {
return isKernel ??= sessionName() !== "" && hasJupyter();
}
function hasJupyter() {
try {
return Deno.jupyter !== void 0;
} catch {
return false;
}
}
function broadcast(type, content) {
const { jupyter } = Deno;
Promise.try(() => jupyter.broadcast(type, content)).catch(() => {
});
}
// lib/launch/output_route.ts
function routeOf(name, asked, piped) {
if (piped !== null) return piped;
if (asked === "null") return "null";
const own = ownRoute(name);
if (own === "null") return "null";
if (own === "piped") return new RelayedOutput(writerTo(name));
const isCells = asked === void 0 && isNotebook();
return isCells ? new RelayedOutput(printerOf(name)) : "inherit";
}
function ownRoute(name) {
const host = childContext()?.host;
return host?.kind === "isolate" ? host.output?.[name] ?? "inherit" : "inherit";
}
function writerTo(name) {
return (text2) => writeIfRead(Deno[name], text2);
}
function printerOf(name) {
const decoder = new TextDecoder();
return (bytes) => {
const text2 = decoder.decode(bytes, {
stream: true
});
if (text2.endsWith("\n")) {
const line = text2.slice(0, -1);
if (name === "stdout") console.log(line);
else console.error(line);
} else if (text2 !== "") {
broadcast("stream", {
name,
text: text2
});
}
};
}
// lib/launch/launcher.ts
function destinationOf({ memory }, permissions) {
switch (memory) {
case "local":
return "isolate";
case "mapped":
return passesFfi(permissions ?? null) ? "process" : "elsewhere";
case "none":
return "elsewhere";
}
}
// lib/wire/serialization/codec_cost.ts
var COST = {
string: 40,
object: 64,
shape: 256,
array: 48,
table: 600,
sparse: 200,
map: 200,
set: 170,
entry: 24,
date: 110,
boxed: 48,
buffer: 200,
view: 112
};
var FREE_COST = 64 * 2 ** 20;
var COST_PER_BYTE = 16;
function mostOf(bytes) {
return FREE_COST + COST_PER_BYTE * bytes;
}
var FREE_COST_OF_CHILD = 256 * 2 ** 20;
var MOST_OF_CHILD = 2 ** 31;
var UNCOUNTED_BYTES = 1024;
function mostOfChild(message) {
if (!(message instanceof Uint8Array)) return Infinity;
const { length } = message;
return length <= UNCOUNTED_BYTES ? Infinity : Math.min(FREE_COST_OF_CHILD + COST_PER_BYTE * length, MOST_OF_CHILD);
}
var PATTERN = 256;
var PATTERN_CHARACTER = 24;
var FOLDED_CHARACTER = 1200;
var CLASS_CHARACTERS = 20;
var FOLDED_CLASS_CHARACTERS = 40;
var PROPERTY = 2 ** 17;
var FOLDED_PROPERTY = 2 ** 19;
var SEQUENCES = 2 ** 21;
var NAMED = 64;
function costOfPattern(source, flags) {
const isUnicode = /[uv]/.test(flags);
const isFolded = isUnicode && (flags.includes("i") || /\(\?[a-z]*i/.test(source));
const each = isFolded ? FOLDED_CHARACTER : PATTERN_CHARACTER;
const own = PATTERN + flags.length + source.length * each;
const names2 = count(source, /\(\?<[^=!]/g);
const named2 = names2 ** 2 / 4 + NAMED * names2 * count(source, /\\k</g);
if (!isUnicode) return own + named2;
const sorted = isFolded ? FOLDED_CLASS_CHARACTERS : CLASS_CHARACTERS;
const property = isFolded ? FOLDED_PROPERTY : PROPERTY;
return own + named2 + sorted * squaredClasses(source, flags.includes("v")) + property * count(source, /\\p\{/gi) + SEQUENCES * count(source, /\\p\{(RGI|Basic_E|Emoji_K)/gi);
}
function squaredClasses(source, isNesting) {
let [sum, depth, length] = [
0,
0,
0
];
const parts4 = /\\(?:u\{[^}]*\}|u.{4}|x..|.)|[^]/gsu;
for (let part; (part = parts4.exec(source)?.[0]) !== void 0; ) {
if (part === "[" && (depth === 0 || isNesting)) depth++;
else if (part === "]" && depth > 0) depth--;
if (depth > 0) length++;
else {
sum += length ** 2;
length = 0;
}
}
return sum;
}
function count(text2, what) {
let found = 0;
while (what.test(text2)) found++;
return found;
}
// lib/wire/serialization/pack.ts
var names = new WeakMap();
var prototypes = new Map();
var gone = new FinalizationRegistry((name) => {
if (prototypes.get(name)?.deref() === void 0) prototypes.delete(name);
});
var brought = new WeakMap();
function nameClass(prototype) {
const name = names.get(prototype) ?? crypto.randomUUID();
knowClass(name, prototype);
return name;
}
function knowClass(name, prototype) {
const known4 = prototypes.get(name)?.deref();
if (known4 === prototype) return;
names.set(prototype, name);
prototypes.set(name, new WeakRef(prototype));
gone.register(prototype, name);
if (known4 === void 0) return;
joinInstances(known4);
joinInstances(prototype);
}
function noteBrought(target, classes) {
if (classes.length > 0) brought.set(target, classes);
}
function broughtBy(target) {
return brought.get(target) ?? [];
}
function useClassesOf(target) {
for (const [name, prototype] of broughtBy(target)) {
prototypes.set(name, new WeakRef(prototype));
}
}
var isInstance = Function.prototype[Symbol.hasInstance];
function isOfNamedClass(value) {
if (isInstance.call(this, value)) return true;
const name = names.get(this.prototype);
if (name === void 0 || typeof value !== "object") return false;
for (let each = value; each !== null; each = Object.getPrototypeOf(each)) {
if (names.get(each) === name) return true;
}
return false;
}
function joinInstances({ constructor }) {
if (constructor[Symbol.hasInstance] !== isInstance) return;
Object.defineProperty(constructor, Symbol.hasInstance, {
value: isOfNamedClass,
configurable: true
});
}
function hasNamedClasses() {
return prototypes.size > 0;
}
function classNameOf(instance) {
if (!hasNamedClasses()) return void 0;
const prototype = Object.getPrototypeOf(instance);
return prototype === null ? void 0 : names.get(prototype);
}
function prototypeNamed(name) {
return prototypes.get(name)?.deref();
}
// lib/wire/serialization/error_record.ts
var NATIVE = {
Error,
TypeError,
RangeError,
SyntaxError,
ReferenceError,
EvalError,
URIError,
...classesOf(WebAssembly, [
"CompileError",
"LinkError",
"RuntimeError",
"SuspendError"
]),
...classesOf(globalThis, [
"SuppressedError",
"QuotaExceededError"
])
};
function classesOf(place, names2) {
return Object.fromEntries(names2.map((name) => [
name,
Reflect.get(place, name)
]).filter(([, value]) => typeof value === "function"));
}
var OWN2 = errors_exports;
var RESERVED = new Set([
"name",
"message",
"stack",
"cause",
"__proto__"
]);
var HIDDEN = [
"cause",
"errors",
"error",
"suppressed"
];
var QUOTA = [
"quota",
"requested"
];
function emptyRecord(error) {
return {
base: attempt(() => baseOf(error), "Error"),
name: text(() => error.name, "Error"),
message: text(() => error.message, ""),
stack: text(() => error.stack, ""),
fields: {},
hidden: {},
...attempt(() => classed(error), {})
};
}
function classed(error) {
const className = classNameOf(error);
return className === void 0 ? {} : {
className
};
}
function fieldNames(error) {
const keys = attempt(() => Object.keys(error), []);
return keys.filter((key) => !RESERVED.has(key) && !isHidden(key));
}
function hiddenNames(error) {
const own = HIDDEN.filter((key) => attempt(() => Object.hasOwn(error, key), false));
const isQuota = attempt(() => baseOf(error), "") === "QuotaExceededError";
return isQuota ? [
...own,
...QUOTA
] : own;
}
function isHidden(key) {
return HIDDEN.includes(key);
}
function baseOf(error) {
let prototype = Object.getPrototypeOf(error);
while (prototype !== null) {
const maker = prototype.constructor;
if (typeof maker === "function" && classNamed(maker.name) === maker) {
return maker.name;
}
prototype = Object.getPrototypeOf(prototype);
}
return "Error";
}
function classNamed(name) {
if (name === "AggregateError") return AggregateError;
if (name === "DOMException") return DOMException;
for (const table of [
NATIVE,
OWN2,
Deno.errors
]) {
if (Object.hasOwn(table, name)) return Reflect.get(table, name);
}
return void 0;
}
function makeError(record) {
const error = bareError(record);
if (error.name !== record.name) hide(error, "name", record.name);
hide(error, "stack", record.stack);
return error;
}
function bareError({ base, name, message }) {
if (base === "AggregateError") return new AggregateError([], message);
if (base === "DOMException") return new DOMException(message, name);
if (base === "SuppressedError" && Object.hasOwn(NATIVE, base)) {
return Reflect.construct(NATIVE[base], [
void 0,
void 0,
message
]);
}
if (Object.hasOwn(NATIVE, base)) return new NATIVE[base](message);
if (Object.hasOwn(Deno.errors, base)) {
return new Deno.errors[base](message);
}
const error = new Error(message);
if (Object.hasOwn(OWN2, base)) {
Object.setPrototypeOf(error, OWN2[base].prototype);
}
return error;
}
function finishError(error, record) {
const keys = Object.keys(record.fields);
if (keys.some((key) => isFarIndex(key, 0))) keepTable(error);
for (const key of keys) {
if (RESERVED.has(key)) continue;
Object.defineProperty(error, key, {
value: record.fields[key],
writable: true,
enumerable: true,
configurable: true
});
}
for (const key of [
...HIDDEN,
...QUOTA
]) {
if (Object.hasOwn(record.hidden, key)) hide(error, key, record.hidden[key]);
}
const { className } = record;
const prototype = className === void 0 ? null : prototypeNamed(className);
if (prototype instanceof Error) Object.setPrototypeOf(error, prototype);
}
function hide(error, key, value) {
Object.defineProperty(error, key, {
value,
writable: true,
enumerable: false,
configurable: true
});
}
function text(read2, otherwise) {
const value = attempt(read2, otherwise);
return typeof value === "string" ? value : otherwise;
}
function attempt(read2, otherwise) {
try {
return read2();
} catch {
return otherwise;
}
}
// lib/wire/serialization/value_kinds.ts
var DEPTH_MAX = 2e3;
var TOO_DEEP = `nested too deeply: more than ${DEPTH_MAX} levels`;
function valueKindOf(value) {
const prototype = Object.getPrototypeOf(value);
if (isShareable(value)) return "shareable";
if (prototype === Object.prototype || prototype === null) {
return mayBeArguments(value) && isArgumentsObject(value) ? "arguments" : "plain";
}
if (Array.isArray(value)) return "array";
if (ArrayBuffer.isView(value)) return "view";
const kind = builtInKind(value);
if (kind !== void 0) return kind;
if (REFUSED in value) return "refused";
return platformName(value) ? "platform" : "plain";
}
function mayBeArguments(value) {
return Symbol.iterator in value;
}
function builtInKind(value) {
if (value instanceof Map) return "map";
if (value instanceof Set) return "set";
if (value instanceof Date) return "date";
if (isError(value)) return "error";
if (value instanceof RegExp) return "regexp";
if (value instanceof ArrayBuffer) return "buffer";
if (value instanceof SharedArrayBuffer) return "shared";
return isBoxed(value) ? "boxed" : void 0;
}
function isError(value) {
return value instanceof Error || Error.isError(value);
}
function isBoxed(value) {
return value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;
}
function platformName(value) {
let prototype = Object.getPrototypeOf(value);
while (prototype !== null && prototype !== Object.prototype) {
const name = platformNameOf(prototype);
if (name !== void 0) return name;
prototype = Object.getPrototypeOf(prototype);
}
return void 0;
}
var ASYNC_GENERATOR = Object.getPrototypeOf(async function* () {
}.prototype);
function platformNameOf(prototype) {
if (prototype === ASYNC_GENERATOR) return "AsyncGenerator";
if (prototype === Iterator.prototype) return "Iterator";
const maker = dataOf(prototype, "constructor");
if (typeof maker !== "function" || maker === Object) return void 0;
const name = dataOf(maker, "name");
return typeof name === "string" && isOfPlatform(maker, name) ? name : void 0;
}
function dataOf(object, key) {
return Object.getOwnPropertyDescriptor(object, key)?.value;
}
function isOfPlatform(maker, name) {
for (const place of platformPlaces()) {
if (place !== void 0 && Object.hasOwn(place, name)) {
if (place[name] === maker) return true;
}
}
return false;
}
function platformPlaces() {
const globals = globalThis;
return [
globals,
globals.Deno,
globals.Intl,
globals.WebAssembly
].concat(globals.Temporal);
}
var CLONEABLE = new Set([
"Blob",
"File",
"CryptoKey",
"Module"
]);
var ADVICE = {
Promise: "; await it first",
Iterator: "; collect it into an array first",
AsyncGenerator: "; collect it into an array first",
URL: "; send its href",
Headers: "; send its entries as an array",
AbortSignal: "; terminate the process or share an event instead"
};
function reasonAgainst(value, kind, destination) {
switch (kind) {
case "plain":
case "array":
case "map":
case "set":
case "date":
case "regexp":
case "boxed":
case "error":
case "shareable":
return void 0;
case "buffer":
return detached(value);
case "shared":
return destination === "isolate" ? void 0 : SHARED_STAYS;
case "view":
return againstView(value, destination);
case "arguments":
return "the arguments of a function; take them as a rest parameter";
case "platform":
return againstPlatform(value, destination);
case "refused":
return value[REFUSED];
default:
return unreachable(kind);
}
}
var SHARED_STAYS = "a SharedArrayBuffer, which cannot leave its OS process; use Value or SharedArray";
function againstView({ buffer }, destination) {
if (buffer instanceof ArrayBuffer) return detached(buffer);
if (destination === "isolate") return void 0;
return `a view on ${SHARED_STAYS}`;
}
var DETACHED = "a detached ArrayBuffer: its bytes were transferred away";
function detached(buffer) {
return buffer.detached ? DETACHED : void 0;
}
function againstPlatform(value, destination) {
const name = platformName(value);
if (destination === "isolate") {
if (CLONEABLE.has(name)) return void 0;
if (name === "Memory" && isSharedMemory(value)) return void 0;
}
const advice = Object.hasOwn(ADVICE, name) ? ADVICE[name] : "";
return `${/^[AEIOU](?!RL)/.test(name) ? "an" : "a"} ${name}${advice}`;
}
function isSharedMemory(value) {
return value.buffer instanceof SharedArrayBuffer;
}
// lib/wire/serialization/plain_data.ts
var DEPTH_MAX2 = 32;
var LARGE = 1e3;
var ASKS_FROM = 2e6;
function isPlainData(value) {
if (hasNamedClasses()) return false;
try {
return new Look().isPlain(value, 0);
} catch {
return false;
}
}
var Look = class {
#parts = 0;
#large = null;
isPlain(value, depth) {
if (depth > DEPTH_MAX2) return false;
const before2 = this.#parts;
if (before2 > ASKS_FROM && this.#large?.has(value)) return true;
const isPlain3 = Array.isArray(value) ? this.#isPlainArray(value, depth) : this.#isPlainObject(value, depth);
if (!isPlain3) return false;
if (this.#parts - before2 >= LARGE) (this.#large ??= new Set()).add(value);
return true;
}
#isPlainArray(items, depth) {
const { length } = items;
this.#parts += length + 1;
for (let i = 0; i < length; i++) {
const item = items[i];
if (typeof item === "object") {
if (item !== null && !this.isPlain(item, depth + 1)) return false;
} else if (!isSent(item) || item === void 0) return false;
}
return true;
}
#isPlainObject(value, depth) {
const prototype = Object.getPrototypeOf(value);
if (prototype !== Object.prototype && prototype !== null) return false;
if (isShareable(value) || mayBeArguments(value)) return false;
this.#parts++;
for (const key in value) {
this.#parts++;
const part = value[key];
if (typeof part === "object") {
if (part !== null && !this.isPlain(part, depth + 1)) return false;
} else if (!isSent(part)) return false;
}
return true;
}
};
function isSent(part) {
return typeof part !== "function" && typeof part !== "symbol";
}
// lib/wire/serialization/placeholders.ts
function fillPlaceholders(placeholders, rehydrate2) {
const errors = placeErrors(placeholders.errors);
placeHandles(placeholders.handles, rehydrate2);
for (const [target, content] of placeholders.fills) fill(target, content);
for (const [record, error] of errors) finishError(error, record);
for (const [instance, className] of placeholders.instances ?? []) {
const prototype = prototypeNamed(className);
if (prototype !== void 0) Object.setPrototypeOf(instance, prototype);
}
return placeholders.root[0];
}
function placeErrors(entries) {
const made3 = new Map();
for (const [container, key, record] of entries) {
let error = made3.get(record);
if (error === void 0) made3.set(record, error = makeError(record));
put(container, key, error);
}
return made3;
}
function placeHandles(entries, rehydrate2) {
const made3 = new Map();
for (const [container, key, handle2] of entries) {
if (!made3.has(handle2)) made3.set(handle2, rehydrate2(handle2));
put(container, key, made3.get(handle2));
}
}
function fill(target, content) {
if (target instanceof Set) {
for (const member of content) target.add(member);
return;
}
for (let i = 0; i < content.length; i += 2) {
target.set(content[i], content[i + 1]);
}
}
// lib/wire/serialization/key_collisions.ts
var CHECKED_FROM_COUNT = 64;
var BUCKETS_MAX = 1 << 16;
var SPARE = 16;
var COST_OF_COMPARING = 12;
var COST_OF_COMPARING_TEXTS = 40;
var buckets = null;
function costOfKeys(content, stride) {
const used = bucketsFor(content.length / stride);
const counts = buckets ??= new Uint32Array(BUCKETS_MAX);
counts.fill(0, 0, used);
let cost = 0;
for (let i = 0; i < content.length; i += stride) {
const key = content[i];
const hash = hashOf(key);
if (hash < 0) continue;
const before2 = counts[hash & used - 1]++;
const excess = before2 - SPARE - 4 * i / stride / used;
if (excess > 0) {
cost += excess * (typeof key === "string" ? COST_OF_COMPARING_TEXTS : COST_OF_COMPARING);
}
}
return cost;
}
function bucketsFor(count2) {
let buckets2 = CHECKED_FROM_COUNT;
while (buckets2 < count2 && buckets2 < BUCKETS_MAX) buckets2 *= 2;
return buckets2;
}
function hashOf(key) {
if (typeof key === "number") {
if ((key | 0) === key) return hashOfInt(key);
bits.setFloat64(0, key);
return hashOfLong(bits.getUint32(0), bits.getUint32(4));
}
if (typeof key === "string") return hashOfIndex(key);
if (typeof key !== "bigint") return -1;
bits.setBigUint64(0, BigInt.asUintN(64, key < 0n ? -key : key));
return hashOfLong(bits.getUint32(0), bits.getUint32(4));
}
var bits = new DataView(new ArrayBuffer(8));
function hashOfIndex(text2) {
if (text2.length === 0 || text2.length > INDEX_MAX_LENGTH) return -1;
let index = 0;
for (let i = 0; i < text2.length; i++) {
const digit = text2.charCodeAt(i) - ZERO;
if (digit < 0 || digit > 9 || index === 0 && i > 0) return -1;
index = 10 * index + digit;
}
return index < 2 ** 32 - 1 ? index & 16777215 : -1;
}
var ZERO = 48;
var INDEX_MAX_LENGTH = 10;
function hashOfInt(key) {
let hash = ~key + (key << 15) | 0;
hash ^= hash >>> 12;
hash = hash + (hash << 2) | 0;
hash ^= hash >>> 4;
hash = Math.imul(hash, 2057);
return (hash ^ hash >>> 16) & 1073741823;
}
function hashOfLong(high, low) {
let [h, l] = add(~high, ~low, high << 18 | low >>> 14, low << 18);
[h, l] = [
h ^ h >>> 31,
l ^ (h << 1 | l >>> 31)
];
const [h4, l4] = add(h, l, h << 2 | l >>> 30, l << 2);
[h, l] = add(h4, l4, h << 4 | l >>> 28, l << 4);
[h, l] = [
h ^ h >>> 11,
l ^ (h << 21 | l >>> 11)
];
[h, l] = add(h, l, h << 6 | l >>> 26, l << 6);
return (l ^ (h << 10 | l >>> 22)) & 1073741823;
}
function add(h, l, h2, l2) {
const sum = (l >>> 0) + (l2 >>> 0);
return [
h + h2 + (sum > 4294967295 ? 1 : 0) | 0,
sum | 0
];
}
// lib/wire/serialization/placeholders_check.ts
var MOST_FILLED = 2 ** 27;
function checkedPlaceholders(value, bytes = MOST_FILLED, most = Infinity) {
const { root, handles, errors, fills, instances } = Object(value);
if (!Array.isArray(root) || root.length !== 1) throw broken();
const check4 = new Check(bytes, most);
return {
root,
handles: entriesOf(handles, 3).map((entry2) => check4.handle(entry2)),
errors: entriesOf(errors, 3).map((entry2) => check4.error(entry2)),
fills: entriesOf(fills, 2).map((entry2) => check4.fill(entry2)),
instances: entriesOf(instances ?? [], 2).map((entry2) => check4.instance(entry2))
};
}
function entriesOf(entries, columns) {
if (!Array.isArray(entries)) throw broken();
const sound = [];
for (const entry2 of entries) {
if (!Array.isArray(entry2) || entry2.length !== columns) throw broken();
sound.push(entry2);
}
return sound;
}
var INSTANCES = new Set([
Object,
Array,
Map,
Set,
Date
].map(({ prototype }) => prototype));
var Check = class {
#once = new Set();
#instances = new Set();
#records = new Map();
#left;
#costLeft;
constructor(most, mostCost) {
this.#left = most;
this.#costLeft = mostCost;
}
handle([at, key, part]) {
if (!isObject(part)) throw broken();
return [
...placeOf(at, key),
part
];
}
error([at, key, part]) {
if (!isObject(part)) throw broken();
let record = this.#records.get(part);
if (record === void 0) {
record = this.#record(part);
this.#records.set(part, record);
}
return [
...placeOf(at, key),
record
];
}
#record(record) {
const { base, name, message, stack, fields, hidden, className } = record;
const areTexts = [
base,
name,
message,
stack,
className ?? ""
].every((text2) => typeof text2 === "string");
if (!areTexts || !isPlain2(fields) || !isPlain2(hidden)) throw broken();
this.#useOnce(fields);
this.#useOnce(hidden);
const classed2 = className === void 0 ? {} : {
className
};
return {
base,
name,
message,
stack,
fields,
hidden,
...classed2
};
}
fill([target, content]) {
const isTarget = target instanceof Map || target instanceof Set;
if (!isTarget || target.size > 0 || !Array.isArray(content)) throw broken();
this.#left -= content.length;
const isOdd = target instanceof Map && content.length % 2 !== 0;
if (isOdd || this.#left < 0) throw broken();
this.#useOnce(target);
this.#useOnce(content);
this.#charge(content, target instanceof Map ? 2 : 1);
return [
target,
content
];
}
instance([instance, className]) {
const isNew = isObject(instance) && INSTANCES.has(Object.getPrototypeOf(instance)) && !this.#instances.has(instance);
if (!isNew || typeof className !== "string") throw broken();
this.#instances.add(instance);
return [
instance,
className
];
}
#charge(content, stride) {
const isToCheck = this.#costLeft < Infinity && content.length >= CHECKED_FROM_COUNT;
if (!isToCheck) return;
this.#costLeft -= costOfKeys(content, stride);
if (this.#costLeft < 0) throw broken();
}
#useOnce(part) {
if (this.#once.has(part)) throw broken();
this.#once.add(part);
}
};
function placeOf(at, key) {
const isPlace = isContainer(at) && typeof key === "string" && Object.hasOwn(at, key) && !(key === "length" && Array.isArray(at));
if (!isPlace) throw broken();
return [
at,
key
];
}
function isContainer(value) {
return Array.isArray(value) || isPlain2(value);
}
function isPlain2(value) {
return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
function broken() {
return new RangeError("Cannot read a message: its placeholders are broken");
}
// lib/wire/serialization/views.ts
var VIEWS = [
DataView,
Int8Array,
Uint8Array,
Uint8ClampedArray,
Int16Array,
Uint16Array,
Int32Array,
Uint32Array,
Float16Array,
Float32Array,
Float64Array,
BigInt64Array,
BigUint64Array
];
var nameOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
function classOf(view) {
const name = nameOfView.call(view) ?? "DataView";
return VIEWS.findIndex((type) => type.name === name);
}
function lengthOf(view) {
return view.length ?? view.byteLength;
}
function unitOf(view) {
const type = VIEWS[classOf(view)];
return type.BYTES_PER_ELEMENT ?? 1;
}
function coversBuffer(view) {
return view.byteLength === view.buffer.byteLength;
}
var Pieces = class {
bytes;
#buffer;
#pieces;
constructor(views) {
this.#buffer = views[0].buffer;
const pieces = [];
let end = 0;
for (const { from, to, unit } of shownBy(views)) {
const at = end + (from - end % unit + unit) % unit;
pieces.push({
from,
to,
at
});
end = at + to - from;
}
this.#pieces = pieces;
this.bytes = end;
}
offsetOf({ byteOffset, byteLength }) {
if (byteLength === 0) return 0;
let [low, high] = [
0,
this.#pieces.length - 1
];
while (low < high) {
const middle = low + high + 1 >>> 1;
if (this.#pieces[middle].from <= byteOffset) low = middle;
else high = middle - 1;
}
const { from, at } = this.#pieces[low];
return at + byteOffset - from;
}
*parts() {
let end = 0;
for (const { from, to, at } of this.#pieces) {
if (at > end) yield ZEROS.subarray(0, at - end);
yield new Uint8Array(this.#buffer, from, to - from);
end = at + to - from;
}
}
copy() {
const copy2 = new Uint8Array(this.bytes);
let at = 0;
for (const part of this.parts()) {
copy2.set(part, at);
at += part.length;
}
return copy2.buffer;
}
};
var ZEROS = new Uint8Array(8);
function shownBy(views) {
const shown = [];
const sorted = views.filter(({ byteLength }) => byteLength > 0).sort((one, other) => one.byteOffset - other.byteOffset);
for (const view of sorted) {
const from = view.byteOffset;
const to = from + view.byteLength;
const unit = unitOf(view);
const last = shown.at(-1);
if (last === void 0 || from > last.to) shown.push({
from,
to,
unit
});
else {
shown[shown.length - 1] = {
from: last.from,
to: Math.max(last.to, to),
unit: Math.max(last.unit, unit)
};
}
}
return shown;
}
var Cuts = class {
#added = new Map();
#made = new Map();
add(view) {
const views = this.#added.get(view.buffer);
if (views === void 0) this.#added.set(view.buffer, [
view
]);
else views.push(view);
}
of(view) {
if (!this.#made.has(view)) this.#make(view.buffer);
return this.#made.get(view);
}
#make(buffer) {
const views = this.#added.get(buffer);
this.#added.delete(buffer);
const pieces = new Pieces(views);
const copy2 = pieces.copy();
for (const view of views) {
const type = VIEWS[classOf(view)];
const made3 = new type(copy2, pieces.offsetOf(view), lengthOf(view));
this.#made.set(view, made3);
}
}
};
// lib/wire/serialization/walk_path.ts
var STEPS_MAX = 20;
function pathText(start, trail, depth) {
const shown = trail.slice(0, Math.min(depth, STEPS_MAX)).map(stepText);
const path = start + shown.join("") + (depth > STEPS_MAX ? "\u2026" : "");
return start === "" && path.startsWith(".") ? path.slice(1) : path;
}
function stepText(step2) {
if (typeof step2 === "number") return `[${step2}]`;
if (typeof step2 === "string") return keyText(step2);
if ("inMapAt" in step2) return `.get(${keyOfMap(step2.inMapAt)})`;
if ("keyOfMap" in step2) return `{key ${keyOfMap(step2.keyOfMap)}}`;
return `{member ${step2.memberOfSet}}`;
}
function keyOfMap(key) {
return typeof key === "symbol" ? String(key) : showValue(key);
}
function keyText(key) {
if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `.${key}`;
return /^(0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
}
// lib/wire/serialization/walk.ts
var ERROR_LEVELS_MAX = 100;
var MARK_FROM_WEIGHT = 16;
var UNMARKED_OPEN_MAX = 16;
var Walk = class {
#destination;
#delivery;
#transfer;
#marks = new Map();
#open = [];
#weight = 0;
#trail = [];
#depth = 0;
#fromHandle = this;
#parts = new Map();
#copies = new Map();
#pending = [];
#level = 0;
#firstWhole = null;
#whole = new Set();
#cuts = new Cuts();
#views = [];
#handles = [];
#errors = [];
#fills = [];
#instances = new Map();
constructor(destination, transfer = [], delivery = UNTRACKED) {
this.#destination = destination;
this.#delivery = delivery;
this.#transfer = new Set(transfer);
}
check(value, path) {
assert(this.#open.length === 0, "a check begins with nothing open");
this.#depth = 0;
const before2 = this.#instances.size;
try {
return this.#check(value) || this.#instances.size > before2;
} catch (error) {
for (const instance of [
...this.#instances.keys()
].slice(before2)) {
this.#instances.delete(instance);
}
for (const container of this.#open.splice(0)) {
this.#marks.delete(container);
}
throw this.#explain(error, path);
}
}
#explain(error, path) {
if (error === this.#fromHandle) return error;
const where = pathText(path, this.#trail, this.#depth);
if (error instanceof Refusal) {
return new EncodingError(where, error.message);
}
if (attempt(() => isStackOverflow(error), false)) {
return new EncodingError(where, TOO_DEEP);
}
const wrapped = new EncodingError(where, "a part that throws when read");
hide(wrapped, "cause", error);
return wrapped;
}
#check(value) {
switch (typeof value) {
case "function":
throw new Refusal(A_FUNCTION);
case "symbol":
throw new Refusal("a symbol");
case "object":
return value !== null && this.#checkObject(value);
default:
return false;
}
}
#checkObject(value) {
const mark = this.#marks.get(value);
if (mark !== void 0) return mark !== "clean";
if (this.#isOpen(value)) return true;
if (this.#transfer.has(value)) return false;
if (this.#depth >= DEPTH_MAX) throw new Refusal(TOO_DEEP);
const kind = valueKindOf(value);
switch (kind) {
case "plain":
case "array":
this.#noteClass(value, false);
return this.#checkSlots(value);
case "map":
this.#noteClass(value, true);
return this.#checkMap(value);
case "set":
this.#noteClass(value, true);
return this.#checkSet(value);
case "shareable":
return this.#takeHandle(value);
case "error":
this.#marks.set(value, "error");
return true;
case "date":
this.#noteClass(value, true);
return false;
case "regexp":
case "boxed":
case "buffer":
case "shared":
case "view":
case "arguments":
case "platform":
case "refused": {
const reason = reasonAgainst(value, kind, this.#destination);
if (reason !== void 0) throw new Refusal(reason);
return this.#destination === "isolate" && this.#isToCut(value, kind);
}
default:
return unreachable(kind);
}
}
#noteClass(value, isContentOnly) {
const className = classNameOf(value);
if (className === void 0) return;
if (isContentOnly && Object.keys(value).length > 0) {
throw new Refusal("an instance with fields of its own beside the content of a Map, Set or Date; send its parts, and make it in the function");
}
this.#instances.set(value, className);
}
#isToCut(value, kind) {
if (kind === "buffer") this.#noteWhole(value);
if (kind !== "view") return false;
const view = value;
const { buffer } = view;
if (!(buffer instanceof ArrayBuffer) || this.#transfer.has(buffer)) {
return false;
}
if (coversBuffer(view)) {
this.#noteWhole(buffer);
return false;
}
this.#marks.set(view, "cut");
this.#cuts.add(view);
return true;
}
#noteWhole(buffer) {
if (this.#firstWhole === null) this.#firstWhole = buffer;
else if (this.#firstWhole !== buffer) this.#whole.add(buffer);
}
#viewSent(view) {
const { buffer } = view;
const isWhole = buffer === this.#firstWhole || this.#whole.has(buffer);
return isWhole ? view : this.#cuts.of(view);
}
#takeHandle(value) {
try {
this.#parts.set(value, value[HANDLE](this.#destination, this.#delivery));
} catch (error) {
this.#fromHandle = error;
throw error;
}
this.#marks.set(value, "handle");
return true;
}
#checkSlots(value) {
if (isLongList(value)) return this.#checkItems(value);
const keys = Object.keys(value);
const before2 = this.#weigh(keys.length);
let dirty = isProxy(value);
let entered = dirty || keys.length >= MARK_FROM_WEIGHT;
if (entered) this.#enter(value);
for (let i = 0; i < keys.length; i++) {
const key = keys[i];
this.#trail[this.#depth++] = key;
const part = value[key];
if (!entered && typeof part === "object" && part !== null) {
this.#enter(value);
entered = true;
}
if (this.#check(part)) dirty = true;
this.#depth--;
}
if (entered) this.#leave(value, dirty, before2);
return dirty;
}
#checkItems(value) {
let dirty = isProxy(value);
const before2 = this.#weigh(value.length);
this.#enter(value);
for (let i = 0; i < value.length; i++) {
this.#trail[this.#depth++] = i;
if (this.#check(value[i])) dirty = true;
this.#depth--;
}
this.#leave(value, dirty, before2);
return dirty;
}
#checkMap(value) {
let dirty = false;
const before2 = this.#weigh(0);
this.#enter(value);
Map.prototype.forEach.call(value, (item, key) => {
this.#weight++;
this.#trail[this.#depth++] = {
keyOfMap: key
};
if (this.#check(key)) dirty = true;
this.#trail[this.#depth - 1] = {
inMapAt: key
};
if (this.#check(item)) dirty = true;
this.#depth--;
});
this.#leave(value, dirty, before2);
return dirty;
}
#checkSet(value) {
let dirty = false;
let index = 0;
const before2 = this.#weigh(0);
this.#enter(value);
Set.prototype.forEach.call(value, (member) => {
this.#weight++;
this.#trail[this.#depth++] = {
memberOfSet: index++
};
if (this.#check(member)) dirty = true;
this.#depth--;
});
this.#leave(value, dirty, before2);
return dirty;
}
#weigh(slots) {
const before2 = this.#weight;
this.#weight += slots + 1;
return before2;
}
#enter(container) {
if (this.#open.length >= UNMARKED_OPEN_MAX) {
this.#marks.set(container, "open");
}
this.#open.push(container);
}
#isOpen(container) {
const { length } = this.#open;
for (let i = 0; i < length && i < UNMARKED_OPEN_MAX; i++) {
if (this.#open[i] === container) return true;
}
return false;
}
#leave(container, dirty, before2) {
this.#open.pop();
const isMarked = this.#open.length >= UNMARKED_OPEN_MAX;
if (dirty || isMarked || this.#weight - before2 >= MARK_FROM_WEIGHT) {
this.#marks.set(container, dirty ? "dirty" : "clean");
}
}
take(value) {
const root = [];
this.#slot(root, "0", value);
for (let next2 = this.#pending.pop(); next2; next2 = this.#pending.pop()) {
this.#fillRecord(...next2);
}
for (const [container, key, view] of this.#views) {
put(container, key, this.#viewSent(view));
}
return {
root,
handles: this.#handles,
errors: this.#errors,
fills: this.#fills,
...this.#instancesSent()
};
}
#instancesSent() {
if (this.#instances.size === 0) return {};
const instances = Array.from(this.#instances, ([instance, className]) => [
this.#copies.get(instance) ?? instance,
className
]);
return {
instances
};
}
takeAnyway(value, path) {
return this.take(this.#sendable(() => value, path));
}
#sendable(read2, path) {
let value;
try {
value = read2();
} catch {
return `[Not sent: ${path} throws when read]`;
}
try {
this.check(value, path);
return value;
} catch (error) {
return `[Not sent: ${attempt(() => error.message, path)}]`;
}
}
#slot(container, key, value) {
if (typeof value !== "object" || value === null) {
return put(container, key, value);
}
switch (this.#marks.get(value)) {
case "handle":
put(container, key, null);
this.#handles.push([
container,
key,
this.#parts.get(value)
]);
return;
case "error":
return this.#slotError(container, key, value);
case "dirty":
return put(container, key, this.#copy(value));
case "cut":
put(container, key, null);
this.#views.push([
container,
key,
value
]);
return;
default:
return put(container, key, value);
}
}
#slotError(container, key, error) {
const level = this.#level + 1;
if (level > ERROR_LEVELS_MAX) {
return put(container, key, `[Not sent: over ${ERROR_LEVELS_MAX} errors]`);
}
put(container, key, null);
let record = this.#parts.get(error);
if (record === void 0) {
this.#parts.set(error, record = emptyRecord(error));
this.#pending.push([
error,
record,
level
]);
}
this.#errors.push([
container,
key,
record
]);
}
#fillRecord(error, record, level) {
this.#level = level;
const from = error;
for (const key of fieldNames(error)) {
this.#slot(record.fields, key, this.#sendable(() => from[key], key));
}
for (const key of hiddenNames(error)) {
const part = attempt(() => from[key], void 0);
if (key === "errors" && Array.isArray(part)) {
const items = part.map((item, i) => this.#sendable(() => item, `errors[${i}]`));
const list = [];
items.forEach((item, i) => this.#slot(list, String(i), item));
record.hidden[key] = list;
} else {
this.#slot(record.hidden, key, this.#sendable(() => from[key], key));
}
}
}
#copy(value) {
const known4 = this.#copies.get(value);
if (known4 !== void 0) return known4;
if (value instanceof Map || value instanceof Set) {
return this.#copyContent(value);
}
const copy2 = Array.isArray(value) ? [] : {};
if (Array.isArray(value)) copy2.length = value.length;
this.#copies.set(value, copy2);
for (const key of Object.keys(value)) {
this.#slot(copy2, key, value[key]);
}
return copy2;
}
#copyContent(value) {
const content = [];
const target = value instanceof Map ? new Map() : new Set();
this.#copies.set(value, target);
this.#fills.push([
target,
content
]);
const add3 = (part) => this.#slot(content, String(content.length), part);
if (value instanceof Set) Set.prototype.forEach.call(value, add3);
else {
Map.prototype.forEach.call(value, (item, key) => (add3(key), add3(item)));
}
return target;
}
};
var A_FUNCTION = "a function; give its module and name, or a shared object";
var Refusal = class extends Error {
};
function isStackOverflow(error) {
return error instanceof RangeError && error.message.includes("call stack");
}
function isLongList(value) {
return Array.isArray(value) && value.length > 64 && !value.includes(void 0);
}
// lib/wire/serialization/pack.ts
function pack(value, destination, path, transfer, delivery = UNTRACKED) {
return destination === "isolate" ? packClone(value, path, transfer, delivery) : packBytes(value, destination, path, delivery);
}
function packClone(value, path, transfer, delivery) {
if (typeof value !== "object" || value === null) {
if (typeof value === "function" || typeof value === "symbol") {
new Walk("isolate").check(value, path);
}
return {
form: "clone",
value,
placeholders: null
};
}
if (isPlainData(value)) return {
form: "clone",
value,
placeholders: null
};
const walk = new Walk("isolate", transfer, delivery);
if (!walk.check(value, path)) {
return {
form: "clone",
value,
placeholders: null
};
}
const placeholders = taken(walk, value, path);
return hasAny(placeholders) ? {
form: "clone",
value: null,
placeholders
} : {
form: "clone",
value: placeholders.root[0],
placeholders: null
};
}
function hasAny({ handles, errors, fills, instances }) {
return instances !== void 0 || handles.length + errors.length + fills.length > 0;
}
function packBytes(value, destination, path, delivery) {
try {
return codec.encode(value);
} catch (failure) {
const walk = new Walk(destination, [], delivery);
const dirty = walk.check(value, path);
try {
return dirty ? codec.encode(taken(walk, value, path), "placeholders") : encodeAgain(value, failure);
} catch (error) {
throw error instanceof EncodingError ? error : unreadable(path, error);
}
}
}
function encodeAgain(value, failure) {
try {
return codec.encode(value);
} catch {
throw failure;
}
}
function taken(walk, value, path) {
try {
return walk.take(value);
} catch (error) {
throw unreadable(path, error);
}
}
function unreadable(path, cause) {
const error = new EncodingError(path, "different each time it is read");
hide(error, "cause", cause);
return error;
}
function mayHoldHandles(packed) {
return packed instanceof Uint8Array ? codec.hasPlaceholders(packed) : packed.placeholders !== null;
}
function unpack(packed, rehydrate2, most = Infinity) {
if (!(packed instanceof Uint8Array)) {
return packed.placeholders === null ? packed.value : fillPlaceholders(checkedPlaceholders(packed.placeholders), rehydrate2);
}
const value = codec.decode(packed, 0, packed.length, most);
if (!codec.hasPlaceholders(packed)) return value;
return fillPlaceholders(checkedPlaceholders(value, packed.length, most), rehydrate2);
}
// lib/logging/logger.ts
var LogLevel = {
NOTSET: 0,
SUBDEBUG: 5,
DEBUG: 10,
INFO: 20,
SUBWARNING: 25,
WARNING: 30,
ERROR: 40,
CRITICAL: 50
};
var SETTING = Symbol("multiprocessing.log");
var Logger = class {
#level;
#handlers = new Map();
constructor({ level, toStderr }) {
this.#level = level;
if (toStderr) this.addHandler(printHandler);
}
get [REFUSED]() {
return "a Logger; call getLogger() in the process that uses it";
}
get level() {
return this.#level;
}
get effectiveLevel() {
return this.#level || LogLevel.WARNING;
}
get handlers() {
return [
...this.#handlers.keys()
];
}
setLevel(level) {
this.#level = numberOf(level);
}
isEnabledFor(level) {
return numberOf(level) >= this.effectiveLevel;
}
addHandler(handler, options = {}) {
if (typeof handler !== "function") {
throw new TypeError(`Cannot add a log handler as "handler" must be a function: current value is ${nameOf(handler)}`);
}
expectOptions(options, "add a log handler", '{ level: "ERROR" }');
this.#handlers.set(handler, numberOf(options.level ?? LogLevel.NOTSET));
}
removeHandler(handler) {
this.#handlers.delete(handler);
}
log(level, ...message) {
const number = numberOf(level);
if (number < this.effectiveLevel) return;
this.#pass({
record: makeRecord(number, message),
isPrinted: false
});
}
subdebug(...message) {
this.log(LogLevel.SUBDEBUG, ...message);
}
debug(...message) {
this.log(LogLevel.DEBUG, ...message);
}
info(...message) {
this.log(LogLevel.INFO, ...message);
}
subwarning(...message) {
this.log(LogLevel.SUBWARNING, ...message);
}
warning(...message) {
this.log(LogLevel.WARNING, ...message);
}
error(...message) {
this.log(LogLevel.ERROR, ...message);
}
critical(...message) {
this.log(LogLevel.CRITICAL, ...message);
}
[SETTING]() {
takeFromChildren((sent2) => this.#pass(sent2));
const toStderr = this.#handlers.has(printHandler);
return {
level: this.#level,
toStderr
};
}
#pass({ record, isPrinted }) {
const parent3 = parentPeer();
const isPrinting = this.#handlers.has(printHandler) || this.#isLastResort(record, parent3 !== null);
if (isPrinting && !isPrinted) printError(record.line);
for (const [handler, level] of [
...this.#handlers
]) {
if (handler !== printHandler && record.level >= level) {
handle(handler, record);
}
}
if (parent3 === null) return;
const sent2 = {
record,
isPrinted: isPrinted || isPrinting
};
parent3.post("log", pack(sent2, parent3.destination, "record"));
}
#isLastResort({ level }, hasParent) {
return !hasParent && this.#handlers.size === 0 && level >= LogLevel.WARNING;
}
};
var printHandler = ({ line }) => printError(line);
var NAMES = new Map(Object.entries(LogLevel).map(([name, level]) => [
level,
name
]));
function makeRecord(level, message) {
const levelName = NAMES.get(level) ?? `Level ${level}`;
const processName = childContext()?.identity.name ?? MAIN_PROCESS;
const text2 = message.map(textOf2).join(" ");
return {
level,
levelName,
message: text2,
processName,
pid: Deno.pid,
time: Date.now(),
line: `[${levelName}/${processName}] ${text2}`
};
}
function textOf2(part) {
return typeof part === "string" ? part : inspectThrown(part);
}
function numberOf(level) {
const number = typeof level === "string" && Object.hasOwn(LogLevel, level) ? LogLevel[level] : level;
if (typeof number === "number" && number >= 0) return number;
throw new TypeError(`Cannot use that log level as "level" must be a number or one of ${Object.keys(LogLevel).join(", ")}: current value is ${Deno.inspect(level)}`);
}
function handle(handler, record) {
callOut(`A log handler failed on "${record.line}"`, handler, record);
}
var isTaking = false;
function takeFromChildren(take2) {
if (isTaking) return;
isTaking = true;
receive("log", (body) => take2(sentOf(unpack(body, noHandle, mostOfChild(body)))));
}
var noHandle = () => null;
function sentOf(value) {
const { record, isPrinted } = Object(value);
const { level, levelName, message, processName, pid, time, line } = Object(record);
const isSound = typeof isPrinted === "boolean" && [
level,
pid,
time
].every((part) => typeof part === "number") && [
levelName,
message,
processName,
line
].every((part) => typeof part === "string");
if (!isSound) throw new RangeError("Cannot read a message: it is no record");
const whole = {
level,
levelName,
message,
processName,
pid,
time,
line
};
return {
record: whole,
isPrinted
};
}
var logger = null;
function getLogger() {
return logger ??= new Logger(childContext()?.log ?? {
level: LogLevel.NOTSET,
toStderr: false
});
}
function logToStderr(level) {
const logger2 = getLogger();
if (level !== void 0) logger2.setLevel(level);
logger2.addHandler(printHandler);
return logger2;
}
function settingForChild() {
return getLogger()[SETTING]();
}
// lib/process/children.ts
var made = 0;
var living = new Set();
function nextPath() {
return [
...childContext()?.identity.path ?? [],
++made
];
}
function childStarted(child) {
hooks.endChildren = endChildren;
living.add(child);
}
function childEnded(child) {
living.delete(child);
}
function livingChildren() {
return [
...living
];
}
async function endChildren() {
for (const child of livingChildren()) {
if (child.daemon) {
callOut("A daemon could not be ended", () => child.terminate());
}
}
while (living.size > 0) {
await Promise.all(livingChildren().map((child) => child.join()));
}
}
// lib/process/stop_signal.ts
var stop;
function stopSignal() {
if (stop === void 0) {
const controller = stop = new AbortController();
hooks.stop = () => controller.abort(new DOMException("This process is asked to end", "AbortError"));
}
return stop.signal;
}
// lib/process/process_options.ts
function checkOptions(options) {
if (options === void 0) throw wrong("options", "an object", options);
expectOptions(options, "make a process", "{ target, args: [1, 2] }");
const { target, args, ...common } = options;
checkTarget(target);
checkCommon(common);
const { permissions } = common;
return {
target,
args: checkArgs(args),
common: permissions === void 0 ? common : {
...common,
permissions: checkedPermissions(permissions)
}
};
}
function checkTarget(target) {
const isAddress2 = typeof target === "object" && target !== null && "module" in target && "name" in target;
if (target === void 0 || typeof target === "function" || isAddress2) return;
throw wrong("target", "a function or { module, name }", target);
}
function checkArgs(args) {
if (args === void 0) return [];
if (Array.isArray(args)) return [
...args
];
throw wrong("args", "an array", args);
}
function checkCommon(options) {
const { name, daemon, scope, maxHeapMiB, env, stdout, stderr } = options;
if (name !== void 0) checkProcessName(name);
if (daemon !== void 0) checkDaemon(daemon);
if (scope !== void 0) checkScope(scope);
if (maxHeapMiB !== void 0) checkHeap(maxHeapMiB);
if (env !== void 0) checkEnv(env);
if (stdout !== void 0) checkOutput("stdout", stdout);
if (stderr !== void 0) checkOutput("stderr", stderr);
}
function checkProcessName(name) {
if (typeof name !== "string") throw wrong("name", "a string", name);
}
function checkDaemon(daemon) {
if (typeof daemon !== "boolean") throw wrong("daemon", "a boolean", daemon);
}
function checkScope(scope) {
if (typeof scope !== "object" || scope === null) {
throw wrong("scope", "an object of variables", scope);
}
const bad = Object.keys(scope).find((key) => !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key));
if (bad !== void 0) throw wrong("scope", "named by identifiers", bad);
}
function checkHeap(maxHeapMiB) {
if (Number.isInteger(maxHeapMiB) && maxHeapMiB > 0) return;
throw new RangeError(`Cannot make a process as "maxHeapMiB" must be a positive integer: current value is ${String(maxHeapMiB)}`);
}
function checkEnv(env) {
const isRecord2 = typeof env === "object" && env !== null && Object.values(env).every((value) => typeof value === "string");
if (!isRecord2) throw wrong("env", "an object of strings", env);
}
function checkOutput(name, output) {
if (output === "inherit" || output === "piped" || output === "null") return;
throw wrong(name, '"inherit", "piped" or "null"', output);
}
function wrong(what, wanted, got) {
const isShown = typeof got === "string" || typeof got === "object";
const shown = isShown ? showValue(got) : typeof got;
return new TypeError(`Cannot make a process as "${what}" must be ${wanted}: current value is ${shown}`);
}
function checkTraits(method, traits, { maxHeapMiB, env, permissions }) {
if (maxHeapMiB !== void 0 && !traits.limitsHeap) {
throw unsupported(method, "maxHeapMiB", '"thread" or "spawn"');
}
if (env !== void 0 && !traits.ownEnv) {
throw unsupported(method, "env", '"spawn"');
}
if (permissions !== void 0 && permissions !== "inherit" && !traits.ownPermissions) {
throw unsupported(method, "permissions", '"spawn" or "worker"');
}
}
function unsupported(method, option, instead) {
return new UnsupportedError(`Cannot start a process with "${option}" as start method "${method}" does not support it: use ${instead}`);
}
// lib/process/lost_instances.ts
var LOOKED_AT_MAX = 1e4;
var INSTANCE_DEPTH_MAX = 32;
function explainInstances(error, given) {
if (!(error instanceof TypeError)) return;
const missed = missedIn(error.message);
if (missed === null) return;
const found = new Search(missed).among(given);
if (found === null) return;
hide(error, "message", `${error.message} (${found.path} was given as an instance of ${found.type}, and arrived without what its class gives it: send its data, and make the instance in the function)`);
}
function explainPrivate(error, type) {
if (!(error instanceof TypeError) || !missesPrivate(error.message)) return;
hide(error, "message", `${error.message} (the constructor of ${type} ran in the parent, and its private fields do not travel to the process: make them public, or give run() what it needs in public fields)`);
}
function missesPrivate(message) {
return /^Cannot (read|write) private member #/.test(message) || /^Receiver must be /.test(message) || /^'#.+' was defined without a (getter|setter)/.test(message);
}
function missedIn(message) {
if (missesPrivate(message)) return () => true;
const [, method] = /(?:^|[.#])([\p{ID_Continue}$]+) is not a function/u.exec(message) ?? [];
if (method !== void 0) return (type) => Object.hasOwn(type, method);
if (/ is not (async )?iterable/.test(message)) {
return (type) => Object.hasOwn(type, Symbol.iterator) || Object.hasOwn(type, Symbol.asyncIterator);
}
return /^Cannot (read|destructure) propert.* undefined/.test(message) ? hasGetter : null;
}
function hasGetter(prototype) {
return Object.values(Object.getOwnPropertyDescriptors(prototype)).some(({ get }) => get !== void 0);
}
var Search = class {
#missed;
#seen = new Set();
constructor(missed) {
this.#missed = missed;
}
among(given, depth = 0) {
for (const [path, value] of given) {
const found = this.#look(path, value, depth);
if (found !== null) return found;
}
return null;
}
#look(path, value, depth) {
if (typeof value !== "object" || value === null) return null;
if (this.#seen.has(value) || depth > INSTANCE_DEPTH_MAX) return null;
if (this.#seen.size >= LOOKED_AT_MAX || keepsItsClass(value)) return null;
this.#seen.add(value);
try {
const type = this.#typeOf(value);
return type === null ? this.among(partsOf(path, value), depth + 1) : {
path,
type
};
} catch {
return null;
}
}
#typeOf(value) {
const type = Object.getPrototypeOf(value);
for (let each = type; each !== null && !isNative(each); each = Object.getPrototypeOf(each)) {
if (this.#missed(each)) return type.constructor?.name || "a class";
}
return null;
}
};
function keepsItsClass(value) {
return ArrayBuffer.isView(value) || isShareable(value);
}
function* partsOf(path, value) {
if (value instanceof Map) {
for (const [key, part] of value) {
yield [
`a key of ${path}`,
key
];
yield [
`a value of ${path}`,
part
];
}
} else if (value instanceof Set) {
for (const part of value) yield [
`an entry of ${path}`,
part
];
}
const isList2 = Array.isArray(value);
for (const [key, part] of Object.entries(value)) {
yield [
isList2 ? `${path}[${key}]` : `${path}.${key}`,
part
];
}
}
function isNative({ constructor }) {
return typeof constructor === "function" && isNativeText(functionText(constructor));
}
// lib/memory/allocation/construction_sites.ts
function checkAvailable(claim) {
if (claim?.unavailable === void 0) return;
throw new SharedMemoryError(claim.unavailable);
}
var SITE_OBJECTS_MAX = 4096;
var OBJECTS_PER_SITE_MAX = 256;
var CALLERS_MAX = 3;
var made2 = new Map();
var objects = new Map();
var full = new Set();
var recorded = 0;
var adopted = new Map();
var received = null;
function siteText({ module, line, column }) {
return `${module}:${line}:${column}`;
}
function lookUp(key, type) {
if (!isImporting2()) return void 0;
const entry2 = adopted.get(key);
if (entry2 === void 0) return void 0;
if (entry2.type === type) return isStale(entry2) ? void 0 : entry2;
getLogger().warning(`The object made at ${key} is a ${type} here and a ${entry2.type} in the parent process, so the two do not share memory`);
return void 0;
}
function isStale(entry2) {
return "handle" in entry2 && "block" in entry2.handle && isGone(entry2.handle.block);
}
function claimSite(type, below = claimSite) {
if (recorded >= SITE_OBJECTS_MAX) return null;
recorded++;
const site = callSites(below, CALLERS_MAX).map(siteText).join(" < ");
if (site === "") return null;
const before2 = made2.get(site) ?? 0;
if (before2 >= OBJECTS_PER_SITE_MAX) return beyond(site, type);
made2.set(site, before2 + 1);
const claim = {
key: `${site}#${before2}`,
type
};
const entry2 = lookUp(claim.key, type);
if (entry2 === void 0) return claim;
return "handle" in entry2 ? {
...claim,
handle: entry2.handle
} : {
...claim,
unavailable: entry2.unavailable
};
}
function beyond(site, type) {
full.add(site);
const entry2 = isImporting2() ? adopted.get(`${site}#*`) : void 0;
if (entry2 === void 0 || !("unavailable" in entry2)) return null;
return {
key: entry2.key,
type,
unavailable: entry2.unavailable
};
}
function register(claim, object) {
if (claim.key.endsWith("#*")) return;
objects.set(claim.key, {
type: claim.type,
object: new WeakRef(object)
});
}
function entryOf(key, type, object, destination, delivery) {
try {
const handle2 = object[HANDLE](destination, unheld(delivery));
return {
key,
type,
handle: handle2
};
} catch (error) {
if (!(error instanceof SharedMemoryError)) throw error;
return {
key,
type,
unavailable: error.message
};
}
}
function moduleObjects(destination, delivery = UNTRACKED) {
const entries = [];
for (const [key, { type, object }] of objects) {
const living2 = object.deref();
if (living2 === void 0) objects.delete(key);
else entries.push(entryOf(key, type, living2, destination, delivery));
}
for (const site of full) {
const unavailable = `Cannot share this object with the parent process as its site makes more than ${OBJECTS_PER_SITE_MAX}: pass it among the arguments`;
entries.push({
key: `${site}#*`,
type: "*",
unavailable
});
}
return entries;
}
function claimedSites() {
return [
...objects.keys(),
...[
...full
].map((site) => `${site}#*`)
];
}
function adoptSites(entries) {
for (const entry2 of entries) adopted.set(entry2.key, entry2);
}
function isImporting2() {
const context = childContext();
if (context !== null && context.sites !== received) {
if (received !== null) adopted.clear();
received = context.sites;
adoptSites(received);
}
return context?.importing === true;
}
// lib/process/start_message.ts
function startMessage(identity, destination, target, body, delivery) {
const sites = moduleObjects(destination, delivery);
const packed = packBody(body, destination, delivery);
return {
kind: "start",
version: PROTOCOL_VERSION,
identity,
destination,
target,
sites,
log: settingForChild(),
isRelayed: delivery.relays > 0 && !canMapAt(destination),
body: packed
};
}
function packBody(body, destination, delivery) {
if (isEmpty(body)) return null;
return partsOf2(body).every(isPlain) ? {
form: "clone",
value: body,
placeholders: null
} : pack(body, destination, "", [], delivery);
}
function isEmpty(body) {
return partsOf2(body).length === 0;
}
function partsOf2({ args, scope, fields }) {
return [
...args,
...Object.values(scope),
...Object.values(fields)
];
}
function isSettled(body) {
return partsOf2(body).every((part) => isPlain(part) || part instanceof SharedArrayBuffer || typeof part === "object" && part !== null && isShareable(part));
}
// lib/wire/serialization/remote_error.ts
function describeError(thrown, destination = "process") {
try {
return new Walk(destination).takeAnyway(thrown, "the thrown value");
} catch {
return withoutFields(thrown);
}
}
function withoutFields(thrown) {
const root = [
"[Not sent: the thrown value cannot be read]"
];
const error = attempt(() => isError(thrown), false);
return {
root,
handles: [],
errors: error ? [
[
root,
"0",
emptyRecord(thrown)
]
] : [],
fills: []
};
}
function rebuildError(data, where, rehydrate2 = (handle2) => handle2) {
const thrown = fillPlaceholders(checkedPlaceholders(data), rehydrate2);
if (!(thrown instanceof Error)) return thrown;
const remote = new RemoteError(`Thrown ${where}`);
hide(remote, "stack", thrown.stack || `${thrown.name}: ${thrown.message}`);
if (Object.hasOwn(thrown, "cause")) hide(remote, "cause", thrown.cause);
hide(thrown, "cause", remote);
Error.captureStackTrace(thrown, rebuildError);
return thrown;
}
// lib/memory/waiting/async_waiter.ts
var LIVENESS_CHECK_MS = 100;
var LIVENESS_CHECK_RARE_MS = 1e3;
var ALL = 2147483647;
var Watch = class {
#parked = new Set();
#timer;
constructor(everyMs) {
this.#timer = new SharedTimer(() => this.#check(), everyMs);
}
#check() {
for (const waiter of [
...this.#parked
]) waiter.endStretch("check");
}
join(waiter) {
this.#parked.add(waiter);
this.#timer.join();
}
leave(waiter) {
this.#parked.delete(waiter);
this.#timer.leave();
}
};
var often = new Watch(LIVENESS_CHECK_MS);
var rarely = new Watch(LIVENESS_CHECK_RARE_MS);
var AsyncWaiter = class {
#block;
#words;
#at;
#expected;
#watch;
#end = null;
#isOver = false;
constructor(block, at, expected, isRare = false) {
const words2 = block.int32;
this.#block = block;
this.#words = words2;
this.#at = at;
this.#expected = expected;
this.#watch = isRare ? rarely : often;
const { async, value } = Atomics.waitAsync(words2, at, expected);
if (async) value.then(() => this.#over());
else this.#isOver = true;
}
#over() {
this.#isOver = true;
this.endStretch("woken");
}
isOn(at, expected) {
return at === this.#at && expected === this.#expected && this.#block.int32 === this.#words;
}
next(signal) {
if (this.#isOver) return "woken";
if (signal?.aborted) return "over";
const stretch = new Promise((end) => this.#park(end));
if (signal === void 0) return stretch;
const abort = () => this.endStretch("over");
signal.addEventListener("abort", abort);
return stretch.finally(() => signal.removeEventListener("abort", abort));
}
#park(end) {
this.#end = end;
this.#watch.join(this);
}
endStretch(stretch) {
const end = this.#end;
if (end === null) return;
this.#end = null;
this.#watch.leave(this);
end(stretch);
}
leave() {
Atomics.notify(this.#words, this.#at, ALL);
}
};
// lib/sync/spin.ts
var PAUSES = 600;
var PAUSES_BETWEEN = 64;
function spinToTake(words2, at, free, value) {
let pauses = 1;
for (let left = PAUSES; left > 0; left -= pauses) {
if (words2[at] === free && Atomics.compareExchange(words2, at, free, value) === free) return true;
pauses = pause(pauses);
}
return false;
}
function spinUntilClear(words2, at, mask) {
let pauses = 1;
for (let left = PAUSES; left > 0; left -= pauses) {
if ((Atomics.load(words2, at) & mask) === 0) return;
pauses = pause(pauses);
}
}
function pause(times) {
for (let paused = 0; paused < times; paused++) Atomics.pause();
return Math.min(2 * times, PAUSES_BETWEEN);
}
// lib/sync/steps.ts
function step(operation, at, a = 0, b = 0) {
return {
operation,
at,
a,
b
};
}
function load(at) {
return step("load", at);
}
function store(at, value) {
return step("store", at, value);
}
function swap(at, expected, value) {
return step("swap", at, expected, value);
}
function add2(at, amount) {
return step("add", at, amount);
}
function or(at, bits2) {
return step("or", at, bits2);
}
function wakeUp(at, count2) {
return step("wake", at, count2);
}
function ownerAlive(owner) {
return step("isAlive", owner);
}
function spin(at, mask) {
return step("spin", at, mask);
}
function sleep(at, expected) {
return step("sleep", at, expected);
}
function sleepDeep(at, expected) {
return step("sleep", at, expected, DEEP);
}
function patient(steps) {
return changed(steps, (next2) => next2.operation === "sleep" ? {
...next2,
b: PATIENT
} : next2);
}
function briefAt(from, steps) {
return changed(steps, (next2) => {
if (next2.operation === "isAlive") return next2;
const b = next2.operation === "sleep" ? BRIEF : next2.b;
return {
...next2,
at: next2.at + from,
b
};
});
}
function* changed(steps, change) {
let { done, value } = steps.next(0);
while (!done) {
({ done, value } = steps.next(yield change(value)));
}
return value;
}
var PATIENT = 1;
var BRIEF = 2;
var DEEP = 3;
var WOKEN = 0;
var CHECK_LIVENESS = 1;
var GIVE_UP = 2;
var WAKE_ALL = 2147483647;
var CHECK_BESIDE_MS = 2;
var BRIEF_OVERRUN_MS = 300;
function perform(block, { operation, at, a, b }) {
const words2 = block.int32;
switch (operation) {
case "load":
return Atomics.load(words2, at);
case "store":
return Atomics.store(words2, at, a);
case "swap":
return Atomics.compareExchange(words2, at, a, b);
case "add":
return Atomics.add(words2, at, a);
case "or":
return Atomics.or(words2, at, a);
case "wake":
wake(block, at, a);
return 0;
case "isAlive":
return Number(block.isOwnerAlive(at));
case "spin":
return 0;
case "sleep":
return assert(false, "these steps never sleep");
}
}
function runNow(block, steps) {
let { done, value } = steps.next(0);
while (!done) {
({ done, value } = steps.next(perform(block, value)));
}
return value;
}
var FOREVER = {
deadline: Infinity,
signal: void 0
};
function limitOf(timeoutMs, signal) {
const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs;
return {
deadline,
signal
};
}
var StepRunner = class {
#block;
#beside = 0;
constructor(block) {
this.#block = block;
}
runSync(steps, limit) {
let { done, value } = steps.next(0);
while (!done) {
({ done, value } = steps.next(this.#stepSync(value, limit)));
}
return value;
}
#stepSync(step2, limit) {
switch (step2.operation) {
case "sleep":
return this.sleepSync(step2, limitFor(step2, limit));
case "spin":
spinUntilClear(this.#block.int32, step2.at, step2.a);
return 0;
default:
return perform(this.#block, step2);
}
}
sleepSync({ at, a: expected, b }, { deadline }) {
const checkMs = this.#beside > 0 ? CHECK_BESIDE_MS : checkMsOf(b);
const ms = stretchOf(deadline, checkMs);
if (ms <= 0) return GIVE_UP;
const outcome = waitSync(this.#block, at, expected, ms);
if (outcome !== "timed-out") return WOKEN;
renewOwnLiveness();
return ms < checkMs ? GIVE_UP : CHECK_LIVENESS;
}
async run(steps, limit) {
const parked = new Parked(this.#block);
try {
let { done, value } = steps.next(0);
while (!done) {
const step2 = value;
let result;
if (step2.operation === "sleep") {
this.#beside++;
try {
const stretch = await parked.sleep(step2, limitFor(step2, limit));
result = parked.outcome(stretch);
} finally {
this.#beside--;
}
} else result = perform(this.#block, step2);
({ done, value } = steps.next(result));
}
return value;
} finally {
parked.leave();
}
}
};
var Parked = class {
#block;
#waiter = null;
constructor(block) {
this.#block = block;
}
sleep(step2, limit) {
return limit.deadline === Infinity && this.#block.place === "local" ? this.#stayParked(step2, limit.signal) : this.#sleepOnce(step2, limit);
}
#stayParked({ at, a, b }, signal) {
if (this.#waiter?.isOn(at, a) === false) this.leave();
this.#waiter ??= new AsyncWaiter(this.#block, at, a, b === DEEP);
return this.#waiter.next(signal);
}
async #sleepOnce({ at, a, b }, { deadline, signal }) {
this.leave();
const checkMs = checkMsOf(b);
const ms = stretchOf(deadline, checkMs);
if (ms <= 0 || signal?.aborted) return "over";
try {
const outcome = await waitAsync(this.#block, at, a, ms, signal);
return outcome !== "timed-out" ? "woken" : ms < checkMs ? "over" : "check";
} catch (error) {
if (signal?.aborted) return "over";
throw error;
}
}
outcome(stretch) {
switch (stretch) {
case "woken":
this.#waiter = null;
return WOKEN;
case "check":
return CHECK_LIVENESS;
case "over":
return GIVE_UP;
default:
return unreachable(stretch);
}
}
leave() {
this.#waiter?.leave();
this.#waiter = null;
}
};
function limitFor({ b }, limit) {
if (b === PATIENT) return FOREVER;
if (b !== BRIEF) return limit;
return {
...limit,
deadline: limit.deadline + BRIEF_OVERRUN_MS
};
}
function checkMsOf(kind) {
return kind === DEEP ? LIVENESS_CHECK_RARE_MS : LIVENESS_CHECK_MS;
}
function stretchOf(deadline, checkMs) {
if (deadline === Infinity) return checkMs;
return Math.min(checkMs, deadline - performance.now());
}
// lib/channel/connection/transport.ts
var END = Symbol("multiprocessing.end");
var LATE = Symbol("multiprocessing.late");
// lib/channel/connection/byte_range.ts
function bytesOf(buffer, verb) {
if (buffer instanceof Uint8Array) return buffer;
if (ArrayBuffer.isView(buffer)) {
return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
if (buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer);
throw new TypeError(`Cannot ${verb} as the buffer must be a typed array, a DataView or an ArrayBuffer: it is ${buffer === null ? "null" : `of type ${typeof buffer}`}`);
}
function check(verb, name, value, most) {
if (Number.isInteger(value) && value >= 0 && value <= most) return value;
throw new RangeError(`Cannot ${verb} as "${name}" must be a whole number from 0 to ${most}, which the buffer has: current value is ${value}`);
}
function bytesInRange(buffer, part) {
const bytes = bytesOf(buffer, "send bytes");
if (part === void 0) return bytes;
const offset = check("send bytes", "offset", part.offset ?? 0, bytes.length);
const rest = bytes.length - offset;
const size = check("send bytes", "size", part.size ?? rest, rest);
return bytes.subarray(offset, offset + size);
}
function roomIn(buffer, part) {
const bytes = bytesOf(buffer, "receive bytes");
const offset = part?.offset ?? 0;
check("receive bytes", "offset", offset, bytes.length);
return bytes.subarray(offset);
}
// lib/channel/connection/connection.ts
var OverTransport = class {
transport;
constructor(transport) {
this.transport = transport;
}
};
var Connection = class {
#transport;
#closed = false;
constructor(over) {
if (!(over instanceof OverTransport)) {
throw new TypeError("Cannot make a Connection by itself as it has another end: call Pipe(), Client() or Listener.accept()");
}
this.#transport = over.transport;
}
get closed() {
return this.#closed;
}
get readable() {
return this.#transport.readable;
}
get writable() {
return this.#transport.writable;
}
async send(value, options) {
const limit = this.#beginSending(options);
this.#heedSent(await this.#transport.send("value", value, limit));
}
sendSync(value, options) {
const limit = this.#beginSending(options);
options?.signal?.throwIfAborted();
this.#heedSent(this.#transport.sendSync("value", value, limit));
}
async recv(options) {
return await this.#receive("value", options);
}
recvSync(options) {
return this.#receiveSync("value", options);
}
async sendBytes(buffer, options) {
const limit = this.#beginSending(options);
const message = bytesInRange(buffer, options);
this.#heedSent(await this.#transport.send("bytes", message, limit));
}
sendBytesSync(buffer, options) {
const limit = this.#beginSending(options);
options?.signal?.throwIfAborted();
const message = bytesInRange(buffer, options);
this.#heedSent(this.#transport.sendSync("bytes", message, limit));
}
async recvBytes(options) {
const most = mostOf2(options);
return withLimit(await this.#receive("bytes", options), most);
}
recvBytesSync(options) {
const most = mostOf2(options);
return withLimit(this.#receiveSync("bytes", options), most);
}
async recvBytesInto(buffer, options) {
const room = roomIn(buffer, options);
return filled(room, await this.#receive(room, options));
}
recvBytesIntoSync(buffer, options) {
const room = roomIn(buffer, options);
return filled(room, this.#receiveSync(room, options));
}
async poll(options) {
const limit = this.#beginPolling(options);
const found = await this.#transport.poll(limit);
this.#refuseClosed("poll");
return found;
}
pollSync(options) {
const limit = this.#beginPolling(options);
options?.signal?.throwIfAborted();
return this.#transport.pollSync(limit);
}
close() {
if (this.#closed) return;
this.#closed = true;
this.#transport.close();
}
[Symbol.dispose]() {
this.close();
}
[Symbol.asyncDispose]() {
this.close();
return Promise.resolve();
}
async *[Symbol.asyncIterator]() {
this.#refuse("receive over", "readable");
for (; ; ) {
const received3 = await this.#transport.receive("value", FOREVER);
if (received3 === END && !this.#closed) return;
yield this.#heedReceived(received3);
}
}
[READY](options) {
return this.poll(options);
}
[Symbol.for("Deno.customInspect")]() {
const state = this.#closed ? "closed" : "open";
const ways = [
this.readable ? "reads" : "",
this.writable ? "writes" : ""
];
return `<${this.constructor.name} ${state} ${ways.join(" ").trim()}>`;
}
#beginSending(options) {
if (this.#closed || !this.#transport.writable) {
this.#refuse("send over", "writable");
}
if (options === void 0) return FOREVER;
if ("transfer" in Object(options)) throw copiesOnly();
return limitFrom(options, "send");
}
#beginReceiving(options) {
if (this.#closed || !this.#transport.readable) {
this.#refuse("receive over", "readable");
}
return options === void 0 ? FOREVER : limitFrom(options, "receive");
}
#beginPolling(options) {
this.#refuse("poll", "readable");
expectOptions(options, "poll", "{ timeout: 100 }");
return limitFrom({
timeout: 0,
...options
}, "poll");
}
async #receive(wanted, options) {
const limit = this.#beginReceiving(options);
return this.#heedReceived(await this.#transport.receive(wanted, limit));
}
#receiveSync(wanted, options) {
const limit = this.#beginReceiving(options);
options?.signal?.throwIfAborted();
return this.#heedReceived(this.#transport.receiveSync(wanted, limit));
}
#heedSent(sent2) {
if (sent2 === "sent") return;
this.#refuseClosed("send over");
if (sent2 === "late") throw timedOut("send over the connection");
throw new BrokenPipeError("Cannot send over the connection as a process must hold the other end: all have closed it or died");
}
#heedReceived(received3) {
if (received3 !== END && received3 !== LATE) return received3;
this.#refuseClosed("receive over");
if (received3 === LATE) throw timedOut("receive over the connection");
throw new EndOfFileError("Cannot receive over the connection as it has come to its end: the other side has closed it or died");
}
#refuseClosed(verb) {
if (!this.#closed) return;
throw new ConnectionError(`Cannot ${verb} the connection as it must be open: it is closed`);
}
#refuse(verb, way) {
this.#refuseClosed(verb);
if (this.#transport[way]) return;
const other = way === "readable" ? "only sends" : "only receives";
throw new ConnectionError(`Cannot ${verb} the connection as it must be ${way}: it ${other}, use the other end`);
}
};
function limitFrom(options, verb) {
return limitOf(timeoutOf(options, `${verb} over a connection`), options.signal);
}
function copiesOnly() {
return new TypeError('Cannot give anything away with a message as connections copy what they send: leave "transfer" out, or put the value into a queue, which takes it');
}
function mostOf2(options = {}) {
expectOptions(options, "receive bytes", "{ maxLength: 1024 }");
const most = options.maxLength ?? Infinity;
if (typeof most === "number" && most >= 0) return most;
throw new RangeError(`Cannot receive bytes as "maxLength" must be >= 0: current value is ${String(most)}`);
}
function withLimit(message, most) {
if (message.length <= most) return message;
throw new BufferTooShortError(`Cannot receive a message of ${message.length} bytes as "maxLength" allows ${most}: it is in the field "bytes" of this error`, message);
}
function filled(room, received3) {
if (typeof received3 === "number") return received3;
const message = received3;
if (message.length > room.length) {
throw new BufferTooShortError(`Cannot receive a message of ${message.length} bytes as the buffer has room for ${room.length}: it is in the field "bytes" of this error`, message);
}
room.set(message);
return message.length;
}
// lib/channel/pipe/pipe.ts
var BYTES_LIMIT = 2 ** 30;
var COUNT_SHIFT = 3;
var COUNT_LIMIT = 2 ** (32 - COUNT_SHIFT) - 1;
var EMPTY = Symbol("multiprocessing.empty");
var GONE = Symbol("multiprocessing.gone");
var BUSY = Symbol("multiprocessing.busy");
// lib/channel/pipe/pipe.ts
var BYTES_DEFAULT = 64 * 1024 * 1024;
var PipeConnection = class extends Connection {
#transport;
constructor(transport) {
super(new OverTransport(transport));
this.#transport = transport;
}
[HANDLE](destination, delivery = UNTRACKED) {
if (this.closed) {
throw new ConnectionError("Cannot share the connection as it must be open: it is closed");
}
return this.#transport.handle(destination, delivery);
}
};
Object.defineProperty(PipeConnection, "name", {
value: "Connection"
});
function Pipe(options) {
return createPipe("local", options);
}
function createPipe(place, options = {}) {
const { duplex: isDuplex = true, maxBytes = BYTES_DEFAULT } = check2(options);
const type = isDuplex ? "pipe:duplex" : "pipe:simplex";
const claim = claimSite(type, createPipe);
if (claim?.unavailable !== void 0) {
return bothEnds(() => new Unavailable(claim.unavailable));
}
const memory = claim?.handle === void 0 ? pipeMemories.makePipeMemory(place, isDuplex, {
maxBytes
}, transports.drain) : pipeMemories.pipeMemoryOf(claim.handle, transports.drain);
if (claim !== null) register(claim, memory);
return bothEnds((end) => new transports.RingTransport(memory, end, memory.hold(end, null)));
}
function rehydrateConnection(handle2) {
const memory = pipeMemories.pipeMemoryOf(handle2, transports.drain);
const { end, ticket } = handle2;
const transport = new transports.RingTransport(memory, end, memory.hold(end, ticket));
return new PipeConnection(transport);
}
function bothEnds(carry) {
return [
new PipeConnection(carry(0)),
new PipeConnection(carry(1))
];
}
function check2(options) {
const example = "{ maxBytes: 1024 }; for one way write Pipe({ duplex: false })";
expectOptions(options, "make a pipe", example);
const { duplex = true, maxBytes = 1 } = options;
if (typeof duplex !== "boolean") {
throw new TypeError(`Cannot make a pipe as "duplex" must be true or false: current value is of type ${typeof duplex}`);
}
if (Number.isInteger(maxBytes) && maxBytes > 0 && maxBytes <= BYTES_LIMIT) {
return options;
}
throw new RangeError(`Cannot make a pipe as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${maxBytes}`);
}
var Unavailable = class {
reason;
readable;
writable;
constructor(reason) {
this.reason = reason;
this.readable = true;
this.writable = true;
}
#refuse() {
throw new SharedMemoryError(this.reason);
}
async #reject() {
return this.#refuse();
}
handle() {
return this.#refuse();
}
send() {
return this.#reject();
}
sendSync() {
return this.#refuse();
}
receive() {
return this.#reject();
}
receiveSync() {
return this.#refuse();
}
poll() {
return this.#reject();
}
pollSync() {
return this.#refuse();
}
close() {
}
};
// lib/memory/allocation/placement.ts
var Placement = class {
where;
argument;
constructor(where, argument) {
this.where = where;
this.argument = argument;
}
};
function placed(where, argument) {
return new Placement(where, argument);
}
function placementOf(argument) {
return argument instanceof Placement ? argument : null;
}
// lib/memory/allocation/weak_cache.ts
var WeakCache = class {
#objects = new Map();
#gone = new FinalizationRegistry((key) => {
if (this.#objects.get(key)?.deref() === void 0) {
this.#objects.delete(key);
}
});
get(key) {
return this.#objects.get(key)?.deref();
}
add(key, object) {
if (this.get(key) !== void 0) return;
this.#objects.set(key, new WeakRef(object));
this.#gone.register(object, key);
}
};
// lib/wire/serialization/transfer.ts
var MOVABLE = new Set([
"MessagePort",
"ReadableStream",
"WritableStream",
"TransformStream"
]);
function checkTransfer(list, path = "transfer", moving = null) {
if (!Array.isArray(list)) {
throw new EncodingError(path, `${kindShown(list)}; give an array of buffers and ports`);
}
const isTwice = list.length > 1 && new Set(list).size < list.length;
for (let i = 0; i < list.length; i++) {
const entry2 = list[i];
const other = moving?.get(entry2) ?? path;
const reason = other === path ? reasonAgainst2(entry2) : again(other);
if (reason !== null) throw new EncodingError(`${path}[${i}]`, reason);
const first2 = isTwice ? list.indexOf(entry2) : i;
if (first2 < i) {
throw new EncodingError(`${path}[${i}]`, again(`${path}[${first2}]`));
}
moving?.set(entry2, path);
}
}
function again(where) {
return `what ${where} has too, and moves once only; list it once, or give a copy (.slice()) of each part`;
}
function refusedEntry(list, failure, path = "transfer") {
const text2 = attempt(() => String(failure), "");
if (/not (transferable|detachable)/.test(text2)) {
return refusedBuffer(list, path);
}
const isOfPort = /message ?port/i.test(text2) && /detached|disentangled/.test(text2);
return isOfPort ? refusedPort(list, path) : null;
}
function refusedBuffer(list, path) {
const suspects = [
...list.keys()
].filter((at) => mayBeFixed(list[at]));
if (suspects.length === 0) return null;
const names2 = suspects.map((at) => `${path}[${at}]`);
const [what, where] = names2.length === 1 ? [
"a buffer",
names2[0]
] : [
`one of ${names2.join(", ")} is a buffer`,
path
];
return new EncodingError(where, `${what} that cannot be detached, as the memory of WebAssembly; leave it out of the list, or give a copy (.slice())`);
}
function refusedPort(list, path) {
const ports = [
...list.keys()
].filter((at) => list[at] instanceof MessagePort);
if (ports.length === 0) return null;
return new EncodingError(ports.length === 1 ? `${path}[${ports[0]}]` : path, "a MessagePort that is closed or has moved before; give one of a new MessageChannel");
}
function giveAway(list, path = "transfer") {
const buffers = list.filter((entry2) => entry2 instanceof ArrayBuffer);
try {
if (buffers.length === 1) buffers[0].transfer(0);
else if (buffers.length > 1) structuredClone(null, {
transfer: buffers
});
} catch (error) {
throw refusedEntry(list, error, path) ?? error;
}
}
function mayBeRefused(list) {
return list.some(mayBeFixed);
}
var WASM_PAGE_BYTES = 65536;
function mayBeFixed(entry2) {
return entry2 instanceof ArrayBuffer && !entry2.resizable && entry2.byteLength % WASM_PAGE_BYTES === 0;
}
function reasonAgainst2(entry2) {
if (entry2 instanceof ArrayBuffer) {
return entry2.detached ? DETACHED : null;
}
if (ArrayBuffer.isView(entry2)) {
return `${kindShown(entry2)}, and only its whole buffer moves; list its .buffer`;
}
if (entry2 instanceof SharedArrayBuffer) {
return "a SharedArrayBuffer, which is shared and does not move; leave it out of the list";
}
if (isMovable(entry2)) return null;
return `${kindShown(entry2)}, which does not move; list ArrayBuffers and MessagePorts only`;
}
function isMovable(entry2) {
if (typeof entry2 !== "object" || entry2 === null) return false;
for (const name of MOVABLE) {
const type = Reflect.get(globalThis, name);
if (typeof type === "function" && entry2 instanceof type) return true;
}
return false;
}
// lib/channel/ring/queue_backend.ts
var AT_ONCE = {
deadline: -Infinity,
signal: void 0
};
// lib/channel/queue/simple_queue.ts
var NAMES2 = {
queue: "Queue",
joinable: "JoinableQueue",
simple: "SimpleQueue"
};
var known2 = new WeakCache();
var ANYWHERE = {
form: null,
maxsize: 0,
backend: null,
place: void 0
};
function queueOptions(options, where) {
const placement = placementOf(options);
return placement === null ? placed({
...ANYWHERE,
...where
}, options) : placed({
...placement.where,
...where
}, placement.argument);
}
function formedOptions(options, form, maxsize) {
const placement = placementOf(options);
const said = placement?.where.form ?? form;
return queueOptions(options, {
form: said,
maxsize
});
}
var BACKEND = Symbol("multiprocessing.backend");
function queueOver(backend, make) {
return known2.get(backend.key) ?? make(queueOptions({}, {
backend
}));
}
function backingOf(type, options, below, { backend: found, place }) {
if (found !== null) return {
backend: found,
claim: null
};
const claim = claimSite(NAMES2[type].toLowerCase(), below);
if (claim?.unavailable !== void 0) return {
backend: null,
claim
};
const handle2 = claim?.handle;
const backend = handle2?.kind === "queue" || handle2?.kind === "relay" ? backendOf(handle2) : ringBackends.RingBackend.make(options, reachable(place));
return {
backend,
claim
};
}
function reachable(place) {
return place === "mapped" && whyNotMapped() !== null ? "local" : place;
}
function backendOf(handle2) {
return handle2.kind === "queue" ? ringBackends.RingBackend.attach(handle2.block) : relays.reachRelay(handle2);
}
var SimpleQueue = class {
#backend;
#claim;
#form;
#isClosed = false;
#isUsed = false;
constructor(options = {}) {
const placement = placementOf(options);
const given = placement === null ? options : placement.argument;
expectOptions(given, "make a queue", "{ maxBytes: 2 ** 20 }");
const where = placement?.where ?? ANYWHERE;
this.#form = where.form ?? "simple";
const ring = {
maxCount: where.maxsize > 0 ? where.maxsize : void 0,
maxBytes: checkBytes(given?.maxBytes ?? BYTES_LIMIT)
};
const { backend, claim } = backingOf(this.#form, ring, SELF, where);
this.#backend = backend;
this.#claim = claim;
if (claim !== null) register(claim, this);
if (backend !== null) known2.add(backend.key, this);
}
async put(item, options) {
const backend = this.#open("put an item into");
const limit = limitFrom2(options, "put an item into a queue");
if (options?.transfer !== void 0) checkTransfer(options.transfer);
this.#isUsed = true;
let outcome = backend.put(item, limit, options?.transfer);
if (typeof outcome !== "string") outcome = await outcome;
if (outcome !== "done") this.#notPut(outcome, options);
}
putSync(item, options) {
const backend = this.#open("put an item into");
const limit = limitFrom2(options, "put an item into a queue");
if (options?.transfer !== void 0) checkTransfer(options.transfer);
this.#isUsed = true;
const outcome = backend.putSync(item, limit, options?.transfer);
if (outcome !== "done") this.#notPut(outcome, void 0);
}
async get(options) {
const backend = this.#open("get an item from");
const limit = limitFrom2(options, "get an item from a queue");
let got = backend.get(limit);
if (got instanceof Promise) got = await got;
return got === EMPTY || got === GONE ? this.#notGot(got, options) : got;
}
getSync(options) {
const backend = this.#open("get an item from");
const limit = limitFrom2(options, "get an item from a queue");
const got = backend.getSync(limit);
return got === EMPTY || got === GONE ? this.#notGot(got, void 0) : got;
}
empty() {
const answers = !this.#isUsed && this.#form !== "simple";
const backend = answers ? this.#there() : this.#open("look for an item in");
return backend.count === 0;
}
close() {
this.#there();
this.#isClosed = true;
}
[Symbol.dispose]() {
this.close();
}
async [READY](options) {
const backend = this.#open("wait for");
const isReady = await backend.ready(limitFrom2(options, "wait for a queue"));
if (!isReady) options.signal?.throwIfAborted();
return isReady;
}
[HANDLE](destination, delivery = UNTRACKED) {
const backend = this.#there();
const handle2 = backend.handle(destination, this.#form, delivery);
known2.add(backend.key, this);
return handle2;
}
[BACKEND](verb) {
return verb === void 0 ? this.#there() : this.#open(verb);
}
#there() {
if (this.#backend !== null) return this.#backend;
throw new SharedMemoryError(this.#claim.unavailable);
}
#open(verb) {
if (!this.#isClosed) return this.#there();
throw new ProcessStateError(`Cannot ${verb} the queue as it must be open in this process: it is closed`);
}
#notPut(outcome, options) {
if (outcome === "shut") throw shutDown("put an item into");
options?.signal?.throwIfAborted();
throw new QueueFull(`Cannot put an item into the queue as it must have room: ${whyFull(this.#there())}`);
}
#notGot(outcome, options) {
if (outcome === GONE) throw shutDown("get an item from");
options?.signal?.throwIfAborted();
throw new QueueEmpty("Cannot get an item from the queue as it must have one: it is empty");
}
#describe() {
const name = NAMES2[this.#form];
const backend = this.#backend;
if (backend === null) return `<${name} unavailable>`;
if (backend.isFar) return `<${name} through the parent>`;
const state = this.#isClosed ? " closed" : backend.isShut ? " shut down" : "";
return `<${name} qsize=${backend.count}${state}>`;
}
[DISPLAY]() {
const backend = this.#backend;
const isHere = backend !== null && !backend.isFar;
return tableOf(NAMES2[this.#form], {
state: backend === null ? "unavailable" : backend.isFar ? "through the parent" : this.#isClosed ? "closed" : backend.isShut ? "shut down" : "open",
items: isHere ? backend.count : null,
maxsize: isHere && backend.maxCount < COUNT_LIMIT ? backend.maxCount : null
});
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF = SimpleQueue;
function limitFrom2(options, what) {
if (options === void 0) return FOREVER;
const timeoutMs = timeoutOf(options, what);
options.signal?.throwIfAborted();
return timeoutMs === 0 ? AT_ONCE : limitOf(timeoutMs, options.signal);
}
function whyFull(backend) {
if (backend.isFar) return "it is full";
const { count: count2, maxCount } = backend;
const what = count2 < maxCount ? "and no memory left" : `of ${maxCount}`;
return `it has ${count2} items ${what}`;
}
function shutDown(verb) {
return new QueueShutDown(`Cannot ${verb} the queue as it must not be shut down: somebody has called shutdown()`);
}
function checkBytes(maxBytes) {
const isWhole = Number.isInteger(maxBytes);
if (isWhole && maxBytes > 0 && maxBytes <= BYTES_LIMIT) {
return maxBytes;
}
throw new RangeError(`Cannot make a queue as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${typeof maxBytes === "number" ? maxBytes : typeof maxBytes}`);
}
// lib/channel/queue/queue.ts
var NOW = {
timeout: 0
};
var Queue = class extends SimpleQueue {
constructor(maxsize = 0, options = {}) {
super(formedOptions(options, "queue", checkMaxsize(maxsize)));
}
get maxsize() {
const { maxCount } = this[BACKEND]();
return maxCount === COUNT_LIMIT ? 0 : maxCount;
}
putNowait(item) {
this.putSync(item, NOW);
}
getNowait() {
return this.getSync(NOW);
}
qsize() {
return this[BACKEND]().count;
}
full() {
const backend = this[BACKEND]();
return backend.count >= backend.maxCount;
}
shutdown(options = {}) {
expectOptions(options, "shut down a queue", "{ immediate: true }");
const { immediate = false } = options;
this[BACKEND]().shut(immediate);
}
async *[Symbol.asyncIterator]() {
for (; ; ) {
const backend = this[BACKEND]("get an item from");
let got = backend.get(FOREVER);
if (got instanceof Promise) got = await got;
if (got === GONE) return;
if (got !== EMPTY) yield got;
}
}
};
var JoinableQueue = class extends Queue {
constructor(maxsize = 0, options = {}) {
super(maxsize, queueOptions(options, {
form: "joinable"
}));
}
taskDone() {
if (this[BACKEND]().taskDone()) return;
throw new ProcessStateError("Cannot say that one more task is done as there must be one that is not: all items that were put are done");
}
async join(options) {
options?.signal?.throwIfAborted();
const limit = limitOf(timeoutOf(options, "join a queue"), options?.signal);
const isDone = await this[BACKEND]().allDone(limit);
if (!isDone) options?.signal?.throwIfAborted();
return isDone;
}
joinSync(options) {
options?.signal?.throwIfAborted();
return this[BACKEND]().allDoneSync(limitOf(timeoutOf(options, "join a queue")));
}
};
function checkMaxsize(maxsize) {
const isWhole = Number.isInteger(maxsize);
if (isWhole && maxsize < COUNT_LIMIT) return maxsize;
throw new RangeError(`Cannot make a queue as "maxsize" must be a whole number below ${COUNT_LIMIT}: current value is ${typeof maxsize === "number" ? maxsize : typeof maxsize}`);
}
function createSimpleQueue(place, options = {}) {
return new SimpleQueue(queueOptions(options, {
place
}));
}
function createQueue(place, maxsize, options = {}) {
return new Queue(maxsize, queueOptions(options, {
place
}));
}
function createJoinableQueue(place, maxsize, options = {}) {
return new JoinableQueue(maxsize, queueOptions(options, {
place
}));
}
function rehydrateQueue(handle2) {
const { form } = handle2;
return queueOver(backendOf(handle2), (options) => form === "simple" ? new SimpleQueue(options) : form === "joinable" ? new JoinableQueue(0, options) : new Queue(0, options));
}
// lib/shared/bulk_access.ts
var TYPED = Object.getPrototypeOf(Uint8Array.prototype);
var NAME = Object.getOwnPropertyDescriptor(TYPED, Symbol.toStringTag).get;
var PIECE_MAX = 2 ** 24;
var BEGIN_MAX = 2 ** 13;
function typedName(value) {
return NAME.call(value);
}
function isTyped(value) {
if (typedName(value) === void 0) return false;
const { length, [Symbol.iterator]: iterator } = value;
return length > 0 && iterator === TYPED[Symbol.iterator];
}
function isList(value) {
return Array.isArray(value) && value[Symbol.iterator] === Array.prototype[Symbol.iterator];
}
var ALL_ELEMENTS = Symbol("multiprocessing.all");
function elementsOf(given) {
if (typeof given?.[Symbol.iterator] !== "function") {
throw new TypeError(`Cannot put elements as "elements" must be a list or another iterable: current value is ${showValue(given)}`);
}
if (isTyped(given) || isList(given)) return given;
const all = given[ALL_ELEMENTS];
return all === void 0 ? [
...given
] : all.call(given);
}
function listOf(length, at) {
if (length > PIECE_MAX) {
const list2 = [];
for (let i = 0; i < length; i++) list2.push(at(i));
return list2;
}
const list = new Array(length);
for (let i = 0; i < length; i++) list[i] = at(i);
return list;
}
var BulkAccess = class {
get decode() {
return null;
}
read(start, stop2) {
const codes = this.codes.slice(start, stop2);
const { decode } = this;
return decode === null ? listOf(codes.length, (i) => codes[i]) : listOf(codes.length, (i) => decode(codes[i]));
}
all() {
const { codes } = this;
return this.decode === null ? codes.slice() : this.read(0, codes.length);
}
write(start, elements) {
const codes = this.#areCodes(elements) ? elements : this.encode(elements, 0, elements.length);
this.codes.set(codes, start);
}
begin(elements) {
const { codes } = this;
if (this.#areCodes(elements)) return codes.set(elements);
const { length } = elements;
for (let first2 = 0; first2 < length; first2 += BEGIN_MAX) {
const count2 = Math.min(BEGIN_MAX, length - first2);
codes.set(this.encode(elements, first2, count2), first2);
}
}
#areCodes(elements) {
const name = typedName(elements);
return name !== void 0 && this.fits(name);
}
fill(value, start, stop2) {
const code = this.check(value);
if (start < stop2) this.codes.fill(code, start, stop2);
}
sort(compare) {
const { codes, decode } = this;
if (decode !== null && compare !== void 0) {
return this.write(0, this.read(0, codes.length).sort(compare));
}
const copy2 = codes.slice();
copy2.sort(compare);
codes.set(copy2);
}
indexOf(value, start) {
const { codes, decode } = this;
if (decode === null) return codes.indexOf(value, start);
for (let at = start; at < codes.length; at++) {
if (decode(codes[at]) === value) return at;
}
return -1;
}
includes(value) {
return this.decode === null ? this.codes.includes(value) : this.indexOf(value, 0) >= 0;
}
};
// lib/shared/typecodes.ts
function int(bytes, signed) {
return {
kind: "int",
bytes,
signed
};
}
function bigint(signed) {
return {
kind: "bigint",
bytes: 8,
signed
};
}
var KINDS2 = {
c: {
kind: "char",
bytes: 1
},
u: {
kind: "char",
bytes: 4
},
b: int(1, true),
B: int(1, false),
h: int(2, true),
H: int(2, false),
i: int(4, true),
I: int(4, false),
l: bigint(true),
L: bigint(false),
q: bigint(true),
Q: bigint(false),
f: {
kind: "float",
bytes: 4
},
d: {
kind: "float",
bytes: 8
},
"?": {
kind: "bool",
bytes: 1
},
int8: int(1, true),
uint8: int(1, false),
int16: int(2, true),
uint16: int(2, false),
int32: int(4, true),
uint32: int(4, false),
float32: {
kind: "float",
bytes: 4
},
float64: {
kind: "float",
bytes: 8
},
bigint64: bigint(true),
biguint64: bigint(false),
bool: {
kind: "bool",
bytes: 1
}
};
function nameOfType(type) {
return typeof type === "string" ? type : JSON.stringify(type);
}
function typeKindOf(typecode) {
if (typeof typecode === "string" && Object.hasOwn(KINDS2, typecode)) {
return KINDS2[typecode];
}
const all = Object.keys(KINDS2).map((code) => `"${code}"`).join(", ");
throw new TypeError(`Cannot share data of type ${showValue(typecode)} as the type must be one of ${all}`);
}
// lib/shared/elements.ts
var Beginning = class {
length;
elements;
bytes;
constructor(length, elements, bytes = null) {
this.length = length;
this.elements = elements;
this.bytes = bytes;
}
};
function beginningOf(type, given) {
if (given instanceof Beginning) return given;
if (typeof given === "number") {
return new Beginning(checkedLength(given), null);
}
if (type === "c") {
const bytes = given instanceof Uint8Array ? given : latin1Bytes(given);
if (bytes !== null) return new Beginning(bytes.length, null, bytes);
}
if (!isInitializer(given)) {
throw new TypeError(`Cannot make an array from ${showValue(given)} as it takes a length, or elements with a length: put others into a list first, as in [...elements]`);
}
const elements = typeof given === "string" && type === "c" ? charsOf(given) : elementsOf(given);
return new Beginning(elements.length, elements);
}
function latin1Bytes(text2) {
if (typeof text2 !== "string") return null;
const bytes = new Uint8Array(text2.length);
for (let i = 0; i < text2.length; i++) {
const code = text2.charCodeAt(i);
if (code > LATIN1_MAX) return null;
bytes[i] = code;
}
return bytes;
}
function isInitializer(given) {
if (typeof given === "string") return true;
return typeof given === "object" && given !== null && Symbol.iterator in given && "length" in given;
}
function checkedLength(length) {
if (Number.isSafeInteger(length) && length >= 0) return length;
throw new RangeError(`Cannot make an array of that length as it must be a whole number >= 0: current value is ${length}`);
}
function refuseIndex(index, length) {
throw new RangeError(`Cannot use the element ${showValue(index)} of the array as it must be a whole number from 0 to ${length - 1}: at() and slice() count from the end`);
}
function boundOf(bound, length, otherwise) {
if (bound === void 0) return otherwise;
const whole = Math.trunc(bound) || 0;
return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}
function checkStep(step2) {
if (Number.isSafeInteger(step2) && step2 >= 1) return;
throw new RangeError(`Cannot slice the array as "step" must be a whole number >= 1: current value is ${step2}`);
}
function charsOf(text2) {
return text2.split("");
}
var CHARS_AT_ONCE = 4096;
function latin1Of(bytes) {
let text2 = "";
for (let at = 0; at < bytes.length; at += CHARS_AT_ONCE) {
const part = bytes.slice(at, at + CHARS_AT_ONCE);
text2 += String.fromCharCode.apply(null, part);
}
return text2;
}
var LATIN1_MAX = 255;
function bytesFrom(given, length) {
const bytes = given instanceof Uint8Array ? given : bytesOfText(given);
if (bytes.length <= length) return bytes;
throw new RangeError(`Cannot put ${bytes.length} bytes into the array as it has room for ${length}`);
}
function bytesOfText(given) {
if (typeof given !== "string") {
throw new TypeError(`Cannot put ${showValue(given)} into the bytes of an array as it takes a string or a Uint8Array`);
}
const bytes = latin1Bytes(given);
if (bytes !== null) return bytes;
throw new TypeError(`Cannot put ${showValue(given)} into the bytes of an array as it takes Latin-1 characters only: encode it, as in new TextEncoder().encode(text)`);
}
function viewTypeOf(type) {
const kind = typeof type === "string" ? typeKindOf(type) : null;
switch (kind?.kind) {
case "int": {
const signed = {
1: Int8Array,
2: Int16Array,
4: Int32Array
};
const unsigned = {
1: Uint8Array,
2: Uint16Array,
4: Uint32Array
};
return (kind.signed ? signed : unsigned)[kind.bytes];
}
case "bigint":
return kind.signed ? BigInt64Array : BigUint64Array;
case "float":
return kind.bytes === 4 ? Float32Array : Float64Array;
default:
throw new TypeError(`Cannot view the array as a typed array as there is none for ${kind === null ? "structures" : `the type "${type}"`}: use get() and set(), or raw for the bytes of "c"`);
}
}
// lib/shared/field.ts
var Field = class {
#cells;
#at;
constructor({ cells, step: step2, first: first2 }, index) {
this.#cells = cells;
this.#at = index * step2 + first2;
}
get value() {
return this.#cells.load(this.#at);
}
set value(value) {
this.#cells.store(this.#at, value);
}
add(amount) {
return this.#cells.add(this.#at, amount);
}
sub(amount) {
return this.#cells.sub(this.#at, amount);
}
and(bits2) {
return this.#cells.and(this.#at, bits2);
}
or(bits2) {
return this.#cells.or(this.#at, bits2);
}
xor(bits2) {
return this.#cells.xor(this.#at, bits2);
}
exchange(value) {
return this.#cells.exchange(this.#at, value);
}
compareExchange(expected, value) {
return this.#cells.compareExchange(this.#at, expected, value);
}
};
// lib/sync/fairness.ts
var OVERTAKEN_MAX = 4;
function nextTurns() {
return new Promise((resolve) => void setImmediate(() => void setImmediate(resolve)));
}
var Fairness = class {
#isOwed = false;
#passing = null;
get isOwed() {
return this.#isOwed;
}
owe() {
this.#isOwed = true;
this.#passing = null;
}
async give(signal) {
const passing = this.#passing ??= nextTurns();
await passing;
if (this.#passing === passing) this.#isOwed = false;
signal?.throwIfAborted();
}
};
// lib/sync/mutex.ts
var MUTEX_BYTES = 16;
var WORD = 0;
var AGAIN = 1;
var STARVING = 2;
var FREE = 0;
var MUTEX_MARK = -2147483648;
var RESERVED2 = MUTEX_MARK;
function ownerOf(word) {
return word & OWNER_MASK;
}
function* take(self, isRecursive = false) {
let hasSlept = false;
let overtaken = 0;
for (; ; ) {
const { me } = self;
const seen = yield swap(WORD, FREE, hasSlept ? me | MUTEX_MARK : me);
if (seen === FREE) {
if (overtaken >= OVERTAKEN_MAX) yield store(STARVING, 0);
return "taken";
}
if (seen === RESERVED2 && hasSlept) {
if ((yield swap(WORD, RESERVED2, me | MUTEX_MARK)) !== RESERVED2) continue;
yield store(STARVING, 0);
return "taken";
}
if (isRecursive && ownerOf(seen) === me) {
if (hasSlept) yield or(WORD, MUTEX_MARK);
return "again";
}
const marked = seen | MUTEX_MARK;
if (seen !== marked && (yield swap(WORD, seen, marked)) !== seen) continue;
if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING, 1);
const outcome = yield sleep(WORD, marked);
hasSlept = true;
if (outcome === WOKEN) yield spin(WORD, OWNER_MASK);
else if (yield* inherit(self.me, marked)) return "inherited";
else if (outcome === GIVE_UP) return yield* leave(overtaken);
}
}
function* inherit(me, marked) {
const owner = ownerOf(marked);
if (owner === 0 || (yield ownerAlive(owner)) === 1) return false;
return (yield swap(WORD, marked, me | MUTEX_MARK)) === marked;
}
function* leave(overtaken) {
if (overtaken < OVERTAKEN_MAX) return "left";
yield store(STARVING, 0);
yield* unreserve();
return "left";
}
function* unreserve() {
if ((yield swap(WORD, RESERVED2, FREE)) === RESERVED2) yield wakeUp(WORD, 1);
}
function* giveBack() {
for (; ; ) {
const seen = yield load(WORD);
if (ownerOf(seen) === 0) return false;
if (seen > 0) {
if ((yield swap(WORD, seen, FREE)) === seen) return true;
continue;
}
const next2 = (yield load(STARVING)) === 0 ? FREE : RESERVED2;
if ((yield swap(WORD, seen, next2)) !== seen) continue;
yield wakeUp(WORD, 1);
if (next2 === RESERVED2 && (yield load(STARVING)) === 0) yield* unreserve();
return true;
}
}
var RELEASE_SAVE = Symbol("multiprocessing.releaseSave");
var ACQUIRE_RESTORE = Symbol("multiprocessing.acquireRestore");
var ACQUIRE_RESTORE_SYNC = Symbol("multiprocessing.acquireRestoreSync");
var IS_OWNED = Symbol("multiprocessing.isOwned");
// lib/sync/backing.ts
var Backing = class {
block;
words;
me;
isFound;
claim;
constructor(block, isFound, claim) {
this.block = block;
this.isFound = isFound;
this.claim = claim;
this.#bind();
block.onMove(() => this.#bind());
if (this.unavailable !== void 0) refuse(this);
}
#bind() {
this.words = this.block.int32;
this.me = this.block.owner;
}
onMove(moved) {
let before2 = this.me;
this.block.onMove(() => {
moved(before2, this.me);
before2 = this.me;
});
}
get unavailable() {
return this.claim?.unavailable;
}
check() {
checkAvailable(this.claim);
}
};
function refuse(backing) {
Object.defineProperty(backing, "words", {
get: () => backing.check()
});
}
function whereOf(argument) {
return placementOf(argument)?.where ?? null;
}
function placer(Class) {
return (where) => new Class(placed(where, void 0));
}
var Instances = class {
#known = new WeakCache();
backing(type, bytes, below, where = null) {
if (where !== null && "block" in where) {
return new Backing(where.block, where.isFound, null);
}
const claim = claimSite(type, below);
const found = blockOf(claim?.handle);
const block = found === null ? Block.allocate(bytes, where?.place) : Block.attach(found);
return new Backing(block, found !== null, claim);
}
settle(backing, object) {
if (backing.claim !== null) register(backing.claim, object);
if (backing.isFound) this.#known.add(backing.block.key, object);
}
handle(backing, object, destination, delivery) {
backing.check();
const handle2 = backing.block.handle(destination, delivery);
this.#known.add(backing.block.key, object);
return handle2;
}
rehydrate(handle2, make) {
const block = Block.attach(handle2);
return this.#known.get(block.key) ?? make({
block,
isFound: true
});
}
};
function blockOf(handle2) {
return handle2 !== void 0 && "block" in handle2 ? handle2.block : null;
}
// lib/sync/guard.ts
var Guard = class {
#held;
constructor(held) {
this.#held = held;
}
[Symbol.dispose]() {
const held = this.#held;
if (held === null) return;
this.#held = null;
held.release();
}
};
// lib/sync/lock_options.ts
function abandonedError(what, after) {
return new AbandonedError(`Cannot ${what} as the process that held it died without releasing it: what it guards may be half done, and ${after}`);
}
function accept(taking, lock2, options) {
if (taking === "inherited" && options?.abandoned !== "take") {
lock2.release();
throw abandonedError("acquire the lock", "the lock is free now");
}
return taking !== "left";
}
// lib/sync/lock_acquirer.ts
var LockAcquirer = class {
#lock;
#backing;
#runner;
#isRecursive;
#fairness;
constructor(lock2, backing, isRecursive) {
this.#lock = lock2;
this.#backing = backing;
this.#runner = new StepRunner(backing.block);
this.#isRecursive = isRecursive;
this.#fairness = isRecursive ? null : new Fairness();
backing.onMove((before2, now) => {
const { words: words2 } = backing;
if (ownerOf(words2[WORD]) === before2) words2[WORD] = now;
});
}
acquireSync(options) {
const timeoutMs = timeoutOf(options, "acquire a lock");
options?.signal?.throwIfAborted();
const held = this.#lock.tryAcquireSync() || this.acquireSlow(timeoutMs, options);
return held ? new Guard(this.#lock) : null;
}
async acquire(options) {
const timeoutMs = timeoutOf(options, "acquire a lock");
options?.signal?.throwIfAborted();
const fairness = this.#fairness;
if (fairness !== null && fairness.isOwed && timeoutMs > 0) {
await fairness.give(options?.signal);
}
const held = this.#lock.tryAcquireSync() || this.#accept(await this.#take(timeoutMs, options), options);
return held ? new Guard(this.#lock) : null;
}
acquireSlow(timeoutMs, options) {
return this.#accept(this.#takeSync(timeoutMs), options);
}
#takeSync(timeoutMs) {
const backing = this.#backing;
if (spinToTake(backing.words, WORD, FREE, backing.me)) return "taken";
const steps = take(backing, this.#isRecursive);
return this.#runner.runSync(steps, limitOf(timeoutMs));
}
async #take(timeoutMs, options) {
const limit = limitOf(timeoutMs, options?.signal);
const steps = take(this.#backing, this.#isRecursive);
const taking = await this.#runner.run(steps, limit);
if (taking === "left") options?.signal?.throwIfAborted();
return taking;
}
#accept(taking, options) {
this.#count(taking, 1);
return accept(taking, this.#lock, options);
}
#count(taking, times) {
if (taking === "left") return;
const { words: words2 } = this.#backing;
const before2 = taking === "again" ? words2[AGAIN] + 1 : 0;
words2[AGAIN] = before2 + times - 1;
}
releaseSave() {
const { words: words2 } = this.#backing;
const times = words2[AGAIN] + 1;
words2[AGAIN] = 0;
this.#lock.release();
return times;
}
async acquireRestore(times) {
const taking = await this.#take(Infinity);
this.#count(taking, times);
return taking === "inherited";
}
acquireRestoreSync(times) {
const taking = this.#takeSync(Infinity);
this.#count(taking, times);
return taking === "inherited";
}
giveBack() {
const isReleased = runNow(this.#backing.block, giveBack());
if (isReleased) this.#fairness?.owe();
return isReleased;
}
get owner() {
return ownerOf(Atomics.load(this.#backing.words, WORD));
}
get isMine() {
return this.owner === this.#backing.me;
}
get owned() {
return this.owner === 0 ? "none" : this.isMine ? "me" : "other";
}
};
// lib/sync/lock.ts
var locks = new Instances();
var Lock = class {
#backing;
#acquirer;
constructor(none) {
this.#backing = locks.backing("lock", MUTEX_BYTES, SELF2, whereOf(none));
this.#acquirer = new LockAcquirer(this, this.#backing, false);
locks.settle(this.#backing, this);
}
tryAcquireSync() {
const { words: words2, me } = this.#backing;
return Atomics.compareExchange(words2, WORD, FREE, me) === FREE;
}
acquireSync(options) {
return this.#acquirer.acquireSync(options);
}
lockSync() {
if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
}
acquire(options) {
return this.#acquirer.acquire(options);
}
release() {
const { words: words2, me } = this.#backing;
if (Atomics.compareExchange(words2, WORD, me, FREE) === me) return;
if (!this.#acquirer.giveBack()) {
throw new LockError("Cannot release the lock as it must have been acquired: it is free");
}
}
locked() {
return this.#acquirer.owner !== 0;
}
[IS_OWNED]() {
return this.#acquirer.isMine;
}
[RELEASE_SAVE]() {
return this.#acquirer.releaseSave();
}
[ACQUIRE_RESTORE](times) {
return this.#acquirer.acquireRestore(times);
}
[ACQUIRE_RESTORE_SYNC](times) {
return this.#acquirer.acquireRestoreSync(times);
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = locks.handle(this.#backing, this, destination, delivery);
return {
kind: "lock",
block
};
}
#describe() {
if (this.#backing.unavailable !== void 0) return "<Lock unavailable>";
return `<Lock owner=${this.#acquirer.owned}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF2 = Lock;
var placeLock = placer(Lock);
function createLock(place) {
return placeLock({
place
});
}
function rehydrateLock(handle2) {
return locks.rehydrate(handle2.block, placeLock);
}
// lib/sync/rlock.ts
var rlocks = new Instances();
var RLock = class {
#backing;
#acquirer;
constructor(none) {
this.#backing = rlocks.backing("rlock", MUTEX_BYTES, SELF3, whereOf(none));
this.#acquirer = new LockAcquirer(this, this.#backing, true);
rlocks.settle(this.#backing, this);
}
tryAcquireSync() {
const { words: words2, me } = this.#backing;
const seen = Atomics.compareExchange(words2, WORD, FREE, me);
if (seen === FREE) return true;
if (ownerOf(seen) !== me) return false;
words2[AGAIN]++;
return true;
}
acquireSync(options) {
return this.#acquirer.acquireSync(options);
}
lockSync() {
if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
}
acquire(options) {
return this.#acquirer.acquire(options);
}
release() {
const { words: words2, me } = this.#backing;
if (words2[AGAIN] === 0 && Atomics.compareExchange(words2, WORD, me, FREE) === me) return;
this.#releaseSlow();
}
#releaseSlow() {
const { words: words2 } = this.#backing;
if (!this.#acquirer.isMine) this.#refuseRelease();
if (words2[AGAIN] > 0) words2[AGAIN]--;
else this.#acquirer.giveBack();
}
#refuseRelease() {
const state = this.locked() ? "held by another process" : "free";
throw new LockError(`Cannot release the lock as only the process that acquired it may: it is ${state}`);
}
locked() {
return this.#acquirer.owner !== 0;
}
[IS_OWNED]() {
return this.#acquirer.isMine;
}
[RELEASE_SAVE]() {
return this.#acquirer.releaseSave();
}
[ACQUIRE_RESTORE](times) {
return this.#acquirer.acquireRestore(times);
}
[ACQUIRE_RESTORE_SYNC](times) {
return this.#acquirer.acquireRestoreSync(times);
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = rlocks.handle(this.#backing, this, destination, delivery);
return {
kind: "rlock",
block
};
}
#describe() {
if (this.#backing.unavailable !== void 0) return "<RLock unavailable>";
const { owned } = this.#acquirer;
const count2 = owned === "none" ? 0 : this.#backing.words[AGAIN] + 1;
return `<RLock owner=${owned} count=${count2}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF3 = RLock;
var placeRLock = placer(RLock);
function lockOver(block) {
return placeRLock({
block,
isFound: false
});
}
function createRLock(place) {
return placeRLock({
place
});
}
function rehydrateRLock(handle2) {
return rlocks.rehydrate(handle2.block, placeRLock);
}
// lib/sync/any_lock.ts
function isLock(value) {
return value instanceof RLock || value instanceof Lock;
}
function rehydrateAnyLock(handle2) {
return handle2.kind === "rlock" ? rehydrateRLock(handle2) : rehydrateLock(handle2);
}
// lib/shared/data_backing.ts
var ALIGN_BYTES = 8;
var BACKING = Symbol("multiprocessing.backing");
var LockSlot = class {
#block;
#lock;
constructor(lock2, block = null) {
this.#lock = lock2;
this.#block = block;
}
get isThere() {
return this.#lock !== null || this.#block !== null;
}
get() {
if (this.#block !== null) {
this.#lock = lockOver(this.#block);
this.#block = null;
}
return this.#lock;
}
handle(destination, delivery) {
return this.get()?.[HANDLE](destination, delivery) ?? null;
}
};
var NO_LOCK = new LockSlot(null);
function givenBacking(where) {
return where !== null && "backing" in where ? where.backing : null;
}
function findBacking(wanted, lock2, where) {
const claim = claimSite(wanted.type, wanted.below);
if (claim?.handle?.kind === wanted.kind) {
return foundBacking(claim.handle, claim);
}
const isPlaced = where !== null && "place" in where;
return newBacking(wanted.bytes, lock2, claim, isPlaced ? where.place : void 0);
}
function foundBacking({ block, lock: lock2 }, claim) {
return {
data: Block.attach(block),
lock: lock2 === null ? NO_LOCK : new LockSlot(rehydrateAnyLock(lock2)),
claim,
isFound: true
};
}
function newBacking(bytes, lock2, claim, place) {
if (lock2 !== true) {
const data = Block.allocate(bytes, place);
const slot = lock2 === false ? NO_LOCK : new LockSlot(lock2);
return {
data,
lock: slot,
claim,
isFound: false
};
}
const lockAt = Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
const whole = Block.allocate(lockAt + MUTEX_BYTES, place);
return {
data: whole.part(0, bytes),
lock: new LockSlot(null, whole.part(lockAt, MUTEX_BYTES)),
claim,
isFound: false
};
}
var known3 = new WeakCache();
function identityOf(data, hasLock) {
return hasLock ? `${data.key}, locked` : data.key;
}
function makeKnown({ data, lock: lock2 }, object) {
known3.add(identityOf(data, lock2.isThere), object);
}
function objectOver(backing, make) {
const { data, lock: lock2 } = backing;
const before2 = known3.get(identityOf(data, lock2.isThere));
return before2 === void 0 ? make({
backing
}) : before2;
}
function bareOver(data, make) {
return objectOver({
data,
lock: NO_LOCK,
claim: null,
isFound: true
}, make);
}
function rehydrateData(handle2, make) {
return objectOver(foundBacking(handle2, null), make);
}
// lib/shared/cells.ts
function viewOf(block, type) {
const length = Math.floor(block.bytes / type.BYTES_PER_ELEMENT);
return new type(block.buffer, block.byteOffset, length);
}
function refuseValue(typecode, allowed, value) {
throw new TypeError(`Cannot put ${showValue(value)} into a value of type "${typecode}" as it takes ${allowed}`);
}
function refuseUpdate(typecode, update) {
throw new TypeError(`Cannot ${update} on a value of type "${typecode}": use compareExchange(), or the lock`);
}
function unavailableCells(reason) {
const refuse2 = () => {
throw new SharedMemoryError(reason);
};
const get = (_, key) => {
if (key === "ints") return null;
return key === "rebind" ? () => {
} : refuse2;
};
return new Proxy({}, {
get
});
}
// lib/shared/coded_cells.ts
var BOOL = {
type: Uint8Array,
hasBits: true,
allowed: "true or false",
encode: (value) => typeof value === "boolean" ? Number(value) : -1,
decode: (number) => number !== 0
};
var LATIN1_MAX2 = 255;
var CHAR = {
type: Uint8Array,
hasBits: false,
allowed: "a string of one Latin-1 character",
encode(value) {
if (typeof value !== "string" || value.length !== 1) return -1;
const code = value.charCodeAt(0);
return code <= LATIN1_MAX2 ? code : -1;
},
decode: (number) => String.fromCharCode(number)
};
var UNICODE = {
type: Uint32Array,
hasBits: false,
allowed: "a string of one Unicode character",
encode(value) {
if (typeof value !== "string" || value.length === 0) return -1;
const code = value.codePointAt(0);
return String.fromCodePoint(code).length === value.length ? code : -1;
},
decode: (number) => String.fromCodePoint(number)
};
var CodedCells = class extends BulkAccess {
ints = null;
#view;
#code;
#coding;
constructor(block, code, coding) {
super();
this.#code = code;
this.#coding = coding;
this.rebind(block);
}
rebind(block) {
this.#view = viewOf(block, this.#coding.type);
}
get codes() {
return this.#view;
}
get decode() {
return this.#coding.decode;
}
fits() {
return false;
}
encode(elements, first2, count2) {
const codes = new Uint32Array(count2);
for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
return codes;
}
check(value) {
const number = this.#coding.encode(value);
if (number >= 0) return number;
return refuseValue(this.#code, this.#coding.allowed, value);
}
#bits(update, value) {
if (!this.#coding.hasBits) refuseUpdate(this.#code, update);
return this.check(value);
}
load(at) {
return this.#coding.decode(Atomics.load(this.#view, at));
}
store(at, value) {
Atomics.store(this.#view, at, this.check(value));
}
exchange(at, value) {
const before2 = Atomics.exchange(this.#view, at, this.check(value));
return this.#coding.decode(before2);
}
compareExchange(at, expected, value) {
const from = this.check(expected);
const next2 = this.check(value);
const before2 = Atomics.compareExchange(this.#view, at, from, next2);
return this.#coding.decode(before2);
}
add() {
return refuseUpdate(this.#code, "add");
}
sub() {
return refuseUpdate(this.#code, "sub");
}
and(at, value) {
const bits2 = this.#bits("and", value);
return this.#coding.decode(Atomics.and(this.#view, at, bits2));
}
or(at, value) {
const bits2 = this.#bits("or", value);
return this.#coding.decode(Atomics.or(this.#view, at, bits2));
}
xor(at, value) {
const bits2 = this.#bits("xor", value);
return this.#coding.decode(Atomics.xor(this.#view, at, bits2));
}
};
// lib/shared/int_cells.ts
var WHOLE = new Set([
"Int8Array",
"Uint8Array",
"Uint8ClampedArray",
"Int16Array",
"Uint16Array",
"Int32Array",
"Uint32Array"
]);
var BIG = new Set([
"BigInt64Array",
"BigUint64Array"
]);
var IntCells = class extends BulkAccess {
ints;
#view;
#code;
#type;
constructor(block, code, type) {
super();
this.#code = code;
this.#type = type;
this.rebind(block);
}
rebind(block) {
this.#view = this.ints = viewOf(block, this.#type);
}
get codes() {
return this.#view;
}
fits(name) {
return WHOLE.has(name);
}
encode(elements, first2, count2) {
const codes = new Float64Array(count2);
for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
return codes;
}
check(value) {
if (Number.isInteger(value)) return value;
return refuseValue(this.#code, "a whole number", value);
}
load(at) {
return Atomics.load(this.#view, at);
}
store(at, value) {
Atomics.store(this.#view, at, this.check(value));
}
exchange(at, value) {
return Atomics.exchange(this.#view, at, this.check(value));
}
compareExchange(at, expected, value) {
const from = this.check(expected);
return Atomics.compareExchange(this.#view, at, from, this.check(value));
}
add(at, amount) {
return Atomics.add(this.#view, at, this.check(amount));
}
sub(at, amount) {
return Atomics.sub(this.#view, at, this.check(amount));
}
and(at, bits2) {
return Atomics.and(this.#view, at, this.check(bits2));
}
or(at, bits2) {
return Atomics.or(this.#view, at, this.check(bits2));
}
xor(at, bits2) {
return Atomics.xor(this.#view, at, this.check(bits2));
}
};
var BigIntCells = class extends BulkAccess {
ints = null;
#view;
#code;
#type;
constructor(block, code, type) {
super();
this.#code = code;
this.#type = type;
this.rebind(block);
}
rebind(block) {
this.#view = viewOf(block, this.#type);
}
get codes() {
return this.#view;
}
fits(name) {
return BIG.has(name);
}
encode(elements, first2, count2) {
const codes = new BigInt64Array(count2);
for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
return codes;
}
check(value) {
if (typeof value === "bigint") return value;
return refuseValue(this.#code, "a bigint", value);
}
load(at) {
return Atomics.load(this.#view, at);
}
store(at, value) {
Atomics.store(this.#view, at, this.check(value));
}
exchange(at, value) {
return Atomics.exchange(this.#view, at, this.check(value));
}
compareExchange(at, expected, value) {
const from = this.check(expected);
return Atomics.compareExchange(this.#view, at, from, this.check(value));
}
add(at, amount) {
return Atomics.add(this.#view, at, this.check(amount));
}
sub(at, amount) {
return Atomics.sub(this.#view, at, this.check(amount));
}
and(at, bits2) {
return Atomics.and(this.#view, at, this.check(bits2));
}
or(at, bits2) {
return Atomics.or(this.#view, at, this.check(bits2));
}
xor(at, bits2) {
return Atomics.xor(this.#view, at, this.check(bits2));
}
};
// lib/shared/float_cells.ts
var float32 = new Float32Array(1);
var bits32 = new Int32Array(float32.buffer);
var float64 = new Float64Array(1);
var bits64 = new BigInt64Array(float64.buffer);
var Float32Bits = class {
static floats = Float32Array;
#view;
constructor(block) {
this.#view = viewOf(block, Int32Array);
}
round(value) {
return Math.fround(value);
}
load(at) {
bits32[0] = Atomics.load(this.#view, at);
return float32[0];
}
store(at, value) {
float32[0] = value;
Atomics.store(this.#view, at, bits32[0]);
}
update(at, next2) {
const view = this.#view;
for (; ; ) {
const seen = bits32[0] = Atomics.load(view, at);
const now = float32[0];
const then = next2(now);
if (then === void 0) return now;
float32[0] = then;
const bits2 = bits32[0];
if (Atomics.compareExchange(view, at, seen, bits2) === seen) return now;
}
}
};
var Float64Bits = class {
static floats = Float64Array;
#view;
constructor(block) {
this.#view = viewOf(block, BigInt64Array);
}
round(value) {
return value;
}
load(at) {
bits64[0] = Atomics.load(this.#view, at);
return float64[0];
}
store(at, value) {
float64[0] = value;
Atomics.store(this.#view, at, bits64[0]);
}
update(at, next2) {
const view = this.#view;
for (; ; ) {
const seen = bits64[0] = Atomics.load(view, at);
const now = float64[0];
const then = next2(now);
if (then === void 0) return now;
float64[0] = then;
const bits2 = bits64[0];
if (Atomics.compareExchange(view, at, seen, bits2) === seen) return now;
}
}
};
function isSame(a, b) {
return a === b || Number.isNaN(a) && Number.isNaN(b);
}
var FloatCells = class extends BulkAccess {
ints = null;
#bits;
#block;
#code;
#type;
constructor(block, code, type) {
super();
this.#code = code;
this.#type = type;
this.rebind(block);
}
rebind(block) {
this.#bits = new this.#type(block);
this.#block = block;
}
get codes() {
return viewOf(this.#block, this.#type.floats);
}
fits(name) {
return !BIG.has(name);
}
encode(elements, first2, count2) {
const codes = new Float64Array(count2);
for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
return codes;
}
check(value) {
if (typeof value === "number") return value;
return refuseValue(this.#code, "a number", value);
}
load(at) {
return this.#bits.load(at);
}
store(at, value) {
this.#bits.store(at, this.check(value));
}
exchange(at, value) {
const next2 = this.check(value);
return this.#bits.update(at, () => next2);
}
compareExchange(at, expected, value) {
const from = this.#bits.round(this.check(expected));
const next2 = this.check(value);
return this.#bits.update(at, (now) => isSame(now, from) ? next2 : void 0);
}
add(at, amount) {
const checked = this.check(amount);
return this.#bits.update(at, (now) => now + checked);
}
sub(at, amount) {
const checked = this.check(amount);
return this.#bits.update(at, (now) => now - checked);
}
and() {
return refuseUpdate(this.#code, "and");
}
or() {
return refuseUpdate(this.#code, "or");
}
xor() {
return refuseUpdate(this.#code, "xor");
}
};
// lib/shared/structure.ts
var layouts = new WeakMap();
function alignUp(offset, to) {
return Math.ceil(offset / to) * to;
}
function layoutOf(structure) {
const known4 = layouts.get(structure);
if (known4 !== void 0) return known4;
const slots = new Map();
let end = 0;
let align = 1;
for (const [name, code] of Object.entries(structure)) {
const { bytes } = typeKindOf(code);
const offset = alignUp(end, bytes);
slots.set(name, {
code,
offset,
bytes
});
end = offset + bytes;
align = Math.max(align, bytes);
}
const layout = {
slots,
stride: alignUp(end, align)
};
layouts.set(structure, layout);
return layout;
}
function checkedType(type) {
if (typeof type !== "object" || type === null) {
typeKindOf(type);
return type;
}
if (layouts.has(type) && Object.isFrozen(type)) return type;
if (Object.keys(type).length === 0) {
throw new TypeError('Cannot share a structure as it has no fields: give some, as in { x: "d" }');
}
const own = Object.isFrozen(type) ? type : Object.freeze({
...type
});
layoutOf(own);
return own;
}
function bytesOf2(type) {
return typeof type === "string" ? typeKindOf(type).bytes : layoutOf(type).stride;
}
var StructureCells = class {
ints = null;
#columns;
#length;
constructor(block, structure) {
const { slots, stride } = layoutOf(structure);
const columns = new Map();
for (const [name, { code, offset, bytes }] of slots) {
const cells = simpleCells(block, code);
columns.set(name, {
cells,
step: stride / bytes,
first: offset / bytes
});
}
this.#columns = columns;
this.#length = Math.floor(block.bytes / stride);
}
rebind(block) {
for (const { cells } of this.#columns.values()) cells.rebind(block);
}
column(name) {
const column = this.#columns.get(name);
if (column !== void 0) return column;
throw this.#unknown(name);
}
#unknown(name) {
const all = [
...this.#columns.keys()
].map((name2) => `"${name2}"`).join(", ");
return new RangeError(`Cannot use the field ${showValue(name)} as the structure has the fields ${all}`);
}
check(value) {
if (typeof value !== "object" || value === null) {
throw new TypeError(`Cannot put ${showValue(value)} into a structure as it takes an object with its fields`);
}
for (const [name, field] of Object.entries(value)) {
this.column(name).cells.check(field);
}
}
load(at) {
const view = {};
for (const [name, { cells, step: step2, first: first2 }] of this.#columns) {
const index = at * step2 + first2;
Object.defineProperty(view, name, {
get: () => cells.load(index),
set: (value) => cells.store(index, value),
enumerable: true
});
}
return Object.preventExtensions(view);
}
store(at, value) {
this.check(value);
for (const [name, field] of Object.entries(value)) {
const { cells, step: step2, first: first2 } = this.column(name);
cells.store(at * step2 + first2, field);
}
}
read(start, stop2) {
const list = [];
for (let at = start; at < stop2; at++) list.push(this.load(at));
return list;
}
all() {
return this.read(0, this.#length);
}
begin(elements) {
this.write(0, elements);
}
write(start, elements) {
const list = Array.from(elements);
for (const element of list) this.check(element);
for (const [i, element] of list.entries()) this.store(start + i, element);
}
fill(value, start, stop2) {
this.check(value);
for (let at = start; at < stop2; at++) this.store(at, value);
}
sort(compare) {
if (compare === void 0) {
throw new TypeError("Cannot sort structures as they have no order of their own: give a function that compares two");
}
const copies = this.all().map((one) => ({
...one
}));
this.write(0, copies.sort(compare));
}
indexOf() {
return -1;
}
includes() {
return false;
}
#refuse(action) {
throw new TypeError(`Cannot ${action} a structure in one step: use field() for one of its fields, or the lock`);
}
exchange() {
return this.#refuse("exchange");
}
compareExchange() {
return this.#refuse("compare and exchange");
}
add() {
return this.#refuse("add to");
}
sub() {
return this.#refuse("subtract from");
}
and() {
return this.#refuse("and");
}
or() {
return this.#refuse("or");
}
xor() {
return this.#refuse("exclusive-or");
}
};
var SIGNED = {
1: Int8Array,
2: Int16Array,
4: Int32Array
};
var UNSIGNED = {
1: Uint8Array,
2: Uint16Array,
4: Uint32Array
};
function simpleCells(block, code) {
const kind = typeKindOf(code);
switch (kind.kind) {
case "int": {
const type = (kind.signed ? SIGNED : UNSIGNED)[kind.bytes];
return new IntCells(block, code, type);
}
case "bigint": {
const type = kind.signed ? BigInt64Array : BigUint64Array;
return new BigIntCells(block, code, type);
}
case "float":
return new FloatCells(block, code, kind.bytes === 4 ? Float32Bits : Float64Bits);
case "bool":
return new CodedCells(block, code, BOOL);
case "char":
return new CodedCells(block, code, kind.bytes === 1 ? CHAR : UNICODE);
default:
return unreachable(kind);
}
}
function cellsOver(block, type) {
return typeof type === "string" ? simpleCells(block, type) : new StructureCells(block, type);
}
function columnOf(cells, name) {
if (cells instanceof StructureCells) return cells.column(name);
cells.load(0);
throw new TypeError(`Cannot use the field ${showValue(name)} as the data is of a simple type and no structure`);
}
// lib/shared/raw_data.ts
function cellsOf({ data, claim }, type) {
const unavailable = claim?.unavailable;
return unavailable === void 0 ? cellsOver(data, type) : unavailableCells(unavailable);
}
function isFresh({ claim, isFound }) {
return !isFound && claim?.unavailable === void 0;
}
function settleData(backing, object) {
if (backing.claim !== null) register(backing.claim, object);
if (backing.isFound) makeKnown(backing, object);
}
function dataHandle(backing, kind, typecode, object, destination, delivery) {
const { data, lock: lock2, claim } = backing;
checkAvailable(claim);
const block = data.handle(destination, delivery);
const lockHandle = lock2.handle(destination, delivery);
makeKnown(backing, object);
return {
kind,
typecode,
block,
lock: lockHandle
};
}
// lib/shared/raw_array.ts
var RawArray = class {
typecode;
length;
#source;
#cells;
#ints;
constructor(typecode, lengthOrElements) {
const placement = placementOf(lengthOrElements);
const where = placement?.where ?? null;
const first2 = placement === null ? lengthOrElements : placement.argument;
const type = checkedType(typecode);
const { length, elements, bytes } = beginningOf(type, first2);
const source = givenBacking(where) ?? findBacking(requestOf(type, length), false, where);
this.typecode = type;
this.length = source.data.bytes / bytesOf2(type);
this.#source = source;
this.#cells = cellsOf(source, type);
this.#ints = this.#cells.ints;
source.data.onMove(() => this.#rebind());
if (isFresh(source)) {
if (elements !== null) this.#cells.begin(elements);
if (bytes !== null) this.#bytes().set(bytes);
}
settleData(source, this);
}
#rebind() {
this.#cells.rebind(this.#source.data);
this.#ints = this.#cells.ints;
}
#at(index) {
if (index >>> 0 === index && index < this.length) return index;
const isFar = Number.isSafeInteger(index) && index >= 0;
return isFar && index < this.length ? index : refuseIndex(index, this.length);
}
get(index) {
const at = this.#at(index);
const ints = this.#ints;
if (ints !== null) return Atomics.load(ints, at);
return this.#cells.load(at);
}
set(index, value) {
const at = this.#at(index);
const ints = this.#ints;
if (ints !== null && Number.isInteger(value)) {
Atomics.store(ints, at, value);
} else this.#cells.store(at, value);
}
at(index) {
const at = index < 0 ? this.length + index : index;
return at >= 0 && at < this.length ? this.get(at) : void 0;
}
field(index, name) {
return new Field(columnOf(this.#cells, name), this.#at(index));
}
add(index, amount) {
return this.#cells.add(this.#at(index), amount);
}
sub(index, amount) {
return this.#cells.sub(this.#at(index), amount);
}
and(index, bits2) {
return this.#cells.and(this.#at(index), bits2);
}
or(index, bits2) {
return this.#cells.or(this.#at(index), bits2);
}
xor(index, bits2) {
return this.#cells.xor(this.#at(index), bits2);
}
exchange(index, value) {
return this.#cells.exchange(this.#at(index), value);
}
compareExchange(index, expected, value) {
const at = this.#at(index);
return this.#cells.compareExchange(at, expected, value);
}
slice(start, end, step2 = 1) {
checkStep(step2);
const { length } = this;
const stop2 = boundOf(end, length, length);
const first2 = boundOf(start, length, 0);
if (step2 === 1) {
return this.#cells.read(first2, Math.max(first2, stop2));
}
const list = [];
for (let at = first2; at < stop2; at += step2) list.push(this.get(at));
return list;
}
setSlice(start, end, elements) {
const { length } = this;
const first2 = boundOf(start, length, 0);
const room = Math.max(boundOf(end, length, length) - first2, 0);
const list = elementsOf(elements);
if (list.length !== room) {
throw new RangeError(`Cannot put ${list.length} elements in the place of ${room} as the length of a shared array is fixed: give as many`);
}
this.#cells.write(first2, list);
}
fill(value, start, end) {
const stop2 = boundOf(end, this.length, this.length);
this.#cells.fill(value, boundOf(start, this.length, 0), stop2);
return this;
}
sort(compare) {
this.#cells.sort(compare);
return this;
}
indexOf(value, start) {
return this.#cells.indexOf(value, boundOf(start, this.length, 0));
}
includes(value) {
return this.#cells.includes(value);
}
typed() {
const View = viewTypeOf(this.typecode);
checkAvailable(this.#source.claim);
const { buffer, byteOffset } = this.#source.data.lend();
return new View(buffer, byteOffset, this.length);
}
get value() {
const text2 = latin1Of(this.#bytes());
const end = text2.indexOf("\0");
return end < 0 ? text2 : text2.slice(0, end);
}
set value(value) {
const all = this.#bytes();
const bytes = bytesFrom(value, all.length);
all.set(bytes);
if (bytes.length < all.length) all[bytes.length] = 0;
}
get raw() {
return new Uint8Array(this.#bytes());
}
set raw(bytes) {
const all = this.#bytes();
all.set(bytesFrom(bytes, all.length));
}
#bytes() {
checkAvailable(this.#source.claim);
if (this.typecode !== "c") {
throw new TypeError(`Cannot use the array as bytes as only one of type "c" is: its type is ${nameOfType(this.typecode)}`);
}
const { buffer, byteOffset } = this.#source.data;
return new Uint8Array(buffer, byteOffset, this.length);
}
[ALL_ELEMENTS]() {
return this[Symbol.iterator] === OWN_ITERATOR ? this.#cells.all() : [
...this
];
}
*[Symbol.iterator]() {
for (let at = 0; at < this.length; at++) yield this.get(at);
}
get [BACKING]() {
return this.#source;
}
[HANDLE](destination, delivery = UNTRACKED) {
return dataHandle(this.#source, "array", this.typecode, this, destination, delivery);
}
#describe() {
const name = `${this.constructor.name} ${nameOfType(this.typecode)}`;
if (this.#source.claim?.unavailable !== void 0) {
return `<${name} unavailable>`;
}
const shown = this.slice(0, SHOWN_MAX).map((one) => typeof one === "object" ? {
...one
} : one);
const more = this.length > SHOWN_MAX ? ` \u2026 ${this.length} in all` : "";
return `<${name} ${Deno.inspect(shown)}${more}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var OWN_ITERATOR = RawArray.prototype[Symbol.iterator];
var SHOWN_MAX = 20;
function requestOf(type, length) {
return {
kind: "array",
type: `rawarray:${nameOfType(type)}:${length}`,
bytes: length * bytesOf2(type),
below: RawArray
};
}
function rawArrayOver(type, data) {
return bareOver(data, (where) => new RawArray(type, placed(where, 0)));
}
function createRawArray(place, typecode, lengthOrElements) {
return new RawArray(typecode, placed({
place
}, lengthOrElements));
}
// lib/shared/synchronized.ts
var MADE = {
value: "make a value",
array: "make an array"
};
function synchronized(request, options, first2) {
const placement = placementOf(options);
const where = placement?.where ?? null;
const given = placement === null ? options : placement.argument;
expectOptions(given, MADE[request.kind], "{ lock: false }");
const lock2 = checkLock(given.lock ?? true);
const backing = givenBacking(where) ?? findBacking(request, lock2, where);
return placed({
backing
}, first2);
}
function lockBeside({ lock: lock2, claim }, kind) {
checkAvailable(claim);
const own = lock2.get();
if (own !== null) return own;
throw new LockError(`Cannot get the lock of this ${kind} as it was made without one: leave out "lock: false"`);
}
function checkLock(lock2) {
if (typeof lock2 === "boolean" || isLock(lock2)) return lock2;
throw new TypeError(`Cannot make shared data with that lock as "lock" must be true, false, an RLock or a Lock: current value is ${showValue(lock2)}`);
}
// lib/shared/array.ts
var SharedArray = class extends RawArray {
#raw = null;
constructor(typecode, lengthOrElements, options = {}) {
const type = checkedType(typecode);
const beginning = beginningOf(type, lengthOrElements);
const { length } = beginning;
const request = {
kind: "array",
type: `array:${nameOfType(type)}:${length}`,
bytes: length * bytesOf2(type),
below: SELF4
};
super(type, synchronized(request, options, beginning));
}
getLock() {
return lockBeside(this[BACKING], "array");
}
async acquire(options) {
return await this.getLock().acquire(options);
}
acquireSync(options) {
return this.getLock().acquireSync(options);
}
release() {
this.getLock().release();
}
getObj() {
const { data, claim } = this[BACKING];
checkAvailable(claim);
return this.#raw ??= rawArrayOver(this.typecode, data);
}
};
var SELF4 = SharedArray;
function createArray(place, typecode, lengthOrElements, options = {}) {
return new SharedArray(typecode, lengthOrElements, placed({
place
}, options));
}
function rehydrateArray(handle2) {
const type = handle2.typecode;
return rehydrateData(handle2, (where) => new SharedArray(type, 0, placed(where, {})));
}
// lib/shared/list_items.ts
var KINDS3 = [
"null",
"number",
"bigint",
"boolean",
"string",
"bytes"
];
var BIGINT_MIN = -(2n ** 63n);
var BIGINT_MAX = 2n ** 63n - 1n;
function encodeListItem(item) {
switch (typeof item) {
case "number":
return {
kind: "number",
bytes: bytesOf3(new Float64Array([
item
]))
};
case "bigint":
return {
kind: "bigint",
bytes: encodeBigInt(item)
};
case "boolean":
return {
kind: "boolean",
bytes: new Uint8Array([
Number(item)
])
};
case "string":
return {
kind: "string",
bytes: encodeText(item)
};
}
if (item === null) return {
kind: "null",
bytes: new Uint8Array(0)
};
if (item instanceof Uint8Array) return {
kind: "bytes",
bytes: item
};
throw new TypeError(`Cannot put ${showValue(item)} into a list as it takes numbers, bigints, truth values, strings, a Uint8Array and null`);
}
function bytesOf3({ buffer }) {
return new Uint8Array(buffer);
}
function encodeBigInt(item) {
if (item >= BIGINT_MIN && item <= BIGINT_MAX) {
return bytesOf3(new BigInt64Array([
item
]));
}
throw new RangeError(`Cannot put ${item}n into a list as an integer must fit 64 bits: give it as text`);
}
function encodeText(item) {
if (item.isWellFormed()) return new TextEncoder().encode(item);
throw new TypeError(`Cannot put ${showValue(item)} into a list as half a character is no text: it has a lone surrogate`);
}
function decodeListItem(kind, bytes) {
const own = new Uint8Array(bytes);
switch (kind) {
case "null":
return null;
case "number":
return new Float64Array(own.buffer)[0];
case "bigint":
return new BigInt64Array(own.buffer)[0];
case "boolean":
return own[0] !== 0;
case "string":
return new TextDecoder("utf-8", {
ignoreBOM: true
}).decode(own);
case "bytes":
return own;
default:
return unreachable(kind);
}
}
function isEqual(a, b) {
if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
// lib/shared/shared_memory.ts
var SIZE_MAX = 2 ** 46;
var created = new Map();
var lost = new FinalizationRegistry(({ address, bytes }) => vacate(address, bytes));
var isEndWatched = false;
function watchEnd() {
if (isEndWatched || childContext()?.host.kind === "isolate") return;
isEndWatched = true;
globalThis.addEventListener("unload", () => {
for (const [fd, name] of created) namedFiles.unlinkOwn(fd, name);
});
}
var SharedMemory = class {
name;
size;
#fd;
#mapping;
constructor(options) {
const part = placementOf(options);
const given = part === null ? options : part.argument;
expectOptions(given ?? null, "get shared memory", "{ create: true, size: 64 }");
const { create = false, persist = false, size } = given;
const claim = create && part === null ? claimSite(`sharedmemory:${size}`, SELF5) : null;
const found = adopted2(claim) ?? (create ? null : attach(given.name));
const fill3 = part?.where.fill ?? null;
const { name, file, mapping } = found === null ? createAny(given.name, checkedSize(size), persist, fill3) : mapFound(found);
this.name = name;
this.size = file.size;
this.#mapping = mapping;
lost.register(mapping.buffer, {
address: mapping.address,
bytes: file.size
}, mapping.buffer);
const isFleeting = found === null && !persist;
this.#fd = isFleeting ? file.fd : null;
if (isFleeting) {
created.set(file.fd, name);
watchEnd();
} else namedFiles.closeNamed(file.fd);
if (claim !== null) register(claim, this);
}
get buf() {
const mapping = this.#mapping;
if (mapping !== null) return new Uint8Array(mapping.buffer);
throw new SharedMemoryError(`Cannot use the shared memory "${this.name}" as this object of it is closed: attach it again by new SharedMemory({ name })`);
}
close() {
const mapping = this.#mapping;
if (mapping === null) return;
this.#mapping = null;
lost.unregister(mapping.buffer);
unmap(mapping, this.size);
}
unlink() {
if (!namedFiles.unlinkNamed(this.name)) throw notFound(this.name, "unlink");
this.#forget();
}
[Symbol.dispose]() {
this.close();
this.#forget();
}
#forget() {
const fd = this.#fd;
if (fd === null) return;
this.#fd = null;
created.delete(fd);
namedFiles.unlinkOwn(fd, this.name);
namedFiles.closeNamed(fd);
}
[HANDLE](destination) {
return {
kind: "sharedmemory",
name: nameFor(this.name, destination)
};
}
[Symbol.for("Deno.customInspect")]() {
return `<SharedMemory "${this.name}" size=${this.size}>`;
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return `<SharedMemory "${this.name}" size=${this.size}>`;
}
};
var SELF5 = SharedMemory;
function nameFor(name, destination) {
if (destination !== "elsewhere") return name;
throw new SharedMemoryError(`Cannot share the memory "${name}" with that process as it is beyond shared memory, as on another machine: pass its bytes`);
}
function adopted2(claim) {
checkAvailable(claim);
if (claim?.handle?.kind !== "sharedmemory") return null;
const { name } = claim.handle;
const file = namedFiles.openNamed(namedFiles.checkMemoryName(name));
return file === null ? null : {
name,
file
};
}
function createAny(wanted, size, persist, fill3) {
const given = wanted === void 0 ? null : namedFiles.checkMemoryName(wanted);
const file = namedFiles.makeNamed(size, persist);
let mapping = null;
try {
mapping = map(file.fd, size);
fill3?.(new Uint8Array(mapping.buffer));
return {
name: named(file.fd, given, persist),
file,
mapping
};
} catch (error) {
if (mapping !== null) unmap(mapping, size);
namedFiles.closeNamed(file.fd);
throw error;
}
}
function named(fd, given, persist) {
for (; ; ) {
const name = given ?? namedFiles.randomMemoryName();
if (namedFiles.giveName(fd, name, persist)) return name;
if (given === null) continue;
throw new Deno.errors.AlreadyExists(`Cannot create the shared memory "${name}" as there is one of that name: leave out "create" to attach it, or "name" for a name of its own`);
}
}
function attach(wanted) {
if (wanted === void 0) {
throw new TypeError('Cannot attach shared memory as a name is missing: give "name", or "create" and "size"');
}
const name = namedFiles.checkMemoryName(wanted);
const file = namedFiles.openNamed(name);
if (file === null) throw notFound(name, "attach");
if (file.size > 0) return {
name,
file
};
namedFiles.closeNamed(file.fd);
throw new RangeError(`Cannot attach the shared memory "${name}" as it has no bytes: its creator has not given it a size yet`);
}
function notFound(name, action) {
return new Deno.errors.NotFound(`Cannot ${action} the shared memory "${name}" as there is none of that name: it was unlinked, or its creator has ended without "persist"`);
}
function checkedSize(size) {
const isSize = Number.isSafeInteger(size) && size > 0 && size <= SIZE_MAX;
if (isSize) return size;
throw new RangeError(`Cannot create shared memory of that size as "size" must be a whole number of bytes from 1 to ${SIZE_MAX}: current value is ${showValue(size)}`);
}
function mapFound({ name, file }) {
let mapping = null;
try {
mapping = map(file.fd, file.size);
namedFiles.completeNamed(file, name);
return {
name,
file,
mapping
};
} catch (error) {
if (mapping !== null) unmap(mapping, file.size);
namedFiles.closeNamed(file.fd);
throw error;
}
}
function rehydrateSharedMemory({ name }) {
return new SharedMemory({
name
});
}
// lib/shared/shareable_list.ts
var COUNT = 0;
var MAGIC = 1;
var ITEMS = 2;
var WORDS_PER_ITEM = 4;
var KIND = 0;
var LENGTH = 1;
var OFFSET = 2;
var ROOM = 3;
var MAGIC_NUMBER = 3444591666 | 0;
var ALIGN_BYTES2 = 8;
var NUMBER_BYTES = 8;
var ShareableList = class {
shm;
length;
constructor(items = null, options = {}) {
expectOptions(options, "make a list", "{ name }");
const claim = items === null ? null : claimSite("shareablelist", SELF6);
checkAvailable(claim);
const found = claim?.handle?.kind === "shareablelist" ? claim.handle.name : null;
const plan = items === null ? null : planOf([
...items
].map(encodeListItem));
this.shm = (found !== null ? attachIfThere(found) : null) ?? (plan === null ? new SharedMemory({
name: options.name
}) : createFilled(plan, options));
this.length = lengthIn(this.shm);
if (claim !== null) register(claim, this);
}
#slot(index) {
if (!Number.isSafeInteger(index) || index < 0 || index >= this.length) {
refuseIndex(index, this.length);
}
return slotOf(this.shm.buf, index);
}
get(index) {
const slot = this.#slot(index);
const offset = slot[OFFSET];
const bytes = this.shm.buf.subarray(offset, offset + slot[LENGTH]);
return decodeListItem(KINDS3[slot[KIND]] ?? "null", bytes);
}
at(index) {
const at = index < 0 ? this.length + index : index;
return at >= 0 && at < this.length ? this.get(at) : void 0;
}
set(index, item) {
const slot = this.#slot(index);
const { kind, bytes } = encodeListItem(item);
const room = slot[ROOM];
if (bytes.length > room) {
throw new RangeError(`Cannot put ${bytes.length} bytes into item ${index} of the list as it has room for ${room}: make the list with a longer item there`);
}
put2(this.shm.buf, slot, kind, bytes);
}
count(item) {
return [
...this
].filter((one) => isEqual(one, item)).length;
}
index(item) {
const at = [
...this
].findIndex((one) => isEqual(one, item));
if (at >= 0) return at;
throw new RangeError(`Cannot find ${showValue(item)} in the list: ask count() first`);
}
*[Symbol.iterator]() {
for (let at = 0; at < this.length; at++) yield this.get(at);
}
[Symbol.dispose]() {
this.shm[Symbol.dispose]();
}
[HANDLE](destination) {
return {
kind: "shareablelist",
name: nameFor(this.shm.name, destination)
};
}
[Symbol.for("Deno.customInspect")]() {
return `<ShareableList "${this.shm.name}" length=${this.length}>`;
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return `<ShareableList "${this.shm.name}" length=${this.length}>`;
}
};
var SELF6 = ShareableList;
function createFilled({ size, fill: fill3 }, options) {
const wanted = {
...options,
create: true,
size
};
return new SharedMemory(placed({
fill: fill3
}, wanted));
}
function attachIfThere(name) {
try {
return new SharedMemory({
name
});
} catch (error) {
if (error instanceof Deno.errors.NotFound) return null;
throw error;
}
}
function slotOf(buf, index) {
const start = 4 * (ITEMS + index * WORDS_PER_ITEM);
return new Int32Array(buf.buffer, start, WORDS_PER_ITEM);
}
function alignUp2(bytes) {
return Math.ceil(bytes / ALIGN_BYTES2) * ALIGN_BYTES2;
}
function planOf(items) {
const rooms = items.map(({ bytes }) => Math.max(alignUp2(bytes.length), NUMBER_BYTES));
const start = alignUp2(4 * (ITEMS + items.length * WORDS_PER_ITEM));
const size = rooms.reduce((sum, room) => sum + room, start);
return {
size,
fill: (buf) => write(buf, items, rooms, start)
};
}
function write(buf, items, rooms, start) {
let offset = start;
for (const [index, { kind, bytes }] of items.entries()) {
const slot = slotOf(buf, index);
slot[OFFSET] = offset;
slot[ROOM] = rooms[index];
put2(buf, slot, kind, bytes);
offset += rooms[index];
}
const words2 = new Int32Array(buf.buffer, 0, ITEMS);
words2[COUNT] = items.length;
words2[MAGIC] = MAGIC_NUMBER;
}
function put2(buf, slot, kind, bytes) {
buf.set(bytes, slot[OFFSET]);
slot[LENGTH] = bytes.length;
slot[KIND] = KINDS3.indexOf(kind);
}
function lengthIn(shm) {
const { buf } = shm;
if (buf.length >= 4 * ITEMS) {
const words2 = new Int32Array(buf.buffer, 0, ITEMS);
const count2 = words2[COUNT];
const head = 4 * (ITEMS + count2 * WORDS_PER_ITEM);
const isList2 = Atomics.load(words2, MAGIC) === MAGIC_NUMBER && count2 >= 0 && head <= buf.length;
if (isList2) return count2;
}
shm.close();
throw new SharedMemoryError(`Cannot attach the list "${shm.name}" as what has that name is no ShareableList of this package`);
}
function rehydrateShareableList({ name }) {
return new ShareableList(null, {
name
});
}
// lib/shared/raw_value.ts
var RawValue = class {
typecode;
#source;
#cells;
#ints;
#view = null;
constructor(typecode, initial) {
const placement = placementOf(initial);
const where = placement?.where ?? null;
const first2 = placement === null ? initial : placement.argument;
const type = checkedType(typecode);
const source = givenBacking(where) ?? findBacking(requestOf2(type), false, where);
this.typecode = type;
this.#source = source;
this.#cells = cellsOf(source, type);
this.#ints = this.#cells.ints;
source.data.onMove(() => this.#rebind());
if (first2 !== void 0 && isFresh(source)) this.#cells.store(0, first2);
settleData(source, this);
}
#rebind() {
this.#cells.rebind(this.#source.data);
this.#ints = this.#cells.ints;
}
get value() {
const ints = this.#ints;
if (ints !== null) return Atomics.load(ints, 0);
if (typeof this.typecode === "string") {
return this.#cells.load(0);
}
return this.#view ??= this.#cells.load(0);
}
set value(value) {
const ints = this.#ints;
if (ints !== null && Number.isInteger(value)) {
Atomics.store(ints, 0, value);
} else this.#cells.store(0, value);
}
field(name) {
return new Field(columnOf(this.#cells, name), 0);
}
add(amount) {
const ints = this.#ints;
if (ints !== null && Number.isInteger(amount)) {
return Atomics.add(ints, 0, amount);
}
return this.#cells.add(0, amount);
}
sub(amount) {
return this.#cells.sub(0, amount);
}
and(bits2) {
return this.#cells.and(0, bits2);
}
or(bits2) {
return this.#cells.or(0, bits2);
}
xor(bits2) {
return this.#cells.xor(0, bits2);
}
exchange(value) {
return this.#cells.exchange(0, value);
}
compareExchange(expected, value) {
return this.#cells.compareExchange(0, expected, value);
}
get [BACKING]() {
return this.#source;
}
[HANDLE](destination, delivery = UNTRACKED) {
return dataHandle(this.#source, "value", this.typecode, this, destination, delivery);
}
#describe() {
const { name } = this.constructor;
const { claim } = this.#source;
if (claim?.unavailable !== void 0) {
return `<${name} ${nameOfType(this.typecode)} unavailable>`;
}
const value = this.#cells.load(0);
return typeof this.typecode === "string" ? `<${name} ${this.typecode} ${showValue(value)}>` : `<${name} ${Deno.inspect({
...value
})}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
function requestOf2(type) {
return {
kind: "value",
type: `rawvalue:${nameOfType(type)}`,
bytes: bytesOf2(type),
below: RawValue
};
}
function rawValueOver(type, data) {
return bareOver(data, (where) => new RawValue(type, placed(where, void 0)));
}
function createRawValue(place, typecode, initial) {
return new RawValue(typecode, placed({
place
}, initial));
}
// lib/shared/value.ts
var Value = class extends RawValue {
#raw = null;
constructor(typecode, initial, options = {}) {
const type = checkedType(typecode);
const request = {
kind: "value",
type: `value:${nameOfType(type)}`,
bytes: bytesOf2(type),
below: SELF7
};
super(type, synchronized(request, options, initial));
}
getLock() {
return lockBeside(this[BACKING], "value");
}
async acquire(options) {
return await this.getLock().acquire(options);
}
acquireSync(options) {
return this.getLock().acquireSync(options);
}
release() {
this.getLock().release();
}
getObj() {
const { data, claim } = this[BACKING];
checkAvailable(claim);
return this.#raw ??= rawValueOver(this.typecode, data);
}
};
var SELF7 = Value;
function createValue(place, typecode, initial, options = {}) {
return new Value(typecode, initial, placed({
place
}, options));
}
function rehydrateValue(handle2) {
const type = handle2.typecode;
return rehydrateData(handle2, (where) => new Value(type, void 0, placed(where, {})));
}
// lib/wire/serialization/target_address.ts
function isAddress(value) {
return typeof value === "object" && value !== null && "module" in value && "name" in value;
}
function checkedAddress({ module, name }, what) {
if (typeof name !== "string" || name === "") {
throw new TypeError(`Cannot use ${what} as "name" must be the name of an export: current value is ${JSON.stringify(name)}`);
}
return {
module: absolute2(module),
name
};
}
function absolute2(module) {
if (module instanceof URL) return module.href;
if (typeof module === "string" && URL.canParse(module)) {
return new URL(module).href;
}
throw new TypeError(`Cannot import ${JSON.stringify(module)} in a child as "module" must be an absolute URL: write new URL("./work.ts", import.meta.url)`);
}
// lib/sync/barrier_action.ts
var copier = null;
function setActionCopier(how) {
copier = how;
}
var Action = class {
isCopy;
#address;
#copy;
#call;
#sent = new Map();
constructor(given, isSent2) {
const isCopied = isSent2 && isCopy(given);
if (typeof given !== "function" && !isAddress(given) && !isCopied) {
throw new TypeError(`Cannot make a barrier as "action" must be a function or { module, name }: current value is ${given === null ? "null" : typeof given}`);
}
this.#call = typeof given === "function" ? given : null;
this.#copy = isCopied ? given : null;
this.isCopy = isCopied;
this.#address = isAddress(given) ? checkedAddress(given, "action") : null;
}
get loaded() {
return this.#call;
}
async load() {
return this.#call ??= this.#copy === null ? await find(this.#address) : await copier.make(this.#copy);
}
sentTo(destination, delivery) {
if (this.#address !== null) return this.#address;
if (this.#call === null || copier === null) return null;
const known4 = this.#sent.get(destination);
if (known4 !== void 0) return known4;
this.#sent.set(destination, null);
const sent2 = copier.copy(this.#call, destination, delivery);
this.#sent.set(destination, sent2);
return sent2;
}
};
function isCopy(given) {
return typeof given === "object" && given !== null && "code" in given;
}
async function find({ module, name }) {
const value = valueIn(await exportsOf(module), name);
if (typeof value === "function") return value;
throw new ProcessError(`Cannot run action "${name}" of ${module} as it must be an exported function, and initialized by now`);
}
async function exportsOf(module) {
const namespace = childContext() === null ? await namespaceOf(module) : null;
return namespace ?? await loadModule(module);
}
function valueIn(exports, name) {
try {
return exports[name];
} catch {
return void 0;
}
}
// lib/sync/barrier_state.ts
var PARTIES_MAX = 2 ** 20;
var MODE = MUTEX_BYTES / 4;
var COUNT2 = MODE + 1;
var PARTIES = MODE + 2;
var HAS_ACTION = MODE + 3;
var TIMEOUT = MODE + 4;
var ACTOR = MODE + 5;
var CHANGES = MODE + 6;
var SLOTS2 = MODE + 7;
var WORDS_PER_SLOT = 2;
var FILLING = 0;
var ACTING = 1;
var BROKEN = 2;
var FREE2 = 0;
var WAITING = 1;
var ABLE = 2;
var CHOSEN = 3;
var PASSED = 4;
var BROKE = 5;
function barrierBytes(parties) {
return 4 * (SLOTS2 + parties * WORDS_PER_SLOT);
}
function ownerAt(slot) {
return SLOTS2 + slot * WORDS_PER_SLOT;
}
function stateAt(slot) {
return ownerAt(slot) + 1;
}
var PASS = {
kind: "passed"
};
var BREAK = {
kind: "broken"
};
var ACT = {
kind: "act"
};
function* arrive(party) {
for (; ; ) {
yield* lock(party.self);
const changes = yield load(CHANGES);
const mode = yield load(MODE);
if (mode === BROKEN) {
yield* unlock();
return {
index: -1,
arrival: BREAK
};
}
const slot = mode === FILLING ? yield* emptySlot() : -1;
if (slot >= 0) {
const index = yield load(COUNT2);
yield store(COUNT2, index + 1);
const arrival = yield* fill2(party, index, slot);
yield* unlock();
return {
index,
arrival
};
}
yield* unlock();
if ((yield sleep(CHANGES, changes)) === GIVE_UP) {
yield* breakBarrier(party.self);
return {
index: -1,
arrival: BREAK
};
}
if (yield* isActorDead()) yield* breakBarrier(party.self);
}
}
function* fill2(party, index, slot) {
const isLast = index + 1 === (yield load(PARTIES));
if (!isLast) return yield* settle(party, slot);
if (yield* isAnyDead()) {
yield* breakUp();
return BREAK;
}
if ((yield load(HAS_ACTION)) === 0) {
yield* endRound(PASSED, FILLING);
return PASS;
}
if (party.canAct) {
yield* appoint(party.self.me);
return ACT;
}
return yield* delegate(party, slot);
}
function* settle({ self, canAct }, slot) {
yield store(ownerAt(slot), self.me);
yield store(stateAt(slot), canAct ? ABLE : WAITING);
return {
kind: "wait",
slot
};
}
function* appoint(actor) {
yield store(MODE, ACTING);
yield store(ACTOR, actor);
}
function* delegate(party, slot) {
const parties = yield load(PARTIES);
for (let other = 0; other < parties; other++) {
if ((yield load(stateAt(other))) !== ABLE) continue;
yield* appoint(yield load(ownerAt(other)));
yield store(stateAt(other), CHOSEN);
yield wakeUp(stateAt(other), 1);
return yield* settle(party, slot);
}
if (party.hasCopy === true) {
yield* appoint(party.self.me);
return ACT;
}
yield* breakUp();
return {
kind: "actionless"
};
}
function* awaitRound(self, slot) {
for (; ; ) {
const state = yield load(stateAt(slot));
switch (state) {
case PASSED:
yield* leave2(slot);
return PASS;
case BROKE:
yield* leave2(slot);
return BREAK;
case CHOSEN:
yield* vacate2(slot);
return ACT;
}
const outcome = yield sleep(stateAt(slot), state);
if (outcome === WOKEN) continue;
yield* lock(self);
const isOver = !isWaiting(yield load(stateAt(slot)));
if (!isOver && (outcome === GIVE_UP || (yield* isNextDead(slot)))) {
yield* breakUp();
}
yield* unlock();
}
}
function isWaiting(state) {
return state === WAITING || state === ABLE;
}
function* vacate2(slot) {
yield store(stateAt(slot), FREE2);
}
function* leave2(slot) {
yield* vacate2(slot);
yield add2(CHANGES, 1);
yield wakeUp(CHANGES, WAKE_ALL);
}
function* finish(self, isDone) {
yield* lock(self);
const isMine = (yield load(MODE)) === ACTING && (yield load(ACTOR)) === self.me;
if (isMine && isDone) yield* endRound(PASSED, FILLING);
else if (isMine) yield* breakUp();
yield* unlock();
return isMine;
}
function* breakBarrier(self) {
yield* lock(self);
yield* breakUp();
yield* unlock();
}
function* resetBarrier(self) {
yield* lock(self);
yield* endRound(BROKE, FILLING);
yield* unlock();
}
function breakUp() {
return endRound(BROKE, BROKEN);
}
function* endRound(how, mode) {
yield store(COUNT2, 0);
yield store(MODE, mode);
const parties = yield load(PARTIES);
for (let slot = 0; slot < parties; slot++) {
const state = yield load(stateAt(slot));
if (!isWaiting(state) && state !== CHOSEN) continue;
yield store(stateAt(slot), how);
yield wakeUp(stateAt(slot), 1);
}
yield add2(CHANGES, 1);
yield wakeUp(CHANGES, WAKE_ALL);
}
function* emptySlot() {
const parties = yield load(PARTIES);
for (let slot = 0; slot < parties; slot++) {
const state = yield load(stateAt(slot));
if (state === FREE2) return slot;
if (!isWaiting(state) && (yield* isDead(slot))) return slot;
}
return -1;
}
function* isDead(slot) {
return (yield ownerAlive(yield load(ownerAt(slot)))) === 0;
}
function* isActorDead() {
if ((yield load(MODE)) !== ACTING) return false;
return (yield ownerAlive(yield load(ACTOR))) === 0;
}
function* isAnyDead() {
const parties = yield load(PARTIES);
for (let slot = 0; slot < parties; slot++) {
if (!isWaiting(yield load(stateAt(slot)))) continue;
if (yield* isDead(slot)) return true;
}
return false;
}
function* isNextDead(mine) {
if (yield* isActorDead()) return true;
const parties = yield load(PARTIES);
for (let ahead = 1; ahead < parties; ahead++) {
const slot = (mine + ahead) % parties;
if (!isWaiting(yield load(stateAt(slot)))) continue;
return yield* isDead(slot);
}
return false;
}
function* lock(self) {
const taking = yield* patient(take(self));
if (taking === "inherited") yield* breakUp();
}
function* unlock() {
yield* giveBack();
}
function renameParties(words2, before2, now) {
if (words2[ACTOR] === before2) words2[ACTOR] = now;
for (let slot = 0; slot < words2[PARTIES]; slot++) {
if (words2[ownerAt(slot)] === before2) words2[ownerAt(slot)] = now;
}
}
// lib/sync/barrier.ts
var TIMEOUT_MAX_MS = 2 ** 31 - 2;
var barriers = new Instances();
var LOAD = Symbol("multiprocessing.load");
var Barrier = class {
#backing;
#runner;
#action;
constructor(parties, options = {}) {
checkParties(parties);
const placement = placementOf(options);
const given = placement === null ? options : placement.argument;
expectOptions(given, "make a barrier", "{ action: () => {} }");
const timeoutMs = timeoutOf(given, "make a barrier");
const { action } = given;
this.#action = action === void 0 ? null : new Action(action, placement !== null);
const bytes = barrierBytes(parties);
const type = `barrier:${parties}`;
this.#backing = barriers.backing(type, bytes, SELF8, placement?.where);
this.#runner = new StepRunner(this.#backing.block);
const { isFound, unavailable } = this.#backing;
if (!isFound && unavailable === void 0) {
const { words: words2 } = this.#backing;
words2[PARTIES] = parties;
words2[HAS_ACTION] = Number(this.#action !== null);
words2[TIMEOUT] = timeoutMs > TIMEOUT_MAX_MS ? 0 : Math.ceil(timeoutMs) + 1;
}
barriers.settle(this.#backing, this);
this.#backing.onMove((before2, now) => renameParties(this.#backing.words, before2, now));
}
get parties() {
return this.#backing.words[PARTIES];
}
get nWaiting() {
const { words: words2 } = this.#backing;
return Atomics.load(words2, MODE) === FILLING ? Atomics.load(words2, COUNT2) : 0;
}
get broken() {
return Atomics.load(this.#backing.words, MODE) === BROKEN;
}
async wait(options) {
options?.signal?.throwIfAborted();
const limit = this.#limit(options, options?.signal);
const party = this.#party(this.#action);
const came = await this.#runner.run(arrive(party), limit);
let { arrival } = came;
if (arrival.kind === "wait") {
const round = awaitRound(party.self, arrival.slot);
arrival = await this.#runner.run(round, limit);
}
if (arrival.kind === "act") arrival = await this.#act();
if (arrival.kind === "broken") options?.signal?.throwIfAborted();
return indexOf(came.index, arrival);
}
waitSync(options) {
options?.signal?.throwIfAborted();
const limit = this.#limit(options, void 0);
const loaded2 = this.#action?.loaded ?? null;
const party = this.#party(loaded2 === null ? null : this.#action);
const came = this.#runner.runSync(arrive(party), limit);
let { arrival } = came;
if (arrival.kind === "wait") {
const round = awaitRound(party.self, arrival.slot);
arrival = this.#runner.runSync(round, limit);
}
if (arrival.kind === "act") arrival = this.#actSync(loaded2);
return indexOf(came.index, arrival);
}
#limit(options, signal) {
const kept = this.#backing.words[TIMEOUT];
const timeoutMs = options?.timeout === void 0 && kept > 0 ? kept - 1 : timeoutOf(options, "wait at a barrier");
return limitOf(timeoutMs, signal);
}
#party(action) {
const has2 = action !== null;
const isCopy2 = action?.isCopy === true;
return {
self: this.#backing,
canAct: has2 && !isCopy2,
hasCopy: has2 && isCopy2
};
}
async #act() {
let isDone = false;
let isMine = false;
try {
const call = await this.#action.load();
await call();
isDone = true;
} finally {
const end = finish(this.#backing, isDone);
isMine = await this.#runner.run(end, FOREVER);
}
return {
kind: isMine ? "passed" : "broken"
};
}
#actSync(call) {
let isDone = false;
let isMine = false;
try {
checkSettled(call());
isDone = true;
} finally {
const end = finish(this.#backing, isDone);
isMine = this.#runner.runSync(end, FOREVER);
}
return {
kind: isMine ? "passed" : "broken"
};
}
abort() {
this.#backing.check();
this.#runner.runSync(breakBarrier(this.#backing), FOREVER);
}
reset() {
this.#backing.check();
this.#runner.runSync(resetBarrier(this.#backing), FOREVER);
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = barriers.handle(this.#backing, this, destination, delivery);
return {
kind: "barrier",
block,
action: this.#action?.sentTo(destination, delivery) ?? null
};
}
async [LOAD]() {
try {
await this.#action?.load();
} catch {
}
}
#describe() {
if (this.#backing.unavailable !== void 0) return "<Barrier unavailable>";
const state = this.broken ? "broken" : `${this.nWaiting}/${this.parties}`;
return `<Barrier ${state}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF8 = Barrier;
function indexOf(index, arrival) {
switch (arrival.kind) {
case "passed":
return index;
case "broken":
throw new BrokenBarrierError("Cannot pass the barrier as it is broken: call reset() when all parties are ready to wait again");
case "actionless":
throw new BrokenBarrierError("Cannot pass the barrier as no party that arrived has its action: a function is sent only if all that it uses can be, and with --allow-sys, so give its address { module, name } or make the barrier while the module loads; wait() can run an action by address anywhere, waitSync() only where its module is loaded");
case "wait":
case "act":
throw new Error(`Broken invariant: a round ended with ${arrival.kind}`);
default:
return unreachable(arrival);
}
}
function checkSettled(result) {
if (typeof result?.then !== "function") return;
contain(result, (error) => printError(`A barrier's action threw: ${inspectThrown(error)}`));
throw new TypeError("Cannot pass the barrier by waitSync() as its action returned a promise: use wait(), or an action that is done when it returns");
}
function checkParties(parties) {
const isWhole = Number.isInteger(parties);
if (isWhole && parties >= 1 && parties <= PARTIES_MAX) {
return;
}
throw new RangeError(`Cannot make a barrier as "parties" must be a whole number from 1 to ${PARTIES_MAX}: current value is ${typeof parties === "number" ? parties : typeof parties}`);
}
function createBarrier(place, parties, options = {}) {
return new Barrier(parties, placed({
place
}, options));
}
function rehydrateBarrier(handle2) {
const { block, action } = handle2;
const barrier = barriers.rehydrate(block, (where) => new Barrier(1, placed(where, action === null ? {} : {
action
})));
if (action !== null) {
const loading = barrier[LOAD]().finally(() => hooks.loading.delete(loading));
hooks.loading.add(loading);
}
return barrier;
}
// lib/sync/semaphore_state.ts
var PERMITS_BYTES = 16;
var VALUE = 0;
var STARVING2 = 1;
var BOUND = 2;
var MARK = -2147483648;
var PERMITS_MAX = 2147483647;
function permitsOf(value) {
return value & PERMITS_MAX;
}
function* takePermit() {
let hasSlept = false;
let overtaken = 0;
for (; ; ) {
const seen = yield load(VALUE);
const permits = permitsOf(seen);
if (permits > 0 && (seen > 0 || hasSlept)) {
const left = permits > 1 ? permits - 1 : hasSlept ? MARK : 0;
if ((yield swap(VALUE, seen, left)) !== seen) continue;
if (overtaken >= OVERTAKEN_MAX || seen < 0) yield store(STARVING2, 0);
if (hasSlept && left > 0) yield wakeUp(VALUE, 1);
return true;
}
const marked = seen | MARK;
if (seen !== marked && (yield swap(VALUE, seen, marked)) !== seen) continue;
if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING2, 1);
const outcome = yield sleep(VALUE, marked);
if (outcome === GIVE_UP) return yield* leave3(overtaken);
hasSlept = true;
}
}
function* leave3(overtaken) {
if (overtaken < OVERTAKEN_MAX) return false;
yield store(STARVING2, 0);
yield* unreserve2();
return false;
}
function* unreserve2() {
for (; ; ) {
const seen = yield load(VALUE);
const permits = permitsOf(seen);
if (seen > 0 || permits === 0) return;
if ((yield swap(VALUE, seen, permits)) !== seen) continue;
yield wakeUp(VALUE, 1);
return;
}
}
function* addPermit(bound) {
for (; ; ) {
const seen = yield load(VALUE);
const permits = permitsOf(seen);
if (permits >= bound) return false;
const isReserved = seen < 0 && (yield load(STARVING2)) !== 0;
const next2 = isReserved ? seen + 1 : permits + 1;
if ((yield swap(VALUE, seen, next2)) !== seen) continue;
if (seen < 0) yield wakeUp(VALUE, 1);
if (isReserved && (yield load(STARVING2)) === 0) yield* unreserve2();
return true;
}
}
// lib/sync/semaphore.ts
var semaphores = new Instances();
function bounded(value) {
const placement = placementOf(value);
const isBounded = true;
return placement === null ? placed({
backing: null,
isBounded
}, value) : placed({
...placement.where,
isBounded
}, placement.argument);
}
var Semaphore = class {
#backing;
#runner;
#isBounded;
#fairness = new Fairness();
constructor(value = 1) {
const placement = placementOf(value);
const permits = placement === null ? value : placement.argument;
this.#isBounded = placement?.where.isBounded ?? false;
checkValue(permits);
const type = this.#isBounded ? "boundedsemaphore" : "semaphore";
this.#backing = semaphores.backing(type, PERMITS_BYTES, SELF9, placement?.where.backing);
this.#runner = new StepRunner(this.#backing.block);
const { isFound, unavailable } = this.#backing;
if (!isFound && unavailable === void 0) {
this.#backing.words[VALUE] = permits;
this.#backing.words[BOUND] = this.#isBounded ? permits : PERMITS_MAX;
}
semaphores.settle(this.#backing, this);
}
tryAcquireSync() {
const { words: words2 } = this.#backing;
for (; ; ) {
const seen = Atomics.load(words2, VALUE);
if (seen <= 0) return false;
const left = seen - 1;
if (Atomics.compareExchange(words2, VALUE, seen, left) === seen) {
return true;
}
}
}
acquireSync(options) {
const timeoutMs = timeoutOf(options, "acquire a semaphore");
options?.signal?.throwIfAborted();
const held = this.tryAcquireSync() || this.#runner.runSync(takePermit(), limitOf(timeoutMs));
return held ? new Guard(this) : null;
}
async acquire(options) {
const timeoutMs = timeoutOf(options, "acquire a semaphore");
const signal = options?.signal;
signal?.throwIfAborted();
if (this.#fairness.isOwed && timeoutMs > 0) {
await this.#fairness.give(signal);
}
if (this.tryAcquireSync()) return new Guard(this);
const limit = limitOf(timeoutMs, signal);
if (await this.#runner.run(takePermit(), limit)) return new Guard(this);
signal?.throwIfAborted();
return null;
}
release() {
const { words: words2, block } = this.#backing;
const seen = Atomics.load(words2, VALUE);
const bound = words2[BOUND];
if (seen >= 0 && seen < bound) {
const more = seen + 1;
if (Atomics.compareExchange(words2, VALUE, seen, more) === seen) return;
}
if (!runNow(block, addPermit(bound))) {
throw new LockError(`Cannot release the semaphore as it must have been acquired more often than released: it has ${bound} of ${bound} permits`);
}
this.#fairness.owe();
}
getValue() {
return permitsOf(Atomics.load(this.#backing.words, VALUE));
}
locked() {
return this.getValue() === 0;
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = semaphores.handle(this.#backing, this, destination, delivery);
return {
kind: "semaphore",
block,
isBounded: this.#isBounded
};
}
#describe() {
const name = this.#isBounded ? "BoundedSemaphore" : "Semaphore";
if (this.#backing.unavailable !== void 0) return `<${name} unavailable>`;
return `<${name} value=${this.getValue()}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF9 = Semaphore;
function checkValue(value) {
const isWhole = Number.isInteger(value);
if (isWhole && value >= 0 && value <= PERMITS_MAX) return;
throw new RangeError(`Cannot make a semaphore as "value" must be a whole number from 0 to ${PERMITS_MAX}: current value is ${typeof value === "number" ? value : typeof value}`);
}
function createSemaphore(place, value = 1) {
return new Semaphore(semaphoreArgument({
place
}, value));
}
function semaphoreArgument(backing, value) {
return placed({
backing,
isBounded: false
}, value);
}
function rehydrateAs(handle2, make) {
return semaphores.rehydrate(handle2.block, make);
}
// lib/sync/bounded_semaphore.ts
var BoundedSemaphore = class extends Semaphore {
constructor(value = 1) {
super(bounded(value));
}
};
function createBoundedSemaphore(place, value = 1) {
return new BoundedSemaphore(semaphoreArgument({
place
}, value));
}
function rehydrateSemaphore(handle2) {
const Class = handle2.isBounded ? BoundedSemaphore : Semaphore;
return rehydrateAs(handle2, (where) => new Class(semaphoreArgument(where, 1)));
}
// lib/sync/condition_state.ts
var WAITERS_MAX = OWNERS_MAX;
var TICKETS = 0;
var USED = 1;
var SLOTS3 = 2;
var WORDS_PER_SLOT2 = 2;
var WAITERS_BYTES = 4 * (SLOTS3 + WAITERS_MAX * WORDS_PER_SLOT2);
var FREE3 = 0;
var NOTIFIED = -1;
var TICKET_MASK = 2147483647;
function ownerAt2(slot) {
return SLOTS3 + slot * WORDS_PER_SLOT2;
}
function stateAt2(slot) {
return ownerAt2(slot) + 1;
}
function* enter(me) {
const used = yield load(USED);
for (let slot = 0; slot < used; slot++) {
if ((yield load(stateAt2(slot))) === FREE3) return yield* occupy(slot, me);
}
if (used < WAITERS_MAX) {
yield store(USED, used + 1);
return yield* occupy(used, me);
}
for (let slot = 0; slot < used; slot++) {
if (yield* isVacated(slot)) return yield* occupy(slot, me);
}
return null;
}
function* occupy(slot, me) {
const ticket = (yield load(TICKETS)) % TICKET_MASK + 1;
yield store(TICKETS, ticket);
yield store(ownerAt2(slot), me);
yield store(stateAt2(slot), ticket);
return {
at: stateAt2(slot),
ticket
};
}
function* isVacated(slot) {
const state = yield load(stateAt2(slot));
if (state === FREE3) return true;
if ((yield ownerAlive(yield load(ownerAt2(slot)))) === 1) return false;
if ((yield swap(stateAt2(slot), state, FREE3)) !== state) return false;
if (state === NOTIFIED) yield* notify(1);
return true;
}
function* awaitNotified({ at, ticket }) {
for (; ; ) {
const outcome = yield sleep(at, ticket);
if ((yield load(at)) !== ticket) break;
if (outcome === CHECK_LIVENESS) yield* passOn();
if (outcome !== GIVE_UP) continue;
if ((yield swap(at, ticket, FREE3)) === ticket) return false;
break;
}
yield swap(at, NOTIFIED, FREE3);
return true;
}
function* passOn() {
const used = yield load(USED);
for (let slot = 0; slot < used; slot++) {
if ((yield load(stateAt2(slot))) === NOTIFIED) yield* isVacated(slot);
}
}
function* notify(count2) {
let left = count2;
for (const { slot, ticket } of yield* inOrder()) {
if (left <= 0) return;
const isOwnerAlive = yield ownerAlive(yield load(ownerAt2(slot)));
const next2 = isOwnerAlive === 1 ? NOTIFIED : FREE3;
if ((yield swap(stateAt2(slot), ticket, next2)) !== ticket) continue;
if (next2 === FREE3) continue;
yield wakeUp(stateAt2(slot), 1);
left--;
}
}
function* inOrder() {
const waiters = [];
const used = yield load(USED);
for (let slot = 0; slot < used; slot++) {
const ticket = yield load(stateAt2(slot));
if (ticket > 0) waiters.push({
slot,
ticket
});
}
return waiters.sort((a, b) => a.ticket - b.ticket << 1 >> 1);
}
function renameWaiters(words2, before2, now) {
for (let slot = 0; slot < words2[USED]; slot++) {
if (words2[ownerAt2(slot)] === before2) words2[ownerAt2(slot)] = now;
}
}
// lib/sync/condition.ts
var CONDITION_BYTES = WAITERS_BYTES + MUTEX_BYTES;
var conditions = new Instances();
var Condition = class {
#backing;
#runner;
#lock;
constructor(lock2) {
const placement = placementOf(lock2);
const given = placement === null ? lock2 : placement.argument;
checkLock2(given);
this.#backing = conditions.backing("condition", CONDITION_BYTES, SELF10, placement?.where);
this.#runner = new StepRunner(this.#backing.block);
this.#lock = foundLock(this.#backing) ?? given ?? ownLock(this.#backing);
conditions.settle(this.#backing, this);
this.#backing.onMove((before2, now) => renameWaiters(this.#backing.words, before2, now));
}
get lock() {
this.#backing.check();
return this.#lock;
}
acquire(options) {
return this.lock.acquire(options);
}
acquireSync(options) {
return this.lock.acquireSync(options);
}
release() {
this.lock.release();
}
locked() {
return this.lock.locked();
}
async wait(options) {
const timeoutMs = timeoutOf(options, "wait for a condition");
options?.signal?.throwIfAborted();
const waiter = this.#enter();
const times = this.#lock[RELEASE_SAVE]();
const limit = limitOf(timeoutMs, options?.signal);
let isNotified = false;
let isAbandoned = false;
try {
isNotified = await this.#runner.run(awaitNotified(waiter), limit);
} finally {
isAbandoned = await this.#lock[ACQUIRE_RESTORE](times);
}
if (!isNotified) options?.signal?.throwIfAborted();
accept2(isAbandoned, options);
return isNotified;
}
waitSync(options) {
const timeoutMs = timeoutOf(options, "wait for a condition");
options?.signal?.throwIfAborted();
const waiter = this.#enter();
const times = this.#lock[RELEASE_SAVE]();
let isNotified = false;
let isAbandoned = false;
try {
const limit = limitOf(timeoutMs);
isNotified = this.#runner.runSync(awaitNotified(waiter), limit);
} finally {
isAbandoned = this.#lock[ACQUIRE_RESTORE_SYNC](times);
}
accept2(isAbandoned, options);
return isNotified;
}
#enter() {
this.#checkMine("wait for");
const { block, me } = this.#backing;
const waiter = runNow(block, enter(me));
if (waiter !== null) return waiter;
throw new LockError(`Cannot wait for the condition as at most ${WAITERS_MAX} waits are possible at once: current number is ${WAITERS_MAX}`);
}
async waitFor(predicate, options) {
const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
this.#checkMine("wait for");
for (; ; ) {
const result = settled(predicate());
if (result) return result;
const timeout = deadline - performance.now();
if (timeout <= 0) return result;
await this.wait({
...options,
timeout
});
}
}
waitForSync(predicate, options) {
const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
this.#checkMine("wait for");
for (; ; ) {
const result = settled(predicate());
if (result) return result;
const timeout = deadline - performance.now();
if (timeout <= 0) return result;
this.waitSync({
...options,
timeout
});
}
}
notify(count2 = 1) {
checkCount(count2);
this.#checkMine("notify");
runNow(this.#backing.block, notify(count2));
}
notifyAll() {
this.#checkMine("notify");
runNow(this.#backing.block, notify(WAKE_ALL));
}
#checkMine(what) {
if (this.lock[IS_OWNED]()) return;
const state = this.locked() ? "held by another process" : "free";
throw new LockError(`Cannot ${what} the condition as only the process that acquired its lock may: it is ${state}`);
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = conditions.handle(this.#backing, this, destination, delivery);
return {
kind: "condition",
block,
lock: this.#lock[HANDLE](destination, delivery)
};
}
#describe() {
if (this.#backing.unavailable !== void 0) {
return "<Condition unavailable>";
}
return `<Condition ${Deno.inspect(this.#lock)}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF10 = Condition;
function accept2(isAbandoned, options) {
if (!isAbandoned || options?.abandoned === "take") return;
throw abandonedError("wait for the condition", "the lock is the caller's now");
}
function checkLock2(lock2) {
if (lock2 === void 0 || isLock(lock2)) return;
throw new TypeError(`Cannot make a condition as "lock" must be an RLock or a Lock: current value is ${lock2 === null ? "null" : typeof lock2}`);
}
function checkCount(count2) {
if (Number.isInteger(count2) && count2 >= 0) return;
throw new RangeError(`Cannot notify the condition as "count" must be a whole number from 0: current value is ${typeof count2 === "number" ? count2 : typeof count2}`);
}
function foundLock({ claim }) {
const handle2 = claim?.handle;
return handle2?.kind === "condition" ? rehydrateAnyLock(handle2.lock) : null;
}
function ownLock({ block }) {
return lockOver(block.part(WAITERS_BYTES, MUTEX_BYTES));
}
function placeCondition(where, lock2) {
return new Condition(placed(where, lock2));
}
function createCondition(place, lock2) {
return placeCondition({
place
}, lock2);
}
function rehydrateCondition(handle2) {
const lock2 = rehydrateAnyLock(handle2.lock);
return conditions.rehydrate(handle2.block, (where) => placeCondition(where, lock2));
}
function settled(result) {
if (typeof result?.then !== "function") {
return result;
}
contain(result, () => {
});
throw new TypeError("Cannot wait for a condition as its predicate returned a promise, which is always true: give one that answers at once, and await before or after it");
}
// lib/sync/event.ts
var EVENT_BYTES = 8;
var FLAG = 0;
var events = new Instances();
function isRaised(flag) {
return (flag & 1) === 1;
}
function* awaitRaised() {
const first2 = yield load(FLAG);
if (isRaised(first2)) return true;
for (; ; ) {
const outcome = yield sleep(FLAG, first2);
if ((yield load(FLAG)) !== first2) return true;
if (outcome === GIVE_UP) return false;
}
}
var SharedEvent = class {
#backing;
#runner;
constructor(none) {
this.#backing = events.backing("event", EVENT_BYTES, SELF11, whereOf(none));
this.#runner = new StepRunner(this.#backing.block);
events.settle(this.#backing, this);
}
isSet() {
return isRaised(Atomics.load(this.#backing.words, FLAG));
}
set() {
if (this.#change(false)) wake(this.#backing.block, FLAG);
}
clear() {
this.#change(true);
}
#change(from) {
const { words: words2 } = this.#backing;
for (; ; ) {
const seen = Atomics.load(words2, FLAG);
if (isRaised(seen) !== from) return false;
const next2 = seen + 1 | 0;
if (Atomics.compareExchange(words2, FLAG, seen, next2) === seen) {
return true;
}
}
}
async wait(options) {
const timeoutMs = timeoutOf(options, "wait for an event");
options?.signal?.throwIfAborted();
if (this.isSet()) return true;
const limit = limitOf(timeoutMs, options?.signal);
const isDone = await this.#runner.run(awaitRaised(), limit);
if (!isDone) options?.signal?.throwIfAborted();
return isDone;
}
waitSync(options) {
const timeoutMs = timeoutOf(options, "wait for an event");
options?.signal?.throwIfAborted();
return this.isSet() || this.#runner.runSync(awaitRaised(), limitOf(timeoutMs));
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = events.handle(this.#backing, this, destination, delivery);
return {
kind: "event",
block
};
}
#describe() {
if (this.#backing.unavailable !== void 0) {
return "<SharedEvent unavailable>";
}
return `<SharedEvent ${this.isSet() ? "set" : "unset"}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF11 = SharedEvent;
var placeSharedEvent = placer(SharedEvent);
function createEvent(place) {
return placeSharedEvent({
place
});
}
function rehydrateEvent(handle2) {
return events.rehydrate(handle2.block, placeSharedEvent);
}
// lib/sync/rwlock_state.ts
var READERS_MAX = 64;
var READERS = MUTEX_BYTES / 4;
var NOBODY = 0;
var READERS_BYTES = MUTEX_BYTES + 4 * READERS_MAX;
function readerAt(reader) {
return READERS + reader;
}
var OUT = {
at: -1,
isAbandoned: false
};
function* tryRead(me) {
const at = yield* addReader(me);
if (at < 0 || (yield load(WORD)) === FREE) return at;
yield* leaveRead(at);
return -1;
}
function* addReader(me) {
for (let tried = 0; tried < READERS_MAX; tried++) {
const at = readerAt((me + tried) % READERS_MAX);
if ((yield swap(at, NOBODY, me)) === NOBODY) return at;
}
return -1;
}
function* read(self) {
const taking = yield* take(self);
if (taking === "left") return OUT;
const isAbandoned = taking === "inherited";
for (; ; ) {
const { me } = self;
const at = yield* addReader(me);
if (at >= 0 || !(yield* awaitGone(readerAt(me % READERS_MAX)))) {
yield* giveBack();
return {
at,
isAbandoned
};
}
}
}
function* write2(self) {
const taking = yield* take(self);
if (taking === "left") return OUT;
return {
...yield* awaitReaders(),
isAbandoned: taking === "inherited"
};
}
function* awaitReaders() {
for (let reader = 0; reader < READERS_MAX; reader++) {
if (yield* awaitGone(readerAt(reader))) continue;
yield* giveBack();
return OUT;
}
return {
at: WORD,
isAbandoned: false
};
}
function* awaitGone(at) {
for (; ; ) {
const reader = yield load(at);
if (reader === NOBODY) return true;
const outcome = yield sleep(at, reader);
if (outcome === WOKEN) continue;
if ((yield ownerAlive(reader)) === 0) yield swap(at, reader, NOBODY);
else if (outcome === GIVE_UP) return false;
}
}
function* leaveRead(at) {
yield store(at, NOBODY);
if ((yield load(WORD)) !== FREE) yield wakeUp(at, 1);
}
// lib/sync/rwlock.ts
var rwlocks = new Instances();
var RwLock = class {
#backing;
#runner;
#fairness = new Fairness();
constructor(none) {
this.#backing = rwlocks.backing("rwlock", READERS_BYTES, SELF12, whereOf(none));
this.#runner = new StepRunner(this.#backing.block);
rwlocks.settle(this.#backing, this);
this.#backing.onMove((before2, now) => {
const { words: words2 } = this.#backing;
for (const [at, word] of words2.entries()) {
if (ownerOf(word) === before2) words2[at] = now;
}
});
}
async acquireRead(options) {
const timeoutMs = timeoutOf(options, "read");
options?.signal?.throwIfAborted();
if (this.#fairness.isOwed && timeoutMs > 0) {
await this.#fairness.give(options?.signal);
}
const at = this.#tryRead();
if (at >= 0) return this.#readGuard(at);
return await this.#enter(read(this.#backing), timeoutMs, options);
}
acquireReadSync(options) {
const timeoutMs = timeoutOf(options, "read");
options?.signal?.throwIfAborted();
const at = this.#tryRead();
if (at >= 0) return this.#readGuard(at);
return this.#enterSync(read(this.#backing), timeoutMs, options);
}
async acquireWrite(options) {
const timeoutMs = timeoutOf(options, "write");
options?.signal?.throwIfAborted();
if (this.#fairness.isOwed && timeoutMs > 0) {
await this.#fairness.give(options?.signal);
}
if (!this.#tryLock()) {
return await this.#enter(write2(this.#backing), timeoutMs, options);
}
if (this.#isEmpty()) return this.#writeGuard();
return await this.#enter(awaitReaders(), timeoutMs, options);
}
acquireWriteSync(options) {
const timeoutMs = timeoutOf(options, "write");
options?.signal?.throwIfAborted();
if (!this.#tryLock()) {
return this.#enterSync(write2(this.#backing), timeoutMs, options);
}
if (this.#isEmpty()) return this.#writeGuard();
return this.#enterSync(awaitReaders(), timeoutMs, options);
}
#tryRead() {
const { words: words2, me, block } = this.#backing;
const at = readerAt(me % READERS_MAX);
if (Atomics.compareExchange(words2, at, 0, me) !== 0) {
return runNow(block, tryRead(me));
}
if (Atomics.load(words2, WORD) === FREE) return at;
runNow(block, leaveRead(at));
return -1;
}
#tryLock() {
const { words: words2, me } = this.#backing;
return Atomics.compareExchange(words2, WORD, FREE, me) === FREE;
}
#isEmpty() {
const { words: words2 } = this.#backing;
for (let reader = 0; reader < READERS_MAX; reader++) {
if (Atomics.load(words2, readerAt(reader)) !== 0) return false;
}
return true;
}
async #enter(steps, timeoutMs, options) {
const limit = limitOf(timeoutMs, options?.signal);
const entry2 = await this.#runner.run(steps, limit);
if (entry2.at < 0 && !entry2.isAbandoned) options?.signal?.throwIfAborted();
return this.#accept(entry2, options);
}
#enterSync(steps, timeoutMs, options) {
const entry2 = this.#runner.runSync(steps, limitOf(timeoutMs));
return this.#accept(entry2, options);
}
#accept({ at, isAbandoned }, options) {
const guard = at < 0 ? null : at === WORD ? this.#writeGuard() : this.#readGuard(at);
if (!isAbandoned || options?.abandoned === "take") return guard;
guard?.[Symbol.dispose]();
throw abandonedError("acquire the lock", "the lock is free now");
}
#readGuard(at) {
return new Guard({
release: () => this.#leaveRead(at)
});
}
#leaveRead(at) {
const { words: words2, block } = this.#backing;
Atomics.store(words2, at, 0);
if (Atomics.load(words2, WORD) !== FREE) wake(block, at, 1);
}
#writeGuard() {
return new Guard({
release: () => this.#leaveWrite()
});
}
#leaveWrite() {
const { words: words2, me, block } = this.#backing;
if (Atomics.compareExchange(words2, WORD, me, FREE) === me) return;
runNow(block, giveBack());
this.#fairness.owe();
}
locked() {
const { words: words2 } = this.#backing;
return this.readers > 0 || ownerOf(Atomics.load(words2, WORD)) !== 0;
}
get readers() {
const { words: words2 } = this.#backing;
const slots = words2.subarray(readerAt(0), readerAt(READERS_MAX));
return slots.reduce((count2, reader) => count2 + Number(reader !== 0), 0);
}
[HANDLE](destination, delivery = UNTRACKED) {
const block = rwlocks.handle(this.#backing, this, destination, delivery);
return {
kind: "rwlock",
block
};
}
#describe() {
if (this.#backing.unavailable !== void 0) return "<RwLock unavailable>";
return `<RwLock readers=${this.readers} locked=${this.locked()}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.#describe();
}
[Symbol.for("nodejs.util.inspect.custom")]() {
return this.#describe();
}
};
var SELF12 = RwLock;
var placeRwLock = placer(RwLock);
function createRwLock(place) {
return placeRwLock({
place
});
}
function rehydrateRwLock(handle2) {
return rwlocks.rehydrate(handle2.block, placeRwLock);
}
// lib/process/action_copies.ts
var COPY_MAX_BYTES = 64 * 1024;
function copyActions(rehydrate2) {
setActionCopier({
copy,
make: async ({ code, values }) => await rebuilding.rebuild(code, unpack(values, rehydrate2), childContext()?.loaders ?? {})
});
}
function copy(action, destination, delivery) {
try {
const found = looking.captureHere({
target: action,
scope: null,
destination,
keepsText: true
});
return found === null ? null : sent(found, destination, delivery);
} catch (error) {
const isUnsent = error instanceof EncodingError || error instanceof SharedMemoryError;
if (isUnsent) return null;
throw error;
}
}
function sent(found, destination, delivery) {
if (found.kind === "export") return {
module: found.module,
name: found.key
};
if (found.kind === "closed" || found.bytes > COPY_MAX_BYTES) return null;
const values = pack(found.values, destination, "action", [], unheld(delivery));
const copy2 = {
code: found.code,
values
};
return destination === "isolate" ? cloneOf(copy2) : copy2;
}
// lib/process/rehydrate.ts
function rehydrateSent(handle2) {
return handle2.kind === "barrier" ? rehydrateBarrier(handle2) : rehydrate(handle2);
}
function rehydrate(handle2) {
switch (handle2.kind) {
case "array":
return rehydrateArray(handle2);
case "sharedmemory":
return rehydrateSharedMemory(handle2);
case "shareablelist":
return rehydrateShareableList(handle2);
case "value":
return rehydrateValue(handle2);
case "rlock":
return rehydrateRLock(handle2);
case "lock":
return rehydrateLock(handle2);
case "semaphore":
return rehydrateSemaphore(handle2);
case "condition":
return rehydrateCondition(handle2);
case "event":
return rehydrateEvent(handle2);
case "barrier":
return rehydrateBarrier({
...handle2,
action: null
});
case "rwlock":
return rehydrateRwLock(handle2);
case "queue":
case "relay":
return rehydrateQueue(handle2);
case "connection":
return rehydrateConnection(handle2);
default:
return unreachable(handle2);
}
}
setRehydrator(rehydrate);
copyActions(rehydrateSent);
// lib/process/outcome.ts
function outcomeOf2(report2, where, from) {
switch (report2.kind) {
case "result":
return received2(report2, from);
case "unsendable": {
const { path, reason } = report2;
return {
kind: "error",
error: new EncodingError(path, reason)
};
}
case "failure":
return failed(report2, where, from);
default:
return unreachable(report2);
}
}
function received2({ body }, from) {
try {
const value = body === null ? void 0 : unpack(body, rehydrateFrom(from), mostOfChild(body));
return {
kind: "value",
value
};
} catch (error) {
return {
kind: "error",
error
};
}
}
function failed({ body }, where, from) {
const rehydrateAnyway = rehydrateOrTell(rehydrateFrom(from));
const data = body instanceof Uint8Array ? unpack(body, rehydrateAnyway, mostOfChild(body)) : body;
const error = rebuildError(data, where, rehydrateAnyway);
if (error instanceof Error && from !== "isolate") {
const hint = hintForGrant(error) + hintForSettings(error);
if (hint !== "") hide(error, "message", error.message + hint);
}
return {
kind: "error",
error
};
}
function rehydrateOrTell(rehydrate2) {
return (handle2) => {
try {
return rehydrate2(handle2);
} catch (error) {
return `[Not rebuilt: ${error instanceof Error ? error.message : error}]`;
}
};
}
function callerOf(from) {
const here = {};
Error.captureStackTrace(here, from);
return here;
}
function asSeenBy({ stack = "" }, error) {
const lines = stack.replace(/^.*\n?/, "");
if (error instanceof Error && lines !== "") {
void error.stack;
Object.defineProperty(error, "stack", {
value: `${error.name}: ${error.message}
${lines}`,
writable: true,
configurable: true
});
}
return error;
}
// lib/process/child_mailbox.ts
var ChildMailbox = class {
destination;
#state = {
kind: "waiting"
};
#whenGone = [];
#broken;
#whenBroken = null;
constructor(destination, broken2) {
this.destination = destination;
this.#broken = broken2;
}
get isGone() {
return this.#state.kind === "gone";
}
post(mailbox, body, transfer = [], mayHoldHandles2 = false) {
if (this.#state.kind === "waiting") flushLaunches();
if (this.#state.kind !== "launched") return;
const message = {
kind: "message",
mailbox,
body
};
const isRelayed = mayHoldHandles2 && !canMapAt(this.destination);
this.#state.child.send(isRelayed ? {
...message,
isRelayed
} : message, transfer);
}
broken(error) {
this.#broken(error);
}
onBroken(broken2) {
this.#whenBroken = broken2;
}
isBroken(why) {
this.#whenBroken?.(why);
}
onGone(gone2) {
if (this.isGone) gone2();
else this.#whenGone.push(gone2);
}
launched(child) {
this.#state = {
kind: "launched",
child
};
}
ended() {
this.#state = {
kind: "gone"
};
for (const gone2 of this.#whenGone.splice(0)) gone2();
}
};
// lib/process/life_cycle.ts
function next(state, event) {
switch (event.kind) {
case "start":
return state.kind === "new" ? {
kind: "starting"
} : null;
case "ready":
return state.kind === "starting" ? {
kind: "running"
} : null;
case "exit":
return isLiveState(state) ? {
kind: "exited",
code: event.code
} : null;
case "close":
return isLiveState(state) ? null : {
kind: "closed"
};
default:
return unreachable(event);
}
}
function isLiveState(state) {
return state.kind === "starting" || state.kind === "running";
}
// lib/process/process.ts
var LARGE_BYTES = 1024 * 1024;
var told = new Set();
function tellSize(found) {
if (found?.kind !== "captured" || found.bytes < LARGE_BYTES) return;
const { bytes, uses, code: { parts: [part] } } = found;
const text2 = part?.kind === "text" ? part.text : "";
if (told.has(text2)) return;
told.add(text2);
const name = part?.kind === "text" && part.name || "anonymous";
const largest = uses.toSorted((a, b) => b.bytes - a.bytes)[0];
printError(`Function "${name}" takes ${mib(bytes)} MiB along with each call of a process and to each worker, most of it ${largest?.path}: put that into a SharedArray, or make it in the initializer of the pool`);
}
function mib(bytes) {
return (bytes / 1024 / 1024).toFixed(1);
}
// lib/process/process.ts
var START_METHOD = Symbol("multiprocessing.startMethod");
var PEER = Symbol("multiprocessing.peer");
var END_CAUSE = Symbol("multiprocessing.endCause");
var MODULES = Symbol("multiprocessing.modules");
var SUBJECT = Symbol("multiprocessing.subject");
var Adoption = class {
identity;
parent;
target;
args;
constructor(identity, parent3, target, args) {
this.identity = identity;
this.parent = parent3;
this.target = target;
this.args = args;
}
};
var GRACE_DEFAULT_MS = 1e3;
var LOADER_ENDS_MS = 2e3;
var AWAITING_ENDS_MS = 250;
var BaseProcess = class {
#state = {
kind: "new"
};
#name;
#daemon;
#path;
#parent;
#isSelf;
#checked;
#caller;
#ended = Promise.withResolvers();
#child = null;
#peer = null;
#outcome = {
kind: "none"
};
#reason = null;
#release = () => {
};
#tickets = [];
#startedName = "";
#isStoppable = true;
#sought;
#isBroken = false;
#piped = {};
#outputs = [];
constructor(options) {
if (options instanceof Adoption) {
const { identity, parent: parent3, target: target2, args } = options;
this.#isSelf = true;
this.#state = {
kind: "running"
};
this.#path = identity.path;
this.#name = identity.name;
this.#daemon = identity.daemon;
this.#parent = parent3;
this.#checked = {
target: target2,
args,
common: {}
};
this.#caller = null;
return;
}
this.#isSelf = false;
this.#checked = checkOptions(options);
const { target, common: { name, daemon, module } } = this.#checked;
for (const stream of [
"stdout",
"stderr"
]) {
if (this.#checked.common[stream] !== "piped") continue;
this.#piped[stream] = new PipedOutput();
}
const isInOwnModule = module === void 0 && typeof target !== "object";
this.#caller = isInOwnModule ? callSites(SELF13, 1)[0] ?? null : null;
this.#path = nextPath();
this.#parent = asParent();
this.#name = name || `${new.target.name}-${this.#path.join(":")}`;
this.#daemon = daemon ?? inheritsDaemon();
if (typeof target === "function") {
targets.lookAhead(target, module, this.#caller);
}
}
[START_METHOD]() {
return defaultMethod();
}
[INTERPRETER]() {
return null;
}
[MODULES]() {
return [];
}
[SUBJECT](_subject) {
return this.#sought;
}
get #itself() {
const { target } = this.#checked;
return this.run === OWN_RUN ? target : this.constructor;
}
get [PEER]() {
return this.#peer;
}
[END_CAUSE]() {
if (this.#state.kind !== "exited") return void 0;
switch (this.#outcome.kind) {
case "value":
return void 0;
case "error":
return asSeenBy(callerOf(this[END_CAUSE]), this.#outcome.error);
case "none":
return this.#exitError();
default:
return unreachable(this.#outcome);
}
}
get name() {
return this.#name;
}
set name(name) {
checkProcessName(name);
this.#name = name;
}
get daemon() {
return this.#daemon;
}
set daemon(daemon) {
checkDaemon(daemon);
if (this.#state.kind !== "new") {
throw this.#refuse("set daemon of", "it must be new");
}
this.#daemon = daemon;
}
get pid() {
this.#refuseClosed("read pid of");
if (this.#isSelf) return Deno.pid;
flushLaunches();
return this.#child?.pid ?? null;
}
get ident() {
this.#refuseClosed("read ident of");
if (this.#isSelf) return selfIdent();
flushLaunches();
return this.#child?.ident ?? null;
}
get exitcode() {
this.#refuseClosed("read exitcode of");
return this.#state.kind === "exited" ? this.#state.code : null;
}
get sentinel() {
this.#refuseUnstarted("read sentinel of");
return this.#ended.promise;
}
get stdout() {
return this.#stream("stdout");
}
get stderr() {
return this.#stream("stderr");
}
#stream(name) {
const piped = this.#piped[name];
if (piped !== void 0) return piped.readable;
throw new TypeError(`Cannot read ${name} of process "${this.#name}" as it is not piped: make the process with the option ${name}: "piped"`);
}
get stopping() {
if (!this.#isSelf) {
throw this.#refuse("read stopping of", "only a process itself is asked");
}
return stopSignal();
}
run() {
const { target, args } = this.#checked;
const { kind } = this.#state;
if (kind === "exited" || kind === "closed") {
throw this.#refuse("run", "its arguments are kept until its end only");
}
if (typeof target === "object") {
throw new ProcessStateError(`Cannot run target "${target.name}" here as it is given by its address: import it, or start the process`);
}
return target?.(...args);
}
start() {
if (next(this.#state, {
kind: "start"
}) === null) {
throw this.#refuse("start", "it must be new, and a process runs once");
}
refuseWhileImporting("start a process", "its", "start");
const method = this[START_METHOD]();
const launcher = launcherOf(method);
checkTraits(method, launcher.traits, this.#checked.common);
const { spec, scope } = this.#spec(launcher);
const body = this.#body(spec, scope);
const events2 = this.#events();
const request = this.#request(spec, body);
const delivery = new TrackedDelivery();
const identity = this.#identity(method);
const destination = this.#destination(launcher);
const launch2 = delivery.make(() => {
const first2 = startMessage(identity, destination, spec, body, delivery);
return launcher.prepare(request, first2, events2);
});
this.#outputs = [
request.stdout,
request.stderr
];
this.#tickets = delivery.tickets;
this.#sought = identities.soughtBy(spec, this.#itself);
this.#move({
kind: "start"
});
this.#peer = this.#newPeer(launcher);
this.#startedName = this.#name;
this.#isStoppable = launcher.traits.stopsWhileBusy;
this.#join(launch2);
}
async join(options) {
const timeout = timeoutOf(options, "join a process");
this.#refuseUnstarted("join");
if (this.#state.kind === "exited") return true;
return await settles(this.#ended.promise, timeout, options?.signal);
}
async result(options) {
const caller = callerOf(this.result);
if (!await this.join(options)) {
throw timedOut(`get result of ${this}`, "it is still running");
}
const outcome = this.#outcome;
switch (outcome.kind) {
case "value":
return outcome.value;
case "error":
throw asSeenBy(caller, outcome.error);
case "none":
throw this.#exitError();
default:
return unreachable(outcome);
}
}
isAlive() {
this.#refuseClosed("look at");
return isLiveState(this.#state);
}
terminate() {
this.#stop("terminate", "SIGTERM");
}
kill() {
this.#stop("kill", "SIGKILL");
}
interrupt() {
this.#refuseUnstarted("interrupt");
const method = this[START_METHOD]();
if (!launcherOf(method).traits.interrupts) {
throw new UnsupportedError(`Cannot interrupt ${this} as start method "${method}" has no signals: use terminate(), or start method "spawn"`);
}
this.#stop("interrupt", "SIGINT");
}
async shutdown(options = {}) {
expectOptions(options, "shut down a process", "{ grace: 1000 }");
const { grace = GRACE_DEFAULT_MS } = options;
const graceMs = timeoutOf({
timeout: grace
}, "shut down a process");
this.#refuseUnstarted("shut down");
flushLaunches();
this.#child?.send({
kind: "stop"
});
if (!await this.join({
timeout: graceMs
})) await this.#killOrTell(graceMs);
return this.exitcode ?? 0;
}
close() {
if (next(this.#state, {
kind: "close"
}) === null || this.#isSelf) {
throw this.#refuse("close", "it must have ended: call join() or terminate()");
}
this.#move({
kind: "close"
});
this.#child = null;
this.#outcome = {
kind: "none"
};
}
async [Symbol.asyncDispose]() {
if (!isLiveState(this.#state)) return;
this.terminate();
await this.join();
}
get [REFUSED]() {
return "a Process; send its name or pid";
}
[READY](options) {
return this.join(options);
}
toString() {
const words2 = [
this.constructor.name,
`name=${JSON.stringify(this.#name)}`,
...this.#pidNow() === null ? [] : [
`pid=${this.#pidNow()}`
],
`parent=${this.#parent?.pid ?? "none"}`,
this.#stateWord()
];
if (this.#state.kind === "exited") {
words2.push(`exitcode=${nameOfExitcode(this.#state.code)}`);
}
if (this.#daemon) words2.push("daemon");
return `<${words2.join(" ")}>`;
}
[DISPLAY]() {
return tableOf(`${this.constructor.name} ${this.#name}`, {
state: this.#stateWord(),
exitcode: this.#state.kind === "exited" ? nameOfExitcode(this.#state.code) : null,
pid: this.#pidNow(),
parent: this.#parent?.pid ?? null,
daemon: this.#daemon
});
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
#pidNow() {
if (this.#isSelf) return Deno.pid;
if (this.#state.kind === "starting") flushLaunches();
return this.#child?.pid ?? null;
}
#stateWord() {
const { kind } = this.#state;
switch (kind) {
case "new":
return "initial";
case "starting":
case "running":
return "started";
case "exited":
return "stopped";
case "closed":
return "closed";
default:
return unreachable(kind);
}
}
#events() {
return {
message: (message) => this.#take(message),
broken: (error) => this.#breach(error),
ended: (ending) => this.#end(ending)
};
}
#newPeer(launcher) {
const peer = new ChildMailbox(this.#destination(launcher), (error) => this.#breach(error));
identities.answerTo(peer, (subject) => this[SUBJECT](subject));
return peer;
}
#spec(launcher) {
const { target, common: { module, scope } } = this.#checked;
const caller = this.#caller;
if (this.run !== OWN_RUN) {
return {
spec: targets.classSpec(this.constructor, module, caller),
scope: {}
};
}
if (target === void 0) return {
spec: {
kind: "nothing"
},
scope: {}
};
if (typeof target === "object") {
return {
spec: targets.addressSpec(target),
scope: {}
};
}
const destination = this.#destination(launcher);
const spec = targets.functionSpec({
target,
module,
caller,
scope,
destination
});
tellSize(spec.found);
return spec;
}
#destination({ traits }) {
return destinationOf(traits, this.#checked.common.permissions);
}
#identity(method) {
return {
name: this.#name,
daemon: this.#daemon,
path: this.#path,
parent: this.#parent,
method,
chosen: chosenMethod(),
mainModule: ownMainModule()
};
}
#body(target, scope) {
const { args } = this.#checked;
return {
args,
scope,
fields: target.kind === "class" ? {
...this
} : {}
};
}
#request(spec, body) {
const { maxHeapMiB, permissions, env, stdout, stderr } = this.#checked.common;
const { stdout: out = null, stderr: error = null } = this.#piped;
return {
stdout: routeOf("stdout", stdout, out),
stderr: routeOf("stderr", stderr, error),
name: this.#name,
daemon: this.#daemon,
modules: [
... new Set([
...targets.modulesOf(spec),
...this[MODULES]()
])
],
maxHeapMiB: maxHeapMiB ?? null,
permissions: permissions ?? null,
env: env ?? null,
interpreter: this[INTERPRETER](),
mainModule: ownMainModule(),
isSettled: isSettled(body)
};
}
#join(launch2) {
childStarted(this);
deferLaunch(() => {
if (!this.#daemon) this.#release = keepAlive();
try {
this.#child = launch2();
this.#peer?.launched(this.#child);
if (getLogger().isEnabledFor("INFO")) {
this.#log(`started in OS process ${this.#child.pid}`);
}
} catch (error) {
const why = error instanceof Error ? error.message : String(error);
this.#reason = {
text: `it could not be launched: ${why}`,
cause: error
};
this.#end({
code: 1
});
}
});
}
#take(message) {
if (this.#isBroken || !isLiveState(this.#state)) return;
try {
this.#receive(message);
} catch (error) {
this.#breach(error);
}
}
#breach(error) {
if (this.#isBroken || !isLiveState(this.#state)) return;
this.#isBroken = true;
const what = error instanceof Error ? error.message : String(error);
this.#reason = {
text: `it was ended, as what it sent is wrong: ${what}`,
cause: error
};
this.#outcome = {
kind: "none"
};
this.#child?.stop("SIGKILL");
if (!this.#isStoppable) this.#release();
this.#peer?.isBroken(`what it sent is wrong: ${what}`);
}
#receive(message) {
switch (message.kind) {
case "ready":
this.#greeted(message.version);
return;
case "result":
case "unsendable":
case "failure":
this.#outcome = outcomeOf2(message, `in process "${this.#startedName}"`, this.#peer.destination);
if (this.#outcome.kind === "error") this.#explain(this.#outcome.error);
return;
case "message":
deliver(message.mailbox, message.body, this.#peer);
return;
default:
unreachable(message);
}
}
#explain(error) {
if (this.run !== OWN_RUN) {
explainPrivate(error, this.constructor.name);
}
const fields = Object.entries(this).map(([key, value]) => [
`this.${key}`,
value
]);
explainInstances(error, [
[
"args",
this.#checked.args
],
...fields
]);
}
#greeted(version) {
if (version !== PROTOCOL_VERSION) {
this.#reason = {
text: `it speaks protocol ${version} and not ${PROTOCOL_VERSION}: load one version of this package only`
};
this.#child?.stop("SIGKILL");
return;
}
this.#move({
kind: "ready"
});
}
#end({ code, reason }) {
if (reason !== void 0) this.#reason ??= {
text: reason
};
this.#move({
kind: "exit",
code
});
this.#log(`ended with exit code ${nameOfExitcode(code)}`);
childEnded(this);
for (const ticket of this.#tickets) ticket.lost();
this.#tickets = [];
this.#forgetArguments();
this.#release();
this.#peer?.ended();
for (const output of this.#outputs) {
if (typeof output !== "string") output.end();
}
this.#ended.resolve();
}
#forgetArguments() {
const { scope: _, ...common } = this.#checked.common;
this.#checked = {
...this.#checked,
args: [],
common
};
}
#log(text2) {
getLogger().info(`process "${this.#startedName}" ${text2}`);
}
#exitError() {
const code = this.#state.kind === "exited" ? this.#state.code : 0;
const why = this.#reason === null ? "" : `: ${this.#reason.text}`;
const cause = this.#reason?.cause;
return new ExitError(`Process "${this.#startedName}" ended with exit code ${nameOfExitcode(code)} and without a result${why}`, code, cause === void 0 ? {} : {
cause
});
}
#stop(verb, signal) {
this.#refuseUnstarted(verb);
if (!isLiveState(this.#state)) return;
flushLaunches();
this.#child?.stop(signal);
if (!this.#isStoppable) this.#release();
}
async #killOrTell(graceMs) {
const method = this[START_METHOD]();
const isLoading2 = this.#state.kind === "starting" && this.#child?.isLoading?.() !== false;
this.kill();
if (launcherOf(method).traits.stopsWhileBusy) {
await this.join();
return;
}
const endsMs = isLoading2 ? LOADER_ENDS_MS : AWAITING_ENDS_MS;
const timeout = Math.max(graceMs, endsMs);
if (await this.join({
timeout
})) return;
throw new UnsupportedError(`Cannot shut down ${this} as it is computing and start method "${method}" cannot stop that: use start method "thread" or "spawn"`);
}
#move(event) {
this.#state = next(this.#state, event) ?? this.#state;
}
#refuseClosed(verb) {
if (this.#state.kind === "closed") {
throw this.#refuse(verb, "it must not be closed");
}
}
#refuseUnstarted(verb) {
this.#refuseClosed(verb);
if (this.#isSelf) {
throw this.#refuse(verb, "only a child of this process can be waited for");
}
if (this.#state.kind === "new") {
throw this.#refuse(verb, "it must have been started");
}
}
#refuse(verb, rule) {
return new ProcessStateError(`Cannot ${verb} process "${this.#name}" as ${rule}: current state is "${this.#isSelf ? "current process" : this.#stateWord()}"`);
}
};
var SELF13 = BaseProcess;
var OWN_RUN = BaseProcess.prototype.run;
// lib/pool/parent/future.ts
function cancelled() {
return new CancelledError("Cannot give a result as the work was cancelled before a worker began it");
}
var Future = class {
#job;
constructor(job) {
this.#job = job;
}
done() {
return this.#job.outcome.state.kind !== "pending";
}
running() {
return this.#job.isRunning;
}
cancelled() {
return this.#job.isWithdrawn;
}
cancel() {
return this.cancelled() || this.#job.withdraw(cancelled());
}
async result(options) {
await this.#wait(options, "get a result");
return await this.#job.outcome.promise;
}
async exception(options) {
await this.#wait(options, "get an exception");
const { state } = this.#job.outcome;
if (state.kind !== "error") return null;
if (this.cancelled()) throw state.error;
return state.error;
}
async #wait(options, what) {
const timeout = timeoutOf(options, what);
if (this.done()) return;
const { promise } = this.#job.outcome;
if (await settles(promise, timeout, options?.signal)) return;
throw timedOut(what, "the call is not done");
}
then(onValue, onError) {
return this.#job.outcome.promise.then(onValue, onError);
}
catch(onError) {
return this.#job.outcome.promise.catch(onError);
}
finally(onSettled) {
return this.#job.outcome.promise.finally(onSettled);
}
get [Symbol.toStringTag]() {
return "Future";
}
toString() {
return `<Future state=${this.#stateName}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
get #stateName() {
if (this.cancelled()) return "cancelled";
if (this.done()) return "finished";
return this.running() ? "running" : "pending";
}
};
// lib/base/async_context.ts
function contextNow() {
const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
return AsyncLocalStorage.snapshot();
}
function boundToContext(call) {
if (typeof call !== "function") return call;
const within = contextNow();
return (...args) => within(call, ...args);
}
// lib/pool/parent/item_source.ts
var CLOSING = "A source of items threw when it was closed";
var SyncItemSource = class {
#iterator;
#within;
#end = null;
constructor(iterable) {
this.#iterator = iterable[Symbol.iterator]();
this.#within = Array.isArray(iterable) ? null : contextNow();
}
take(most) {
const within = this.#within;
return within === null ? this.#take(most) : within(() => this.#take(most));
}
#take(most) {
const items = [];
while (this.#end === null && items.length < most) {
try {
const { done, value } = this.#iterator.next();
if (done === true) this.#end = {
kind: "end"
};
else items.push(value);
} catch (thrown) {
this.#end = {
kind: "end",
error: {
thrown
}
};
}
}
return items.length > 0 || this.#end === null ? {
kind: "items",
items
} : this.#end;
}
close() {
if (this.#end !== null) return;
this.#end = {
kind: "end"
};
const close2 = () => this.#iterator.return?.();
callOut(CLOSING, () => this.#within === null ? close2() : this.#within(close2));
}
};
var AsyncItemSource = class {
#iterator;
#within = contextNow();
#ready;
#items = [];
#isReading = false;
#isClosed = false;
#end = null;
constructor(iterable, ready) {
this.#iterator = iterable[Symbol.asyncIterator]();
this.#ready = ready;
}
take(most) {
const items = this.#items.splice(0, most);
if (items.length > 0) {
this.#read();
return {
kind: "items",
items
};
}
if (this.#end !== null) return this.#end;
this.#read();
return {
kind: "items",
items
};
}
async #read() {
if (this.#isReading || this.#end !== null) return;
this.#isReading = true;
try {
const { done, value } = await this.#within(() => this.#iterator.next());
if (done === true) this.#end = {
kind: "end"
};
else this.#items.push(value);
} catch (thrown) {
this.#end = {
kind: "end",
error: {
thrown
}
};
}
this.#isReading = false;
if (!this.#isClosed) this.#ready();
}
close() {
if (this.#isClosed) return;
this.#isClosed = true;
if (this.#end !== null) return;
this.#end = {
kind: "end"
};
callOut(CLOSING, () => this.#within(() => this.#iterator.return?.()));
}
};
function isAsync(iterable) {
const { [Symbol.asyncIterator]: method } = iterable;
return typeof method === "function";
}
function isIterable(value) {
if (value === null || value === void 0) return false;
const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = value;
return typeof sync === "function" || typeof async === "function";
}
// lib/process/cpu_count.ts
function cpuCount() {
return navigator.hardwareConcurrency;
}
// lib/pool/parent/pool_options.ts
function methodOfContext(context, what) {
if (typeof context?.getStartMethod === "function") {
return context.getStartMethod();
}
throw new TypeError(`Cannot ${what} as "context" must be a context, as getContext("spawn") gives it: current value is ${nameOf(context)}`);
}
var NO_LIMITS = {
timeoutMs: Infinity,
retries: 0,
signal: void 0
};
function limitsOf(options, what) {
if (options === void 0) return NO_LIMITS;
expectOptions(options, what, "{ timeout: 1000 }");
const { signal, retries = 0 } = options;
const timeoutMs = timeoutOf(options, what);
if (retries !== 0) checkCount2(what, "retries", retries, 0);
return {
timeoutMs,
retries,
signal
};
}
var POOL_DEFAULTS = {
processes: cpuCount,
minWorkers: 0,
idleTimeout: Infinity,
maxTasksPerChild: Infinity
};
function checkPool(processes, options) {
expectOptions(options, "make a pool", "{ initializer }");
const { initializer, initargs, maxTasksPerChild, name, idleTimeout } = options;
const { minWorkers = 0 } = options;
checkCount2("make a pool", "processes", processes, 1);
checkWorkers("make a pool", "minWorkers", minWorkers, processes);
const isTarget = typeof initializer === "function" || typeof initializer === "object" && initializer !== null;
if (initializer !== void 0 && !isTarget) {
const wanted = "a function or { module, name }";
throw wrong2("make a pool", "initializer", wanted, initializer);
}
if (initargs !== void 0 && !Array.isArray(initargs)) {
throw wrong2("make a pool", "initargs", "an array", initargs);
}
if (maxTasksPerChild !== void 0 && maxTasksPerChild !== Infinity) {
checkCount2("make a pool", "maxTasksPerChild", maxTasksPerChild, 1);
}
timeoutOf({
timeout: idleTimeout
}, "make a pool", "idleTimeout");
if (name !== void 0 && typeof name !== "string") {
throw wrong2("make a pool", "name", "a string", name);
}
}
function checkWorkers(what, name, count2, size) {
checkCount2(what, name, count2, 0);
if (count2 <= size) return;
throw new RangeError(`Cannot ${what} as "${name}" must be at most its size of ${size}: current value is ${count2}`);
}
function checkArgs2(args) {
if (!Array.isArray(args)) throw wrong2("apply", "args", "an array", args);
}
function checkMap(options) {
expectOptions(options, "map", "{ chunksize: 3 }");
const { chunksize, onProgress, progress } = options;
if (chunksize !== void 0) checkCount2("map", "chunksize", chunksize, 1);
if (onProgress !== void 0 && typeof onProgress !== "function") {
throw wrong2("map", "onProgress", "a function", onProgress);
}
if (progress !== void 0 && typeof progress !== "boolean") {
throw wrong2("map", "progress", "a boolean", progress);
}
}
function checkStream(options) {
expectOptions(options, "imap", "{ chunksize: 3 }");
const { chunksize, buffersize } = options;
if (chunksize !== void 0) checkCount2("imap", "chunksize", chunksize, 1);
if (buffersize !== void 0) checkCount2("imap", "buffersize", buffersize, 1);
}
function checkCount2(what, name, value, least) {
if (typeof value !== "number") throw wrong2(what, name, "a number", value);
if (Number.isInteger(value) && value >= least) return;
throw new RangeError(`Cannot ${what} as "${name}" must be an integer of at least ${least}: current value is ${value}`);
}
function wrong2(what, name, wanted, got) {
const shown = got === null ? "null" : typeof got;
return new TypeError(`Cannot ${what} as "${name}" must be ${wanted}: current value is ${shown}`);
}
// lib/pool/parent/async_result.ts
var PENDING = {
kind: "pending"
};
var TaskOutcome = class {
#state = PENDING;
#waiting = null;
caller;
constructor(caller) {
this.caller = caller;
}
get state() {
return this.#state;
}
get promise() {
if (this.#waiting === null) {
this.#waiting = Promise.withResolvers();
this.#tell();
}
return this.#waiting.promise;
}
resolve(value) {
if (this.#state !== PENDING) return;
this.#state = {
kind: "value",
value
};
this.#tell();
}
reject(error) {
if (this.#state !== PENDING) return;
this.#state = {
kind: "error",
error: this.seen(error)
};
this.#tell();
}
seen(error) {
return asSeenBy(this.caller, error);
}
#tell() {
if (this.#waiting === null) return;
if (this.#state.kind === "value") this.#waiting.resolve(this.#state.value);
if (this.#state.kind === "error") this.#waiting.reject(this.#state.error);
}
};
var AsyncResult = class {
#outcome;
constructor(outcome) {
this.#outcome = outcome;
}
ready() {
return this.#outcome.state.kind !== "pending";
}
successful() {
const { kind } = this.#outcome.state;
if (kind !== "pending") return kind === "value";
throw new ProcessStateError("Cannot say whether the work was successful as it is not done: look at ready(), or await the result");
}
async get(options) {
if (!await this.#settles(options, "get a result")) {
throw timedOut("get the result", "the work is not done");
}
return await this.#outcome.promise;
}
async wait(options) {
return await this.#settles(options, "wait for a result");
}
async #settles(options, what) {
const timeout = timeoutOf(options, what);
if (this.ready()) return true;
return await settles(this.#outcome.promise, timeout, options?.signal);
}
then(onValue, onError) {
return this.#outcome.promise.then(onValue, onError);
}
catch(onError) {
return this.#outcome.promise.catch(onError);
}
finally(onSettled) {
return this.#outcome.promise.finally(onSettled);
}
get [Symbol.toStringTag]() {
return "AsyncResult";
}
toString() {
return `<AsyncResult state=${this.#outcome.state.kind}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
};
// lib/pool/parent/pool.ts
var ResultIterator = class {
#job;
#caller;
#unclaimed = [];
constructor(job, caller) {
this.#job = job;
this.#caller = caller;
}
async next(options) {
const timeout = timeoutOf(options, "get the next result");
const arriving = this.#unclaimed.shift() ?? this.#job.next();
if (timeout < Infinity || options?.signal !== void 0) {
await this.#waitFor(arriving, timeout, options?.signal);
}
const arrival = await arriving;
switch (arrival.kind) {
case "value":
return {
done: false,
value: arrival.value
};
case "error":
throw asSeenBy(this.#caller, arrival.error);
case "end":
return {
done: true,
value: void 0
};
default:
return unreachable(arrival);
}
}
async #waitFor(arriving, timeout, signal) {
let isThere = false;
try {
isThere = await settles(arriving, timeout, signal);
} finally {
if (!isThere) this.#unclaimed.push(arriving);
}
if (isThere) return;
throw timedOut("get the next result", "it is not there");
}
return() {
this.#giveUp({
kind: "end"
});
return Promise.resolve({
done: true,
value: void 0
});
}
[Symbol.asyncIterator]() {
const loop = {
next: () => this.#nextOfLoop(),
return: () => this.return(),
[Symbol.asyncIterator]: () => loop
};
return loop;
}
async #nextOfLoop() {
try {
return await this.next();
} catch (error) {
this.#giveUp({
kind: "error",
error: endedByError()
});
throw error;
}
}
#giveUp(last) {
this.#unclaimed.length = 0;
this.#job.stop(last);
}
async [Symbol.asyncDispose]() {
await this.return();
}
};
function endedByError() {
return new ProcessStateError("Cannot read on as the loop over the results ended with an error, and the rest was given up: call next() yourself to go on after an error");
}
// lib/pool/parent/pool.ts
var SUBMIT = Symbol("submit");
var STREAM = Symbol("stream");
var WITHDRAW = Symbol("withdraw");
var POOL_CALLERS_MAX = 1e3;
var STACK_EVERY_MS = 0.1;
var NO_CALLER = {};
var NOWHERE = {};
var NOTHING = [];
var UNORDERED = {
form: EACH,
isOrdered: false,
isEager: false
};
var ORDERED = {
...UNORDERED,
isOrdered: true
};
var BasePool = class {
#method;
#destination;
#functions;
#scheduler;
#finished = Promise.withResolvers();
#state = "running";
#isEnding = false;
#named = 0;
#stackAt = -Infinity;
#streams = {
unread: new Set(),
add: (job, work) => {
const { failure } = this.#scheduler.workers;
if (failure !== null) throw failure.error;
if (this.#isEnding) throw parts.endedWhileRead();
this.#scheduler.add(job, work);
},
refill: (source) => this.#scheduler.refill(source),
leave: (job) => this.#scheduler.leave(job),
drop: (job) => this.#scheduler.drop(job),
cancel: (job) => this.#scheduler.cancel(job),
takeBack: (job) => this.#scheduler.takeBack(job),
isRunning: (job) => this.#scheduler.isRunning(job)
};
constructor(processes, options = {}) {
const size = processes ?? POOL_DEFAULTS.processes();
checkPool(size, options);
const { initializer, initargs, context, maxHeapMiB, permissions } = options;
this.#method = context === void 0 ? this[START_METHOD]() : methodOfContext(context, "make a pool");
const launcher = launcherOf(this.#method);
const limits = {
...maxHeapMiB === void 0 ? {} : {
maxHeapMiB
},
...permissions === void 0 ? {} : {
permissions: checkedPermissions(permissions)
}
};
checkTraits(this.#method, launcher.traits, limits);
const destination = this.#destination = destinationOf(launcher.traits, limits.permissions);
this.#functions = new parts.PoolFunctions(destination, (fn) => this.#scheduler.workers.forget(fn));
const first2 = initializer === void 0 ? null : this.#functions.find(initializer, {}, new.target);
const plan = {
method: this.#method,
launcher,
interpreter: interpreterOf(context ?? this),
name: options.name ?? null,
limits,
maxTasks: options.maxTasksPerChild ?? POOL_DEFAULTS.maxTasksPerChild,
initargs: initargs ?? [],
subjects: (id) => this.#functions.subject(id)
};
const packArgs = () => itemsToSend(initargs ?? [], destination, (list) => pack(list, destination, "initargs"));
packArgs();
this.#scheduler = new parts.Scheduler({
size,
minimum: options.minWorkers ?? POOL_DEFAULTS.minWorkers,
idleMs: options.idleTimeout ?? POOL_DEFAULTS.idleTimeout,
make: (modules) => parts.makeWorker(this.#nameNext(plan), modules),
initializer: first2?.definition ?? null,
initializerModules: first2?.modules ?? [],
initargs: packArgs
}, () => this.#settle());
}
[START_METHOD]() {
return defaultMethod();
}
[INTERPRETER]() {
return null;
}
get size() {
return this.#scheduler.workers.size;
}
apply(target, ...[args, options]) {
try {
const { outcome } = this.#call(target, args, options, this.apply);
if (this.#isHurried()) return seenByWaiter(outcome.promise);
outcome.caller = callerOf(this.apply);
return outcome.promise;
} catch (error) {
return Promise.reject(error);
}
}
applyAsync(target, ...[args, options]) {
return new AsyncResult(this[SUBMIT](target, args, options, this.applyAsync).outcome);
}
async map(target, items, options = {}) {
return await this.#map(target, items, EACH, options, this.map).promise;
}
mapAsync(target, items, options = {}) {
return new AsyncResult(this.#map(target, items, EACH, options, this.mapAsync));
}
async starmap(target, items, options = {}) {
return await this.#map(target, items, SPREAD, options, this.starmap).promise;
}
starmapAsync(target, items, options = {}) {
return new AsyncResult(this.#map(target, items, SPREAD, options, this.starmapAsync));
}
imap(target, items, options = {}) {
return this[STREAM](target, items, ORDERED, options, this.imap);
}
imapUnordered(target, items, options = {}) {
return this[STREAM](target, items, UNORDERED, options, this.imapUnordered);
}
async warmUp(options = {}) {
const timeout = timeoutOf(options, "warm up a pool");
const { workers = this.size } = options;
checkWorkers("warm up a pool", "workers", workers, this.size);
if (this.#state !== "running") throw closedError();
const up = this.#scheduler.warmUp(workers);
const isUp = await settles(up, timeout, options.signal);
if (isUp) await up;
return isUp;
}
close() {
if (this.#state !== "running") return;
this.#state = "closed";
for (const stream of this.#streams.unread) stream.begin();
this.#scheduler.workers.wantNone();
this.#scheduler.endWarmUps(closedError());
this.#settle();
}
terminate() {
if (this.#state === "terminated") return;
this.#state = "terminated";
const error = new ProcessStateError("Cannot finish the work as the pool was terminated: close() and join() wait for it");
this.#scheduler.workers.fail(error);
this.#scheduler.terminate(error);
this.#settle();
}
async join(options) {
const timeout = timeoutOf(options, "join a pool");
if (this.#state === "running" && this.#scheduler.workers.failure === null) {
throw new ProcessStateError("Cannot join the pool as it is still running: close() or terminate() it first");
}
return await settles(this.#finished.promise, timeout, options?.signal);
}
async [Symbol.asyncDispose]() {
this.close();
await this.join();
}
stats() {
const { workers, pending, waiting: waiting2 } = this.#scheduler;
return {
size: workers.size,
pending,
waiting: waiting2,
started: workers.started,
restarts: workers.restarts,
workers: workers.workers.map(parts.statsOf)
};
}
get [REFUSED]() {
return "a pool; make one in the process that uses it";
}
toString() {
return `<${this.constructor.name} state=${this.#state} size=${this.size}>`;
}
[DISPLAY]() {
const { size, pending, waiting: waiting2, restarts, workers } = this.stats();
return tableOf(this.constructor.name, {
state: this.#state,
"start method": this.#method,
workers: `${workers.length} of ${size}`,
busy: workers.filter(({ state }) => state === "busy").length,
pending,
waiting: waiting2,
restarts
});
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
[SUBMIT](target, args, options, below) {
const job = this.#call(target, args, options, below);
if (!this.#isCrowded) job.outcome.caller = callerOf(below);
return job;
}
#call(target, args = NOTHING, options, below) {
this.#refuseUnlessRunning("apply");
checkArgs2(args);
if (options !== void 0) {
expectOptions(options, "apply", "{ timeout: 1000 }");
if (options.transfer !== void 0) checkTransfer(options.transfer);
}
const job = new parts.CallJob(this.#functions.find(target, options ?? NOWHERE, below), args, options?.transfer ?? NOTHING, limitsOf(options, "apply"), this.#destination, new TaskOutcome(NO_CALLER), this.#scheduler);
if (!job.isOver) this.#scheduler.add(job, new parts.Task(job, 0, 1));
return job;
}
get #isCrowded() {
return this.#scheduler.pending >= POOL_CALLERS_MAX;
}
#isHurried() {
if (this.#isCrowded) return true;
const now = performance.now();
if (now - this.#stackAt < STACK_EVERY_MS) return true;
this.#stackAt = now;
return false;
}
#map(target, items, form, options, below) {
this.#refuseUnlessRunning("map");
checkMap(options);
const fn = this.#functions.find(target, options, below);
const list = listOf2(items);
const limits = limitsOf(options, "map");
const bar = options.progress === true ? parts.openProgressBar(list.length) : null;
const job = new parts.MapJob(fn, list, {
form,
isSettled: options.settled === true,
options: bar === null ? options : parts.shownBy(bar, options),
size: this.size
}, limits, new TaskOutcome(callerOf(below)), this.#scheduler);
bar?.closeAfter(job.outcome.promise);
if (!job.isOver) job.endIfEmpty();
if (!job.isOver) this.#scheduler.add(job, job);
return job.outcome;
}
[STREAM](target, items, kind, options, below) {
this.#refuseUnlessRunning("imap");
checkStream(options);
if (!isIterable(items)) throw wrong2("imap", "items", "iterable", items);
const { chunksize, buffersize, transfer } = options;
const job = new parts.StreamJob(this.#functions.find(target, options, below), items, {
...kind,
chunksize,
buffersize,
transfer,
size: this.size
}, limitsOf(options, "imap"), this.#streams);
return new ResultIterator(job, callerOf(below));
}
[WITHDRAW](reason) {
this.#scheduler.withdrawAll(reason);
}
#refuseUnlessRunning(what) {
const { failure } = this.#scheduler.workers;
if (this.#state !== "running") {
throw new ProcessStateError(`Cannot ${what} as the pool must be running: current state is "${this.#state}"`);
}
if (failure !== null) throw failure.error;
}
#nameNext(plan) {
if (plan.name === null) return plan;
return {
...plan,
name: `${plan.name}-${++this.#named}`
};
}
#settle() {
const { workers, isIdle } = this.#scheduler;
const mayEnd = this.#state !== "running" || workers.failure !== null;
if (!mayEnd || !isIdle) return;
this.#isEnding = true;
workers.end();
if (workers.isEmpty) this.#finished.resolve();
}
};
function closedError() {
return new ProcessStateError("Cannot warm up the pool as it is closed: make another one");
}
async function seenByWaiter(promise) {
try {
return await promise;
} catch (error) {
throw asSeenBy(callerOf(seenByWaiter), error);
}
}
function listOf2(items) {
if (Array.isArray(items)) return [
...items
];
if (typeof items?.[Symbol.iterator] !== "function") {
throw wrong2("map", "items", "iterable", items);
}
return [
...items
];
}
var ThreadPool = class extends BasePool {
constructor(processes, options) {
super(processes, options);
}
[START_METHOD]() {
return "thread";
}
};
// lib/pool/parent/executor.ts
var BaseExecutor = class {
#pool;
#isShut = false;
constructor(maxWorkers, options = {}) {
expectOptions(options, "make an executor", "{ initializer }");
const context = options.context ?? {
getStartMethod: () => this[START_METHOD](),
[INTERPRETER]: () => this[INTERPRETER]()
};
this.#pool = new BasePool(maxWorkers, {
...options,
context
});
}
[START_METHOD]() {
return defaultMethod();
}
[INTERPRETER]() {
return null;
}
submit(target, ...args) {
this.#refuseIfShut("submit");
const job = this.#pool[SUBMIT](target, args, {}, this.submit);
return new Future(job);
}
map(target, ...rest) {
this.#refuseIfShut("map");
const { iterables, options } = splitRest(rest);
const [only, ...others] = iterables;
const isOne = others.length === 0;
return this.#pool[STREAM](target, isOne ? only : zip(iterables), {
form: isOne ? EACH : SPREAD,
isOrdered: true,
isEager: true
}, {
buffersize: shortest(iterables) + 1,
...options
}, this.map);
}
async shutdown(options = {}) {
expectOptions(options, "shut down an executor", "{ wait: false }");
const { wait: wait2 = true, cancelFutures = false } = options;
this.#isShut = true;
if (cancelFutures) this.#pool[WITHDRAW](cancelled);
this.#pool.close();
if (wait2) await this.#pool.join();
}
async [Symbol.asyncDispose]() {
await this.shutdown();
}
get [REFUSED]() {
return "an executor; make one in the process that uses it";
}
toString() {
const state = this.#isShut ? "shut down" : "running";
const { size } = this.#pool;
return `<${this.constructor.name} state=${state} maxWorkers=${size}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
#refuseIfShut(what) {
if (!this.#isShut) return;
throw new ProcessStateError(`Cannot ${what} as the executor was shut down: make another one`);
}
};
function splitRest(rest) {
const last = rest.at(-1);
const hasOptions = typeof last === "object" && last !== null && !isIterable(last);
if (hasOptions) expectOptions(last, "map", "{ chunksize: 3 }");
const iterables = hasOptions ? rest.slice(0, -1) : rest;
for (const iterable of iterables.length > 0 ? iterables : [
void 0
]) {
if (isIterable(iterable)) continue;
if (rest.length > 1 && iterable === last) {
expectOptions(iterable, "map", "{ chunksize: 3 }");
}
throw wrong2("map", "iterables", "iterable, one or more", iterable);
}
return {
iterables,
options: hasOptions ? last : {}
};
}
function shortest(iterables) {
const lengths = iterables.map((iterable) => Array.isArray(iterable) ? iterable.length : iterable instanceof Set || iterable instanceof Map ? iterable.size : Number.MAX_SAFE_INTEGER);
return Math.max(1, Math.min(...lengths));
}
function zip(iterables) {
return iterables.some(isAsync) ? zipAsync(iterables) : zipSync(iterables);
}
function* zipSync(iterables) {
const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
try {
for (; ; ) {
const row = [];
for (const iterator of iterators) {
const { done, value } = iterator.next();
if (done === true) return;
row.push(value);
}
yield row;
}
} finally {
for (const iterator of iterators) iterator.return?.();
}
}
async function* zipAsync(iterables) {
const iterators = iterables.map((iterable) => isAsync(iterable) ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]());
try {
for (; ; ) {
const row = [];
for (const iterator of iterators) {
const { done, value } = await iterator.next();
if (done === true) return;
row.push(value);
}
yield row;
}
} finally {
for (const iterator of iterators) await iterator.return?.();
}
}
// lib/process/current_process.ts
var CurrentProcess = class extends BaseProcess {
static {
Object.defineProperty(this, "name", {
value: "Process"
});
}
constructor() {
const context = childContext();
const identity = context?.identity ?? {
name: MAIN_PROCESS,
daemon: false,
path: []
};
const parent3 = context?.identity.parent ?? null;
const adoption = new Adoption(identity, parent3, context?.target, context?.args ?? []);
super(adoption);
}
[START_METHOD]() {
return childContext()?.identity.method ?? "main";
}
};
var current;
var currentIdentity;
function currentProcess() {
const identity = childContext()?.identity;
if (current === void 0 || identity !== currentIdentity) {
setCurrentProcess(new CurrentProcess());
}
return current;
}
function setCurrentProcess(process2) {
current = process2;
currentIdentity = childContext()?.identity;
}
function activeChildren() {
return livingChildren();
}
var ParentProcess = class {
#ended = Promise.withResolvers();
#alive = true;
name;
pid;
ident;
constructor(identity) {
this.name = identity.name;
this.pid = identity.pid;
this.ident = identity.ident;
hooks.orphaned = () => {
this.#alive = false;
this.#ended.resolve();
};
}
isAlive() {
return this.#alive;
}
get sentinel() {
hooks.watchParent?.();
return this.#ended.promise;
}
async join(options) {
const timeout = timeoutOf(options, "join the parent process");
hooks.watchParent?.();
return await settles(this.#ended.promise, timeout, options?.signal);
}
toString() {
const state = this.#alive ? "started" : "stopped";
return `<ParentProcess name=${JSON.stringify(this.name)} pid=${this.pid} ${state}>`;
}
[Symbol.for("Deno.customInspect")]() {
return this.toString();
}
};
var parent;
function parentProcess() {
const context = childContext();
if (context === null) return null;
return parent ??= new ParentProcess(context.identity.parent);
}
// lib/context/context.ts
var Context = class {
name;
Process;
Pool;
ThreadPool = ThreadPool;
ProcessPoolExecutor;
Value;
RawValue;
SharedArray;
Array;
RawArray;
Lock;
RLock;
Semaphore;
BoundedSemaphore;
Condition;
SharedEvent;
Event;
Barrier;
RwLock;
Queue;
SimpleQueue;
JoinableQueue;
Pipe;
#interpreter;
constructor(name, options) {
expectOptions(options, "make a context", '{ flags: ["--cached-only"] }');
const { traits } = platformLauncher(name);
const interpreter = this.#interpreter = options === void 0 ? null : checkedInterpreter(name, traits, options);
const mapped = traits.memory === "mapped";
this.name = name;
this.Process = processClass(name, interpreter);
this.Pool = poolClass(name, interpreter);
this.ProcessPoolExecutor = executorClass(name, interpreter);
this.Value = mapped ? MAPPED.Value : Value;
this.RawValue = mapped ? MAPPED.RawValue : RawValue;
this.SharedArray = mapped ? MAPPED.SharedArray : SharedArray;
this.Array = this.SharedArray;
this.RawArray = mapped ? MAPPED.RawArray : RawArray;
this.Lock = mapped ? MAPPED.Lock : Lock;
this.RLock = mapped ? MAPPED.RLock : RLock;
this.Semaphore = mapped ? MAPPED.Semaphore : Semaphore;
this.BoundedSemaphore = mapped ? MAPPED.BoundedSemaphore : BoundedSemaphore;
this.Condition = mapped ? MAPPED.Condition : Condition;
this.SharedEvent = mapped ? MAPPED.SharedEvent : SharedEvent;
this.Event = this.SharedEvent;
this.Barrier = mapped ? MAPPED.Barrier : Barrier;
this.RwLock = mapped ? MAPPED.RwLock : RwLock;
this.Queue = mapped ? MAPPED.Queue : Queue;
this.SimpleQueue = mapped ? MAPPED.SimpleQueue : SimpleQueue;
this.JoinableQueue = mapped ? MAPPED.JoinableQueue : JoinableQueue;
this.Pipe = mapped ? MAPPED.Pipe : Pipe;
}
get [REFUSED]() {
return `a context; call getContext("${this.name}") in the process that uses it`;
}
getStartMethod() {
return this.name;
}
setStartMethod(_name) {
throw new StartMethodError(`Cannot set the start method of a context as it is "${this.name}" for good: take another context by getContext(name)`);
}
getContext(name = this.name, options) {
return contextOf(name, options);
}
setExecutable(executable) {
setExecutable(executable);
}
[INTERPRETER]() {
return this.#interpreter;
}
currentProcess() {
return currentProcess();
}
parentProcess() {
return parentProcess();
}
activeChildren() {
return activeChildren();
}
cpuCount() {
return cpuCount();
}
getLogger() {
return getLogger();
}
logToStderr(level) {
return logToStderr(level);
}
};
function checkedInterpreter(method, { ownFlags }, options) {
if (ownFlags) return interpreterFrom(options);
throw new UnsupportedError(`Cannot make a context with an executable or flags of its own as start method "${method}" stays inside the deno of this program: use "spawn"`);
}
function processClass(method, own) {
const bound = class extends BaseProcess {
constructor(options = {}) {
super(options);
}
[START_METHOD]() {
return method;
}
[INTERPRETER]() {
return own;
}
};
const value = `${capital(method)}Process`;
return Object.defineProperty(bound, "name", {
value
});
}
function poolClass(method, own) {
const bound = class extends BasePool {
[START_METHOD]() {
return method;
}
[INTERPRETER]() {
return own;
}
};
const value = `${capital(method)}Pool`;
return Object.defineProperty(bound, "name", {
value
});
}
function executorClass(method, own) {
const bound = class extends BaseExecutor {
[START_METHOD]() {
return method;
}
[INTERPRETER]() {
return own;
}
};
const value = `${capital(method)}PoolExecutor`;
return Object.defineProperty(bound, "name", {
value
});
}
function capital(word) {
return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}
function mappedClass(original, create) {
const make = function(...args) {
return create("mapped", ...args);
};
make.prototype = original.prototype;
return make;
}
var MAPPED = {
Value: mappedClass(Value, createValue),
RawValue: mappedClass(RawValue, createRawValue),
SharedArray: mappedClass(SharedArray, createArray),
RawArray: mappedClass(RawArray, createRawArray),
Lock: mappedClass(Lock, createLock),
RLock: mappedClass(RLock, createRLock),
Semaphore: mappedClass(Semaphore, createSemaphore),
BoundedSemaphore: mappedClass(BoundedSemaphore, createBoundedSemaphore),
Condition: mappedClass(Condition, createCondition),
SharedEvent: mappedClass(SharedEvent, createEvent),
Barrier: mappedClass(Barrier, createBarrier),
RwLock: mappedClass(RwLock, createRwLock),
Queue: mappedClass(Queue, createQueue),
SimpleQueue: mappedClass(SimpleQueue, createSimpleQueue),
JoinableQueue: mappedClass(JoinableQueue, createJoinableQueue),
Pipe: (options) => createPipe("mapped", options)
};
var contexts = new Map();
function contextOf(name, options) {
expectOptions(options, "get a context", '{ flags: ["--cached-only"] }');
if (options !== void 0) return new Context(name, options);
let context = contexts.get(name);
if (context === void 0) {
context = new Context(name);
contexts.set(name, context);
}
return context;
}
// lib/context/default.ts
var chosen2 = null;
var isInherited = false;
var Process = class extends BaseProcess {
constructor(options = {}) {
super(options);
}
[START_METHOD]() {
return getStartMethod();
}
};
var Pool = class extends BasePool {
constructor(processes, options) {
super(processes, options);
}
[START_METHOD]() {
return getStartMethod();
}
};
var ProcessPoolExecutor = class extends BaseExecutor {
constructor(maxWorkers, options) {
super(maxWorkers, options);
}
[START_METHOD]() {
return getStartMethod();
}
};
function getStartMethod(options = {}) {
expectOptions(options, "get the start method", "{ allowNone: true }");
const { allowNone = false } = options;
inherit2();
if (chosen2 === null && !allowNone) choose(defaultMethod());
return chosen2;
}
function setStartMethod(name, options = {}) {
expectOptions(options, "set the start method", "{ force: true }");
const { force = false } = options;
inherit2();
if (name !== null && isRepeated(name)) return;
if (name !== null) launcherOf(name);
if (chosen2 !== null && !force) {
throw new StartMethodError(`Cannot set start method to ${JSON.stringify(name)} as "${chosen2}" is already in use: set it first in the main program, or give { force: true }`);
}
choose(name);
}
function choose(name) {
chosen2 = name;
noteChosenMethod(name);
}
function isRepeated(name) {
const context = childContext();
if (context === null) return false;
const isTheSame = name === chosen2 || name === context.identity.chosen;
return isTheSame && (context.importing || isCalledByModule(setStartMethod));
}
function inherit2() {
if (isInherited) return;
isInherited = true;
chosen2 ??= childContext()?.identity.method ?? null;
}
function getAllStartMethods() {
return startMethods().filter(({ supported }) => supported).map(({ name }) => name);
}
function getContext(name, options) {
return contextOf(name ?? getStartMethod(), options);
}
// lib/child/slow_path.ts
async function findCall(start, context, loaders2) {
const body = start.body === null ? {
args: [],
scope: {},
fields: {}
} : unpack(start.body, rehydrateSent);
await Promise.all(hooks.loading);
context.args = body.args;
const found = await find2(start.target, body, loaders2);
if (found.kind === "class") {
const process2 = adopt(found.type, context, body);
return () => process2.run();
}
const { target } = found;
context.target = target;
return () => target?.(...body.args);
}
function adopt(type, { identity }, { fields }) {
const adoption = new Adoption(identity, identity.parent, void 0, []);
const process2 = Reflect.construct(Process, [
adoption
], type);
setCurrentProcess(Object.assign(process2, fields));
return process2;
}
async function find2(spec, { scope }, loaders2) {
switch (spec.kind) {
case "nothing":
return {
kind: "function",
target: void 0
};
case "address":
case "captured":
case "function":
return {
kind: "function",
target: await findFunction(spec, scope, findingBy(loaders2))
};
case "class":
return {
kind: "class",
type: await findClass(spec, loaders2)
};
default:
return unreachable(spec);
}
}
function findingBy(loaders2) {
return {
loaders: loaders2,
subject: TARGET,
slowly: () => Promise.resolve({
slowResolve
})
};
}
async function findClass(spec, loaders2) {
const exports = spec.module === null ? {} : await loadModule(spec.module, loaders2);
const found = await slowResolve.exportFor(exports, spec, TARGET);
if (isProcessClass(found)) return found;
throw new ProcessError(`Cannot run class "${spec.name}" as ${spec.module ?? "its module"} must export it: export the class, or name its module in the option \`module\``);
}
function isProcessClass(value) {
return typeof value === "function" && value.prototype instanceof BaseProcess;
}
function parent2() {
return childContext().parent;
}
function report(value) {
try {
return {
kind: "result",
body: pack(value, parent2(), "result")
};
} catch (error) {
return unsendable(error);
}
}
function unsendable(error) {
const { path, reason } = error instanceof EncodingError ? error : {
path: "result",
reason: `refused: ${thrownText(error)}`
};
return {
kind: "unsendable",
path,
reason
};
}
function describeFailure(error) {
const destination = parent2();
const data = describeError(error, destination);
return destination === "isolate" ? data : pack(data, "process", "error");
}
// lib/pool/worker/worker_slow_path.ts
var worker_slow_path_exports = {};
__export(worker_slow_path_exports, {
checkTransfer: () => checkTransfer,
close: () => close,
describeTaskError: () => describeTaskError,
listOf: () => listOf3,
open: () => open,
packList: () => packList,
refusal: () => refusal,
slowResolve: () => slowResolve2
});
function open(bytes) {
return codec2.decode(bytes);
}
function close(message) {
return codec2.encode(message);
}
function listOf3(items, target) {
if (!isPacked(items)) return items;
if (target !== null) useClassesOf(target);
const gone2 = new Set();
const list = unpack(items.packed, (handle2) => {
try {
return rehydrateSent(handle2);
} catch (error) {
const standIn = new Unreadable(error);
gone2.add(standIn);
return standIn;
}
});
return gone2.size === 0 ? list : list.map((item) => goneIn(item, gone2) ?? item);
}
function goneIn(value, gone2) {
const seen = new Set([
value
]);
for (const part of seen) {
if (gone2.has(part)) return part;
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
// lib/channel/connection/notify.ts
var Notify = class {
#next = null;
notifyAll() {
this.#next?.resolve();
this.#next = null;
}
get next() {
return (this.#next ??= Promise.withResolvers()).promise;
}
async wait(limit) {
return await settlesBy(this.next, limit);
}
};
async function settlesBy(done, { deadline, signal }) {
const leftMs = deadline === Infinity ? Infinity : Math.max(0, deadline - performance.now());
return await settles(done, leftMs, signal);
}
var AsyncMutex = class {
#last = null;
get isFree() {
return this.#last === null;
}
async run(limit, late, act) {
const leave4 = await this.lock(limit);
if (leave4 === null) return late;
try {
return await act();
} finally {
leave4();
}
}
async lock(limit) {
const before2 = this.#last;
const { promise, resolve } = Promise.withResolvers();
const mine = this.#last = promise;
const leave4 = () => {
if (this.#last === mine) this.#last = null;
resolve();
};
if (before2 === null) return leave4;
let isMine = false;
try {
isMine = await settlesBy(before2, limit);
} finally {
if (!isMine) before2.then(leave4);
}
return isMine ? leave4 : null;
}
};
// lib/channel/sockets/client.ts
async function Client(address, options = {}) {
expectOptions(options, "connect", "{ timeout: 100 }");
const key = parts2.checkKey(options.authkey);
const where = parts2.checkAddress(address, options.family);
const maxMessageBytes = parts2.checkMaxMessageBytes(options.maxMessageBytes);
const limit = limitOf(timeoutOf(options, "connect"), options.signal);
options.signal?.throwIfAborted();
const call = new ConnectAttempt(where, parts2.importKey(key));
let isDone = false;
try {
isDone = await settlesBy(call.done, limit);
} finally {
if (!isDone) call.giveUp();
}
if (isDone) return parts2.connectionOver(await call.done, maxMessageBytes);
throw timedOut("connect");
}
var ConnectAttempt = class {
done;
#waning = new AbortController();
constructor(where, key) {
this.done = this.#run(where, key);
}
giveUp() {
this.#waning.abort();
}
async #run(where, key) {
const { signal } = this.#waning;
const socket = await Deno.connect({
...where,
signal
});
const close2 = () => parts2.closeSocket(socket);
signal.addEventListener("abort", close2);
try {
signal.throwIfAborted();
await parts2.greetListener(socket, await key);
return socket;
} catch (error) {
close2();
throw error;
} finally {
signal.removeEventListener("abort", close2);
}
}
};
// lib/channel/sockets/listener.ts
var BACKLOG_DEFAULT = 16;
var HANDSHAKE_DEFAULT_MS = 5e3;
var REST_MS = 50;
var Listener = class {
#listening;
#folder;
#key;
#maxMessageBytes;
#backlog;
#handshakeMs;
#onRefused;
#ready = [];
#greetings = new Set();
#silent = new parts3.PendingHandshakes();
#came = new Notify();
#left = new Notify();
#lastAccepted = null;
#closed = false;
#rest;
constructor(address, options = {}) {
expectOptions(options, "listen", "{ authkey }");
const key = parts3.checkKey(options.authkey);
this.#maxMessageBytes = parts3.checkMaxMessageBytes(options.maxMessageBytes);
this.#backlog = checkBacklog(options.backlog);
const timeout = options.handshakeTimeout ?? HANDSHAKE_DEFAULT_MS;
const handshakeMs = timeoutOf({
timeout
}, "listen");
this.#handshakeMs = Math.min(handshakeMs, TIMER_MAX_MS);
this.#onRefused = boundToContext(options.onRefused);
parts3.checkFamily(options.family);
const checked = address === void 0 ? null : parts3.checkAddress(address, options.family);
this.#folder = checked === null && options.family !== "tcp" ? new parts3.PrivateFolder() : null;
this.#listening = this.#listen(checked);
this.#refuseOthers(key, options.open);
this.#key = parts3.importKey(key);
this.#listening.unref();
this.#takePeers();
}
#refuseOthers(key, open2) {
const { addr } = this.#listening;
const isKeyed = key !== null && key.length > 0;
if (isKeyed || open2 === true || parts3.isOfThisMachine(addr)) return;
this.#listening.close();
throw new TypeError(`Cannot listen at ${addr.hostname} without a key as others than this machine may reach it: give "authkey", a hostname such as "localhost", or { open: true } if anybody may connect`);
}
#listen(checked) {
const where = checked ?? (this.#folder === null ? {
transport: "tcp",
hostname: "localhost",
port: 0
} : {
transport: "unix",
path: `${this.#folder.path}/listener`
});
try {
return Deno.listen(where);
} catch (error) {
this.#folder?.remove();
throw error;
}
}
get address() {
return parts3.addressOf(this.#listening.addr);
}
get lastAccepted() {
return this.#lastAccepted;
}
async accept(options) {
const limit = limitOf(timeoutOf(options, "accept"), options?.signal);
options?.signal?.throwIfAborted();
for (; ; ) {
this.#refuseClosed();
const ready = this.#ready.shift();
if (ready !== void 0) return this.#handOver(ready);
if (await this.#came.wait(limit) || this.#ready.length > 0) continue;
throw timedOut("accept a peer");
}
}
#handOver({ connection, peer }) {
this.#lastAccepted = peer;
this.#left.notifyAll();
return connection;
}
close() {
if (this.#closed) return;
this.#closed = true;
clearTimeout(this.#rest);
this.#listening.close();
this.#folder?.remove();
for (const greeting of this.#greetings) breakOff(greeting, closedError2());
for (const { connection } of this.#ready.splice(0)) connection.close();
this.#came.notifyAll();
this.#left.notifyAll();
}
[Symbol.dispose]() {
this.close();
}
[Symbol.asyncDispose]() {
this.close();
return Promise.resolve();
}
async *[Symbol.asyncIterator]() {
while (!this.#closed) {
const ready = this.#ready.shift();
if (ready !== void 0) yield this.#handOver(ready);
else await this.#came.wait(limitOf(Infinity));
}
}
async [READY](options) {
const limit = limitOf(timeoutOf(options, "wait"), options.signal);
while (this.#ready.length === 0) {
this.#refuseClosed();
if (!await this.#came.wait(limit)) return this.#ready.length > 0;
}
return true;
}
get [REFUSED]() {
return "a Listener; send its address";
}
[Symbol.for("Deno.customInspect")]() {
return `<Listener ${this.#closed ? "closed" : JSON.stringify(this.address)}>`;
}
#refuseClosed() {
if (this.#closed) throw closedError2();
}
async #takePeers() {
while (!this.#closed) {
if (this.#ready.length >= this.#backlog) await this.#left.next;
else await this.#takePeer();
}
}
async #takePeer() {
let socket;
try {
socket = await this.#listening.accept();
} catch (error) {
if (this.#closed) return;
this.#refused(error, null);
await this.#restAWhile();
return;
}
socket.unref();
this.#greet(socket);
}
#refused(error, peer) {
const call = this.#onRefused;
if (call !== void 0) {
callOut("onRefused of a Listener threw", call, error, peer);
}
}
#restAWhile() {
return new Promise((resolve) => {
this.#rest = setTimeout(resolve, REST_MS);
Deno.unrefTimer(this.#rest);
});
}
async #greet(socket) {
const peer = parts3.addressOf(socket.remoteAddr);
const greeting = {
socket,
broken: null
};
const end = this.#begin(greeting, peer);
let failure = null;
try {
const key = await this.#key;
await parts3.greetClient(socket, key, () => this.#silent.delete(greeting));
} catch (error) {
failure = error;
}
end();
failure = greeting.broken ?? failure;
if (failure === null) return this.#welcome(socket, peer);
parts3.closeSocket(socket);
if (!this.#closed) this.#refused(failure, peer);
}
#begin(greeting, peer) {
const hostname = peer?.hostname ?? null;
const leaving = this.#silent.add(greeting, hostname);
if (leaving !== null) breakOff(leaving, new ConnectionError(crowded()));
this.#greetings.add(greeting);
const ms = this.#handshakeMs;
const timer = setTimeout(() => breakOff(greeting, lateError(ms)), ms);
Deno.unrefTimer(timer);
return () => {
clearTimeout(timer);
this.#greetings.delete(greeting);
this.#silent.delete(greeting);
};
}
#welcome(socket, peer) {
const connection = parts3.connectionOver(socket, this.#maxMessageBytes);
this.#ready.push({
connection,
peer
});
this.#came.notifyAll();
}
};
function breakOff(greeting, why) {
greeting.broken = why;
parts3.closeSocket(greeting.socket);
}
function lateError(ms) {
return new ConnectionError(`Cannot accept the peer as it must prove itself within ${ms} ms: it has not`);
}
var crowded = () => `Cannot accept the peer as at most ${parts3.HANDSHAKES_PER_NETWORK_MAX} of one address and ${parts3.HANDSHAKES_MAX} in all may be proving themselves at once: others have come after it`;
function closedError2() {
return new ConnectionError("Cannot accept a peer as the listener must be open: it is closed");
}
function checkBacklog(backlog = BACKLOG_DEFAULT) {
if (Number.isInteger(backlog) && backlog >= 1) return backlog;
throw new RangeError(`Cannot listen as "backlog" must be a whole number >= 1: current value is ${backlog}`);
}
// lib/channel/connection/wait.ts
async function wait(objects2, options) {
const timeoutMs = timeoutOf(options, "wait for several things");
options?.signal?.throwIfAborted();
const all = [
...objects2
];
all.forEach(check3);
const deadline = performance.now() + timeoutMs;
for (; ; ) {
const ready = await lookAt(all);
const leftMs = deadline - performance.now();
if (ready.length > 0 || all.length === 0 || !(leftMs > 0)) return ready;
await first(all, leftMs, options?.signal);
}
}
function check3(object, index) {
if (isAwaitable(object) || isThenable(object)) return;
throw new TypeError(`Cannot wait for object ${index} as it must be a connection, a queue, a listener, a process or a promise: it is ${object === null ? "null" : `of type ${typeof object}`}`);
}
function isThenable(object) {
return typeof object?.then === "function";
}
async function lookAt(all) {
const looks = all.map((object) => readiness(object, {
timeout: 0
}));
const ready = await Promise.all(looks);
return all.filter((_, i) => ready[i]);
}
function readiness(object, options) {
if (isAwaitable(object)) return object[READY](options);
const { timeout = Infinity, signal } = options;
return settles(Promise.resolve(object), timeout, signal);
}
async function first(all, timeoutMs, signal) {
signal?.throwIfAborted();
const over = new AbortController();
const abort = () => over.abort();
signal?.addEventListener("abort", abort);
const options = {
timeout: timeoutMs,
signal: over.signal
};
const waits = all.map((object) => readiness(object, options));
try {
await Promise.race(waits);
signal?.throwIfAborted();
} finally {
over.abort();
signal?.removeEventListener("abort", abort);
await Promise.allSettled(waits);
}
}
// lib/context/spare_settings.ts
function setSpares(count2, options = {}) {
expectOptions(options, "set the spares", '{ method: "forkserver" }');
const { refill = true } = options;
if (!Number.isInteger(count2) || count2 < 0 || count2 > SPARES_MAX) {
throw new RangeError(`Cannot set the spares as "count" must be a whole number from 0 to ${SPARES_MAX}: current value is ${nameOf(count2)}`);
}
if (typeof refill !== "boolean") {
throw new TypeError(`Cannot set the spares as "refill" must be a boolean: current value is ${nameOf(refill)}`);
}
const timeout = options.idleTimeout ?? stocks.IDLE_DEFAULT_MS;
const idleMs = timeoutOf({
timeout
}, "set the spares", "idleTimeout");
const stock = stockFor(methodOf(options, "set the spares"), "set the spares");
flushLaunches();
stock.configure({
count: count2,
idleMs,
isRefilled: refill
});
}
var SPARES_MAX = 1024;
async function fillSpares(options = {}) {
expectOptions(options, "fill the spares", '{ method: "forkserver" }');
const timeout = timeoutOf(options, "fill the spares");
const method = methodOf(options, "fill the spares");
stockFor(method, "fill the spares");
refuseWhileImporting("fill the spares", "their", "call");
const done = filled2(method, options);
const isDone = await settles(done, timeout, options.signal);
if (isDone) await done;
return isDone;
}
async function filled2(method, options) {
const { permissions, maxHeapMiB, env, context } = options;
const { common } = checkOptions({
...permissions === void 0 ? {} : {
permissions
},
...maxHeapMiB === void 0 ? {} : {
maxHeapMiB
},
...env === void 0 ? {} : {
env
}
});
const launcher = launcherOf(method);
checkTraits(method, launcher.traits, common);
const mainModule = ownMainModule();
flushLaunches();
await launcher.fill?.({
...{
name: "",
daemon: false,
modules: []
},
interpreter: context === void 0 ? null : interpreterOf(context),
maxHeapMiB: common.maxHeapMiB ?? null,
permissions: common.permissions ?? null,
env: common.env ?? null,
mainModule,
isSettled: true,
stdout: routeOf("stdout", void 0, null),
stderr: routeOf("stderr", void 0, null)
}, {
identity: {
parent: asParent(),
method,
chosen: chosenMethod(),
mainModule
},
destination: destinationOf(launcher.traits, common.permissions),
log: settingForChild()
});
}
async function retireSpares(options = {}) {
expectOptions(options, "retire the spares", '{ method: "forkserver" }');
const stock = stockFor(methodOf(options, "retire the spares"), "retire the spares");
const release = keepAlive();
flushLaunches();
try {
await stock.retire();
} finally {
release();
}
}
function spares(options = {}) {
expectOptions(options, "report the spares", '{ method: "forkserver" }');
const method = methodOf(options, "report the spares");
return stockFor(method, "report the spares").spares().map((spare) => ({
method,
pid: spare.pid,
isWaiting: spare.isWaiting,
memoryMiB: spare.memoryBytes === null ? null : Math.round(spare.memoryBytes / 2 ** 20 * 10) / 10
}));
}
function methodOf({ method, context }, what) {
if (method !== void 0 && typeof method !== "string") {
throw new TypeError(`Cannot ${what} as "method" must be a text: current value is ${nameOf(method)}`);
}
if (context === void 0) return method ?? getStartMethod();
const ofContext = methodOfContext(context, what);
if (method === void 0 || method === ofContext) return ofContext;
throw new TypeError(`Cannot ${what} as "method" is ${nameOf(method)} and "context" has ${nameOf(ofContext)}: give one of them`);
}
function stockFor(method, what) {
const stock = stocks.stockOf(method);
if (stock !== void 0) return stock;
launcherOf(method);
throw new UnsupportedError(`Cannot ${what} of start method ${nameOf(method)} as it has none: use ${stocks.stockedMethods().map((name) => `"${name}"`).join(", ")}`);
}
// lib/launch/forkserver_preload.ts
var preloaded = [];
function setForkserverPreload(modules) {
if (!Array.isArray(modules)) throw badModule(modules);
const base = callSites(setForkserverPreload, 1)[0]?.module;
preloaded = modules.map((module) => urlOf2(module, base));
void forkservers2.forkserverStock.retire();
}
function urlOf2(module, base) {
const isText = typeof module === "string" && /^[./]|^[\w+.-]+:/.test(module);
const url = module instanceof URL ? module : isText ? URL.parse(module, base) : null;
if (url === null) throw badModule(module);
return url.href;
}
function badModule(value) {
return new TypeError(`Cannot preload modules as they must be an array of URLs, or of paths that start with "./", "../" or "/": current value is ${nameOf(value)}`);
}
function preloadedModules() {
return preloaded;
}
// lib/context/explain.ts
function explain(target, options = {}) {
expectOptions(options, "explain a function", '{ method: "spawn" }');
if (typeof target !== "function") {
throw new TypeError(`Cannot explain a function as "target" must be one: current value is ${typeof target}`);
}
const { method = methodOfProgram(), module, scope } = options;
const { spec, found } = targets2.functionSpec({
target,
module,
caller: module === void 0 ? callSites(explain, 1)[0] ?? null : null,
scope,
destination: destinationOf(launcherOf(method).traits, void 0)
});
const { name } = spec;
if (spec.kind === "captured") {
const [part] = spec.code.parts;
const home = part?.kind === "text" ? part.module : null;
const { bytes: bytes2 = 0, uses = [] } = found?.kind === "captured" ? found : {};
return {
kind: "captured",
name,
module: home,
bytes: bytes2,
uses
};
}
const { source: { length: bytes } } = spec;
const about = {
name,
module: spec.module,
uses: []
};
switch (spec.match.by) {
case "identity":
case "name":
return {
kind: "export",
bytes: 0,
...about
};
case "text":
return {
kind: found === null ? "unseen" : "text",
bytes,
...about
};
case "parent":
return spec.certain ? {
kind: "export",
bytes: 0,
...about
} : {
kind: "unseen",
bytes,
...about
};
default:
return unreachable(spec.match);
}
}
function methodOfProgram() {
return getStartMethod({
allowNone: true
}) ?? defaultMethod();
}
// lib/shared/shared_memory_manager.ts
var SharedMemoryManager = class {
#blocks = [];
#open() {
if (this.#blocks !== null) return this.#blocks;
throw new SharedMemoryError("Cannot create shared memory by this manager as it is shut down: make another");
}
SharedMemory(size) {
const blocks = this.#open();
const shm = new SharedMemory({
create: true,
size
});
blocks.push(shm);
return shm;
}
ShareableList(items) {
const blocks = this.#open();
const list = new ShareableList(items);
blocks.push(list.shm);
return list;
}
shutdown() {
const blocks = this.#blocks ?? [];
this.#blocks = null;
for (const shm of blocks) shm[Symbol.dispose]();
}
[Symbol.dispose]() {
this.shutdown();
}
};
// lib/entries/package.ts
var package_default = {
slowPath: slow_path_exports,
workerSlowPath: worker_slow_path_exports,
common: common_default
};
var $_made_supervisor;
function $_supervisor() { return $_made_supervisor ??= $_make_supervisor(); }
function $_make_supervisor() {
const { startThread: startThread, startWorker: startWorker, takeIsolate: takeIsolate } = $_shared_by_isolate_spares_and_spares_and_supervisor();
const { toRoot: toRoot } = $_shared_by_isolate_launchers_and_spawned_child_and_supervisor();
const { closeLink: closeLink, openLink: openLink } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor();
const { channel: channel } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor();
const exitcodeOf = $_exitcodeOf, keptOf = $_keptOf;
const keepAlive = $_keepAlive;
const unreachable = $_unreachable;
const isClaimed = $_isClaimed, ownerTable = $_ownerTable, releaseOwner = $_releaseOwner, selfOwner = $_selfOwner;
const hasEnded2 = $_hasEnded, hasStarted = $_hasStarted, isLoading2 = $_isLoading, newStopFlags = $_newStopFlags, requestStop = $_requestStop, setGone = $_setGone, untilDisposed = $_untilDisposed, untilStarted = $_untilStarted;
const childContext = $_childContext;
const PROTOCOL_VERSION = $_PROTOCOL_VERSION;
const beforeBlocking = $_beforeBlocking;
const askToEnd = $_askToEnd, hasEnded = $_hasEnded, isBlocked = $_isBlocked, isLoading = $_isLoading, sinceImport = $_sinceImport, waitForFlags = $_waitForFlags;
const hasOwnPermissions = $_hasOwnPermissions, isConfined = $_isConfined;
// lib/launch/supervisor.ts
var IMPORT_TAKES_MS = 1e3;
var LOADING = {
computesMs: 1e3,
blockedMs: 1e3
};
var IMPORTING = {
computesMs: 100,
blockedMs: 1e3
};
var RUNNING = {
computesMs: 40,
blockedMs: 300
};
var BLOCKED = {
computesMs: 0,
blockedMs: 0
};
var WAIT_MAX_MS = 3e3;
var SYNC_WAIT_MAX_MS = 250;
var SYNC_WAIT_MS = 5;
var KILL_CHECK_MS = 2;
var waiting = new Set();
function mayBeImporting(flags) {
if (hasEnded(flags)) return false;
return isLoading(flags) || sinceImport(flags) < IMPORT_TAKES_MS;
}
var ThreadKill = class {
#flags;
#handle;
#timer;
constructor(flags, handle) {
this.#flags = flags;
this.#handle = handle;
askToEnd(flags);
waiting.add(this);
beforeBlocking(killNow);
void this.#wait();
}
callOff() {
clearTimeout(this.#timer);
waiting.delete(this);
}
now() {
const begun = performance.now();
while (!hasEnded(this.#flags) && !isBlocked(this.#flags)) {
const maxMs = mayBeImporting(this.#flags) ? SYNC_WAIT_MAX_MS : SYNC_WAIT_MS;
if (performance.now() - begun >= maxMs) break;
waitForFlags(this.#flags, KILL_CHECK_MS);
}
this.#kill();
}
async #wait() {
const clock = new KillClock(this.#handle);
while (!hasEnded(this.#flags) && await clock.isWithin(this.#patience)) {
if (!waiting.has(this)) return;
await new Promise((resolve) => {
this.#timer = setTimeout(resolve, KILL_CHECK_MS);
});
}
if (waiting.has(this)) this.#kill();
}
get #patience() {
if (isLoading(this.#flags)) return LOADING;
if (isBlocked(this.#flags)) return BLOCKED;
return mayBeImporting(this.#flags) ? IMPORTING : RUNNING;
}
#kill() {
this.callOff();
this.#handle.kill();
}
};
function killNow() {
for (const kill of waiting) kill.now();
}
var CHECK_MAX_MS = 5;
var KillClock = class {
#handle;
#begun = performance.now();
#first = null;
#last = 0;
#lastCheck = this.#begun;
#idleMs = 0;
constructor(handle) {
this.#handle = handle;
}
async isWithin({ computesMs, blockedMs }) {
const computedMs = await this.#handle.computedMs();
const now = performance.now();
const isIdle = computedMs === this.#last;
this.#idleMs = isIdle ? this.#idleMs + Math.min(now - this.#lastCheck, CHECK_MAX_MS) : 0;
this.#lastCheck = now;
this.#last = computedMs;
this.#first ??= computedMs;
return now - this.#begun < WAIT_MAX_MS && this.#idleMs < blockedMs && computedMs - this.#first < computesMs;
}
};
// lib/launch/supervisor.ts
var ROOT_ANSWERS_MS = 100;
var BOOT_MS = 1e4;
var Root = class {
#isolates = new Map();
#asked = new Map();
has(ident) {
return this.#isolates.has(ident);
}
launch(recipe, open, ended) {
const { near: control, far } = channel();
const isolate = {
recipe,
control,
flags: newStopFlags(),
ended,
state: {
kind: "booting",
stop: null
},
release: keepAlive(),
handle: null,
killer: void 0,
dying: null,
code: null,
reason: null,
breach: null
};
const boot = () => ({
data: open(),
control: far,
sharer: openLink(recipe.ident),
ident: recipe.ident,
owners: ownerTable(),
flags: isolate.flags,
version: PROTOCOL_VERSION,
first: recipe.first,
isRoot: hasOwnPermissions(recipe.permissions),
isConfined: hasOwnPermissions(recipe.permissions) || isConfined(),
isStdinTaken: childContext()?.host.isStdinTaken ?? false,
output: recipe.output
});
isolate.handle = this.#start(isolate, boot);
this.#isolates.set(recipe.ident, isolate);
control.onmessage = ({ data }) => this.#take(isolate, data);
control.unref();
void untilStarted(isolate.flags).then((isUp) => {
if (isUp) this.#greeted(isolate);
});
}
#start(isolate, boot) {
try {
return startIsolate(isolate.recipe, boot, isolate.control, {
trouble: (reason) => isolate.reason ??= reason,
gone: (code) => void this.#exited(isolate, code)
});
} catch (error) {
isolate.release();
isolate.control.close();
closeLink(isolate.recipe.ident);
throw error;
}
}
isLoading(ident) {
const isolate = this.#isolates.get(ident);
if (isolate === void 0) return this.#asked.has(ident);
return !hasStarted(isolate.flags) || isLoading2(isolate.flags);
}
stop(ident, signal) {
const isolate = this.#isolates.get(ident);
if (isolate === void 0) return;
switch (isolate.state.kind) {
case "booting":
isolate.state = {
kind: "booting",
stop: isolate.state.stop ?? signal
};
if (requestStop(isolate.flags)) return this.#greeted(isolate);
isolate.killer ??= setTimeout(() => this.#greeted(isolate), BOOT_MS);
return;
case "up":
isolate.state = {
kind: "ending",
signal
};
requestStop(isolate.flags);
return this.#askOrKill(isolate);
case "ending":
return;
default:
unreachable(isolate.state);
}
}
#askOrKill(isolate) {
const { recipe, flags, handle } = isolate;
if (handle === null) return;
const isSafe = recipe.method === "worker" && !mayBeImporting(flags);
if (isSafe) handle.kill();
else isolate.dying = new ThreadKill(flags, handle);
}
#take(isolate, data) {
if (isolate.breach !== null) return;
try {
this.#receive(isolate, toRoot(data));
} catch (error) {
isolate.breach = `it was ended, as what it sent to its root is wrong: ${error instanceof Error ? error.message : error}`;
const { port } = Object(data);
if (port instanceof MessagePort) port.close();
this.stop(isolate.recipe.ident, "SIGKILL");
}
}
#receive(isolate, message) {
switch (message.kind) {
case "exit":
isolate.code = message.code < 0 ? message.code : keptOf(message.code);
isolate.reason ??= message.reason ?? null;
return;
case "launch":
return this.#launchFor(isolate, message);
case "stop":
return this.#stopFor(isolate, message.ident, message.signal);
default:
unreachable(message);
}
}
#greeted(isolate) {
if (isolate.state.kind !== "booting") return;
const { stop } = isolate.state;
clearTimeout(isolate.killer);
isolate.release();
isolate.state = {
kind: "up"
};
if (stop !== null) this.stop(isolate.recipe.ident, stop);
}
#stopFor({ recipe }, ident, signal) {
const asked = this.#asked.get(ident);
if (asked?.parent === recipe.ident) asked.stop ??= signal;
const child = this.#isolates.get(ident);
if (child?.recipe.parent === recipe.ident) this.stop(ident, signal);
}
#launchFor(parent, message) {
const { port, claim } = message;
const recipe = {
...message.recipe,
parent: parent.recipe.ident
};
if (hasOwnPermissions(parent.recipe.permissions) || !this.#isFree(recipe.ident)) {
return port.close();
}
if (Atomics.compareExchange(claim, 0, 0, 1) !== 0) return port.close();
const asked = {
parent: recipe.parent,
stop: null
};
this.#asked.set(recipe.ident, asked);
const tell = (ending) => {
const message2 = {
kind: "ended",
ident: recipe.ident,
ending
};
parent.control.postMessage(message2);
};
setTimeout(() => {
this.#asked.delete(recipe.ident);
try {
if (!this.#isolates.has(recipe.parent)) {
releaseOwner(ownerTable(), recipe.ident);
return port.close();
}
this.launch(recipe, () => port, tell);
if (asked.stop !== null) this.stop(recipe.ident, asked.stop);
} catch (error) {
releaseOwner(ownerTable(), recipe.ident);
tell({
code: 1,
reason: String(error)
});
}
}, 0);
}
#isFree(ident) {
return isClaimed(ownerTable(), ident) && ident !== selfOwner() && !this.#isolates.has(ident) && !this.#asked.has(ident);
}
async #exited(isolate, code) {
const isKilled = isolate.dying !== null && !hasEnded2(isolate.flags);
if (isKilled) await untilDisposed(isolate.flags);
this.#gone(isolate, code);
}
#gone(isolate, code) {
const { ident } = isolate.recipe;
if (!this.#isolates.delete(ident)) return;
clearTimeout(isolate.killer);
isolate.dying?.callOff();
isolate.release();
setGone(isolate.flags);
closeLink(ident);
releaseOwner(ownerTable(), ident);
for (const { recipe } of [
...this.#isolates.values()
]) {
if (recipe.parent === ident) this.stop(recipe.ident, "SIGTERM");
}
setImmediate(() => {
isolate.control.close();
isolate.ended(endingOf(isolate, code));
});
}
};
function startIsolate(recipe, boot, control, events) {
const spare = takeIsolate(recipe, boot, control, events);
if (spare !== null) return spare;
switch (recipe.method) {
case "thread":
return startThread(recipe, boot(), events);
case "worker":
return startWorker(recipe, boot, control, events);
default:
return unreachable(recipe.method);
}
}
function endingOf({ state, code, reason, breach }, seen) {
if (breach !== null) return {
code: exitcodeOf("SIGKILL"),
reason: breach
};
const signal = state.kind === "ending" ? state.signal : state.kind === "booting" ? state.stop : null;
if (signal !== null) return {
code: exitcodeOf(signal)
};
return {
code: code ?? keptOf(seen ?? 1),
...reason === null ? {} : {
reason
}
};
}
var RootClient = class {
#control;
#ended = new Map();
#own = new Root();
constructor(control) {
this.#control = control;
control.onmessage = ({ data }) => this.#receive(data);
}
launch(recipe, open, ended) {
const claim = new Int32Array(new SharedArrayBuffer(4));
const port = open();
this.#ended.set(recipe.ident, ended);
this.#tell({
kind: "launch",
recipe,
port,
claim
}, [
port
]);
setTimeout(() => {
if (Atomics.compareExchange(claim, 0, 0, 2) !== 0) return;
this.#ended.delete(recipe.ident);
try {
this.#own.launch(recipe, open, ended);
} catch (error) {
releaseOwner(ownerTable(), recipe.ident);
ended({
code: 1,
reason: String(error)
});
}
}, ROOT_ANSWERS_MS);
}
isLoading(ident) {
return !this.#own.has(ident) || this.#own.isLoading(ident);
}
stop(ident, signal) {
if (this.#own.has(ident)) this.#own.stop(ident, signal);
else this.#tell({
kind: "stop",
ident,
signal
});
}
#receive({ ident, ending }) {
const ended = this.#ended.get(ident);
this.#ended.delete(ident);
ended?.(ending);
}
#tell(message, transfer = []) {
this.#control.postMessage(message, transfer);
}
};
var current;
function supervisor() {
return current ??= newSupervisor();
}
function newSupervisor() {
const host = childContext()?.host;
return host?.kind === "isolate" && !host.isRoot ? new RootClient(host.control) : new Root();
}
return { supervisor: supervisor };
}
var $_ns_supervisor = {
get supervisor() { return $_supervisor().supervisor; },
};
var $_made_named_file;
function $_named_file() { return $_made_named_file ??= $_make_named_file(); }
function $_make_named_file() {
const SharedMemoryError = $_SharedMemoryError;
const EEXIST = $_EEXIST, ENOENT = $_ENOENT, reasonOf = $_reasonOf;
const AT_FDCWD = $_AT_FDCWD, Scratch = $_Scratch, syscall = $_syscall, tryCall = $_tryCall;
const AT_FDCWD2 = $_AT_FDCWD, O_CLOEXEC = $_O_CLOEXEC, Scratch2 = $_Scratch, syscall2 = $_syscall, tryCall2 = $_tryCall;
const whyNotReserved = $_whyNotReserved;
// lib/memory/allocation/named_file.ts
var AT_EMPTY_PATH = 4096;
var AT_SYMLINK_NOFOLLOW = 256;
var STATX_BYTES = 256;
var STATX_BASIC = 2047;
var BLOCK_BYTES = 512;
var PATH_BYTES = 512;
var TIMES_BYTES = 32;
var UTIME_OMIT = 0x3ffffffen;
var NANOSECONDS = 1000000000n;
var HASH_SEED = 0x4d503032n;
var HASH_FACTOR = 0x9e3779b97f4a7c15n;
var STICKY = 512;
var OWNER_ONLY = 384;
var WRITABLE_BY_OTHERS = 18;
var PERMISSIONS = 4095;
var S_IFMT = 61440;
var S_IFREG = 32768;
var made = null;
function scratches() {
return made ??= {
path: new Scratch(PATH_BYTES),
status: new Scratch(STATX_BYTES),
times: new Scratch(TIMES_BYTES)
};
}
function statusOfOpen(fd) {
return statusOf(fd, "", AT_EMPTY_PATH);
}
function statusAt(path) {
return statusOf(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
}
function statusOf(fd, path, flags) {
const { address, bytes } = scratches().status;
const where = scratches().path.text(path);
const result = tryCall("statx", fd, where, flags, STATX_BASIC, address);
if (result !== 0) return result;
const view = new DataView(bytes.buffer);
return {
links: view.getUint32(16, true),
owner: view.getUint32(20, true),
mode: view.getUint16(28, true),
inode: view.getBigUint64(32, true),
size: Number(view.getBigUint64(40, true)),
room: Number(view.getBigUint64(48, true)) * BLOCK_BYTES,
seconds: view.getBigInt64(112, true),
nanoseconds: view.getUint32(120, true)
};
}
function modeFor(isFleeting2) {
return isFleeting2 ? OWNER_ONLY | STICKY : OWNER_ONLY;
}
function mark(fd) {
const status = statusOfOpen(fd);
if (typeof status === "number") return false;
const { address, bytes } = scratches().times;
const words = new BigInt64Array(bytes.buffer);
words.set([
0n,
UTIME_OMIT,
status.seconds,
markFor(status)
]);
return syscall("utimensat", fd, 0, address, 0) === 0;
}
function markFor({ inode, seconds }) {
const hash = BigInt.asUintN(64, (inode ^ BigInt.asUintN(64, seconds << 20n) ^ HASH_SEED) * HASH_FACTOR);
return (hash >> 16n) % NANOSECONDS;
}
function isFleeting(status) {
return isRegular(status) && (status.mode & PERMISSIONS) === modeFor(true) && status.owner === syscall("geteuid") && BigInt(status.nanoseconds) === markFor(status);
}
function isRegular({ mode }) {
return (mode & S_IFMT) === S_IFREG;
}
function whyNotUsed(status) {
if (!isRegular(status)) return "what has that name is not a file";
const user = syscall("geteuid");
const { owner, mode } = status;
if (owner !== user) {
return `it belongs to another user (${owner}, and this is ${user}), who could cut it off: programs that share memory run as one user`;
}
if ((mode & WRITABLE_BY_OTHERS) === 0) return null;
return `other users may write to it and cut it off (its mode is ${(mode & PERMISSIONS).toString(8)}): make it by mode 600`;
}
// lib/memory/allocation/named_file.ts
var DIRECTORY = "/dev/shm";
var AT_SYMLINK_FOLLOW = 1024;
var IS_ARM = Deno.build.arch === "aarch64";
var O_RDONLY = 0;
var O_RDWR = 2;
var O_NONBLOCK = 2048;
var O_DIRECTORY = IS_ARM ? 16384 : 65536;
var O_NOFOLLOW = IS_ARM ? 32768 : 131072;
var O_TMPFILE = 4194304 | O_DIRECTORY;
var LOCK_EX_NB = 2 | 4;
var NAME_BYTES_MAX = 255;
var NAME_RANDOM_BYTES = 4;
var PATH_BYTES2 = 512;
var LIST_BYTES = 32 * 1024;
function checkMemoryName(name) {
if (typeof name !== "string") {
throw new TypeError(`Cannot use shared memory of that name as a name must be a string: current value is ${typeof name}`);
}
const bytes = new TextEncoder().encode(name).length;
const isName = bytes > 0 && bytes <= NAME_BYTES_MAX && !/[/\0]/.test(name) && name !== "." && name !== "..";
if (isName) return name;
throw new RangeError(`Cannot use shared memory of the name ${JSON.stringify(name)} as a name must be 1 to ${NAME_BYTES_MAX} bytes without a slash and a NUL, and neither "." nor ".."`);
}
function randomMemoryName() {
const random = crypto.getRandomValues(new Uint8Array(NAME_RANDOM_BYTES));
return `psm_${random.toHex()}`;
}
function pathOf(name) {
return `${DIRECTORY}/${name}`;
}
var made2 = null;
function scratches2() {
return made2 ??= {
path: new Scratch2(PATH_BYTES2),
other: new Scratch2(PATH_BYTES2),
list: new Scratch2(LIST_BYTES)
};
}
var held = new Map();
function makeNamed(size, persist) {
sweepNamed();
const flags = O_TMPFILE | O_RDWR | O_CLOEXEC;
const directory = scratches2().path.text(DIRECTORY);
const mode = modeFor(!persist);
const fd = tryCall2("openat", AT_FDCWD2, directory, flags, mode);
if (fd < 0) {
throw new SharedMemoryError(`Cannot create shared memory in ${DIRECTORY} as ${reasonOf(fd)}`);
}
const reason = prepare(fd, size, persist);
if (reason === null) return {
fd,
size
};
closeNamed(fd);
throw new SharedMemoryError(`Cannot create ${size} bytes of shared memory as ${reason}`);
}
function giveName(fd, name, persist) {
const result = link(fd, name);
if (result === 0) {
if (!persist) held.set(fd, name);
return true;
}
if (result === -EEXIST) return false;
throw new SharedMemoryError(`Cannot create the shared memory "${name}" as ${reasonOf(result)}`);
}
function prepare(fd, size, persist) {
const result = tryCall2("ftruncate", fd, size);
if (result !== 0) return reasonOf(result);
const reason = whyNotReserved(fd, 0, size);
if (reason !== null || persist) return reason;
syscall2("flock", fd, LOCK_EX_NB);
return mark(fd) ? null : "the file system does not keep the time of a change";
}
function link(fd, name) {
const from = scratches2().path.text(`/proc/self/fd/${fd}`);
const to = scratches2().other.text(pathOf(name));
const flags = AT_SYMLINK_FOLLOW;
return tryCall2("linkat", AT_FDCWD2, from, AT_FDCWD2, to, flags);
}
function openNamed(name) {
const path = scratches2().path.text(pathOf(name));
const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
const fd = tryCall2("openat", AT_FDCWD2, path, flags);
if (fd === -ENOENT) return null;
if (fd < 0) throw cannotAttach(name, reasonOf(fd));
const status = statusOfOpen(fd);
const reason = typeof status === "number" ? reasonOf(status) : whyNotUsed(status);
if (reason !== null) {
closeNamed(fd);
throw cannotAttach(name, reason);
}
const { size } = status;
if (!removeOrphan(fd, name, status)) return {
fd,
size
};
closeNamed(fd);
return null;
}
function completeNamed({ fd, size }, name) {
const status = statusOfOpen(fd);
if (typeof status !== "number" && status.room >= size) return;
const reason = whyNotReserved(fd, 0, size);
if (reason !== null) throw cannotAttach(name, reason);
}
function cannotAttach(name, reason) {
return new SharedMemoryError(`Cannot attach the shared memory "${name}" as ${reason}`);
}
function closeNamed(fd) {
held.delete(fd);
syscall2("close", fd);
}
function unlinkNamed(name) {
const path = scratches2().path.text(pathOf(name));
const result = tryCall2("unlinkat", AT_FDCWD2, path, 0);
if (result === 0) return true;
if (result === -ENOENT) return false;
throw new SharedMemoryError(`Cannot unlink the shared memory "${name}" as ${reasonOf(result)}`);
}
function removeOrphan(fd, name, status) {
if (!isFleeting(status)) return false;
if (syscall2("flock", fd, LOCK_EX_NB) !== 0) return false;
unlinkOwn(fd, name);
return true;
}
function unlinkOwn(fd, name) {
const own = statusOfOpen(fd);
const named = statusAt(pathOf(name));
if (typeof own === "number" || typeof named === "number") return;
if (own.links === 0 || own.inode !== named.inode) return;
const path = scratches2().path.text(pathOf(name));
syscall2("unlinkat", AT_FDCWD2, path, 0);
}
function sweepNamed() {
const own = new Set(held.values());
for (const name of namesIn(DIRECTORY)) {
if (own.has(name)) continue;
const status = statusAt(pathOf(name));
if (typeof status === "number" || !isFleeting(status)) continue;
const file = openNamedQuietly(name);
if (file !== null) closeNamed(file.fd);
}
}
function openNamedQuietly(name) {
try {
return openNamed(name);
} catch {
return null;
}
}
function namesIn(directory) {
const { path, list } = scratches2();
const flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
const fd = syscall2("openat", AT_FDCWD2, path.text(directory), flags);
if (fd < 0) return [];
const names = [];
for (; ; ) {
const length = syscall2("getdents64", fd, list.address, LIST_BYTES);
if (length <= 0) break;
names.push(...entriesOf(list.bytes.subarray(0, length)));
}
syscall2("close", fd);
return names;
}
var ENTRY_LENGTH = 16;
var ENTRY_TYPE = 18;
var ENTRY_NAME = 19;
var DT_REG = 8;
function* entriesOf(bytes) {
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
for (let at = 0; at < bytes.length; ) {
const length = view.getUint16(at + ENTRY_LENGTH, true);
const entry = bytes.subarray(at + ENTRY_NAME, at + length);
const name = entry.subarray(0, entry.indexOf(0));
if (bytes[at + ENTRY_TYPE] === DT_REG) {
yield new TextDecoder().decode(name);
}
at += length;
}
}
return { checkMemoryName: checkMemoryName, closeNamed: closeNamed, completeNamed: completeNamed, giveName: giveName, makeNamed: makeNamed, openNamed: openNamed, randomMemoryName: randomMemoryName, sweepNamed: sweepNamed, unlinkNamed: unlinkNamed, unlinkOwn: unlinkOwn };
}
var $_ns_named_file = {
get checkMemoryName() { return $_named_file().checkMemoryName; },
get closeNamed() { return $_named_file().closeNamed; },
get completeNamed() { return $_named_file().completeNamed; },
get giveName() { return $_named_file().giveName; },
get makeNamed() { return $_named_file().makeNamed; },
get openNamed() { return $_named_file().openNamed; },
get randomMemoryName() { return $_named_file().randomMemoryName; },
get sweepNamed() { return $_named_file().sweepNamed; },
get unlinkNamed() { return $_named_file().unlinkNamed; },
get unlinkOwn() { return $_named_file().unlinkOwn; },
};
var $_made_pool_parts;
function $_pool_parts() { return $_made_pool_parts ??= $_make_pool_parts(); }
function $_make_pool_parts() {
const { addressSpec: addressSpec, functionSpec: functionSpec, modulesOf: modulesOf } = $_shared_by_target_and_pool_parts();
const { CAPTURED: CAPTURED } = $_shared_by_slow_resolve_and_target_and_pool_parts();
const { decode: decode, encode: encode } = $_shared_by_relay_and_pool_parts_and_codec();
const { soughtBy: soughtBy } = $_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts();
const { isClosed: isClosed } = $_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts();
const pack = $_pack;
const CALL = $_CALL, CALL_ONE = $_CALL_ONE, isRaw = $_isRaw, itemsToSend = $_itemsToSend;
const boundToContext = $_boundToContext;
const contain2 = $_contain, printError = $_printError;
const inspectThrown = $_inspectThrown;
const contain = $_contain;
const EncodingError = $_EncodingError;
const pack2 = $_pack;
const checkTransfer = $_checkTransfer;
const itemsToSend2 = $_itemsToSend;
const SPAN_MAX = $_SPAN_MAX;
const callSites = $_callSites;
const isPlain = $_isPlain;
const pack3 = $_pack;
const cloneOf = $_cloneOf;
const namespaceOf = $_namespaceOf;
const tellSize = $_tellSize;
const itemsToSend3 = $_itemsToSend;
const broadcast = $_broadcast, isNotebook = $_isNotebook;
const writeIfRead = $_writeIfRead;
const timedOut = $_timedOut;
const keepAlive = $_keepAlive;
const EncodingError3 = $_EncodingError;
const unreachable = $_unreachable;
const printError2 = $_printError;
const inspectThrown2 = $_inspectThrown;
const explainInstances2 = $_explainInstances;
const PEER = $_PEER;
const Block = $_Block;
const canMapAt = $_canMapAt;
const unheld = $_unheld;
const mayHoldHandles = $_mayHoldHandles;
const refusedEntry = $_refusedEntry;
const EncodingError2 = $_EncodingError;
const explainInstances = $_explainInstances;
const outcomeOf = $_outcomeOf;
const mostOfChild = $_mostOfChild;
const rehydrateFrom = $_rehydrateFrom;
const unpack = $_unpack;
const isPacked = $_isPacked, REPORT_HEAD = $_REPORT_HEAD, RESULT_STRIDE = $_RESULT_STRIDE, THREW = $_THREW, UNSENDABLE = $_UNSENDABLE, VALUES = $_VALUES;
const RUN_HEAD = $_RUN_HEAD, TASK_STRIDE = $_TASK_STRIDE;
const SLOT_MASK = $_SLOT_MASK;
const CALL2 = $_CALL, CALL_ONE2 = $_CALL_ONE, isFrequent = $_isFrequent, isPacked2 = $_isPacked, receiveFrom = $_receiveFrom, TIMED = $_TIMED;
const createSlots = $_createSlots, isSmallCall = $_isSmallCall, SLOTS2 = $_SLOTS, Slots = $_Slots, SLOTS_BYTES = $_SLOTS_BYTES;
const SLOT_MASK2 = $_SLOT_MASK, SLOTS = $_SLOTS;
const ExitError = $_ExitError, WorkerLostError = $_WorkerLostError;
const nameOfExitcode = $_nameOfExitcode;
const OUT_OF_HEAP = $_OUT_OF_HEAP;
const END_CAUSE = $_END_CAUSE;
const boundToContext2 = $_boundToContext;
const ProcessStateError = $_ProcessStateError;
const AsyncItemSource = $_AsyncItemSource, isAsync = $_isAsync, SyncItemSource = $_SyncItemSource;
const builtUrl = $_builtUrl;
const INTERPRETER = $_INTERPRETER;
const passesRead = $_passesRead;
const destinationOf = $_destinationOf;
const BaseProcess = $_BaseProcess, MODULES = $_MODULES, START_METHOD = $_START_METHOD, SUBJECT = $_SUBJECT;
// lib/pool/parent/call_job.ts
var BaseJob = class {
fn;
timeoutMs;
retries;
outcome;
#owner;
#signal;
#abort = null;
#isOver = false;
#isWithdrawn = false;
constructor(fn, { timeoutMs, retries, signal }, outcome, owner) {
this.fn = fn;
this.timeoutMs = timeoutMs;
this.retries = retries;
this.outcome = outcome;
this.#owner = owner;
this.#signal = signal;
if (signal === void 0) return;
if (signal.aborted) {
this.fail(signal.reason);
return;
}
this.#abort = () => this.cancel(signal.reason);
signal.addEventListener("abort", this.#abort);
}
get isOver() {
return this.#isOver;
}
succeed(value) {
this.#end();
this.outcome.resolve(value);
}
fail(error) {
this.#end();
this.outcome.reject(error);
}
giveUp(error) {
this.fail(error);
this.#owner.drop(this.self);
}
cancel(reason) {
if (this.#isOver) return;
this.fail(reason);
this.#owner.cancel(this.self);
}
withdraw(reason) {
if (this.#isOver || !this.#owner.takeBack(this.self)) return false;
this.#isWithdrawn = true;
this.fail(reason);
return true;
}
get isWithdrawn() {
return this.#isWithdrawn;
}
get isRunning() {
return !this.#isOver && this.#owner.isRunning(this.self);
}
#end() {
if (this.#isOver) return;
this.#isOver = true;
if (this.#abort !== null) {
this.#signal?.removeEventListener("abort", this.#abort);
}
this.#owner.leave(this.self);
}
};
// lib/pool/parent/call_job.ts
var CallJob = class extends BaseJob {
form;
#args;
#transfer;
#packed = null;
constructor(fn, args, transfer, limits, destination, outcome, owner) {
super(fn, limits, outcome, owner);
this.#args = args;
this.#transfer = transfer;
this.form = args.length === 1 && isRaw(args[0], destination) ? CALL_ONE : CALL;
if (this.form === CALL) this.#packed = this.#pack(destination);
}
get self() {
return this;
}
get isSentOnce() {
return this.#transfer.length > 0;
}
batchOf(_first, _count, destination) {
if (this.form === CALL_ONE) {
return {
items: this.#args[0],
transfer: []
};
}
const items = this.#packed ?? this.#pack(destination);
this.#packed = null;
return {
items,
transfer: this.#transfer
};
}
given() {
return [
"args",
this.#args
];
}
fulfil(_first, [value]) {
this.succeed(value);
}
reject(_index, error) {
this.fail(error);
}
#pack(destination) {
return itemsToSend(this.#args, destination, (list) => pack(list, destination, "args", this.#transfer));
}
};
// lib/pool/parent/job.ts
var Task = class _Task {
job;
first;
count;
settled = 0;
losses;
isMoved;
costMs = 0;
constructor(job, first, count, losses = 0, isMoved = false) {
this.job = job;
this.first = first;
this.count = count;
this.losses = losses;
this.isMoved = isMoved;
}
get isMovable() {
return !this.isMoved && !this.job.isSentOnce;
}
get isDone() {
return this.settled >= this.count;
}
part(from, end, losses = this.losses) {
return new _Task(this.job, this.first + from, end - from, losses);
}
moved(item) {
return new _Task(this.job, this.first + item, 1, this.losses, true);
}
};
// lib/pool/parent/map_job.ts
var RefusedItem = class {
index;
error;
constructor(index, error) {
this.index = index;
this.error = error;
}
};
function makeBatch(items, first, destination, transferOf, moving) {
const transfer = transferOf === void 0 ? [] : transferOfItems(items, first, transferOf, moving);
const packItems = (list) => {
try {
return pack2(list, destination, "items", transfer);
} catch (error) {
throw itemOf(error, first);
}
};
return {
items: itemsToSend2(items, destination, packItems),
transfer
};
}
function transferOfItems(items, first, transferOf, moving) {
const all = [];
for (let i = 0; i < items.length; i++) {
try {
const list = transferOf(items[i]);
contain(list, () => {
});
checkTransfer(list, transferPath(first + i), moving);
for (const entry of list) all.push(entry);
} catch (error) {
throw new RefusedItem(first + i, error);
}
}
return all;
}
function transferPath(index) {
return `transfer(items[${index}])`;
}
function itemOf(error, first) {
if (!(error instanceof EncodingError)) return error;
const bad = /^items\[(\d+)\]/.exec(error.path);
if (bad === null) return error;
const index = first + Number(bad[1]);
const path = `items[${index}]${error.path.slice(bad[0].length)}`;
const moved = new EncodingError(path, error.reason);
if (Object.hasOwn(error, "cause")) moved.cause = error.cause;
return new RefusedItem(index, moved);
}
// lib/pool/parent/chunk_size.ts
var CHUNK_MS = 1;
var CHUNKS_PER_WORKER = 4;
var STREAM_CHUNK_MAX = 1024;
var STREAM_CHUNKS_PER_WORKER = 8;
function chunkOfList({ chunksize, timeoutMs, size }, meanMs, total, left) {
if (chunksize !== void 0) return Math.min(SPAN_MAX, chunksize);
if (timeoutMs < Infinity) return 1;
const asPython = Math.ceil(total / (CHUNKS_PER_WORKER * size));
const best = meanMs === null ? asPython : Math.min(asPython, Math.max(Math.ceil(left / (CHUNKS_PER_WORKER * size)), itemsIn(CHUNK_MS, meanMs)));
return Math.min(SPAN_MAX, best);
}
function chunkOfStream({ chunksize, timeoutMs, size }, meanMs, buffersize = Infinity) {
if (chunksize !== void 0) return Math.min(SPAN_MAX, chunksize);
if (meanMs === null || timeoutMs < Infinity) return 1;
const most = Math.max(1, Math.floor(buffersize / (2 * size)));
return Math.min(STREAM_CHUNK_MAX, most, itemsIn(CHUNK_MS, meanMs));
}
function bufferOfStream(size, chunksize) {
return STREAM_CHUNKS_PER_WORKER * size * chunksize;
}
function itemsIn(ms, meanMs) {
return Math.ceil(ms / Math.max(meanMs, 1e-6));
}
// lib/pool/parent/map_job.ts
var OPEN = 0;
var FULFILLED = 1;
var REJECTED = 2;
var MapJob = class extends BaseJob {
form;
isSentOnce;
#plan;
#chunks;
#items;
#values;
#states;
#moving = new WeakMap();
#done = 0;
#failed = 0;
#at = 0;
constructor(fn, items, plan, limits, outcome, owner) {
super(fn, limits, outcome, owner);
this.form = plan.form;
this.isSentOnce = plan.options.transfer !== void 0;
const { onProgress, transfer } = plan.options;
this.#plan = {
...plan,
options: {
...plan.options,
onProgress: boundToContext(onProgress),
transfer: boundToContext(transfer)
}
};
const { options: { chunksize }, size } = plan;
this.#chunks = {
chunksize,
timeoutMs: this.timeoutMs,
size
};
this.#items = items;
this.#values = new Array(items.length);
this.#states = new Uint8Array(items.length);
}
get self() {
return this;
}
endIfEmpty() {
if (this.#items.length === 0) this.succeed([]);
}
get waiting() {
const left = this.isOver ? 0 : this.#items.length - this.#at;
return left === 0 ? 0 : Math.ceil(left / this.#chunksize(left));
}
take() {
const left = this.isOver ? 0 : this.#items.length - this.#at;
if (left === 0) return null;
const count = Math.min(left, this.#chunksize(left));
const task = new Task(this, this.#at, count);
this.#at += count;
return task;
}
#chunksize(left) {
const { meanMs } = this.fn;
return chunkOfList(this.#chunks, meanMs, this.#items.length, left);
}
batchOf(first, count, destination) {
const items = this.#items.slice(first, first + count);
return makeBatch(items, first, destination, this.#plan.options.transfer, this.#moving);
}
given(index) {
return [
`items[${index}]`,
this.#items[index]
];
}
fulfil(first, values) {
if (this.isOver) return;
for (let i = 0; i < values.length; i++) {
if (this.#states[first + i] !== OPEN) continue;
this.#states[first + i] = FULFILLED;
this.#values[first + i] = values[i];
this.#done++;
}
this.#advance();
}
reject(index, error) {
if (this.isOver || this.#states[index] !== OPEN) return;
if (this.#plan.options.failFast === true && !this.#plan.isSettled) {
return this.giveUp(error);
}
this.#states[index] = REJECTED;
this.#values[index] = error;
this.#done++;
this.#failed++;
this.#advance();
}
#advance() {
const total = this.#items.length;
const { onProgress } = this.#plan.options;
if (onProgress !== void 0) this.#tellProgress(onProgress, total);
if (this.#done === total && !this.isOver) this.#end();
}
#tellProgress(onProgress, total) {
try {
const returned = onProgress(this.#done, total, this.#failed);
contain2(returned, (error) => this.#hasFailed(error));
} catch (error) {
this.#hasFailed(error);
}
}
#hasFailed(error) {
if (!this.isOver) return this.giveUp(error);
printError(`onProgress of a map that is over threw: ${inspectThrown(error)}`);
}
#end() {
if (this.#plan.isSettled) return this.succeed(this.#outcomes());
const bad = this.#states.indexOf(REJECTED);
if (bad >= 0) this.fail(this.#values[bad]);
else this.succeed(this.#values);
}
#outcomes() {
return this.#values.map((value, i) => this.#states[i] === REJECTED ? {
status: "rejected",
reason: this.outcome.seen(value)
} : {
status: "fulfilled",
value
});
}
};
// lib/pool/parent/pool_functions.ts
var PoolFunction = class {
definition;
name;
isPassing;
meanMs = null;
#itself;
#wasAsked = false;
constructor(definition, itself, isPassing) {
this.definition = definition;
this.#itself = mayBeAsked(definition.spec) ? itself : null;
this.name = definition.spec.name || "anonymous";
this.isPassing = isPassing;
}
get id() {
return this.definition.id;
}
ask() {
this.#wasAsked = true;
return soughtBy(this.definition.spec, this.#itself ?? void 0);
}
get modules() {
return modulesOf(this.definition.spec);
}
measured(ms, items) {
if (items === 0) return;
if (!this.#wasAsked) this.#itself = null;
const mean = ms / items;
this.meanMs = this.meanMs === null ? mean : (this.meanMs + mean) / 2;
}
};
var SCOPED_MAX = 64;
var ALIKE_MAX = 64;
var PoolFunctions = class {
#destination;
#bySelf = new WeakMap();
#byLook = new Map();
#doubles = new Set();
#scoped = new Map();
#byId = new Map();
#gone = new FinalizationRegistry((id) => {
this.#byId.delete(id);
});
#forget;
#made = 0;
constructor(destination, forget) {
this.#destination = destination;
this.#forget = forget;
}
find(target, whereabouts, below) {
const { module, scope } = whereabouts;
const home = module === void 0 ? "" : String(module);
if (scope === void 0) {
const known = this.#bySelf.get(target)?.get(home);
if (known !== void 0) return known;
}
const found = this.#spec(target, {
module,
scope
}, below);
const { spec } = found;
if (scope !== void 0) {
return this.#findScoped(target, spec, found.scope);
}
const fn = spec.kind === "captured" ? this.#findCaptured(target, spec, found.scope) : this.#findAlike(target, spec);
this.#remember(target, home, fn);
return fn;
}
subject(id) {
return this.#byId.get(id)?.deref()?.ask();
}
#findAlike(target, spec) {
const key = JSON.stringify(spec);
const alike = this.#byLook.get(key);
if (alike === void 0) {
const fn = this.#make(target, spec, {}, false);
this.#byLook.set(key, {
fn,
areSame: null
});
return fn;
}
alike.areSame ??= areSame(spec);
return alike.areSame ? alike.fn : this.#double(target, spec, alike);
}
#double(target, spec, { fn: { meanMs } }) {
const unsure = spec.kind === "function" ? {
...spec,
match: {
by: "parent"
}
} : spec;
const fn = this.#make(target, unsure, {}, false);
fn.meanMs = meanMs;
if (spec.kind === "function" && !spec.certain && spec.module !== null) {
void namespaceOf(spec.module);
}
this.#keepDouble(fn);
return fn;
}
#keepDouble(fn) {
this.#doubles.add(fn);
if (this.#doubles.size <= ALIKE_MAX) return;
const [oldest] = this.#doubles;
this.#doubles.delete(oldest);
this.#drop(oldest);
}
#findCaptured(target, spec, scope) {
if (isPlainScope(scope)) return this.#keepScoped(target, spec, scope);
const fn = this.#make(target, spec, scope, false);
this.#keepDouble(fn);
return fn;
}
#findScoped(target, spec, scope) {
if (!isPlainScope(scope)) {
return this.#make(target, spec, scope, true);
}
return this.#keepScoped(target, spec, scope);
}
#keepScoped(target, spec, scope) {
const key = JSON.stringify([
spec,
scope
]);
const fn = this.#scoped.get(key) ?? this.#make(target, spec, scope, false);
this.#scoped.delete(key);
this.#scoped.set(key, fn);
if (this.#scoped.size > SCOPED_MAX) this.#dropOldest();
return fn;
}
#dropOldest() {
const [[key, fn]] = this.#scoped;
this.#scoped.delete(key);
this.#drop(fn);
}
#drop(fn) {
fn.isPassing = true;
this.#forget(fn);
}
#remember(target, home, fn) {
const origins = this.#bySelf.get(target) ?? new Map();
this.#bySelf.set(target, origins.set(home, fn));
}
#spec(target, { module, scope }, below) {
if (typeof target === "object" && target !== null) {
const spec2 = addressSpec(target);
return {
spec: spec2,
scope: scope ?? {}
};
}
if (typeof target !== "function") {
throw new TypeError(`Cannot run a task as "target" must be a function or { module, name }: current value is ${target === null ? "null" : typeof target}`);
}
const caller = module === void 0 ? callSites(below, 1)[0] ?? null : null;
const destination = this.#destination;
const spec = functionSpec({
target,
module,
caller,
scope,
destination
});
tellSize(spec.found);
return spec;
}
#make(target, spec, scope, isPassing) {
const values = itemsToSend3(Object.values(scope), this.#destination, (list) => this.#packed(list, spec.kind === "captured"));
const names = Object.keys(scope);
const id = this.#made++;
const definition = {
id,
spec,
names,
values
};
const fn = new PoolFunction(definition, target, isPassing);
if (mayBeAsked(spec)) {
this.#byId.set(id, new WeakRef(fn));
this.#gone.register(fn, id);
}
return fn;
}
#packed(list, isCaptured) {
const packed = pack3(list, this.#destination, "scope");
return isCaptured && !(packed instanceof Uint8Array) ? cloneOf(packed) : packed;
}
};
function isPlainScope(scope) {
const captured = scope[CAPTURED];
if (typeof captured !== "object" || captured === null) {
return Object.values(scope).every(isPlain);
}
const { values, ...others } = captured;
return values.every(isPlain) && Object.values(others).every((list) => list.length === 0);
}
function areSame(spec) {
return spec.kind !== "function" || spec.match.by === "text" || isClosed(spec.source);
}
function mayBeAsked(spec) {
return spec.kind === "function" && spec.match.by !== "text";
}
// lib/pool/parent/progress_bar.ts
var DRAW_MS = 100;
var WIDTH = 30;
var WIDTH_MIN = 5;
var ProgressBar = class {
#surface;
#now;
#begun;
#drawnAt = -Infinity;
#counts = null;
#isClosed = false;
constructor(surface, now = () => performance.now()) {
this.#surface = surface;
this.#now = now;
this.#begun = now();
}
update(done, total, failed) {
if (this.#isClosed || total === 0) return;
this.#counts = [
done,
total,
failed
];
const now = this.#now();
if (now - this.#drawnAt < DRAW_MS) return;
this.#drawnAt = now;
this.#draw(false);
}
close() {
if (!this.#isClosed && this.#counts !== null) this.#draw(true);
this.#isClosed = true;
}
closeAfter(end) {
const close = () => this.close();
end.then(close, close);
}
#draw(isLast) {
const [done, total, failed] = this.#counts;
const ms = this.#now() - this.#begun;
const text = textOf(done, total, failed, ms);
const room = this.#surface.columns() - text.length - "[] ".length;
const width = Math.min(WIDTH, room);
const filled = Math.round(width * done / total);
const bar = width < WIDTH_MIN ? "" : `[${"#".repeat(filled)}${"-".repeat(width - filled)}] `;
const line = (bar + text).slice(0, this.#surface.columns());
this.#surface.draw(line, isLast);
}
};
function textOf(done, total, failed, ms) {
const counts = `${done}/${total}`;
if (done === 0) return counts;
const rate = done * 1e3 / Math.max(ms, 1);
const left = (total - done) / rate;
return `${counts}, ${rate.toFixed(1)}/s` + (done < total ? `, ${Math.ceil(left)} s left` : "") + (failed > 0 ? `, ${failed} failed` : "");
}
function shownBy(bar, options) {
const onProgress = (...counts) => {
bar.update(...counts);
return options.onProgress?.(...counts);
};
return {
...options,
onProgress
};
}
function openProgressBar(total) {
const surface = isNotebook() ? new Cell() : Deno.stderr.isTerminal() ? new Terminal() : null;
if (surface === null) return null;
const bar = new ProgressBar(surface);
bar.update(0, total, 0);
return bar;
}
var Terminal = class _Terminal {
static #shown = null;
columns() {
try {
const { columns } = Deno.consoleSize();
if (columns > 1) return columns - 1;
} catch {
}
return 79;
}
draw(line, isLast) {
_Terminal.#shown ??= this;
const isShown = _Terminal.#shown === this;
if (!isShown && !isLast) return;
if (isShown) globalThis.addEventListener("unload", endLine);
write(`\r\x1B[K${line}${isLast ? "\n" : ""}`);
if (!isShown || !isLast) return;
_Terminal.#shown = null;
globalThis.removeEventListener("unload", endLine);
}
};
function endLine() {
write("\n");
}
function write(text) {
writeIfRead(Deno.stderr, new TextEncoder().encode(text));
}
var Cell = class {
#id = crypto.randomUUID();
#isShown = false;
columns() {
return Infinity;
}
draw(line) {
const type = this.#isShown ? "update_display_data" : "display_data";
this.#isShown = true;
broadcast(type, {
data: {
"text/plain": line
},
metadata: {},
transient: {
display_id: this.#id
}
});
}
};
// lib/pool/parent/scheduler.ts
var platformClock = {
now: () => performance.now(),
soon: (call) => queueMicrotask(call),
after(ms, call) {
const timer = setTimeout(call, ms);
return {
cancel: () => clearTimeout(timer),
unref: () => void timer.unref()
};
}
};
// lib/pool/parent/pool_worker.ts
var ResultReader = class {
#inFlight;
#name;
#from;
constructor(inFlight, name, from) {
this.#inFlight = inFlight;
this.#name = name;
this.#from = from;
}
take(report) {
for (let i = REPORT_HEAD; i < report.length; i += RESULT_STRIDE) {
const isTaken = this.#settle(report[i], report[i + 1], report[i + 2], report[i + 3]);
if (!isTaken) return false;
}
return true;
}
errorOf(body) {
const where = `in process "${this.#name}"`;
const report = {
kind: "failure",
body
};
const outcome = outcomeOf(report, where, this.#from);
return outcome.kind === "error" ? outcome.error : void 0;
}
#settle(seq, from, kind, sent) {
const task = this.#inFlight.at(seq);
if (task === null || from !== task.settled) {
return this.#inFlight.hasHad(seq) && from < (task?.settled ?? Infinity);
}
if (from >= task.count) return false;
if (kind === VALUES) return this.#fulfil(task, from, sent);
if (kind !== THREW && kind !== UNSENDABLE) return false;
const error = this.#failureOf(kind, sent);
const index = task.first + from;
if (kind === THREW) explainInstances(error, [
task.job.given(index)
]);
task.settled = from + 1;
task.job.reject(index, error);
return true;
}
#failureOf(kind, sent) {
if (kind === THREW) return this.errorOf(sent);
const [path, reason] = sent;
return new EncodingError2(path, reason);
}
#fulfil(task, from, sent) {
if (typeof sent !== "object" || sent === null) return false;
let values;
try {
values = isPacked(sent) ? unpack(sent.packed, rehydrateFrom(this.#from), mostOfChild(sent.packed)) : sent;
} catch (error) {
task.settled = task.count;
for (let i = from; i < task.count; i++) {
task.job.reject(task.first + i, error);
}
return true;
}
if (!Array.isArray(values) || from + values.length > task.count) {
return false;
}
task.settled = from + values.length;
task.job.fulfil(task.first + from, values);
return true;
}
};
// lib/pool/parent/in_flight.ts
var InFlight = class {
#slots;
#sharedFrom;
#tasks = [];
#next = 0;
#acked = 0;
constructor(slots, isShared) {
this.#slots = slots;
this.#sharedFrom = isShared ? 0 : Infinity;
}
share() {
this.#sharedFrom = Math.min(this.#sharedFrom, this.#next);
}
get isShared() {
return this.#sharedFrom < Infinity;
}
get #live() {
return this.#acked >= this.#sharedFrom ? this.#slots : null;
}
get gives() {
return this.#live !== null;
}
get given() {
return this.#next;
}
get count() {
return this.#next - this.#acked;
}
at(seq) {
return seq >= this.#acked && seq < this.#next ? this.#tasks[seq & SLOT_MASK] : null;
}
hasHad(seq) {
return Number.isInteger(seq) && seq >= 0 && seq < this.#next;
}
isAfter(seq, { task }) {
for (let at = this.#acked; at < seq; at++) {
if (this.#tasks[at & SLOT_MASK] === task) return true;
}
return false;
}
get first() {
for (let seq = this.#acked; seq < this.#next; seq++) {
const task = this.#tasks[seq & SLOT_MASK];
if (task) return task;
}
return null;
}
*all() {
for (let seq = this.#acked; seq < this.#next; seq++) {
const task = this.#tasks[seq & SLOT_MASK];
if (task) yield [
seq,
task
];
}
}
enter(tasks) {
const first = this.#next;
for (const task of tasks) {
if (this.isShared) this.#slots?.offer(this.#next, task.count);
this.#tasks[this.#next++ & SLOT_MASK] = task;
}
return first;
}
enterCalls(tasks, message) {
for (let i = 0; i < tasks.length; i++) {
const at = RUN_HEAD + i * TASK_STRIDE;
this.#slots.offerCall(this.#next, message[at], message[at + 2]);
this.#tasks[this.#next++ & SLOT_MASK] = tasks[i];
}
}
get totals() {
return this.#slots.totals;
}
withdraw(count) {
this.#next -= count;
}
movable() {
const slots = this.#live;
if (slots === null) return 0;
let items = 0;
for (let seq = this.#acked; seq < this.#next; seq++) {
const task = this.#tasks[seq & SLOT_MASK];
if (!task?.isMovable) continue;
const span = slots.spanOf(seq);
if (isFree(span, task)) items += span.end - span.next;
}
return items;
}
get lastMovable() {
const seq = this.#lastMovable();
return seq < 0 ? null : this.#tasks[seq & SLOT_MASK];
}
#lastMovable() {
const slots = this.#live;
if (slots === null) return -1;
for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
if (!this.#tasks[seq & SLOT_MASK]?.isMovable) continue;
if (isFree(slots.spanOf(seq), this.#tasks[seq & SLOT_MASK])) return seq;
}
return -1;
}
takeLast() {
for (; ; ) {
const seq = this.#lastMovable();
if (seq < 0) return null;
const task = this.#tasks[seq & SLOT_MASK];
const part = this.#takePart(this.#slots, seq, task, 1);
if (part !== null) return task.moved(part.first - task.first);
}
}
takeBack() {
const slots = this.#live;
if (slots === null) return [];
const taken = [];
for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
const task = this.#tasks[seq & SLOT_MASK];
if (!task || task.job.isSentOnce) continue;
const part = this.#takePart(slots, seq, task, Infinity);
if (part !== null) taken.push(part);
}
return taken;
}
#takePart(slots, seq, task, most) {
const { next, end } = slots.takeBack(seq, most);
if (next >= end || end > task.count) return null;
task.count = next;
if (next === 0) this.#tasks[seq & SLOT_MASK] = null;
return task.part(next, end);
}
has(job) {
for (const [, task] of this.all()) if (task.job === job) return true;
return false;
}
forget(job) {
const slots = this.#live;
if (slots === null) return 0;
let items = 0;
for (const [seq, task] of this.all()) {
if (task.job !== job) continue;
items += this.#takePart(slots, seq, task, Infinity)?.count ?? 0;
}
return items;
}
done(upTo) {
const isKnown = Number.isInteger(upTo) && upTo >= this.#acked && upTo <= this.#next;
if (!isKnown) return false;
for (; this.#acked < upTo; this.#acked++) {
const task = this.#tasks[this.#acked & SLOT_MASK];
if (!task) continue;
if (!task.isDone && !this.#settleSmall(this.#acked, task)) return false;
this.#tasks[this.#acked & SLOT_MASK] = null;
}
return true;
}
#settleSmall(seq, task) {
if (task.count !== 1) return false;
const small = this.#slots?.result(seq) ?? null;
if (small === null) return false;
if (!task.isDone) {
task.settled = 1;
task.job.fulfil(task.first, [
small.value
]);
}
return true;
}
running() {
const slots = this.#live;
if (slots === null) {
const task = this.first;
return task === null || task.isDone ? null : {
task,
item: task.settled
};
}
for (let seq = this.#next - 1; seq >= this.#acked; seq--) {
const task = this.#tasks[seq & SLOT_MASK];
if (!task) continue;
const { next } = slots.spanOf(seq);
if (next === 0) continue;
const item = Math.min(next, task.count) - 1;
const isDone = item < task.settled || slots.result(seq) !== null;
return isDone ? null : {
task,
item
};
}
return null;
}
takeAll() {
const tasks = [
...this.all()
].map(([, task]) => task);
this.#acked = this.#next;
return tasks;
}
remains(begun, mustBlame = false) {
const running = begun ?? this.running() ?? (mustBlame ? this.#firstOpen() : null);
const isCertain = this.gives || begun !== null || mustBlame || running?.task.count === 1;
const lost = isCertain ? running : null;
const tasks = [];
for (const [seq, task] of this.all()) {
if (this.#settleSmall(seq, task)) continue;
if (running?.task !== task) leave(tasks, task, task.settled, task.count);
else if (lost === null) leaveEach(tasks, task);
else {
leave(tasks, task, task.settled, lost.item);
leave(tasks, task, lost.item + 1, task.count);
}
}
this.#acked = this.#next;
return {
tasks,
lost
};
}
#firstOpen() {
for (const [, task] of this.all()) {
if (!task.isDone) return {
task,
item: task.settled
};
}
return null;
}
};
function isFree({ next, end }, task) {
return next < end && end <= task.count;
}
function leave(tasks, task, from, end) {
if (from < end) tasks.push(task.part(from, end));
}
function leaveEach(tasks, task) {
for (let i = task.settled; i < task.count; i++) leave(tasks, task, i, i + 1);
}
// lib/pool/parent/pool_worker.ts
function taskName(functionName, index) {
return `${functionName} #${index}`;
}
var TaskNames = class {
#functions = [];
#firsts = [];
#next = 0;
add(tasks) {
for (let i = 0; i < tasks.length; i++) {
const { job, first } = tasks[i];
this.#functions[this.#next & SLOT_MASK2] = job.fn.name;
this.#firsts[this.#next++ & SLOT_MASK2] = first;
}
}
of({ kind, place: [seq, item] }) {
const isKnown = seq >= 0 && seq < this.#next && seq >= this.#next - SLOTS;
if (!isKnown) return null;
const at = seq & SLOT_MASK2;
const name = taskName(this.#functions[at], this.#firsts[at] + item);
return kind === "of" ? `task ${name}` : `task ${name}, or one before it,`;
}
};
// lib/pool/parent/pool_worker.ts
var BEGIN_MS = 1e4;
var PoolWorker = class {
process;
inFlight;
#answers;
#options;
#events;
#shared;
#peer = null;
#state = "starting";
#wasUp = false;
#exitReason = null;
#known = new Set();
#names = new TaskNames();
#begun = null;
#timer = null;
#isTimed = false;
#breach = null;
#seen = {
state: "starting",
given: 0,
load: 0,
task: null,
item: 0,
since: 0
};
#excused = null;
totals = {
items: 0,
busyMs: 0,
heapBytes: 0
};
lastGiven = 0;
idleSince;
constructor(options, events) {
this.process = options.process;
this.#options = options;
this.#events = events;
this.idleSince = events.clock.now();
const { shared, slots } = slotsFor(options);
this.#shared = shared;
this.inFlight = new InFlight(slots, options.destination === "isolate");
this.#answers = new ResultReader(this.inFlight, options.process.name, options.destination);
}
start(initializer, initargs) {
this.process.start();
const peer = this.#peer = this.process[PEER];
receiveFrom(peer, (body) => this.#receive(body));
peer.onBroken((why) => this.#breaks(why));
peer.onGone(() => this.#gone());
const isHeavy = initializer !== null && (isPacked2(initargs) || isPacked2(initializer.values));
const slots = this.#shared;
try {
const mayHold = isHeavy && (holdsHandles(initargs) || holdsHandles(initializer.values));
const message = {
kind: "setup",
slots,
initializer,
initargs
};
this.#post(message, isHeavy, [], mayHold);
} catch (error) {
this.process.terminate();
throw error;
}
}
get state() {
return this.#state;
}
get isActive() {
return this.#state === "starting" || this.#state === "up";
}
get load() {
return this.inFlight.count;
}
get room() {
const { count: load, given } = this.inFlight;
return Math.min(SLOTS2 - load, this.#options.maxTasks - given);
}
get exitReason() {
return this.#exitReason;
}
get doing() {
if (this.#state === "starting") return "starting";
return this.inFlight.running() === null ? "receiving" : "running";
}
sameFor(now) {
const running = this.inFlight.running();
const { given, count: load } = this.inFlight;
const seen = this.#seen;
const isSame = running === null ? seen.task === null && seen.given === given && seen.load === load : seen.task === running.task && seen.item === running.item;
if (!isSame || seen.state !== this.#state) {
const { task, item } = running ?? {
task: null,
item: 0
};
this.#seen = {
state: this.#state,
given,
load,
task,
item,
since: now
};
}
return now - this.#seen.since;
}
give(tasks) {
if (tasks.length === 0) return;
if (tasks.length > 1 && tasks.some(({ job }) => job.isSentOnce)) {
for (const task of tasks) this.give([
task
]);
return;
}
const since = this.#events.clock.now();
const run = this.#runOf(tasks);
if (run.sent.length === 0) return;
this.lastGiven = run.sent.length;
if (this.inFlight.isShared && run.areSmall) {
this.inFlight.enterCalls(run.sent, run.message);
this.#post(run.sent.length);
this.#names.add(run.sent);
} else if (this.#giveAll(run)) {
noteCost(run.sent, this.#events.clock.now() - since);
if (this.#isTimed) this.#expectBegin();
} else return;
if (this.inFlight.given >= this.#options.maxTasks) this.end();
}
#giveAll({ sent, message, mustPack, mayHold, transfer }) {
message[0] = this.inFlight.enter(sent);
const [, , definitions] = message;
try {
this.#post(message, mustPack, transfer, mayHold);
} catch (error) {
this.#refused(sent, definitions, transfer, error);
return false;
}
this.#names.add(sent);
for (const { id } of definitions ?? []) this.#known.add(id);
return true;
}
#runOf(tasks) {
const message = [
0,
this.inFlight.isShared,
null
];
let definitions = null;
let transfer;
let sent;
let [mustPack, mayHold, areSmall] = [
false,
false,
true
];
for (const [i, task] of tasks.entries()) {
const batch = this.#batchOf(task);
if (batch === null) {
sent ??= tasks.slice(0, i);
continue;
}
const { fn, form, timeoutMs } = task.job;
const { definition } = fn;
if (!this.#known.has(fn.id) && !definitions?.includes(definition)) {
(definitions ??= []).push(definition);
mustPack ||= isPacked2(definition.values);
mayHold ||= holdsHandles(definition.values);
}
const { items } = batch;
areSmall &&= form === CALL_ONE2 && timeoutMs === Infinity && isSmallCall(fn.id, items);
mustPack ||= typeof items === "object" && items !== null && isPacked2(items);
mayHold ||= mustPack && holdsHandles(items);
if (timeoutMs < Infinity) this.#isTimed = true;
message.push(fn.id, form + (timeoutMs < Infinity ? TIMED : 0), items);
if (batch.transfer.length > 0) {
(transfer ??= []).push(...batch.transfer);
}
sent?.push(task);
}
message[2] = definitions;
areSmall &&= definitions === null;
return {
sent: sent ?? tasks,
message,
transfer,
mustPack,
mayHold,
areSmall
};
}
#refused(sent, definitions, transfer, error) {
this.inFlight.withdraw(sent.length);
for (const { id } of definitions ?? []) this.#known.delete(id);
const [task, ...others] = sent;
if (others.length > 0) {
for (const task2 of sent) this.give([
task2
]);
} else if (task.count > 1) this.#events.returned(onesOf(task));
else {
const entry = refusedEntry(transfer ?? [], error, pathOf(task));
failAll(task, entry ?? namedIn(task, error));
}
}
#batchOf(task) {
const { job, first, count } = task;
try {
return job.batchOf(first, count, this.#options.destination);
} catch (error) {
if (!(error instanceof RefusedItem)) failAll(task, error);
else this.#without(task, error.index - first, error.error);
return null;
}
}
#without(task, item, error) {
task.job.reject(task.first + item, error);
const parts = [
task.part(item + 1, task.count),
task.part(0, item)
];
this.#events.returned(parts.filter(({ count }) => count > 0));
}
forgetFunction(id) {
if (this.#known.delete(id) && this.isActive) {
this.#post({
kind: "forget",
id
});
}
}
running() {
return this.#wasUp ? this.inFlight.running() : null;
}
end() {
this.#leave("dismissed");
}
#leave(exitReason) {
if (!this.isActive) return;
this.#state = "ending";
this.#exitReason = exitReason;
this.#post({
kind: "end"
});
}
stop(excused) {
if (this.#state === "stopped" || this.#state === "gone") return;
this.#excused = excused;
this.#state = "stopped";
this.#exitReason = "stopped";
this.#stop();
}
#breaks(breach) {
if (this.#state === "stopped" || this.#state === "gone") return;
this.#breach = breach;
this.#state = "stopped";
this.#stop();
}
#stop() {
this.#clearTimer();
this.process.terminate();
if (!this.#options.stopsWhileBusy) this.#gone();
}
get breach() {
return this.#breach;
}
get hasEnded() {
return this.#peer?.isGone ?? true;
}
onEnd(ended) {
this.#peer?.onGone(ended);
}
remains() {
const begun = this.inFlight.gives ? null : this.#excused ?? this.#begun;
if (!this.#wasUp) return {
tasks: this.inFlight.takeAll(),
lost: null
};
const { tasks, lost } = this.inFlight.remains(begun, this.#breach !== null);
if (this.#exitReason !== "stopped" || lost === null) return {
tasks,
lost
};
const isExcused = this.#excused?.task === lost.task && this.#excused.item === lost.item;
if (isExcused) return {
tasks,
lost: null
};
const { task, item } = lost;
return {
tasks: [
task.part(item, item + 1),
...tasks
],
lost: null
};
}
#post(message, mustPack = false, transfer = [], mayHold = false) {
const body = mustPack && this.#options.destination !== "isolate" ? encode(message) : {
form: "clone",
value: message,
placeholders: null
};
this.#peer?.post("pool", body, transfer, mayHold);
}
#receive(body) {
if (this.#state === "gone" || this.#breach !== null) return;
try {
this.#take(body);
} catch (error) {
this.#breaks(`it sent what cannot be read: ${error}`);
}
}
#take(body) {
const message = body instanceof Uint8Array ? decode(body) : body.value;
if (typeof message === "number") {
if (!this.inFlight.isShared) return this.#breaks("it has no slots");
return this.#report(message, this.inFlight.totals, null);
}
if (isFrequent(message)) {
const [upTo, items, busyMs, heapBytes] = message;
return this.#report(upTo, {
items,
busyMs,
heapBytes
}, message);
}
switch (message.kind) {
case "up":
this.#wasUp = true;
if (this.#state === "starting") this.#state = "up";
if (this.#isTimed) this.#expectBegin();
return this.#events.up(this);
case "shared":
if (this.#shared === null) return this.#breaks("it has no slots");
this.inFlight.share();
return this.#events.up(this);
case "broken":
if (this.#wasUp) {
return this.#breaks("it had its initializer behind it");
}
return this.#broken(this.#answers.errorOf(message.error));
case "begun":
return this.#begins(message);
case "unhandled":
return this.#unhandled(message);
default:
unreachable(message);
}
}
#unhandled({ blame, isThrown: isThrown2, error }) {
const [handles, what] = isThrown2 ? [
"catches",
"an error"
] : [
"handles",
"a rejection"
];
const left = blame === null ? null : this.#names.of(blame);
const thrown = this.#answers.errorOf(error);
const cause = thrown instanceof Error ? thrown.cause : void 0;
printError2(`Nobody ${handles} ${what} that ${left ?? "an earlier task or the initializer"} has left behind in worker "${this.process.name}":
${cause instanceof Error ? cause.stack : inspectThrown2(thrown)}`);
if (isThrown2 && this.totals.items > 0) this.#leave("replaced");
}
#broken(error) {
explainInstances2(error, [
[
"initargs",
this.#options.initargs
]
]);
this.#events.broken(this, error);
}
#begins({ seq, item }) {
const task = this.inFlight.at(seq);
const isKnown = this.inFlight.hasHad(seq) && Number.isInteger(item) && item >= (task?.settled ?? 0);
if (!isKnown) return this.#breaks("it began what it was not given");
const last = this.#begun;
const isLate = last !== null && task !== null && (last.task === task ? item < last.item : !this.inFlight.isAfter(seq, last));
if (isLate) return this.#breaks("it began again what it had begun");
if (task === null || item >= task.count) return;
if (last?.task === task && last.item === item) return;
const running = this.#begun = {
task,
item
};
this.#clearTimer();
const { timeoutMs } = task.job;
if (timeoutMs === Infinity || this.#state === "stopped") return;
this.#timer = this.#events.clock.after(timeoutMs, () => this.#events.overdue(this, running));
}
#expectBegin() {
if (this.#timer !== null || !this.#wasUp || this.#begun !== null) return;
const task = this.inFlight.first;
if (task === null || task.job.timeoutMs === Infinity) return;
const item = task.settled;
this.#timer = this.#events.clock.after(task.job.timeoutMs + BEGIN_MS, () => {
this.#timer = null;
const isStill = this.inFlight.first === task && task.settled === item;
if (isStill) this.#events.overdue(this, {
task,
item
});
else this.#expectBegin();
});
}
#clearTimer() {
this.#timer?.cancel();
this.#timer = null;
}
#report(upTo, totals, message) {
const { items, busyMs } = this.totals;
if (!areTotals(totals)) return this.#breaks("it counts wrong");
this.#begun = null;
this.#clearTimer();
if (totals.items > items && totals.busyMs >= busyMs) {
const { fn } = this.inFlight.first?.job ?? {};
fn?.measured(totals.busyMs - busyMs, totals.items - items);
this.totals = totals;
}
const isTrue = (message === null || this.#answers.take(message)) && this.inFlight.done(upTo);
if (!isTrue) return this.#breaks("it told of more than it was given");
if (this.load === 0) this.idleSince = this.#events.clock.now();
else if (this.#isTimed) this.#expectBegin();
this.#events.advanced(this);
}
#gone() {
if (this.#state === "gone") return;
this.#state = "gone";
this.#clearTimer();
this.#events.gone(this);
}
};
function holdsHandles(list) {
return typeof list === "object" && list !== null && isPacked2(list) && mayHoldHandles(list.packed);
}
function slotsFor({ destination, mayMap }) {
if (destination === "isolate") {
const shared2 = createSlots();
return {
shared: shared2,
slots: new Slots(shared2)
};
}
if (!mayMap || !canMapAt(destination)) {
return {
shared: null,
slots: null
};
}
const block = Block.allocate(SLOTS_BYTES, "mapped");
const shared = block.handle(destination, unheld());
return {
shared,
slots: new Slots(block.buffer, block.byteOffset, block)
};
}
function noteCost(sent, ms) {
let items = 0;
for (const { count } of sent) items += count;
for (const task of sent) task.costMs = ms / items;
}
function areTotals({ items, busyMs, heapBytes }) {
return isCount(items) && isCount(busyMs) && isCount(heapBytes);
}
function isCount(value) {
return Number.isFinite(value) && value >= 0;
}
function onesOf(task) {
return Array.from({
length: task.count
}, (_, i) => task.part(task.count - i - 1, task.count - i));
}
function pathOf({ job: { form }, first }) {
return form === CALL2 ? "transfer" : transferPath(first);
}
function namedIn({ job, first }, error) {
if (!(error instanceof RangeError)) return error;
const [path] = job.given(first);
return new EncodingError3(path, `refused: ${error.message}`);
}
function failAll({ job, first, count }, error) {
for (let i = 0; i < count; i++) job.reject(first + i, error);
}
// lib/pool/parent/worker_lost.ts
function lossOf(worker, { task, item }) {
return endOf(worker, taskName(task.job.fn.name, task.first + item));
}
function movedLossOf(worker, { task, item }) {
const error = lossOf(worker, {
task,
item
});
error.message = `Cannot run task ${error.task} as worker "${error.worker}" ended before it began it, and what was moved to that worker is gone: give it again, or without "transfer"`;
return error;
}
function failuresOf(worker, failures) {
const error = endOf(worker, null);
const { cause } = error;
const detail = isThrown(error) ? `: ${cause.message}` : "";
error.message = `Cannot go on with the pool as ${failures} workers in a row ended before they ran a task; of the last one: ${error.message}${detail}`;
return error;
}
function endOf({ process, breach }, task) {
const cause = process[END_CAUSE]();
const exitcode = process.exitcode ?? 0;
const name = nameOfExitcode(exitcode);
return new WorkerLostError({
worker: process.name,
exitcode,
signal: name.startsWith("-SIG") ? name.slice(1) : null,
task,
reason: breach ?? (isOutOfHeap(cause) ? OUT_OF_HEAP : void 0)
}, cause === void 0 ? {} : {
cause
});
}
function isKilled({ process, breach }) {
const { exitcode } = process;
if (breach !== null || exitcode === null) return false;
return OUTSIDE.has(nameOfExitcode(exitcode));
}
function isThrown({ cause }) {
return cause instanceof Error && !(cause instanceof ExitError);
}
var OUTSIDE = new Set([
"-SIGHUP",
"-SIGINT",
"-SIGKILL",
"-SIGQUIT",
"-SIGTERM"
]);
function isOutOfHeap(cause) {
return cause instanceof Error && cause.message.includes(OUT_OF_HEAP);
}
// lib/pool/parent/worker_set.ts
var FAILURES_MAX = 5;
var BACK_OFF_MS = 20;
var BACK_OFF_MAX_MS = 200;
var PARTING_MS = 500;
var WorkerSet = class {
size;
#options;
#events;
#workers = new Set();
#failures = 0;
#parting = new Set();
#notBefore = 0;
#kills = 0;
#retry = null;
#idleLook = null;
#failure = null;
started = 0;
#vacant = 0;
restarts = 0;
#minimum;
constructor(options, events) {
this.#options = options;
this.size = options.size;
this.#minimum = options.minimum;
this.#events = events;
}
get workers() {
return [
...this.#workers
];
}
get isEmpty() {
return this.#workers.size === 0 && this.#parting.size === 0;
}
get active() {
const active = [];
for (const worker of this.#workers) {
if (worker.isActive) active.push(worker);
}
return active;
}
get idle() {
for (const worker of this.#workers) {
if (worker.state === "up" && worker.load === 0 && worker.room > 0) {
return worker;
}
}
return null;
}
get hasPlace() {
return this.#failure === null && this.active.length < this.size;
}
get failure() {
return this.#failure;
}
get isShort() {
return this.active.length < this.#minimum;
}
get upCount() {
return this.active.filter(({ state }) => state === "up").length;
}
want(count) {
this.#minimum = Math.max(this.#minimum, count);
}
wantNone() {
this.#minimum = 0;
}
wantUsual() {
this.#minimum = this.#options.minimum;
}
start(waiting, fn) {
let free = this.size;
let wanted = waiting;
for (const { isActive, load } of this.#workers) {
if (!isActive) continue;
free--;
if (load === 0) wanted--;
}
const missing = this.#minimum - (this.size - free);
const count = Math.min(free, Math.max(wanted, missing));
if (count <= 0 || this.#mustWait()) return null;
try {
for (let i = 0; i < count; i++) this.#start(fn);
return null;
} catch (error) {
return {
error
};
}
}
#start(fn) {
const { make, initializer, initializerModules, initargs } = this.#options;
const modules = [
...initializerModules,
...fn?.modules ?? []
];
const worker = new PoolWorker(make(modules), this.#events);
const args = initargs();
this.#workers.add(worker);
try {
worker.start(initializer, args);
} catch (error) {
this.#workers.delete(worker);
throw error;
}
this.started++;
if (this.#vacant === 0) return;
this.#vacant--;
this.restarts++;
}
#mustWait() {
if (this.#failure !== null) return true;
const { clock } = this.#events;
const waitMs = this.#notBefore - clock.now();
if (waitMs <= 0) return false;
this.#retry ??= clock.after(waitMs, () => {
this.#retry = null;
this.#events.returned([]);
});
return true;
}
left(worker, wasOfUse) {
this.#workers.delete(worker);
if (!worker.hasEnded) this.#part(worker);
if (worker.exitReason !== "dismissed") this.#vacant++;
const isMeant = worker.exitReason !== null || this.#failure !== null;
if (isMeant || wasOfUse) return;
if (isKilled(worker)) this.#kills++;
else this.#failures++;
this.#notBefore = this.#events.clock.now() + Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.#failures + this.#kills - 1));
if (this.#failures < FAILURES_MAX) return;
this.#events.broken(worker, failuresOf(worker, FAILURES_MAX));
}
#part(worker) {
this.#parting.add(worker);
const parted = () => {
timer.cancel();
if (this.#parting.delete(worker)) this.#events.parted();
};
const timer = this.#events.clock.after(PARTING_MS, () => parted());
worker.onEnd(parted);
}
progressed() {
this.#failures = 0;
this.#kills = 0;
this.#notBefore = 0;
}
fail(error) {
this.#failure ??= {
error
};
this.#retry?.cancel();
}
forget({ id }) {
for (const worker of this.#workers) worker.forgetFunction(id);
}
idles() {
const { idleMs } = this.#options;
if (idleMs === Infinity || this.#idleLook !== null) return;
const { active } = this;
const idle = active.filter(({ load }) => load === 0);
if (idle.length === 0 || active.length <= this.#minimum) return;
const since = Math.min(...idle.map(({ idleSince }) => idleSince));
const { clock } = this.#events;
const waitMs = Math.max(0, since + idleMs - clock.now());
this.#idleLook = clock.after(waitMs, () => {
this.#idleLook = null;
this.#endIdle();
});
this.#idleLook.unref();
}
#endIdle() {
const now = this.#events.clock.now();
let more = this.active.length - this.#minimum;
for (const worker of this.active) {
if (more <= 0) break;
const isIdle = worker.load === 0 && worker.state === "up";
if (isIdle && now - worker.idleSince >= this.#options.idleMs) {
worker.end();
more--;
}
}
this.idles();
}
end() {
this.wantNone();
this.#retry?.cancel();
this.#idleLook?.cancel();
for (const worker of this.#workers) worker.end();
}
};
// lib/pool/parent/task_queue.ts
var REMOVED_AT_ONCE = 1024;
var TaskQueue = class {
#entries = [];
#at = 0;
#first = [];
#sources = new Set();
get waiting() {
let waiting = this.#entries.length - this.#at - this.#sources.size + this.#first.length;
for (const source of this.#sources) waiting += source.waiting;
return waiting;
}
get head() {
const next = this.#first.at(-1) ?? this.#entries[this.#at];
return next === void 0 ? null : next instanceof Task ? next.job.fn : next.fn;
}
push(entry) {
if (!(entry instanceof Task)) {
if (this.#sources.has(entry)) return;
this.#sources.add(entry);
}
this.#entries.push(entry);
}
returned(task) {
if (!task.job.isOver) this.#first.push(task);
}
*tasks() {
yield* this.#first;
for (const entry of this.#entries.slice(this.#at)) {
if (entry instanceof Task) yield entry;
}
}
take(most) {
const tasks = [];
while (tasks.length < most) {
const task = this.#next();
if (task === null) break;
if (!task.job.isOver) tasks.push(task);
}
return tasks;
}
#next() {
const first = this.#first.pop();
if (first !== void 0) return first;
for (; ; ) {
const entry = this.#entries[this.#at];
if (entry === void 0) return null;
if (entry instanceof Task) {
this.#pass();
return entry;
}
const task = entry.take();
if (task !== null) return task;
if (this.#entries[this.#at] !== entry) continue;
this.#sources.delete(entry);
this.#pass();
}
}
#pass() {
this.#at++;
if (this.#at === this.#entries.length) {
this.#entries = [];
this.#at = 0;
} else if (this.#at >= REMOVED_AT_ONCE && 2 * this.#at >= this.#entries.length) {
this.#entries.splice(0, this.#at);
this.#at = 0;
}
}
clear() {
this.#entries = [];
this.#at = 0;
this.#first.length = 0;
this.#sources.clear();
}
};
// lib/pool/parent/scheduler.ts
var GIVEN_MAX = 512;
var LONG_TASK_MS = 4;
var WORTH_MS = 0.3;
var STEAL_CHECK_MS = 2;
var SILENT_MS = 100;
var START_MS = 50;
var DEAF_MS = 1e3;
var WAYS = 2;
var SILENT_WAYS = 10;
var WORKERS_LOST_MAX = 5;
var Scheduler = class {
clock;
workers;
#queue = new TaskQueue();
#jobs = new Set();
#release = () => {
};
#isPumping = false;
#look = null;
#costly = new Map();
#onIdle;
#warmUps = new Set();
constructor(options, onIdle, clock = platformClock) {
this.#onIdle = onIdle;
this.clock = clock;
this.workers = new WorkerSet(options, this);
if (this.workers.isShort) this.#soon();
}
warmUp(count) {
const { promise, resolve, reject } = Promise.withResolvers();
this.#warmUps.add({
count,
resolve,
reject
});
this.workers.want(count);
this.#lookAtWarmUps();
this.#soon();
return promise;
}
endWarmUps(error) {
for (const { reject } of this.#warmUps) reject(error);
this.#warmUps.clear();
}
#lookAtWarmUps() {
if (this.#warmUps.size === 0) return;
const { failure, upCount } = this.workers;
if (failure !== null) this.endWarmUps(failure.error);
for (const warmUp of this.#warmUps) {
if (upCount < warmUp.count) continue;
this.#warmUps.delete(warmUp);
warmUp.resolve();
}
if (this.#warmUps.size === 0) this.workers.wantUsual();
}
get isIdle() {
return this.#jobs.size === 0;
}
get pending() {
return this.#jobs.size;
}
get waiting() {
return this.#queue.waiting;
}
*locations() {
for (const task of this.#queue.tasks()) yield [
task,
null
];
for (const worker of this.workers.workers) {
for (const [, task] of worker.inFlight.all()) yield [
task,
worker
];
}
}
add(job, work) {
if (this.#jobs.size === 0) this.#release = keepAlive();
this.#jobs.add(job);
if (work instanceof Task && this.#giveAtOnce(work)) return;
this.#queue.push(work);
this.#soon();
}
#giveAtOnce(task) {
if (this.#isPumping || this.#queue.waiting > 0) return false;
const worker = this.workers.idle;
if (worker === null) return false;
worker.give([
task
]);
return true;
}
refill(source) {
this.#queue.push(source);
this.#soon();
}
leave(job) {
if (!this.#jobs.delete(job)) return;
if (job.fn.isPassing) this.workers.forget(job.fn);
if (this.#jobs.size > 0) return;
this.#queue.clear();
this.#release();
this.#look?.cancel();
this.#look = null;
this.#costly.clear();
this.#onIdle();
}
drop(job) {
for (const worker of this.workers.workers) worker.inFlight.forget(job);
}
takeBack(job) {
let [isTaken, isBegun] = [
false,
false
];
for (const { inFlight } of this.workers.workers) {
if (!inFlight.has(job)) continue;
if (inFlight.forget(job) > 0) isTaken = true;
else isBegun = true;
}
return isTaken || !isBegun;
}
isRunning(job) {
return this.workers.workers.some((worker) => worker.running()?.task.job === job);
}
withdrawAll(reason) {
for (const job of [
...this.#jobs
]) job.withdraw(reason());
}
cancel(job) {
for (const worker of this.workers.workers) {
worker.inFlight.forget(job);
const running = worker.running();
if (running?.task.job === job) this.#stop(worker, running);
}
this.#soon();
}
terminate(error) {
this.#queue.clear();
const jobs = [
...this.#jobs
];
for (const worker of this.workers.workers) {
worker.inFlight.takeBack();
worker.stop(worker.running());
}
for (const job of jobs) job.fail(error);
this.endWarmUps(error);
}
up(_worker) {
this.#lookAtWarmUps();
this.workers.idles();
this.#soon();
}
broken(_worker, error) {
this.workers.fail(error);
this.terminate(error);
}
advanced(_worker) {
this.workers.progressed();
this.workers.idles();
if (!this.isIdle) this.#soon();
}
overdue(worker, running) {
const { task, item } = running;
task.job.reject(task.first + item, timedOut(`finish task ${taskName(task.job.fn.name, task.first + item)}`, `it ran for more than ${task.job.timeoutMs} ms`));
this.#stop(worker, running);
this.#soon();
}
returned(tasks) {
for (const task of tasks) this.#queue.returned(task);
this.#soon();
}
gone(worker) {
const { tasks, lost } = worker.remains();
const wasOfUse = lost !== null || worker.totals.items > 0 && worker.breach === null;
this.workers.left(worker, wasOfUse);
for (const task of tasks.toReversed()) {
if (task.job.isSentOnce) loseMoved(worker, task);
else this.#queue.returned(task);
}
if (lost !== null) this.#lose(worker, lost);
this.#soon();
this.#onIdle();
}
parted() {
this.#onIdle();
}
#lose(worker, running) {
const { task, item } = running;
const { job, losses } = task;
const error = lossOf(worker, running);
const first = this.#hopeless(worker, job.fn, error);
const isTriedAgain = losses < job.retries && !job.isSentOnce;
if (first !== null && (isThrown(error) || !isTriedAgain)) job.fail(first);
else if (isTriedAgain) {
this.#queue.returned(task.part(item, item + 1, losses + 1));
} else job.reject(task.first + item, error);
}
#hopeless(worker, fn, error) {
if (fn.meanMs !== null || isKilled(worker)) {
this.#costly.delete(fn);
return null;
}
const losses = this.#costly.get(fn) ?? {
first: error,
count: 0
};
losses.count++;
this.#costly.set(fn, losses);
return losses.count < WORKERS_LOST_MAX ? null : losses.first;
}
#stop(worker, excused) {
this.returned(worker.inFlight.takeBack());
worker.stop(excused);
}
#soon() {
if (this.#isPumping) return;
this.#isPumping = true;
this.clock.soon(() => {
this.#isPumping = false;
this.#pump();
});
}
#pump() {
if (this.#jobs.size === 0) {
if (this.workers.isShort) this.#start(0, null);
return;
}
this.#start(this.#queue.waiting, this.#queue.head);
const active = this.workers.active;
for (const worker of byLoad(active)) this.#feed(worker);
const mayBalance = this.workers.size > 1 && this.#queue.waiting === 0;
if (mayBalance) this.#balance(active);
}
#start(waiting, fn) {
const failure = this.workers.start(waiting, fn);
if (failure === null) return;
this.workers.fail(failure.error);
this.terminate(failure.error);
}
#feed(worker) {
const most = Math.min(worker.room, this.#shareOf(worker));
if (most <= 0) return;
const tasks = this.#queue.take(most);
if (this.#isEarly(worker)) this.#keepFixed(tasks);
worker.give(tasks);
}
#isEarly({ state }) {
return state === "starting" && this.workers.size > 1;
}
#keepFixed(tasks) {
const at = tasks.findIndex(({ isMovable }) => !isMovable);
if (at < 0) return;
for (const task of tasks.splice(at).toReversed()) {
this.#queue.returned(task);
}
}
#shareOf(worker) {
const mean = this.#queue.head?.meanMs ?? null;
const { load } = worker;
if (!worker.inFlight.gives) {
return load === 0 && !this.#isEarly(worker) ? 1 : 0;
}
if (mean !== null && mean > LONG_TASK_MS) return Math.max(0, 2 - load);
if (load > Math.max(1, worker.lastGiven / 2)) return 0;
const fair = Math.ceil(this.#queue.waiting / (2 * this.workers.size));
return Math.min(GIVEN_MAX, fair);
}
#balance(active) {
let isNeeded = this.workers.hasPlace;
for (const worker of active) {
if (worker.state !== "up" || worker.load > 0) continue;
isNeeded = false;
const task = this.#takeFor(worker, active);
if (task === null) return;
worker.give([
task
]);
}
if (isNeeded) this.#startForMovable(active);
}
#startForMovable(active) {
const task = this.#giver(null, active)?.inFlight.lastMovable ?? null;
if (task !== null) this.#start(1, task.job.fn);
}
#takeFor(worker, active) {
for (; ; ) {
const from = this.#giver(worker, active);
if (from === null) return null;
const task = from.inFlight.takeLast();
if (task !== null) return task;
}
}
#giver(worker, active) {
const now = this.clock.now();
let most = null;
let [items, soonestMs] = [
0,
Infinity
];
for (const other of active) {
const movable = other === worker ? 0 : other.inFlight.movable();
if (movable === 0) continue;
const patienceMs = patienceOf(other, movable, worker === null);
const waitMs = patienceMs - other.sameFor(now);
if (waitMs > 0) soonestMs = Math.min(soonestMs, waitMs);
else if (movable > items) [most, items] = [
other,
movable
];
}
if (most === null && soonestMs < Infinity) this.#lookIn(soonestMs);
return most;
}
#lookIn(ms) {
this.#look ??= this.clock.after(ms, () => {
this.#look = null;
this.#pump();
});
}
};
function patienceOf(worker, movable, mustStart) {
const task = worker.inFlight.lastMovable;
if (task === null) return STEAL_CHECK_MS;
const { job: { fn: { meanMs } }, costMs } = task;
switch (worker.doing) {
case "receiving":
return Math.max(mustStart ? DEAF_MS : SILENT_MS, SILENT_WAYS * costMs);
case "starting":
if (mustStart) return Infinity;
break;
case "running":
if (mustStart) return Math.max(START_MS, WAYS * costMs);
}
const isWorth = meanMs !== null && meanMs * movable >= Math.max(WORTH_MS, WAYS * costMs);
return isWorth ? 0 : Math.max(STEAL_CHECK_MS, WAYS * costMs);
}
function loseMoved(worker, task) {
for (let item = 0; item < task.count; item++) {
task.job.reject(task.first + item, movedLossOf(worker, {
task,
item
}));
}
}
function byLoad(workers) {
if (workers.length === 1) return workers;
return workers.toSorted((a, b) => a.load - b.load || Number(b.state === "up") - Number(a.state === "up"));
}
// lib/pool/parent/stats.ts
var MIB = 2 ** 20;
function statsOf(worker) {
const { process, state, load, totals } = worker;
const { items, busyMs, heapBytes } = totals;
const running = worker.running();
return {
name: process.name,
pid: process.pid,
state: state === "up" ? load > 0 ? "busy" : "idle" : state === "starting" ? "starting" : "ending",
tasks: load,
running: running === null ? null : taskName(running.task.job.fn.name, running.task.first + running.item),
items,
busyMs,
heapMiB: heapBytes / MIB
};
}
// lib/pool/parent/stream_job.ts
var END = {
kind: "end"
};
var StreamJob = class {
fn;
form;
timeoutMs;
retries;
isSentOnce;
#plan;
#chunks;
#owner;
#input;
#signal;
#abort = () => {
this.fail(this.#signal?.reason);
this.#owner.cancel(this);
};
#state = "resting";
#moving = new WeakMap();
#items = new Map();
#ready = new Map();
#last = END;
#isInputOver = false;
#isList;
#takesAll = false;
#refusal = null;
#restSoon;
#readers = [];
#taken = 0;
#read = 0;
constructor(fn, items, plan, { timeoutMs, retries, signal }, owner) {
this.fn = fn;
this.form = plan.form;
this.timeoutMs = timeoutMs;
this.retries = retries;
this.isSentOnce = plan.transfer !== void 0;
this.#plan = {
...plan,
transfer: boundToContext2(plan.transfer)
};
const { chunksize, size } = plan;
this.#chunks = {
chunksize,
timeoutMs: this.timeoutMs,
size
};
this.#owner = owner;
this.#input = isAsync(items) ? new AsyncItemSource(items, () => this.#more()) : new SyncItemSource(items);
this.#signal = signal;
if (signal?.aborted) this.fail(signal.reason);
else signal?.addEventListener("abort", this.#abort);
this.#isList = Array.isArray(items);
if (this.isOver) return;
if (plan.isEager) this.#wake();
else if (!isAsync(items)) owner.unread.add(this);
}
begin() {
this.#takesAll = this.#isList && this.#plan.buffersize === void 0;
if (this.#state === "resting") this.#wake();
}
get isOver() {
return this.#state === "over";
}
get waiting() {
if (this.#state !== "working" || this.#isInputOver) return 0;
return Math.max(0, Math.ceil(this.#room / this.#chunksize));
}
get #room() {
if (this.#takesAll) return Number.MAX_SAFE_INTEGER;
const most = this.#plan.buffersize ?? bufferOfStream(this.#plan.size, this.#chunksize);
return most - (this.#taken - this.#read);
}
get #chunksize() {
const { meanMs } = this.fn;
return chunkOfStream(this.#chunks, meanMs, this.#plan.buffersize);
}
take() {
const count = Math.min(this.#room, this.#chunksize);
if (count <= 0 || this.waiting === 0) return null;
const given = this.#input.take(count);
if (given.kind === "end") {
this.#inputEnds(given.error);
return null;
}
if (given.items.length === 0) return null;
const first = this.#taken;
for (const item of given.items) this.#items.set(this.#taken++, item);
return new Task(this, first, given.items.length);
}
#inputEnds(error) {
this.#isInputOver = true;
if (error !== void 0) {
this.#last = {
kind: "error",
error: error.thrown
};
}
queueMicrotask(() => this.#deliver());
}
batchOf(first, count, destination) {
const items = [];
for (let i = 0; i < count; i++) items.push(this.#items.get(first + i));
const { transfer } = this.#plan;
return makeBatch(items, first, destination, transfer, this.#moving);
}
given(index) {
return [
`items[${index}]`,
this.#items.get(index)
];
}
fulfil(first, values) {
for (let i = 0; i < values.length; i++) {
this.#arrive(first + i, {
kind: "value",
value: values[i]
});
}
this.#deliver();
}
reject(index, error) {
this.#arrive(index, {
kind: "error",
error
});
this.#deliver();
}
fail(error) {
this.#close({
kind: "error",
error
});
}
next() {
const { promise, resolve } = Promise.withResolvers();
this.#readers.push(resolve);
this.#deliver();
const mayWake = this.#state === "resting" && this.#refusal === null;
if (mayWake && !this.#isInputOver) this.#wake();
return promise;
}
withdraw(reason) {
if (this.isOver) return false;
if (!this.#owner.takeBack(this) && this.#isInputOver) return false;
this.fail(reason);
return true;
}
stop(last = END) {
this.#ready.clear();
if (this.isOver) {
this.#last = END;
return;
}
this.#close(last);
this.#owner.drop(this);
}
#arrive(index, arrival) {
if (this.isOver || !this.#items.delete(index)) return;
this.#ready.set(index, arrival);
}
#deliver() {
while (this.#readers.length > 0) {
const arrival = this.#nextReady();
if (arrival === null) break;
this.#readers.shift()(arrival);
}
if (this.#isDone) return this.#close(this.#last);
if (this.#state !== "working") return;
this.#more();
if (this.#isIdle) this.#rest();
}
get #isIdle() {
const isEager = this.#plan.isEager || this.#takesAll;
const goesOn = isEager && !this.#isInputOver && this.#room > 0;
return this.#items.size === 0 && this.#readers.length === 0 && !goesOn;
}
get #isDone() {
return this.#isInputOver && this.#items.size === 0 && this.#ready.size === 0;
}
#nextReady() {
const key = this.#plan.isOrdered ? this.#read : this.#ready.keys().next().value;
const arrival = key === void 0 ? void 0 : this.#ready.get(key);
if (arrival !== void 0) {
this.#ready.delete(key);
this.#read++;
return arrival;
}
if (!this.isOver && !this.#isDone) return null;
const last = this.#last;
this.#last = END;
return last;
}
#more() {
if (this.#refusal !== null) return this.#endUnlessMore(this.#refusal.error);
if (this.#state === "working" && this.waiting > 0) this.#owner.refill(this);
}
#wake() {
this.#owner.unread.delete(this);
try {
this.#owner.add(this, this);
this.#state = "working";
} catch (error) {
this.#endUnlessMore(error);
}
}
#endUnlessMore(error) {
this.#refusal = {
error
};
const given = this.#input.take(1);
if (given.kind === "end") this.#inputEnds(given.error);
else if (given.items.length > 0) this.fail(error);
}
#rest() {
this.#restSoon ??= setTimeout(() => {
this.#restSoon = void 0;
if (this.#state !== "working" || !this.#isIdle) return;
this.#state = "resting";
this.#owner.leave(this);
}, 0);
}
#close(last) {
if (this.isOver) return;
const wasWorking = this.#state === "working";
this.#owner.unread.delete(this);
this.#state = "over";
this.#last = last;
this.#items.clear();
clearTimeout(this.#restSoon);
this.#signal?.removeEventListener("abort", this.#abort);
this.#input.close();
if (wasWorking) this.#owner.leave(this);
this.#deliver();
}
};
function endedWhileRead() {
return new ProcessStateError("Cannot read on as the pool has ended meanwhile: read all results before join(), or within the block of `await using`");
}
// lib/pool/parent/worker_process.ts
var PoolProcess = class extends BaseProcess {
#method;
#interpreter;
#modules;
#subjects;
constructor({ method, interpreter, subjects }, modules, options) {
super({
...options,
target: {
module: builtUrl("pool_worker"),
name: "serve"
},
daemon: true
});
this.#method = method;
this.#interpreter = interpreter;
this.#modules = modules;
this.#subjects = subjects;
}
[START_METHOD]() {
return this.#method;
}
[INTERPRETER]() {
return this.#interpreter;
}
[MODULES]() {
return this.#modules;
}
[SUBJECT](subject) {
return this.#subjects(subject);
}
};
function makeWorker(plan, modules) {
const { method, launcher, name, limits, maxTasks, initargs } = plan;
const mayAll = limits.permissions === void 0 || limits.permissions === "inherit";
const process = new PoolProcess(plan, readsAll(plan) ? modules : [
...modules,
builtUrl("package")
], {
...limits,
...name === null ? {} : {
name
}
});
if (name === null) {
process.name = `${workerName(method)}-${numberOf(process)}`;
}
return {
process,
destination: destinationOf(launcher.traits, limits.permissions),
stopsWhileBusy: launcher.traits.stopsWhileBusy,
mayMap: mayAll,
maxTasks,
initargs
};
}
function readsAll({ launcher, limits: { permissions } }) {
const isInside = launcher.traits.memory === "local";
return isInside ? permissions === void 0 || permissions === "inherit" : passesRead(permissions ?? null);
}
function workerName(method) {
return `${method[0]?.toUpperCase()}${method.slice(1)}PoolWorker`;
}
function numberOf({ name }) {
return name.slice(name.indexOf("-") + 1);
}
return { CallJob: CallJob, MapJob: MapJob, PoolFunctions: PoolFunctions, Scheduler: Scheduler, StreamJob: StreamJob, Task: Task, endedWhileRead: endedWhileRead, makeWorker: makeWorker, openProgressBar: openProgressBar, shownBy: shownBy, statsOf: statsOf };
}
var $_ns_pool_parts = {
get CallJob() { return $_pool_parts().CallJob; },
get MapJob() { return $_pool_parts().MapJob; },
get PoolFunctions() { return $_pool_parts().PoolFunctions; },
get Scheduler() { return $_pool_parts().Scheduler; },
get StreamJob() { return $_pool_parts().StreamJob; },
get Task() { return $_pool_parts().Task; },
get endedWhileRead() { return $_pool_parts().endedWhileRead; },
get makeWorker() { return $_pool_parts().makeWorker; },
get openProgressBar() { return $_pool_parts().openProgressBar; },
get shownBy() { return $_pool_parts().shownBy; },
get statsOf() { return $_pool_parts().statsOf; },
};
var $_made_codec;
function $_codec() { return $_made_codec ??= $_make_codec(); }
function $_make_codec() {
const { copied: copied, decode: decode, encode: encode, encodeTo: encodeTo, hasPlaceholders: hasPlaceholders } = $_shared_by_relay_and_pool_parts_and_codec();
return { copied: copied, decode: decode, encode: encode, encodeTo: encodeTo, hasPlaceholders: hasPlaceholders };
}
var $_ns_codec = {
get copied() { return $_codec().copied; },
get decode() { return $_codec().decode; },
get encode() { return $_codec().encode; },
get encodeTo() { return $_codec().encodeTo; },
get hasPlaceholders() { return $_codec().hasPlaceholders; },
};
var $_made_rebuild;
function $_rebuild() { return $_made_rebuild ??= $_make_rebuild(); }
function $_make_rebuild() {
const { methodOf: methodOf, rebuild: rebuild } = $_shared_by_rebuild_and_slow_resolve();
return { methodOf: methodOf, rebuild: rebuild };
}
var $_ns_rebuild = {
get methodOf() { return $_rebuild().methodOf; },
get rebuild() { return $_rebuild().rebuild; },
};
var $_made_slow_resolve;
function $_slow_resolve() { return $_made_slow_resolve ??= $_make_slow_resolve(); }
function $_make_slow_resolve() {
const { methodOf: methodOf, rebuild: rebuild } = $_shared_by_rebuild_and_slow_resolve();
const { CAPTURED: CAPTURED } = $_shared_by_slow_resolve_and_target_and_pool_parts();
const { askIdentity: askIdentity } = $_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts();
const { withModule: withModule } = $_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const unreachable = $_unreachable;
const AmbiguousTargetError = $_AmbiguousTargetError, ProcessError = $_ProcessError;
const byName = $_byName, namesOfAlike = $_namesOfAlike;
const importFrom = $_importFrom;
const broughtBy = $_broughtBy, noteBrought = $_noteBrought;
// lib/functions/slow_resolve.ts
async function findSlowly(spec, exports, scope, { loaders, subject }) {
switch (spec.kind) {
case "address":
throw new ProcessError(notFunction(exports, spec));
case "captured": {
const values = scope[CAPTURED];
const made = await rebuild(spec.code, values, loaders);
return spec.isOfSession ? explaining(made, spec.name, true) : made;
}
case "function":
return await exportFor(exports, spec, subject) ?? fromText(spec, exports, scope);
default:
return unreachable(spec);
}
}
function notFunction(exports, { module, name }) {
return `Cannot run "${name || "anonymous"}" of ${module} as it must be an exported function: the module exports ${Object.keys(exports).join(", ") || "nothing"}`;
}
function notExported(exports, spec) {
const { name, module } = spec;
return typeof exports[name] === "function" ? `Cannot run "${name || "anonymous"}" of ${module} as the module exports another function under this name: give the export itself, or its address { module, name }` : notFunction(exports, spec);
}
async function exportFor(exports, spec, subject) {
const { module } = spec;
const found = byName(exports, spec);
if (found !== void 0 || module === null) return found;
const names = namesOfAlike(exports, spec);
if (names.length === 0) return void 0;
const answer = await askIdentity(subject, module, names);
switch (answer.kind) {
case "none":
return void 0;
case "export":
if (names.includes(answer.name)) {
return exports[answer.name];
}
break;
case "unknown":
case "silent":
break;
default:
answer;
}
throw new AmbiguousTargetError(ambiguous(spec, names, answer.kind === "silent"));
}
function ambiguous({ kind, name, module }, names, isSilent) {
const why = isSilent ? "and the parent, which could tell, blocks and does not answer" : "and what it closes over may differ";
return `Cannot tell which ${kind} "${name || "anonymous"}" is as ${listed(names)} of ${module} ${names.length === 1 ? "has" : "have"} the same text, ${why}: give its address { module, name }, export it under its own name, or give what it uses in the option \`scope\``;
}
function listed(names) {
const quoted = names.map((name) => `"${name}"`);
const word = quoted.length === 1 ? "the export" : "the exports";
return `${word} ${quoted.join(", ")}`;
}
function fromText(spec, exports, scope) {
const { name, source, module, match, certain } = spec;
if (certain && match.by !== "text") {
throw new ProcessError(notExported(exports, spec));
}
const home = withModule(source, module, importFrom);
const target = evaluate(home.source, {
...scope,
...home.scope
});
const from = match.by === "text" ? match.from : void 0;
return from === "whole" ? target : explaining(target, name, from === "session");
}
function explaining(target, name, isOfSession) {
const explained = async (...args) => {
try {
return await target(...args);
} catch (error) {
if (error instanceof ReferenceError) {
error.message += ` (${whyUndefined(name, isOfSession)})`;
}
throw error;
}
};
noteBrought(explained, broughtBy(target));
return explained;
}
function evaluate(source, scope) {
const build = (expression) => new Function(...Object.keys(scope), `"use strict"; return ${expression};`);
const values = Object.values(scope);
try {
return build(`(${source})`)(...values);
} catch (error) {
if (!(error instanceof SyntaxError)) throw error;
return methodOf(build(`({ ${source} })`)(...values));
}
}
function whyUndefined(name, isOfSession) {
const which = `function "${name || "anonymous"}"`;
return isOfSession ? `${which} takes along what lines and cells declare: declare it in one before, or give it in the option \`scope\`` : `${which} is not exported by the module that made the process and so travels as text, without its module: export it, name its module in the option \`module\`, give what it uses in the option \`scope\`, or run the program with --allow-sys, and what it uses goes along`;
}
return { exportFor: exportFor, findSlowly: findSlowly };
}
var $_ns_slow_resolve = {
get exportFor() { return $_slow_resolve().exportFor; },
get findSlowly() { return $_slow_resolve().findSlowly; },
};
var $_made_shared_by_rebuild_and_slow_resolve;
function $_shared_by_rebuild_and_slow_resolve() { return $_made_shared_by_rebuild_and_slow_resolve ??= $_make_shared_by_rebuild_and_slow_resolve(); }
function $_make_shared_by_rebuild_and_slow_resolve() {
const { importStandIn: importStandIn, metaStandIn: metaStandIn, setOrigin: setOrigin, unused: unused, withModule: withModule } = $_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const functionText = $_functionText;
const unreachable = $_unreachable;
const ProcessError = $_ProcessError;
const hooks = $_hooks;
const importFrom = $_importFrom, loadModule = $_loadModule;
const knowClass = $_knowClass, noteBrought = $_noteBrought;
// lib/functions/rebuild.ts
async function rebuild(code, values, loaders) {
const rebuilding = new Rebuilding(code, values);
await rebuilding.load(loaders);
return rebuilding.make();
}
var USE_STRICT = `"use strict";`;
var CLOSE = {
closed: Object.preventExtensions,
sealed: Object.seal,
frozen: Object.freeze
};
var Rebuilding = class {
#code;
#values;
#made = [];
#makers = [];
#classes = [];
#later = [];
#setters = new Map();
constructor(code, values) {
this.#code = code;
this.#values = values;
}
async load(loaders) {
await Promise.all(this.#code.parts.map(async (part, i) => {
if (part.kind === "export") this.#made[i] = await exported(part, loaders);
}));
}
make() {
this.#evaluate();
this.#addSetters();
const { parts, classes } = this.#code;
const isClass = new Set(classes);
for (const [i, part] of parts.entries()) {
if (isClass.has(i)) continue;
this.#made[i] = this.#makeOne(part, i);
this.#bind(i);
}
for (const i of classes) {
this.#made[i] = this.#makeOne(parts[i], i);
this.#bind(i);
}
this.#fill();
noteBrought(this.#made[0], this.#classes);
return this.#made[0];
}
#makeOne(part, i) {
switch (part.kind) {
case "export":
return this.#made[i];
case "global":
return globalAt(part.path);
case "symbol":
return part.isWellKnown ? Symbol[part.name] : Symbol.for(part.name);
case "import":
return part.form === "call" ? importStandIn(part.module, importFrom) : metaStandIn(part.module);
case "text": {
const made = this.#makers[i]();
setOrigin(made, part.module);
return made;
}
default:
return unreachable(part);
}
}
#addSetter(part, set) {
const setters = this.#setters.get(part);
if (setters === void 0) this.#setters.set(part, [
set
]);
else setters.push(set);
}
#addSetters() {
for (const [container, key, part] of this.#values.places) {
this.#addSetter(part, (made) => {
container[key] = made;
});
}
for (const [instance, part] of this.#values.instances) {
this.#addSetter(part, (made) => {
const { prototype } = made;
Object.setPrototypeOf(instance, prototype);
});
}
}
#bind(part) {
const made = this.#made[part];
this.#nameClass(part, made);
for (const set of this.#setters.get(part) ?? []) set(made);
}
#nameClass(part, made) {
const about = this.#code.parts[part];
if (about.kind !== "text" && about.kind !== "export") return;
if (about.className === null || typeof made !== "function") return;
knowClass(about.className, made.prototype);
this.#classes.push([
about.className,
made.prototype
]);
}
#fill() {
for (const [target, content] of this.#values.fills) {
if (target instanceof Set) {
for (const member of content) target.add(member);
} else {
for (let i = 0; i < content.length; i += 2) {
target.set(content[i], content[i + 1]);
}
}
}
for (const bare of this.#values.bare) Object.setPrototypeOf(bare, null);
this.#addExtras();
for (const [part, of, enumerable, fields] of this.#values.fields) {
const made = this.#made[part];
const holder = of === "itself" ? made : made.prototype;
for (const [key, value] of Object.entries(fields)) {
Object.defineProperty(holder, key, {
value,
writable: true,
enumerable,
configurable: true
});
}
}
for (const set of this.#later) set();
for (const [closed, how] of this.#values.integrity) CLOSE[how](closed);
}
#addExtras() {
for (const [holder, key, enumerable, value] of this.#values.extras) {
const name = typeof key === "number" ? this.#made[key] : key;
const own = Object.hasOwn(holder, name) ? {} : {
enumerable,
writable: true,
configurable: true
};
Object.defineProperty(holder, name, {
value,
...own
});
}
}
#evaluate() {
const { parts, scopes } = this.#code;
const all = parts.flatMap((part) => part.kind === "text" ? [
part.text
] : []).join();
const prefix = unused("captured", all);
const writer = new SourceWriter(prefix, parts, scopes, this.#values.values);
const run = new Function(...[
"values",
"makers",
"made",
"bind",
"method",
"standIns",
"later"
].map((name) => `${prefix}_${name}`), writer.text());
run(this.#values.values, this.#makers, this.#made, (part, set) => this.#addSetter(part, set), methodOf, writer.standIns, this.#later);
}
};
var SourceWriter = class {
standIns = [];
#prefix;
#parts;
#scopes;
#values;
constructor(prefix, parts, scopes, values) {
this.#prefix = prefix;
this.#parts = parts;
this.#scopes = scopes;
this.#values = values;
}
text() {
const isStrict = this.#parts.every((part) => part.kind !== "text" || !part.isSloppy);
return `${isStrict ? USE_STRICT : ""}${this.#inside(null)}`;
}
#inside(scope) {
const texts = this.#parts.map((part, i) => part.kind === "text" && part.scope === scope ? this.#maker(part, i) : "");
const scopes = this.#scopes.map((each, i) => each.parent === scope ? this.#scope(each, i) : "");
return texts.join("") + scopes.join("");
}
#scope({ variables }, scope) {
const prefix = this.#prefix;
const declared = variables.map(([name, holds, index]) => holds === "value" ? `${name}=${prefix}_values[${index}]` : name);
const bound = variables.map(([name, holds, index]) => holds === "part" ? `${prefix}_bind(${index},(${prefix})=>{${name}=${prefix}});` : "");
return `(function(){let ${declared};${bound.join("")}${this.#inside(scope)}})();`;
}
#maker(part, i) {
const { form, name, parent, module, isSloppy } = part;
const prefix = this.#prefix;
const { source, scope } = withModule(this.#withPrivates(part), module, importFrom);
this.standIns[i] = scope;
const names = Object.keys(scope);
const given = names.map((each) => `const ${each}=${prefix}_standIns[${i}].${each};`);
if (parent !== null) {
given.push(`const ${parent[0]}=${prefix}_made[${parent[1]}];`);
}
const key = JSON.stringify(name);
const made = form === "method" ? `${prefix}_method({${source}
})` : name === "" ? `(${source}
)` : `({[${key}]:(${source}
)})[${key}]`;
const mode = isSloppy ? "" : USE_STRICT;
return `${prefix}_makers[${i}]=()=>{${mode}${given.join("")}return ${made}};`;
}
#withPrivates({ text, privates }) {
if (privates === null) return text;
const values = `${this.#prefix}_values[${privates}]`;
const fields = Object.keys(this.#values[privates]);
const sets = fields.map((name) => `this.${name}=${values}[${JSON.stringify(name)}];`);
return `${text.slice(0, -1)}
static{${this.#prefix}_later.push(()=>{${sets.join("")}})}}`;
}
};
function methodOf(holder) {
const [key] = Reflect.ownKeys(holder);
const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key);
return value ?? get ?? set;
}
function globalAt(path) {
let found = globalThis;
for (const name of path) found = found[name];
return found;
}
async function exported({ module, from, key, text }, loaders) {
const namespace = from === null ? await loadModule(module, loaders) : await hooks.load(() => importAs(module, from));
if (key === null) return namespace;
if (!(key in namespace)) {
throw new ProcessError(`Cannot use "${key}" of ${module} as the module exports ${Object.keys(namespace).join(", ") || "nothing"} here: export it in every process, or give it in the option \`scope\``);
}
const found = namespace[key];
const isOther = text !== null && (typeof found !== "function" || functionText(found) !== text);
if (!isOther) return found;
throw new ProcessError(`Cannot use "${key}" of ${module} as the module exports another function under this name here: give it in the option \`scope\``);
}
var imported = 0;
async function importAs(specifier, parentURL) {
const { registerHooks } = process.getBuiltinModule("node:module");
const standIn = `multiprocessing:import/${imported++}`;
const registered = registerHooks({
resolve: (wanted, context, next) => wanted === standIn ? next(specifier, {
...context,
parentURL
}) : next(wanted, context)
});
try {
return await import(standIn);
} finally {
registered.deregister();
}
}
return { rebuild: rebuild, methodOf: methodOf };
}
var $_made_target;
function $_target() { return $_made_target ??= $_make_target(); }
function $_make_target() {
const { addressSpec: addressSpec, classSpec: classSpec, functionSpec: functionSpec, lookAhead: lookAhead, modulesOf: modulesOf } = $_shared_by_target_and_pool_parts();
return { addressSpec: addressSpec, classSpec: classSpec, functionSpec: functionSpec, lookAhead: lookAhead, modulesOf: modulesOf };
}
var $_ns_target = {
get addressSpec() { return $_target().addressSpec; },
get classSpec() { return $_target().classSpec; },
get functionSpec() { return $_target().functionSpec; },
get lookAhead() { return $_target().lookAhead; },
get modulesOf() { return $_target().modulesOf; },
};
var $_made_shared_by_target_and_pool_parts;
function $_shared_by_target_and_pool_parts() { return $_made_shared_by_target_and_pool_parts ??= $_make_shared_by_target_and_pool_parts(); }
function $_make_shared_by_target_and_pool_parts() {
const { CAPTURED: CAPTURED } = $_shared_by_slow_resolve_and_target_and_pool_parts();
const { exportedName: exportedName } = $_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts();
const { isImportable: isImportable, isVariableName: isVariableName, noteCallers: noteCallers, readSource: readSource } = $_shared_by_look_and_target_and_pool_parts();
const { isClosed: isClosed } = $_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts();
const functionText = $_functionText, isNativeText = $_isNativeText;
const unreachable = $_unreachable;
const isInteractive = $_isInteractive;
const absolute = $_absolute, checkedAddress = $_checkedAddress;
const looking = $_ns_look;
// lib/functions/target.ts
var modules = new Map();
var MODULES_MAX = 64;
function namingIn(module, name) {
const known = modules.get(module) ?? {
source: codeOf(module),
namings: new Map()
};
keep(modules, module, known);
const naming = known.namings.get(name) ?? look(known.source, name);
keep(known.namings, name, naming);
return naming;
}
function keep(map, key, value) {
if (map.has(key)) return;
if (map.size >= MODULES_MAX) map.clear();
map.set(key, value);
}
function look(source, name) {
if (source === null) return {
kind: "unread"
};
if (name === "default") return namingOfDefault(source);
const key = bindingsOf(source, name) === 1 ? keyOf(source, name) : null;
return key === null ? {
kind: "unclear"
} : {
kind: "exported",
key
};
}
function namingOfDefault(source) {
const isExported = /^export\s+default\b/m.test(source);
return isExported && !/[{,]\s*default\s*[:(]/.test(source) ? {
kind: "exported",
key: "default"
} : {
kind: "unclear"
};
}
function codeOf(module) {
const source = module.startsWith("file:") ? readSource(module) : null;
return source === null ? null : withoutComments(source);
}
function withoutComments(source) {
return source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
function bindingsOf(source, name) {
const word = new RegExp(`(?<![.\\w$#])${literal(name)}(?![\\w$])`, "g");
let [atTop, others] = [
0,
0
];
for (const { index } of source.matchAll(word)) {
const before = source.slice(Math.max(0, index - 64), index);
const after = source.slice(index + name.length, index + name.length + 512);
if (/(^|\n)(export\s+)?(default\s+)?(async\s+)?function\s*\*?\s*$/.test(before)) {
atTop = 1;
} else if (names(before, after)) others++;
}
return atTop + others;
}
var FUNCTION = String.raw`(?:async\b|function\b|class\b|[(<]|[\w$]+\s*=>)`;
var ASSIGNED = new RegExp(String.raw`^\s*[?!]?\s*(?::[^=;]*?(?:=>[^=;]*?)*)?=\s*${FUNCTION}`);
var PROPERTY = new RegExp(String.raw`^\s*:\s*${FUNCTION}`);
var METHOD = /^\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*(:[^{};]*)?\{/;
function names(before, after) {
return /\b(function\s*\*?|class)\s*$/.test(before) || [
ASSIGNED,
PROPERTY,
METHOD
].some((form) => form.test(after));
}
function keyOf(source, word) {
const name = `${literal(word)}(?![\\w$])`;
const has = (pattern) => new RegExp(pattern, "m").exec(source);
const kinds = `(?:async\\s+)?(?:function\\s*\\*?|(?:abstract\\s+)?class)\\s+`;
if (has(`^export\\s+${kinds}${name}`) !== null) return word;
if (has(`^export\\s+default\\s+${kinds}${name}`) !== null) return "default";
const variable = `^(export\\s+)?(?:const|let|var)\\s+${name}`;
const call = `(?:[^=;]|=>)*=(?!>)\\s*(?!async\\b|function\\b|class\\b)[\\w$][\\w$. ]*[(<\`]`;
if (has(variable + call) !== null) return null;
if (has(variable)?.[1] !== void 0) return word;
const listed = has(`^export\\s*\\{[^}]*?(?<![\\w$])${name}(?:\\s+as\\s+([\\w$]+))?\\s*[,}]`);
return listed === null ? null : listed[1] ?? word;
}
function literal(name) {
return name.replace(/[$\\^.*+?()[\]{}|]/g, "\\$&");
}
// lib/functions/target.ts
function functionSpec(given) {
const { target, module, caller, scope } = given;
if (scope !== void 0) checkScope(scope);
const source = checkedText(target);
const home = module === void 0 ? importable(caller) : absolute(module);
const spec = {
kind: "function",
module: home,
certain: module !== void 0,
name: nameOf(target),
source
};
const match = scope === void 0 ? matchOf(home, target, module !== void 0) : {
by: "text"
};
const isExport = match.by === "identity" || match.by === "name" || scope === void 0 && module !== void 0;
if (isExport) return {
spec: {
...spec,
match
},
scope: {},
found: null
};
if (caller !== null) noteCallers(caller.module);
return lookedAt(given, {
...spec,
match
});
}
function lookAhead(target, module, caller) {
try {
const home = module === void 0 ? importable(caller) : absolute(module);
if (home !== null) matchOf(home, target, module !== void 0);
} catch {
}
}
function checkScope(scope) {
const isObject = typeof scope === "object" && scope !== null;
const wrong = isObject ? Object.keys(scope).find((name) => !isVariableName(name)) : String(scope);
if (wrong === void 0) return;
throw new TypeError(`Cannot send a function as "scope" must be an object of variables, named as variables can be: current value ${isObject ? "has" : "is"} ${JSON.stringify(wrong)}`);
}
function checkedText(target) {
const source = functionText(target);
if (isNativeText(source)) {
throw new TypeError(`Cannot use function "${nameOf(target)}" as target as its source cannot be sent: it is native or bound, wrap it in a function of your own`);
}
if (/^class\b/.test(source)) {
throw new TypeError(`Cannot use class "${nameOf(target)}" as target: give a function, or a subclass of Process with a method run()`);
}
return source;
}
function lookedAt({ target, scope, destination, caller }, spec) {
const found = looking.lookAt({
target,
scope: scope ?? null,
destination
}, spec.module ?? caller?.module ?? null);
if (found === null) return {
spec,
scope: {
...scope
},
found
};
const whole = {
by: "text",
from: "whole"
};
switch (found.kind) {
case "export": {
const { module, key } = found;
const match = {
by: "identity",
key
};
const certain = true;
return {
spec: {
...spec,
module,
certain,
match
},
scope: {},
found
};
}
case "closed": {
const { module } = found;
const from = isInteractive() ? "session" : "whole";
const match = {
by: "text",
from
};
return {
spec: {
...spec,
module,
match
},
scope: {},
found
};
}
case "given":
return {
spec: {
...spec,
match: whole
},
scope: {
...scope
},
found
};
case "captured": {
const { code, values } = found;
const { name } = spec;
const isOfSession = isInteractive();
const captured = {
kind: "captured",
name,
code,
isOfSession
};
return {
spec: captured,
scope: {
[CAPTURED]: values
},
found
};
}
default:
return unreachable(found);
}
}
function matchOf(module, target, isCertain) {
if (module === null) return {
by: "text"
};
const key = exportedName(module, target);
if (key !== void 0) {
if (key !== null) return {
by: "identity",
key
};
return {
by: isCertain ? "parent" : "text"
};
}
const name = nameOf(target);
if (name === "") return {
by: "parent"
};
const naming = namingIn(module, name);
switch (naming.kind) {
case "exported":
return {
by: "name",
key: naming.key
};
case "unclear":
return {
by: "parent"
};
case "unread":
return isClosed(functionText(target)) ? {
by: "name",
key: name
} : {
by: "parent"
};
default:
return unreachable(naming);
}
}
function nameOf(target) {
const name = Object.getOwnPropertyDescriptor(target, "name")?.value;
return typeof name === "string" ? name : "";
}
function addressSpec(target) {
return {
kind: "address",
...checkedAddress(target, "target")
};
}
function classSpec(constructor, module, caller) {
const home = module === void 0 ? importable(caller) : absolute(module);
return {
kind: "class",
module: home,
name: nameOf(constructor),
source: functionText(constructor),
match: matchOf(home, constructor, true)
};
}
function modulesOf(spec) {
if (spec.kind === "captured") return modulesIn(spec.code);
if (spec.kind === "nothing" || spec.module === null) return [];
if (spec.kind === "function" && spec.match.by === "text") return [];
return [
spec.module
];
}
function modulesIn({ parts }) {
const modules2 = parts.flatMap((part) => part.kind === "export" && URL.canParse(part.module) ? [
part.module
] : []);
return [
...new Set(modules2)
];
}
function importable(caller) {
if (caller === null || !isImportable(caller.module)) return null;
return new URL(caller.module).href;
}
return { functionSpec: functionSpec, lookAhead: lookAhead, addressSpec: addressSpec, classSpec: classSpec, modulesOf: modulesOf };
}
var $_made_shared_by_slow_resolve_and_target_and_pool_parts;
function $_shared_by_slow_resolve_and_target_and_pool_parts() { return $_made_shared_by_slow_resolve_and_target_and_pool_parts ??= $_make_shared_by_slow_resolve_and_target_and_pool_parts(); }
function $_make_shared_by_slow_resolve_and_target_and_pool_parts() {
// lib/wire/protocol/captured.ts
var CAPTURED = "(captured)";
return { CAPTURED: CAPTURED };
}
var $_made_forkserver;
function $_forkserver() { return $_made_forkserver ??= $_make_forkserver(); }
function $_make_forkserver() {
const { forkserver: forkserver, forkserverStock: forkserverStock } = $_shared_by_forkserver_and_spares();
return { forkserver: forkserver, forkserverStock: forkserverStock };
}
var $_ns_forkserver = {
get forkserver() { return $_forkserver().forkserver; },
get forkserverStock() { return $_forkserver().forkserverStock; },
};
var $_made_isolate_launchers;
function $_isolate_launchers() { return $_made_isolate_launchers ??= $_make_isolate_launchers(); }
function $_make_isolate_launchers() {
const { fromIsolate: fromIsolate } = $_shared_by_isolate_launchers_and_spawned_child_and_supervisor();
const { channel: channel } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor();
const EncodingError = $_EncodingError;
const thrownText = $_thrownText;
const childContext = $_childContext;
const toPort = $_toPort;
const cloneOf = $_cloneOf, postTo = $_postTo;
const claimOwner = $_claimOwner, ownerTable = $_ownerTable, releaseOwner = $_releaseOwner, selfOwner = $_selfOwner;
const NO_READER = $_NO_READER;
const entryUrl = $_entryUrl;
const UNREAD_LIMIT_BYTES = $_UNREAD_LIMIT_BYTES;
const isolateIdent = $_isolateIdent;
const isolateStock = $_ns_isolate_spares;
const checkWorkerPermissions = $_checkWorkerPermissions, may = $_may;
const hasUnstable = $_hasUnstable;
const supervision = $_ns_supervisor;
// lib/launch/isolate_launchers.ts
var ISOLATE_TRAITS = {
memory: "local",
interrupts: false,
ownEnv: false,
ownFlags: false
};
var thread = {
traits: {
...ISOLATE_TRAITS,
process: "a thread with its own V8 isolate",
stopsWhileBusy: true,
limitsHeap: true,
ownPermissions: false
},
availability: threadAvailability,
prepare: (request, first, events) => prepare("thread", request, first, events),
fill: (request) => isolateStock.fillIsolates("thread", request)
};
var worker = {
traits: {
...ISOLATE_TRAITS,
process: "a Deno Web Worker",
stopsWhileBusy: false,
limitsHeap: false,
ownPermissions: true
},
availability: isolateAvailability,
prepare(request, first, events) {
const { permissions, mainModule } = request;
checkWorkerPermissions(permissions, (feature) => hasUnstable(feature, mainModule));
return prepare("worker", request, first, events);
},
fill: (request) => isolateStock.fillIsolates("worker", request)
};
var THREAD_SINCE = [
2,
9,
4
];
function threadAvailability() {
if (!("locks" in navigator) || !isSince(THREAD_SINCE)) {
return {
supported: false,
reason: `it needs Deno ${THREAD_SINCE.join(".")} or newer to stop busy threads: this is ${Deno.version.deno}`,
missing: "platform"
};
}
return isolateAvailability();
}
function isSince(version) {
const here = Deno.version.deno.split(/[.+-]/, 3).map(Number);
for (const [i, wanted] of version.entries()) {
if ((here[i] ?? 0) !== wanted) return (here[i] ?? 0) > wanted;
}
return true;
}
var LIB = new URL("../", import.meta.url);
function isolateAvailability() {
if (LIB.protocol !== "file:") return {
supported: true
};
if (may("read", LIB)) return {
supported: true
};
return {
supported: false,
reason: "it needs --allow-read for the package and the program's modules",
missing: "permission"
};
}
function prepare(method, request, first, events) {
const link = new IsolateLink(events, outputsOf(request));
if (!request.isSettled) {
link.send(first);
return () => launch(method, request, link, null);
}
return () => launch(method, request, link, first);
}
function launch(method, request, link, first) {
const ident = claimOwner(ownerTable(), selfOwner());
const recipe = {
method,
name: request.name,
entry: entryUrl(method, request.modules, request.permissions === null),
ident,
parent: selfOwner(),
maxHeapMiB: request.maxHeapMiB,
permissions: request.permissions,
output: link.output,
first
};
try {
supervision.supervisor().launch(recipe, () => link.takeFar(), (ending) => link.finish(ending));
} catch (error) {
link.close();
releaseOwner(ownerTable(), ident);
throw error;
}
return {
pid: Deno.pid,
ident: isolateIdent(ident),
send: (message, transfer) => link.send(message, transfer),
stop: (signal) => supervision.supervisor().stop(ident, signal),
isLoading: () => supervision.supervisor().isLoading(ident)
};
}
var UNREAD_OUTPUT_MAX_BYTES = UNREAD_LIMIT_BYTES + 2 ** 20;
function outputsOf({ stdout, stderr }) {
if (stdout === "inherit" && stderr === "inherit") return null;
const unread = new Int32Array(new SharedArrayBuffer(8));
for (const [at, route] of [
stdout,
stderr
].entries()) {
if (typeof route === "string") continue;
route.connect({
taken(bytes) {
Atomics.sub(unread, at, bytes);
Atomics.notify(unread, at);
},
closed() {
Atomics.add(unread, at, NO_READER);
Atomics.notify(unread, at);
}
});
}
const told = {
stdout: typeof stdout === "string" ? stdout : "piped",
stderr: typeof stderr === "string" ? stderr : "piped",
unread,
limitBytes: UNREAD_LIMIT_BYTES
};
return {
stdout,
stderr,
told
};
}
var IsolateLink = class {
#events;
#outputs;
#ends;
#isBroken = false;
#unheard = childContext() === null ? null : [];
#held = [];
constructor(events, outputs) {
this.#events = events;
this.#outputs = outputs;
}
get output() {
return this.#outputs?.told ?? null;
}
takeFar() {
const { far } = this.#open();
if (far === null) {
this.#reopen();
return this.takeFar();
}
this.#open().far = null;
return far;
}
send(message, transfer = []) {
if (message.kind === "message" && this.#unheard !== null) {
this.#hold(message, transfer);
return;
}
try {
postTo(this.#open().near, toPort(message), transfer);
this.#unheard?.push(cloneOf(message));
} catch (error) {
if (message.kind === "message") {
throw new EncodingError("the message", `refused: ${thrownText(error)}`);
}
this.close();
throw new EncodingError("the arguments", `refused: ${thrownText(error)}`);
}
}
#hold(message, transfer) {
try {
const kept = cloneOf({
message,
transfer
}, transfer);
this.#held.push([
kept.message,
kept.transfer
]);
} catch (error) {
throw new EncodingError("the message", `refused: ${thrownText(error)}`);
}
}
close() {
this.#ends?.near.close();
this.#ends?.far?.close();
}
finish(ending) {
setImmediate(() => {
this.close();
setImmediate(() => this.#events.ended(ending));
});
}
#take(data) {
if (this.#isBroken) return;
let message;
try {
message = fromIsolate(data);
if (message.kind === "output") this.#write(message);
} catch (error) {
this.#isBroken = true;
return this.#events.broken(error);
}
this.#receive(message);
}
#receive(message) {
if (this.#unheard !== null) this.#greeted();
if (message.kind !== "output") this.#events.message(message);
}
#write({ name, bytes }) {
const route = this.#outputs?.[name];
if (route === void 0 || typeof route === "string") {
throw new RangeError(`Cannot take what it writes to ${name}, which is its own`);
}
route.write(bytes);
if (route.unreadBytes <= UNREAD_OUTPUT_MAX_BYTES) return;
throw new RangeError(`Cannot keep more of what it writes to ${name}: ${route.unreadBytes} bytes are unread`);
}
#greeted() {
this.#unheard = null;
for (const message of this.#held.splice(0)) this.send(...message);
}
#open() {
if (this.#ends === void 0) {
const { near, far } = channel();
near.onmessage = ({ data }) => this.#take(data);
near.unref();
this.#ends = {
near,
far
};
}
return this.#ends;
}
#reopen() {
this.close();
this.#ends = void 0;
const { near } = this.#open();
for (const message of this.#unheard ?? []) near.postMessage(message);
}
};
return { thread: thread, worker: worker };
}
var $_ns_isolate_launchers = {
get thread() { return $_isolate_launchers().thread; },
get worker() { return $_isolate_launchers().worker; },
};
var $_made_isolate_spares;
function $_isolate_spares() { return $_made_isolate_spares ??= $_make_isolate_spares(); }
function $_make_isolate_spares() {
const { IsolateSpare: IsolateSpare, fillIsolates: fillIsolates, isolateStocks: isolateStocks, takeIsolate: takeIsolate } = $_shared_by_isolate_spares_and_spares_and_supervisor();
return { IsolateSpare: IsolateSpare, fillIsolates: fillIsolates, isolateStocks: isolateStocks, takeIsolate: takeIsolate };
}
var $_ns_isolate_spares = {
get IsolateSpare() { return $_isolate_spares().IsolateSpare; },
get fillIsolates() { return $_isolate_spares().fillIsolates; },
get isolateStocks() { return $_isolate_spares().isolateStocks; },
get takeIsolate() { return $_isolate_spares().takeIsolate; },
};
var $_made_spares;
function $_spares() { return $_made_spares ??= $_make_spares(); }
function $_make_spares() {
const { forkserverStock: forkserverStock } = $_shared_by_forkserver_and_spares();
const { isolateStocks: isolateStocks } = $_shared_by_isolate_spares_and_spares_and_supervisor();
const { IDLE_DEFAULT_MS: IDLE_DEFAULT_MS } = $_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor();
// lib/launch/spares.ts
var stocks = new Map([
[
"thread",
isolateStocks.thread
],
[
"worker",
isolateStocks.worker
],
[
"forkserver",
forkserverStock
]
]);
function stockOf(method) {
return stocks.get(method);
}
function stockedMethods() {
return [
...stocks.keys()
];
}
return { IDLE_DEFAULT_MS: IDLE_DEFAULT_MS, stockOf: stockOf, stockedMethods: stockedMethods };
}
var $_ns_spares = {
get IDLE_DEFAULT_MS() { return $_spares().IDLE_DEFAULT_MS; },
get stockOf() { return $_spares().stockOf; },
get stockedMethods() { return $_spares().stockedMethods; },
};
var $_made_shared_by_forkserver_and_spares;
function $_shared_by_forkserver_and_spares() { return $_made_shared_by_forkserver_and_spares ??= $_make_shared_by_forkserver_and_spares(); }
function $_make_shared_by_forkserver_and_spares() {
const { newStock: newStock, noSpares: noSpares } = $_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor();
const isThreadAlive = $_isThreadAlive;
const whyNotMapped2 = $_whyNotMapped;
const moduleObjects = $_moduleObjects;
const getLogger = $_getLogger;
const PROTOCOL_VERSION = $_PROTOCOL_VERSION;
const commandOf = $_commandOf, grantsOf = $_grantsOf, mayReadAll = $_mayReadAll;
const packageUrl = $_packageUrl;
const preloadedModules = $_preloadedModules;
const checkLaunch = $_checkLaunch, NO_PREFIX = $_NO_PREFIX, spawn = $_spawn, SPAWN_TRAITS = $_SPAWN_TRAITS, spawned = $_spawned;
const environment = $_environment, syscall = $_syscall, whyNotMapped = $_whyNotMapped;
const readProc = $_readProc;
const may = $_may;
// lib/launch/forkserver.ts
var ForkserverChild = class {
#process;
#unheard = [];
#isSeen = false;
constructor(spare, { ways, first, events, fresh }) {
this.#process = spare;
spare.handOver(ways, first, {
message: (message) => {
this.#unheard = null;
events.message(message);
},
broken: (error) => events.broken(error),
ended: (ending) => {
const unheard = this.#unheard;
this.#unheard = null;
if (unheard === null || this.#isSeen) return events.ended(ending);
try {
this.#process = fresh();
} catch (error) {
const reason = `it could not be launched: ${error}`;
return events.ended({
code: 1,
reason
});
}
for (const message of unheard) this.#process.send(message);
}
});
}
get pid() {
this.#isSeen = true;
return this.#process.pid;
}
get ident() {
return this.pid;
}
send(message) {
this.#unheard?.push(message);
this.#process.send(message);
}
stop(signal) {
this.#isSeen = true;
this.#process.stop(signal);
}
};
// lib/launch/forkserver.ts
var BETWEEN = "\0";
function inheritedState() {
const env = environmentText();
const rights = env === null ? null : rightsText();
return rights === null ? null : [
folder(),
rights,
env
].join(BETWEEN);
}
var CHANGES = [
"setuid",
"seteuid",
"setgid",
"setegid",
"setPriority",
"umask"
];
var RIGHTS = /^(?:Umask|Uid|Gid|Groups):.*$/gm;
var PRIO_PROCESS = 0;
function rightsText() {
if (whyNotMapped() === null) {
const status = readProc("/proc/self/status");
if (typeof status === "number") return null;
const priority = syscall("getpriority", PRIO_PROCESS);
return `${status.match(RIGHTS)},${priority}`;
}
if (!CHANGES.some((kind) => may("sys", kind))) return "unchanged";
if (Deno.build.os === "linux") return null;
try {
const { getuid, geteuid, getgid, getegid } = process;
return `${[
getuid,
geteuid,
getgid,
getegid
].map((get) => get?.())}`;
} catch {
return null;
}
}
function folder() {
try {
return Deno.cwd();
} catch {
return null;
}
}
function environmentText() {
const { state, partial } = Deno.permissions.querySync({
name: "env"
});
if (state === "granted" && !partial) {
const variables = Deno.env.toObject();
const names = Object.keys(variables).sort();
return names.map((name) => `${name}=${variables[name]}`).join(BETWEEN);
}
return whyNotMapped() === null ? environment().join(BETWEEN) : null;
}
// lib/launch/forkserver.ts
var forkserverStock = newStock("forkserver");
var forkserver = {
traits: {
...SPAWN_TRAITS,
process: "a deno process booted ahead of time"
},
availability: spawn.availability,
prepare(request, first, events) {
const { admitted, grants } = checkLaunch(request, first);
return () => {
const ways = {
...waysTo(request, grants),
admitted
};
const fresh = () => spawned(ways, first, events);
const spare = takeSpare(ways, grants, first);
return spare === null ? fresh() : new ForkserverChild(spare.process, {
ways,
first,
events,
fresh
});
};
},
async fill(request, context) {
const grants = grantsOf(request);
const shelf = shelfOf(waysTo(request, grants), grants, context);
if (shelf === null) throw noSpares("forkserver", UNKNOWN);
await forkserverStock.fill(shelf.key, shelf.boot);
}
};
var UNKNOWN = "what they would inherit, such as the environment, cannot be compared with what the program has by then: run with --allow-ffi";
function waysTo(request, grants) {
return {
command: commandOf(NO_PREFIX, request, grants, true),
admitted: null,
stdout: request.stdout,
stderr: request.stderr
};
}
function takeSpare(ways, grants, first) {
if (forkserverStock.settings.count === 0) return null;
const order = shelfOf(ways, grants, first);
if (order === null) return null;
return forkserverStock.take(order.key, order.boot, (spare) => spare.suits(first.sites));
}
function shelfOf(ways, grants, context) {
const around = inheritedState();
if (around === null) return null;
const { words, env, stdout } = ways.command;
const preload = mayReadAll(grants) ? [
packageUrl(),
...preloadedModules()
] : [];
const wait = {
...waitMessage(context),
preload
};
const key = JSON.stringify([
words,
env,
stdout,
wait
]) + around;
const sites = () => makesObjects(wait) ? moduleObjects(wait.destination) : [];
const boot = (events) => new ForkserverSpare({
...ways,
...UNUSED
}, {
...wait,
sites: sites()
}, events);
return {
key,
boot
};
}
var UNUSED = {
admitted: null,
stdout: "inherit",
stderr: "inherit"
};
function waitMessage({ identity, destination, log }) {
const { parent, method, chosen, mainModule } = identity;
return {
kind: "wait",
version: PROTOCOL_VERSION,
identity: {
name: "Forkserver",
daemon: false,
path: [],
parent,
method,
chosen,
mainModule
},
destination,
sites: [],
log,
preload: []
};
}
var ForkserverSpare = class {
process;
#told;
#ended = Promise.withResolvers();
#waiting = null;
#isRetired = false;
constructor(ways, told2, events) {
this.#told = told2;
this.process = spawned(ways, told2, {
waiting: (message) => {
this.#waiting = message;
tellFailures(message.failures);
events.waiting();
},
message() {
},
broken: () => this.process.stop("SIGKILL"),
ended: ({ code, reason }) => {
this.#ended.resolve();
const text = reason === void 0 ? `exit code ${code}` : reason;
if (!this.#isRetired) events.lost(text);
}
});
}
get pid() {
return this.process.pid;
}
get isWaiting() {
return this.#waiting !== null;
}
get memoryBytes() {
return this.#waiting?.memoryBytes ?? null;
}
retire() {
this.#isRetired = true;
this.process.stop("SIGKILL");
return this.#ended.promise;
}
suits(sites) {
if (!this.#isAlive()) return false;
if (!makesObjects(this.#told)) return true;
if (this.#waiting === null || this.#waiting.sites.includes("*")) {
return false;
}
const [before, now] = [
bySite(this.#told.sites),
bySite(sites)
];
return this.#waiting.sites.every((key) => before.get(key) === now.get(key));
}
#isAlive() {
if (whyNotMapped2() !== null) return true;
const { pid } = this.process;
return isThreadAlive({
pid,
tid: pid,
start: 0
});
}
};
function makesObjects({ preload }) {
return preload.length > 1;
}
function bySite(sites) {
const settled = (key, value) => key === "there" ? void 0 : value;
return new Map(sites.map((entry) => [
entry.key,
JSON.stringify(entry, settled)
]));
}
var told = new Set();
function tellFailures(failures) {
for (const failure of failures) {
if (told.has(failure)) continue;
told.add(failure);
getLogger().warning(`a module could not be preloaded: ${failure}`);
}
}
return { forkserverStock: forkserverStock, forkserver: forkserver };
}
var $_made_shared_by_isolate_spares_and_spares_and_supervisor;
function $_shared_by_isolate_spares_and_spares_and_supervisor() { return $_made_shared_by_isolate_spares_and_spares_and_supervisor ??= $_make_shared_by_isolate_spares_and_spares_and_supervisor(); }
function $_make_shared_by_isolate_spares_and_spares_and_supervisor() {
const { newStock: newStock, noSpares: noSpares } = $_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor();
const { channel: channel, nodeThreads: nodeThreads } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor();
const keepAlive = $_keepAlive;
const openIsolateUrl = $_openIsolateUrl;
const hasOwnPermissions2 = $_hasOwnPermissions;
const childContext = $_childContext;
const OUT_OF_HEAP = $_OUT_OF_HEAP;
const packageUrl = $_packageUrl;
const portsOf = $_portsOf;
const hasOwnPermissions = $_hasOwnPermissions, workerPermissions = $_workerPermissions;
const packageUrl2 = $_packageUrl;
const portsOf2 = $_portsOf;
// lib/launch/isolate_spares.ts
var HEAP_DEFAULT_MIB = 4096;
function startThread(recipe, boot, events) {
return newThread(recipe, {
data: boot,
transfer: portsOf(boot)
}, () => events);
}
function startSpareThread(entry, maxHeapMiB, events) {
const { near, far } = channel();
let current = events;
const recipe = {
name: "spare",
entry,
maxHeapMiB
};
const body = newThread(recipe, {
data: {
kind: "wait",
preload: [
packageUrl()
],
port: far
},
transfer: [
far
]
}, () => ({
trouble: (reason) => current.trouble(reason),
gone(code) {
near.close();
current.gone(code);
}
}));
near.onmessage = ({ data }) => events.waiting(data);
near.unref();
return {
...body,
adopt(name, boot, _control, own) {
current = own;
const identity = {
name,
boot
};
near.postMessage(identity, portsOf(boot));
}
};
}
function newThread({ name, entry, maxHeapMiB }, { data, transfer }, events) {
const { Worker: Worker2, SHARE_ENV } = nodeThreads();
const worker = new Worker2(new URL(entry), {
name,
workerData: data,
argv: process.argv.slice(1),
transferList: transfer,
env: SHARE_ENV,
resourceLimits: {
maxOldGenerationSizeMb: maxHeapMiB ?? HEAP_DEFAULT_MIB
}
});
worker.unref();
worker.on("error", (error) => {
events().trouble(error?.code === "ERR_WORKER_OUT_OF_MEMORY" ? OUT_OF_HEAP : `${error?.message ?? error}`);
});
worker.on("exit", (code) => events().gone(code));
return {
kill: () => void worker.terminate(),
computedMs: () => computedMs(worker)
};
}
async function computedMs(worker) {
try {
const { user, system } = await worker.cpuUsage();
return (user + system) / 1e3;
} catch {
return Infinity;
}
}
// lib/launch/worker_handle.ts
function startWorker(recipe, boot, control, events) {
const worker = newWorker(recipe, (reason) => events.trouble(reason));
watchEnd(worker, control, events);
const handed = boot();
worker.postMessage(handed, portsOf2(handed));
return bodyOf(worker);
}
function startSpareWorker(entry, _maxHeapMiB, events) {
let current = events;
const recipe = {
entry,
name: "spare",
permissions: null
};
const worker = newWorker(recipe, (reason) => {
current.trouble(reason);
if (current === events) kill();
});
const kill = () => {
worker.terminate();
if (current === events) events.gone(null);
};
const wait = {
kind: "wait",
preload: [
packageUrl2()
],
port: null
};
worker.postMessage(wait);
worker.onmessage = ({ data }) => {
worker.onmessage = null;
events.waiting(data);
};
return {
...bodyOf(worker),
kill,
adopt(name, boot, control, own) {
current = own;
watchEnd(worker, control, own);
const handed = {
name,
boot
};
worker.postMessage(handed, portsOf2(boot));
}
};
}
function newWorker({ entry, name, permissions }, trouble) {
const worker = new Worker(entry, {
type: "module",
name,
...hasOwnPermissions(permissions) ? {
deno: {
permissions: workerPermissions(permissions)
}
} : {}
});
worker.onerror = (event) => {
event.preventDefault();
trouble(event.message);
};
unref(worker);
return worker;
}
function watchEnd(worker, control, events) {
control.addEventListener("close", () => {
worker.terminate();
events.gone(null);
});
}
function bodyOf(worker) {
return {
kill: () => worker.terminate(),
computedMs: () => Promise.resolve(performance.now())
};
}
function unref(worker) {
const prototype = Worker.prototype;
const key = Object.getOwnPropertySymbols(prototype).find((symbol) => symbol.description === void 0);
if (key !== void 0) prototype[key]?.call(worker, false);
}
// lib/launch/isolate_spares.ts
var isolateStocks = {
thread: newStock("thread"),
worker: newStock("worker")
};
var IsolateSpare = class {
pid = Deno.pid;
body;
#ended = Promise.withResolvers();
#release = keepAlive();
#reason = "";
#heapBytes = null;
#isRetired = false;
constructor(method, maxHeapMiB, events) {
const start = method === "thread" ? startSpareThread : startSpareWorker;
this.body = start(openIsolateUrl(method), maxHeapMiB, {
waiting: (heapBytes) => {
this.#release();
this.#heapBytes = heapBytes;
if (this.#isRetired) this.body.kill();
else events.waiting();
},
trouble: (reason) => this.#reason = reason,
gone: () => {
this.#release();
this.#ended.resolve();
if (!this.#isRetired) events.lost(this.#reason);
}
});
}
get isWaiting() {
return this.#heapBytes !== null;
}
get memoryBytes() {
return this.#heapBytes;
}
retire() {
this.#isRetired = true;
if (this.isWaiting) this.body.kill();
return this.#ended.promise;
}
leave() {
this.#release();
}
};
function shelfOf(method, { maxHeapMiB }) {
return {
key: JSON.stringify([
maxHeapMiB,
process.argv
]),
boot: (events) => new IsolateSpare(method, maxHeapMiB, events)
};
}
function whyNoSpare({ permissions }) {
const host = childContext()?.host;
if (host?.kind === "isolate" && !host.isRoot) {
return "the main thread makes all threads and workers: fill them there";
}
return hasOwnPermissions2(permissions) ? "they have the permissions of the program: leave out `permissions`" : null;
}
function takeIsolate(recipe, boot, control, events) {
const stock = isolateStocks[recipe.method];
if (stock.settings.count === 0 || whyNoSpare(recipe) !== null) return null;
const shelf = shelfOf(recipe.method, recipe);
const spare = stock.take(shelf.key, shelf.boot);
if (spare === null) return null;
spare.leave();
spare.body.adopt(recipe.name, boot(), control, events);
return spare.body;
}
async function fillIsolates(method, kind) {
const reason = whyNoSpare(kind);
if (reason !== null) throw noSpares(method, reason);
const shelf = shelfOf(method, kind);
await isolateStocks[method].fill(shelf.key, shelf.boot);
}
return { startThread: startThread, startWorker: startWorker, isolateStocks: isolateStocks, IsolateSpare: IsolateSpare, takeIsolate: takeIsolate, fillIsolates: fillIsolates };
}
var $_made_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor;
function $_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor() { return $_made_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor ??= $_make_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor(); }
function $_make_shared_by_forkserver_and_isolate_spares_and_spares_and_supervisor() {
const ProcessStateError = $_ProcessStateError, UnsupportedError = $_UnsupportedError;
const thrownText = $_thrownText;
const TIMER_MAX_MS = $_TIMER_MAX_MS;
const getLogger = $_getLogger;
// lib/launch/stock.ts
var SPARES_DEFAULT = {
thread: 0,
worker: 0,
forkserver: 2
};
var IDLE_DEFAULT_MS = 6e4;
var REFILL_MS = 10;
var BUSY_MS = 5;
var PAUSE_MAX_MS = 200;
var BOOT_MAX_MS = 3e4;
var SPARES_LOST_MAX = 3;
var SOUND_MS = 1e3;
var SHELVES_MAX = 4;
var systemClock = {
now: () => performance.now(),
later(action, ms) {
const timer = setTimeout(action, ms);
Deno.unrefTimer(timer);
return () => clearTimeout(timer);
}
};
function newStock(method) {
return new Stock(`start method "${method}"`, {
count: SPARES_DEFAULT[method],
idleMs: IDLE_DEFAULT_MS,
isRefilled: true
});
}
function noSpares(method, reason) {
return new UnsupportedError(`Cannot fill the spares of start method "${method}" as ${reason}`);
}
var Stock = class {
#what;
#clock;
#settings;
#shelves = new Map();
#ending = new Set();
#limits = new Map();
#cancelRefill = null;
#cancelIdle = null;
#whenChanged = [];
constructor(what, settings, clock = systemClock) {
this.#what = what;
this.#settings = settings;
this.#clock = clock;
}
get settings() {
return this.#settings;
}
configure(settings) {
this.#settings = settings;
for (const shelf of this.#shelves.values()) {
shelf.losses = 0;
for (const spare of [
...shelf.spares
].slice(settings.count)) {
this.#retire(shelf, spare);
}
}
this.#watchIdle();
}
take(key, boot, fits = () => true) {
if (this.#settings.count === 0) return null;
const shelf = this.#shelfOf(key, boot);
shelf.uses++;
shelf.usedAt = this.#clock.now();
for (const spare2 of shelf.spares) {
if (spare2.isWaiting && !fits(spare2)) this.#retire(shelf, spare2);
}
const spares = [
...shelf.spares
];
const spare = spares.find(({ isWaiting }) => isWaiting) ?? spares.find(fits) ?? null;
if (spare !== null) {
shelf.spares.delete(spare);
this.#unlimit(spare);
shelf.losses = 0;
}
this.#refillLater(REFILL_MS);
this.#watchIdle();
return spare;
}
async fill(key, boot) {
if (this.#settings.count === 0) throw this.#noneKept();
const shelf = this.#shelfOf(key, boot);
shelf.losses = 0;
shelf.usedAt = this.#clock.now();
this.#watchIdle();
while (this.#shelves.get(key) === shelf) {
while (this.#lacks(shelf)) this.#boot(shelf);
const isThere = [
...shelf.spares
].every(({ isWaiting }) => isWaiting);
if (isThere) return;
await new Promise((resolve) => this.#whenChanged.push(resolve));
}
}
#noneKept() {
return new ProcessStateError(`Cannot fill the spares of ${this.#what} as it keeps none: set their number by setSpares() first`);
}
spares() {
return [
...this.#shelves.values()
].flatMap(({ spares }) => [
...spares
]);
}
async retire() {
this.#cancelRefill?.();
this.#cancelRefill = null;
for (const shelf of this.#shelves.values()) this.#remove(shelf);
this.#watchIdle();
await Promise.all(this.#ending);
}
#shelfOf(key, boot) {
const shelf = this.#shelves.get(key) ?? {
key,
boot,
spares: new Set(),
uses: 0,
usedAt: 0,
losses: 0
};
shelf.boot = boot;
this.#shelves.delete(key);
this.#shelves.set(key, shelf);
if (this.#shelves.size > SHELVES_MAX) {
const [oldest] = this.#shelves.values();
this.#remove(oldest);
}
return shelf;
}
#lacks({ spares, losses }) {
return spares.size < this.#settings.count && losses < SPARES_LOST_MAX;
}
#nextShelf() {
const isOnly = this.#shelves.size === 1;
return [
...this.#shelves.values()
].reverse().find((shelf) => this.#lacks(shelf) && (isOnly || shelf.uses > 1));
}
#boot(shelf) {
let spare;
let soundAt = Infinity;
try {
spare = shelf.boot({
waiting: () => {
soundAt = this.#clock.now() + SOUND_MS;
this.#unlimit(spare);
this.#changed();
this.#refillLater(REFILL_MS);
},
lost: (reason) => {
this.#unlimit(spare);
if (this.#clock.now() >= soundAt) shelf.losses = 0;
if (shelf.spares.delete(spare)) this.#lost(shelf, reason);
}
});
} catch (error) {
return this.#lost(shelf, thrownText(error));
}
shelf.spares.add(spare);
const cancel = this.#clock.later(() => {
this.#retire(shelf, spare);
this.#lost(shelf, `it has not booted within ${BOOT_MAX_MS} ms`);
}, BOOT_MAX_MS);
this.#limits.set(spare, cancel);
}
#unlimit(spare) {
this.#limits.get(spare)?.();
this.#limits.delete(spare);
}
#lost(shelf, reason) {
if (++shelf.losses === SPARES_LOST_MAX) {
getLogger().warning(`no more spares are booted for ${this.#what}, as ${SPARES_LOST_MAX} in a row have ended before they were used${reason && `: ${reason}`}`);
}
this.#changed();
this.#refillLater(PAUSE_MAX_MS);
}
#changed() {
for (const resolve of this.#whenChanged.splice(0)) resolve();
}
#refillLater(pauseMs) {
if (!this.#settings.isRefilled || this.#cancelRefill !== null) return;
if (this.#nextShelf() === void 0) return;
const due = this.#clock.now() + pauseMs;
this.#cancelRefill = this.#clock.later(() => {
this.#cancelRefill = null;
const isBusy = this.#clock.now() - due > BUSY_MS;
if (isBusy) this.#refillLater(Math.min(2 * pauseMs, PAUSE_MAX_MS));
else this.#refill();
}, pauseMs);
}
#refill() {
if (this.spares().some(({ isWaiting }) => !isWaiting)) return;
const shelf = this.#nextShelf();
if (shelf !== void 0) this.#boot(shelf);
}
#watchIdle() {
this.#cancelIdle?.();
this.#cancelIdle = null;
const { idleMs } = this.#settings;
const [oldest] = this.#shelves.values();
if (oldest === void 0 || idleMs > TIMER_MAX_MS) return;
const left = oldest.usedAt + idleMs - this.#clock.now();
this.#cancelIdle = this.#clock.later(() => {
this.#remove(oldest);
this.#watchIdle();
}, Math.max(0, left));
}
#remove(shelf) {
for (const spare of shelf.spares) this.#retire(shelf, spare);
this.#shelves.delete(shelf.key);
}
#retire(shelf, spare) {
shelf.spares.delete(spare);
this.#unlimit(spare);
const ended = spare.retire();
this.#ending.add(ended);
void ended.then(() => this.#ending.delete(ended));
this.#changed();
}
};
return { IDLE_DEFAULT_MS: IDLE_DEFAULT_MS, newStock: newStock, noSpares: noSpares };
}
var $_made_spawned_child;
function $_spawned_child() { return $_made_spawned_child ??= $_make_spawned_child(); }
function $_make_spawned_child() {
const { fromProcess: fromProcess } = $_shared_by_isolate_launchers_and_spawned_child_and_supervisor();
const exitcodeOf = $_exitcodeOf;
const settles = $_settles;
const writeAll = $_writeAll, writeIfRead = $_writeIfRead;
const OUT_OF_HEAP = $_OUT_OF_HEAP;
const frame = $_frame, joined2 = $_joined, markerOf = $_markerOf, newGreeting = $_newGreeting, seal = $_seal, unsealFromChild = $_unsealFromChild;
const unreachable = $_unreachable;
const checkSize = $_checkSize, FRAME_HEADER_BYTES = $_FRAME_HEADER_BYTES, FRAME_MAX_BYTES = $_FRAME_MAX_BYTES, joined = $_joined, MARKER_BYTES = $_MARKER_BYTES, Parts = $_Parts;
const hasAll = $_hasAll;
const WholeLines = $_WholeLines;
const AT_FDCWD = $_AT_FDCWD, O_CLOEXEC = $_O_CLOEXEC, Scratch = $_Scratch, syscall = $_syscall, whyNotMapped = $_whyNotMapped;
// lib/launch/spawned_child.ts
var NO_BYTES = new Uint8Array(0);
var StderrDemux = class {
#marker;
#maxBytes;
#message = new Parts();
#reading = {
kind: "text"
};
#held = NO_BYTES;
constructor(marker, maxBytes = FRAME_MAX_BYTES) {
this.#marker = new Uint8Array(marker);
this.#maxBytes = maxBytes;
}
get idle() {
return this.#reading.kind === "text" && this.#message.bytes === 0;
}
push(chunk) {
const bytes = this.#held.length === 0 ? chunk : joined([
this.#held,
chunk
]);
const text = new Parts();
const frames = [];
let at = 0;
for (let next = 0; next >= 0; ) {
at = next;
next = this.#step(bytes, at, text, frames);
}
return {
text: text.take(),
frames
};
}
end() {
const held = this.#reading.kind === "text" ? this.#held : NO_BYTES;
this.#held = NO_BYTES;
return held;
}
#step(bytes, at, text, frames) {
switch (this.#reading.kind) {
case "text":
return this.#readText(bytes, at, text);
case "header":
return this.#readHeader(bytes, at);
case "payload":
return this.#readPayload(bytes, at, this.#reading, frames);
default:
return unreachable(this.#reading);
}
}
#readText(bytes, at, text) {
const border = findMarker(bytes, at, this.#marker);
text.add(bytes.subarray(at, border));
if (border + MARKER_BYTES > bytes.length) return this.#hold(bytes, border);
this.#reading = {
kind: "header"
};
return border + MARKER_BYTES;
}
#readHeader(bytes, at) {
if (at + FRAME_HEADER_BYTES > bytes.length) return this.#hold(bytes, at);
const left = bytes[at] | bytes[at + 1] << 8;
checkSize(this.#message.bytes + left, this.#maxBytes);
this.#reading = {
kind: "payload",
left,
last: bytes[at + 2] === 1
};
return at + FRAME_HEADER_BYTES;
}
#readPayload(bytes, at, { left, last }, frames) {
const part = bytes.subarray(at, at + left);
this.#message.add(part);
if (part.length < left) {
this.#reading = {
kind: "payload",
left: left - part.length,
last
};
return this.#hold(bytes, bytes.length);
}
if (last) frames.push(this.#message.take());
this.#reading = {
kind: "text"
};
return at + left;
}
#hold(bytes, from) {
this.#held = bytes.slice(from);
return -1;
}
};
function findMarker(bytes, from, marker) {
for (let at = from; at < bytes.length; at++) {
at = bytes.indexOf(marker[0], at);
if (at < 0) return bytes.length;
let same = 1;
while (same < MARKER_BYTES && at + same < bytes.length && bytes[at + same] === marker[same]) same++;
if (same === MARKER_BYTES || at + same === bytes.length) return at;
}
return bytes.length;
}
// lib/launch/spawned_child.ts
var PIPE_BYTES = 64 * 1024;
var O_WRONLY_CLOEXEC = 1 | O_CLOEXEC;
var F_SETPIPE_SZ = 1031;
var PATH_BYTES = 64;
var PipeEnd = class _PipeEnd {
#fd;
constructor(fd) {
this.#fd = fd;
}
static open(path) {
if (whyNotMapped() !== null) return null;
const text = new Scratch(PATH_BYTES).text(path);
const fd = syscall("openat", AT_FDCWD, text, O_WRONLY_CLOEXEC);
return fd < 0 ? null : new _PipeEnd(fd);
}
widen(bytes) {
return bytes <= PIPE_BYTES || syscall("fcntl", this.#fd, F_SETPIPE_SZ, bytes) >= bytes;
}
write(bytes) {
const scratch = new Scratch(bytes.length);
scratch.bytes.set(bytes);
for (let at = 0; at < bytes.length; ) {
const left = bytes.length - at;
const count = syscall("write", this.#fd, scratch.address + at, left);
if (count <= 0) return at > 0;
at += count;
}
return true;
}
close() {
if (this.#fd >= 0) syscall("close", this.#fd);
this.#fd = -1;
}
};
// lib/launch/spawned_child.ts
var OUTPUT_DRAINS_MS = 200;
var OUTCOME_DRAINS_MS = 1e4;
var LAST_WORDS_BYTES = 2048;
var COMMAND_ENDS_MS = 1e3;
var SIGNALED = 128;
var SIGNALS_MAX = 64;
var UNREAD_ANSWERS_MAX_BYTES = 2 ** 30;
var ANSWER_COST_BYTES = 8 * 1024;
var SpawnedChild = class {
pid;
ident;
#process;
#stdin;
#events;
#greeting = newGreeting();
#ways;
#unreadBytes = 0;
#pipe = null;
#pipedBytes = 0;
#text = new WholeLines((text) => writeIfRead(Deno.stderr, text));
#lastWords = "";
#ready = false;
#hasOutcome = false;
#killer;
#exiting = null;
#isRead = true;
#stdoutTaken = null;
#stoppedBy = null;
constructor(process, ways, first, events) {
this.#process = process;
this.#ways = ways;
this.#events = events;
this.#process.unref();
this.pid = this.#process.pid;
this.ident = this.pid;
this.#stdin = this.#process.stdin.getWriter();
const bytes = joined2([
frame(this.#greeting),
frame(seal(first))
]);
if (first.kind === "wait") {
this.#pipe = PipeEnd.open(`/proc/${this.pid}/fd/0`);
this.#beginLater(bytes);
} else {
this.#takeStdout();
this.#begin(bytes);
}
endWithUs(this);
this.#watch();
}
handOver(ways, start, events) {
this.#ways = ways;
this.#events = events;
this.flush();
this.#lastWords = "";
this.#takeStdout();
this.#beginLater(frame(seal(start)));
this.#closePipe();
}
send(message) {
const bytes = frame(seal(message));
if (message.kind === "message" && message.mailbox === "relay") {
this.#answer(bytes);
} else void this.#write(bytes);
}
#answer(bytes) {
const cost = bytes.length + ANSWER_COST_BYTES;
if (this.#unreadBytes + cost > UNREAD_ANSWERS_MAX_BYTES) {
this.#isRead = false;
this.#events.broken(new RangeError("Cannot answer about a queue as nobody reads the answers"));
return;
}
this.#unreadBytes += cost;
void this.#write(bytes).then(() => this.#unreadBytes -= cost);
}
stop(signal) {
if (signal !== "SIGINT") this.#stoppedBy = signal;
if (this.#ways.command.isDirect || signal !== "SIGKILL") {
return this.#signal(signal);
}
this.#signal("SIGTERM");
this.#killer = setTimeout(() => this.#signal("SIGKILL"), COMMAND_ENDS_MS);
Deno.unrefTimer(this.#killer);
}
#signal(signal) {
try {
this.#process.kill(signal);
} catch (error) {
const isRefused = error instanceof Deno.errors.PermissionDenied;
if (isRefused && signal !== "SIGINT") this.#leave();
}
}
#leave() {
this.#closePipe();
this.#stdin.close().catch(() => {
});
}
#begin(bytes) {
this.#ways.admitted?.catch((error) => this.#refuse(error));
const isAtOnce = this.#ways.admitted === null && writeAtOnce(`/proc/${this.pid}/fd/0`, bytes);
if (!isAtOnce) void this.#write(bytes);
}
#beginLater(bytes) {
this.#ways.admitted?.catch((error) => this.#refuse(error));
const pipe = this.#pipe;
const isAtOnce = this.#ways.admitted === null && pipe !== null && pipe.widen(this.#pipedBytes + bytes.length) && pipe.write(bytes);
this.#pipedBytes += bytes.length;
if (isAtOnce) return;
this.#closePipe();
void this.#write(bytes);
}
#closePipe() {
this.#pipe?.close();
this.#pipe = null;
}
async #write(bytes) {
try {
if (this.#ways.admitted !== null) await this.#ways.admitted;
await this.#stdin.write(bytes);
} catch {
}
}
#refuse({ message }) {
this.#lastWords = message;
this.stop("SIGKILL");
}
#takeStdout() {
const { stdout } = this.#ways;
if (typeof stdout === "string") return;
this.#stdoutTaken = stdout.feed(this.#process.stdout);
}
async #watch() {
const drained = this.#read();
const status = await this.#process.status;
for (const route of [
this.#ways.stdout,
this.#ways.stderr
]) {
if (typeof route !== "string") route.release();
}
const isUnused = this.#ways.command.stdout === "piped" && this.#stdoutTaken === null;
if (isUnused) await this.#process.stdout.cancel();
const all = Promise.all([
drained,
this.#stdoutTaken
]);
await settles(all, this.#drainsMs(status), void 0);
this.flush();
clearTimeout(this.#killer);
ours.delete(this);
this.#closePipe();
await this.#stdin.close().catch(() => {
});
this.#events.ended(this.#endingOf(status));
}
#drainsMs({ signal }) {
const isComplete = this.#hasOutcome || signal !== null;
return isComplete ? OUTPUT_DRAINS_MS : OUTCOME_DRAINS_MS;
}
#endingOf(status) {
const code = this.#codeOf(status);
const reason = this.#reason(code);
return {
code,
...reason === "" ? {} : {
reason
}
};
}
#codeOf({ code, signal }) {
const ended = signal === null ? code : exitcodeOf(signal);
if (this.#ways.command.isDirect || ended === 0) return ended;
if (this.#exiting !== null) return this.#exiting;
if (this.#stoppedBy !== null) return exitcodeOf(this.#stoppedBy);
const isSignal = ended > SIGNALED && ended <= SIGNALED + SIGNALS_MAX;
return isSignal ? SIGNALED - ended : ended;
}
#reason(code) {
if (!this.#ready) return this.#lastWords.trim() + this.#hint();
return code < 0 && /out of memory/.test(this.#lastWords) ? OUT_OF_HEAP : "";
}
#hint() {
const { words, isDirect } = this.#ways.command;
const isShells = /syntax error|[Uu]nexpected|[Bb]adly placed/;
return !isDirect && isShells.test(this.#lastWords) ? ` (a shell took the command apart: give through([${JSON.stringify(words[0])}, ...], { shell: true }))` : "";
}
async #read() {
const reader = new StderrDemux(markerOf(this.#greeting));
try {
for await (const chunk of this.#process.stderr) {
if (!this.#isRead) break;
this.#take(reader.push(chunk));
const { stderr } = this.#ways;
if (typeof stderr !== "string") await stderr.room();
}
this.#pass(reader.end());
} catch (error) {
this.#events.broken(error);
}
this.flush();
}
flush() {
this.#text.flush();
}
#take({ text, frames }) {
this.#pass(text);
for (const bytes of frames) {
const message = fromProcess(unsealFromChild(bytes));
if (message.kind === "exiting") this.#exiting = message.code;
else if (message.kind === "waiting") {
this.#pipedBytes = 0;
this.#events.waiting?.(message);
} else {
if (message.kind === "ready") this.#ready = true;
else if (message.kind !== "message") this.#hasOutcome = true;
this.#events.message(message);
}
}
}
#pass(text) {
if (text.length === 0) return;
this.#lastWords = (this.#lastWords + new TextDecoder().decode(text)).slice(-LAST_WORDS_BYTES);
const { stderr } = this.#ways;
if (stderr === "inherit") this.#text.write(text);
else if (stderr !== "null") stderr.write(text.slice());
}
};
function writeAtOnce(path, bytes) {
if (Deno.build.os !== "linux" || !hasAll()) return false;
if (bytes.length > PIPE_BYTES && !widen(path, bytes.length)) return false;
try {
using pipe = Deno.openSync(path, {
write: true
});
writeAll(pipe, bytes);
return true;
} catch {
return false;
}
}
function widen(path, bytes) {
const pipe = PipeEnd.open(path);
const isWide = pipe?.widen(bytes) ?? false;
pipe?.close();
return isWide;
}
var ours = new Set();
var watching = false;
function endWithUs(child) {
ours.add(child);
if (watching) return;
watching = true;
addEventListener("unload", () => {
for (const child2 of ours) {
child2.flush();
child2.stop("SIGTERM");
}
});
}
return { SpawnedChild: SpawnedChild };
}
var $_ns_spawned_child = {
get SpawnedChild() { return $_spawned_child().SpawnedChild; },
};
var $_made_shared_by_isolate_launchers_and_spawned_child_and_supervisor;
function $_shared_by_isolate_launchers_and_spawned_child_and_supervisor() { return $_made_shared_by_isolate_launchers_and_spawned_child_and_supervisor ??= $_make_shared_by_isolate_launchers_and_spawned_child_and_supervisor(); }
function $_make_shared_by_isolate_launchers_and_spawned_child_and_supervisor() {
const showValue = $_showValue;
const isObject = $_isObject;
const isPoolPayload = $_isPoolPayload, poolMessage = $_poolMessage;
// lib/wire/protocol/decoders.ts
var REASON_MAX = 4096;
function fromIsolate(data) {
if (isPoolPayload(data)) return poolMessage(data);
if (Array.isArray(data)) return mailboxRow(data);
const fields = fieldsOf(data);
if (fields["kind"] === "output") return output(fields);
if (fields["kind"] === "failure") {
if (isObject(fields["body"])) return fields;
throw broken('"body" of a failure is no object');
}
return toParent(fields, clonedBody);
}
function fromProcess(message) {
const fields = fieldsOf(message);
const { kind } = fields;
if (kind === "exiting") return {
kind,
code: integer(fields, "code")
};
if (kind === "waiting") return waiting(fields);
if (fields["kind"] === "failure") {
if (fields["body"] instanceof Uint8Array) return fields;
throw broken('"body" of a failure is not bytes');
}
return toParent(fields, framedBody);
}
function toParent(fields, bodyOf) {
const { kind } = fields;
switch (kind) {
case "ready":
return {
kind,
version: integer(fields, "version")
};
case "result": {
const { body } = fields;
return {
kind,
body: body === null ? null : bodyOf(body)
};
}
case "unsendable":
return {
kind,
path: text(fields, "path"),
reason: reason(fields)
};
case "message":
return {
kind,
mailbox: mailboxOf(fields["mailbox"]),
body: bodyOf(fields["body"])
};
default:
throw unknownKind(kind);
}
}
function output(fields) {
const { name, bytes } = fields;
if (name !== "stdout" && name !== "stderr") {
throw broken(`"name" of its output is ${showValue(name)}`);
}
const isSound = bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer;
if (!isSound) throw broken('"bytes" of its output are none');
return {
kind: "output",
name,
bytes
};
}
function waiting(fields) {
return {
kind: "waiting",
memoryBytes: integer(fields, "memoryBytes"),
sites: texts(fields, "sites"),
failures: texts(fields, "failures")
};
}
function mailboxRow([mailbox, value, placeholders]) {
if (placeholders !== null && !isObject(placeholders)) {
throw broken("the placeholders of its message are no object");
}
const body = {
form: "clone",
value,
placeholders
};
return {
kind: "message",
mailbox: mailboxOf(mailbox),
body
};
}
function mailboxOf(mailbox) {
switch (mailbox) {
case "pool":
case "relay":
case "log":
case "which":
return mailbox;
}
throw broken(`"mailbox" of its message is ${showValue(mailbox)}`);
}
function clonedBody(body) {
const { form, value, placeholders } = fieldsOf(body);
if (form !== "clone" || placeholders !== null && !isObject(placeholders)) {
throw broken('"body" is no clone');
}
return {
form,
value,
placeholders
};
}
function framedBody(body) {
if (body instanceof Uint8Array) return body;
const { form, value, placeholders } = fieldsOf(body);
if (form !== "clone" || placeholders !== null) {
throw broken('"body" is neither bytes nor plain');
}
return {
form,
value,
placeholders
};
}
function toRoot(data) {
const fields = fieldsOf(data);
const { kind } = fields;
switch (kind) {
case "exit": {
const code = integer(fields, "code");
return fields["reason"] === void 0 ? {
kind,
code
} : {
kind,
code,
reason: reason(fields)
};
}
case "launch": {
const { port, claim } = fields;
if (!(port instanceof MessagePort)) throw broken('"port" is no port');
const recipe = recipeOf(fieldsOf(fields["recipe"]));
return {
kind,
recipe,
port,
claim: claimOf(claim)
};
}
case "stop": {
const { signal } = fields;
if (signal !== "SIGTERM" && signal !== "SIGKILL" && signal !== "SIGINT") throw broken(`"signal" is ${showValue(signal)}`);
return {
kind,
ident: integer(fields, "ident"),
signal
};
}
default:
throw unknownKind(kind);
}
}
function recipeOf(fields) {
const { method, maxHeapMiB, permissions, first } = fields;
if (method !== "thread" && method !== "worker") {
throw broken(`"method" is ${showValue(method)}`);
}
if (first !== null && !isObject(first)) throw broken('"first" is no message');
return {
method,
name: text(fields, "name"),
entry: text(fields, "entry"),
ident: integer(fields, "ident"),
parent: integer(fields, "parent"),
maxHeapMiB: maxHeapMiB === null ? null : integer(fields, "maxHeapMiB"),
permissions: permissionsOf(permissions),
output: outputOf(fields["output"]),
first
};
}
function permissionsOf(asked) {
const isSound = asked === null || asked === "inherit" || asked === "none" || isObject(asked);
if (isSound) return asked;
throw broken(`"permissions" is ${showValue(asked)}`);
}
function outputOf(asked) {
if (asked === null) return null;
const { stdout, stderr, unread, limitBytes } = fieldsOf(asked);
const isSound = unread instanceof Int32Array && unread.length === 2 && unread.buffer instanceof SharedArrayBuffer && Number.isInteger(limitBytes);
if (!isSound || !isOutput(stdout) || !isOutput(stderr)) {
throw broken('"output" is none');
}
const words = unread;
return {
stdout,
stderr,
unread: words,
limitBytes
};
}
function isOutput(asked) {
return asked === "inherit" || asked === "piped" || asked === "null";
}
function claimOf(claim) {
const isSound = claim instanceof Int32Array && claim.length > 0 && claim.buffer instanceof SharedArrayBuffer;
if (isSound) return claim;
throw broken('"claim" is no word in shared memory');
}
function reason(fields) {
return text(fields, "reason").slice(0, REASON_MAX);
}
function text(fields, key) {
const value = fields[key];
if (typeof value === "string") return value;
throw broken(`"${key}" must be a text: it is ${showValue(value)}`);
}
function integer(fields, key) {
const value = fields[key];
if (Number.isSafeInteger(value)) return value;
throw broken(`"${key}" must be an integer: it is ${showValue(value)}`);
}
function texts(fields, key) {
const value = fields[key];
const isList = Array.isArray(value) && value.every((part) => typeof part === "string");
if (isList) return value;
throw broken(`"${key}" must be a list of texts: it is ${showValue(value)}`);
}
function fieldsOf(value) {
if (isObject(value)) return value;
throw broken(`it is ${showValue(value)} where an object must be`);
}
function unknownKind(kind) {
return broken(`no message is of kind ${showValue(kind)}`);
}
function broken(why) {
return new RangeError(`Cannot read a message as ${why}`);
}
return { fromIsolate: fromIsolate, fromProcess: fromProcess, toRoot: toRoot };
}
var $_made_pipe_memory;
function $_pipe_memory() { return $_made_pipe_memory ??= $_make_pipe_memory(); }
function $_make_pipe_memory() {
const { ENDS_BYTES: ENDS_BYTES, Ends: Ends, otherEnd: otherEnd } = $_shared_by_pipe_memory_and_ring_transport();
const { Ring: Ring, formatRing: formatRing, ringBlock: ringBlock } = $_shared_by_pipe_memory_and_ring_transport_and_ring_backend();
const Block = $_Block;
const WeakCache = $_WeakCache;
const LIVENESS_CHECK_MS = $_LIVENESS_CHECK_MS;
const HANDLE = $_HANDLE, UNTRACKED = $_UNTRACKED;
// lib/channel/pipe/pipe_memory.ts
var CARRIES = 0;
var known = new WeakCache();
var PendingTickets = class {
tickets;
ends;
end;
constructor(tickets, ends, end) {
this.tickets = tickets;
this.ends = ends;
this.end = end;
}
settle() {
const to = this.ends.holderOf(this.end);
if (to === null && !this.ends.isOver(this.end)) {
pendingTickets.add(this);
return;
}
pendingTickets.delete(this);
for (const ticket of this.tickets) {
if (to === null) ticket.lost();
else ticket.sent(to);
}
}
};
var pendingTickets = new Set();
var PipeMemory = class {
ends;
rings;
#drain;
#over = [
false,
false
];
#lookedAtMs = Date.now();
constructor(ends, rings, drain) {
this.ends = new Ends(ends);
const [first, second] = rings.map((block) => block && new Ring(block));
this.rings = [
first,
second
];
this.#drain = drain;
for (const ring of this.rings) {
if (ring !== null) ring.onLook = () => this.look();
}
}
look() {
this.#look();
for (const pending of [
...pendingTickets
]) pending.settle();
}
#look() {
this.#lookedAtMs = Date.now();
for (const end of [
0,
1
]) {
if (!this.#over[end] && this.ends.isOver(end)) this.#shut(end);
}
}
lookAgain() {
const sinceMs = Date.now() - this.#lookedAtMs;
if (sinceMs >= LIVENESS_CHECK_MS || sinceMs < 0) this.look();
}
#shut(end) {
this.#over[end] = true;
this.rings[end]?.shut(false);
const left = this.rings[otherEnd(end)];
if (left === null || left === void 0 || left.isDropped) return;
left.shut(false);
if (this.#carries(left)) this.#drain(left);
left.shut(true);
}
#carries(ring) {
return Atomics.load(ring.ownWords.int32, CARRIES) !== 0;
}
carry(ring) {
Atomics.store(ring.ownWords.int32, CARRIES, 1);
}
posted(tickets, end) {
for (const ticket of tickets) ticket.sent(null);
new PendingTickets(tickets, this.ends, end).settle();
}
leave(place) {
this.ends.leave(place);
this.look();
}
handle(end, destination, delivery) {
const handle = this.#handle(end, destination, delivery);
const ticket = this.ends.hand(end);
delivery.leave({
sent: (to) => this.ends.aim(ticket, to),
lost: () => {
this.ends.lose(ticket);
this.look();
}
});
return {
...handle,
ticket
};
}
#handle(end, destination, delivery) {
const block = this.ends.block.handle(destination, delivery);
const [first, second] = this.rings.map((ring) => ring && ring.block.handle(destination, delivery));
known.add(this.ends.block.key, this);
return {
kind: "connection",
block,
rings: [
first,
second
],
end,
ticket: null
};
}
[HANDLE](destination, delivery = UNTRACKED) {
return this.#handle(0, destination, delivery);
}
hold(end, ticket) {
const place = ticket === null ? null : this.ends.take(end, ticket);
return place ?? this.ends.join(end);
}
};
function makePipeMemory(place, isDuplex, options, drain) {
const rings = [
isDuplex,
true
].map((exists) => {
if (!exists) return null;
const block = ringBlock(place);
formatRing(block, options);
return block;
});
const ends = Block.allocate(ENDS_BYTES, place);
return new PipeMemory(ends, [
rings[0],
rings[1]
], drain);
}
function pipeMemoryOf(handle, drain) {
const ends = Block.attach(handle.block);
const [first, second] = handle.rings.map((ring) => ring && Block.attach(ring));
const found = known.get(ends.key);
if (found !== void 0) return found;
const memory = new PipeMemory(ends, [
first,
second
], drain);
known.add(ends.key, memory);
return memory;
}
return { PipeMemory: PipeMemory, makePipeMemory: makePipeMemory, pipeMemoryOf: pipeMemoryOf };
}
var $_ns_pipe_memory = {
get PipeMemory() { return $_pipe_memory().PipeMemory; },
get makePipeMemory() { return $_pipe_memory().makePipeMemory; },
get pipeMemoryOf() { return $_pipe_memory().pipeMemoryOf; },
};
var $_made_ring_transport;
function $_ring_transport() { return $_made_ring_transport ??= $_make_ring_transport(); }
function $_make_ring_transport() {
const { otherEnd: otherEnd } = $_shared_by_pipe_memory_and_ring_transport();
const { LEFT: LEFT, checkLength: checkLength, dropItem: dropItem, encodeItem: encodeItem, isLeft: isLeft, itemKindOf: itemKindOf, keepItem: keepItem, readItem: readItem } = $_shared_by_ring_transport_and_ring_backend();
const { IN_PLACE: IN_PLACE } = $_shared_by_pipe_memory_and_ring_transport_and_ring_backend();
const ConnectionError = $_ConnectionError;
const codec = $_ns_codec;
const rehydrateAny = $_rehydrateAny, TrackedDelivery = $_TrackedDelivery;
const unpack = $_unpack;
const AsyncMutex = $_AsyncMutex;
const END = $_END, LATE = $_LATE;
const BUSY = $_BUSY, EMPTY = $_EMPTY, GONE = $_GONE;
// lib/channel/pipe/ring_transport.ts
var COPIED_MAX_BYTES = 1024;
var MESSAGES_PER_TURN = 256;
var NO_TICKETS = [];
var readBytes = (bytes, start, stop, kind) => {
if (kind === LEFT) return readItem(bytes, start, stop, kind);
const copy = new Uint8Array(stop - start);
copy.set(bytes.subarray(start, stop));
return copy;
};
function readInto(room) {
return (bytes, start, stop, kind) => {
const length = stop - start;
if (kind === LEFT || length > room.length) {
return readBytes(bytes, start, stop, kind);
}
room.set(bytes.subarray(start, stop));
return length;
};
}
function readerFor(wanted) {
switch (wanted) {
case "value":
return readItem;
case "bytes":
return readBytes;
default:
return readInto(wanted);
}
}
function drain(ring) {
for (; ; ) {
const got = ring.tryGet(readToClose);
if (got === EMPTY || got === GONE || got === BUSY) return;
if (isLeft(got)) got.discard(closeAtOnce).catch(() => {
});
}
}
var readToClose = (bytes, start, stop, kind) => {
if (kind === LEFT) return readItem(bytes, start, stop, kind);
if (start < stop && codec.hasPlaceholders(bytes, start)) {
unpack(bytes.slice(start, stop), closeAtOnce);
}
return null;
};
var closeAtOnce = (handle) => {
if (handle.kind === "connection") {
rehydrateAny(handle)[Symbol.dispose]();
}
return null;
};
var RingTransport = class {
readable;
writable;
#memory;
#end;
#in;
#out;
#senders = new AsyncMutex();
#receivers = new AsyncMutex();
#closing = new AbortController();
#passed = 0;
#place;
constructor(memory, end, place) {
const incoming = memory.rings[otherEnd(end)];
const outgoing = memory.rings[end];
this.#memory = memory;
this.#end = end;
this.readable = incoming !== null;
this.writable = outgoing !== null;
this.#in = incoming;
this.#out = outgoing;
this.#place = place;
if (place !== null) dropped.register(this, {
memory,
place
}, this);
}
sendSync(form, content, limit) {
this.#memory.lookAgain();
const message = this.#sendAtOnce(form, content);
if (typeof message === "string") return message;
return this.#settling(message, (item) => sentBy(this.#out.putSync(item, limit)));
}
async send(form, content, limit) {
limit.signal?.throwIfAborted();
this.#memory.lookAgain();
const isAtOnce = this.#senders.isFree && !this.#mustTurn(this.#out);
const message = isAtOnce ? this.#sendAtOnce(form, content) : this.#encoded(form, content);
if (typeof message === "string") return message;
let sent = "broken";
try {
sent = await this.#inTurn(this.#senders, this.#out, limit, async (until) => sentBy(await this.#out.put(message.item, until)));
if (sent === "late") limit.signal?.throwIfAborted();
return sent;
} finally {
this.#settle(message, sent);
}
}
#sendAtOnce(form, content) {
const outcome = form === "bytes" ? this.#sendBytes(content) : this.#encode(content);
if (outcome === null) return this.#encoded(form, content);
return typeof outcome === "string" ? sentBy(outcome) : {
item: outcome,
tickets: NO_TICKETS
};
}
#sendBytes(bytes) {
return this.#putOrKeep(bytes, bytes.length, kindOfBytes(bytes));
}
#putOrKeep = (content, length, kind = itemKindOf(content)) => {
checkLength(length);
const outcome = this.#out.tryPut(content, length, kind);
return outcome === "done" || outcome === "shut" ? outcome : keepItem(content, length, kind);
};
#encode(value) {
try {
return codec.encodeTo(value, this.#putOrKeep);
} catch {
return null;
}
}
#encoded(form, content) {
if (form === "bytes") {
const bytes = content;
const item2 = keepItem(bytes, bytes.length, kindOfBytes(bytes));
return {
item: item2,
tickets: NO_TICKETS
};
}
const { block } = this.#out;
const delivery = new TrackedDelivery();
const item = delivery.make(() => encodeItem(content, block, void 0, keepItem, "message", delivery));
const { tickets } = delivery;
if (tickets.length > 0 || item.kind === LEFT) this.#memory.carry(this.#out);
return {
item,
tickets
};
}
#settling(message, put) {
let sent = "broken";
try {
return sent = put(message.item);
} finally {
this.#settle(message, sent);
}
}
#settle({ item, tickets }, sent) {
if (sent !== "sent") dropItem(item);
if (tickets.length === 0) return;
if (sent === "sent") {
return this.#memory.posted(tickets, otherEnd(this.#end));
}
for (const ticket of tickets) ticket.lost();
}
receiveSync(wanted, limit) {
const read = readerFor(wanted);
const got = this.#in.getSync(read, limit);
const last = got === EMPTY ? this.#lastLook(read) : got;
if (!isLeft(last)) return answerOf(last);
refuseBytes(wanted);
return last.fetchSync();
}
async receive(wanted, limit) {
limit.signal?.throwIfAborted();
const read = readerFor(wanted);
const first = this.#getAtOnce(read);
const got = first === EMPTY ? await this.#getInRow(read, limit) : first;
if (!isLeft(got)) return answerOf(got);
refuseBytes(wanted);
return await got.fetch();
}
#getAtOnce(read) {
if (!this.#receivers.isFree || this.#mustTurn(this.#in)) return EMPTY;
const got = this.#in.tryGet(read);
return got === BUSY ? EMPTY : got;
}
async #getInRow(read, limit) {
const get = (until) => this.#in.get(read, until);
const got = await this.#inTurn(this.#receivers, this.#in, limit, get);
if (got === "broken") return GONE;
if (got !== EMPTY && got !== "late") return got;
limit.signal?.throwIfAborted();
return this.#lastLook(read);
}
#lastLook(read) {
if (this.#place === null) return GONE;
this.#memory.lookAgain();
const got = this.#in.tryGet(read);
return got === BUSY ? EMPTY : got;
}
pollSync(limit) {
return this.#hasNews || this.#in.readySync(limit) || this.#hasLateNews;
}
async poll(limit) {
limit.signal?.throwIfAborted();
if (this.#hasNews) return true;
const { turn } = this.#in;
if (limit.deadline <= performance.now()) {
turn.owe();
await turn.give(limit.signal);
return this.#hasLateNews;
}
const isReady = await this.#in.ready(this.#until(limit));
if (!isReady) limit.signal?.throwIfAborted();
return isReady || this.#hasLateNews;
}
get #hasNews() {
return this.#in.isShut || this.#in.count > 0;
}
get #hasLateNews() {
this.#memory.lookAgain();
return this.#hasNews;
}
#mustTurn(ring) {
return ring.turn.isOwed || ++this.#passed > MESSAGES_PER_TURN;
}
async #inTurn(mutex, { turn }, limit, wait) {
const until = this.#until(limit);
try {
const leave = await mutex.lock(until);
if (leave === null) return "late";
try {
if (this.#passed > MESSAGES_PER_TURN) turn.owe();
if (turn.isOwed) await turn.give(until.signal);
this.#passed = 0;
return await wait(until);
} finally {
leave();
}
} catch (error) {
if (error !== CLOSED) throw error;
return "broken";
}
}
#until({ deadline, signal }) {
const closing = this.#closing.signal;
return {
deadline,
signal: signal === void 0 ? closing : AbortSignal.any([
signal,
closing
])
};
}
handle(destination, delivery) {
return this.#memory.handle(this.#end, destination, delivery);
}
close() {
this.#closing.abort(CLOSED);
const place = this.#place;
if (place === null) return;
this.#place = null;
dropped.unregister(this);
this.#memory.leave(place);
}
};
var CLOSED = Symbol("multiprocessing.closed");
var dropped = new FinalizationRegistry(({ memory, place }) => memory.leave(place));
function kindOfBytes(bytes) {
return bytes.length > COPIED_MAX_BYTES ? IN_PLACE : itemKindOf(bytes);
}
function sentBy(putting) {
switch (putting) {
case "done":
return "sent";
case "full":
return "late";
case "shut":
return "broken";
}
}
function answerOf(got) {
return got === GONE ? END : got === EMPTY ? LATE : got;
}
function refuseBytes(wanted) {
if (wanted === "value") return;
throw new ConnectionError("Cannot receive this message as bytes as it holds what only threads share: call recv()");
}
return { RingTransport: RingTransport, drain: drain };
}
var $_ns_ring_transport = {
get RingTransport() { return $_ring_transport().RingTransport; },
get drain() { return $_ring_transport().drain; },
};
var $_made_shared_by_pipe_memory_and_ring_transport;
function $_shared_by_pipe_memory_and_ring_transport() { return $_made_shared_by_pipe_memory_and_ring_transport ??= $_make_shared_by_pipe_memory_and_ring_transport(); }
function $_make_shared_by_pipe_memory_and_ring_transport() {
const ConnectionError = $_ConnectionError;
const giveBack = $_giveBack, take = $_take;
const FOREVER = $_FOREVER, patient = $_patient, runNow = $_runNow, StepRunner = $_StepRunner;
// lib/channel/pipe/pipe_ends.ts
function otherEnd(end) {
return end === 0 ? 1 : 0;
}
var HOLDERS_MAX = 256;
var OVER = 4;
var SERIALS = 6;
var PLACES = 8;
var WORDS_PER_PLACE = 6;
var ENDS_BYTES = 4 * (PLACES + 2 * HOLDERS_MAX * WORDS_PER_PLACE);
var HOLDER = 0;
var SERIAL = 1;
var AIM = 2;
var NAME = 3;
var SENDER = 0;
var ADDRESSEE = 1;
var ANYBODY = 2;
var Ends = class {
block;
#words;
#self = {
me: 0
};
#runner;
constructor(block) {
this.block = block;
this.#runner = new StepRunner(block);
this.#bind();
block.onMove(() => {
const before = this.#self.me;
this.#bind();
this.#rename(before);
});
}
#bind() {
this.#words = this.block.int32;
this.#self.me = this.block.owner;
}
#rename(before) {
const words = this.#words;
for (let at = PLACES; at < words.length; at += WORDS_PER_PLACE) {
if (words[at + HOLDER] === before) words[at + HOLDER] = this.#self.me;
if (words[at + HOLDER] === -before) words[at + HOLDER] = -this.#self.me;
}
}
join(end) {
return this.#locked(() => {
if (this.#isOver(end)) return null;
const place = this.#freePlace(end);
this.#setHolder(place, this.#self.me);
return place;
});
}
hand(end) {
return this.#locked(() => {
const words = this.#words;
const place = this.#freePlace(end);
const serial = words[SERIALS] = words[SERIALS] + 1 | 0;
words[placeAt(place) + SERIAL] = serial;
words[placeAt(place) + AIM] = SENDER;
this.#setHolder(place, -this.#self.me);
return {
place,
serial
};
});
}
take(end, ticket) {
return this.#locked(() => {
if (this.#isOver(end) || !this.#isHanded(ticket)) return null;
this.#setHolder(ticket.place, this.#self.me);
return ticket.place;
});
}
aim(ticket, to) {
this.#locked(() => {
if (!this.#isHanded(ticket)) return;
const at = placeAt(ticket.place);
const isKnown = to !== null && to.place === this.block.place;
if (isKnown) this.#words.set(to.name, at + NAME);
this.#words[at + AIM] = isKnown ? ADDRESSEE : ANYBODY;
});
}
lose(ticket) {
this.#locked(() => {
if (this.#isHanded(ticket)) this.#setHolder(ticket.place, 0);
});
}
leave(place) {
this.#locked(() => this.#setHolder(place, 0));
}
isOver(end) {
if (this.#isOver(end)) return true;
if (this.#isHeld(end)) return false;
return this.#locked(() => {
if (this.#isHeld(end)) return false;
Atomics.store(this.#words, OVER + end, 1);
return true;
});
}
holderOf(end) {
for (const place of placesOf(end)) {
const holder = this.#holder(place);
if (holder <= 0 || !this.#isAlive(holder)) continue;
return this.block.addresseeOf(holder);
}
return null;
}
#locked(change) {
this.#runner.runSync(patient(take(this.#self)), FOREVER);
try {
return change();
} finally {
runNow(this.block, giveBack());
}
}
#isOver(end) {
return Atomics.load(this.#words, OVER + end) !== 0;
}
#isHeld(end) {
for (const place of placesOf(end)) if (this.#counts(place)) return true;
return false;
}
#counts(place) {
const holder = this.#holder(place);
if (holder === 0) return false;
if (holder > 0) return this.#isAlive(holder);
const at = placeAt(place);
switch (Atomics.load(this.#words, at + AIM)) {
case SENDER:
return this.#isAlive(-holder);
case ADDRESSEE: {
const [one, two, three] = this.#words.subarray(at + NAME);
return this.block.isAlive([
one,
two,
three
]);
}
default:
return true;
}
}
#isAlive(holder) {
return holder === this.#self.me || this.block.isOwnerAlive(holder);
}
#isHanded({ place, serial }) {
return this.#holder(place) < 0 && this.#words[placeAt(place) + SERIAL] === serial;
}
#holder(place) {
return Atomics.load(this.#words, placeAt(place) + HOLDER);
}
#setHolder(place, holder) {
Atomics.store(this.#words, placeAt(place) + HOLDER, holder);
}
#freePlace(end) {
for (const place of placesOf(end)) {
if (this.#holder(place) === 0) return place;
}
for (const place of placesOf(end)) if (!this.#counts(place)) return place;
throw new ConnectionError(`Cannot share the connection as at most ${HOLDERS_MAX} may hold one end at once: close unused ones`);
}
};
function placeAt(place) {
return PLACES + place * WORDS_PER_PLACE;
}
function* placesOf(end) {
for (let n = 0; n < HOLDERS_MAX; n++) yield end * HOLDERS_MAX + n;
}
return { otherEnd: otherEnd, ENDS_BYTES: ENDS_BYTES, Ends: Ends };
}
var $_made_ring_backend;
function $_ring_backend() { return $_made_ring_backend ??= $_make_ring_backend(); }
function $_make_ring_backend() {
const { checkLength: checkLength, dropItem: dropItem, encodeItem: encodeItem, isLeft: isLeft, itemKindOf: itemKindOf, keepItem: keepItem, readItem: readItem } = $_shared_by_ring_transport_and_ring_backend();
const { Ring: Ring, formatRing: formatRing, ringBlock: ringBlock } = $_shared_by_pipe_memory_and_ring_transport_and_ring_backend();
const SharedMemoryError = $_SharedMemoryError, UnsupportedError = $_UnsupportedError;
const Block = $_Block;
const FOREVER = $_FOREVER, limitOf = $_limitOf;
const AsyncMutex = $_AsyncMutex;
const AT_ONCE = $_AT_ONCE;
const relays = $_ns_relay;
const BUSY = $_BUSY, EMPTY = $_EMPTY;
// lib/channel/queue/ring_backend.ts
var STREAK_MAX = 256;
var RingBackend = class _RingBackend {
#ring;
#putters = new AsyncMutex();
#getters = new AsyncMutex();
#streak = 0;
#putOrKeep;
#putOrWait;
#limit = AT_ONCE;
#isShared;
#isRelayed = false;
constructor(block, isShared) {
this.#isShared = isShared;
const ring = this.#ring = new Ring(block);
this.#putOrKeep = (content, length, kind = itemKindOf(content)) => {
checkLength(length);
const outcome = ring.tryPut(content, length, kind);
return outcome === "done" || outcome === "shut" ? outcome : keepItem(content, length, kind);
};
this.#putOrWait = (bytes, length, kind = itemKindOf(bytes)) => {
checkLength(length);
const limit = this.#limit;
const outcome = ring.tryPut(bytes, length, kind);
if (outcome === "done" || outcome === "shut") return outcome;
if (outcome === "full" && limit === AT_ONCE) return outcome;
if (outcome === "full") this.#refuseDeadlock("put", limit);
return ring.putSync({
bytes,
length,
kind
}, patientAtLocks(limit));
};
}
static make(options, place) {
const block = ringBlock(place);
formatRing(block, options);
return new _RingBackend(block, false);
}
static attach(handle) {
return new _RingBackend(Block.attach(handle), true);
}
get key() {
return this.#ring.block.key;
}
get isFar() {
return false;
}
get maxCount() {
return this.#ring.maxCount;
}
get count() {
return this.#ring.count;
}
get isShut() {
return this.#ring.isShut;
}
put(value, limit, transfer) {
const isNow = this.#putters.isFree && ++this.#streak < STREAK_MAX;
const sink = isNow ? this.#putOrKeep : keepItem;
const outcome = encodeItem(value, this.#ring.block, transfer, sink);
return typeof outcome === "string" ? outcome : this.#putInRow(outcome, patientAtLocks(limit));
}
async #putInRow(item, limit) {
const put = () => this.#ring.put(item, limit);
let outcome = "full";
try {
return outcome = await this.#putters.run(limit, "full", () => this.#politely(put));
} finally {
if (outcome !== "done") dropItem(item);
}
}
#politely(act) {
if (this.#streak < STREAK_MAX) return act();
this.#streak = 0;
return new Promise((resolve) => setImmediate(resolve)).then(act);
}
putSync(value, limit, transfer) {
if (limit === AT_ONCE) {
if (!this.#putters.isFree) return "full";
const isGiving = transfer !== void 0 && !this.isShut;
if (isGiving && this.count >= this.maxCount) return "full";
}
this.#limit = limit;
return encodeItem(value, this.#ring.block, transfer, this.#putOrWait);
}
async putBack(value) {
const { block } = this.#ring;
const kept = encodeItem(value, block, void 0, keepItem);
const item = {
...kept,
isBack: true
};
const outcome = await this.#ring.put(item, FOREVER);
if (outcome === "done") this.taskDone();
else dropItem(item);
}
get(limit) {
if (this.#getters.isFree && ++this.#streak < STREAK_MAX) {
const got = this.#ring.tryGet(readItem);
if (got !== EMPTY && got !== BUSY) return isLeft(got) ? got.fetch() : got;
}
return this.#getInRow(patientAtLocks(limit));
}
async #getInRow(limit) {
const get = () => this.#ring.get(readItem, limit);
const got = await this.#getters.run(limit, EMPTY, () => this.#politely(get));
return isLeft(got) ? await got.fetch() : got;
}
getSync(limit) {
const ring = this.#ring;
let got = ring.tryGet(readItem);
if (got === EMPTY) this.#refuseDeadlock("get", limit);
if (got === BUSY || got === EMPTY && limit !== AT_ONCE) {
got = ring.getSync(readItem, patientAtLocks(limit));
}
return isLeft(got) ? got.fetchSync() : got;
}
ready(limit) {
return this.#ring.ready(limit);
}
taskDone() {
return this.#ring.taskDone();
}
allDone(limit) {
return this.#ring.allDone(limit);
}
allDoneSync(limit) {
if (this.#ring.allDoneSync(AT_ONCE)) return true;
this.#refuseDeadlock("join", limit);
return this.#ring.allDoneSync(limit);
}
#refuseDeadlock(verb, { deadline }) {
if (deadline < Infinity || this.#isShared || !this.#isRelayed) return;
throw new UnsupportedError(`Cannot wait in ${verb}Sync() as only processes that reach this queue through the event loop of this one could end the wait: await ${verb}(), or give a timeout`);
}
shut(dropped) {
this.#ring.shut(dropped);
}
handle(destination, form, delivery) {
try {
const block = this.#ring.block.handle(destination, delivery);
this.#isShared = true;
return {
kind: "queue",
form,
block
};
} catch (error) {
if (!(error instanceof SharedMemoryError)) throw error;
this.#isRelayed = true;
return relays.giveRelay(this, form, delivery);
}
}
};
function patientAtLocks(limit) {
return limit === AT_ONCE ? limitOf(0) : limit;
}
return { RingBackend: RingBackend };
}
var $_ns_ring_backend = {
get RingBackend() { return $_ring_backend().RingBackend; },
};
var $_made_shared_by_ring_transport_and_ring_backend;
function $_shared_by_ring_transport_and_ring_backend() { return $_made_shared_by_ring_transport_and_ring_backend ??= $_make_shared_by_ring_transport_and_ring_backend(); }
function $_make_shared_by_ring_transport_and_ring_backend() {
const { IN_PLACE: IN_PLACE, RECORD_LIMIT: RECORD_LIMIT } = $_shared_by_pipe_memory_and_ring_transport_and_ring_backend();
const { deposit: deposit, discard: discard, fetch: fetch, fetchSync: fetchSync } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor();
const EncodingError = $_EncodingError, ProcessError = $_ProcessError;
const codec = $_ns_codec;
const rehydrateAny = $_rehydrateAny, UNTRACKED = $_UNTRACKED;
const pack = $_pack, unpack = $_unpack;
const giveAway = $_giveAway, refusedEntry = $_refusedEntry;
// lib/channel/ring/ring_items.ts
var VALUE = 1;
var PLACEHOLDERS = 2;
var LEFT = 3;
var LARGE = IN_PLACE + 1;
function itemKindOf(content) {
return typeof content === "function" ? LARGE : VALUE;
}
function checkLength(length) {
if (length <= RECORD_LIMIT) return;
throw new EncodingError("item", `too large: ${length} bytes, and at most ${RECORD_LIMIT} are taken; send parts of it`);
}
function keepItem(content, length, kind = itemKindOf(content)) {
checkLength(length);
return {
bytes: codec.copied(content, length),
length,
kind
};
}
function dropItem({ bytes, kind }) {
if (kind === LEFT) discard(numberIn(bytes));
}
function encodeItem(value, block, transfer, sink, path = "item", delivery = UNTRACKED) {
const moves = transfer !== void 0 && transfer.length > 0;
const into = moves ? giving(sink, transfer) : sink;
try {
return codec.encodeTo(value, into);
} catch (failure) {
if (failure instanceof ProcessError || failure instanceof EncodingError) {
throw failure;
}
return sinkOther(value, block, transfer, into, path, delivery);
}
}
function giving(sink, transfer) {
return (content, length, kind = itemKindOf(content)) => {
if (kind === LEFT) return sink(content, length, kind);
const write = (target, at) => {
if (typeof content === "function") content(target, at);
else target.set(content.subarray(0, length), at);
giveAway(transfer);
};
return sink(write, length, kind);
};
}
function sinkOther(value, block, transfer, sink, path, delivery) {
if (block.place === "mapped") {
return sinkBytes(pack(value, "process", path, void 0, delivery), sink);
}
const content = pack(value, "isolate", path, transfer, delivery);
const bytes = bytesOf(content);
return bytes === null ? sinkLeft(content, block, transfer, sink) : sinkBytes(bytes, sink);
}
function bytesOf({ value, placeholders }) {
try {
return placeholders === null ? codec.encode(value) : codec.encode(placeholders, "placeholders");
} catch {
return null;
}
}
function sinkBytes(bytes, sink) {
return sink(bytes, bytes.length, codec.hasPlaceholders(bytes) ? PLACEHOLDERS : VALUE);
}
function sinkLeft(content, block, transfer, sink) {
block.handle("isolate");
const number = depositAll(content, transfer ?? []);
const bytes = new Uint8Array(Float64Array.of(number).buffer);
const taken = sink(bytes, bytes.length, LEFT);
if (taken === "full" || taken === "shut") discard(number);
return taken;
}
function depositAll(content, transfer) {
try {
return deposit(content, transfer);
} catch (error) {
throw refusedEntry(transfer, error.cause) ?? error;
}
}
var Left = class {
#number;
constructor(number) {
this.#number = number;
}
async discard(rehydrate) {
unpack(await fetch(this.#number), rehydrate);
}
async fetch() {
return unpack(await fetch(this.#number), rehydrateAny);
}
fetchSync() {
return unpack(fetchSync(this.#number), rehydrateAny);
}
};
function numberIn(bytes, at = 0) {
return new DataView(bytes.buffer, bytes.byteOffset + at).getFloat64(0, true);
}
function readItem(bytes, start, stop, kind) {
switch (kind) {
case PLACEHOLDERS:
return unpack(bytes.slice(start, stop), rehydrateAny);
case LEFT:
return new Left(numberIn(bytes, start));
default:
return codec.decode(bytes, start, stop);
}
}
function isLeft(read) {
return read instanceof Left;
}
return { LEFT: LEFT, itemKindOf: itemKindOf, checkLength: checkLength, keepItem: keepItem, dropItem: dropItem, encodeItem: encodeItem, readItem: readItem, isLeft: isLeft };
}
var $_made_shared_by_pipe_memory_and_ring_transport_and_ring_backend;
function $_shared_by_pipe_memory_and_ring_transport_and_ring_backend() { return $_made_shared_by_pipe_memory_and_ring_transport_and_ring_backend ??= $_make_shared_by_pipe_memory_and_ring_transport_and_ring_backend(); }
function $_make_shared_by_pipe_memory_and_ring_transport_and_ring_backend() {
const Block = $_Block;
const wake = $_wake;
const FREE = $_FREE, giveBack = $_giveBack, take = $_take, WORD = $_WORD;
const briefAt = $_briefAt, CHECK_LIVENESS = $_CHECK_LIVENESS, GIVE_UP2 = $_GIVE_UP, runNow = $_runNow, sleep2 = $_sleep, sleepDeep = $_sleepDeep, StepRunner = $_StepRunner;
const Fairness = $_Fairness;
const COUNT_LIMIT = $_COUNT_LIMIT, COUNT_SHIFT = $_COUNT_SHIFT;
const GIVE_UP = $_GIVE_UP, load = $_load, or = $_or, sleep = $_sleep, swap = $_swap, WAKE_ALL = $_WAKE_ALL, wakeUp = $_wakeUp;
const BUSY = $_BUSY, BYTES_LIMIT = $_BYTES_LIMIT, COUNT_LIMIT2 = $_COUNT_LIMIT, EMPTY = $_EMPTY, GONE = $_GONE;
// lib/channel/ring/ring.ts
var PUT_LOCK = 0;
var TAIL = 4;
var CAPACITY = 6;
var WRAP = 7;
var PUTS = 16;
var GET_LOCK = 32;
var HEAD = 36;
var GETS = 48;
var DONE = 64;
var COUNT_MAX = 80;
var UNITS_MAX = 81;
var OWN_WORDS = 96;
var DATA_BYTE = 512;
var RING_MARK = 1;
var SHUT = 2;
var DROPPED = 4;
var ONE = 8;
function countOf(word) {
return word >>> COUNT_SHIFT;
}
function countBetween(ahead, behind) {
return (ahead >>> COUNT_SHIFT) - (behind >>> COUNT_SHIFT) & COUNT_LIMIT;
}
function placeFor(word) {
return word >>> COUNT_SHIFT & 1;
}
function oneMore(word) {
return (word & ~RING_MARK) + ONE | 0;
}
function* change(at, seen) {
for (; ; ) {
const now = yield load(at);
if ((now & ~RING_MARK) !== (seen & ~RING_MARK)) return true;
const marked = now | RING_MARK;
if (now !== marked && (yield swap(at, now, marked)) !== now) continue;
if ((yield sleep(at, marked)) === GIVE_UP) return false;
}
}
function* shut(dropped) {
yield or(PUTS, SHUT);
yield or(GETS, dropped ? SHUT | DROPPED : SHUT);
yield or(DONE, SHUT);
for (const at of [
PUTS,
GETS,
DONE
]) yield wakeUp(at, WAKE_ALL);
}
function* undone(done) {
const gets = yield load(GETS);
if ((gets & DROPPED) === 0) return countBetween(yield load(PUTS), done);
const left = countBetween(gets, done);
return left > COUNT_LIMIT / 2 ? 0 : left;
}
function* taskDone() {
for (; ; ) {
const done = yield load(DONE);
const left = yield* undone(done);
if (left === 0) return false;
const next = left === 1 ? oneMore(done) : done + ONE | 0;
if ((yield swap(DONE, done, next)) !== done) continue;
if (left === 1) yield wakeUp(DONE, WAKE_ALL);
return true;
}
}
function* allDone() {
for (; ; ) {
const done = yield load(DONE);
if ((yield* undone(done)) === 0) return true;
if (yield* change(DONE, done)) continue;
return (yield* undone(yield load(DONE))) === 0;
}
}
// lib/channel/ring/ring.ts
var NOWHERE = -1;
function placeOf(units, tail, head, capacity) {
if (tail < head) return tail + units < head ? tail : NOWHERE;
if (tail + units < capacity) return tail;
return units < head ? 0 : NOWHERE;
}
function reachFor(units, tail, isEmpty, limit) {
const reach = tail + units + 1;
return reach <= limit || isEmpty ? reach : NOWHERE;
}
function grownTo(reach, capacity, limit) {
return Math.min(limit, Math.max(2 * capacity, reach));
}
// lib/channel/ring/ring.ts
var FIRST_BYTES = 64 * 1024;
var RESERVE_BYTES = 2 ** 31;
var RECORD_LIMIT = 2 ** 30 - 2 ** 16;
var SMALL_BYTES = 1024;
var SMALL_PUT_BYTES = 512;
var WRAPPED = -1;
var IN_THE_WAY = -2;
var LOOKS = 600;
var LOCK_LOOKS = 200;
var TRIAL_MASK = 511;
var DATA_WORD = DATA_BYTE / 4;
var IN_PLACE = 256;
function ringBlock(place = "local") {
return Block.reserve(DATA_BYTE + FIRST_BYTES, RESERVE_BYTES, place);
}
function formatRing(block, options = {}) {
const { maxCount = COUNT_LIMIT2, maxBytes = BYTES_LIMIT } = options;
const words = block.int32;
words[COUNT_MAX] = Math.min(maxCount, COUNT_LIMIT2);
words[UNITS_MAX] = maxBytes >>> 3;
words[CAPACITY] = Math.min(FIRST_BYTES, maxBytes) >>> 3;
}
var small = new Int32Array(SMALL_BYTES / 4);
var smallBytes = new Uint8Array(small.buffer);
var KEPT_BYTES = 1 << 20;
var lastBuffer = null;
var lastWords = small;
function wordsOf({ buffer, byteOffset }) {
if (byteOffset !== 0) return null;
if (buffer === lastBuffer) return lastWords;
if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > KEPT_BYTES) {
return null;
}
lastWords = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
lastBuffer = buffer;
return lastWords;
}
var Ring = class {
block;
turn = new Fairness();
onLook = null;
#words;
#bytes;
#maxCount;
#self = {
me: 0
};
#runner;
#seenPuts = 0;
#seenGets = 0;
#headSeen = 0;
#seenFor = -1;
#putsKnown = 0;
#hasBoth = false;
#before = 0;
#looks = LOOKS;
#waits = 0;
#waiting = 0;
constructor(block) {
this.block = block;
this.#runner = new StepRunner(block);
this.#bind();
block.onMove(() => this.#bind());
}
#bind() {
const { block } = this;
const words = this.#words = block.int32;
this.#bytes = new Uint8Array(block.buffer, block.byteOffset, 4 * words.length);
this.#self.me = block.owner;
this.#maxCount = this.#words[COUNT_MAX];
}
#see(unit) {
const end = DATA_BYTE + 8 * (unit + 1);
if (end <= this.#bytes.length) return;
this.block.grow(end);
this.#bind();
}
get ownWords() {
return this.block.part(4 * OWN_WORDS, DATA_BYTE - 4 * OWN_WORDS);
}
#enter(lock) {
const words = this.#words;
const { me } = this.#self;
const at = lock + WORD;
if (Atomics.compareExchange(words, at, FREE, me) === FREE) return true;
for (let looks = 0; looks < LOCK_LOOKS; looks++) {
Atomics.pause();
if (Atomics.load(words, at) !== FREE) continue;
if (Atomics.compareExchange(words, at, FREE, me) === FREE) return true;
}
return false;
}
#leave(lock) {
const { me } = this.#self;
const at = lock + WORD;
if (Atomics.compareExchange(this.#words, at, me, FREE) === me) return;
runNow(this.block, briefAt(lock, giveBack()));
}
*#entering(lock) {
return (yield* briefAt(lock, take(this.#self))) !== "left";
}
#wake(at) {
wake(this.block, at, 1);
if (this.#waiting > 0) this.turn.owe();
}
tryPut(bytes, length, kind) {
if (!this.#enter(PUT_LOCK)) return BUSY;
return this.#putInside(bytes, length, kind);
}
putSync(item, limit) {
const first = this.tryPut(item.bytes, item.length, item.kind);
if (first === "done" || first === "shut") return first;
if (first === "full") this.#spinOn(GETS, this.#seenGets);
return this.#runner.runSync(this.#putting(item), limit);
}
put(item, limit) {
return this.#runAsync(this.#putting(item), limit);
}
*#putting({ bytes, length, kind, isBack = false }) {
for (let hasSlept = false; ; ) {
if (!this.#enter(PUT_LOCK) && !(yield* this.#entering(PUT_LOCK))) {
return "full";
}
const outcome = this.#putInside(bytes, length, kind, isBack);
if (outcome === BUSY) {
if (!this.#enter(GET_LOCK) && !(yield* this.#entering(GET_LOCK))) {
return "full";
}
this.#leave(GET_LOCK);
continue;
}
if (outcome !== "full") {
if (hasSlept) this.#passOn(GETS);
return outcome;
}
const marked = this.#mark(GETS, this.#seenGets);
if (marked === null) continue;
hasSlept = true;
if (!this.#lookUp(yield this.#sleep(GETS, marked))) return "full";
}
}
#putInside(bytes, length, kind, isBack = false) {
let outcome;
try {
outcome = this.#putLocked(bytes, length, kind, isBack);
} finally {
if (this.#hasBoth) this.#leave(GET_LOCK);
this.#hasBoth = false;
this.#leave(PUT_LOCK);
}
if (outcome === "done" && (this.#before & RING_MARK) !== 0) {
this.#wake(PUTS);
}
return outcome;
}
#putLocked(bytes, length, kind, isBack) {
const puts = Atomics.load(this.#words, PUTS);
const isOver = isBack ? this.isDropped : (puts & SHUT) !== 0;
if (isOver) return "shut";
const units = 1 + (length + 7 >>> 3);
const place = this.#placeFor(units, puts);
if (place < 0) {
return place === NOWHERE ? this.#fullOrShut(isBack) : BUSY;
}
this.#see(place + units);
const words = this.#words;
const record = DATA_WORD + 2 * place;
words[record] = length;
words[record + 1] = kind;
if (typeof bytes === "function") bytes(this.#bytes, 4 * record + 8);
else this.#fill(record + 2, bytes, length);
words[TAIL + 1 - placeFor(puts)] = place + units;
if (!this.#commit(PUTS, puts, isBack ? 0 : SHUT)) return "shut";
this.#seenFor = countOf(oneMore(puts));
return "done";
}
#fullOrShut(isBack) {
const end = isBack ? DROPPED : SHUT;
return (this.#seenGets & end) !== 0 ? "shut" : "full";
}
#fill(at, bytes, length) {
const from = length <= SMALL_PUT_BYTES ? wordsOf(bytes) : null;
const count = length + 3 >>> 2;
if (from === null || count > from.length) {
this.#bytes.set(bytes.subarray(0, length), 4 * at);
return;
}
const words = this.#words;
const whole = length >>> 2;
for (let i = 0; i < whole; i++) words[at + i] = from[i];
if (whole === count) return;
words[at + whole] = from[whole] & (1 << 8 * (length & 3)) - 1;
}
#commit(at, word, stop) {
for (let seen = word; ; ) {
const next = oneMore(seen);
const found = Atomics.compareExchange(this.#words, at, seen, next);
if (found === seen) {
this.#before = seen;
return true;
}
if ((found & stop) !== 0) return false;
seen = found;
}
}
#placeFor(units, puts) {
const seen = countOf(puts) === this.#seenFor ? this.#placeAsSeen(units, puts) : NOWHERE;
if (seen !== NOWHERE) return seen;
const gets = this.#seenGets = this.#stableGets();
const place = this.#placeAsSeen(units, puts);
if (place !== NOWHERE) return place;
const count = countBetween(puts, gets);
if (count >= this.#maxCount) return NOWHERE;
const tail = this.#words[TAIL + placeFor(puts)];
return tail < this.#headSeen ? this.#unwrap(units, tail, puts) : this.#grow(units, tail, count === 0);
}
#placeAsSeen(units, puts) {
if (countBetween(puts, this.#seenGets) >= this.#maxCount) return NOWHERE;
const words = this.#words;
const head = this.#headSeen;
const tail = words[TAIL + placeFor(puts)];
const place = placeOf(units, tail, head, words[CAPACITY]);
if (place !== NOWHERE && place < tail && tail >= head) this.#wrapAt(tail);
return place;
}
#stableGets() {
const words = this.#words;
for (let gets = Atomics.load(words, GETS); ; ) {
const head = Atomics.load(words, HEAD + placeFor(gets));
const again = Atomics.load(words, GETS);
if (countBetween(again, gets) === 0) {
this.#headSeen = head;
return again;
}
gets = again;
}
}
#wrapAt(tail) {
this.#see(tail);
this.#words[DATA_WORD + 2 * tail] = WRAPPED;
this.#words[WRAP] = tail;
}
#grow(units, tail, isEmpty) {
const limit = this.#words[UNITS_MAX];
const reach = reachFor(units, tail, isEmpty, limit);
if (reach === NOWHERE) return NOWHERE;
this.#reach(reach, limit);
return tail;
}
#reach(reach, limit) {
const capacity = this.#words[CAPACITY];
if (reach > limit || reach <= capacity) return this.#see(reach - 1);
const grown = grownTo(reach, capacity, limit);
this.#see(grown - 1);
this.#words[CAPACITY] = grown;
}
#unwrap(units, tail, puts) {
const limit = this.#words[UNITS_MAX];
const to = this.#words[WRAP] + 1;
const reach = reachFor(units, to + tail, false, limit);
if (reach === NOWHERE) return NOWHERE;
if (!this.#hasBoth && !this.#enter(GET_LOCK)) return IN_THE_WAY;
this.#hasBoth = true;
this.#stableGets();
if (this.#headSeen <= tail) return this.#placeFor(units, puts);
this.#reach(reach, limit);
const start = DATA_BYTE + 8 * to;
this.#bytes.copyWithin(start, DATA_BYTE, DATA_BYTE + 8 * tail);
return to + tail;
}
tryGet(read) {
const nothing = this.#nothing();
if (nothing !== null) return nothing;
if (!this.#enter(GET_LOCK)) return BUSY;
return this.#getInside(read);
}
getSync(read, limit) {
let hasLooked = false;
for (let hasSlept = false; ; ) {
const got = this.#nothing() ?? this.#tryGetOrPass(read, hasSlept);
if (got === BUSY) break;
if (got !== EMPTY) return got;
if (!hasLooked && this.#spinOn(PUTS, this.#seenPuts)) {
hasLooked = true;
continue;
}
const marked = this.#mark(PUTS, this.#seenPuts);
if (marked === null) continue;
hasSlept = true;
const step = this.#sleep(PUTS, marked);
if (!this.#lookUp(this.#runner.sleepSync(step, limit))) return EMPTY;
}
return this.#runner.runSync(this.#getting(read), limit);
}
get(read, limit) {
return this.#runAsync(this.#getting(read), limit);
}
*#getting(read) {
for (let hasSlept = false; ; ) {
const nothing = this.#nothing();
if (nothing === null && !this.#enter(GET_LOCK) && !(yield* this.#entering(GET_LOCK))) return EMPTY;
const got = nothing ?? this.#getOrPass(read, hasSlept);
if (got !== EMPTY) return got;
const marked = this.#mark(PUTS, this.#seenPuts);
if (marked === null) continue;
hasSlept = true;
if (!this.#lookUp(yield this.#sleep(PUTS, marked))) return EMPTY;
}
}
#tryGetOrPass(read, hasSlept) {
if (this.#enter(GET_LOCK)) return this.#getOrPass(read, hasSlept);
if (hasSlept) this.#passOn(PUTS);
return BUSY;
}
#getOrPass(read, hasSlept) {
let isDone = true;
try {
const got = this.#getInside(read);
isDone = got !== EMPTY;
return got;
} finally {
if (hasSlept && isDone) this.#passOn(PUTS);
}
}
#nothing() {
const gets = Atomics.load(this.#words, GETS);
if ((gets & DROPPED) !== 0) return GONE;
const known = countBetween(this.#putsKnown, gets);
if (known !== 0 && known <= COUNT_LIMIT2 / 2) return null;
const puts = this.#putsKnown = Atomics.load(this.#words, PUTS);
if (countBetween(puts, gets) !== 0) return null;
this.#seenPuts = puts;
return (puts & SHUT) !== 0 ? GONE : EMPTY;
}
#getInside(read) {
let bytes = null;
let length = 0;
let kind = 0;
try {
const nothing = this.#nothing();
if (nothing !== null) return nothing;
const gets = Atomics.load(this.#words, GETS);
const head = this.#recordFor(gets);
const at = DATA_WORD + 2 * head;
length = this.#words[at];
kind = this.#words[at + 1];
const next = head + 1 + (length + 7 >>> 3);
this.#see(next - 1);
if (kind >= IN_PLACE) return this.#readInPlace(read, at, gets, next);
bytes = this.#copyOut(at + 2, length);
if (!this.#commitGet(gets, next)) return GONE;
} finally {
this.#leave(GET_LOCK);
}
if ((this.#before & RING_MARK) !== 0) this.#wake(GETS);
return read(bytes, 0, length, kind);
}
#readInPlace(read, at, gets, next) {
const start = 4 * at + 8;
const stop = start + this.#words[at];
let isGot = false;
let value;
try {
value = read(this.#bytes, start, stop, this.#words[at + 1]);
} finally {
isGot = this.#commitGet(gets, next);
if (isGot && (this.#before & RING_MARK) !== 0) this.#wake(GETS);
}
return isGot ? value : GONE;
}
#commitGet(gets, next) {
this.#words[HEAD + 1 - placeFor(gets)] = next;
return this.#commit(GETS, gets, DROPPED);
}
#recordFor(gets) {
const head = this.#words[HEAD + placeFor(gets)];
this.#see(head);
if (this.#words[DATA_WORD + 2 * head] !== WRAPPED) return head;
const isLast = this.#words[WRAP] === head && this.#tail() < head;
const record = isLast ? 0 : head + 1;
this.#see(record);
return record;
}
#tail() {
const words = this.#words;
for (let puts = Atomics.load(words, PUTS); ; ) {
const tail = Atomics.load(words, TAIL + placeFor(puts));
const again = Atomics.load(words, PUTS);
if (countBetween(again, puts) === 0) return tail;
puts = again;
}
}
#copyOut(word, length) {
if (length <= SMALL_BYTES) {
const words = this.#words;
const count = length + 3 >>> 2;
for (let i = 0; i < count; i++) small[i] = words[word + i];
return smallBytes;
}
const copy = new Uint8Array(length);
copy.set(this.#bytes.subarray(4 * word, 4 * word + length));
return copy;
}
ready(limit) {
return this.#runAsync(this.#lookingOut(), limit);
}
readySync(limit) {
return this.#runner.runSync(this.#lookingOut(), limit);
}
*#lookingOut() {
for (let hasSlept = false; ; ) {
if (this.#nothing() !== EMPTY) {
if (hasSlept) this.#passOn(PUTS);
return true;
}
const marked = this.#mark(PUTS, this.#seenPuts);
if (marked === null) continue;
hasSlept = true;
const isStill = this.#lookUp(yield this.#sleep(PUTS, marked));
if (!isStill) return this.#nothing() !== EMPTY;
}
}
#mark(at, seen) {
const words = this.#words;
for (; ; ) {
const now = Atomics.load(words, at);
if (((now ^ seen) & ~RING_MARK) !== 0) return null;
const marked = now | RING_MARK;
if (now === marked || Atomics.compareExchange(words, at, now, marked) === now) return marked;
}
}
#sleep(at, marked) {
return this.onLook === null ? sleepDeep(at, marked) : sleep2(at, marked);
}
#lookUp(outcome) {
if (outcome === CHECK_LIVENESS) this.onLook?.();
return outcome !== GIVE_UP2;
}
#passOn(at) {
const word = Atomics.or(this.#words, at, RING_MARK);
const isMore = at === GETS || countBetween(word, Atomics.load(this.#words, GETS)) > 0;
if (isMore) wake(this.block, at, 1);
}
#spinOn(at, seen) {
const isTrial = (++this.#waits & TRIAL_MASK) === 0;
const most = isTrial ? LOOKS : this.#looks;
for (let looked = 0; looked < most; looked++) {
if (((Atomics.load(this.#words, at) ^ seen) & ~RING_MARK) !== 0) {
this.#looks = LOOKS;
return true;
}
Atomics.pause();
}
if (!isTrial) this.#looks = most >>> 1;
return false;
}
async #runAsync(steps, limit) {
this.#waiting++;
try {
return await this.#runner.run(steps, limit);
} finally {
this.#waiting--;
}
}
shut(dropped) {
runNow(this.block, shut(dropped));
}
get isShut() {
return (Atomics.load(this.#words, PUTS) & SHUT) !== 0;
}
get isDropped() {
return (Atomics.load(this.#words, GETS) & DROPPED) !== 0;
}
get count() {
const words = this.#words;
for (let gets = Atomics.load(words, GETS); ; ) {
if ((gets & DROPPED) !== 0) return 0;
const puts = Atomics.load(words, PUTS);
const again = Atomics.load(words, GETS);
if (((again ^ gets) & ~RING_MARK) === 0) return countBetween(puts, gets);
gets = again;
}
}
get maxCount() {
return this.#maxCount;
}
taskDone() {
return runNow(this.block, taskDone());
}
allDone(limit) {
return this.#runAsync(allDone(), limit);
}
allDoneSync(limit) {
return this.#runner.runSync(allDone(), limit);
}
};
return { RECORD_LIMIT: RECORD_LIMIT, IN_PLACE: IN_PLACE, ringBlock: ringBlock, formatRing: formatRing, Ring: Ring };
}
var $_made_relay;
function $_relay() { return $_made_relay ??= $_make_relay(); }
function $_make_relay() {
const { decode: decode, encode: encode } = $_shared_by_relay_and_pool_parts_and_codec();
const { deposit: deposit, fetchSync: fetchSync } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor();
const unreachable = $_unreachable;
const ProcessError = $_ProcessError;
const limitOf = $_limitOf;
const mostOfChild2 = $_mostOfChild;
const rehydrateFrom = $_rehydrateFrom;
const pack2 = $_pack, unpack3 = $_unpack;
const parentPeer2 = $_parentPeer, receive = $_receive;
const AT_ONCE2 = $_AT_ONCE;
const UnsupportedError = $_UnsupportedError;
const settles = $_settles;
const LIVENESS_CHECK_MS2 = $_LIVENESS_CHECK_MS;
const prepareToBlock = $_prepareToBlock;
const canMapAt = $_canMapAt;
const FOREVER = $_FOREVER;
const hooks = $_hooks;
const rehydrateAny = $_rehydrateAny;
const pack = $_pack, unpack2 = $_unpack;
const giveAway = $_giveAway, mayBeRefused = $_mayBeRefused, refusedEntry = $_refusedEntry;
const parentPeer = $_parentPeer;
const AT_ONCE = $_AT_ONCE;
const isObject = $_isObject;
const mostOfChild = $_mostOfChild;
const mayHoldHandles = $_mayHoldHandles, unpack = $_unpack;
const Block = $_Block;
const waitSync = $_waitSync, wake = $_wake;
const LIVENESS_CHECK_MS = $_LIVENESS_CHECK_MS;
const renewOwnLiveness = $_renewOwnLiveness;
const unheld = $_unheld;
const EMPTY = $_EMPTY, GONE = $_GONE;
const EMPTY2 = $_EMPTY, GONE2 = $_GONE;
// lib/channel/relay/relay.ts
var STOPS_MAX = 1e3;
var NAME_MAX_LENGTH = 64;
function postRelayMessage(to, message, transfer) {
const body = to.destination === "isolate" ? {
form: "clone",
value: message,
placeholders: null
} : encode(message);
to.post("relay", body, transfer, mayHandOn(message));
}
function mayHandOn(message) {
return message.kind === "answer" && message.answer.kind === "item" && mayHoldHandles(message.answer.item);
}
function readAnswer(body) {
return unpack(body, (handle) => handle);
}
function readFromClient(body) {
const message = fieldsOf(unpack(body, (handle) => handle, mostOfChild(body)));
const { kind, link, number } = message;
switch (kind) {
case "open":
if (!isCount(link) || !isRoute(message["route"])) throw broken(kind);
return {
kind,
link,
route: message["route"]
};
case "ask": {
const { waiter } = message;
const isSound = isCount(link) && isCount(number) && (waiter === null || isObject(waiter));
if (!isSound) throw broken(kind);
const question = questionOf(message["question"]);
return {
kind,
link,
number,
question,
waiter
};
}
case "cancel":
case "took":
case "back":
if (!isCount(number)) throw broken(kind);
return {
kind,
number
};
default:
throw broken(String(kind));
}
}
function questionOf(value) {
const { kind, item, ms, dropped } = fieldsOf(value);
switch (kind) {
case "put":
if (isPacked(item) && isPatience(ms)) return {
kind,
item,
ms
};
break;
case "putBack":
if (isPacked(item)) return {
kind,
item
};
break;
case "get":
case "ready":
case "allDone":
if (isPatience(ms)) return {
kind,
ms
};
break;
case "taskDone":
case "look":
return {
kind
};
case "shut":
if (typeof dropped === "boolean") return {
kind,
dropped
};
break;
}
throw broken(`question ${String(kind)}`);
}
function isRoute(value) {
return Array.isArray(value) && value.length <= STOPS_MAX && value.every((stop) => isObject(stop) && "name" in stop && typeof stop.name === "string" && stop.name.length <= NAME_MAX_LENGTH);
}
function isPacked(value) {
if (value instanceof Uint8Array) return true;
const { form, placeholders } = fieldsOf(value);
return form === "clone" && (placeholders === null || isObject(placeholders));
}
function isPatience(value) {
return value === null || typeof value === "number" && value >= 0;
}
function isCount(value) {
return Number.isSafeInteger(value);
}
function fieldsOf(value) {
if (isObject(value)) return value;
throw broken(typeof value);
}
function broken(what) {
return new RangeError(`Cannot read a message about a queue as it is malformed: ${what.slice(0, 40)}`);
}
// lib/channel/relay/relay_exports.ts
var RelayExport = class {
#weak;
#strong;
#given = 0;
#opened = 0;
#clients = 0;
constructor(backend) {
this.#weak = new WeakRef(backend);
this.#strong = backend;
}
count(event) {
if (event === "given") this.#given++;
if (event === "came") this.#opened++, this.#clients++;
if (event === "left") this.#clients--;
const mayBeUsed = this.#clients > 0 || this.#opened < this.#given;
this.#strong = mayBeUsed ? this.#weak.deref() ?? null : null;
}
get backend() {
return this.#strong ?? this.#weak.deref();
}
};
var relayExports = new Map();
var names = new WeakMap();
function relayHandle(backend, form, delivery, route = []) {
let name = names.get(backend);
if (name === void 0) {
name = crypto.randomUUID();
names.set(backend, name);
relayExports.set(name, new RelayExport(backend));
}
relayExports.get(name).count("given");
delivery.countRelay();
const { maxCount } = backend;
return {
kind: "relay",
form,
maxCount,
route: [
{
name
},
...route
]
};
}
function exportOn(route) {
for (const { name } of route) {
const relayExport = relayExports.get(name);
const backend = relayExport?.backend;
if (backend !== void 0) return {
backend,
relayExport
};
}
return null;
}
// lib/channel/relay/relay_waits.ts
var ANSWERED = 0;
var WHAT = 1;
var HEAD_BYTES = 8;
var NUMBER_BYTES = 8;
var FIRST_BYTES = 4096;
var MOST_BYTES = 2 ** 30 + 2 ** 16;
var mapped = null;
function newWaiter(place) {
return place === "local" ? Block.allocate(HEAD_BYTES + NUMBER_BYTES) : mapped ??= Block.reserve(FIRST_BYTES, MOST_BYTES, "mapped");
}
function waiterHandle(waiter) {
return waiter.place === "local" ? waiter.handle("isolate") : waiter.handle("process", unheld());
}
function sleepFor(waiter, number, endMs) {
for (; ; ) {
const seen = Atomics.load(waiter.int32, ANSWERED);
if (seen === number) return true;
const leftMs = endMs - performance.now();
if (leftMs <= 0) return false;
waitSync(waiter, ANSWERED, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
renewOwnLiveness();
}
}
function leftAt(waiter) {
if (waiter.place === "local") {
return fetchSync(numberAt(waiter)[0]).value;
}
const what = waiter.int32[WHAT];
waiter.grow(HEAD_BYTES + what);
const { buffer, byteOffset } = waiter;
const bytes = new Uint8Array(buffer, byteOffset + HEAD_BYTES, what);
return decode(bytes.slice());
}
function numberAt({ buffer, byteOffset }) {
return new Float64Array(buffer, byteOffset + HEAD_BYTES, 1);
}
var Waiters = class {
#last = null;
leave(waiter, number, answer) {
const block = this.#at(waiter);
if (waiter.place === "local") {
const content = {
form: "clone",
value: answer,
placeholders: null
};
numberAt(block)[0] = deposit(content);
} else block.int32[WHAT] = writeTo(block, encode(answer));
Atomics.store(block.int32, ANSWERED, number);
wake(block, ANSWERED);
}
#at(waiter) {
if (waiter.place === "local") return Block.attach(waiter);
const key = `${waiter.segment} ${waiter.offset}`;
if (this.#last?.key !== key) {
this.#last = {
key,
block: Block.attach(waiter)
};
}
return this.#last.block;
}
};
function writeTo(block, bytes) {
block.grow(HEAD_BYTES + bytes.length);
const { buffer, byteOffset } = block;
new Uint8Array(buffer, byteOffset + HEAD_BYTES, bytes.length).set(bytes);
return bytes.length;
}
// lib/channel/relay/relay_client.ts
var ANSWER_GRACE_MS = 100;
var asked = new Map();
var lastNumber = 0;
var lastLink = 0;
function takeAnswer({ number, answer }) {
const waiting = asked.get(number);
asked.delete(number);
if (answer.kind === "item") {
const kind = waiting ? "took" : "back";
postRelayMessage(parentPeer(), {
kind,
number
});
}
if (!waiting) return;
waiting.answer = answer;
waiting.answered.resolve();
}
var RelayBackend = class {
isFar = true;
maxCount;
#route;
#parent;
#link = 0;
constructor({ route, maxCount }, parent) {
this.#route = route;
this.maxCount = maxCount;
this.#parent = parent;
}
get key() {
return this.#route.at(-1).name;
}
get count() {
return this.#look().count;
}
get isShut() {
return this.#look().isShut;
}
#look() {
return this.#askSync({
kind: "look"
}, AT_ONCE);
}
async put(value, limit, transfer) {
const item = this.#packItem(value, transfer);
const question = {
kind: "put",
item,
ms: patienceOf(limit)
};
const goesAsBytes = item instanceof Uint8Array;
if (transfer !== void 0 && goesAsBytes) giveAway(transfer);
return puttingOf(await this.#ask(question, limit, transfer));
}
putSync(value, limit, transfer) {
const item = this.#packItem(value, transfer);
const question = {
kind: "put",
item,
ms: patienceOf(limit)
};
if (transfer === void 0 || !(item instanceof Uint8Array)) {
return puttingOf(this.#askSync(question, limit, transfer));
}
const isBefore = mayBeRefused(transfer);
if (isBefore) giveAway(transfer);
const outcome = puttingOf(this.#askSync(question, limit));
if (!isBefore && outcome !== "full") giveAway(transfer);
return outcome;
}
async putBack(value) {
const item = this.#packItem(value, void 0);
await this.#ask({
kind: "putBack",
item
}, FOREVER);
}
#packItem(value, transfer) {
return pack(value, this.#parent.destination, "item", transfer);
}
async get(limit) {
const question = {
kind: "get",
ms: patienceOf(limit)
};
return takenOf(await this.#ask(question, limit));
}
getSync(limit) {
const question = {
kind: "get",
ms: patienceOf(limit)
};
return takenOf(this.#askSync(question, limit));
}
async ready(limit) {
const question = {
kind: "ready",
ms: patienceOf(limit)
};
return isTrue(await this.#ask(question, limit));
}
taskDone() {
if (!this.#canBlock) {
this.#post({
kind: "taskDone"
});
return true;
}
return isTrue(this.#askSync({
kind: "taskDone"
}, FOREVER));
}
async allDone(limit) {
const question = {
kind: "allDone",
ms: patienceOf(limit)
};
return isTrue(await this.#ask(question, limit));
}
allDoneSync(limit) {
const question = {
kind: "allDone",
ms: patienceOf(limit)
};
return isTrue(this.#askSync(question, limit));
}
shut(dropped) {
this.#post({
kind: "shut",
dropped
});
}
handle(_destination, form, delivery) {
return relayHandle(this, form, delivery, this.#route);
}
#post(question, waiter = null, transfer) {
if (this.#link === 0) {
const link = this.#link = ++lastLink;
postRelayMessage(this.#parent, {
kind: "open",
link,
route: this.#route
});
}
const number = ++lastNumber;
const ask = {
kind: "ask",
link: this.#link,
number,
question,
waiter: waiter === null ? null : waiterHandle(waiter)
};
if (transfer === void 0 || this.#parent.destination !== "isolate") {
postRelayMessage(this.#parent, ask);
} else this.#postMoving(ask, transfer);
return number;
}
#postMoving(ask, transfer) {
try {
postRelayMessage(this.#parent, ask, transfer);
} catch (error) {
throw refusedEntry(transfer, error) ?? error;
}
}
#wait(question, transfer) {
const number = this.#post(question, null, transfer);
const waiting = {
answered: Promise.withResolvers(),
answer: null
};
asked.set(number, waiting);
return [
number,
waiting
];
}
async #ask(question, limit, transfer) {
const [number, waiting] = this.#wait(question, transfer);
const { promise } = waiting.answered;
const endMs = endOf(question, limit);
try {
await settles(promise, endMs - performance.now(), limit.signal);
} catch {
postRelayMessage(this.#parent, {
kind: "cancel",
number
});
const graceMs = isPatient(question, limit) ? Infinity : ANSWER_GRACE_MS;
await settles(promise, graceMs, void 0);
}
return this.#answerOf(number, waiting);
}
#answerOf(number, { answer }) {
if (answer === null) {
asked.set(number, null);
postRelayMessage(this.#parent, {
kind: "cancel",
number
});
}
return unlessFailed(answer);
}
get #canBlock() {
return this.#sleepsAt !== null || hooks.takeSync !== null;
}
get #sleepsAt() {
const { destination } = this.#parent;
if (destination === "isolate") return "local";
return canMapAt(destination) ? "mapped" : null;
}
#askSync(question, limit, transfer) {
const place = this.#sleepsAt;
const endMs = endOf(question, limit);
if (place !== null) {
return this.#askAsleep(place, question, endMs, transfer);
}
const { takeSync } = hooks;
if (takeSync === null) throw cannotBlock();
const [number, waiting] = this.#wait(question, transfer);
prepareToBlock();
while (waiting.answer === null && performance.now() < endMs) {
takeSync(Math.min(endMs - performance.now(), LIVENESS_CHECK_MS2));
}
return this.#answerOf(number, waiting);
}
#askAsleep(place, question, endMs, transfer) {
const waiter = newWaiter(place);
const number = this.#post(question, waiter, transfer);
if (!sleepFor(waiter, number, endMs)) {
postRelayMessage(this.#parent, {
kind: "cancel",
number
});
postRelayMessage(this.#parent, {
kind: "back",
number
});
return null;
}
const answer = leftAt(waiter);
if (answer.kind === "item") {
postRelayMessage(this.#parent, {
kind: "took",
number
});
}
return unlessFailed(answer);
}
};
function patienceOf({ deadline }) {
return deadline === Infinity ? null : Math.max(0, deadline - performance.now());
}
function isPatient({ kind }, { deadline }) {
return kind === "put" || deadline === -Infinity;
}
function endOf(question, limit) {
return isPatient(question, limit) ? Infinity : limit.deadline + ANSWER_GRACE_MS;
}
function unlessFailed(answer) {
if (answer?.kind === "failed") throw unpack2(answer.error, rehydrateAny);
return answer;
}
function puttingOf(answer) {
return answer?.kind === "putting" ? answer.outcome : "full";
}
function takenOf(answer) {
if (answer?.kind === "item") return unpack2(answer.item, rehydrateAny);
return answer?.kind === "none" && answer.isOver ? GONE : EMPTY;
}
function isTrue(answer) {
return answer?.kind === "said" && answer.isTrue;
}
function cannotBlock() {
return new UnsupportedError("Cannot ask the queue at once as it is reached through the parent process, whose answers arrive in the event loop: use the method that returns a promise, or pass the queue among the arguments of this process");
}
// lib/channel/relay/relay.ts
var ASKED_MAX = 1e5;
var LINKS_MAX = 1e5;
var isOpen = false;
var clients = new WeakMap();
function openBox() {
if (isOpen) return;
isOpen = true;
receive("relay", (body, from) => {
if (from === parentPeer2()) takeAnswer(readAnswer(body));
else clientOf(from).receive(readFromClient(body));
});
}
function giveRelay(backend, form, delivery) {
openBox();
return relayHandle(backend, form, delivery);
}
function reachRelay(handle) {
return exportOn(handle.route)?.backend ?? throughParent(handle);
}
function throughParent(handle) {
const parent = parentPeer2();
if (parent === null) {
throw new ProcessError("Cannot reach the queue as it must belong to this process or an ancestor: a child owns it, or it is gone");
}
openBox();
return new RelayBackend(handle, parent);
}
function clientOf(peer) {
let client = clients.get(peer);
if (client === void 0) {
client = new RelayClient(peer);
clients.set(peer, client);
}
return client;
}
var RelayClient = class {
#peer;
#links = new Map();
#relayExports = [];
#waiting = new Map();
#waiters = new Waiters();
#given = new Map();
constructor(peer) {
this.#peer = peer;
peer.onGone(() => this.#leave());
}
receive(message) {
switch (message.kind) {
case "open":
if (this.#links.size >= LINKS_MAX || this.#links.has(message.link)) {
throw new RangeError(`Cannot open a queue for a child: it has opened that one, or ${LINKS_MAX}`);
}
this.#links.set(message.link, this.#reach(message.route));
return;
case "ask":
this.#ask(message);
return;
case "cancel":
this.#waiting.get(message.number)?.abort();
return;
case "took":
this.#given.delete(message.number);
return;
case "back":
this.#takeBack(message.number);
return;
default:
unreachable(message);
}
}
#reach(route) {
const found = exportOn(route);
if (found !== null) {
found.relayExport.count("came");
this.#relayExports.push(found.relayExport);
return found.backend;
}
try {
return throughParent({
kind: "relay",
form: "queue",
maxCount: 0,
route
});
} catch (error) {
return error;
}
}
#leave() {
for (const waiting of this.#waiting.values()) waiting.abort();
for (const number of [
...this.#given.keys()
]) this.#takeBack(number);
for (const relayExport of this.#relayExports) relayExport.count("left");
}
#ask(ask) {
const { link, number, waiter } = ask;
const backend = this.#links.get(link) ?? noLink();
if (this.#waiting.has(number) || this.#given.has(number) || !this.#canSleepAt(waiter)) {
throw new RangeError("Cannot answer a request about a queue as it is malformed");
}
this.#serve(ask, backend).catch((error) => this.#peer.broken(error));
}
#canSleepAt(waiter) {
if (waiter === null) return true;
const { destination } = this.#peer;
return waiter.place === (destination === "isolate" ? "local" : "mapped") && destination !== "elsewhere";
}
async #serve({ number, question, waiter }, backend) {
const control = new AbortController();
this.#waiting.set(number, control);
let answer;
try {
if (backend instanceof ProcessError) throw backend;
if (this.#waiting.size > ASKED_MAX) throw tooMany();
answer = await this.#answerTo(question, backend, number, control.signal);
} catch (error) {
answer = {
kind: "failed",
error: this.#pack(error, "error")
};
}
this.#waiting.delete(number);
if (this.#peer.isGone) return this.#takeBack(number);
if (waiter !== null) {
if (control.signal.aborted) return this.#takeBack(number);
return this.#leaveAt(waiter, number, answer);
}
postRelayMessage(this.#peer, {
kind: "answer",
number,
answer
});
}
async #answerTo(question, backend, number, signal) {
switch (question.kind) {
case "put": {
const item = this.#unpack(question.item);
const outcome = await unlessAborted(backend.put(item, limitFrom(question.ms, signal)), "full", signal);
return {
kind: "putting",
outcome
};
}
case "putBack":
await backend.putBack(this.#unpack(question.item));
return {
kind: "said",
isTrue: true
};
case "get":
return await this.#get(question.ms, backend, number, signal);
case "ready":
return await said(backend.ready(limitFrom(question.ms, signal)), signal);
case "allDone":
return await said(backend.allDone(limitFrom(question.ms, signal)), signal);
case "taskDone":
return {
kind: "said",
isTrue: backend.taskDone()
};
case "shut":
backend.shut(question.dropped);
return {
kind: "said",
isTrue: true
};
case "look":
return {
kind: "seen",
count: backend.count,
isShut: backend.isShut
};
default:
return unreachable(question);
}
}
async #get(ms, backend, number, signal) {
const got = await unlessAborted(backend.get(limitFrom(ms, signal)), EMPTY2, signal);
if (got === EMPTY2 || got === GONE2) {
return {
kind: "none",
isOver: got === GONE2
};
}
const item = this.#pack(got, "item");
this.#given.set(number, {
backend,
value: got
});
return {
kind: "item",
item
};
}
#pack(value, path) {
return pack2(value, this.#peer.destination, path);
}
#leaveAt(waiter, number, answer) {
const { destination } = this.#peer;
const place = destination === "isolate" ? "local" : "mapped";
try {
if (destination === "elsewhere" || waiter.place !== place) {
return this.#takeBack(number);
}
this.#waiters.leave(waiter, number, answer);
} catch {
this.#takeBack(number);
}
}
#unpack(item) {
return unpack3(item, rehydrateFrom(this.#peer.destination), mostOfChild2(item));
}
#takeBack(number) {
const given = this.#given.get(number);
if (given === void 0) return;
this.#given.delete(number);
given.backend.putBack(given.value).catch(() => {
});
}
};
function noLink() {
return new ProcessError("Cannot use the queue as this process has not opened it");
}
function tooMany() {
return new ProcessError(`Cannot ask the queue as ${ASKED_MAX} requests of this process are pending already: await some of them first`);
}
async function said(answer, signal) {
return {
kind: "said",
isTrue: await unlessAborted(answer, false, signal)
};
}
async function unlessAborted(wait, late, signal) {
try {
return await wait;
} catch (error) {
if (signal.aborted) return late;
throw error;
}
}
function limitFrom(ms, signal) {
return ms === 0 ? AT_ONCE2 : limitOf(ms ?? Infinity, signal);
}
return { giveRelay: giveRelay, reachRelay: reachRelay };
}
var $_ns_relay = {
get giveRelay() { return $_relay().giveRelay; },
get reachRelay() { return $_relay().reachRelay; },
};
var $_made_shared_by_relay_and_pool_parts_and_codec;
function $_shared_by_relay_and_pool_parts_and_codec() { return $_made_shared_by_relay_and_pool_parts_and_codec ??= $_make_shared_by_relay_and_pool_parts_and_codec(); }
function $_make_shared_by_relay_and_pool_parts_and_codec() {
const DEPTH_MAX = $_DEPTH_MAX;
const COST = $_COST, costOfPattern = $_costOfPattern;
const CHECKED_FROM_COUNT = $_CHECKED_FROM_COUNT, costOfKeys = $_costOfKeys;
const isFarIndex = $_isFarIndex, keepTable = $_keepTable, put = $_put;
const VIEWS = $_VIEWS;
const unreachable = $_unreachable;
const HANDLE = $_HANDLE;
const classNameOf = $_classNameOf;
const DEPTH_MAX2 = $_DEPTH_MAX, mayBeArguments = $_mayBeArguments, valueKindOf = $_valueKindOf;
const classOf = $_classOf, coversBuffer = $_coversBuffer, lengthOf = $_lengthOf, Pieces = $_Pieces;
// lib/wire/serialization/codec_format.ts
var VERSION = 1;
var LAYOUT = {
plain: VERSION << 4,
placeholders: VERSION << 4 | 1
};
var TAG = {
undefined: 0,
null: 1,
false: 2,
true: 3,
int32: 4,
float64: 5,
bigint64: 6,
bigint: 7,
utf8: 8,
utf16: 9,
object: 10,
array: 11,
hole: 12,
sparse: 13,
map: 14,
set: 15,
date: 16,
regexp: 17,
buffer: 18,
view: 19,
boxed: 20,
ref: 21,
aligned: 22
};
var OFFSET_DIGITS = 5;
var SPARSE_FROM_LENGTH = 1 << 16;
var TAG_STRING = 64;
var TAG_INT = 128;
var SHORT_MAX = 63;
var DEPTH_EXTRA = 16;
// lib/wire/serialization/codec_decode.ts
var KEYS_KEPT = 512;
var LENGTH_MAX = 2 ** 32 - 1;
var utf8 = new TextDecoder("utf-8", {
fatal: true,
ignoreBOM: true
});
var keysKept = new Array(KEYS_KEPT).fill("");
var bytes = new Uint8Array(0);
var view = null;
var at = 0;
var end = 0;
var depth = 0;
var objects = [];
var isCounted = false;
var budget = 0;
function hasPlaceholders(message, start = 0) {
return message[start] === LAYOUT.placeholders;
}
function decode(message, start = 0, stop = message.length, most = Infinity) {
bytes = message;
at = start;
end = Math.min(stop, message.length);
depth = 0;
isCounted = most < Infinity;
budget = isCounted ? most : 0;
try {
checkHeader();
const value = read();
if (at !== end) throw broken("goes on after its end");
return value;
} catch (error) {
if (error instanceof Broken) throw new RangeError(error.message);
throw new RangeError(`Cannot read a message: broken before byte ${at}`, {
cause: error
});
} finally {
bytes = NO_BYTES;
view = null;
if (objects.length > 0) objects = [];
}
}
var NO_BYTES = new Uint8Array(0);
function checkHeader() {
if (at >= end) throw broken("is empty");
const header = bytes[at++];
if (header === LAYOUT.plain || header === LAYOUT.placeholders) return;
throw broken(`has the header ${header} where version ${VERSION} was expected; are both sides of one version of this package?`);
}
var Broken = class extends Error {
};
function broken(what) {
return new Broken(`Cannot read a message: it ${what}`);
}
function charge(cost) {
if (isCounted && (budget -= cost) < 0) {
throw broken("holds more than its length allows, as what a stranger or a child sends must not take many times its memory; send fewer and larger parts");
}
}
function need(count) {
if (count > end - at) throw broken(`is cut short at byte ${at}`);
}
function readByte() {
if (at >= end) need(1);
return bytes[at++];
}
function readSize() {
let size = readByte();
if (size < 128) return size;
size -= 128;
for (let unit = 128; unit < 2 ** 49; unit *= 128) {
const byte = readByte();
size += (byte & 127) * unit;
if (byte < 128) return size;
}
throw broken(`holds a size of too many digits at byte ${at}`);
}
function readCount(least) {
const count = readSize();
need(count * least);
return count;
}
function read() {
const tag = readByte();
if (tag >= TAG_INT) return tag - TAG_INT;
if (tag >= TAG_STRING) return readLatin(tag - TAG_STRING);
if (tag < TAG.object) return readPrimitive(tag);
if (depth >= DEPTH_MAX + 2 * DEPTH_EXTRA) throw broken("nests too deeply");
depth++;
const value = readObject(tag);
depth--;
return value;
}
function readPrimitive(tag) {
switch (tag) {
case TAG.undefined:
return void 0;
case TAG.null:
return null;
case TAG.false:
return false;
case TAG.true:
return true;
case TAG.int32:
return readInt32();
case TAG.float64:
return readFloat64();
case TAG.bigint64:
return skip(8).getBigInt64(at - 8, true);
case TAG.bigint:
charge(COST.string);
return readBigInt();
case TAG.utf8:
return readUtf8();
default:
return readUnits();
}
}
function skip(count) {
need(count);
at += count;
return view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
function readInt32() {
need(4);
const b = bytes;
const from = at;
at += 4;
return b[from] | b[from + 1] << 8 | b[from + 2] << 16 | b[from + 3] << 24;
}
function readFloat64() {
need(8);
for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i];
at += 8;
return floatView.getFloat64(0, true);
}
var floatBytes = new Uint8Array(8);
var floatView = new DataView(floatBytes.buffer);
function readBytes(count) {
need(count);
at += count;
return bytes.subarray(at - count, at);
}
function readAligned() {
const count = readCount(1);
readBytes(readByte());
return readBytes(count);
}
function copyOf(part) {
const copy = new Uint8Array(part.length);
copy.set(part);
return copy;
}
function readBigInt() {
const negative = readByte() === 1;
const value = BigInt(`0x${readString()}`);
return negative ? -value : value;
}
function readUtf8() {
charge(COST.string);
const count = readCount(1);
if (count > BY_HAND_MAX_BYTES) return utf8.decode(readBytes(count));
const stop = at + count;
let text = "";
while (at < stop) text += readCodePoint(stop);
return text;
}
function readCodePoint(stop) {
const head = bytes[at++];
if (head < 128) return String.fromCharCode(head);
const more = head >= 240 ? 3 : head >= 224 ? 2 : 1;
let point = head & 63 >> more;
let isWell = head >= 194 && head < 245 && at + more <= stop;
for (let i = 0; isWell && i < more; i++) {
const byte = bytes[at++];
isWell = (byte & 192) === 128;
point = point << 6 | byte & 63;
}
const isShortest = point >= SHORTEST_FROM[more];
const isSurrogate = (point & 2095104) === 55296;
if (isWell && isShortest && !isSurrogate && point <= 1114111) {
return String.fromCodePoint(point);
}
throw broken(`holds text that is no UTF-8 before byte ${at}`);
}
var SHORTEST_FROM = [
0,
128,
2048,
65536
];
var BY_HAND_MAX_BYTES = 24;
function readUnits() {
const count = readCount(2);
const data = skip(2 * count);
const start = at - 2 * count;
const parts = [];
let units = [];
for (let i = 0; i < count; i++) {
units.push(data.getUint16(start + 2 * i, true));
if (units.length === 1024) {
parts.push(String.fromCharCode(...units));
units = [];
}
}
return parts.join("") + String.fromCharCode(...units);
}
function readLatin(length) {
need(length);
const text = latin(at, length);
at += length;
return text;
}
function latin(from, length) {
const b = bytes;
let text = "";
let i = from;
const end2 = from + length;
for (; i + 8 <= end2; i += 8) {
text += String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]);
}
if (i + 4 <= end2) {
text += String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3]);
i += 4;
}
for (; i < end2; i++) text += String.fromCharCode(b[i]);
return text;
}
function readString() {
const value = read();
if (typeof value !== "string") {
throw broken(`lacks a string before byte ${at}`);
}
return value;
}
var isNewKey = false;
function readKey() {
isNewKey = true;
const tag = readByte();
if (tag < TAG_STRING || tag >= TAG_INT) {
at--;
return readString();
}
const length = tag - TAG_STRING;
need(length);
const start = at;
at += length;
const slot = length === 0 ? 0 : (31 * length + 7 * bytes[start] + 13 * bytes[at - 1] + 17 * bytes[start + (length >> 1)]) % KEYS_KEPT;
const kept = keysKept[slot];
if (kept.length === length && isTextAt(kept, start)) {
isNewKey = false;
return kept;
}
return keysKept[slot] = latin(start, length);
}
function isTextAt(text, start) {
for (let i = 0; i < text.length; i++) {
if (text.charCodeAt(i) !== bytes[start + i]) return false;
}
return true;
}
function readObject(tag) {
switch (tag) {
case TAG.object:
return readPlain();
case TAG.array:
return readArray();
case TAG.sparse:
return readSparse();
case TAG.map:
return readMap();
case TAG.set:
return readSet();
case TAG.date:
return readDate();
case TAG.regexp:
return readRegExp();
case TAG.buffer:
charge(COST.buffer);
return noted(copyOf(readBytes(readCount(1))).buffer);
case TAG.aligned:
charge(COST.buffer);
return noted(copyOf(readAligned()).buffer);
case TAG.view:
return readView();
case TAG.boxed:
return readBoxed();
case TAG.ref:
return readRef();
default:
throw broken(`holds the unknown tag ${tag} before byte ${at}`);
}
}
function noted(value) {
objects.push(value);
return value;
}
function readRef() {
const number = readSize();
if (number >= objects.length) {
throw broken("refers to an object that does not exist yet");
}
return objects[number];
}
function readDate() {
charge(COST.date);
const time = read();
if (typeof time === "number") return noted(new Date(time));
throw broken(`holds a date that is no number before byte ${at}`);
}
function readRegExp() {
const source = readString();
const flags = readString();
if (isCounted) charge(costOfPattern(source, flags));
return noted(new RegExp(source, flags));
}
function readBoxed() {
charge(COST.boxed);
const value = read();
switch (typeof value) {
case "number":
case "string":
case "boolean":
case "bigint":
return noted(Object(value));
default:
throw broken(`holds a boxed value that is no primitive before byte ${at}`);
}
}
function readPlain() {
charge(COST.object);
const count = readCount(2);
const value = noted({});
let isTable = false;
for (let i = 0; i < count; i++) {
const key = readKey();
if (i === 0 && isNewKey) charge(COST.shape);
if (!isTable && isFarIndex(key, i)) {
charge(COST.table);
keepTable(value);
isTable = true;
}
if (key === "__proto__") put(value, key, read());
else value[key] = read();
}
return value;
}
function readArray() {
charge(COST.array);
const count = readCount(1);
if (isCounted && count <= EXACT_MAX_LENGTH) return readShortArray(count);
if (isCounted && count > ELEMENTS_MAX_LENGTH) {
throw broken("holds too long an array");
}
const value = noted([]);
for (let i = 0; i < count; i++) {
if (bytes[at] === TAG.hole) {
at++;
value.length++;
} else value.push(read());
}
return value;
}
function readShortArray(count) {
const value = noted(new Array(count));
for (let i = 0; i < count; i++) {
if (bytes[at] === TAG.hole) at++;
else value[i] = read();
}
return value;
}
var EXACT_MAX_LENGTH = 8;
var ELEMENTS_MAX_LENGTH = 1e8;
function readSparse() {
const length = readSize();
if (length > LENGTH_MAX) throw broken("holds too long an array");
if (length < SPARSE_FROM_LENGTH) throw broken("holds a short sparse array");
const count = readCount(2);
charge(COST.sparse + COST.entry * count);
const value = noted([]);
value[length - 1] = void 0;
delete value[length - 1];
for (let i = 0; i < count; i++) {
const index = readSize();
if (index >= length) {
throw broken("holds an item after the end of its array");
}
value[index] = read();
}
return value;
}
function readMap() {
const count = readCount(2);
charge(COST.map + COST.entry * count);
const value = noted( new Map());
if (isToCheck(count)) {
const content = readContent(2 * count, 2);
for (let i = 0; i < content.length; i += 2) {
value.set(content[i], content[i + 1]);
}
return value;
}
for (let i = 0; i < count; i++) value.set(read(), read());
return value;
}
function readSet() {
const count = readCount(1);
charge(COST.set + COST.entry * count);
const value = noted( new Set());
if (isToCheck(count)) {
for (const member of readContent(count, 1)) value.add(member);
return value;
}
for (let i = 0; i < count; i++) value.add(read());
return value;
}
function isToCheck(count) {
return isCounted && count >= CHECKED_FROM_COUNT;
}
function readContent(count, stride) {
const content = [];
for (let i = 0; i < count; i++) content.push(read());
charge(costOfKeys(content, stride));
return content;
}
function readView() {
charge(COST.view);
const type = VIEWS[readByte()];
if (type === void 0) {
throw broken(`holds an unknown view before byte ${at}`);
}
const buffer = read();
if (!(buffer instanceof ArrayBuffer)) {
throw broken("holds a view on no buffer");
}
const offset = readSize();
return noted(new type(buffer, offset, readSize()));
}
// lib/wire/serialization/codec_encode.ts
var SCRATCH_BYTES = 4096;
var SCRATCH_KEPT_BYTES = 1 << 20;
var OUTSIDE_FROM_BYTES = 1 << 14;
var utf82 = new TextEncoder();
var scratch = new Uint8Array(SCRATCH_BYTES);
var view2 = new DataView(scratch.buffer);
var at2 = 0;
var depth2 = 0;
var objects2 = 0;
var first = null;
var numbers = null;
var outside = [];
var outsideBytes = 0;
var cuts = null;
var busy = false;
var Cut = class {
before;
outsideBefore = outside.length;
buffer;
views = [];
offsetsAt = [];
isWhole = false;
constructor(buffer, before) {
this.buffer = buffer;
this.before = before;
}
};
function encode(value, layout = "plain") {
return encodeTo(value, copied, layout);
}
function encodeTo(value, sink, layout = "plain") {
if (busy) return encodeInside(value, sink, layout);
busy = true;
try {
scratch[0] = LAYOUT[layout];
at2 = 1;
write(value);
if (cuts !== null) placeCuts(cuts);
return outside.length === 0 ? sink(scratch, at2) : sink(writeAll, at2 + outsideBytes);
} finally {
busy = false;
reset();
}
}
function copied(content, length) {
if (typeof content !== "function") return content.slice(0, length);
const copy = new Uint8Array(length);
content(copy, 0);
return copy;
}
function encodeInside(value, sink, layout) {
const kept = {
scratch,
view: view2,
at: at2,
depth: depth2,
objects: objects2,
first,
numbers,
outside,
outsideBytes,
cuts
};
busy = false;
numbers = null;
outside = [];
cuts = null;
reset();
useScratch(SCRATCH_BYTES);
try {
return encodeTo(value, sink, layout);
} finally {
({ scratch, view: view2, at: at2, depth: depth2, objects: objects2, first, numbers } = kept);
({ outside, outsideBytes, cuts } = kept);
busy = true;
}
}
function reset() {
depth2 = 0;
objects2 = 0;
first = null;
numbers = null;
if (outside.length > 0) outside = [];
outsideBytes = 0;
cuts = null;
if (scratch.length > SCRATCH_KEPT_BYTES) useScratch(SCRATCH_BYTES);
}
function useScratch(bytes2) {
scratch = new Uint8Array(bytes2);
view2 = new DataView(scratch.buffer);
}
function writeAll(target, to) {
let from = 0;
for (const { before, bytes: bytes2 } of outside) {
target.set(scratch.subarray(from, before), to);
to += before - from;
target.set(bytes2, to);
to += bytes2.length;
from = before;
}
target.set(scratch.subarray(from, at2), to);
}
function room(bytes2) {
if (at2 + bytes2 <= scratch.length) return;
const old = scratch;
useScratch(Math.max(2 * old.length, at2 + bytes2));
scratch.set(old.subarray(0, at2));
}
function writeByte(byte) {
if (at2 === scratch.length) room(1);
scratch[at2++] = byte;
}
function writeSize(size) {
room(8);
while (size >= 128) {
scratch[at2++] = 128 | size % 128;
size = Math.floor(size / 128);
}
scratch[at2++] = size;
}
function write(value) {
switch (typeof value) {
case "string":
return writeString(value);
case "number":
return writeNumber(value);
case "object":
return value === null ? writeByte(TAG.null) : writeObject(value);
case "boolean":
return writeByte(value ? TAG.true : TAG.false);
case "undefined":
return writeByte(TAG.undefined);
case "bigint":
return writeBigInt(value);
case "function":
case "symbol":
throw new TypeError(`Cannot encode a ${typeof value}`);
}
}
function writeNumber(value) {
room(9);
if ((value | 0) !== value || Object.is(value, -0)) {
scratch[at2] = TAG.float64;
view2.setFloat64(at2 + 1, value, true);
at2 += 9;
} else if (value >= 0 && value < 128) {
scratch[at2++] = TAG_INT | value;
} else {
scratch[at2] = TAG.int32;
view2.setInt32(at2 + 1, value, true);
at2 += 5;
}
}
function writeBigInt(value) {
if (BigInt.asIntN(64, value) === value) {
room(9);
scratch[at2] = TAG.bigint64;
view2.setBigInt64(at2 + 1, value, true);
at2 += 9;
return;
}
writeByte(TAG.bigint);
writeByte(value < 0n ? 1 : 0);
writeString((value < 0n ? -value : value).toString(16));
}
function writeString(value) {
const { length } = value;
if (length > SHORT_MAX) return writeLongString(value);
room(length + 1);
const start = at2;
scratch[at2++] = TAG_STRING | length;
for (let i = 0; i < length; i++) {
const unit = value.charCodeAt(i);
if (unit > 255) {
at2 = start;
return writeLongString(value);
}
scratch[at2++] = unit;
}
}
function writeLongString(value) {
if (!value.isWellFormed()) return writeUnits(value);
room(10 + 3 * value.length);
const { written } = utf82.encodeInto(value, scratch.subarray(at2 + 9));
const text = at2 + 9;
scratch[at2++] = TAG.utf8;
writeSize(written);
scratch.copyWithin(at2, text, text + written);
at2 += written;
}
function writeUnits(value) {
room(10 + 2 * value.length);
scratch[at2++] = TAG.utf16;
writeSize(value.length);
for (let i = 0; i < value.length; i++, at2 += 2) {
view2.setUint16(at2, value.charCodeAt(i), true);
}
}
function writeObject(value) {
if (wasWritten(value)) return;
if (depth2 >= DEPTH_MAX2 + DEPTH_EXTRA) throw new RangeError("Too deep");
depth2++;
const prototype = Object.getPrototypeOf(value);
const isPlain = prototype === Object.prototype && !(HANDLE in value) && !mayBeArguments(value);
if (isPlain) writePlain(value);
else writeOther(value);
depth2--;
}
function wasWritten(value) {
if (objects2 === 0) return false;
const number = value === first ? 0 : numbers?.get(value);
if (number === void 0) return false;
if (cuts !== null) needAllOf(value);
writeByte(TAG.ref);
writeSize(number);
return true;
}
function numberIt(value) {
if (objects2++ === 0) first = value;
else (numbers ??= new Map()).set(value, objects2 - 1);
}
function writePlain(value) {
numberIt(value);
const keys = Object.keys(value);
writeByte(TAG.object);
writeSize(keys.length);
for (let i = 0; i < keys.length; i++) {
const key = keys[i];
writeString(key);
write(value[key]);
}
}
function writeOther(value) {
const kind = valueKindOf(value);
switch (kind) {
case "plain":
needNoClass(value);
return writePlain(value);
case "array":
needNoClass(value);
return writeArray(value);
case "map":
needNoClass(value);
return writeMap(value);
case "set":
needNoClass(value);
return writeSet(value);
case "date":
needNoClass(value);
numberIt(value);
writeByte(TAG.date);
return writeNumber(Date.prototype.getTime.call(value));
case "regexp":
return writeRegExp(value);
case "boxed":
numberIt(value);
writeByte(TAG.boxed);
return write(unboxed(value));
case "buffer":
return writeBuffer(value);
case "view":
return writeView(value);
case "shared":
case "error":
case "shareable":
case "arguments":
case "platform":
case "refused":
throw new TypeError(`Cannot encode: ${kind}`);
default:
return unreachable(kind);
}
}
function needNoClass(value) {
if (scratch[0] === LAYOUT.placeholders) return;
if (classNameOf(value) !== void 0) {
throw new TypeError("Cannot encode an instance");
}
}
function unboxed(value) {
if (value instanceof Number) return Number.prototype.valueOf.call(value);
if (value instanceof String) return String.prototype.valueOf.call(value);
if (value instanceof Boolean) return Boolean.prototype.valueOf.call(value);
return BigInt.prototype.valueOf.call(value);
}
function writeArray(value) {
const { length } = value;
if (length >= SPARSE_FROM_LENGTH && isSparse(value)) {
return writeSparse(value);
}
numberIt(value);
writeByte(TAG.array);
writeSize(length);
for (let i = 0; i < length; i++) {
const item = value[i];
if (item === void 0 && !(i in value)) writeByte(TAG.hole);
else write(item);
}
}
function isSparse(value) {
if (!value.includes(void 0)) return false;
return 2 * Object.keys(value).length < value.length;
}
function writeSparse(value) {
numberIt(value);
const keys = Object.keys(value).filter((key) => isIndex(key));
writeByte(TAG.sparse);
writeSize(value.length);
writeSize(keys.length);
for (const key of keys) {
writeSize(Number(key));
write(value[Number(key)]);
}
}
function isIndex(key) {
const number = Number(key);
return String(number >>> 0) === key && number < 2 ** 32 - 1;
}
function writeMap(value) {
numberIt(value);
const entries = [
...Map.prototype.entries.call(value)
];
writeByte(TAG.map);
writeSize(entries.length);
for (const [key, item] of entries) {
write(key);
write(item);
}
}
function writeSet(value) {
numberIt(value);
const members = [
...Set.prototype.values.call(value)
];
writeByte(TAG.set);
writeSize(members.length);
for (const member of members) write(member);
}
function writeRegExp(value) {
numberIt(value);
writeByte(TAG.regexp);
writeString(value.source);
writeString(value.flags);
}
function writeBuffer(value) {
const bytes2 = new Uint8Array(value);
numberIt(value);
if (bytes2.length >= OUTSIDE_FROM_BYTES) return writeOutside(bytes2);
writeByte(TAG.buffer);
writeSize(bytes2.length);
room(bytes2.length);
scratch.set(bytes2, at2);
at2 += bytes2.length;
}
function writeOutside(bytes2) {
writeByte(TAG.aligned);
writeSize(bytes2.length);
if (cuts !== null) return pushOutside(PADDED_LATER, bytes2);
room(8);
const padding = -(at2 + 1 + outsideBytes) & 7;
scratch[at2++] = padding;
scratch.fill(0, at2, at2 += padding);
pushOutside(bytes2);
}
function pushOutside(...parts) {
for (const bytes2 of parts) {
outside.push({
before: at2,
bytes: bytes2
});
outsideBytes += bytes2.length;
}
}
function writeView(value) {
const { buffer } = value;
if (!(buffer instanceof ArrayBuffer)) {
throw new TypeError("Cannot encode a view on shared memory");
}
writeByte(TAG.view);
writeByte(classOf(value));
const cut = coversBuffer(value) ? null : cutOf(buffer);
if (cut === null) {
if (!wasWritten(buffer)) writeBuffer(buffer);
writeSize(value.byteOffset);
} else {
cut.views.push(value);
cut.offsetsAt.push(at2);
room(OFFSET_DIGITS);
at2 += OFFSET_DIGITS;
}
writeSize(lengthOf(value));
numberIt(value);
}
function cutOf(buffer) {
const known = cuts?.get(buffer);
if (known !== void 0) {
writeByte(TAG.ref);
writeSize(buffer === first ? 0 : numbers.get(buffer));
return known;
}
if (buffer === first || numbers?.has(buffer)) return null;
numberIt(buffer);
const cut = new Cut(buffer, at2);
(cuts ??= new Map()).set(buffer, cut);
return cut;
}
function needAllOf(value) {
const cut = cuts.get(value);
if (cut !== void 0) cut.isWhole = true;
}
var PADDED_LATER = new Uint8Array(0);
var PADDINGS = Array.from({
length: 8
}, (_, n) => {
const bytes2 = new Uint8Array(1 + n);
bytes2[0] = n;
return bytes2;
});
function placeCuts(all) {
const met = outside;
outside = [];
outsideBytes = 0;
let next = 0;
for (const cut of all.values()) {
next = placeUpTo(cut.outsideBefore, met, next);
placeCut(cut);
}
placeUpTo(met.length, met, next);
if (at2 + outsideBytes < OUTSIDE_FROM_BYTES) drawInside();
}
function placeUpTo(stop, met, from) {
for (let i = from; i < stop; i++) {
const { before, bytes: bytes2 } = met[i];
place(before, bytes2 === PADDED_LATER ? paddingAt(before) : bytes2);
}
return stop;
}
function place(before, bytes2) {
outside.push({
before,
bytes: bytes2
});
outsideBytes += bytes2.length;
}
function paddingAt(before) {
return PADDINGS[-(before + outsideBytes + 1) & 7];
}
function placeCut({ buffer, before, views, offsetsAt, isWhole }) {
const pieces = isWhole ? null : new Pieces(views);
const bytes2 = pieces?.bytes ?? buffer.byteLength;
const isLarge = bytes2 >= OUTSIDE_FROM_BYTES;
place(before, headOf(isLarge ? TAG.aligned : TAG.buffer, bytes2));
if (isLarge) place(before, paddingAt(before));
if (pieces === null) place(before, new Uint8Array(buffer));
else for (const part of pieces.parts()) place(before, part);
for (const [i, view3] of views.entries()) {
const offset = pieces?.offsetOf(view3) ?? view3.byteOffset;
writeDigits(offset, scratch, offsetsAt[i], OFFSET_DIGITS);
}
}
function headOf(tag, size) {
let digits = 1;
for (let rest = size; rest >= 128; rest = Math.floor(rest / 128)) digits++;
const head = new Uint8Array(1 + digits);
head[0] = tag;
writeDigits(size, head, 1, digits);
return head;
}
function writeDigits(size, target, to, digits) {
const last = to + digits - 1;
for (let i = to; i < last; i++) {
target[i] = 128 | size % 128;
size = Math.floor(size / 128);
}
target[last] = size;
}
function drawInside() {
const start = at2;
const length = at2 + outsideBytes;
room(length);
writeAll(scratch, start);
scratch.copyWithin(0, start, start + length);
at2 = length;
outside = [];
outsideBytes = 0;
}
return { hasPlaceholders: hasPlaceholders, decode: decode, encode: encode, encodeTo: encodeTo, copied: copied };
}
var $_made_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor;
function $_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor() { return $_made_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor ??= $_make_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor(); }
function $_make_shared_by_ring_transport_and_ring_backend_and_relay_and_supervisor() {
const { channel: channel, takeMessage: takeMessage } = $_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor();
const unreachable = $_unreachable;
const EncodingError = $_EncodingError, ProcessError = $_ProcessError;
const thrownText = $_thrownText;
const childContext = $_childContext;
const cloneOf = $_cloneOf, postTo = $_postTo;
const Block = $_Block;
const listenIdly = $_listenIdly, setBlockingHooks = $_setBlockingHooks, waitAsync = $_waitAsync, waitSync = $_waitSync, wake = $_wake;
const LIVENESS_CHECK_MS = $_LIVENESS_CHECK_MS;
const renewOwnLiveness = $_renewOwnLiveness;
// lib/memory/sharing/resource_sharer.ts
var NO_LIMITS = {
deadline: Infinity,
signal: void 0
};
var WAKES = 0;
var WAKE_BYTES = 4;
var DRAWN = 64;
var BITS_LEFT_OUT = 11n;
var POLL_OFTEN_MS = 2;
var IN_USE_MS = 1e3;
var TAKEN_MAX = 5e3;
var LEFT_MAX = 1e6;
var WAITING_MAX = 1e5;
var ROUNDS_MAX = 1e3;
var Store = class {
wakeWord = Block.allocate(WAKE_BYTES);
#kept = new Map();
#links = new Map();
#wakesServed = 0;
#servedAtMs = -Infinity;
#isListening = false;
#isEmptied = true;
#waiting = [];
deposit(number, content, carried) {
this.#kept.set(number, moved({
content,
carried
}, carried));
}
fetchSync(number) {
for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
this.#serve();
const kept = this.#take(number);
if (kept !== void 0) return kept.content;
if (this.#isEmptied) break;
}
return lost(number);
}
fetch(number) {
return new Promise((resolve) => resolve(this.fetchSync(number)));
}
discard(number) {
this.#serve();
close(this.#take(number));
}
openLink(ident) {
const { near, far } = channel();
this.#links.set(ident, {
port: near,
maker: null
});
this.#listen();
return {
port: far,
wakeWord: this.wakeWord.handle("isolate")
};
}
closeLink(ident) {
const link = this.#links.get(ident);
if (link !== void 0) {
this.#empty(ident, link.port, LEFT_MAX, this.#waiting);
this.#serve();
link.port.close();
this.#links.delete(ident);
}
for (const [other, { maker }] of [
...this.#links
]) {
if (maker === ident) this.closeLink(other);
}
}
#take(number) {
const kept = this.#kept.get(number);
this.#kept.delete(number);
return kept;
}
#listen() {
if (this.#isListening) return;
this.#isListening = true;
const pollMs = () => this.#pollMs;
setBlockingHooks({
get sliceMs() {
return pollMs();
},
poll: () => this.#serveIfWoken()
});
void this.#serveOn();
}
get #pollMs() {
const inUse = performance.now() < this.#servedAtMs + IN_USE_MS;
return inUse ? POLL_OFTEN_MS : LIVENESS_CHECK_MS;
}
async #serveOn() {
for (; ; ) {
this.#serveIfWoken();
if (this.#isEmptied) {
await listenIdly(this.wakeWord, WAKES, this.#wakesServed);
} else {
await new Promise((resolve) => setTimeout(resolve, 0));
}
}
}
#serveIfWoken() {
const wakes = Atomics.load(this.wakeWord.int32, WAKES);
if (wakes === this.#wakesServed && this.#isEmptied) return;
this.#wakesServed = wakes;
this.#servedAtMs = performance.now();
this.#serve();
}
#serve() {
let requests = [
...this.#waiting,
...this.#emptyAll()
];
this.#waiting = [];
while (requests.length > 0) {
const later = this.#emptyAll();
const isSure = this.#isEmptied || requests.length > WAITING_MAX;
for (const request of requests) {
if (isSure || this.#kept.has(request[0].number)) {
this.#answer(...request);
} else this.#waiting.push(request);
}
requests = later;
if (!this.#isEmptied) break;
}
this.#waiting = this.#waiting.concat(requests);
}
#emptyAll() {
const requests = [];
this.#isEmptied = true;
for (const [ident, { port }] of this.#links) {
if (!this.#empty(ident, port, TAKEN_MAX, requests)) {
this.#isEmptied = false;
}
}
return requests;
}
#empty(ident, port, most, requests) {
for (let taken = 0; taken < most; taken++) {
const message = takeMessage(port);
if (message === void 0) return true;
if (isToSharer(message)) this.#handle(message, ident, port, requests);
}
return false;
}
#handle(message, from, port, requests) {
switch (message.kind) {
case "deposit":
if (!this.#kept.has(message.number)) {
this.#kept.set(message.number, message);
}
return;
case "fetch":
case "discard":
requests.push([
message,
port
]);
return;
case "open_link":
if (this.#links.has(message.ident)) message.port.close();
else {
this.#links.set(message.ident, {
port: message.port,
maker: from
});
}
return;
case "close_link":
if (this.#links.get(message.ident)?.maker !== from) return;
queueMicrotask(() => this.closeLink(message.ident));
return;
default:
unreachable(message);
}
}
#answer(message, from) {
const { kind, number } = message;
const kept = this.#take(number);
if (kind === "discard") return close(kept);
try {
const content = kept?.content ?? null;
postTo(from, {
number,
content
}, kept?.carried);
} catch {
from.postMessage({
number,
content: null
});
}
try {
tell(Block.attach(message.answered));
} catch {
}
}
};
function isToSharer(message) {
const given = Object(message);
switch (given.kind) {
case "deposit":
return isNumber(given.number) && Array.isArray(given.carried) && typeof given.content === "object" && given.content !== null;
case "fetch":
return isNumber(given.number) && Object(given.answered).place === "local";
case "discard":
return isNumber(given.number);
case "open_link":
return isNumber(given.ident) && given.port instanceof MessagePort;
case "close_link":
return isNumber(given.ident);
default:
return false;
}
}
function isNumber(value) {
return typeof value === "number";
}
var SharerClient = class {
wakeWord;
#port;
#answered = Block.allocate(4);
#word;
#asked = new Set();
#answers = new Map();
constructor({ port, wakeWord }) {
this.#port = port;
this.wakeWord = Block.attach(wakeWord);
this.#word = this.#answered.handle("isolate");
}
deposit(number, content, carried) {
this.#post({
kind: "deposit",
number,
content,
carried
}, carried);
}
async fetch(number, { deadline, signal }) {
for (this.#ask(number); ; ) {
const seen = Atomics.load(this.#answered.int32, 0);
const answer = this.#answerTo(number);
if (answer !== null) return answer.content ?? lost(number);
const leftMs = deadline - performance.now();
if (leftMs <= 0) return null;
await waitAsync(this.#answered, 0, seen, leftMs, signal);
}
}
fetchSync(number, { deadline }) {
for (this.#ask(number); ; ) {
const seen = Atomics.load(this.#answered.int32, 0);
const answer = this.#answerTo(number);
if (answer !== null) return answer.content ?? lost(number);
const leftMs = deadline - performance.now();
if (leftMs <= 0) return null;
waitSync(this.#answered, 0, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
renewOwnLiveness();
}
}
discard(number) {
this.#post({
kind: "discard",
number
});
tell(this.wakeWord);
}
openLink(ident) {
const { near, far } = channel();
this.#post({
kind: "open_link",
ident,
port: near
}, [
near
]);
return {
port: far,
wakeWord: this.wakeWord.handle("isolate")
};
}
closeLink(ident) {
this.#post({
kind: "close_link",
ident
});
tell(this.wakeWord);
}
#ask(number) {
if (this.#asked.has(number) || this.#answers.has(number)) return;
this.#asked.add(number);
this.#post({
kind: "fetch",
number,
answered: this.#word
});
tell(this.wakeWord);
}
#answerTo(number) {
for (; ; ) {
const answer2 = takeMessage(this.#port);
if (answer2 === void 0) break;
this.#asked.delete(answer2.number);
this.#answers.set(answer2.number, answer2);
}
const answer = this.#answers.get(number) ?? null;
this.#answers.delete(number);
return answer;
}
#post(message, transfer) {
postTo(this.#port, message, transfer);
}
};
function moved(value, carried) {
if (carried.length < 2) return cloneOf(value, carried);
const { near, far } = channel();
try {
postTo(near, value, carried);
return takeMessage(far);
} finally {
near.close();
far.close();
}
}
function close(kept) {
for (const part of kept?.carried ?? []) {
if (part instanceof MessagePort) part.close();
}
}
function tell(block) {
Atomics.add(block.int32, 0, 1);
wake(block, 0);
}
function lost(number) {
throw new ProcessError(`Cannot fetch item ${number} as nothing was deposited under that number, or another isolate has fetched it`);
}
var drawn = new BigUint64Array(DRAWN);
var drawnLeft = 0;
function drawNumber() {
if (drawnLeft === 0) {
crypto.getRandomValues(drawn);
drawnLeft = DRAWN;
}
return Number(drawn[--drawnLeft] >> BITS_LEFT_OUT);
}
var current;
function sharer() {
return current ??= newSharer();
}
function newSharer() {
const host = childContext()?.host;
return host?.kind === "isolate" ? new SharerClient(host.sharer) : new Store();
}
function deposit(content, carried = []) {
const number = drawNumber();
try {
sharer().deposit(number, content, carried);
} catch (error) {
const reason = `refused: ${thrownText(error)}`;
const refused = new EncodingError("the item", reason);
refused.cause = error;
throw refused;
}
return number;
}
function fetch(number, limits = NO_LIMITS) {
return sharer().fetch(number, limits);
}
function fetchSync(number, limits = NO_LIMITS) {
return sharer().fetchSync(number, limits);
}
function discard(number) {
sharer().discard(number);
}
function openLink(ident) {
return sharer().openLink(ident);
}
function closeLink(ident) {
sharer().closeLink(ident);
}
return { deposit: deposit, fetch: fetch, fetchSync: fetchSync, discard: discard, openLink: openLink, closeLink: closeLink };
}
var $_made_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor;
function $_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor() { return $_made_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor ??= $_make_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor(); }
function $_make_shared_by_ring_transport_and_ring_backend_and_relay_and_isolate_launchers_and_isolate_spares_and_spares_and_supervisor() {
// lib/base/node_threads.ts
function nodeThreads() {
return process.getBuiltinModule("node:worker_threads");
}
function channel() {
const { port1, port2 } = new (nodeThreads()).MessageChannel();
return {
near: port1,
far: port2
};
}
function takeMessage(port) {
return nodeThreads().receiveMessageOnPort(port)?.message;
}
return { nodeThreads: nodeThreads, channel: channel, takeMessage: takeMessage };
}
var $_made_socket_parts;
function $_socket_parts() { return $_made_socket_parts ??= $_make_socket_parts(); }
function $_make_socket_parts() {
const AuthenticationError = $_AuthenticationError, ConnectionError = $_ConnectionError;
const ConnectionError2 = $_ConnectionError;
const REFUSED2 = $_REFUSED;
const Connection = $_Connection, OverTransport = $_OverTransport;
const ConnectionError3 = $_ConnectionError, SharedMemoryError = $_SharedMemoryError, UnsupportedError = $_UnsupportedError;
const mostOf = $_mostOf;
const pack = $_pack, unpack = $_unpack;
const AsyncMutex = $_AsyncMutex, Notify = $_Notify, settlesBy = $_settlesBy;
const END = $_END, LATE = $_LATE;
// lib/channel/sockets/listener_address.ts
var FAMILIES = [
"tcp",
"unix",
void 0
];
var PORT_MAX = 65535;
function checkAddress(address, family) {
checkFamily(family);
const checked = typeof address === "string" ? checkPath(address) : checkHost(address);
const { transport } = checked;
if (family === void 0 || family === transport) return checked;
throw new TypeError(`Cannot use the address as "family" must say what it is: it is "${transport}", and "family" is "${family}"`);
}
function checkFamily(family) {
if (FAMILIES.includes(family)) return;
throw new TypeError(`Cannot use family ${JSON.stringify(family)} as it must be "tcp" or "unix"`);
}
function checkPath(path) {
const isName = path.startsWith("\0") && path.length > 1;
const isPath = path !== "" && !path.includes("\0");
if (isName || isPath) return {
transport: "unix",
path
};
throw new TypeError(`Cannot use ${JSON.stringify(path)} as an address as it must be a path, or "\\0" and a name on Linux`);
}
function isOfThisMachine(address) {
if (address.transport !== "tcp") return true;
const { hostname } = address;
return hostname === "::1" || /^(::ffff:)?127\./i.test(hostname);
}
function checkHost(address) {
const { hostname = "localhost", port } = Object(address);
if (typeof hostname !== "string" || typeof port !== "number") {
throw new TypeError('Cannot use the address as it must be a path, or a host and a port as in { hostname: "localhost", port: 0 }');
}
if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) {
return {
transport: "tcp",
hostname,
port
};
}
throw new RangeError(`Cannot use the address as "port" must be a whole number from 0 to ${PORT_MAX}: current value is ${port}`);
}
function addressOf(address) {
switch (address.transport) {
case "tcp":
case "udp":
return {
hostname: address.hostname,
port: address.port
};
case "unix":
case "unixpacket":
return address.path || null;
default:
return null;
}
}
// lib/channel/sockets/pending_handshakes.ts
var HANDSHAKES_PER_NETWORK_MAX = 64;
var HANDSHAKES_MAX = 256;
var PendingHandshakes = class {
#byAddress = new Map();
#count = 0;
add(one, hostname) {
const network = hostname === null ? "" : networkOf(hostname);
const leaving = this.#crowdedOutBy(network);
if (leaving !== null) this.delete(leaving);
const same = this.#byAddress.get(network);
if (same === void 0) this.#byAddress.set(network, new Set([
one
]));
else same.add(one);
this.#count++;
return leaving;
}
delete(one) {
for (const [network, all] of this.#byAddress) {
if (!all.delete(one)) continue;
this.#count--;
if (all.size === 0) this.#byAddress.delete(network);
return;
}
}
#crowdedOutBy(network) {
const same = this.#byAddress.get(network);
if (same !== void 0 && same.size >= HANDSHAKES_PER_NETWORK_MAX) {
return firstOf(same);
}
if (this.#count < HANDSHAKES_MAX) return null;
let largest = null;
for (const all of this.#byAddress.values()) {
if (all.size > (largest?.size ?? 0)) largest = all;
}
return firstOf(largest);
}
};
function firstOf(all) {
const [first] = all;
return first;
}
function networkOf(hostname) {
if (!hostname.includes(":")) return hostname;
if (hostname.includes(".")) {
return hostname.slice(hostname.lastIndexOf(":") + 1);
}
const [left, right] = hostname.split("::").map((half) => half === "" ? [] : half.split(":"));
const zeros = right === void 0 ? 0 : 8 - left.length - right.length;
const groups = [
...left,
...Array(zeros).fill("0"),
...right ?? []
];
return groups.slice(0, 4).join(":");
}
// lib/channel/sockets/handshake.ts
var MAGIC = new TextEncoder().encode("mp-deno2");
var KEY_LABEL = new TextEncoder().encode("mp-deno2 authkey");
var NONCE_BYTES = 32;
var PROOF_BYTES = 32;
var KEYED = 1;
var KEYLESS = 0;
var ACCEPTED = 1;
var REFUSED = 0;
var MODE_AT = MAGIC.length;
var NONCE_AT = MODE_AT + 1;
var PROOF_AT = NONCE_AT + NONCE_BYTES;
var GREETING_BYTES = PROOF_AT;
var ANSWER_BYTES = PROOF_AT + PROOF_BYTES;
var VERDICT_BYTES = 1 + PROOF_BYTES;
function checkKey(authkey) {
if (authkey === void 0) return null;
if (!(authkey instanceof Uint8Array)) {
throw new TypeError(`Cannot use the authkey as it must be a Uint8Array: it is of type ${typeof authkey}, use new TextEncoder().encode(text) for a text`);
}
return new Uint8Array(authkey);
}
async function importKey(bytes) {
if (bytes === null) return null;
const algorithm = {
name: "HMAC",
hash: "SHA-256"
};
const uses = [
"sign",
"verify"
];
const { subtle } = crypto;
const raw = await subtle.digest("SHA-256", concat(KEY_LABEL, bytes));
return await subtle.importKey("raw", raw, algorithm, false, uses);
}
function claimOf(side, nonceL, nonceC) {
const label = new TextEncoder().encode(side);
return concat(label, nonceL, nonceC);
}
function concat(...parts) {
const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
let at = 0;
for (const part of parts) {
whole.set(part, at);
at += part.length;
}
return whole;
}
async function prove(key, claim) {
if (key === null) return new Uint8Array(PROOF_BYTES);
return new Uint8Array(await crypto.subtle.sign("HMAC", key, claim));
}
async function isProof(key, proof, claim) {
return key === null || await crypto.subtle.verify("HMAC", key, proof, claim);
}
function freshNonce() {
return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}
function modeOf(key) {
return key === null ? KEYLESS : KEYED;
}
async function read(socket, count) {
const bytes = new Uint8Array(count);
let at = 0;
while (at < count) {
const got = await attempt(socket.read(bytes.subarray(at)));
if (got === null) throw hasLeft();
at += got;
}
return bytes;
}
async function write(socket, bytes) {
let at = 0;
while (at < bytes.length) {
at += await attempt(socket.write(bytes.subarray(at)));
}
}
async function attempt(action) {
try {
return await action;
} catch (cause) {
throw hasLeft({
cause
});
}
}
function hasLeft(options) {
return new ConnectionError("Cannot greet the peer as it must stay until both have greeted: it has left", options);
}
function checkMagic(bytes) {
if (MAGIC.every((byte, i) => bytes[i] === byte)) return;
throw new ConnectionError("Cannot greet the peer as it must be a Listener or Client of this package and version: it sent something else");
}
async function greetClient(socket, key, answered) {
const nonceL = freshNonce();
const mode = modeOf(key);
await write(socket, concat(MAGIC, Uint8Array.of(mode), nonceL));
const answer = await read(socket, ANSWER_BYTES);
answered();
checkMagic(answer);
const nonceC = answer.slice(NONCE_AT, PROOF_AT);
const isRight = answer[MODE_AT] === mode && await isProof(key, answer.slice(PROOF_AT), claimOf("client", nonceL, nonceC));
if (!isRight) {
const verdict = new Uint8Array(VERDICT_BYTES).fill(REFUSED);
await write(socket, verdict).catch(() => {
});
throw refusedClient(mode, answer[MODE_AT]);
}
const proof = await prove(key, claimOf("listener", nonceL, nonceC));
await write(socket, concat(Uint8Array.of(ACCEPTED), proof));
}
function refusedClient(own, its) {
const why = own === its ? "its proof is wrong, so its authkey is another one" : own === KEYED ? "it has no authkey" : "it asks for an authkey and this listener has none";
return new AuthenticationError(`Cannot accept the peer as it must have the same authkey: ${why}`);
}
async function greetListener(socket, key) {
const greeting = await read(socket, GREETING_BYTES);
checkMagic(greeting);
const mode = modeOf(key);
const nonceL = greeting.slice(NONCE_AT);
const nonceC = freshNonce();
const isSame = greeting[MODE_AT] === mode;
const proof = isSame ? await prove(key, claimOf("client", nonceL, nonceC)) : new Uint8Array(PROOF_BYTES);
await write(socket, concat(MAGIC, Uint8Array.of(mode), nonceC, proof));
if (!isSame) throw refusedListener(mode);
const verdict = await read(socket, VERDICT_BYTES);
const claim = claimOf("listener", nonceL, nonceC);
if (verdict[0] !== ACCEPTED) {
throw new AuthenticationError("Cannot connect as the listener must accept the authkey: it has refused it, so its own is another one");
}
if (await isProof(key, verdict.slice(1), claim)) return;
throw new AuthenticationError("Cannot connect as the listener must prove that it has the authkey: its proof is wrong");
}
function refusedListener(own) {
const why = own === KEYED ? "it has no authkey and cannot prove anything" : 'it asks for one, give it in the option "authkey"';
return new AuthenticationError(`Cannot connect as the listener must have the same authkey: ${why}`);
}
// lib/channel/sockets/socket_framing.ts
var SOCKET_HEADER_BYTES = 4;
var SOCKET_FRAME_MAX_BYTES = 2 ** 31 - 1;
var FIRST_ROOM_BYTES = 65536;
function headerOf(length) {
const header = new Uint8Array(SOCKET_HEADER_BYTES);
new DataView(header.buffer).setUint32(0, length);
return header;
}
var Deframer = class {
#maxMessageBytes;
#header = new Uint8Array(SOCKET_HEADER_BYTES);
#lengthView = new DataView(this.#header.buffer);
#headerFilled = 0;
#message = null;
#length = 0;
#filled = 0;
constructor(maxMessageBytes) {
this.#maxMessageBytes = maxMessageBytes;
}
push(piece, deliver) {
let at = 0;
while (at < piece.length) {
at += this.#message === null ? this.#takeHeader(piece, at) : this.#takeBody(piece, at);
if (this.#message === null || this.#filled < this.#length) continue;
const message = this.#message;
this.#message = null;
this.#headerFilled = 0;
deliver(message);
}
}
#takeHeader(piece, at) {
const count = Math.min(SOCKET_HEADER_BYTES - this.#headerFilled, piece.length - at);
this.#header.set(piece.subarray(at, at + count), this.#headerFilled);
this.#headerFilled += count;
if (this.#headerFilled === SOCKET_HEADER_BYTES) this.#begin();
return count;
}
#begin() {
this.#length = this.#lengthView.getUint32(0);
if (this.#length > this.#maxMessageBytes) {
throw new ConnectionError2(`Cannot receive a message of ${this.#length} bytes as at most ${this.#maxMessageBytes} are allowed: the connection is broken, raise "maxMessageBytes" if the peer is to be trusted`);
}
this.#message = new Uint8Array(Math.min(this.#length, FIRST_ROOM_BYTES));
this.#filled = 0;
}
#takeBody(piece, at) {
const count = Math.min(this.#length - this.#filled, piece.length - at);
this.#reserve(this.#filled + count);
this.#message.set(piece.subarray(at, at + count), this.#filled);
this.#filled += count;
return count;
}
#reserve(bytes) {
const message = this.#message;
if (bytes <= message.length) return;
const room = Math.max(bytes, 2 * message.length);
const larger = new Uint8Array(Math.min(this.#length, room));
larger.set(message.subarray(0, this.#filled));
this.#message = larger;
}
};
// lib/channel/sockets/message_limit.ts
var MAX_MESSAGE_BYTES_DEFAULT = 64 * 2 ** 20;
function checkMaxMessageBytes(most = MAX_MESSAGE_BYTES_DEFAULT) {
if (Number.isInteger(most) && most >= 0 && most <= SOCKET_FRAME_MAX_BYTES) {
return most;
}
throw new RangeError(`Cannot use "maxMessageBytes" as it must be a whole number from 0 to ${SOCKET_FRAME_MAX_BYTES}: current value is ${most}`);
}
// lib/channel/sockets/socket_connection.ts
var PIECE_BYTES = 65536;
var READ_AHEAD_BYTES = 65536;
var JOINED_MAX_BYTES = 65536;
var MESSAGE_COST_BYTES = 128;
var SocketTransport = class {
readable = true;
writable = true;
#socket;
#maxMessageBytes;
#row = new AsyncMutex();
#arrived = new Notify();
#taken = new Notify();
#inbox = [];
#inboxBytes = 0;
#end = "open";
#isClosed = false;
constructor(socket, maxMessageBytes) {
this.#socket = socket;
this.#maxMessageBytes = maxMessageBytes;
socket.unref();
this.#pump();
}
async send(form, content, limit) {
limit.signal?.throwIfAborted();
const message = form === "value" ? pack(content, "elsewhere", "message") : new Uint8Array(content);
this.#checkLength(message);
const leave = await this.#row.lock(limit);
if (leave === null) return "late";
const sending = this.#write(message).finally(leave);
if (isEndless(limit)) return await sending;
return await settlesBy(sending, limit) ? await sending : "late";
}
#checkLength({ length }) {
if (length <= Math.min(this.#maxMessageBytes, SOCKET_FRAME_MAX_BYTES)) {
return;
}
throw new ConnectionError3(`Cannot send a message of ${length} bytes as at most ${this.#maxMessageBytes} are allowed: send it in parts, or raise "maxMessageBytes" on both sides`);
}
async #write(message) {
try {
if (message.length <= JOINED_MAX_BYTES) {
await this.#writeAll(joined(message));
} else {
await this.#writeAll(headerOf(message.length));
await this.#writeAll(message);
}
return "sent";
} catch {
return "broken";
}
}
async #writeAll(bytes) {
let at = 0;
while (at < bytes.length) {
at += await this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
}
}
sendSync() {
throw cannotBlock("send over");
}
async receive(wanted, limit) {
const message = await this.#receive(limit);
if (wanted !== "value" || message === END || message === LATE) {
return message;
}
const { length } = message;
return unpack(message, refuseHandle, mostOf(length));
}
async #receive(limit) {
limit.signal?.throwIfAborted();
while (this.#inbox.length === 0) {
if (this.#end instanceof Error) throw this.#end;
if (this.#end === "ended") return END;
if (!await this.#arrived.wait(limit)) return LATE;
}
const message = this.#inbox.shift();
this.#inboxBytes -= costOf(message);
this.#taken.notifyAll();
return message;
}
receiveSync() {
throw cannotBlock("receive over");
}
async poll(limit) {
limit.signal?.throwIfAborted();
while (!this.#hasNews) {
if (!await this.#arrived.wait(limit)) return this.#hasNews;
}
return true;
}
get #hasNews() {
return this.#inbox.length > 0 || this.#end !== "open";
}
pollSync() {
throw cannotBlock("poll");
}
close() {
this.#isClosed = true;
this.#inbox.length = 0;
this.#inboxBytes = 0;
this.#socket.close();
this.#finish("ended");
}
async #pump() {
const deframer = new Deframer(this.#maxMessageBytes);
const piece = new Uint8Array(PIECE_BYTES);
try {
for (; ; ) {
const count = await this.#socket.read(piece);
if (count === null) break;
deframer.push(piece.subarray(0, count), (message) => {
this.#inbox.push(message);
this.#inboxBytes += costOf(message);
});
if (this.#inbox.length > 0) this.#arrived.notifyAll();
await this.#untilLittleIsAhead();
}
this.#finish("ended");
} catch (error) {
this.#finish(error instanceof ConnectionError3 ? error : "ended");
}
}
async #untilLittleIsAhead() {
while (this.#inboxBytes > READ_AHEAD_BYTES && !this.#isClosed) {
await this.#taken.next;
}
}
#finish(end) {
if (this.#end === "open") this.#end = end;
this.#arrived.notifyAll();
this.#taken.notifyAll();
}
};
function costOf(message) {
return message.length + MESSAGE_COST_BYTES;
}
function joined(message) {
const both = new Uint8Array(SOCKET_HEADER_BYTES + message.length);
both.set(headerOf(message.length));
both.set(message, SOCKET_HEADER_BYTES);
return both;
}
function isEndless({ deadline, signal }) {
return deadline === Infinity && signal === void 0;
}
function refuseHandle({ kind }) {
throw new SharedMemoryError(`Cannot receive a shared object of kind "${kind}" over a socket as the peer may be anybody: send its value or its name`);
}
function cannotBlock(verb) {
return new UnsupportedError(`Cannot ${verb} a socket while this thread blocks as Deno waits for sockets in its event loop only: await the method without "Sync"`);
}
// lib/channel/sockets/socket_connection.ts
var SocketConnection = class extends Connection {
get [REFUSED2]() {
return "a connection over a socket, which only its own process can use; send the address of the listener";
}
};
Object.defineProperty(SocketConnection, "name", {
value: "Connection"
});
function connectionOver(socket, maxMessageBytes) {
const transport = new SocketTransport(socket, maxMessageBytes);
return new SocketConnection(new OverTransport(transport));
}
function closeSocket(socket) {
try {
socket.close();
} catch (error) {
if (!(error instanceof Deno.errors.BadResource)) throw error;
}
}
// lib/channel/sockets/private_folder.ts
var folders = new Set();
function remove(path) {
try {
Deno.removeSync(path, {
recursive: true
});
} catch (error) {
if (!(error instanceof Deno.errors.NotFound)) throw error;
}
}
function removeAll() {
for (const path of folders) remove(path);
}
var PrivateFolder = class {
path;
constructor() {
this.path = Deno.makeTempDirSync({
prefix: "multiprocessing-"
});
if (folders.size === 0) addEventListener("unload", removeAll);
folders.add(this.path);
}
remove() {
if (!folders.delete(this.path)) return;
if (folders.size === 0) removeEventListener("unload", removeAll);
remove(this.path);
}
};
return { HANDSHAKES_MAX: HANDSHAKES_MAX, HANDSHAKES_PER_NETWORK_MAX: HANDSHAKES_PER_NETWORK_MAX, PendingHandshakes: PendingHandshakes, PrivateFolder: PrivateFolder, addressOf: addressOf, checkAddress: checkAddress, checkFamily: checkFamily, checkKey: checkKey, checkMaxMessageBytes: checkMaxMessageBytes, closeSocket: closeSocket, connectionOver: connectionOver, greetClient: greetClient, greetListener: greetListener, importKey: importKey, isOfThisMachine: isOfThisMachine };
}
var $_ns_socket_parts = {
get HANDSHAKES_MAX() { return $_socket_parts().HANDSHAKES_MAX; },
get HANDSHAKES_PER_NETWORK_MAX() { return $_socket_parts().HANDSHAKES_PER_NETWORK_MAX; },
get PendingHandshakes() { return $_socket_parts().PendingHandshakes; },
get PrivateFolder() { return $_socket_parts().PrivateFolder; },
get addressOf() { return $_socket_parts().addressOf; },
get checkAddress() { return $_socket_parts().checkAddress; },
get checkFamily() { return $_socket_parts().checkFamily; },
get checkKey() { return $_socket_parts().checkKey; },
get checkMaxMessageBytes() { return $_socket_parts().checkMaxMessageBytes; },
get closeSocket() { return $_socket_parts().closeSocket; },
get connectionOver() { return $_socket_parts().connectionOver; },
get greetClient() { return $_socket_parts().greetClient; },
get greetListener() { return $_socket_parts().greetListener; },
get importKey() { return $_socket_parts().importKey; },
get isOfThisMachine() { return $_socket_parts().isOfThisMachine; },
};
var $_made_isolate_output;
function $_isolate_output() { return $_made_isolate_output ??= $_make_isolate_output(); }
function $_make_isolate_output() {
const UnsupportedError = $_UnsupportedError;
const hooks = $_hooks;
const NO_READER = $_NO_READER;
// lib/child/isolate_output.ts
var PIECE_BYTES = 64 * 1024;
function takeOutput(host, output) {
const writers = {
stdout: writerFor("stdout", 0, host, output),
stderr: writerFor("stderr", 1, host, output)
};
takeConsole(writers);
for (const name of [
"stdout",
"stderr"
]) {
const writer = writers[name];
if (writer === null) continue;
takeDenoStream(name, writer);
takeNodeStream(name, writer);
}
takeCommands(writers);
}
function writerFor(name, at, host, output) {
switch (output[name]) {
case "inherit":
return null;
case "null":
return {
writeSync: (bytes) => bytes.length,
write: (bytes) => Promise.resolve(bytes.length)
};
case "piped":
return new PipedWriter(name, at, host, output);
}
}
var PipedWriter = class {
#name;
#at;
#host;
#output;
constructor(name, at, host, output) {
this.#name = name;
this.#at = at;
this.#host = host;
this.#output = output;
}
writeSync(bytes) {
for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
const { unread } = this.#output;
for (let seen = this.#full(); seen > 0; seen = this.#full()) {
const { sliceMs } = this.#host;
Atomics.wait(unread, this.#at, seen, sliceMs);
if (hooks.isStopped()) this.#host.close();
}
this.#emit(bytes.slice(from, from + PIECE_BYTES));
}
return bytes.length;
}
async write(bytes) {
for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
const { unread } = this.#output;
for (let seen = this.#full(); seen > 0; seen = this.#full()) {
await Atomics.waitAsync(unread, this.#at, seen).value;
}
this.#emit(bytes.slice(from, from + PIECE_BYTES));
}
return bytes.length;
}
#full() {
const unread = Atomics.load(this.#output.unread, this.#at);
if (unread >= NO_READER / 2) {
throw new Deno.errors.BrokenPipe(`Cannot write to ${this.#name} as nobody reads it any more`);
}
return unread >= this.#output.limitBytes ? unread : 0;
}
#emit(piece) {
Atomics.add(this.#output.unread, this.#at, piece.length);
this.#host.emit(this.#name, piece);
}
};
var STDERR_LEVEL = 2;
function takeConsole(writers) {
const { Console } = Deno[internal()] ?? {};
if (Console === void 0) {
throw new UnsupportedError('Cannot take over the console of this process as this version of Deno has no way to: leave out the options "stdout" and "stderr", or use start method "spawn"');
}
const { core } = Deno[internal()];
const encoder = new TextEncoder();
const taken = new Console((text, level) => {
const isError = level >= STDERR_LEVEL;
const writer = isError ? writers.stderr : writers.stdout;
if (writer === null) return core.print(text, isError);
try {
writer.writeSync(encoder.encode(text));
} catch {
}
});
const { context: _, ...functions } = Object.getOwnPropertyDescriptors(taken);
for (const [name, descriptor] of Object.entries(functions)) {
Object.defineProperty(console, name, {
...descriptor,
configurable: true
});
}
}
function internal() {
return Deno.internal;
}
function takeDenoStream(name, writer) {
let writable;
Object.defineProperties(Deno[name], {
write: {
value: (bytes) => writer.write(bytes)
},
writeSync: {
value: (bytes) => writer.writeSync(bytes)
},
writable: {
get: () => writable ??= new WritableStream({
write: async (bytes) => void await writer.write(bytes)
})
},
isTerminal: {
value: () => false
}
});
}
function takeNodeStream(name, writer) {
const { process } = globalThis;
if (process === void 0) return;
let stream;
Object.defineProperty(process, name, {
configurable: true,
enumerable: true,
get() {
const { Writable } = process.getBuiltinModule("node:stream");
return stream ??= Object.assign(new Writable({
write(chunk, _, done) {
try {
writer.writeSync(chunk);
done();
} catch (error) {
done(error);
}
}
}), {
fd: name === "stdout" ? 1 : 2
});
}
});
}
function takeCommands(writers) {
const { Command } = Deno;
const flowing = new Set();
hooks.drainOutput = async () => void await Promise.all(flowing);
const names = [
"stdout",
"stderr"
].filter((name) => writers[name] !== null);
Deno.Command = class extends Command {
#command;
#options;
constructor(command, options = {}) {
super(command, options);
this.#command = command;
this.#options = options;
}
spawn() {
const inherited = names.filter((name) => (this.#options[name] ?? "inherit") === "inherit");
const child = this.#piping(inherited).spawn();
for (const name of inherited) {
const flow = pour(child[name], writers[name]);
flowing.add(flow);
void flow.then(() => flowing.delete(flow));
}
showAsInherited(child, inherited);
return child;
}
async output() {
const inherited = this.#inherited();
const output = await this.#piping(inherited).output();
for (const name of inherited) await writers[name].write(output[name]);
return output;
}
outputSync() {
const inherited = this.#inherited();
const output = this.#piping(inherited).outputSync();
for (const name of inherited) writers[name].writeSync(output[name]);
return output;
}
#inherited() {
return names.filter((name) => this.#options[name] === "inherit");
}
#piping(streams) {
const piped = streams.map((name) => [
name,
"piped"
]);
return new Command(this.#command, {
...this.#options,
...Object.fromEntries(piped)
});
}
};
}
function showAsInherited(child, inherited) {
if (inherited.length === 0) return;
for (const name of inherited) {
Object.defineProperty(child, name, {
get: () => notPiped(name)
});
}
const collect = async (name) => {
const stream = pipedStream(child, name);
return stream === null ? null : await new Response(stream).bytes();
};
child.output = async () => {
const [status, stdout, stderr] = await Promise.all([
child.status,
collect("stdout"),
collect("stderr")
]);
return {
...status,
get stdout() {
return stdout ?? notPiped("stdout");
},
get stderr() {
return stderr ?? notPiped("stderr");
}
};
};
}
function pipedStream(child, name) {
try {
return child[name];
} catch {
return null;
}
}
function notPiped(name) {
throw new TypeError(`Cannot get '${name}': '${name}' is not piped`);
}
async function pour(from, to) {
try {
for await (const bytes of from) await to.write(bytes);
} catch {
}
}
return { takeOutput: takeOutput };
}
var $_ns_isolate_output = {
get takeOutput() { return $_isolate_output().takeOutput; },
};
var $_made_export_identity;
function $_export_identity() { return $_made_export_identity ??= $_make_export_identity(); }
function $_make_export_identity() {
const { answerTo: answerTo, askIdentity: askIdentity, exportedName: exportedName, soughtBy: soughtBy } = $_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts();
return { answerTo: answerTo, askIdentity: askIdentity, exportedName: exportedName, soughtBy: soughtBy };
}
var $_ns_export_identity = {
get answerTo() { return $_export_identity().answerTo; },
get askIdentity() { return $_export_identity().askIdentity; },
get exportedName() { return $_export_identity().exportedName; },
get soughtBy() { return $_export_identity().soughtBy; },
};
var $_made_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts;
function $_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts() { return $_made_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts ??= $_make_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts(); }
function $_make_shared_by_export_identity_and_slow_resolve_and_target_and_pool_parts() {
const { isClosed: isClosed } = $_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts();
const functionText = $_functionText;
const parentPeer = $_parentPeer, receive = $_receive;
const namespaceAtHand = $_namespaceAtHand, namespaceOf = $_namespaceOf;
// lib/functions/export_identity.ts
function soughtBy(spec, itself) {
const isKnown = spec.kind === "nothing" || spec.kind === "address" || spec.kind === "captured" || spec.match.by === "text" || spec.module === null;
return isKnown || itself === void 0 ? void 0 : {
itself,
module: spec.module
};
}
var QUESTION_HEAD = 3;
var ANSWER_MS = 1e4;
var subjectsOf = new WeakMap();
var asked = new Map();
var tickets = 0;
var isOpen = false;
function answerTo(child, subjects) {
subjectsOf.set(child, subjects);
open();
}
function open() {
if (isOpen) return;
isOpen = true;
receive("which", (body, from) => {
if (from !== parentPeer()) return answer(questionIn(body), from);
takeReply(body.value);
});
}
function questionIn(body) {
const value = body instanceof Uint8Array ? null : body.value;
const isSound = Array.isArray(value) && value.length > QUESTION_HEAD && Number.isSafeInteger(value[0]) && Number.isSafeInteger(value[1]) && value.slice(2).every((part) => typeof part === "string");
if (isSound) return value;
throw new RangeError("Cannot read a message: it is no question");
}
async function askIdentity(subject, module, names) {
open();
const ticket = tickets++;
const { promise, resolve } = Promise.withResolvers();
asked.set(ticket, resolve);
const timer = setTimeout(() => resolve({
kind: "silent"
}), ANSWER_MS);
const question = [
ticket,
subject,
module,
...names
];
parentPeer().post("which", plain(question));
try {
return await promise;
} finally {
clearTimeout(timer);
asked.delete(ticket);
}
}
function takeReply([ticket, kind, name]) {
asked.get(ticket)?.(kind === "export" ? {
kind,
name
} : {
kind
});
}
function answer([ticket, subject, module, ...names], from) {
const reply = ({ kind, name = "" }) => from.post("which", plain([
ticket,
kind,
name
]));
const sought = subjectsOf.get(from)?.(subject);
if (sought === void 0) return reply({
kind: "unknown"
});
if (module !== sought.module) {
throw new RangeError(`Cannot answer which function of ${module} is meant as it is of another module`);
}
exportOf(sought, names).then(reply).catch((error) => from.broken(error));
}
async function exportOf({ itself, module }, names) {
const namespace = await namespaceOf(module);
if (namespace !== null) {
const name = nameIn(namespace, itself);
return name === null ? {
kind: "none"
} : {
kind: "export",
name
};
}
const source = functionText(itself);
return isClosed(source) ? {
kind: "export",
name: names[0]
} : {
kind: "unknown"
};
}
function exportedName(module, sought) {
const namespace = namespaceAtHand(module);
return namespace === null ? void 0 : nameIn(namespace, sought);
}
function nameIn(namespace, sought) {
for (const name of Reflect.ownKeys(namespace)) {
try {
if (namespace[name] === sought) return name;
} catch {
}
}
return null;
}
function plain(value) {
return {
form: "clone",
value,
placeholders: null
};
}
return { soughtBy: soughtBy, answerTo: answerTo, askIdentity: askIdentity, exportedName: exportedName };
}
var $_made_look;
function $_look() { return $_made_look ??= $_make_look(); }
function $_make_look() {
const { inspect: inspect, isImportable: isImportable, isVariableName: isVariableName, moduleOfScript: moduleOfScript, readSource: readSource, usesOf: usesOf } = $_shared_by_look_and_target_and_pool_parts();
const { originOf: originOf, standInOf: standInOf, unused: unused } = $_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const { freeWords: freeWords, usesOnly: usesOnly } = $_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts();
const { tokensOf: tokensOf } = $_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const functionText5 = $_functionText;
const isPlain = $_isPlain;
const isShareable = $_isShareable;
const functionText = $_functionText, isNativeText = $_isNativeText;
const EncodingError2 = $_EncodingError;
const isOfNamedClass = $_isOfNamedClass, nameClass = $_nameClass;
const isProxy = $_isProxy;
const EncodingError = $_EncodingError;
const DEPTH_MAX = $_DEPTH_MAX, isError = $_isError, reasonAgainst = $_reasonAgainst, TOO_DEEP = $_TOO_DEEP, valueKindOf = $_valueKindOf;
const packageUrl = $_packageUrl;
const isInteractive = $_isInteractive;
const isOfPackage = $_isOfPackage;
const joined = $_joined;
const isInteractive2 = $_isInteractive;
const functionText4 = $_functionText;
const functionText3 = $_functionText, isNativeText2 = $_isNativeText;
const broadcast = $_broadcast, isNotebook = $_isNotebook;
const isProxy2 = $_isProxy;
const printError = $_printError;
const valueKindOf2 = $_valueKindOf;
const functionText2 = $_functionText;
// lib/functions/look.ts
var paths = null;
function globalPathOf(value) {
paths ??= allPaths();
return paths.get(value) ?? lazyPathOf(value);
}
function lazyPathOf(value) {
if (typeof value !== "function" || !NAMES.has(value.name)) return null;
const found = globalThis[value.name];
return found === value ? [
value.name
] : null;
}
var NAMES = new Set("AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView Date DecompressionStream Deno DisposableStack Error EvalError Event EventTarget File FileReader FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessagePort Number Object Performance Promise Proxy RangeError ReadableStream ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer String SubtleCrypto SuppressedError Symbol SyntaxError Temporal TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream TypeError URIError URL URLPattern URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket Worker WritableStream atob btoa clearImmediate clearInterval clearTimeout console crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape fetch globalThis isFinite isNaN navigator parseFloat parseInt performance process queueMicrotask reportError setImmediate setInterval setTimeout structuredClone unescape".split(" "));
var SPACES = /^[A-Z]|^(console|crypto|performance)$/;
function allPaths() {
const found = new Map();
const add = (value, path) => {
if (isThing(value) && !found.has(value)) found.set(value, path);
};
const roots = [];
for (const [name, value] of dataOf(globalThis)) {
if (!isThing(value) || !NAMES.has(name)) continue;
add(value, [
name
]);
if (SPACES.test(name)) roots.push([
value,
[
name
]
]);
}
for (const [root, path] of roots) {
for (const [name, value] of dataOf(root)) {
if (typeof value === "function") add(value, [
...path,
name
]);
}
const prototype = Object.getOwnPropertyDescriptor(root, "prototype")?.value;
if (!isThing(prototype)) continue;
for (const [name, value] of dataOf(prototype)) {
if (typeof value === "function" && name !== "constructor") {
add(value, [
...path,
"prototype",
name
]);
}
}
}
return found;
}
function isThing(value) {
return typeof value === "function" || typeof value === "object" && value !== null;
}
function* dataOf(thing) {
for (const name of Object.getOwnPropertyNames(thing)) {
const descriptor = Object.getOwnPropertyDescriptor(thing, name);
if (descriptor !== void 0 && "value" in descriptor) {
yield [
name,
descriptor.value
];
}
}
}
// lib/functions/session_exports.ts
var known = new WeakMap();
var isAny = false;
function sessionExportOf(thing) {
return isAny ? known.get(thing) ?? null : null;
}
function noteSessionExport(thing, place) {
isAny = true;
known.set(thing, place);
}
if (isInteractive()) {
const module = packageUrl();
void import(module).then((all) => {
for (const [key, value] of Object.entries(all)) {
const isThing3 = typeof value === "function" || typeof value === "object" && value !== null;
if (isThing3) noteSessionExport(value, {
module,
key
});
}
noteSessionExport(all, {
module,
key: null
});
}, () => {
});
}
// lib/functions/captured_data.ts
var CapturedData = class {
values = [];
places = [];
fills = [];
instances = [];
extras = [];
integrity = [];
fields = [];
bytes = 0;
#destination;
#taker;
#seen = new Map();
#copies = new Map();
bare = [];
#isToFinish = false;
#given = [];
constructor(destination, taker) {
this.#destination = destination;
this.#taker = taker;
}
get isEmpty() {
return this.#given.length === 0;
}
add(value, path) {
this.#lookAtAll(value, path);
const index = this.values.push(void 0) - 1;
this.#given.push({
value,
put: (sent) => this.values[index] = sent
});
return index;
}
addFields(part, of, isEnumerable, fields, path) {
if (Object.keys(fields).length === 0) return;
this.#lookAtAll(fields, path);
this.#given.push({
value: fields,
put: (sent) => this.fields.push([
part,
of,
isEnumerable,
sent
])
});
}
finish() {
for (const { value, put } of this.#given) put(this.#sent(value));
const { values, places, fills, instances, bare } = this;
const { extras, integrity, fields } = this;
return {
values,
places,
fills,
instances,
bare,
extras,
integrity,
fields
};
}
#lookAtAll(value, path) {
try {
this.#look(value, path, null, 0);
} catch (error) {
const isTooDeep = error instanceof RangeError && error.message === "Maximum call stack size exceeded";
throw isTooDeep ? new EncodingError(path, TOO_DEEP) : error;
}
}
#look(value, path, around2, depth) {
if (isPart(value)) {
this.#taker.partOf(value, path);
if (around2 !== null) this.#markDirty(around2);
} else if (typeof value === "object" && value !== null) {
this.#lookInto(value, path, around2, depth);
} else {
this.bytes += typeof value === "string" ? value.length : 8;
}
}
#lookInto(value, path, around2, depth) {
const known5 = this.#seen.get(value);
if (known5 !== void 0) {
if (around2 === null) return;
known5.around.push(around2);
if (known5.isDirty) this.#markDirty(around2);
return;
}
if (depth > DEPTH_MAX) {
throw new EncodingError(`${path.slice(0, 200)}\u2026`, TOO_DEEP);
}
if (isProxy(value)) {
throw new EncodingError(path, "a Proxy; give what it stands for");
}
const kind = valueKindOf(value);
const reason = reasonAgainst(value, kind, this.#destination);
if (reason !== void 0) throw new EncodingError(path, reason);
const type = MADE_ANEW.has(kind) ? this.#typeOf(value, path) : null;
const isPlainList = isListOfPlain(value);
const extras = isPlainList ? [] : this.#extrasOf(value, kind, path);
const integrity = integrityOf(value, kind);
const isBare = Object.getPrototypeOf(value) === null;
if (type !== null || isBare || extras.length > 0 || integrity !== null) {
this.#isToFinish = true;
}
const own = around2 === null ? [] : [
around2
];
const about = {
isDirty: false,
type,
around: own,
extras,
integrity
};
this.#seen.set(value, about);
if (type !== null && CONTENT_ONLY.has(kind)) this.#markDirty(value);
if (isPlainList) {
this.bytes += sizeOfList(value);
return;
}
this.bytes += sizeOf(value);
for (const [at, part] of partsOf(value, kind, path) ?? []) {
this.#look(part, at, value, depth + 1);
}
for (const { at, value: part } of extras) {
this.#look(part, at, null, depth + 1);
}
}
#extrasOf(value, kind, path) {
const extras = [];
for (const key of extraKeysOf(value, kind)) {
const field = Object.getOwnPropertyDescriptor(value, key);
const at = typeof key === "symbol" ? `${path}[${String(key)}]` : `${path}${stepOf(key)}`;
if (!("value" in field)) throw new EncodingError(at, A_GETTER);
const name = typeof key === "symbol" ? this.#taker.partOf(key, at) : key;
const isEnumerable = field.enumerable === true;
extras.push({
key: name,
at,
isEnumerable,
value: field.value
});
}
return extras;
}
#markDirty(container) {
const open = [
container
];
for (let next = open.pop(); next !== void 0; next = open.pop()) {
const known5 = this.#seen.get(next);
if (known5.isDirty) continue;
known5.isDirty = true;
open.push(...known5.around);
}
}
#typeOf(value, path) {
const prototype = Object.getPrototypeOf(value);
if (prototype === null || NATIVE.has(prototype)) return null;
const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
if (isError(value) && typeof maker === "function" && globalPathOf(maker) !== null) {
return null;
}
if (typeof maker !== "function" || maker.prototype !== prototype) {
throw new EncodingError(path, "an object with a prototype that is of no class; send its data");
}
return this.#taker.classOf(maker, path);
}
#sent(value) {
if (isPart(value)) return null;
if (typeof value !== "object" || value === null) return value;
const known5 = this.#copies.get(value);
if (known5 !== void 0) return known5;
const about = this.#seen.get(value);
const isDirty = about?.isDirty === true;
if (!isDirty && !this.#isToFinish) return value;
const copy = isDirty ? this.#copy(value) : value;
this.#copies.set(value, copy);
if (Object.getPrototypeOf(value) === null) this.bare.push(copy);
if (!isDirty) this.#visit(value);
if (about !== void 0) this.#noteFinish(copy, about);
return copy;
}
#noteFinish(copy, { type, extras, integrity }) {
if (type !== null) this.instances.push([
copy,
type
]);
if (integrity !== null) this.integrity.push([
copy,
integrity
]);
for (const { key, at, isEnumerable, value } of extras) {
const extra = [
copy,
key,
isEnumerable,
this.#sent(value)
];
this.extras.push(extra);
if (isPart(value)) {
this.places.push([
extra,
"3",
this.#taker.partOf(value, at)
]);
}
}
}
#visit(value) {
if (isListOfPlain(value)) return;
for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
this.#sent(part);
}
}
#copy(value) {
if (value instanceof Map || value instanceof Set) {
return this.#copyContent(value);
}
if (value instanceof Date) {
return new Date(Date.prototype.getTime.call(value));
}
const copy = Array.isArray(value) ? [] : {};
if (Array.isArray(value)) copy.length = value.length;
this.#copies.set(value, copy);
for (const key of Object.keys(value)) {
this.#put(copy, key, value[key]);
}
return copy;
}
#put(container, key, part) {
Object.defineProperty(container, key, {
value: this.#sent(part),
writable: true,
enumerable: true,
configurable: true
});
if (isPart(part)) {
this.places.push([
container,
key,
this.#taker.partOf(part, key)
]);
}
}
#copyContent(value) {
const copy = value instanceof Map ? new Map() : new Set();
this.#copies.set(value, copy);
const content = [];
for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
this.#put(content, String(content.length), part);
}
this.fills.push([
copy,
content
]);
return copy;
}
};
function isPart(value) {
return typeof value === "function" || typeof value === "symbol" || typeof value === "object" && value !== null && (globalPathOf(value) !== null || sessionExportOf(value) !== null);
}
var MADE_ANEW = new Set([
"plain",
"array",
"map",
"set",
"date",
"regexp",
"error",
"buffer",
"view"
]);
var CONTENT_ONLY = new Set([
"map",
"set",
"date"
]);
var NATIVE = new Set([
Object.prototype,
...[
Array,
Map,
Set,
Date,
RegExp,
ArrayBuffer,
DataView,
Int8Array,
Uint8Array
].map(({ prototype }) => prototype),
...[
Uint8ClampedArray,
Int16Array,
Uint16Array,
Int32Array,
Uint32Array
].map(({ prototype }) => prototype),
...[
BigInt64Array,
BigUint64Array,
Float16Array,
Float32Array,
Float64Array
].map(({ prototype }) => prototype)
]);
function extraKeysOf(value, kind) {
switch (kind) {
case "plain":
case "array":
return Reflect.ownKeys(value).filter((key) => {
if (typeof key === "symbol") return isShared(key);
return key !== "length" && !Object.prototype.propertyIsEnumerable.call(value, key);
});
case "map":
case "set":
case "date":
case "buffer":
return Reflect.ownKeys(value).filter((key) => typeof key === "string" || isShared(key));
case "regexp":
return Reflect.ownKeys(value).filter((key) => key === "lastIndex" ? value.lastIndex !== 0 : typeof key === "string" || isShared(key));
default:
return [];
}
}
function isShared(symbol) {
if (Symbol.keyFor(symbol) !== void 0) return true;
const name = symbol.description?.replace(/^Symbol\./, "") ?? "";
return Symbol[name] === symbol;
}
function integrityOf(value, kind) {
const isMade = kind !== "shareable" && kind !== "platform" && kind !== "shared";
if (!isMade || Object.isExtensible(value)) return null;
if (Object.isFrozen(value)) return "frozen";
return Object.isSealed(value) ? "sealed" : "closed";
}
function partsOf(value, kind, path) {
switch (kind) {
case "plain":
case "array":
return fieldsOf(value, path);
case "map":
return entriesOf(value, path);
case "set":
return membersOf(value, path);
default:
return null;
}
}
function* fieldsOf(value, path) {
const isList = Array.isArray(value);
for (const key of Object.keys(value)) {
const at = isList ? `${path}[${key}]` : `${path}${stepOf(key)}`;
const field = Object.getOwnPropertyDescriptor(value, key);
if (field === void 0) continue;
if (!("value" in field)) {
throw new EncodingError(at, A_GETTER);
}
yield [
at,
field.value
];
}
}
var A_GETTER = "a getter, which would run here and not there; put its value into a variable, or give it as an argument";
function stepOf(key) {
return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
function* entriesOf(value, path) {
let index = 0;
for (const [key, part] of Map.prototype.entries.call(value)) {
yield [
`${path}'s key ${index}`,
key
];
yield [
`${path}'s value ${index++}`,
part
];
}
}
function* membersOf(value, path) {
let index = 0;
for (const part of Set.prototype.values.call(value)) {
yield [
`${path}'s member ${index++}`,
part
];
}
}
function isListOfPlain(value) {
return Array.isArray(value) && value.length + 1 === Reflect.ownKeys(value).length && value.every((item) => typeof item === "number" || typeof item === "string");
}
function sizeOfList(list) {
return list.reduce((sum, item) => sum + (typeof item === "string" ? item.length : 8), 16);
}
function sizeOf(value) {
if (ArrayBuffer.isView(value)) return value.byteLength;
if (value instanceof ArrayBuffer) return value.byteLength;
return 16;
}
// lib/functions/class_text.ts
var known2 = new Map();
var TEXTS_MAX = 1024;
function membersOf2(text) {
const found = known2.get(text);
if (found !== void 0) return found;
const tokens = tokensOf(text, "module");
const members = tokens === null ? null : read(tokens);
if (known2.size >= TEXTS_MAX) known2.clear();
known2.set(text, members);
return members;
}
var MODIFIERS = new Set([
"static",
"async",
"get",
"set",
"accessor",
"*"
]);
function read(tokens) {
const open = bodyOfClass(tokens, 0);
if (open === null) return null;
const computed = [];
let [hasPrivate2, hasPrivateStatics] = [
false,
false
];
for (let i = open + 1; i < tokens[open].pair; i++) {
const { text, pair } = tokens[i];
if (text === "[" && beginsMember(tokens, i)) {
const inside = tokens.slice(i + 1, pair);
const isOfMethod = tokens[pair + 1]?.text === "(";
computed.push({
tokens: inside,
isOfMethod
});
} else if (text.startsWith("#") && isDeclared(tokens, i)) {
if (!isStatic(tokens, i)) hasPrivate2 = true;
else if (tokens[i + 1]?.text !== "(") hasPrivateStatics = true;
}
if (pair > i) i = pair;
}
return {
hasPrivate: hasPrivate2,
hasPrivateStatics,
computed
};
}
function beginsMember(tokens, i) {
const before = tokens[i - 1].text;
return [
"{",
"}",
";"
].includes(before) || MODIFIERS.has(before);
}
function isDeclared(tokens, i) {
const before = tokens[i - 1].text;
return before !== "." && before !== "?." && tokens[i + 1]?.text !== "in";
}
function isStatic(tokens, i) {
let at = i - 1;
while (MODIFIERS.has(tokens[at].text) && tokens[at].text !== "static") at--;
return tokens[at].text === "static";
}
function bodyOfClass(tokens, i) {
for (let at = i + 1; at < tokens.length; at++) {
const { text, kind, pair } = tokens[at];
if (text === "{") return at;
if (text === ")" || text === "]" || text === "}") return null;
const isMember = /^\??\.$/.test(tokens[at - 1].text);
const hasBody = kind === "word" && !isMember && (text === "class" || text === "function");
const own = hasBody ? bodyOfClass(tokens, at) : null;
if (own !== null) at = tokens[own].pair;
else if (pair > at) at = pair;
}
return null;
}
function wordsOfName({ tokens }) {
return tokens.flatMap(({ kind, text }, i) => {
const before = tokens[i - 1]?.text;
return kind === "word" && before !== "." && before !== "?." ? [
text
] : [];
});
}
var COMPUTED = /^(?:(?:async|get|set)\b\s*)?(?:\*\s*)?(?=\[)/;
function withFixedName(text, name) {
const start = COMPUTED.exec(text)?.[0];
if (start === void 0) return text;
const tokens = tokensOf(text.slice(start.length), "module");
const close = tokens?.[tokens[0].pair];
if (close === void 0) return text;
const key = JSON.stringify(name.replace(/^[gs]et /, ""));
return `${start}[${key}${text.slice(start.length + close.at)}`;
}
// lib/functions/lexical_this.ts
function lexicalWord(text, form) {
if (form === "class" || !/\b(this|super|target|arguments)\b/.test(text)) {
return null;
}
const tokens = tokensOf(text, "module");
if (tokens === null) return suspected(text, form);
if (form === "method") {
return isUsed(tokens, "super", []) ? "super" : null;
}
if (!isArrow(tokens)) return null;
const own = bodiesOf(tokens);
for (const word of [
"this",
"super",
"new.target",
"arguments"
]) {
if (isUsed(tokens, word, own)) return word;
}
return null;
}
function heritageIn(text) {
const tokens = tokensOf(text, "module");
if (tokens === null) return null;
const body = bodyOfClass(tokens, 0);
const at = tokens[1]?.text === "extends" ? 1 : 2;
if (body === null || tokens[at]?.text !== "extends") return null;
return [
tokens[at + 1].at,
tokens[body].at
];
}
function suspected(text, form) {
if (/\bsuper\b/.test(text)) return "super";
const isArrowText = form === "function" && !/^(async\s+)?function\b/.test(text);
return isArrowText && /\bthis\b/.test(text) ? "this" : null;
}
function isArrow(tokens) {
const first = tokens[0]?.text === "async" && tokens[1]?.text !== "=>" ? 1 : 0;
const { pair = -1 } = tokens[first] ?? {};
return tokens[(pair > first ? pair : first) + 1]?.text === "=>";
}
function bodiesOf(tokens) {
const bodies = [];
for (const [i, { text, pair, kind }] of tokens.entries()) {
if (text === "class" && kind === "word" && !isProperty(tokens, i)) {
const open = bodyOfClass(tokens, i);
if (open !== null) bodies.push([
open,
tokens[open].pair
]);
}
if (text !== "(" || tokens[pair + 1]?.text !== "{") continue;
if (isHead(tokens, i)) bodies.push([
i,
tokens[pair + 1].pair
]);
}
return bodies;
}
var STATEMENTS = new Set([
"if",
"for",
"while",
"switch",
"catch",
"with",
"await"
]);
function isHead(tokens, i) {
const before = tokens[i - 1];
if (before === void 0) return false;
return before.kind !== "mark" ? !STATEMENTS.has(before.text) || isProperty(tokens, i - 1) : before.text === "]" || before.text === "*";
}
function isProperty(tokens, i) {
const before = tokens[i - 1]?.text;
return before === "." || before === "?.";
}
function isUsed(tokens, word, bodies) {
return tokens.some(({ text, kind }, i) => kind === "word" && isWord(tokens, i, text, word) && !bodies.some(([from, to]) => from <= i && i <= to));
}
function isWord(tokens, i, text, word) {
if (word === "new.target") {
return text === "target" && tokens[i - 1]?.text === "." && tokens[i - 2]?.text === "new";
}
return text === word && !isProperty(tokens, i) && tokens[i + 1]?.text !== ":";
}
// lib/functions/capture.ts
var OBJECTS_MAX_BYTES = 128 * 1024 * 1024;
var SMALL = new Set([
"new_space",
"old_space"
]);
function isHeapTooLarge() {
const spaces = process.getBuiltinModule("node:v8").getHeapSpaceStatistics();
const bytes = spaces.filter(({ space_name }) => SMALL.has(space_name)).reduce((sum, { space_used_size }) => sum + space_used_size, 0);
return bytes > OBJECTS_MAX_BYTES;
}
var HeapSnapshot = class _HeapSnapshot {
strings;
size;
#nodes;
#edges;
#starts;
#nodeFields;
#edgeFields;
#nodeTypes;
#edgeTypes;
constructor(bytes) {
const { snapshot, ends } = headerIn(bytes);
const { meta, node_count, edge_count } = snapshot;
this.#nodeFields = meta.node_fields;
this.#edgeFields = meta.edge_fields;
this.#nodeTypes = meta.node_types[0];
this.#edgeTypes = meta.edge_types[0];
this.size = node_count;
const nodes = numbersIn(bytes, ends, node_count * meta.node_fields.length);
this.#nodes = nodes.numbers;
const edgesAt = indexOf(bytes, `"edges":[`, nodes.end);
const edges = numbersIn(bytes, edgesAt, edge_count * meta.edge_fields.length);
this.#edges = edges.numbers;
this.strings = stringsIn(bytes, edges.end);
this.#starts = this.#startsOfEdges();
}
static take() {
const stream = process.getBuiltinModule("node:v8").getHeapSnapshot();
const chunks = [];
for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
chunks.push(chunk);
}
return new _HeapSnapshot(chunks.length === 1 ? chunks[0] : joined(chunks));
}
nameOf(node) {
return this.strings[this.#field(node, "name")];
}
typeOf(node) {
return this.#nodeTypes[this.#field(node, "type")];
}
idOf(node) {
return this.#field(node, "id");
}
edgesOf(node) {
const edges = [];
for (let i = this.#starts[node]; i < this.#starts[node + 1]; i++) {
edges.push(this.#edge(i));
}
return edges;
}
internal(node, name) {
const edge = this.edgesOf(node).find((each) => each.type === "internal" && each.name === name);
return edge?.to ?? null;
}
*called(name) {
const width = this.#nodeFields.length;
const at = this.#nodeFields.indexOf("name");
const index = this.strings.indexOf(name);
for (let node = 0; node < this.size; node++) {
if (this.#nodes[node * width + at] === index) yield node;
}
}
property(name) {
const width = this.#edgeFields.length;
const at = this.#edgeFields.indexOf("name_or_index");
const index = this.strings.indexOf(name);
if (index < 0) return null;
for (let i = 0; i < this.#edges.length / width; i++) {
if (this.#edges[i * width + at] !== index) continue;
const { type, to } = this.#edge(i);
if (type === "property") return to;
}
return null;
}
#field(node, name) {
const width = this.#nodeFields.length;
return this.#nodes[node * width + this.#nodeFields.indexOf(name)];
}
#edge(i) {
const value = (name2) => this.#edges[i * this.#edgeFields.length + this.#edgeFields.indexOf(name2)];
const type = this.#edgeTypes[value("type")];
const name = value("name_or_index");
return {
type,
name: type === "element" || type === "hidden" ? name : this.strings[name],
to: value("to_node") / this.#nodeFields.length
};
}
#startsOfEdges() {
const starts = new Uint32Array(this.size + 1);
const width = this.#nodeFields.length;
const at = this.#nodeFields.indexOf("edge_count");
for (let node = 0; node < this.size; node++) {
starts[node + 1] = starts[node] + this.#nodes[node * width + at];
}
return starts;
}
};
function headerIn(bytes) {
const ends = indexOf(bytes, `"nodes":[`, 0);
const text = new TextDecoder().decode(bytes.subarray(0, ends));
const header = JSON.parse(`${text.replace(/,\s*$/, "")}}`);
return {
...header,
ends
};
}
function indexOf(bytes, text, from) {
const wanted = new TextEncoder().encode(text);
for (let at = from; ; at++) {
at = bytes.indexOf(wanted[0], at);
if (at < 0) throw new Error(`A heap snapshot has no ${text}`);
if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
}
}
function numbersIn(bytes, from, count) {
const numbers = new Uint32Array(count);
let [at, filled, value, isInside] = [
from,
0,
0,
false
];
for (; filled < count && at < bytes.length; at++) {
const digit = bytes[at] - ZERO;
if (digit >= 0 && digit <= 9) {
value = value * 10 + digit;
isInside = true;
} else if (isInside) {
numbers[filled++] = value;
[value, isInside] = [
0,
false
];
}
}
return {
numbers,
end: at
};
}
var ZERO = 48;
function stringsIn(bytes, from) {
const start = indexOf(bytes, `"strings":[`, from) + `"strings":`.length;
const end = bytes.lastIndexOf("]".charCodeAt(0)) + 1;
return JSON.parse(new TextDecoder().decode(bytes.subarray(start, end)));
}
// lib/functions/heap_scopes.ts
var HELD = "@multiprocessing/core looked at";
function lookOnHeap(things) {
const holder = globalThis;
const key = Symbol(HELD);
holder[key] = {
[HELD]: [
lookOnHeap,
...things
]
};
try {
const heap = HeapSnapshot.take();
const list = heap.property(HELD);
const found = list === null ? new Map() : new HeapReader(heap, list).found();
const shown = things.flatMap((thing, i) => {
const about = found.get(i + 1);
return about === void 0 ? [] : [
[
thing,
about
]
];
});
return {
found: new Map(shown),
size: heap.size
};
} finally {
delete holder[key];
}
}
var GLOBAL = new Set([
"REPL_MODE_SCOPE",
"SCRIPT_SCOPE"
]);
var TABLE = "(context local names)";
var HeapReader = class {
#heap;
#list;
#places = new Map();
#realm = null;
constructor(heap, list) {
this.#heap = heap;
this.#list = list;
}
found() {
this.#listExports();
const held = this.#heap.edgesOf(this.#list).filter(({ type }) => type === "element");
this.#realm = this.#realmOf(held.find(({ name }) => name === 0)?.to);
return new Map(held.map(({ name, to }) => [
Number(name),
{
standing: this.#standingOf(to),
exports: this.#exportsOf(to)
}
]));
}
#exportsOf(node) {
const places = [
...this.#places.get(node) ?? []
];
if (this.#heap.nameOf(node) !== "Module") return places;
for (const { type, to } of this.#heap.edgesOf(node)) {
if (type !== "hidden" || this.#heap.nameOf(to) !== MODULE) continue;
places.push({
module: this.#urlOfModule(to),
key: null
});
}
return places;
}
#listExports() {
for (const module of this.#heap.called(MODULE)) {
const url = this.#urlOfModule(module);
if (url === "" || url.startsWith("ext:")) continue;
for (const [key, thing] of this.#exportsIn(module)) {
const places = this.#places.get(thing) ?? [];
places.push({
module: url,
key
});
this.#places.set(thing, places);
}
}
}
*#exportsIn(module) {
for (const { type, to } of this.#heap.edgesOf(module)) {
if (type !== "hidden" || this.#heap.typeOf(to) !== "array") continue;
const slots = new Map(this.#heap.edgesOf(to).map((each) => [
Number(each.name),
each.to
]));
for (const [at, cell] of slots) {
const key = slots.get(at - 1);
const isPair = key !== void 0 && this.#heap.nameOf(cell) === "system / Cell" && this.#heap.typeOf(key) === "string";
const thing = isPair ? this.#heap.internal(cell, "value") : null;
if (thing !== null) yield [
this.#heap.nameOf(key),
thing
];
}
}
}
#urlOfModule(module) {
for (const { type, to } of this.#heap.edgesOf(module)) {
if (type !== "hidden") continue;
const made = this.#heap.internal(to, "function") ?? to;
const shared = this.#heap.internal(made, "shared") ?? made;
const script = this.#heap.internal(shared, "script");
if (script !== null) return this.#text(script, "name") ?? "";
}
return "";
}
#standingOf(node) {
const shared = this.#heap.internal(node, "shared");
const context = this.#heap.internal(node, "context");
if (shared === null || context === null) return null;
const script = this.#heap.internal(shared, "script");
return {
scriptId: script === null ? "" : `${this.#number(script, "id")}`,
url: script === null ? "" : this.#text(script, "name") ?? "",
position: this.#number(shared, "start_position"),
...this.#scopesFrom(context)
};
}
#scopesFrom(innermost) {
const inner2 = [];
let module = null;
let isOpen = false;
let last = innermost;
for (const context of this.#contextsFrom(innermost)) {
last = context;
const info = this.#heap.internal(context, "scope_info");
if (info === null) isOpen = true;
else if (!this.#isRealm(context)) {
const kind = this.#text(info, "scope_type_name") ?? "";
if (kind === "MODULE_SCOPE") module = new Set(this.#names(info));
else if (!GLOBAL.has(kind)) {
inner2.push({
id: this.#heap.idOf(context),
names: this.#locals(info)
});
isOpen ||= this.#isExtended(context, kind);
}
}
}
isOpen ||= !this.#isRealm(last) || this.#realm !== null && last !== this.#realm;
return {
inner: inner2,
module,
isOpen
};
}
*#contextsFrom(innermost) {
let next = innermost;
while (next !== null) {
yield next;
next = this.#isRealm(next) ? null : this.#heap.internal(next, "previous");
}
}
#isRealm(context) {
return this.#heap.nameOf(context).startsWith("system / NativeContext");
}
#realmOf(closure) {
if (closure === void 0) return null;
const context = this.#heap.internal(closure, "context");
if (context === null) return null;
return [
...this.#contextsFrom(context)
].at(-1);
}
#isExtended(context, kind) {
return kind === "WITH_SCOPE" || this.#heap.internal(context, "extension") !== null;
}
#names(info) {
return this.#listed(info).flatMap(({ to }) => this.#namesAt(to));
}
#locals(info) {
const count = this.#number(info, "context_local_count");
const listed = this.#listed(info);
const isTable = listed.some(({ to }) => this.#heap.nameOf(to) === TABLE);
return listed.slice(0, isTable || count === 0 ? void 0 : count).flatMap(({ to }) => this.#namesAt(to));
}
#listed(info) {
return this.#heap.edgesOf(info).filter(({ type }) => type === "hidden").toSorted((a, b) => Number(a.name) - Number(b.name));
}
#namesAt(node) {
if (this.#heap.typeOf(node) === "string") return [
this.#heap.nameOf(node)
];
if (this.#heap.nameOf(node) !== TABLE) return [];
return this.#heap.edgesOf(node).filter(({ to }) => this.#heap.typeOf(to) === "string").map(({ to }) => this.#heap.nameOf(to));
}
#text(node, field) {
const text = this.#heap.internal(node, field);
return text === null ? null : this.#heap.nameOf(text);
}
#number(node, field) {
const number = this.#heap.internal(node, field);
const value = number === null ? null : this.#heap.internal(number, "value");
return value === null ? 0 : Number(this.#heap.nameOf(value)) || 0;
}
};
var MODULE = "system / SourceTextModule";
// lib/functions/scope_identity.ts
var known3 = new WeakMap();
var seen = [];
function findScopes(functions) {
const unknown = [
...functions
].filter((each) => !known3.has(each));
if (unknown.length === 0 || isHeapTooLarge()) return false;
const before = seen.flatMap((each) => each.deref() ?? []);
const all = [
...before,
...unknown
];
try {
const { found } = lookOnHeap(all);
for (const each of all) {
known3.set(each, found.get(each)?.standing?.inner ?? []);
}
seen = all.map((each) => new WeakRef(each));
return true;
} catch {
return false;
}
}
function scopeIdsOf(thing, scopes) {
const inner2 = known3.get(thing);
if (inner2 === void 0) return [];
const found = scopes.filter(({ kind }) => kind === "inner");
const areThese = inner2.length === found.length && found.every(({ variables }, i2) => Object.keys(variables).every((name) => inner2[i2].names.includes(name)));
let i = 0;
return scopes.map(({ kind }) => areThese && kind === "inner" ? inner2[i++].id : null);
}
// lib/functions/capture.ts
function capture(request, inspector) {
return new Capture(request, inspector).run();
}
var Capture = class _Capture {
#request;
#inspector;
#data;
#parts = [];
#partOf = new Map();
#arounds = [];
#innermost = new Map();
#open = [];
#classes = [];
#uses = [];
#given = around({
kind: "script",
variables: {}
}, "", null, null);
constructor(request, inspector) {
this.#request = request;
this.#inspector = inspector;
this.#data = new CapturedData(request.destination, {
partOf: (thing, path) => this.#part(thing, path),
classOf: (type, path) => this.#classOf(type, path)
});
}
run() {
const { target, scope } = this.#request;
const name = nameOf(target) || "anonymous";
const exported = scope === null ? this.#export(target) : null;
if (exported?.key != null) {
return {
kind: "export",
module: exported.module,
key: exported.key
};
}
this.#text(target, name, true);
for (let open = this.#open.shift(); open; open = this.#open.shift()) {
this.#resolve(open);
}
const [first] = this.#parts;
const isAlone = this.#request.keepsText !== true && this.#isAlone(functionText(target));
const isWhole = first?.kind === "text" && !first.isSloppy && first.text === functionText(target);
if (isWhole && isAlone) {
return {
kind: "closed",
module: first.module
};
}
const [doubt] = this.#doubts();
if (doubt !== void 0) return this.#resolved(doubt);
return {
kind: "captured",
code: this.#code(),
values: this.#data.finish(),
uses: this.#uses,
bytes: this.#data.bytes + this.#textBytes()
};
}
#isAlone(text) {
if (this.#parts.length > 1 || !this.#data.isEmpty) return false;
const self = declaredName(text);
return [
this.#given,
...this.#arounds
].every(({ variables }) => variables.keys().every((name) => name === self));
}
#textBytes() {
let bytes = 0;
for (const part of this.#parts) {
if (part.kind === "text") bytes += part.text.length;
}
return bytes;
}
#part(thing, path) {
const known5 = this.#partOf.get(thing);
if (known5 !== void 0) return known5;
if (typeof thing === "symbol") return this.#symbol(thing, path);
const global = globalPathOf(thing);
if (global !== null && !this.#isOwn(thing)) {
return this.#add(thing, {
kind: "global",
path: global
});
}
const standIn = standInOf(thing);
if (standIn !== null) {
return this.#add(thing, {
kind: "import",
...standIn
});
}
const exported = this.#export(thing);
return exported === null ? this.#text(thing, path, false) : this.#add(thing, exported);
}
#add(thing, part) {
const index = this.#parts.push(part) - 1;
if (thing !== null) this.#partOf.set(thing, index);
return index;
}
#symbol(symbol, path) {
const key = Symbol.keyFor(symbol);
if (key !== void 0) {
return this.#add(symbol, {
kind: "symbol",
name: key,
isWellKnown: false
});
}
const known5 = symbol.description?.replace(/^Symbol\./, "") ?? "";
if (Symbol[known5] === symbol) {
return this.#add(symbol, {
kind: "symbol",
name: known5,
isWellKnown: true
});
}
throw new EncodingError2(path, "a symbol that no other process has; make it with Symbol.for()");
}
#isOwn(thing) {
if (typeof thing !== "function" || isNativeText(functionText(thing))) {
return false;
}
const { location } = this.#look(thing);
return location !== null && !/^(ext|node):/.test(this.#inspector.urlOf(location.scriptId));
}
#export(thing) {
if (typeof thing !== "function") return exportInSession(thing);
const text = functionText(thing);
if (isNativeText(text)) return exportInSession(thing);
const looked = this.#look(thing);
const ofSession = exportInSession(thing);
if (ofSession !== null) return ofSession;
const module = this.#moduleOf(looked);
if (module?.names == null || !isImportable(module.url)) return null;
const scope = looked.scopes.find(({ kind }) => kind === "module");
for (const [name, key] of module.names.exports) {
if (read2(scope.variables, name)?.value === thing) {
return {
kind: "export",
module: module.url,
from: null,
key,
text,
className: sentNameOf(thing)
};
}
}
return null;
}
#lookedAt = new Map();
#look(thing) {
const known5 = this.#lookedAt.get(thing) ?? this.#inspector.look(thing);
this.#lookedAt.set(thing, known5);
return known5;
}
#moduleOf({ scopes, location }) {
if (location === null) return null;
const isOfModule2 = scopes.some(({ kind }) => kind === "module");
return isOfModule2 ? moduleOfScript(location.scriptId, this.#inspector) : null;
}
#text(thing, path, isTarget) {
const given = functionText(thing);
if (isNativeText(given)) throw new EncodingError2(path, unsendable(thing));
const text = withFixedName(given, nameOf(thing));
const looked = this.#look(thing);
const home = originOf(thing);
const module = home !== void 0 ? home : this.#urlOf(looked);
if (module !== null && /^(ext|node):/.test(module)) {
throw new EncodingError2(path, "a function of Deno itself; import it under its own name where it is used");
}
if (module !== null && isOfPackage(module)) {
throw new EncodingError2(path, "a part of @multiprocessing/core that stays in this process; get it in the function, as by getContext()");
}
const index = this.#add(thing, {
kind: "text",
text,
form: "function",
className: sentNameOf(thing),
name: nameOf(thing),
scope: null,
parent: null,
privates: null,
isSloppy: this.#isSloppy(thing, text, looked),
module
});
this.#open.push({
index,
itself: thing,
path,
text,
looked,
isTarget
});
return index;
}
#isSloppy(thing, text, { scopes, location }) {
if (/^(class|function)\b(?!\s*\*)/.test(text)) return hasCaller(thing);
if (location === null || scopes.some(({ kind }) => kind === "module")) {
return false;
}
return !/(["'])use strict\1/.test(this.#inspector.sourceOf(location.scriptId));
}
#urlOf(looked) {
if (looked.location === null) return null;
const url = this.#moduleOf(looked)?.url ?? this.#inspector.urlOf(looked.location.scriptId);
return URL.canParse(url) ? url : null;
}
#classOf(type, path) {
const index = this.#part(type, `${path}'s class`);
if (!hasPrivate(type)) return index;
throw new EncodingError2(path, `an instance of ${nameOf(type)}, whose private fields do not travel; send its data, and make the instance in the function`);
}
#resolve({ index, itself, path, text, looked, isTarget }) {
const scopes = this.#aroundsOf(looked, itself);
const self = this.#selfOf(itself, text, looked, scopes);
const uses = this.#usesOf(text, scopes, path);
refuseLexical(text, uses, path);
const isClass = uses.form === "class";
if (isClass) refuseUnreadNames(itself, text, scopes, path);
let innermost = null;
for (const name of uses.names) {
const holder = this.#variable(name, scopes, path, isTarget, looked);
if (holder !== null) innermost = inner(innermost, holder, scopes);
}
const part = this.#parts[index];
this.#parts[index] = isClass ? {
...part,
form: uses.form,
...this.#withParent(itself, text, path),
privates: this.#privatesOf(itself, text, path)
} : {
...part,
form: uses.form,
text: self !== null && uses.names.includes(self) ? withoutName(text) : text
};
if (innermost !== null) {
this.#innermost.set(index, innermost);
this.#enter(innermost, itself, text, looked);
}
if (isClass) this.#addClass(index, itself, looked.location);
this.#addFields(index, itself, path, isClass);
}
#usesOf(text, scopes, path) {
const names = new Set(Object.keys(this.#request.scope ?? {}));
for (const { found } of scopes) {
for (const name of Object.keys(found)) names.add(name);
}
const self = declaredName(text);
const asked = self === null || !names.has(self) ? text : withoutName(text);
const uses = knownUses(asked, names, this.#inspector);
if (uses !== null) return uses;
throw new EncodingError2(path, "a function whose text cannot stand alone, as one with a private name of the class around it; export it, or make it a function of its own");
}
#selfOf(itself, text, { location }, scopes) {
const self = declaredName(text);
if (self === null) return null;
const holder = scopes.find(({ found }) => Object.hasOwn(found, self));
if (holder === void 0) return null;
const isItself = read2(holder.found, self)?.value === itself;
if (isItself || location === null) return self;
const source = this.#inspector.sourceOf(location.scriptId);
return isDeclaredAt(source, location) ? self : null;
}
#variable(name, scopes, path, isTarget, looked) {
const at = `${path} \u2192 ${name}`;
const given = this.#request.scope;
const holder = scopes.find(({ found: found2 }) => Object.hasOwn(found2, name));
const scope = holder ?? this.#given;
if (scope.variables.has(name)) return scope;
if (given !== null && Object.hasOwn(given, name)) {
const isHere = isTarget || holder === void 0 || holder.kind === "module";
if (isHere) return this.#hold(scope, name, given[name], at);
}
if (holder === void 0) return null;
if (holder.kind === "with") {
throw new EncodingError2(at, "a name in a `with` statement");
}
const part = holder.kind === "module" ? this.#ofModule(name, looked, holder) : null;
if (part !== null) {
const index = this.#export2(part, read2(holder.found, name));
holder.variables.set(name, [
name,
"part",
index
]);
this.#note(at, "export", part.module, 0);
return holder;
}
if (holder.refusal !== null) throw new EncodingError2(at, holder.refusal);
const found = read2(holder.found, name);
if (found === null) {
throw new EncodingError2(at, "not initialized yet; start it after that, or declare it before");
}
return this.#hold(holder, name, found.value, at);
}
#export2(part, held) {
const value = held?.value;
const thing = typeof value === "function" ? value : null;
const known5 = thing === null ? void 0 : this.#partOf.get(thing);
return known5 ?? this.#add(thing, part);
}
#ofModule(name, looked, holder) {
const module = this.#moduleOf(looked);
if (module?.names == null) return null;
const value = read2(holder.found, name)?.value;
const text = typeof value === "function" && !isNativeText(functionText(value)) ? functionText(value) : null;
const className = text === null ? null : sentNameOf(value);
const imported = module.names.imports.get(name);
if (imported !== void 0) {
const from = imported.hasAttributes ? null : module.resolve(imported.specifier);
return from === null ? null : {
kind: "export",
...from,
key: imported.key,
text,
className
};
}
const key = module.names.exports.get(name);
return key === void 0 || !isImportable(module.url) ? null : {
kind: "export",
module: module.url,
from: null,
key,
text,
className
};
}
#hold(scope, name, value, path) {
scope.variables.set(name, [
name,
"value",
-1
]);
const before = this.#data.bytes;
if (isPart(value)) {
const index = this.#part(value, path);
scope.variables.set(name, [
name,
"part",
index
]);
const { kind, ...rest } = this.#parts[index];
const as = kind === "text" || kind === "import" ? asOf(value) : kind;
this.#note(path, as, "module" in rest ? rest.module : null, 0);
} else {
const index = this.#data.add(value, path);
scope.variables.set(name, [
name,
"value",
index
]);
this.#note(path, "value", null, this.#data.bytes - before);
}
return scope;
}
#note(path, as, module, bytes) {
this.#uses.push({
path,
as,
module,
bytes
});
}
#aroundsOf({ scopes, location }, itself) {
const scriptId = location?.scriptId ?? "";
const ids = scopeIdsOf(itself, scopes);
let outer = null;
const found = [];
for (let i = scopes.length - 1; i >= 0; i--) {
outer = this.#around(scopes[i], scriptId, outer, ids[i] ?? null);
found.unshift(outer);
}
return found;
}
#around(scope, scriptId, outer, id) {
const { kind, variables } = scope;
const isIt = (each) => {
if (kind === "module") return true;
if (each.outer !== outer) return false;
return id !== null && each.id !== null ? each.id === id : areAlike(each.found, variables);
};
const known5 = kind === "inner" && scope.refusal !== void 0 ? void 0 : this.#arounds.find((each) => each.scriptId === scriptId && each.kind === kind && isIt(each));
if (known5 !== void 0) {
known5.id ??= id;
return known5;
}
const made = around(scope, scriptId, outer, id);
this.#arounds.push(made);
return made;
}
#enter(scope, itself, text, { scopes }) {
const isKnown = scopeIdsOf(itself, scopes).some((id) => id !== null);
for (let each = scope; each; each = each.outer) {
each.texts.push(text);
const isHeld = Object.keys(each.found).some((name) => read2(each.found, name)?.value === itself);
if (!isKnown && !isHeld) each.doubtful.add(itself);
}
}
*#doubts() {
for (const { kind, id, doubtful, variables, texts } of this.#arounds) {
const isDoubtful = doubtful.size + (id === null ? 0 : 1) > 1;
if (kind !== "inner" || !isDoubtful) continue;
for (const name of variables.keys()) {
if (!texts.some((text) => mayAssign(text, name))) continue;
yield {
name,
functions: doubtful
};
}
}
}
#resolved({ name, functions }) {
if (findScopes(functions)) {
return new _Capture(this.#request, this.#inspector).run();
}
throw new EncodingError2(name, `a variable that functions assign to of which nobody can tell whether they share it; put it into an object, as in const state = { ${name}: 0 }`);
}
#code() {
const numbers = new Map();
const scopes = [];
const numberOf = (scope) => {
let each = scope;
while (each !== null && each.variables.size === 0) each = each.outer;
each ??= this.#given;
if (each.variables.size === 0) return null;
const known5 = numbers.get(each);
if (known5 !== void 0) return known5;
const parent = each === this.#given ? null : numberOf(each.outer);
scopes.push({
parent,
variables: [
...each.variables.values()
]
});
numbers.set(each, scopes.length - 1);
return scopes.length - 1;
};
const parts = this.#parts.map((part, i) => part.kind === "text" ? {
...part,
scope: numberOf(this.#innermost.get(i) ?? null)
} : part);
return {
parts,
scopes,
classes: this.#orderOfClasses()
};
}
#withParent(type, text, path) {
const parent = Object.getPrototypeOf(type);
const heritage = heritageIn(text);
if (heritage === null || typeof parent !== "function") {
return {
text,
parent: null
};
}
const [from, to] = heritage;
const extending = (what) => `${text.slice(0, from)}${what}${text.slice(to)}`;
if (parent === Function.prototype) {
return {
text: extending("null "),
parent: null
};
}
const name = unused("parent", text);
return {
text: extending(name),
parent: [
name,
this.#part(parent, `${path}'s parent`)
]
};
}
#privatesOf(type, text, path) {
const members = membersOf2(text);
const mayHave = members === null ? /#/.test(text) : members.hasPrivateStatics;
if (!mayHave) return null;
const fields = this.#inspector.privatesOf(type);
if (fields !== null) {
return Object.keys(fields).length === 0 ? null : this.#data.add(fields, path);
}
throw new EncodingError2(path, "a class with static private fields, which cannot be read in a notebook or in the REPL; use variables instead");
}
#addClass(index, type, location) {
const parent = Object.getPrototypeOf(type);
const known5 = typeof parent === "function" ? this.#partOf.get(parent) ?? null : null;
this.#classes.push({
index,
parent: known5,
location
});
}
#orderOfClasses() {
const byPlace = this.#classes.toSorted((a, b) => placeOf(a.location) - placeOf(b.location));
const all = new Map(byPlace.map((each) => [
each.index,
each
]));
const spec = new Set();
const visit = ({ index, parent }) => {
const above = parent === null ? void 0 : all.get(parent);
if (above !== void 0 && !spec.has(above.index)) visit(above);
spec.add(index);
};
for (const each of byPlace) visit(each);
return [
...spec
];
}
#addFields(index, itself, path, isClass) {
const text = functionText(itself);
refusePrototype(itself, text, isClass, path);
this.#addHolder(index, "itself", itself, isClass ? text : null, path);
const prototype = Object.getOwnPropertyDescriptor(itself, "prototype")?.value;
if (typeof prototype !== "object" || prototype === null) return;
const above = Object.getPrototypeOf(prototype);
const isMaker = Object.hasOwn(prototype, "constructor") || Object.keys(prototype).length > 0;
if (!isClass && isMaker && above !== Object.prototype) {
throw new EncodingError2(path, "a function whose prototype has another one above it; make it a class");
}
const at = `${path}.prototype`;
this.#addHolder(index, "prototype", prototype, isClass ? text : null, at);
}
#addHolder(index, of, holder, classText, path) {
const set = {};
const put = {};
for (const key of Reflect.ownKeys(holder)) {
const field = Object.getOwnPropertyDescriptor(holder, key);
const isMade = classText === null || isOwnMethod(key, field, classText);
if (MADE.has(key) || !field.enumerable && isMade) continue;
if (field.value === isOfNamedClass) continue;
const at = `${path}.${String(key)}`;
if (typeof key === "symbol") {
if (classText !== null && typeof field.value !== "function") continue;
throw new EncodingError2(at, "set under a symbol; give it a name");
}
if (!("value" in field)) {
throw new EncodingError2(at, "a getter, which would run");
}
if (key === "then" && index === 0 && of === "itself") {
throw new EncodingError2(at, "a field by which a promise takes the function for a promise; rename it");
}
(field.enumerable ? set : put)[key] = field.value;
}
this.#data.addFields(index, of, true, set, path);
this.#data.addFields(index, of, false, put, path);
}
};
function refuseUnreadNames(type, text, scopes, path) {
const { prototype } = type;
for (const name of membersOf2(text)?.computed ?? []) {
const words = wordsOfName(name);
const values = words.map((word) => {
const holder = scopes.find(({ found }) => Object.hasOwn(found, word));
if (holder !== void 0) return read2(holder.found, word);
return word in globalThis ? {
value: void 0
} : null;
});
const [only] = values;
const key = only?.value;
const isOther = name.isOfMethod && name.tokens.length === 1 && only?.value !== void 0 && !Object.hasOwn(type, key) && !Object.hasOwn(prototype, key);
if (!values.includes(null) && !isOther) continue;
throw new EncodingError2(path, `a class with the computed name [${words.join(".")}], of which it cannot be read, or is not so any more, what it was computed from; export the class, or write the name out`);
}
}
var callerOf = Object.getOwnPropertyDescriptor(Function.prototype, "caller")?.get;
function hasCaller(thing) {
try {
callerOf?.call(thing);
return callerOf !== void 0;
} catch {
return false;
}
}
var PROTOTYPES = new Set([
() => {
},
async () => {
},
function* () {
},
async function* () {
}
].map((each) => Object.getPrototypeOf(each)));
function refusePrototype(itself, text, isClass, path) {
const above = Object.getPrototypeOf(itself);
const isExtending = isClass && heritageIn(text) !== null;
const prototype = itself.prototype;
const isAsMade = isExtending ? above === null || above === Function.prototype || Object.getPrototypeOf(prototype) === above.prototype : PROTOTYPES.has(above) && (!isClass || Object.getPrototypeOf(prototype) === Object.prototype);
if (isAsMade) return;
throw new EncodingError2(path, `a ${isClass ? "class" : "function"} that was given another prototype; write a class that extends what it is to inherit from`);
}
var MADE = new Set([
"arguments",
"caller",
"constructor",
"length",
"name",
"prototype"
]);
function isOwnMethod(key, { value, get, set }, classText) {
const name = typeof key === "symbol" ? `[${key.description}]` : key;
const isOwn = (made, named2) => typeof made === "function" && nameOf(made) === named2 && classText.includes(functionText(made));
return isOwn(value, name) || value === void 0 && (get === void 0 || isOwn(get, `get ${name}`)) && (set === void 0 || isOwn(set, `set ${name}`));
}
function around({ kind, variables: found, refusal }, scriptId, outer, id) {
const variables = new Map();
return {
kind,
scriptId,
found,
outer,
refusal: refusal ?? null,
variables,
texts: [],
doubtful: new Set(),
id
};
}
function inner(one, other, scopes) {
if (one === null) return other;
const [a, b] = [
scopes.indexOf(one),
scopes.indexOf(other)
];
return b >= 0 && (a < 0 || b < a) ? other : one;
}
function read2(variables, name) {
try {
return {
value: variables[name]
};
} catch {
return null;
}
}
function areAlike(one, other) {
const names = Object.keys(one);
if (names.length !== Object.keys(other).length) return false;
return names.every((name) => {
if (!Object.hasOwn(other, name)) return false;
const [a, b] = [
read2(one, name),
read2(other, name)
];
return a === null || b === null ? a === b : Object.is(a.value, b.value);
});
}
var usesByText = new Map();
var TEXTS_MAX2 = 4096;
function knownUses(text, names, inspector) {
const key = `${[
...names
].join()}\0${text}`;
const known5 = usesByText.get(key);
if (known5 !== void 0) return known5;
const uses = usesOf(text, names, inspector);
if (usesByText.size >= TEXTS_MAX2) usesByText.clear();
usesByText.set(key, uses);
return uses;
}
function refuseLexical(text, uses, path) {
const isArrow2 = uses.form === "function" && !/^(async\s+)?function\b/.test(text);
const word = isArrow2 && uses.usesArguments ? "arguments" : lexicalWord(text, uses.form);
if (word === null) return;
throw new EncodingError2(path, `a function that uses \`${word}\` of the place where it stands, which cannot be read; put what it needs into a variable before it, and use that`);
}
function declaredName(text) {
return DECLARED.exec(text)?.[2] ?? null;
}
var DECLARED = /^((?:async\s+)?function\s*\*?\s*)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u;
var BEFORE_EXPRESSION = new Set("await case delete extends in instanceof new of return throw typeof void yield".split(" "));
function isDeclaredAt(source, location) {
const lines = source.split("\n");
const before = [
...lines.slice(Math.max(0, location.lineNumber - 8), location.lineNumber),
lines[location.lineNumber]?.slice(0, location.columnNumber) ?? ""
].join("\n");
const head = /(\w+|[^\s\w])?\s*(?:async\s+)?function\s*\*?\s*[^\s(]+\s*$/u.exec(before);
const previous = head?.[1] ?? ";";
return /\w/.test(previous) ? !BEFORE_EXPRESSION.has(previous) : [
";",
"{",
"}",
")"
].includes(previous);
}
function withoutName(text) {
return text.replace(DECLARED, "$1");
}
function mayAssign(text, name) {
const word = name.replace(/[$]/g, "\\$&");
return new RegExp(`(\\+\\+|--)\\s*${word}(?![\\w$])|(?<![\\w$.])${word}\\s*(=(?![=>])|[-+*/%&|^]=|\\*\\*=|<<=|>>>?=|&&=|\\|\\|=|\\?\\?=|\\+\\+|--)|[\\]}]\\s*(=(?![=>])|of\\b|in\\b)|(?<![\\w$.])${word}\\s+(of|in)\\b`, "u").test(text);
}
function hasPrivate(type) {
for (let each = type; typeof each === "function" && each !== Function.prototype; each = Object.getPrototypeOf(each)) {
const text = functionText(each);
if (!/^class\b/.test(text) || !text.includes("#")) continue;
if (membersOf2(text)?.hasPrivate !== false) return true;
}
return false;
}
function sentNameOf(thing) {
const isSent = formOf(thing) === "class" && !hasPrivate(thing);
return isSent ? nameClass(thing.prototype) : null;
}
function placeOf(location) {
if (location === null) return 0;
const { scriptId, lineNumber, columnNumber } = location;
return (Number(scriptId) * 2 ** 20 + lineNumber) * 2 ** 12 + Math.min(columnNumber, 2 ** 12 - 1);
}
function asOf(value) {
return typeof value === "function" && formOf(value) === "class" ? "class" : "function";
}
function formOf(thing) {
return /^class\b/.test(functionText(thing)) ? "class" : "function";
}
function nameOf(thing) {
const name = Object.getOwnPropertyDescriptor(thing, "name")?.value;
return typeof name === "string" ? name : "";
}
function exportInSession(thing) {
const place = sessionExportOf(thing);
if (place === null) return null;
const isOwn = typeof thing === "function" && !isNativeText(functionText(thing)) && !isOfPackage(place.module);
return {
kind: "export",
...place,
from: null,
text: isOwn ? functionText(thing) : null,
className: isOwn ? sentNameOf(thing) : null
};
}
function unsendable(thing) {
return nameOf(thing).startsWith("bound ") ? "a bound function; wrap it in a function of your own" : "a native function; wrap it in a function of your own";
}
// lib/functions/look.ts
function sessionVariable(name) {
try {
const value = valueOf(name);
return isOfScript(name, value) ? {
value
} : null;
} catch (error) {
const isEarly = error instanceof ReferenceError && isDeclared2(name);
return isEarly ? {
error
} : null;
}
}
function valueOf(expression) {
return (0, eval)(expression);
}
function isDeclared2(name) {
try {
valueOf(`typeof ${name}`);
return false;
} catch {
return true;
}
}
function isOfScript(name, value) {
const global = Object.getOwnPropertyDescriptor(globalThis, name);
if (global === void 0) {
return !(name in globalThis) || value !== globalThis[name];
}
if (!("value" in global)) {
return value !== globalThis[name];
}
return value !== global.value || global.enumerable === true && global.configurable === false;
}
// lib/functions/used_words.ts
function usedWords(thing) {
const words = freeWords(withoutHeritage(functionText2(thing)));
return new Set([
...words
].filter(isVariableName));
}
function withoutHeritage(text) {
if (!/^class\b/.test(text)) return text;
const heritage = heritageIn(text);
const alone = heritage === null ? text : `${text.slice(0, heritage[0])}null ${text.slice(heritage[1])}`;
const name = /^class\s+(?!extends\b)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(alone)?.[1];
return name === void 0 ? alone : `(${name})=>{(${alone})}`;
}
// lib/functions/session_standings.ts
var standings = new WeakMap();
function standingOf(thing) {
return standings.get(thing) ?? null;
}
function findStandings(roots) {
if (isHeapTooLarge()) {
return "the heap of this session is too large for a snapshot";
}
const reached = [
...reachedFrom(roots)
];
try {
const start = performance.now();
const { found, size } = lookOnHeap(reached);
tellCost(size, performance.now() - start);
note(reached, found);
return null;
} catch (error) {
return `no snapshot of the heap can be taken (${error instanceof Error ? error.message : error})`;
}
}
function note(reached, found) {
for (const thing of reached) {
const { standing = null, exports = [] } = found.get(thing) ?? {};
if (typeof thing === "function" && standing !== null) {
standings.set(thing, standing);
noteExport(thing, exports, standing.url);
}
}
for (const thing of reached) {
if (typeof thing === "function" || !isOfModule(thing)) continue;
noteExport(thing, found.get(thing)?.exports ?? [], "");
}
}
function noteExport(thing, places, url) {
const usable = places.filter(({ module }) => isImportable(module) || module.startsWith("node:"));
const place = usable.find(({ module }) => module === url) ?? usable[0];
if (place !== void 0 && sessionExportOf(thing) === null) {
noteSessionExport(thing, place);
}
}
function isOfModule(thing) {
if (isNamespace(thing)) return true;
return valuesIn(thing).some((value) => typeof value === "function" && (sessionExportOf(value) ?? standings.get(value)?.module ?? null) !== null);
}
function isNamespace(thing) {
return Object.getPrototypeOf(thing) === null && Object.getOwnPropertyDescriptor(thing, Symbol.toStringTag)?.value === "Module";
}
var THINGS_MAX = 1e4;
function reachedFrom(roots) {
const reached = new Set();
const open = [
...roots
];
const words = new Set();
for (let i = 0; i < open.length && reached.size < THINGS_MAX; i++) {
const thing = open[i];
if (!isThing2(thing) || reached.has(thing) || isProxy2(thing)) continue;
reached.add(thing);
if (typeof thing === "function") {
if (isNativeText2(functionText3(thing))) continue;
for (const word of usedWords(thing)) {
if (words.has(word)) continue;
words.add(word);
const variable = sessionVariable(word);
if (variable !== null && "value" in variable) open.push(variable.value);
}
open.push(Object.getPrototypeOf(thing));
}
for (const value of valuesIn(thing)) open.push(value);
}
return reached;
}
function isThing2(value) {
return typeof value === "function" || typeof value === "object" && value !== null;
}
function valuesIn(thing) {
if (typeof thing === "function") return fieldsOf2(thing);
switch (valueKindOf2(thing)) {
case "plain":
case "error":
return [
...fieldsOf2(thing),
makerOf(thing)
];
case "array":
return [
...thing.slice(0, THINGS_MAX),
makerOf(thing)
];
case "map":
return [
...Map.prototype.entries.call(thing)
].flat();
case "set":
return [
...Set.prototype.values.call(thing)
];
default:
return [];
}
}
function fieldsOf2(thing) {
return Reflect.ownKeys(thing).slice(0, THINGS_MAX).map((key) => {
try {
return Object.getOwnPropertyDescriptor(thing, key)?.value;
} catch {
return void 0;
}
});
}
function makerOf(thing) {
const prototype = Object.getPrototypeOf(thing);
return prototype === null || prototype === Object.prototype || prototype === Array.prototype ? void 0 : Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
}
var THINGS_TOLD = 1e7;
var thingsSeen = 0;
var spentMs = 0;
function tellCost(things, ms) {
thingsSeen += things;
spentMs += ms;
if (!(thingsSeen > THINGS_TOLD)) return;
thingsSeen = NaN;
const text = `To find what functions of this session use has taken ${(spentMs / 1e3).toFixed(0)} s so far, as each new function takes a snapshot of the heap: give the same function again instead of a new one, or all that it uses in the option \`scope\``;
if (isNotebook()) broadcast("stream", {
name: "stderr",
text: `${text}
`
});
else printError(text);
}
// lib/functions/script_scope.ts
var ScriptScope = class {
#target;
#given;
#variables = {};
#urls = new Map();
#hasSought = false;
#missing = null;
constructor(target, given) {
this.#target = target;
this.#given = given ?? {};
}
look(thing) {
const words = usedWords(thing);
this.#seek(thing, words);
const standing = standingOf(thing);
if (standing === null) {
return {
scopes: this.#unsought(words),
location: null
};
}
return {
scopes: [
...scopesAround(standing, words),
this.#shared(words)
],
location: isOfSession(standing) ? null : this.#place(standing)
};
}
keptBy(holder) {
return usedWords(holder);
}
privatesOf() {
return null;
}
urlOf(scriptId) {
return this.#urls.get(scriptId) ?? "";
}
sourceOf(scriptId) {
const url = this.urlOf(scriptId);
return /^file:.*\.[cm]?[jt]s$/.test(url) ? readSource(url) ?? "" : "";
}
#seek(thing, words) {
if (standingOf(thing) !== null || this.#missing !== null) return;
if (!this.#hasSought && !this.#matters(thing, words)) return;
this.#hasSought = true;
this.#missing = findStandings([
this.#target,
thing,
...Object.values(this.#given)
]);
if (this.#missing === null && standingOf(thing) === null) {
this.#missing = "the snapshot of the heap does not show it";
}
}
#matters(thing, words) {
if (/\bimport\b/.test(functionText4(thing))) return true;
const isGiven = (word) => thing === this.#target && Object.hasOwn(this.#given, word);
return [
...words
].some((word) => !isGiven(word));
}
#unsought(words) {
const shared = this.#shared(words);
if (this.#missing === null) return [
shared
];
const names = [
...words
].filter((name) => Object.hasOwn(shared.variables, name));
return [
...hidden(names, unclear(this.#missing)),
shared
];
}
#shared(words) {
for (const name of words) {
if (Object.hasOwn(this.#variables, name)) continue;
const found = sessionVariable(name);
if (found !== null) define(this.#variables, name, found);
}
return {
kind: "script",
variables: this.#variables
};
}
#place({ scriptId, url, position }) {
this.#urls.set(scriptId, url);
return {
scriptId,
lineNumber: position,
columnNumber: 0
};
}
};
function scopesAround({ inner: inner2, module, isOpen, url }, words) {
const isInner = (word) => isOpen || inner2.some(({ names }) => names.includes(word));
const scopes = hidden([
...words
].filter(isInner), OF_FUNCTION);
return module === null ? scopes : [
...scopes,
{
kind: "module",
...named(module, ofModule(url))
}
];
}
function hidden(names, refusal) {
return names.length === 0 ? [] : [
{
kind: "inner",
...named(names, refusal)
}
];
}
function named(names, refusal) {
const entries = Array.from(names, (name) => [
name,
void 0
]);
return {
variables: Object.fromEntries(entries),
refusal
};
}
var CURES = "give it as an argument, or to the function itself in the option `scope`";
var OF_FUNCTION = `a variable of a function or block around it, of which the REPL and notebooks show no values; ${CURES}, or declare both in a line or cell outside of any function`;
function ofModule(url) {
return `a variable of ${url} that the module does not export; export it there, or the function that uses it, or give it in the option \`scope\``;
}
function unclear(why) {
return `a name of which it cannot be told whether it is that of a line or cell, as ${why}; ${CURES}`;
}
function define(variables, name, found) {
if ("value" in found) {
variables[name] = found.value;
return;
}
Object.defineProperty(variables, name, {
enumerable: true,
get() {
throw found.error;
}
});
}
function isOfSession({ module, url }) {
return module === null && !isImportable(url) && !/^(ext|node):/.test(url);
}
// lib/functions/look.ts
var known4 = new Set();
var FUNCTIONS_MAX = 1024;
function lookAt(request, home) {
const text = functionText5(request.target);
const { scope } = request;
const key = keyOf(request, text, home);
if (key !== null && known4.has(key)) {
return {
kind: scope === null ? "closed" : "given",
module: home
};
}
const found = captureHere(request);
const isKnown = key !== null && found !== null && saysAll(found, scope) && usesOnly(text, new Set(Object.keys(scope ?? {})));
if (isKnown) {
if (known4.size >= FUNCTIONS_MAX) known4.clear();
known4.add(key);
if (scope !== null) return {
kind: "given",
module: home
};
}
return found;
}
function captureHere(request) {
return isInteractive2() ? capture(request, new ScriptScope(request.target, request.scope)) : inspect((inspector) => capture(request, inspector));
}
function keyOf({ target, scope }, text, home) {
if (Object.keys(target).length > 0) return null;
if (scope === null) return [
home,
text
].join("\0");
const isSimple = Object.values(scope).every((value) => isPlain(value) || typeof value === "object" && value !== null && isShareable(value));
return isSimple ? [
home,
text,
"scope",
...Object.keys(scope)
].join("\0") : null;
}
function saysAll(found, scope) {
if (found.kind !== "captured") return found.kind === "closed";
const { parts, scopes } = found.code;
return scope !== null && parts.length === 1 && found.values.fields.length === 0 && scopes.every(({ variables }) => variables.every(([name, holds]) => holds === "value" && Object.hasOwn(scope, name)));
}
return { captureHere: captureHere, lookAt: lookAt };
}
var $_ns_look = {
get captureHere() { return $_look().captureHere; },
get lookAt() { return $_look().lookAt; },
};
var $_made_shared_by_look_and_target_and_pool_parts;
function $_shared_by_look_and_target_and_pool_parts() { return $_made_shared_by_look_and_target_and_pool_parts ??= $_make_shared_by_look_and_target_and_pool_parts(); }
function $_make_shared_by_look_and_target_and_pool_parts() {
const { withModule: withModule } = $_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const { tokensOf: tokensOf, wordsIn: wordsIn } = $_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const importFrom = $_importFrom;
const isInteractive = $_isInteractive;
// lib/functions/free_names.ts
var RESERVED = new Set("arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(" "));
function usesOf(text, names, inspector) {
const asked = candidates(text, names);
const form = /^class\b/.test(text) ? "class" : "function";
const { source } = withModule(text, "file:///", importFrom);
return compiled(source, form, asked, inspector) ?? compiled(source, "method", asked, inspector);
}
function candidates(text, names) {
const words = new Set(wordsIn(text));
const isOpen = words.has("eval") || text.includes("\\u");
return [
...names
].filter((name) => (isOpen || words.has(name)) && isVariableName(name));
}
function isVariableName(name) {
return wordsIn(name)[0] === name && !RESERVED.has(name);
}
function compiled(text, form, names, inspector) {
const expression = form === "method" ? `({${text}
})` : `(${text}
)`;
let holder;
try {
const make = new Function(...names, `"use strict";return()=>${expression}`);
holder = make();
} catch (error) {
if (error instanceof SyntaxError) return null;
throw error;
}
const kept = new Set(inspector.keptBy(holder));
return {
form,
names: names.filter((name) => kept.has(name)),
usesArguments: kept.has("arguments") && !/\beval\b/.test(text)
};
}
// lib/functions/module_names.ts
function namesIn(source) {
const tokens = tokensOf(source, "module");
if (tokens === null) return null;
const reader = new NamesReader(tokens);
return reader.read() ? reader : null;
}
var TYPES = new Set([
"type",
"interface",
"declare"
]);
var DECLARING = new Set([
"abstract",
"async",
"class",
"enum",
"function",
"module",
"namespace"
]);
var NamesReader = class {
imports = new Map();
exports = new Map();
#tokens;
constructor(tokens) {
this.#tokens = tokens;
}
read() {
for (let i = 0; i < this.#tokens.length; i++) {
const { text, kind, pair } = this.#tokens[i];
const before = this.#text(i - 1);
if (kind === "word" && before !== "." && before !== "?.") {
if (text === "import" && !this.#import(i + 1)) return false;
if (text === "export") this.#export(i + 1);
}
if (pair > i) i = pair;
}
return true;
}
#text(i) {
return this.#tokens[i]?.text ?? "";
}
#isWord(i) {
return this.#tokens[i]?.kind === "word";
}
#import(first) {
const next = this.#text(first);
if (next === "(" || next === "." || /^['"]/.test(next)) return true;
if (this.#text(first + 1) === "=") return true;
if (next === "type" && this.#isOfTypes(first + 1)) return true;
const names = [];
let at = first;
while (this.#text(at) !== "from" || names.length === 0) {
if (this.#text(at) === "*") {
names.push([
this.#text(at + 2),
null
]);
at += 3;
} else if (this.#text(at) === "{") {
for (const [key, name] of this.#list(at)) names.push([
name,
key
]);
at = this.#tokens[at].pair + 1;
if (names.length === 0) return true;
} else if (this.#isWord(at)) {
names.push([
this.#text(at),
"default"
]);
at++;
} else if (this.#text(at) === ",") at++;
else return false;
}
const specifier = stringIn(this.#text(at + 1));
if (specifier === null) return false;
const hasAttributes = /^(with|assert)$/.test(this.#text(at + 2)) && this.#text(at + 3) === "{";
for (const [name, key] of names) {
this.imports.set(name, {
specifier,
key,
hasAttributes
});
}
return true;
}
#isOfTypes(i) {
const text = this.#text(i);
return text === "{" || text === "*" || this.#isWord(i) && (text !== "from" || this.#text(i + 1) === "from");
}
*#list(open) {
const close = this.#tokens[open].pair;
for (let at = open + 1; at < close; ) {
let end = at;
while (end < close && this.#text(end) !== ",") end++;
const words = this.#tokens.slice(at, end).map(({ text }) => stringIn(text) ?? text);
at = end + 1;
if (words[0] === "type" && words.length > 1 && words[1] !== "as") {
continue;
}
const [first, as, second] = words;
if (first === void 0) continue;
yield [
first,
as === "as" && second !== void 0 ? second : first
];
}
}
#export(first) {
const text = this.#text(first);
if (text === "{") return this.#exportList(first);
if (text === "default") return this.#exportDefault(first + 1);
if (TYPES.has(text) && this.#isWord(first + 1)) return;
const isVariable = /^(const|let|var)$/.test(text) && this.#text(first + 1) !== "enum";
if (isVariable) return this.#exportVariables(first + 1);
const at = this.#declared(text === "const" ? first + 1 : first);
if (at !== null) this.#add(this.#text(at));
}
#add(name, key = name) {
if (!this.exports.has(name)) this.exports.set(name, key);
}
#exportList(open) {
if (this.#text(this.#tokens[open].pair + 1) === "from") return;
for (const [name, key] of this.#list(open)) this.#add(name, key);
}
#exportDefault(first) {
const at = this.#declared(first);
if (at !== null) {
if (this.#isWord(at) && this.#text(at) !== "extends") {
this.#add(this.#text(at), "default");
}
return;
}
const after = this.#tokens[first + 1];
const isName = this.#isWord(first) && (after === void 0 || after.text === ";" || after.isFirstInLine);
if (isName) this.#add(this.#text(first), "default");
}
#declared(first) {
let at = first;
while (DECLARING.has(this.#text(at))) at++;
if (at === first) return null;
if (this.#text(at) === "*") at++;
return at;
}
#exportVariables(first) {
this.#addPattern(first);
const { length } = this.#tokens;
for (let i = first; i < length && this.#text(i) !== ";"; i++) {
const { pair, isFirstInLine, text } = this.#tokens[i];
const begins = /^(export|import|const|let|var|function|class|if|for|await)$/;
if (i > first && isFirstInLine && begins.test(text)) return;
const isNext = text === "," && this.#isWord(i + 1) && /^[=:;]$/.test(this.#text(i + 2));
if (isNext) this.#add(this.#text(i + 1));
if (pair > i) i = pair;
}
}
#addPattern(at) {
const { text, kind, pair } = this.#tokens[at] ?? {
kind: "mark"
};
if (text === "...") return this.#addPattern(at + 1);
if (kind === "word") return this.#add(text);
if (text !== "{" && text !== "[") return;
for (let i = at + 1; i < pair; ) {
let end = i;
while (end < pair && this.#text(end) !== ",") {
end = Math.max(end, this.#tokens[end].pair) + 1;
}
const isRenamed = text === "{" && this.#text(i + 1) === ":";
this.#addPattern(isRenamed ? i + 2 : i);
i = end + 1;
}
}
};
function stringIn(text) {
return /^(['"])[^\\]*\1$/.test(text) ? text.slice(1, -1) : null;
}
// lib/functions/module_source.ts
function readSource(module) {
const path = new URL(module);
try {
const { state } = Deno.permissions.querySync({
name: "read",
path
});
return state === "granted" ? Deno.readTextFileSync(path) : null;
} catch {
return null;
}
}
// lib/functions/script_modules.ts
var known = new Map();
function moduleOfScript(scriptId, inspector) {
const found = known.get(scriptId) ?? new Module(scriptId, inspector);
known.set(scriptId, found);
return found;
}
function isImportable(url) {
if (!URL.canParse(url)) return false;
const { protocol, pathname, hash } = new URL(url);
const leadsNowhere = /\/\$deno\$[^/]*$/.test(pathname) || /\$\d+-\d+\.\w+$/.test(pathname) || /^#\d+-\d+\.\w+$/.test(hash);
return !leadsNowhere && !/^(blob|ext|node):$/.test(protocol);
}
var Module = class {
url;
names;
constructor(scriptId, inspector) {
this.url = inspector.urlOf(scriptId);
this.names = /^(ext|node):/.test(this.url) ? null : namesOf(this.url) ?? namesIn(inspector.sourceOf(scriptId));
}
resolve(specifier) {
if (/^\.{0,2}\//.test(specifier)) {
const url = URL.parse(specifier, this.url);
return url === null ? null : {
module: url.href,
from: null
};
}
if (URL.canParse(specifier)) return {
module: specifier,
from: null
};
try {
return {
module: import.meta.resolve(specifier),
from: null
};
} catch {
return URL.canParse(this.url) ? {
module: specifier,
from: this.url
} : null;
}
}
};
function namesOf(url) {
if (!/^file:.*\.(ts|js|mts|mjs)$/.test(url)) return null;
const source = readSource(url);
return source === null ? null : namesIn(source);
}
// lib/functions/inspector.ts
function canInspect() {
if (isInteractive()) return false;
const { state } = Deno.permissions.querySync({
name: "sys",
kind: "inspector"
});
return state === "granted";
}
var urls = new Map();
var known2 = new Set();
var GIVEN = "@multiprocessing/core given";
var TAKE = "@multiprocessing/core take";
function inspect(use) {
if (!canInspect()) return null;
const line = InspectorSession.open();
if (line === null) return null;
try {
return use(line);
} finally {
line.close();
}
}
function noteCallers(module) {
if (known2.has(module) || !canInspect()) return;
known2.add(module);
const line = InspectorSession.open();
if (line === null) return;
let found = {};
try {
line.session.post("Runtime.evaluate", THROW, (_, result) => {
found = result;
});
} finally {
line.close();
}
for (const { scriptId, url } of found.exceptionDetails?.stackTrace?.callFrames ?? []) note(scriptId, url);
}
var THROW = {
expression: "throw new Error()",
silent: true
};
function note(scriptId, url) {
urls.set(scriptId, url);
known2.add(url);
}
var InspectorSession = class _InspectorSession {
session;
#ticks = [];
#nextTick = process.nextTick;
#hasScripts = false;
constructor(session) {
this.session = session;
process.nextTick = (tick, ...args) => {
this.#ticks.push(() => tick(...args));
};
}
static open() {
try {
const { Session } = process.getBuiltinModule("node:inspector");
const session = new Session();
session.connect();
return new _InspectorSession(session);
} catch {
return null;
}
}
close() {
try {
this.#run();
this.session.disconnect();
this.#run();
} finally {
process.nextTick = this.#nextTick;
}
}
#run() {
for (let tick = this.#ticks.shift(); tick; tick = this.#ticks.shift()) {
tick();
}
}
#ask(method, params) {
let answered;
answered = {
error: new Error(`${method} was not answered`),
result: null
};
this.session.post(method, params, (error, result) => {
answered = {
error,
result
};
});
this.#run();
if (answered.error !== null) throw answered.error;
return answered.result;
}
look(target) {
const { internalProperties = [] } = this.#propertiesOf(target);
return {
scopes: this.#scopes(valueIn(internalProperties, "[[Scopes]]")),
location: valueIn(internalProperties, "[[FunctionLocation]]")?.value ?? null
};
}
#propertiesOf(target) {
const given = globalThis;
given[GIVEN] = target;
try {
const { result: { objectId } } = this.#ask("Runtime.evaluate", {
expression: `globalThis[${JSON.stringify(GIVEN)}]`,
silent: true
});
const properties = {
objectId,
ownProperties: true
};
return {
objectId,
...this.#ask("Runtime.getProperties", properties)
};
} finally {
delete given[GIVEN];
}
}
privatesOf(type) {
const { objectId, privateProperties = [] } = this.#propertiesOf(type);
const fields = {};
for (const { name, value } of privateProperties) {
if (value === void 0) continue;
fields[name] = this.#take(objectId, [
argumentOf(value)
]);
}
return fields;
}
#take(objectId, values) {
const taker = globalThis;
let taken;
taker[TAKE] = (value) => taken = value;
const what = values === void 0 ? "this" : "value";
try {
this.#ask("Runtime.callFunctionOn", {
objectId,
functionDeclaration: `function(value){globalThis[${JSON.stringify(TAKE)}](${what})}`,
arguments: values ?? [],
silent: true
});
} finally {
delete taker[TAKE];
}
return taken;
}
#scopes(list) {
if (list === void 0) return [];
const scopes = this.#take(list.objectId);
return Array.from(scopes).flatMap(({ description, object }) => {
const kind = kindOf(description);
const variables = object;
return kind === null ? [] : [
{
kind,
variables
}
];
});
}
keptBy(holder) {
return this.look(holder).scopes.flatMap(({ kind, variables }) => kind === "inner" ? Object.keys(variables) : []);
}
urlOf(scriptId) {
if (!urls.has(scriptId)) this.#noteScripts();
return urls.get(scriptId) ?? "";
}
#noteScripts() {
if (this.#hasScripts) return;
this.#hasScripts = true;
this.session.on("Debugger.scriptParsed", ({ params }) => {
const { scriptId, url } = params;
note(scriptId, url);
});
this.#ask("Debugger.enable", {});
}
sourceOf(scriptId) {
this.#noteScripts();
return this.#ask("Debugger.getScriptSource", {
scriptId
}).scriptSource;
}
};
function argumentOf({ objectId, value, unserializableValue }) {
if (objectId !== void 0) return {
objectId
};
if (unserializableValue !== void 0) return {
unserializableValue
};
return value === void 0 ? {} : {
value
};
}
function valueIn(properties, name) {
return properties.find((property) => property.name === name)?.value;
}
function kindOf(description) {
const [word = ""] = description.split(" ");
switch (word) {
case "Global":
return null;
case "Module":
return "module";
case "Script":
return "script";
case "With":
return "with";
default:
return "inner";
}
}
return { usesOf: usesOf, isVariableName: isVariableName, readSource: readSource, moduleOfScript: moduleOfScript, isImportable: isImportable, inspect: inspect, noteCallers: noteCallers };
}
var $_made_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts;
function $_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts() { return $_made_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts ??= $_make_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts(); }
function $_make_shared_by_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts() {
const { tokensOf: tokensOf } = $_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
const ProcessError = $_ProcessError;
// lib/functions/text_origins.ts
var origins = new WeakMap();
var standIns = new WeakMap();
function setOrigin(made, module) {
origins.set(made, module);
}
function originOf(made) {
return origins.get(made);
}
function markStandIn(made, standIn) {
standIns.set(made, standIn);
return made;
}
function standInOf(thing) {
return standIns.get(thing) ?? null;
}
// lib/functions/text_imports.ts
function withModule(source, module, load) {
if (!/\bimport\b/.test(source)) return {
source,
scope: {}
};
const tokens = tokensOf(source);
if (tokens === null) {
throw new ProcessError("Cannot run a function from its text as it says `import` and cannot be read without doubt: export it, or move the import out of it");
}
const [call, meta] = [
unused("importAs", source),
unused("metaAs", source)
];
let text = "";
let at = 0;
const scope = {};
for (const [i, token] of tokens.entries()) {
const kind = kindOf(tokens, i);
if (kind === null) continue;
const last = kind === "meta" ? tokens[i + 2] : token;
text += source.slice(at, token.at) + (kind === "meta" ? meta : call);
at = last.at + last.text.length;
if (kind === "meta") scope[meta] = metaStandIn(module);
else scope[call] = importStandIn(module, load);
}
return {
source: text + source.slice(at),
scope
};
}
function kindOf(tokens, i) {
const before = tokens[i - 1]?.text;
if (tokens[i].text !== "import" || before === "." || before === "?.") {
return null;
}
const [next, word] = [
tokens[i + 1]?.text,
tokens[i + 2]?.text
];
if (next === "." && word === "meta") return "meta";
const behind = tokens[(tokens[i + 1]?.pair ?? -1) + 1]?.text;
return next === "(" && behind !== "{" ? "call" : null;
}
function unused(name, source) {
return source.includes(name) ? unused(`${name}_`, source) : name;
}
function isRelative(specifier) {
return /^\.{0,2}\//.test(specifier);
}
function importStandIn(module, load) {
const standIn = async (specifier, options) => {
const wanted = String(specifier);
return await load(isRelative(wanted) ? resolved(wanted, module) : wanted, options);
};
return markStandIn(standIn, {
form: "call",
module
});
}
function resolved(specifier, module) {
if (module !== null && URL.canParse(specifier, module)) {
return new URL(specifier, module).href;
}
throw new ProcessError(`Cannot import "${specifier}" in a function that travels as text as ${module === null ? "the module that it comes from has no address" : `nothing is relative to ${module}`}: give an absolute URL`);
}
function metaStandIn(module) {
if (module === null) {
throw new ProcessError("Cannot run a function from its text as it says `import.meta`, and the module that it comes from has no address: give it what it needs as an argument");
}
const path = module.startsWith("file:") ? decodeURIComponent(new URL(module).pathname) : void 0;
const meta = {
url: module,
main: false,
filename: path,
dirname: path && (path.slice(0, path.lastIndexOf("/")) || "/"),
resolve: (specifier) => isRelative(specifier) ? resolved(specifier, module) : import.meta.resolve(specifier)
};
return markStandIn(meta, {
form: "meta",
module
});
}
return { setOrigin: setOrigin, originOf: originOf, standInOf: standInOf, withModule: withModule, unused: unused, importStandIn: importStandIn, metaStandIn: metaStandIn };
}
var $_made_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts;
function $_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts() { return $_made_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts ??= $_make_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts(); }
function $_make_shared_by_export_identity_and_look_and_slow_resolve_and_target_and_pool_parts() {
const { tokensOf: tokensOf, wordsIn: wordsIn } = $_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts();
// lib/functions/closed_text.ts
var KEYWORDS = new Set("async await break case catch const continue debugger default delete do else false finally for function if in instanceof let new null return switch throw true try typeof undefined var void while yield".split(" "));
var REACHING = new Set("arguments class eval import super this with".split(" "));
var GLOBALS = new Set("AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float16Array Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt".split(" "));
function isClosed(source) {
return usesOnly(source, GLOBALS);
}
function usesOnly(source, names) {
const tokens = tokensOf(source);
if (tokens === null || tokens.some(({ text }) => REACHING.has(text))) {
return false;
}
return [
...freeIn(tokens)
].every((word) => names.has(word));
}
function freeWords(source) {
const tokens = tokensOf(source);
const isUnclear = tokens === null || tokens.some(({ text }) => text === "eval" || text === "with");
if (!isUnclear) return freeIn(tokens);
return new Set(wordsIn(source)).difference(KEYWORDS);
}
function freeIn(tokens) {
const scopes = new Declarations(tokens).all;
const keys = keysOf(tokens);
const words = tokens.flatMap(({ kind, text }, i) => {
const isOwn = kind !== "word" || KEYWORDS.has(text) || keys.has(i) || scopes.some(({ from, to, names }) => from <= i && i <= to && names.has(text));
return isOwn ? [] : [
text
];
});
return new Set(words);
}
function keysOf(tokens) {
const keys = new Set();
const pending = [
0
];
for (const [i, { kind, text }] of tokens.entries()) {
if (text in {
"(": 0,
"[": 0,
"{": 0,
"${": 0
}) pending.push(0);
else if (text === ")" || text === "]" || text === "}") pending.pop();
else if (text === "?" || text === "case") pending[pending.length - 1]++;
else if (text === ":" && pending.at(-1) > 0) {
pending[pending.length - 1]--;
} else if (kind === "word" && isKey(tokens, i, pending.at(-1))) {
keys.add(i);
}
}
return keys;
}
function isKey(tokens, i, pending) {
const before = tokens[i - 1]?.text;
const after = tokens[i + 1]?.text;
if (before === "." || before === "?.") return tokens[i - 2]?.text !== "new";
if (isOf(tokens, i) || isJumpsLabel(tokens, i)) return true;
const beginsPart = before === void 0 || [
"{",
",",
";",
"}"
].includes(before);
if (after === ":") return beginsPart && pending === 0;
return after === "(" && isMethod(tokens, i);
}
function isOf(tokens, i) {
const { text, isFirstInLine } = tokens[i];
const before = tokens[i - 1];
if (text !== "of" || isFirstInLine || before === void 0) return false;
return before.kind === "word" ? !KEYWORDS.has(before.text) : before.text === "]" || before.text === "}";
}
function isJumpsLabel(tokens, i) {
const before = tokens[i - 1]?.text;
return (before === "break" || before === "continue") && !tokens[i].isFirstInLine;
}
var BEFORE_METHOD = new Set([
"{",
"}",
",",
";",
"*",
"get",
"set",
"static",
"async"
]);
function isMethod(tokens, i) {
const before = tokens[i - 1]?.text;
const isPlaced = before === void 0 || BEFORE_METHOD.has(before);
const closing = tokens[i + 1].pair;
const body = tokens[closing + 1];
return isPlaced && !KEYWORDS.has(tokens[i].text) && body?.text === "{" && !body.isFirstInLine;
}
var Declarations = class {
all = [];
#tokens;
constructor(tokens) {
this.#tokens = tokens;
for (const [i, { kind, text }] of tokens.entries()) {
if (text === "=>") this.#arrow(i);
else if (kind !== "word") continue;
else if (text === "function") this.#function(i);
else if (text === "catch") this.#head(i + 1);
else if (text === "let" || text === "const" || text === "var") {
this.#variables(i);
} else if (this.#text(i + 1) === "(" && isMethod(tokens, i)) {
this.#head(i + 1);
}
}
}
#text(i) {
return this.#tokens[i]?.text;
}
#declare(from, to, names) {
this.all.push({
from,
to,
names: new Set(names)
});
}
#function(i) {
let at = i + 1;
if (this.#text(at) === "*") at++;
const hasName = this.#tokens[at]?.kind === "word";
const body = this.#head(hasName ? at + 1 : at);
if (!hasName || body === null) return;
const first = this.#text(i - 1) === "async" ? i - 1 : i;
const before = this.#text(first - 1);
const isDeclaration = first > 0 && [
";",
"{",
"}"
].includes(before ?? "");
const [from, to] = isDeclaration ? this.#block(i) : [
i,
body
];
this.#declare(from, to, [
this.#text(at)
]);
}
#head(open) {
if (this.#text(open) !== "(") return null;
const close = this.#tokens[open].pair;
if (this.#text(close + 1) !== "{") return null;
const end = this.#tokens[close + 1].pair;
this.#declare(open, end, this.#patterns(open + 1, close));
return end;
}
#arrow(i) {
const last = this.#tokens[i - 1];
const from = last.text === ")" ? last.pair : i - 1;
const names = last.text === ")" ? this.#patterns(from + 1, i - 1) : [
last.text
];
const to = this.#text(i + 1) === "{" ? this.#tokens[i + 1].pair : this.#endOfExpression(i + 1);
this.#declare(from, to, names);
}
#variables(i) {
const names = [];
for (let at = i + 1; ; ) {
const end = this.#endOfPattern(at);
names.push(...this.#pattern(at, end));
const comma = this.#text(end) === "=" ? this.#endOfExpression(end + 1) + 1 : end;
if (this.#text(comma) !== ",") break;
at = comma + 1;
}
const [from, to] = this.#block(i);
this.#declare(from, to, names);
}
#patterns(from, to) {
const names = [];
for (let at = from; at < to; ) {
const end = this.#endOfPattern(at);
names.push(...this.#pattern(at, end));
at = this.#endOf(end, to, ",") + 1;
}
return names;
}
#pattern(at, end) {
const { kind, text, pair } = this.#tokens[at] ?? {
kind: "mark",
text: "",
pair: -1
};
if (text === "...") return this.#pattern(at + 1, end);
if (text === "[") return this.#patterns(at + 1, pair);
if (text === "{") return this.#fields(at + 1, pair);
return kind === "word" ? [
text
] : [];
}
#fields(from, to) {
const names = [];
for (let at = from; at < to; ) {
const end = this.#endOf(at, to, ",");
const keyEnd = this.#text(at) === "[" ? this.#tokens[at].pair : at;
const first = this.#text(keyEnd + 1) === ":" ? keyEnd + 2 : at;
names.push(...this.#pattern(first, end));
at = end + 1;
}
return names;
}
#endOfPattern(at) {
if (this.#text(at) === "...") return this.#endOfPattern(at + 1);
const pair = this.#tokens[at]?.pair ?? -1;
return (pair > at ? pair : at) + 1;
}
#endOf(at, to, mark) {
for (let i = at; i < to; i++) {
const { text, pair } = this.#tokens[i];
if (text === mark) return i;
if (pair > i) i = pair;
}
return to;
}
#endOfExpression(at) {
for (let i = at; i < this.#tokens.length; i++) {
const { text, pair, isFirstInLine } = this.#tokens[i];
if (i > at && isFirstInLine) return i - 1;
if ([
",",
";",
")",
"]",
"}"
].includes(text)) return i - 1;
if (pair > i) i = pair;
}
return this.#tokens.length - 1;
}
#block(i) {
let open = i - 1;
while (open >= 0 && !(this.#tokens[open].pair > i)) open--;
if (open < 0) return [
0,
this.#tokens.length - 1
];
const close = this.#tokens[open].pair;
if (this.#text(open) !== "(") return [
open,
close
];
const isBlock = this.#text(close + 1) === "{";
return [
open,
isBlock ? this.#tokens[close + 1].pair : this.#endOfExpression(close + 1)
];
}
};
return { isClosed: isClosed, usesOnly: usesOnly, freeWords: freeWords };
}
var $_made_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts;
function $_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts() { return $_made_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts ??= $_make_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts(); }
function $_make_shared_by_export_identity_and_look_and_rebuild_and_slow_resolve_and_target_and_pool_parts() {
// lib/functions/tokens.ts
var SPACE = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
var WORD = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
var NUMBER = /0[xXoObB][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
var STRING = /'(?:[^'\\\n]|\\(?:\r\n|[\s\S]))*'|"(?:[^"\\\n]|\\(?:\r\n|[\s\S]))*"/y;
var REGEX = /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\\\]\n]|\\[^\n])*\])+\/[\p{ID_Continue}$]*/uy;
var MARK = />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.@]/y;
var TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
var WORDS = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
function wordsIn(text) {
return text.match(WORDS) ?? [];
}
var BEFORE_OPERAND = new Set("return typeof case do else in instanceof new void delete throw yield await of".split(" "));
var CLOSER = {
"(": ")",
"[": "]",
"{": "}",
"${": "}"
};
function tokensOf(source, extent = "function") {
const reader = new Tokenizer(source, extent === "module");
while (reader.next()) {
}
return reader.isSure ? reader.tokens : null;
}
var Tokenizer = class {
tokens = [];
#source;
#at = 0;
#isFirstInLine = false;
#hasFailed = false;
#open = [];
#endsStatements;
constructor(source, endsStatements) {
this.#source = source;
this.#endsStatements = endsStatements;
}
get isSure() {
return !this.#hasFailed && this.#open.length === 0;
}
next() {
const space = this.#match(SPACE) ?? "";
this.#isFirstInLine = /[\n\r\u2028\u2029]/.test(space);
if (this.#hasFailed || this.#at >= this.#source.length) return false;
const start = this.#source[this.#at];
if (start === "`") this.#template("`");
else if (start === "/") this.#slash();
else if (this.#isNumber()) this.#add("literal", this.#match(NUMBER));
else if (start === '"' || start === "'") {
this.#add("literal", this.#match(STRING));
} else if (!this.#tryWord()) this.#mark(this.#match(MARK));
return true;
}
#match(pattern) {
pattern.lastIndex = this.#at;
const text = pattern.exec(this.#source)?.[0] ?? null;
if (text !== null) this.#at += text.length;
return text;
}
#add(kind, text) {
if (text === null) {
this.#hasFailed = true;
return;
}
const at = this.#at - text.length;
const isFirstInLine = this.#isFirstInLine;
this.tokens.push({
kind,
text,
at,
isFirstInLine,
pair: -1
});
}
#isNumber() {
return /^\.?\d/.test(this.#source.slice(this.#at, this.#at + 2));
}
#tryWord() {
const word = this.#match(WORD);
if (word !== null) this.#add("word", word);
return word !== null;
}
#mark(text) {
this.#add("mark", text);
if (text === null) return;
if (text in CLOSER) this.#open.push(this.tokens.length - 1);
else if (text === ")" || text === "]" || text === "}") this.#close(text);
}
#close(text) {
const index = this.#open.pop();
const opener = this.tokens[index ?? -1];
if (opener === void 0 || CLOSER[opener.text] !== text) {
this.#hasFailed = true;
return;
}
opener.pair = this.tokens.length - 1;
this.tokens.at(-1).pair = index;
if (opener.text === "${") this.#template("");
}
#template(opening) {
this.#at += opening.length;
const text = this.#match(TEMPLATE);
if (text === null || !text.endsWith("${")) {
return this.#add("literal", text);
}
this.#at -= 2;
this.#add("literal", text.slice(0, -2));
this.#at += 2;
this.#mark("${");
}
#slash() {
const isRegex = this.#beginsRegex();
if (isRegex === null) this.#hasFailed = true;
else if (isRegex) this.#add("literal", this.#match(REGEX));
else this.#mark(this.#match(MARK));
}
#beginsRegex() {
const before = this.tokens.at(-1);
if (before === void 0) return true;
if (before.kind === "literal") return false;
if (before.kind === "word") return BEFORE_OPERAND.has(before.text);
switch (before.text) {
case "]":
case "++":
case "--":
return false;
case "}":
return this.#endsStatements ? this.#isBlock(before.pair) : null;
case ")": {
const head = this.tokens[before.pair - 1]?.text ?? "";
return [
"if",
"while",
"for",
"with"
].includes(head);
}
default:
return true;
}
}
#isBlock(open) {
const before = this.tokens[open - 1];
if (before === void 0 || before.text === ":") {
return before === void 0 ? true : null;
}
if (before.kind === "word") return !BEFORE_OPERAND.has(before.text);
return [
")",
"{",
"}",
";",
"=>"
].includes(before.text);
}
};
return { wordsIn: wordsIn, tokensOf: tokensOf };
}
var forkservers = $_ns_forkserver;
var isolates = $_ns_isolate_launchers;
var spawnedChild = $_ns_spawned_child;
var codec = $_ns_codec;
var pipeMemories = $_ns_pipe_memory;
var transports = $_ns_ring_transport;
var relays = $_ns_relay;
var ringBackends = $_ns_ring_backend;
var namedFiles = $_ns_named_file;
var looking = $_ns_look;
var rebuilding = $_ns_rebuild;
var targets = $_ns_target;
var identities = $_ns_export_identity;
var parts = $_ns_pool_parts;
var isolateOutput = $_ns_isolate_output;
var slowResolve = $_ns_slow_resolve;
var slowResolve2 = $_ns_slow_resolve;
var codec2 = $_ns_codec;
var parts2 = $_ns_socket_parts;
var parts3 = $_ns_socket_parts;
var stocks = $_ns_spares;
var forkservers2 = $_ns_forkserver;
var targets2 = $_ns_target;
var $_exitcodeOf = exitcodeOf;
var $_keptOf = keptOf;
var $_keepAlive = keepAlive;
var $_unreachable = unreachable;
var $_isClaimed = isClaimed;
var $_ownerTable = ownerTable;
var $_releaseOwner = releaseOwner;
var $_selfOwner = selfOwner;
var $_hasEnded = hasEnded;
var $_hasStarted = hasStarted;
var $_isLoading = isLoading;
var $_newStopFlags = newStopFlags;
var $_requestStop = requestStop;
var $_setGone = setGone;
var $_untilDisposed = untilDisposed;
var $_untilStarted = untilStarted;
var $_childContext = childContext;
var $_PROTOCOL_VERSION = PROTOCOL_VERSION;
var $_beforeBlocking = beforeBlocking;
var $_askToEnd = askToEnd;
var $_isBlocked = isBlocked;
var $_sinceImport = sinceImport;
var $_waitForFlags = waitForFlags;
var $_hasOwnPermissions = hasOwnPermissions;
var $_isConfined = isConfined;
var $_SharedMemoryError = SharedMemoryError;
var $_EEXIST = EEXIST;
var $_ENOENT = ENOENT;
var $_reasonOf = reasonOf;
var $_AT_FDCWD = AT_FDCWD;
var $_Scratch = Scratch;
var $_syscall = syscall;
var $_tryCall = tryCall;
var $_O_CLOEXEC = O_CLOEXEC;
var $_whyNotReserved = whyNotReserved;
var $_pack = pack;
var $_CALL = CALL;
var $_CALL_ONE = CALL_ONE;
var $_isRaw = isRaw;
var $_itemsToSend = itemsToSend;
var $_boundToContext = boundToContext;
var $_contain = contain;
var $_printError = printError;
var $_inspectThrown = inspectThrown;
var $_EncodingError = EncodingError;
var $_checkTransfer = checkTransfer;
var $_SPAN_MAX = SPAN_MAX;
var $_callSites = callSites;
var $_isPlain = isPlain;
var $_cloneOf = cloneOf;
var $_namespaceOf = namespaceOf;
var $_tellSize = tellSize;
var $_broadcast = broadcast;
var $_isNotebook = isNotebook;
var $_writeIfRead = writeIfRead;
var $_timedOut = timedOut;
var $_explainInstances = explainInstances;
var $_PEER = PEER;
var $_Block = Block;
var $_canMapAt = canMapAt;
var $_unheld = unheld;
var $_mayHoldHandles = mayHoldHandles;
var $_refusedEntry = refusedEntry;
var $_outcomeOf = outcomeOf2;
var $_mostOfChild = mostOfChild;
var $_rehydrateFrom = rehydrateFrom;
var $_unpack = unpack;
var $_isPacked = isPacked;
var $_REPORT_HEAD = REPORT_HEAD;
var $_RESULT_STRIDE = RESULT_STRIDE;
var $_THREW = THREW;
var $_UNSENDABLE = UNSENDABLE;
var $_VALUES = VALUES;
var $_RUN_HEAD = RUN_HEAD;
var $_TASK_STRIDE = TASK_STRIDE;
var $_SLOT_MASK = SLOT_MASK;
var $_isFrequent = isFrequent;
var $_receiveFrom = receiveFrom;
var $_TIMED = TIMED;
var $_createSlots = createSlots;
var $_isSmallCall = isSmallCall;
var $_SLOTS = SLOTS;
var $_Slots = Slots;
var $_SLOTS_BYTES = SLOTS_BYTES;
var $_ExitError = ExitError;
var $_WorkerLostError = WorkerLostError;
var $_nameOfExitcode = nameOfExitcode;
var $_OUT_OF_HEAP = OUT_OF_HEAP;
var $_END_CAUSE = END_CAUSE;
var $_ProcessStateError = ProcessStateError;
var $_AsyncItemSource = AsyncItemSource;
var $_isAsync = isAsync;
var $_SyncItemSource = SyncItemSource;
var $_builtUrl = builtUrl;
var $_INTERPRETER = INTERPRETER;
var $_passesRead = passesRead;
var $_destinationOf = destinationOf;
var $_BaseProcess = BaseProcess;
var $_MODULES = MODULES;
var $_START_METHOD = START_METHOD;
var $_SUBJECT = SUBJECT;
var $_AmbiguousTargetError = AmbiguousTargetError;
var $_ProcessError = ProcessError;
var $_byName = byName;
var $_namesOfAlike = namesOfAlike;
var $_importFrom = importFrom;
var $_broughtBy = broughtBy;
var $_noteBrought = noteBrought;
var $_functionText = functionText;
var $_hooks = hooks;
var $_loadModule = loadModule;
var $_knowClass = knowClass;
var $_isNativeText = isNativeText;
var $_isInteractive = isInteractive;
var $_absolute = absolute2;
var $_checkedAddress = checkedAddress;
var $_thrownText = thrownText;
var $_toPort = toPort;
var $_postTo = postTo;
var $_claimOwner = claimOwner;
var $_NO_READER = NO_READER;
var $_entryUrl = entryUrl;
var $_UNREAD_LIMIT_BYTES = UNREAD_LIMIT_BYTES;
var $_isolateIdent = isolateIdent;
var $_checkWorkerPermissions = checkWorkerPermissions;
var $_may = may;
var $_hasUnstable = hasUnstable;
var $_isThreadAlive = isThreadAlive;
var $_whyNotMapped = whyNotMapped;
var $_moduleObjects = moduleObjects;
var $_getLogger = getLogger;
var $_commandOf = commandOf;
var $_grantsOf = grantsOf;
var $_mayReadAll = mayReadAll;
var $_packageUrl = packageUrl;
var $_preloadedModules = preloadedModules;
var $_checkLaunch = checkLaunch;
var $_NO_PREFIX = NO_PREFIX;
var $_spawn = spawn;
var $_SPAWN_TRAITS = SPAWN_TRAITS;
var $_spawned = spawned;
var $_environment = environment;
var $_readProc = readProc;
var $_openIsolateUrl = openIsolateUrl;
var $_portsOf = portsOf;
var $_workerPermissions = workerPermissions;
var $_UnsupportedError = UnsupportedError;
var $_TIMER_MAX_MS = TIMER_MAX_MS;
var $_settles = settles;
var $_writeAll = writeAll;
var $_frame = frame;
var $_joined = joined;
var $_markerOf = markerOf;
var $_newGreeting = newGreeting;
var $_seal = seal;
var $_unsealFromChild = unsealFromChild;
var $_checkSize = checkSize;
var $_FRAME_HEADER_BYTES = FRAME_HEADER_BYTES;
var $_FRAME_MAX_BYTES = FRAME_MAX_BYTES;
var $_MARKER_BYTES = MARKER_BYTES;
var $_Parts = Parts;
var $_hasAll = hasAll;
var $_WholeLines = WholeLines;
var $_showValue = showValue;
var $_isObject = isObject;
var $_isPoolPayload = isPoolPayload;
var $_poolMessage = poolMessage;
var $_WeakCache = WeakCache;
var $_LIVENESS_CHECK_MS = LIVENESS_CHECK_MS;
var $_HANDLE = HANDLE;
var $_UNTRACKED = UNTRACKED;
var $_ConnectionError = ConnectionError;
var $_rehydrateAny = rehydrateAny;
var $_TrackedDelivery = TrackedDelivery;
var $_AsyncMutex = AsyncMutex;
var $_END = END;
var $_LATE = LATE;
var $_BUSY = BUSY;
var $_EMPTY = EMPTY;
var $_GONE = GONE;
var $_giveBack = giveBack;
var $_take = take;
var $_FOREVER = FOREVER;
var $_patient = patient;
var $_runNow = runNow;
var $_StepRunner = StepRunner;
var $_limitOf = limitOf;
var $_AT_ONCE = AT_ONCE;
var $_giveAway = giveAway;
var $_wake = wake;
var $_FREE = FREE;
var $_WORD = WORD;
var $_briefAt = briefAt;
var $_CHECK_LIVENESS = CHECK_LIVENESS;
var $_GIVE_UP = GIVE_UP;
var $_sleep = sleep;
var $_sleepDeep = sleepDeep;
var $_Fairness = Fairness;
var $_COUNT_LIMIT = COUNT_LIMIT;
var $_COUNT_SHIFT = COUNT_SHIFT;
var $_load = load;
var $_or = or;
var $_swap = swap;
var $_WAKE_ALL = WAKE_ALL;
var $_wakeUp = wakeUp;
var $_BYTES_LIMIT = BYTES_LIMIT;
var $_parentPeer = parentPeer;
var $_receive = receive;
var $_prepareToBlock = prepareToBlock;
var $_mayBeRefused = mayBeRefused;
var $_waitSync = waitSync;
var $_renewOwnLiveness = renewOwnLiveness;
var $_DEPTH_MAX = DEPTH_MAX;
var $_COST = COST;
var $_costOfPattern = costOfPattern;
var $_CHECKED_FROM_COUNT = CHECKED_FROM_COUNT;
var $_costOfKeys = costOfKeys;
var $_isFarIndex = isFarIndex;
var $_keepTable = keepTable;
var $_put = put;
var $_VIEWS = VIEWS;
var $_classNameOf = classNameOf;
var $_mayBeArguments = mayBeArguments;
var $_valueKindOf = valueKindOf;
var $_classOf = classOf;
var $_coversBuffer = coversBuffer;
var $_lengthOf = lengthOf;
var $_Pieces = Pieces;
var $_listenIdly = listenIdly;
var $_setBlockingHooks = setBlockingHooks;
var $_waitAsync = waitAsync;
var $_AuthenticationError = AuthenticationError;
var $_REFUSED = REFUSED;
var $_Connection = Connection;
var $_OverTransport = OverTransport;
var $_mostOf = mostOf;
var $_Notify = Notify;
var $_settlesBy = settlesBy;
var $_namespaceAtHand = namespaceAtHand;
var $_isShareable = isShareable;
var $_isOfNamedClass = isOfNamedClass;
var $_nameClass = nameClass;
var $_isProxy = isProxy;
var $_isError = isError;
var $_reasonAgainst = reasonAgainst;
var $_TOO_DEEP = TOO_DEEP;
var $_isOfPackage = isOfPackage;
export { AbandonedError as AbandonedError, AmbiguousTargetError as AmbiguousTargetError, SharedArray as Array, AsyncResult as AsyncResult, AuthenticationError as AuthenticationError, Barrier as Barrier, BaseExecutor as BaseExecutor, BasePool as BasePool, BaseProcess as BaseProcess, BootstrapError as BootstrapError, BoundedSemaphore as BoundedSemaphore, BrokenBarrierError as BrokenBarrierError, BrokenPipeError as BrokenPipeError, BufferTooShortError as BufferTooShortError, CancelledError as CancelledError, Client as Client, Condition as Condition, Connection as Connection, ConnectionError as ConnectionError, Context as Context, EncodingError as EncodingError, EndOfFileError as EndOfFileError, SharedEvent as Event, ExitError as ExitError, Field as Field, Future as Future, Guard as Guard, JoinableQueue as JoinableQueue, Listener as Listener, Lock as Lock, LockError as LockError, LogLevel as LogLevel, ParentProcess as ParentProcess, Pipe as Pipe, Pool as Pool, Process as Process, ProcessError as ProcessError, ProcessPoolExecutor as ProcessPoolExecutor, ProcessStateError as ProcessStateError, Queue as Queue, QueueEmpty as QueueEmpty, QueueFull as QueueFull, QueueShutDown as QueueShutDown, RLock as RLock, RawArray as RawArray, RawValue as RawValue, RemoteError as RemoteError, ResultIterator as ResultIterator, RwLock as RwLock, Semaphore as Semaphore, ShareableList as ShareableList, SharedArray as SharedArray, SharedEvent as SharedEvent, SharedMemory as SharedMemory, SharedMemoryError as SharedMemoryError, SharedMemoryManager as SharedMemoryManager, SimpleQueue as SimpleQueue, StartMethodError as StartMethodError, ThreadPool as ThreadPool, UnsupportedError as UnsupportedError, Value as Value, WorkerLostError as WorkerLostError, activeChildren as activeChildren, cpuCount as cpuCount, currentProcess as currentProcess, package_default as default, explain as explain, fillSpares as fillSpares, getAllStartMethods as getAllStartMethods, getContext as getContext, getLogger as getLogger, getStartMethod as getStartMethod, logToStderr as logToStderr, parentProcess as parentProcess, registerStartMethod as registerStartMethod, retireSpares as retireSpares, setExecutable as setExecutable, setForkserverPreload as setForkserverPreload, setSpares as setSpares, setStartMethod as setStartMethod, spares as spares, startMethods as startMethods, through as through, transferring as transferring, wait as wait, workerState as workerState };
