/**
 * A child from its start order to its end, the same for every start method.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { inheritStartMethod, Process } from "../context/default.ts";
import type { Loaders } from "../launch/entry.ts";
import { adoptSites, beginImport, endImport } from "../memory/sites.ts";
import {
  PARENT_GONE,
  setCurrentProcess,
  setParentProcess,
} from "../process/current.ts";
import * as family from "../process/family.ts";
import { Adoption, type BaseProcess } from "../process/process.ts";
import { revive } from "../process/revive.ts";
import type { Destination } from "../wire/handle.ts";
import type { StartBody, ToChild, ToParent } from "../wire/messages.ts";
import { pack, unpack } from "../wire/pack.ts";
import { describeError } from "../wire/remote_error.ts";
import { findProcess } from "./find.ts";

/** A child's end of the channel to its parent, and its way out. */
export interface Line {
  /** Where the parent lives. */
  readonly destination: Destination;
  /** Sends a message to the parent, in full, before it returns. */
  send(message: ToParent): void;
  /** Ends this process. */
  exit(code: number): void;
}

type StartMessage = Extract<ToChild, { kind: "start" }>;

/** The exit code after an error that nobody caught. */
const FAILED = 1;

/** What SIGTERM leaves, for a process that ends when it is asked to. */
const ASKED_TO_STOP = -15;

/** One life of a child. */
export class Life {
  readonly #line: Line;
  readonly #loaders: Loaders;
  #name = "";
  #parentGone = () => {};
  #over = false;

  /** Begins a life that waits for its order. */
  constructor(line: Line, loaders: Loaders) {
    this.#line = line;
    this.#loaders = loaders;
  }

  /** Takes a message of the parent. */
  hear(message: ToChild): void {
    switch (message.kind) {
      case "start":
        this.#run(message);
        return;
      case "stop":
        if (!family.askToStop()) this.#end(ASKED_TO_STOP);
        return;
    }
  }

  /** The parent is gone, and whoever waits for that hears it before the end. */
  orphaned(): void {
    this.#parentGone();
    setTimeout(() => this.#end(FAILED));
  }

  async #run(order: StartMessage): Promise<void> {
    this.#name = order.identity.name;
    this.#catchStrays();
    try {
      this.#report(await (await this.#born(order)).run());
      await this.#finish(Deno.exitCode);
    } catch (error) {
      this.#fail(error);
      await this.#finish(FAILED);
    }
  }

  /** Becomes the process of the order: imports the modules, finds what to run. */
  async #born(order: StartMessage): Promise<BaseProcess> {
    const { identity, target } = order;
    inheritStartMethod(identity.method);
    family.becomeChild(identity);
    const parent = setParentProcess(identity.parent);
    this.#parentGone = () => parent[PARENT_GONE]();
    const body = unpack(order.body, revive) as StartBody;
    adoptSites(order.sites);
    const found = await this.#importing(() =>
      findProcess(target, body, this.#loaders)
    );
    const process = Reflect.construct(
      Process,
      [
        new Adoption(
          identity,
          identity.parent,
          identity.method,
          found.target,
          body.args,
        ),
      ],
      found.constructor,
    ) as BaseProcess;
    Object.assign(process, body.fields);
    setCurrentProcess(process);
    return process;
  }

  async #importing<T>(load: () => Promise<T>): Promise<T> {
    family.setImporting(true);
    beginImport();
    try {
      return await load();
    } finally {
      endImport();
      family.setImporting(false);
    }
  }

  #report(value: unknown): void {
    try {
      const { destination } = this.#line;
      this.#line.send({
        kind: "result",
        body: pack(value, destination, "result"),
      });
    } catch (error) {
      // The target has done its work: what cannot be sent fails `result()` only.
      const { path, reason } = error instanceof EncodingError
        ? error
        : { path: "result", reason: String(error) };
      this.#line.send({ kind: "unsendable", path, reason });
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    print(`Process ${this.#name}:\n${Deno.inspect(error)}\n`);
    this.#line.send({ kind: "failure", error: describeError(error) });
  }

  async #finish(code: number): Promise<void> {
    await family.endFamily();
    this.#end(code);
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#line.exit(code);
  }

  /** Errors of timers, handlers and promises that nobody awaits. */
  #catchStrays(): void {
    const stray = (event: Event, error: () => unknown) => {
      unlessPrevented(event, () => {
        this.#fail(error());
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
}

/**
 * Keeps Deno from ending the program by an error event, and calls `fatal` unless a
 * listener of the user, which runs after this one, has prevented that too.
 */
function unlessPrevented(event: Event, fatal: () => void): void {
  event.preventDefault();
  let prevented = false;
  event.preventDefault = () => {
    prevented = true;
  };
  queueMicrotask(() => {
    if (!prevented) fatal();
  });
}

function print(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody reads stderr any more.
  }
}
