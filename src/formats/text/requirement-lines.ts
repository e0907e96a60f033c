import { tick } from '../../work.ts';
import { uriDecoded } from '../uri.ts';
import { parseRequirement } from './python-requirement.ts';

/** What of a line is looked at: a name, a version and a marker stand before the hashes, of which pipenv writes 10 kB on one line. */
const CHARACTERS = 4_096;

/**
 * The lines of a requirements file as pip sees them: joined where one ends in a backslash, then without comments; blank ones are left out, and of a
 * very long one its beginning is given. https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function* requirementLines(content: string): Generator<string> {
  let joined = '';
  for (const line of beginnings(content)) {
    // A line that is all comment ends what was continued before it.
    const isComment = /^\s*#/.test(line);
    const isContinued = line.endsWith('\\') && !isComment;
    if (!isComment && joined.length < CHARACTERS) joined += isContinued ? line.slice(0, -1) : line;
    if (isContinued) continue;
    yield* withoutComment(joined);
    joined = '';
  }
  yield* withoutComment(joined);
}

function* withoutComment(line: string): Generator<string> {
  const plain = line.replace(/(?:^|\s)#.*$/, '').trim();
  if (plain !== '') yield plain;
}

/** Each line, the middle of long ones left out: what one ends in says whether it goes on. */
function* beginnings(content: string): Generator<string> {
  for (let at = content.charCodeAt(0) === 0xfeff ? 1 : 0; at < content.length; ) {
    tick();
    const newline = content.indexOf('\n', at);
    const next = newline < 0 ? content.length : newline;
    const end = next > at && content.charCodeAt(next - 1) === 13 ? next - 1 : next;
    if (end - at <= CHARACTERS) yield content.slice(at, end);
    else yield `${content.slice(at, at + CHARACTERS)}${content[end - 1] === '\\' ? '\\' : ''}`;
    at = next + 1;
  }
}

/** A line that asks for a package, without the options that pip lets stand behind it. */
export const withoutOptions = (line: string): string => line.split(/\s(?:--[a-z]|-C)/, 1)[0] as string;

/** The one version that a specifier lets in (`==1.2.3` among its clauses); a wildcard leaves it open. */
export const exactVersion = (specifier: string): string | undefined =>
  specifier
    .split(',')
    .map((clause) => /^===?([\w.!+-]+)$/.exec(clause.trim())?.[1])
    .find((version) => version !== undefined);

/** Whether words follow a version, which pip refuses: blanks taken out, they would be part of it. */
export const hasWordsBehind = (requirement: string): boolean =>
  /[=<>~][ \t]{0,100}[\w.*+!-]{1,200}[ \t]{1,100}\w/.test(requirement.split(';', 1)[0] as string);

/** Name and version of a requirement that says exactly one. */
export function pinned(written: string): { readonly name: string; readonly version: string } | undefined {
  const asked = withoutOptions(written);
  const parsed = parseRequirement(asked);
  if (parsed === undefined || parsed.url !== undefined || hasWordsBehind(asked)) return undefined;
  const version = exactVersion(parsed.specifier);
  return version === undefined ? undefined : { name: parsed.name, version };
}

const WHEEL =
  /(?:^|[/\\])([A-Za-z0-9_.]{1,200})-(\d[\w.!+%]{0,100})(?:-\d\w{0,60})?-[\w.]{1,100}-[\w.]{1,100}-[\w.]{1,200}\.whl(?:[?#]|$)/;

/** Name and version as the file name of a wheel says them, at the end of a path or an address. https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
export function wheelAt(place: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = WHEEL.exec(place) ?? [];
  return name === undefined || version === undefined
    ? undefined
    : { name: name.replaceAll('_', '-'), version: uriDecoded(version) };
}

/** What a line asks for by the address of a wheel (`torch @ https://.../torch-2.1.0%2Bcu118-cp310-cp310-linux_x86_64.whl`): one version. */
export function pinnedByWheel(written: string): { readonly name: string; readonly version: string } | undefined {
  const asked = withoutOptions(written);
  if (asked.startsWith('-')) return undefined;
  const [place] = (parseRequirement(asked)?.url ?? asked).split(/\s/, 1);
  return place === undefined ? undefined : wheelAt(place);
}

/** The file that a line includes (`-r`, `-c`), quoted or not, as pip's option parser takes it. */
export function includedFile(line: string): string | undefined {
  const [, double, single, plain] =
    /^(?:-[rc]|--requirement|--constraint)(?:\s*=\s*|\s+|(?<=^-[rc]))(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(line) ?? [];
  return double ?? single ?? plain;
}
