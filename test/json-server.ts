import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeenRequest } from './registry.ts';

/** How a double of a service answers: JSON, or a text as it is. */
export interface JsonAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface JsonServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every request as it arrived. */
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server on this machine that answers each request (`METHOD /path?query`) with what the test says, and keeps what arrived. */
export async function jsonServer(
  answer: (request: SeenRequest, count: number) => JsonAnswer | undefined,
): Promise<JsonServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const arrived = {
        line: `${request.method} ${request.url}`,
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      seen.push(arrived);
      const { status = 200, headers = {}, body } = answer(arrived, seen.length) ?? { status: 404, body: {} };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
