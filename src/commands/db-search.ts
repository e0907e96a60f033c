import { statementsNamed } from '../application/database-view.ts';
import { jsonText } from '../report/json-words.ts';
import { colourWanted, lineWidth, painter } from '../terminal/style.ts';
import { type Cell, table } from '../terminal/table.ts';
import type { Context } from './command.ts';
import { statementRow } from './db-show.ts';
import { writeOutput } from './output.ts';

/** The statements on a package. Exit code 0 also where there are none: that is an answer. */
export async function runSearch(
  name: string,
  { format, ecosystem: namespace }: { format: 'table' | 'json'; ecosystem?: string },
  context: Context,
): Promise<number> {
  const statements = statementsNamed(name, namespace, context);
  if (format === 'json') {
    await writeOutput([jsonText(statements)], undefined, context);
    return 0;
  }
  if (statements.length === 0) {
    await writeOutput(
      [`no statement on ${name}${namespace === undefined ? '' : ` in ${namespace}`}\n`],
      undefined,
      context,
    );
    return 0;
  }
  const paint = painter(colourWanted(context.stdout, context.environment, context.colour));
  const width = lineWidth(context.stdout, context.environment);
  const rows: (readonly Cell[])[] = statements.map((statement) => [statement.id, ...statementRow(statement)]);
  const headers = ['ID', 'SOURCE', 'NAMESPACE', 'PACKAGE', 'STATE', 'VERSIONS', 'RATING', 'NOTE'];
  const columns = headers.map((header) => ({
    header,
    ...(header === 'VERSIONS' || header === 'NOTE' ? { overflow: 'wrap' as const, minimum: 16 } : {}),
  }));
  await writeOutput(
    [`${table(columns, rows, { paint, ...(width !== undefined && { width }) }).join('\n')}\n`],
    undefined,
    context,
  );
  return 0;
}
