/**
 * Proxies, which structured clone refuses, as plain data of what they show.
 *
 * @module
 */

import { isProxy } from "../../base/object_kinds.ts";
import { put } from "./object_fields.ts";

/**
 * `message` with plain arrays and objects in place of the proxies of such, and of what
 * holds them; the message itself if there are none.
 */
export function withoutProxies<Message>(message: Message): Message {
  return new Replacement().of(message) as Message;
}

class Replacement {
  /** What comes of each container; of one that is still looked at, itself. */
  readonly #known = new Map<object, object>();

  of(value: unknown): unknown {
    if (!isContainer(value)) return value;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    this.#known.set(value, value);
    const replacement = this.#make(value);
    if (replacement !== value) this.#known.set(value, replacement);
    return replacement;
  }

  #make(value: object): object {
    let copy = isProxy(value) ? copyOf(value) : null;
    for (const key of keysOf(value)) {
      const part = (value as Record<string, unknown>)[key];
      if (typeof part !== "object") continue;
      const replacement = this.of(part);
      if (replacement === part) continue;
      copy ??= copyOf(value);
      put(copy, `${key}`, replacement);
    }
    return copy ?? value;
  }
}

/** The indices of a list without holes need no text for each. */
function keysOf(container: object): Iterable<string | number> {
  return Array.isArray(container) && !container.includes(undefined)
    ? container.keys()
    : Object.keys(container);
}

function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function copyOf(container: object): object {
  return Array.isArray(container) ? Array.from(container) : { ...container };
}
