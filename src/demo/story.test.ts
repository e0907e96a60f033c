import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreOf, vectorRating } from '../advisories/ratings/cvss.ts';
import type { Report } from '../model.ts';
import { summarize } from '../report/scan/summary.ts';
import { compareDeb } from '../versions/deb.ts';
import { demoStore, fixedSources } from './advisories.ts';
import { demoImages } from './images.ts';
import { story } from './story.ts';

describe('the story of the demonstration', () => {
  let reports: Report[] = [];
  beforeAll(async () => {
    reports = [];
    for await (const scene of story()) reports.push(scene.report);
  });

  it('begins with everything: 429 packages, a few critical, most of it from the operating system', () => {
    const summary = summarize(reports[0]!);
    expect(summary.packages).toBe(429);
    expect(summary).toMatchObject({ total: 39, fixable: 27, severities: { CRITICAL: 5 }, installed: { total: 120 } });
    expect(reports[0]!.os).toMatchObject({ id: 'debian', versionId: '11' });
    expect(reports[0]!.unknowns).toEqual([]);
  });

  it('then shows what is fixable: the upgrades of eleven source packages, and setuptools', () => {
    const sources = new Set(
      reports[1]!.findings.map((finding) => finding.package.source?.name ?? finding.package.name),
    );
    expect(sources.size).toBe(12);
    expect(reports[1]!.findings.every((finding) => finding.fix.state === 'fixed')).toBe(true);
  });

  it('is left with setuptools when the operating system is upgraded', () => {
    expect(
      reports[2]!.findings.map(({ id, aliases, package: pkg, fix }) => [
        id,
        aliases,
        pkg.name,
        pkg.version,
        fix.version,
      ]),
    ).toEqual([['CVE-2022-40897', ['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'], 'setuptools', '58.1.0', '65.5.1']]);
  });

  it('ends with nothing left to fix, and does not hide what nobody has fixed', () => {
    expect(reports[3]!.findings).toEqual([]);
    expect(reports[3]!.filtered).toMatchObject({ fixable: true, hidden: 38 });
    expect(reports[3]!.packages.filter((pkg) => pkg.name === 'setuptools').map((pkg) => pkg.version)).toEqual([
      '65.5.1',
    ]);
  });

  it('went through real layers: whiteouts, owned Python files, binaries with versions of their own', () => {
    const packages = reports[0]!.packages;
    expect(packages.find((pkg) => pkg.type === 'pypi' && pkg.name === 'mercurial')?.ownedBy).toEqual({
      type: 'deb',
      name: 'mercurial-common',
    });
    expect(packages.find((pkg) => pkg.name === 'mysql-common')).toMatchObject({
      version: '5.8+1.0.7',
      source: { name: 'mysql-defaults', version: '1.0.7' },
    });
    expect(packages.find((pkg) => pkg.name === 'libedit2')).toMatchObject({
      version: '3.1-20191231-2+b1',
      source: { version: '3.1-20191231-2' },
    });
    expect(reports[2]!.findings[0]!.package.evidence[0]).toMatchObject({
      layer: 1,
      instruction: expect.stringContaining('get-pip.py'),
    });
  });
});

describe('the starter set', () => {
  const tracker = new URL('../../../shared/feeds/debian/tracker.json', import.meta.url);

  it('speaks only of packages that are in the image', async () => {
    const image = demoImages().published;
    const names = new Set([...fixedSources((a, b) => compareDeb(a, b) > 0).keys()]);
    const { takeInventory } = await import('../inventory/take.ts');
    const { inventory } = await takeInventory(image);
    const sources = new Set(inventory.packages.map((pkg) => pkg.source?.name ?? pkg.name));
    expect([...names].filter((name) => !sources.has(name))).toEqual([]);
  });

  it('has a score for every vector it holds', () => {
    const store = demoStore();
    for (const id of ['CVE-2023-0286', 'CVE-2022-32221', 'CVE-2022-3219', 'CVE-2016-2781'])
      expect(store.vulnerability(id)?.ratings[0]?.score).toBeGreaterThan(3);
    expect(store.vulnerability('CVE-2023-2454')?.ratings).toEqual([]);
    expect(store.vulnerability('CVE-2023-0286')?.ratings).toEqual([
      vectorRating('nvd', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H'),
    ]);
    const written = readFileSync(new URL('./advisories.ts', import.meta.url), 'utf8').matchAll(
      /'([\d.]+) (AV:[^']+)'/g,
    );
    const given = [...written].map(([, score, vector]) => [vector, Number(score)]);
    expect(given.length).toBeGreaterThan(20);
    expect(given).toEqual(given.map(([vector]) => [vector, scoreOf(`CVSS:3.1/${vector}`)?.score]));
  });

  it.skipIf(!existsSync(tracker))(
    'agrees with the Debian security tracker (where ../shared holds its export)',
    async () => {
      interface Release {
        readonly status: string;
        readonly fixed_version?: string;
        readonly urgency: string;
      }
      const facts = JSON.parse(readFileSync(tracker, 'utf8')) as Record<
        string,
        Record<string, { releases: Record<string, Release> }>
      >;
      const store = demoStore();
      const wrong: string[] = [];
      for (const finding of (await first()).findings.filter((finding) => finding.package.type === 'deb')) {
        const name = finding.package.source!.name;
        const [ours] = store.statements('Debian:11', name).filter((statement) => statement.id === finding.id);
        const theirs = facts[name]?.[finding.id]?.releases.bullseye;
        // What had no fix on that day may have got one since.
        const fixed = ours?.ranges[0]?.fixed;
        if (fixed !== undefined && theirs?.fixed_version !== fixed)
          wrong.push(`${finding.id}: ${ours?.ranges[0]?.fixed} and not ${theirs?.fixed_version}`);
        if (theirs?.urgency !== ours?.ratings[0]?.original)
          wrong.push(`${finding.id}: ${ours?.ratings[0]?.original} and not ${theirs?.urgency}`);
      }
      expect([...new Set(wrong)]).toEqual([]);
    },
  );
});

async function first(): Promise<Report> {
  for await (const { report } of story()) return report;
  throw new Error('the story is empty');
}
