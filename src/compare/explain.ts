import { revisionsOf } from '../advisories/ids.ts';
import { type AdvisoryStore, rangeText } from '../advisories/store/index.ts';
import { withoutUndefined } from '../collections.ts';
import { affectedCodeOf, linkedCodeIn } from '../matching/affected-code.ts';
import { type CandidateSource, candidateSource } from '../matching/candidates.ts';
import { type NamedLibrary, namedLibrariesIn } from '../matching/named-libraries.ts';
import { namedModulesIn } from '../matching/named-modules.ts';
import {
  type AffectedCode,
  type Candidate,
  distance,
  type Exposure,
  type Inventory,
  type NamedModule,
  type Rating,
  type Severity,
  type Statement,
  type Vulnerability,
} from '../model.ts';
import { lenses as allLenses, lensNamed } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { VERSION } from '../version.ts';
import { broughtBy, naming } from './candidate.ts';
import { reportsAbout, type Told } from './explain-reports.ts';
import { judged } from './judged.ts';
import type { LensDecision, TraceStep } from './lens-decision.ts';
import { type OwnJudging, type OwnVerdict, ownVerdict } from './own-verdict.ts';
import { replayUniverse } from './replay.ts';
import { UNNAMED } from './reported.ts';
import { buildUniverse } from './universe.ts';
import { vulnerabilityNames } from './vulnerability-names.ts';

/** So much of a description stands for a title. */
const LONGEST_TITLE = 300;

/** What one lens makes of one vulnerability in one package. */
export interface LensVerdict {
  readonly lens: string;
  readonly title: string;
  /** False: the database holds nothing that its rules could be run over, only a report speaks of it. */
  readonly known: boolean;
  readonly shown: boolean;
  readonly severity: Severity;
  /** The scanner's own word. */
  readonly word: string;
  readonly fix?: string;
  readonly trace: readonly TraceStep[];
}

/** One statement that a scan considers, and what it makes of it. */
export interface ExplainedStatement {
  readonly id: string;
  readonly source: string;
  readonly state: string;
  readonly namespace: string;
  /** The name it is filed under. */
  readonly package: string;
  readonly ranges: string;
  /** Whether it says that the installed version is affected; absent where only a report says it. */
  readonly affected?: boolean;
  /** What was compared, or why it does not apply. */
  readonly judged?: string;
  readonly note?: string;
  readonly url?: string;
}

/** One vulnerability in one package, and who would say what of it. */
export interface ExplainedPackage extends Told {
  /** What the vulnerability goes by in this package. */
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly type: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly files: readonly string[];
  /** How far it is from what the container runs, with the way there; absent where that was not asked. */
  readonly exposure?: Exposure;
  /** The code that the vulnerability is in, where an advisory names it, and whether programs hold it. */
  readonly code?: AffectedCode;
  /** Modules of it that the texts name, and how near each is. */
  readonly named?: readonly NamedModule[];
  /** Libraries that it brings along and that the texts name, each with the way to it. */
  readonly libraries?: readonly NamedLibrary[];
  readonly statements: readonly ExplainedStatement[];
  readonly own: OwnVerdict;
  readonly verdicts: readonly LensVerdict[];
}

/** One vulnerability: what is known of it, where it is in the image, who would report it. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  readonly published?: string;
  readonly validity?: string;
  readonly exploited?: string;
  readonly epss?: number;
  readonly ratings: readonly Rating[];
  /** True when the database (or a report) knows the id at all. */
  readonly known: boolean;
  /** The day whose knowledge was asked for: `2023-05-12`; absent: today's. */
  readonly asOf?: string;
  /** What the database lacks for this question, in sentences; absent: nothing that is known of. */
  readonly missing?: readonly string[];
  readonly packages: readonly ExplainedPackage[];
}

/** What is asked. */
interface ExplainInput extends OwnJudging {
  readonly id: string;
  readonly inventory?: Pick<Inventory, 'packages' | 'os' | 'linked' | 'modules'>;
  readonly store?: AdvisoryStore;
  readonly reports?: readonly ScannerReport[];
  /** Default: all lenses. */
  readonly lenses?: readonly string[];
}

/**
 * Says of one vulnerability which scanners would report it in which packages, and by which rule each decides: first a scan by
 * our own rules, from the very candidates that it judges.
 */
export function explain(input: ExplainInput): Explanation {
  const { inventory, reports } = input;
  const asked = input.id.trim();
  const source = input.store === undefined ? undefined : candidateSource(input.store);
  const records = recordsAbout(asked, source);
  const about = [asked, ...records.flatMap(({ id, aliases }) => [id, ...aliases])];
  const [isNamed, isBrought] = [naming(about), broughtBy(asked)];
  const universe = buildUniverse({
    about: (considered) => isNamed(considered) || isBrought(considered),
    ...(inventory !== undefined && { inventory }),
    ...(source !== undefined && { source }),
    ...(reports !== undefined && { reports }),
  });
  const ids = new Set(about.map((id) => id.toUpperCase()));
  const isCalled = ({ id, aliases }: Candidate): boolean =>
    [id, ...aliases].some((alias) => ids.has(alias.toUpperCase()));
  const candidates = universe.candidates.filter(
    (candidate) => isCalled(candidate) || candidate.considered.some(isBrought),
  );
  const codes = candidates.map(({ considered, package: pkg }) => ({ code: affectedCodeOf(considered), package: pkg }));
  const lookUp = linkedCodeIn(inventory?.linked, codes);
  const modulesOf = namedModulesIn(inventory?.modules);
  const librariesOf = namedLibrariesIn(inventory?.packages ?? []);
  const wanted = input.lenses?.map(lensNamed) ?? [...allLenses.values()];
  const tellers = reportsAbout(reports ?? [], candidates);
  const replays = wanted.map((lens) => ({
    lens,
    verdicts: replayUniverse(lens, { ...universe, candidates }).verdicts,
  }));
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    ...namesOf(asked, about, candidates.filter(isCalled)),
    ...factsOf(records, candidates),
    ratings: records.length > 0 ? records.flatMap(({ ratings }) => ratings) : (candidates[0]?.ratings ?? []),
    known: records.length > 0 || candidates.length > 0,
    packages: candidates
      .map((candidate, index) =>
        explained(
          candidate,
          {
            code: codes[index]?.code && lookUp(codes[index].code, candidate.package),
            named: modulesOf(candidate.records, candidate.package),
            libraries: librariesOf(candidate.records, candidate.package),
          },
          replays.map(({ lens, verdicts }) => ({ lens, verdict: verdicts[index]! })),
          tellers(candidate, universe),
          ownVerdict(candidate, universe.proven, input),
        ),
      )
      .sort((a, b) => matters(a) - matters(b) || farness(a) - farness(b)),
  };
}

/** What is affected stands before what somebody took out of the count, what only others report, and what nobody does. */
function matters({ own, verdicts, reported }: ExplainedPackage): number {
  if (own.finding) return 0;
  if (own.suppressed !== undefined) return 1;
  return (reported ?? []).length > 0 || verdicts.some(({ shown }) => shown) ? 2 : 3;
}

const farness = ({ code, exposure }: ExplainedPackage): number => distance((code?.exposure ?? exposure)?.class);

/** What is known of an id, typed in whatever case: its record has every other name of the vulnerability. Of a bulletin without a revision, the first that is known. */
function recordsAbout(asked: string, source: CandidateSource | undefined): readonly Vulnerability[] {
  for (const id of [asked, asked.toUpperCase(), ...revisionsOf(asked)]) {
    const records = source?.records([id]) ?? [];
    if (records.length > 0) return records;
  }
  return [];
}

function namesOf(
  asked: string,
  about: readonly string[],
  candidates: readonly Candidate[],
): Pick<Explanation, 'id' | 'aliases'> {
  const all = [...about, ...candidates.flatMap(({ id, aliases }) => [id, ...aliases])];
  const known = vulnerabilityNames([{ id: asked, aliases: all }]).of({ id: asked, aliases: [] });
  const id = all.find((name) => name !== asked && name.toUpperCase() === known.toUpperCase()) ?? known;
  return { id, aliases: [...new Set(all)].filter((alias) => alias.toUpperCase() !== id.toUpperCase()).sort() };
}

/** The first words of what has no title, and a sign that more was said. */
function beginning(description: string | undefined): string | undefined {
  if (description === undefined || description.length <= LONGEST_TITLE) return description;
  const whole = description.lastIndexOf(' ', LONGEST_TITLE);
  return `${description.slice(0, whole > 0 ? whole : LONGEST_TITLE)} \u2026`;
}

function factsOf(
  records: readonly Vulnerability[],
  candidates: readonly Candidate[],
): Pick<Explanation, 'title' | 'published' | 'validity' | 'exploited' | 'epss'> {
  const first = <Value>(values: readonly (Value | undefined)[]): Value | undefined =>
    values.find((value) => value !== undefined);
  const facts = {
    title: first([...records, ...candidates].map(({ title }) => title)) ?? beginning(records[0]?.description),
    published: [...records, ...candidates].flatMap(({ published }) => published ?? []).sort()[0],
    validity: first(records.map(({ state }) => state)) ?? candidates[0]?.validity,
    exploited: first(records.map(({ exploited }) => exploited)),
    epss: first(records.map(({ epss }) => epss)),
  };
  return withoutUndefined(facts);
}

function explained(
  candidate: Candidate,
  code: { readonly [Key in 'code' | 'named' | 'libraries']: ExplainedPackage[Key] | undefined },
  verdicts: readonly { readonly lens: Lens; readonly verdict: LensDecision }[],
  reports: Told,
  own: OwnVerdict,
): ExplainedPackage {
  const { package: installed, considered, statements } = candidate;
  return {
    id: candidate.id,
    package: installed.name,
    version: installed.version,
    type: installed.type,
    ...(installed.source !== undefined && { source: installed.source }),
    files: installed.evidence.map(({ path }) => path),
    ...(installed.exposure !== undefined && { exposure: installed.exposure }),
    ...withoutUndefined(code),
    statements:
      considered.length > 0
        ? considered.map((considered) => ({ ...explainedStatement(considered.statement), ...judged(considered) }))
        : statements.filter(({ source }) => source !== UNNAMED).map(explainedStatement),
    ...reports,
    own,
    // Rules over a row of somebody else's report would only repeat it: what that scanner's data holds is not known.
    verdicts: verdicts.map(({ lens, verdict }) => lensVerdict(lens, verdict, considered.length > 0)),
  };
}

function explainedStatement({
  id,
  source,
  state,
  namespace,
  package: name,
  ranges,
  versions,
  note,
  url,
}: Statement): ExplainedStatement {
  const text = rangeText({ ranges, ...(versions && { versions }) });
  return {
    id,
    source,
    state,
    namespace,
    package: name,
    ranges: text === '' || text === 'all' ? 'every version' : text,
    ...(note !== undefined && { note }),
    ...(url !== undefined && { url }),
  };
}

function lensVerdict(lens: Lens, verdict: LensDecision, known: boolean): LensVerdict {
  const severity = verdict.rated?.severity ?? 'UNKNOWN';
  const word = lens.words.find(([rated]) => rated === severity)?.[1] ?? severity.toLowerCase();
  const fix = verdict.fix && (verdict.fix.version ? `fixed in ${verdict.fix.version}` : verdict.fix.state);
  return {
    lens: lens.name,
    title: lens.title,
    known: known || verdict.dropped !== undefined,
    shown: verdict.shown,
    severity,
    word,
    ...(fix !== undefined && { fix }),
    trace: verdict.trace,
  };
}
