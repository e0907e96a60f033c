import type { PackageFact } from '../analyzers/analyzer.ts';
import { conda } from '../ecosystems/others.ts';
import { pypi } from '../ecosystems/pypi.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** Of the files that a record lists, what has to be there still: pip removes a distribution, and leaves what Python compiled. */
const STILL_THERE = 0.25;

/**
 * Packages of conda whose records an upper layer deleted or emptied while their files stayed. One that was upgraded or installed anew has a record in that
 * environment again; one that was removed has no files.
 */
export function buriedConda(
  { indexes }: Pick<ReadImage, 'indexes'>,
  listed: readonly PackageItem[],
  survey: OwnershipSurvey,
): readonly PackageItem[] {
  const below = indexes.slice(0, -1).flatMap(({ facts }, layer) =>
    facts.flatMap(({ path, analyzer, fact }): PackageItem[] => {
      if ((fact.kind !== undefined && fact.kind !== 'package') || !isInstalled(fact)) return [];
      return [{ path, analyzer, layer, fact }];
    }),
  );
  if (below.length === 0) return [];
  const known = new Set(listed.filter(({ fact }) => isInstalled(fact)).map(({ fact }) => keyOf(fact)));
  const there = withFiles(survey);
  const gone = below.filter(({ path, fact }) => there.has(path) && !known.has(keyOf(fact)));
  // What the uppermost layer that has one says.
  const last = new Map(gone.map((item) => [keyOf(item.fact), item]));
  return [...last.values()].map((item) => ({
    ...item,
    fact: { ...item.fact, certainty: 'content', recovered: 'lower-layer' },
  }));
}

/**
 * Python distributions that conda's records list with their metadata, which is gone while their code stayed: what the records call them is what
 * they are. The packages themselves are judged as those distributions, so that nobody would judge them.
 */
export function listedByConda(
  records: readonly PackageItem[],
  distributions: readonly PackageItem[],
  survey: OwnershipSurvey,
): readonly PackageItem[] {
  const twins = records.filter(({ fact }) => isInstalled(fact) && fact.properties?.dists !== undefined);
  if (twins.length === 0) return [];
  const known = new Set(
    distributions.flatMap(({ path, via = path, fact }) =>
      fact.type === pypi.type ? [path, via].map((place) => keyInEnvironment(place, fact.name)) : [],
    ),
  );
  const there = withFiles(survey);
  return twins.flatMap((item) => {
    if (!there.has(item.path)) return [];
    const prefix = prefixOf(item.path);
    return item.fact.properties!.dists!.split(', ').flatMap((dist): PackageItem[] => {
      const [name, version] = dist.split('==') as [string, string];
      if (known.has(keyInPrefix(prefix, name))) return [];
      return [{ ...item, fact: { type: pypi.type, name, version, certainty: 'content', recovered: 'trace' } }];
    });
  });
}

const isInstalled = ({ type, role, recovered }: PackageFact): boolean =>
  type === conda.type && role === undefined && recovered === undefined;

const keyOf = ({ name, properties }: PackageFact): string => `${properties?.prefix}\0${name}`;

const keyInPrefix = (prefix: string, name: string): string => `${prefix}\0${pypi.normalize(name)}`;

/** A distribution in the environment that a path lies in. */
export const keyInEnvironment = (path: string, name: string): string => keyInPrefix(prefixOf(path), name);

/** `opt/conda/lib/python3.11/site-packages/requests/__init__.py` -> `opt/conda/`. */
const prefixOf = (path: string): string => upTo(path, path.includes('conda-meta/') ? 'conda-meta/' : 'lib/python');

const upTo = (path: string, folder: string): string => {
  const at = path.indexOf(folder);
  return at < 0 ? path : path.slice(0, at);
};

/** Records of packages of which files are there. */
function withFiles({ listings }: OwnershipSurvey): ReadonlySet<string> {
  return new Set(
    listings
      .filter(({ type, present, listed }) => type === conda.type && present > 0 && present >= listed * STILL_THERE)
      .map(({ path }) => path),
  );
}
