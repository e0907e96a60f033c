/** Mounts, listening sockets and processes of the host, from /proc. https://man7.org/linux/man-pages/man5/proc.5.html */
import { kernelPath } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { got, mapped, type Reading } from '../reading.ts';
import type { Host } from './host.ts';

/** One line of mountinfo. */
interface Mount {
  readonly point: string;
  /** Device numbers (`8:1`): the same for all mounts of one file system, those of its folders included. */
  readonly device: string;
  readonly type: string;
  readonly source: string;
}

/** The mounts that process 1 sees, or this process where that one may not be looked at. */
export async function readMounts(host: Host): Promise<Reading<readonly Mount[]>> {
  return mapped(await host.readFirst(['/proc/1/mountinfo', '/proc/self/mountinfo']), parseMounts);
}

/** Octal escapes (`\040`) stand for white space in paths. */
function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const fields = left?.split(' ') ?? [];
    const [type, source] = right?.split(' ') ?? [];
    if (fields[4] === undefined || type === undefined) return [];
    return [
      {
        point: kernelPath(fields[4]),
        device: fields[2] ?? '',
        type,
        source: kernelPath(source ?? ''),
      },
    ];
  });
}

/** The mount that holds `path`: the longest mount point that is the path or one of its ancestors, the last of equals. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const holds = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`);
    if (holds && (best === undefined || mount.point.length >= best.point.length)) best = mount;
  }
  return best;
}

/** A TCP socket that listens. */
interface Listener {
  /** `0.0.0.0`, `::`, `127.0.0.1`, ... IPv6 in full, without shortening except for the unspecified address. */
  readonly address: string;
  readonly port: number;
}

/** The host's listening TCP sockets, IPv4 and IPv6. */
export async function readListeners(host: Host): Promise<Reading<readonly Listener[]>> {
  const four = await host.readFirst(['/proc/1/net/tcp', '/proc/net/tcp']);
  const six = await host.readFirst(['/proc/1/net/tcp6', '/proc/net/tcp6']);
  if (!four.ok) return four;
  return got([...parseListeners(four.value), ...(six.ok ? parseListeners(six.value) : [])]);
}

/** State 0A is TCP_LISTEN; addresses are in words of the machine's byte order (little-endian here). */
export function parseListeners(text: string): Listener[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address, port] = fields[1]?.split(':') ?? [];
    if (fields[3] !== '0A' || address === undefined || port === undefined) return [];
    return [{ address: plainAddress(address), port: Number.parseInt(port, 16) }];
  });
}

function plainAddress(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  const ordered: number[] = [];
  for (let word = 0; word < bytes.length; word += 4) ordered.push(...bytes.slice(word, word + 4).reverse());
  if (ordered.length === 4) return ordered.join('.');
  if (ordered.every((byte) => byte === 0)) return '::';
  const groups: string[] = [];
  for (let at = 0; at < ordered.length; at += 2) groups.push(((ordered[at]! << 8) | ordered[at + 1]!).toString(16));
  return groups.join(':');
}

/** A process. */
export interface HostProcess {
  readonly pid: number;
  readonly uid: number;
  /** argv. */
  readonly command: readonly string[];
}

/** Processes whose program (argv[0] without folder) is one of `names`. */
export async function findProcesses(host: Host, names: readonly string[]): Promise<Reading<readonly HostProcess[]>> {
  const folder = await host.list('/proc');
  if (!folder.ok) return folder;
  const pids = folder.value.filter((name) => /^\d+$/.test(name)).slice(0, LIMITS.hostProcesses);
  const processes: HostProcess[] = [];
  for (const pid of pids) {
    const text = await host.read(`/proc/${pid}/cmdline`);
    // Gone meanwhile; but one that may not be seen can be the one that is looked for.
    if (!text.ok && text.why !== 'absent') return text;
    const command = text.ok ? text.value.split('\0').slice(0, -1) : [];
    const program = command[0]?.slice(command[0].lastIndexOf('/') + 1);
    if (program === undefined || !names.includes(program)) continue;
    const status = await host.read(`/proc/${pid}/status`);
    if (!status.ok && status.why !== 'absent') return status;
    const uid = status.ok ? /^Uid:\s+(\d+)/m.exec(status.value)?.[1] : undefined;
    processes.push({ pid: Number(pid), uid: Number(uid ?? 0), command });
  }
  return got(processes);
}
