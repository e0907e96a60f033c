import { SEVERITIES, type Severity } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import { isOsType } from '../scanners/names.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { CauseEvidence, CauseFound } from './comparison.ts';
import { packageMatches } from './lens-tests.ts';
import type { Verdict } from './replay.ts';
import type { Universe } from './universe.ts';

/** What is known when asking why a report does not have a row. */
export interface AbsenceQuestion {
  readonly row: AlignedRow;
  readonly report: ScannerReport;
  readonly name: string;
  readonly lens: Lens | undefined;
  /** That lens's decision at the row. */
  readonly verdict: Verdict | undefined;
  readonly universe: Universe;
  /** The images are known to differ. */
  readonly otherImage: boolean;
  /** Whether every row of the report has a fix: it was asked for those only. */
  readonly onlyFixed: boolean;
  /** Packages that the report names, and their sources, lower case. */
  readonly packages: ReadonlySet<string>;
  /** Severities of the report's rows. */
  readonly severities: Readonly<Record<Severity, number>>;
}

/** Why a report does not have a row that another has: what it says itself, else what its rules say, else its date and filters. */
export function absence(question: AbsenceQuestion, suppressed: ReadonlyMap<string, string>): CauseFound {
  const { row, name, verdict } = question;
  const reason = suppressed.get(row.key);
  if (reason !== undefined) return heldBack(question, reason);
  if (question.otherImage && !hasPackage(question)) {
    return {
      code: 'subject.identity',
      says: `${name} is about another image, which does not hold ${row.package} ${row.version}`,
      evidence: [],
    };
  }
  const otherWay = byMatch(question) ?? byLayer(question);
  if (otherWay !== undefined) return otherWay;
  if (verdict?.dropped !== undefined && !bothReadingsFail(question)) {
    const { code, says, cite, on } = verdict.dropped;
    return {
      code,
      says,
      evidence: [
        { kind: 'rule', text: `${name}: ${says}`, cite },
        ...(on === undefined ? [] : [{ kind: 'record' as const, text: on }]),
        ...files(verdict),
      ],
    };
  }
  return (
    byStatus(question) ??
    byDate(question) ??
    bySeverity(question) ??
    byFix(question) ??
    bySystem(question) ??
    unexplained(question)
  );
}

function heldBack({ row, name, lens, verdict, universe }: AbsenceQuestion, reason: string): CauseFound {
  const hidden =
    verdict === undefined
      ? undefined
      : lens?.hides.find((rule) => packageMatches(rule.when, verdict.candidate.package, universe.os));
  const evidence: CauseEvidence[] = [{ kind: 'report', text: `${name} lists ${row.id} as held back: ${reason}` }];
  if (hidden !== undefined)
    return {
      code: hidden.code,
      says: hidden.says,
      evidence: [...evidence, { kind: 'rule', text: hidden.says, cite: hidden.cite }],
    };
  return { code: 'suppression.vex', says: `${name} holds it back: ${reason}`, evidence };
}

/** A version that our database calls fixed explains nothing where another scanner with the same rule reports it. */
function bothReadingsFail({ verdict, row }: AbsenceQuestion): boolean {
  return (
    verdict?.dropped?.code === 'match.version-input' &&
    verdict.candidate.reported === true &&
    row.cells.some((cell) => cell !== undefined)
  );
}

function files(verdict: Verdict): readonly CauseEvidence[] {
  return verdict.candidate.package.evidence.slice(0, 3).map((one) => ({ kind: 'file', text: one.path }));
}

function hasPackage({ row, packages }: AbsenceQuestion): boolean {
  return packages.has(row.package);
}

/** Another scanner guessed the product by its CPE; this one matches packages only. */
function byMatch({ row, lens, name, verdict }: AbsenceQuestion): CauseFound | undefined {
  const guessed = row.cells.flatMap((cell) => cell?.findings ?? []);
  if (guessed.length === 0 || !guessed.every((one) => one.match?.includes('cpe') || one.feed?.includes('nvd:cpe')))
    return undefined;
  if (lens?.name.startsWith('grype') || verdict?.dropped?.code.startsWith('inventory.')) return undefined;
  const [first] = guessed;
  return {
    code: 'match.method',
    says: `Found by the product's CPE in NVD; ${name} matches packages with advisories`,
    evidence: [{ kind: 'report', text: `${first!.package}: ${first!.match ?? ''} ${first!.feed ?? ''}`.trim() }],
  };
}

/** It is in a layer of the image, and no longer in its final file system. */
function byLayer({ row, name, universe, verdict }: AbsenceQuestion): CauseFound | undefined {
  if (!universe.proven || universe.layers === undefined || verdict?.candidate.reported !== true) return undefined;
  if (verdict.candidate.package.evidence.some((one) => one.layer >= 0)) return undefined;
  const layer = row.cells
    .flatMap((cell) => cell?.findings ?? [])
    .find((one) => one.layer !== undefined && universe.layers!.has(one.layer))?.layer;
  if (layer === undefined) return undefined;
  return {
    code: 'layer.model',
    says: `${row.package} ${row.version} is in a layer and not in the final file system, which is what ${name} looks at`,
    evidence: [{ kind: 'file', text: layer }],
  };
}

/** The scan did not come to its end, by its own word. */
function byStatus({ report, name }: AbsenceQuestion): CauseFound | undefined {
  const partial = report.notes.find((note) => note.code === 'partial');
  if (partial === undefined) return undefined;
  const code = /UNSUPPORTED/.test(partial.message) ? 'os.identification' : 'limits';
  return {
    code,
    says: `${name} is incomplete: ${partial.message}`,
    evidence: [{ kind: 'report', text: partial.message }],
  };
}

/** It became known after the report's database was built. */
function byDate({ report, name, verdict }: AbsenceQuestion): CauseFound | undefined {
  const published = verdict?.candidate.published;
  const built = report.database?.date ?? report.created;
  if (published === undefined || built === undefined || published.slice(0, 10) <= built.slice(0, 10)) return undefined;
  return {
    code: 'feed.age',
    says: `Published on ${published.slice(0, 10)}, after ${name}'s database of ${built.slice(0, 10)}`,
    evidence: [{ kind: 'record', text: `${verdict!.candidate.id} published ${published.slice(0, 10)}` }],
  };
}

/** The report holds nothing below a severity, and this would be below it: it was made with a severity list. */
function bySeverity({ report, name, verdict, severities, lens }: AbsenceQuestion): CauseFound | undefined {
  const severity = verdict?.rated?.severity;
  if (severity === undefined || report.rows === 0) return undefined;
  const lowest = SEVERITIES.findIndex((one) => severities[one] > 0);
  const listed = report.settings?.severities?.map((word) => word.toUpperCase());
  // A report without unknown rows is common; only one that begins at MEDIUM shows that they were left out.
  const bound = severity === 'UNKNOWN' ? lowest - SEVERITIES.indexOf('LOW') : lowest;
  const outside = listed === undefined ? SEVERITIES.indexOf(severity) < bound : !listed.includes(severity);
  if (!outside) return undefined;
  const says = `${name} would rate it ${severity}, and its report holds no row below ${SEVERITIES[lowest]}: a severity list was set`;
  return {
    code: 'filter.default',
    says,
    evidence: [
      { kind: 'rule', text: verdict!.rated!.says, cite: verdict!.rated!.cite },
      {
        kind: 'report',
        text: `${report.rows} rows, none of them ${severity}${lens === undefined ? '' : ` (${verdict!.rated!.on})`}`,
      },
    ],
  };
}

/** Every row of the report has a fix, and this one has none: it was made with "ignore unfixed". */
function byFix({ report, name, verdict, row, onlyFixed }: AbsenceQuestion): CauseFound | undefined {
  if (report.rows < 3 || !onlyFixed) return undefined;
  const mine = verdict?.fix?.state ?? row.cells.flatMap((cell) => cell?.findings ?? [])[0]?.fix.state;
  if (mine === undefined || mine === 'fixed') return undefined;
  return {
    code: 'filter.default',
    says: `${name} reports only what has a fix, and this has none`,
    evidence: [{ kind: 'report', text: `all ${report.rows} rows of ${name} have a fixed version` }],
  };
}

/** The report saw another system, or none: it asked other feeds. */
function bySystem({ report, name, universe, verdict }: AbsenceQuestion): CauseFound | undefined {
  const saw = report.subject.os?.split(':', 1)[0];
  const is = universe.os?.id;
  if (saw === undefined || is === undefined || saw === is || !isOsType(verdict?.candidate.package.type))
    return undefined;
  return { code: 'os.identification', says: `${name} took the system for ${saw}, it is ${is}`, evidence: [] };
}

function unexplained({ name, lens, verdict }: AbsenceQuestion): CauseFound {
  if (lens === undefined) return { code: 'unexplained', says: `No rules of ${name} are known here`, evidence: [] };
  const says =
    verdict === undefined
      ? `Nothing is known of this package and vulnerability besides the report`
      : `By the rules of ${lens.title} known here ${name} would report it`;
  return {
    code: 'unexplained',
    says,
    evidence:
      verdict === undefined
        ? []
        : [...verdict.trace.map((step) => ({ kind: 'rule' as const, text: step.says, cite: step.cite }))],
  };
}
