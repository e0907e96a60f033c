import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { type Package, SEVERITIES, type Severity, STATEMENT_STATES, type Statement } from '../model.ts';
import { lenses } from '../scanners/index.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import type { Bridge, Comparison } from './comparison.ts';

const sum = (bridge: Bridge): number => bridge.start + bridge.steps.reduce((total, step) => total + step.count, 0);

/** What has to hold for every comparison, whatever is compared. */
function holds(comparison: Comparison): void {
  for (const bridge of comparison.bridges) {
    expect(sum(bridge), `${bridge.from} to ${bridge.to}, ${bridge.severity ?? 'all'}`).toBe(bridge.end);
    const [from, to] = [bridge.from, bridge.to].map(
      (name) => comparison.reports.find((report) => report.name === name)!,
    );
    expect([bridge.start, bridge.end]).toEqual(
      bridge.severity === undefined
        ? [from!.rows, to!.rows]
        : [from!.severities[bridge.severity], to!.severities[bridge.severity]],
    );
    expect(bridge.steps.every((step) => step.count !== 0)).toBe(true);
  }
  for (const matrix of comparison.matrices) {
    const present = (side: 'from' | 'to'): number =>
      matrix.cells.filter((cell) => cell[side] !== null).reduce((total, cell) => total + cell.count, 0);
    expect([present('from'), present('to')]).toEqual(
      [matrix.from, matrix.to].map((name) => comparison.reports.find((report) => report.name === name)!.keys),
    );
  }
  for (const difference of comparison.differences) expect(difference.causes.length).toBeGreaterThan(0);
  expect(comparison.unexplained.count).toBe(comparison.unexplained.keys.length);
}

const severity = fc.constantFrom(...SEVERITIES);
const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });

const deb: fc.Arbitrary<Package> = fc
  .record({ source: small(4), binary: small(3), version: small(2), rebuilt: fc.boolean(), kernel: fc.boolean() })
  .map(({ source, binary, version, rebuilt, kernel }) => {
    const name = kernel ? 'linux' : `source${source}`;
    return {
      type: 'deb',
      name: kernel ? 'linux-libc-dev' : binary === 0 ? name : `${name}-bin${binary}`,
      version: `1.${version}${rebuilt ? '+b1' : ''}`,
      namespace: 'Debian:11',
      purl: '',
      source: { name, version: `1.${version}` },
      evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
    };
  });
const python: fc.Arbitrary<Package> = fc
  .record({
    name: small(2),
    version: fc.constantFrom('1.0', '1.0+cu121', '2.0a1', '1.5'),
    copies: fc.integer({ min: 1, max: 3 }),
    type: fc.constantFrom('pypi', 'pypi', 'conda', 'generic'),
    owned: fc.boolean(),
  })
  .map(({ name, version, copies, type, owned }) => ({
    type,
    name: `lib${name}`,
    version,
    namespace: 'PyPI',
    purl: '',
    ...(owned && { ownedBy: { type: 'deb', name: 'python3' } }),
    evidence: Array.from({ length: copies }, (_, copy) => ({
      path: `opt/${copy}/lib${name}.dist-info/METADATA`,
      layer: 0,
      diffID: '',
      analyzer: 'python-dist',
    })),
  }));

const debianAdvisory: fc.Arbitrary<Statement> = fc
  .record({
    id: small(9),
    temporary: fc.boolean(),
    source: small(4),
    kernel: fc.boolean(),
    state: fc.constantFrom(...STATEMENT_STATES),
    word: fc.constantFrom('unimportant', 'low', 'medium', 'high', 'not yet assigned', 'end-of-life'),
    fixed: small(2),
  })
  .map(({ id, temporary, source, kernel, state, word, fixed }) => ({
    id: temporary ? `TEMP-000000${id}-AAAAAA` : `CVE-2023-100${id}`,
    source: 'debian',
    namespace: 'Debian:11',
    package: kernel ? 'linux' : `source${source}`,
    aliases: [],
    state,
    ranges: [state === 'fixed' ? { fixed: `1.${fixed}` } : {}],
    ratings: [{ source: 'debian', severity: 'UNKNOWN', method: 'urgency', original: word }],
  }));
const pythonAdvisory: fc.Arbitrary<Statement> = fc
  .record({
    id: small(6),
    publisher: fc.constantFrom('ghsa', 'pysec'),
    cve: fc.boolean(),
    name: small(2),
    fixed: fc.constantFrom('1.2', '2.0', '1.0'),
  })
  .map(({ id, publisher, cve, name, fixed }) => ({
    id: publisher === 'ghsa' ? `GHSA-aaaa-bbbb-ccc${id}` : `PYSEC-2023-${id}`,
    source: publisher,
    namespace: 'PyPI',
    package: `lib${name}`,
    aliases: cve ? [`CVE-2023-200${id}`] : [],
    state: 'fixed' as const,
    ranges: [{ introduced: '0', fixed }],
    ratings:
      publisher === 'ghsa' ? [{ source: 'ghsa', severity: 'HIGH' as const, method: 'text', original: 'HIGH' }] : [],
  }));

const world = fc.record({
  packages: fc.array(fc.oneof(deb, python), { maxLength: 14 }),
  statements: fc.array(fc.oneof(debianAdvisory, pythonAdvisory), { maxLength: 24 }),
  scores: fc.array(
    fc.record({
      id: small(9),
      method: fc.constantFrom('CVSS:2.0', 'CVSS:3.1', 'CVSS:4.0'),
      score: fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
      state: fc.constantFrom(undefined, undefined, 'rejected' as const, 'disputed' as const),
    }),
    { maxLength: 12 },
  ),
});

describe('the bridge', () => {
  it('adds up to the unit between any two lenses, over any inventory and any database', () => {
    const all = [...lenses.keys()];
    fc.assert(
      fc.property(
        world,
        fc.uniqueArray(fc.constantFrom(...all), { minLength: 2, maxLength: 4 }),
        ({ packages, statements, scores }, names) => {
          const store = memoryStore({
            statements,
            vulnerabilities: scores.map(({ id, method, score, state }) => ({
              id: `CVE-2023-100${id}`,
              aliases: [],
              ratings: [{ source: 'nvd', severity: 'UNKNOWN' as const, method, score }],
              ...(state !== undefined && { state }),
            })),
          });
          const comparison = compare({
            lenses: names,
            inventory: { packages, os: { id: 'debian', versionId: '11', name: 'Debian' } },
            store,
          });
          holds(comparison);
          // Rules against rules: nothing may be left unexplained.
          expect(comparison.unexplained.keys).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('adds up between any two reports: rows of several packages, packages of several rows, twins, other names', () => {
    const fact = fc.record({
      row: small(12),
      cve: small(4),
      alias: fc.boolean(),
      binary: small(3),
      version: small(1),
      severity,
      place: small(2),
      typed: fc.boolean(),
    });
    const report = fc
      .tuple(fc.array(fact, { maxLength: 25 }), fc.constantFrom('trivy', 'grype', 'snyk', 'gcp', 'harbor'))
      .map(([facts, scanner]): ScannerReport => {
        const findings = facts.map(
          (fact): ForeignFinding => ({
            row: fact.row,
            id: fact.alias ? `GHSA-aaaa-bbbb-ccc${fact.cve}` : `CVE-2023-300${fact.cve}`,
            aliases: fact.alias ? [`CVE-2023-300${fact.cve}`] : [],
            package: `bin${fact.binary}`,
            kind: 'binary',
            version: `1.${fact.version}`,
            ...(fact.typed && { type: 'deb' }),
            severity: fact.severity,
            ratings: [],
            fix: { state: 'not-fixed', versions: [] },
            locations: [`/place/${fact.place}`],
          }),
        );
        return {
          scanner,
          title: scanner,
          format: 'JSON',
          where: 'x',
          subject: {},
          rows: new Set(findings.map((finding) => finding.row)).size,
          findings,
          suppressed: [],
          notes: [],
        };
      });
    fc.assert(
      fc.property(fc.array(report, { minLength: 2, maxLength: 4 }), (reports) =>
        holds(compare({ reports, anyway: true })),
      ),
      { numRuns: 60 },
    );
  });

  it('shows what is taken away and what is added apart, and nothing that both count alike', () => {
    const row = (at: number, id: string, name: string, level: Severity): ForeignFinding => ({
      row: at,
      id,
      aliases: [],
      package: name,
      kind: 'binary',
      source: { name: 'openssl' },
      version: '1',
      type: 'deb',
      severity: level,
      ratings: [],
      fix: { state: 'not-fixed', versions: [] },
      locations: [],
    });
    const report = (scanner: string, ...findings: ForeignFinding[]): ScannerReport => ({
      scanner,
      title: scanner,
      format: 'JSON',
      where: scanner,
      subject: {},
      rows: findings.length,
      findings,
      suppressed: [],
      notes: [],
    });
    const both = [row(0, 'CVE-2023-0464', 'openssl', 'HIGH'), row(1, 'CVE-2023-0464', 'libssl1.1', 'HIGH')];
    const { bridges } = compare({
      reports: [
        report('harbor', ...both, row(2, 'CVE-2023-0465', 'openssl', 'LOW')),
        report('gitlab', ...both, row(2, 'CVE-2023-0466', 'openssl', 'LOW')),
      ],
      anyway: true,
    });
    expect(bridges[0]).toMatchObject({
      start: 3,
      end: 3,
      steps: [
        { code: 'unexplained', count: -1 },
        { code: 'unexplained', count: 1 },
      ],
    });
  });
});
