/**
 * The signals that end processes, and the exit codes that they cause.
 *
 * @module
 */

/** A signal that this package sends to a process. */
export type StopSignal = "SIGTERM" | "SIGKILL" | "SIGINT";

/**
 * The signal numbers that Linux and macOS share, which give the exit codes
 * `-n`.
 */
const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

/** The exit code of a process that `signal` ended: `-15` for SIGTERM. */
export function exitcodeOf(signal: string): number {
  return -(NUMBERS[signal] ?? 1);
}

/** The signal behind an exit code, or the number itself: `-SIGTERM`, `3`. */
export function nameOfExitcode(exitcode: number): string {
  const signal = Object.keys(NUMBERS).find((name) =>
    NUMBERS[name] === -exitcode
  );
  return signal === undefined ? String(exitcode) : `-${signal}`;
}

/** The part of an `exit()` code that POSIX keeps: its low eight bits. */
export function keptOf(code: number): number {
  return code & 0xff;
}
