import { grouped } from '../../formats/grouped.ts';
import type { Report } from '../../model.ts';
import {
  clearingMost,
  commandOf,
  conditionsInWords,
  countsInWords,
  distinctSteps,
  findingsCleared,
  listedChanges,
  remarkOf,
  type Summary,
  stepLine,
  targetInWords,
} from '../scan/index.ts';
import { html } from './escape.ts';
import { htmlTable } from './frame.ts';

/** Changes told before all others. */
const FIRST = 3;

/** The changes that clear the worst. */
export function firstSection(report: Report): string {
  const most = clearingMost(report, FIRST);
  if (most.length < FIRST) return '';
  const cards = most.map(
    (change, at) =>
      `<li><span class="rank" aria-hidden="true">${at + 1}</span><b>${html(change.name)}</b><p class="v">${html(change.from ?? 'new')} <span class="fixed">${html(targetInWords(change))}</span></p><p>clears <b>${grouped(findingsCleared(change))}</b>: ${html(countsInWords(change.clears))}${change.unsure ? ' <span class="dim">if offered</span>' : ''}${change.exploited ? ' <span class="exploited">EXPLOITED</span>' : ''}</p></li>`,
  );
  return `<h2 id="first">The three changes to make first</h2>\n<ol class="cards">${cards.join('')}</ol>\n`;
}

/** The plan: what to upgrade, by which commands, and what stays. */
export function changeSection(report: Report, summary: Summary): string {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return '';
  const rows = listedChanges(changes).map(
    ({ change }) =>
      `<tr><td class="name"><b>${html(change.name)}</b></td><td class="v">${html(change.from ?? 'new')}</td><td class="v fixed">${html(change.to ?? targetInWords(change))}</td><td>${countsInWords(change.clears)}</td><td class="dim">${html(remarkOf(change))}</td></tr>\n`,
  );
  const steps = distinctSteps(changes.steps).map(stepLine);
  const commands = steps.filter(({ shell }) => shell).map(({ text }) => `${html(text)}\n`);
  const words = steps.filter(({ shell }) => !shell).map(({ label, text }) => `<p>${html(`${label}: ${text}`)}</p>\n`);
  const stays = changes.stays.map(
    ({ reason, findings, packages }) =>
      `<li>${findings} stay: ${html(reason)} (${html(packages.slice(0, 8).join(', '))})</li>\n`,
  );
  const { command, does } = commandOf(report);
  return `<h2 id="plan">What to change</h2>
<p class="dim">${html(conditionsInWords(changes, summary.total))}</p>
${rows.length === 0 ? '' : htmlTable('What to change', ['package', 'installed', 'upgrade to', 'clears', ''], rows)}${commands.length === 0 ? '' : `<pre>${commands.join('')}</pre>\n`}${words.join('')}${stays.length === 0 ? '' : `<ul>${stays.join('')}</ul>\n`}${changes.unchecked.length === 0 ? '' : `<p class="dim">Not checked: ${html(changes.unchecked.join('; '))}.</p>\n`}<p><code>${html(command)}</code> <span class="dim">${html(does)}</span></p>
`;
}
