import { poolContract } from "./contract.ts";

poolContract("spawn");
