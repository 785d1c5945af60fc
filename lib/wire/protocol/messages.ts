/**
 * The protocol between a process, its parent and its root: closed unions, one
 * version.
 *
 * ```
 *   parent                        child                         root
 *     |------- start (order) ------->|                            |
 *     |                              |.. heard (isolates) .......>|
 *     |                     imports, runs the target              |
 *     |<------------ ready ----------|                            |
 *     |<----------- mail ----------->|                            |
 *     |------ stop (please) -------->|-- launch, stop (children)->|
 *     |<----- result | failure ------|<-- ended (its children) ---|
 *     |                              |-- exit (code) ------------>|
 * ```
 *
 * That an isolate has heard its order it tells by a flag in shared memory (dots),
 * from when on it can be killed.
 *
 * The first message to the parent costs an isolate 0.2 ms (2.9.6), so its `ready`
 * comes when its target has begun. An OS process has its own made by the parent, and
 * says it before all else: what comes on stderr without it is why it did not boot.
 *
 * A parent is who called `start()`. The root is the main thread of the OS
 * process that a thread or worker lives in: it makes, watches and stops every
 * one of them, also for parents that are threads themselves. Isolates carry
 * these messages over two ports (one to the parent, one to the root), OS
 * processes over frames on stdin and stderr (to and from the parent; each is its
 * own root).
 *
 * @module
 */

import type { StopSignal } from "../../base/signals.ts";
import type { CapturedCode } from "./captured.ts";
import type {
  BlockHandle,
  Destination,
  Handle,
} from "../serialization/handle.ts";
import type { Cloned, Packed } from "../serialization/pack.ts";
import type { ErrorData } from "../serialization/remote_error.ts";

/** Who a process is. */
export interface Identity {
  /** The name, as in `Process-1:2`. */
  readonly name: string;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** The numbers below the main process: `[1, 2]` for `Process-1:2`. */
  readonly path: readonly number[];
  /** The parent, as far as its children know it. */
  readonly parent: ParentIdentity;
  /** The start method it came to life with. */
  readonly method: string;
  /** The main module of the program, which workers cannot ask for. */
  readonly mainModule: string | null;
}

/** What a process knows of its parent. */
export interface ParentIdentity {
  /** Its name. */
  readonly name: string;
  /** The parent's OS process. */
  readonly pid: number;
  /** The parent's number among live processes. */
  readonly ident: number;
}

/** What a process inherits of its parent's log. */
export interface LogSetting {
  /** From which level on something is logged; 0 where none was set. */
  readonly level: number;
  /** Whether records go to stderr. */
  readonly toStderr: boolean;
}

/** How a child finds what to run. */
export type TargetSpec =
  | { readonly kind: "nothing" }
  | {
    /** An export that is said outright. */
    readonly kind: "address";
    readonly module: string;
    readonly name: string;
  }
  | {
    /** A function: by address if its module exports it, by its text otherwise. */
    readonly kind: "function";
    readonly module: string | null;
    /** True when the caller named the module, so that it must hold the export. */
    readonly certain: boolean;
    readonly name: string;
    readonly source: string;
    readonly match: Match;
  }
  | {
    /** A function that goes with what it uses; the values are in the body. */
    readonly kind: "captured";
    readonly name: string;
    readonly code: CapturedCode;
  }
  | {
    /** A subclass with its own `run()`; its fields travel in the body. */
    readonly kind: "class";
    readonly module: string | null;
    readonly name: string;
    readonly source: string;
    readonly match: Match;
  };

/**
 * How a function is found among the exports of its module. Equal text never decides:
 * two closures that one function made look the same and are not.
 */
export type Match =
  /** It is the export of this name. */
  | { readonly by: "identity"; readonly key: string }
  /** Under this name, unless another export looks the same; else the parent is asked. */
  | { readonly by: "name"; readonly key: string }
  /** The parent is asked whenever an export looks like it. */
  | { readonly by: "parent" }
  /** It is no export, and runs from its text; whether that is known to say all. */
  | { readonly by: "text"; readonly isWhole?: boolean };

/** What the packed body of a start order holds. */
export interface StartBody {
  /** The target's arguments. */
  readonly args: readonly unknown[];
  /**
   * Free variables of a target that travels as text; of one that was captured, its
   * values under `CAPTURED`.
   */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Own fields of a subclass. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Objects made while modules load, by construction site. */
export type ModuleObject =
  & { readonly key: string; readonly type: string }
  & ({ readonly handle: Handle } | { readonly unavailable: string });

/**
 * Whom mail is for: a part of this package that has a protocol of its own between
 * a process and its parent.
 */
export type MailboxName = "pool" | "relay" | "log" | "which";

/** Mail, either way, at any time between the start order and the end. */
export interface MailboxMessage {
  readonly kind: "message";
  readonly mailbox: MailboxName;
  readonly body: Packed;
  /** Only to a process that cannot map memory. */
  readonly isRelayed?: IsRelayed;
}

/**
 * Whether there may be queues in it that the child reaches through its parent, and
 * by its stdin alone: then it must be able to read that while it blocks.
 */
export type IsRelayed = boolean;

/** Mail as it goes through a port: see `toPort()`. */
export type MailboxRow = readonly [
  mailbox: MailboxName,
  value: unknown,
  placeholders: Cloned["placeholders"],
];

/** Mail of the box "pool" that goes through a port as it is. */
export type PoolPayload = number | readonly [number, ...unknown[]];

/** From a parent to its child. */
export type ToChild =
  | {
    readonly kind: "start";
    readonly version: number;
    readonly identity: Identity;
    /** What parent and child can give to each other. */
    readonly destination: Destination;
    readonly target: TargetSpec;
    readonly sites: readonly ModuleObject[];
    readonly log: LogSetting;
    readonly isRelayed: IsRelayed;
    /** The `StartBody`, or null for an empty one. */
    readonly body: Packed | null;
  }
  | { readonly kind: "stop" }
  | MailboxMessage;

/** From a child to its parent. */
export type ToParent =
  | { readonly kind: "ready"; readonly version: number }
  | { readonly kind: "result"; readonly body: Packed | null }
  | {
    readonly kind: "unsendable";
    readonly path: string;
    readonly reason: string;
  }
  | {
    /** The error is data for an isolate's parent, and packed data for others. */
    readonly kind: "failure";
    readonly body: ErrorData | Uint8Array<ArrayBuffer>;
  }
  | MailboxMessage;

/**
 * The first message to a process that is booted ahead: what it prepares before it
 * waits for its start message. What it runs, and its name, are not known yet.
 *
 * ```
 *   parent                        spare
 *     |------------- wait ---------->|  loads the package and `preload`
 *     |<---------- waiting ----------|
 *     |            (any time)        |
 *     |------------ start ---------->|  goes on as any child
 * ```
 */
export interface WaitMessage {
  readonly kind: "wait";
  readonly version: number;
  readonly identity: Identity;
  readonly destination: Destination;
  readonly sites: readonly ModuleObject[];
  readonly log: LogSetting;
  /** URLs of the modules to import. */
  readonly preload: readonly string[];
}

/** What a spare says when it waits. */
export interface WaitingMessage {
  readonly kind: "waiting";
  /** What is resident of it in memory. */
  readonly memoryBytes: number;
  /** The construction sites of what its modules have made. */
  readonly sites: readonly string[];
  /** Why modules could not be imported, one text each. */
  readonly failures: readonly string[];
}

/** What a spawned child writes to its parent. */
export type FromSpawned =
  | ToParent
  | WaitingMessage
  | {
    /** Of a process behind a command, which may report another code. */
    readonly kind: "exiting";
    readonly code: number;
  };

/** What is needed to make a thread or worker. */
export interface IsolateRecipe {
  readonly method: "thread" | "worker";
  readonly name: string;
  readonly entry: string;
  /** The isolate's owner id, claimed by its parent. */
  readonly ident: number;
  /** The parent's owner id: when it ends, this isolate does too. */
  readonly parent: number;
  readonly maxHeapMiB: number | null;
  readonly permissions: Deno.PermissionOptions | null;
  /** The first message, where it need not wait in the port to the parent. */
  readonly first: ToChild | null;
}

/** From a thread or worker to its root. */
export type ToRoot =
  | {
    readonly kind: "exit";
    readonly code: number;
    /** Why, when the code alone does not say it. */
    readonly reason?: string;
  }
  | {
    readonly kind: "launch";
    readonly recipe: IsolateRecipe;
    /** The grandchild's end of the channel to its parent. */
    readonly port: MessagePort;
    /** One word: whoever turns 0 into 1 makes the isolate. */
    readonly claim: Int32Array;
  }
  | {
    readonly kind: "stop";
    readonly ident: number;
    readonly signal: StopSignal;
  };

/** From the root to a thread or worker: one of its own children has ended. */
export interface ToIsolate {
  readonly kind: "ended";
  readonly ident: number;
  readonly ending: Ending;
}

/** How a process ended, as its launcher saw it. */
export interface Ending {
  /** The exit code; `-n` for signal `n`. */
  readonly code: number;
  /** Why, when the code alone does not say it. */
  readonly reason?: string;
}

/** An isolate's line to the depot of its OS process; see `memory/sharing/resource_sharer.ts`. */
export interface SharerLink {
  /** Never given a handler: both sides take messages out of it by hand. */
  readonly port: MessagePort;
  /** Wakes the root. */
  readonly wakeWord: BlockHandle;
}

/** From an isolate to the depot. */
export type ToSharer =
  | {
    readonly kind: "deposit";
    readonly number: number;
    readonly content: Cloned;
    /** What of the content moves, and does not stay with the sender as a copy. */
    readonly carried: readonly Transferable[];
  }
  | {
    readonly kind: "fetch";
    readonly number: number;
    /** The word that tells of the answer. */
    readonly answered: BlockHandle;
  }
  | { readonly kind: "discard"; readonly number: number }
  | {
    /** The line of an isolate that this one makes without the root's help. */
    readonly kind: "open_link";
    readonly ident: number;
    readonly port: MessagePort;
  }
  | { readonly kind: "close_link"; readonly ident: number };

/** The depot's answer to a fetch; without content if nothing has that number. */
export interface FromSharer {
  readonly number: number;
  readonly content: Cloned | null;
}

/** What an isolate is handed in place of its `IsolateBoot` if it is booted ahead. */
export interface SpareWait {
  readonly kind: "wait";
  /** URLs of modules to import ahead of time. */
  readonly preload: readonly string[];
  /**
   * Where a thread says how many bytes its heap has when it waits, and hears who it is;
   * null for a Web Worker, which has a channel of its own.
   */
  readonly port: MessagePort | null;
}

/** Who an isolate is that was booted ahead. */
export interface SpareBirth {
  readonly name: string;
  readonly boot: IsolateBoot;
}

/** What a new isolate is handed before anything else. */
export interface IsolateBoot {
  /** To the parent. */
  readonly data: MessagePort;
  /** To the root. */
  readonly control: MessagePort;
  /** To where items wait for others. */
  readonly sharer: SharerLink;
  /** The isolate's own owner id and the table it stands in. */
  readonly ident: number;
  readonly owners: SharedArrayBuffer;
  /** What it and its root tell each other of its end: one word, theirs alone. */
  readonly flags: Int32Array<SharedArrayBuffer>;
  /** The version that the parent speaks. */
  readonly version: number;
  /** The first message, if it does not come over `data`. */
  readonly first: ToChild | null;
  /** Whether it has permissions of its own, and so makes its children itself. */
  readonly isRoot: boolean;
  /** Whether it, or an isolate above it, has permissions of its own. */
  readonly isConfined: boolean;
  /** Whether messages come to this OS process on its stdin, which looks empty then. */
  readonly isStdinTaken: boolean;
}
