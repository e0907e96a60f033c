import type { OsFact, PackageFact } from '../analyzers/analyzer.ts';
import { withGpuComponents } from '../analyzers/native/index.ts';
import { ecosystemOf } from '../ecosystems/index.ts';
import type { Owner } from '../layers/ownership.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { Evidence, ImageConfig, Inventory, LayerInfo, OperatingSystem, Package, Risk, Unknown } from '../model.ts';
import { configRisks } from './image-config.ts';
import { lookupsOf } from './lookups.ts';
import { originsOf } from './origin.ts';
import { distroOf, purlOf } from './purl.ts';

/**
 * Turns what is visible in the final image, and what its configuration says, into the inventory: one package for each thing
 * installed, with every place it was seen.
 */
export function assemble(read: ReadImage, layers: readonly LayerInfo[], config?: ImageConfig): Inventory {
  const os = operatingSystem(read.facts, layers);
  const originOf = originsOf(read.indexes);
  const packageFacts = read.facts
    .filter((item): item is PackageItem => isPackage(item.fact))
    .slice(0, LIMITS.factsPerImage)
    .map((item) => (OS_TYPES.has(item.fact.type) ? { ...item, layer: originOf(item) } : item));
  return {
    ...(os ? { os } : {}),
    packages: withGpuComponents(packages(packageFacts, os, read.owners, layers))
      .map(filed)
      .sort(byName),
    risks: [...read.facts.flatMap((item) => risk(item, layers)), ...(config ? configRisks(config, layers) : [])],
    unknowns: unknowns(read),
    files: read.indexes.reduce((sum, { entries }) => sum + entries.size, 0),
  };
}

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** purl types whose packages are the operating system's own: nothing else owns their files. */
const OS_TYPES: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm']);

const isPackage = (fact: VisibleFact['fact']): fact is PackageFact =>
  fact.kind === undefined || fact.kind === 'package';

function evidenceOf({ path, via, layer, analyzer }: VisibleFact, layers: readonly LayerInfo[]): Evidence {
  const info = layers[layer] as LayerInfo;
  return {
    path,
    layer,
    diffID: info.diffID,
    ...(info.digest === undefined ? {} : { digest: info.digest }),
    ...(info.instruction === undefined ? {} : { instruction: info.instruction }),
    analyzer,
    ...(via === undefined ? {} : { via }),
  };
}

/** /etc/os-release is what programs read; the copy in /usr/lib serves where it is missing. */
function operatingSystem(facts: readonly VisibleFact[], layers: readonly LayerInfo[]): OperatingSystem | undefined {
  const found = facts.filter((item): item is VisibleFact & { fact: OsFact } => item.fact.kind === 'os');
  const best = found.find((item) => (item.via ?? item.path) === 'etc/os-release') ?? found[0];
  if (!best) return undefined;
  const { kind: _, ...os } = best.fact;
  return { ...os, evidence: evidenceOf(best, layers) };
}

function packages(
  items: readonly PackageItem[],
  os: OperatingSystem | undefined,
  owners: ReadonlyMap<string, Owner>,
  layers: readonly LayerInfo[],
): Package[] {
  const merged = new Map<string, { first: PackageItem; evidence: Evidence[]; owner: Owner | undefined }>();
  for (const item of items) {
    const owner = OS_TYPES.has(item.fact.type) ? undefined : owners.get(item.path);
    const key = packageKey(item.fact, os, owner);
    const known = merged.get(key);
    if (known) known.evidence.push(evidenceOf(item, layers));
    else merged.set(key, { first: item, evidence: [evidenceOf(item, layers)], owner });
  }
  return [...merged.values()].map(({ first, evidence, owner }) => packageOf(first.fact, os, evidence, owner));
}

/** Two copies are one package when name, version, architecture, source, role and owner agree. */
function packageKey(fact: PackageFact, os: OperatingSystem | undefined, owner: Owner | undefined): string {
  const name = ecosystemOf(fact.type, os)?.normalize(fact.name) ?? fact.name;
  return [
    fact.type,
    name,
    fact.version,
    fact.architecture,
    fact.source?.name,
    fact.source?.version,
    fact.role,
    owner?.name,
  ].join('\0');
}

/** A package of what one file (or document) states of it. */
export function packageOf(
  fact: PackageFact,
  os: OperatingSystem | undefined,
  evidence: readonly Evidence[],
  owner: Owner | undefined,
): Package {
  const ecosystem = ecosystemOf(fact.type, os);
  const namespace = lookupsOf(fact, os)[0]?.ecosystem;
  const system = OS_TYPES.has(fact.type);
  const { kind: _, ...rest } = fact;
  let purl: string | undefined;
  return {
    ...rest,
    ...(namespace === undefined ? {} : { ecosystem: namespace }),
    // Made when it is asked for: a table shows none.
    get purl() {
      purl ??= purlOf({
        type: fact.type,
        namespace: ecosystem?.purlNamespace ?? (system ? os?.id : undefined),
        name: fact.type === 'pypi' ? (ecosystem?.normalize(fact.name) ?? fact.name) : fact.name,
        version: fact.version,
        qualifiers: { arch: fact.architecture, distro: system ? distroOf(os) : undefined, ...condaQualifiers(fact) },
      });
      return purl;
    },
    evidence,
    ...(owner ? { ownedBy: owner } : {}),
  };
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/conda-definition.md */
function condaQualifiers({ type, properties }: PackageFact): Record<string, string | undefined> {
  if (type !== 'conda') return {};
  return { build: properties?.build, channel: properties?.channel, subdir: properties?.subdir };
}

function risk(item: VisibleFact, layers: readonly LayerInfo[]): Risk[] {
  if (item.fact.kind !== 'risk') return [];
  const { kind: _, ...rest } = item.fact;
  return [{ ...rest, evidence: evidenceOf(item, layers) }];
}

/** Problems of layers that still show in the final image, and those that concern a layer as a whole. */
function unknowns({ indexes, files, facts }: ReadImage): Unknown[] {
  const inLayers = indexes.flatMap((index, layer) =>
    index.unknowns
      .filter(({ path, analyzer }) => analyzer === 'layers' || files.find(path)?.layer === layer)
      .map((problem) => ({ ...problem, layer })),
  );
  const behindLinks = facts.flatMap(({ path, analyzer, layer, fact }) =>
    fact.kind === 'unknown' ? [{ path, analyzer, layer, reason: fact.reason }] : [],
  );
  return [...inLayers, ...behindLinks];
}

/** A component that was merged from several packages is filed somewhere too. */
function filed(one: Package): Package {
  if (one.ecosystem !== undefined || one.type !== 'generic') return one;
  const namespace = lookupsOf(one, undefined)[0]?.ecosystem;
  return namespace === undefined ? one : { ...one, ecosystem: namespace };
}

const byName = (a: Package, b: Package): number =>
  compareText(a.type, b.type) || compareText(a.name, b.name) || compareText(a.version, b.version);

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
