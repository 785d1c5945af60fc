import { queueContract } from "./queue_contract.ts";

queueContract("worker", "worker");
