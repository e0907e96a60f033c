/** What build programs and cosign attach to images, in the shapes that they write. */
import { createHash } from 'node:crypto';
import type { Blob } from '../src/sources/files/memory.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = Buffer.from('{}');

/** Bytes with their digest and media type. */
export function blobOf(content: unknown, mediaType: string): Blob {
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(JSON.stringify(content));
  return { bytes, mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

/** A descriptor of a blob. */
export const descriptorOf = ({ bytes, digest, mediaType }: Blob, more: object = {}): Record<string, unknown> => ({
  mediaType,
  digest,
  size: bytes.length,
  ...more,
});

/** SPDX 2.3 as Docker's scanner and Syft write it for BuildKit: one entry for each purl. */
export const spdx = (purls: readonly string[], more: object = {}): object => ({
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'sbom',
  documentNamespace: 'https://docker.com/docker-scout/fs/sbom-6b8f300a',
  creationInfo: {
    creators: ['Organization: Docker, Inc', 'Tool: docker-scout-1.18.1', 'Tool: buildkit-0.16.0-tianon'],
    created: '2026-04-15T20:02:39Z',
  },
  packages: [
    { name: 'sbom', SPDXID: 'SPDXRef-DocumentRoot', primaryPackagePurpose: 'FILE' },
    ...purls.map((purl, index) => ({
      name: /([^/@]+)@/.exec(purl)?.[1],
      SPDXID: `SPDXRef-Package-${index}`,
      versionInfo: decodeURIComponent(/@([^?]+)/.exec(purl)?.[1] ?? ''),
      externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    })),
  ],
  ...more,
});

export const cycloneDx = (purls: readonly string[]): object => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: {
    timestamp: '2024-05-01T10:00:00Z',
    tools: { components: [{ type: 'application', author: 'anchore', name: 'syft', version: '1.2.0' }] },
  },
  components: purls.map((purl) => ({ type: 'library', name: /([^/@]+)@/.exec(purl)?.[1], purl })),
});

/** https://github.com/in-toto/attestation/blob/main/spec/v0.1/statement.md; Docker's official images name no subject. */
export const statement = (predicateType: string, predicate: unknown, ...digests: readonly string[]): object => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType,
  subject: digests.map((digest) => ({ name: '_', digest: { sha256: digest.replace('sha256:', '') } })),
  predicate,
});

export const SPDX_PREDICATE = 'https://spdx.dev/Document';
export const CYCLONEDX_PREDICATE = 'https://cyclonedx.org/bom';

/** https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export const dsse = (content: unknown): object => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(content)).toString('base64'),
  signatures: [{ keyid: '', sig: 'MEUCIQDsigned' }],
});

/** A manifest whose layers are these documents, and all blobs it needs. */
export function artifact(
  layers: readonly (readonly [Blob, annotations?: object])[],
  more: object = {},
): { readonly manifest: Blob; readonly blobs: readonly Blob[] } {
  const empty = blobOf(EMPTY, 'application/vnd.oci.empty.v1+json');
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptorOf(empty, { data: 'e30=' }),
    layers: layers.map(([layer, annotations]) => descriptorOf(layer, annotations ? { annotations } : {})),
    ...more,
  };
  return { manifest: blobOf(manifest, MANIFEST), blobs: [empty, ...layers.map(([layer]) => layer)] };
}

/** BuildKit's manifest for the SBOM of an image: an empty layer-less configuration, the statement, and the provenance beside it. */
export function buildKit(sbom: unknown, ...subjects: readonly string[]): ReturnType<typeof artifact> {
  const body = blobOf(statement(SPDX_PREDICATE, sbom, ...subjects), 'application/vnd.in-toto+json');
  const origin = blobOf(statement('https://slsa.dev/provenance/v0.2', {}, ...subjects), 'application/vnd.in-toto+json');
  return artifact([
    [body, { 'in-toto.io/predicate-type': SPDX_PREDICATE }],
    [origin, { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' }],
  ]);
}

/** The index of `ubuntu:24.04`, as Docker Hub had it in April 2026, with this image and its attestation in their places. */
export const buildKitIndex = (image: Blob, attestation: Blob, more: readonly unknown[] = []): object => ({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [
    descriptorOf(image, {
      annotations: {
        'com.docker.official-images.bashbrew.arch': 'amd64',
        'org.opencontainers.image.base.name': 'scratch',
        'org.opencontainers.image.created': '2026-04-10T00:00:00Z',
        'org.opencontainers.image.revision': 'a17a2429ff85ab773e86c558a75ae62053ef9936',
        'org.opencontainers.image.source': 'https://git.launchpad.net/cloud-images/+oci/ubuntu-base',
        'org.opencontainers.image.url': 'https://hub.docker.com/_/ubuntu',
        'org.opencontainers.image.version': '24.04',
      },
      platform: { architecture: 'amd64', os: 'linux' },
    }),
    descriptorOf(attestation, {
      annotations: {
        'com.docker.official-images.bashbrew.arch': 'amd64',
        'vnd.docker.reference.digest': image.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    }),
    ...more,
  ],
});
