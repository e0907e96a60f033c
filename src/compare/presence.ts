import { isSystemType } from '../ecosystems/index.ts';
import { BY_FIX_STATE } from '../scanners/scanner.ts';
import { byArchiveName } from './absence-by-archive.ts';
import { byRows, bySettings } from './absence-by-filter.ts';
import { byFormat } from './absence-by-format.ts';
import { byLastFix } from './absence-by-last-fix.ts';
import { byLayer } from './absence-by-layer.ts';
import { byOtherName } from './absence-by-name.ts';
import { byRule } from './absence-by-rule.ts';
import { byLeastGo, byOurJudgement, OURS } from './absence-by-us.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { CauseEvidence, CauseFound, Difference } from './comparison.ts';
import { isGuess } from './guesses.ts';
import { systemsDiffer } from './identity.ts';
import { packageMatches } from './lens-tests.ts';
import { idAlone } from './report-facts.ts';
import type { Side } from './side.ts';
import { sameScanner } from './two-formats.ts';

/**
 * Why a side does not have a row that the other has: what the reports state, else that its rules look at no such packages, else its
 * date, else what its rules say of the record and nothing in its report contradicts, else a filter that its rows give away. Unexplained is an answer.
 */
export function absence(question: AbsenceQuestion): CauseFound {
  for (const ask of question.formats?.oneRun ? OF_ONE_RUN : QUESTIONS) {
    const cause = ask(question);
    if (cause !== undefined) return cause;
  }
  return unexplained(question);
}

type Ask = (question: AbsenceQuestion) => CauseFound | undefined;

/** It lists it as held back, with its reason. */
function heldBack({ row, lacks, universe }: AbsenceQuestion): CauseFound | undefined {
  const reason = lacks.heldBack(row);
  if (reason === undefined) return undefined;
  const verdict = lacks.verdict(row);
  const hidden =
    verdict === undefined
      ? undefined
      : lacks.lens?.hides.find((rule) => packageMatches(rule.when, verdict.candidate.package, universe.os));
  const evidence: CauseEvidence[] = [{ kind: 'report', text: `${lacks.name} lists ${row.id} as held back: ${reason}` }];
  if (hidden !== undefined)
    return {
      code: hidden.code,
      proof: 'stated',
      says: hidden.says,
      evidence: [...evidence, { kind: 'rule', text: hidden.says, cite: hidden.cite }],
    };
  if (reason === BY_FIX_STATE) {
    const asked = { fixed: 'only what has a fix', 'not-fixed': 'only what has none' };
    const only = lacks.report.settings?.only;
    const told = only === undefined ? 'nothing with its fix state' : asked[only];
    return { code: 'filter.default', proof: 'stated', says: `${lacks.name} was told to report ${told}`, evidence };
  }
  return { code: 'suppression.vex', proof: 'stated', says: `${lacks.name} holds it back: ${reason}`, evidence };
}

function otherImage({ row, lacks, otherImage: other }: AbsenceQuestion): CauseFound | undefined {
  if (!other || lacks.facts.versions(row.package).has(row.version)) return undefined;
  return {
    code: 'subject.identity',
    proof: 'stated',
    says: `${lacks.name} is about another image, and names no ${row.package} ${row.version}`,
    evidence: [],
  };
}

/** The scan did not come to its end, by its own word. */
function byStatus({ lacks }: AbsenceQuestion): CauseFound | undefined {
  const partial = lacks.report.notes.find((note) => note.code === 'partial');
  if (partial === undefined) return undefined;
  // A system that was not supported leaves no row of it.
  if (/UNSUPPORTED/.test(partial.message) && lacks.report.rows > 0) return undefined;
  return {
    code: /UNSUPPORTED/.test(partial.message) ? 'os.identification' : 'limits',
    proof: 'stated',
    says: `${lacks.name} is incomplete: ${partial.message}`,
    evidence: [{ kind: 'report', text: partial.message }],
  };
}

/** They took the image for different systems: each asked other feeds. */
function bySystem(question: AbsenceQuestion): CauseFound | undefined {
  const { row, has, lacks, universe } = question;
  const type = row.type ?? has.verdict(row)?.candidate.package.type;
  if (!isSystemType(type)) return undefined;
  const [mine, theirs] = [lacks.report.subject.os, has.report.subject.os];
  const is = universe.os === undefined ? undefined : `${universe.os.id}:${universe.os.versionId ?? ''}`;
  const evidence = (text: string): readonly CauseEvidence[] => [{ kind: 'report', text }];
  if (systemsDiffer(mine, theirs))
    return {
      code: 'os.identification',
      proof: 'stated',
      says: `${lacks.name} took the system for ${mine}, ${has.name} for ${theirs}`,
      evidence: evidence(`${lacks.name}: ${mine}`),
    };
  if (universe.proven && systemsDiffer(mine, is))
    return {
      code: 'os.identification',
      proof: 'stated',
      says: `${lacks.name} took the system for ${mine}, it is ${is}`,
      evidence: evidence(`${lacks.name}: ${mine}`),
    };
  return undefined;
}

/** The other guessed the product by its CPE; this one matches packages only. */
function byMatch(question: AbsenceQuestion): CauseFound | undefined {
  const { row, lacks } = question;
  const guessed = rows(question);
  if (guessed.length === 0 || !guessed.every(isGuess)) return undefined;
  const type = row.type ?? '';
  const told = lacks.report.settings?.cpeMatching?.get(type);
  if (lacks.lens?.name.startsWith('grype') ? told !== false : lacks.facts.row('cpe', isGuess) !== undefined)
    return undefined;
  // Our scan asks a distribution alone of its packages; of others it asks NVD too.
  const isOurs = lacks.report.scanner === OURS && isSystemType(type);
  if (lacks.lens === undefined && told === undefined && !isOurs) return undefined;
  if (lacks.verdict(row)?.dropped?.code.startsWith('inventory.')) return undefined;
  const [first] = guessed;
  return {
    code: 'match.method',
    proof: 'stated',
    says: `Found by the product's CPE in NVD; ${lacks.name} matches packages with advisories`,
    evidence: [{ kind: 'report', text: `${first!.package}: ${first!.match ?? ''} ${first!.feed ?? ''}`.trim() }],
  };
}

/** Its rules leave out all packages of this kind, whatever becomes known of them: newer data would change nothing. */
function byKind(question: AbsenceQuestion): CauseFound | undefined {
  const { dropped } = question.lacks.verdict(question.row) ?? {};
  return dropped?.effect === 'dropped' && dropped.packages !== undefined ? byRule(question) : undefined;
}

/** It became known after its data was gathered. The first to publish counts: a report can hold no more than that. */
function byDate(question: AbsenceQuestion): CauseFound | undefined {
  const { row, has, lacks } = question;
  const day = lacks.facts.day;
  if (day === undefined) return undefined;
  const candidates = [lacks.verdict(row)?.candidate, has.verdict(row)?.candidate].filter(
    (candidate) => candidate !== undefined,
  );
  const records = candidates.flatMap(({ records: all, statements }) => [...all, ...statements]);
  const known = records.map((record) => record.published).filter((date) => date !== undefined);
  const told = rows(question)
    .map(({ published }) => published)
    .filter((date) => date !== undefined);
  const first = [...known, ...told].map((date) => date.slice(0, 10)).sort()[0];
  if (first === undefined || first <= day) return undefined;
  // It has the same id in another package: its data is not too old to know it.
  if (lacks.facts.typesOf([row.id, ...candidates.flatMap(({ id, aliases }) => [id, ...aliases])]).size > 0)
    return undefined;
  return {
    code: 'feed.age',
    proof: told.length > 0 ? 'stated' : 'replayed',
    says: `Published on ${first}, after ${lacks.name}'s database of ${day}`,
    evidence: [{ kind: told.length > 0 ? 'report' : 'record', text: `${row.id} published ${first}` }],
  };
}

/** The question is of an earlier day: our own scan knows what was known by then. A replay judges what any report names. */
function afterTheDay({ row, lacks, universe }: AbsenceQuestion): CauseFound | undefined {
  const since = universe.knownSince(row.id, row.package);
  if (since === undefined) return undefined;
  // Of a report of ours its data tells for which day it was asked.
  if (lacks.report.scanner !== OURS || (lacks.facts.dataDay ?? '') > since.asked) return undefined;
  const when = since.day === undefined ? 'Published' : `Published on ${since.day},`;
  return {
    code: 'feed.age',
    proof: 'inferred',
    says: `${when} after ${since.asked}, the day that is asked about`,
    evidence: [{ kind: 'record', text: `${row.id} published ${since.day ?? `after ${since.asked}`}` }],
  };
}

const QUESTIONS: readonly Ask[] = [
  heldBack,
  otherImage,
  byStatus,
  bySettings,
  byLayer,
  bySystem,
  byMatch,
  byKind,
  byDate,
  afterTheDay,
  byOtherName,
  byRule,
  byOurJudgement,
  byLeastGo,
  byLastFix,
  byArchiveName,
  byRows,
  byFormat,
];

/** One run has one image, one database and one set of rules: what may part its two reports is what each was cut to. */
const OF_ONE_RUN: readonly Ask[] = [heldBack, otherImage, byStatus, bySettings, byRows, byFormat];

/** What is not known of a report is the same for many rows: one cause for all with the same words. */
const told = new WeakMap<Side, Map<string, CauseFound>>();

/** What is said of ids that may be one and the same. */
const NOT_JOINED = 'Unknown: ids not joined';

/** Whether a difference is left open because no report says which ids are one. */
export const idsNotJoined = ({ causes }: Pick<Difference, 'causes'>): boolean =>
  causes.some(({ proof, says }) => proof === 'none' && says.startsWith(NOT_JOINED));

/** One names it by its CVE and the other by a record of its own, and nothing here says which record is which CVE. */
function otherIds(question: AbsenceQuestion): string | undefined {
  const { row, has, lacks, universe } = question;
  if (universe.joins) return undefined;
  const kinds = new Set(rows(question).map(idAlone));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1) return undefined;
  const other = kind === 'CVE' ? 'record' : 'CVE';
  if (!lacks.facts.idsAlone(row.package, row.version).has(other)) return undefined;
  const words = { CVE: 'CVE ids', record: 'ids of other databases' };
  return `${NOT_JOINED}: ${has.name} names vulnerabilities of ${row.package} by ${words[kind]}, ${lacks.name} by ${words[other]}`;
}

/** It has no row on any package of the distribution, where the other has several. */
function silentOnSystem({ row, has, lacks }: AbsenceQuestion): boolean {
  return isSystemType(row.type) && rowsOfSystem(lacks) === 0 && rowsOfSystem(has) >= SEVERAL;
}

/** Counted once for each report: it is asked of many rows. */
function rowsOfSystem({ report }: Side): number {
  const known = ofSystem.get(report) ?? report.findings.filter(({ type }) => isSystemType(type)).length;
  ofSystem.set(report, known);
  return known;
}
const ofSystem = new WeakMap<Side['report'], number>();

/** Rows of packages of a distribution before it is remarkable that the other report has none. */
const SEVERAL = 5;

function unexplained(question: AbsenceQuestion): CauseFound {
  const { row, lacks } = question;
  const { name, lens } = lacks;
  const verdict = lacks.verdict(row);
  const says =
    otherIds(question) ??
    (sameScanner(question.has, lacks)
      ? `${name} is the same scanner's, and does not say what it was told to leave out`
      : lens === undefined
        ? `No rules of ${name} are known here`
        : verdict === undefined
          ? `Nothing is known of this package and vulnerability besides the report`
          : verdict.dropped !== undefined
            ? `A rule known here would leave it out (${verdict.dropped.says}), and what the reports say does not bear that out`
            : silentOnSystem(question)
              ? `${name} reports nothing at all on packages of the distribution: its database may hold nothing on it, which the report does not say`
              : `By the rules of ${lens.title} known here ${name} would report it`);
  const trace = verdict?.trace ?? [];
  const all = told.get(lacks) ?? new Map<string, CauseFound>();
  told.set(lacks, all);
  const key = [says, ...trace.map((step) => step.says)].join('\n');
  const known = all.get(key) ?? {
    code: 'unexplained',
    proof: 'none',
    says,
    evidence: trace.map((step) => ({ kind: 'rule' as const, text: step.says, cite: step.cite })),
  };
  if (all.size < SHARED) all.set(key, known);
  return known;
}

/** Different words for what is not known that are kept. */
const SHARED = 1_000;
