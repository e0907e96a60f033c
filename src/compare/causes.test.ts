import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Rating, Statement, StatementState } from '../model.ts';
import { compare } from './compare.ts';
import type { Comparison } from './comparison.ts';

const os = { id: 'debian', versionId: '11', name: 'Debian 11' };
const seen = (path: string) => ({ path, layer: 0, diffID: '', analyzer: 'x' });
const deb: Package = {
  type: 'deb',
  name: 'libdb5.3',
  version: '5.3.28',
  namespace: 'Debian:11',
  purl: '',
  source: { name: 'db5.3', version: '5.3.28' },
  evidence: [seen('var/lib/dpkg/status')],
};
const wheel: Package = {
  type: 'pypi',
  name: 'setuptools',
  version: '58.1.0',
  namespace: 'PyPI',
  purl: '',
  evidence: [seen('usr/METADATA'), seen('opt/venv/METADATA')],
};

const tracked = (word: string, state: StatementState = 'open', namespace = 'Debian:11'): Statement => ({
  id: 'CVE-2019-8457',
  source: 'debian',
  namespace,
  package: 'db5.3',
  aliases: [],
  state,
  ranges: [{}],
  ratings: [{ source: 'debian', severity: 'UNKNOWN', method: 'urgency', original: word }],
});
const osv = (id: string, source: string): Statement => ({
  id,
  source,
  namespace: 'PyPI',
  package: 'setuptools',
  aliases: ['CVE-2022-40897'],
  state: 'fixed',
  ranges: [{ introduced: '0', fixed: '65.5.1' }],
  ratings: [],
});
const scores: readonly Rating[] = [
  { source: 'nvd', severity: 'HIGH', method: 'CVSS:2.0', score: 7.5 },
  { source: 'nvd', severity: 'CRITICAL', method: 'CVSS:3.1', score: 9.8 },
];

/** Two lenses over one package. */
const between = (
  lenses: string,
  pkg: Package,
  statements: readonly Statement[],
  ratings: readonly Rating[] = [],
): Comparison =>
  compare({
    lenses: lenses.split(' '),
    inventory: { packages: [pkg], os },
    store: memoryStore({ statements, vulnerabilities: [{ id: 'CVE-2019-8457', aliases: [], ratings }] }),
  });
const told = (comparison: Comparison): readonly string[] =>
  comparison.differences.map(
    (difference) =>
      `${difference.kind} ${difference.causes.map((cause) => cause.code).join(' ')}: ${difference.values.join(' / ')}`,
  );

describe('the cause that is named', () => {
  it('severity.vendor-map: one word, two severities', () => {
    expect(told(between('trivy ecr-basic-2023', deb, [tracked('unimportant', 'unimportant')]))).toEqual([
      'severity severity.vendor-map: LOW / NEGLIGIBLE',
    ]);
  });

  it('severity.scope: the word of this release, or the worst of all', () => {
    expect(told(between('trivy clair-v2', deb, [tracked('low'), tracked('high', 'open', 'Debian:10')]))).toEqual([
      'severity severity.scope: LOW / HIGH',
    ]);
  });

  it('severity.source-order: the distribution has not spoken, one asks NVD and the other nobody', () => {
    expect(told(between('trivy clair-v4', deb, [tracked('not yet assigned')], scores))).toEqual([
      'severity severity.source-order: CRITICAL / UNKNOWN',
    ]);
    expect(told(between('trivy docker-hub', deb, [tracked('not yet assigned', 'no-dsa')], scores))).toEqual([
      'severity severity.source-order: CRITICAL / LOW',
    ]);
  });

  it('severity.cvss-version: both ask NVD, for different columns', () => {
    expect(told(between('trivy gcp', deb, [tracked('not yet assigned')], scores))).toEqual([
      'severity severity.cvss-version: CRITICAL / HIGH',
    ]);
    // No version 2 at all: undefined to Clair 2, which reads no other.
    expect(told(between('trivy clair-v2', deb, [tracked('not yet assigned')], scores.slice(1)))).toEqual([
      'severity severity.cvss-version: CRITICAL / UNKNOWN',
    ]);
  });

  it('fix.status-semantics: no advisory planned is affected, or will not be fixed', () => {
    expect(told(between('trivy grype', deb, [tracked('low', 'no-dsa')]))).toEqual([
      'fix fix.status-semantics: not-fixed / wont-fix',
    ]);
  });

  it('unit.location-copy and id.alias: two places, two records', () => {
    const copies = between('trivy docker-hub', wheel, [osv('GHSA-r9hx-vwmv-q579', 'ghsa')]);
    expect([told(copies), copies.bridges[0]!.steps.map((step) => `${step.count} ${step.code}`)]).toEqual([
      ['count unit.location-copy: 2 / 1'],
      ['-1 unit.location-copy'],
    ]);
    const records = between('clair-v4 osv-scanner', { ...wheel, evidence: [seen('usr/METADATA')] }, [
      osv('GHSA-r9hx-vwmv-q579', 'ghsa'),
      osv('PYSEC-2022-43012', 'pysec'),
    ]);
    expect([told(records), records.bridges[0]!.steps.map((step) => `${step.count} ${step.code}`)]).toEqual([
      ['count id.alias: 2 / 1'],
      ['-1 id.alias'],
    ]);
    const says = (comparison: typeof copies): readonly string[] =>
      comparison.differences.flatMap(({ causes }) => causes.map((cause) => cause.says));
    expect([says(copies), says(records)]).toEqual([
      ['lens:trivy has a row for each place where it found setuptools'],
      ['lens:clair-v4 has a row for each of the ids GHSA-r9hx-vwmv-q579, PYSEC-2022-43012 of setuptools'],
    ]);
  });

  it('match.version-input: one binary of several is lost to its own version number', () => {
    const renamed: Package = { ...deb, name: 'db5.3-util', version: '9.0' };
    const fixed = { ...tracked('low', 'fixed'), ranges: [{ fixed: '6.0' }] };
    const comparison = compare({
      lenses: ['trivy', 'clair-v4'],
      inventory: { packages: [deb, renamed], os },
      store: memoryStore({ statements: [fixed] }),
    });
    expect(comparison.bridges[0]!.steps.map((step) => `${step.count} ${step.code}`)).toEqual([
      '-1 match.version-input',
    ]);
    expect(told(comparison)).toContain('count match.version-input: 2 / 1');
  });
});

it('a severity of one rule for one bridge: what left the criticals is told by its cause', () => {
  const { bridges } = between('trivy clair-v2', deb, [tracked('not yet assigned')], scores);
  expect(
    bridges.map((bridge) => [
      bridge.severity ?? 'all',
      bridge.start,
      bridge.steps.map((step) => `${step.count} ${step.code}`),
      bridge.end,
    ]),
  ).toEqual([
    ['all', 1, [], 1],
    ['CRITICAL', 1, ['-1 severity.cvss-version'], 0],
    ['HIGH', 0, ['1 severity.cvss-version'], 1],
  ]);
});
