import { ecosystemNamed } from '../../ecosystems/index.ts';
import { isPackageName, isVersionWord } from '../../ecosystems/names.ts';
import type { Finding, Package, PackageRole, Report } from '../../model.ts';
import { shellWord } from '../../remediate/commands.ts';
import { type Group, groupFindings, isFixable, roleOf } from './groups.ts';
import { type Counts, countSeverities } from './summary.ts';

/** One change that clears findings: a source package or a language package brought to a version. */
export interface Upgrade {
  readonly name: string;
  readonly type: string;
  readonly from: string;
  /** The lowest version that clears all of `clears`. */
  readonly to: string;
  /** What these copies are there for. */
  readonly role: PackageRole;
  /** For `vendored`: the packages that bring them, as far as their paths tell. */
  readonly within: readonly string[];
  /** Installed packages that are upgraded together. */
  readonly packages: readonly Package[];
  /** The findings that go away. */
  readonly clears: readonly Finding[];
  readonly severities: Counts;
}

/** How to make some of the upgrades, in one line for a shell or in words. */
export interface UpgradeHint {
  readonly label: string;
  readonly text: string;
  /** The text is a command for a shell. */
  readonly shell: boolean;
}

/** The shortest list of upgrades that clears everything that has a fix, most pressing first. */
export function upgrades(report: Report): Upgrade[] {
  return groupFindings(report.findings).flatMap((group) => upgrade(group) ?? []);
}

function upgrade(group: Group): Upgrade | undefined {
  const clears = group.findings
    .map(({ finding }) => finding)
    .filter((finding) => isFixable(finding) && finding.fix.version !== undefined);
  if (clears.length === 0) return undefined;
  const compare = ecosystemNamed(group.packages[0]!.ecosystem ?? '')?.compare;
  const versions = clears.map((finding) => finding.fix.version!);
  return {
    name: group.name,
    type: group.type,
    from: group.version,
    role: roleOf(group),
    within: carriers(group),
    to: compare === undefined ? versions.at(-1)! : versions.reduce((a, b) => (compare(b, a) > 0 ? b : a)),
    packages: [
      ...new Set(group.findings.filter(({ finding }) => isFixable(finding)).flatMap(({ packages }) => packages)),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    clears,
    severities: countSeverities(clears),
  };
}

/** `urllib3 (in pip)`: a copy that is not upgraded by its own name. */
export function upgradeName({ name, role, within }: Upgrade): string {
  if (role === 'installed') return name;
  return `${name} (${role === 'vendored' && within.length > 0 ? `in ${within.join(', ')}` : role})`;
}

/** `pip` of `site-packages/pip/_vendor/vendor.txt`. */
function carriers(group: Group): string[] {
  const paths = group.packages.flatMap((one) => one.evidence.map(({ path }) => path));
  return [...new Set(paths.flatMap((path) => /(?:^|\/)([^/]+)\/_vendor\//.exec(path)?.[1] ?? []))].sort();
}

/** Longer lists of names than this are upgraded wholesale. */
const NAMES = 12;

/** One line for each package manager that has something to do. */
export function upgradeHints(list: readonly Upgrade[]): UpgradeHint[] {
  // What is called as no package of its world can be is shown, and never suggested.
  const installed = list.filter((one) => one.role === 'installed' && isSuggestible(one));
  const commands = HINTS.flatMap(({ types, label, command, shell }): UpgradeHint[] => {
    const own = installed.filter((one) => types.includes(one.type));
    if (own.length === 0) return [];
    if (types.includes('deb') && isDistroless(own))
      return [{ label, text: 'distroless: take a newer release of the base image', shell: false }];
    return [{ label, text: command(own), shell: shell ?? true }];
  });
  return [...commands, ...otherHints(list)];
}

const isSuggestible = ({ type, name, to, packages }: Upgrade): boolean =>
  isVersionWord(to) && isPackageName(type, name) && packages.every((one) => isPackageName(one.type, one.name));

/** What no package manager upgrades, because it did not install it. */
function otherHints(list: readonly Upgrade[]): UpgradeHint[] {
  const of = (role: PackageRole) => list.filter((one) => one.role === role);
  const carried = [...new Set(of('vendored').flatMap((one) => one.within))].sort();
  const files = [
    ...new Set(
      of('declared').flatMap((one) => one.packages.flatMap((each) => each.evidence.map(({ path }) => `/${path}`))),
    ),
  ];
  return [
    ...(of('vendored').length === 0
      ? []
      : [
          {
            label: 'Vendored',
            shell: false,
            text: `copies inside ${carried.length === 0 ? 'other packages' : carried.join(', ')}: newer releases of ${carried.length === 1 ? 'it' : 'them'} bring newer copies`,
          },
        ]),
    ...(files.length === 0
      ? []
      : [
          {
            label: 'Declared',
            shell: false,
            text: `update ${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`,
          },
        ]),
    ...(of('cache').length === 0
      ? []
      : [
          {
            label: 'Caches',
            shell: false,
            text: 'kept by a package manager, used by nothing: leave the cache out of the image',
          },
        ]),
  ];
}

const names = (list: readonly Upgrade[]): string[] =>
  [...new Set(list.flatMap((one) => one.packages.map(({ name }) => shellWord(name))))].sort();
const pinned = (list: readonly Upgrade[], sign: string): string =>
  [...new Set(list.map((one) => shellWord(`${one.name}${sign}${one.to}`)))].join(' ');

const isDistroless = (list: readonly Upgrade[]): boolean =>
  list.every((one) =>
    one.packages.every((each) => each.evidence.some(({ path }) => path.startsWith('var/lib/dpkg/status.d/'))),
  );

function apt(list: readonly Upgrade[]): string {
  const all = names(list);
  return all.length > NAMES
    ? 'apt-get update && apt-get upgrade -y'
    : `apt-get update && apt-get install -y --only-upgrade ${all.join(' ')}`;
}

interface Hint {
  readonly types: readonly string[];
  readonly label: string;
  /** Words and no command. */
  readonly shell?: false;
  command(list: readonly Upgrade[]): string;
}

const HINTS: readonly Hint[] = [
  { types: ['deb'], label: 'OS packages', command: apt },
  { types: ['apk'], label: 'OS packages', command: (list) => `apk upgrade --no-cache ${names(list).join(' ')}` },
  {
    types: ['rpm'],
    label: 'OS packages',
    command: (list) => `dnf upgrade -y ${names(list).length > NAMES ? '--security' : names(list).join(' ')}`,
  },
  { types: ['pypi'], label: 'Python', command: (list) => `pip install ${pinned(list, '==')}` },
  { types: ['conda'], label: 'Conda', command: (list) => `conda install ${pinned(list, '=')}` },
  { types: ['npm'], label: 'Node.js', command: (list) => `npm install ${pinned(list, '@')}` },
  {
    types: ['gem'],
    label: 'Ruby',
    command: (list) => list.map((one) => `gem install ${shellWord(one.name)} -v ${shellWord(one.to)}`).join(' && '),
  },
  { types: ['golang'], shell: false, label: 'Go', command: (list) => `rebuild with ${pinned(list, '@')}` },
  { types: ['cargo'], shell: false, label: 'Rust', command: (list) => `rebuild with ${pinned(list, '@')}` },
  { types: ['maven'], shell: false, label: 'Java', command: (list) => `take ${pinned(list, ':')}` },
];
