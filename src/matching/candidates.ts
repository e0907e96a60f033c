import { type AdvisoryStore, aliasesIn, recordsOf } from '../advisories/store/index.ts';
import type { Candidate, Considered, NoInterest, Package, Statement, Vulnerability } from '../model.ts';
import { aliasClasses, preferredId } from './alias-classes.ts';
import { isComparable, noInterest, questionsOf } from './interest.ts';
import { questionKey, retrieve } from './retrieve.ts';

/** Which statements make candidates: a vulnerability is one when any statement on it is wanted. */
export type Wanted = (considered: Considered) => boolean;

/** What retrieval yields for one package. */
export interface Retrieved {
  /** Why our own rules do not judge the package; absent: they do. */
  readonly passed?: NoInterest;
  readonly candidates: readonly Candidate[];
  /** Statements on it that say "not yet determined". */
  readonly undetermined: number;
  /** Packages with the same key asked the same and share the answer. */
  readonly key: string;
}

/** The one place where the database is asked about packages. */
export interface CandidateSource {
  /**
   * The candidates of a package. Without `wanted`, those that our own rules judge affected: none of a package that they pass over.
   * With it, every vulnerability of which a statement is wanted, also of packages passed over; it then holds all wanted
   * statements, affected or not. What is judged affected is parted into vulnerabilities alike whatever else is wanted.
   */
  of(asked: Package, wanted?: Wanted): Retrieved;
  /** What is known of these ids whatever the package. */
  records(ids: Iterable<string>): readonly Vulnerability[];
  /** Every publisher's statements on an id or another of the same vulnerability, whatever the package and release. */
  everywhere(id: string): readonly Statement[];
  /** Every other id of the same vulnerability. */
  aliases(id: string): readonly string[];
}

/** Candidates but for the package: packages that ask the same share them. */
type Shared = Omit<Candidate, 'package' | 'passed'>;

/** Opens a store for questions about packages. Each question is asked once; the answers are kept as long as this is. */
export function candidateSource(store: AdvisoryStore): CandidateSource {
  const affected = new Map<string, { readonly shared: readonly Shared[]; readonly undetermined: number }>();
  const answers = new Map<string, readonly Considered[]>();
  const records = new Map<string, Vulnerability | undefined>();
  const record = (id: string): Vulnerability | undefined => {
    if (!records.has(id)) records.set(id, store.vulnerability(id));
    return records.get(id);
  };
  const aliases = (id: string): readonly string[] => aliasesIn(store, id);
  const part = (considered: readonly Considered[], wanted?: Wanted): readonly Shared[] =>
    partition(considered, wanted, aliases).map((group) => shared(group, record));
  return {
    records: (ids) => recordsOf(ids, record),
    everywhere: (id) => store.statements(id),
    aliases,
    of(asked, wanted) {
      const questions = questionsOf(asked);
      const excluded = noInterest(asked, questions, store);
      const passed = excluded ?? (isComparable(questions) ? undefined : 'unknown-version');
      const key = questionKey(questions);
      const about = { package: asked, ...(excluded === undefined ? {} : { passed: excluded }) };
      const why = passed === undefined ? {} : { passed };
      if (wanted === undefined) {
        if (excluded !== undefined) return { passed: excluded, candidates: [], undetermined: 0, key };
        let known = affected.get(key);
        if (known === undefined) {
          const considered = retrieve(questions, store);
          known = { shared: part(considered), undetermined: undeterminedIn(considered) };
          affected.set(key, known);
        }
        const candidates = known.shared.map((one) => ({ ...one, ...about }));
        return { ...why, candidates, undetermined: known.undetermined, key };
      }
      const considered = answers.get(key) ?? retrieve(questions, store);
      answers.set(key, considered);
      return {
        ...why,
        candidates: part(considered, wanted).map((one) => ({ ...one, ...about })),
        undetermined: undeterminedIn(considered),
        key,
      };
    },
  };
}

const undeterminedIn = (considered: readonly Considered[]): number =>
  considered.reduce((count, { statement }) => count + Number(statement.state === 'undetermined'), 0);

const isAffected = ({ judgement }: Considered): boolean => judgement.affected;

/**
 * Parts what was considered by vulnerability. What is judged affected comes first and decides, so that a finding is the same
 * whatever else is asked for; other statements join it where they share an id, and make groups of their own where they do not.
 */
function partition(
  considered: readonly Considered[],
  wanted: Wanted | undefined,
  aliases: (id: string) => readonly string[],
): readonly (readonly Considered[])[] {
  const groups = aliasClasses(considered.filter(isAffected), aliases);
  if (wanted === undefined) return groups;
  const others = considered.filter((one) => !isAffected(one) && wanted(one));
  const owner = new Map<string, Considered[]>();
  for (const group of groups)
    for (const id of group.flatMap((one) => idsOf(one))) if (!owner.has(id)) owner.set(id, group);
  const alone: Considered[] = [];
  for (const other of others) {
    // By its CVE where it has one: another id that it shares with a group of another CVE does not make it that.
    const ids = [...new Set([...idsOf(other), ...aliases(other.statement.id)])];
    const cves = ids.filter((id) => id.startsWith('CVE-'));
    const group = (cves.length > 0 ? cves : ids).map((id) => owner.get(id)).find((known) => known !== undefined);
    if (group === undefined) alone.push(other);
    else group.push(other);
  }
  return [...groups.filter((group) => group.some(wanted)), ...aliasClasses(alone, aliases)];
}

const idsOf = ({ statement }: Considered): readonly string[] => [statement.id, ...statement.aliases];

function shared(group: readonly Considered[], record: (id: string) => Vulnerability | undefined): Shared {
  const decisive = group.some(isAffected) ? group.filter(isAffected) : group;
  const ids = new Set(decisive.flatMap(idsOf));
  const id = preferredId(ids);
  const records = recordsOf(ids, record);
  const statements = group.map(({ statement }) => statement);
  const validity = validityOf(records, statements);
  return {
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    considered: group,
    statements,
    records,
    ratings: records.flatMap(({ ratings }) => ratings),
    ...(validity === undefined ? {} : { validity }),
  };
}

/** Whether the id still stands: as its records say, or withdrawn when all statements on it are. */
export function validityOf(
  records: readonly Vulnerability[],
  statements: readonly Statement[],
): Candidate['validity'] | undefined {
  const stated = records.map(({ state }) => state).find((state) => state !== undefined);
  if (stated !== undefined) return stated;
  return statements.length > 0 && statements.every(({ withdrawn }) => withdrawn !== undefined)
    ? 'withdrawn'
    : undefined;
}
