/** What the tests of `lib/wire` share: a shared object that is none, and both ways. */

import type {
  Destination,
  Handle,
  Shareable,
} from "../../lib/wire/serialization/handle.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";
import { pack, unpack } from "../../lib/wire/serialization/pack.ts";
import { cloneOf } from "../../lib/wire/serialization/structured_clone.ts";

/** A shared object of a test; its handle tells the destination and its name. */
export class Fake implements Shareable {
  readonly name: string;
  handles = 0;

  constructor(name: string) {
    this.name = name;
  }

  [HANDLE](destination: Destination): Handle {
    this.handles++;
    return {
      kind: "rlock",
      block: {
        place: "mapped",
        segment: `${destination}/${this.name}`,
        offset: 8,
        bytes: 16,
        there: 16,
        base: 0,
        serial: 0,
        isTicket: false,
      },
    };
  }
}

/** What a {@linkcode Fake} comes back as. */
export class Revived {
  readonly segment: string;

  constructor(segment: string) {
    this.segment = segment;
  }
}

export function rehydrate(handle: Handle): Revived {
  const block = "block" in handle ? handle.block : null;
  return new Revived(block?.place === "mapped" ? block.segment : "local");
}

export const DESTINATIONS: readonly Destination[] = ["isolate", "process"];

/** `value` as it arrives, through a real structured clone or through bytes. */
// deno-lint-ignore no-explicit-any
export function sent(value: unknown, destination: Destination): any {
  if (destination === "process") {
    return unpack(pack(value, "process", "value"), rehydrate);
  }
  return unpack(cloneOf(pack(value, "isolate", "value")), rehydrate);
}

/** A size as messages hold it: seven bits a byte, the lowest first. */
export function size(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) {
    bytes.push(0x80 | value % 0x80);
  }
  return [...bytes, value];
}

/** What this isolate takes of memory, in bytes. */
export function memory(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
