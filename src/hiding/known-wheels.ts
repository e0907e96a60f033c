import { pypi } from '../ecosystems/pypi.ts';
import { type Sources, type WheelSources, wheelSources } from '../formats/python/index.ts';
import type { NearestWheel } from '../model.ts';
import { isPrerelease } from '../versions/pep440-specifier.ts';
import { importedFrom } from './python-names.ts';

/** What is known of the wheels of one distribution, below an import package. */
export interface KnownWheels extends WheelSources {
  /** The distribution, normalised. */
  readonly name: string;
}

/** Where packages state their version, and where it is taken away: `__init__.py` at the top, `_version.py`, `__about__.py`, `pkg/version/__init__.py`. */
const STATES_VERSION =
  /^(?:\/__init__)?\.py$|\/_*(?:about|metadata|meta|info|package_info|release|version)\w{0,10}(?:\.py$|\/)/i;

/** Compiled for one Python and one processor each: a wheel for another has it under another name. */
const COMPILED = /\.so$/;

/** Of the sources that state no version, so many have to be the same: below, the code may be another's, or a release that is not known. */
const SHARE = 2 / 3;

/** The known wheel whose sources an import package has; undefined where it is like none. `module`: the name it is imported under. */
export function nearestWheel(
  module: string,
  sources: Sources,
  known: readonly KnownWheels[],
): NearestWheel | undefined {
  const meant = importedFrom(module);
  let nearest: NearestWheel | undefined;
  for (const wheels of known) {
    const like = likeness(sources, wheels);
    const isNearer =
      nearest === undefined ||
      (like !== undefined && (like.same > nearest.same || (like.same === nearest.same && like.name === meant)));
    if (like !== undefined && isNearer) nearest = like;
  }
  return nearest;
}

function likeness(sources: Sources, { name, versions, files }: KnownWheels): NearestWheel | undefined {
  const same = versions.map(() => 0);
  const telling = versions.map(() => 0);
  let all = 0;
  for (const [source, digest] of sources) {
    const digests = files.get(source);
    if (digests === undefined && COMPILED.test(source)) continue;
    const isPlain = !STATES_VERSION.test(source);
    if (isPlain) all += 1;
    for (const [known, ...those] of digests ?? [])
      if (known === digest)
        for (const at of those)
          if (versions[at] !== undefined) {
            same[at]! += 1;
            if (isPlain) telling[at]! += 1;
          }
  }
  const most = same.reduce((best, count) => Math.max(best, count), 0);
  const best = same.flatMap((count, at) => (count === most && most > 0 ? [at] : []));
  const shared = best.reduce((least, at) => Math.max(least, telling[at]!), 0);
  if (best.length === 0 || shared < all * SHARE) return undefined;
  const those = best.map((at) => versions[at]!);
  const released = withoutPrereleases(those);
  return {
    name,
    versions: released,
    same: most,
    compared: sources.size,
    isWhole: shared === all,
    ...besides(released, versions),
  };
}

/** Ascending, without pre-releases where there are others. */
function withoutPrereleases(versions: readonly string[]): readonly string[] {
  const releases = versions.filter((version) => !isPrerelease(version));
  return [...(releases.length > 0 ? releases : versions)].sort(pypi.compare);
}

/** The known releases right below and right above some of them. */
function besides(those: readonly string[], known: readonly string[]): Pick<NearestWheel, 'below' | 'above'> {
  const all = withoutPrereleases(known);
  const below = all.findLast((version) => pypi.compare(version, those[0]!) < 0);
  const above = all.find((version) => pypi.compare(version, those.at(-1)!) > 0);
  return { ...(below !== undefined && { below }), ...(above !== undefined && { above }) };
}

/** What known wheels and the lists of other copies make of an import package together. */
export interface WeighedWheel {
  readonly wheel: NearestWheel;
  /** What the weaker witness says otherwise. */
  readonly against?: string;
}

/**
 * The stronger witness first: known wheels come from outside of the image, and a list may have been put there so that old code looks like a later release. A
 * list says which of the releases it is that share all that is there, and speaks alone where no wheel is known of that release.
 */
export function weighedWheel(
  known: readonly KnownWheels[],
  proven: NearestWheel | undefined,
  copied: NearestWheel | undefined,
): WeighedWheel | undefined {
  if (copied === undefined) return proven && { wheel: proven };
  const said = `the list of another copy (${copied.name} ${copied.versions.slice(0, SAID).join(', ')})`;
  if (proven === undefined) {
    const wheels = known.find(({ name }) => name === copied.name);
    const isForged = copied.versions.some((version) => wheels?.versions.includes(version));
    return isForged
      ? { wheel: { ...copied, isWhole: false }, against: `${said}: known wheels of that release hold something else` }
      : { wheel: copied };
  }
  const those = new Set(copied.name === proven.name ? copied.versions : []);
  const both = proven.versions.filter((version) => those.has(version));
  return both.length === 0 ? { wheel: proven, against: said } : { wheel: { ...proven, versions: both } };
}

/** So many of the versions that a list tells are named. */
const SAID = 3;

/** What the list of another copy says of an import package. */
export interface CopiedModule {
  readonly name: string;
  readonly version: string;
  readonly sources: Sources;
}

/** What the lists of other copies say (`RECORD`) of one import package, as what is known of wheels. */
export function wheelsOfLists(copies: readonly CopiedModule[]): readonly KnownWheels[] {
  const byName = new Map<string, Map<string, Sources>>();
  for (const { name, version, sources } of copies) {
    if (sources.size === 0) continue;
    const wheels = byName.get(pypi.normalize(name)) ?? new Map<string, Sources>();
    byName.set(pypi.normalize(name), wheels.set(version, sources));
  }
  return [...byName].map(([name, wheels]) => ({ name, ...wheelSources(wheels) }));
}
