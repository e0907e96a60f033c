/** A database file with given statements and records, made as `db update` makes one. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openWriter } from '../src/advisories/build/writer.ts';
import { type FeedDocument, type FeedItem, feed } from '../src/advisories/feeds/feed.ts';
import { readBounds } from '../src/advisories/feeds/index.ts';
import type { memoryStore } from '../src/advisories/store/index.ts';
import { openStore, type SqliteStore } from '../src/advisories/store/sqlite-store.ts';
import type { Statement } from '../src/model.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Given = Pick<Parameters<typeof memoryStore>[0], 'statements' | 'vulnerabilities'>;

/**
 * What a database takes of these, document by document: the statements whose versions can be read, and what each says of names as a record of
 * its own, as documents have it. Whatever names no document stands in one of its own.
 */
export function readable({
  statements,
  vulnerabilities = [],
}: Given): Given & { readonly documents: readonly string[] } {
  const taken = statements.flatMap((given): Statement[] => {
    const { statement } = readBounds({ ...given });
    if (statement === undefined) return [];
    return [{ feed: 'osv/statements', ...statement, ratings: given.ratings, aliases: [] } as Statement];
  });
  const records = [
    ...vulnerabilities,
    ...statements.flatMap(({ id, aliases, state }) => (aliases.length === 0 ? [] : [claim(id, aliases, state)])),
  ].map((record) => ({ feed: 'nvd/records', ...record }));
  const documents = [...new Set([...taken, ...records].map(({ feed }) => feed!))].sort();
  return {
    documents,
    statements: taken,
    vulnerabilities: records,
  };
}
const claim = (id: string, aliases: readonly string[], state: Statement['state']) => ({
  id,
  aliases,
  ratings: [],
  ...(state === 'withdrawn' && { state }),
});

let folder: string | undefined;
let made = 0;

/** The database of what is readable, open; it is gone when it is closed. */
export async function filedStore(given: ReturnType<typeof readable>): Promise<SqliteStore> {
  // Files of a worker share this module, and the first of them to end takes its folders with it.
  if (folder === undefined || !existsSync(folder)) folder = temporaryFolder();
  made += 1;
  const path = join(folder, `${made}.db`);
  const writer = openWriter(path, true);
  for (const name of given.documents) {
    const items: readonly FeedItem[] = [
      ...given.statements
        .filter(({ feed }) => feed === name)
        .map(
          ({ aliases: _, url: __, title: ___, feed: ____, ...statement }) =>
            ({ kind: 'statement', statement }) as const,
        ),
      ...(given.vulnerabilities ?? [])
        .filter(({ feed }) => feed === name)
        .map(({ feed: _, ...record }) => ({ kind: 'record', record }) as const),
    ];
    const parse = async function* () {
      yield { kind: 'counted' } as const;
      yield* items;
    };
    const source = feed({ ...WORLD, parse });
    const document: FeedDocument = { name, path, async *chunks() {}, async *files() {} };
    await writer.replace(source, document, { digest: name, bytes: 1, fetched: '2024-06-01T00:00:00Z' });
  }
  writer.finish('2024-06-01T00:00:00Z', true);
  writer.close();
  const store = openStore(path);
  return {
    ...store,
    close() {
      store.close();
      rmSync(path);
    },
  };
}

const WORLD = {
  name: 'world',
  version: 1,
  title: 'a world',
  licence: 'CC0-1.0',
  byDefault: false,
  maxBytes: 1,
  sources: async () => [],
} as const;
