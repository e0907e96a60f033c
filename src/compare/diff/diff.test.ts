import { describe, expect, it } from 'vitest';
import { foreignFinding, foreignReport } from '../../../test/foreign.ts';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import type { Report } from '../../model.ts';
import { bomDiffOf, diffOf } from './diff.ts';
import { sideOfForeign, sideOfReport } from './side.ts';

const [openssl, later] = ['1.1.1n-0+deb11u3', '1.1.1n-0+deb11u4'].map((version) => deb('openssl', version)) as [
  ReturnType<typeof deb>,
  ReturnType<typeof deb>,
];
const setuptools = wheel('setuptools', '58.1.0');
const before = report({
  packages: [openssl, setuptools],
  findings: [finding('CVE-2023-0286', openssl, 'HIGH'), finding('CVE-2022-40897', setuptools, 'MEDIUM')],
});
const diff = (old: Report, now: Report) => diffOf(sideOfReport(old), sideOfReport(now));
const told = ({ fresh, cleared, changed, unchanged }: ReturnType<typeof diffOf>) => ({
  fresh: fresh.map(({ id, cause }) => `${id}: ${cause}`),
  cleared: cleared.map(({ id, cause, elsewhere }) => `${id}: ${cause}${elsewhere ? ` ${elsewhere.join(' ')}` : ''}`),
  changed: changed.map(({ id, changed: what }) => `${id}: ${what?.join(' ')}`),
  unchanged,
});

describe('a difference between two results', () => {
  it('says of what is new, and of what is gone, whether the package or the advisories made it so', () => {
    const after = report({
      packages: [later, setuptools, wheel('pip', '22.0.4')],
      findings: [
        finding('CVE-2023-5752', wheel('pip', '22.0.4'), 'LOW'),
        finding('CVE-2024-6345', setuptools, 'HIGH'),
        finding('CVE-2022-40897', setuptools, 'MEDIUM'),
      ],
    });
    expect(told(diff(before, after))).toEqual({
      fresh: ['CVE-2024-6345: advisories', 'CVE-2023-5752: package'],
      cleared: [`CVE-2023-0286: version ${later.version}`],
      changed: [],
      unchanged: 1,
    });
  });

  it('says what changed of one that is on both sides, by whichever of its names', () => {
    const renamed = finding('PYSEC-2022-43012', setuptools, 'HIGH', { aliases: ['CVE-2022-40897'], fixed: '65.5.1' });
    const after = report({ packages: before.packages, findings: [before.findings[0]!, renamed] });
    expect(told(diff(before, after))).toEqual({
      fresh: [],
      cleared: [],
      changed: ['PYSEC-2022-43012: severity fix'],
      unchanged: 1,
    });
  });

  it('knows what an exception took out of the count', () => {
    const by = { source: 'policy', where: 'plimsoll.yaml:2', status: 'accepted' } as const;
    const after = report({
      packages: before.packages,
      findings: [before.findings[1]!],
      suppressed: [{ finding: before.findings[0]!, by }],
    });
    expect(told(diff(before, after)).cleared).toEqual(['CVE-2023-0286: exception']);
  });

  it('has a vulnerability of several binaries once, as bad as the worst, with every version, and fixed where one is', () => {
    const binary = (version: string) => deb('libssl1.1', version, 'openssl', version);
    const copies = [
      finding('CVE-2023-0286', binary('1.1.1w'), 'LOW', { fixed: '3.0.0' }),
      finding('CVE-2023-0286', binary('1.1.1n'), 'CRITICAL'),
      finding('CVE-2023-0286', binary('1.1.1d'), 'MEDIUM'),
    ];
    const several = sideOfReport(report({ packages: [], findings: copies }));
    expect(several.findings).toMatchObject([
      {
        name: 'openssl',
        severity: 'CRITICAL',
        versions: ['1.1.1d', '1.1.1n', '1.1.1w'],
        fix: { state: 'fixed', version: '3.0.0' },
      },
    ]);
    // As a scan counts them, each version is one.
    expect(several.about).toMatchObject({ total: 3, fixable: 1, severities: { CRITICAL: 1, MEDIUM: 1, LOW: 1 } });
    expect(diffOf(several, several).notices).toContainEqual(expect.stringContaining('counts for each version'));
  });

  it('of what another program reports does not know why, since it lists no packages', () => {
    const foreign = sideOfForeign(
      foreignReport(
        'trivy',
        [foreignFinding('CVE-2023-0286', { fix: { state: 'fixed', versions: ['1.1.1n-0+deb11u4'] } })],
        {},
      ),
    );
    expect(foreign.findings).toMatchObject([{ fix: { state: 'fixed', version: '1.1.1n-0+deb11u4' } }]);
    const { fresh, cleared, notices } = diffOf(foreign, sideOfReport(before));
    expect([...fresh, ...cleared].map(({ id, cause }) => `${id}: ${cause}`)).toEqual(['CVE-2022-40897: unknown']);
    expect(notices).toContainEqual(expect.stringContaining('judge differently'));
  });
});

it('a difference between bills of materials has what came, went and is another version, and how many are the same', () => {
  const side = (...packages: Parameters<typeof bomDiffOf>[0]['packages']) => ({ reference: 'python:3.9', packages });
  const { packages, unchanged, ...rest } = bomDiffOf(
    side(openssl, setuptools, wheel('six', '1.16.0')),
    side(later, wheel('pip', '22.0.4'), wheel('six', '1.16.0')),
  );
  expect(packages.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'added pip',
    'removed setuptools',
    'upgraded openssl',
  ]);
  expect(unchanged).toBe(1);
  expect(rest).toMatchObject({ schemaVersion: 1, before: { packages: 3 }, after: { packages: 3 } });
});
