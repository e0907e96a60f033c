import type { BomDiff, Diff, FindingDifference, PackageDifference } from '../../compare/diff/index.ts';
import { markdownText } from '../escape.ts';
import { bomVerdict, causeInWords, diffVerdict, packageMove, packagesInWords } from './words.ts';

/** Rows of one list: a comment on a pull request holds 65,536 characters. */
const ROWS = 100;

/** For job summaries and pull requests. */
export function* diffMarkdown(diff: Diff): Generator<string> {
  const { heading, text } = diffVerdict(diff);
  yield `## ${heading[0]}${heading.slice(1).toLowerCase()}: ${markdownText(diff.before.reference)} \u2192 ${markdownText(diff.after.reference)}\n\n${markdownText(text)}\n\n`;
  for (const notice of diff.notices) yield `> ${markdownText(notice)}\n\n`;
  yield* findings('New', diff.fresh, false);
  if (diff.risks.fresh.length > 0) {
    yield '### New risks\n\n| severity | risk | file |\n| --- | --- | --- |\n';
    for (const { severity, title, path } of diff.risks.fresh.slice(0, ROWS))
      yield `| ${severity} | ${markdownText(title)} | ${markdownText(path === '' ? 'image configuration' : `/${path}`)} |\n`;
    yield '\n';
  }
  yield* findings('Changed', diff.changed, true);
  yield* findings('Cleared', diff.cleared, true);
  if (diff.packages !== undefined && diff.packages.length > 0)
    yield* folded(`Packages: ${packagesInWords(diff.packages)}`, packageRows(diff.packages));
}

/** What came, went and moved. */
export function* bomDiffMarkdown(diff: BomDiff): Generator<string> {
  yield `## Packages: ${markdownText(diff.before.reference)} \u2192 ${markdownText(diff.after.reference)}\n\n${bomVerdict(diff)}\n\n`;
  if (diff.packages.length > 0) yield* packageRows(diff.packages);
}

function* findings(name: string, all: readonly FindingDifference[], fold: boolean): Generator<string> {
  if (all.length === 0) return;
  const rows = function* (): Generator<string> {
    yield '| severity | vulnerability | package | why |\n| --- | --- | --- | --- |\n';
    for (const difference of all.slice(0, ROWS))
      yield `| ${(difference.after ?? difference.before)!.severity} | ${markdownText(difference.id)} | ${markdownText(difference.name)} | ${markdownText(causeInWords(difference))} |\n`;
    if (all.length > ROWS) yield `\nand ${all.length - ROWS} more\n`;
    yield '\n';
  };
  if (fold) yield* folded(`${name}: ${all.length}`, rows());
  else {
    yield `### ${name}: ${all.length}\n\n`;
    yield* rows();
  }
}

function* folded(summary: string, content: Iterable<string>): Generator<string> {
  yield `<details><summary>${summary}</summary>\n\n`;
  yield* content;
  yield '</details>\n\n';
}

function* packageRows(packages: readonly PackageDifference[]): Generator<string> {
  yield '| package | kind | change | versions |\n| --- | --- | --- | --- |\n';
  for (const difference of packages.slice(0, ROWS))
    yield `| ${markdownText(difference.name)} | ${markdownText(difference.type)} | ${difference.kind} | ${markdownText(packageMove(difference))} |\n`;
  if (packages.length > ROWS) yield `\nand ${packages.length - ROWS} more\n`;
  yield '\n';
}
