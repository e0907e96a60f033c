import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, layer, removed } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { assessedDatabase, assessedSystem } from './system-standing.ts';

const PACKAGES = [
  ['alpine-release', '3.18.4-r0', 'etc/secfixes.d', 'alpine'],
  ['musl', '1.2.4-r2', 'lib', 'ld-musl-x86_64.so.1'],
  ['busybox', '1.36.1-r2', 'bin', 'busybox'],
  ['apk-tools', '2.14.0-r2', 'sbin', 'apk'],
] as const;
const entry = ([name, version, folder, file]: readonly string[]): string =>
  `P:${name}\nV:${version}\nA:x86_64\no:${name}\nF:${folder}\nR:${file}\n\n`;
const DATABASE = 'lib/apk/db/installed';
const code = Object.fromEntries(
  PACKAGES.map(([, , folder, file]) => [`${folder}/${file}`, elf({ parts: [{ content: Buffer.from('x') }] })]),
);
const RELEASE = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\n' };
const alpine = { ...RELEASE, [DATABASE]: PACKAGES.map(entry).join(''), ...code };

async function standing(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return { system: assessedSystem(inventory), database: assessedDatabase(inventory) };
}

describe('how an operating system is known', () => {
  it('is confirmed where its packages were built for the release that the release file names', async () => {
    expect((await standing(layer(alpine))).system).toEqual({ by: 'release-file', certainty: 'confirmed' });
  });

  it('rests on the release file alone where no package tells its release', async () => {
    // Numbers of musl are those of one release of Alpine, of zlib they are not.
    const untold = { ...RELEASE, [DATABASE]: entry(['zlib', '1.2.13-r1', 'lib', 'libz.so.1']), 'lib/libz.so.1': 'x' };
    expect((await standing(layer(untold))).system).toEqual({ by: 'release-file', certainty: 'stated' });
    expect((await standing(layer(RELEASE))).system).toEqual({ by: 'release-file', certainty: 'stated' });
  });

  it('is inferred without a release file, and contradicted where that names another system', async () => {
    const { 'etc/os-release': _, ...without } = alpine;
    const { system } = await standing(layer(without));
    expect(system).toEqual({
      by: 'packages',
      certainty: 'inferred',
      because: expect.stringContaining('alpine-release 3.18.4-r0'),
    });
    const lie = { 'etc/os-release': 'ID=Linux\nVERSION_ID="99 (honk)"\n' };
    expect((await standing(layer(alpine), layer(lie))).system).toMatchObject({
      by: 'packages',
      certainty: 'contradicted',
    });
  });

  it('is not known of a program alone', async () => {
    expect((await standing(layer({ app: elf({ parts: [] }) }))).system).toEqual({ by: 'nothing' });
  });
});

describe('a package database', () => {
  it('is consistent where the files bear it out', async () => {
    expect((await standing(layer(alpine))).database).toEqual({ state: 'consistent', packages: 4 });
  });

  it('is missing where packages are there that nothing lists', async () => {
    expect((await standing(layer(alpine), layer({ 'lib/apk': removed }))).database).toEqual({
      state: 'missing',
      packages: 0,
    });
    const { [DATABASE]: _, ...squashed } = alpine;
    expect((await standing(layer(squashed))).database).toEqual({ state: 'missing', packages: 0 });
  });

  it('is contradicted where it leaves out what is there, lists what is not, or states another version', async () => {
    const some = layer({ [DATABASE]: entry(PACKAGES[0]) });
    expect((await standing(layer(alpine), some)).database).toMatchObject({ state: 'contradicted', packages: 1 });
    const phantoms = Array.from({ length: 40 }, (_, at) => entry([`acme${at}`, '1.0-r0', 'opt/acme', `f${at}`]));
    const inflated = layer({ ...alpine, [DATABASE]: alpine[DATABASE] + phantoms.join('') });
    expect((await standing(inflated)).database).toMatchObject({ state: 'contradicted' });
    const raised = layer({ [DATABASE]: alpine[DATABASE].replace('1.36.1-r2', '9.99.9-r9') });
    expect((await standing(layer(alpine), raised)).database).toEqual({ state: 'contradicted', packages: 3 });
  });

  it('is none of a program alone, nor of a language’s packages', async () => {
    const languages = layer({ 'srv/node_modules/qs/package.json': '{"name":"qs","version":"6.5.2"}' });
    expect((await standing(layer({ app: elf({ parts: [] }) }), languages)).database).toEqual({
      state: 'none',
      packages: 0,
    });
  });
});
