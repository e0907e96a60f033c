import { addTo } from '../../collections.ts';
import { shellWord } from '../../ecosystems/fixing.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { counted } from '../../formats/grouped.ts';
import { WORST_FIRST } from '../../model.ts';
import { renewalCommand } from '../../remediate/files/index.ts';
import { countedOf, isUnread, remainingGroups } from '../../remediate/plan/index.ts';
import type { Change, FindingTally, Plan, PlannedFinding, PlanStep } from '../../remediate/plan.ts';

/** `3 CRITICAL, 12 HIGH`; `none` for nothing. */
export function severitiesInWords(severities: FindingTally['severities']): string {
  const parts = WORST_FIRST.filter((level) => severities[level] > 0).map((level) => `${severities[level]} ${level}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Numbers of a list of findings by severity. */
export function severityCounts(findings: readonly PlannedFinding[]): FindingTally['severities'] {
  const counts = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** `setuptools 58.1.0 -> 65.5.1`. */
export const changeInWords = ({ name, from, to }: Change): string =>
  to === undefined ? `${name} ${from ?? ''}`.trim() : `${name} ${from === undefined ? '(new)' : from} -> ${to}`;

/** What writes the change of a project. */
export const writeCommand = ({ subject }: Plan): string => `plimsoll fix ${shellWord(subject.reference)} --write`;

/**
 * The commands of a step as they can be pasted: a lock's own program refuses a version while the declarations still ask for another, so what
 * changes these comes first, unless it is done.
 */
export function pastedCommands(plan: Plan, step: PlanStep, written: readonly string[] = []): readonly string[] {
  const { commands, edits } = step;
  if (plan.subject.source !== 'project' || edits.length === 0 || written.length > 0) return commands;
  const isRenewal = plan.locks.some((lock) => commands.includes(renewalCommand(lock)));
  return isRenewal ? [writeCommand(plan), ...commands] : commands;
}

/** What a plan comes to, and the line that says it. */
interface Verdict {
  readonly word: 'reached' | 'partly' | 'nothing';
  readonly text: string;
}

/** The one line to read if only one is read. Findings that the goal means and that nobody has a fix for are in it: to clear the others is not to be rid of all. */
export function fixVerdict(plan: Plan): Verdict {
  const { word, text } = verdictOfGoal(plan);
  const { withoutFix = 0 } = plan;
  const more = `; ${withoutFix === 1 ? 'one more finding' : `${withoutFix} more`} that it means ${withoutFix === 1 ? 'has' : 'have'} no fix`;
  return { word, text: withoutFix === 0 ? text : `${text}${more}` };
}

/** Why a pipeline ends that asked for its goal. */
export function missedGoalInWords({ goal, predicted, atBest }: Plan): string {
  const hoped = atBest === undefined ? '' : `, ${atBest.goal} if what nobody was asked about can be installed`;
  return `--require-goal asks for a plan that reaches the goal "${goal}": ${counted(predicted.goal, 'finding')} of it would stay${hoped}`;
}

function verdictOfGoal(plan: Plan): Verdict {
  const steps = plan.steps.filter(({ applied }) => applied);
  if (plan.today.goal === 0 && isUnread(plan))
    return {
      word: 'nothing',
      text: `nothing could be planned: part of what the project declares could not be read, and of the rest no finding falls under the goal "${plan.goal}"`,
    };
  if (plan.today.goal === 0)
    return {
      word: 'reached',
      text: `nothing to do: no finding${plan.withoutFix === undefined ? '' : ' that has a fix'} falls under the goal "${plan.goal}"`,
    };
  const cleared = plan.cleared.filter(({ goal }) => goal).length;
  if (cleared === 0)
    return {
      word: 'nothing',
      text: `no upgrade could be planned for any of the ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}"`,
    };
  const byHand = steps.flatMap(({ byHand = [] }) => byHand.map(({ name }) => pypi.normalize(name)));
  const hands = plan.cleared.filter(({ goal, name }) => goal && byHand.includes(pypi.normalize(name))).length;
  const hand = hands === 0 ? '' : `, ${hands} of them once you change what is not written`;
  const how = `${counted(steps.length, 'step')}, ${counted(
    steps.reduce((sum, step) => sum + step.changes.length, 0),
    'package',
  )}`;
  const hoped = plan.cleared.filter((finding) => finding.goal && finding.hoped !== undefined).length;
  if (hoped > 0) {
    const { hopes } = countedOf(plan);
    return {
      word: 'partly',
      text: `${how}: ${cleared - hoped} of ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}" cleared${hand}, and up to ${hoped} more if offered: ${hopes.map(({ reason }) => reason).join('; ')}`,
    };
  }
  // What was looked up piece by piece may not go together: then none of a step's command is carried out.
  const together = steps.some(({ caution }) => caution !== undefined) ? ', if these versions install together' : '';
  return plan.reached
    ? {
        word: 'reached',
        text: `${how}: ${plan.today.goal === 1 ? 'the one finding' : `all ${counted(plan.today.goal, 'finding')}`} of the goal "${plan.goal}" cleared${together}${hand}`,
      }
    : {
        word: 'partly',
        text: `${how}: ${cleared} of ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}" cleared${together}${hand}`,
      };
}

/** `clears 12 (3 HIGH, 9 MEDIUM), and up to 4 more if offered (4 LOW)`. */
export function clearsInWords({ clears }: PlanStep): string {
  const [sure, hoped] = [true, false].map((isSure) =>
    clears.filter(({ hoped }) => (hoped === undefined) === isSure),
  ) as [PlannedFinding[], PlannedFinding[]];
  const counts = (findings: readonly PlannedFinding[]): string => severitiesInWords(severityCounts(findings));
  if (hoped.length === 0) return `clears ${sure.length} (${counts(sure)})`;
  const more = `up to ${hoped.length}${sure.length > 0 ? ' more' : ''} if offered (${counts(hoped)})`;
  return sure.length === 0 ? `clears ${more}` : `clears ${sure.length} (${counts(sure)}), and ${more}`;
}

export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** A change, and what it clears. */
interface ChangeRow {
  readonly change: Change;
  readonly clears: readonly PlannedFinding[];
}

/**
 * The changes of a step: what clears something that is exploited first, then the worst severities, as `scan` lists them. Packages
 * of one source are fixed together and are one row, under the name that advisories use.
 */
export function changeRowsOf(step: PlanStep): ChangeRow[] {
  const units = new Map<string, Change[]>();
  for (const change of step.changes) {
    const key = `${pypi.normalize(change.source ?? change.name)}\0${step.kind === 'os' ? change.type : units.size}`;
    addTo(units, key, change);
  }
  return [...units.values()]
    .map((changes): ChangeRow => {
      const named = changes.find(({ source }) => source === undefined) ?? (changes[0] as Change);
      const change = named.source === undefined ? named : { ...named, name: named.source };
      const clears = step.clears.filter(({ name }) => pypi.normalize(name) === pypi.normalize(change.name));
      return { change, clears };
    })
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort((a, b) => a.rank.map((own, at) => b.rank[at]! - own).find((difference) => difference !== 0) ?? 0)
    .map(({ row }) => row);
}

function rankOf({ clears }: ChangeRow): number[] {
  const counts = severityCounts(clears);
  return [
    clears.filter(({ exploited }) => exploited !== undefined).length,
    ...WORST_FIRST.map((severity) => counts[severity]),
  ];
}

/** A package that a step brings findings with, and both lists. */
interface TradeRow {
  readonly name: string;
  readonly clears: readonly PlannedFinding[];
  readonly brings: readonly PlannedFinding[];
}

/** What a step takes in exchange for what it clears, package by package: who brings most first. */
export function tradesOf(step: PlanStep): TradeRow[] {
  const names = [...new Set(step.brings.map(({ name }) => pypi.normalize(name)))];
  return names
    .map((own): TradeRow => {
      const brings = step.brings.filter(({ name }) => pypi.normalize(name) === own);
      const change = step.changes.find(({ name }) => pypi.normalize(name) === own);
      const shown = change?.name ?? brings[0]!.name;
      return {
        name: change?.to === undefined ? shown : `${shown} ${change.to}`,
        clears: step.clears.filter(({ name }) => pypi.normalize(name) === own),
        brings,
      };
    })
    .sort((a, b) => b.brings.length - a.brings.length);
}

/** `CVE-2026-44432 (HIGH) CVE-2026-1 (LOW)`, each once, the worst first. */
export function idsInWords(findings: readonly PlannedFinding[]): string {
  const once = [...new Map(findings.map((finding) => [finding.id, finding])).values()];
  const worst = once.sort((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity));
  return worst.map(({ id, severity }) => `${id} (${severity})`).join(', ');
}

/** `brings 2 findings (1 HIGH, 1 MEDIUM), which weigh less than what goes`. */
export const bringsInWords = ({ brings }: PlanStep): string =>
  `brings ${counted(brings.length, 'finding')} (${severitiesInWords(severityCounts(brings))}), which ${brings.length === 1 ? 'weighs' : 'weigh'} less than what goes`;

/** `urllib3 2.6.3 clears CVE-2023-43804 (HIGH); brings CVE-2026-44432 (MEDIUM)`. */
export const tradeInWords = ({ name, clears, brings }: TradeRow): string =>
  `${name} ${clears.length === 0 ? 'clears none itself' : `clears ${idsInWords(clears)}`}; brings ${idsInWords(brings)}`;

/** Names of a list before the rest is counted. */
const NAMED = 4;

/** `5 findings: linux (3), zlib (CVE-2018-25032)`. */
export function findingsInWords(findings: readonly PlannedFinding[]): string {
  const byName = new Map<string, PlannedFinding[]>();
  for (const finding of findings) addTo(byName, finding.name, finding);
  const names = [...byName].sort(([, a], [, b]) => b.length - a.length);
  const more = names.length > NAMED ? ` and ${counted(names.length - NAMED, 'more package')}` : '';
  return `${counted(findings.length, 'finding')}: ${names
    .slice(0, NAMED)
    .map(([name, own]) => `${name} (${own.length === 1 ? own[0]?.id : own.length})`)
    .join(', ')}${more}`;
}

/** To what version a plan brings the package of a conflict all the same; undefined: it stays as it is. */
export function reachedIn(plan: Plan, { type, name, environment }: Plan['conflicts'][number]): string | undefined {
  const changes = plan.steps.filter(({ applied }) => applied).flatMap((step) => step.changes);
  const change = changes.find(
    (taken) =>
      taken.type === type && pypi.normalize(taken.name) === pypi.normalize(name) && taken.environment === environment,
  );
  return change?.to;
}

export { remainingGroups };
