import { before } from '../ends.ts';
import { shortLines } from './text-lines.ts';

/** What an environment.yml asks conda for, what it asks pip for, and what is written in a form of YAML that is not read here. */
interface EnvironmentItem {
  readonly by: 'conda' | 'pip' | 'unread';
  readonly text: string;
}

/**
 * The items of `dependencies:` and of its `pip:`, in lines as everybody writes them.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#creating-an-environment-file-manually
 */
export function* environmentItems(content: string): Generator<EnvironmentItem> {
  let isWithin = false;
  let pipIndent = -1;
  for (const line of shortLines(content)) {
    const [, key, rest = ''] = /^['"]?([\w-]{1,100})['"]?\s{0,100}:(.*)$/.exec(line) ?? [];
    if (key !== undefined) {
      isWithin = key === 'dependencies';
      const flow = withoutComment(rest);
      if (isWithin && flow !== '' && flow !== '[]') yield { by: 'unread', text: flow };
      continue;
    }
    if (!isWithin || withoutComment(line) === '') continue;
    const [, indent, dashed] = /^(\s*)-\s+(\S.*)$/.exec(line) ?? [];
    const text = dashed === undefined ? undefined : unquoted(dashed);
    if (indent === undefined || text === undefined || /^\{|^['"]?pip['"]?\s{0,20}:\s{0,20}[^\s#]/.test(text)) {
      yield { by: 'unread', text: line.trim() };
      continue;
    }
    if (/^['"]?pip['"]?\s{0,20}:$/.test(text)) {
      pipIndent = indent.length;
      continue;
    }
    if (indent.length <= pipIndent) pipIndent = -1;
    yield { by: pipIndent >= 0 ? 'pip' : 'conda', text };
  }
}

const withoutComment = (text: string): string => text.replace(/(?:^|\s)#.*$/, '').trim();

function unquoted(item: string): string {
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(item);
  return quoted?.[2] ?? withoutComment(item);
}

/** Items from which on a list of pins alone is taken for an export. */
const EXPORTED = 10;

/** Whether `conda env export` wrote it, of which `=` is the version that was there: it names the folder, or pins all that it lists. */
export function isExported(content: string, items: readonly EnvironmentItem[]): boolean {
  const asked = items.filter(({ by }) => by !== 'pip');
  return (
    /^prefix:/m.test(content) ||
    (asked.length >= EXPORTED && asked.every(({ text }) => condaPin(text, true) !== undefined))
  );
}

/**
 * Name and version of an item that lets in one version. `=3.9` is any 3.9 for conda: only in an export, and of three numbers, is it that version.
 * https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications
 */
export function condaPin(
  item: string,
  isExport: boolean,
): { readonly name: string; readonly version: string } | undefined {
  const spec = before(item, '#').trim();
  const name = /^(?:[\w./-]{1,200}::)?([\w.-]{1,200})(?=[\s=]|$)/.exec(spec)?.[0];
  if (name === undefined) return undefined;
  const asked = spec.slice(name.length).trim();
  const isApart = /\s/.test(spec[name.length] ?? '');
  const exact =
    /^==\s*([\w.!+]+)(?:=[\w.*]+)?$/.exec(asked) ??
    /^=\s*([\w.!+]+)=[\w.*]+$/.exec(asked) ??
    (isApart ? /^(\d[\w.!+]*)(?:\s+[\w.*]+)?$/.exec(asked) : null);
  const prefix = /^=\s*([\w.!+]+)$/.exec(asked)?.[1];
  const version = exact?.[1] ?? (isExport || (prefix?.split('.').length ?? 0) >= 3 ? prefix : undefined);
  return version === undefined ? undefined : { name: name.slice(name.lastIndexOf(':') + 1), version };
}
