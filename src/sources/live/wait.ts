import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { pause } from '../../network/retry.ts';
import type { LiveWorld } from './live-source.ts';

/**
 * Asks until something is no longer under way: `ask` gives the result, or the word of the service for what is being done.
 * Throws `unsupported` after `LIMITS.scanWaitMs`, `interrupted`, and as `ask`.
 */
export async function untilDone<T>(
  ask: () => Promise<{ readonly done: T } | { readonly underWay: string }>,
  where: string,
  { progress, signal }: Pick<LiveWorld, 'progress' | 'signal'>,
): Promise<T> {
  for (let waited = 0; ; waited += LIMITS.scanPollMs) {
    const answer = await ask();
    if ('done' in answer) return answer.done;
    if (waited >= LIMITS.scanWaitMs)
      throw new PlimsollError('unsupported', `the scan has not ended: it is ${answer.underWay}`, {
        where,
        hint: 'try again in some minutes',
      });
    if (waited === 0) progress.say(`${where}: the scan is ${answer.underWay}, waiting for it`);
    await pause(LIMITS.scanPollMs, signal).catch((cause: unknown) => {
      throw new PlimsollError('interrupted', 'interrupted', { where, cause });
    });
  }
}
