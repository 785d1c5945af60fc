/**
 * The stocks of spares, by start method.
 *
 * @module
 */

import { hold } from "../base/hold.ts";
import { forkserverStock } from "./forkserver.ts";
import type { Spare, Stock } from "./stock.ts";

const stocks: ReadonlyMap<string, Stock<Spare>> = new Map([
  ["forkserver", forkserverStock as unknown as Stock<Spare>],
]);

/**
 * Ends all spares, of every start method; they are booted again when processes are
 * started. It resolves when they have ended.
 */
export async function retireSpares(): Promise<void> {
  const release = hold();
  try {
    await Promise.all([...stocks.values()].map((stock) => stock.retire()));
  } finally {
    release();
  }
}
