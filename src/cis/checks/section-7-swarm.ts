/** Section 7: swarm mode. */
import { X509Certificate } from 'node:crypto';
import { readJson } from '../../formats/json-values.ts';
import {
  type BenchItem,
  type Check,
  type CheckVerdict,
  check,
  info,
  need,
  notApplicable,
  note,
  pass,
  warn,
  warnAbout,
} from '../check.ts';
import type { EngineSwarm } from '../engine/index.ts';
import { environmentOf } from '../engine/index.ts';
import type { Facts } from '../facts.ts';
import { dataRoot, readListeners } from '../host/index.ts';
import { secretVariables } from '../image/index.ts';

/** Runs a check only on a manager of an active swarm: others cannot be asked about it. */
const onManager =
  (run: (facts: Facts) => Promise<CheckVerdict>) =>
  async (facts: Facts): Promise<CheckVerdict> => {
    const swarm = need(await facts.engine.info()).Swarm;
    const state = swarm?.LocalNodeState ?? 'inactive';
    if (state !== 'active') return notApplicable(state === 'locked' ? 'the swarm is locked' : 'swarm mode is off');
    return swarm?.ControlAvailable === false ? notApplicable('this node is a worker: run it on a manager') : run(facts);
  };

interface SwarmCheck extends Omit<Check, 'level' | 'scoring' | 'run'> {
  readonly manual?: boolean;
  readonly run: (facts: Facts) => Promise<CheckVerdict>;
}

const swarm = ({ manual, run, ...rest }: SwarmCheck): Check =>
  check({ ...rest, level: 1, scoring: manual ? 'manual' : 'automated', run: onManager(run) });

const DAY = 86_400_000;
const NANOSECONDS_PER_DAY = DAY * 1e6;

async function judgeManagers({ engine }: Facts): Promise<CheckVerdict> {
  const nodes = need(await engine.nodes());
  const managers = nodes.filter((node) => node.Spec?.Role === 'manager');
  const counts = `${managers.length} of ${nodes.length} nodes ${managers.length === 1 ? 'is a manager' : 'are managers'}`;
  const items = managers.map((node) => ({
    subject: node.Description?.Hostname ?? node.ManagerStatus?.Addr ?? 'manager',
  }));
  if (managers.length % 2 === 0)
    return warn(`${counts}: an even number survives no more failures than one less`, items);
  if (managers.length > 7)
    return warn(`${counts}: more than seven slow the swarm down and widen its attack surface`, items);
  if (managers.length === 1 && nodes.length > 2) return info(`${counts}: nothing takes over when it fails`, items);
  return pass(counts);
}

async function judgeInterface({ host }: Facts): Promise<CheckVerdict> {
  const open = need(await readListeners(host)).filter((listener) => listener.port === 2377);
  const everywhere = open.filter((listener) => listener.address === '0.0.0.0' || listener.address === '::');
  if (open.length === 0) return notApplicable('nothing listens on port 2377 as seen from here');
  const items = everywhere.map((listener) => ({ subject: `${listener.address}:2377`, detail: 'every interface' }));
  return warnAbout(items, 'the swarm listens on every interface', `the swarm listens on ${open[0]!.address} only`);
}

async function judgeSecrets({ engine }: Facts): Promise<CheckVerdict> {
  const services = need(await engine.services());
  const items = services.flatMap((service): BenchItem[] => {
    const environment = environmentOf(service.Spec?.TaskTemplate?.ContainerSpec?.Env);
    return secretVariables(environment).map((secret) => ({
      subject: service.Spec?.Name ?? service.ID ?? 'service',
      detail: `${secret.name} holds ${secret.what}`,
    }));
  });
  if (items.length > 0) return warn('services get secrets through their environment', items);
  const count = need(await engine.secrets()).length;
  if (count > 0) return pass(`${count} secrets are managed by the swarm`);
  return services.length === 0
    ? pass('there are no services')
    : info('services run, and no secret is managed by the swarm');
}

async function judgeRotation({ engine }: Facts): Promise<CheckVerdict> {
  const swarm: EngineSwarm = need(await engine.swarm());
  if (swarm.Spec?.EncryptionConfig?.AutoLockManagers !== true)
    return notApplicable('auto-lock is off: there is no key');
  return note(
    `the Engine does not say when the key was rotated; the swarm was last changed ${swarm.UpdatedAt ?? 'some time ago'}`,
  );
}

async function judgeNodeCertificates({ engine }: Facts): Promise<CheckVerdict> {
  const expiry = need(await engine.swarm()).Spec?.CAConfig?.NodeCertExpiry ?? 90 * NANOSECONDS_PER_DAY;
  const days = Math.round(expiry / NANOSECONDS_PER_DAY);
  const item = { subject: 'node certificates', detail: `renewed every ${days} days` };
  if (days > 90) return warn(`node certificates live for ${days} days, longer than the default of 90`, [item]);
  return days > 30
    ? info(`node certificates live for ${days} days`, [item])
    : pass(`node certificates live for ${days} days`);
}

async function judgeAuthority({ engine, now }: Facts): Promise<CheckVerdict> {
  const pem = need(await engine.swarm()).TLSInfo?.TrustRoot;
  if (pem === undefined || pem === '') return note('the Engine does not show the certificate of its authority');
  const certificate = new X509Certificate(pem);
  const days = Math.floor((now - Date.parse(certificate.validFrom)) / DAY);
  const item = {
    subject: certificate.subject.replaceAll('\n', ', '),
    detail: `valid from ${certificate.validFrom} to ${certificate.validTo}`,
  };
  if (Date.parse(certificate.validTo) < now) return warn("the swarm's root certificate has expired", [item]);
  return days > 365
    ? info(`the swarm's root certificate is ${days} days old`, [item])
    : pass(`the swarm's root certificate is ${Math.max(days, 0)} days old`);
}

/** The address of data traffic is known to no API, only to the node's own state file. */
async function judgePlanes(facts: Facts): Promise<CheckVerdict> {
  const path = `${await dataRoot(facts)}/swarm/docker-state.json`;
  const state = readJson(need(await facts.host.read(path))) as Readonly<Record<string, unknown>>;
  const [data, control] = [state.DataPathAddr, state.AdvertiseAddr].map((address) =>
    typeof address === 'string' ? address : '',
  );
  const address = (text: string) => text.replace(/:\d+$/, '');
  if (data && address(data) !== address(control ?? ''))
    return pass(`data travels by ${data}, management by ${control}`);
  return info('data and management share one interface', [{ subject: control || 'advertised address', path }]);
}

/** Section 7 in order. */
export const swarmChecks: readonly Check[] = [
  swarm({
    id: '7.1',
    title: 'As few managers as needed',
    looksAt: 'the nodes of the swarm',
    remediation: 'Keep 1, 3, 5 or 7 managers: docker node demote NODE for the others.',
    impact: 'Fewer managers survive fewer failures.',
    peer: 'Passes where at most one node is the leader, which is always so',
    run: judgeManagers,
  }),
  swarm({
    id: '7.2',
    title: 'The swarm listens on one interface',
    looksAt: 'listening TCP sockets in /proc/net/tcp and tcp6',
    remediation: 'Start the swarm with --listen-addr ADDRESS:2377.',
    impact: 'Nodes that reach the manager by another interface have to use this one.',
    peer: 'Searches the output of ss for port 2377 on all addresses',
    run: judgeInterface,
  }),
  swarm({
    id: '7.3',
    title: 'Overlay networks are encrypted',
    looksAt: 'options of every network with driver overlay',
    remediation: 'Make the network anew with --opt encrypted and move the services over.',
    impact: 'Encryption costs throughput; measure it where nodes exchange gradients.',
    peer: 'Looks for encrypted in the options of overlay networks',
    run: async ({ engine }) => {
      const overlays = need(await engine.networks()).filter((network) => network.Driver === 'overlay');
      const open = overlays.filter((network) => network.Options?.encrypted === undefined);
      const items = open.map((network) => ({
        subject: network.Name ?? network.Id ?? 'network',
        detail: network.Ingress ? 'ingress network' : (network.Scope ?? ''),
      }));
      return warnAbout(
        items,
        'traffic between nodes is readable on the wire',
        `${overlays.length} overlay networks, all encrypted`,
      );
    },
  }),
  swarm({
    id: '7.4',
    title: "Secrets are managed by Docker's secret commands",
    manual: true,
    looksAt: 'the secrets of the swarm, and the environment of every service',
    remediation: 'docker secret create, then --secret for the service; read the file below /run/secrets.',
    impact: 'Applications read a file instead of a variable.',
    peer: 'Passes where at least one secret exists',
    run: judgeSecrets,
  }),
  swarm({
    id: '7.5',
    title: 'Managers are locked until somebody gives the key',
    looksAt: "the swarm's encryption settings",
    remediation: 'docker swarm update --autolock=true, and keep the key that it prints elsewhere.',
    impact: 'A manager that restarts waits for docker swarm unlock.',
    peer: 'Asks for the unlock key',
    run: async ({ engine }) =>
      need(await engine.swarm()).Spec?.EncryptionConfig?.AutoLockManagers === true
        ? pass('auto-lock is on')
        : warn("keys of the swarm lie readable on a manager's disk", [{ subject: 'autolock', detail: 'off' }]),
  }),
  swarm({
    id: '7.6',
    title: 'The key of locked managers is rotated',
    manual: true,
    looksAt: "the swarm's encryption settings and last change",
    remediation: 'docker swarm unlock-key --rotate, on a schedule.',
    impact: 'A manager that was down during the rotation needs the old key once.',
    peer: 'Prints a note, tests nothing',
    run: judgeRotation,
  }),
  swarm({
    id: '7.7',
    title: 'Node certificates are rotated',
    manual: true,
    looksAt: 'the life time of node certificates',
    remediation: 'docker swarm update --cert-expiry 720h.',
    impact: 'A node that is away for longer has to join again.',
    peer: 'Passes only where the life time is two days',
    run: judgeNodeCertificates,
  }),
  swarm({
    id: '7.8',
    title: "The swarm's root certificate is rotated",
    manual: true,
    looksAt: "the root certificate's dates",
    remediation: 'docker swarm ca --rotate.',
    impact: 'Every node gets a new certificate; nodes that are away have to come back before it ends.',
    peer: 'Prints an information, tests nothing',
    run: judgeAuthority,
  }),
  swarm({
    id: '7.9',
    title: 'Management and data traffic are separated',
    manual: true,
    looksAt: "the node's state file below the daemon's data directory",
    remediation: 'Join with --data-path-addr INTERFACE, another one than --advertise-addr.',
    impact: 'Each node needs two interfaces.',
    peer: 'Prints an information, tests nothing',
    run: judgePlanes,
  }),
];
