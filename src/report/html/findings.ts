import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { distance, type Finding, type Rating, type Reason } from '../../model.ts';
import { codeInWords, isNotLinked, mayBeLoaded, namedInWords } from '../../policy/exposure.ts';
import { cut } from '../../terminal/table.ts';
import {
  countSeverities,
  countsInWords,
  exposureOfGroup,
  type FixGroup,
  type GroupedFinding,
  isFixable,
  isKernelHeader,
  namesInWords,
  nearnessInWords,
  proofInWords,
  shortInstruction,
  stateInWords,
  titleLine,
} from '../scan/index.ts';
import { badge, html, link, pathText, prose } from './escape.ts';

/** Rows that a browser lays out together: those of other parts wait until they are scrolled to. */
const CHUNK = 50;

/** Columns of a package's findings. */
const COLUMNS =
  '<colgroup><col class="c1"><col class="c2"><col class="c3"><col class="c4"><col></colgroup><thead><tr><th scope="col">vulnerability</th><th scope="col">severity</th><th scope="col">by</th><th scope="col">fix or state</th><th scope="col">title</th></tr></thead>';

/** The findings of all packages as one list, which the script fills. */
export const EMPTY_LIST = `<div id="list" hidden><table class="rows"><colgroup><col class="c1"><col class="c4"><col class="c2"><col class="c3"><col class="c4"><col></colgroup><thead><tr><th scope="col"><button type="button" value="i">vulnerability</button></th><th scope="col"><button type="button" value="n">package</button></th><th scope="col" aria-sort="descending"><button type="button" value="s">severity</button></th><th scope="col">by</th><th scope="col"><button type="button" value="f">fix or state</button></th><th scope="col"><button type="button" value="e">title, by EPSS</button></th></tr></thead><tbody></tbody></table></div>
<p><button type="button" id="more" hidden>Show more</button></p>
`;

/** One source package with all its findings, folded or open, in pieces: one package may have thousands. */
export function* groupSection(group: FixGroup, open: boolean): Generator<string> {
  const findings = group.findings.map(({ finding }) => finding);
  const kind = isSystemType(group.type) ? '' : `<span class="dim">${html(typeNamed(group.type).label)}</span>`;
  const headers = group.packages.every(isKernelHeader)
    ? '<span class="dim">headers only: a container runs its host\u2019s kernel</span>'
    : '';
  const near = `<span class="dim">${html(exposureOfGroup(group).join(''))}</span>`;
  const proof = `<span class="dim">${html(proofInWords(group.packages).join('; '))}</span>`;
  yield `<details class="p"${open ? ' open' : ''}><summary><b>${html(group.name)}</b> <span class="v">${html(group.version)}</span> ${kind} <span>${countsInWords(countSeverities(findings))}</span> ${near} ${proof} ${headers}</summary>
<div><p class="dim">${places(group)}</p>
`;
  for (let from = 0; from < group.findings.length; from += CHUNK) {
    const rows = group.findings.slice(from, from + CHUNK).map((finding) => findingRow(finding, group));
    // Room is kept for whole pieces alone: a few rows are not half a page of nothing.
    yield `<div class="chunk${rows.length < CHUNK ? ' part' : ''}"><table class="rows">${COLUMNS}\n<tbody>${rows.join('')}</tbody></table></div>`;
  }
  yield '</div></details>\n';
}

/** Lines about where the packages are, and names on one. */
const PLACES = 12;
const NAMES = 60;

/** The installed packages, those of the same version and layer in one line. */
function places(group: FixGroup): string {
  const lines = new Map<string, Set<string>>();
  for (const pkg of group.packages) {
    const at = pkg.evidence[0];
    const made = at?.instruction === undefined ? '' : `: ${html(cut(shortInstruction(at.instruction), 120))}`;
    const path = at === undefined || isSystemType(pkg.type) ? '' : ` in <code>/${pathText(at.path)}</code>`;
    const where = `${html(pkg.version)}${path}${at === undefined || at.diffID === '' ? '' : `, layer ${at.layer + 1}${made}`}`;
    const known = lines.get(where);
    if (known === undefined) lines.set(where, new Set([pkg.name]));
    else known.add(pkg.name);
  }
  const listed = (names: ReadonlySet<string>): string =>
    `${html([...names].slice(0, NAMES).join(', '))}${names.size > NAMES ? ` and ${names.size - NAMES} more` : ''}`;
  const all = [...lines].map(([where, names]) => `${listed(names)} ${where}`);
  return `${all.slice(0, PLACES).join('<br>')}${all.length > PLACES ? `<br>and ${all.length - PLACES} more places` : ''}`;
}

function findingRow(grouped: GroupedFinding, group: FixGroup): string {
  const { finding, packages, exposure } = grouped;
  const words = [
    finding.id,
    ...finding.aliases,
    ...bulletins(finding),
    group.name,
    namesInWords(packages),
    titleLine(finding),
  ]
    .join(' ')
    .toLowerCase();
  const exploited =
    finding.exploited === undefined
      ? ''
      : `<span class="exploited">EXPLOITED since ${html(finding.exploited.slice(0, 10))}</span> `;
  const notLinked = isNotLinked(finding) ? '<span class="dim">not linked:</span> ' : '';
  const state = isFixable(finding)
    ? `<span class="v fixed">\u2192 ${html(finding.fix.version ?? 'fixed')}</span>`
    : html(stateInWords(finding));
  const epss =
    finding.epss === undefined ? '' : ` <span class="dim small">EPSS ${(finding.epss * 100).toFixed(1)} %</span>`;
  const isNear = mayBeLoaded({ package: exposure === undefined ? {} : { exposure } }, true);
  const facts = `data-s="${finding.severity}" data-f="${isFixable(finding) ? 1 : 0}" data-x="${finding.exploited === undefined ? 0 : 1}" data-c="${distance(exposure?.class)}" data-l="${isNear ? 1 : 0}" data-e="${finding.epss ?? ''}" data-i="${html(finding.id)}" data-n="${html(`${group.name} ${group.version}`)}" data-t="${html(words)}"`;
  const near =
    exposure === undefined || notLinked !== '' || exposure.class === 'unknown'
      ? ''
      : ` <span class="dim small">${html(nearnessInWords(exposure))}</span>`;
  return `<tr ${facts}><td data-h="">${link(finding.url, finding.id)}</td><td>${badge(finding.severity)}</td><td data-h="by">${html(finding.severitySource === 'none' ? '-' : finding.severitySource)}</td><td>${state}</td><td>${exploited}${notLinked}${html(titleLine(finding))}${near}${epss}${more(grouped)}</td></tr>
`;
}

const bulletins = ({ statements }: Finding): string[] => [
  ...new Set(statements.flatMap((statement) => statement.bulletin ?? [])),
];

/** What `explain` would say: ratings, aliases, the chain of reasons. */
function more({ finding, packages, exposure }: GroupedFinding): string {
  const facts: (readonly [string, string])[] = [
    ...(finding.aliases.length === 0 ? [] : [['also known as', html(finding.aliases.join(', '))] as const]),
    ...(bulletins(finding).length === 0 ? [] : [['announced in', html(bulletins(finding).join(', '))] as const]),
    ...(exposure === undefined
      ? []
      : [
          [
            'what the container loads',
            html(exposure.why === undefined ? exposure.class : `${exposure.class}: ${exposure.why}`),
          ] as const,
        ]),
    ...proofInWords(packages).map((words) => ['proof of the package', html(words)] as const),
    ...(finding.code === undefined ? [] : [['vulnerable code', html(codeInWords(finding.code))] as const]),
    ...(finding.named === undefined
      ? []
      : [['modules that the text names', html(namedInWords(finding.named))] as const]),
    ...(finding.ratings.length === 0 ? [] : [['rated', finding.ratings.map(ratingInWords).join('<br>')] as const]),
    ...(finding.published === undefined ? [] : [['published', html(finding.published.slice(0, 10))] as const]),
    ...(finding.epss === undefined ? [] : [['EPSS', `${(finding.epss * 100).toFixed(1)} %`] as const]),
    ...(finding.description === undefined ? [] : [['description', prose(finding.description)] as const]),
    ...(finding.references === undefined || finding.references.length === 0
      ? []
      : [
          [
            'references',
            finding.references
              .slice(0, 10)
              .map((url) => link(url, url))
              .join('<br>'),
          ] as const,
        ]),
  ];
  const list = facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('');
  const steps = finding.reasons.map((reason) => `<li>${reasonInWords(reason)}</li>`).join('');
  return `<details><summary>why and by whom</summary>${list === '' ? '' : `<dl>${list}</dl>`}<ol>${steps}</ol></details>`;
}

function ratingInWords(rating: Rating): string {
  const score = rating.score === undefined ? '' : ` ${rating.score}`;
  const original = rating.original === undefined ? '' : ` \u201c${html(rating.original)}\u201d`;
  return `${html(rating.source)}: ${badge(rating.severity)} ${html(rating.method)}${score}${original}${rating.vector === undefined ? '' : ` <code>${html(rating.vector)}</code>`}`;
}

function reasonInWords(reason: Reason): string {
  switch (reason.step) {
    case 'searched':
      return `looked up <b>${html(reason.name)}</b> in ${html(reason.namespace)}, by its ${reason.by === 'source' ? 'source package' : 'name'}`;
    case 'hit':
      return `${link(reason.url, reason.advisory)} of ${html(reason.source)} speaks of it`;
    case 'compared':
      return `<code>${html(reason.version)}</code> is ${rangeInWords(reason.range)} (${reason.comparator === 'natural' ? 'compared part by part, numbers as numbers' : `compared as ${html(reason.comparator)} does`})`;
    case 'state':
      return `${html(reason.source)} says: ${html(reason.state)}${reason.note === undefined ? '' : ` (${html(reason.note)})`}`;
    case 'rated':
      return `${badge(reason.severity)} ${reason.source === 'none' ? 'because nobody has rated it' : `by ${html(reason.source)} (${html(reason.method)})`}`;
  }
}

function rangeInWords(range: Extract<Reason, { step: 'compared' }>['range']): string {
  if ('exact' in range) return 'the version it names';
  const { introduced, fixed, lastAffected, limit, isAfter } = range;
  const parts = [
    ...(introduced === undefined || introduced === '0'
      ? []
      : [`${isAfter ? 'after' : 'not before'} <code>${html(introduced)}</code>`]),
    ...(fixed === undefined ? [] : [`before <code>${html(fixed)}</code>`]),
    ...(lastAffected === undefined ? [] : [`not after <code>${html(lastAffected)}</code>`]),
    ...(limit === undefined ? [] : [`before <code>${html(limit)}</code>`]),
  ];
  return parts.length === 0 ? 'affected like every version' : parts.join(' and ');
}
