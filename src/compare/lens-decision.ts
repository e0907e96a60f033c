import { addTo } from '../collections.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { recordOf } from '../matching/by-vulnerability.ts';
import type { Candidate, Statement } from '../model.ts';
import type { CauseCode } from '../scanners/causes.ts';
import type { Lens, PackageRule, StatementRule } from '../scanners/lens.ts';
import { fixOf, type LensFix } from './lens-fix.ts';
import { readBy } from './lens-reads.ts';
import { packageMatches, statementDropped } from './lens-tests.ts';
import { type Affected, affectedBy } from './lens-version.ts';
import { type Rated, rate } from './rate.ts';
import type { Universe } from './universe.ts';

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
  const { rule: reading, read } = readBy(lens, candidate, universe);
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

function out(candidate: Candidate, step: Dropped): LensDecision {
  const { packages: _, statements: __, ...told } = step;
  return { candidate, shown: false, dropped: step, trace: [told] };
}

function versionsOf(lens: Lens, { package: installed, statements }: Candidate): string {
  const compared =
    lens.version.os === 'source' && isSystemType(installed.type) ? sourceOf(installed).version : installed.version;
  const fixed = statements.flatMap((statement) => statement.ranges.flatMap((range) => range.fixed ?? []));
  return `${installed.name} ${compared}${fixed.length === 0 ? '' : ` against ${[...new Set(fixed)].join(', ')}`}`;
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
