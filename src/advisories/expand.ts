import type { Advisory } from '../model.ts';
import type { Statement } from './feeds/feed.ts';
import { pageOf } from './feeds/publishers.ts';
import type { RecordReader } from './records.ts';

/** A stored statement about one vulnerability, and where it stands. */
export interface Stated extends Omit<Statement, 'vulnerabilities'> {
  readonly feed: string;
  /** The id under which the publisher's record is filed: the bulletin's, where one speaks of several vulnerabilities. */
  readonly recorded: string;
}

/** One statement for each vulnerability that a stored one speaks of. */
export function expand(statement: Statement, feed: string): readonly Stated[] {
  const { vulnerabilities, ...rest } = statement;
  if (vulnerabilities === undefined) return [{ ...rest, feed, recorded: rest.bulletin ?? rest.id }];
  const bulletin = rest.bulletin ?? rest.id;
  return vulnerabilities.map((id) => ({ ...rest, id, bulletin, feed, recorded: bulletin }));
}

/** OSV's conversions and the bulletin lists repeat what a publisher's own export says in more detail. */
const isSecondary = (feed: string): boolean => feed.startsWith('osv/') || /^debian\/D[SL]A/.test(feed);

/**
 * A publisher's word reaches us on several ways: its own export counts, the others fill in which bulletin brought the fix
 * and when. Bulletins on one vulnerability from one list are all kept: each may serve another branch.
 */
export function preferPrimary(statements: readonly Stated[]): readonly Stated[] {
  if (statements.length < 2) return statements;
  const kept = new Map<string, Stated>();
  for (const statement of statements) {
    const key = `${statement.source} ${statement.id}`;
    const known = kept.get(key);
    if (known === undefined) kept.set(key, statement);
    else if (known.feed === statement.feed) kept.set(`${key} ${kept.size}`, statement);
    else kept.set(key, isSecondary(known.feed) ? enriched(statement, known) : enriched(known, statement));
  }
  return [...kept.values()];
}

function enriched(primary: Stated, secondary: Stated): Stated {
  if (primary.state !== 'fixed' || secondary.bulletin === undefined || primary.bulletin !== undefined) return primary;
  if (primary.ranges[0]?.fixed !== secondary.ranges[0]?.fixed) return primary;
  const { bulletin, fixDate } = secondary;
  return { ...primary, bulletin, ...(fixDate !== undefined && { fixDate }) };
}

/**
 * Makes the noun. Aliases, the record's ratings and its title are looked up when somebody asks, since most statements on a
 * package do not concern its version.
 */
export function advisoryOf({ recorded, ...statement }: Stated, records: RecordReader): Advisory {
  const { ratings: own = [], ...rest } = statement;
  let record: ReturnType<RecordReader['of']>[number] | undefined | null = null;
  const found = () => {
    // The document's own record: what others say of the same id is `vulnerability`'s to tell.
    if (record === null) record = records.of(recorded, rest.feed)[0];
    return record;
  };
  const lookedUp = {
    get aliases() {
      return records.members(rest.id).filter((id) => id !== rest.id);
    },
    get ratings() {
      return [...own, ...(found()?.ratings ?? [])];
    },
    get title() {
      return found()?.title;
    },
    get modified() {
      return rest.modified ?? found()?.modified;
    },
  };
  const fixed: Omit<Advisory, keyof typeof lookedUp> = {
    ...rest,
    url: rest.url ?? pageOf(rest.source, rest.bulletin ?? rest.id),
  };
  return Object.defineProperties(fixed, Object.getOwnPropertyDescriptors(lookedUp)) as Advisory;
}
