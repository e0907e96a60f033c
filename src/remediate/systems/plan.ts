import { addTo } from '../../collections.ts';
import type { OwnSources } from '../../coverage/own-sources.ts';
import { ecosystemNamed, isSystemType } from '../../ecosystems/index.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Finding, Package } from '../../model.ts';
import type { Conflict } from '../conflict.ts';
import type { Goal } from '../goal.ts';
import type { Change, Jump } from '../plan.ts';
import { findingKeys, type Prover } from '../proof.ts';
import { changeKey } from '../rewriting.ts';
import { compareWeights, tradeOf, weigh } from '../trade.ts';
import { brokenRelations } from './deb-needs.ts';
import type { OsIndex } from './package-index.ts';
import { namesOfSystem, whyNoManager } from './package-manager.ts';
import { brokenRequirements } from './rpm-needs.ts';

/** What the planning of the operating system's packages rests on. */
interface OsPlanning {
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly goal: Goal;
  readonly prover: Prover;
  readonly index?: OsIndex;
  /** What the image's own sources can have, for where no index was read. */
  readonly sources?: OwnSources;
}

export interface OsPlan {
  readonly changes: readonly Change[];
  /** Source versions by `changeKey`: what advisories speak of. */
  readonly sources: ReadonlyMap<string, string>;
  readonly conflicts: readonly Conflict[];
  /** What the upgrade may disturb, in sentences. */
  readonly warnings: readonly string[];
}

/** Whether a package manager of the operating system installed it. */
export const isOsPackage = ({ type, role }: Pick<Package, 'type' | 'role'>): boolean =>
  isSystemType(type) && role !== 'vendored';

/** One source package and its installed binaries: they are upgraded together. */
interface Unit {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly wanted: readonly Finding[];
}

const UNLISTED =
  'no package database of the image lists it, so that its package manager upgrades nothing: build without deleting the database, or from a newer base';

/** Upgrades of OS packages that clear the goal: to what the indexes offer, else to what the advisory calls fixed. */
export function planOs(planning: OsPlanning): OsPlan {
  const changes: Change[] = [];
  const conflicts: Conflict[] = [];
  const sources = new Map<string, string>();
  const names = namesOfSystem(planning.packages);
  for (const unit of unitsOf(planning)) {
    const { type } = unit.packages[0] as Package;
    // A package manager whose database was deleted upgrades nothing.
    const isUnlisted = unit.packages.some(({ recovered }) => recovered !== undefined);
    const because = isUnlisted ? UNLISTED : whyNoManager(type, names);
    const upgrade = because === undefined ? upgradeOf(unit, planning) : { because };
    if ('because' in upgrade) {
      const keeps = [...new Set(unit.wanted.map(({ id }) => id))];
      conflicts.push({
        type,
        name: unit.name,
        version: unit.version,
        because: [upgrade.because],
        keeps,
        ...('wanted' in upgrade && upgrade.wanted ? { wanted: upgrade.wanted } : {}),
      });
      continue;
    }
    for (const { pkg, version, sourceVersion } of upgrade.packages) {
      sources.set(changeKey(pkg), sourceVersion);
      changes.push(changeTo(pkg, version, upgrade.verified));
    }
    if (upgrade.leaves !== undefined) {
      conflicts.push({ type, name: unit.name, version: unit.version, because: [upgrade.leaves], keeps: upgrade.keeps });
    }
  }
  return { changes, sources, conflicts, warnings: warningsOf(planning.packages, changes) };
}

const changeTo = ({ type, name, version, source }: Package, to: string, verified: Change['verified']): Change => ({
  type,
  name,
  ...(source === undefined || source.name === name ? {} : { source: source.name }),
  from: version,
  to,
  jump: osJump(version, to),
  verified,
});

/** What is installed and would lack something that it has today. */
function warningsOf(packages: readonly Package[], changes: readonly Change[]): string[] {
  const of = (wanted: string): Map<string, string> =>
    new Map(changes.flatMap(({ type, name, to }) => (type === wanted && to ? [[name, to] as const] : [])));
  return [
    ...new Set([
      ...brokenRelations(packages, of('deb')).map(
        ({ owner, text }) =>
          `${owner.name} ${owner.version} depends on ${text}: apt upgrades it too, or keeps both back`,
      ),
      ...brokenRequirements(packages, of('rpm')).map(
        ({ owner, text }) => `${owner.name} ${owner.version} requires ${text}: it has to be upgraded too, or both stay`,
      ),
    ]),
  ];
}

/**
 * The plan where every package of the system is upgraded that the indexes have a newer version of, as `apt-get upgrade` does.
 * Undefined where that would bring a finding that is not there today, or no index was read.
 */
export function planWholesale(planning: OsPlanning, plan: OsPlan): OsPlan | undefined {
  const { index, packages, findings, prover } = planning;
  if (index === undefined || index.read === 0) return undefined;
  const known = new Set(plan.changes.map(({ type, name }) => `${type}\0${name}`));
  const today = new Set(findings.flatMap(findingKeys));
  const sources = new Map(plan.sources);
  const changes = [...plan.changes];
  const names = namesOfSystem(packages);
  for (const pkg of packages) {
    const offer =
      isOsPackage(pkg) &&
      whyNoManager(pkg.type, names) === undefined &&
      pkg.recovered === undefined &&
      !known.has(`${pkg.type}\0${pkg.name}`)
        ? index.available.get(pkg.name)
        : undefined;
    const compare = ecosystemNamed(pkg.namespace ?? '')?.compare;
    if (offer === undefined || compare === undefined || compare(offer.version, pkg.version) <= 0) continue;
    const after = prover.findings(pkg, offer.version, offer.sourceVersion);
    if (after.some((finding) => !findingKeys(finding).some((key) => today.has(key)))) return undefined;
    sources.set(changeKey(pkg), offer.sourceVersion);
    changes.push(changeTo(pkg, offer.version, 'index'));
  }
  return { ...plan, changes, sources };
}

function unitsOf({ packages, findings, goal }: OsPlanning): Unit[] {
  const key = (pkg: Package): string => [pkg.type, sourceOf(pkg).name, sourceOf(pkg).version].join('\0');
  const bySource = new Map<string, Package[]>();
  for (const pkg of packages) {
    if (!isOsPackage(pkg)) continue;
    addTo(bySource, key(pkg), pkg);
  }
  const byKey = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!isOsPackage(finding.package)) continue;
    addTo(byKey, key(finding.package), finding);
  }
  return [...byKey].flatMap(([source, own]): Unit[] => {
    const wanted = own.filter((finding) => goal.wants(finding));
    const members = bySource.get(source) ?? [];
    const [first] = members;
    if (wanted.length === 0 || !first) return [];
    return [
      {
        name: sourceOf(first).name,
        version: sourceOf(first).version,
        packages: members,
        findings: own,
        wanted,
      },
    ];
  });
}

type Upgrade =
  | {
      readonly packages: readonly { pkg: Package; version: string; sourceVersion: string }[];
      readonly verified: 'index' | 'advisory';
      /** Why not all of it goes. */
      readonly leaves?: string;
      readonly keeps: readonly string[];
    }
  | { readonly because: string; readonly wanted?: string };

function upgradeOf(unit: Unit, planning: OsPlanning): Upgrade {
  const [first] = unit.packages as [Package];
  const compare = ecosystemNamed(first.namespace ?? '')?.compare;
  const fixed = compare && fixOf(unit.wanted, compare);
  if (!compare || fixed === undefined) return { because: 'the advisory names no fixed version' };
  const offered = offers(unit, planning.index, compare);
  if (offered === undefined) return unaskedUpgrade(unit, planning, fixed, compare);
  if (offered.length === 0)
    return {
      because: `the indexes of the image's sources offer nothing newer than ${unit.version}; fixed in ${fixed}`,
      wanted: fixed,
    };
  return checked(unit, planning, { packages: offered, verified: 'index', keeps: [] });
}

/** The highest of the versions in which these are fixed. */
const fixOf = (findings: readonly Finding[], compare: (a: string, b: string) => number): string | undefined =>
  findings
    .flatMap(({ fix }) => fix.version ?? [])
    .sort(compare)
    .at(-1);

/** To what the advisories call fixed, as far as the image's own sources are not known to lack it. */
function unaskedUpgrade(
  unit: Unit,
  planning: OsPlanning,
  fixed: string,
  compare: (a: string, b: string) => number,
): Upgrade {
  const refused = new Map(unit.wanted.map((finding) => [finding, planning.sources?.refuses(finding)]));
  const because = [...refused.values()].find((reason) => reason !== undefined);
  const to =
    because === undefined
      ? fixed
      : fixOf(
          unit.wanted.filter((finding) => refused.get(finding) === undefined),
          compare,
        );
  if (to === undefined) return { because: `${because}; fixed in ${fixed}`, wanted: fixed };
  const packages = unit.packages.map((pkg) => ({
    pkg,
    // A binary with versions of its own gets one that only the index knows.
    version: pkg.source === undefined || pkg.source.version === pkg.version ? to : binaryOf(pkg, to),
    sourceVersion: to,
  }));
  return checked(unit, planning, { packages, verified: 'advisory', keeps: [] }, because);
}

function binaryOf(pkg: Package, sourceVersion: string): string {
  const epoch = /^\d+:/.exec(pkg.version)?.[0];
  return epoch !== undefined && !/^\d+:/.test(sourceVersion) ? `${epoch}${sourceVersion}` : sourceVersion;
}

/** Newer versions of the unit's binaries; undefined: no index of this system was read. */
function offers(
  { packages }: Unit,
  index: OsIndex | undefined,
  compare: (a: string, b: string) => number,
): { pkg: Package; version: string; sourceVersion: string }[] | undefined {
  if (index === undefined || index.read === 0) return undefined;
  return packages.flatMap((pkg) => {
    const offer = index.available.get(pkg.name);
    if (!offer || compare(offer.version, pkg.version) <= 0) return [];
    return [{ pkg, version: offer.version, sourceVersion: offer.sourceVersion }];
  });
}

/** What the re-match says of it: what is added must weigh less than what goes, and what is left is named. */
function checked(
  unit: Unit,
  { prover, goal }: OsPlanning,
  upgrade: Extract<Upgrade, { packages: readonly unknown[] }>,
  because?: string,
): Upgrade {
  const after = upgrade.packages.flatMap(({ pkg, version, sourceVersion }) =>
    prover.findings(pkg, version, sourceVersion),
  );
  const { brought, weight } = tradeOf(unit.findings, after, goal);
  const to = upgrade.packages[0]?.sourceVersion ?? '';
  if (brought.length > 0 && compareWeights(weight, weigh(unit.wanted)) >= 0)
    return {
      because: `${to}, the newest that is offered, has ${[...new Set(brought.map(({ id }) => id))].join(', ')} in its place`,
      wanted: to,
    };
  const left = new Set(after.flatMap(findingKeys));
  const keeps = [
    ...new Set(unit.wanted.filter((finding) => findingKeys(finding).some((key) => left.has(key))).map(({ id }) => id)),
  ];
  const moved = new Set(upgrade.packages.map(({ pkg }) => pkg));
  const behind = unit.packages.filter((pkg) => !moved.has(pkg));
  if (behind.length > 0)
    return {
      ...upgrade,
      leaves: `the indexes offer no newer ${behind.map(({ name }) => name).join(', ')}`,
      keeps: unit.wanted.map(({ id }) => id),
    };
  if (keeps.length === 0) return upgrade;
  const all = new Set(unit.wanted.map(({ id }) => id));
  const fixes = unit.wanted.filter(({ id }) => keeps.includes(id)).flatMap(({ fix }) => fix.version ?? []);
  const said = `${because ?? `the newest that the image's sources offer is ${to}`}; fixed in ${[...new Set(fixes)].join(', ')}`;
  return keeps.length === all.size ? { because: said, wanted: fixes[0] ?? to } : { ...upgrade, leaves: said, keeps };
}

/** By the upstream part's numbers; a distribution's own revision is the smallest step. */
function osJump(from: string, to: string): Jump {
  const parts = (version: string): string[] =>
    version
      .replace(/^\d+:/, '')
      .replace(/-[^-]*$/, '')
      .split(/[.+~]/);
  const [a, b] = [parts(from), parts(to)];
  const differs = [0, 1, 2].find((index) => (a[index] ?? '') !== (b[index] ?? ''));
  return differs === undefined ? 'revision' : (['major', 'minor', 'patch'] as const)[differs]!;
}
