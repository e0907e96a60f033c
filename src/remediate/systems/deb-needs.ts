import { debian } from '../../ecosystems/debian.ts';
import { deb } from '../../ecosystems/system-types.ts';
import type { Package } from '../../model.ts';

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

/** Packages that nothing at run time needs: compilers, headers and what builds Debian packages. */
const BUILD_ONLY =
  /^(?:linux-libc-dev|.+-dev|build-essential|gcc(?:-\d+)?|g\+\+(?:-\d+)?|cpp(?:-\d+)?|binutils(?:-.+)?|libbinutils|make|dpkg-dev|patch|autoconf|automake|libtool|autotools-dev|m4|bison|flex|cmake(?:-data)?|ninja-build|pkg-config|pkgconf|gfortran(?:-\d+)?|.+-headers(?:-.+)?|libc-dev-bin|manpages-dev|imagemagick(?:-.+)?|subversion|mercurial(?:-common)?)$/;

/**
 * The build-time packages of an image that can go: none of those that stay needs them. Alternatives count as needed when no other
 * one is there.
 */
export function removablePackages(packages: readonly Package[]): Package[] {
  const installed = new Set(packages.filter(({ type }) => type === deb.type).map(({ name }) => name));
  const going = new Map(
    packages.filter(({ type, name }) => type === deb.type && BUILD_ONLY.test(name)).map((pkg) => [pkg.name, pkg]),
  );
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const owner of packages) {
      if (owner.type !== deb.type || going.has(owner.name)) continue;
      for (const text of owner.requires ?? []) {
        const names = parseRelation(text).map(({ name }) => name);
        const present = names.filter((name) => installed.has(name));
        if (present.length === 0 || present.some((name) => !going.has(name))) continue;
        going.delete(present[0] as string);
        shrunk = true;
      }
    }
  }
  return [...going.values()];
}
