/**
 * Signatures beside an image in its registry: cosign's tags, the referrers API and its fallback tag.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md,
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
import { asPlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { isDigest } from '../../sources/digest.ts';
import { isObject } from '../../sources/json.ts';
import { EMPTY_TYPE } from '../../sources/manifest.ts';
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
      if (list.status === 200) signatures.push(...(await signaturesAmong(referrersOf(list.body), ask)));
    }
    return got({ signatures: signatures });
  } catch (error) {
    const failure = asPlimsollError(error, 'registry');
    if (failure.code === 'interrupted') throw failure;
    return missed(failure.code === 'unauthorized' ? 'denied' : 'broken', failure.line);
  }
}

/** A manifest that an index of referrers lists: `kind` where its type says already what it is, apart from what a bundle holds. */
interface Referrer {
  readonly kind?: Signature['kind'];
  readonly digest: string;
}

/** What may be signatures among the manifests of an index of referrers. */
export function referrersOf(body: string): Referrer[] {
  const index: unknown = readJson(body);
  const manifests = isObject(index) ? index.manifests : undefined;
  if (!Array.isArray(manifests)) return [];
  return manifests.slice(0, LIMITS.indexManifests).flatMap((manifest: unknown): Referrer[] => {
    if (!isObject(manifest)) return [];
    const digest = String(manifest.digest).slice(0, 80);
    // cosign lists what it pushed as the type of its empty configuration, where the registry keeps no list itself.
    if (manifest.artifactType === EMPTY_TYPE || manifest.artifactType === undefined) return [{ digest }];
    const kind = kindOf(manifest.artifactType);
    return kind === undefined ? [] : [{ kind, digest }];
  });
}

const kindOf = (type: unknown): Signature['kind'] | undefined =>
  KINDS.find((known) => known.type.test(String(type)))?.kind;

/** Bundles are looked into, for an attestation is one as well; so is what the list does not tell the type of. */
async function signaturesAmong(referrers: readonly Referrer[], ask: Ask): Promise<Signature[]> {
  const signatures: Signature[] = [];
  for (const { kind, digest } of referrers.slice(0, LIMITS.attestationManifests)) {
    if (kind === 'notation') signatures.push({ kind, name: digest });
    else if (isDigest(digest)) {
      const { status, body } = await ask(`manifests/${digest}`);
      const signs = status === 200 ? signedBy(body) : kind;
      if (signs !== undefined) signatures.push({ kind: signs, name: digest });
    }
  }
  return signatures;
}

/** https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md */
const STATES = 'dev.sigstore.bundle.predicateType';
const SIGNS = 'https://sigstore.dev/cosign/sign/v1';

/** Which kind of signature a manifest is; undefined where it is something else. */
export function signedBy(body: string): Signature['kind'] | undefined {
  const manifest: unknown = readJson(body);
  if (!isObject(manifest)) return undefined;
  const states = isObject(manifest.annotations) ? manifest.annotations[STATES] : undefined;
  if (states !== undefined && states !== SIGNS) return undefined;
  return kindOf(manifest.artifactType) ?? (isObject(manifest.config) ? kindOf(manifest.config.mediaType) : undefined);
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
