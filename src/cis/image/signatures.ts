/**
 * Signatures beside an image in its registry: cosign's tags, the referrers API and its fallback tag.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md,
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
import { asPlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { parseReference } from '../../sources/reference.ts';
import type { Keychain } from '../../sources/registry/index.ts';
import { connectRegistry } from '../../sources/registry/index.ts';
import { got, missed, type Reading } from '../reading.ts';
import type { ImageSignatures } from './facts.ts';

interface SignatureSearch {
  readonly http: Http;
  readonly keychain: Keychain;
  /** `docker.io/library/python:3.9`. */
  readonly name: string;
  /** Digests by which somebody may have signed it: of the manifest, of the index. */
  readonly digests: readonly string[];
  readonly insecure?: boolean;
  readonly signal?: AbortSignal;
}

type Signature = ImageSignatures['signatures'][number];
type Ask = (path: string) => Promise<{ status: number; body: string }>;

/** Artifact types that are signatures; attestations and SBOMs are none. */
const KINDS: readonly { readonly kind: Signature['kind']; readonly type: RegExp }[] = [
  { kind: 'cosign', type: /^application\/vnd\.dev\.(?:cosign\.artifact\.sig|sigstore\.bundle)/ },
  { kind: 'notation', type: /^application\/vnd\.cncf\.notary\.signature$/ },
];

/** Looks for signatures. A registry that refuses is a failed reading; none found is an empty list. */
export async function findSignatures(search: SignatureSearch): Promise<Reading<ImageSignatures>> {
  try {
    const ask = await asker(search);
    const signatures: Signature[] = [];
    for (const digest of new Set(search.digests)) {
      const tag = digest.replace(':', '-');
      if ((await ask(`manifests/${tag}.sig`)).status === 200) signatures.push({ kind: 'cosign', name: `${tag}.sig` });
      const referrers = await ask(`referrers/${digest}`);
      const list = referrers.status === 200 ? referrers : await ask(`manifests/${tag}`);
      if (list.status === 200) signatures.push(...signaturesOf(list.body));
    }
    return got({ signatures: signatures });
  } catch (error) {
    const failure = asPlimsollError(error, 'registry');
    if (failure.code === 'interrupted') throw failure;
    return missed(failure.code === 'unauthorized' ? 'denied' : 'broken', failure.line);
  }
}

/** Signatures among the manifests of an index of referrers. */
export function signaturesOf(body: string): Signature[] {
  const index: unknown = JSON.parse(body);
  const manifests = typeof index === 'object' && index !== null && 'manifests' in index ? index.manifests : [];
  if (!Array.isArray(manifests)) return [];
  return manifests.slice(0, LIMITS.indexManifests).flatMap((manifest: unknown): Signature[] => {
    if (typeof manifest !== 'object' || manifest === null) return [];
    const { artifactType, digest } = manifest as { artifactType?: unknown; digest?: unknown };
    const kind = KINDS.find(({ type }) => type.test(String(artifactType)))?.kind;
    return kind === undefined ? [] : [{ kind, name: String(digest).slice(0, 80) }];
  });
}

async function asker(search: SignatureSearch): Promise<Ask> {
  const { http, keychain, signal, insecure, name } = search;
  const client = await connectRegistry({ http, keychain, reference: parseReference(name), signal, insecure });
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, */*';
  return async (path) => {
    const response = await client.send(path, { retry: false, headers: { accept } });
    if (response.status !== 200) {
      await response.discard();
      return { status: response.status, body: '' };
    }
    return { status: 200, body: (await http.bytes(response, LIMITS.manifestBytes)).toString('utf8') };
  };
}
