import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { codeSpool } from './code-spool.ts';

const body = (byte: number, size: number): Buffer => Buffer.alloc(size, byte);
const MIB = 1024 * 1024;

/** Open files of this process in a folder, those without a name too. */
function openHere(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((file) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${file}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}

describe('a spool of code', () => {
  it('gives back what it was given, more than it holds in memory too, and leaves no name behind', () => {
    const folder = temporaryFolder();
    const spool = codeSpool([join(folder, 'not there'), folder]);
    const places = Array.from({ length: 12 }, (_, at) => spool.keep(body(at, MIB - at)));
    expect(readdirSync(folder)).toEqual([]);
    if (process.platform === 'linux') expect(openHere(folder)).toHaveLength(1);
    for (const [at, place] of places.entries())
      expect(spool.read(place as number, MIB - at).equals(body(at, MIB - at)), `body ${at}`).toBe(true);
    spool.close();
    expect(spool.keep(body(1, 1))).toBeUndefined();
    if (process.platform === 'linux') expect(openHere(folder)).toEqual([]);
  });

  it('takes what fits into memory where no file can be had, and says when it is full', () => {
    const folder = temporaryFolder();
    const spool = codeSpool([join(folder, 'none')]);
    const places = Array.from({ length: 6 }, (_, at) => spool.keep(body(at, MIB)));
    expect(places).toEqual([0, MIB, 2 * MIB, 3 * MIB, undefined, undefined]);
    expect(spool.read(3 * MIB, MIB).equals(body(3, MIB))).toBe(true);
    spool.close();
  });
});
