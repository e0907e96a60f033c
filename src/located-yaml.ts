import { createRequire } from 'node:module';
import type { Node, YAMLError } from 'yaml';
import { boundedText } from './bounded-file.ts';
import { asPlimsollError, PlimsollError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { untameYaml } from './tame-yaml.ts';

/** A value of a YAML (or JSON) file and where it stands, so that what is wrong with it can be said with line and column. */
export interface Located {
  readonly value: string | number | boolean | null | readonly Located[] | ReadonlyMap<string, Located>;
  /** `plimsoll.yaml:3:5` */
  readonly at: string;
  /** Where the key stands that it is the value of. */
  readonly keyAt?: string;
}

/**
 * Reads a settings file. Duplicate keys, unknown tags and anything but text as a key are errors. Throws `config`, with line and
 * column where there are some, and `limit` for a file (or what its aliases unfold to) that is too large.
 */
export async function readLocatedYaml(path: string): Promise<Located> {
  const text = await textOf(path);
  const yaml = await import('yaml');
  const { parseDocument, LineCounter, isAlias, isMap, isSeq, isScalar } = yaml;
  const untame = untameYaml(text, yaml);
  if (untame !== undefined) throw new PlimsollError('limit', untame, { where: path });
  const lines = new LineCounter();
  const document = unnested(path, () =>
    parseDocument(text, { lineCounter: lines, logLevel: 'error', stringKeys: true }),
  );
  const place = (offset: number | undefined): string => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw unreadable(problem, place(problem.pos[0]));
  let left = LIMITS.settingsNodes;
  const read = (node: Node | null | undefined, depth: number): Located => {
    const at = place(node?.range?.[0]);
    left -= 1;
    if (left < 0 || depth > LIMITS.settingsDepth)
      throw new PlimsollError('limit', 'this holds more than any settings need', { where: at });
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (!target) throw new PlimsollError('config', `there is no anchor ${node.source}`, { where: at });
      return read(target, depth + 1);
    }
    if (isSeq<Node>(node)) return { value: node.items.map((item) => read(item, depth + 1)), at };
    if (isMap<Node, Node>(node))
      return {
        at,
        value: new Map(
          node.items.map(({ key, value }): [string, Located] => {
            const item = read(value, depth + 1);
            const keyAt = place(key.range?.[0]);
            return [
              String(isScalar(key) ? key.value : key),
              { ...item, ...(value?.range ? {} : { at: keyAt }), keyAt },
            ];
          }),
        ),
      };
    const value = isScalar(node) ? node.value : null;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { value, at };
    return { value: String(value), at };
  };
  return read(document.contents as Node | null, 0);
}

/** What the parser found wrong, in one line; its own words for several documents are about its functions. */
function unreadable({ code, message }: YAMLError, where: string): PlimsollError {
  if (code === 'MULTIPLE_DOCS')
    return new PlimsollError('config', 'the file holds several documents', {
      where,
      hint: 'keep one, without a line --- before another',
    });
  const said = message
    .split('\n')[0]!
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/:$/, '');
  return new PlimsollError('config', `this cannot be read: ${said}`, { where });
}

/**
 * What a text of YAML comes to for programs that are no sticklers: of keys that stand twice the last counts, unknown tags are passed over. Throws where
 * it is no YAML, or unfolds to more than settings need.
 */
export function plainYaml(text: string): unknown {
  if (text.length > LIMITS.settingsBytes) throw new Error('more than any settings need');
  // Readers of files in images have no time to wait: they are called from one piece to the next.
  const yaml = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  const untame = untameYaml(text, yaml);
  if (untame !== undefined) throw new Error(untame);
  try {
    return yaml.parse(text, { logLevel: 'error', uniqueKeys: false });
  } catch (error) {
    // It refuses aliases by a ReferenceError, and nesting without end by a RangeError: neither is a defect.
    throw new Error(`no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** The library's parser calls itself for each level (`a: a: a: ...`), and has no limit but the stack. */
function unnested<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlimsollError('limit', 'this is nested deeper than any settings need', { where: path, cause: error });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await boundedText(path, LIMITS.settingsBytes);
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    const known = asPlimsollError(error, 'config');
    throw new PlimsollError('config', `this cannot be read: ${known.message}`, {
      where: path,
      ...(known.hint === undefined ? {} : { hint: known.hint }),
      cause: error,
    });
  }
}

/** The entries of a mapping. Throws `config` for anything else. */
export function entriesOf({ value, at }: Located, what: string): ReadonlyMap<string, Located> {
  if (value instanceof Map) return value;
  throw new PlimsollError('config', `${what} has to be a mapping of keys to values`, { where: at });
}

/** A text (or number, as it is written). Throws `config`. */
export function textAt({ value, at }: Located, what: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new PlimsollError('config', `${what} has to be a text`, { where: at });
}

/** The text under a key; undefined where there is none. Throws `config`. */
export function textUnder(fields: ReadonlyMap<string, Located>, key: string): string | undefined {
  const located = fields.get(key);
  return located && textAt(located, key);
}

/** A list of texts, of which one may stand alone. Throws `config`. */
export function textsAt(located: Located, what: string): readonly string[] {
  if (Array.isArray(located.value)) return (located.value as readonly Located[]).map((item) => textAt(item, what));
  return [textAt(located, what)];
}

/** `true` or `false`. Throws `config`. */
export function switchAt({ value, at }: Located, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new PlimsollError('config', `${what} has to be true or false`, { where: at });
}

/** That nobody knows the key of a value, and the nearest one that somebody does. */
export function unknownKey(
  key: string,
  known: readonly string[],
  { at, keyAt = at }: Pick<Located, 'at' | 'keyAt'>,
): PlimsollError {
  const near = nearest(key, known);
  return new PlimsollError('config', `nobody knows the key ${key}`, {
    where: keyAt,
    hint: near === undefined ? `the keys are ${known.join(', ')}` : `did you mean ${near}?`,
  });
}

/** The candidate that is fewest edits away, if that is close at all: by default two, or a third of the word. */
export function nearest(
  word: string,
  candidates: readonly string[],
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word.slice(0, 60), candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= most ? best.candidate : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
