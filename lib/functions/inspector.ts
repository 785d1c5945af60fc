/**
 * Looks at the scopes of a function through V8's inspector, which Deno offers as
 * `node:inspector`.
 *
 * Deno runs a command at once and gives its answer in `process.nextTick()` (2.9.6).
 * A function is looked at within the call that starts something, so the ticks of the
 * session are taken and run here: then the answer is there when `post()` returns.
 *
 * A session must be closed before a child starts: Deno lets a new worker wait 500 ms
 * for a debugger while one is open (2.9.6). As nothing here awaits, none can start
 * meanwhile.
 *
 * @module
 */

import { isInteractive } from "../base/interactive.ts";

/** The part of a session of `node:inspector` that is used here. */
interface Session {
  connect(): void;
  disconnect(): void;
  post(
    method: string,
    params: Readonly<Record<string, unknown>>,
    answer: (error: Error | null, result: unknown) => void,
  ): void;
  on(event: string, hear: (message: { params: unknown }) => void): void;
}

interface NodeProcess {
  nextTick(tick: (...args: unknown[]) => void, ...args: unknown[]): void;
  getBuiltinModule(
    name: "node:inspector",
  ): { readonly Session: new () => Session };
}

declare const process: NodeProcess;

/** A value as the inspector names it. */
interface RemoteObject {
  readonly objectId: string;
  readonly value?: unknown;
}

interface InternalProperty {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface PrivateProperty {
  readonly name: string;
  /** Missing for an accessor. */
  readonly value?: CallArgument;
}

/** A value as the inspector takes and gives it. */
interface CallArgument {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
}

interface StackTrace {
  readonly callFrames: readonly {
    readonly scriptId: string;
    readonly url: string;
  }[];
}

/** Variables, from the innermost scope of a function outwards. */
export interface FoundScope {
  /** A module's own scope, or one inside it. */
  readonly kind: "module" | "script" | "inner" | "with";
  /**
   * The variables. To read one that is not initialized yet throws a `ReferenceError`.
   */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Why they cannot be sent, where only their names are known. */
  readonly refusal?: string;
}

/** Where a function stands. */
export interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What V8 says of a function. */
export interface Looked {
  /** Without the global one. */
  readonly scopes: readonly FoundScope[];
  /** Null for a function of the platform. */
  readonly location: Location | null;
}

/** Answers while a session is open. */
export interface Inspector {
  /** The scopes of a function, and its place. */
  look(target: object): Looked;
  /** The names that a function has kept of the parameters of the one around it. */
  keptBy(holder: object): Iterable<string>;
  /** The private fields of a class itself; null where they cannot be seen. */
  privatesOf(type: object): Readonly<Record<string, unknown>> | null;
  /** The address of a script. */
  urlOf(scriptId: string): string;
  /** The text of a script, as it was compiled. */
  sourceOf(scriptId: string): string;
}

/**
 * Whether functions can be looked at here. In the REPL and in a notebook a session
 * would abort the program while a line or cell is being evaluated (2.9.6).
 */
function canInspect(): boolean {
  if (isInteractive()) return false;
  // Asked first: to connect would ask the user at the terminal.
  const { state } = Deno.permissions.querySync(
    { name: "sys", kind: "inspector" as "hostname" },
  );
  return state === "granted";
}

/** Addresses of scripts that were seen, and which these are. */
const urls = new Map<string, string>();
const known = new Set<string>();

/** Under these names the inspector and this file hand values to each other. */
const GIVEN = "@multiprocessing/core given";
const TAKE = "@multiprocessing/core take";

/** Opens a session for the time of `use`; null where Deno has none to give. */
export function inspect<T>(use: (inspector: Inspector) => T): T | null {
  if (!canInspect()) return null;
  const line = InspectorSession.open();
  if (line === null) return null;
  try {
    return use(line);
  } finally {
    line.close();
  }
}

/**
 * Notes the scripts of the callers, where `module` is among them and not known yet. V8
 * tells of the ten innermost frames only, so this is called where few of them are of
 * this package. Without it all scripts would have to be listed, for 10 to 80 ms.
 */
export function noteCallers(module: string): void {
  if (known.has(module) || !canInspect()) return;
  // Once, also where it is under another name, as what `deno eval` runs.
  known.add(module);
  const line = InspectorSession.open();
  if (line === null) return;
  let found: Thrown = {};
  try {
    line.session.post("Runtime.evaluate", THROW, (_, result) => {
      found = result as Thrown;
    });
  } finally {
    line.close();
  }
  for (
    const { scriptId, url } of found.exceptionDetails?.stackTrace?.callFrames ??
      []
  ) note(scriptId, url);
}

const THROW = { expression: "throw new Error()", silent: true };

/** What came of an expression that throws. */
interface Thrown {
  readonly exceptionDetails?: { readonly stackTrace?: StackTrace };
}

function note(scriptId: string, url: string): void {
  urls.set(scriptId, url);
  known.add(url);
}

/** An open session. */
class InspectorSession implements Inspector {
  readonly session: Session;
  /** What the session had put off. */
  readonly #ticks: (() => void)[] = [];
  readonly #nextTick = process.nextTick;
  #hasScripts = false;

  private constructor(session: Session) {
    this.session = session;
    process.nextTick = (tick, ...args) => {
      this.#ticks.push(() => tick(...args));
    };
  }

  static open(): InspectorSession | null {
    try {
      const { Session } = process.getBuiltinModule("node:inspector");
      const session = new Session();
      session.connect();
      return new InspectorSession(session);
    } catch {
      return null; // Deno may not have it, as where a program was compiled.
    }
  }

  close(): void {
    try {
      this.#run();
      this.session.disconnect();
      this.#run();
    } finally {
      process.nextTick = this.#nextTick;
    }
  }

  #run(): void {
    for (let tick = this.#ticks.shift(); tick; tick = this.#ticks.shift()) {
      tick();
    }
  }

  #ask<T>(method: string, params: Readonly<Record<string, unknown>>): T {
    let answered: { readonly error: Error | null; readonly result: unknown };
    answered = { error: new Error(`${method} was not answered`), result: null };
    this.session.post(method, params, (error, result) => {
      answered = { error, result };
    });
    this.#run();
    if (answered.error !== null) throw answered.error;
    return answered.result as T;
  }

  look(target: object): Looked {
    const { internalProperties = [] } = this.#propertiesOf(target);
    return {
      scopes: this.#scopes(valueIn(internalProperties, "[[Scopes]]")),
      location: (valueIn(internalProperties, "[[FunctionLocation]]")?.value ??
        null) as Location | null,
    };
  }

  #propertiesOf(target: object): {
    readonly objectId: string;
    readonly internalProperties?: readonly InternalProperty[];
    readonly privateProperties?: readonly PrivateProperty[];
  } {
    const given = globalThis as Record<string, unknown>;
    given[GIVEN] = target;
    try {
      const { result: { objectId } } = this.#ask<{ result: RemoteObject }>(
        "Runtime.evaluate",
        { expression: `globalThis[${JSON.stringify(GIVEN)}]`, silent: true },
      );
      const properties = { objectId, ownProperties: true };
      return {
        objectId,
        ...this.#ask<object>("Runtime.getProperties", properties),
      };
    } finally {
      delete given[GIVEN];
    }
  }

  privatesOf(type: object): Readonly<Record<string, unknown>> {
    const { objectId, privateProperties = [] } = this.#propertiesOf(type);
    const fields: Record<string, unknown> = {};
    for (const { name, value } of privateProperties) {
      if (value === undefined) continue;
      fields[name] = this.#take(objectId, [argumentOf(value)]);
    }
    return fields;
  }

  /** The value that the inspector has for an argument, or for the object itself. */
  #take(objectId: string, values?: readonly CallArgument[]): unknown {
    const taker = globalThis as Record<string, unknown>;
    let taken: unknown;
    taker[TAKE] = (value: unknown) => taken = value;
    const what = values === undefined ? "this" : "value";
    try {
      this.#ask("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: `function(value){globalThis[${
          JSON.stringify(TAKE)
        }](${what})}`,
        arguments: values ?? [],
        silent: true,
      });
    } finally {
      delete taker[TAKE];
    }
    return taken;
  }

  #scopes(list: RemoteObject | undefined): FoundScope[] {
    if (list === undefined) return [];
    const scopes = this.#take(list.objectId) as ArrayLike<
      { description: string; object: object }
    >;
    return Array.from(scopes).flatMap(({ description, object }) => {
      const kind = kindOf(description);
      const variables = object as FoundScope["variables"];
      return kind === null ? [] : [{ kind, variables }];
    });
  }

  keptBy(holder: object): string[] {
    return this.look(holder).scopes.flatMap(({ kind, variables }) =>
      kind === "inner" ? Object.keys(variables) : []
    );
  }

  urlOf(scriptId: string): string {
    if (!urls.has(scriptId)) this.#noteScripts();
    return urls.get(scriptId) ?? "";
  }

  /** Notes all scripts, for 10 to 80 ms: V8 tells of each of Deno's own too (2.9.6). */
  #noteScripts(): void {
    if (this.#hasScripts) return;
    this.#hasScripts = true;
    this.session.on("Debugger.scriptParsed", ({ params }) => {
      const { scriptId, url } = params as { scriptId: string; url: string };
      note(scriptId, url);
    });
    this.#ask("Debugger.enable", {});
  }

  sourceOf(scriptId: string): string {
    this.#noteScripts();
    return this.#ask<{ scriptSource: string }>("Debugger.getScriptSource", {
      scriptId,
    }).scriptSource;
  }
}

function argumentOf(
  { objectId, value, unserializableValue }: CallArgument,
): CallArgument {
  if (objectId !== undefined) return { objectId };
  if (unserializableValue !== undefined) return { unserializableValue };
  // Without a value it is undefined.
  return value === undefined ? {} : { value };
}

function valueIn(
  properties: readonly InternalProperty[],
  name: string,
): RemoteObject | undefined {
  return properties.find((property) => property.name === name)?.value;
}

/** The kind of a scope, by V8's words for it; null for the global one. */
function kindOf(description: string): FoundScope["kind"] | null {
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
