import { boundedText } from '../bounded-file.ts';
import type { Config } from '../config.ts';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { TrustedSigner } from '../sources/signatures/index.ts';

/** The flags that say who must have signed something, without the role before their names. */
export interface SignerFlags {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
}

/** The same of what is attached to an image. */
export interface AttestationSignerFlags {
  readonly attestationKey?: string;
  readonly attestationCertificateIdentity?: string;
  readonly attestationCertificateOidcIssuer?: string;
  readonly trustedRoot?: string;
}

/** Who must have signed what is attached. Throws as `signerOf`. */
export const attestationSigner = (flags: AttestationSignerFlags): Promise<TrustedSigner | undefined> =>
  signerOf(
    {
      key: flags.attestationKey,
      certificateIdentity: flags.attestationCertificateIdentity,
      certificateOidcIssuer: flags.attestationCertificateOidcIssuer,
      trustedRoot: flags.trustedRoot,
    },
    'attestation-',
  );

/**
 * The signer that the flags name, with keys and roots themselves in the place of their files; undefined where they name none. Half
 * an identity is an error, never one that everybody has. Throws `usage`, and `config` for a file that cannot be read.
 */
export async function signerOf(
  flags: { readonly [K in keyof SignerFlags]: SignerFlags[K] | undefined },
  role = '',
): Promise<TrustedSigner | undefined> {
  const { key, certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot } = flags;
  const named = { 'certificate-identity': identity, 'certificate-oidc-issuer': issuer };
  const asked = Object.entries(named).filter(([, value]) => value !== undefined);
  if (key !== undefined) {
    if (asked.length > 0)
      throw new PlimsollError('usage', `--${role}key and --${role}${asked[0]?.[0]} are two signers`, {
        hint: 'name one',
      });
    return { key: await contentOf(key) };
  }
  if (asked.length === 0 && (trustedRoot === undefined || role !== '')) return undefined;
  const missing = Object.entries(named).find(([, value]) => value === undefined)?.[0];
  if (identity === undefined || issuer === undefined)
    throw new PlimsollError('usage', `an identity is a name and who vouches for it: --${role}${missing} is missing`);
  if (trustedRoot === undefined)
    throw new PlimsollError('usage', `--${role}certificate-identity needs --trusted-root`, {
      hint: 'the trusted_root.json of your Sigstore: nobody else can say whose certificates count',
    });
  return { identity, issuer, trustedRoot: await contentOf(trustedRoot) };
}

async function contentOf(path: string): Promise<string> {
  try {
    return await boundedText(path, LIMITS.settingsBytes);
  } catch (error) {
    throw asPlimsollError(error, 'config', path);
  }
}

/**
 * Who must have signed a database that is pulled, as `db pull` would settle it. Of its options only these: user and password of a scan are
 * those of the image's registry. Throws as `signerOf` and `settleOptions`.
 */
export async function pullSigner(environment: NodeJS.ProcessEnv, config: Config): Promise<TrustedSigner | undefined> {
  const { saidFor } = await import('./options/settle.ts');
  const said = saidFor('db pull', environment, config);
  const text = (name: keyof SignerFlags): string | undefined =>
    typeof said[name] === 'string' ? (said[name] as string) : undefined;
  return signerOf({
    key: text('key'),
    certificateIdentity: text('certificateIdentity'),
    certificateOidcIssuer: text('certificateOidcIssuer'),
    trustedRoot: text('trustedRoot'),
  });
}
