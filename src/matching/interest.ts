import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { type Lookup, lookupsOf } from '../inventory/lookups.ts';
import type { Package } from '../model.ts';
import { isKnownVersion } from './judge.ts';

/** Why a package is not compared with advisories. */
export type NoInterest =
  /** Nobody publishes advisories on this kind of package, or its version is not known. */
  | 'no-ecosystem'
  /** The database holds no feed of this namespace. */
  | 'not-covered'
  /** The OS package that owns the file is judged in its place: the distribution patches without changing versions. */
  | 'owned'
  /** A conda package whose files hold a Python distribution: judged as that, not twice. */
  | 'twin'
  /** A lock file names it; nothing shows that it is installed. */
  | 'declared'
  /** A package manager kept it; nothing imports it. */
  | 'cache'
  /** Its version is none that can be compared (`(devel)`, `${revision}`, 0.0.0): only what is said of all versions was held against it. */
  | 'unknown-version';

/** Distributions patch what they ship; conda does not: what it owns is judged all the same. */
const PATCHING: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm']);

/** First question: is this package to be looked up at all? Undefined: yes. */
export function noInterest(candidate: Package, store: AdvisoryStore): NoInterest | undefined {
  if (candidate.role === 'declared' || candidate.role === 'cache') return candidate.role;
  if (candidate.ownedBy && PATCHING.has(candidate.ownedBy.type)) return 'owned';
  if (candidate.type === 'conda' && candidate.properties?.dists) return 'twin';
  const lookups = candidate.ecosystem === undefined ? [] : lookupsOf(candidate, undefined, candidate.ecosystem);
  if (lookups.length === 0) return 'no-ecosystem';
  return lookups.some(({ ecosystem }) => store.covers(ecosystem)) ? undefined : 'not-covered';
}

/** Whether ranges of versions can be held against this package. Not known is not "older than everything". */
export function isComparable(candidate: Package): boolean {
  const lookups = lookupsOf(candidate, undefined, candidate.ecosystem);
  return lookups.length === 0 || lookups.some(isKnown);
}

function isKnown({ ecosystem, version }: Lookup): boolean {
  const rules = ecosystemNamed(ecosystem);
  return rules !== undefined && isKnownVersion(version, rules);
}
