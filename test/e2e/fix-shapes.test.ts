import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHAPES } from '../dockerfile-shapes.ts';
import { editedShape } from '../shape-edits.ts';
import { lacking, scratch, titled } from './machine.ts';

/**
 * The planned edit of Dockerfiles of every shape, built by buildah without a network on a root of busybox whose pip, conda, poetry and so on
 * write down what they are told to install: what the image was made of is what the plan says.
 */

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const isStatic = BUSYBOX !== undefined && spawnSync('ldd', [BUSYBOX], { stdio: 'ignore' }).status !== 0;
const skip =
  lacking('buildah').length > 0
    ? 'buildah is not installed'
    : process.getuid?.() !== 0
      ? 'buildah needs root here'
      : isStatic
        ? undefined
        : 'no static busybox (apt-get install busybox-static)';

/** Writes its words down, and whatever it was told to read. */
const INSTALLER = `#!/bin/sh
echo "$0 $*" >> /installed
for one in "$@" pyproject.toml; do
  [ -f "$one" ] && cat "$one" >> /installed
done
exit 0
`;

const work = scratch();
const storage = ['--root', join(work.path, 'root'), '--runroot', join(work.path, 'run'), '--storage-driver', 'vfs'];
const buildah = (...args: readonly string[]) =>
  spawnSync('buildah', [...storage, ...args], {
    encoding: 'utf8',
    env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
  });
let reason: string | undefined;
const minor = Number(/version 1\.(\d+)/.exec(buildah('--version').stdout ?? '')?.[1] ?? 0);

beforeAll(() => {
  if (skip !== undefined) return;
  const root = join(work.path, 'base', 'root');
  for (const entry of ['bin', 'etc', 'tmp', 'root', 'var/lib/apt/lists'])
    mkdirSync(join(root, entry), { recursive: true });
  copyFileSync(BUSYBOX as string, join(root, 'bin', 'busybox'));
  for (const link of ['sh', 'cat', 'cp', 'echo', 'mkdir', 'rm', 'touch', 'test', '['])
    symlinkSync('busybox', join(root, 'bin', link));
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:10001:10001::/tmp:/bin/sh\n');
  writeFileSync(join(root, 'installed'), '');
  chmodSync(join(root, 'installed'), 0o666);
  for (const name of ['pip', 'conda', 'poetry', 'uv', 'pdm', 'apt-get'])
    writeFileSync(join(root, 'bin', name), INSTALLER, { mode: 0o755 });
  writeFileSync(join(root, 'bin', 'only'), '#!/bin/sh\n[ "$1 $2" = "hello there" ]\n', { mode: 0o755 });
  writeFileSync(join(work.path, 'base', 'Dockerfile'), 'FROM scratch\nCOPY root/ /\nENV PATH=/bin\n');
  const made = buildah('build', '--network', 'none', '--tag', 'base', join(work.path, 'base'));
  if (made.status !== 0) reason = made.stderr.trim().split('\n').at(-1);
});
afterAll(() => {
  if (skip === undefined) buildah('rmi', '--all', '--force');
  work.remove();
});

describe(titled('a changed Dockerfile is built', skip), () => {
  it.skipIf(skip !== undefined).for(SHAPES)('$name', async (shape, context) => {
    if (reason !== undefined) return context.skip(`buildah builds nothing here: ${reason}`);
    // Here-documents are taken from 1.33 on.
    if (/<<-?["']?\w/.test(shape.dockerfile) && minor < 33)
      return context.skip(`buildah 1.${minor} knows no here-documents`);
    const folder = join(work.path, `shape-${SHAPES.indexOf(shape)}`);
    for (const [path, text] of Object.entries({ ...shape.files, Dockerfile: shape.dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const { path, after } of (await editedShape(shape, folder)).files) writeFileSync(join(folder, path), after);
    const given = Object.entries(shape.arguments ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const stage = shape.stage === undefined ? [] : ['--target', shape.stage];
    const tag = `shape${SHAPES.indexOf(shape)}`;
    const options = ['--network', 'none', '--pull=never', '--layers=false', '--format', 'docker', ...given, ...stage];
    const built = buildah('build', ...options, '--tag', tag, folder);
    expect(built.stderr.slice(-1_000), built.stderr.slice(-1_000)).not.toMatch(/rror: /);
    expect(built.status).toBe(0);
    const container = buildah('from', '--pull=never', tag).stdout.trim();
    const installed = buildah(
      'run',
      '--network',
      'none',
      '--user',
      '0',
      container,
      '--',
      '/bin/cat',
      '/installed',
    ).stdout;
    buildah('rm', container);
    const versions = (name: string): string[] =>
      [...installed.matchAll(new RegExp(`${name} ?(?:==|~=|>=|= ")([\\d.]+)`, 'g'))].map(
        ([, version]) => version ?? '',
      );
    if (shape.os) return expect(installed).toMatch(/install -y openssl=[\s\S]*--only-upgrade openssl/);
    const requests = versions('requests');
    // `buildah from` runs the triggers of its image, behind all that was built: theirs is as it stood.
    if (/^ONBUILD /m.test(shape.dockerfile)) expect(requests.pop()).toBe('2.25.1');
    expect(new Set(requests)).toEqual(new Set(['2.32.4']));
    expect(versions('idna')).toEqual(['3.7']);
  });
});
