/** What several documents, or the records and the statements of one, make of each other: the same for a database file and for a store in memory. */
import type { Rating, Statement } from '../../model.ts';
import type { VulnerabilityRecord } from '../feeds/index.ts';

type OfDocument = Pick<Statement, 'id' | 'source' | 'state' | 'ranges' | 'bulletin' | 'feed'>;

const SECONDARY = new Set(['debian/DSA', 'debian/DLA', 'grype-db', 'trivy-db']);

/** OSV's conversions, other scanners' databases and the bulletin lists repeat what a publisher's own export says in more detail. */
const isSecondary = (feed = ''): boolean => feed.startsWith('osv/') || SECONDARY.has(feed);

/**
 * Of the statements on one package: a publisher's word reaches us on several ways. Its own export counts, the others fill in which bulletin
 * brought the fix and when (`complete`). Bulletins on one vulnerability from one list are all kept: each may serve another branch.
 */
export function preferPrimary<Said extends OfDocument>(
  statements: readonly Said[],
  complete: (primary: Said, secondary: Said) => Said,
): readonly Said[] {
  if (statements.every(({ feed }) => feed === statements[0]!.feed)) return statements;
  const kept = new Map<string, Said>();
  const completed = (primary: Said, secondary: Said): Said => {
    const isSame = primary.state === 'fixed' && primary.ranges[0]?.fixed === secondary.ranges[0]?.fixed;
    const isNews = secondary.bulletin !== undefined && primary.bulletin === undefined;
    return isSame && isNews ? complete(primary, secondary) : primary;
  };
  for (const statement of statements) {
    const key = `${statement.source} ${statement.id}`;
    const known = kept.get(key);
    if (known === undefined) kept.set(key, statement);
    else if (known.feed === statement.feed) kept.set(`${key} ${kept.size}`, statement);
    else kept.set(key, isSecondary(known.feed) ? completed(statement, known) : completed(known, statement));
  }
  return [...kept.values()];
}

/** The id under which a publisher's record is filed: the bulletin's, where one speaks of several vulnerabilities. */
export const recordedAs = ({ id, bulletin }: Pick<Statement, 'id' | 'bulletin'>): string => bulletin ?? id;

/** A statement's ratings, and those of its document's records: a publisher may rate the bulletin (`Important`), or each vulnerability in it. */
export function ratingsWithRecords(
  { id, recorded, ratings }: { readonly id: string; readonly recorded: string; readonly ratings: readonly Rating[] },
  recordOf: (id: string) => VulnerabilityRecord | undefined,
): readonly Rating[] {
  const own = recorded === id ? undefined : recordOf(id);
  return [...ratings, ...(own?.ratings ?? []), ...(recordOf(recorded)?.ratings ?? [])];
}
