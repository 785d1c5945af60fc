import type { Subject } from "./process_testing.ts";
export function failureContract(_: Subject): void {}
