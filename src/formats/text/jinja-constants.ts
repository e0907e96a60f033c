// Long because it is one recursive descent over one grammar.
import { LIMITS } from '../../limits.ts';
import { type JinjaToken, jinjaParts } from './jinja.ts';
import { added, applied, isPlain, joined, percent, sliced, times, type Value } from './jinja-values.ts';

/**
 * Every text that the expressions of a template come to without being given anything: literals, and what is put together of them by
 * `+`, `~`, `*`, `%`, subscripts and slices, `join`, `format`, `reverse`, `replace` and the like, through variables that are set to
 * such. Nothing is run; at most `LIMITS.templateSteps` steps, and texts of `LIMITS.templateText` characters.
 */
export function constantTexts(template: string): ReadonlySet<string> {
  const scope = new Map<string, Value>();
  const texts = new Set<string>();
  const budget = { steps: LIMITS.templateSteps as number };
  let block: { readonly name: string; text: string } | undefined;
  for (const part of jinjaParts(template)) {
    if (part.kind === 'text') {
      if (block) block.text = `${block.text}${part.source}`.slice(0, LIMITS.templateText);
      continue;
    }
    const reader = new Expressions(part.tokens, scope, texts, budget);
    if (part.kind === 'print') {
      const value = reader.expression();
      if (block && typeof value === 'string') block.text += value;
      reader.rest();
    } else if (part.tokens[0]?.text === 'endset' && block) {
      scope.set(block.name, block.text);
      texts.add(block.text);
      block = undefined;
    } else block = reader.statement() ?? block;
    if (budget.steps <= 0) break;
  }
  return texts;
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

  constructor(tokens: readonly JinjaToken[], scope: Map<string, Value>, texts: Set<string>, budget: { steps: number }) {
    this.tokens = tokens;
    this.scope = scope;
    this.found = texts;
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
