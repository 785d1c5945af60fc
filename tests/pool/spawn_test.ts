import { poolContract } from "./contract.ts";
import { spawnContract } from "./contract_spawn.ts";

poolContract("spawn");
spawnContract("spawn");
