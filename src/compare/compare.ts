import type { AdvisoryStore } from '../advisories/store/index.ts';
import { PlimsollError } from '../errors.ts';
import { type CandidateSource, candidateSource } from '../matching/candidates.ts';
import { type Candidate, type Inventory, SEVERITIES, type Severity, type Subject } from '../model.ts';
import { lensFor, lensNamed } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { VERSION } from '../version.ts';
import { type AlignedRow, align, type Knowledge } from './align.ts';
import { bridge, reduce } from './bridge.ts';
import type {
  CauseFound,
  ComparedCell,
  ComparedReport,
  ComparedRow,
  Comparison,
  Difference,
  SeverityMatrix,
} from './comparison.ts';
import { differencesAt, lackingAt, type Side, severityPair } from './differences.ts';
import { prove } from './evidence.ts';
import { compareSubjects, type Identity } from './identity.ts';
import { plainVersion } from './package-names.ts';
import { absence } from './presence.ts';
import { type Replay, replayUniverse, type Verdict } from './replay.ts';
import { buildUniverse, type Universe } from './universe.ts';

/** What is compared, and what explains it. */
export interface CompareInput {
  readonly reports?: readonly ScannerReport[];
  /** Names of lenses to replay over the inventory (or over what the reports name). */
  readonly lenses?: readonly string[];
  readonly inventory?: Pick<Inventory, 'packages' | 'os'>;
  /** The image the inventory is of. */
  readonly subject?: Subject;
  readonly store?: AdvisoryStore;
  /** Goes on although the reports are not about the same image. */
  readonly anyway?: boolean;
  readonly now?: Date;
}

/**
 * Compares reports and lenses: aligns them, replays each scanner's rules to name the cause of every difference, and
 * reconciles the totals. Throws `usage` when there are fewer than two, or when they are about different images and
 * `anyway` is not set.
 */
export function compare(input: CompareInput): Comparison {
  const { reports = [], inventory } = input;
  const { store } = input;
  const source = store === undefined ? undefined : candidateSource(store);
  const wanted = (input.lenses ?? []).map(lensNamed);
  if (reports.length + wanted.length < 2)
    throw new PlimsollError('usage', 'a comparison needs two reports or lenses at least', {
      hint: 'plimsoll compare trivy.json grype.json, or --lens trivy,ecr-basic IMAGE',
    });
  const names = uniqueNames([...reports.map((report) => report.scanner), ...wanted.map((lens) => `lens:${lens.name}`)]);
  const identity = checkIdentity(input, names);
  const universe = buildUniverse({
    reports,
    ...(input.subject !== undefined && { layers: input.subject.layers }),
    ...(inventory !== undefined && { inventory }),
    ...(source !== undefined && { source }),
  });
  const replays = new Map<string, Replay>();
  const replayOf = (lens: Lens): Replay => {
    const done = replays.get(lens.name) ?? replayUniverse(lens, universe);
    replays.set(lens.name, done);
    return done;
  };
  const all = [...reports, ...wanted.map((lens) => replayOf(lens).report)];
  const lensOf = [
    ...reports.map((report) => lensFor(report.scanner, report.version, report.created ?? report.database?.date)),
    ...wanted,
  ];
  const table = align(
    [...all, { findings: universe.candidates.map(asFinding), suppressed: [] }],
    knowledge(inventory, source),
  );
  // The last column is the universe: it gave its candidates their keys, and is no report.
  const rows = table.rows
    .map((row) => ({ ...row, cells: row.cells.slice(0, all.length) }))
    .filter((row) => row.cells.some((cell) => cell !== undefined));
  const keyed = candidatesByKey(universe.candidates, table.keyOf);
  const sides = all.map((report, index) =>
    sideOf({
      report,
      index,
      name: names[index]!,
      lens: lensOf[index],
      rows,
      keyOf: table.keyOf,
      universe,
      replayOf,
      otherImage: identity.problems.length > 0,
    }),
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const differences: Difference[] = [];
  const bridges: Comparison['bridges'][number][] = [];
  const matrices: SeverityMatrix[] = [];
  for (const [index, a] of sides.entries()) {
    for (const b of sides.slice(index + 1)) {
      const found = rows.flatMap((row) => differencesAt(row, a, b, universe));
      differences.push(...found);
      const code = (kind: Difference['kind']): ((key: string) => CauseFound['code']) => {
        const causes = new Map(found.filter((one) => one.kind === kind).map((one) => [one.key, one.causes[0]!.code]));
        return (key) => causes.get(key) ?? 'unexplained';
      };
      bridges.push(
        ...bridge(a.name, b.name, a.reduction, b.reduction, rows, {
          present: code('present'),
          severity: code('severity'),
          lacking: (key, side) =>
            (side === 'to' ? lackingAt(byKey.get(key)!, a, b) : lackingAt(byKey.get(key)!, b, a)).map(
              (one) => one.code,
            ),
        }),
      );
      matrices.push(matrixOf(rows, a, b));
    }
  }
  const unexplained = [
    ...new Set(
      differences.filter((one) => one.causes.some((cause) => cause.code === 'unexplained')).map((one) => one.key),
    ),
  ];
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    created: (input.now ?? new Date()).toISOString(),
    identity,
    basis: { image: inventory !== undefined, ...(store !== undefined && { database: store.info.built }) },
    reports: sides.map((side) => reportSummary(side, rows)),
    rows: rows.map((row) => comparedRow(row, sides, keyed.get(row.key) ?? [], input)),
    differences,
    bridges,
    matrices,
    unexplained: { count: unexplained.length, keys: unexplained },
  };
}

function checkIdentity({ reports = [], subject, anyway }: CompareInput, names: readonly string[]): Identity {
  const image =
    subject === undefined ? [] : [{ name: 'the image', report: { subject: subjectOf(subject), findings: [] } }];
  const identity = compareSubjects([...image, ...reports.map((report, index) => ({ name: names[index]!, report }))]);
  if (identity.problems.length > 0 && !anyway) {
    throw new PlimsollError('usage', `subject.identity: ${identity.problems.slice(0, 3).join('; ')}`, {
      hint: '--anyway compares them all the same',
    });
  }
  return identity;
}

function subjectOf(subject: Subject): ScannerReport['subject'] {
  return {
    name: subject.name,
    ...(subject.digest !== undefined && { digest: subject.digest }),
    ...(subject.imageId !== undefined && { imageId: subject.imageId }),
    repoDigests: subject.repoDigests ?? [],
    ...(subject.platform !== undefined && { platform: `${subject.platform.os}/${subject.platform.architecture}` }),
    diffIDs: subject.layers.map((layer) => layer.diffID),
  };
}

function uniqueNames(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
}

function knowledge(inventory: CompareInput['inventory'], source: CandidateSource | undefined): Knowledge {
  const sources = new Map<string, { name: string; version: string }>();
  for (const one of inventory?.packages ?? []) {
    if (one.source !== undefined)
      sources.set(`${one.type} ${one.name.toLowerCase()} ${plainVersion(one.version)}`, one.source);
    else
      sources.set(`${one.type} ${one.name.toLowerCase()} ${plainVersion(one.version)}`, {
        name: one.name,
        version: one.version,
      });
  }
  return {
    ...(source !== undefined && { aliases: source.aliases }),
    source(type, name, version) {
      const rest = `${name.toLowerCase()} ${plainVersion(version)}`;
      return type === undefined
        ? ['deb', 'rpm', 'apk'].map((one) => sources.get(`${one} ${rest}`)).find((one) => one !== undefined)
        : sources.get(`${type} ${rest}`);
    },
  };
}

/** A candidate as a finding, so that it gets the key that a report's finding of it gets. */
function asFinding(candidate: Candidate): ForeignFinding {
  const { package: found } = candidate;
  return {
    row: -1,
    id: candidate.id,
    aliases: candidate.aliases,
    package: found.name,
    kind: found.source?.name === found.name && found.evidence.length === 0 ? 'source' : 'binary',
    ...(found.source !== undefined && { source: found.source }),
    version: found.version,
    ...(found.type !== 'unknown' && { type: found.type }),
    severity: 'UNKNOWN',
    ratings: [],
    fix: { state: 'unknown', versions: [] },
    locations: found.evidence.map((one) => one.path),
  };
}

function candidatesByKey(
  candidates: readonly Candidate[],
  keyOf: (finding: ForeignFinding) => string,
): ReadonlyMap<string, readonly Candidate[]> {
  const keyed = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(asFinding(candidate));
    keyed.set(key, [...(keyed.get(key) ?? []), candidate]);
  }
  return keyed;
}

interface SideParts {
  readonly report: ScannerReport;
  readonly index: number;
  readonly name: string;
  readonly lens: Lens | undefined;
  readonly rows: readonly AlignedRow[];
  readonly keyOf: (finding: ForeignFinding) => string;
  readonly universe: Universe;
  readonly replayOf: (lens: Lens) => Replay;
  readonly otherImage: boolean;
}

function sideOf({ report, index, name, lens, rows, keyOf, universe, replayOf, otherImage }: SideParts): Side {
  const reduction = reduce(rows, index);
  const verdicts = lens === undefined ? new Map<string, Verdict>() : verdictsByKey(replayOf(lens).verdicts, keyOf);
  const packages = new Map(
    lens === undefined
      ? []
      : replayOf(lens).verdicts.map((one) => [
          `${keyOf(asFinding(one.candidate))}\n${one.candidate.package.name.toLowerCase()}`,
          one,
        ]),
  );
  const suppressed = new Map(report.suppressed.map((finding) => [keyOf(finding), finding.suppressed ?? 'suppressed']));
  const onlyFixed = report.findings.every((finding) => finding.fix.state === 'fixed');
  const named = new Set(
    report.findings.flatMap((one) => [one.package.toLowerCase(), one.source?.name.toLowerCase() ?? '']),
  );
  const answers = new Map<string, CauseFound>();
  return {
    name,
    index,
    report,
    lens,
    reduction,
    verdict: (key) => verdicts.get(key),
    verdictOf: (key, package_) => packages.get(`${key}\n${package_}`),
    silentOnFixes: report.findings.every((finding) => finding.fix.state === 'unknown'),
    coarse: report.notes.some((note) => note.code === 'coarse'),
    absence(row) {
      const known =
        answers.get(row.key) ??
        absence(
          {
            row,
            report,
            name,
            lens,
            verdict: verdicts.get(row.key),
            universe,
            otherImage,
            onlyFixed,
            packages: named,
            severities: reduction.rows,
          },
          suppressed,
        );
      answers.set(row.key, known);
      return known;
    },
  };
}

/** One decision for each key: shown when any of its packages is, with the worst rating among those. */
function verdictsByKey(
  verdicts: readonly Verdict[],
  keyOf: (finding: ForeignFinding) => string,
): ReadonlyMap<string, Verdict> {
  const best = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const key = keyOf(asFinding(verdict.candidate));
    const other = best.get(key);
    if (other === undefined || better(verdict, other)) best.set(key, verdict);
  }
  return best;
}

function better(one: Verdict, other: Verdict): boolean {
  if (one.shown !== other.shown) return one.shown;
  return SEVERITIES.indexOf(one.rated?.severity ?? 'UNKNOWN') > SEVERITIES.indexOf(other.rated?.severity ?? 'UNKNOWN');
}

function reportSummary(side: Side, rows: readonly AlignedRow[]): ComparedReport {
  const { report, lens, name } = side;
  const real = report.format !== 'lens';
  const count = { agreed: 0, onlyPredicted: 0, onlyReported: 0 };
  for (const row of rows) {
    const predicted = side.verdict(row.key)?.shown ?? false;
    const reported = row.cells[side.index] !== undefined;
    if (predicted && reported) count.agreed += 1;
    else if (predicted) count.onlyPredicted += 1;
    else if (reported) count.onlyReported += 1;
  }
  return {
    name,
    scanner: report.scanner,
    title: report.title,
    format: report.format,
    ...(report.version !== undefined && { version: report.version }),
    where: report.where,
    subject: report.subject,
    ...(report.created !== undefined && { created: report.created }),
    ...(report.database !== undefined && { database: report.database }),
    rows: report.rows,
    severities: side.reduction.rows,
    words: lens?.words ?? SEVERITIES.map((severity) => [severity, severity.toLowerCase()] as const).reverse(),
    keys: side.reduction.keys,
    suppressed: report.suppressed.length,
    ...(lens !== undefined && { lens: lens.name }),
    ...(real && lens !== undefined && { replay: count }),
    notes: report.notes,
  };
}

function comparedRow(
  row: AlignedRow,
  sides: readonly Side[],
  candidates: readonly Candidate[],
  input: CompareInput,
): ComparedRow {
  const cells = sides.flatMap((side): ComparedCell[] => {
    const findings = row.cells[side.index]?.findings;
    return findings === undefined ? [] : [cellOf(findings, side, row.key)];
  });
  const proof = prove(row, candidates, input.inventory, input.store);
  const title = row.cells.flatMap((cell) => cell?.findings ?? []).find((finding) => finding.title !== undefined)?.title;
  return {
    key: row.key,
    id: row.id,
    aliases: row.aliases,
    package: row.package,
    version: row.version,
    ...(row.type !== undefined && { type: row.type }),
    ...(title !== undefined && { title }),
    reportedBy: cells,
    agreement: cells.length === sides.length ? 'all' : cells.length === 1 ? 'one' : 'some',
    evidence: proof.evidence,
    evidenceSays: proof.says,
    severity: proof.severity,
    severitySource: proof.severitySource,
  };
}

function cellOf(findings: readonly ForeignFinding[], side: Side, key: string): ComparedCell {
  const severity: Severity = side.reduction.severity(key)!;
  const worst = findings.find((finding) => finding.severity === severity) ?? findings[0]!;
  const fixed = findings.find((finding) => finding.fix.state === 'fixed') ?? findings[0]!;
  return {
    report: side.name,
    severity,
    ...(worst.severityOriginal !== undefined && { original: worst.severityOriginal }),
    ...(worst.severitySource !== undefined && { severitySource: worst.severitySource }),
    fix: fixed.fix,
    rows: side.reduction.count(key),
    packages: [...new Set(findings.map((finding) => finding.package))],
  };
}

function matrixOf(rows: readonly AlignedRow[], a: Side, b: Side): SeverityMatrix {
  const counts = new Map<string, SeverityMatrix['cells'][number]>();
  for (const row of rows) {
    const [from, to] = severityPair(row, a, b);
    if (from === null && to === null) continue;
    const key = `${from} ${to}`;
    counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return { from: a.name, to: b.name, cells: [...counts.values()] };
}
