import { expect, it } from 'vitest';
import { ignoreRules } from './ignore-rules.ts';

/** Whether the rules leave a path out. */
const isOut = (text: string, path: string): boolean => {
  const names = path.split('/');
  return ignoreRules(text).below(names.slice(0, -1).join('/'))(names.at(-1)!);
};

it('leaves out as Docker does: from the root, with all that is below, and the last line that matches counts', () => {
  const list = '\ufeff# ours\n.git\n*.env\n**/*.pem\n/data/\n!data/keep\n';
  for (const path of ['.git/config', 'a.env', 'x/y/key.pem', 'data/huge.bin'])
    expect(isOut(list, path), path).toBe(true);
  for (const path of ['x/a.env', 'data/keep/x.csv', 'src/app.py', '# ours'])
    expect(isOut(list, path), path).toBe(false);
});

it('says whether something may be let in again, and leaves out nothing beyond its budget', () => {
  expect([ignoreRules('*\n!a').hasKept, ignoreRules('*\n').hasKept]).toEqual([true, false]);
  expect(ignoreRules('a\n'.repeat(200_000)).wasCut()).toBe(true);
});
