import { shellWord } from '../../ecosystems/fixing.ts';
import { conda } from '../../ecosystems/others.ts';
import { deb } from '../../ecosystems/system-types.ts';
import { npm, pypi } from '../../ecosystems/worlds.ts';
import { counted } from '../../formats/grouped.ts';
import { type ChangeStep, type ChangeSummary, type PackageChange, type Report, WORST_FIRST } from '../../model.ts';
import { groupFindings, isKernelHeader } from './groups.ts';
import { countsInWords } from './summary.ts';

/** A change of the summary with the step that makes it. */
interface ListedChange {
  readonly change: PackageChange;
  readonly step: ChangeStep;
}

/** Steps that are one command with the same changes, such as those of two lists that pin the same, once. */
export function distinctSteps(steps: ChangeSummary['steps']): readonly ChangeStep[] {
  const said = new Map(steps.map((step) => [JSON.stringify([stepLine(step), step.changes, step.applied]), step]));
  return [...said.values()];
}

/** Every change of the steps that are part of the plan: what is being exploited first, then the worst severities. */
export function listedChanges({ steps }: ChangeSummary): ListedChange[] {
  const all = distinctSteps(steps)
    .filter(({ applied }) => applied)
    .flatMap((step) => step.changes.map((change): ListedChange => ({ change, step })));
  return all.sort((a, b) => compareChanges(a.change, b.change));
}

function compareChanges(a: PackageChange, b: PackageChange): number {
  const exploited = Number(b.exploited ?? false) - Number(a.exploited ?? false);
  if (exploited !== 0) return exploited;
  for (const severity of WORST_FIRST)
    if (a.clears[severity] !== b.clears[severity]) return b.clears[severity] - a.clears[severity];
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

const clearsSomething = ({ change }: ListedChange): boolean => Object.values(change.clears).some((count) => count > 0);

/** Changes that clear something for sure: what is unverified is in no count. */
export const sureChanges = (summary: ChangeSummary): ListedChange[] =>
  listedChanges(summary).filter((change) => clearsSomething(change) && change.change.unsure === undefined);

/** Changes that clear something where they are offered, which nobody knows. */
export const hopedChanges = (summary: ChangeSummary): ListedChange[] =>
  listedChanges(summary).filter((change) => clearsSomething(change) && change.change.unsure !== undefined);

/** Findings that a change clears, of whatever severity. */
export const findingsCleared = ({ clears }: PackageChange): number =>
  Object.values(clears).reduce((sum, count) => sum + count, 0);

/** The changes that clear the worst, at most `number`; what is only hoped for among them, since the worst findings may be those of the OS. */
export function clearingMost({ changes, findings }: Report, number: number): PackageChange[] {
  if (changes === undefined) return [];
  const headers = new Set(
    groupFindings(findings).flatMap(({ name, packages }) => (packages.every(isKernelHeader) ? [name] : [])),
  );
  return (
    listedChanges(changes)
      .filter(clearsSomething)
      .map(({ change }) => change)
      // Headers carry the kernel's version and none of its code: upgrading them makes a number smaller and nothing safer.
      .filter(({ name }) => !headers.has(name))
      .slice(0, number)
  );
}

/** `3 upgrades clear 3 of 6 findings`: of the findings of the goal, as `fix` counts them; where more are shown, which those are. */
function countedInWords(summary: ChangeSummary, total: number): string {
  const { length } = sureChanges(summary);
  const { goal, findings } = summary;
  const which =
    findings === 0 || findings === total
      ? counted(total, 'finding')
      : `${counted(findings, 'finding')} ${goal === 'no fixable' ? 'with a fix' : `of the goal "${goal}"`} (${total} in all)`;
  if (length > 0)
    return `${length} ${length === 1 ? 'upgrade clears' : 'upgrades clear'} ${summary.clears} of ${which}`;
  return hopedFindings(summary) > 0
    ? `of ${which} none is sure to go`
    : `no upgrade could be planned for any of ${which}`;
}

const hopedFindings = ({ hopes = [] }: ChangeSummary): number => hopes.reduce((sum, { findings }) => sum + findings, 0);

/** `9 others may clear 58 more`: what is in no count. Where a newer version of what is sure would clear them, no upgrade of its own. */
function hopedInWords(summary: ChangeSummary): string {
  const findings = hopedFindings(summary);
  if (findings === 0) return '';
  const upgrades = hopedChanges(summary).length;
  if (sureChanges(summary).length === 0) return `${counted(upgrades, 'upgrade')} may clear ${findings}`;
  return upgrades === 0 ? `${findings} more may go` : `${counted(upgrades, 'other')} may clear ${findings} more`;
}

/** `3 upgrades clear 3 of 6 findings; 1 other may clear 2 more`. */
export const changesInWords = (summary: ChangeSummary, total: number): string =>
  [countedInWords(summary, total), hopedInWords(summary)].filter(Boolean).join('; ');

/** Why what is only hoped for is in no count: `243 may go, and are in no count: its package sources name no security archive`. */
export const hopesInWords = ({ hopes = [] }: ChangeSummary): string[] =>
  hopes.map(
    ({ reason, findings }) => `${findings} may go, and ${findings === 1 ? 'is' : 'are'} in no count: ${reason}`,
  );

/**
 * What the count rests on and a scan did not ask: `if its package sources offer them (not asked)`. It stands beside the count: an
 * image whose sources are frozen gets few of its fixes. Empty where nothing was left unchecked.
 */
export function provisoInWords(summary: ChangeSummary): string {
  const sure = sureChanges(summary);
  if (sure.length === 0 || summary.unchecked.length === 0) return '';
  const asked = [
    ...(sure.some(({ step }) => step.kind === 'os') ? ['its package sources'] : []),
    ...(sure.some(({ step }) => step.kind !== 'os') ? ['the package indexes'] : []),
  ];
  const isApart = sure.some(({ step }) => step.commands.some((command) => command.startsWith('# these ')));
  const together = isApart ? ', and they install together' : '';
  return `if ${asked.join(' and ')} offer ${sure.length === 1 ? 'it' : 'them'}${together} (not asked)`;
}

/** The count, what it rests on, and what is only hoped for, in one line. */
export const conditionsInWords = (summary: ChangeSummary, total: number): string =>
  [[countedInWords(summary, total), provisoInWords(summary)].join(' ').trim(), ...hopesInOneLine(summary)]
    .filter(Boolean)
    .join('; ');

/** All is hoped for by one reason nearly always: then that stands behind the number. */
function hopesInOneLine(summary: ChangeSummary): readonly string[] {
  const { hopes = [] } = summary;
  const [only] = hopes;
  const said = hopedInWords(summary);
  return hopes.length === 1 && only ? [`${said}, in no count: ${only.reason}`] : [said, ...hopesInWords(summary)];
}

/** What else there is to say of a change: what it brings, that nobody was asked (where no sign says so), why it is made. */
export function remarkOf({ clears, brings, unsure, more, because }: PackageChange, hasSign = false): string {
  const remarks = [
    ...(brings.length > 0
      ? [
          `brings ${brings
            .slice(0, 3)
            .map(({ id, severity }) => `${id} (${severity})`)
            .join(', ')}${brings.length > 3 ? ` and ${brings.length - 3} more` : ''}`,
        ]
      : []),
    ...(unsure && !hasSign ? ['unverified'] : []),
    ...(more === undefined ? [] : [`${more} more if a newer one is offered`]),
    ...(because !== undefined && countsInWords(clears) === '' ? [`because ${because}`] : []),
  ];
  return remarks.join('; ');
}

/** `→ 2.31.0`, or who chooses. */
export const targetInWords = ({ to }: PackageChange): string =>
  to === undefined ? 'what the channel has' : `\u2192 ${to}`;

/** Kinds of steps, called as the packages are that they change. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['os', deb.label],
  ['python', pypi.label],
  ['conda', conda.label],
  ['npm', npm.label],
  ['language', 'Built'],
]);

/** The commands of a step in one line for a shell, and what they are for. */
export function stepLine({ kind, commands, applied }: ChangeStep): {
  label: string;
  text: string;
  shell: boolean;
} {
  const text = commands.map((command) => command.replace(/^# /, '')).join(' && ');
  const shell = applied && commands.every((command) => !command.startsWith('#'));
  return { label: LABELS.get(kind) ?? kind, text, shell };
}

/** The last line: what makes the whole plan, and what it does besides. */
export function commandOf(report: Report): { command: string; does: string } {
  const { changes } = report;
  return {
    command: changes?.command ?? `plimsoll fix ${shellWord(report.subject.reference)}`,
    does:
      report.subject.source === 'project'
        ? 'asks the package index and shows the change of the files that declare it; --write writes it'
        : 'asks the package indexes and the registry; with --dockerfile it writes the change',
  };
}
