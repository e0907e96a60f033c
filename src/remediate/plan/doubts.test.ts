import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../../test/report.ts';
import { fixedStatement } from '../../../test/statements.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { withChanges } from '../../application/what-to-change.ts';
import { match } from '../../matching/match.ts';
import type { Package, PackageSource, Report, Statement } from '../../model.ts';
import type { Change } from '../plan.ts';
import { parseProject } from '../python/project-page.ts';
import { recordedVersions } from '../python/recorded-index.ts';
import { isUnsure } from './hopes.ts';
import { condaStep } from './upgrade-steps.ts';

const fixed = (namespace: string, name: string, version: string): Statement => ({
  id: `GHSA-${name}`,
  source: 'ghsa',
  namespace,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed: version }],
  ratings: [],
});
const FILES = parseProject(
  '<a href="setuptools-65.5.1-py3-none-any.whl">x</a>',
  'text/html',
  'https://everybody.example/simple/setuptools/',
)!;
const store = memoryStore({
  statements: [
    fixed('PyPI', 'setuptools', '65.5.1'),
    fixed('npm', 'semver', '7.5.2'),
    fixed('PyPI', 'numpy', '1.22.0'),
    { ...fixed('CPE', 'openssl:openssl', '1.1.1n'), id: 'CVE-2022-0778', source: 'nvd' },
  ],
  distributions: [{ name: 'setuptools', asked: '2026-01-02', versions: recordedVersions('setuptools', FILES) }],
});
/** The summary for one package in an image that names these sources, judged by a database that asked `everybody.example`. */
async function told(pkg: Package, packageSources: readonly PackageSource[], Env: readonly string[] = []) {
  const plain = report();
  const scanned: Report = {
    ...plain,
    subject: { ...plain.subject, config: { ...plain.subject.config!, run: { Env } } },
    database: {
      ...plain.database,
      feeds: [{ name: 'python-index', records: 1, url: 'everybody.example' }],
    },
    packages: [pkg],
    packageSources,
    findings: match([pkg], store, undefined).findings,
  };
  const { changes } = await withChanges(scanned, {}, { store });
  const [change] = changes?.steps.flatMap((step) => step.changes) ?? [];
  return [changes?.clears, change?.unsure === true, ...(changes?.hopes?.map(({ reason }) => reason) ?? [])];
}
const pip = (label: string, address = ''): PackageSource => ({ manager: 'pip', label, address });
const setuptools = wheel('setuptools', '58.1.0');

describe('a change that the index of everybody has', () => {
  it("counts where the image's pip asks nobody else", async () => {
    expect(await told(setuptools, [])).toEqual([1, false]);
    expect(await told(setuptools, [pip('index-url in /etc/pip.conf', 'https://everybody.example/simple')])).toEqual([
      1,
      false,
    ]);
    expect(await told(setuptools, [pip('index-url in /opt/venv/pip.conf', 'https://nexus.example/simple')])).toEqual([
      1,
      false,
    ]);
  });

  it.each([
    [
      'a private index',
      [pip('index-url in /etc/pip.conf', 'https://nexus.example/simple')],
      [],
      "the image's pip asks nexus.example (index-url in /etc/pip.conf), which nobody asked",
    ],
    ['a private index by a variable', [], ['PIP_INDEX_URL=https://nexus.example/simple'], 'PIP_INDEX_URL'],
    [
      'no index',
      [pip('no-index in /root/.config/pip/pip.conf')],
      [],
      "the image's pip is told to ask no index (no-index in /root/.config/pip/pip.conf)",
    ],
    ['no index by a variable', [], ['PIP_NO_INDEX=1'], "the image's pip is told to ask no index (PIP_NO_INDEX)"],
  ] as const)('is in doubt where it is told %s', async (_, sources, variables, why) => {
    const [clears, isUnsure, reason] = await told(setuptools, sources, variables);
    expect([clears, isUnsure]).toEqual([0, true]);
    expect(reason).toContain(why);
  });

  it("is in doubt where the image's npm asks a registry of its own", async () => {
    const semver: Package = {
      ...setuptools,
      type: 'npm',
      namespace: 'npm',
      name: 'semver',
      version: '7.5.1',
      purl: 'pkg:npm/semver@7.5.1',
      evidence: [
        { path: 'usr/local/lib/node_modules/semver/package.json', layer: 1, diffID: 'sha256:1', analyzer: 'npm' },
      ],
    };
    const npm: Package = { ...semver, name: 'npm', version: '10.9.0', purl: 'pkg:npm/npm@10.9.0' };
    expect(await told(semver, [], [])).toEqual([expect.any(Number), false]);
    const own: PackageSource = { manager: 'npm', label: 'registry in /root/.npmrc', address: 'https://npm.example/' };
    const [clears, , reason] = await told(semver, [own]);
    expect(clears).toBe(0);
    expect([reason ?? '', npm.name].join()).toMatch(/^(?:the image's npm asks npm\.example|,)/);
  });

  it.each([
    [
      'channels of its own',
      [{ manager: 'conda', label: 'channels in /opt/conda/.condarc', address: 'conda-forge' }],
      [],
      "the image's conda takes packages from conda-forge (channels in /opt/conda/.condarc), which nobody asked",
    ],
    [
      'more of them than fit into a line',
      [],
      ['CONDA_CHANNELS=a,b,c,d,e'],
      "the image's conda takes packages from a, b, c and 2 more (CONDA_CHANNELS), which nobody asked",
    ],
    ['no channel', [], ['CONDA_OFFLINE=1'], "the image's conda is told to ask no channel (CONDA_OFFLINE)"],
    ['nothing', [], [], 'nobody was asked whether these versions can be installed'],
  ] as const)(
    'is hoped for with the reason where the conda of an image is told of %s',
    async (_, sources, variables, why) => {
      const openssl: Package = {
        ...setuptools,
        type: 'conda',
        namespace: 'CPE',
        name: 'openssl',
        version: '1.1.1m',
        purl: 'pkg:conda/openssl@1.1.1m',
        properties: { prefix: '/opt/conda/envs/train', depends: '' },
      };
      const [clears, , reason] = await told(openssl, sources, variables);
      expect([clears, reason]).toEqual([0, why]);
    },
  );

  it('is never more than hoped for in conda, whose channels nobody asks: those of the image may lack what `defaults` has', () => {
    const change: Change = {
      type: 'conda',
      name: 'numpy',
      from: '1.21.2',
      to: '1.22.0',
      jump: 'minor',
      verified: 'advisory',
      environment: '/opt/conda',
    };
    expect(isUnsure({ kind: 'conda' }, change)).toBe(true);
    // Its command names no version either.
    const conda = { program: 'conda', kind: 'conda', seen: true } as const;
    expect(condaStep('/opt/conda', [change], conda)[0]?.commands).toEqual(['conda update -y -p /opt/conda numpy']);
    // Of a folder of this machine the environment lies where the folder does.
    expect(condaStep('/env', [change], conda, '/home/me')[0]?.commands).toEqual([
      'conda update -y -p /home/me/env numpy',
    ]);
  });
});

describe('a fix of the operating system where its sources name no security archive', () => {
  /** One in a bulletin of years ago, which the release took over; and one of which nobody says where it came. */
  const plannedWith = async (announced: string, other: string) => {
    const openssl = deb('openssl', '1.1.1n-0+deb11u3');
    const statements = [
      fixedStatement('debian', 'Debian:11', 'openssl', 'CVE-2023-0286', announced, {
        bulletin: 'DSA-5343-1',
        fixDate: '2023-02-07',
      }),
      fixedStatement('debian', 'Debian:11', 'openssl', 'CVE-2023-0464', other),
    ];
    const own = memoryStore({ statements });
    const scanned: Report = {
      ...report(),
      created: '2026-11-01T00:00:00Z',
      packages: [openssl],
      packageSources: [{ manager: 'apt', label: 'bullseye main', address: 'http://mirror.example/debian' }],
      findings: match([openssl], own, undefined).findings,
    };
    const { changes } = await withChanges(scanned, {}, { store: own });
    return { sure: changes?.clears, hoped: changes?.hopes?.reduce((sum, { findings }) => sum + findings, 0) ?? 0 };
  };

  it('is sure where it is in a version that they have for another fix, or in an older one', async () => {
    expect(await plannedWith('1.1.1n-0+deb11u4', '1.1.1n-0+deb11u4')).toEqual({ sure: 2, hoped: 0 });
    expect(await plannedWith('1.1.1n-0+deb11u5', '1.1.1n-0+deb11u4')).toEqual({ sure: 2, hoped: 0 });
  });

  it('is hoped for where it is in a newer one', async () => {
    expect(await plannedWith('1.1.1n-0+deb11u4', '1.1.1n-0+deb11u5')).toEqual({ sure: 1, hoped: 1 });
  });
});
