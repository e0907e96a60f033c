import { addTo } from '../../collections.ts';
import { PlimsollError, reasonOf } from '../../errors.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { RunningState, Seen } from '../../model.ts';
import { type MemoryAllowance, namesInMemory } from './memory.ts';
import {
  type AddressSpace,
  addressSpace,
  allProcesses,
  linkOf,
  mountsOf,
  openFiles,
  processOf,
  type RunningProcess,
} from './process-files.ts';

/** Programs and libraries whose code is read from files and not mapped: what they have imported is told by names in their memory. */
const INTERPRETERS = /^(?:lib)?(?:python|pypy|node|ruby|perl|jvm|java)[\w.-]*$/;
/** Files held open that are code: a Java archive stays open as long as its class loader lives. */
const OPEN_CODE = /\.(?:jar|war|zip|whl|egg|so(?:\.[\d.]+)?|pyz)$/;

/** What a look at running processes needs. */
interface LookOptions {
  /** Where the kernel tells of its processes; default `/proc`. */
  readonly proc?: string;
  /** Paths that the container has written since it was started: they are not the image's. */
  readonly changed?: ReadonlySet<string>;
}

/**
 * What processes that run have mapped, hold open or have imported: those with these numbers, what they have started, and all that share their
 * mounts. Paths are as in the image. Nothing is stopped and nothing written.
 * Throws `not-found` where a process is not there, `unsupported` where there is no /proc, and `io` where none may be looked at.
 */
export function lookAt(
  pids: readonly number[],
  { proc = '/proc', changed = new Set() }: LookOptions = {},
): RunningState {
  const processes = related(proc, pids);
  const files = new Map<string, Seen>();
  const elsewhere = new Set<string>();
  const notes: string[] = [];
  const left: MemoryAllowance = { bytes: LIMITS.liveMemoryBytes, until: Date.now() + LIMITS.liveMs };
  let refused: unknown;
  let looked = 0;
  for (const process of processes) {
    try {
      const space = addressSpace(proc, process.pid);
      looked += 1;
      const put = placing(proc, process, changed, files, elsewhere);
      for (const path of space.files) put(path, 'mapped');
      for (const path of openFiles(proc, process.pid)) if (OPEN_CODE.test(path)) put(path, 'open');
      notes.push(...named(proc, process, space, left, (path) => put(path, 'named')));
    } catch (error) {
      refused ??= error;
    }
  }
  if (looked === 0) throw notAllowed(refused, pids);
  if (refused !== undefined)
    notes.push(
      `${processes.length - looked} of ${processes.length} processes could not be looked at: ${reasonOf(refused)}`,
    );
  return {
    processes: processes.map(({ pid, words }) => ({ pid, command: words })),
    files,
    elsewhere: [...elsewhere].sort(),
    notes: [...new Set(notes)],
  };
}

/** Those, their descendants, and what is in their mounts where these are not this machine's own. */
function related(proc: string, pids: readonly number[]): RunningProcess[] {
  const all = listed(proc);
  const own = linkOf(proc, 'self', 'ns/mnt');
  const byId = new Map<number, RunningProcess>();
  for (const pid of pids) {
    const first = processOf(proc, pid);
    if (first === undefined)
      throw new PlimsollError('not-found', `no process ${pid} runs on this machine`, { where: proc });
    byId.set(pid, first);
    const mounts = linkOf(proc, pid, 'ns/mnt');
    const isApart = mounts !== undefined && own !== undefined && mounts !== own;
    for (const running of all)
      if (isApart && linkOf(proc, running.pid, 'ns/mnt') === mounts) byId.set(running.pid, running);
  }
  const children = new Map<number, RunningProcess[]>();
  for (const running of all) addTo(children, running.parent, running);
  for (const queue = [...byId.keys()]; queue.length > 0; )
    for (const child of children.get(queue.pop() as number) ?? [])
      if (!byId.has(child.pid)) {
        byId.set(child.pid, child);
        queue.push(child.pid);
      }
  return [...byId.values()].slice(0, LIMITS.liveProcesses);
}

function listed(proc: string): RunningProcess[] {
  try {
    return allProcesses(proc);
  } catch (cause) {
    throw new PlimsollError(
      'unsupported',
      'what a process has loaded is told by /proc, which this machine does not have',
      {
        where: proc,
        hint: 'run it where the container runs, on Linux',
        cause,
      },
    );
  }
}

/** Puts what is seen where it lies in the image; what a mount or the container itself brought is counted apart. */
function placing(
  proc: string,
  { pid, words }: RunningProcess,
  changed: ReadonlySet<string>,
  files: Map<string, Seen>,
  elsewhere: Set<string>,
): (path: string, how: Seen['how']) => void {
  // Of another file system's root the kernel tells paths from there; of a chroot from this machine's.
  const root = linkOf(proc, pid, 'root') ?? '/';
  const mounts = mountsOf(proc, pid);
  const by = `${words[0]?.split('/').at(-1) ?? 'process'} (process ${pid})`;
  return (path, how) => {
    // What stands in memory is as the process itself says it.
    const isInside = how !== 'named' && root !== '/' && path.startsWith(`${root}/`);
    if (how !== 'named' && root !== '/' && !isInside) return;
    const own = isInside ? path.slice(root.length) : path;
    const isBrought = changed.has(own) || mounts.some((point) => own === point || own.startsWith(`${point}/`));
    if (isBrought) {
      if (how !== 'named' && !/^\/(?:dev|proc|sys|run)\//.test(own)) elsewhere.add(own.slice(1));
      return;
    }
    const inImage = own.slice(1);
    if (!files.has(inImage)) files.set(inImage, { how, path: inImage, by });
  };
}

/** Asks an interpreter's memory for the files it has read; says where it may not. */
function named(
  proc: string,
  { pid }: RunningProcess,
  { files, own }: AddressSpace,
  left: MemoryAllowance,
  put: (path: string) => void,
): string[] {
  if (![...files].some((path) => INTERPRETERS.test(fileNameOf(path)))) return [];
  try {
    const { names, isWhole } = namesInMemory(`${proc}/${pid}/mem`, own, left);
    for (const name of names) put(name);
    return isWhole ? [] : [`the memory of process ${pid} was not read to its end: modules may be missing`];
  } catch (error) {
    return [
      `the memory of process ${pid} cannot be read (${reasonOf(error)}): modules that are not mapped are not seen`,
    ];
  }
}

function notAllowed(refused: unknown, pids: readonly number[]): PlimsollError {
  return new PlimsollError('io', `what process ${pids.join(', ')} has mapped cannot be read: ${reasonOf(refused)}`, {
    where: `/proc/${pids[0]}/maps`,
    hint: "run as root, or as the process's own user",
    cause: refused,
  });
}
