import type { PackageFact } from '../analyzers/analyzer.ts';
import { canonicalPurl, isSystemType, packageOfPurl } from '../ecosystems/index.ts';
import { conda } from '../ecosystems/others.ts';
import { type Purl, parsePurl } from '../ecosystems/purl.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { deb } from '../ecosystems/system-types.ts';
import { LIMITS } from '../limits.ts';
import type { Certainty, Evidence, Inventory, OperatingSystem, Package, PackageRole } from '../model.ts';
import { isObject, type JsonObject, textOf } from '../sources/json.ts';
import { packageOf } from './assemble.ts';

/** One entry of a bill of materials, whatever its format. */
interface Listed {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly purl: Purl | undefined;
  readonly facts: ReadonlyMap<string, string>;
  readonly paths: readonly string[];
}

/**
 * The inventory that a CycloneDX or SPDX document states. Entries without a usable purl are Unknowns: nobody can say what they are.
 * Source packages come from Syft's `upstream` qualifier, Trivy's and our own properties, or SPDX's sourceInfo.
 */
export function sbomInventory(document: JsonObject): Inventory {
  const isCycloneDx = document.bomFormat === 'CycloneDX';
  const listed = [...(isCycloneDx ? cycloneDx(document) : spdx(document))].slice(0, LIMITS.factsPerImage);
  const os = operatingSystem(document, isCycloneDx, listed);
  const known = listed.flatMap((one) => {
    const fact = factOf(one);
    return fact ? [{ one, fact }] : [];
  });
  const debs = new Set(known.flatMap(({ fact }) => (fact.type === deb.type ? [fact.name] : [])));
  const packages = known.map(({ one, fact }) =>
    packageOf(fact, os, evidenceOf(one), ownerOf(one, fact, debs), one.purl && canonicalPurl(one.purl)),
  );
  const strange = listed.length - known.length;
  return {
    ...(os ? { os } : {}),
    packages: [...distinct(packages)],
    risks: [],
    unknowns: strange === 0 ? [] : [{ path: '', analyzer: 'sbom', reason: `${strange} entries have no package URL` }],
    files: 0,
  };
}

function* cycloneDx(document: JsonObject): Generator<Listed> {
  const stack: unknown[] = [document.components];
  let seen = 0;
  // Components may hold components.
  for (let list = stack.pop(); list !== undefined; list = stack.pop()) {
    if (!Array.isArray(list)) continue;
    for (const component of list) {
      seen += 1;
      if (!isObject(component) || seen > LIMITS.factsPerImage) continue;
      if (component.components !== undefined) stack.push(component.components);
      if (component.type === 'operating-system' || component.type === 'file') continue;
      const facts = propertiesOf(component);
      const occurrences = isObject(component.evidence) ? component.evidence.occurrences : undefined;
      const paths = [
        ...(Array.isArray(occurrences) ? occurrences : []).flatMap((one) =>
          isObject(one) ? (textOf(one.location) ?? []) : [],
        ),
        ...[facts.get('syft:location:0:path') ?? facts.get('aquasecurity:trivy:FilePath') ?? []].flat(),
      ];
      yield {
        name: textOf(component.name),
        version: textOf(component.version),
        purl: parsePurl(textOf(component.purl)),
        facts,
        paths,
      };
    }
  }
}

function propertiesOf(component: JsonObject): Map<string, string> {
  const facts = new Map<string, string>();
  for (const property of Array.isArray(component.properties) ? component.properties : []) {
    if (!isObject(property)) continue;
    const name = textOf(property.name);
    const value = textOf(property.value);
    if (name !== undefined && value !== undefined && !facts.has(name)) facts.set(name, value);
  }
  return facts;
}

function* spdx(document: JsonObject): Generator<Listed> {
  for (const one of Array.isArray(document.packages) ? document.packages : []) {
    if (!isObject(one)) continue;
    const references = Array.isArray(one.externalRefs) ? one.externalRefs : [];
    const locator = references.flatMap((reference) =>
      isObject(reference) && reference.referenceType === 'purl' ? (textOf(reference.referenceLocator) ?? []) : [],
    )[0];
    const purl = parsePurl(locator);
    // The document's own subject (an image) and operating systems are packages too, without being any.
    if (!purl || purl.type === 'oci') continue;
    const facts = new Map<string, string>();
    const built = /built (?:package from:?|from the source package) (\S+) ([^\s;]+)/.exec(textOf(one.sourceInfo) ?? '');
    if (built) facts.set('plimsoll:source:name', built[1] as string).set('plimsoll:source:version', built[2] as string);
    for (const [, key, value] of (textOf(one.comment) ?? '')
      .slice(0, 1_000)
      .matchAll(/plimsoll:(certainty|role|type)=([\w.+-]+)/g))
      facts.set(`plimsoll:${key}`, value as string);
    const seen = [...(textOf(one.sourceInfo) ?? '').matchAll(/seen in (\/\S+)/g)]
      .slice(0, 100)
      .map((match) => match[1] as string);
    yield { name: textOf(one.name), version: textOf(one.versionInfo), purl, facts, paths: seen };
  }
}

function factOf({ purl, name, version, facts }: Listed): PackageFact | undefined {
  const told = purl && packageOfPurl(purl);
  const found = { name: facts.has('plimsoll:type') ? name : told?.name, version: told?.version || version || '' };
  const type = facts.get('plimsoll:type') ?? purl?.type;
  if (type === undefined || !found.name) return undefined;
  const source = sourceOf(purl, facts, found.version) ?? told?.source;
  const architecture = told?.architecture;
  const role = facts.get('plimsoll:role') as PackageRole | undefined;
  const certainty = facts.get('plimsoll:certainty') as Certainty | undefined;
  const properties = ownProperties(type, purl, facts);
  return {
    type,
    name: found.name,
    version: found.version,
    ...(architecture === undefined ? {} : { architecture }),
    ...(source ? { source } : {}),
    ...(role && ROLES.has(role) ? { role } : {}),
    ...(certainty && CERTAINTIES.has(certainty) ? { certainty } : {}),
    ...(properties.size === 0 ? {} : { properties: Object.fromEntries(properties) }),
  };
}

/** What Plimsoll wrote of a package into its own documents, and what a conda purl says: by both it is known what a conda package is elsewhere. */
function ownProperties(type: string, purl: Purl | undefined, facts: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  if (type === conda.type)
    for (const name of ['build', 'channel', 'subdir']) {
      const value = purl?.qualifiers.get(name);
      if (value !== undefined) found.set(name, value);
    }
  for (const [name, value] of facts)
    if (name.startsWith(OWN_FACT) && found.size < 50 && value.length <= 4_096)
      found.set(name.slice(OWN_FACT.length), value);
  return found;
}

const OWN_FACT = 'plimsoll:fact:';
const CERTAINTIES: ReadonlySet<string> = new Set<Certainty>(['exact', 'content', 'name']);

const ROLES: ReadonlySet<string> = new Set<PackageRole>([
  'installed',
  'declared',
  'vendored',
  'cache',
  'test',
  'nested',
]);

/** Debian's versions hold an epoch that purl and Trivy keep apart from the version. */
function sourceOf(
  purl: Purl | undefined,
  facts: ReadonlyMap<string, string>,
  version: string,
): { name: string; version: string } | undefined {
  if (!isSystemType(purl?.type)) return undefined;
  const stated = facts.get('plimsoll:source:name') ?? facts.get('aquasecurity:trivy:SrcName');
  if (stated !== undefined) {
    const base = facts.get('plimsoll:source:version') ?? facts.get('aquasecurity:trivy:SrcVersion') ?? version;
    const release = facts.get('aquasecurity:trivy:SrcRelease');
    const epoch = facts.get('aquasecurity:trivy:SrcEpoch');
    return {
      name: stated,
      version: `${epoch === undefined ? '' : `${epoch}:`}${base}${release === undefined ? '' : `-${release}`}`,
    };
  }
  return undefined;
}

function operatingSystem(
  document: JsonObject,
  isCycloneDx: boolean,
  listed: readonly Listed[],
): OperatingSystem | undefined {
  const components = isCycloneDx ? document.components : document.packages;
  for (const one of Array.isArray(components) ? components : []) {
    if (!isObject(one) || (one.type !== 'operating-system' && one.primaryPackagePurpose !== 'OPERATING-SYSTEM'))
      continue;
    const id = textOf(one.name)?.toLowerCase();
    const versionId = textOf(one.version) ?? textOf(one.versionInfo);
    if (id !== undefined)
      return { id, name: textOf(one.description) ?? id, ...(versionId === undefined ? {} : { versionId }) };
  }
  // `distro=debian-11`: what most packages say.
  const counts = new Map<string, number>();
  for (const { purl } of listed) {
    const distro = purl?.qualifiers.get('distro');
    if (distro !== undefined) counts.set(distro, (counts.get(distro) ?? 0) + 1);
  }
  const best = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  const [, id, versionId] = /^([a-z][a-z-]*?)-([0-9][\w.]*)$/.exec(best ?? '') ?? [];
  return id === undefined || versionId === undefined ? undefined : { id, versionId, name: `${id} ${versionId}` };
}

/**
 * A Python package in a folder that belongs to Debian alone, with a Debian package of its name beside it, is that package:
 * formats without relations between files cannot say so. https://www.debian.org/doc/packaging-manuals/python-policy/#paths
 */
function ownerOf(
  { paths, facts }: Listed,
  fact: PackageFact,
  debs: ReadonlySet<string>,
): { type: string; name: string } | undefined {
  const [, type, name] = /^([a-z]+):(.+)$/.exec(facts.get('plimsoll:ownedBy') ?? '') ?? [];
  if (type !== undefined && name !== undefined) return { type, name };
  if (fact.type !== pypi.type || !paths.some((path) => /^\/?usr\/lib\/python3\/dist-packages\//.test(path)))
    return undefined;
  const plain = fact.name.toLowerCase().replace(/[._]/g, '-');
  const owner = [`python3-${plain}`, plain].find((candidate) => debs.has(candidate));
  return owner === undefined ? undefined : { type: deb.type, name: owner };
}

function evidenceOf({ paths }: Listed): Evidence[] {
  const shown = paths.length > 0 ? paths : [''];
  return shown.map((path) => ({ path: path.replace(/^\//, ''), layer: 0, diffID: '', analyzer: 'sbom' }));
}

function* distinct(packages: readonly Package[]): Generator<Package> {
  const seen = new Set<string>();
  for (const one of packages) {
    const key = [one.type, one.name, one.version, one.architecture, one.source?.name, one.role, one.ownedBy?.name].join(
      '\0',
    );
    if (!seen.has(key)) yield one;
    seen.add(key);
  }
}
