// Built from thread.ts by `deno task build`: 634522bfb4967d0b0ce10e05fd9ce5274ed1e2c44f85bb690a5110f34559973a

// lib/child/thread.ts
import { resourceLimits, workerData } from "node:worker_threads";

// lib/wire/protocol/child_context.ts
var PROTOCOL_VERSION = 1;
var OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";
var IS_TO_STOP = 1;
var HAS_STARTED = 2;
var IS_IMPORTING = 4;
var HAS_ENDED = 16;
var ASK = 1;
var IMPORTED = 2;
var CLOSED = 2 ** 30;
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
    loading: /* @__PURE__ */ new Set()
  },
  states: /* @__PURE__ */ new Map()
};
var sharedState = (function sharedState(name, make) {
  if (!known.states.has(name)) known.states.set(name, make());
  return known.states.get(name);
});
var hooks = known.hooks;
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
var byName = (function byName(exports, spec) {
  const { match } = spec;
  if (match.by !== "identity" && match.by !== "name") return void 0;
  const found = exports[match.key];
  if (!isLike(found, spec)) return void 0;
  if (match.by === "identity") return found;
  const others = Object.values(exports).filter((value) => value !== found);
  return others.some((value) => isLike(value, spec) || isAround(value, spec)) ? void 0 : found;
});
var isLike = (function isLike(value, spec) {
  return typeof value === "function" && textOf(value) === spec.source && value.name === spec.name;
});
var isAround = (function isAround(value, { source }) {
  if (typeof value !== "function") return false;
  const text = textOf(value);
  return text.length > source.length && text.includes(source);
});
var textOf = (function textOf(value) {
  return Function.prototype.toString.call(value);
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

// lib/child/import_watch.ts
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
    if (!thread.isStopped()) {
      note(thread);
      return resolved(modules, specifier, context, next);
    }
    if (context.conditions.includes("require")) return thread.end();
    if (!neverLoads) {
      Promise.resolve().then(stall);
      return resolved(modules, specifier, context, next);
    }
    return {
      url: `data:application/json,0#${stalled++}`,
      shortCircuit: true
    };
  };
  modules.registerHooks({
    resolve
  });
});
var watchBuiltins = (function watchBuiltins(thread) {
  const { flags, isStopped, end } = thread;
  const get = process.getBuiltinModule;
  process.getBuiltinModule = (name) => {
    if (isStopped()) return end();
    const before = Atomics.load(flags, IMPORTED);
    note(thread);
    try {
      return get.call(process, name);
    } finally {
      Atomics.store(flags, IMPORTED, before);
    }
  };
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

// lib/wire/protocol/load_module.ts
var loadModule = (async function loadModule(module, loaders = childContext()?.loaders ?? {}) {
  const loader = loaders[module] ?? (() => importFrom(module));
  return await hooks.load(loader);
});
var importFrom = (async function importFrom(module, options) {
  if (!import.meta.url.startsWith("http")) return await import(module, options);
  const text = `export const load=(o)=>import(${JSON.stringify(module)},o)`;
  const way = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return await way.load(options);
});

// lib/functions/resolve.ts
var TARGET = -1;
var findFunction = (async function findFunction(spec, scope, finding) {
  const exports = await exportsFor(spec, finding.loaders);
  const found = exportBeyondDoubt(exports, spec);
  if (found !== void 0) return found;
  const { findSlowly } = await finding.slowly();
  return await findSlowly(spec, exports, scope, finding);
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

// lib/wire/mailbox/mailbox.ts
var EARLY_MAX = 1e3;
var EARLY_MAX_BYTES = 64 * 2 ** 20;
var mailboxes = sharedState("mailboxes", () => ({
  open: /* @__PURE__ */ new Map(),
  waiting: /* @__PURE__ */ new Map(),
  unread: /* @__PURE__ */ new WeakMap(),
  parent: null
}));
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
    // A process ends with its parent.
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

// lib/child/bootstrap.ts
var FAILED = 1;
var ASKED_TO_STOP = -15;
var SLOW_PATH = "full";
var ChildRuntime = class {
  #parentLink;
  #loaders;
  #name = "";
  #isListening = false;
  #over = false;
  /** Settles when the error that ended the target has been sent; null before that. */
  #failing = null;
  #begun = Promise.withResolvers();
  /** Makes a child that waits for its start message. */
  constructor(parentLink, loaders) {
    this.#parentLink = parentLink;
    this.#loaders = loaders;
    shareChildContext();
    void this.begun.then(() => this.listen());
  }
  /**
   * Starts to receive messages of the parent, unless it has. The first time takes
   * 0.2 ms of a start (2.9.6), so messages wait until the target has begun, or
   * until this process has sent something that may be answered.
   *
   * @param how Replaces the link's own way to listen.
   */
  listen(how = () => this.#parentLink.listen()) {
    if (this.#isListening) return;
    this.#isListening = true;
    how();
  }
  /** Handles a message of the parent. */
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
  /**
   * The parent has ended: tells the code that waits for that, and then ends the
   * child.
   */
  orphaned() {
    hooks.orphaned?.();
    setTimeout(() => this.#end(FAILED), 0);
  }
  /** Settles as soon as the target has begun, or was not found. */
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
  /** Sends what is written to the parent, before any code of the user can write. */
  async #takeOutput({ host }) {
    if (host.kind !== "isolate" || host.output === null) return;
    (await this.#slowPath()).takeOutput(host, host.output);
  }
  /** Finds the function to call for a start message. */
  async #find(start, context) {
    context.importing = true;
    const call = await this.#plainCall(start, context) ?? await (await this.#slowPath()).findCall(start, context, this.#loaders);
    context.importing = false;
    if (this.#parentLink.isStopped()) return await this.#stopped();
    return call;
  }
  /** Calls the target; watches imports if it goes on in later turns. */
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
  /**
   * The call of a function with plain arguments; null for any other start message.
   */
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
    print(`Process ${this.#name}:
${Deno.inspect(error)}
`);
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
  /** Catches errors of timers and handlers, and rejections that nobody awaits. */
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
      const error = event.error ?? event.message;
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
  const loader = loaders[SLOW_PATH] ?? (() => import(new URL("./slow_path.ts", import.meta.url).href));
  return await hooks.load(loader);
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
var print = (function print(text) {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
  }
});

// lib/child/empty_stdin.ts
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

// lib/child/isolate_entry.ts
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
      data.onmessage = ({ data: data2 }) => receive(fromPort(data2));
      data.addEventListener("close", () => runtime.orphaned());
    },
    // The first list of transfers costs 2 ms, even an empty one (2.9.6).
    send: (message, transfer) => transfer === void 0 || transfer.length === 0 ? data.postMessage(toPort(message)) : data.postMessage(toPort(message), transfer),
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

// lib/child/thread.ts
var bootThread = (function bootThread(loaders) {
  const handed = workerData;
  if (!("kind" in handed)) return begin(handed, loaders);
  const port = handed.port;
  port.onmessage = ({ data }) => {
    port.close();
    setName(data);
    begin(data.boot, loaders);
  };
  void prepareSpare(handed, loaders).then((heapBytes) => port.postMessage(heapBytes));
});
var begin = (function begin(handed, loaders) {
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
  const thread = threadEnd(handed);
  connectToParent(handed, loaders, {
    sliceMs: Infinity,
    exit,
    stop: thread.end,
    watchImports: (hasBegun) => watchImports(thread, hasBegun)
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
});
var ENDS_MS = 100;
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
      for (let i = 0; i < ENDS_MS; i++) Atomics.wait(word, 0, 0, 1);
      throw new Error("Cannot go on as this thread was ended");
    }
  };
});
var HEAP_LOOK_MS = 250;
var MIB = 1024 * 1024;
var watch = (async function watch(thread, exhausted) {
  const { maxOldGenerationSizeMb = 0, maxYoungGenerationSizeMb = 0 } = resourceLimits;
  const limit = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * MIB;
  for (; ; ) {
    await Atomics.waitAsync(thread.flags, ASK, 0, HEAP_LOOK_MS).value;
    if (thread.isStopped()) return thread.end();
    const { getHeapStatistics } = process.getBuiltinModule("node:v8");
    if (getHeapStatistics().heap_size_limit > limit) exhausted();
  }
});
export {
  bootThread
};
