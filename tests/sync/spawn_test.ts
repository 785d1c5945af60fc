import { syncContract } from "./contract.ts";

syncContract("spawn", "spawn");
