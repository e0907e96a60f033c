import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does instead of answering well. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Sends so many bytes, then cuts the connection, once this is so (at once where nothing is said); so many times. */
  | { readonly kind: 'cut'; readonly after: number; times: number; readonly once?: (sent: number) => boolean };

/** A static web server for feeds, with etags, ranges, listings, and faults by path. */
export interface FeedServer {
  readonly url: string;
  readonly files: Map<string, Buffer>;
  readonly faults: Map<string, Fault>;
  /** `GET /path 200`, in order. */
  readonly log: string[];
  /** Requests under way at the same time, at most. */
  peak(): number;
  close(): Promise<void>;
}

export async function feedServer(files: Map<string, Buffer>): Promise<FeedServer> {
  const faults = new Map<string, Fault>();
  const log: string[] = [];
  let active = 0;
  let peak = 0;
  const server = createServer((request, response) => {
    active += 1;
    peak = Math.max(peak, active);
    response.on('close', () => {
      active -= 1;
    });
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).slice(1);
    const note = (status: number) =>
      log.push(`${request.method} ${path} ${status}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    serve(request, response, path, files, faults, note);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    files,
    faults,
    log,
    peak: () => peak,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  files: Map<string, Buffer>,
  faults: Map<string, Fault>,
  note: (status: number) => void,
): undefined {
  const fault = faults.get(path);
  const end = (status: number, headers: Record<string, string>, body?: Buffer | string): undefined => {
    note(status);
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (fault?.kind === 'status')
    return end(fault.status, { 'content-type': 'text/html', ...fault.headers }, fault.body ?? '');
  const body = files.get(path);
  if (body === undefined) {
    const inside = path === '' || path.endsWith('/') ? [...files.keys()].filter((name) => name.startsWith(path)) : [];
    if (inside.length === 0) return end(404, { 'content-type': 'text/plain' }, 'not found');
    const names = new Set(inside.map((name) => name.slice(path.length).replace(/\/.*/, '/')));
    const page = [...names]
      .map((name) => `<a href="${encodeURIComponent(name).replace('%2F', '/')}">${name}</a>`)
      .join('\n');
    return end(200, { 'content-type': 'text/html' }, `<html>${page}</html>`);
  }
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  if (request.headers['if-none-match'] === etag) return end(304, { etag });
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = range && request.headers['if-range'] === etag ? Number(range[1]) : 0;
  if (from >= body.length && from > 0) return end(416, { 'content-range': `bytes */${body.length}` });
  const headers = {
    etag,
    'content-length': String(body.length - from),
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
  };
  const status = from > 0 ? 206 : 200;
  const extra: Record<string, string> =
    from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {};
  if (fault?.kind === 'cut' && fault.times > 0) {
    fault.times -= 1;
    note(status);
    response.writeHead(status, { ...headers, ...extra });
    const { after, once = () => true } = fault;
    const cutOnce = (): unknown =>
      once(from + after) || response.destroyed ? response.destroy() : setTimeout(cutOnce, 5);
    response.write(body.subarray(from, from + after), () => setTimeout(cutOnce, 20));
    return undefined;
  }
  return end(status, { ...headers, ...extra }, body.subarray(from));
}
