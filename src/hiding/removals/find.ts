import { fileNameOf } from '../../formats/paths.ts';
import { isMatch, KNOWN, NOT_TOLD, namesOf } from './known.ts';

/** What a call of `find` comes to. */
interface Found {
  /** Known files and the folders they are in, as far as the tests surely hold of them, absolute. */
  readonly paths: readonly string[];
  readonly deletes: boolean;
  /** The words after `-exec`, for each. */
  readonly commands: readonly (readonly string[])[];
}

/** Every known file and every folder above one, with whether it is a folder. */
const PLACES: ReadonlyMap<string, 'd' | 'f'> = new Map(
  KNOWN.flatMap((path): [string, 'd' | 'f'][] => {
    const names = path.split('/');
    return names.map((_, at) => [names.slice(0, at + 1).join('/'), at === names.length - 1 ? 'f' : 'd']);
  }),
);

/** Tests within tests. */
const DEPTH = 20;

type Test = (path: string) => boolean;

/**
 * `find`, on what scanners read. A test that rests on what is not known here (age, size, owner, mode) is taken not to hold: those that
 * clean up by age or mode are not told of. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/find.html
 */
export function find(words: readonly string[], folder: readonly string[]): Found {
  const at = words.findIndex((word) => /^(?:-(?![HLPO])|[(!])/.test(word));
  const starts = (at < 0 ? words : words.slice(0, at)).filter((word) => !word.startsWith('-'));
  const expression = at < 0 ? [] : words.slice(at);
  const roots = (starts.length === 0 ? ['.'] : starts).map((word) => namesOf(word, folder));
  const parsed = parse(expression, roots);
  const paths = [...PLACES.keys()].filter(
    (path) => roots.some((root) => depthBelow(path, root) >= 0) && parsed.test(path),
  );
  return { paths: paths.map((path) => `/${path}`), deletes: parsed.deletes, commands: parsed.commands };
}

/** How many names a path has below a folder; negative where it is not in it. */
function depthBelow(path: string, root: readonly string[]): number {
  const names = path.split('/');
  return root.every((name, at) => names[at] !== undefined && isMatch(name, names[at]))
    ? names.length - root.length
    : -1;
}

/** The expression after the folders. Long because it is one machine: its rules close over one place in the words. */
function parse(words: readonly string[], roots: readonly (readonly string[])[]) {
  let at = 0;
  let deletes = false;
  const commands: string[][] = [];
  const limits: Test[] = [];
  const or = (depth: number): Test => {
    let left = and(depth);
    while (words[at] === '-o' || words[at] === '-or') {
      at += 1;
      const [either, other] = [left, and(depth)];
      left = (path) => either(path) || other(path);
    }
    return left;
  };
  const and = (depth: number): Test => {
    const tests: Test[] = [];
    while (at < words.length && !['-o', '-or', ')', ','].includes(words[at]!)) tests.push(not(depth));
    return (path) => tests.every((test) => test(path));
  };
  const not = (depth: number): Test => {
    const word = words[at];
    at += 1;
    if (word === '!' || word === '-not') {
      // What is not known does not hold the other way round either.
      const next = words[at] ?? '';
      const test = depth < DEPTH ? not(depth + 1) : () => false;
      return isTold(next) ? (path) => !test(path) : () => false;
    }
    if (word === '(' && depth < DEPTH) {
      const inner = or(depth + 1);
      if (words[at] === ')') at += 1;
      return inner;
    }
    return compareWith(word ?? '');
  };
  const compareWith = (word: string): Test => {
    if (word === '-delete') deletes = true;
    if (/^-(?:delete|true|print0?|depth|d|x?dev|mount|noleaf|follow|prune|a|and|warn|nowarn|ls)$/.test(word))
      return () => true;
    if (/^-(?:exec|execdir|ok|okdir)$/.test(word)) {
      const end = words.findIndex((word, index) => index >= at && (word === ';' || word === '+'));
      commands.push(words.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? words.length : end + 1;
      return () => true;
    }
    if (!/^-(?:nouser|nogroup|empty|readable|writable|executable|false|quit|daystart)$/.test(word)) at += 1;
    const value = words[at - 1] ?? '';
    const pattern = word.startsWith('-i') ? value.toLowerCase() : value;
    if (/^-i?name$/.test(word)) return (path) => isMatch(pattern, fileNameOf(path));
    if (/^-i?(?:path|wholename)$/.test(word)) return (path) => isMatch(pattern, `/${path}`);
    if (/^-i?regex$/.test(word)) return plainly(pattern);
    if (word === '-type') return (path) => value.split(',').includes(PLACES.get(path)!);
    if (word === '-maxdepth' || word === '-mindepth') {
      const depth = Number(value);
      const isUpper = word === '-maxdepth';
      limits.push((path) =>
        roots.some((root) => {
          const below = depthBelow(path, root);
          return below >= 0 && (isUpper ? below <= depth : below >= depth);
        }),
      );
      return () => true;
    }
    return () => false;
  };
  const tests: Test[] = [];
  while (at < words.length) {
    tests.push(or(0));
    at += 1;
  }
  const test: Test = (path) => tests.some((alternative) => alternative(path)) && limits.every((limit) => limit(path));
  return { test: words.length === 0 ? () => true : test, deletes, commands };
}

const isTold = (word: string): boolean => /^(?:\(|-i?(?:name|path|wholename)|-type)$/.test(word);

/** Of regular expressions only those that say `anything` and letters: as a pattern of a shell. */
function plainly(expression: string): Test {
  const pattern = expression.replaceAll('.*', '*').replaceAll('\\.', '.').replaceAll('\\/', '/');
  return /^[\w*./-]+$/.test(pattern) ? (path) => isMatch(pattern, `/${path}`) : (path) => path === NOT_TOLD;
}
