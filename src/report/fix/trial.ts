import { printable } from '../../errors.ts';
import { counted } from '../../formats/grouped.ts';
import type { Trial } from '../../remediate/plan.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { markdownText } from '../escape.ts';
import { type Page, paragraph } from '../page.ts';

/** Findings of one kind that a terminal is shown. */
const LISTED = 15;

/** What came of a trial, in a sentence. */
function trialVerdict({ kept, failure, builder, seconds, verification, checks }: Trial): string {
  if (failure !== undefined) return `the build by ${builder} failed after ${seconds} s: nothing is proved`;
  const prediction = verification?.prediction;
  const besides = prediction?.clearedBesides ?? [];
  // More is cleared than the plan counts, as where a wheel brings a newer library along: which, or the two numbers contradict each other.
  const which = [...new Set(besides.map(({ id, name }) => `${id} of ${printable(name)}`))];
  const named = `${which.slice(0, 3).join(', ')}${which.length > 3 ? ', ...' : ''}`;
  const more = besides.length > 0 ? ` (${besides.length} more than predicted: ${named})` : '';
  const parts = [
    ...(verification ? [`${counted(verification.cleared.length, 'finding')} cleared${more}`] : []),
    ...(prediction && prediction.notCleared.length > 0
      ? [`${prediction.notCleared.length} predicted to be gone and still there`]
      : []),
    ...(prediction && prediction.unforeseen.length > 0 ? [`${prediction.unforeseen.length} not foreseen`] : []),
    ...(checks.some(({ good }) => good === false)
      ? [`${counted(checks.filter(({ good }) => good === false).length, 'check')} failed`]
      : []),
  ];
  return `built by ${builder} in ${seconds} s, ${kept ? 'the prediction holds' : 'THE PREDICTION FAILS'}: ${parts.join(', ')}`;
}

/** What came of a trial: the verdict, every finding where prediction and image differ, every check that complained or could not be run. */
export function* trialLines(trial: Trial, page: Page): Generator<string> {
  const heading = trial.kept ? 'TRIED' : 'TRIED, AND FAILED';
  const lines = paragraph(`${heading}  ${trialVerdict(trial)}`, page, 2);
  yield `  ${page.paint(heading, 'bold', trial.kept ? 'green' : 'red')}${lines[0]!.slice(2 + heading.length)}`;
  yield* lines.slice(1);
  for (const line of (trial.failure ?? '')
    .split('\n')
    .filter(Boolean)
    .slice(page.all ? 0 : -12))
    yield* paragraph(line, page, 4, (text) => page.paint(text, 'red'));
  const rows = differences(trial);
  const shown = page.all ? rows : rows.slice(0, LISTED);
  yield* table(
    [{}, {}, { overflow: 'middle' }, {}],
    shown.map(({ severity, id, name, version, said }): Cell[] => [
      { text: severity, style: SEVERITY_STYLES[severity] },
      id,
      `${name} ${version}`,
      { text: said, style: ['red'] },
    ]),
    { ...(page.width === undefined ? {} : { width: page.width }), paint: page.paint, indent: 4 },
  );
  if (rows.length > shown.length) yield page.paint(`    and ${rows.length - shown.length} more (--all)`, 'dim');
  for (const { name, about, good, said } of trial.checks) {
    if (good === true && !page.all) continue;
    const word = good === undefined ? 'not run' : good ? 'good' : 'FAILED';
    yield* paragraph(
      `${name} ${about}: ${word}${
        said === ''
          ? ''
          : `: ${said
              .split(/\n/)
              .map((line) => line.trim())
              .filter((line) => line !== '')
              .join('; ')}`
      }`,
      page,
      4,
      (text) => page.paint(text, good === false ? 'red' : 'dim'),
      2,
    );
  }
  const good = trial.checks.filter((check) => check.good).length;
  if (good > 0 && !page.all) yield page.paint(`    ${counted(good, 'check')} passed`, 'dim');
}

function differences({ verification }: Trial) {
  const { notCleared = [], unforeseen = [] } = verification?.prediction ?? {};
  return [
    ...notCleared.map((finding) => ({ ...finding, said: 'predicted to be gone, still there' })),
    ...unforeseen.map((finding) => ({ ...finding, said: 'not foreseen' })),
  ];
}

/** The same for a pull request. */
export function trialSection(trial: Trial): string {
  const rows = differences(trial)
    .slice(0, 200)
    .map(
      ({ severity, id, name, version, said }) =>
        `| ${severity} | ${markdownText(id)} | ${markdownText(`${name} ${version}`)} | ${said} |\n`,
    );
  const checks = trial.checks
    .filter(({ good }) => good !== true)
    .map(
      ({ name, about, good, said }) =>
        `- ${markdownText(`${name} ${about}`)}: ${good === undefined ? 'not run' : 'failed'}${
          said === ''
            ? ''
            : `: ${markdownText(
                said
                  .split(/\n/)
                  .map((line) => line.trim())
                  .filter((line) => line !== '')
                  .join('; '),
              )}`
        }\n`,
    );
  return [
    `**${trial.kept ? 'Tried' : 'Tried, and failed'}**: ${markdownText(trialVerdict(trial))}.\n\n`,
    ...(rows.length > 0
      ? ['| severity | vulnerability | package | |\n| --- | --- | --- | --- |\n', ...rows, '\n']
      : []),
    ...(checks.length > 0 ? [...checks, '\n'] : []),
  ].join('');
}
