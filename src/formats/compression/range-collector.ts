/** Keeps copies of wanted ranges of a file while it passes by. The caller bounds how much is wanted. */
interface RangeCollector {
  want(offset: number, length: number): void;
  feed(chunk: Buffer, offset: number): void;
  /** The range as wanted, if all of it has passed. */
  take(offset: number, length: number): Buffer | undefined;
  /** Offset of the first byte at or after `offset` that is still waited for, else `Infinity`. */
  next(offset: number): number;
  /** To be called when nothing of what was taken is looked at any more: the next collector fills the same memory. */
  over(): void;
}

const NOTHING = Buffer.alloc(0);
/** Memory that no collector uses now. New memory costs a visit to the kernel for each page of it, as long as all that is done with the bytes. */
const idle: Buffer[] = [];
const IDLE = 2;
const MEMORY = 1024 * 1024;

/**
 * See `RangeCollector`. Bytes have to come in order; a range whose beginning was skipped is never complete. `reused` for a caller that says when it
 * is over: whoever never does gets memory for what it wants and no more, for V8 collects garbage after so many bytes of buffers, whatever is in them.
 */
export function rangeCollector(reused = false): RangeCollector {
  let memory: Buffer | undefined;
  let used = reused ? 0 : MEMORY;
  const room = (length: number): Buffer => {
    if (length > MEMORY - used) return Buffer.allocUnsafe(length);
    memory ??= idle.pop() ?? Buffer.allocUnsafeSlow(MEMORY);
    used += length;
    return memory.subarray(used - length, used);
  };
  const ranges: { offset: number; length: number; bytes: Buffer; filled: number }[] = [];
  const find = (offset: number, length: number) =>
    ranges.find((range) => range.offset === offset && range.length === length);
  return {
    want(offset, length) {
      if (length > 0 && find(offset, length) === undefined) ranges.push({ offset, length, bytes: NOTHING, filled: 0 });
    },
    feed(chunk, offset) {
      for (const range of ranges) {
        const position = range.offset + range.filled;
        const from = position - offset;
        if (range.filled === range.length || from < 0 || from >= chunk.length) continue;
        // Allocated only once its bytes are really there: a hostile header may want what the file does not have.
        // Nobody sees them before all are.
        if (range.filled === 0) range.bytes = room(range.length);
        range.filled += chunk.copy(range.bytes, range.filled, from, from + range.length - range.filled);
      }
    },
    take(offset, length) {
      const range = find(offset, length);
      return range !== undefined && range.filled === range.length ? range.bytes : undefined;
    },
    next(offset) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const range of ranges) {
        if (range.filled === range.length || range.offset + range.length <= offset) continue;
        if (range.filled === 0 || range.offset + range.filled >= offset)
          nearest = Math.min(nearest, Math.max(offset, range.offset + range.filled));
      }
      return nearest;
    },
    over() {
      ranges.length = 0;
      if (memory !== undefined && idle.length < IDLE) idle.push(memory);
      memory = undefined;
      used = MEMORY;
    },
  };
}
