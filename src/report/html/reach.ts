import { grouped } from '../../formats/grouped.ts';
import {
  EXPOSURE_CLASSES,
  type ExposureClass,
  type ExposureStep,
  type Package,
  type Report,
  WORST_FIRST,
} from '../../model.ts';
import { isWithinReach, liveInWords } from '../../policy/exposure.ts';
import { countSeverities, countsInWords, groupFindings, judgedAsLoadedInWords, type Summary } from '../scan/index.ts';
import { badge, html } from './escape.ts';
import { htmlTable } from './frame.ts';

/** Packages that the picture shows. */
const LEAVES = 400;
/** How deep it lies open. */
const OPEN = 2;

const MEANING: Readonly<Record<ExposureClass, string>> = {
  loaded: 'loaded when the container starts',
  importable: 'reached by a lazy or conditional import, or a name in a library',
  callable: 'in programs that something reached names, or may call',
  present: 'on disk, and nothing known leads to it',
  'not-code': 'in headers, documents and data',
  unknown: 'cannot be told',
};

/** A file on the way from the start command to packages with findings, and where the way goes on. */
interface Step extends ExposureStep {
  readonly next: Map<string, Step>;
  readonly packages: Reached[];
  findings: number;
}

/** A package with findings that the container can load. */
interface Reached {
  readonly package: Package;
  readonly severities: readonly Report['findings'][number]['severity'][];
}

/** Whether of any finding it can be told how near it is: then there is a section on it. */
export const isReachKnown = ({ start }: Report, { exposure, total }: Summary): boolean =>
  start !== undefined && exposure !== undefined && exposure.unknown < total;

/** From the start command to what is vulnerable: how many findings are how near, and the ways to those that can be loaded. */
export function reachSection(report: Report, summary: Summary): string {
  const { exposure, total } = summary;
  const { start } = report;
  if (start === undefined || exposure === undefined || !isReachKnown(report, summary)) return '';
  const counts = EXPOSURE_CLASSES.filter((level) => exposure[level] > 0).map(
    (level) =>
      `<tr><th scope="row">${level}</th><td>${MEANING[level]}</td><td class="n">${grouped(exposure[level])}</td><td class="n">${Math.round((100 * exposure[level]) / total)} %</td></tr>\n`,
  );
  const notes = [...start.notes, ...(start.live?.notes ?? [])].map((note) => `<li>${html(note)}</li>\n`);
  const live = start.live === undefined ? [] : liveInWords(start.live).map((line) => `<p>${html(line)}</p>\n`);
  return [
    '<h2 id="reach">From the start command</h2>\n',
    `<p>The container starts <code>${html(start.command.join(' '))}</code>. Of ${grouped(total)} findings ${grouped(exposure.loaded + exposure.importable)} are in code that it can load. ${judgedAsLoadedInWords(summary)}</p>\n`,
    ...live,
    htmlTable(
      'Findings by how near their package is to what runs',
      ['class', 'what it says', { text: 'findings', number: true }, { text: 'share', number: true }],
      counts,
    ),
    picture(report),
    ...(notes.length === 0
      ? []
      : [
          `<details><summary>${grouped(notes.length)} ${notes.length === 1 ? 'thing' : 'things'} that could not be told</summary><ul>\n${notes.join('')}</ul></details>\n`,
        ]),
  ].join('');
}

/** The ways as lists within lists, that open and close without a script. */
function picture({ findings }: Report): string {
  const byPackage = new Map<
    string,
    { readonly package: Package; readonly severities: Reached['severities'][number][] }
  >();
  for (const { findings: rows } of groupFindings(findings))
    for (const { finding, packages, exposure } of rows) {
      if (!isWithinReach(exposure?.class)) continue;
      const nearest = packages.find(({ exposure }) => exposure?.class === 'loaded') ?? packages.find(isNear);
      if (nearest?.exposure === undefined || !isNear(nearest)) continue;
      const key = `${nearest.purl} ${nearest.exposure.chain?.at(-1)?.path}`;
      const known = byPackage.get(key) ?? { package: nearest, severities: [] };
      known.severities.push(finding.severity);
      byPackage.set(key, known);
    }
  const reached: readonly Reached[] = [...byPackage.values()];
  if (reached.length === 0) return '';
  const shown = reached.slice(0, LEAVES);
  const more = reached.length - shown.length;
  return [
    '<h3>The ways to them</h3>\n<p class="dim">Each step leads to the next: a program to its libraries, a module to what it imports. A package stands where it is first reached.</p>\n',
    `<ul class="way">\n${[...treeOf(shown).values()].map((step) => stepItem(step, 0)).join('')}</ul>\n`,
    ...(more > 0 ? [`<p class="dim">and ${grouped(more)} more packages</p>\n`] : []),
  ].join('');
}

const isNear = ({ exposure }: Package): boolean => isWithinReach(exposure?.class) && (exposure?.chain?.length ?? 0) > 0;

function treeOf(reached: readonly Reached[]): Map<string, Step> {
  const roots = new Map<string, Step>();
  for (const leafOf of reached) {
    let level = roots;
    let step: Step | undefined;
    for (const { how, path } of leafOf.package.exposure?.chain ?? []) {
      step = level.get(path) ?? { how, path, next: new Map(), packages: [], findings: 0 };
      step.findings += leafOf.severities.length;
      level.set(path, step);
      level = step.next;
    }
    step?.packages.push(leafOf);
  }
  return roots;
}

/** A step, with those that only lead on in one line with it. */
function stepItem(first: Step, depth: number): string {
  const line: Step[] = [first];
  for (let at = first; at.packages.length === 0 && at.next.size === 1; ) {
    at = [...at.next.values()][0] as Step;
    line.push(at);
  }
  const last = line.at(-1) as Step;
  const way = line
    .map(({ how, path }) => `<span class="dim">${html(how)}</span> <code>/${html(path)}</code>`)
    .join(' <span aria-hidden="true">\u2192</span> ');
  const packages = last.packages.map(leaf).join('');
  if (last.next.size === 0) return `<li>${way}${packages}</li>\n`;
  const below = [...last.next.values()]
    .sort((a, b) => b.findings - a.findings)
    .map((step) => stepItem(step, depth + 1))
    .join('');
  const count = `<span class="dim">leads to ${grouped(last.findings)} ${last.findings === 1 ? 'finding' : 'findings'}</span>`;
  return `<li><details${depth < OPEN ? ' open' : ''}><summary>${way} ${count}</summary>${packages}<ul>\n${below}</ul></details></li>\n`;
}

function leaf({ package: { name, version, exposure }, severities }: Reached): string {
  const worst = countsInWords(countSeverities(severities.map((severity) => ({ severity }))));
  const first = badgeOf(severities);
  return `<div class="reached"><b>${html(name)} ${html(version)}</b> ${first} <span>${html(worst)}</span> <span class="dim">${exposure?.seen === undefined ? html(exposure?.class ?? '') : 'seen loaded'}</span></div>`;
}

const badgeOf = (severities: Reached['severities']): string =>
  badge(WORST_FIRST.find((severity) => severities.includes(severity)) ?? 'UNKNOWN');
