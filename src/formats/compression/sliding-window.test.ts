import fc from 'fast-check';
import { expect, it } from 'vitest';
import { slidingWindow } from './sliding-window.ts';

it('shows every position once, with its context, however the file is cut and whatever is skipped', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ length: fc.integer({ min: 1, max: 40 }), gap: fc.option(fc.integer({ min: 1, max: 9 })) }), {
        maxLength: 30,
      }),
      fc.nat(8),
      fc.nat(12),
      (pieces, behind, ahead) => {
        const file = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
        const shown = new Map<number, number>();
        const runs: [number, number][] = [];
        const window = slidingWindow(behind, ahead, ({ bytes, start, from, to }) => {
          expect(bytes.equals(file.subarray(start, start + bytes.length))).toBe(true);
          for (let at = from; at < to; at++) shown.set(start + at, (shown.get(start + at) ?? 0) + 1);
          const run = runs.find(([first, last]) => start + from >= first && start + from < last)!;
          expect(start + from - start >= Math.min(behind, start + from - run[0])).toBe(true);
          expect(start + bytes.length - (start + to) >= Math.min(ahead, run[1] - (start + to))).toBe(true);
        });
        let offset = 0;
        for (const { length, gap } of pieces) {
          const last = runs.at(-1);
          if (last !== undefined && last[1] === offset) last[1] = offset + length;
          else runs.push([offset, offset + length]);
          offset += length + (gap ?? 0);
        }
        offset = 0;
        for (const { length, gap } of pieces) {
          const chunk = Buffer.from(file.subarray(offset, offset + length));
          window.push(chunk, offset);
          chunk.fill(0xee); // chunks belong to the source, which may reuse them
          offset += length + (gap ?? 0);
        }
        window.end();
        for (const [first, last] of runs) for (let at = first; at < last; at++) expect(shown.get(at)).toBe(1);
        expect(shown.size).toBe(runs.reduce((sum, [first, last]) => sum + last - first, 0));
      },
    ),
    { numRuns: 200 },
  );
});
