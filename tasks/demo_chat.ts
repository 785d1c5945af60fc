// deno-lint-ignore-file no-console
/**
 * Programs that talk over a socket, and prove to each other that they may.
 *
 * ```
 *   talk --lines--> Client ===key===> Listener --> serve --lines--> all the others
 * ```
 *
 * @module
 */

import {
  AuthenticationError,
  Client,
  type Connection,
  Listener,
} from "@multiprocessing/core";
import { countOf, type Flags, readCommand } from "./lib/flags.ts";
import { say, title } from "./lib/screen.ts";
import { linesOf, Terminal } from "./lib/terminal.ts";

const USAGE = `Usage: deno task demo:chat [serve|talk] [--port N] [--key TEXT]
         [--name TEXT] [--help]

Two programs in two terminals talk through Listener and Client, with a key:
  serve        waits for guests, and tells everybody what one of them says
  talk         is a guest
  (neither)    shows a host and some guests, and ends
  --port N     where they meet (4711)
  --key TEXT   what both sides must know
  --name TEXT  the name of a guest
What you type is said to all; the end of the input (Ctrl-D) ends a program.`;

const PORT = 4711;
const KEY = "open sesame";

/** What a guest sends: first a name, and then what it says. */
type Guest = Connection<string, string>;

interface Options {
  readonly port: number;
  readonly authkey: Uint8Array;
  readonly name: string;
}

function optionsOf(flags: Flags): Options {
  return {
    port: countOf(USAGE, flags, { flag: "port", otherwise: PORT }),
    authkey: new TextEncoder().encode(String(flags.key ?? KEY)),
    name: String(flags.name ?? `guest-${Deno.pid}`),
  };
}

/** All who are connected, by their names. */
class Room {
  readonly #guests = new Map<Guest, string>();

  /** Stays with a guest until it leaves. */
  async host(guest: Guest): Promise<void> {
    const name = await guest.recv();
    this.#guests.set(guest, name);
    await this.tell(`${name} has come`, guest);
    for await (const line of guest) await this.tell(`${name}: ${line}`, guest);
    this.#guests.delete(guest);
    await this.tell(`${name} has left`);
    guest.close();
  }

  /** Says a line here, and to all but one. */
  async tell(line: string, except?: Guest): Promise<void> {
    say(line);
    for (const guest of this.#guests.keys()) {
      // Who has just gone hears nothing, and the others do.
      if (guest !== except) await guest.send(line).catch(() => {});
    }
  }

  /** Sends everybody away. */
  close(): void {
    for (const guest of this.#guests.keys()) guest.close();
  }
}

async function serve({ port, authkey }: Options): Promise<void> {
  const listener = new Listener<string, string>({ port }, {
    authkey,
    onRefused: () => say("(somebody without the key was turned away)"),
  });
  const room = new Room();
  say(`waiting at port ${port}; talk to me by: deno task demo:chat talk`);
  const typing = (async () => {
    for await (const line of linesOf(Deno.stdin)) await room.tell(line);
    listener.close();
    room.close();
  })();
  for await (const guest of listener) room.host(guest).catch(() => {});
  await typing;
}

async function talk({ port, authkey, name }: Options): Promise<void> {
  const host = await Client<string, string>({ port }, { authkey });
  await host.send(name);
  say(`connected as ${name}`);
  const typing = (async () => {
    for await (const line of linesOf(Deno.stdin)) await host.send(line);
    host.close();
  })();
  const hearing = (async () => {
    for await (const line of host) say(line);
    say("the host has gone");
  })();
  await Promise.race([typing, hearing]).catch(() => {});
  // A read of the terminal cannot be called back.
  Deno.exit(0);
}

/** Runs programs as if each had a terminal, and shows all of these in one. */
async function show(port: number): Promise<void> {
  title("three programs, each with its own terminal; > is what is typed there");
  const program = (name: string, ...args: string[]) =>
    new Terminal(name, import.meta.url, [...args, "--port", String(port)]);
  const host = program("host", "serve");
  await host.shows("waiting");
  const ann = program("ann", "talk", "--name", "ann");
  await ann.shows("connected");
  await host.shows("ann has come");
  const bob = program("bob", "talk", "--name", "bob");
  await bob.shows("connected");
  await ann.shows("bob has come");
  await ann.types("is anybody here?");
  await bob.shows("ann: is anybody here?");
  await bob.types("just me");
  await ann.shows("bob: just me");
  const eve = program("eve", "talk", "--name", "eve", "--key", "guessed");
  await eve.shows("refused");
  await host.shows("turned away");
  await eve.ended();
  await bob.closes();
  await ann.shows("bob has left");
  await host.types("we are closing");
  await ann.shows("we are closing");
  await host.closes();
  await ann.shows("the host has gone");
  await ann.ended();
}

/** A port that nobody has at this moment. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "localhost", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

if (import.meta.main) {
  const { command, flags } = readCommand(USAGE, ["serve", "talk"], {
    port: { type: "string" },
    key: { type: "string" },
    name: { type: "string" },
  });
  const options = optionsOf(flags);
  try {
    if (command === "serve") await serve(options);
    else if (command === "talk") await talk(options);
    else await show(flags.port === undefined ? freePort() : options.port);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      console.log("refused: the key is another one");
    } else if (error instanceof Deno.errors.ConnectionRefused) {
      console.log(`nobody waits at port ${options.port}: start "serve" first`);
    } else if (error instanceof Deno.errors.AddrInUse) {
      console.log(`port ${options.port} is in use: choose another by --port`);
    } else throw error;
    Deno.exit(1);
  }
}
