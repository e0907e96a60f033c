import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import {
  attachments,
  attempt,
  buildKitReferences,
  type Gathering,
  gather,
  gathering,
  isBuildKitAttestation,
  mayHoldSbom,
  mayLook,
  type OpenDocument,
  type Place,
  parseArtifact,
  referrersTag,
} from '../attestations/index.ts';
import { type Descriptor, MANIFEST_TYPES, parseManifest } from '../manifest.ts';
import type { RegistryClient } from './client.ts';
import { answerError } from './error.ts';

/** An image in a registry, as far as it matters for what is attached to it. */
interface RegistryImage {
  readonly client: RegistryClient;
  readonly http: Http;
  /** Full name, for errors. */
  readonly name: string;
  /** Digest of the image's manifest, and of the index it was chosen from. */
  readonly digest: string;
  readonly named: string;
  /** Everything that index lists. */
  readonly beside: readonly Descriptor[];
}

/**
 * What is attached to an image in a registry. BuildKit's attestations stand in the index that led to the image; with `search`
 * referrers and cosign's tags are asked for too, of the manifest and of the index.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 * https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md
 */
export function registryAttestations(image: RegistryImage): NonNullable<Image['attestations']> {
  return async ({ search = false } = {}) => {
    const into = gathering(image.name);
    const about = buildKitReferences(image.beside);
    for (const descriptor of image.beside) {
      if (isBuildKitAttestation(descriptor) && about(descriptor) === image.digest)
        await look(image, into, descriptor, { via: 'index', attachedTo: image.digest });
    }
    if (search) {
      for (const digest of new Set([image.digest, image.named])) {
        await attempt(into, `the list of what refers to ${digest}`, () => referrers(image, into, digest));
        for (const suffix of ['.att', '.sbom'])
          await attempt(into, `the tag ${referrersTag(digest)}${suffix}`, () => tagged(image, into, digest, suffix));
      }
    }
    return attachments(into);
  };
}

const opener =
  (image: RegistryImage): OpenDocument =>
  (descriptor) =>
    image.client.blob(descriptor, LIMITS.attestationBytes, 'attestation');

async function look(image: RegistryImage, into: Gathering, descriptor: Descriptor, place: Place): Promise<void> {
  if (!mayLook(into)) return;
  await attempt(into, `the attestation ${descriptor.digest}`, async () => {
    const { bytes } = await image.client.manifest(descriptor.digest);
    const artifact = parseArtifact(bytes, `${image.name}, attestation ${descriptor.digest}`);
    // Whoever lists it may be mistaken; what it says itself is under its digest.
    if (place.via !== 'index' && artifact.subject !== undefined && artifact.subject !== place.attachedTo)
      throw new PlimsollError('corrupt', `it refers to ${artifact.subject}, not to ${place.attachedTo}`);
    gather(into, artifact, place, opener(image), descriptor.annotations);
  });
}

async function referrers(image: RegistryImage, into: Gathering, digest: string): Promise<void> {
  const listed = (await fromApi(image, digest)) ?? (await fromTag(image, digest));
  for (const descriptor of listed) {
    if (mayHoldSbom(descriptor.artifactType) !== false)
      await look(image, into, descriptor, { via: 'referrer', attachedTo: digest });
  }
}

/** Answers that a registry without referrers gives; clients are to look for the tag then. */
const NOT_OFFERED = [400, 404, 405, 406, 501];

/**
 * The registry's own list, undefined where it has none. It is not filtered there: a filter takes one type, SBOMs come in a
 * dozen, and a registry need not heed it.
 */
async function fromApi({ client, http, name }: RegistryImage, digest: string): Promise<Descriptor[] | undefined> {
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

/** The query of the next page. Only that is taken from the address: the list itself stays where it was. https://www.rfc-editor.org/rfc/rfc8288 */
function nextQuery(link: string | undefined): string | undefined {
  const target = /^\s*<([^>]{1,4096})>[^,]*;\s*rel="?next"?/i.exec(link ?? '')?.[1];
  const query = target === undefined ? -1 : target.indexOf('?');
  return query < 0 ? undefined : target?.slice(query).replace(/#.*$/, '');
}

async function fromTag(image: RegistryImage, digest: string): Promise<readonly Descriptor[]> {
  const bytes = await manifestIfThere(image, referrersTag(digest));
  if (bytes === undefined) return [];
  const index = parseManifest(bytes, `${image.name}:${referrersTag(digest)}`);
  return index.kind === 'index' ? index.manifests : [];
}

/** cosign's older way: a manifest under a tag made of the digest, one document in each layer. */
async function tagged(image: RegistryImage, into: Gathering, digest: string, suffix: string): Promise<void> {
  const tag = `${referrersTag(digest)}${suffix}`;
  const bytes = await manifestIfThere(image, tag);
  if (bytes === undefined || !mayLook(into)) return;
  gather(into, parseArtifact(bytes, `${image.name}:${tag}`), { via: 'tag', attachedTo: digest }, opener(image));
}

/** Most images have no such tag: that is no problem. */
async function manifestIfThere({ client }: RegistryImage, tag: string): Promise<Buffer | undefined> {
  try {
    return (await client.manifest(tag)).bytes;
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'not-found') return undefined;
    throw error;
  }
}
