import { expect, it } from 'vitest';
import type { Unknown } from '../model.ts';
import { problemList } from './problem-list.ts';

const of = (path: string) => (): Unknown => ({ path, analyzer: 'npm', reason: 'no JSON' });
const paths = (unknowns: readonly Unknown[]) => unknowns.map(({ path, reason }) => path || reason);

it('keeps the first problems of a layer, in its order, in whatever order they are told', () => {
  const members = Array.from({ length: 40 }, (_, member) => member);
  const expected = [...members.slice(0, 10).map(String), 'and 30 more problems in this layer'];
  for (const order of [members, [...members].reverse(), members.map((_, at) => (at * 7) % 40)]) {
    const list = problemList(10);
    for (const member of order) list.add(member, of(`${member}`));
    expect(paths(list.end())).toEqual(expected);
  }
});

it('keeps several problems of one member in the order in which they are told', () => {
  const list = problemList(3);
  for (const [member, path] of [
    [5, 'a'],
    [2, 'b'],
    [5, 'c'],
  ] as const)
    list.add(member, of(path));
  expect(paths(list.end())).toEqual(['b', 'a', 'c']);
});

it('says nothing of more where there are none', () => {
  const list = problemList(2);
  list.add(1, of('a'));
  list.add(2, of('b'));
  expect(paths(list.end())).toEqual(['a', 'b']);
});
