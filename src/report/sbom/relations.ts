import { conda } from '../../ecosystems/others.ts';
import { apk, deb, rpm } from '../../ecosystems/system-types.ts';
import { isInstalled, type Package, type Report } from '../../model.ts';
import { npmTrees, pythonEnvironments } from '../../remediate/installed/index.ts';

/** What each package needs of the others that are there, each once. */
export type Relations = ReadonlyMap<Package, ReadonlySet<Package>>;

/**
 * Dependency relations between the packages of a report, as their own metadata says and as whoever runs them would find them: Debian's and
 * Alpine's by name and by what a package provides, rpm's by name, Python's within an environment by its markers and extras, npm's in
 * the nearest `node_modules`, conda's within a prefix. What asks for something that is not there has no relation: nothing is guessed.
 */
export function relationsOf({ packages, subject }: Pick<Report, 'packages' | 'subject'>): Relations {
  const byOwner = new Map<Package, Set<Package>>();
  const add = (owner: Package, needed: Package | undefined): void => {
    if (needed === undefined || needed === owner) return;
    const known = byOwner.get(owner);
    if (known) known.add(needed);
    else byOwner.set(owner, new Set([needed]));
  };
  ofSystem(packages, deb.type, debNames, add);
  ofSystem(packages, rpm.type, rpmNames, add);
  ofSystem(packages, apk.type, apkNames, add);
  ofConda(packages, add);
  for (const { members } of pythonEnvironments(packages, subject.platform))
    for (const { package: owner, needs } of members.values())
      for (const { name } of needs) add(owner, members.get(name)?.package);
  const { copies, demands } = npmTrees(packages);
  for (const [folder, asked] of demands) for (const { owner } of asked) add(owner, copies.get(folder)?.package);
  return byOwner;
}

type Add = (owner: Package, needed: Package | undefined) => void;

/** Relations within one package database: of each requirement the first alternative that is there. */
function ofSystem(
  packages: readonly Package[],
  type: string,
  alternatives: (requirement: string) => readonly string[],
  add: Add,
): void {
  const own = packages.filter((pkg) => pkg.type === type && isInstalled(pkg));
  const named = new Map<string, Package>();
  for (const pkg of own) for (const name of provided(pkg)) if (!named.has(name)) named.set(name, pkg);
  // A package of that name goes before what only provides it.
  for (const pkg of own) named.set(pkg.name, pkg);
  for (const owner of own)
    for (const requirement of owner.requires ?? []) {
      const name = alternatives(requirement).find((alternative) => named.has(alternative));
      if (name !== undefined) add(owner, named.get(name));
    }
}

/** `awk, mail-transport-agent (= 1)`, `so:libz.so.1=1.2.13 cmd:minigzip=1.2.13-r0`: the names alone. */
const provided = ({ type, properties }: Package): string[] =>
  (properties?.provides ?? '')
    .split(type === deb.type ? ',' : ' ')
    .map((item) => withoutVersion(item.trim()))
    .filter(Boolean);

/** https://www.debian.org/doc/debian-policy/ch-relationships.html */
const debNames = (requirement: string): string[] =>
  requirement.split('|').map((part) => withoutVersion(part.trim()).replace(/:[a-z0-9]+$/, ''));

/** `openssl-libs(x86-64) = 1:3.0.7-6`: capabilities of a package are called after it. https://rpm-software-management.github.io/rpm/manual/dependencies.html */
const rpmNames = (requirement: string): string[] => [withoutVersion(requirement).replace(/\([^()]*\)$/, '')];

/** `so:libc.musl-x86_64.so.1`, `musl>=1.2.3`. https://wiki.alpinelinux.org/wiki/Apk_spec */
const apkNames = (requirement: string): string[] => [withoutVersion(requirement)];

/** What stands before a blank, a comparison or a bracket with a version in it. */
const withoutVersion = (text: string): string => /^[^\s<>=~]*/.exec(text)?.[0] ?? '';

/** Within a prefix, by name: https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html */
function ofConda(packages: readonly Package[], add: Add): void {
  const place = ({ properties }: Package, name: string): string => `${properties?.prefix ?? ''}\0${name}`;
  const own = packages.filter((pkg) => pkg.type === conda.type && isInstalled(pkg));
  const named = new Map(own.map((pkg) => [place(pkg, pkg.name), pkg]));
  for (const owner of own)
    for (const spec of (owner.properties?.depends ?? '').split(', '))
      add(owner, named.get(place(owner, withoutVersion(spec.trim()))));
}
