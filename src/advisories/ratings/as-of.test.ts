import { describe, expect, it } from 'vitest';
import { deb } from '../../../test/report.ts';
import { match } from '../../matching/match.ts';
import type { Statement } from '../../model.ts';
import { memoryStore } from '../store/memory.ts';
import { parseMoment, storeAsOf } from './as-of.ts';

const advisory = (changes: Partial<Statement>): Statement => ({
  id: 'CVE-2023-0464',
  source: 'debian',
  namespace: 'Debian:11',
  package: 'openssl',
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed: '1.1.1n-0+deb11u5' }],
  ratings: [],
  ...changes,
});

const at = (date: string, ...statements: readonly Statement[]) =>
  storeAsOf(
    memoryStore({
      statements,
      vulnerabilities: [
        {
          id: 'CVE-2023-0464',
          aliases: [],
          ratings: [],
          published: '2023-03-22T17:15:00Z',
          exploited: '2024-01-01',
          epss: 0.5,
        },
        { id: 'CVE-2024-9999', aliases: [], ratings: [], published: '2024-01-01T00:00:00Z' },
      ],
    }),
    parseMoment(date),
  );

// DSA-5417-1 brought the fix on 2023-05-31.
const fixed = advisory({ fixDate: '2023-05-31', bulletin: 'DSA-5417-1' });

describe('as of a date', () => {
  it('what was published later is not there', () => {
    expect(at('2023-03-21', fixed).statements('Debian:11', 'openssl')).toEqual([]);
    expect(at('2023-03-22', fixed).statements('Debian:11', 'openssl')).toHaveLength(1);
    expect(at('2023-05-12').vulnerability('CVE-2024-9999')).toBeUndefined();
  });

  it('what a bulletin on another release or of another publisher spoke of was known', () => {
    // CVE-2024-22195 in Jinja: DLA-3715-1 on buster came in January 2024, the one on bullseye in December.
    const id = 'CVE-2024-9999';
    const here = advisory({ id, fixDate: '2024-12-09', published: '2024-12-09' });
    const buster = advisory({ id, namespace: 'Debian:10', fixDate: '2023-12-23' });
    expect(at('2023-12-31', here).statements('Debian:11', 'openssl')).toEqual([]);
    expect(at('2023-12-31', here, buster).statements('Debian:11', 'openssl')).toMatchObject([{ state: 'open' }]);
    expect(at('2023-12-22', here, buster).statements('Debian:11', 'openssl')).toEqual([]);
  });

  it('what was fixed later is open', () => {
    expect(at('2023-05-12', fixed).statements('Debian:11', 'openssl')).toMatchObject([
      { state: 'open', ranges: [{ limit: '1.1.1n-0+deb11u5' }], note: 'fixed later, on 2023-05-31' },
    ]);
    const resultOf = (version: string) =>
      match([deb('libssl1.1', version, 'openssl', version)], at('2023-05-12', fixed)).findings.map(
        ({ fix: { state } }) => state,
      );
    expect(resultOf('1.1.1n-0+deb11u4')).toEqual(['not-fixed']);
    // A build that came before its bulletin has the fix.
    expect(resultOf('1.1.1n-0+deb11u5')).toEqual([]);
    const [later] = at('2023-05-12', fixed).statements('Debian:11', 'openssl');
    expect([later?.bulletin, later?.url]).toEqual([undefined, undefined]);
    const url = 'https://security-tracker.debian.org/tracker/DSA-5417-1';
    expect(at('2023-05-31', fixed).statements('Debian:11', 'openssl')).toEqual([{ ...fixed, url }]);
  });

  it('what was withdrawn later stands', () => {
    const withdrawn = advisory({ state: 'withdrawn', withdrawn: '2023-06-01T00:00:00Z' });
    expect(at('2023-05-12', withdrawn).statements('Debian:11', 'openssl')).toMatchObject([{ state: 'fixed' }]);
    expect(at('2023-07-01', withdrawn).statements('Debian:11', 'openssl')).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('exploitation and scores of later days are not known', () => {
    const known = at('2023-05-12').vulnerability('CVE-2023-0464');
    expect(known).not.toHaveProperty('exploited');
    expect(known).not.toHaveProperty('epss');
    expect(at('2024-02-01').vulnerability('CVE-2023-0464')).toMatchObject({ exploited: '2024-01-01' });
  });

  it('the year of a CVE tells what no date does', () => {
    const undated = advisory({ id: 'CVE-2024-36905', package: 'linux', fixDate: '2024-06-25' });
    const past = at('2023-05-12', undated);
    expect(past.statements('Debian:11', 'linux')).toEqual([]);
    expect(past.undated().statements).toBe(0);
    const named = (id: string) =>
      at('2018-05-12', advisory({ id, state: 'open' })).statements('Debian:11', 'openssl').length;
    expect(['GO-2024-2687', 'ALSA-2019:1714', 'GO-2018-1', 'DSA-2019-1'].map(named)).toEqual([0, 0, 1, 1]);
    expect(at('2023-12-30', undated).statements('Debian:11', 'linux')).toMatchObject([{ state: 'open' }]);
  });

  it('says where dates are missing', () => {
    const store = at('2023-05-12', advisory({}), advisory({ id: 'TEMP-0000000-ABCDEF', state: 'open' }));
    expect(store.statements('Debian:11', 'openssl')).toHaveLength(2);
    store.statements('Debian:11', 'openssl');
    expect(store.undated()).toEqual({ statements: 1, fixes: 1, changed: 0 });
  });

  it('says which statements were changed later: nobody keeps what they were', () => {
    const changed = advisory({ fixDate: '2023-05-01', modified: '2023-08-01T00:00:00Z' });
    const counts = (day: string): number => {
      const past = at(day, changed);
      past.statements('Debian:11', 'openssl');
      return past.undated().changed;
    };
    expect([counts('2023-05-12'), counts('2023-09-01')]).toEqual([1, 0]);
  });

  it('knows since when a package has a vulnerability that others were known to have before', () => {
    const ghsa = advisory({
      ...{ id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2023-0464'], source: 'ghsa', namespace: 'PyPI' },
      ...{ package: 'my-openssl', published: '2023-08-01T00:00:00Z', fixDate: '2023-08-01' },
    });
    const past = at('2023-05-12', ghsa);
    expect(past.statements('PyPI', 'my-openssl')).toEqual([]);
    expect(past.knownSince?.('CVE-2023-0464')).toBeUndefined();
    expect(past.knownSince?.('CVE-2023-0464', 'My_OpenSSL')).toEqual({ day: '2023-08-01' });
    expect(past.knownSince?.('CVE-2023-0464', 'openssl')).toBeUndefined();
    expect(at('2023-08-02', ghsa).knownSince?.('CVE-2023-0464', 'my-openssl')).toBeUndefined();
  });

  it.each(['yesterday', '2023-13-45', '12.05.2023', ''])('%s is no date', (text) =>
    expect(() => parseMoment(text)).toThrow(/is no date/),
  );
});
