import { addTo } from '../../collections.ts';
import { counted } from '../../formats/grouped.ts';
import { folderOf } from '../../formats/paths.ts';
import type { Sign } from '../../model.ts';
import { type SignScene, sign } from './scene.ts';

/** Lists of languages' packages that lie beside the code they speak of. */
interface Listing {
  readonly what: string;
  /** The folder below which the code lies of which the file at this path is a list; undefined where it is none. */
  readonly placeOf: (path: string) => string | undefined;
  /** Whether a path below that folder is no code, but one more list. */
  readonly isList: (path: string) => boolean;
}

const above = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const METADATA = /\/(?:METADATA|PKG-INFO)$/;
const MODULES = 'node_modules/';
const SPECIFICATIONS = 'specifications/';

const LISTINGS: readonly Listing[] = [
  {
    what: 'Python distribution',
    placeOf(path) {
      const list = METADATA.test(path) ? folderOf(path) : path;
      return list.endsWith('.dist-info') || list.endsWith('.egg-info') ? above(list) : undefined;
    },
    isList: (path) => path.includes('.dist-info') || path.includes('.egg-info'),
  },
  {
    what: 'npm package',
    placeOf(path) {
      if (!path.endsWith('/package.json')) return undefined;
      const at = `/${path}`.indexOf(`/${MODULES}`);
      return at < 0 ? undefined : path.slice(0, at + MODULES.length);
    },
    isList: (path) => path.endsWith('/package.json'),
  },
  {
    what: 'gem',
    placeOf(path) {
      const folder = above(path);
      const isOne = path.endsWith('.gemspec') && `/${folder}`.endsWith(`/${SPECIFICATIONS}`);
      return isOne ? folder.slice(0, -SPECIFICATIONS.length) : undefined;
    },
    isList: (path) => path.endsWith('.gemspec'),
  },
];

/** So many packages in one place, and fewer files than packages there, is no installation: a list made by hand, of which a few are code, is smaller. */
const INFLATED = 500;
/** Places that are looked at, the largest first. */
const PLACES = 20;

/**
 * Packages of languages whose lists stand alone: each real one brings a file besides, or nearly each. What they say cannot be checked, and drowns what
 * is there.
 */
export function* inflated({ read, listed }: SignScene): Generator<Sign> {
  const lists = LISTINGS.flatMap((listing) => {
    const places = new Map<string, string[]>();
    for (const { path } of listed) {
      const place = listing.placeOf(path);
      if (place !== undefined) addTo(places, place, path);
    }
    return [...places].map(([place, paths]) => ({ ...listing, place, paths }));
  });
  const large = lists
    .filter(({ paths }) => paths.length >= INFLATED)
    .sort((a, b) => b.paths.length - a.paths.length)
    .slice(0, PLACES)
    .map((list) => ({ ...list, code: 0 }));
  if (large.length === 0) return;
  for (const {
    path,
    found: { type },
  } of read.files.entries()) {
    if (type === 'directory') continue;
    for (const list of large) if (path.startsWith(list.place) && !list.isList(path)) list.code += 1;
  }
  for (const { what, place, paths, code } of large)
    if (code < paths.length)
      yield sign(
        'packages-phantom',
        'warning',
        `${counted(paths.length, what)} are listed in /${place}, and ${code === 0 ? 'none of their files is' : `${counted(code, 'file')} besides the lists ${code === 1 ? 'is' : 'are'}`} there: an inflated inventory`,
        paths,
      );
}
