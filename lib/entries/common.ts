/**
 * What every built file has in common, in one file that all of them import.
 *
 * The bundler makes a file for each set of entries that share something, and each
 * file takes 0.2 to 0.4 ms of a start (2.9.6). So every entry names something of each
 * of these modules, used or not, and they end in one file: that of `child.ts`, which
 * every child loads in any case.
 *
 * @module
 */

import { builtUrl } from "../base/built.ts";
import { ProcessError } from "../base/errors.ts";
import { printError } from "../base/stderr.ts";
import { thrownText } from "../base/thrown_text.ts";
import { writeIfRead } from "../base/write_all.ts";
import { bootSpawned } from "../child/spawned.ts";
import { bootThread } from "../child/thread.ts";
import { bootWorker } from "../child/worker.ts";
import { findFunction } from "../functions/resolve.ts";
import { CALL } from "../pool/protocol/pool_messages.ts";
import { SLOTS } from "../pool/protocol/slots.ts";
import { kept } from "../pool/worker/worker_state.ts";
import { workerState } from "../pool/worker/task.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { frame } from "../wire/protocol/frames.ts";
import { loadModule } from "../wire/protocol/load_module.ts";
import { IS_TO_STOP } from "../wire/protocol/stop_flag_words.ts";
import { receive } from "../wire/mailbox/mailbox.ts";

/** Never called. */
export default (): unknown => [
  bootSpawned,
  bootThread,
  bootWorker,
  builtUrl,
  ProcessError,
  printError,
  findFunction,
  CALL,
  SLOTS,
  kept,
  workerState,
  childContext,
  frame,
  loadModule,
  IS_TO_STOP,
  receive,
  thrownText,
  writeIfRead,
];
