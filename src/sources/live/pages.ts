import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** One page of a list, and what asks for the next; absent on the last. */
interface AnswerPage<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/**
 * All items of a list that comes in pages. A service that sends the same word for the next page again would never end.
 * Throws `limit` beyond `LIMITS.findingsPages` and `LIMITS.reportRows`, `corrupt` for pages in a circle, and as `ask`.
 */
export async function allPages<T>(
  ask: (next: string | undefined) => Promise<AnswerPage<T>>,
  where: string,
): Promise<T[]> {
  const all: T[] = [];
  const seen = new Set<string>();
  let next: string | undefined;
  for (let page = 0; page < LIMITS.findingsPages; page += 1) {
    const answer = await ask(next);
    for (const item of answer.items) all.push(item);
    if (all.length > LIMITS.reportRows)
      throw new PlimsollError('limit', `more than ${LIMITS.reportRows} findings`, { where });
    next = answer.next;
    if (!next) return all;
    if (seen.has(next)) throw new PlimsollError('corrupt', 'the pages of findings go in a circle', { where });
    seen.add(next);
  }
  throw new PlimsollError('limit', `more than ${LIMITS.findingsPages} pages of findings`, { where });
}
