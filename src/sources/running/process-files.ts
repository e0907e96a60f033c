import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { kernelPath } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { RunConfig } from '../../model.ts';
import type { MemoryRange } from './memory.ts';

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, the program first; of a kernel's thread empty. */
  readonly words: readonly string[];
}

/** What a process has in its address space. */
export interface AddressSpace {
  /** Files that it has mapped, as it sees their paths; an ending ` (deleted)` is taken off. */
  readonly files: ReadonlySet<string>;
  /** Memory of its own that can be read and written: heaps, arenas. */
  readonly own: readonly MemoryRange[];
}

/** The text of a file of /proc, cut at the budget. Throws what the operating system says. */
function textOf(path: string): string {
  const bytes = readFileSync(path);
  return bytes.subarray(0, LIMITS.liveMapBytes).toString('utf8');
}

/** Undefined where it is gone, or hidden (`hidepid`). https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function processOf(proc: string, pid: number): RunningProcess | undefined {
  try {
    const stat = textOf(join(proc, `${pid}`, 'stat'));
    // The name in parentheses may hold anything, parentheses too.
    const parent = Number(
      stat
        .slice(stat.lastIndexOf(')') + 1)
        .trim()
        .split(' ')[1],
    );
    const words = textOf(join(proc, `${pid}`, 'cmdline'))
      .split('\0')
      .slice(0, LIMITS.startedWords);
    if (words.at(-1) === '') words.pop();
    return { pid, parent, words };
  } catch {
    return undefined;
  }
}

/** Every process that can be seen. */
export function allProcesses(proc: string): RunningProcess[] {
  const pids = readdirSync(proc)
    .filter((name) => /^\d{1,10}$/.test(name))
    .slice(0, LIMITS.liveSeenProcesses);
  return pids.flatMap((name) => processOf(proc, Number(name)) ?? []);
}

/** What a link of /proc says; undefined where it is gone or may not be read. */
export function linkOf(proc: string, pid: number | 'self', name: string): string | undefined {
  try {
    return readlinkSync(join(proc, `${pid}`, name));
  } catch {
    return undefined;
  }
}

/** Throws what the operating system says. https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html */
export function addressSpace(proc: string, pid: number): AddressSpace {
  const files = new Set<string>();
  const own: MemoryRange[] = [];
  for (const line of textOf(join(proc, `${pid}`, 'maps')).split('\n')) {
    const [range = '', rights = ''] = line.split(' ', 2);
    const [from = '', to = ''] = range.split('-');
    // Behind six fields the path, which may hold blanks.
    const slash = line.indexOf('/');
    const path = slash > 0 ? line.slice(slash) : '';
    if (path.startsWith('/')) files.add(kernelPath(path.replace(/ \(deleted\)$/, '')));
    else if (
      rights.startsWith('rw') &&
      !line.endsWith('[stack]') &&
      /^[0-9a-f]{1,16}$/.test(from) &&
      /^[0-9a-f]{1,16}$/.test(to)
    )
      own.push({ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) });
  }
  return { files, own };
}

/** Files that it holds open, as it sees their paths. Throws what the operating system says. */
export function openFiles(proc: string, pid: number): Set<string> {
  const folder = join(proc, `${pid}`, 'fd');
  const links = readdirSync(folder)
    .slice(0, LIMITS.liveOpenFiles)
    .map((name) => linkOf(proc, pid, `fd/${name}`) ?? '');
  return new Set(links.filter((link) => link.startsWith('/')).map((link) => link.replace(/ \(deleted\)$/, '')));
}

/**
 * What is mounted below the process's root, so that files there are none of the image. Empty where that cannot be read.
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function mountsOf(proc: string, pid: number): string[] {
  try {
    return textOf(join(proc, `${pid}`, 'mountinfo'))
      .split('\n')
      .flatMap((line) => line.split(' ')[4] ?? [])
      .map(kernelPath)
      .filter((point) => point.startsWith('/') && point !== '/');
  } catch {
    return [];
  }
}

/** Whether a container's id stands in what the kernel says of the process: its control group, or where its files are mounted from. */
export function isOfContainer(proc: string, pid: number, id: string): boolean {
  return ['cgroup', 'mountinfo'].some((name) => {
    try {
      return textOf(join(proc, `${pid}`, name)).includes(id);
    } catch {
      return false;
    }
  });
}

/**
 * What a process was started with, as an image would say it: its command line, environment and folder. The environment is for looking
 * paths up, and goes into no report. What may not be read is left out.
 */
export function startOf(proc: string, pid: number): RunConfig {
  const root = linkOf(proc, pid, 'root') ?? '/';
  const cwd = linkOf(proc, pid, 'cwd');
  const folder = root === '/' ? cwd : cwd?.startsWith(`${root}/`) ? cwd.slice(root.length) : undefined;
  const words = processOf(proc, pid)?.words ?? [];
  return {
    ...(words.length > 0 ? { Cmd: words } : {}),
    Env: environmentOf(proc, pid),
    ...(folder === undefined ? {} : { WorkingDir: folder }),
  };
}

function environmentOf(proc: string, pid: number): string[] {
  try {
    return textOf(join(proc, `${pid}`, 'environ'))
      .split('\0')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
