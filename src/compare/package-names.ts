import { addTo, numbering } from '../collections.ts';
import { generic } from '../ecosystems/generic.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import { maven } from '../ecosystems/maven.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';

/** What counts as one package. */
export interface PackageNames {
  of(finding: ForeignFinding): PackageName;
  /** The source of a binary of a distribution that its own row does not name, where another row of the package or the image does. */
  sourceOf(finding: ForeignFinding): PackageName | undefined;
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
  known?: (type: string | undefined, name: string, version: string) => PackageName | undefined,
  isLanguages: (finding: ForeignFinding) => boolean = () => false,
): PackageNames {
  const binaries = new Map<string, Binary>();
  const binaryOf = (finding: ForeignFinding): Binary => {
    const written = `${finding.package}\n${finding.version}`;
    const known = binaries.get(written) ?? binary(finding);
    binaries.set(written, known);
    return known;
  };
  const sources = new Map<string, PackageName>();
  const sourceNames = new Set<string>();
  for (const finding of findings) {
    if (!isOs(finding)) continue;
    const { key, version } = binaryOf(finding);
    const fromImage = known?.(finding.type, finding.package, finding.version);
    const stated =
      fromImage ??
      (finding.source === undefined
        ? undefined
        : { name: finding.source.name, version: finding.source.version ?? finding.version });
    if (stated !== undefined) {
      const source = { name: lower(stated.name), version: plainVersion(stated.version) };
      sources.set(key, source);
      sourceNames.add(`${source.name}@${source.version}`);
    } else if (finding.kind === 'source') sourceNames.add(`${lower(finding.package)}@${version}`);
  }
  const groups = inferGroups(findings, classOf, binaryOf, sources, sourceNames, isLanguages);
  return {
    inferred: groups.size,
    sourceOf: (finding) =>
      finding.source === undefined && finding.kind !== 'source' && isOs(finding)
        ? sources.get(binaryOf(finding).key)
        : undefined,
    of(finding) {
      const name = binaryOf(finding);
      if (!isOs(finding)) return { name: languageName(finding), version: withoutPrefix(decoded(finding.version)) };
      if (finding.kind === 'source') return name;
      const stated = sources.get(name.key);
      if (stated !== undefined) return stated;
      const group = groups.get(name.key);
      return group === undefined || group === name.name ? name : { name: group, version: name.version };
    },
  };
}

interface PackageName {
  readonly name: string;
  readonly version: string;
}

/** A package of a distribution as findings write it: its name in lower case and the version without what changes nothing. */
interface Binary extends PackageName {
  readonly key: string;
}

function binary(finding: ForeignFinding): Binary {
  const name = lower(finding.package);
  const version = plainVersion(finding.version);
  return { key: `${name}@${version}`, name, version };
}

/** Binaries without a known source that share a version and a vulnerability with others: one name for them all. */
function inferGroups(
  findings: readonly ForeignFinding[],
  classOf: (finding: ForeignFinding) => string,
  binaryOf: (finding: ForeignFinding) => Binary,
  sources: ReadonlyMap<string, PackageName>,
  sourceNames: ReadonlySet<string>,
  isLanguages: (finding: ForeignFinding) => boolean,
): Map<string, string> {
  const packages = new Map<string, Binary>();
  const parent = new Map<string, string>();
  const root = (key: string): string => {
    let current = key;
    while (parent.get(current) !== undefined) current = parent.get(current)!;
    if (current !== key) parent.set(key, current);
    return current;
  };
  for (const group of together(findings, classOf, binaryOf, packages, isLanguages)) {
    const named = new Set([...group].map((key) => sources.get(key)?.name).filter((name) => name !== undefined));
    if (named.size > 1) continue;
    const [first, ...rest] = [...group];
    for (const key of rest) if (root(key) !== root(first!)) parent.set(root(key), root(first!));
  }
  const members = new Map<string, string[]>();
  for (const key of packages.keys()) {
    addTo(members, root(key), key);
  }
  const names = new Map<string, string>();
  for (const keys of members.values()) {
    if (keys.every((key) => sources.has(key))) continue;
    const stated = keys.map((key) => sources.get(key)?.name).find((name) => name !== undefined);
    const { version } = packages.get(keys[0]!)!;
    const own = keys.map((key) => packages.get(key)!.name).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const name = stated ?? own.find((candidate) => sourceNames.has(`${candidate}@${version}`)) ?? own[0]!;
    for (const key of keys) if (!sources.has(key)) names.set(key, name);
  }
  return names;
}

/** Binaries that share a version and a vulnerability with others. `packages` is given all that are looked at. */
function together(
  findings: readonly ForeignFinding[],
  classOf: (finding: ForeignFinding) => string,
  binaryOf: (finding: ForeignFinding) => Binary,
  packages: Map<string, Binary>,
  isLanguages: (finding: ForeignFinding) => boolean,
): Iterable<ReadonlySet<string>> {
  // Places by number, not by name: there may be as many as rows. Most hold one package: a list is made only for the second.
  const numbers = { id: numbering<string>(), version: numbering<string>() };
  const places = new Map<number, ForeignFinding>();
  const stands = (finding: ForeignFinding): boolean => finding.type === undefined && isLanguages(finding);
  const groups = new Map<number, Set<string>>();
  for (const finding of findings) {
    if (!isOs(finding) || finding.kind === 'source' || finding.version === '') continue;
    const key = binaryOf(finding);
    packages.set(key.key, key);
    const place = numbers.id(classOf(finding)) * PLACES + numbers.version(key.version);
    const first = places.get(place);
    const begun = first === undefined ? undefined : binaryOf(first).key;
    if (begun === undefined) places.set(place, finding);
    else if (begun !== key.key) {
      // Asked where it matters only: there may be as many as rows.
      if (stands(finding)) continue;
      if (stands(first!)) {
        places.set(place, finding);
        continue;
      }
      const group = groups.get(place);
      if (group === undefined) groups.set(place, new Set([begun, key.key]));
      else group.add(key.key);
    }
  }
  return groups.values();
}

/** More than there can be versions: rows are limited. */
const PLACES = 2 ** 25;

function isOs(finding: ForeignFinding): boolean {
  // A report that does not say what kind of package it is (ECR basic, Harbor) speaks of the distribution's.
  return (
    isSystemType(finding.type) ||
    (finding.type === undefined && !finding.locations.some((path) => /site-packages|node_modules|\.jar$/.test(path)))
  );
}

const lower = (text: string): string => text.toLowerCase();

/** Names as their ecosystem compares them. */
function languageName(finding: ForeignFinding): string {
  const name = lower(typeNamed(finding.type ?? generic.type).normalize(finding.package));
  // Some write a Java artifact without its group: with it and without it are one package.
  const java = finding.type === maven.type || (finding.type === undefined && /^[\w.-]+:[\w.-]+$/.test(name));
  return java ? name.slice(name.lastIndexOf(':') + 1) : name;
}

/** A version without what does not change the package: percent signs, Go's prefix, a distribution's epoch and binary-only rebuild. */
export function plainVersion(version: string): string {
  const text = withoutPrefix(decoded(version));
  // Most have neither: a look is cheaper than a pattern, and half a million rows are looked at.
  const epoch = text.indexOf(':');
  const bare = epoch > 0 ? text.replace(/^\d+:/, '') : text;
  return bare.includes('+b') ? bare.replace(/\+b\d+$/, '') : bare;
}

/** Of one Go release Trivy writes `v1.22.5`, Grype `go1.22.5`, OSV-Scanner `1.22.5`; of a module with `v` or without. */
function withoutPrefix(version: string): string {
  const first = version.charCodeAt(0);
  return first === LETTER_G || first === LETTER_V ? version.replace(/^(?:go|v)(?=\d)/, '') : version;
}
const LETTER_G = 0x67;
const LETTER_V = 0x76;

function decoded(version: string): string {
  if (!version.includes('%')) return version;
  try {
    return decodeURIComponent(version);
  } catch {
    return version;
  }
}
