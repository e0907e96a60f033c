import { databaseStatus } from '../application/database-view.ts';
import type { DatabaseInfo, FeedInfo } from '../model.ts';
import { jsonText, withOlderNames } from '../report/json-words.ts';
import { type Page, paragraph } from '../report/page.ts';
import { colourWanted, lineWidth, painter } from '../terminal/style.ts';
import { type Cell, table } from '../terminal/table.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';

/** What the database holds, feed by feed. */
export async function runStatus(
  { format, documents = false }: { format: 'table' | 'json'; documents?: boolean },
  context: Context,
): Promise<number> {
  const { info, bytes, disputedAliases } = databaseStatus(context);
  if (format === 'json') {
    await writeOutput(
      [
        jsonText({
          schemaVersion: 1,
          kind: 'db-status',
          ...info,
          feeds: info.feeds.map(withOlderNames),
          bytes,
          disputedAliases,
        }),
      ],
      undefined,
      context,
    );
    return 0;
  }
  const paint = painter(colourWanted(context.stdout, context.environment, context.colour));
  const width = lineWidth(context.stdout, context.environment);
  await writeOutput(
    [
      head(info, bytes, disputedAliases, { width, paint, all: true }),
      `${table(
        width !== undefined && width < ROOMY ? COLUMNS.slice(0, -1) : COLUMNS,
        rowsOf(info.feeds, documents).map((feed) => row(feed)),
        { paint, ...(width !== undefined && { width }) },
      ).join('\n')}\n`,
      ...troubles(info.feeds, { width, paint, all: documents }),
    ],
    undefined,
    context,
  );
  return 0;
}

const COLUMNS = [
  { header: 'FEED', overflow: 'middle' as const, minimum: 12 },
  { header: 'RECORDS', align: 'right' as const },
  { header: 'DATA OF' },
  { header: 'CHECKED' },
  { header: 'REJECTED', align: 'right' as const },
  { header: 'FROM', overflow: 'middle' as const, minimum: 20 },
];
/** Below this a line has no room for where a feed is from: `-f json` says it. */
const ROOMY = 92;

function head(
  { path, built, records, digest, schema }: DatabaseInfo,
  bytes: number,
  disputes: number,
  page: Page,
): string {
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(built)) / 86_400_000));
  const age = days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
  const [first = '', ...rest] = paragraph(`Advisory database ${path}`, page, 0, undefined, 2);
  return [
    first.replace('Advisory database', (words) => page.paint(words, 'bold')),
    ...rest,
    ...paragraph(
      `built ${built} (${age}), schema ${schema}, ${(bytes / 1_048_576).toFixed(1)} MiB`,
      page,
      2,
      undefined,
      2,
    ),
    ...paragraph(
      `${records.toLocaleString('en')} records, ${disputes} alias claims not followed, contents ${digest.slice(0, 16)}`,
      page,
      2,
      undefined,
      2,
    ),
    '',
    '',
  ].join('\n');
}

/** Feeds of so many like documents (NVD's years, Alpine's repositories) are one line, unless all are wanted; one whose update failed stands alone. */
const GROUPED_FROM = 6;

function rowsOf(feeds: readonly FeedInfo[], all: boolean): readonly FeedInfo[] {
  const groups = new Map<string, FeedInfo[]>();
  for (const feed of feeds) {
    const slash = feed.name.indexOf('/');
    const isGrouped = !all && slash > 0 && !feed.name.startsWith('osv/') && feed.error === undefined;
    const key = isGrouped ? feed.name.slice(0, slash) : feed.name;
    const group = groups.get(key);
    if (group) group.push(feed);
    else groups.set(key, [feed]);
  }
  return [...groups].flatMap(([name, group]) => (group.length < GROUPED_FROM ? group : [together(name, group)]));
}

/** Many documents as one: the sum of their records, the oldest date of the data and of asking. */
function together(name: string, group: readonly FeedInfo[]): FeedInfo {
  const dataDate = group.flatMap((feed) => feed.dataDate ?? []).sort()[0];
  const checked = group.flatMap((feed) => feed.checked ?? []).sort()[0];
  const rejected = rejectedOf(group);
  return {
    name: `${name} (${group.length} documents)`,
    records: group.reduce((sum, { records }) => sum + records, 0),
    ...(dataDate !== undefined && { dataDate }),
    ...(group.some(({ undated }) => undated) && { undated: true as const }),
    ...(group.some(({ partly }) => partly) && { partly: true as const }),
    ...(checked !== undefined && { checked }),
    ...(rejected > 0 && { rejected }),
    ...(group[0]?.url !== undefined && { url: `${group[0].url.slice(0, group[0].url.lastIndexOf('/') + 1)}...` }),
  };
}

function row(feed: FeedInfo): readonly Cell[] {
  const name = feed.partly ? `${feed.name}, what scans asked for` : feed.name;
  return [
    feed.error === undefined ? name : { text: name, style: ['yellow'] },
    feed.records.toLocaleString('en'),
    `${feed.undated ? '<= ' : ''}${(feed.dataDate ?? '').slice(0, 10)}`,
    (feed.checked ?? 'never').slice(0, 10),
    feed.rejected === undefined ? '' : feed.rejected.toLocaleString('en'),
    feed.url ?? '',
  ];
}

const rejectedOf = (feeds: readonly FeedInfo[]): number => feeds.reduce((sum, { rejected = 0 }) => sum + rejected, 0);

/** What went wrong, under the table, since it may be long; of records that could not be read how many, and with `all` of each document the first. */
function* troubles(feeds: readonly FeedInfo[], page: Page): Generator<string> {
  const lines = feeds.flatMap((feed) => [
    ...(feed.error === undefined
      ? []
      : paragraph(
          `! ${feed.name}: ${feed.error}${feed.records > 0 ? ' (the data of last time is kept)' : ''}`,
          page,
          0,
          (line) => page.paint(line, 'yellow'),
          2,
        )),
    ...(page.all ? (feed.rejectedExamples?.slice(0, 3) ?? []) : []).flatMap((example) =>
      paragraph(`${feed.name}: rejected ${example}`, page, 2, undefined, 2),
    ),
  ]);
  const rejected = rejectedOf(feeds);
  const count =
    page.all || rejected === 0
      ? []
      : paragraph(
          `${rejected.toLocaleString('en')} ${rejected === 1 ? 'record' : 'records'} could not be read, or not whole: --documents names the first of each document`,
          page,
          2,
          undefined,
          2,
        );
  for (const line of ['', ...lines, ...count]) yield `${line}\n`;
}
