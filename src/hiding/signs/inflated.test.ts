import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const GEMS = 'usr/lib/ruby/gems/3.1.0';

/** Metadata as pip, npm and RubyGems write it, and the code that it speaks of. */
const kinds: readonly (readonly [
  string,
  (at: number) => Record<string, string>,
  (at: number) => Record<string, string>,
])[] = [
  [
    'Python distributions',
    (at) => ({
      [`${SITE}/pk${at}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: pk${at}\nVersion: 1.0\n`,
      [`${SITE}/pk${at}-1.0.dist-info/RECORD`]: `pk${at}.py,,\npk${at}-1.0.dist-info/METADATA,,\n`,
    }),
    (at) => ({ [`${SITE}/pk${at}.py`]: 'pass\n' }),
  ],
  [
    'npm packages',
    (at) => ({ [`app/node_modules/pk${at}/package.json`]: `{"name":"pk${at}","version":"1.0.0"}` }),
    (at) => ({ [`app/node_modules/pk${at}/index.js`]: 'x\n' }),
  ],
  [
    'gems',
    (at) => ({
      [`${GEMS}/specifications/pk${at}-1.0.gemspec`]: `Gem::Specification.new do |s|\n  s.name = "pk${at}".freeze\n  s.version = "1.0"\nend\n`,
    }),
    (at) => ({ [`${GEMS}/gems/pk${at}-1.0/lib/pk${at}.rb`]: 'x\n' }),
  ],
];

async function phantoms(count: number, ...parts: readonly ((at: number) => Record<string, string>)[]) {
  const files = Object.assign({}, ...Array.from({ length: count }, (_, at) => parts.map((part) => part(at))).flat());
  const { inventory } = await takeInventory(image(layer(files)));
  expect(inventory.packages).toHaveLength(count);
  return (inventory.signs ?? []).filter(({ check }) => check === 'packages-phantom');
}

describe.each(kinds)('lists of %s', (what, list, code) => {
  it('with no code beside them are an inflated inventory', async () => {
    expect(await phantoms(600, list)).toMatchObject([
      { level: 'warning', message: expect.stringContaining(`600 ${what} are listed in /`) },
    ]);
  });

  it('are told where what lies beside them is less than they are', async () => {
    const some = (at: number) => (at < 100 ? code(at) : {});
    expect((await phantoms(600, list, some))[0]?.message).toContain('100 files besides the lists are there');
  });

  it('are quiet with their code, and where they are few', async () => {
    expect(await phantoms(600, list, code)).toEqual([]);
    expect(await phantoms(100, list)).toEqual([]);
  });
});
