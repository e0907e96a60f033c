import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchFinding, BenchReport } from '../../src/cis/bench.ts';
import { app, daemon, freePort, lacking, plimsoll, run, scratch, titled } from './machine.ts';

/**
 * A real Docker Engine with a data root and socket of its own, images built by it, good and bad containers, a swarm of one
 * node: every section of the benchmark over its API, /proc and the files of this machine.
 */

const missing = lacking('dockerd', 'docker', 'containerd', 'runc', 'busybox');
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
// ldd fails on a program that needs no libraries.
const isStatic = BUSYBOX !== undefined && spawnSync('ldd', [BUSYBOX], { stdio: 'ignore' }).status !== 0;
const skip =
  missing.length > 0
    ? `not installed: ${missing.join(', ')} (apt-get install docker.io busybox-static)`
    : process.getuid?.() !== 0
      ? 'an Engine needs root'
      : !isStatic
        ? 'busybox is not static (apt-get install busybox-static)'
        : undefined;
const test = it.skipIf(skip !== undefined);

const work = scratch();
const home = join(work.path, 'home');
const socket = `unix://${join(work.path, 'docker.sock')}`;
const environment = { DOCKER_HOST: socket, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(work.path, 'config') };
const docker = (...args: string[]) => run('docker', args, environment).trim();
const tried = (...args: string[]) =>
  spawnSync('docker', args, { env: { ...process.env, ...environment }, encoding: 'utf8' });

let engine: { stop(): Promise<void> } | undefined;
/** Why parts of this machine could not be tried. */
const notHere: string[] = [];

/** A root file system of busybox, with what `more` adds. */
function rootfs(name: string, more: (root: string) => void = () => {}): string {
  const root = join(work.path, name, 'rootfs');
  for (const folder of ['bin', 'etc', 'tmp', 'usr/bin', 'usr/sbin', 'models'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(BUSYBOX!, join(root, 'bin/busybox'));
  for (const link of ['sh', 'sleep', 'chmod', 'rm', 'printf']) symlinkSync('busybox', join(root, 'bin', link));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:10001:10001::/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\napp:x:10001:\n');
  more(root);
  return join(work.path, name);
}

const SECRET = 'hf_abcdefghijklmnopqrstuvwxyzABCDEFGH';

const GOOD = `FROM scratch
COPY rootfs/ /
USER app
HEALTHCHECK CMD ["/bin/busybox", "true"]
CMD ["/bin/sleep", "1000"]
`;
const BAD = `FROM scratch
ADD rootfs/ /
ENV HF_TOKEN=${SECRET}
ARG DB_PASSWORD=correct-horse-battery
RUN chmod 4755 /usr/bin/su && chmod 666 /models/m.pt
RUN rm /root/.netrc
RUN apt-get update || exit 0
ADD Dockerfile /srv/Dockerfile
CMD ["/bin/sleep", "1000"]
`;

function build(): void {
  writeFileSync(join(rootfs('good'), 'Dockerfile'), GOOD);
  const bad = rootfs('bad', (root) => {
    mkdirSync(join(root, 'root'));
    writeFileSync(join(root, 'root/.netrc'), 'machine x login y password z\n');
    for (const program of ['usr/bin/su', 'usr/bin/gcc']) copyFileSync(BUSYBOX!, join(root, program));
    run('chmod', ['755', join(root, 'usr/bin/su'), join(root, 'usr/bin/gcc')]);
    writeFileSync(join(root, 'models/m.pt'), 'weights');
  });
  writeFileSync(join(bad, 'Dockerfile'), BAD);
  docker('build', '-q', '-t', 'good:1', join(work.path, 'good'));
  docker('build', '-q', '--network', 'none', '-t', 'bad:1', bad);
}

function containers(): void {
  const limits = ['--memory', '64m', '--cpu-shares', '256', '--pids-limit', '50'];
  const closed = [
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--restart',
    'on-failure:5',
  ];
  docker('run', '-d', '--name', 'good', '--network', 'none', ...limits, ...closed, 'good:1');
  const shared = ['--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host'];
  const mounts = ['-v', '/etc:/host/etc', '-v', '/:/host/root:ro', '-v', `${socket.slice(7)}:/var/run/docker.sock`];
  docker(
    'run',
    '-d',
    '--name',
    'bad',
    ...shared,
    ...mounts,
    '--restart',
    'always',
    'bad:1',
    '/bin/sh',
    '-c',
    'printf sshd > /proc/self/comm; sleep 1000; true',
  );
  mkdirSync(join(work.path, '.aws'));
  const open = [
    '--security-opt',
    'seccomp=unconfined',
    '--security-opt',
    'no-new-privileges=false',
    '--device',
    '/dev/null',
    '--ulimit',
    'nofile=64',
  ];
  const notebook = "sleep 1000 # jupyter lab --ServerApp.token='' --allow-root";
  docker(
    'run',
    '-d',
    '--name',
    'lab',
    '--network',
    'none',
    ...open,
    '-v',
    `${join(work.path, '.aws')}:/root/.aws`,
    'bad:1',
    '/bin/sh',
    '-c',
    notebook,
  );
  const capable = tried('run', '-d', '--name', 'capable', '--network', 'none', '--cap-add', 'SYS_PTRACE', 'bad:1');
  if (capable.status !== 0) notHere.push(`--cap-add: ${capable.stderr.trim().split('\n')[0]}`);
  const privileged = tried('run', '-d', '--name', 'privileged', '--network', 'none', '--privileged', 'bad:1');
  if (privileged.status !== 0) notHere.push(`--privileged: ${privileged.stderr.trim().split('\n')[0]}`);
  // The folder of the socket under a name that gives nothing away.
  const alias = join(work.path, 'alias');
  mkdirSync(alias);
  const disguised = spawnSync('mount', ['--bind', work.path, alias]).status === 0;
  if (disguised)
    docker(
      'run',
      '-d',
      '--name',
      'disguised',
      ...limits,
      ...closed,
      '--network',
      'none',
      '-v',
      `${alias}:/data`,
      'good:1',
    );
  else notHere.push('mount --bind');
  docker('create', '--name', 'ended', 'good:1');
}

function swarm(): void {
  const begun = tried('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1:2377');
  if (begun.status !== 0) {
    notHere.push(`swarm: ${begun.stderr.trim()}`);
    return;
  }
  docker('network', 'create', '-d', 'overlay', 'open');
  docker('network', 'create', '-d', 'overlay', '--opt', 'encrypted', 'closed');
  docker(
    'service',
    'create',
    '-d',
    '--name',
    'web',
    '--replicas',
    '0',
    '-e',
    'API_KEY=correct-horse-battery',
    'good:1',
  );
}

beforeAll(async () => {
  if (skip !== undefined) return;
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(work.path, 'daemon.json'),
    JSON.stringify({
      'userland-proxy': false,
      'no-new-privileges': true,
      'insecure-registries': ['old.example:5000'],
      'log-level': 'warn',
    }),
  );
  const flags = ['--iptables=false', '--bridge=none', '--storage-driver=vfs', '--default-ulimit', 'nofile=1024:2048'];
  const places = ['data-root', 'exec-root'].flatMap((name) => [`--${name}`, join(work.path, name)]);
  const files = [
    '--config-file',
    join(work.path, 'daemon.json'),
    '--pidfile',
    join(work.path, 'docker.pid'),
    '-H',
    socket,
  ];
  engine = await daemon('dockerd', [...flags, ...places, ...files], () => tried('version').status === 0);
  build();
  containers();
  swarm();
}, 180_000);

afterAll(async () => {
  if (engine !== undefined) {
    const all = tried('ps', '-aq')
      .stdout.trim()
      .split('\n')
      .filter((id) => id !== '');
    if (all.length > 0) tried('rm', '-f', ...all);
    tried('swarm', 'leave', '--force');
    await engine.stop();
    // An Engine leaves the mounts of its network namespaces behind.
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    for (const point of mounts.filter((mount) => mount.startsWith(work.path)).reverse()) spawnSync('umount', [point]);
  }
  work.remove();
  for (const reason of notHere) console.log(`not tried on this machine: ${reason}`);
}, 120_000);

async function bench(...args: string[]): Promise<Map<string, BenchFinding>> {
  const done = await plimsoll(['bench', '-f', 'json', ...args], { home, env: environment });
  expect(done.code, done.stderr).toBe(0);
  const report = JSON.parse(done.stdout) as BenchReport;
  for (const secret of [SECRET, 'correct-horse-battery']) expect(done.stdout).not.toContain(secret);
  return new Map(report.sections.flatMap((section) => section.findings).map((finding) => [finding.id, finding]));
}

const subjects = (finding: BenchFinding | undefined) => [...new Set(finding?.items.map((item) => item.subject))].sort();

describe(titled('a real Engine', skip), () => {
  let host: Map<string, BenchFinding>;
  test('is judged in all sections, with a result for each of the 142 checks', async () => {
    host = await bench();
    expect(host.size).toBe(142);
    const unread = [...host.values()].filter(
      (finding) => finding.result === 'could-not-read' && !/^[13]\./.test(finding.id),
    );
    expect(unread.map((finding) => `${finding.id} ${finding.summary}`)).toEqual([]);
  });

  test('sections 1 to 3: its files and configuration, as this Engine was started', () => {
    const results = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, host.get(id)?.result]));
    expect(results('2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.8', '2.14', '2.16', '2.17')).toEqual({
      '2.1': 'info',
      '2.2': 'not-applicable',
      '2.3': 'warn',
      '2.4': 'warn',
      '2.5': 'warn',
      '2.6': 'pass',
      '2.8': 'pass',
      '2.14': 'pass',
      '2.16': 'pass',
      '2.17': 'pass',
    });
    expect(subjects(host.get('2.5'))).toEqual(['old.example:5000']);
    // The socket that dockerd made and the file it read, wherever they are.
    expect(host.get('3.16')).toMatchObject({ result: 'pass' });
    expect(host.get('3.17')).toMatchObject({ result: 'pass' });
    expect(host.get('1.1.5')?.summary).toContain('audit');
  });

  test('section 4: its images, and as whom the containers really run', () => {
    expect(subjects(host.get('4.1'))).toEqual(expect.arrayContaining(['bad', 'bad:1', 'lab']));
    expect(subjects(host.get('4.1'))).not.toContain('good');
    expect(subjects(host.get('4.6'))).toEqual(['bad:1']);
    expect(host.get('4.8')?.result).toBe('note');
  });

  test('section 5: every bad container is named, the good one nowhere', () => {
    const expected: Record<string, string[]> = {
      '5.6': ['bad', 'lab'],
      '5.7': ['bad'],
      '5.10': ['bad'],
      '5.11': ['bad', 'lab'],
      '5.13': ['bad', 'lab'],
      '5.15': ['bad'],
      '5.16': ['bad'],
      '5.17': ['bad'],
      '5.18': ['lab'],
      '5.19': ['lab'],
      '5.21': ['bad'],
      '5.22': ['lab'],
      '5.26': ['lab'],
      '5.27': ['bad', 'lab'],
      '5.32': ['bad'],
    };
    const others = ['capable', 'privileged', 'disguised'];
    if (!notHere.includes('mount --bind')) expect(subjects(host.get('5.32'))).toEqual(['bad', 'disguised']);
    for (const [id, names] of Object.entries(expected)) {
      expect({ [id]: subjects(host.get(id)).filter((name) => !others.includes(name)) }).toEqual({
        [id]: id === '5.6' ? ['bad'] : names,
      });
    }
    const good = [...host.values()].filter(
      (finding) => finding.id.startsWith('5.') && subjects(finding).includes('good'),
    );
    expect(good.map((finding) => finding.id)).toEqual([]);
  });

  test('5.5 and capabilities, as far as this machine lets an Engine give them', () => {
    const tells = (name: string) => !notHere.some((reason) => reason.startsWith(name));
    const privileged = host.get('5.5');
    if (tells('--privileged')) expect(subjects(privileged)).toEqual(['privileged']);
    else expect(privileged?.result).toBe('pass');
    if (tells('--cap-add')) expect(subjects(host.get('C.5.3.4'))).toContain('capable');
  });

  test('a pass lists what was looked at', () => {
    const passes = [...host.values()].filter((finding) => finding.result === 'pass');
    expect(passes.length).toBeGreaterThan(20);
    expect(passes.filter((pass) => pass.items.length === 0).map((pass) => pass.id)).toEqual([]);
  });

  test('section 6: what is left over', () => {
    expect(host.get('6.2')).toMatchObject({ result: 'info' });
    expect(subjects(host.get('6.2'))).toContain('ended');
  });

  test('section 7: the swarm, locked and unlocked', async () => {
    if (notHere.some((reason) => reason.startsWith('swarm'))) return;
    expect(host.get('5.1')?.result).toBe('warn');
    expect(host.get('7.1')?.result).toBe('pass');
    expect(host.get('7.2')?.result).toBe('pass');
    expect(subjects(host.get('7.3'))).toEqual(['ingress', 'open']);
    expect(host.get('7.4')).toMatchObject({ result: 'warn', items: [{ subject: 'web' }] });
    expect(host.get('7.5')?.result).toBe('warn');
    expect(host.get('7.7')?.result).toBe('info');
    expect(host.get('7.8')?.result).toBe('pass');
    expect(host.get('7.9')?.result).toBe('info');
    docker('swarm', 'update', '--autolock=true');
    const locked = await bench('-c', '7.5,7.6');
    expect([...locked.values()].map((finding) => finding.result)).toEqual(['pass', 'note']);
  });

  test('machine learning: the notebook without a token, as root, with credentials', () => {
    for (const id of ['P.1', 'P.2', 'P.3', 'P.8']) expect({ [id]: subjects(host.get(id)) }).toEqual({ [id]: ['lab'] });
    expect(subjects(host.get('P.9'))).toEqual(expect.arrayContaining(['bad', 'lab']));
  });

  test('-i and -x choose containers and images, --deep reads their files', async () => {
    const only = await bench('-i', 'bad*', '-c', '4,5', '--deep');
    expect(subjects(only.get('5.11'))).toEqual(['bad']);
    expect(only.get('4.8')).toMatchObject({ result: 'warn', items: [{ path: '/usr/bin/su' }] });
    const without = await bench('-x', 'bad,lab,capable,privileged', '-c', '5.11');
    expect(without.get('5.11')?.result).toBe('pass');
  });

  test("Docker Bench's JSON has its keys and counts", async () => {
    const done = await plimsoll(['bench', '-c', 'cis', '-f', 'docker-bench', '-n', '2'], { home, env: environment });
    const json = JSON.parse(done.stdout);
    expect(json.tests.map((test: { id: string }) => test.id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(json.checks).toBe(117);
  });

  test('--fail-on decides the exit code, -l keeps the table', async () => {
    const log = join(work.path, 'bench.log');
    const done = await plimsoll(['bench', '-c', '5.17', '--fail-on', 'level1', '-l', log, '-f', 'junit'], {
      home,
      env: environment,
    });
    expect(done.code).toBe(1);
    expect(done.stdout).toContain('<failure');
    expect(readFileSync(log, 'utf8')).toContain('WARN  5.17');
  });
});

describe(titled('one image, without asking for anything but the image', skip), () => {
  const verdicts = (map: Map<string, BenchFinding>) =>
    [...map.values()]
      .filter((finding) => finding.id !== '4.5')
      .map((finding) => [finding.id, finding.result, finding.items.map((item) => [item.detail, item.path])]);
  let reference: ReturnType<typeof verdicts>;

  test('through the Engine', async () => {
    const actual = await bench('--image', 'docker:bad:1');
    reference = verdicts(actual);
    const details = (id: string) =>
      actual
        .get(id)
        ?.items.map((item) => item.detail)
        .join('\n');
    expect(actual.get('4.1')?.result).toBe('warn');
    expect(details('4.3')).toContain('gcc');
    expect(details('4.8')).toContain('/usr/bin/su is setuid 0 (mode 4755');
    expect(details('4.7')).toContain('apt-get update stands alone');
    expect(details('4.10')).toMatch(
      /ENV HF_TOKEN[\s\S]*DB_PASSWORD[\s\S]*\.netrc: credentials for hosts \(layer 1, deleted by a later layer/,
    );
    expect(details('P.7')).toContain('/models/m.pt: writable for everybody');
    expect((await bench('--image', 'docker:good:1')).get('4.1')).toMatchObject({
      result: 'pass',
      summary: 'runs as app (uid 10001)',
    });
  });

  test('through an archive, the same', async () => {
    const archive = join(work.path, 'bad.tar');
    docker('save', 'bad:1', '-o', archive);
    expect(verdicts(await bench('--image', `archive:${archive}`))).toEqual(reference);
  });

  const noRegistry = lacking('docker-registry').length > 0 ? 'docker-registry is not installed' : undefined;
  it.skipIf(skip !== undefined || noRegistry !== undefined)(
    titled('through a registry, the same', noRegistry),
    async () => {
      const port = await freePort();
      const configuration = join(work.path, 'registry.yml');
      writeFileSync(
        configuration,
        `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(work.path, 'registry')}\nhttp:\n  addr: 127.0.0.1:${port}\n`,
      );
      const answers = () =>
        fetch(`http://127.0.0.1:${port}/v2/`).then(
          (response) => response.ok,
          () => false,
        );
      const registry = await daemon('docker-registry', ['serve', configuration], answers);
      try {
        docker('tag', 'bad:1', `127.0.0.1:${port}/team/bad:1`);
        docker('push', '-q', `127.0.0.1:${port}/team/bad:1`);
        const actual = await bench('--image', `registry:127.0.0.1:${port}/team/bad:1`);
        expect(verdicts(actual)).toEqual(reference);
        expect(actual.get('4.5')).toMatchObject({
          result: 'warn',
          summary: 'no signature beside the image in its registry',
        });
      } finally {
        docker('rmi', `127.0.0.1:${port}/team/bad:1`);
        await registry.stop();
      }
    },
  );

  test('before the build', async () => {
    const actual = await bench('--dockerfile', join(work.path, 'bad/Dockerfile'));
    expect(actual.get('4.7')).toMatchObject({ result: 'warn', items: [{ line: 7 }] });
    expect(actual.get('4.10')?.items.map((item) => item.line)).toEqual([3, 4, 2]);
  });
});

describe(titled('bad input', skip === undefined || existsSync(app) ? undefined : skip), () => {
  it('no daemon: the host is judged all the same, and the exit code says what is missing', async () => {
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const done = await plimsoll(['bench'], { home: work.path, env });
    expect(done.code).toBe(3);
    expect(done.stdout).toContain('3.5');
    expect(done.stderr).toMatch(/no Engine at unix:\/\/\/nowhere\/docker\.sock/);
    expect((await plimsoll(['bench', '-c', '3'], { home: work.path, env })).code).toBe(0);
  });
  it('a check, a format, an address, a Dockerfile that there is not', async () => {
    const code = async (...args: string[]) => (await plimsoll(['bench', ...args], { home: work.path })).code;
    expect(await code('-c', '5.99')).toBe(2);
    expect(await code('-f', 'yaml')).toBe(2);
    expect(await code('-H', 'nonsense')).toBe(2);
    expect(await code('--dockerfile', '/nowhere/Dockerfile')).toBe(3);
    expect(await code('--image', '/nowhere.tar')).toBe(3);
  });
});
