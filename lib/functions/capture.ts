/**
 * Finds out what a function uses, and makes it ready to travel: the variables of its
 * scopes that its text names, the functions and classes among these in turn.
 *
 * Of a name in a text it is found out in this order what it stands for:
 *
 * ```
 *   given by the caller (`scope`)  -->  that
 *   imported by its module         -->  imported there too, from the same place
 *   exported by its module         -->  imported from that module
 *   a variable around the text     -->  its value as it is now, functions in turn
 *   nothing of these               -->  a global of the process that runs it
 * ```
 *
 * Functions that share a scope here share one there: it is made once, and what one of
 * them assigns to a variable the others see.
 *
 * @module
 */

import { functionText, isNativeText } from "./function_text.ts";
import { EncodingError } from "../base/errors.ts";
import type {
  CapturedCode,
  CapturedPart,
  CapturedScope,
  CapturedValues,
  CapturedVariable,
  TextForm,
} from "../wire/protocol/captured.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import {
  isOfNamedClass,
  nameClass,
} from "../wire/serialization/known_classes.ts";
import { CapturedData, isPart } from "./captured_data.ts";
import { type Uses, usesOf } from "./free_names.ts";
import type { FoundScope, Inspector, Location, Looked } from "./inspector.ts";
import { globalPathOf } from "./intrinsics.ts";
import { heritageIn, lexicalWord } from "./lexical_this.ts";
import { unused } from "./text_imports.ts";
import { membersOf, withFixedName, wordsOfName } from "./class_text.ts";
import { isOfPackage } from "../base/built.ts";
import {
  isImportable,
  type ModuleOfScript,
  moduleOfScript,
} from "./script_modules.ts";
import { findScopes, scopeIdsOf } from "./scope_identity.ts";
import { originOf, standInOf } from "./text_origins.ts";
import { sessionExportOf } from "./session_exports.ts";

/**
 * A value, function or class that a function uses.
 *
 * @example The largest of them
 * ```ts
 * import { explain, type UsedThing } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const table = [1, 2, 3];
 * const { uses } = explain((i: number) => table[i]);
 * const [largest]: readonly UsedThing[] = uses;
 * equal(largest?.as ?? "not seen", uses.length > 0 ? "value" : "not seen");
 * ```
 */
export interface UsedThing {
  /** The path from the function, as in `work → helper → table`. */
  readonly path: string;
  /** How it gets there: by import, as text, by value, or as a global. */
  readonly as: "export" | "function" | "class" | "value" | "global" | "symbol";
  /** The module from which an export is imported, or in which a text was written. */
  readonly module: string | null;
  /** The size of its values in bytes, approximately. */
  readonly bytes: number;
}

/** A function that was looked at. */
export type CaptureResult =
  /** It is this export. */
  | { readonly kind: "export"; readonly module: string; readonly key: string }
  /** Its text says all. */
  | { readonly kind: "closed"; readonly module: string | null }
  /** It travels with what it uses. */
  | {
    readonly kind: "captured";
    readonly code: CapturedCode;
    readonly values: CapturedValues;
    readonly uses: readonly UsedThing[];
    readonly bytes: number;
  };

/** What is asked of a look. */
export interface CaptureRequest {
  readonly target: (...args: never[]) => unknown;
  /** What names are to stand for, whatever they stand for here; null for none. */
  readonly scope: Readonly<Record<string, unknown>> | null;
  readonly destination: Destination;
  /** Whether it is described also where its text says all. */
  readonly keepsText?: boolean;
}

/** Looks at a function. Throws an `EncodingError` for what cannot go. */
export function capture(
  request: CaptureRequest,
  inspector: Inspector,
): CaptureResult {
  return new Capture(request, inspector).run();
}

/** A scope that functions stand in. */
interface Around {
  readonly kind: FoundScope["kind"];
  readonly scriptId: string;
  readonly found: FoundScope["variables"];
  readonly outer: Around | null;
  /** Why its variables cannot go along, where only their names are known. */
  readonly refusal: string | null;
  /** What goes along of it. */
  readonly variables: Map<string, CapturedVariable>;
  /** Texts that use it. */
  readonly texts: string[];
  /** The functions of which only equal values say that they stand in it. */
  readonly doubtful: Set<object>;
  /** Its number, if a function is known to stand in it. */
  id: number | null;
}

/** A text whose variables are still to be found. */
interface Open {
  readonly index: number;
  readonly itself: object;
  readonly path: string;
  readonly text: string;
  readonly looked: Looked;
  readonly isTarget: boolean;
}

/** A class, and what the order of classes depends on. */
interface Class {
  readonly index: number;
  readonly parent: number | null;
  readonly location: Location | null;
}

class Capture {
  readonly #request: CaptureRequest;
  readonly #inspector: Inspector;
  readonly #data: CapturedData;
  readonly #parts: CapturedPart[] = [];
  readonly #partOf = new Map<object | symbol, number>();
  readonly #arounds: Around[] = [];
  readonly #innermost = new Map<number, Around>();
  readonly #open: Open[] = [];
  readonly #classes: Class[] = [];
  readonly #uses: UsedThing[] = [];
  /** For names that no scope has. */
  readonly #given: Around = around(
    { kind: "script", variables: {} },
    "",
    null,
    null,
  );

  constructor(request: CaptureRequest, inspector: Inspector) {
    this.#request = request;
    this.#inspector = inspector;
    this.#data = new CapturedData(request.destination, {
      partOf: (thing, path) => this.#part(thing, path),
      classOf: (type, path) => this.#classOf(type, path),
    });
  }

  run(): CaptureResult {
    const { target, scope } = this.#request;
    const name = nameOf(target) || "anonymous";
    const exported = scope === null ? this.#export(target) : null;
    if (exported?.key != null) {
      return { kind: "export", module: exported.module, key: exported.key };
    }
    this.#text(target, name, true);
    for (let open = this.#open.shift(); open; open = this.#open.shift()) {
      this.#resolve(open);
    }
    const [first] = this.#parts;
    const isAlone = this.#request.keepsText !== true &&
      this.#isAlone(functionText(target));
    const isWhole = first?.kind === "text" && !first.isSloppy &&
      first.text === functionText(target);
    if (isWhole && isAlone) {
      return { kind: "closed", module: first.module };
    }
    const [doubt] = this.#doubts();
    if (doubt !== undefined) return this.#resolved(doubt);
    return {
      kind: "captured",
      code: this.#code(),
      values: this.#data.finish(),
      uses: this.#uses,
      bytes: this.#data.bytes + this.#textBytes(),
    };
  }

  /** Whether a text is all, as the one name that it uses freely is its own. */
  #isAlone(text: string): boolean {
    if (this.#parts.length > 1 || !this.#data.isEmpty) return false;
    const self = declaredName(text);
    return [this.#given, ...this.#arounds].every(({ variables }) =>
      variables.keys().every((name) => name === self)
    );
  }

  #textBytes(): number {
    let bytes = 0;
    for (const part of this.#parts) {
      if (part.kind === "text") bytes += part.text.length;
    }
    return bytes;
  }

  // Parts

  #part(thing: object | symbol, path: string): number {
    const known = this.#partOf.get(thing);
    if (known !== undefined) return known;
    if (typeof thing === "symbol") return this.#symbol(thing, path);
    const global = globalPathOf(thing);
    if (global !== null && !this.#isOwn(thing)) {
      return this.#add(thing, { kind: "global", path: global });
    }
    const standIn = standInOf(thing);
    if (standIn !== null) {
      return this.#add(thing, { kind: "import", ...standIn });
    }
    const exported = this.#export(thing);
    return exported === null
      ? this.#text(thing, path, false)
      : this.#add(thing, exported);
  }

  #add(thing: object | symbol | null, part: CapturedPart): number {
    const index = this.#parts.push(part) - 1;
    if (thing !== null) this.#partOf.set(thing, index);
    return index;
  }

  #symbol(symbol: symbol, path: string): number {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) {
      return this.#add(symbol, {
        kind: "symbol",
        name: key,
        isWellKnown: false,
      });
    }
    const known = symbol.description?.replace(/^Symbol\./, "") ?? "";
    if ((Symbol as unknown as Record<string, unknown>)[known] === symbol) {
      return this.#add(symbol, {
        kind: "symbol",
        name: known,
        isWellKnown: true,
      });
    }
    throw new EncodingError(
      path,
      "a symbol that no other process has; make it with Symbol.for()",
    );
  }

  /** Whether a function is one that the program has put in the place of a global. */
  #isOwn(thing: object): boolean {
    if (typeof thing !== "function" || isNativeText(functionText(thing))) {
      return false;
    }
    const { location } = this.#look(thing);
    return location !== null &&
      !/^(ext|node):/.test(this.#inspector.urlOf(location.scriptId));
  }

  /** The export that a function or class is of the module that it stands in. */
  #export(thing: object): Extract<CapturedPart, { kind: "export" }> | null {
    if (typeof thing !== "function") return exportInSession(thing);
    const text = functionText(thing);
    if (isNativeText(text)) return exportInSession(thing);
    const looked = this.#look(thing);
    const ofSession = exportInSession(thing);
    if (ofSession !== null) return ofSession;
    const module = this.#moduleOf(looked);
    if (module?.names == null || !isImportable(module.url)) return null;
    const scope = looked.scopes.find(({ kind }) => kind === "module")!;
    for (const [name, key] of module.names.exports) {
      if (read(scope.variables, name)?.value === thing) {
        return {
          kind: "export",
          module: module.url,
          from: null,
          key,
          text,
          className: sentNameOf(thing),
        };
      }
    }
    return null;
  }

  readonly #lookedAt = new Map<object, Looked>();

  #look(thing: object): Looked {
    const known = this.#lookedAt.get(thing) ?? this.#inspector.look(thing);
    this.#lookedAt.set(thing, known);
    return known;
  }

  /** The module that a function stands in, if it does. */
  #moduleOf({ scopes, location }: Looked): ModuleOfScript | null {
    if (location === null) return null;
    const isOfModule = scopes.some(({ kind }) => kind === "module");
    return isOfModule
      ? moduleOfScript(location.scriptId, this.#inspector)
      : null;
  }

  #text(thing: object, path: string, isTarget: boolean): number {
    const given = functionText(thing);
    if (isNativeText(given)) throw new EncodingError(path, unsendable(thing));
    const text = withFixedName(given, nameOf(thing));
    const looked = this.#look(thing);
    const home = originOf(thing);
    const module = home !== undefined ? home : this.#urlOf(looked);
    if (module !== null && /^(ext|node):/.test(module)) {
      throw new EncodingError(
        path,
        "a function of Deno itself; import it under its own name where it is used",
      );
    }
    if (module !== null && isOfPackage(module)) {
      throw new EncodingError(
        path,
        "a part of @multiprocessing/core that stays in this process; get it in the " +
          "function, as by getContext()",
      );
    }
    const index = this.#add(thing, {
      kind: "text",
      text,
      form: "function",
      className: sentNameOf(thing),
      name: nameOf(thing),
      scope: null,
      parent: null,
      privates: null,
      isSloppy: this.#isSloppy(thing, text, looked),
      module,
    });
    this.#open.push({ index, itself: thing, path, text, looked, isTarget });
    return index;
  }

  /**
   * Whether a function is not of strict code, as one of a CommonJS module or of
   * `new Function()` may be. Of arrow functions and methods, which have no sign of it,
   * the script says so. Lines of the REPL and cells are strict (2.9.6).
   */
  #isSloppy(
    thing: object,
    text: string,
    { scopes, location }: Looked,
  ): boolean {
    if (/^(class|function)\b(?!\s*\*)/.test(text)) return hasCaller(thing);
    if (location === null || scopes.some(({ kind }) => kind === "module")) {
      return false;
    }
    return !/(["'])use strict\1/.test(
      this.#inspector.sourceOf(location.scriptId),
    );
  }

  #urlOf(looked: Looked): string | null {
    if (looked.location === null) return null;
    const url = this.#moduleOf(looked)?.url ??
      this.#inspector.urlOf(looked.location.scriptId);
    // What `deno eval` runs is called "[eval]".
    return URL.canParse(url) ? url : null;
  }

  #classOf(type: object, path: string): number {
    const index = this.#part(type, `${path}'s class`);
    if (!hasPrivate(type)) return index;
    throw new EncodingError(
      path,
      `an instance of ${
        nameOf(type)
      }, whose private fields do not travel; send ` +
        `its data, and make the instance in the function`,
    );
  }

  // Variables

  #resolve({ index, itself, path, text, looked, isTarget }: Open): void {
    const scopes = this.#aroundsOf(looked, itself);
    const self = this.#selfOf(itself, text, looked, scopes);
    const uses = this.#usesOf(text, scopes, path);
    refuseLexical(text, uses, path);
    const isClass = uses.form === "class";
    if (isClass) refuseUnreadNames(itself, text, scopes, path);
    let innermost: Around | null = null;
    for (const name of uses.names) {
      const holder = this.#variable(name, scopes, path, isTarget, looked);
      if (holder !== null) innermost = inner(innermost, holder, scopes);
    }
    const part = this.#parts[index] as Extract<CapturedPart, { kind: "text" }>;
    this.#parts[index] = isClass
      ? {
        ...part,
        form: uses.form,
        ...this.#withParent(itself, text, path),
        privates: this.#privatesOf(itself, text, path),
      }
      : {
        ...part,
        form: uses.form,
        text: self !== null && uses.names.includes(self)
          ? withoutName(text)
          : text,
      };
    if (innermost !== null) {
      this.#innermost.set(index, innermost);
      this.#enter(innermost, itself, text, looked);
    }
    if (isClass) this.#addClass(index, itself, looked.location);
    this.#addFields(index, itself, path, isClass);
  }

  #usesOf(
    text: string,
    scopes: readonly Around[],
    path: string,
  ): Uses {
    const names = new Set<string>(Object.keys(this.#request.scope ?? {}));
    for (const { found } of scopes) {
      for (const name of Object.keys(found)) names.add(name);
    }
    const self = declaredName(text);
    const asked = self === null || !names.has(self) ? text : withoutName(text);
    const uses = knownUses(asked, names, this.#inspector);
    if (uses !== null) return uses;
    throw new EncodingError(
      path,
      "a function whose text cannot stand alone, as one with a private name of the " +
        "class around it; export it, or make it a function of its own",
    );
  }

  /**
   * The name of a function that stands for the variable around it in its own text, as
   * where it is declared. In an expression the name is the function's own.
   */
  #selfOf(
    itself: object,
    text: string,
    { location }: Looked,
    scopes: readonly Around[],
  ): string | null {
    const self = declaredName(text);
    if (self === null) return null;
    const holder = scopes.find(({ found }) => Object.hasOwn(found, self));
    if (holder === undefined) return null;
    const isItself = read(holder.found, self)?.value === itself;
    if (isItself || location === null) return self;
    const source = this.#inspector.sourceOf(location.scriptId);
    return isDeclaredAt(source, location) ? self : null;
  }

  /** Has a name go along; gives the scope that then has it, if one does. */
  #variable(
    name: string,
    scopes: readonly Around[],
    path: string,
    isTarget: boolean,
    looked: Looked,
  ): Around | null {
    const at = `${path} → ${name}`;
    const given = this.#request.scope;
    const holder = scopes.find(({ found }) => Object.hasOwn(found, name));
    const scope = holder ?? this.#given;
    if (scope.variables.has(name)) return scope;
    if (given !== null && Object.hasOwn(given, name)) {
      const isHere = isTarget || holder === undefined ||
        holder.kind === "module";
      if (isHere) return this.#hold(scope, name, given[name], at);
    }
    if (holder === undefined) return null;
    if (holder.kind === "with") {
      throw new EncodingError(at, "a name in a `with` statement");
    }
    const part = holder.kind === "module"
      ? this.#ofModule(name, looked, holder)
      : null;
    if (part !== null) {
      const index = this.#export2(part, read(holder.found, name));
      holder.variables.set(name, [name, "part", index]);
      this.#note(at, "export", part.module, 0);
      return holder;
    }
    if (holder.refusal !== null) throw new EncodingError(at, holder.refusal);
    const found = read(holder.found, name);
    if (found === null) {
      throw new EncodingError(
        at,
        "not initialized yet; start it after that, or declare it before",
      );
    }
    return this.#hold(holder, name, found.value, at);
  }

  /** One number for what is imported under several names. */
  #export2(
    part: Extract<CapturedPart, { kind: "export" }>,
    held: { readonly value: unknown } | null,
  ): number {
    const value = held?.value;
    const thing = typeof value === "function" ? value : null;
    const known = thing === null ? undefined : this.#partOf.get(thing);
    return known ?? this.#add(thing, part);
  }

  /** What a name of a module is imported from, if it is imported or exported there. */
  #ofModule(
    name: string,
    looked: Looked,
    holder: Around,
  ): Extract<CapturedPart, { kind: "export" }> | null {
    const module = this.#moduleOf(looked);
    if (module?.names == null) return null;
    const value = read(holder.found, name)?.value;
    const text =
      typeof value === "function" && !isNativeText(functionText(value))
        ? functionText(value)
        : null;
    const className = text === null ? null : sentNameOf(value as object);
    const imported = module.names.imports.get(name);
    if (imported !== undefined) {
      const from = imported.hasAttributes
        ? null
        : module.resolve(imported.specifier);
      return from === null
        ? null
        : { kind: "export", ...from, key: imported.key, text, className };
    }
    const key = module.names.exports.get(name);
    return key === undefined || !isImportable(module.url) ? null : {
      kind: "export",
      module: module.url,
      from: null,
      key,
      text,
      className,
    };
  }

  #hold(scope: Around, name: string, value: unknown, path: string): Around {
    // Before a look inside, as it may lead back here.
    scope.variables.set(name, [name, "value", -1]);
    const before = this.#data.bytes;
    if (isPart(value)) {
      const index = this.#part(value, path);
      scope.variables.set(name, [name, "part", index]);
      const { kind, ...rest } = this.#parts[index]!;
      const as = kind === "text" || kind === "import" ? asOf(value) : kind;
      this.#note(path, as, "module" in rest ? rest.module : null, 0);
    } else {
      const index = this.#data.add(value, path);
      scope.variables.set(name, [name, "value", index]);
      this.#note(path, "value", null, this.#data.bytes - before);
    }
    return scope;
  }

  #note(
    path: string,
    as: UsedThing["as"],
    module: string | null,
    bytes: number,
  ): void {
    this.#uses.push({ path, as, module, bytes });
  }

  // Scopes

  /** The scopes around a function, the innermost first. */
  #aroundsOf({ scopes, location }: Looked, itself: object): Around[] {
    const scriptId = location?.scriptId ?? "";
    const ids = scopeIdsOf(itself, scopes);
    let outer: Around | null = null;
    const found: Around[] = [];
    for (let i = scopes.length - 1; i >= 0; i--) {
      outer = this.#around(scopes[i]!, scriptId, outer, ids[i] ?? null);
      found.unshift(outer);
    }
    return found;
  }

  /** The scope that this is; V8 shows it anew to each function, with the same values. */
  #around(
    scope: FoundScope,
    scriptId: string,
    outer: Around | null,
    id: number | null,
  ): Around {
    const { kind, variables } = scope;
    const isIt = (each: Around) => {
      if (kind === "module") return true;
      if (each.outer !== outer) return false;
      return id !== null && each.id !== null
        ? each.id === id
        : areAlike(each.found, variables);
    };
    // Scopes with equal names need not be one where the values are not known.
    const known = kind === "inner" && scope.refusal !== undefined
      ? undefined
      : this.#arounds.find((each) =>
        each.scriptId === scriptId && each.kind === kind && isIt(each)
      );
    if (known !== undefined) {
      known.id ??= id;
      return known;
    }
    const made = around(scope, scriptId, outer, id);
    this.#arounds.push(made);
    return made;
  }

  /** A function uses a scope, and so may those around it. */
  #enter(
    scope: Around,
    itself: object,
    text: string,
    { scopes }: Looked,
  ): void {
    const isKnown = scopeIdsOf(itself, scopes).some((id) => id !== null);
    for (let each: Around | null = scope; each; each = each.outer) {
      each.texts.push(text);
      // A variable that holds a function of its own scope tells which one that is.
      const isHeld = Object.keys(each.found).some((name) =>
        read(each.found, name)?.value === itself
      );
      if (!isKnown && !isHeld) each.doubtful.add(itself);
    }
  }

  /**
   * Variables that some function may assign to and of which it is not known whether all
   * that use them share them, with functions that may tell.
   */
  *#doubts(): Generator<
    { readonly name: string; readonly functions: Iterable<object> }
  > {
    for (const { kind, id, doubtful, variables, texts } of this.#arounds) {
      const isDoubtful = doubtful.size + (id === null ? 0 : 1) > 1;
      if (kind !== "inner" || !isDoubtful) continue;
      for (const name of variables.keys()) {
        if (!texts.some((text) => mayAssign(text, name))) continue;
        yield { name, functions: doubtful };
      }
    }
  }

  /** Captures once more, when it is known which scopes functions share. */
  #resolved({ name, functions }: {
    readonly name: string;
    readonly functions: Iterable<object>;
  }): CaptureResult {
    if (findScopes(functions)) {
      return new Capture(this.#request, this.#inspector).run();
    }
    throw new EncodingError(
      name,
      `a variable that functions assign to of which nobody can tell whether they ` +
        `share it; put it into an object, as in const state = { ${name}: 0 }`,
    );
  }

  #code(): CapturedCode {
    const numbers = new Map<Around, number>();
    const scopes: CapturedScope[] = [];
    const numberOf = (scope: Around | null): number | null => {
      let each = scope;
      while (each !== null && each.variables.size === 0) each = each.outer;
      // Around all of them are the variables that were given.
      each ??= this.#given;
      if (each.variables.size === 0) return null;
      const known = numbers.get(each);
      if (known !== undefined) return known;
      const parent = each === this.#given ? null : numberOf(each.outer);
      scopes.push({ parent, variables: [...each.variables.values()] });
      numbers.set(each, scopes.length - 1);
      return scopes.length - 1;
    };
    const parts = this.#parts.map((part, i) =>
      part.kind === "text"
        ? { ...part, scope: numberOf(this.#innermost.get(i) ?? null) }
        : part
    );
    return { parts, scopes, classes: this.#orderOfClasses() };
  }

  // Classes

  /**
   * A class with what it extends now. What stands there in the text was evaluated
   * once, and names in it may be of no scope that V8 has kept.
   */
  #withParent(
    type: object,
    text: string,
    path: string,
  ): { text: string; parent: readonly [string, number] | null } {
    const parent = Object.getPrototypeOf(type);
    const heritage = heritageIn(text);
    if (heritage === null || typeof parent !== "function") {
      return { text, parent: null };
    }
    const [from, to] = heritage;
    const extending = (what: string) =>
      `${text.slice(0, from)}${what}${text.slice(to)}`;
    if (parent === Function.prototype) {
      return { text: extending("null "), parent: null };
    }
    const name = unused("parent", text);
    return {
      text: extending(name),
      parent: [name, this.#part(parent, `${path}'s parent`)],
    };
  }

  /** The number of the values of the private fields of a class itself. */
  #privatesOf(type: object, text: string, path: string): number | null {
    const members = membersOf(text);
    const mayHave = members === null
      ? /#/.test(text)
      : members.hasPrivateStatics;
    if (!mayHave) return null;
    const fields = this.#inspector.privatesOf(type);
    if (fields !== null) {
      return Object.keys(fields).length === 0
        ? null
        : this.#data.add(fields, path);
    }
    throw new EncodingError(
      path,
      "a class with static private fields, which cannot be read in a notebook or in " +
        "the REPL; use variables instead",
    );
  }

  #addClass(index: number, type: object, location: Location | null): void {
    const parent = Object.getPrototypeOf(type);
    const known = typeof parent === "function"
      ? this.#partOf.get(parent) ?? null
      : null;
    this.#classes.push({ index, parent: known, location });
  }

  /** As in the source, and each after the one that it extends. */
  #orderOfClasses(): number[] {
    const byPlace = this.#classes.toSorted((a, b) =>
      placeOf(a.location) - placeOf(b.location)
    );
    const all = new Map(byPlace.map((each) => [each.index, each]));
    const spec = new Set<number>();
    const visit = ({ index, parent }: Class) => {
      const above = parent === null ? undefined : all.get(parent);
      if (above !== undefined && !spec.has(above.index)) visit(above);
      spec.add(index);
    };
    for (const each of byPlace) visit(each);
    return [...spec];
  }

  /** Fields that were set on a function, and what was put on its prototype. */
  #addFields(
    index: number,
    itself: object,
    path: string,
    isClass: boolean,
  ): void {
    const text = functionText(itself);
    refusePrototype(itself, text, isClass, path);
    this.#addHolder(index, "itself", itself, isClass ? text : null, path);
    const prototype = Object.getOwnPropertyDescriptor(itself, "prototype")
      ?.value;
    if (typeof prototype !== "object" || prototype === null) return;
    const above = Object.getPrototypeOf(prototype);
    const isMaker = Object.hasOwn(prototype, "constructor") ||
      Object.keys(prototype).length > 0;
    if (!isClass && isMaker && above !== Object.prototype) {
      throw new EncodingError(
        path,
        "a function whose prototype has another one above it; make it a class",
      );
    }
    const at = `${path}.prototype`;
    this.#addHolder(index, "prototype", prototype, isClass ? text : null, at);
  }

  /**
   * What was set on a function or a prototype; of a class also what took the place of
   * its own methods, as a decorator does it.
   */
  #addHolder(
    index: number,
    of: "itself" | "prototype",
    holder: object,
    classText: string | null,
    path: string,
  ): void {
    const set: Record<string, unknown> = {};
    const put: Record<string, unknown> = {};
    for (const key of Reflect.ownKeys(holder)) {
      const field = Object.getOwnPropertyDescriptor(holder, key)!;
      const isMade = classText === null || isOwnMethod(key, field, classText);
      if (MADE.has(key) || !field.enumerable && isMade) continue;
      if (field.value === isOfNamedClass) continue;
      const at = `${path}.${String(key)}`;
      if (typeof key === "symbol") {
        // What a class has under a symbol its text says, but for what took the
        // place of a method.
        if (classText !== null && typeof field.value !== "function") continue;
        throw new EncodingError(at, "set under a symbol; give it a name");
      }
      if (!("value" in field)) {
        throw new EncodingError(at, "a getter, which would run");
      }
      if (key === "then" && index === 0 && of === "itself") {
        throw new EncodingError(
          at,
          "a field by which a promise takes the function for a promise; rename it",
        );
      }
      (field.enumerable ? set : put)[key] = field.value;
    }
    this.#data.addFields(index, of, true, set, path);
    this.#data.addFields(index, of, false, put, path);
  }
}

/**
 * Refuses a class with a computed name of which it cannot be read, or is not so any
 * more, what it was computed from.
 */
function refuseUnreadNames(
  type: object,
  text: string,
  scopes: readonly Around[],
  path: string,
): void {
  const { prototype } = type as { prototype: object };
  for (const name of membersOf(text)?.computed ?? []) {
    const words = wordsOfName(name);
    const values = words.map((word) => {
      const holder = scopes.find(({ found }) => Object.hasOwn(found, word));
      if (holder !== undefined) return read(holder.found, word);
      return word in globalThis ? { value: undefined } : null;
    });
    const [only] = values;
    const key = only?.value as PropertyKey;
    const isOther = name.isOfMethod && name.tokens.length === 1 &&
      only?.value !== undefined && !Object.hasOwn(type, key) &&
      !Object.hasOwn(prototype, key);
    if (!values.includes(null) && !isOther) continue;
    throw new EncodingError(
      path,
      `a class with the computed name [${
        words.join(".")
      }], of which it cannot be ` +
        "read, or is not so any more, what it was computed from; export the class, or " +
        "write the name out",
    );
  }
}

const callerOf = Object.getOwnPropertyDescriptor(Function.prototype, "caller")
  ?.get;

/** Whether V8 tells the caller of a function: it does of no strict one. */
function hasCaller(thing: object): boolean {
  try {
    callerOf?.call(thing);
    return callerOf !== undefined;
  } catch {
    return false;
  }
}

/** The prototypes that functions have by themselves. */
const PROTOTYPES = new Set<object>(
  [
    () => {},
    async () => {},
    function* () {},
    async function* () {},
  ].map((each) => Object.getPrototypeOf(each)),
);

/** Refuses what was given another prototype than its text gives it. */
function refusePrototype(
  itself: object,
  text: string,
  isClass: boolean,
  path: string,
): void {
  const above = Object.getPrototypeOf(itself);
  const isExtending = isClass && heritageIn(text) !== null;
  const prototype = (itself as { prototype?: object | null }).prototype;
  const isAsMade = isExtending
    ? above === null || above === Function.prototype ||
      Object.getPrototypeOf(prototype) === above.prototype
    : PROTOTYPES.has(above) &&
      (!isClass || Object.getPrototypeOf(prototype) === Object.prototype);
  if (isAsMade) return;
  throw new EncodingError(
    path,
    `a ${
      isClass ? "class" : "function"
    } that was given another prototype; write a ` +
      "class that extends what it is to inherit from",
  );
}

/** What every function or prototype has. */
const MADE = new Set<string | symbol>([
  "arguments",
  "caller",
  "constructor",
  "length",
  "name",
  "prototype",
]);

/** Whether a method, getter or setter is the one that the text of its class has. */
function isOwnMethod(
  key: string | symbol,
  { value, get, set }: PropertyDescriptor,
  classText: string,
): boolean {
  const name = typeof key === "symbol" ? `[${key.description}]` : key;
  const isOwn = (made: unknown, named: string) =>
    typeof made === "function" && nameOf(made) === named &&
    classText.includes(functionText(made));
  return isOwn(value, name) ||
    value === undefined && (get === undefined || isOwn(get, `get ${name}`)) &&
      (set === undefined || isOwn(set, `set ${name}`));
}

function around(
  { kind, variables: found, refusal }: FoundScope,
  scriptId: string,
  outer: Around | null,
  id: number | null,
): Around {
  const variables = new Map<string, CapturedVariable>();
  return {
    kind,
    scriptId,
    found,
    outer,
    refusal: refusal ?? null,
    variables,
    texts: [],
    doubtful: new Set(),
    id,
  };
}

/** The one of two scopes that is further in. */
function inner(
  one: Around | null,
  other: Around,
  scopes: readonly Around[],
): Around {
  if (one === null) return other;
  const [a, b] = [scopes.indexOf(one), scopes.indexOf(other)];
  // One that is given has no place there, and is around all of them.
  return b >= 0 && (a < 0 || b < a) ? other : one;
}

/** The value of a variable; null for one that is not initialized. */
function read(
  variables: FoundScope["variables"],
  name: string,
): { readonly value: unknown } | null {
  try {
    return { value: variables[name] };
  } catch {
    return null;
  }
}

function areAlike(
  one: FoundScope["variables"],
  other: FoundScope["variables"],
): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    if (!Object.hasOwn(other, name)) return false;
    const [a, b] = [read(one, name), read(other, name)];
    return a === null || b === null ? a === b : Object.is(a.value, b.value);
  });
}

/** What texts use, by the names in question and the text. */
const usesByText = new Map<string, Uses | null>();

/** Maximum of remembered texts. */
const TEXTS_MAX = 4_096;

function knownUses(
  text: string,
  names: ReadonlySet<string>,
  inspector: Inspector,
): Uses | null {
  const key = `${[...names].join()}\0${text}`;
  const known = usesByText.get(key);
  if (known !== undefined) return known;
  const uses = usesOf(text, names, inspector);
  if (usesByText.size >= TEXTS_MAX) usesByText.clear();
  usesByText.set(key, uses);
  return uses;
}

function refuseLexical(text: string, uses: Uses, path: string): void {
  const isArrow = uses.form === "function" &&
    !/^(async\s+)?function\b/.test(text);
  const word = isArrow && uses.usesArguments
    ? "arguments"
    : lexicalWord(text, uses.form);
  if (word === null) return;
  throw new EncodingError(
    path,
    `a function that uses \`${word}\` of the place where it stands, which cannot be ` +
      `read; put what it needs into a variable before it, and use that`,
  );
}

/** What a function that is declared is called in its own text. */
function declaredName(text: string): string | null {
  return DECLARED.exec(text)?.[2] ?? null;
}

const DECLARED =
  /^((?:async\s+)?function\s*\*?\s*)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u;

/** Words after which a function is an expression. */
const BEFORE_EXPRESSION = new Set(
  "await case delete extends in instanceof new of return throw typeof void yield"
    .split(" "),
);

/** Whether a function is declared there, and is no part of an expression. */
function isDeclaredAt(source: string, location: Location): boolean {
  const lines = source.split("\n");
  const before = [
    ...lines.slice(Math.max(0, location.lineNumber - 8), location.lineNumber),
    lines[location.lineNumber]?.slice(0, location.columnNumber) ?? "",
  ].join("\n");
  const head = /(\w+|[^\s\w])?\s*(?:async\s+)?function\s*\*?\s*[^\s(]+\s*$/u
    .exec(before);
  const previous = head?.[1] ?? ";";
  return /\w/.test(previous)
    ? !BEFORE_EXPRESSION.has(previous)
    : [";", "{", "}", ")"].includes(previous);
}

/** In its own text the name stands for the variable around it, as where it is declared. */
function withoutName(text: string): string {
  return text.replace(DECLARED, "$1");
}

function mayAssign(text: string, name: string): boolean {
  const word = name.replace(/[$]/g, "\\$&");
  return new RegExp(
    `(\\+\\+|--)\\s*${word}(?![\\w$])|(?<![\\w$.])${word}\\s*` +
      `(=(?![=>])|[-+*/%&|^]=|\\*\\*=|<<=|>>>?=|&&=|\\|\\|=|\\?\\?=|\\+\\+|--)|` +
      `[\\]}]\\s*(=(?![=>])|of\\b|in\\b)|(?<![\\w$.])${word}\\s+(of|in)\\b`,
    "u",
  ).test(text);
}

/** Whether a class, or one that it extends, gives its instances private fields. */
function hasPrivate(type: object): boolean {
  for (
    let each = type;
    typeof each === "function" && each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    const text = functionText(each);
    if (!/^class\b/.test(text) || !text.includes("#")) continue;
    if (membersOf(text)?.hasPrivate !== false) return true;
  }
  return false;
}

/** Under which name instances of a class are sent; null for what is no such class. */
function sentNameOf(thing: object): string | null {
  const isSent = formOf(thing) === "class" && !hasPrivate(thing);
  return isSent ? nameClass((thing as { prototype: object }).prototype) : null;
}

function placeOf(location: Location | null): number {
  if (location === null) return 0;
  const { scriptId, lineNumber, columnNumber } = location;
  return (Number(scriptId) * 2 ** 20 + lineNumber) * 2 ** 12 +
    Math.min(columnNumber, 2 ** 12 - 1);
}

function asOf(value: object | symbol): UsedThing["as"] {
  return typeof value === "function" && formOf(value) === "class"
    ? "class"
    : "function";
}

function formOf(thing: object): TextForm {
  return /^class\b/.test(functionText(thing)) ? "class" : "function";
}

function nameOf(thing: object): string {
  const name = Object.getOwnPropertyDescriptor(thing, "name")?.value;
  return typeof name === "string" ? name : "";
}

/** The export that a function or object is known to be in the REPL or in a notebook. */
function exportInSession(
  thing: object,
): Extract<CapturedPart, { kind: "export" }> | null {
  const place = sessionExportOf(thing);
  if (place === null) return null;
  const isOwn = typeof thing === "function" &&
    !isNativeText(functionText(thing)) &&
    !isOfPackage(place.module);
  return {
    kind: "export",
    ...place,
    from: null,
    text: isOwn ? functionText(thing) : null,
    className: isOwn ? sentNameOf(thing) : null,
  };
}

function unsendable(thing: object): string {
  return nameOf(thing).startsWith("bound ")
    ? "a bound function; wrap it in a function of your own"
    : "a native function; wrap it in a function of your own";
}
