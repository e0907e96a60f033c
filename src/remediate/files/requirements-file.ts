import { pypi } from '../../ecosystems/pypi.ts';
import { printable } from '../../errors.ts';
import { parseRequirement } from '../../formats/text/index.ts';
import { type DirectRequirement, directRequirement } from './direct.ts';
import { repinned } from './pin.ts';
import { lineAt, lineBreakOf, type TextEdit } from './text-edit.ts';

/** A requirement as it stands in a file. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
interface DeclaredRequirement {
  /** Normalised. */
  readonly name: string;
  readonly specifier: string;
  /** The whole of it, with extras and markers, without options. */
  readonly written: string;
  readonly line: number;
  /** Where its specifier stands, or would. */
  readonly specifierRange: readonly [number, number];
  /** Where its `--hash` options stand, the first to the last. */
  readonly hashes?: readonly [number, number];
}

interface RequirementsFile {
  readonly requirements: readonly DeclaredRequirement[];
  /** Those that are taken from a place. */
  readonly direct: readonly DirectRequirement[];
  /** `-r` and `-c`, as written. */
  readonly includes: readonly { readonly path: string; readonly kind: 'requirements' | 'constraints' }[];
  readonly indexOptions: readonly string[];
}

/** Reads a requirements or constraints file, comments and continued lines understood. Lines that are no requirement are passed over. */
export function readRequirements(text: string): RequirementsFile {
  const requirements: DeclaredRequirement[] = [];
  const direct: DirectRequirement[] = [];
  const includes: RequirementsFile['includes'][number][] = [];
  const indexOptions: string[] = [];
  for (const { body, start } of logicalLines(text)) {
    const trimmed = body.trimStart();
    const place = directRequirement(trimmed);
    const include = /^(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(trimmed) ?? /^-[rc](\S+)/.exec(trimmed);
    if (include) {
      const kind = /^(?:-c|--constraint)/.test(trimmed) ? 'constraints' : 'requirements';
      includes.push({ path: include[1] as string, kind });
    } else if (place) direct.push({ ...place, line: lineAt(text, start + (body.length - trimmed.length)) });
    else if (trimmed.startsWith('-')) indexOptions.push(trimmed.trim());
    else {
      const requirement = requirementAt(body, start, text);
      if (requirement) requirements.push(requirement);
    }
  }
  return { requirements, direct, includes, indexOptions };
}

/** Lines joined where they end in a backslash; comments blanked, so that offsets stay. */
function* logicalLines(text: string): Generator<{ body: string; start: number }> {
  let body = '';
  let start = 0;
  let at = 0;
  for (const line of text.split('\n')) {
    // A dot would stop before the CR of a line that ends as on Windows.
    const plain = line.replace(/(^|\s)#[^\n]*$/, (comment) => ' '.repeat(comment.length));
    const continued = /\\\s*$/.test(plain);
    body += continued ? `${plain.replace(/\\(\s*)$/, ' $1')} ` : plain;
    at += line.length + 1;
    if (continued) continue;
    yield { body, start };
    body = '';
    start = at;
  }
  if (body !== '') yield { body, start };
}

const HEAD = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\s*\[[^\]]*\])?/;

function requirementAt(body: string, start: number, text: string): DeclaredRequirement | undefined {
  const options = /\s--(?:hash|global-option|config-settings|install-option)\b/.exec(body)?.index ?? body.length;
  const written = body.slice(0, options);
  const parsed = parseRequirement(written);
  const head = HEAD.exec(written);
  if (!parsed || !head || parsed.url !== undefined) return undefined;
  const after = written.slice(head[0].length);
  const semicolon = after.indexOf(';');
  const region = semicolon < 0 ? after : after.slice(0, semicolon);
  const from = start + head[0].length;
  const hashes = [...body.matchAll(/--hash[=\s]+\w+:[0-9a-f]+/g)];
  const [first, last] = [hashes[0], hashes.at(-1)];
  return {
    name: pypi.normalize(parsed.name),
    specifier: parsed.specifier,
    written: written.trim(),
    line: lineAt(text, start + (head[0].length - head[0].trimStart().length)),
    specifierRange: [from, from + region.trimEnd().length],
    ...(first && last ? { hashes: [start + first.index, start + last.index + last[0].length] as const } : {}),
  };
}

/** What is to become of one requirement. */
export interface WantedPin {
  /** As users write it. */
  readonly name: string;
  readonly to: string;
  /** True: nothing newer either. */
  readonly exact?: boolean;
  /** sha256 of the files of the new version, for files with hashes. */
  readonly hashes?: readonly string[];
  readonly comment?: string;
}

/** The edits that pin what the file declares; the rest of the line stays. Undefined: hashes are asked for and not known. */
export function pinRequirement(text: string, requirement: DeclaredRequirement, pin: WantedPin): TextEdit[] | undefined {
  const specifier = repinned(requirement.specifier, pin.to, pin.exact);
  if (specifier === undefined) return undefined;
  if (requirement.hashes && (pin.hashes ?? []).length === 0) return undefined;
  const [start, end] = requirement.specifierRange;
  const lead = /^\s*/.exec(text.slice(start, end))?.[0] ?? '';
  const spaced = requirement.specifier === '' ? '' : lead;
  const edits: TextEdit[] = [{ start, end, text: `${spaced}${specifier}` }];
  if (requirement.hashes) {
    const [from, to] = requirement.hashes;
    const between =
      /([ \t]{0,200}\\[ \t\r]{0,200}\n\s{0,200})--hash/.exec(text.slice(from, to))?.[1] ??
      ` \\${lineBreakOf(text)}    `;
    edits.push({ start: from, end: to, text: (pin.hashes ?? []).map((hash) => `--hash=sha256:${hash}`).join(between) });
  }
  return edits;
}

/** The edit that adds a requirement at the end of the file. Undefined: the file asks for hashes, and none are known. */
export function addRequirement(text: string, file: RequirementsFile, pin: WantedPin): TextEdit | undefined {
  const hashed = file.requirements.some(({ hashes }) => hashes !== undefined);
  if (hashed && (pin.hashes ?? []).length === 0) return undefined;
  const eol = lineBreakOf(text);
  const hashes = hashed ? (pin.hashes ?? []).map((hash) => ` \\${eol}    --hash=sha256:${hash}`).join('') : '';
  const why = pin.comment === undefined ? undefined : printable(pin.comment);
  const comment = why === undefined ? '' : `  # ${why}`;
  const line = hashed
    ? `${why === undefined ? '' : `# ${why}${eol}`}${pin.name}==${pin.to}${hashes}`
    : `${pin.name}==${pin.to}${comment}`;
  // Several may be added: each ends its line, or begins one where the last of the file is not ended.
  const ended = text === '' || text.endsWith('\n');
  return { start: text.length, end: text.length, text: ended ? `${line}${eol}` : `${eol}${line}` };
}
