import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import { plainVersion } from './package-names.ts';

/** `PROPERTY_RUNS=2000` tries more than a quick suite has time for. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

const module = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'golang',
  name,
  version,
  namespace: 'Go',
  purl: `pkg:golang/${name}@${version}`,
  evidence: [{ path: 'usr/local/bin/yq', layer: 0, diffID: '', analyzer: 'go-binary' }],
  ...more,
});

const says = (id: string, source: string, { name, namespace }: Package): Statement => ({
  id,
  source,
  namespace: namespace!,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ introduced: '0', fixed: '9.0.0' }],
  ratings: [],
});

const row = (id: string, { name, version, type }: Package, more: Partial<ForeignFinding> = {}): ForeignFinding => ({
  row: 0,
  id,
  aliases: [],
  package: name,
  kind: type === 'deb' ? 'binary' : 'unknown',
  version,
  type,
  severity: 'HIGH',
  ratings: [],
  fix: { state: 'unknown', versions: [] },
  locations: [],
  ...more,
});

const report = (
  scanner: string,
  findings: readonly ForeignFinding[],
  more: Partial<ScannerReport> = {},
): ScannerReport => ({
  scanner,
  title: scanner,
  format: 'JSON',
  where: scanner,
  subject: {},
  rows: findings.length,
  findings: findings.map((finding, at) => ({ ...finding, row: at })),
  suppressed: [],
  notes: [],
  ...more,
});

/** In a folder inside another package's, where scanners of images do not look: of golang.org/x/crypto GitHub has two records, Go's own database six more. */
const CRYPTO = module('golang.org/x/crypto', 'v0.14.0', { role: 'nested' });
const store = memoryStore({
  covers: ['Go'],
  statements: [says('CVE-2024-45337', 'ghsa', CRYPTO), says('CVE-2025-47914', 'go', CRYPTO)],
});
const image = { inventory: { packages: [CRYPTO] }, store };
const causesOf = (given: Parameters<typeof compare>[0]): readonly string[] =>
  compare({ ...given, anyway: true }).differences.map(
    ({ causes: [cause] }) => `${cause!.code} ${cause!.proof}: ${cause!.says}`,
  );

describe('a package that a report lists', () => {
  const trivys = [row('CVE-2024-45337', CRYPTO), row('CVE-2025-47914', CRYPTO)];

  it('is not said to be passed over as a whole: what it lacks of it has the reason that stands behind', () => {
    expect(
      causesOf({ ...image, reports: [report('trivy', trivys), report('grype', [row('CVE-2024-45337', CRYPTO)])] }),
    ).toEqual([expect.stringMatching(/^feed\.coverage \w+: GitHub's advisories/)]);
  });

  it('is passed over as a whole where no row of it is in the report', () => {
    const all = causesOf({ ...image, reports: [report('trivy', trivys), report('grype', [])] });
    expect(all).toEqual([
      'inventory.lang-gate replayed: Image scans look at what is installed',
      'inventory.lang-gate replayed: Image scans look at what is installed',
    ]);
  });

  it('in another version only says nothing of this one', () => {
    const other = module(CRYPTO.name, 'v0.1.0');
    const all = causesOf({
      ...image,
      reports: [report('trivy', trivys), report('grype', [row('CVE-2024-45337', other)])],
    });
    expect(all.filter((cause) => cause.startsWith('inventory.lang-gate'))).toHaveLength(2);
  });
});

describe('what the rows of a report speak against is not named', () => {
  it('feed.coverage: it has the same id in the same package, in another version', () => {
    const [old, later] = [module('example.org/lib', 'v1.0.0'), module('example.org/lib', 'v2.0.0')];
    const given = (findings: readonly ForeignFinding[]): readonly string[] =>
      causesOf({
        reports: [
          report('trivy', [row('CVE-2024-1', old, { feed: 'govulndb' }), ...findings]),
          report('grype', [...findings, row('CVE-2024-9', module('example.org/other', 'v1.0.0'))]),
        ],
      }).filter((cause) => cause.includes("GitHub's advisories"));
    expect(given([])).toEqual([expect.stringMatching(/^feed\.coverage/)]);
    expect(given([row('CVE-2024-1', later)])).toEqual([expect.stringMatching(/^unexplained/)]);
  });

  it('feed.age: it has the id in another package, whatever the day of its data', () => {
    const [name, other] = [module('example.org/lib', 'v1.0.0'), module('example.org/other', 'v1.0.0')];
    const given = (findings: readonly ForeignFinding[]): readonly string[] =>
      causesOf({
        reports: [
          report('trivy', [row('CVE-2024-1', name, { published: '2024-06-01' }), ...findings]),
          report('grype', findings, { database: { date: '2024-01-01' } }),
        ],
      });
    expect(given([])).toEqual(["feed.age stated: Published on 2024-06-01, after grype's database of 2024-01-01"]);
    expect(given([row('CVE-2024-1', other)])).toEqual([expect.stringMatching(/^unexplained/)]);
  });

  it('layer.model: it names the very version that is said to be in a lower layer', () => {
    const [lower, upper] = [module('example.org/lib', 'v1.0.0'), module('example.org/lib', 'v2.0.0')];
    const given = (findings: readonly ForeignFinding[]): readonly string[] =>
      causesOf({
        reports: [
          report('grype', [row('CVE-2024-1', lower), row('CVE-2024-2', upper)], { settings: { scope: 'all-layers' } }),
          report('trivy', [row('CVE-2024-2', upper), ...findings]),
        ],
      }).filter((cause) => !cause.includes('CVE-2024-3'));
    expect(given([])).toEqual([expect.stringMatching(/^layer\.model stated/)]);
    expect(given([row('CVE-2024-3', lower)]).join()).not.toContain('layer.model');
  });

  it('filter.default: a setting that its own rows break', () => {
    const [fixed, open] = [module('example.org/lib', 'v1.0.0'), module('example.org/other', 'v1.0.0')];
    const unfixed = { fix: { state: 'not-fixed' as const, versions: [] } };
    const given = (findings: readonly ForeignFinding[]): readonly string[] =>
      causesOf({
        reports: [
          report('trivy', [row('CVE-2024-1', fixed, unfixed), ...findings]),
          report('grype', findings, { settings: { only: 'fixed' } }),
        ],
      });
    expect(given([])).toEqual([expect.stringMatching(/^filter\.default stated/)]);
    expect(given([row('CVE-2024-2', open, unfixed)])).toEqual([expect.stringMatching(/^unexplained/)]);
  });

  it('limits: that a report is about a whole cluster, or several images, does not make it incomplete', () => {
    const name = module('example.org/lib', 'v1.0.0');
    const notes = [{ code: 'several-subjects' as const, message: 'a report on 12 resources', count: 12 }];
    const all = causesOf({
      reports: [report('grype', [row('CVE-2024-1', name)]), report('trivy', [], { notes })],
    });
    expect(all).toEqual([expect.stringMatching(/^unexplained/)]);
  });
});

describe('a row without a kind of package, in a report on a system that is known', () => {
  const gives = (aliases: readonly string[]): readonly string[] => {
    const { type: _, ...untyped } = row('CVE-2024-22195', module('Jinja2', '3.1.2'), { aliases, feed: 'ghsa' });
    const subject = { os: 'debian:11' };
    return causesOf({ reports: [report('gitlab', [untyped], { subject }), report('grype', [], { subject })] });
  };

  it("is none of the distribution's where the id is of a record on languages", () => {
    expect(gives(['GHSA-h5c8-rqwp-cp95']).join()).not.toContain("The distribution's statements");
  });

  it('is taken for one of the system otherwise', () => {
    expect(gives([]).join()).toContain("The distribution's statements");
  });
});

describe('a level that our copy of GitHub does not hold', () => {
  it('is assumed of malware: what rests on it is inferred, not replayed', () => {
    const bad = module('ctx', '1.0.0', { type: 'npm', namespace: 'npm' });
    const record: Statement = {
      ...says('MAL-2026-600', 'malicious-packages', bad),
      aliases: ['GHSA-mq4c-jcxh-3w9f'],
      state: 'open',
      ranges: [{ introduced: '0' }],
    };
    const { differences } = compare({
      inventory: { packages: [bad] },
      store: memoryStore({ covers: ['npm'], statements: [record] }),
      reports: [
        report('grype', [row('GHSA-mq4c-jcxh-3w9f', bad, { severity: 'CRITICAL' })]),
        report('osv-scanner', [row('MAL-2026-600', bad, { aliases: ['GHSA-mq4c-jcxh-3w9f'], severity: 'UNKNOWN' })]),
      ],
      anyway: true,
    });
    const rated = differences.filter(({ kind }) => kind === 'severity');
    expect(rated).toHaveLength(1);
    expect(rated[0]!.causes.map(({ proof }) => proof)).toEqual(['inferred']);
  });
});

describe('over any image, database and reports', () => {
  const packages = fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: 3 }),
        type: fc.constantFrom('golang', 'pypi', 'npm', 'generic', 'conda', 'cran'),
        role: fc.constantFrom(undefined, 'nested' as const, 'vendored' as const, 'declared' as const),
        certainty: fc.constantFrom(undefined, 'content' as const),
        ownedBy: fc.constantFrom(undefined, { type: 'deb', name: 'python3-lib' }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((all) =>
      all.map(({ at, type, role, certainty, ownedBy }) =>
        module(`${type}${at}`, '1.0.0', {
          type,
          namespace: { golang: 'Go', pypi: 'PyPI', npm: 'npm', cran: 'CRAN', generic: '', conda: '' }[type],
          ...(role !== undefined && { role }),
          ...(certainty !== undefined && { certainty }),
          ...(ownedBy !== undefined && { ownedBy }),
        }),
      ),
    );
  const ids = ['CVE-2024-1', 'CVE-2024-2', 'CVE-2024-3'];
  const cells = fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...ids), fc.constantFrom('ghsa', 'go', 'nvd')), {
    maxLength: 8,
  });
  const scanner = fc.constantFrom('trivy', 'grype', 'snyk', 'ecr-enhanced', 'osv-scanner', 'gcp', 'clair-v4');

  it('no rule on a package as a whole is the cause of a row, where the report that lacks it has another of that package', () => {
    const seen = { listed: 0, passed: 0 };
    fc.assert(
      fc.property(packages, cells, cells, cells, scanner, scanner, (all, known, a, b, left, right) => {
        const at = (place: number): Package => all[place % all.length]!;
        const written = (name: string, rows: typeof a): ScannerReport =>
          report(
            name,
            rows.map(([place, id]) => row(id, at(place))),
          );
        const reports = [written(left, a), written(right, b)];
        const { differences, reports: named } = compare({
          inventory: { packages: all },
          store: memoryStore({ statements: known.map(([place, id, source]) => says(id, source, at(place))) }),
          reports,
          anyway: true,
        });
        for (const { kind, key, values, causes } of differences) {
          if (kind !== 'present') continue;
          const lacks = reports[values[0] === null ? 0 : 1]!;
          const listed = lacks.findings.some(({ package: name, version }) =>
            key.endsWith(` ${name}@${plainVersion(version)}`),
          );
          for (const { code } of causes)
            if (/^(?:inventory|ownership)\./.test(code)) {
              seen.passed += 1;
              expect([named.length, code, listed]).toEqual([2, code, false]);
            }
          if (listed) seen.listed += 1;
        }
      }),
      { numRuns: 5 * RUNS },
    );
    // It has been tried: rules were causes, and rows were lacking of packages that are listed.
    expect(Math.min(seen.listed, seen.passed)).toBeGreaterThan(5);
  });
});
