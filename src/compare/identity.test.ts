import { describe, expect, it } from 'vitest';
import { foreignFinding } from '../../test/foreign.ts';
import type { ForeignSubject } from '../scanners/scanner.ts';
import { compareSubjects, systemsDiffer } from './identity.ts';

const digest = (start: string): string => `sha256:${start.padEnd(64, '0')}`;
const about = (a: ForeignSubject, b: ForeignSubject) => {
  const named = (name: string, subject: ForeignSubject) => ({ name, report: { subject, findings: [] } });
  return compareSubjects([named('Trivy', a), named('Grype', b)]);
};
const isProven = (a: ForeignSubject, b: ForeignSubject): boolean | string => {
  const { proven, problems } = about(a, b);
  return problems[0] ?? proven;
};

describe('that two reports are about one image', () => {
  it('is proven by the configuration, which decides before the manifest: a push recompresses layers', () => {
    const [image, other] = [digest('aa'), digest('bb')];
    expect(isProven({ imageId: image, digest: digest('1') }, { imageId: image, digest: digest('2') })).toBe(true);
    expect(isProven({ imageId: image, digest: image }, { imageId: other, digest: image })).toContain(
      'scanned different images',
    );
  });

  it('is proven by a digest in common, also where one of them is cut short', () => {
    const whole = digest('0123456789abcdef');
    expect(isProven({ digest: whole }, { repoDigests: [`python@${whole}`] })).toBe(true);
    expect(isProven({ digest: whole }, { digest: 'sha256:0123456789ab' })).toBe(true);
    expect(isProven({ digest: 'sha256:0123456789ab' }, { digest: whole })).toBe(true);
    expect(isProven({ digest: 'sha256:0123456789ac' }, { digest: whole })).toContain('scanned different images');
  });

  it('is proven by all layers in their order, and not by some of them', () => {
    const [base, app, other] = [digest('1'), digest('2'), digest('3')];
    expect(isProven({ diffIDs: [base, app] }, { diffIDs: [base, app] })).toBe(true);
    expect(isProven({ diffIDs: [base, app] }, { diffIDs: [base, other] })).toBe(false);
    expect(isProven({ diffIDs: [base, app] }, { diffIDs: [app, base] })).toBe(false);
    expect(isProven({ diffIDs: [base] }, { diffIDs: [base, app] })).toBe(false);
  });

  it('is taken on trust where no digest says it, unless platform or system speak against it', () => {
    expect(about({}, {}).remarks).toEqual([expect.stringContaining('taken on trust')]);
    expect(isProven({ platform: 'linux/x86_64' }, { platform: 'linux/amd64' })).toBe(false);
    expect(isProven({ platform: 'linux/arm64' }, { platform: 'linux/amd64' })).toContain('different platforms');
    expect(isProven({ os: 'debian:11' }, { os: 'debian:12' })).toContain('different systems');
  });

  it('is doubted where a quarter of the packages that both name have other versions, of five at least', () => {
    const reports = (versions: readonly string[]) => ({
      subject: {},
      findings: versions.map((version, at) => foreignFinding('CVE-2023-0286', { package: `lib${at}`, version })),
    });
    const problems = (a: readonly string[], b: readonly string[]) =>
      compareSubjects([
        { name: 'Trivy', report: reports(a) },
        { name: 'Grype', report: reports(b) },
      ]).problems;
    const five = ['1', '1', '1', '1', '1'];
    expect(problems(five, five)).toEqual([]);
    expect(problems(five, ['2', '1', '1', '1', '1'])).toEqual([]);
    expect(problems(five, ['2', '2', '1', '1', '1'])).toEqual([
      expect.stringContaining('2 of 5 common packages in other versions (lib0 1 and 2)'),
    ]);
    expect(problems(five.slice(1), ['2', '2', '2', '2'])).toEqual([]);
  });
});

it('one release is one system, however it is written', () => {
  expect(systemsDiffer('debian:12.1', 'debian:12')).toBe(false);
  expect(systemsDiffer('redhat:8.9', 'centos:8')).toBe(false);
  expect(systemsDiffer('ubuntu:22', 'ubuntu:22.04')).toBe(false);
  expect(systemsDiffer('ubuntu:22.04', 'ubuntu:22.10')).toBe(true);
  expect(systemsDiffer('alpine:3.18', 'alpine:3.1')).toBe(true);
  expect(systemsDiffer(undefined, 'debian:12')).toBe(false);
});
