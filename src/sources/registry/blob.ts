import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpRequest, HttpResponse } from '../../network/http.ts';
import { checkedDigest, verifyDigest } from '../digest.ts';
import type { Descriptor } from '../manifest.ts';
import { answerError, errorText } from './error.ts';

/** One repository, and how to speak to it. */
export interface Repository {
  readonly http: Http;
  /** The image, for errors. */
  readonly name: string;
  /** `https://host/v2/repository` */
  readonly base: string;
  readonly signal: AbortSignal | undefined;
  /** Sends a request with the authorization that the registry wants. */
  readonly send: (url: string, request: HttpRequest) => Promise<HttpResponse>;
}

/** What to do about content that is not what it should be. */
export const TAMPERED = 'the registry, or something between, sent other content: do not trust it';

/** A small blob in whole: size and digest verified. `what` names it in errors. */
export async function fetchBlob(
  repository: Repository,
  descriptor: Descriptor,
  { limit, what }: { limit: number; what: string },
): Promise<Buffer> {
  if (descriptor.data) return descriptor.data;
  const where = `${repository.name}, ${what}`;
  if (descriptor.size > limit) throw new PlimsollError('limit', `the ${what} is larger than ${limit} bytes`, { where });
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBlob(repository, descriptor, repository.signal)) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  verifyDigest(bytes, checkedDigest(descriptor.digest, where), where, TAMPERED);
  return bytes;
}

/**
 * A blob as a stream that takes itself up again where the connection breaks. Its size is verified, its digest not.
 * Bounded by the size of the descriptor, and by `LIMITS.resumes` for each `LIMITS.resumeBytes` that came.
 */
export async function* streamBlob(
  repository: Repository,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const where = `${repository.name}, blob ${descriptor.digest}`;
  let offset = 0;
  let breaks = 0;
  let counted = 0;
  while (offset < descriptor.size || offset === 0) {
    const response = await openBlob(repository, descriptor, { offset, signal, where });
    // A server that does not know ranges begins again: what was delivered is passed over.
    let skip = response.status === 206 ? 0 : offset;
    let failure: unknown;
    try {
      for await (const chunk of response.body) {
        const rest = skip < chunk.length ? chunk.subarray(skip) : undefined;
        skip = Math.max(0, skip - chunk.length);
        if (!rest) continue;
        offset += rest.length;
        if (offset > descriptor.size) throw wrongSize(descriptor, `more than ${descriptor.size}`, where);
        yield rest;
      }
      if (offset === descriptor.size) return;
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'network') throw error;
      failure = error;
    }
    breaks = offset - counted > LIMITS.resumeBytes ? 1 : breaks + 1;
    counted = offset - counted > LIMITS.resumeBytes ? offset : counted;
    // An answer that ends in peace and too early will not grow: one more try tells a cut from a short blob.
    if (breaks > (failure ? LIMITS.resumes : 1)) throw failure ?? wrongSize(descriptor, String(offset), where);
  }
}

function wrongSize(descriptor: Descriptor, came: string, where: string): PlimsollError {
  return new PlimsollError(
    'digest-mismatch',
    `the blob has ${came} bytes where its descriptor says ${descriptor.size}`,
    { where, hint: TAMPERED },
  );
}

interface BlobRequest {
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
  readonly where: string;
}

/** Not there, not any more, or not for lawyers' sake: whatever it is, nobody will have it of this registry. */
const isGone = ({ status }: HttpResponse): boolean => status === 404 || status === 410 || status === 451;

async function openBlob(
  repository: Repository,
  descriptor: Descriptor,
  { offset, signal, where }: BlobRequest,
): Promise<HttpResponse> {
  const { http } = repository;
  const url = `${repository.base}/blobs/${descriptor.digest}`;
  const headers = { accept: '*/*', ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  const response = await repository.send(url, { headers, downgrade: true, ...(signal ? { signal } : {}) });
  if (response.status === 200) return checkLength(response, descriptor, where);
  if (response.status === 206 && offset > 0) return checkRange(response, offset, where);
  if (isGone(response) && descriptor.urls) {
    await response.discard();
    // Addresses written by whoever made the image are not ours to call: that would let any image send us anywhere.
    throw new PlimsollError('not-found', 'the layer is not in the registry but elsewhere', {
      where,
      hint: `copy the image with that layer; it is said to be at ${descriptor.urls[0]}`,
    });
  }
  if (isGone(response)) {
    await response.discard();
    throw new PlimsollError('not-found', 'the registry does not have the blob', {
      where,
      hint: 'the image is incomplete there: push it again',
    });
  }
  if (response.status === 401 || response.status === 403) {
    const said = await errorText(http, response);
    throw new PlimsollError('unauthorized', `the registry does not let us read the blob${said && `: ${said}`}`, {
      where,
    });
  }
  throw await answerError(http, response, where);
}

function checkLength(response: HttpResponse, descriptor: Descriptor, where: string): HttpResponse {
  const length = response.headers['content-length'];
  if (length === undefined || response.headers['content-encoding'] !== undefined || Number(length) === descriptor.size)
    return response;
  void response.discard();
  throw wrongSize(descriptor, length, where);
}

/** https://www.rfc-editor.org/rfc/rfc9110.html#name-content-range */
function checkRange(response: HttpResponse, offset: number, where: string): HttpResponse {
  const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
  if (Number(start) === offset) return response;
  void response.discard();
  throw new PlimsollError('registry', 'the server answered with another range than asked for', { where });
}
