import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import type { Progress } from '../../progress.ts';

/** What finding credentials and asking a cloud needs of the world around it. */
export interface CloudWorld {
  readonly http: Http;
  readonly environment: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** The user's word to stop as a member of a request. */
export const stoppable = ({ signal }: Pick<CloudWorld, 'signal'>): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

const fetched = new WeakMap<object, number>();

/**
 * The body of an answer with findings. What came to one world before counts: pages end, but two thousand of the largest would fill the memory.
 * Throws `limit` beyond `LIMITS.findingsPageBytes` and `LIMITS.findingsBytes`, and as the client does.
 */
export async function findingsBody(world: Pick<CloudWorld, 'http'>, response: HttpResponse): Promise<Buffer> {
  const before = fetched.get(world.http) ?? 0;
  if (before >= LIMITS.findingsBytes) {
    await response.discard();
    throw new PlimsollError('limit', `findings of more than ${LIMITS.findingsBytes / 1024 ** 3} GiB`, {
      where: response.url,
      hint: 'ask for one image, or narrow the query',
    });
  }
  const bytes = await world.http.bytes(response, LIMITS.findingsPageBytes);
  fetched.set(world.http, before + bytes.length);
  return bytes;
}
