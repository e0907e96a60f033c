import { distinctRatings } from '../advisories/ratings/index.ts';
import { orDefect } from '../errors.ts';
import type { CandidateSource } from '../matching/candidates.ts';
import type { Candidate, Considered, Inventory, OperatingSystem, Package, Rating, Statement } from '../model.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { concerns, described } from './candidate.ts';
import { plainVersion } from './package-names.ts';
import { systemSaid } from './report-facts.ts';
import { reportedCandidates } from './reported.ts';

/** Everything that any scanner could report: more than any one of them looks at. */
export interface Universe {
  readonly os?: OperatingSystem;
  readonly candidates: readonly Candidate[];
  /** The distribution's words for an id, besides those of the package: of its release, or of all releases. */
  words(candidate: Candidate, scope: 'release' | 'all-releases'): readonly Rating[];
  /** All that the record of a statement says of its package: of other branches too, that have nothing to do with the installed version. */
  record(statement: Statement): readonly Statement[];
  /** Whether the database has a record of this id, whatever the packages that it is about. */
  holds(id: string): boolean;
  /** When an id became known that the database, as of an earlier day, does not know. */
  readonly knownSince: CandidateSource['knownSince'];
  /** Whether the database says that an id was rejected. */
  isRejected(id: string): boolean;
  /** A database says which ids are one. */
  readonly joins: boolean;
  /** True when files of the image prove the packages. */
  readonly proven: boolean;
  /** Packages that could not be looked up for a defect of this program, in sentences. */
  readonly defects: readonly string[];
  /** diffIDs and digests of the image's layers, where it is there. */
  readonly layers?: ReadonlySet<string>;
}

/** What a universe is made of; the more there is, the more is explained. */
interface Ingredients {
  readonly inventory?: Pick<Inventory, 'packages' | 'os'>;
  readonly source?: CandidateSource;
  readonly reports?: readonly ScannerReport[];
  readonly layers?: readonly { readonly diffID: string; readonly digest?: string }[];
  /** Only what these statements are about, but then also what the database says of packages that it does not affect. */
  readonly about?: (considered: Considered) => boolean;
}

/** Collects every candidate: from packages and advisories, and from what reports say beyond them. */
export function buildUniverse({ inventory, source, reports = [], layers, about }: Ingredients): Universe {
  const os = inventory?.os ?? systemOf(reports);
  const defects: string[] = [];
  const known = (source === undefined ? [] : (inventory?.packages ?? [])).flatMap((installed) =>
    orDefect(
      () => (source === undefined ? [] : candidatesOf(installed, source, about)),
      (defect) => {
        defects.push(`${installed.name} ${installed.version} could not be judged: ${defect}`);
        return [];
      },
    ),
  );
  const reported = reportedCandidates(reports, inventory, source, os);
  const seen = new Set(known.map(identity));
  const candidates = [...known.map(described), ...reported.filter((candidate) => !seen.has(identity(candidate)))];
  return {
    ...(os !== undefined && { os }),
    candidates,
    words: wordsOf(candidates, source),
    holds: answered(
      (id) =>
        source
          ?.everywhere(id)
          .some(({ id: own, source: by, aliases }) => own === id || (by === 'ghsa' && aliases.includes(id))) ?? false,
    ),
    knownSince: (id, about) => source?.knownSince(id, about),
    isRejected: answered((id) => source?.records(new Set([id])).some(({ state }) => state === 'rejected') ?? false),
    joins: source !== undefined,
    record: (statement) =>
      (source?.everywhere(statement.id) ?? []).filter(
        (other) =>
          other.id === statement.id && other.package === statement.package && other.namespace === statement.namespace,
      ),
    proven: inventory !== undefined,
    defects,
    ...(layers !== undefined && {
      layers: new Set(layers.flatMap(({ diffID, digest }) => [diffID, digest ?? diffID])),
    }),
  };
}

/** The candidates of a package under any reading of a scanner; of named vulnerabilities also those that do not concern it. */
function candidatesOf(installed: Package, source: CandidateSource, named: Ingredients['about']): readonly Candidate[] {
  const concerning = (): readonly Candidate[] =>
    source.of(installed, (considered) => concerns(considered, installed)).candidates;
  if (named === undefined) return concerning();
  const all = source.of(installed, named).candidates;
  if (all.length === 0) return [];
  // What concerns it makes the same candidates whatever else is looked at; what does not is shown beside it.
  const kept = concerning().filter(({ considered }) => considered.some(named));
  const taken = new Set(kept.flatMap(({ considered }) => considered));
  const more = all.map((candidate) => ({
    candidate,
    others: candidate.considered.filter((considered) => !taken.has(considered)),
    host: kept.find(({ considered }) => considered.some((entry) => candidate.considered.includes(entry))),
  }));
  return [
    ...kept.map((candidate) => ({
      ...candidate,
      considered: [...candidate.considered, ...more.flatMap(({ host, others }) => (host === candidate ? others : []))],
    })),
    ...more.filter(({ host }) => host === undefined).map(({ candidate }) => candidate),
  ];
}

/** A question about ids that is asked once of each. */
function answered(ask: (id: string) => boolean): (id: string) => boolean {
  const known = new Map<string, boolean>();
  return (id) => {
    const answer = known.get(id) ?? ask(id);
    known.set(id, answer);
    return answer;
  };
}

const identity = (candidate: Candidate): string =>
  `${candidate.id} ${candidate.package.type} ${candidate.package.name.toLowerCase()} ${plainVersion(candidate.package.version)}`;

/** Statements on one vulnerability that are looked through for the worst word; Debian's kernel has a few dozen. */
const WORDS = 2_000;

function wordsOf(candidates: readonly Candidate[], source: CandidateSource | undefined): Universe['words'] {
  const byId = new Map<string, Set<Statement>>();
  for (const { id, statements } of candidates) {
    const together = byId.get(id) ?? new Set<Statement>();
    byId.set(id, together);
    // What a report made up a statement from differs from row to row in words only: one of each is enough.
    for (const statement of statements) if (together.size < WORDS) together.add(statement);
  }
  const known = new Map<string, readonly Rating[]>();
  return (candidate, scope) => {
    const namespace = candidate.package.namespace ?? candidate.statements[0]?.namespace ?? '';
    const family = namespace.split(':', 1)[0]!;
    const inScope = (statement: Statement): boolean =>
      scope === 'release' ? statement.namespace === namespace : statement.namespace.split(':', 1)[0] === family;
    const key = [candidate.id, scope, namespace].join('\n');
    const words =
      known.get(key) ??
      distinctRatings(
        [...(byId.get(candidate.id) ?? []), ...(source?.everywhere(candidate.id) ?? [])]
          .filter(inScope)
          .flatMap(vendorWords),
      );
    known.set(key, words);
    return words;
  };
}

/** A distribution's own words in a statement; `unimportant` is a state and an urgency at once. */
export function vendorWords(statement: Statement): readonly Rating[] {
  const words = statement.ratings.filter(
    (rating) => rating.method === 'urgency' || rating.method === 'priority' || rating.method === 'text',
  );
  if (statement.state === 'unimportant' && !words.some((rating) => rating.original === 'unimportant')) {
    return [...words, { source: statement.source, severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }];
  }
  return words;
}

/** `debian:12` of the first report that says it. */
function systemOf(reports: readonly ScannerReport[]): OperatingSystem | undefined {
  return systemSaid(reports.map((report) => report.subject.os).find((os) => os !== undefined && os !== ''));
}
