import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

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
