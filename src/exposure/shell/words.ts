import type { ParameterExpansionPart, Word, WordPart } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { matchesPattern } from '../matching-names.ts';
import { pathFrom } from '../programs.ts';
import type { State, Text } from './state.ts';

/** What words are expanded in. */
export interface Expanding {
  readonly state: State;
  /** The script's own path, as it was named. */
  readonly zero: string;
  /** Who runs it; undefined: not known. */
  readonly user: { readonly id: string } | undefined;
  /** Names in a folder that a pattern matches; undefined: more than is looked through. */
  readonly names: (folder: string, pattern: string) => readonly string[] | undefined;
  /** What a command substitution prints. */
  readonly output: (part: Extract<WordPart, { type: 'CommandExpansion' }>) => Text;
  /** Counts effort. Throws `limit` where that of the image is used up. */
  readonly spend: (effort: number) => void;
}

/** A text, and whether it rests on a variable that nobody has set: whoever runs the container may set it. */
interface Expanded {
  readonly text: Text;
  readonly isSoft: boolean;
}

const known = (text: Text): Expanded => ({ text, isSoft: false });

/** What one word comes to, as one text. */
export function wordText(word: Pick<Word, 'parts' | 'value'>, around: Expanding): Expanded {
  if (word.parts === undefined) return known(word.value);
  return joined(
    word.parts.map((part) => partOf(part, around)),
    around,
  );
}

function joined(parts: readonly Expanded[], { spend }: Expanding): Expanded {
  const isSoft = parts.some((part) => part.isSoft);
  if (parts.some(({ text }) => text === undefined)) return { text: undefined, isSoft };
  const length = parts.reduce((sum, { text = '' }) => sum + text.length, 0);
  if (length > LIMITS.dockerfileWordBytes) return { text: undefined, isSoft };
  spend(4 * length + parts.length);
  return { text: parts.map((part) => part.text).join(''), isSoft };
}

/** What a word comes to, as the words of a command: `"$@"` is many, an empty variable none, a pattern what it matches. */
export function fieldsOf(word: Word, around: Expanding): readonly Text[] {
  const fields = expandedFields(word, around);
  around.spend(16 * fields.length);
  return fields;
}

function expandedFields(word: Word, around: Expanding): readonly Text[] {
  const { parts } = word;
  if (parts === undefined) return [word.value];
  const all = allParameters(parts, around.state);
  if (all !== undefined) return all;
  const braces = parts.findIndex(({ type }) => type === 'BraceExpansion');
  if (braces >= 0) return bracesOf(word, parts, braces, around);
  if (parts.some(({ type }) => type === 'Glob')) return matching(parts, around);
  const { text } = wordText(word, around);
  const isQuoted = parts.some(
    ({ type }) => type !== 'SimpleExpansion' && type !== 'ParameterExpansion' && type !== 'CommandExpansion',
  );
  if (isQuoted || text === undefined) return [text];
  // What is not quoted is split, and nothing where it is empty.
  around.spend(4 * text.length);
  return text.split(/\s+/).filter((part) => part !== '');
}

/** `"$@"`, `$*`, `${@:2}` and arrays, alone in their word. */
function allParameters(parts: readonly WordPart[], { parameters }: State): readonly Text[] | undefined {
  const [only, ...more] = parts;
  if (only === undefined || more.length > 0) return undefined;
  if (only.type === 'DoubleQuoted') return allParameters(only.parts, { parameters } as State);
  if (only.type === 'SimpleExpansion' && /^\$[@*]$/.test(only.text)) return parameters ?? [undefined];
  if (only.type !== 'ParameterExpansion' || !/^[@*]$/.test(only.parameter)) return undefined;
  if (only.operation === undefined) return parameters ?? [undefined];
  const offset = only.operation.type === 'Slice' ? Number(only.operation.offset.value.trim()) : Number.NaN;
  return Number.isInteger(offset) && offset > 0 && parameters !== undefined
    ? parameters.slice(offset - 1)
    : [undefined];
}

function bracesOf(word: Word, parts: readonly WordPart[], at: number, around: Expanding): readonly Text[] {
  const inner = /^\{([^{}]{1,200})\}$/.exec(parts[at]?.text ?? '')?.[1];
  if (inner === undefined || !inner.includes(',')) return [undefined];
  const values = inner.split(',');
  // Braces beside each other multiply: `a{1,2}{1,2}...`.
  const others = parts.filter(({ type }) => type === 'BraceExpansion').length - 1;
  if (values.length * 2 ** others > LIMITS.shellTurns) return [undefined];
  const fields = values.flatMap((value) => {
    const literal: WordPart = { type: 'Literal', pos: 0, end: 0, value, text: value };
    return fieldsOf({ ...word, parts: [...parts.slice(0, at), literal, ...parts.slice(at + 1)] }, around);
  });
  return fields.length > LIMITS.shellTurns ? [undefined] : fields;
}

/** Names that a pattern in the last part of a path matches; the pattern itself where none does, as a shell leaves it. */
function matching(parts: readonly WordPart[], around: Expanding): readonly Text[] {
  const texts = parts.map((part) => (part.type === 'Glob' ? part.text : partOf(part, around).text));
  if (texts.includes(undefined)) return [undefined];
  const pattern = texts.join('');
  const slash = pattern.lastIndexOf('/');
  const folder = pattern.slice(0, slash + 1);
  if (/[*?[]/.test(folder) || pattern.length > 4_096 || /\[/.test(pattern)) return [undefined];
  const matched = around.names(pathFrom(around.state.folder, folder === '' ? '.' : folder), pattern.slice(slash + 1));
  if (matched === undefined) return [undefined];
  const names = matched.filter((entry) => !entry.startsWith('.'));
  return names.length === 0 ? [pattern] : names.slice(0, LIMITS.shellTurns).map((entry) => folder + entry);
}

function partOf(part: WordPart, around: Expanding): Expanded {
  if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted') return known(part.value);
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString')
    return joined(
      part.parts.map((part) => partOf(part, around)),
      around,
    );
  if (part.type === 'SimpleExpansion') return variable(part.text.slice(1), around);
  if (part.type === 'ParameterExpansion') return parameterOf(part, around);
  if (part.type === 'CommandExpansion') return known(around.output(part));
  if (part.type === 'Glob') return known(part.text);
  return known(undefined);
}

/** A variable, or a parameter by its number. */
function variable(name: string, around: Expanding): Expanded {
  const { state, zero, user } = around;
  const { parameters, variables } = state;
  if (name === '0' || name === 'BASH_SOURCE') return known(zero);
  if (name === '#') return known(parameters === undefined ? undefined : String(parameters.length));
  if (name === '@' || name === '*') {
    if (parameters === undefined || parameters.includes(undefined)) return known(undefined);
    return joined(
      parameters.map((text, at) => known(at === 0 ? text : ` ${text}`)),
      around,
    );
  }
  if (/^\d+$/.test(name))
    return known(
      parameters === undefined ? undefined : Number(name) > parameters.length ? '' : parameters[Number(name) - 1],
    );
  if (name === 'PWD') return known(`/${state.folder}`);
  if ((name === 'UID' || name === 'EUID') && !variables.has(name)) return known(user?.id);
  if (/^[?$!_-]$|^(?:RANDOM|SECONDS|UID|EUID|HOSTNAME|LINENO|PPID|BASHPID|OLDPWD|REPLY)$/.test(name))
    return known(undefined);
  return variables.has(name) ? known(variables.get(name)) : { text: '', isSoft: true };
}

/** https://www.gnu.org/software/bash/manual/html_node/Shell-Parameter-Expansion.html */
function parameterOf({ parameter, operation, prefix, index }: ParameterExpansionPart, around: Expanding): Expanded {
  if (prefix !== undefined || (index !== undefined && parameter !== 'BASH_SOURCE')) return known(undefined);
  const plain = variable(parameter, around);
  if (operation === undefined) return plain;
  if (operation.type === 'Default') {
    const isSet = plain.text !== '' || (!operation.operator.startsWith(':') && !plain.isSoft);
    if (operation.operator.endsWith('+')) {
      if (plain.isSoft) return { text: '', isSoft: true };
      return isSet ? wordText(operation.operand, around) : known('');
    }
    if (plain.text === undefined || isSet || operation.operator.endsWith('?')) return plain;
    const otherwise = wordText(operation.operand, around);
    if (operation.operator.endsWith('=')) around.state.variables.set(parameter, otherwise.text);
    return { ...otherwise, isSoft: plain.isSoft || otherwise.isSoft };
  }
  if (operation.type !== 'Remove' || plain.text === undefined) return known(undefined);
  const pattern = wordText(operation.operand, around).text;
  return {
    text: pattern === undefined ? undefined : cut(plain.text, pattern, operation.operator, around),
    isSoft: plain.isSoft,
  };
}

/** Takes the shortest or longest match of a pattern off the beginning or end. */
function cut(text: string, pattern: string, operator: string, around: Expanding): Text {
  if (text.length > LIMITS.dockerfilePatternBytes || isHard(pattern)) return undefined;
  const front = operator.startsWith('#');
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const part = front ? text.slice(0, length) : text.slice(text.length - length);
    if (means(pattern, part, around)) return front ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** What this does not understand, or would take long over. */
const isHard = (pattern: string): boolean => pattern.length > 200 || /[[\]()]/.test(pattern);

/** As a regular expression a few stars in a text of the image would take minutes. */
function means(pattern: string, text: string, { spend }: Expanding): boolean {
  const budget = { steps: LIMITS.globSteps };
  const holds = matchesPattern(pattern, text, budget);
  spend(4 * (LIMITS.globSteps - budget.steps) + text.length);
  return holds;
}

/** Whether a text matches a pattern of `case` or `[[ ]]`; undefined for patterns that are not understood. */
export function isLike(text: string, pattern: string, around: Expanding): boolean | undefined {
  if (isHard(pattern) || text.length > LIMITS.dockerfilePatternBytes) return undefined;
  return means(pattern, text, around);
}
