/** Section 1: the host. */

import { type Check, type CheckVerdict, check, info, need, notApplicable, note, pass, warn } from '../check.ts';
import { type Facts, value } from '../facts.ts';
import {
  type Account,
  auditRuleFor,
  containerdSockets,
  dataRoot,
  engineFreshness,
  mountOf,
  parseAccounts,
  parseGroups,
  readAuditRules,
  readMounts,
  unitPath,
} from '../host/index.ts';
import { onItsHost } from './on-its-host.ts';

const partition = check({
  id: '1.1.1',
  title: 'Keep container data on a partition of its own',
  level: 1,
  scoring: 'automated',
  looksAt: "the daemon's data directory and the host's mounts",
  remediation:
    'Put the data directory of the daemon (usually /var/lib/docker) on its own file system: mount a volume there before the first start, or move the data with the daemon stopped and mount the new volume in its place.',
  impact: 'Resizing is needed when images outgrow the volume; nothing else changes.',
  peer: 'Asks the kernel whether the data directory is a mount point',
  async run(facts) {
    const root = await dataRoot(facts);
    const mounts = need(await readMounts(facts.host));
    const mount = mountOf(mounts, root);
    const above = mountOf(
      mounts.filter((mount) => mount.point !== root),
      root,
    );
    // dockerd and others mount the folder onto itself: a mount point, and no file system of its own.
    if (mount?.point === root && mount.device !== '' && mount.device === above?.device)
      return above.point === '/'
        ? warn(`${root} is mounted onto itself and lies on the root file system: images can fill it`, [
            { subject: root, path: root },
          ])
        : info(`${root} shares the file system of ${above.point}`, [{ subject: root, detail: above.point }]);
    if (mount?.point === root) return pass(`${root} is mounted from ${mount.source} (${mount.type})`);
    if (mount === undefined || mount.point === '/')
      return warn(`${root} lies on the root file system: images can fill it`, [{ subject: root, path: root }]);
    return info(`${root} shares the file system of ${mount.point}`, [{ subject: root, detail: mount.point }]);
  },
});

const trustedUsers = check({
  id: '1.1.2',
  title: 'Let only trusted accounts control the daemon',
  level: 1,
  scoring: 'automated',
  looksAt: 'the docker group (or the group the daemon is told to use) in /etc/group and /etc/passwd',
  remediation:
    'Take accounts that need no root out of the group: gpasswd -d ACCOUNT docker. Name the ones you trust with -u so that the next run can tell them apart.',
  impact: 'Those accounts can no longer build or run containers, unless rootless.',
  peer: 'Lists the members of the docker group, warns about those not named with -u',
  async run(facts) {
    const daemon = await facts.daemon();
    const name = String(daemon.setting('group')?.value ?? 'docker');
    const group = parseGroups(need(await facts.host.read('/etc/group'))).find((group) => group.name === name);
    if (group === undefined) return pass(`there is no group ${name}: only root reaches the socket`);
    const accounts: Account[] = parseAccounts(need(await facts.host.read('/etc/passwd')));
    const primary = accounts.filter((account) => account.gid === group.gid).map((account) => account.name);
    const members = [...new Set([...group.members, ...primary])].filter((member) => member !== 'root');
    const doubtful = members.filter((member) => !facts.scope.trusted.includes(member));
    const items = doubtful.map((subject) => ({
      subject,
      detail: 'is root on this host in effect',
      path: '/etc/group',
    }));
    if (doubtful.length === 0)
      return pass(members.length === 0 ? `group ${name} has no members` : `group ${name} has only trusted members`);
    return facts.scope.trusted.length > 0
      ? warn('accounts that are not trusted control the daemon', items)
      : info('these accounts control the daemon: name the trusted ones with -u', items);
  },
});

interface Audited {
  readonly id: string;
  readonly title: string;
  readonly level: 1 | 2;
  /** Paths, the first that exists counts; a unit name stands for its file. */
  readonly paths: readonly string[];
  readonly unit?: string;
  /** Where this host's daemon has it. */
  readonly find?: (facts: Facts) => Promise<readonly string[]>;
  readonly peer: string;
}

const LISTED = 'Searches the output of auditctl -l, or audit.rules, for the path';

const AUDITED: readonly Audited[] = [
  {
    id: '1.1.3',
    title: 'Audit the Docker daemon',
    level: 1,
    paths: ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'],
    peer: 'Searches the audit rules for /usr/bin/dockerd only, wherever the program is',
  },
  { id: '1.1.4', title: 'Audit /run/containerd', level: 1, paths: ['/run/containerd'], peer: LISTED },
  {
    id: '1.1.5',
    title: 'Audit /var/lib/docker',
    level: 1,
    paths: ['/var/lib/docker'],
    find: async (facts) => [await dataRoot(facts)],
    peer: LISTED,
  },
  { id: '1.1.6', title: 'Audit /etc/docker', level: 1, paths: ['/etc/docker'], peer: LISTED },
  { id: '1.1.7', title: 'Audit docker.service', level: 2, paths: [], unit: 'docker.service', peer: LISTED },
  {
    id: '1.1.8',
    title: 'Audit containerd.sock',
    level: 2,
    paths: ['/run/containerd/containerd.sock', '/run/docker/containerd/containerd.sock'],
    find: containerdSockets,
    peer: LISTED,
  },
  { id: '1.1.9', title: 'Audit docker.socket', level: 2, paths: [], unit: 'docker.socket', peer: LISTED },
  { id: '1.1.10', title: 'Audit /etc/default/docker', level: 2, paths: ['/etc/default/docker'], peer: LISTED },
  {
    id: '1.1.11',
    title: 'Audit /etc/docker/daemon.json',
    level: 2,
    paths: [],
    find: async (facts) => [(await facts.daemon()).path],
    peer: LISTED,
  },
  {
    id: '1.1.12',
    title: 'Audit /etc/containerd/config.toml',
    level: 2,
    paths: ['/etc/containerd/config.toml'],
    peer: LISTED,
  },
  { id: '1.1.13', title: 'Audit /etc/sysconfig/docker', level: 2, paths: ['/etc/sysconfig/docker'], peer: LISTED },
  {
    id: '1.1.14',
    title: 'Audit containerd',
    level: 2,
    paths: ['/usr/bin/containerd', '/usr/local/bin/containerd'],
    peer: LISTED,
  },
  {
    id: '1.1.15',
    title: 'Audit containerd-shim',
    level: 2,
    paths: ['/usr/bin/containerd-shim', '/usr/local/bin/containerd-shim'],
    peer: LISTED,
  },
  {
    id: '1.1.16',
    title: 'Audit containerd-shim-runc-v1',
    level: 2,
    paths: ['/usr/bin/containerd-shim-runc-v1', '/usr/local/bin/containerd-shim-runc-v1'],
    peer: LISTED,
  },
  {
    id: '1.1.17',
    title: 'Audit containerd-shim-runc-v2',
    level: 2,
    paths: ['/usr/bin/containerd-shim-runc-v2', '/usr/local/bin/containerd-shim-runc-v2'],
    peer: LISTED,
  },
  {
    id: '1.1.18',
    title: 'Audit runc',
    level: 2,
    paths: ['/usr/bin/runc', '/usr/sbin/runc', '/usr/local/bin/runc', '/usr/local/sbin/runc'],
    peer: LISTED,
  },
];

/** The path that exists on this host. */
async function audited(facts: Facts, rule: Audited): Promise<string | undefined> {
  if (rule.unit !== undefined) return unitPath(facts.host, rule.unit);
  const paths = rule.find === undefined ? rule.paths : [...(await rule.find(facts)), ...rule.paths];
  for (const path of paths) {
    const file = await facts.host.stat(path);
    if (file.ok) return path;
    if (file.why !== 'absent') need(file);
  }
  return undefined;
}

async function judgeAudit(facts: Facts, rule: Audited): Promise<CheckVerdict> {
  const path = await audited(facts, rule);
  if (path === undefined)
    return notApplicable(`${rule.unit ?? rule.paths[0] ?? 'daemon.json'} does not exist on this host`);
  const rules = await readAuditRules(facts.host);
  if (!rules.ok && rules.why !== 'absent') need(rules);
  const auditRule = auditRuleFor(value(rules) ?? [], path);
  if (auditRule !== undefined)
    return pass(`watched by ${auditRule.file} line ${auditRule.line}`, [
      { subject: path, path: auditRule.file, line: auditRule.line, detail: `-p ${auditRule.permissions}` },
    ]);
  const reason = rules.ok ? `no audit rule watches ${path}` : rules.reason;
  return warn(reason, [{ subject: path, detail: `add: -w ${path} -k docker` }]);
}

const audits = AUDITED.map((rule) =>
  check({
    id: rule.id,
    title: rule.title,
    level: rule.level,
    scoring: 'automated',
    looksAt: 'rules in /etc/audit/rules.d and /etc/audit/audit.rules, watches of parent folders included',
    remediation: `Install auditd, put "-w ${rule.paths[0] ?? `<path of ${rule.unit ?? 'daemon.json'}>`} -k docker" into /etc/audit/rules.d/docker.rules and load it with augenrules --load.`,
    impact: 'Audit logs grow: rotate them, and keep them on a partition of their own.',
    peer: rule.peer,
    run: (facts) => judgeAudit(facts, rule),
  }),
);

/** Kernel settings a hardened host has, with the values that count as hardened. */
const KERNEL: readonly { readonly name: string; readonly good: (value: number) => boolean; readonly want: string }[] = [
  { name: 'kernel/kptr_restrict', good: (n) => n >= 1, want: '1 or 2' },
  { name: 'kernel/dmesg_restrict', good: (n) => n === 1, want: '1' },
  { name: 'kernel/unprivileged_bpf_disabled', good: (n) => n >= 1, want: '1 or 2' },
  { name: 'kernel/yama/ptrace_scope', good: (n) => n >= 1, want: '1 or more' },
  { name: 'kernel/randomize_va_space', good: (n) => n === 2, want: '2' },
  { name: 'fs/protected_hardlinks', good: (n) => n === 1, want: '1' },
  { name: 'fs/protected_symlinks', good: (n) => n === 1, want: '1' },
];

const hardened = check({
  id: '1.2.1',
  title: 'Harden the host that runs containers',
  level: 1,
  scoring: 'manual',
  looksAt: 'kernel settings in /proc/sys and the security modules in /sys/kernel/security/lsm',
  remediation:
    'Harden the host by the benchmark for its own system, run nothing on it that is no container, and keep kernel and firmware patched; the settings listed here are the ones that containers lean on most.',
  impact: 'Stricter kernel settings can stop debuggers and profilers from working for accounts other than root.',
  peer: 'Prints a note, tests nothing',
  async run({ host }) {
    const items = [];
    for (const setting of KERNEL) {
      const text = await host.read(`/proc/sys/${setting.name}`);
      if (text.ok && !setting.good(Number(text.value.trim())))
        items.push({
          subject: setting.name.replaceAll('/', '.'),
          detail: `is ${text.value.trim()}, hardened: ${setting.want}`,
        });
    }
    const modules = await host.read('/sys/kernel/security/lsm');
    if (modules.ok && !/apparmor|selinux/.test(modules.value))
      items.push({ subject: 'lsm', detail: `neither AppArmor nor SELinux is active (${modules.value.trim()})` });
    return note('a person has to judge the host; these settings are weaker than they could be', items);
  },
});

const upToDate = check({
  id: '1.2.2',
  title: 'Keep Docker up to date',
  level: 1,
  scoring: 'manual',
  looksAt: "the Engine's version and the date of its build",
  remediation: 'Update the Engine from its publisher or from the distribution, and follow its security announcements.',
  impact: 'Restarting the daemon stops containers unless live restore is on; read the notes of removed features.',
  peer: 'Always passes and prints the version',
  run: engineFreshness,
});

/** Section 1 in order. */
export const hostChecks: readonly Check[] = [
  ...[partition, trustedUsers, ...audits, hardened].map(onItsHost),
  upToDate,
];
