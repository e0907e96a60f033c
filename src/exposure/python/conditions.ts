/** What is known of the interpreter when a condition is looked at. */
export interface Known {
  /** `[3, 9]`. */
  readonly version: readonly [number, number];
  /** Whether the module is the program itself (`__name__ == "__main__"`). */
  readonly isMain: boolean;
}

type Value = string | number | boolean | null | readonly Value[] | undefined;

/** Steps in working out one condition. */
const STEPS = 2_000;

/**
 * Whether a condition that imports stand under holds in CPython on Linux: true, false, or undefined where that is only known when it
 * runs. Understood are the conditions that modules write to be portable, and their `not`, `and`, `or`: `TYPE_CHECKING`,
 * `sys.version_info >= (3, 8)`, `sys.platform == "win32"`, `os.name`, `__name__`.
 */
export function conditionHolds(text: string, known: Known): boolean | undefined {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.length > STEPS) return undefined;
  try {
    const value = parser(tokens, known).whole();
    return value === undefined ? undefined : truth(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const TOKEN = /[^\W\d][\w.]*|\d+|"[^"\\]*"|'[^'\\]*'|[<>=!]=|[^\s]/g;
const COMPARES = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'is']);

const truth = (value: Value): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== false && value !== 0 && value !== '' && value !== null;

/** Long because it is an object: its methods close over one place in one condition. */
function parser(tokens: readonly string[], known: Known): { whole(): Value } {
  let at = 0;
  const whole = (): Value => {
    const value = either();
    return at < tokens.length ? undefined : value;
  };

  function either(): Value {
    let value = both();
    while (tokens[at] === 'or') {
      at += 1;
      const next = both();
      // What holds decides, whatever the other part is.
      value = isTrue(value) || isTrue(next) ? true : value === undefined || next === undefined ? undefined : false;
    }
    return value;
  }

  function both(): Value {
    let value = negated();
    while (tokens[at] === 'and') {
      at += 1;
      const next = negated();
      value = isFalse(value) || isFalse(next) ? false : value === undefined || next === undefined ? undefined : true;
    }
    return value;
  }

  function negated(): Value {
    if (tokens[at] !== 'not') return comparison();
    at += 1;
    const value = negated();
    return value === undefined ? undefined : !truth(value);
  }

  function comparison(): Value {
    let left = operand();
    for (;;) {
      let how = tokens[at];
      const isNot = how === 'not' && tokens[at + 1] === 'in';
      if (isNot) {
        at += 1;
        how = 'in';
      }
      if (how === undefined || !COMPARES.has(how)) return how === undefined || ENDS.has(how) ? left : unknownRest();
      at += 1;
      const other = how === 'is' && tokens[at] === 'not';
      if (other) at += 1;
      const holds = compared(left, how, operand());
      left = holds === undefined ? undefined : isNot || other ? !holds : holds;
    }
  }

  /** Arithmetic and the like: what it comes to is not worked out, but where it ends has to be known. */
  function unknownRest(): undefined {
    while (at < tokens.length && !ENDS.has(tokens[at] as string)) {
      if (COMPARES.has(tokens[at] as string)) at += 1;
      else if (OPENS.has(tokens[at] as string)) group();
      else at += 1;
    }
    return undefined;
  }

  function operand(): Value {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (token === '(') return afterwards(parenthesis());
    if (OPENS.has(token)) {
      group();
      return afterwards(undefined);
    }
    at += 1;
    if (/^\d+$/.test(token)) return Number(token);
    if (token.startsWith('"') || token.startsWith("'")) return afterwards(token.slice(1, -1));
    if (token === 'await' || token === 'lambda') return unknownRest();
    return afterwards(named(token));
  }

  function named(token: string): Value {
    const last = token.slice(token.lastIndexOf('.') + 1);
    if (token === 'True') return true;
    if (token === 'False' || last === 'TYPE_CHECKING' || last === 'MYPY' || last === 'PY2') return false;
    if (token === 'None') return null;
    if (last === 'PY3') return true;
    if (token === '__name__') return known.isMain ? '__main__' : '';
    if (last === 'version_info') return indexed([...known.version, 0]);
    if (token === 'sys.version_info.major') return known.version[0];
    if (token === 'sys.version_info.minor') return known.version[1];
    if (token === 'sys.platform') return 'linux';
    if (token === 'sys.platform.startswith') return started('linux');
    if (token === 'os.name') return 'posix';
    if (token === 'sys.implementation.name') return 'cpython';
    if (token === 'platform.system') return called('Linux');
    if (token === 'platform.python_implementation') return called('CPython');
    return undefined;
  }

  /** `()` behind a function of which the answer is known. */
  function called(answer: Value): Value {
    if (tokens[at] !== '(' || tokens[at + 1] !== ')') return undefined;
    at += 2;
    return answer;
  }

  function started(value: string): Value {
    if (tokens[at] !== '(') return undefined;
    const what = parenthesis();
    const all = Array.isArray(what) ? what : [what];
    return all.every((value) => typeof value === 'string')
      ? all.some((prefix) => value.startsWith(prefix as string))
      : undefined;
  }

  /** `[0]`, `[:2]` behind the version. */
  function indexed(value: readonly number[]): Value {
    if (tokens[at] !== '[') return value;
    if (tokens[at + 2] === ']' && /^\d$/.test(tokens[at + 1] as string)) {
      at += 3;
      return value[Number(tokens[at - 2])];
    }
    if (tokens[at + 1] === ':' && tokens[at + 3] === ']' && /^\d$/.test(tokens[at + 2] as string)) {
      at += 4;
      return value.slice(0, Number(tokens[at - 2]));
    }
    return value;
  }

  /** Calls, indexes and attributes make something unknown of a value. */
  function afterwards(value: Value): Value {
    let is = value;
    while (tokens[at] === '(' || tokens[at] === '[' || (tokens[at] ?? '').startsWith('.')) {
      if (OPENS.has(tokens[at] as string)) group();
      else at += 1;
      if (/^\w/.test(tokens[at] ?? '') && tokens[at - 1] === '.') at += 1;
      is = undefined;
    }
    return is;
  }

  function parenthesis(): Value {
    const from = at;
    at += 1;
    const items: Value[] = [];
    let isTuple = false;
    while (at < tokens.length && tokens[at] !== ')') {
      items.push(either());
      if (tokens[at] === ',') {
        isTuple = true;
        at += 1;
      } else if (tokens[at] !== ')') {
        at = from;
        group();
        return undefined;
      }
    }
    at += 1;
    if (items.some((item) => item === undefined)) return undefined;
    return isTuple || items.length === 0 ? items : items[0];
  }

  /** Past a bracket and what is in it. */
  function group(): void {
    let depth = 0;
    for (; at < tokens.length; at += 1) {
      if (OPENS.has(tokens[at] as string)) depth += 1;
      else if (CLOSES.has(tokens[at] as string)) {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    at += 1;
  }

  return { whole };
}

const ENDS = new Set(['and', 'or', ')', ',', ']', '}']);
const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);
const isTrue = (value: Value): boolean => value !== undefined && truth(value);
const isFalse = (value: Value): boolean => value !== undefined && !truth(value);

function compared(left: Value, how: string, right: Value): boolean | undefined {
  // `'posix' in sys.builtin_module_names`, by whatever name.
  if (how === 'in' && right === undefined && (left === 'posix' || left === 'nt')) return left === 'posix';
  if (left === undefined || right === undefined) return undefined;
  if (how === 'in') {
    if (typeof right === 'string') return typeof left === 'string' ? right.includes(left) : undefined;
    return Array.isArray(right) ? right.some((value) => order(left, value) === 0) : undefined;
  }
  const sign = order(left, right);
  if (how === '==' || how === 'is') return sign === 0;
  if (how === '!=') return sign !== 0;
  if (sign === undefined) return undefined;
  return how === '<' ? sign < 0 : how === '<=' ? sign <= 0 : how === '>' ? sign > 0 : sign >= 0;
}

/** Python's order of tuples, numbers and texts; undefined between kinds. */
function order(left: Value, right: Value): number | undefined {
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
      const sign = order(left[at], right[at]);
      if (sign !== 0) return sign;
    }
    return left.length - right.length;
  }
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return left === right ? 0 : undefined;
}
