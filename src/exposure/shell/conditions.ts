import type { TestExpression, Word } from 'unbash';
import { LIMITS } from '../../limits.ts';
import type { Expanding } from './expanding.ts';
import { isLike } from './patterns.ts';
import { wordText } from './words.ts';

/** Whether something holds; undefined: that cannot be told, or is for whoever runs the container to say. */
export type Holds = boolean | undefined;

/** What a test asks of the files of the image: whether there is one; undefined where a volume may bring it. */
type FileTest = (operator: string, path: string) => Holds;

/** `[[ ... ]]`. https://www.gnu.org/software/bash/manual/html_node/Bash-Conditional-Expressions.html */
export function testHolds(test: TestExpression, around: Expanding, files: FileTest): Holds {
  switch (test.type) {
    case 'TestNot': {
      const holds = testHolds(test.operand, around, files);
      return holds === undefined ? undefined : test.negations.length % 2 === 1 ? !holds : holds;
    }
    case 'TestGroup':
      return testHolds(test.expression, around, files);
    case 'TestLogical':
      return allHold(
        test.operator,
        test.operands.map((operand) => testHolds(operand, around, files)),
      );
    case 'TestUnary':
      return unary(test.operator, test.operand, around, files);
    default:
      return binary(test.operator, test.left, test.right, around, true);
  }
}

/** `a && b`, `a || b`. */
export function allHold(operator: string, all: readonly Holds[]): Holds {
  const ends = operator === '||';
  if (all.includes(ends)) return ends;
  return all.includes(undefined) ? undefined : !ends;
}

/** `test`, `[`: the words between the brackets. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html */
export function bracketHolds(words: readonly Word[], around: Expanding, files: FileTest): Holds {
  const [first, second, third] = words;
  if (words.length > LIMITS.startedWords) return undefined;
  if (first === undefined) return false;
  if (first.value === '!') {
    const holds = bracketHolds(words.slice(1), around, files);
    return holds === undefined ? undefined : !holds;
  }
  const either = words.findIndex(({ value }) => value === '-o' || value === '-a');
  if (either > 0) {
    const operator = words[either]?.value === '-o' ? '||' : '&&';
    return allHold(
      operator,
      [words.slice(0, either), words.slice(either + 1)].map((part) => bracketHolds(part, around, files)),
    );
  }
  if (second === undefined) return unary('-n', first, around, files);
  if (third === undefined) return unary(first.value, second, around, files);
  return words.length === 3 ? binary(second.value, first, third, around, false) : undefined;
}

function unary(operator: string, word: Word, around: Expanding, files: FileTest): Holds {
  const { text, isSoft } = wordText(word, around);
  if (text === undefined || isSoft) return undefined;
  if (operator === '-n') return text !== '';
  if (operator === '-z') return text === '';
  return files(operator, text);
}

function binary(operator: string, left: Word, right: Word, around: Expanding, patterns: boolean): Holds {
  const [first, other] = [wordText(left, around), wordText(right, around)];
  if (first.text === undefined || other.text === undefined || first.isSoft || other.isSoft) return undefined;
  if (operator === '=' || operator === '==')
    return patterns ? isLike(first.text, other.text, around) : first.text === other.text;
  if (operator === '!=') {
    const holds = patterns ? isLike(first.text, other.text, around) : first.text === other.text;
    return holds === undefined ? undefined : !holds;
  }
  const numbers = [Number(first.text), Number(other.text)] as const;
  if (!numbers.every(Number.isInteger)) return undefined;
  const [a, b] = numbers;
  const compare: Readonly<Record<string, boolean>> = {
    '-eq': a === b,
    '-ne': a !== b,
    '-gt': a > b,
    '-ge': a >= b,
    '-lt': a < b,
    '-le': a <= b,
  };
  return Object.hasOwn(compare, operator) ? compare[operator] : undefined;
}
