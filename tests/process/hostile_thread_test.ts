import { hostileContract } from "./hostile_contract.ts";

hostileContract("thread");
