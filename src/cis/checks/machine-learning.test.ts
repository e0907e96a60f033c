import { describe, expect, it } from 'vitest';
import { imageFacts, verdictOf, verdictOfImage } from '../../../test/bench.ts';
import type { RunConfig } from '../../model.ts';
import type { EngineContainer } from '../engine/engine-types.ts';

type Container = Partial<EngineContainer>;
const judged = (id: string, ...containers: Container[]) =>
  verdictOf(id, { engine: { info: {}, images: [], containers } });
const jupyter = (args: string[], more: Container = {}): Container => ({
  Name: '/lab',
  Path: 'jupyter',
  Args: ['lab', ...args],
  ...more,
});
const config = (
  run: RunConfig,
  files: Record<string, string | { content: string; mode: number; uid?: number }> = {},
) => ({ run, layers: [{ files }] });

describe('P.1: notebooks without a token', () => {
  it.each<[string, Container, string]>([
    ['an empty token', jupyter(["--ServerApp.token=''"]), 'warn'],
    ['an empty token as the shell leaves it', jupyter(['--NotebookApp.token=', '--port=80']), 'warn'],
    ['an empty token as two words', jupyter(['--IdentityProvider.token', '""']), 'warn'],
    ['an empty variable', jupyter([], { Config: { Env: ['JUPYTER_TOKEN='] } }), 'warn'],
    ['access for everybody', jupyter(['--ServerApp.allow_unauthenticated_access=True']), 'warn'],
    ['a token', jupyter(['--ServerApp.token=abc']), 'pass'],
    ['a token after a space', jupyter(['--ServerApp.token', 'abc']), 'pass'],
    ['no word about it, which makes one', jupyter([]), 'pass'],
    [
      'an empty token beside a password',
      jupyter(["--ServerApp.token=''", '--ServerApp.password=argon2:$argon2id$v=19$x']),
      'pass',
    ],
    ['another program', { Path: 'python', Args: ['serve.py'] }, 'not-applicable'],
  ])('%s', async (_, container, expected) => {
    expect((await judged('P.1', container)).result).toBe(expected);
  });
  it.each<[string, string, string]>([
    ['root/.jupyter/jupyter_server_config.py', "c = get_config()\nc.ServerApp.token = ''\n", 'warn'],
    ['etc/jupyter/jupyter_server_config.json', '{"IdentityProvider": {"token": ""}}', 'warn'],
    ['root/.jupyter/jupyter_server_config.py', "# c.ServerApp.token = ''\nc.ServerApp.token = 'abc'\n", 'pass'],
    ['srv/jupyter_server_config.py', "c.ServerApp.token = ''\n", 'pass'],
  ])('in the image: %s with %j: %s', async (path, text, expected) => {
    expect((await verdictOfImage('P.1', config({ Cmd: ['jupyter', 'lab'] }, { [path]: text }))).result).toBe(expected);
  });
  it('in a Dockerfile', async () => {
    const dockerfile = 'FROM python:3.11\nCMD ["jupyter", "lab", "--ServerApp.token=\'\'"]\n';
    expect(await verdictOf('P.1', { dockerfile })).toMatchObject({
      result: 'warn',
      items: [{ subject: 'Dockerfile' }],
    });
  });
});

it.each<[string, RunConfig, string]>([
  ['--allow-root', { Cmd: ['jupyter', 'lab', '--allow-root'], User: 'root' }, 'warn'],
  ['no user', { Cmd: ['jupyter', 'lab'] }, 'warn'],
  ['sudo for everybody', { Cmd: ['start-notebook.py'], User: '1000', Env: ['GRANT_SUDO=yes'] }, 'warn'],
  ['an account of its own', { Cmd: ['jupyter', 'lab'], User: 'jovyan' }, 'pass'],
])('P.2: notebooks as root: %s', async (_, run, expected) => {
  expect((await verdictOfImage('P.2', config(run))).result).toBe(expected);
});

it.each<[id: string, bad: Container, good: Container, result: string]>([
  ['P.3', jupyter([], { HostConfig: { Privileged: true } }), jupyter([]), 'warn'],
  [
    'P.3',
    { Config: { Image: 'pytorch/pytorch:2.1' }, HostConfig: { PidMode: 'host' } },
    { Config: { Image: 'pytorch/pytorch:2.1' } },
    'warn',
  ],
  [
    'P.4',
    jupyter([], { HostConfig: { IpcMode: 'host' } }),
    jupyter([], { HostConfig: { IpcMode: 'private', ShmSize: 8e9 } }),
    'warn',
  ],
  [
    'P.4',
    jupyter([], { Mounts: [{ Type: 'bind', Source: '/dev/shm', Destination: '/dev/shm', RW: true }] }),
    jupyter([]),
    'warn',
  ],
  [
    'P.5',
    { HostConfig: { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }] } },
    { HostConfig: { DeviceRequests: [{ Driver: '', Count: 0, DeviceIDs: ['0'], Capabilities: [['gpu']] }] } },
    'info',
  ],
  [
    'P.5',
    { HostConfig: { Runtime: 'nvidia' }, Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] } },
    { Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] } },
    'info',
  ],
  ['P.6', published('8265', 'python train.py'), published('8265', 'python train.py', '127.0.0.1'), 'warn'],
  ['P.6', published('5000', 'mlflow server'), published('5000', 'mlflow server', '127.0.0.1'), 'warn'],
  ['P.6', published('8000', 'tritonserver --model-repository=/models'), published('9000', 'tritonserver'), 'warn'],
  [
    'P.6',
    { Path: 'ray', Args: ['start', '--head'], HostConfig: { NetworkMode: 'host' } },
    { Path: 'ray', Args: ['start'] },
    'warn',
  ],
  [
    'P.7',
    mounted('/srv/repo', '/repo', 'tritonserver --model-repository=/repo'),
    mounted('/srv/repo', '/repo', 'tritonserver --model-repository=/repo', false),
    'warn',
  ],
  [
    'P.7',
    mounted('/srv/models', '/models', 'python serve.py'),
    mounted('/srv/models', '/models', 'python train.py'),
    'warn',
  ],
  ['P.8', mounted('/home/ann/.aws', '/root/.aws', 'x', false), mounted('/srv/data', '/data', 'vllm'), 'warn'],
  ['P.8', mounted('/root/.kube/config', '/kube', 'x'), mounted('/srv/config', '/config', 'vllm'), 'warn'],
  [
    'P.9',
    { Config: { Env: ['WANDB_API_KEY=0123456789abcdef'] } },
    { Path: 'jupyter', Config: { Env: ['JUPYTER_TOKEN=0123456789abcdef', 'PATH=/bin'] } },
    'warn',
  ],
  [
    'P.10',
    { Path: 'tritonserver', Args: ['--model-control-mode=explicit'] },
    { Path: 'tritonserver', Args: ['--model-control-mode=none'] },
    'warn',
  ],
  [
    'P.10',
    { Path: 'vllm', Args: ['serve', 'x', '--trust-remote-code'] },
    { Path: 'vllm', Args: ['serve', 'x'] },
    'warn',
  ],
])('%s: %j against %j', async (id, bad, good, expected) => {
  const verdict = await judged(id, { Name: '/it', ...bad });
  expect(verdict.result).toBe(expected);
  expect(JSON.stringify(verdict)).not.toContain('0123456789abcdef');
  expect((await judged(id, good)).result).toBe('pass');
});

it.each(['P.5', 'P.6', 'P.8', 'P.9', 'P.10'])(
  '%s does not apply to a container that is about something else',
  async (id) => {
    expect((await judged(id, { Path: 'nginx' })).result).toBe('not-applicable');
  },
);

function published(port: string, command: string, HostIp = '0.0.0.0'): Container {
  const [Path = '', ...Args] = command.split(' ');
  return { Path, Args, NetworkSettings: { Ports: { [`${port}/tcp`]: [{ HostIp, HostPort: port }] } } };
}

function mounted(Source: string, Destination: string, command: string, RW = true): Container {
  const [Path = '', ...Args] = command.split(' ');
  return { Path, Args, Mounts: [{ Type: 'bind', Source, Destination, RW }] };
}

it('P.7: models in the image that the server may overwrite', async () => {
  const files = {
    'etc/passwd': 'app:x:1000:1000::/:/bin/sh\n',
    'models/open.pt': { content: 'x', mode: 0o666 },
    'models/own.safetensors': { content: 'x', mode: 0o644, uid: 1000 },
    'models/good.onnx': { content: 'x', mode: 0o644 },
    'usr/share/data.bin': { content: 'x', mode: 0o666 },
  };
  const verdict = await verdictOf('P.7', { images: [imageFacts(config({ User: 'app' }, files))] });
  expect(verdict.items.map((item) => item.path)).toEqual(['/models/open.pt', '/models/own.safetensors']);
});
