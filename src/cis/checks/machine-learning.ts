// Long because it is a section of checks, each a value of its own.

/** What machine learning brings: checks of our own (`P.`), for running containers, images and Dockerfiles. */

import {
  type BenchItem,
  type Check,
  type CheckVerdict,
  check,
  info,
  notApplicable,
  note,
  pass,
  Unreadable,
  warn,
} from '../check.ts';
import { environmentOf, type HostPort, securityOption } from '../engine/index.ts';
import type { DockerfileFacts, Facts } from '../facts.ts';
import type { ImageFacts } from '../image/index.ts';
import { isSecretName, secretVariables, stepsOfDockerfile } from '../image/index.ts';
import { isJupyter, jupyterAccess } from './jupyter.ts';
import { credentialMounts, modelFolders, modelMounts, writableModels } from './model-files.ts';
import {
  imageWorkload,
  isMachineLearning,
  ML_SERVERS,
  type MlServer,
  serversOf,
  type Workload,
  workloadOf,
} from './workloads.ts';

const PEER = 'Nothing';

/** Containers that run, images, and the last stage of a Dockerfile. */
interface Workloads {
  readonly all: readonly Workload[];
  readonly images: readonly ImageFacts[];
}

async function workloads(facts: Facts): Promise<Workloads> {
  const containers = await facts.containers();
  const images = await facts.images();
  if (!containers.ok && !images.ok && facts.dockerfile === undefined)
    throw new Unreadable(containers.why, containers.reason);
  const listed = images.ok ? images.value : [];
  return {
    images: listed,
    all: [
      ...(containers.ok ? containers.value.map(workloadOf) : []),
      ...listed.map(imageWorkload),
      ...(facts.dockerfile === undefined ? [] : [dockerfileWorkload(facts.dockerfile)]),
    ],
  };
}

function dockerfileWorkload(docker: DockerfileFacts): Workload {
  const steps = stepsOfDockerfile(docker, 'final');
  const last = (keyword: string) => steps.findLast((step) => step.keyword === keyword)?.text ?? '';
  return {
    name: docker.path,
    command: ['ENTRYPOINT', 'CMD'].flatMap(
      (keyword) => steps.findLast((step) => step.keyword === keyword)?.words ?? [],
    ),
    environment: docker.file.stages.at(-1)?.environment ?? new Map(),
    user: last('USER'),
    image: docker.file.stages.at(-1)?.image ?? '',
    ports: [],
  };
}

interface Question {
  readonly bad: string;
  readonly good: string;
  readonly nothing: string;
  readonly result?: 'warn' | 'info';
  /** Which workloads are asked. */
  readonly about: (workload: Workload) => boolean;
  /** Which of them have what it is about: a pass needs one. Default: all. */
  readonly has?: (workload: Workload) => boolean;
  readonly fault: (workload: Workload, facts: Facts) => string | undefined | Promise<string | undefined>;
}

async function ask(facts: Facts, question: Question): Promise<CheckVerdict> {
  const asked = (await workloads(facts)).all.filter(question.about);
  if (asked.length === 0) return notApplicable(question.nothing);
  const items: BenchItem[] = [];
  for (const workload of asked) {
    const detail = await question.fault(workload, facts);
    if (detail !== undefined) items.push({ subject: workload.name, detail });
  }
  const having = question.has === undefined ? asked : asked.filter(question.has);
  if (items.length === 0) return having.length === 0 ? notApplicable(question.nothing) : pass(question.good);
  return (question.result === 'info' ? info : warn)(question.bad, items);
}

interface Own extends Omit<Check, 'run' | 'level' | 'scoring' | 'peer'> {
  readonly level?: 1 | 2;
  readonly ask: Question;
}

const own = ({ ask: question, level, ...rest }: Own): Check =>
  check({ ...rest, level: level ?? 1, scoring: 'automated', peer: PEER, run: (facts) => ask(facts, question) });

const NOTEBOOK_CONFIGURATION = [
  'etc/jupyter/jupyter_server_config.py',
  'etc/jupyter/jupyter_notebook_config.py',
  'etc/jupyter/jupyter_server_config.json',
  'etc/jupyter/jupyter_notebook_config.json',
  ...['root', 'home/jovyan'].flatMap((home) =>
    ['server', 'notebook', 'lab'].map((kind) => `${home}/.jupyter/jupyter_${kind}_config.py`),
  ),
];

async function notebookFault(workload: Workload, facts: Facts): Promise<string | undefined> {
  const images = await facts.images();
  const image = images.ok
    ? images.value.find((image) => image.name === workload.image || image.id === workload.container?.Image)
    : undefined;
  const files: { path: string; text: string }[] = [];
  for (const path of image === undefined ? [] : NOTEBOOK_CONFIGURATION) {
    const text = await image!.read(path);
    if (text.ok) files.push({ path: `/${path}`, text: text.value });
  }
  return jupyterAccess(workload, files).open;
}

const isContainer = (workload: Workload) => workload.container !== undefined;

function tooClose({ container }: Workload): string | undefined {
  const host = container?.HostConfig;
  const problems = [
    host?.Privileged ? 'privileged' : '',
    host?.PidMode === 'host' ? '--pid host' : '',
    host?.NetworkMode === 'host' ? '--network host' : '',
    (host?.CapAdd ?? []).some((capability) => /SYS_ADMIN|ALL/.test(capability)) ? '--cap-add SYS_ADMIN' : '',
    container !== undefined && securityOption(container, 'seccomp') === 'unconfined' ? 'seccomp=unconfined' : '',
  ].filter((problem) => problem !== '');
  return problems.length > 0 ? problems.join(', ') : undefined;
}

/** Which GPUs a container gets. https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html */
function gpus({ container, environment }: Workload): string | undefined {
  const host = container?.HostConfig;
  const requests = (host?.DeviceRequests ?? []).filter(
    (request) => (request.Capabilities ?? []).flat().includes('gpu') || request.Driver === 'nvidia',
  );
  const grants: string[] = [];
  if (requests.some((request) => request.Count === -1)) grants.push('--gpus all');
  const devices = (host?.Devices ?? [])
    .map((device) => device.PathOnHost ?? '')
    .filter((path) => /^\/dev\/(?:nvidia|kfd|dri|dxg)/.test(path));
  if (devices.length > 0) grants.push(devices.join(' '));
  const runtime = host?.Runtime === 'nvidia' || requests.length > 0;
  if (runtime && environment.get('NVIDIA_DRIVER_CAPABILITIES') === 'all')
    grants.push('NVIDIA_DRIVER_CAPABILITIES=all (graphics, display)');
  if (host?.Runtime === 'nvidia' && environment.get('NVIDIA_VISIBLE_DEVICES') === 'all')
    grants.push('NVIDIA_VISIBLE_DEVICES=all');
  if (host?.Privileged && requests.length + devices.length === 0 && environment.has('NVIDIA_VISIBLE_DEVICES'))
    grants.push('privileged: every device');
  return grants.length > 0 ? grants.join(', ') : undefined;
}

/** Whether a container gets a GPU at all. */
function getsGpu({ container, environment }: Workload): boolean {
  const host = container?.HostConfig;
  const requests = (host?.DeviceRequests ?? []).some(
    (request) => (request.Capabilities ?? []).flat().includes('gpu') || request.Driver === 'nvidia',
  );
  const devices = (host?.Devices ?? []).some((device) =>
    /^\/dev\/(?:nvidia|kfd|dri|dxg)/.test(device.PathOnHost ?? ''),
  );
  return requests || devices || host?.Runtime === 'nvidia' || environment.has('NVIDIA_VISIBLE_DEVICES');
}

/** Servers that hand out predictions; the others are notebooks, schedulers and dashboards. */
const servesModels = ({ name }: MlServer): boolean =>
  ['Triton', 'TorchServe', 'TensorFlow Serving', 'vLLM', 'Ollama', 'MLflow', 'Ray', 'Gradio'].includes(name);

/** A published port that is some server's even where nothing else says so. */
const isTelling = ({ inside }: HostPort): boolean =>
  ML_SERVERS.some((server) => server.telling.includes(Number(inside.split('/')[0])));

function openPorts(workload: Workload): string | undefined {
  const servers = serversOf(workload);
  const hostNetwork = workload.container?.HostConfig?.NetworkMode === 'host';
  if (hostNetwork && servers.length > 0)
    return `${servers.map((server) => server.name).join(', ')} on every port of the host (--network host)`;
  const ports = workload.ports
    .filter((port) => port.everywhere)
    .flatMap((port) => {
      const inside = Number(port.inside.split('/')[0]);
      const server =
        servers.find((server) => server.ports.includes(inside)) ??
        ML_SERVERS.find((server) => server.telling.includes(inside));
      return server === undefined ? [] : [`${server.name} on ${port.port}: ${server.danger}`];
    });
  return ports.length > 0 ? [...new Set(ports)].join('; ') : undefined;
}

/** Options by which a model server takes models from clients, or runs code that comes with a model. */
function loadsAnything(workload: Workload): string | undefined {
  const command = workload.command.join(' ').slice(0, 16_384);
  if (/--model-control-mode[= ](?:explicit|poll)\b/.test(command))
    return `${/--model-control-mode[= ]\w+/.exec(command)![0]}: clients load models`;
  if (/--trust[-_]remote[-_]code\b(?!=(?:false|False))/.test(command))
    return '--trust-remote-code: the model brings code that is run';
  if (
    /^(?:1|true)$/i.test(
      workload.environment.get('HF_HUB_ENABLE_REMOTE_CODE') ?? workload.environment.get('TRUST_REMOTE_CODE') ?? '',
    )
  )
    return 'TRUST_REMOTE_CODE is set';
  if (/--model-store\b/.test(command) && /--disable-token-auth\b/.test(command))
    return '--disable-token-auth: clients load models';
  return /--enable-model-api\b/.test(command) ? '--enable-model-api: clients load models' : undefined;
}

async function judgeModels(facts: Facts): Promise<CheckVerdict> {
  const { all, images } = await workloads(facts);
  const items: BenchItem[] = all
    .filter(isContainer)
    .flatMap((workload) => modelMounts(workload).map((detail) => ({ subject: workload.name, detail })));
  let models = all.filter(isContainer).reduce((sum, workload) => sum + modelFolders(workload), 0);
  let unread = facts.dockerfile === undefined ? 0 : 1;
  for (const image of images) {
    const reading = await writableModels(image);
    if (!reading.ok) {
      unread++;
      continue;
    }
    models += reading.value.models;
    items.push(...reading.value.writable);
  }
  if (items.length > 0) return warn('whoever takes over the server can replace its models', items);
  if (unread > 0) return note('only the files of the image can tell');
  return models > 0 ? pass('no model can be changed by the server') : notApplicable('no model was found');
}

/** The checks of our own in order. */
export const machineLearningChecks: readonly Check[] = [
  own({
    id: 'P.1',
    title: 'Notebook servers ask for a token or password',
    looksAt: "command, JUPYTER_TOKEN and Jupyter's configuration files, of containers and images",
    remediation: "Leave the token to Jupyter, or set a hashed password; never --ServerApp.token=''.",
    impact: 'Users need the token from the log, or a password.',
    ask: {
      bad: 'a shell for whoever reaches the port',
      good: 'every notebook server asks for a token or password',
      nothing: 'no notebook server',
      about: isJupyter,
      fault: notebookFault,
    },
  }),
  own({
    id: 'P.2',
    title: 'Notebook servers do not run as root',
    looksAt: '--allow-root and the user, of containers and images',
    remediation:
      'Run the server as an ordinary user (jovyan in the Jupyter images) and drop --allow-root and GRANT_SUDO.',
    impact: 'Packages are installed by the image, or into the home folder.',
    ask: {
      bad: 'whoever gets into the notebook is root in the container',
      good: 'no notebook server runs as root',
      nothing: 'no notebook server',
      about: isJupyter,
      fault: (workload) => {
        if (jupyterAccess(workload).asRoot) return '--allow-root';
        if (/^(?:yes|1|true)$/i.test(workload.environment.get('GRANT_SUDO') ?? ''))
          return 'GRANT_SUDO: sudo without a password';
        return /^(?:|root|0)(?::|$)/.test(workload.user) &&
          !/start-notebook|start-singleuser/.test(workload.command.join(' '))
          ? `USER ${workload.user || '(none)'}`
          : undefined;
      },
    },
  }),
  own({
    id: 'P.3',
    title: 'Notebook and training containers keep their distance from the host',
    looksAt: 'privileged flag, capabilities, network and PID mode of running machine-learning containers',
    remediation:
      'Give GPUs with --gpus and InfiniBand with --device and --ulimit memlock=-1; neither needs --privileged.',
    impact: 'Profilers that read hardware counters need CAP_PERFMON.',
    ask: {
      bad: 'code from a notebook reaches the host',
      good: 'machine-learning containers are confined',
      nothing: 'no machine-learning container runs',
      about: (workload) => isContainer(workload) && isMachineLearning(workload),
      fault: tooClose,
    },
  }),
  own({
    id: 'P.4',
    title: 'Shared memory for data loaders is sized, not shared with the host',
    looksAt: 'IPC mode and size of /dev/shm of running machine-learning containers',
    remediation: 'Use --shm-size 8g (or a tmpfs at /dev/shm) in place of --ipc host.',
    impact: 'None; the size counts against the memory limit.',
    ask: {
      bad: 'shared memory of the host is open to the container',
      good: 'no machine-learning container shares memory with the host',
      nothing: 'no machine-learning container runs',
      about: (workload) => isContainer(workload) && isMachineLearning(workload),
      fault: ({ container }) => {
        const ipc = container?.HostConfig?.IpcMode ?? '';
        if (ipc === 'host') return '--ipc host';
        const shm = (container?.Mounts ?? []).find((mount) => mount.Source === '/dev/shm' && mount.RW !== false);
        return shm === undefined ? undefined : '/dev/shm of the host is mounted';
      },
    },
  }),
  own({
    id: 'P.5',
    title: 'GPUs are given one by one',
    level: 2,
    looksAt: 'device requests, devices and NVIDIA variables of running containers',
    remediation:
      'Give the device that is needed (--gpus device=0, or a MIG slice) and only the capabilities compute,utility.',
    impact: 'The scheduler has to know which GPU is free.',
    ask: {
      bad: 'containers see more of the GPUs than one device',
      good: 'no container sees all GPUs',
      nothing: 'no container gets a GPU',
      result: 'info',
      about: isContainer,
      has: getsGpu,
      fault: gpus,
    },
  }),
  own({
    id: 'P.6',
    title: 'Ports of machine-learning servers are not open to the world',
    looksAt:
      'published ports of running containers: Jupyter, Ray, MLflow, TensorBoard, Triton, TorchServe, vLLM, Ollama, Dask and others',
    remediation: 'Publish on 127.0.0.1 or a private interface and put an authenticating proxy in front.',
    impact: 'Clients go through the proxy.',
    ask: {
      bad: 'servers without authentication answer on every interface',
      good: 'no port of a machine-learning server is open on every interface',
      nothing: 'no machine-learning server runs',
      about: isContainer,
      has: (workload) => serversOf(workload).length > 0 || workload.ports.some(isTelling),
      fault: openPorts,
    },
  }),
  check({
    id: 'P.7',
    title: 'Model directories cannot be changed by the server',
    level: 1,
    scoring: 'automated',
    looksAt: 'writable mounts that hold models, and model files of images that the serving user may write',
    remediation: 'Mount models read-only (:ro) and let root own those in the image, mode 644.',
    impact: 'Servers that download models need a cache folder of their own.',
    peer: PEER,
    run: judgeModels,
  }),
  own({
    id: 'P.8',
    title: 'Credentials of people are not mounted',
    looksAt: 'mounts of running containers: cloud, Kubernetes, registry, SSH and model hub credentials',
    remediation: 'Give the workload an identity of its own (IAM role, workload identity, a token for this one job).',
    impact: 'Somebody has to make those identities.',
    ask: {
      bad: 'code in the container acts as a person',
      good: 'no credentials are mounted',
      nothing: 'no machine-learning container runs',
      about: isContainer,
      has: isMachineLearning,
      fault: (workload) => {
        const mounts = credentialMounts(workload);
        return mounts.length > 0 ? mounts.join('; ') : undefined;
      },
    },
  }),
  own({
    id: 'P.9',
    title: 'Tokens are not handed over in the environment',
    looksAt: 'variables of running containers: hub, tracking and cloud tokens, passwords',
    remediation:
      'Mount a secret as a file, or let the platform inject it at run time; docker inspect shows variables to everybody in the docker group.',
    impact: 'The program reads a file.',
    ask: {
      bad: 'tokens can be read with docker inspect, in /proc and in crash reports',
      good: 'no tokens in variables',
      nothing: 'no machine-learning container runs',
      about: isContainer,
      has: isMachineLearning,
      fault: ({ container }) => {
        const variables = secretVariables(environmentOf(container?.Config?.Env));
        // Jupyter's own token has to come from somewhere; P.1 wants it set.
        const names = variables
          .filter((secret) => secret.name !== 'JUPYTER_TOKEN')
          .map((secret) => `${secret.name} (${isSecretName(secret.name) ? secret.masked : secret.what})`);
        return names.length > 0 ? names.join(', ') : undefined;
      },
    },
  }),
  own({
    id: 'P.10',
    title: 'Model servers load only the models they were given',
    looksAt: 'options of model servers, of containers and images: model control, --trust-remote-code, token checks',
    remediation:
      'Fix the model list (--model-control-mode=none), keep token checks on, and drop --trust-remote-code: load safetensors.',
    impact: 'A new model needs a restart; architectures outside the library need their code reviewed and installed.',
    ask: {
      bad: 'a model that somebody else chooses can run code',
      good: 'no model server loads what clients name',
      nothing: 'no model server',
      about: () => true,
      has: (workload) => serversOf(workload).some(servesModels),
      fault: loadsAnything,
    },
  }),
];
