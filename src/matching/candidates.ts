import { preferredId } from '../advisories/alias-classes.ts';
import { isCve, replacementOf } from '../advisories/ids.ts';
import { type AdvisoryStore, aliasesIn, recordsOf } from '../advisories/store/index.ts';
import type {
  Candidate,
  Considered,
  Judgement,
  Lookup,
  NoInterest,
  Package,
  Statement,
  Vulnerability,
} from '../model.ts';
import { byStatements } from './by-statements.ts';
import { byVulnerability, idsOf, recordOf } from './by-vulnerability.ts';
import { decisiveOf, withNamesOfTheirOwn } from './candidate-names.ts';
import { isAffected } from './finding.ts';
import { isComparable, noInterest, questionsOf } from './interest.ts';
import { questionKey, retrieve } from './retrieve.ts';
import { unpublished } from './unpublished.ts';

/** Which statements make candidates: a vulnerability is one when any statement on it is wanted. */
type WantedStatement = (considered: Considered) => boolean;

/** Whether a package is judged, before the database is asked for statements. */
interface Interest {
  /** Why our own rules do not judge the package; absent: they do. */
  readonly passed?: NoInterest;
  /** Whether its version is known: ranges of versions can be held against it, and nothing says that there never was such a version. */
  readonly comparable: boolean;
  /** Packages with the same key ask the same questions: what is judged of one is judged of all. */
  readonly key: string;
}

/** What retrieval yields for one package. */
interface Retrieved {
  readonly candidates: readonly Candidate[];
  /** Statements on it that say "not yet determined". */
  readonly undetermined: number;
  /** Statements on it that name no version and are much older than what is installed: nobody can decide them. */
  readonly undecidable: number;
}

/** The one place where the database is asked about packages. */
export interface CandidateSource {
  interest(asked: Package): Interest;
  /**
   * The candidates of a package. Without `wanted`, those that our own rules judge affected: none of a package that they pass over.
   * With it, every vulnerability of which a statement is wanted, also of packages passed over; it then holds all wanted
   * statements, affected or not. What is judged affected is parted into vulnerabilities alike whatever else is wanted.
   */
  of(asked: Package, wanted?: WantedStatement): Retrieved;
  /** The statements by which our own rules judge a package affected, of all vulnerabilities together: what `of` makes candidates of. */
  affected(asked: Package): readonly Considered[];
  /** What is known of these ids whatever the package. */
  records(ids: Iterable<string>): readonly Vulnerability[];
  /** Every publisher's statements on an id or another of the same vulnerability, whatever the package and release. */
  everywhere(id: string): readonly Statement[];
  /** Every other id of the same vulnerability. */
  aliases(id: string): readonly string[];
  /** As `AdvisoryStore.knownSince`, and the day that is asked about. */
  knownSince(id: string, about?: string): { readonly day: string | undefined; readonly asked: string } | undefined;
}

/**
 * Opens a store for questions about packages. What is known of ids, and answers in full, are asked for once.
 * Long because it is one value: each member is a question, and they share what was asked.
 */
export function candidateSource(store: AdvisoryStore): CandidateSource {
  const answers = new Map<string, readonly Considered[]>();
  const known = new Map<string, Vulnerability | undefined>();
  const record = (id: string): Vulnerability | undefined => {
    if (!known.has(id)) known.set(id, store.vulnerability(id));
    return known.get(id);
  };
  const aliases = (id: string): readonly string[] => aliasesIn(store, id);
  const remembered = byStatements<Told>();
  const replacement = (id: string): string | undefined => replacementIn(record, id);
  const hasRecord = (id: string, { namespace, package: name }: Statement): boolean =>
    store
      .statementsById(id)
      .some((other) => other.namespace === namespace && other.package === name && recordOf(other) === undefined);
  const partsOf = parting((affected) => byVulnerability(affected, aliases, { replacement, hasRecord }));
  const considered = (questions: readonly Lookup[]): readonly Considered[] => {
    const key = questionKey(questions);
    const answer = answers.get(key) ?? retrieve(questions, store);
    answers.set(key, answer);
    return answer;
  };
  return {
    records: (ids) => recordsOf(ids, record),
    everywhere: (id) => store.statementsById(id),
    aliases,
    knownSince(id, about) {
      const known = store.moment === undefined ? undefined : store.knownSince?.(id, about);
      return known && { ...known, asked: store.moment!.slice(0, 10) };
    },
    interest(asked) {
      const questions = questionsOf(asked);
      const passed = noInterest(asked, questions, store);
      const comparable = isComparable(questions) && unpublished(asked, store) === undefined;
      return { key: questionKey(questions), comparable, ...(passed === undefined ? {} : { passed }) };
    },
    affected(asked) {
      const questions = questionsOf(asked);
      if (noInterest(asked, questions, store) !== undefined) return [];
      return retrieve(questions, store, (_, judgement) => judgement.affected);
    },
    of(asked, wanted) {
      const questions = questionsOf(asked);
      const passed = noInterest(asked, questions, store);
      if (passed !== undefined && wanted === undefined) return { candidates: [], undetermined: 0, undecidable: 0 };
      const answer = wanted === undefined ? retrieve(questions, store, affectedOrUndetermined) : considered(questions);
      const about = { package: asked, ...(passed === undefined ? {} : { passed }) };
      return {
        candidates: withNamesOfTheirOwn(
          partition(answer, partsOf, wanted, aliases).map((group) => ({
            ...remembered(group, () => together(group, record)),
            considered: group,
            statements: group.map(({ statement }) => statement),
            ...about,
          })),
        ).filter(({ considered }) => wanted === undefined || considered.some(wanted)),
        undetermined: answer.filter(({ statement }) => statement.state === 'undetermined').length,
        undecidable: answer.filter(({ judgement }) => isUndecidable(judgement)).length,
      };
    },
  };
}

const affectedOrUndetermined = (statement: Statement, judgement: Judgement): boolean =>
  judgement.affected || statement.state === 'undetermined' || isUndecidable(judgement);

const isUndecidable = (judgement: Judgement): boolean => !judgement.affected && judgement.because === 'undecidable';

/** Parts what is judged affected: for the hundreds of versions that a plan weighs it falls into the same parts a few times. */
function parting(
  group: (affected: readonly Considered[]) => Considered[][],
): (affected: readonly Considered[]) => readonly Considered[][] {
  const parted = byStatements<readonly (readonly number[])[]>((judgement) => fixedBy(judgement) ?? '');
  return (affected) => {
    if (affected.length < 2) return affected.map((only) => [only]);
    const places = parted(affected, () => {
      const at = new Map(affected.map((item, place) => [item, place]));
      return withoutAnnouncements(group(affected)).map((part) => part.map((item) => at.get(item) as number));
    });
    return places.map((part) => part.map((place) => affected[place] as Considered));
  };
}

/**
 * Parts what was considered by vulnerability. What is judged affected comes first and decides, so that a finding is the same
 * whatever else is asked for; other statements join it where they share an id, and make groups of their own where they do not.
 */
function partition(
  considered: readonly Considered[],
  partsOf: (affected: readonly Considered[]) => readonly Considered[][],
  wanted: WantedStatement | undefined,
  aliases: (id: string) => readonly string[],
): readonly (readonly Considered[])[] {
  const groups = partsOf(considered.filter(isAffected));
  if (wanted === undefined) return groups;
  const others = considered.filter((item) => !isAffected(item) && wanted(item));
  const owner = ownersIn(groups);
  const alone: Considered[] = [];
  for (const other of others) {
    // By its CVE where it has one: another id that it shares with a group of another CVE does not make it that.
    const ids = [...new Set([...idsOf(other), ...aliases(other.statement.id)])];
    const cves = ids.filter((id) => id.startsWith('CVE-'));
    const group = owner.spoken.get(other.statement.id) ?? firstOf(cves.length > 0 ? cves : ids, owner.named);
    if (group === undefined) alone.push(other);
    else group.push(other);
  }
  return [...groups, ...byVulnerability(alone, aliases)];
}

/**
 * Whose an id is, where several groups name it: that which has a statement of this very id comes before those that only call it an alias, so that
 * what a publisher took back lies with what still stands under the same id.
 */
function ownersIn(
  groups: readonly (readonly Considered[])[],
): Readonly<Record<'spoken' | 'named', ReadonlyMap<string, Considered[]>>> {
  const spoken = new Map<string, Considered[]>();
  const named = new Map<string, Considered[]>();
  for (const group of groups as readonly Considered[][])
    for (const { statement } of group) if (!spoken.has(statement.id)) spoken.set(statement.id, group);
  for (const [id, group] of spoken) named.set(id, group);
  for (const group of groups as readonly Considered[][])
    for (const id of group.flatMap(idsOf)) if (!named.has(id)) named.set(id, group);
  return { spoken, named };
}

const firstOf = <Value>(ids: readonly string[], values: ReadonlyMap<string, Value>): Value | undefined =>
  ids.map((id) => values.get(id)).find((known) => known !== undefined);

/**
 * A bulletin that names no CVE is the only word on a flaw, unless its fix is the one that statements on CVEs name: then it
 * announced these, and its list of them was left out on the way here.
 */
function withoutAnnouncements(groups: Considered[][]): Considered[][] {
  if (!groups.some((group) => group.every(isNameless))) return groups;
  const announced = (item: Considered, group: Considered[]): boolean =>
    fixedBy(item.judgement) !== undefined &&
    group.some((other) => !isNameless(other) && fixedBy(other.judgement) === fixedBy(item.judgement));
  return groups.filter((group) => {
    if (!group.every(isNameless)) return true;
    const announcing = groups.find((other) => group.every((item) => announced(item, other)));
    announcing?.push(...group);
    return announcing === undefined;
  });
}

const isNameless = ({ statement: { id, bulletin, aliases } }: Considered): boolean =>
  bulletin === id && !aliases.some((alias) => alias.startsWith('CVE-'));

const fixedBy = (judgement: Judgement): string | undefined => (judgement.affected ? judgement.fixed : undefined);

/** The CVE that this one was given up for, by its record. */
function replacementIn(record: (id: string) => Vulnerability | undefined, id: string): string | undefined {
  const told = record(id);
  return told && replacementOf(told);
}

/** What the statements on one vulnerability make together, whatever the version that they are held against. */
type Told = Omit<Candidate, 'package' | 'passed' | 'considered' | 'statements'>;

function together(group: readonly Considered[], record: (id: string) => Vulnerability | undefined): Told {
  const decisive = decisiveOf(group);
  const ids = new Set(decisive.flatMap(idsOf));
  const records = recordsOf(ids, record);
  const cves = [...ids].filter(isCve);
  const given = cves.length > 1 ? cves.filter((cve) => ids.has(replacementIn(record, cve) ?? '')) : [];
  // By its own CVE: one that it is only said to be the same as is told apart, and may be found here for itself.
  const own = decisive.map(({ statement }) => statement.id).filter((told) => isCve(told) && !given.includes(told));
  const id = preferredId(own.length > 0 ? own : [...ids].filter((other) => !given.includes(other)));
  const validity = validityOf(
    ids,
    records,
    group.map(({ statement }) => statement),
  );
  return {
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    records,
    ratings: records.flatMap(({ ratings }) => ratings),
    ...(validity === undefined ? {} : { validity }),
  };
}

/**
 * Whether the vulnerability of these ids still stands: as its records say, or withdrawn when all statements on it are. A CVE that was
 * rejected for the sake of another one of them takes nothing from that.
 */
export function validityOf(
  ids: ReadonlySet<string>,
  records: readonly Vulnerability[],
  statements: readonly Statement[],
): Candidate['validity'] | undefined {
  const rejected = new Set(records.flatMap(({ id, state }) => (state === 'rejected' ? [id] : [])));
  const stands = [...ids].some((id) => id.startsWith('CVE-') && !rejected.has(id));
  const stated = records
    .map(({ state }) => state)
    .find((state) => state !== undefined && !(stands && state === 'rejected'));
  if (stated !== undefined) return stated;
  return statements.length > 0 && statements.every(({ withdrawn }) => withdrawn !== undefined)
    ? 'withdrawn'
    : undefined;
}
