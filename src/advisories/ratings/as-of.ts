import { plainName } from '../../ecosystems/names.ts';
import { PlimsollError } from '../../errors.ts';
import type { AffectedRange, Statement, Vulnerability } from '../../model.ts';
import { earliestDay, isCve } from '../ids.ts';
import { type AdvisoryStore, plainStatement, type Undated } from '../store/index.ts';

/** A store that answers as of a day. */
interface PastStore extends AdvisoryStore {
  /** The last moment that counts. */
  readonly moment: string;
  undated(): Undated;
}

/**
 * A day (`2023-05-12`, to its end in UTC) or moment as the user wrote it. Throws `usage` for what is none.
 */
export function parseMoment(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const time = isDay || /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new PlimsollError('usage', `${text} is no date`, { hint: 'write it as 2023-05-12' });
  return isDay ? `${text}T23:59:59Z` : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** A plain day counts from its beginning: what came out that day is in an answer as of that day. */
const isAfter = (date: string, moment: string): boolean => (date.length === 10 ? `${date}T00:00:00Z` : date) > moment;

/**
 * The store as it could have answered at a moment: what was published later is not there, what was fixed later is open,
 * what was withdrawn later stands. Judgements that change without a date (states of the Debian tracker, ratings) are today's;
 * scores that only hold for a day (EPSS) are left out.
 */
export function storeAsOf(store: AdvisoryStore, moment: string): PastStore {
  const undatedStatements = new Set<string>();
  const undatedFixes = new Set<string>();
  const changed = new Set<string>();
  // A bulletin on another release, or another distribution's: whoever read it knew.
  const spoken = new Map<string, string>();
  const spokenOf = (id: string): string => {
    if (!spoken.has(id))
      spoken.set(
        id,
        earliest(...store.statementsById(id).map(({ published, fixDate }) => earliest(published, fixDate))) ?? LATER,
      );
    return spoken.get(id) ?? LATER;
  };
  const seen = (advisory: Statement): readonly Statement[] => {
    const key = `${advisory.namespace} ${advisory.package} ${advisory.source} ${advisory.id}`;
    // A record of its own has a day of its own: that the same flaw was known by another name laid it to no other package.
    const ownDay = isCve(advisory.id) ? undefined : advisory.published;
    const stated = ownDay ?? earliest(advisory.published, store.vulnerability(advisory.id)?.published);
    // A day of a fix alone tells nothing of when the flaw was known.
    const published = stated === undefined ? undefined : earliest(stated, advisory.fixDate);
    if (published === undefined) {
      if (isAfter(earliestDay(advisory.id) ?? moment, moment)) return [];
      undatedStatements.add(key);
    } else if (isAfter(published, moment) && isAfter(spokenOf(advisory.id), moment)) return [];
    if (advisory.modified !== undefined && isAfter(advisory.modified, moment)) changed.add(key);
    if (advisory.state === 'withdrawn') return [unlessLater(advisory, moment)];
    if (advisory.state !== 'fixed') return [advisory];
    if (advisory.fixDate === undefined) undatedFixes.add(key);
    else if (isAfter(advisory.fixDate, moment)) return [withoutFix(advisory)];
    return [advisory];
  };
  return {
    moment,
    info: { ...store.info, asOf: moment },
    statements: (namespace, name) => store.statements(namespace, name).flatMap(seen),
    statementsById: (id) => store.statementsById(id).flatMap(seen),
    vulnerability: (id) => pastVulnerability(store.vulnerability(id), moment),
    knownSince(id, about) {
      const [record, statements] = [store.vulnerability(id), store.statementsById(id)];
      // Who knew the id may not have known that this package has it.
      const own = about === undefined ? [] : statements.filter(({ package: name }) => isCalled(name, about));
      if (own.length > 0 && own.flatMap(seen).length === 0)
        return { day: earliest(...own.map(({ published }) => published))?.slice(0, 10) };
      const isUnknown = record === undefined && statements.length === 0;
      if (isUnknown || pastVulnerability(record, moment) !== undefined || statements.flatMap(seen).length > 0)
        return undefined;
      return { day: earliest(record?.published, ...statements.map(({ published }) => published))?.slice(0, 10) };
    },
    covers: (namespace) => store.covers(namespace),
    ...(store.release !== undefined && { release: (namespace) => store.release!(namespace) }),
    undated: () => ({ statements: undatedStatements.size, fixes: undatedFixes.size, changed: changed.size }),
    close: () => store.close(),
  };
}

/** Whether two names are one, as reports spell them. */
const isCalled = (name: string, other: string): boolean => plainName(name) === plainName(other);

/** After every moment. */
const LATER = '9999-12-31T00:00:00Z';

/** The day on which it was first spoken of: a bulletin may come out before the record of what it fixes, or after it. */
function earliest(...dates: readonly (string | undefined)[]): string | undefined {
  const moments = dates.flatMap((date) =>
    date === undefined ? [] : [date.length === 10 ? `${date}T00:00:00Z` : date],
  );
  return moments.sort()[0];
}

function unlessLater(advisory: Statement, moment: string): Statement {
  if (advisory.withdrawn === undefined || !isAfter(advisory.withdrawn, moment)) return advisory;
  const { withdrawn: _, ...rest } = plainStatement(advisory);
  return { ...rest, state: rest.ranges.some(({ fixed }) => fixed !== undefined) ? 'fixed' : 'open' };
}

function withoutFix(advisory: Statement): Statement {
  const { fixDate, bulletin, url, ...before } = plainStatement(advisory);
  // The page is that of the bulletin which brought the fix.
  const rest = bulletin === undefined && url !== undefined ? { ...before, url } : before;
  // Nobody knew of the fix, but a build that has it has it.
  const ranges = rest.ranges.map(
    ({ fixed, ...range }): AffectedRange => ({ ...range, ...(fixed && { limit: fixed }) }),
  );
  return { ...rest, state: 'open', ranges, note: `fixed later, on ${fixDate?.slice(0, 10)}` };
}

function pastVulnerability(vulnerability: Vulnerability | undefined, moment: string): Vulnerability | undefined {
  if (
    vulnerability === undefined ||
    (vulnerability.published !== undefined && isAfter(vulnerability.published, moment))
  )
    return undefined;
  const { exploited, epss: _, epssPercentile: __, ...rest } = vulnerability;
  return { ...rest, ...(exploited !== undefined && !isAfter(exploited, moment) && { exploited }) };
}
