import { shellWord } from '../../ecosystems/fixing.ts';
import { printable } from '../../errors.ts';
import { counted } from '../../formats/grouped.ts';
import { WORST_FIRST } from '../../model.ts';
import { renewalCommand } from '../../remediate/files/index.ts';
import type { InstructionShare, Plan } from '../../remediate/plan.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { osNameInWords } from '../os-name.ts';
import { isSmall, layout, type Page, pageFor, paragraph, title } from '../page.ts';
import { nameAndFacts, severityName } from '../scan/index.ts';
import type { FixRenderOptions } from './format.ts';
import { adviceLines, conflictLines, remainingLines } from './table-stays.ts';
import { isTight, stepLines } from './table-steps.ts';
import { trialLines } from './trial.ts';
import { fixVerdict, pastedCommands, writeCommand } from './words.ts';

/** For people: what to do first, what it clears, what it would break, and what is left. */
export function* fixTable(plan: Plan, options: FixRenderOptions): Generator<string> {
  const page = pageFor(options);
  for (const section of sections(plan, page, options)) {
    const lines = [...section];
    if (lines.length > 0) yield `${lines.join('\n')}\n\n`;
  }
}

function* sections(
  plan: Plan,
  page: Page,
  { written = [], forBuild = false }: FixRenderOptions,
): Generator<Iterable<string>> {
  yield headLines(plan, page);
  if (plan.trial) yield trialLines(plan.trial, page);
  yield todayAndThen(plan, page);
  const steps = plan.steps.filter(({ applied }) => applied);
  for (const [index, step] of steps.entries())
    yield stepLines(step, index + 1, page, pastedCommands(plan, step, written));
  yield conflictLines(plan, page);
  yield adviceLines(plan, page);
  yield remainingLines(plan, page);
  yield diffLines(plan, page, written);
  yield originLines(plan, page);
  yield noticeLines(plan, page);
  if (!forBuild && steps.length > 0) yield nextLines(plan, page, written);
}

/** How a plan becomes a change of the build, where no file of it was named. */
function* nextLines(plan: Plan, page: Page, written: readonly string[]): Generator<string> {
  const { subject, edits, locks } = plan;
  if (subject.source === 'project') {
    const write = edits.length > 0 && written.length === 0 ? [writeCommand(plan)] : [];
    if (write.length + locks.length === 0) return;
    yield title('Next', page);
    yield* commandLines([...write, ...locks.map(renewalCommand)], page, 2, '$ ');
    return;
  }
  yield title('Next', page);
  yield* commandLines([`plimsoll fix ${shellWord(subject.reference)} --dockerfile Dockerfile`], page, 2, '$ ');
  yield* paragraph('shows it as a diff of the files of the build; --try builds it first, --write writes it', page, 4);
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
  yield* nameAndFacts(plan.subject.reference, osNameInWords(plan), page);
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
    ...layout(page),
    // Numbers are never cut: the narrowest terminals have no room to spare for an indent.
    indent: isTight(page) ? 0 : 2,
    ...(isSmall(page) ? { gap: 1 } : {}),
  });
}

function* diffLines(plan: Plan, page: Page, written: readonly string[]): Generator<string> {
  if (plan.edits.length === 0) return;
  yield title(written.length > 0 ? `Written: ${written.join(', ')}` : 'The change (--write makes it)', page);
  for (const { shown } of plan.edits)
    for (const line of shown.trimEnd().split('\n')) {
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
      row(String(layer.index + 1), { instruction: '', ...layer }, layer.inherited ? 'base' : (layer.line ?? 'added')),
      ...(layer.within ?? []).map((share) => row('', share, share.line ?? '')),
    ]);
  const columns: Column[] = [
    { header: 'layer', align: 'right' },
    { header: 'findings', align: 'right' },
    { header: '', align: 'right' },
    { header: 'by' },
    { header: 'instruction', overflow: 'cut' },
  ];
  yield* table(columns, rows, { ...layout(page), indent: 2 });
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
