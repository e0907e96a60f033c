import type { PackageFact } from '../analyzers/analyzer.ts';
import { generic } from '../ecosystems/generic.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { conda } from '../ecosystems/others.ts';
import { counted } from '../formats/grouped.ts';
import type { Owner } from '../layers/ownership.ts';
import type { Sign } from '../model.ts';

/**
 * Folders that distributions leave alone: an OS package that puts a language package there is a vendor's own, and nobody patches what it
 * carries. Red Hat's software collections are the exception.
 * https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch03s13.html
 */
const OUTSIDE = /^(?:opt\/(?!rh\/)|usr\/local\/|srv\/|home\/|root\/)/;

/** How distributions call a package of another world. */
const PREFIX = /^(?:python[\d.]*|py3|pypy3?|ruby[\d.]*|rubygem|rubygems|node|nodejs|php|perl|golang|rust|lib|r-cran)-?/;
const SUFFIX = /-(?:java|perl|ruby|js|python|py3|common|wheel|minimal)$/;

/** Versions of a package manager that are no release of anybody's. */
const SNAPSHOT = /git|svn|hg|bzr|cvs|snapshot|nightly|~(?!rc|a|b|beta|alpha|dev|pre)|20\d{6}/i;

/**
 * Whether the OS package that lists a file is to be believed to have put it there, and is judged in its place: not where distributions put
 * nothing, and not where it is the same thing in another version: somebody wrote over it.
 */
export function isProvenOwner(
  { fact, path }: { readonly fact: PackageFact; readonly path: string },
  owner: Owner,
  versionsOf: (owner: Owner) => readonly string[],
): boolean {
  if (owner.type === conda.type || fact.type === generic.type) return true;
  if (OUTSIDE.test(path)) return false;
  if (!isSameThing(fact.name, owner.name)) return true;
  const versions = versionsOf(owner).map(upstream);
  // Where the list itself names the version of the file, it was shipped so: upstreams forget to raise their own (7 of 194 Debian packages).
  const numbers = path.includes(fact.version) ? 1 : Number.POSITIVE_INFINITY;
  return versions.length === 0 || versions.some((version) => agrees(version, fact.version, numbers));
}

/** A language package that an OS package of the same thing lists in another version. */
export interface Claim {
  readonly path: string;
  /** `requests 2.25.0 (python3-requests 2.31.0)`. */
  readonly words: string;
  readonly isBelieved: boolean;
}

/** What an OS package lists as its own and is of another version than it: a list that somebody forged, or an upstream that forgot to raise its own. */
export function claimOf(
  { fact, path }: { readonly fact: PackageFact; readonly path: string },
  owner: Owner,
  versionsOf: (owner: Owner) => readonly string[],
): Claim | undefined {
  if (owner.type === conda.type || fact.type === generic.type || !isSameThing(fact.name, owner.name)) return undefined;
  const versions = versionsOf(owner);
  if (versions.length === 0) return undefined;
  if (versions.some((version) => agrees(upstream(version), fact.version, Number.POSITIVE_INFINITY))) return undefined;
  return {
    path,
    words: `${fact.name} ${fact.version} (${owner.name} ${versions[0]})`,
    isBelieved: isProvenOwner({ fact, path }, owner, versionsOf),
  };
}

/** How many claims a sign names. */
const NAMED = 5;

/** The sign of such claims; information, since 7 of 194 Debian packages are made so. */
export function claimSigns(all: readonly Claim[], listed: ReadonlyMap<string, Owner>): readonly Sign[] {
  // Without a list, only a name makes the owner: nothing was claimed.
  const claims = all.filter(({ path }) => listed.has(path));
  if (claims.length === 0) return [];
  const believed = claims.filter(({ isBelieved }) => isBelieved).length;
  const judged =
    believed === 0
      ? 'judged apart from it'
      : `${believed === claims.length ? '' : `${believed} of them `}judged as the OS package, since its list names that version`;
  const named = claims.slice(0, NAMED);
  return [
    {
      check: 'ownership-contradicted',
      level: 'info',
      message: `${counted(claims.length, 'language package')} ${claims.length === 1 ? 'is' : 'are'} listed by an OS package of another version, whose list may be forged: ${named.map(({ words }) => words).join(', ')}: ${judged}`,
      paths: named.map(({ path }) => path),
    },
  ];
}

/**
 * Owners of files by name, where no list tells what an OS package owns, since only documentation, traces or programs prove it: `usr/lib/x86_64-linux-gnu/libssl.so.1.1`,
 * recognised as OpenSSL, is of a package of that source. Whether the versions agree is `isProvenOwner`'s to say.
 */
export function withDocumented(
  owners: ReadonlyMap<string, Owner>,
  items: readonly { readonly path: string; readonly fact: PackageFact }[],
): ReadonlyMap<string, Owner> {
  const documented = new Map<string, Owner>();
  for (const { fact } of items)
    if (isSystemType(fact.type) && fact.recovered !== undefined && fact.recovered !== 'lower-layer')
      for (const name of [fact.name, fact.source?.name ?? fact.name])
        for (const known of plainNames(name)) documented.set(known, { type: fact.type, name: fact.name });
  if (documented.size === 0) return owners;
  const result = new Map(owners);
  for (const { path, fact } of items) {
    if (result.has(path) || isSystemType(fact.type) || OUTSIDE.test(path)) continue;
    // What a package carries along is of the package that carries it.
    const name = fact.role === 'vendored' ? /(?<![^/])([^/]+)\/_vendor\//.exec(path)?.[1] : fact.name;
    if (name === undefined) continue;
    const owner = documented.get(plain(name)) ?? documented.get(`${plain(name)}utils`);
    if (owner !== undefined) result.set(path, owner);
  }
  return result;
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^.*[/:]/, '')
    .replace(/[-_.]/g, '');

/** What a distribution's name for a thing may mean: `python3-jinja2` is `jinja2`. */
function plainNames(owner: string): readonly string[] {
  const system = owner.toLowerCase();
  const bare = system.replace(PREFIX, '');
  return [system, bare, bare.replace(SUFFIX, '')].map(plain);
}

const isSameThing = (name: string, owner: string): boolean => plainNames(owner).includes(plain(name));

/** Epoch, revision and what a packager says of his tarball are taken off: `1:2.0.7+dfsg-3ubuntu1` is `2.0.7`. */
function upstream(version: string): string {
  const bare = version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  const really = /[+~.-]really(\d.*)$/.exec(bare)?.[1];
  return (really ?? bare).replace(/[+~.-](?:dfsg|ds|repack|debian|ubuntu|orig|nmu)\b.*$/i, '');
}

/** By the numbers that both have, the first so many of them; what cannot be compared agrees. */
function agrees(system: string, own: string, most: number): boolean {
  if (SNAPSHOT.test(system) || !/^v?\d/.test(own) || /^v?0(?:\.0)*$/.test(own) || /[+.]dev|\$\{/.test(own)) return true;
  const numbers = (text: string): string[] => /^v?(\d+(?:\.\d+)*)/.exec(text)?.[1]?.split('.').map(trimmed) ?? [];
  const [left, right] = [numbers(system), numbers(own)];
  const shared = Math.min(left.length, right.length, most);
  return left.slice(0, shared).every((number, at) => number === right[at]);
}

const trimmed = (digits: string): string => digits.replace(/^0+(?=\d)/, '');
