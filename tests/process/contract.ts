/**
 * What every start method must keep: one suite, run once per method.
 *
 * @module
 */

import { setStartMethod } from "../../mod.ts";
import { alikeContract } from "./contract_alike.ts";
import { failureContract } from "./contract_failures.ts";
import { identityContract } from "./contract_identity.ts";
import { logContract } from "./contract_logs.ts";
import { lifeContract } from "./contract_life.ts";
import { mailContract } from "./contract_mailbox.ts";
import { outputContract } from "./contract_output.ts";
import { programContract } from "./contract_programs.ts";
import { sharingContract } from "./contract_sharing.ts";
import { stopContract } from "./contract_stop.ts";
import { targetContract } from "./contract_targets.ts";
import { subjectOf, warmUp } from "./process_testing.ts";

await warmUp();

/** Declares the tests of one start method. */
export function processContract(method: string): void {
  setStartMethod(method, { force: true });
  const subject = subjectOf(method);
  lifeContract(subject);
  identityContract(subject);
  targetContract(subject);
  alikeContract(subject);
  sharingContract(subject);
  stopContract(subject);
  failureContract(subject);
  mailContract(subject);
  logContract(subject);
  outputContract(subject);
  programContract(subject);
}
