import type { UnknownRecord } from '../json.ts';

/**
 * Who must have signed something: the holder of a key (PEM), or an identity that a short-lived certificate was made out to
 * (`cosign sign` without a key). Of such certificates only the user can say whose word counts: the trusted root, the text of a
 * `trusted_root.json`, comes from a file of theirs, and no host is asked for it.
 */
export type TrustedSigner =
  | { readonly key: string }
  | {
      /** An address or a URI as the certificate has it; `*` stands for anything but `/` and `@`. */
      readonly identity: string;
      /** Of the login: `https://token.actions.githubusercontent.com`. */
      readonly issuer: string;
      readonly trustedRoot: string;
    };

/** What stands beside a signature in the annotations of a layer. */
export type SignatureAnnotations = Readonly<Record<string, string>>;

/** A check for one signer, ready to be asked. What is not theirs, or no signature at all, is told by `false` or `undefined`. */
export interface SignatureCheck {
  /** The signer in words, for messages: `your key`, `ci@acme.example (https://login.acme.example)`. */
  readonly signer: string;
  /** Whether a payload was signed as cosign's version 2 does it: the signature, and what proves it, stand in annotations. */
  payload(bytes: Buffer, annotations: SignatureAnnotations): boolean;
  /**
   * What a Sigstore bundle or a DSSE envelope says, where it is signed: the bytes of its in-toto statement. Only these are proved:
   * whatever else stands in the document is anybody's.
   */
  statement(document: UnknownRecord, annotations: SignatureAnnotations): Buffer | undefined;
  /** Whether a file was signed as `cosign sign-blob` does it; `text` is what that wrote. Throws `corrupt` for what is no signature. */
  file(path: string, text: string, where: string): Promise<boolean>;
}

/** Makes the check for a signer. Throws `config` for a key, identity or trusted root that is none. */
export async function signatureCheck(trusted: TrustedSigner): Promise<SignatureCheck> {
  if ('key' in trusted) return (await import('./key.ts')).keyCheck(trusted.key);
  return (await import('./keyless.ts')).identityCheck(trusted);
}
