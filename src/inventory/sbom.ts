import type { PackageFact } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { canonicalPurl, distributionOf, ecosystemNamed, isSystemType, namespaceOf } from '../ecosystems/index.ts';
import type { Purl } from '../ecosystems/purl.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import type { Bill, BillEntry, Evidence, Inventory, OperatingSystem, Package, Unknown } from '../model.ts';
import { askedOfOwner } from './lookups.ts';
import { packageOf } from './package-of.ts';
import { type EntryFact, factOf, isImage, isOfNoSystem } from './sbom-facts.ts';
import { billOwners } from './sbom-owners.ts';
import { billRoles } from './sbom-roles.ts';
import { isReleaseMissing, systemNamed, systemOfBill, systemOfPurl } from './system-names.ts';

type Known = EntryFact & { readonly entry: BillEntry };

/**
 * The inventory that a bill of materials states. The operating system is the one that the bill names, else the one that most purls
 * name, else the one that is assumed; a package whose own purl names another release is judged by that. Entries that are neither a purl
 * nor a CPE, and whatever contradicts itself, are Unknowns.
 */
export function sbomInventory(bill: Bill): Inventory {
  const assumed = bill.assumedSystem === undefined ? undefined : systemNamed(bill.assumedSystem);
  const named = systemOfBill(bill);
  const systemType = distributionOf(named ?? assumed)?.type;
  const known = bill.entries.flatMap((entry): Known[] => {
    const known = factOf(entry, systemType);
    return known === undefined ? [] : [{ ...known, entry }];
  });
  // A name alone is completed by what the packages, or who asks, say of its release.
  const fuller = [mostNamed(known), assumed].find(
    (system) => system !== undefined && (named === undefined || system.id === named.id),
  );
  const os = named === undefined || isReleaseMissing(named) ? fuller : named;
  const ownerOf = billOwners(known);
  const roleOf = billRoles(known);
  const packages = known.map(({ fact, purl, entry }) =>
    packageOf(
      { ...roleOf(entry, fact), ...fact },
      systemOf(fact, purl, os),
      evidenceInBill(entry),
      ownerOf(entry, fact),
      purl && canonicalPurl(purl),
    ),
  );
  return {
    ...(os ? { os } : {}),
    packages: withOwnersAsked([...distinct(packages)]),
    risks: [],
    unknowns: [...unknowns(bill, known, os)],
    files: 0,
  };
}

/** What most packages of the operating system say of their distribution. */
function mostNamed(known: readonly Known[]): OperatingSystem | undefined {
  const counts = new Map<string, { readonly os: OperatingSystem; count: number }>();
  for (const { purl, fact } of known) {
    const os = purl && isSystemType(fact.type) ? systemOfPurl(purl) : undefined;
    if (os === undefined || isReleaseMissing(os)) continue;
    const key = `${os.id} ${os.versionId ?? ''}`;
    const counted = counts.get(key) ?? { os, count: 0 };
    counted.count += 1;
    counts.set(key, counted);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.os;
}

/** The release that a package is of: its own purl's, where that is another than the bill's. */
function systemOf(
  fact: PackageFact,
  purl: Purl | undefined,
  os: OperatingSystem | undefined,
): OperatingSystem | undefined {
  if (purl === undefined || !isSystemType(fact.type)) return os;
  const own = systemOfPurl(purl);
  if (own === undefined || isReleaseMissing(own)) return os;
  // The same release by another spelling (`debian-11` beside 11.6): what the bill says has more to it.
  return namespaceOf(fact.type, own) === undefined || namespaceOf(fact.type, own) === namespaceOf(fact.type, os)
    ? os
    : own;
}

/** A package may be called as its source is, but not each of so many. */
const MANY = 20;

function* unknowns(bill: Bill, known: readonly Known[], os: OperatingSystem | undefined): Generator<Unknown> {
  const say = (count: number, singular: string, many: string): Unknown[] =>
    count === 0 ? [] : [{ path: '', analyzer: 'sbom', reason: count === 1 ? `1 ${singular}` : `${count} ${many}` }];
  const stated = new Set(known.map(({ entry }) => entry));
  const silent = bill.entries.filter((entry) => !stated.has(entry) && !isImage(entry));
  const nobodys = silent.filter(isOfNoSystem).length;
  yield* say(
    nobodys,
    'OS package is of a system that the bill does not name: --distro debian:12 names it',
    'OS packages are of a system that the bill does not name: --distro debian:12 names it',
  );
  yield* say(
    silent.length - nobodys,
    'entry has neither a package URL nor a CPE',
    'entries have neither a package URL nor a CPE',
  );
  const contradicted = known.filter((pkg) => pkg.contradicted !== undefined);
  const [first] = contradicted;
  const example = `${first?.fact.name}: ${first?.contradicted} and ${first?.fact.version}`;
  yield* say(
    contradicted.length,
    `entry states another version than its package URL, which was taken (${example})`,
    `entries state another version than their package URLs, which were taken (${example}, ...)`,
  );
  const homeless = known.filter(
    ({ fact, purl }) => isSystemType(fact.type) && namespaceOf(fact.type, systemOf(fact, purl, os)) === undefined,
  );
  if (os === undefined)
    yield* say(
      homeless.length,
      'OS package is of a release that the bill does not name: --distro debian:12 names it',
      'OS packages are of a release that the bill does not name: --distro debian:12 names it',
    );
  const sourceless = known.filter(
    ({ fact, purl }) =>
      (ecosystemNamed(namespaceOf(fact.type, systemOf(fact, purl, os)) ?? '')?.system?.unit ?? 'binary') !== 'binary',
  );
  if (sourceless.length >= MANY && sourceless.every(({ fact }) => sourceOf(fact).name === fact.name))
    yield* say(
      sourceless.length,
      '',
      'OS packages do not name their source packages, which their distribution files advisories under: what is filed under another name is not found',
    );
  yield* say(bill.left ?? 0, 'entry beyond the limit was left out', 'entries beyond the limit were left out');
}

/** Where statements on the owners are filed, for those that the bill lists. */
function withOwnersAsked(packages: readonly Package[]): readonly Package[] {
  const known = new Map<string, Package[]>();
  for (const pkg of packages) if (isSystemType(pkg.type)) addTo(known, `${pkg.type} ${pkg.name}`, pkg);
  return packages.map((pkg) => {
    return askedOfOwner(pkg, known.get(`${pkg.ownedBy?.type} ${pkg.ownedBy?.name}`) ?? [], undefined);
  });
}

function evidenceInBill({ paths }: BillEntry): Evidence[] {
  const shown = paths.length > 0 ? paths : [''];
  return shown.map((path) => ({ path, layer: 0, diffID: '', analyzer: 'sbom' }));
}

function* distinct(packages: readonly Package[]): Generator<Package> {
  const seen = new Set<string>();
  for (const pkg of packages) {
    const key = [
      pkg.type,
      pkg.name,
      pkg.version,
      pkg.architecture,
      pkg.source?.name,
      pkg.role,
      pkg.ownedBy?.name,
      pkg.namespace,
    ].join('\0');
    if (!seen.has(key)) yield pkg;
    seen.add(key);
  }
}
