import { processContract } from "./contract.ts";
import { spawnContract } from "./contract_spawn.ts";

processContract("spawn");
spawnContract("spawn");
