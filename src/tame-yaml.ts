import { LIMITS } from './limits.ts';

/**
 * Why a text is not to be given to the library that reads YAML; undefined where it may be. The library's composer calls itself for each level,
 * and V8 ends the process when it compiles a regular expression near the end of the stack; what it does about errors grows with their square.
 * Its lexer and parser are linear and do not nest calls: what they make of the text is counted here.
 */
export function untameYaml(text: string, { Parser }: Pick<typeof import('yaml'), 'Parser'>): string | undefined {
  let left: number = LIMITS.yamlTokens;
  let strange = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error') strange += 1;
    // Each level is a list of tokens, or of what one of their items is made of.
    const levels: unknown[][] = [[token]];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      if (levels.length > LIMITS.yamlDepth) return 'this is nested deeper than any settings need';
      const next = level.pop();
      if (next === undefined) levels.pop();
      else {
        left -= 1;
        strange = Math.max(strange, marks(next));
        if (left < 0) return 'this holds more than any settings need';
        if (strange > LIMITS.yamlMarks) return 'this holds marks without values, and is no YAML';
        levels.push(PARTS.flatMap((name) => listed(part(next, name))));
      }
    }
  }
  return undefined;
}

/** Where tokens and their items have others. */
const PARTS = ['start', 'key', 'sep', 'value', 'items', 'end'] as const;
const BLANKS = new Set<unknown>(['space', 'newline', 'comment']);

const part = (token: unknown, name: string): unknown =>
  typeof token === 'object' && token !== null ? Reflect.get(token, name) : undefined;

/** Anchors, tags, aliases, commas around one value: more than a handful are an error each. */
const marks = (token: unknown): number =>
  Math.max(
    ...['start', 'sep', 'end'].map(
      (name) => listed(part(token, name)).filter((mark) => !BLANKS.has(part(mark, 'type'))).length,
    ),
  );

const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : typeof value === 'object' && value !== null ? [value] : [];
