import type { OsFact, PackageFact } from '../analyzers/analyzer.ts';
import { withGpuComponents } from '../analyzers/native/index.ts';
import { generic } from '../ecosystems/generic.ts';
import { ecosystemOf, isSystemType } from '../ecosystems/index.ts';
import { orDefect, printable } from '../errors.ts';
import { layerInstructions } from '../formats/text/index.ts';
import { isSystemHint, recover } from '../hiding/recover.ts';
import type { Owner } from '../layers/ownership.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import {
  ABSENT_LAYER,
  type Evidence,
  type ImageConfig,
  type Inventory,
  type LayerInfo,
  type OperatingSystem,
  type Package,
  type PackageRole,
  type Risk,
  TIME_OVER,
  type Unknown,
} from '../model.ts';
import { evidenceOf } from './evidence.ts';
import { configRisks } from './image-config.ts';
import { importedArchives, withImported } from './imported-archives.ts';
import { linkedPrograms } from './linked-programs.ts';
import { askedOfOwner, lookupsOf } from './lookups.ts';
import { withNpmDigests } from './npm-digests.ts';
import { originsOf } from './origin.ts';
import { claimSigns } from './owner-claims.ts';
import { listedIn, type Ownership, ownership, withDocumented } from './owner-proof.ts';
import { type PackageItem, packageItems } from './package-items.ts';
import { byName, packageOf } from './package-of.ts';
import { namedSources } from './package-sources.ts';
import { placeRoles } from './place-role.ts';
import { withoutTestModels, withoutTestRisks } from './test-models.ts';
import { unlistedModules } from './unlisted-modules.ts';

/**
 * Turns what is visible in the final image, and what its configuration says, into the inventory: one package for each thing
 * installed, with every place it was seen. Long because it is one story, in the order in which each part is known.
 */
export function assemble(read: ReadImage, layers: readonly LayerInfo[], config?: ImageConfig): Inventory {
  const originOf = originsOf(read.indexes);
  const { facts, problems } = packageItems(read.facts);
  const stated = operatingSystem(read.facts, layers);
  const makers = config === undefined ? 0 : layerInstructions(config).length;
  const { os, recovered, signs, listed, owners, ownedFiles, code, unlistedPython } = orDefect(
    () =>
      recover(read, facts, stated, { layers, makers }, (reason) =>
        problems.push({ path: '', analyzer: 'hiding', reason }),
      ),
    // What the metadata lists is judged all the same.
    (reason) => {
      problems.push({ path: '', analyzer: 'hiding', reason });
      return {
        os: stated,
        listed: facts.filter(({ fact }) => !isSystemHint(fact)),
        recovered: [],
        signs: [],
        ownedFiles: 0,
        code: [],
        owners: read.owners,
        unlistedPython: [],
      };
    },
  );
  const missed = ({ path, layer, analyzer, fact }: PackageItem, defect: string): void =>
    void problems.push({ path, layer, analyzer, reason: `${fact.name} ${fact.version}: ${defect}` });
  const packageFacts = [...listed, ...recovered].map((item) =>
    isSystemType(item.fact.type) ? { ...item, layer: originOf(item) } : item,
  );
  const roleOf = placeRoles(
    new Set(packageFacts.filter(({ fact }) => isSystemType(fact.type)).map(({ path }) => path)),
    read.files,
  );
  const isImported = importedArchives(read, config);
  const { items, remarks } = withoutTestModels(
    packageFacts.map((item) => withImported(withRole(item, roleOf), isImported)),
  );
  const published = publishedIn(read);
  const held = ownership(items, withDocumented(owners, items), listedIn(read));
  const assembled = packages(items, os, held, layers, missed);
  // Without a list, only a name makes the owner: nothing was claimed.
  const allSigns = [...signs, ...claimSigns(held.claims.filter(({ path }) => owners.has(path)))];
  const told = withoutTestRisks(
    read.facts.flatMap((item) => risk(item, layers, published)),
    items,
    roleOf,
  );
  const allRemarks = [...remarks, ...told.remarks];
  return {
    ...(os ? { os } : {}),
    packageSources: namedSources(read.facts),
    packages: withGpuComponents(assembled)
      .map(withLicences(read.facts))
      .map(withNpmDigests(read.facts))
      .map(filed)
      .sort(byName),
    risks: [
      ...told.risks,
      ...read.buried.flatMap((item) => risk(item, layers, published).map(stillThere)),
      ...runRisks(config, layers, problems),
    ],
    unknowns: [...unknowns(read), ...problems],
    ...(allRemarks.length > 0 ? { remarks: allRemarks } : {}),
    ...(allSigns.length > 0 ? { signs: allSigns } : {}),
    ...(ownedFiles > 0 ? { ownedFiles } : {}),
    ...(code.length > 0 ? { code } : {}),
    ...(unlistedPython.length > 0 && {
      unlisted: unlistedModules(unlistedPython, read.files, layers),
    }),
    ...linkedPrograms(read),
    files: read.indexes.reduce((sum, { entries }) => sum + entries.size, 0),
  };
}

/** What the configuration itself says that is dangerous. */
function runRisks(config: ImageConfig | undefined, layers: readonly LayerInfo[], problems: Unknown[]): Risk[] {
  if (config === undefined) return [];
  return orDefect(
    () => configRisks(config, layers),
    (reason) => {
      problems.push({ path: '', analyzer: 'configuration', reason });
      return [];
    },
  );
}

/**
 * What a file's place says of a package goes before what the file says: a lock file in a cache is one of the cache, and the copy that another
 * package carries along is no less a copy for being complete.
 */
function withRole(item: PackageItem, roleOf: (path: string, via?: string) => PackageRole | undefined): PackageItem {
  const place = roleOf(item.path, item.via);
  const own = item.fact.role;
  if (place === undefined || own === 'declared' || own === 'cache' || (place === 'vendored' && own !== undefined))
    return item;
  return { ...item, fact: { ...item.fact, role: place } };
}

/** What programs read, in their order (https://www.freedesktop.org/software/systemd/man/latest/os-release.html); other release files serve where both are missing. */
const RELEASE_FILES = ['etc/os-release', 'usr/lib/os-release'];

/** The operating system that the image states. The file in /usr/lib is mostly what the one in /etc is a link to. */
function operatingSystem(facts: readonly VisibleFact[], layers: readonly LayerInfo[]): OperatingSystem | undefined {
  const systems = facts.filter((item): item is VisibleFact & { fact: OsFact } => item.fact.kind === 'os');
  const stating = RELEASE_FILES.flatMap((file) => systems.filter(({ via, path }) => via === file || path === file));
  const best = stating[0] ?? systems[0];
  if (!best) return undefined;
  const { kind: _, ...os } = best.fact;
  return { ...os, evidence: evidenceOf(best, layers) };
}

function packages(
  items: readonly PackageItem[],
  os: OperatingSystem | undefined,
  { ownerOf, factsOf, answers }: Ownership,
  layers: readonly LayerInfo[],
  missed: (item: PackageItem, defect: string) => void,
): Package[] {
  const merged = new Map<string, { first: PackageItem; evidence: Evidence[]; owner: Owner | undefined }>();
  const file = (item: PackageItem): void => {
    const owner = ownerOf(item);
    const key = packageKey(item.fact, os, owner);
    const known = merged.get(key);
    if (known) {
      known.evidence.push(evidenceOf(item, layers));
      // What a package manager lists is not recovered, wherever else it was seen.
      if (known.first.fact.recovered !== undefined && item.fact.recovered === undefined) known.first = item;
      // Nor is a list alone where the same is there elsewhere.
      else if (known.first.fact.phantom && !item.fact.phantom) known.first = item;
    } else merged.set(key, { first: item, evidence: [evidenceOf(item, layers)], owner });
  };
  for (const item of items)
    orDefect(
      () => file(item),
      (defect) => missed(item, defect),
    );
  return [...merged.values()].flatMap(({ first, evidence, owner }) =>
    orDefect(
      () => [
        askedOfOwner(
          packageOf(first.fact, os, evidence, owner),
          owner ? factsOf(owner) : [],
          os,
          owner && answers(owner, first),
        ),
      ],
      (defect) => {
        missed(first, defect);
        return [];
      },
    ),
  );
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
    fact.builtFor?.versionId,
    owner?.name,
  ].join('\0');
}

/** Digests that lists of any layer state: a list that a later layer removed was the publisher's all the same. */
const publishedIn = (read: ReadImage): ReadonlySet<string> =>
  new Set(
    [...read.facts, ...read.indexes.flatMap(({ facts }) => facts)].flatMap(({ fact }) =>
      fact.kind === 'published' ? fact.digests.split(' ') : [],
    ),
  );

function risk(item: VisibleFact, layers: readonly LayerInfo[], published: ReadonlySet<string>): Risk[] {
  if (item.fact.kind !== 'risk') return [];
  const { kind: _, content, ...rest } = item.fact;
  if (content !== undefined && published.has(content)) return [];
  return [{ ...rest, evidence: evidenceOf(item, layers) }];
}

/** A later layer hides a file, and does not take it out of the image. */
const stillThere = (risk: Risk): Risk => ({
  ...risk,
  title: `${risk.title}, which a later layer removed or replaced: it is still in layer ${risk.evidence.layer + 1}`,
});

/** Who tells of a layer, and not of one file in it. */
const OF_LAYERS: readonly string[] = ['layers', ABSENT_LAYER, TIME_OVER];

/** Problems of layers that still show in the final image, and those that concern a layer as a whole. */
function unknowns({ indexes, files, facts }: ReadImage): Unknown[] {
  const inLayers = indexes.flatMap((index, layer) =>
    index.unknowns
      .filter(({ path, analyzer }) => OF_LAYERS.includes(analyzer) || files.find(path)?.layer === layer)
      .map((problem) => ({ ...problem, layer })),
  );
  const behindLinks = facts.flatMap(({ path, analyzer, layer, fact }) =>
    fact.kind === 'unknown' ? [{ path: printable(path), analyzer, layer, reason: fact.reason }] : [],
  );
  return [...inLayers, ...behindLinks];
}

/** Packages whose own metadata names no licence get what a file made for it says. */
function withLicences(facts: readonly VisibleFact[]): (pkg: Package) => Package {
  const known = new Map<string, readonly string[]>();
  for (const { fact } of facts) if (fact.kind === 'licences') known.set(`${fact.type} ${fact.name}`, fact.licenses);
  return (pkg) => {
    const licenses =
      pkg.licenses === undefined && pkg.role === undefined ? known.get(`${pkg.type} ${pkg.name}`) : undefined;
    return licenses === undefined ? pkg : { ...pkg, licenses };
  };
}

/** A component that was merged from several packages is filed somewhere too. */
function filed(pkg: Package): Package {
  if (pkg.namespace !== undefined || pkg.type !== generic.type) return pkg;
  const namespace = lookupsOf(pkg, undefined)[0]?.namespace;
  return namespace === undefined ? pkg : { ...pkg, namespace: namespace };
}
