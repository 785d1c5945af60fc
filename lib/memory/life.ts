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

import { Scratch, syscall } from "./libc.ts";

/** A thread, for as long as the machine runs. */
export interface ThreadId {
  /** The OS process. */
  readonly pid: number;
  /** The thread. */
  readonly tid: number;
  /** When it started, in ticks since boot, cut to 31 bits. */
  readonly start: number;
}

const AT_FDCWD = -100;
const O_RDONLY_CLOEXEC = 0o2000000;
const STAT_BYTES = 4096;

/** Where `state` and `starttime` stand behind the name in `stat`; see proc(5). */
const STATE = 0;
const START_TIME = 19;

// Invariant: made once per isolate, which is one thread for all its life.
let own: ThreadId | null = null;
let scratch: Scratch | null = null;

function readStat(pid: number, tid: number): string | null {
  scratch ??= new Scratch(STAT_BYTES);
  const path = scratch.text(`/proc/${pid}/task/${tid}/stat`);
  const fd = syscall("openat", AT_FDCWD, path, O_RDONLY_CLOEXEC);
  if (fd < 0) return null;
  const length = syscall("read", fd, scratch.address, STAT_BYTES);
  syscall("close", fd);
  if (length <= 0) return null;
  return new TextDecoder().decode(scratch.bytes.slice(0, length));
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
  own = { pid, tid, start: stat === null ? 0 : startOf(fieldsOf(stat)) };
  return own;
}

/** Whether that very thread is still there, and not just its remains. */
export function isThreadAlive({ pid, tid, start }: ThreadId): boolean {
  const stat = readStat(pid, tid);
  // Without /proc there is only the signal 0 to ask with.
  if (stat === null) {
    return start === 0 && syscall("tgkill", pid, tid, 0) === 0;
  }
  const fields = fieldsOf(stat);
  if ("ZXx".includes(fields[STATE] ?? "X")) return false;
  return start === 0 || startOf(fields) === start;
}
