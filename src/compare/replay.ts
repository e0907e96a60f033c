// Long because it is one judgement, its steps in the order in which a scanner takes them.

import { lastKnownEnd, MALICIOUS } from '../advisories/publishers.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { addTo } from '../collections.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import { recordOf } from '../matching/by-vulnerability.ts';
import { candidateSource } from '../matching/candidates.ts';
import type { Candidate, FixState, Inventory, Statement } from '../model.ts';
import type { CauseCode } from '../scanners/causes.ts';
import type { FixRule, Lens, PackageRule, StatementRule } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { packageMatches, patternMatches, statementDropped, typeMatches, UNTYPED } from './lens-tests.ts';
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

/** What a lens says of a fix: the version for the installed branch, and all versions that it lists. */
interface LensFix {
  readonly state: FixState;
  readonly version?: string;
  readonly versions?: readonly string[];
}

/** One record of a vulnerability as a row of its own. */
interface RecordRow {
  readonly id: string;
  /** What the record calls the vulnerability. */
  readonly named: ReadonlySet<string>;
  readonly rated: Rated;
  readonly fix: LensFix;
}

/** A lens's decision on one candidate. */
export interface LensDecision {
  readonly candidate: Candidate;
  readonly shown: boolean;
  /** What it would be rated, also when it is not shown for another reason than the rating. */
  readonly rated?: Rated;
  readonly fix?: LensFix;
  /** Its rows, where the lens counts the records of a vulnerability apart. */
  readonly records?: readonly RecordRow[];
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

/**
 * A lens's decision on one candidate: the first rule that takes it out, else its severity and fix.
 * Long because it is one decision, its steps in the order in which scanners take them.
 */
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
  const all = candidate.statements.filter(
    (statement) =>
      // No scanner that is replayed here asks for what a subscription fixes.
      ecosystemNamed(statement.namespace)?.system?.subscription?.(statement.namespace) === undefined &&
      // What kind of package it is nobody says: then that it is not read is not known either.
      (reading === undefined
        ? installed.type === UNTYPED
        : reading.publishers.some((publisher) => publishes(publisher, statement, installed.type, universe))),
  );
  const read = reading?.ofSeveral === 'last' ? ofLastRecord(all) : all;
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
  const kept: Statement[] = [];
  let dropped: Dropped | undefined;
  for (const statement of read) {
    // A statement on another id that a record names besides stands or falls with that id.
    const isOther = statement.id !== candidate.id && universe.isRejected(statement.id);
    const judged: Candidate = isOther ? { ...candidate, validity: 'rejected' } : candidate;
    const rule = lens.drops.find((dropping) => statementDropped(dropping, statement, judged));
    if (rule === undefined) kept.push(statement);
    else
      dropped ??= {
        effect: 'dropped',
        code: rule.code,
        says: rule.says,
        cite: rule.cite,
        on: `${statement.id} (${statement.source}: ${judged.validity ?? statement.state})`,
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
  const fix = fixOf(lens, installed.type, affected, universe);
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
  const records = recordRows(lens, candidate, affected, universe);
  return {
    candidate,
    shown: true,
    rated,
    fix,
    ...(records !== undefined && { records }),
    trace: [...steps, { effect: 'shown', says: lens.unit.says, cite: lens.unit.cite }],
  };
}

/** GitHub's statements that are of the record whose file comes last; all others as they are. */
function ofLastRecord(statements: readonly Statement[]): readonly Statement[] {
  const fileOf = ({ source, published = '', bulletin, id, aliases, withdrawn }: Statement): string | undefined => {
    // What is taken back is not written over others.
    if (withdrawn !== undefined) return undefined;
    const record =
      source === 'ghsa' ? [bulletin ?? id, id, ...aliases].find((name) => name.startsWith('GHSA-')) : undefined;
    return record === undefined ? undefined : `${published.slice(0, 7)} ${record}`;
  };
  const last = statements.map(fileOf).reduce((a, b) => (b !== undefined && b > (a ?? '') ? b : a), undefined);
  return statements.filter((statement) => [undefined, last].includes(fileOf(statement)));
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

/**
 * Whether statements of a publisher are read: by its name, of `go:golang.org/x/*` for packages of that name only, by the ids it is known
 * to carry, or as the distribution's own.
 */
function publishes(publisher: string, statement: Statement, type: string, { holds }: Universe): boolean {
  // Whose it is the report does not say: that is no ground to leave it out.
  if (publisher === '*' || statement.source === UNNAMED) return true;
  // On malicious packages GitHub's advisories are of a kind of their own, which not all that read GitHub take.
  if (publisher === 'ghsa:malware')
    return statement.source === MALICIOUS && statement.aliases.some((id) => id.startsWith('GHSA-'));
  if (statement.source === MALICIOUS) return publisher === MALICIOUS;
  if (publisher === 'vendor') return isSystemType(type) && !NOT_VENDORS.has(statement.source);
  const [name, packages] = partsOfPublisher(publisher);
  if (packages !== undefined) return name === statement.source && patternMatches(packages, statement.package);
  if (publisher === statement.source) return true;
  // What GitHub carries too is found there, unless its record is here: then that says which packages it is about.
  if (publisher === 'ghsa') {
    const others = [statement.id, ...statement.aliases].filter((id) => id.startsWith('GHSA-'));
    return others.some((id) => !holds(id));
  }
  return patternMatches(publisher, statement.source);
}

function partsOfPublisher(publisher: string): readonly [name: string, packages: string | undefined] {
  const at = publisher.indexOf(':');
  return at < 0 ? [publisher, undefined] : [publisher.slice(0, at), publisher.slice(at + 1)];
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
  MALICIOUS,
]);

function fixOf({ fix }: Lens, type: string, affected: readonly Affected[], universe: Universe): LensFix {
  const listed = listedFixes(fix, type, affected, universe);
  const fixing = affected.find((affecting) => affecting.fixed !== undefined);
  const state = fix.states.fixed ?? 'fixed';
  if (fixing !== undefined || listed.length > 0) {
    if (state !== 'fixed') return { state };
    return { state, version: fixing?.fixed ?? listed[0]!, ...(listed.length > 0 && { versions: listed }) };
  }
  // A record of a language has a fix for some branch, and none for the installed one.
  if (
    affected.some(
      ({ statement: { state: said, ranges, namespace } }) =>
        said === 'fixed' && !(isBranched(namespace) && ranges.length > 0),
    )
  )
    return { state };
  const states = affected
    .map(
      ({ statement }) =>
        (statement.note === undefined ? undefined : fix.noted?.[statement.state]) ??
        fix.ofSystem?.[universe.os?.id ?? '']?.[statement.state] ??
        fix.states[statement.state],
    )
    .filter((state) => state !== undefined);
  return { state: states[0] ?? 'not-fixed' };
}

/** A release of a distribution is one branch. */
const isBranched = (namespace: string): boolean => ecosystemNamed(namespace)?.system === undefined;

/** All fixed versions that a record names, for scanners that list them whatever branch is installed; none for the others. */
function listedFixes(fix: FixRule, type: string, affected: readonly Affected[], universe: Universe): readonly string[] {
  const listsAll = typeof fix.branches === 'object' ? fix.branches.types.includes(type) : fix.branches === 'all';
  const chosen = affected.find(({ fixed }) => fixed !== undefined) ?? affected[0];
  if (!listsAll || chosen === undefined || !isBranched(chosen.statement.namespace)) return [];
  // A record may speak of one package several times, once for each branch.
  const all = [chosen.statement, ...universe.record(chosen.statement)];
  const fixes = all.flatMap(({ ranges }) => ranges.flatMap((range) => range.fixed ?? []));
  // Of what has none, that from which on it is not known to be affected.
  const ends = all.flatMap(({ note }) => lastKnownEnd(note)?.limit ?? []);
  return [...new Set(fixes.length > 0 || fix.branches !== 'all' ? fixes : ends)];
}

/** Of a package of a language: a row for each record, with the record's own severity and fix. */
function recordRows(
  lens: Lens,
  candidate: Candidate,
  affected: readonly Affected[],
  universe: Universe,
): readonly RecordRow[] | undefined {
  const { aliases } = lens.unit;
  if (aliases === 'merged' || isSystemType(candidate.package.type)) return undefined;
  const byRecord = new Map<string, Affected[]>();
  for (const affecting of affected) {
    const { id, aliases: others } = affecting.statement;
    // A record that names several CVEs is filed as a statement on each of them, and is one record all the same.
    const named = recordOf(affecting.statement);
    const record =
      aliases === 'separate'
        ? (named ?? id)
        : ([id, named ?? id, ...others].find((name) => name.startsWith('GHSA-')) ?? id);
    addTo(byRecord, record, affecting);
  }
  const rows = [...byRecord].map(([id, mine]) => ({
    id,
    named: new Set(mine.flatMap(({ statement }) => [statement.id, ...statement.aliases])),
    rated: rate(lens, { ...candidate, statements: mine.map(({ statement }) => statement) }, universe),
    fix: fixOf(lens, candidate.package.type, mine, universe),
  }));
  // A record that does not name this CVE is here for another one that both name: it is a row where that one is judged.
  const own = rows.filter(({ id, named }) => id === candidate.id || named.has(candidate.id));
  return own.length > 0 ? own : rows;
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
