/**
 * The handshake: two peers prove to each other that they have the same key, before
 * they read anything else. Each message has a fixed length, so a foreign peer can
 * make the other read 73 bytes at most.
 *
 * ```
 *   listener                                              client
 *      |-- greeting: magic, has a key?, nonce L ------------>|
 *      |<- answer: magic, has a key?, nonce C, proof C ------|
 *      |-- verdict: yes or no, proof L --------------------->|
 *
 *   key     = SHA-256("mp-deno2 authkey" + authkey)
 *   proof C = HMAC-SHA-256(key, "client"   + L + C)
 *   proof L = HMAC-SHA-256(key, "listener" + L + C)
 * ```
 *
 * - **Mutual proof:** the listener sends its proof only to a client whose proof is
 *   right.
 * - **No replay and no reflection:** both proofs cover both nonces, which are fresh
 *   each time, and the role of the prover. A message of one side is never a valid
 *   answer of the other side, or of the same side elsewhere.
 * - **Different keys stay different:** HMAC itself pads a short key with zeros and
 *   hashes a long one, so some different keys would be the same.
 * - **Constant time:** comparing takes as long for a nearly right proof as for any
 *   other.
 * - **Without a key** the proofs are zeros; the rest tells a peer of this package
 *   from a port scanner.
 *
 * The key is never sent. Later messages are neither encrypted nor signed.
 *
 * @module
 */

import { AuthenticationError, ConnectionError } from "../../base/errors.ts";
import type { MessageBytes } from "../connection/transport.ts";
import type { Socket } from "./socket_transport.ts";

/** Identifies the protocol and its version. */
const MAGIC: MessageBytes = new TextEncoder().encode("mp-deno2");

/** Prefix of the key material. */
const KEY_LABEL: MessageBytes = new TextEncoder().encode("mp-deno2 authkey");

const NONCE_BYTES = 32;
const PROOF_BYTES = 32;
const KEYED = 1;
const KEYLESS = 0;
const ACCEPTED = 1;
const REFUSED = 0;

const MODE_AT = MAGIC.length;
const NONCE_AT = MODE_AT + 1;
const PROOF_AT = NONCE_AT + NONCE_BYTES;
const GREETING_BYTES = PROOF_AT;
const ANSWER_BYTES = PROOF_AT + PROOF_BYTES;
const VERDICT_BYTES = 1 + PROOF_BYTES;

type Side = "client" | "listener";

/** A shared key, imported; null without a key. */
export type Key = CryptoKey | null;

/** Checks a key before anything starts; returns a copy, which cannot change. */
export function checkKey(authkey: Uint8Array | undefined): MessageBytes | null {
  if (authkey === undefined) return null;
  if (!(authkey instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot use the authkey as it must be a Uint8Array: it is of type ${typeof authkey}, use new TextEncoder().encode(text) for a text`,
    );
  }
  return new Uint8Array(authkey);
}

/** Imports a key. */
export async function importKey(bytes: MessageBytes | null): Promise<Key> {
  if (bytes === null) return null;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const uses: KeyUsage[] = ["sign", "verify"];
  const { subtle } = crypto;
  const raw = await subtle.digest("SHA-256", concat(KEY_LABEL, bytes));
  return await subtle.importKey("raw", raw, algorithm, false, uses);
}

function claimOf(
  side: Side,
  nonceL: MessageBytes,
  nonceC: MessageBytes,
): MessageBytes {
  const label = new TextEncoder().encode(side);
  return concat(label, nonceL, nonceC);
}

function concat(...parts: readonly Uint8Array[]): MessageBytes {
  const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function prove(key: Key, claim: MessageBytes): Promise<Uint8Array> {
  if (key === null) return new Uint8Array(PROOF_BYTES);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, claim));
}

/** Whether a proof is right, in constant time (WebCrypto takes care of that). */
async function isProof(
  key: Key,
  proof: MessageBytes,
  claim: MessageBytes,
): Promise<boolean> {
  return key === null || await crypto.subtle.verify("HMAC", key, proof, claim);
}

function freshNonce(): MessageBytes {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}

function modeOf(key: Key): number {
  return key === null ? KEYLESS : KEYED;
}

/** Reads exactly `count` bytes. */
async function read(socket: Socket, count: number): Promise<MessageBytes> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const got = await attempt(socket.read(bytes.subarray(at)));
    if (got === null) throw hasLeft();
    at += got;
  }
  return bytes;
}

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    at += await attempt(socket.write(bytes.subarray(at)));
  }
}

async function attempt<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (cause) {
    throw hasLeft({ cause });
  }
}

function hasLeft(options?: ErrorOptions): ConnectionError {
  return new ConnectionError(
    "Cannot greet the peer as it must stay until both have greeted: it has left",
    options,
  );
}

function checkMagic(bytes: MessageBytes): void {
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return;
  throw new ConnectionError(
    "Cannot greet the peer as it must be a Listener or Client of this package and version: it sent something else",
  );
}

/**
 * The listener's side of the handshake; throws if the peer is refused. Calls back
 * once the peer has sent everything.
 */
export async function greetClient(
  socket: Socket,
  key: Key,
  answered: () => void,
): Promise<void> {
  const nonceL = freshNonce();
  const mode = modeOf(key);
  await write(socket, concat(MAGIC, Uint8Array.of(mode), nonceL));
  const answer = await read(socket, ANSWER_BYTES);
  answered();
  checkMagic(answer);
  const nonceC = answer.slice(NONCE_AT, PROOF_AT);
  const isRight = answer[MODE_AT] === mode &&
    await isProof(
      key,
      answer.slice(PROOF_AT),
      claimOf("client", nonceL, nonceC),
    );
  if (!isRight) {
    // The peer may have left already, which changes nothing.
    const verdict = new Uint8Array(VERDICT_BYTES).fill(REFUSED);
    await write(socket, verdict).catch(() => {});
    throw refusedClient(mode, answer[MODE_AT]!);
  }
  const proof = await prove(key, claimOf("listener", nonceL, nonceC));
  await write(socket, concat(Uint8Array.of(ACCEPTED), proof));
}

function refusedClient(own: number, its: number): AuthenticationError {
  const why = own === its
    ? "its proof is wrong, so its authkey is another one"
    : own === KEYED
    ? "it has no authkey"
    : "it asks for an authkey and this listener has none";
  return new AuthenticationError(
    `Cannot accept the peer as it must have the same authkey: ${why}`,
  );
}

/** The client's side of the handshake; throws if it fails. */
export async function greetListener(socket: Socket, key: Key): Promise<void> {
  const greeting = await read(socket, GREETING_BYTES);
  checkMagic(greeting);
  const mode = modeOf(key);
  const nonceL = greeting.slice(NONCE_AT);
  const nonceC = freshNonce();
  // Sent before anything is proved, so that the listener learns it, too.
  const isSame = greeting[MODE_AT] === mode;
  const proof = isSame
    ? await prove(key, claimOf("client", nonceL, nonceC))
    : new Uint8Array(PROOF_BYTES);
  await write(socket, concat(MAGIC, Uint8Array.of(mode), nonceC, proof));
  if (!isSame) throw refusedListener(mode);
  const verdict = await read(socket, VERDICT_BYTES);
  const claim = claimOf("listener", nonceL, nonceC);
  if (verdict[0] !== ACCEPTED) {
    throw new AuthenticationError(
      "Cannot connect as the listener must accept the authkey: it has refused it, so its own is another one",
    );
  }
  if (await isProof(key, verdict.slice(1), claim)) return;
  throw new AuthenticationError(
    "Cannot connect as the listener must prove that it has the authkey: its proof is wrong",
  );
}

function refusedListener(own: number): AuthenticationError {
  const why = own === KEYED
    ? "it has no authkey and cannot prove anything"
    : 'it asks for one, give it in the option "authkey"';
  return new AuthenticationError(
    `Cannot connect as the listener must have the same authkey: ${why}`,
  );
}
