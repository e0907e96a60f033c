/** Reports for tests of output formats, made of real facts about python:3.9.16 (Debian 11) and its advisories. */
import { memoryStore } from '../src/advisories/store/index.ts';
import { withChanges } from '../src/application/what-to-change.ts';
import type { Evidence, Finding, Package, Report, Severity, Statement, StatementState } from '../src/model.ts';
import type { Filter } from '../src/policy/filter.ts';

const BASE = `sha256:${'1a'.repeat(32)}`;
const PIP = `sha256:${'2b'.repeat(32)}`;

const seen = (path: string, layer: number, instruction: string): Evidence => ({
  path,
  layer,
  diffID: layer === 0 ? BASE : PIP,
  digest: `sha256:${'c3'.repeat(32)}`,
  instruction,
  analyzer: path.startsWith('var/lib/dpkg') ? 'dpkg' : 'python-dist',
});

/** An installed Debian 11 package; the source is its own unless given. */
export function deb(name: string, version: string, source: string = name, sourceVersion: string = version): Package {
  return {
    type: 'deb',
    name,
    version,
    namespace: 'Debian:11',
    purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=amd64&distro=debian-11`,
    architecture: 'amd64',
    source: { name: source, version: sourceVersion },
    evidence: [
      seen(
        'var/lib/dpkg/status',
        0,
        '/bin/sh -c #(nop) ADD file:513c5d5e501279c21a05c1d8b66e5f0b02ee4b27f0928706d92fd9ce11c1be6 in / ',
      ),
    ],
  };
}

/** A Python distribution in the image's site-packages. */
export function wheel(name: string, version: string): Package {
  return {
    type: 'pypi',
    name,
    version,
    namespace: 'PyPI',
    purl: `pkg:pypi/${name}@${version}`,
    evidence: [
      seen(
        `usr/local/lib/python3.9/site-packages/${name}-${version}.dist-info/METADATA`,
        1,
        'RUN /bin/sh -c python get-pip.py # buildkit',
      ),
    ],
  };
}

/** What differs between findings of tests. */
export interface FindingFacts {
  readonly aliases?: readonly string[];
  readonly by?: string;
  readonly bulletin?: string;
  readonly fixed?: string;
  readonly state?: StatementState;
  readonly title?: string;
  readonly vector?: string;
  readonly score?: number;
  readonly exploited?: string;
}

/** One vulnerability in one package. */
export function finding(id: string, pkg: Package, severity: Severity, facts: FindingFacts = {}): Finding {
  const by = facts.by ?? (severity === 'UNKNOWN' ? 'none' : 'nvd');
  const state = facts.state ?? (facts.fixed === undefined ? 'open' : 'fixed');
  const publisher = pkg.type === 'deb' ? 'debian' : 'pysec';
  return {
    id,
    aliases: facts.aliases ?? [],
    package: pkg,
    severity,
    severitySource: by,
    ratings:
      by === 'none'
        ? []
        : [
            {
              source: by,
              severity,
              method: facts.vector === undefined ? 'text' : facts.vector.slice(0, 8),
              ...(facts.vector === undefined ? { original: severity.toLowerCase() } : { vector: facts.vector }),
              ...(facts.score === undefined ? {} : { score: facts.score }),
            },
          ],
    state,
    fix:
      facts.fixed === undefined
        ? { state: state === 'ignored' ? 'wont-fix' : state === 'postponed' ? 'deferred' : 'not-fixed' }
        : { state: 'fixed', version: facts.fixed },
    ...(facts.title === undefined ? {} : { title: facts.title }),
    url: `https://security-tracker.debian.org/tracker/${id}`,
    published: '2023-02-08T20:15:00Z',
    ...(facts.exploited === undefined ? {} : { exploited: facts.exploited }),
    cwes: ['CWE-843'],
    references: ['https://www.openssl.org/news/secadv/20230207.txt'],
    statements: [
      {
        id,
        source: publisher,
        url: `https://security-tracker.debian.org/tracker/${id}`,
        state,
        ...(facts.bulletin === undefined ? {} : { bulletin: facts.bulletin }),
      },
    ],
    reasons: [
      {
        step: 'searched',
        namespace: pkg.namespace ?? '',
        name: pkg.source?.name ?? pkg.name,
        by: pkg.source === undefined ? 'name' : 'source',
      },
      { step: 'hit', advisory: id, source: publisher },
      {
        step: 'compared',
        version: pkg.source?.version ?? pkg.version,
        range: facts.fixed === undefined ? {} : { fixed: facts.fixed },
        comparator: 'dpkg',
      },
      { step: 'state', state, source: publisher },
      { step: 'rated', severity, source: by, method: facts.vector?.slice(0, 8) ?? 'text' },
    ],
  };
}

const openssl = ['libssl-dev', 'libssl1.1', 'openssl'].map((name) => deb(name, '1.1.1n-0+deb11u3', 'openssl'));
const binutils = ['binutils', 'libbinutils'].map((name) => deb(name, '2.35.2-2', 'binutils'));
const headers = deb('linux-libc-dev', '5.10.158-2', 'linux');
const setuptools = wheel('setuptools', '58.1.0');
const V3 = 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H';

/** A small python:3.9.16: every state and severity occurs, two source packages have several binaries. */
export const FINDINGS: readonly Finding[] = [
  ...openssl.flatMap((pkg) => [
    finding('CVE-2023-0286', pkg, 'HIGH', {
      fixed: '1.1.1n-0+deb11u4',
      bulletin: 'DSA-5343-1',
      title: 'X.400 address type confusion in X.509 GeneralName',
      vector: V3,
      score: 7.4,
    }),
    finding('CVE-2023-0464', pkg, 'HIGH', {
      state: 'postponed',
      title: 'Excessive resource usage verifying X.509 policy constraints',
      vector: V3.replace('C:H', 'C:N'),
      score: 7.5,
    }),
  ]),
  ...binutils.map((binary) => finding('CVE-2017-13716', binary, 'NEGLIGIBLE', { by: 'debian', state: 'unimportant' })),
  finding('CVE-2023-0266', headers, 'HIGH', {
    fixed: '5.10.162-1',
    exploited: '2023-03-30',
    title: 'Use after free in the ALSA PCM package',
  }),
  finding('CVE-2013-7445', headers, 'UNKNOWN', { state: 'ignored' }),
  finding('CVE-2022-40897', setuptools, 'MEDIUM', {
    fixed: '65.5.1',
    by: 'ghsa',
    aliases: ['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'],
    title: 'Regular expression denial of service in package_index',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H',
    score: 5.9,
  }),
];

export const PACKAGES: readonly Package[] = [
  deb('zlib1g', '1:1.2.11.dfsg-2+deb11u2', 'zlib'),
  ...openssl,
  ...binutils,
  headers,
  setuptools,
  wheel('pip', '22.0.4'),
];

/** The report of a scan of it; `changes` replace any part. */
export function report(changes: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: '0.1.0' },
    created: '2023-05-15T10:00:00.000Z',
    subject: {
      reference: 'python:3.9.16',
      source: 'registry',
      name: 'docker.io/library/python:3.9.16',
      digest: `sha256:${'d4'.repeat(32)}`,
      imageId: `sha256:${'e5'.repeat(32)}`,
      repoTags: ['python:3.9.16'],
      repoDigests: [`python@sha256:${'d4'.repeat(32)}`],
      platform: { os: 'linux', architecture: 'amd64' },
      created: '2023-01-23T23:36:02.06393252Z',
      size: 339_230_000,
      layers: [
        { index: 0, diffID: BASE, digest: `sha256:${'c3'.repeat(32)}`, size: 55_000_000 },
        { index: 1, diffID: PIP, digest: `sha256:${'c3'.repeat(32)}`, size: 9_000_000 },
      ],
      config: {
        platform: { os: 'linux', architecture: 'amd64' },
        created: '2023-01-23T23:36:02.06393252Z',
        run: { Env: ['PYTHON_VERSION=3.9.16'], Cmd: ['python3'] },
        history: [
          { createdBy: '/bin/sh -c #(nop) ADD file:513c5d in / ', created: '2023-01-11T02:34:44Z', emptyLayer: false },
          { createdBy: 'ENV PYTHON_VERSION=3.9.16', emptyLayer: true },
          { createdBy: 'RUN /bin/sh -c python get-pip.py # buildkit', emptyLayer: false },
        ],
        diffIDs: [BASE, PIP],
      },
    },
    database: {
      path: '/home/user/.cache/plimsoll/advisories.db',
      schema: 1,
      built: '2023-05-13T00:00:00.000Z',
      digest: `sha256:${'f6'.repeat(32)}`,
      records: 41_234,
      feeds: [
        { name: 'debian', records: 30_000, dataDate: '2023-05-12T20:00:00Z', checked: '2023-05-13T00:00:00Z' },
        { name: 'osv/PyPI', records: 11_234, rejected: 1, rejectedExamples: ['PYSEC-2020-1'] },
      ],
    },
    os: { id: 'debian', versionId: '11', codename: 'bullseye', name: 'Debian GNU/Linux 11 (bullseye)' },
    packages: PACKAGES,
    coverage: [
      { type: 'deb', namespace: 'Debian:11', packages: 7, assessed: true },
      { type: 'pypi', namespace: 'PyPI', packages: 2, assessed: true },
    ],
    findings: FINDINGS,
    risks: [],
    unknowns: [],
    notices: [],
    filtered: { hidden: 0 },
    statistics: { milliseconds: 1_234, layers: 2, cachedLayers: 1, files: 20_482 },
    ...changes,
  };
}

/** The report with what to change: a real plan, over advisories that say what its findings do. */
export async function planned(given: Report, filter: Filter = {}): Promise<Report> {
  const statements = given.findings.map(
    ({ id, package: pkg, state, fix, severity, exploited }): Statement => ({
      id,
      source: 'test',
      namespace: pkg.namespace ?? '',
      package: pkg.source?.name ?? pkg.name,
      aliases: [],
      state,
      ranges: [fix.version === undefined ? {} : { fixed: fix.version }],
      ratings: [{ source: 'nvd', severity, method: 'text' }],
      ...(exploited === undefined ? {} : { exploited }),
    }),
  );
  const python = given.findings.flatMap(({ package: pkg, fix }) =>
    pkg.type === 'pypi' && fix.version !== undefined ? [{ name: pkg.name, version: fix.version }] : [],
  );
  const distributions = python.map(({ name, version }) => ({
    name,
    asked: '2023-05-12',
    versions: [{ version, wheels: ['py3-none-any'] }],
  }));
  return withChanges(given, filter, { store: memoryStore({ statements, distributions }) });
}
