import { expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Statement } from '../model.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { compare } from './compare.ts';

/*
 * Records of GitHub that Trivy 0.74.0 and Grype 0.121.2 read otherwise, as they reported them of two images (Debian 12, Alpine 3.7) that nothing
 * had been mended by: two records on one CVE, and fixes of branches that are not installed.
 */

const trivy = (rows: readonly object[]): object => ({
  SchemaVersion: 2,
  ArtifactName: 'held-out:1',
  Trivy: { Version: '0.74.0' },
  Results: [{ Target: 'Python', Class: 'lang-pkgs', Type: 'python-pkg', Vulnerabilities: rows }],
});
const row = (id: string, name: string, version: string, fixed: string, severity: string): object => ({
  VulnerabilityID: id,
  PkgName: name,
  PkgIdentifier: { PURL: `pkg:pypi/${name}@${version}` },
  InstalledVersion: version,
  ...(fixed !== '' && { FixedVersion: fixed }),
  Status: fixed === '' ? 'affected' : 'fixed',
  Severity: severity,
  SeveritySource: 'ghsa',
  DataSource: { ID: 'ghsa' },
});
const grype = (
  rows: readonly (readonly [ghsa: string, cve: string, name: string, version: string, fix: string, severity: string])[],
): object => ({
  matches: rows.map(([id, cve, name, version, fix, severity]) => ({
    vulnerability: {
      id,
      severity,
      namespace: 'github:language:python',
      fix: fix === '' ? { state: 'not-fixed', versions: [] } : { state: 'fixed', versions: [fix] },
    },
    relatedVulnerabilities: [{ id: cve, namespace: 'nvd:cpe' }],
    matchDetails: [{ type: 'exact-direct-match' }],
    artifact: { name, version, type: 'python', purl: `pkg:pypi/${name}@${version}`, locations: [] },
  })),
  source: { target: { userInput: 'held-out:1' } },
  descriptor: { name: 'grype', version: '0.121.2', configuration: {} },
});
const ghsa = (id: string, cve: string, name: string, more: Partial<Statement>): Statement => ({
  id,
  source: 'ghsa',
  namespace: 'PyPI',
  package: name,
  aliases: [cve],
  state: 'fixed',
  ranges: [],
  ratings: [],
  ...more,
});
const told = async (statements: readonly Statement[], ...reports: readonly object[]): Promise<readonly string[]> => {
  const read = await Promise.all(reports.map((report) => readReport(reportBytes(JSON.stringify(report), 'report'))));
  return compare({ reports: read, store: memoryStore({ statements, covers: ['PyPI'] }) }).differences.map(
    ({ kind, causes: [first] }) => `${kind} ${first!.code} ${first!.proof}: ${first!.says}`,
  );
};

const word = (severity: 'HIGH' | 'MEDIUM') => ({ source: 'ghsa', severity, method: 'text', original: severity });
const cve = 'CVE-2019-14853';
const range = { ranges: [{ introduced: '0', fixed: '0.13.3' }] };
const two = [
  ghsa('GHSA-2mrj-435v-c2cr', cve, 'ecdsa', { ...range, ratings: [word('HIGH')] }),
  ghsa('GHSA-pwfw-mgfj-7g3g', cve, 'ecdsa', { ...range, ratings: [word('MEDIUM')] }),
];

it('two records on one CVE: Grype counts them apart, each with its level, and Trivy shows that of one', async () => {
  const trivys = trivy([row(cve, 'ecdsa', '0.10', '0.13.3', 'MEDIUM')]);
  const grypes = grype([
    ['GHSA-2mrj-435v-c2cr', cve, 'ecdsa', '0.10', '0.13.3', 'High'],
    ['GHSA-pwfw-mgfj-7g3g', cve, 'ecdsa', '0.10', '0.13.3', 'Medium'],
  ]);
  expect(await told(two, trivys, grypes)).toContain(
    'severity id.alias stated: grype HIGH (ghsa: HIGH); trivy MEDIUM (ghsa: MEDIUM): grype has rows for GHSA-2mrj-435v-c2cr (HIGH) and GHSA-pwfw-mgfj-7g3g (MEDIUM)',
  );
  // With one level in all of them it is no matter of records.
  const alike = grype([
    ['GHSA-2mrj-435v-c2cr', cve, 'ecdsa', '0.10', '0.13.3', 'High'],
    ['GHSA-pwfw-mgfj-7g3g', cve, 'ecdsa', '0.10', '0.13.3', 'High'],
  ]);
  expect((await told(two, trivys, alike)).filter((line) => line.includes('severity id.alias'))).toEqual([]);
});

it('a fix of another branch, and the end of what is known to be affected, are fixes to Trivy alone', async () => {
  const plone = ghsa('GHSA-jcwh-rj6j-vm75', 'CVE-2006-1711', 'plone', {
    ranges: [{ introduced: '0', fixed: '2.0.6' }, { introduced: '2.1.0' }],
  });
  const open = ghsa('GHSA-jf9v-fxfq-wm76', 'CVE-2013-3300', 'webkit', {
    state: 'open',
    ranges: [{}],
    note: 'last known to be affected: < 2.5',
  });
  const lines = await told(
    [plone, open],
    trivy([
      row('CVE-2006-1711', 'plone', '4.0.6', '2.0.6', 'MEDIUM'),
      row('CVE-2013-3300', 'webkit', '1.1', '2.5', 'MEDIUM'),
    ]),
    grype([
      ['GHSA-jcwh-rj6j-vm75', 'CVE-2006-1711', 'plone', '4.0.6', '', 'Medium'],
      ['GHSA-jf9v-fxfq-wm76', 'CVE-2013-3300', 'webkit', '1.1', '', 'Medium'],
    ]),
  );
  const says = (versions: string): string =>
    `fix fix.status-semantics replayed: the record names ${versions} for other branches, or as the end of what is known to be affected, and no fix for the installed one: trivy lists that, grype does not`;
  expect(lines).toEqual([says('2.0.6'), says('2.5')]);
});

it('what --only-fixed of Grype left out although Trivy names a fix of another branch is that filter, by the data', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
  const idOf = (name: string, kind: number): string => `CVE-2024-${kind}${name.slice(1).padStart(3, '0')}`;
  const statements = names.flatMap((name) => [
    ghsa(`GHSA-aaaa-${name}`, idOf(name, 1), name, { ranges: [{ introduced: '0', fixed: '2.0' }] }),
    ghsa(`GHSA-bbbb-${name}`, idOf(name, 2), name, {
      ranges: [{ introduced: '0', fixed: '0.5' }, { introduced: '0.9' }],
    }),
  ]);
  const trivys = trivy(
    names.flatMap((name) => [
      row(idOf(name, 1), name, '1.0', '2.0', 'HIGH'),
      row(idOf(name, 2), name, '1.0', '0.5', 'HIGH'),
    ]),
  );
  const grypes = grype(names.map((name) => [`GHSA-aaaa-${name}`, idOf(name, 1), name, '1.0', '2.0', 'High'] as const));
  const lines = await told(statements, trivys, grypes);
  expect(lines).toHaveLength(25);
  expect(lines[0]).toMatch(/^present filter.default inferred: All 25 rows of grype have a fix, .* know none for 25/);
});

it('of a folder Grype reads no packages that npm installed, which its report of a folder shows', async () => {
  const bodyparser = { PkgIdentifier: { PURL: 'pkg:npm/body-parser@1.20.0' }, DataSource: { ID: 'ghsa' } };
  const trivys = {
    SchemaVersion: 2,
    ArtifactName: 'root',
    Trivy: { Version: '0.74.0' },
    Results: [
      {
        Target: 'Node.js',
        Class: 'lang-pkgs',
        Type: 'node-pkg',
        Vulnerabilities: [{ ...row('CVE-2024-45590', 'body-parser', '1.20.0', '1.20.3', 'HIGH'), ...bodyparser }],
      },
    ],
  };
  const cve = ['GHSA-2mrj-435v-c2cr', 'CVE-2019-14853', 'ecdsa', '0.10', '0.13.3', 'High'] as const;
  const ofImage = { ...grype([cve]), source: { type: 'image', target: { userInput: 'root' } } };
  const ofFolder = { ...grype([cve]), source: { type: 'directory', target: 'root' } };
  const record = ghsa('GHSA-qwcr-r2fm-qrc7', 'CVE-2024-45590', 'body-parser', {
    namespace: 'npm',
    ranges: [{ introduced: '0', fixed: '1.20.3' }],
  });
  const about = async (report: object): Promise<string | undefined> =>
    (await told([record], trivys, report)).find(
      (line) => !line.includes('0.10') && line.includes('present') && !line.includes('ecdsa'),
    );
  expect(await about(ofFolder)).toMatch(/^present inventory.lang-gate replayed: In a folder lock files are read/);
  expect(await about(ofImage)).toMatch(/^present unexplained none/);
});

it('packages of a language with one version and one flaw are two where a report does not say what kind they are, by the database', async () => {
  // As Trivy's template for GitLab writes them: with the system of the image, and no type.
  const gitlab = {
    version: '15.0.7',
    scan: { scanner: { id: 'trivy', name: 'Trivy' }, type: 'container_scanning' },
    vulnerabilities: ['lodash-es', 'lodash-amd', 'libc6', 'libc-bin'].map((name) => ({
      severity: 'Medium',
      identifiers: [{ type: 'cve', name: 'CVE-2025-13465', value: 'CVE-2025-13465' }],
      solution: `Upgrade ${name} to 4.17.23`,
      location: {
        dependency: { package: { name }, version: '4.17.22' },
        operating_system: 'Unknown',
        image: 'held-out:1',
      },
    })),
  };
  const record = (name: string): Statement =>
    ghsa('GHSA-xxjr-mmjv-4gpg', 'CVE-2025-13465', name, { namespace: 'npm', ranges: [{ fixed: '4.17.23' }] });
  const statements = [record('lodash-es'), record('lodash-amd')];
  const read = await Promise.all(
    [gitlab, trivy([])].map((report) => readReport(reportBytes(JSON.stringify(report), 'report'))),
  );
  const keys = (given: object): readonly string[] => compare({ reports: read, ...given }).rows.map(({ key }) => key);
  // Without a database all four might be binaries of one source.
  expect(keys({})).toHaveLength(1);
  expect(keys({ store: memoryStore({ statements }) })).toEqual(
    expect.arrayContaining(['CVE-2025-13465 lodash-amd@4.17.22', 'CVE-2025-13465 lodash-es@4.17.22']),
  );
});
