import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LIMITS } from './limits.ts';

it('names no budget that nothing is held to', () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== 'limits.ts',
  );
  const words = new Set(files.flatMap((path) => readFileSync(join(folder, path), 'utf8').match(/\w+/g) ?? []));
  expect(Object.keys(LIMITS).length).toBeGreaterThan(200);
  expect(Object.keys(LIMITS).filter((name) => !words.has(name))).toEqual([]);
});
