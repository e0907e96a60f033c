/** What the end-to-end test of `fix` builds: an old service on Debian 11, by buildah, with this machine's mirrors. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { feeds, lacking, lasting, plimsoll, root, run } from './machine.ts';

/** A folder with `base.tar` and `sources.list`, or why this machine cannot make one. */
export function fixBase(): { readonly path: string } | { readonly reason: string } {
  const missing = lacking('buildah', 'mmdebstrap', 'git', 'python3', 'flock');
  if (missing.length > 0) return { reason: `${missing.join(', ')} not installed` };
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  const script = join(root, 'test/e2e/build-fix-base.sh');
  // Test files run side by side, and the first two that need it would make it in each other's way.
  mkdirSync(cache, { recursive: true });
  const made = [join(cache, 'fix-base.lock'), 'bash', script, cache];
  const done = spawnSync('flock', made, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status === 0) return { path: done.stdout.trim().split('\n').at(-1) as string };
  if (done.status === 75) return { reason: (done.stderr ?? '').trim().split('\n').at(-1) ?? '' };
  throw new Error(`build-fix-base.sh ended with ${done.status}: ${(done.stderr ?? '').slice(-3_000)}`);
}

/** pip's settings on this machine, as build arguments: a variable that pip reads each. Certificates become a mount. */
export function pipArguments(): { readonly values: ReadonlyMap<string, string>; readonly certificate?: string } {
  const asked = spawnSync('python3', ['-m', 'pip', 'config', 'list'], { encoding: 'utf8' });
  const values = new Map<string, string>();
  let certificate: string | undefined;
  for (const line of (asked.stdout ?? '').split('\n')) {
    const [, name = '', value = ''] = /^[^.]+\.(\S+?)='(.*)'$/.exec(line) ?? [];
    const plain = name.replace(/^\./, '');
    if (plain === 'cert') certificate = value;
    else if (['index-url', 'extra-index-url', 'trusted-host', 'default-timeout'].includes(plain))
      values.set(`PIP_${plain.toUpperCase().replaceAll('-', '_')}`, value);
  }
  return { values, ...(certificate !== undefined && existsSync(certificate) ? { certificate } : {}) };
}

/** Whether this machine's pip reaches an index: it is asked for a tiny package of no importance. */
export function whyNoPip(): string | undefined {
  const asked = spawnSync('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '-d', tmpdir(), 'idna==3.7'], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return asked.status === 0 ? undefined : 'pip of this machine reaches no package index';
}

/** The same for the tool: how it reaches what this machine's pip and apt reach. */
export function networkVariables(): NodeJS.ProcessEnv {
  const { values, certificate } = pipArguments();
  const named = Object.entries(process.env).filter(([name]) =>
    /^(?:https?|no|all)_proxy$|^SSL_CERT_|^NODE_EXTRA_CA_CERTS$/i.test(name),
  );
  return {
    ...Object.fromEntries(named),
    ...Object.fromEntries(values),
    ...(certificate === undefined ? {} : { PIP_CERT: certificate }),
  };
}

/** Certificates lie where no package of the image wants to write. */
const CERTIFICATE = '/run/build-certificates.crt';

/** A buildah with a storage of its own: nothing of this machine's images is seen or touched. */
export interface Builder {
  /** Builds a folder and writes the image as OCI layout. */
  build(folder: string, layout: string): void;
  /** Builds one of several images that stand on each other (`FROM localhost/<name>`) into a layout that they share, uncompressed. */
  stage(folder: string, layout: string, name: string): void;
  remove(): void;
}

export function builder(work: string): Builder {
  const storage = (driver: string): string[] => [
    '--storage-driver',
    driver,
    '--root',
    join(work, `storage-${driver}`),
    '--runroot',
    join(work, `run-${driver}`),
  ];
  // Overlay is ten times as fast, and not everywhere.
  const tried = spawnSync('buildah', [...storage('overlay'), 'from', 'scratch'], { encoding: 'utf8' });
  const options = storage(tried.status === 0 ? 'overlay' : 'vfs');
  const { values, certificate } = pipArguments();
  const args = [...values, ...(certificate === undefined ? [] : [['PIP_CERT', CERTIFICATE] as const])].flatMap(
    ([name, value]) => ['--build-arg', `${name}=${value}`],
  );
  const mounts = certificate === undefined ? [] : ['--volume', `${certificate}:${CERTIFICATE}:ro`];
  return {
    build(folder, layout) {
      const at = ['--isolation', 'chroot', '--network', 'host', '--layers', '--format', 'oci', '--quiet'];
      run('buildah', [...options, 'bud', ...at, ...args, ...mounts, '-t', 'story', folder]);
      run('buildah', [...options, 'push', '--quiet', 'story', `oci:${layout}:latest`]);
    },
    stage(folder, layout, name) {
      const at = ['--isolation', 'chroot', '--network', 'host', '--pull-never', '--format', 'oci', '--quiet'];
      run('buildah', [...options, 'bud', ...at, '-t', name, folder]);
      run('buildah', [...options, 'push', '--quiet', '--disable-compression', name, `oci:${layout}:${name}`]);
    },
    remove: () => void spawnSync('buildah', [...options, 'rm', '--all']),
  };
}

/** The variables that the Dockerfile below declares, whether or not they are given. */
const ARGUMENTS = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_TRUSTED_HOST', 'PIP_DEFAULT_TIMEOUT', 'PIP_CERT'];

export const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG RELEASE=bullseye
FROM scratch AS base
ADD base.tar /
COPY sources.list /etc/apt/sources.list
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin

FROM base
${ARGUMENTS.map((name) => `ARG ${name}`).join('\n')}
# the environment of the service
RUN python3 -m venv /opt/venv && pip install --no-cache-dir \\
      setuptools==58.1.0 \\
      wheel
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt
CMD ["python3"]
`;

export const REQUIREMENTS = `# what the service needs
requests==2.25.1   # HTTP
idna>=2.5,<3
Jinja2~=2.11.2
`;

/** The folder of the service, under git as a project's would be. */
export function checkout(folder: string, base: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(folder, 'requirements.txt'), REQUIREMENTS);
  writeFileSync(join(folder, 'sources.list'), readFileSync(join(base, 'sources.list')));
  writeFileSync(join(folder, '.gitignore'), 'base.tar\n');
  run('cp', [join(base, 'base.tar'), join(folder, 'base.tar')]);
  run('git', ['-C', folder, 'init', '-q']);
  run('git', ['-C', folder, 'add', '-A']);
  run('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'the old service']);
}

/** Builds the database of as much of the feeds as a Debian image with Python needs. */
export async function database(home: string, work: string): Promise<void> {
  mkdirSync(home, { recursive: true });
  const mirror = join(work, 'mirror');
  for (const name of ['debian', 'kev', 'epss', 'osv/PyPI']) {
    mkdirSync(dirname(join(mirror, name)), { recursive: true });
    symlinkSync(join(feeds, name), join(mirror, name));
  }
  const done = await plimsoll(['db', 'update', '--feeds', mirror], { home });
  if (done.code !== 0) throw new Error(done.stderr);
}
