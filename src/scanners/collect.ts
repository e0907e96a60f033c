import { canonicalId } from '../advisories/ids.ts';
import { packageOfPurl, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { type Once, once } from './once.ts';
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
  const shared = once();
  let unreadable = 0;
  let count = 0;
  for (const fact of body.findings) {
    if (!fact.id || !fact.package) {
      unreadable += 1;
      continue;
    }
    const severity = severityWord(fact.severity);
    if (severity === undefined) unknownWords.set(fact.severity!, (unknownWords.get(fact.severity!) ?? 0) + 1);
    if (fact.suppressed !== undefined) {
      suppressed.push(finding(fact, -1, severity ?? 'UNKNOWN', shared));
      continue;
    }
    const row = (fact.row === undefined ? undefined : rows.get(fact.row)) ?? count;
    if (row === count) count += 1;
    if (fact.row !== undefined) rows.set(fact.row, row);
    findings.push(finding(fact, row, severity ?? 'UNKNOWN', shared));
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
    rows: count,
    findings,
    suppressed,
    ...(body.claimed !== undefined && { claimed: body.claimed }),
    ...(body.settings !== undefined && { settings: body.settings }),
    notes: [...notes, ...(body.notes ?? []), ...problems(unknownWords, unreadable), ...mismatch(body, count)],
  };
}

/** One finding. What many have in common is held once: reports have half a million of them. */
function finding(fact: FindingFact, row: number, severity: ForeignFinding['severity'], shared: Once): ForeignFinding {
  const parts = parsePurl(fact.purl);
  const type = fact.type ?? typeInWords(parts?.type) ?? parts?.type;
  const id = shared.text(canonicalId(fact.id!.trim()));
  const finding: Mutable<ForeignFinding> = {
    row,
    id,
    aliases: aliasesOf(fact.aliases, id, shared),
    package: shared.text(fact.package!),
    kind: fact.kind ?? 'unknown',
    version: shared.text(fact.version ?? parts?.version ?? ''),
    severity,
    ratings: ratingsOf(fact.ratings, shared),
    fix: fixOf(fact.fix, shared),
    locations: placesOf(fact.locations, shared),
  };
  const source = fact.source ?? upstreamOf(parts?.qualifiers.get('upstream'));
  if (source !== undefined)
    finding.source = shared.thing(`source ${source.name}\n${source.version ?? ''}`, () => source);
  if (type !== undefined) finding.type = type;
  if (fact.purl !== undefined) finding.purl = fact.purl;
  const word = fact.severity;
  if (word !== undefined && word.toUpperCase() !== severity) finding.severityOriginal = shared.text(word);
  for (const key of SAID) {
    const value = fact[key];
    if (value !== undefined) (finding as Record<string, unknown>)[key] = shared.text(value);
  }
  return finding;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What is passed on as it was read. */
const SAID = [
  'severitySource',
  'vendorWord',
  'status',
  'layer',
  'feed',
  'match',
  'suppressed',
  'validity',
  'title',
  'url',
  'published',
] as const satisfies readonly (keyof FindingFact)[];

const NONE: readonly never[] = Object.freeze([]);

function aliasesOf(all: FindingFact['aliases'], id: string, shared: Once): readonly string[] {
  if (all === undefined || all.length === 0) return NONE;
  const aliases = new Set(all.flatMap((alias) => (alias ? canonicalId(alias) : [])));
  aliases.delete(id);
  return aliases.size === 0 ? NONE : [...aliases].map((alias) => shared.text(alias));
}

function placesOf(all: FindingFact['locations'], shared: Once): readonly string[] {
  const places = (all ?? NONE).filter((path): path is string => Boolean(path));
  return places.length === 0
    ? NONE
    : shared.thing(`places ${places.join('\n')}`, () => places.map((path) => shared.text(path)));
}

function fixOf(fix: FindingFact['fix'], shared: Once): ForeignFinding['fix'] {
  const versions = fix?.versions ?? NONE;
  const state = fix?.state ?? (versions.length > 0 ? 'fixed' : 'unknown');
  return shared.thing(`fix ${state} ${versions.join('\n')}`, () => ({ state, versions }));
}

function ratingsOf(all: FindingFact['ratings'], shared: Once): ForeignFinding['ratings'] {
  if (all === undefined || all.length === 0) return NONE;
  const name = all.map(({ source, severity, method, score, vector, original }) =>
    [source, severity, method, score, vector, original].join(' '),
  );
  return shared.thing(`ratings ${name.join('\n')}`, () => all);
}

/** `openssl@1.1.1n-0` of a purl's qualifier. */
function upstreamOf(said: string | undefined): ForeignFinding['source'] {
  const upstream = /^([^@]+)(?:@(.*))?$/.exec(said ?? '');
  return upstream === null ? undefined : { name: upstream[1]!, ...(upstream[2] && { version: upstream[2] }) };
}

/** The name that advisories know a package by, where a reader only has a purl. */
export function nameFromPurl(purl: string | undefined): string | undefined {
  const parts = parsePurl(purl);
  return parts === undefined ? undefined : packageOfPurl(parts).name;
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
