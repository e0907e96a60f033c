import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import { candidateSource } from '../matching/candidates.ts';
import type { Candidate, FixState, Inventory, Severity } from '../model.ts';
import type { CauseCode } from '../scanners/causes.ts';
import type { Lens, PackageRule, StatementRule } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { packageMatches, patternMatches, statementDropped, typeMatches } from './lens-tests.ts';
import { type Affected, affectedBy } from './lens-version.ts';
import { type Rated, rate } from './rate.ts';
import { UNNAMED } from './reported.ts';
import { buildUniverse, type Universe } from './universe.ts';

/** What a rule did to a candidate, and where the rule was read. */
export interface TraceStep {
  readonly effect: 'dropped' | 'merged' | 'renamed' | 'rated' | 'hidden' | 'shown';
  readonly code?: CauseCode;
  /** The rule, in a sentence. */
  readonly says: string;
  readonly cite: string;
  /** What it was applied to: a package, a statement, a word. */
  readonly on?: string;
}

/** The rule that took a candidate out, as it stands in the lens where it is one on packages or on statements. */
export interface Dropped extends TraceStep {
  readonly code: CauseCode;
  readonly packages?: Pick<PackageRule, 'when' | 'unless'>;
  readonly statements?: StatementRule;
}

/** A lens's decision on one candidate. */
export interface LensDecision {
  readonly candidate: Candidate;
  readonly shown: boolean;
  /** What it would be rated, also when it is not shown for another reason than the rating. */
  readonly rated?: Rated;
  readonly fix?: { readonly state: FixState; readonly version?: string };
  /** The rule that took it out. */
  readonly dropped?: Dropped;
  readonly trace: readonly TraceStep[];
}

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

/** A lens's decision on one candidate: the first rule that takes it out, else its severity and fix. */
export function decide(lens: Lens, candidate: Candidate, universe: Universe): LensDecision {
  const { package: installed } = candidate;
  const at = `${installed.name} ${installed.version}`;
  const outside = lens.leavesOut.find(
    (rule) =>
      packageMatches(rule.when, installed, universe.os) &&
      !(rule.unless && packageMatches(rule.unless, installed, universe.os)),
  );
  if (outside !== undefined)
    return out(candidate, {
      effect: 'dropped',
      code: outside.code,
      says: outside.says,
      cite: outside.cite,
      on: at,
      packages: outside,
    });
  const reading = lens.reads.find((rule) => typeMatches(rule.types, installed.type));
  const read = candidate.statements.filter(
    (statement) =>
      // No scanner that is replayed here asks for what a subscription fixes.
      ecosystemNamed(statement.namespace)?.system?.subscription?.(statement.namespace) === undefined &&
      (reading?.publishers.some((publisher) => publishes(publisher, statement, installed.type)) ?? false),
  );
  if (read.length === 0) {
    const others = [...new Set(candidate.statements.map((statement) => statement.source))].join(', ');
    return out(candidate, {
      effect: 'dropped',
      code: 'feed.coverage',
      says: reading?.says ?? 'No source for packages of this type',
      cite: reading?.cite ?? lens.title,
      on: `${candidate.id} in ${at}: only ${others} speak of it`,
    });
  }
  const kept: typeof read = [];
  let dropped: Dropped | undefined;
  for (const statement of read) {
    const rule = lens.drops.find((dropping) => statementDropped(dropping, statement, candidate));
    if (rule === undefined) kept.push(statement);
    else
      dropped ??= {
        effect: 'dropped',
        code: rule.code,
        says: rule.says,
        cite: rule.cite,
        on: `${statement.id} (${statement.source}: ${candidate.validity ?? statement.state})`,
        statements: rule,
      };
  }
  if (kept.length === 0) return out(candidate, dropped!);
  const affected = kept
    .map((statement) => affectedBy(lens.version, statement, installed, candidate.reported === true))
    .filter((affecting) => affecting !== undefined);
  if (affected.length === 0) {
    return out(candidate, {
      effect: 'dropped',
      code: 'match.version-input',
      says: lens.version.says,
      cite: lens.version.cite,
      on: versionsOf(lens, candidate),
    });
  }
  const rated = rate(lens, { ...candidate, statements: affected.map(({ statement }) => statement) }, universe);
  const fix = fixOf(lens, affected);
  const steps: TraceStep[] = [{ effect: 'rated', says: rated.says, cite: rated.cite, on: rated.on }];
  const states = new Set(affected.map(({ statement }) => statement.state));
  const hidden = lens.hides.find(
    (rule) =>
      packageMatches(rule.when, installed, universe.os) &&
      (rule.when.states === undefined || rule.when.states.some((state) => states.has(state))) &&
      (rule.when.severities === undefined || rule.when.severities.includes(rated.severity)),
  );
  if (hidden !== undefined) {
    const { code, says, cite } = hidden;
    const step: Dropped = { effect: 'hidden', code, says, cite, on: at, packages: hidden };
    const { packages: _, ...told } = step;
    return { candidate, shown: false, rated, fix, dropped: step, trace: [...steps, told] };
  }
  return {
    candidate,
    shown: true,
    rated,
    fix,
    trace: [...steps, { effect: 'shown', says: lens.unit.says, cite: lens.unit.cite }],
  };
}

function out(candidate: Candidate, step: Dropped): LensDecision {
  const { packages: _, statements: __, ...told } = step;
  return { candidate, shown: false, dropped: step, trace: [told] };
}

function versionsOf(lens: Lens, { package: installed, statements }: Candidate): string {
  const compared =
    lens.version.os === 'source' && isSystemType(installed.type)
      ? (installed.source?.version ?? installed.version)
      : installed.version;
  const fixed = statements.flatMap((statement) => statement.ranges.flatMap((range) => range.fixed ?? []));
  return `${installed.name} ${compared}${fixed.length === 0 ? '' : ` against ${[...new Set(fixed)].join(', ')}`}`;
}

/** Whether statements of a publisher are read: by its name, by the ids it is known to carry, or as the distribution's own. */
function publishes(publisher: string, statement: Candidate['statements'][number], type: string): boolean {
  // Whose it is the report does not say: that is no ground to leave it out.
  if (publisher === '*' || statement.source === UNNAMED) return true;
  if (publisher === 'vendor') return isSystemType(type) && !NOT_VENDORS.has(statement.source);
  if (publisher === statement.source) return true;
  // What GitHub carries too is found there, whoever's record the database holds.
  if (publisher === 'ghsa') return [statement.id, ...statement.aliases].some((id) => id.startsWith('GHSA-'));
  return patternMatches(publisher, statement.source);
}

/** Publishers that are no distribution, although their statements may name a distribution's package. */
const NOT_VENDORS: ReadonlySet<string> = new Set([
  'ghsa',
  'pysec',
  'nvd',
  'cve',
  'psf',
  'go',
  'rustsec',
  'nvidia',
  'bitnami',
  'oss-fuzz',
  'malicious-packages',
]);

function fixOf(lens: Lens, affected: readonly Affected[]): { state: FixState; version?: string } {
  const fixed = affected.map((affecting) => affecting.fixed).find((version) => version !== undefined);
  if (fixed !== undefined || affected.some(({ statement }) => statement.state === 'fixed')) {
    const state = lens.fix.states.fixed ?? 'fixed';
    return { state, ...(fixed !== undefined && state === 'fixed' && { version: fixed }) };
  }
  const states = affected
    .map(({ statement }) => lens.fix.states[statement.state])
    .filter((state) => state !== undefined);
  return { state: states[0] ?? 'not-fixed' };
}

/** The rows: findings that the lens counts as one share a row number. */
function reportOf(lens: Lens, verdicts: readonly LensDecision[], universe: Universe): ScannerReport {
  const rows = new Map<string, number>();
  const findings: ForeignFinding[] = [];
  for (const verdict of verdicts) {
    if (!verdict.shown) continue;
    for (const finding of findingsOf(lens, verdict)) {
      const row = rows.get(finding.unit) ?? rows.size;
      rows.set(finding.unit, row);
      const { unit: _, ...rest } = finding;
      findings.push({ ...rest, row });
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
function findingsOf(lens: Lens, { candidate, rated, fix }: LensDecision): readonly Unit[] {
  const { package: installed } = candidate;
  const os = isSystemType(installed.type);
  const severity: Severity = rated?.severity ?? 'UNKNOWN';
  const ids =
    lens.unit.aliases === 'separate' && !os
      ? [...new Set(candidate.statements.map((statement) => statement.id))]
      : [candidate.id];
  const places =
    lens.unit.copies === 'each' && !os && installed.evidence.length > 1
      ? installed.evidence.map(({ path }) => [path])
      : [installed.evidence.map(({ path }) => path)];
  const name =
    os && installed.source !== undefined && lens.unit.per === 'source'
      ? `${installed.source.name}@${installed.source.version}`
      : `${installed.name}@${installed.version}`;
  return ids.flatMap((id) =>
    places.map((locations, copy): Unit => {
      const unit =
        lens.unit.per === 'vulnerability'
          ? id
          : lens.unit.per === 'source'
            ? `${id} ${installed.type} ${name}`
            : `${id} ${installed.type} ${name} ${installed.architecture ?? ''} ${copy}`;
      return {
        unit,
        id,
        aliases: [candidate.id, ...candidate.aliases].filter((alias) => alias !== id),
        package: installed.name,
        kind: os ? 'binary' : 'unknown',
        ...(installed.source !== undefined
          ? { source: installed.source }
          : os
            ? { source: { name: installed.name, version: installed.version } }
            : {}),
        version: installed.version,
        type: installed.type,
        purl: installed.purl,
        severity,
        ...(rated?.source !== undefined && { severitySource: rated.source }),
        ratings: candidate.ratings,
        ...(fix !== undefined && fix.state !== 'unknown' && { status: fix.state }),
        fix: { state: fix?.state ?? 'unknown', versions: fix?.version === undefined ? [] : [fix.version] },
        locations,
        ...(installed.evidence[0]?.diffID && { layer: installed.evidence[0].diffID }),
        ...(candidate.title !== undefined && { title: candidate.title }),
        ...(candidate.published !== undefined && { published: candidate.published }),
      };
    }),
  );
}
