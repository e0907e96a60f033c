import { LIMITS } from '../../limits.ts';
import { type Cursor, fill, position, type Steps, skip, take } from '../cursor.ts';

/** Sizes of addresses and lengths in this file, and where its addresses count from. */
export interface Hdf5Layout {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly base: number;
}

/** A little-endian unsigned number of 1 to 8 bytes; all ones is returned as Infinity: an undefined address. */
export function readWord(bytes: Buffer, at: number, size: number): number {
  if (size <= 6) return bytes.readUIntLE(at, size);
  const value = bytes.readBigUInt64LE(at);
  return value === 0xffffffffffffffffn ? Number.POSITIVE_INFINITY : Number(value);
}

/** An address that cannot be read any more: the body passes by once, front to back. */
export class OutOfReach extends Error {
  constructor(address: number) {
    super(`what lies at byte ${address} had passed when it was asked for`);
    this.name = 'OutOfReach';
  }
}

/** Reads by address from a forward-only body: its beginning is kept, what lies further is read when it comes by. */
export interface Hdf5Reach {
  /** Copies `length` bytes at `address`. Throws `Truncated` and `OutOfReach`. */
  read(address: number, length: number): Steps<Buffer>;
}

/** HDF5 writers put the metadata of the root group first; see LIMITS.hdf5KeptBytes. */
export function reach(cursor: Cursor): Hdf5Reach {
  const origin = position(cursor);
  let kept: Buffer = Buffer.alloc(0);
  let held = 0;
  let contiguous = true;
  return {
    *read(address, length) {
      const end = address + length;
      if (length > LIMITS.hdf5MessageBytes || !Number.isSafeInteger(end)) throw new OutOfReach(address);
      if (contiguous && end > held && end <= LIMITS.hdf5KeptBytes) {
        const missing = end - held;
        if (end > kept.length) {
          const larger = Buffer.allocUnsafe(Math.min(LIMITS.hdf5KeptBytes, Math.max(end, kept.length * 2, 4096)));
          kept.copy(larger, 0, 0, held);
          kept = larger;
        }
        (yield* take(cursor, missing, 'the file')).copy(kept, held);
        held = end;
      }
      if (end <= held) return Buffer.from(kept.subarray(address, end));
      const at = position(cursor) - origin;
      if (address < at) throw new OutOfReach(address);
      contiguous = false;
      yield* skip(cursor, address - at);
      yield* fill(cursor, length);
      return Buffer.from(yield* take(cursor, length, 'the file'));
    },
  };
}
