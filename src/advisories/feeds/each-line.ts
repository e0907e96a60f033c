import { readJson } from '../../formats/json-values.ts';
import type { FeedDocument, FeedItem } from './feed.ts';
import { lines } from './lines.ts';

/**
 * The lines of a document of JSON, each of them one record: counted, and rejected where it cannot be read.
 * `noRecord`: why one that `read` makes nothing of is rejected.
 */
export async function* eachLine(
  document: FeedDocument,
  noRecord: string,
  read: (record: unknown) => FeedItem | undefined,
): AsyncGenerator<FeedItem> {
  for await (const line of lines(document.chunks())) {
    if (line.trim() === '') continue;
    yield { kind: 'counted' };
    yield itemOf(line, read) ?? { kind: 'rejected', id: line.slice(0, 60), reason: noRecord };
  }
}

function itemOf(line: string, read: (record: unknown) => FeedItem | undefined): FeedItem | undefined {
  try {
    return read(readJson(line));
  } catch {
    return undefined;
  }
}
