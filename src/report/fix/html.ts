import { grouped } from '../../formats/grouped.ts';
import { WORST_FIRST } from '../../model.ts';
import { remainingGroups } from '../../remediate/plan/index.ts';
import type { Plan, PlannedFinding, PlanStep } from '../../remediate/plan.ts';
import {
  contents,
  html,
  htmlTable,
  pageFoot,
  pageHead,
  pathText,
  SEVERITY_COLUMNS,
  unbrokenId,
} from '../html/index.ts';
import {
  bringsInWords,
  capital,
  changeInWords,
  changeRowsOf,
  clearsInWords,
  fixVerdict,
  pastedCommands,
  reachedIn,
  severitiesInWords,
  severityCounts,
  tradeInWords,
  tradesOf,
} from './words.ts';

const HEADINGS = {
  reached: ['clear', 'THE GOAL IS REACHED'],
  partly: ['fix', 'PARTLY'],
  nothing: ['', 'NOTHING TO UPGRADE'],
} as const;

/** The plan as a page: what it comes to in a sentence, the figures, each step with its commands, and what stays. */
export function* fixHtml(plan: Plan): Generator<string> {
  const steps = plan.steps.filter(({ applied }) => applied);
  const advice = plan.steps.filter(({ applied }) => !applied);
  const { word, text } = fixVerdict(plan);
  const [kind, heading] = HEADINGS[word];
  yield pageHead({ title: `${plan.subject.reference}: Plimsoll plan` });
  yield `<header><h1>What to change in ${html(plan.subject.reference)}</h1>\n<div class="dim">goal: ${html(plan.goal)}; advisory database built ${html(plan.database.built.slice(0, 10))}</div></header>\n`;
  yield contents([
    { id: 'numbers', name: 'Before and after' },
    ...(steps.length > 0 ? [{ id: 'steps', name: 'Steps' }] : []),
    ...(plan.conflicts.length + advice.length > 0 ? [{ id: 'besides', name: 'Besides' }] : []),
    ...(plan.remaining.length > 0 ? [{ id: 'stays', name: 'What stays' }] : []),
    ...(plan.edits.length > 0 ? [{ id: 'edits', name: 'Files' }] : []),
  ]);
  yield `<main id="main">\n<p class="verdict ${kind}"><b>${heading}</b>${html(text)}.</p>\n`;
  for (const { level, message } of plan.notices)
    yield `<p class="${level === 'warning' ? 'warning' : 'dim'}">${html(message)}</p>\n`;
  yield numbers(plan);
  if (steps.length > 0)
    yield `<h2 id="steps">Steps</h2>\n${steps.map((step, index) => stepSection(plan, step, index)).join('')}`;
  yield besides(plan, advice);
  yield stays(plan);
  if (plan.edits.length > 0)
    yield `<h2 id="edits">Files</h2>\n${plan.edits.map(({ path, shown }) => `<h3>${html(path)}</h3>\n${block(shown)}`).join('')}`;
  yield pageFoot(plan.tool.version, plan.created);
}

/** Lines that stay lines. */
const block = (text: string): string => `<pre>${text.split('\n').map(html).join('\n')}</pre>\n`;

function numbers({ today, predicted, atBest }: Plan): string {
  const row = (name: string, tally: Plan['today']): string =>
    `<tr><th scope="row">${name}</th>${WORST_FIRST.map((level) => `<td class="n ${tally.severities[level] === 0 ? 'zero' : level}">${grouped(tally.severities[level])}</td>`).join('')}<td class="n">${grouped(tally.total)}</td><td class="n">${grouped(tally.fixable)}</td></tr>\n`;
  const columns = [...SEVERITY_COLUMNS, ...['total', 'fixable'].map((text) => ({ text, number: true as const }))];
  return `<h2 id="numbers">Before and after</h2>\n${htmlTable('Findings before and after', ['', ...columns], [row('today', today), row('after', predicted), ...(atBest === undefined ? [] : [row('if all is offered', atBest)])], { wide: true })}<p class="dim">The numbers after the change are predicted: its versions were matched with the same advisories. <code>plimsoll verify</code> compares them with the rebuilt image.</p>\n`;
}

function stepSection(plan: Plan, step: PlanStep, index: number): string {
  const rows = changeRowsOf(step).map(
    ({ change, clears }) =>
      `<tr><td><b>${html(changeInWords(change).replace(' -> ', ' \u2192 '))}</b></td><td>${change.jump}</td><td class="n">${clears.length}</td><td class="dim">${clears.length === 0 ? html(change.because === undefined ? '' : `because ${change.because}`) : idsCell(clears)}</td></tr>\n`,
  );
  const trades = tradesOf(step).map((trade) => `<li>${html(tradeInWords(trade))}</li>\n`);
  const brings =
    trades.length === 0 ? '' : `<p class="warning">${html(bringsInWords(step))}:</p>\n<ul>${trades.join('')}</ul>\n`;
  const warnings = [
    ...(step.caution === undefined ? [] : [step.caution]),
    ...(step.byHand ?? []).map(({ place, what }) => `not written: ${place} ${what}`),
  ];
  const caution = warnings.map((text) => `<p class="warning">${html(text)}</p>\n`).join('');
  return `<h3>${index + 1}. ${html(step.title)}</h3>
<p>${capital(clearsInWords(step))}. Risk: ${step.risk.level}${step.risk.why.length === 0 ? '' : `, ${html(step.risk.why.join('; '))}`}.</p>
${block(pastedCommands(plan, step).join(' \\\n  && '))}${caution}${brings}${rows.length === 0 ? '' : htmlTable(`Changes of step ${index + 1}`, ['change', 'step', { text: 'clears', number: true }, ''], rows)}`;
}

/** How many there are of each severity, and behind a click which. */
const idsCell = (findings: readonly PlannedFinding[]): string =>
  `<details><summary>${html(severitiesInWords(severityCounts(findings)))}</summary>${[...new Set(findings.map(({ id }) => id))].map(unbrokenId).join(', ')}</details>`;

function besides(plan: Plan, advice: readonly PlanStep[]): string {
  const { conflicts } = plan;
  if (conflicts.length + advice.length === 0) return '';
  const shown = (conflict: Plan['conflicts'][number]): string => {
    const reached = reachedIn(plan, conflict);
    return reached === undefined
      ? `<b>${html(`${conflict.name} ${conflict.version}`)}</b> stays and has`
      : `<b>${html(`${conflict.name} ${reached}`)}</b> still has`;
  };
  const items = [
    ...conflicts.map(
      (conflict) =>
        `<li>${shown(conflict)} ${conflict.keeps.map(unbrokenId).join(', ')}: ${html(conflict.because.join('; '))}</li>\n`,
    ),
    ...advice.map(
      ({ title, clears }) =>
        `<li>${html(title)}${clears.length === 0 ? '' : `: would clear ${grouped(clears.length)} (${severitiesInWords(severityCounts(clears))})`}</li>\n`,
    ),
  ];
  return `<h2 id="besides">Besides</h2>\n<ul>${items.join('')}</ul>\n`;
}

function stays(plan: Plan): string {
  if (plan.remaining.length === 0) return '';
  const rows = remainingGroups(plan).map(
    ({ reason, findings }) =>
      `<tr><td>${pathText(reason)}</td><td class="n">${grouped(findings.length)}</td><td>${html([...new Set(findings.map(({ name }) => name))].slice(0, 12).join(', '))}</td></tr>\n`,
  );
  return `<h2 id="stays">What stays, and why</h2>\n${htmlTable('What stays', ['why', { text: 'findings', number: true }, 'packages'], rows)}`;
}
