import { describe, expect, it } from 'vitest';
import { wheel } from '../../../test/report.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { compare } from '../../compare/compare.ts';
import { explain } from '../../compare/explain.ts';
import type { Package, Severity, Statement } from '../../model.ts';
import type { ForeignFinding, ScannerReport } from '../../scanners/scanner.ts';
import { explainTable } from './explain-table.ts';
import { compareFormatNamed } from './format.ts';

const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'];

const report = (scanner: string, title: string, ids: readonly string[], turn: number): ScannerReport => ({
  scanner,
  title,
  format: 'JSON',
  where: 'report.json',
  subject: { name: 'registry.example/team/image:2023-07-01' },
  rows: ids.length,
  findings: ids.map(
    (id, at): ForeignFinding => ({
      row: at,
      id,
      aliases: [],
      package: at % 2 === 0 ? 'gstreamer1.0-plugins-base' : 'jackson-databind',
      kind: 'source',
      version: '2:1.18.4+really1.18.4-2+deb11u1~bpo10+1',
      type: 'deb',
      severity: SEVERITIES[(at + turn) % SEVERITIES.length]!,
      ratings: [],
      fix: { state: 'not-fixed', versions: [] },
      locations: [],
    }),
  ),
  suppressed: [],
  notes: [
    { code: 'partial', message: 'rows of packages whose system is not known were left as they stand', count: 12 },
  ],
});

const ids = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    at % 5 === 0 ? `GHSA-mc87-3fv2-${1000 + from + at}` : `CVE-2023-${1000234 + from + at}`,
  );

describe('an explanation on a terminal', () => {
  const statement: Statement = {
    id: 'CVE-2022-40897',
    source: 'pysec',
    namespace: 'PyPI',
    package: 'setuptools',
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed: '65.5.1' }],
    ratings: [],
  };
  const explanation = explain({
    id: 'CVE-2022-40897',
    store: memoryStore({ statements: [statement] }),
    inventory: { packages: [wheel('setuptools', '58.1.0')] },
  });

  it.each([60, 80, 120, 200])('stands out nowhere at %i columns, and cuts no version', (width) => {
    const text = [...explainTable(explanation, { width })].join('');
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
    expect(text).toMatch(width < 100 ? /^ {2}Plimsoll: unknown, fix 65\.5\.1$/m : /^ {2}Plimsoll +unknown +65\.5\.1 /m);
  });

  it.each([60, 80, 100])(
    'tells those together who say the same by the same rule, and breaks no version, at %i columns',
    (width) => {
      const long = '2:1.18.4+really1.18.4-2+deb11u1~bpo10+1';
      const debian: Statement = {
        ...statement,
        id: 'CVE-2024-5171',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'aom',
        ranges: [{ fixed: long }],
      };
      const libaom: Package = {
        ...wheel('libaom0', '1.0'),
        type: 'deb',
        namespace: 'Debian:11',
        source: { name: 'aom', version: '1.0' },
      };
      const told = explain({
        id: 'CVE-2024-5171',
        store: memoryStore({ statements: [debian] }),
        inventory: { packages: [libaom], os: { id: 'debian', versionId: '11', name: 'Debian 11' } },
      });
      const text = [...explainTable(told, { width })].join('');
      expect(text).toMatch(/^ {2}Trivy, Trivy \(2023\),/m);
      const versions = text.split('\n').filter((line) => line.includes('deb11u1'));
      expect(versions.length).toBeGreaterThan(3);
      for (const line of versions) expect(line).toContain(long);
      expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
    },
  );
});

describe('a comparison on a terminal', () => {
  const comparison = compare({
    reports: [
      report('trivy', 'Trivy 0.74.0', ids(0, 40), 0),
      report('docker-scout', 'Docker Scout 1.18.2', ids(10, 40), 1),
      report('snyk', 'Snyk Container 1.1194.0', ids(20, 60), 2),
      report('anchore', 'Anchore Enterprise', ids(30, 30), 3),
    ],
  });

  it.each([60, 72, 80, 100, 120])('stands out nowhere at %i columns, whatever is listed', (width) => {
    for (const all of [false, true]) {
      const text = [...compareFormatNamed('table').render(comparison, { width, all })].join('');
      expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
      for (const word of ['What they say', 'Why single findings differ', 'What only one reports', 'CRIT'])
        expect(text.toUpperCase()).toContain(word.toUpperCase());
    }
  });
});

describe('the story of a pair', () => {
  const trivy = report('trivy', 'Trivy 0.74.0', ids(0, 40), 0);
  const grype = report('grype', 'Grype 0.121.2', ids(10, 20), 1);

  it('keeps rows and severities apart, each number under what it is a number of', () => {
    const text = [...compareFormatNamed('table').render(compare({ reports: [trivy, grype] }), { width: 100 })].join('');
    const story = text.slice(text.indexOf('Trivy 0.74.0 counts'), text.indexOf('What they say'));
    expect(story).toMatch(/^ {2}Rows, from 40 to 20\n {4}-\d+ {2}/m);
    expect(story).toMatch(/^ {2}Severities of findings that both report: 20 differ\n {4}\u00a0*20 {2}/m);
    expect(story).not.toMatch(/\d (?:rows|severities):/);
  });

  it('calls rules rules where a report of the same scanner stands beside them, and tells once that they agree', () => {
    const both = compare({
      reports: [trivy],
      lenses: ['trivy', 'trivy-2023'],
      inventory: { packages: [] },
      store: memoryStore({ statements: [] }),
    });
    const text = [...compareFormatNamed('table').render(both, { width: 100 })].join('');
    expect(text).toMatch(/^Trivy \(rules\) /m);
    const rules = compare({
      reports: [],
      lenses: ['trivy', 'trivy-2023'],
      inventory: { packages: [] },
      store: memoryStore({ statements: [] }),
    });
    expect([...compareFormatNamed('table').render(rules, { width: 100 })].join('')).not.toContain('(rules)');
    const twice = compare({ reports: [trivy, { ...trivy, where: 'again.json' }] });
    const alike = [...compareFormatNamed('table').render(twice, { width: 100 })].join('');
    expect(alike).toMatch(/^From Trivy 0\.74\.0 \(trivy\) to Trivy 0\.74\.0 \(trivy-2\): the same 40 rows$/m);
  });
});

describe('what is printed adds up, line by line', () => {
  const number = (text: string | undefined): number => Number((text ?? '').replace(/[,=\s]/g, ''));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

  /** Every bridge of a printed comparison: its first figure, its steps and its last, of all rows and of each severity. */
  function bridges(text: string): readonly { readonly steps: readonly number[]; readonly end: number }[] {
    const actual: { steps: number[]; end: number }[] = [];
    for (const [, body] of text.matchAll(/^From .+ to .+\n((?: .*\n)+)/gm)) {
      const lines = body!.split('\n');
      const last = lines.findIndex((line) => /^ +=.*rows of/.test(line));
      const steps = lines.slice(0, last).flatMap((line) => /^ {2,}([+-]?[\d,]+) {2}/.exec(line)?.[1] ?? []);
      actual.push({ steps: steps.map(number), end: number(/= +([\d,]+)/.exec(lines[last]!)?.[1]) });
      let level: { steps: number[]; end: number } | undefined;
      for (const line of lines.slice(last + 1)) {
        const first = /^ {4}[a-z]+ +([\d,]+) /.exec(line);
        if (first) {
          level = { steps: [number(first[1])], end: number(/= +([\d,]+)$/.exec(line)?.[1]) };
          actual.push(level);
        }
        level?.steps.push(...[...line.matchAll(/([+-][\d,]+)\u00a0/g)].map(([, step]) => number(step)));
      }
    }
    return actual;
  }

  it.each([undefined, 60, 80, 100, 140])('at %s columns: rows, severities, and who reports what', (width) => {
    const reports = [
      report('trivy', 'Trivy 0.74.0', ids(0, 1400), 0),
      report('grype', 'Grype 0.121.2', ids(200, 1300), 1),
      report('snyk', 'Snyk Container', ids(700, 40), 2),
    ];
    const comparison = compare({ reports });
    const text = [...compareFormatNamed('table').render(comparison, width === undefined ? {} : { width })].join('');
    const all = bridges(text);
    expect(all.length).toBeGreaterThan(10);
    for (const { steps, end } of all) expect(sum(steps)).toBe(end);
    const who = /^Who reports what[\s\S]*?\n((?: +[\d,]+ {2}.*\n)+)/m.exec(text)?.[1];
    const counts = [...(who ?? '').matchAll(/^ +([\d,]+) {2}/gm)].map(([, count]) => number(count));
    expect(sum(counts)).toBe(comparison.rows.length);
    // Each scanner's severities are its rows.
    for (const { title } of reports) {
      const line = new RegExp(`^${title.slice(0, 8)}\\S*.*?((?: +(?:[\\d,]+|-))+)(?: {2}\\d.*)?$`, 'm').exec(
        text.slice(text.indexOf('What they say')),
      )?.[1];
      const figures = (line ?? '')
        .trim()
        .split(/ +/)
        .map((figure) => (figure === '-' ? 0 : number(figure)));
      expect(sum(figures.slice(1, 7))).toBe(figures[0]);
    }
  });

  it('and no id is cut, however narrow', () => {
    const comparison = compare({
      reports: [report('trivy', 'Trivy', ids(0, 40), 0), report('grype', 'Grype', ids(10, 40), 1)],
    });
    const text = [...compareFormatNamed('table').render(comparison, { width: 80, all: true })].join('');
    expect(text.slice(text.indexOf('What only one reports'))).not.toMatch(/CVE-[\d-]*…|GHSA[^ ]*…/);
  });
});
