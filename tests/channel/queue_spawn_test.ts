import { queueContract } from "./queue_contract.ts";

queueContract("spawn", "spawn");
