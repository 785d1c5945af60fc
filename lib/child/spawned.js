// Built from spawned.ts by `deno task build`: 3baa0a0148138da59fad255963cfc5a34d7832b63a8b17645172769c4d52f23c

// lib/wire/protocol/child_context.ts
var PROTOCOL_VERSION = 1;
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

// lib/wire/protocol/frames.ts
var FRAME_MAX_BYTES = 2 ** 30;
var CHILD_TEXT_MAX_BYTES = 2 ** 20;
var PIECE_MAX_BYTES = 4096;
var MARKER_BYTES = 16;
var LENGTH_BYTES = 4;
var FRAME_HEADER_BYTES = 3;
var PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - FRAME_HEADER_BYTES;
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
var ARGUMENTS_MAX = 4096;
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
  throw new RangeError(`Cannot pass on a message of ${bytes} bytes: the limit is ${maxBytes}`);
});
var GATHERED_BYTES = 64 * 1024;
var Parts = class {
  // Invariant: all pieces but the last are full; of the last, `#used` bytes
  // are.
  #pieces = [];
  #used = 0;
  /** How many bytes have arrived. */
  bytes = 0;
  /** Adds a copy of the next part. */
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
  /**
   * Allocates the exact size for the first part, as most messages have only
   * one.
   */
  #begin(part) {
    const isFirst = this.#pieces.length === 0;
    const bytes = isFirst ? part.length : Math.max(part.length, GATHERED_BYTES);
    const piece2 = new Uint8Array(bytes);
    piece2.set(part);
    this.#pieces.push(piece2);
    this.#used = part.length;
  }
  /** Returns all bytes as one, and starts anew. */
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
var joined = (function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
});
var FrameReader = class {
  #maxBytes;
  #parts = new Parts();
  /** The length of the current message; undefined while that is being read. */
  #length;
  /** Makes a reader that refuses messages over `maxBytes`. */
  constructor(maxBytes = FRAME_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }
  /** Whether the stream may end here: no message is incomplete. */
  get idle() {
    return this.#length === void 0 && this.#parts.bytes === 0;
  }
  /** The messages that `chunk` completes. Throws a `RangeError` over the limit. */
  push(chunk2) {
    const messages = [];
    let at = 0;
    while (true) {
      const wanted = (this.#length ?? LENGTH_BYTES) - this.#parts.bytes;
      const part = chunk2.subarray(at, at + wanted);
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
  const { process } = globalThis;
  if (!process?.listenerCount(event[0])) return false;
  process.emit(...event);
  return true;
});
var print = (function print(text) {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
  }
});

// lib/child/stdin_reader.ts
var FILLED = 0;
var LENGTH = 1;
var HEAD_BYTES = 8;
var CHUNK_BYTES = 64 * 1024;
var ENDS_MS = 250;
var HELPER = `onmessage = ({ data: { buffer, source } }) => {
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
  Atomics.wait(words, ${FILLED}, 1, ${ENDS_MS});
  kill(pid, "SIGKILL");
};`;
var readStdin = (function readStdin(source, reader, listener) {
  const aside = new Aside(source, reader, listener);
  hooks.takeSync = (ms) => aside.takeSync(ms);
  void aside.takeOn();
});
var Aside = class {
  #shared = new SharedArrayBuffer(HEAD_BYTES + CHUNK_BYTES);
  #words = new Int32Array(this.#shared, 0, 2);
  #reader;
  #listener;
  // Invariant: messages that came while the thread blocked and that it did not wait
  // for; handled in the next turn, before any others.
  #early = [];
  #isOver = false;
  constructor(source, reader, listener) {
    this.#reader = reader;
    this.#listener = listener;
    const url = `data:text/javascript,${encodeURIComponent(HELPER)}`;
    const helper = new Worker(url, {
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
  /** Receives messages between turns of the event loop. */
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
  /** Receives messages for some milliseconds; only answers are handled at once. */
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
  /** The messages that are complete by now. */
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

// lib/child/parent_watch.ts
var LOOK_MS = 20;
var ENDS_MS2 = 250;
var HELPER2 = `onmessage = ({ data: parent }) => {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  postMessage(null);
  while (Deno.ppid === parent) Atomics.wait(nobodyWakes, 0, 0, ${LOOK_MS});
  Atomics.wait(nobodyWakes, 0, 0, ${ENDS_MS2});
  Deno.kill(Deno.pid, "SIGKILL");
};`;
var watchParent = (function watchParent(parent, isWatching) {
  const url = `data:text/javascript,${encodeURIComponent(HELPER2)}`;
  const helper = new Worker(url, {
    type: "module"
  });
  helper.onmessage = isWatching;
  helper.postMessage(parent);
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
});
var stdinSource = (function stdinSource() {
  emptyStdin();
  return {
    kind: "stdin"
  };
});

// lib/child/spare.ts
var SITES_MAX = 1024;
var SITES_MAX_CHARS = 512 * 1024;
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
  const heard = link.isWatched ? null : heardAside(link);
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
  const failures = [];
  for (const module of preload) {
    try {
      await loadModule2(module, loaders);
    } catch (error) {
      failures.push(`${module}: ${textOf2(error)}`);
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
});
var textOf2 = (function textOf2(error) {
  return error instanceof Error ? error.message : Deno.inspect(error);
});
var readStart = (function readStart({ source, reader, others }) {
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
});
var heardAside = (function heardAside({ source, reader, runtime, others }) {
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
});

// lib/child/spawned.ts
var chunk = new Uint8Array(64 * 1024);
var bootSpawned = (async function bootSpawned(loaders, isDirect) {
  const reader = new FrameReader();
  const [greeting, first, ...others] = readFirst(reader);
  const message = unseal(first);
  if (message.kind === "start") writeAll(greeting);
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
    writeAll(greeting);
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
var readFirst = (function readFirst(reader) {
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
var listen = (async function listen(source, reader, runtime) {
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
    for (const piece2 of cut(this.#marker, seal(message))) writeAll(piece2);
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
var writeAll = (function writeAll(piece2) {
  try {
    for (let at = 0; at < piece2.length; ) {
      at += Deno.stderr.writeSync(piece2.subarray(at));
    }
  } catch {
  }
});
export {
  bootSpawned
};
