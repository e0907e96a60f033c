import { chooseRating, distinctRatings, type Scheme } from '../advisories/ratings/index.ts';
import { withoutUndefined } from '../collections.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type {
  Candidate,
  Considered,
  Finding,
  FixState,
  Judgement,
  Lookup,
  Rating,
  Reason,
  Statement,
  StatementState,
  Vulnerability,
} from '../model.ts';
import { affectedCodeOf } from './affected-code.ts';
import { byStatements } from './by-statements.ts';

/** A statement that says that the installed version is affected. */
type Affected = Considered & { readonly judgement: Extract<Judgement, { readonly affected: true }> };

/** Whether a statement was judged to concern the version. */
export const isAffected = (considered: Considered): considered is Affected => considered.judgement.affected;

/** Third question, answered for a whole candidate: the finding that it is by our own rules. Undefined: it is none. */
export function findingOf(candidate: Candidate, scheme?: Scheme): Finding | undefined {
  if (candidate.passed !== undefined || !candidate.considered.some(isAffected)) return undefined;
  return { ...verdictOf(candidate, scheme), package: candidate.package };
}

/** The finding but for the package, of a candidate with a statement judged affected: packages that ask the same share it. */
export function verdictOf(
  candidate: Omit<Candidate, 'package'>,
  scheme: Scheme | undefined,
  remembered: LastingVerdicts = (_, make) => make(),
): Omit<Finding, 'package'> {
  const affected = candidate.considered.filter(isAffected);
  // The same statements can go by another name in another version, where a statement of that name speaks of it: that is who speaks for it then.
  const { finding, rated } = remembered(
    candidate.considered,
    () => lastingOf(candidate, affected, scheme),
    candidate.id,
  );
  return {
    ...finding,
    id: candidate.id,
    aliases: candidate.aliases,
    fix: fixOf(affected),
    reasons: [
      ...[...new Set(affected.map(({ lookup }) => lookup))].map(searched),
      ...affected.flatMap(reasonsOf),
      rated,
    ],
  };
}

/** What a verdict says whatever the version that was judged. */
interface Lasting {
  /** Its fix is that of the version judged first: it has its place here. */
  readonly finding: Omit<Finding, 'package' | 'reasons'>;
  readonly rated: Reason;
}

/** Remembers that of candidates, for who judges many versions by one scheme. */
export type LastingVerdicts = ReturnType<typeof byStatements<Lasting>>;
export const lastingVerdicts = (): LastingVerdicts => byStatements<Lasting>();

function lastingOf(
  { id, aliases, records }: Omit<Candidate, 'package'>,
  affected: readonly Affected[],
  scheme: Scheme | undefined,
): Lasting {
  const { ratings, rating } = ratingOf({ considered: affected, records }, scheme);
  const main = speaking(affected, id);
  const severity = rating?.severity ?? 'UNKNOWN';
  const severitySource = rating?.source ?? 'none';
  const code = affectedCodeOf(affected);
  const finding = {
    id,
    aliases,
    severity,
    severitySource,
    ratings,
    state: main.state,
    fix: fixOf(affected),
    ...described(main, records),
    ...(code && { code }),
    statements: affected.map(({ statement }) => ({
      id: statement.id,
      source: statement.source,
      state: statement.state,
      ...(statement.url === undefined ? {} : { url: statement.url }),
      ...(statement.bulletin === undefined ? {} : { bulletin: statement.bulletin }),
      ...(statement.fixDate === undefined ? {} : { fixDate: statement.fixDate }),
    })),
  };
  return { finding, rated: { step: 'rated', severity, source: severitySource, method: rating?.method ?? 'none' } };
}

/**
 * Every rating there is of a vulnerability of a package, and the one that counts: by the scheme, which by default hears the
 * package's own publisher first.
 */
export function ratingOf(
  { considered, records }: Pick<Candidate, 'considered' | 'records'>,
  scheme: Scheme | undefined,
): { readonly ratings: readonly Rating[]; readonly rating: Rating | undefined } {
  const ratings = distinctRatings([
    ...considered.flatMap(({ statement }) => statement.ratings),
    ...records.flatMap((record) => record.ratings),
  ]);
  const sources = [...new Set(considered.map(({ statement }) => statement.source))];
  const publisher = considered
    .map(({ lookup }) => ecosystemNamed(lookup.namespace)?.system?.purlNamespace)
    .find((namespace) => namespace !== undefined);
  return { ratings, rating: chooseRating(ratings, scheme, { ...(publisher ? { publisher } : {}), sources }) };
}

const searched = ({ namespace, name, by }: Lookup): Reason => ({ step: 'searched', namespace, name, by });

function reasonsOf({ statement, judgement }: Affected): readonly Reason[] {
  const { id, source, state, url, note } = statement;
  return [
    { step: 'hit', advisory: id, source, ...(url === undefined ? {} : { url }) },
    judgement.compared,
    { step: 'state', state, source, ...(note === undefined ? {} : { note }) },
  ];
}

/** The statement that speaks for the finding: the one with its id, else the first. */
function speaking(affected: readonly Affected[], id: string): Statement {
  return (affected.find(({ statement }) => statement.id === id) ?? (affected[0] as Affected)).statement;
}

function described(main: Statement, records: readonly Vulnerability[]): Partial<Finding> {
  const pick = <Key extends keyof Vulnerability>(key: Key): Vulnerability[Key] | undefined =>
    records.find((record) => record[key] !== undefined)?.[key];
  const all = <Value>(values: readonly (readonly Value[] | undefined)[]): Value[] => [
    ...new Set(values.flatMap((value) => value ?? [])),
  ];
  const facts = {
    title: main.title ?? pick('title'),
    description: pick('description'),
    url: main.url,
    published: pick('published') ?? main.published,
    publishedByNvd: pick('publishedByNvd'),
    modified: pick('modified') ?? main.modified,
    exploited: pick('exploited'),
    epss: pick('epss'),
  };
  const cwes = all(records.map((record) => record.cwes));
  const references = all(records.map((record) => record.references));
  return {
    ...withoutUndefined(facts),
    ...(cwes.length > 0 ? { cwes } : {}),
    ...(references.length > 0 ? { references } : {}),
  };
}

const FIX_STATES: Readonly<Partial<Record<StatementState, FixState>>> = {
  ignored: 'wont-fix',
  'will-not-fix': 'wont-fix',
  'end-of-life': 'wont-fix',
  postponed: 'deferred',
  deferred: 'deferred',
};

/**
 * Where publishers name different fixed versions, the highest clears them all; one that only subscribers get counts where there is no
 * other. Without any, the publisher's state says what to expect.
 */
function fixOf(affected: readonly Affected[]): Finding['fix'] {
  const compare = ecosystemNamed((affected[0] as Affected).lookup.namespace)?.compare;
  const highest = (judgements: readonly Affected['judgement'][]): string | undefined =>
    judgements
      .flatMap(({ fixed }) => fixed ?? [])
      .sort(compare)
      .at(-1);
  const judgements = affected.map(({ judgement }) => judgement);
  const version = highest(judgements.filter((judgement) => judgement.subscription === undefined));
  if (version !== undefined) return { state: 'fixed', version };
  const paid = judgements.find((judgement) => judgement.subscription !== undefined)?.subscription;
  const subscribed = highest(judgements);
  if (paid !== undefined && subscribed !== undefined)
    return { state: 'subscription', version: subscribed, subscription: paid };
  const states = affected.flatMap(({ statement }) => FIX_STATES[statement.state] ?? []);
  return { state: states[0] ?? 'not-fixed' };
}
