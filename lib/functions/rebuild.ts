/**
 * Makes a function again from what was captured of it.
 *
 * For each scope there is a function with its variables, within that of the scope
 * around it, and the texts stand in the functions of their scopes. What they close
 * over is so what it was: functions of one scope share its variables, and V8 compiles
 * them as it does any other.
 *
 * ```
 *   (function(){                       // scope 0
 *     let factor = values[0], helper;
 *     bind(1, (x) => { helper = x });
 *     make[1] = () => (function helper(x) { return x * factor });
 *     (function(){                     // scope 1, inside it
 *       let n = values[1];
 *       make[0] = () => ((x) => helper(x) + n);
 *     })();
 *   })();
 * ```
 *
 * Functions are made first, as to make one runs nothing; then classes in the order of
 * the source, as their static fields and what they extend are evaluated.
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import { unreachable } from "../base/assert.ts";
import { ProcessError } from "../base/errors.ts";
import {
  type Exports,
  hooks,
  type Loaders,
  type TargetFunction,
} from "../wire/protocol/child_context.ts";
import type {
  CapturedCode,
  CapturedPart,
  CapturedScope,
  CapturedValues,
  Integrity,
} from "../wire/protocol/captured.ts";
import { importFrom, loadModule } from "../wire/protocol/load_module.ts";
import {
  knowClass,
  type NamedPrototype,
  noteBrought,
} from "../wire/serialization/known_classes.ts";
import { setOrigin } from "./text_origins.ts";
import {
  importStandIn,
  metaStandIn,
  unused,
  withModule,
} from "./text_imports.ts";

/** The first part of what was captured. */
export async function rebuild(
  code: CapturedCode,
  values: CapturedValues,
  loaders: Loaders,
): Promise<TargetFunction> {
  const rebuilding = new Rebuilding(code, values);
  await rebuilding.load(loaders);
  return rebuilding.make() as TargetFunction;
}

const USE_STRICT = `"use strict";`;

const CLOSE: Readonly<Record<Integrity, (holder: object) => unknown>> = {
  closed: Object.preventExtensions,
  sealed: Object.seal,
  frozen: Object.freeze,
};

/** A part whose text is evaluated. */
type TextPart = Extract<CapturedPart, { kind: "text" }>;

class Rebuilding {
  readonly #code: CapturedCode;
  readonly #values: CapturedValues;
  readonly #made: unknown[] = [];
  readonly #makers: (() => unknown)[] = [];
  /** The classes whose instances keep them when they are sent. */
  readonly #classes: NamedPrototype[] = [];
  /** Gives the private fields of classes their values. */
  readonly #later: (() => void)[] = [];
  /** By each part, what gives it to a variable or a container that holds it. */
  readonly #setters = new Map<number, ((made: unknown) => void)[]>();

  constructor(code: CapturedCode, values: CapturedValues) {
    this.#code = code;
    this.#values = values;
  }

  /** Imports what is to be imported. */
  async load(loaders: Loaders): Promise<void> {
    await Promise.all(this.#code.parts.map(async (part, i) => {
      if (part.kind === "export") this.#made[i] = await exported(part, loaders);
    }));
  }

  make(): unknown {
    this.#evaluate();
    this.#addSetters();
    const { parts, classes } = this.#code;
    const isClass = new Set(classes);
    for (const [i, part] of parts.entries()) {
      if (isClass.has(i)) continue;
      this.#made[i] = this.#makeOne(part, i);
      this.#bind(i);
    }
    for (const i of classes) {
      this.#made[i] = this.#makeOne(parts[i]!, i);
      this.#bind(i);
    }
    this.#fill();
    noteBrought(this.#made[0] as object, this.#classes);
    return this.#made[0];
  }

  #makeOne(part: CapturedPart, i: number): unknown {
    switch (part.kind) {
      case "export":
        return this.#made[i];
      case "global":
        return globalAt(part.path);
      case "symbol":
        return part.isWellKnown
          ? (Symbol as unknown as Record<string, unknown>)[part.name]
          : Symbol.for(part.name);
      case "import":
        return part.form === "call"
          ? importStandIn(part.module, importFrom)
          : metaStandIn(part.module);
      case "text": {
        const made = this.#makers[i]!() as object;
        setOrigin(made, part.module);
        return made;
      }
      default:
        return unreachable(part);
    }
  }

  #addSetter(part: number, set: (made: unknown) => void): void {
    const setters = this.#setters.get(part);
    if (setters === undefined) this.#setters.set(part, [set]);
    else setters.push(set);
  }

  #addSetters(): void {
    for (const [container, key, part] of this.#values.places) {
      this.#addSetter(part, (made) => {
        (container as Record<string, unknown>)[key] = made;
      });
    }
    for (const [instance, part] of this.#values.instances) {
      this.#addSetter(part, (made) => {
        const { prototype } = made as { prototype: object };
        Object.setPrototypeOf(instance, prototype);
      });
    }
  }

  /** Gives a part to the variables and containers that hold it. */
  #bind(part: number): void {
    const made = this.#made[part];
    this.#nameClass(part, made);
    for (const set of this.#setters.get(part) ?? []) set(made);
  }

  /** Has instances of a class keep it when they are sent. */
  #nameClass(part: number, made: unknown): void {
    const about = this.#code.parts[part]!;
    if (about.kind !== "text" && about.kind !== "export") return;
    if (about.className === null || typeof made !== "function") return;
    knowClass(about.className, made.prototype);
    this.#classes.push([about.className, made.prototype]);
  }

  #fill(): void {
    for (const [target, content] of this.#values.fills) {
      if (target instanceof Set) {
        for (const member of content) target.add(member);
      } else {
        for (let i = 0; i < content.length; i += 2) {
          target.set(content[i], content[i + 1]);
        }
      }
    }
    for (const bare of this.#values.bare) Object.setPrototypeOf(bare, null);
    this.#addExtras();
    for (const [part, of, enumerable, fields] of this.#values.fields) {
      const made = this.#made[part] as { prototype: object };
      const holder = of === "itself" ? made : made.prototype;
      for (const [key, value] of Object.entries(fields)) {
        Object.defineProperty(holder, key, {
          value,
          writable: true,
          enumerable,
          configurable: true,
        });
      }
    }
    for (const set of this.#later) set();
    for (const [closed, how] of this.#values.integrity) CLOSE[how](closed);
  }

  #addExtras(): void {
    for (const [holder, key, enumerable, value] of this.#values.extras) {
      const name = (typeof key === "number" ? this.#made[key] : key) as string;
      // What it has by itself, as `lastIndex`, is only set.
      const own = Object.hasOwn(holder, name)
        ? {}
        : { enumerable, writable: true, configurable: true };
      Object.defineProperty(holder, name, { value, ...own });
    }
  }

  #evaluate(): void {
    const { parts, scopes } = this.#code;
    const all = parts.flatMap((part) => part.kind === "text" ? [part.text] : [])
      .join();
    const prefix = unused("captured", all);
    const writer = new SourceWriter(
      prefix,
      parts,
      scopes,
      this.#values.values,
    );
    const run = new Function(
      ...["values", "makers", "made", "bind", "method", "standIns", "later"]
        .map((
          name,
        ) => `${prefix}_${name}`),
      writer.text(),
    );
    run(
      this.#values.values,
      this.#makers,
      this.#made,
      (part: number, set: (made: unknown) => void) =>
        this.#addSetter(part, set),
      methodOf,
      writer.standIns,
      this.#later,
    );
  }
}

/** Writes the scopes and the texts in them as one text. */
class SourceWriter {
  /** What is in place of `import` in a text. */
  readonly standIns: Readonly<Record<string, unknown>>[] = [];
  readonly #prefix: string;
  readonly #parts: readonly CapturedPart[];
  readonly #scopes: readonly CapturedScope[];
  readonly #values: readonly unknown[];

  constructor(
    prefix: string,
    parts: readonly CapturedPart[],
    scopes: readonly CapturedScope[],
    values: readonly unknown[],
  ) {
    this.#prefix = prefix;
    this.#parts = parts;
    this.#scopes = scopes;
    this.#values = values;
  }

  text(): string {
    const isStrict = this.#parts.every((part) =>
      part.kind !== "text" || !part.isSloppy
    );
    return `${isStrict ? USE_STRICT : ""}${this.#inside(null)}`;
  }

  /** The texts and the scopes in a scope, or in none. */
  #inside(scope: number | null): string {
    const texts = this.#parts.map((part, i) =>
      part.kind === "text" && part.scope === scope ? this.#maker(part, i) : ""
    );
    const scopes = this.#scopes.map((each, i) =>
      each.parent === scope ? this.#scope(each, i) : ""
    );
    return texts.join("") + scopes.join("");
  }

  #scope({ variables }: CapturedScope, scope: number): string {
    const prefix = this.#prefix;
    const declared = variables.map(([name, holds, index]) =>
      holds === "value" ? `${name}=${prefix}_values[${index}]` : name
    );
    const bound = variables.map(([name, holds, index]) =>
      holds === "part"
        ? `${prefix}_bind(${index},(${prefix})=>{${name}=${prefix}});`
        : ""
    );
    return `(function(){let ${declared};${bound.join("")}${
      this.#inside(scope)
    }})();`;
  }

  #maker(part: TextPart, i: number): string {
    const { form, name, parent, module, isSloppy } = part;
    const prefix = this.#prefix;
    const { source, scope } = withModule(
      this.#withPrivates(part),
      module,
      importFrom,
    );
    this.standIns[i] = scope;
    const names = Object.keys(scope);
    const given = names.map((each) =>
      `const ${each}=${prefix}_standIns[${i}].${each};`
    );
    if (parent !== null) {
      given.push(`const ${parent[0]}=${prefix}_made[${parent[1]}];`);
    }
    const key = JSON.stringify(name);
    const made = form === "method"
      ? `${prefix}_method({${source}\n})`
      : name === ""
      ? `(${source}\n)`
      // So that it gets its name as it did before.
      : `({[${key}]:(${source}\n)})[${key}]`;
    const mode = isSloppy ? "" : USE_STRICT;
    return `${prefix}_makers[${i}]=()=>{${mode}${
      given.join("")
    }return ${made}};`;
  }

  /**
   * The text of a class that gives its own private fields their values, once all that
   * these hold has been made.
   */
  #withPrivates({ text, privates }: TextPart): string {
    if (privates === null) return text;
    const values = `${this.#prefix}_values[${privates}]`;
    const fields = Object.keys(this.#values[privates] as object);
    const sets = fields.map((name) =>
      `this.${name}=${values}[${JSON.stringify(name)}];`
    );
    return `${text.slice(0, -1)}\nstatic{${this.#prefix}_later.push(()=>{${
      sets.join("")
    }})}}`;
  }
}

/** The one method, getter or setter of an object. */
export function methodOf(holder: object): unknown {
  const [key] = Reflect.ownKeys(holder);
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key!)!;
  return value ?? get ?? set;
}

function globalAt(path: readonly string[]): unknown {
  let found: unknown = globalThis;
  for (const name of path) found = (found as Record<string, unknown>)[name];
  return found;
}

async function exported(
  { module, from, key, text }: Extract<CapturedPart, { kind: "export" }>,
  loaders: Loaders,
): Promise<unknown> {
  const namespace = from === null
    ? await loadModule(module, loaders)
    : await hooks.load(() => importAs(module, from)) as Exports;
  if (key === null) return namespace;
  if (!(key in namespace)) {
    throw new ProcessError(
      `Cannot use "${key}" of ${module} as the module exports ` +
        `${
          Object.keys(namespace).join(", ") || "nothing"
        } here: export it in ` +
        `every process, or give it in the option \`scope\``,
    );
  }
  const found = namespace[key];
  const isOther = text !== null &&
    (typeof found !== "function" ||
      functionText(found) !== text);
  if (!isOther) return found;
  throw new ProcessError(
    `Cannot use "${key}" of ${module} as the module exports another function ` +
      `under this name here: give it in the option \`scope\``,
  );
}

declare const process: {
  getBuiltinModule(name: "node:module"): {
    registerHooks(hooks: {
      resolve(
        specifier: string,
        context: { readonly parentURL?: string },
        next: (specifier: string, context: object) => unknown,
      ): unknown;
    }): { deregister(): void };
  };
};

let imported = 0;

/** Imports by a name that means something in another module only. */
async function importAs(
  specifier: string,
  parentURL: string,
): Promise<unknown> {
  const { registerHooks } = process.getBuiltinModule("node:module");
  const standIn = `multiprocessing:import/${imported++}`;
  const registered = registerHooks({
    resolve: (wanted, context, next) =>
      wanted === standIn
        ? next(specifier, { ...context, parentURL })
        : next(wanted, context),
  });
  try {
    return await import(standIn);
  } finally {
    registered.deregister();
  }
}
