import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { createHttp, type Http, type HttpRequest } from '../../network/http.ts';
import type { CloudWorld } from './world.ts';

/** An answer of a metadata service. */
interface MetadataAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the metadata service of a virtual machine or container; undefined where nobody answers in `LIMITS.metadataMs`, since most
 * machines have none. Its answers are credentials: no proxy sees them, and no redirect is followed anywhere else.
 * Throws `interrupted` alone.
 */
export async function askMetadata(
  url: string,
  request: HttpRequest,
  world: Pick<CloudWorld, 'signal'>,
): Promise<MetadataAnswer | undefined> {
  const http = createHttp({ environment: {}, limits: { attempts: 1, connectMs: LIMITS.metadataMs, redirects: 0 } });
  const quick = AbortSignal.timeout(LIMITS.metadataMs);
  const signal = world.signal === undefined ? quick : AbortSignal.any([world.signal, quick]);
  try {
    return await answer(http, url, { ...request, signal, retry: false, namedBy: 'user' });
  } catch (cause) {
    if (world.signal?.aborted) throw new PlimsollError('interrupted', 'interrupted', { where: url, cause });
    return undefined;
  } finally {
    await http.close();
  }
}

async function answer(http: Http, url: string, request: HttpRequest): Promise<MetadataAnswer> {
  const response = await http.request(url, request);
  const bytes = await http.bytes(response, LIMITS.cloudFileBytes);
  return { status: response.status, text: bytes.toString('utf8') };
}
