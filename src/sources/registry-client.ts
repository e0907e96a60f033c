import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { TlsMaterial } from '../network/dispatchers.ts';
import type { Http, HttpRequest, HttpResponse } from '../network/http.ts';
import { checkedDigest, digestOf, isDigest, verifyDigest } from './digest.ts';
import type { Keychain } from './keychain.ts';
import { type Descriptor, MANIFEST_TYPES } from './manifest.ts';
import type { ImageReference } from './reference.ts';
import { createAuthorizedRequest, loginHint } from './registry-auth.ts';
import { registryCertificates } from './registry-certificates.ts';
import { answerError, errorText } from './registry-error.ts';

/** One repository of a registry. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export interface RegistryClient {
  /** The manifest under a tag or digest, verified as far as that can be: against the digest asked for, and the registry's own word. */
  manifest(tagOrDigest: string): Promise<{ bytes: Buffer; digest: string }>;
  /** A small blob in whole: size and digest verified. */
  blob(descriptor: Descriptor, limit: number, what: string): Promise<Buffer>;
  /** A blob as a stream that takes itself up again where the connection breaks. Its size is verified, its digest not. */
  stream(descriptor: Descriptor, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface RegistryClientOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  readonly reference: ImageReference;
  readonly signal?: AbortSignal | undefined;
  /** Servers without TLS, or with a certificate that cannot be verified, are accepted. */
  readonly insecure?: boolean | undefined;
  /** Where `XDG_CONFIG_HOME` is looked up for certificates of registries. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** What the functions of one client share. */
interface Repository {
  readonly options: RegistryClientOptions;
  /** `https://host/v2/repository` */
  readonly base: string;
  readonly send: (url: string, request: HttpRequest) => Promise<HttpResponse>;
}

const UNVERIFIED = { insecure: true } as const;
/** Docker Hub's registry does not live at the name by which everybody knows it. */
const HUB_HOST = 'registry-1.docker.io';

/** Finds out how to speak to the registry (the scheme of local and insecure ones), without asking for anything yet. */
export async function connectRegistry(options: RegistryClientOptions): Promise<RegistryClient> {
  const { reference, keychain, signal, insecure = false } = options;
  const host = reference.registry === 'docker.io' ? HUB_HOST : reference.registry;
  const certificates = await registryCertificates(host, options.environment ?? process.env);
  const http = withTls(options.http, host, insecure ? { ...certificates, insecure } : certificates);
  const scheme = isLoopback(host) || insecure ? await findScheme(host, http, signal) : 'https';
  const { registry, repository: name } = reference;
  const authorized = createAuthorizedRequest({ http, keychain, registry, repository: name, signal, insecure });
  const repository: Repository = {
    options,
    base: `${scheme}://${host}/v2/${name}`,
    send: (url, request) => authorized(url, { ...request, ...(request.signal || !signal ? {} : { signal }) }),
  };
  return {
    manifest: (tagOrDigest) => fetchManifest(repository, tagOrDigest),
    blob: (descriptor, limit, what) => fetchBlob(repository, descriptor, { limit, what }),
    stream: (descriptor, layerSignal) => streamBlob(repository, descriptor, layerSignal ?? signal),
  };
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\]|[^:]+\.localhost)(:\d+)?$/.test(host);

/** The certificates of a registry are for itself; that the user wants none verified holds for its token server, too. */
function withTls(http: Http, host: string, own: TlsMaterial | undefined): Http {
  if (!own) return http;
  const others = own.insecure ? UNVERIFIED : undefined;
  return {
    ...http,
    request(url, request) {
      const tls = new URL(url).host === host ? own : others;
      return http.request(url, { ...request, ...(tls ? { tls } : {}) });
    },
  };
}

/** `https` where that is answered, else `http`: as Docker does for registries it may speak to without TLS. */
async function findScheme(host: string, http: Http, signal: AbortSignal | undefined): Promise<'https' | 'http'> {
  try {
    await (await http.request(`https://${host}/v2/`, { retry: false, ...(signal ? { signal } : {}) })).discard();
    return 'https';
  } catch (error) {
    const failure = error instanceof PlimsollError ? error : undefined;
    if (failure?.code !== 'network' || failure.message.includes('certificate')) throw error;
    return 'http';
  }
}

async function fetchManifest(repository: Repository, tagOrDigest: string): Promise<{ bytes: Buffer; digest: string }> {
  const { http } = repository.options;
  const url = `${repository.base}/manifests/${tagOrDigest}`;
  const response = await repository.send(url, { headers: { accept: MANIFEST_TYPES.join(', ') } });
  if (response.status !== 200) throw await manifestError(repository, response);
  if (/html/.test(response.headers['content-type'] ?? '')) {
    await response.discard();
    throw new PlimsollError('registry', 'the server answered with a web page, not with a manifest', {
      where: url,
      hint: 'is this a registry? A proxy or a login page may stand between',
    });
  }
  const bytes = await http.bytes(response, LIMITS.manifestBytes);
  const stated = response.headers['docker-content-digest'];
  if (isDigest(tagOrDigest)) verifyDigest(bytes, tagOrDigest, url, TAMPERED);
  if (stated !== undefined && isDigest(stated)) verifyDigest(bytes, stated, url, TAMPERED);
  return { bytes, digest: isDigest(tagOrDigest) ? tagOrDigest : digestOf(bytes) };
}

const TAMPERED = 'the registry, or something between, sent other content: do not trust it';

async function manifestError(repository: Repository, response: HttpResponse): Promise<PlimsollError> {
  const { reference, keychain, http } = repository.options;
  const where = reference.name;
  if (response.status === 404) {
    const said = await errorText(http, response);
    const missing = said.includes('NAME_UNKNOWN') ? `no repository ${reference.repository}` : 'no such image';
    return new PlimsollError('not-found', `${missing} in ${reference.registry}`, { where, hint: 'check name and tag' });
  }
  if (response.status === 401 || response.status === 403) {
    const said = await errorText(http, response);
    return new PlimsollError(
      'unauthorized',
      `${reference.registry} does not let us read the image${said && `: ${said}`}`,
      {
        where,
        hint: `check the name (registries say this of images that do not exist, too); ${loginHint({ registry: reference.registry, keychain })}`,
      },
    );
  }
  return answerError(http, response, where);
}

async function fetchBlob(
  repository: Repository,
  descriptor: Descriptor,
  { limit, what }: { limit: number; what: string },
): Promise<Buffer> {
  if (descriptor.data) return descriptor.data;
  const where = `${repository.options.reference.name}, ${what}`;
  if (descriptor.size > limit) throw new PlimsollError('limit', `the ${what} is larger than ${limit} bytes`, { where });
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBlob(repository, descriptor, repository.options.signal)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  verifyDigest(bytes, checkedDigest(descriptor.digest, where), where, TAMPERED);
  return bytes;
}

/** Bounded by the size of the descriptor, and by `LIMITS.resumes` for each `LIMITS.resumeBytes` that came. */
async function* streamBlob(
  repository: Repository,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const where = `${repository.options.reference.name}, blob ${descriptor.digest}`;
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

async function openBlob(
  repository: Repository,
  descriptor: Descriptor,
  { offset, signal, where }: BlobRequest,
): Promise<HttpResponse> {
  const { http } = repository.options;
  const url = `${repository.base}/blobs/${descriptor.digest}`;
  const headers = { accept: '*/*', ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  const response = await repository.send(url, { headers, downgrade: true, ...(signal ? { signal } : {}) });
  if (response.status === 200) return checkLength(response, descriptor, where);
  if (response.status === 206 && offset > 0) return checkRange(response, offset, where);
  if (response.status === 404 && descriptor.urls) {
    await response.discard();
    // Addresses written by whoever made the image are not ours to call: that would let any image send us anywhere.
    throw new PlimsollError('unsupported', 'the layer is not in the registry but elsewhere', {
      where,
      hint: `copy the image with that layer; it is said to be at ${descriptor.urls[0]}`,
    });
  }
  if (response.status === 404) {
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
