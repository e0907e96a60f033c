/** Sizes by flag of a frame's header. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1 */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_BYTES = [0, 2, 4, 8] as const;
const RUN_LENGTH = 1;
const MAGIC = 0xfd2fb528;
/** Of a skippable frame, but for its last four bits. */
const SKIPPABLE = 0x184d2a50;

/** What stands next in the stream. */
type Next = 'magic' | 'size' | 'descriptor' | 'block';
const BYTES: Readonly<Record<Next, number>> = { magic: 4, size: 4, descriptor: 1, block: 3 };

/**
 * Follows a stream from frame to frame without decompressing it: the program `zstd` also unpacks gzip, xz, lz4 and its own formats of before
 * 2016 where one of those follows a frame, which nobody else does who unpacks a layer. The function it returns hears each piece, and says
 * whether all that has begun so far is zstd. https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export function frameWatch(): (piece: Uint8Array) => boolean {
  let next: Next = 'magic';
  let skip = 0;
  let have = 0;
  let value = 0;
  let hasChecksum = false;
  const take = (): boolean => {
    if (next === 'magic') {
      if (value === MAGIC) next = 'descriptor';
      else if ((value & 0xfffffff0) >>> 0 === SKIPPABLE) next = 'size';
      else return false;
    } else if (next === 'size') {
      skip = value;
      next = 'magic';
    } else if (next === 'descriptor') {
      const isSingle = (value & 0x20) !== 0;
      const content = CONTENT_BYTES[(value >> 6) as 0] + (isSingle && value >> 6 === 0 ? 1 : 0);
      skip = (isSingle ? 0 : 1) + DICTIONARY_BYTES[(value & 3) as 0] + content;
      hasChecksum = (value & 4) !== 0;
      next = 'block';
    } else {
      const isLast = (value & 1) !== 0;
      skip = ((value >> 1) & 3) === RUN_LENGTH ? 1 : value >> 3;
      if (isLast && hasChecksum) skip += 4;
      if (isLast) next = 'magic';
    }
    return true;
  };
  return (piece) => {
    for (let at = 0; at < piece.length; ) {
      if (skip > 0) {
        const passed = Math.min(skip, piece.length - at);
        skip -= passed;
        at += passed;
        continue;
      }
      value = (value | ((piece[at] as number) << (8 * have))) >>> 0;
      at += 1;
      have += 1;
      if (have < BYTES[next]) continue;
      if (!take()) return false;
      have = 0;
      value = 0;
    }
    return true;
  };
}
