import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../model.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import type { Comparison, Difference } from './comparison.ts';

/** `PROPERTY_RUNS=2000` tries more than a quick suite has time for. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const score = fc.record({
  source: fc.constantFrom('nvd', 'ghsa', 'any', 'snyk'),
  method: fc.constantFrom('CVSS:2.0', 'CVSS:3.1'),
  score: small(100).map((tenths) => tenths / 10),
  severity: fc.constantFrom(...SEVERITIES),
});

/** A finding as any reader may yield it, of few packages and ids so that reports meet. */
const finding = fc
  .record({
    cve: small(5),
    alias: fc.boolean(),
    name: small(3),
    sourced: fc.boolean(),
    version: small(1),
    type: fc.constantFrom('deb', 'pypi', undefined),
    severity: fc.constantFrom(...SEVERITIES),
    severitySource: fc.constantFrom(undefined, undefined, 'nvd', 'debian', 'ghsa', 'redhat'),
    vendorWord: fc.constantFrom(undefined, undefined, 'unimportant', 'low', 'minor issue', 'not yet assigned'),
    ratings: fc.array(score, { maxLength: 2 }),
    fix: fc.constantFrom('fixed', 'not-fixed', 'wont-fix', 'unknown'),
    status: fc.constantFrom(undefined, 'affected', 'will_not_fix'),
    feed: fc.constantFrom(undefined, 'debian', 'nvd:cpe', 'ghsa'),
    match: fc.constantFrom(undefined, 'cpe-match', 'exact-direct-match'),
    validity: fc.constantFrom(undefined, undefined, 'rejected', 'unanalysed'),
    published: fc.constantFrom(undefined, '2023-01-01', '2024-06-01'),
    place: small(2),
    held: fc.boolean(),
  })
  .map((entry): ForeignFinding & { readonly held: boolean } => ({
    row: 0,
    id: entry.alias ? `GHSA-aaaa-bbbb-ccc${entry.cve}` : `CVE-2023-300${entry.cve}`,
    aliases: entry.alias ? [`CVE-2023-300${entry.cve}`] : [],
    package: `bin${entry.name}`,
    kind: 'binary',
    ...(entry.sourced && { source: { name: `source${entry.name % 2}` } }),
    version: `1.${entry.version}`,
    ...(entry.type !== undefined && { type: entry.type }),
    severity: entry.severity,
    ...(entry.severitySource !== undefined && { severitySource: entry.severitySource }),
    ...(entry.vendorWord !== undefined && { vendorWord: entry.vendorWord }),
    ratings: entry.ratings,
    fix: { state: entry.fix as ForeignFinding['fix']['state'], versions: entry.fix === 'fixed' ? ['2'] : [] },
    ...(entry.status !== undefined && { status: entry.status }),
    ...(entry.feed !== undefined && { feed: entry.feed }),
    ...(entry.match !== undefined && { match: entry.match }),
    ...(entry.validity !== undefined && { validity: entry.validity as 'rejected' }),
    ...(entry.published !== undefined && { published: entry.published }),
    locations: [`/place/${entry.place}`],
    held: entry.held,
  }));

const scanned = fc
  .record({
    findings: fc.array(finding, { maxLength: 14 }),
    scanner: fc.constantFrom('trivy', 'grype', 'snyk', 'ecr-basic', 'osv-scanner', 'harbor'),
    version: fc.constantFrom(undefined, '0.50.0', '0.90.0'),
    os: fc.constantFrom(undefined, 'debian:11', 'debian:12', 'alpine:3.18'),
    database: maybe(fc.constantFrom('2023-02-01', '2024-01-01')),
    scope: fc.constantFrom(undefined, 'squashed' as const, 'all-layers' as const),
    only: fc.constantFrom(undefined, undefined, 'fixed' as const),
    grouped: fc.boolean(),
  })
  .map(({ findings, scanner, version, os, database, scope, only, grouped }): ScannerReport => {
    const rows = findings
      .filter((finding) => !finding.held)
      // Some scanners have one row for several packages.
      .map(({ held: _, ...sample }, at): ForeignFinding => ({ ...sample, row: grouped ? Math.floor(at / 2) : at }));
    return {
      scanner,
      title: scanner,
      format: 'JSON',
      ...(version !== undefined && { version }),
      where: 'x',
      subject: os === undefined ? {} : { os },
      ...(database !== undefined && { database: { date: database } }),
      rows: new Set(rows.map((row) => row.row)).size,
      findings: rows,
      suppressed: findings
        .filter((finding) => finding.held)
        .map(({ held: _, ...sample }) => ({ ...sample, row: -1, suppressed: 'a rule' })),
      ...((scope !== undefined || only !== undefined) && {
        settings: { ...(scope !== undefined && { scope }), ...(only !== undefined && { only }) },
      }),
      notes: [],
    };
  });

const of = (reports: readonly ScannerReport[]): Comparison => compare({ reports, anyway: true });

/** What is said between two, without the names that a comparison of more gives. */
const between = ({ differences, bridges }: Comparison, a: string, b: string): unknown => ({
  differences: differences
    .filter((difference) => difference.between[0] === a && difference.between[1] === b)
    .map(({ kind, values, causes }) => ({ kind, values, causes: causes.map(({ code, proof }) => `${code} ${proof}`) })),
  bridges: bridges
    .filter((bridge) => bridge.from === a && bridge.to === b)
    .map(({ severity, start, steps, end }) => ({
      severity,
      start,
      steps: steps.map(({ code, count, proof }) => `${count} ${code} ${proof}`),
      end,
    })),
});

/** The differences of two, read from the other end. */
const turnedDifferences = ({ differences }: Comparison): unknown =>
  differences
    .map(({ kind, values, causes, key }: Difference) => [
      key,
      kind,
      [values[1], values[0]],
      causes.map(({ code, proof }) => `${code} ${proof}`),
    ])
    .sort();

describe('laws of causes, over any reports', () => {
  it('between two do not change when a third is added', () => {
    fc.assert(
      fc.property(scanned, scanned, scanned, (a, b, c) => {
        const named = (report: ScannerReport, scanner: string): ScannerReport => ({ ...report, title: scanner });
        const [sample, two, three] = [named(a, 'a'), named(b, 'b'), named(c, 'c')];
        const pair = of([sample, two]);
        const [left, right] = pair.reports.map(({ name }) => name);
        const all = of([sample, two, three]);
        const [first, second] = all.reports.map(({ name }) => name);
        expect(between(all, first!, second!)).toEqual(between(pair, left!, right!));
      }),
      { numRuns: RUNS },
    );
  });

  it('do not change when the order is turned', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        const there = of([a, b]);
        const back = of([b, a]);
        const straight = there.differences
          .map(({ key, kind, values, causes }) => [
            key,
            kind,
            [...values],
            causes.map(({ code, proof }) => `${code} ${proof}`),
          ])
          .sort();
        expect(turnedDifferences(back)).toEqual(straight);
        const { from: _, to: __, ...tally } = there.tallies[0]!;
        expect(back.tallies[0]).toMatchObject(tally);
      }),
      { numRuns: RUNS },
    );
  });

  it('identical reports have no difference', () => {
    fc.assert(
      fc.property(scanned, (report) => {
        const comparison = of([report, report]);
        expect(comparison.differences).toEqual([]);
        expect(comparison.bridges.flatMap(({ steps }) => steps)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('one scan in two formats differs by what they can say only', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        // One run calls a vulnerability by one id throughout.
        const ids = new Set(
          [a, b].flatMap(({ findings, suppressed }) => [...findings, ...suppressed].map(({ id }) => id)),
        );
        fc.pre(![a, b].some(({ findings }) => findings.some(({ aliases }) => aliases.some((alias) => ids.has(alias)))));
        const made = { scanner: 'trivy', version: '0.50.0', created: '2024-02-01T10:00:00.25Z' };
        // What settings are stated is of the one run as well.
        const same = { subject: a.subject, settings: a.settings ?? {}, suppressed: [] };
        const comparison = of([
          { ...a, ...made, ...same, format: 'Trivy JSON' },
          { ...b, ...made, ...same, format: 'CycloneDX', created: '2024-02-01T10:00:00Z' },
        ]);
        const others = comparison.differences
          .flatMap(({ causes }) => causes)
          .filter(({ code }) => code !== 'report.parse' && code !== 'filter.default');
        expect(others).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('a row that one of two formats lacks is no matter of the format without a sign of it', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        const { differences } = of([
          { ...a, scanner: 'trivy', version: '0.50.0', format: 'Trivy JSON' },
          { ...b, scanner: 'trivy', version: '0.50.0', format: 'SARIF' },
        ]);
        for (const { kind, causes } of differences)
          for (const { code, proof, says } of kind === 'present' ? causes : [])
            if (code === 'report.parse')
              expect([proof, says]).toEqual(['inferred', expect.stringMatching(/names otherwise$/)]);
      }),
      { numRuns: RUNS },
    );
  });

  it('what only one has goes to the cause of that, with all its rows: never to what a row is', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        const comparison = of([a, b]);
        const shared = comparison.rows.filter(({ agreement }) => agreement === 'all').length;
        if (shared > 0) return;
        for (const bridge of comparison.bridges)
          for (const { code } of bridge.steps) expect(code).not.toMatch(/^unit\.|^id\.alias/);
      }),
      { numRuns: RUNS },
    );
  });

  it('rows booked and unexplained rows together are the difference of the totals', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        const { bridges, tallies, unexplained } = of([a, b]);
        const [total] = bridges;
        const open = total!.steps.filter(({ code }) => code === 'unexplained');
        const booked = total!.steps.filter(({ code }) => code !== 'unexplained');
        const sum = (steps: typeof open): number => steps.reduce((all, { count }) => all + count, 0);
        expect(sum(booked) + sum(open)).toBe(total!.end - total!.start);
        expect(unexplained.rows).toBe(open.reduce((all, { count }) => all + Math.abs(count), 0));
        expect(open.every(({ proof }) => proof === 'none') && booked.every(({ proof }) => proof !== 'none')).toBe(true);
        const { places, stated, replayed, inferred, unexplained: none } = tallies[0]!;
        expect(stated + replayed + inferred + none).toBe(places);
      }),
      { numRuns: RUNS },
    );
  });

  it('a cause never contradicts what a report states of the severity', () => {
    fc.assert(
      fc.property(scanned, scanned, (a, b) => {
        const { differences } = of([
          { ...a, scanner: 'trivy', subject: { os: 'debian:11' } },
          { ...b, scanner: 'grype', subject: { os: 'debian:11' } },
        ]);
        for (const { kind, causes } of differences) {
          if (kind !== 'severity') continue;
          const [{ code, evidence }] = causes as [Difference['causes'][number]];
          const sources = evidence
            .map(({ text }) => /names (\w+) as the source/.exec(text)?.[1])
            .filter((source) => source !== undefined);
          // Both name their source: NVD and Debian are two sources, Debian twice is none.
          if (sources.length < 2 || code === 'unexplained') continue;
          if (sources[0] !== sources[1]) expect(code).toBe('severity.source-order');
          else expect(code).not.toBe('severity.source-order');
        }
      }),
      { numRuns: 2 * RUNS },
    );
  });
});
