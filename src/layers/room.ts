import type { Soon } from './byte-source.ts';

/** Memory that a decompressor may fill next: what it was given before is its reader's from then on. */
export type Room = () => Soon<Uint8Array>;

/** Memory of its own for each piece, for readers that keep what they are given. */
export const freshRoom =
  (bytes: number): Room =>
  () =>
    Buffer.allocUnsafe(bytes);

/** Collects pieces of any length into rooms that are full, all but the last. */
export async function* intoRooms(pieces: AsyncIterable<Uint8Array>, room: Room): AsyncGenerator<Uint8Array> {
  let output: Uint8Array | undefined;
  let filled = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      output ??= await room();
      const part = piece.subarray(from, from + output.length - filled);
      output.set(part, filled);
      from += part.length;
      filled += part.length;
      if (filled < output.length) continue;
      yield output;
      output = undefined;
      filled = 0;
    }
  }
  if (output && filled > 0) yield output.subarray(0, filled);
}
