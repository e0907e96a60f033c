import type { OperatingSystem } from '../model.ts';
import type { Ecosystem, PackageType, TypeGroup } from './ecosystem.ts';
import { generic } from './generic.ts';
import { conda, listedOnly, models, packageType } from './others.ts';
import { formatPurl, type Purl, parsePurl } from './purl.ts';
import type { PurlFacts } from './purl-shape.ts';
import { alpm, apk, deb, portage, rpm } from './system-types.ts';
import * as worlds from './worlds.ts';
import { pypi } from './worlds.ts';

/**
 * Languages and native programs that reports list first, in this order, which is also that in which a type is looked up (NVIDIA's own
 * programs before NVD's names for any program). A world that is not named here comes behind its like, by name.
 */
const LISTED_FIRST: readonly string[] =
  'PyPI npm Maven Go crates.io RubyGems Packagist NuGet CRAN Julia Hex Pub Bitnami NVIDIA CPE'.split(' ');
const GROUPS: readonly TypeGroup[] = ['system', 'language', 'native'];

const listed = ({ name }: Ecosystem): number =>
  LISTED_FIRST.includes(name) ? LISTED_FIRST.indexOf(name) : LISTED_FIRST.length;

/** Every naming-and-versioning world there is (`worlds.ts`), in the order in which reports list them. */
export const ecosystems: readonly Ecosystem[] = Object.values(worlds).sort(
  (a: Ecosystem, b: Ecosystem) =>
    GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || listed(a) - listed(b) || (a.name < b.name ? -1 : 1),
);

/** Every type of packages, once: those of operating systems, those of the worlds above, and those nobody has advisories on under their own name. */
export const packageTypes: readonly PackageType[] = [
  ...[deb, rpm, apk, alpm, portage, pypi, conda],
  ...ecosystems.filter((world) => world.system === undefined && world !== pypi && world.type !== generic.type),
  ...[...models, generic, ...listedOnly],
];

const byName = new Map(ecosystems.map((value) => [value.name, value]));
const byType = new Map(packageTypes.map((value) => [value.type, value]));

/** The types of operating systems' packages. */
export const SYSTEM_TYPES: readonly string[] = packageTypes.flatMap(({ group, type }) =>
  group === 'system' ? [type] : [],
);

/** What is known of a type of packages; one that nobody has described is named, counted and written all the same. */
export function typeNamed(type: string): PackageType {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const made = packageType({ type, label: type, group: 'other' });
  // Types come from bills of materials too: what is kept of them is bounded.
  if (/^[a-z][a-z0-9.+-]{0,40}$/.test(type) && byType.size < 500) byType.set(type, made);
  return made;
}

const kinds = [...new Set(packageTypes.map(({ kind }) => kind))];

/** One type of each kind among these, in the order in which reports list them; what nobody described comes last. */
export function kindsOf(types: Iterable<string>): readonly PackageType[] {
  const byType = new Map<string, PackageType>();
  for (const type of types) {
    const known = typeNamed(type);
    if (!byType.has(known.kind)) byType.set(known.kind, known);
  }
  const place = ({ kind }: PackageType): number => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);
  return [...byType.values()].sort((a, b) => place(a) - place(b));
}

/** Whether an operating system's package manager installs packages of this type. */
export const isSystemType = (type: string | undefined): boolean =>
  type !== undefined && byType.get(type)?.group === 'system';

/**
 * The world a package of this purl type lives in. OS packages need the image's operating system; undefined when
 * nobody here serves that type on that system.
 */
export function ecosystemOf(type: string, os?: OperatingSystem): Ecosystem | undefined {
  return ecosystems.find((value) => {
    if (value.type !== type) return false;
    return value.system === undefined || (os !== undefined && value.system.namespace(os) !== undefined);
  });
}

/** The advisory namespace a package of this purl type is matched in: `Debian:11`, `PyPI`. */
export function namespaceOf(type: string, os?: OperatingSystem): string | undefined {
  const ecosystem = ecosystemOf(type, os);
  if (ecosystem?.system === undefined) return ecosystem?.name;
  return os === undefined ? undefined : ecosystem.system.namespace(os);
}

/** The world of an advisory namespace: `Debian:11` is Debian's, `PyPI` is PyPI's. */
export function ecosystemNamed(namespace: string): Ecosystem | undefined {
  const colon = namespace.indexOf(':');
  return byName.get(colon < 0 ? namespace : namespace.slice(0, colon));
}

/** The distribution that an os-release id is of. */
export function distributionOf(os: Pick<OperatingSystem, 'id'> | undefined): Ecosystem | undefined {
  return os === undefined ? undefined : ecosystems.find(({ system }) => system?.ids.includes(os.id));
}

/** What Trivy calls an operating system. https://github.com/aquasecurity/trivy/blob/main/pkg/fanal/types/const.go */
export const trivyFamily = (os: Pick<OperatingSystem, 'id'>): string =>
  distributionOf(os)?.system?.trivyFamilies?.get(os.id) ?? os.id;

const spoken = new Map<string, { readonly type: string; readonly world?: Ecosystem; readonly id?: string }>([
  ...ecosystems.flatMap((world) =>
    (world.system?.words ?? []).map((word) => [word, { type: world.type, world, id: world.system!.ids[0]! }] as const),
  ),
  ...ecosystems.flatMap((world) =>
    (world.system?.ids ?? []).map((id) => [id, { type: world.type, world, id }] as const),
  ),
  ...packageTypes.flatMap((value) =>
    value.words.map(
      (word) => [word, { type: value.type, ...('name' in value && { world: value as Ecosystem }) }] as const,
    ),
  ),
]);

/** The purl type that a scanner's word for packages means (`python-pkg` is `pypi`, `debian:12` is `deb`); undefined when unknown. */
export function typeInWords(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  const lower = word.toLowerCase().trim();
  return (spoken.get(lower) ?? spoken.get(lower.split(/[:@ _]/, 1)[0]!))?.type;
}

/** The distribution that a scanner, a database or a person calls so: `cbl-mariner` is Azure Linux; undefined when unknown. */
export const distributionInWords = (word: string): Ecosystem | undefined => {
  const id = systemInWords(word);
  return id === undefined ? undefined : distributionOf({ id });
};

/** The os-release id of the distribution that a scanner, a database or a person calls so: `amazon` is `amzn`; undefined when unknown. */
export const systemInWords = (word: string): string | undefined => spoken.get(word.toLowerCase().trim())?.id;

/** Our namespace for a language's packages as another database calls them (Grype `python`, Trivy `pip`); undefined: not one we match. */
export function languageNamespace(word: string): string | undefined {
  const world = spoken.get(word.toLowerCase())?.world;
  return world?.system === undefined ? world?.name : undefined;
}

/** Our namespace for a distribution's release as another database calls it (Grype `debian`, `11`; Trivy `debian 11`); undefined: not one we match. */
export function distributionNamespace(word: string, release: string): string | undefined {
  const { world, id } = spoken.get(word.toLowerCase()) ?? {};
  if (world?.system === undefined || id === undefined) return undefined;
  if (world.system.release !== undefined) return world.system.release(release);
  return world.system.namespace({ id, name: release, versionId: release });
}

/** Distributions' releases by codename: `bookworm` is Debian's 12. */
export function releaseNamed(codename: string): { readonly id: string; readonly versionId: string } | undefined {
  for (const { system } of ecosystems) {
    const versionId = system?.codenames?.get(codename.toLowerCase());
    if (system !== undefined && versionId !== undefined) return { id: system.ids[0]!, versionId };
  }
  return undefined;
}

/** `debian-11`: how purls name the distribution. */
const distroOf = (os: OperatingSystem): string =>
  [os.id, os.versionId ?? os.codename].filter((part) => part !== undefined && part !== '').join('-');

/**
 * The package URL of a package, canonical and as its type's definition has it. Never compare these across scanners as strings
 * (`+` and `%2B` are the same): parse first. A package without what its type demands (Maven's group) is a `generic` one.
 */
export function purlOf(facts: PurlFacts & { readonly type: string }, os?: OperatingSystem): string {
  const type = typeNamed(facts.type);
  const place = os && {
    namespace: ecosystemOf(facts.type, os)?.system?.purlNamespace ?? distributionOf(os)?.system?.purlNamespace ?? os.id,
    distro: distroOf(os),
  };
  const parts: Purl | undefined = /^[a-z][a-z0-9.+-]*$/.test(facts.type) ? type.purl.write(facts, place) : undefined;
  return formatPurl(parts ?? { type: generic.type, name: facts.name, version: facts.version, qualifiers: new Map() });
}

/** What a purl says of a package: its name as its world writes it, version with epoch, architecture, source. */
export const packageOfPurl = (purl: Purl): PurlFacts => typeNamed(purl.type).purl.read(purl);

/** Qualifiers that a version, or that of the source package, stands in, or that are true of one version's file only. */
const OF_VERSIONS: ReadonlySet<string> = new Set([
  'epoch',
  'upstream',
  'checksum',
  'download_url',
  'file_name',
  'vcs_url',
]);

/** The purl of the same package in another version, built of that version of its source; a text that is no purl stays as it is. */
export function purlInVersion(purl: string, version: string, sourceVersion = version): string {
  const parts = parsePurl(purl);
  if (parts === undefined) return purl;
  const { namespace, qualifiers } = parts;
  const { write, read } = typeNamed(parts.type).purl;
  const { source, ...facts } = read(parts);
  const written = write(
    { ...facts, version, ...(source && { source: { name: source.name, version: sourceVersion } }) },
    { namespace, distro: qualifiers.get('distro') },
  );
  const others = [...qualifiers].filter(([key]) => !OF_VERSIONS.has(key));
  return formatPurl({
    ...parts,
    version: written?.version ?? version,
    qualifiers: new Map([...others, ...(written?.qualifiers ?? [])]),
  });
}

/** A purl in its canonical form, its type's own spelling included. */
export const canonicalPurl = (purl: Purl): string => formatPurl(typeNamed(purl.type).purl.canonical(purl));
