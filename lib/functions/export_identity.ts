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
 * The parent looks into the module that it has itself said the function is of, and into
 * no other: a child may name any.
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import type { TargetSpec } from "../wire/protocol/messages.ts";
import type { Packed } from "../wire/serialization/pack.ts";
import { parentPeer, type Peer, receive } from "../wire/mailbox/mailbox.ts";
import type { Subject } from "./resolve.ts";
import { isClosed } from "./closed_text.ts";
import {
  namespaceAtHand,
  namespaceOf,
} from "../wire/protocol/module_namespace.ts";

/** What a question is answered from: the thing itself, and where it was said to be. */
export interface Sought {
  readonly itself: object;
  readonly module: string;
}

/** Gives what is behind a subject, if that may be asked about. */
export type Subjects = (subject: Subject) => Sought | undefined;

/** What is sought behind an order for `itself`, if a child may ask about that. */
export function soughtBy(
  spec: TargetSpec,
  itself: object | undefined,
): Sought | undefined {
  const isKnown = spec.kind === "nothing" || spec.kind === "address" ||
    spec.kind === "captured" || spec.match.by === "text" ||
    spec.module === null;
  return isKnown || itself === undefined
    ? undefined
    : { itself, module: spec.module };
}

/** What the parent knows. */
export type IdentityAnswer =
  /** It is this export, or any that looks the same does the same. */
  | { readonly kind: "export"; readonly name: string }
  /** The module does not export it. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown" }
  /** It said nothing, as it blocks. */
  | { readonly kind: "silent" };

type Question = readonly [
  ticket: number,
  subject: Subject,
  module: string,
  ...names: string[],
];

/** How much of a question comes before the names. */
const QUESTION_HEAD = 3;

type Reply = readonly [
  ticket: number,
  kind: IdentityAnswer["kind"],
  name: string,
];

/** How long a child waits: its parent may block, and even for this very child. */
const ANSWER_MS = 10_000;

const subjectsOf = new WeakMap<Peer, Subjects>();
const asked = new Map<number, (answer: IdentityAnswer) => void>();
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
    if (from !== parentPeer()) return answer(questionIn(body), from);
    takeReply((body as Exclude<Packed, Uint8Array>).value as Reply);
  });
}

/** What a child asks; throws a `RangeError` for what is no question. */
function questionIn(body: Packed): Question {
  const value = body instanceof Uint8Array ? null : body.value;
  const isSound = Array.isArray(value) && value.length > QUESTION_HEAD &&
    Number.isSafeInteger(value[0]) && Number.isSafeInteger(value[1]) &&
    value.slice(2).every((part) => typeof part === "string");
  if (isSound) return value as unknown as Question;
  throw new RangeError("Cannot read a message: it is no question");
}

/** Asks the parent which of the `names` of a module the function is. */
export async function askIdentity(
  subject: Subject,
  module: string,
  names: readonly string[],
): Promise<IdentityAnswer> {
  open();
  const ticket = tickets++;
  const { promise, resolve } = Promise.withResolvers<IdentityAnswer>();
  asked.set(ticket, resolve);
  const timer = setTimeout(() => resolve({ kind: "silent" }), ANSWER_MS);
  const question: Question = [ticket, subject, module, ...names];
  parentPeer()!.post("which", plain(question));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    asked.delete(ticket);
  }
}

function takeReply([ticket, kind, name]: Reply): void {
  asked.get(ticket)?.(kind === "export" ? { kind, name } : { kind });
}

function answer(
  [ticket, subject, module, ...names]: Question,
  from: Peer,
): void {
  const reply = ({ kind, name = "" }: { kind: Reply[1]; name?: string }) =>
    from.post("which", plain([ticket, kind, name]));
  const sought = subjectsOf.get(from)?.(subject);
  if (sought === undefined) return reply({ kind: "unknown" });
  if (module !== sought.module) {
    throw new RangeError(
      `Cannot answer which function of ${module} is meant as it is of another module`,
    );
  }
  exportOf(sought, names).then(reply).catch((error) => from.broken(error));
}

async function exportOf(
  { itself, module }: Sought,
  names: readonly string[],
): Promise<IdentityAnswer> {
  const namespace = await namespaceOf(module);
  if (namespace !== null) {
    const name = nameIn(namespace, itself);
    return name === null ? { kind: "none" } : { kind: "export", name };
  }
  const source = functionText(itself);
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
  return { form: "clone", value, placeholders: null };
}
