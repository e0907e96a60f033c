import { isSystemType } from '../../ecosystems/index.ts';
import { conda } from '../../ecosystems/others.ts';
import { counted } from '../../formats/grouped.ts';
import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { isInstalled } from '../../model.ts';
import { type Inflation, type ListedPackage, PHANTOM_SHARE } from './inflation.ts';

/** Packages whose lists name nothing that is there: forged, or deleted without the package manager. */
const PHANTOMS = 10;
/** The smallest distribution has more packages with files. */
const WITHOUT_LIST = 200;
/** So many packages without any list are held to how many files the image has: every distribution has more files than twice its packages. */
const INFLATED = 500;
const FILES_OF_EACH = 2;

const keyOf = ({ type, name }: { readonly type: string; readonly name: string }): string => `${type} ${name}`;

/** Packages of databases that say which files they own: dpkg's, apk's, rpm's, pacman's, conda's. */
export function* phantomsOfDatabases(
  read: Pick<ReadImage, 'files'>,
  listed: readonly ListedPackage[],
  { listings }: OwnershipSurvey,
): Generator<Inflation> {
  const visible = listings.filter((listing) => listing.visible && listing.listed > 0);
  const bodied = new Set(visible.flatMap((list) => (list.present > list.shared ? [keyOf(list)] : [])));
  const gone = new Set(visible.map(keyOf).filter((key) => !bodied.has(key)));
  const lists = gone.size + bodied.size;
  if (gone.size >= PHANTOMS && gone.size >= lists * PHANTOM_SHARE)
    yield {
      phantoms: listed.filter(({ fact }) => isInstalled(fact) && gone.has(keyOf(fact))),
      message: `${gone.size} of ${lists} packages list files of which none is there, or only such as many packages list: deleted without the package manager, or never installed`,
      named: [...gone].map((key) => key.slice(key.indexOf(' ') + 1)),
    };
  const named = new Set([...bodied, ...gone]);
  for (const isOfKind of [isSystemType, (type: string) => type === conda.type]) {
    const installed = listed.filter(({ fact }) => isOfKind(fact.type) && isInstalled(fact));
    const withLists = installed.filter(({ fact }) => named.has(keyOf(fact))).length;
    const without = installed.filter(({ fact }) => !named.has(keyOf(fact)));
    const told = { phantoms: without, named: without.map(({ fact }) => fact.name) };
    // Some databases hold no lists, or one: then nothing is proven.
    if (withLists >= PHANTOMS && without.length >= WITHOUT_LIST && without.length > installed.length / 2)
      yield {
        ...told,
        message: `${without.length} of ${installed.length} packages of the database list no file at all: an inflated inventory`,
      };
    // Without any list the image itself is what they are held to. An image that somebody makes of a list of packages alone, as the
    // demonstration does, is small.
    if (withLists >= PHANTOMS || installed.length < INFLATED) continue;
    const files =
      read.files.layers.reduce((sum, { size }) => sum + size, 0) - new Set(installed.map(({ path }) => path)).size;
    if (files < installed.length * FILES_OF_EACH)
      yield {
        ...told,
        message: `the database lists ${installed.length} packages, and the image has ${counted(files, 'file')} besides: an inflated inventory`,
      };
  }
}
