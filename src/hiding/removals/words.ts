import type { ParsedScript, Word, WordPart } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { NOT_TOLD } from './known.ts';

/** What words of a script are expanded with. */
interface Scope {
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** What a script in `$(...)` prints, in words. */
  readonly output: (script: ParsedScript) => readonly string[];
}

/** What a word comes to; patterns are left as they are written. */
export function fields({ parts, value }: Word, around: Scope): readonly string[] {
  if (parts === undefined) return [value];
  let all: readonly string[] = [''];
  for (const part of parts) {
    const more = alternatives(part, around);
    all = all.flatMap((start) => more.map((end) => start + end)).slice(0, LIMITS.shellTurns);
  }
  return all.map((text) => (text.length > LIMITS.pathBytes * 4 ? NOT_TOLD : text));
}

const split = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

function alternatives(part: WordPart, around: Scope): readonly string[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [part.value];
    case 'DoubleQuoted':
    case 'LocaleString':
      // A variable that may be one of several texts, as in a loop: each of them.
      return part.parts.reduce<readonly string[]>(
        (all, part) => {
          const more = isVariable(part) ? quoted(part, around) : [alternatives(part, around).join(' ')];
          return all.flatMap((start) => more.map((end) => start + end)).slice(0, LIMITS.shellTurns);
        },
        [''],
      );
    case 'Glob':
      return [part.text];
    case 'SimpleExpansion':
      return variable(part.text.slice(1), around);
    case 'ParameterExpansion': {
      const { operation, parameter } = part;
      if (operation?.type === 'Default' && !around.variables.has(parameter)) return fields(operation.operand, around);
      return operation === undefined || operation.type === 'Default' ? variable(parameter, around) : [NOT_TOLD];
    }
    case 'CommandExpansion':
      return part.script === undefined ? [NOT_TOLD] : around.output(part.script);
    case 'BraceExpansion':
      return part.text.slice(1, -1).split(',');
    case 'ExtendedGlob':
      return part.operator === '!' ? ['*'] : part.pattern.split('|');
    default:
      return [NOT_TOLD];
  }
}

const valuesOf = (name: string, { variables }: Scope): readonly string[] => variables.get(name) ?? [NOT_TOLD];
const variable = (name: string, around: Scope): readonly string[] => valuesOf(name, around).flatMap(split);

const isVariable = (part: WordPart): part is Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }> =>
  part.type === 'SimpleExpansion' || (part.type === 'ParameterExpansion' && part.operation === undefined);
const quoted = (part: Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }>, around: Scope) =>
  valuesOf(part.type === 'SimpleExpansion' ? part.text.slice(1) : part.parameter, around);
