import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { compare } from './compare.ts';

/*
 * Our own report beside those of Trivy 0.74.0 and Grype 0.121.2 on the same image: rows that the three gave (Debian 11 with wheels, conda
 * packages on Debian 12), cut down to what the cause rests on. It is the first comparison that somebody makes.
 */

const own = (findings: readonly object[], built = '2026-11-27T01:00:00Z'): object => ({
  schemaVersion: 1,
  tool: { name: 'plimsoll', version: '0.2.0' },
  subject: { name: 'held-out:1' },
  os: { id: 'debian', versionId: '11' },
  database: { built },
  findings,
});

const finding = (id: string, pkg: object, more: object): object => ({
  id,
  aliases: [],
  package: pkg,
  ratings: [],
  fix: { state: 'not-fixed' },
  locations: [],
  ...more,
});

const trivy = (rows: readonly object[], result: object = { Type: 'debian', Class: 'os-pkgs' }): object => ({
  SchemaVersion: 2,
  ArtifactName: 'held-out:1',
  Trivy: { Version: '0.74.0' },
  Metadata: { OS: { Family: 'debian', Name: '11.6' } },
  Results: [{ Target: 'held-out', ...result, Vulnerabilities: rows }],
});

const grype = (matches: readonly object[]): object => ({
  matches,
  distro: { name: 'debian', version: '11' },
  source: { target: { userInput: 'held-out:1' } },
  descriptor: {
    name: 'grype',
    version: '0.121.2',
    db: { status: { schemaVersion: 'v6.1.10', built: '2026-11-26T04:40:00Z' } },
  },
});

async function told(
  reports: readonly object[],
  ground: Omit<Parameters<typeof compare>[0], 'reports'> = {},
): Promise<readonly string[]> {
  const read = await Promise.all(reports.map((report) => readReport(reportBytes(JSON.stringify(report), 'report'))));
  const { differences } = compare({ ...ground, reports: read, anyway: true });
  return differences.map(({ kind, causes }) => `${kind} ${causes.map(({ code, proof }) => `${code} ${proof}`).join()}`);
}

const apt = { type: 'deb', name: 'apt', version: '2.2.4', source: { name: 'apt', version: '2.2.4' } };
const unimportant = finding('CVE-2011-3374', apt, {
  severity: 'NEGLIGIBLE',
  severitySource: 'debian',
  state: 'unimportant',
  ratings: [{ source: 'debian', severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }],
});

describe("our own report and another scanner's", () => {
  it('translate one word of Debian into two levels: that is no matter of days', async () => {
    const low = { VulnerabilityID: 'CVE-2011-3374', PkgName: 'apt', InstalledVersion: '2.2.4' };
    const theirs = trivy([{ ...low, Severity: 'LOW', SeveritySource: 'debian', DataSource: { ID: 'debian' } }]);
    expect(await told([theirs, own([unimportant])])).toEqual(['severity severity.vendor-map stated']);
  });

  it('of one whose words are not known here it is not said that the distribution changed its mind', async () => {
    const theirs = own([finding('CVE-2011-3374', apt, { severity: 'HIGH', severitySource: 'debian' })], '2025-01-01');
    const mine = own([unimportant]);
    expect(await told([theirs, mine])).toEqual(['severity unexplained none']);
  });

  it('are not called of different days where only the day of a scan is known, not that of its data', async () => {
    const ecdsa = { VulnerabilityID: 'CVE-2019-14853', PkgName: 'ecdsa', InstalledVersion: '0.13.2' };
    const rows = trivy([{ ...ecdsa, Severity: 'MEDIUM', SeveritySource: 'ghsa' }], {
      Type: 'python-pkg',
      Class: 'lang-pkgs',
    });
    const theirs = grype([
      {
        vulnerability: { id: 'GHSA-pwfw-mgfj-7g3g', namespace: 'github:language:python', severity: 'High', fix: {} },
        relatedVulnerabilities: [{ id: 'CVE-2019-14853', namespace: 'nvd:cpe' }],
        matchDetails: [{ type: 'exact-direct-match' }],
        artifact: { name: 'ecdsa', version: '0.13.2', type: 'python', locations: [] },
      },
    ]);
    expect(await told([{ ...rows, CreatedAt: '2026-11-27T02:00:00Z' }, theirs])).toEqual(['severity unexplained none']);
  });

  it('count the conda package beside the distribution in it, which the other leaves out by a rule', async () => {
    const aiohttp = { name: 'aiohttp', version: '3.7.4.post0' };
    const medium = { severity: 'MEDIUM', severitySource: 'ghsa' };
    const mine = own([
      finding(
        'CVE-2023-37276',
        { ...aiohttp, type: 'conda' },
        { ...medium, locations: [{ path: 'conda-meta/a.json' }] },
      ),
      finding('CVE-2023-37276', { ...aiohttp, type: 'pypi' }, { ...medium, locations: [{ path: 'site-packages/a' }] }),
      finding('CVE-2024-25629', { name: 'c-ares', version: '1.18.1', type: 'conda' }, { severity: 'MEDIUM' }),
    ]);
    const row = { VulnerabilityID: 'CVE-2023-37276', PkgName: 'aiohttp', InstalledVersion: '3.7.4.post0' };
    const theirs = trivy([{ ...row, Severity: 'MEDIUM', SeveritySource: 'ghsa' }], {
      Type: 'python-pkg',
      Class: 'lang-pkgs',
    });
    const conda: Package = {
      type: 'conda',
      name: 'c-ares',
      version: '1.18.1',
      namespace: 'conda',
      purl: 'pkg:conda/c-ares@1.18.1',
      evidence: [{ path: 'opt/conda/conda-meta/c-ares-1.18.1-0.json', layer: 0, diffID: '', analyzer: 'conda' }],
    };
    const ground = { inventory: { packages: [conda] }, store: memoryStore({ statements: [] }) };
    expect(await told([theirs, mine], ground)).toEqual([
      'count inventory.conda inferred',
      'present inventory.conda inferred',
    ]);
  });

  it('part on an archive of Java that does not name itself, and on none that does', async () => {
    // poi-3.9.jar has no pom.properties, unlike commons-collections-3.2.1.jar: an empty Java database knows neither.
    const jar = (name: string, version: string, certainty: 'exact' | 'content'): Package => ({
      type: 'maven',
      name,
      version,
      namespace: 'Maven',
      certainty,
      purl: `pkg:maven/${name.replace(':', '/')}@${version}`,
      evidence: [
        { path: `app/lib/${name.replace(/^.*:/, '')}-${version}.jar`, layer: 0, diffID: '', analyzer: 'java' },
      ],
    });
    const packages = [
      jar('org.apache.poi:poi', '3.9', 'content'),
      jar('commons-collections:commons-collections', '3.2.1', 'exact'),
    ];
    const ids = ['CVE-2014-3574', 'CVE-2015-6420'];
    const statements = packages.map(
      ({ name }, at): Statement => ({
        id: ids[at]!,
        source: 'ghsa',
        namespace: 'Maven',
        package: name,
        aliases: [],
        state: 'open',
        ranges: [],
        ratings: [{ source: 'ghsa', severity: 'MEDIUM', method: 'text', original: 'medium' }],
      }),
    );
    const mine = own(
      packages.map((pkg, at) => finding(ids[at]!, pkg, { severity: 'MEDIUM', severitySource: 'ghsa', state: 'open' })),
    );
    const ground = { inventory: { packages }, store: memoryStore({ statements }) };
    expect(await told([mine, trivy([], { Type: 'jar', Class: 'lang-pkgs' })], ground)).toEqual([
      'present unexplained none',
      'present inventory.lang-gate inferred',
    ]);
  });

  it('have one package in several places as one row and as one for each', async () => {
    const places = ['usr/local/lib/python3.9/site-packages', 'opt/venv/lib/python3.9/site-packages'];
    const setuptools = { name: 'setuptools', version: '58.1.0', type: 'pypi' };
    const mine = own([
      finding('CVE-2022-40897', setuptools, {
        severity: 'HIGH',
        severitySource: 'ghsa',
        locations: places.map((path) => ({ path: `${path}/setuptools-58.1.0.dist-info/METADATA` })),
      }),
    ]);
    const theirs = grype(
      places.map((path) => ({
        vulnerability: { id: 'GHSA-r9hx-vwmv-q579', namespace: 'github:language:python', severity: 'High', fix: {} },
        relatedVulnerabilities: [{ id: 'CVE-2022-40897', namespace: 'nvd:cpe' }],
        matchDetails: [{ type: 'exact-direct-match' }],
        artifact: {
          name: 'setuptools',
          version: '58.1.0',
          type: 'python',
          locations: [{ path: `/${path}/setuptools-58.1.0.dist-info/METADATA` }],
        },
      })),
    );
    expect(await told([theirs, mine])).toEqual(['count unit.location-copy stated']);
  });
});

/** The tracker's entry on libsepol: open, with the version of a fix to come. */
const coming: Statement = {
  id: 'CVE-2021-36087',
  source: 'debian',
  namespace: 'Debian:11',
  package: 'libsepol',
  aliases: [],
  state: 'no-dsa',
  ranges: [{ limit: '3.1-1+deb11u1' }],
  ratings: [],
};
const libsepol = (version: string): Package => ({
  type: 'deb',
  name: 'libsepol1',
  version,
  namespace: 'Debian:11',
  purl: `pkg:deb/debian/libsepol1@${version}`,
  source: { name: 'libsepol', version },
  evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
});

describe('what Debian calls open while it names the version of a fix', () => {
  const ground = (version: string) => ({
    inventory: { packages: [libsepol(version)], os: { id: 'debian', versionId: '11', name: 'Debian 11' } },
    store: memoryStore({ statements: [coming] }),
  });
  const row = (version: string, more: object): object => ({
    vulnerability: { id: coming.id, namespace: 'debian:distro:debian:11', severity: 'Unknown', ...more },
    matchDetails: [{ type: 'exact-indirect-match' }],
    artifact: { name: 'libsepol1', version, type: 'deb', locations: [], upstreams: [{ name: 'libsepol' }] },
  });

  it('has a fix for one and none for the other: by how they read it, not by the days of their data', async () => {
    const mine = own([
      finding(
        coming.id,
        { type: 'deb', name: 'libsepol1', version: '3.1-1', source: { name: 'libsepol' } },
        {
          severity: 'UNKNOWN',
          state: 'no-dsa',
        },
      ),
    ]);
    const theirs = grype([row('3.1-1', { fix: { state: 'fixed', versions: ['3.1-1+deb11u1'] } })]);
    expect(await told([theirs, mine], ground('3.1-1'))).toEqual(['fix fix.status-semantics replayed']);
  });

  it('is not in our report from that version on, and the cause is the version', async () => {
    const held = { VulnerabilityID: coming.id, PkgName: 'libsepol1', InstalledVersion: '3.1-1+deb11u1' };
    const theirs = trivy([{ ...held, Severity: 'UNKNOWN', DataSource: { ID: 'debian' } }]);
    expect(await told([theirs, own([unimportant])], ground('3.1-1+deb11u1'))).toContain(
      'present match.version-input replayed',
    );
  });
});
