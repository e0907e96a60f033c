/** Section 5, second half: what a container may use up, and how it is kept fresh (5.25 to 5.32). */

import { type Check, check, need, notApplicable, warnAbout } from '../check.ts';
import { judgeLatest, securityOption, socketMounts } from '../engine/index.ts';
import { containerName, securityOptions, value } from '../facts.ts';
import { containerCheck, eachContainer, type Fault } from './container-check.ts';
import { controlPlaces, mountedIdentities } from './control-places.ts';

/** 5.25 to 5.32 in order. */
export const limits: readonly Check[] = [
  containerCheck({
    id: '5.25',
    title: 'The cgroup of each container is the expected one',
    reads: 'the parent cgroup',
    remediation: 'Drop --cgroup-parent unless the limits of that group are meant.',
    impact: 'None.',
    peer: 'Warns about a parent cgroup',
    bad: 'containers run below another cgroup',
    good: 'every container runs in the default cgroup',
    fault: async ({ HostConfig: host }, { engine }) => {
      const parent = host?.CgroupParent ?? '';
      if (parent !== '' && parent !== '/docker' && parent !== 'system.slice') return `cgroup parent ${parent}`;
      // With cgroups v1 a shared namespace is the default, and nothing else.
      const version = value(await engine.info())?.CgroupVersion;
      return version === '2' && host?.CgroupnsMode === 'host' ? "shares the host's cgroup namespace" : undefined;
    },
  }),
  check({
    id: '5.26',
    title: 'Containers cannot gain privileges',
    level: 1,
    scoring: 'automated',
    looksAt: 'security options of every running container, and the default of the daemon',
    remediation: 'Start with --security-opt no-new-privileges, or make it the default of the daemon.',
    impact: 'sudo, su and other setuid programs gain nothing inside.',
    peer: 'Warns where no-new-privileges is missing',
    async run(facts) {
      const byDefault = async () => {
        const engine = value(await facts.engine.info());
        return (
          (engine !== undefined && securityOptions(engine).has('no-new-privileges')) ||
          (await facts.daemon()).isTrue('no-new-privileges')
        );
      };
      const fault: Fault = async (container) => {
        const option = securityOption(container, 'no-new-privileges');
        const on = option === undefined ? await byDefault() : option !== 'false';
        return on ? undefined : 'setuid programs work';
      };
      return eachContainer(facts, fault, 'containers can gain privileges', 'no container can gain privileges');
    },
  }),
  containerCheck({
    id: '5.27',
    title: 'Health is checked at run time',
    reads: 'the health state',
    remediation:
      'Put a HEALTHCHECK into the image or start with --health-cmd; for a model server ask its ready endpoint.',
    impact: 'A check that is too eager restarts containers that are only slow, as when a model loads.',
    peer: 'Warns where there is no health state',
    bad: 'nobody notices when these containers stop serving',
    good: 'the health of every container is checked',
    fault: ({ State: state }) => {
      const status = state?.Health?.Status;
      if (status === undefined || status === 'none' || status === '') return 'no health check';
      return status === 'unhealthy' ? 'is unhealthy' : undefined;
    },
  }),
  check({
    id: '5.28',
    title: 'Containers run the latest version of their image',
    level: 1,
    scoring: 'manual',
    looksAt: 'the image each container runs, what its tag means on this host now, and when the image was built',
    remediation: 'Pull the image and start the container again; pin digests and move them on purpose.',
    impact: 'A newer image can behave differently: test it first.',
    peer: 'Prints an information, tests nothing',
    run: judgeLatest,
  }),
  containerCheck({
    id: '5.29',
    title: 'The number of processes is limited',
    reads: 'the PIDs limit',
    remediation: 'Set --pids-limit (100 to 2000; data loaders with many workers need more).',
    impact: 'A program that starts more threads than that fails.',
    peer: 'Warns where the limit is 0 or missing',
    bad: 'a fork bomb in these containers stops the host',
    good: 'the number of processes is limited in every container',
    fault: ({ HostConfig: host }) => ((host?.PidsLimit ?? 0) > 0 ? undefined : 'no PIDs limit'),
  }),
  containerCheck({
    id: '5.30',
    title: 'The default bridge is not used',
    level: 2,
    scoring: 'manual',
    reads: 'networks',
    remediation: 'Make a network for what belongs together (docker network create) and start with --network NAME.',
    impact: 'Containers find each other by name, and only within their network.',
    peer: 'Informs about containers on a network with driver bridge',
    bad: 'containers share the default bridge',
    good: 'no container is on the default bridge',
    result: 'info',
    fault: ({ NetworkSettings: network }) =>
      Object.keys(network?.Networks ?? {}).includes('bridge') ? 'on the default bridge' : undefined,
  }),
  containerCheck({
    id: '5.31',
    title: "The host's user namespace is not shared",
    reads: 'user namespace mode',
    remediation: 'Drop --userns host.',
    impact: 'Files of volumes belong to mapped users.',
    peer: 'Warns about user namespace mode host',
    bad: 'root in these containers is root on the host, against the default of the daemon',
    good: 'no container opts out of user namespaces',
    fault: (container) => (container.HostConfig?.UsernsMode === 'host' ? 'user namespace mode host' : undefined),
  }),
  check({
    id: '5.32',
    title: 'The socket of the Engine is not mounted',
    level: 1,
    scoring: 'automated',
    looksAt: 'mounts of every running container: docker, containerd and Podman sockets, and the folders that hold them',
    remediation:
      'Drop the mount; where an agent needs the API, put a proxy in between that allows single read-only calls.',
    impact: 'Builders and agents that start containers need another way (rootless builders, a remote Engine).',
    peer: 'Warns about a mount with docker.sock in its path',
    async run(facts) {
      const containers = need(await facts.containers());
      if (containers.length === 0) return notApplicable('no containers are running');
      const places = await controlPlaces(facts);
      const identities = await mountedIdentities(facts, containers);
      const items = containers.flatMap((container) =>
        socketMounts(container, places, (path) => identities.get(path)).map((detail) => ({
          subject: containerName(container),
          detail,
        })),
      );
      return warnAbout(items, 'containers control the Engine, and with it the host', 'no container reaches the socket');
    },
  }),
];
