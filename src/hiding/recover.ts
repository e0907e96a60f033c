import type { PackageFact } from '../analyzers/analyzer.ts';
import { isWellKnown } from '../analyzers/well-known-modules.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../formats/paths.ts';

import { formerDatabase } from '../layers/former-database.ts';
import { installedOwner, type Owner, ownersOf } from '../layers/ownership.ts';
import { type OwnershipSurvey, ownershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { type CodeShare, isInstalled, type OperatingSystem, type Sign } from '../model.ts';
import { buriedConda, keyInEnvironment, listedByConda } from './conda-lists.ts';
import { withContradictions } from './contradicted.ts';
import { withoutDoubles } from './doubles.ts';
import { editedLists, heldToLowerDatabases } from './edited.ts';
import { gemsWithoutSpecification } from './gem-folders.ts';
import { hiddenSystem, unserved } from './hidden-system.ts';
import { codeMet, knownCode } from './known-code.ts';
import { buriedLanguages } from './lower-languages.ts';
import { buriedPackages, formerPackages, unlistedBelow } from './lower-layers.ts';
import { isNpmHint, npmOfLowerLayers, npmWithoutManifest } from './npm-code.ts';
import { heldToFiles } from './phantoms/index.ts';
import { moduleAt, sitePackagesOf, withoutKnownCode } from './python-code.ts';
import { type SignScene, signsOf } from './signs/index.ts';
import { contradiction } from './system.ts';
import { accounting, isSystemHint, tracedSystem, unlistedSystem } from './unlisted/index.ts';
import { withoutTwiceUnpacked } from './unpacked-archives.ts';
import { heldToCopies } from './vendored-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

export { isSystemHint } from './unlisted/index.ts';

/** What can be said of an image whose metadata does not say all. */
interface Recovered {
  /** The operating system, as the release file or what contradicts it says. */
  readonly os: OperatingSystem | undefined;
  /** What package managers and manifests list. */
  readonly listed: readonly PackageItem[];
  /** What they do not, and something else proves. */
  readonly recovered: readonly PackageItem[];
  readonly signs: readonly Sign[];
  /** Files that a visible package database lists. */
  readonly ownedFiles: number;
  readonly code: readonly CodeShare[];
  /** Python import packages that nothing lists and that tell no version. */
  readonly unlistedPython: readonly string[];
  /** The OS packages that own files, recovered ones among them. */
  readonly owners: ReadonlyMap<string, Owner>;
}

/**
 * Compares what an image says of itself with what its packages and files say, recovers what was taken out of sight, and tells the signs.
 * An ordinary image costs one walk over its files. `failed` is told of a check that could not be made for a defect of this program.
 * Long because it is one story: each proof is asked for what the better ones do not tell.
 */
export function recover(
  read: ReadImage,
  facts: readonly PackageItem[],
  stated: OperatingSystem | undefined,
  { layers, makers }: Pick<SignScene, 'layers' | 'makers'>,
  failed: (defect: string) => void,
): Recovered {
  const tables = read.indexes.map(({ owned }) => owned);
  const met = codeMet();
  const isFormer = formerDatabase(facts);
  const ofDatabases = new Set(
    facts.flatMap(({ path, fact }) =>
      isSystemType(fact.type) && fact.recovered === undefined && isInstalled(fact) && !isFormer(path)
        ? [keyOfSystem({ fact })]
        : [],
    ),
  );
  const survey = ownershipSurvey(read.files, tables, met, isFormer, (owner) =>
    ofDatabases.has(`${owner.type} ${owner.name}`),
  );
  // What snaps bring is of systems of its own, and proves and hides nothing of this one.
  const [ofSnaps, ofSystem] = parted(facts, ({ fact }) => fact.builtFor !== undefined);
  const others = withoutTwiceUnpacked(ofSystem.filter(({ fact }) => !isNpmHint(fact) && !isSystemHint(fact)));
  const carried = heldToCopies(others, read.files);
  const { items, recovered: stating, said } = withoutKnownCode(carried.items, read);
  const [documented, all] = parted(items, ({ fact }) => fact.recovered === 'documentation');
  const once = withoutDoubles(all);
  const edited = editedLists(read, once.items, facts, said, survey);
  const { current, former } = formerPackages(edited.items, isFormer, survey);
  const { items: listed, inflated } = heldToFiles(read, current, survey, met.modules);
  const below = buriedPackages(unlistedBelow(read, [...listed, ...former]), survey).items;
  const held = heldToLowerDatabases(read, below, survey);
  const buried = [...former, ...held.items];
  const [ofNpm, ofOthers] = parted(buriedLanguages(read, listed), ({ fact }) => fact.type === npm.type);
  const languages = [...ofOthers, ...npmOfLowerLayers(ofNpm, facts)];
  const environments = buriedConda(read, listed, survey);
  const ofConda = listedByConda([...listed, ...environments], [...listed, ...languages], survey);
  const toldByConda = new Set(ofConda.map(({ path, fact }) => keyInEnvironment(path, fact.name)));
  const told = new Set(languages.map(({ path, fact }) => `${sitePackagesOf(path)}\0${pypi.normalize(fact.name)}`));
  const known = new Set([...listed, ...buried].map(keyOfSystem));
  const undocumented = documented.filter(({ fact }) => !known.has(keyOfSystem({ fact })));
  const account = accounting(read, listed, survey, (paths) =>
    ownersOf(paths, tables, read.files, installedOwner(listed)),
  );
  const unlisted =
    account === 'accounted'
      ? undefined
      : unlistedSystem(read, facts, [...listed, ...buried, ...undocumented], survey, stated?.id);
  const provenNames = new Set([...listed, ...buried, ...undocumented, ...(unlisted?.items ?? [])].map(keyOfSystem));
  const recovered = [
    ...withContradictions(
      [...buried, ...undocumented, ...(unlisted?.items ?? [])],
      [...documented, ...(unlisted?.said ?? [])],
      keyOfSystem,
    ),
    // What a lower layer states of a distribution is better than what its code does.
    ...withContradictions(
      [
        ...languages,
        ...stating.filter(
          ({ path, fact }) =>
            !told.has(`${sitePackagesOf(path)}\0${pypi.normalize(fact.name)}`) &&
            !toldByConda.has(keyInEnvironment(path, fact.name)),
        ),
      ],
      said,
      ({ path, fact }) => `${sitePackagesOf(path)}\0${fact.type} ${pypi.normalize(fact.name)}`,
      ({ path }) => isWellKnown(moduleAt(path).module),
    ),
    ...environments,
    ...ofConda,
    ...carried.recovered,
    ...gemsWithoutSpecification(met, read.files, [...listed, ...languages]),
    ...edited.disguised.filter((item) => !provenNames.has(keyOfSystem(item))),
    ...npmWithoutManifest(facts, read.files, new Set(languages.map(({ path }) => folderOf(path)))),
  ];
  const system = [...listed, ...recovered].filter(({ fact }) => isSystemType(fact.type)).map(({ fact }) => fact);
  const lowerSystem = hiddenSystem(read);
  const against =
    contradiction(stated, system) ??
    unserved(stated, lowerSystem, system) ??
    (account === 'accounted' ? undefined : tracedSystem(stated, read.facts));
  const code = knownCode(read, met, [...listed, ...recovered], said);
  const scene = {
    read,
    layers,
    makers,
    survey,
    listed,
    edited: { ...edited, against: [...once.against, ...edited.against, ...held.against] },
    inflated,
    recovered,
    contradiction: against,
    hiddenSystem: lowerSystem,
    owners: read.owners,
    account,
    unlistedCode: code.unlisted,
    absent: unlisted?.absent ?? 0,
    strange: unlisted?.strange ?? [],
  };
  return {
    os:
      against === undefined
        ? stated
        : { ...against.proven.os, ...evidenceOf(stated), inferred: against.proven.because },
    listed: [...listed, ...ofSnaps],
    recovered,
    signs: signsOf(scene, failed),
    ownedFiles: survey.owned,
    code: [...librariesOwned(survey), ...code.shares],
    unlistedPython: code.unlisted.python,
    owners: new Map([...withBuried(read, listed, buried), ...(unlisted?.owners ?? [])]),
  };
}

/** The libraries of the system's folders, and how many of them a package lists. */
const librariesOwned = ({ libraries: { all, owned } }: OwnershipSurvey): CodeShare[] =>
  all === 0 ? [] : [{ kind: 'libraries', all, known: owned }];

const keyOfSystem = ({ fact }: Pick<PackageItem, 'fact'>): string => `${fact.type} ${fact.name}`;

/** What a recovered package's own list named is its own still: otherwise its libraries would be counted beside it. */
function withBuried(
  read: ReadImage,
  listed: readonly PackageItem[],
  buried: readonly PackageItem[],
): ReadonlyMap<string, Owner> {
  if (buried.length === 0) return read.owners;
  const names = new Set(buried.map(({ fact }) => `${fact.type} ${fact.name}`));
  const tables = read.indexes.map(({ owned }) => owned);
  const paths = listed.map(({ path }) => path).filter((path) => !read.owners.has(path));
  const theirs = ownersOf(
    paths,
    tables,
    read.files,
    ({ type, name }) => (names.has(`${type} ${name}`) ? { type, name } : undefined),
    { hidden: true },
  );
  return new Map([...read.owners, ...theirs]);
}

const evidenceOf = (stated: OperatingSystem | undefined): Pick<OperatingSystem, 'evidence'> =>
  stated?.evidence === undefined ? {} : { evidence: stated.evidence };

function parted<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const yes: Item[] = [];
  const no: Item[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
