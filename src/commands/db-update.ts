import type { DocumentResult } from '../advisories/build/index.ts';
import type { Updated } from '../application/database.ts';
import { counted } from '../formats/grouped.ts';
import { type Paint, painter } from '../terminal/style.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';

export interface UpdateFlags {
  readonly feeds?: string;
  readonly only?: readonly string[];
  readonly fresh?: boolean;
  readonly allowOlder?: boolean;
  readonly insecure?: boolean;
}

/** Updates the database and says in a few lines what became of it. Exit code 0 as soon as a database is in service. */
export async function runUpdate(flags: UpdateFlags, context: Context): Promise<number> {
  const [{ updateDatabase }, { loadConfig }, { colourWanted }] = await Promise.all([
    import('../application/database.ts'),
    import('../config.ts'),
    import('../terminal/style.ts'),
  ]);
  const config = await loadConfig(context.environment, context.configFile);
  const { feeds: from, ...same } = flags;
  const started = performance.now();
  const summary = await updateDatabase({ ...same, feeds: config.feeds, ...(from !== undefined && { from }) }, context);
  const paint = painter(colourWanted(context.stdout, context.environment, context.colour));
  const text = lines(summary, performance.now() - started, paint);
  await writeOutput(text, undefined, context);
  return 0;
}

function* lines({ results, path, byAnother, bytes }: Updated, milliseconds: number, paint: Paint): Generator<string> {
  if (byAnother) {
    yield `Up to date: another update has just finished.\n${path}\n`;
    return;
  }
  const updated = results.flatMap((result) => (result.kind === 'updated' ? [result] : []));
  const failed = results.flatMap((result) => (result.kind === 'failed' ? [result] : []));
  const records = updated.reduce((sum, result) => sum + result.records, 0);
  const rejected = updated.reduce((sum, result) => sum + result.rejected, 0);
  for (const result of failed) yield `${paint('!', 'yellow')} ${failure(result)}\n`;
  const parts = [
    `${counted(updated.length, 'document')} read (${records.toLocaleString('en')} records)`,
    `${results.filter(({ kind }) => kind === 'unchanged').length} unchanged`,
    ...(failed.length > 0 ? [paint(`${failed.length} failed`, 'yellow')] : []),
    ...(rejected > 0 ? [`${counted(rejected, 'record')} could not be read (see plimsoll db status)`] : []),
  ];
  yield `${parts.join(', ')} in ${(milliseconds / 1_000).toFixed(1)} s\n`;
  yield `${path}, ${(bytes / 1_048_576).toFixed(0)} MiB\n`;
}

function failure(result: Extract<DocumentResult, { kind: 'failed' }>): string {
  return `${result.name}: ${result.reason}${result.kept ? ' (what it said last time is kept)' : ''}`;
}
