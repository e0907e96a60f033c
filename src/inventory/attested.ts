import { bitnami } from '../ecosystems/bitnami.ts';
import { go } from '../ecosystems/go.ts';
import { ecosystemOf, isSystemType, typeNamed } from '../ecosystems/index.ts';
import { maven } from '../ecosystems/maven.ts';
import { conda } from '../ecosystems/others.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import {
  type Inventory,
  isInstalled,
  isInUse,
  type OperatingSystem,
  type OtherVersions,
  type Package,
} from '../model.ts';
import { lookupsOf } from './lookups.ts';

/** What files and bill of materials do not agree on. */
interface AttestedDifference {
  /** Whether the bill lists OS packages one by one, or by the source package that they are built from. */
  readonly unit: 'binary' | 'source';
  /** Packages of the image that the bill has too. */
  readonly agreed: number;
  /** Installed according to the files, and not in the bill. */
  readonly missing: readonly Package[];
  /** In the bill, and nowhere in the files. */
  readonly phantom: readonly Package[];
  readonly versions: readonly OtherVersions[];
  /** Not in the bill, and nothing that programs which write bills look for: told by content, model files, libraries in wheels. */
  readonly beyond: readonly Package[];
}

/** Whether a package manager keeps account of packages of this type, so that an honest bill has them. */
const isAccounted = (type: string): boolean => {
  const { group } = typeNamed(type);
  return group === 'system' || group === 'language' || group === 'environment' || type === bitnami.type;
};
/** Written where the program did not know. */
const NO_VERSION: ReadonlySet<string> = new Set(['', '(devel)', 'unknown', 'noassertion', '0.0.0-dev']);
/** Beyond this many pairs of versions only equal spellings count as equal. */
const COMPARED_PAIRS = 10_000;

/** A name on both sides. */
interface Group {
  /** Installed copies, with every version that may stand for them. */
  readonly installed: { readonly pkg: Package; readonly spellings: readonly string[] }[];
  /** Versions of copies that are not installed (vendored, cached, declared) or belong to another package. */
  readonly elsewhere: string[];
  readonly attested: Package[];
}

/**
 * Holds a bill of materials against what the files prove. Packages are the same by type, name as their ecosystem writes it, and
 * version; an epoch that the bill leaves out, a Go version without its `v`, and Maven's group do not count. A bill
 * that lists OS packages by source (Docker Scout's do) is compared by source. Vendored, declared and cached
 * copies, and what an OS package owns, need not be listed; conda packages may be listed as the Python package they hold.
 */
export function compareAttested(inventory: Inventory, attested: Inventory): AttestedDifference {
  const { os } = inventory;
  const unit = unitOf(inventory, attested);
  const groups = new Map<string, Group>();
  const group = (key: string): Group => {
    const known = groups.get(key) ?? { installed: [], elsewhere: [], attested: [] };
    groups.set(key, known);
    return known;
  };
  for (const pkg of attested.packages) group(keyOf(pkg, pkg.name, os)).attested.push(pkg);
  for (const pkg of inventory.packages) {
    const bySource = unit === 'source' && isSystemType(pkg.type) && pkg.source !== undefined;
    const into = group(keyOf(pkg, bySource ? pkg.source!.name : pkg.name, os));
    const spellings = bySource ? [pkg.source!.version, pkg.version] : [pkg.version];
    if (isOnItsOwn(pkg)) into.installed.push({ pkg, spellings });
    else into.elsewhere.push(...spellings);
    // Some bills list both; the source of an installed package is nothing that is not there.
    if (!bySource && isSystemType(pkg.type) && pkg.source !== undefined && pkg.source.name !== pkg.name)
      group(keyOf(pkg, pkg.source.name, os)).elsewhere.push(pkg.source.version, pkg.version);
  }
  return { unit, ...judge(groups, os) };
}

function judge(groups: ReadonlyMap<string, Group>, os: OperatingSystem | undefined): Omit<AttestedDifference, 'unit'> {
  const missing: Package[] = [];
  const phantom: Package[] = [];
  const versions: OtherVersions[] = [];
  const beyond: Package[] = [];
  let agreed = 0;
  for (const { installed, elsewhere, attested } of groups.values()) {
    const there = [...installed.flatMap(({ spellings }) => spellings), ...elsewhere];
    const type = (installed[0]?.pkg ?? attested[0])?.type ?? '';
    const versionsOf = attested.map(({ version }) => version);
    const { isListed, isThere } = matcher(type, os, there, versionsOf);
    const left = installed.filter(({ spellings }) => !spellings.some(isListed));
    agreed += installed.length - left.length;
    const extra = attested.filter((pkg) => mustBeThere(pkg) && !isThere(pkg.version));
    const asked = left.filter(({ pkg }) => mustBeListed(pkg) && !isListedAsPython(pkg, groups, os));
    beyond.push(...left.filter(({ pkg }) => !mustBeListed(pkg)).map(({ pkg }) => pkg));
    if (asked.length > 0 && extra.length > 0) versions.push(otherVersions(asked[0]!.pkg, asked, extra));
    else {
      missing.push(...asked.map(({ pkg }) => pkg));
      phantom.push(...extra);
    }
  }
  return { agreed, missing, phantom, versions, beyond };
}

function otherVersions({ type, name }: Package, asked: Group['installed'], extra: readonly Package[]): OtherVersions {
  const distinct = (list: readonly Package[]): string[] =>
    [...new Set(list.map(({ version }) => version))].slice(0, 20);
  return { type, name, files: distinct(asked.map(({ pkg }) => pkg)), attested: distinct(extra) };
}

/** A bill is by source when more of its OS packages bear the name of a source alone than the name of a binary alone. */
function unitOf(inventory: Inventory, attested: Inventory): 'binary' | 'source' {
  const system = inventory.packages.filter(({ type }) => isSystemType(type));
  const binaries = new Map(system.map((pkg) => [`${pkg.type}\0${pkg.name}`, sourceOf(pkg).name]));
  const sources = new Set(system.flatMap((pkg) => (pkg.source ? [`${pkg.type}\0${pkg.source.name}`] : [])));
  let balance = 0;
  for (const { type, name } of attested.packages) {
    const source = binaries.get(`${type}\0${name}`);
    if (source !== undefined && source !== name) balance -= 1;
    else if (source === undefined && sources.has(`${type}\0${name}`)) balance += 1;
  }
  return balance > 0 ? 'source' : 'binary';
}

const isOnItsOwn = (pkg: Package): boolean => isInstalled(pkg) && pkg.ownedBy === undefined;

const mustBeListed = ({ type, certainty, version }: Package): boolean =>
  isAccounted(type) && (certainty === undefined || certainty === 'exact') && !NO_VERSION.has(version.toLowerCase());

const mustBeThere = (pkg: Package): boolean =>
  isAccounted(pkg.type) && isInUse(pkg) && pkg.name !== 'gpg-pubkey' && !NO_VERSION.has(pkg.version.toLowerCase());

/** numpy of conda is numpy of PyPI: a bill that lists the one has the other. */
function isListedAsPython(pkg: Package, groups: ReadonlyMap<string, Group>, os: OperatingSystem | undefined): boolean {
  if (pkg.type !== conda.type) return false;
  const python = lookupsOf(pkg, os).find(({ namespace }) => namespace === pypi.name);
  const attested = python && groups.get(`${pypi.type}\0${python.name}`)?.attested;
  if (python === undefined || attested === undefined) return false;
  const versions = attested.map(({ version }) => version);
  return matcher(pypi.type, os, [python.version], versions).isListed(python.version);
}

function keyOf({ type }: Package, name: string, os: OperatingSystem | undefined): string {
  if (isSystemType(type)) return `${type}\0${name.toLowerCase()}`;
  // The group is often guessed, from a manifest or the folder.
  const own = type === maven.type ? name.slice(name.lastIndexOf(':') + 1) : name;
  return `${type}\0${(ecosystemOf(type, os)?.normalize(own) ?? own).toLowerCase()}`;
}

/** Which versions of one package the other side has too. */
function matcher(
  type: string,
  os: OperatingSystem | undefined,
  files: readonly string[],
  attested: readonly string[],
): { isListed(files: string): boolean; isThere(attested: string): boolean } {
  const plain = plainOf(type);
  const same = files.length * attested.length <= COMPARED_PAIRS ? sameVersion(type, os) : () => false;
  const [inFiles, inBill] = [new Set(files.map(plain)), new Set(attested.map(plain))];
  return {
    isListed: (pkg) => inBill.has(plain(pkg)) || attested.some((other) => same(pkg, other)),
    isThere: (pkg) => inFiles.has(plain(pkg)) || files.some((other) => same(other, pkg)),
  };
}

const plainOf =
  (type: string): ((version: string) => string) =>
  (version) =>
    type === go.type ? version.replace(/^(?:go|v)(?=\d)/, '') : version;

/** Whether two versions, the files' first, are spellings of one. */
function sameVersion(type: string, os: OperatingSystem | undefined): (files: string, attested: string) => boolean {
  if (isSystemType(type)) {
    return (files, attested) => {
      const [ownEpoch, own] = split(files);
      const [epoch, other] = split(attested);
      return own === other && (epoch === undefined || epoch === (ownEpoch ?? '0'));
    };
  }
  const compare = ecosystemOf(type, os)?.compare;
  const plain = plainOf(type);
  return (files, attested) => compare !== undefined && compare(plain(files), plain(attested)) === 0;
}

/** Epoch and rest of a distribution's version. An epoch that is not written is not known in a bill, and 0 in a file. */
function split(version: string): [epoch: string | undefined, rest: string] {
  const match = /^(\d+):/.exec(version);
  return match === null ? [undefined, version] : [match[1], version.slice(match[0].length)];
}
