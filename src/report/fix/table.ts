// Long because it is one page, from its first line to its last.

import { addTo } from '../../collections.ts';
import { printable } from '../../errors.ts';
import { counted } from '../../formats/grouped.ts';
import { WORST_FIRST } from '../../model.ts';
import type { InstructionShare, Plan, PlannedFinding, PlanStep } from '../../remediate/plan.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { isSmall, type Page, pageFor, paragraph, title } from '../page.ts';
import { nameAndFacts, severityName } from '../scan/index.ts';
import type { FixRenderOptions } from './format.ts';
import { trialLines } from './trial.ts';
import { clearedBy, clearsInWords, fixVerdict, remainingGroups, severitiesInWords, severityCounts } from './words.ts';

/** Rows of one list in a terminal; the rest is counted. */
const LISTED = 12;

/** For people: what to do first, what it clears, what it would break, and what is left. */
export function* fixTable(plan: Plan, options: FixRenderOptions): Generator<string> {
  const page = pageFor(options);
  for (const section of sections(plan, page, options.written ?? [])) {
    const lines = [...section];
    if (lines.length > 0) yield `${lines.join('\n')}\n\n`;
  }
}

function* sections(plan: Plan, page: Page, written: readonly string[]): Generator<Iterable<string>> {
  yield headLines(plan, page);
  if (plan.trial) yield trialLines(plan.trial, page);
  yield todayAndThen(plan, page);
  const steps = plan.steps.filter(({ applied }) => applied);
  for (const [index, step] of steps.entries()) yield stepLines(step, index + 1, page);
  yield conflictLines(plan, page);
  yield adviceLines(plan, page);
  yield remainingLines(plan, page);
  yield diffLines(plan, page, written);
  yield originLines(plan, page);
  yield noticeLines(plan, page);
}

const VERDICTS: Readonly<
  Record<ReturnType<typeof fixVerdict>['word'], { heading: string; style: readonly StyleName[] }>
> = {
  reached: { heading: 'PLAN', style: ['bold', 'green'] },
  partly: { heading: 'PLAN', style: ['bold', 'yellow'] },
  nothing: { heading: 'NO PLAN', style: ['bold', 'yellow'] },
};

function* headLines(plan: Plan, page: Page): Generator<string> {
  const { word, text } = fixVerdict(plan);
  const { heading, style } = VERDICTS[word];
  yield* nameAndFacts(plan.subject.reference, plan.os?.name ?? 'operating system not recognised', page);
  const lines = paragraph(`${heading}  ${text}`, page, 2);
  yield `  ${page.paint(heading, ...style)}${lines[0]!.slice(2 + heading.length)}`;
  yield* lines.slice(1);
}

const number = (count: number, style: readonly StyleName[] = []): Cell =>
  count === 0 ? { text: '-', style: ['dim'] } : { text: String(count), style };

/** The report of today beside the predicted one. */
function todayAndThen(plan: Plan, page: Page): string[] {
  const { today, predicted } = plan;
  const levels = WORST_FIRST.filter((level) => today.severities[level] > 0 || predicted.severities[level] > 0);
  if (levels.length === 0) return [];
  const columns: Column[] = [
    {},
    ...levels.map((level): Column => ({ header: severityName(level, page), align: 'right' })),
    { header: 'total', align: 'right' },
    { header: 'fixable', align: 'right' },
  ];
  const row = (label: string, tally: typeof today): Cell[] => [
    { text: label, style: ['dim'] },
    ...levels.map((level) => number(tally.severities[level], SEVERITY_STYLES[level])),
    number(tally.total),
    number(tally.fixable),
  ];
  const best = plan.atBest === undefined ? [] : [row('if all is offered', plan.atBest)];
  return table(columns, [row('today', today), row('after the plan', predicted), ...best], {
    ...widthOf(page),
    paint: page.paint,
    indent: 2,
    ...(isSmall(page) ? { gap: 1 } : {}),
  });
}

const widthOf = (page: Page): { width?: number } => (page.width === undefined ? {} : { width: page.width });

const RISKS: Readonly<Record<PlanStep['risk']['level'], StyleName>> = { low: 'green', medium: 'yellow', high: 'red' };

function* stepLines(step: PlanStep, index: number, page: Page): Generator<string> {
  const clears = clearsInWords(step);
  yield* paragraph(`${index}. ${step.title}: ${clears}`, page, 0, (line) => page.paint(line, 'bold'), 3);
  if (step.commands.length > 0) yield* commandLines(step.commands, page, 3, '$ ');
  if (step.caution !== undefined) yield* paragraph(step.caution, page, 5, (line) => page.paint(line, 'yellow'));
  yield* changeRows(step, page);
  yield `   risk ${page.paint(step.risk.level, RISKS[step.risk.level])}`;
  for (const why of step.risk.why) yield* paragraph(`- ${why}`, page, 3, undefined, 2);
  if (step.brings.length > 0)
    yield* paragraph(
      `brings ${namesOf(step.brings)} (${severitiesInWords(severityCounts(step.brings))})`,
      page,
      3,
      (line) => page.paint(line, 'yellow'),
      2,
    );
  if (step.leaves.length > 0)
    yield* paragraph(`leaves ${namesOf(step.leaves)}`, page, 3, (line) => page.paint(line, 'dim'), 2);
  if (step.edits.length > 0) yield* paragraph(`in ${[...new Set(step.edits)].join(', ')}`, page, 3, undefined, 2);
}

function changeRows(step: PlanStep, page: Page): string[] {
  const rows = [...step.changes]
    .map((change) => ({ change, clears: clearedBy(step, change) }))
    .sort((a, b) => b.clears.length - a.clears.length);
  const shown = page.all ? rows : rows.slice(0, LISTED);
  const cells = shown.map(({ change, clears }): Cell[] => [
    change.name,
    { text: change.from ?? 'new', style: ['dim'] },
    change.to === undefined ? { text: 'taken out', style: ['dim'] } : `\u2192 ${change.to}`,
    change.jump === 'major' && change.to !== undefined
      ? { text: 'MAJOR', style: ['yellow'] }
      : { text: change.to === undefined ? '' : change.jump, style: ['dim'] },
    ...(isSmall(page) ? [] : [{ text: change.verified === 'advisory' ? 'unverified' : '', style: ['dim'] } as const]),
    clears.length > 0
      ? `${isSmall(page) && change.verified === 'advisory' ? 'unverified: ' : ''}${idsOf(clears)}`
      : { text: change.because === undefined ? '' : `because ${change.because}`, style: ['dim'] },
  ]);
  const columns: Column[] = [
    { overflow: 'middle', minimum: 10 },
    { overflow: 'middle' },
    { overflow: 'middle' },
    {},
    ...(isSmall(page) ? [] : [{}]),
    // One id, such as CVE-2024-12345.
    { overflow: 'wrap', minimum: 14 },
  ];
  const lines = table(columns, cells, { ...widthOf(page), paint: page.paint, indent: 3 });
  return rows.length > shown.length
    ? [...lines, page.paint(`   and ${rows.length - shown.length} more (--all)`, 'dim')]
    : lines;
}

const IDS = 4;

function idsOf(findings: readonly PlannedFinding[]): string {
  const ids = [...new Set(findings.map(({ id }) => id))];
  return `${ids.slice(0, IDS).join(' ')}${ids.length > IDS ? ` +${ids.length - IDS}` : ''}`;
}

/** `linux CVE-1 CVE-2, zlib CVE-3`. */
function namesOf(findings: readonly PlannedFinding[]): string {
  const byName = new Map<string, PlannedFinding[]>();
  for (const finding of findings) addTo(byName, finding.name, finding);
  const names = [...byName].sort(([, a], [, b]) => b.length - a.length);
  const more = names.length > IDS ? ` and ${counted(names.length - IDS, 'more package')}` : '';
  return `${counted(findings.length, 'finding')}: ${names
    .slice(0, IDS)
    .map(([name, own]) => `${name} (${own.length === 1 ? own[0]?.id : own.length})`)
    .join(', ')}${more}`;
}

function* conflictLines(plan: Plan, page: Page): Generator<string> {
  if (plan.conflicts.length === 0) return;
  yield title(`Cannot be cleared: ${counted(plan.conflicts.length, 'package')}`, page);
  // What the distribution does not offer has one reason for all of it.
  const waiting = page.all ? [] : plan.conflicts.filter(({ environment }) => environment === undefined);
  const single = plan.conflicts.filter((conflict) => !waiting.includes(conflict));
  if (waiting.length > 0) {
    const names = waiting
      .slice(0, LISTED)
      .map(({ name, wanted }) => (wanted === undefined ? name : `${name} (${wanted})`));
    const more = waiting.length > LISTED ? ` and ${waiting.length - LISTED} more (--all)` : '';
    const kept = waiting.reduce((sum, { keeps }) => sum + keeps.length, 0);
    yield* paragraph(
      `the image's package sources do not offer the fixed version of ${names.join(', ')}${more}; they keep ${counted(kept, 'finding')}`,
      page,
      2,
      undefined,
      2,
    );
  }
  for (const conflict of page.all ? single : single.slice(0, LISTED)) {
    const wanted = conflict.wanted === undefined ? '' : ` -> ${conflict.wanted}`;
    yield* paragraph(
      `${conflict.name} ${conflict.version}${wanted}  keeps ${conflict.keeps.slice(0, IDS).join(' ')}${conflict.keeps.length > IDS ? ` +${conflict.keeps.length - IDS}` : ''}`,
      page,
      2,
      (line) => page.paint(line, 'bold'),
      2,
    );
    for (const because of conflict.because) yield* paragraph(because, page, 4, undefined, 2);
    const options = plan.options.filter(
      ({ name, environment }) => name === conflict.name && environment === conflict.environment,
    );
    for (const option of options) {
      const breaks = option.breaks.length === 0 ? '' : ` (breaks: ${option.breaks.join('; ')})`;
      yield* paragraph(`or ${option.title}${breaks}`, page, 4, (line) => page.paint(line, 'dim'), 3);
    }
  }
  if (!page.all && single.length > LISTED) yield page.paint(`  and ${single.length - LISTED} more (--all)`, 'dim');
}

function* adviceLines(plan: Plan, page: Page): Generator<string> {
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
    if (step.kind === 'base' && step.brings.length > 0) yield* paragraph(`brings ${namesOf(step.brings)}`, page, 6);
    // Nor is a thing taken out without a word on who might miss it.
    for (const why of step.kind === 'base' || step.kind === 'remove' ? step.risk.why : [])
      yield* paragraph(`- ${why}`, page, 6, undefined, 2);
  }
}

function* remainingLines(plan: Plan, page: Page): Generator<string> {
  if (plan.remaining.length === 0) return;
  yield title(`Stays: ${counted(plan.remaining.length, 'finding')}`, page);
  const groups = remainingGroups(plan);
  const rows = (page.all ? groups : groups.slice(0, LISTED)).map(({ reason, findings }): Cell[] => [
    String(findings.length),
    reason,
    { text: namesOf(findings).replace(/^[^:]*: /, ''), style: ['dim'] },
  ]);
  yield* table([{ align: 'right' }, { overflow: 'wrap', minimum: 20 }, { overflow: 'cut', minimum: 14 }], rows, {
    ...widthOf(page),
    paint: page.paint,
    indent: 2,
  });
  if (groups.length > rows.length)
    yield page.paint(`  and ${counted(groups.length - rows.length, 'more reason')} (--all)`, 'dim');
  yield page.paint('  -f openvex writes a stub for each', 'dim');
}

function* diffLines(plan: Plan, page: Page, written: readonly string[]): Generator<string> {
  if (plan.edits.length === 0) return;
  yield title(written.length > 0 ? `Written: ${written.join(', ')}` : 'The change (--write makes it)', page);
  for (const { diff } of plan.edits)
    for (const line of diff.trimEnd().split('\n')) {
      const style: readonly StyleName[] = /^(?:---|\+\+\+)/.test(line)
        ? ['bold']
        : line.startsWith('+')
          ? ['green']
          : line.startsWith('-')
            ? ['red']
            : line.startsWith('@@')
              ? ['cyan']
              : [];
      yield page.paint(printable(line, 2_000), ...style);
    }
}

function* originLines(plan: Plan, page: Page): Generator<string> {
  const { base, inherited, added, layers } = plan.attribution;
  if (plan.today.total === 0 || layers.length === 0) return;
  yield title('Where the findings come from', page);
  const name = base.name ?? (base.layers > 0 ? 'a base image without a name' : 'no base image told');
  yield* paragraph(
    base.layers > 0
      ? `${inherited} inherited from ${name} (${counted(base.layers, 'layer')}), ${added} added here; ${base.evidence.join('; ')}`
      : `${added} in ${counted(layers.length, 'layer')}; ${base.evidence.join('; ')}`,
    page,
    2,
  );
  const row = (index: string, share: InstructionShare, by: string): Cell[] => [
    { text: index, style: ['dim'] },
    String(share.findings),
    `${share.fixable} fixable`,
    { text: by, style: by === 'base' ? ['dim'] : [] },
    { text: share.instruction.replace(/\s+/g, ' ').slice(0, 200), style: ['dim'] },
  ];
  const rows = layers
    .filter(({ findings }) => findings > 0)
    .flatMap((layer): Cell[][] => [
      row(String(layer.index), { instruction: '', ...layer }, layer.inherited ? 'base' : (layer.line ?? 'added')),
      ...(layer.within ?? []).map((share) => row('', share, share.line ?? '')),
    ]);
  const columns: Column[] = [
    { header: 'layer', align: 'right' },
    { header: 'findings', align: 'right' },
    { header: '', align: 'right' },
    { header: 'by' },
    { header: 'instruction', overflow: 'cut' },
  ];
  yield* table(columns, rows, { ...widthOf(page), paint: page.paint, indent: 2 });
}

function* noticeLines(plan: Plan, page: Page): Generator<string> {
  const broken = plan.environments.flatMap(({ path, broken: own }) => own.map((problem) => `${path}: ${problem}`));
  if (broken.length > 0) {
    yield title(`Broken already (pip check): ${broken.length}`, page);
    for (const problem of page.all ? broken : broken.slice(0, 5))
      yield* paragraph(`- ${problem}`, page, 2, undefined, 2);
    if (!page.all && broken.length > 5) yield page.paint(`  and ${broken.length - 5} more (--all)`, 'dim');
  }
  for (const { level, message } of plan.notices)
    yield* paragraph(
      `${level === 'warning' ? 'Warning: ' : 'Note: '}${message}`,
      page,
      0,
      (line) => page.paint(line, level === 'warning' ? 'yellow' : 'dim'),
      2,
    );
}
