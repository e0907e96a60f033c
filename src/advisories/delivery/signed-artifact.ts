import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { digestOf, isDigest } from '../../sources/digest.ts';
import { isObject, jsonObject, textOf } from '../../sources/json.ts';
import { type Descriptor, EMPTY_TYPE, parseDescriptor } from '../../sources/manifest.ts';
import { listReferrers, manifestIfThere, type RegistryClient } from '../../sources/registry/index.ts';
import { payloadNames, type SignatureCheck, signStatementNames } from '../../sources/signatures/index.ts';

const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const BUNDLE_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v[\d.]+)?\+json(?:;|$)/;

/** Where the signatures of an artifact are looked for. */
interface Signed {
  readonly client: RegistryClient;
  readonly http: Http;
  /** Full name, for errors. */
  readonly where: string;
  /** Of the manifest that must be signed. */
  readonly digest: string;
}

/** What was found beside an artifact: how many signatures, by whomever, and why some could not be read. */
interface Seen {
  count: number;
  readonly problems: string[];
}

/**
 * Verifies that a manifest in a registry was signed with `cosign sign`, in either of the forms that cosign has: a payload that
 * names this digest under the tag `sha256-<digest>.sig`, or a Sigstore bundle among its referrers. One by the signer is enough; what
 * others lay beside it can neither make nor break it. Throws `digest-mismatch` where none is, and as the registry does where it
 * does not answer.
 */
export async function verifySigned(signed: Signed, check: SignatureCheck): Promise<void> {
  if (!isDigest(signed.digest)) throw new PlimsollError('corrupt', 'no digest to verify', { where: signed.where });
  const seen: Seen = { count: 0, problems: [] };
  if ((await byTag(signed, check, seen)) || (await byBundle(signed, check, seen))) return;
  if (seen.count === 0)
    throw new PlimsollError('digest-mismatch', 'the database is not signed', {
      where: signed.where,
      hint: `the registry holds no signature beside it, and one by ${check.signer} is asked for: whoever builds it has to sign it (cosign sign)${unread(seen)}`,
    });
  throw new PlimsollError('digest-mismatch', `no signature beside the database is by ${check.signer}`, {
    where: signed.where,
    hint: `do not trust it${unread(seen)}`,
  });
}

const unread = ({ problems }: Seen): string => (problems.length > 0 ? `; ${problems.join('; ')}` : '');

async function byTag({ client, digest, where }: Signed, check: SignatureCheck, seen: Seen): Promise<boolean> {
  const bytes = await manifestIfThere(client, `${digest.replace(':', '-')}.sig`);
  if (bytes === undefined) return false;
  const layers = await readable(seen, async () => jsonObject(bytes, where, 'signature manifest').layers);
  for (const layer of Array.isArray(layers) ? layers.slice(0, LIMITS.signatures) : []) {
    const good = await readable(seen, async () => {
      const descriptor = parseDescriptor(layer, `${where}, signature`);
      if (descriptor.mediaType !== PAYLOAD_TYPE) return false;
      seen.count++;
      const payload = await client.blob(descriptor, LIMITS.configBytes, 'signature');
      return (
        digestOf(payload) === descriptor.digest &&
        payloadNames(payload, digest, where) &&
        check.payload(payload, descriptor.annotations ?? {})
      );
    });
    if (good) return true;
  }
  return false;
}

async function byBundle(signed: Signed, check: SignatureCheck, seen: Seen): Promise<boolean> {
  const { client, http, where, digest } = signed;
  const referrers = await listReferrers({ client, http, name: where }, digest);
  for (const descriptor of referrers.filter(mayBeBundle).slice(0, LIMITS.signatures)) {
    if (await readable(seen, () => bundleOf(signed, descriptor, check, seen))) return true;
  }
  return false;
}

/** Not told apart by their type where whoever wrote the list took the type of the empty configuration for it, as cosign does under the fallback tag. */
const mayBeBundle = ({ artifactType }: Descriptor): boolean =>
  artifactType === undefined || artifactType === EMPTY_TYPE || BUNDLE_TYPE.test(artifactType);

async function bundleOf(
  { client, digest, where }: Signed,
  { digest: referrer }: Descriptor,
  check: SignatureCheck,
  seen: Seen,
): Promise<boolean> {
  const manifest = jsonObject((await client.manifest(referrer)).bytes, where, 'signature manifest');
  const subject = isObject(manifest.subject) ? textOf(manifest.subject.digest) : undefined;
  const layers: unknown[] = Array.isArray(manifest.layers) ? manifest.layers.slice(0, LIMITS.signatures) : [];
  for (const layer of subject === digest ? layers : []) {
    const descriptor = parseDescriptor(layer, `${where}, signature`);
    if (!BUNDLE_TYPE.test(descriptor.mediaType)) continue;
    seen.count++;
    const bundle = jsonObject(
      await client.blob(descriptor, LIMITS.configBytes, 'signature'),
      where,
      'signature bundle',
    );
    const statement = check.statement(bundle, descriptor.annotations ?? {});
    if (statement !== undefined && signStatementNames(statement, digest, where)) return true;
  }
  return false;
}

/** One signature that cannot be read is none: it must not hide a good one. What the network does is no answer, and stops. */
async function readable<T>(seen: Seen, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (cause) {
    const error = asPlimsollError(cause, 'internal');
    if (!UNREADABLE.has(error.code)) throw error;
    if (seen.problems.length < 3) seen.problems.push(error.line);
    return undefined;
  }
}

const UNREADABLE = new Set(['corrupt', 'limit', 'unsupported', 'digest-mismatch', 'not-found']);
