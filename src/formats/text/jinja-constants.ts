import { LIMITS } from '../../limits.ts';
import { type JinjaToken, jinjaParts } from './jinja.ts';

/** A value that is known without running the template; undefined where it is not. */
type Value = string | number | readonly Value[] | ReadonlyMap<string, Value> | undefined;

/**
 * Every text that the expressions of a template come to without being given anything: literals, and what is put together of them by
 * `+`, `~`, `*`, `%`, subscripts and slices, `join`, `format`, `reverse`, `replace` and the like, through variables that are set to
 * such. Nothing is run; at most `LIMITS.templateSteps` steps, and texts of `LIMITS.templateText` characters.
 */
export function constantTexts(template: string): ReadonlySet<string> {
  const scope = new Map<string, Value>();
  const found = new Set<string>();
  const budget = { steps: LIMITS.templateSteps as number };
  let block: { readonly name: string; text: string } | undefined;
  for (const part of jinjaParts(template)) {
    if (part.kind === 'text') {
      if (block) block.text = `${block.text}${part.source}`.slice(0, LIMITS.templateText);
      continue;
    }
    const reader = new Expressions(part.tokens, scope, found, budget);
    if (part.kind === 'print') {
      const value = reader.expression();
      if (block && typeof value === 'string') block.text += value;
      reader.rest();
    } else if (part.tokens[0]?.text === 'endset' && block) {
      scope.set(block.name, block.text);
      found.add(block.text);
      block = undefined;
    } else block = reader.statement() ?? block;
    if (budget.steps <= 0) break;
  }
  return found;
}

const PREFIXES = new Set([
  'if',
  'elif',
  'for',
  'in',
  'set',
  'call',
  'filter',
  'include',
  'import',
  'from',
  'extends',
  'do',
  'return',
  'with',
  'macro',
  'else',
  'not',
  'and',
  'or',
]);

/** Evaluates as it reads: a recursive descent in the order of Jinja's own parser. */
class Expressions {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly JinjaToken[];
  private readonly scope: Map<string, Value>;
  private readonly found: Set<string>;
  private readonly budget: { steps: number };

  constructor(tokens: readonly JinjaToken[], scope: Map<string, Value>, found: Set<string>, budget: { steps: number }) {
    this.tokens = tokens;
    this.scope = scope;
    this.found = found;
    this.budget = budget;
  }

  /** `set a = ...` binds; of other statements only the expressions matter. Returns the block that a `set` without a value begins. */
  statement(): { name: string; text: string } | undefined {
    const [first, name, next] = this.tokens;
    if (first?.text === 'set' && name?.kind === 'name') {
      if (next === undefined || next.text === '|') return { name: name.text, text: '' };
      if (next.text === '=') {
        this.at = 3;
        this.scope.set(name.text, this.expression());
      } else if (next.text === '.' && this.tokens[4]?.text === '=') {
        this.at = 5;
        const object = this.scope.get(name.text);
        const value = this.expression();
        if (object instanceof Map) this.scope.set(name.text, new Map([...object, [this.tokens[3]!.text, value]]));
      }
    }
    if (first?.text === 'for') {
      const place = this.tokens.findIndex(({ text }) => text === 'in');
      const variable = this.tokens[1];
      if (place === 2 && variable?.kind === 'name') {
        this.at = 3;
        const items = this.expression();
        // What a loop may put together piece by piece counts as put together once.
        if (Array.isArray(items)) this.keep(joined(items, ''));
      }
    }
    this.rest();
    return undefined;
  }

  /** Reads whatever expressions are left. */
  rest(): void {
    while (this.at < this.tokens.length && this.budget.steps > 0) {
      const before = this.at;
      this.expression();
      if (this.at === before) this.at += 1;
    }
  }

  /** One expression; what follows `if` in it is read too, and changes nothing. */
  expression(): Value {
    if (this.depth >= LIMITS.documentDepth || this.budget.steps <= 0) {
      this.at = this.tokens.length;
      return undefined;
    }
    this.depth += 1;
    const value = this.sum();
    this.depth -= 1;
    return value;
  }

  private keep(value: Value): Value {
    if (typeof value === 'string') {
      if (value.length > LIMITS.templateText) return undefined;
      if (this.found.size < LIMITS.templateTokens) this.found.add(value);
    }
    return value;
  }

  private take(...texts: readonly string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token?.kind !== 'operator' || !texts.includes(token.text)) return undefined;
    this.at += 1;
    return token.text;
  }

  private step(): void {
    this.budget.steps -= 1;
  }

  private sum(): Value {
    let value = this.concatenation();
    for (let sign = this.take('+', '-'); sign !== undefined; sign = this.take('+', '-')) {
      this.step();
      value = this.keep(added(value, this.concatenation(), sign));
    }
    return value;
  }

  private concatenation(): Value {
    let value = this.product();
    while (this.take('~') !== undefined) {
      this.step();
      const right = this.product();
      value = this.keep(isPlain(value) && isPlain(right) ? `${value}${right}` : undefined);
    }
    return value;
  }

  private product(): Value {
    let value = this.unary();
    for (let sign = this.take('*', '%', '/', '//'); sign !== undefined; sign = this.take('*', '%', '/', '//')) {
      this.step();
      const right = this.unary();
      value = this.keep(sign === '*' ? times(value, right) : sign === '%' ? percent(value, right) : undefined);
    }
    return value;
  }

  private unary(): Value {
    const sign = this.take('-', '+');
    const value = this.postfix(this.primary());
    return sign === '-' ? (typeof value === 'number' ? -value : undefined) : value;
  }

  private primary(): Value {
    const token = this.tokens[this.at];
    if (token === undefined) return undefined;
    this.step();
    if (token.kind === 'string') {
      let text = '';
      // Literals beside each other are one.
      for (let next = this.tokens[this.at]; next?.kind === 'string'; next = this.tokens[this.at]) {
        text += next.text;
        this.at += 1;
      }
      return this.keep(text);
    }
    if (token.kind === 'number') {
      this.at += 1;
      return Number(token.text);
    }
    if (token.kind === 'name') {
      this.at += 1;
      if (PREFIXES.has(token.text)) return undefined;
      if ((token.text === 'dict' || token.text === 'namespace') && this.tokens[this.at]?.text === '(') {
        this.at += 1;
        return this.keywords();
      }
      return this.scope.get(token.text);
    }
    if (this.take('(') !== undefined) return this.group(')');
    if (this.take('[') !== undefined) return this.items(']');
    if (this.take('{') !== undefined) return this.table();
    return undefined;
  }

  private group(close: string): Value {
    const items = this.items(close);
    return items.length === 1 && !this.tuple ? items[0] : items;
  }

  private tuple = false;

  private items(close: string): Value[] {
    const items: Value[] = [];
    let comma = false;
    while (this.at < this.tokens.length && this.take(close) === undefined) {
      const before = this.at;
      items.push(this.expression());
      comma = this.take(',') !== undefined;
      if (this.at === before) this.at += 1;
    }
    this.tuple = comma;
    return items;
  }

  private table(): Value {
    const table = new Map<string, Value>();
    while (this.at < this.tokens.length && this.take('}') === undefined) {
      const before = this.at;
      const key = this.expression();
      if (this.take(':') !== undefined) {
        const value = this.expression();
        if (isPlain(key)) table.set(String(key), value);
      }
      this.take(',');
      if (this.at === before) this.at += 1;
    }
    return table;
  }

  /** `dict(a=1, b=2)`, behind the bracket: the keys are texts that no literal spells. */
  private keywords(): Value {
    const table = new Map<string, Value>();
    while (this.at < this.tokens.length && this.take(')') === undefined) {
      const before = this.at;
      const key = this.tokens[this.at];
      if (key?.kind === 'name' && this.tokens[this.at + 1]?.text === '=') {
        this.at += 2;
        table.set(key.text, this.expression());
        this.keep(key.text);
      } else this.expression();
      this.take(',');
      if (this.at === before) this.at += 1;
    }
    return table;
  }

  private postfix(start: Value): Value {
    let value = start;
    for (;;) {
      if (this.take('.') !== undefined) {
        const name = this.tokens[this.at];
        if (name === undefined) return undefined;
        this.at += 1;
        if (this.take('(') !== undefined) value = this.keep(applied(name.text, value, this.items(')')));
        else value = value instanceof Map ? value.get(name.text) : undefined;
      } else if (this.take('[') !== undefined) value = this.keep(this.subscript(value));
      else if (this.take('|') !== undefined) {
        const name = this.tokens[this.at]?.text ?? '';
        this.at += 1;
        const given = this.take('(') === undefined ? [] : this.items(')');
        value = this.keep(applied(name, value, given, true));
      } else if (this.take('(') !== undefined) {
        this.items(')');
        value = undefined;
      } else return value;
      this.step();
    }
  }

  /** Behind the bracket: an index, a key, or a slice. */
  private subscript(value: Value): Value {
    const bounds: Value[] = [undefined];
    let slice = false;
    while (this.at < this.tokens.length && this.take(']') === undefined) {
      const before = this.at;
      if (this.take(':') !== undefined) {
        slice = true;
        bounds.push(undefined);
      } else bounds[bounds.length - 1] = this.expression();
      if (this.at === before) this.at += 1;
    }
    if (slice) return sliced(value, bounds);
    const [key] = bounds;
    if (value instanceof Map && isPlain(key)) return value.get(String(key));
    if ((typeof value === 'string' || Array.isArray(value)) && typeof key === 'number') return value.at(key) as Value;
    return undefined;
  }
}

const isPlain = (value: Value): value is string | number => typeof value === 'string' || typeof value === 'number';
const listOf = (value: Value): readonly Value[] | undefined =>
  typeof value === 'string'
    ? [...value]
    : value instanceof Map
      ? [...value.keys()]
      : Array.isArray(value)
        ? value
        : undefined;

function added(left: Value, right: Value, sign: string): Value {
  if (sign === '-') return typeof left === 'number' && typeof right === 'number' ? left - right : undefined;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right].slice(0, LIMITS.templateText);
  return undefined;
}

function times(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  const [text, count] = typeof left === 'string' ? [left, right] : [right, left];
  if (typeof text !== 'string' || typeof count !== 'number') return undefined;
  return count * text.length > LIMITS.templateText || count < 0 || !Number.isInteger(count)
    ? undefined
    : text.repeat(count);
}

/** https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting */
function percent(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return right === 0 ? undefined : left % right;
  if (typeof left !== 'string') return undefined;
  const values = Array.isArray(right) ? right : [right];
  let next = 0;
  let known = true;
  const text = left.replace(
    /%(?:\(([^)]*)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])/g,
    (whole, key: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const value = key !== undefined ? (right instanceof Map ? right.get(key) : undefined) : values[next++];
      if (!isPlain(value)) {
        known = false;
        return whole;
      }
      return kind === 'c' && typeof value === 'number' ? character(value) : String(value);
    },
  );
  return known ? text : undefined;
}

const character = (code: number): string =>
  code >= 0 && code <= 0x10ffff && Number.isInteger(code) ? String.fromCodePoint(code) : '';

/** `'{}{0}{x:c}'.format(...)`. https://docs.python.org/3/library/string.html#format-string-syntax */
function formatted(text: string, given: readonly Value[]): Value {
  let next = 0;
  let known = true;
  const result = text.replace(
    /\{([^{}:!]*)(?:![rsa])?(?::([^{}]*))?\}/g,
    (whole, field: string, kind: string | undefined) => {
      const value = field === '' ? given[next++] : /^\d+$/.test(field) ? given[Number(field)] : undefined;
      if (!isPlain(value)) {
        known = false;
        return whole;
      }
      return kind?.endsWith('c') && typeof value === 'number' ? character(value) : String(value);
    },
  );
  return known ? result : undefined;
}

function sliced(value: Value, [from, to, by]: readonly Value[]): Value {
  const items = listOf(value);
  if (items === undefined || value instanceof Map) return undefined;
  const step = typeof by === 'number' && by !== 0 ? Math.trunc(by) : 1;
  const clamp = (index: number): number =>
    index < 0
      ? Math.max(index + items.length, step < 0 ? -1 : 0)
      : Math.min(index, step < 0 ? items.length - 1 : items.length);
  const start = typeof from === 'number' ? clamp(from) : step < 0 ? items.length - 1 : 0;
  const end = typeof to === 'number' ? clamp(to) : step < 0 ? -1 : items.length;
  const taken: Value[] = [];
  for (let at = start; step < 0 ? at > end : at < end; at += step) taken.push(items[at]);
  return typeof value === 'string' ? joined(taken, '') : taken;
}

function joined(items: readonly Value[], between: string): Value {
  return items.every(isPlain) ? items.join(between) : undefined;
}

/** A filter, or a method of a text: those that make texts of texts. */
function applied(name: string, value: Value, given: readonly Value[], filter = false): Value {
  const [first, second] = given;
  const text = typeof value === 'string' ? value : undefined;
  switch (name) {
    case 'join': {
      const items = listOf(filter ? value : first);
      const between = filter ? (first ?? '') : value;
      return items !== undefined && typeof between === 'string' ? joined(items, between) : undefined;
    }
    case 'format':
      return text === undefined ? undefined : filter ? percent(text, given as Value[]) : formatted(text, given);
    case 'reverse':
      return text !== undefined
        ? [...text].reverse().join('')
        : Array.isArray(value)
          ? [...value].reverse()
          : undefined;
    case 'replace':
      return text !== undefined && typeof first === 'string' && typeof second === 'string' && first !== ''
        ? text.replaceAll(first, () => second)
        : undefined;
    case 'lower':
    case 'casefold':
      return text?.toLowerCase();
    case 'upper':
      return text?.toUpperCase();
    case 'swapcase':
      return text?.replace(/\p{L}/gu, (letter) =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      );
    case 'capitalize':
      return text === undefined ? undefined : text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
    case 'trim':
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return text === undefined ? undefined : stripped(text, typeof first === 'string' ? first : ' \t\r\n', name);
    case 'removeprefix':
      return text !== undefined && typeof first === 'string' && text.startsWith(first)
        ? text.slice(first.length)
        : text;
    case 'removesuffix':
      return text !== undefined && typeof first === 'string' && text.endsWith(first)
        ? text.slice(0, -first.length || undefined)
        : text;
    case 'split':
      return text === undefined
        ? undefined
        : typeof first === 'string' && first !== ''
          ? text.split(first)
          : text.split(/\s+/).filter(Boolean);
    case 'center':
    case 'ljust':
    case 'rjust':
    case 'zfill':
      return text === undefined || typeof first !== 'number'
        ? undefined
        : padded(text, first, typeof second === 'string' ? second : name === 'zfill' ? '0' : ' ', name);
    case 'string':
    case 'safe':
    case 'escape':
    case 'e':
    case 'forceescape':
    case 'default':
    case 'd':
      return isPlain(value) ? String(value) : undefined;
    case 'list':
    case 'keys':
      return listOf(value);
    case 'first':
      return listOf(value)?.[0];
    case 'last':
      return listOf(value)?.at(-1);
    case 'get':
      return value instanceof Map && isPlain(first) ? value.get(String(first)) : undefined;
    case 'sort':
    case 'unique':
      return undefined;
    default:
      return undefined;
  }
}

function stripped(text: string, characters: string, how: string): string {
  let from = 0;
  let to = text.length;
  if (how !== 'rstrip') while (from < to && characters.includes(text[from] as string)) from += 1;
  if (how !== 'lstrip') while (to > from && characters.includes(text[to - 1] as string)) to -= 1;
  return text.slice(from, to);
}

function padded(text: string, width: number, filler: string, how: string): Value {
  const missing = width - text.length;
  if (width > LIMITS.templateText || missing <= 0 || filler.length !== 1) return missing <= 0 ? text : undefined;
  if (how === 'ljust') return text + filler.repeat(missing);
  if (how === 'rjust' || how === 'zfill') return filler.repeat(missing) + text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return filler.repeat(left) + text + filler.repeat(missing - left);
}
