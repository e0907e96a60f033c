import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Entry, EntryType } from '../model.ts';
import { imagePath } from './image-path.ts';
import { layerPaths } from './layer-paths.ts';
import type { PathTableBuilder } from './path-table.ts';
import type { TarMember } from './tar.ts';

/** Follows hard links to the entry that has the body. */
export function originOf(entries: PathTableBuilder, target: string): string | undefined {
  let current = target;
  for (let hops = 0; hops < LIMITS.symlinks; hops += 1) {
    const row = entries.find(current);
    if (row < 0) return undefined;
    if (entries.type(row) === 'file') return current;
    const next = entries.type(row) === 'hardlink' ? entries.link(row) : undefined;
    if (next === undefined) return undefined;
    current = next;
  }
  return undefined;
}

/** Turns members into entries, and keeps the table. */
export function placing(
  entries: PathTableBuilder,
  where: string,
  problem: (path: string, analyzer: string, reason: string) => void,
): (member: TarMember) => Entry | undefined {
  const placeOf = layerPaths((path, reason) => problem(path, 'layers', reason));
  return (member) => {
    const placed = placeOf(member);
    if (!placed) return undefined;
    const { path, type } = placed;
    const entry = layerEntry(member, path, type);
    entries.add(entry);
    if (entries.size > LIMITS.layerEntries)
      throw new PlimsollError('limit', `the layer has more than ${LIMITS.layerEntries} entries`, { where });
    if (entries.nameBytes > LIMITS.layerPathBytes)
      throw new PlimsollError('limit', `the layer's paths take more than ${LIMITS.layerPathBytes} bytes`, { where });
    return type === 'opaque' || type === 'whiteout' ? undefined : entry;
  };
}

/** A member as an entry of the layer. */
export function layerEntry(member: TarMember, path: string, type: EntryType): Entry {
  const { mode, uid, gid, size, mtime } = member;
  if (type === 'symlink') return { path, type, mode, uid, gid, size, mtime, link: member.link };
  if (type === 'hardlink') return { path, type, mode, uid, gid, size, mtime, link: imagePath(member.link).path };
  return { path, type, mode, uid, gid, size, mtime };
}
