/**
 * The address of a listener.
 *
 * @module
 */

/**
 * The address of a listener: the path of a Unix socket, or a host and a port. An
 * address of Deno's sockets fits, too. On Linux `"\0name"` is an abstract name
 * without a file, as in Python; every user of the machine may connect to it.
 *
 * @example Any free port of this machine
 * ```ts
 * import { type Address, Listener } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const address: Address = { hostname: "localhost", port: 0 };
 * await using listener = new Listener(address);
 * ok((listener.address as { port: number }).port > 0);
 * ```
 */
export type Address = string | {
  /** @default {"localhost"} */
  readonly hostname?: string;
  /** The port; for a listener 0 picks a free one. */
  readonly port: number;
};

/**
 * The family of a socket: Python's `"AF_INET"` and `"AF_UNIX"`.
 *
 * @example Over TCP, at any free port
 * ```ts
 * import { type AddressFamily, Listener } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const family: AddressFamily = "tcp";
 * await using listener = new Listener(undefined, { family });
 * equal(typeof listener.address, "object");
 * ```
 */
export type AddressFamily = "tcp" | "unix";

/** A checked address, in the form of Deno's options. */
export type CheckedAddress =
  | { readonly transport: "unix"; readonly path: string }
  | {
    readonly transport: "tcp";
    readonly hostname: string;
    readonly port: number;
  };

const FAMILIES: readonly unknown[] = ["tcp", "unix", undefined];

const PORT_MAX = 65_535;

/** Checks an address from a caller, and that it belongs to the family. */
export function checkAddress(
  address: Address,
  family?: AddressFamily,
): CheckedAddress {
  checkFamily(family);
  const checked = typeof address === "string"
    ? checkPath(address)
    : checkHost(address);
  const { transport } = checked;
  if (family === undefined || family === transport) return checked;
  throw new TypeError(
    `Cannot use the address as "family" must say what it is: it is "${transport}", and "family" is "${family}"`,
  );
}

/** Checks the name of a family. */
export function checkFamily(family: AddressFamily | undefined): void {
  if (FAMILIES.includes(family)) return;
  throw new TypeError(
    `Cannot use family ${JSON.stringify(family)} as it must be "tcp" or "unix"`,
  );
}

function checkPath(path: string): CheckedAddress {
  // Linux has abstract names besides paths; they begin with a zero.
  const isName = path.startsWith("\0") && path.length > 1;
  const isPath = path !== "" && !path.includes("\0");
  if (isName || isPath) return { transport: "unix", path };
  throw new TypeError(
    `Cannot use ${
      JSON.stringify(path)
    } as an address as it must be a path, or "\\0" and a name on Linux`,
  );
}

/** Whether only this machine can reach a listener at an address. */
export function isOfThisMachine(address: Deno.Addr): boolean {
  if (address.transport !== "tcp") return true;
  const { hostname } = address;
  return hostname === "::1" || /^(::ffff:)?127\./i.test(hostname);
}

function checkHost(address: Exclude<Address, string>): CheckedAddress {
  const { hostname = "localhost", port } = Object(address);
  if (typeof hostname !== "string" || typeof port !== "number") {
    throw new TypeError(
      'Cannot use the address as it must be a path, or a host and a port as in { hostname: "localhost", port: 0 }',
    );
  }
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) {
    return { transport: "tcp", hostname, port };
  }
  throw new RangeError(
    `Cannot use the address as "port" must be a whole number from 0 to ${PORT_MAX}: current value is ${port}`,
  );
}

/**
 * An address in the form that users see; null for the nameless end of a Unix
 * socket.
 */
export function addressOf(address: Deno.Addr): Address | null {
  switch (address.transport) {
    case "tcp":
    case "udp":
      return { hostname: address.hostname, port: address.port };
    case "unix":
    case "unixpacket":
      return address.path || null;
    default:
      return null;
  }
}
