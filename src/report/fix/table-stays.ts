import { addTo } from '../../collections.ts';
import { counted } from '../../formats/grouped.ts';
import type { Plan } from '../../remediate/plan.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import { LISTED } from './table-steps.ts';
import { findingsInWords, reachedIn, remainingGroups, severitiesInWords, severityCounts } from './words.ts';

type Conflict = Plan['conflicts'][number];

/** Ids that are named of what a package keeps. */
const IDS = 4;

/** What cannot be cleared, by package: the true obstacle, and the ways out of it. */
export function* conflictLines(plan: Plan, page: Page): Generator<string> {
  if (plan.conflicts.length === 0) return;
  yield title(`Cannot be cleared: ${counted(plan.conflicts.length, 'package')}`, page);
  // What the distribution does not offer has one reason for all of it.
  const waiting = page.all ? [] : plan.conflicts.filter(({ environment }) => environment === undefined);
  const single = plan.conflicts.filter((conflict) => !waiting.includes(conflict));
  if (waiting.length > 0) yield* waitingLines(waiting, page);
  for (const conflict of page.all ? single : single.slice(0, LISTED)) yield* conflictOf(plan, conflict, page);
  if (!page.all && single.length > LISTED) yield page.paint(`  and ${single.length - LISTED} more (--all)`, 'dim');
}

/** Packages of the system, by the reason why they stay as they are. */
function waitingLines(waiting: readonly Conflict[], page: Page): string[] {
  const reasons = new Map<string, Conflict[]>();
  for (const conflict of waiting) addTo(reasons, sharedReason(conflict), conflict);
  return [...reasons].flatMap(([reason, own]) => {
    const names = own.slice(0, LISTED).map(({ name, wanted }) => (wanted === undefined ? name : `${name} (${wanted})`));
    const more = own.length > LISTED ? ` and ${own.length - LISTED} more (--all)` : '';
    const kept = own.reduce((sum, { keeps }) => sum + keeps.length, 0);
    return paragraph(`${reason}: ${names.join(', ')}${more}; ${counted(kept, 'finding')}`, page, 2, undefined, 2);
  });
}

/** What is said of one package and holds for others: without its own versions. */
const sharedReason = ({ because }: Conflict): string => {
  const said = because.join('; ').replace(/; fixed in [^;]*$/, '');
  const isOffered =
    /^the indexes of the image's sources offer nothing newer|^the newest that the image's sources offer/;
  return isOffered.test(said) ? "the image's package sources do not offer the fixed version" : said;
};

function* conflictOf(plan: Plan, conflict: Conflict, page: Page): Generator<string> {
  const { name, version, keeps, because, environment } = conflict;
  const reached = reachedIn(plan, conflict);
  const ids = `${keeps.slice(0, IDS).join(' ')}${keeps.length > IDS ? ` +${keeps.length - IDS}` : ''}`;
  const heading = `${name} ${reached === undefined ? `stays at ${version} and` : `${reached} still`} has ${ids}`;
  yield* paragraph(heading, page, 2, (line) => page.paint(line, 'bold'), 2);
  for (const why of because) yield* paragraph(why, page, 4, undefined, 2);
  // To live with it is open to everyone, and is said once, with what stays.
  const options = plan.options.filter(
    (option) => option.name === name && option.environment === environment && (page.all || option.kind !== 'accept'),
  );
  for (const option of options) {
    // What was just said is not said again.
    const more = option.breaks.filter((broken) => !because.includes(broken));
    const same = more.length < option.breaks.length ? ['(breaks that)'] : [];
    const said = ['or', option.title, ...same, ...(more.length > 0 ? [`(breaks: ${more.join('; ')})`] : [])].join(' ');
    yield* paragraph(said, page, 4, (line) => page.paint(line, 'dim'), 3);
  }
}

/** What is not part of the plan and would clear something, or make the image safer. */
export function* adviceLines(plan: Plan, page: Page): Generator<string> {
  const advice = plan.steps.filter(({ applied }) => !applied);
  if (advice.length === 0) return;
  yield title('Besides', page);
  for (const step of advice) {
    const clears =
      step.clears.length === 0
        ? ''
        : `: would clear ${step.clears.length} (${severitiesInWords(severityCounts(step.clears))})`;
    yield* paragraph(`- ${step.title}${clears}`, page, 2, undefined, 2);
    for (const command of step.commands.slice(0, page.all ? undefined : 3)) yield* commandLines([command], page, 6, '');
    // Of another base it matters most what it lacks.
    if (step.kind === 'base' && step.brings.length > 0)
      yield* paragraph(`brings ${findingsInWords(step.brings)}`, page, 6);
    // Nor is a thing taken out without a word on who might miss it.
    for (const why of step.kind === 'base' || step.kind === 'remove' ? step.risk.why : [])
      yield* paragraph(`- ${why}`, page, 6, undefined, 2);
  }
}

/** What stays after all, by reason. */
export function* remainingLines(plan: Plan, page: Page): Generator<string> {
  if (plan.remaining.length === 0) return;
  yield title(`Stays: ${counted(plan.remaining.length, 'finding')}`, page);
  const groups = remainingGroups(plan);
  const rows = (page.all ? groups : groups.slice(0, LISTED)).map(({ reason, findings }): Cell[] => [
    String(findings.length),
    reason,
    { text: findingsInWords(findings).replace(/^[^:]*: /, ''), style: ['dim'] },
  ]);
  yield* table([{ align: 'right' }, { overflow: 'wrap', minimum: 18 }, { overflow: 'cut', minimum: 12 }], rows, {
    ...layout(page),
    indent: 2,
  });
  if (groups.length > rows.length)
    yield page.paint(`  and ${counted(groups.length - rows.length, 'more reason')} (--all)`, 'dim');
  yield* paragraph('to leave them and say so: -f openvex writes a stub for each', page, 2, (line) =>
    page.paint(line, 'dim'),
  );
}
