import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/remediate/plan.ts';
import { database, fixBase } from './fix-story.ts';
import { daemon, freePort, haveFeeds, lacking, plimsoll, run, scratch, titled } from './machine.ts';

/**
 * Other bases in a real registry: a Debian with a compiler and its variant without one, and an image whose program is linked to
 * a library that came with the compiler. What the plan says is missing is what the loader of the other base does not find.
 */

const missing = lacking('docker-registry', 'buildah');
const base = haveFeeds ? fixBase() : { reason: 'no feeds beside the checkout (../shared/feeds)' };
const reason = missing.length > 0 ? `${missing.join(', ')} not installed` : 'reason' in base ? base.reason : undefined;

const work = scratch();
const home = join(work.path, 'home');
const image = join(work.path, 'image');
let registry: { stop(): Promise<void> } | undefined;
let host = '';

const store = (driver: string): string[] => [
  '--storage-driver',
  driver,
  '--root',
  join(work.path, `store-${driver}`),
  '--runroot',
  join(work.path, `run-${driver}`),
];
let options = store('vfs');
const buildah = (...args: string[]): string => run('buildah', [...options, ...args]);

/** Builds a Dockerfile with the files beside it, under a name. */
function build(name: string, dockerfile: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(work.path, name.replace(/\W/g, '-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const at = ['--isolation', 'chroot', '--network', 'host', '--layers', '--tls-verify=false', '--quiet'];
  buildah('bud', ...at, '-t', name, folder);
  return folder;
}

const PROGRAM = `#include <omp.h>
int main(void) { int sum = 0;
#pragma omp parallel reduction(+:sum)
sum += omp_get_thread_num(); return sum < 0; }
`;
let folder = '';

beforeAll(async () => {
  if (reason !== undefined || !('path' in base)) return;
  const tried = spawnSync('buildah', [...store('overlay'), 'from', 'scratch']);
  if (tried.status === 0) options = store('overlay');
  const port = await freePort();
  host = `127.0.0.1:${port}`;
  const settings = join(work.path, 'registry.yml');
  writeFileSync(
    settings,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(work.path, 'registry')}\nhttp:\n  addr: ${host}\n`,
  );
  const ready = async (): Promise<boolean> =>
    fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  registry = await daemon('docker-registry', ['serve', settings], ready);
  const slim = `${host}/team/python:3.9.2-slim-bullseye`;
  const full = `${host}/team/python:3.9.2-bullseye`;
  run('cp', [join(base.path, 'base.tar'), join(work.path, 'base.tar')]);
  buildah('from', '--name', 'slim', 'scratch');
  buildah('add', 'slim', join(work.path, 'base.tar'), '/');
  buildah('copy', 'slim', join(base.path, 'sources.list'), '/etc/apt/sources.list');
  buildah('commit', '--quiet', 'slim', slim);
  // Of the release alone, so that there is something that the variant has not.
  const release = 'sed -i /security/d /etc/apt/sources.list && apt-get update -q';
  const install = 'apt-get install -y -q --no-install-recommends gcc libc6-dev libgomp1 git';
  build(full, `FROM ${slim}\nRUN ${release} && ${install}\n`);
  for (const name of [slim, full]) buildah('push', '--quiet', '--tls-verify=false', name, `docker://${name}`);
  folder = build(
    'app',
    `FROM ${full}\nCOPY sum.c /src/sum.c\nRUN gcc -fopenmp -o /usr/local/bin/sum /src/sum.c\nCMD ["/usr/local/bin/sum"]\n`,
    { 'sum.c': PROGRAM },
  );
  buildah('push', '--quiet', 'app', `oci:${image}:latest`);
  await database(home, work.path);
});
afterAll(async () => {
  if (reason === undefined) spawnSync('buildah', [...options, 'rm', '--all']);
  await registry?.stop();
  work.remove();
});

describe(titled('other bases in a registry', reason), () => {
  const test = it.skipIf(reason !== undefined);

  test('are found by their tags, scanned, and lack what the loader of each does not find', async () => {
    const done = await plimsoll(['fix', `oci:${image}`, '-d', join(folder, 'Dockerfile'), '-f', 'json'], { home });
    expect(done.stderr).not.toMatch(/error/i);
    const plan = JSON.parse(done.stdout) as Plan;
    const step = plan.steps.find(({ id }) => id.endsWith('/team/python:3.9.2-slim-bullseye'));
    expect(step?.title).toMatch(/^build on the variant without compilers and headers, /);
    expect(step?.risk.why[0]).toMatch(/^it was scanned: /);
    expect(step?.clears.map(({ name }) => name)).toContain('git');
    expect(step?.brings).toEqual([]);
    expect(step?.base?.missingLibraries).toEqual([{ name: 'libgomp.so.1', by: '/usr/local/bin/sum' }]);
    expect(step?.base?.missingPrograms).toEqual([{ name: 'gcc', by: 'Dockerfile:3' }]);
    const { unpacked } = step!.base!;
    expect(unpacked.after).toBeLessThan(unpacked.before);

    // The loader of the slim one, asked itself.
    const slim = `${host}/team/python:3.9.2-slim-bullseye`;
    buildah('from', '--name', 'held', slim);
    buildah('copy', '--from', 'app', 'held', '/usr/local/bin/sum', '/usr/local/bin/sum');
    const loader = buildah('run', '--isolation', 'chroot', 'held', '--', 'ldd', '/usr/local/bin/sum');
    const notFound = [...loader.matchAll(/(\S+) => not found/g)].map(([, name]) => name);
    expect(notFound).toEqual(step?.base?.missingLibraries.map(({ name }) => name));
  });

  test('say that nothing was looked at where the registry is gone', async () => {
    await registry?.stop();
    const done = await plimsoll(['fix', `oci:${image}`, '-d', join(folder, 'Dockerfile'), '-f', 'json'], { home });
    const plan = JSON.parse(done.stdout) as Plan;
    expect(plan.notices.find(({ code }) => code === 'base-unasked')?.message).toMatch(/was not looked at: /);
    expect(plan.steps.filter(({ base: compared }) => compared !== undefined)).toEqual([]);
  });
});
