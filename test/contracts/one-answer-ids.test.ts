import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import type { AdvisoryStore } from '../../src/advisories/store/store.ts';
import { compare } from '../../src/compare/compare.ts';
import { explain } from '../../src/compare/explain.ts';
import { match } from '../../src/matching/match.ts';
import type { Package, Report, Statement, Vulnerability } from '../../src/model.ts';
import { applyExceptions } from '../../src/policy/exceptions/index.ts';
import { contradictions, scanned } from '../one-answer.ts';
import { ownReport } from '../own-report.ts';
import { wheel } from '../report.ts';
import { SYSTEMS } from '../worlds.ts';

/*
 * One answer where ids are tangled: joined by aliases, taken back, rejected. By OSV's schema a record is withdrawn for itself alone, and an alias says that
 * two records are one vulnerability: what one publisher takes back, of one package or under one id, takes nothing from what another still says.
 * https://ossf.github.io/osv-schema/#withdrawn-field, https://ossf.github.io/osv-schema/#aliases-field
 */

const [CVE, OTHER_CVE, GITHUB, PYPA, BULLETIN] = [
  'CVE-2024-10001',
  'CVE-2024-10002',
  'GHSA-aaaa-bbbb-cccc',
  'PYSEC-2024-1',
  'DSA-5343-1',
] as const;
const TAKEN_BACK = { withdrawn: '2024-01-01T00:00:00Z' } as const;
const pad = wheel('left-pad', '3.0');
const six = wheel('six', '1.16.0');

const says = (id: string, aliases: readonly string[] = [], more: Partial<Statement> = {}): Statement => ({
  id,
  source: 'pysec',
  namespace: 'PyPI',
  package: 'left-pad',
  aliases,
  state: 'open',
  ranges: [],
  ratings: [],
  ...more,
});

interface Answered {
  readonly scan: Report;
  readonly store: AdvisoryStore;
  /** Id and package of each finding, with its other names. */
  readonly told: readonly string[];
}

/** What a scan finds, after every other part has been asked for the same, of these ids besides those that it finds. */
async function answered(
  packages: readonly Package[],
  statements: readonly Statement[],
  vulnerabilities: readonly Vulnerability[] = [],
): Promise<Answered> {
  const store = memoryStore({ statements, vulnerabilities });
  const { scan, given } = scanned(packages, SYSTEMS[0], store);
  const ids = [...new Set([CVE, OTHER_CVE, GITHUB, PYPA, BULLETIN, ...scan.findings.map(({ id }) => id)])];
  expect(await contradictions(scan, given, store, ids)).toEqual([]);
  const told = scan.findings.map(({ id, package: { name }, aliases }) => [id, 'in', name, ...aliases].join(' '));
  return { scan, store, told };
}

describe('one answer where ids are tangled', () => {
  it('a record that joins two CVEs: what was taken back lies with what still stands under the same id', async () => {
    const { told, scan, store } = await answered(
      [pad],
      [
        says(BULLETIN, [OTHER_CVE], { state: 'fixed' }),
        says(PYPA, [CVE]),
        says(PYPA, [GITHUB]),
        says(PYPA, [BULLETIN]),
        says(PYPA, [BULLETIN], { ...TAKEN_BACK, package: 'six' }),
        says(GITHUB),
        says(GITHUB, [], TAKEN_BACK),
        says(CVE, [], TAKEN_BACK),
        says(CVE),
      ],
      // Two records join them, one that PyPA's is the other CVE.
      [{ id: BULLETIN, aliases: [PYPA], ratings: [] }],
    );
    expect(told).toEqual([`${CVE} in left-pad`, `${OTHER_CVE} in left-pad ${BULLETIN} ${GITHUB} ${PYPA}`]);
    const { rows } = compare({
      reports: [await ownReport(scan), await ownReport(scan)],
      inventory: { packages: [pad] },
      subject: scan.subject,
      store,
    });
    // What is GitHub's goes by the CVE that the database joins it to, as in the scan.
    expect(rows.map(({ id, evidence }) => [id, evidence])).toEqual([
      [CVE, 'confirmed'],
      [OTHER_CVE, 'confirmed'],
    ]);
  });

  it('the same statements under another name in another version: each is told by who speaks under that name', () => {
    const statements = [
      says(BULLETIN),
      says(CVE, [], { ranges: [{ fixed: '2.0' }] }),
      says(PYPA, [CVE], { state: 'unimportant' }),
      says(OTHER_CVE, [BULLETIN], { package: 'six' }),
      says(OTHER_CVE, [PYPA], { package: 'six' }),
    ];
    const store = memoryStore({
      statements,
      // Two records say so, and one that it is the first.
      vulnerabilities: [1, 2].map(() => ({ id: OTHER_CVE, aliases: [PYPA], ratings: [] })),
    });
    const states = (...versions: readonly string[]): readonly string[] =>
      match(
        versions.map((version) => wheel('left-pad', version)),
        store,
      ).findings.map(({ id, package: { version }, state }) => `${version} ${id} ${state}`);
    // Two CVEs are two vulnerabilities: what is joined to the second goes by its name, whether the first is fixed or not.
    expect(states('3.0')).toEqual([`3.0 ${OTHER_CVE} open`]);
    expect(states('1.0')).toEqual([`1.0 ${CVE} open`, `1.0 ${OTHER_CVE} open`]);
    expect(states('3.0', '1.0').toSorted()).toEqual([...states('1.0'), ...states('3.0')].toSorted());
  });

  it('taken back of one package only: a finding of the other', async () => {
    const { told } = await answered([pad, six], [says(PYPA, [CVE], TAKEN_BACK), says(PYPA, [CVE], { package: 'six' })]);
    expect(told).toEqual([`${CVE} in six ${PYPA}`]);
  });

  it('taken back by one publisher and not by another: what the other says counts, and of the first its name alone is in it', async () => {
    const ratings = [{ source: 'ghsa', severity: 'CRITICAL' as const, method: 'text' }];
    const { told, scan, store } = await answered(
      [pad],
      [
        says(GITHUB, [CVE], { ...TAKEN_BACK, source: 'ghsa', state: 'fixed', ranges: [{ fixed: '9.0' }], ratings }),
        says(PYPA, [CVE], { ratings: [{ source: 'pysec', severity: 'LOW', method: 'text' }] }),
      ],
    );
    expect(told).toEqual([`${CVE} in left-pad ${GITHUB} ${PYPA}`]);
    expect(scan.findings.map(({ severity, fix }) => [severity, fix.state])).toEqual([['LOW', 'not-fixed']]);
    const explained = explain({ id: GITHUB, inventory: { packages: [pad] }, store, lenses: [] });
    expect(explained.validity).toBeUndefined();
    expect(
      explained.packages.map(({ id, own, statements }) => [id, own.finding, statements.map(({ judged }) => judged)]),
    ).toEqual([[CVE, true, [expect.stringContaining('is affected'), 'the publisher took it back']]]);
  });

  it('taken back by all: no finding, under whichever of its ids it is asked for', async () => {
    const { told, store } = await answered(
      [pad],
      [says(GITHUB, [CVE], { ...TAKEN_BACK, source: 'ghsa' }), says(PYPA, [CVE], TAKEN_BACK)],
    );
    expect(told).toEqual([]);
    for (const id of [CVE, GITHUB, PYPA])
      expect(explain({ id, inventory: { packages: [pad] }, store, lenses: [] }).validity, id).toBe('withdrawn');
  });

  it('joined by two records, neither of which names both ends: one vulnerability, excepted by any of its ids', async () => {
    const { told, scan } = await answered([pad], [says(CVE), says(PYPA, [GITHUB]), says(GITHUB, [CVE])]);
    expect(told).toEqual([`${CVE} in left-pad ${GITHUB} ${PYPA}`]);
    for (const id of [CVE, GITHUB, PYPA]) {
      const by = { source: 'policy', where: 'plimsoll.yaml:2', status: 'accepted' } as const;
      const { findings } = applyExceptions(scan, [{ ids: [id], by }], new Date('2026-01-01'));
      expect(findings, id).toEqual([]);
    }
  });

  it('joined by a record that was itself taken back: the ids are one still, and what stands of them counts', async () => {
    const { told } = await answered([pad], [says(PYPA), says(GITHUB, [PYPA, CVE], TAKEN_BACK), says(CVE)]);
    expect(told).toEqual([`${CVE} in left-pad ${GITHUB} ${PYPA}`]);
  });

  it('taken from a record that names several CVEs: known by its id too', async () => {
    // GitHub's record of Pillow names CVE-2023-4863 and CVE-2023-5129: it is the alias of neither, and each statement says where it is from.
    const record = { bulletin: GITHUB, source: 'ghsa' };
    const { told, store } = await answered([pad], [says(CVE, [], record), says(OTHER_CVE, [], record)]);
    expect(told).toEqual([`${CVE} in left-pad ${OTHER_CVE} ${GITHUB}`]);
    const { packages } = explain({ id: GITHUB, inventory: { packages: [pad] }, store, lenses: [] });
    expect(packages.map(({ id, own }) => [id, own.finding])).toEqual([[CVE, true]]);
  });

  it('rejected, in favour of another or for good, where the publisher of the package stands by it', async () => {
    const rejected = (id: string, description: string): Vulnerability => ({
      id,
      aliases: [],
      ratings: [],
      state: 'rejected',
      description,
    });
    const statements = [says(CVE), says(OTHER_CVE, [], { source: 'ghsa' })];
    const alone = await answered([pad], statements, [rejected(OTHER_CVE, 'Not a security issue.')]);
    expect(alone.told).toEqual([`${CVE} in left-pad`, `${OTHER_CVE} in left-pad`]);
    const duplicate = await answered([pad], statements, [
      rejected(OTHER_CVE, `This CVE is a duplicate of ${CVE}. All users should refer to it.`),
    ]);
    expect(duplicate.told).toEqual([`${CVE} in left-pad ${OTHER_CVE}`]);
  });
});
