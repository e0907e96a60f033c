import { describe, expect, it } from 'vitest';
import { memoryStore, type Statements } from '../advisories/store/memory.ts';
import type { AffectedRange, Package, Rating, Severity, Statement, StatementState, Vulnerability } from '../model.ts';
import { lensNamed } from '../scanners/index.ts';
import { type Replay, replay } from './replay.ts';

/*
 * Golden tests of the lenses: each sentence is a rule, and names in brackets where it was read. The records are real
 * states of the Debian tracker for bullseye, ratings of NVD and statements of PyPI, cut down to what the rule needs.
 */

const debian: { id: string; versionId: string; name: string } = { id: 'debian', versionId: '11', name: 'Debian 11' };

const deb = (name: string, source: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'deb',
  name,
  version,
  namespace: 'Debian:11',
  purl: `pkg:deb/debian/${name}@${version}`,
  source: { name: source, version },
  evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: 'sha256:0', analyzer: 'dpkg' }],
  ...more,
});
const wheel = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  evidence: [
    {
      path: `usr/local/lib/python3.9/site-packages/${name}-${version}.dist-info/METADATA`,
      layer: 1,
      diffID: 'sha256:1',
      analyzer: 'python-dist',
    },
  ],
  ...more,
});

const urgency = (original: string): Rating => ({ source: 'debian', severity: 'UNKNOWN', method: 'urgency', original });
const cvss = (version: string, score: number, source = 'nvd'): Rating => ({
  source,
  severity: 'UNKNOWN',
  method: `CVSS:${version}`,
  score,
});

const tracked = (
  id: string,
  source: string,
  state: StatementState,
  word: string,
  more: Partial<Statement> = {},
): Statement => ({
  id,
  source: 'debian',
  namespace: 'Debian:11',
  package: source,
  aliases: [],
  state,
  ranges: [{}],
  ratings: [urgency(word)],
  ...more,
});
const osv = (id: string, source: string, name: string, fixed: string, more: Partial<Statement> = {}): Statement => ({
  id,
  source,
  namespace: 'PyPI',
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ introduced: '0', fixed }],
  ratings: [],
  ...more,
});
const known = (id: string, ratings: readonly Rating[], more: Partial<Vulnerability> = {}): Vulnerability => ({
  id,
  aliases: [],
  ratings,
  ...more,
});

function run(lens: string, packages: readonly Package[], statements: Statements): Replay {
  return replay(
    lensNamed(lens),
    { packages, os: debian },
    memoryStore({ covers: ['Debian:11', 'PyPI'], ...statements }),
  );
}

/** `CVE severity`, or `CVE -code` for what a rule takes out. */
function told({ verdicts }: Replay): readonly string[] {
  return verdicts.map((verdict) =>
    verdict.shown
      ? `${verdict.candidate.id} ${verdict.rated!.severity}`
      : `${verdict.candidate.id} -${verdict.dropped!.code}`,
  );
}

const make = (lens: string, pack: Package, statement: Statement, record?: Vulnerability): string =>
  told(run(lens, [pack], { statements: [statement], ...(record && { vulnerabilities: [record] }) }))[0]!;

describe("what Debian's words become", () => {
  const perl = deb('perl-base', 'perl', '5.32.1-4+deb11u2');
  const said = (lens: string, word: string, state: StatementState = 'open'): string =>
    make(lens, perl, tracked('CVE-2011-4116', 'perl', state, word)).split(' ')[1]!;

  it.each([
    ['trivy', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[trivy-db pkg/vulnsrc/debian/debian.go severityFromUrgency]'],
    ['grype', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[vunnel src/vunnel/providers/debian/parser.py:356]'],
    ['clair-v4', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'UNKNOWN', '[claircore debian/severity.go]'],
    ['clair-v2', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[clair v2.1.8 ext/vulnsrc/debian/debian.go:154]'],
    [
      'ecr-basic-2023',
      'NEGLIGIBLE',
      'LOW',
      'MEDIUM',
      'HIGH',
      'UNKNOWN',
      '[clair v2.1.8 ext/vulnsrc/debian/debian.go:154]',
    ],
    ['gcp', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[container-scanning-overview]'],
    ['docker-hub', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[docker-library/haproxy#213]'],
    ['snyk', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'UNKNOWN', '[no level of NVD in this case]'],
    [
      'ecr-enhanced',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
      '[a finding of CVE-2021-3744 with "unimportant" is MEDIUM by NVD]',
    ],
  ])(
    '%s: unimportant %s, low %s, medium %s, high %s, not yet assigned %s %s',
    (lens, unimportant, low, medium, high, unassigned) => {
      expect([
        said(lens, 'unimportant', 'unimportant'),
        said(lens, 'low'),
        said(lens, 'medium'),
        said(lens, 'high'),
        said(lens, 'not yet assigned'),
      ]).toEqual([unimportant, low, medium, high, unassigned]);
    },
  );

  it('osv-scanner: hides what is unimportant, and rates by the highest score, not by the word [--all-vulns, max_severity]', () => {
    expect(make('osv-scanner', perl, tracked('CVE-2011-4116', 'perl', 'unimportant', 'unimportant'))).toBe(
      'CVE-2011-4116 -filter.default',
    );
    expect(
      make(
        'osv-scanner',
        perl,
        tracked('CVE-2011-4116', 'perl', 'open', 'high'),
        known('CVE-2011-4116', [cvss('3.1', 9.8)]),
      ),
    ).toBe('CVE-2011-4116 CRITICAL');
  });

  it('words with an asterisk came from elsewhere and count the same', () => {
    expect(said('trivy', 'medium**')).toBe('MEDIUM');
  });
});

describe('where the distribution says nothing', () => {
  const glibc = deb('libc6', 'glibc', '2.31-13+deb11u6');
  const open = tracked('CVE-2021-33574', 'glibc', 'open', 'not yet assigned');
  const rated = (lens: string, ...ratings: Rating[]): string =>
    make(lens, glibc, open, known('CVE-2021-33574', ratings)).split(' ')[1]!;

  it('trivy: NVD, CVSS v4 before v3 before v2 [vulnerability.go:152 autoDetectSeverity]', () => {
    expect(rated('trivy', cvss('2.0', 7.5), cvss('3.1', 9.8))).toBe('CRITICAL');
    expect(rated('trivy', cvss('3.1', 9.8), cvss('4.0', 6.9))).toBe('MEDIUM');
    expect(rated('trivy', cvss('2.0', 7.5))).toBe('HIGH');
    expect(rated('trivy', { source: 'redhat', severity: 'LOW', method: 'text', original: 'Low' })).toBe('LOW');
  });

  it('grype: NVD, and nobody else [db/v6/build/writer.go:288 fillInMissingSeverity]', () => {
    expect(rated('grype', cvss('3.1', 9.8))).toBe('CRITICAL');
    expect(rated('grype', { source: 'redhat', severity: 'LOW', method: 'text', original: 'Low' })).toBe('UNKNOWN');
  });

  it('clair-v4: nobody; the mass of "not yet assigned" stays unknown [claircore debian/severity.go]', () => {
    expect(rated('clair-v4', cvss('3.1', 9.8))).toBe('UNKNOWN');
  });

  it.each([
    [0.9, 'NEGLIGIBLE'],
    [3.8, 'LOW'],
    [3.9, 'MEDIUM'],
    [6.8, 'MEDIUM'],
    [6.9, 'HIGH'],
    [8.8, 'HIGH'],
    [8.9, 'CRITICAL'],
  ])('clair-v2: CVSS v2 only, %s is %s [ext/vulnmdsrc/nvd/nvd.go SeverityFromCVSS]', (score, severity) => {
    expect(rated('clair-v2', cvss('2.0', score), cvss('3.1', 9.8))).toBe(severity);
  });

  it('clair-v2 and ECR of 2023: without a CVSS v2 it is undefined, whatever v3 says [nvd.go, json.go:99]', () => {
    expect(rated('ecr-basic-2023', cvss('3.1', 9.8))).toBe('UNKNOWN');
    expect(lensNamed('ecr-basic-2023').words).toContainEqual(['UNKNOWN', 'undefined']);
    expect(lensNamed('ecr-basic-2023').words).toContainEqual(['NEGLIGIBLE', 'informational']);
  });

  it('gcp: NVD with v2 before v3, the other way round than Trivy [container-scanning-overview, severity]', () => {
    expect(rated('gcp', cvss('2.0', 5), cvss('3.1', 9.8))).toBe('MEDIUM');
    expect(rated('gcp', cvss('3.1', 9.8))).toBe('CRITICAL');
  });

  it('docker-hub: NVD v4 before v3, v2 never [advisory-db-sources]', () => {
    expect(rated('docker-hub', cvss('2.0', 7.5), cvss('3.1', 9.8), cvss('4.0', 6))).toBe('MEDIUM');
    expect(rated('docker-hub', cvss('2.0', 7.5))).toBe('UNKNOWN');
  });

  it('ecr-enhanced: NVD v3, else untriaged; ecr-basic: CVSS [findings-understanding-severity, image-scanning-basic]', () => {
    expect(rated('ecr-enhanced', cvss('3.1', 5.5))).toBe('MEDIUM');
    expect(rated('ecr-enhanced', cvss('2.0', 5.5))).toBe('UNKNOWN');
    expect(rated('ecr-basic', cvss('3.1', 9.8))).toBe('CRITICAL');
  });
});

describe('how far a severity reaches', () => {
  // One vulnerability that concerns two sources with different urgencies, and another release.
  const statements = [
    tracked('CVE-2019-8457', 'db5.3', 'open', 'low'),
    tracked('CVE-2019-8457', 'sqlite3', 'open', 'high'),
    tracked('CVE-2019-8457', 'db5.3', 'open', 'medium', { namespace: 'Debian:10' }),
  ];
  const db = deb('libdb5.3', 'db5.3', '5.3.28+dfsg1-0.8');
  const severity = (lens: string, given: readonly Statement[] = statements): string =>
    told(run(lens, [db], { statements: given }))[0]!.split(' ')[1]!;

  it('trivy: the package [trivy-db debian.go]', () => expect(severity('trivy')).toBe('LOW'));
  it('grype: the worst package of the release [vunnel parser.py:376]', () => {
    expect(severity('grype')).toBe('HIGH');
    const [own, , elsewhere] = statements;
    expect(severity('grype', [own!, elsewhere!])).toBe('LOW');
  });
  it('clair-v2: the worst of all packages and releases [debian.go:171]', () => {
    expect(severity('clair-v2')).toBe('HIGH');
    const [own, , elsewhere] = statements;
    expect(severity('clair-v2', [own!, elsewhere!])).toBe('MEDIUM');
  });
});

describe('what does not count', () => {
  const curl = deb('curl', 'curl', '7.74.0-1.3+deb11u7');
  const temporary = tracked('TEMP-0000000-F7A20F', 'curl', 'open', 'low');
  const undetermined = tracked('CVE-2022-42915', 'curl', 'undetermined', 'not yet assigned');

  it('TEMP ids: trivy keeps them, grype and clair-v2 skip them [debian.go; parser.py; debian.go:154]', () => {
    expect(['trivy', 'grype', 'clair-v2', 'clair-v4'].map((lens) => make(lens, curl, temporary).split(' ')[1])).toEqual(
      ['LOW', '-record.validity', '-record.validity', 'MEDIUM'],
    );
  });

  it('undetermined: skipped by all but Clair v4, which reads no status [claircore debian/parser.go]', () => {
    expect(
      ['trivy', 'grype', 'clair-v2', 'clair-v4'].map((lens) => make(lens, curl, undetermined).split(' ')[1]),
    ).toEqual(['-record.validity', '-record.validity', '-record.validity', 'UNKNOWN']);
  });

  it('rejected: dropped by trivy and grype, kept by Snyk [trivy-db vulnsrc/nvd; SNYK-DEBIAN12-SHADOW-3310897]', () => {
    const shadow = deb('passwd', 'shadow', '1:4.8.1-1');
    const rejected = (lens: string): string =>
      make(
        lens,
        shadow,
        tracked('CVE-2023-0634', 'shadow', 'open', 'low'),
        known('CVE-2023-0634', [], { state: 'rejected' }),
      ).split(' ')[1]!;
    expect(['trivy', 'grype', 'snyk', 'clair-v2'].map(rejected)).toEqual([
      '-record.validity',
      '-record.validity',
      'LOW',
      'LOW',
    ]);
  });

  it('rejected, and in Alpine’s database all the same: kept by grype [seen with 0.121 on CVE-2018-1000845 in avahi]', () => {
    const avahi: Package = { ...deb('avahi', 'avahi', '0.6.32-r4'), type: 'apk', namespace: 'Alpine:v3.7' };
    const fixedIn: Statement = {
      ...tracked('CVE-2018-1000845', 'avahi', 'fixed', ''),
      source: 'alpine',
      namespace: 'Alpine:v3.7',
      ranges: [{ fixed: '0.6.32-r5' }],
      ratings: [],
    };
    const rejected = known('CVE-2018-1000845', [], { state: 'rejected' });
    expect(['trivy', 'grype'].map((lens) => make(lens, avahi, fixedIn, rejected))).toEqual([
      'CVE-2018-1000845 -record.validity',
      'CVE-2018-1000845 UNKNOWN',
    ]);
  });

  it('Alpine’s lines that name no CVE: not read by trivy and grype, but for GitHub’s by trivy [trivy-db alpine.go saveSecFixes, vunnel alpine/parser.py; XSA-207 in xen]', () => {
    const xen: Package = { ...deb('xen', 'xen', '4.7.0-r0'), type: 'apk', namespace: 'Alpine:v3.7' };
    const said = (id: string): Statement => ({
      ...tracked(id, 'xen', 'fixed', ''),
      source: 'alpine',
      namespace: 'Alpine:v3.7',
      ranges: [{ fixed: '4.7.1-r5' }],
      ratings: [],
    });
    const read = (lens: string): readonly (string | undefined)[] =>
      ['XSA-207', 'GHSA-h6cc-rc6q-23j4', 'CVE-2017-2615'].map((id) => make(lens, xen, said(id)).split(' ')[1]);
    expect(read('trivy')).toEqual(['-feed.coverage', 'UNKNOWN', 'UNKNOWN']);
    expect(read('grype')).toEqual(['-feed.coverage', '-feed.coverage', 'UNKNOWN']);
  });

  it('disputed: kept by all [trivy-db, grype]', () => {
    const disputed = (lens: string): string =>
      make(
        lens,
        curl,
        tracked('CVE-2020-8285', 'curl', 'open', 'low'),
        known('CVE-2020-8285', [], { state: 'disputed' }),
      ).split(' ')[1]!;
    expect(['trivy', 'grype'].map(disputed)).toEqual(['LOW', 'LOW']);
  });

  it('kernel headers: grype hides them since April 2024, Docker Hub shows no kernel, trivy and Clair do [root.go:113 #1809; inferred]', () => {
    const headers = deb('linux-libc-dev', 'linux', '5.10.179-1');
    const statement = tracked('CVE-2021-3669', 'linux', 'open', 'low');
    expect(
      ['trivy', 'grype', 'grype-2023', 'docker-hub', 'clair-v2'].map(
        (lens) => make(lens, headers, statement).split(' ')[1],
      ),
    ).toEqual(['LOW', '-filter.default', 'LOW', '-filter.default', 'LOW']);
  });

  it("Alpine: unfixed ones are in nobody's secdb [trivy-db alpine, claircore alpine]", () => {
    const musl: Package = { ...deb('musl', 'musl', '1.1.22-r3'), type: 'apk', namespace: 'Alpine:v3.10' };
    const store = memoryStore({
      statements: [
        { ...tracked('CVE-2020-28928', 'musl', 'open', ''), source: 'alpine', namespace: 'Alpine:v3.10', ratings: [] },
      ],
    });
    const alpine = { packages: [musl], os: { id: 'alpine', versionId: '3.10', name: 'Alpine' } };
    const verdicts = replay(lensNamed('trivy'), alpine, store).verdicts;
    // The Alpine world may not be known yet: then there is no candidate, and nothing to drop.
    for (const verdict of verdicts) expect(verdict.dropped?.code).toBe('feed.coverage');
  });
});

describe('which packages count', () => {
  const advisory = osv('PYSEC-2022-43012', 'pysec', 'setuptools', '65.5.1', {
    aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
    ratings: [{ source: 'ghsa', severity: 'HIGH', method: 'text', original: 'HIGH' }],
  });
  const setuptools = wheel('setuptools', '58.1.0');

  it('setuptools in /usr/local: trivy, grype, clair-v4, gcp, Hub, OSV report it; ECR basic and Clair v2 read no languages, Snyk wants a requirements.txt', () => {
    const lenses = [
      'trivy',
      'grype',
      'clair-v4',
      'gcp',
      'docker-hub',
      'ecr-enhanced',
      'osv-scanner',
      'ecr-basic',
      'ecr-basic-2023',
      'clair-v2',
      'snyk',
    ];
    expect(
      lenses.map((lens) =>
        make(lens, setuptools, advisory)
          .split(' ')[1]!
          .replace(/^[A-Z]+$/, 'shown'),
      ),
    ).toEqual([...Array(7).fill('shown'), ...Array(4).fill('-inventory.lang-gate')]);
  });

  it('the same owned by dpkg: left to the distribution by trivy, grype on Debian, clair-v4; kept by gcp [sysfile/filter.go; package.go:230; packagescanner.go]', () => {
    const owned = wheel('setuptools', '58.1.0', { ownedBy: { type: 'deb', name: 'python3-setuptools' } });
    expect(['trivy', 'grype', 'clair-v4', 'gcp'].map((lens) => make(lens, owned, advisory).split(' ')[1])).toEqual([
      '-ownership.suppression',
      '-ownership.suppression',
      '-ownership.suppression',
      'HIGH',
    ]);
  });

  it('what only PyPA lists: not in trivy and grype, in Clair v4 and OSV [trivy-db vulnsrc.go; vunnel providers]', () => {
    const alone = osv('PYSEC-2021-1', 'pysec', 'setuptools', '65.5.1');
    expect(
      ['trivy', 'grype', 'clair-v4', 'osv-scanner'].map((lens) => make(lens, setuptools, alone).split(' ')[1]),
    ).toEqual(['-feed.coverage', '-feed.coverage', 'UNKNOWN', 'UNKNOWN']);
  });

  it('conda: listed and matched by nobody [driver.go; package_tasks.go; presets.go]', () => {
    const conda: Package = {
      ...setuptools,
      type: 'conda',
      purl: 'pkg:conda/setuptools@58.1.0',
      properties: { dists: 'setuptools==58.1.0' },
    };
    expect(
      ['trivy', 'grype', 'clair-v4', 'osv-scanner', 'gcp', 'snyk', 'docker-hub', 'ecr-basic'].map(
        (lens) => make(lens, conda, advisory).split(' ')[1],
      ),
    ).toEqual(Array(8).fill('-inventory.conda'));
  });

  // Grype 0.121 with Syft 1.57 on opencv-python-headless 4.7: the FFmpeg of its four libraries is one package, its OpenSSL none.
  it('libraries inside wheels: Grype recognises those that are called as its classifiers expect, all of a version as one package', () => {
    const inWheel = (name: string, version: string, ...files: readonly string[]): Package => ({
      ...setuptools,
      type: 'generic',
      name,
      version,
      namespace: 'CPE',
      role: 'vendored',
      certainty: 'content',
      evidence: files.map((file) => ({ ...setuptools.evidence[0]!, path: `site-packages/cv.libs/${file}` })),
    });
    const ffmpeg = inWheel(
      'ffmpeg',
      '5.1.2',
      'libavcodec-16a334ab.so.59.37.100',
      'libswscale-1.so.6',
      'libavutil-2.so.57',
    );
    const nvd = (id: string, name: string, ...fixed: readonly string[]): Statement => ({
      ...osv(id, 'nvd', name, fixed[0]!, { namespace: 'CPE' }),
      ranges: fixed.map((version, at) => ({ introduced: String(at + 4), fixed: version })),
    });
    const actual = replay(
      lensNamed('grype')!,
      { packages: [ffmpeg, inWheel('openssl', '1.1.1t', 'libcrypto-1.so.1.1')], os: undefined as never },
      memoryStore({
        statements: [
          nvd('CVE-2023-49502', 'ffmpeg:ffmpeg', '4.4.6', '5.1.7'),
          nvd('CVE-2023-1', 'openssl:openssl', '4.4', '5.1'),
        ],
        vulnerabilities: [],
      }),
    ).report;
    expect(actual.findings.map(({ id, package: name, fix }) => [id, name, fix.versions])).toEqual([
      ['CVE-2023-49502', 'ffmpeg', ['4.4.6', '5.1.7']],
    ]);
    expect(actual.rows).toBe(1);
  });

  it('what is linked into a program is not the program that Grype recognises by its file: OpenSSL in node, expat in an extension', () => {
    const content = (name: string, version: string, path: string): Package => ({
      ...setuptools,
      type: 'generic',
      name,
      version,
      namespace: 'CPE',
      certainty: 'content',
      evidence: [{ ...setuptools.evidence[0]!, path }],
    });
    const told = (name: string, cpe: string, path: string): string =>
      make('grype', content(name, '1.1', path), osv('CVE-2023-1', 'nvd', cpe, '2.0', { namespace: 'CPE' }));
    expect(told('node', 'nodejs:node.js', 'usr/local/bin/node')).toBe('CVE-2023-1 UNKNOWN');
    expect(told('openssl', 'openssl:openssl', 'usr/local/bin/node')).toBe('CVE-2023-1 -inventory.source-built');
    expect(told('expat', 'libexpat_project:libexpat', 'usr/lib/python3/lib-dynload/pyexpat.so')).toBe(
      'CVE-2023-1 -inventory.source-built',
    );
  });

  it('CPython built in /usr/local: only grype recognises it, by content and CPE [binary/classifiers.go]', () => {
    const python: Package = {
      ...setuptools,
      type: 'generic',
      name: 'python',
      version: '3.9.16',
      namespace: 'CPE',
      certainty: 'content',
      evidence: [{ ...setuptools.evidence[0]!, path: 'usr/local/bin/python3.9' }],
    };
    const statement = osv('PSF-2023-8', 'psf', 'python:python', '3.9.17', { namespace: 'CPE' });
    expect(
      ['trivy', 'grype', 'clair-v4', 'docker-hub', 'ecr-basic'].map(
        (lens) => make(lens, python, statement).split(' ')[1],
      ),
    ).toEqual([
      '-inventory.source-built',
      'UNKNOWN',
      '-inventory.source-built',
      '-inventory.source-built',
      '-inventory.source-built',
    ]);
  });

  it('a library inside a wheel: nobody [syft python cataloger; claircore packagescanner.go]', () => {
    const vendored = wheel('openssl', '1.1.1', { role: 'vendored', certainty: 'name' });
    const statement = osv('PYSEC-1', 'ghsa', 'openssl', '3');
    expect(['trivy', 'grype', 'clair-v4', 'gcp'].map((lens) => make(lens, vendored, statement).split(' ')[1])).toEqual(
      Array(4).fill('-inventory.embedded'),
    );
  });

  it('packages of NVIDIA: trivy lists and does not match them since 0.69, before it did [dpkg.go:62 thirdPartyMaintainerPatterns]', () => {
    const nccl = deb('libnccl2', 'nccl', '2.18.3-1+cuda12.2', { maintainer: 'cudatools <cudatools@nvidia.com>' });
    const statement = tracked('CVE-2024-1', 'nccl', 'open', 'low');
    expect(['trivy', 'trivy-2023', 'grype'].map((lens) => make(lens, nccl, statement).split(' ')[1])).toEqual([
      '-ownership.third-party',
      'LOW',
      'LOW',
    ]);
  });
});

describe('which version is compared', () => {
  it('Clair v4 compares the binary with a fixed version of the source [debian/matcher.go:48-71]', () => {
    // mysql-common 5.8+1.0.7 is built from mysql-defaults 1.0.7.
    const mysql: Package = { ...deb('mysql-common', 'mysql-defaults', '1.0.7'), version: '5.8+1.0.7' };
    const statement = tracked('CVE-2023-2', 'mysql-defaults', 'fixed', 'low', { ranges: [{ fixed: '1.0.8' }] });
    expect(
      ['trivy', 'grype', 'clair-v2', 'clair-v4'].map((lens) => make(lens, mysql, statement).split(' ')[1]),
    ).toEqual(['LOW', 'LOW', 'LOW', '-match.version-input']);
  });

  it('open, and fixed in a version that is not in the archive yet: Grype and Clair compare it, Trivy takes no version [vunnel debian/parser.py, claircore debian/parser.go, trivy-db debian.go parseCVE]', () => {
    const statement = tracked('CVE-2021-36087', 'libsepol', 'no-dsa', 'low', { ranges: [{ limit: '3.1-1+deb11u1' }] });
    const said = (lens: string, version: string): string | undefined => {
      const [verdict] = run(lens, [deb('libsepol1', 'libsepol', version)], { statements: [statement] }).verdicts;
      return verdict?.shown === true
        ? `${verdict.fix!.state} ${verdict.fix!.version ?? ''}`.trim()
        : verdict?.dropped?.code;
    };
    expect(['grype', 'trivy', 'clair-v4'].map((lens) => said(lens, '3.1-1'))).toEqual([
      'fixed 3.1-1+deb11u1',
      'not-fixed',
      'fixed 3.1-1+deb11u1',
    ]);
    expect(['grype', 'trivy', 'clair-v4'].map((lens) => said(lens, '3.1-1+deb11u1'))).toEqual([
      'match.version-input',
      'not-fixed',
      'match.version-input',
    ]);
  });

  const torch = (version: string, statement: Statement): readonly string[] =>
    ['trivy', 'grype', 'clair-v4', 'osv-scanner'].map((lens) =>
      make(lens, wheel('torch', version), statement)
        .split(' ')[1]!
        .replace(/^[A-Z]+$/, 'affected'),
    );
  const fixed = osv('GHSA-53q9-r3pm-6pq6', 'ghsa', 'torch', '2.6.0');

  it('torch 2.5.1+cu121, fixed in 2.6.0: all', () =>
    expect(torch('2.5.1+cu121', fixed)).toEqual(Array(4).fill('affected')));
  it('torch 2.6.0+cu124, fixed in 2.6.0: nobody, so it is not even a candidate', () => {
    expect(run('trivy', [wheel('torch', '2.6.0+cu124')], { statements: [fixed] }).verdicts).toEqual([]);
  });
  it('1.2.3+vendor, last affected 1.2.3: all but OSV, which compares local parts [semantic/version-pypi.go compareLocal]', () => {
    expect(
      torch(
        '1.2.3+vendor',
        osv('GHSA-x', 'ghsa', 'torch', '', { ranges: [{ introduced: '0', lastAffected: '1.2.3' }] }),
      ),
    ).toEqual(['affected', 'affected', 'affected', '-match.version-input']);
  });
  it('torch 2.6.0a0+ecf3bae40a of NVIDIA, fixed in 2.6.0: all but trivy, which forgets that pre-releases count where it cuts a local part off [go-pep440-version stripLocal; seen with 0.74]', () => {
    expect(torch('2.6.0a0+ecf3bae40a', fixed)).toEqual(['-match.version-input', 'affected', 'affected', 'affected']);
  });
  it('2.5.0rc0, fixed in 2.5.0: all, Trivy too [seen with 0.74 on paddlepaddle, CVE-2023-38669]', () => {
    const range = osv('GHSA-x', 'ghsa', 'torch', '', { ranges: [{ fixed: '2.5.0' }] });
    expect(torch('2.5.0rc0', range)).toEqual(Array(4).fill('affected'));
  });
  it('a bound with a local part, with its pre-release spelt out or in capitals matches nothing in Trivy [seen with 0.74 on torch, CVE-2025-2148, and paddlepaddle, CVE-2024-0815; go-pep440-version specifier.go]', () => {
    const until = (range: AffectedRange): readonly string[] =>
      torch('2.4.0', osv('GHSA-x', 'ghsa', 'torch', '', { ranges: [range] }));
    const notTrivy = ['-match.version-input', 'affected', 'affected', 'affected'];
    expect(until({ lastAffected: '2.6.0+cu124' })).toEqual(notTrivy);
    expect(until({ fixed: '3.0.0-beta0' })).toEqual(notTrivy);
    expect(until({ fixed: '3.0.0RC1' })).toEqual(notTrivy);
    expect(until({ fixed: '3.0.0b0' })).toEqual(Array(4).fill('affected'));
  });
  it('0.0.0, which a build makes up, is older than every fix to scanners that know no better', () => {
    expect(torch('0.0.0', fixed)).toEqual(Array(4).fill('affected'));
  });
  it('a range without an end goes as far as GitHub knows it to, for Trivy and Grype [netty, CVE-2019-20445]', () => {
    const netty = osv('GHSA-p2v9-g2qv-p635', 'ghsa', 'torch', '', {
      ranges: [{}],
      note: 'last known to be affected: < 4.0.0',
    });
    expect(torch('4.1.0', netty)).toEqual(['-match.version-input', '-match.version-input', 'affected', 'affected']);
    expect(torch('3.2.10', netty)).toEqual(Array(4).fill('affected'));
    // As it is filed: for us it ends there, for scanners that go by OSV's events alone it does not.
    const filed = { ...netty, ranges: [{ limit: '4.0.0' }] };
    expect(torch('4.1.0', filed)).toEqual(torch('4.1.0', netty));
    expect(torch('3.2.10', filed)).toEqual(torch('3.2.10', netty));
    const trivy = run('trivy', [wheel('torch', '3.2.10')], { statements: [netty] }).verdicts[0]?.fix;
    expect(trivy).toEqual({ state: 'fixed', version: '4.0.0', versions: ['4.0.0'] });
    expect(run('grype', [wheel('torch', '3.2.10')], { statements: [netty] }).verdicts[0]?.fix).toEqual({
      state: 'not-fixed',
    });
  });
  it('of two records of GitHub on one CVE Trivy rates by the last, by month and then by id [seen with 0.74 on CVE-2019-14853 in ecdsa]', () => {
    const record = (id: string, severity: Severity, published: string): Statement =>
      osv(id, 'ghsa', 'torch', '2.6.0', {
        aliases: ['CVE-2019-14853'],
        published,
        ratings: [{ source: 'ghsa', severity, method: 'text', original: severity }],
      });
    const rated = (statements: readonly Statement[]): unknown =>
      run('trivy', [wheel('torch', '2.5.0')], { statements }).verdicts.map((verdict) => verdict.rated?.severity);
    const first = record('GHSA-2mrj-435v-c2cr', 'HIGH', '2019-11-26T13:15:00Z');
    const second = record('GHSA-pwfw-mgfj-7g3g', 'MEDIUM', '2019-11-26T13:15:00Z');
    expect(rated([first, second])).toEqual(['MEDIUM']);
    expect(rated([second, first])).toEqual(['MEDIUM']);
    expect(rated([{ ...first, published: '2020-01-01T00:00:00Z' }, second])).toEqual(['HIGH']);
  });
  it('fixed in another branch only: Trivy lists that fix, to Grype there is none [plone, CVE-2006-1711]', () => {
    const plone = osv('GHSA-jcwh-rj6j-vm75', 'ghsa', 'torch', '', {
      ranges: [{ fixed: '2.0.6' }, { introduced: '2.1.0' }],
      state: 'fixed',
    });
    const fixOf = (lens: string): unknown =>
      run(lens, [wheel('torch', '4.0.6')], { statements: [plone] }).verdicts[0]?.fix;
    expect(fixOf('trivy')).toEqual({ state: 'fixed', version: '2.0.6', versions: ['2.0.6'] });
    expect(fixOf('grype')).toEqual({ state: 'not-fixed' });
  });
  it('GitHub’s advisories on malware: Grype reports them as critical, Trivy reads only those that GitHub reviewed [anchore/grype#1556, aquasecurity/trivy-db#573]', () => {
    const bad = osv('MAL-2026-600', 'malicious-packages', 'torch', '', {
      aliases: ['GHSA-mq4c-jcxh-3w9f'],
      ranges: [{}],
    });
    expect(torch('1.0.0', bad)).toEqual(['-feed.coverage', 'affected', 'affected', 'affected']);
    const [verdict] = run('grype', [wheel('torch', '1.0.0')], { statements: [bad] }).verdicts;
    expect(verdict).toMatchObject({
      // Said of malware alone: as a part of the rule it stood behind every rating of GitHub's.
      rated: { severity: 'CRITICAL', basis: 'assumed', on: expect.stringContaining('which is assumed of all') },
      records: [{ id: 'GHSA-mq4c-jcxh-3w9f' }],
    });
    expect(torch('1.0.0', { ...bad, aliases: [] })).toEqual([
      '-feed.coverage',
      '-feed.coverage',
      'affected',
      'affected',
    ]);
  });
});

describe('what states mean for a fix', () => {
  it('Ubuntu’s deferred is affected to Trivy, which tells only what is released apart there [trivy-db ubuntu.go]', () => {
    const statement = { ...tracked('CVE-2021-3532', 'ansible', 'deferred', 'low'), namespace: 'Ubuntu:22.04' };
    const ansible = { ...deb('ansible', 'ansible', '2.10.7'), namespace: 'Ubuntu:22.04' };
    const of = (lens: string): string | undefined =>
      replay(
        lensNamed(lens),
        { packages: [ansible], os: { id: 'ubuntu', versionId: '22.04', name: 'Ubuntu' } },
        memoryStore({ statements: [{ ...statement, source: 'ubuntu' }], covers: ['Ubuntu:22.04'] }),
      ).verdicts[0]?.fix?.state;
    expect(of('trivy')).toBe('not-fixed');
  });

  const tiff = deb('libtiff5', 'tiff', '4.2.0-1+deb11u4');
  const fix = (lens: string, state: StatementState): string =>
    run(lens, [tiff], { statements: [tracked('CVE-2022-1210', 'tiff', state, 'low')] }).verdicts[0]!.fix!.state;

  it.each([
    ['trivy', 'not-fixed', 'not-fixed', 'wont-fix', 'deferred', 'wont-fix', '[trivy-db debian.go newStatus]'],
    ['grype', 'not-fixed', 'wont-fix', 'wont-fix', 'wont-fix', 'not-fixed', '[vunnel parser.py nodsa]'],
    ['docker-hub', 'not-fixed', 'not-fixed', 'not-fixed', 'not-fixed', 'not-fixed', '[scout cves]'],
    ['ecr-basic', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown', '[containers-roadmap#1454]'],
  ])(
    '%s: open %s, no-dsa %s, ignored %s, postponed %s, end of life %s %s',
    (lens, open, noDsa, ignored, postponed, eol) => {
      expect(
        (['open', 'no-dsa', 'ignored', 'postponed', 'end-of-life'] as const).map((state) => fix(lens, state)),
      ).toEqual([open, noDsa, ignored, postponed, eol]);
    },
  );

  it('docker-hub: no-dsa is LOW whatever its score [docker-library/haproxy#213]', () => {
    expect(
      make(
        'docker-hub',
        tiff,
        tracked('CVE-2022-1210', 'tiff', 'no-dsa', 'not yet assigned'),
        known('CVE-2022-1210', [cvss('3.1', 9.8)]),
      ),
    ).toBe('CVE-2022-1210 LOW');
  });
});

describe('what a row is', () => {
  const packages = ['gnupg', 'gpg', 'gpgv', 'dirmngr'].map((name) => deb(name, 'gnupg2', '2.2.27-2+deb11u2'));
  const rows = (lens: string): number =>
    run(lens, packages, { statements: [tracked('CVE-2022-3219', 'gnupg2', 'unimportant', 'unimportant')] }).report.rows;

  it('binary packages for trivy, grype and Clair v4; the source for Clair v2, ECR, Hub, Snyk, OSV', () => {
    expect(
      ['trivy', 'grype', 'clair-v4', 'clair-v2', 'ecr-basic', 'ecr-basic-2023', 'docker-hub', 'snyk'].map(rows),
    ).toEqual([4, 4, 4, 1, 1, 1, 1, 1]);
  });

  it('the vulnerability for GCP, however many sources it is in [occurrence with packageIssue[]]', () => {
    const two = [deb('libdb5.3', 'db5.3', '5.3.28'), deb('libsqlite3-0', 'sqlite3', '3.34.1-3')];
    const statements = [
      tracked('CVE-2019-8457', 'db5.3', 'open', 'low'),
      tracked('CVE-2019-8457', 'sqlite3', 'open', 'low'),
    ];
    expect(['gcp', 'clair-v2'].map((lens) => run(lens, two, { statements }).report.rows)).toEqual([1, 2]);
  });

  it('each copy on disk for trivy and grype [filter.go:107 PkgPath; fingerprint.go locations]', () => {
    const [proof] = wheel('setuptools', '58.1.0').evidence;
    const twice = wheel('setuptools', '58.1.0', {
      evidence: [
        proof!,
        { ...proof!, path: 'opt/venv/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA' },
      ],
    });
    const statements = [osv('GHSA-r9hx-vwmv-q579', 'ghsa', 'setuptools', '65.5.1')];
    expect(
      ['trivy', 'grype', 'docker-hub', 'osv-scanner'].map((lens) => run(lens, [twice], { statements }).report.rows),
    ).toEqual([2, 2, 1, 1]);
  });

  it('GHSA and PYSEC apart for Clair v4, merged elsewhere [updater/osv]', () => {
    const statements = [
      osv('GHSA-r9hx-vwmv-q579', 'ghsa', 'setuptools', '65.5.1', { aliases: ['CVE-2022-40897'] }),
      osv('PYSEC-2022-43012', 'pysec', 'setuptools', '65.5.1', { aliases: ['CVE-2022-40897'] }),
    ];
    expect(
      ['clair-v4', 'trivy', 'osv-scanner'].map(
        (lens) => run(lens, [wheel('setuptools', '58.1.0')], { statements }).report.rows,
      ),
    ).toEqual([2, 1, 1]);
  });
});

it('the trace names the rule, its source and what it was applied to', () => {
  const [verdict] = run('grype', [deb('linux-libc-dev', 'linux', '5.10.179-1')], {
    statements: [tracked('CVE-2021-3669', 'linux', 'open', 'low')],
  }).verdicts;
  expect(verdict!.trace).toEqual([
    {
      effect: 'rated',
      says: 'The worst urgency over all packages of the release that the vulnerability concerns; `unimportant` is Negligible',
      cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py:356-376',
      on: 'debian: low',
    },
    {
      effect: 'hidden',
      code: 'filter.default',
      says: "Kernel headers are ignored by default: the kernel that runs is the host's",
      cite: 'anchore/grype cmd/grype/cli/commands/root.go:113 ignoreLinuxKernelHeaders (#1809)',
      on: 'linux-libc-dev 5.10.179-1',
    },
  ]);
});
