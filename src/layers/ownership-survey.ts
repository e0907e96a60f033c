import { type Listing, listingOf, type Owner, type OwnershipTable, waysOf } from './ownership.ts';
import type { FileSystem } from './squash.ts';

/** A listing of a package database, held against the files of the final image. */
interface SurveyedListing extends Owner {
  /** The file that lists what the package owns, and its layer. */
  readonly path: string;
  readonly layer: number;
  /** Whether that file is part of the final image. */
  readonly visible: boolean;
  /** Paths that it lists, folders included. */
  readonly listed: number;
  /** Files of the final image among them; for a listing that is hidden, those that no visible one lists, and that are more than documentation. */
  readonly present: number;
  /** How many of the present files each layer has, of those that are more than documentation and settings; of a visible listing. */
  readonly code: ReadonlyMap<number, number>;
}

/** Which files of an image its package databases know. */
export interface OwnershipSurvey {
  readonly listings: readonly SurveyedListing[];
  /** Files that a visible listing names, and files in all. */
  readonly owned: number;
  readonly files: number;
  /** Shared libraries in the folders that distributions have for them, and how many of these a visible listing names. */
  readonly libraries: { readonly owned: number; readonly all: number };
}

/** What may stay when a package goes, or is never there: documentation, configuration, what it wrote when it ran. */
const LEFT_BEHIND = /^(?:etc|var|run|usr\/share\/(?:doc|man|locale|info|lintian|bug|menu|doc-base))\//;

const LIBRARY = /^(?:usr\/)?lib(?:64)?\/(?:[\w-]{1,40}-linux-\w{1,20}\/)?lib[^/]{1,200}\.so[.\d]*$/;

/**
 * Holds what all package databases list, those that upper layers hide too, against the final files: one walk over the files, two hashes and a
 * search in each table for every path. `each` hears of every file, and whether a visible listing names it.
 */
export function ownershipSurvey(
  files: FileSystem,
  tables: readonly OwnershipTable[],
  visit: (path: string, isOwned: boolean) => void = () => {},
): OwnershipSurvey {
  const surveyed = tables.map((table, layer) => surveyedListings(table, layer, files));
  const asked = tables.flatMap((table, layer) => (table.listings.length > 0 ? [{ table, of: surveyed[layer]! }] : []));
  const waysTo = waysOf(files);
  let owned = 0;
  let count = 0;
  const libraries = { owned: 0, all: 0 };
  for (const { path, found: place } of files.entries()) {
    if (place.type === 'directory' || place.type === 'other') continue;
    count += 1;
    const isLibrary = LIBRARY.test(path);
    if (isLibrary) libraries.all += 1;
    if (asked.length === 0) {
      visit(path, false);
      continue;
    }
    let hidden: Set<Mutable> | undefined;
    let isOwned = false;
    const ways = waysTo(path);
    const isLeft = LEFT_BEHIND.test(path);
    for (const { table, of } of asked) {
      const heard = (listing: Listing): boolean => {
        const entry = of.get(listing)!;
        if (entry.visible) {
          entry.present += 1;
          if (!isLeft) entry.code.set(place.layer, (entry.code.get(place.layer) ?? 0) + 1);
          isOwned = true;
        } else {
          hidden ??= new Set();
          hidden.add(entry);
        }
        return false; // every listing that names it counts
      };
      for (const way of ways) listingOf(table, way, heard);
    }
    visit(path, isOwned);
    if (isOwned && isLibrary) libraries.owned += 1;
    if (isOwned) owned += 1;
    else if (hidden !== undefined && !isLeft) for (const owned of hidden) owned.present += 1;
  }
  return { listings: surveyed.flatMap((of) => [...of.values()]), owned, files: count, libraries };
}

type Mutable = { -readonly [Key in keyof SurveyedListing]: SurveyedListing[Key] } & {
  readonly code: Map<number, number>;
};

function surveyedListings(table: OwnershipTable, layer: number, files: FileSystem): Map<Listing, Mutable> {
  const sizes = new Uint32Array(table.listings.length);
  for (const entry of table.entries) {
    const number = Number(entry & 0xfffffn);
    sizes[number] = (sizes[number] ?? 0) + 1;
  }
  const places = new Map<string, boolean>();
  const isVisible = (path: string): boolean => {
    const known = places.get(path) ?? files.find(path)?.layer === layer;
    places.set(path, known);
    return known;
  };
  return new Map(
    table.listings.map((listing, number) => [
      listing,
      { ...listing, layer, visible: isVisible(listing.path), listed: sizes[number] ?? 0, present: 0, code: new Map() },
    ]),
  );
}
