import type { Diff, FindingDifference, RiskDifference } from '../../compare/diff/index.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { WORST_FIRST } from '../../model.ts';
import {
  badge,
  contents,
  html,
  htmlTable,
  pageFoot,
  pageHead,
  pathText,
  SEVERITY_COLUMNS,
  unbrokenId,
} from '../html/index.ts';
import { causeInWords, diffVerdict, packageMove, packagesInWords } from './words.ts';

/** A difference as a page: the sentence, the figures of both sides, then what is new, changed and cleared, each with why. */
export function* diffHtml(diff: Diff): Generator<string> {
  const { before, after, fresh, cleared, changed, risks, packages = [] } = diff;
  const { word, heading, text } = diffVerdict(diff);
  yield pageHead({ title: `${after.reference}: what changed` });
  yield `<header><h1>${html(after.reference)}</h1>\n<div class="dim">against ${html(before.reference)}</div></header>\n`;
  const lists = [
    ['new', 'New', fresh],
    ['changed', 'Changed', changed],
    ['cleared', 'Cleared', cleared],
  ] as const;
  yield contents([
    ...lists.filter(([, , list]) => list.length > 0).map(([id, name]) => ({ id, name })),
    ...(risks.fresh.length + risks.cleared.length > 0 ? [{ id: 'risks', name: 'Risks' }] : []),
    ...(packages.length > 0 ? [{ id: 'packages', name: 'Packages' }] : []),
  ]);
  yield `<main id="main">\n<p class="verdict ${word === 'mixed' ? '' : word}"><b>${heading}</b>${html(text)}</p>\n`;
  for (const notice of diff.notices) yield `<p class="warning">${html(notice)}</p>\n`;
  const side = (name: string, diffSide: Diff['before']): string =>
    `<tr><th scope="row">${name}</th>${WORST_FIRST.map((level) => `<td class="n ${diffSide.severities[level] === 0 ? 'zero' : level}">${diffSide.severities[level]}</td>`).join('')}<td class="n">${diffSide.total}</td><td class="n">${diffSide.fixable}</td></tr>\n`;
  const columns = [...SEVERITY_COLUMNS, ...['total', 'fixable'].map((name) => ({ text: name, number: true as const }))];
  yield htmlTable('Findings of both', ['', ...columns], [side('before', before), side('after', after)], { wide: true });
  for (const [id, name, list] of lists)
    if (list.length > 0)
      yield `<h2 id="${id}">${name}: ${list.length}</h2>\n${htmlTable(name, ['vulnerability', 'severity', 'package', 'why'], list.map(findingRow))}`;
  if (risks.fresh.length + risks.cleared.length > 0)
    yield `<h2 id="risks">Risks in files and configuration</h2>\n${htmlTable('Risks', ['', 'severity', 'risk', 'file'], [...risks.fresh.map((risk) => riskRow('new', risk)), ...risks.cleared.map((risk) => riskRow('gone', risk))])}`;
  if (packages.length > 0)
    yield `<h2 id="packages">Packages: ${html(packagesInWords(packages))}</h2>\n${htmlTable(
      'Packages',
      ['package', 'kind', 'change', 'versions'],
      packages.map(
        (pkg) =>
          `<tr><td><b>${html(pkg.name)}</b></td><td class="dim">${html(typeNamed(pkg.type).label)}</td><td>${pkg.kind}</td><td class="v">${html(packageMove(pkg))}</td></tr>\n`,
      ),
    )}`;
  yield pageFoot(diff.tool.version, diff.created);
}

function findingRow(difference: FindingDifference): string {
  const { severity, exploited } = (difference.after ?? difference.before)!;
  const attacked = exploited === undefined ? '' : '<span class="exploited">EXPLOITED</span> ';
  return `<tr><td><b>${unbrokenId(difference.id)}</b></td><td>${badge(severity)}</td><td class="name">${html(difference.name)}</td><td>${attacked}${html(causeInWords(difference))}${difference.title === undefined ? '' : `<br><span class="dim">${html(difference.title)}</span>`}</td></tr>\n`;
}

const riskRow = (kind: string, { severity, title, path }: RiskDifference): string =>
  `<tr><td>${kind}</td><td>${badge(severity)}</td><td>${html(title)}</td><td><code>${pathText(path === '' ? 'image configuration' : `/${path}`)}</code></td></tr>\n`;
