import type { FiledRecord } from '../advisories/store/index.ts';
import { type Dossier, rangeText } from '../advisories/store/index.ts';
import { vulnerabilityDossier } from '../application/database-view.ts';
import { printable } from '../errors.ts';
import type { Rating, Statement } from '../model.ts';
import { jsonText } from '../report/json-words.ts';
import { colourWanted, lineWidth, type Paint, painter, SEVERITY_STYLES } from '../terminal/style.ts';
import { type Cell, table, wrap } from '../terminal/table.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';

/** Every source's statement on a vulnerability, side by side. Throws `not-found` when nobody mentions it. */
export async function runShow(id: string, format: 'table' | 'json', context: Context): Promise<number> {
  const dossier = vulnerabilityDossier(id, context);
  if (format === 'json')
    await writeOutput([jsonText({ schemaVersion: 1, kind: 'db-show', ...dossier })], undefined, context);
  else {
    const paint = painter(colourWanted(context.stdout, context.environment, context.colour));
    await writeOutput(render(dossier, paint, lineWidth(context.stdout, context.environment)), undefined, context);
  }
  return 0;
}

function* render(
  { ids, records, statements, disputes }: Dossier,
  paint: Paint,
  width: number | undefined,
): Generator<string> {
  yield `${paint(ids[0]!, 'bold')}${ids.length > 1 ? `  also ${ids.slice(1).join(', ')}` : ''}\n`;
  for (const { id, claimed, feed, kept } of disputes) {
    yield paint(
      `  ${feed}: ${id} also claims ${claimed}${kept === undefined ? ': taken for a bulletin on all of them' : `, but belongs to ${kept}: not followed`}\n`,
      'yellow',
    );
  }
  for (const record of records) yield* renderRecord(record, paint, width ?? 100);
  if (statements.length === 0) return;
  yield `\n${paint(`${statements.length} statements on packages`, 'bold')}\n`;
  // A bulletin speaks of several vulnerabilities: each statement says which is meant.
  const several = new Set(statements.map((statement) => statement.id)).size > 1;
  const columns = [
    ...(several ? ['ID'] : []),
    'SOURCE',
    'NAMESPACE',
    'PACKAGE',
    'STATE',
    'VERSIONS',
    'RATING',
    'NOTE',
  ].map((header) => ({
    header,
    ...(header === 'VERSIONS' || header === 'NOTE' ? { overflow: 'wrap' as const, minimum: 16 } : {}),
  }));
  const lines = table(
    columns,
    statements.map((statement) => [...(several ? [statement.id] : []), ...statementRow(statement)]),
    { paint, ...(width !== undefined && { width }) },
  );
  yield `${lines.join('\n')}\n`;
}

function* renderRecord(record: FiledRecord, paint: Paint, width: number): Generator<string> {
  const dates = [
    record.published && `published ${record.published.slice(0, 10)}`,
    record.modified && `changed ${record.modified.slice(0, 10)}`,
  ];
  const facts = [
    ...dates,
    record.state && `state: ${record.state}`,
    record.exploited && `known to be exploited since ${record.exploited}`,
    record.epss !== undefined && `EPSS ${(record.epss * 100).toFixed(2)} %`,
    record.cwes?.join(' '),
  ].filter(Boolean);
  yield `\n${paint(record.feed, 'bold')} ${record.id}${facts.length > 0 ? `  ${facts.join(', ')}` : ''}\n`;
  if (record.title !== undefined)
    yield `${wrap(printable(record.title, 500), width - 2)
      .map((line) => `  ${line}`)
      .join('\n')}\n`;
  for (const rating of record.ratings ?? []) yield `  ${ratingText(rating, paint)}\n`;
  if (record.description === undefined) return;
  const text = printable(record.description.replace(/\s+/g, ' '), 600);
  yield `${wrap(text, Math.min(width, 110) - 2)
    .map((line) => `  ${line}`)
    .join('\n')}\n`;
}

function ratingText({ source, severity, method, score, vector, original }: Rating, paint: Paint): string {
  const word = paint(severity, ...SEVERITY_STYLES[severity]);
  return `${word} by ${source}: ${original ?? `${method} ${score ?? ''} ${vector ?? ''}`.trim()}`;
}

/** A statement as a row of the tables of `db show` and `db search`. */
export function statementRow(statement: Statement): readonly Cell[] {
  const { source, namespace, state, ratings, note, bulletin, fixDate } = statement;
  const rating = ratings[0];
  const remarks = [bulletin, fixDate?.slice(0, 10), note].filter(Boolean).join(' ');
  return [
    source,
    namespace,
    printable(statement.package, 100),
    state,
    printable(rangeText(statement), 300),
    rating === undefined ? '' : { text: rating.original ?? rating.severity, style: SEVERITY_STYLES[rating.severity] },
    printable(remarks, 200),
  ];
}
