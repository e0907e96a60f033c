import { asPlimsollError, PlimsollError } from '../errors.ts';
import { readJson } from '../formats/json-values.ts';
import { isObject, type Json, type JsonObject, type JsonPath, jsonReader, readXml } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import { collect } from './collect.ts';
import { scanners } from './index.ts';
import { once } from './once.ts';
import { refuseMarkup, unknownJson, unknownText, unknownXml } from './refusals.ts';
import { beginning, decoded, type ReportSource, wholeText } from './report-source.ts';
import type { ForeignFormat, JsonFormat, ReadNote, ReportBody, Scanner, ScannerReport, Streamed } from './scanner.ts';

export { type ReportSource, reportBytes, reportFile } from './report-source.ts';

interface Recognised {
  readonly scanner: Scanner;
  readonly format: ForeignFormat;
}

/**
 * Reads a report of any supported scanner: recognised by what it says, not by its file name; gzip and UTF-16 (what
 * PowerShell writes) are undone. JSON of any size is read in bounded memory.
 * Throws `unsupported` for a file of another kind, `corrupt` for a damaged or cut off one, `limit` beyond a budget (of rows: `mostRows`).
 */
export async function readReport(
  source: ReportSource,
  signal?: AbortSignal,
  { mostRows = LIMITS.reportRows }: { readonly mostRows?: number } = {},
): Promise<ScannerReport> {
  try {
    const head = await beginning(source, signal);
    const first = head.toString('utf8', 0, 4_096).trimStart()[0];
    if (first === undefined) throw new PlimsollError('corrupt', 'the file is empty');
    if (first === '{' || first === '[' || head.toString('utf8', 0, 64).trim() === 'null')
      return await readJsonReport(source, head, mostRows, signal);
    const whole = (await wholeText(source, signal)).replace(/^\ufeff/, '');
    // Markdown may begin with a tag, too.
    return first === '<' && textFormat(whole) === undefined
      ? readXmlReport(source, whole)
      : readTextReport(source, whole);
  } catch (error) {
    const known = asPlimsollError(error, 'corrupt', source.where);
    if (known.where !== undefined) throw known;
    throw new PlimsollError(known.code, known.message, {
      where: source.where,
      ...(known.hint !== undefined && { hint: known.hint }),
      cause: error,
    });
  }
}

type RecognisedJson = Recognised & { readonly format: JsonFormat };

/** Whose JSON it is, by its beginning; a document may say what it is only at its end (Grype's descriptor): then all of it is looked over. */
async function recognisedJson(source: ReportSource, head: Buffer, signal?: AbortSignal): Promise<RecognisedJson> {
  const formats = all().filter((recognised): recognised is RecognisedJson => recognised.format.kind === 'json');
  const recognise = (sketch: Json | undefined): RecognisedJson | undefined =>
    sketch === undefined ? undefined : formats.find(({ format }) => format.recognise(sketch));
  // A lone `null` is all of a document; the reader tells of containers as they begin.
  const sketch = head.toString('utf8', 0, 64).trim() === 'null' ? null : sketchOf(head);
  const recognised =
    recognise(sketch) ??
    recognise(head.length < LIMITS.reportHeadBytes ? undefined : await wholeSketch(source, signal));
  if (recognised !== undefined) return recognised;
  await checkWhole(source, signal);
  throw unknownJson(sketch, expected());
}

async function readJsonReport(
  source: ReportSource,
  head: Buffer,
  mostRows: number,
  signal?: AbortSignal,
): Promise<ScannerReport> {
  const { scanner, format } = await recognisedJson(source, head, signal);
  const shared = once();
  const { rows, take, forget } = keptRows(mostRows);
  let duplicates = 0;
  let noObjects = 0;
  const readers = Object.entries(format.rows ?? {}).map(
    ([pattern, cut]) =>
      [
        pattern,
        (value: Json, at: JsonPath): void => {
          if (isObject(value)) take(pattern, at, cut(value, shared));
          else noObjects += 1;
        },
      ] as const,
  );
  const reader = jsonReader({
    ...(format.quick
      ? {
          raw: Object.fromEntries(
            readers.map(([pattern, row]) => [pattern, (bytes, at) => row(parsed(bytes, at), at)]),
          ),
        }
      : { each: Object.fromEntries(readers) }),
    skip: format.skip ?? [],
    duplicate(at) {
      duplicates += 1;
      forget(at);
    },
  });
  for await (const chunk of decoded(source, signal)) reader.write(chunk);
  const root = reader.end();
  for (const pattern of Object.keys(format.rows ?? {})) refuseNoList(root, pattern.split('.'));
  const body = format.read({ root, rows: (pattern) => rows.get(pattern) ?? [] });
  const notes: ReadNote[] =
    duplicates === 0
      ? []
      : [
          {
            code: 'duplicate-key',
            message: 'keys that stand twice in one object; the later one counts',
            count: duplicates,
          },
        ];
  if (noObjects > 0) notes.push({ code: 'unreadable-row', message: 'rows that are no objects', count: noObjects });
  return collect(scanner, format.name, source.where, body, notes);
}

/** Something else where rows belong (`"Results": "none"`) is no report without findings. Throws `corrupt`. */
function refuseNoList(value: Json | undefined, path: readonly string[], at = ''): void {
  const [key, ...rest] = path;
  if (key === undefined || value === undefined || value === null) return;
  if (key !== '*') {
    if (isObject(value)) refuseNoList(value[key], rest, at === '' ? key : `${at}.${key}`);
  } else if (!Array.isArray(value) && !isObject(value))
    throw new PlimsollError('corrupt', `what stands under ${at || 'the root'} is no list`, {
      hint: 'its scanner writes a list there, also an empty one',
    });
  else for (const item of Array.isArray(value) ? value : Object.values(value)) refuseNoList(item, rest, at);
}

/** Rows that are kept, by pattern. */
function keptRows(most: number) {
  const rows = new Map<string, Streamed[]>();
  let count = 0;
  return {
    rows,
    /** Throws `limit` for more than are read of one report. */
    take(pattern: string, at: JsonPath, value: JsonObject): void {
      count += 1;
      if (count > most)
        throw new PlimsollError('limit', `the report has more than ${most.toLocaleString('en')} rows`, {
          hint: 'that is the most that is compared: split it by package or result, or filter it by severity first',
        });
      const kept = rows.get(pattern);
      if (kept === undefined) rows.set(pattern, [new KeptRow(at, value, undefined)]);
      else kept.push(new KeptRow(at, value, kept.at(-1) as KeptRow | undefined));
    },
    /** The later of two equal keys wins: what the earlier one streamed does not count. */
    forget(at: JsonPath): void {
      for (const [pattern, kept] of rows)
        rows.set(
          pattern,
          kept.filter((row) => !at.every((part, depth) => row.at[depth] === part)),
        );
    },
  };
}

/** Where a row stood is, but for its index, where the one before it stood. */
class KeptRow implements Streamed {
  readonly value: JsonObject;
  readonly #place: JsonPath;
  readonly #last: string | number;

  constructor(at: JsonPath, value: JsonObject, before: KeptRow | undefined) {
    this.value = value;
    this.#last = at.at(-1)!;
    this.#place =
      before !== undefined &&
      before.#place.length === at.length - 1 &&
      before.#place.every((part, depth) => part === at[depth])
        ? before.#place
        : at.slice(0, -1);
  }
  get at(): JsonPath {
    return [...this.#place, this.#last];
  }
}

/** One row, as it stands in the file. */
function parsed(bytes: Buffer, at: JsonPath): Json {
  try {
    return readJson(bytes.toString('utf8')) as Json;
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    throw new PlimsollError('corrupt', `not valid JSON: the value at ${at.join('.')}`);
  }
}

function readXmlReport(source: ReportSource, text: string): ScannerReport {
  refuseMarkup(text);
  const root = readXml(text);
  const recognised = all().find(({ format }) => format.kind === 'xml' && format.recognise(root));
  if (recognised?.format.kind !== 'xml') throw unknownXml(root, expected());
  return collect(recognised.scanner, recognised.format.name, source.where, recognised.format.read(root), []);
}

function textFormat(text: string): Recognised | undefined {
  const head = text.slice(0, LIMITS.reportHeadBytes);
  return all().find(({ format }) => format.kind === 'text' && format.recognise(head));
}

function readTextReport(source: ReportSource, text: string): ScannerReport {
  const recognised = textFormat(text);
  if (recognised?.format.kind === 'text') {
    const body: ReportBody = recognised.format.read(text);
    return collect(recognised.scanner, recognised.format.name, source.where, body, []);
  }
  throw unknownText(text, expected());
}

function all(): readonly Recognised[] {
  return scanners.flatMap((scanner) => scanner.formats.map((format) => ({ scanner, format })));
}

/** The document without most of what its arrays hold; undefined when not even its beginning is JSON. */
function sketchOf(head: Buffer): Json | undefined {
  const reader = jsonReader({ items: 8 });
  try {
    reader.write(head);
  } catch {
    // What was read before the damage may still tell what the file is; the damage is reported when it is read.
  }
  return reader.soFar;
}

async function wholeSketch(source: ReportSource, signal?: AbortSignal): Promise<Json> {
  const reader = jsonReader({ items: 8 });
  for await (const chunk of decoded(source, signal)) reader.write(chunk);
  return reader.end();
}

/** A damaged file is told so rather than called foreign. */
async function checkWhole(source: ReportSource, signal?: AbortSignal): Promise<void> {
  await wholeSketch(source, signal);
}

function expected(): string {
  const names = [...new Set(all().map(({ format }) => format.name))];
  return `expected one of: ${names.join(', ')}`;
}
