import "../forkserver_testing.ts";
import { pipeContract } from "./pipe_contract.ts";
import { queueContract } from "./queue_contract.ts";

queueContract("forkserver", "forkserver");
pipeContract("forkserver", "forkserver");
