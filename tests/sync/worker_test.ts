import { syncContract } from "./contract.ts";

syncContract("worker", "worker");
