import type { BenchReport } from '../../cis/bench.ts';
import type { Comparison } from '../../compare/comparison.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { isObject, type JsonObject, jsonReader, object, text } from '../../formats/text/index.ts';
import type { Report } from '../../model.ts';
import { renewalCommand } from '../../remediate/files/index.ts';
import type { Plan } from '../../remediate/plan.ts';
import { decoded, type ReportSource } from '../../scanners/report-source.ts';
import { inItsPlace } from './commands.ts';
import { type Conformer, conformer } from './conform.ts';
import { type ListedDocument, listedFrom } from './inventory.ts';
import { reportParts } from './report.ts';

/** A document of ours, read back as what it was made from. */
export type Stored =
  | { readonly kind: 'scan'; readonly report: Report }
  | { readonly kind: 'inventory'; readonly listed: ListedDocument }
  | { readonly kind: 'compare'; readonly comparison: Comparison }
  | { readonly kind: 'fix'; readonly plan: Plan }
  | { readonly kind: 'bench'; readonly report: BenchReport };

/** Lists whose entries are read one at a time: a report of a large image is larger than a text may be. */
const LISTS = ['packages', 'findings', 'suppressed'] as const;
type List = (typeof LISTS)[number];

/**
 * Reads what `-f json` of scan, inventory, compare, fix or bench wrote, held to its published schema. Undefined for a document that another
 * program wrote. Throws `corrupt` where it is damaged, cut off or not as its schema says, `limit` beyond a budget.
 */
export async function readStored(source: ReportSource, signal?: AbortSignal): Promise<Stored | undefined> {
  const { where } = source;
  const texts: Record<List, string[]> = { packages: [], findings: [], suppressed: [] };
  const take =
    (list: List) =>
    (written: Buffer): void =>
      void texts[list].push(written.toString('utf8'));
  const reader = jsonReader({ raw: Object.fromEntries(LISTS.map((list) => [`${list}.*`, take(list)])) });
  try {
    for await (const chunk of decoded(source, signal)) reader.write(chunk);
    const root = reader.end();
    const head = isObject(root) ? root : undefined;
    const kind = head && kindOf(head);
    if (head?.kind === 'scans')
      throw new PlimsollError('usage', 'this holds the reports of several images, and one is read at a time', {
        where,
        hint: 'plimsoll scan writes one of each with -f json=reports/',
      });
    if (head === undefined || kind === undefined) return undefined;
    return storedAs(kind, head, texts, where);
  } catch (error) {
    const known = asPlimsollError(error, 'corrupt', where);
    if (known.where !== undefined) throw known;
    throw new PlimsollError(known.code, known.message, {
      where,
      ...(known.hint ? { hint: known.hint } : {}),
      cause: error,
    });
  }
}

/** What a document says that it is. */
function kindOf(root: JsonObject): Stored['kind'] | undefined {
  if (text(object(root.tool).name) !== 'plimsoll') return undefined;
  if (root.kind === 'fix') return 'fix';
  if (root.bridges !== undefined) return 'compare';
  if (root.benchmark !== undefined) return 'bench';
  if (root.findings !== undefined) return 'scan';
  return root.packages === undefined ? undefined : 'inventory';
}

function storedAs(
  kind: Stored['kind'],
  root: JsonObject,
  texts: Readonly<Record<List, readonly string[]>>,
  where: string,
): Stored {
  if (kind === 'scan') return { kind, report: reportParts(root, texts, conformer('report', where)) };
  if (kind === 'inventory') return { kind, listed: listedFrom(root, texts.packages, conformer('inventory', where)) };
  const check = conformer(kind, where);
  if (kind === 'fix') return { kind, plan: planOf(whole(root, check)) };
  if (kind === 'compare') return { kind, comparison: whole(root, check) as unknown as Comparison };
  return { kind, report: whole(root, check) as unknown as BenchReport };
}

function whole(root: JsonObject, check: Conformer): JsonObject {
  check(root, '', 'the document');
  return root;
}

/** Of the files only the difference is written: what they were is not asked for again. */
function planOf(document: JsonObject): Plan {
  const { os, ...rest } = document;
  const plan = { ...rest, ...(os === null ? {} : { os }) } as unknown as Plan;
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, commands: step.commands.map(inItsPlace) })),
    options: plan.options.map(({ command, ...option }) => ({
      ...option,
      ...(command === undefined ? {} : { command: inItsPlace(command) }),
    })),
    locks: plan.locks.map((lock) => {
      const told = inItsPlace(renewalCommand({ program: lock.program, args: lock.args }));
      return told.startsWith('#') ? { file: lock.file, program: '#', args: [told.slice(2)] } : lock;
    }),
    edits: plan.edits.map((edit) => ({ ...edit, before: '', after: '', shown: edit.diff })),
  };
}
