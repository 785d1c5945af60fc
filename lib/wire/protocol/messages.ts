/**
 * The protocol between a process, its parent and its supervisor: closed unions,
 * one version.
 *
 * ```
 *   parent                        child                      supervisor
 *     |----------- start ----------->|                            |
 *     |                              |.. started (isolates) .....>|
 *     |                     imports, runs the target              |
 *     |<------------ ready ----------|                            |
 *     |<--------- message ---------->|                            |
 *     |------ stop (please) -------->|-- launch, stop (children)->|
 *     |<----- result | failure ------|<-- ended (its children) ---|
 *     |                              |-- exit (code) ------------>|
 * ```
 *
 * An isolate reports the receipt of its start message by a flag in shared
 * memory (dots); from then on it can be killed.
 *
 * The first message to the parent costs an isolate 0.2 ms (2.9.6), so it sends
 * `ready` only when its target has begun. For an OS process the parent makes
 * that message, and the process writes it before all else: text on stderr
 * without it tells why the process did not boot.
 *
 * The parent is the process that called `start()`. The supervisor is the main
 * thread of the OS process of a thread or worker: it makes, watches and stops
 * all of them, also for parents that are threads themselves. Isolates send
 * these messages over two ports (one to the parent, one to the supervisor), OS
 * processes as frames on stdin and stderr (to and from the parent; each is its
 * own supervisor).
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

/** Raised when a message changes its meaning; parent and child must agree. */
export const PROTOCOL_VERSION = 1;

/** The identity of a process. */
export interface Identity {
  /** The name, as in `Process-1:2`. */
  readonly name: string;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** The numbers below the main process: `[1, 2]` for `Process-1:2`. */
  readonly path: readonly number[];
  /** The parent. */
  readonly parent: ParentIdentity;
  /** Its start method. */
  readonly method: string;
  /** The start method that the main program chose, which may be another one. */
  readonly chosen: string | null;
  /** The main module of the program, which workers cannot find out. */
  readonly mainModule: string | null;
}

/** What a process knows of its parent. */
export interface ParentIdentity {
  /** Its name. */
  readonly name: string;
  /** The id of the parent's OS process. */
  readonly pid: number;
  /** The parent's owner id. */
  readonly ident: number;
}

/** The log setting that a process inherits. */
export interface LogSetting {
  /** The lowest level that is logged; 0 if none was set. */
  readonly level: number;
  /** Whether records go to stderr. */
  readonly toStderr: boolean;
}

/** The target of a child: how it finds the function to run. */
export type TargetSpec =
  | { readonly kind: "nothing" }
  | {
    /** An export, given by its address. */
    readonly kind: "address";
    readonly module: string;
    readonly name: string;
  }
  | {
    /** A function: by address if its module exports it, by its text otherwise. */
    readonly kind: "function";
    readonly module: string | null;
    /** True if the caller named the module, so that it must have the export. */
    readonly certain: boolean;
    readonly name: string;
    readonly source: string;
    readonly match: Match;
  }
  | {
    /**
     * A function that is sent with the variables it uses; their values are in
     * the body.
     */
    readonly kind: "captured";
    readonly name: string;
    readonly code: CapturedCode;
    /** Whether it is of a line of the REPL or of a cell of a notebook. */
    readonly isOfSession: boolean;
  }
  | {
    /** A subclass with its own `run()`; its fields are in the body. */
    readonly kind: "class";
    readonly module: string | null;
    readonly name: string;
    readonly source: string;
    readonly match: Match;
  };

/**
 * How a function is found among the exports of its module. Equal text does not
 * suffice: two closures that one function made have the same text.
 */
export type Match =
  /** It is the export of this name. */
  | { readonly by: "identity"; readonly key: string }
  /** Under this name, unless another export looks the same; else the parent is asked. */
  | { readonly by: "name"; readonly key: string }
  /** The parent is asked whenever an export looks like it. */
  | { readonly by: "parent" }
  /**
   * It is not exported, and runs from its text, of which it may be known where it is
   * from: if it is complete, or of a line of the REPL or a cell of a notebook.
   */
  | { readonly by: "text"; readonly from?: "whole" | "session" };

/** The packed body of a start message. */
export interface StartBody {
  /** The target's arguments. */
  readonly args: readonly unknown[];
  /**
   * Free variables of a target that is sent as text; for a captured one, its
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
 * The mailbox of a part of this package that has a protocol of its own between
 * a process and its parent.
 */
export type MailboxName = "pool" | "relay" | "log" | "which";

/**
 * A message to a mailbox, in either direction, at any time between the start
 * message and the end.
 */
export interface MailboxMessage {
  readonly kind: "message";
  readonly mailbox: MailboxName;
  readonly body: Packed;
  /** Set only for a process that cannot map memory. */
  readonly isRelayed?: IsRelayed;
}

/**
 * Whether the message may hold queues that the child reaches only through its
 * parent, by stdin: then the child must read stdin even while it blocks.
 */
export type IsRelayed = boolean;

/** A message to a mailbox as it is sent over a port: see `toPort()`. */
export type PortMessage = readonly [
  mailbox: MailboxName,
  value: unknown,
  placeholders: Cloned["placeholders"],
];

/**
 * A message of the mailbox "pool" that is sent over a port without a wrapper.
 */
export type PoolPayload = number | readonly [number, ...unknown[]];

/** The first message to a child: who it is, and what it runs. */
export interface StartMessage {
  readonly kind: "start";
  readonly version: number;
  readonly identity: Identity;
  /** How parent and child share memory. */
  readonly destination: Destination;
  readonly target: TargetSpec;
  readonly sites: readonly ModuleObject[];
  readonly log: LogSetting;
  readonly isRelayed: IsRelayed;
  /** The `StartBody`, or null for an empty one. */
  readonly body: Packed | null;
}

/** From a parent to its child. */
export type ToChild =
  | StartMessage
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
    /**
     * The error as data for the parent of an isolate, as packed data for
     * others.
     */
    readonly kind: "failure";
    readonly body: ErrorData | Uint8Array<ArrayBuffer>;
  }
  | MailboxMessage;

/**
 * The first message to a spare process: what it prepares before it waits for
 * its start message. Its target and its name are not known yet.
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

/** The report of a spare that waits. */
export interface WaitingMessage {
  readonly kind: "waiting";
  /** Its resident memory. */
  readonly memoryBytes: number;
  /** The construction sites of the objects that its modules made. */
  readonly sites: readonly string[];
  /** Why modules could not be imported, one text each. */
  readonly failures: readonly string[];
}

/** A message of a spawned child to its parent. */
export type FromSpawned =
  | ToParent
  | WaitingMessage
  | {
    /** From a process behind a command, whose exit code may differ. */
    readonly kind: "exiting";
    readonly code: number;
  };

/** What a thread or worker has written, where its parent takes that. */
export interface OutputMessage {
  readonly kind: "output";
  readonly name: "stdout" | "stderr";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a thread or worker sends to its parent. */
export type FromIsolate = ToParent | OutputMessage;

/** This number of unread bytes means that the stream has no reader any more. */
export const NO_READER = 2 ** 30;

/** What becomes of what a thread or worker writes, where that is not left alone. */
export interface IsolateOutput {
  readonly stdout: "inherit" | "piped" | "null";
  readonly stderr: "inherit" | "piped" | "null";
  /**
   * For each stream the bytes that its parent has not read, which the writer counts up
   * and the parent down; `NO_READER` or more once the stream has no reader.
   */
  readonly unread: Int32Array<SharedArrayBuffer>;
  /** Maximum of unread bytes before the writer waits. */
  readonly limitBytes: number;
}

/** Everything that the supervisor needs to make a thread or worker. */
export interface IsolateRecipe {
  readonly method: "thread" | "worker";
  readonly name: string;
  readonly entry: string;
  /** The isolate's owner id, claimed by its parent. */
  readonly ident: number;
  /** The parent's owner id: this isolate ends with its parent. */
  readonly parent: number;
  readonly maxHeapMiB: number | null;
  readonly permissions: Deno.PermissionOptions | null;
  /** What becomes of what it writes; null where both are inherited. */
  readonly output: IsolateOutput | null;
  /** The first message, if it need not go through the port to the parent. */
  readonly first: StartMessage | null;
}

/** From a thread or worker to its supervisor. */
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
    /** One word: the side that turns 0 into 1 makes the isolate. */
    readonly claim: Int32Array;
  }
  | {
    readonly kind: "stop";
    readonly ident: number;
    readonly signal: StopSignal;
  };

/** From the supervisor to a thread or worker: one of its children has ended. */
export interface ToIsolate {
  readonly kind: "ended";
  readonly ident: number;
  readonly ending: Ending;
}

/** How a process ended, as its launcher observed it. */
export interface Ending {
  /** The exit code; `-n` for signal `n`. */
  readonly code: number;
  /** Why, when the code alone does not say it. */
  readonly reason?: string;
}

/**
 * An isolate's link to the resource sharer of its OS process; see
 * `memory/sharing/resource_sharer.ts`.
 */
export interface SharerLink {
  /** Never given an event handler: both sides poll it. */
  readonly port: MessagePort;
  /** The word that wakes the supervisor. */
  readonly wakeWord: BlockHandle;
}

/** From an isolate to the resource sharer. */
export type ToSharer =
  | {
    readonly kind: "deposit";
    readonly number: number;
    readonly content: Cloned;
    /** The objects of the content that are transferred, not copied. */
    readonly carried: readonly Transferable[];
  }
  | {
    readonly kind: "fetch";
    readonly number: number;
    /** The word that is raised when the answer is posted. */
    readonly answered: BlockHandle;
  }
  | { readonly kind: "discard"; readonly number: number }
  | {
    /** The link of an isolate that this one makes without the supervisor. */
    readonly kind: "open_link";
    readonly ident: number;
    readonly port: MessagePort;
  }
  | { readonly kind: "close_link"; readonly ident: number };

/**
 * The answer of the resource sharer to a fetch; without content if it has no
 * such item.
 */
export interface FromSharer {
  readonly number: number;
  readonly content: Cloned | null;
}

/**
 * The boot data of a spare isolate, which is booted ahead of time, in place of
 * an `IsolateBoot`.
 */
export interface SpareWait {
  readonly kind: "wait";
  /** URLs of modules to import ahead of time. */
  readonly preload: readonly string[];
  /**
   * The port on which a thread reports the size of its heap when it waits, and
   * later receives its identity; null for a Web Worker, which has a channel of
   * its own.
   */
  readonly port: MessagePort | null;
}

/** The identity of an isolate that was booted ahead of time. */
export interface SpareIdentity {
  readonly name: string;
  readonly boot: IsolateBoot;
}

/** The boot data of a new isolate. */
export interface IsolateBoot {
  /** The port to the parent. */
  readonly data: MessagePort;
  /** The port to the supervisor. */
  readonly control: MessagePort;
  /** The link to the resource sharer. */
  readonly sharer: SharerLink;
  /** The isolate's own owner id, and the table of owners. */
  readonly ident: number;
  readonly owners: SharedArrayBuffer;
  /** The stop flags that only it and its supervisor share. */
  readonly flags: Int32Array<SharedArrayBuffer>;
  /** The version that the parent speaks. */
  readonly version: number;
  /** The first message, if it is not sent over `data`. */
  readonly first: StartMessage | null;
  /** Whether it has permissions of its own, and so makes its children itself. */
  readonly isRoot: boolean;
  /** Whether it, or an isolate above it, has permissions of its own. */
  readonly isConfined: boolean;
  /**
   * Whether this OS process receives messages on its stdin, which then looks
   * empty to the program.
   */
  readonly isStdinTaken: boolean;
  /** What becomes of what it writes; null where both are inherited. */
  readonly output: IsolateOutput | null;
}
