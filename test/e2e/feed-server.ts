/** The publishers' feeds over HTTP, with the validators their hosts send, as a mirror or an artefact store would serve them. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface FeedServer {
  readonly url: string;
  /** `200 debian/tracker.json`, `304 ...`, in the order of the answers. */
  readonly answers: string[];
  /** Called before each answer; what it returns is sent in place of the file. */
  intercept: ((path: string) => { readonly status: number; readonly cutAt?: number } | undefined) | undefined;
  /** Bytes a second, for tests that want to be in the midst of it. */
  bytesPerSecond: number | undefined;
  close(): Promise<void>;
}

export async function feedServer(folder: string): Promise<FeedServer> {
  const answers: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)).replace(/^\/+/, '');
    const answer = (status: number, headers: Record<string, string | number> = {}): void => {
      answers.push(`${status} ${path}`);
      response.writeHead(status, headers);
    };
    const instead = state.intercept?.(path);
    if (instead && instead.cutAt === undefined) {
      answer(instead.status);
      response.end(`error ${instead.status}`);
      return;
    }
    const file = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!file?.isFile()) {
      answer(404);
      response.end('no such feed');
      return;
    }
    const etag = `"${file.size.toString(16)}-${Math.floor(file.mtimeMs).toString(16)}"`;
    if (request.headers['if-none-match'] === etag) {
      answer(304, { etag });
      response.end();
      return;
    }
    answer(200, { etag, 'content-length': file.size, 'last-modified': file.mtime.toUTCString() });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const end = instead?.cutAt === undefined ? {} : { end: instead.cutAt };
    const body = createReadStream(join(folder, path), { highWaterMark: 64 * 1024, ...end });
    body.on('data', (chunk) => {
      response.write(chunk);
      if (state.bytesPerSecond === undefined) return;
      body.pause();
      setTimeout(() => body.resume(), (chunk.length / state.bytesPerSecond) * 1_000);
    });
    body.on('end', () => (instead?.cutAt === undefined ? response.end() : response.destroy()));
    response.on('close', () => body.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: FeedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    intercept: undefined,
    bytesPerSecond: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}
