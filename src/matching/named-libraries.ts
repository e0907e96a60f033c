import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import type { Exposure, Finding, Package } from '../model.ts';

/** A library that a package brings along and that a text names. */
export interface NamedLibrary {
  /** `libwebp`. */
  readonly library: string;
  readonly version: string;
  readonly path: string;
  /** How far it is from what the container runs, with the way there; absent where that was not asked. */
  readonly exposure?: Exposure;
}

/** Shorter names (`xz`) are words of other things as well. */
const SHORTEST = 3;
/** Libraries that are told of one package. */
const MOST = 8;

/**
 * Looks libraries up that records on a wheel name and that lie in it: a flaw in libwebp is one of Pillow, and how near that library is
 * says more than how near Pillow's first module is. Undefined where they name none. As weak as any word in prose.
 */
export function namedLibrariesIn(
  packages: readonly Package[],
): (said: readonly Pick<Finding, 'title' | 'description'>[], carrier: Package) => readonly NamedLibrary[] | undefined {
  const byFolder = new Map<string, Package[]>();
  for (const library of packages) {
    const [{ path = '' } = {}] = library.evidence;
    const folder = /^(.*?(?:site|dist)-packages\/[^/]+)\//.exec(path)?.[1];
    if (library.role === 'vendored' && folder !== undefined && library.type !== pypi.type)
      addTo(byFolder, folder.replace(/\.(?:libs|dylibs)$/, ''), library);
  }
  return (said, { type, name, evidence }) => {
    const site = type === pypi.type ? SITE.exec(evidence[0]?.path ?? '')?.[1] : undefined;
    // A wheel's folder of libraries has its name as the wheel spells it, or as indexes do.
    const names = new Set([name, name.toLowerCase(), name.replace(/[-.]/g, '_')]);
    const brought =
      site === undefined ? [] : [...names].flatMap((spelling) => byFolder.get(`${site}/${spelling}`) ?? []);
    if (brought.length === 0) return undefined;
    const text = said.map(({ title = '', description = '' }) => `${title}\n${description}`.toLowerCase()).join('\n');
    const named = brought
      .filter((library) => library.name.length >= SHORTEST && isWordOf(text, library.name.toLowerCase()))
      .slice(0, MOST)
      .map(({ name, version, evidence, exposure }) => ({
        library: name,
        version,
        path: evidence[0]?.path ?? '',
        ...(exposure !== undefined && { exposure }),
      }));
    return named.length === 0 ? undefined : named;
  };
}

/** Whether a name stands in a text by itself: `libwebp`, not `libwebp-sys` and not `mylibwebp`. */
function isWordOf(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length))
    if (!PART.test(text.charAt(at - 1)) && !PART.test(text.charAt(at + name.length))) return true;
  return false;
}

const PART = /[\w-]/;
/** Where a wheel is installed, by its metadata. */
const SITE = /^(.+)\/[^/]+\.(?:dist-info|egg-info)(?:\/|$)/;
