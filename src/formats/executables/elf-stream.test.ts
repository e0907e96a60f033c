import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elf, note } from '../../../test/elf.ts';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { type ElfHeader, elfNotes } from './elf.ts';
import { type ElfFile, elfStream } from './elf-stream.ts';

interface Reading {
  readonly file: ElfFile | undefined;
  /** The bytes shown, the others as zero. */
  readonly shown: Buffer;
  /** How many bytes a source that can seek had to read. */
  readonly read: number;
}

function read(bytes: Buffer, chunk = 4096, wantsRest?: () => boolean): Reading {
  const shown = Buffer.alloc(bytes.length);
  const stream = elfStream(
    bytes.length,
    ({ bytes: view, start, from, to }) => view.copy(shown, start + from, from, to),
    wantsRest,
  );
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const part = Buffer.from(bytes.subarray(at, at + chunk));
    total += part.length;
    at += part.length + stream.push(part, at);
    part.fill(0xee);
  }
  return { file: stream.end(), shown, read: total };
}

const TEXT = Buffer.from('\0OpenSSL 1.1.1r  11 Oct 2022\0');
const CODE = Buffer.alloc(40_000, 0x90);
const library = {
  parts: [{ content: TEXT }, { content: CODE, executable: true }, { content: Buffer.from('\0constants\0') }],
  soname: 'libwebp-b246aa5a.so.7.1.5',
  needed: ['libm.so.6', 'libc.so.6'],
};

describe('ELF files read front to back', () => {
  it.each([
    ['as the linker wrote it', {}],
    ['as patchelf leaves it, with the names behind the dynamic section', { stringsLast: true }],
    ['of 32 bits', { bits: 32 }],
    ['of big-endian machines', { little: false }],
  ] as const)('a shared object %s says its name and what it needs', (_, variation) => {
    for (const chunk of [1, 7, 64, 4096, 1 << 20]) {
      const { file } = read(elf({ ...library, ...variation }), chunk);
      expect(file?.soname).toBe(library.soname);
      expect(file?.needed).toEqual(library.needed);
    }
  });

  it('a name that is the tail of another one is found in it, since linkers store such names once', () => {
    const bytes = elf({ parts: [], soname: 'libtail.so.1', needed: ['liblongtail.so.1'] });
    const shorter = Buffer.from(bytes);
    // DT_SONAME now points into the middle of the other name.
    const long = bytes.indexOf('liblongtail.so.1\0');
    const own = bytes.lastIndexOf('libtail.so.1\0');
    shorter.fill(0, own, own + 12);
    const entry = findTag(shorter, 14n);
    shorter.writeBigUInt64LE(shorter.readBigUInt64LE(entry + 8) + BigInt(long + 7 - own), entry + 8);
    expect(read(shorter).file?.soname).toBe('tail.so.1');
  });

  it('code and what no segment loads are neither shown nor read', () => {
    const bytes = elf({
      ...library,
      parts: [{ content: TEXT }, { content: Buffer.alloc(4_000_000, 0x90), executable: true }],
      rest: Buffer.alloc(9_000_000, 0xd7),
    });
    const reading = read(bytes);
    expect(reading.shown.includes('OpenSSL 1.1.1r')).toBe(true);
    expect(reading.shown.includes(Buffer.alloc(16, 0x90))).toBe(false);
    expect(reading.shown.includes(Buffer.alloc(16, 0xd7))).toBe(false);
    // A block of the code is read before it is known to be code.
    expect(reading.read).toBeLessThan(200_000);
    expect(reading.file?.soname).toBe(library.soname);
  });

  it('what no segment loads is shown when somebody wants it', () => {
    const bytes = elf({ ...library, rest: Buffer.from('.dep-v0 lies here') });
    expect(read(bytes, 100, () => true).shown.includes('.dep-v0 lies here')).toBe(true);
  });

  it('says the same in any pieces, whatever is damaged', () => {
    const bytes = elf({
      ...library,
      parts: [
        { content: Buffer.concat([TEXT, Buffer.alloc(70_000), Buffer.from('\0libone.so.1\0')]) },
        { content: Buffer.alloc(150_000, 0x90), executable: true },
        { content: Buffer.from('\0dlopen\0libtwo.so.2\0') },
      ],
      rest: Buffer.concat([Buffer.alloc(80_000), Buffer.from('\0librest.so.3\0')]),
    });
    const damage = fc.tuple(fc.integer({ min: 16, max: 600 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 4 }), fc.integer({ min: 500, max: 90_000 }), (changes, chunk) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const [inPieces, whole] = [read(damaged, chunk), read(damaged, 1 << 24)];
        expect(inPieces.file).toEqual(whole.file);
        expect(inPieces.shown.equals(whole.shown)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('device code in a CUDA library is stepped over by the size that its header states', () => {
    const fatbin = Buffer.alloc(16 + 4_000_000, 0x55);
    Buffer.from([0x50, 0xed, 0x55, 0xba, 1, 0, 0x10, 0]).copy(fatbin);
    fatbin.writeBigUInt64LE(4_000_000n, 8);
    const constants = Buffer.concat([
      Buffer.alloc(4_000),
      fatbin,
      fatbin,
      Buffer.from('\0NCCL version 2.14.3+cuda11.7\0'),
    ]);
    const reading = read(elf({ ...library, parts: [{ content: constants }] }));
    expect(reading.shown.includes('NCCL version 2.14.3')).toBe(true);
    expect(reading.shown.includes(Buffer.alloc(64, 0x55))).toBe(false);
    expect(reading.read).toBeLessThan(300_000);
  });

  it.each([0, 1, 4])(
    'device code is found wherever in memory the file lies (%i), where nvcc may have put it',
    (shift) => {
      const fatbin = Buffer.alloc(16 + 2_000_000, 0x55);
      Buffer.from([0x50, 0xed, 0x55, 0xba, 1, 0, 0x10, 0]).copy(fatbin);
      fatbin.writeBigUInt64LE(2_000_000n, 8);
      const shownOf = (before: number): boolean => {
        const file = elf({ ...library, parts: [{ content: Buffer.concat([Buffer.alloc(before), fatbin]) }] });
        const place = file.indexOf(fatbin.subarray(0, 16));
        expect(place % 8).toBe(before % 8);
        const memory = Buffer.alloc(file.length + shift);
        file.copy(memory, shift);
        return read(memory.subarray(shift)).shown.includes(Buffer.alloc(64, 0x55));
      };
      expect(shownOf(4_000)).toBe(false);
      // Not by chance among other data.
      expect(shownOf(4_003)).toBe(true);
    },
  );

  it('notes are read, and Go is known by its own', () => {
    const notes = Buffer.concat([note('GNU', 3, Buffer.alloc(20, 7)), note('Go', 4, Buffer.from('build id'))]);
    const { file } = read(elf({ ...library, parts: [{ content: notes, type: 4 }, ...library.parts] }));
    expect(file?.notes.map(({ owner, type, body }) => [owner, type, body.length])).toEqual([
      ['GNU', 3, 20],
      ['Go', 4, 8],
    ]);
  });

  it('Go is known without its note (-buildid=) by the place of its table of sections', () => {
    const isGo = (offset: number): boolean => {
      const bytes = Buffer.from(elf({ ...library, parts: [{ content: Buffer.alloc(8_192, 1) }] }));
      bytes.writeBigUInt64LE(BigInt(offset), 40);
      const stream = elfStream(bytes.length, () => {});
      stream.push(bytes, 0);
      stream.end();
      return stream.go;
    };
    // As Go 1.26 writes it, and behind the program, as other linkers do.
    expect([344, 0, 8_000].map(isGo)).toEqual([true, false, false]);
  });

  it('what is no ELF file costs one chunk', () => {
    const reading = read(Buffer.from('#!/bin/sh\n'.repeat(10_000)));
    expect(reading.file).toBeUndefined();
    expect(reading.read).toBe(4096);
  });

  it('a file without any dynamic section and a truncated one are read as far as they go', () => {
    expect(read(elf(library).subarray(0, 300)).file?.soname).toBeUndefined();
    expect(read(elf(library).subarray(0, 40)).file).toBeUndefined();
  });

  it('names without an end and pieces full of .so do not make it crawl', () => {
    const crawl = (size: number) => read(elf({ parts: [{ content: Buffer.from('.so'.repeat(size)) }] }), 1 << 18);
    expect(growth(crawl, 4_000_000)).toBeLessThan(IN_PROPORTION);
  });

  it('a note that claims two gigabytes of name is no note', () => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32LE(0x9121_0000, 0);
    bytes.writeUInt32LE(8, 4);
    expect(elfNotes({ little: true } as ElfHeader, bytes)).toEqual([]);
  });

  it('damage anywhere gives an answer: no crash, no hang, and the same one however it is cut', () => {
    const good = elf({ ...library, parts: [...library.parts, { content: note('Go', 4, Buffer.from('x')), type: 4 }] });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.nat(600), fc.nat(good.length - 1)), fc.nat(255)), { maxLength: 10 }),
        fc.integer({ min: 1, max: 3_000 }),
        (edits, chunk) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of edits) bytes[at] = value;
          const pieces = read(bytes, chunk);
          const whole = read(bytes, bytes.length);
          expect(pieces.file?.soname).toEqual(whole.file?.soname);
          expect(pieces.file?.needed).toEqual(whole.file?.needed);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Offset of the dynamic entry with this tag. */
function findTag(bytes: Buffer, tag: bigint): number {
  for (let at = bytes.length - (bytes.length % 16) - 16; at >= 0; at -= 8)
    if (bytes.readBigUInt64LE(at) === tag) return at;
  throw new Error('no such tag');
}
