import "../forkserver_testing.ts";
import { syncContract } from "./contract.ts";

syncContract("forkserver", "forkserver");
