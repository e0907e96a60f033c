import { describe, expect, it } from 'vitest';
import type { Considered, Statement } from '../model.ts';
import { byStatements } from './by-statements.ts';

describe('what is remembered of statements', () => {
  const [first, second] = [{ id: 'CVE-2024-0001' }, { id: 'CVE-2024-0001' }] as Statement[];
  const held = (statement: Statement, affected: boolean): Considered =>
    ({ statement, judgement: { affected } }) as Considered;

  it('is made once for the same ones, and again for others or where others of them are affected', () => {
    const remembered = byStatements<number>();
    let made = 0;
    const ask = (...group: Considered[]) => remembered(group, () => ++made);
    expect(ask(held(first!, true), held(second!, true))).toBe(1);
    expect(ask(held(first!, true), held(second!, true))).toBe(1);
    expect(ask(held(first!, true), held(second!, false))).toBe(2);
    expect(ask(held(first!, true))).toBe(3);
    // Another object, though it says the same: nobody has compared them.
    expect(ask(held({ ...first! }, true))).toBe(4);
  });

  it('is made for each name that is asked with them', () => {
    const remembered = byStatements<string>();
    const ask = (name: string) => remembered([held(first!, true)], () => name, name);
    expect([ask('CVE-2024-0001'), ask('PYSEC-2024-1'), ask('CVE-2024-0001')]).toEqual([
      'CVE-2024-0001',
      'PYSEC-2024-1',
      'CVE-2024-0001',
    ]);
  });
});
