import { chooseRating, type Scheme } from '../advisories/ratings/index.ts';
import { type AdvisoryStore, aliasesIn, recordsOf } from '../advisories/store/index.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import {
  type Finding,
  type FixState,
  type Package,
  type Rating,
  SEVERITIES,
  type StatementState,
  type Vulnerability,
} from '../model.ts';
import { aliasClasses, preferredId } from './classes.ts';
import { isComparable, type NoInterest, noInterest } from './interest.ts';
import { type Hit, judge } from './judge.ts';
import { type Retrieved, retrieve } from './retrieve.ts';

/** What matching found, and what it could not or need not look at. */
export interface Matched {
  readonly findings: readonly Finding[];
  /** Packages that were not compared with advisories, by why. */
  readonly passed: ReadonlyMap<NoInterest, readonly Package[]>;
  /** Statements that say "not yet determined": no findings, but worth a word. */
  readonly undetermined: number;
}

/** Matches every package with the advisories: interest, retrieval, judgement, then one finding for each vulnerability of each package. */
export function match(packages: readonly Package[], store: AdvisoryStore, scheme?: Scheme): Matched {
  const findings: Finding[] = [];
  const passed = new Map<NoInterest, Package[]>();
  const answers = new Map<string, readonly Omit<Finding, 'package'>[]>();
  const records = remembered((id) => store.vulnerability(id));
  let undetermined = 0;
  for (const candidate of packages) {
    const reason = noInterest(candidate, store) ?? (isComparable(candidate) ? undefined : 'unknown-version');
    if (reason) {
      const others = passed.get(reason);
      if (others) others.push(candidate);
      else passed.set(reason, [candidate]);
      if (reason !== 'unknown-version') continue;
    }
    // The binaries of one source share its answer.
    const source = candidate.source ?? candidate;
    const isBySource = ecosystemNamed(candidate.ecosystem ?? '')?.unit === undefined;
    const identity = [
      candidate.properties?.depends,
      candidate.properties?.dists,
      candidate.certainty,
      isBySource ? undefined : `${candidate.name} ${candidate.version}`,
    ];
    const key = [candidate.type, candidate.ecosystem, source.name, source.version, ...identity].join('\0');
    let answer = answers.get(key);
    if (!answer) {
      const retrieved = retrieve(candidate, store);
      undetermined += retrieved
        .flatMap(({ advisories }) => advisories)
        .filter(({ state }) => state === 'undetermined').length;
      const hits = retrieved.flatMap(({ advisories, version, ecosystem, searched }) =>
        advisories.flatMap((advisory) => {
          const hit = judge(advisory, version, ecosystem);
          return hit ? [{ ...hit, ecosystem, searched }] : [];
        }),
      );
      const classes = aliasClasses(hits, (id) => aliasesIn(store, id));
      answer = classes.map((one) => findingOf(one, records, scheme));
      answers.set(key, answer);
    }
    for (const finding of answer) findings.push({ ...finding, package: candidate });
  }
  return { findings: findings.sort(byImportance), passed, undetermined };
}

/** A hit with the question that led to it. */
type FoundHit = Hit & { readonly ecosystem: Ecosystem; readonly searched: Retrieved['searched'] };

type Records = (id: string) => Vulnerability | undefined;

/** Asks once for each id: the findings of many packages share it. */
function remembered(ask: Records): Records {
  const known = new Map<string, Vulnerability | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, ask(id));
    return known.get(id);
  };
}

/** A finding but for the installed package: the binaries of one source share it. */
function findingOf(hits: readonly FoundHit[], recordOf: Records, scheme: Scheme | undefined): Omit<Finding, 'package'> {
  const ids = new Set(hits.flatMap(({ advisory }) => [advisory.id, ...advisory.aliases]));
  const id = preferredId(ids);
  const records = recordsOf(ids, recordOf);
  const ratings = distinct([
    ...hits.flatMap(({ advisory }) => advisory.ratings),
    ...records.flatMap((record) => record.ratings),
  ]);
  const sources = [...new Set(hits.map(({ advisory }) => advisory.source))];
  const publisher = hits.find(({ ecosystem }) => ecosystem.purlNamespace)?.ecosystem.purlNamespace;
  const rating = chooseRating(ratings, scheme, { ...(publisher ? { publisher } : {}), sources });
  const main = mainHit(hits, id);
  const severity = rating?.severity ?? 'UNKNOWN';
  const severitySource = rating?.source ?? 'none';
  return {
    id,
    aliases: [...ids].filter((each) => each !== id).sort(),
    severity,
    severitySource,
    ratings,
    state: main.advisory.state,
    fix: fixOf(hits),
    ...described(main, records),
    advisories: hits.map(({ advisory }) => ({
      id: advisory.id,
      source: advisory.source,
      state: advisory.state,
      ...(advisory.url === undefined ? {} : { url: advisory.url }),
      ...(advisory.bulletin === undefined ? {} : { bulletin: advisory.bulletin }),
    })),
    reasons: [
      ...new Set(hits.map(({ searched }) => searched)),
      ...hits.flatMap(({ advisory, compared }) => [
        {
          step: 'hit' as const,
          advisory: advisory.id,
          source: advisory.source,
          ...(advisory.url === undefined ? {} : { url: advisory.url }),
        },
        compared,
        {
          step: 'state' as const,
          state: advisory.state,
          source: advisory.source,
          ...(advisory.note === undefined ? {} : { note: advisory.note }),
        },
      ]),
      { step: 'rated', severity, source: severitySource, method: rating?.method ?? 'none' },
    ],
  };
}

/** The statement that speaks for the finding: the one with its id, else the first. */
function mainHit(hits: readonly Hit[], id: string): Hit {
  return hits.find(({ advisory }) => advisory.id === id) ?? (hits[0] as Hit);
}

function described(main: Hit, records: readonly Vulnerability[]): Partial<Finding> {
  const { advisory } = main;
  const pick = <Key extends keyof Vulnerability>(key: Key): Vulnerability[Key] | undefined =>
    records.find((record) => record[key] !== undefined)?.[key];
  const all = <Value>(values: readonly (readonly Value[] | undefined)[]): Value[] => [
    ...new Set(values.flatMap((value) => value ?? [])),
  ];
  const facts = {
    title: advisory.title ?? pick('title'),
    description: pick('description'),
    url: advisory.url,
    published: pick('published') ?? advisory.published,
    modified: pick('modified') ?? advisory.modified,
    exploited: pick('exploited'),
    epss: pick('epss'),
  };
  const cwes = all(records.map((record) => record.cwes));
  const references = all(records.map((record) => record.references));
  return {
    ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
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
 * Where publishers name different fixed versions, the highest clears them all. Without any, the publisher's state says what to expect.
 */
function fixOf(hits: readonly FoundHit[]): Finding['fix'] {
  const compare = (hits[0] as FoundHit).ecosystem.compare;
  const version = hits
    .flatMap(({ fixed }) => fixed ?? [])
    .sort(compare)
    .at(-1);
  if (version !== undefined) return { state: 'fixed', version };
  const states = hits.flatMap(({ advisory }) => FIX_STATES[advisory.state] ?? []);
  return { state: states[0] ?? 'not-fixed' };
}

function distinct(ratings: readonly Rating[]): Rating[] {
  const seen = new Map<string, Rating>();
  for (const rating of ratings)
    seen.set([rating.source, rating.method, rating.vector, rating.severity, rating.original].join('\0'), rating);
  return [...seen.values()];
}

/** Worst first, then by package and id: the order of every output. */
function byImportance(a: Finding, b: Finding): number {
  const rank = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
  return rank || text(a.package.name, b.package.name) || text(a.package.version, b.package.version) || text(a.id, b.id);
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
