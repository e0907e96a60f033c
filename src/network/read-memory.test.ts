import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type ConnectOpts, connect, createServer, type Server, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { readMemory } from './read-memory.ts';

const { key, cert } = selfSigned();
/** No two places alike: what was overwritten before it was read shows. */
const CONTENT = Buffer.from(new Uint32Array(1_000_000).map((_, at) => at).buffer);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let server: Server | undefined;
afterEach(() => server?.close());

const PLAIN = {
  serve: (answer: (socket: Socket) => void) => createServer(answer),
  open: (port: number, onread: ReturnType<typeof readMemory>): Socket => connect({ port, host: '127.0.0.1', onread }),
};
const TLS: typeof PLAIN = {
  serve: (answer) => createTlsServer({ key, cert }, answer),
  open(port, onread) {
    // Node's documentation has it (tls.connect), its types do not.
    const options: ConnectionOptions & Pick<ConnectOpts, 'onread'> = { port, rejectUnauthorized: false, onread };
    return connectTls({ ...options, host: '127.0.0.1' });
  },
};

async function listening({ serve }: typeof PLAIN, answer: (socket: Socket) => void): Promise<number> {
  server = serve(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends pieces, each for itself. */
const inPieces =
  (pieces: readonly Buffer[]) =>
  async (socket: Socket): Promise<void> => {
    socket.setNoDelay(true).on('error', () => {});
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    socket.end();
  };

describe.each([
  ['a plain socket', PLAIN],
  ['a socket of TLS', TLS],
])('%s', (_, kind) => {
  it('reads all of a download into two memories when its reader uses up what comes', async () => {
    const port = await listening(kind, (socket) => void socket.end(CONTENT));
    const socket = kind.open(port, readMemory());
    const memories = new Set<ArrayBufferLike>();
    const hash = createHash('sha256');
    let large = 0;
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      if (chunk.length < 16 * 1024) return;
      large += 1;
      memories.add(chunk.buffer);
    });
    await once(socket, 'end');
    expect(hash.digest('hex')).toBe(digest(CONTENT));
    expect(large).toBeGreaterThan(10);
    expect(memories.size).toBeLessThanOrEqual(2);
  });

  it('keeps what a reader has left waiting', async () => {
    const port = await listening(kind, (socket) => void socket.end(CONTENT));
    const socket = kind.open(port, readMemory());
    const chunks: Buffer[] = [];
    for await (const chunk of socket) {
      chunks.push(Buffer.from(chunk));
      if (chunks.length % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(digest(Buffer.concat(chunks))).toBe(digest(CONTENT));
  });

  it('copies small pieces: a head that comes in parts is kept part by part', async () => {
    const pieces = Array.from({ length: 12 }, (_, at) => Buffer.alloc(1_000, at));
    const port = await listening(kind, inPieces(pieces));
    const socket = kind.open(port, readMemory());
    const kept: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => kept.push(chunk));
    await once(socket, 'end');
    expect(Buffer.concat(kept).equals(Buffer.concat(pieces))).toBe(true);
  });
});

it('of two sockets of one connector neither writes into the memory of the other', async () => {
  const other = Buffer.from(CONTENT).reverse();
  let count = 0;
  const port = await listening(PLAIN, (socket) => void socket.end(count++ === 0 ? CONTENT : other));
  const onread = readMemory();
  const read = async (): Promise<string> => {
    const socket = PLAIN.open(port, onread);
    const hash = createHash('sha256');
    socket.on('data', (chunk: Buffer) => hash.update(chunk));
    await once(socket, 'end');
    return hash.digest('hex');
  };
  expect((await Promise.all([read(), read()])).sort()).toEqual([digest(CONTENT), digest(other)].sort());
});

it('keeps the end of one large piece until as much as a head may be has come behind it', () => {
  const { buffer, callback } = readMemory();
  const told: Buffer[] = [];
  const socket = { readableLength: 0, push: (chunk: Buffer) => told.push(chunk) > 0 };
  /** What Node does for a read. */
  let memory = (buffer as () => Uint8Array)();
  const read = (length: number, sign: string): void => {
    memory.fill(sign.charCodeAt(0), 0, length);
    callback.call(socket, length, memory);
    memory = (buffer as () => Uint8Array)();
  };
  for (const [length, sign] of [
    [40_000, 'a'],
    [9_000, 'b'],
    [7_000, 'c'],
    [40_000, 'd'],
  ] as const)
    read(length, sign);
  // Behind the first, 16,000 in small pieces and 40,000 in a large one have come, and the next read is the first that may be where it was.
  expect(told.map((chunk) => `${chunk.length} ${String.fromCharCode(chunk[0]!)}`)).toEqual([
    '40000 a',
    '9000 b',
    '7000 c',
    '40000 d',
  ]);
  expect(memory.buffer).toBe(told[0]!.buffer);
});
