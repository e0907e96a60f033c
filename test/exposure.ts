import { exposureOf, type ImageExposure } from '../src/exposure/index.ts';
import { takeInventory } from '../src/inventory/take.ts';
import type { RunConfig, RunningState } from '../src/model.ts';
import type { TarEntries } from '../src/sources/files/tar-writer.ts';
import { elf } from './elf.ts';
import { image, layer, symlink } from './image.ts';

const LOADER = { content: Buffer.from('/lib64/ld-linux-x86-64.so.2\0'), type: 3 };

/** A program of glibc that needs these libraries. */
export const program = (
  needed: readonly string[] = ['libc.so.6'],
  more: { rpath?: string; runpath?: string } = {},
): Buffer => elf({ parts: [LOADER], needed, ...more });

/** A library of that name. */
export const library = (
  soname: string,
  needed: readonly string[] = [],
  more: { rpath?: string; runpath?: string; texts?: readonly string[] } = {},
): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${(more.texts ?? []).join('\0')}\0`) }], soname, needed, ...more });

/** What every image of a test has: a loader, a C library, a shell, and some programs. */
export const SYSTEM: TarEntries = {
  'lib64/ld-linux-x86-64.so.2': library('ld-linux-x86-64.so.2'),
  'lib/x86_64-linux-gnu/libc.so.6': library('libc.so.6'),
  'bin/dash': program(),
  'bin/sh': symlink('dash'),
  'bin/bash': program(),
  'usr/bin/env': program(),
  'usr/bin/tool': program(),
  'usr/bin/other': program(),
  'usr/bin/third': program(),
};

/** What a container of these files can load, started so. */
export async function exposed(
  files: TarEntries,
  run: RunConfig,
  command?: string,
  state?: RunningState,
): Promise<ImageExposure> {
  const { inventory, read } = await takeInventory(image(layer({ ...SYSTEM, ...files })));
  return exposureOf(read, inventory.packages, run, { command, state });
}

/** `path: reach`, of files that are reached, sorted. */
export function reachedOf({ reached }: ImageExposure, only: RegExp = /./): string[] {
  return [...reached.values()]
    .map(({ path, reach }) => `${path}: ${reach}`)
    .filter((line) => only.test(line))
    .sort();
}
