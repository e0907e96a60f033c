/** Memory that is used again and again, by one reader after the other. */
interface SpareMemory {
  /** At least so many bytes, with anything in them. */
  take(bytes: number): Buffer;
  /** Gives them back: whoever does must not look at them any more. */
  give(memory: Buffer): void;
}

/** Readers at work at one time, at most: a thread reads one body after the other, and some of several layers side by side. */
const MOST = 2;

/**
 * Spare memory for readers that each need as much for a moment. V8 counts what lies in buffers, and collects all of its garbage after every 64 MB
 * of them, however little of it is its own: with new memory for each of ten thousand files that is half of what collecting costs.
 */
export function spareMemory(): SpareMemory {
  const idle: Buffer[] = [];
  return {
    take(bytes) {
      const memory = idle.pop();
      return memory !== undefined && memory.length >= bytes ? memory : Buffer.allocUnsafeSlow(bytes);
    },
    give(memory) {
      if (idle.length < MOST) idle.push(memory);
    },
  };
}
