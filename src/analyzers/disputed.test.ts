import { expect, it } from 'vitest';
import { disputedBy } from './disputed.ts';

const word = (version: string) => ({ version, because: `its file says ${version}` });

it('the earliest word that names an earlier release disputes a version', () => {
  expect(disputedBy('2.99.0', [word('2.14.1'), undefined, word('2.9.1'), word('2.10.0')])).toEqual({
    disputed: word('2.9.1'),
  });
});

it('a later release, the same one in other letters and what is no version do not', () => {
  expect(disputedBy('31.1-jre', [word('32.0'), word('31.1.0.jre'), word('unspecified'), undefined])).toEqual({});
});
