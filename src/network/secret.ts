/** What proves who the user is, and the one server that may see it. The HTTP client sends it nowhere else. */
export interface Secret {
  /** `https://host:port`: the scheme is part of it, so that nothing meant for TLS goes without. */
  readonly origin: string;
  /** The value of the `Authorization` header. */
  readonly authorization: string;
}

/** Binds a secret to the server of an address. */
export const secretFor = (address: string | URL, authorization: string): Secret => ({
  origin: new URL(address).origin,
  authorization,
});

/** Headers by which a secret could slip past its binding: they may not be given as plain ones. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
