import type { PackageFact } from '../../analyzers/analyzer.ts';
import { isSystemType } from '../../ecosystems/index.ts';
import type { Owner } from '../../layers/ownership.ts';
import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../../layers/read-image.ts';
import { isInstalled } from '../../model.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What no system is without and no build puts beside one that has it: its loader, its shell, its package manager. */
const CORE: readonly (readonly string[])[] = [
  [
    ...[
      'lib/ld-musl-x86_64.so.1',
      'lib/ld-musl-aarch64.so.1',
      'lib64/ld-linux-x86-64.so.2',
      'lib/ld-linux-aarch64.so.1',
    ],
  ],
  ['bin/sh', 'usr/bin/sh'],
  ['sbin/apk', 'usr/bin/dpkg', 'usr/bin/rpm'],
];
/** How the packages are called that bring a package manager. */
const MANAGERS: Readonly<Record<string, string>> = {
  'sbin/apk': 'apk-tools',
  'usr/bin/dpkg': 'dpkg',
  'usr/bin/rpm': 'rpm',
};

/** How every distribution calls the package of its loader. */
const C_LIBRARIES = /^(?:lib32|lib64|libx32)?(?:gcc-)?(?:musl|libc|glibc|uclibc|ld-linux|ld-musl)/;

/** Whether any of the names is that of a package with a loader of this kind: musl's or glibc's. */
function hasLoader(loaders: readonly string[], names: ReadonlySet<string>): boolean {
  const named = loaders.some((path) => path.includes('ld-musl')) ? /^musl$/ : /^(?:libc\d|glibc$|ld-linux$)/;
  return [...names].some((name) => named.test(name));
}

/**
 * How the package databases stand to the system that is there: `none` lists a package; what they list leaves out the very core of it (`decoy`),
 * or most of its libraries (`partly`).
 */
export type Accounting = 'accounted' | 'none' | 'decoy' | 'partly';

/** The smallest system of dpkg has 80 packages; one with fewer, and without lists of their files, lists nothing. */
const FEWEST = 30;
/** Libraries in the system's folders that no package has: more than a program brings along. */
const STRANGE_LIBRARIES = 25;
/**
 * The same beside a database that hardly lists any, as one of apk that was cut down to its C library and its shell: a small system has fewer in all.
 * Whoever copies a program into such a base brings along fewer.
 */
const STRANGE_BESIDE_FEW = 8;
const TIMES_OWNED = 4;

/** How the package databases account for the system. `owns` says which of the paths a visible listing names. */
export function accounting(
  { files }: Pick<ReadImage, 'files'>,
  listed: readonly PackageItem[],
  survey: OwnershipSurvey,
  owns: (paths: readonly string[]) => ReadonlyMap<string, Pick<Owner, 'name'>>,
): Accounting {
  const installed = listed.filter(({ fact }) => isSystemType(fact.type) && isInstalled(fact));
  if (installed.length === 0) return 'none';
  const there = CORE.map((paths) => paths.flatMap((path) => files.resolve(path)?.path ?? []));
  if (there.filter((paths) => paths.length > 0).length < 2) return 'accounted';
  const names = new Set(installed.map(({ fact }) => fact.name));
  // Some databases list no files: then only names can tell.
  const lists = survey.listings.some(({ visible, listed: paths }) => visible && paths > 0);
  const manager = Object.entries(MANAGERS).find(([path]) => files.exists(path));
  if (!lists) {
    if (manager !== undefined) return !names.has(manager[1]) || installed.length < FEWEST ? 'decoy' : 'accounted';
    if (there[0]!.length > 0 && !hasLoader(there[0]!, names)) return 'decoy';
    // What its programs say is heard of packages that are not listed: of an ordinary image none.
    return survey.libraries.all >= STRANGE_LIBRARIES ? 'partly' : 'accounted';
  }
  const owners = owns([...CORE.flat(), ...there.flat()]);
  const strange = there.filter(
    (paths, at) => paths.length > 0 && ![...paths, ...CORE[at]!].some((path) => owners.has(path)),
  );
  if (strange.length >= 2) return 'decoy';
  const loaders = [...there[0]!, ...CORE[0]!].flatMap((path) => owners.get(path) ?? []);
  // Under names that no distribution knows nothing is published on any of them.
  if (loaders.length > 0 && loaders.every(({ name }) => !C_LIBRARIES.test(name))) return 'decoy';
  const { owned, all } = survey.libraries;
  const without = all - owned;
  const isMost = without >= STRANGE_LIBRARIES && without > owned;
  return isMost || (without >= STRANGE_BESIDE_FEW && without >= TIMES_OWNED * owned) ? 'partly' : 'accounted';
}
