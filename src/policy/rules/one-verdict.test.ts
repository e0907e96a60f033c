import '../../../test/property-seed.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read } from '../../../test/policies.ts';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import { MATCHING } from '../../matching/match.ts';
import { ABSENT_LAYER, DECLARATIONS, type Package, type Report, SEVERITIES } from '../../model.ts';
import { parseGates } from '../gate.ts';
import { judgeGates } from '../judge.ts';
import { judgePolicy } from './index.ts';

/*
 * `--fail-on HIGH` and a policy that asks HIGH of every kind of packages ask one question, and so do `--fail-on end-of-life` and
 * `end-of-life: refused`: of an image, a folder or a bill of materials, whatever could not be read of it.
 */

const NOW = '2023-05-12T00:00:00Z';
const openssl = deb('openssl', '1.1.1n-0+deb11u3');
const torch = wheel('torch', '1.13.0');
const ffmpeg: Package = { ...torch, type: 'generic', name: 'ffmpeg', purl: 'pkg:generic/ffmpeg@4', namespace: 'CPE' };
const PACKAGES = [openssl, torch, ffmpeg];
const KINDS = [
  { type: 'deb', namespace: 'Debian:11', packages: 1 },
  { type: 'deb', packages: 2 },
  { type: 'pypi', namespace: 'PyPI', packages: 1 },
  { type: 'generic', namespace: 'CPE', packages: 1 },
] as const;

const reports: fc.Arbitrary<Report> = fc
  .record({
    source: fc.constantFrom<Report['subject']['source']>('registry', 'archive', 'dir', 'project', 'sbom'),
    packages: fc.subarray(PACKAGES),
    coverage: fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.boolean()), { maxLength: 3 }),
    findings: fc.array(
      fc.tuple(
        fc.constantFrom('CVE-2023-0464', 'CVE-2022-45907'),
        fc.constantFrom(...PACKAGES),
        fc.constantFrom(...SEVERITIES),
      ),
      { maxLength: 2 },
    ),
    unknowns: fc.array(
      fc.record({
        analyzer: fc.constantFrom(MATCHING, DECLARATIONS, ABSENT_LAYER, 'python-requirements', 'dpkg', 'layers'),
        path: fc.constantFrom('requirements.txt', 'var/lib/dpkg/status', ''),
        reason: fc.constant('it is larger than the budget'),
      }),
      { maxLength: 2 },
    ),
    notices: fc.uniqueArray(
      fc.constantFrom(
        'end-of-life',
        'include-unread',
        'os-no-packages',
        'database-deleted',
        'release-contradicted',
        'feed-failed',
      ),
      { maxLength: 2 },
    ),
    isLong: fc.boolean(),
    knowsSystem: fc.boolean(),
  })
  .map(({ source, coverage, findings, notices, isLong, knowsSystem, ...rest }) => {
    const { os, ...plain } = report();
    return {
      ...plain,
      ...rest,
      ...(knowsSystem && os ? { os } : {}),
      created: NOW,
      subject: { ...plain.subject, source },
      coverage: coverage.map(([kind, assessed]) => ({ ...kind, assessed })),
      findings: findings.map(([id, pkg, severity]) => finding(id, pkg, severity)),
      risks: [],
      notices: notices.map((code) => ({
        level: isLong && code === 'end-of-life' ? 'info' : 'warning',
        code,
        message: code,
      })),
    } as Report;
  });

async function verdicts(
  given: Report,
  word: string,
  policy: string,
): Promise<readonly [gate: boolean, policy: boolean]> {
  const gate = judgeGates(given, parseGates([word]));
  const rules = judgePolicy(given, await read(`policy: ${policy}`), {});
  return [gate.passed, rules.every(({ passed }) => passed)];
}

describe('a gate and a policy that ask the same give one verdict', () => {
  it.each([
    ['finding:HIGH', '{thresholds: {os: HIGH, language: HIGH, native: HIGH}}'],
    ['fixable:CRITICAL', '{thresholds: {os: fixable:CRITICAL, language: fixable:CRITICAL, native: fixable:CRITICAL}}'],
    ['end-of-life', '{end-of-life: refused}'],
  ])('--fail-on %s and %s', async (word, policy) => {
    let [shut, open] = [0, 0];
    await fc.assert(
      fc.asyncProperty(reports, async (given) => {
        const [gate, ruled] = await verdicts(given, word, policy);
        expect(ruled).toBe(gate);
        if (gate) open += 1;
        else shut += 1;
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 300) },
    );
    expect(Math.min(open, shut)).toBeGreaterThan(0);
  });

  it('a project of which an included list could not be read is shut by both', async () => {
    const { os: _, ...project } = report();
    const given: Report = {
      ...project,
      packages: [torch],
      subject: { ...project.subject, source: 'project' },
      coverage: [{ type: 'pypi', namespace: 'PyPI', packages: 1, assessed: true }],
      findings: [],
      risks: [],
      unknowns: [],
      notices: [{ level: 'warning', code: 'include-unread', message: 'missing.txt is included and could not be read' }],
    };
    expect(await verdicts(given, 'CRITICAL', '{thresholds: {language: CRITICAL}}')).toEqual([false, false]);
  });
});
