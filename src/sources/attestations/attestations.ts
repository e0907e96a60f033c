import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Attachments, Attestation, Notice } from '../../model.ts';
import { isObject, jsonObject, textMapOf, textOf } from '../json.ts';
import { type Descriptor, parseDescriptor } from '../manifest.ts';
import { SIGNATURE_ANNOTATIONS } from '../signatures/index.ts';

/** A manifest whose layers are documents and no file systems. https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage */
export interface ArtifactManifest {
  readonly artifactType?: string;
  readonly layers: readonly Descriptor[];
  /** Digest of what it refers to. */
  readonly subject?: string;
  /** Digest of its configuration, which of an image is the image's id. */
  readonly config?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where documents hang that one manifest lists. */
export interface DocumentPlace {
  readonly via: Attestation['via'];
  readonly attachedTo: string;
}

/** Fetches what a descriptor describes, at most `LIMITS.attestationBytes`; size and digest are verified. */
export type OpenDocument = (descriptor: Descriptor, signal: AbortSignal | undefined) => Promise<Uint8Array>;

/** What is known while attachments are looked for: documents by digest, so that one attached twice counts once. */
export interface Gathering {
  readonly where: string;
  readonly found: Map<string, Attestation>;
  readonly provenance: Map<string, Attestation>;
  readonly vex: Map<string, Attestation>;
  readonly notices: Notice[];
  manifests: number;
}

export const gathering = (where: string): Gathering => ({
  where,
  found: new Map(),
  provenance: new Map(),
  vex: new Map(),
  notices: [],
  manifests: 0,
});

/** The predicate types of bills of materials, whatever version stands behind them. https://github.com/in-toto/attestation/tree/main/spec/predicates */
const SBOM_PREDICATE = /^https?:\/\/(spdx\.dev\/Document|cyclonedx\.org\/(bom|schema|specification))/;
/** How the image was built. https://slsa.dev/spec/v1.0/provenance */
const PROVENANCE_PREDICATE = /^https:\/\/slsa\.dev\/provenance\//;
/** What its publisher says of vulnerabilities in it. https://github.com/openvex/spec/blob/main/ATTESTING.md */
const VEX_PREDICATE = /^https?:\/\/(?:openvex\.dev\/ns|cyclonedx\.org\/vex|docs\.oasis-open\.org\/csaf)/;
const VEX_TYPE = /^(?:text|application)\/(?:vnd\.)?(?:openvex|vex)(?:\+json|;|$)/;
const SBOM_TYPE = /^(?:text|application)\/(?:vnd\.)?(?:spdx|cyclonedx)(?:\+json|;|$)/;
const ENVELOPE_TYPE =
  /^application\/(?:vnd\.in-toto(?:\.[\w.-]+)?\+(?:json|dsse)|vnd\.dsse\.envelope\.v1\+json|vnd\.dev\.sigstore\.bundle(?:\.v[\d.]+)?\+json)(?:;|$)/;
/** Artifacts that hold no SBOM for sure: signatures, Helm charts, WebAssembly, models. */
const OTHER_ARTIFACT =
  /^application\/vnd\.(?:cncf|wasm|cnai|dev\.cosign\.artifact\.sig|dev\.cosign\.simplesigning)|signature/;

/** https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
export const isBuildKitAttestation = ({ annotations }: Descriptor): boolean =>
  annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';

/**
 * Tells which image of an index BuildKit's attestations in it are about. A copy that compresses layers anew (skopeo does) gives
 * the image another digest and leaves the reference as it was: with one image in the index it is clear what was meant.
 */
export function buildKitReferences(index: readonly Descriptor[]): (attestation: Descriptor) => string | undefined {
  const digests = new Set(index.map(({ digest }) => digest));
  const images = index.filter(
    (descriptor) => !isBuildKitAttestation(descriptor) && descriptor.platform?.architecture !== 'unknown',
  );
  return ({ annotations }) => {
    const reference = annotations?.['vnd.docker.reference.digest'];
    const dangles = reference !== undefined && !digests.has(reference);
    return dangles && images.length === 1 ? images[0]?.digest : reference;
  };
}

/** cosign marks what it saves beside an image so; other programs tag it with the image's digest. */
const COSIGN_KIND = /^dev\.(?:cosignproject\.cosign|hauler)\/(?:sigs|atts|sboms|referrers)/;
const DIGEST_TAG = /(?:^|:)(sha256|sha512)-([0-9a-f]{64,128})(?:\.(?:att|sbom|sig))?$/;

/** True for an entry of a layout's index that belongs to an image and is none. */
export function isAttached({ annotations, artifactType }: Descriptor): boolean {
  const name = annotations?.['org.opencontainers.image.ref.name'];
  return (
    COSIGN_KIND.test(annotations?.kind ?? '') || taggedDigest(name) !== undefined || mayHoldSbom(artifactType) === true
  );
}

/** True where cosign says of an entry of a layout that it is attached to the layout's image. */
export const isCosignKind = ({ annotations }: Descriptor): boolean => COSIGN_KIND.test(annotations?.kind ?? '');

/** `sha256-<hex>`, `.att` or `.sbom` behind it or not: the digest that such a tag is made of. */
export function taggedDigest(tag: string | undefined): string | undefined {
  const match = DIGEST_TAG.exec(tag ?? '');
  return match === null ? undefined : `${match[1]}:${match[2]}`;
}

/**
 * The tag under which referrers of a digest are listed where the registry has no list of its own.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function referrersTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}

/** Whether an artifact of this type holds a bill of materials; undefined where the type does not tell. */
export function mayHoldSbom(artifactType: string | undefined): boolean | undefined {
  if (artifactType === undefined) return undefined;
  if (SBOM_TYPE.test(artifactType) || VEX_TYPE.test(artifactType) || ENVELOPE_TYPE.test(artifactType)) return true;
  if (/^application\/vnd\.docker\.attestation\.manifest\.v1\+json/.test(artifactType)) return true;
  if (/cosign\.artifact\.(att|sbom)/.test(artifactType)) return true;
  return OTHER_ARTIFACT.test(artifactType) ? false : undefined;
}

/** Reads an artifact's manifest. Throws `corrupt`, `limit`, `unsupported`. */
export function parseArtifactManifest(bytes: Uint8Array, where: string): ArtifactManifest {
  if (bytes.length > LIMITS.manifestBytes)
    throw new PlimsollError('limit', `the manifest is larger than ${LIMITS.manifestBytes} bytes`, { where });
  const value = jsonObject(bytes, where, 'manifest');
  if (Array.isArray(value.manifests)) throw new PlimsollError('corrupt', 'an index in place of a manifest', { where });
  const layers: unknown = value.layers ?? value.blobs;
  if (!Array.isArray(layers)) throw new PlimsollError('corrupt', 'the manifest has no layers', { where });
  if (layers.length > LIMITS.layers) throw new PlimsollError('limit', `more than ${LIMITS.layers} layers`, { where });
  const config = isObject(value.config) ? value.config : {};
  const artifactType = textOf(value.artifactType) ?? textOf(config.mediaType);
  const subject = isObject(value.subject) ? textOf(value.subject.digest) : undefined;
  return {
    ...(artifactType === undefined ? {} : { artifactType }),
    layers: layers.map((layer, index) => parseDescriptor(layer, `${where}, layer ${index}`)),
    ...(subject === undefined ? {} : { subject }),
    ...(textOf(config.digest) === undefined ? {} : { config: textOf(config.digest) }),
    annotations: textMapOf(value.annotations) ?? {},
  };
}

/** Adds the documents of a manifest that may be bills of materials; `annotations` are those of the descriptor that led to it. */
export function gatherDocuments(
  into: Gathering,
  artifact: ArtifactManifest,
  place: DocumentPlace,
  open: OpenDocument,
  annotations: Readonly<Record<string, string>> = {},
): void {
  const above = { ...annotations, ...artifact.annotations };
  for (const layer of artifact.layers) {
    const own = layer.annotations ?? {};
    const predicateType =
      own['in-toto.io/predicate-type'] ?? own.predicateType ?? above['dev.sigstore.bundle.predicateType'];
    const plainVex = VEX_TYPE.test(layer.mediaType);
    const kind = ENVELOPE_TYPE.test(layer.mediaType) || SBOM_TYPE.test(layer.mediaType) || plainVex;
    if (!kind && !SBOM_TYPE.test(artifact.artifactType ?? '')) continue;
    const provenance = PROVENANCE_PREDICATE.test(predicateType ?? '');
    const vex = plainVex || VEX_PREDICATE.test(predicateType ?? '');
    if (predicateType !== undefined && !provenance && !vex && !SBOM_PREDICATE.test(predicateType)) continue;
    const documents = provenance ? into.provenance : vex ? into.vex : into.found;
    if (above['dev.sigstore.bundle.content'] === 'message-signature' || documents.has(layer.digest)) continue;
    if ((provenance || vex) && documents.size >= LIMITS.attestations) continue;
    if (documents.size >= LIMITS.attestations) {
      remark(into, `more than ${LIMITS.attestations} SBOMs are attached: the first were compared`);
      return;
    }
    const scope = own['dev.sigstore.sbom.scope'];
    const proofs = Object.entries(own).filter(([name]) => SIGNATURE_ANNOTATIONS.includes(name));
    documents.set(layer.digest, {
      ...place,
      digest: layer.digest,
      size: layer.size,
      mediaType: layer.mediaType,
      ...(predicateType === undefined ? {} : { predicateType }),
      ...(scope === undefined || scope === 'all' ? {} : { scope }),
      ...(proofs.length === 0 ? {} : { signature: Object.fromEntries(proofs) }),
      open: (signal) => open(layer, signal),
    });
  }
}

/** Counts a manifest that is about to be looked at; false where the budget is used up, which is said once. */
export function mayLook(into: Gathering): boolean {
  into.manifests += 1;
  if (into.manifests === LIMITS.attestationManifests + 1)
    remark(into, `more than ${LIMITS.attestationManifests} things are attached: the rest was not looked at`);
  return into.manifests <= LIMITS.attestationManifests;
}

/** Does one step of the search. What goes wrong is remarked, except that the user interrupted it. */
export async function attempt(into: Gathering, what: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (cause) {
    const error = asPlimsollError(cause, 'internal');
    if (error.code === 'interrupted') throw error;
    // Content that is not what its digest says is no mishap.
    remark(into, `${what} could not be read: ${error.line}`, error.code === 'digest-mismatch' ? 'warning' : 'info');
  }
}

/** What was gathered. */
export const attachments = ({ found: attestations, provenance, vex, notices }: Gathering): Attachments => ({
  found: [...attestations.values()],
  ...(vex.size > 0 ? { vex: [...vex.values()] } : {}),
  ...(provenance.size > 0 ? { provenance: [...provenance.values()] } : {}),
  notices,
});

/** Notes something once. */
function remark(into: Gathering, message: string, level: Notice['level'] = 'info'): void {
  if (into.notices.length < LIMITS.attestations && !into.notices.some((notice) => notice.message === message))
    into.notices.push({ level, code: 'attestation-unread', message });
}
