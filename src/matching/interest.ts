import type { AdvisoryStore } from '../advisories/store.ts';
import type { Package } from '../model.ts';

/** Why a package is not compared with advisories. */
export type NoInterest =
  /** No ecosystem serves this kind of package. */
  | 'no-ecosystem'
  /** The database holds no feed of this namespace. */
  | 'not-covered'
  /** The OS package that owns the file is judged in its place: the distribution patches without changing versions. */
  | 'owned'
  /** A lock file names it; nothing shows that it is installed. */
  | 'declared'
  /** A package manager kept it; nothing imports it. */
  | 'cache';

/** First question: is this package to be looked up at all? Undefined: yes. */
export function noInterest(candidate: Package, store: AdvisoryStore): NoInterest | undefined {
  if (candidate.role === 'declared' || candidate.role === 'cache') return candidate.role;
  if (candidate.ownedBy) return 'owned';
  if (candidate.ecosystem === undefined) return 'no-ecosystem';
  return store.covers(candidate.ecosystem) ? undefined : 'not-covered';
}
