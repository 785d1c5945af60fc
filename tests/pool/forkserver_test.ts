import "../forkserver_testing.ts";
import { poolContract } from "./contract.ts";
import { spawnContract } from "./contract_spawn.ts";

poolContract("forkserver");
spawnContract("forkserver");
