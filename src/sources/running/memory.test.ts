import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { namesInMemory } from './memory.ts';

const MiB = 1024 * 1024;

function memoryOf(texts: Readonly<Record<number, string>>, size: number): string {
  const bytes = Buffer.alloc(size);
  for (const [at, text] of Object.entries(texts)) bytes.write(text, Number(at));
  const file = join(temporaryFolder(), 'mem');
  writeFileSync(file, bytes);
  return file;
}
const allowance = (bytes: number, until = Date.now() + 60_000) => ({ bytes, until });

describe('names in memory', () => {
  it('are found wherever they lie, on the border of what is read at once too', () => {
    const border = 4 * MiB;
    const file = memoryOf({ 10: '/a/b.py', [border - 4]: '/on/the/border.py', [border + 9_000]: '/c.js' }, 5 * MiB);
    const { names, isWhole } = namesInMemory(file, [{ from: 0, to: 5 * MiB }], allowance(20 * MiB));
    expect([...names].filter((name) => name !== '/on/the/border.py'.slice(0, 4)).sort()).toEqual([
      '/a/b.py',
      '/c.js',
      '/on/the/border.py',
    ]);
    expect(isWhole).toBe(true);
  });

  it('of small regions are read first, and what no budget is left for is said', () => {
    const file = memoryOf({ 0: '/large.py', [3 * MiB]: '/small.py' }, 4 * MiB);
    const ranges = [
      { from: 0, to: 2 * MiB },
      { from: 3 * MiB, to: 4 * MiB },
    ];
    const { names, isWhole } = namesInMemory(file, ranges, allowance(MiB));
    expect([[...names], isWhole]).toEqual([['/small.py'], false]);
    expect(namesInMemory(file, ranges, allowance(9 * MiB, 0)).names.size).toBe(0);
  });

  it('end where a region is gone', () => {
    const file = memoryOf({ 0: '/a.py' }, 100);
    const { names } = namesInMemory(file, [{ from: 0, to: 8 * MiB }], allowance(20 * MiB));
    expect([...names]).toEqual(['/a.py']);
  });
});
