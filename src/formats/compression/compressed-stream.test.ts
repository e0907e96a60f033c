import { spawnSync } from 'node:child_process';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive } from '../cursor.ts';
import { type Compression, compressionOf, decompress } from './compressed-stream.ts';

function decompressed(input: Buffer, size: number) {
  const how = compressionOf(input);
  const parts: Buffer[] = [];
  const reader = drive(function* (cursor) {
    const steps = how && decompress(cursor, how, (chunk) => parts.push(Buffer.from(chunk)) < 0);
    return steps ? yield* steps : 'none';
  }, input.length);
  for (let at = 0; at < input.length; at += size) {
    const chunk = Buffer.from(input.subarray(at, at + size));
    reader.push(chunk, at);
    chunk.fill(0xee);
  }
  return { how, end: reader.end(), bytes: Buffer.concat(parts) };
}

const python = spawnSync('python3', ['-c', 'import bz2, lzma'], { timeout: 10_000 }).status === 0;
const EXPRESSIONS: Readonly<Partial<Record<Compression, readonly string[]>>> = {
  bzip2: ['bz2.compress(d)', 'bz2.compress(d, 1)', 'bz2.compress(d[:7]) + bz2.compress(d[7:])'],
  xz: [
    'lzma.compress(d)',
    'lzma.compress(d, preset=0, check=lzma.CHECK_NONE)',
    'lzma.compress(d, preset=9, check=lzma.CHECK_SHA256)',
    "lzma.compress(d[:9]) + bytes(8) + lzma.compress(b'') + lzma.compress(d[9:])",
  ],
  lzma: [
    'lzma.compress(d, format=lzma.FORMAT_ALONE)',
    "lzma.compress(d, format=lzma.FORMAT_ALONE, filters=[{'id': lzma.FILTER_LZMA1, 'dict_size': 4096}])",
  ],
};

/** Texts, runs, noise and nothing: the same bytes on both sides. */
const DATA = `
import bz2, lzma, random, sys, hashlib
r = random.Random(3)
noise = bytes(r.randrange(256) for _ in range(70000))
text = b' '.join(r.choice([b'alpha', b'beta', b'gamma', b'delta']) for _ in range(30000))
for d in (b'', b'a', b'aaaa', b'a' * 5, b'ab' * 100000, bytes(range(256)) * 5, noise, text, noise + text + noise[:5000] + bytes(300000)):
    z = eval(sys.argv[1])
    print(len(d), hashlib.sha256(d).hexdigest(), z.hex())
`;

describe.skipIf(!python)(`what python compresses${python ? '' : ' (skipped: no python3 here)'}`, () => {
  for (const [how, expressions] of Object.entries(EXPRESSIONS)) {
    it.each(expressions)(`as ${how} by %s comes out whole, in chunks of any size`, async (expression) => {
      const run = spawnSync('python3', ['-c', DATA, expression], { encoding: 'utf8', maxBuffer: 1 << 28 });
      const lines = run.stdout.trim().split('\n');
      expect(lines).toHaveLength(9);
      const { createHash } = await import('node:crypto');
      for (const line of lines) {
        const [length, digest, hex] = line.split(' ') as [string, string, string];
        const input = Buffer.from(hex, 'hex');
        for (const size of [1 << 20, 1_000, 7]) {
          if (size === 7 && input.length > 5_000) continue;
          const result = decompressed(input, size);
          expect({ how: result.how, end: result.end, length: result.bytes.length }).toEqual({
            how,
            end: 'end',
            length: Number(length),
          });
          expect(createHash('sha256').update(result.bytes).digest('hex')).toBe(digest);
        }
      }
    });
  }

  it('and is damaged or cut afterwards ends, and ends the same in any chunks', () => {
    const inputs = [
      "bz2.compress(b'hello world ' * 200)",
      "lzma.compress(b'hello world ' * 200)",
      "lzma.compress(b'hello world ' * 200, format=lzma.FORMAT_ALONE)",
    ].map((expression) => {
      const run = spawnSync('python3', ['-c', `import bz2, lzma; print((${expression}).hex())`], { encoding: 'utf8' });
      return Buffer.from(run.stdout.trim(), 'hex');
    });
    inputs.push(gzipSync('hello world '.repeat(200)), deflateSync('hello world '.repeat(200)));
    fc.assert(
      fc.property(
        fc.constantFrom(...inputs),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        (input, changes, cut, size) => {
          const bytes = Buffer.from(input.subarray(0, cut % 2 ? input.length : cut % input.length));
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
          const [a, b] = [decompressed(bytes, size), decompressed(bytes, 1 << 20)];
          expect({ end: a.end, same: a.bytes.equals(b.bytes) }).toEqual({ end: b.end, same: true });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('gzip', () => {
  it('members behind each other are one stream, whatever their headers hold', () => {
    const named = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9]),
      Buffer.from('name\0comment\0'),
      gzipSync('two').subarray(10),
    ]);
    expect(decompressed(Buffer.concat([gzipSync('one'), named]), 5)).toMatchObject({
      end: 'end',
      bytes: Buffer.from('onetwo'),
    });
  });
});
