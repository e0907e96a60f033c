import type { PackageFact } from '../analyzers/analyzer.ts';
import { isWellKnown } from '../analyzers/well-known-modules.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../formats/paths.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import { isOneRelease } from '../versions/releases.ts';
import { isKnownToBring } from './python-names.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What distributions say that they brought, and what is believed of it. */
export interface ModuleClaims {
  /**
   * Whether a distribution of the same folder accounts for an import package; `module` is the name of the folder, `name` the distribution that is
   * imported under it, `version` what the code says of itself.
   */
  readonly accounts: (site: string, module: string, name: string, version: string) => boolean;
  /** A distribution that says it brought an import package, believed or not. */
  readonly claimant: (site: string, module: string) => PackageFact | undefined;
}

/** pip renames what it is about to remove (`~equests-2.25.0.dist-info`); nothing is imported by that name, and what was left tells of nothing that is there. */
export const isLeftover = (path: string): boolean => /\/~[^/]{1,200}\.(?:dist|egg)-info\//.test(path);

/** Import packages of other names and versions than its own that one distribution brings, from which on its list is not believed. */
const MANY = 3;

/**
 * The lists of files of distributions: anybody can write a line into one, and what it names would be no package of its own. A list is believed
 * of what bears the distribution's name in any way, of what tells its version, and of one or two things besides; of libraries that everybody knows
 * where the distribution is known to bring them (`psycopg2` of `psycopg2-binary`). A list without the metadata of a distribution is nobody's.
 */
export function moduleClaims(
  items: readonly PackageItem[],
  facts: ReadImage['facts'],
  said: readonly { readonly site: string; readonly module: string; readonly name: string; readonly version: string }[],
): ModuleClaims {
  const distributions = new Map<string, PackageFact>();
  for (const { path, via = path, fact } of items)
    if (fact.type === pypi.type && fact.recovered === undefined && !isLeftover(path))
      for (const place of [path, via]) distributions.set(folderOf(place), fact);
  const owners = new Map<string, Set<PackageFact>>();
  let left: number = LIMITS.moduleClaims;
  for (const { path, fact } of facts) {
    if (fact.kind !== 'modules') continue;
    const folder = folderOf(path);
    const owner = distributions.get(folder);
    if (owner === undefined) continue;
    for (const module of fact.names.split(' ')) {
      const key = `${folderOf(folder)}\0${module}`;
      const known = owners.get(key) ?? new Set();
      // What bears its own name is its own whatever others claim: a flood of lists puts nobody's own package out of sight.
      if ((left <= 0 || known.size >= LIMITS.claimants) && pypi.normalize(module) !== pypi.normalize(owner.name))
        continue;
      owners.set(key, known.add(owner));
      left -= 1;
    }
  }
  const strange = new Map<PackageFact, Set<string>>();
  for (const { site, module, name, version } of said)
    for (const owner of owners.get(`${site}\0${module}`) ?? [])
      if (!isKin(owner, module, name) && !isOneRelease(owner.version, version))
        strange.set(owner, (strange.get(owner) ?? new Set()).add(module));
  return {
    accounts: (site, module, name, version) =>
      [...(owners.get(`${site}\0${module}`) ?? [])].some((owner) =>
        isWellKnown(module)
          ? isKnownToBring(owner.name, module)
          : isKin(owner, module, name) ||
            isOneRelease(owner.version, version) ||
            (strange.get(owner)?.size ?? 0) < MANY,
      ),
    claimant: (site, module) => owners.get(`${site}\0${module}`)?.values().next().value,
  };
}

/** Whether a distribution bears the name of what it brings, or shares a word with it: `opencv-python-headless` and `cv2` of `opencv-python`. */
function isKin({ name }: PackageFact, module: string, distribution: string): boolean {
  const own = pypi.normalize(name);
  const others = [distribution, pypi.normalize(module)];
  if (others.some((other) => own.includes(other) || other.includes(own))) return true;
  const words = new Set(own.split('-').filter((word) => word.length > 3 && !COMMON.has(word)));
  return others.some((other) => other.split('-').some((word) => words.has(word)));
}

/** Words that names of distributions share without having anything to do with each other. */
const COMMON: ReadonlySet<string> = new Set(['python', 'core', 'client', 'server', 'http', 'json', 'tools', 'types']);
