/**
 * The same as `tiny.ts`, in a module that imports the package, as a program does.
 *
 * @module
 */

import "../../../mod.ts";

export * from "./tiny.ts";
