import { queueContract } from "./queue_contract.ts";

queueContract("thread", "thread");
