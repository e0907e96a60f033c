import type { OperatingSystem } from '../model.ts';

/** A package and the version that it is to have. */
interface Pin {
  readonly name: string;
  readonly version: string;
}

/** Where a change is made. */
interface FixPlace {
  readonly os?: OperatingSystem | undefined;
  /** Upgrade whatever has an upgrade: the list is too long for a line that anybody reads. */
  readonly wholesale?: boolean;
}

/** How a change of packages of one type is written, for people and for shells. */
export interface Fixing {
  /** Between name and version, as the type's own tools write it: `numpy==1.24.4`, `lodash@4.17.21`. */
  readonly sign: string;
  /** Shell commands that make the change in an image, one after the other; absent: it is made where the package is declared or built. */
  readonly upgrade?: (pins: readonly Pin[], place: FixPlace) => readonly string[];
  /** What is left over by `upgrade` and goes with it in a build. */
  readonly clean?: (place: FixPlace) => readonly string[];
  readonly remove?: (names: readonly string[], place: FixPlace) => readonly string[];
  /** Where there is no command, what to do with `name` and version, in words. */
  readonly words?: string;
}

/** Names come from images: what a shell could read as anything but a word is quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const sorted = (words: Iterable<string>): string => [...new Set(words)].sort().map(shellWord).join(' ');
const names = (pins: readonly Pin[]): string => sorted(pins.map(({ name }) => name));
const pinned = (pins: readonly Pin[], sign: string): string =>
  [...new Set(pins.map(({ name, version }) => shellWord(`${name}${sign}${version}`)))].join(' ');

/** A type whose tool installs what is named with its version: `pip install numpy==1.24.4`. */
export const installedBy = (command: string, sign: string): Fixing => ({
  sign,
  upgrade: (pins) => [`${command} ${pinned(pins, sign)}`],
});

/** A type whose packages are built into something: `rebuild with golang.org/x/net@v0.17.0`. */
export const rebuilt = (sign: string, words = 'rebuild with'): Fixing => ({ sign, words });

/** RubyGems' tool takes one gem with a version at a time. https://guides.rubygems.org/command-reference/#gem-install */
export const gemInstall: Fixing = {
  sign: ':',
  upgrade: (pins) => pins.map(({ name, version }) => `gem install ${shellWord(name)} -v ${shellWord(version)}`),
};

/** apt upgrades to what its sources have: versions are not named, they would be gone with the next security update. */
export const apt: Fixing = {
  sign: '=',
  upgrade: (pins, { wholesale }) => [
    'apt-get update',
    wholesale ? 'apt-get upgrade -y' : `apt-get install -y --no-install-recommends --only-upgrade ${names(pins)}`,
  ],
  clean: () => ['rm -rf /var/lib/apt/lists/*'],
  remove: (list) => [`apt-get purge -y ${sorted(list)}`],
};

export const apkTools: Fixing = {
  sign: '=',
  upgrade: (pins, { wholesale }) => [`apk upgrade --no-cache${wholesale ? '' : ` ${names(pins)}`}`],
  remove: (list) => [`apk del ${sorted(list)}`],
};

/** The package manager of this system: older Red Hats and the first two Amazon Linux have yum, SUSE's distributions zypper. */
function rpmTool(os: OperatingSystem | undefined): 'yum' | 'zypper' | 'dnf' {
  const old = /^[1-7]\b|^201\d/.test(os?.versionId ?? '');
  if (['amzn', 'centos', 'rhel', 'ol'].includes(os?.id ?? '') && old) return 'yum';
  return os?.idLike?.includes('suse') || /suse|sles/.test(os?.id ?? '') ? 'zypper' : 'dnf';
}

export const rpmTools: Fixing = {
  sign: '-',
  upgrade(pins, { os, wholesale }) {
    const tool = rpmTool(os);
    if (tool === 'zypper')
      return [wholesale ? 'zypper --non-interactive patch' : `zypper --non-interactive update ${names(pins)}`];
    return [`${tool} upgrade -y${wholesale ? '' : ` ${names(pins)}`}`];
  },
  clean: ({ os }) => (rpmTool(os) === 'zypper' ? [] : [`${rpmTool(os)} clean all`]),
  remove(list, { os }) {
    const tool = rpmTool(os);
    return [`${tool} ${tool === 'zypper' ? '--non-interactive remove' : 'remove -y'} ${sorted(list)}`];
  },
};

/** Partial upgrades are not supported: everything moves together. https://wiki.archlinux.org/title/System_maintenance */
export const pacman: Fixing = {
  sign: '=',
  upgrade: () => ['pacman -Syu --noconfirm'],
  remove: (list) => [`pacman -Rs --noconfirm ${sorted(list)}`],
};
