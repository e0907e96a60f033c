import { isSystemType } from '../../ecosystems/index.ts';
import { counted } from '../../formats/grouped.ts';
import { isInstalled, type Sign } from '../../model.ts';
import { by, managerOfType, placesInWords, type SignScene, sign } from './scene.ts';

/** Without one nobody installed a system here. */
const SHELLS = ['bin/sh', 'usr/bin/sh'];
const RELEASES = ['etc/os-release', 'usr/lib/os-release'];

/** Debian's packages without which no system of it is, and which nobody unpacks for another one. */
const OF_EVERY_SYSTEM: ReadonlySet<string> = new Set([
  'base-files',
  'base-passwd',
  'libc6',
  'dpkg',
  'dash',
  'coreutils',
]);

/**
 * A program with the libraries that it needs, copied out of another stage: a system's code, and neither a shell, a release file nor anything that its
 * package manager left. Where not even a loader is there, packages may have been unpacked with their documentation (a snap, an AppImage's folder,
 * `dpkg -x`): they run in the system of somebody else. Judged all the same; that nothing lists it is how such images are made.
 */
const isCopied = ({ read, survey, recovered, listed, hiddenSystem }: SignScene): boolean =>
  hiddenSystem === undefined &&
  recovered.every(
    ({ fact }) =>
      !isSystemType(fact.type) ||
      fact.recovered === 'code' ||
      (fact.recovered === 'documentation' && survey.loaders.length === 0 && !OF_EVERY_SYSTEM.has(fact.name)),
  ) &&
  !listed.some(({ fact }) => isSystemType(fact.type)) &&
  ![...SHELLS, ...RELEASES, ...MANAGERS, ...KEPT_BY_MANAGERS].some((path) => read.files.exists(path));

/** The release file says another thing than the packages, or nothing. */
export function* release(scene: SignScene): Generator<Sign> {
  const { contradiction, hiddenSystem, layers } = scene;
  const below = hiddenSystem && `; a lower layer says ${hiddenSystem.fact.name}${by(layers, hiddenSystem.layer)}`;
  if (contradiction === undefined) return;
  const { kind, stated, proven } = contradiction;
  const path = stated === undefined ? [] : ['etc/os-release'];
  const judged = `they are judged as ${proven.os.name}`;
  if (kind === 'missing')
    yield sign(
      'release-missing',
      isCopied(scene) ? 'info' : 'warning',
      `no release file, but ${proven.because}${below ?? ''}: ${judged}`,
    );
  if (kind === 'derivative')
    yield sign(
      'release-derivative',
      'info',
      `${stated!.name} is made of ${proven.os.name} (${proven.because}): packages are judged as that`,
      path,
    );
  if (kind === 'unknown' || kind === 'contradicted')
    yield sign(
      'release-contradicted',
      'warning',
      `the release file says ${stated!.name}, the packages say otherwise: ${proven.because}${below ?? ''}: ${judged}`,
      path,
    );
}

/** A package database that was deleted, or out of which packages were taken, while their files stayed. */
export function* database(scene: SignScene): Generator<Sign> {
  const { recovered, listed, layers, account, absent } = scene;
  const buried = recovered.filter(({ fact }) => fact.recovered === 'lower-layer' && isSystemType(fact.type));
  for (const type of new Set(buried.map(({ fact }) => fact.type))) {
    const those = buried.filter(({ fact }) => fact.type === type);
    const rest = listed.some(({ fact }) => fact.type === type && isInstalled(fact));
    const layer = Math.max(...those.map((item) => item.layer));
    const paths = [...new Set(those.map(({ path }) => path))];
    const what = rest
      ? `${counted(those.length, `${type} package`)} ${those.length === 1 ? 'was' : 'were'} taken out of the package database`
      : `the package database of ${managerOfType(type)} was deleted`;
    yield sign(
      rest ? 'database-emptied' : 'database-deleted',
      'warning',
      `${what}, and ${those.length === 1 && rest ? 'its' : 'their'} files are still there: ${counted(those.length, 'package')} judged by what a lower layer lists${by(layers, layer)}`,
      paths,
    );
  }
  const without = recovered.filter(({ fact }) => fact.recovered !== 'lower-layer' && isSystemType(fact.type));
  if (without.length === 0 && account !== 'decoy') return;
  if (without.length === 0)
    return yield sign(
      'database-emptied',
      'warning',
      'the package database leaves out the loader, the shell or the package manager that are there or has other names for them, and nothing else tells what packages there are',
    );
  const how = (['documentation', 'trace', 'code'] as const).flatMap((from) => {
    const count = without.filter(({ fact }) => fact.recovered === from).length;
    return count === 0 ? [] : [`${count} ${PROOFS[from]}`];
  });
  const what = {
    none: 'no package database lists',
    accounted: 'no package database lists',
    decoy:
      'the package database leaves out the loader, the shell or the package manager that are there or has other names for them, and does not list',
    partly: "most libraries in the system's folders are of no package that the database lists, nor are",
  }[account];
  yield sign(
    account === 'decoy' || account === 'partly' ? 'database-emptied' : 'database-missing',
    account === 'partly' || isCopied(scene) ? 'info' : 'warning',
    `${what} ${counted(without.length, 'OS package')} that left something behind: judged by that, ${how.join(', ')}${absent === 0 ? '' : `; ${counted(absent, 'package')} of a log not believed, of which nothing is there`}`,
    without.map(({ path }) => path),
  );
}

/** Logs, copies and moved databases of another kind of system than this one says it is: one of the two is a lie. */
export function* strangers({ strange, contradiction, read }: SignScene): Generator<Sign> {
  if (strange.length === 0) return;
  const managers = [...new Set(strange.map(({ fact }) => managerOfType(fact.type)))].join(' and ');
  const places = [...new Set(strange.map(({ path }) => path))];
  const stated = contradiction?.stated ?? read.facts.flatMap(({ fact }) => (fact.kind === 'os' ? [fact] : []))[0];
  yield sign(
    'traces-contradicted',
    'warning',
    `${counted(strange.length, 'package')} ${strange.length === 1 ? 'is' : 'are'} named by what ${managers} wrote (${placesInWords(places)}), in a system ${stated === undefined ? 'of another kind' : `that is said to be ${stated.name}`}: they are not judged`,
    places,
  );
}

/** What speaks for a package of a system whose database does not list it. */
const PROOFS = {
  documentation: 'by their changelogs',
  trace: 'by what the package manager wrote elsewhere',
  code: 'by what their programs say of themselves',
};

/** Shared libraries of a system that lie in no package: more than a program brings along. */
const SYSTEM_LIBRARIES = 25;

/** Programs of package managers, which no system has without a list of what they installed. busybox has its own `rpm` and `dpkg`. */
const MANAGERS = [
  ...['sbin/apk', 'usr/sbin/apk', 'usr/bin/apk', 'usr/bin/dpkg-query', 'usr/bin/rpmkeys'],
  ...['usr/bin/dnf', 'usr/bin/microdnf', 'usr/bin/pacman'],
];

/** What package managers keep beside their databases, and write nowhere without having installed something. */
const KEPT_BY_MANAGERS = [
  ...['etc/apk/world', 'lib/apk/db/triggers', 'lib/apk/db/scripts.tar', 'lib/apk/db/scripts.tar.gz'],
  ...['var/cache/debconf/config.dat', 'var/lib/dpkg/info', 'var/lib/dpkg/alternatives', 'var/log/dpkg.log'],
  ...['var/log/alternatives.log', 'var/log/apt/term.log', 'var/log/apt/history.log', 'var/log/apt/eipp.log.xz'],
  ...['usr/lib/.build-id', 'var/log/dnf.rpm.log', 'var/log/yum.log', 'var/lib/dnf/history.sqlite'],
];

/** A package manager, or a whole distribution, without any package database. */
export function* undocumented({ read, listed, recovered }: SignScene): Generator<Sign> {
  if ([...listed, ...recovered].some(({ fact }) => isSystemType(fact.type))) return;
  const managers = MANAGERS.filter((path) => read.files.exists(path));
  if (managers.length > 0)
    return yield sign(
      'database-missing',
      'warning',
      `a package manager (/${managers[0]}), and no list of what it installed: packages of the operating system cannot be judged`,
      managers,
    );
  const kept = KEPT_BY_MANAGERS.filter((path) => read.files.exists(path));
  if (kept.length > 0)
    return yield sign(
      'database-missing',
      'warning',
      `what a package manager keeps (/${kept[0]}), and no list of what it installed: packages of the operating system cannot be judged`,
      kept,
    );
  if (!SHELLS.some((path) => read.files.exists(path))) return;
  const libraries: string[] = [];
  for (const { path } of read.files.entries())
    if (/^(?:usr\/)?lib(?:64)?\/(?:[\w-]+-linux-[\w-]+\/)?lib[^/]+\.so[.\d]*$/.test(path)) libraries.push(path);
  if (libraries.length < SYSTEM_LIBRARIES) return;
  yield sign(
    'database-missing',
    'warning',
    `${libraries.length} libraries of an operating system, and no package database that lists any of them`,
    libraries,
  );
}

/** Packages of which nothing but their list is there (`phantoms/`). */
export function* phantoms({ inflated }: SignScene): Generator<Sign> {
  for (const { message, named } of inflated) yield sign('packages-phantom', 'warning', message, named);
}

/** A loader, without which no system runs, in a folder that has a shell or a release file of its own. */
const LOADER = /^(.{1,1000})\/(?:usr\/)?lib(?:64)?\/(?:[\w-]{1,40}\/)?ld-[^/]{1,60}$/;
const OF_A_SYSTEM = ['bin/sh', 'usr/bin/sh', 'bin/busybox', 'etc/os-release', 'usr/lib/os-release'];

/** Systems in folders, for whoever changes its root there, whose packages nothing lists. */
export function* nested({ read, survey, listed }: SignScene): Generator<Sign> {
  const roots = new Set<string>();
  for (const path of survey.loaders) {
    // `rootfs/usr/lib` is the library folder of the system in `rootfs`, not of one in `rootfs/usr`.
    const root = LOADER.exec(path)?.[1]?.replace(/(?:^|\/)usr$/, '');
    if (root) roots.add(root);
  }
  const unlisted = [...roots].filter(
    (root) =>
      OF_A_SYSTEM.some((name) => read.files.exists(`${root}/${name}`)) &&
      !listed.some(({ path, fact }) => isSystemType(fact.type) && path.startsWith(`${root}/`)),
  );
  if (unlisted.length > 0)
    yield sign(
      'system-nested',
      'info',
      `${counted(unlisted.length, 'system')} in ${unlisted.length === 1 ? 'a folder' : 'folders'} (/${unlisted[0]}) without a package database: judged by what programs say of themselves alone`,
      unlisted,
    );
}

/** A whole distribution in one layer: what earlier steps removed cannot be seen. */
export function* flattened({ read, listed, recovered, layers }: SignScene): Generator<Sign> {
  if (layers.length !== 1 || read.files.layers[0]!.size < 5000) return;
  const hides = [...recovered].some(({ fact }) => fact.recovered !== undefined);
  if (!hides && listed.some(({ fact }) => isSystemType(fact.type))) return;
  yield sign(
    'layers-flattened',
    'info',
    'everything is in one layer: what was removed while it was built left no trace here',
  );
}
