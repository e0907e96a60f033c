// Long because it is a section of the benchmark, read beside that: a value for each check.

/** Section 5, first half: what keeps a container away from the host (5.4 to 5.22). */

import { type Check, check, informAbout, need, notApplicable, warn } from '../check.ts';
import { addedCapabilities, bindSources, hostPorts, ownUlimits, seccompOff, sensitiveMounts } from '../engine/index.ts';
import { containerName } from '../facts.ts';
import { containerCheck } from './container-check.ts';
import { processesOf } from './running-users.ts';

const MIB = 1024 * 1024;

/** 5.4 to 5.22 in order. */
export const confinement: readonly Check[] = [
  containerCheck({
    id: '5.4',
    title: 'Kernel capabilities are restricted',
    reads: 'added and dropped capabilities',
    remediation: 'Start with --cap-drop ALL and add back only what the program proves to need.',
    impact: 'A capability that is missing shows as a permission error deep in a program.',
    peer: 'Warns about any added capability',
    bad: 'containers have more capabilities than the default',
    good: 'no container has more than the default capabilities',
    fault: (container) => {
      if (container.HostConfig?.Privileged) return 'all of them (privileged)';
      const added = addedCapabilities(container);
      return added.length > 0 ? `added: ${added.join(', ')}` : undefined;
    },
  }),
  containerCheck({
    id: '5.5',
    title: 'No privileged containers',
    reads: 'the privileged flag',
    remediation: 'Drop --privileged; give the one device (--device) or capability (--cap-add) that is needed.',
    impact: 'Programs that load modules, mount or touch raw devices need to be told which.',
    peer: 'Warns about privileged containers',
    bad: 'privileged containers are root on the host',
    good: 'no container is privileged',
    fault: (container) => (container.HostConfig?.Privileged ? 'privileged' : undefined),
  }),
  check({
    id: '5.6',
    title: 'No sensitive directories of the host are mounted',
    level: 1,
    scoring: 'automated',
    looksAt: 'source and mode of the mounts of every running container',
    remediation:
      'Mount the one file or folder that is needed, read-only; never /, /etc, /usr, /lib, /boot, /dev, /proc or /sys.',
    impact: 'Monitoring agents that look at the host need their own, narrow mounts.',
    peer: 'Warns about /boot, /dev, /etc, /lib, /proc, /sys, /usr mounted writable',
    async run(facts) {
      const containers = need(await facts.containers());
      if (containers.length === 0) return notApplicable('no containers are running');
      const mounts = containers.flatMap((container) =>
        sensitiveMounts(container).map((mount) => ({ ...mount, subject: containerName(container) })),
      );
      const items = mounts.map(({ subject, detail }) => ({ subject, detail }));
      const writable = mounts.filter((mount) => mount.writable).map(({ subject, detail }) => ({ subject, detail }));
      if (writable.length > 0) {
        const rest = items.length - writable.length;
        return warn(
          `directories of the host can be changed from a container${rest > 0 ? `; ${rest} more can be read` : ''}`,
          writable,
        );
      }
      return informAbout(
        items,
        'directories of the host can be read from a container',
        'no sensitive directory is mounted',
      );
    },
  }),
  containerCheck({
    id: '5.7',
    title: 'No sshd inside containers',
    reads: 'processes',
    remediation: 'Take the SSH server out of the image; docker exec reaches the container from the host.',
    impact: 'Remote developers connect to the host, or by a notebook server that has its own authentication.',
    peer: 'Runs ps inside the container with docker exec and counts sshd',
    bad: 'containers run an SSH server',
    good: 'no container runs an SSH server',
    fault: async (container, facts) => {
      const processes = await processesOf(facts, container);
      if (!processes.ok && processes.why === 'absent') return undefined;
      const top = need(processes);
      const rows = (top.Processes ?? []).filter((row) =>
        row.some((cell) => /^(?:\S*\/)?(?:sshd|dropbear)\b/.test(cell)),
      );
      return rows.length > 0 ? `${rows.length} sshd process${rows.length > 1 ? 'es' : ''}` : undefined;
    },
  }),
  containerCheck({
    id: '5.8',
    title: 'No privileged ports of the host are mapped',
    reads: 'published ports',
    remediation: 'Publish a port above 1023 and let a proxy in front listen on the low one.',
    impact: 'Clients need the other port, or the proxy.',
    peer: 'Warns about host ports below 1024',
    bad: 'ports below 1024 of the host lead into containers',
    good: 'no port below 1024 is mapped',
    fault: (container) => {
      const low = hostPorts(container).filter((port) => port.port < 1024);
      return low.length > 0 ? low.map((port) => `${port.port} -> ${port.inside}`).join(', ') : undefined;
    },
  }),
  containerCheck({
    id: '5.9',
    title: 'Only needed ports are open',
    scoring: 'manual',
    reads: 'published ports',
    remediation: 'Publish only the ports that somebody outside the host uses, one by one instead of with -P.',
    impact: 'A client that nobody knew of may lose its port.',
    peer: 'Warns about every published port',
    bad: 'check that each of these ports is needed',
    good: 'no port is published',
    fault: (container) => {
      const ports = hostPorts(container);
      return ports.length > 0
        ? [...new Set(ports.map((port) => `${port.port} -> ${port.inside}`))].join(', ')
        : undefined;
    },
  }),
  containerCheck({
    id: '5.10',
    title: "The host's network namespace is not shared",
    reads: 'network mode',
    remediation:
      'Drop --network host and publish the ports instead; for NCCL between hosts prefer a macvlan or RDMA device.',
    impact: 'Programs that guess the host address need it as a setting.',
    peer: 'Warns about network mode host',
    bad: 'containers use the network of the host',
    good: 'no container uses the network of the host',
    fault: (container) => (container.HostConfig?.NetworkMode === 'host' ? 'network mode host' : undefined),
  }),
  containerCheck({
    id: '5.11',
    title: 'Memory is limited',
    reads: 'the memory limit',
    remediation: 'Set --memory to what the workload was measured to need, and some more.',
    impact: 'A container that outgrows its limit is killed.',
    peer: 'Warns where the memory limit is 0',
    bad: 'containers may use all memory of the host',
    good: 'every container has a memory limit',
    fault: (container) => (container.HostConfig?.Memory ? undefined : 'no memory limit'),
  }),
  containerCheck({
    id: '5.12',
    title: 'CPU priority is set',
    reads: 'CPU shares, quota and --cpus',
    remediation: 'Set --cpu-shares or --cpus by the importance of the workload.',
    impact: 'A workload with a low share becomes slow when the host is busy.',
    peer: 'Warns where neither CPU shares nor --cpus are set',
    bad: 'containers compete for the CPU without a rule',
    good: 'every container has a CPU share or limit',
    fault: ({ HostConfig: host }) =>
      host?.CpuShares || host?.NanoCpus || (host?.CpuQuota ?? 0) > 0 ? undefined : 'no CPU shares, quota or limit',
  }),
  containerCheck({
    id: '5.13',
    title: 'The root file system is read-only',
    reads: 'the read-only flag',
    remediation:
      'Start with --read-only and mount a tmpfs or volume where the program writes (/tmp, caches, model cache).',
    impact: 'Programs that write elsewhere fail until they get a place to.',
    peer: 'Warns where the root file system is writable',
    bad: 'programs in containers can be changed while they run',
    good: 'every root file system is read-only',
    fault: (container) => (container.HostConfig?.ReadonlyRootfs ? undefined : 'root file system is writable'),
  }),
  containerCheck({
    id: '5.14',
    title: 'Published ports are bound to one interface',
    reads: 'host addresses of published ports',
    remediation: 'Name the address: -p 127.0.0.1:8888:8888, or that of the interface the clients use.',
    impact: 'Other interfaces of the host no longer answer.',
    peer: 'Warns about 0.0.0.0',
    bad: 'ports are open on every interface of the host',
    good: 'no port is open on every interface',
    fault: (container) => {
      const open = hostPorts(container).filter((port) => port.everywhere);
      return open.length > 0
        ? [...new Set(open.map((port) => `${port.port} -> ${port.inside}`))].join(', ')
        : undefined;
    },
  }),
  containerCheck({
    id: '5.15',
    title: 'Restarts after failure end after five attempts',
    reads: 'the restart policy',
    remediation: 'Use --restart on-failure:5, so that a container that keeps failing is noticed.',
    impact: 'Containers stay down after the fifth failure and after a restart of the host.',
    peer: 'Warns where on-failure may restart more than five times; the policy always passes',
    bad: 'containers restart without end',
    good: 'no container restarts without end',
    fault: (container) => {
      // Tasks of a swarm service are restarted by the swarm, by the service's own policy.
      if (container.Config?.Labels?.['com.docker.swarm.service.id'] !== undefined) return undefined;
      const { Name: name = '', MaximumRetryCount: count = 0 } = container.HostConfig?.RestartPolicy ?? {};
      if (name === '' || name === 'no') return undefined;
      if (name === 'on-failure' && count > 0 && count <= 5) return undefined;
      return name === 'on-failure' ? `on-failure:${count || 'without limit'}` : name;
    },
  }),
  containerCheck({
    id: '5.16',
    title: "The host's process namespace is not shared",
    reads: 'PID mode',
    remediation: 'Drop --pid host.',
    impact: 'Tools that watch or signal processes of the host stop working.',
    peer: 'Warns about PID mode host',
    bad: 'containers see and signal the processes of the host',
    good: 'no container shares the process namespace of the host',
    fault: (container) => (container.HostConfig?.PidMode === 'host' ? 'PID mode host' : undefined),
  }),
  containerCheck({
    id: '5.17',
    title: "The host's IPC namespace is not shared",
    reads: 'IPC mode',
    remediation:
      'Drop --ipc host. PyTorch data loaders need shared memory, not the namespace of the host: --shm-size 8g.',
    impact: 'Shared memory segments of the host are no longer seen.',
    peer: 'Warns about IPC mode host',
    bad: 'containers share memory segments with the host',
    good: 'no container shares the IPC namespace of the host',
    fault: (container) =>
      container.HostConfig?.IpcMode === 'host'
        ? `IPC mode host; shared memory of its own would be ${Math.round((container.HostConfig.ShmSize ?? 0) / MIB)} MiB`
        : undefined,
  }),
  containerCheck({
    id: '5.18',
    title: 'No devices of the host are exposed',
    scoring: 'manual',
    reads: 'devices, device requests, device rules and mounts of /dev',
    remediation: 'Give only the devices needed, with the fewest rights: --device /dev/x:/dev/x:r, --gpus device=0.',
    impact: 'Hardware that is not named is not there.',
    peer: 'Informs about mapped devices; GPU requests are not seen',
    bad: 'containers reach devices of the host',
    good: 'no container reaches devices of the host',
    result: 'info',
    fault: (container) => {
      const host = container.HostConfig;
      const devices = (host?.Devices ?? []).map(
        (device) => `${device.PathOnHost} (${device.CgroupPermissions ?? 'rwm'})`,
      );
      const requests = (host?.DeviceRequests ?? []).map(
        (request) => `${request.Driver || (request.Capabilities ?? []).flat()[0] || 'device'} request`,
      );
      // Privileged containers see /dev of the host, whatever is listed.
      const all = [
        ...(host?.Privileged ? ['every device (privileged)'] : []),
        ...devices,
        ...requests,
        ...(host?.DeviceCgroupRules ?? []).map((rule) => `rule ${rule}`),
        ...bindSources(container).filter((source) => /^\/dev(?:\/(?!shm(?:\/|$)).*)?$/.test(source)),
      ];
      return all.length > 0 ? all.join(', ') : undefined;
    },
  }),
  containerCheck({
    id: '5.19',
    title: 'Default ulimits are overwritten only where needed',
    scoring: 'manual',
    reads: 'ulimits',
    remediation:
      'Set --ulimit where the default of the daemon does not fit; memlock=-1 and stack for NCCL only on training hosts.',
    impact: 'Limits that are too low stop programs, too high ones let them exhaust the host.',
    peer: 'Informs about containers without ulimits of their own',
    bad: 'containers have ulimits of their own: check that they are meant',
    good: 'every container has the default ulimits',
    result: 'info',
    fault: (container, facts) => ownUlimits(container, () => facts.daemon()),
  }),
  containerCheck({
    id: '5.20',
    title: 'Mount propagation is not shared',
    reads: 'propagation of mounts',
    remediation: 'Drop :shared and :rshared from volumes.',
    impact: 'Mounts made inside the container are not seen on the host, as CSI plug-ins need it.',
    peer: 'Warns about propagation shared',
    bad: 'mounts made in containers appear on the host',
    good: 'no mount is propagated to the host',
    fault: (container) => {
      const shared = (container.Mounts ?? []).filter(
        (mount) => mount.Propagation === 'shared' || mount.Propagation === 'rshared',
      );
      return shared.length > 0 ? shared.map((mount) => `${mount.Source} (${mount.Propagation})`).join(', ') : undefined;
    },
  }),
  containerCheck({
    id: '5.21',
    title: "The host's UTS namespace is not shared",
    reads: 'UTS mode',
    remediation: 'Drop --uts host.',
    impact: 'The container has a host name of its own.',
    peer: 'Warns about UTS mode host',
    bad: 'containers can change the host name',
    good: 'no container shares the UTS namespace of the host',
    fault: (container) => (container.HostConfig?.UTSMode === 'host' ? 'UTS mode host' : undefined),
  }),
  containerCheck({
    id: '5.22',
    title: 'The seccomp profile is not switched off',
    reads: 'security options',
    remediation: 'Drop --security-opt seccomp=unconfined (and --privileged, which implies it).',
    impact: 'Debuggers and profilers in a container may need a profile that allows ptrace or perf_event_open.',
    peer: 'Warns about seccomp=unconfined',
    bad: 'containers may use every system call',
    good: 'a seccomp profile applies to every container',
    fault: seccompOff,
  }),
];
