import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, layer } from '../../test/image.ts';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { takeInventory } from '../inventory/take.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { byLowerDatabases, byLowerManifests } from './lower-lists.ts';

const apk = (version: string) =>
  `P:zlib\nV:${version}\nA:x86_64\no:zlib\nF:lib\nR:libz.so.1\n\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\n`;
const base = layer({
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
  'lib/apk/db/installed': apk('1.2.12-r0'),
  'lib/libz.so.1': 'x',
  'lib/ld-musl-x86_64.so.1': 'x',
});
const zlib = async (...layers: readonly ReturnType<typeof layer>[]) => {
  const { inventory } = await takeInventory(image(...layers));
  const { version, properties } = inventory.packages.find(({ name }) => name === 'zlib')!;
  return `${version}${properties?.contradictedBy === undefined ? '' : `, not ${properties.contradictedBy}`}`;
};

describe('what a lower layer lists of a package', () => {
  it('is what it is where a layer above writes another version and none of its files', async () => {
    expect(await zlib(base, layer({ 'lib/apk/db/installed': apk('1.3.1-r0') }))).toBe('1.2.12-r0, not 1.3.1-r0');
  });

  it('in the first of several layers, which touch other things or write the list again', async () => {
    const other = layer({ 'opt/app': 'x' });
    const again = layer({ 'lib/apk/db/installed': apk('1.3.1-r0') });
    expect(await zlib(base, other, again, other)).toBe('1.2.12-r0, not 1.3.1-r0');
    // What was edited is written once more, as any installation does.
    expect(await zlib(base, again, layer({ 'lib/apk/db/installed': `${apk('1.3.1-r0')}\n` }))).toBe(
      '1.2.12-r0, not 1.3.1-r0',
    );
  });

  it('is what it is of, where a layer above names another source', async () => {
    const renamed = layer({ 'lib/apk/db/installed': apk('1.2.12-r0').replace('o:zlib', 'o:acme') });
    expect(await zlib(base, renamed)).toBe('1.2.12-r0, not acme 1.2.12-r0');
  });

  it('is what it was where the files came with the new version', async () => {
    const upgrade = layer({ 'lib/apk/db/installed': apk('1.3.1-r0'), 'lib/libz.so.1': 'y' });
    expect(await zlib(base, upgrade)).toBe('1.3.1-r0');
    expect(await zlib(base, upgrade, layer({ 'lib/apk/db/installed': apk('1.3.1-r0') }))).toBe('1.3.1-r0');
  });
});

const STATUS = 'var/lib/dpkg/status';
const manifest = (at: number): string => `srv/node_modules/p${at}/package.json`;
const listing = (at: number, code: ReadonlyMap<number, number>) => ({
  type: 'deb',
  name: `p${at}`,
  visible: true,
  code,
});

/** An image of two layers, of which the upper one says another version of all packages whose files are the lower one's. */
function edited(count: number, type: PackageFact['type'], pathOf: (at: number) => string) {
  const facts = Array.from({ length: count }, (_, at) => ({
    path: pathOf(at),
    analyzer: 'test',
    fact: { type, name: `p${at}`, version: '1.0.0', certainty: 'content' } satisfies PackageFact,
  }));
  const upper = facts.map((item) => ({ ...item, layer: 1, fact: { ...item.fact, version: '2.0.0' } }));
  const entries = function* () {
    for (let at = 0; at < count; at += 1)
      yield { path: `srv/node_modules/p${at}/index.js`, found: { layer: 0, type: 'file' } };
  };
  const read = { indexes: [{ facts }, { facts: upper }], files: { entries } };
  return { read: read as unknown as ReadImage, upper };
}

it('what a lower database says otherwise is found in proportion to how many packages there are', () => {
  const contradicted = (count: number): number => {
    const { read, upper } = edited(count, 'deb', () => STATUS);
    const code = new Map([[0, 1]]);
    const listings = Array.from({ length: count }, (_, at) => listing(at, code));
    return [...byLowerDatabases(read, upper, { listings } as unknown as OwnershipSurvey)].length;
  };
  expect(contradicted(10)).toBe(10);
  expect(growth(contradicted, 16_000)).toBeLessThan(IN_PROPORTION);
});

it('so is what manifests of a lower layer say, of which one folder may have several', () => {
  const contradicted = (count: number): number => {
    const { read, upper } = edited(count, 'npm', manifest);
    return [...byLowerManifests(read, upper)].length;
  };
  expect(contradicted(10)).toBe(10);
  const { read, upper } = edited(2, 'npm', manifest);
  const kept = { ...upper[0]!, fact: { ...upper[0]!.fact, version: '1.0.0' } };
  expect([...byLowerManifests(read, [...upper, kept])].map(({ item }) => item.path)).toEqual([manifest(1)]);
  expect(growth(contradicted, 8_000)).toBeLessThan(IN_PROPORTION);
});
