// Long because it is a list: one check after the other, and all of them in one place.
import { basename } from 'node:path/posix';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { go } from '../ecosystems/go.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import { orDefect } from '../errors.ts';
import type { Owner } from '../layers/ownership.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import type { LayerInfo, Sign } from '../model.ts';
import type { KnownCode } from './known-code.ts';
import { removals } from './removals/index.ts';
import type { Contradiction } from './system.ts';
import type { Accounting } from './unlisted/index.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What the checks look at. */
interface Scene {
  readonly read: ReadImage;
  readonly layers: readonly LayerInfo[];
  readonly survey: OwnershipSurvey;
  /** What the final image's own metadata lists. */
  readonly listed: readonly PackageItem[];
  /** What was recovered besides. */
  readonly recovered: readonly PackageItem[];
  readonly contradiction: Contradiction | undefined;
  /** The release file that a lower layer has. */
  readonly hiddenSystem: (VisibleFact & { readonly fact: { readonly name: string } }) | undefined;
  readonly owners: ReadonlyMap<string, Owner>;
  /** How the package databases stand to the system that is there. */
  readonly account: Accounting;
  /** Packages that only a log names, and of which nothing is there. */
  readonly absent: number;
  readonly unlistedCode: KnownCode['unlisted'];
  /** Packages that something names which are of another kind of system. */
  readonly strange: readonly PackageItem[];
}

/** Looks at one way of hiding; yields what speaks for it. */
type Check = (scene: Scene) => Iterable<Sign>;

/** How many paths a sign names. */
const NAMED = 5;

const sign = (check: string, level: Sign['level'], message: string, paths: readonly string[] = []): Sign => ({
  check,
  level,
  message,
  paths: paths.slice(0, NAMED),
});

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** ` (layer 3: RUN rm -rf /var/lib/dpkg)`. */
const by = (layers: readonly LayerInfo[], layer: number): string => {
  const instruction = layers[layer]?.instruction?.replace(/\s+/g, ' ').trim();
  return ` (layer ${layer + 1}${instruction ? `: ${instruction.slice(0, 120)}` : ''})`;
};

/** The program that installs packages of a type: `dpkg` for `deb`. */
const managerOf = (type: string): string => ({ deb: 'dpkg', alpm: 'pacman' })[type] ?? type;

/** The release file says another thing than the packages, or nothing. */
function* release({ contradiction, hiddenSystem, layers }: Scene): Generator<Sign> {
  const below = hiddenSystem && `; a lower layer says ${hiddenSystem.fact.name}${by(layers, hiddenSystem.layer)}`;
  if (contradiction === undefined) return;
  const { kind, stated, proven } = contradiction;
  const path = stated === undefined ? [] : ['etc/os-release'];
  const judged = `they are judged as ${proven.os.name}`;
  if (kind === 'missing')
    yield sign('release-missing', 'warning', `no release file, but ${proven.because}${below ?? ''}: ${judged}`);
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
function* database({ recovered, listed, layers, account, absent }: Scene): Generator<Sign> {
  const buried = recovered.filter(({ fact }) => fact.recovered === 'lower-layer' && isSystemType(fact.type));
  for (const type of new Set(buried.map(({ fact }) => fact.type))) {
    const those = buried.filter(({ fact }) => fact.type === type);
    const rest = listed.some(({ fact }) => fact.type === type && (fact.role ?? 'installed') === 'installed');
    const layer = Math.max(...those.map((item) => item.layer));
    const paths = [...new Set(those.map(({ path }) => path))];
    const what = rest
      ? `${counted(those.length, `${type} package`)} were taken out of the package database`
      : `the package database of ${managerOf(type)} was deleted`;
    yield sign(
      rest ? 'database-emptied' : 'database-deleted',
      'warning',
      `${what}, and their files are still there: ${counted(those.length, 'package')} judged by what a lower layer lists${by(layers, layer)}`,
      paths,
    );
  }
  const without = recovered.filter(({ fact }) => fact.recovered !== 'lower-layer' && isSystemType(fact.type));
  if (without.length === 0) return;
  const how = (['documentation', 'trace', 'code'] as const).flatMap((from) => {
    const count = without.filter(({ fact }) => fact.recovered === from).length;
    return count === 0 ? [] : [`${count} ${PROOFS[from]}`];
  });
  const what = {
    none: 'no package database lists',
    accounted: 'no package database lists',
    decoy:
      'the package database leaves out the loader, the shell or the package manager that are there, and does not list',
    partly: "most libraries in the system's folders are of no package that the database lists, nor are",
  }[account];
  yield sign(
    account === 'decoy' || account === 'partly' ? 'database-emptied' : 'database-missing',
    account === 'partly' ? 'info' : 'warning',
    `${what} ${counted(without.length, 'OS package')} that left something behind: judged by that, ${how.join(', ')}${absent === 0 ? '' : `; ${counted(absent, 'package')} of a log not believed, of which nothing is there`}`,
    without.map(({ path }) => path),
  );
}

/** Logs, copies and moved databases of another kind of system than this one says it is: one of the two is a lie. */
function* strangers({ strange, contradiction, read }: Scene): Generator<Sign> {
  if (strange.length === 0) return;
  const managers = [...new Set(strange.map(({ fact }) => managerOf(fact.type)))].join(' and ');
  const stated = contradiction?.stated ?? read.facts.flatMap(({ fact }) => (fact.kind === 'os' ? [fact] : []))[0];
  yield sign(
    'traces-contradicted',
    'warning',
    `${counted(strange.length, 'package')} ${strange.length === 1 ? 'is' : 'are'} named by what ${managers} wrote, in a system ${stated === undefined ? 'of another kind' : `that is said to be ${stated.name}`}: they are not judged`,
    [...new Set(strange.map(({ path }) => path))],
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
function* undocumented({ read, listed, recovered }: Scene): Generator<Sign> {
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
  if (!['bin/sh', 'usr/bin/sh'].some((path) => read.files.exists(path))) return;
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

/** Packages whose lists name nothing that is there: forged, or deleted without the package manager. */
const PHANTOMS = 10;
const PHANTOM_SHARE = 0.3;

function* phantoms({ survey, listed }: Scene): Generator<Sign> {
  const lists = survey.listings.filter(({ visible, listed: paths }) => visible && paths > 0);
  const gone = lists.filter(({ present }) => present === 0);
  if (gone.length >= PHANTOMS && gone.length >= lists.length * PHANTOM_SHARE)
    yield sign(
      'packages-phantom',
      'warning',
      `${gone.length} of ${lists.length} packages list files of which none is there: deleted without the package manager, or never installed`,
      gone.map(({ name }) => name),
    );
  const system = listed.filter(({ fact }) => isSystemType(fact.type) && (fact.role ?? 'installed') === 'installed');
  const named = new Set(survey.listings.filter(({ visible }) => visible).map(({ type, name }) => `${type} ${name}`));
  // Some databases hold no lists, or one: then nothing is proven. The smallest distribution has more packages with files.
  const without = system.filter(({ fact }) => !named.has(`${fact.type} ${fact.name}`));
  if (named.size >= PHANTOMS && without.length >= 200 && without.length > system.length / 2)
    yield sign(
      'packages-phantom',
      'warning',
      `${without.length} of ${system.length} packages of the database list no file at all: an inflated inventory`,
      without.map(({ fact }) => fact.name),
    );
}

/** Manifests that were renamed, with a link left under their own name: programs follow it, most scanners do not. */
function* links({ listed }: Scene): Generator<Sign> {
  const renamed = listed.filter(
    ({ path, via, fact }) =>
      via !== undefined &&
      !isSystemType(fact.type) &&
      basename(via) !== basename(path) &&
      !/(?:^|\/)nix\/store\//.test(path),
  );
  const paths = [...new Set(renamed.map(({ via }) => via!))];
  if (paths.length > 0)
    yield sign(
      'manifest-linked',
      'info',
      `${counted(paths.length, 'manifest')} lie${paths.length === 1 ? 's' : ''} under another name behind a link: scanners that read regular files only do not see what they list`,
      paths,
    );
}

/** Code without the metadata that its package manager writes. */
const WITHOUT_METADATA = 3;

function* metadata({ recovered, read, layers }: Scene): Generator<Sign> {
  const code = recovered.filter(({ fact }) => fact.recovered !== undefined && !isSystemType(fact.type));
  if (code.length === 0) return;
  const below = code.find(({ fact }) => fact.recovered === 'lower-layer');
  const layer = below && removedIn(read, below);
  const surely = below !== undefined || code.length >= WITHOUT_METADATA;
  const kinds = [...new Set(code.map(({ fact }) => typeNamed(fact.type).label))].join(' and ');
  yield sign(
    'metadata-deleted',
    surely ? 'warning' : 'info',
    `${counted(code.length, 'package')} (${kinds}) ${code.length === 1 ? 'has' : 'have'} code and no metadata${
      layer === undefined ? '' : `, which was deleted${by(layers, layer)}`
    }: judged by what a lower layer lists or the code itself states`,
    code.map(({ path }) => path),
  );
}

/** Code that nothing lists and that tells no version. */
function* unlistedCode({ unlistedCode: { python, javascript } }: Scene): Generator<Sign> {
  const kinds = [
    [python, 'Python import package'],
    [javascript, 'npm package'],
  ] as const;
  const told = kinds.filter(([those]) => those.length >= WITHOUT_METADATA);
  if (told.length === 0) return;
  const words = told.map(
    ([those, noun]) =>
      `${counted(those.length, noun)} (${those
        .slice(0, 3)
        .map((path) => basename(path))
        .join(', ')}${those.length > 3 ? ', ...' : ''})`,
  );
  yield sign(
    'code-unlisted',
    'info',
    `${words.join(' and ')} that nothing lists, and that tell no version: not judged`,
    told.flatMap(([those]) => those),
  );
}

/** Proofs of one package that do not agree: one of them was put there to be found. */
function* contradicted({ recovered }: Scene): Generator<Sign> {
  const those = recovered.filter(({ fact }) => fact.properties?.contradictedBy !== undefined);
  const named = those
    .slice(0, NAMED)
    .map(({ fact }) => `${fact.name} ${fact.version} (${fact.properties?.contradictedBy} elsewhere)`);
  if (those.length > 0)
    yield sign(
      'recovery-contradicted',
      'info',
      `the proofs of ${counted(those.length, 'recovered package')} name different versions: ${named.join(', ')}`,
      those.map(({ path }) => path),
    );
}

/** The layer that took a file away. */
function removedIn({ indexes }: ReadImage, { path, layer }: PackageItem): number | undefined {
  const folders = path.split('/').map((_, at, parts) => parts.slice(0, at + 1));
  const at = indexes.findIndex(
    ({ entries }, index) =>
      index > layer &&
      folders.some((parts) => entries.find([...parts.slice(0, -1), `.wh.${parts.at(-1)}`].join('/')) >= 0),
  );
  return at < 0 ? undefined : at;
}

function* history({ layers }: Scene): Generator<Sign> {
  const gone = removals(layers.map(({ instruction }) => instruction));
  const emptied = layers.filter((_, at) => gone[at]!.length > 0);
  for (const { instruction, index } of emptied.slice(0, NAMED))
    yield sign(
      'history-deletes',
      'warning',
      `layer ${index + 1} was made by deleting what scanners read: ${instruction!.replace(/\s+/g, ' ').slice(0, 160)}`,
    );
}

/** Programs that UPX packed, and Go programs without the list that the linker writes: unpacked, recognised, or at least told. */
function* packed({ read, listed }: Scene): Generator<Sign> {
  const unpacked = [...new Set(read.facts.flatMap(({ path, fact }) => (fact.kind === 'unpacked' ? [path] : [])))];
  const problems = [
    ...read.indexes.flatMap(({ unknowns }) => unknowns),
    ...read.facts.flatMap(({ path, fact }) => (fact.kind === 'unknown' ? [{ path, reason: fact.reason }] : [])),
  ];
  const closed = [
    ...new Set(problems.filter(({ reason }) => reason.startsWith('packed with UPX')).map(({ path }) => path)),
  ];
  if (unpacked.length + closed.length > 0)
    yield sign(
      'program-packed',
      'info',
      `${counted(unpacked.length + closed.length, 'program')} packed with UPX, which hides from most scanners what is in it: ${unpacked.length} unpacked and read, ${closed.length} not`,
      [...closed, ...unpacked],
    );
  const traced = listed.filter(({ fact }) => fact.recovered === 'code' && fact.type === go.type);
  const programs = [...new Set(traced.map(({ path }) => path))];
  if (programs.length > 0)
    yield sign(
      'build-information-removed',
      'info',
      `${counted(programs.length, 'Go program')} without the list of modules that Go writes: judged by the names of source files`,
      programs,
    );
}

/** Python distributions that claim a package manager of the system put them there, which knows nothing of them. */
function* installers({ read, listed, owners }: Scene): Generator<Sign> {
  if (!listed.some(({ fact }) => isSystemType(fact.type) && (fact.role ?? 'installed') === 'installed')) return;
  const forged = read.facts.filter(
    ({ path, fact }) =>
      fact.kind === 'installer' && !owners.has(path) && !owners.has(path.replace(/INSTALLER$/, 'METADATA')),
  );
  if (forged.length > 0)
    yield sign(
      'installer-forged',
      'warning',
      `${counted(forged.length, 'Python distribution')} ${forged.length === 1 ? 'says' : 'say'} that the system's package manager installed ${forged.length === 1 ? 'it' : 'them'}, which lists no such file: judged as Python packages`,
      forged.map(({ path }) => path),
    );
}

/** What holds others and is not opened, of each kind: the check, and what may be in it. */
const CLOSED = {
  inside: ['contents-closed', 'what is in there is not judged'],
  archive: ['archives-unopened', 'what may be unpacked from there is not judged'],
  bundle: ['code-merged', 'the packages in there are not judged'],
} as const;

function* closed({ read }: Scene): Generator<Sign> {
  const facts = read.facts.flatMap(({ path, fact }) => (fact.kind === 'closed' ? [{ path, ...fact }] : []));
  for (const [as, [check, whatIsMissed]] of Object.entries(CLOSED)) {
    const those = facts.filter((fact) => fact.as === as);
    if (those.length === 0) continue;
    const kinds = new Map<string, number>();
    for (const { what } of those) kinds.set(what, (kinds.get(what) ?? 0) + 1);
    const words = [...kinds].slice(0, NAMED).map(([what, count]) => (count === 1 ? what : `${count} times ${what}`));
    yield {
      ...sign(
        check,
        'info',
        `${words.join(', ')}: ${whatIsMissed}`,
        those.map(({ path }) => path),
      ),
      files: those.length,
    };
  }
}

/** A loader, without which no system runs, in a folder that has a shell or a release file of its own. */
const LOADER = /^(.{1,1000})\/(?:usr\/)?lib(?:64)?\/(?:[\w-]{1,40}\/)?ld-(?:linux|musl)[\w.-]{1,40}\.so\.\d$/;
const OF_A_SYSTEM = ['bin/sh', 'usr/bin/sh', 'bin/busybox', 'etc/os-release', 'usr/lib/os-release'];

/** Systems in folders, for whoever changes its root there, whose packages nothing lists. */
function* nested({ read, listed }: Scene): Generator<Sign> {
  const roots = new Set<string>();
  for (const { path } of read.files.entries()) {
    const root = path.includes('/ld-') ? LOADER.exec(path)?.[1] : undefined;
    if (root !== undefined && root !== 'usr') roots.add(root);
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
function* flattened({ read, listed, recovered, layers }: Scene): Generator<Sign> {
  if (layers.length !== 1 || read.files.layers[0]!.size < 5000) return;
  const hides = [...recovered].some(({ fact }) => fact.recovered !== undefined);
  if (!hides && listed.some(({ fact }) => isSystemType(fact.type))) return;
  yield sign(
    'layers-flattened',
    'info',
    'everything is in one layer: what was removed while it was built left no trace here',
  );
}

/** Every check; adding one is adding a line. */
const CHECKS: readonly Check[] = [
  release,
  database,
  strangers,
  undocumented,
  phantoms,
  links,
  metadata,
  unlistedCode,
  contradicted,
  history,
  packed,
  installers,
  closed,
  nested,
  flattened,
];

/** What speaks for something having been taken out of sight, the grave first; `failed` is told of checks that a defect of this program kept from being made. */
export function signsOf(scene: Scene, failed: (defect: string) => void): Sign[] {
  const signs = CHECKS.flatMap((check) =>
    orDefect(
      () => [...check(scene)],
      (defect) => {
        failed(`${check.name}: ${defect}`);
        return [];
      },
    ),
  );
  return signs.sort((a, b) => (a.level === b.level ? 0 : a.level === 'warning' ? -1 : 1));
}
