import type { Comparison } from '../../compare/comparison.ts';
import { harmlessJson } from '../escape.ts';

/**
 * The comparison as JSON, indented by two, a row at a time: of half a million rows the whole would be longer than any text may be.
 */
export function* compareJson(comparison: Comparison): Generator<string> {
  const members = Object.entries(comparison).filter(([, value]) => value !== undefined);
  yield '{\n';
  for (const [index, [key, value]] of members.entries()) {
    yield `  ${JSON.stringify(key)}: `;
    yield* Array.isArray(value) ? elements(value) : [indented(value, 2)];
    yield index < members.length - 1 ? ',\n' : '\n';
  }
  yield '}\n';
}

/** Elements that are written at once. */
const TOGETHER = 500;

function* elements(all: readonly unknown[]): Generator<string> {
  if (all.length === 0) {
    yield '[]';
    return;
  }
  yield '[\n';
  for (let from = 0; from < all.length; from += TOGETHER) {
    const some = all.slice(from, from + TOGETHER).map((value) => `    ${indented(value, 4)}`);
    yield `${some.join(',\n')}${from + TOGETHER < all.length ? ',' : ''}\n`;
  }
  yield '  ]';
}

/** A value as `JSON.stringify` indents it, further in. */
function indented(value: unknown, by: number): string {
  return harmlessJson(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${' '.repeat(by)}`);
}
