/**
 * The image of Plimsoll, built from its Containerfile by buildah on bases made here, started by a Docker Engine on a root that cannot be written, as a
 * user without rights, without a network; and scanned by itself so: there is nothing to fix in it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { daemon, feeds, haveFeeds, lacking, lasting, plimsoll, root, scratch, titled } from './machine.ts';

/** Editions of today: what the feeds beside the checkout know is fixed in them. */
const NODE = `node-linux-${process.arch}@22.23.3`;
const NPM = 'npm@11.21.2';
const IMAGE = 'plimsoll:own';
/** One program's longest time: several times what it needs on a slow machine. */
const PATIENCE_MS = 600_000;

const missing = lacking('buildah', 'dockerd', 'docker', 'containerd', 'runc', 'npm', 'busybox');
const skip =
  missing.length > 0
    ? `not installed: ${missing.join(', ')}`
    : process.getuid?.() !== 0
      ? 'builders and an Engine need root'
      : haveFeeds
        ? undefined
        : 'no feeds beside the checkout (../shared/feeds)';

const work = scratch();
const home = join(work.path, 'home');
const archive = join(work.path, 'image.tar');
const socket = `unix://${join(work.path, 'docker.sock')}`;
let engine: { stop(): Promise<void> } | undefined;
/** What this machine cannot do of it. */
let reason: string | undefined;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** Runs a program of the machine to its end, and lets the suite go on meanwhile: a build takes a minute. */
function ended(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) =>
      done({ status, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
  });
}

/** Storage of its own: nothing of this machine's images is seen or touched. */
async function buildah(...args: readonly string[]): Promise<void> {
  const own = ['--storage-driver', 'vfs', '--root', join(work.path, 'storage'), '--runroot', join(work.path, 'run')];
  const { status, stderr } = await ended('buildah', [...own, ...args]);
  if (status !== 0) throw new Error(`buildah ${args[0]} ended with ${status}: ${stderr.slice(-2_000)}`);
}

/** An image of one archive of a file system. */
async function base(name: string, tar: string): Promise<void> {
  const folder = join(work.path, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'Containerfile'), 'FROM scratch\nADD root.tar /\nENV PATH=/usr/local/bin:/bin\n');
  await copyFile(tar, join(folder, 'root.tar'));
  await buildah('build', '--quiet', '--isolation', 'chroot', '--format', 'oci', '-t', `localhost/${name}`, folder);
}

/** Both bases in the storage; why not, where they cannot be had. */
async function bases(): Promise<string | undefined> {
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  const made = await ended('bash', [join(root, 'test/e2e/build-own-bases.sh'), cache, NODE, NPM]);
  const last = (text: string): string => text.trim().split('\n').at(-1)!;
  if (made.status === 75) return last(made.stderr);
  if (made.status !== 0) throw new Error(`build-own-bases.sh ended with ${made.status}: ${made.stderr.slice(-2_000)}`);
  await base('build-base', join(last(made.stdout), 'build.tar'));
  await base('run-base', join(last(made.stdout), 'run.tar'));
  return undefined;
}

/** The image in its archive; why not, where something of it cannot be had. */
const made = async (): Promise<string | undefined> => (await bases()) ?? (await build());

/** Builds as the head of the Containerfile says. The registry is not asked: whoever installed the project has all of it in the cache of npm. */
async function build(): Promise<string | undefined> {
  const bases = ['BUILD_BASE=localhost/build-base', 'RUN_BASE=localhost/run-base'];
  const cache = (await ended('npm', ['config', 'get', 'cache'])).stdout.trim();
  if (!existsSync(cache)) return 'npm has no cache on this machine';
  const given = [...bases.flatMap((base) => ['--build-arg', base]), '--volume', `${cache}:/root/.npm`];
  const kind = ['--quiet', '--pull-never', '--isolation', 'chroot', '--format', 'docker'];
  try {
    await buildah('build', ...kind, ...given, '-f', join(root, 'Containerfile'), '-t', 'localhost/own', root);
  } catch (error) {
    if (String(error).includes('ENOTCACHED')) return 'the cache of npm on this machine lacks what the lock file names';
    throw error;
  }
  await buildah('push', '--quiet', 'localhost/own', `docker-archive:${archive}:${IMAGE}`);
  chmodSync(archive, 0o644);
  return undefined;
}

const docker = (...args: readonly string[]) => ended('docker', ['--host', socket, ...args]);
/** As docs/pipelines.md and the head of the Containerfile say that it is run. */
const CLOSED = [
  '--rm',
  '--read-only',
  '--tmpfs',
  '/tmp',
  '--network',
  'none',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
];
const contained = (args: readonly string[], options: readonly string[] = []) =>
  docker('run', ...CLOSED, ...options, IMAGE, ...args);

/** An Engine that runs something, on the storage that it chooses or else on the one that works everywhere. */
async function start(): Promise<string | undefined> {
  const busybox = (await ended('sh', ['-c', 'command -v busybox'])).stdout.trim();
  const small = join(work.path, 'small.tar');
  await ended('tar', ['-C', dirname(busybox), '-cf', small, basename(busybox)]);
  let said = '';
  for (const driver of [[], ['--storage-driver=vfs']]) {
    const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', ...driver];
    const places = ['data-root', 'exec-root'].flatMap((name) => [
      `--${name}`,
      join(work.path, `docker-${name}${driver.length}`),
    ]);
    const rest = ['--pidfile', join(work.path, 'docker.pid'), '--host', socket];
    try {
      const up = async (): Promise<boolean> => (await docker('version')).status === 0;
      engine = await daemon('dockerd', [...flags, ...places, ...rest], up);
    } catch (error) {
      said = (error as Error).message;
      continue;
    }
    await docker('import', small, 'small');
    const tried = await docker('run', ...CLOSED, 'small', `/${basename(busybox)}`, 'true');
    if (tried.status === 0) return undefined;
    said = tried.stderr.trim();
    await engine.stop();
    engine = undefined;
  }
  return `no Engine runs here: ${said.slice(0, 300)}`;
}

/** The advisories of all that is in the image. Of NVD the years in which something of Node.js 22 and of what it is built with can be. */
async function database(): Promise<void> {
  const mirror = join(work.path, 'mirror');
  for (const folder of ['osv', 'nvd']) mkdirSync(join(mirror, folder), { recursive: true });
  const years = readdirSync(join(feeds, 'nvd')).filter((name) => /-20(1[89]|[2-9]\d)\./.test(name));
  expect(years.length).toBeGreaterThan(5);
  for (const name of ['debian', 'kev', 'osv/npm', ...years.map((year) => `nvd/${year}`)])
    symlinkSync(join(feeds, name), join(mirror, name));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home });
  if (updated.code !== 0) throw new Error(updated.stderr);
  await ended('chown', ['-R', '65532:65532', join(home, 'plimsoll')]);
}

beforeAll(async () => {
  if (skip !== undefined) return;
  reason = await start();
  if (reason !== undefined) return;
  // The one waits for disks, the other computes.
  const [unmade] = await Promise.all([made(), database()]);
  reason = unmade;
  if (reason !== undefined) return;
  const loaded = await docker('load', '--input', archive);
  expect(loaded.status, loaded.stderr).toBe(0);
});
afterAll(async () => {
  await engine?.stop();
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  for (const point of points.filter((point) => point.startsWith(work.path)).reverse()) spawnSync('umount', [point]);
  // Gigabytes: not while the suite waits.
  await rm(work.path, { recursive: true, force: true });
});

const DATA = ['-v', `${join(home, 'plimsoll')}:/data`, '-v', `${archive}:/image.tar:ro`];
/** As .github/workflows/image.yml has the image scan itself. */
const GATE = (target: string) => ['scan', target, '--fail-on', 'fixable:LOW,secret', '-f', 'json'];
interface Report {
  readonly packages: readonly { readonly name: string }[];
  readonly findings: readonly { readonly id: string; readonly fix: { readonly version?: string } }[];
}
const fixable = ({ findings }: Report) => findings.flatMap(({ id, fix }) => (fix.version === undefined ? [] : [id]));
const possible = (context: TestContext): void => {
  if (reason !== undefined) context.skip(reason);
};

describe(titled('the image of Plimsoll', skip), () => {
  const test = it.skipIf(skip !== undefined);

  test('runs as a user without rights, on a root that cannot be written, and has neither a shell nor a package manager', async (context) => {
    possible(context);
    const said = await contained(['--version']);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect([said.status, said.stdout.trim()]).toEqual([0, expect.stringContaining(version)]);
    // Nobody but root may change the program, whatever the engine allows.
    const script = `
      const refused = (path) => { try { fs.writeFileSync(path, ''); return 'written' } catch ({ code }) { return code } };
      const { mode, uid } = fs.statSync('/opt/plimsoll/dist/cli.cjs');
      JSON.stringify({
        who: [process.getuid(), process.getgid(), ...process.getgroups()],
        refused: refused('/opt/plimsoll/x'),
        program: [mode & 0o022, uid, fs.statSync('/opt/plimsoll').uid],
        there: ['/bin/sh', '/usr/bin/sh', '/bin/busybox', '/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/local/bin/npm'].filter(fs.existsSync),
      })`;
    const asked = await docker('run', ...CLOSED, '--entrypoint', '/usr/local/bin/node', IMAGE, '-p', script);
    expect(asked.status, asked.stderr).toBe(0);
    expect(JSON.parse(asked.stdout)).toEqual({
      who: [65532, 65532, 65532],
      refused: expect.stringMatching(/^(EROFS|EACCES)$/),
      program: [0, 0, 0],
      there: [],
    });
  });

  test('scans itself, without a network: it knows what is in it, nothing is fixable, and there is no secret', async (context) => {
    possible(context);
    const gate = await contained(GATE('/image.tar'), DATA);
    expect(gate.status, gate.stderr).toBe(0);
    const report = JSON.parse(gate.stdout) as Report;
    const names = new Set(report.packages.map(({ name }) => name));
    for (const name of ['libc6', 'libstdc++6', 'ca-certificates', 'plimsoll', 'node']) expect(names).toContain(name);
    expect(fixable(report)).toEqual([]);
  });

  test('would say so if something were: the same gate shuts on a library of the year before', async (context) => {
    possible(context);
    const old = join(work.path, 'old');
    const records = join(old, 'var/lib/dpkg/status.d');
    for (const folder of [records, join(old, 'etc')]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(old, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
    writeFileSync(
      join(records, 'libc6'),
      'Package: libc6\nSource: glibc\nVersion: 2.36-9+deb12u4\nArchitecture: amd64\n',
    );
    const gate = await contained(GATE('/old'), [...DATA, '-v', `${old}:/old:ro`]);
    expect(gate.status, gate.stderr).toBe(1);
    expect(fixable(JSON.parse(gate.stdout) as Report)).toContain('CVE-2024-2961');
  });

  test('is told by its own check of who runs in it that this is not root', async (context) => {
    possible(context);
    const bench = await contained(['bench', '--image', '/image.tar', '-f', 'json'], DATA);
    expect(bench.status, bench.stderr).toBe(0);
    const { sections } = JSON.parse(bench.stdout) as {
      sections: { findings: { id: string; result: string; summary: string }[] }[];
    };
    expect(sections.flatMap(({ findings }) => findings).find(({ id }) => id === '4.1')).toMatchObject({
      result: 'pass',
    });
  });
});
