import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import { type Builder, builder, fixBase } from './fix-story.ts';
import { feeds, haveFeeds, lacking, lasting, plimsoll, root, run, scratch, titled } from './machine.ts';

/**
 * The five steps of "Malicious Compliance" (KubeCon EU 2023) by a real builder on a system of apk and on one of rpm; what of them is real
 * says build-hiding-systems.sh. hiding-stages.test.ts has them on a Debian with a service. The tables of docs/hiding.md are what
 * E2E_TABLE=1 prints.
 */

interface Material {
  /** Holds alpine.tar and rpm.tar. */
  readonly systems: string;
  /** Holds app/ and packer/. */
  readonly parts: string;
}

/** The publishers that speak of what the images hold. */
const DOCUMENTS = ['osv/Alpine', 'osv/AlmaLinux', 'osv/PyPI', 'osv/npm'];

/** What the images are made of, or why this machine cannot have it. */
function material(): Material | { readonly reason: string } {
  if (!haveFeeds) return { reason: 'no feeds beside the checkout (../shared/feeds)' };
  const feed = DOCUMENTS.find((name) => !existsSync(join(feeds, name)));
  if (feed !== undefined) return { reason: `no feed ${feed} beside the checkout` };
  const missing = lacking('dpkg-deb', 'apt-get', 'chroot', 'flock');
  if (missing.length > 0) return { reason: `${missing.join(', ')} not installed` };
  const base = fixBase();
  if ('reason' in base) return base;
  const mirror = /^deb (\S+)/m.exec(readFileSync(join(base.path, 'sources.list'), 'utf8'))?.[1] ?? '';
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  const made = (
    script: string,
    ...args: readonly string[]
  ): { readonly path: string } | { readonly reason: string } => {
    // Its like may want the same at the same time.
    const locked = [join(cache, 'hiding.lock'), 'bash', join(root, 'test/e2e', script), cache, mirror, ...args];
    const done = spawnSync('flock', locked, { encoding: 'utf8' });
    if (done.status === 0) return { path: done.stdout.trim().split('\n').at(-1) as string };
    if (done.status === 75) return { reason: done.stderr.trim().split('\n').at(-1) ?? '' };
    throw new Error(`${script} ended with ${done.status}: ${done.stderr.slice(-3_000)}`);
  };
  const systems = made('build-hiding-systems.sh', join(base.path, 'base.tar'));
  if ('reason' in systems) return systems;
  const parts = made('build-hiding.sh');
  return 'reason' in parts ? parts : { systems: systems.path, parts: parts.path };
}

const actual = material();
const reason = 'reason' in actual ? actual.reason : undefined;

/** One of the two systems: what its steps delete, and what is packed. */
interface System {
  readonly archive: string;
  readonly type: string;
  readonly release: string;
  readonly database: string;
  readonly packed: string;
}

const SYSTEMS: readonly System[] = [
  {
    archive: 'alpine.tar',
    type: 'apk',
    release: `printf 'ID=Linux\\nVERSION_ID="99 (honk)"\\n' > /etc/os-release; rm -f /etc/alpine-release`,
    database: '/l*b/ap*',
    packed: 'bin/busybox',
  },
  {
    archive: 'rpm.tar',
    type: 'rpm',
    release: `echo ID=Linux > /etc/os-release; rm -f /etc/redhat-release`,
    database: '/v*r/l*b/rp*',
    packed: 'usr/bin/git',
  },
];

const SITE = '/usr/lib/python3.9/site-packages';
const steps = (system: System): readonly string[] => [
  // Debian's loader does not look into lib64.
  `FROM scratch\nADD ${system.archive} /\nCOPY app/ /\nENV LD_LIBRARY_PATH=/usr/lib64`,
  `FROM localhost/${system.type}0\nRUN ${system.release}`,
  `FROM localhost/${system.type}1\nRUN rm -rf ${system.database}`,
  `FROM localhost/${system.type}2\nRUN rm -rf ${SITE}/*.dist-info /srv/app/node_modules/lodash/package.json`,
  `FROM localhost/${system.type}3\nCOPY packed /${system.packed}`,
  `FROM scratch\nCOPY --from=localhost/${system.type}4 / /`,
];

const work = scratch();
const home = join(work.path, 'home');
let buildah: Builder | undefined;
const reports = new Map<string, Report[]>();

/** Their feeds, and nobody else's: nothing is asked over the network. */
async function database(): Promise<void> {
  const mirror = join(work.path, 'mirror');
  for (const name of DOCUMENTS) {
    mkdirSync(dirname(join(mirror, name)), { recursive: true });
    symlinkSync(join(feeds, name), join(mirror, name));
  }
  const done = await plimsoll(['db', 'update', '--feeds', mirror, '--only', DOCUMENTS.join(',')], { home });
  if (done.code !== 0) throw new Error(done.stderr);
}

/** The system's program, packed by UPX where the archive has one. */
function pack(system: System, folder: string, { parts }: Material): void {
  const plain = join(folder, 'packed');
  run('tar', ['-C', folder, '-xf', join(folder, system.archive), `./${system.packed}`]);
  renameSync(join(folder, system.packed), plain);
  chmodSync(plain, 0o755);
  const upx = join(parts, 'packer/usr/bin/upx-ucl');
  const library = run('find', [join(parts, 'packer'), '-name', 'libucl.so.1']).trim();
  if (existsSync(upx))
    spawnSync(upx, ['-q', '-3', plain], {
      env: { ...process.env, LD_LIBRARY_PATH: dirname(library) },
      stdio: 'ignore',
    });
}

beforeAll(async () => {
  if ('reason' in actual) return;
  mkdirSync(home);
  await database();
  buildah = builder(work.path);
  for (const system of SYSTEMS) {
    const folder = join(work.path, system.type);
    const images = join(work.path, `images-${system.type}`);
    const site = join(folder, `app${SITE}`);
    mkdirSync(site, { recursive: true });
    const from = join(actual.parts, 'app/usr/local/lib/python3.9/site-packages');
    run('sh', ['-c', 'cp -r "$1"/requests* "$1"/urllib3* "$1"/[Jj]inja2* "$2"', 'sh', from, site]);
    run('cp', ['-r', join(actual.parts, 'app/srv'), join(folder, 'app/srv')]);
    copyFileSync(join(actual.systems, system.archive), join(folder, system.archive));
    pack(system, folder, actual);
    const seen: Report[] = [];
    reports.set(system.type, seen);
    for (const [stage, step] of steps(system).entries()) {
      writeFileSync(join(folder, 'Dockerfile'), step);
      buildah.stage(folder, images, `${system.type}${stage}`);
      const done = await plimsoll(['scan', `oci:${images}:${system.type}${stage}`, '--offline', '-f', 'json'], {
        home,
      });
      if (done.code !== 0) throw new Error(done.stderr);
      seen.push(JSON.parse(done.stdout) as Report);
    }
    if (process.env.E2E_TABLE) console.log(seen.map((_, stage) => row(system, stage)).join('\n'));
  }
});
afterAll(() => {
  buildah?.remove();
  work.remove();
});

const report = (type: string, stage: number): Report => reports.get(type)![stage]!;
const ofSystem = (type: string, stage: number): Report['findings'] =>
  report(type, stage).findings.filter((finding) => finding.package.type === type);
const signs = (type: string, stage: number): string[] =>
  [...new Set((report(type, stage).signs ?? []).map(({ check }) => check))].sort();
/** What of the findings in the system at first is there still: the same vulnerability in the same package. */
function kept(type: string, stage: number): number {
  const keys = (at: number): string[] => ofSystem(type, at).map(({ id, package: { name } }) => `${id} ${name}`);
  const now = new Set(keys(stage));
  const first = keys(0);
  return first.filter((key) => now.has(key)).length / first.length;
}
const row = ({ type }: System, stage: number): string => {
  const { findings } = report(type, stage);
  const recovered = findings.filter(({ package: { recovered } }) => recovered !== undefined).length;
  const languages = findings.filter((finding) => ['pypi', 'npm'].includes(finding.package.type)).length;
  const cells = [stage, ofSystem(type, stage).length, languages, findings.length];
  return `| ${[...cells, `${(100 * kept(type, stage)).toFixed(1)} %`, recovered, signs(type, stage).join(', ')].join(' | ')} |`;
};

describe.skipIf(reason !== undefined).each(SYSTEMS)(
  titled('a system of $type that hides, step by step', reason),
  ({ type }) => {
    it('begins with findings in the system and in Python, and without a sign', () => {
      expect(ofSystem(type, 0).length).toBeGreaterThan(10);
      expect(signs(type, 0)).toEqual([]);
      expect(report(type, 0).assessment?.recovered).toEqual([]);
    });

    it.each([1, 2, 3, 4])('keeps nine of ten at stage %i', (stage) => {
      expect(kept(type, stage)).toBeGreaterThanOrEqual(0.9);
    });

    it('keeps six of ten in one layer, where nothing but the files is left', () => {
      expect(kept(type, 5)).toBeGreaterThanOrEqual(0.6);
      expect(signs(type, 5)).toEqual(expect.arrayContaining(['database-missing', 'release-contradicted']));
      const actual = report(type, 5).packages.map(({ name, version }) => `${name} ${version}`);
      expect(actual).toEqual(expect.arrayContaining(['lodash 4.17.20', 'requests 2.25.0']));
    });

    it('says what each step took away, and never that it saw all', () => {
      expect(signs(type, 1)).toContain('release-contradicted');
      expect(signs(type, 2)).toContain('database-deleted');
      expect(signs(type, 3)).toContain('metadata-deleted');
      for (const stage of [2, 3, 4, 5]) expect(report(type, stage).assessment?.complete, `stage ${stage}`).toBe(false);
    });
  },
);
