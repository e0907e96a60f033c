import type { HttpRequest } from '../../network/http.ts';
import type { Secret } from '../../network/secret.ts';
import type { AwsKeys } from './aws-keys.ts';

/** A request to AWS before it is signed. */
export interface AwsRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** As the signature's scope names it. */
  readonly service: string;
  readonly region: string;
  /** Default: now. */
  readonly date?: Date;
}

/**
 * A request with its signature (Signature Version 4): the `Authorization` and the session's token are bound to the host that is
 * asked. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function signedRequest(
  request: AwsRequest,
  keys: AwsKeys,
): Promise<HttpRequest & { readonly secret: Secret }> {
  const { default: aws4 } = await import('aws4');
  const { method, body, service, region, date = new Date() } = request;
  const url = new URL(request.url);
  const unsigned = {
    ...{ method, service, region, body },
    host: url.host,
    path: `${url.pathname}${url.search}`,
    headers: { ...request.headers, 'X-Amz-Date': date.toISOString().replace(/[-:]|\.\d+/g, '') },
    // The client writes it, and AWS's own clients leave it out.
    extraHeadersToIgnore: { 'content-length': true },
  };
  const { headers = {} } = aws4.sign(unsigned, keys);
  const plain: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // The client writes these two itself, from the same address and body.
    if (lower === 'host' || lower === 'content-length') continue;
    (/^(?:authorization|x-amz-security-token)$/.test(lower) ? secret : plain)[lower] = String(value);
  }
  const { authorization = '', ...more } = secret;
  return {
    method,
    headers: plain,
    secret: { origin: url.origin, authorization, headers: more },
    ...(method === 'POST' ? { body } : {}),
  };
}
