import { type Package, type Risk, severityRank } from '../../model.ts';
import { riskKey } from '../../policy/baseline.ts';
import { VERSION } from '../../version.ts';
import type { BomDiff, ChangeCause, Diff, FindingDifference, FindingState, RiskDifference } from './noun.ts';
import { heldPackages, packageDifferences, packageKey } from './packages.ts';
import { type DiffInput, keyOf, type SideFinding } from './side.ts';

const TOOL = { name: 'plimsoll', version: VERSION } as const;

/**
 * Holds two results against each other: what is new, what is cleared, what changed, and whether the image or the advisories made it so.
 * A vulnerability is the same by any of its names, a package by its type and (source) name, whatever its version.
 */
export function diffOf(before: DiffInput, after: DiffInput, now = new Date()): Diff {
  const [old, later] = [namedIn(before), namedIn(after)];
  const [wasIn, isIn] = [presence(before), presence(after)];
  const changed: FindingDifference[] = [];
  const fresh: FindingDifference[] = [];
  let unchanged = 0;
  for (const finding of after.findings) {
    const earlier = find(old, finding);
    if (earlier === undefined)
      fresh.push({ ...about(finding), after: stateOf(finding), ...whyOnly(finding, wasIn, before) });
    else {
      const difference = changeOf(earlier, finding);
      if (difference === undefined) unchanged += 1;
      else changed.push(difference);
    }
  }
  const cleared = before.findings
    .filter((finding) => find(later, finding) === undefined)
    .map((finding) => ({ ...about(finding), before: stateOf(finding), ...whyOnly(finding, isIn, after) }));
  return {
    schemaVersion: 1,
    kind: 'diff',
    tool: TOOL,
    created: now.toISOString(),
    before: before.about,
    after: after.about,
    notices: notices(before, after),
    fresh: fresh.sort(worstFirst),
    cleared: cleared.sort(worstFirst),
    changed: changed.sort(worstFirst),
    unchanged,
    risks: riskDifferences(before.risks, after.risks),
    ...(after.unjudged === undefined ? {} : { unjudged: after.unjudged }),
    ...(before.packages && after.packages
      ? { packages: packageDifferences(before.packages, after.packages).packages }
      : {}),
  };
}

/** One side of a difference between bills of materials. */
export interface BomSide {
  readonly reference: string;
  readonly digest?: string;
  readonly packages: readonly Package[];
}

/** Holds what two images hold against each other. */
export function bomDiffOf(before: BomSide, after: BomSide): BomDiff {
  const side = ({ packages, ...rest }: BomSide) => ({ ...rest, packages: packages.length });
  return {
    schemaVersion: 1,
    kind: 'bom-diff',
    tool: TOOL,
    created: new Date().toISOString(),
    before: side(before),
    after: side(after),
    ...packageDifferences(before.packages, after.packages),
  };
}

type Names = ReadonlyMap<string, SideFinding>;

function namedIn({ findings }: DiffInput): Names {
  const names = new Map<string, SideFinding>();
  // A name of its own goes before what others call it.
  for (const finding of findings) for (const id of finding.aliases) names.set(`${keyOf(finding)}\0${id}`, finding);
  for (const finding of findings) names.set(`${keyOf(finding)}\0${finding.id}`, finding);
  return names;
}

const find = (names: Names, finding: Pick<SideFinding, 'id' | 'aliases' | 'type' | 'name'>): SideFinding | undefined =>
  [finding.id, ...finding.aliases]
    .map((id) => names.get(`${keyOf(finding)}\0${id}`))
    .find((known) => known !== undefined);

const about = ({ id, aliases, title, type, name }: SideFinding) => ({
  id,
  aliases,
  ...(title === undefined ? {} : { title }),
  type,
  name,
});

const stateOf = ({ versions, severity, fix, exploited }: SideFinding): FindingState => ({
  versions,
  severity,
  fix,
  ...(exploited === undefined ? {} : { exploited }),
});

/** Versions of every package of a side, by its own name and by its source's; undefined where none are listed. */
function presence({ packages }: DiffInput): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  if (packages === undefined) return undefined;
  const byId = new Map<string, Set<string>>();
  for (const [key, { versions }] of heldPackages(packages)) byId.set(key, new Set(versions));
  for (const { type, source } of packages) {
    if (source === undefined) continue;
    const key = packageKey(type, source.name);
    byId.set(key, (byId.get(key) ?? new Set()).add(source.version));
  }
  return byId;
}

/** Why a finding is on one side only, by what the other side is. */
function whyOnly(
  finding: SideFinding,
  elsewhere: ReadonlyMap<string, ReadonlySet<string>> | undefined,
  other: DiffInput,
): { readonly cause: ChangeCause; readonly elsewhere?: readonly string[] } {
  const sameName = other.excepted.filter((excepted) => keyOf(excepted) === keyOf(finding));
  const ids = new Set([finding.id, ...finding.aliases]);
  if (sameName.some((excepted) => [excepted.id, ...excepted.aliases].some((id) => ids.has(id))))
    return { cause: 'exception' };
  if (elsewhere === undefined) return { cause: 'unknown' };
  const versions = elsewhere.get(keyOf(finding));
  if (versions === undefined) return { cause: 'package' };
  const same = finding.versions.some((version) => versions.has(version));
  return { cause: same ? 'advisories' : 'version', elsewhere: [...versions].sort() };
}

function changeOf(before: SideFinding, after: SideFinding): FindingDifference | undefined {
  const changed = [
    ...(before.severity === after.severity ? [] : ['severity' as const]),
    ...(before.fix.state === after.fix.state && before.fix.version === after.fix.version ? [] : ['fix' as const]),
    ...((before.exploited === undefined) === (after.exploited === undefined) ? [] : ['exploited' as const]),
  ];
  if (changed.length === 0) return undefined;
  const moved = before.versions.join('\0') !== after.versions.join('\0');
  return {
    ...about(after),
    before: stateOf(before),
    after: stateOf(after),
    cause: moved ? 'version' : 'advisories',
    changed,
  };
}

function worstFirst(a: FindingDifference, b: FindingDifference): number {
  const worst = ({ before, after }: FindingDifference): number => severityRank((after ?? before)!.severity);
  return worst(b) - worst(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1);
}

function notices(before: DiffInput, after: DiffInput): string[] {
  const [old, now] = [before.about, after.about];
  const scanners = [old.scanner ?? 'Plimsoll', now.scanner ?? 'Plimsoll'];
  return [
    ...(scanners[0] === scanners[1]
      ? []
      : [`${scanners[0]} and ${scanners[1]} judge differently: plimsoll compare says why they differ over one image`]),
    ...(old.database?.digest !== undefined &&
    now.database?.digest !== undefined &&
    old.database.digest !== now.database.digest
      ? [
          'the two were judged by different advisories: what is new in the same version of a package became known in between',
        ]
      : []),
    ...(old.digest !== undefined && old.digest === now.digest ? ['both are the same image'] : []),
    ...(old.total === before.findings.length && now.total === after.findings.length
      ? []
      : ['a vulnerability in several versions of one package is one here, and counts for each version in the totals']),
  ];
}

function riskDifferences(before: readonly Risk[], after: readonly Risk[]): Diff['risks'] {
  const only = (these: readonly Risk[], others: readonly Risk[]): RiskDifference[] => {
    const known = new Set(others.map(riskKey));
    const byKey = new Map(these.filter((risk) => !known.has(riskKey(risk))).map((risk) => [riskKey(risk), risk]));
    return [...byKey.values()]
      .map(({ category, rule, severity, title, evidence }) => ({
        category,
        rule,
        severity,
        title,
        path: evidence.path,
      }))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  };
  return { fresh: only(after, before), cleared: only(before, after) };
}
