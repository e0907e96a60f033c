import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { facts } from '../../../test/facts.ts';
import { LIMITS } from '../../limits.ts';
import { goPrograms } from './go-programs.ts';

const NOTE = Buffer.concat([Buffer.from([4, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]), Buffer.from('Go\0\0id\0\0')]);
const program = (...notes: readonly Buffer[]): Buffer =>
  elf({
    parts: [
      ...notes.map((content) => ({ type: 4, content })),
      { content: Buffer.from('\0/go/pkg/mod/golang.org/x/text@v0.3.7/a.go\0') },
    ],
  });
const asked = (bytes: Buffer, size = bytes.length): boolean =>
  goPrograms.magic!(bytes.subarray(0, LIMITS.magicBytes), { path: 'usr/bin/x', size } as never);
/** With a table of sections at the end, as GNU ld leaves it, and perhaps a loader. */
const linked = (bytes: Buffer, loader: boolean): Buffer => {
  const file = Buffer.from(bytes);
  file.writeBigUInt64LE(2_000_000n, 40);
  if (loader) file.writeUInt32LE(3, Number(file.readBigUInt64LE(32)));
  return file;
};

describe('Go programs that a package claims', () => {
  it('tell their modules, and other programs nothing', () => {
    expect(facts(goPrograms, 'usr/bin/x', program(NOTE))).toMatchObject([
      { type: 'golang', name: 'golang.org/x/text', version: 'v0.3.7', recovered: 'code' },
    ]);
    expect(facts(goPrograms, 'usr/bin/x', program())).toEqual([]);
  });

  it('are looked for among programs that can be of Go: not in libraries, nor in small ones that a loader starts', () => {
    expect(asked(program(NOTE))).toBe(true);
    expect(asked(linked(program(NOTE), true), 3_000_000)).toBe(true);
    expect(asked(linked(program(NOTE), true), 100_000)).toBe(false);
    expect(asked(linked(program(NOTE), false), 3_000_000)).toBe(false);
    expect(asked(Buffer.from('#!/bin/sh\n'))).toBe(false);
  });
});
