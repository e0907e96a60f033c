import { createHash } from 'node:crypto';
import { PlimsollError } from '../errors.ts';

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests */
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]{1,512}$/;
const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** True for a digest that this program can verify: `sha256:` or `sha512:` and its lower-case hexadecimal digits. */
export function isDigest(text: string): boolean {
  const [algorithm = '', hex = ''] = text.split(':', 2);
  return (
    Object.hasOwn(HEX_LENGTH, algorithm) &&
    hex.length === HEX_LENGTH[algorithm] &&
    text.length === algorithm.length + 1 + hex.length &&
    /^[0-9a-f]+$/.test(hex)
  );
}

/** The digest itself; `corrupt` when it is none, `unsupported` when its algorithm is not sha256 or sha512. */
export function checkedDigest(text: unknown, where: string): string {
  if (typeof text === 'string' && isDigest(text)) return text;
  if (typeof text !== 'string' || !DIGEST.test(text) || /^sha(256|512):/.test(text)) {
    throw new PlimsollError('corrupt', 'a digest is malformed', { where });
  }
  throw new PlimsollError('unsupported', `digests of ${text.split(':')[0]} cannot be verified`, { where });
}

/** The digest of bytes, by the algorithm of another digest (or sha256). */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Throws `digest-mismatch` unless the bytes have the digest. */
export function verifyDigest(bytes: Uint8Array, digest: string, where: string, hint?: string): void {
  const actual = digestOf(bytes, digest.split(':')[0]);
  if (actual === digest) return;
  throw new PlimsollError('digest-mismatch', `content is not what its digest says: expected ${digest}, got ${actual}`, {
    where,
    ...(hint === undefined ? {} : { hint }),
  });
}
