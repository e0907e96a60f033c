import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { digestOf, isDigest } from '../../sources/digest.ts';
import { jsonObject } from '../../sources/json.ts';
import { parseDescriptor } from '../../sources/manifest.ts';
import type { RegistryClient } from '../../sources/registry/index.ts';

/**
 * Verifies a signature (base64) over bytes with a public key in PEM form, as `cosign sign-blob --key` makes it: ECDSA or RSA
 * with SHA-256, or Ed25519. Throws `digest-mismatch` when it does not fit, `config` for a key that is none.
 */
export function verifySignature(bytes: Uint8Array, signature: string, key: string, where: string): void {
  const publicKey = readKey(key);
  const algorithm = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  let fits = false;
  try {
    fits = verify(algorithm, bytes, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    fits = false; // a signature of another shape is no signature
  }
  if (!fits) {
    throw new PlimsollError('digest-mismatch', 'the signature is not by this key, or the database was changed', {
      where,
      hint: 'do not trust it',
    });
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new PlimsollError('config', 'the key is no public key in PEM form', {
      hint: 'cosign public-key prints one',
      cause: error,
    });
  }
}

const SIGNATURE = 'dev.cosignproject.cosign/signature';
const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURES = 50;

/**
 * Verifies that a manifest in a registry was signed with `cosign sign --key`: a signature lies beside it under the tag
 * `sha256-<digest>.sig`, over a payload that names this digest. Throws `digest-mismatch` when no signature fits.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export async function verifyInRegistry(
  client: RegistryClient,
  digest: string,
  key: string,
  where: string,
): Promise<void> {
  if (!isDigest(digest)) throw new PlimsollError('corrupt', 'no digest to verify', { where });
  readKey(key);
  const { bytes } = await client.manifest(`${digest.replace(':', '-')}.sig`).catch((error: unknown) => {
    throw new PlimsollError('digest-mismatch', 'the database is not signed', {
      where,
      hint: 'the registry holds no signature beside it',
      cause: error,
    });
  });
  const { layers } = jsonObject(bytes, where, 'signature manifest');
  for (const layer of Array.isArray(layers) ? layers.slice(0, SIGNATURES) : []) {
    const descriptor = parseDescriptor(layer, `${where}, signature`);
    const signature = descriptor.annotations?.[SIGNATURE];
    if (descriptor.mediaType !== PAYLOAD_TYPE || signature === undefined) continue;
    const payload = await client.blob(descriptor, LIMITS.configBytes, 'signature');
    if (digestOf(payload) !== descriptor.digest || !names(payload, digest, where)) continue;
    try {
      verifySignature(payload, signature, key, where);
      return;
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'digest-mismatch') throw error;
    }
  }
  throw new PlimsollError('digest-mismatch', 'no signature beside the database is by this key', {
    where,
    hint: 'do not trust it',
  });
}

/** A signature over another image's payload must not pass for this one's. */
function names(payload: Buffer, digest: string, where: string): boolean {
  const { critical } = jsonObject(payload, where, 'signature payload');
  const image = typeof critical === 'object' && critical !== null && 'image' in critical ? critical.image : undefined;
  return (
    typeof image === 'object' &&
    image !== null &&
    'docker-manifest-digest' in image &&
    image['docker-manifest-digest'] === digest
  );
}
