import { assessedOnGrounds } from '../../coverage/assessment.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { grouped } from '../../formats/grouped.ts';
import type { Report } from '../../model.ts';
import type { Summary } from '../scan/index.ts';
import { html } from './escape.ts';
import { htmlTable } from './frame.ts';

/** Unreadable files that are listed. */
const UNKNOWNS = 500;

/** How far it could be judged: what the numbers say nothing of. */
export function notAssessedSection({ unknowns, assessment, coverage = [], changes }: Report): string {
  const missed = coverage.filter(({ assessed }) => !assessed);
  const parts = [
    ...(assessment === undefined
      ? []
      : [`<p>${html(assessedOnGrounds(assessment).replace(/^./, (letter) => letter.toUpperCase()))}.</p>\n`]),
    ...(missed.length === 0
      ? []
      : [
          htmlTable(
            'Kinds of packages that were not judged',
            ['kind', 'publisher', { text: 'packages', number: true }, 'why'],
            missed.map(
              ({ type, namespace, packages, reason }) =>
                `<tr><td>${html(typeNamed(type).label)}</td><td>${html(namespace ?? 'none')}</td><td class="n">${grouped(packages)}</td><td>${html(reason ?? (namespace === undefined ? 'nobody publishes on them' : 'no feed in the database speaks of them'))}</td></tr>\n`,
            ),
          ),
        ]),
    ...(unknowns.length === 0
      ? []
      : [
          '<h3>Could not be read</h3>\n<p class="dim">What these files hold is not in the numbers above.</p>\n',
          htmlTable(
            'Files that could not be read',
            ['file', 'read by', 'why'],
            unknowns
              .slice(0, UNKNOWNS)
              .map(
                ({ path, analyzer, reason }) =>
                  `<tr><td><code>/${html(path)}</code></td><td>${html(analyzer)}</td><td>${html(reason)}</td></tr>\n`,
              ),
          ),
          ...(unknowns.length > UNKNOWNS
            ? [`<p class="dim">and ${grouped(unknowns.length - UNKNOWNS)} more</p>\n`]
            : []),
        ]),
    ...(changes === undefined || changes.unchecked.length === 0
      ? []
      : [`<p class="dim">Of the plan was not checked: ${html(changes.unchecked.join('; '))}.</p>\n`]),
  ];
  return parts.length === 0 ? '' : `<h2 id="not-assessed">What was not assessed</h2>\n${parts.join('')}`;
}

/** The same findings as others count them: why another scanner shows another total. */
export function countingSection(summary: Summary): string {
  const { installed, vulnerabilities } = summary;
  if (summary.total === 0) return '';
  const row = (name: string, who: string, total: number, fixable: number | undefined): string =>
    `<tr><th scope="row">${name}</th><td>${who}</td><td class="n">${grouped(total)}</td><td class="n">${fixable === undefined ? '' : grouped(fixable)}</td></tr>\n`;
  return `<h2 id="counting">Compared with other counts</h2>
<p>The same findings, counted in other units. <code>plimsoll compare</code> explains every difference from another scanner\u2019s report.</p>
${htmlTable(
  'Other counts',
  ['one for each', 'counted so by', { text: 'total', number: true }, { text: 'fixable', number: true }],
  [
    row(
      'vulnerability in a source package',
      'this report: what is fixed together counts once',
      summary.total,
      summary.fixable,
    ),
    row('vulnerability in an installed package', 'Trivy, Grype', installed.total, installed.fixable),
    row('vulnerability', 'whoever lists CVEs', vulnerabilities, undefined),
  ],
)}`;
}
