import { LIMITS } from '../../limits.ts';
import { isObject, jsonObject, textOf } from '../json.ts';

/**
 * Whether the payload of a signature of `cosign sign` is about that digest: one over another image must not pass for this one's.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function payloadNames(payload: Buffer, digest: string, where: string): boolean {
  const { critical } = jsonObject(payload, where, 'signature payload');
  const image = isObject(critical) ? critical.image : undefined;
  return isObject(image) && image['docker-manifest-digest'] === digest;
}

/** What `cosign sign` says in the bundles that it lays beside an image since its version 3. */
const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/**
 * Whether a signed statement is the signature of `cosign sign` on that digest. An attestation about it (an SBOM, a test result) that
 * the same signer made is none: nobody signed for the artifact with it.
 */
export function signStatementNames(bytes: Buffer, digest: string, where: string): boolean {
  const statement = jsonObject(bytes, where, 'signed statement');
  const [algorithm = '', hex] = digest.split(':');
  const subjects: unknown[] = Array.isArray(statement.subject) ? statement.subject.slice(0, LIMITS.signatures) : [];
  return (
    textOf(statement._type)?.startsWith('https://in-toto.io/Statement/') === true &&
    statement.predicateType === SIGN_PREDICATE &&
    subjects.some((subject) => isObject(subject) && isObject(subject.digest) && subject.digest[algorithm] === hex)
  );
}
