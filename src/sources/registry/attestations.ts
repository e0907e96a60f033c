import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';
import type { Http } from '../../network/http.ts';
import {
  attachments,
  attempt,
  buildKitReferences,
  type DocumentPlace,
  type Gathering,
  gatherDocuments,
  gathering,
  isBuildKitAttestation,
  mayHoldSbom,
  mayLook,
  type OpenDocument,
  parseArtifactManifest,
  referrersTag,
} from '../attestations/index.ts';
import type { Descriptor } from '../manifest.ts';
import type { RegistryClient } from './client.ts';
import { listReferrers, manifestIfThere } from './referrers.ts';

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

async function look(
  image: RegistryImage,
  into: Gathering,
  descriptor: Descriptor,
  place: DocumentPlace,
): Promise<void> {
  if (!mayLook(into)) return;
  await attempt(into, `the attestation ${descriptor.digest}`, async () => {
    const { bytes } = await image.client.manifest(descriptor.digest);
    const artifact = parseArtifactManifest(bytes, `${image.name}, attestation ${descriptor.digest}`);
    // Whoever lists it may be mistaken; what it says itself is under its digest.
    if (place.via !== 'index' && artifact.subject !== undefined && artifact.subject !== place.attachedTo)
      throw new PlimsollError('corrupt', `it refers to ${artifact.subject}, not to ${place.attachedTo}`);
    gatherDocuments(into, artifact, place, opener(image), descriptor.annotations);
  });
}

async function referrers(image: RegistryImage, into: Gathering, digest: string): Promise<void> {
  const listed = await listReferrers(image, digest);
  for (const descriptor of listed) {
    if (mayHoldSbom(descriptor.artifactType) !== false)
      await look(image, into, descriptor, { via: 'referrer', attachedTo: digest });
  }
}

/** cosign's older way: a manifest under a tag made of the digest, one document in each layer. */
async function tagged(image: RegistryImage, into: Gathering, digest: string, suffix: string): Promise<void> {
  const tag = `${referrersTag(digest)}${suffix}`;
  const bytes = await manifestIfThere(image.client, tag);
  if (bytes === undefined || !mayLook(into)) return;
  gatherDocuments(
    into,
    parseArtifactManifest(bytes, `${image.name}:${tag}`),
    { via: 'tag', attachedTo: digest },
    opener(image),
  );
}
