import { processContract } from "./contract.ts";

processContract("worker");
