import { WORST_FIRST } from '../../model.ts';
import type { Change, Plan, PlanStep } from '../../remediate/plan.ts';
import { markdownBlock, markdownText } from '../escape.ts';
import { trialSection } from './trial.ts';
import {
  bringsInWords,
  capital,
  changeInWords,
  changeRowsOf,
  clearsInWords,
  fixVerdict,
  idsInWords,
  pastedCommands,
  reachedIn,
  remainingGroups,
  severitiesInWords,
  severityCounts,
  tradeInWords,
  tradesOf,
} from './words.ts';

/** Changes and reasons listed before the rest is counted. */
const LISTED = 40;

/** For the text of a pull request: what changes, what it clears, what it may break, what stays. */
export function* fixMarkdown(plan: Plan): Generator<string> {
  yield `## Security fixes for ${markdownText(plan.subject.reference)}\n\n`;
  yield `${markdownText(fixVerdict(plan).text)}.\n\n`;
  if (plan.trial) yield trialSection(plan.trial);
  const levels = WORST_FIRST.filter((level) => plan.today.severities[level] > 0);
  yield `| | ${levels.join(' | ')}${levels.length > 0 ? ' | ' : ''}total | fixable |\n| --- | ${levels.map(() => '---: | ').join('')}---: | ---: |\n`;
  for (const [label, tally] of [
    ['today', plan.today],
    ['after', plan.predicted],
    ...(plan.atBest === undefined ? [] : [['if all is offered', plan.atBest] as const]),
  ] as const)
    yield `| ${label} | ${levels.map((level) => `${tally.severities[level]} | `).join('')}${tally.total} | ${tally.fixable} |\n`;
  yield '\nThe numbers after the change are predicted: its versions were matched with the same advisories. `plimsoll verify` compares them with the rebuilt image.\n\n';
  for (const [index, step] of plan.steps.filter(({ applied }) => applied).entries())
    yield stepSection(plan, step, index + 1);
  yield conflictSection(plan);
  const advice = plan.steps.filter(({ applied }) => !applied);
  if (advice.length > 0)
    yield `### Besides\n\n${advice.map((step) => `- ${markdownText(step.title)}${step.clears.length > 0 ? `: would clear ${step.clears.length} (${severitiesInWords(severityCounts(step.clears))})` : ''}\n`).join('')}\n`;
  yield remainingSection(plan);
  for (const { path, shown } of plan.edits)
    yield `<details><summary>${markdownText(path)}</summary>\n\n${markdownBlock('diff', shown)}\n</details>\n\n`;
  for (const { level, message } of plan.notices)
    yield `> **${level === 'warning' ? 'Warning' : 'Note'}** ${markdownText(message)}\n\n`;
}

function stepSection(plan: Plan, step: PlanStep, index: number): string {
  const rows = changeRowsOf(step)
    .slice(0, LISTED)
    .map(({ change, clears }) => {
      const counts = clears.length === 0 ? '' : severitiesInWords(severityCounts(clears));
      const why = counts === '' && change.because !== undefined ? `because ${change.because}` : counts;
      return `| ${markdownText(changeInWords(change).replace(' -> ', ' \u2192 '))} | ${change.jump === 'major' ? '**major**' : change.jump} | ${IN_INDEX[change.verified]} | ${markdownText(why)} |\n`;
    });
  return [
    `### ${index}. ${markdownText(step.title)}\n\n`,
    `${capital(clearsInWords(step))}. Risk: ${step.risk.level}.\n\n`,
    markdownBlock('sh', pastedCommands(plan, step).join(' \\\n  && ')),
    ...(step.byHand ?? []).map(({ place, what }) => `\n**Not written:** ${markdownText(`${place} ${what}`)}.\n`),
    ...(step.caution === undefined ? [] : [`\n**Not promised:** ${markdownText(step.caution)}.\n`]),
    `\n| change | step | in the index | clears |\n| --- | --- | --- | --- |\n`,
    ...rows,
    ...(step.changes.length > LISTED ? [`| and ${step.changes.length - LISTED} more | | | |\n`] : []),
    '\n',
    ...(step.brings.length > 0 ? [`- ${bringsInWords(step)}\n`] : []),
    ...tradesOf(step).map((trade) => `  - ${markdownText(tradeInWords(trade))}\n`),
    ...step.risk.why.map((why) => `- ${markdownText(why)}\n`),
    '\n',
    ...clearedSection(step),
  ].join('');
}

/** Every finding that a step clears, package by package: whoever merges it can look one up. */
function clearedSection(step: PlanStep): string[] {
  const rows = changeRowsOf(step).filter(({ clears }) => clears.length > 0);
  if (rows.length === 0) return [];
  const lines = rows.map(
    ({ change, clears }) => `- ${markdownText(change.name)}: ${markdownText(idsInWords(clears))}\n`,
  );
  return [`<details><summary>what it clears</summary>\n\n${lines.join('')}\n</details>\n\n`];
}

/** Who says that a version can be installed. */
const IN_INDEX: Readonly<Record<Change['verified'], string>> = {
  index: 'yes',
  recorded: 'as recorded',
  advisory: 'not verified',
};

function conflictSection(plan: Plan): string {
  if (plan.conflicts.length === 0) return '';
  const items = plan.conflicts.slice(0, LISTED).map((conflict) => {
    const { name, version, because, keeps, environment } = conflict;
    const reached = reachedIn(plan, conflict);
    const options = plan.options
      .filter((option) => option.name === name && option.environment === environment)
      .map(({ title }) => `  - or ${markdownText(title)}\n`)
      .join('');
    const what = reached === undefined ? `${name} stays at ${version}` : `${name} ${reached} still`;
    return `- **${markdownText(what)}**${reached === undefined ? ' and' : ''} has ${markdownText(keeps.join(' '))}: ${markdownText(because.join('; '))}\n${options}`;
  });
  return `### Cannot be cleared\n\n${items.join('')}\n`;
}

function remainingSection(plan: Plan): string {
  if (plan.remaining.length === 0) return '';
  const rows = remainingGroups(plan)
    .slice(0, LISTED)
    .map(
      ({ reason, findings }) =>
        `| ${findings.length} | ${markdownText(reason)} | ${markdownText([...new Set(findings.map(({ name }) => name))].slice(0, 8).join(', '))} |\n`,
    );
  return `### Stays\n\n| findings | why | packages |\n| ---: | --- | --- |\n${rows.join('')}\n`;
}
