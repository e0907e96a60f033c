import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { TlsMaterial } from '../../network/dispatchers.ts';
import type { Http, HttpRequest, HttpResponse } from '../../network/http.ts';
import { isLoopback, type NamedBy } from '../../network/reach.ts';
import type { Progress } from '../../progress.ts';
import { digestOf, isDigest, verifyDigest } from '../digest.ts';
import { type Descriptor, MANIFEST_TYPES } from '../manifest.ts';
import type { ImageReference } from '../reference.ts';
import { createAuthorizedRequest, loginHint } from './auth.ts';
import { fetchBlob, type Repository, streamBlob, TAMPERED } from './blob.ts';
import { registryCertificates } from './certificates.ts';
import { answerError, errorText } from './error.ts';
import type { Keychain } from './keychain.ts';
import { pullsLeft } from './pulls-left.ts';

/** One repository of a registry. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export interface RegistryClient {
  /** The manifest under a tag or digest, verified as far as that can be: against the digest asked for, and the registry's own word. */
  manifest(tagOrDigest: string): Promise<{ bytes: Buffer; digest: string }>;
  /** A small blob in whole: size and digest verified. */
  blob(descriptor: Descriptor, limit: number, what: string): Promise<Buffer>;
  /** A blob as a stream that takes itself up again where the connection breaks. Its size is verified, its digest not. */
  stream(descriptor: Descriptor, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Where a blob lies. */
  blobUrl(digest: string): string;
  /** Any other request to this repository: a path below it (`blobs/uploads/`), or an address that the registry gave for one. */
  send(path: string, request: HttpRequest): Promise<HttpResponse>;
}

interface RegistryClientOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  readonly reference: ImageReference;
  /** Who named the registry: how far inside it may be. Default `user`. */
  readonly namedBy?: NamedBy | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Servers without TLS, or with a certificate that cannot be verified, are accepted. */
  readonly insecure?: boolean | undefined;
  /** Where `XDG_CONFIG_HOME` is looked up for certificates of registries. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Hears how many pulls a registry that counts them has left. */
  readonly progress?: Progress | undefined;
}

const UNVERIFIED = { insecure: true } as const;
/** Docker Hub's registry does not live at the name by which everybody knows it. */
const HUB_HOST = 'registry-1.docker.io';

/** Finds out how to speak to the registry (the scheme of local and insecure ones), without asking for anything yet. */
export async function connectRegistry(options: RegistryClientOptions): Promise<RegistryClient> {
  const { reference, keychain, signal, insecure = false } = options;
  const host = reference.registry === 'docker.io' ? HUB_HOST : reference.registry;
  const certificates = await registryCertificates(host, options.environment ?? process.env);
  const { namedBy = 'user' } = options;
  const http = speakingTo(options.http, host, {
    own: insecure ? { ...certificates, insecure } : certificates,
    namedBy,
  });
  const scheme = isLoopback(host) || insecure ? await findScheme(host, http, signal) : 'https';
  const { registry, repository: name } = reference;
  const origin = `${scheme}://${host}`;
  const authorized = createAuthorizedRequest({
    ...{ http, keychain, registry, repository: name },
    ...{ origin, namedBy, signal, insecure },
  });
  const repository: Repository = {
    http,
    name: reference.name,
    signal,
    base: `${origin}/v2/${name}`,
    send: (url, request) => authorized(url, { ...request, ...(request.signal || !signal ? {} : { signal }) }),
  };
  return {
    manifest: (tagOrDigest) => fetchManifest(repository, tagOrDigest, options),
    blob: (descriptor, limit, what) => fetchBlob(repository, descriptor, { limit, what }),
    stream: (descriptor, layerSignal) => streamBlob(repository, descriptor, layerSignal ?? signal),
    blobUrl: (digest) => `${repository.base}/blobs/${digest}`,
    send: (path, request) => repository.send(new URL(path, `${repository.base}/`).href, request),
  };
}

/**
 * The client as this registry is spoken to. Its certificates are for itself; that the user wants none verified holds for its
 * token server, too. Other hosts than itself are named by it.
 */
function speakingTo(
  http: Http,
  host: string,
  { own, namedBy }: { own: TlsMaterial | undefined; namedBy: NamedBy },
): Http {
  const others = own?.insecure ? UNVERIFIED : undefined;
  return {
    ...http,
    request(url, request) {
      const { host: asked, protocol } = new URL(url);
      const tls = asked === host ? own : others;
      const by = asked === host ? namedBy : { server: `${protocol}//${host}` };
      return http.request(url, { namedBy: by, ...request, ...(tls ? { tls } : {}) });
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

async function fetchManifest(
  repository: Repository,
  tagOrDigest: string,
  options: RegistryClientOptions,
): Promise<{ bytes: Buffer; digest: string }> {
  const { http } = repository;
  const url = `${repository.base}/manifests/${tagOrDigest}`;
  const response = await repository.send(url, { headers: { accept: MANIFEST_TYPES.join(', ') } });
  const left = pullsLeft(response.headers);
  if (left !== undefined) options.progress?.say(`${options.reference.registry}: ${left}`);
  if (response.status !== 200) throw await manifestError(response, options);
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

async function manifestError(response: HttpResponse, options: RegistryClientOptions): Promise<PlimsollError> {
  const { reference, keychain, http } = options;
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
