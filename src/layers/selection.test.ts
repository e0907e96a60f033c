import { expect, it } from 'vitest';
import { analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import { imagePath } from './image-path.ts';
import { globToRegExp, selection } from './selection.ts';

const globs = analyzers.flatMap(({ files = [] }) => files);
/** Paths that a glob means, that nearly are such, and that are none. */
const paths = new Set(
  globs.flatMap((glob) =>
    ['', 'x', 'usr/lib/x.d', 'x.json'].flatMap((filling) => {
      const path = glob
        .replaceAll('**/', filling === '' ? '' : `${filling}/`)
        .replaceAll('**', filling || 'x')
        .replaceAll(/[*?]/g, filling.replaceAll('/', '') || 'y');
      return [path, `opt/${path}`, `${path}.bak`, `${path}/z`, path.replace(/\.[^./]*$/, '.py')];
    }),
  ),
);

it('asks of a path whoever has a pattern for it, in whatever way the patterns are looked up', () => {
  const { byPath } = selection(analyzers);
  const patterns = analyzers.map(({ name, files = [] }) => ({ name, those: files.map(globToRegExp) }));
  const wanted = new Set<string>();
  for (const path of paths) {
    const names = patterns.filter(({ those }) => those.some((pattern) => pattern.test(path))).map(({ name }) => name);
    expect(
      byPath(path)
        .map(({ name }) => name)
        .sort(),
      path,
    ).toEqual(names.sort());
    for (const name of names) wanted.add(name);
  }
  // Nobody's patterns were left out.
  expect(wanted.size).toBe(patterns.filter(({ those }) => those.length > 0).length);
});

it.each([
  ['./usr/bin/env', 'usr/bin/env', false],
  ['./usr/', 'usr', false],
  ['./', '', false],
  ['.', '', false],
  ['.//usr', 'usr', false],
  ['./../usr', 'usr', true],
  ['usr/..', '', false],
  ['./.hidden/', '.hidden', false],
  ['usr//', 'usr', false],
])('takes the name %s for the path %s', (name, path, escaped) => {
  expect(imagePath(name)).toEqual({ path, escaped });
});

it('asks about the first bytes only those that a file beginning so can concern', () => {
  const any = analyzer({ name: 'any', version: 1, magic: () => true, read: () => [] });
  const text = analyzer({ name: 'text', version: 1, magic: () => true, begins: 'ab', read: () => [] });
  const number = analyzer({ name: 'number', version: 1, magic: () => true, begins: [0xff], read: () => [] });
  const named = analyzer({ name: 'named', version: 1, files: ['x'], read: () => [] });
  const { byContent } = selection([text, any, number, named]);
  const names = (byte: number) => byContent(9)[byte]?.map(({ name }) => name);
  expect(names(0x61)).toEqual(['text', 'any']);
  expect(names(0x62)).toEqual(['text', 'any']);
  expect(names(0xff)).toEqual(['any', 'number']);
  expect(names(0x63)).toEqual(['any']);
  expect(selection([named]).byContent(9)).toEqual([]);
});

it('asks about a file by its content only those that files of its size concern, in their own order', () => {
  const large = analyzer({ name: 'large', version: 1, magic: () => true, leastBytes: 1_000, read: () => [] });
  const any = analyzer({ name: 'any', version: 1, magic: () => true, read: () => [] });
  const larger = analyzer({
    name: 'larger',
    version: 1,
    magic: () => true,
    leastBytes: 5_000,
    begins: 'a',
    read: () => [],
  });
  const names = (size: number, of = [large, any, larger]) =>
    selection(of)
      .byContent(size)[0x61]
      ?.map(({ name }) => name);
  expect([0, 999, 1_000, 4_999, 5_000, 1e9].map((size) => names(size))).toEqual([
    ['any'],
    ['any'],
    ['large', 'any'],
    ['large', 'any'],
    ['large', 'any', 'larger'],
    ['large', 'any', 'larger'],
  ]);
  expect(names(999, [large])).toBeUndefined();
  expect(names(1_000, [large])).toEqual(['large']);
});
