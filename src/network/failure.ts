import { PlimsollError } from '../errors.ts';

/** An address that may be shown: without user name, password and query (signed storage addresses carry their key there). */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

const CERTIFICATE = 'name the certificate of your own authority in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE';
const PLAIN = 'the server seems to speak plain HTTP: --insecure allows that';

/** What a failure's code means to a person, and what can be done; the codes are Node's, OpenSSL's and undici's. */
const EXPLANATIONS: Readonly<Record<string, readonly [message: string, hint?: string]>> = {
  ENOTFOUND: ['host not found', 'check the name and the network'],
  EAI_AGAIN: ['the name could not be looked up', 'check the network and its DNS server'],
  ECONNREFUSED: ['connection refused', 'is the server running and the port right?'],
  ECONNRESET: ['connection reset by the server'],
  EHOSTUNREACH: ['host not reachable', 'check the network'],
  ENETUNREACH: ['network not reachable', 'check the network'],
  ETIMEDOUT: ['connecting took too long', 'check the network, and HTTPS_PROXY if you need a proxy'],
  EPIPE: ['the server closed the connection'],
  ENOENT: ['socket does not exist'],
  EACCES: ['no permission to open the socket'],
  UND_ERR_CONNECT_TIMEOUT: ['connecting took too long', 'check the network, and HTTPS_PROXY if you need a proxy'],
  UND_ERR_HEADERS_TIMEOUT: ['the server did not answer in time'],
  UND_ERR_BODY_TIMEOUT: ['the server stopped sending'],
  UND_ERR_SOCKET: ['the server closed the connection'],
  UND_ERR_HEADERS_OVERFLOW: ['the server sent too many headers'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['the answer is too large'],
  CERT_HAS_EXPIRED: [
    'the certificate of the server has expired',
    'check the clock of this machine; else its owner has to renew it',
  ],
  CERT_NOT_YET_VALID: ['the certificate of the server is not valid yet', 'check the clock of this machine'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['the certificate of the server is self-signed', CERTIFICATE],
  SELF_SIGNED_CERT_IN_CHAIN: ['the certificate of the server comes from an authority that is not trusted', CERTIFICATE],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the certificate of the server cannot be verified', CERTIFICATE],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'the certificate of the server comes from an authority that is not trusted',
    CERTIFICATE,
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['the certificate of the server comes from an authority that is not trusted', CERTIFICATE],
  ERR_TLS_CERT_ALTNAME_INVALID: ['the certificate of the server is for another name', 'check the host name'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['the server does not speak TLS', PLAIN],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['the server does not speak TLS', PLAIN],
  EPROTO: ['TLS could not be agreed with the server'],
};

/** Failures of the way there, before anything was said. */
const CONNECTING = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
]);

/** Failures that another attempt will not change. */
const LASTING = new Set([
  'ENOTFOUND',
  'ENOENT',
  'EACCES',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_INVALID_ARG',
  'EPROTO',
  'UND_ERR_PRX_TLS',
]);

/** True when the failure may be over in a moment: anything but an unknown name, a socket that is not there, and TLS. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return !(LASTING.has(code) || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || isCertificate(code));
}

/**
 * The failure as one error of ours: `interrupted` when the caller's signal ended it, else `network`. `proxy` is the one
 * that the environment names for this address: where no connection came about, it was the one to it.
 */
export function explainFailure(error: unknown, where: string, signal?: AbortSignal, proxy?: string): PlimsollError {
  if (signal?.aborted) return new PlimsollError('interrupted', 'interrupted', { where, cause: error });
  if (error instanceof PlimsollError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const refusal = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((407)\)/.exec(text);
  if (refusal) {
    const status = refusal[1] ?? refusal[2];
    const advice =
      status === '407' ? 'the proxy wants a user name and password in its address' : 'check HTTPS_PROXY and NO_PROXY';
    return new PlimsollError('network', `the proxy refused with status ${status}`, {
      where,
      hint: advice,
      cause: error,
    });
  }
  const known = EXPLANATIONS[code];
  const [message, hint] = known ?? [code && !text.includes(code) ? `${text} [${code}]` : text];
  const through = proxy !== undefined && CONNECTING.has(code) ? new URL(proxy).host : undefined;
  const advice = through === undefined ? hint : `the proxy is ${through}: check HTTPS_PROXY and NO_PROXY`;
  return new PlimsollError('network', message, {
    where,
    cause: error,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}

/** The code at the bottom of the chain of causes: wrappers of wrappers are what HTTP clients throw. */
export function codeOf(error: unknown): string {
  let code = '';
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const own: unknown = 'code' in current ? current.code : undefined;
    if (typeof own === 'string') code = own;
    if (current instanceof AggregateError && !current.cause) current = current.errors[0];
    else current = current.cause;
  }
  return code;
}

const isCertificate = (code: string): boolean => /CERT|ISSUER|SIGNATURE|CRL|HOSTNAME_MISMATCH/.test(code);
