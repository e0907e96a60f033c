import type { AdvisoryStore } from '../advisories/store/index.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { candidateSource } from '../matching/candidates.ts';
import type { Candidate, Inventory } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { decide, type LensDecision } from './lens-decision.ts';
import { buildUniverse, type Universe } from './universe.ts';

/** A lens run over everything that is known. */
export interface Replay {
  readonly lens: Lens;
  readonly verdicts: readonly LensDecision[];
  /** The rows it would report, as if a scanner had written them. */
  readonly report: ScannerReport;
}

/**
 * Runs a scanner's rules over an inventory and a database, in the order in which the scanner applies them. The first
 * rule that takes a candidate out is the cause; what remains are the rows the scanner would report.
 */
export function replay(lens: Lens, inventory: Pick<Inventory, 'packages' | 'os'>, store: AdvisoryStore): Replay {
  return replayUniverse(lens, buildUniverse({ inventory, source: candidateSource(store) }));
}

/** The same over a universe that is already there. */
export function replayUniverse(lens: Lens, universe: Universe): Replay {
  const verdicts = universe.candidates.map((candidate) => decide(lens, candidate, universe));
  return { lens, verdicts, report: reportOf(lens, verdicts, universe) };
}

/** The rows: findings that the lens counts as one share a row number. */
function reportOf(lens: Lens, verdicts: readonly LensDecision[], universe: Universe): ScannerReport {
  const rows = new Map<string, number>();
  const findings: ForeignFinding[] = [];
  // A record may name several CVEs: its row is about the one that is judged, and under none that was rejected besides.
  const rejected = new Set(
    verdicts.flatMap(({ candidate }) => (candidate.validity === 'rejected' ? [candidate.id] : [])),
  );
  for (const verdict of verdicts) {
    if (!verdict.shown) continue;
    const isRejected = rejected.has(verdict.candidate.id);
    for (const finding of findingsOf(lens, verdict)) {
      const row = rows.get(finding.unit) ?? rows.size;
      rows.set(finding.unit, row);
      const { unit: _, ...rest } = finding;
      const aliases = isRejected ? rest.aliases : rest.aliases.filter((alias) => !rejected.has(alias));
      findings.push({ ...rest, aliases, row });
    }
  }
  return {
    scanner: lens.name,
    title: lens.title,
    format: 'lens',
    where: `lens:${lens.name}`,
    subject: universe.os === undefined ? {} : { os: `${universe.os.id}:${universe.os.versionId ?? ''}` },
    rows: rows.size,
    findings,
    suppressed: [],
    notes: [],
  };
}

type Unit = Omit<ForeignFinding, 'row'> & { readonly unit: string };

/** One finding, or one for each copy and each record where the lens counts these apart. */
function findingsOf(lens: Lens, { candidate, rated, fix, records }: LensDecision): readonly Unit[] {
  const { package: installed } = candidate;
  const places =
    lens.unit.copies === 'each' &&
    !isSystemType(installed.type) &&
    lens.unit.merged?.includes(installed.type) !== true &&
    installed.evidence.length > 1
      ? installed.evidence.map(({ path }) => [path])
      : [installed.evidence.map(({ path }) => path)];
  return (records ?? [{ id: candidate.id, rated, fix }]).flatMap((record) =>
    places.map((locations, copy) => unitOf(lens, candidate, record, locations, copy)),
  );
}

function unitOf(
  lens: Lens,
  candidate: Candidate,
  {
    id,
    rated,
    fix,
    named,
  }: Pick<LensDecision, 'rated' | 'fix'> & { readonly id: string; readonly named?: ReadonlySet<string> },
  locations: readonly string[],
  copy: number,
): Unit {
  const { package: installed } = candidate;
  const os = isSystemType(installed.type);
  const name =
    os && installed.source !== undefined && lens.unit.per === 'source'
      ? `${installed.source.name}@${installed.source.version}`
      : `${installed.name}@${installed.version}`;
  const unit =
    lens.unit.per === 'vulnerability'
      ? id
      : lens.unit.per === 'source'
        ? `${id} ${installed.type} ${name}`
        : `${id} ${installed.type} ${name} ${installed.architecture ?? ''} ${copy}`;
  const source = installed.source ?? (os ? { name: installed.name, version: installed.version } : undefined);
  return {
    unit,
    id,
    // Of a record's row the names that the record gives: the candidate's others are another record's.
    aliases: [...new Set([candidate.id, ...candidate.aliases, ...(named ?? [])])].filter(
      (alias) => alias !== id && (named === undefined || named.has(alias)),
    ),
    package: installed.name,
    kind: os ? 'binary' : 'unknown',
    ...(source !== undefined && { source }),
    version: installed.version,
    type: installed.type,
    purl: installed.purl,
    severity: rated?.severity ?? 'UNKNOWN',
    ...(rated?.source !== undefined && { severitySource: rated.source }),
    ratings: candidate.ratings,
    ...(fix !== undefined && fix.state !== 'unknown' && { status: fix.state }),
    fix: {
      state: fix?.state ?? 'unknown',
      versions: fix?.versions ?? (fix?.version === undefined ? [] : [fix.version]),
    },
    locations,
    ...(installed.evidence[0]?.diffID && { layer: installed.evidence[0].diffID }),
    ...(candidate.title !== undefined && { title: candidate.title }),
    ...(candidate.published !== undefined && { published: candidate.published }),
  };
}
