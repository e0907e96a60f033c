import { pypi } from '../ecosystems/pypi.ts';
import { fileNameOf, folderOf } from '../formats/paths.ts';
import { type KnownWheels, nearestWheel, type WeighedWheel, weighedWheel } from '../hiding/known-wheels.ts';
import { codeOfKnownWheels, unlistedPython } from '../hiding/signs/index.ts';
import {
  distance,
  type Exposure,
  type Inventory,
  type NearestWheel,
  type Package,
  type Sign,
  type UnlistedModule,
} from '../model.ts';
import { byName, packageOf } from './package-of.ts';

/** Import packages of one distribution in one folder, and the wheel that each is most like. */
interface Recognised {
  readonly modules: readonly UnlistedModule[];
  readonly weighed: readonly WeighedWheel[];
}

/**
 * The inventory with packages in place of import packages that nothing lists, where their sources are those of known wheels (`known`: by the name
 * under which something is imported; without a database nothing is known) or of what the lists of other copies say. Versions that share all that is there cannot be told apart: the oldest is judged, which has the most findings, and the
 * others are told.
 */
export function withKnownWheels(
  inventory: Inventory,
  known: (module: string) => readonly KnownWheels[] = () => [],
): Inventory {
  const { unlisted = [] } = inventory;
  const recognised = new Map<string, Recognised>();
  const rest: UnlistedModule[] = [];
  /** Distributions that bring an import package of this name, of which it is unlike every known release. */
  const unlike = new Set<string>();
  /** Hundreds of folders may have an import package of one name, and lists of megabytes speak of it. */
  const knownOf = new Map<string, readonly KnownWheels[]>();
  for (const module of unlisted) {
    const name = fileNameOf(module.path);
    if (module.sources.length > 0 && !knownOf.has(name)) knownOf.set(name, known(name));
    const those = module.sources.length > 0 ? (knownOf.get(name) ?? []) : [];
    const weighed = weighedWheel(those, nearestWheel(name, new Map(module.sources), those), module.copied);
    if (weighed === undefined) {
      for (const { name: distribution } of those) unlike.add(`${folderOf(module.path)}\0${distribution}`);
      rest.push(module);
      continue;
    }
    const key = `${folderOf(module.path)}\0${weighed.wheel.name}`;
    const own = recognised.get(key) ?? { modules: [], weighed: [] };
    recognised.set(key, { modules: [...own.modules, module], weighed: [...own.weighed, weighed] });
  }
  if (recognised.size === 0) return inventory;
  const packages = [...recognised].map(([key, those]) => packageOfWheel(those, unlike.has(key), inventory));
  return {
    ...inventory,
    packages: together(inventory.packages, packages),
    signs: withSigns(inventory, rest, packages),
    unlisted: rest,
    ...(inventory.code && {
      code: inventory.code.map((share) =>
        share.kind === 'python' ? { ...share, known: share.known + unlisted.length - rest.length } : share,
      ),
    }),
  };
}

/** What one distribution brought is of one version: `attr` and `attrs` tell more together. */
function packageOfWheel({ modules, weighed }: Recognised, isUnlike: boolean, { os }: Inventory): Package {
  const wheels = weighed.map(({ wheel }) => wheel);
  const against = [...new Set(weighed.flatMap((those) => those.against ?? []))];
  const [first, ...others] = wheels as [NearestWheel, ...NearestWheel[]];
  const ofOthers = others.map((other) => new Set(other.versions));
  const shared = first.versions.filter((version) => ofOthers.every((those) => those.has(version)));
  const versions = shared.length > 0 ? shared : first.versions;
  const same = wheels.reduce((sum, wheel) => sum + wheel.same, 0);
  const compared = wheels.reduce((sum, wheel) => sum + wheel.compared, 0);
  const isWhole = !isUnlike && wheels.every((wheel) => wheel.isWhole);
  const isSure = versions.length === 1 && isWhole && against.length === 0;
  const [exposure] = modules.flatMap((module) => module.exposure ?? []).sort(byNearness);
  const pkg = packageOf(
    {
      type: pypi.type,
      name: first.name,
      // A release that contradicts what is there is not the one that is there.
      version: isWhole ? versions[0]! : '',
      certainty: isSure ? 'content' : 'name',
      recovered: 'wheel',
      properties: {
        sameSources: `${same} of ${compared}`,
        ...(isWhole ? versions.length > 1 && { versions: inWords(versions) } : between(versions, wheels)),
        ...(against.length > 0 && { contradictedBy: [...(isWhole ? [] : [OTHERWISE]), ...against].join('; ') }),
      },
    },
    os,
    modules.map(({ evidence }) => evidence),
    undefined,
  );
  return { ...pkg, ...(exposure && { exposure }) };
}

const byNearness = (a: Exposure, b: Exposure): number => distance(a.class) - distance(b.class);

/** What speaks against the nearest wheel where more than a version was changed. */
const OTHERWISE = 'sources that no known wheel has: changed, or of a release that is not known';

/** Where a release lies that none of the known ones is. */
function between(versions: readonly string[], wheels: readonly NearestWheel[]): Readonly<Record<string, string>> {
  const below = wheels.flatMap((wheel) => wheel.below ?? []).sort(pypi.compare)[0];
  const above = wheels
    .flatMap((wheel) => wheel.above ?? [])
    .sort(pypi.compare)
    .at(-1);
  const ends = [
    ...(below === undefined ? [] : [`later than ${below}`]),
    ...(above === undefined ? [] : [`earlier than ${above}`]),
  ];
  return {
    contradictedBy: OTHERWISE,
    versions: `not known: nearest to ${inWords(versions)}${ends.length === 0 ? '' : `, probably ${ends.join(' and ')}`}`,
    among: [...new Set([below, versions[0], versions.at(-1), above])]
      // What another copy's metadata call a version may be several words.
      .filter((version) => version !== undefined && !/\s/.test(version))
      .join(' '),
  };
}

/** So many versions are named one by one. */
const NAMED = 3;

/** `2.25.0, 2.25.1`; `2.0.0 to 2.9.1 (14 versions)`. */
const inWords = (versions: readonly string[]): string =>
  versions.length <= NAMED ? versions.join(', ') : `${versions[0]} to ${versions.at(-1)} (${versions.length} versions)`;

/** A copy of what a package manager lists elsewhere is one more place of it. */
function together(packages: readonly Package[], more: readonly Package[]): readonly Package[] {
  const all = [...packages];
  for (const pkg of more) {
    const at = all.findIndex(
      ({ type, name, version, role, ownedBy }) =>
        type === pkg.type &&
        version === pkg.version &&
        version !== '' &&
        role === undefined &&
        ownedBy === undefined &&
        pypi.normalize(name) === pkg.name,
    );
    const listed = all[at];
    if (listed === undefined) all.push(pkg);
    else {
      const [exposure] = [listed, pkg].flatMap((those) => those.exposure ?? []).sort(byNearness);
      all[at] = { ...listed, evidence: [...listed.evidence, ...pkg.evidence], ...(exposure && { exposure }) };
    }
  }
  return all.sort(byName);
}

/** What nothing lists is told anew without what was recognised, and that is told beside. */
function withSigns(
  { signs = [], unlisted = [] }: Inventory,
  rest: readonly UnlistedModule[],
  packages: readonly Package[],
): readonly Sign[] {
  const before = new Set([...unlistedPython(unlisted.map(asSeen))].map(({ message }) => message));
  const others = signs.filter(({ check, message }) => check !== 'code-unlisted' || !before.has(message));
  const now = [...codeOfKnownWheels(packages), ...unlistedPython(rest.map(asSeen))];
  const isGrave = ({ level }: Sign): boolean => level === 'warning';
  const all = [...others, ...now];
  return [...all.filter(isGrave), ...all.filter((sign) => !isGrave(sign))];
}

const asSeen = ({ path, evidence }: UnlistedModule): { readonly path: string; readonly isPackage: boolean } => ({
  path,
  isPackage: evidence.path.startsWith(`${path}/__init__.py`),
});
