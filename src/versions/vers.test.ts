import { describe, expect, it } from 'vitest';
import { comparePep440 } from './pep440.ts';
import { isInVers } from './vers.ts';

const within = (range: string, version: string): boolean => isInVers(range, version, comparePep440);

describe('a range of vers', () => {
  it.each([
    ['vers:pypi/>=3.2|<4', '3.2', true],
    ['vers:pypi/>=3.2|<4', '3.2.0', true],
    ['vers:pypi/>=3.2|<4', '3.10', true],
    ['vers:pypi/>=3.2|<4', '4', false],
    ['vers:pypi/>=3.2|<4', '3.1', false],
    ['vers:pypi/<1|>=2|<3', '0.9', true],
    ['vers:pypi/<1|>=2|<3', '1.5', false],
    ['vers:pypi/<1|>=2|<3', '2.5', true],
    ['vers:pypi/<1|>=2|<3', '3.5', false],
    ['vers:pypi/>2', '3', true],
    ['vers:pypi/>2', '2', false],
    ['vers:pypi/<=2', '2', true],
    ['vers:pypi/1.0|1.2', '1.2.0', true],
    ['vers:pypi/1.0|1.2', '1.1', false],
    ['vers:pypi/>=1|!=1.5|<2', '1.5', false],
    ['vers:pypi/>=1|!=1.5|<2', '1.6', true],
    ['vers:pypi/!=1.5', '1.6', true],
    ['vers:pypi/*', '7', true],
    ['vers:pypi/1.0%2Bcu118', '1.0+cu118', true],
    ['vers:pypi/>=2|<3|1.0', '1.0', true],
  ])('%s holds %s: %s', (range, version, expected) => {
    expect(within(range, version)).toBe(expected);
  });

  it.each(['>=3.2|<4', 'vers:pypi/', 'vers:pypi/>=3.2||<4', 'before 4.0', '', 'vers:pypi/*|<2'])(
    'holds nothing where it is none: %j',
    (range) => expect(within(range, '3.5')).toBe(false),
  );
});
