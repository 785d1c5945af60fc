/**
 * What a child was told at its birth, for whoever needs it later, and how it finds
 * its target.
 *
 * A child's entry loads this file and little else, so that a target whose module
 * does not use this package starts as quickly as a bare worker. If the package is
 * loaded after all, its floors look here: who they are, whom to ask, which objects
 * are the parent's.
 *
 * @module
 */

import type { Destination } from "../serialization/handle.ts";
import type {
  Identity,
  LogSetting,
  MailboxMessage,
  MailboxRow,
  ModuleObject,
  PoolPayload,
  SharerLink,
  TargetSpec,
  ToChild,
  ToParent,
} from "./messages.ts";

/** Raised when a message changes its meaning; both sides must agree. */
export const PROTOCOL_VERSION = 1;

/** Why a process ended whose memory did not suffice. */
export const OUT_OF_HEAP = "it ran out of heap: raise maxHeapMiB";

/** A stop flag of an isolate: it is to stop. */
export const IS_TO_STOP = 1;
/**
 * A stop flag of an isolate: it has received its first message, and can be
 * killed.
 */
export const HAS_STARTED = 2;
/**
 * A stop flag of an isolate: it loads modules, and is not to be killed meanwhile. A
 * kill in the wrong moment of that aborts the whole program (2.9.6): V8 breaks off
 * the making of a `node:` module, which Deno takes for impossible.
 */
export const IS_IMPORTING = 4;
/** A stop flag of a thread: it was asked to end, and has ended itself. */
export const HAS_ENDED = 16;

/** The word of the stop flags that a thread waits on which is asked to end. */
export const ASK = 1;
/**
 * The word of the stop flags that says when the thread last began to import, as the lower half of
 * the milliseconds of `Date.now()`; 0 if it has not.
 */
export const IMPORTED = 2;

/** What differs between the kinds of child. */
export type Host =
  & {
    /** Whether messages come to this OS process on its stdin, which looks empty then. */
    readonly isStdinTaken: boolean;
  }
  & (
    | {
      readonly kind: "isolate";
      /** The isolate's own owner id and the table it stands in. */
      readonly ident: number;
      readonly owners: SharedArrayBuffer;
      /** What it and its root tell each other of its end: one word, theirs alone. */
      readonly flags: Int32Array<SharedArrayBuffer>;
      /** To the root. */
      readonly control: MessagePort;
      /** Whether it has permissions of its own, and so makes its children itself. */
      readonly isRoot: boolean;
      /** Whether it, or an isolate above it, has permissions of its own. */
      readonly isConfined: boolean;
      /** To where items wait for others. */
      readonly sharer: SharerLink;
      /** How long a blocking wait may last before it looks at the stop flag. */
      readonly sliceMs: number;
      /** Ends the isolate at once; called between two stretches of such a wait. */
      close(): void;
    }
    | { readonly kind: "process" }
  );

/** A function that a process runs. */
export type TargetFunction = (...args: never[]) => unknown;

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** Loads the user's modules, by URL. */
export type Loaders = Readonly<Record<string, () => Promise<unknown>>>;

/** A child's birth. */
export interface ChildContext {
  readonly host: Host;
  readonly identity: Identity;
  /** What it and its parent can give to each other. */
  readonly parent: Destination;
  /** The modules that the child may load whatever its permissions are. */
  readonly loaders: Loaders;
  /** Sends mail to the parent. */
  post(message: MailboxMessage, transfer?: readonly Transferable[]): void;
  /** The parent's objects, by construction site. */
  readonly sites: readonly ModuleObject[];
  /** What it inherits of the parent's log. */
  readonly log: LogSetting;
  /** What it runs, once that is found. */
  target: ((...args: never[]) => unknown) | undefined;
  args: readonly unknown[];
  /** True while the modules of the parent are being imported. */
  importing: boolean;
}

/** What a child's end and its parent's wishes call, set by who cares. */
export interface Hooks {
  /** Ends the daemons among the children and waits for the others. */
  endChildren: (() => Promise<void>) | null;
  /** Answers a request to stop; without it the process ends. */
  stop: (() => void) | null;
  /** Hears that the parent is gone. */
  orphaned: (() => void) | null;
  /** Has this process hear of the parent's end before it ends too, where it would not. */
  watchParent: (() => void) | null;
  /** Takes mail of the parent. */
  message: ((message: MailboxMessage) => void) | null;
  /**
   * Blocks for at most so many milliseconds and takes in what the parent sends
   * meanwhile; null where a thread that blocks hears nothing.
   */
  takeSync: ((ms: number) => void) | null;
  /**
   * Whether this process is being ended. An error that comes up from then on is none
   * of the target's: a kill can be thrown as `null`, as "execution terminated", or
   * as a use of one of Deno's own globals "before initialization" (2.9.6).
   */
  isStopped: () => boolean;
  /**
   * Called as an error comes up that nobody handles; what it gives may take that
   * error later, which then ends nothing.
   */
  claimUnhandled: ((error: unknown, isThrown: boolean) => () => boolean) | null;
  /** Imports something in a stretch that no kill breaks off. */
  load: <T>(load: () => Promise<T>) => Promise<T>;
  /** Mail that came before anybody took it. */
  readonly unread: MailboxMessage[];
  /** What is loaded for things that have come, before anything is done with them. */
  readonly loading: Set<Promise<unknown>>;
}

/** What is known here of this process's birth. */
interface Known {
  context: ChildContext | null;
  readonly hooks: Hooks;
}

const KEY = Symbol.for(`@multiprocessing/core ${PROTOCOL_VERSION}`);
const shared = globalThis as { [KEY]?: Known };

/**
 * One for all copies of this file in a child: what it starts with is built into one
 * file and so has its own, apart from the package's, which comes later if at all.
 */
const known: Known = shared[KEY] ?? {
  context: null,
  hooks: {
    endChildren: null,
    stop: null,
    orphaned: null,
    watchParent: null,
    message: null,
    takeSync: null,
    isStopped: () => false,
    claimUnhandled: null,
    load: (load) => load(),
    unread: [],
    loading: new Set(),
  },
};

/** The hooks of this process. */
export const hooks: Hooks = known.hooks;

/** How this process came to life; null in a program that nobody started. */
export function childContext(): ChildContext | null {
  return known.context;
}

/** Lets later copies of this file know what this one does. */
export function shareChildContext(): void {
  shared[KEY] = known;
}

/**
 * Tells this process who it is, before any module of the user, and gives what is
 * known from then on. A process that was booted ahead is told twice: what was handed
 * out before stays the same object.
 */
export function setChildContext(context: ChildContext): ChildContext {
  known.context = known.context === null
    ? context
    : Object.assign(known.context, context);
  return known.context;
}

/** An order that is matched with the exports of a module. */
export type MatchedSpec = Extract<
  TargetSpec,
  { kind: "function" | "class" }
>;

/**
 * The export that an order means beyond doubt: it has the name and the text of the
 * function, and no other export looks the same or may have made it.
 */
export function byName(
  exports: Exports,
  spec: MatchedSpec,
): TargetFunction | undefined {
  const { match } = spec;
  if (match.by !== "identity" && match.by !== "name") return undefined;
  const found = exports[match.key];
  if (!isLike(found, spec)) return undefined;
  if (match.by === "identity") return found;
  const others = Object.values(exports).filter((value) => value !== found);
  return others.some((value) => isLike(value, spec) || isAround(value, spec))
    ? undefined
    : found;
}

/** The names of the exports that look like the function of an order. */
export function namesOfAlike(exports: Exports, spec: MatchedSpec): string[] {
  return Object.keys(exports).filter((key) => isLike(exports[key], spec));
}

function isLike(value: unknown, spec: MatchedSpec): value is TargetFunction {
  // The name last: to read it of a proxy may run anything, and its text is another.
  return typeof value === "function" && textOf(value) === spec.source &&
    value.name === spec.name;
}

/** Whether a function has that of the order in its text, and so may have made it. */
function isAround(value: unknown, { source }: MatchedSpec): boolean {
  if (typeof value !== "function") return false;
  const text = textOf(value);
  return text.length > source.length && text.includes(source);
}

function textOf(value: unknown): string {
  return Function.prototype.toString.call(value);
}

/**
 * Whether a value needs no packing at all: it is the same after a way through a
 * message port, and after one as JSON.
 */
export function isPlain(value: unknown): boolean {
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

/**
 * A message as it goes through a port. Mail is frequent and goes as a row: every
 * named field costs half a microsecond there and back (2.9.6). What is most frequent
 * goes as it is, for 4 us less: in the box of pools, numbers and rows that begin with
 * one.
 */
export function toPort(
  message: ToChild | ToParent,
): ToChild | ToParent | MailboxRow | PoolPayload {
  if (message.kind !== "message" || message.body instanceof Uint8Array) {
    return message;
  }
  const { mailbox, body: { value, placeholders } } = message;
  if (mailbox === "pool" && placeholders === null && isPoolPayload(value)) {
    return value;
  }
  return [mailbox, value, placeholders];
}

/** The message that came through a port. */
export function fromPort<M extends ToChild | ToParent>(
  data: M | MailboxRow | PoolPayload,
): M | MailboxMessage {
  if (isPoolPayload(data)) return poolMessage(data);
  if (!Array.isArray(data)) return data as M;
  const [mailbox, value, placeholders] = data as unknown as MailboxRow;
  return {
    kind: "message",
    mailbox,
    body: { form: "clone", value, placeholders },
  };
}

/** Whether it is mail of the box "pool", as it goes through a port. */
export function isPoolPayload(value: unknown): value is PoolPayload {
  return typeof value === "number" ||
    Array.isArray(value) && typeof value[0] === "number";
}

/** Mail of the box "pool". */
export function poolMessage(value: PoolPayload): MailboxMessage {
  return {
    kind: "message",
    mailbox: "pool",
    body: { form: "clone", value, placeholders: null },
  };
}
