// Built from spawned.ts by `deno task build`: d5492735613dca60f18716eff92754cf7c132bb8f6a73acd34d7a96dd694e283

// lib/wire/birth.ts
var PROTOCOL_VERSION = 1;
var KEY = Symbol.for(`@multiprocessing/core ${PROTOCOL_VERSION}`);
var shared = globalThis;
var known = shared[KEY] ?? {
  birth: null,
  hooks: {
    endFamily: null,
    stop: null,
    orphaned: null,
    mail: null,
    takeSync: null,
    load: (load) => load(),
    unread: []
  }
};
var hooks = known.hooks;
var shareBirth = (function shareBirth() {
  shared[KEY] = known;
});
var beBorn = (function beBorn(birth) {
  known.birth = birth;
});
var byText = (function byText(exports, order) {
  if (order.kind !== "function" && order.kind !== "class") return void 0;
  const isSame = (value) => typeof value === "function" && Function.prototype.toString.call(value) === order.source;
  const named2 = exports[order.name];
  return isSame(named2) ? named2 : Object.values(exports).find(isSame);
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

// lib/wire/frames.ts
var FRAME_MAX_BYTES = 2 ** 30;
var PIECE_MAX_BYTES = 4096;
var MARKER_BYTES = 16;
var LENGTH_BYTES = 4;
var HEADER_BYTES = 3;
var PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - HEADER_BYTES;
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
  const end = LENGTH_BYTES + textLength(bytes);
  if (end > bytes.length) throw broken();
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
  const bytes = new Uint8Array(MARKER_BYTES + HEADER_BYTES + payload.length);
  bytes.set(marker);
  bytes[MARKER_BYTES] = payload.length & 255;
  bytes[MARKER_BYTES + 1] = payload.length >> 8;
  bytes[MARKER_BYTES + 2] = last ? 1 : 0;
  bytes.set(payload, MARKER_BYTES + HEADER_BYTES);
  return bytes;
});
var checkSize = (function checkSize(bytes, maxBytes) {
  if (bytes <= maxBytes) return;
  throw new RangeError(`Cannot pass on a message of ${bytes} bytes: the limit is ${maxBytes}`);
});
var Parts = class {
  #parts = [];
  /** How many bytes have come. */
  bytes = 0;
  /** Takes a copy of the next part. */
  add(part) {
    if (part.length === 0) return;
    this.#parts.push(new Uint8Array(part));
    this.bytes += part.length;
  }
  /** All that came, as one; the next part begins anew. */
  take() {
    const whole = this.#parts.length === 1 ? this.#parts[0] : joined(this.#parts);
    this.#parts = [];
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
  /** The length of the message under way; undefined while its own bytes come. */
  #length;
  /** Makes a reader that refuses messages over `maxBytes`. */
  constructor(maxBytes = FRAME_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }
  /** Whether the stream may end here: no message is under way. */
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

// lib/child/kernel.ts
var FAILED = 1;
var ASKED_TO_STOP = -15;
var FULL = "full";
var Life = class {
  #line;
  #loaders;
  #name = "";
  #isListening = false;
  #over = false;
  #failed = false;
  #begun = Promise.withResolvers();
  /** Begins a life that waits for its order. */
  constructor(line, loaders) {
    this.#line = line;
    this.#loaders = loaders;
    shareBirth();
    void this.begun.then(() => this.listen());
  }
  /**
   * Hears the parent from now on, if it does not yet. The first time takes 0.2 ms of
   * a start (2.9.6), so what the parent says waits until the target has begun, or
   * until this process has said something that may be answered.
   *
   * @param how Takes the place of the line's own way.
   */
  listen(how = () => this.#line.listen()) {
    if (this.#isListening) return;
    this.#isListening = true;
    how();
  }
  /** Takes a message of the parent. */
  hear(message) {
    switch (message.kind) {
      case "start":
        void this.#live(message);
        return;
      case "stop":
        if (hooks.stop === null) this.#end(ASKED_TO_STOP);
        else hooks.stop();
        return;
      case "mail":
        if (hooks.mail === null) hooks.unread.push(message);
        else hooks.mail(message);
        return;
    }
  }
  /** The parent is gone, and whoever waits for that hears it before the end. */
  orphaned() {
    hooks.orphaned?.();
    setTimeout(() => this.#end(FAILED));
  }
  /** Settles as soon as the target has begun, or is not found. */
  get begun() {
    return this.#begun.promise;
  }
  async #live(order) {
    this.#name = order.identity.name;
    const birth = {
      cradle: this.#line.cradle,
      identity: order.identity,
      parent: order.destination,
      loaders: this.#loaders,
      post: (mail, transfer) => {
        this.listen();
        this.#line.send(mail, transfer);
      },
      sites: order.sites,
      log: order.log,
      target: void 0,
      args: [],
      importing: false
    };
    beBorn(birth);
    this.#catchStrays();
    try {
      const call = await this.#find(order, birth);
      this.#begun.resolve();
      await this.#report(await call());
      await this.#finish(Deno.exitCode);
    } catch (error) {
      this.#begun.resolve();
      await this.#fail(error);
      await this.#finish(FAILED);
    }
  }
  /** What the order means: what is to be called. */
  async #find(order, birth) {
    birth.importing = true;
    const call = await this.#plainCall(order, birth) ?? await (await this.#full()).findCall(order, birth, this.#loaders);
    birth.importing = false;
    if (this.#line.isStopped()) return await this.#stopped();
    return call;
  }
  #stopped() {
    this.#line.exit(ASKED_TO_STOP);
    return new Promise(() => {
    });
  }
  /** The call of an exported function with plain arguments, if that is the order. */
  async #plainCall(order, birth) {
    const body = plainBody(order);
    if (body === null) return null;
    const exports = await exportsOf(order.target, this.#loaders);
    const target = exports === null ? void 0 : named(exports, order.target);
    if (target === void 0) return null;
    birth.target = target;
    birth.args = body.args;
    return () => target(...body.args);
  }
  async #report(value) {
    if (value === void 0) this.#line.send({
      kind: "result",
      body: null
    });
    else if (isPlain(value)) {
      const body = {
        form: "clone",
        value,
        sited: null
      };
      this.#line.send({
        kind: "result",
        body
      });
    } else {
      const { report } = await this.#full();
      this.#line.send(report(value));
    }
  }
  async #fail(error) {
    if (this.#over || this.#failed) return;
    this.#failed = true;
    if (this.#line.isStopped()) return await this.#stopped();
    const { describe } = await this.#full();
    print(`Process ${this.#name}:
${Deno.inspect(error)}
`);
    this.#line.send({
      kind: "failure",
      body: describe(error)
    });
  }
  async #full() {
    return await full(this.#loaders);
  }
  async #finish(code) {
    await hooks.endFamily?.();
    this.#end(code);
  }
  #end(code) {
    if (this.#over) return;
    this.#over = true;
    this.#line.exit(code);
  }
  /** Errors of timers, handlers and promises that nobody awaits. */
  #catchStrays() {
    const stray = (event, error) => {
      unlessPrevented(event, async () => {
        await this.#fail(error());
        this.#end(FAILED);
      });
    };
    globalThis.addEventListener("error", (event) => {
      stray(event, () => event.error ?? event.message);
    });
    globalThis.addEventListener("unhandledrejection", (event) => {
      stray(event, () => event.reason);
    });
  }
};
var full = (async function full(loaders) {
  const loader = loaders[FULL] ?? (() => import(new URL("./full.ts", import.meta.url).href));
  return await hooks.load(loader);
});
var plainBody = (function plainBody({ body, target }) {
  if (target.kind !== "function" && target.kind !== "address") return null;
  if (body === null) return {
    args: [],
    scope: {},
    fields: {}
  };
  if (body instanceof Uint8Array || body.sited !== null) return null;
  return body.value;
});
var exportsOf = (async function exportsOf(order, loaders) {
  if (order.kind === "nothing" || order.module === null) return null;
  const loader = loaders[order.module];
  return loader === void 0 ? null : await hooks.load(loader).catch(() => null);
});
var named = (function named(exports, order) {
  if (order.kind !== "address") return byText(exports, order);
  const value = exports[order.name];
  return typeof value === "function" ? value : void 0;
});
var unlessPrevented = (function unlessPrevented(event, fatal) {
  event.preventDefault();
  let prevented = false;
  event.preventDefault = () => {
    prevented = true;
  };
  queueMicrotask(() => {
    if (!prevented) fatal();
  });
});
var print = (function print(text) {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
  }
});

// lib/child/spawned.ts
var chunk = new Uint8Array(64 * 1024);
var boot = (async function boot(loaders) {
  const reader = new FrameReader();
  const [greeting, order, ...others] = readFirst(reader);
  writeAll(greeting);
  const isWatched = dieWithParent();
  const line = new StderrLine(greeting, () => {
    void listen(reader, life, loaders);
  });
  const life = new Life(line, loaders);
  const start = unseal(order);
  if (start.version !== PROTOCOL_VERSION) {
    line.send({
      kind: "ready",
      version: PROTOCOL_VERSION
    });
    Deno.exit(1);
  }
  if (start.isRelayed) {
    const { readAside } = await full(loaders);
    life.listen(() => readAside(reader, life));
  } else if (!isWatched) {
    life.listen();
  }
  life.hear(start);
  for (const bytes of others) life.hear(unseal(bytes));
  await life.begun;
});
var readFirst = (function readFirst(reader) {
  const frames = [];
  while (frames.length < 2) {
    const count = Deno.stdin.readSync(chunk);
    if (count === null) Deno.exit(1);
    frames.push(...reader.push(chunk.subarray(0, count)));
  }
  return frames;
});
var listen = (async function listen(reader, life, loaders) {
  for (let isAside = false; !isAside; ) {
    const count = await Deno.stdin.read(chunk).catch(() => null);
    if (count === null) return life.orphaned();
    for (const bytes of reader.push(chunk.subarray(0, count))) {
      const message = unseal(bytes);
      if (!isAside && message.kind === "mail" && message.isRelayed) {
        isAside = true;
        (await full(loaders)).readAside(reader, life);
      }
      life.hear(message);
    }
  }
});
var StderrLine = class {
  cradle = {
    kind: "process"
  };
  listen;
  #marker;
  #exit = Deno.exit;
  constructor(greeting, listen2) {
    this.#marker = markerOf(greeting);
    this.listen = listen2;
  }
  isStopped() {
    return false;
  }
  send(message) {
    for (const piece2 of cut(this.#marker, seal(message))) writeAll(piece2);
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
var PR_SET_PDEATHSIG = 1;
var SIGKILL = 9n;
var NOTHING = new Uint8Array(4);
var dieWithParent = (function dieWithParent() {
  if (Deno.build.os !== "linux") return false;
  const parent = Deno.ppid;
  try {
    const libc = Deno.dlopen("libc.so.6", {
      prctl: {
        parameters: [
          "i32",
          "usize",
          {
            struct: [
              "i32"
            ]
          }
        ],
        result: "i32"
      }
    });
    libc.symbols.prctl(PR_SET_PDEATHSIG, SIGKILL, NOTHING);
    libc.close();
  } catch {
    return false;
  }
  if (Deno.ppid !== parent) Deno.exit(1);
  return true;
});
export {
  boot
};
