import { LIMITS } from '../../limits.ts';

/** A name that cannot be told: patterns of a shell match it, and no name that is written out does. */
const ANY_NAME = '\u0001';
/** A text that cannot be told, which matches nothing. */
export const NOT_TOLD = '\u0000';

/** What a command prints that prints nothing: no path. */
export const NOTHING = '\u0002';

/** What scanners ask first: which system this is. */
const RELEASES = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/lsb-release',
  'etc/debian_version',
  'etc/alpine-release',
  'etc/redhat-release',
  'etc/centos-release',
  'etc/rocky-release',
  'etc/almalinux-release',
  'etc/fedora-release',
  'etc/system-release',
];

/** What package managers know. */
const DATABASES = [
  'var/lib/dpkg/status',
  `var/lib/dpkg/status.d/${ANY_NAME}`,
  `var/lib/dpkg/info/${ANY_NAME}.list`,
  `var/lib/dpkg/info/${ANY_NAME}.md5sums`,
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'etc/apk/world',
  ...['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) => [
    `${folder}/Packages`,
    `${folder}/Packages.db`,
    `${folder}/rpmdb.sqlite`,
  ]),
  `var/lib/pacman/local/${ANY_NAME}/desc`,
];

/** Every file that scanners read of a system, without a leading slash. */
export const KNOWN: readonly string[] = [...RELEASES, ...DATABASES];
const RELEASE = new Set(RELEASES);

/** Whether a known file says which system this is, and does not list packages. */
export const isRelease = (path: string): boolean => RELEASE.has(path);

const SEGMENTS = new Map(KNOWN.map((path) => [path, path.split('/')]));

/** A path, with what a shell would match in it, in names; `from` is the folder it is taken from, undefined where that cannot be told. */
export function namesOf(pattern: string, from: readonly string[]): readonly string[] {
  if (pattern.length > LIMITS.pathBytes) return [NOT_TOLD];
  const names = pattern.startsWith('/') ? [] : [...from];
  for (const name of pattern.split('/'))
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  return names;
}

/** Known files that a pattern names: themselves, or a folder that they are in. */
export function knownBy(pattern: readonly string[], folders: boolean): string[] {
  return KNOWN.filter((path) => {
    const names = SEGMENTS.get(path)!;
    if (folders ? pattern.length > names.length : pattern.length !== names.length) return false;
    return pattern.every((word, at) => isMatch(word, names[at]!));
  });
}

/** Whether a shell's pattern (`*`, `?`, `[a-z]`) matches a whole name. Takes time in line with the product of both lengths. */
export function isMatch(pattern: string, name: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === name;
  const parts = pattern.match(/\[[^\]]{1,64}\]|[\s\S]/g) ?? [];
  let reached = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const at of reached)
      if (part === '*') for (let to = at; to <= name.length; to += 1) next.add(to);
      else if (at < name.length && isOne(part, name[at]!)) next.add(at + 1);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(name.length);
}

function isOne(part: string, letter: string): boolean {
  if (part === '?') return true;
  if (part.length < 3 || !part.startsWith('[')) return part === letter;
  const isNot = /^\[[!^]/.test(part);
  const set = part.slice(isNot ? 2 : 1, -1);
  for (let at = 0; at < set.length; at += 1) {
    const to = set[at + 1] === '-' && at + 2 < set.length ? set[at + 2]! : set[at]!;
    if (letter >= set[at]! && letter <= to) return !isNot;
    if (to !== set[at]) at += 2;
  }
  return isNot;
}
