import { LIMITS } from '../../limits.ts';

/** A value that is known without running the template; undefined where it is not. */
export type Value = string | number | readonly Value[] | ReadonlyMap<string, Value> | undefined;

/** A text or a number. */
export const isPlain = (value: Value): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
const listOf = (value: Value): readonly Value[] | undefined =>
  typeof value === 'string'
    ? [...value]
    : value instanceof Map
      ? [...value.keys()]
      : Array.isArray(value)
        ? value
        : undefined;

/** `+` and `-`. */
export function added(left: Value, right: Value, sign: string): Value {
  if (sign === '-') return typeof left === 'number' && typeof right === 'number' ? left - right : undefined;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right].slice(0, LIMITS.templateText);
  return undefined;
}

/** `*`, of numbers or of a text and a number. */
export function times(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  const [text, count] = typeof left === 'string' ? [left, right] : [right, left];
  if (typeof text !== 'string' || typeof count !== 'number') return undefined;
  return count * text.length > LIMITS.templateText || count < 0 || !Number.isInteger(count)
    ? undefined
    : text.repeat(count);
}

/** https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting */
export function percent(left: Value, right: Value): Value {
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

/** `value[from:to:by]`. */
export function sliced(value: Value, [from, to, by]: readonly Value[]): Value {
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

/** The items as one text, where all are known. */
export function joined(items: readonly Value[], between: string): Value {
  return items.every(isPlain) ? items.join(between) : undefined;
}

/**
 * A filter, or a method of a text: those that make texts of texts.
 * Long because it has an entry for each filter.
 */
export function applied(name: string, value: Value, given: readonly Value[], filter = false): Value {
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
