import { addTo } from '../../collections.ts';
import { debian } from '../../ecosystems/debian.ts';
import { deb } from '../../ecosystems/system-types.ts';
import type { ExposureClass, Package } from '../../model.ts';

/** One alternative of a dependency: `libssl1.1 (>= 1.1.1)`. https://www.debian.org/doc/debian-policy/ch-relationships.html */
interface Relation {
  readonly name: string;
  readonly operator?: string;
  readonly version?: string;
}

/** Parses `a (>= 1) | b:any`. Alternatives that cannot be parsed are left out. */
function parseRelation(text: string): Relation[] {
  return text.split('|').flatMap((part): Relation[] => {
    const match = /^\s*([a-z0-9][a-z0-9+.-]*)(?::\w+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^)\s]+)\s*\))?/.exec(part);
    if (!match) return [];
    const [, name = '', operator, version] = match;
    return [{ name, ...(operator && version ? { operator, version } : {}) }];
  });
}

function holdsFor({ operator, version }: Relation, have: string): boolean {
  if (operator === undefined || version === undefined) return true;
  const order = debian.compare(have, version);
  switch (operator) {
    case '=':
      return order === 0;
    case '<<':
      return order < 0;
    case '>>':
      return order > 0;
    case '>=':
    case '>':
      return order >= 0;
    default:
      return order <= 0;
  }
}

/** A dependency between installed packages that a change breaks. */
export interface BrokenRelation {
  readonly owner: Package;
  readonly text: string;
  readonly target: string;
}

/**
 * What installed Debian packages need and would not have when `changed` (by name) were in these versions. Packages that change
 * bring new dependencies of their own, which only the index knows: they are not judged by their old ones.
 */
export function brokenRelations(packages: readonly Package[], changed: ReadonlyMap<string, string>): BrokenRelation[] {
  const installed = new Map(packages.filter(({ type }) => type === deb.type).map((pkg) => [pkg.name, pkg.version]));
  return packages.flatMap((owner) => {
    if (owner.type !== deb.type || changed.has(owner.name)) return [];
    return (owner.requires ?? []).flatMap((text): BrokenRelation[] => {
      const relations = parseRelation(text);
      const touched = relations.find(({ name }) => changed.has(name));
      if (!touched) return [];
      const good = (version: (name: string) => string | undefined): boolean =>
        relations.some((relation) => {
          const have = version(relation.name);
          return have !== undefined && holdsFor(relation, have);
        });
      const before = good((name) => installed.get(name));
      const after = good((name) => changed.get(name) ?? installed.get(name));
      return before && !after ? [{ owner, text, target: touched.name }] : [];
    });
  });
}

/** Headers and what is linked against: by Debian's policy a package that ends in `-dev` is for compiling. https://www.debian.org/doc/debian-policy/ch-sharedlibs.html */
const HEADERS = /^(?:.+-dev|.+-headers(?:-.+)?|libc-dev-bin|manpages-dev)$/;

/** Programs that do nothing but compile, link and build; none that has another use as well, such as m4, patch, ImageMagick or Subversion. */
const COMPILERS =
  /^(?:build-essential|gcc(?:-\d+)?|g\+\+(?:-\d+)?|cpp(?:-\d+)?|binutils(?:-.+)?|libbinutils|make|dpkg-dev|autoconf|automake|libtool|autotools-dev|bison|flex|cmake(?:-data)?|ninja-build|pkg-config|pkgconf|gfortran(?:-\d+)?)$/;

/** Ways of the start command that lead to a package: then more than building needs it. */
const REACHED: ReadonlySet<string | undefined> = new Set<ExposureClass>(['loaded', 'importable', 'callable']);

/** Whether a package is there to build others, and nothing is known that the container does with it. */
const isBuildOnly = ({ name, exposure }: Pick<Package, 'name' | 'exposure'>): boolean =>
  (HEADERS.test(name) || COMPILERS.test(name)) && !REACHED.has(exposure?.class);

/** The build-time packages of an image that can go: none of those that stay needs them. */
export const removablePackages = (packages: readonly Package[]): Package[] => unneededOf(packages, isBuildOnly);

/** What others read without loading it: certificates, time zones, fonts, dictionaries, tables of types and names. */
const DATA =
  /^(?:ca-certificates|tzdata|locales|fonts-|media-types$|mime-support$|shared-mime-info$|iso-codes$|netbase$|ssl-cert$|aspell-|hunspell-|myspell-|ispell|publicsuffix|geoip-)|-(?:data|common|base|doc)$/;

/**
 * Debian packages with something in `worth` that nothing the container starts leads to, with what has to go along since it needs them: code that is
 * present and no more, and headers; none that is kept by the system, that has what others read, or that one that stays needs.
 */
export function unloadedPackages(packages: readonly Package[], worth: (pkg: Package) => boolean): Package[] {
  const able = unneededOf(
    packages,
    (pkg) =>
      pkg.properties?.kept === undefined &&
      pkg.recovered === undefined &&
      !DATA.test(pkg.name) &&
      (pkg.exposure?.class === 'present' || (pkg.exposure?.class === 'not-code' && isBuildOnly(pkg))),
  );
  const going = new Set(able.filter(worth));
  const byName = namesOf(packages);
  for (let grown = true; grown; ) {
    grown = false;
    for (const owner of able) {
      if (going.has(owner)) continue;
      if (!needsOf(owner, byName).some((some) => some.every((pkg) => going.has(pkg)))) continue;
      going.add(owner);
      grown = true;
    }
  }
  return able.filter((pkg) => going.has(pkg));
}

/** Installed packages by their names and by those that they provide. */
function namesOf(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const byName = new Map<string, Package[]>();
  for (const pkg of packages) {
    if (pkg.type !== deb.type) continue;
    const provided = (pkg.properties?.provides ?? '').split(',').flatMap((text) => parseRelation(text));
    for (const name of new Set([pkg.name, ...provided.map((relation) => relation.name)])) addTo(byName, name, pkg);
  }
  return byName;
}

/** Of each dependency that is met the packages that meet it: one of them is enough. */
const needsOf = (owner: Package, byName: ReadonlyMap<string, readonly Package[]>): (readonly Package[])[] =>
  (owner.requires ?? [])
    .map((text) => parseRelation(text).flatMap(({ name }) => byName.get(name) ?? []))
    .filter((some) => some.length > 0 && !some.includes(owner));

/** The most of those that may go of which none is needed by what stays: alternatives count as needed when no other one is there. */
function unneededOf(packages: readonly Package[], mayGo: (pkg: Package) => boolean): Package[] {
  const byName = namesOf(packages);
  const all = packages.filter(({ type }) => type === deb.type);
  const going = new Set(all.filter(mayGo));
  const needs = new Map(all.map((owner) => [owner, needsOf(owner, byName)]));
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const [owner, groups] of needs) {
      if (going.has(owner)) continue;
      for (const some of groups) {
        if (some.some((pkg) => !going.has(pkg))) continue;
        going.delete(some[0] as Package);
        shrunk = true;
      }
    }
  }
  return all.filter((pkg) => going.has(pkg));
}
