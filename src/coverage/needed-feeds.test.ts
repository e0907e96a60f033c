import { describe, expect, it } from 'vitest';
import type { FeedInfo, Finding, Package } from '../model.ts';
import { neededFeeds } from './needed-feeds.ts';

const feed = (name: string, dataDate: string, fromPublisher = false): FeedInfo =>
  ({ name, dataDate, records: 1, checked: '2026-08-22', ...(fromPublisher && { fromPublisher }) }) as FeedInfo;
const finding = { id: 'CVE-2003-1418', aliases: [] } as unknown as Finding;
const needed = (...feeds: readonly FeedInfo[]) =>
  neededFeeds({ packages: [] }, [finding], { info: { feeds } as never }).map(
    ({ name, dataDate }) => `${name} ${dataDate}`,
  );

describe('the years of NVD', () => {
  it('are as new as the newest of them, where a mirror does not say more: nothing changes in the records of 2003', () => {
    expect(needed(feed('nvd/2003', '2021-08-23'), feed('nvd/2026', '2026-08-21'))).toEqual(['nvd/2003 2026-08-21']);
  });

  it('are as new as their publisher says of each', () => {
    expect(needed(feed('nvd/2003', '2026-08-01', true), feed('nvd/2026', '2026-08-21', true))).toEqual([
      'nvd/2003 2026-08-01',
    ]);
  });
});

describe('the feeds of a namespace', () => {
  const python = { type: 'pypi', name: 'six', version: '1.0', namespace: 'PyPI' } as Package;
  const feeds = [feed('osv/Hex', '2020-01-01'), feed('osv/PyPI', '2026-08-01'), feed('pysec', '2026-08-02')];
  const asked = (...names: readonly string[]) =>
    neededFeeds({ packages: [python] }, [], { info: { feeds } as never, feedsOn: () => names }).map(({ name }) => name);

  it('are its own, and not every export in which a record speaks of it besides', () => {
    expect(asked('osv/Hex', 'osv/PyPI', 'pysec')).toEqual(['osv/PyPI', 'pysec']);
  });

  it('are those that there are, where its own is not', () => {
    expect(asked('osv/Hex')).toEqual(['osv/Hex']);
  });
});
