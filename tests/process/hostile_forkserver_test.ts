import "../forkserver_testing.ts";
import { hostileContract } from "./hostile_contract.ts";

hostileContract("forkserver");
