import { createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isObject, jsonObject, textOf, type UnknownRecord } from '../../sources/json.ts';

/**
 * Reads a public key in PEM form. Throws `config` for one that is none, and for a private key, which does not belong into a
 * place where keys are read to verify.
 */
export function readKey(pem: string): KeyObject {
  try {
    if (!/-----BEGIN [A-Z ]*PUBLIC KEY-----/.test(pem)) throw new Error('not PEM of a public key');
    return createPublicKey(pem);
  } catch (error) {
    throw new PlimsollError('config', 'the key is no public key in PEM form', {
      hint: 'cosign public-key prints one',
      cause: error,
    });
  }
}

/** Ed25519 hashes by itself; of the others cosign takes SHA-256, whatever the curve. */
const hashOf = (key: KeyObject): 'sha256' | null => (key.asymmetricKeyType === 'ed25519' ? null : 'sha256');

/** Whether a signature (base64) over bytes is by the key: ECDSA or RSA with SHA-256, or Ed25519. */
export function fits(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
  try {
    return verify(hashOf(key), bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false; // a signature of another shape is no signature
  }
}

/**
 * Verifies a file against a signature as `cosign sign-blob --key` makes it: the signature itself (base64), or the bundle around it
 * that `--bundle` writes. Throws `digest-mismatch` when it does not fit, `config` for a key that is none, `io`.
 */
export async function verifyFile(file: string, signature: string, pem: string): Promise<void> {
  const key = readKey(pem);
  const plain = plainSignature(signature, file);
  if (!(await fileFits(file, plain, key))) {
    throw new PlimsollError('digest-mismatch', 'the signature is not by this key, or the database was changed', {
      where: file,
      hint: 'do not trust it',
    });
  }
}

async function fileFits(file: string, signature: string, key: KeyObject): Promise<boolean> {
  const hash = hashOf(key);
  if (hash === null) {
    // Ed25519 wants the whole message at once.
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer);
    return fits(Buffer.concat(chunks), signature, key);
  }
  const verifier = createVerify(hash);
  for await (const chunk of createReadStream(file)) verifier.update(chunk as Buffer);
  try {
    return verifier.verify(key, Buffer.from(signature, 'base64'));
  } catch {
    return false; // a signature of another shape is no signature
  }
}

/** The signature in what cosign printed: itself, or that of a bundle. https://docs.sigstore.dev/about/bundle/ */
function plainSignature(text: string, where: string): string {
  if (!text.trimStart().startsWith('{')) return text.trim();
  const bundle = jsonObject(Buffer.from(text), where, 'signature');
  const message = isObject(bundle.messageSignature) ? textOf(bundle.messageSignature.signature) : undefined;
  const signedText = message ?? textOf(bundle.base64Signature);
  if (signedText === undefined)
    throw new PlimsollError('corrupt', 'the bundle holds no signature of a file', {
      where,
      hint: 'cosign sign-blob --bundle writes one',
    });
  return signedText;
}

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
const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/**
 * Whether a Sigstore bundle holds a signature of `cosign sign` by the key about that digest. An attestation about it (an SBOM, a test
 * result) that the same key has signed is none: nobody signed for the database with it.
 * https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
export function bundleFits(bytes: Buffer, digest: string, key: KeyObject, where: string): boolean {
  const { dsseEnvelope } = jsonObject(bytes, where, 'signature bundle');
  if (!isObject(dsseEnvelope)) return false;
  const type = textOf(dsseEnvelope.payloadType);
  const payload = textOf(dsseEnvelope.payload);
  if (type !== STATEMENT_TYPE || payload === undefined) return false;
  const body = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
  const signatures: unknown[] = Array.isArray(dsseEnvelope.signatures) ? dsseEnvelope.signatures : [];
  const isSigned = signatures
    .slice(0, LIMITS.signatures)
    .some((signature) => isObject(signature) && fits(signed, textOf(signature.sig) ?? '', key));
  return isSigned && statementNames(jsonObject(body, where, 'signed statement'), digest);
}

function statementNames(statement: UnknownRecord, digest: string): boolean {
  const [algorithm = '', hex] = digest.split(':');
  const subjects: unknown[] = Array.isArray(statement.subject) ? statement.subject.slice(0, LIMITS.signatures) : [];
  return (
    textOf(statement._type)?.startsWith('https://in-toto.io/Statement/') === true &&
    statement.predicateType === SIGN_PREDICATE &&
    subjects.some((subject) => isObject(subject) && isObject(subject.digest) && subject.digest[algorithm] === hex)
  );
}
