import type { PackageFact } from '../analyzers/analyzer.ts';
import { isSystemType } from '../ecosystems/index.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isInstalled } from '../model.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** OS packages that only a lower layer's database lists, and whose files are in the final image all the same. */
interface Buried {
  readonly items: readonly PackageItem[];
  /** How many a lower layer lists and no database of the final image does, their files there or not. */
  readonly unlisted: number;
}

/** What speaks against a package all of whose files are another's too. */
const CLAIMED = 'the list of another package, which names the same files';

const NONE: Buried = { items: [], unlisted: 0 };

/** Whether any lower layer lists an OS package that the final image's databases do not: cheap, and nearly always no. */
export function unlistedBelow(read: ReadImage, items: readonly PackageItem[]): readonly PackageItem[] {
  const listed = new Set(items.filter(({ fact }) => isSystemType(fact.type)).map(({ fact }) => keyOf(fact)));
  const unlisted = new Map<string, PackageItem>();
  if (read.indexes.length < 2) return [];
  for (const [layer, { facts }] of read.indexes.entries())
    for (const { path, analyzer, fact } of facts) {
      if ((fact.kind !== undefined && fact.kind !== 'package') || !isSystemType(fact.type)) continue;
      if (fact.recovered !== undefined || !isInstalled(fact) || listed.has(keyOf(fact))) continue;
      // The copy of the uppermost layer that has one.
      unlisted.set(keyOf(fact), { path, analyzer, fact, layer });
    }
  return [...unlisted.values()];
}

/**
 * Packages that a lower layer proves: its database lists them, no database of the final image does, and files of theirs are there that no other
 * package lists. A package that was removed in the ordinary way took its files along. dpkg keeps each list of files by itself: where the database
 * was deleted or its entry cut out, the list may be there still; of a package that was removed and left settings it names nothing else that is there.
 * Two lists that name the very same files contradict each other: whoever plants one claims what others brought. Both are less sure. So is a package whose
 * files the list of another claims that came later than they.
 */
export function buriedPackages(unlisted: readonly PackageItem[], survey: OwnershipSurvey): Buried {
  if (unlisted.length === 0) return NONE;
  /** Packages of which something is there, and whether that is theirs alone. */
  const present = new Map<string, boolean>();
  for (const { type, name, visible, present: files, code, contested, claimed } of survey.listings) {
    const count = visible ? [...code.values()].reduce((sum, here) => sum + here, 0) : files;
    const alone = count - contested - (visible ? claimed : 0);
    const key = `${type}\0${name}`;
    if (visible ? count > contested : count > 0) present.set(key, (present.get(key) ?? false) || alone > 0);
  }
  const items = unlisted.flatMap((item): PackageItem[] => {
    const isAlone = present.get(`${item.fact.type}\0${item.fact.name}`);
    if (isAlone === undefined) return [];
    const fact: PackageFact = { ...item.fact, certainty: isAlone ? 'content' : 'name', recovered: 'lower-layer' };
    return [
      { ...item, fact: isAlone ? fact : { ...fact, properties: { ...fact.properties, contradictedBy: CLAIMED } } },
    ];
  });
  return { items, unlisted: unlisted.length };
}

/**
 * OS packages that only a database lists which rpm has moved away from, by the same proof: files of theirs are there that no package of the
 * database in use lists. What has none went with an erasure or an upgrade that this database never heard of.
 */
export function formerPackages(
  items: readonly PackageItem[],
  isFormer: (path: string) => boolean,
  survey: OwnershipSurvey,
): { readonly current: readonly PackageItem[]; readonly former: readonly PackageItem[] } {
  const current = items.filter(({ path }) => !isFormer(path));
  if (current.length === items.length) return { current: items, former: [] };
  const listed = new Set(current.filter(({ fact }) => isSystemType(fact.type)).map(({ fact }) => keyOf(fact)));
  const left = items.filter(({ path, fact }) => isFormer(path) && !listed.has(keyOf(fact)));
  const former = buriedPackages(left, survey).items.map(
    (item): PackageItem => ({ ...item, fact: { ...item.fact, recovered: 'trace' } }),
  );
  return { current, former };
}

const keyOf = ({ type, name, architecture }: PackageFact): string => `${type}\0${name}\0${architecture ?? ''}`;
