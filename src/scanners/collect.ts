import { canonicalId } from '../advisories/ids.ts';
import { packageOfPurl, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import type { FindingFact, ForeignFinding, ReadNote, ReportBody, Scanner, ScannerReport } from './scanner.ts';
import { severityWord } from './severity.ts';

/**
 * Turns what a reader yields into a report: counts the rows, fills in what follows from a purl, translates the
 * severities, and keeps count of what could not be read.
 */
export function collect(
  scanner: Scanner,
  format: string,
  where: string,
  body: ReportBody,
  notes: readonly ReadNote[],
): ScannerReport {
  const rows = new Map<string, number>();
  const findings: ForeignFinding[] = [];
  const suppressed: ForeignFinding[] = [];
  const unknownWords = new Map<string, number>();
  let unreadable = 0;
  let position = 0;
  for (const fact of body.findings) {
    position += 1;
    if (!fact.id || !fact.package) {
      unreadable += 1;
      continue;
    }
    const severity = severityWord(fact.severity);
    if (severity === undefined) unknownWords.set(fact.severity!, (unknownWords.get(fact.severity!) ?? 0) + 1);
    const key = fact.row ?? `#${position}`;
    if (fact.suppressed !== undefined) {
      suppressed.push(finding(fact, -1, severity ?? 'UNKNOWN'));
      continue;
    }
    const row = rows.get(key) ?? rows.size;
    rows.set(key, row);
    findings.push(finding(fact, row, severity ?? 'UNKNOWN'));
  }
  const title = `${body.title ?? scanner.title}${body.version === undefined ? '' : ` ${body.version}`}`;
  return {
    scanner: body.scanner ?? scanner.name,
    title,
    format,
    ...(body.version !== undefined && { version: body.version }),
    where,
    subject: body.subject,
    ...(body.created !== undefined && { created: body.created }),
    ...(body.database !== undefined && { database: body.database }),
    rows: rows.size,
    findings,
    suppressed,
    ...(body.claimed !== undefined && { claimed: body.claimed }),
    ...(body.settings !== undefined && { settings: body.settings }),
    notes: [...notes, ...(body.notes ?? []), ...problems(unknownWords, unreadable), ...mismatch(body, rows.size)],
  };
}

function finding(fact: FindingFact, row: number, severity: ForeignFinding['severity']): ForeignFinding {
  const parts = parsePurl(fact.purl);
  const upstream = /^([^@]+)(?:@(.*))?$/.exec(parts?.qualifiers.get('upstream') ?? '');
  const source =
    fact.source ??
    (upstream === null ? undefined : { name: upstream[1]!, ...(upstream[2] && { version: upstream[2] }) });
  const type = fact.type ?? typeInWords(parts?.type) ?? parts?.type;
  const id = canonicalId(fact.id!.trim());
  const {
    severity: word,
    severitySource,
    vendorWord,
    status,
    layer,
    feed,
    match,
    suppressed,
    validity,
    title,
    url,
    published,
  } = fact;
  return {
    row,
    id,
    aliases: [...new Set((fact.aliases ?? []).flatMap((alias) => (alias ? canonicalId(alias) : [])))].filter(
      (alias) => alias !== id,
    ),
    package: fact.package!,
    kind: fact.kind ?? 'unknown',
    ...(source !== undefined && { source }),
    version: fact.version ?? parts?.version ?? '',
    ...(type !== undefined && { type }),
    ...(fact.purl !== undefined && { purl: fact.purl }),
    severity,
    ...(word !== undefined && word.toUpperCase() !== severity && { severityOriginal: word }),
    ratings: fact.ratings ?? [],
    fix: {
      state: fact.fix?.state ?? ((fact.fix?.versions?.length ?? 0) > 0 ? 'fixed' : 'unknown'),
      versions: fact.fix?.versions ?? [],
    },
    locations: (fact.locations ?? []).filter((path): path is string => Boolean(path)),
    ...defined({ severitySource, vendorWord, status, layer, feed, match, suppressed, validity, title, url, published }),
  };
}

/** The name that advisories know a package by, where a reader only has a purl. */
export function nameFromPurl(purl: string | undefined): string | undefined {
  const parts = parsePurl(purl);
  return parts === undefined ? undefined : packageOfPurl(parts).name;
}

function defined<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function problems(unknownWords: ReadonlyMap<string, number>, unreadable: number): ReadNote[] {
  const notes: ReadNote[] = [...unknownWords].map(([word, count]) => ({
    code: 'unknown-severity',
    message: `the severity "${word.slice(0, 40)}" is not known here and counts as unknown`,
    count,
  }));
  if (unreadable > 0)
    notes.push({ code: 'unreadable-row', message: 'rows without a vulnerability id or a package', count: unreadable });
  return notes;
}

/** A summary that says something else than the rows: the report was cut, or only one page of it is here. */
function mismatch(body: ReportBody, rows: number): ReadNote[] {
  if (body.claimed === undefined) return [];
  const claimed = Object.values(body.claimed).reduce((sum, count) => sum + count, 0);
  if (claimed === rows) return [];
  return [
    {
      code: 'summary-mismatch',
      message: `the report's own summary counts ${claimed} rows, the file holds ${rows}`,
      count: Math.abs(claimed - rows),
    },
  ];
}
