import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { readJson, whyNoJson } from './json-values.ts';

const refusal = (text: string): string => {
  try {
    readJson(text);
  } catch (error) {
    return whyNoJson(error);
  }
  return 'read';
};

const MANY = 1_000_001;

describe('reading JSON from outside', () => {
  it.each([
    ['objects', `{"a":[${'{},'.repeat(MANY)}{}]}`],
    ['lists', `[${'[],'.repeat(MANY)}[]]`],
    [
      'members, however they are spaced',
      `{${Array.from({ length: MANY }, (_, at) => `"${at.toString(36)}"  \n:0`).join(',')}}`,
    ],
    ['objects within objects', '{"a":'.repeat(MANY)],
  ])('makes no gigabytes of a few megabytes of %s', (_, text) => {
    expect(refusal(text)).toBe('a JSON document of more than 1000000 objects and members is not read');
  });

  it('counts no colons within texts, and no numbers', () => {
    expect(
      readJson(JSON.stringify({ a: 'https://a.example:80/ '.repeat(300_000), b: new Array(600_000).fill(0) })),
    ).toMatchObject({
      a: expect.stringContaining('https'),
    });
  });

  it('says what else it is not', () => {
    expect(refusal('{')).toBe('no JSON');
  });
});

it.each([
  ['opt/conda/conda-meta/a-1-0.json', '"name":"a","version":"1","build":"0"'],
  ['srv/package-lock.json', '"lockfileVersion":3'],
  ['srv/Pipfile.lock', '"_meta":{}'],
  ['srv/a.deps.json', '"libraries":{}'],
  ['srv/vendor/composer/installed.json', '"packages":[]'],
  ['srv/a.ipynb', '"cells":[]'],
])('an image says that %s was not read for its size in memory', async (path, members) => {
  const body = Buffer.from(`{${members},"x":[${'{},'.repeat(MANY)}{}]}`);
  const { inventory } = await takeInventory(image(layer({ 'etc/os-release': 'ID=debian\n', [path]: body })));
  expect(inventory.unknowns.filter((entry) => entry.path === path).map(({ reason }) => reason)).toContainEqual(
    expect.stringContaining('more than 1000000 objects and members is not read'),
  );
});
