/** The HTTP client of registries, engines and feeds: see `createHttp`. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** The body; must be consumed or `discard`ed. Stops with a `network` error when nothing comes for `LIMITS.idleMs`. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Unix socket to speak over. */
  readonly socketPath?: string;
  /** Default true for GET and HEAD: network failures, 429, 500, 502, 503, 504 are tried again with back-off and Retry-After. */
  readonly retry?: boolean;
}

export interface Http {
  /** Any status is a result; only what never became an answer throws (`network`, `interrupted`). */
  request(url: string, options?: HttpRequest): Promise<HttpResponse>;
  /** The whole body, at most `limit` bytes, else a `limit` error. */
  bytes(response: HttpResponse, limit: number): Promise<Buffer>;
  close(): Promise<void>;
}
