/**
 * The context of a child: what its parent told it at its start, and the hooks that
 * the package sets in it.
 *
 * A child's entry loads this file and little else, so that a target whose
 * module does not use this package starts as quickly as a bare worker. If the
 * package is loaded later, its layers find here the identity of the process,
 * the channel to its parent, and the parent's objects.
 *
 * @module
 */

import type { Destination } from "../serialization/handle.ts";
import {
  type Identity,
  type IsolateOutput,
  type LogSetting,
  type MailboxMessage,
  type ModuleObject,
  PROTOCOL_VERSION,
  type SharerLink,
} from "./messages.ts";

/** The name of the main program, which is a process that nobody named. */
export const MAIN_PROCESS = "MainProcess";

/**
 * What differs between the kinds of child: the OS process or isolate that hosts
 * it.
 */
export type Host =
  & {
    /**
     * Whether this OS process receives messages on its stdin, which then looks
     * empty to the program.
     */
    readonly isStdinTaken: boolean;
  }
  & (
    | {
      readonly kind: "isolate";
      /** The isolate's own owner id, and the table of owners. */
      readonly ident: number;
      readonly owners: SharedArrayBuffer;
      /** The stop flags that only it and its supervisor share. */
      readonly flags: Int32Array<SharedArrayBuffer>;
      /** The port to the supervisor. */
      readonly control: MessagePort;
      /**
       * Whether it has permissions of its own, and so makes its children
       * itself.
       */
      readonly isRoot: boolean;
      /** Whether it, or an isolate above it, has permissions of its own. */
      readonly isConfined: boolean;
      /** The link to the resource sharer. */
      readonly sharer: SharerLink;
      /** What becomes of what it writes; null where both are inherited. */
      readonly output: IsolateOutput | null;
      /** Sends to the parent what was written to a stream. */
      emit(name: "stdout" | "stderr", bytes: Uint8Array<ArrayBuffer>): void;
      /** How long a blocking wait may last before it polls the stop flag. */
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

/** What a child knows of itself. */
export interface ChildContext {
  readonly host: Host;
  readonly identity: Identity;
  /**
   * How it and its parent share: as isolates of one OS process, as processes,
   * or not at all.
   */
  readonly parent: Destination;
  /** The modules that the child may load whatever its permissions are. */
  readonly loaders: Loaders;
  /** Sends a message to the parent. */
  post(message: MailboxMessage, transfer?: readonly Transferable[]): void;
  /** The parent's objects, by construction site. */
  readonly sites: readonly ModuleObject[];
  /** The log setting that it inherits. */
  readonly log: LogSetting;
  /** The function that it runs, once that is found. */
  target: ((...args: never[]) => unknown) | undefined;
  args: readonly unknown[];
  /** True while the modules of the parent are being imported. */
  importing: boolean;
}

/**
 * Hooks that the end of a child and the parent's requests call; each is set by
 * the part of the package that handles it.
 */
export interface Hooks {
  /** Ends the daemons among the children and waits for the others. */
  endChildren: (() => Promise<void>) | null;
  /** Waits for what tools that this process has started still write to its parent. */
  drainOutput: (() => Promise<void>) | null;
  /** Answers a request to stop; without it the process ends. */
  stop: (() => void) | null;
  /** Called when the parent is gone. */
  orphaned: (() => void) | null;
  /**
   * Lets this process learn of the parent's end before it ends too, where it
   * otherwise would not.
   */
  watchParent: (() => void) | null;
  /**
   * Blocks for at most `ms` milliseconds and handles the parent's messages
   * meanwhile; null where a blocking thread cannot receive any.
   */
  takeSync: ((ms: number) => void) | null;
  /**
   * Whether this process is being ended. Errors from then on are not the
   * target's: a kill can be thrown as `null`, as "execution terminated", or as
   * a use of one of Deno's own globals "before initialization" (2.9.6).
   */
  isStopped: () => boolean;
  /**
   * Called with an uncaught error; the function that it returns may claim the
   * error later, so that it ends nothing.
   */
  claimUnhandled: ((error: unknown, isThrown: boolean) => () => boolean) | null;
  /** Runs an import that a kill does not interrupt. */
  load: <T>(load: () => Promise<T>) => Promise<T>;
  /** Modules that must be loaded before received objects are used. */
  readonly loading: Set<Promise<unknown>>;
}

/** The state that all copies of this file in a process share. */
interface SharedContext {
  context: ChildContext | null;
  readonly hooks: Hooks;
  /** The state of other files that must be one per process, by name. */
  readonly states: Map<string, unknown>;
}

const KEY = Symbol.for(`@multiprocessing/core ${PROTOCOL_VERSION}`);
const shared = globalThis as { [KEY]?: SharedContext };

/**
 * Shared by all copies of this file in a child: its entry is built into one
 * file and so has a copy of its own, apart from the package's, which loads
 * later if at all.
 */
const known: SharedContext = shared[KEY] ?? {
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
    loading: new Set(),
  },
  states: new Map(),
};

/** The state called `name`, which all copies of a file in a child share. */
export function sharedState<T>(name: string, make: () => T): T {
  if (!known.states.has(name)) known.states.set(name, make());
  return known.states.get(name) as T;
}

/** The hooks of this process. */
export const hooks: Hooks = known.hooks;

/** The context of this process; null in the main program. */
export function childContext(): ChildContext | null {
  return known.context;
}

/** Shares the state of this copy with later copies of this file. */
export function shareChildContext(): void {
  shared[KEY] = known;
}

/**
 * Sets the context of this process, before any module of the user loads, and
 * returns it. A spare process sets it twice: the object stays the same.
 */
export function setChildContext(context: ChildContext): ChildContext {
  known.context = known.context === null
    ? context
    : Object.assign(known.context, context);
  return known.context;
}
