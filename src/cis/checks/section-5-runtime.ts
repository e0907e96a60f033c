/** Section 5: how containers run. */

import { type Check, check, need, notApplicable, note, pass, warn } from '../check.ts';
import { lastExecs, securityOption } from '../engine/index.ts';
import { securityOptions } from '../facts.ts';
import { eachContainer, type Fault } from './container-check.ts';

import { confinement } from './section-5-confinement.ts';
import { limits } from './section-5-limits.ts';

const swarmMode = check({
  id: '5.1',
  title: 'Swarm mode is off where it is not needed',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's swarm state",
  remediation: 'Leave the swarm where nothing uses it: docker swarm leave (--force on the last manager).',
  impact: 'Services, secrets and overlay networks of the swarm are gone.',
  peer: 'Looks for an inactive swarm in docker info',
  async run(facts) {
    const state = need(await facts.engine.info()).Swarm?.LocalNodeState ?? 'inactive';
    return state === 'inactive' || state === ''
      ? pass('swarm mode is off')
      : warn(`swarm mode is ${state}: leave it if nothing needs it`, [{ subject: 'swarm', detail: state }]);
  },
});

const apparmor = check({
  id: '5.2',
  title: 'An AppArmor profile confines each container',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's security options and the profile of every running container",
  remediation:
    'Drop --security-opt apparmor=unconfined and --privileged; the default profile docker-default then applies.',
  impact: 'A container that needs what the profile forbids fails: give it a profile of its own.',
  peer: 'Warns about every container without a profile, on hosts without AppArmor too',
  async run(facts) {
    if (!securityOptions(need(await facts.engine.info())).has('apparmor'))
      return notApplicable('this host has no AppArmor');
    const fault: Fault = ({ AppArmorProfile: profile }) =>
      !profile || profile === 'unconfined' ? `profile: ${profile || 'none'}` : undefined;
    return eachContainer(facts, fault, 'containers run unconfined by AppArmor', 'AppArmor confines every container');
  },
});

const selinux = check({
  id: '5.3',
  title: 'SELinux confines each container',
  level: 2,
  scoring: 'automated',
  looksAt: "the Engine's security options and the label of every running container",
  remediation:
    'Start the daemon with selinux-enabled, label volumes with :z or :Z, and drop --security-opt label=disable.',
  impact: 'Files without the right label cannot be read by containers.',
  peer: 'Warns about every container without any security option, on hosts without SELinux too',
  async run(facts) {
    if (!securityOptions(need(await facts.engine.info())).has('selinux'))
      return notApplicable('the Engine runs without SELinux');
    const fault: Fault = (container) =>
      !container.ProcessLabel || securityOption(container, 'label') === 'disable' ? 'no SELinux label' : undefined;
    return eachContainer(facts, fault, 'containers run unconfined by SELinux', 'SELinux confines every container');
  },
});

const exec = (id: '5.23' | '5.24', what: 'privileged' | 'root'): Check =>
  check({
    id,
    title: `docker exec is not used ${what === 'root' ? 'as root' : 'with --privileged'}`,
    level: 2,
    scoring: what === 'root' ? 'manual' : 'automated',
    looksAt: 'exec sessions that the Engine still knows, and docker exec commands in /var/log/audit/audit.log',
    remediation: `Use docker exec without ${what === 'root' ? '--user root' : '--privileged'}; keep the sessions in the audit log.`,
    impact: 'Repairs inside a running container need another way: a new image, or nsenter on the host.',
    peer: 'Prints a note, tests nothing',
    async run(facts) {
      const execs = await lastExecs(facts);
      const items = execs.sessions
        .filter((session) => (what === 'root' ? session.root : session.privileged))
        .map(({ subject, detail, line }) => ({
          subject,
          detail,
          ...(line === undefined ? {} : { path: execs.log, line }),
        }));
      if (items.length > 0)
        return warn(`docker exec was used ${what === 'root' ? 'as root' : 'with --privileged'}`, items);
      return execs.logged
        ? pass('neither the audit log nor the Engine knows of one')
        : note('the Engine knows of none now; past ones would be in the audit log, which is not there');
    },
  });

/** Section 5 in order. */
export const runtimeChecks: readonly Check[] = [
  swarmMode,
  apparmor,
  selinux,
  ...confinement,
  exec('5.23', 'privileged'),
  exec('5.24', 'root'),
  ...limits,
];
