import { poolContract } from "./contract.ts";

poolContract("worker");
