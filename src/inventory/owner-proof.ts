import type { PackageFact } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { generic } from '../ecosystems/generic.ts';
import { go } from '../ecosystems/go.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import { conda } from '../ecosystems/others.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { apk, deb } from '../ecosystems/system-types.ts';
import { isKin, isSameThing, OF_DISTRIBUTIONS, plain, plainNames, sharesWord } from '../layers/owner-names.ts';
import { installedOwner, type Owner, ownersOf } from '../layers/ownership.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import { type Answering, isInUse } from '../model.ts';
import { isNextRelease } from '../versions/releases.ts';

/** Versions of a package manager that are no release of anybody's. */
const SNAPSHOT = /git|svn|hg|bzr|cvs|snapshot|nightly|~(?!rc|a|b|beta|alpha|dev|pre)|20\d{6}/i;

/**
 * What interpreters bring along of their own, under other names and versions. Debian's gem puts into another folder what it installs; of other
 * systems only what Ruby calls its default gems is known to be its own.
 */
const BUNDLED: readonly (readonly [owner: RegExp, path: RegExp])[] = [
  [/^\w+ (?:lib)?ruby[\d.]*(?:-(?:libs|default-gems))?$/, /\/ruby\/(?:gems\/)?[\d.]+\/specifications\/default\//],
  [/^deb libruby[\d.]+$/, /^usr\/lib\/ruby\/gems\//],
  // R's own packages, of priority `base`. https://cran.r-project.org/doc/FAQ/R-FAQ.html#Add_002don-packages-in-R
  [
    /^(?:deb r-base-core|rpm (?:R-core|R-base)|apk R)$/,
    /\/R\/library\/(?:base|compiler|datasets|graphics|grDevices|grid|methods|parallel|splines|stats4?|tcltk|tools|translations|utils)\//,
  ],
  [/^\w+ nodejs(?:[\d.-]*|-npm)$/, /\/node_modules\/(?:npm|corepack)\//],
];

/**
 * Why an OS package is believed to have put a language package or a program there, and is judged in its place: it is the same thing in the same
 * version; what is `inside` of it, in a folder or a program of its name; or of its version, and of another name, as few of them are.
 */
type OwnerProof = 'same' | 'inside' | 'alike';

/** A package that a file of this path proves. */
interface Held {
  readonly fact: PackageFact;
  readonly path: string;
}

/** What the package databases list under a name. */
type FactsOf = (owner: Owner) => readonly PackageFact[];

/** Programs and what was compiled into them: one file proves many packages, under names of their own. */
const isOfProgram = (type: string): boolean => type === generic.type || typeNamed(type).compiled === true;

/**
 * Whether the OS package that lists a file is to be believed: anybody can write a line into a list. Not where distributions put nothing, not of the
 * same thing in another version, which somebody wrote over it or claims not to see, and not of what has neither its name nor its version.
 */
export function proofOf({ fact, path }: Held, owner: Owner, factsOf: FactsOf): OwnerProof | undefined {
  if (owner.type === conda.type) return 'same';
  if (!OF_DISTRIBUTIONS.test(path)) return undefined;
  const facts = factsOf(owner);
  // The program itself is what proves its package, and tells its version less well.
  if (fact.type === generic.type && facts.length > 0 && facts.every(isMarked)) return 'same';
  const names = [...new Set([owner.name, ...facts.flatMap(({ source }) => source?.name ?? [])])];
  // Distributions judge by the source, which anybody can state: one that has nothing to do with what is owned answers for nothing.
  const judged = facts.map(({ source }) => source?.name ?? owner.name);
  if (judged.length > 0 && !judged.some((name) => isKin(name, [fact.name, owner.name]))) return undefined;
  const versions = facts.map((fact) => upstream(sourceOf(fact).version));
  if (isSameThing(fact.name, names))
    return versions.length === 0 || versions.some((version) => agrees(version, fact)) ? 'same' : undefined;
  if (isInside({ fact, path }, owner, names)) return 'inside';
  if (!versions.some((version) => isAlike(version, fact.version))) return undefined;
  return sharesWord(fact.name, names) ? 'same' : 'alike';
}

/** In a folder, or compiled into a program, of the owner's name. A package's own folder is no folder that it lies in. */
function isInside({ fact, path }: Held, { type, name }: Owner, names: readonly string[]): boolean {
  if (BUNDLED.some(([owner, place]) => place.test(path) && owner.test(`${type} ${name}`))) return true;
  const parts = path.split('/').slice(0, LIMITS.pathBytes);
  const folders = isOfProgram(fact.type) ? parts : withoutOwnFolder(parts, fact.name);
  return folders.some((folder) => sharesWord(folder, names));
}

function withoutOwnFolder(parts: readonly string[], name: string): readonly string[] {
  const own = new Set([plain(name), ...name.split('/').map(plain)]);
  return parts
    .slice(0, -1)
    .filter((folder) => !/\.(?:dist|egg)-info$/.test(folder) && !own.has(plain(folder.replace(/^@/, ''))));
}

/** How many language packages of other names an OS package may bring in its own version. */
const ALIKE = 8;

/** A claim that is not believed. */
export interface Claim extends Held {
  readonly owner: Owner;
  /** The version of the package that claims it, where it claims the same thing in another one. */
  readonly version?: string;
}

/** What is believed of all that the lists claim. */
export interface Ownership {
  ownerOf(item: Held): Owner | undefined;
  /** What is not. */
  readonly claims: readonly Claim[];
  /** The packages of the system of that name. */
  readonly factsOf: FactsOf;
  /** How far it answers for what it is believed to own. */
  answers(owner: Owner, item: Held): Omit<Answering, 'names'>;
}

/**
 * Weighs every claim of an OS package to what proves a package of another world. One that claims many things of its own version and of other
 * names is not believed in any of these: a distribution makes packages of them.
 */
export function ownership(
  items: readonly Held[],
  owners: ReadonlyMap<string, Owner>,
  listedBy: (paths: readonly string[]) => ReadonlyMap<string, Owner>,
): Ownership {
  const listed = new Map<string, PackageFact[]>();
  for (const { fact } of items)
    if (fact.role !== 'nested' && isSystemType(fact.type)) addTo(listed, `${fact.type} ${fact.name}`, fact);
  const factsOf: FactsOf = ({ type, name }) => listed.get(`${type} ${name}`) ?? [];
  const proofs = new Map<Held, OwnerProof | undefined>();
  const alike = new Map<string, Set<string>>();
  const keyOf = ({ type, name }: Owner): string => `${type} ${name}`;
  for (const item of items) {
    const owner = isSystemType(item.fact.type) ? undefined : owners.get(item.path);
    if (owner === undefined) continue;
    const proof = proofOf(item, owner, factsOf);
    proofs.set(item, proof);
    if (proof === 'alike') alike.set(keyOf(owner), (alike.get(keyOf(owner)) ?? new Set()).add(item.fact.name));
  }
  // What was compiled into a program came with it: where the program itself is not the package's, a version alike is chance.
  const strange = new Set(
    [...proofs].flatMap(([{ path, fact }, proof]) => (proof === undefined && isOfProgram(fact.type) ? [path] : [])),
  );
  for (const [item, proof] of proofs)
    if (proof === 'alike' && isOfProgram(item.fact.type) && strange.has(item.path)) proofs.set(item, undefined);
  const believed = new Map<Held, Owner>();
  const claims: Claim[] = [];
  for (const [item, proof] of proofs) {
    const owner = owners.get(item.path) as Owner;
    const isMany = proof === 'alike' && (alike.get(keyOf(owner))?.size ?? 0) > ALIKE;
    if (proof !== undefined && !isMany) believed.set(item, owner);
    // What lies outside is a vendor's own, and what nobody uses (Debian's wheels for new environments) is not judged anyway.
    else if (OF_DISTRIBUTIONS.test(item.path) && isInUse(item.fact)) claims.push(claimOf(item, owner, factsOf));
  }
  const documents = listedBy([...new Set(believed.values())].flatMap(({ name }) => documentsOf(name)));
  const isWhole = (owner: Owner): boolean => {
    const [fact] = factsOf(owner);
    if (fact === undefined || isMarked(fact)) return true;
    if (owner.type === apk.type) return fact.properties?.commit !== undefined;
    return owner.type !== deb.type || documentsOf(owner.name).some((path) => documents.get(path)?.name === owner.name);
  };
  const isBuilt = builtBy(believed, factsOf);
  return {
    ownerOf: (item) => believed.get(item),
    claims,
    factsOf,
    answers: (owner, item) => ({
      isWhole: isWhole(owner),
      ...(item.fact.type === go.type ? { isBuilt: isBuilt(owner) } : {}),
      // Nothing that a distribution would pack by itself.
      isPart: proofs.get(item) === 'inside',
    }),
  };
}

/**
 * Debian builds Go programs out of folders of sources, without modules: such a program names the compiler, which the package's entry names too, and no
 * module's version. One that was built elsewhere lists its modules, and no line in a database takes that list out of it.
 * https://manpages.debian.org/dh_golang
 */
function builtBy(believed: ReadonlyMap<Held, Owner>, factsOf: FactsOf): (owner: Owner) => boolean {
  const foreign = new Set<string>();
  for (const [{ fact }, owner] of believed)
    if (fact.type === go.type && !isOfCompiler(fact, factsOf(owner))) foreign.add(`${owner.type} ${owner.name}`);
  return (owner) => !foreign.has(`${owner.type} ${owner.name}`);
}

const isOfCompiler = ({ name, version, recovered }: PackageFact, owners: readonly PackageFact[]): boolean =>
  recovered === undefined && name === 'stdlib' && owners.some(({ goCompilers }) => goCompilers?.includes(version));

/** The package of a visible list that names each path, whether it is there or not: slim images leave documentation out. */
export const listedIn =
  ({ indexes, files, facts }: Pick<ReadImage, 'indexes' | 'files' | 'facts'>) =>
  (paths: readonly string[]): ReadonlyMap<string, Owner> =>
    ownersOf(
      paths,
      indexes.map(({ owned }) => owned),
      files,
      installedOwner(facts),
    );

/** Every package of Debian's has these, and names them in its list where an image leaves them out. https://www.debian.org/doc/debian-policy/ch-docs.html#copyright-information */
const documentsOf = (name: string): readonly string[] => [`usr/share/doc/${name}`, `usr/share/doc/${name}/copyright`];

function claimOf(item: Held, owner: Owner, factsOf: FactsOf): Claim {
  const facts = factsOf(owner);
  const names = [owner.name, ...facts.flatMap(({ source }) => source?.name ?? [])];
  const [fact] = facts;
  return {
    path: item.path,
    fact: item.fact,
    owner,
    ...(fact !== undefined && isSameThing(item.fact.name, names) ? { version: fact.version } : {}),
  };
}

/** Epoch, revision and what a packager says of his tarball are taken off: `1:2.0.7+dfsg-3ubuntu1` is `2.0.7`. */
function upstream(version: string): string {
  const bare = version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  const really = /[+~.-]really(\d.*)$/.exec(bare)?.[1];
  return (really ?? bare).replace(/[+~.-](?:dfsg|ds|repack|debian|ubuntu|orig|nmu)\b.*$/i, '');
}

/** Projects whose Python distribution counts its first number apart. https://protobuf.dev/support/version-support/ */
const RENUMBERED: ReadonlySet<string> = new Set(['protobuf']);

/**
 * By the numbers that both have. What cannot be compared agrees, but for a snapshot of a release that has a number: that of one which had none
 * yet (`0~git20220101`) is older than every fix. Libraries of some projects call themselves the release that comes next.
 */
function agrees(system: string, { type, name, version }: PackageFact): boolean {
  if (!/^v?\d/.test(version) || /^v?0(?:\.0)*$/.test(version) || /[+.]dev|\$\{/.test(version)) return true;
  const [left, right] = [numbersOf(system), numbersOf(version)];
  if (RENUMBERED.has(name.toLowerCase()) && left.slice(1).join('.') === right.slice(1).join('.')) return true;
  if (SNAPSHOT.test(system) && left.every((number) => number === '0')) return true;
  const shared = Math.min(left.length, right.length);
  if (left.slice(0, shared).every((number, at) => number === right[at])) return true;
  return type === generic.type && isNextRelease(version, system);
}

/** Of one version by two numbers at least, or the only one that either has. */
function isAlike(system: string, own: string): boolean {
  const [left, right] = [numbersOf(system), numbersOf(own)];
  const shared = Math.min(left.length, right.length);
  if (shared === 0 || (shared === 1 && left.length + right.length > 2)) return false;
  return left.slice(0, shared).every((number, at) => number === right[at]);
}

const numbersOf = (text: string): readonly string[] =>
  /^v?(\d+(?:\.\d+)*)/
    .exec(text)?.[1]
    ?.split('.')
    .map((digits) => digits.replace(/^0+(?=\d)/, '')) ?? [];

/**
 * Owners of files by name, where no list tells what an OS package owns, since only documentation, traces or programs prove it: `usr/lib/x86_64-linux-gnu/libssl.so.1.1`,
 * recognised as OpenSSL, is of a package of that source. Whether the versions agree is `ownership`'s to say.
 */
export function withDocumented(owners: ReadonlyMap<string, Owner>, items: readonly Held[]): ReadonlyMap<string, Owner> {
  const documented = new Map<string, Owner>();
  for (const { fact } of items)
    if (isMarked(fact))
      for (const name of [fact.name, sourceOf(fact).name])
        for (const known of plainNames(name)) documented.set(known, { type: fact.type, name: fact.name });
  if (documented.size === 0) return owners;
  const result = new Map(owners);
  for (const { path, fact } of items) {
    if (result.has(path) || isSystemType(fact.type) || !OF_DISTRIBUTIONS.test(path)) continue;
    // What a package carries along is of the package that carries it.
    const name =
      fact.role === 'vendored' ? /(?<![^/])([^/]+)\/(?:_?vendor|_?vendored|patched)\//.exec(path)?.[1] : fact.name;
    if (name === undefined) continue;
    const owner = documented.get(plain(name)) ?? documented.get(`${plain(name)}utils`);
    if (owner !== undefined) result.set(path, owner);
  }
  return result;
}

/** An OS package that no list proves. */
const isMarked = ({ type, recovered }: PackageFact): boolean =>
  isSystemType(type) && recovered !== undefined && recovered !== 'lower-layer';
