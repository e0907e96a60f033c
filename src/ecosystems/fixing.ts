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
  /** Names of all packages of the system, for whoever has several tools. */
  readonly installed?: ReadonlySet<string>;
}

/** How a change of packages of one type is written, for people and for shells. */
export interface Fixing {
  /** Between name and version, as the type's own tools write it: `numpy==1.24.4`, `lodash@4.17.21`. */
  readonly sign: string;
  /** Shell commands that make the change in an image, one after the other; absent: it is made where the package is declared or built. */
  readonly upgrade?: (pins: readonly Pin[], place: FixPlace) => readonly string[];
  /** What is left over by `upgrade` and goes with it in a build. */
  readonly clean?: (place: FixPlace) => readonly string[];
  /**
   * Packages that bring a tool for these commands, and packages that every system of the kind has: where one of those is there and no
   * tool is, the image has none (distroless, UBI micro).
   */
  readonly tools?: { readonly any: readonly string[]; readonly basis: readonly string[] };
  /** Where there is no command, what to do with `name` and version, in words. */
  readonly words?: string;
}

/** Names come from images: what a shell could read as anything but a word is quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Names as words of a shell, each once. */
export const shellWords = (words: Iterable<string>): string => [...new Set(words)].sort().map(shellWord).join(' ');
const names = (pins: readonly Pin[]): string => shellWords(pins.map(({ name }) => name));
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
  tools: { any: ['apt'], basis: ['base-files'] },
};

export const apkTools: Fixing = {
  sign: '=',
  upgrade: (pins, { wholesale }) => [`apk upgrade --no-cache${wholesale ? '' : ` ${names(pins)}`}`],
  tools: { any: ['apk-tools'], basis: ['alpine-baselayout', 'wolfi-baselayout', 'chainguard-baselayout'] },
};

/** Tools for rpm packages and the packages that bring them: UBI minimal has microdnf alone, Photon and Azure Linux tdnf. */
const RPM_TOOLS: Readonly<Record<string, readonly string[]>> = {
  dnf: ['dnf', 'dnf5'],
  yum: ['yum'],
  microdnf: ['microdnf'],
  tdnf: ['tdnf'],
  zypper: ['zypper'],
};

/** The package manager of this system: the one that is installed, else the usual one. Older Red Hats and the first two Amazon Linux have yum, SUSE's distributions zypper. */
function rpmTool({ os, installed }: FixPlace): string {
  const old = /^[1-7]\b|^201\d/.test(os?.versionId ?? '');
  const isOld = ['amzn', 'centos', 'rhel', 'ol'].includes(os?.id ?? '') && old;
  const isSuse = os?.idLike?.includes('suse') || /suse|sles/.test(os?.id ?? '');
  const usual = isOld ? 'yum' : isSuse ? 'zypper' : 'dnf';
  const isThere = (tool: string): boolean => RPM_TOOLS[tool]?.some((name) => installed?.has(name)) === true;
  return [usual, ...Object.keys(RPM_TOOLS)].find(isThere) ?? usual;
}

export const rpmTools: Fixing = {
  sign: '-',
  upgrade(pins, place) {
    const tool = rpmTool(place);
    const which = place.wholesale ? '' : ` ${names(pins)}`;
    // Of `zypper patch` success has exit codes of its own (102, 103), which end a build.
    return [tool === 'zypper' ? `zypper --non-interactive update${which}` : `${tool} upgrade -y${which}`];
  },
  clean: (place) => (rpmTool(place) === 'zypper' ? [] : [`${rpmTool(place)} clean all`]),
  tools: { any: Object.values(RPM_TOOLS).flat(), basis: ['filesystem', 'setup', 'aaa_base'] },
};

/** Partial upgrades are not supported: everything moves together. https://wiki.archlinux.org/title/System_maintenance */
export const pacman: Fixing = {
  sign: '=',
  upgrade: () => ['pacman -Syu --noconfirm'],
  tools: { any: ['pacman'], basis: ['filesystem'] },
};
