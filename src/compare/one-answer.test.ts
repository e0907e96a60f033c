import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Rating, Statement } from '../model.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import type { Comparison, Difference } from './comparison.ts';
import { type ExplainedPackage, explain } from './explain.ts';

/** `PROPERTY_RUNS=2000` tries more than a quick suite has time for. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

const wheel = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name.toLowerCase()}@${version}`,
  evidence: [{ path: `site-packages/${name}-${version}.dist-info/METADATA`, layer: 0, diffID: '', analyzer: 'python' }],
  ...more,
});
const deb = (name: string, version: string): Package => ({
  type: 'deb',
  name,
  version,
  namespace: 'Debian:11',
  purl: `pkg:deb/debian/${name}@${version}`,
  source: { name, version },
  evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
});
const HIGH: readonly Rating[] = [{ source: 'ghsa', severity: 'HIGH', method: 'text', original: 'HIGH' }];
const says = (id: string, source: string, name: string, fixed: string, more: Partial<Statement> = {}): Statement => ({
  id,
  source,
  namespace: 'PyPI',
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ introduced: '0', fixed }],
  ratings: source === 'ghsa' ? HIGH : [],
  ...more,
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
const report = (scanner: string, findings: readonly ForeignFinding[]): ScannerReport => ({
  scanner,
  title: scanner,
  format: 'JSON',
  where: scanner,
  subject: {},
  rows: findings.length,
  findings: findings.map((finding, at) => ({ ...finding, row: at })),
  suppressed: [],
  notes: [],
});

/** Pillow 9.5.0: GitHub's record on the flaw of libwebp names two CVEs, and so does PyPA's. */
const PILLOW = wheel('Pillow', '9.5.0');
const LIBWEBP = ['CVE-2023-4863', 'CVE-2023-5129'].flatMap((id) => [
  says(id, 'ghsa', 'pillow', '10.0.1', {
    bulletin: 'GHSA-j7hp-h8jx-5ppr',
    aliases: id === 'CVE-2023-4863' ? ['GHSA-j7hp-h8jx-5ppr'] : [],
  }),
  says(id, 'pysec', 'pillow', '10.0.1', { bulletin: 'PYSEC-2023-175' }),
]);

const os = { id: 'debian', versionId: '11', name: 'Debian' };
const pillow = { inventory: { packages: [PILLOW], os }, store: memoryStore({ statements: LIBWEBP }) };

describe('one flaw with two CVEs in one record', () => {
  it("is one row of Grype's rules, as a scan counts it once", () => {
    const { rows, differences } = compare({ ...pillow, lenses: ['trivy', 'grype'] });
    expect(rows.map(({ id, evidence }) => [id, evidence])).toEqual([['CVE-2023-4863', 'confirmed']]);
    expect(differences).toEqual([]);
  });

  it('is confirmed under the CVE that only a report gives it, with the severity of the finding', () => {
    const { rows } = compare({
      ...pillow,
      reports: [report('trivy', [row('CVE-2023-4863', PILLOW)]), report('grype', [row('CVE-2023-5129', PILLOW)])],
    });
    const own = explain({ ...pillow, id: 'CVE-2023-5129' }).packages.map((known) => known.own);
    expect(own.map(({ finding }) => finding)).toEqual([true]);
    expect(rows.map(({ id, evidence, severity }) => [id, evidence, severity])).toEqual([
      ['CVE-2023-4863', 'confirmed', own[0]!.severity],
      ['CVE-2023-5129', 'confirmed', own[0]!.severity],
    ]);
  });

  it('is explained by the record, where each report has it under another of them', () => {
    const { differences } = compare({
      ...pillow,
      reports: [report('trivy', [row('CVE-2023-4863', PILLOW)]), report('grype', [row('CVE-2023-5129', PILLOW)])],
    });
    expect(differences.map(({ causes }) => `${causes[0]!.code} ${causes[0]!.proof}: ${causes[0]!.says}`)).toEqual([
      'id.alias replayed: GHSA-j7hp-h8jx-5ppr gives one flaw the names CVE-2023-4863 and CVE-2023-5129, and grype has it as CVE-2023-5129',
      'id.alias replayed: GHSA-j7hp-h8jx-5ppr gives one flaw the names CVE-2023-5129 and CVE-2023-4863, and trivy has it as CVE-2023-4863',
    ]);
  });
});

describe('a record with two CVEs, neither of which is held to concern the version, and one of them rejected', () => {
  it('is one candidate of `explain` as of a comparison, whichever of them is asked for', () => {
    const installed = wheel('lib1', '1.2');
    const statements = ['CVE-2023-4002', 'CVE-2023-4000'].map((id) =>
      says(id, 'ghsa', 'lib1', '1.5', { state: 'withdrawn', bulletin: 'GHSA-aaaa-bbbb-ccc0' }),
    );
    const rejected = { id: 'CVE-2023-4002', aliases: [], ratings: [], state: 'rejected' as const };
    const given = {
      inventory: { packages: [installed], os },
      store: memoryStore({ statements, vulnerabilities: [rejected] }),
    };
    const { rows } = compare({
      ...given,
      reports: [report('harbor', [])],
      lenses: ['trivy', 'clair-v4'],
      anyway: true,
    });
    const shown = (id: string): readonly string[] =>
      explain({ ...given, id, lenses: ['trivy', 'clair-v4'] }).packages.flatMap(({ verdicts }) =>
        verdicts.flatMap((verdict) => (verdict.shown ? [verdict.lens] : [])),
      );
    const reported = [...new Set(rows.flatMap(({ reportedBy }) => reportedBy.map((cell) => cell.report)))];
    for (const id of ['CVE-2023-4000', 'CVE-2023-4002'])
      expect(shown(id).map((lens) => `lens:${lens}`)).toEqual(reported);
  });
});

describe('what nobody can tell', () => {
  it('is not called "not affected": a version that is none, a statement that is not yet determined', () => {
    const odd = wheel('odd', 'unknown');
    const tool = deb('tool', '1.0');
    const statements = [
      says('CVE-2023-1', 'pysec', 'odd', '2.0'),
      says('CVE-2023-2', 'debian', 'tool', '2.0', { namespace: 'Debian:11', state: 'undetermined', ranges: [{}] }),
    ];
    const given = { inventory: { packages: [odd, tool], os }, store: memoryStore({ statements }) };
    const { rows } = compare({
      ...given,
      reports: [report('trivy', [row('CVE-2023-1', odd), row('CVE-2023-2', tool)]), report('grype', [])],
    });
    expect(rows.map(({ id, evidence, evidenceSays }) => [id, evidence, evidenceSays])).toEqual([
      ['CVE-2023-1', 'undecidable', 'pysec: unknown is not a version that can be compared'],
      ['CVE-2023-2', 'undecidable', 'debian: by its state no version is known to be affected'],
    ]);
    for (const { id, evidenceSays } of rows)
      expect(explain({ ...given, id }).packages.map(({ own }) => own.says)).toEqual([evidenceSays]);
  });
});

const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });

/** Records of one or two CVEs on Python packages, and Debian's word on its own. */
const spoken = fc.oneof(
  fc
    .record({
      cve: small(3),
      second: fc.option(small(3), { nil: undefined }),
      source: fc.constantFrom('ghsa', 'pysec'),
      name: small(1),
      fixed: fc.constantFrom('1.0', '1.5', '3.0'),
      state: fc.constantFrom('fixed' as const, 'fixed' as const, 'withdrawn' as const),
    })
    .map(({ cve, second, source, name, fixed, state }) => (at: number): readonly Statement[] => {
      const record = source === 'ghsa' ? `GHSA-aaaa-bbbb-ccc${at}` : `PYSEC-2023-${at}`;
      const cves = [...new Set(second === undefined ? [cve] : [cve, second])];
      return cves.map((of) =>
        says(`CVE-2023-400${of}`, source, `lib${name}`, fixed, {
          state,
          // As every feed has it: what is withdrawn says since when.
          ...(state === 'withdrawn' && { withdrawn: '2024-01-01' }),
          ...(cves.length === 1 ? { aliases: [record] } : { bulletin: record }),
        }),
      );
    }),
  fc
    .record({
      cve: small(3),
      state: fc.constantFrom('open' as const, 'fixed' as const, 'undetermined' as const, 'unimportant' as const),
      fixed: fc.constantFrom('1.0', '3.0'),
    })
    .map(({ cve, state, fixed }) => () => [
      says(`CVE-2023-400${cve}`, 'debian', 'tool', fixed, {
        namespace: 'Debian:11',
        state,
        ranges: state === 'fixed' ? [{ fixed }] : [{}],
      }),
    ]),
);

const PACKAGES = [
  wheel('lib0', '1.2'),
  wheel('lib1', '2.0', { ownedBy: { type: 'deb', name: 'python3-lib1' } }),
  wheel('lib1', '1.2'),
  deb('tool', '1.2'),
];

const world = fc.record({
  statements: fc.array(spoken, { maxLength: 8 }).map((all) => all.flatMap((make, at) => make(at))),
  installed: fc.subarray(PACKAGES, { minLength: 1 }),
  named: fc.array(fc.record({ cve: small(3), of: fc.constantFrom(...PACKAGES), by: fc.boolean() }), { maxLength: 6 }),
  rejected: fc.option(small(3), { nil: undefined }),
});

describe('no cause contradicts what `explain` says of the same package and id', () => {
  it('over random databases, images and reports', () => {
    fc.assert(
      fc.property(world, ({ statements, installed, named, rejected }) => {
        const given = {
          inventory: { packages: installed, os },
          store: memoryStore({
            statements,
            covers: ['PyPI', 'Debian:11'],
            vulnerabilities:
              rejected === undefined
                ? []
                : [{ id: `CVE-2023-400${rejected}`, aliases: [], ratings: [], state: 'rejected' as const }],
          }),
        };
        const by = (first: boolean): readonly ForeignFinding[] =>
          named.filter((entry) => entry.by === first).map(({ cve, of }) => row(`CVE-2023-400${cve}`, of));
        // A lens judges what a report names, too: `explain` is given the same reports.
        const asked = { ...given, reports: [report('harbor', by(true)), report('gitlab', by(false))] };
        const comparison = compare({ ...asked, lenses: LENSES, anyway: true });
        for (const row of comparison.rows)
          if (installed.some(({ name, version }) => name === row.package && version === row.version))
            heldTo(row, comparison, packagesOf(row, asked));
          else expect(row.evidence).not.toBe('confirmed');
      }),
      // The same worlds each time, but where more are asked for.
      { numRuns: RUNS, ...(process.env.PROPERTY_RUNS === undefined && { seed: 20 }) },
    );
  });
});

type Row = Comparison['rows'][number];

const LENSES = ['trivy', 'grype', 'clair-v4'];

function packagesOf(
  { id, package: name, version }: Row,
  asked: Omit<Parameters<typeof explain>[0], 'id'>,
): readonly ExplainedPackage[] {
  const all = explain({ ...asked, id, lenses: LENSES }).packages.filter(
    (known) => known.package.toLowerCase() === name && known.version === version,
  );
  // What goes by the id itself, else what has it as a further name.
  const own = all.filter((known) => known.id === id);
  return own.length > 0 ? own : all.filter(({ statements }) => statements.some((statement) => statement.id === id));
}

function heldTo(row: Row, { differences }: Comparison, explained: readonly ExplainedPackage[]): void {
  const told = JSON.stringify([row.key, row.evidence, row.evidenceSays, explained.map(({ own }) => own)]);
  expect(row.evidence === 'confirmed', told).toBe(explained.some(({ own }) => own.finding));
  const shows = (lens: string): boolean =>
    explained.some(({ verdicts }) => verdicts.some((verdict) => verdict.lens === lens && verdict.shown));
  for (const { report: name } of row.reportedBy)
    if (name.startsWith('lens:')) expect(shows(name.slice(5)), `${name} ${told}`).toBe(true);
  for (const { key, kind, values, between, causes } of differences as readonly Difference[]) {
    if (key !== row.key || kind !== 'present') continue;
    const lacks = values[0] === null ? between[0] : between[1];
    // A rule that leaves it out, by which `explain` shows it, is no cause. That nobody knows it contradicts nothing.
    if (lacks.startsWith('lens:') && shows(lacks.slice(5)))
      for (const { code } of causes) expect(['id.alias', 'unexplained'], `${lacks} ${told}`).toContain(code);
  }
}

/** Every row of Grype's rules in a comparison is one that `explain` shows under the same id. */
function expectGrypeAsExplained(given: Omit<Parameters<typeof explain>[0], 'id'>): void {
  const { rows } = compare({ ...given, lenses: LENSES, anyway: true });
  const reported = rows.filter(({ reportedBy }) => reportedBy.some(({ report: name }) => name === 'lens:grype'));
  expect(reported.length).toBeGreaterThan(0);
  for (const { id } of reported)
    expect(
      explain({ ...given, id, lenses: LENSES }).packages.flatMap(({ verdicts }) =>
        verdicts.flatMap(({ lens, shown }) => (shown ? [lens] : [])),
      ),
    ).toContain('grype');
}

describe('two records that share a rejected CVE', () => {
  it.each([0, 1])(
    'are rows under an id of which explain says the same, also where a report names another (%i)',
    (rejected) => {
      const installed = wheel('lib0', '1.2');
      const given = {
        inventory: { packages: [installed], os },
        store: memoryStore({
          statements: [
            says('CVE-2023-4000', 'ghsa', 'lib0', '3.0', { bulletin: 'GHSA-aaaa-bbbb-ccc0' }),
            says('CVE-2023-4001', 'ghsa', 'lib0', '3.0', { bulletin: 'GHSA-aaaa-bbbb-ccc0' }),
            says('CVE-2023-4001', 'pysec', 'lib0', '1.5', { bulletin: 'PYSEC-2023-1' }),
            says('CVE-2023-4003', 'pysec', 'lib0', '1.5', { bulletin: 'PYSEC-2023-1' }),
          ],
          vulnerabilities: [{ id: `CVE-2023-400${rejected}`, aliases: [], ratings: [], state: 'rejected' as const }],
        }),
        reports: [report('harbor', []), report('gitlab', [row('CVE-2023-4003', installed)])],
      };
      expectGrypeAsExplained(given);
    },
  );
});

describe('two records that share a CVE, where a third CVE of the first is rejected', () => {
  it('are rows of Grype under a CVE that each names, and none of them under the rejected one', () => {
    const installed = wheel('lib0', '1.2');
    const record = (bulletin: string, ...cves: readonly string[]): Statement[] =>
      cves.map((id) => says(id, 'ghsa', 'lib0', '1.5', { bulletin }));
    const given = {
      inventory: { packages: [installed], os },
      store: memoryStore({
        statements: [
          ...record('GHSA-aaaa-bbbb-ccc0', 'CVE-2023-4000', 'CVE-2023-4002'),
          ...record('GHSA-aaaa-bbbb-ccc1', 'CVE-2023-4003', 'CVE-2023-4002'),
        ],
        vulnerabilities: [{ id: 'CVE-2023-4000', aliases: [], ratings: [], state: 'rejected' as const }],
      }),
    };
    expectGrypeAsExplained(given);
  });
});
