import { type Feed, feeds } from '../../src/advisories/feeds/index.ts';

/** The feed of that name. */
export const feedNamed = (name: string): Feed | undefined => feeds.find((feed) => feed.name === name);
