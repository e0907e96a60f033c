import { readFileSync, statSync } from 'node:fs';
import type { Bundle } from '@sigstore/bundle';
import { asPlimsollError, PlimsollError, printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isObject, jsonObject, type UnknownRecord } from '../json.ts';
import type { SignatureCheck, TrustedSigner } from './check.ts';
import { bundleOfEnvelope, bundleOfPayload, STATEMENT_TYPE } from './cosign-layout.ts';

type Identity = Exclude<TrustedSigner, { readonly key: string }>;
type Sigstore = typeof import('@sigstore/verify') & typeof import('@sigstore/bundle');

/**
 * The check for an identity in a certificate: the certificate leads to an authority of the trusted root and was valid when the
 * log or a time stamp says that the signature was made, the logs of the root vouch for both, and its subject and issuer are those
 * that are asked for. A root that names no log of certificates, or none of signatures, asks for none, as private ones do. Throws `config`.
 * https://docs.sigstore.dev/about/security/ https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
export async function identityCheck(wanted: Identity): Promise<SignatureCheck> {
  const sigstore: Sigstore = { ...(await import('@sigstore/verify')), ...(await import('@sigstore/bundle')) };
  const verifier = await verifierOf(wanted, sigstore);
  const proved = (bundle: Bundle, artifact?: Buffer): boolean => {
    const { identity } = verifier.verify(sigstore.toSignedEntity(bundle, artifact));
    return (
      identity?.extensions?.issuer === wanted.issuer && matches(identity.subjectAlternativeName ?? '', wanted.identity)
    );
  };
  const tried = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch {
      return undefined; // whatever is wrong with it, it proves nothing; the library has a word for each of a hundred ways
    }
  };
  const read = (bundle: () => UnknownRecord | undefined): Bundle | undefined =>
    tried(() => {
      const json = bundle();
      return json && sigstore.bundleFromJSON(json);
    });
  return {
    signer: `${printable(wanted.identity, 200)} (${printable(wanted.issuer, 200)})`,
    payload(bytes, annotations) {
      const bundle = read(() => bundleOfPayload(bytes, annotations));
      return bundle !== undefined && tried(() => proved(bundle, bytes)) === true;
    },
    statement(document, annotations) {
      const bundle = read(() => (isObject(document.dsseEnvelope) ? document : bundleOfEnvelope(document, annotations)));
      if (bundle?.content.$case !== 'dsseEnvelope') return undefined;
      const { payloadType, payload } = bundle.content.dsseEnvelope;
      return payloadType === STATEMENT_TYPE && tried(() => proved(bundle)) === true ? payload : undefined;
    },
    async file(path, text, where) {
      const bundle = read(() => jsonObject(Buffer.from(text), where, 'bundle'));
      if (bundle?.content.$case !== 'messageSignature')
        throw new PlimsollError('corrupt', 'this is no Sigstore bundle of a signed file', {
          where,
          hint: 'cosign sign-blob --new-bundle-format --bundle writes one',
        });
      if (statSync(path).size > LIMITS.signedFileBytes)
        throw new PlimsollError('limit', `the file is larger than ${LIMITS.signedFileBytes} bytes`, { where: path });
      const bytes = readFileSync(path);
      return tried(() => proved(bundle, bytes)) === true;
    },
  };
}

async function verifierOf({ identity, issuer, trustedRoot }: Identity, sigstore: Sigstore) {
  if (identity.trim() === '' || /^[*\s]+$/.test(identity) || issuer.trim() === '')
    throw new PlimsollError('config', 'an identity needs a name and an issuer: anybody can have a certificate', {
      hint: 'name both as the certificate has them',
    });
  try {
    const { TrustedRoot } = await import('@sigstore/protobuf-specs');
    const root = TrustedRoot.fromJSON(jsonObject(Buffer.from(trustedRoot), 'the trusted root', 'trusted root'));
    if (root.certificateAuthorities.length === 0) throw new Error('it names no certificate authority');
    return new sigstore.Verifier(sigstore.toTrustMaterial(root), {
      ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
      tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    });
  } catch (cause) {
    throw new PlimsollError('config', `the trusted root cannot be read: ${asPlimsollError(cause, 'corrupt').message}`, {
      hint: 'cosign trusted-root create writes one; that of the public Sigstore is trusted_root.json in its TUF repository',
      cause,
    });
  }
}

/**
 * Whether a certificate's subject is the one meant. `*` is anything within a name, never `/` or `@`: `https://github.com/acme/*`
 * must not hold another's repository, nor `*@acme.example` an address elsewhere. In steps in line with both texts multiplied.
 */
function matches(subject: string, pattern: string): boolean {
  if (subject.length > LIMITS.factTextLength || pattern.length > LIMITS.factTextLength) return false;
  let [at, from, star, resume] = [0, 0, -1, 0];
  while (at < subject.length) {
    if (pattern[from] === '*') [star, resume, from] = [from, at, from + 1];
    else if (pattern[from] === subject[at]) [at, from] = [at + 1, from + 1];
    else if (star >= 0 && !'/@'.includes(subject[resume] as string))
      [resume, at, from] = [resume + 1, resume + 1, star + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}
