/** What proves who the user is, and the one server that may see it. The HTTP client sends it nowhere else. */
export interface Secret {
  /** `https://host:port`: the scheme is part of it, so that nothing meant for TLS goes without. */
  readonly origin: string;
  /** The value of the `Authorization` header; absent where the server has a header of its own for it. */
  readonly authorization?: string;
  /** Further headers that speak for the user (`X-Amz-Security-Token`, `Private-Token`), lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Binds a secret to the server of an address. */
export const secretFor = (address: string | URL, authorization: string): Secret => ({
  origin: new URL(address).origin,
  authorization,
});

/** Headers by which a secret could slip past its binding: they may not be given as plain ones. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-amz-security-token',
  'x-amz-sso_bearer_token',
  'x-aws-ec2-metadata-token',
  'private-token',
  'trivy-token',
  'x-identity-header',
]);

/** The headers by which a secret is shown to its server. */
export const secretHeaders = ({ authorization, headers }: Secret): Record<string, string> => ({
  ...headers,
  ...(authorization === undefined ? {} : { authorization }),
});

/**
 * A text of a server's without the secrets that it was sent: it may repeat them in a refusal, and what it says ends up in logs.
 * Each is looked for as it is, and as parts of it that stand alone (`Bearer TOKEN`).
 */
export function maskedText(text: string, secrets: Iterable<string | undefined>): string {
  let clean = text;
  for (const secret of secrets)
    for (const part of [secret ?? '', ...(secret ?? '').split(/[\s,=]+/)])
      if (part.length >= 4 && !/^(?:Basic|Bearer|AWS4-HMAC-SHA256|Credential|SignedHeaders|Signature)$/.test(part))
        clean = clean.replaceAll(part, '***');
  return clean;
}
