import { fileNameOf, folderOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { EntryType } from '../model.ts';
import { imagePath } from './image-path.ts';
import { linkTree, linkWork } from './link-tree.ts';
import type { TarMember } from './tar.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** aufs' own bookkeeping, not part of the image. */
const WHITEOUT_META = '.wh..wh.';

/** What a member is to the image. */
interface Placed {
  readonly path: string;
  readonly type: EntryType;
}

/**
 * Tells where the members of one layer lie and what they are, to be asked of every member in the order of the layer: cleans names,
 * understands whiteouts and follows links that this very layer put on the way. Every pass over a layer asks it, so that a file has one
 * path whichever pass reads it. Undefined for what is no part of the image.
 */
export function layerPaths(
  problem: (path: string, reason: string) => void = () => {},
): (member: TarMember) => Placed | undefined {
  const symlinks = new Map<string, string>();
  const tree = linkTree();
  const work = linkWork();
  let givenUp = false;
  const folders = new Map<string, string>();
  /** An engine that unpacks `link/file` writes through the link: the file is where the link points. */
  const realFolder = (folder: string): string => {
    if (symlinks.size === 0 || folder === '') return folder;
    let real = folders.get(folder);
    if (real === undefined) {
      real = tree.follow(folder, (path) => symlinks.get(path), work) ?? folder;
      if (work.left < 0 && !givenUp) {
        givenUp = true;
        problem(
          '',
          'the links of this layer take too many steps to follow: the rest is read under the names as written',
        );
      }
      folders.set(folder, real);
    }
    return real;
  };
  return (member) => {
    work.left += givenUp ? 0 : LIMITS.linkStepsPerEntry;
    const cleaned = imagePath(member.name);
    if (cleaned.escaped) problem(member.name, 'the name climbs out of the image root; read as if it stayed inside');
    if (cleaned.path === '') return undefined;
    const name = fileNameOf(cleaned.path);
    const folder = realFolder(folderOf(cleaned.path));
    const path = folder === '' ? name : `${folder}/${name}`;
    const type = typeOf(member, name);
    if (type === undefined) return undefined;
    if (type === 'symlink') {
      symlinks.set(path, member.link);
      tree.add(path, work);
      folders.clear();
    } else if (symlinks.delete(path)) {
      tree.delete(path);
      folders.clear();
    }
    return { path, type };
  };
}

/** Markers are kept under their own names: a layer may hide a path and put a new file there. */
function typeOf(member: TarMember, name: string): EntryType | undefined {
  if (name === OPAQUE) return 'opaque';
  if (name.startsWith(WHITEOUT_META)) return undefined;
  return name.startsWith(WHITEOUT) && name.length > WHITEOUT.length ? 'whiteout' : member.type;
}
