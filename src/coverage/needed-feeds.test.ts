import { describe, expect, it } from 'vitest';
import type { FeedInfo, Finding } from '../model.ts';
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
