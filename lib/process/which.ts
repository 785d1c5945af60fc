/**
 * Which export a function is: a child that cannot tell asks its parent, which has
 * the function itself.
 *
 * ```
 *   child                                            parent
 *     |  imports the module; exports look alike         |
 *     |--- question (ticket, subject, module, names) -->|  compares by identity
 *     |<-- answer (ticket, name, or why not) -----------|
 *     |  runs that export, or the text, or refuses      |
 * ```
 *
 * @module
 */

import type { Packed } from "../wire/pack.ts";
import { parentPeer, type Peer, receive } from "../wire/post.ts";
import { isClosed } from "./closed.ts";
import { namespaceAtHand, namespaceOf } from "./namespace.ts";

/** What a question is about: the target of the process, or a function of a pool. */
export type Subject = number;

/** The subject of a process that is no worker of a pool. */
export const TARGET: Subject = -1;

/** Gives the function behind a subject. */
export type Subjects = (subject: Subject) => object | undefined;

/** What the parent knows. */
export type Answer =
  /** It is this export, or any that looks the same does the same. */
  | { readonly kind: "export"; readonly name: string }
  /** The module does not export it. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown" };

type Question = readonly [
  ticket: number,
  subject: Subject,
  module: string,
  ...names: string[],
];

type Reply = readonly [ticket: number, kind: Answer["kind"], name: string];

/** How long a child waits: its parent may block, and even for this very child. */
const ANSWER_MS = 10_000;

const subjectsOf = new WeakMap<Peer, Subjects>();
const asked = new Map<number, (answer: Answer) => void>();
let tickets = 0;
let isOpen = false;

/** From now on the questions of a child are answered. */
export function answerTo(child: Peer, subjects: Subjects): void {
  subjectsOf.set(child, subjects);
  open();
}

function open(): void {
  if (isOpen) return;
  isOpen = true;
  receive("which", (body, from) => {
    const { value } = body as Exclude<Packed, Uint8Array>;
    if (from === parentPeer()) hear(value as Reply);
    else void answer(value as Question, from);
  });
}

/** Asks the parent which of the `names` of a module the function is. */
export async function askWhich(
  subject: Subject,
  module: string,
  names: readonly string[],
): Promise<Answer> {
  open();
  const ticket = tickets++;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  asked.set(ticket, resolve);
  const timer = setTimeout(() => resolve({ kind: "unknown" }), ANSWER_MS);
  const question: Question = [ticket, subject, module, ...names];
  parentPeer()!.post("which", plain(question));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    asked.delete(ticket);
  }
}

function hear([ticket, kind, name]: Reply): void {
  asked.get(ticket)?.(kind === "export" ? { kind, name } : { kind });
}

async function answer(
  [ticket, subject, module, ...names]: Question,
  from: Peer,
): Promise<void> {
  const sought = subjectsOf.get(from)?.(subject);
  const found = sought === undefined
    ? { kind: "unknown" } as const
    : await exportOf(sought, module, names);
  const name = found.kind === "export" ? found.name : "";
  const reply: Reply = [ticket, found.kind, name];
  from.post("which", plain(reply));
}

async function exportOf(
  sought: object,
  module: string,
  names: readonly string[],
): Promise<Answer> {
  const namespace = await namespaceOf(module);
  if (namespace !== null) {
    const name = nameIn(namespace, sought);
    return name === null ? { kind: "none" } : { kind: "export", name };
  }
  const source = Function.prototype.toString.call(sought);
  return isClosed(source)
    ? { kind: "export", name: names[0]! }
    : { kind: "unknown" };
}

/** The name under which a module exports a thing; undefined where that is not known. */
export function exportedName(
  module: string,
  sought: object,
): string | null | undefined {
  const namespace = namespaceAtHand(module);
  return namespace === null ? undefined : nameIn(namespace, sought);
}

function nameIn(
  namespace: Readonly<Record<string, unknown>>,
  sought: object,
): string | null {
  for (const name of Reflect.ownKeys(namespace)) {
    try {
      if (namespace[name as string] === sought) return name as string;
    } catch {
      // Not initialized yet, and so not what is sought.
    }
  }
  return null;
}

function plain(value: Question | Reply): Packed {
  return { form: "clone", value, sited: null };
}
