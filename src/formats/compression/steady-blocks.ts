import { spareMemory } from './spare-memory.ts';

/** Takes a file in whatever pieces it comes, and hands it on in pieces of one length. */
interface SteadyBlocks {
  /** As `BodyReader.push`: takes a chunk, returns how many of the following bytes nobody needs. */
  push(chunk: Buffer, offset: number): number;
  /** Hands on what is left of a file that ended early. */
  end(): void;
}

const spare = spareMemory();

/**
 * Whoever decides at the end of each piece what to read next decides otherwise in other pieces. Here the pieces begin where the reader
 * wants to go on and have `length` bytes each (the last one of the `size` bytes fewer), whatever the chunks are that the source has.
 * `read` returns how many of the following bytes it does not need, and is shown a block that is valid until it returns. Only what lies across the end
 * of a chunk is copied.
 */
export function steadyBlocks(
  size: number,
  length: number,
  read: (block: Buffer, offset: number) => number,
): SteadyBlocks {
  /** Where the block under way begins. */
  let start = 0;
  /** Of a block that comes in several chunks; its first bytes are there. */
  let memory: Buffer | undefined;
  let filled = 0;
  const handOn = (block: Buffer): void => {
    filled = 0;
    start += block.length + read(block, start);
  };
  const missing = (): number => Math.min(length, size - start) - filled;
  const push = (chunk: Buffer, offset: number): number => {
    for (let at = Math.max(0, start + filled - offset); at < chunk.length; at = start + filled - offset) {
      const wanted = missing();
      const part = chunk.subarray(at, at + wanted);
      if (part.length === 0) return Number.POSITIVE_INFINITY;
      if (filled === 0 && part.length === wanted) {
        handOn(part);
        continue;
      }
      // The source may write over its chunk once it is through with it.
      memory ??= spare.take(length);
      filled += part.copy(memory, filled);
      if (part.length === wanted) handOn(memory.subarray(0, filled));
    }
    return Math.max(0, start + filled - offset - chunk.length);
  };
  return {
    push,
    end: () => {
      if (memory === undefined) return;
      if (filled > 0) handOn(memory.subarray(0, filled));
      spare.give(memory);
      memory = undefined;
    },
  };
}
