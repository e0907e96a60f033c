import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { backOff, pause } from '../../network/retry.ts';
import { maskedText, secretHeaders } from '../../network/secret.ts';
import { awsError, isExpired, isThrottled, refusalOf } from './aws-error.ts';
import type { AwsKeys } from './aws-keys.ts';
import { type AwsRequest, signedRequest } from './aws-sign.ts';
import { type CloudWorld, findingsBody, stoppable } from './world.ts';

/** Where keys come from: `fresh` when the last ones are said to have expired. */
export type KeySource = (fresh: boolean) => Promise<AwsKeys>;

type Unsigned = Omit<AwsRequest, 'date'>;

/**
 * Sends a request, signed, and gives the body of its answer. Where AWS says that it is asked too often (429, or a code of its own with
 * status 400) it is asked again with waits that double; keys that expired on the way are renewed once.
 * Throws `unauthorized` (which names the permission), `not-found`, `rate-limited`, `registry`, `network`, `limit`.
 */
export async function callAws(
  request: Unsigned,
  { keys, permission, world }: { readonly keys: KeySource; readonly permission: string; readonly world: CloudWorld },
): Promise<Buffer> {
  const where = new URL(request.url).host;
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    const used = await keys(false);
    const sent = {
      ...(await signedRequest(request, used)),
      ...stoppable(world),
      namedBy: 'user',
      retry: true,
    } as const;
    const response = await world.http.request(request.url, sent);
    if (response.status === 200) return findingsBody(world, response);
    const body = await world.http.bytes(response, LIMITS.answerBytes);
    const secrets = [...Object.values(secretHeaders(sent.secret)), used.secretAccessKey];
    const refusal = refusalOf(response.status, response.headers, maskedText(body.toString('utf8'), secrets));
    if (isExpired(refusal) && !renewed) {
      renewed = true;
      await keys(true);
      continue;
    }
    // 429 and 5xx were tried again by the client already.
    const wait =
      isThrottled(refusal) && response.status === 400
        ? backOff(attempt, { base: LIMITS.retryBaseMs, attempts: LIMITS.throttledAttempts, random: Math.random })
        : undefined;
    if (wait === undefined) throw awsError(refusal, { permission, from: used.from, where });
    await pause(wait, world.signal).catch((cause: unknown) => {
      throw new PlimsollError('interrupted', 'interrupted', { where, cause });
    });
  }
}
