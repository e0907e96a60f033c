import { describe, expect, it } from 'vitest';
import { rustProgram } from '../../../test/rust-program.ts';
import { elfStream } from './elf-stream.ts';
import { type LinkedCode, linkedFunctions } from './linked-code.ts';
import { rustFunctions } from './rust-functions.ts';

/** As rustc 1.95 writes them of smallvec 1.6.0 and time 0.1.43. */
const INSERT_MANY = '_ZN8smallvec17SmallVec$LT$A$GT$11insert_many17ha8d3d6d84e2a9fc1E';
const NOW = '_RNvCsgEmfK2I1SDS_4time3now';

function readIn(bytes: Buffer, size: number, isRust = true): LinkedCode | undefined {
  const functions = rustFunctions();
  const stream = elfStream(
    bytes.length,
    (view) => functions.visit(view, isRust),
    () => true,
  );
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + size);
    at += chunk.length + stream.push(chunk, at);
  }
  stream.end();
  return functions.end(new Set(['smallvec', 'time']));
}

const told = (code: LinkedCode | undefined) =>
  code &&
  [...linkedFunctions(code.packed, new Set(['smallvec::SmallVec', 'time']))].map(([path, names]) => [path, ...names]);

describe('functions that a Rust program holds', () => {
  it('are those that its symbols name, of the crates that are asked for, however the file is cut', () => {
    const program = rustProgram({ symbols: ['main', INSERT_MANY, NOW, '_ZN4core3fmt5write17h75ccdadde452cf26E'] });
    for (const size of [program.length, 997, 64])
      expect(told(readIn(program, size))).toEqual([
        ['smallvec::SmallVec', 'insert_many'],
        ['time', 'now'],
      ]);
    expect(readIn(program, 64)?.functions).toBe(2);
  });

  it('are not those that debug information names alone: the linker may have dropped them', () => {
    expect(told(readIn(rustProgram({ symbols: [NOW], debug: [INSERT_MANY] }), 65_536))).toEqual([['time', 'now']]);
  });

  it('are not known of a stripped program, and of one that is not of Rust', () => {
    expect(readIn(rustProgram({ debug: [INSERT_MANY] }), 65_536)).toBeUndefined();
    expect(readIn(rustProgram({ symbols: [INSERT_MANY] }), 65_536, false)).toBeUndefined();
  });

  it('are not looked for where section headers lead nowhere', () => {
    const program = rustProgram({ symbols: [INSERT_MANY] });
    for (const [at, value] of [
      [40, 0xffffff],
      [58, 8],
      [60, 0],
    ] as const) {
      const damaged = Buffer.from(program);
      damaged.writeUInt16LE(value & 0xffff, at);
      expect(readIn(damaged, 65_536)).toBeUndefined();
    }
    const unlinked = Buffer.from(program);
    unlinked.writeUInt32LE(99, Number(program.readBigUInt64LE(40)) + 3 * 64 + 40);
    expect(readIn(unlinked, 65_536)).toBeUndefined();
  });
});
