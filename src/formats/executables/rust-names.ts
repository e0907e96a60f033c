// One file, since the two manglings answer one question: which function, by the path that its source has.
import { LIMITS } from '../../limits.ts';

/**
 * The path of the function that a symbol of the Rust compiler is for, without what generic it is made for: `smallvec::SmallVec::insert_many` for
 * `_ZN8smallvec17SmallVec$LT$A$GT$11insert_many17h1b0f2f3f4f5f6f7fE`. A closure is the function that it stands in, a method of a trait the type's.
 * Undefined for what is no such symbol, or is for a type without a path (`<[T] as ..>::..`).
 * https://doc.rust-lang.org/rustc/symbol-mangling/v0.html
 */
export const rustFunction = (symbol: string): string | undefined =>
  symbol.startsWith('_R') ? inV0(symbol) : symbol.startsWith('_ZN') ? inLegacy(symbol) : undefined;

/** `_ZN` <length><name>... `17h<hash>E`, with `$LT$` and the like for what linkers do not take. */
function inLegacy(symbol: string): string | undefined {
  const segments: string[] = [];
  for (let at = 3; at < symbol.length && symbol[at] !== 'E'; ) {
    const [digits = ''] = /^\d{1,4}/.exec(symbol.slice(at, at + 4)) ?? [];
    const end = at + digits.length + Number(digits);
    if (digits === '' || end > symbol.length || segments.length >= LIMITS.rustNameDepth) return undefined;
    segments.push(symbol.slice(at + digits.length, end));
    at = end;
  }
  if (!/^h[0-9a-f]{16}$/.test(segments.pop() ?? '')) return undefined;
  const plain = segments
    .map((segment) => demangled(segment.replace(/^_(?=\$)/, '')))
    .filter((name) => !CLOSURE.test(name));
  const [first = '', ...rest] = plain;
  if (first.startsWith('<')) return joined([selfOf(first), ...rest]);
  // What stands in another module than its type: `alloc::vec::<impl alloc::Vec<T>>::push`.
  const own = plain.findIndex((name) => name.startsWith('<impl '));
  return own < 0 ? joined(plain) : joined([selfOf(`<${plain[own]?.slice('<impl '.length)}`), ...plain.slice(own + 1)]);
}

const CLOSURE = /^\{\{[\w-]+\}\}$|^\{[\w-]+#\d+\}$/;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' }),
);

const demangled = (segment: string): string =>
  segment
    .replace(/\$(?:u([0-9a-f]{1,6})|([A-Z]{1,2}))\$/g, (whole, code: string | undefined, name: string | undefined) =>
      code === undefined ? (ESCAPES.get(name ?? '') ?? whole) : codePoint(code, whole),
    )
    .replaceAll('..', '::');

function codePoint(code: string, otherwise: string): string {
  const value = Number.parseInt(code, 16);
  return value > 0x10ffff ? otherwise : String.fromCodePoint(value);
}

/** Of `<a::B<C> as d::E>` and `<impl e::F for a::B>` the type that it is of. */
function selfOf(text: string): string | undefined {
  const inner = text.slice(1, text.endsWith('>') ? -1 : undefined);
  const of = outsideBrackets(inner, ' for ');
  const self = of === undefined ? inner.slice(0, outsideBrackets(inner, ' as ') ?? inner.length) : inner.slice(of + 5);
  return /^[A-Za-z_]/.test(self) ? self : undefined;
}

function outsideBrackets(text: string, wanted: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '<') depth += 1;
    else if (text[at] === '>' && text[at - 1] !== '-') depth -= 1;
    else if (depth === 0 && text.startsWith(wanted, at)) return at;
  }
  return undefined;
}

/** Names joined, with what stands in angle brackets left out. */
function joined(names: readonly (string | undefined)[]): string | undefined {
  if (names.length < 2 || names.includes(undefined)) return undefined;
  let depth = 0;
  let path = '';
  for (const letter of names.join('::')) {
    if (letter === '<') depth += 1;
    else if (letter === '>') depth -= 1;
    else if (depth === 0) path += letter;
  }
  const plain = path.replace(/::(?=::|$)/g, '');
  return /^[\p{L}_][\p{L}\p{N}_:]*$/u.test(plain) ? plain : undefined;
}

/** Thrown where a symbol is no well-formed one; caught in this file. */
class Malformed extends Error {}

function inV0(symbol: string): string | undefined {
  try {
    const reader = v0Reader(symbol);
    const path = reader.path();
    return path === undefined ? undefined : joined(path.split('::'));
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Long because it is the grammar: each method is a rule of it, and all read on in one text. */
function v0Reader(symbol: string): { path(): string | undefined } {
  let at = 2;
  let depth = 0;
  let steps = 0;

  const next = (): string => {
    const letter = symbol[at];
    steps += 1;
    if (letter === undefined || steps > LIMITS.rustNameSteps) throw new Malformed();
    at += 1;
    return letter;
  };
  const skips = (letter: string): boolean => {
    if (symbol[at] !== letter) return false;
    at += 1;
    return true;
  };
  const base62 = (): number => {
    if (skips('_')) return 0;
    let value = 0;
    for (let letter = next(); letter !== '_'; letter = next()) {
      const digit = DIGITS.indexOf(letter);
      if (digit < 0) throw new Malformed();
      value = value * 62 + digit;
    }
    return value + 1;
  };
  const disambiguator = (): void => {
    if (skips('s')) base62();
  };
  const identifier = (): string => {
    const isPunycode = skips('u');
    const [digits] = /^(?:0|[1-9]\d{0,4})/.exec(symbol.slice(at, at + 5)) ?? [];
    if (digits === undefined) throw new Malformed();
    at += digits.length;
    skips('_');
    const name = symbol.slice(at, at + Number(digits));
    if (name.length < Number(digits)) throw new Malformed();
    at += name.length;
    return isPunycode ? `${name}\u0000` : name;
  };
  /** Reads at an earlier place, which may only lie before the reference. */
  const back = <T>(read: () => T): T => {
    const here = at - 1;
    const to = base62() + 2;
    if (to >= here) throw new Malformed();
    const after = at;
    at = to;
    const value = read();
    at = after;
    return value;
  };
  const deeper = <T>(read: () => T): T => {
    depth += 1;
    if (depth > LIMITS.rustNameDepth) throw new Malformed();
    const value = read();
    depth -= 1;
    return value;
  };

  const path = (): string | undefined => deeper(pathHere);
  const pathHere = (): string | undefined => {
    const tag = next();
    switch (tag) {
      case 'C':
        disambiguator();
        return identifier();
      case 'N': {
        const namespace = next();
        const parent = path();
        disambiguator();
        const name = identifier();
        // A closure, a shim: code of what they stand in.
        return /[A-Z]/.test(namespace) || parent === undefined ? parent : `${parent}::${name}`;
      }
      case 'M':
        disambiguator();
        path();
        return type();
      case 'X': {
        disambiguator();
        path();
        const self = type();
        path();
        return self;
      }
      case 'Y': {
        const self = type();
        path();
        return self;
      }
      case 'I': {
        const generic = path();
        while (!skips('E')) genericArgument();
        return generic;
      }
      case 'B':
        return back(path);
      default:
        throw new Malformed();
    }
  };
  const genericArgument = (): void => {
    if (skips('L')) base62();
    else if (skips('K')) constant();
    else type();
  };
  const binder = (): void => {
    if (skips('G')) base62();
  };
  /** The path of a type that has one. */
  const type = (): string | undefined => deeper(typeHere);
  const typeHere = (): string | undefined => {
    const tag = next();
    if (/[a-z]/.test(tag)) return undefined;
    switch (tag) {
      case 'A':
        type();
        constant();
        return undefined;
      case 'R':
      case 'Q':
        if (skips('L')) base62();
        type();
        return undefined;
      case 'S':
      case 'P':
      case 'O':
        type();
        return undefined;
      case 'T':
        while (!skips('E')) type();
        return undefined;
      case 'F':
        binder();
        skips('U');
        if (skips('K') && !skips('C')) identifier();
        while (!skips('E')) type();
        type();
        return undefined;
      case 'D':
        binder();
        while (!skips('E')) {
          path();
          while (skips('p')) {
            identifier();
            type();
          }
        }
        if (!skips('L')) throw new Malformed();
        base62();
        return undefined;
      case 'B':
        return back(type);
      default:
        at -= 1;
        return path();
    }
  };
  const constant = (): void => {
    if (skips('p')) return;
    if (skips('B')) {
      back(constant);
      return;
    }
    const kind = next();
    // Numbers, characters and truth values; texts and structures are generic arguments of no stable Rust.
    if (!/[a-z]/.test(kind)) throw new Malformed();
    skips('n');
    for (let letter = next(); letter !== '_'; letter = next()) if (!/[0-9a-f]/.test(letter)) throw new Malformed();
  };

  return { path };
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
