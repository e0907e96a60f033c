import type { PackageFact } from '../../analyzers/analyzer.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import type { Owner } from '../../layers/ownership.ts';
import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../../layers/read-image.ts';
import type { LayerInfo, Sign } from '../../model.ts';
import type { Edited } from '../edited.ts';
import type { KnownCode } from '../known-code.ts';
import type { Inflation } from '../phantoms/index.ts';
import type { Contradiction } from '../system.ts';
import type { Accounting } from '../unlisted/index.ts';

/** A package that a file proves. */
export type SeenPackage = VisibleFact & { readonly fact: PackageFact };

/** What the checks look at. */
export interface SignScene {
  readonly read: ReadImage;
  readonly layers: readonly LayerInfo[];
  /** How many layers the history says that instructions made; none: it says nothing. */
  readonly makers: number;
  readonly survey: OwnershipSurvey;
  /** What the final image's own metadata lists. */
  readonly listed: readonly SeenPackage[];
  /** What of it somebody edited. */
  readonly edited: Edited;
  /** Lists that name more than is there. */
  readonly inflated: readonly Inflation[];
  /** What was recovered besides. */
  readonly recovered: readonly SeenPackage[];
  readonly contradiction: Contradiction | undefined;
  /** The release file that a lower layer has. */
  readonly hiddenSystem: (VisibleFact & { readonly fact: { readonly name: string } }) | undefined;
  readonly owners: ReadonlyMap<string, Owner>;
  /** How the package databases stand to the system that is there. */
  readonly account: Accounting;
  /** Packages that only a log names, and of which nothing is there. */
  readonly absent: number;
  readonly unlistedCode: KnownCode['unlisted'];
  /** Packages that something names which are of another kind of system. */
  readonly strange: readonly SeenPackage[];
}

/** Looks at one way of hiding; yields what speaks for it. */
export type SignCheck = (scene: SignScene) => Iterable<Sign>;

/** How many paths a sign names. */
export const NAMED = 5;

/** A sign with the first of its paths. */
export const sign = (check: string, level: Sign['level'], message: string, paths: readonly string[] = []): Sign => ({
  check,
  level,
  message,
  paths: paths.slice(0, NAMED),
});

/** Where it was seen, for a sentence: `/usr/local/bin/tool, /opt/a.zip and 3 more`. */
export const placesInWords = (paths: readonly string[]): string => {
  const rest = paths.length - IN_SENTENCE;
  const words = paths.slice(0, IN_SENTENCE).map((path) => `/${printable(path, 200)}`);
  return words.join(', ') + (rest > 0 ? ` and ${grouped(rest)} more` : '');
};
const IN_SENTENCE = 2;

/** ` (layer 3: RUN rm -rf /var/lib/dpkg)`. */
export const by = (layers: readonly LayerInfo[], layer: number): string => {
  const instruction = layers[layer]?.instruction?.replace(/\s+/g, ' ').trim();
  return ` (layer ${layer + 1}${instruction ? `: ${instruction.slice(0, 120)}` : ''})`;
};

/** The program that installs packages of a type: `dpkg` for `deb`. */
export const managerOfType = (type: string): string => ({ deb: 'dpkg', alpm: 'pacman' })[type] ?? type;
