import type { PackageFact } from '../analyzers/analyzer.ts';
import type { Distribution, ReleaseTrace } from '../ecosystems/ecosystem.ts';
import { distributionOf, ecosystems, isSystemType, namespaceOf } from '../ecosystems/index.ts';
import { supportOf } from '../ecosystems/support.ts';
import { isInstalled, type OperatingSystem, type Package } from '../model.ts';

/** A release that packages speak for. */
interface Voice {
  readonly id: string;
  readonly versionId?: string;
  readonly namespace: string;
  /** The package that makes a system this release, where one was found. */
  readonly decisive?: PackageFact;
  /** How many packages were built for it. */
  readonly count: number;
  /** The first of them. */
  readonly example: PackageFact;
}

/** What the packages say of the operating system, beside what the release file says. */
interface SystemByPackages {
  /** The release that the packages are of. */
  readonly os: OperatingSystem;
  /** In words: `base-files 11.1+deb11u7 and 46 packages built for Debian 11`. */
  readonly because: string;
  /** A package of it brings the release file itself; otherwise it is inferred from what the packages were built for. */
  readonly decisive: boolean;
}

/** Packages built for a release that have to be there before their word counts, where none of them is decisive. */
const ENOUGH = 3;

/**
 * The release of a distribution that the installed packages are of, from their own names and versions; undefined where they do not tell, or
 * speak for several releases with equal voices.
 */
function systemByPackages(packages: Iterable<PackageFact>): SystemByPackages | undefined {
  const [best, second] = voices(packages);
  if (best === undefined) return undefined;
  if (best.decisive === undefined && (best.count < ENOUGH || best.count === second?.count)) return undefined;
  if (best.decisive !== undefined && second?.decisive !== undefined) return undefined;
  const { id, versionId, decisive, count, example } = best;
  const title = [distributionOf({ id })?.name ?? id, versionId].filter(Boolean).join(' ');
  const others = decisive === undefined ? count : count - 1;
  const named = decisive ?? example;
  const built = `${others} ${others === 1 ? 'package' : 'packages'} built for ${title}`;
  return {
    os: { id, name: title, ...(versionId === undefined ? {} : { versionId }) },
    because:
      decisive === undefined
        ? `${built}, ${named.name} ${named.version} for one`
        : `${named.name} ${named.version}${others === 0 ? '' : ` and ${built}`}`,
    decisive: decisive !== undefined,
  };
}

/** Every release that some package speaks for, the best proven first. */
function voices(packages: Iterable<PackageFact>): Voice[] {
  const voices = new Map<string, Voice>();
  for (const fact of packages)
    for (const { trace, id, namespace } of releasesOf(fact))
      voices.set(namespace, heard(voices.get(namespace), fact, trace, { id, namespace }));
  const rank = ({ decisive, count }: Voice): number => (decisive === undefined ? 0 : 1e9) + count;
  return [...voices.values()].sort((a, b) => rank(b) - rank(a));
}

/** The releases that an installed package tells it was built for. */
function* releasesOf(
  pkg: Pick<Package, 'type' | 'name' | 'version' | 'maintainer' | 'role'>,
): Generator<{ readonly trace: ReleaseTrace; readonly id: string; readonly namespace: string }> {
  if (!isSystemType(pkg.type) || !isInstalled(pkg)) return;
  for (const system of tracing(pkg.type)) {
    const trace = system.traceOf?.(pkg);
    if (trace === undefined) continue;
    const { id = system.ids[0]!, versionId } = trace;
    const namespace = system.namespace({ id, name: id, ...(versionId === undefined ? {} : { versionId }) });
    if (namespace !== undefined) yield { trace, id, namespace };
  }
}

/** Whether some package that a package manager lists was built for the release of this system. */
export const isReleaseOf = (os: OperatingSystem, packages: readonly Package[]): boolean =>
  packages.some(
    (pkg) =>
      pkg.recovered === undefined &&
      [...releasesOf(pkg)].some(({ namespace }) => namespace === namespaceOf(pkg.type, os)),
  );

const TRACING = new Map<string, readonly Distribution[]>();

/** The distributions whose packages are of this type and tell their release. */
function tracing(type: string): readonly Distribution[] {
  const known = TRACING.get(type);
  if (known !== undefined) return known;
  const distributions = ecosystems.flatMap((ecosystem) =>
    ecosystem.type === type && ecosystem.system?.traceOf ? [ecosystem.system] : [],
  );
  TRACING.set(type, distributions);
  return distributions;
}

function heard(
  known: Voice | undefined,
  fact: PackageFact,
  { decisive, versionId }: ReleaseTrace,
  { id, namespace }: { readonly id: string; readonly namespace: string },
): Voice {
  const own = decisive ? fact : known?.decisive;
  const number = decisive ? versionId : (known?.versionId ?? versionId);
  return {
    id: decisive ? id : (known?.id ?? id),
    namespace,
    count: (known?.count ?? 0) + 1,
    example: known?.example ?? fact,
    ...(number === undefined ? {} : { versionId: number }),
    ...(own === undefined ? {} : { decisive: own }),
  };
}

/** Packages built for one release that are too many to have stayed when a system was upgraded to another. */
const LEFT_BY_UPGRADE = 10;

/**
 * The package that brings the release file agrees with it, and most others were built for another release of it: both were edited. A system that
 * was upgraded has new packages; what it still has of the old release are a few.
 */
function outvoted(
  facts: readonly PackageFact[],
  stated: OperatingSystem,
  said: string | undefined,
): Contradiction | undefined {
  const all = voices(facts);
  const own = all.find(({ namespace }) => namespace === said);
  const others = facts.filter(({ name }) => name !== own?.decisive?.name);
  const [strongest] = all.filter(({ namespace }) => namespace !== said).sort((a, b) => b.count - a.count);
  if (own?.decisive === undefined || strongest === undefined || strongest.count < LEFT_BY_UPGRADE) return undefined;
  if (strongest.count <= 3 * own.count) return undefined;
  const proven = systemByPackages(others);
  return proven === undefined ? undefined : { kind: 'contradicted', stated, proven };
}

/** A release file and the packages name different releases, or the release file names none that anybody publishes on. */
export interface Contradiction {
  /** `contradicted`: another release of a known distribution; `unknown`: no distribution that anybody publishes on; `missing`: no release file. */
  readonly kind: 'contradicted' | 'unknown' | 'derivative' | 'missing';
  readonly stated?: OperatingSystem;
  readonly proven: SystemByPackages;
}

/**
 * How the release file and the packages stand to each other; undefined where they agree, or the packages do not tell. A system that follows
 * no release (`Debian:sid`) and a derivative that says so contradict nothing.
 */
export function contradiction(
  stated: OperatingSystem | undefined,
  packages: Iterable<PackageFact>,
): Contradiction | undefined {
  const facts = [...packages];
  const proven = systemByPackages(facts);
  if (proven === undefined) return undefined;
  if (stated === undefined) return { kind: 'missing', proven };
  const type = ecosystems.find(({ system }) => system?.ids.includes(proven.os.id))!.type;
  const [said, shown] = [namespaceOf(type, stated), namespaceOf(type, proven.os)];
  if (said === shown) return outvoted(facts, stated, said);
  if (said === undefined) {
    const isKin = stated.idLike?.some((id) => id === proven.os.id) ?? false;
    return { kind: isKin ? 'derivative' : 'unknown', stated, proven };
  }
  // Without a number the release file speaks of what comes next; and the release's own package decides, or nothing does.
  if (stated.versionId === undefined || !proven.decisive) return undefined;
  const agrees = voices(facts).some(({ namespace }) => namespace === said);
  const strong = voices(facts).find(({ namespace }) => namespace === shown)!.count;
  const weak = voices(facts).find(({ namespace }) => namespace === said)?.count ?? 0;
  return agrees && weak >= strong ? undefined : { kind: 'contradicted', stated, proven: heardOf(proven, stated) };
}

/** A release that nobody has heard of takes every finding away: where the release file names one that is known, that is judged, and the contradiction told. */
const heardOf = (proven: SystemByPackages, stated: OperatingSystem): SystemByPackages =>
  supportOf(proven.os) === undefined && supportOf(stated) !== undefined
    ? { ...proven, os: stated, because: `${proven.because}, of a release that nobody has heard of` }
    : proven;
