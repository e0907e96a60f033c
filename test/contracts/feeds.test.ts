import { describe, expect, it } from 'vitest';
import type { FeedDocument, FeedItem } from '../../src/advisories/feeds/feed.ts';
import { feeds } from '../../src/advisories/feeds/index.ts';
import { PlimsollError } from '../../src/errors.ts';
import { BODIES } from './junk.ts';

/** Every feed is named, says where it is, and counts what it cannot read instead of breaking on it. */

function document(name: string, path: string, body: Buffer): FeedDocument {
  return {
    name,
    path,
    async *chunks() {
      for (let at = 0; at < body.length; at += 60_000) yield body.subarray(at, at + 60_000);
    },
    async *files() {
      yield { name: 'CVE-2024-0001.json', read: () => body };
      yield {
        name: 'damaged.json',
        read: () => {
          throw new PlimsollError('corrupt', 'damaged');
        },
      };
    },
  };
}

describe('feeds', () => {
  it('have names of their own', () => {
    expect(new Set(feeds.map(({ name }) => name)).size).toBe(feeds.length);
  });
});

describe.each(feeds.map((it) => [it.name, it] as const))('feed %s', (_, feed) => {
  it('says what it is, under which terms, and where', async () => {
    expect(feed.title).not.toBe('');
    expect(feed.licence).not.toBe('');
    expect(Number.isInteger(feed.version) && feed.version > 0).toBe(true);
    const sources = await feed.sources(async () => undefined);
    for (const { path, url } of sources) {
      expect(path).toMatch(/^[^/]/);
      expect(path).not.toContain('..');
      if (url !== undefined) expect(new URL(url).protocol).toBe('https:');
    }
    expect(new Set(sources.map(({ name }) => name)).size).toBe(sources.length);
  });

  it.each(BODIES)('lives with %s', async (_name, body) => {
    const [source] = await feed.sources(async () => undefined);
    const items: FeedItem[] = [];
    try {
      for await (const item of feed.parse(document(source?.name ?? feed.name, source?.path ?? feed.name, body))) {
        items.push(item);
        expect(items.length).toBeLessThan(600_000);
      }
    } catch (error) {
      // A document that is no document of this feed may be refused as a whole, with a sentence.
      expect(String(error)).not.toMatch(/^(Type|Range|Reference)Error|undefined/);
    }
    for (const item of items) if (item.kind === 'rejected') expect(item.reason.trim()).not.toBe('');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
