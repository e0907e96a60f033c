import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlimsollError } from '../src/errors.ts';
import { takeInventory } from '../src/inventory/take.ts';
import type { Inventory } from '../src/model.ts';
import { silent } from '../src/progress.ts';
import { openImage } from '../src/sources/open.ts';
import { HOSTILE_IMAGES } from './corpora/hostile-images.ts';

/** What stands in a file, a layout or a folder is somebody else's word: each lie ends in one clear line or in the truth. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
const temporary = join(folder, 'tmp');
const before = process.env.TMPDIR;
beforeAll(() => {
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true, force: true });
});

async function read(reference: string): Promise<Inventory | PlimsollError> {
  try {
    const image = await openImage(reference, { environment: {}, progress: silent });
    try {
      return (await takeInventory(image)).inventory;
    } finally {
      await image.close();
    }
  } catch (error) {
    if (error instanceof PlimsollError) return error;
    throw error;
  }
}

const haveFifos = spawnSync('mkfifo', ['--version']).error === undefined;

describe('a hostile image', () => {
  let number = 0;
  for (const { name, make, outcome, needs } of HOSTILE_IMAGES) {
    const title = needs && !haveFifos ? `${name} [skipped: ${needs} is not installed]` : name;
    it.skipIf(needs && !haveFifos)(title, async () => {
      number += 1;
      const own = join(folder, String(number));
      mkdirSync(own);
      const result = await read(make(own));
      if (outcome instanceof RegExp) {
        expect(result).toBeInstanceOf(PlimsollError);
        const { code, line } = result as PlimsollError;
        expect(line).toMatch(outcome);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(line.length).toBeLessThan(1_000);
        expect(['corrupt', 'limit', 'unsupported', 'digest-mismatch', 'not-found', 'platform', 'io']).toContain(code);
      } else {
        expect(result).not.toBeInstanceOf(PlimsollError);
        const { packages, unknowns } = result as Inventory;
        expect(packages.map((it) => it.name)).toEqual(outcome);
        for (const { path, reason } of unknowns) expect(`${path}${reason}`).not.toMatch(/[\u0000-\u001f\u007f]/);
      }
      expect(readdirSync(temporary), 'left behind').toEqual([]);
      rmSync(own, { recursive: true, force: true });
    });
  }

  it.skipIf(process.platform !== 'linux')('leaves no file open behind it', () => {
    const names = readdirSync('/proc/self/fd');
    expect(names.length).toBeLessThan(64);
  });

  it('pollutes no prototype', () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
