import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { npmRange } from '../../versions/npm-range.ts';
import { lineAt, type TextEdit } from './text-edit.ts';

/** A dependency of a package.json whose range can be edited where it stands. */
interface NpmDeclaration {
  readonly line: number;
  /** The edit that lets a version in, in the style that was there; none where it is in already; undefined: it is no range. */
  edit(to: string): TextEdit[] | undefined;
}

const TABLES = ['dependencies', 'devDependencies', 'optionalDependencies'];
/** Places tried; each costs reading the file again. */
const TRIES = 50;

/**
 * Where a package.json asks for a package. A place is proven by the reader: its change changes that entry and nothing else.
 * https://docs.npmjs.com/cli/configuring-npm/package-json
 */
export function readNpmManifest(content: string, name: string): NpmDeclaration[] {
  const document = parsed(content);
  return TABLES.flatMap((table): NpmDeclaration[] => {
    const range = text(object(document?.[table])[name]);
    if (range === undefined) return [];
    const at = placeOf(content, document as Json, table, name, range);
    return at === undefined ? [] : [{ line: lineAt(content, at), edit: (to) => edited(range, at, to) }];
  });
}

function parsed(content: string): JsonObject | undefined {
  try {
    const document = readJson(content) as Json;
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function placeOf(content: string, document: Json, table: string, name: string, range: string): number | undefined {
  const written = JSON.stringify(range);
  const mark = `${range} plimsoll-looks-here`;
  const wanted = structuredClone(document) as Record<string, Record<string, Json>>;
  (wanted[table] as Record<string, Json>)[name] = mark;
  const expected = JSON.stringify(wanted);
  let tries = 0;
  for (let at = content.indexOf(written); at >= 0 && tries < TRIES; at = content.indexOf(written, at + 1), tries++) {
    const changed = parsed(content.slice(0, at) + JSON.stringify(mark) + content.slice(at + written.length));
    if (changed !== undefined && JSON.stringify(changed) === expected) return at + 1;
  }
  return undefined;
}

function edited(range: string, at: number, to: string): TextEdit[] | undefined {
  const read = npmRange(range);
  if (read === undefined) return undefined;
  if (read.accepts(to)) return [];
  const sign = /^([\^~]?)v?\d{1,20}\.\d{1,20}\.\d{1,20}[^\s|]{0,200}$/.exec(range.trim())?.[1] ?? '^';
  return [{ start: at, end: at + range.length, text: `${sign}${to}` }];
}
