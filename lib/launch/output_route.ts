/**
 * Where what a child writes goes.
 *
 * Mostly it is not touched at all: an isolate writes to the stdout of its OS process,
 * and a process of its own inherits that. In two cases the parent has to bring it on:
 * in a notebook, whose cells show what the kernel prints and not what is written to the
 * kernel's own stdout, and in an isolate whose own stdout was taken over.
 *
 * @module
 */

import { broadcast, isNotebook } from "../base/interactive.ts";
import { writeIfRead } from "../base/write_all.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import {
  type OutputName,
  type OutputOption,
  type OutputRoute,
  type PipedOutput,
  RelayedOutput,
} from "./child_output.ts";

/**
 * The route of a stream by what was asked for, `piped` where that is "piped". A route
 * serves one child.
 */
export function routeOf(
  name: OutputName,
  asked: OutputOption | undefined,
  piped: PipedOutput | null,
): OutputRoute {
  if (piped !== null) return piped;
  if (asked === "null") return "null";
  const own = ownRoute(name);
  if (own === "null") return "null";
  if (own === "piped") return new RelayedOutput(writerTo(name));
  const isCells = asked === undefined && isNotebook();
  return isCells ? new RelayedOutput(printerOf(name)) : "inherit";
}

/** What becomes of this process's own words. */
function ownRoute(name: OutputName): OutputOption {
  const host = childContext()?.host;
  return host?.kind === "isolate"
    ? host.output?.[name] ?? "inherit"
    : "inherit";
}

function writerTo(name: OutputName): (text: Uint8Array) => void {
  return (text) => writeIfRead(Deno[name], text);
}

/** Prints into the cell that runs, or ran last, in order with what it prints itself. */
function printerOf(name: OutputName): (text: Uint8Array) => void {
  const decoder = new TextDecoder();
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    if (text.endsWith("\n")) {
      const line = text.slice(0, -1);
      // deno-lint-ignore no-console -- the kernel shows what its console prints
      if (name === "stdout") console.log(line);
      // deno-lint-ignore no-console -- the same
      else console.error(line);
    } else if (text !== "") {
      broadcast("stream", { name, text });
    }
  };
}
