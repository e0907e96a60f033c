// Long because it is the table of contents of a comparison: each of its parts is made here.
import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed, SYSTEM_TYPES } from '../ecosystems/index.ts';
import { PlimsollError } from '../errors.ts';
import { grouped } from '../formats/grouped.ts';
import { type CandidateSource, candidateSource } from '../matching/candidates.ts';
import { type Candidate, type Inventory, SEVERITIES, type Severity, type Subject } from '../model.ts';
import { lensNamed, lensOf } from '../scanners/index.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { VERSION } from '../version.ts';
import { type AlignedRow, type Alignment, align, type Knowledge } from './align.ts';
import { asFinding, candidatesByKey } from './as-finding.ts';
import { weakest } from './bridge.ts';
import type { ComparedCell, ComparedReport, ComparedRow, Comparison, Difference, Proof } from './comparison.ts';
import { prove } from './evidence.ts';
import { compareSubjects, type Identity } from './identity.ts';
import { LazyRow, type RowParts, wholeRow } from './lazy-row.ts';
import { decide } from './lens-decision.ts';
import { plainVersion } from './package-names.ts';
import { type ComparedSide, comparePair, type Ground, orderOf, type PairResult, tallyOf } from './pair.ts';
import { idsNotJoined } from './presence.ts';
import { type Reduction, reduce } from './reduction.ts';
import { replayUniverse } from './replay.ts';
import { reportedAt } from './reported.ts';
import { systemName } from './side.ts';
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
  /** Whose ratings count for us; default: the publisher of the package first. */
  readonly scheme?: Scheme;
  readonly now?: Date;
}

/** Throws `usage` for fewer reports and lenses than can be held against each other. */
export function checkCount(compared: number): void {
  if (compared < 2)
    throw new PlimsollError('usage', 'a comparison needs two reports or lenses at least', {
      hint: 'plimsoll compare trivy.json grype.json, or one of them with --image IMAGE: our own scan is the other',
    });
}

/**
 * Compares reports and lenses: aligns them, replays each scanner's rules to name the cause of every difference, and
 * reconciles the totals. Throws `usage` when there are fewer than two, or when they are about different images and
 * `anyway` is not set.
 * Long because it lays out a comparison: every line asks the function that makes one part.
 */
export function compare(input: CompareInput): Comparison {
  const { reports = [], inventory } = input;
  const { store } = input;
  const source = store === undefined ? undefined : candidateSource(store);
  const wanted = (input.lenses ?? []).map(lensNamed);
  checkCount(reports.length + wanted.length);
  const names = uniqueNames([...reports.map((report) => report.scanner), ...wanted.map((lens) => `lens:${lens.name}`)]);
  const identity = checkIdentity(input, names);
  const ingredients = {
    ...(input.subject !== undefined && { layers: input.subject.layers }),
    ...(inventory !== undefined && { inventory }),
    ...(source !== undefined && { source }),
  };
  // A replay judges all that is known, so also what any report names; two reports are explained by nothing but themselves.
  const known = buildUniverse(ingredients);
  const all = wanted.length === 0 || reports.length === 0 ? known : buildUniverse({ ...ingredients, reports });
  const replays = new Map(wanted.map((lens) => [lens.name, replayUniverse(lens, all)]));
  const entries = [
    ...reports.map((report, index) => ({
      name: names[index]!,
      report,
      lens: lensOf(report),
    })),
    ...wanted.map((lens, index) => ({
      name: names[reports.length + index]!,
      report: replays.get(lens.name)!.report,
      lens,
    })),
  ];
  const more = knowledge(inventory, source);
  const table = alignAll(entries, known, more);
  const { rows } = table;
  const isLens = ({ report }: ComparedSide): boolean => report.format === 'lens';
  const ground: Ground = {
    universe: (pair) => (pair.some(isLens) ? all : known),
    inventory,
    source,
    knowledge: more,
    reported: reportedAt(inventory, source),
    otherImage: (a, b) => identity.problems.length > 0 && compareSubjects([a, b]).problems.length > 0,
    ...(entries.length === 2 && all === known && { table }),
    decided: new Map(
      [...replays].map(([name, { verdicts }]) => [
        `${name} ${systemName(all.os)}`,
        new WeakMap(verdicts.map((decision) => [decision.candidate, decision])),
      ]),
    ),
    keyOf: table.keyOf,
  };
  const pairs = entries.flatMap((first, index) =>
    entries.slice(index + 1).map((second) => comparePair(first, second, ground)),
  );
  const keyed = candidatesByKey(known.candidates, table.keyOf);
  const differences = pairs.flatMap((pair) => pair.differences);
  const columns = entries.map((entry, index) => ({ ...entry, index, reduction: reduce(rows, index) }));
  const parts: RowParts = {
    cells: (row) =>
      columns.flatMap((column): ComparedCell[] => {
        const findings = row.cells[column.index]?.findings;
        return findings === undefined ? [] : [cellOf(findings, column, row)];
      }),
    agreement: agreementOf,
    title: titleOf,
    proof: (row) => prove(row, keyed.get(row.key) ?? named(row, ground), input),
  };
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    created: (input.now ?? new Date()).toISOString(),
    identity: { ...identity, remarks: [...identity.remarks, ...all.defects, ...idsApart(differences)] },
    basis: { image: inventory !== undefined, ...(store !== undefined && { database: store.info.built }) },
    reports: columns.map((column) => reportSummary(column, rows, keyed, known)),
    // With an image or a database every row is looked up there: once. Without, each is worked out when it is looked at.
    rows: rows.map((row) =>
      source === undefined && inventory === undefined ? new LazyRow(row, parts) : wholeRow(row, parts),
    ),
    differences,
    bridges: pairs.flatMap((pair) => pair.bridges),
    matrices: pairs.map((pair) => pair.matrix),
    ...totals(differences, pairs, ground.table !== undefined),
  };
}

/** What would join the ids that no report joins. */
function idsApart(differences: readonly Difference[]): readonly string[] {
  const places = new Set(differences.filter(idsNotJoined).map(({ key }) => key)).size;
  return places === 0
    ? []
    : [
        `At ${grouped(places)} ${places === 1 ? 'place' : 'places'} ids are not joined: one names CVEs and the other does not, and no report says which are one; an advisory database does (plimsoll db update)`,
      ];
}

/**
 * All in one table, cells in the order of the entries. The names of its rows do not depend on that order: it is laid out
 * by what is in the reports. What is known beside them gives its candidates their keys, and is no report.
 */
function alignAll(entries: readonly ComparedSide[], known: Universe, more: Knowledge): Alignment {
  const order = entries.map((_, index) => index);
  const names = entries.map(orderOf);
  order.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0));
  return align(
    entries.map(({ report }) => report),
    more,
    { known: known.candidates.map(asFinding), order },
  );
}

/** What database and reports know of a row that no package of the image bears. */
function named(row: AlignedRow, { source, reported, inventory }: Ground): readonly Candidate[] {
  const findings = row.cells.flatMap((cell) => cell?.findings ?? []);
  if (source === undefined && inventory === undefined && findings.every(({ validity }) => validity === undefined))
    return [];
  return reported(row.id, findings, inventory?.os);
}

/** Of all pairs: places by their weakest proof, and what is left unexplained, in places and in rows. */
function totals(
  differences: readonly Difference[],
  pairs: readonly PairResult[],
  oneTable: boolean,
): Pick<Comparison, 'tally' | 'tallies' | 'unexplained'> {
  const tallies = pairs.map((pair) => pair.tally);
  const rows = tallies.reduce((sum, tally) => sum + tally.unexplainedRows, 0);
  const open = new Set<string>();
  for (const { key, causes } of differences) if (causes.some(({ proof }) => proof === 'none')) open.add(key);
  return {
    tally: oneTable ? told(tallies[0]!) : tallyOf(proofsByKey(differences).values(), rows),
    tallies,
    unexplained: { count: open.size, rows, keys: [...open] },
  };
}

const told = ({ from: _, to: __, ...tally }: PairResult['tally']): Comparison['tally'] => tally;

function proofsByKey(differences: readonly Difference[]): ReadonlyMap<string, Proof> {
  const proofs = new Map<string, Proof>();
  for (const { key, causes } of differences)
    for (const { proof } of causes) proofs.set(key, weakest(proofs.get(key) ?? 'stated', proof));
  return proofs;
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
  for (const pkg of inventory?.packages ?? []) {
    if (pkg.source !== undefined)
      sources.set(`${pkg.type} ${pkg.name.toLowerCase()} ${plainVersion(pkg.version)}`, pkg.source);
    else
      sources.set(`${pkg.type} ${pkg.name.toLowerCase()} ${plainVersion(pkg.version)}`, {
        name: pkg.name,
        version: pkg.version,
      });
  }
  return {
    ...(source !== undefined && { aliases: source.aliases, isLanguages: languagesBy(source) }),
    source(type, name, version) {
      const rest = `${name.toLowerCase()} ${plainVersion(version)}`;
      return type === undefined
        ? SYSTEM_TYPES.map((type) => sources.get(`${type} ${rest}`)).find((source) => source !== undefined)
        : sources.get(`${type} ${rest}`);
    },
  };
}

/** By the statements on its vulnerability: some name the package in a language, and none in a distribution. */
function languagesBy(source: CandidateSource): (finding: ForeignFinding) => boolean {
  return ({ id, aliases, package: name }) => {
    const same = [id, ...aliases]
      .flatMap((own) => source.everywhere(own))
      .filter((statement) => statement.package.toLowerCase() === name.toLowerCase());
    return same.length > 0 && same.every(({ namespace }) => ecosystemNamed(namespace)?.system === undefined);
  };
}

/** A column of the table of all. */
type Column = ComparedSide & { readonly index: number; readonly reduction: Reduction };

function reportSummary(
  { name, report, lens, index, reduction }: Column,
  rows: readonly AlignedRow[],
  keyed: ReadonlyMap<string, readonly Candidate[]>,
  universe: Universe,
): ComparedReport {
  const real = report.format !== 'lens' && universe.candidates.length > 0;
  const count = { agreed: 0, onlyPredicted: 0, onlyReported: 0 };
  for (const row of real && lens !== undefined ? rows : []) {
    const predicted = (keyed.get(row.key) ?? []).some((candidate) => decide(lens!, candidate, universe).shown);
    const reported = row.cells[index] !== undefined;
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
    severities: reduction.rows,
    words: lens?.words ?? SEVERITIES.map((severity) => [severity, severity.toLowerCase()] as const).reverse(),
    keys: reduction.keys,
    suppressed: report.suppressed.length,
    ...(lens !== undefined && { lens: lens.name }),
    ...(real && lens !== undefined && { replay: count }),
    notes: report.notes,
  };
}

function agreementOf({ cells }: AlignedRow): ComparedRow['agreement'] {
  let count = 0;
  for (const cell of cells) if (cell !== undefined) count += 1;
  return count === cells.length ? 'all' : count === 1 ? 'one' : 'some';
}

function titleOf({ cells }: AlignedRow): string | undefined {
  for (const cell of cells) for (const { title } of cell?.findings ?? []) if (title !== undefined) return title;
  return undefined;
}

function cellOf(findings: readonly ForeignFinding[], { name, reduction }: Column, row: AlignedRow): ComparedCell {
  const severity: Severity = reduction.severity(row)!;
  const worst = findings.find((finding) => finding.severity === severity) ?? findings[0]!;
  const fixed = findings.find((finding) => finding.fix.state === 'fixed') ?? findings[0]!;
  return {
    report: name,
    severity,
    ...(worst.severityOriginal !== undefined && { original: worst.severityOriginal }),
    ...(worst.severitySource !== undefined && { severitySource: worst.severitySource }),
    fix: fixed.fix,
    rows: reduction.count(row),
    packages: [...new Set(findings.map((finding) => finding.package))],
  };
}
