import type { Comparison } from '../../compare/comparison.ts';
import { markdownText } from '../escape.ts';
import { type PairStory, pairsTold, saysOf, storyOf } from './story.ts';
import {
  causeGroups,
  combinations,
  comparisonVerdict,
  headline,
  signed,
  thousands,
  titleOf,
  totalBridges,
} from './summary.ts';

/** Differences listed of one cause. */
const LISTED = 20;

/** For a pull request or a ticket: the same sections as the table, as Markdown. */
export function* compareMarkdown(comparison: Comparison): Generator<string> {
  yield '# What gives?\n\n';
  for (const problem of comparison.identity.problems)
    yield `> **Not the same image** (\`subject.identity\`): ${markdownText(problem)}\n\n`;
  for (const remark of comparison.identity.remarks) yield `> ${markdownText(remark)}\n\n`;
  yield `**${comparisonVerdict(comparison)}.**\n\n`;
  for (const bridge of pairsTold(comparison)) yield* storyLines(storyOf(bridge, comparison));
  yield '| scanner | rows | distinct | in its own words |\n| --- | ---: | ---: | --- |\n';
  for (const report of comparison.reports)
    yield `| ${markdownText(titleOf(report.name, comparison))} | ${thousands(report.rows)} | ${thousands(report.keys)} | ${markdownText(headline(report))} |\n`;
  yield '\n';
  for (const bridge of totalBridges(comparison)) {
    yield `## From ${markdownText(titleOf(bridge.from, comparison))} to ${markdownText(titleOf(bridge.to, comparison))}\n\n| rows | cause | |\n| ---: | --- | --- |\n`;
    yield `| ${thousands(bridge.start)} | | rows of ${markdownText(titleOf(bridge.from, comparison))} |\n`;
    for (const step of bridge.steps)
      yield `| ${signed(step.count)} | \`${step.code}\` | ${markdownText(step.says)} |\n`;
    yield `| **${thousands(bridge.end)}** | | rows of ${markdownText(titleOf(bridge.to, comparison))} |\n\n`;
  }
  yield '## Who reports what\n\n| findings | reported by | confirmed | contradicted | undecidable |\n| ---: | --- | ---: | ---: | ---: |\n';
  for (const { reports, rows, evidence } of combinations(comparison)) {
    const count = (word: keyof typeof evidence): string => thousands(evidence[word]);
    yield `| ${thousands(rows.length)} | ${markdownText(reports.map((name) => titleOf(name, comparison)).join(', '))} | ${count('confirmed')} | ${count('contradicted')} | ${count('undecidable')} |\n`;
  }
  yield '\n## Why single findings differ\n\n';
  for (const { between, kind, code, differences } of causeGroups(comparison)) {
    yield `<details><summary>${thousands(differences.length)} × <code>${code}</code> (${kind}, ${markdownText(between.map((name) => titleOf(name, comparison)).join(' / '))})</summary>\n\n`;
    for (const difference of differences.slice(0, LISTED))
      yield `- ${markdownText(difference.key)}: ${markdownText(difference.values.map((value) => value ?? 'not reported').join(' / '))}. ${markdownText(difference.causes[0] === undefined ? '' : saysOf(difference, difference.causes[0], comparison))}\n`;
    if (differences.length > LISTED) yield `- and ${thousands(differences.length - LISTED)} more\n`;
    yield '\n</details>\n\n';
  }
}

function* storyLines({ opening, parts }: PairStory): Generator<string> {
  if (parts.length === 0) return;
  yield `${markdownText(opening)}:\n\n`;
  for (const { counted, causes } of parts) {
    yield `- ${markdownText(counted)}\n`;
    for (const { amount, code, sentence, example, known } of causes)
      yield `  - **${markdownText(amount)}**: ${markdownText(sentence)} (\`${code}\`). ${markdownText(example)}. Known how: ${markdownText(known)}.\n`;
  }
  yield '\n';
}
