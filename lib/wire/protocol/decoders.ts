/**
 * Decoders of received messages: one for each protocol of `messages.ts`.
 *
 * A child may run untrusted code, and learn the whole protocol. So data that it
 * sends counts as a message only after every field is known to have its type.
 * Other data throws a `RangeError` that says what is wrong, and the receiver
 * then ends the child.
 *
 * The bodies of messages are checked when they are unpacked.
 *
 * @module
 */

import { showValue } from "../../base/shown_value.ts";
import { isObject } from "../serialization/object_fields.ts";
import { isPoolPayload, poolMessage } from "./port_messages.ts";
import type {
  FromIsolate,
  FromSpawned,
  IsolateOutput,
  IsolateRecipe,
  MailboxMessage,
  MailboxName,
  OutputMessage,
  StartMessage,
  ToParent,
  ToRoot,
  WaitingMessage,
} from "./messages.ts";
import type { Cloned, Packed } from "../serialization/pack.ts";

type RawFields = Readonly<Record<string, unknown>>;
type Failure = Extract<ToParent, { kind: "failure" }>;

/** The length to which the text of a child's reason is cut. */
const REASON_MAX = 4096;

/** A message that a thread or worker sent to its parent, over their port. */
export function fromIsolate(data: unknown): FromIsolate {
  // The frequent messages first: see `toPort()`.
  if (isPoolPayload(data)) return poolMessage(data);
  if (Array.isArray(data)) return mailboxRow(data);
  const fields = fieldsOf(data);
  if (fields["kind"] === "output") return output(fields);
  if (fields["kind"] === "failure") {
    if (isObject(fields["body"])) return fields as unknown as Failure;
    throw broken('"body" of a failure is no object');
  }
  return toParent(fields, clonedBody);
}

/**
 * A message that a spawned process sent to its parent, as its frame held it.
 */
export function fromProcess(message: unknown): FromSpawned {
  const fields = fieldsOf(message);
  const { kind } = fields;
  if (kind === "exiting") return { kind, code: integer(fields, "code") };
  if (kind === "waiting") return waiting(fields);
  if (fields["kind"] === "failure") {
    if (fields["body"] instanceof Uint8Array) return fields as never;
    throw broken('"body" of a failure is not bytes');
  }
  return toParent(fields, framedBody);
}

function toParent(
  fields: RawFields,
  bodyOf: (body: unknown) => Packed,
): ToParent {
  const { kind } = fields;
  switch (kind) {
    case "ready":
      return { kind, version: integer(fields, "version") };
    case "result": {
      const { body } = fields;
      return { kind, body: body === null ? null : bodyOf(body) };
    }
    case "unsendable":
      return { kind, path: text(fields, "path"), reason: reason(fields) };
    case "message":
      return {
        kind,
        mailbox: mailboxOf(fields["mailbox"]),
        body: bodyOf(fields["body"]),
      };
    default:
      throw unknownKind(kind);
  }
}

function output(fields: RawFields): OutputMessage {
  const { name, bytes } = fields;
  if (name !== "stdout" && name !== "stderr") {
    throw broken(`"name" of its output is ${showValue(name)}`);
  }
  const isSound = bytes instanceof Uint8Array &&
    bytes.buffer instanceof ArrayBuffer;
  if (!isSound) throw broken('"bytes" of its output are none');
  return { kind: "output", name, bytes: bytes as Uint8Array<ArrayBuffer> };
}

function waiting(fields: RawFields): WaitingMessage {
  return {
    kind: "waiting",
    memoryBytes: integer(fields, "memoryBytes"),
    sites: texts(fields, "sites"),
    failures: texts(fields, "failures"),
  };
}

function mailboxRow([mailbox, value, placeholders]: unknown[]): MailboxMessage {
  if (placeholders !== null && !isObject(placeholders)) {
    throw broken("the placeholders of its message are no object");
  }
  const body = { form: "clone", value, placeholders } as Cloned;
  return { kind: "message", mailbox: mailboxOf(mailbox), body };
}

function mailboxOf(mailbox: unknown): MailboxName {
  switch (mailbox) {
    case "pool":
    case "relay":
    case "log":
    case "which":
      return mailbox;
  }
  throw broken(`"mailbox" of its message is ${showValue(mailbox)}`);
}

function clonedBody(body: unknown): Cloned {
  const { form, value, placeholders } = fieldsOf(body);
  if (form !== "clone" || placeholders !== null && !isObject(placeholders)) {
    throw broken('"body" is no clone');
  }
  return { form, value, placeholders } as Cloned;
}

/**
 * Bytes, or a plain value in the text of the message, which has no
 * placeholders.
 */
function framedBody(body: unknown): Packed {
  if (body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>;
  const { form, value, placeholders } = fieldsOf(body);
  if (form !== "clone" || placeholders !== null) {
    throw broken('"body" is neither bytes nor plain');
  }
  return { form, value, placeholders };
}

/** A message that a thread or worker sent to its supervisor. */
export function toRoot(data: unknown): ToRoot {
  const fields = fieldsOf(data);
  const { kind } = fields;
  switch (kind) {
    case "exit": {
      const code = integer(fields, "code");
      return fields["reason"] === undefined
        ? { kind, code }
        : { kind, code, reason: reason(fields) };
    }
    case "launch": {
      const { port, claim } = fields;
      if (!(port instanceof MessagePort)) throw broken('"port" is no port');
      const recipe = recipeOf(fieldsOf(fields["recipe"]));
      return { kind, recipe, port, claim: claimOf(claim) };
    }
    case "stop": {
      const { signal } = fields;
      if (
        signal !== "SIGTERM" && signal !== "SIGKILL" && signal !== "SIGINT"
      ) throw broken(`"signal" is ${showValue(signal)}`);
      return { kind, ident: integer(fields, "ident"), signal };
    }
    default:
      throw unknownKind(kind);
  }
}

function recipeOf(fields: RawFields): IsolateRecipe {
  const { method, maxHeapMiB, permissions, first } = fields;
  if (method !== "thread" && method !== "worker") {
    throw broken(`"method" is ${showValue(method)}`);
  }
  if (first !== null && !isObject(first)) throw broken('"first" is no message');
  return {
    method,
    name: text(fields, "name"),
    entry: text(fields, "entry"),
    ident: integer(fields, "ident"),
    parent: integer(fields, "parent"),
    maxHeapMiB: maxHeapMiB === null ? null : integer(fields, "maxHeapMiB"),
    permissions: permissionsOf(permissions),
    output: outputOf(fields["output"]),
    first: first as StartMessage | null,
  };
}

function permissionsOf(asked: unknown): Deno.PermissionOptions | null {
  const isSound = asked === null || asked === "inherit" || asked === "none" ||
    isObject(asked);
  if (isSound) return asked as Deno.PermissionOptions | null;
  throw broken(`"permissions" is ${showValue(asked)}`);
}

function outputOf(asked: unknown): IsolateOutput | null {
  if (asked === null) return null;
  const { stdout, stderr, unread, limitBytes } = fieldsOf(asked);
  const isSound = unread instanceof Int32Array && unread.length === 2 &&
    unread.buffer instanceof SharedArrayBuffer && Number.isInteger(limitBytes);
  if (!isSound || !isOutput(stdout) || !isOutput(stderr)) {
    throw broken('"output" is none');
  }
  const words = unread as Int32Array<SharedArrayBuffer>;
  return { stdout, stderr, unread: words, limitBytes: limitBytes as number };
}

function isOutput(asked: unknown): asked is IsolateOutput["stdout"] {
  return asked === "inherit" || asked === "piped" || asked === "null";
}

function claimOf(claim: unknown): Int32Array {
  const isSound = claim instanceof Int32Array && claim.length > 0 &&
    claim.buffer instanceof SharedArrayBuffer;
  if (isSound) return claim;
  throw broken('"claim" is no word in shared memory');
}

function reason(fields: RawFields): string {
  return text(fields, "reason").slice(0, REASON_MAX);
}

function text(fields: RawFields, key: string): string {
  const value = fields[key];
  if (typeof value === "string") return value;
  throw broken(`"${key}" must be a text: it is ${showValue(value)}`);
}

function integer(fields: RawFields, key: string): number {
  const value = fields[key];
  if (Number.isSafeInteger(value)) return value as number;
  throw broken(`"${key}" must be an integer: it is ${showValue(value)}`);
}

function texts(fields: RawFields, key: string): string[] {
  const value = fields[key];
  const isList = Array.isArray(value) &&
    value.every((part) => typeof part === "string");
  if (isList) return value;
  throw broken(`"${key}" must be a list of texts: it is ${showValue(value)}`);
}

function fieldsOf(value: unknown): RawFields {
  if (isObject(value)) return value as RawFields;
  throw broken(`it is ${showValue(value)} where an object must be`);
}

function unknownKind(kind: unknown): RangeError {
  return broken(`no message is of kind ${showValue(kind)}`);
}

/** A short text for a received value. */
function broken(why: string): RangeError {
  return new RangeError(`Cannot read a message as ${why}`);
}
