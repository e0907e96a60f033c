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
  const byLetters = new Map<string, { readonly row: Named<Value>; readonly order: number }[]>();
  for (const [order, row] of rows.entries()) {
    const { source } = row[0];
    const folder = folders.find((beginning) => source.startsWith(beginning));
    const names = folder === undefined ? [''] : alternatives(source.slice(folder.length));
    for (const letters of new Set(names.map(beginningOf))) {
      const known = byLetters.get(letters);
      if (known === undefined) byLetters.set(letters, [{ row, order }]);
      else known.push({ row, order });
    }
  }
  return (name) => {
    let all: { readonly row: Named<Value>; readonly order: number }[] | undefined;
    for (let length = 0; length <= LONGEST && length <= name.length; length += 1) {
      const some = byLetters.get(name.slice(0, length));
      if (some !== undefined) all = all === undefined ? some : [...all, ...some];
    }
    if (all === undefined) return [];
    return [
      ...new Map(
        [...all].sort((left, right) => left.order - right.order).map(({ row, order }) => [order, row]),
      ).values(),
    ];
  };
}

/** `(?:ldd|getent)$` -> `ldd` and `getent`; anything else is one. */
function alternatives(source: string): readonly string[] {
  const [, inner] = /^\(\?:([^()]*)\)\$?$/.exec(source) ?? [];
  return inner === undefined ? [source] : inner.split('|');
}

/** The letters that every name has to begin with. */
function beginningOf(source: string): string {
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
