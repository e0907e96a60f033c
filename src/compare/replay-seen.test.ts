import { describe, expect, it } from 'vitest';
import { memoryStore, type Statements } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { lensNamed } from '../scanners/index.ts';
import { replay } from './replay.ts';

/*
 * Rules that nobody wrote down: what Grype 0.121 and Trivy 0.74 themselves said of images, with databases made of the same
 * records (test/e2e/peers). Each test is the row in which program and lens had differed.
 */

const installed = (type: string, name: string, version: string, more: Partial<Package> = {}): Package => ({
  type,
  name,
  version,
  namespace: type === 'deb' ? 'Debian:11' : type === 'golang' ? 'Go' : type === 'npm' ? 'npm' : 'PyPI',
  purl: `pkg:${type}/${name}@${version}`,
  ...(type === 'deb' && { source: { name, version } }),
  evidence: [{ path: `where/${name}`, layer: 0, diffID: 'sha256:0', analyzer: 'test' }],
  ...more,
});

const statement = (id: string, pkg: Package, fixed: string | undefined, more: Partial<Statement> = {}): Statement => ({
  id,
  source: id.startsWith('GHSA') ? 'ghsa' : id.startsWith('GO-') ? 'go' : id.startsWith('PYSEC') ? 'pysec' : 'debian',
  namespace: pkg.namespace!,
  package: pkg.name,
  aliases: [],
  state: fixed === undefined ? 'open' : 'fixed',
  ranges: [{ introduced: '0', ...(fixed !== undefined && { fixed }) }],
  ratings: [],
  ...more,
});

/** Rows of a lens: `id severity fix`. */
function rows(lens: string, pkg: Package, statements: Statements): readonly string[] {
  const { report } = replay(
    lensNamed(lens),
    { packages: [pkg], os: { id: 'debian', versionId: '11', name: 'Debian 11' } },
    memoryStore({ covers: ['Debian:11', 'PyPI', 'Go', 'npm'], ...statements }),
  );
  return report.findings.map(({ id, severity, fix }) => `${id} ${severity} ${fix.versions.join(', ') || fix.state}`);
}

const word = (severity: 'LOW' | 'HIGH') => ({ source: 'ghsa', severity, method: 'text', original: severity }) as const;

describe('on the same records, as the programs were seen to do', () => {
  it('of a record that was fixed in several branches trivy lists all versions, grype that of the branch', () => {
    const ip = installed('npm', 'ip', '1.1.5');
    const branch = (introduced: string, fixed: string): Statement =>
      statement('GHSA-78xj-cgh5-2h22', ip, fixed, {
        aliases: ['CVE-2023-42282'],
        ranges: [{ introduced, fixed }],
        ratings: [word('LOW')],
      });
    const statements = [branch('0', '1.1.9'), branch('2.0.0', '2.0.1')];
    expect(rows('trivy', ip, { statements })).toEqual(['CVE-2023-42282 LOW 1.1.9, 2.0.1']);
    expect(rows('grype', ip, { statements })).toEqual(['GHSA-78xj-cgh5-2h22 LOW 1.1.9']);
  });

  it('of a release of a distribution, which is one branch, trivy lists one version', () => {
    const busybox = installed('deb', 'busybox', '1.27');
    const statements = [statement('CVE-2019-5747', busybox, '1.29'), statement('CVE-2019-5747', busybox, '1.30')];
    expect(rows('trivy', busybox, { statements })).toEqual(['CVE-2019-5747 UNKNOWN 1.29']);
  });

  it("grype has a row for each of GitHub's records, each with its own word and fix; trivy keeps the last of them", () => {
    const requests = installed('pypi', 'requests', '2.25.0');
    const statements = [
      statement('GHSA-aaaa-aaaa-aaaa', requests, '2.31.0', { aliases: ['CVE-2023-32681'], ratings: [word('HIGH')] }),
      statement('GHSA-bbbb-bbbb-bbbb', requests, '2.32.0', { aliases: ['CVE-2023-32681'], ratings: [word('LOW')] }),
    ];
    expect(rows('grype', requests, { statements })).toEqual([
      'GHSA-aaaa-aaaa-aaaa HIGH 2.31.0',
      'GHSA-bbbb-bbbb-bbbb LOW 2.32.0',
    ]);
    expect(rows('trivy', requests, { statements })).toEqual(['CVE-2023-32681 LOW 2.32.0']);
    // The last by month, then by id.
    const [first, second] = statements;
    const older = { ...second!, published: '2023-04-30T00:00:00Z' };
    const newer = { ...first!, published: '2023-05-01T00:00:00Z' };
    expect(rows('trivy', requests, { statements: [newer, older] })).toEqual(['CVE-2023-32681 HIGH 2.31.0']);
    // A later duplicate that was taken back does not count (CVE-2020-24807).
    const back = { ...second!, published: '2024-01-01T00:00:00Z', withdrawn: '2024-02-01T00:00:00Z' };
    expect(rows('trivy', requests, { statements: [newer, back] })).toEqual(['CVE-2023-32681 HIGH 2.31.0']);
  });

  it("a record of PyPI's that names GitHub's counts as GitHub's, unless GitHub's own is there and is about other packages", () => {
    const notebook = installed('pypi', 'notebook', '6.4.0');
    const statements = [
      statement('PYSEC-2026-688', notebook, '6.4.1', { aliases: ['GHSA-4952-p58q-6crx', 'CVE-2021-32797'] }),
    ];
    expect(rows('trivy', notebook, { statements })).toEqual(['CVE-2021-32797 UNKNOWN 6.4.1']);
    const lab = installed('pypi', 'jupyterlab', '3.0.0');
    const both = [...statements, statement('GHSA-4952-p58q-6crx', lab, '3.1.4', { aliases: ['CVE-2021-32797'] })];
    expect(rows('trivy', notebook, { statements: both })).toEqual([]);
    expect(rows('grype', notebook, { statements: both })).toEqual([]);
  });

  it('of the Go database trivy reads what is on golang.org/x and the standard library, grype nothing', () => {
    const net = installed('golang', 'golang.org/x/net', 'v0.1.0');
    const jwt = installed('golang', 'github.com/dgrijalva/jwt-go', 'v3.2.0');
    const of = (pkg: Package) => ({ statements: [statement('GO-2025-3595', pkg, undefined)] });
    expect(rows('trivy', net, of(net))).toEqual(['GO-2025-3595 UNKNOWN not-fixed']);
    // Nor is GitHub's word taken for what GitHub is not read for.
    const rated = statement('GHSA-vvpx-j8f3-3w6h', net, '0.7.0', {
      aliases: ['GO-2025-3595'],
      ratings: [word('HIGH')],
    });
    expect(rows('trivy', net, { statements: [...of(net).statements, rated] })[0]).toContain('UNKNOWN');
    expect(rows('trivy', jwt, of(jwt))).toEqual([]);
    expect(rows('grype', net, of(net))).toEqual([]);
  });

  it('grype: unimportant with a reason why no advisory comes is wont-fix; trivy: affected', () => {
    const tiff = installed('deb', 'tiff', '4.2.0-1');
    const statements = [
      statement('CVE-2022-1210', tiff, undefined, { state: 'unimportant', ranges: [{}], note: 'Minor issue' }),
    ];
    expect(rows('grype', tiff, { statements })).toEqual(['CVE-2022-1210 NEGLIGIBLE wont-fix']);
    expect(rows('trivy', tiff, { statements })).toEqual(['CVE-2022-1210 LOW not-fixed']);
  });

  it('grype reads a score of CVSS 4 where NVD has no other, and only there', () => {
    const python = installed('deb', 'python3.9', '3.9.2-1');
    const statements = [statement('CVE-2024-8088', python, '3.9.2-1+deb11u2')];
    const four = { source: 'cna:psf', severity: 'HIGH', method: 'CVSS:4.0', score: 8.7 } as const;
    const three = { source: 'nvd', severity: 'MEDIUM', method: 'CVSS:3.1', score: 5.5 } as const;
    const rated = (...ratings: readonly (typeof four | typeof three)[]) =>
      rows('grype', python, { statements, vulnerabilities: [{ id: 'CVE-2024-8088', aliases: [], ratings }] });
    expect(rated(four)).toEqual(['CVE-2024-8088 HIGH 3.9.2-1+deb11u2']);
    expect(rated(four, three)).toEqual(['CVE-2024-8088 MEDIUM 3.9.2-1+deb11u2']);
  });

  it('grype takes the version of CPython from a text of its own in its library, not from the end of a path', () => {
    const library = (text: string): Package =>
      installed('generic', 'python', '3.11.7', {
        namespace: 'CPE',
        certainty: 'content',
        properties: { text, cpe: 'python:python' },
        evidence: [{ path: 'usr/local/lib/libpython3.11.so.1.0', layer: 1, diffID: 'sha256:0', analyzer: 'binaries' }],
      });
    const alone = library('3.11.7');
    const statements = [statement('CVE-2023-6597', alone, '3.11.8', { source: 'nvd', package: 'python:python' })];
    expect(rows('grype', alone, { covers: ['CPE'], statements })).toHaveLength(1);
    expect(rows('grype', library('/root/.pyenv/versions/3.11.7'), { covers: ['CPE'], statements })).toEqual([]);
  });

  it('nobody sees a package whose metadata a later layer deleted', () => {
    const flask = installed('pypi', 'flask', '1.0', { recovered: 'lower-layer', certainty: 'content' });
    const statements = [statement('GHSA-m2qf-hxjv-5gpq', flask, '2.2.5', { aliases: ['CVE-2023-30861'] })];
    for (const lens of ['trivy', 'grype', 'osv-scanner', 'clair-v4'])
      expect(rows(lens, flask, { statements })).toEqual([]);
  });

  it('a note makes an unimportant one of Debian wont-fix for grype; that Ubuntu says "needed" does not', () => {
    const curl = installed('deb', 'curl', '7.74.0-1');
    const of = (state: Statement['state'], note: string) => ({
      statements: [statement('CVE-2022-40281', curl, undefined, { state, note })],
    });
    expect(rows('grype', curl, of('unimportant', 'Minor issue'))).toEqual(['CVE-2022-40281 NEGLIGIBLE wont-fix']);
    expect(rows('grype', curl, of('open', 'needed'))).toEqual(['CVE-2022-40281 UNKNOWN not-fixed']);
  });
});
