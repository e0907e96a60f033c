import { PlimsollError, printable } from '../../errors.ts';
import type { FeedItem } from '../feeds/index.ts';
import type { Intake } from './intake.ts';

/** Progress is told in such steps. */
const PROGRESS_RECORDS = 500;

/** What of the machine, not of the document, stops a feed from being read. */
const MACHINE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'ENOMEM', 'EMFILE', 'SQLITE_FULL', 'ABORT_ERR']);

/** Whatever a document makes its reader throw is that feed's failure and no other's. */
async function* ownFailures(items: AsyncIterable<FeedItem>): AsyncGenerator<FeedItem> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        if (error instanceof PlimsollError || MACHINE.has(String((error as NodeJS.ErrnoException).code))) throw error;
        throw new PlimsollError('feed', printable((error as Error).message, 300), { cause: error });
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** How long the thread may be kept before others get their turn, and how often that is looked at. */
const TURN_MS = 40;
const ITEMS_BETWEEN_LOOKS = 64;

/**
 * Takes in what a document says. `progress` is told of some more records now and then. Throws `feed` where it cannot be read as a whole, and what is
 * the machine's own trouble as it is.
 */
export async function readItems(
  parsed: AsyncIterable<FeedItem>,
  intake: Intake,
  progress: (records: number) => void,
): Promise<void> {
  let turn = performance.now();
  let items = 0;
  for await (const item of ownFailures(parsed)) {
    // Records are handed over without the thread ever being free: signals and timers would wait for the end of the document.
    if (++items % ITEMS_BETWEEN_LOOKS === 0 && performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    if (item.kind === 'statement') intake.statement(item.statement);
    else if (item.kind === 'record') intake.record(item.record);
    else if (item.kind === 'counted') {
      intake.counts.records += item.records ?? 1;
      if (intake.counts.records % PROGRESS_RECORDS === 0) progress(PROGRESS_RECORDS);
    } else if (item.kind === 'rejected') intake.reject(item.id, item.reason);
    else if (item.kind === 'published') intake.date(item.date, true);
    else if (item.kind === 'until') intake.until(item.date);
    else if (item.kind === 'covers') intake.covers(item.namespace);
    else if (item.kind === 'release') intake.release(item.release);
    else if (item.kind === 'distribution') intake.distribution(item.distribution);
    else intake.wheels(item.wheels);
  }
  const { records, rejected } = intake.counts;
  if (records === 0) throw new PlimsollError('feed', 'it holds no records');
  if (rejected >= records || (rejected > 10 && rejected * 2 > records)) {
    throw new PlimsollError('feed', `${rejected} of its ${records} records cannot be read (${intake.examples[0]})`);
  }
}
