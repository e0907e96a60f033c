// Long because it is a section of the benchmark, read beside that: a value for each check.

/** Section 2: how the daemon is configured. The Engine's own word first, its configuration where it is silent. */

import {
  type Check,
  type CheckVerdict,
  check,
  Inapplicable,
  info,
  need,
  notApplicable,
  pass,
  Unreadable,
  warn,
  warnAbout,
} from '../check.ts';
import type { EngineInfo } from '../engine/index.ts';
import { type Facts, securityOptions, value } from '../facts.ts';
import type { DaemonConfiguration, Setting } from '../host/index.ts';
import { isPodman, isRootless } from '../host/index.ts';

/**
 * The configuration, for checks that only it can answer. Ends the check where daemon.json is there and unreadable,
 * where nothing of the daemon can be seen (it runs on another host, say), and for Podman, which has no daemon.
 */
async function configured(facts: Facts): Promise<DaemonConfiguration> {
  await notForPodman(facts);
  // A file says how a daemon would start, an answer how one runs: without it nothing here passes.
  await facts.engine.info();
  const daemon = await facts.daemon();
  if (!daemon.file.ok && daemon.file.why !== 'absent') need(daemon.file);
  if (daemon.commandFrom === 'none' && !daemon.file.ok)
    throw new Unreadable('absent', `neither a dockerd nor its unit nor ${daemon.path} can be seen here`);
  return daemon;
}

/** Ends a check that Podman's compatible socket answers by habit: it has no daemon that could be configured so. */
async function notForPodman(facts: Facts): Promise<void> {
  if (await isPodman(facts)) throw new Inapplicable('Podman has no daemon to configure');
}

const said = async (facts: Facts): Promise<EngineInfo | undefined> => value(await facts.engine.info());

const shown = (setting: Setting) => `${JSON.stringify(setting.value)} in ${setting.from}`;

const JSON_FILE = 'daemon.json (or the same flag of dockerd)';
const RESTART = 'The daemon has to be restarted for it; running containers stop unless live restore is on.';

const rootless = check({
  id: '2.1',
  title: 'Run the daemon without root, if possible',
  level: 1,
  scoring: 'manual',
  looksAt: "the Engine's security options and the owner of the dockerd process",
  remediation:
    'Install the daemon in rootless mode (dockerd-rootless-setuptool.sh install) under an account of its own, where its limits allow it.',
  impact:
    'No privileged ports, no AppArmor, overlay networks or checkpoints; slower network and other paths for all files.',
  peer: 'Prints a note, tests nothing',
  async run(facts) {
    if (await isRootless(facts)) return pass('the daemon is rootless');
    if (await isPodman(facts))
      return info('Podman serves this socket as root', [{ subject: facts.engine.endpoint.address }]);
    const daemon = await facts.daemon();
    if (daemon.process === undefined) need(await facts.engine.info());
    return info('the daemon runs as root', [{ subject: daemon.commandFrom, detail: 'uid 0' }]);
  },
});

const traffic = check({
  id: '2.2',
  title: 'Restrict traffic between containers on the default bridge',
  level: 1,
  scoring: 'automated',
  looksAt: 'options of the network "bridge", then icc of the daemon',
  remediation: `Set "icc": false in ${JSON_FILE}, and give containers that belong together a network of their own.`,
  impact: 'Containers on the default bridge reach each other only where a link or another network allows it.',
  peer: 'Looks for icc=false on the command line and in daemon.json',
  async run(facts) {
    const networks = value(await facts.engine.networks());
    const bridge = networks?.find(
      (network) => network.Options?.['com.docker.network.bridge.default_bridge'] === 'true',
    );
    if (networks !== undefined && bridge === undefined) return notApplicable('there is no default bridge');
    const option = bridge?.Options?.['com.docker.network.bridge.enable_icc'];
    const restricted = option === undefined ? (await configured(facts)).isFalse('icc') : option === 'false';
    if (restricted) return pass('containers on the default bridge cannot reach each other');
    return warn('containers on the default bridge reach each other', [
      { subject: bridge?.Name ?? 'icc', detail: 'icc is on' },
    ]);
  },
});

const logLevel = check({
  id: '2.3',
  title: "Keep the daemon's log level at info",
  level: 1,
  scoring: 'automated',
  looksAt: 'log-level and debug',
  remediation: `Take log-level and debug out of ${JSON_FILE}, or set "log-level": "info".`,
  impact: 'None; debug output is missing while you look for a fault.',
  peer: 'Looks for log-level on the command line and in daemon.json',
  async run(facts) {
    const daemon = await configured(facts);
    const level = daemon.setting('log-level');
    if (level !== undefined && String(level.value) !== 'info')
      return warn(`the log level is ${String(level.value)}`, [{ subject: 'log-level', detail: shown(level) }]);
    if (daemon.isTrue('debug') || (await said(facts))?.Debug === true)
      return warn('the daemon runs in debug mode', [{ subject: 'debug', detail: 'true' }]);
    return pass('the log level is info');
  },
});

const iptables = check({
  id: '2.4',
  title: 'Let Docker manage iptables',
  level: 1,
  scoring: 'automated',
  looksAt: 'iptables',
  remediation: `Take "iptables": false out of ${JSON_FILE}.`,
  impact: "Docker's rules come first: other firewall scripts have to take them into account (DOCKER-USER chain).",
  peer: 'Looks for iptables=false',
  async run(facts) {
    const daemon = await configured(facts);
    const setting = daemon.setting('iptables');
    return daemon.isFalse('iptables')
      ? warn('the daemon may not manage iptables', [{ subject: 'iptables', detail: shown(setting!) }])
      : pass('the daemon manages iptables');
  },
});

const LOCAL = new Set(['127.0.0.0/8', '::1/128']);

const insecure = check({
  id: '2.5',
  title: 'Use no insecure registries',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's registry configuration, then insecure-registries",
  remediation: `Give the registry a certificate, put its authority into /etc/docker/certs.d/NAME/ca.crt and take it out of insecure-registries in ${JSON_FILE}.`,
  impact: 'Registries without TLS can no longer be used.',
  peer: 'Looks for insecure-registry in the command line and daemon.json',
  async run(facts) {
    const registry = (await said(facts))?.RegistryConfig;
    const daemon = registry ? await facts.daemon() : await configured(facts);
    const names = Object.entries(registry?.IndexConfigs ?? {}).flatMap(([name, index]) =>
      index.Secure === false ? [name] : [],
    );
    const ranges = (registry?.InsecureRegistryCIDRs ?? []).filter((range) => !LOCAL.has(range));
    const all = [...new Set([...names, ...ranges, ...daemon.values('insecure-registry')])];
    const items = all.map((subject) => ({ subject, detail: 'images come unencrypted or unverified' }));
    return warnAbout(items, 'images may come from registries without verified TLS', 'no insecure registries');
  },
});

const aufs = check({
  id: '2.6',
  title: 'Do not use the aufs storage driver',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's storage driver, then storage-driver",
  remediation: `Choose "storage-driver": "overlay2" in ${JSON_FILE}; save the images that you need first.`,
  impact: 'Images and containers of the old driver are not seen by the new one.',
  peer: 'Looks for aufs in docker info',
  async run(facts) {
    const info = await facts.engine.info();
    const driver = value(info)?.Driver ?? (await configured(facts)).setting('storage-driver')?.value;
    return driver === 'aufs'
      ? warn('the storage driver is aufs', [{ subject: 'storage driver', detail: 'aufs' }])
      : pass(driver === undefined ? 'the storage driver is not aufs' : `the storage driver is ${String(driver)}`);
  },
});

const tls = check({
  id: '2.7',
  title: 'Ask clients of the TCP port for certificates',
  level: 1,
  scoring: 'automated',
  looksAt: 'host, tls, tlsverify, tlscacert, tlscert and tlskey',
  remediation: `Do not listen on TCP; where it must be, set tlsverify with tlscacert, tlscert and tlskey in ${JSON_FILE}, and guard the keys.`,
  impact: 'Every client needs a certificate, and somebody has to renew them.',
  peer: 'Looks for tcp:// hosts and for tlsverify and tlskey',
  async run(facts) {
    const daemon = await configured(facts);
    const open = daemon.values('host').filter((address) => address.startsWith('tcp:'));
    if (open.length === 0) return notApplicable('the daemon listens on sockets only');
    const items = open.map((subject) => ({ subject, detail: daemon.commandFrom }));
    if (!daemon.isTrue('tlsverify'))
      return warn(
        daemon.isTrue('tls')
          ? 'TCP with TLS, but clients are not verified'
          : 'TCP without TLS: whoever reaches it is root',
        items,
      );
    const missing = ['tlscacert', 'tlscert', 'tlskey'].filter((name) => daemon.setting(name) === undefined);
    return missing.length > 0
      ? info(`clients are verified; ${missing.join(', ')} are at their default places`, items)
      : pass('TCP with TLS, clients are verified', items);
  },
});

const ulimit = check({
  id: '2.8',
  title: 'Set default ulimits',
  level: 1,
  scoring: 'manual',
  looksAt: 'default-ulimits',
  remediation: `Set "default-ulimits" (nofile, nproc) in ${JSON_FILE} as your workloads need them.`,
  impact: 'Limits that are too low stop applications at odd moments.',
  peer: 'Looks for default-ulimit',
  async run(facts) {
    const limits = (await configured(facts)).values('default-ulimit');
    return limits.length > 0
      ? pass(`default ulimits are set: ${limits.length}`)
      : info('no default ulimits: containers inherit those of the daemon', []);
  },
});

const userns = check({
  id: '2.9',
  title: 'Map users of containers to other users of the host',
  level: 2,
  scoring: 'automated',
  looksAt: "the Engine's security options, then userns-remap",
  remediation: `Set "userns-remap": "default" in ${JSON_FILE}: root in a container is then nobody on the host.`,
  impact: 'Images are pulled anew; files of volumes need other owners; host namespaces cannot be shared.',
  peer: 'Looks for userns-remap',
  async run(facts) {
    await notForPodman(facts);
    const info = await said(facts);
    if (info !== undefined && securityOptions(info).has('userns')) return pass('users are mapped (userns-remap)');
    if (await isRootless(facts)) return pass('a rootless daemon maps users by itself');
    const daemon = info === undefined ? await configured(facts) : await facts.daemon();
    const setting = daemon.setting('userns-remap');
    if (setting !== undefined && setting.value !== '') return pass(`userns-remap is ${shown(setting)}`);
    return warn('root in a container is root on the host', [{ subject: 'userns-remap', detail: 'not set' }]);
  },
});

const cgroup = check({
  id: '2.10',
  title: 'Know the default cgroup',
  level: 2,
  scoring: 'automated',
  looksAt: 'cgroup-parent',
  remediation: `Take cgroup-parent out of ${JSON_FILE} unless the limits of that group are the ones you want.`,
  impact: 'None.',
  peer: 'Looks for cgroup-parent',
  async run(facts) {
    const daemon = await configured(facts);
    const parent = daemon.setting('cgroup-parent');
    if (parent !== undefined && parent.value !== '')
      return warn(`containers start below another cgroup: ${String(parent.value)}`, [
        { subject: 'cgroup-parent', detail: shown(parent) },
      ]);
    const info = await said(facts);
    return pass(
      info?.CgroupVersion ? `default cgroup, cgroups v${info.CgroupVersion} by ${info.CgroupDriver}` : 'default cgroup',
    );
  },
});

const baseSize = check({
  id: '2.11',
  title: 'Leave the base device size alone until needed',
  level: 2,
  scoring: 'automated',
  looksAt: 'storage-opts',
  remediation: `Take dm.basesize out of storage-opts in ${JSON_FILE}.`,
  impact: 'Containers of the devicemapper driver get 10 GB again.',
  peer: 'Looks for dm.basesize in storage-opts',
  async run(facts) {
    const options = (await configured(facts))
      .values('storage-opt')
      .filter((option) => option.startsWith('dm.basesize'));
    return warnAbout(
      options.map((subject) => ({ subject })),
      'the base device size is changed',
      'the base device size is the default',
    );
  },
});

const authorization = check({
  id: '2.12',
  title: 'Authorize what clients ask of the daemon',
  level: 2,
  scoring: 'automated',
  looksAt: "the Engine's authorization plug-ins, then authorization-plugins",
  remediation: `Install an authorization plug-in and name it in "authorization-plugins" of ${JSON_FILE}; without one, whoever reaches the socket may do everything.`,
  impact: 'Each request waits for the plug-in, and fails where it is down.',
  peer: 'Looks for authorization-plugin',
  async run(facts) {
    const plugins =
      (await said(facts))?.Plugins?.Authorization ?? (await configured(facts)).values('authorization-plugin');
    return plugins.length > 0
      ? pass(`authorized by ${plugins.join(', ')}`)
      : warn('no authorization plug-in: who reaches the socket may do everything', []);
  },
});

/** Drivers that keep logs on this host. */
const LOCAL_LOGS = new Set(['json-file', 'local', 'none', '']);

const logging = check({
  id: '2.13',
  title: 'Send logs of containers elsewhere',
  level: 2,
  scoring: 'automated',
  looksAt: "the Engine's logging driver, log-driver and log-opts",
  remediation: `Choose a logging driver that leaves the host (syslog with an address, gelf, fluentd, awslogs, gcplogs, splunk) in ${JSON_FILE}.`,
  impact: 'docker logs may need dual logging; the receiver has to be kept running.',
  peer: 'Warns where docker info names json-file',
  async run(facts) {
    await notForPodman(facts);
    const engine = await said(facts);
    const daemon = engine === undefined ? await configured(facts) : await facts.daemon();
    const driver = engine?.LoggingDriver ?? String(daemon.setting('log-driver')?.value ?? 'json-file');
    const options = daemon.values('log-opt');
    if (LOCAL_LOGS.has(driver))
      return warn(`logs stay on this host (${driver || 'no driver'})`, [{ subject: 'log-driver', detail: driver }]);
    const remote = options.some((option) => /^(?:syslog|gelf|fluentd)-address=(?!unix)/.test(option));
    if (driver === 'journald' || (driver === 'syslog' && !remote))
      return info(`logs go to ${driver} of this host: forward them from there`, [
        { subject: 'log-driver', detail: driver },
      ]);
    return pass(`logs go to ${driver}`);
  },
});

const privileges = check({
  id: '2.14',
  title: 'Keep containers from gaining privileges, by default',
  level: 1,
  scoring: 'automated',
  looksAt: "no-new-privileges, and the Engine's security options",
  remediation: `Set "no-new-privileges": true in ${JSON_FILE}: setuid programs such as sudo then gain nothing.`,
  impact: 'Containers that rely on sudo, su or setuid programs need --security-opt no-new-privileges=false.',
  peer: 'Looks for no-new-privileges',
  async run(facts) {
    const engine = await said(facts);
    const told = engine !== undefined && securityOptions(engine).has('no-new-privileges');
    return told || (await configured(facts)).isTrue('no-new-privileges')
      ? pass('processes gain no privileges by default')
      : warn('setuid programs in containers work by default', [{ subject: 'no-new-privileges', detail: 'not set' }]);
  },
});

const liveRestore = check({
  id: '2.15',
  title: 'Keep containers running while the daemon restarts',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's live restore, then live-restore",
  remediation: `Set "live-restore": true in ${JSON_FILE}.`,
  impact: 'None outside swarm mode, with which it cannot be combined.',
  peer: 'Looks for Live Restore Enabled in docker info; passes in swarm mode',
  async run(facts) {
    await notForPodman(facts);
    const info = await said(facts);
    if (info?.Swarm?.LocalNodeState === 'active') return notApplicable('swarm mode excludes live restore');
    const on = info?.LiveRestoreEnabled ?? (await configured(facts)).isTrue('live-restore');
    return on
      ? pass('containers survive a restart of the daemon')
      : warn('containers stop with the daemon', [{ subject: 'live-restore', detail: 'not set' }]);
  },
});

const userlandProxy = check({
  id: '2.16',
  title: 'Switch the userland proxy off',
  level: 1,
  scoring: 'automated',
  looksAt: 'userland-proxy',
  remediation: `Set "userland-proxy": false in ${JSON_FILE}; hairpin NAT of the kernel does its work.`,
  impact: 'Very old kernels and some IPv6-only set-ups need the proxy.',
  peer: 'Looks for userland-proxy=false',
  async run(facts) {
    return (await configured(facts)).isFalse('userland-proxy')
      ? pass('the userland proxy is off')
      : warn('one docker-proxy process for each published port', [
          { subject: 'userland-proxy', detail: 'not switched off' },
        ]);
  },
});

const seccomp = check({
  id: '2.17',
  title: 'Apply a seccomp profile of your own, if appropriate',
  level: 2,
  scoring: 'manual',
  looksAt: "the Engine's security options, then seccomp-profile",
  remediation: `The built-in profile is a good one. A stricter one goes into "seccomp-profile" of ${JSON_FILE}; never "unconfined".`,
  impact: 'A profile that is too strict stops applications in ways that are hard to trace.',
  peer: 'Passes where docker info names the default profile',
  run: async (facts) => judgeSeccomp(need(await facts.engine.info())),
});

function judgeSeccomp(engine: EngineInfo): CheckVerdict {
  const option = securityOptions(engine).get('seccomp');
  if (option === undefined) return warn('the Engine has no seccomp: containers may use every system call', []);
  const profile = option.get('profile') ?? 'default';
  if (profile === 'unconfined')
    return warn('the default seccomp profile is unconfined', [{ subject: 'seccomp', detail: profile }]);
  if (profile === 'default' || profile === 'builtin') return pass('the built-in seccomp profile applies');
  return info(`a profile of your own applies: ${profile}`, [{ subject: 'seccomp', detail: profile }]);
}

const experimental = check({
  id: '2.18',
  title: 'No experimental features in production',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's info and version, then experimental",
  remediation: `Take "experimental": true out of ${JSON_FILE}.`,
  impact: 'Experimental features are gone.',
  peer: 'Looks for Experimental in docker version',
  async run(facts) {
    await notForPodman(facts);
    const info = await said(facts);
    const version = value(await facts.engine.version());
    const on = info?.ExperimentalBuild ?? version?.Experimental ?? (await configured(facts)).isTrue('experimental');
    return on
      ? warn('experimental features are on', [{ subject: 'experimental', detail: 'true' }])
      : pass('experimental features are off');
  },
});

/** Section 2 in order; what costs nothing else still costs a restart. */
export const daemonChecks: readonly Check[] = [
  rootless,
  traffic,
  logLevel,
  iptables,
  insecure,
  aufs,
  tls,
  ulimit,
  userns,
  cgroup,
  baseSize,
  authorization,
  logging,
  privileges,
  liveRestore,
  userlandProxy,
  seccomp,
  experimental,
].map((check) => (check.impact === 'None.' ? { ...check, impact: RESTART } : check));
