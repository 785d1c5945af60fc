import data from "./data.json" with { type: "json" };

/** What a module of the scenes exports. */
export const rows: number = data.rows.length;
