import { describe, expect, it } from 'vitest';
import { addTo, firstAnswer, lazily, numbering, withoutUndefined } from './collections.ts';

describe('lists, maps and objects', () => {
  it('keeps the values of a key in the order in which they came', () => {
    const lists = new Map<string, number[]>();
    for (const [key, value] of [
      ['deb', 1],
      ['rpm', 2],
      ['deb', 3],
    ] as const)
      addTo(lists, key, value);
    expect([...lists]).toEqual([
      ['deb', [1, 3]],
      ['rpm', [2]],
    ]);
  });

  it('takes the first answer, even one of nothing, and asks nobody behind it', () => {
    const asked: number[] = [];
    const ask = (item: number): number | undefined => {
      asked.push(item);
      return item === 1 ? undefined : item - 2;
    };
    expect(firstAnswer([1, 2, 3], ask)).toBe(0);
    expect(asked).toEqual([1, 2]);
    expect(firstAnswer([1], ask)).toBeUndefined();
  });

  it('drops what is undefined and nothing else', () => {
    expect(Object.keys(withoutUndefined({ a: undefined, b: 0, c: '', d: null }))).toEqual(['b', 'c', 'd']);
  });

  it('works something out once, however many wait for it', async () => {
    let times = 0;
    const answer = lazily(async () => {
      times += 1;
      return times;
    });
    expect(times).toBe(0);
    expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  });

  it('gives the same thing the same number', () => {
    const number = numbering<string>();
    expect(['a', 'b', 'a', 'c'].map(number)).toEqual([0, 1, 0, 2]);
  });
});
