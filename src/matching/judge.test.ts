import { describe, expect, it } from 'vitest';
import { pypi } from '../ecosystems/pypi.ts';
import type { AffectedRange, Statement } from '../model.ts';
import { judge } from './judge.ts';

/** NVD's entry of a product, in as many ranges as it has lines. */
const entry = (ranges: readonly AffectedRange[], more: Partial<Statement> = {}): Statement => ({
  id: 'CVE-2023-0286',
  source: 'nvd',
  namespace: 'PyPI',
  package: 'cryptography',
  aliases: [],
  state: 'fixed',
  ranges,
  ratings: [],
  ...more,
});
const judged = (statement: Statement, version: string): string => {
  const told = judge(statement, version, pypi);
  return told.affected ? `affected, fixed in ${told.fixed ?? 'nothing'}` : `not affected: ${told.because}`;
};

describe('the fix of a version', () => {
  it('is that of the range which has it, whatever other branches of the product have', () => {
    const branches = entry([
      { introduced: '1.0', fixed: '1.0.9' },
      { introduced: '2.0', fixed: '2.0.3' },
    ]);
    expect(judged(branches, '1.0.4')).toBe('affected, fixed in 1.0.9');
    expect(judged(branches, '2.0.1')).toBe('affected, fixed in 2.0.3');
    expect(judged(branches, '1.0.9')).toBe('not affected: version');
  });

  it('is in no other range of the same statement: where they overlap it is the end of the last', () => {
    const overlapping: readonly AffectedRange[] = [
      { introduced: '1.0', fixed: '2.0' },
      { introduced: '1.5', fixed: '3.0' },
      { introduced: '3.0', fixed: '3.1' },
    ];
    for (const ranges of [overlapping, overlapping.toReversed()])
      for (const version of ['1.2', '1.7', '2.5', '3.0'])
        expect(judged(entry(ranges), version), version).toBe('affected, fixed in 3.1');
  });

  it('is none where it lies in a range that names none', () => {
    expect(judged(entry([{ fixed: '2.0' }, { introduced: '2.0', lastAffected: '2.4' }]), '1.0')).toBe(
      'affected, fixed in nothing',
    );
  });

  it('is found for ranges that would lead around for ever', () => {
    const around = entry([
      { introduced: '1.0', fixed: '2.0' },
      { introduced: '2.0', fixed: '1.0' },
    ]);
    expect(judged(around, '1.5')).toMatch(/^affected, fixed in /);
  });

  it('of a version that is only listed is the lowest above it that is in no range, in whatever order they stand', () => {
    const ranges = [
      { introduced: '7', fixed: '8' },
      { introduced: '4', fixed: '5' },
      { introduced: '2', fixed: '2.1' },
    ];
    expect(judged(entry(ranges, { versions: ['3.0'] }), '3.0')).toBe('affected, fixed in 5');
    expect(judged(entry([...ranges, { introduced: '5', fixed: '6' }], { versions: ['3.0'] }), '3.0')).toBe(
      'affected, fixed in 6',
    );
  });
});

describe('a statement without ranges and versions', () => {
  it('speaks of all versions, unless it says no more than that there is a fix', () => {
    expect(judged(entry([], { state: 'open' }), '1.0')).toBe('affected, fixed in nothing');
    expect(judged(entry([], { state: 'open' }), 'unknown')).toBe('affected, fixed in nothing');
    expect(judged(entry([], { state: 'fixed' }), '1.0')).toBe('not affected: version');
  });
});

describe('a list of versions', () => {
  it('holds a version however it is written, and of what is no version the very letters', () => {
    const listed = entry([], { versions: ['1.0', 'nightly'] });
    expect(judged(listed, '1.0.0')).toBe('affected, fixed in nothing');
    expect(judged(listed, '1.0.1')).toBe('not affected: version');
    expect(judged(listed, 'nightly')).toBe('affected, fixed in nothing');
    expect(judged(listed, 'nightly2')).toBe('not affected: unknown-version');
  });
});
