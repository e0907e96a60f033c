/** Files that Python code runs, by the expressions that it names them with. */

/** Letters of an expression that are looked at. */
const LETTERS = 600;
const OPENS = '([{';
const CLOSES = ')]}';
/** Words of which a path is put together, and that say nothing of its own of where it leads. */
const PLAIN =
  /^(?:os|path|join|pathlib|Path|PurePath|PosixPath|str|abspath|realpath|normpath|expanduser|resolve|absolute|as_posix|joinpath|fspath|open|io|codecs|read|read_text|read_bytes|encoding|r|rb|file|getcwd|cwd|compile|fdopen)$/;
/** The code of a whole file. */
const READ = /^(?:compile\s*\(\s*)?(?:(?:io\.|codecs\.|tokenize\.)?open|(?:pathlib\.)?Path)\s*\(/;
/** Where the path is a value, and the opening of the file stands behind it: `(HERE / "a.py").read_text()`. */
const READ_BEHIND = /^(?:compile\s*\(\s*)?[^,]{0,300}\.read_(?:text|bytes)\s*\(/;

/** The place behind an argument: of its comma, or of the bracket that ends the call. */
export function argumentEnd(from: number, bytes: Buffer): number {
  const text = bytes.toString('latin1', from, from + LETTERS);
  return from + expressionIn(text).end;
}

/** The file that an argument names: `/a/b.py`, `./b.py` from where the process runs, `*b.py` where its last parts are told, `?` where nothing is. */
export const fileAt = (from: number, bytes: Buffer): string =>
  expressionIn(bytes.toString('latin1', from, from + LETTERS)).file;

/** The same of a file that is opened there, all of which is taken: `open("a.py").read()`; undefined: it is something else. */
export function fileOpenedAt(from: number, bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', from, from + LETTERS).trimStart();
  const opens = READ.exec(text)?.[0];
  if (opens !== undefined) return expressionIn(text.slice(opens.length)).file;
  if (!READ_BEHIND.test(text)) return undefined;
  return expressionIn(text.replace(/^compile\s*\(\s*/, '')).file;
}

/** Reads an expression up to the comma or bracket that ends it. */
function expressionIn(written: string): { file: string; end: number } {
  // `path_name="a.py"`
  const text = written.replace(NAMED, (name) => ' '.repeat(name.length));
  let parts: string[] = [];
  let isPutTogether = false;
  // Something stands before the parts that are told, or behind them.
  let isOpen = false;
  let isTold = true;
  let depth = 0;
  let at = 0;
  for (; at < text.length; ) {
    const sign = text[at] as string;
    const string = /^(?:[rRbBuU]{0,2})(?:"([^"\\\n]{0,300})"|'([^'\\\n]{0,300})')/.exec(text.slice(at, at + LETTERS));
    const word = string === null ? /^[A-Za-z_]\w*/.exec(text.slice(at, at + LETTERS))?.[0] : undefined;
    if (string !== null) {
      const part = string[1] ?? string[2] ?? '';
      // How a file is opened, and words that no path has.
      if (!/^(?:r|rb|rt|exec|utf-?8)$/i.test(part)) parts.push(part);
      at += string[0].length;
    } else if (word !== undefined) {
      const isMember = /\.\s*$/.test(text.slice(Math.max(0, at - 2), at));
      const isPlace = word === '__file__' || /^(?:dirname|parents?)$/.test(word);
      if (isPlace) isOpen = true;
      else if (!PLAIN.test(word) && !isMember) {
        // Of what is told before a value that is not, nothing is known.
        if (parts.length > 0) isTold = false;
        isOpen = true;
        parts = [];
      }
      if (/^[fF][rR]?$|^[rR][fF]$/.test(word) && /^["']/.test(text.slice(at + word.length))) isTold = false;
      at += word.length;
    } else if (OPENS.includes(sign)) {
      depth += 1;
      isPutTogether = true;
      at += 1;
    } else if (CLOSES.includes(sign) || (sign === ',' && depth === 0)) {
      if (depth === 0) break;
      depth -= 1;
      at += 1;
    } else {
      if (sign === '"' || sign === "'" || sign === '%' || sign === '#') isTold = false;
      if (sign === '/' || sign === '+') isPutTogether = true;
      at += 1;
    }
  }
  const path = parts.join('/').replace(/\/{2,}/g, '/');
  if (!isTold || !FILE.test(path)) return { file: '?', end: at };
  if (isOpen) return { file: `*${path.replace(/^(?:\.?\/)+/, '')}`, end: at };
  return { file: path.startsWith('/') ? path : `./${isPutTogether ? path.replace(/^\.\//, '') : path}`, end: at };
}

/** The name that an argument is given by. */
const NAMED = /^\s*(?:path_name|path|location|pathname|file|filename)\s*=(?!=)/;
/** A path whose last part is a name of its own: `.py` alone is put behind something. */
const FILE = /^(?:[\w./+@-]*\/)?\w[\w.+@-]*$/;
