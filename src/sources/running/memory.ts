import { closeSync, openSync, readSync } from 'node:fs';
import { LIMITS } from '../../limits.ts';

/** A range of a process's memory. */
export interface MemoryRange {
  readonly from: number;
  readonly to: number;
}

/** What remains of the budgets for looking into memory, over all processes of one look. */
export interface MemoryAllowance {
  bytes: number;
  readonly until: number;
}

const WINDOW = 4 * 1024 * 1024;
/** No path is longer (PATH_MAX). */
const OVERLAP = 4_096;
/** How the name of a file ends that an interpreter or a virtual machine has read, and letters that make it another ending (`.pyi`, `.json`). */
const ENDINGS = [
  ['.py', 'cdiowxz'],
  ['.pyc', ''],
  ['.js', 'ox'],
  ['.mjs', ''],
  ['.cjs', ''],
  ['.jar', ''],
  ['.rb', ''],
  ['.pm', ''],
].map(([ending = '', others = '']) => ({ ending: Buffer.from(ending), others: new Set(Buffer.from(others)) }));

/**
 * Paths of code that stand in a process's memory: an interpreter that has imported a module keeps its file's name. The process is neither
 * stopped nor changed; nothing of what is read is kept but these paths. Throws what the operating system says where the memory may not be read.
 * https://man7.org/linux/man-pages/man5/proc_pid_mem.5.html
 */
export function namesInMemory(
  file: string,
  ranges: readonly MemoryRange[],
  left: MemoryAllowance,
): { readonly names: Set<string>; readonly isWhole: boolean } {
  const names = new Set<string>();
  const window = Buffer.allocUnsafe(WINDOW);
  const memory = openSync(file, 'r');
  let isWhole = true;
  try {
    // Small ones first: a module's name lies in an arena, what is large are tensors.
    for (const { from, to } of [...ranges].sort((a, b) => a.to - a.from - (b.to - b.from))) {
      for (let at = from; at < to; at += WINDOW - OVERLAP) {
        const wanted = Math.min(WINDOW, to - at);
        if (left.bytes < wanted || Date.now() > left.until || names.size > LIMITS.liveNames)
          return { names, isWhole: false };
        left.bytes -= wanted;
        const got = readAt(memory, window, wanted, at);
        if (got === undefined) {
          isWhole = false;
          break;
        }
        takeNames(window.subarray(0, got), names);
        if (wanted < WINDOW) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  return { names, isWhole };
}

/** Undefined where the range is gone, or is none that can be read (the kernel says EIO). */
function readAt(memory: number, window: Buffer, wanted: number, at: number): number | undefined {
  try {
    return readSync(memory, window, 0, wanted, at);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'EFAULT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** From each ending back to where the text begins. */
function takeNames(bytes: Buffer, names: Set<string>): void {
  for (const { ending, others } of ENDINGS)
    for (let at = bytes.indexOf(ending); at >= 0; at = bytes.indexOf(ending, at + ending.length)) {
      if (others.has(bytes[at + ending.length] ?? 0)) continue;
      let start = at;
      let first = -1;
      while (start > 0 && at - start < OVERLAP && isOfPath(bytes[start - 1] as number)) {
        start -= 1;
        if (bytes[start] === SLASH) first = start;
      }
      if (first >= 0 && names.size <= LIMITS.liveNames) names.add(bytes.toString('utf8', first, at + ending.length));
    }
}

const SLASH = 0x2f;
/** What no path of code has, and what ends one in running text: controls, quotes, angle brackets, colons, commas. */
const NOT_OF_PATH = new Set([0x22, 0x27, 0x2c, 0x3a, 0x3b, 0x3c, 0x3e, 0x60, 0x7c, 0x7f]);
const isOfPath = (byte: number): boolean => byte > 0x20 && !NOT_OF_PATH.has(byte);
