import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { meetOther, noOthers } from './other-code.ts';

async function signs(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { inventory } = await takeInventory(image(layer(files)));
  return (inventory.signs ?? []).map(({ check, level, message }) => `${level} ${check}: ${message}`);
}
const composer = {
  'app/vendor/autoload.php': '<?php',
  'app/vendor/composer/autoload_real.php': '<?php',
  'app/vendor/composer/ClassLoader.php': '<?php',
  'app/vendor/guzzlehttp/guzzle/src/Client.php': '<?php',
};
const listed = (...names: readonly string[]): string =>
  JSON.stringify({ packages: names.map((name) => ({ name, version: '7.4.0' })) });
const r = 'usr/local/lib/R/site-library/jsonlite';

describe('code beside which its installer writes a list', () => {
  it.each<[string, Record<string, string>, string]>([
    ['of Composer, whose list is gone', composer, '1 Composer package (guzzlehttp/guzzle)'],
    [
      'of Composer, whose list was emptied',
      { ...composer, 'app/vendor/composer/installed.json': '{"packages":[]}' },
      '1 Composer package (guzzlehttp/guzzle)',
    ],
    ['of R, whose description is gone', { [`${r}/Meta/package.rds`]: 'x' }, '1 R package (jsonlite)'],
    [
      'of .NET, whose dependencies are gone',
      { 'app/shop.dll': 'MZ', 'app/shop.runtimeconfig.json': '{}' },
      '1 .NET program (shop)',
    ],
  ])('is told: %s', async (_, files, words) => {
    expect(await signs(files)).toEqual([
      `info code-unlisted: ${words} that nothing lists, and that tell no version: not judged`,
    ]);
  });

  it.each<[string, Record<string, string>]>([
    [
      'what Composer lists, whatever its case',
      { ...composer, 'app/vendor/composer/installed.json': listed('GuzzleHttp/guzzle') },
    ],
    ['a folder that is called vendor, without Composer', { 'app/vendor/acme/theme/index.php': '<?php' }],
    [
      'an R package with its description',
      {
        [`${r}/Meta/package.rds`]: 'x',
        [`${r}/DESCRIPTION`]: 'Package: jsonlite\nVersion: 1.8.8\nBuilt: R 4.3.2; ; 2024-01-01; unix\n',
      },
    ],
    [
      'a .NET program with its dependencies',
      { 'app/shop.dll': 'MZ', 'app/shop.runtimeconfig.json': '{}', 'app/shop.deps.json': '{"libraries":{}}' },
    ],
    ['a .NET program in one file', { 'app/shop': 'x', 'app/shop.runtimeconfig.json': '{}' }],
  ])('is not %s', async (_, files) => {
    expect(await signs(files)).toEqual([]);
  });

  it('is not what a package of the system owns', async () => {
    const owned = Object.keys(composer)
      .map((path) => `/${path}\n`)
      .join('');
    const system = {
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'var/lib/dpkg/status': 'Package: acme\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n\n',
      'var/lib/dpkg/info/acme.list': owned,
    };
    expect(await signs({ ...composer, ...system })).toEqual([]);
  });
});

it('reads a long path in proportion to its length', () => {
  for (const [part, end] of [
    ['vendor/a/', 'x.php'],
    ['a'.repeat(99), '/Meta/package.rds'],
    ['/a.a', '/composer/autoload_real.php'],
  ] as const) {
    const met = (size: number) => meetOther(noOthers(), part.repeat(size / part.length) + end);
    expect(growth(met, 800_000)).toBeLessThan(IN_PROPORTION);
  }
});
