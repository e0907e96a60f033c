/** The parts of a program of awk. */
export type AwkToken =
  /** A constant text, with what its escapes stand for. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'pattern'; readonly text: '' }
  /** A name; `isCall`: its bracket follows without a blank, which is how a function of the program's own is called. */
  | { readonly kind: 'name'; readonly text: string; readonly isCall: boolean }
  /** Signs, and the end of a line as `\n`. */
  | { readonly kind: 'sign'; readonly text: string };

const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
const SIGNS = /\*\*=|\|&|&&|\|\||\+\+|--|[-+*/%^<>!=]=|\*\*|>>|[^\s]/y;
/** Behind these a stroke divides; elsewhere it begins a pattern. */
const ENDS_OPERAND = /^(?:\)|\]|\$|\+\+|--)$/;
const KEYWORDS = new Set(
  'BEGIN BEGINFILE END ENDFILE break case continue default delete do else exit for func function getline if in next nextfile print printf return switch while'.split(
    ' ',
  ),
);
export const isKeyword = (token: AwkToken | undefined): boolean => token?.kind === 'name' && KEYWORDS.has(token.text);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/**
 * Takes a program of awk apart. Never fails: what is none gives what looks like its parts. Time is linear in its length.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/awk.html (Lexical Conventions)
 */
export function awkTokens(source: string): AwkToken[] {
  const tokens: AwkToken[] = [];
  let at = 0;
  const sticky = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? '';
  };
  while (at < source.length) {
    const sign = source[at] as string;
    if (sign === '#') at = lineEnd(source, at);
    else if (sign === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) at = lineEnd(source, at) + 1;
    else if (sign === '\n') {
      // Several lines that end are one: who looks back over them need not look at each.
      if (tokens.at(-1)?.text !== sign) tokens.push({ kind: 'sign', text: sign });
      at += 1;
    } else if (sign === '"' || (sign === '/' && !endsOperand(tokens.at(-1)))) {
      const end = closing(source, at);
      tokens.push(
        sign === '"' ? { kind: 'text', text: unescaped(source.slice(at + 1, end)) } : { kind: 'pattern', text: '' },
      );
      at = end + 1;
    } else if (/\s/.test(sign)) at += 1;
    else {
      const name = sticky(NAME);
      const number = name === '' ? sticky(NUMBER) : '';
      const text = name || number || sticky(SIGNS) || sign;
      at += text.length;
      if (name !== '') tokens.push({ kind: 'name', text, isCall: source[at] === '(' });
      else tokens.push({ kind: number === '' ? 'sign' : 'number', text });
    }
  }
  return tokens;
}

function endsOperand(token: AwkToken | undefined): boolean {
  if (token === undefined || isKeyword(token)) return false;
  return token.kind !== 'sign' || ENDS_OPERAND.test(token.text);
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

/** Letters of a list in a pattern. */
const LIST = 200;

/** The sign that ends a text or a pattern; neither goes on over a line's end. Within `[...]` of a pattern a stroke ends nothing, where that is closed. */
function closing(source: string, from: number): number {
  const sign = source[from] as string;
  let inList = false;
  let list = 0;
  let first: number | undefined;
  for (let at = from + 1; at < source.length; at += 1) {
    const byte = source[at];
    if (inList && at - list > LIST) {
      if (first !== undefined) return first;
      inList = false;
    }
    if (byte === '\\') at += 1;
    else if (byte === '\n') return first ?? at - 1;
    else if (byte === sign) {
      if (!inList) return at;
      first ??= at;
    } else if (sign === '/' && byte === '[' && !inList) {
      inList = true;
      list = at;
      // The first sign of a list is a member of it.
      if (source[at + 1] === '^') at += 1;
      if (source[at + 1] === ']') at += 1;
    } else if (byte === ']') inList = false;
  }
  return first ?? source.length;
}

const unescaped = (text: string): string =>
  text.replace(/\\(?:\r?\n|([0-7]{1,3})|(.))/gs, (_, octal?: string, letter?: string) =>
    octal !== undefined
      ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      : letter === undefined
        ? ''
        : (ESCAPES[letter] ?? letter),
  );

/** Brackets by those that close them, and the other way round. */
export function partners(tokens: readonly AwkToken[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign') continue;
    if (text === '(' || text === '[') open.push(at);
    else if (text === '{' || text === '}') open.length = 0;
    else if (text === ')' || text === ']') {
      const begin = open.pop();
      if (begin === undefined) continue;
      pairs.set(begin, at);
      pairs.set(at, begin);
    }
  }
  return pairs;
}

/** Functions of the program, with the names of their parameters. */
export function functionsOf(tokens: readonly AwkToken[]): ReadonlyMap<string, readonly string[]> {
  const functions = new Map<string, readonly string[]>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name' || !/^func(?:tion)?$/.test(token.text)) continue;
    const name = tokens[at + 1];
    if (name?.kind !== 'name') continue;
    const parameters: string[] = [];
    for (let here = at + 3; here < tokens.length && parameters.length < 100; here += 1) {
      const part = tokens[here] as AwkToken;
      if (part.kind === 'name') parameters.push(part.text);
      else if (part.text === ')' || part.text === '{') break;
    }
    functions.set(name.text, parameters);
  }
  return functions;
}
