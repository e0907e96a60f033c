import { describe, expect, it } from 'vitest';
import { rangeCollector } from './range-collector.ts';

const FILE = Buffer.from(Array.from({ length: 4_000 }, (_, at) => at % 251));

/** All of `file` in pieces of so many bytes. */
function shown(collector: ReturnType<typeof rangeCollector>, file: Buffer, piece: number): void {
  for (let at = 0; at < file.length; at += piece) collector.feed(file.subarray(at, at + piece), at);
}

describe('a collector of ranges', () => {
  it.each([1, 7, 512, 4_000])('has what was wanted, however the file comes: in pieces of %i bytes', (piece) => {
    const collector = rangeCollector();
    collector.want(10, 300);
    collector.want(250, 1_000);
    collector.want(3_999, 1);
    shown(collector, FILE, piece);
    expect(collector.take(10, 300)).toEqual(FILE.subarray(10, 310));
    expect(collector.take(250, 1_000)).toEqual(FILE.subarray(250, 1_250));
    expect(collector.take(3_999, 1)).toEqual(FILE.subarray(3_999));
  });

  it('has nothing of a range that the file ends in, or whose beginning was stepped over', () => {
    const collector = rangeCollector();
    collector.want(3_990, 20);
    collector.want(100, 20);
    collector.feed(FILE.subarray(110), 110);
    expect(collector.take(3_990, 20)).toBeUndefined();
    expect(collector.take(100, 20)).toBeUndefined();
  });

  it('fills memory again only of a collector that is over: two at once keep their own', () => {
    const first = rangeCollector(true);
    const second = rangeCollector(true);
    first.want(0, 2_000);
    second.want(0, 2_000);
    const other = Buffer.alloc(2_000, 0xff);
    first.feed(FILE.subarray(0, 1_000), 0);
    second.feed(other, 0);
    first.feed(FILE.subarray(1_000, 2_000), 1_000);
    expect(first.take(0, 2_000)).toEqual(FILE.subarray(0, 2_000));
    first.over();
    const third = rangeCollector(true);
    third.want(0, 2_000);
    third.feed(FILE.subarray(2_000), 0);
    expect(second.take(0, 2_000)).toEqual(other);
    expect(third.take(0, 2_000)).toEqual(FILE.subarray(2_000));
    expect(first.take(0, 2_000)).toBeUndefined();
  });

  it('takes no more memory than is wanted for who never says that it is over', () => {
    const collector = rangeCollector();
    collector.want(0, 64);
    shown(collector, FILE, 512);
    expect(collector.take(0, 64)?.buffer.byteLength).toBeLessThan(64 * 1024);
  });

  it('takes new memory where what it keeps does not hold more', () => {
    const collector = rangeCollector(true);
    const large = Buffer.alloc(3 * 1024 * 1024, 7);
    collector.want(0, 1024 * 1024 - 10);
    collector.want(100, 2 * 1024 * 1024);
    collector.want(0, 5);
    shown(collector, large, 65_536);
    for (const [at, length] of [
      [0, 1024 * 1024 - 10],
      [100, 2 * 1024 * 1024],
      [0, 5],
    ] as const)
      expect(collector.take(at, length)?.equals(large.subarray(at, at + length))).toBe(true);
    collector.over();
  });
});
