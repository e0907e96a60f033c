import { existsSync, openSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
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
  it('gives back what it was given, more than it holds in memory too, and leaves no name behind', async () => {
    const folder = temporaryFolder();
    const spool = codeSpool([join(folder, 'not there'), folder]);
    const places = Array.from({ length: 12 }, (_, at) => spool.keep(body(at, MIB - at)));
    expect(readdirSync(folder)).toEqual([]);
    if (process.platform === 'linux') expect(openHere(folder)).toHaveLength(1);
    for (const [at, place] of places.entries())
      expect(spool.read(place as number, MIB - at).equals(body(at, MIB - at)), `body ${at}`).toBe(true);
    spool.close();
    expect(spool.keep(body(1, 1))).toBeUndefined();
    if (process.platform === 'linux') await vi.waitFor(() => expect(openHere(folder)).toEqual([]));
  });

  it('gives back what has arrived in its file, what was on its way when asked, and what came meanwhile', async () => {
    const spool = codeSpool([temporaryFolder()]);
    const places: (number | undefined)[] = [];
    for (let at = 0; at < 30; at += 1) {
      places.push(spool.keep(body(at, MIB - at)));
      // Some writes have their turn, some do not.
      if (at % 7 === 6) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const check = (): void => {
      for (const [at, place] of places.entries())
        expect(spool.read(place as number, MIB - at).equals(body(at, MIB - at)), `body ${at}`).toBe(true);
    };
    check();
    await new Promise((resolve) => setTimeout(resolve, 50));
    check();
    spool.close();
  });

  it('reads one body after the other out of its file into the same memory, and one that is too large into its own', async () => {
    const spool = codeSpool([temporaryFolder()]);
    const sizes = [10, 20, 1.5 * MIB, MIB, 2 * MIB, 2 * MIB, 2 * MIB];
    const places = sizes.map((size, at) => spool.keep(body(at, size)) as number);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const memories = sizes.slice(0, 4).map((size, at) => {
      const bytes = spool.read(places[at] as number, size);
      expect(bytes.equals(body(at, size)), `body ${at}`).toBe(true);
      return bytes.buffer;
    });
    expect(new Set(memories).size).toBe(2);
    expect(memories[3]).toBe(memories[0]);
    spool.close();
  });

  it.skipIf(!existsSync('/dev/full'))(
    'keeps in memory what the disk did not take, and takes nothing more',
    async () => {
      const folder = temporaryFolder();
      // Every write to it fails: https://man7.org/linux/man-pages/man4/full.4.html
      symlinkSync('/dev/full', join(folder, 'full'));
      const spool = codeSpool([folder], () => openSync(join(folder, 'full'), 'r+'));
      const places = Array.from({ length: 4 }, (_, at) => spool.keep(body(at, MIB / 2)));
      places.push(spool.keep(body(4, MIB / 2)));
      await vi.waitFor(() => expect(spool.keep(body(5, MIB / 2))).toBeUndefined());
      for (const [at, place] of places.entries())
        expect(spool.read(place as number, MIB / 2).equals(body(at, MIB / 2)), `body ${at}`).toBe(true);
      spool.close();
    },
  );

  it('takes what fits into memory where no file can be had, and says when it is full', () => {
    const folder = temporaryFolder();
    const spool = codeSpool([join(folder, 'none')]);
    const places = Array.from({ length: 6 }, (_, at) => spool.keep(body(at, MIB)));
    expect(places).toEqual([0, MIB, undefined, undefined, undefined, undefined]);
    expect(spool.read(MIB, MIB).equals(body(1, MIB))).toBe(true);
    spool.close();
  });
});
