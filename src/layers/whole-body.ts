import type { Soon } from './byte-source.ts';
import type { TarBody } from './tar.ts';

/** A body whose bytes are all at hand. */
export function bodyOver(bytes: Buffer): TarBody {
  let at = 0;
  return {
    get remaining() {
      return bytes.length - at;
    },
    chunk(max) {
      at = Math.min(bytes.length, at + max);
      return bytes.subarray(Math.max(0, at - max), at);
    },
    skip(count) {
      at = Math.min(bytes.length, at + count);
    },
  };
}

/**
 * Reads small bodies whole, one after the other: `head` are the first bytes, where they were looked at, and `body` what follows. What is given back is
 * valid until the next body is asked for, or the source read on. Copied only where it does not lie in one piece.
 */
export function wholeBodies(): (body: TarBody, head?: Buffer) => Soon<Buffer> {
  let memory = Buffer.alloc(0);
  const gather = async (body: TarBody, first: Buffer, size: number): Promise<Buffer> => {
    let have = first.length;
    while (have < size) {
      const chunk = await body.chunk(size - have);
      if (chunk.length === 0) break;
      have += chunk.copy(memory, have);
    }
    return memory.subarray(0, have);
  };
  return (body, head) => {
    const left = body.remaining;
    const size = (head?.length ?? 0) + left;
    if (left === 0) return head ?? Buffer.alloc(0);
    if (memory.length < size) memory = Buffer.allocUnsafeSlow(size * 2);
    // Before the source is asked for more: it may need the place.
    const first = memory.subarray(0, head?.copy(memory) ?? 0);
    const chunk = body.chunk(left);
    if (chunk instanceof Promise) return chunk.then((bytes) => goOn(bytes));
    return goOn(chunk);

    function goOn(bytes: Buffer): Soon<Buffer> {
      if (bytes.length === left && first.length === 0) return bytes;
      const have = first.length + bytes.copy(memory, first.length);
      return have === size ? memory.subarray(0, size) : gather(body, memory.subarray(0, have), size);
    }
  };
}
