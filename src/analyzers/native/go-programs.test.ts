import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { facts } from '../../../test/facts.ts';
import { GO_BUILD_INFO, GO_MODULES_BEGIN, GO_MODULES_END } from '../../formats/executables/go-buildinfo.ts';
import { elfHeader, elfSegments } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import { binaries } from './binaries.ts';
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

  /** As GNU ld lays out what Go compiled: code, constants, what is written to; no note of Go's (`-linkmode=external -buildid=`). */
  const external = (constants: Buffer, data: Buffer): Buffer =>
    elf({
      parts: [
        { content: Buffer.alloc(300_000, 0x90), executable: true },
        { content: constants },
        { content: data, writable: true },
      ],
    });
  const text = 'path\texample.com/prog\nmod\texample.com/prog\t(devel)\t\ndep\tgolang.org/x/text\tv0.3.3\th1:x=\n';
  const modules = Buffer.from(`${GO_MODULES_BEGIN}${text}${GO_MODULES_END}`, 'latin1');
  const header = (flags: number): Buffer =>
    Buffer.concat([Buffer.from(GO_BUILD_INFO, 'latin1'), Buffer.from([8, flags])]);

  it('are read by the mark among what they write to, where another linker left the note out', () => {
    const version = Buffer.from('\x08go1.26.8', 'latin1');
    const info = [
      header(2),
      Buffer.alloc(16),
      version,
      Buffer.from([(modules.length & 0x7f) | 0x80, modules.length >> 7]),
      modules,
    ];
    const file = external(
      Buffer.alloc(50_000, 1),
      Buffer.concat([Buffer.alloc(70_000, 2), ...info, Buffer.alloc(2_000)]),
    );
    const all = [
      { name: 'stdlib', version: '1.26.8' },
      { name: 'example.com/prog', version: '' },
      { name: 'golang.org/x/text', version: 'v0.3.3' },
    ];
    expect(facts(goPrograms, 'usr/bin/x', file)).toMatchObject(all);
    expect(facts(binaries, 'usr/local/bin/x', file)).toMatchObject(all);
    // The mark among the constants of a program that reads Go programs tells nothing.
    expect(facts(goPrograms, 'usr/bin/x', external(Buffer.concat([...info]), Buffer.alloc(70_000, 2)))).toEqual([]);
  });

  it('of Go 1.15 tell their modules and its version too, whose addresses stand before the mark there', () => {
    const constants = Buffer.concat([Buffer.from('go1.15.15invalid '), modules]);
    const data = Buffer.concat([Buffer.alloc(80_000), header(0), Buffer.alloc(16), Buffer.alloc(2_000)]);
    const file = external(constants, data);
    const segments = elfSegments(elfHeader(file)!, file.subarray(elfHeader(file)!.programHeaders.offset));
    const second = segments.find(({ fileSize }) => fileSize === constants.length);
    const third = segments.find(({ fileSize }) => fileSize === data.length);
    const at = (offset: number): number => third!.offset + offset;
    // A string: its address, its length. The header has the addresses of two strings.
    file.writeBigUInt64LE(BigInt(second!.address), at(160));
    file.writeBigUInt64LE(9n, at(168));
    file.writeBigUInt64LE(BigInt(third!.address + 160), at(80_016));
    expect(facts(binaries, 'usr/local/bin/x', file)).toMatchObject([
      { name: 'stdlib', version: '1.15.15' },
      { name: 'example.com/prog' },
      { name: 'golang.org/x/text', version: 'v0.3.3' },
    ]);
  });
});
