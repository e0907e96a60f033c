/** What is to be looked at now: report matches that begin in `[from, to)` of `bytes`; the rest is context on either side. */
export interface WindowView {
  readonly bytes: Buffer;
  /** Offset in the file of `bytes[0]`. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** Takes chunks of a file and shows them so that nothing is cut in two at their seams. */
interface SlidingWindow {
  /** A chunk that does not follow the one before (a skipped range lies between) closes the view before it. */
  push(chunk: Buffer, offset: number): void;
  end(): void;
}

/**
 * Every position of the file is in `[from, to)` of exactly one view, with at least `behind` bytes before and `ahead`
 * bytes after it, except at the ends of what was pushed. Memory: one chunk and `behind + ahead` bytes.
 */
export function slidingWindow(behind: number, ahead: number, visit: (view: WindowView) => void): SlidingWindow {
  let tail = Buffer.alloc(0);
  let tailStart = 0;
  /** Index within `tail` up to which everything was shown. */
  let done = 0;

  const end = (): void => {
    if (tail.length > done) visit({ bytes: tail, start: tailStart, from: done, to: tail.length });
    tail = Buffer.alloc(0);
    done = 0;
  };
  /** Shows what of `bytes` has enough behind it, and keeps a copy of the rest with its context. */
  const show = (bytes: Buffer): void => {
    const to = Math.max(done, bytes.length - ahead);
    if (to > done) visit({ bytes, start: tailStart, from: done, to });
    const keep = Math.max(0, to - behind);
    tail = Buffer.from(bytes.subarray(keep));
    tailStart += keep;
    done = to - keep;
  };
  const push = (chunk: Buffer, offset: number): void => {
    if (tail.length > 0 && offset !== tailStart + tail.length) end();
    if (tail.length === 0) {
      tailStart = offset;
      show(chunk);
    } else if (chunk.length <= behind + ahead) {
      show(Buffer.concat([tail, chunk]));
    } else {
      // Of a large chunk only the seam is copied.
      const seam = Buffer.concat([tail, chunk.subarray(0, behind + ahead)]);
      const to = tail.length + behind;
      visit({ bytes: seam, start: tailStart, from: done, to });
      tailStart = offset;
      done = behind;
      show(chunk);
    }
  };
  return { push, end };
}
