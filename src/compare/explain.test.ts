import { expect, it } from 'vitest';
import { deb } from '../../test/report.ts';
import { fixedStatement } from '../../test/statements.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { ExposureClass, Package } from '../model.ts';
import { explain } from './explain.ts';

const at = (name: string, version: string, near: ExposureClass, more: Partial<Package> = {}): Package => ({
  ...deb(name, version),
  exposure: { class: near },
  ...more,
});

it('tells first of the packages that are affected, the nearest of them first, whatever order they were found in', () => {
  const packages = [
    at('imagemagick', '2.0', 'loaded'),
    at('chromium', '1.0', 'present'),
    at('libwebp', '1.0', 'importable'),
    at('firefox', '1.0', 'loaded', { role: 'declared' }),
  ];
  const store = memoryStore({
    statements: packages.map(({ name }) => fixedStatement('debian', 'Debian:11', name, 'CVE-2023-4863', '1.1')),
  });
  const explanation = explain({ id: 'CVE-2023-4863', inventory: { packages }, store, lenses: [] });
  expect(explanation.packages.map(({ package: name, own }) => [name, own.finding])).toEqual([
    ['libwebp', true],
    ['chromium', true],
    ['imagemagick', false],
    ['firefox', false],
  ]);
});

it('what has no title begins with its description, whole words of it, and says where more was said', () => {
  const told =
    'There is a HIGH severity vulnerability affecting the CPython "zipfile" module affecting "zipfile.Path". Note that the more common API "zipfile.ZipFile" class is unaffected. When iterating over names of entries in a zip archive (for example, methods of "zipfile.Path" like "namelist()", "iterdir()", etc) the process can be put into an infinite loop.';
  const titleOf = (description: string): string | undefined =>
    explain({
      id: 'CVE-2024-8088',
      inventory: { packages: [] },
      store: memoryStore({
        vulnerabilities: [{ id: 'CVE-2024-8088', aliases: [], description, ratings: [], references: [] }],
        statements: [],
      }),
      lenses: [],
    }).title;
  expect(titleOf(told)).toMatch(
    /\(for example, methods of "zipfile\.Path" like "namelist\(\)", "iterdir\(\)", \u2026$/,
  );
  expect(titleOf('Short.')).toBe('Short.');
});

it("tells of a bulletin what it brought, each vulnerability by its own name, which is none of the bulletin's", () => {
  // DLA 3893-1, and a fix of expat that another bulletin brought.
  const fixed = (id: string, version: string, bulletin: string) => ({
    ...fixedStatement('debian', 'Debian:11', 'expat', id, version),
    bulletin,
  });
  const store = memoryStore({
    statements: [
      fixed('CVE-2024-45491', '2.2.10-2+deb11u6', 'DLA-3893-1'),
      fixed('CVE-2024-45492', '2.2.10-2+deb11u6', 'DLA-3893-1'),
      fixed('CVE-2022-43680', '2.2.10-2+deb11u5', 'DSA-5266-1'),
    ],
    vulnerabilities: [{ id: 'DLA-3893-1', aliases: [], title: 'expat - security update', ratings: [] }],
  });
  const inventory = { packages: [deb('expat', '2.2.10-2+deb11u4')] };
  // Without its revision, as people say it.
  for (const asked of ['DLA-3893-1', 'dla-3893-1', 'DLA-3893', 'dla-3893']) {
    const told = explain({ id: asked, inventory, store, lenses: [] });
    expect(told.title).toBe('expat - security update');
    expect([told.known, told.aliases.filter((name) => !name.startsWith('DLA-3893'))]).toEqual([true, []]);
    expect(told.packages.map(({ id, own }) => [id, own.finding])).toEqual([
      ['CVE-2024-45491', true],
      ['CVE-2024-45492', true],
    ]);
  }
});
