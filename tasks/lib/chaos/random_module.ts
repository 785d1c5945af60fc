/**
 * The module that the scenes import again and again, with JSON.
 *
 * @module
 */

import data from "./data.json" with { type: "json" };

/** What a module of the scenes exports. */
export const rows: number = data.rows.length;
