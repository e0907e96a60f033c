import { readJson } from '../../formats/json-values.ts';
import type { FeedDocument, FeedItem } from './feed.ts';

/** The JSON files of an archive or folder, each of them one record: counted, and rejected by its name where it cannot be read. */
export async function* eachRecord(
  document: FeedDocument,
  read: (record: unknown, file: string) => Iterable<FeedItem>,
): AsyncGenerator<FeedItem> {
  for await (const file of document.files()) {
    if (!file.name.endsWith('.json')) continue;
    yield { kind: 'counted' };
    try {
      yield* read(readJson(file.read().toString('utf8')), file.name);
    } catch (error) {
      yield { kind: 'rejected', id: file.name, reason: (error as Error).message };
    }
  }
}
