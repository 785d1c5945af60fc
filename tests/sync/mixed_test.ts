import { syncContract } from "./contract.ts";

syncContract("thread", "spawn");
syncContract("worker", "spawn");
