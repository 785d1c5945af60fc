/**
 * Which thread of which OS process lives, as the kernel says.
 *
 * A number of a process is used again one day, so a thread is known by its
 * process, its own number and the moment it started. The state is read and not
 * asked for by a signal, as a process that was killed but not yet waited for
 * still takes signals.
 *
 * @module
 */

import { ENOENT, ESRCH } from "../system/errno.ts";
import { syscall } from "../system/libc.ts";
import { readProc } from "../system/proc.ts";

/** A thread, for as long as the machine runs. */
export interface ThreadId {
  /** The OS process. */
  readonly pid: number;
  /** The thread. */
  readonly tid: number;
  /** When it started, in ticks since boot, cut to 31 bits. */
  readonly start: number;
}

/** Where `state` and `starttime` stand behind the name in `stat`; see proc(5). */
const STATE = 0;
const START_TIME = 19;

// Invariant: made once per isolate, which is one thread for all its life.
let own: ThreadId | null = null;

function readStat(pid: number, tid: number): string | number {
  return readProc(`/proc/${pid}/task/${tid}/stat`);
}

function fieldsOf(stat: string): string[] {
  // The name stands in brackets and may itself hold blanks and brackets.
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

/** Whether that very thread is still there, and not just its remains. */
export function isThreadAlive({ pid, tid, start }: ThreadId): boolean {
  const stat = readStat(pid, tid);
  if (typeof stat === "number") {
    // Without /proc there is only the signal 0 to ask with, and also where no more
    // files can be opened: that says nothing of the thread.
    const isUnknown = start === 0 || !(stat === -ENOENT || stat === -ESRCH);
    return isUnknown && syscall("tgkill", pid, tid, 0) === 0;
  }
  const fields = fieldsOf(stat);
  if ("ZXx".includes(fields[STATE] ?? "X")) return false;
  return start === 0 || startOf(fields) === start;
}
