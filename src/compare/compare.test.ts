import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { foreignFinding, foreignReport } from '../../test/foreign.ts';
import { SETUPTOOLS_RATED } from '../../test/statements.ts';
import { debianTracker } from '../advisories/feeds/debian-tracker.ts';
import type { Feed } from '../advisories/feeds/feed.ts';
import { nvd } from '../advisories/feeds/nvd.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import type { Package, Statement, Vulnerability } from '../model.ts';
import { readReport, reportBytes, reportFile } from '../scanners/read.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import type { Comparison, Difference } from './comparison.ts';

const shared = resolve('../shared');
const nginx = `${shared}/reports/same-image/nginx-debian12-2023-07`;

const total = (comparison: Comparison, from: string, to: string): string => {
  const bridge = comparison.bridges.find(
    (bridge) => bridge.from === from && bridge.to === to && bridge.severity === undefined,
  )!;
  return [bridge.start, ...bridge.steps.map((step) => `${step.count} ${step.code}`), bridge.end].join(' | ');
};
const count = (comparison: Comparison, between: string, kind: Difference['kind']): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const difference of comparison.differences) {
    if (difference.kind === kind && difference.between.join(' ') === between)
      counts[difference.causes[0]!.code] = (counts[difference.causes[0]!.code] ?? 0) + 1;
  }
  return counts;
};

describe.skipIf(!existsSync(nginx))(
  'Grype, Trivy and Snyk on one nginx image (skipped where ../shared/reports is not there)',
  () => {
    const read = async (): Promise<Comparison> =>
      compare({
        reports: await Promise.all(
          ['grype', 'trivy', 'snyk'].map(async (name) => readReport(await reportFile(`${nginx}/${name}.sarif.json`))),
        ),
      });

    it('is reconciled to the unit, and nothing is left unexplained', async () => {
      const comparison = await read();
      expect(comparison.identity).toEqual({ proven: true, problems: [], remarks: [] });
      expect(comparison.reports.map((report) => [report.name, report.rows, report.keys, report.lens])).toEqual([
        ['grype', 99, 64, 'grype-2023'],
        ['trivy', 99, 64, 'trivy-2023'],
        ['snyk', 65, 65, 'snyk'],
      ]);
      expect(total(comparison, 'grype', 'trivy')).toBe('99 | 99');
      expect(total(comparison, 'grype', 'snyk')).toBe('99 | -35 unit.binary-vs-source | 1 record.validity | 65');
      expect(total(comparison, 'trivy', 'snyk')).toBe('99 | -35 unit.binary-vs-source | 1 record.validity | 65');
      expect(comparison.unexplained).toEqual({ count: 0, rows: 0, keys: [] });
    });

    it('names the cause of each of the differing severities', async () => {
      const comparison = await read();
      expect(count(comparison, 'grype trivy', 'severity')).toEqual({ 'severity.source-order': 2 });
      expect(count(comparison, 'grype snyk', 'severity')).toEqual({ 'severity.source-order': 16 });
      expect(count(comparison, 'trivy snyk', 'severity')).toEqual({ 'severity.source-order': 18 });
      const raw2tiff = comparison.differences.find(
        (difference) =>
          difference.key.startsWith('CVE-2023-38288') &&
          difference.kind === 'severity' &&
          difference.between[1] === 'trivy',
      )!;
      expect(raw2tiff.values).toEqual(['LOW', 'MEDIUM']);
      expect(raw2tiff.causes[0]!.says).toBe('grype LOW (no rating); trivy MEDIUM (CVSS 3.1 5.5)');
      expect(raw2tiff.causes[0]!.evidence.map((evidence) => evidence.cite).filter(Boolean)).toHaveLength(2);
    });

    it('finds the one that only Snyk has, and says why it should not', async () => {
      const single = (await read()).rows.filter((row) => row.agreement === 'one');
      expect(
        single.map((row) => [row.id, row.package, row.reportedBy[0]!.report, row.evidence, row.evidenceSays]),
      ).toEqual([['CVE-2023-0634', 'shadow', 'snyk', 'contradicted', 'the id was rejected']]);
    });
  },
);

/** Reads a feed of the publishers' own files into memory. */
async function records(
  feed: Feed,
  path: string,
): Promise<{ statements: Statement[]; vulnerabilities: Vulnerability[] }> {
  const statements: Statement[] = [];
  const vulnerabilities: Vulnerability[] = [];
  const file = createReadStream(path);
  const document = {
    name: path,
    path,
    chunks: () => (path.endsWith('.gz') ? file.pipe(createGunzip()) : file) as AsyncIterable<Buffer>,
    files: async function* () {},
  };
  for await (const item of feed.parse(document)) {
    if (item.kind === 'statement') statements.push({ aliases: [], ratings: [], ...item.statement });
    else if (item.kind === 'record') vulnerabilities.push({ aliases: [], ratings: [], ...item.record });
  }
  return { statements, vulnerabilities };
}

const python = `${shared}/inventories/python-3.9.16-bullseye.tsv`;
const feeds = `${shared}/feeds`;

describe.skipIf(!existsSync(python) || !existsSync(feeds))(
  'the packages of python:3.9.16 (skipped where ../shared is not there)',
  () => {
    const packages = (): readonly Package[] => [
      ...readFileSync(python, 'utf8')
        .trim()
        .split('\n')
        .map((line): Package => {
          const [source, sourceVersion, name, architecture, version] = line.split('\t');
          return {
            type: 'deb',
            name: name!,
            version: version!,
            namespace: 'Debian:11',
            purl: '',
            ...(architecture && { architecture }),
            source: { name: source!, version: sourceVersion! },
            evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
          };
        }),
      {
        type: 'pypi',
        name: 'setuptools',
        version: '58.1.0',
        namespace: 'PyPI',
        purl: '',
        evidence: [
          {
            path: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA',
            layer: 1,
            diffID: '',
            analyzer: 'python-dist',
          },
        ],
      },
    ];
    const store = async (): Promise<AdvisoryStore> => {
      const tracker = await records(debianTracker, `${feeds}/debian/tracker.json`);
      const scores = await Promise.all(['2021'].map((year) => records(nvd, `${feeds}/nvd/nvdcve-2.0-${year}.json.gz`)));
      return memoryStore({
        statements: [...tracker.statements, SETUPTOOLS_RATED],
        vulnerabilities: scores.flatMap((score) => score.vulnerabilities),
      });
    };

    it('give three headlines by three sets of rules, with a bridge between any two that adds up', async () => {
      const comparison = compare({
        lenses: ['trivy-2023', 'ecr-basic-2023', 'docker-hub'],
        inventory: { packages: packages(), os: { id: 'debian', versionId: '11', name: 'Debian 11' } },
        store: await store(),
      });
      const [trivy, ecr, hub] = comparison.reports;
      expect(new Set([trivy, ecr, hub].map((report) => JSON.stringify(report!.severities))).size).toBe(3);
      // Binaries against sources; no kernel at Docker Hub; no Python packages at ECR.
      expect(trivy!.rows).toBeGreaterThan(ecr!.rows);
      expect(ecr!.rows).toBeGreaterThan(hub!.rows);
      // What Debian calls unimportant: LOW, INFORMATIONAL, LOW.
      expect([trivy!.severities.NEGLIGIBLE, hub!.severities.NEGLIGIBLE]).toEqual([0, 0]);
      expect(ecr!.severities.NEGLIGIBLE).toBeGreaterThan(50);
      // ECR knows only CVSS v2: its UNDEFINED are those without one, its scale has no CVSS v3 CRITICAL.
      expect(trivy!.severities.CRITICAL).toBeGreaterThan(ecr!.severities.CRITICAL);
      for (const bridge of comparison.bridges)
        expect(bridge.start + bridge.steps.reduce((sum, step) => sum + step.count, 0)).toBe(bridge.end);
      expect(comparison.bridges.filter((bridge) => bridge.severity === undefined)).toHaveLength(3);
      expect(comparison.unexplained.count).toBe(0);
      const codes = (from: string, to: string): readonly string[] =>
        comparison.bridges
          .find((bridge) => bridge.from === from && bridge.to === to && bridge.severity === undefined)!
          .steps.map((step) => step.code);
      expect(codes('lens:trivy-2023', 'lens:ecr-basic-2023')).toEqual(['unit.binary-vs-source', 'inventory.lang-gate']);
      expect(codes('lens:trivy-2023', 'lens:docker-hub')).toEqual(['unit.binary-vs-source', 'filter.default']);
      const setuptools = comparison.rows.find((row) => row.id === 'CVE-2022-40897')!;
      expect([setuptools.agreement, setuptools.evidence, setuptools.severity, setuptools.severitySource]).toEqual([
        'some',
        'confirmed',
        'HIGH',
        'ghsa',
      ]);
    });
  },
);

let row = 0;
const finding = (id: string, more: Partial<ForeignFinding> = {}): ForeignFinding =>
  foreignFinding(id, {
    row: row++,
    package: 'libssl1.1',
    kind: 'binary',
    source: { name: 'openssl' },
    version: '1.1.1n-0+deb11u4',
    ...more,
  });
const report = (
  scanner: string,
  findings: readonly ForeignFinding[],
  more: Partial<ScannerReport> = {},
): ScannerReport =>
  foreignReport(scanner, findings, { where: `${scanner}.json`, subject: { os: 'debian:11' }, ...more });
const causes = (comparison: Comparison): readonly string[] =>
  comparison.differences.map(
    (difference) => `${difference.key.split(' ')[0]} ${difference.kind} ${difference.causes[0]!.code}`,
  );
const openssl: Package = {
  type: 'deb',
  name: 'libssl1.1',
  version: '1.1.1n-0+deb11u4',
  namespace: 'Debian:11',
  purl: '',
  source: { name: 'openssl', version: '1.1.1n-0+deb11u4' },
  evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
};
const inventory = { packages: [openssl], os: { id: 'debian', versionId: '11', name: 'Debian 11' } };
const tracked = (id: string, more: Partial<Statement> = {}): Statement => ({
  id,
  source: 'debian',
  namespace: 'Debian:11',
  package: 'openssl',
  aliases: [],
  state: 'open',
  ranges: [{}],
  ratings: [{ source: 'debian', severity: 'LOW', method: 'urgency', original: 'low' }],
  ...more,
});

describe('a report that lacks what another has', () => {
  const a = finding('CVE-2023-0464', { severity: 'LOW' });

  it('held it back itself: by its own default, or by a statement', () => {
    const headers = { package: 'linux-libc-dev', source: { name: 'linux' }, version: '5.10.179-1' };
    const kernel = finding('CVE-2021-3669', headers);
    const grype = report('grype', [a], {
      version: '0.90.0',
      suppressed: [
        finding('CVE-2021-3669', { ...headers, suppressed: 'ignore rule linux-libc-dev' }),
        finding('CVE-2023-5678', { suppressed: 'vulnerable_code_not_present' }),
      ],
    });
    expect(causes(compare({ reports: [report('trivy', [a, kernel, finding('CVE-2023-5678')]), grype] }))).toEqual([
      'CVE-2021-3669 present filter.default',
      'CVE-2023-5678 present suppression.vex',
    ]);
  });

  it('was made before it was known', () => {
    const published = finding('CVE-2023-2650', { published: '2023-05-30T00:00:00Z' });
    const old = report('grype', [a], { version: '0.63.0', database: { date: '2023-05-12T08:00:00Z' } });
    const { differences } = compare({ reports: [report('trivy', [a, published]), old] });
    expect(differences.map((difference) => [difference.causes[0]!.code, difference.causes[0]!.says])).toEqual([
      ['feed.age', "Published on 2023-05-30, after grype's database of 2023-05-12"],
    ]);
  });

  it('was told to leave it out, by its own settings', () => {
    const fixed = finding('CVE-2023-1001', { fix: { state: 'fixed', versions: ['2'] } });
    const unfixed = finding('CVE-2023-1005');
    const only = (setting: 'fixed' | 'not-fixed', findings: readonly ForeignFinding[]) =>
      compare({
        reports: [report('trivy', [fixed, unfixed]), report('grype', findings, { settings: { only: setting } })],
      }).differences.map((difference) => [
        difference.key.split(' ')[0],
        difference.causes[0]!.code,
        difference.causes[0]!.proof,
      ]);
    expect(only('fixed', [fixed])).toEqual([['CVE-2023-1005', 'filter.default', 'stated']]);
    expect(only('not-fixed', [unfixed])).toEqual([['CVE-2023-1001', 'filter.default', 'stated']]);
  });

  it('gives a filter away by many rows that are all missing, never by few', () => {
    const scored = (at: number, severity: 'HIGH' | 'LOW', fixed: boolean) =>
      finding(`CVE-2023-${1_000 + at}`, {
        severity,
        severitySource: 'nvd',
        ratings: [{ source: 'nvd', severity, method: 'CVSS:3.1', score: severity === 'HIGH' ? 7.5 : 3 }],
        fix: fixed ? { state: 'fixed', versions: ['2'] } : { state: 'not-fixed', versions: [] },
      });
    const causesOf = (count: number, severity: 'HIGH' | 'LOW', fixed: boolean) => {
      const bad = Array.from({ length: count }, (_, at) => scored(at, 'HIGH', true));
      const others = Array.from({ length: count }, (_, at) => scored(1_000 + at, severity, fixed));
      const { differences } = compare({ reports: [report('grype', [...bad, ...others]), report('trivy', bad)] });
      return [
        ...new Set(differences.map((difference) => `${difference.causes[0]!.code} ${difference.causes[0]!.proof}`)),
      ];
    };
    expect(causesOf(3, 'LOW', true)).toEqual(['unexplained none']);
    expect(causesOf(3, 'HIGH', false)).toEqual(['unexplained none']);
    expect(causesOf(30, 'LOW', true)).toEqual(['filter.default inferred']);
    expect(causesOf(30, 'HIGH', false)).toEqual(['filter.default inferred']);
  });

  it('matches packages where the other guesses a product by CPE', () => {
    const guessed = finding('CVE-2020-1', {
      type: 'apk',
      package: 'busybox',
      source: { name: 'busybox' },
      version: '1.31.1-r9',
      match: 'cpe-match',
      feed: 'nvd:cpe',
    });
    expect(
      causes(
        compare({
          reports: [report('grype', [a, guessed], { version: '0.63.0' }), report('trivy', [a])],
          anyway: true,
        }),
      ),
    ).toEqual(['CVE-2020-1 present match.method']);
  });

  it('looks at the final file system, where the other looks at layers', () => {
    const gone = finding('CVE-2020-2', {
      package: 'gcc',
      source: { name: 'gcc' },
      version: '10.2',
      layer: 'sha256:lower',
    });
    const subject = {
      reference: 'x',
      source: 'archive',
      name: 'x',
      layers: [
        { index: 0, diffID: 'sha256:lower' },
        { index: 1, diffID: 'sha256:upper' },
      ],
    } as const;
    const comparison = compare({
      reports: [report('clair-v4', [a, gone]), report('grype', [a], { version: '0.63.0' })],
      inventory,
      subject,
    });
    expect(causes(comparison)).toEqual(['CVE-2020-2 present layer.model']);
    expect(comparison.rows.find((row) => row.id === 'CVE-2020-2')!.evidence).toBe('contradicted');
  });

  it('did not come to its end, by its own word', () => {
    const partial = (message: string) =>
      report('ecr-basic', [], { created: '2023-05-12', notes: [{ code: 'partial', message, count: 1 }] });
    expect(
      causes(compare({ reports: [report('trivy', [a]), partial("the scan's status is FAILED: timeout")] })),
    ).toEqual(['CVE-2023-0464 present limits']);
    expect(
      causes(compare({ reports: [report('trivy', [a]), partial("the scan's status is UNSUPPORTED_IMAGE")] })),
    ).toEqual(['CVE-2023-0464 present os.identification']);
  });

  it('is of a scanner that does not look there', () => {
    const setuptools = finding('CVE-2022-40897', {
      package: 'setuptools',
      source: undefined as never,
      type: 'pypi',
      version: '58.1.0',
      kind: 'unknown',
    });
    expect(
      causes(
        compare({
          reports: [
            report('trivy', [a, setuptools]),
            report('ecr-basic', [finding('CVE-2023-0464', { package: 'openssl', kind: 'source', severity: 'LOW' })], {
              created: '2023-05-12',
            }),
          ],
        }),
      ),
    ).toEqual(['CVE-2022-40897 present inventory.lang-gate']);
  });

  it('would lack it with data of any day, where it looks at no such packages: its age is not the cause', () => {
    const later = (name: string, version: string): ForeignFinding =>
      finding('CVE-2024-6345', {
        ...{ package: name, version, type: 'pypi', kind: 'unknown', source: undefined as never },
        published: '2024-07-15T00:00:00Z',
      });
    const old = (findings: readonly ForeignFinding[]): ScannerReport =>
      report('ecr-basic', findings, { created: '2023-05-12' });
    const openssl = finding('CVE-2023-0464', { package: 'openssl', kind: 'source', severity: 'LOW' });
    const trivy = report('trivy', [a, later('setuptools', '58.1.0')]);
    expect(causes(compare({ reports: [trivy, old([openssl])] }))).toEqual([
      'CVE-2024-6345 present inventory.lang-gate',
    ]);
    const reads = old([openssl, finding('CVE-2022-1', { package: 'requests', type: 'pypi', kind: 'unknown' })]);
    expect(causes(compare({ reports: [trivy, reads] })), 'a rule that its own rows break is not named').toContain(
      'CVE-2024-6345 present feed.age',
    );
  });

  it('is unexplained where its rules would report it, and counted', () => {
    const comparison = compare({
      reports: [report('trivy', [a, finding('CVE-2023-9')]), report('grype', [a], { version: '0.63.0' })],
    });
    expect(causes(comparison)).toEqual(['CVE-2023-9 present unexplained']);
    expect(comparison.unexplained).toEqual({ count: 1, rows: 1, keys: ['CVE-2023-9 openssl@1.1.1n-0+deb11u4'] });
    expect(comparison.bridges[0]!.steps).toMatchObject([{ code: 'unexplained', count: -1 }]);
  });
});

describe('with the image and the database', () => {
  const store = memoryStore({
    statements: [
      tracked('CVE-2023-0464'),
      tracked('CVE-2023-2975', { state: 'fixed', ranges: [{ fixed: '1.1.1n-0+deb11u1' }] }),
      tracked('TEMP-0000000-AAAAAA'),
    ],
    vulnerabilities: [{ id: 'CVE-2023-0465', aliases: [], ratings: [], state: 'rejected' }],
  });
  const reports = [
    report('trivy', [
      finding('CVE-2023-0464', { severity: 'LOW' }),
      finding('TEMP-0000000-AAAAAA', { severity: 'LOW' }),
      finding('CVE-2023-2975'),
      finding('CVE-2023-7', { package: 'curl', source: { name: 'curl' } }),
      finding('CVE-2023-8'),
      finding('CVE-2023-0465'),
    ]),
    report('grype', [finding('CVE-2023-0464', { severity: 'LOW' })], { version: '0.63.0' }),
  ];
  const comparison = compare({ reports, inventory, store });

  it('weighs each finding by files and statements', () => {
    expect(Object.fromEntries(comparison.rows.map((row) => [row.id, [row.evidence, row.evidenceSays]]))).toEqual({
      'CVE-2023-0464': ['confirmed', 'libssl1.1 1.1.1n-0+deb11u4 by var/lib/dpkg/status, debian CVE-2023-0464: open'],
      'TEMP-0000000-AAAAAA': [
        'confirmed',
        'libssl1.1 1.1.1n-0+deb11u4 by var/lib/dpkg/status, debian TEMP-0000000-AAAAAA: open',
      ],
      'CVE-2023-2975': [
        'contradicted',
        'debian says that this version is not affected (fixed, fixed in 1.1.1n-0+deb11u1)',
      ],
      'CVE-2023-7': ['contradicted', 'no curl 1.1.1n-0+deb11u4 is in the image'],
      'CVE-2023-8': ['undecidable', 'the package is there, and no advisory in the database speaks of it'],
      'CVE-2023-0465': ['contradicted', 'the id was rejected'],
    });
  });

  it('gives each one severity and its source', () => {
    expect(comparison.rows.find((row) => row.id === 'CVE-2023-0464')).toMatchObject({
      severity: 'LOW',
      severitySource: 'debian',
      agreement: 'all',
    });
  });

  it('explains by the rule and the record', () => {
    const temporary = comparison.differences.find((difference) => difference.key.startsWith('TEMP'))!;
    expect(temporary.causes[0]).toEqual({
      code: 'record.validity',
      proof: 'replayed',
      says: 'Temporary ids of the Debian tracker are skipped',
      evidence: [
        {
          kind: 'rule',
          text: 'grype: Temporary ids of the Debian tracker are skipped',
          cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py',
        },
        { kind: 'record', text: 'TEMP-0000000-AAAAAA (debian: open)' },
        { kind: 'file', text: 'var/lib/dpkg/status' },
      ],
    });
  });

  it('says how well the rules known here predict each report', () => {
    // Grype's rules predict CVE-2023-0464, and two claims that only the other report makes.
    expect(comparison.reports[1]!.replay).toMatchObject({ agreed: 1, onlyReported: 0 });
  });
});

describe('reports of different images', () => {
  const digest = (letter: string): ScannerReport['subject'] => ({ digest: `sha256:${letter.repeat(64)}` });
  const pair = (a: ScannerReport['subject'], b: ScannerReport['subject']) => [
    report('trivy', [finding('CVE-2023-1')], { subject: a }),
    report('grype', [finding('CVE-2023-1')], { subject: b }),
  ];

  it('are refused, and compared all the same when asked: loudly', () => {
    const reports = pair(digest('a'), digest('b'));
    expect(() => compare({ reports })).toThrow(
      'subject.identity: trivy and grype scanned different images: sha256:aaaaaaaaaaaa and sha256:bbbbbbbbbbbb',
    );
    expect(compare({ reports, anyway: true }).identity.problems).toHaveLength(1);
  });

  it('are told by platform, system and package versions too', () => {
    const problem = (a: ScannerReport, b: ScannerReport): string => {
      try {
        compare({ reports: [a, b] });
      } catch (error) {
        return (error as Error).message;
      }
      return 'none';
    };
    const [amd, arm] = pair({ platform: 'linux/amd64' }, { platform: 'arm64' });
    expect(problem(amd!, arm!)).toContain('different platforms: linux/amd64 and arm64');
    const [eleven, twelve] = pair({ os: 'debian:11.7' }, { os: 'debian:12' });
    expect(problem(eleven!, twelve!)).toContain('different systems: debian:11.7 and debian:12');
    const many = (version: string) =>
      Array.from({ length: 6 }, (_, at) =>
        finding('CVE-2023-1', { package: `p${at}`, source: { name: `p${at}` }, version: `${at < 3 ? version : '1'}` }),
      );
    expect(problem(report('trivy', many('1')), report('grype', many('2')))).toContain(
      '3 of 6 common packages in other versions (p0 1 and 2)',
    );
  });

  it('are the same where the configuration is, whatever a push did to the manifest', () => {
    const image = `sha256:${'c'.repeat(64)}`;
    expect(
      compare({ reports: pair({ ...digest('a'), imageId: image }, { ...digest('b'), imageId: image }) }).identity,
    ).toEqual({ proven: true, problems: [], remarks: [] });
  });

  it('may be the same: that nothing proves it is said', () => {
    const { identity } = compare({ reports: pair({ name: 'a' }, { name: 'b' }) });
    expect(identity).toEqual({
      proven: false,
      problems: [],
      remarks: ['trivy and grype name no digest in common: that they scanned the same image is taken on trust'],
    });
  });

  it('a short digest, as Scout prints it, is the beginning of a whole one', () => {
    expect(compare({ reports: pair({ digest: 'sha256:aaaaaaaaaaaa' }, digest('a')) }).identity.proven).toBe(true);
  });
});

it('needs two things to compare', () => {
  expect(() => compare({ reports: [report('trivy', [])] })).toThrow(
    'a comparison needs two reports or lenses at least',
  );
});

it('compares a report with rules over what that report names', async () => {
  const trivy = await readReport(
    reportBytes(
      JSON.stringify({
        SchemaVersion: 2,
        ArtifactName: 'x',
        Metadata: { OS: { Family: 'debian', Name: '11.7' } },
        Results: [
          {
            Class: 'os-pkgs',
            Type: 'debian',
            Vulnerabilities: [
              {
                VulnerabilityID: 'CVE-2021-3669',
                PkgName: 'linux-libc-dev',
                InstalledVersion: '5.10.179-1',
                Severity: 'LOW',
                SeveritySource: 'debian',
                VendorSeverity: { debian: 1 },
              },
            ],
          },
        ],
      }),
      't',
    ),
  );
  const comparison = compare({ reports: [trivy], lenses: ['grype', 'clair-v2'] });
  expect(comparison.reports.map((report) => [report.name, report.rows])).toEqual([
    ['trivy', 1],
    ['lens:grype', 0],
    ['lens:clair-v2', 1],
  ]);
  expect(causes(comparison)).toEqual(['CVE-2021-3669 present filter.default', 'CVE-2021-3669 present filter.default']);
});
