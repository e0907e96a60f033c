import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { databasePath, openStore } from '../../src/advisories/store/index.ts';
import { billOfJson } from '../../src/formats/sbom/index.ts';
import { surroundings, updateDatabase } from '../../src/index.ts';
import { sbomInventory } from '../../src/inventory/sbom.ts';
import { match } from '../../src/matching/match.ts';
import type { Finding, Package } from '../../src/model.ts';
import { feeds, lacking, root, scratch, titled } from './machine.ts';

/**
 * Recall and precision over labels that recorded-matches.py makes of the publishers' records (docs/accuracy.md): a package as a bill
 * of materials states it, in versions that the records name and just below, and of each vulnerability that a record puts into it whether
 * this version has it.
 */

interface Labelled {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly yes: readonly string[];
  readonly no: readonly string[];
  /** What the records say in a way that only one of two readings could tell. */
  readonly unclear: readonly string[];
}

/** What the labels are made of: the distribution's own word on Debian and Alpine, NVD's on programs without a package, OSV's records on the others. */
const DOCUMENTS = [
  'debian/tracker',
  'alpine',
  ...['PyPI', 'npm', 'Maven', 'Go', 'RubyGems', 'NuGet', 'Packagist', 'Hex', 'Pub'].map((name) => `osv/${name}`),
  ...['AlmaLinux', 'Rocky Linux', 'Ubuntu'].map((name) => `osv/${name}`),
  // The years that recorded-matches.py draws from.
  ...(process.env.E2E_RECORDS === 'full'
    ? ['nvd']
    : [2011, 2014, 2015, 2018, 2021, 2024, 2025].map((year) => `nvd/${year}`)),
];

const hasPackaging = spawnSync('python3', ['-c', 'import packaging.version'], { stdio: 'ignore' }).status === 0;
const hasDpkg = spawnSync('perl', ['-MDpkg::Version', '-MJSON::PP', '-e', '1'], { stdio: 'ignore' }).status === 0;
const without = lacking('python3', 'perl');
const skip = !existsSync(join(feeds, 'osv', 'PyPI', 'all.zip'))
  ? 'no feeds beside the checkout (../shared/feeds)'
  : without.length > 0 || !hasPackaging || !hasDpkg
    ? 'python3 with packaging and perl with Dpkg::Version are needed'
    : undefined;

async function labels(): Promise<readonly Labelled[]> {
  const python = spawn('python3', [join(root, 'test', 'e2e', 'recorded-matches.py'), feeds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const all: Labelled[] = [];
  for await (const line of createInterface({ input: python.stdout })) all.push(JSON.parse(line) as Labelled);
  return all;
}

/** Packages of this many labels are judged at once. */
const BATCH = 2_000;

interface Count {
  found: number;
  missed: number;
  wrong: number;
  silent: number;
  unlabelled: number;
}

function of(counts: Map<string, Count>, type: string): Count {
  const known = counts.get(type) ?? { found: 0, missed: 0, wrong: 0, silent: 0, unlabelled: 0 };
  counts.set(type, known);
  return known;
}

function packageOf({ name, version, purl }: Labelled): Package | undefined {
  const components = [{ type: 'library', name, version, purl }];
  const bill = billOfJson({ bomFormat: 'CycloneDX', specVersion: '1.6', components });
  return bill && sbomInventory(bill).packages[0];
}

function count(label: Labelled, findings: readonly Finding[], counts: Count, against: string[]): void {
  const reported = new Set(findings.flatMap(({ id, aliases }) => [id, ...aliases]));
  for (const id of label.yes) {
    counts[reported.has(id) ? 'found' : 'missed'] += 1;
    if (!reported.has(id)) against.push(`missed ${id} ${label.purl}`);
  }
  for (const id of label.no) {
    counts[reported.has(id) ? 'wrong' : 'silent'] += 1;
    if (reported.has(id)) against.push(`wrong ${id} ${label.purl}`);
  }
  const known = new Set([...label.yes, ...label.no, ...label.unclear]);
  for (const { id, aliases } of findings) {
    if ([id, ...aliases].some((alias) => known.has(alias))) continue;
    counts.unlabelled += 1;
    against.push(`unlabelled ${id} ${label.purl}`);
  }
}

describe.skipIf(skip !== undefined)(titled('labels made of the publishers’ records', skip), () => {
  const place = scratch();
  afterAll(() => place.remove());

  it('recall is 0.999 and precision 0.98, in each ecosystem', { timeout: 900_000 }, async () => {
    await updateDatabase(
      { from: feeds, only: DOCUMENTS },
      surroundings({ environment: { PLIMSOLL_HOME: place.path, PIP_NO_INDEX: '1' } }),
    );
    const counts = new Map<string, Count>();
    const against: string[] = [];
    const store = openStore(databasePath(place.path));
    try {
      const all = await labels();
      for (let at = 0; at < all.length; at += BATCH) {
        const batch = all.slice(at, at + BATCH);
        const packages = batch.map(packageOf);
        const actual = new Map<Package, Finding[]>();
        for (const finding of match(
          packages.flatMap((pkg) => pkg ?? []),
          store,
        ).findings)
          actual.set(finding.package, [...(actual.get(finding.package) ?? []), finding]);
        for (const [index, label] of batch.entries()) {
          const asked = packages[index];
          if (asked === undefined) against.push(`no package: ${label.purl}`);
          else count(label, actual.get(asked) ?? [], of(counts, asked.type), against);
        }
      }
    } finally {
      store.close();
    }
    for (const [type, count] of counts) console.log(type, JSON.stringify(count));
    for (const line of against.slice(0, Number(process.env.E2E_SHOW ?? 20))) console.log(line);
    for (const [type, { found: actual, missed, wrong }] of counts) {
      expect(actual / (actual + missed), `recall of ${type}`).toBeGreaterThanOrEqual(0.999);
      expect(actual / (actual + wrong), `precision of ${type}`).toBeGreaterThanOrEqual(0.98);
    }
  });
});
