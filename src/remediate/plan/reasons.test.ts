import { expect, it } from 'vitest';
import type { Plan, Remainder } from '../plan.ts';
import { remainingGroups } from './reasons.ts';

const stays = (reason: string, goal = false): Remainder => ({ reason, goal }) as unknown as Remainder;
const groups = (...remaining: Remainder[]) =>
  remainingGroups({ remaining } as Pick<Plan, 'remaining'>).map(({ reason, findings }) => [reason, findings.length]);

it('the same reason stands once, whatever the versions in it', () => {
  expect(
    groups(
      stays('no newer numpy that can be installed on Python 3.9 is free of it'),
      stays('no newer pillow that can be installed on Python 3.9 is free of it'),
      stays("the newest that the image's sources offer is 1.1.1n-0+deb11u4"),
      stays("the indexes of the image's sources offer nothing newer"),
      stays('another Python, of another kind: no newer x that can be installed on Python 3.8 is free of it'),
    ),
  ).toEqual([
    ['fixed only in versions that Python 3.9 cannot install', 2],
    ["the image's package sources do not offer the fixed version", 2],
    ['another Python, of another kind: no newer x that can be installed on Python 3.8 is free of it', 1],
  ]);
});

it('reasons of Requires-Python are of that kind', () => {
  expect(groups(stays('1.26.0, 1.26.1 and 1.26.2 require Python >=3.10, and this is 3.9.16'))).toEqual([
    ['fixed only in versions that Python 3.9.16 cannot install', 1],
  ]);
});

it('one archive that is missing is one reason, whichever version came there', () => {
  const missing = 'its package sources name no security archive, and the fix came there alone';
  expect(groups(stays(`${missing}; fixed in 5.10.226-1`), stays(`${missing}; fixed in 1:2.30.2-1+deb11u4`))).toEqual([
    [missing, 2],
  ]);
});

it('what keeps the goal from being reached comes first, then what keeps the most', () => {
  expect(groups(stays('many'), stays('many'), stays('few'), stays('asked', true))).toEqual([
    ['asked', 1],
    ['many', 2],
    ['few', 1],
  ]);
});
