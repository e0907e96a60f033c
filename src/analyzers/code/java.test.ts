import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { javaClass } from '../../../test/java.ts';
import { zip } from '../../../test/zip.ts';
import { LIMITS } from '../../limits.ts';
import { javaCode } from './java.ts';

const told = (archive: Buffer) => {
  const [fact] = facts(javaCode, 'app/app.jar', archive);
  if (fact?.kind !== 'code') throw new Error('nothing is told of it');
  return { size: fact.text.length, code: JSON.parse(fact.text) };
};
/** Lists of services whose names are as long as names can be. */
const lists = (files: number, length: number) =>
  Object.fromEntries(
    Array.from({ length: files }, (_, file) => [
      `META-INF/services/a.b.Service${file}`,
      Array.from({ length: 60 }, (_, line) => `a.b.C${file}x${line}${'x'.repeat(length)}`).join('\n'),
    ]),
  );

it('more than is kept of one archive is cut, and said to be; what came before stays', () => {
  const first = { 'a/Main.class': javaClass('a/Main', { names: ['a/Other'] }) };
  const { size, code } = told(zip({ ...first, ...lists(12, 60_000) }));
  expect(code.isCut).toBe(true);
  expect(code.names).toEqual(['a/Other', 'a/Main']);
  expect(Object.keys(code.archives[''].services).length).toBeGreaterThan(5);
  expect(size).toBeGreaterThan(LIMITS.javaCodeBytes / 2);
  // Names of files cost no more than their own length, and numbers of rows what they may take at most.
  expect(size).toBeLessThan(LIMITS.javaCodeBytes * 1.1);
});

it('an archive within its bounds is told whole', () => {
  const { code } = told(zip({ 'a/Main.class': javaClass('a/Main'), ...lists(2, 10) }));
  expect(code.isCut).toBeUndefined();
  expect(code.archives[''].services['a.b.Service1']).toHaveLength(60);
});
