import type { Subject } from "./process_testing.ts";
export function programContract(_: Subject): void {}
