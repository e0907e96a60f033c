import type { Report } from '../model.ts';

/** Whether the database holds anything of a feed. */
export const hasFeed = ({ database }: Pick<Report, 'database'>, name: RegExp): boolean =>
  database.feeds.some((feed) => name.test(feed.name) && feed.records > 0);

export const NO_KEV = 'the database holds no list of what is exploited (feed kev)';

/** What the database does not hold and a gate asks for, in words. */
export const lackingFeeds = (
  report: Pick<Report, 'database'>,
  { exploited, epss }: { readonly exploited?: boolean | undefined; readonly epss?: unknown },
): readonly string[] => [
  ...(exploited && !hasFeed(report, /kev/) ? [NO_KEV] : []),
  ...(epss && !hasFeed(report, /epss/) ? ['the database holds no EPSS scores (feed epss)'] : []),
];
