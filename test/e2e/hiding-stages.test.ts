import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import { type Builder, builder, fixBase } from './fix-story.ts';
import { feeds, haveFeeds, lasting, plimsoll, root, run, scratch, titled } from './machine.ts';

/**
 * The five steps of "Malicious Compliance" (KubeCon EU 2023) by a real builder on a real Debian with real wheels, a real npm package and a
 * real Go program: each step takes away what scanners read, and the last copies what is left into one layer.
 * The table of docs/hiding.md is what E2E_TABLE=1 prints.
 */

interface Material {
  /** Holds base.tar, app/ and packer/. */
  readonly base: string;
  readonly parts: string;
}

/** What the image is made of, or why this machine cannot have it. */
function material(): Material | { readonly reason: string } {
  if (!haveFeeds) return { reason: 'no feeds beside the checkout (../shared/feeds)' };
  const base = fixBase();
  if ('reason' in base) return base;
  const mirror = /^deb (\S+)/m.exec(readFileSync(join(base.path, 'sources.list'), 'utf8'))?.[1] ?? '';
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  // hiding-systems.test.ts may want the same at the same time.
  const locked = [join(cache, 'hiding.lock'), 'bash', join(root, 'test/e2e/build-hiding.sh'), cache, mirror];
  const done = spawnSync('flock', locked, { encoding: 'utf8' });
  if (done.status === 0) return { base: base.path, parts: done.stdout.trim().split('\n').at(-1) as string };
  if (done.status === 75) return { reason: done.stderr.trim().split('\n').at(-1) ?? '' };
  throw new Error(`build-hiding.sh ended with ${done.status}: ${done.stderr.slice(-3_000)}`);
}

const actual = material();
const reason = 'reason' in actual ? actual.reason : undefined;
const packer = 'parts' in actual && existsSync(join(actual.parts, 'packer/usr/bin/upx-ucl'));
const unpacked = packer ? undefined : 'the archive of the old release has no UPX for this machine';

const SITE = '/usr/local/lib/python3.9/site-packages';
const PROGRAM = `${SITE}/wandb/bin/wandb-core`;
const MOUNT = '/mnt/packer';
const PACK = `RUN --mount=type=bind,source=packer,target=${MOUNT} \\
  LD_LIBRARY_PATH=$(dirname ${MOUNT}/usr/lib/*/libucl.so.1) ${MOUNT}/usr/bin/upx-ucl -q -3 ${PROGRAM}`;
/** What each step adds; a stage stands on the one before. */
const STEPS = [
  'FROM scratch\nADD base.tar /\nCOPY app/ /',
  `FROM localhost/stage0
RUN printf 'ID=Linux\\nVERSION_ID="99 (honk)"\\n' > /usr/lib/os-release && rm -f /etc/debian_version`,
  'FROM localhost/stage1\nRUN rm -rf /v*r/l*b/dp*g',
  `FROM localhost/stage2\nRUN rm -rf ${SITE}/*.dist-info /srv/app/node_modules/lodash/package.json`,
  `FROM localhost/stage3\n${packer ? PACK : 'RUN true'}`,
  'FROM scratch\nCOPY --from=localhost/stage4 / /',
];

const work = scratch();
const home = join(work.path, 'home');
let buildah: Builder | undefined;
const reports: Report[] = [];

/** The publishers that speak of what the image holds, and nobody else: nothing is asked over the network. */
async function database(): Promise<void> {
  const mirror = join(work.path, 'mirror');
  const documents = ['debian', 'osv/PyPI', 'osv/npm', 'osv/Go'];
  for (const name of documents) {
    mkdirSync(dirname(join(mirror, name)), { recursive: true });
    symlinkSync(join(feeds, name), join(mirror, name));
  }
  const done = await plimsoll(['db', 'update', '--feeds', mirror, '--only', documents.join(',')], { home });
  if (done.code !== 0) throw new Error(done.stderr);
}

beforeAll(async () => {
  if ('reason' in actual) return;
  const folder = join(work.path, 'service');
  mkdirSync(home);
  mkdirSync(folder);
  run('cp', ['-r', join(actual.parts, 'app'), join(actual.parts, 'packer'), join(actual.base, 'base.tar'), folder]);
  await database();
  buildah = builder(work.path);
  const images = join(work.path, 'images');
  for (const [stage, step] of STEPS.entries()) {
    writeFileSync(join(folder, 'Dockerfile'), step);
    buildah.stage(folder, images, `stage${stage}`);
    const done = await plimsoll(['scan', `oci:${images}:stage${stage}`, '--offline', '-f', 'json'], { home });
    if (done.code !== 0) throw new Error(done.stderr);
    reports.push(JSON.parse(done.stdout) as Report);
  }
  if (process.env.E2E_TABLE) console.log([...STEPS.keys()].map(row).join('\n'));
});
afterAll(() => {
  buildah?.remove();
  work.remove();
});

const count = (stage: number, ...types: readonly string[]): number =>
  reports[stage]!.findings.filter(({ package: { type } }) => types.includes(type)).length;
const share = (stage: number): number => reports[stage]!.findings.length / reports[0]!.findings.length;
const signs = (stage: number): string[] => [...new Set((reports[stage]!.signs ?? []).map(({ check }) => check))].sort();
const row = (stage: number): string => {
  const recovered = reports[stage]!.findings.filter(({ package: { recovered } }) => recovered !== undefined).length;
  const all = reports[stage]!.findings.length;
  const cells = [stage, count(stage, 'deb'), count(stage, 'pypi', 'npm'), count(stage, 'golang'), all];
  return `| ${[...cells, `${(100 * share(stage)).toFixed(1)} %`, recovered, signs(stage).join(', ')].join(' | ')} |`;
};

describe.skipIf(reason !== undefined)(titled('an image that hides, step by step', reason), () => {
  it('begins with findings in the system, in Python and in a Go program, and without a sign', () => {
    for (const type of ['deb', 'pypi', 'golang']) expect(count(0, type), type).toBeGreaterThan(0);
    expect(signs(0)).toEqual([]);
    expect(reports[0]!.assessment?.recovered.length ?? 0).toBe(0);
  });

  it('keeps all of them when the release file lies', () => {
    expect(share(1)).toBe(1);
    // Its step deletes /etc/debian_version besides, where the builder's history says so.
    expect(signs(1).filter((check) => check !== 'history-deletes')).toEqual(['release-contradicted']);
  });

  it.each([2, 3, 4])('keeps nine of ten at stage %i', (stage) => {
    expect(share(stage)).toBeGreaterThanOrEqual(0.9);
  });

  it('says what each step took away', () => {
    expect(signs(2)).toEqual(expect.arrayContaining([...signs(1), 'database-deleted']));
    expect(signs(3)).toEqual(expect.arrayContaining([...signs(2), 'metadata-deleted']));
    expect(signs(4)).toEqual(expect.arrayContaining(signs(3)));
  });

  it.skipIf(!packer)(titled('reads the Go program as before once UPX has packed it', unpacked), () => {
    expect(signs(4)).toContain('program-packed');
    expect(count(4, 'golang')).toBe(count(0, 'golang'));
  });

  it('keeps six of ten in one layer, where no lower layer proves anything', () => {
    expect(share(5)).toBeGreaterThanOrEqual(0.6);
    for (const type of ['deb', 'pypi', 'golang']) expect(count(5, type), type).toBeGreaterThan(0);
    expect(signs(5)).toEqual(expect.arrayContaining(['database-missing', 'layers-flattened', 'release-contradicted']));
    const npm = reports[5]!.packages.filter(({ type }) => type === 'npm');
    expect(npm.map(({ name, version }) => `${name} ${version}`)).toEqual(['lodash 4.17.20']);
  });

  it('never says that a hidden image was looked at as a whole, and names what was recovered', () => {
    for (const stage of [2, 3, 4, 5]) {
      expect(reports[stage]!.assessment?.complete, `stage ${stage}`).toBe(false);
      expect(reports[stage]!.assessment?.recovered.length, `stage ${stage}`).toBeGreaterThan(0);
    }
  });
});
