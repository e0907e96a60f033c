import type { ArithmeticExpression } from 'unbash';
import { setText } from './arrays.ts';
import type { Expanded, Expanding } from './expanding.ts';

/** What a name or a word of an expression comes to. */
type Reads = (word: {
  readonly value: string;
  readonly parts?: Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>['parts'];
}) => Expanded;

const BINARY: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '&&': (a, b) => a !== 0 && b !== 0,
  '||': (a, b) => a !== 0 || b !== 0,
};

/**
 * What an expression of numbers comes to, and what it sets; undefined: that cannot be told, or is for whoever runs the container to say.
 * https://www.gnu.org/software/bash/manual/html_node/Shell-Arithmetic.html
 */
export function evaluated(
  expression: ArithmeticExpression | undefined,
  around: Expanding,
  reads: Reads,
): number | undefined {
  around.spend(16);
  switch (expression?.type) {
    case 'ArithmeticGroup':
      return evaluated(expression.expression, around, reads);
    case 'ArithmeticWord':
      return numbered(expression, reads);
    case 'ArithmeticUnary': {
      const value = evaluated(expression.operand, around, reads);
      if (expression.operator === '++' || expression.operator === '--') {
        const next = value === undefined ? undefined : value + (expression.operator === '++' ? 1 : -1);
        sets(expression.operand, next, around);
        return expression.prefix ? next : value;
      }
      if (value === undefined) return undefined;
      if (expression.operator === '!') return value === 0 ? 1 : 0;
      return expression.operator === '-' ? -value : expression.operator === '+' ? value : undefined;
    }
    case 'ArithmeticBinary': {
      const { left, operator } = expression;
      const right = evaluated(expression.right, around, reads);
      const isSetting = /^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator);
      const value =
        operator === '='
          ? right
          : combined(isSetting ? operator.slice(0, -1) : operator, evaluated(left, around, reads), right);
      if (isSetting) sets(left, value, around);
      return value;
    }
    default:
      return undefined;
  }
}

function combined(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined || !Object.hasOwn(BINARY, operator)) return undefined;
  const value = Number(BINARY[operator]?.(left, right));
  return Number.isSafeInteger(value) ? value : undefined;
}

function sets(target: ArithmeticExpression, value: number | undefined, { state }: Expanding): void {
  if (target.type === 'ArithmeticWord' && /^\w+$/.test(target.value))
    setText(target.value, value === undefined ? undefined : String(value), state);
}

/** A number, or a variable that holds one. Other bases than ten are not read. */
function numbered(word: Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>, reads: Reads) {
  const { text, isSoft } = reads(word);
  return text === undefined || isSoft ? undefined : wholeNumber(text);
}

/** A whole number in ten digits or fewer. */
export const wholeNumber = (text: string): number | undefined =>
  /^\s*-?(?:0|[1-9]\d{0,9})\s*$/.test(text) ? Number(text) : undefined;
