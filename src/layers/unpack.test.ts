import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type StoredBytes, type Unpacked, unpacked, unpackedInThread, whyEnded } from './unpack.ts';

/** What `npm ci` compiled: a thread cannot run source text. */
const script = new URL('../../dist/unpack-thread.cjs', import.meta.url);
const compiled = existsSync(fileURLToPath(script));
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-unpack-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * at) >> (at % 13)));
const packed = gzipSync(plain, { level: 1 });
const noise = createHash('shake256', { outputLength: 20_000_000 }).update('noise').digest();
const path = join(folder, 'layer.tar.gz');
writeFileSync(path, Buffer.concat([Buffer.from('before'), packed, Buffer.from('after')]));
const file: StoredBytes = { kind: 'file', path, offset: 6, length: packed.length };
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function all({ stream }: Unpacked): Promise<Buffer> {
  const parts: Buffer[] = [];
  // Copies: a chunk is valid until the next one.
  for await (const chunk of stream) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe.skipIf(!compiled)('a layer unpacked in a thread (skipped where dist/ was not built)', () => {
  const inThread = (stored: StoredBytes): Unpacked => unpackedInThread(stored, 'sha256', 'sha256', 'a layer', script);

  it('is what it is without one, digests and size included, from a file or a stream of any chunks', async () => {
    const streams = [7_001, 300_000, 5_000_000].map(
      (size) => ({ kind: 'stream', bytes: pieces(packed, size) }) as const,
    );
    for (const stored of [file, ...streams]) {
      const thread = inThread(stored);
      expect((await all(thread)).equals(plain)).toBe(true);
      expect([thread.stored.bytes, thread.stored.digest(), thread.digest()]).toEqual([
        packed.length,
        sha256(packed),
        sha256(plain),
      ]);
    }
    const alone = unpacked(file, 'sha256', 'sha256', 'a layer');
    expect((await all(alone)).equals(plain)).toBe(true);
    expect([alone.stored.digest(), alone.digest()]).toEqual([sha256(packed), sha256(plain)]);
  });

  it('comes to its end when its reader is slow and its source is slow, both at once', async () => {
    // Four bytes become one, as they do in layers: a few chunks fill all slots.
    const sparse = noise.map((byte) => byte & 3);
    let given = 0;
    async function* dripping(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(gzipSync(sparse, { level: 1 }), 250_000)) {
        given += piece.length;
        yield piece;
        // While all slots are full, the decompressor asks for more.
        if (given < 6_000_000) await new Promise((resolve) => setTimeout(resolve, 40));
      }
    }
    const { stream } = inThread({ kind: 'stream', bytes: dripping() });
    const hash = createHash('sha256');
    for await (const chunk of stream) {
      hash.update(chunk);
      if (given < 6_000_000) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(`sha256:${hash.digest('hex')}`).toBe(sha256(sparse));
  });

  it('that is damaged, cut or gone is the same error in one line', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0, 1_000, 2_000);
    for (const bytes of [damaged, packed.subarray(0, -9)]) {
      const stored = () => ({ kind: 'stream', bytes: pieces(bytes, 65_536) }) as const;
      const here = await all(unpacked(stored(), undefined, undefined, 'a layer')).catch((error) => error);
      const there = await all(inThread(stored())).catch((error) => error);
      expect(here.code).toBe('corrupt');
      expect([there.code, there.line]).toEqual([here.code, here.line]);
    }
    const gone = await all(inThread({ ...file, path: join(folder, 'gone') })).catch((error) => error);
    expect(gone).toMatchObject({ code: 'io' });
    expect(gone.line).toContain('there is no such file or folder');
  });

  it('whose source fails says what the source said', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 500_000);
      throw new Error('the server hung up');
    }
    await expect(all(inThread({ kind: 'stream', bytes: broken() }))).rejects.toThrow('the server hung up');
  });

  it('that nobody reads to its end lets go of its source and its thread', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield packed;
      } finally {
        closed = true;
      }
    }
    for await (const chunk of inThread({ kind: 'stream', bytes: endless() }).stream) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => closed).toBe(true);
  });

  it('never runs far ahead of its reader', async () => {
    let given = 0;
    const stored = gzipSync(noise, { level: 0 });
    const many = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(stored, 65_536)) {
        given += piece.length;
        yield piece;
      }
    };
    const { stream } = inThread({ kind: 'stream', bytes: many() });
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(given).toBeLessThan(8_000_000);
    await stream.return(undefined);
  });
});

it('a thread without memory, or of half an installation, is no defect; any other end is, with an id of its place', () => {
  const ended = (code?: string) => whyEnded(Object.assign(new Error('x'), code === undefined ? {} : { code }));
  expect(ended('ERR_WORKER_OUT_OF_MEMORY')).toMatchObject({ code: 'limit', hint: 'give the process more' });
  expect(['MODULE_NOT_FOUND', 'PROGRAM_DAMAGED'].map((code) => ended(code).line)).toEqual(
    Array(2).fill('a part of this program is missing or damaged (unpack-thread.cjs); install Plimsoll again'),
  );
  expect(ended().line).toMatch(/^a defect of this program \[E\w{6}\]: x \(a layer\); please report it/);
});
