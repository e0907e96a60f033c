/** Characters of one import statement that are looked at; the longest real ones have some thousand names. */
const STATEMENT_LENGTH = 1024 * 1024;

/**
 * An `import` or `from` statement in one form: `import a.b,c`, `from ..a b,c`, `from . *`, without the names that things are given.
 * Undefined where the text is none (`from` in a script of another language).
 * https://docs.python.org/3/reference/simple_stmts.html#the-import-statement
 */
export function importStatement(text: string): string | undefined {
  if (text.length > STATEMENT_LENGTH) return undefined;
  // No string stands in an import, so that # always begins a comment.
  const line = PLAIN.test(text)
    ? text
    : text
        .replace(/#[^\r\n]*/g, ' ')
        .replace(/[\s\\]+/g, ' ')
        .replace(/ ?\. ?/g, '.')
        .trim();
  return line.startsWith('import') ? plainImport(line.slice(6)) : fromImport(line.slice(4).trimStart());
}

function plainImport(rest: string): string | undefined {
  const names = rest.split(',').map(withoutAlias);
  return names.every((name) => NAME.test(name)) ? `import ${names.join(',')}` : undefined;
}

function fromImport(rest: string): string | undefined {
  const dots = DOTS.exec(rest)?.[0] ?? '';
  const behind = rest.slice(dots.length);
  const end =
    behind.startsWith('import') && !behind.startsWith('import.') && /^import(?:[ (*]|$)/.test(behind)
      ? 0
      : behind.indexOf(' import');
  if (end < 0) return undefined;
  const module = behind.slice(0, end);
  if ((module === '' && dots === '') || (module !== '' && !NAME.test(module))) return undefined;
  const list = behind.slice(end).trimStart().slice('import'.length).replace(/[()]/g, ' ');
  const names = list
    .split(',')
    .map(withoutAlias)
    .filter((name) => name !== '');
  if (names.length === 0 || !names.every((name) => name === '*' || (NAME.test(name) && !name.includes('.'))))
    return undefined;
  return `from ${dots}${module} ${names.join(',')}`;
}

const withoutAlias = (part: string): string => {
  const text = part.trim();
  const space = text.indexOf(' ');
  // Identifiers are compared in this form: https://docs.python.org/3/reference/lexical_analysis.html#identifiers
  const name = space < 0 ? text : text.slice(0, space);
  return ASCII.test(name) ? name : name.normalize('NFKC');
};

/** As nearly all are written. */
const PLAIN = /^(?:import|from) [\w.]+(?: import)?(?: \w+(?:, \w+)*)?$/;
const DOTS = /^\.+/;
const ASCII = /^[\w.*]*$/;
const NAME = /^[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}]*(?:\.[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}]*)*$/u;
