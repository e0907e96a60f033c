import { before } from '../../formats/ends.ts';
import { LIMITS } from '../../limits.ts';
import { matchingNames } from '../matching-names.ts';
import type { World } from '../model.ts';

/** e_machine: how Debian calls the folder of an architecture. https://wiki.debian.org/Multiarch/Tuples */
const TRIPLETS: ReadonlyMap<string, string> = new Map([
  ['64 62', 'x86_64-linux-gnu'],
  ['32 62', 'x86_64-linux-gnux32'],
  ['32 3', 'i386-linux-gnu'],
  ['64 183', 'aarch64-linux-gnu'],
  ['32 40', 'arm-linux-gnueabihf'],
  ['64 21', 'powerpc64le-linux-gnu'],
  ['64 22', 's390x-linux-gnu'],
  ['64 243', 'riscv64-linux-gnu'],
]);

/** musl's own name of an architecture, as in `/etc/ld-musl-x86_64.path`. https://wiki.musl-libc.org/environment-variables */
const MUSL: ReadonlyMap<string, string> = new Map([
  ['64 62', 'x86_64'],
  ['32 3', 'i386'],
  ['64 183', 'aarch64'],
  ['32 40', 'armhf'],
  ['64 21', 'powerpc64le'],
  ['64 22', 's390x'],
  ['64 243', 'riscv64'],
]);

const without = (path: string): string => normal(path);

/**
 * The folders that glibc's loader finds libraries in when nothing else names one: those that `ldconfig` put into its cache, in the order
 * of `ld.so.conf`, then the built-in ones. https://man7.org/linux/man-pages/man8/ld.so.8.html https://man7.org/linux/man-pages/man8/ldconfig.8.html
 */
export function glibcFolders(world: World, bits: number, machine: number): string[] {
  const folders: string[] = [];
  const seen = new Set<string>();
  const read = (path: string, depth: number): void => {
    if (depth > 8 || seen.has(path) || seen.size >= LIMITS.loaderConfigFiles) return;
    seen.add(path);
    for (const line of (world.code(path, 'text') ?? '').split('\n')) {
      const text = before(line, '#').trim();
      const included = text.startsWith('include ') ? text.slice('include '.length).trim() : undefined;
      if (included !== undefined) for (const file of globbed(world, path, included)) read(file, depth + 1);
      else if (text !== '' && !/^hwcap\s/.test(text))
        for (const folder of text.split(/[\s:,]+/)) if (folder.startsWith('/')) folders.push(without(folder));
    }
  };
  read('etc/ld.so.conf', 0);
  const triplet = TRIPLETS.get(`${bits} ${machine}`);
  const wide = bits === 64 ? ['lib64', 'usr/lib64'] : ['lib32', 'usr/lib32'];
  const multi = triplet === undefined ? [] : [`lib/${triplet}`, `usr/lib/${triplet}`];
  return [...new Set([...folders, ...multi, ...wide, 'lib', 'usr/lib'])];
}

/** Includes are relative to the file that names them, and only their last part is a pattern. */
function globbed(world: World, from: string, pattern: string): string[] {
  const absolute = pattern.startsWith('/') ? without(pattern) : `${from.slice(0, from.lastIndexOf('/'))}/${pattern}`;
  const folder = absolute.slice(0, absolute.lastIndexOf('/'));
  if (absolute.length > LIMITS.magicBytes) return [];
  const names = matchingNames(world.tree, folder, absolute.slice(folder.length + 1)) ?? [];
  return names.map((name) => `${folder}/${name}`);
}

/** Those of musl's loader: `/etc/ld-musl-ARCH.path`, else three built-in ones. https://wiki.musl-libc.org/environment-variables */
export function muslFolders(world: World, bits: number, machine: number): string[] {
  const text = world.code(`etc/ld-musl-${MUSL.get(`${bits} ${machine}`)}.path`, 'text');
  if (text === undefined) return ['lib', 'usr/local/lib', 'usr/lib'];
  return text
    .split(/[:\n]+/)
    .map(without)
    .filter((folder) => folder !== '');
}

/**
 * Folders below each library folder in which newer processors find builds for them, the newest first. Which one is taken depends on the
 * machine. https://man7.org/linux/man-pages/man8/ld.so.8.html (Hardware capabilities)
 */
export const HWCAPS: readonly string[] = [
  ...['x86-64-v4', 'x86-64-v3', 'x86-64-v2', 'power10', 'power9', 'z16', 'z15', 'z14'].map(
    (level) => `glibc-hwcaps/${level}`,
  ),
  ...['haswell/avx512_1', 'haswell', 'tls/x86_64', 'tls/haswell', 'tls', 'x86_64'],
];

/** What a search path names: `$ORIGIN` is the folder of the file that has it, `$LIB` the library folder of the machine. */
export function searchPath(text: string | undefined, origins: readonly string[], bits: number): string[] {
  if (text === undefined || text === '') return [];
  return text.split(/[:;]/).flatMap((part) => {
    if (part === '') return [];
    const libraries = /\$(?:LIB\b|\{LIB\})/.test(part) ? (bits === 64 ? ['lib64', 'lib'] : ['lib', 'lib32']) : [''];
    const perOrigin = /\$(?:ORIGIN\b|\{ORIGIN\})/.test(part) ? origins : [''];
    return perOrigin.flatMap((origin) =>
      libraries.map((library) =>
        normal(
          part
            .replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => `/${origin}`)
            .replace(/\$(?:LIB\b|\{LIB\})/g, () => library)
            .replace(/\$(?:PLATFORM\b|\{PLATFORM\})/g, 'x86_64'),
        ),
      ),
    );
  });
}

/** A path without dots, doubled slashes and what climbs out of the root. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
