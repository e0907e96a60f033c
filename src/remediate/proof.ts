import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { sameName } from '../ecosystems/names.ts';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { LIMITS } from '../limits.ts';
import { hypothetically, type Verdict } from '../matching/match.ts';
import type { Evidence, Finding, Package } from '../model.ts';
import { npmPlace, siteOf } from './installed/index.ts';
import { changeKey, withVersion } from './rewriting.ts';

/** A finding as far as a plan lays one beside another. */
export interface Proven extends Verdict {
  readonly package: Pick<Package, 'type' | 'name' | 'evidence'> & { readonly source?: { readonly name: string } };
}

/**
 * Findings with the same key are the same vulnerability of the same thing in the same place, whatever its version: the source
 * package where there is one, as distributions fix it. Every id it goes by has a key, in every place it lies.
 */
export function findingKeys(finding: Proven): readonly string[] {
  const known = keysOfFindings.get(finding);
  if (known) return known;
  const { type, name, source, evidence } = finding.package;
  // Findings of other versions of a package share what they say, and where they lie.
  const alike = keysOfAlike.get(finding.aliases);
  const of = `${type}\0${source?.name ?? name}\0${finding.id}`;
  if (alike?.of === of && alike.evidence === evidence) return alike.keys;
  const places = placesOf(finding.package);
  const keys = [finding.id, ...finding.aliases].flatMap((id) =>
    places.map((place) => findingKey(type, source?.name ?? name, place, id)),
  );
  keysOfFindings.set(finding, keys);
  keysOfAlike.set(finding.aliases, { of, evidence, keys });
  return keys;
}

/** A plan lays the same findings side by side many times. */
const keysOfFindings = new WeakMap<Proven, readonly string[]>();
const keysOfAlike = new WeakMap<
  Finding['aliases'],
  { readonly of: string; readonly evidence: readonly Evidence[]; readonly keys: readonly string[] }
>();

/** The key of a vulnerability of a package in a place. */
export const findingKey = (type: string, name: string, place: string, id: string): string =>
  `${type}\0${sameName(type, name)}\0${place}\0${id}`;

/**
 * Where a Python distribution lies: its folder of distributions, or the package that holds a copy of it; the number of the
 * interpreter left out, since a newer one does not make another thing of it. An npm package lies in its tree, wherever npm put it there. Of other packages there is one.
 */
export function placesOf({ type, evidence }: Pick<Package, 'type' | 'evidence'>): string[] {
  if ((type !== npm.type && type !== pypi.type) || evidence.length === 0) return [''];
  return [...new Set(evidence.map((proof) => placeOf(type, proof)))].sort();
}

/** The place that one proof of a package stands for. */
export function placeOf(type: string, proof: Evidence): string {
  if (type === npm.type) return npmPlace(proof.path)?.tree ?? '';
  if (type !== pypi.type) return '';
  const known = placesOfProofs.get(proof);
  if (known !== undefined) return known;
  const { path } = proof;
  const vendor = /^(.*\/_vendor)(?:\/|$)/.exec(path)?.[1] ?? /^(.*)\/(?:vendor|vendored|patched)\.txt$/.exec(path)?.[1];
  const place = anyPython(vendor ?? siteOf(path)?.site ?? path.replace(/\/[^/]+\.(?:dist|egg)-info(?:\/[^/]+)?$/, ''));
  placesOfProofs.set(proof, place);
  return place;
}

/** The steps of a plan part a package in many ways, and its proofs stay the same. */
const placesOfProofs = new WeakMap<Evidence, string>();

/** Where vulnerabilities lie, by what `findingKeys` calls the same: a text for each of them in each of a hundred places is too many. */
interface Presence {
  /** Sets of places, in each of which the vulnerability of the finding's package lies under one of its ids. */
  places(finding: Proven): readonly ReadonlySet<string>[];
  /** Whether it lies in one of the places of the finding. */
  has(finding: Proven): boolean;
}

/** Looks findings up by vulnerability, then by place. */
export function presence(findings: readonly Proven[]): Presence {
  const known = new Map<string, Set<ReadonlySet<string>>>();
  const keysOf = ({ id, aliases, package: { type, name, source } }: Proven): string[] =>
    [id, ...aliases].map((alias) => `${type}\0${sameName(type, source?.name ?? name)}\0${alias}`);
  for (const finding of findings)
    for (const key of keysOf(finding)) {
      const sets = known.get(key) ?? new Set<ReadonlySet<string>>();
      known.set(key, sets.add(placeSet(finding.package)));
    }
  const places: Presence['places'] = (finding) => keysOf(finding).flatMap((key) => [...(known.get(key) ?? [])]);
  return {
    places,
    has(finding) {
      const sets = places(finding);
      return sets.length > 0 && placesOf(finding.package).some((place) => sets.some((set) => set.has(place)));
    },
  };
}

/** Findings of one package share what proves it. */
function placeSet(pkg: Proven['package']): ReadonlySet<string> {
  const { type, evidence } = pkg;
  if ((type !== npm.type && type !== pypi.type) || evidence.length === 0) return ONE_PLACE;
  const known = placeSets.get(evidence) ?? new Set(placesOf(pkg));
  placeSets.set(evidence, known);
  return known;
}

const placeSets = new WeakMap<readonly Evidence[], ReadonlySet<string>>();
const ONE_PLACE: ReadonlySet<string> = new Set(['']);

/** The path without the number of the interpreter: `lib/python3/site-packages/...`. */
export const anyPython = (path: string): string => path.replace(/\/(python|pypy)3(?:\.\d+)?\//, '/$13/');

/**
 * Asks what a package would have in another version. Versions of which the very same is said have the same array, so that what is made of it
 * need not be made again.
 */
export interface Prover {
  findings(pkg: Package, version: string, sourceVersion?: string): readonly Proven[];
}

/** Findings without those that exceptions take out of the count. */
export type Except = (findings: readonly Finding[]) => readonly Finding[];

/**
 * Judges hypothetical versions with the very matching that a scan uses, and by the same exceptions. `store` should remember what it was asked
 * (`remembering`).
 */
export function prover(store: AdvisoryStore, scheme: Scheme | undefined, except?: Except): Prover {
  const verdictsOn = except === undefined ? hypothetically(store, scheme) : counted(store, scheme, except);
  const known = new WeakMap<readonly Verdict[], Map<string, { pkg: Package; findings: readonly Proven[] }>>();
  return {
    findings(pkg, version, sourceVersion) {
      const verdicts = verdictsOn(withVersion(pkg, version, sourceVersion));
      const packages = known.get(verdicts) ?? new Map<string, { pkg: Package; findings: readonly Proven[] }>();
      known.set(verdicts, packages);
      // Of two packages of one name each lies in a place of its own.
      const key = changeKey(pkg);
      const before = packages.get(key);
      if (before?.pkg.evidence === pkg.evidence && before.pkg.source?.name === pkg.source?.name) return before.findings;
      const findings = verdicts.map((verdict): Proven => ({ ...verdict, package: pkg }));
      packages.set(key, { pkg, findings });
      return findings;
    },
  };
}

/** The same without what is excepted. A rule may speak of some versions: then not all of which the same is said count alike. */
function counted(
  store: AdvisoryStore,
  scheme: Scheme | undefined,
  except: Except,
): (asked: Package) => readonly Verdict[] {
  const verdictsOn = hypothetically(store, scheme);
  return (asked) => {
    const verdicts = verdictsOn(asked);
    const kept = new Set(
      except(verdicts.map((verdict) => ({ ...verdict, package: asked, reasons: [] }))).map(({ id }) => id),
    );
    return kept.size === verdicts.length ? verdicts : verdicts.filter(({ id }) => kept.has(id));
  };
}

/**
 * Versions that advisories name as fixed: for these findings, and for what those versions have themselves, so that a way out that
 * leads through another vulnerability is followed to its end.
 */
export function fixedVersions(pkg: Package, findings: readonly Proven[], proofs: Prover): ReadonlySet<string> {
  const versions = new Set(findings.flatMap(({ fix }) => fix.version ?? []));
  for (const version of versions) {
    if (versions.size >= LIMITS.candidateVersions) break;
    for (const { fix } of proofs.findings(pkg, version)) if (fix.version !== undefined) versions.add(fix.version);
  }
  return versions;
}

/** Findings of `later` that have no counterpart in `earlier`. */
export function without(later: readonly Finding[], earlier: readonly Finding[]): Finding[] {
  const before = presence(earlier);
  return later.filter((finding) => !before.has(finding));
}
