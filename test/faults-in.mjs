// Small faults that somebody could make in a file of TypeScript: for test/mutation.mjs, which asks whether a test sees them.
import { parseAst } from 'rolldown/parseAst';

/** What is written for an operator that was confused with it. */
const OPERATORS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
};
/** Methods that somebody forgets to call, the rest of the chain being as good without them. */
const FORGOTTEN = new Set(
  'filter sort toSorted reverse toReversed slice trim trimStart trimEnd toLowerCase toUpperCase replace replaceAll normalize flat'.split(
    ' ',
  ),
);
/** Methods taken for each other. */
const CONFUSED = new Map(
  [
    ['some', 'every'],
    ['find', 'findLast'],
    ['indexOf', 'lastIndexOf'],
    ['startsWith', 'endsWith'],
    ['min', 'max'],
    ['floor', 'ceil'],
  ].flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
);
/** What is larger bounds the work that an input can cause, which tests of growth hold: one more or less is no fault. */
const LARGEST_COUNT = 99;

/**
 * Every fault that this knows a place for: `{ kind, start, end, text }`, the text between two offsets and what it becomes. Left alone are types, names
 * of members, what is thrown, and texts with a space in them: those are read by people.
 */
export function faultsIn(code) {
  const faults = [];
  const add = (kind, start, end, text) => faults.push({ kind, start, end, text });
  const source = ({ start, end }) => code.slice(start, end);
  /** The operator between two operands: neither parentheses nor comments between them are it. */
  const operator = (kind, { left, right, operator: old }, text) => {
    const at = code.indexOf(old, left.end);
    if (at >= 0 && at < right.start) add(kind, at, at + old.length, text);
  };
  /** Where the condition is one operator that has its own opposite, that is the same fault. */
  const condition = (test) => {
    if (test.type !== 'UnaryExpression' && !/^[!=]==$/.test(test.operator))
      add('condition negated', test.start, test.end, `!(${source(test)})`);
  };
  const seen = {
    IfStatement: ({ test, consequent, alternate, start, end }) => {
      condition(test);
      const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
      if (alternate == null && /^(?:Return|Continue|Break)Statement$/.test(last?.type))
        add('guard dropped', start, end, ';');
    },
    ConditionalExpression: ({ test }) => condition(test),
    WhileStatement: ({ test }) => condition(test),
    UnaryExpression: ({ operator: sign, argument, start, end }) => {
      if (sign === '!') add('negation dropped', start, end, source(argument));
    },
    BinaryExpression: (node) => {
      if (OPERATORS[node.operator]) operator('comparison changed', node, OPERATORS[node.operator]);
      else if (/^[+-]$/.test(node.operator) && [node.left, node.right].some(isNumber))
        operator('sum changed', node, node.operator === '+' ? '-' : '+');
    },
    LogicalExpression: (node) => {
      if (OPERATORS[node.operator]) operator('and for or', node, OPERATORS[node.operator]);
      else add('default dropped', node.left.end, node.end, '');
    },
    CallExpression: ({ callee, end }) => {
      if (callee.type !== 'MemberExpression' || callee.computed) return;
      const { name, start: from, end: to } = callee.property;
      if (FORGOTTEN.has(name)) add('method forgotten', callee.object.end, end, '');
      if (CONFUSED.has(name)) add('method confused', from, to, CONFUSED.get(name));
    },
    ExpressionStatement: ({ expression, start, end }) => {
      const { type } = expression;
      if (type === 'CallExpression' || type === 'AssignmentExpression') add('statement dropped', start, end, ';');
    },
    Literal: ({ value, start, end }) => {
      if (typeof value === 'boolean') add('constant changed', start, end, String(!value));
      else if (typeof value === 'number' && value <= LARGEST_COUNT)
        add('constant changed', start, end, String(value + 1));
      else if (typeof value === 'string' && !value.includes(' '))
        add('constant changed', start, end, JSON.stringify(`${value}~`));
    },
  };
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const part of node) visit(part);
      return;
    }
    if (typeof node.type === 'string') {
      if (isLeftAlone(node)) return;
      seen[node.type]?.(node);
    }
    for (const [name, part] of Object.entries(node)) if (!isName(node, name)) visit(part);
  };
  visit(parseAst(code, { lang: 'ts' }).body);
  return faults;
}

const isNumber = ({ type, value }) => type === 'Literal' && typeof value === 'number';

/** `x as T` and `x satisfies T` are values with a type beside them, as a list of type arguments is. */
const isLeftAlone = ({ type, callee }) =>
  (type.startsWith('TS') && !/^TS(?:As|Satisfies|NonNull)/.test(type)) ||
  /^(?:Import|ExportAll)Declaration$|^ThrowStatement$/.test(type) ||
  (type === 'NewExpression' && /Error$/.test(callee.name ?? ''));

const isName = ({ type, computed, id }, member) =>
  /^(?:typeAnnotation|typeArguments|typeParameters|returnType)$/.test(member) ||
  (type === 'Property' && member === 'key' && !computed) ||
  (type === 'ExportNamedDeclaration' && member === 'source') ||
  (id !== undefined && member === 'id');
