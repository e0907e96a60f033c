/** Section 3: owners and permissions of the daemon's files. */

import { type Check, type CheckVerdict, check, need, notApplicable, pass, warn } from '../check.ts';
import { type Facts, value } from '../facts.ts';
import type { HostFile } from '../host/index.ts';
import { containerdSockets, isRootless, parseAccounts, parseGroups, unitPath } from '../host/index.ts';
import { onItsHost } from './on-its-host.ts';

/** What a file is, and how to find it on this host; no paths: it does not exist here. */
interface DaemonFile {
  readonly name: string;
  readonly find: (facts: Facts) => Promise<readonly string[]>;
}

const unit = (name: string): DaemonFile => ({
  name,
  find: async ({ host }) => [await unitPath(host, name)].filter((path) => path !== undefined),
});
const fixed = (path: string): DaemonFile => ({ name: path, find: async () => [path] });
/** A file that a setting of the daemon names. */
const named = (name: string, setting: string): DaemonFile => ({
  name,
  find: async (facts) => {
    const given = (await facts.daemon()).setting(setting)?.value;
    return typeof given === 'string' && given.startsWith('/') ? [given] : [];
  },
});

const SERVICE = unit('docker.service');
const SOCKET_UNIT = unit('docker.socket');
const ETC = fixed('/etc/docker');
const DEFAULTS = fixed('/etc/default/docker');
const SYSCONFIG = fixed('/etc/sysconfig/docker');
const CA = named("the TLS authority's certificate", 'tlscacert');
const CERT = named("the daemon's TLS certificate", 'tlscert');
const KEY = named("the key of the daemon's TLS certificate", 'tlskey');
const DAEMON_JSON: DaemonFile = { name: 'daemon.json', find: async (facts) => [(await facts.daemon()).path] };
const SOCKET: DaemonFile = { name: "the Engine's socket", find: findSocket };
const CONTAINERD: DaemonFile = { name: "containerd's socket", find: findContainerd };
const REGISTRIES: DaemonFile = { name: 'certificates of registries', find: findRegistryCertificates };

async function findSocket(facts: Facts): Promise<readonly string[]> {
  const hosts = (await facts.daemon()).values('host').filter((address) => address.startsWith('unix://'));
  const paths = hosts.map((host) => host.slice('unix://'.length));
  if (paths.length > 0) return paths;
  return [facts.engine.endpoint.socketPath ?? '/var/run/docker.sock'];
}

async function findContainerd(facts: Facts): Promise<readonly string[]> {
  for (const path of await containerdSockets(facts)) {
    const socket = await facts.host.stat(path);
    if (socket.ok || socket.why !== 'absent') return [path];
  }
  return [];
}

/** /etc/docker/certs.d/<registry>/*. https://docs.docker.com/engine/security/certificates/ */
async function findRegistryCertificates({ host }: Facts): Promise<readonly string[]> {
  const folder = '/etc/docker/certs.d';
  const registries = await host.list(folder);
  if (!registries.ok && registries.why !== 'absent') need(registries);
  const paths: string[] = [];
  for (const registry of value(registries) ?? []) {
    const files = value(await host.list(`${folder}/${registry}`)) ?? [];
    paths.push(...files.map((name) => `${folder}/${registry}/${name}`));
  }
  return paths;
}

const octal = (mode: number) => mode.toString(8).padStart(3, '0');

/** Whether a file that was found is as it should be: undefined for yes, else what it is. */
type Judge = (file: HostFile, facts: Facts) => Promise<string | undefined>;

const within =
  (mode: number): Judge =>
  async (file) =>
    (file.mode & ~mode) === 0 ? undefined : `permissions are ${octal(file.mode)}`;

/** root:root, root:<group of the daemon>, or the daemon's own account where it is rootless. */
const ownedBy =
  (group: 'root' | 'docker'): Judge =>
  async (file, facts) => {
    if (file.uid === 0 && file.gid === 0) return undefined;
    const daemon = await facts.daemon();
    const rootlessUid = (await isRootless(facts)) ? daemon.process?.uid : undefined;
    const wanted = group === 'root' ? 0 : await groupId(facts, String(daemon.setting('group')?.value ?? 'docker'));
    const uidRight = file.uid === 0 || file.uid === rootlessUid;
    // Without the group, root's own is the stricter choice that dockerd makes.
    const gidRight = file.gid === wanted || (group === 'docker' && file.gid === 0) || rootlessUid !== undefined;
    return uidRight && gidRight ? undefined : `belongs to ${await ownerName(facts, file)}`;
  };

async function groupId(facts: Facts, name: string): Promise<number | undefined> {
  const text = await facts.host.read('/etc/group');
  return text.ok ? parseGroups(text.value).find((group) => group.name === name)?.gid : undefined;
}

async function ownerName({ host }: Facts, file: HostFile): Promise<string> {
  const accounts = parseAccounts(value(await host.read('/etc/passwd')) ?? '');
  const groups = parseGroups(value(await host.read('/etc/group')) ?? '');
  const user = accounts.find((account) => account.uid === file.uid)?.name ?? file.uid;
  return `${user}:${groups.find((group) => group.gid === file.gid)?.name ?? file.gid}`;
}

async function judge(facts: Facts, target: DaemonFile, verdict: Judge, wanted: string): Promise<CheckVerdict> {
  const items = [];
  let seen = 0;
  for (const path of await target.find(facts)) {
    const file = await facts.host.stat(path);
    if (!file.ok && file.why === 'absent') continue;
    seen++;
    const wrong = await verdict(need(file), facts);
    if (wrong !== undefined) items.push({ subject: path, detail: `${wrong}, should be ${wanted}`, path });
  }
  if (seen === 0) return notApplicable(`${target.name} does not exist here, or is not used`);
  if (items.length > 0)
    return warn(
      items
        .map((item) => `${item.subject} ${item.detail}`)
        .slice(0, 2)
        .join('; '),
      items,
    );
  return pass(`${seen === 1 ? target.name : `${seen} files`}: ${wanted}`);
}

const LEVEL_2 = new Set(['3.17', '3.18', '3.19', '3.20', '3.21', '3.22']);

const owner = (id: string, title: string, target: DaemonFile, group: 'root' | 'docker' = 'root'): Check =>
  check({
    id,
    title,
    level: LEVEL_2.has(id) ? 2 : 1,
    scoring: 'automated',
    looksAt: `owner and group of ${target.name}`,
    remediation: `chown root:${group} on the path shown: whoever can change this file can make the daemon do anything.`,
    impact: group === 'docker' ? 'Only root and members of the group reach the daemon.' : 'None.',
    peer: 'Asks stat for the owner of the file, at its usual place or where systemd or the command line name it',
    run: (facts) => judge(facts, target, ownedBy(group), `root:${group}`),
  });

const mode = (id: string, title: string, target: DaemonFile, bits: number): Check =>
  check({
    id,
    title,
    level: LEVEL_2.has(id) ? 2 : 1,
    scoring: 'automated',
    looksAt: `permissions of ${target.name}`,
    remediation: `chmod ${octal(bits)} (or stricter) on the path shown.`,
    impact: bits === 0o660 ? 'Accounts outside the group no longer reach the socket.' : 'None.',
    peer: 'Asks stat for the permissions of the file, at its usual place or where systemd or the command line name it',
    run: (facts) => judge(facts, target, within(bits), `${octal(bits)} or stricter`),
  });

/** Section 3 in order. */
export const fileChecks: readonly Check[] = files().map(onItsHost);

function files(): Check[] {
  return [
    owner('3.1', 'docker.service belongs to root', SERVICE),
    mode('3.2', 'docker.service is writable for root only', SERVICE, 0o644),
    owner('3.3', 'docker.socket belongs to root', SOCKET_UNIT),
    mode('3.4', 'docker.socket is writable for root only', SOCKET_UNIT, 0o644),
    owner('3.5', '/etc/docker belongs to root', ETC),
    mode('3.6', '/etc/docker is writable for root only', ETC, 0o755),
    owner('3.7', 'Certificates of registries belong to root', REGISTRIES),
    mode('3.8', 'Certificates of registries can be changed by nobody', REGISTRIES, 0o444),
    owner('3.9', "The TLS authority's certificate belongs to root", CA),
    mode('3.10', "The TLS authority's certificate can be changed by nobody", CA, 0o444),
    owner('3.11', "The daemon's TLS certificate belongs to root", CERT),
    mode('3.12', "The daemon's TLS certificate can be changed by nobody", CERT, 0o444),
    owner('3.13', "The key of the daemon's certificate belongs to root", KEY),
    mode('3.14', "The key of the daemon's certificate is readable for root only", KEY, 0o400),
    owner('3.15', "The Engine's socket belongs to root and the docker group", SOCKET, 'docker'),
    mode('3.16', "The Engine's socket is closed to everybody else", SOCKET, 0o660),
    owner('3.17', 'daemon.json belongs to root', DAEMON_JSON),
    mode('3.18', 'daemon.json is writable for root only', DAEMON_JSON, 0o644),
    owner('3.19', '/etc/default/docker belongs to root', DEFAULTS),
    mode('3.20', '/etc/default/docker is writable for root only', DEFAULTS, 0o644),
    mode('3.21', '/etc/sysconfig/docker is writable for root only', SYSCONFIG, 0o644),
    owner('3.22', '/etc/sysconfig/docker belongs to root', SYSCONFIG),
    owner('3.23', "containerd's socket belongs to root", CONTAINERD),
    mode('3.24', "containerd's socket is closed to everybody else", CONTAINERD, 0o660),
  ];
}
