/** Expressions of file names, and what each stands for. */
type Named<Value> = readonly [expression: RegExp, value: Value];

/** Letters that stand for themselves in an expression; what follows one may make it optional. */
const LITERAL = /^(?:\\([.\-+])|([\w-]))(?![?*{])/;
/** As much of a beginning as tells most names apart. */
const LONGEST = 8;

/**
 * Finds the expressions that a file's name can match by how it begins: most names begin like none of them, so that nothing is tried, and
 * nearly all expressions are never compiled. `folders`: what stands before the name in some sources, each beginning with `^`. What is given
 * back has still to be tried, in the order of the rows.
 */
export function byBeginning<Value>(
  rows: readonly Named<Value>[],
  folders: readonly string[] = ['^'],
): (name: string) => readonly Named<Value>[] {
  const root: Beginning<Value> = { rows: [], next: new Map() };
  for (const [order, row] of rows.entries()) {
    const { source } = row[0];
    const folder = folders.find((beginning) => source.startsWith(beginning));
    const names = folder === undefined ? [''] : alternatives(source.slice(folder.length));
    for (const letters of new Set(names.map(lettersOf))) placeOf(root, letters).rows.push({ row, order });
  }
  return (name) => {
    let all: readonly Ordered<Value>[] = root.rows;
    let at: Beginning<Value> | undefined = root;
    for (let length = 0; length < name.length; length += 1) {
      at = at.next.get(name.charCodeAt(length));
      if (at === undefined) break;
      if (at.rows.length > 0) all = all.length === 0 ? at.rows : [...all, ...at.rows];
    }
    if (all.length === 0) return [];
    return [
      ...new Map(
        [...all].sort((left, right) => left.order - right.order).map(({ row, order }) => [order, row]),
      ).values(),
    ];
  };
}

interface Ordered<Value> {
  readonly row: Named<Value>;
  readonly order: number;
}

/** Rows whose names begin with the letters on the way here, and where more letters lead: no text is made of a name to look it up. */
interface Beginning<Value> {
  readonly rows: Ordered<Value>[];
  readonly next: Map<number, Beginning<Value>>;
}

function placeOf<Value>(root: Beginning<Value>, letters: string): Beginning<Value> {
  let at = root;
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters.charCodeAt(index);
    const next = at.next.get(letter) ?? { rows: [], next: new Map() };
    at.next.set(letter, next);
    at = next;
  }
  return at;
}

/** `(?:ldd|getent)$` -> `ldd` and `getent`, `lib(?:ssl|crypto)\.so` -> `libssl\.so` and `libcrypto\.so`; anything else is one. */
function alternatives(source: string): readonly string[] {
  const [whole, before = '', inner] = /^([\w-]{0,20})\(\?:([^()]*)\)(?![?*{])/.exec(source) ?? [];
  if (inner === undefined || whole === undefined) return [unwrapped(source)];
  return inner.split('|').map((name) => before + name + source.slice(whole.length));
}

/** `(?:python3\.(\d+))$` -> `python3\.(\d+)`: a group around all of it, in which there is no choice. */
const unwrapped = (source: string): string => /^\(\?:([^()|]*(?:\([^()|]*\)[^()|]*)?)\)\$$/.exec(source)?.[1] ?? source;

/** The letters that every name has to begin with. */
function lettersOf(source: string): string {
  // Behind a bar outside of groups the beginning is another.
  if (source.replace(/\[[^\]]{0,200}\]|\([^()]{0,200}\)/g, '').includes('|')) return '';
  let letters = '';
  let rest = source;
  for (let match = LITERAL.exec(rest); match !== null && letters.length < LONGEST; match = LITERAL.exec(rest)) {
    letters += match[1] ?? match[2];
    rest = rest.slice(match[0].length);
  }
  return letters;
}
