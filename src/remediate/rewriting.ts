import { addTo } from '../collections.ts';
import { purlInVersion, purlOf } from '../ecosystems/index.ts';
import { sameName } from '../ecosystems/names.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { type Evidence, isInstalled, type Package } from '../model.ts';
import { siteOrFile } from './installed/index.ts';
import type { Change } from './plan.ts';

/** Package type and name: what a change names. Only Python's names are written in several ways; those of rpm keep their capitals. */
export function changeKey({ type, name }: Pick<Package, 'type' | 'name'>): string {
  return `${type}\0${sameName(type, name)}`;
}

/** What one package becomes, and its source where it has one. */
interface Replacement {
  readonly version: string;
  readonly source?: string;
}

/** The rewriting that a set of changes stands for. */
export interface Rewriting {
  /** By `changeKey`, and `\0` and environment where only one of several is meant; `undefined` removes it. */
  readonly replacements: ReadonlyMap<string, Replacement | undefined>;
  /** New versions of single copies, by the path that proves them. */
  readonly copies?: ReadonlyMap<string, string>;
  /** Python distributions that nobody has there today, and the folder that they come to lie in. */
  readonly added?: readonly { readonly name: string; readonly version: string; readonly site: string }[];
}

/** Key of a change within one environment. */
const environmentKey = (key: string, environment: string | undefined): string =>
  environment === undefined ? key : `${key}\0${environment}`;

/** The packages as they will be: copies that are not changed stay, as do copies within other packages. */
export function applyChanges(packages: readonly Package[], { replacements, copies, added = [] }: Rewriting): Package[] {
  /** Proofs of what was rewritten already, by what it became: older versions in several places can come to the same. */
  const renewed = new Map<string, Evidence[]>();
  const kept = packages.flatMap((pkg) => {
    if (!isInstalled(pkg)) return [pkg];
    if (copies?.size && pkg.evidence.some(({ path }) => copies.has(path))) return moved(pkg, copies);
    const key = changeKey(pkg);
    if (pkg.type !== pypi.type) return replacements.has(key) ? replaced(pkg, replacements.get(key)) : [pkg];
    const groups = new Map<string, { evidence: Evidence[]; keyed: boolean; key: string }>();
    for (const evidence of pkg.evidence) {
      const own = [key, environmentKey(key, siteOrFile(evidence.path))].find((candidate) =>
        replacements.has(candidate),
      );
      // Copies that come to the same version are one package, as they are where an inventory is taken.
      const becomes = own === undefined ? 'as it is' : (replacements.get(own)?.version ?? '');
      const group = groups.get(becomes) ?? { evidence: [], keyed: own !== undefined, key: own ?? '' };
      group.evidence.push(evidence);
      groups.set(becomes, group);
    }
    return [...groups].flatMap(([becomes, group]) => {
      const part = groups.size === 1 ? pkg : { ...pkg, evidence: group.evidence };
      if (!group.keyed) return [part];
      const like = [pypi.normalize(pkg.name), becomes, pkg.role, pkg.ownedBy?.name].join('\0');
      const known = renewed.get(like);
      if (known !== undefined) {
        known.push(...group.evidence);
        return [];
      }
      const evidence = [...group.evidence];
      renewed.set(like, evidence);
      return replaced({ ...part, evidence }, replacements.get(group.key));
    });
  });
  return [...kept, ...added.map((distribution) => freshDistribution(distribution, packages))];
}

/** A distribution as it will lie beside those of its folder: in the last layer that wrote one of these. */
function freshDistribution(
  { name, version, site }: NonNullable<Rewriting['added']>[number],
  packages: readonly Package[],
): Package {
  const beside = packages
    .filter(({ type }) => type === pypi.type)
    .flatMap(({ evidence }) => evidence.filter(({ path }) => siteOrFile(path) === site))
    .reduce<Evidence | undefined>((last, proof) => (last && last.layer >= proof.layer ? last : proof), undefined);
  const evidence = {
    path: `${site}/${name}-${version}.dist-info/METADATA`,
    layer: beside?.layer ?? 0,
    diffID: beside?.diffID ?? '',
    analyzer: beside?.analyzer ?? '',
  };
  return {
    type: pypi.type,
    name,
    version,
    namespace: pypi.name,
    purl: purlOf({ type: pypi.type, name, version }),
    evidence: [evidence],
  };
}

/** The package, parted by what becomes of its copies. */
function moved(pkg: Package, copies: ReadonlyMap<string, string>): Package[] {
  const groups = new Map<string | undefined, Evidence[]>();
  for (const evidence of pkg.evidence) {
    const to = copies.get(evidence.path);
    addTo(groups, to, evidence);
  }
  return [...groups].map(([to, evidence]) => {
    const part = { ...pkg, evidence };
    return to === undefined ? part : withVersion(part, to);
  });
}

function replaced(pkg: Package, to: Replacement | undefined): Package[] {
  if (to === undefined) return [];
  return [withVersion(pkg, to.version, to.source)];
}

/** The package in another version. */
export function withVersion(pkg: Package, version: string, sourceVersion?: string): Package {
  const { source, purl, ...rest } = pkg;
  let written: string | undefined;
  return {
    ...rest,
    version,
    // Of thousands of versions that are tried, few are ever shown.
    get purl() {
      written ??= purlInVersion(purl, version, sourceVersion);
      return written;
    },
    ...(source ? { source: { name: source.name, version: sourceVersion ?? version } } : {}),
  };
}

/** Where pip puts what is new: beside Debian's own folder of distributions it has one below `usr/local`. */
const pipsSite = (sites: readonly string[]): string | undefined =>
  sites.find((site) => site.startsWith('usr/local/')) ?? sites[0];

/** The rewriting of changes that name versions; `sources` gives the source versions of OS packages. */
export function rewritingOf(
  changes: readonly Change[],
  sites: ReadonlyMap<string, readonly string[]>,
  sources: ReadonlyMap<string, string>,
): Rewriting {
  const replacements = new Map<string, Replacement | undefined>();
  const added: { name: string; version: string; site: string }[] = [];
  for (const { type, name, from, to, environment } of changes) {
    const site = environment === undefined ? undefined : pipsSite(sites.get(environment) ?? []);
    if (type === pypi.type && from === undefined && to !== undefined && site !== undefined) {
      added.push({ name, version: to, site });
      continue;
    }
    const key = changeKey({ type, name });
    const source = sources.get(key);
    const value = to === undefined ? undefined : { version: to, ...(source === undefined ? {} : { source }) };
    const places = environment === undefined ? undefined : sites.get(environment);
    for (const place of places ?? [undefined]) replacements.set(environmentKey(key, place), value);
  }
  return { replacements, added };
}
