import "../forkserver_testing.ts";
import { processContract } from "./contract.ts";
import { spawnContract } from "./contract_spawn.ts";

processContract("forkserver");
spawnContract("forkserver");
