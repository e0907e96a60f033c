/** Bits that change on a disk, in an order that is the same in each run. */

/** One bit is another; every second time where the structure is, at the beginning. */
export function flipped(sound: Buffer, turn: number, next: (below: number) => number): Buffer {
  const bytes = Buffer.from(sound);
  const at = next(turn % 2 === 0 ? bytes.length : Math.min(bytes.length, 4_096));
  bytes[at]! ^= 1 << next(8);
  return bytes;
}
