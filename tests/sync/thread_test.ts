import { syncContract } from "./contract.ts";

syncContract("thread", "thread");
