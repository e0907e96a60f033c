import { expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { match } from '../matching/match.ts';
import type { Package, Report, Statement } from '../model.ts';
import { throughLens } from './scan-lens.ts';

const deb = (name: string, source: string): Package => ({
  type: 'deb',
  name,
  version: '1.0',
  namespace: 'Debian:11',
  purl: `pkg:deb/debian/${name}@1.0`,
  source: { name: source, version: '1.0' },
  evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
});
const tracked = (id: string, name: string, word: string, more: Partial<Statement> = {}): Statement => ({
  id,
  source: 'debian',
  namespace: 'Debian:11',
  package: name,
  aliases: [],
  state: 'open',
  ranges: [{}],
  ratings: [{ source: 'debian', severity: 'UNKNOWN', method: 'urgency', original: word }],
  ...more,
});

const packages = [deb('gpg', 'gnupg2'), deb('gpgv', 'gnupg2'), deb('linux-libc-dev', 'linux')];
const store = memoryStore({
  statements: [
    tracked('CVE-2022-3219', 'gnupg2', 'unimportant', { state: 'unimportant' }),
    tracked('CVE-2021-3669', 'linux', 'low'),
    tracked('TEMP-0000000-AAAAAA', 'gnupg2', 'low'),
    tracked('CVE-2022-1', 'gnupg2', 'medium', { state: 'undetermined' }),
  ],
});
const os = { id: 'debian', versionId: '11', name: 'Debian 11' };
const report = { packages, os, findings: match(packages, store).findings, notices: [] } as unknown as Report;

it('our scan by the rules of ECR: its words, its severities, without what it does not show', () => {
  const judged = throughLens(report, 'ecr-basic-2023', store);
  expect(
    judged.findings
      .map((finding) => `${finding.id} ${finding.package.name} ${finding.severity} ${finding.fix.state}`)
      .sort(),
  ).toEqual([
    'CVE-2021-3669 linux-libc-dev LOW not-fixed',
    'CVE-2022-3219 gpg NEGLIGIBLE not-fixed',
    'CVE-2022-3219 gpgv NEGLIGIBLE not-fixed',
  ]);
  expect(judged.notices[0]!.message).toBe(
    'Judged by the rules of AWS ECR basic (2023, Clair v2) (until 2024 (BASIC_SCAN_TYPE_VERSION=CLAIR)): it would report 2 rows: 1 low, 1 informational. Left out: 4 by record.validity',
  );
});

it('a finding that only the other scanner makes is there, with the statement it rests on', () => {
  const judged = throughLens(report, 'clair-v4', store);
  const undetermined = judged.findings.filter((finding) => finding.id === 'CVE-2022-1');
  expect(undetermined.map((finding) => [finding.package.name, finding.severity, finding.statements[0]!.state])).toEqual(
    [
      ['gpg', 'HIGH', 'undetermined'],
      ['gpgv', 'HIGH', 'undetermined'],
    ],
  );
  expect(undetermined[0]!.reasons.at(-1)).toMatchObject({ step: 'rated', severity: 'HIGH', source: 'debian' });
});

it('the kernel headers are gone by the rules of Grype', () => {
  expect(
    throughLens(report, 'grype', store).findings.some((finding) => finding.package.name === 'linux-libc-dev'),
  ).toBe(false);
});
