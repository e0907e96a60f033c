import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Finding, Package, Report } from '../model.ts';
import { type Group, groupFindings, isFixable } from './groups.ts';
import { type Counts, countSeverities } from './summary.ts';

/** One change that clears findings: a source package or a language package brought to a version. */
export interface Upgrade {
  readonly name: string;
  readonly type: string;
  readonly from: string;
  /** The lowest version that clears all of `clears`. */
  readonly to: string;
  /** Installed packages that are upgraded together. */
  readonly packages: readonly Package[];
  /** The findings that go away. */
  readonly clears: readonly Finding[];
  readonly severities: Counts;
}

/** How to make some of the upgrades, in one line for a shell or in words. */
export interface UpgradeHint {
  readonly label: string;
  readonly command: string;
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
    to: compare === undefined ? versions.at(-1)! : versions.reduce((a, b) => (compare(b, a) > 0 ? b : a)),
    packages: [
      ...new Set(group.findings.filter(({ finding }) => isFixable(finding)).flatMap(({ packages }) => packages)),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    clears,
    severities: countSeverities(clears),
  };
}

/** Longer lists of names than this are upgraded wholesale. */
const NAMES = 12;

/** One line for each package manager that has something to do. */
export function upgradeHints(list: readonly Upgrade[]): UpgradeHint[] {
  return HINTS.flatMap(({ types, label, command }) => {
    const own = list.filter((one) => types.includes(one.type));
    return own.length === 0 ? [] : [{ label, command: command(own) }];
  });
}

const names = (list: readonly Upgrade[]): string[] =>
  [...new Set(list.flatMap((one) => one.packages.map(({ name }) => shellWord(name))))].sort();
const pinned = (list: readonly Upgrade[], sign: string): string =>
  list.map((one) => shellWord(`${one.name}${sign}${one.to}`)).join(' ');

/** Names come from images: what a shell could read as anything but a word is quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const isDistroless = (list: readonly Upgrade[]): boolean =>
  list.every((one) =>
    one.packages.every((each) => each.evidence.some(({ path }) => path.startsWith('var/lib/dpkg/status.d/'))),
  );

function apt(list: readonly Upgrade[]): string {
  if (isDistroless(list)) return 'distroless: take a newer release of the base image';
  const all = names(list);
  return all.length > NAMES
    ? 'apt-get update && apt-get upgrade -y'
    : `apt-get update && apt-get install -y --only-upgrade ${all.join(' ')}`;
}

const HINTS: readonly { types: readonly string[]; label: string; command: (list: readonly Upgrade[]) => string }[] = [
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
  { types: ['golang'], label: 'Go', command: (list) => `rebuild with ${pinned(list, '@')}` },
  { types: ['cargo'], label: 'Rust', command: (list) => `rebuild with ${pinned(list, '@')}` },
  { types: ['maven'], label: 'Java', command: (list) => `take ${pinned(list, ':')}` },
];
