import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { type Cursor, drive, readWhole } from '../cursor.ts';
import * as p from '../fixtures/pickle-bytes.ts';
import { type PickleWalk, walkPickle } from './pickle.ts';
import { passPlain } from './pickle-plain.ts';
import { MachineState } from './pickle-state.ts';
import { describeValue } from './pickle-values.ts';

/** What CPython 3.11 writes of the object below, by protocol. */
const WRITTEN: readonly (readonly [protocol: number, pickle: string])[] = [
  [
    2,
    '80027d71002858010000006171015d7102284b014bff4d00014dffff4a000001004affffffff4a90eefeff4affffff7f655801000000627103285d7104284b014bc86568044e88892974710558010000006371067d710758010000006471085d7109285d710a680465752e',
  ],
  [
    4,
    '80049552000000000000007d94288c0161945d94284b014bff4d00014dffff4a000001004affffffff4a90eefeff4affffff7f658c016294285d94284b014bc86568044e88892974948c0163947d948c0164945d94285d94680465752e',
  ],
];
const OBJECT =
  "{'a', [1, 255, 256, 65535, 65536, -1, -70000, 2147483647], 'b', ([1, 200], [1, 200], None, True, False, ()), 'c', {}, 'd', [[], [1, 200]]}";

const walk = (bytes: Buffer, opcodes = 1_000_000): PickleWalk =>
  readWhole(bytes, (cursor) => walkPickle(cursor, { budget: { opcodes } }));

function walkByteByByte(bytes: Buffer): PickleWalk {
  const reader = drive((cursor) => walkPickle(cursor, { budget: { opcodes: 1_000_000 } }), bytes.length);
  for (let at = 0; at < bytes.length; at += 1) reader.push(bytes.subarray(at, at + 1), at);
  return reader.end();
}

function passed(bytes: Buffer, most = 100) {
  const state = new MachineState(false, undefined);
  const cursor: Cursor = { bytes, at: 0, end: bytes.length, start: 0, limit: bytes.length, ended: true };
  return { count: passPlain(cursor, state, most), at: cursor.at, state };
}

describe('opcodes that only move values', () => {
  it.each(WRITTEN)('build what Python wrote, in protocol %i, at hand or byte by byte', (_, written) => {
    const bytes = Buffer.from(written, 'hex');
    const whole = walk(bytes);
    expect(whole.end).toBe('stop');
    expect(whole.value && describeValue(whole.value)).toBe(OBJECT);
    expect(walkByteByByte(bytes)).toEqual(whole);
  });

  it('are passed over up to what imports, is not whole at hand, or is one too many', () => {
    const plain = p.join(p.int(7), p.binPut(0), p.binGet(0), p.mark, p.none);
    expect(passed(p.join(plain, p.global('os', 'system')))).toMatchObject({ count: 5, at: plain.length });
    expect(passed(p.join(plain, p.longPut(1).subarray(0, 4)))).toMatchObject({ count: 5, at: plain.length });
    expect(passed(plain, 2)).toMatchObject({ count: 2, at: 4 });
  });

  it('leave it to the machine to say why an unpickler stops', () => {
    expect(walk(p.join(p.int(1), p.binGet(9), p.stop))).toMatchObject({
      end: 'broken',
      reason: 'memo 9 is read before it is written (BINGET at 2)',
      opcodes: 2,
    });
    expect(walk(p.join(p.mark, p.memoize))).toMatchObject({
      reason: 'an opcode takes more than the stack holds (MEMOIZE at 1)',
    });
    const many = walk(Buffer.alloc(LIMITS.pickleStack + 9, p.none), LIMITS.pickleOpcodes);
    expect(many).toMatchObject({ end: 'broken', opcodes: LIMITS.pickleStack + 1 });
    expect(many.reason).toContain('the stack is over its budget');
    expect(walk(Buffer.alloc(LIMITS.pickleStack + 9, p.mark), LIMITS.pickleOpcodes).reason).toContain('marks');
    expect(walk(Buffer.alloc(50, p.none), 20)).toMatchObject({ end: 'budget', opcodes: 20 });
  });

  it('keep a list that is filled twice whole, and a tuple that is used twice as it was', () => {
    const twice = p.join(p.emptyList, p.int(1), p.append, p.int(2), p.append, p.emptyTuple, p.append, p.emptyTuple);
    const { value } = walk(p.join(twice, p.append, p.stop));
    expect(value && describeValue(value)).toBe('[1, 2, (), ()]');
    const items = Array.from({ length: 40 }, (_, index) => p.int(index));
    expect(walk(p.join(p.emptyList, p.mark, ...items, Buffer.from('e.'))).value).toMatchObject({
      items: { length: 32 },
      cut: true,
    });
  });
});
