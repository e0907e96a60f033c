import { describe, expect, it } from 'vitest';
import type { Statement } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import { fixOf } from './lens-fix.ts';
import type { Affected } from './lens-version.ts';
import type { Universe } from './universe.ts';

const affected = (fixed: string | undefined, more: Partial<Statement> = {}): Affected => ({
  statement: {
    id: 'GHSA-r9hx-vwmv-q579',
    source: 'ghsa',
    namespace: 'PyPI',
    package: 'setuptools',
    aliases: ['CVE-2022-40897'],
    state: 'fixed',
    ranges: [{ fixed: '65.5.1' }],
    ratings: [],
    ...more,
  },
  ...(fixed !== undefined && { fixed }),
});
const debian = { source: 'debian', namespace: 'Debian:11', package: 'openssl' } as const;
/** What a lens of these rules says, `records` being all that the records of the statements say. */
const told = (
  fix: Omit<Lens['fix'], 'says' | 'cite'>,
  list: readonly Affected[],
  {
    type = 'pypi',
    records = [],
    system = 'debian',
  }: { type?: string; records?: readonly Statement[]; system?: string } = {},
) =>
  fixOf({ fix } as unknown as Lens, type, list, {
    record: () => records,
    os: { id: system, name: system },
  } as unknown as Universe);

describe("a lens's word on a fix", () => {
  it('is the version of the statement that has one, under the name that the scanner has for it', () => {
    expect(told({ states: {} }, [affected(undefined), affected('65.5.1')])).toEqual({
      state: 'fixed',
      version: '65.5.1',
    });
    expect(told({ states: { fixed: 'unknown' } }, [affected('65.5.1')])).toEqual({ state: 'unknown' });
  });

  it('is every fixed version of a record for scanners that list them, whatever branch is installed, each once', () => {
    const branch = affected('4.2.16', { ranges: [{ introduced: '4.2', fixed: '4.2.16' }] });
    const other: Statement = { ...branch.statement, ranges: [{ fixed: '5.0.9' }, { fixed: '4.2.16' }] };
    const all = { state: 'fixed', version: '4.2.16', versions: ['4.2.16', '5.0.9'] };
    expect(told({ states: {}, branches: 'all' }, [branch], { records: [other] })).toEqual(all);
    expect(told({ states: {}, branches: { types: ['pypi'] } }, [branch], { records: [other] })).toEqual(all);
    const own = { state: 'fixed', version: '4.2.16' };
    expect(told({ states: {}, branches: { types: ['npm'] } }, [branch], { records: [other] })).toEqual(own);
    expect(told({ states: {} }, [branch], { records: [other] })).toEqual(own);
    // A release of a distribution is one branch.
    const release = affected('1.1.1n-0+deb11u4', debian);
    expect(told({ states: {}, branches: 'all' }, [release], { records: [other] })).toEqual({
      state: 'fixed',
      version: '1.1.1n-0+deb11u4',
    });
  });

  it('is where GitHub knows a range to end, for who takes that for a fix', () => {
    const open = affected(undefined, { state: 'open', ranges: [{}], note: 'last known to be affected: < 2.0' });
    expect(told({ states: {}, branches: 'all' }, [open])).toEqual({
      state: 'fixed',
      version: '2.0',
      versions: ['2.0'],
    });
    expect(told({ states: {}, branches: { types: ['pypi'] } }, [open])).toEqual({ state: 'not-fixed' });
  });

  it('is fixed without a version where a distribution calls it so, and not where a record has a fix for another branch', () => {
    const [open, fixed] = [affected(undefined, { ...debian, state: 'open' }), affected(undefined, debian)];
    expect(told({ states: {} }, [open, fixed])).toEqual({ state: 'fixed' });
    expect(told({ states: {} }, [affected(undefined)])).toEqual({ state: 'not-fixed' });
  });

  it("is what the lens makes of the publisher's state: with its note, on this system, or at all, in this order", () => {
    const states = { postponed: 'deferred', ignored: 'wont-fix' } as const;
    const rules = {
      states,
      ofSystem: { ubuntu: { postponed: 'not-fixed' } },
      noted: { postponed: 'wont-fix' },
    } as const;
    const postponed = affected(undefined, { ...debian, state: 'postponed' });
    const noted = affected(undefined, { ...debian, state: 'postponed', note: 'Minor issue' });
    expect(told(rules, [postponed])).toEqual({ state: 'deferred' });
    expect(told(rules, [postponed], { system: 'ubuntu' })).toEqual({ state: 'not-fixed' });
    expect(told(rules, [noted], { system: 'ubuntu' })).toEqual({ state: 'wont-fix' });
    expect(told(rules, [affected(undefined, { ...debian, state: 'open' }), postponed])).toEqual({ state: 'deferred' });
    expect(told(rules, [affected(undefined, { ...debian, state: 'open' })])).toEqual({ state: 'not-fixed' });
  });
});
