import { describe, expect, it } from 'vitest';
import { ecosystemNamed } from '../../ecosystems/index.ts';
import { inRange } from '../../ecosystems/range.ts';
import { readBounds } from './bounds.ts';
import type { FeedStatement } from './feed.ts';
import { withCustomRanges } from './go-custom-ranges.ts';
import { osvRanges } from './osv-ranges.ts';

const events = (...list: readonly Record<string, string>[]) => ({ ranges: [{ type: 'ECOSYSTEM', events: list }] });
const read = (affected: unknown, ecosystem = 'PyPI') => osvRanges(affected, ecosystemNamed(ecosystem));

describe('bounds that are no versions', () => {
  it("NVD's `no update` is the version itself: PYSEC-2025-192 on torch", () => {
    const versions = read(events({ introduced: '0' }, { last_affected: '2.6.0-NA' }));
    expect(versions).toEqual({ ranges: [{ lastAffected: '2.6.0' }], versions: [], unordered: [] });
  });

  it.each([
    'npm',
    'Maven',
    'RubyGems',
    'Go',
    'crates.io',
    'NuGet',
    'Packagist',
    'Hex',
    'Pub',
    'SwiftURL',
    'CRAN',
    'Julia',
    'Bitnami',
  ])('nor a pre-release or a patch of it in %s', (ecosystem) => {
    const { ranges } = read(events({ introduced: '0' }, { last_affected: '2.6.0-NA' }), ecosystem);
    expect(ranges).toEqual([{ lastAffected: '2.6.0' }]);
    expect(read(events({ introduced: '0' }, { fixed: '2.6.0-NA' }), ecosystem).ranges).toEqual([{ fixed: '2.6.0' }]);
  });

  it('a v before the number is none of it, where no version has one', () => {
    expect(read(events({ introduced: '0' }, { fixed: 'v2.6.0' }), 'RubyGems').ranges).toEqual([{ fixed: '2.6.0' }]);
    expect(read(events({ introduced: '0' }, { fixed: 'V2.6.0' }), 'CRAN').ranges).toEqual([{ fixed: '2.6.0' }]);
  });

  it('a dash before a local part stands for the plus sign: PYSEC-2025-189 on torch', () => {
    const { ranges } = read(events({ introduced: '0' }, { last_affected: '2.6.0-cu124' }));
    expect(ranges).toEqual([{ lastAffected: '2.6.0+cu124' }]);
    const pypi = ecosystemNamed('PyPI')!;
    const versions = ['2.5.1', '2.6.0', '2.6.0+cu118', '2.6.0+cu126', '2.6.1', '2.7.0+cu118'];
    expect(versions.filter((version) => inRange(version, ranges[0]!, pypi))).toEqual(versions.slice(0, 4));
  });

  it('backslashes of a CPE name fall away: PYSEC-2018-155 on evm-py', () => {
    expect(read(events({ introduced: '0' }, { last_affected: '0.2.0-alpha\\.33' })).ranges).toEqual([
      { lastAffected: '0.2.0-alpha.33' },
    ]);
  });

  it.each([
    ['PyPI', '7.2.0-12.1', 'an rpm release: PYSEC-2026-686 on neutron'],
    ['PyPI', '2019-09-12', 'a day: PYSEC-2019-125 on steam'],
    ['PyPI', '0.2.0-n653', 'a build: PYSEC-2021-371 on binderhub'],
    ['Bitnami', 'nightly.2026-03-10.0', 'a nightly build: BIT-flowise'],
    ['npm', 'latest', 'a tag'],
    ['npm', '2.6.x', 'several versions'],
    ['crates.io', '1.X', 'several versions'],
    ['NuGet', '2026-01-01', 'a day'],
    ['Hex', '2..6', 'a slip'],
    ['Maven', 'all', 'no version'],
    ['Maven', 'PATCHED', 'a word without a number'],
    ['Go', '(devel)', 'no version'],
    ['Maven', '\x24{project.version}', 'what a template left'],
    ['RubyGems', '< 2.0', 'a requirement'],
    ['Packagist', 'dev-main', 'a branch'],
  ])('in %s a range with %s is dropped and named: %s', (ecosystem, bound) => {
    for (const range of [events({ introduced: '0' }, { fixed: bound }), events({ introduced: bound })]) {
      const versions = read({ ...range, versions: ['1.0'] }, ecosystem);
      expect(versions.ranges).toEqual([]);
      expect(versions.versions).toEqual(['1.0']);
      expect(versions.unordered).toEqual([`no versions of ${ecosystem}: ${bound}`]);
    }
  });

  it('a listed version that is none stays listed, though a range would seem to hold it', () => {
    const versions = read({ ...events({ introduced: '0' }, { fixed: '0.9' }), versions: ['0.7.10p1', '0.8.0'] });
    expect(versions.versions).toEqual(['0.7.10p1']);
  });
});

it('several last versions of one beginning: the flaw goes on to the furthest (PYSEC-2025-210 on torch)', () => {
  const listed = events({ introduced: '0' }, { last_affected: '2.5.0-NA' }, { last_affected: '2.7.1-NA' });
  expect(read(listed).ranges).toEqual([{ lastAffected: '2.7.1' }]);
  const branches = events(
    { introduced: '1.0' },
    { last_affected: '1.5' },
    { introduced: '2.0' },
    { last_affected: '2.5' },
  );
  expect(read(branches).ranges).toEqual([
    { introduced: '1.0', lastAffected: '1.5' },
    { introduced: '2.0', lastAffected: '2.5' },
  ]);
});

type Events = readonly Record<string, string>[];

describe("versions that are none of a Go module's, which its records have apart", () => {
  const go = ecosystemNamed('Go')!;
  const versions = (events: Events, custom: Events | undefined, ...asked: readonly string[]): readonly string[] => {
    const affected = {
      ranges: [{ type: 'SEMVER', events }],
      ecosystem_specific: { ...(custom && { custom_ranges: [{ type: 'ECOSYSTEM', events: custom }] }) },
    };
    const ranges = withCustomRanges(osvRanges(affected, go).ranges, affected);
    return asked.filter((version) => ranges.some((range) => inRange(version, range, go)));
  };
  const COMMIT = 'v0.0.0-20210414170620-dadccdda06e6';

  it('are all that is affected where its own range stands for "not known": GO-2024-2697 on Grafana', () => {
    const custom: Events = [
      { introduced: '9.5.0' },
      { fixed: '9.5.18' },
      { introduced: '10.3.0' },
      { fixed: '10.3.5' },
    ];
    const asked = ['v9.4.0', 'v9.5.17', 'v9.5.18', 'v10.3.4', 'v10.3.5', 'v11.0.0'];
    expect(versions([{ introduced: '0' }], custom, ...asked)).toEqual(['v9.5.17', 'v10.3.4']);
    expect(versions([{ introduced: '0' }], undefined, ...asked)).toEqual(asked);
    // A commit without a tag is none of these, and is one of the module's.
    expect(versions([{ introduced: '0' }], custom, COMMIT)).toEqual([COMMIT]);
  });

  it('count beside a range with an end: GO-2025-3853 on OpenBao', () => {
    const own: Events = [{ introduced: '0' }, { fixed: '0.0.0-20250806193153-183891f8d535' }, { introduced: '0.1.0' }];
    const asked = [COMMIT, 'v0.0.0-20260420155735-b596b0882620', 'v2.3.1', 'v2.3.2'];
    expect(versions(own, [{ introduced: '0' }, { fixed: '2.3.2' }], ...asked)).toEqual([COMMIT, 'v2.3.1']);
  });

  it('begin where its own range begins, unless that is behind their end: GO-2025-3740, GO-2025-3437', () => {
    const fixed = '0.0.0-20250521183405-c7a690348df7';
    const later = 'v0.0.0-20250201000000-000000000000';
    const own: Events = [{ introduced: '0.0.0-20250114093457-36d6fad421fb' }];
    expect(versions(own, [{ introduced: '0' }, { fixed }], COMMIT, later, `v${fixed}`)).toEqual([later]);
    const engine: Events = [{ introduced: '0' }, { fixed: '0.7.1-0.20250129155113-4c6e03c463141' }];
    expect(versions([{ introduced: '0.7.2' }], engine, 'v0.7.0', 'v0.7.2')).toEqual(['v0.7.0']);
  });

  it('are left alone where they cannot be read', () => {
    expect(versions([{ introduced: '0' }], [{ introduced: '1.x' }, { fixed: 'soon' }], 'v9.0.0')).toEqual(['v9.0.0']);
  });
});

describe('limits', () => {
  it('end what a range says: another branch begins there', () => {
    const { ranges } = read(events({ introduced: '1.0' }, { limit: '2.0' }));
    expect(ranges).toEqual([{ introduced: '1.0', limit: '2.0' }]);
    const pypi = ecosystemNamed('PyPI')!;
    expect(['0.9', '1.0', '1.9', '2.0', '3.0'].filter((entry) => inRange(entry, ranges[0]!, pypi))).toEqual([
      '1.0',
      '1.9',
    ]);
  });

  it('of several, one has to be above; an asterisk is none', () => {
    expect(read(events({ introduced: '0' }, { fixed: '1.5' }, { limit: '1.0' }, { limit: '2.0' })).ranges).toEqual([
      { fixed: '1.5', limit: '2.0' },
    ]);
    expect(read(events({ introduced: '0' }, { limit: '*' })).ranges).toEqual([{}]);
  });
});

describe('the policy on bounds, for every feed', () => {
  const statement = (more: Partial<FeedStatement>): FeedStatement => ({
    id: 'CVE-2099-1',
    source: 'ghsa',
    namespace: 'npm',
    package: 'x',
    state: 'fixed',
    ranges: [],
    ...more,
  });

  it('drops only the range that cannot be read, and with it what it said of a fix', () => {
    const { statement: left, unread } = readBounds(
      statement({ ranges: [{ introduced: '1.0.0', lastAffected: '1.9.0' }, { fixed: 'unknown' }] }),
    );
    expect(unread).toEqual(['unknown']);
    expect(left).toMatchObject({ state: 'open', ranges: [{ introduced: '1.0.0', lastAffected: '1.9.0' }] });
  });

  it('leaves nothing of a statement that says no version any more: else it would mean all of them', () => {
    expect(readBounds(statement({ ranges: [{ fixed: 'unknown' }] })).statement).toBeUndefined();
    expect(readBounds(statement({ ranges: [{}], state: 'open' })).statement).toMatchObject({ ranges: [{}] });
  });
});
