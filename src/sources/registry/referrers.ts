import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { referrersTag } from '../attestations/index.ts';
import { type Descriptor, MANIFEST_TYPES, parseManifest } from '../manifest.ts';
import type { RegistryClient } from './client.ts';
import { answerError } from './error.ts';
import { nextQuery } from './pages.ts';

/** A repository, as far as its lists matter. */
interface Listing {
  readonly client: RegistryClient;
  readonly http: Http;
  /** Full name, for errors. */
  readonly name: string;
}

/**
 * The manifests that refer to a digest: the registry's own list, or where it has none what stands under the fallback tag.
 * At most `LIMITS.attestationManifests` and one. Throws as the registry does.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
export async function listReferrers(listing: Listing, digest: string): Promise<readonly Descriptor[]> {
  return (await fromApi(listing, digest)) ?? (await fromTag(listing, digest));
}

/** Answers that a registry without referrers gives; clients are to look for the tag then. */
const NOT_OFFERED = [400, 404, 405, 406, 501];

/**
 * The registry's own list, undefined where it has none. It is not filtered there: a filter takes one type, SBOMs come in a
 * dozen, and a registry need not heed it.
 */
async function fromApi({ client, http, name }: Listing, digest: string): Promise<Descriptor[] | undefined> {
  const listed: Descriptor[] = [];
  let query = '';
  for (let page = 0; page < LIMITS.referrerPages; page++) {
    const response = await client.send(`referrers/${digest}${query}`, { headers: { accept: MANIFEST_TYPES[0] } });
    if (NOT_OFFERED.includes(response.status) || isWebPage(response)) {
      await response.discard();
      return undefined;
    }
    if (response.status !== 200) throw await answerError(http, response, name);
    const index = parseManifest(await http.bytes(response, LIMITS.manifestBytes), `${name}, referrers`);
    if (index.kind !== 'index') return undefined;
    listed.push(...index.manifests.slice(0, LIMITS.attestationManifests + 1 - listed.length));
    const next = nextQuery(response.headers.link);
    if (next === undefined || listed.length > LIMITS.attestationManifests) break;
    query = next;
  }
  return listed;
}

const isWebPage = ({ headers }: HttpResponse): boolean => /html/.test(headers['content-type'] ?? '');

async function fromTag(listing: Listing, digest: string): Promise<readonly Descriptor[]> {
  const bytes = await manifestIfThere(listing.client, referrersTag(digest));
  if (bytes === undefined) return [];
  const index = parseManifest(bytes, `${listing.name}:${referrersTag(digest)}`);
  return index.kind === 'index' ? index.manifests : [];
}

/** The manifest under a tag that most images do not have; undefined where it is not there. Throws as the registry does. */
export async function manifestIfThere(client: RegistryClient, tag: string): Promise<Buffer | undefined> {
  try {
    return (await client.manifest(tag)).bytes;
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'not-found') return undefined;
    throw error;
  }
}
