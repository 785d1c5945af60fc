/**
 * The stocks of spares, by start method.
 *
 * @module
 */

import { forkserverStock } from "./forkserver.ts";
import { isolateStocks } from "./isolate_spares.ts";
import type { Spare, Stock } from "./stock.ts";

export { IDLE_DEFAULT_MS } from "./stock.ts";

/** A stock of any kind of spare. */
export type AnyStock = Pick<
  Stock<Spare>,
  "settings" | "configure" | "spares" | "retire"
>;

const stocks: ReadonlyMap<string, AnyStock> = new Map<string, AnyStock>([
  ["thread", isolateStocks.thread],
  ["worker", isolateStocks.worker],
  ["forkserver", forkserverStock],
]);

/** The stock of a start method; undefined if it has none. */
export function stockOf(method: string): AnyStock | undefined {
  return stocks.get(method);
}

/** The start methods that have a stock. */
export function stockedMethods(): string[] {
  return [...stocks.keys()];
}
