import type { PackageFact } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { crates } from '../ecosystems/crates.ts';
import { npm } from '../ecosystems/npm.ts';
import { nuget } from '../ecosystems/nuget.ts';
import { fileNameOf, folderOf } from '../formats/paths.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isEarlierRelease } from '../versions/releases.ts';
import type { Against } from './lower-lists.ts';
import { folderOfLocked } from './npm-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * What a build left beside its result, where it is of an earlier release than the list in the result: a project's lock of npm, the lock that a Rust program was built
 * by, the assemblies of a .NET program.
 */
export function* byBuildLists(
  { facts: all }: Pick<ReadImage, 'facts'>,
  facts: readonly PackageItem[],
  listed: readonly PackageItem[],
): Generator<Against> {
  yield* byProjectLocks(facts, listed);
  yield* byCargoLocks(listed);
  yield* byAssemblies(all, listed);
}

/** A project's lock may have been left behind by an installation that saved nothing: it is told, and decides nothing. */
function* byProjectLocks(facts: readonly PackageItem[], listed: readonly PackageItem[]): Generator<Against> {
  const locked = new Map<string, readonly [version: string, name: string]>();
  for (const { path, fact } of facts)
    if (fact.type === npm.type && fact.recovered === 'lock-file' && fileNameOf(path) === 'package-lock.json') {
      const manifest = `${folderOfLocked(path, fact)}/package.json`;
      // The name that it was fetched under comes behind the one that it has.
      if (!locked.has(manifest)) locked.set(manifest, [fact.version, fact.name]);
    }
  if (locked.size === 0) return;
  for (const item of listed) {
    const { type, name, version, recovered } = item.fact;
    const [fixed, called] = (type === npm.type && recovered === undefined && locked.get(item.path)) || [];
    if (fixed === undefined || called !== name || !isEarlierRelease(fixed, version)) continue;
    const because = `the project's package-lock.json has ${fixed}`;
    yield { item, because, proven: { version: fixed }, by: 'lock-file', isLight: true, isKept: true };
  }
}

/** So many crates of a program, and of them this part, are in the lock that it was built by. */
const CRATES = 5;
const SAME = 3 / 4;

/** A lock that has nearly all crates of a program in the very versions is the one that it was built by: it has the others, too. */
function* byCargoLocks(listed: readonly PackageItem[]): Generator<Against> {
  const locks = new Map<string, Map<string, string[]>>();
  const programs = new Map<string, PackageItem[]>();
  for (const item of listed) {
    const { path, fact } = item;
    if (fact.type !== crates.type) continue;
    if (fact.role !== 'declared') addTo(programs, path, item);
    else if (fileNameOf(path) === 'Cargo.lock') {
      const lock = locks.get(path) ?? new Map<string, string[]>();
      locks.set(path, lock);
      addTo(lock, fact.name, fact.version);
    }
  }
  for (const lock of locks.values())
    for (const built of programs.values()) {
      const known = built.filter(({ fact }) => lock.has(fact.name));
      const others = known.filter(({ fact }) => lock.get(fact.name)?.includes(fact.version) !== true);
      if (known.length < CRATES || known.length - others.length < built.length * SAME) continue;
      for (const item of others) {
        const [version, ...more] = lock.get(item.fact.name) ?? [];
        if (version === undefined || more.length > 0 || !isEarlierRelease(version, item.fact.version)) continue;
        yield { item, because: `its Cargo.lock has ${version}`, proven: { version }, by: 'lock-file', isLight: true };
      }
    }
}

/** `13.0.3.27908` -> `13.0.3`. */
const releaseOf = (fileVersion: string): string => fileVersion.split('.', 3).join('.');

/**
 * The version of the file that a .NET program's list states of an assembly, and the one that the assembly has: the list was made of the files. Where the package's
 * version is that of its file, as most are, the file's own tells the package's.
 */
function* byAssemblies(facts: ReadImage['facts'], listed: readonly PackageItem[]): Generator<Against> {
  const claims = new Map<string, (readonly [assembly: string, version: string])[]>();
  const actual = new Map<string, string>();
  for (const { path, fact } of facts) {
    if (fact.kind !== 'told' || fact.type !== nuget.type) continue;
    if (path.endsWith('.deps.json')) addTo(claims, `${path}\0${fact.of}`, [fact.madeOf, fact.stated] as const);
    else actual.set(path, fact.stated);
  }
  if (claims.size === 0 || actual.size === 0) return;
  for (const item of listed) {
    const { type, name, version, recovered } = item.fact;
    if (type !== nuget.type || recovered !== undefined) continue;
    for (const [assembly, claimed] of claims.get(`${item.path}\0${name}`) ?? []) {
      const has = actual.get(`${folderOf(item.path)}/${assembly}`.replace(/^\//, ''));
      if (has === undefined || !isEarlierRelease(has, claimed)) continue;
      const isSame = releaseOf(claimed) === version;
      const because = `its ${assembly} is of ${has}, not ${claimed}`;
      yield { item, because, proven: { version: releaseOf(has) }, by: 'code', ...(isSame ? {} : { isKept: true }) };
      break;
    }
  }
}
