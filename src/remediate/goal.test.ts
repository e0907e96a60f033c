import { describe, expect, it } from 'vitest';
import { deb, finding } from '../../test/report.ts';
import type { Finding } from '../model.ts';
import { parseGoal } from './goal.ts';

const loaded = { ...deb('openssl', '1.1.1n-0+deb11u3'), exposure: { class: 'loaded' as const } };
const present = { ...deb('git', '1:2.30.2-1'), exposure: { class: 'present' as const } };
const FINDINGS: readonly Finding[] = [
  finding('CVE-2023-0286', loaded, 'HIGH', { fixed: '1.1.1n-0+deb11u4' }),
  finding('CVE-2023-0464', loaded, 'HIGH', { state: 'postponed' }),
  finding('CVE-2023-5678', loaded, 'LOW'),
  finding('CVE-2022-24765', present, 'HIGH', { state: 'ignored' }),
];
const asked = (text: string) => {
  const goal = parseGoal(text);
  return [
    FINDINGS.filter((known) => goal.wants(known)).map(({ id }) => id),
    FINDINGS.filter((known) => goal.cannotAsk(known)).map(({ id }) => id),
  ];
};

describe('a goal', () => {
  it('asks for what has a fix, and tells what its words mean besides', () => {
    expect(asked('no loaded HIGH')).toEqual([['CVE-2023-0286'], ['CVE-2023-0464']]);
    expect(asked('no CVE-2022-24765')).toEqual([[], ['CVE-2022-24765']]);
    expect(asked('no HIGH')).toEqual([['CVE-2023-0286'], ['CVE-2023-0464', 'CVE-2022-24765']]);
  });

  it('that speaks of what is fixable, or of nothing in particular, means nothing else', () => {
    for (const text of ['no fixable', 'no fixable loaded HIGH', '', 'no findings'])
      expect(asked(text)).toEqual([['CVE-2023-0286'], []]);
  });
});
