import type { PackageFact } from '../../analyzers/analyzer.ts';
import { PARTS, type Part, partOf } from '../../analyzers/native/index.ts';
import { generic } from '../../ecosystems/generic.ts';
import { isSystemType } from '../../ecosystems/index.ts';
import { before } from '../../formats/ends.ts';
import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../../layers/read-image.ts';
import { LIMITS } from '../../limits.ts';
import { isInstalled } from '../../model.ts';
import { isNextRelease, isOneRelease } from '../../versions/releases.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';
import { systemType } from './system-type.ts';
import { typeOfSystem } from './traced-system.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What only a scan of an image that hides hears of: what a package manager wrote beside its database, and what system programs say of themselves. */
export const isSystemHint = ({ type, recovered }: PackageFact): boolean =>
  (recovered === 'trace' && isSystemType(type)) ||
  (recovered === 'code' && (isSystemType(type) || type === generic.type));

/** Packages of a system that no database lists, and what was made of what. */
interface UnlistedSystem {
  /** One for each package that a trace or a program proves. */
  readonly items: readonly PackageItem[];
  /** What programs say of packages that a better proof names too, for `withContradictions`. */
  readonly said: readonly PackageItem[];
  /** Packages that a log names and of which nothing is there. */
  readonly absent: number;
  /** Packages of another kind of system than this one is taken for: how many, and the files that name them. */
  readonly strange: readonly PackageItem[];
  /** The package that each program or library is of that told its version. */
  readonly owners: ReadonlyMap<string, { readonly type: string; readonly name: string }>;
}

const NOTHING: UnlistedSystem = { items: [], said: [], absent: 0, strange: [], owners: new Map() };

/**
 * The packages of a system whose database does not account for it: by what its package manager wrote elsewhere (copies, logs, scripts), and by
 * what programs and libraries in its folders say of themselves, under the names that the distribution has for them. `known` are those that
 * are listed or better proven. Each is told once; which packages of one source are there is told by their documentation, else by their files.
 */
export function unlistedSystem(
  read: Pick<ReadImage, 'files' | 'facts'>,
  facts: readonly PackageItem[],
  known: readonly PackageItem[],
  survey: OwnershipSurvey,
  stated: string | undefined,
): UnlistedSystem {
  const hints = facts.filter(({ fact }) => isSystemHint(fact));
  const sighted = [...hints, ...facts.filter(({ fact }) => fact.type === generic.type && !isSystemHint(fact))];
  const type = systemType(read, [...known, ...hints], stated);
  if (type === undefined || sighted.length === 0) return NOTHING;
  const strange = hints.filter(
    ({ fact }) =>
      fact.recovered === 'trace' && fact.type !== type && !known.some((item) => item.fact.type === fact.type),
  );
  const better = known.filter(({ fact }) => fact.type === type);
  const left = leftBehind(read, survey);
  const traces = tracesOf(hints, better, left, type);
  const programs = programsOf(sighted, type);
  const standing = standingSources([...better, ...traces.items], type);
  const items = new Map(traces.items.map((item) => [item.fact.name, item]));
  const names = new Set([...better, ...traces.items].map(({ fact }) => fact.name));
  const said: PackageItem[] = [];
  const owners = new Map<string, { type: string; name: string }>();
  for (const { part, item, paths, versions } of programs) {
    const proven = standing.get(part.source);
    const agrees = proven?.version !== undefined && canBe(item.fact, proven.version);
    const those = packagesOf(part, left);
    for (const path of paths) owners.set(path, { type, name: proven?.name ?? those[0]! });
    if (proven !== undefined)
      for (const name of proven.names)
        said.push({
          ...item,
          fact: { ...item.fact, type, name, version: agrees ? proven.version! : item.fact.version },
        });
    // A list that is whole names all packages of a source; logs and scripts do not.
    if (proven !== undefined && (proven.isWhole || !agrees)) continue;
    for (const name of those)
      if (!names.has(name)) {
        names.add(name);
        items.set(name, recovered(item, { type, name, part, version: proven?.version, versions }));
      }
  }
  return { items: [...items.values()], said, absent: traces.absent, strange, owners };
}

/** Whether what a program says of itself can be of that version. */
const canBe = ({ version, properties }: PackageFact, proven: string): boolean =>
  isOneRelease(proven, version) || (properties?.numbering === 'ahead' && isNextRelease(version, proven));

/** How much a trace proves, the most first: a copy of the database, scripts that apk keeps, logs. */
const rank = ({ fact }: PackageItem): number => (fact.source !== undefined ? 0 : fact.certainty === 'content' ? 1 : 2);

/** What a package manager wrote beside its database: for packages of which something is there, where packages leave anything. */
function tracesOf(
  hints: readonly PackageItem[],
  known: readonly PackageItem[],
  left: LeftBehind,
  type: string,
): { readonly items: readonly PackageItem[]; readonly absent: number } {
  const names = new Set(known.map(({ fact }) => fact.name));
  const traces = new Map<string, PackageItem>();
  for (const item of hints
    .filter(({ fact }) => fact.recovered === 'trace' && fact.type === type)
    .sort((a, b) => rank(a) - rank(b)))
    if (!traces.has(item.fact.name) && !names.has(item.fact.name)) traces.set(item.fact.name, item);
  const isShown = ({ fact }: PackageItem): boolean => left.names.has(fact.name);
  const strict = left.isDocumented || traces.size > LIMITS.tracedPackages;
  const believed = [...traces.values()].filter((item) => !strict || isShown(item));
  return {
    items: believed.map((item) => {
      const source = item.fact.source ?? sourceOf(item.fact, type);
      const certainty = isShown(item) || item.fact.certainty === 'content' ? ('content' as const) : ('name' as const);
      return { ...item, fact: { ...item.fact, certainty, source } };
    }),
    absent: traces.size - believed.length,
  };
}

/** The source that a package of a log is of, as far as the table tells. */
function sourceOf({ name, version }: PackageFact, type: string): NonNullable<PackageFact['source']> {
  const part = Object.values(PARTS)
    .map((byType) => byType[type])
    .find((part) => part?.named.test(name));
  return {
    name: part === undefined || part.source.includes('{}') ? name : part.source,
    version: version.replace(/\+b\d+$/, ''),
  };
}

interface Standing {
  readonly version: string | undefined;
  readonly name: string;
  readonly names: readonly string[];
  readonly isWhole: boolean;
}

/** What is known of sources by better proofs. */
function standingSources(items: readonly PackageItem[], type: string): ReadonlyMap<string, Standing> {
  const sources = new Map<string, Standing>();
  for (const { fact } of items) {
    if (fact.type !== type) continue;
    const source = fact.source?.name ?? partNamed(fact.name, type)?.source ?? fact.name;
    const standing = sources.get(source);
    sources.set(source, {
      version: standing?.version ?? fact.source?.version ?? fact.version,
      name: standing?.name ?? fact.name,
      names: [...(standing?.names ?? []), fact.name],
      isWhole: (standing?.isWhole ?? false) || fact.recovered !== 'trace',
    });
  }
  return sources;
}

const partNamed = (name: string, type: string): Part | undefined =>
  Object.values(PARTS)
    .map((byType) => byType[type])
    .find((part) => part?.named.test(name));

interface Program {
  readonly part: Part;
  /** The sighting that is believed. */
  readonly item: PackageItem;
  readonly paths: readonly string[];
  /** Every version that was told, that one first. */
  readonly versions: readonly string[];
}

const OF_SYSTEM = /^(?:usr\/)?(?:s?bin|lib(?:64)?(?:\/[\w-]{1,40}-linux-\w{1,20})?)\/[^/]+$/;

/** What programs and libraries in the system's folders say, by source; where two versions are told, the one that more files tell. */
function programsOf(sighted: readonly PackageItem[], type: string): readonly Program[] {
  const bySource = new Map<string, { part: Part; items: PackageItem[] }>();
  for (const item of sighted) {
    const { fact, path } = item;
    const isNote = fact.recovered === 'code' && fact.type === type;
    if (
      fact.version === '' ||
      fact.recovered === 'trace' ||
      (!isNote && (fact.type !== generic.type || !OF_SYSTEM.test(path)))
    )
      continue;
    if (!isInstalled(fact)) continue;
    const part = isNote ? notedPart(fact, type) : partOf(fact.name, type, path);
    if (part === undefined) continue;
    const known = bySource.get(part.source) ?? { part, items: [] };
    known.items.push(isNote ? item : withoutStrangeRevision(item, type));
    bySource.set(part.source, known);
  }
  return [...bySource.values()].map(({ part, items }) => {
    const counts = new Map<string, number>();
    for (const { fact } of items) counts.set(fact.version, (counts.get(fact.version) ?? 0) + 1);
    const exact = (version: string): number => (version.includes('-') ? 1 : 0);
    const versions = [...counts]
      .sort((a, b) => exact(b[0]) - exact(a[0]) || b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([version]) => version);
    const item = items.find(({ fact }) => fact.version === versions[0])!;
    return {
      part,
      item,
      paths: items.filter(({ fact }) => fact.type === generic.type).map(({ path }) => path),
      versions,
    };
  });
}

/** A distribution's revision in a text counts for its own packages alone: others built with its library, or copied it. */
function withoutStrangeRevision(item: PackageItem, type: string): PackageItem {
  const builder = item.fact.properties?.builder;
  if (builder === undefined || typeOfSystem(builder) === type) return item;
  return { ...item, fact: { ...item.fact, version: before(item.fact.version, '-') } };
}

/** A note names the source; its packages are the table's where it knows them. */
function notedPart({ name }: PackageFact, type: string): Part {
  const known = Object.values(PARTS)
    .map((byType) => byType[type])
    .find((part) => part?.source === name);
  return known ?? { source: name, epoch: '', named: NONE, packages: [[name, NONE]] };
}
const NONE = /(?!)/;

/** Which packages of a source are there: those that left documentation or a list, else those whose files are, else the first. */
function packagesOf(part: Part, left: LeftBehind): readonly string[] {
  const documented = [...left.names].filter((name) => part.named.test(name));
  if (documented.length > 0) return documented.sort();
  const names = new Set<string>();
  for (const [name, pattern] of part.packages)
    for (const path of left.files) {
      const match = pattern.exec(path);
      if (match !== null) names.add(name.replace('{}', match[1] ?? ''));
    }
  return names.size > 0 ? [...names] : [part.packages[0]![0].replace('{}', '')];
}

/** A package as a program proves it: exact where the text has the distribution's revision, or a better proof tells it. */
function recovered(
  item: PackageItem,
  {
    type,
    name,
    part,
    version: better,
    versions,
  }: {
    readonly type: string;
    readonly name: string;
    readonly part: Part;
    readonly version: string | undefined;
    readonly versions: readonly string[];
  },
): PackageItem {
  const said = item.fact.version;
  const epoch = /^\d+:/.test(said) ? '' : part.epoch;
  const version = better ?? `${epoch}${said}`;
  const rivals = versions.filter((version) => !isOneRelease(version, said));
  const isExact = better !== undefined || said.includes('-');
  const { recovered: _, properties: __, source: ___, role: ____, ...rest } = item.fact;
  return {
    ...item,
    fact: {
      ...rest,
      type,
      name,
      version,
      source: { name: part.source, version },
      certainty: isExact && rivals.length === 0 ? 'content' : 'name',
      recovered: 'code',
      properties: {
        ...(isExact ? {} : { revision: 'not told' }),
        ...(rivals.length === 0 ? {} : { contradictedBy: rivals.slice(0, 5).join(', ') }),
      },
    },
  };
}
