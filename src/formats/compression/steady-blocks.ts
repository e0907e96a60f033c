/** Takes a file in whatever pieces it comes, and hands it on in pieces of one length. */
interface SteadyBlocks {
  /** As `BodyReader.push`: takes a chunk, returns how many of the following bytes nobody needs. */
  push(chunk: Buffer, offset: number): number;
  /** Hands on what is left of a file that ended early. */
  end(): void;
}

/**
 * Whoever decides at the end of each piece what to read next decides otherwise in other pieces. Here the pieces begin where the reader
 * wants to go on and have `length` bytes each (the last one of the `size` bytes fewer), whatever the chunks are that the source has.
 * `read` returns how many of the following bytes it does not need. Only what lies across the end of a chunk is copied.
 */
export function steadyBlocks(
  size: number,
  length: number,
  read: (block: Buffer, offset: number) => number,
): SteadyBlocks {
  /** Where the block under way begins. */
  let start = 0;
  let parts: Buffer[] = [];
  let filled = 0;
  const handOn = (block: Buffer): void => {
    parts = [];
    filled = 0;
    start += block.length + read(block, start);
  };
  const missing = (): number => Math.min(length, size - start) - filled;
  const push = (chunk: Buffer, offset: number): number => {
    for (let at = Math.max(0, start + filled - offset); at < chunk.length; at = start + filled - offset) {
      const part = chunk.subarray(at, at + missing());
      if (part.length === 0) return Number.POSITIVE_INFINITY;
      if (part.length < missing()) {
        // The source may write over its chunk once it is through with it.
        parts.push(Buffer.from(part));
        filled += part.length;
      } else handOn(filled === 0 ? part : Buffer.concat([...parts, part]));
    }
    return Math.max(0, start + filled - offset - chunk.length);
  };
  return {
    push,
    end: () => {
      if (filled > 0) handOn(Buffer.concat(parts));
    },
  };
}
