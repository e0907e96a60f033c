import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpts, fileOf } from '../../../test/excerpts.ts';
import { facts } from '../../../test/facts.ts';
import { isPackedByUpx, unpackUpx } from '../../formats/executables/index.ts';
import { binaries } from './binaries.ts';

// One program, packed by UPX itself in each of its methods; its loader, which nobody reads, is cut out.
const packed = new Map(
  excerpts(new URL('../fixtures/packed-programs.json', import.meta.url)).map((excerpt) => [
    excerpt.path.split('/').at(-1)!,
    fileOf(excerpt),
  ]),
);
const METHODS = ['nrv2b', 'nrv2d', 'nrv2e', 'lzma'];
/** Of the program as the linker wrote it, up to the end of its last segment. */
const WHOLE = 'a40be0405cc40eff95af7269839e61b97d8cc57e4d72368bc6ca45df68fbfd3e';

describe('a program that UPX packed', () => {
  it.each(METHODS)('%s: comes out as it was, byte for byte', (method) => {
    const program = unpackUpx(packed.get(method)!);
    expect(createHash('sha256').update(program).digest('hex')).toBe(WHOLE);
  });

  it.each(METHODS)('%s: tells the libraries in it, marked as unpacked', (method) => {
    expect(facts(binaries, 'usr/local/bin/tool', packed.get(method)!)).toMatchObject([
      { kind: 'unpacked' },
      { name: 'openssl', version: '1.1.1n', certainty: 'content', recovered: 'unpacked' },
    ]);
  });

  it('is known by its blocks where the letters `UPX!` were taken out, so that upx itself no longer unpacks it', () => {
    const altered = Buffer.from(packed.get('nrv2e')!.toString('latin1').replaceAll('UPX!', 'XXXX'), 'latin1');
    expect(facts(binaries, 'usr/local/bin/tool', altered)).toMatchObject([
      { kind: 'unpacked' },
      { name: 'openssl', version: '1.1.1n' },
    ]);
  });

  it('whose blocks are damaged is one that cannot be read', () => {
    const damaged = Buffer.from(packed.get('nrv2b')!);
    damaged.fill(0x55, 600, 1200);
    expect(facts(binaries, 'usr/local/bin/tool', damaged)).toEqual([
      { kind: 'unknown', reason: 'packed with UPX: what it holds cannot be read, since a block of it is damaged' },
    ]);
  });

  it('that claims to be larger than anything is not given the memory', () => {
    const claiming = Buffer.from(packed.get('nrv2b')!);
    // The third block; the first holds the headers, the second a segment of ten bytes.
    const second = 256 + 12 + claiming.readUInt32LE(260);
    claiming.writeUInt32LE(0x7fff_ffff, second + 12 + claiming.readUInt32LE(second + 4));
    expect(unpackUpx(claiming)).toBe('it is larger than 256 MiB');
  });

  it('cut short or with bytes turned over ends in a word, never in an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...METHODS),
        fc.array(fc.tuple(fc.nat(2_700), fc.nat(255)), { maxLength: 6 }),
        fc.nat(2_800),
        (method, changes, length) => {
          const bytes = Buffer.from(packed.get(method)!.subarray(0, Math.max(300, length)));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const result = unpackUpx(bytes);
          return typeof result === 'string' || result.length <= 256 << 20;
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is not seen in an ordinary program', () => {
    const head = Buffer.alloc(512);
    packed.get('nrv2e')!.copy(head, 0, 0, 256);
    expect(isPackedByUpx(head)).toBe(false);
  });
});
