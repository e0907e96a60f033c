import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';
import { verifyDigest } from '../digest.ts';
import type { BlobStore } from '../files/index.ts';
import { jsonObject } from '../json.ts';
import { type Descriptor, parseManifest } from '../manifest.ts';
import {
  type ArtifactManifest,
  attachments,
  attempt,
  buildKitReferences,
  type Gathering,
  gatherDocuments,
  gathering,
  isBuildKitAttestation,
  isCosignKind,
  mayLook,
  parseArtifactManifest,
  taggedDigest,
} from './attestations.ts';

/** The image of a layout whose attachments are wanted: its manifest's digest where that is known, its id in any case. */
interface LayoutImage {
  readonly digest?: string;
  readonly imageId: string;
}

/** A manifest of the layout, and how it was reached. */
interface Node {
  readonly descriptor: Descriptor;
  readonly artifact: ArtifactManifest;
  /** Digests of the indexes above it, the nearest last. */
  readonly above: readonly string[];
  /** The digest of which a tag on the way was made. */
  readonly tagged?: string;
  /** The image that BuildKit says it is about. */
  readonly about?: string;
}

/**
 * What is attached to the image of an OCI layout: everything that index.json leads to is looked at, since nothing of it
 * costs a request. BuildKit's attestations, manifests with the image as their subject, what cosign saved, and digest tags.
 */
export function layoutAttestations(store: BlobStore, image: LayoutImage): NonNullable<Image['attestations']> {
  return async () => {
    const into = gathering(store.where);
    const nodes: Node[] = [];
    await attempt(into, 'index.json', async () => {
      const top = parseManifest(await store.read('index.json', LIMITS.manifestBytes), `${store.where}, index.json`);
      if (top.kind === 'index') await walk(store, into, top.manifests, nodes);
    });
    const images = nodes.filter(
      ({ descriptor, artifact }) => descriptor.digest === image.digest || artifact.config === image.imageId,
    );
    const ours = new Set(images.flatMap(({ descriptor, above }) => [...above, descriptor.digest]));
    for (const node of nodes) {
      const attachedTo = images.includes(node) ? undefined : referenceOf(node, images[0]?.descriptor.digest);
      if (attachedTo !== undefined && ours.has(attachedTo))
        gatherDocuments(
          into,
          node.artifact,
          { via: isBuildKitAttestation(node.descriptor) ? 'index' : 'layout', attachedTo },
          (descriptor) => verified(store, descriptor, LIMITS.attestationBytes),
          node.descriptor.annotations,
        );
    }
    return attachments(into);
  };
}

function referenceOf({ descriptor, artifact, tagged, about }: Node, only: string | undefined): string | undefined {
  return about ?? artifact.subject ?? tagged ?? (isCosignKind(descriptor) ? only : undefined);
}

/** Every manifest below these descriptors, each once: bounded by `mayLook`, `LIMITS.indexDepth` and `LIMITS.indexManifests`. */
async function walk(
  store: BlobStore,
  into: Gathering,
  descriptors: readonly Descriptor[],
  nodes: Node[],
): Promise<void> {
  const seen = new Set<string>();
  const queue = children(descriptors, []);
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const { descriptor, above } = node;
    if (seen.has(descriptor.digest)) continue;
    if (seen.size >= LIMITS.indexManifests) return;
    seen.add(descriptor.digest);
    // Images for other platforms are often left out of a layout, and tell nothing.
    if (!(await store.has(blobName(descriptor)))) continue;
    if (!mayLook(into)) return;
    const tagged = taggedDigest(descriptor.annotations?.['org.opencontainers.image.ref.name']) ?? node.tagged;
    await attempt(into, `the manifest ${descriptor.digest}`, async () => {
      const where = `${store.where}, ${descriptor.digest}`;
      const bytes = await verified(store, descriptor, LIMITS.manifestBytes);
      // The bytes decide, as everywhere: media types are known to be wrong.
      if (!Array.isArray(jsonObject(bytes, where, 'manifest').manifests))
        nodes.push({ ...node, artifact: parseArtifactManifest(bytes, where), tagged });
      else if (above.length < LIMITS.indexDepth) {
        const index = parseManifest(bytes, where);
        const below = index.kind === 'index' ? index.manifests : [];
        queue.push(...children(below, [...above, descriptor.digest], tagged));
      }
    });
  }
}

/** The entries of an index, each with what the index knows of it. */
function children(entries: readonly Descriptor[], above: readonly string[], tagged?: string): Omit<Node, 'artifact'>[] {
  const about = buildKitReferences(entries);
  return entries.map((descriptor) => ({
    descriptor,
    above,
    ...(tagged === undefined ? {} : { tagged }),
    ...(isBuildKitAttestation(descriptor) ? { about: about(descriptor) } : {}),
  }));
}

async function verified(store: BlobStore, descriptor: Descriptor, limit: number): Promise<Buffer> {
  if (descriptor.data) return descriptor.data;
  const bytes = await store.read(blobName(descriptor), limit);
  if (bytes.length !== descriptor.size)
    throw new PlimsollError('digest-mismatch', `it has ${bytes.length} bytes, not ${descriptor.size}`, {
      where: store.where,
    });
  verifyDigest(bytes, descriptor.digest, store.where);
  return bytes;
}

const blobName = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`;
