import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zip } from '../../../test/zip.ts';
import { zipBody, zipMembers } from './zip.ts';

const texts = (bytes: Buffer): Record<string, string> =>
  Object.fromEntries([...zipMembers(bytes)].map((member) => [member.name, zipBody(bytes, member).toString()]));

describe('zip archives in memory', () => {
  const files = { 'EGG-INFO/PKG-INFO': 'Name: pytz\nVersion: 2022.7\n', 'pytz/__init__.py': 'x'.repeat(5000) };

  it('reads deflated and stored members', () => {
    expect(texts(zip(files))).toEqual(files);
    expect(texts(zip(files, { stored: true }))).toEqual(files);
  });

  it('reads an archive behind a prepended program, as Spring Boot and self-extractors make', () => {
    expect(texts(zip(files, { prepend: Buffer.from('#!/bin/sh\nexec java -jar "$0"\n') }))).toEqual(files);
  });

  it('refuses to inflate more than asked', () => {
    const bytes = zip({ bomb: Buffer.alloc(1_000_000) });
    const [member] = [...zipMembers(bytes)];
    expect(() => zipBody(bytes, member!, 1000)).toThrow('cannot be inflated');
  });

  it('says so when there is no archive', () => {
    expect(() => [...zipMembers(Buffer.from('no zip at all'))]).toThrow('not a zip archive');
  });

  it('survives damage anywhere: an Error or members, never a hang', () => {
    const good = zip(files);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(good.length),
        (edits, length) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of edits) bytes[at] = value;
          for (const damaged of [bytes, bytes.subarray(0, length)]) {
            try {
              for (const member of zipMembers(damaged)) zipBody(damaged, member, 10_000);
            } catch (error) {
              expect(error).toBeInstanceOf(Error);
              expect(error).not.toBeInstanceOf(RangeError);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
