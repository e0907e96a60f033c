import { describe, expect, it } from 'vitest';
import type { Candidate, Considered, Statement } from '../model.ts';
import { withNamesOfTheirOwn } from './candidate-names.ts';

const spoken = (id: string, affected: boolean): Considered =>
  ({ statement: { id, aliases: [] } as unknown as Statement, judgement: { affected } }) as Considered;
const candidate = (id: string, own: readonly string[], aliases: readonly string[], affected = true): Candidate =>
  ({ id, aliases, considered: own.map((name) => spoken(name, affected)) }) as unknown as Candidate;
const names = (...candidates: readonly Candidate[]): readonly string[] =>
  withNamesOfTheirOwn(candidates).map(({ id, aliases }) => [id, ...aliases].join(' '));

describe('what the vulnerabilities of one package are called', () => {
  const called = candidate('CVE-2024-0001', ['PYSEC-2024-1'], ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-1']);
  const own = candidate('CVE-2024-0001', ['CVE-2024-0001'], []);

  it('is the name that a statement has before one that another is only said to have', () => {
    expect(names(called, own)).toEqual(['PYSEC-2024-1 GHSA-aaaa-bbbb-cccc', 'CVE-2024-0001']);
    expect(names(called)).toEqual(['CVE-2024-0001 GHSA-aaaa-bbbb-cccc PYSEC-2024-1']);
  });

  it('is never what a statement on another of them goes by, though that one is called otherwise', () => {
    const third = candidate('GHSA-aaaa-bbbb-cccc', ['SNYK-X-1'], ['PYSEC-2024-1']);
    const github = candidate('GHSA-aaaa-bbbb-cccc', ['GHSA-aaaa-bbbb-cccc'], []);
    expect(names(called, own, third, github)).toEqual([
      'PYSEC-2024-1',
      'CVE-2024-0001',
      'SNYK-X-1',
      'GHSA-aaaa-bbbb-cccc',
    ]);
  });

  it('is the same for what is affected whatever else is asked for', () => {
    const alone = candidate('GHSA-aaaa-bbbb-cccc', ['PYSEC-2024-1'], []);
    const unaffected = candidate('GHSA-aaaa-bbbb-cccc', ['GHSA-aaaa-bbbb-cccc'], ['RUSTSEC-2024-0001'], false);
    expect(names(alone)).toEqual(['GHSA-aaaa-bbbb-cccc']);
    expect(names(unaffected, alone)).toEqual(['RUSTSEC-2024-0001', 'GHSA-aaaa-bbbb-cccc']);
  });
});
