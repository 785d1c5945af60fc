/**
 * The modules behind the scripts that V8 names, and what their names stand for.
 *
 * @module
 */

import type { Inspector } from "./inspector.ts";
import { type ModuleNames, namesIn } from "./module_names.ts";
import { readSource } from "./module_source.ts";

/** A module that functions stand in. */
export interface ModuleOfScript {
  readonly url: string;
  /** Null where the source cannot be read. */
  readonly names: ModuleNames | null;
  /** What a specifier leads to from here; null where that cannot be said. */
  resolve(specifier: string): Resolved | null;
}

/** Where a specifier leads. */
export interface Resolved {
  /** A URL, or a name that is resolved in the module `from`. */
  readonly module: string;
  readonly from: string | null;
}

const known = new Map<string, ModuleOfScript>();

/** The module of a script, which is made out once. */
export function moduleOfScript(
  scriptId: string,
  inspector: Inspector,
): ModuleOfScript {
  const found = known.get(scriptId) ?? new Module(scriptId, inspector);
  known.set(scriptId, found);
  return found;
}

/**
 * Whether a child can import a module. What `deno eval`, the REPL, a notebook and a
 * documentation test run has an address that leads nowhere (`$deno$repl.mts`,
 * `mod.ts#3-9.ts`; 2.9.6).
 */
export function isImportable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, pathname, hash } = new URL(url);
  const leadsNowhere = /\/\$deno\$[^/]*$/.test(pathname) ||
    /\$\d+-\d+\.\w+$/.test(pathname) || /^#\d+-\d+\.\w+$/.test(hash);
  return !leadsNowhere && !/^(blob|ext|node):$/.test(protocol);
}

class Module implements ModuleOfScript {
  readonly url: string;
  readonly names: ModuleNames | null;

  constructor(scriptId: string, inspector: Inspector) {
    this.url = inspector.urlOf(scriptId);
    this.names = /^(ext|node):/.test(this.url)
      ? null
      : namesOf(this.url) ?? namesIn(inspector.sourceOf(scriptId));
  }

  resolve(specifier: string): Resolved | null {
    if (/^\.{0,2}\//.test(specifier)) {
      const url = URL.parse(specifier, this.url);
      return url === null ? null : { module: url.href, from: null };
    }
    if (URL.canParse(specifier)) return { module: specifier, from: null };
    try {
      return { module: import.meta.resolve(specifier), from: null };
    } catch {
      // A package of npm, which is found from the folder of the module.
      return URL.canParse(this.url)
        ? { module: specifier, from: this.url }
        : null;
    }
  }
}

/** The names, as the file has them; null where it may not be read, or not easily. */
function namesOf(url: string): ModuleNames | null {
  // Text between the tags of JSX is no code.
  if (!/^file:.*\.(ts|js|mts|mjs)$/.test(url)) return null;
  const source = readSource(url);
  return source === null ? null : namesIn(source);
}
