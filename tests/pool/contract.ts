/**
 * What a pool must keep under every start method: one suite, run once per method.
 *
 * @module
 */

import { arrivalContract } from "./contract_arrival.ts";
import { callContract } from "./contract_calls.ts";
import { endContract } from "./contract_end.ts";
import { errorContract } from "./contract_errors.ts";
import { executorContract } from "./contract_executor.ts";
import { lossContract } from "./contract_loss.ts";
import { mapContract } from "./contract_map.ts";
import { streamContract } from "./contract_stream.ts";
import { faultContract } from "./contract_faults.ts";
import { largeContract } from "./contract_large.ts";
import { refusalContract } from "./contract_refusals.ts";
import { warmContract } from "./contract_warm.ts";
import { workerContract } from "./contract_workers.ts";
import { warmUp } from "../process/process_testing.ts";
import { subjectOf } from "./pool_testing.ts";

await warmUp();

/** Declares the tests of one start method. */
export function poolContract(method: string): void {
  const subject = subjectOf(method);
  arrivalContract(subject);
  callContract(subject);
  mapContract(subject);
  streamContract(subject);
  errorContract(subject);
  refusalContract(subject);
  lossContract(subject);
  workerContract(subject);
  endContract(subject);
  executorContract(subject);
  largeContract(subject);
  faultContract(subject);
  warmContract(subject);
}
