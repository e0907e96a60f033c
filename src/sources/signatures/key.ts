import { createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isObject, jsonObject, textOf } from '../json.ts';
import type { SignatureCheck } from './check.ts';
import { SIGNATURE, STATEMENT_TYPE } from './cosign-layout.ts';

/** The check for the holder of a key: ECDSA or RSA with SHA-256, or Ed25519. The transparency log is not asked. Throws `config`. */
export function keyCheck(pem: string): SignatureCheck {
  const key = readKey(pem);
  return {
    signer: 'your key',
    payload: (bytes, annotations) => fits(bytes, annotations[SIGNATURE] ?? '', key),
    statement: (document) => signedStatement(isObject(document.dsseEnvelope) ? document.dsseEnvelope : document, key),
    file: (path, text, where) => fileFits(path, plainSignature(text, where), key),
  };
}

/**
 * Reads a public key in PEM form. Throws `config` for one that is none, and for a private key, which does not belong into a
 * place where keys are read to verify.
 */
function readKey(pem: string): KeyObject {
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

/** Whether a signature (base64) over bytes is by the key. */
function fits(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
  try {
    return verify(hashOf(key), bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false; // a signature of another shape is no signature
  }
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function signedStatement(envelope: Record<string, unknown>, key: KeyObject): Buffer | undefined {
  const type = textOf(envelope.payloadType);
  const payload = textOf(envelope.payload);
  if (type !== STATEMENT_TYPE || payload === undefined) return undefined;
  const body = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
  const signatures: unknown[] = Array.isArray(envelope.signatures) ? envelope.signatures : [];
  const isSigned = signatures
    .slice(0, LIMITS.signatures)
    .some((signature) => isObject(signature) && fits(signed, textOf(signature.sig) ?? '', key));
  return isSigned ? body : undefined;
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
