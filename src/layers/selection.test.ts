import { expect, it } from 'vitest';
import { analyzers } from '../analyzers/index.ts';
import { imagePath } from './image-path.ts';
import { globToRegExp, selection } from './selection.ts';

const globs = analyzers.flatMap(({ files = [] }) => files);
/** Paths that a glob means, that nearly are such, and that are none. */
const paths = globs.flatMap((glob) =>
  ['', 'x', 'usr/lib/x.d', 'x.json'].flatMap((filling) => {
    const path = glob
      .replaceAll('**/', filling === '' ? '' : `${filling}/`)
      .replaceAll('**', filling || 'x')
      .replaceAll(/[*?]/g, filling.replaceAll('/', '') || 'y');
    return [path, `opt/${path}`, `${path}.bak`, `${path}/z`, path.replace(/\.[^./]*$/, '.py')];
  }),
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
