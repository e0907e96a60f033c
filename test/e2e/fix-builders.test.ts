import { type ChildProcess, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/remediate/plan.ts';
import { randomNumbers } from '../random-numbers.ts';
import { daemon, feeds, haveFeeds, lacking, type Outcome, plimsoll, run, scratch, titled } from './machine.ts';

/**
 * `fix --try` by docker, buildah and podman, each on a root of busybox whose `pip` only writes down what it was told to install: what
 * was predicted is what is built, and nothing stays behind, neither of a build that fails nor of one that is interrupted half-way.
 */

/** Of a trial by each builder; the others are in failure.test.ts. */
const KILLS = Math.max(1, Math.floor(Number(process.env.E2E_KILLS ?? 20) / 16));

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const isStatic = BUSYBOX !== undefined && spawnSync('ldd', [BUSYBOX], { stdio: 'ignore' }).status !== 0;
const skip = !haveFeeds
  ? 'no feeds beside the checkout (../shared/feeds)'
  : process.getuid?.() !== 0
    ? 'builders need root here'
    : !isStatic
      ? 'no static busybox (apt-get install busybox-static)'
      : lacking('pgrep').length > 0
        ? 'no pgrep'
        : undefined;

const work = scratch();
const home = join(work.path, 'home');
const folder = join(work.path, 'service');
const socket = join(work.path, 'docker.sock');
const archive = join(work.path, 'image.tar');
/** Where trials have their folders: other tests have theirs elsewhere. By a short name, since podman 4 takes no other. */
const tmp = mkdtempSync('/tmp/b-');
/** The store of the user that builds, with an image in it. */
const storage = { CONTAINERS_STORAGE_CONF: join(work.path, 'storage.conf') };
let engine: { stop(): Promise<void> } | undefined;
let index: Server | undefined;

const PIP = `#!/bin/sh
site=/usr/local/lib/python3.9/site-packages
for one in "$@"; do
  case "$one" in
    *==*)
      rm -rf $site/\${one%%==*}-*.dist-info
      mkdir -p $site/\${one%%==*}-\${one##*==}.dist-info
      printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n' "\${one%%==*}" "\${one##*==}" > $site/\${one%%==*}-\${one##*==}.dist-info/METADATA ;;
  esac
done
`;
const DOCKERFILE = `FROM scratch
COPY rootfs/ /
ENV PATH=/usr/local/bin:/bin
RUN pip install setuptools==58.1.0
CMD ["sh"]
`;
/** A number of seconds that no other process of this machine sleeps. */
const LONG = `${86_000 + (process.pid % 10_000)}.25`;

function layOut(): void {
  const root = join(folder, 'rootfs');
  for (const entry of ['bin', 'etc', 'tmp', 'usr/local/bin', 'usr/local/lib/python3.9/site-packages'])
    mkdirSync(join(root, entry), { recursive: true });
  copyFileSync(BUSYBOX as string, join(root, 'bin/busybox'));
  for (const link of ['sh', 'sleep', 'mkdir', 'printf', 'rm', 'touch']) symlinkSync('busybox', join(root, 'bin', link));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  writeFileSync(join(root, 'usr/local/bin/pip'), PIP, { mode: 0o755 });
  writeFileSync(join(root, 'usr/local/bin/python3.9'), '');
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
  const more = (step: string): string => DOCKERFILE.replace('CMD', `RUN touch /tmp/x\nRUN ${step}\nCMD`);
  writeFileSync(join(folder, 'Dockerfile.fails'), more('exit 7'));
  writeFileSync(join(folder, 'Dockerfile.sleeps'), more(`sleep ${LONG}`));
}

/** The image that the Dockerfile makes, put together by hand: one layer of the root, one of what `pip` wrote. */
function archiveOf(): void {
  const image = join(work.path, 'image');
  const site = 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info';
  mkdirSync(join(image, 'second', site), { recursive: true });
  writeFileSync(join(image, 'second', site, 'METADATA'), 'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n');
  run('tar', ['-C', join(folder, 'rootfs'), '-cf', join(image, '1.tar'), '.']);
  run('tar', ['-C', join(image, 'second'), '-cf', join(image, '2.tar'), '.']);
  const sum = (file: string): string => `sha256:${run('sha256sum', [join(image, file)]).slice(0, 64)}`;
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/usr/local/bin:/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [sum('1.tar'), sum('2.tar')] },
    history: [
      { created_by: '/bin/sh -c #(nop) COPY dir:1 in / ' },
      { created_by: '/bin/sh -c #(nop)  ENV PATH=/usr/local/bin:/bin', empty_layer: true },
      { created_by: '/bin/sh -c pip install setuptools==58.1.0' },
      { created_by: '/bin/sh -c #(nop)  CMD ["sh"]', empty_layer: true },
    ],
  };
  writeFileSync(join(image, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: ['service:1'], Layers: ['1.tar', '2.tar'] }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  run('tar', ['-C', image, '-cf', archive, 'manifest.json', 'config.json', '1.tar', '2.tar']);
}

beforeAll(async () => {
  if (skip !== undefined) return;
  layOut();
  archiveOf();
  writeFileSync(
    storage.CONTAINERS_STORAGE_CONF,
    `[storage]\ndriver = "vfs"\ngraphroot = "${join(work.path, 'user')}"\nrunroot = "${join(work.path, 'user-run')}"\n`,
  );
  index = createServer((request, response) => {
    const links = ['58.1.0', '65.5.1'].map((version) => `<a href="setuptools-${version}-py3-none-any.whl">x</a>`);
    const known = request.url === '/setuptools/';
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/html' }).end(known ? links.join('') : '');
  });
  await new Promise<void>((done) => index?.listen(0, '127.0.0.1', done));
  const mirror = join(work.path, 'mirror');
  mkdirSync(join(mirror, 'osv'), { recursive: true });
  for (const name of ['kev', 'osv/PyPI']) symlinkSync(join(feeds, name), join(mirror, name));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
  if (updated.code !== 0) throw new Error(updated.stderr);
});
afterAll(async () => {
  await engine?.stop();
  index?.closeAllConnections();
  index?.close();
  for (const point of mounts(work.path)) spawnSync('umount', [point]);
  work.remove();
  rmSync(tmp, { recursive: true, force: true });
});

const mounts = (below: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(below))
    .reverse();

const docker = (...args: string[]) =>
  spawnSync('docker', ['--host', `unix://${socket}`, ...args], { encoding: 'utf8' });
const sleeping = (): boolean => spawnSync('pgrep', ['-f', `sleep ${LONG}`]).status === 0;

/** Whatever a build of this builder could leave on the machine, as text to be compared. */
function traces(builder: string): string[] {
  const of = (program: string, ...args: string[]): string =>
    spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...storage } })
      .stdout.trim()
      .split('\n')
      .sort()
      .join(' ');
  const own =
    builder === 'docker'
      ? [docker('image', 'ls', '--all', '--quiet').stdout, docker('container', 'ls', '--all', '--quiet').stdout]
      : [of(builder, 'images', '--all', '--quiet'), of(builder, builder === 'podman' ? 'ps' : 'containers', '--all')];
  return [...own.map((text) => text.trim().split('\n').sort().join(' ')), ...readdirSync(tmp), ...mounts(tmp)];
}

const tried = (builder: string, dockerfile: string, started?: (child: ChildProcess) => void): Promise<Outcome> =>
  plimsoll(
    [
      'fix',
      archive,
      '--dockerfile',
      join(folder, dockerfile),
      '--goal',
      'no CVE-2022-40897',
      '--try',
      '--builder',
      builder,
      '-f',
      'json',
    ],
    {
      home,
      env: {
        DOCKER_HOST: `unix://${socket}`,
        ...storage,
        TMPDIR: tmp,
        PIP_INDEX_URL: `http://127.0.0.1:${(index?.address() as AddressInfo | undefined)?.port}`,
      },
      ...(started ? { started } : {}),
    },
  );

/** Why this builder cannot be tried on this machine; undefined where it can. */
async function whyNot(builder: string): Promise<string | undefined> {
  if (builder === 'docker') {
    const missing = lacking('dockerd', 'docker', 'containerd', 'runc');
    if (missing.length > 0) return `${missing.join(', ')} not installed`;
    const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs'];
    const places = ['data-root', 'exec-root'].flatMap((name) => [`--${name}`, join(work.path, `docker-${name}`)]);
    const rest = ['--pidfile', join(work.path, 'docker.pid'), '--host', `unix://${socket}`];
    try {
      engine = await daemon('dockerd', [...flags, ...places, ...rest], () => docker('version').status === 0);
    } catch (error) {
      return `dockerd does not start here: ${(error as Error).message.slice(0, 200)}`;
    }
    const theirs = docker('build', '--quiet', '--tag', 'theirs', folder);
    return theirs.status === 0 ? undefined : `docker builds nothing here: ${theirs.stderr.trim().split('\n').at(-1)}`;
  }
  if (lacking(builder).length > 0) return `${builder} is not installed`;
  // Where it cannot build for the user either, nothing of ours is shown.
  const built = spawnSync(builder, ['build', '--isolation', 'chroot', '--tag', 'theirs', folder], {
    encoding: 'utf8',
    env: { ...process.env, ...storage },
  });
  return built.status === 0 ? undefined : `${builder} builds nothing here: ${built.stderr.trim().split('\n').at(-1)}`;
}

for (const builder of ['docker', 'buildah', 'podman'])
  describe.skipIf(skip !== undefined)(titled(`a trial by ${builder}`, skip), () => {
    let reason: string | undefined;
    let before: string[];
    beforeAll(async () => {
      reason = await whyNot(builder);
      if (reason !== undefined) console.log(`not tried on this machine: ${reason}`);
      else before = traces(builder);
    });

    it('becomes what was predicted, and leaves nothing', async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const done = await tried(builder, 'Dockerfile');
      expect(done.stderr).not.toMatch(/defect/);
      const { trial } = JSON.parse(done.stdout) as Plan;
      expect(trial?.failure).toBeUndefined();
      expect(trial?.verification?.cleared.map(({ id }) => id)).toEqual(['CVE-2022-40897']);
      expect(trial).toMatchObject({ kept: true, builder: expect.stringContaining(builder) });
      expect(traces(builder)).toEqual(before);
    });

    it('says what failed, and leaves nothing', async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const done = await tried(builder, 'Dockerfile.fails');
      expect([done.code, done.stdout]).toEqual([1, expect.stringContaining('"failure"')]);
      expect(traces(builder)).toEqual(before);
    });

    // Of an Engine without BuildKit the images of finished steps stay: nobody but the killed run knew which were its own.
    it('that is killed half-way is ended and put away by the next one', async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const running = tried(builder, 'Dockerfile.sleeps', (child) => {
        void (async () => {
          while (!sleeping() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 100));
          child.kill('SIGKILL');
        })();
      });
      expect((await running).signal).toBe('SIGKILL');
      const next = await tried(builder, 'Dockerfile');
      expect(next.code, next.stderr).toBe(0);
      expect(sleeping()).toBe(false);
      expect([...readdirSync(tmp), ...mounts(tmp)]).toEqual([]);
      if (builder !== 'docker') expect(traces(builder)).toEqual(before);
    });

    it(`that is killed at any moment (${KILLS}) is put away by the next one`, async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const atFirst = traces(builder);
      const alone = await tried(builder, 'Dockerfile');
      const next = randomNumbers(builder.length * 7 + KILLS);
      let longest = alone.milliseconds;
      let met = 0;
      for (let turn = 0; met < KILLS && turn < 6 * KILLS; turn++) {
        const moment = next(Math.ceil(longest));
        const dead = await tried(
          builder,
          'Dockerfile',
          (child) => void setTimeout(() => child.kill('SIGKILL'), moment),
        );
        if (dead.signal === 'SIGKILL') met++;
        else longest = Math.min(longest, dead.milliseconds);
      }
      console.log(`fix --try by ${builder}: killed ${met} of ${KILLS}`);
      const last = await tried(builder, 'Dockerfile');
      expect(last.code, last.stderr).toBe(0);
      expect([...readdirSync(tmp), ...mounts(tmp)]).toEqual([]);
      if (builder !== 'docker') expect(traces(builder)).toEqual(atFirst);
    });

    it.for(['SIGINT', 'SIGTERM'] as const)('ends at %s half-way, and leaves nothing', async (signal, context) => {
      if (reason !== undefined) return context.skip(reason);
      // What the killed run left of an Engine without BuildKit is there already.
      const atFirst = traces(builder);
      let child: ChildProcess | undefined;
      const running = tried(builder, 'Dockerfile.sleeps', (started) => {
        child = started;
      });
      let ended = false;
      void running.then(() => {
        ended = true;
      });
      while (!sleeping() && !ended) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(ended).toBe(false);
      child?.kill(signal);
      expect((await running).code).toBe(signal === 'SIGINT' ? 130 : 143);
      // The Engine takes a moment to end what it was asked to end.
      for (let tries = 0; tries < 100 && sleeping(); tries++) await new Promise((resolve) => setTimeout(resolve, 200));
      expect(sleeping()).toBe(false);
      expect(traces(builder)).toEqual(atFirst);
    });
  });
