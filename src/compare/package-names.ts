import { generic } from '../ecosystems/generic.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';

/** What counts as one package. */
export interface PackageNames {
  of(finding: ForeignFinding): { readonly name: string; readonly version: string };
  /** Binaries whose source no report and no inventory names, put together by what they share. */
  readonly inferred: number;
}

/**
 * Finds the source package of every OS package: the inventory knows, Grype and Snyk and some others say it, and where
 * nobody does (SARIF names binaries only), packages with the same version and the same vulnerability are one source,
 * under a name that is known of one of them. Language packages go by their normalised name.
 */
export function packageNames(
  findings: readonly ForeignFinding[],
  classOf: (finding: ForeignFinding) => string,
  known?: (
    type: string | undefined,
    name: string,
    version: string,
  ) => { readonly name: string; readonly version: string } | undefined,
): PackageNames {
  const sources = new Map<string, { name: string; version: string }>();
  const sourceNames = new Set<string>();
  for (const finding of findings) {
    if (!isOs(finding)) continue;
    const version = plainVersion(finding.version);
    const fromImage = known?.(finding.type, finding.package, finding.version);
    const stated =
      fromImage ??
      (finding.source === undefined
        ? undefined
        : { name: finding.source.name, version: finding.source.version ?? finding.version });
    if (stated !== undefined) {
      sources.set(binaryKey(finding), { name: lower(stated.name), version: plainVersion(stated.version) });
      sourceNames.add(`${lower(stated.name)}@${plainVersion(stated.version)}`);
    } else if (finding.kind === 'source') sourceNames.add(`${lower(finding.package)}@${version}`);
  }
  const groups = inferGroups(findings, classOf, sources, sourceNames);
  return {
    inferred: groups.size,
    of(finding) {
      const version = plainVersion(finding.version);
      if (!isOs(finding)) return { name: languageName(finding), version: decoded(finding.version) };
      if (finding.kind === 'source') return { name: lower(finding.package), version };
      return (
        sources.get(binaryKey(finding)) ?? { name: groups.get(binaryKey(finding)) ?? lower(finding.package), version }
      );
    },
  };
}

/** Binaries without a known source that share a version and a vulnerability with others: one name for them all. */
function inferGroups(
  findings: readonly ForeignFinding[],
  classOf: (finding: ForeignFinding) => string,
  sources: ReadonlyMap<string, { name: string; version: string }>,
  sourceNames: ReadonlySet<string>,
): Map<string, string> {
  // Most places hold one package: a list is made only for the second.
  const together = new Map<string, string | Set<string>>();
  const packages = new Map<string, string>();
  for (const finding of findings) {
    if (!isOs(finding) || finding.kind === 'source' || finding.version === '') continue;
    const place = `${classOf(finding)} ${plainVersion(finding.version)}`;
    const key = binaryKey(finding);
    const group = together.get(place);
    if (group === undefined) together.set(place, key);
    else if (typeof group !== 'string') group.add(key);
    else if (group !== key) together.set(place, new Set([group, key]));
    packages.set(key, lower(finding.package));
  }
  const parent = new Map<string, string>();
  const root = (key: string): string => {
    let current = key;
    while (parent.get(current) !== undefined) current = parent.get(current)!;
    if (current !== key) parent.set(key, current);
    return current;
  };
  for (const group of together.values()) {
    if (typeof group === 'string') continue;
    const named = new Set([...group].map((key) => sources.get(key)?.name).filter((name) => name !== undefined));
    if (named.size > 1) continue;
    const [first, ...rest] = [...group];
    for (const key of rest) if (root(key) !== root(first!)) parent.set(root(key), root(first!));
  }
  const members = new Map<string, string[]>();
  for (const key of packages.keys()) {
    const group = members.get(root(key));
    if (group === undefined) members.set(root(key), [key]);
    else group.push(key);
  }
  const names = new Map<string, string>();
  for (const keys of members.values()) {
    if (keys.every((key) => sources.has(key))) continue;
    const stated = keys.map((key) => sources.get(key)?.name).find((name) => name !== undefined);
    const version = keys[0]!.slice(keys[0]!.indexOf('@') + 1);
    const own = keys.map((key) => packages.get(key)!).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const name = stated ?? own.find((one) => sourceNames.has(`${one}@${version}`)) ?? own[0]!;
    for (const key of keys) if (!sources.has(key)) names.set(key, name);
  }
  return names;
}

function isOs(finding: ForeignFinding): boolean {
  // A report that does not say what kind of package it is (ECR basic, Harbor) speaks of the distribution's.
  return (
    isSystemType(finding.type) ||
    (finding.type === undefined && !finding.locations.some((path) => /site-packages|node_modules|\.jar$/.test(path)))
  );
}

const binaryKey = (finding: ForeignFinding): string => `${lower(finding.package)}@${plainVersion(finding.version)}`;
const lower = (text: string): string => text.toLowerCase();

/** Names as their ecosystem compares them. */
function languageName(finding: ForeignFinding): string {
  return lower(typeNamed(finding.type ?? generic.type).normalize(finding.package));
}

/** A distribution's version without what does not change the package: percent signs, epoch, binary-only rebuild. */
export function plainVersion(version: string): string {
  return decoded(version)
    .replace(/^\d+:/, '')
    .replace(/\+b\d+$/, '');
}

function decoded(version: string): string {
  if (!version.includes('%')) return version;
  try {
    return decodeURIComponent(version);
  } catch {
    return version;
  }
}
