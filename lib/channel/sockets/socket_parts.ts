/**
 * What listeners and clients are made of: a program without them evaluates none of it.
 *
 * @module
 */

export {
  addressOf,
  checkAddress,
  checkFamily,
  isOfThisMachine,
} from "./listener_address.ts";
export {
  HANDSHAKES_MAX,
  HANDSHAKES_PER_NETWORK_MAX,
  PendingHandshakes,
} from "./pending_handshakes.ts";
export {
  checkKey,
  greetClient,
  greetListener,
  importKey,
} from "./handshake.ts";
export { checkMaxMessageBytes } from "./message_limit.ts";
export { closeSocket, connectionOver } from "./socket_connection.ts";
export { PrivateFolder } from "./private_folder.ts";
