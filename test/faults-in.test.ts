import { expect, it } from 'vitest';
// @ts-expect-error: a script has no types.
import { faultsIn } from './faults-in.mjs';

interface Fault {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
/** The code with each of its faults. */
const faulty = (code: string): readonly string[] =>
  (faultsIn(code) as readonly Fault[]).map(({ start, end, text }) => code.slice(0, start) + text + code.slice(end));

it('confuses operators, negates conditions, and forgets a method, a guard, a default and a statement', () => {
  expect(faulty('const a = (b < c) && d;')).toEqual(['const a = (b < c) || d;', 'const a = (b <= c) && d;']);
  expect(faulty('const a = b ? c : d;')).toEqual(['const a = !(b) ? c : d;']);
  expect(faulty('const a = list.filter(isIt).some(isThat);')).toEqual([
    'const a = list.filter(isIt).every(isThat);',
    'const a = list.some(isThat);',
  ]);
  expect(faulty('function f(a?: string) { if (!a) return; b(a ?? c); }')).toEqual([
    'function f(a?: string) { ; b(a ?? c); }',
    'function f(a?: string) { if (a) return; b(a ?? c); }',
    'function f(a?: string) { if (!a) return; ; }',
    'function f(a?: string) { if (!a) return; b(a); }',
  ]);
  expect(faulty("const a = [1, true, 'x'] as const;")).toEqual([
    "const a = [2, true, 'x'] as const;",
    "const a = [1, false, 'x'] as const;",
    'const a = [1, true, "x~"] as const;',
  ]);
});

it('leaves alone what is no behaviour: types, names, what people read, and how much is enough', () => {
  for (const code of [
    "import { a } from './a.ts';",
    "export type A = 'b' | 1 | true;",
    "const a: Record<'b', 1> = {};",
    "if (a === b) throw new Error('no');".replace('if (a === b) ', ''),
    "const says = 'no such file';",
    'const MOST = 10_000;',
  ])
    expect(faulty(code), code).toEqual([]);
});
