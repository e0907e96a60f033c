import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath, openStore } from '../../src/advisories/store/index.ts';
import { surroundings, updateDatabase } from '../../src/index.ts';
import { match } from '../../src/matching/match.ts';
import type { Finding, Package } from '../../src/model.ts';
import { feeds, titled } from './machine.ts';
import { nativeTools } from './native-versions.ts';

/**
 * Every row of python:3.9.16-bullseye, held to Debian's tracker as Debian's own dpkg compares versions: what the tracker says of each
 * source package, worked out here without anything of ours.
 */

const inventory = join(feeds, '..', 'inventories', 'python-3.9.16-bullseye.tsv');
const tracker = join(feeds, 'debian', 'tracker.json');
const dpkg = nativeTools.find(({ name }) => name === 'dpkg');
const missing =
  !existsSync(inventory) || !existsSync(tracker)
    ? 'no feeds and inventories beside the checkout'
    : dpkg?.present()
      ? undefined
      : 'no dpkg on this machine';

/** Debian's word on a flaw that never got a CVE: its bulletin. */
const ONLY_IN_LISTS: readonly string[] = ['ucf DLA-4016-1'];

interface Word {
  readonly status: string;
  readonly fixed_version?: string;
}
type Tracker = Readonly<Record<string, Readonly<Record<string, { readonly releases: Record<string, Word> }>>>>;

/** `source CVE`, and whether there is a fix: what the tracker says of the image. */
function rowsOfTracker(packages: readonly Package[]): ReadonlyMap<string, string> {
  const text = JSON.parse(readFileSync(tracker, 'utf8')) as Tracker;
  const rows = new Map<string, string>();
  const questions: { readonly row: string; readonly fixed: string; readonly pair: readonly [string, string] }[] = [];
  const sources = new Map(packages.flatMap(({ source }) => (source ? [[source.name, source.version] as const] : [])));
  for (const [name, installed] of sources) {
    for (const [cve, { releases }] of Object.entries(text[name] ?? {})) {
      const { status, fixed_version: fixed = '0' } = releases.bullseye ?? { status: 'none' };
      if (status === 'open') rows.set(`${name} ${cve}`, 'open');
      else if (status === 'resolved' && fixed !== '0')
        questions.push({ row: `${name} ${cve}`, fixed, pair: [installed, fixed] });
    }
  }
  const answers = dpkg!.compare(questions.map(({ pair }) => pair));
  for (const [index, { row, fixed }] of questions.entries()) if (answers[index] === -1) rows.set(row, fixed);
  return rows;
}

const rowsOf = (findings: readonly Finding[]): ReadonlyMap<string, string> =>
  new Map(findings.map(({ id, package: pkg, fix }) => [`${pkg.source?.name} ${id}`, fix.version ?? 'open']));
const split = (rows: ReadonlyMap<string, string>) => ({
  fixable: [...rows.values()].filter((fix) => fix !== 'open').length,
  open: [...rows.values()].filter((fix) => fix === 'open').length,
});

describe.skipIf(missing !== undefined)(titled('python:3.9.16-bullseye against the tracker', missing), () => {
  let home: string;
  let packages: readonly Package[];
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'plimsoll-rows-'));
    packages = readFileSync(inventory, 'utf8')
      .trim()
      .split('\n')
      .map((line): Package => {
        const [source = '', sourceVersion = '', name = '', , version = ''] = line.split('\t');
        return {
          type: 'deb',
          name,
          version,
          source: { name: source, version: sourceVersion },
          namespace: 'Debian:11',
          purl: `pkg:deb/debian/${name}@${version}`,
          evidence: [],
        };
      });
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const findings = async (...only: readonly string[]): Promise<readonly Finding[]> => {
    await updateDatabase({ from: feeds, only }, surroundings({ environment: { PLIMSOLL_HOME: home } }));
    const store = openStore(databasePath(home));
    try {
      return match(packages, store).findings;
    } finally {
      store.close();
    }
  };

  it('943 with a fix and 73 without, each with the tracker’s own version', async () => {
    const rows = rowsOf(await findings('debian/tracker'));
    expect(split(rows)).toEqual({ fixable: 943, open: 73 });
    expect(rows).toEqual(rowsOfTracker(packages));
  });

  it('the lists of bulletins change no row of a CVE, and add the one flaw that has none', async () => {
    const rows = rowsOf(await findings('debian/tracker', 'debian/DSA', 'debian/DLA'));
    const ofTracker = rowsOfTracker(packages);
    expect([...ofTracker].filter(([row, fix]) => rows.get(row) !== fix)).toEqual([]);
    expect([...rows.keys()].filter((row) => !ofTracker.has(row))).toEqual(ONLY_IN_LISTS);
  });

  it('OSV’s export adds rows on curl, openssl and systemd, of which the tracker’s excerpt does not speak', async () => {
    const all = await findings('debian/tracker', 'debian/DSA', 'debian/DLA', 'osv/Debian');
    const rows = rowsOf(all);
    const ofTracker = rowsOfTracker(packages);
    expect([...ofTracker].filter(([row, fix]) => rows.get(row) !== fix)).toEqual([]);
    const added = [...rows].filter(([row]) => !ofTracker.has(row) && !ONLY_IN_LISTS.includes(row));
    expect(split(new Map(added))).toEqual({ fixable: 10, open: 20 });
    expect([...new Set(added.map(([row]) => row.split(' ')[0]))].sort()).toEqual(['curl', 'openssl', 'systemd']);
    // Two of them have no CVE: Debian's bulletin is the only word on that flaw.
    expect(added.map(([row]) => row).filter((row) => !row.includes('CVE-'))).toEqual([
      'curl DLA-4213-1',
      'curl DLA-4432-1',
    ]);
  });
});
