import { LIMITS } from '../../limits.ts';

/** A part of a Jinja template: what stands between the brackets, or plain text. */
interface JinjaPart {
  readonly kind: 'text' | 'print' | 'statement';
  readonly tokens: readonly JinjaToken[];
  /** As written. */
  readonly source: string;
}

/** A token of Jinja's expressions. A string is decoded: escapes hide nothing. */
export interface JinjaToken {
  readonly kind: 'name' | 'string' | 'number' | 'operator';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /[ \t\r\n]+|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(?<operator>\*\*|\/\/|[=!<>]=|[-+~*/%|.,:()[\]{}<>=])/uy;

/**
 * Splits a template as Jinja's own lexer does: an end bracket within a text ends nothing, comments and raw blocks are no code.
 * At most `LIMITS.templateBytes` characters and `LIMITS.templateTokens` tokens are looked at.
 * https://jinja.palletsprojects.com/en/stable/templates/
 */
export function* jinjaParts(template: string): Generator<JinjaPart> {
  const text = template.slice(0, LIMITS.templateBytes);
  let budget: number = LIMITS.templateTokens;
  for (let at = 0; at < text.length; ) {
    const open = nextOpening(text, at);
    const end = open < 0 ? text.length : open;
    if (end > at) yield { kind: 'text', tokens: [], source: text.slice(at, end) };
    if (open < 0) return;
    if (text[open + 1] === '#') {
      const close = text.indexOf('#}', open + 2);
      at = close < 0 ? text.length : close + 2;
      continue;
    }
    const kind = text[open + 1] === '{' ? 'print' : 'statement';
    const { tokens, end: behind } = tokensOf(text, open + 2, kind === 'print' ? '}}' : '%}', budget);
    budget -= tokens.length;
    if (kind === 'statement' && tokens[0]?.text === 'raw') {
      END_OF_RAW.lastIndex = behind;
      at = END_OF_RAW.exec(text) === null ? text.length : END_OF_RAW.lastIndex;
    } else {
      yield { kind, tokens, source: text.slice(open + 2, behind) };
      at = behind;
    }
    if (budget <= 0) return;
  }
}

const END_OF_RAW = /\{%[-+]?[ \t\r\n]{0,99}endraw[ \t\r\n]{0,99}[-+]?%\}/g;

function nextOpening(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1))
    if (text[at + 1] === '{' || text[at + 1] === '%' || text[at + 1] === '#') return at;
  return -1;
}

function tokensOf(text: string, from: number, close: string, budget: number): { tokens: JinjaToken[]; end: number } {
  const tokens: JinjaToken[] = [];
  let depth = 0;
  let at = from;
  if (text[at] === '-' || text[at] === '+') at += 1;
  while (at < text.length && tokens.length < budget) {
    // Within braces `}}` closes two dictionaries.
    if (
      depth === 0 &&
      (text.startsWith(close, at) || text.startsWith(`-${close}`, at) || text.startsWith(`+${close}`, at))
    )
      return { tokens, end: text.indexOf(close, at) + 2 };
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      // A text that never ends: Jinja refuses the template, and each of its quotes would be looked for to the end.
      if (text[at] === '"' || text[at] === "'") return { tokens, end: text.length };
      at += 1;
      continue;
    }
    at = TOKEN.lastIndex;
    const { name, number, string, operator } = match.groups ?? {};
    if (name !== undefined) tokens.push({ kind: 'name', text: name, at: match.index });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number.replaceAll('_', ''), at: match.index });
    else if (string !== undefined)
      tokens.push({ kind: 'string', text: unescaped(string.slice(1, -1)), at: match.index });
    else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator, at: match.index });
      if (operator === '{') depth += 1;
      if (operator === '}' && depth > 0) depth -= 1;
    }
  }
  return { tokens, end: text.length };
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\n': '',
};

/** Python's escapes, as Jinja decodes them. https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([^}]{1,60})\}|([\s\S]))/g,
    (_, x?: string, u?: string, wide?: string, octal?: string, named?: string, plain?: string) => {
      const code = Number.parseInt(x ?? u ?? wide ?? '', 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (named !== undefined) return /^low line$/i.test(named) ? '_' : '\ufffd';
      return SIMPLE[plain as string] ?? (plain as string);
    },
  );
}
