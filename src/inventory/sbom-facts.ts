import type { PackageFact } from '../analyzers/analyzer.ts';
import { generic } from '../ecosystems/generic.ts';
import { isSystemType, packageOfPurl } from '../ecosystems/index.ts';
import { type Purl, parsePurl } from '../ecosystems/purl.ts';
import { type CpeName, splitCpe } from '../formats/text/index.ts';
import type { BillEntry, Certainty, PackageRole } from '../model.ts';

/** An entry as a package, and the purl it came with. */
export interface EntryFact {
  readonly fact: PackageFact;
  readonly purl?: Purl;
  /** The version that the entry states where its purl says another. */
  readonly contradicted?: string;
}

/**
 * The package that an entry states. Its purl says what it is; what a program wrote beside it (Syft's and Trivy's properties, our
 * own) completes that. Without a purl a CPE makes it a program, and a system whose packages are of `systemType` a package of it what Trivy
 * found in a package database. Undefined where there is nothing of all that: nobody can say what it is.
 */
export function factOf(entry: BillEntry, systemType?: string): EntryFact | undefined {
  const purl = entry.purls.map(parsePurl).find((parsed) => parsed !== undefined);
  const cpe = productOf(entry.cpes);
  const type =
    entry.facts.get('plimsoll:type') ??
    purl?.type ??
    (isOfNoSystem(entry) ? systemType : undefined) ??
    (cpe && generic.type);
  const told = purl && packageOfPurl(purl);
  const name = nameOf(entry, told?.name) ?? cpe?.product;
  if (type === undefined || name === undefined || isImage(entry)) return undefined;
  const { version, contradicted } = versionOf(entry, told?.version ?? versionNamed(cpe), isSystemType(type));
  const source = sourceOf(entry.facts, type, version) ?? told?.source;
  const properties = propertiesOf(entry.facts, told?.properties, cpe, purl);
  const [role, certainty, maintainer] = ['plimsoll:role', 'plimsoll:certainty', 'syft:metadata:maintainer'].map((key) =>
    entry.facts.get(key),
  );
  return {
    fact: {
      type,
      name,
      version,
      ...(told?.architecture === undefined ? {} : { architecture: told.architecture }),
      ...(source === undefined ? {} : { source }),
      ...(maintainer === undefined ? {} : { maintainer }),
      ...(entry.supplier === undefined ? {} : { supplier: entry.supplier }),
      ...(isRole(role) ? { role } : {}),
      ...(isCertainty(certainty) ? { certainty } : {}),
      ...(properties.size === 0 ? {} : { properties: Object.fromEntries(properties) }),
    },
    ...(purl === undefined ? {} : { purl }),
    ...(contradicted === undefined ? {} : { contradicted }),
  };
}

const IMAGE = /^pkg:(?:oci|docker)\//i;

/** An image is what the document is about, not what is in it. */
export const isImage = ({ purls }: BillEntry): boolean => purls.some((purl) => IMAGE.test(purl));

/** Trivy writes no purl of what it found in the package database of a system that it does not know. */
export const isOfNoSystem = ({ purls, facts }: BillEntry): boolean =>
  purls.length === 0 && facts.get('aquasecurity:trivy:PkgType') === 'none';

/** Purls have Go's and npm's names in lower case: the entry says how they are really written. */
function nameOf({ name, facts }: BillEntry, told: string | undefined): string | undefined {
  if (facts.has('plimsoll:type') || told === undefined) return name ?? told;
  const group = facts.get('group');
  const written = [name, group && `${group}/${name}`].find(
    (spelling) => spelling?.toLowerCase() === told.toLowerCase(),
  );
  return written ?? told;
}

const EPOCH = /^\d+:/;
/** Spellings of one version: an epoch of none, Go's `v`, a plus that was read as a blank. */
const plain = (version: string): string =>
  version
    .replace(/^0:/, '')
    .replace(/^(?:go|v)(?=\d)/, '')
    .replaceAll(' ', '+');

/**
 * The purl's version, completed by the entry's where that has the epoch. Where the two contradict each other, the purl is what the
 * package is. A range (`^4.17.0`, as GitHub copies it from a manifest) is no version.
 */
function versionOf(
  { version: stated }: BillEntry,
  told: string,
  isSystem: boolean,
): { readonly version: string; readonly contradicted?: string } {
  const written = stated === undefined ? '' : exact(stated);
  const own = exact(told);
  if (own === '' || written === '') return { version: own || written };
  if (isSystem && EPOCH.test(written) && !EPOCH.test(own) && written.replace(EPOCH, '') === own)
    return { version: written };
  const same = plain(own) === plain(written) || plain(own.replace(EPOCH, '')) === plain(written);
  // npm and Maven write what belongs to a version into qualifiers too: the longer one of the two is more exact.
  return same ? { version: own } : { version: own, contradicted: written };
}

/** `= 1.2.3` is a version, other ranges are none. */
function exact(text: string): string {
  const pinned = /^={1,3}\s*([^\s,|]+)$/.exec(text)?.[1];
  if (pinned !== undefined) return pinned;
  return /^[~^<>=*!]|\|\||,\s*[<>=~^!]/.test(text) ? '' : text;
}

const versionNamed = (cpe: CpeName | undefined): string =>
  cpe === undefined || /^[*-]/.test(cpe.version) ? '' : cpe.version;

/** What the first CPE of a program names; what it says in upper case is meant in lower. */
function productOf(cpes: readonly string[]): CpeName | undefined {
  for (const cpe of cpes) {
    const name = splitCpe(cpe.toLowerCase());
    if (name?.part === 'a' && !/\s/.test(name.vendor + name.product)) return name;
  }
  return undefined;
}

/** The source as properties state it: Trivy's, Syft's metadata, our own. */
function sourceOf(
  facts: ReadonlyMap<string, string>,
  type: string,
  version: string,
): { name: string; version: string } | undefined {
  if (!isSystemType(type)) return undefined;
  const own = facts.get('plimsoll:source:name');
  if (own !== undefined) return { name: own, version: facts.get('plimsoll:source:version') ?? version };
  const trivy = (key: string): string | undefined => facts.get(`aquasecurity:trivy:Src${key}`);
  if (trivy('Name') !== undefined) {
    const [base, release, epoch] = [trivy('Version') ?? version, trivy('Release'), trivy('Epoch')];
    const apart = epoch === undefined || epoch === '0' || EPOCH.test(base) ? '' : `${epoch}:`;
    const whole = release === undefined || base.endsWith(`-${release}`) ? base : `${base}-${release}`;
    return { name: trivy('Name')!, version: `${apart}${whole}` };
  }
  const syft = facts.get('syft:metadata:source') ?? facts.get('syft:metadata:originPackage');
  if (syft !== undefined)
    return { name: syft, version: facts.get('syft:metadata:sourceVersion') ?? version.replace(/\+b\d+$/, '') };
  const rpm = facts.get('syft:metadata:sourceRpm');
  return rpm === undefined
    ? undefined
    : packageOfPurl({ type, name: 'any', version, qualifiers: new Map([['upstream', rpm]]) }).source;
}

const OWN_FACT = 'plimsoll:fact:';
/** What other programs call what we know as a property. */
const MODULARITY = [
  'syft:metadata:modularityLabel',
  'aquasecurity:trivy:Modularitylabel',
  'aquasecurity:trivy:ModularityLabel',
];

/** What Plimsoll wrote of a package into its own documents, what its purl says, the module stream, and NVD's product. */
function propertiesOf(
  facts: ReadonlyMap<string, string>,
  told: Readonly<Record<string, string>> | undefined,
  cpe: CpeName | undefined,
  purl: Purl | undefined,
): Map<string, string> {
  const properties = new Map(Object.entries(told ?? {}));
  // Red Hat's documents, and databases of scanners, have the label as a qualifier; Trivy's SPDX has it nowhere else.
  const modularity =
    MODULARITY.map((key) => facts.get(key)).find((value) => value !== undefined) ??
    purl?.qualifiers.get('rpmmod') ??
    purl?.qualifiers.get('modularitylabel');
  if (modularity !== undefined) properties.set('modularity', modularity);
  if (cpe !== undefined) properties.set('cpe', `${cpe.vendor}:${cpe.product}`);
  if (cpe?.software !== undefined) properties.set('cpeSoftware', cpe.software);
  for (const [name, value] of facts)
    if (name.startsWith(OWN_FACT) && properties.size < 50 && value.length <= 4_096)
      properties.set(name.slice(OWN_FACT.length), value);
  return properties;
}

const CERTAINTIES: ReadonlySet<string> = new Set<Certainty>(['exact', 'content', 'name']);
const ROLES: ReadonlySet<string> = new Set<PackageRole>([
  'installed',
  'declared',
  'vendored',
  'cache',
  'test',
  'nested',
]);
const isRole = (text: string | undefined): text is PackageRole => text !== undefined && ROLES.has(text);
const isCertainty = (text: string | undefined): text is Certainty => text !== undefined && CERTAINTIES.has(text);
