import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { elfNeeds } from './elf-needs.ts';

/** What a file needs, shown in pieces, and how many bytes of it were asked for. */
function needsOf(bytes: Buffer, chunk = 4_096) {
  const stream = elfNeeds(bytes.length);
  let read = 0;
  for (let at = 0; at < bytes.length; ) {
    const part = Buffer.from(bytes.subarray(at, at + chunk));
    read += part.length;
    at += part.length + stream.push(part, at);
    part.fill(0xee);
  }
  return { needs: stream.end(), read };
}

const library = {
  parts: [
    { content: Buffer.from('\0some constants\0libcuda.so.1\0') },
    { content: Buffer.alloc(400_000, 0x90), executable: true },
  ],
  soname: 'libx.so.1',
  needed: ['libm.so.6', 'libc.so.6'],
};

describe('what an ELF file asks of the loader', () => {
  it.each([
    ['as the linker wrote it', {}],
    ['as patchelf leaves it', { stringsLast: true }],
    ['of 32 bits', { bits: 32 }],
    ['of big-endian machines', { little: false }],
  ] as const)('is told of a library %s, however it is cut', (_, variation) => {
    for (const chunk of [1, 61, 4_096, 1 << 20]) {
      const { needs } = needsOf(elf({ ...library, ...variation }), chunk);
      expect(needs).toMatchObject({ soname: 'libx.so.1', needed: ['libm.so.6', 'libc.so.6'] });
      expect(needs?.opens).toBeUndefined();
    }
  });

  it('is the same in any pieces, whatever of the header is damaged', () => {
    const opener = {
      ...library,
      parts: [
        { content: Buffer.from('\0dlopen\0libcuda.so.1\0') },
        { content: Buffer.alloc(5_000, 0x90), executable: true },
        { content: Buffer.from('\0/opt/x/libplug.so\0') },
      ],
    };
    const bytes = elf(opener);
    const damage = fc.tuple(fc.integer({ min: 16, max: 500 }), fc.integer({ min: 0, max: 255 }));
    const same = (changes: readonly (readonly [number, number])[], chunk: number): void => {
      const damaged = Buffer.from(bytes);
      for (const [at, value] of changes) damaged[at] = value;
      expect(needsOf(damaged, chunk).needs).toEqual(needsOf(damaged, 1 << 24).needs);
    };
    // Each byte of the table of segments by itself, then several.
    for (let at = 64; at < 64 + 56 * 6; at += 1) same([[at, 2]], 509);
    fc.assert(fc.property(fc.array(damage, { maxLength: 4 }), fc.integer({ min: 50, max: 9_000 }), same), {
      numRuns: 60,
    });
  });

  it('is found without the code being read', () => {
    const { needs, read } = needsOf(elf(library));
    expect(needs?.needed).toEqual(['libm.so.6', 'libc.so.6']);
    // The names are before the dynamic section here, as patchelf may leave them: a quarter of a megabyte is kept for that.
    expect(read).toBeLessThan(300_000);
  });

  it('names of libraries count where the file can open libraries by name', () => {
    const opener = { ...library, parts: [{ content: Buffer.from('\0dlopen\0libcuda.so.1\0/opt/x/libplug.so\0') }] };
    expect(needsOf(elf(opener)).needs?.opens).toEqual(['libcuda.so.1', '/opt/x/libplug.so']);
    const { needs } = needsOf(elf({ ...library, parts: [{ content: Buffer.from('\0libcuda.so.1\0') }] }));
    expect(needs?.opens).toBeUndefined();
  });

  it('is where it looks: RPATH and RUNPATH as they are written, and the loader that a program names', () => {
    const program = elf({
      parts: [{ content: Buffer.from('/lib64/ld-linux-x86-64.so.2\0'), type: 3 }],
      needed: ['liba.so'],
      rpath: '$ORIGIN/../lib',
      runpath: '/opt/lib:$ORIGIN',
    });
    expect(needsOf(program).needs).toEqual({
      bits: 64,
      machine: 62,
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['liba.so'],
      rpath: '$ORIGIN/../lib',
      runpath: '/opt/lib:$ORIGIN',
    });
  });

  it('is nothing of what is no ELF file, or one that is cut off', () => {
    expect(needsOf(Buffer.from('#!/bin/sh\n')).needs).toBeUndefined();
    expect(needsOf(elf(library).subarray(0, 40)).needs).toBeUndefined();
    expect(needsOf(elf(library).subarray(0, 5_000)).needs).toEqual({ bits: 64, machine: 62, needed: [] });
  });

  it('is no question of how large the first piece is: texts behind the first segment count for files that open libraries', () => {
    // As in the loader itself, whose first segment has no constants: only a piece of the whole file holds this name.
    const behind = { content: Buffer.from('\0dlopen\0libcuda.so.1\0') };
    const whole = elf({ ...library, parts: [...library.parts, behind] });
    const once = needsOf(whole, 1).needs;
    // A header that promises a longer table of segments than is looked at is none, however much is at hand.
    const promising = Buffer.from(whole);
    promising[55] = 3;
    expect([needsOf(promising, 61).needs, needsOf(promising, whole.length).needs]).toEqual([undefined, undefined]);
    for (const chunk of [61, 4_096, whole.length]) expect(needsOf(whole, chunk).needs).toEqual(once);
  });

  it('damage anywhere gives an answer', () => {
    const good = elf(library);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.nat(600), fc.nat(good.length - 1)), fc.nat(255)), { maxLength: 10 }),
        fc.integer({ min: 1, max: 3_000 }),
        (edits, chunk) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of edits) bytes[at] = value;
          expect(() => needsOf(bytes, chunk)).not.toThrow();
        },
      ),
      { numRuns: 200 },
    );
  });
});
