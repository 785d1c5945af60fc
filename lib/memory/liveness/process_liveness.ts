/**
 * The liveness of a thread of any OS process, as the kernel knows it.
 *
 * The kernel reuses process ids, so a thread is identified by its process, its
 * own id and its start time. The state is read from `/proc` and not probed by a
 * signal, as a zombie still accepts signals.
 *
 * @module
 */

import { ENOENT, ESRCH } from "../system/errno.ts";
import { syscall } from "../system/libc.ts";
import { readProc } from "../system/proc.ts";

/** Identifies a thread for as long as the machine runs. */
export interface ThreadId {
  /** The id of the OS process. */
  readonly pid: number;
  /** The id of the thread. */
  readonly tid: number;
  /** When it started, in ticks since boot, cut to 31 bits. */
  readonly start: number;
}

/**
 * Positions of `state` and `starttime` behind the name in `stat`; see proc(5).
 */
const STATE = 0;
const START_TIME = 19;

// Invariant: set once per isolate, as an isolate runs on one thread all its
// life.
let own: ThreadId | null = null;

function readStat(pid: number, tid: number): string | number {
  return readProc(`/proc/${pid}/task/${tid}/stat`);
}

function fieldsOf(stat: string): string[] {
  // The name is in parentheses, and may itself hold blanks and parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function startOf(fields: string[]): number {
  return Number(BigInt(fields[START_TIME] ?? 0) & 0x7fff_ffffn);
}

/** The thread that runs this isolate. */
export function ownThread(): ThreadId {
  if (own !== null) return own;
  const pid = syscall("getpid");
  const tid = syscall("gettid");
  const stat = readStat(pid, tid);
  own = {
    pid,
    tid,
    start: typeof stat === "number" ? 0 : startOf(fieldsOf(stat)),
  };
  return own;
}

/** Whether that very thread is alive, and no zombie. */
export function isThreadAlive({ pid, tid, start }: ThreadId): boolean {
  const stat = readStat(pid, tid);
  if (typeof stat === "number") {
    // Without /proc, or where no more files can be opened, only signal 0 can
    // ask: an error of the file says nothing about the thread.
    const isUnknown = start === 0 || !(stat === -ENOENT || stat === -ESRCH);
    return isUnknown && syscall("tgkill", pid, tid, 0) === 0;
  }
  const fields = fieldsOf(stat);
  if ("ZXx".includes(fields[STATE] ?? "X")) return false;
  return start === 0 || startOf(fields) === start;
}
