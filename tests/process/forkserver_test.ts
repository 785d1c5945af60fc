import "../forkserver_testing.ts";
import { processContract } from "./contract.ts";

processContract("forkserver");
