import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../test/report.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { match } from '../matching/match.ts';
import type { Package, Report, Severity, Statement } from '../model.ts';
import { earlierOfReport, verify } from '../remediate/plan/index.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { foreignView } from './foreign-view.ts';

/*
 * A Debian 11 with urllib3 1.26.20 beside an old pip was scanned by Trivy, then urllib3, pip and libsepol were upgraded. pip 26.0 carries a urllib3
 * 1.26.20 of its own in a list (`pip/_vendor/vendor.txt`), which neither Trivy nor Grype reads; real Trivy reports after the
 * change what the last test says.
 */

const SITE = 'opt/venv/lib/python3.9/site-packages';
const at = (name: string, version: string, path: string, more: Partial<Package> = {}): Package => ({
  ...wheel(name, version),
  evidence: [{ path, layer: 3, diffID: 'sha256:3', analyzer: 'python-dist' }],
  ...more,
});
const vendored = at('urllib3', '1.26.20', `${SITE}/pip/_vendor/vendor.txt`, {
  role: 'vendored',
  certainty: 'content',
});
const upgraded = at('urllib3', '2.6.3', `${SITE}/urllib3-2.6.3.dist-info/METADATA`);
const packages = [upgraded, vendored, deb('libsepol1', '3.1-1+deb11u1', 'libsepol')];

const ghsa = (id: string, cve: string, name: string, below: string, severity: Severity): Statement => ({
  ...{ id, aliases: [cve], source: 'ghsa', namespace: 'PyPI', package: name, state: 'fixed' },
  ranges: [{ fixed: below }],
  ratings: [{ source: 'ghsa', severity, method: 'text', original: severity.toLowerCase() }],
});
const statements: Statement[] = [
  ghsa('GHSA-gm62-xv2j-4w53', 'CVE-2025-66418', 'urllib3', '2.6.0', 'HIGH'),
  ghsa('GHSA-mf9v-mfxr-j63j', 'CVE-2026-44432', 'urllib3', '2.7.0', 'HIGH'),
  // The tracker calls it open and names the version of a point release in which it is fixed.
  {
    ...{
      id: 'CVE-2021-36087',
      aliases: [],
      source: 'debian',
      namespace: 'Debian:11',
      package: 'libsepol',
      state: 'open',
    },
    ranges: [{ limit: '3.1-1+deb11u1' }],
    ratings: [{ source: 'debian', severity: 'UNKNOWN', method: 'urgency', original: 'not yet assigned' }],
  },
];
const store = memoryStore({ statements });
const now: Report = {
  ...report(),
  os: { id: 'debian', versionId: '11', name: 'Debian 11' },
  packages,
  findings: match(packages, store).findings,
};

const row = (
  id: string,
  name: string,
  version: string,
  path: string,
  more: Partial<ForeignFinding> = {},
): ForeignFinding => ({
  ...{ row: 0, id, aliases: [], package: name, kind: 'unknown', version, type: 'pypi', severity: 'HIGH', ratings: [] },
  ...{ fix: { state: 'fixed', versions: ['2.6.0'] }, locations: [path] },
  ...more,
});
const trivy = (findings: readonly ForeignFinding[], more: Partial<ScannerReport> = {}): ScannerReport => ({
  ...{ scanner: 'trivy', title: 'Trivy 0.69.0', format: 'Trivy JSON', version: '0.69.0', where: 'before.json' },
  ...{ subject: { name: 'service:1' }, rows: findings.length, suppressed: [], notes: [] },
  findings: findings.map((finding, index) => ({ ...finding, row: index })),
  ...more,
});
const urllib3 = row('CVE-2025-66418', 'urllib3', '1.26.20', `/${SITE}/urllib3-1.26.20.dist-info/METADATA`);
const libsepol = row('CVE-2021-36087', 'libsepol1', '3.1-1', '', {
  ...{ type: 'deb', kind: 'binary', source: { name: 'libsepol', version: '3.1-1' }, severity: 'LOW', locations: [] },
  fix: { state: 'not-fixed', versions: [] },
});
const verified = (before: ScannerReport) =>
  verify(earlierOfReport(before), now, undefined, foreignView(before, now, store));
const ids = (findings: readonly { readonly id: string; readonly name: string; readonly version: string }[] = []) =>
  findings.map(({ id, name, version }) => `${id} ${name} ${version}`);

describe('the report of another scanner before a change', () => {
  it('is not made to have told of the copy within a newer pip: its own finding is cleared, the copy is in neither count', () => {
    const { cleared, remaining, fresh, untold, freshOfGoal } = verified(trivy([urllib3]));
    expect(ids(cleared)).toEqual(['CVE-2025-66418 urllib3 1.26.20']);
    expect(ids(remaining)).toEqual([]);
    expect(ids(fresh)).toEqual(['CVE-2026-44432 urllib3 2.6.3']);
    expect(ids(freshOfGoal)).toEqual(ids(fresh));
    expect(ids(untold)).toContain('CVE-2025-66418 urllib3 1.26.20');
    expect(untold?.[0]?.why).toBe('Only metadata files make a package, not libraries inside a wheel');
  });

  it('says that it would report on what the tracker calls open and a point release has fixed', () => {
    const { cleared, stillTold } = verified(trivy([urllib3, libsepol]));
    expect(ids(cleared)).toContain('CVE-2021-36087 libsepol 3.1-1');
    expect(ids(stillTold)).toEqual(['CVE-2021-36087 libsepol 3.1-1']);
  });

  it('was restricted where none of its many rows is below HIGH or without a fix: what it left out did not come with the change', () => {
    const others = Array.from({ length: 25 }, (_, index) => ({ ...urllib3, id: `CVE-2020-${1000 + index}` }));
    const moderate = now.findings.map((finding) => ({ ...finding, severity: 'MEDIUM' as const }));
    const medium: Statement[] = statements.map((statement) => ({
      ...statement,
      ratings: statement.ratings.map((rating) => ({ ...rating, severity: 'MEDIUM' as const, original: 'moderate' })),
    }));
    const before = trivy(others);
    const view = foreignView(before, now, memoryStore({ statements: medium }))!;
    const new2026 = moderate.find(({ package: pkg }) => pkg === upgraded)!;
    expect(view.whyUntold(new2026)).toBe('None of its 25 rows is below HIGH: it was restricted to certain severities');
    expect(foreignView(trivy(others.slice(0, 5)), now, store)!.whyUntold(new2026)).toBeUndefined();
    const unfixed = { ...new2026, severity: 'HIGH' as const, fix: { state: 'not-fixed' } as const };
    expect(view.whyUntold({ ...unfixed, id: 'CVE-2026-1' })).toContain('None of its 25 rows is without a fix');
    expect(foreignView({ ...before, scanner: 'a stranger' }, now, store)).toBeUndefined();
  });

  it('as it states them: only fixed, only not fixed, certain severities', () => {
    const [told] = now.findings.filter(({ package: pkg }) => pkg === upgraded);
    const why = (
      settings: ScannerReport['settings'],
      state: 'fixed' | 'not-fixed',
      own: readonly ForeignFinding[] = [],
    ) =>
      foreignView(trivy(own, { settings: settings! }), now, store)!.whyUntold({
        ...told!,
        id: 'CVE-2026-1',
        fix: { state },
      });
    expect(why({ only: 'fixed' }, 'not-fixed')).toBe('It was told to report only what has a fix');
    expect(why({ only: 'fixed' }, 'fixed')).toBeUndefined();
    expect(why({ only: 'not-fixed' }, 'fixed')).toBe('It was told to leave out what has a fix');
    expect(why({ severities: ['CRITICAL'] }, 'fixed')).toBe('It was restricted to CRITICAL');
    // Its own rows say otherwise.
    expect(why({ severities: ['CRITICAL'] }, 'fixed', [urllib3])).toBeUndefined();
  });
});
