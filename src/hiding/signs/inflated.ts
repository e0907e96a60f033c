import { addTo } from '../../collections.ts';
import { counted } from '../../formats/grouped.ts';
import type { Sign } from '../../model.ts';
import { type SignScene, sign } from './scene.ts';

/** Lists of languages' packages that lie beside the code they speak of. */
interface Listing {
  readonly what: string;
  /** Path of a list; its first group is the folder below which the code lies. */
  readonly list: RegExp;
  /** Whether a path below that folder is no code, but one more list. */
  readonly isList: (path: string) => boolean;
}

const LISTINGS: readonly Listing[] = [
  {
    what: 'Python distribution',
    list: /^((?:.{0,2000}\/)?)[^/]{1,255}\.(?:dist|egg)-info(?:\/(?:METADATA|PKG-INFO))?$/,
    isList: (path) => /\.(?:dist|egg)-info(?:\/|$)/.test(path),
  },
  {
    what: 'npm package',
    list: /^((?:.{0,2000}?\/)?node_modules\/).{0,2000}\/package\.json$/,
    isList: (path) => path.endsWith('/package.json'),
  },
  {
    what: 'gem',
    list: /^((?:.{0,2000}\/)?)specifications\/[^/]{1,255}\.gemspec$/,
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
      const place = listing.list.exec(path)?.[1];
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
