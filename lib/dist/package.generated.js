// Made from lib/ by `deno task build`: do not edit it.

import {
  AsyncMutex,
  Barrier,
  BoundedSemaphore,
  CAPTURED,
  Condition,
  Connection,
  DISPLAY,
  END,
  Field,
  Guard,
  JoinableQueue,
  LATE,
  Lock,
  LogLevel,
  Notify,
  OverTransport,
  Pipe,
  Queue,
  READY,
  RLock,
  RawArray,
  RawValue,
  RwLock,
  ScriptScope,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  SimpleQueue,
  TIMER_MAX_MS,
  Value,
  absolute,
  answerTo,
  askToEnd,
  beforeBlocking,
  broadcast,
  callSites,
  capture,
  channel,
  checkTransfer,
  checkedAddress,
  claimedSites,
  classNameOf,
  closeLink,
  createArray,
  createBarrier,
  createBoundedSemaphore,
  createCondition,
  createEvent,
  createJoinableQueue,
  createLock,
  createPipe,
  createQueue,
  createRLock,
  createRawArray,
  createRawValue,
  createRwLock,
  createSemaphore,
  createSimpleQueue,
  createValue,
  decode,
  describeError,
  encode,
  expectOptions,
  exportFor,
  exportedName,
  findSlowly,
  getLogger,
  hasEnded,
  hasStarted,
  hide,
  inspect,
  isAwaitable,
  isBlocked,
  isClosed,
  isImportable,
  isInteractive,
  isLoading,
  isNativeText,
  isNotebook,
  isObject,
  isRunning,
  keepAlive,
  limitOf,
  logToStderr,
  mayBeImporting,
  mayHoldHandles,
  moduleObjects,
  mostOf,
  mostOfChild,
  nameOf,
  namespaceOf,
  newStopFlags,
  nodeThreads,
  noteCallers,
  openLink,
  pack,
  readSource,
  rebuildError,
  refusedEntry,
  rehydrateSent,
  requestStop,
  setGone,
  settingForChild,
  settles,
  settlesBy,
  soughtBy,
  tableOf,
  timeoutOf,
  unpack,
  untilStarted,
  usesOnly,
  waitForFlags
} from "./shared_by_package_and_pool_slow_path.generated.js";
import {
  AT_FDCWD,
  Block,
  O_CLOEXEC,
  REFUSED,
  Scratch,
  TrackedDelivery,
  canMapAt,
  claimOwner,
  environment,
  isClaimed,
  isShareable,
  isThreadAlive,
  ownerTable,
  rehydrateFrom,
  releaseOwner,
  selfOwner,
  syscall,
  unheld,
  whyNotMapped
} from "./shared_by_block_and_package_and_pool_slow_path.generated.js";
import {
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
  EncodingError,
  EndOfFileError,
  ExitError,
  FRAME_HEADER_BYTES,
  FRAME_MAX_BYTES,
  LockError,
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
  UnsupportedError,
  VALUES,
  WorkerLostError,
  __export,
  builtUrl,
  callOut,
  checkSize,
  childContext,
  common_default,
  contain,
  createSlots,
  dataUrl,
  deliver,
  findFunction,
  frame,
  hooks,
  isFrequent,
  isPacked,
  isPlain,
  isPoolPayload,
  isRaw,
  isSmallCall,
  itemsToSend,
  joined,
  loadModule,
  markerOf,
  newGreeting,
  packageUrl,
  poolMessage,
  printError,
  receiveFrom,
  seal,
  shown,
  thrownText,
  toPort,
  transferring,
  unreachable,
  unsealFromChild,
  workerState,
  writeAll,
  writeIfRead
} from "./shared_by_all.generated.js";

// lib/child/slow_path.ts
var slow_path_exports = {};
__export(slow_path_exports, {
  claimedSites: () => claimedSites,
  describeFailure: () => describeFailure,
  findCall: () => findCall,
  findSlowly: () => findSlowly,
  loadModule: () => loadModule,
  report: () => report,
  takeOutput: () => takeOutput,
  unsendable: () => unsendable
});

// lib/launch/entry.ts
var PACKAGE = packageUrl();
function entryUrl(kind, modules2, mayRead) {
  const load = mayRead ? "load" : "import";
  const helper = mayRead ? "const load=(url)=>import(url);" : "";
  const all = loaders(modules2, mayRead, load);
  return entry(kind, `${helper}${bootOf(kind)}(${all})`);
}
function openIsolateUrl(kind) {
  return entry(kind, `const load=(url)=>import(url);${bootOf(kind)}(${anyLoader("load")})`);
}
function anyLoader(load) {
  return `new Proxy({},{get:(_,name)=>()=>${load}(name)})`;
}
function spawnedEntryUrl(modules2, mayRead, isDirect) {
  const all = loaders(modules2, mayRead, "import");
  return entry("spawned", `await bootSpawned(${all},${isDirect})`);
}
function openEntryUrl(isDirect) {
  return entry("spawned", `await bootSpawned(${anyLoader("import")},${isDirect})`);
}
function entry(kind, call) {
  const from = JSON.stringify(builtUrl("child"));
  return dataUrl(`import{${bootOf(kind)}}from${from};${call}`);
}
function loaders(modules2, mayRead, load) {
  const urls = mayRead ? modules2 : [
    ...modules2,
    builtUrl("package")
  ];
  return `{${urls.map((url) => loader(url, load))}}`;
}
function loader(url, load) {
  const text2 = JSON.stringify(url);
  const named = load === "import" && /^(data|blob):/i.test(url) ? `[${text2}][0]` : text2;
  return `${text2}:()=>${load}(${named})`;
}
function bootOf(kind) {
  return `boot${kind[0].toUpperCase()}${kind.slice(1)}`;
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
  const named = Object.keys(asked).find((key) => !isKind(key));
  if (named !== void 0) {
    throw badPermissions(`may name ${KINDS.join(", ")}`, named);
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
  const isList = items?.every((item) => typeof item === "string" || item instanceof URL);
  if (isList) return items;
  throw badPermissions(`must have "inherit", a boolean or a list of texts and URLs for "${kind}"`, grant);
}
function badPermissions(wanted, got) {
  return new TypeError(`Cannot make a process as "permissions" ${wanted}: current value is ${typeof got === "string" ? JSON.stringify(got) : nameOf(got)}`);
}
function permissionFlags(asked, modules2) {
  const flags = KINDS.flatMap((kind) => {
    const grant = grantOf(asked, kind);
    const flag = flagOf(kind, grant);
    if (flag !== null) return [
      flag
    ];
    return kind === "import" ? importFlags(grant, modules2) : [];
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
function importFlags(grant, modules2) {
  const isLocal = modules2.every((url) => !/^https?:/.test(url));
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
  const texts2 = items.map((item) => textOf(kind, item));
  for (const text2 of texts2) {
    if (!covers(kind, text2)) throw exceeds(kind, JSON.stringify(text2));
  }
  return `--allow-${kind}=${texts2.join(",")}`;
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
function admission(modules2, mainModule2) {
  const doubtful = modules2.filter((url) => missingFor(url) !== null && !url.startsWith(LIB) && url !== mainModule2 && !isRunning(url));
  return doubtful.length === 0 ? null : admit(doubtful);
}
async function admit(modules2) {
  for (const url of modules2) {
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
var FLAG = "worker-options";
function checkWorkerPermissions(asked, mainModule2) {
  if (!hasOwnPermissions(asked)) return;
  if (isConfined() || flagInCommand() || flagInConfig(mainModule2)) return;
  throw new UnsupportedError(`Cannot give a worker its own permissions as --unstable-${FLAG} was not found in the command (readable with --allow-all) or in deno.json (readable with --allow-read): set it, or use start method "spawn"`);
}
function flagInCommand() {
  return readIfAllowed("/proc/self/cmdline")?.split("\0").includes(`--unstable-${FLAG}`) ?? false;
}
function flagInConfig(mainModule2) {
  const path = configOf(mainModule2);
  const text2 = path === null ? null : readIfAllowed(path);
  return text2 !== null && /"unstable"\s*:\s*\[[^\]]*"worker-options"/.test(text2);
}
function readIfAllowed(path) {
  if (!has("read", path)) return null;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
var configs = /* @__PURE__ */ new Map();
function configOf(mainModule2) {
  if (!mainModule2?.startsWith("file:")) return null;
  const known2 = configs.get(mainModule2);
  if (known2 !== void 0) return known2;
  const paths = configPaths(mainModule2);
  const found = paths.find(isFile) ?? null;
  if (paths.every((path) => has("read", path))) configs.set(mainModule2, found);
  return found;
}
function configPaths(mainModule2) {
  const paths = [];
  let folder2 = new URL("./", mainModule2);
  for (; ; ) {
    for (const name of [
      "deno.json",
      "deno.jsonc"
    ]) {
      paths.push(decodeURIComponent(new URL(name, folder2).pathname));
    }
    const above = new URL("../", folder2);
    if (above.href === folder2.href) return paths;
    folder2 = above;
  }
}
function isFile(path) {
  if (!has("read", path)) return false;
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
function hintForGrant(error) {
  const [, kind, item] = /^Requires (\w+) access to "(.+?)"/.exec(error.message) ?? [];
  if (!isKind(kind) || item === void 0 || !has(kind, item)) return "";
  return ` (a scoped grant of the parent is not passed on by itself: give the process permissions: { ${kind}: [${JSON.stringify(item)}] })`;
}
function isKind(kind) {
  return KINDS.some((known2) => known2 === kind);
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
  const folder2 = startFolder(words2, args, main);
  const settings = [];
  for (let at = 0; at < own.length; at++) {
    const [name, value] = flagOf2(own, at);
    const isSetting = WITH_VALUE.includes(name) || WITHOUT_VALUE.includes(name) || /^--unstable(-|$)/.test(name);
    if (!isSetting) continue;
    settings.push(value === null ? name : `${name}=${absolute2(name, value, folder2)}`);
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
  const isNext = WITH_VALUE.includes(name) || // The word before the arguments is the main module.
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
function absolute2(name, value, folder2) {
  const isPath = WITH_PATH.includes(name) && !/^[a-z][a-z0-9+.-]+:/i.test(value);
  return isPath && folder2 !== null && !value.startsWith("/") ? `${folder2}${value}` : value;
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
    const count = syscall("read", fd, chunk.address, CHUNK_BYTES);
    if (count <= 0) break;
    text2 += decoder.decode(chunk.bytes.subarray(0, count), {
      stream: true
    });
  }
  syscall("close", fd);
  return text2;
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
function grantsOf({ permissions, modules: modules2 }) {
  return permissionFlags(permissions, [
    import.meta.url,
    ...modules2
  ]);
}
function mayReadAll(flags) {
  return flags.includes("--allow-read");
}
function denoCall(executable, request, flags, { isDirect, isOpen }) {
  const { maxHeapMiB, mainModule: mainModule2, interpreter } = request;
  const mayRead = mayReadAll(flags);
  const entry2 = isOpen && mayRead ? openEntryUrl(isDirect) : spawnedEntryUrl(request.modules, mayRead, isDirect);
  return [
    executable,
    "run",
    // Downloads of the child are no news for the user of this program.
    "--quiet",
    ...flags,
    ...programSettings(mainModule2),
    ...interpreter?.flags ?? [],
    ...maxHeapMiB === null ? [] : [
      `--v8-flags=--max-old-space-size=${maxHeapMiB}`
    ],
    ...mainFlags(entry2, mainModule2),
    ...Deno.args
  ];
}
function mainFlags(entry2, mainModule2) {
  return mainModule2?.startsWith("file:") ? [
    "--preload",
    entry2,
    `${mainModule2}?multiprocessing`
  ] : [
    entry2
  ];
}

// lib/launch/forkserver_child.ts
var ForkserverChild = class {
  #process;
  // Invariant: the messages that were sent before its first one; null after that.
  #unheard = [];
  #isSeen = false;
  /** Sends a start message to a spare. */
  constructor(spare, { ways, first: first2, events, fresh }) {
    this.#process = spare;
    spare.handOver(ways, first2, {
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
          const reason2 = `it could not be launched: ${error}`;
          return events.ended({
            code: 1,
            reason: reason2
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

// lib/launch/packed_program.ts
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
function toParent(fields, bodyOf2) {
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
        body: body === null ? null : bodyOf2(body)
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
        body: bodyOf2(fields["body"])
      };
    default:
      throw unknownKind(kind);
  }
}
function output(fields) {
  const { name, bytes } = fields;
  if (name !== "stdout" && name !== "stderr") {
    throw broken(`"name" of its output is ${shown2(name)}`);
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
  throw broken(`"mailbox" of its message is ${shown2(mailbox)}`);
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
      if (signal !== "SIGTERM" && signal !== "SIGKILL" && signal !== "SIGINT") throw broken(`"signal" is ${shown2(signal)}`);
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
  const { method, maxHeapMiB, permissions, first: first2 } = fields;
  if (method !== "thread" && method !== "worker") {
    throw broken(`"method" is ${shown2(method)}`);
  }
  if (first2 !== null && !isObject(first2)) throw broken('"first" is no message');
  return {
    method,
    name: text(fields, "name"),
    entry: text(fields, "entry"),
    ident: integer(fields, "ident"),
    parent: integer(fields, "parent"),
    maxHeapMiB: maxHeapMiB === null ? null : integer(fields, "maxHeapMiB"),
    permissions: permissionsOf(permissions),
    output: outputOf(fields["output"]),
    first: first2
  };
}
function permissionsOf(asked) {
  const isSound = asked === null || asked === "inherit" || asked === "none" || isObject(asked);
  if (isSound) return asked;
  throw broken(`"permissions" is ${shown2(asked)}`);
}
function outputOf(asked) {
  if (asked === null) return null;
  const { stdout, stderr, unread, limitBytes } = fieldsOf(asked);
  const isSound = unread instanceof Int32Array && unread.length === 2 && unread.buffer instanceof SharedArrayBuffer && Number.isInteger(limitBytes);
  if (!isSound || !isOutput(stdout) || !isOutput(stderr)) {
    throw broken('"output" is none');
  }
  const words2 = unread;
  return {
    stdout,
    stderr,
    unread: words2,
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
  throw broken(`"${key}" must be a text: it is ${shown2(value)}`);
}
function integer(fields, key) {
  const value = fields[key];
  if (Number.isSafeInteger(value)) return value;
  throw broken(`"${key}" must be an integer: it is ${shown2(value)}`);
}
function texts(fields, key) {
  const value = fields[key];
  const isList = Array.isArray(value) && value.every((part) => typeof part === "string");
  if (isList) return value;
  throw broken(`"${key}" must be a list of texts: it is ${shown2(value)}`);
}
function fieldsOf(value) {
  if (isObject(value)) return value;
  throw broken(`it is ${shown2(value)} where an object must be`);
}
function unknownKind(kind) {
  return broken(`no message is of kind ${shown2(kind)}`);
}
function shown2(value) {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return value === null || typeof value !== "object" ? String(value).slice(0, 40) : "an object";
}
function broken(why) {
  return new RangeError(`Cannot read a message as ${why}`);
}

// lib/wire/protocol/stderr_demux.ts
var NO_BYTES = new Uint8Array(0);
var StderrDemux = class {
  #marker;
  #maxBytes;
  #message = new Parts();
  #reading = {
    kind: "text"
  };
  /** A proper prefix of the marker in "text", of a header in "header", else empty. */
  #held = NO_BYTES;
  /** Makes a reader of the output of `cut()` with `marker`. */
  constructor(marker, maxBytes = FRAME_MAX_BYTES) {
    this.#marker = new Uint8Array(marker);
    this.#maxBytes = maxBytes;
  }
  /** Whether no message is incomplete: the stream may end here. */
  get idle() {
    return this.#reading.kind === "text" && this.#message.bytes === 0;
  }
  /** Reads the next chunk. Throws a `RangeError` over the limit. */
  push(chunk) {
    const bytes = this.#held.length === 0 ? chunk : joined([
      this.#held,
      chunk
    ]);
    const text2 = new Parts();
    const frames = [];
    let at = 0;
    for (let next2 = 0; next2 >= 0; ) {
      at = next2;
      next2 = this.#step(bytes, at, text2, frames);
    }
    return {
      text: text2.take(),
      frames
    };
  }
  /** Returns the text that was held back, at the end of the stream. */
  end() {
    const held = this.#reading.kind === "text" ? this.#held : NO_BYTES;
    this.#held = NO_BYTES;
    return held;
  }
  /**
   * Reads on from `at`; returns where the next step begins, or -1 if bytes are
   * missing.
   */
  #step(bytes, at, text2, frames) {
    switch (this.#reading.kind) {
      case "text":
        return this.#readText(bytes, at, text2);
      case "header":
        return this.#readHeader(bytes, at);
      case "payload":
        return this.#readPayload(bytes, at, this.#reading, frames);
      default:
        return unreachable(this.#reading);
    }
  }
  #readText(bytes, at, text2) {
    const border = findMarker(bytes, at, this.#marker);
    text2.add(bytes.subarray(at, border));
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

// lib/launch/whole_lines.ts
var NEWLINE = 10;
var SHORT_MS = 100;
var LINE_WAIT_MS = 1e3;
var LONG_BYTES = 4096;
var HELD_MAX_BYTES = 16 * 2 ** 20;
var WholeLines = class {
  #pass;
  // Invariant: contains no end of line.
  #held = new Parts();
  #timer;
  /** `pass` gets the lines. */
  constructor(pass) {
    this.#pass = pass;
  }
  /** Takes the next text. */
  write(text2) {
    const end = text2.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#passOn(text2.subarray(0, end));
    this.#hold(text2.subarray(end));
  }
  /** Passes on the incomplete line; no more text will come, or not for long. */
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
    clearTimeout(this.#timer);
    const ms = this.#held.bytes > LONG_BYTES ? LINE_WAIT_MS : SHORT_MS;
    this.#timer = setTimeout(() => this.flush(), ms);
    Deno.unrefTimer(this.#timer);
  }
};

// lib/launch/pipe_end.ts
var PIPE_BYTES = 64 * 1024;
var O_WRONLY_CLOEXEC = 1 | O_CLOEXEC;
var F_SETPIPE_SZ = 1031;
var PATH_BYTES = 64;
var PipeEnd = class _PipeEnd {
  // Invariant: a descriptor that is open, or -1 after close().
  #fd;
  constructor(fd) {
    this.#fd = fd;
  }
  /** Opens the pipe at a path; null if that fails. */
  static open(path) {
    if (whyNotMapped() !== null) return null;
    const text2 = new Scratch(PATH_BYTES).text(path);
    const fd = syscall("openat", AT_FDCWD, text2, O_WRONLY_CLOEXEC);
    return fd < 0 ? null : new _PipeEnd(fd);
  }
  /** Raises the capacity of the pipe, if the system allows it. */
  widen(bytes) {
    return bytes <= PIPE_BYTES || syscall("fcntl", this.#fd, F_SETPIPE_SZ, bytes) >= bytes;
  }
  /** Writes all bytes; false if that failed before the first one. */
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
  /** Closes the pipe; a second call does nothing. */
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
  /** The cost of the answers that it has not read. */
  #unreadBytes = 0;
  /** The pipe of a process that waits, until it has its start message. */
  #pipe = null;
  /** How many of the bytes in the pipe it may not have read. */
  #pipedBytes = 0;
  #text = new WholeLines((text2) => writeIfRead(Deno.stderr, text2));
  #lastWords = "";
  #ready = false;
  /** Whether it has told its result, or why there is none. */
  #hasOutcome = false;
  #killer;
  /** The exit code that the child announced before its end. */
  #exiting = null;
  /** Settles when all of its stdout was taken; null while nothing is. */
  #stdoutTaken = null;
  /** The first signal that was sent to it. */
  #stoppedBy = null;
  /** Takes a process that has just started, and sends its first message. */
  constructor(process2, ways, first2, events) {
    this.#process = process2;
    this.#ways = ways;
    this.#events = events;
    this.#process.unref();
    this.pid = this.#process.pid;
    this.ident = this.pid;
    this.#stdin = this.#process.stdin.getWriter();
    const bytes = joined([
      frame(this.#greeting),
      frame(seal(first2))
    ]);
    if (first2.kind === "wait") {
      this.#pipe = PipeEnd.open(`/proc/${this.pid}/fd/0`);
      this.#beginLater(bytes);
    } else {
      this.#takeStdout();
      this.#begin(bytes);
    }
    endWithUs(this);
    this.#watch();
  }
  /** Sends the start message to a process that waits, and sets its events. */
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
  /** Writes an answer about a queue, unless too many are unread. */
  #answer(bytes) {
    const cost = bytes.length + ANSWER_COST_BYTES;
    if (this.#unreadBytes + cost > UNREAD_ANSWERS_MAX_BYTES) {
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
    } catch {
    }
  }
  /**
   * Writes the first frames. Deno's streams write after the caller's turn; a caller
   * that blocks its thread, to wait for this very child, has no such turn. The pipe
   * can be written to at once by its name, if that is permitted.
   */
  #begin(bytes) {
    this.#ways.admitted?.catch((error) => this.#refuse(error));
    const isAtOnce = this.#ways.admitted === null && writeAtOnce(`/proc/${this.pid}/fd/0`, bytes);
    if (!isAtOnce) void this.#write(bytes);
  }
  /** The same for a process that waits, or will: see `PipeEnd`. */
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
  /** Ends the process before it gets its start message. */
  #refuse({ message }) {
    this.#lastWords = message;
    this.stop("SIGKILL");
  }
  /** Takes what comes on its stdout, where that is not inherited. */
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
  /**
   * How long its text may still come. What it has to say of its outcome is worth a longer
   * wait: a parent that computes, or has many children, comes to read it late.
   */
  #drainsMs({ signal }) {
    const isComplete = this.#hasOutcome || signal !== null;
    return isComplete ? OUTPUT_DRAINS_MS : OUTCOME_DRAINS_MS;
  }
  #endingOf(status) {
    const code = this.#codeOf(status);
    const reason2 = this.#reason(code);
    return {
      code,
      ...reason2 === "" ? {} : {
        reason: reason2
      }
    };
  }
  /** The exit code of the process, if the command reports it in its own way. */
  #codeOf({ code, signal }) {
    const ended = signal === null ? code : exitcodeOf(signal);
    if (this.#ways.command.isDirect || ended === 0) return ended;
    if (this.#exiting !== null) return this.#exiting;
    if (this.#stoppedBy !== null) return exitcodeOf(this.#stoppedBy);
    const isSignal = ended > SIGNALED && ended <= SIGNALED + SIGNALS_MAX;
    return isSignal ? SIGNALED - ended : ended;
  }
  /** The last text of the child, if that explains its end. */
  #reason(code) {
    if (!this.#ready) return this.#lastWords.trim() + this.#hint();
    return code < 0 && /out of memory/.test(this.#lastWords) ? OUT_OF_HEAP : "";
  }
  /** A hint if a shell may have split a command. */
  #hint() {
    const { words: words2, isDirect } = this.#ways.command;
    const isShells = /syntax error|[Uu]nexpected|[Bb]adly placed/;
    return !isDirect && isShells.test(this.#lastWords) ? ` (a shell took the command apart: give through([${JSON.stringify(words2[0])}, ...], { shell: true }))` : "";
  }
  /** Reads the frames of the child, until a malformed one comes. */
  async #read() {
    const reader = new StderrDemux(markerOf(this.#greeting));
    try {
      for await (const chunk of this.#process.stderr) {
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
  /** Passes on the text of the child, even if its last line has no end. */
  flush() {
    this.#text.flush();
  }
  #take({ text: text2, frames }) {
    this.#pass(text2);
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
  #pass(text2) {
    if (text2.length === 0) return;
    this.#lastWords = (this.#lastWords + new TextDecoder().decode(text2)).slice(-LAST_WORDS_BYTES);
    const { stderr } = this.#ways;
    if (stderr === "inherit") this.#text.write(text2);
    else if (stderr !== "null") stderr.write(text2.slice());
  }
};
function writeAtOnce(path, bytes) {
  if (Deno.build.os !== "linux") return false;
  const { state } = Deno.permissions.querySync({
    name: "write",
    path
  });
  if (state !== "granted") return false;
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
var ours = /* @__PURE__ */ new Set();
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
    // A signal reaches the local end of the command only.
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
    prepare(request, first2, events) {
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
        return spawned(ways, first2, events);
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
function spawned(ways, first2, events) {
  const process2 = launch(ways.command);
  try {
    return new SpawnedChild(process2, ways, first2, events);
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
var Stock = class {
  #what;
  #clock;
  #settings;
  // Invariant: in the order of use, the last one used at the end.
  #shelves = /* @__PURE__ */ new Map();
  #ending = /* @__PURE__ */ new Set();
  /** Cancels the boot timeouts of spares. */
  #limits = /* @__PURE__ */ new Map();
  #cancelRefill = null;
  #cancelIdle = null;
  #whenChanged = [];
  /** Makes an empty stock; `what` is its name in the log. */
  constructor(what, settings, clock = systemClock) {
    this.#what = what;
    this.#settings = settings;
    this.#clock = clock;
  }
  /** The settings of the stock. */
  get settings() {
    return this.#settings;
  }
  /** Changes the settings; spares above the new count are retired. */
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
  /**
   * Takes the best spare of a shelf that `fits`, or returns null. The shelf is
   * filled again by `boot`.
   */
  take(key, boot, fits = () => true) {
    if (this.#settings.count === 0) return null;
    const shelf = this.#shelfOf(key, boot);
    shelf.uses++;
    shelf.usedAt = this.#clock.now();
    for (const spare2 of shelf.spares) {
      if (spare2.isWaiting && !fits(spare2)) this.#retire(shelf, spare2);
    }
    const spares2 = [
      ...shelf.spares
    ];
    const spare = spares2.find(({ isWaiting }) => isWaiting) ?? spares2.find(fits) ?? null;
    if (spare !== null) {
      shelf.spares.delete(spare);
      this.#unlimit(spare);
      shelf.losses = 0;
    }
    this.#refillLater(REFILL_MS);
    this.#watchIdle();
    return spare;
  }
  /** Fills a shelf at once; resolves when its spares wait, or cannot. */
  async fill(key, boot) {
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
  /** All spares. */
  spares() {
    return [
      ...this.#shelves.values()
    ].flatMap(({ spares: spares2 }) => [
      ...spares2
    ]);
  }
  /** Ends all spares, and boots none until one is requested. */
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
      spares: /* @__PURE__ */ new Set(),
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
  #lacks({ spares: spares2, losses }) {
    return spares2.size < this.#settings.count && losses < SPARES_LOST_MAX;
  }
  /**
   * The shelf to fill next. The first one is filled after its first use; another
   * one after its second, because a program may give each process settings of its
   * own.
   */
  #nextShelf() {
    const isOnly = this.#shelves.size === 1;
    return [
      ...this.#shelves.values()
    ].reverse().find((shelf) => this.#lacks(shelf) && (isOnly || shelf.uses > 1));
  }
  #boot(shelf) {
    let spare;
    try {
      spare = shelf.boot({
        waiting: () => {
          this.#unlimit(spare);
          this.#changed();
          this.#refillLater(REFILL_MS);
        },
        lost: (reason2) => {
          this.#unlimit(spare);
          if (shelf.spares.delete(spare)) this.#lost(shelf, reason2);
        }
      });
    } catch (error) {
      return this.#lost(shelf, shown(error));
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
  #lost(shelf, reason2) {
    if (++shelf.losses === SPARES_LOST_MAX) {
      getLogger().warning(`no more spares are booted for ${this.#what}, as ${SPARES_LOST_MAX} in a row have ended before they were used${reason2 && `: ${reason2}`}`);
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
  /** Boots one spare, unless one boots already; the next one follows it. */
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

// lib/launch/inherited_state.ts
function inheritedState() {
  const env = environmentText();
  return env === null ? null : JSON.stringify([
    folder(),
    env
  ]);
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
    return JSON.stringify(Object.entries(Deno.env.toObject()).sort());
  }
  return whyNotMapped() === null ? environment().join("\0") : null;
}

// lib/launch/forkserver.ts
var forkserverStock = newStock("forkserver");
var preloaded = [];
function setForkserverPreload(modules2) {
  if (!Array.isArray(modules2)) throw badModule(modules2);
  const base = callSites(setForkserverPreload, 1)[0]?.module;
  preloaded = modules2.map((module) => urlOf(module, base));
  void forkserverStock.retire();
}
function urlOf(module, base) {
  const isText = typeof module === "string" && /^[./]|^[\w+.-]+:/.test(module);
  const url = module instanceof URL ? module : isText ? URL.parse(module, base) : null;
  if (url === null) throw badModule(module);
  return url.href;
}
function badModule(value) {
  return new TypeError(`Cannot preload modules as they must be an array of URLs, or of paths that start with "./", "../" or "/": current value is ${nameOf(value)}`);
}
var forkserver = {
  traits: {
    ...SPAWN_TRAITS,
    process: "a deno process booted ahead of time"
  },
  availability: spawn.availability,
  prepare(request, first2, events) {
    const { admitted, grants } = checkLaunch(request, first2);
    return () => {
      const ways = {
        ...waysTo(request, grants),
        admitted
      };
      const fresh = () => spawned(ways, first2, events);
      const spare = takeSpare(ways, grants, first2);
      return spare === null ? fresh() : new ForkserverChild(spare.process, {
        ways,
        first: first2,
        events,
        fresh
      });
    };
  },
  async fill(request, context) {
    const grants = grantsOf(request);
    const shelf = shelfOf(waysTo(request, grants), grants, context);
    if (shelf !== null) await forkserverStock.fill(shelf.key, shelf.boot);
  }
};
function waysTo(request, grants) {
  return {
    command: commandOf(NO_PREFIX, request, grants, true),
    admitted: null,
    stdout: request.stdout,
    stderr: request.stderr
  };
}
function takeSpare(ways, grants, first2) {
  if (forkserverStock.settings.count === 0) return null;
  const order = shelfOf(ways, grants, first2);
  if (order === null) return null;
  return forkserverStock.take(order.key, order.boot, (spare) => spare.suits(first2.sites));
}
function shelfOf(ways, grants, context) {
  const around = inheritedState();
  if (around === null) return null;
  const { words: words2, env, stdout } = ways.command;
  const preload = mayReadAll(grants) ? [
    PACKAGE,
    ...preloaded
  ] : [];
  const wait2 = {
    ...waitMessage(context),
    preload
  };
  const key = JSON.stringify([
    words2,
    env,
    stdout,
    around,
    wait2
  ]);
  const sites = () => makesObjects(wait2) ? moduleObjects(wait2.destination) : [];
  const boot = (events) => new ForkserverSpare({
    ...ways,
    ...UNUSED
  }, {
    ...wait2,
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
  const { parent: parent3, method, mainModule: mainModule2 } = identity;
  return {
    kind: "wait",
    version: PROTOCOL_VERSION,
    identity: {
      name: "Forkserver",
      daemon: false,
      path: [],
      parent: parent3,
      method,
      mainModule: mainModule2
    },
    destination,
    sites: [],
    log,
    preload: []
  };
}
var ForkserverSpare = class {
  /** The process itself. */
  process;
  #told;
  #ended = Promise.withResolvers();
  #waiting = null;
  #isRetired = false;
  constructor(ways, told3, events) {
    this.#told = told3;
    this.process = spawned(ways, told3, {
      waiting: (message) => {
        this.#waiting = message;
        tellFailures(message.failures);
        events.waiting();
      },
      // It runs nothing yet that could send a message.
      message() {
      },
      broken: () => this.process.stop("SIGKILL"),
      ended: ({ code, reason: reason2 }) => {
        this.#ended.resolve();
        const text2 = reason2 === void 0 ? `exit code ${code}` : reason2;
        if (!this.#isRetired) events.lost(text2);
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
  /**
   * Whether it lives, and its modules have made no object that the parent has by
   * now shared with its children in another way.
   */
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
  /** Whether it is known to live: its end is reported in the next turn only. */
  #isAlive() {
    if (whyNotMapped() !== null) return true;
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
  return new Map(sites.map((entry2) => [
    entry2.key,
    JSON.stringify(entry2, settled)
  ]));
}
var told = /* @__PURE__ */ new Set();
function tellFailures(failures) {
  for (const failure of failures) {
    if (told.has(failure)) continue;
    told.add(failure);
    getLogger().warning(`a module could not be preloaded: ${failure}`);
  }
}

// lib/launch/child_output.ts
var UNREAD_LIMIT_BYTES = 256 * 1024;
var BaseOutput = class {
  #reader = null;
  // Invariant: how many streams are being fed.
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
  /** The stream. */
  readable;
  #queue = [];
  // Invariant: the sum of the bytes in #queue.
  #unread = 0;
  #isFinished = false;
  #isReleased = false;
  #isCancelled = false;
  /** Wakes a reader that waits. */
  #came = null;
  /** Wakes the writers that wait for room. */
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
  /** Waits for bytes or the end, and keeps the program alive for that. */
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
  /** Prints by `print`, which gets whole lines, but where a writer falls silent. */
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

// lib/launch/isolate_handle.ts
function portsOf({ data, control, sharer }) {
  return [
    data,
    control,
    sharer.port
  ];
}

// lib/launch/thread_handle.ts
var HEAP_DEFAULT_MIB = 4096;
function startThread(recipe, boot, events) {
  return newThread(recipe, {
    data: boot,
    transfer: portsOf(boot)
  }, () => events);
}
function startSpareThread(entry2, maxHeapMiB, events) {
  const { near, far } = channel();
  let current3 = events;
  const recipe = {
    name: "spare",
    entry: entry2,
    maxHeapMiB
  };
  const body = newThread(recipe, {
    data: {
      kind: "wait",
      preload: [
        PACKAGE
      ],
      port: far
    },
    transfer: [
      far
    ]
  }, () => ({
    trouble: (reason2) => current3.trouble(reason2),
    gone(code) {
      near.close();
      current3.gone(code);
    }
  }));
  near.onmessage = ({ data }) => events.waiting(data);
  near.unref();
  return {
    ...body,
    adopt(name, boot, _control, own) {
      current3 = own;
      const identity = {
        name,
        boot
      };
      near.postMessage(identity, portsOf(boot));
    }
  };
}
function newThread({ name, entry: entry2, maxHeapMiB }, { data, transfer }, events) {
  const { Worker: Worker2, SHARE_ENV } = nodeThreads();
  const worker2 = new Worker2(new URL(entry2), {
    name,
    workerData: data,
    // Behind its own path, which the thread removes. `Deno.args` are the program's
    // in any case (2.9.6).
    argv: process.argv.slice(1),
    transferList: transfer,
    // The default copies the environment, which asks the user for --allow-env if
    // that is not granted (2.9.6).
    env: SHARE_ENV,
    resourceLimits: {
      maxOldGenerationSizeMb: maxHeapMiB ?? HEAP_DEFAULT_MIB
    }
  });
  worker2.unref();
  worker2.on("error", (error) => {
    events().trouble(error?.code === "ERR_WORKER_OUT_OF_MEMORY" ? OUT_OF_HEAP : `${error?.message ?? error}`);
  });
  worker2.on("exit", (code) => events().gone(code));
  return {
    kill: () => void worker2.terminate(),
    computedMs: () => computedMs(worker2)
  };
}
async function computedMs(worker2) {
  try {
    const { user, system } = await worker2.cpuUsage();
    return (user + system) / 1e3;
  } catch {
    return Infinity;
  }
}

// lib/launch/worker_handle.ts
function startWorker(recipe, boot, control, events) {
  const worker2 = newWorker(recipe, (reason2) => events.trouble(reason2));
  watchEnd(worker2, control, events);
  const handed = boot();
  worker2.postMessage(handed, portsOf(handed));
  return bodyOf(worker2);
}
function startSpareWorker(entry2, _maxHeapMiB, events) {
  let current3 = events;
  const recipe = {
    entry: entry2,
    name: "spare",
    permissions: null
  };
  const worker2 = newWorker(recipe, (reason2) => {
    current3.trouble(reason2);
    if (current3 === events) kill();
  });
  const kill = () => {
    worker2.terminate();
    if (current3 === events) events.gone(null);
  };
  const wait2 = {
    kind: "wait",
    preload: [
      PACKAGE
    ],
    port: null
  };
  worker2.postMessage(wait2);
  worker2.onmessage = ({ data }) => {
    worker2.onmessage = null;
    events.waiting(data);
  };
  return {
    ...bodyOf(worker2),
    kill,
    adopt(name, boot, control, own) {
      current3 = own;
      watchEnd(worker2, control, own);
      const handed = {
        name,
        boot
      };
      worker2.postMessage(handed, portsOf(boot));
    }
  };
}
function newWorker({ entry: entry2, name, permissions }, trouble) {
  const worker2 = new Worker(entry2, {
    type: "module",
    name,
    // The option for permissions needs --unstable-worker-options.
    ...hasOwnPermissions(permissions) ? {
      deno: {
        permissions: workerPermissions(permissions)
      }
    } : {}
  });
  worker2.onerror = (event) => {
    event.preventDefault();
    trouble(event.message);
  };
  unref(worker2);
  return worker2;
}
function watchEnd(worker2, control, events) {
  control.addEventListener("close", () => {
    worker2.terminate();
    events.gone(null);
  });
}
function bodyOf(worker2) {
  return {
    kill: () => worker2.terminate(),
    computedMs: () => Promise.resolve(performance.now())
  };
}
function unref(worker2) {
  const prototype = Worker.prototype;
  const key = Object.getOwnPropertySymbols(prototype).find((symbol) => symbol.description === void 0);
  if (key !== void 0) prototype[key]?.call(worker2, false);
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
  // A thread that ends with the program while its entry is evaluated prints an
  // error.
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
      trouble: (reason2) => this.#reason = reason2,
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
  /** Notes that it is in use. */
  leave() {
    this.#release();
  }
};
function shelfOf2(method, { maxHeapMiB, permissions }) {
  const stock = isolateStocks[method];
  if (stock.settings.count === 0 || hasOwnPermissions(permissions)) return null;
  return {
    stock,
    key: JSON.stringify([
      maxHeapMiB,
      process.argv
    ]),
    boot: (events) => new IsolateSpare(method, maxHeapMiB, events)
  };
}
function takeIsolate(recipe, boot, control, events) {
  const shelf = shelfOf2(recipe.method, recipe);
  const spare = shelf?.stock.take(shelf.key, shelf.boot) ?? null;
  if (spare === null) return null;
  spare.leave();
  spare.body.adopt(recipe.name, boot(), control, events);
  return spare.body;
}
async function fillIsolates(method, kind) {
  const shelf = shelfOf2(method, kind);
  if (shelf !== null) await shelf.stock.fill(shelf.key, shelf.boot);
}

// lib/launch/thread_kill.ts
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
var waiting2 = /* @__PURE__ */ new Set();
var ThreadKill = class {
  #flags;
  #handle;
  #timer;
  /** Asks the thread, and starts to wait. */
  constructor(flags, handle) {
    this.#flags = flags;
    this.#handle = handle;
    askToEnd(flags);
    waiting2.add(this);
    beforeBlocking(killNow);
    void this.#wait();
  }
  /** The thread has ended: cancels the kill. */
  callOff() {
    clearTimeout(this.#timer);
    waiting2.delete(this);
  }
  /** Waits in a blocking loop, because no timer will run any more. */
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
      if (!waiting2.has(this)) return;
      await new Promise((resolve) => {
        this.#timer = setTimeout(resolve, KILL_CHECK_MS);
      });
    }
    if (waiting2.has(this)) this.#kill();
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
  for (const kill of waiting2) kill.now();
}
var KillClock = class {
  #handle;
  #begun = performance.now();
  #first = null;
  #last = 0;
  #lastAt = this.#begun;
  constructor(handle) {
    this.#handle = handle;
  }
  async isWithin({ computesMs, blockedMs }) {
    const computedMs2 = await this.#handle.computedMs();
    const now = performance.now();
    if (computedMs2 !== this.#last) this.#lastAt = now;
    this.#last = computedMs2;
    this.#first ??= computedMs2;
    return now - this.#begun < WAIT_MAX_MS && now - this.#lastAt < blockedMs && computedMs2 - this.#first < computesMs;
  }
};

// lib/launch/supervisor.ts
var ROOT_ANSWERS_MS = 100;
var BOOT_MS = 1e4;
var Root = class {
  #isolates = /* @__PURE__ */ new Map();
  #asked = /* @__PURE__ */ new Map();
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
        trouble: (reason2) => isolate.reason ??= reason2,
        gone: (code) => this.#gone(isolate, code)
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
    return !hasStarted(isolate.flags) || isLoading(isolate.flags);
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
  /** Kills it; a thread is asked first, as a kill might hit what it is loading. */
  #askOrKill(isolate) {
    const { recipe, flags, handle } = isolate;
    if (handle === null) return;
    const isSafe = recipe.method === "worker" && !mayBeImporting(flags);
    if (isSafe) handle.kill();
    else isolate.dying = new ThreadKill(flags, handle);
  }
  /** Handles a message of an isolate; a malformed one ends the isolate. */
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
    const { stop: stop2 } = isolate.state;
    clearTimeout(isolate.killer);
    isolate.release();
    isolate.state = {
      kind: "up"
    };
    if (stop2 !== null) this.stop(isolate.recipe.ident, stop2);
  }
  /** Stops a child of the isolate that asks, and of no other. */
  #stopFor({ recipe }, ident, signal) {
    const asked = this.#asked.get(ident);
    if (asked?.parent === recipe.ident) asked.stop ??= signal;
    const child = this.#isolates.get(ident);
    if (child?.recipe.parent === recipe.ident) this.stop(ident, signal);
  }
  #launchFor(parent3, message) {
    const { port, claim } = message;
    const recipe = {
      ...message.recipe,
      parent: parent3.recipe.ident
    };
    if (hasOwnPermissions(parent3.recipe.permissions) || !this.#isFree(recipe.ident)) {
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
      parent3.control.postMessage(message2);
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
  /** Whether a number is claimed and no isolate has been made for it yet. */
  #isFree(ident) {
    return isClaimed(ownerTable(), ident) && ident !== selfOwner() && !this.#isolates.has(ident) && !this.#asked.has(ident);
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
function endingOf({ state, code, reason: reason2, breach }, seen) {
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
    ...reason2 === null ? {} : {
      reason: reason2
    }
  };
}
var RootClient = class {
  #control;
  #ended = /* @__PURE__ */ new Map();
  /** Makes isolates for which the root was too busy. */
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
  /** The root has the flags of the isolates that it has made. */
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
  /** A child of this isolate has ended. */
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
  prepare: (request, first2, events) => prepare("thread", request, first2, events),
  fill: (request) => fillIsolates("thread", request)
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
  prepare(request, first2, events) {
    checkWorkerPermissions(request.permissions, request.mainModule);
    return prepare("worker", request, first2, events);
  },
  fill: (request) => fillIsolates("worker", request)
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
var LIB2 = new URL("../", import.meta.url);
function isolateAvailability() {
  if (LIB2.protocol !== "file:") return {
    supported: true
  };
  if (may("read", LIB2)) return {
    supported: true
  };
  return {
    supported: false,
    reason: "it needs --allow-read for the package and the program's modules",
    missing: "permission"
  };
}
function prepare(method, request, first2, events) {
  const link = new IsolateLink(events, outputsOf(request));
  if (!request.isSettled) {
    link.send(first2);
    return () => launch2(method, request, link, null);
  }
  if (method === "worker") return () => launch2(method, request, link, first2);
  return () => {
    const child = launch2(method, request, link, null);
    link.send(first2);
    return child;
  };
}
function launch2(method, request, link, first2) {
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
    first: first2
  };
  try {
    supervisor().launch(recipe, () => link.takeFar(), (ending) => link.finish(ending));
  } catch (error) {
    link.close();
    releaseOwner(ownerTable(), ident);
    throw error;
  }
  return {
    pid: Deno.pid,
    ident: isolateIdent(ident),
    send: (message, transfer) => link.send(message, transfer),
    stop: (signal) => supervisor().stop(ident, signal),
    isLoading: () => supervisor().isLoading(ident)
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
  const told3 = {
    stdout: typeof stdout === "string" ? stdout : "piped",
    stderr: typeof stderr === "string" ? stderr : "piped",
    unread,
    limitBytes: UNREAD_LIMIT_BYTES
  };
  return {
    stdout,
    stderr,
    told: told3
  };
}
var IsolateLink = class {
  #events;
  #outputs;
  #ends;
  /** Whether a malformed message came. */
  #isBroken = false;
  /**
   * Messages that were sent before the child's greeting, while the far end may
   * still be lost: a root that does not answer keeps it, and the next one gets the
   * same messages.
   */
  #unheard = childContext() === null ? null : [];
  /**
   * Messages that wait for the greeting, because their buffers can move only once.
   */
  #held = [];
  constructor(events, outputs) {
    this.#events = events;
    this.#outputs = outputs;
  }
  /** What becomes of what the isolate writes; null where it is left alone. */
  get output() {
    return this.#outputs?.told ?? null;
  }
  /** The far end for the child; a second call replaces it. */
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
      const { near } = this.#open();
      if (transfer.length === 0) near.postMessage(toPort(message));
      else near.postMessage(toPort(message), transfer);
      this.#unheard?.push(structuredClone(message));
    } catch (error) {
      if (message.kind === "message") {
        throw new EncodingError("the message", `refused: ${thrownText(error)}`);
      }
      this.close();
      throw new EncodingError("the arguments", `refused: ${thrownText(error)}`);
    }
  }
  /**
   * Keeps a message as it is now, with the buffers that move: if a port would
   * refuse it, this throws now, and not later when the sender cannot be found any
   * more.
   */
  #hold(message, transfer) {
    try {
      const kept = structuredClone({
        message,
        transfer
      }, {
        transfer
      });
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
  /**
   * Delivers the messages that are still in the port, then reports the child's end.
   */
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
  /** Takes what the isolate has written, as far as that may be unread. */
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
function isolateIdent(owner) {
  return Deno.pid * 2 ** 31 + owner;
}

// lib/launch/registry.ts
function absent(process2, reason2) {
  const availability = {
    supported: false,
    reason: reason2,
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
      throw new StartMethodError(`Cannot start a process: ${reason2}`);
    }
  };
}
var launchers = /* @__PURE__ */ new Map([
  [
    "thread",
    thread
  ],
  [
    "worker",
    worker
  ],
  [
    "spawn",
    spawn
  ],
  [
    "forkserver",
    forkserver
  ],
  [
    "fork",
    absent("a copy of the running process", 'a V8 isolate with its threads cannot be copied: use "thread", or "spawn" for a process of its own')
  ]
]);
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
      reason: `its launcher threw when it was asked: ${shown(error)}`,
      missing: "platform"
    };
  }
}
function knownLauncher(name) {
  const launcher = launchers.get(name);
  if (launcher !== void 0) return launcher;
  throw new StartMethodError(`Cannot find start method ${JSON.stringify(name)}: the names are ${[
    ...launchers.keys()
  ].map((known2) => `"${known2}"`).join(", ")}`);
}
function defaultMethod() {
  for (const [name, launcher] of launchers) {
    if (availabilityOf(launcher).supported) return name;
  }
  return "thread";
}
function startMethods() {
  return [
    ...launchers
  ].map(([name, launcher]) => {
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
  launchers.set(name, launcher);
}

// lib/launch/deferred_launches.ts
var waiting3 = /* @__PURE__ */ new Set();
function deferLaunch(launch3) {
  beforeBlocking(flushLaunches);
  if (waiting3.size === 0) queueMicrotask(flushLaunches);
  waiting3.add(launch3);
}
function flushLaunches() {
  for (const launch3 of waiting3) {
    waiting3.delete(launch3);
    launch3();
  }
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

// lib/process/children.ts
var made = 0;
var living = /* @__PURE__ */ new Set();
function mainModule() {
  const context = childContext();
  if (context !== null) return context.identity.mainModule;
  try {
    return Deno.mainModule ?? null;
  } catch {
    return null;
  }
}
function asParent() {
  const name = childContext()?.identity.name ?? "MainProcess";
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
function nextPath() {
  return [
    ...childContext()?.identity.path ?? [],
    ++made
  ];
}
function inheritsDaemon() {
  return childContext()?.identity.daemon ?? false;
}
function isImporting() {
  return childContext()?.importing ?? false;
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
  const isAddress = typeof target === "object" && target !== null && "module" in target && "name" in target;
  if (target === void 0 || typeof target === "function" || isAddress) return;
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
  const isRecord = typeof env === "object" && env !== null && Object.values(env).every((value) => typeof value === "string");
  if (!isRecord) throw wrong("env", "an object of strings", env);
}
function checkOutput(name, output2) {
  if (output2 === "inherit" || output2 === "piped" || output2 === "null") return;
  throw wrong(name, '"inherit", "piped" or "null"', output2);
}
function wrong(what, wanted, got) {
  const shown3 = typeof got === "string" ? JSON.stringify(got) : got === null ? "null" : typeof got === "object" ? `an object` : typeof got;
  return new TypeError(`Cannot make a process as "${what}" must be ${wanted}: current value is ${shown3}`);
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
  #seen = /* @__PURE__ */ new Set();
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
  /** The name of the class that has it; null if none has. */
  #typeOf(value) {
    const type = Object.getPrototypeOf(value);
    for (let each = type; each !== null && !isNative(each); each = Object.getPrototypeOf(each)) {
      if (this.#missed(each)) return type.constructor?.name || "a class";
    }
    return null;
  }
};
function keepsItsClass(value) {
  return ArrayBuffer.isView(value) || isShareable(value) || classNameOf(value) !== void 0;
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
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    yield [
      isList ? `${path}[${key}]` : `${path}.${key}`,
      part
    ];
  }
}
function isNative({ constructor }) {
  return typeof constructor === "function" && isNativeText(Function.prototype.toString.call(constructor));
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

// lib/process/outcome.ts
function outcomeOf(report2, where, from) {
  switch (report2.kind) {
    case "result":
      return received(report2, from);
    case "unsendable": {
      const { path, reason: reason2 } = report2;
      return {
        kind: "error",
        error: new EncodingError(path, reason2)
      };
    }
    case "failure":
      return failed(report2, where, from);
    default:
      return unreachable(report2);
  }
}
function received({ body }, from) {
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
function rehydrateOrTell(rehydrate) {
  return (handle) => {
    try {
      return rehydrate(handle);
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
  /** For a child at `destination`; `broken` is called to end the child. */
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
  /** Reports that the child was ended because of a message that it sent. */
  isBroken(why) {
    this.#whenBroken?.(why);
  }
  onGone(gone) {
    if (this.isGone) gone();
    else this.#whenGone.push(gone);
  }
  /** Notes that the child exists and receives messages. */
  launched(child) {
    this.#state = {
      kind: "launched",
      child
    };
  }
  /** Reports that the child has ended. */
  ended() {
    this.#state = {
      kind: "gone"
    };
    for (const gone of this.#whenGone.splice(0)) gone();
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

// lib/functions/look.ts
var known = /* @__PURE__ */ new Set();
var FUNCTIONS_MAX = 1024;
function lookAt(request, home) {
  const text2 = Function.prototype.toString.call(request.target);
  const { scope } = request;
  const key = keyOf(request, text2, home);
  if (key !== null && known.has(key)) {
    return {
      kind: scope === null ? "closed" : "given",
      module: home
    };
  }
  const found = isInteractive() ? capture(request, new ScriptScope()) : inspect((inspector) => capture(request, inspector));
  const isKnown = key !== null && found !== null && saysAll(found, scope) && usesOnly(text2, new Set(Object.keys(scope ?? {})));
  if (isKnown) {
    if (known.size >= FUNCTIONS_MAX) known.clear();
    known.add(key);
    if (scope !== null) return {
      kind: "given",
      module: home
    };
  }
  return found;
}
function keyOf({ target, scope }, text2, home) {
  if (Object.keys(target).length > 0) return null;
  if (scope === null) return [
    home,
    text2
  ].join("\0");
  const isSimple = Object.values(scope).every((value) => isPlain(value) || typeof value === "object" && value !== null && isShareable(value));
  return isSimple ? [
    home,
    text2,
    "scope",
    ...Object.keys(scope)
  ].join("\0") : null;
}
function saysAll(found, scope) {
  if (found.kind !== "captured") return found.kind === "closed";
  const { parts, scopes } = found.code;
  return scope !== null && parts.length === 1 && found.values.fields.length === 0 && scopes.every(({ variables }) => variables.every(([name, holds]) => holds === "value" && Object.hasOwn(scope, name)));
}

// lib/functions/export_names.ts
var modules = /* @__PURE__ */ new Map();
var MODULES_MAX = 64;
function namingIn(module, name) {
  const known2 = modules.get(module) ?? {
    source: codeOf(module),
    namings: /* @__PURE__ */ new Map()
  };
  keep(modules, module, known2);
  const naming = known2.namings.get(name) ?? look(known2.source, name);
  keep(known2.namings, name, naming);
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
  const key = bindingsOf(source, name) === 1 ? keyOf2(source, name) : null;
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
function keyOf2(source, word) {
  const name = `${literal(word)}(?![\\w$])`;
  const has2 = (pattern) => new RegExp(pattern, "m").exec(source);
  const kinds = `(?:async\\s+)?(?:function\\s*\\*?|(?:abstract\\s+)?class)\\s+`;
  if (has2(`^export\\s+${kinds}${name}`) !== null) return word;
  if (has2(`^export\\s+default\\s+${kinds}${name}`) !== null) return "default";
  const variable = `^(export\\s+)?(?:const|let|var)\\s+${name}`;
  const call = `(?:[^=;]|=>)*=(?!>)\\s*(?!async\\b|function\\b|class\\b)[\\w$][\\w$. ]*[(<\`]`;
  if (has2(variable + call) !== null) return null;
  if (has2(variable)?.[1] !== void 0) return word;
  const listed = has2(`^export\\s*\\{[^}]*?(?<![\\w$])${name}(?:\\s+as\\s+([\\w$]+))?\\s*[,}]`);
  return listed === null ? null : listed[1] ?? word;
}
function literal(name) {
  return name.replace(/[$\\^.*+?()[\]{}|]/g, "\\$&");
}

// lib/functions/target.ts
function functionSpec(given) {
  const { target, module, caller, scope } = given;
  const source = checkedText(target);
  const home = module === void 0 ? importable(caller) : absolute(module);
  const spec = {
    kind: "function",
    module: home,
    certain: module !== void 0,
    name: nameOf2(target),
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
function checkedText(target) {
  const source = Function.prototype.toString.call(target);
  if (isNativeText(source)) {
    throw new TypeError(`Cannot use function "${nameOf2(target)}" as target as its source cannot be sent: it is native or bound, wrap it in a function of your own`);
  }
  if (/^class\b/.test(source)) {
    throw new TypeError(`Cannot use class "${nameOf2(target)}" as target: give a function, or a subclass of Process with a method run()`);
  }
  return source;
}
function lookedAt({ target, scope, destination, caller }, spec) {
  const found = lookAt({
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
      const captured = {
        kind: "captured",
        name: spec.name,
        code
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
  const name = nameOf2(target);
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
      return isClosed(Function.prototype.toString.call(target)) ? {
        by: "name",
        key: name
      } : {
        by: "parent"
      };
    default:
      return unreachable(naming);
  }
}
function nameOf2(target) {
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
    name: nameOf2(constructor),
    source: Function.prototype.toString.call(constructor),
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

// lib/functions/size_warning.ts
var LARGE_BYTES = 1024 * 1024;
var told2 = /* @__PURE__ */ new Set();
function tellSize(found) {
  if (found?.kind !== "captured" || found.bytes < LARGE_BYTES) return;
  const { bytes, uses, code: { parts: [part] } } = found;
  const text2 = part?.kind === "text" ? part.text : "";
  if (told2.has(text2)) return;
  told2.add(text2);
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
  /** Adopts `identity`; a child also passes what it runs. */
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
  /** Whether this is the object of the running process, as in `currentProcess()`. */
  #isSelf;
  // Invariant: has no arguments and no scope after its end.
  #checked;
  /** The caller whose module has the function, if no module is given. */
  #caller;
  #ended = Promise.withResolvers();
  // Invariant: null until the deferred launch has run, and if it failed.
  #child = null;
  // Invariant: null until the start.
  #peer = null;
  #outcome = {
    kind: "none"
  };
  /** Why it ended, if the exit code does not say it. */
  #reason = null;
  /**
   * Allows the program to end; until then a process that is no daemon keeps it
   * alive.
   */
  #release = () => {
  };
  /** Tickets of objects that were sent to it, which it may end without taking. */
  #tickets = [];
  /** The name with which it was started; `name` may change later. */
  #startedName = "";
  /** Whether it can be stopped while it computes. */
  #isStoppable = true;
  /** The function or class that it may ask about. */
  #sought;
  /** Whether it has sent a malformed message; all later messages are ignored. */
  #isBroken = false;
  /** What it writes, where that is "piped". */
  #piped = {};
  /** Where its words go that are brought on here, from its start on. */
  #outputs = [];
  /**
   * Makes a process, which is not started yet. Its number is taken here, as in
   * Python.
   *
   * @param options What to run, and how.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   */
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
    this.#caller = isInOwnModule ? callSites(SELF, 1)[0] ?? null : null;
    this.#path = nextPath();
    this.#parent = asParent();
    this.#name = name || `${new.target.name}-${this.#path.join(":")}`;
    this.#daemon = daemon ?? inheritsDaemon();
    if (typeof target === "function") lookAhead(target, module, this.#caller);
  }
  /**
   * The start method of the class: here, the platform's default.
   * @ignore
   */
  [START_METHOD]() {
    return defaultMethod();
  }
  /**
   * The interpreter that the context sets for it; otherwise the program's choice.
   * @ignore
   */
  [INTERPRETER]() {
    return null;
  }
  /**
   * Modules that the child may import besides that of its target.
   * @ignore
   */
  [MODULES]() {
    return [];
  }
  /**
   * The function or class of a child's question.
   * @ignore
   */
  [SUBJECT](_subject) {
    return this.#sought;
  }
  get #itself() {
    const { target } = this.#checked;
    return this.run === OWN_RUN ? target : this.constructor;
  }
  /**
   * The mailbox of this child; null before the start.
   * @ignore
   */
  get [PEER]() {
    return this.#peer;
  }
  /**
   * Why it has no value: what its target threw, or how it ended; undefined if it
   * has one, or has not ended.
   * @ignore
   */
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
  /** The name. It may be changed, but a running child keeps its old one. */
  get name() {
    return this.#name;
  }
  set name(name) {
    checkProcessName(name);
    this.#name = name;
  }
  /** Whether the process ends with its parent. It may be changed before the start. */
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
  /**
   * The ID of its OS process, or null before the start. Threads and workers share
   * their parent's.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get pid() {
    this.#refuseClosed("read pid of");
    if (this.#isSelf) return Deno.pid;
    flushLaunches();
    return this.#child?.pid ?? null;
  }
  /**
   * A number that no other live process of this program has, or null before the
   * start. For an OS process it is the pid.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get ident() {
    this.#refuseClosed("read ident of");
    if (this.#isSelf) return selfIdent();
    flushLaunches();
    return this.#child?.ident ?? null;
  }
  /**
   * The exit code: `0` for success, `1` for an uncaught error, `n` for
   * `Deno.exit(n)`, `-n` for signal `n` (`-15` after `terminate()`, `-9` after
   * `kill()`); null until the process has ended.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get exitcode() {
    this.#refuseClosed("read exitcode of");
    return this.#state.kind === "exited" ? this.#state.code : null;
  }
  /**
   * Resolves when the process has ended, such as for `Promise.race()`. It does not
   * keep the program alive, as `join()` does.
   *
   * @throws {ProcessStateError} If the process has not started or is closed.
   */
  get sentinel() {
    this.#refuseUnstarted("read sentinel of");
    return this.#ended.promise;
  }
  /**
   * What the process writes to its stdout, where the option `stdout` is `"piped"`. It
   * ends when the process has ended and all of it was read. A process that has written
   * 256 KiB more than were read waits; one whose stream is cancelled writes nowhere.
   *
   * @example Reading line by line
   * ```ts
   * import { Process } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const p = new Process({ target: () => console.log("one\ntwo"), stdout: "piped" });
   * p.start();
   * const text = await new Response(p.stdout).text();
   * deepEqual(text.split("\n"), ["one", "two", ""]);
   * ```
   *
   * @throws {TypeError} If it is not piped.
   */
  get stdout() {
    return this.#stream("stdout");
  }
  /**
   * What the process writes to its stderr, where the option `stderr` is `"piped"`; see
   * `stdout`. It has the text of an error that ends the process, too.
   *
   * @throws {TypeError} If it is not piped.
   */
  get stderr() {
    return this.#stream("stderr");
  }
  #stream(name) {
    const piped = this.#piped[name];
    if (piped !== void 0) return piped.readable;
    throw new TypeError(`Cannot read ${name} of process "${this.#name}" as it is not piped: make the process with the option ${name}: "piped"`);
  }
  /**
   * A signal that aborts when `shutdown()` asks this process to end; only of
   * `currentProcess()`. Reading it takes over the end: the process then ends when
   * its target does, or when its time is over.
   *
   * @throws {ProcessStateError} If this is not the running process.
   */
  get stopping() {
    if (!this.#isSelf) {
      throw this.#refuse("read stopping of", "only a process itself is asked");
    }
    return stopSignal();
  }
  /**
   * The code that the process runs. A subclass can override it; by default it calls
   * the target.
   *
   * @returns What the target returns.
   */
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
  /**
   * Starts the process and returns at once; its target begins after the caller's
   * turn. If the process cannot start, this throws, and nothing is started. What
   * the target uses of variables around it is read here; `explain()` lists it.
   *
   * @throws {ProcessStateError} If it was started before, or belongs to another
   * process.
   * @throws {BootstrapError} If this process is still importing its modules.
   * @throws {StartMethodError} If the start method cannot be used.
   * @throws {UnsupportedError} If the start method does not support an option.
   * @throws {EncodingError} If an argument, or what the target uses, cannot be sent.
   * @throws {SharedMemoryError} If a shared object cannot be given to it.
   */
  start() {
    if (next(this.#state, {
      kind: "start"
    }) === null) {
      throw this.#refuse("start", "it must be new, and a process runs once");
    }
    refuseWhileImporting();
    const method = this[START_METHOD]();
    const launcher = launcherOf(method);
    checkTraits(method, launcher.traits, this.#checked.common);
    const { spec, scope } = this.#spec(launcher);
    const body = this.#body(spec, scope);
    const events = this.#events();
    const request = this.#request(spec, body);
    const delivery = new TrackedDelivery();
    const identity = this.#identity(method);
    const destination = this.#destination(launcher);
    const launch3 = delivery.make(() => {
      const first2 = startMessage(identity, destination, spec, body, delivery);
      return launcher.prepare(request, first2, events);
    });
    this.#outputs = [
      request.stdout,
      request.stderr
    ];
    this.#tickets = delivery.tickets;
    this.#sought = soughtBy(spec, this.#itself);
    this.#move({
      kind: "start"
    });
    this.#peer = this.#newPeer(launcher);
    this.#startedName = this.#name;
    this.#isStoppable = launcher.traits.stopsWhileBusy;
    this.#join(launch3);
  }
  /**
   * Waits until the process has ended. It may be called any number of times.
   *
   * @param options How long to wait.
   * @returns True once it has ended, false if the time ran out first.
   * @throws {ProcessStateError} If it has not started, is closed, or is not a
   * child of this process.
   */
  async join(options) {
    const timeout = timeoutOf(options, "join a process");
    this.#refuseUnstarted("join");
    if (this.#state.kind === "exited") return true;
    return await settles(this.#ended.promise, timeout, options?.signal);
  }
  /**
   * The return value of the target, after the process has ended; beyond Python.
   *
   * @param options How long to wait.
   * @returns The target's value.
   * @throws What the target threw, with the child's own stack as `cause`.
   * @throws {ExitError} If the process ended without a result.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async result(options) {
    const caller = callerOf(this.result);
    if (!await this.join(options)) {
      throw new DOMException(`Cannot get result of ${this} as it is still running`, "TimeoutError");
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
  /**
   * Whether the process has started and not ended.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  isAlive() {
    this.#refuseClosed("look at");
    return isLiveState(this.#state);
  }
  /**
   * Ends the process now, with exit code -15: no `finally` runs in it. A `thread`
   * that computes goes on for 10 to 30 ms, so that the kill hits no first use of a
   * global that Deno loads lazily (2.9.6). A `worker` ends at its next await or
   * blocking call of this package, because Deno cannot stop a Web Worker while it
   * computes.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   */
  terminate() {
    this.#stop("terminate", "SIGTERM");
  }
  /**
   * Ends the process now, with exit code -9; see `terminate()`.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   */
  kill() {
    this.#stop("kill", "SIGKILL");
  }
  /**
   * Sends SIGINT. A process that does not listen for it ends with exit code -2.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   * @throws {UnsupportedError} If the start method has no signals.
   */
  interrupt() {
    this.#refuseUnstarted("interrupt");
    const method = this[START_METHOD]();
    if (!launcherOf(method).traits.interrupts) {
      throw new UnsupportedError(`Cannot interrupt ${this} as start method "${method}" has no signals: use terminate(), or start method "spawn"`);
    }
    this.#stop("interrupt", "SIGINT");
  }
  /**
   * Asks the process to end, and kills it if it has not ended in time; beyond
   * Python. A child that has read its `stopping` signal may finish by itself, any
   * other child ends at its next await. A child that still loads its modules may
   * not get the request before its target begins.
   *
   * @param options How much time the process has.
   * @returns The exit code.
   * @throws {ProcessStateError} If it has not started or is closed.
   * @throws {UnsupportedError} If it is still running after that and its start
   * method cannot kill it.
   */
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
  /**
   * Frees the resources of the process object. Afterwards only its name can be
   * used.
   *
   * @throws {ProcessStateError} If the process is still running.
   */
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
  /** Terminates the process if it still runs, and waits for its end. */
  async [Symbol.asyncDispose]() {
    if (!isLiveState(this.#state)) return;
    this.terminate();
    await this.join();
  }
  /**
   * A process object works only in the process that made it.
   * @ignore
   */
  get [REFUSED]() {
    return "a Process; send its name or pid";
  }
  /**
   * For `wait()`: a process is ready when it has ended.
   * @ignore
   */
  [READY](options) {
    return this.join(options);
  }
  /** As in Python: `<Process name="Process-1" pid=12 parent=12 started>`. */
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
  /**
   * Shows the process as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY]() {
    return tableOf(`${this.constructor.name} ${this.#name}`, {
      state: this.#stateWord(),
      exitcode: this.#state.kind === "exited" ? nameOfExitcode(this.#state.code) : null,
      pid: this.#pidNow(),
      parent: this.#parent?.pid ?? null,
      daemon: this.#daemon
    });
  }
  /** Shows the process in `console.log()`. */
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
    answerTo(peer, (subject) => this[SUBJECT](subject));
    return peer;
  }
  #spec(launcher) {
    const { target, common: { module, scope } } = this.#checked;
    const caller = this.#caller;
    if (this.run !== OWN_RUN) {
      return {
        spec: classSpec(this.constructor, module, caller),
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
        spec: addressSpec(target),
        scope: {}
      };
    }
    const destination = this.#destination(launcher);
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
  #destination({ traits }) {
    return destinationOf(traits, this.#checked.common.permissions);
  }
  /** The identity of the child. */
  #identity(method) {
    return {
      name: this.#name,
      daemon: this.#daemon,
      path: this.#path,
      parent: this.#parent,
      method,
      mainModule: mainModule()
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
        .../* @__PURE__ */ new Set([
          ...modulesOf(spec),
          ...this[MODULES]()
        ])
      ],
      maxHeapMiB: maxHeapMiB ?? null,
      permissions: permissions ?? null,
      env: env ?? null,
      interpreter: this[INTERPRETER](),
      mainModule: mainModule(),
      isSettled: isSettled(body)
    };
  }
  /** Adds the process to the children, and launches it after the caller's turn. */
  #join(launch3) {
    childStarted(this);
    deferLaunch(() => {
      if (!this.#daemon) this.#release = keepAlive();
      try {
        this.#child = launch3();
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
  /** Handles a message; an error in it ends the child, and nothing else. */
  #take(message) {
    if (this.#isBroken || !isLiveState(this.#state)) return;
    try {
      this.#receive(message);
    } catch (error) {
      this.#breach(error);
    }
  }
  /** Ends the child because of a malformed message. */
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
        this.#outcome = outcomeOf(message, `in process "${this.#startedName}"`, this.#peer.destination);
        if (this.#outcome.kind === "error") this.#explain(this.#outcome.error);
        return;
      case "message":
        deliver(message.mailbox, message.body, this.#peer);
        return;
      default:
        unreachable(message);
    }
  }
  /** Explains an error if sending may have caused it. */
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
  #end({ code, reason: reason2 }) {
    if (reason2 !== void 0) this.#reason ??= {
      text: reason2
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
    for (const output2 of this.#outputs) {
      if (typeof output2 !== "string") output2.end();
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
var SELF = BaseProcess;
var OWN_RUN = BaseProcess.prototype.run;
function refuseWhileImporting() {
  if (!isImporting()) return;
  throw new BootstrapError("Cannot start a process while its module is still being imported by a child: put the start under `if (import.meta.main) { ... }`");
}

// lib/pool/parent/future.ts
function cancelled() {
  return new CancelledError("Cannot give a result as the work was cancelled before a worker began it");
}
var Future = class {
  #job;
  /** Made by an executor. */
  constructor(job) {
    this.#job = job;
  }
  /** Whether the call is over: it returned, threw, or was cancelled. */
  done() {
    return this.#job.outcome.state.kind !== "pending";
  }
  /** Whether a worker runs the call. */
  running() {
    return this.#job.isRunning;
  }
  /** Whether the call was cancelled. */
  cancelled() {
    return this.#job.isWithdrawn;
  }
  /**
   * Cancels the call if no worker has begun it. One that runs cannot be cancelled:
   * `pool.apply(f, args, { signal })` can.
   *
   * @returns Whether the call is cancelled.
   */
  cancel() {
    return this.cancelled() || this.#job.withdraw(cancelled());
  }
  /**
   * Waits for the result; may be called again.
   *
   * @param options How long to wait.
   * @returns What the call returned.
   * @throws What the call threw, with the worker's own stack as `cause`.
   * @throws {CancelledError} If the call was cancelled.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async result(options) {
    await this.#wait(options, "get a result");
    return await this.#job.outcome.promise;
  }
  /**
   * Waits for the end of the call, and gives its error.
   *
   * @param options How long to wait.
   * @returns What the call threw; null if it returned.
   * @throws {CancelledError} If the call was cancelled.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
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
    throw new DOMException(`Cannot ${what} as the call is not done`, "TimeoutError");
  }
  /** The `then()` of a promise. */
  then(onValue, onError) {
    return this.#job.outcome.promise.then(onValue, onError);
  }
  /** The `catch()` of a promise. */
  catch(onError) {
    return this.#job.outcome.promise.catch(onError);
  }
  /** The `finally()` of a promise. */
  finally(onSettled) {
    return this.#job.outcome.promise.finally(onSettled);
  }
  /** The name of the class. */
  get [Symbol.toStringTag]() {
    return "Future";
  }
  /** The state of the call, in Python's words: `<Future state=running>`. */
  toString() {
    return `<Future state=${this.#stateName}>`;
  }
  /** Shows the future in `console.log()`. */
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
  /** Null for an array, whose iteration runs no code of the user. */
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
    const close = () => this.#iterator.return?.();
    callOut(CLOSING, () => this.#within === null ? close() : this.#within(close));
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
  /** `ready` is called when another item is available. */
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
  // Invariant: at most one item is being read, and none while one is stored: the
  // source is never more than one item ahead of its reader.
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
  if (retries !== 0) checkCount(what, "retries", retries, 0);
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
  checkCount("make a pool", "processes", processes, 1);
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
    checkCount("make a pool", "maxTasksPerChild", maxTasksPerChild, 1);
  }
  timeoutOf({
    timeout: idleTimeout
  }, "make a pool", "idleTimeout");
  if (name !== void 0 && typeof name !== "string") {
    throw wrong2("make a pool", "name", "a string", name);
  }
}
function checkWorkers(what, name, count, size) {
  checkCount(what, name, count, 0);
  if (count <= size) return;
  throw new RangeError(`Cannot ${what} as "${name}" must be at most its size of ${size}: current value is ${count}`);
}
function checkArgs2(args) {
  if (!Array.isArray(args)) throw wrong2("apply", "args", "an array", args);
}
function checkMap(options) {
  expectOptions(options, "map", "{ chunksize: 3 }");
  const { chunksize, onProgress, progress } = options;
  if (chunksize !== void 0) checkCount("map", "chunksize", chunksize, 1);
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
  if (chunksize !== void 0) checkCount("imap", "chunksize", chunksize, 1);
  if (buffersize !== void 0) checkCount("imap", "buffersize", buffersize, 1);
}
function checkCount(what, name, value, least) {
  if (typeof value !== "number") throw wrong2(what, name, "a number", value);
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`Cannot ${what} as "${name}" must be an integer of at least ${least}: current value is ${value}`);
}
function wrong2(what, name, wanted, got) {
  const shown3 = got === null ? "null" : typeof got;
  return new TypeError(`Cannot ${what} as "${name}" must be ${wanted}: current value is ${shown3}`);
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
  /** Begins to count; `now` gives milliseconds. */
  constructor(surface, now = () => performance.now()) {
    this.#surface = surface;
    this.#now = now;
    this.#begun = now();
  }
  /** Shows how many items have ended, and how many of these failed. */
  update(done, total, failed2) {
    if (this.#isClosed || total === 0) return;
    this.#counts = [
      done,
      total,
      failed2
    ];
    const now = this.#now();
    if (now - this.#drawnAt < DRAW_MS) return;
    this.#drawnAt = now;
    this.#draw(false);
  }
  /** Leaves the last line where it is. */
  close() {
    if (!this.#isClosed && this.#counts !== null) this.#draw(true);
    this.#isClosed = true;
  }
  /** Closes the bar when the map has ended, however it has. */
  closeAfter(end) {
    const close = () => this.close();
    end.then(close, close);
  }
  #draw(isLast) {
    const [done, total, failed2] = this.#counts;
    const ms = this.#now() - this.#begun;
    const text2 = textOf2(done, total, failed2, ms);
    const room = this.#surface.columns() - text2.length - "[] ".length;
    const width = Math.min(WIDTH, room);
    const filled2 = Math.round(width * done / total);
    const bar = width < WIDTH_MIN ? "" : `[${"#".repeat(filled2)}${"-".repeat(width - filled2)}] `;
    const line = (bar + text2).slice(0, this.#surface.columns());
    this.#surface.draw(line, isLast);
  }
};
function textOf2(done, total, failed2, ms) {
  const counts = `${done}/${total}`;
  if (done === 0) return counts;
  const rate = done * 1e3 / Math.max(ms, 1);
  const left = (total - done) / rate;
  return `${counts}, ${rate.toFixed(1)}/s` + (done < total ? `, ${Math.ceil(left)} s left` : "") + (failed2 > 0 ? `, ${failed2} failed` : "");
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
  /** The one that is in the line; another one shows its last line only. */
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
function write(text2) {
  writeIfRead(Deno.stderr, new TextEncoder().encode(text2));
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

// lib/pool/parent/async_result.ts
var PENDING = {
  kind: "pending"
};
var TaskOutcome = class {
  #state = PENDING;
  // Invariant: made when a reader first waits, so that a job without a reader costs
  // no promise, and its error is no unhandled rejection.
  #waiting = null;
  /** The call to which the stack of an error leads. */
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
  /** The error with a stack that leads to the call. */
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
  /** Made by a pool. */
  constructor(outcome) {
    this.#outcome = outcome;
  }
  /** Whether the work is done, with or without an error. */
  ready() {
    return this.#outcome.state.kind !== "pending";
  }
  /**
   * Whether the work is done without an error.
   *
   * @throws {ProcessStateError} If it is not done.
   */
  successful() {
    const { kind } = this.#outcome.state;
    if (kind !== "pending") return kind === "value";
    throw new ProcessStateError("Cannot say whether the work was successful as it is not done: look at ready(), or await the result");
  }
  /**
   * Waits for the result; may be called again.
   *
   * @param options How long to wait.
   * @returns The result.
   * @throws What the work threw, with the worker's own stack as `cause`.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async get(options) {
    if (!await this.#settles(options, "get a result")) {
      throw new DOMException("Cannot get the result as the work is not done", "TimeoutError");
    }
    return await this.#outcome.promise;
  }
  /**
   * Waits until the work is done, with or without an error.
   *
   * @param options How long to wait.
   * @returns True when it is done, false when the time ran out first.
   */
  async wait(options) {
    return await this.#settles(options, "wait for a result");
  }
  async #settles(options, what) {
    const timeout = timeoutOf(options, what);
    if (this.ready()) return true;
    return await settles(this.#outcome.promise, timeout, options?.signal);
  }
  /** The `then()` of a promise. */
  then(onValue, onError) {
    return this.#outcome.promise.then(onValue, onError);
  }
  /** The `catch()` of a promise. */
  catch(onError) {
    return this.#outcome.promise.catch(onError);
  }
  /** The `finally()` of a promise. */
  finally(onSettled) {
    return this.#outcome.promise.finally(onSettled);
  }
  /** The name of the class. */
  get [Symbol.toStringTag]() {
    return "AsyncResult";
  }
  /** Whether it is done: `<AsyncResult state=pending>`. */
  toString() {
    return `<AsyncResult state=${this.#outcome.state.kind}>`;
  }
  /** Shows the result in `console.log()`. */
  [Symbol.for("Deno.customInspect")]() {
    return this.toString();
  }
};

// lib/pool/parent/base_job.ts
var BaseJob = class {
  fn;
  timeoutMs;
  retries;
  outcome;
  #owner;
  #signal;
  // Invariant: null unless the job listens to an abort signal.
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
  /** Whether the job has ended. */
  get isOver() {
    return this.#isOver;
  }
  /** Ends the job with its result. */
  succeed(value) {
    this.#end();
    this.outcome.resolve(value);
  }
  /** Ends the job with an error; items that run may run on. */
  fail(error) {
    this.#end();
    this.outcome.reject(error);
  }
  /** Ends the job with an error, and drops the items that have not begun. */
  giveUp(error) {
    this.fail(error);
    this.#owner.drop(this.self);
  }
  /** Ends the job with an error, and stops the workers that run its items. */
  cancel(reason2) {
    if (this.#isOver) return;
    this.fail(reason2);
    this.#owner.cancel(this.self);
  }
  /** Gives the job up if no worker has begun it; false if one has, or it is over. */
  withdraw(reason2) {
    if (this.#isOver || !this.#owner.takeBack(this.self)) return false;
    this.#isWithdrawn = true;
    this.fail(reason2);
    return true;
  }
  /** Whether it was given up before a worker began it. */
  get isWithdrawn() {
    return this.#isWithdrawn;
  }
  /** Whether a worker runs it. */
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
  /**
   * The arguments, packed ahead of the first sending, so that `apply()` reports
   * what cannot be sent.
   */
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

// lib/pool/parent/pool_functions.ts
var PoolFunction = class {
  /** The definition by which workers find the function. */
  definition;
  /** Its name in messages to people. */
  name;
  /** Whether workers forget it after one call. */
  isPassing;
  /** The mean duration of an item in milliseconds; null while it is unknown. */
  meanMs = null;
  // The function, for a worker that asks which export it is. Invariant: null once
  // the first worker has run it without asking, as then no other worker will ask.
  #itself;
  #wasAsked = false;
  constructor(definition, itself, isPassing) {
    this.definition = definition;
    this.#itself = mayBeAsked(definition.spec) ? itself : null;
    this.name = definition.spec.name || "anonymous";
    this.isPassing = isPassing;
  }
  /** The number of its definition. */
  get id() {
    return this.definition.id;
  }
  /** Describes the function to a worker that asks which export it is. */
  ask() {
    this.#wasAsked = true;
    return soughtBy(this.definition.spec, this.#itself ?? void 0);
  }
  /** The modules that a worker imports for it. */
  get modules() {
    return modulesOf(this.definition.spec);
  }
  /** Updates the mean with `items` that took `ms` together. */
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
  // A function is looked up by itself and by its module.
  #bySelf = /* @__PURE__ */ new WeakMap();
  #byLook = /* @__PURE__ */ new Map();
  /** Functions that look like an earlier one and may differ, oldest first. */
  #doubles = /* @__PURE__ */ new Set();
  /** Functions with a scope, least recently called first. */
  #scoped = /* @__PURE__ */ new Map();
  /** The functions that a worker may ask about, by their numbers. */
  #byId = /* @__PURE__ */ new Map();
  #gone = new FinalizationRegistry((id) => {
    this.#byId.delete(id);
  });
  #forget;
  #made = 0;
  /** `forget` is called with a function that may never be called again. */
  constructor(destination, forget) {
    this.#destination = destination;
    this.#forget = forget;
  }
  /** The function with its definition. `below`: see `callers()`. */
  find(target, whereabouts, below) {
    const { module, scope } = whereabouts;
    const home = module === void 0 ? "" : String(module);
    if (scope === void 0) {
      const known2 = this.#bySelf.get(target)?.get(home);
      if (known2 !== void 0) return known2;
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
  /** Describes the function of a number to a worker that asks. */
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
  /** A function that looks like an earlier one and may differ from it. */
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
  /**
   * A function that travels with its captured variables. A program may make such a
   * function for each call, so only the last ones are kept.
   */
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
  /** Drops the oldest: a program may give another scope with each call, for ever. */
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
    const origins = this.#bySelf.get(target) ?? /* @__PURE__ */ new Map();
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
    const values = itemsToSend(Object.values(scope), this.#destination, (list) => this.#packed(list, spec.kind === "captured"));
    const names2 = Object.keys(scope);
    const id = this.#made++;
    const definition = {
      id,
      spec,
      names: names2,
      values
    };
    const fn = new PoolFunction(definition, target, isPassing);
    if (mayBeAsked(spec)) {
      this.#byId.set(id, new WeakRef(fn));
      this.#gone.register(fn, id);
    }
    return fn;
  }
  /**
   * Packs captured variables as they are at the call, even if they are sent later.
   */
  #packed(list, isCaptured) {
    const packed = pack(list, this.#destination, "scope");
    return isCaptured && !(packed instanceof Uint8Array) ? structuredClone(packed) : packed;
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

// lib/pool/parent/job.ts
var Task = class _Task {
  job;
  /** The index of its first item in the job. */
  first;
  /** How many items it answers for; fewer once some have been taken back. */
  count;
  /** How many of them have results, which come in order. */
  settled = 0;
  /** How many workers have died of it. */
  losses;
  /**
   * Whether it was taken back from a worker that had not begun it. It is then sent
   * once more, to a worker that begins it at once, and is not taken back again.
   */
  isMoved;
  /** Milliseconds that sending one of its items took. */
  costMs = 0;
  constructor(job, first2, count, losses = 0, isMoved = false) {
    this.job = job;
    this.first = first2;
    this.count = count;
    this.losses = losses;
    this.isMoved = isMoved;
  }
  /** Whether an idle worker may get items of it that another has not begun. */
  get isMovable() {
    return !this.isMoved && !this.job.isSentOnce;
  }
  /** Whether all of its items are settled. */
  get isDone() {
    return this.settled >= this.count;
  }
  /** Some of its items as a task of their own. */
  part(from, end, losses = this.losses) {
    return new _Task(this.job, this.first + from, end - from, losses);
  }
  /** One of its items, as a task that moves from one worker to another. */
  moved(item) {
    return new _Task(this.job, this.first + item, 1, this.losses, true);
  }
};

// lib/pool/parent/item_batch.ts
var RefusedItem = class {
  /** The index of the item in its job. */
  index;
  error;
  constructor(index, error) {
    this.index = index;
    this.error = error;
  }
};
function makeBatch(items, first2, destination, transferOf, moving) {
  const transfer = transferOf === void 0 ? [] : transferOfItems(items, first2, transferOf, moving);
  const packItems = (list) => {
    try {
      return pack(list, destination, "items", transfer);
    } catch (error) {
      throw itemOf(error, first2);
    }
  };
  return {
    items: itemsToSend(items, destination, packItems),
    transfer
  };
}
function transferOfItems(items, first2, transferOf, moving) {
  const all = [];
  for (let i = 0; i < items.length; i++) {
    try {
      const list = transferOf(items[i]);
      contain(list, () => {
      });
      checkTransfer(list, transferPath(first2 + i), moving);
      for (const entry2 of list) all.push(entry2);
    } catch (error) {
      throw new RefusedItem(first2 + i, error);
    }
  }
  return all;
}
function transferPath(index) {
  return `transfer(items[${index}])`;
}
function itemOf(error, first2) {
  if (!(error instanceof EncodingError)) return error;
  const bad = /^items\[(\d+)\]/.exec(error.path);
  if (bad === null) return error;
  const index = first2 + Number(bad[1]);
  const path = `items[${index}]${error.path.slice(bad[0].length)}`;
  const moved = new EncodingError(path, error.reason);
  if (Object.hasOwn(error, "cause")) moved.cause = error.cause;
  return new RefusedItem(index, moved);
}

// lib/pool/parent/chunk_size.ts
var CHUNK_MS = 1;
var CHUNKS_PER_WORKER = 4;
var STREAM_CHUNK_MAX = 1024;
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
  /** State of each item: open until its outcome is in `#values`. */
  #states;
  #moving = /* @__PURE__ */ new WeakMap();
  #done = 0;
  #failed = 0;
  /** The items before this one have been cut into tasks. */
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
  /** Ends the job at once if its list is empty. */
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
  batchOf(first2, count, destination) {
    const items = this.#items.slice(first2, first2 + count);
    return makeBatch(items, first2, destination, this.#plan.options.transfer, this.#moving);
  }
  given(index) {
    return [
      `items[${index}]`,
      this.#items[index]
    ];
  }
  fulfil(first2, values) {
    if (this.isOver) return;
    for (let i = 0; i < values.length; i++) {
      if (this.#states[first2 + i] !== OPEN) continue;
      this.#states[first2 + i] = FULFILLED;
      this.#values[first2 + i] = values[i];
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
      contain(returned, (error) => this.#hasFailed(error));
    } catch (error) {
      this.#hasFailed(error);
    }
  }
  /** `onProgress` threw: fails the map, or prints the error if the map is over. */
  #hasFailed(error) {
    if (!this.isOver) return this.giveUp(error);
    printError(`onProgress of a map that is over threw: ${shown(error)}`);
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

// lib/pool/parent/worker_process.ts
var PoolProcess = class extends BaseProcess {
  #method;
  #interpreter;
  #modules;
  #subjects;
  constructor({ method, interpreter, subjects }, modules2, options) {
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
    this.#modules = modules2;
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
function makeWorker(plan, modules2) {
  const { method, launcher, name, limits, maxTasks, initargs } = plan;
  const mayAll = limits.permissions === void 0 || limits.permissions === "inherit";
  const process2 = new PoolProcess(plan, readsAll(plan) ? modules2 : [
    ...modules2,
    builtUrl("pool_slow_path")
  ], {
    ...limits,
    ...name === null ? {} : {
      name
    }
  });
  if (name === null) {
    process2.name = `${workerName(method)}-${numberOf(process2)}`;
  }
  return {
    process: process2,
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

// lib/pool/parent/result_iterator.ts
var ResultIterator = class {
  #job;
  #caller;
  /** Results whose reader timed out; the next reader takes them. */
  #unclaimed = [];
  /** Made by a pool. */
  constructor(job, caller) {
    this.#job = job;
    this.#caller = caller;
  }
  /**
   * The next result.
   *
   * @param options How long to wait.
   * @returns The result, or the end.
   * @throws What the function threw for this item.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first; the
   * same result comes with the next call.
   */
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
    throw new DOMException("Cannot get the next result as it is not there", "TimeoutError");
  }
  /**
   * Gives up the remaining items: drops those that have not begun, and unread
   * results.
   */
  return() {
    this.#giveUp({
      kind: "end"
    });
    return Promise.resolve({
      done: true,
      value: void 0
    });
  }
  /** The iterator of a `for await` loop, which ends at the first error. */
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
  /** Gives up the remaining items. */
  async [Symbol.asyncDispose]() {
    await this.return();
  }
};
function endedByError() {
  return new ProcessStateError("Cannot read on as the loop over the results ended with an error, and the rest was given up: call next() yourself to go on after an error");
}

// lib/pool/parent/clock.ts
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

// lib/pool/parent/result_reader.ts
var ResultReader = class {
  #inFlight;
  #name;
  #from;
  /** `name` is the worker's name, and `from` says where it runs. */
  constructor(inFlight, name, from) {
    this.#inFlight = inFlight;
    this.#name = name;
    this.#from = from;
  }
  /**
   * Passes the results of a report to their jobs; false at a result of no item that
   * the worker has.
   */
  take(report2) {
    for (let i = REPORT_HEAD; i < report2.length; i += RESULT_STRIDE) {
      const isTaken = this.#settle(report2[i], report2[i + 1], report2[i + 2], report2[i + 3]);
      if (!isTaken) return false;
    }
    return true;
  }
  /** The error that a worker describes. */
  errorOf(body) {
    const where = `in process "${this.#name}"`;
    const report2 = {
      kind: "failure",
      body
    };
    const outcome = outcomeOf(report2, where, this.#from);
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
    const [path, reason2] = sent;
    return new EncodingError(path, reason2);
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
  /** Tasks from this number on are offered in slots. */
  #sharedFrom;
  // Invariant: tasks have the numbers from #acked to before #next, #next - #acked
  // is at most SLOTS, and a task that was taken back as a whole is null.
  #tasks = [];
  #next = 0;
  #acked = 0;
  /**
   * `slots` is null if the worker shares no memory with the pool; `isShared` is
   * false until the worker has mapped them.
   */
  constructor(slots, isShared) {
    this.#slots = slots;
    this.#sharedFrom = isShared ? 0 : Infinity;
  }
  /** Offers tasks from now on in slots, as the worker has mapped them. */
  share() {
    this.#sharedFrom = Math.min(this.#sharedFrom, this.#next);
  }
  /** Whether new tasks are offered in slots. */
  get isShared() {
    return this.#sharedFrom < Infinity;
  }
  /** The slots, once all tasks that are not done are in them. */
  get #live() {
    return this.#acked >= this.#sharedFrom ? this.#slots : null;
  }
  /** Whether items that have not begun can be taken back. */
  get gives() {
    return this.#live !== null;
  }
  /** How many tasks the worker has been given in all. */
  get given() {
    return this.#next;
  }
  /** How many of them are not done. */
  get count() {
    return this.#next - this.#acked;
  }
  /** The task of a number; null if it is done or was taken back. */
  at(seq) {
    return seq >= this.#acked && seq < this.#next ? this.#tasks[seq & SLOT_MASK] : null;
  }
  /** Whether the worker was ever given a task of this number. */
  hasHad(seq) {
    return Number.isInteger(seq) && seq >= 0 && seq < this.#next;
  }
  /** Whether a task of this number comes after one that runs. */
  isAfter(seq, { task }) {
    for (let at = this.#acked; at < seq; at++) {
      if (this.#tasks[at & SLOT_MASK] === task) return true;
    }
    return false;
  }
  /** The first task that is not done. */
  get first() {
    for (let seq = this.#acked; seq < this.#next; seq++) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (task) return task;
    }
    return null;
  }
  /** The tasks that are not done, with their numbers. */
  *all() {
    for (let seq = this.#acked; seq < this.#next; seq++) {
      const task = this.#tasks[seq & SLOT_MASK];
      if (task) yield [
        seq,
        task
      ];
    }
  }
  /** Adds tasks; returns the number of the first. */
  enter(tasks) {
    const first2 = this.#next;
    for (const task of tasks) {
      if (this.isShared) this.#slots?.offer(this.#next, task.count);
      this.#tasks[this.#next++ & SLOT_MASK] = task;
    }
    return first2;
  }
  /** Adds calls that fit into slots, which the worker shares. */
  enterCalls(tasks, message) {
    for (let i = 0; i < tasks.length; i++) {
      const at = RUN_HEAD + i * TASK_STRIDE;
      this.#slots.offerCall(this.#next, message[at], message[at + 2]);
      this.#tasks[this.#next++ & SLOT_MASK] = tasks[i];
    }
  }
  /** The totals that the worker stored behind the slots. */
  get totals() {
    return this.#slots.totals;
  }
  /** Removes the last tasks, because the message with them was refused. */
  withdraw(count) {
    this.#next -= count;
  }
  /** How many items have not begun and can move to another worker. */
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
  /** The last task with an item that can move, or null. */
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
  /** Takes back the last item that can move, for another worker. */
  takeLast() {
    for (; ; ) {
      const seq = this.#lastMovable();
      if (seq < 0) return null;
      const task = this.#tasks[seq & SLOT_MASK];
      const part = this.#takePart(this.#slots, seq, task, 1);
      if (part !== null) return task.moved(part.first - task.first);
    }
  }
  /** Takes back all items that have not begun and can be sent again. */
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
    const { next: next2, end } = slots.takeBack(seq, most);
    if (next2 >= end || end > task.count) return null;
    task.count = next2;
    if (next2 === 0) this.#tasks[seq & SLOT_MASK] = null;
    return task.part(next2, end);
  }
  /** Whether the worker has items of a job. */
  has(job) {
    for (const [, task] of this.all()) if (task.job === job) return true;
    return false;
  }
  /** Drops the items of a job that have not begun; returns how many. */
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
  /**
   * Marks all tasks before `upTo` as done, and settles those with small results.
   * Returns false for a number of no task, and for a task without all its results;
   * such a task stays here, so it is never lost.
   */
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
  /** Settles a task with its small result, if its slot holds one. */
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
  /**
   * The item that the worker runs. Without slots it is the first item without a
   * result, which is certain for a task of one item.
   */
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
      const { next: next2 } = slots.spanOf(seq);
      if (next2 === 0) continue;
      const item = Math.min(next2, task.count) - 1;
      const isDone = item < task.settled || slots.result(seq) !== null;
      return isDone ? null : {
        task,
        item
      };
    }
    return null;
  }
  /** Takes all tasks of a worker that never came up. */
  takeAll() {
    const tasks = [
      ...this.all()
    ].map(([, task]) => task);
    this.#acked = this.#next;
    return tasks;
  }
  /**
   * The tasks of a worker that has ended; called once. `begun` is the item that it
   * reported as running, or null. With `mustBlame` an item is lost if any is left,
   * so that a worker that ends again and again cannot go on for ever.
   */
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
function isFree({ next: next2, end }, task) {
  return next2 < end && end <= task.count;
}
function leave(tasks, task, from, end) {
  if (from < end) tasks.push(task.part(from, end));
}
function leaveEach(tasks, task) {
  for (let i = task.settled; i < task.count; i++) leave(tasks, task, i, i + 1);
}

// lib/pool/parent/task_names.ts
var TaskNames = class {
  // Invariant: holds the names of the last SLOTS tasks before #next.
  #functions = [];
  #firsts = [];
  #next = 0;
  /** Adds tasks that the worker has been given. */
  add(tasks) {
    for (let i = 0; i < tasks.length; i++) {
      const { job, first: first2 } = tasks[i];
      this.#functions[this.#next & SLOT_MASK] = job.fn.name;
      this.#firsts[this.#next++ & SLOT_MASK] = first2;
    }
  }
  /** The name of the task that caused an error; null if the task is too old. */
  of({ kind, place: [seq, item] }) {
    const isKnown = seq >= 0 && seq < this.#next && seq >= this.#next - SLOTS;
    if (!isKnown) return null;
    const at = seq & SLOT_MASK;
    const name = `${this.#functions[at]} #${this.#firsts[at] + item}`;
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
  /** The memory of the slots in the form in which it is sent, or null. */
  #shared;
  #peer = null;
  #state = "starting";
  #wasUp = false;
  #exitReason = null;
  #known = /* @__PURE__ */ new Set();
  #names = new TaskNames();
  /**
   * The item that the worker reported as running: of a timed task, or before its
   * own end.
   */
  #begun = null;
  /** Runs while an item is timed, or while a timed item is the next to begin. */
  #timer = null;
  /** Whether it was ever given a timed task. */
  #isTimed = false;
  /** How the worker broke the protocol, or null. */
  #breach = null;
  /** The last observation, and since when it holds. */
  #seen = {
    state: "starting",
    given: 0,
    load: 0,
    task: null,
    item: 0,
    since: 0
  };
  /** The item that it ran when it was stopped; that item's end is already settled. */
  #excused = null;
  /** The totals of its last report. */
  totals = {
    items: 0,
    busyMs: 0,
    heapBytes: 0
  };
  /** Number of tasks in the last `run`. */
  lastGiven = 0;
  /** Since when it has had no task. */
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
  /** Starts the worker; throws the reason if it cannot start. */
  start(initializer, initargs) {
    this.process.start();
    const peer = this.#peer = this.process[PEER];
    receiveFrom(peer, (body) => this.#receive(body));
    peer.onBroken((why) => this.#breaks(why));
    peer.onGone(() => this.#gone());
    const isHeavy = initializer !== null && (isPacked(initargs) || isPacked(initializer.values));
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
  /** Whether it may be given tasks, now or when it is up. */
  get isActive() {
    return this.#state === "starting" || this.#state === "up";
  }
  /** How many of its tasks are not done. */
  get load() {
    return this.inFlight.count;
  }
  /** How many more tasks it can be given. */
  get room() {
    const { count: load, given } = this.inFlight;
    return Math.min(SLOTS - load, this.#options.maxTasks - given);
  }
  /** Why it ends, if it is to end. */
  get exitReason() {
    return this.#exitReason;
  }
  /** What it does, as far as the pool can see. */
  get doing() {
    if (this.#state === "starting") return "starting";
    return this.inFlight.running() === null ? "receiving" : "running";
  }
  /**
   * For how many milliseconds it has done the same: run the same item, or given no
   * sign since it was given tasks.
   */
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
  /** Sends tasks to the worker, no more than it has room for. */
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
  /** Sends a `run`; false if the port refuses it. */
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
        mustPack ||= isPacked(definition.values);
        mayHold ||= holdsHandles(definition.values);
      }
      const { items } = batch;
      areSmall &&= form === CALL_ONE && timeoutMs === Infinity && isSmallCall(fn.id, items);
      mustPack ||= typeof items === "object" && items !== null && isPacked(items);
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
      const entry2 = refusedEntry(transfer ?? [], error, pathOf3(task));
      failAll(task, entry2 ?? error);
    }
  }
  #batchOf(task) {
    const { job, first: first2, count } = task;
    try {
      return job.batchOf(first2, count, this.#options.destination);
    } catch (error) {
      if (!(error instanceof RefusedItem)) failAll(task, error);
      else this.#without(task, error.index - first2, error.error);
      return null;
    }
  }
  /** Rejects one item of a task, and returns the others to the queue. */
  #without(task, item, error) {
    task.job.reject(task.first + item, error);
    const parts = [
      task.part(item + 1, task.count),
      task.part(0, item)
    ];
    this.#events.returned(parts.filter(({ count }) => count > 0));
  }
  /** Tells the worker to forget a function. */
  forgetFunction(id) {
    if (this.#known.delete(id) && this.isActive) {
      this.#post({
        kind: "forget",
        id
      });
    }
  }
  /** The item that it runs, as far as it is known. */
  running() {
    return this.#wasUp ? this.inFlight.running() : null;
  }
  /** Ends the worker after the tasks that it has. */
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
  /**
   * Stops the worker now. `excused` is the item that it runs, whose end is already
   * settled.
   */
  stop(excused) {
    if (this.#state === "stopped" || this.#state === "gone") return;
    this.#excused = excused;
    this.#state = "stopped";
    this.#exitReason = "stopped";
    this.#stop();
  }
  /**
   * Stops a worker that broke the protocol, and trusts nothing that it sends later.
   */
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
  /** How the worker broke the protocol, or null. */
  get breach() {
    return this.#breach;
  }
  /** Whether its process has ended. */
  get hasEnded() {
    return this.#peer?.isGone ?? true;
  }
  /** Calls back when its process has ended. */
  onEnd(ended) {
    this.#peer?.onGone(ended);
  }
  /** The tasks that it leaves behind; called once, when it has ended. */
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
  /**
   * A task left an error behind: prints it, and fails no task. An error that was
   * thrown may have left anything half done, so another worker takes this one's
   * place after its tasks; not before its first item, because then replacing would
   * never end.
   */
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
    printError(`Nobody ${handles} ${what} that ${left ?? "an earlier task or the initializer"} has left behind in worker "${this.process.name}":
${cause instanceof Error ? cause.stack : shown(thrown)}`);
    if (isThrown2 && this.totals.items > 0) this.#leave("replaced");
  }
  #broken(error) {
    explainInstances(error, [
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
  /** Starts the timer for the timed item that is the next to begin. */
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
  return typeof list === "object" && list !== null && isPacked(list) && mayHoldHandles(list.packed);
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
function pathOf3({ job: { form }, first: first2 }) {
  return form === CALL ? "transfer" : transferPath(first2);
}
function failAll({ job, first: first2, count }, error) {
  for (let i = 0; i < count; i++) job.reject(first2 + i, error);
}

// lib/pool/parent/worker_lost.ts
function lossOf(worker2, { task, item }) {
  const what = `${task.job.fn.name} #${task.first + item}`;
  return endOf(worker2, what);
}
function endOf({ process: process2, breach }, task) {
  const cause = process2[END_CAUSE]();
  const exitcode = process2.exitcode ?? 0;
  const name = nameOfExitcode(exitcode);
  return new WorkerLostError({
    worker: process2.name,
    exitcode,
    signal: name.startsWith("-SIG") ? name.slice(1) : null,
    task,
    reason: breach ?? (isOutOfHeap(cause) ? OUT_OF_HEAP : void 0)
  }, cause === void 0 ? {} : {
    cause
  });
}
function isKilled({ process: process2, breach }) {
  const { exitcode } = process2;
  if (breach !== null || exitcode === null) return false;
  return OUTSIDE.has(nameOfExitcode(exitcode));
}
function isThrown({ cause }) {
  return cause instanceof Error && !(cause instanceof ExitError);
}
var OUTSIDE = /* @__PURE__ */ new Set([
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
  #workers = /* @__PURE__ */ new Set();
  /** Workers in a row that ended before they had done anything. */
  #failures = 0;
  /** Abandoned workers that may not have ended. */
  #parting = /* @__PURE__ */ new Set();
  #notBefore = 0;
  /** Workers in a row that were killed from outside before they had done anything. */
  #kills = 0;
  #retry = null;
  /** Fires when a worker may have been idle for too long. */
  #idleLook = null;
  #failure = null;
  /** How many workers have been started. */
  started = 0;
  /** How many workers have ended early and not been replaced. */
  #vacant = 0;
  /** How many workers have been replaced. */
  restarts = 0;
  /** How many workers are kept, with or without tasks. */
  #minimum;
  constructor(options, events) {
    this.#options = options;
    this.size = options.size;
    this.#minimum = options.minimum;
    this.#events = events;
  }
  /** All workers that have neither ended nor been abandoned. */
  get workers() {
    return [
      ...this.#workers
    ];
  }
  /** Whether all workers have ended. */
  get isEmpty() {
    return this.#workers.size === 0 && this.#parting.size === 0;
  }
  /** The workers that may be given tasks. */
  get active() {
    const active = [];
    for (const worker2 of this.#workers) {
      if (worker2.isActive) active.push(worker2);
    }
    return active;
  }
  /** A worker that waits for a task, or null. */
  get idle() {
    for (const worker2 of this.#workers) {
      if (worker2.state === "up" && worker2.load === 0 && worker2.room > 0) {
        return worker2;
      }
    }
    return null;
  }
  /** Whether one more worker may be started. */
  get hasPlace() {
    return this.#failure === null && this.active.length < this.size;
  }
  /** Why no more workers will start, or null. */
  get failure() {
    return this.#failure;
  }
  /** Whether there are fewer workers than the minimum. */
  get isShort() {
    return this.active.length < this.#minimum;
  }
  /** How many workers are up, idle or busy. */
  get upCount() {
    return this.active.filter(({ state }) => state === "up").length;
  }
  /** Raises the minimum to `count` workers, until the pool is idle. */
  want(count) {
    this.#minimum = Math.max(this.#minimum, count);
  }
  /** Keeps no worker without tasks. */
  wantNone() {
    this.#minimum = 0;
  }
  /** Sets the minimum to that of the options. */
  wantUsual() {
    this.#minimum = this.#options.minimum;
  }
  /**
   * Starts a worker for each of `waiting` tasks that no idle worker can take, and
   * up to the minimum; the workers import the modules of `fn`, too. Returns the
   * error if they cannot start.
   */
  start(waiting4, fn) {
    let free = this.size;
    let wanted = waiting4;
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
    const modules2 = [
      ...initializerModules,
      ...fn?.modules ?? []
    ];
    const worker2 = new PoolWorker(make(modules2), this.#events);
    worker2.start(initializer, initargs());
    this.#workers.add(worker2);
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
  /**
   * Removes a worker that has ended; `wasOfUse` says whether it had done anything.
   */
  left(worker2, wasOfUse) {
    this.#workers.delete(worker2);
    if (!worker2.hasEnded) this.#part(worker2);
    if (worker2.exitReason !== "dismissed") this.#vacant++;
    const isMeant = worker2.exitReason !== null || this.#failure !== null;
    if (isMeant || wasOfUse) return;
    if (isKilled(worker2)) this.#kills++;
    else this.#failures++;
    this.#notBefore = this.#events.clock.now() + Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.#failures + this.#kills - 1));
    if (this.#failures < FAILURES_MAX) return;
    const error = endOf(worker2, null);
    const { cause } = error;
    const detail = isThrown(error) ? `: ${cause.message}` : "";
    error.message = `Cannot go on with the pool as ${FAILURES_MAX} workers in a row ended before they ran a task; of the last one: ${error.message}${detail}`;
    this.#events.broken(worker2, error);
  }
  #part(worker2) {
    this.#parting.add(worker2);
    const parted = () => {
      timer.cancel();
      if (this.#parting.delete(worker2)) this.#events.parted();
    };
    const timer = this.#events.clock.after(PARTING_MS, () => parted());
    worker2.onEnd(parted);
  }
  /** A worker has done something: resets the count of failures. */
  progressed() {
    this.#failures = 0;
    this.#kills = 0;
    this.#notBefore = 0;
  }
  /** Starts no more workers. */
  fail(error) {
    this.#failure ??= {
      error
    };
    this.#retry?.cancel();
  }
  /** Tells the workers to forget a function that will not be called again. */
  forget({ id }) {
    for (const worker2 of this.#workers) worker2.forgetFunction(id);
  }
  /** Sets the timer for workers that may have become idle. */
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
    for (const worker2 of this.active) {
      if (more <= 0) break;
      const isIdle = worker2.load === 0 && worker2.state === "up";
      if (isIdle && now - worker2.idleSince >= this.#options.idleMs) {
        worker2.end();
        more--;
      }
    }
    this.idles();
  }
  /** Ends every worker after the tasks that it has. */
  end() {
    this.wantNone();
    this.#retry?.cancel();
    this.#idleLook?.cancel();
    for (const worker2 of this.#workers) worker2.end();
  }
};

// lib/pool/parent/task_queue.ts
var REMOVED_AT_ONCE = 1024;
var TaskQueue = class {
  // Entries before #at have been taken; so taking one does not move the others.
  #entries = [];
  #at = 0;
  /** Tasks that come before all others, because they were given out before. */
  #first = [];
  #sources = /* @__PURE__ */ new Set();
  /** About how many tasks wait. */
  get waiting() {
    let waiting4 = this.#entries.length - this.#at - this.#sources.size + this.#first.length;
    for (const source of this.#sources) waiting4 += source.waiting;
    return waiting4;
  }
  /** The function of the next task, if it is known. */
  get head() {
    const next2 = this.#first.at(-1) ?? this.#entries[this.#at];
    return next2 === void 0 ? null : next2 instanceof Task ? next2.job.fn : next2.fn;
  }
  push(entry2) {
    if (!(entry2 instanceof Task)) {
      if (this.#sources.has(entry2)) return;
      this.#sources.add(entry2);
    }
    this.#entries.push(entry2);
  }
  /** Puts a task before all others. */
  returned(task) {
    if (!task.job.isOver) this.#first.push(task);
  }
  /** The tasks that wait, without those that sources have yet to make. */
  *tasks() {
    yield* this.#first;
    for (const entry2 of this.#entries.slice(this.#at)) {
      if (entry2 instanceof Task) yield entry2;
    }
  }
  /** Takes the next tasks, at most `most`. */
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
    const first2 = this.#first.pop();
    if (first2 !== void 0) return first2;
    for (; ; ) {
      const entry2 = this.#entries[this.#at];
      if (entry2 === void 0) return null;
      if (entry2 instanceof Task) {
        this.#pass();
        return entry2;
      }
      const task = entry2.take();
      if (task !== null) return task;
      if (this.#entries[this.#at] !== entry2) continue;
      this.#sources.delete(entry2);
      this.#pass();
    }
  }
  /** Passes the first entry, and does not keep it for long. */
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
  #jobs = /* @__PURE__ */ new Set();
  #release = () => {
  };
  #isPumping = false;
  #look = null;
  /** Functions without any result yet, and how often they have cost a worker. */
  #costly = /* @__PURE__ */ new Map();
  #onIdle;
  /** The callers that wait for a number of workers to be up. */
  #warmUps = /* @__PURE__ */ new Set();
  /**
   * `onIdle` is called when the last job is over, and when the last worker has
   * ended.
   */
  constructor(options, onIdle, clock = platformClock) {
    this.#onIdle = onIdle;
    this.clock = clock;
    this.workers = new WorkerSet(options, this);
    if (this.workers.isShort) this.#soon();
  }
  /** Starts workers until this many are up; rejects if no more workers will start. */
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
  /** Rejects all callers that wait for workers. */
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
  /** Whether there are no jobs. */
  get isIdle() {
    return this.#jobs.size === 0;
  }
  /** How many jobs are not done. */
  get pending() {
    return this.#jobs.size;
  }
  /** How many tasks wait for a worker. */
  get waiting() {
    return this.#queue.waiting;
  }
  /**
   * The location of each task that has been cut and is not done: a worker, or null
   * while it waits.
   *
   * Invariant: every item of a job that is not over is in exactly one location, or
   * not cut yet, or settled once. A model checks that in every sequence of events.
   */
  *locations() {
    for (const task of this.#queue.tasks()) yield [
      task,
      null
    ];
    for (const worker2 of this.workers.workers) {
      for (const [, task] of worker2.inFlight.all()) yield [
        task,
        worker2
      ];
    }
  }
  /** Adds a job whose tasks come from `work`. */
  add(job, work) {
    if (this.#jobs.size === 0) this.#release = keepAlive();
    this.#jobs.add(job);
    if (work instanceof Task && this.#giveAtOnce(work)) return;
    this.#queue.push(work);
    this.#soon();
  }
  /** Gives a task to a worker that waits for one; false if none waits. */
  #giveAtOnce(task) {
    if (this.#isPumping || this.#queue.waiting > 0) return false;
    const worker2 = this.workers.idle;
    if (worker2 === null) return false;
    worker2.give([
      task
    ]);
    return true;
  }
  /** Queues a source again that had been empty and now has tasks. */
  refill(source) {
    this.#queue.push(source);
    this.#soon();
  }
  /** Removes a job that is over, with all of its tasks. */
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
  /** Drops the items of a job that no worker has begun. */
  drop(job) {
    for (const worker2 of this.workers.workers) worker2.inFlight.forget(job);
  }
  /**
   * Takes back the items of a job that no worker has begun, and drops them; false
   * if there are none.
   */
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
  /** Whether a worker runs an item of a job. */
  isRunning(job) {
    return this.workers.workers.some((worker2) => worker2.running()?.task.job === job);
  }
  /** Rejects all items that no worker has begun. */
  withdrawAll(reason2) {
    for (const job of [
      ...this.#jobs
    ]) job.withdraw(reason2());
  }
  /** Stops the workers that run items of a job. */
  cancel(job) {
    for (const worker2 of this.workers.workers) {
      worker2.inFlight.forget(job);
      const running = worker2.running();
      if (running?.task.job === job) this.#stop(worker2, running);
    }
    this.#soon();
  }
  /** Fails every job, and stops every worker now. */
  terminate(error) {
    this.#queue.clear();
    const jobs = [
      ...this.#jobs
    ];
    for (const worker2 of this.workers.workers) {
      worker2.inFlight.takeBack();
      worker2.stop(worker2.running());
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
  overdue(worker2, running) {
    const { task, item } = running;
    task.job.reject(task.first + item, new DOMException(`Cannot finish task ${nameOf3(task, item)} as it ran for more than ${task.job.timeoutMs} ms`, "TimeoutError"));
    this.#stop(worker2, running);
    this.#soon();
  }
  returned(tasks) {
    for (const task of tasks) this.#queue.returned(task);
    this.#soon();
  }
  gone(worker2) {
    const { tasks, lost } = worker2.remains();
    const wasOfUse = lost !== null || worker2.totals.items > 0 && worker2.breach === null;
    this.workers.left(worker2, wasOfUse);
    for (const task of tasks.toReversed()) {
      if (task.job.isSentOnce) loseMoved(worker2, task);
      else this.#queue.returned(task);
    }
    if (lost !== null) this.#lose(worker2, lost);
    this.#soon();
    this.#onIdle();
  }
  parted() {
    this.#onIdle();
  }
  #lose(worker2, running) {
    const { task, item } = running;
    const { job, losses } = task;
    const error = lossOf(worker2, running);
    const first2 = this.#hopeless(job.fn, error);
    if (first2 !== null) job.fail(first2);
    else if (losses < job.retries && !job.isSentOnce) {
      this.#queue.returned(task.part(item, item + 1, losses + 1));
    } else job.reject(task.first + item, error);
  }
  /**
   * The first loss of a function that has given no result yet, once errors in its
   * worker have ended several in a row: the other items would fail like these.
   */
  #hopeless(fn, error) {
    if (fn.meanMs !== null || !isThrown(error)) {
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
  #stop(worker2, excused) {
    this.returned(worker2.inFlight.takeBack());
    worker2.stop(excused);
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
    for (const worker2 of byLoad(active)) this.#feed(worker2);
    const mayBalance = this.workers.size > 1 && this.#queue.waiting === 0;
    if (mayBalance) this.#balance(active);
  }
  #start(waiting4, fn) {
    const failure = this.workers.start(waiting4, fn);
    if (failure === null) return;
    this.workers.fail(failure.error);
    this.terminate(failure.error);
  }
  #feed(worker2) {
    const most = Math.min(worker2.room, this.#shareOf(worker2));
    if (most <= 0) return;
    const tasks = this.#queue.take(most);
    if (this.#isEarly(worker2)) this.#keepFixed(tasks);
    worker2.give(tasks);
  }
  /** Whether another worker may be idle before this one has begun a task. */
  #isEarly({ state }) {
    return state === "starting" && this.workers.size > 1;
  }
  /** Returns tasks to the queue that could not move to another worker later. */
  #keepFixed(tasks) {
    const at = tasks.findIndex(({ isMovable }) => !isMovable);
    if (at < 0) return;
    for (const task of tasks.splice(at).toReversed()) {
      this.#queue.returned(task);
    }
  }
  /** How many tasks a worker should get now. */
  #shareOf(worker2) {
    const mean = this.#queue.head?.meanMs ?? null;
    const { load } = worker2;
    if (!worker2.inFlight.gives) {
      return load === 0 && !this.#isEarly(worker2) ? 1 : 0;
    }
    if (mean !== null && mean > LONG_TASK_MS) return Math.max(0, 2 - load);
    if (load > Math.max(1, worker2.lastGiven / 2)) return 0;
    const fair = Math.ceil(this.#queue.waiting / (2 * this.workers.size));
    return Math.min(GIVEN_MAX, fair);
  }
  /** Gives idle workers items that other workers have and will not begin soon. */
  #balance(active) {
    let isNeeded = this.workers.hasPlace;
    for (const worker2 of active) {
      if (worker2.state !== "up" || worker2.load > 0) continue;
      isNeeded = false;
      const task = this.#takeFor(worker2, active);
      if (task === null) return;
      worker2.give([
        task
      ]);
    }
    if (isNeeded) this.#startForMovable(active);
  }
  /** Starts a worker for items that another one has and will not begin soon. */
  #startForMovable(active) {
    const task = this.#giver(null, active)?.inFlight.lastMovable ?? null;
    if (task !== null) this.#start(1, task.job.fn);
  }
  #takeFor(worker2, active) {
    for (; ; ) {
      const from = this.#giver(worker2, active);
      if (from === null) return null;
      const task = from.inFlight.takeLast();
      if (task !== null) return task;
    }
  }
  /**
   * The worker with the most items to give now, to `worker` or to a worker that has
   * to be started; looks again later if one may have items by then.
   */
  #giver(worker2, active) {
    const now = this.clock.now();
    let most = null;
    let [items, soonestMs] = [
      0,
      Infinity
    ];
    for (const other of active) {
      const movable = other === worker2 ? 0 : other.inFlight.movable();
      if (movable === 0) continue;
      const patienceMs = patienceOf(other, movable, worker2 === null);
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
function patienceOf(worker2, movable, mustStart) {
  const task = worker2.inFlight.lastMovable;
  if (task === null) return STEAL_CHECK_MS;
  const { job: { fn: { meanMs } }, costMs } = task;
  switch (worker2.doing) {
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
function loseMoved(worker2, task) {
  for (let item = 0; item < task.count; item++) {
    const error = endOf(worker2, nameOf3(task, item));
    error.message = `Cannot run task ${error.task} as worker "${error.worker}" ended before it began it, and what was moved to that worker is gone: give it again, or without "transfer"`;
    task.job.reject(task.first + item, error);
  }
}
function byLoad(workers) {
  if (workers.length === 1) return workers;
  return workers.toSorted((a, b) => a.load - b.load || Number(b.state === "up") - Number(a.state === "up"));
}
function nameOf3(task, item) {
  return `${task.job.fn.name} #${task.first + item}`;
}

// lib/pool/parent/stats.ts
var MIB = 2 ** 20;
function statsOf(worker2) {
  const { process: process2, state, load, totals } = worker2;
  const { items, busyMs, heapBytes } = totals;
  const running = worker2.running();
  return {
    name: process2.name,
    pid: process2.pid,
    state: state === "up" ? load > 0 ? "busy" : "idle" : state === "starting" ? "starting" : "ending",
    tasks: load,
    running: running === null ? null : `${running.task.job.fn.name} #${running.task.first + running.item}`,
    items,
    busyMs,
    heapMiB: heapBytes / MIB
  };
}

// lib/pool/parent/stream_job.ts
var ROOM_PER_WORKER = 8;
var END2 = {
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
  #moving = /* @__PURE__ */ new WeakMap();
  /** Items without a result. */
  #items = /* @__PURE__ */ new Map();
  /** Results that have not been read, by the index of their item. */
  #ready = /* @__PURE__ */ new Map();
  /**
   * How the stream ends: at the end of the iterable, or with its error or the
   * pool's.
   */
  #last = END2;
  #isInputOver = false;
  /** The error after which no item is taken; existing results can still be read. */
  #refusal = null;
  /** Runs while nothing is in work but the reader may come back at once. */
  #restSoon;
  #readers = [];
  /** How many items have been taken, and how many results read. */
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
      transfer: boundToContext(plan.transfer)
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
    if (plan.isEager && !this.isOver) this.#wake();
  }
  get isOver() {
    return this.#state === "over";
  }
  get waiting() {
    if (this.#state !== "working" || this.#isInputOver) return 0;
    return Math.max(0, Math.ceil(this.#room / this.#chunksize));
  }
  get #room() {
    const most = this.#plan.buffersize ?? ROOM_PER_WORKER * this.#plan.size * this.#chunksize;
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
    const first2 = this.#taken;
    for (const item of given.items) this.#items.set(this.#taken++, item);
    return new Task(this, first2, given.items.length);
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
  batchOf(first2, count, destination) {
    const items = [];
    for (let i = 0; i < count; i++) items.push(this.#items.get(first2 + i));
    const { transfer } = this.#plan;
    return makeBatch(items, first2, destination, transfer, this.#moving);
  }
  given(index) {
    return [
      `items[${index}]`,
      this.#items.get(index)
    ];
  }
  fulfil(first2, values) {
    for (let i = 0; i < values.length; i++) {
      this.#arrive(first2 + i, {
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
  /** The next result, once it exists. */
  next() {
    const { promise, resolve } = Promise.withResolvers();
    this.#readers.push(resolve);
    this.#deliver();
    const mayWake = this.#state === "resting" && this.#refusal === null;
    if (mayWake && !this.#isInputOver) this.#wake();
    return promise;
  }
  withdraw(reason2) {
    if (this.isOver) return false;
    if (!this.#owner.takeBack(this) && this.#isInputOver) return false;
    this.fail(reason2);
    return true;
  }
  /** Drops the remaining items and unread results; an item that runs may run on. */
  stop(last = END2) {
    this.#ready.clear();
    if (this.isOver) {
      this.#last = END2;
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
    const goesOn = this.#plan.isEager && !this.#isInputOver && this.#room > 0;
    return this.#items.size === 0 && this.#readers.length === 0 && !goesOn;
  }
  /** Whether all items are done and their results read. */
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
    this.#last = END2;
    return last;
  }
  #more() {
    if (this.#refusal !== null) return this.#endUnlessMore(this.#refusal.error);
    if (this.#state === "working" && this.waiting > 0) this.#owner.refill(this);
  }
  #wake() {
    try {
      this.#owner.add(this, this);
      this.#state = "working";
    } catch (error) {
      this.#endUnlessMore(error);
    }
  }
  /** The pool has no workers any more, which matters if more items follow. */
  #endUnlessMore(error) {
    this.#refusal = {
      error
    };
    const given = this.#input.take(1);
    if (given.kind === "end") this.#inputEnds(given.error);
    else if (given.items.length > 0) this.fail(error);
  }
  /**
   * No item is in work and no reader waits: lets the pool end, unless the reader is
   * just between two results.
   */
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

// lib/pool/parent/pool.ts
var SUBMIT = Symbol("submit");
var STREAM = Symbol("stream");
var WITHDRAW = Symbol("withdraw");
var POOL_CALLERS_MAX = 1e3;
var STACK_EVERY_MS = 0.1;
var NOBODY = {};
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
  /** Whether the workers have been told to end. */
  #isEnding = false;
  #named = 0;
  /** When the stack of a call was last captured. */
  #stackAt = -Infinity;
  #streams = {
    add: (job, work) => {
      const { failure } = this.#scheduler.workers;
      if (failure !== null) throw failure.error;
      if (this.#isEnding) throw endedWhileRead();
      this.#scheduler.add(job, work);
    },
    refill: (source) => this.#scheduler.refill(source),
    leave: (job) => this.#scheduler.leave(job),
    drop: (job) => this.#scheduler.drop(job),
    cancel: (job) => this.#scheduler.cancel(job),
    takeBack: (job) => this.#scheduler.takeBack(job),
    isRunning: (job) => this.#scheduler.isRunning(job)
  };
  /**
   * Makes a pool. Its workers start with the first tasks, as many as there is work
   * for.
   *
   * @param processes The maximum number of workers; by default the number of
   * processors.
   * @param options Options of the pool.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   * @throws {StartMethodError} If the start method cannot be used.
   * @throws {UnsupportedError} If the start method does not support an option.
   * @throws {EncodingError} If an argument of the initializer cannot be sent.
   */
  constructor(processes, options = {}) {
    const size = processes ?? POOL_DEFAULTS.processes();
    checkPool(size, options);
    const { initializer, initargs, context, maxHeapMiB, permissions } = options;
    this.#method = context?.getStartMethod() ?? this[START_METHOD]();
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
    this.#functions = new PoolFunctions(destination, (fn) => this.#scheduler.workers.forget(fn));
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
    this.#scheduler = new Scheduler({
      size,
      minimum: options.minWorkers ?? POOL_DEFAULTS.minWorkers,
      idleMs: options.idleTimeout ?? POOL_DEFAULTS.idleTimeout,
      make: (modules2) => makeWorker(this.#nameNext(plan), modules2),
      initializer: first2?.definition ?? null,
      initializerModules: first2?.modules ?? [],
      // Packed anew for each worker: each one holds the objects behind the handles.
      initargs: packArgs
    }, () => this.#settle());
  }
  /**
   * The start method of the class: here, the platform's default.
   * @ignore
   */
  [START_METHOD]() {
    return defaultMethod();
  }
  /**
   * The interpreter that the context sets for workers; otherwise the program's
   * choice.
   * @ignore
   */
  [INTERPRETER]() {
    return null;
  }
  /** The maximum number of workers. */
  get size() {
    return this.#scheduler.workers.size;
  }
  // `never`, here and below: otherwise the compiler would suggest this
  // implementation, which callers cannot see, for a wrong call.
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
  /**
   * Starts workers before there is work, so that the first call does not wait for
   * their start and their initializer; beyond Python. The option `minWorkers` is
   * for workers that stay.
   *
   * @param options How many workers, and how long to wait.
   * @returns True once they are up, false if the time ran out first.
   * @throws {RangeError} If the pool may not have so many workers.
   * @throws {ProcessStateError} If the pool is closed, also while this waits.
   * @throws What the initializer threw.
   */
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
  /** Takes no more work. The workers finish the work that the pool has, and end. */
  close() {
    if (this.#state !== "running") return;
    this.#state = "closed";
    this.#scheduler.workers.wantNone();
    this.#scheduler.endWarmUps(closedError());
    this.#settle();
  }
  /**
   * Stops the workers now. Work that is not done fails with a `ProcessStateError`.
   */
  terminate() {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    const error = new ProcessStateError("Cannot finish the work as the pool was terminated: close() and join() wait for it");
    this.#scheduler.workers.fail(error);
    this.#scheduler.terminate(error);
    this.#settle();
  }
  /**
   * Waits until all work is done and the workers have ended.
   *
   * @param options How long to wait.
   * @returns True once they have ended, false if the time ran out first.
   * @throws {ProcessStateError} If the pool is still running: `close()` or
   * `terminate()` it first.
   */
  async join(options) {
    const timeout = timeoutOf(options, "join a pool");
    if (this.#state === "running" && this.#scheduler.workers.failure === null) {
      throw new ProcessStateError("Cannot join the pool as it is still running: close() or terminate() it first");
    }
    return await settles(this.#finished.promise, timeout, options?.signal);
  }
  /** Closes the pool and joins it, so that no work is lost. */
  async [Symbol.asyncDispose]() {
    this.close();
    await this.join();
  }
  /** The statistics of the pool and its workers. */
  stats() {
    const { workers, pending, waiting: waiting4 } = this.#scheduler;
    return {
      size: workers.size,
      pending,
      waiting: waiting4,
      started: workers.started,
      restarts: workers.restarts,
      workers: workers.workers.map(statsOf)
    };
  }
  /**
   * A pool works only in the process that made it.
   * @ignore
   */
  get [REFUSED]() {
    return "a pool; make one in the process that uses it";
  }
  /** As in Python: `<Pool state=running size=4>`. */
  toString() {
    return `<${this.constructor.name} state=${this.#state} size=${this.size}>`;
  }
  /**
   * Shows the pool as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY]() {
    const { size, pending, waiting: waiting4, restarts, workers } = this.stats();
    return tableOf(this.constructor.name, {
      state: this.#state,
      "start method": this.#method,
      workers: `${workers.length} of ${size}`,
      busy: workers.filter(({ state }) => state === "busy").length,
      pending,
      waiting: waiting4,
      restarts
    });
  }
  /** Shows the pool in `console.log()`. */
  [Symbol.for("Deno.customInspect")]() {
    return this.toString();
  }
  /**
   * Makes the job of one call.
   * @ignore
   */
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
    const job = new CallJob(this.#functions.find(target, options ?? NOWHERE, below), args, options?.transfer ?? NOTHING, limitsOf(options, "apply"), this.#destination, new TaskOutcome(NOBODY), this.#scheduler);
    if (!job.isOver) this.#scheduler.add(job, new Task(job, 0, 1));
    return job;
  }
  /** Whether too many calls are pending to keep a stack of each: stacks are large. */
  get #isCrowded() {
    return this.#scheduler.pending >= POOL_CALLERS_MAX;
  }
  /**
   * Whether calls come too fast to capture a stack of each: one takes 3 us (2.9.6).
   */
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
    const list = listOf(items);
    const limits = limitsOf(options, "map");
    const bar = options.progress === true ? openProgressBar(list.length) : null;
    const job = new MapJob(fn, list, {
      form,
      isSettled: options.settled === true,
      options: bar === null ? options : shownBy(bar, options),
      size: this.size
    }, limits, new TaskOutcome(callerOf(below)), this.#scheduler);
    bar?.closeAfter(job.outcome.promise);
    if (!job.isOver) job.endIfEmpty();
    if (!job.isOver) this.#scheduler.add(job, job);
    return job.outcome;
  }
  /**
   * Makes the results of a stream.
   * @ignore
   */
  [STREAM](target, items, kind, options, below) {
    this.#refuseUnlessRunning("imap");
    checkStream(options);
    if (!isIterable(items)) throw wrong2("imap", "items", "iterable", items);
    const { chunksize, buffersize, transfer } = options;
    const job = new StreamJob(this.#functions.find(target, options, below), items, {
      ...kind,
      chunksize,
      buffersize,
      transfer,
      size: this.size
    }, limitsOf(options, "imap"), this.#streams);
    return new ResultIterator(job, callerOf(below));
  }
  /**
   * Gives up all items that no worker has begun.
   * @ignore
   */
  [WITHDRAW](reason2) {
    this.#scheduler.withdrawAll(reason2);
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
  /** Ends the workers when no work is left, and the pool when they have ended. */
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
function listOf(items) {
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
  /** Makes a pool of threads. */
  constructor(processes, options) {
    super(processes, options);
  }
  /**
   * Always threads.
   * @ignore
   */
  [START_METHOD]() {
    return "thread";
  }
};

// lib/pool/parent/executor.ts
var BaseExecutor = class {
  #pool;
  #isShut = false;
  /**
   * Makes an executor. Its workers start with the first call.
   *
   * @param maxWorkers The maximum number of workers; by default the number of
   * processors.
   * @param options Options, as for a `Pool`.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   * @throws {StartMethodError} If the start method cannot be used.
   */
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
  /**
   * The start method of the class: here, the platform's default.
   * @ignore
   */
  [START_METHOD]() {
    return defaultMethod();
  }
  /**
   * The interpreter that the context sets for workers; otherwise the program's
   * choice.
   * @ignore
   */
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
  /**
   * Takes no more calls. The workers finish the calls that they have, and end. May
   * be called again.
   *
   * @param options Whether to wait, and whether to cancel what has not begun.
   */
  async shutdown(options = {}) {
    expectOptions(options, "shut down an executor", "{ wait: false }");
    const { wait: wait2 = true, cancelFutures = false } = options;
    this.#isShut = true;
    if (cancelFutures) this.#pool[WITHDRAW](cancelled);
    this.#pool.close();
    if (wait2) await this.#pool.join();
  }
  /** Shuts the executor down and waits, so that no call is lost. */
  async [Symbol.asyncDispose]() {
    await this.shutdown();
  }
  /**
   * An executor works only in the process that made it.
   * @ignore
   */
  get [REFUSED]() {
    return "an executor; make one in the process that uses it";
  }
  /** Its class, whether it takes calls, and its maximum number of workers. */
  toString() {
    const state = this.#isShut ? "shut down" : "running";
    const { size } = this.#pool;
    return `<${this.constructor.name} state=${state} maxWorkers=${size}>`;
  }
  /** Shows the executor in `console.log()`. */
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
      name: "MainProcess",
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
var current2;
var currentIdentity;
function currentProcess() {
  const identity = childContext()?.identity;
  if (current2 === void 0 || identity !== currentIdentity) {
    setCurrentProcess(new CurrentProcess());
  }
  return current2;
}
function setCurrentProcess(process2) {
  current2 = process2;
  currentIdentity = childContext()?.identity;
}
function activeChildren() {
  return livingChildren();
}
var ParentProcess = class {
  #ended = Promise.withResolvers();
  #alive = true;
  /** The name of the parent. */
  name;
  /** The ID of its OS process. */
  pid;
  /** Its number among live processes. */
  ident;
  /** Made by `parentProcess()`. */
  constructor(identity) {
    this.name = identity.name;
    this.pid = identity.pid;
    this.ident = identity.ident;
    hooks.orphaned = () => {
      this.#alive = false;
      this.#ended.resolve();
    };
  }
  /** Whether the parent still runs. A child ends soon after its parent. */
  isAlive() {
    return this.#alive;
  }
  /** Resolves when the parent has ended. */
  get sentinel() {
    hooks.watchParent?.();
    return this.#ended.promise;
  }
  /**
   * Waits until the parent has ended.
   *
   * @param options How long to wait.
   * @returns True once it has ended, false if the time ran out first.
   */
  async join(options) {
    const timeout = timeoutOf(options, "join the parent process");
    hooks.watchParent?.();
    return await settles(this.#ended.promise, timeout, options?.signal);
  }
  /** As in Python. */
  toString() {
    const state = this.#alive ? "started" : "stopped";
    return `<ParentProcess name=${JSON.stringify(this.name)} pid=${this.pid} ${state}>`;
  }
  /** Shows the process in `console.log()`. */
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
  /** The start method. */
  name;
  /** `Process` under this start method, named as in `SpawnProcess`. */
  Process;
  /** `Pool` under this start method, named as in `SpawnPool`. */
  Pool;
  /** `ThreadPool`, which is the same in every context. */
  ThreadPool = ThreadPool;
  /** `ProcessPoolExecutor` under this start method. */
  ProcessPoolExecutor;
  /** `Value` in memory that the processes of this start method share. */
  Value;
  /** `RawValue` in memory that the processes of this start method share. */
  RawValue;
  /** `SharedArray` in memory that the processes of this start method share. */
  SharedArray;
  /** `SharedArray`, under the name that it has in Python. */
  Array;
  /** `RawArray` in memory that the processes of this start method share. */
  RawArray;
  /** `Lock` in memory that the processes of this start method share. */
  Lock;
  /** `RLock` in memory that the processes of this start method share. */
  RLock;
  /** `Semaphore` in memory that the processes of this start method share. */
  Semaphore;
  /** `BoundedSemaphore` in memory that the processes of this start method share. */
  BoundedSemaphore;
  /** `Condition` in memory that the processes of this start method share. */
  Condition;
  /** `SharedEvent` in memory that the processes of this start method share. */
  SharedEvent;
  /** `SharedEvent`, under the name that it has in Python. */
  Event;
  /** `Barrier` in memory that the processes of this start method share. */
  Barrier;
  /** `RwLock` in memory that the processes of this start method share. */
  RwLock;
  /** `Queue` in memory that the processes of this start method share. */
  Queue;
  /** `SimpleQueue` in memory that the processes of this start method share. */
  SimpleQueue;
  /** `JoinableQueue` in memory that the processes of this start method share. */
  JoinableQueue;
  /** `Pipe` in memory that the processes of this start method share. */
  Pipe;
  #interpreter;
  /** Made by `getContext()`. */
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
  /**
   * A context belongs to the process that made it.
   * @ignore
   */
  get [REFUSED]() {
    return `a context; call getContext("${this.name}") in the process that uses it`;
  }
  /** The start method of this context. */
  getStartMethod() {
    return this.name;
  }
  /**
   * Throws: a context has one start method for good.
   *
   * @throws {StartMethodError} Always, as in Python.
   */
  setStartMethod(_name) {
    throw new StartMethodError(`Cannot set the start method of a context as it is "${this.name}" for good: take another context by getContext(name)`);
  }
  /**
   * The context of a start method.
   *
   * @param name The start method; by default that of this context.
   * @param options The interpreter of its processes.
   * @returns The context.
   * @throws {StartMethodError} If the name is unknown or not supported here.
   * @throws {UnsupportedError} If the method does not support an option.
   */
  getContext(name = this.name, options) {
    return contextOf(name, options);
  }
  /**
   * Sets the executable of the spawned processes of the program, like the function
   * of that name. `getContext("spawn", { executable })` does so for one context.
   *
   * @param executable A path, or a name that is looked up in `PATH`.
   * @throws {TypeError} If it is not a path.
   */
  setExecutable(executable) {
    setExecutable(executable);
  }
  /**
   * The interpreter of its processes, or null for that of the program.
   * @ignore
   */
  [INTERPRETER]() {
    return this.#interpreter;
  }
  /** The process that runs this code. */
  currentProcess() {
    return currentProcess();
  }
  /** The process that started this one, or null in the main program. */
  parentProcess() {
    return parentProcess();
  }
  /** The children that have started and not ended. */
  activeChildren() {
    return activeChildren();
  }
  /** How many processors the machine has. */
  cpuCount() {
    return cpuCount();
  }
  /** The logger of this process. */
  getLogger() {
    return getLogger();
  }
  /**
   * Prints all log records to stderr from now on.
   *
   * @param level The level to set; by default it stays as it is.
   * @returns The logger of this process.
   * @throws {TypeError} If the level does not exist.
   */
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
var contexts = /* @__PURE__ */ new Map();
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
var chosen = null;
var isInherited = false;
var Process = class extends BaseProcess {
  /** Makes a process, which is not started yet. */
  constructor(options = {}) {
    super(options);
  }
  /**
   * The start method of the program.
   * @ignore
   */
  [START_METHOD]() {
    return getStartMethod();
  }
};
var Pool = class extends BasePool {
  /**
   * Makes a pool. Its workers start with the first tasks.
   *
   * @param processes The maximum number of workers; by default the number of
   * processors.
   * @param options Options of the pool.
   */
  constructor(processes, options) {
    super(processes, options);
  }
  /**
   * The start method of the program.
   * @ignore
   */
  [START_METHOD]() {
    return getStartMethod();
  }
};
var ProcessPoolExecutor = class extends BaseExecutor {
  /**
   * Makes an executor. Its workers start with the first call.
   *
   * @param maxWorkers The maximum number of workers; by default the number of
   * processors.
   * @param options Options, as for a `Pool`.
   */
  constructor(maxWorkers, options) {
    super(maxWorkers, options);
  }
  /**
   * The start method of the program.
   * @ignore
   */
  [START_METHOD]() {
    return getStartMethod();
  }
};
function getStartMethod(options = {}) {
  expectOptions(options, "get the start method", "{ allowNone: true }");
  const { allowNone = false } = options;
  inherit();
  if (chosen === null && !allowNone) chosen = defaultMethod();
  return chosen;
}
function setStartMethod(name, options = {}) {
  expectOptions(options, "set the start method", "{ force: true }");
  const { force = false } = options;
  inherit();
  if (name !== null && name === chosen && childContext()?.importing) return;
  if (name !== null) launcherOf(name);
  if (chosen !== null && !force) {
    throw new StartMethodError(`Cannot set start method to ${JSON.stringify(name)} as "${chosen}" is already in use: set it first in the main program, or give { force: true }`);
  }
  chosen = name;
}
function inherit() {
  if (isInherited) return;
  isInherited = true;
  chosen ??= childContext()?.identity.method ?? null;
}
function getAllStartMethods() {
  return startMethods().filter(({ supported }) => supported).map(({ name }) => name);
}
function getContext(name, options) {
  return contextOf(name ?? getStartMethod(), options);
}

// lib/child/isolate_output.ts
var PIECE_BYTES = 64 * 1024;
function takeOutput(host, output2) {
  const writers = {
    stdout: writerFor("stdout", 0, host, output2),
    stderr: writerFor("stderr", 1, host, output2)
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
function writerFor(name, at, host, output2) {
  switch (output2[name]) {
    case "inherit":
      return null;
    case "null":
      return {
        writeSync: (bytes) => bytes.length,
        write: (bytes) => Promise.resolve(bytes.length)
      };
    case "piped":
      return new PipedWriter(name, at, host, output2);
  }
}
var PipedWriter = class {
  #name;
  #at;
  #host;
  #output;
  constructor(name, at, host, output2) {
    this.#name = name;
    this.#at = at;
    this.#host = host;
    this.#output = output2;
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
  /** How many bytes are unread where that is too much, or else 0. */
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
  const taken = new Console((text2, level) => {
    const isError = level >= STDERR_LEVEL;
    const writer = isError ? writers.stderr : writers.stdout;
    if (writer === null) return core.print(text2, isError);
    try {
      writer.writeSync(encoder.encode(text2));
    } catch {
    }
  });
  const { context: _, ...functions } = Object.getOwnPropertyDescriptors(taken);
  for (const [name, descriptor2] of Object.entries(functions)) {
    Object.defineProperty(console, name, {
      ...descriptor2,
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
  const { process: process2 } = globalThis;
  if (process2 === void 0) return;
  let stream;
  Object.defineProperty(process2, name, {
    configurable: true,
    enumerable: true,
    get() {
      const { Writable } = process2.getBuiltinModule("node:stream");
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
  const flowing = /* @__PURE__ */ new Set();
  hooks.drainOutput = async () => void await Promise.all(flowing);
  const names2 = [
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
      const inherited = names2.filter((name) => (this.#options[name] ?? "inherit") === "inherit");
      const child = this.#piping(inherited).spawn();
      for (const name of inherited) {
        const flow = pour(child[name], writers[name]);
        flowing.add(flow);
        void flow.then(() => flowing.delete(flow));
      }
      return child;
    }
    async output() {
      const inherited = this.#inherited();
      const output2 = await this.#piping(inherited).output();
      for (const name of inherited) await writers[name].write(output2[name]);
      return output2;
    }
    outputSync() {
      const inherited = this.#inherited();
      const output2 = this.#piping(inherited).outputSync();
      for (const name of inherited) writers[name].writeSync(output2[name]);
      return output2;
    }
    /** The streams that are inherited as their user says so. */
    #inherited() {
      return names2.filter((name) => this.#options[name] === "inherit");
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
async function pour(from, to) {
  try {
    for await (const bytes of from) await to.write(bytes);
  } catch {
  }
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
  const found = await find(start.target, body, loaders2);
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
async function find(spec, { scope }, loaders2) {
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
      findSlowly
    })
  };
}
async function findClass(spec, loaders2) {
  const exports = spec.module === null ? {} : await loadModule(spec.module, loaders2);
  const found = await exportFor(exports, spec, TARGET);
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
  const { path, reason: reason2 } = error instanceof EncodingError ? error : {
    path: "result",
    reason: `refused: ${thrownText(error)}`
  };
  return {
    kind: "unsendable",
    path,
    reason: reason2
  };
}
function describeFailure(error) {
  const destination = parent2();
  const data = describeError(error, destination);
  return destination === "isolate" ? data : pack(data, "process", "error");
}

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

// lib/channel/sockets/handshake.ts
var MAGIC = new TextEncoder().encode("mp-deno2");
var KEY_LABEL = new TextEncoder().encode("mp-deno2 authkey");
var NONCE_BYTES = 32;
var PROOF_BYTES = 32;
var KEYED = 1;
var KEYLESS = 0;
var ACCEPTED = 1;
var REFUSED2 = 0;
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
function claimOf2(side, nonceL, nonceC) {
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
async function write2(socket, bytes) {
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
  await write2(socket, concat(MAGIC, Uint8Array.of(mode), nonceL));
  const answer = await read(socket, ANSWER_BYTES);
  answered();
  checkMagic(answer);
  const nonceC = answer.slice(NONCE_AT, PROOF_AT);
  const isRight = answer[MODE_AT] === mode && await isProof(key, answer.slice(PROOF_AT), claimOf2("client", nonceL, nonceC));
  if (!isRight) {
    const verdict = new Uint8Array(VERDICT_BYTES).fill(REFUSED2);
    await write2(socket, verdict).catch(() => {
    });
    throw refusedClient(mode, answer[MODE_AT]);
  }
  const proof = await prove(key, claimOf2("listener", nonceL, nonceC));
  await write2(socket, concat(Uint8Array.of(ACCEPTED), proof));
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
  const proof = isSame ? await prove(key, claimOf2("client", nonceL, nonceC)) : new Uint8Array(PROOF_BYTES);
  await write2(socket, concat(MAGIC, Uint8Array.of(mode), nonceC, proof));
  if (!isSame) throw refusedListener(mode);
  const verdict = await read(socket, VERDICT_BYTES);
  const claim = claimOf2("listener", nonceL, nonceC);
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
  // Invariant: null exactly while the header is not complete.
  #message = null;
  #length = 0;
  #filled = 0;
  /** `maxMessageBytes` is the longest message that is accepted. */
  constructor(maxMessageBytes) {
    this.#maxMessageBytes = maxMessageBytes;
  }
  /**
   * Takes the next piece, and passes each message that is complete with it to
   * `deliver`.
   *
   * @throws {ConnectionError} If a message is too long; the stream is then
   * unusable.
   */
  push(piece, deliver2) {
    let at = 0;
    while (at < piece.length) {
      at += this.#message === null ? this.#takeHeader(piece, at) : this.#takeBody(piece, at);
      if (this.#message === null || this.#filled < this.#length) continue;
      const message = this.#message;
      this.#message = null;
      this.#headerFilled = 0;
      deliver2(message);
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
      throw new ConnectionError(`Cannot receive a message of ${this.#length} bytes as at most ${this.#maxMessageBytes} are allowed: the connection is broken, raise "maxMessageBytes" if the peer is to be trusted`);
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

// lib/channel/sockets/socket_transport.ts
var PIECE_BYTES2 = 65536;
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
  // Invariant: the cost of all messages in the inbox.
  #inboxBytes = 0;
  #end = "open";
  #isClosed = false;
  /** Takes over a socket after its handshake. */
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
    const leave2 = await this.#row.lock(limit);
    if (leave2 === null) return "late";
    const sending = this.#write(message).finally(leave2);
    if (isEndless(limit)) return await sending;
    return await settlesBy(sending, limit) ? await sending : "late";
  }
  #checkLength({ length }) {
    if (length <= Math.min(this.#maxMessageBytes, SOCKET_FRAME_MAX_BYTES)) {
      return;
    }
    throw new ConnectionError(`Cannot send a message of ${length} bytes as at most ${this.#maxMessageBytes} are allowed: send it in parts, or raise "maxMessageBytes" on both sides`);
  }
  async #write(message) {
    try {
      if (message.length <= JOINED_MAX_BYTES) {
        await this.#writeAll(joined2(message));
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
    const piece = new Uint8Array(PIECE_BYTES2);
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
      this.#finish(error instanceof ConnectionError ? error : "ended");
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
function joined2(message) {
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
  /** @ignore */
  get [REFUSED]() {
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

// lib/channel/sockets/client.ts
async function Client(address, options = {}) {
  expectOptions(options, "connect", "{ timeout: 100 }");
  const key = checkKey(options.authkey);
  const where = checkAddress(address, options.family);
  const maxMessageBytes = checkMaxMessageBytes(options.maxMessageBytes);
  const limit = limitOf(timeoutOf(options, "connect"), options.signal);
  options.signal?.throwIfAborted();
  const call = new ConnectAttempt(where, importKey(key));
  let isDone = false;
  try {
    isDone = await settlesBy(call.done, limit);
  } finally {
    if (!isDone) call.giveUp();
  }
  if (isDone) return connectionOver(await call.done, maxMessageBytes);
  throw new DOMException("Cannot connect as the time is over", "TimeoutError");
}
var ConnectAttempt = class {
  /** The socket after the handshake. */
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
    const close = () => closeSocket(socket);
    signal.addEventListener("abort", close);
    try {
      signal.throwIfAborted();
      await greetListener(socket, await key);
      return socket;
    } catch (error) {
      close();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }
};

// lib/channel/sockets/pending_handshakes.ts
var HANDSHAKES_PER_NETWORK_MAX = 64;
var HANDSHAKES_MAX = 256;
var PendingHandshakes = class {
  // Invariant: oldest first, and no peer in two of the sets; none of the sets is
  // empty.
  #byAddress = /* @__PURE__ */ new Map();
  #count = 0;
  /** Adds a peer; returns the peer that has to leave for it, or null. */
  add(one, hostname) {
    const network = hostname === null ? "" : networkOf(hostname);
    const leaving = this.#crowdedOutBy(network);
    if (leaving !== null) this.delete(leaving);
    const same = this.#byAddress.get(network);
    if (same === void 0) this.#byAddress.set(network, /* @__PURE__ */ new Set([
      one
    ]));
    else same.add(one);
    this.#count++;
    return leaving;
  }
  /** Removes a peer that has answered or left. */
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
  const [first2] = all;
  return first2;
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

// lib/channel/sockets/private_folder.ts
var folders = /* @__PURE__ */ new Set();
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
  /** The path of the folder. */
  path;
  /** Makes it; `makeTempDir` lets only this user in (2.9.6: mode 0700). */
  constructor() {
    this.path = Deno.makeTempDirSync({
      prefix: "multiprocessing-"
    });
    if (folders.size === 0) addEventListener("unload", removeAll);
    folders.add(this.path);
  }
  /** Removes it with its content; a second call does nothing. */
  remove() {
    if (!folders.delete(this.path)) return;
    if (folders.size === 0) removeEventListener("unload", removeAll);
    remove(this.path);
  }
};

// lib/channel/sockets/listener.ts
var BACKLOG_DEFAULT = 16;
var HANDSHAKE_DEFAULT_MS = 5e3;
var HANDSHAKE_MAX_MS = 2 ** 31 - 1;
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
  #greetings = /* @__PURE__ */ new Set();
  #silent = new PendingHandshakes();
  #came = new Notify();
  #left = new Notify();
  #lastAccepted = null;
  #closed = false;
  #rest;
  /**
   * Starts to listen.
   *
   * @param address The address; by default a new Unix socket.
   * @param options Options of the listener.
   * @throws {TypeError | RangeError} If an option has the wrong shape, or other
   * machines can reach the address and there is neither a key nor `open`.
   * @throws {Deno.errors.AddrInUse} If the address is in use.
   */
  constructor(address, options = {}) {
    expectOptions(options, "listen", "{ authkey }");
    const key = checkKey(options.authkey);
    this.#maxMessageBytes = checkMaxMessageBytes(options.maxMessageBytes);
    this.#backlog = checkBacklog(options.backlog);
    const timeout = options.handshakeTimeout ?? HANDSHAKE_DEFAULT_MS;
    const handshakeMs = timeoutOf({
      timeout
    }, "listen");
    this.#handshakeMs = Math.min(handshakeMs, HANDSHAKE_MAX_MS);
    this.#onRefused = boundToContext(options.onRefused);
    checkFamily(options.family);
    const checked = address === void 0 ? null : checkAddress(address, options.family);
    this.#folder = checked === null && options.family !== "tcp" ? new PrivateFolder() : null;
    this.#listening = this.#listen(checked);
    this.#refuseOthers(key, options.open);
    this.#key = importKey(key);
    this.#listening.unref();
    this.#takePeers();
  }
  /**
   * Refuses an address that other machines reach, without a key and without `open`.
   */
  #refuseOthers(key, open) {
    const { addr } = this.#listening;
    const isKeyed = key !== null && key.length > 0;
    if (isKeyed || open === true || isOfThisMachine(addr)) return;
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
  /** The address of the listener, as `Client()` takes it. */
  get address() {
    return addressOf(this.#listening.addr);
  }
  /**
   * The address of the peer that was accepted last; null before the first, and for
   * the nameless end of a Unix socket.
   */
  get lastAccepted() {
    return this.#lastAccepted;
  }
  /**
   * Waits for a peer that has passed the handshake.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The connection to it.
   * @throws {ConnectionError} If the listener is closed, also during the wait.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async accept(options) {
    const limit = limitOf(timeoutOf(options, "accept"), options?.signal);
    options?.signal?.throwIfAborted();
    for (; ; ) {
      this.#refuseClosed();
      const ready = this.#ready.shift();
      if (ready !== void 0) return this.#handOver(ready);
      if (await this.#came.wait(limit) || this.#ready.length > 0) continue;
      throw new DOMException("Cannot accept a peer as the time is over", "TimeoutError");
    }
  }
  #handOver({ connection, peer }) {
    this.#lastAccepted = peer;
    this.#left.notifyAll();
    return connection;
  }
  /**
   * Stops listening; a second call does nothing. Accepted connections go on, other
   * peers are disconnected, and a Unix socket is removed.
   */
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
  /** Closes the listener. */
  [Symbol.dispose]() {
    this.close();
  }
  /** Closes the listener. */
  [Symbol.asyncDispose]() {
    this.close();
    return Promise.resolve();
  }
  /** The connections of all peers, until the listener is closed. */
  async *[Symbol.asyncIterator]() {
    while (!this.#closed) {
      const ready = this.#ready.shift();
      if (ready !== void 0) yield this.#handOver(ready);
      else await this.#came.wait(limitOf(Infinity));
    }
  }
  /**
   * For `wait()`: true once `accept()` would not have to wait.
   * @ignore
   */
  async [READY](options) {
    const limit = limitOf(timeoutOf(options, "wait"), options.signal);
    while (this.#ready.length === 0) {
      this.#refuseClosed();
      if (!await this.#came.wait(limit)) return this.#ready.length > 0;
    }
    return true;
  }
  /**
   * A listener works only in the process that made it.
   * @ignore
   */
  get [REFUSED]() {
    return "a Listener; send its address";
  }
  /** What `console.log` shows. */
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
    const peer = addressOf(socket.remoteAddr);
    const greeting = {
      socket,
      broken: null
    };
    const end = this.#begin(greeting, peer);
    let failure = null;
    try {
      const key = await this.#key;
      await greetClient(socket, key, () => this.#silent.delete(greeting));
    } catch (error) {
      failure = error;
    }
    end();
    failure = greeting.broken ?? failure;
    if (failure === null) return this.#welcome(socket, peer);
    closeSocket(socket);
    if (!this.#closed) this.#refused(failure, peer);
  }
  /** Counts a handshake and limits its time; the result ends both. */
  #begin(greeting, peer) {
    const hostname = peer?.hostname ?? null;
    const leaving = this.#silent.add(greeting, hostname);
    if (leaving !== null) breakOff(leaving, new ConnectionError(CROWDED));
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
    const connection = connectionOver(socket, this.#maxMessageBytes);
    this.#ready.push({
      connection,
      peer
    });
    this.#came.notifyAll();
  }
};
function breakOff(greeting, why) {
  greeting.broken = why;
  closeSocket(greeting.socket);
}
function lateError(ms) {
  return new ConnectionError(`Cannot accept the peer as it must prove itself within ${ms} ms: it has not`);
}
var CROWDED = `Cannot accept the peer as at most ${HANDSHAKES_PER_NETWORK_MAX} of one address and ${HANDSHAKES_MAX} in all may be proving themselves at once: others have come after it`;
function closedError2() {
  return new ConnectionError("Cannot accept a peer as the listener must be open: it is closed");
}
function checkBacklog(backlog = BACKLOG_DEFAULT) {
  if (Number.isInteger(backlog) && backlog >= 1) return backlog;
  throw new RangeError(`Cannot listen as "backlog" must be a whole number >= 1: current value is ${backlog}`);
}

// lib/channel/connection/wait.ts
async function wait(objects, options) {
  const timeoutMs = timeoutOf(options, "wait for several things");
  options?.signal?.throwIfAborted();
  const all = [
    ...objects
  ];
  all.forEach(check);
  const deadline = performance.now() + timeoutMs;
  for (; ; ) {
    const ready = await lookAt2(all);
    const leftMs = deadline - performance.now();
    if (ready.length > 0 || all.length === 0 || !(leftMs > 0)) return ready;
    await first(all, leftMs, options?.signal);
  }
}
function check(object, index) {
  if (isAwaitable(object) || isThenable(object)) return;
  throw new TypeError(`Cannot wait for object ${index} as it must be a connection, a queue, a listener, a process or a promise: it is ${object === null ? "null" : `of type ${typeof object}`}`);
}
function isThenable(object) {
  return typeof object?.then === "function";
}
async function lookAt2(all) {
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

// lib/launch/spares.ts
var stocks = /* @__PURE__ */ new Map([
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

// lib/context/spare_settings.ts
function setSpares(count, options = {}) {
  expectOptions(options, "set the spares", '{ method: "forkserver" }');
  const { refill = true } = options;
  if (!Number.isInteger(count) || count < 0 || count > SPARES_MAX) {
    throw new RangeError(`Cannot set the spares as "count" must be a whole number from 0 to ${SPARES_MAX}: current value is ${nameOf(count)}`);
  }
  if (typeof refill !== "boolean") {
    throw new TypeError(`Cannot set the spares as "refill" must be a boolean: current value is ${nameOf(refill)}`);
  }
  const timeout = options.idleTimeout ?? IDLE_DEFAULT_MS;
  const idleMs = timeoutOf({
    timeout
  }, "set the spares", "idleTimeout");
  const stock = stockFor(methodOf(options), "set the spares");
  stock.configure({
    count,
    idleMs,
    isRefilled: refill
  });
}
var SPARES_MAX = 1024;
async function fillSpares(options = {}) {
  expectOptions(options, "fill the spares", '{ method: "forkserver" }');
  const timeout = timeoutOf(options, "fill the spares");
  const method = methodOf(options);
  stockFor(method, "fill the spares");
  const done = filled(method, options);
  const isDone = await settles(done, timeout, options.signal);
  if (isDone) await done;
  return isDone;
}
async function filled(method, options) {
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
  const mainModule2 = mainModule();
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
    mainModule: mainModule2,
    isSettled: true,
    stdout: routeOf("stdout", void 0, null),
    stderr: routeOf("stderr", void 0, null)
  }, {
    identity: {
      parent: asParent(),
      method,
      mainModule: mainModule2
    },
    destination: destinationOf(launcher.traits, common.permissions),
    log: settingForChild()
  });
}
async function retireSpares(options = {}) {
  expectOptions(options, "retire the spares", '{ method: "forkserver" }');
  const stock = stockFor(methodOf(options), "retire the spares");
  const release = keepAlive();
  try {
    await stock.retire();
  } finally {
    release();
  }
}
function spares(options = {}) {
  expectOptions(options, "report the spares", '{ method: "forkserver" }');
  const method = methodOf(options);
  return stockFor(method, "report the spares").spares().map((spare) => ({
    method,
    pid: spare.pid,
    isWaiting: spare.isWaiting,
    memoryMiB: spare.memoryBytes === null ? null : Math.round(spare.memoryBytes / 2 ** 20 * 10) / 10
  }));
}
function methodOf({ method, context }) {
  if (context !== void 0) return context.getStartMethod();
  if (method === void 0) return getStartMethod();
  if (typeof method === "string") return method;
  throw new TypeError(`Cannot find spares as "method" must be a text: current value is ${nameOf(method)}`);
}
function stockFor(method, what) {
  const stock = stockOf(method);
  if (stock !== void 0) return stock;
  launcherOf(method);
  throw new UnsupportedError(`Cannot ${what} of start method ${nameOf(method)} as it has none: use ${stockedMethods().map((name) => `"${name}"`).join(", ")}`);
}

// lib/context/explain.ts
function explain(target, options = {}) {
  expectOptions(options, "explain a function", '{ method: "spawn" }');
  if (typeof target !== "function") {
    throw new TypeError(`Cannot explain a function as "target" must be one: current value is ${typeof target}`);
  }
  const { method = methodOfProgram(), module, scope } = options;
  const { spec, found } = functionSpec({
    target,
    module,
    // To look at the stack takes longer than all else about an export.
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
  // Invariant: null from shutdown() on.
  #blocks = [];
  #open() {
    if (this.#blocks !== null) return this.#blocks;
    throw new SharedMemoryError("Cannot create shared memory by this manager as it is shut down: make another");
  }
  /**
   * Creates shared memory.
   *
   * @param size The size in bytes.
   * @returns The shared memory, under a random name.
   * @throws {SharedMemoryError} If the manager is shut down.
   */
  SharedMemory(size) {
    const blocks = this.#open();
    const shm = new SharedMemory({
      create: true,
      size
    });
    blocks.push(shm);
    return shm;
  }
  /**
   * Creates a list in shared memory.
   *
   * @param items The items.
   * @returns The list, under a random name.
   * @throws {SharedMemoryError} If the manager is shut down.
   */
  ShareableList(items) {
    const blocks = this.#open();
    const list = new ShareableList(items);
    blocks.push(list.shm);
    return list;
  }
  /** Closes and unlinks all that it created; a second call does nothing. */
  shutdown() {
    const blocks = this.#blocks ?? [];
    this.#blocks = null;
    for (const shm of blocks) shm[Symbol.dispose]();
  }
  /** Closes and unlinks all that it created. */
  [Symbol.dispose]() {
    this.shutdown();
  }
};

// lib/entries/package.ts
var package_default = {
  slowPath: slow_path_exports,
  common: common_default
};
export {
  AbandonedError,
  AmbiguousTargetError,
  SharedArray as Array,
  AsyncResult,
  AuthenticationError,
  Barrier,
  BaseExecutor,
  BasePool,
  BaseProcess,
  BootstrapError,
  BoundedSemaphore,
  BrokenBarrierError,
  BrokenPipeError,
  BufferTooShortError,
  CancelledError,
  Client,
  Condition,
  Connection,
  ConnectionError,
  Context,
  EncodingError,
  EndOfFileError,
  SharedEvent as Event,
  ExitError,
  Field,
  Future,
  Guard,
  JoinableQueue,
  Listener,
  Lock,
  LockError,
  LogLevel,
  ParentProcess,
  Pipe,
  Pool,
  Process,
  ProcessError,
  ProcessPoolExecutor,
  ProcessStateError,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RLock,
  RawArray,
  RawValue,
  RemoteError,
  ResultIterator,
  RwLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  SharedMemoryError,
  SharedMemoryManager,
  SimpleQueue,
  StartMethodError,
  ThreadPool,
  UnsupportedError,
  Value,
  WorkerLostError,
  activeChildren,
  cpuCount,
  currentProcess,
  package_default as default,
  explain,
  fillSpares,
  getAllStartMethods,
  getContext,
  getLogger,
  getStartMethod,
  logToStderr,
  parentProcess,
  registerStartMethod,
  retireSpares,
  setExecutable,
  setForkserverPreload,
  setSpares,
  setStartMethod,
  spares,
  startMethods,
  through,
  transferring,
  wait,
  workerState
};
