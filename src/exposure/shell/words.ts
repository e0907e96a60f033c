import type { ArithmeticExpression, Assignment, ParameterExpansionPart, Word, WordPart } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { evaluated, wholeNumber } from './arithmetic.ts';
import { membersFrom, membersOf, setArray, setMember, setText } from './arrays.ts';
import { type Expanded, type Expanding, known } from './expanding.ts';
import { alternatives, matchingPaths } from './globs.ts';
import { replaced, withoutMatch } from './patterns.ts';
import type { Text } from './state.ts';

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
  const all = membersIn(parts, around, false);
  if (all !== undefined) return all;
  const braces = parts.findIndex(({ type }) => type === 'BraceExpansion');
  if (braces >= 0) return bracesOf(word, parts, braces, around);
  if (parts.some(({ type }) => type === 'Glob' || type === 'ExtendedGlob')) return matching(parts, around);
  const { text } = wordText(word, around);
  const isQuoted = parts.some(
    ({ type }) => type !== 'SimpleExpansion' && type !== 'ParameterExpansion' && type !== 'CommandExpansion',
  );
  if (isQuoted || text === undefined) return [text];
  return split(text, around);
}

/** What is not quoted is split, and nothing where it is empty. */
function split(text: string, { spend }: Expanding): readonly string[] {
  spend(4 * text.length);
  return text.split(/\s+/).filter((part) => part !== '');
}

/** `"$@"`, `$*`, `${@:2}`, `"${array[@]}"`, alone in their word: as many words as they have. */
function membersIn(parts: readonly WordPart[], around: Expanding, isQuoted: boolean): readonly Text[] | undefined {
  const [only, ...more] = parts;
  if (only === undefined || more.length > 0) return undefined;
  if (only.type === 'DoubleQuoted') return membersIn(only.parts, around, true);
  const sign =
    only.type === 'SimpleExpansion'
      ? /^\$([@*])$/.exec(only.text)?.[1]
      : only.type === 'ParameterExpansion' && only.prefix !== '#'
        ? /^[@*]$/.exec(only.index?.value ?? only.parameter)?.[0]
        : undefined;
  // `"$*"` is one word.
  if (sign === undefined || (sign === '*' && isQuoted)) return undefined;
  const members = membersOfPart(only, around);
  if (members === undefined) return [undefined];
  return isQuoted ? members : members.flatMap<Text>((text) => (text === undefined ? [text] : split(text, around)));
}

/** The parameters of a script or the members of an array, and what an operation makes of them; undefined: they cannot be told. */
function membersOfPart(part: WordPart, around: Expanding): readonly Text[] | undefined {
  const { parameters } = around.state;
  if (part.type !== 'ParameterExpansion') return parameters;
  const { parameter, index, operation, prefix } = part;
  const members = index === undefined ? parameters : membersOf(parameter, around.state);
  if (members === undefined) return undefined;
  around.spend(16 * members.length);
  if (prefix === '!') return index === undefined ? undefined : members.map((_, at) => String(at));
  if (operation === undefined) return members;
  if (operation.type === 'Slice') {
    const from = numberOf(operation.offset, around);
    const count = operation.length && numberOf(operation.length, around);
    if (from === undefined || (operation.length !== undefined && count === undefined)) return undefined;
    // The first of the parameters is `$0`.
    if (index === undefined)
      return membersFrom([around.zero, ...members], from, count).slice(from === 0 && count === 0 ? 1 : 0);
    return membersFrom(members, from, count);
  }
  if (operation.type === 'Default') {
    const isSet = members.length > 0;
    if (operation.operator.endsWith('+')) return isSet ? fieldsOf(operation.operand, around) : [];
    return isSet || operation.operator.endsWith('?') ? members : fieldsOf(operation.operand, around);
  }
  return members.map((text) => operated(known(text), operation, around).text);
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

/** Names that a pattern in the last part of a path matches. */
function matching(parts: readonly WordPart[], around: Expanding): readonly Text[] {
  let patterns: readonly string[] = [''];
  let written = '';
  for (const part of parts) {
    const text = part.type === 'ExtendedGlob' ? part.text : partOf(part, around).text;
    const texts = part.type === 'ExtendedGlob' ? alternatives(part) : text === undefined ? undefined : [text];
    if (text === undefined || texts === undefined) return [undefined];
    written += text;
    patterns = patterns.flatMap((before) => texts.map((text) => before + text));
    if (patterns.length > LIMITS.shellTurns) return [undefined];
  }
  return matchingPaths(patterns, written, around);
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
  if (part.type === 'ArithmeticExpansion') {
    const value = resultOf(part.expression, around);
    return known(value === undefined ? undefined : String(value));
  }
  return known(undefined);
}

/** What an expression of numbers comes to; undefined: that cannot be told. */
export const resultOf = (expression: ArithmeticExpression | undefined, around: Expanding): number | undefined =>
  evaluated(expression, around, ({ value, parts }) => {
    if (parts !== undefined) return wordText({ value, parts }, around);
    return /^[A-Za-z_]\w*$/.test(value) ? variable(value, around) : known(value);
  });

/** A number as `${name:number}` has it: written, held by a variable, or with another taken off it. */
function numberOf(word: Word, around: Expanding): number | undefined {
  const { text, isSoft } = wordText(word, around);
  if (text === undefined || isSoft) return undefined;
  const [, first = '', sign, second = '0'] = /^\s*(-?\w+)(?:\s*([-+])\s*(\d+))?\s*$/.exec(text) ?? [];
  const start = wholeNumber(/^[A-Za-z_]/.test(first) ? (variable(first, around).text ?? '') : first);
  const more = wholeNumber(second);
  return start === undefined || more === undefined ? undefined : sign === '-' ? start - more : start + more;
}

/** A variable, or a parameter by its number. */
function variable(name: string, around: Expanding): Expanded {
  const { state, zero, user } = around;
  const { parameters, variables } = state;
  if (name === '0') return known(zero);
  if (name === 'BASH_SOURCE') return known(state.source ?? zero);
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
  if (state.arrays.has(name)) return known(memberAt(state.arrays.get(name), 0));
  return variables.has(name) ? known(variables.get(name)) : { text: '', isSoft: !isScriptsOwn(name) };
}

/**
 * Whether a name is one that scripts keep for themselves: who runs a container sets none that begins so, and `activate` of each virtual environment asks
 * for what it has set before (`_OLD_VIRTUAL_PATH`). On the way where that was set nothing would be found that lies outside of the environment.
 */
const isScriptsOwn = (name: string): boolean => name.startsWith('_');

/** One member; nothing where there is none, and undefined where that cannot be told. */
function memberAt(members: readonly Text[] | undefined, at: number | undefined): Text {
  if (members === undefined || at === undefined) return undefined;
  const place = at < 0 ? members.length + at : at;
  return place < members.length ? members[place] : '';
}

/** https://www.gnu.org/software/bash/manual/html_node/Shell-Parameter-Expansion.html */
function parameterOf(part: ParameterExpansionPart, around: Expanding): Expanded {
  const { parameter, operation, prefix, index } = part;
  if (/^[@*]$/.test(index?.value ?? parameter) && (index !== undefined || operation !== undefined)) {
    const members = membersOfPart(prefix === '#' ? { ...part, prefix: undefined } : part, around);
    if (members === undefined) return known(undefined);
    if (prefix === '#') return known(String(members.length));
    return joined(
      members.map((text, at) => known(at === 0 || text === undefined ? text : ` ${text}`)),
      around,
    );
  }
  const plain = index === undefined || parameter === 'BASH_SOURCE' ? variable(parameter, around) : member(part, around);
  if (prefix === '#') return { ...plain, text: plain.text === undefined ? undefined : String(plain.text.length) };
  if (prefix === '!') {
    const isName = plain.text !== undefined && !plain.isSoft && /^[A-Za-z_]\w*$/.test(plain.text);
    return isName && operation === undefined ? variable(plain.text as string, around) : known(undefined);
  }
  if (operation?.type !== 'Default') return operated(plain, operation, around);
  const isSet = plain.text !== '' || (!operation.operator.startsWith(':') && !plain.isSoft);
  if (operation.operator.endsWith('+')) {
    if (plain.isSoft) return { text: '', isSoft: true };
    return isSet ? wordText(operation.operand, around) : known('');
  }
  if (plain.text === undefined || isSet || operation.operator.endsWith('?')) return plain;
  const otherwise = wordText(operation.operand, around);
  if (operation.operator.endsWith('=')) setText(parameter, otherwise.text, around.state);
  return { ...otherwise, isSoft: plain.isSoft || otherwise.isSoft };
}

/** `${array[place]}`. */
function member({ parameter, index }: ParameterExpansionPart, around: Expanding): Expanded {
  const { arrays, variables } = around.state;
  const isSoft = !arrays.has(parameter) && !variables.has(parameter) && !isScriptsOwn(parameter);
  const place = index === undefined ? 0 : numberOf(index, around);
  return { text: memberAt(membersOf(parameter, around.state), place), isSoft };
}

/** What an operation makes of a text; undefined where that is more than is followed. */
function operated(plain: Expanded, operation: ParameterExpansionPart['operation'], around: Expanding): Expanded {
  const { text, isSoft } = plain;
  if (operation === undefined || text === undefined) return plain;
  around.spend(8 * text.length);
  const of = (made: Text): Expanded => ({ text: made, isSoft });
  switch (operation.type) {
    case 'Remove': {
      const pattern = wordText(operation.operand, around).text;
      return of(pattern === undefined ? undefined : withoutMatch(text, pattern, operation.operator, around));
    }
    case 'Replace': {
      const pattern = wordText(operation.pattern, around).text;
      const by = wordText(operation.replacement, around).text;
      return of(
        pattern === undefined || by === undefined ? undefined : replaced(text, pattern, by, operation.operator),
      );
    }
    case 'Slice': {
      const from = numberOf(operation.offset, around);
      const count = operation.length && numberOf(operation.length, around);
      if (from === undefined || (operation.length !== undefined && count === undefined)) return of(undefined);
      return of(membersFrom([...text], from, count).join(''));
    }
    case 'CaseModification': {
      if (operation.operand !== undefined) return of(undefined);
      const change = operation.operator.startsWith('^') ? 'toUpperCase' : 'toLowerCase';
      const end = operation.operator.length === 2 ? text.length : 1;
      return of(text.slice(0, end)[change]() + text.slice(end));
    }
    default:
      return of(undefined);
  }
}

/** What an assignment does: to a variable, to an array, or to one member of it. */
export function assign({ name, value, append, index }: Assignment, around: Expanding): void {
  const { state } = around;
  if (value.type !== 'Word') {
    const before = append ? membersOf(name, state) : [];
    // `([key]=value)`: places that are named.
    const isPlaced = value.elements.some(({ text }) => text.startsWith('['));
    const members = value.elements.flatMap((word) => fieldsOf(word, around));
    setArray(
      name,
      before === undefined || isPlaced || members.includes(undefined) ? undefined : [...before, ...members],
      state,
    );
    return;
  }
  const given = wordText(value, around);
  const place = index === undefined ? undefined : wordText(index, around).text;
  const before = append ? (index === undefined ? variable(name, around) : known(undefined)) : known('');
  const { text } = joined([before, given], around);
  if (index === undefined) setText(name, text, state);
  else setMember(name, place, text, state);
}
