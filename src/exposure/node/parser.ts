import { createRequire } from 'node:module';
import type { Parser, Program } from 'acorn';
import { LIMITS } from '../../limits.ts';

const require = createRequire(import.meta.url);
let parser: typeof Parser | undefined;

/** Loaded with the first script: it is compiled anew in each run, and most images start no Node. */
const boundedParser = (): typeof Parser => {
  parser ??= (require('acorn') as typeof import('acorn')).Parser.extend(bounded);
  return parser;
};

/** The tree of a text of JavaScript; undefined where it cannot be parsed so. */
export function treeOf(text: string, isModule: boolean): Program | undefined {
  const parsing = boundedParser();
  try {
    return parsing.parse(text, {
      ecmaVersion: 'latest',
      sourceType: isModule ? 'module' : 'script',
      allowHashBang: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: isModule,
      allowImportExportEverywhere: isModule,
    });
  } catch {
    return undefined;
  }
}

/** What every expression, statement and pattern within another one passes, and how much of the stack that takes beside the others. */
const NESTED = {
  parseMaybeAssign: 10,
  parseMaybeUnary: 10,
  parseExprAtom: 10,
  parseStatement: 10,
  parseBindingAtom: 10,
  parseExprOp: 3,
};

/** The parser, with a bound to what lies within each other: where the stack ends while V8 compiles a regular expression, it ends the process. */
function bounded(Base: typeof Parser): typeof Parser {
  class Bounded extends Base {}
  const depths = new WeakMap<object, number>();
  const methods = Bounded.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const [name, weight] of Object.entries(NESTED)) {
    const inner = methods[name];
    if (inner === undefined) throw new Error(`acorn has no ${name}`);
    methods[name] = function (this: object, ...given) {
      const depth = (depths.get(this) ?? 0) + weight;
      if (depth > LIMITS.nestedScript) throw new RangeError('this is nested deeper than any script');
      depths.set(this, depth);
      const result = inner.apply(this, given);
      depths.set(this, depth - weight);
      return result;
    };
  }
  return Bounded;
}
