import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

type Files = Record<string, string>;
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const all = (numbers: readonly number[], files: (at: number) => Files): Files =>
  Object.assign({}, ...numbers.map(files));

const alpine = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n' };
const debian = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };

const apk = (numbers: readonly number[]): Files => ({
  'lib/apk/db/installed': numbers
    .map((at) => `P:pk${at}\nV:1.0-r0\nA:x86_64\nF:usr/share/pk${at}\nR:data\n\n`)
    .join(''),
});
const status = (numbers: readonly number[]): Files => ({
  'var/lib/dpkg/status': numbers
    .map((at) => `Package: pk${at}\nStatus: install ok installed\nVersion: 1.${at}\n\n`)
    .join(''),
});
const lists = (numbers: readonly number[], files: (at: number) => readonly string[]): Files =>
  all(numbers, (at) => ({
    [`var/lib/dpkg/info/pk${at}.list`]: ['/.', '/usr', ...files(at), ''].join('\n'),
  }));
const conda = (numbers: readonly number[]): Files =>
  all(numbers, (at) => ({
    [`opt/conda/conda-meta/pk${at}-1.0-0.json`]: JSON.stringify({
      name: `pk${at}`,
      version: '1.0',
      build: '0',
      channel: 'conda-forge',
      files: [`share/pk${at}/data`],
    }),
  }));

async function seen(files: Files) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.length,
    phantoms: inventory.packages
      .filter(({ phantom, certainty }) => phantom && certainty === 'name')
      .map(({ name }) => name),
    signs: (inventory.signs ?? []).filter(({ check }) => check === 'packages-phantom').map(({ message }) => message),
  };
}

describe('a database whose packages list files that are not there', () => {
  it.each([
    ['apk', apk, { ...alpine }, (at: number) => `usr/share/pk${at}/data`],
    ['conda', conda, {}, (at: number) => `opt/conda/share/pk${at}/data`],
    [
      'dpkg',
      (numbers: readonly number[]) => ({ ...status(numbers), ...lists(numbers, (at) => [`/usr/share/pk${at}/data`]) }),
      debian,
      (at: number) => `usr/share/pk${at}/data`,
    ],
  ] as const)(
    'of %s: those are less sure, and those of which something is there are not',
    async (_, database, system, fileOf) => {
      const there = all(upTo(25), (at) => ({ [fileOf(at)]: 'x' }));
      const { packages, phantoms, signs } = await seen({ ...system, ...database(upTo(50)), ...there });
      expect(packages).toBe(50);
      expect(phantoms).toHaveLength(25);
      expect(phantoms).not.toContain('pk3');
      expect(signs).toEqual([expect.stringMatching(/^25 of 50 packages list files of which none is there/)]);
    },
  );

  it('is quiet where few are without: what was deleted by hand', async () => {
    const there = all(upTo(45), (at) => ({ [`usr/share/pk${at}/data`]: 'x' }));
    expect(await seen({ ...alpine, ...apk(upTo(50)), ...there })).toMatchObject({ phantoms: [], signs: [] });
  });
});

describe('a database whose packages share files', () => {
  const database = (count: number) => ({ ...debian, ...status(upTo(count)), ...lists(upTo(count), () => ['/bin/sh']) });

  it('of another package proves nothing by them', async () => {
    const { phantoms } = await seen({ ...database(20), 'bin/sh': 'x' });
    expect(phantoms).toHaveLength(20);
  });

  it('is quiet where as many share one as builds for several processors do', async () => {
    expect(await seen({ ...database(8), 'bin/sh': 'x' })).toMatchObject({ phantoms: [], signs: [] });
  });
});

describe('packages without any list', () => {
  const whole = (numbers: readonly number[]) => ({
    ...lists(numbers, (at) => [`/usr/share/pk${at}/data`]),
    ...all(numbers, (at) => ({ [`usr/share/pk${at}/data`]: 'x' })),
  });

  it('beside those that have one are less sure', async () => {
    const { phantoms, signs } = await seen({ ...debian, ...status(upTo(500)), ...whole(upTo(100)) });
    expect(phantoms).toHaveLength(400);
    expect(phantoms).not.toContain('pk99');
    expect(signs).toEqual(['400 of 500 packages of the database list no file at all: an inflated inventory']);
  });

  it('that are more than the files of the image are, each in a file of its own too', async () => {
    const apart = all(upTo(600), (at) => ({ [`var/lib/dpkg/status.d/pk${at}`]: `Package: pk${at}\nVersion: 1.0\n` }));
    const { phantoms } = await seen({ ...debian, ...apart });
    expect(phantoms).toHaveLength(600);
    const files = all(upTo(1_300), (at) => ({ [`usr/share/data/${at}`]: 'x' }));
    expect(await seen({ ...debian, ...apart, ...files })).toMatchObject({ phantoms: [], signs: [] });
  });
});
