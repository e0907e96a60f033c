import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { ownText } from './own-text.ts';

it('is equal to what it was made of, whatever its signs', () => {
  for (const text of ['', 'MIT', 'Apache-2.0 or later', 'Lizenz für Größen, 许可证, 🪪 of a ship'])
    expect(ownText(text)).toBe(text);
});

it('does not keep the text alive that it was cut out of', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = (keep: (part: string) => string): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: 40 }, (_, at) =>
      keep(Buffer.alloc(1_000_000, `a text of one megabyte, number ${at} `).toString('latin1').slice(500, 530)),
    );
    collect();
    const after = process.memoryUsage().heapUsed;
    expect(kept).toHaveLength(40);
    return after - before;
  };
  expect(held(ownText)).toBeLessThan(5e6);
  // V8 may learn it one day; then this file can go.
  expect(held((part) => part)).toBeGreaterThan(30e6);
});
