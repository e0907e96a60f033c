import { LIMITS } from '../../limits.ts';
import type { Cursor } from '../cursor.ts';
import type { MachineState } from './pickle-state.ts';
import { container, DATA, EMPTY_TUPLE, FALSE, integerValue, NONE, TRUE } from './pickle-values.ts';

/** Bytes of the opcodes that are passed over here, with their arguments; 0: not here. By code. */
const SIZES = new Uint8Array(256);
for (const [size, codes] of [
  [1, [0x28, 0x29, 0x4e, 0x5d, 0x7d, 0x88, 0x89, 0x94]],
  [2, [0x4b, 0x68, 0x71]],
  [3, [0x4d]],
  [5, [0x4a, 0x6a, 0x72]],
  [9, [0x47]],
] as const)
  for (const code of codes) SIZES[code] = size;

/**
 * Passes over opcodes that only put numbers, constants, empty containers and marks on the stack and values into the memo and out of it: four
 * of five in a large pickle, and none of them imports or calls anything. Stops before any other, before one that is not whole at hand, before one at
 * which an unpickler would stop (the machine says why), and after `most` of them; returns how many they were.
 */
export function passPlain(cursor: Cursor, state: MachineState, most: number): number {
  const { bytes, end } = cursor;
  const { stack, marks } = state;
  let { at } = cursor;
  let count = 0;
  while (count < most && at < end) {
    const code = bytes[at] as number;
    const size = SIZES[code] as number;
    if (size === 0 || at + size > end || stack.length >= LIMITS.pickleStack) break;
    if (code === 0x4b) stack.push(integerValue(bytes[at + 1] as number));
    else if (code === 0x4d) stack.push(integerValue((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8)));
    else if (code === 0x4a) stack.push(integerValue(word(bytes, at + 1) | 0));
    else if (code === 0x47) stack.push(DATA);
    else if (code === 0x68) {
      if (state.get(bytes[at + 1] as number) !== undefined) break;
    } else if (code === 0x6a) {
      if (state.get(word(bytes, at + 1)) !== undefined) break;
    } else if (code === 0x71) {
      if (state.put(bytes[at + 1] as number) !== undefined) break;
    } else if (code === 0x72) {
      if (state.put(word(bytes, at + 1)) !== undefined) break;
    } else if (code === 0x94) {
      if (state.put(state.memo.size) !== undefined) break;
    } else if (code === 0x28) {
      if (marks.length >= LIMITS.pickleStack) break;
      marks.push(stack.length);
    } else stack.push(ofNothing(code));
    at += size;
    count += 1;
  }
  cursor.at = at;
  return count;
}

/** Four bytes, little-endian. `readUInt32LE` checks more than has to be here. */
const word = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

/** What an opcode without an argument pushes. */
function ofNothing(code: number) {
  switch (code) {
    case 0x7d:
      return container('dict');
    case 0x29:
      return EMPTY_TUPLE;
    case 0x5d:
      return container('list');
    case 0x88:
      return TRUE;
    case 0x89:
      return FALSE;
    default:
      return NONE;
  }
}
