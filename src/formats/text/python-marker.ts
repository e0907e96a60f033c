/**
 * Environment markers: `python_version < "3.8" and extra == "gpu"`.
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
 */
export type Marker =
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: string; readonly right: Operand }
  | { readonly kind: 'and' | 'or'; readonly left: Marker; readonly right: Marker };

export type Operand = { readonly variable: string } | { readonly value: string };

const VARIABLES = new Set([
  'python_version',
  'python_full_version',
  'os_name',
  'sys_platform',
  'platform_release',
  'platform_system',
  'platform_version',
  'platform_machine',
  'platform_python_implementation',
  'implementation_name',
  'implementation_version',
  'extra',
]);
/** Spellings of setuptools before PEP 508. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.version': 'platform_version',
  'platform.machine': 'platform_machine',
  'platform.python_implementation': 'platform_python_implementation',
  python_implementation: 'platform_python_implementation',
};
const TOKEN = /\s*(?:(\()|(\))|("[^"]*"|'[^']*')|(<=|>=|===|==|!=|~=|<|>)|([A-Za-z_][A-Za-z0-9_.]*))/y;
/** A marker deeper than this is not one that any tool wrote. */
const DEPTH = 50;

/** Parses a marker; undefined where it is malformed. */
export function parseMarker(text: string): Marker | undefined {
  const tokens = tokenize(text);
  if (!tokens) return undefined;
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const operand = (): Operand | undefined => {
    const token = tokens[at++];
    if (token === undefined) return undefined;
    if (/^["']/.test(token)) return { value: token.slice(1, -1) };
    const name = Object.hasOwn(OLD_NAMES, token) ? (OLD_NAMES[token] as string) : token;
    return VARIABLES.has(name) ? { variable: name } : undefined;
  };
  const comparison = (): Marker | undefined => {
    const left = operand();
    let operator = tokens[at++];
    if (operator === 'not') operator = tokens[at++] === 'in' ? 'not in' : undefined;
    const right = operand();
    if (!left || !right || operator === undefined || !/^(<=|>=|===|==|!=|~=|<|>|in|not in)$/.test(operator))
      return undefined;
    return { kind: 'compare', left, operator, right };
  };
  const atom = (depth: number): Marker | undefined => {
    if (depth > DEPTH) return undefined;
    if (peek() !== '(') return comparison();
    at += 1;
    const inner = expression(depth + 1);
    return tokens[at++] === ')' ? inner : undefined;
  };
  const chain = (
    word: 'and' | 'or',
    next: (depth: number) => Marker | undefined,
    depth: number,
  ): Marker | undefined => {
    let left = next(depth);
    while (left && peek() === word) {
      at += 1;
      const right = next(depth);
      left = right && { kind: word, left, right };
    }
    return left;
  };
  const conjunction = (depth: number): Marker | undefined => chain('and', atom, depth);
  const expression = (depth: number): Marker | undefined => chain('or', conjunction, depth);
  const marker = expression(0);
  return at === tokens.length ? marker : undefined;
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    tokens.push(match.slice(1).find((group) => group !== undefined) as string);
  }
  return tokens;
}
