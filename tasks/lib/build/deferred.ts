/**
 * Modules that are evaluated when they are first used: those that other modules name by
 * `import defer`.
 *
 * They are built into the file of the package, in which the text of each module, with
 * what only it needs, is the body of a function. V8 reads past a function that nobody has called yet:
 * 100 KB of text take 0.2 ms of a start in a function and 1.4 outside one (2.9.6). A
 * module that is used after all takes 0.4 ms more for each 100 KB.
 *
 * The bundler knows no `import defer`. It is given a copy of the sources in which such
 * an import is one from a file that is not there, and leaves that as it is.
 *
 * @module
 */

import { type Import, partsOf } from "./module_text.ts";

/** Before the names that a file exports only for deferred modules. */
export const NEEDED = "needed$";

/** What stands for the module of an `import defer` until all is built. */
const PREFIX = "deferred:";

/** What the bundler is to leave as it is. */
export const LEFT_ALONE = `${PREFIX}*`;

const DEFER = /^import defer \* as (\w+) from "(\.[^"]+)";$/gm;

/** The text of a source for the bundler, and the modules that it defers. */
export function withoutDefer(
  text: string,
  url: URL,
  root: URL,
): { text: string; modules: string[] } {
  const modules: string[] = [];
  const plain = text.replace(DEFER, (_, name: string, path: string) => {
    const module = new URL(path, url).href.slice(root.href.length);
    modules.push(module);
    return `import { ns as ${name} } from "${PREFIX}${module}";`;
  });
  if (/^import defer/m.test(plain)) {
    throw new Error(`Cannot build ${url}: write \`import defer\` on one line`);
  }
  return { text: plain, modules };
}

/** The name by which a deferred module goes in the built file. */
export function deferredName(module: string): string {
  return module.split("/").at(-1)!.replace(/\.ts$/, "");
}

/** A file that the bundler has made of deferred modules. */
export interface Unit {
  /** The name of the deferred module, or of what several of them share. */
  readonly name: string;
  readonly text: string;
  /** Whether other files name it. */
  readonly isModule: boolean;
}

/** What the deferred modules take from modules that are not: names by module. */
export function needsOf(
  units: readonly Unit[],
  isEager: (from: string) => boolean,
): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const all = units.flatMap(({ text }) => partsOf(text).imports);
  for (const { from, names, text } of all.filter((one) => isEager(one.from))) {
    if (names === null) throw new Error(`Cannot defer a module with ${text}`);
    const known = needs.get(from) ?? new Set();
    for (const { name } of names) known.add(name);
    needs.set(from, known);
  }
  return needs;
}

/** The file `host` with all units, which exports no more than `kept`. */
export function withUnits(
  host: string,
  units: readonly Unit[],
  kept: ReadonlyMap<string, string>,
): string {
  const { imports, exports, body } = partsOf(host);
  const left = [...exports].filter(([outside]) => kept.has(outside));
  const writer = new Writer(units, exports);
  return [
    ...imports.filter(({ from }) => !from.startsWith(PREFIX))
      .map(({ text }) => text),
    body,
    ...units.map((unit) => writer.write(unit)),
    ...imports.filter(({ from }) => from.startsWith(PREFIX))
      .map((one) => writer.take(one).replace(/^const/, "var")),
    ...writer.needed,
    `export { ${
      left.map(([outside, here]) => `${here} as ${outside}`).join(", ")
    } };`,
  ].join("\n");
}

class Writer {
  readonly #units: ReadonlyMap<string, Unit>;
  /** The names in the file, by those under which it exports them. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #needed = new Set<string>();

  constructor(units: readonly Unit[], names: ReadonlyMap<string, string>) {
    this.#units = new Map(units.map((unit) => [`./${unit.name}.js`, unit]));
    this.#names = names;
  }

  /**
   * Other names for what units need, as a unit may have a variable of the same name.
   * What they stand for is there when they are made, at the end of the file.
   */
  get needed(): string[] {
    return [...this.#needed].map((name) =>
      `var $_${name} = ${this.#names.get(NEEDED + name)};`
    );
  }

  /** The functions that evaluate a unit, at most once, and what stands for it. */
  write({ name, text, isModule }: Unit): string {
    const { imports, exports, body } = partsOf(text);
    if (/\$_\w/.test(body)) throw new Error(`${name} uses a name with "$_"`);
    const given = [...exports].map(([to, from]) => `${to}: ${from}`);
    const stands = [...exports.keys()].map((to) =>
      `get ${to}() { return $_${name}().${to}; },\n`
    );
    return [
      `var $_made_${name};`,
      `function $_${name}() { return $_made_${name} ??= $_make_${name}(); }`,
      `function $_make_${name}() {`,
      ...imports.map((one) => this.take(one)),
      body,
      `return { ${given.join(", ")} };\n}`,
      ...(isModule ? [`var $_ns_${name} = {\n${stands.join("")}};`] : []),
    ].join("\n");
  }

  /** What stands for an import. */
  take({ from, names, text }: Import): string {
    if (names === null) {
      // For its effects: what is not deferred has had them, a unit has none.
      if (/^import "[./]/.test(text)) return "";
      throw new Error(`Cannot defer a module with ${text}`);
    }
    if (names.length === 0) return "";
    const unit = this.#units.get(from);
    if (unit !== undefined) {
      const taken = names.map(({ name, local }) => `${name}: ${local}`);
      return `const { ${taken.join(", ")} } = $_${unit.name}();`;
    }
    const all = names.map(({ name, local }) =>
      `${local} = ${this.#standIn(from, name)}`
    );
    return `const ${all.join(", ")};`;
  }

  #standIn(from: string, name: string): string {
    if (from.startsWith(PREFIX)) return `$_ns_${deferredName(from)}`;
    if (!this.#names.has(NEEDED + name)) {
      throw new Error(`Cannot defer a module that imports ${name} of ${from}`);
    }
    this.#needed.add(name);
    return `$_${name}`;
  }
}
