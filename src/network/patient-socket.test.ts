import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from './http.ts';

/** A server that closes the connection behind its answer, met by a reader that takes its time. */

const BODY = Buffer.alloc(512 * 1024, 'x');
const HEADS = {
  'HTTP/1.0 with a length': `HTTP/1.0 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n`,
  'HTTP/1.0 without': 'HTTP/1.0 200 OK\r\n\r\n',
  'HTTP/1.1 with Connection: close': 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n',
} as const;

let server: Server | undefined;
afterEach(() => server?.close());

async function listening(answer: (socket: Socket) => void): Promise<string> {
  const made = createServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket)));
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
}

describe('a server that closes while the reader is slow', () => {
  it.each(Object.entries(HEADS))('%s: the whole body arrives', async (_, head) => {
    const url = await listening((socket) => void socket.end(Buffer.concat([Buffer.from(head), BODY])));
    const http = createHttp({ namedBy: 'user', environment: {} });
    try {
      for (let round = 0; round < 8; round += 1) {
        const response = await http.request(url);
        let bytes = 0;
        for await (const chunk of response.body) {
          bytes += chunk.length;
          await new Promise((resolve) => setTimeout(resolve, round % 3));
        }
        expect(bytes).toBe(BODY.length);
      }
    } finally {
      await http.close();
    }
  });

  it('in the midst of a body that should be longer: an error, not an end', async () => {
    const head = `HTTP/1.0 200 OK\r\nContent-Length: ${BODY.length + 9}\r\n\r\n`;
    const url = await listening((socket) => void socket.end(Buffer.concat([Buffer.from(head), BODY])));
    const http = createHttp({ namedBy: 'user', environment: {} });
    try {
      const response = await http.request(url);
      const read = async (): Promise<void> => {
        for await (const _ of response.body) await new Promise((resolve) => setTimeout(resolve, 2));
      };
      await expect(read()).rejects.toMatchObject({ code: 'network' });
    } finally {
      await http.close();
    }
  });
});
