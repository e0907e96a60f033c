/**
 * How dockerd is configured: the command line of the running daemon (or of its unit) and daemon.json, in one place.
 * https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
 */

import { addTo } from '../../collections.ts';
import { readJson } from '../../formats/json-values.ts';
import { type Missed, mapped, missed, type Reading } from '../reading.ts';
import type { Host } from './host.ts';
import { findProcesses, type HostProcess } from './system.ts';
import { readUnit } from './units.ts';

/** One setting and where it comes from. */
export interface Setting {
  readonly value: unknown;
  readonly from: string;
}

/** The daemon's configuration. */
export interface DaemonConfiguration {
  /** The running dockerd, where it could be found. */
  readonly process?: HostProcess;
  readonly commandLine: readonly string[];
  /** Where the command line comes from: `dockerd (pid 7)`, a unit's path, or `none`. */
  readonly commandFrom: string;
  /** Path of daemon.json. */
  readonly path: string;
  /** Its content; absent where there is no such file. */
  readonly file: Reading<ReadonlyMap<string, unknown>>;
  /** A setting by its long name on the command line (`host`, `insecure-registry`); undefined: not set, the default holds. */
  setting(name: string): Setting | undefined;
  /** All values of a setting that may be given several times. */
  values(name: string): readonly string[];
  isTrue(name: string): boolean;
  isFalse(name: string): boolean;
}

const SHORT = new Map([
  ['-b', 'bridge'],
  ['-D', 'debug'],
  ['-G', 'group'],
  ['-g', 'data-root'],
  ['-H', 'host'],
  ['-l', 'log-level'],
  ['-p', 'pidfile'],
  ['-s', 'storage-driver'],
]);

/** Flags that take no value of their own: `--icc false` would be two words of which the second means nothing. */
const SWITCHES = new Set(
  `debug experimental icc init ip-forward ip-masq ip6tables iptables ipv6 live-restore no-new-privileges raw-logs rootless
   selinux-enabled tls tlsverify userland-proxy validate allow-nondistributable-artifacts-all dhcpv6`.split(/\s+/),
);

/** Names in daemon.json where they differ from the command line's. */
const IN_FILE = new Map([
  ['host', 'hosts'],
  ['insecure-registry', 'insecure-registries'],
  ['registry-mirror', 'registry-mirrors'],
  ['storage-opt', 'storage-opts'],
  ['authorization-plugin', 'authorization-plugins'],
  ['default-ulimit', 'default-ulimits'],
  ['exec-opt', 'exec-opts'],
  ['log-opt', 'log-opts'],
  ['label', 'labels'],
]);

/**
 * Reads the configuration of the dockerd that serves `endpoint` (`unix:///var/run/docker.sock`), or of the only one there is.
 * `null`: it runs on another host, of which nothing can be seen here. A daemon.json that is not JSON is a failed reading.
 */
export async function readDaemon(host: Host, endpoint?: string | null): Promise<DaemonConfiguration> {
  if (endpoint === null) return elsewhere('the Engine runs on another host');
  const processes = await findProcesses(host, ['dockerd']);
  if (!processes.ok && processes.why !== 'absent') return elsewhere(processes.reason, processes.why);
  const running = processes.ok ? choose(processes.value, endpoint) : undefined;
  // Another daemon's configuration would be worse than none.
  if (running === undefined && ((processes.ok && processes.value.length > 0) || !isUsual(endpoint)))
    return elsewhere(`no dockerd that serves ${endpoint} can be seen here`);
  const unit = running === undefined ? await readUnit(host, 'docker.service') : undefined;
  const commandLine = running?.command ?? unit?.command ?? [];
  const commandFrom = running ? `dockerd (pid ${running.pid})` : (unit?.path ?? 'none');
  const path = parseFlags(commandLine.slice(1)).get('config-file')?.at(-1) ?? (await defaultFile(host, running));
  const file = mapped(await host.read(path), (text) => parseDaemonFile(text, path));
  return daemonFrom({ commandLine, commandFrom, path, file, ...(running === undefined ? {} : { process: running }) });
}

const elsewhere = (reason: string, why: Missed = 'absent'): DaemonConfiguration =>
  daemonFrom({
    commandLine: [],
    commandFrom: 'none',
    path: '/etc/docker/daemon.json',
    file: missed(why, reason),
  });

/** What was read about a daemon, before its settings are looked up. */
type DaemonParts = Pick<DaemonConfiguration, 'commandLine' | 'commandFrom' | 'path' | 'file' | 'process'>;

/** Settings looked up in both places: the command line first (dockerd refuses to start where both give the same one). */
function daemonFrom(parts: DaemonParts): DaemonConfiguration {
  const flags = parseFlags(parts.commandLine.slice(1));
  const inFile = parts.file.ok ? parts.file.value : new Map<string, unknown>();
  const setting = (name: string): Setting | undefined => {
    const given = flags.get(name);
    if (given !== undefined) return { value: given.length === 1 ? given[0] : given, from: parts.commandFrom };
    const key = IN_FILE.get(name) ?? name;
    return inFile.has(key) ? { value: inFile.get(key), from: parts.path } : undefined;
  };
  return {
    ...parts,
    setting,
    values: (name) => [...(flags.get(name) ?? []), ...listed(inFile.get(IN_FILE.get(name) ?? name))],
    isTrue: (name) => String(setting(name)?.value) === 'true',
    isFalse: (name) => String(setting(name)?.value) === 'false',
  };
}

function listed(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, entry]) => `${key}=${entry}`);
  return value === undefined ? [] : [String(value)];
}

/** Where dockerd listens unless told otherwise; the unit's configuration is that of this one. */
const USUAL = new Set(['unix:///var/run/docker.sock', 'unix:///run/docker.sock']);
const isUsual = (endpoint: string | undefined): boolean => endpoint === undefined || USUAL.has(endpoint);

/** The daemon that serves the endpoint: one that names it, or one that names no address and so listens at the usual one. */
function choose(processes: readonly HostProcess[], endpoint: string | undefined): HostProcess | undefined {
  if (endpoint === undefined) return processes.length === 1 ? processes[0] : undefined;
  const named = (process: HostProcess): readonly string[] => {
    const flags = parseFlags(process.command.slice(1));
    return flags.get('host') ?? [];
  };
  const exact = processes.find((process) => named(process).some((address) => sameAddress(address, endpoint)));
  if (exact) return exact;
  const silent = processes.filter((process) => named(process).length === 0 || socketActivated(process));
  // Rootless daemons listen in their owner's folder; of several silent ones nothing tells which it is.
  return silent.length === 1 && (isUsual(endpoint) || silent[0]!.uid !== 0) ? silent[0] : undefined;
}

/** `/var/run` is `/run`, and every interface is this one too. */
function sameAddress(left: string, other: string): boolean {
  const plain = (address: string): string =>
    address
      .replace(/^unix:\/\/\/var\/run\//, 'unix:///run/')
      .replace(/^tcp:\/\/(?:0\.0\.0\.0|127\.[\d.]+|localhost|\[::1?\]|)(?=:)/, 'tcp://here')
      .replace(/\/$/, '');
  return plain(left) === plain(other);
}

const socketActivated = (process: HostProcess) => process.command.some((word) => word.includes('fd://'));

async function defaultFile(host: Host, running: HostProcess | undefined): Promise<string> {
  const rootless = running?.command.includes('--rootless') === true || (running !== undefined && running.uid !== 0);
  if (!rootless) return '/etc/docker/daemon.json';
  const environment = await host.read(`/proc/${running.pid}/environ`);
  const pairs = environment.ok ? environment.value.split('\0') : [];
  const of = (name: string) => pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return `${of('XDG_CONFIG_HOME') ?? `${of('HOME') ?? '/root'}/.config`}/docker/daemon.json`;
}

/** Flags with all their values, `true` for a switch without one. */
export function parseFlags(words: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  const add = (name: string, value: string) => addTo(flags, name, value);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const written = equals === -1 ? word : word.slice(0, equals);
    const name = SHORT.get(written) ?? written.replace(/^--?/, '');
    if (equals !== -1) add(name, word.slice(equals + 1));
    else if (SWITCHES.has(name)) add(name, 'true');
    else if (SHORT.has(word.slice(0, 2)) && !word.startsWith('--') && word.length > 2)
      add(SHORT.get(word.slice(0, 2))!, word.slice(2));
    else if (at + 1 < words.length && !words[at + 1]!.startsWith('--')) add(name, words[++at]!);
    else add(name, 'true');
  }
  return flags;
}

/** Throws one line that says where it stops being JSON. */
function parseDaemonFile(text: string, path: string): ReadonlyMap<string, unknown> {
  let parsed: unknown;
  try {
    parsed = readJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error(`${path} is no JSON object`);
  return new Map(Object.entries(parsed));
}
