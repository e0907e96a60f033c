import { posix } from 'node:path';
import { folderOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { PathTable } from './path-table.ts';

/** Links that distributions make of folders they have moved: their package databases write both. */
const MERGED = [
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'libexec'],
  ...['usr/sbin', 'usr/lib32', 'usr/lib64', 'usr/local/lib64', 'usr/local/sbin', 'var/run', 'var/lock'],
];

/** What `FileSystem.folderLinks` gives. `leadsTo` is the folder behind a path, where a visible link to one is there. */
export function folderLinksOf(
  layers: readonly PathTable[],
  leadsTo: (link: string) => string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set<string>();
  const links = new Map<string, string[]>();
  const take = (link: string): void => {
    const folder = known.has(link) ? undefined : leadsTo(link);
    if (folder === undefined) return;
    known.add(link);
    const there = links.get(folder);
    if (there === undefined) links.set(folder, [link]);
    else there.push(link);
  };
  for (const link of MERGED) take(link);
  for (const table of layers)
    for (let row = 0; row < table.size && known.size < LIMITS.folderLinks; row += 1)
      if (table.type(row) === 'symlink') take(table.path(row));
  return links;
}

/** What `FileSystem.coveredLinks` gives. `isImplied`: a folder is there that has no entry of its own. */
export function coveredLinksOf(
  layers: readonly PathTable[],
  isImplied: (path: string) => boolean,
  real: (path: string) => string | undefined,
): ReadonlyMap<string, string> {
  const covered = new Map<string, string>();
  for (const link of MERGED) {
    if (!isImplied(link)) continue;
    const below = layers.findLast((table) => table.find(link) >= 0);
    const row = below?.find(link) ?? -1;
    const text = below?.type(row) === 'symlink' ? below.link(row) : undefined;
    if (text === undefined) continue;
    const written = posix.normalize(posix.join('/', text.startsWith('/') ? '' : folderOf(link), text)).slice(1);
    const target = real(written) ?? written;
    if (target !== '' && target !== link && !`${target}/`.startsWith(`${link}/`)) covered.set(link, target);
  }
  return covered;
}
